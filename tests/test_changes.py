"""What changed claims do to camps and to the consultation gap."""

import dataclasses

from libya_analysis import load_tables
from libya_analysis.changes import changes_html, compare_tables, say_changes


def test_a_withdrawn_part_moves_the_gap_of_its_attempt_alone() -> None:
    tables = load_tables()
    rows = tables.participants
    less = rows[rows["participation_id"] != "ceasefire-call-egypt-not-consulted"]
    changes = compare_tables(dataclasses.replace(tables, frames={**tables.frames, "participants": less}), tables)
    assert list(changes.gaps) == ["ceasefire-call"] and not changes.camps
    before, after = changes.gaps["ceasefire-call"]
    line = f"Consultation gap of ceasefire-call: {after}, before {before}"
    assert line in say_changes(changes) and line in changes_html(changes)
    assert [int(end) for end in after.split(" of ")[0].split(" to ")] != [
        int(end) for end in before.split(" of ")[0].split(" to ")
    ]


def test_an_attempt_that_is_new_or_gone() -> None:
    tables = load_tables()
    reports = tables.frames["event_reports"]
    fewer = {**tables.frames, "event_reports": reports[reports["event_id"] != "ceasefire-call"]}
    less = dataclasses.replace(tables, frames=fewer)
    assert compare_tables(less, tables).gaps["ceasefire-call"][0] == ""
    assert "Consultation gap of ceasefire-call: no such attempt, before" in say_changes(compare_tables(tables, less))
