"""What changed claims do to camps and to the consultation gap."""

import dataclasses

from libya_analysis import load_tables
from libya_analysis.analysis.changes import Changes, compare_tables
from libya_analysis.evidence.claim import Claim
from libya_analysis.words.differences import changes_html, say_changes


def test_a_withdrawn_part_moves_the_gap_of_its_attempt_alone() -> None:
    tables = load_tables()
    rows = tables.participants
    less = rows[~((rows["actor_id"] == "egypt") & (rows["role"] == "not-consulted"))]
    changes = compare_tables(dataclasses.replace(tables, frames={**tables.frames, "participants": less}), tables)
    assert list(changes.gaps) == ["ceasefire-call"] and not changes.camps
    before, after = changes.gaps["ceasefire-call"]
    assert f"gap        events  ceasefire-call  not consulted: {before} -> {after}" in say_changes(changes)
    row = f"<td>gap</td><td>events</td><td>ceasefire-call</td><td>not consulted: {before} -&gt; {after}</td>"
    assert row in changes_html(changes)
    assert "ceasefire-call-egypt-not-consulted  Egypt: not-consulted in " in say_changes(changes)
    assert [int(end) for end in after.split(" of ")[0].split(" to ")] != [
        int(end) for end in before.split(" of ")[0].split(" to ")
    ]


def test_an_attempt_that_is_new_or_gone() -> None:
    tables = load_tables()
    reports = tables.frames["event_reports"]
    fewer = {**tables.frames, "event_reports": reports[reports["event_id"] != "ceasefire-call"]}
    less = dataclasses.replace(tables, frames=fewer)
    assert compare_tables(less, tables).gaps["ceasefire-call"][0] == ""
    line = next(line for line in say_changes(compare_tables(tables, less)).splitlines() if line.startswith("gap"))
    assert line.startswith("gap        events  ceasefire-call  not consulted: ") and line.endswith("-> no such attempt")


def test_a_camp_that_moves_has_the_names_of_the_sides_and_a_withdrawn_claim_says_what_it_was() -> None:
    tables = load_tables()
    ends = {"ties": ["from_id", "to_id"], "backers": ["backer_id", "actor_id"]}
    less = {
        name: rows[~rows[ends[name]].eq("egypt").any(axis=1)] if name in ends else rows
        for name, rows in tables.frames.items()
    }
    text = say_changes(compare_tables(tables, dataclasses.replace(tables, frames=less)))
    assert "camp       actors  egypt  Haftar's side -> undetermined" in text.splitlines()
    withdrawn = [line for line in text.splitlines() if line.startswith("withdrawn  backers")]
    assert withdrawn and all("  Egypt backs " in line for line in withdrawn)


def test_a_fact_is_one_line_whatever_stands_in_the_tables() -> None:
    evil = "x\n~!touch p\r~!a\u2028~!b\x85~!c\x0c~!d\x1b[2J\x00\u202e\ud800"
    tie = Claim(evil, "ties", "a", "leads", "b", evil, ("P1",), status="stated")
    quote = dataclasses.replace(tie, table="quotes", quote=evil)
    names = {"a": evil, "b": "سی\u200cان"}
    altered = {"actors": {evil: {evil: (evil, evil)}}}
    moved = {evil: (evil, evil)}
    changes = Changes((tie, quote), (tie,), altered, camps=moved, gaps=moved, names=names)
    lines = say_changes(changes).splitlines()
    assert [line.split()[0] for line in lines] == ["added", "added", "withdrawn", "altered", "camp", "gap"]
    assert all(line.replace("\u200c", "").isprintable() for line in lines) and "سی\u200cان" in lines[0]
    assert changes_html(changes).count("<tr>") == 1 + len(lines)
