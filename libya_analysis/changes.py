"""What differs between two sets of tables: claims added, withdrawn and altered, and what moves with them."""

from __future__ import annotations

import html
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from libya_analysis.dates import EdtfDate
from libya_analysis.diplomacy import consultation_board, consultation_gap
from libya_analysis.network import build_network
from libya_analysis.tables import CLAIM_TABLES, Tables, load_tables, records


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
        For each actor whose camp differs: the camp before and after; empty where the actor is in no network.
    gaps : mapping of str to tuple
        For each attempt at a ceasefire whose consultation gap differs: the gap before and after, such as
        ``5 to 6 of 8``; empty where there is no such attempt.
    """

    added: Mapping[str, tuple[str, ...]]
    withdrawn: Mapping[str, tuple[str, ...]]
    altered: Mapping[str, Mapping[str, Mapping[str, tuple[str, str]]]]
    camps: Mapping[str, tuple[str, str]]
    gaps: Mapping[str, tuple[str, str]] = field(default_factory=dict)

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
    for name, (key, *_) in CLAIM_TABLES.items():
        old, new = _rows(before, name, key), _rows(after, name, key)
        if more := tuple(id_ for id_ in new if id_ not in old):
            added[name] = more
        if fewer := tuple(id_ for id_ in old if id_ not in new):
            withdrawn[name] = fewer
        other = {
            id_: {field: (old[id_][field], text) for field, text in new[id_].items() if old[id_][field] != text}
            for id_ in new
            if id_ in old and old[id_] != new[id_]
        }
        if other:
            altered[name] = other
    camps = _moved(_camps(before), _camps(after))
    return Changes(added, withdrawn, altered, camps, _moved(_gaps(before), _gaps(after)))


def compare_folders(before: str | os.PathLike[str], after: str | os.PathLike[str]) -> Changes:
    """Find what differs between the tables of two folders."""
    return compare_tables(load_tables(before), load_tables(after))


def say_changes(changes: Changes) -> str:
    """Say what differs as lines of text; empty if nothing does.

    Examples
    --------
    >>> print(say_changes(Changes({"ties": ("a-leads-b",)}, {}, {}, {"b": ("", "west")})))
    added      ties  a-leads-b
    camp       b  none -> west
    """
    return "\n".join("  ".join((f"{what:<9}", *rest)) for what, *rest in _lines(changes))


def changes_html(changes: Changes) -> str:
    """Say what differs as a table of HTML; what stands in the tables is text in it, whatever it is."""
    if not changes:
        return "<p>No claim, camp or consultation gap differs.</p>"
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in (*line, "", "")[:4]) + "</tr>"
        for line in _lines(changes)
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Change", "Where", "Which", "What"))
    return f'<div class="table"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'


def _lines(changes: Changes) -> Iterator[tuple[str, ...]]:
    for name, ids in changes.added.items():
        yield from (("added", name, id_) for id_ in ids)
    for name, ids in changes.withdrawn.items():
        yield from (("withdrawn", name, id_) for id_ in ids)
    for name, rows in changes.altered.items():
        for id_, fields in rows.items():
            yield from (("altered", name, id_, f"{f}: {old!r} -> {new!r}") for f, (old, new) in fields.items())
    yield from (("camp", actor, f"{old or 'none'} -> {new or 'none'}") for actor, (old, new) in changes.camps.items())
    for attempt, (old, new) in changes.gaps.items():
        yield "gap", attempt, f"Consultation gap of {attempt}: {new or 'no such attempt'}, before {old or 'none'}"


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
    for event, row in consultation_gap(consultation_board(tables)).iterrows():
        total = int(row["stakeholders"])
        low, high = (round(row[end] * total) if total else 0 for end in ("gap from", "gap to"))
        found[str(event)] = f"{low if low == high else f'{low} to {high}'} of {total}"
    return found


def _camps(tables: Tables) -> dict[str, str]:
    graph = build_network(tables)
    return {node: camp for node, camp in graph.nodes(data="camp") if graph.graph["camps"]}
