"""What a careful colleague would ask about tables that keep to their schema: warnings, with place and code."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import networkx as nx

from libya_analysis.evidence.errors import Problem
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.tables import Tables

#: Columns of text that people read, in whatever script.
_READ = {"actors": ("name", "name_ar", "description"), "events": ("title", "place"), "quotes": ("text",)}
#: Relations that lead nowhere if they come back to where they began, by table and kind.
_ONE_WAY = {
    "ties": ("from_id", "kind", "to_id", ("leads", "member-of")),
    "event_relations": ("event_id", "relation", "other_event_id", ("before", "after", "follows", "part-of")),
}

#: Columns that name two different actors or events.
_PAIRS = (
    ("from_id", "to_id"),
    ("backer_id", "actor_id"),
    ("actor_id", "same_as"),
    ("actor_id", "counterpart"),
    ("event_id", "other_event_id"),
)


def find_doubts(tables: Tables) -> list[Problem]:
    """Find what can be so, and mostly is a slip.

    Parameters
    ----------
    tables : Tables
        Tables without problems.

    Returns
    -------
    list of Problem
        ``two-scripts`` (a word with letters of two scripts), ``full-width`` (full-width twins of plain letters),
        ``half-place`` and ``swapped`` (coordinates), ``itself`` (a tie or relation to itself), ``accused`` (alleged by
        the accused), ``said-later`` (said after it was published), ``attested-before`` (attested before it began),
        ``circle`` (leading, belonging, before or part-of in a circle).

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> find_doubts(load_tables())
    []
    """
    found: list[Problem] = []
    published = tables.published()
    for table, frame in tables.frames.items():
        rows = list(zip(tables.lines[table], records(frame), strict=True))
        for line, row in rows:
            doubts = (*_letters(table, row), *_selves(row), *_times(row, published.get(row.get("source_id", ""))))
            found += [Problem(f"{table}.csv", line, *doubt) for doubt in doubts]
        if table == "events":
            found += [Problem("events.csv", line, *doubt) for line, doubt in _places(rows)]
        if table in _ONE_WAY:
            found += [Problem(f"{table}.csv", line, *doubt) for line, doubt in _circles(rows, *_ONE_WAY[table])]
    return sorted(found)


def _letters(table: str, row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for column in _READ.get(table, ()):
        for word in str(row[column]).split():
            scripts = {unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()}
            if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW"}) > 1:
                yield column, "two-scripts", f"{word!r} has letters of {' and '.join(sorted(scripts)).title()}"
            if any("\uff01" <= char <= "\uff5e" for char in word):
                yield column, "full-width", f"{word!r} has full-width letters or signs; are plain ones meant?"


def _selves(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one, other in _PAIRS:
        if other in row and one in row and row[one] == row[other]:
            yield other, "itself", f"{row[one]!r} stands to itself in this relation"
    accused = row.get("from_id") or row.get("backer_id")
    if row.get("status") == "alleged" and accused and row["said_by"] == accused:
        yield "said_by", "accused", f"{accused!r} is said to allege it of itself; is it attributed?"


def _times(row: Mapping[str, Any], published: Any) -> Iterator[tuple[str, str, str]]:
    said, attested, start = row.get("said"), row.get("attested"), row.get("start")
    if said and said.earliest and published and published.latest and said.earliest > published.latest:
        yield "said", "said-later", f"said on {said}, but published on {published}"
    if attested and attested.latest and start and start.earliest and attested.latest < start.earliest:
        yield "attested", "attested-before", f"attested on {attested}, but it began on {start}"


def _places(rows: list[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Half a place; or one whose coordinates most other rows have the other way round."""
    there = [(line, row["place"], row["latitude"], row["longitude"]) for line, row in rows]
    counts = Counter((place, round(lat), round(lon)) for _, place, lat, lon in there if lat == lat and lon == lon)
    for line, place, lat, lon in there:
        if (lat == lat) != (lon == lon):
            yield line, ("longitude" if lat == lat else "latitude", "half-place", "the other coordinate is given")
        elif lat == lat and counts[place, round(lon), round(lat)] > counts[place, round(lat), round(lon)]:
            yield line, ("latitude", "swapped", f"{lat}, {lon}: elsewhere {place!r} has them the other way round")


def _circles(
    rows: list[tuple[int, dict[str, Any]]], one: str, kind: str, other: str, kinds: tuple[str, ...]
) -> Iterator[tuple[int, tuple[str, str, str]]]:
    for name in kinds:
        graph = nx.DiGraph()
        for line, row in rows:
            real = row.get("modality", "actual") == "actual" and row.get("status", "") != "denied"
            if row[kind] == name and real and row[one] != row[other]:
                graph.add_edge(row[one], row[other], line=line)
        for group in nx.strongly_connected_components(graph):
            if len(group) > 1:
                line = min(data["line"] for *_, data in graph.subgraph(group).edges(data=True))
                yield line, (kind, "circle", f"{name} in a circle: {', '.join(sorted(group))}")
