"""What is told for a day: which attempt is the news, what came before it, who stands behind whom, what was said of it.

Nothing here knows a country, and nothing is put into words: what leads is found in the tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import networkx as nx

from libya_analysis.analysis.ceasefire import DAYS, Ceasefire, build_ceasefire
from libya_analysis.analysis.judgement import counted
from libya_analysis.analysis.network import backs_indeed, build_network, clearly_told, network_of, tie_claims
from libya_analysis.analysis.proxies import proxy_dyads
from libya_analysis.analysis.timeline import last_days, ranks, said_by, settled, told_by
from libya_analysis.analysis.voices import Voices, agencies, voice_of, voices_for
from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question, check_parameters, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import EVENTS, MODALITIES, OUTCOMES, PARTS, ROLES, TIES

#: What can be asked of a story.
ASKS = ("as_of", "near", "spells", "known_on", "sources", "statuses", "focus")


@dataclass(frozen=True, eq=False)
class Story:
    """What tables tell for a day, with the claims that it rests on; made by :func:`build_story`.

    Attributes
    ----------
    graph, actors : networkx.MultiDiGraph
        The network of states and bodies; and, of all actors by name, who leads whom and belongs to whom.
    ceasefire : Ceasefire
        Attempts at a ceasefire.
    """

    tables: Tables
    question: Question
    graph: nx.MultiDiGraph
    actors: nx.MultiDiGraph
    ceasefire: Ceasefire

    # -- time: events and their days ----------------------------------------------------------------------------------

    @cached_property
    def day(self) -> dt.date:
        """The day asked about, or else the last of which something is told."""
        return self.question.as_of or last_days(self.tables)[1] or dt.date.max  # nobody tells of a day: all are over

    @cached_property
    def long_ago(self) -> dt.date:
        """Before this day nothing is news."""
        return self.day - dt.timedelta(self.question.near)

    @cached_property
    def report_before(self) -> dt.date:
        """The day of the report before the last one, of those known on the day of the briefing."""
        out = sorted({day for date in self.tables.published().values() if (day := latest_of(date)) <= self.day})
        return out[-2] if len(out) > 1 else dt.date.min

    @cached_property
    def order(self) -> dict[str, int]:
        """Events told as real, or called off, that had begun by the day, numbered in the order of time."""
        off = {c.event_id for c in self.reports if MODALITIES[c.modality].arranged and OUTCOMES[c.kind].failed}
        order, told = ranks(self.tables), {claim.event_id for claim in self.reports if claim.actual} | off
        known = [event for event in told if self.first_day(event) <= self.day or self.first_day(event) == dt.date.max]
        gone = {event for event in known if self.kinds[event] == "departure"}
        known.sort(key=lambda event: (self.first_day(event), event in gone, order[event][1], event))
        return {event: number for number, event in enumerate(known)}

    def first_day(self, event: str) -> dt.date:
        """The day on which it began, by the sharpest of its dates, or else its place among those that have one."""
        return self._first_days.get(event, dt.date.max)

    @cached_property
    def _first_days(self) -> dict[str, dt.date]:
        found = {}
        for event, (place, _) in ranks(self.tables).items():
            days = [date.earliest or date.latest for date in self.dates.get(event, ())]
            found[event] = min((day for day in days if day), default=place)
        return found

    @cached_property
    def dates(self) -> dict[str, list[EdtfDate]]:
        """The sharpest dates that are told of each event, with the end that was told last."""
        return {event: settled(told) for event, told in self.reports_of.items()}

    def of_kind(self, kind: str) -> list[str]:
        """Events of a kind, in order."""
        return [event for event in self.order if self.kinds[event] == kind]

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kinds of events."""
        return self.tables.kinds("events")

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of events."""
        return self.tables.titles()

    @cached_property
    def before(self) -> list[str]:
        """What was before the last days, or has no place in time."""
        start = self.day - dt.timedelta(DAYS)
        return [e for e in self.order if self.first_day(e) <= start or self.first_day(e) == dt.date.max]

    @cached_property
    def later(self) -> set[str]:
        """Events told as real that were after the day asked about."""
        real = {claim.event_id for claim in self.reports if claim.actual}
        return {event for event in real if self.day < self.first_day(event) < dt.date.max}

    @cached_property
    def to_be(self) -> list[Claim]:
        """Accounts, by the day asked about, of what is to be on a later one."""
        told = [claim for claim in self.reports if not claim.actual and latest_of(claim.published) <= self.day]
        return [c for c in told if c.start and c.start.earliest and c.start.earliest > self.day]

    @cached_property
    def foreseen(self) -> list[Claim]:
        """Accounts of the last days of what is planned or predicted for no day that is told, and of no day before."""
        start, due = self.day - dt.timedelta(DAYS), {claim.event_id for claim in self.to_be}
        told = [claim for claim in self.reports if self.is_fresh(claim.published)]
        told = [c for c in told if MODALITIES[c.modality].ahead and not c.start and c.event_id not in due]
        told = [c for c in told if c.event_id not in self.order and self.first_day(c.event_id) > start]
        quoted = {(quote.source_id, number) for quote in self.foretold for number in quote.paragraphs}
        return [c for c in told if not quoted & {(c.source_id, number) for number in c.paragraphs}]

    def is_fresh(self, published: EdtfDate | None) -> bool:
        """Whether what was published then is of the last days."""
        return bool(published and published.latest and self.day - dt.timedelta(DAYS) < published.latest <= self.day)

    @cached_property
    def related(self) -> dict[str, list[Claim]]:
        """Relations of each event, from either end."""
        told = [claim for claims in self.before_and_after.values() for claim in claims]
        ends = [(claim.event_id, claim) for claim in told] + [(claim.to_id, claim) for claim in told]
        return {event: [claim for _, claim in mine] for event, mine in grouped(ends, lambda end: end[0]).items()}

    @cached_property
    def before_and_after(self) -> dict[str, list[Claim]]:
        """Relations in time of each event to others."""
        told = (claim for claim in self.tables.claimed["event_relations"] if self.lets_in(claim))
        return grouped(told, lambda claim: claim.event_id)

    # -- the news -----------------------------------------------------------------------------------------------------

    @cached_property
    def main(self) -> str:
        """The attempt that is the news, and concerns the actor in focus."""
        return self.ceasefire.newest([event for event in self.ceasefire.attempts if self.concerned(event)])

    @cached_property
    def beside(self) -> tuple[str, ...]:
        """The main attempt, if there is one, and talks on the same days in the same place."""
        if not self.main:
            return ()
        places = {row["event_id"]: row["place"] for row in records(self.tables.events)}
        days, kinds = {self.first_day(self.main)}, self.kinds
        beside = [e for e in self.order if kinds[e] == "talks" and places[e] == places.get(self.main)]
        return (self.main, *(e for e in beside if self.first_day(e) in days and e != self.main))

    def taking(self, role: str, events: Sequence[str] = ()) -> dict[str, list[Claim]]:
        """Who has a role in the main attempt, or in some events, as far as it is told as real."""
        mine = (
            c for event in events or (self.main,) for c in self.parts_of.get(event, ()) if c.kind == role and c.counts
        )
        return grouped(mine, lambda claim: claim.from_id)

    def gone(self, who: Iterable[str]) -> list[Claim]:
        """That some actors left, after the main attempt."""
        day, kinds, who = self.first_day(self.main), self.kinds, set(who)
        there = [c for c in self.parts if c.from_id in who and c.counts and c.event_id in self.order]
        return [c for c in there if kinds[c.event_id] == "departure" and self.first_day(c.event_id) >= day]

    def left(self, who: Iterable[str]) -> str:
        """Where all of some actors left after the main attempt, if it is one place."""
        places = {row["event_id"]: row["place"] for row in records(self.tables.events)}
        gone = grouped(self.gone(who), lambda claim: claim.from_id)
        left = {places[claim.event_id] for claims in gone.values() for claim in claims}
        return left.pop() if len(left) == 1 and len(gone) == len(set(who)) else ""

    @cached_property
    def not_consulted(self) -> dict[str, dict[str, list[Claim]]]:
        """Who was not consulted, by event and actor."""
        told = [c for c in self.parts if ROLES[c.kind].part == "not consulted" and self.concern([c])]
        return {e: grouped(cs, lambda c: c.from_id) for e, cs in grouped(told, lambda c: c.event_id).items()}

    # -- who is behind whom -------------------------------------------------------------------------------------------

    @property
    def focus(self) -> str:
        """The actor in focus as it stands in ``graph``: a leader counts as what it leads."""
        counts_as = self.graph.graph["counts_as"]
        return str(counts_as.get(self.question.focus, self.question.focus))

    @cached_property
    def backings(self) -> list[tuple[str, str, Any]]:
        """Backings of the two sides, or of and by the actor in focus: those most is told of first."""
        focus, voice = self.focus, self.voice
        found = []
        for a, b, edge in self.graph.edges(data=True):
            if (
                backs_indeed(edge)
                and not edge["of_group"]
                and (focus in (a, b) if focus else self.graph.nodes[b]["anchor"])
            ):
                told = counted(edge["claims"])
                weight = -len(voices_for(told, voice)), -len({claim.source_id for claim in told})
                vague = all(claim.reading for claim in edge["claims"] if claim.counts)
                found.append(((not edge["answer"].firm, vague, *weight, a, b), a, b, edge))
        return [(a, b, edge) for _, a, b, edge in sorted(found, key=lambda item: item[0])]

    @cached_property
    def contested(self) -> dict[str, dict[str, list[Claim]]]:
        """What is clearly told of those who are said to back opposite sides, by whom and which."""
        found: dict[str, dict[str, list[Claim]]] = {}
        for a, b, edge in self.backings:
            if (clear := clearly_told(edge)) and self.graph.nodes[b]["anchor"]:
                found.setdefault(a, {})[b] = clear
        return {actor: told for actor, told in found.items() if len(told) > 1}

    @cached_property
    def belonging(self) -> dict[str, list[str]]:
        """Who belongs to a state or body without counting as it, such as its contractors."""
        ties = [(b, a) for a, b, kind in self.graph.edges(data="kind") if kind == "member-of"]
        return {body: [own for _, own in those] for body, those in grouped(ties, lambda tie: tie[0]).items()}

    @cached_property
    def dyads(self) -> list[tuple[str, str, str, str]]:
        """Two backers of opposite sides that deal with each other, each with its client, if one is in focus."""
        names = {str(name): node for node, name in self.graph.nodes(data="name")}
        columns = ["patron", "client", "other patron", "other client"]
        rows = [row for row in records(proxy_dyads(self.graph)) if row["they also"]]
        found = [tuple(names[row[column]] for column in columns) for row in rows]
        return [row for row in found if self.focus in ("", row[0], row[2])]

    def shared(self, one: str, other: str) -> list[str]:
        """Attempts that both led in the last days, and what both had done before."""
        theirs = set(self.had_part.get(other, ()))
        return [event for event in self.had_part.get(one, ()) if event in theirs]

    @cached_property
    def had_part(self) -> dict[str, list[str]]:
        """What each state or body led, of the attempts of the last days but the main one, or had done before."""
        start, counts_as = self.day - dt.timedelta(DAYS), self.graph.graph["counts_as"]
        found: dict[str, list[str]] = {}
        for event in self.order:
            attempt = EVENTS[self.kinds[event]].attempt
            if event in self.beside or attempt != (start < self.first_day(event) < dt.date.max):
                continue
            mine = [c for c in self.parts_of.get(event, ()) if c.actual]
            own = [c for c in mine if not attempt or PARTS[ROLES[c.kind].part].stance == "for"]
            for actor in dict.fromkeys(counts_as.get(claim.from_id, claim.from_id) for claim in own):
                found.setdefault(actor, []).append(event)
        return found

    # -- what is said -------------------------------------------------------------------------------------------------

    @cached_property
    def quotes(self) -> list[Claim]:
        """Quotations of the day asked about and before that are let in."""
        mine = (quote for quote in self.tables.claimed["quotes"] if self.question.admits(quote))
        return [quote for quote in said_by(self.tables, mine, self.question) if self.concern([quote])]

    def said_as(self, *topics: str) -> list[Claim]:
        """Quotations of some topics, those on the main attempt first."""
        mine = [quote for quote in self.quotes if quote.topic in topics and self.is_recent(quote)]
        mine = [quote for quote in mine if quote.event_id not in self.later]
        return sorted(mine, key=lambda q: (q.event_id != self.main, topics.index(q.topic), q.from_id, not q.direct))

    def on_attempts(self, *topics: str) -> list[Claim]:
        """Quotations of some topics on attempts that were made, however long ago."""
        return [quote for quote in self.quotes if quote.topic in topics and self.is_on_attempt(quote)]

    def is_on_attempt(self, quote: Claim) -> bool:
        """Whether it is said of an attempt that was made: what nobody says of what it is said tells nothing."""
        return quote.event_id in self.order and EVENTS[self.kinds[quote.event_id]].attempt

    def is_recent(self, quote: Claim) -> bool:
        """Whether it was said, or else published, near the day; what was foretold may be older, and says so."""
        published, said = quote.published, quote.start
        fresh = bool(published and published.latest and published.latest >= self.long_ago)
        old = said and said.latest and said.latest < self.long_ago
        return fresh and (quote.topic == "forecast" or not old)

    @cached_property
    def reasons(self) -> list[Claim]:
        """Reasons given for what became of the main attempt, and for leaving it."""
        return [q for q in self.said_as("reason") if q.event_id and q.event_id in {self.main, *self.walked_out}]

    @cached_property
    def walked_out(self) -> set[str]:
        """Departures, after the main attempt, of those who refused it."""
        return {claim.event_id for claim in self.gone({*self.taking("withholds"), *self.taking("rejects")})}

    @cached_property
    def objections(self) -> list[Claim]:
        """What is said of those who objected to the main attempt."""
        return [quote for quote in self.objecting(self.main) if self.is_recent(quote)]

    def objecting(self, event: str) -> list[Claim]:
        """What is said of those who objected to an attempt, in the paragraphs that say that they did."""
        told = {(c.source_id, n) for c in self.parts_of.get(event, ()) if c.kind == "objects" for n in c.paragraphs}
        said = self.stances_on.get(event, ())
        return [quote for quote in said if told & {(quote.source_id, number) for number in quote.paragraphs}]

    @cached_property
    def stances_on(self) -> dict[str, list[Claim]]:
        """What is said for or against each attempt."""
        return grouped(self.on_attempts("stance"), lambda quote: quote.event_id)

    @cached_property
    def aims(self) -> list[Claim]:
        """Reasons given for anything but the main attempt."""
        mine = {quote.claim_id for quote in self.reasons}
        return [quote for quote in self.said_as("reason") if quote.claim_id not in mine]

    @cached_property
    def foretold(self) -> list[Claim]:
        """What somebody foretells or threatens, or says of what is to be."""
        threats = set(self.of_kind("threat"))
        told = [quote for quote in self.said_as("forecast", "threat") if quote.event_id not in threats]
        due, ids = {claim.event_id for claim in self.to_be}, {quote.claim_id for quote in told}
        more = (quote for quote in self.quotes if quote.event_id in due and quote.claim_id not in ids)
        return [*told, *(quote for quote in more if quote.topic != "stake")]

    @cached_property
    def stakes(self) -> list[Claim]:
        """What is said to be at stake."""
        return [quote for quote in self.quotes if quote.topic == "stake"]

    @cached_property
    def terms(self) -> list[Claim]:
        """What is asked for with the main attempt."""
        return [quote for quote in self.said_as("demand") if quote.event_id and quote.event_id == self.main]

    @cached_property
    def shared_stakes(self) -> list[Claim]:
        """What two backers of opposite sides have at stake together."""
        pairs = [{one, other} for one, _, other, _ in self.dyads]
        return [q for q in self.stakes if any(pair <= {*q.about} for pair in pairs)]

    @cached_property
    def accused(self) -> dict[str, list[Claim]]:
        """What was said against somebody, by the attempt of which it was said."""
        said = [quote for quote in self.said_as("accusation") if self.is_on_attempt(quote)]
        return grouped((quote for quote in said if quote.event_id != self.main), lambda quote: quote.event_id)

    @cached_property
    def old(self) -> list[Claim]:
        """What was said of what was before, but for the attempts at a ceasefire."""
        told = {event for event in self.before if not EVENTS[self.kinds[event]].attempt}
        return [quote for quote in self.quotes if quote.topic not in ("reason", "stake") and quote.event_id in told]

    # -- claims that are let in ---------------------------------------------------------------------------------------

    def lets_in(self, claim: Claim) -> bool:
        """Whether a claim is of a source asked for and known on the day."""
        return self.question.lets_in(claim.source_id, claim.published)

    def concern(self, claims: Iterable[Claim], *actors: str) -> bool:
        """Whether claims are about the actor in focus; without one, all are."""
        focus, counts_as = self.question.focus, self.graph.graph["counts_as"]
        if not focus:
            return True
        named = {*actors}
        for claim in claims:
            named |= {claim.from_id, claim.to_id, claim.said_by, claim.counterpart, *claim.about}
            named |= set(self.actors_in(claim.event_id))
        return focus in named or focus in {counts_as.get(actor, actor) for actor in named}

    def concerned(self, event: str) -> bool:
        """Whether an event concerns the actor in focus; without one, each does."""
        return not self.question.focus or self.concern((), *self.actors_in(event))

    @cached_property
    def reports(self) -> list[Claim]:
        """Accounts of events, as these stand on the day; with a focus, of those it has a part in."""
        told = told_by(self.tables.claimed["event_reports"], self.question.as_of)
        return [claim for claim in told if self.question.admits(claim) and self.concerned(claim.event_id)]

    @cached_property
    def reports_of(self) -> dict[str, list[Claim]]:
        """Accounts of each event."""
        return grouped(self.reports, lambda claim: claim.event_id)

    @cached_property
    def backed_in(self) -> dict[str, list[Claim]]:
        """Backings within each event."""
        return grouped((c for c in self.tables.claimed["backers"] if self.lets_in(c)), lambda claim: claim.event_id)

    @cached_property
    def parts(self) -> list[Claim]:
        """Parts in events that are let in."""
        return [claim for claim in self.tables.claimed["participants"] if self.question.admits(claim)]

    @cached_property
    def parts_of(self) -> dict[str, list[Claim]]:
        """Parts in each event that are let in."""
        return grouped(self.parts, lambda claim: claim.event_id)

    @cached_property
    def taking_part(self) -> dict[str, list[Claim]]:
        """All parts in each event."""
        return grouped(self.tables.claimed["participants"], lambda claim: claim.event_id)

    def actors_in(self, event: str) -> tuple[str, ...]:
        """Who has a part in an event."""
        return tuple(claim.from_id for claim in self.taking_part.get(event, ()))

    def ties_of(self, actor: str) -> Iterable[tuple[str, str, Any]]:
        """Whom an actor leads or belongs to."""
        return self.actors.out_edges(actor, data=True) if actor in self.actors else ()

    @cached_property
    def actor_kinds(self) -> dict[str, str]:
        """Kinds of actors."""
        return self.tables.kinds("actors")

    @cached_property
    def voice(self) -> Voices:
        """Who vouches for claims."""
        return voice_of(self.tables)

    @cached_property
    def newsroom(self) -> dict[str, str]:
        """The newsroom behind each source."""
        return agencies(self.tables)


def latest_of(date: EdtfDate | None) -> dt.date:
    """The last day that a date can mean; of none the first that there is."""
    return (date and date.latest) or dt.date.min


def build_story(tables: Tables, question: Question | None = None, **asked: Any) -> Story:
    """Find what is told for a day.

    Parameters
    ----------
    tables, question, **asked
        The evidence, and what is asked of it, see :func:`libya_analysis.check_parameters`: ``as_of`` (without it, the
        day of the last report), ``near, spells, known_on, sources, statuses``, and ``focus``, an actor of which alone
        it tells.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> build_story(load_tables(), as_of="2020-01-15").main
    'moscow-truce'
    """
    asks = check_parameters(tables, question, among=ASKS, **asked)
    asks = Question(**{name: getattr(asks, name) for name in ASKS})
    tables = known_tables(tables, sources=asks.sources, known_on=asks.known_on)
    graph = build_network(tables, asks, level="principal")
    placing = tuple(tie.name for tie in TIES.values() if tie.placing)
    actors = network_of(tables, replace(asks, as_of=None, kinds=placing), tie_claims(tables), officials=True)
    return Story(tables, asks, graph, actors, build_ceasefire(tables, asks))
