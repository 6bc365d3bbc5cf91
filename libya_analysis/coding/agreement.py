"""Two coders of one text: their claims aligned, how far they agree, and each difference with both rows.

Claims are aligned before anything is counted, since what one coder has and the other has not is a difference of its own
kind: it is given as a share, and only fields of claims that both have go into Krippendorff's alpha.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import networkx as nx

from libya_analysis.coding.rows import CALLED
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.errors import ParameterError, did_you_mean, needed
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
        One row a table, and one for all: claims of ``A`` and ``B``, how many of them ``matched``, how many ``only`` one
        of them has, and the share of all that is matched, from 0 to 1.
    fields : pandas.DataFrame
        One row a field of matched claims: how many ``pairs``, the share of them that is the ``same``, from 0 to 1, and
        their ``alpha``, see :func:`krippendorff_alpha`.
    differences : tuple of Difference
        By source and paragraph.
    sources : tuple of str
        Those that were compared.
    alike : mapping
        Ids of ``B``'s actors and events, by table, for which ``A`` has others.
    alone : mapping
        Sources that only ``A`` or only ``B`` has coded, and that are not compared.
    """

    claims: Frame
    fields: Frame
    differences: tuple[Difference, ...]
    sources: tuple[str, ...] = ()
    alike: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def say(self, texts: Texts | None = None) -> Iterator[str]:
        """Tell the differences in lines, below the paragraphs that they are about; each text is shown once."""
        for table, ids in self.alike.items():
            if ids:
                yield f"\n{table} that are taken for the same, A = B"
            yield from (f"  {one} = {other}" for one, other in sorted((one, other) for other, one in ids.items()))
        shown = set()
        for (source, numbers), some in groupby(self.differences, lambda one: (one.source_id, one.paragraphs)):
            yield f"\n{source} {', '.join(numbers)}"
            for number in numbers:
                if (source, number) not in shown and (text := (texts or {}).get(source, {}).get(number)):
                    yield f"  {number}: {text}"
                shown.add((source, number))
            for (table, *ids), fields_of in groupby(some, lambda one: one[:3]):
                if all(ids):
                    yield f"  {table}  A {ids[0]} | B {ids[1]}"
                    yield from (f"    {one.field}: A {one.one or '-'} | B {one.other or '-'}" for one in fields_of)
                else:
                    side, said = ("A", "one") if ids[0] else ("B", "other")
                    yield from (
                        f"  {table}  only {side}: {''.join(ids)}\n    {getattr(one, said)}" for one in fields_of
                    )


def compare_coders(one: Tables, other: Tables, texts: Texts | None = None, sources: Iterable[str] = ()) -> Agreement:
    """Compare what two coders made of the same sources.

    Ids need not be the same: actors and events are aligned by id, or by names, kind, days and paragraphs together,
    claims by their paragraphs and by whom they are about.

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
        If both do not have claims of a source, or of any, or the extra ``coding`` is not installed.

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
    coded = {"A": _coded(one), "B": _coded(other)}
    both = sorted(coded["A"] & coded["B"])
    chosen = _chosen_sources(sources, coded, (one, other)) if sources else both
    if not chosen:
        raise ParameterError("there is no source of which both have claims")
    alike = alike_ids(one, other)
    text_of = texts or {}

    def differ(table: str, a: Row | None, b: Row | None, column: str = "", one: str = "", other: str = "") -> None:
        key, row = primary_key(table)[0], a or b or {}
        numbers = tuple(sorted({*(a or row)["paragraphs"], *(b or row)["paragraphs"]}, key=_number))
        text = text_of.get(row["source_id"], {})
        words = " / ".join(f"{number}: {text[number]}" for number in numbers if number in text)
        ids = (a[key] if a else "", b[key] if b else "")
        differences.append(Difference(table, *ids, column, one, other, row["source_id"], numbers, words))

    counts, values, differences = [], dict[tuple[str, str], list[tuple[str, str]]](), list[Difference]()
    for table in CLAIM_TABLES:
        a = [in_terms_of(table, row, {}) for row in records(one.frames[table]) if row["source_id"] in chosen]
        b = [in_terms_of(table, row, alike) for row in records(other.frames[table]) if row["source_id"] in chosen]
        pairs = _matched(table, a, b)
        lone_a = [row for place, row in enumerate(a) if place not in pairs]
        lone_b = [row for place, row in enumerate(b) if place not in pairs.values()]
        total = len(pairs) + len(lone_a) + len(lone_b)
        if total:
            counts.append((table, len(a), len(b), len(pairs), len(lone_a), len(lone_b), round(len(pairs) / total, 2)))
        for place, partner in pairs.items():
            for column in _compared(table):
                mine, theirs = as_text(a[place][column]), as_text(b[partner][column])
                if _is_chosen(table, column):
                    values.setdefault((table, column), []).append((mine, theirs))
                if mine != theirs:
                    differ(table, a[place], b[partner], column, mine, theirs)
        for row in lone_a:
            differ(table, row, None, one=said_in(table, row))
        for row in lone_b:
            differ(table, None, row, other=said_in(table, row))
    lines = []
    for (table, column), found in values.items():
        same = sum(mine == theirs for mine, theirs in found) / len(found)
        lines.append((f"{table}.{column}", len(found), round(same, 2), krippendorff_alpha(found)))
    columns: list[Any] = list(zip(*counts, strict=True))[1:6]
    sums = list(map(sum, columns))
    whole = [("all", *sums, round(sums[2] / sum(sums[2:]), 2))] if counts else []
    differences.sort(key=lambda one: (one.source_id, [*map(_number, one.paragraphs)]))
    return Agreement(
        frame_of("table, A, B, matched, only A, only B, matched share", [*counts, *whole]),
        frame_of("field, pairs, same, alpha", lines),
        tuple(differences),
        tuple(chosen),
        {name: {theirs: mine for theirs, mine in ids.items() if theirs != mine} for name, ids in alike.items()},
        {} if sources else {side: tuple(sorted(coded[side] - set(both))) for side in coded},
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


def _chosen_sources(sources: Iterable[str], coded: Mapping[str, set[str]], tables: Iterable[Tables]) -> list[str]:
    """Sources that were asked for, all of which both have claims of."""
    known, faults = {source for one in tables for source in one.sources["source_id"].tolist()}, []
    for source in dict.fromkeys(sources):
        if source not in known:
            faults.append(f"there is no source {source!r}{did_you_mean(source, known)}")
        elif lacks := " and ".join(side for side, some in coded.items() if source not in some):
            there = ", ".join(sorted(coded["A"] & coded["B"])) or "none"
            faults.append(f"no claims of {source!r} are in {lacks}; of both there are: {there}")
    if faults:
        raise ParameterError(faults)
    return sorted(set(sources))


def _compared(table: str) -> Iterator[str]:
    yield from (column for column in fields(table) if column not in (*primary_key(table), "source_id", "note"))


def _is_chosen(table: str, column: str) -> bool:
    return bool(allowed(table, column)) or fields(table)[column].get("reads") in _CHOSEN


def _number(paragraph: str) -> tuple[str, int]:
    return paragraph[:1], int(paragraph[1:] or 0)


def as_text(value: Any) -> str:
    """A cell as text; of a list the order says nothing."""
    if isinstance(value, tuple):
        return ";".join(sorted(value, key=lambda one: (len(one), one)))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or value != value else " ".join(str(value).split())


def said_in(table: str, row: Mapping[str, Any]) -> str:
    """The cells of a row that tell what it says, in one line."""
    columns = (column for column in _compared(table) if column != "paragraphs" and not column.endswith("basis"))
    return ", ".join(f"{column} {text}" for column in columns if (text := as_text(row[column])))


def in_terms_of(table: str, row: Mapping[str, Any], alike: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """A row of the other coder with the ids that the one has for the same."""
    new = dict(row)
    for column, target in links(table).items():
        known, value = alike.get(target, {}), row[column]
        several = isinstance(value, tuple)
        new[column] = tuple(known.get(one, one) for one in value) if several else known.get(value, value)
    if table == "event_relations" and new["relation"] == "before":  # that one was before another is that this was after
        new |= {"event_id": new["other_event_id"], "relation": "after", "other_event_id": new["event_id"]}
    return new


# -- what is the same -------------------------------------------------------------------------------------------------

#: Words that tell no names apart.
_SMALL = frozenset("a an and at by for from in of on the to who with".split())
_LIKE = 0.5  # share of the words of two names from which on they are alike


def alike_ids(one: Tables, other: Tables) -> dict[str, dict[str, str]]:
    """Ids of A's actors and events, by table and by the ids that B has for the same."""
    return {name: _aligned_ids(name, one, other) for name in ("actors", "events")}


@dataclass(frozen=True)
class _Thing:
    """An actor or event as one coder has it: what it is called, what it is, where and of which days it is told."""

    table: str
    key: str
    kind: str
    name: str
    words: frozenset[str]
    aliases: frozenset[tuple[str, str]]
    told: frozenset[tuple[str, str]]
    days: frozenset[tuple[dt.date, dt.date]]

    def likeness(self, other: _Thing) -> int:
        """How much speaks for it that two are the same; 0 where they are not."""
        name, alias = self.name.casefold() == other.name.casefold(), bool(self.aliases & other.aliases)
        kind, shared = self.kind == other.kind, len(self.told & other.told)
        part = any(
            at == source and (one in two or two in one) for one, at in self.aliases for two, source in other.aliases
        )
        words = len(self.words & other.words) / max(1, min(len(self.words), len(other.words)))
        near = words >= _LIKE or (kind and (part or self.table == "events"))
        if not (name or alias or (shared and near)):
            return 0
        apart = bool(self.days and other.days)
        together = any(one[0] <= two[1] and two[0] <= one[1] for one in self.days for two in other.days)
        days = together - (apart and not together)
        return max(1, 80 * name + 40 * alias + 20 * (part + kind + days) + round(30 * words) + 10 * min(shared, 3))


def _aligned_ids(name: str, one: Tables, other: Tables) -> dict[str, str]:
    """Ids of the one coder's actors or events for those of the other, where they are the same."""
    mine, theirs = _things(name, one), _things(name, other)
    found = {key: key for key in theirs if key in mine}
    graph = nx.Graph()
    for a in (thing for key, thing in mine.items() if key not in found):
        for b in (thing for key, thing in theirs.items() if key not in found):
            if weight := a.likeness(b):
                graph.add_edge((0, a.key), (1, b.key), weight=weight)
    for pair in nx.max_weight_matching(graph):
        (_, a_id), (_, b_id) = sorted(pair)
        found[b_id] = a_id
    return found


def _things(name: str, tables: Tables) -> dict[str, _Thing]:
    key, text = primary_key(name)[0], CALLED[name]
    told: dict[str, set[tuple[str, str]]] = {}
    days: dict[str, set[tuple[dt.date, dt.date]]] = {}
    for table in (name, *CLAIM_TABLES):
        columns = [column for column, target in links(table).items() if target == name] if table != name else [key]
        for row in records(tables.frames[table]):
            places = {(row["source_id"], number) for number in row.get("paragraphs", ())}
            for column in columns:
                for id_ in row[column] if isinstance(row[column], tuple) else [row[column]]:
                    told.setdefault(id_, set()).update(places)
                    if table == "event_reports" and (date := row["date"]):
                        span = date.earliest or dt.date.min, date.latest or dt.date.max
                        days.setdefault(id_, set()).add(span)
    found = {}
    for row in records(tables.frames[name]):
        aliases = frozenset(split_alias(alias) for alias in row.get("aliases", ()))
        words = frozenset(re.findall(r"\w+", row[text].casefold())) - _SMALL
        at, when = frozenset(told.get(row[key], ())), frozenset(days.get(row[key], ()))
        found[row[key]] = _Thing(name, row[key], row["kind"], row[text], words, aliases, at, when)
    return found


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
                rest = sum(as_text(one[column]) == as_text(other[column]) for column in _compared(table))
                union = set(one["paragraphs"]) | set(other["paragraphs"])
                weight = 1000 * same + 20 * rest + round(15 * len(shared) / len(union))
                graph.add_edge((0, place), (1, partner), weight=weight)
    matching = (sorted(pair) for pair in nx.max_weight_matching(graph))
    return {place: partner for (_, place), (_, partner) in sorted(matching)}
