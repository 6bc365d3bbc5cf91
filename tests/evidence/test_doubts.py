"""Warnings: each slip is told once, with its place, and tables that are right have none."""

import dataclasses
import datetime as dt

import pytest

from libya_analysis import Tables, load_tables, parse_date
from libya_analysis.evidence.doubts import find_doubts

TABLES = load_tables()


def changed(table: str, id_: str, **cells: object) -> Tables:
    frame = TABLES.frames[table]
    row = frame.index[frame.iloc[:, 0] == id_][0]
    for column, value in cells.items():
        frame.at[row, column] = value
    return dataclasses.replace(TABLES, frames={**TABLES.frames, table: frame})


@pytest.mark.parametrize(
    ("table", "id_", "cells", "code"),
    [
        ("actors", "egypt", {"name": "Egy\u0440t"}, "two-scripts"),
        ("actors", "egypt", {"aliases": ("Egy\u0440t",)}, "two-scripts"),
        ("actors", "egypt", {"name": "\uff25gypt"}, "full-width"),
        ("backers", "egypt-backs-haftar", {"note": "\uff1d1"}, "full-width"),
        ("events", "istanbul-meeting", {"latitude": 28.97, "longitude": 41.02}, "swapped"),
        ("events", "tripoli-offensive", {"latitude": 37.61, "longitude": 55.75}, "swapped"),
        ("events", "istanbul-meeting", {"longitude": float("nan")}, "half-place"),
        ("ties", "bcos-sarraj-leads-gna", {"from_id": "gna"}, "itself"),
        ("backers", "egypt-backs-haftar", {"backer_id": "haftar"}, "itself"),
        ("backers", "turkey-backs-extremist-groups", {"said_by": "turkey"}, "accused"),
        ("quotes", "bcos-moscow-positively", {"said": parse_date("2020-02-01")}, "said-later"),
        ("ties", "bcos-sarraj-leads-gna", {"start": parse_date("2021"), "attested": parse_date("2020")}, "attested-b"),
        ("identities", "duvar-foreign-minister-is-cavusoglu", {"same_as": "turkey-foreign-minister"}, "itself"),
        ("participants", "italian-attempt-haftar-invited", {"counterpart": "haftar"}, "itself"),
        ("event_relations", "bcos-talks-follow-ceasefire", {"other_event_id": "moscow-talks"}, "itself"),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-03-13")}, "not-yet"),
        ("ties", "afp-france24-haftar-opposes-sarraj", {"start": parse_date("2021-05")}, "not-yet"),
        ("backers", "egypt-backs-haftar", {"start": parse_date("2021-05")}, "not-yet"),
        ("ties", "afp-france24-haftar-opposes-sarraj", {"attested": parse_date("2029-05-08")}, "attested-later"),
        ("ties", "afp-france24-haftar-opposes-sarraj", {"attested": parse_date("1919-05-08")}, "long-ago"),
        ("sources", "afp-france24-2019-05-08", {"published": parse_date("2091-05-08")}, "other-year"),
        ("sources", "afp-france24-2019-05-08", {"published": parse_date("1919-05-08")}, "other-year"),
        ("sources", "tass-2020-01-13", {"published": parse_date("2019-01-13")}, "other-year"),
        ("sources", "moscow-truce-2020", {"published": parse_date("2019-01-13")}, "other-year"),
        ("sources", "moscow-truce-2020", {"published": parse_date("2027-01-13")}, "published-ahead"),
        ("event_relations", "bcos-talks-follow-ceasefire", {"relation": "before"}, "order"),
    ],
)
def test_each_slip_is_told_once(table: str, id_: str, cells: dict[str, object], code: str) -> None:
    found = find_doubts(changed(table, id_, **cells), dt.date(2026, 12, 1))
    (doubt,) = [doubt for doubt in found if doubt.code.startswith(code)]
    assert doubt.file == f"{table}.csv" and doubt.line > 1 and doubt.column and doubt.message


def with_row(table: str, id_: str, **cells: object) -> Tables:
    """The tables with one more row, like another."""
    frame = TABLES.frames[table]
    row = frame[frame.iloc[:, 0] == id_].assign(**cells)
    rows = frame.__class__([*frame.to_dict("records"), *row.to_dict("records")])
    lines = {**TABLES.lines, table: (*TABLES.lines[table], 99)}
    return dataclasses.replace(TABLES, frames={**TABLES.frames, table: rows}, lines=lines)


@pytest.mark.parametrize(
    ("table", "id_", "cells", "said"),
    [
        ("ties", "bcos-sarraj-leads-gna", {"from_id": "gna", "to_id": "sarraj"}, "leads in a circle: gna, sarraj"),
        ("event_relations", "bcos-talks-follow-ceasefire", {"relation": "before"}, "before in a circle: "),
    ],
)
def test_what_comes_back_to_where_it_began_is_one_doubt(
    table: str, id_: str, cells: dict[str, object], said: str
) -> None:
    found = find_doubts(with_row(table, id_, **{TABLES.frames[table].columns[0]: "another", **cells}))
    (doubt,) = [doubt for doubt in found if doubt.code != "order"]
    assert doubt.code == "circle" and doubt.message.startswith(said)


OPPOSES = "afp-france24-haftar-opposes-sarraj"


@pytest.mark.parametrize(
    ("table", "id_", "cells", "said"),
    [
        ("ties", OPPOSES, {}, f"twice: '{OPPOSES}' says the same"),
        ("ties", OPPOSES, {"note": "again", "dates_basis": "inferred"}, f"twice: '{OPPOSES}' says the same"),
        ("backers", "egypt-backs-haftar", {}, "twice: 'egypt-backs-haftar' says the same"),
        ("quotes", "bcos-moscow-positively", {}, "twice: 'bcos-moscow-positively' says the same"),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-01-11")}, "two-dates: 2020-01-13, where"),
        ("actors", "akar", {"name": "hulusi  akar", "name_ar": ""}, "same-name: 'akar' has the name 'hulusi  akar'"),
        ("actors", "akar", {"name": "Akar", "name_ar": "\u0627\u0644\u063a\u0631\u064a\u0627\u0646\u064a"}, ""),
        ("actors", "akar", {"name": "Nobody", "name_ar": ""}, "unused: no row names 'another'"),
        ("events", "asl-war", {}, "unused: no row names 'another'"),
    ],
)
def test_what_is_told_twice_or_by_nobody_is_one_doubt(
    table: str, id_: str, cells: dict[str, object], said: str
) -> None:
    found = find_doubts(with_row(table, id_, **{TABLES.frames[table].columns[0]: "another", **cells}))
    lines = [f"{one.code}: {one.message}" for one in found if one.code != "unused" or said.startswith("unused")]
    assert [line.startswith(said) for line in lines] == [True] * bool(said)
    assert all(one.file == f"{table}.csv" and one.line > 1 and one.column for one in found)


@pytest.mark.parametrize(
    ("table", "id_", "cells"),
    [
        ("ties", OPPOSES, {"paragraphs": ("P12",)}),
        ("ties", OPPOSES, {"status": "implied"}),
        ("ties", OPPOSES, {"attested": parse_date("2019-04")}),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-01-13/2020-01-14")}),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-01-11"), "outcome": "ongoing"}),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-01-11"), "reading": "ambiguous"}),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-01-16"), "modality": "planned"}),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-01-16"), "status": "denied"}),
    ],
)
def test_another_claim_of_the_same_is_no_doubt(table: str, id_: str, cells: dict[str, object]) -> None:
    assert find_doubts(with_row(table, id_, **{TABLES.frames[table].columns[0]: "another", **cells})) == []


@pytest.mark.parametrize(
    ("table", "id_", "cells"),
    [
        ("sources", "azvision-2019-12-26", {"published": parse_date("2020-01-02")}),  # around a new year
        ("sources", "moscow-truce-2020", {"published": parse_date("2021-01-13")}),  # of 2020, and published later
        ("sources", "afp-bcos-2020-01-14", {"published": parse_date("2020-02-14")}),
        ("ties", OPPOSES, {"start": parse_date("1919"), "attested": parse_date("1919-05-08")}),
        ("ties", OPPOSES, {"end": parse_date("2029")}),  # an end can be known before
        ("event_reports", "bcos-moscow-talks", {"due": parse_date("2020-03")}),
        ("event_reports", "bcos-moscow-talks", {"date": parse_date("2020-01-14/..")}),
    ],
)
def test_what_can_well_be_is_no_doubt(table: str, id_: str, cells: dict[str, object]) -> None:
    assert find_doubts(changed(table, id_, **cells)) == []


@pytest.mark.parametrize(("kind", "codes"), [("state", ["same-name"]), ("officials", []), ("group", [])])
def test_a_word_for_two_actors_in_one_source_is_a_doubt_unless_they_have_no_name(kind: str, codes: list[str]) -> None:
    actors = TABLES.actors
    for actor in ("erdogan", "putin"):
        row = actors.index[actors["actor_id"] == actor][0]
        actors.at[row, "aliases"] = (*actors.at[row, "aliases"], "the guest@najah-2020-01-14")
        actors.at[row, "kind"] = kind
    found = find_doubts(dataclasses.replace(TABLES, frames={**TABLES.frames, "actors": actors}))
    assert [(one.column, one.code) for one in found] == [("aliases", code) for code in codes]


def test_what_follows_from_a_doubtful_day_of_publication_is_not_told_again() -> None:
    (doubt,) = find_doubts(changed("sources", "afp-france24-2019-05-08", published=parse_date("1919-05-08")))
    assert doubt.code == "other-year" and doubt.message.endswith("tells 2019-05-08")


@pytest.mark.parametrize(
    "name",
    [
        "\u062e\u0627\u0646\u0647\u200c\u0647\u0627",
        "Haftar\u2019s men",
        "\u5229\u6bd4\u4e9a\uff1f",
        "Wagner-\u0433\u0440\u0443\u043f\u043f\u0430",
    ],
)
def test_names_of_other_scripts_are_no_doubt(name: str) -> None:
    assert find_doubts(changed("actors", "egypt", name=name)) == []
