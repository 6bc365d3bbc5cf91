"""What the explorer shows: one selection, and the network, events, attempts and quotations in it; no widgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

import networkx as nx

from libya_analysis.analysis.ceasefire import Ceasefire, build_ceasefire
from libya_analysis.analysis.network import ASKS as NETWORK_ASKS
from libya_analysis.analysis.network import build_network
from libya_analysis.analysis.timeline import Timeline, build_timeline, last_days
from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.frames import Frame, frame_of
from libya_analysis.evidence.question import FIELDS, Question, declare, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.words.sentence import how_many

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
        for name in ("moments", "widest_of", "network", "events", "ceasefire"):
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

    def quotations(self, asked: Question) -> list[tuple[Claim, bool]]:
        """Quotations that may have been said by the day, each with whether they surely were."""
        people, members = set(asked.actors), set(self._members(asked))
        day, found = asked.as_of or dt.date.max, []
        for claim in self.known(asked).claimed["quotes"]:
            out, said = claim.published, claim.start
            latest = min((date.latest for date in (said, out) if date and date.latest), default=None)
            about = {claim.from_id, *claim.about, *claim.said_to}
            if (
                (not people or bool(people & about))
                and (not asked.camps or bool(members & about))
                and not (said and said.earliest and said.earliest > day)
            ):
                found.append((claim, bool(latest and latest <= day)))
        return found

    def _members(self, asked: Question) -> tuple[str, ...]:
        return tuple(node for node, camp in self.widest_of(asked).nodes(data="camp") if camp in asked.camps)


def say_ties(graph: nx.MultiDiGraph) -> str:
    """Count what a network draws; what was not reported near the day is counted apart.

    >>> from libya_analysis import build_network, load_tables
    >>> say_ties(build_network(load_tables(), as_of="2012-01-01", sources=["moscow-truce-2020"])).split(",")[0]
    'As of 1 January 2012: 42 ties drawn'
    """
    ties = [tie for *_, tie in graph.edges(data=True)]
    faint = sum(not tie["answer"].firm for tie in ties)
    claims = sum(len(tie["claims"]) for tie in ties)
    actors = sum(1 for node in graph if graph.degree(node))
    day = say_date(graph.graph["as_of"].isoformat())
    return (
        f"As of {day}: {how_many(len(ties), 'tie')} drawn, {faint} of them faint, not reported "
        f"within {graph.graph['near']} days; {how_many(actors, 'actor')}, {how_many(claims, 'claim')}."
    )


def say_events(events: Events) -> str:
    """Count events; those that only possibly lie before the day, and those without a date, are counted apart."""
    total = events.surely + events.possibly + events.undated
    return (
        f"{how_many(total, 'account')} of events: {events.surely} surely begun by the day, {events.possibly} only "
        f"possibly, {events.undated} without a date."
    )


def quotation_table(found: Iterable[tuple[Claim, bool]], names: dict[str, str]) -> Frame:
    """List quotations, by id."""
    rows = []
    for claim, _ in sorted(found, key=lambda item: (not item[0].direct, item[0].claim_id)):
        words = (f"“{claim.quote}”", "in so many words") if claim.direct else (claim.quote, "in our words")
        about = ", ".join(names.get(actor, actor) for actor in claim.about)
        said = claim.as_written or (say_date(claim.start) if claim.start else "")
        rows.append([claim.claim_id, names.get(claim.from_id, claim.from_id), *words, about, said, claim.citation])
    return frame_of("quotation, speaker, words, how, about, said, source", rows)


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
