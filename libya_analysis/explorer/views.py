"""What the explorer shows: one view, which an address can hold, and all that is in it; no widgets."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

import networkx as nx

from libya_analysis.analysis.ceasefire import Ceasefire, build_ceasefire
from libya_analysis.analysis.changes import compare_tables
from libya_analysis.analysis.network import ASKS as NETWORK_ASKS
from libya_analysis.analysis.network import build_network
from libya_analysis.analysis.search import KINDS, SPEAKERS, find_claims, kind_of, speaker_of
from libya_analysis.analysis.spells import answer
from libya_analysis.analysis.timeline import Timeline, build_timeline, last_days
from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.dates import EdtfDate, parse_day, say_date
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.evidence.frames import Frame, frame_of
from libya_analysis.evidence.question import DEFAULTS, FIELDS, Question, check_parameters, declare, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.words.differences import Line, list_changes
from libya_analysis.words.sentence import cast_of, how_many, say

#: What the explorer can be asked, in the order of its controls.
ASKS = tuple(name for name in FIELDS if name in NETWORK_ASKS and name != "level")

#: What the network notebook, and the report made of it, can be asked as well.
IN_REPORT = ("as_of", "statuses", "modalities", "actors", "sources")


def as_parameters(question: Question) -> str:
    """Write a parameters cell that asks for the same.

    >>> print(as_parameters(Question(dt.date(2020, 1, 8), statuses=("alleged",))).splitlines()[1])
    statuses: list[str] = ["alleged"]  # only claims of these statuses, such as stated, attributed; empty for all
    """
    lines = {name: declare(name, getattr(question, name)) for name in ASKS}
    more = [line for name, line in lines.items() if name not in IN_REPORT]
    return "\n".join([*(lines[name] for name in IN_REPORT), "# the explorer alone has these:", *more])


TABS = ("Network", "Timeline", "Ceasefire board", "Claims", "Changes")

#: What two views are compared by: the day asked about, or what had been published.
BY = {"known_on": "what was known on", "as_of": "how things stood on"}


@dataclass(frozen=True)
class View:
    """All that is chosen in the explorer."""

    question: Question
    tab: str = TABS[0]
    text: str = ""  # words looked for among the claims
    told: tuple[str, ...] = ()  # kinds of claims
    speakers: tuple[str, ...] = ()
    since: dt.date | None = None  # what the day is compared with
    by: str = next(iter(BY))
    chosen: str = ""  # what the evidence is shown of


def write_view(view: View) -> str:
    """Write a view as an address holds it: all that differs from a view of everything.

    >>> write_view(View(Question(dt.date(2020, 1, 8), actors=("italy", "egypt")), tab="Claims"))
    'as_of=2020-01-08&actors=italy,egypt&tab=Claims'
    """
    asked = {name: getattr(view.question, name) for name in ASKS}
    plain = View(Question())
    own = ("tab", "text", "told", "speakers", "since", "by", "chosen")
    found = {name: value for name, value in asked.items() if value != DEFAULTS[name]}
    found |= {name: getattr(view, name) for name in own if getattr(view, name) != getattr(plain, name)}
    return urlencode({k: ",".join(v) if isinstance(v, tuple) else str(v) for k, v in found.items()}, safe=",/")


def read_view(tables: Tables, text: str) -> View:
    """Read what :func:`write_view` wrote, or say what is wrong with it.

    >>> from libya_analysis import load_tables
    >>> read_view(load_tables(), "tab=Claims&actors=italy").question.actors
    ('italy',)
    """
    given = dict(parse_qsl(text.lstrip("#?")))
    own: dict[str, object] = {}
    for name, known in (("tab", TABS), ("by", BY), ("told", KINDS), ("speakers", SPEAKERS)):
        words = given.pop(name, "").split(",")
        if wrong := [word for word in words if word and word not in known]:
            raise ParameterError(f"{name}: {wrong[0]!r} is not known{did_you_mean(wrong[0], known)}")
        if words[0]:
            own[name] = words[0] if name in ("tab", "by") else tuple(words)
    own |= {name: given.pop(name) for name in ("text", "chosen") if name in given}
    try:
        own["since"] = parse_day(given.pop("since")) if "since" in given else None
    except ValueError as error:
        raise ParameterError(f"since: {error}") from None
    return View(check_parameters(tables, among=ASKS, **given), **own)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Events:
    """Events of a selection: those that may lie before its day, in time, and how sure that is."""

    timeline: Timeline
    surely: int
    possibly: int
    undated: int


class Views:
    """All that a selection is seen in, made anew only when something in it changes."""

    def __init__(self, tables: Tables) -> None:
        self.tables, self.widest = tables, build_network(tables)
        # Bounded, and gone together with the views.
        for name in "moments widest_of network events ceasefire claims changes sentences counts".split():
            setattr(self, name, lru_cache(maxsize=64)(getattr(self, name)))

    def known(self, asked: Question) -> Tables:
        """The tables as far as the sources go that are asked for."""
        return known_tables(self.tables, asked)

    def widest_of(self, asked: Question) -> nx.MultiDiGraph:
        """The network of some sources on all days, in which actors have their places."""
        known = self.known(asked)
        return self.widest if known is self.tables else build_network(known)

    def moments(self, asked: Question) -> tuple[dt.date, ...]:
        """Days on which something begins, ends or is published, from the first to the last report."""
        days: set[dt.date] = set()
        known = self.known(asked)
        for claim in (claim for claims in known.claimed.values() for claim in claims):
            for date in (claim.start, claim.end):
                if isinstance(date, EdtfDate):
                    days |= {day for day in (date.earliest, date.latest) if day}
            if isinstance(claim.end, EdtfDate) and claim.end.latest:
                days.add(claim.end.latest + dt.timedelta(days=1))
        _, last = last_days(known)
        published = {date.latest for date in known.published().values() if date and date.latest}
        return tuple(sorted({day for day in days | published if last and day <= last}))

    def network(self, asked: Question) -> nx.MultiDiGraph:
        """The network on the day."""
        return build_network(self.tables, asked)

    def events(self, asked: Question) -> Events:
        """Events that may have begun by the day, undated ones among them."""
        timeline = build_timeline(self.tables, asked)
        items = timeline.items
        if asked.camps:
            members = self._members(asked)
            theirs = build_timeline(self.tables, replace(asked, actors=members)).items if members else ()
            wanted = {item.event_id for item in theirs}
            items = tuple(item for item in items if item.event_id in wanted)
        day = asked.as_of or dt.date.max
        items = tuple(i for i in items if i.date is None or i.date.earliest is None or i.date.earliest <= day)
        surely = sum(bool(item.date and item.date.latest and item.date.latest <= day) for item in items)
        undated = sum(item.date is None for item in items)
        lanes = tuple(lane for lane in timeline.lanes if any(item.lane == lane for item in items))
        return Events(replace(timeline, items=items, lanes=lanes), surely, len(items) - surely - undated, undated)

    def ceasefire(self, asked: Question) -> Ceasefire:
        """Attempts at a ceasefire by the day."""
        found = build_ceasefire(self.tables, asked)
        if asked.actors or asked.camps or asked.modalities:
            wanted = {item.event_id for item in self.events(asked).timeline.items}
            attempts = {event: attempt for event, attempt in found.attempts.items() if event in wanted}
            standings = tuple(standing for standing in found.standings if standing.event_id in attempts)
            found = replace(found, attempts=attempts, standings=standings)
        return found

    def claims(self, view: View) -> tuple[Claim, ...]:
        """Claims of all kinds that a view lets in."""
        return tuple(find_claims(self.tables, view.question, view.text, view.speakers, view.told))

    def sentences(self, asked: Question) -> dict[str, str]:
        """Each claim as a sentence, by its id, in view of what became of it by the day."""
        known, day = self.known(asked), asked.as_of
        cast = cast_of(known, day)
        return {c.claim_id: say(cast, c).text for claims in known.claimed.values() for c in claims}

    def changes(self, asked: Question, since: dt.date, by: str) -> tuple[Line, ...]:
        """What differs from another day, or from what was known on it, in words; of days, what happened too."""
        whole = Question(sources=asked.sources)
        day = (asked.known_on or asked.as_of) if by == "known_on" else asked.as_of
        given: tuple[dict[str, Any], ...] = tuple({"known_on": asked.known_on, by: at} for at in (since, day))
        one, other = (replace(whole, **days) for days in given)
        lines = list(list_changes(compare_tables(self.tables, self.tables, one, other)))
        if by == "as_of":
            before = {claim.claim_id for claim in find_claims(self.tables, one, kind="events")}
            said = self.sentences(other)
            lines += [
                Line("happened", said[c.claim_id], c.citation, f"{c.table} {c.claim_id}")
                for c in find_claims(self.tables, other, kind="events")
                if c.claim_id not in before
            ]
        return tuple(lines)

    def newer(self, asked: Question, since: dt.date, by: str) -> set[tuple[str, str, str]]:
        """Ties of the network that were not in it, or not firm, on the day that it is compared with."""
        known_on = asked.known_on or asked.as_of
        now = self.network(replace(asked, known_on=known_on) if by == "known_on" else asked)
        then: dict[str, Any] = {by: since}
        was = self.network(replace(asked, **then))
        firm = {edge[:3] for edge in was.edges(keys=True, data="answer") if edge[3].firm}
        return {edge[:3] for edge in now.edges(keys=True, data="answer") if edge[3].firm and edge[:3] not in firm}

    def counts(self, view: View) -> dict[str, dict[str, int]]:
        """How many claims each value of each filter would let in, the other filters being as they are."""
        asked = view.question
        by_claim = {"statuses": "status", "modalities": "modality", "sources": "source_id"}
        found: dict[str, Counter[str]] = {}
        for name, column in by_claim.items():
            without: dict[str, Any] = {name: ()}
            others = self.claims(replace(view, question=replace(asked, **without)))
            found[name] = Counter(getattr(claim, column) for claim in others)
        ties = self.claims(replace(view, question=replace(asked, kinds=()), told=("ties",)))
        found["kinds"] = Counter(claim.kind for claim in ties)
        found["told"] = Counter(map(kind_of, self.claims(replace(view, told=()))))
        speakers = self.claims(replace(view, speakers=()))
        found["speakers"] = Counter(map(partial(speaker_of, self.known(asked)), speakers))
        camps = dict(self.widest_of(asked).nodes(data="camp"))
        ends = (
            {camps.get(end) for end in (c.from_id, c.to_id)}
            for c in self.claims(replace(view, question=replace(asked, camps=())))
        )
        found["camps"] = Counter(camp for both in ends for camp in both if camp)
        return {name: dict(counted) for name, counted in found.items()}

    def _members(self, asked: Question) -> tuple[str, ...]:
        return tuple(node for node, camp in self.widest_of(asked).nodes(data="camp") if camp in asked.camps)


def say_ties(graph: nx.MultiDiGraph) -> str:
    """Count what a network draws, and what of it is faint for which reason.

    >>> from libya_analysis import build_network, load_tables
    >>> say_ties(build_network(load_tables(), as_of="2012-01-01", sources=["moscow-truce-2020"])).split(",")[0]
    'As of 1 January 2012: 42 ties drawn'
    """
    ties = [tie for *_, tie in graph.edges(data=True)]
    far = sum(not tie["answer"].firm for tie in ties)
    unreal = sum(tie["answer"].firm and not tie["actual"] for tie in ties)
    claims = sum(len(tie["claims"]) for tie in ties)
    actors = sum(1 for node in graph if graph.degree(node))
    day = say_date(graph.graph["as_of"].isoformat())
    why = f"{far} not attested within {graph.graph['near']} days"
    why += f" and {unreal} only threatened, planned or the like" if unreal else ""
    return (
        f"As of {day}: {how_many(len(ties), 'tie')} drawn, {far + unreal} of them faint ({why}); "
        f"{how_many(actors, 'actor')}, {how_many(claims, 'claim')}."
    )


def why_faint(claim: Claim, asked: Question) -> str:
    """Say why a claim is shown faint; empty if it is not."""
    reasons = [] if claim.actual else [f"only {claim.modality}"]
    if asked.as_of and kind_of(claim) == "ties":
        said = answer([claim], asked)
        reasons += [] if said.firm else [str(said)]
    return "; ".join(reasons)


def say_events(events: Events) -> str:
    """Count events; those that only possibly lie before the day, and those without a date, are counted apart."""
    total = events.surely + events.possibly + events.undated
    return (
        f"{how_many(total, 'account')} of events: {events.surely} surely begun by the day, {events.possibly} only "
        f"possibly, {events.undated} without a date."
    )


def claim_table(claims: Iterable[Claim], said: Mapping[str, str], asked: Question) -> Frame:
    """List claims of all kinds as sentences, with who says it, of when, and why they are faint."""
    rows = []
    for claim in claims:
        voice = [claim.speaker or "the source itself", claim.status, claim.modality]
        when = say_date(claim.start) if kind_of(claim) != "ties" else claim.dates
        when = "" if when == "date not given" else when
        rows.append([claim.claim_id, said[claim.claim_id], *voice, when, claim.citation, why_faint(claim, asked)])
    return frame_of("claim, what is said, speaker, status, modality, when, source, faint because", rows)


def change_table(lines: Iterable[Line]) -> Frame:
    """List what differs between two days."""
    rows = [
        (line.row.partition(" ")[2] or line.row, *(cell.replace(" -> ", " → ") for cell in line.cells()[:3]))
        for line in lines
    ]
    return frame_of("row, change, what, where", rows)


def say_ends(graph: nx.MultiDiGraph, edge: tuple[str, str, str]) -> str:
    """A tie in one line of a list."""
    one, other = (graph.nodes[node]["name"] for node in edge[:2])
    return f"{one} {'→' if graph.edges[edge]['directed'] else '↔'} {other}: {edge[2].replace('-', ' ')}"


def find_name(asked: str, names: Iterable[str]) -> str:
    """Find the one name that is meant, in either script; empty if there is none, or more than one.

    >>> find_name("مصر", ["Egypt · مصر", "The leader of Egypt"]), find_name("egypt", ["Egypt", "The leader of Egypt"])
    ('Egypt · مصر', 'Egypt')
    """
    names, asked = list(names), asked.casefold()
    for fits in (
        [name for name in names if asked in (name.casefold(), *name.casefold().split(" · "))],
        [name for name in names if asked in name.casefold()],
    ):
        if len(fits) == 1:
            return fits[0]
    return ""
