"""What changed rows, and days, do to ties, camps and the consultation gap."""

import dataclasses

import pytest

from libya_analysis import Question, Tables, check_parameters, load_tables
from libya_analysis.analysis.changes import Changes, compare_tables
from tests.later import of_june, with_rows


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def without(tables: Tables, table: str, *keys: str) -> Tables:
    rows = tables.frames[table]
    return dataclasses.replace(tables, frames={**tables.frames, table: rows[~rows.iloc[:, 0].isin(keys)]})


def on_days(tables: Tables, name: str, *days: str) -> Changes:
    one, other = (check_parameters(tables, **{name: day}) for day in days)  # type: ignore[arg-type]
    return compare_tables(tables, tables, one, other)


def test_a_withdrawn_part_moves_the_gap_of_its_attempt_alone(tables: Tables) -> None:
    rows = tables.participants.query("actor_id == 'egypt' and role == 'not-consulted'")
    changes = compare_tables(without(tables, "participants", *rows["participation_id"]), tables)
    assert list(changes.gaps) == ["ceasefire-call"] and not changes.camps
    before, after = ([int(end) for end in gap.split(" of ")[0].split(" to ")] for gap in changes.gaps["ceasefire-call"])
    assert before != after


def test_an_attempt_that_is_new_or_gone(tables: Tables) -> None:
    reports = tables.event_reports
    less = without(tables, "event_reports", *reports[reports["event_id"] == "ceasefire-call"]["report_id"])
    assert compare_tables(less, tables).gaps["ceasefire-call"][0] == ""
    assert compare_tables(tables, less).gaps["ceasefire-call"][1] == ""


def test_a_camp_that_moves_has_the_names_of_the_sides(tables: Tables) -> None:
    ends = {"ties": ["from_id", "to_id"], "backers": ["backer_id", "actor_id"]}
    less = {
        name: rows[~rows[ends[name]].eq("egypt").any(axis=1)] if name in ends else rows
        for name, rows in tables.frames.items()
    }
    changes = compare_tables(tables, dataclasses.replace(tables, frames=less))
    assert changes.camps["egypt"] == ("Haftar's side", "undetermined")


@pytest.mark.parametrize("table", list(load_tables().frames))
def test_a_change_in_any_table_is_one(tables: Tables, table: str) -> None:
    frame = tables.frames[table]
    column = next(c for c in ("note", "role", "description", "place", "sha256", "as_written", "text") if c in frame)
    altered = frame.copy()
    altered.loc[altered.index[0], column] = "otherwise"
    changes = compare_tables(tables, dataclasses.replace(tables, frames={**tables.frames, table: altered}))
    (row,) = changes.rows
    assert (row.table, list(row.moved)) == (table, [column]) and changes
    less = dataclasses.replace(tables, frames={**tables.frames, table: frame[1:]})
    if table not in ("sources", "actors", "events"):  # whose rows others name
        assert [(row.table, row.after) for row in compare_tables(tables, less).rows] == [(table, None)]


def test_nothing_differs_between_a_day_and_itself(tables: Tables) -> None:
    assert not on_days(tables, "as_of", "2020-01-12", "2020-01-12")


def test_two_days_of_one_folder_differ_in_ties_alone(tables: Tables) -> None:
    changes = on_days(tables, "as_of", "2020-01-08", "2020-01-14")
    assert not changes.rows and changes.ties
    moves = {(*change.ends, change.key): (change.before, change.after) for change in changes.ties}
    before, after = moves["gna", "turkey", "negotiates-with"]
    assert before is None and after and after.firm
    back = on_days(tables, "as_of", "2020-01-14", "2020-01-08")
    assert {(*c.ends, c.key): (c.after, c.before) for c in back.ties} == moves
    faint = on_days(tables, "as_of", "2020-01-15", "2020-12-31").ties
    assert any(c.before and c.before.firm and c.after and not c.after.firm for c in faint)
    assert all(c.before is None or c.after is None or c.before.firm != c.after.firm for c in faint)


def test_between_two_days_of_knowledge_lie_the_rows_of_the_sources_published_between(tables: Tables) -> None:
    changes = on_days(tables, "known_on", "2020-01-13", "2020-01-14")
    new = {row.key[0] for row in changes.rows if row.table == "sources"}
    published = {source for source, date in tables.published().items() if str(date) == "2020-01-14"}
    assert new == published and all(row.before is None or row.table == "actors" for row in changes.rows)
    assert not on_days(tables, "known_on", "2020-01-15", "2020-12-31")


def test_each_side_is_seen_on_its_own_last_day(tables: Tables) -> None:
    changes = compare_tables(tables, of_june(tables))
    assert [str(side.graph.graph["as_of"]) for side in (changes.before, changes.after)] == ["2020-01-15", "2020-06-06"]


def test_tables_without_a_source_are_compared(tables: Tables) -> None:
    assert compare_tables(tables.of([]), tables).rows
    assert compare_tables(tables, tables, Question(), Question(known_on=None)).rows == ()


def test_a_renamed_actor_and_a_withdrawn_paragraph_are_changes(tables: Tables) -> None:
    actors = tables.actors
    actors.loc[actors["actor_id"] == "turkey", "name"] = "Türkiye"
    renamed = dataclasses.replace(tables, frames={**tables.frames, "actors": actors})
    (row,) = compare_tables(tables, renamed).rows
    assert row.moved == {"name": ("Turkey", "Türkiye")}
    more = with_rows(tables, paragraphs=[{"paragraph": "P99"}])
    (row,) = compare_tables(more, tables).rows
    assert row.key[1] == "P99" and row.after is None


def test_a_side_is_found_once_for_all_days_that_are_compared_with_it(tables: Tables) -> None:
    since, *days = (check_parameters(tables, known_on=f"2020-01-{day:02}") for day in (8, 13, 14))
    one, other = (compare_tables(tables, tables, since, day) for day in days)
    assert one.before is other.before
    assert one.after is not other.after
