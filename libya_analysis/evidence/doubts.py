"""What a careful colleague would ask about tables that keep to their schema: warnings, with place and code."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import networkx as nx

from libya_analysis.evidence.errors import Problem
from libya_analysis.evidence.folders import PACKAGE
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import fields, resources
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import RELATIONS

#: Scripts whose letters look like those of another one.
_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN", "COPTIC", "CHEROKEE"}
#: Relations that lead nowhere if they come back to where they began, by table: their columns, and what is walked
#: together, each kind with whether it leads the other way round.
_ONE_WAY = {
    "ties": ("from_id", "kind", "to_id", ({"leads": False}, {"member-of": False})),
    "event_relations": (
        "event_id",
        "relation",
        "other_event_id",
        ({name: kind.order > 0 for name, kind in RELATIONS.items() if kind.order}, {"part-of": False}),
    ),
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
    """Find what can be so, and mostly is a slip, in tables without problems.

    Returns
    -------
    list of Problem
        ``two-scripts`` (a word with letters of two scripts), ``full-width`` (full-width twins of plain letters),
        ``half-place`` and ``swapped`` (coordinates), ``itself`` (a tie or relation to itself), ``accused`` (alleged by
        the accused), ``said-later`` (said after it was published), ``attested-before`` (attested before it began),
        ``circle`` (leading, belonging, before or part-of in a circle), and of tables that are no longer empty
        ``no-rows`` (a table that seldom is), ``no-anchor`` (a camp that no actor stands for).

    >>> from libya_analysis import load_tables
    >>> find_doubts(load_tables())
    []
    """
    found = list(_gaps(tables))
    published = tables.published()
    for table, frame in tables.frames.items():
        read = [name for name, field in fields(table).items() if _is_read(field)]
        rows = list(zip(tables.lines[table], records(frame), strict=True))
        for line, row in rows:
            doubts = (*_letters(row, read), *_selves(row), *_times(row, published.get(row.get("source_id", ""))))
            found += [Problem(f"{table}.csv", line, *doubt) for doubt in doubts]
        if table == "events":
            found += [Problem("events.csv", line, *doubt) for line, doubt in _places(rows)]
        if table in _ONE_WAY:
            found += [Problem(f"{table}.csv", line, *doubt) for line, doubt in _circles(rows, *_ONE_WAY[table])]
    return sorted(found)


def _gaps(tables: Tables) -> Iterator[Problem]:
    """What a folder does without that has just been begun, and others do not."""
    if any(tables.claimed.values()):
        for name, resource in resources().items():
            if not resource["mayBeEmpty"] and tables.frames[name].empty:
                yield Problem(f"{name}.csv", 1, "", "no-rows", "a header, but no rows")
    for camp in tables.camps if len(tables.actors) else ():
        if not camp["anchor"]:
            message = f"the camp {camp['name']!r} has no anchor, an actor_id; until all have, nobody is in a camp"
            yield Problem(PACKAGE, 0, "", "no-anchor", message)


def _is_read(field: Mapping[str, Any]) -> bool:
    """Whether a column holds words for people, in whatever script."""
    rules = field.get("constraints", {})
    words = "@" in rules.get("pattern", "")  # each followed by the source that uses it
    listed = field.get("reads") == "list" and (words or not field.get("refers"))
    return listed or ("reads" not in field and "enum" not in rules and "pattern" not in rules)


def _letters(row: Mapping[str, Any], columns: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for column in columns:
        text = row[column] if isinstance(row[column], str) else " ".join(row[column])
        for word in () if text.isascii() else dict.fromkeys(re.findall(r"\w+", text)):
            scripts = {unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()} & _SCRIPTS
            if len(scripts) > 1:
                yield column, "two-scripts", f"{word!r} has letters of {' and '.join(sorted(scripts)).title()}"
        twins = [char for char in dict.fromkeys(text) if "\uff01" <= char <= "\uff5e"]
        if twins and not any("\u3040" <= char <= "\u9fff" for char in text):  # beside Chinese ones they are usual
            yield column, "full-width", f"{''.join(twins)!r} in full width; are plain letters or signs meant?"


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
    """Half a place; or one that is near no other, and with its coordinates the other way round near some."""
    there = [(line, row["latitude"], row["longitude"]) for line, row in rows]
    counts = Counter((round(lat), round(lon)) for _, lat, lon in there if lat == lat and lon == lon)

    def near(lat: float, lon: float, far: int) -> int:
        around = range(-far, far + 1)
        return sum(counts[round(lat) + north, round(lon) + east] for north in around for east in around)

    for line, lat, lon in there:
        if (lat == lat) != (lon == lon):
            yield line, ("longitude" if lat == lat else "latitude", "half-place", "the other coordinate is given")
        elif lat == lat and near(lat, lon, 4) == 1 and near(lon, lat, 1) > (abs(round(lat) - round(lon)) < 2):
            yield line, ("latitude", "swapped", f"{lat}, {lon} is far from all, {lon}, {lat} would be near another")


def _circles(
    rows: list[tuple[int, dict[str, Any]]], one: str, kind: str, other: str, walks: tuple[dict[str, bool], ...]
) -> Iterator[tuple[int, tuple[str, str, str]]]:
    for walk in walks:
        graph = nx.DiGraph()
        for line, row in rows:
            real = row.get("modality", "actual") == "actual" and row.get("status", "") != "denied"
            if row[kind] in walk and real and row[one] != row[other]:
                ends = (row[other], row[one]) if walk[row[kind]] else (row[one], row[other])
                graph.add_edge(*ends, line=line)
        for group in nx.strongly_connected_components(graph):
            if len(group) > 1:
                line = min(data["line"] for *_, data in graph.subgraph(group).edges(data=True))
                yield line, (kind, "circle", f"{next(iter(walk))} in a circle: {', '.join(sorted(group))}")
