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
        ("actors", "egypt", {"name": "\uff25gypt"}, "full-width"),
        ("events", "istanbul-meeting", {"latitude": 28.97, "longitude": 41.02}, "swapped"),
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


def test_leading_in_a_circle_is_one_doubt() -> None:
    ties = TABLES.frames["ties"]
    back = ties[ties["tie_id"] == "bcos-sarraj-leads-gna"].assign(
        tie_id="gna-leads-sarraj", from_id="gna", to_id="sarraj"
    )
    rows = ties.iloc[:0].copy()
    rows = ties.__class__([*ties.to_dict("records"), *back.to_dict("records")])
    lines = {**TABLES.lines, "ties": (*TABLES.lines["ties"], 99)}
    tables = dataclasses.replace(TABLES, frames={**TABLES.frames, "ties": rows}, lines=lines)
    (doubt,) = find_doubts(tables)
    assert (doubt.code, doubt.message) == ("circle", "leads in a circle: gna, sarraj")
