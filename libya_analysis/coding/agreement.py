"""Two coders of one text: their claims aligned, how far they agree, and each difference with both rows.

Claims are aligned before anything is counted, since what one coder has and the other has not is a difference of its own
kind: it is given as a share, and only fields of claims that both have go into Krippendorff's alpha.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import networkx as nx

from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.errors import ParameterError, needed
from libya_analysis.evidence.frames import Frame, frame_of, records
from libya_analysis.evidence.schema import allowed, fields, links, primary_key, split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import Texts

Row = Mapping[str, Any]
#: Kinds of cells that coders choose, and do not phrase; the rest is compared in differences alone.
_CHOSEN = ("id", "list", "edtf", "edtf-or-open", "boolean", "number")


class Difference(NamedTuple):
    """What two coders see differently: a field of a claim that both have, or a whole claim that only one has."""

    table: str
    one_id: str
    other_id: str
    field: str
    one: str
    other: str
    source_id: str
    paragraphs: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Agreement:
    """How far two coders agree: on which claims there are, on their fields, and where they do not.

    Attributes
    ----------
    claims : pandas.DataFrame
        One row a table: claims of ``A`` and ``B``, how many of them ``matched``, how many ``only`` one of them has, and
        the share of all that is matched, from 0 to 1.
    fields : pandas.DataFrame
        One row a field of matched claims: how many ``pairs``, the share of them that is the ``same``, from 0 to 1, and
        their ``alpha``, see :func:`krippendorff_alpha`.
    differences : tuple of Difference
        By table.
    """

    claims: Frame
    fields: Frame
    differences: tuple[Difference, ...]

    def form(self) -> str:
        """A CSV file in which the differences can be settled, one a row, with an empty last column."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["table", "row of A", "row of B", "field", "A", "B", "source", "paragraphs", "text", "settled"])
        for *cells, paragraphs, text in self.differences:
            writer.writerow([*cells, ";".join(paragraphs), text, ""])
        return out.getvalue()


def compare_coders(one: Tables, other: Tables, texts: Texts | None = None, sources: Iterable[str] = ()) -> Agreement:
    """Compare what two coders made of the same sources.

    Ids need not be the same: actors are aligned by id or name, events by what is said of them, claims by their
    paragraphs and by whom they are about.

    Parameters
    ----------
    one, other : Tables
        What the two coders made, A and B.
    texts : mapping, optional
        Paragraphs by source_id, from :func:`libya_analysis.find_texts`, to be shown with the differences.
    sources : iterable of str, optional
        Only these source_ids; empty for all that both have coded.

    Returns
    -------
    Agreement
        By table, by field, and difference by difference.

    Raises
    ------
    ParameterError
        If there is no source of which both have claims, or the extra ``coding`` is not installed.

    References
    ----------
    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), https://repository.upenn.edu/asc_papers/43;
    "Content Analysis: An Introduction to Its Methodology".

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> tables = load_tables()
    >>> len(compare_coders(tables, tables, sources=["tass-2020-01-13"]).differences)
    0
    """
    both = sorted(_coded(one) & _coded(other))
    chosen = [source for source in both if source in set(sources)] if sources else both
    if not chosen:
        there = ", ".join(both) or "none"
        raise ParameterError(f"both have claims of none of these sources; of both there are: {there}")
    alike = {name: _aligned_ids(name, one, other) for name in ("actors", "events")}
    text_of = texts or {}

    def differ(table: str, a: Row | None, b: Row | None, column: str = "", one: str = "", other: str = "") -> None:
        key, row = primary_key(table)[0], a or b or {}
        numbers = tuple(dict.fromkeys((*(a or row)["paragraphs"], *(b or row)["paragraphs"])))
        text = text_of.get(row["source_id"], {})
        words = " / ".join(f"{number}: {text[number]}" for number in numbers if number in text)
        ids = (a[key] if a else "", b[key] if b else "")
        differences.append(Difference(table, *ids, column, one, other, row["source_id"], numbers, words))

    counts, values, differences = [], dict[tuple[str, str], list[tuple[str, str]]](), list[Difference]()
    for table in CLAIM_TABLES:
        a = [_translated(table, row, {}) for row in records(one.frames[table]) if row["source_id"] in chosen]
        b = [_translated(table, row, alike) for row in records(other.frames[table]) if row["source_id"] in chosen]
        pairs = _matched(table, a, b)
        lone_a = [row for place, row in enumerate(a) if place not in pairs]
        lone_b = [row for place, row in enumerate(b) if place not in pairs.values()]
        total = len(pairs) + len(lone_a) + len(lone_b)
        if total:
            counts.append((table, len(a), len(b), len(pairs), len(lone_a), len(lone_b), round(len(pairs) / total, 2)))
        for place, partner in pairs.items():
            for column in _compared(table):
                mine, theirs = _text(a[place][column]), _text(b[partner][column])
                if _is_chosen(table, column):
                    values.setdefault((table, column), []).append((mine, theirs))
                if mine != theirs:
                    differ(table, a[place], b[partner], column, mine, theirs)
        for row in lone_a:
            differ(table, row, None, one=_said(table, row))
        for row in lone_b:
            differ(table, None, row, other=_said(table, row))
    lines = []
    for (table, column), found in values.items():
        same = sum(mine == theirs for mine, theirs in found) / len(found)
        lines.append((f"{table}.{column}", len(found), round(same, 2), krippendorff_alpha(found)))
    return Agreement(
        frame_of("table, A, B, matched, only A, only B, matched share", counts),
        frame_of("field, pairs, same, alpha", lines),
        tuple(differences),
    )


def krippendorff_alpha(pairs: Iterable[tuple[str, str]]) -> float:
    """Measure how far two coders agree on a nominal field, beyond what chance would give: Krippendorff's alpha.

    Parameters
    ----------
    pairs : iterable of (str, str)
        What each coder has in the same cell; an empty text is a value as well.

    Returns
    -------
    float
        In three decimals: 1 if they agree on all, 0 as if by chance, negative for less; NaN where all cells are alike.

    Raises
    ------
    ParameterError
        If the extra ``coding`` is not installed.

    References
    ----------
    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), https://repository.upenn.edu/asc_papers/43;
    "Content Analysis: An Introduction to Its Methodology".

    Examples
    --------
    >>> krippendorff_alpha([("a", "a"), ("b", "b"), ("a", "b"), ("b", "a")])
    0.125
    """
    coders = list(zip(*pairs, strict=True))
    if len({value for coder in coders for value in coder}) < 2:
        return float("nan")
    return round(float(needed("krippendorff").alpha(coders, level_of_measurement="nominal")), 3)


def _coded(tables: Tables) -> set[str]:
    return {source for table in CLAIM_TABLES for source in tables.frames[table]["source_id"].tolist()}


def _compared(table: str) -> Iterator[str]:
    yield from (column for column in fields(table) if column not in (*primary_key(table), "source_id", "note"))


def _is_chosen(table: str, column: str) -> bool:
    return bool(allowed(table, column)) or fields(table)[column].get("reads") in _CHOSEN


def _text(value: Any) -> str:
    """A cell as text; of a list the order says nothing."""
    if isinstance(value, tuple):
        return ";".join(sorted(value))
    return "" if value is None or value != value else " ".join(str(value).split())


def _aligned_ids(name: str, one: Tables, other: Tables) -> dict[str, str]:
    """Ids of the one coder's actors or events for those of the other, where they are the same."""
    key, text = primary_key(name)[0], {"actors": "name", "events": "title"}[name]
    mine, theirs = records(one.frames[name]), records(other.frames[name])
    ids = {row[key] for row in mine}
    found = {row[key]: row[key] for row in theirs if row[key] in ids}

    def spelled(row: Mapping[str, Any]) -> list[str]:
        return [word.casefold() for word in (row[text], *(split_alias(alias)[0] for alias in row.get("aliases", ())))]

    words = {word: row[key] for row in mine for word in reversed(spelled(row))}
    for row in theirs:
        near = [words[word] for word in spelled(row) if word in words]
        if row[key] not in found and near and near[0] not in found.values():
            found[row[key]] = near[0]
    if name == "events":
        graph = nx.Graph()
        told = [_told(tables) for tables in (one, other)]
        for a in (row for row in mine if row[key] not in found.values()):
            for b in (row for row in theirs if row[key] not in found):
                shared = told[0].get(a[key], set()) & told[1].get(b[key], set())
                if shared and a["kind"] == b["kind"]:
                    graph.add_edge((0, a[key]), (1, b[key]), weight=len(shared))
        for pair in nx.max_weight_matching(graph):
            (_, a_id), (_, b_id) = sorted(pair)
            found[b_id] = a_id
    return found


def _told(tables: Tables) -> dict[str, set[tuple[str, str]]]:
    """Paragraphs in which each event is told of."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in records(tables.event_reports):
        found.setdefault(row["event_id"], set()).update((row["source_id"], number) for number in row["paragraphs"])
    return found


def _translated(table: str, row: Mapping[str, Any], alike: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A row of the other coder with the ids that the one has for the same."""
    new = dict(row)
    for column, target in links(table).items():
        known, value = alike.get(target, {}), row[column]
        several = isinstance(value, tuple)
        new[column] = tuple(known.get(one, one) for one in value) if several else known.get(value, value)
    if table == "event_relations" and new["relation"] == "before":  # that one was before another is that this was after
        new |= {"event_id": new["other_event_id"], "relation": "after", "other_event_id": new["event_id"]}
    return new


def _matched(table: str, a: list[dict[str, Any]], b: list[dict[str, Any]]) -> dict[int, int]:
    """Which rows of the two are one claim: of one source, of a common paragraph, and for the most part of the same."""
    _, *identity = CLAIM_TABLES[table]
    columns = [column for column in identity if column]
    graph = nx.Graph()
    for place, one in enumerate(a):
        for partner, other in enumerate(b):
            shared = set(one["paragraphs"]) & set(other["paragraphs"])
            if one["source_id"] != other["source_id"] or not shared:
                continue
            same = sum(one[column] == other[column] for column in columns if one[column] or other[column])
            asked = sum(bool(one[column] or other[column]) for column in columns)
            if table == "event_reports" and one["event_id"] == other["event_id"]:
                asked = same  # whatever became of it, it is what is told of the event there
            if 2 * same > asked or (table == "quotes" and one["text"] == other["text"]):
                rest = sum(_text(one[column]) == _text(other[column]) for column in _compared(table))
                union = set(one["paragraphs"]) | set(other["paragraphs"])
                weight = 1000 * same + 20 * rest + round(15 * len(shared) / len(union))
                graph.add_edge((0, place), (1, partner), weight=weight)
    matching = (sorted(pair) for pair in nx.max_weight_matching(graph))
    return {place: partner for (_, place), (_, partner) in sorted(matching)}


def _said(table: str, row: Mapping[str, Any]) -> str:
    """The cells of a row that tell what it says, in one line."""
    columns = (column for column in _compared(table) if column != "paragraphs" and not column.endswith("basis"))
    return ", ".join(f"{column} {text}" for column in columns if (text := _text(row[column])))
