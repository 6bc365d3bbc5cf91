"""What differs between two sets of tables: claims added, withdrawn and altered, and what moves with them."""

from __future__ import annotations

import html
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.ceasefire import build_ceasefire, consultation_gap
from libya_analysis.analysis.network import build_network
from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.tables import CLAIM_TABLES, Tables, load_tables, records


@dataclass(frozen=True)
class Changes:
    """What differs between two sets of tables.

    Attributes
    ----------
    added, withdrawn : mapping of str to tuple of str
        Ids of claims, by table.
    altered : mapping of str to mapping
        For each table and id the fields whose values differ, each with the value before and after, as text.
    camps : mapping of str to tuple
        For each actor whose camp differs: the camp before and after, by the name of the side; empty where the actor
        is in no network.
    gaps : mapping of str to tuple
        For each attempt at a ceasefire whose consultation gap differs: the gap before and after, such as
        ``5 to 6 of 8``; empty where there is no such attempt.
    said : mapping of str to str
        What the claims say that were added or withdrawn, by id.
    """

    added: Mapping[str, tuple[str, ...]]
    withdrawn: Mapping[str, tuple[str, ...]]
    altered: Mapping[str, Mapping[str, Mapping[str, tuple[str, str]]]]
    camps: Mapping[str, tuple[str, str]]
    gaps: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.withdrawn or self.altered or self.camps or self.gaps)


def compare_tables(before: Tables, after: Tables) -> Changes:
    """Find what differs between two sets of tables.

    Parameters
    ----------
    before, after : Tables
        The tables.

    Returns
    -------
    Changes
        Falsy if no claim, no camp and no consultation gap differs.

    Examples
    --------
    >>> tables = load_tables()
    >>> bool(compare_tables(tables, tables))
    False
    """
    added, withdrawn, altered = {}, {}, {}
    said: dict[str, str] = {}
    for name, (key, *_) in CLAIM_TABLES.items():
        old, new = _rows(before, name, key), _rows(after, name, key)
        if more := tuple(id_ for id_ in new if id_ not in old):
            added[name] = more
            said |= {id_: _say(after, name, new[id_]) for id_ in more}
        if fewer := tuple(id_ for id_ in old if id_ not in new):
            withdrawn[name] = fewer
            said |= {id_: _say(before, name, old[id_]) for id_ in fewer}
        other = {
            id_: {field: (old[id_][field], text) for field, text in new[id_].items() if old[id_][field] != text}
            for id_ in new
            if id_ in old and old[id_] != new[id_]
        }
        if other:
            altered[name] = other
    camps = _moved(_camps(before), _camps(after))
    return Changes(added, withdrawn, altered, camps, _moved(_gaps(before), _gaps(after)), said)


def compare_folders(before: str | os.PathLike[str], after: str | os.PathLike[str]) -> Changes:
    """Find what differs between the tables of two folders."""
    return compare_tables(load_tables(before), load_tables(after))


def say_changes(changes: Changes) -> str:
    """Say what differs as lines of text; empty if nothing does.

    Examples
    --------
    >>> print(say_changes(Changes({"ties": ("a-b",)}, {}, {}, {"b": ("", "West")}, said={"a-b": "A leads B"})))
    added      ties  a-b  A leads B
    camp       actors  b  in no network -> West
    """
    return "\n".join("  ".join((f"{what:<9}", *rest)) for what, *rest in _lines(changes))


def changes_html(changes: Changes) -> str:
    """Say what differs as a table of HTML; what stands in the tables is text in it, whatever it is."""
    if not changes:
        return "<p>No claim, camp or consultation gap differs.</p>"
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in _lines(changes)
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Change", "Where", "Which", "What"))
    return f'<div class="table"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'


def _lines(changes: Changes) -> Iterator[tuple[str, str, str, str]]:
    """Change, table, id, and what it is."""
    for change, tables in (("added", changes.added), ("withdrawn", changes.withdrawn)):
        for name, ids in tables.items():
            yield from ((change, name, id_, changes.said.get(id_, "")) for id_ in ids)
    for name, rows in changes.altered.items():
        for id_, fields in rows.items():
            yield from (("altered", name, id_, f"{f}: {old!r} -> {new!r}") for f, (old, new) in fields.items())
    for actor, (old, new) in changes.camps.items():
        yield "camp", "actors", actor, f"{old or 'in no network'} -> {new or 'in no network'}"
    for attempt, (old, new) in changes.gaps.items():
        yield "gap", "events", attempt, f"not consulted: {old or 'no such attempt'} -> {new or 'no such attempt'}"


def _say(tables: Tables, name: str, row: Mapping[str, str]) -> str:
    """Say a claim in short: who, what, to whom, and how firmly."""
    _, subject, kind, target = CLAIM_TABLES[name]
    names = tables.names() | dict(zip(tables.events["event_id"], tables.events["title"], strict=True))
    who, what, whom = names.get(row[subject], row[subject]), row[kind], names.get(row.get(target, ""), "")
    said = {
        "ties": f"{who} {what} {whom}",
        "backers": f"{who} backs {whom}{'' if what == 'unspecified' else f': {what}'}",
        "participants": f"{who}: {what} in {whom}",
        "event_reports": f"{who}: {what or 'no outcome'}",
    }[name]
    return f"{said} ({row['status']})"


def _rows(tables: Tables, name: str, key: str) -> dict[str, dict[str, str]]:
    rows = records(tables.frames[name])
    return {row[key]: {field: _text(value) for field, value in row.items()} for row in rows}


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, EdtfDate):
        return value.text
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _moved(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {key: (was.get(key, ""), now.get(key, "")) for key in sorted({*was, *now}) if was.get(key) != now.get(key)}


def _gaps(tables: Tables) -> dict[str, str]:
    """How many stakeholders of each attempt were not consulted: the range in heads, which shares would round."""
    found = {}
    for event, row in consultation_gap(build_ceasefire(tables)).iterrows():
        total = int(row["stakeholders"])
        low, high = (round(row[end] * total) if total else 0 for end in ("gap from", "gap to"))
        found[str(event)] = f"{low if low == high else f'{low} to {high}'} of {total}"
    return found


def _camps(tables: Tables) -> dict[str, str]:
    graph = build_network(tables)
    sides = dict(zip(("left", "right"), (camp["name"] for camp in graph.graph["camps"]), strict=False))
    return {node: sides.get(camp, UNDETERMINED) for node, camp in graph.nodes(data="camp") if sides}
