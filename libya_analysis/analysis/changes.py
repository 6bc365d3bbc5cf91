"""What differs between two sets of tables: claims added, withdrawn and altered, and what moves with them; no prose."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from libya_analysis.analysis.camps import UNDETERMINED, side_names
from libya_analysis.analysis.ceasefire import build_ceasefire
from libya_analysis.analysis.network import build_network
from libya_analysis.evidence.claim import CLAIM_TABLES, Claim
from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.tables import Tables, load_tables


@dataclass(frozen=True)
class Changes:
    """What differs between two sets of tables, by id: each with what it was before and is after."""

    added: tuple[Claim, ...] = ()
    withdrawn: tuple[Claim, ...] = ()
    #: By table, id and field, as text.
    altered: Mapping[str, Mapping[str, Mapping[str, tuple[str, str]]]] = field(default_factory=dict)
    camps: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # names of sides, empty for actors in no network
    gaps: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # "5 to 6 of 8"; empty where there is no attempt
    names: Mapping[str, str] = field(default_factory=dict)  # of actors, and titles of events

    def __bool__(self) -> bool:
        return bool(self.added or self.withdrawn or self.altered or self.camps or self.gaps)


def compare_tables(before: Tables, after: Tables) -> Changes:
    """Find what differs between two sets of tables; falsy if no claim, no camp and no consultation gap does.

    >>> tables = load_tables()
    >>> bool(compare_tables(tables, tables))
    False
    """
    added: list[Claim] = []
    withdrawn: list[Claim] = []
    altered: dict[str, dict[str, dict[str, tuple[str, str]]]] = {}
    for table, (key, *_) in CLAIM_TABLES.items():
        old, new = ({claim.claim_id: claim for claim in tables.claimed[table]} for tables in (before, after))
        added += [claim for name, claim in new.items() if name not in old]
        withdrawn += [claim for name, claim in old.items() if name not in new]
        was, now = _rows(before, table, key), _rows(after, table, key)
        for name, row in now.items():
            past = was.get(name, row)
            if past != row:
                moved = {column: (past[column], text) for column, text in row.items() if past[column] != text}
                altered.setdefault(table, {})[name] = moved
    names = {**before.names(), **before.titles(), **after.names(), **after.titles()}
    camps, gaps = _moved(_camps(before), _camps(after)), _moved(_gaps(before), _gaps(after))
    return Changes(tuple(added), tuple(withdrawn), altered, camps, gaps, names)


def compare_folders(before: str | os.PathLike[str], after: str | os.PathLike[str]) -> Changes:
    """Find what differs between the tables of two folders."""
    return compare_tables(load_tables(before), load_tables(after))


def _rows(tables: Tables, table: str, key: str) -> dict[str, dict[str, str]]:
    rows = records(tables.frames[table])
    return {row[key]: {column: _text(value) for column, value in row.items()} for row in rows}


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, EdtfDate):
        return value.text
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _moved(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {key: (was.get(key, ""), now.get(key, "")) for key in sorted({*was, *now}) if was.get(key) != now.get(key)}


def _gaps(tables: Tables) -> dict[str, str]:
    """How many stakeholders of each attempt were not consulted."""
    ceasefire = build_ceasefire(tables)
    return {event: ceasefire.gap(event).said for event in ceasefire.attempts}


def _camps(tables: Tables) -> dict[str, str]:
    graph = build_network(tables)
    sides = side_names(graph.graph["camps"])
    return {node: sides.get(camp, UNDETERMINED) for node, camp in graph.nodes(data="camp") if sides}
