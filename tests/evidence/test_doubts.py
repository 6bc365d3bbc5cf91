"""Warnings: each slip is told once, with its place, and tables that are right have none."""

import dataclasses

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
    ],
)
def test_each_slip_is_told_once(table: str, id_: str, cells: dict[str, object], code: str) -> None:
    (doubt,) = [doubt for doubt in find_doubts(changed(table, id_, **cells)) if doubt.code.startswith(code)]
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
    (doubt,) = find_doubts(with_row(table, id_, **{TABLES.frames[table].columns[0]: "another", **cells}))
    assert doubt.code == "circle" and doubt.message.startswith(said)


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
