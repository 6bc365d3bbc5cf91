"""The shipped tables with an invented source of another day: rows like shipped ones but for some cells."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from libya_analysis import Tables, parse_date

ARTICLE = "moscow-truce-2020"
_PLAIN = {
    "status": "stated",
    "modality": "actual",
    "condition": "",
    "said_by": "",
    "reading": "",
    "note": "",
    "due": None,
    "lasted": "",
    "counterpart": "",
}


def with_rows(tables: Tables, **rows: list[dict[str, Any]]) -> Tables:
    """Tables with further rows, each like the last row of its table but for the cells given."""
    frames = dict(tables.frames)
    for name, more in rows.items():
        last = frames[name].iloc[-1].to_dict()
        added = [{**last, **{column: cell for column, cell in row.items() if column in last}} for row in more]
        frames[name] = pd.DataFrame([*frames[name].to_dict("records"), *added])
    return dataclasses.replace(tables, frames=frames)


def told_again(tables: Tables, day: str, **rows: tuple[str, dict[str, Any]]) -> Tables:
    """Tables with a source of a day, which has one row of some tables like another but for some cells."""
    first = tables.sources.query(f"source_id == '{ARTICLE}'").iloc[0].to_dict()
    source = {
        **first,
        "source_id": "later",
        "published": parse_date(day),
        "publisher": "The Later",
        "reported_by": "Later",
    }
    more: dict[str, list[dict[str, Any]]] = {
        "sources": [source],
        "paragraphs": [{"source_id": "later", "paragraph": "P1", "role": "body"}],
    }
    for name, (row, cells) in rows.items():
        frame = tables.frames[name]
        like = frame[frame.iloc[:, 0] == row].iloc[0].to_dict()
        key = {frame.columns[0]: f"later-{row}", "source_id": "later", "paragraphs": ("P1",)}
        more[name] = [{**like, **key, **cells}]
    return with_rows(tables, **more)


def of_june(tables: Tables) -> Tables:
    """Tables with an article of June 2020: Turkey backs Tripoli with troops, and another ceasefire comes to nothing."""
    backing = {**_PLAIN, "support": "troops", "event_id": "", "attested": None, "start": None, "end": None}
    more = told_again(tables, "2020-06-06", backers=("turkey-threatens-deployment", backing))
    plain = {**_PLAIN, "event_id": "june-truce", "source_id": "later", "paragraphs": ("P1",)}
    return with_rows(
        more,
        events=[{"event_id": "june-truce", "title": "Ceasefire offered in June", "kind": "proposal", "place": ""}],
        event_reports=[
            {**plain, "report_id": "june-truce-report", "date": parse_date("2020-06-05"), "outcome": "unsigned"}
        ],
        participants=[{**plain, "participation_id": "june-truce-gna", "actor_id": "gna", "role": "withholds"}],
    )


def of_papers(tables: Tables, papers: dict[str, tuple[str, dict[str, list[dict[str, Any]]]]]) -> Tables:
    """What invented papers tell, and nobody else: each with its day, and rows of tables of which it says the rest."""
    first = tables.sources.query(f"source_id == '{ARTICLE}'").iloc[0].to_dict()
    plain = {**_PLAIN, "start": None, "end": None, "attested": None, "date": None, "said": None, "event_id": ""}
    plain |= {"outcome": "unknown", "support": "unspecified", "about": (), "said_to": "", "direct": False, "place": ""}
    rows: dict[str, list[dict[str, Any]]] = {"sources": [], "paragraphs": []}
    for source, (day, told) in papers.items():
        name = source.capitalize()
        about = {"source_id": source, "published": parse_date(day), "publisher": name, "reported_by": name}
        rows["sources"].append({**first, **about})
        rows["paragraphs"].append({"source_id": source, "paragraph": "P1", "role": "body"})
        for table, cells in told.items():
            key = tables.frames[table].columns[0]
            for number, row in enumerate(cells):
                made = {key: f"{source}-{table}-{number}", "source_id": source, "paragraphs": ("P1",)}
                dates = {n: parse_date(row[n]) for n in ("date", "start", "attested", "said") if row.get(n)}
                rows.setdefault(table, []).append({**plain, **made, **row, **dates})
    return with_rows(tables, **rows).of(papers)
