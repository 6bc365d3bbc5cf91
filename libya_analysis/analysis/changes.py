"""What differs between two sets of tables, or what one says of two days: rows, and what moves with them; no prose."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import UNDETERMINED, side_names
from libya_analysis.analysis.ceasefire import Ceasefire, build_ceasefire
from libya_analysis.analysis.network import build_network
from libya_analysis.analysis.spells import Answer
from libya_analysis.analysis.timeline import last_days
from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question, known_tables
from libya_analysis.evidence.schema import primary_key
from libya_analysis.evidence.tables import Tables, load_tables


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison: tables as far as they are known, and the network of states and attempts on a day."""

    tables: Tables
    graph: nx.MultiDiGraph
    ceasefire: Ceasefire


@dataclass(frozen=True)
class RowChange:
    """A row that is new, gone or altered: its cells before and after as text, None where it was or is not there."""

    table: str
    key: tuple[str, ...]
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None

    @property
    def moved(self) -> dict[str, tuple[str, str]]:
        """Cells that differ, before and after."""
        return _moved(self.before or {}, self.after or {})


@dataclass(frozen=True)
class TieChange:
    """A tie of which the day asked about says something else: None where it was or is ruled out, or not told."""

    ends: tuple[str, str]
    key: str
    before: Answer | None
    after: Answer | None


@dataclass(frozen=True, eq=False)
class Changes:
    """What differs between two sides; falsy if nothing does."""

    before: Side
    after: Side
    rows: tuple[RowChange, ...]
    ties: tuple[TieChange, ...]
    camps: Mapping[str, tuple[str, str]]  # names of sides by actor, empty for those in no network
    gaps: Mapping[str, tuple[str, str]]  # "5 to 6 of 8" by event; empty where there is no attempt

    def __bool__(self) -> bool:
        return bool(self.rows or self.ties or self.camps or self.gaps)


def compare_tables(
    before: Tables, after: Tables, asked_before: Question | None = None, asked_after: Question | None = None
) -> Changes:
    """Find what differs between two sets of tables, each seen on the last day that it tells of.

    Parameters
    ----------
    before, after : Tables
        The tables; they may be the same, with two questions.
    asked_before, asked_after : Question, optional
        What is asked of each: ``as_of`` another day, ``known_on``.

    Examples
    --------
    >>> tables = load_tables()
    >>> bool(compare_tables(tables, tables))
    False
    >>> from libya_analysis import check_parameters
    >>> days = [check_parameters(tables, as_of=day) for day in ("2020-01-15", "2025-01-01")]
    >>> [change.after.kind for change in compare_tables(tables, tables, *days).ties if change.ends == ("egypt", "lna")]
    ['last attested']
    """
    one, other = _side(before, asked_before or Question()), _side(after, asked_after or Question())
    camps, gaps = _moved(_camps(one.graph), _camps(other.graph)), _moved(_gaps(one.ceasefire), _gaps(other.ceasefire))
    rows = tuple(_row_changes(one.tables, other.tables)) if one.tables is not other.tables else ()
    return Changes(one, other, rows, tuple(_tie_changes(one.graph, other.graph)), camps, gaps)


def compare_folders(before: str | os.PathLike[str], after: str | os.PathLike[str]) -> Changes:
    """Find what differs between the tables of two folders."""
    return compare_tables(load_tables(before), load_tables(after))


def _side(tables: Tables, question: Question) -> Side:
    known = known_tables(tables, question)
    return _side_on(known, question.as_of or last_days(known)[1])


@lru_cache(maxsize=16)
def _side_on(known: Tables, day: dt.date | None) -> Side:
    """A side, found once: who goes from day to day compares each with the same one."""
    return Side(known, build_network(known, as_of=day, level="principal"), build_ceasefire(known, as_of=day))


def _row_changes(before: Tables, after: Tables) -> Iterator[RowChange]:
    for table in after.frames:
        was, now = _rows(before, table), _rows(after, table)
        for key in (*now, *(key for key in was if key not in now)):
            if was.get(key) != now.get(key):
                yield RowChange(table, key, was.get(key), now.get(key))


@lru_cache(maxsize=256)  # some twenty tables of as many sides as are kept
def _rows(tables: Tables, table: str) -> dict[tuple[str, ...], dict[str, str]]:
    if table not in tables.frames:
        return {}
    rows = ({column: _text(value) for column, value in row.items()} for row in records(tables.frames[table]))
    return {tuple(row[column] for column in primary_key(table)): row for row in rows}


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, EdtfDate):
        return value.text
    return ";".join(value) if isinstance(value, tuple) else str(value)


def _moved(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {key: (was.get(key, ""), now.get(key, "")) for key in {**was, **now} if was.get(key) != now.get(key)}


def _tie_changes(before: nx.MultiDiGraph, after: nx.MultiDiGraph) -> Iterator[TieChange]:
    """Ties that came or went, or became firm or faint."""
    was, now = ({edge[:3]: edge[3] for edge in g.edges(keys=True, data="answer")} for g in (before, after))
    for a, b, key in sorted({*was, *now}):
        old, new = was.get((a, b, key)), now.get((a, b, key))
        if old is None or new is None or old.firm != new.firm:
            yield TieChange((a, b), key, old, new)


def _gaps(ceasefire: Ceasefire) -> dict[str, str]:
    """How many stakeholders of each attempt were not consulted."""
    return {event: ceasefire.gap(event).said for event in ceasefire.attempts}


def _camps(graph: nx.MultiDiGraph) -> dict[str, str]:
    sides = side_names(graph.graph["camps"])
    return {node: sides.get(camp, UNDETERMINED) for node, camp in graph.nodes(data="camp") if graph.degree(node)}
