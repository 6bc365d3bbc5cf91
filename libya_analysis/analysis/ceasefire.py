"""Attempts at a ceasefire: who was at the table, who was left out, and what became of them; no drawing.

The *consultation gap* of an attempt is the share of its stakeholders who were not consulted. Sources seldom say of
everybody whether they were asked, so it is a range: its lower end takes all of whom nothing is said as consulted, its
upper end takes them as left out. Silence is never read as absence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.network import answer, backs_indeed, network_of, tie_claims, used_sources
from libya_analysis.analysis.principals import members
from libya_analysis.analysis.timeline import Item, build_timeline, last_days
from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.frames import Frame
from libya_analysis.evidence.question import Question, check_parameters
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import EVENTS, OUTCOMES, PARTS, ROLES, STATUSES, rank

#: What can be asked of attempts at a ceasefire.
ASKS = ("sources", "statuses", "known_on", "as_of")

_PART_ORDER = {part: rank(PARTS, part) for part in PARTS}


@dataclass(frozen=True)
class Standing:
    """What one source says of one stakeholder in one attempt.

    Attributes
    ----------
    event_id, actor_id : str
        The attempt and the stakeholder.
    part : str
        What the stakeholder did, by :data:`~libya_analysis.evidence.vocabulary.PARTS`.
    who : str
        The name that the source uses: of a leader, a minister or a group that counts as the stakeholder.
    claim : Claim
        The participation.
    """

    event_id: str
    actor_id: str
    part: str
    who: str
    claim: Claim

    @property
    def sure(self) -> bool:
        """Whether it is told as something that did happen, and not alleged or denied."""
        return self.claim.counts


@dataclass(frozen=True)
class Attempt:
    """One attempt at a ceasefire, whatever number of dates it has been given.

    Attributes
    ----------
    when, outcome : str
        Its dates and outcomes, in words.
    order : str
        How it stands to other events, in words.
    backers : mapping of str to str
        The principals that back a party on its day, with the answer (``holds`` or ``possible``).
    claims : tuple of Claim
        The accounts of it.
    """

    event_id: str
    title: str
    kind: str
    when: str
    outcome: str
    modality: str
    order: str
    backers: Mapping[str, str]
    claims: tuple[Claim, ...]

    @property
    def report_ids(self) -> tuple[str, ...]:
        """Ids of the accounts."""
        return tuple(claim.claim_id for claim in self.claims)

    @property
    def citations(self) -> tuple[str, ...]:
        """Sources and paragraphs, each once."""
        return tuple(dict.fromkeys(claim.citation for claim in self.claims))


@dataclass(frozen=True)
class Stakeholder:
    """A state, government, armed group or organisation whom an attempt concerns.

    ``backs`` are the names of the parties that it backs, each with the answer (``holds`` or ``possible``) for the day
    asked about or of the last report.
    """

    actor_id: str
    name: str
    camp: str
    backs: tuple[tuple[str, str], ...] = ()

    @property
    def said_backs(self) -> str:
        """The parties that it backs, in words."""
        return ", ".join(sorted(name if holds == "holds" else f"possibly {name}" for name, holds in self.backs))


@dataclass(frozen=True)
class Gap:
    """Who was consulted in an attempt, by name: asked, not asked, or nothing certain is said."""

    consulted: tuple[str, ...]
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]
    rests_on: tuple[str, ...]

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
    """Attempts at a ceasefire and what their stakeholders did in them.

    Attributes
    ----------
    attempts : mapping of str to Attempt
        By event_id, in the order of time as far as it is known.
    stakeholders : mapping of str to Stakeholder
        By actor_id, ordered by camp and name.
    standings : tuple of Standing
        All that is said of them, ordered by attempt, stakeholder and part.
    parties : tuple of str
        The two sides, as principals.
    sources : tuple of str
        Sources used.
    """

    attempts: Mapping[str, Attempt]
    stakeholders: Mapping[str, Stakeholder]
    standings: tuple[Standing, ...]
    parties: tuple[str, ...]
    sources: tuple[str, ...] = field(default=())

    @cached_property
    def _by_place(self) -> dict[str, dict[str, tuple[Standing, ...]]]:
        found: dict[str, dict[str, tuple[Standing, ...]]] = {}
        for standing in self.standings:
            row = found.setdefault(standing.event_id, {})
            row[standing.actor_id] = (*row.get(standing.actor_id, ()), standing)
        return found

    def of(self, event_id: str, actor_id: str) -> tuple[Standing, ...]:
        """What is said of one stakeholder in one attempt; empty if nothing is."""
        return self._by_place.get(event_id, {}).get(actor_id, ())

    def within(self, event_id: str) -> tuple[Standing, ...]:
        """All that is said of stakeholders in one attempt."""
        return tuple(standing for found in self._by_place.get(event_id, {}).values() for standing in found)

    def gap(self, event_id: str) -> Gap:
        """Who was consulted in one attempt; see :func:`libya_analysis.consultation_gap`."""
        standings = self.within(event_id)
        left_out = {standing.actor_id for standing in standings if PARTS[standing.part].asked is False}
        concerned = {*self.parties, *self.attempts[event_id].backers, *left_out}
        groups: dict[str, list[str]] = {"consulted": [], "not consulted": [], "unknown": []}
        for actor in concerned:
            groups[_consulted(self.of(event_id, actor))].append(self.stakeholders[actor].name)
        told = (s for s in standings if s.actor_id in concerned and PARTS[s.part].asked is not None)
        consulted, not_consulted, unknown = (tuple(sorted(found)) for found in groups.values())
        return Gap(consulted, not_consulted, unknown, tuple(standing.claim.claim_id for standing in told))


def _consulted(standings: Iterable[Standing]) -> str:
    """Whether a stakeholder was consulted, as far as sure claims say so."""
    sure = {PARTS[standing.part].asked for standing in standings if standing.sure}
    asked, left_out = True in sure, False in sure
    return "unknown" if asked == left_out else "consulted" if asked else "not consulted"


def build_ceasefire(tables: Tables, question: Question | None = None, **asked: Any) -> Ceasefire:
    """Set out who did what in each attempt at a ceasefire.

    Leaders and ministers count as their state, persons as the body that they lead. What is said of a group ("the
    Libyans", "the rivals") is said of each of its members that the tables name; a group without such members stands
    for itself.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question : Question, optional
        What is asked, from :func:`libya_analysis.check_parameters`.
    **asked
        Parameters that say it, or change something of the question: ``sources`` and ``statuses`` of the claims;
        ``known_on``, by which sources had been published; ``as_of``, after which no attempt may have begun.

    Returns
    -------
    Ceasefire

    Raises
    ------
    ParameterError
        If a parameter has a value that the tables do not know.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> ceasefire = build_ceasefire(load_tables(), sources=["moscow-truce-2020"])
    >>> [standing.part for standing in ceasefire.of("moscow-truce", "lna")]
    ['withheld', 'withheld']
    """
    asks = check_parameters(tables, question, among=ASKS, **asked)
    asks = Question(sources=asks.sources, statuses=asks.statuses, known_on=asks.known_on, as_of=asks.as_of)
    told: dict[str, list[Item]] = {}
    for item in build_timeline(tables, asks).items:
        if EVENTS[item.kind].attempt:
            told.setdefault(item.event_id, []).append(item)
    told = {event: items for event, items in told.items() if _may_have_begun(items, asks.as_of)}

    last = asks.as_of or last_days(tables)[1]  # attempts without a date are seen from here
    sources = used_sources(tables, asks)
    seen = Question(sources=asks.sources, statuses=asks.statuses, as_of=last, level="principal")
    graph = network_of(tables, seen, sources, tie_claims(tables))
    counts_as = graph.graph["counts_as"]
    parties = tuple(counts_as.get(camp["anchor"], camp["anchor"]) for camp in tables.camps)
    backing = _backing(tables, graph, sources, asks.statuses, parties)
    on_day = {day: _backers(backing, day) for day in {_begun(items) or last for items in told.values()}}
    attempts = _attempts(told, {event: on_day[_begun(items) or last] for event, items in told.items()})
    standings = tuple(_standings(tables, attempts, frozenset(sources), asks.statuses, counts_as))
    concerned = {standing.actor_id for standing in standings} | set(parties)
    concerned |= {backer for attempt in attempts.values() for backer in attempt.backers}
    stakeholders = _stakeholders(tables, graph, concerned, parties)
    return Ceasefire(attempts, stakeholders, standings, parties, tuple(sources))


def consultation_gap(ceasefire: Ceasefire) -> Frame:
    """Measure how many of those whom a ceasefire concerned were not asked.

    The stakeholders of an attempt are the two parties, those who back one of them on the day (surely or possibly, but
    not only according to an enemy), and those of whom a source says that they were left out. Consulted are those who
    led, signed, refused, withdrew, sat at the table or were invited; not consulted are those of whom a source says so.
    Those of whom nothing is said, or of whom sources disagree, are unknown: they make the difference between the two
    ends of the range. What is only planned or foretold, alleged or denied counts as unknown.

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
    'Egypt, Government of National Accord, Libyan National Army, United Arab Emirates, United Nations'
    """
    rows = []
    for event, attempt in ceasefire.attempts.items():
        gap = ceasefire.gap(event)
        shares = [round(number / gap.total, 2) if gap.total else float("nan") for number in gap.range]
        names = [", ".join(found) for found in (gap.consulted, gap.left_out, gap.unknown)]
        told = [attempt.title, attempt.when, attempt.outcome, gap.total]
        rows.append([event, *told, *names, *shares, "; ".join(gap.rests_on)])
    columns = [
        "event_id", "attempt", "when", "outcome", "stakeholders", "consulted", "not consulted", "unknown", "gap from",
        "gap to", "rests on",
    ]  # fmt: skip
    return Frame(rows, columns=columns).set_index("event_id")


def failed_attempts(ceasefire: Ceasefire) -> Frame:
    """List attempts that came to less than was tried: cancelled, left unsigned or partly signed, or ended.

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
    return Frame(rows, columns=["event_id", "title", "when", "outcome", "citations"]).set_index("event_id")


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
    order = {event: number for number, event in enumerate(ceasefire.attempts)}
    rows = [
        [
            standing.claim.claim_id,
            ceasefire.attempts[standing.event_id].title,
            ceasefire.stakeholders[standing.actor_id].name,
            standing.who,
            standing.part,
            standing.claim.firmness,
            standing.claim.citation,
        ]
        for standing in sorted(ceasefire.standings, key=lambda standing: order[standing.event_id])
    ]
    columns = ["participation", "attempt", "stakeholder", "named as", "part", "voice", "source"]
    table = Frame(rows, columns=columns).set_index("participation")
    if gathered:
        shared = table.groupby(["attempt", "part", "voice"], sort=False)[["stakeholder", "source"]]
        table = Frame(shared.agg(_listed))
    return table


def _listed(cells: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(cells))


# -- attempts ---------------------------------------------------------------------------------------------------------


def _may_have_begun(items: Sequence[Item], day: dt.date | None) -> bool:
    """Whether an event may have begun by a day: not if all of its dates are later."""
    begins = [item.date.earliest or dt.date.min for item in items if item.date]
    return not (day and begins and min(begins) > day)


def _begun(items: Sequence[Item]) -> dt.date | None:
    """The last day on which an event can have begun, None where that is open."""
    days = [item.date.latest or item.date.earliest for item in items if item.date]
    return max(filter(None, days), default=None)


def _attempts(told: Mapping[str, Sequence[Item]], backers: Mapping[str, Mapping[str, str]]) -> dict[str, Attempt]:
    """One attempt for each event that is one."""
    found = []
    for event, items in told.items():
        exact = _exact([item.date for item in items])
        outcomes = dict.fromkeys(item.outcome for item in items if OUTCOMES[item.outcome].known)
        attempt = Attempt(
            event_id=event,
            title=items[0].title,
            kind=items[0].kind,
            when=" or ".join(dict.fromkeys(map(say_date, exact))) or say_date(None),
            outcome=" or ".join(outcomes) or "unknown",
            modality=items[0].modality,
            order=items[0].order,
            backers=backers[event],
            claims=tuple(claim for item in items for claim in item.claims),
        )
        first = min((date.earliest or dt.date.min for date in exact), default=dt.date.max)
        found.append((first, attempt))
    found.sort(key=lambda item: item[0])  # stable: those without a date keep their order
    return {attempt.event_id: attempt for _, attempt in found}


def _exact(dates: list[EdtfDate | None]) -> list[EdtfDate]:
    """Different dates from the earliest on, without those that only repeat another one less exactly."""
    spans = {date: (date.earliest or dt.date.min, date.latest or dt.date.max) for date in dates if date}
    vague = {
        date
        for date, (low, high) in spans.items()
        for other in spans.values()
        if other != (low, high) and low <= other[0] and other[1] <= high
    }
    return sorted((date for date in spans if date not in vague), key=spans.__getitem__)


# -- stakeholders -----------------------------------------------------------------------------------------------------


def _standings(
    tables: Tables,
    attempts: Mapping[str, Attempt],
    sources: frozenset[str],
    statuses: Sequence[str],
    counts_as: Mapping[str, str],
) -> list[Standing]:
    names, kinds = tables.names(), dict(zip(tables.actors["actor_id"], tables.actors["kind"], strict=True))
    belonging = members(tables, sources)
    found = []
    for claim in sorted(tables.claimed["participants"], key=lambda claim: claim.claim_id):
        wanted = claim.event_id in attempts and claim.source_id in sources
        if not wanted or (statuses and claim.status not in statuses):
            continue
        counted = {counts_as.get(actor, actor) for actor in belonging.get(claim.from_id, {claim.from_id})}
        found += [
            Standing(claim.event_id, actor, ROLES[claim.kind].part, names[claim.from_id], claim)
            for actor in sorted(counted)
            if kinds[actor] != "officials"
        ]
    return sorted(found, key=lambda s: (s.event_id, s.actor_id, _PART_ORDER[s.part], s.claim.claim_id))


def _backing(
    tables: Tables, graph: nx.MultiDiGraph, sources: Sequence[str], statuses: Sequence[str], parties: Sequence[str]
) -> dict[tuple[str, str], list[Claim]]:
    """Claims that somebody backs one of the parties, told as real, by who and whom; whenever it was."""
    counts_as, used = graph.graph["counts_as"], frozenset(sources)
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in tables.claimed["backers"]:
        a, b = counts_as.get(claim.from_id, claim.from_id), counts_as.get(claim.to_id, claim.to_id)
        told = claim.actual and claim.source_id in used and (not statuses or claim.status in statuses)
        if told and b in parties and a not in parties and a in graph:
            found.setdefault((a, b), []).append(claim)
    return found


def _backers(backing: Mapping[tuple[str, str], Sequence[Claim]], day: dt.date) -> dict[str, str]:
    """Who backs one of the parties on a day, with the answer; accusations and denials do not count."""
    found: dict[str, str] = {}
    for (actor, _), claims in sorted(backing.items()):
        answers = [(answer(claim, day), claim) for claim in claims]
        left = [(holds, claim) for holds, claim in answers if holds != "excluded"]
        if any(STATUSES[claim.status].counts for _, claim in left):
            holds = {holds for holds, _ in left} | {found.get(actor, "")}
            found[actor] = "holds" if "holds" in holds else "possible"
    return found


def _stakeholders(
    tables: Tables, graph: nx.MultiDiGraph, concerned: Iterable[str], parties: Sequence[str]
) -> dict[str, Stakeholder]:
    names, order = tables.names(), ("left", UNDETERMINED, "right")
    found = []
    for actor in concerned:
        camp = graph.nodes[actor]["camp"] if actor in graph else UNDETERMINED
        backs = [
            (names[b], str(edge["holds"]))
            for _, b, edge in (graph.out_edges(actor, data=True) if actor in graph else ())
            if backs_indeed(edge) and b in parties
        ]
        inner = actor not in parties if camp != "right" else actor in parties
        found.append((order.index(camp), inner, names[actor], Stakeholder(actor, names[actor], camp, tuple(backs))))
    return {stakeholder.actor_id: stakeholder for *_, stakeholder in sorted(found, key=lambda item: item[:3])}
