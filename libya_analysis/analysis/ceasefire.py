"""Attempts at a ceasefire: who was at the table, who was left out, and what became of them; no drawing.

The *consultation gap* of an attempt is the share of its stakeholders who were not consulted. Sources seldom say of
everybody whether they were asked, so it is a range: its lower end takes all of whom nothing is said as consulted, its
upper end takes them as left out. Silence is never read as absence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import UNDETERMINED, side_names
from libya_analysis.analysis.network import backs_indeed, network_of, tie_claims
from libya_analysis.analysis.principals import members
from libya_analysis.analysis.spells import EXCLUDED, Answer, answer
from libya_analysis.analysis.timeline import (
    Item,
    Told,
    build_timeline,
    last_days,
    may_have_begun,
    said_by,
    settled,
    told_by,
)
from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.frames import Frame, frame_of
from libya_analysis.evidence.garbage import unswept
from libya_analysis.evidence.question import SIDES, Question, check_parameters, known_tables
from libya_analysis.evidence.schema import split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import EVENTS, LANES, MODALITIES, OUTCOMES, PARTS, ROLES, STATUSES, rank

#: What can be asked of attempts at a ceasefire.
ASKS = ("sources", "statuses", "known_on", "as_of", "near", "spells")

#: Parts that answer an attempt.
ANSWERS = ("signed", "accepted", "withheld", "rejected")
#: Days that are told one by one, up to the day asked about.
DAYS = 10

_PART_ORDER = {part: rank(PARTS, part) for part in PARTS}


@dataclass(frozen=True)
class Standing:
    """What one source says of one stakeholder in one attempt."""

    event_id: str
    actor_id: str
    part: str  # what the stakeholder did, one of PARTS
    who: str  # as the source calls it: a leader, a minister or a group that counts as the stakeholder
    claim: Claim
    of_group: bool = False  # whether it is told of a group that the stakeholder is one of
    asked: bool | None = None  # whether that tells that it had been consulted, or had not

    @property
    def sure(self) -> bool:
        """Whether it is told as something that did happen, and not alleged or denied."""
        return self.claim.counts

    @property
    def own(self) -> bool:
        """Whether the source says it of the stakeholder, by whatever name, and in its own voice."""
        return self.sure and not self.claim.said_by and not self.of_group


@dataclass(frozen=True)
class Attempt(Told):
    """One attempt at a ceasefire, whatever number of dates it has been given; dates in words."""

    event_id: str
    title: str
    when: str
    modality: str  # actual, or planned if nobody tells that it was made
    backers: Mapping[str, Answer]  # the principals that back a party on its day, and what is known of that
    claims: tuple[Claim, ...]
    accusations: tuple[Claim, ...] = ()  # quotations that accuse somebody of something in it, such as breaking it
    begun: dt.date = dt.date.max  # its first day, or that of its place in the order


@dataclass(frozen=True)
class Stakeholder:
    """A state, government, armed group or organisation whom an attempt concerns."""

    actor_id: str
    name: str
    camp: str
    kind: str
    number: str  # whether it is one or several
    short: str  # an abbreviation by which the sources call it, if there is one, or else its name
    #: Names of the parties that it backs, and what is known of that on the day asked about or of the last report.
    backs: tuple[tuple[str, Answer], ...] = ()

    @property
    def said_backs(self) -> str:
        """The parties that it backs, in words."""
        return ", ".join(sorted(name if said.firm else f"{name} ({said})" for name, said in self.backs))


@dataclass(frozen=True)
class Gap:
    """Who was consulted in an attempt, by name: asked, not asked, or nothing certain is said."""

    consulted: tuple[str, ...]
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]
    rests_on: tuple[str, ...]

    @property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """Names by whether they were asked."""
        return {"asked": self.consulted, "unknown": self.unknown, "not asked": self.left_out}

    @property
    def total(self) -> int:
        """Number of stakeholders."""
        return len(self.consulted) + len(self.left_out) + len(self.unknown)

    @property
    def range(self) -> tuple[int, int]:
        """How many were not consulted, at least and at most."""
        return len(self.left_out), len(self.left_out) + len(self.unknown)

    @property
    def said(self) -> str:
        """The range in words: ``5 of 8`` or ``0 to 3 of 6``."""
        low, high = self.range
        return f"{low if low == high else f'{low} to {high}'} of {self.total}"


@dataclass(frozen=True, eq=False)
class Ceasefire:
    """Attempts at a ceasefire and what their stakeholders did in them."""

    attempts: Mapping[str, Attempt]  # in the order of time as far as it is known
    stakeholders: Mapping[str, Stakeholder]  # by camp and name
    standings: tuple[Standing, ...]  # all that is said of them, by attempt, stakeholder and part
    parties: tuple[str, ...]  # the anchors of the camps, as principals
    sources: tuple[str, ...] = ()  # those used
    camps: Mapping[str, str] = field(default_factory=dict)  # names of the camps by side
    day: dt.date | None = None  # the day asked about, or of the last report

    def newest(self, among: Collection[str] | None = None) -> str:
        """The attempt that is the news: of those told of last that were answered, the latest; empty if none was made.

        Those told of last are in what was published in the last days, or else all.
        """
        made = {e: a for e, a in self.attempts.items() if a.modality == "actual" and (among is None or e in among)}
        answered = {s.event_id for s in self.standings if s.part in ANSWERS and s.sure}

        def weight(event: str) -> tuple[bool, bool, dt.date, int]:
            begun = made[event].begun
            told = len(made[event].claims)
            fresh = any(self._is_fresh(claim.published) for claim in made[event].claims)
            return fresh, event in answered, dt.date.min if begun == dt.date.max else begun, told

        return max(made, key=weight, default="")

    def _is_fresh(self, published: EdtfDate | None) -> bool:
        out = published and published.latest
        return bool(out and self.day and self.day - dt.timedelta(DAYS) < out <= self.day)

    @property
    def made(self) -> dict[str, Attempt]:
        """The attempts that were made, without those that are only planned."""
        return {event: attempt for event, attempt in self.attempts.items() if MODALITIES[attempt.modality].actual}

    @cached_property
    def _by_event(self) -> dict[str, list[Standing]]:
        return grouped(self.standings, lambda standing: standing.event_id)

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], list[Standing]]:
        return grouped(self.standings, lambda standing: (standing.event_id, standing.actor_id))

    def of(self, event_id: str, actor_id: str) -> tuple[Standing, ...]:
        """What is said of one stakeholder in one attempt; empty if nothing is."""
        return tuple(self._by_place.get((event_id, actor_id), ()))

    def within(self, event_id: str) -> tuple[Standing, ...]:
        """All that is said of stakeholders in one attempt."""
        return tuple(self._by_event.get(event_id, ()))

    def gap(self, event_id: str) -> Gap:
        """Who was consulted in one attempt; see :func:`libya_analysis.consultation_gap`."""
        standings = self.within(event_id)
        left_out = {standing.actor_id for standing in standings if standing.asked is False}
        concerned = {*self.parties, *self.attempts[event_id].backers, *left_out}
        by_answer = grouped(concerned, lambda actor: _consulted(self.of(event_id, actor)))
        consulted, not_consulted, unknown = (
            tuple(sorted(self.stakeholders[actor].name for actor in by_answer.get(answer, ())))
            for answer in ("consulted", "not consulted", "unknown")
        )
        told = (s for s in standings if s.actor_id in concerned and s.asked is not None)
        return Gap(consulted, not_consulted, unknown, tuple(standing.claim.claim_id for standing in told))


def _consulted(standings: Iterable[Standing]) -> str:
    """Whether a stakeholder was consulted, as far as sure claims say so."""
    sure = {standing.asked for standing in standings if standing.sure}
    asked, left_out = True in sure, False in sure
    return "unknown" if asked == left_out else "consulted" if asked else "not consulted"


@unswept
def build_ceasefire(tables: Tables, question: Question | None = None, **asked: Any) -> Ceasefire:
    """Set out who did what in each attempt at a ceasefire.

    An attempt was made, or is planned; what is only foretold, feared, hoped for on a condition or threatened is none.
    Leaders and ministers count as their state, persons as the body that they lead. What is said of a group ("the
    rivals") is said of each of its members that the sources name beyond doubt; a group without such members ("the
    Libyans") stands for itself.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, statuses, known_on``; ``as_of``,
        after which no attempt may have begun; ``near, spells``, by which it is told who backed a party on its day.

    Returns
    -------
    Ceasefire
        Attempts in the order of time, their stakeholders by camp and name, and all that is said of these.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> ceasefire = build_ceasefire(load_tables(), sources=["moscow-truce-2020"])
    >>> [standing.part for standing in ceasefire.of("moscow-truce", "lna")]
    ['withheld', 'withheld', 'invited', 'invited']
    """
    asks = check_parameters(tables, question, among=ASKS, **asked)
    asks = Question(**{name: getattr(asks, name) for name in ASKS})
    tables = known_tables(tables, asks)
    attempted = [item for item in build_timeline(tables, asks).items if EVENTS[item.kind].attempt]
    told = grouped(attempted, lambda item: item.event_id)
    told = {event: items for event, items in told.items() if _tried(items)}
    told = {event: items for event, items in told.items() if may_have_begun(_accounts(items), asks.as_of)}

    last = asks.as_of or last_days(tables)[1]  # whence what has no date is seen
    graph = network_of(tables, replace(asks, as_of=last, level="principal"), tie_claims(tables))
    counts_as = graph.graph["counts_as"]
    anchors = filter(None, (camp["anchor"] for camp in tables.camps))
    parties = tuple(counts_as.get(anchor, anchor) for anchor in anchors)
    belonging = members(tables)
    backing = _backing(tables, graph, asks, parties, belonging)
    days = {_begun(items) or last for items in told.values()}
    on_day = {day: _backers(backing, replace(asks, as_of=day)) for day in days}
    accused = [quote for quote in tables.claimed["quotes"] if quote.topic == "accusation" and asks.admits(quote)]
    accusations = grouped(said_by(tables, accused, asks), lambda quote: quote.event_id)
    backers = {event: on_day[_begun(items) or last] for event, items in told.items()}
    attempts = _attempts(told, backers, accusations, asks.as_of)
    standings = tuple(_standings(tables, attempts, asks, belonging, counts_as))
    concerned = {standing.actor_id for standing in standings} | set(parties)
    concerned |= {backer for attempt in attempts.values() for backer in attempt.backers}
    stakeholders = _stakeholders(tables, graph, concerned, parties)
    camps = side_names(tables.camps)
    return Ceasefire(attempts, stakeholders, standings, parties, tuple(tables.published()), camps, last)


def consultation_gap(ceasefire: Ceasefire) -> Frame:
    """Measure how many of those whom a ceasefire concerned were not asked.

    The stakeholders of an attempt are the parties, those who back one of them on the day (as far as is known, but
    not only according to an enemy or by an ambiguous wording), and those left out, as a source says. Consulted are who
    led, signed, refused, withdrew, sat at the table or were invited, and who accepted or rejected what was put to them
    as a deal, be it a proposal, a truce or an agreement; a call made in public may be answered by who had not been
    asked. Not consulted are those of whom a source says so. Those of whom nothing is said, or of whom sources disagree,
    are unknown: they make the difference between the two ends of the range. What is only planned or foretold, alleged
    or denied counts as unknown.

    Parameters
    ----------
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`.

    Returns
    -------
    pandas.DataFrame
        One row an attempt: ``attempt, when, outcome, stakeholders`` (their number), ``consulted, not consulted,
        unknown`` (names), ``gap from, gap to`` (shares of all stakeholders), ``rests on`` (ids of the rows).

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> gap = consultation_gap(build_ceasefire(load_tables(), sources=["moscow-truce-2020"]))
    >>> gap.loc["ceasefire-call", "not consulted"]
    'Egypt, The Libyans, United Arab Emirates, United Nations'
    """
    rows = []
    for event, attempt in ceasefire.attempts.items():
        gap = ceasefire.gap(event)
        shares = [round(number / gap.total, 2) if gap.total else float("nan") for number in gap.range]
        names = [", ".join(found) for found in (gap.consulted, gap.left_out, gap.unknown)]
        told = [attempt.title, attempt.when, attempt.outcome, gap.total]
        rows.append([event, *told, *names, *shares, "; ".join(gap.rests_on)])
    measured = "consulted, not consulted, unknown, gap from, gap to, rests on"
    return frame_of(f"event_id, attempt, when, outcome, stakeholders, {measured}", rows)


def failed_attempts(ceasefire: Ceasefire) -> Frame:
    """List attempts that came to less than was tried: cancelled, left unsigned or partly signed, or ended.

    Parameters
    ----------
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`.

    Returns
    -------
    pandas.DataFrame
        One row an attempt, by event_id: ``title, when, outcome, citations``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> failed_attempts(build_ceasefire(load_tables(), sources=["moscow-truce-2020"])).loc["moscow-truce", "outcome"]
    'partly-signed'
    """
    rows = [
        [event, attempt.title, attempt.when, attempt.outcome, attempt.citations]
        for event, attempt in ceasefire.attempts.items()
        if any(OUTCOMES[outcome].failed for outcome in attempt.outcome.split(" or "))
    ]
    return frame_of("event_id, title, when, outcome, citations", rows)


def ceasefire_table(ceasefire: Ceasefire, gathered: bool = False) -> Frame:
    """List what the chart of attempts rests on: the table that it encodes.

    Parameters
    ----------
    ceasefire : Ceasefire
        The attempts.
    gathered : bool
        Whether who had the same part by the same voice share a row.

    Returns
    -------
    pandas.DataFrame
        One row a participation and stakeholder, by id and in the order of the attempts: ``attempt, stakeholder,
        named as, part, voice, source``. Gathered, one row an attempt, part and voice: ``stakeholder, source``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> ceasefire_table(build_ceasefire(load_tables())).loc["moscow-truce-egypt-objects", "part"]
    'objected'
    """
    rows = []
    for event, attempt in ceasefire.attempts.items():
        for standing in ceasefire.within(event):
            claim, name = standing.claim, ceasefire.stakeholders[standing.actor_id].name
            did = [attempt.title, name, standing.who, standing.part]
            rows.append([claim.claim_id, *did, claim.firmness, claim.citation])
    table = frame_of("participation, attempt, stakeholder, named as, part, voice, source", rows)
    if gathered:
        shared = table.groupby(["attempt", "part", "voice"], sort=False)[["stakeholder", "source"]]
        table = Frame(shared.agg(_listed))
    return table


def _listed(cells: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(cells))


# -- attempts ---------------------------------------------------------------------------------------------------------


def _accounts(items: Sequence[Item]) -> list[Claim]:
    return [claim for item in items for claim in item.claims]


def _tried(items: Sequence[Item]) -> bool:
    """Whether an account tells of an event as made or set up."""
    return any(MODALITIES[claim.modality].tried for claim in _accounts(items))


def _begun(items: Sequence[Item]) -> dt.date | None:
    """The last day on which an event can have begun, None where that is open."""
    days = [item.date.latest or item.date.earliest for item in items if item.date]
    return max(filter(None, days), default=None)


def _attempts(
    told: Mapping[str, Sequence[Item]],
    backers: Mapping[str, Mapping[str, Answer]],
    accusations: Mapping[str, Sequence[Claim]],
    day: dt.date | None,
) -> dict[str, Attempt]:
    """One attempt for each event that is one."""
    found = []
    for event, items in told.items():
        claims = tuple(told_by(_accounts(items), day))
        exact = settled(claims)
        when = " or ".join(dict.fromkeys(map(say_date, exact))) or say_date(None)
        tried = (claim.modality for claim in claims if MODALITIES[claim.modality].tried)
        modality = min(tried, key=lambda name: MODALITIES[name].arranged)
        accused = tuple(accusations.get(event, ()))
        first = min((date.earliest or date.latest or dt.date.min for date in exact), default=dt.date.max)
        begun = first if exact else items[0].place[0]
        attempt = Attempt(event, items[0].title, when, modality, backers[event], claims, accused, begun)
        found.append((first, attempt))
    found.sort(key=lambda item: item[0])  # stable: those without a date keep their order
    return {attempt.event_id: attempt for _, attempt in found}


# -- stakeholders -----------------------------------------------------------------------------------------------------


def _standings(
    tables: Tables,
    attempts: Mapping[str, Attempt],
    asks: Question,
    belonging: Mapping[str, set[str]],
    counts_as: Mapping[str, str],
) -> list[Standing]:
    names, kinds, events = tables.names(), tables.kinds("actors"), tables.kinds("events")
    found = [
        Standing(
            claim.event_id,
            actor,
            part := ROLES[claim.kind].part,
            names[claim.from_id],
            claim,
            claim.from_id in belonging,
            _was_asked(part, events[claim.event_id]),
        )
        for claim in tables.claimed["participants"]
        if claim.event_id in attempts and asks.admits(claim)
        for actor in {counts_as.get(actor, actor) for actor in belonging.get(claim.from_id, {claim.from_id})}
        if kinds[actor] != "officials"
    ]
    return sorted(found, key=lambda s: (s.event_id, s.actor_id, _PART_ORDER[s.part], s.claim.claim_id))


def _was_asked(part: str, kind: str) -> bool | None:
    """Whether who had a part in an attempt had been consulted: whoever answers a deal had, of a call nobody knows."""
    return True if part in ANSWERS and EVENTS[kind].lane == LANES[2] else PARTS[part].asked


def _backing(
    tables: Tables, graph: nx.MultiDiGraph, asks: Question, parties: Sequence[str], belonging: Collection[str]
) -> dict[tuple[str, str], list[Claim]]:
    """Claims that somebody backs one of the parties, told as real, by who and whom; whenever it was.

    What is told of a group whose members are named is told of none of them.
    """
    counts_as = graph.graph["counts_as"]

    def ends(claim: Claim) -> tuple[str, str]:
        return counts_as.get(claim.from_id, claim.from_id), counts_as.get(claim.to_id, claim.to_id)

    found = grouped((c for c in tables.claimed["backers"] if c.actual and asks.admits(c)), ends)
    others = {*parties, *belonging}
    return {(a, b): told for (a, b), told in found.items() if b in parties and a not in others and a in graph}


def _backers(backing: Mapping[tuple[str, str], Sequence[Claim]], question: Question) -> dict[str, Answer]:
    """Who backs one of the parties on a day, with the answer; by accusations or ambiguous wordings alone, nobody."""
    found: dict[str, Answer] = {}
    for (actor, _), claims in sorted(backing.items()):
        clear = (claim for claim in claims if STATUSES[claim.status].counts and not claim.reading)
        if any(answer([claim], question).kind != EXCLUDED for claim in clear):
            said = answer(claims, question)
            found[actor] = said if actor not in found or said.firm else found[actor]
    return found


def _stakeholders(
    tables: Tables, graph: nx.MultiDiGraph, concerned: Iterable[str], parties: Sequence[str]
) -> dict[str, Stakeholder]:
    names, kinds, order = tables.names(), tables.kinds("actors"), ("left", UNDETERMINED, *SIDES[2:], "right")
    numbers = dict(zip(tables.actors["actor_id"], tables.actors["number"], strict=True))
    short = {}
    for actor, aliases in zip(tables.actors["actor_id"], tables.actors["aliases"], strict=True):
        letters = [word for word, _ in map(split_alias, aliases) if word.isupper()]
        if letters:
            short[actor] = min(letters, key=len)
    found = []
    for actor in concerned:
        camp = graph.nodes[actor]["camp"] if actor in graph else UNDETERMINED
        backs = [
            (names[b], edge["answer"])
            for _, b, edge in (graph.out_edges(actor, data=True) if actor in graph else ())
            if backs_indeed(edge) and b in parties
        ]
        inner = actor not in parties if camp != "right" else actor in parties
        is_what = kinds[actor], numbers[actor]
        holder = Stakeholder(actor, names[actor], camp, *is_what, short.get(actor, names[actor]), tuple(backs))
        found.append((order.index(camp), inner, names[actor], holder))
    return {stakeholder.actor_id: stakeholder for *_, stakeholder in sorted(found, key=lambda item: item[:3])}
