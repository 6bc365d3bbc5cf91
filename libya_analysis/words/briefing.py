"""A briefing composed from rows: the news, why, who is behind whom, what led to it, and how sure one can be of it.

Each sentence is attributed, as firm as its source, and linked to paragraphs. Nothing here knows a country: what
leads is found in the tables.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx
import pandas as pd

from libya_analysis.analysis.ceasefire import Ceasefire, build_ceasefire, failed_attempts, sharpest
from libya_analysis.analysis.judgement import CONFIDENCE, RULES, Confidence, Leg, confidence, stands
from libya_analysis.analysis.network import backs_indeed, build_network
from libya_analysis.analysis.timeline import last_days, ranks
from libya_analysis.analysis.voices import agencies, disagreements, voice_of, voices_for
from libya_analysis.evidence.claim import Claim, cite, grouped, inside
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.frames import NO_MATHEMATICS, Frame, frame_of, records
from libya_analysis.evidence.question import Question, check_parameters
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import (
    ACTOR_KINDS,
    EVENTS,
    LANES,
    OUTCOMES,
    RELATIONS,
    ROLES,
    SUPPORTS,
    TIES,
    label,
)
from libya_analysis.words.findings import finding
from libya_analysis.words.sentence import Prose, Statement, called, capital, how_many, list_words, say_claim

#: What can be asked of a briefing.
ASKS = ("as_of", "near", "spells", "known_on", "sources", "statuses", "focus")
#: Days that are told one by one, up to the day asked about.
_DAYS = 10
#: What somebody did in an attempt, in the past, by role; of the one who leads it, what was done by him.
_DID = {"signatory": "signed", "accepts": "accepted", "withholds": "did not sign", "rejects": "rejected"}
_LED = {"convener": "convened it", "mediator": "mediated", "host": "hosted it"}


class Judgement(NamedTuple):
    """What is held to be so: what somebody ``does``, or several ``do``; and the legs that it rests on."""

    subject: str
    does: str
    do: str
    legs: tuple[Leg, ...]

    def __str__(self) -> str:
        return f"{self.subject} {self.does}"


@dataclass(frozen=True, eq=False)
class Briefing:
    """A story in parts, each of which is prose; made by :func:`build_briefing`.

    Attributes
    ----------
    graph, actors : networkx.MultiDiGraph
        The network of states and bodies, and that of all actors by name.
    ceasefire : Ceasefire
        Attempts at a ceasefire.
    """

    tables: Tables
    question: Question
    graph: nx.MultiDiGraph
    actors: nx.MultiDiGraph
    ceasefire: Ceasefire

    # -- parts --------------------------------------------------------------------------------------------------------

    @cached_property
    def news(self) -> Prose:
        """The news in a few sentences: who did not sign what and who did, who brokered it, what followed, and why."""
        said = [*self._answers(), *self._brokers(), *self._moves(), *self._reasons_in_short()]
        backing = f"{finding(self.graph, self.question.focus)}."
        behind = Statement(backing, cite(claim for _, _, edge in self._backings() for claim in edge["claims"]))
        return Prose((*said, behind) if not said or self.question.focus else tuple(said), lead=True)

    @cached_property
    def scope(self) -> Prose:
        """What it rests on, and for which day."""
        newsrooms = sorted({agencies(self.tables)[source] for source in self.graph.graph["sources"]})
        day = self.question.as_of
        text = f"From {how_many(len(self.graph.graph['sources']), 'source')} of {list_words(newsrooms, 8)}"
        return Prose((Statement(f"{text}{f', as of {say_date(day.isoformat())}' if day else ''}."),), lead=True)

    @cached_property
    def reasons(self) -> Prose:
        """Why: each reason with who gives it, and what had come before."""
        given = self._said_as("reason")
        mine = [quote for quote in given if quote.event_id == self.main]
        said = [*self._say_quotes(mine), *self._unsaid(mine), *self._chain()]
        return self._prose([*said, *self._say_quotes([q for q in given if q not in mine])], "No reason is given")

    @cached_property
    def reactions(self) -> Prose:
        """What was said of it: stances, judgements and accusations."""
        said = self._said_as("stance", "assessment", "accusation")
        return self._prose(self._say_quotes(said), "Nothing is said of it")

    @cached_property
    def ahead(self) -> Prose:
        """What comes next: what is announced, and what somebody foretells or threatens."""
        quotes = [q for q in self._said_as("forecast", "threat") if q.event_id not in self._of_kind("threat")]
        said = [*self._announced(), *self._say_quotes(quotes)]
        return self._prose(said, "Nothing is told of what comes next")

    @cached_property
    def backing(self) -> Prose:
        """Who is behind whom, and with what: a sentence a backer, by the weight of what is told of it."""
        said = [self._say_backing(a, b, edge) for a, b, edge in self._backings()]
        for a, b, edge in self.graph.edges(data=True):
            loose = edge["kind"] == "backs" and not edge["of_group"] and not backs_indeed(edge)
            if loose and self._concern(edge["claims"], a, b):
                said += [say_claim(self.graph, claim) for claim in edge["claims"]]
        return self._prose(said, "Nobody is said to back anybody")

    @cached_property
    def days(self) -> Prose:
        """The last days in order, undated events in their place."""
        start = self._day - dt.timedelta(_DAYS)
        last = [event for event in self._order if start < self._first_day(event) < dt.date.max]
        return self._prose(self._by_day(last), "Nothing is told of the last days")

    @cached_property
    def background(self) -> Prose:
        """How it came about: what was before, but for the attempts at a ceasefire."""
        kinds, start = self.tables.kinds("events"), self._day - dt.timedelta(_DAYS)
        before = [e for e in self._order if self._first_day(e) <= start or self._first_day(e) == dt.date.max]
        told = [e for e in before if not EVENTS[kinds[e]].attempt and EVENTS[kinds[e]].lane in (LANES[0], LANES[2])]
        return self._prose(
            (self._say_event(event, order=True) for event in told), "Nothing is told of what came before"
        )

    @cached_property
    def failures(self) -> Prose:
        """What had failed: attempts that came to less than was tried, but for the one that is the news."""
        failed = [event for event in failed_attempts(self.ceasefire).index if event != self.main]
        stalled = [e for e in self._of_kind("peace-effort") if e in self.ceasefire.attempts and e not in failed]
        told = [event for event in self._order if event in (*failed, *stalled)]
        return self._prose([self._say_event(event, parts=True) for event in told], "No other attempt is told of")

    @cached_property
    def left_out(self) -> Prose:
        """Who was not asked: in the words of the sources, and then as we read them."""
        return self._prose(self._not_asked(), "Nobody is said to have been left out")

    @cached_property
    def stakes(self) -> Prose:
        """What is at stake, and who says so."""
        stakes = [quote for quote in self._quotes if quote.topic == "stake"]
        told = {quote.event_id for quote in stakes} | {""}
        cited = {(quote.source_id, number) for quote in stakes for number in quote.paragraphs}
        unreal = [c for c in self._reports if c.modality in ("conditional", "feared") and c.event_id not in told]
        open_ = [c for c in unreal if not {(c.source_id, number) for number in c.paragraphs} <= cited]
        loose = [claim for claim in open_ if not EVENTS[self.tables.kinds("events")[claim.event_id]].attempt]
        said = [*self._say_quotes(stakes)]
        said += self._alike(loose, lambda claim: self._titles[claim.event_id], self._say_unreal)
        parts = [c for c in self._parts if ROLES[c.kind].part == "affected" and c.event_id == self.main and c.note]
        hit = [claim for claim in parts if not claim.said_by]  # who says it otherwise is quoted with it
        said += [
            Statement(f"{self._voiced(f'For {self._name(c.from_id)}, it is {c.note}', c)}.", cite([c])) for c in hit
        ]
        return self._prose(said, "Nothing is said of what is at stake")

    @cached_property
    def differences(self) -> Prose:
        """Where sources differ, and what they leave open."""
        table = disagreements(self.tables, self.ceasefire, self.graph)
        claims = {claim.claim_id: claim for claims in self.tables.claimed.values() for claim in claims}
        said = []
        for (about, matter), rows in grouped(records(table), lambda row: (row["about"], row["matter"])).items():
            told = [claims[part] for row in rows for part in row["claim"].split("+") if part in claims]
            if self._concern(told):
                accounts = grouped(rows, lambda row: row["account"])
                each = [f"{label(account)} ({self._newsrooms(rows)})" for account, rows in accounts.items()]
                said.append(Statement(f"{about}, {matter}: {'; '.join(each)}.", cite(told)))
        return Prose((*said, *self._open()))

    @cached_property
    def sureness(self) -> Prose:
        """How sure one can be, by judgement, and what would change it."""
        judged = [(self._confidence(judgement.legs), judgement) for judgement in self.judgements]
        said = []
        for level in reversed(CONFIDENCE):
            mine = [judgement for found, judgement in judged if found.level == level]
            if mine:
                alike = grouped(mine, lambda judgement: (judgement.does, judgement.do))
                each = [f"that {_together(those, does, do)}" for (does, do), those in alike.items()]
                lacks = _lacks([found for found, _ in judged if found.level == level])
                claims = cite(claim for judgement in mine for leg in judgement.legs for claim in leg)
                said.append(Statement(f"{capital(level)}: {list_words(each, 20)}{lacks}.", claims))
        for rule in RULES[1:]:
            left = sum(self._stands(judgement.legs, rule) for _, judgement in judged)
            if left < len(judged):
                stand = "stands" if left == 1 else "stand"
                said.append(Statement(f"If {rule.turned}, {left or 'none'} of {len(judged)} still {stand}."))
        return self._prose(said, "There is no judgement to be made")

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """What the briefing holds to be so."""
        found = []
        for role, did in _DID.items():
            found += [Judgement(self._name(a), did, did, (tuple(cs),)) for a, cs in self._taking(role).items()]
        for told in self._not_consulted().values():
            who, legs = self._names(told, 8), tuple(map(tuple, told.values()))
            found.append(Judgement(who, f"{_were(told)} not consulted", "were not consulted", legs))
        for a, b, edge in self._backings():
            if edge["answer"].firm:
                does, whom, do = self._verb(a), self._named(b), TIES["backs"].many
                found.append(Judgement(self._named(a), f"{does} {whom}", f"{do} {whom}", (edge["claims"],)))
        return tuple(found)

    # -- the news -----------------------------------------------------------------------------------------------------

    @cached_property
    def main(self) -> str:
        """The attempt that is the news: of those told of last that were answered, the latest."""
        fresh = {
            c.event_id for c in self._reports if c.published and c.published.latest and self._is_fresh(c.published)
        }
        told = {event: attempt for event, attempt in self.ceasefire.attempts.items() if attempt.modality == "actual"}
        last = {event: attempt for event, attempt in told.items() if event in fresh} or told
        parts = grouped(self._parts, lambda claim: claim.event_id)

        def weight(event: str) -> tuple[bool, dt.date, int]:
            answered = any(claim.kind in _DID and claim.counts for claim in parts.get(event, ()))
            day = self._first_day(event)
            return answered, dt.date.min if day == dt.date.max else day, len(last[event].claims)

        return max(last, key=weight, default="")

    def _answers(self) -> Iterator[Statement]:
        """Who did not sign, or signed."""
        did = {role: self._taking(role) for role in _DID}
        against = [(role, did[role]) for role in ("withholds", "rejects") if did[role]]
        for_ = [(role, did[role]) for role in ("signatory", "accepts") if did[role]]
        if not against and not for_:
            return
        (role, who), *more = [*against, *for_]
        text = f"{self._who(who)} {_DID[role]} {self._called(self.main)}{self._on(self.main)}"
        if more:
            text += f"; {'; '.join(f'{self._who(others)} {_DID[other]}' for other, others in more)}"
        yield Statement(
            f"{capital(text)}.", cite(c for _, told in (*against, *for_) for cs in told.values() for c in cs)
        )

    def _brokers(self) -> Iterator[Statement]:
        """Who led the attempt, or the talks on it."""
        said, claims = [], []
        for role, did in _LED.items():
            led = self._taking(role, self._beside)
            if led:
                said.append(f"{list_words([self._name(actor) for actor in led])} {did}")
                claims += [claim for told in led.values() for claim in told]
        if said:
            yield Statement(f"{capital('; '.join(said))}.", cite(claims))

    @cached_property
    def _beside(self) -> tuple[str, ...]:
        """The main attempt, and talks on the same days in the same place."""
        places = {row["event_id"]: row["place"] for row in records(self.tables.events)}
        days, kinds = {self._first_day(self.main)}, self.tables.kinds("events")
        beside = [e for e in self._order if kinds[e] == "talks" and places[e] == places.get(self.main)]
        return (self.main, *(e for e in beside if self._first_day(e) in days and e != self.main))

    def _moves(self) -> Iterator[Statement]:
        """What those did next who did not sign."""
        kinds = self.tables.kinds("events")
        who = {*self._taking("withholds"), *self._taking("rejects")}
        gone = [c for c in self._parts if c.from_id in who and kinds[c.event_id] == "departure" and c.actual]
        events = [
            e
            for e in self._order
            if e in {c.event_id for c in gone} and self._first_day(e) >= self._first_day(self.main)
        ]
        if events:
            text = "; ".join(f"{self._titles[event]}{self._on(event, ' (', ')')}" for event in events)
            yield Statement(f"{text}.", cite(c for c in self._reports if c.event_id in events))

    def _reasons_in_short(self) -> Iterator[Statement]:
        reasons = [q for q in self._quotes if q.event_id == self.main and q.topic == "reason"]
        if reasons:
            each = "; ".join(f"{q.quote.rstrip('.')} ({inside(q.speaker)})" for q in reasons[:3])
            yield Statement(f"Reasons given: {each}.", cite(reasons))

    # -- sentences ----------------------------------------------------------------------------------------------------

    def _said_as(self, *topics: str) -> list[Claim]:
        """Quotations of some topics, those on the main attempt first."""
        mine = [quote for quote in self._quotes if quote.topic in topics and not self._is_older(quote)]
        return sorted(mine, key=lambda q: (q.event_id != self.main, topics.index(q.topic), q.from_id, not q.direct))

    def _is_older(self, quote: Claim) -> bool:
        said = quote.start
        return bool(
            said and said.latest and said.latest <= self._day - dt.timedelta(_DAYS) and quote.topic != "forecast"
        )

    def _say_quotes(self, quotes: Iterable[Claim]) -> Iterator[Statement]:
        """Quotations, each with its speaker; what several sources quote or several speakers say alike, once."""
        for (words, direct), told in grouped(quotes, lambda quote: (quote.quote, quote.direct)).items():
            text = f"“{words}”" if direct else f"{words.rstrip('.')}."
            two = " (It can be read in two ways.)" if all(quote.reading for quote in told) else ""
            said = next((quote.start for quote in told if quote.start and self._is_long_ago(quote.start)), None)
            when = f" ({say_date(said)})" if said else ""
            yield Statement(f"{capital(self._names(q.from_id for q in told))}{when}: {text}{two}", cite(told))

    def _is_long_ago(self, said: EdtfDate) -> bool:
        return bool(said.latest and said.latest < self._day - dt.timedelta(_DAYS))

    def _unsaid(self, reasons: Sequence[Claim]) -> Iterator[Statement]:
        """Whether those who refused are quoted with a reason themselves."""
        who = [actor for role in ("withholds", "rejects") for actor in self._taking(role)]
        silent = [actor for actor in who if actor not in {quote.from_id for quote in reasons}]
        if silent:
            have = "has" if len(silent) == 1 else "have"
            yield Statement(f"{capital(self._names(silent))} {have} given no reason that a source quotes.")

    def _names(self, actors: Iterable[str], most: int = 6) -> str:
        return list_words(list(dict.fromkeys(map(self._name, actors))), most)

    def _say_backing(self, a: str, b: str, edge: Any) -> Statement:
        claims = [claim for claim in edge["claims"] if claim.status != "denied"]
        what = dict.fromkeys(label(c.support) for c in claims if c.support and SUPPORTS[c.support].said)
        text = f"{capital(self._named(a))} {self._verb(a)} {self._named(b)}"
        text += f", with {list_words(list(what), 6)}" if what else ""
        told = grouped(claims, voice_of(self.tables))
        each = [
            f"{_named_voice(name, cs)} ({_years(cs)})" for name, cs in sorted(told.items(), key=lambda i: -len(i[1]))
        ]
        text += f": {list_words(each, 9)}"
        return Statement(f"{text}.", cite(claims))

    def _by_day(self, events: Iterable[str]) -> Iterator[Statement]:
        """Events of one date in one sentence; one without a date stands with those that it comes after."""
        events = list(events)
        dated = {self._first_day(event): self._when(event) for event in reversed(events) if self._when(event)}
        for when, those in grouped(events, lambda e: self._when(e) or dated.get(self._first_day(e), "")).items():
            each = [(self._beside_day(event, when), *self._tell(event)) for event in those]
            text = ". ".join(f"{said}{place}" for place, said, _ in each)
            claims = [claim for *_, cited in each for claim in cited]
            day = capital(when).removesuffix(f" {self._day.year}") if when else "Date not given"
            yield Statement(f"{day}: {text}.", cite(claims))

    def _beside_day(self, event: str, when: str) -> str:
        """Of an event without a date, where it stands to the day with which it is told."""
        if self._when(event) or not when:
            return ""
        return f" ({'before' if ranks(self.tables)[event][1] < 0 else 'after'} this; undated)"

    def _say_event(self, event: str, parts: bool = False, order: bool = False) -> Statement:
        text, claims = self._tell(event, parts, order)
        when = self._when(event)
        return Statement(f"{capital(when)}: {text}." if when else f"{text} (date not given).", cite(claims))

    def _tell(self, event: str, parts: bool = False, order: bool = False) -> tuple[str, list[Claim]]:
        """An event, what it was for, how long it lasted, what became of it and who says so; and the claims of it."""
        told = [claim for claim in self._reports if claim.event_id == event]
        real = [claim for claim in told if claim.actual] or told
        text = self._titles[event]
        due = [say_date(date) for date in sharpest([c.due for c in real]) if date not in self._dates(event)]
        text += f", for {list_words(due, last='or')}" if due else ""
        lasted = dict.fromkeys(claim.lasted for claim in real if claim.lasted)
        text += f", which lasted {list_words(list(lasted), last='or')}" if lasted else ""
        backers = [
            claim for claim in self.tables.claimed["backers"] if claim.event_id == event and self._lets_in(claim)
        ]
        helped = dict.fromkeys(self._name(claim.from_id) for claim in backers if claim.counts)
        text += (
            f", with the backing of {list_words(list(helped))}"
            if helped and EVENTS[self._kind(event)].lane == LANES[0]
            else ""
        )
        ends = dict.fromkeys(label(claim.kind) for claim in real if OUTCOMES[claim.kind].failed)
        text += f", {list_words(list(ends), last='or')}" if ends else ""
        shown = [
            claim
            for claim in self._parts
            if claim.event_id == event and claim.kind in ("withdraws", "withholds", "rejects")
        ]
        for role, mine in grouped(shown if parts else [], lambda claim: claim.kind).items():
            names = list(dict.fromkeys(self._name(claim.from_id) for claim in mine))
            text += f"; {list_words(names)} {_DID.get(role, 'withdrew')}"
        if parts:
            led = [c for c in self._parts if c.event_id == event and ROLES[c.kind].towards == "leads"]
            names = list(dict.fromkeys(self._name(claim.from_id) for claim in led))
            text += f" ({'with ' if names else ''}{list_words(names, 6)})" if names else ""
            shown += led
        beside = [c for c in self.tables.claimed["event_relations"] if c.event_id == event and self._lets_in(c)]
        for claim in beside if order else ():
            text += f"; {RELATIONS[claim.kind].forth}: {self._titles[claim.to_id]}"
        shown = [*(shown if parts else []), *(beside if order else [])]
        return self._voiced(text, *real), [*told, *shown, *backers]

    def _announced(self) -> Iterator[Statement]:
        """What is to be on a day after the one asked about."""
        for claim in self._reports:
            later = claim.start and claim.start.earliest and claim.start.earliest > self._day
            if not claim.actual and later:
                text = f"{capital(claim.modality)} for {say_date(claim.start)}: {self._titles[claim.event_id]}"
                yield Statement(f"{self._voiced(text, claim)}.", cite([claim]))

    def _chain(self) -> Iterator[Statement]:
        """What came before each call, in the order that the sources give."""
        before: dict[str, list[Claim]] = {}
        for claim in self.tables.claimed["event_relations"]:
            if self._lets_in(claim) and claim.kind == "after" and claim.actual:
                before.setdefault(claim.event_id, []).append(claim)
        for call in (event for event in self._order if self._kind(event) == "ceasefire-call"):
            steps: list[Claim] = []
            at = call
            while before.get(at) and len(steps) < 4:
                steps.append(before[at][0])
                at = before[at][0].to_id
            if steps and self._concern(steps, *self._actors_in(call)):
                events = [*(step.to_id for step in reversed(steps)), call]
                text = "; then ".join(self._titles[event] for event in events)
                yield Statement(f"Before the call: {text}.", cite(steps))

    def _not_asked(self) -> Iterator[Statement]:
        for event, told in self._not_consulted().items():
            claims = [claim for cs in told.values() for claim in cs]
            by = dict.fromkeys(self._name(claim.counterpart) for claim in claims if claim.counterpart)
            who = list_words([self._name(actor) for actor in told], 8)
            text = (
                f"{who} {_were(told)} not consulted{f' by {list_words(list(by))}' if by else ''}: {self._titles[event]}"
            )
            yield Statement(f"{self._voiced(capital(text), *claims)}.", cite(claims))
            gap = self.ceasefire.gap(event)
            text = f"By our reading the attempt concerned {how_many(gap.total, 'stakeholder')}: "
            text += (
                f"{len(gap.left_out)} left out, {len(gap.consulted)} asked, {len(gap.unknown)} unknown"
            )
            yield Statement(f"{text}.")

    def _open(self) -> Iterator[Statement]:
        """Whose voices the claims are, and what no source says."""
        kinds = self.tables.kinds("actors")
        told = [
            c
            for table in ("ties", "backers", "participants", "event_reports", "quotes")
            for c in self.tables.claimed[table]
        ]
        told = [claim for claim in told if self._lets_in(claim)]
        spoken = [claim for claim in told if claim.speaker]
        unnamed = sum(not _is_named(kinds.get(claim.said_by or claim.from_id, "")) for claim in spoken)
        text = f"Of {how_many(len(told), 'claim')}, {len(told) - len(spoken)} are the sources' own"
        yield Statement(f"{text}, {len(spoken) - unnamed} those of named speakers and {unnamed} of unnamed ones.")
        undated = [event for event in self._order if not self._when(event)]
        if undated:
            yield Statement(f"No source dates {how_many(len(undated), 'event')} of {len(self._order)}.")

    def _say_unreal(self, title: str, claims: Sequence[Claim]) -> str:
        claim = claims[0]
        text = f"{title}: {claim.modality}" + (f", only {claim.condition}" if claim.condition else "")
        return self._voiced(text, *claims)

    # -- what is asked ------------------------------------------------------------------------------------------------

    @cached_property
    def _titles(self) -> dict[str, str]:
        return self.tables.titles()

    def _kind(self, event: str) -> str:
        return self.tables.kinds("events")[event]

    def _lets_in(self, claim: Claim) -> bool:
        return self.question.lets_in(claim.source_id, claim.published)

    @cached_property
    def _reports(self) -> list[Claim]:
        """Accounts of events that had begun by the day, or are announced; with a focus, of those it has a part in."""
        return [c for c in self.tables.claimed["event_reports"] if self._wanted(c) and self._concerned(c.event_id)]

    @cached_property
    def _parts(self) -> list[Claim]:
        return [claim for claim in self.tables.claimed["participants"] if self._wanted(claim)]

    @cached_property
    def _quotes(self) -> list[Claim]:
        return [claim for claim in self.tables.claimed["quotes"] if self._wanted(claim) and self._concern([claim])]

    def _wanted(self, claim: Claim) -> bool:
        return self.question.admits(claim)

    def _concern(self, claims: Iterable[Claim], *actors: str) -> bool:
        """Whether claims are about the actor in focus; without one, all are."""
        focus, counts_as = self.question.focus, self.graph.graph["counts_as"]
        if not focus:
            return True
        named = {*actors}
        for claim in claims:
            named |= {claim.from_id, claim.to_id, claim.said_by, claim.counterpart, *claim.about}
            named |= set(self._actors_in(claim.event_id))
        return focus in named or focus in {counts_as.get(actor, actor) for actor in named}

    def _concerned(self, event: str) -> bool:
        return not self.question.focus or self._concern((), *self._actors_in(event))

    @cached_property
    def _taking_part(self) -> dict[str, list[Claim]]:
        return grouped(self.tables.claimed["participants"], lambda claim: claim.event_id)

    def _actors_in(self, event: str) -> tuple[str, ...]:
        return tuple(claim.from_id for claim in self._taking_part.get(event, ()))

    @cached_property
    def _day(self) -> dt.date:
        return self.question.as_of or last_days(self.tables)[1]

    def _is_fresh(self, published: EdtfDate) -> bool:
        return bool(published.latest and self._day - dt.timedelta(_DAYS) < published.latest <= self._day)

    @cached_property
    def _order(self) -> list[str]:
        """Events told as real that had begun by the day, in the order of time."""
        order, told = ranks(self.tables), {claim.event_id for claim in self._reports if claim.actual}
        known = [
            event for event in told if self._first_day(event) <= self._day or self._first_day(event) == dt.date.max
        ]
        gone = {event for event in known if self._kind(event) == "departure"}
        return sorted(known, key=lambda event: (self._first_day(event), event in gone, order[event][1], event))

    def _first_day(self, event: str) -> dt.date:
        """The day on which it began, by the sharpest of its dates, or else its place among those that have one."""
        days = [date.earliest or date.latest for date in self._dates(event)]
        return min((day for day in days if day), default=ranks(self.tables).get(event, (dt.date.max, 0))[0])

    def _dates(self, event: str) -> list[EdtfDate]:
        return sharpest([claim.start for claim in self._reports if claim.event_id == event])

    def _of_kind(self, kind: str) -> list[str]:
        return [event for event in self._order if self._kind(event) == kind]

    def _taking(self, role: str, events: Sequence[str] = ()) -> dict[str, list[Claim]]:
        """Who has a role in the main attempt, or in some events, as far as it is told as real."""
        mine = [c for c in self._parts if c.kind == role and c.counts and c.event_id in (events or (self.main,))]
        return grouped(mine, lambda claim: claim.from_id)

    def _not_consulted(self) -> dict[str, dict[str, list[Claim]]]:
        told = [c for c in self._parts if ROLES[c.kind].part == "not consulted" and self._concern([c])]
        return {e: grouped(cs, lambda c: c.from_id) for e, cs in grouped(told, lambda c: c.event_id).items()}

    def _backings(self) -> list[tuple[str, str, Any]]:
        """Backings of the two sides, or of and by the actor in focus: those most is told of first."""
        focus, voice = self.question.focus, voice_of(self.tables)
        found = []
        for a, b, edge in self.graph.edges(data=True):
            if (
                backs_indeed(edge)
                and not edge["of_group"]
                and (focus in (a, b) if focus else self.graph.nodes[b]["anchor"])
            ):
                weight = -len(voices_for(edge["claims"], voice)), -len({claim.source_id for claim in edge["claims"]})
                found.append(((not edge["answer"].firm, *weight, a, b), a, b, edge))
        return [(a, b, edge) for _, a, b, edge in sorted(found, key=lambda item: item[0])]

    # -- names and dates ----------------------------------------------------------------------------------------------

    def _name(self, actor: str) -> str:
        return called(self.actors, actor)

    def _named(self, node: str) -> str:
        return called(self.graph, node)

    def _verb(self, node: str) -> str:
        return TIES["backs"].many if self.graph.nodes[node]["number"] == "several" else TIES["backs"].one

    def _who(self, told: Iterable[str]) -> str:
        """Names of actors, each with what it leads."""
        return list_words([self._introduced(actor) for actor in told], 6)

    def _introduced(self, actor: str) -> str:
        leads = [b for _, b, edge in self.actors.out_edges(actor, data=True) if edge["kind"] == "leads"]
        pressed = [
            c.counterpart for c in self._parts if c.event_id == self.main and c.from_id == actor and c.counterpart
        ]
        pressed = pressed if any(ROLES[c.kind].part == "pressed" for c in self._parts if c.from_id == actor) else []
        name = f"{self._name(actor)}, who leads {self._name(leads[0])}," if leads else self._name(actor)
        return f"{name} (pressed by {self._names(pressed)})" if pressed else name

    def _called(self, event: str) -> str:
        """The title of what can be signed, inside a sentence."""
        title = self._titles[event]
        return f"the {title[0].lower()}{title[1:]}" if EVENTS[self._kind(event)].joins == "agreement" else f"({title})"

    def _when(self, event: str) -> str:
        return " or ".join(dict.fromkeys(map(say_date, self._dates(event))))

    def _on(self, event: str, before: str = ", ", after: str = "") -> str:
        when = self._when(event)
        return f"{before}{when}{after}" if when else ""

    def _newsrooms(self, rows: Iterable[Any]) -> str:
        newsroom = agencies(self.tables)
        return list_words(sorted({newsroom[row["source"].split(" ")[0]] for row in rows}), 6)

    def _voiced(self, text: str, *claims: Claim) -> str:
        """A clause with who says it, if that is not the source itself."""
        speakers = list(dict.fromkeys(self._name(claim.said_by) for claim in claims if claim.said_by))
        own = any(not claim.said_by for claim in claims)
        return text if own or not speakers else f"{text}, according to {list_words(speakers)}"

    def _alike(
        self, claims: Iterable[Claim], by: Callable[[Claim], str], say: Callable[[str, Sequence[Claim]], str]
    ) -> list[Statement]:
        return [Statement(f"{say(key, told)}.", cite(told)) for key, told in grouped(claims, by).items()]

    def _prose(self, said: Iterable[Statement], nothing: str) -> Prose:
        return Prose(tuple(said) or (Statement(f"{nothing} in this selection."),))

    # -- judgement ----------------------------------------------------------------------------------------------------

    def _confidence(self, legs: Sequence[Leg]) -> Confidence:
        return confidence(legs, self.question, voice_of(self.tables))

    def _stands(self, legs: Sequence[Leg], rule: Any) -> bool:
        return stands(legs, rule, self.question, voice_of(self.tables))


def build_briefing(tables: Tables, question: Question | None = None, **asked: Any) -> Briefing:
    """Compose a briefing.

    Parameters
    ----------
    tables, question, **asked
        The evidence, and what is asked of it, see :func:`libya_analysis.check_parameters`: ``as_of`` (the day of the
        briefing; without it, that of the last report), ``near, spells, known_on, sources, statuses``, and ``focus``, an
        actor of which alone it tells.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> briefing = build_briefing(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"])
    >>> print(briefing.news.statements[0].text[:68])
    Khalifa Haftar, who leads the Libyan National Army, did not sign the
    """
    asks = check_parameters(tables, question, among=ASKS, **asked)
    asks = Question(**{name: getattr(asks, name) for name in ASKS})
    graph = build_network(tables, asks, level="principal")
    actors = build_network(tables, asks, officials=True, as_of=None)
    return Briefing(tables, asks, graph, actors, build_ceasefire(tables, asks))


def sensitivity_table(briefing: Briefing) -> Frame:
    """Ask each judgement of a briefing again under each coding rule.

    Returns
    -------
    pandas.DataFrame
        One row a judgement: ``confidence``, ``voices`` (for what is said by fewest), then a column for each rule:
        ``stands`` or ``falls``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> found = sensitivity_table(build_briefing(load_tables(), as_of="2020-01-15"))
    >>> found.loc["Turkey backs the Government of National Accord", "two voices"]
    'stands'
    """
    rows = []
    voice = voice_of(briefing.tables)
    for judgement in briefing.judgements:
        found = confidence(judgement.legs, briefing.question, voice)
        tried = ["stands" if stands(judgement.legs, rule, briefing.question, voice) else "falls" for rule in RULES]
        rows.append([capital(str(judgement)), found.level, found.voices, *tried])
    return frame_of(", ".join(["judgement", "confidence", "voices", *(rule.name for rule in RULES)]), rows)


def source_list(tables: Tables, sources: Sequence[str] | None = None) -> Prose:
    """List sources in words, as the targets of the links from sentences.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(source_list(load_tables(), ["tass-2020-01-13"]))
    5 · TASS, 13 January 2020. Report on the expected meeting of the rival leaders in Moscow.
    https://tass.com/world/1107679/amp
    """
    numbers = tables.source_numbers()
    rows = [row for row in records(tables.sources) if row["source_id"] in (sources or tables.published())]
    return _Sources(tuple(_say_source(row, numbers) for row in sorted(rows, key=lambda row: numbers[row["source_id"]])))


def _say_source(row: dict[str, Any], numbers: dict[str, int]) -> Statement:
    agency, publisher = row["reported_by"], row["publisher"]
    known = [publisher] if publisher == agency else [agency, f"published by {publisher}"]
    maker = ", ".join(name for name in known if "unknown" not in name) or "maker unknown"
    inferred = " (the day is inferred)" if row["published_basis"] == "inferred" else ""
    copy = f" A near copy of {', '.join(str(numbers[c]) for c in row['copy_of'])}." if row["copy_of"] else ""
    text = f"{numbers[row['source_id']]} · {maker}, {say_date(row['published'])}{inferred}. {row['description']}.{copy}"
    return Statement(text, target=row["source_id"], url=row["url"])


class _Sources(Prose):
    """A list of sources, each the target of links."""

    def __repr__(self) -> str:
        return "\n".join(f"{statement.text}\n{statement.url}".rstrip() for statement in self.statements)

    def _repr_html_(self) -> str:
        items = []
        for said in self.statements:
            link = (
                f'<a href="{html.escape(said.url)}">{html.escape(said.url)}</a>' if said.url else "No address is known."
            )
            items.append(f'<li id="{html.escape(said.target)}">{html.escape(said.text)} {link}</li>')
        return f'<ul class="{NO_MATHEMATICS}">{"".join(items)}</ul>'


def voices_table(graph: nx.MultiDiGraph) -> Frame:
    """Count claims by whose voice makes them and how real they are said to be.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> int(voices_table(build_network(load_tables(), sources=["moscow-truce-2020"])).loc["alleged", "actual"])
    2
    """
    claims = [claim for *_, told in graph.edges(data="claims") for claim in told]
    statuses = pd.Series([claim.status for claim in claims], name="voice", dtype=object)
    modalities = pd.Series([claim.modality for claim in claims], name="how real", dtype=object)
    return Frame(pd.crosstab(statuses, modalities))


# -- words ------------------------------------------------------------------------------------------------------------


def _lacks(found: Sequence[Confidence]) -> str:
    """What keeps judgements from being surer, and so would make them so."""
    wanting = []
    if any(one.voices < 2 for one in found):
        wanting.append("only one newsroom tells some of it")
    if any(not one.stated for one in found):
        wanting.append("no source says some of it in its own words")
    if any(not one.coherent for one in found):
        wanting.append("some of it is denied or open to two readings")
    if any(one.days > _DAYS for one in found):
        wanting.append(f"last told of up to {how_many(max(one.days for one in found), 'day')} from the day")
    return f" ({'; '.join(wanting)})" if wanting else ""


def _together(judgements: Sequence[Judgement], does: str, do: str) -> str:
    """What several hold alike: ``Egypt and Russia back the army``."""
    who = [judgement.subject for judgement in judgements]
    return f"{list_words(who, 20)} {does if len(who) == 1 else do}"


def _were(who: Sequence[str] | dict[str, Any]) -> str:
    return "was" if len(who) == 1 else "were"


def _named_voice(name: str, claims: Sequence[Claim]) -> str:
    return voices_for(claims, lambda claim: name)[0]


def _years(claims: Iterable[Claim]) -> str:
    """For which years, or of which days, claims tell something."""
    dates = [claim.attested or claim.published for claim in claims]
    days = sorted({date.latest for date in dates if date and date.is_day and date.latest})
    said = sorted({say_date(date) for date in dates if date and date.earliest and not date.is_day})
    if days:
        said.append(
            say_date("/".join(day.isoformat() for day in (days[0], days[-1])) if days[1:] else days[0].isoformat())
        )
    return list_words([words.removeprefix("from ") for words in said] or ["of an earlier time"], 9)


def _is_named(kind: str) -> bool:
    return kind in ACTOR_KINDS and ACTOR_KINDS[kind].family != "unnamed"
