"""What differs between two sets of tables, or two days of one, in words: what weighs most comes first."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import chain
from typing import Any

from libya_analysis.analysis.changes import Changes, RowChange, Side, TieChange
from libya_analysis.evidence.claim import CLAIM_TABLES, Claim
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.errors import visible
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.vocabulary import TIES, label
from libya_analysis.words.briefing import build_briefing
from libya_analysis.words.findings import finding
from libya_analysis.words.sentence import called, capital, cast_of, how_many, say, say_claim

#: A finding in words, and the ids of the claims that it rests on.
_Finding = tuple[str, tuple[str, ...]]
_HEAD = ("Change", "What", "Where", "Row")


@dataclass(frozen=True)
class Line:
    """One thing that changed: how, what it is in words, where that is told, and the table and id of the row.

    ``claims`` are the ids of those that it rests on, as far as it is no row itself.
    """

    change: str
    what: str
    where: str = ""
    row: str = ""
    claims: tuple[str, ...] = ()

    def cells(self) -> tuple[str, ...]:
        """Its cells as plain text, each on one line, whatever stands in the tables."""
        return tuple(map(visible, (self.change, self.what, self.where, self.row)))


def say_changes(changes: Changes) -> str:
    """Say what differs as lines of text; empty if nothing does.

    >>> import dataclasses
    >>> from libya_analysis import load_tables
    >>> from libya_analysis.analysis.changes import compare_tables
    >>> tables = load_tables()
    >>> fewer = tables.backers.query("backing_id != 'turkey-threatens-deployment'")
    >>> before = dataclasses.replace(tables, frames={**tables.frames, "backers": fewer})
    >>> lines = say_changes(compare_tables(before, tables)).splitlines()
    >>> print(next(line for line in lines if line.startswith("added")).split("  (")[0])
    added       Turkey threatens to back the Government of National Accord with military deployment.
    """
    lines = []
    for line in list_changes(changes):
        change, what, where, row = line.cells()
        aside = "; ".join(filter(None, (where, row)))
        lines.append(f"{change:<10}  {what}" + (f"  ({aside})" if aside else ""))
    return "\n".join(lines)


def changes_html(changes: Changes) -> str:
    """Say what differs as a table of HTML; what stands in the tables is text in it, whatever it is."""
    lines = list(list_changes(changes))
    if not lines:
        return "<p>Nothing differs.</p>"
    rows = "\n".join(
        "<tr>{}<td><small>{}</small></td></tr>".format("".join(f"<td>{cell}</td>" for cell in cells), row)
        for *cells, row in (map(html.escape, line.cells()) for line in lines)
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in _HEAD)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'


def list_changes(changes: Changes) -> Iterator[Line]:
    """All that changed: findings, camps and gaps, sources, claims by day, actors and events, ties, then bookkeeping."""
    before, after = _told(changes.before), _told(changes.after)
    yield from _say_findings(before.findings, after.findings)
    names = {**before.names, **after.names}
    for actor, (old, new) in changes.camps.items():
        said = f"{names[actor]}: {old or 'in no network'} -> {new or 'in no network'}"
        side = after if new else before
        ties = [claim for *ends, told in side.graph.edges(data="claims") if actor in ends for claim in told]
        yield Line("camp", said, row=f"actors {actor}", claims=_ids(ties))
    for event, (old, new) in changes.gaps.items():
        said = f"{names[event]}: not consulted: {old or 'no attempt by then'} -> {new or 'no attempt by then'}"
        board = (changes.after if new else changes.before).ceasefire
        told = [standing.claim for standing in board.within(event)] or board.attempts[event].claims
        yield Line("gap", said, row=f"events {event}", claims=_ids(told))
    found = sorted((_say_row(row, before, after) for row in changes.rows), key=lambda told: told[0], reverse=True)
    lines = [(place, line) for (place, _), line in found if line]
    yield from (line for place, line in lines if place != _BOOKKEEPING)
    yield from (_say_tie(changes, tie, before, after) for tie in changes.ties)
    yield from (line for place, line in lines if place == _BOOKKEEPING)


def _say_findings(before: Mapping[str, _Finding], after: Mapping[str, _Finding]) -> Iterator[Line]:
    """What became of the news, of who is behind whom, and of each judgement with its confidence."""
    for about in (*after, *(about for about in before if about not in after)):
        (old, were), (new, now) = before.get(about, ("", ())), after.get(about, ("", ()))
        if old != new:
            said = f"changed: {new} Before: {old}" if old and new else f"new: {new}" if new else f"gone: {old}"
            yield Line("finding", said, claims=now or were)


def _ids(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Ids of claims as the tables have them, each once."""
    return tuple(dict.fromkeys(part.claim_id for claim in claims for part in claim.rests_on or (claim,)))


def _say_tie(changes: Changes, tie: TieChange, before: _Told, after: _Told) -> Line:
    """A tie that began, ceased, became firm or faint for the day asked about, or of which only one side tells."""
    graph, other_side = (changes.after.graph, before) if tie.after else (changes.before.graph, after)
    edge = graph.edges[(*tie.ends, tie.key)]
    one, other = (called(graph, node) for node in tie.ends)
    verb = TIES[edge["kind"]].many if graph.nodes[tie.ends[0]]["number"] == "several" else TIES[edge["kind"]].one
    said = f"{capital(one)} {verb} {other}" if edge["actual"] else say_claim(graph, edge["claims"][0]).text[:-1]
    answers = [str(answer) if answer else "nothing" for answer in (tie.before, tie.after)]
    both = any(other_side.tells(claim) for claim in edge["claims"])
    if tie.before and tie.after:
        change = "firm" if tie.after.firm else "faint"
    else:
        change = ("began" if both else "newly told") if tie.after else ("ceased" if both else "not told")
    return Line(change, f"{said}: {' -> '.join(answers)}", claims=_ids(edge["claims"]))


def _publisher(source: Mapping[str, Any]) -> str:
    """Who published a source; where that is not known, whose report it is."""
    return str(next((source[c] for c in ("publisher", "reported_by") if source[c] not in ("", "unknown")), "unknown"))


class _Told:
    """What one side tells of: findings, sentences of its claims by table and id, and names."""

    def __init__(self, side: Side) -> None:
        self.graph = side.graph
        self._side = side
        self.cast = cast_of(side.tables, side.graph.graph["as_of"])
        self.claims = {(name, c.claim_id): c for name, claims in side.tables.claimed.items() for c in claims}
        self.names = {**side.tables.names(), **side.tables.titles()}
        self.sources = {row["source_id"]: row for row in records(side.tables.frames["sources"])}

    @cached_property
    def findings(self) -> dict[str, _Finding]:
        """Findings by what they are about, whatever they say of it."""
        briefing = build_briefing(self._side.tables, as_of=self.graph.graph["as_of"])
        story, found = briefing.story, dict[str, _Finding]()
        told = [c for c in (*story.reports, *story.parts) if c.event_id in {*story.beside, *story.walked_out}]
        told += story.reasons
        for number, news in enumerate(briefing.news.statements):
            cited = {(cite.source_id, paragraph) for cite in news.cites for paragraph in cite.paragraphs}
            mine = (c for c in told if all((c.source_id, paragraph) in cited for paragraph in c.paragraphs))
            found[f"news of {story.main}, {number}"] = news.text, _ids(mine)
        backing = (claim for *_, edge in story.backings for claim in edge["claims"])
        found["backing"] = f"{finding(self.graph)}.", _ids(backing)
        for judgement, held in briefing.judged:
            said = f"{capital(str(judgement))} (confidence: {held.level})."
            found[f"{judgement.subject} {judgement.does}"] = said, _ids(chain(*judgement.legs))
        return found

    def tells(self, claim: Claim) -> bool:
        """Whether it has a claim, or those that it follows from."""
        return all((part.table, part.claim_id) in self.claims for part in claim.rests_on or (claim,))

    def where(self, claim: Claim) -> str:
        """Who published it when, and in which paragraphs."""
        source = self.sources[claim.source_id]
        return f"{_publisher(source)}, {say_date(source['published'])}, {', '.join(claim.paragraphs)}"


#: Made once for as many sides as are kept.
_told = lru_cache(maxsize=16)(_Told)

#: Places among the rows: what comes later here is said first.
_BOOKKEEPING, _NAMES, _CLAIMS, _SOURCES = range(4)

#: Cells by which a claim says nothing else than before.
_ASIDE = ("note", "paragraphs", "as_written", "sha256")


def _say_row(row: RowChange, before: _Told, after: _Told) -> tuple[tuple[int, dt.date], Line | None]:
    """A row that changed, with its place among the others; nothing of a paragraph that came or went with its source."""
    told, cells = after if row.after else before, row.after or row.before or {}
    change = "added" if not row.before else "altered" if row.after else "withdrawn"
    line = partial(Line, change, row=f"{row.table} {' '.join(row.key)}")
    if row.table in CLAIM_TABLES:
        claim, day = told.claims[row.table, row.key[0]], told.claims[row.table, row.key[0]].reported
        said, aside = _say_claim_row(row, before, after)
        at = _BOOKKEEPING if aside else _CLAIMS
        return (at, (day and day.latest) or dt.date.min), line(said, where=told.where(claim))
    place, name = _BOOKKEEPING, {"actors": "name", "events": "title"}.get(row.table, "")
    if row.table == "paragraphs":
        own = cells["source_id"] in before.sources and cells["source_id"] in after.sources
        said = f"{_publisher(told.sources[cells['source_id']])}, {cells['paragraph']}" if own else ""
    elif row.table == "sources":
        place = _SOURCES if change != "altered" else _BOOKKEEPING
        count = sum(claim.source_id == row.key[0] for claim in told.claims.values())
        said = f"{_publisher(cells)} ({cells['kind']} by {cells['reported_by']}), {say_date(cells['published'])}, "
        said += f"{how_many(count, 'claim')}: {cells['description']}"
    else:
        place = _NAMES if change != "altered" or name in row.moved else _BOOKKEEPING
        said = f"{cells[name]} ({label(cells['kind'])})"
        said = f"{row.moved[name][0]} is now {said}" if change == "altered" and name in row.moved else said
    more = f"; {_say_cells(row, but=name)}" if change == "altered" and set(row.moved) - {name} else ""
    return (place, dt.date.min), line(said + more) if said else None


def _say_claim_row(row: RowChange, before: _Told, after: _Told) -> tuple[str, bool]:
    """A claim in its sentence, or in both that it has had, and whether it says nothing else than before."""
    old, new = (
        say(side.cast, side.claims[row.table, row.key[0]]).text if cells else ""
        for side, cells in ((before, row.before), (after, row.after))
    )
    if not old or not new:
        return old or new, False
    aside = old == new and all(c in _ASIDE or c.endswith(("_as_written", "_basis")) for c in row.moved)
    cells = _say_cells(row) if old == new or {"start", "end"} & set(row.moved) else ""
    return " ".join(filter(None, (new, f"Before: {old}" if old != new else "", cells))), aside


def _say_cells(row: RowChange, but: str = "") -> str:
    return "; ".join(f"{column}: {old!r} -> {new!r}" for column, (old, new) in row.moved.items() if column != but)
