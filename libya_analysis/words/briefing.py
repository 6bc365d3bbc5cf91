"""A briefing composed from rows: the news, why, who is behind whom, what led to it, and how sure one can be of it.

Each sentence is attributed, as firm as its source, and linked to paragraphs. Nothing here knows a country: what
leads is found in the tables.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from libya_analysis.analysis.ceasefire import DAYS, failed_attempts
from libya_analysis.analysis.judgement import (
    CONFIDENCE,
    RULES,
    Confidence,
    Leg,
    Rule,
    confidence,
    counted,
    of_these_days,
    stands,
)
from libya_analysis.analysis.network import backs_indeed
from libya_analysis.analysis.principals import members, principals
from libya_analysis.analysis.proxies import patron_divergence
from libya_analysis.analysis.spells import FIRST, LAST, POSSIBLE, Answer
from libya_analysis.analysis.story import Story, build_story, latest_of
from libya_analysis.analysis.timeline import last_outcomes, sharpest, told_last
from libya_analysis.analysis.voices import Voices, disagreements, voices_for
from libya_analysis.evidence.claim import Cite, Claim, cite, grouped, inside
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.frames import Frame, frame_of, records
from libya_analysis.evidence.garbage import unswept
from libya_analysis.evidence.question import Question
from libya_analysis.evidence.schema import split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import (
    ACTOR_KINDS,
    EVENTS,
    LANES,
    OUTCOMES,
    PARTS,
    RELATIONS,
    ROLES,
    STATUSES,
    SUPPORTS,
    TIES,
    label,
    rank,
)
from libya_analysis.words.findings import finding
from libya_analysis.words.sentence import (
    Prose,
    Statement,
    called,
    capital,
    entitled,
    how_many,
    in_words,
    list_words,
    say_claim,
)

#: Of an event without a date, that it came after the one told before.
_THEN = "then, undated"
#: Words of all parts together: what is read in some minutes.
MOST_WORDS = 1500
#: What somebody did in answer to an attempt, in the past, by role.
_DID = {"signatory": "signed", "accepts": "accepted", "withholds": "did not sign", "rejects": "rejected"}
#: What somebody did about an event.
_ROLE = {
    **_DID,
    "rejects": "rejected it",
    "welcomes": "welcomed or supported it",
    "objects": "objected",
    "withdraws": "withdrew",
}
#: Why a backing is not judged, by what is known of it on the day.
_AWAY = {LAST: "last attested long before", FIRST: "first attested long after", POSSIBLE: "no source says when"}
#: Roles of those who lead an attempt.
_LEADING = [name for name, role in ROLES.items() if role.towards == "leads"]


class Judgement(NamedTuple):
    """What is held to be so: what somebody ``does``, or several ``do``; and the legs that it rests on."""

    subject: str
    does: str
    do: str
    legs: tuple[Leg, ...]

    def __str__(self) -> str:
        return f"{self.subject} {self.does}"


class _Part:
    """A part of a briefing. Of one with a share of the words the rest may be folded, any other stays whole.

    What is ``dated`` stands in order of time, anything else in order of weight.
    """

    def __init__(self, make: Callable[[Any], Prose], share: float, dated: bool) -> None:
        self.make, self.share, self.dated, self.__doc__ = make, share, dated, make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, briefing: Any, owner: type | None = None) -> Any:
        return self if briefing is None else briefing.fitted[self.name]


def _part(share: float = 0, dated: bool = False) -> Callable[[Callable[[Any], Prose]], Any]:
    return lambda make: _Part(make, share, dated)


@dataclass(frozen=True, eq=False)
class Briefing:
    """A story in parts, each of which is prose; made by :func:`build_briefing`.

    Attributes
    ----------
    story : Story
        What is told, with the claims that it rests on.
    """

    story: Story

    @cached_property
    @unswept
    def fitted(self) -> dict[str, Prose]:
        """All parts, within the words that there are; the rest is folded.

        Of the parts that may be cut the one that is longest for its share gives up its end or, where it goes by time,
        what the fewest sources tell, first what neither those of the last days nor the one with most to tell do, and
        in which the fewest have a part. What follows on another sentence stays with it.
        """
        parts = {name: part for name, part in vars(Briefing).items() if isinstance(part, _Part)}
        made = {name: part.make(self) for name, part in parts.items()}
        out = self.story.tables.published()
        fresh = {source for source, date in out.items() if self.story.is_fresh(date)}
        main = set(self.story.tables.main_source())

        def weight(together: Sequence[Statement]) -> tuple[int, int]:
            sources = {cited.source_id for said in together for cited in said.cites}
            return len(sources) + len(sources & main) + len(sources & fresh), sum(said.actors for said in together)

        units = {name: _units(prose.statements) for name, prose in made.items()}
        words = {name: sum(map(_words, units[name])) for name in parts}
        kept = {name: list(range(len(units[name]))) for name in parts}  # what is given up first stands last
        for name, part in parts.items():
            if part.dated:
                kept[name].sort(key=lambda k, mine=units[name]: (weight(mine[k]), k), reverse=True)  # type: ignore[misc]
        while sum(words.values()) > MOST_WORDS:
            loose = [name for name, part in parts.items() if part.share and len(kept[name]) > 1]
            if not loose:
                break
            longest = max(loose, key=lambda name: words[name] / parts[name].share)
            words[longest] -= _words(units[longest][kept[longest].pop()])

        def some(name: str, places: Collection[int]) -> tuple[Statement, ...]:
            return tuple(said for place in sorted(places) for said in units[name][place])

        given_up = {name: {*range(len(units[name]))}.difference(kept[name]) for name in parts}
        return {
            name: Prose(some(name, kept[name]), prose.lead, (*some(name, given_up[name]), *prose.more))
            for name, prose in made.items()
        }

    # -- parts --------------------------------------------------------------------------------------------------------

    @_part()
    def news(self) -> Prose:
        """The news in a few sentences: who did not sign what and who did, who brokered it, what followed, and why."""
        said = [*self._answers(), *self._brokers(), *self._moves(), *self._reasons_in_short()]
        if (
            not said and not self.story.backings
        ):  # of nobody's answer or backing is told: what happened last is the news
            happened = [event for event in self.story.order if self.story.first_day(event) <= self.story.day]
            latest = max(happened, key=self.story.first_day, default="")
            said = [self._say_event(latest, parts=True)] if latest else []
        backing = f"{finding(self.story.graph, self.story.focus)}."
        behind = Statement(backing, cite(claim for _, _, edge in self.story.backings for claim in edge["claims"]))
        backed = said and self.story.backings and not self.story.question.focus
        return Prose(tuple(said) if backed else (*said, behind), lead=True)

    @_part()
    def scope(self) -> Prose:
        """What it rests on, and for which day."""
        rows = [
            row
            for row in records(self.story.tables.sources)
            if row["source_id"] in set(self.story.graph.graph["sources"])
        ]
        said = []
        for kind, mine in grouped(rows, lambda row: row["kind"]).items():
            makers = {self.story.newsroom[row["source_id"]]: row["publisher"] for row in mine}
            names = [m if kind == "article" or m == p else f"{m} ({p})" for m, p in sorted(makers.items())]
            said.append(f"{how_many(len(mine), label(kind))} of {list_words(names, 8)}")
        day = f"As of {say_date(self.story.day.isoformat())}, from" if self.story.day < dt.date.max else "From"
        return Prose((Statement(f"{day} {list_words(said)}.") if said else Statement("No source."),), lead=True)

    @_part()
    def reasons(self) -> Prose:
        """Why: each reason with who gives it, what a source itself makes of it, and what had come before."""
        given, told_of = (
            [quote for quote in self.story.reasons if (quote.status == "implied") == ascribed]
            for ascribed in (False, True)
        )
        said = [*self._say_quotes(given), *self._unsaid(given), *self._say_quotes(self.story.objections)]
        prose = self._prose([*said, *self._chain()], "Nobody is quoted with a reason for it")
        return replace(prose, more=tuple(self._say_quotes(told_of)))

    @_part(1.2)
    def reactions(self) -> Prose:
        """What was said of it, and then of anything else, the latest first: all that no other part quotes."""
        told = self.story
        parts = (told.reasons, told.objections, told.foretold, told.stakes, told.terms, told.aims, told.old)
        elsewhere = {quote.claim_id for quotes in (*parts, *told.accused.values()) for quote in quotes}
        rest = [q for q in told.quotes if q.event_id not in told.later and q.claim_id not in elsewhere]
        # an account of an event is that event told, and what is said of nothing tells nothing
        said = [q for q in rest if q.topic != "account" or q.event_id in told.beside]
        said = [q for q in said if q.event_id or q.about]
        threats = set(told.of_kind("threat"))
        said = [q for q in said if q.topic != "threat" or q.event_id not in threats]
        said.sort(key=lambda q: latest_of(q.start or q.published), reverse=True)
        said.sort(key=lambda q: (q.event_id not in self.story.beside, bool(q.reading)))
        return self._prose(self._say_quotes(said), "Nothing is said of it")

    @_part(1.7)
    def ahead(self) -> Prose:
        """What comes next: what is announced, and what somebody foretells or threatens."""
        said = [*self._announced(), *self._say_quotes(self.story.foretold)]
        return self._prose(said, "Nothing is told of what comes next")

    @_part(7)
    def backing(self) -> Prose:
        """Who is behind whom, and with what: a sentence a backer, by the weight of what is told of it.

        Behind those who back somebody on the day stand their own backers and what is threatened or planned, then what
        is told of other days, and what enemies say.
        """
        backings = self.story.backings
        firm = [tie for tie in backings if tie[2]["answer"].firm]
        loose: list[Claim] = []
        for a, b, edge in self.story.graph.edges(data=True):
            mine = self.story.focus in (a, b) if self.story.focus else self.story.graph.nodes[b]["anchor"]
            if mine and edge["kind"] == "backs" and not edge["of_group"] and not backs_indeed(edge):
                loose += edge["claims"]
        main = self.story.tables.main_source()
        loose.sort(key=lambda claim: claim.source_id not in main)
        claims = [claim for *_, edge in backings for claim in edge["claims"]]
        said = [
            *self._say_backings(firm),
            *self._behind(),
            *(say_claim(self.story.graph, c) for c in loose if not c.actual),
        ]
        if len(backings) > 1 and not any(claim.start and claim.start.earliest for claim in claims):
            said.append(self._say_first(firm))
        said += self._say_backings([tie for tie in backings if tie not in firm])
        said += [say_claim(self.story.graph, claim) for claim in loose if claim.actual]
        return self._prose(said, "Nobody is said to back anybody")

    def _say_first(self, ties: Iterable[tuple[str, str, Any]]) -> Statement:
        """Of which day or year each backing is told first, which is not when it began."""
        first: list[tuple[str, str, Claim]] = []
        for actor, _, edge in ties:
            dated = [claim for claim in edge["claims"] if claim.counts and claim.told and claim.told.earliest]
            if dated:
                claim = min(dated, key=lambda claim: (latest_of(claim.told), bool(claim.reading)))
                what = f"with {label(claim.support)}" if SUPPORTS[claim.support].said else ""
                how = ", ".join(filter(None, (what, "open to two readings" if claim.reading else "")))
                first.append((say_date(claim.told) + (f" ({how})" if how else ""), actor, claim))
        first.sort(key=lambda told: latest_of(told[2].told))
        by = grouped(first, lambda told: told[0])
        each = [f"{list_words([self._named(actor) for _, actor, _ in told], 8)} {when}" for when, told in by.items()]
        text = "No source gives a day on which any of this began"
        text += f"; first attested: {'; '.join(each)}" if each else ""
        return Statement(f"{text}.", cite(claim for *_, claim in first))

    def _say_backings(self, ties: Iterable[tuple[str, str, Any]]) -> list[Statement]:
        alike = grouped(ties, lambda tie: (tie[1], self._how(tie[2]), _tense(tie[2]["answer"])))
        return [self._say_backing(told) for told in alike.values()]

    def _behind(self) -> Iterator[Statement]:
        """Who stands behind the backers, and behind others who are against a side; of groups, those that are named."""
        graph, groups, focus = self.story.graph, members(self.story.tables), self.story.focus
        sides = {focus} if focus else {node for node, anchor in graph.nodes(data="anchor") if anchor}
        ties = [(a, b, edge) for a, b, edge in graph.edges(data=True) if backs_indeed(edge) and b not in groups]
        ties = [(a, b, edge) for a, b, edge in ties if not {a, b} & sides and self._stands(b, sides)]
        for (client, _), alike in grouped(ties, lambda tie: (tie[1], _tense(tie[2]["answer"]))).items():
            claims = [claim for *_, edge in alike for claim in counted(edge["claims"])]
            text = f"{self._back(alike)}, which {self._stands(client, sides)}"
            yield Statement(f"{text}: {self._by(claims)} ({self._short(_years(claims))}).", cite(claims))

    def _stands(self, actor: str, sides: Collection[str]) -> str:
        """What somebody does to one of the sides, such as ``backs the army``; empty if nothing is told of it."""
        for kind in ("backs", "opposes"):
            ties = [
                (b, edge["answer"])
                for _, b, edge in self.story.graph.out_edges(actor, data=True)
                if b in sides and edge["kind"] == kind and edge["actual"] and STATUSES[edge["status"]].counts
            ]
            if ties:
                verb = self._does(actor, min((said for _, said in ties), key=lambda said: not said.firm), kind)
                return f"{verb} {list_words([self._named(b) for b, _ in ties], 8)}"
        return ""

    @_part()
    def patrons(self) -> Prose:
        """What brings backers of opposite sides together, what divides them, and where those of one side part."""
        return self._prose([*self._across(), *self._parted()], "No two backers are said to deal with each other")

    @_part(1.5)
    def people(self) -> Prose:
        """Who those are, by name, that answered the main attempt or led it, or are quoted; and what they lead."""
        kinds, numbers = self.story.actor_kinds, self.story.tables.source_numbers()
        answers = [claim for role in reversed(_DID) for told in self.story.taking(role).values() for claim in told]
        named = dict.fromkeys(claim.from_id for claim in answers)
        named |= dict.fromkeys(actor for role in _LEADING for actor in self.story.taking(role, self.story.beside))
        named |= dict.fromkeys(claim.said_by for claim in answers)
        named |= dict.fromkeys(quote.from_id for quote in self.story.quotes)
        about = {row["actor_id"]: row for row in records(self.story.tables.actors) if row["description"]}
        people = [actor for actor in named if actor and ACTOR_KINDS[kinds[actor]].family == "person"]
        both: dict[str, None] = {}
        for actor in people:
            led = [body for _, body, edge in self.story.ties_of(actor) if edge["kind"] == "leads"]
            both |= dict.fromkeys(
                [actor, *(body for body in led if self.story.graph.nodes.get(body, {}).get("anchor"))]
            )
        told = [
            Statement(
                f"{row['name']}: {capital(row['description'])}{self._at(row)}{self._also_called(row)}.",
                (Cite(row["source_id"], tuple(row["paragraphs"]), numbers[row["source_id"]]),),
            )
            for row in (about[actor] for actor in both if actor in about)
        ]
        return self._prose(told, "Nobody is told of by name")

    def _at(self, row: Mapping[str, Any]) -> str:
        """To which body somebody belongs, where a description does not say it."""
        ties, kinds = self.story.ties_of(row["actor_id"]), self.story.actor_kinds
        bodies = [b for _, b, edge in ties if edge["kind"] == "member-of" and ACTOR_KINDS[kinds[b]].family == "body"]
        named = [self._name(body) for body in bodies if not self._is_in(body, row["description"])]
        return f"; {list_words(named)}" if named else ""

    def _also_called(self, row: Mapping[str, Any]) -> str:
        """What newsrooms call a body in words of their own."""
        if ACTOR_KINDS[row["kind"]].person:
            return ""
        used, rooms = [split_alias(alias) for alias in row["aliases"]], self.story.newsroom
        mine = [
            (name, rooms[source])
            for name, source in used
            if source in rooms and re.match(r"\S*[a-z]{2}\S* [a-z]", name)
        ]
        by = {room: dict.fromkeys(name for name, _ in told) for room, told in grouped(mine, lambda m: m[1]).items()}
        each = [f"{list_words([f'“{name}”' for name in names])} ({room})" for room, names in by.items()]
        return f"; read as the same: {', '.join(each)}" if each else ""

    @_part(6, dated=True)
    def days(self) -> Prose:
        """The attempt that is the news, if it was before, and the last days in order, undated events in their place."""
        start = self.story.day - dt.timedelta(DAYS)
        last = [event for event in self.story.order if start < self.story.first_day(event) < dt.date.max]
        main = [event for event in self.story.beside if event in self.story.order and event not in last]
        said = [self._say_event(event, parts=True, order=True) for event in main]
        return self._prose([*said, *self._by_day(last)], "Nothing is told of the last days")

    @_part(5, dated=True)
    def background(self) -> Prose:
        """How it came about: what was before, but for the attempts at a ceasefire."""
        aims = grouped(self.story.aims, lambda quote: quote.event_id)
        said: list[Statement] = []
        for event in self.story.before:
            if not EVENTS[self.story.kinds[event]].attempt:
                why = (replace(reason, follows=True) for reason in self._say_quotes(aims.pop(event, ())))
                said += [self._say_event(event, order=True), *why]
        said += self._say_quotes((*chain(*aims.values()), *self.story.old))
        return self._prose(said, "Nothing is told of what came before")

    @_part(1.6, dated=True)
    def failures(self) -> Prose:
        """What had been tried: other attempts, and what came of them."""
        tried = {
            *failed_attempts(self.story.ceasefire).index,
            *(e for e in self.story.before if e in self.story.ceasefire.attempts),
        }
        told = [event for event in self.story.order if event in tried and event not in self.story.beside]
        return self._prose([self._say_event(event, parts=True) for event in told], "No other attempt is told of")

    @_part()
    def left_out(self) -> Prose:
        """Who was not asked: in the words of the sources, and then as we read them."""
        return self._prose([*self._not_asked(), *self._silent()], "Nobody is said to have been left out")

    @_part(1.6)
    def stakes(self) -> Prose:
        """What is at stake, and who says so."""
        stakes = self.story.stakes
        told = {quote.event_id for quote in stakes} | {""}
        cited = {(quote.source_id, number) for quote in stakes for number in quote.paragraphs}
        shared = {quote.claim_id for quote in self.story.shared_stakes}
        own = [quote for quote in stakes if quote.claim_id not in shared]
        unreal = [c for c in self.story.reports if c.modality in ("conditional", "feared") and c.event_id not in told]
        open_ = [c for c in unreal if not {(c.source_id, number) for number in c.paragraphs} <= cited]
        loose = [claim for claim in open_ if not EVENTS[self.story.kinds[claim.event_id]].attempt]
        said = [*self._say_quotes(own, on=False), *self._say_quotes(self.story.terms)]
        said += self._alike(loose, lambda claim: self.story.titles[claim.event_id], self._say_unreal)
        parts = [
            c for c in self.story.parts if ROLES[c.kind].part == "affected" and c.event_id == self.story.main and c.note
        ]
        hit = [claim for claim in parts if not claim.said_by]  # who says it otherwise is quoted with it
        said += [
            Statement(f"What it did to {self._name(c.from_id)}: {c.note} ({self._voices([c])}).", cite([c]))
            for c in hit
        ]
        return self._prose(said, "Nothing is said of what is at stake")

    @_part(2)
    def differences(self) -> Prose:
        """Where sources differ, and what they leave open."""
        table = disagreements(self.story.tables, self.story.ceasefire, self.story.graph)
        claims = {claim.claim_id: claim for claims in self.story.tables.claimed.values() for claim in claims}
        said = []
        for (about, matter), rows in grouped(records(table), lambda row: (row["about"], row["matter"])).items():
            told = [claims[part] for row in rows for part in row["claim"].split("+") if part in claims]
            if self.story.concern(told) and matter != "together or against":  # by turns is no contradiction
                accounts = grouped(rows, lambda row: row["account"])
                each = [f"{label(account)} ({self._newsrooms(rows)})" for account, rows in accounts.items()]
                text = self._denied(told) if matter == "stated or denied" else f"{about}, {matter}: {'; '.join(each)}"
                said.append(Statement(f"{text}.", cite(told)))
        return self._prose(
            (
                *said,
                *self._both_sides(),
                *self._accusing(),
                *self._durations(),
                *self._lengths(),
                *self._dues(),
                *self._gone_well(),
                *self._reasons_apart(),
                *self._means(),
                *self._stances(),
                *self._open(),
            ),
            "No claim is made",
        )

    def _denied(self, claims: Sequence[Claim]) -> str:
        """Who tells of a tie, and who denies it."""
        counts_as = self.story.graph.graph["counts_as"]
        one, other = (counts_as.get(actor, actor) for actor in (claims[0].from_id, claims[0].to_id))
        denied = [claim for claim in claims if claim.status == "denied"]
        told = [claim for claim in claims if claim not in denied]
        text = f"Whether {self._named(one)} {self._verb(one, claims[0].kind)} {self._named(other)}"
        who = self._names(claim.said_by for claim in denied if claim.said_by)
        return f"{text}: told by {self._by(told)}, denied by {who or 'it is not said whom'} ({self._voices(denied)})"

    @_part(3.5)
    def sureness(self) -> Prose:
        """How sure one can be, by judgement, and what would change it."""
        judged = [(held, judgement) for judgement, held in self.judged]
        said = []
        alike = grouped(judged, lambda pair: (CONFIDENCE.index(pair[0].level), self._since(*pair)))
        for (level, since), mine in sorted(alike.items(), key=lambda item: -item[0][0]):
            by_deed = grouped((judgement for _, judgement in mine), lambda judgement: (judgement.does, judgement.do))
            each = [_together(those, does, do) for (does, do), those in by_deed.items()]
            claims = cite(claim for _, judgement in mine for leg in judgement.legs for claim in leg)
            said.append(Statement(f"{capital(CONFIDENCE[level])}, {since}: {'; '.join(each)}.", claims))
        told = [
            tie for tie in self.story.backings if any(claim.counts and not claim.reading for claim in tie[2]["claims"])
        ]
        away = grouped((tie for tie in told if not tie[2]["answer"].firm), lambda tie: tie[2]["answer"].kind)
        for kind, ties in away.items() if judged else ():
            old = grouped(ties, lambda tie: tie[0])
            who = [self._named(actor) for actor in old if actor not in self.story.contested]
            claims = cite(claim for ties in old.values() for *_, edge in ties for claim in edge["claims"])
            each = [f"backing by {list_words(who, 20)}"] * bool(who)
            for actor in (actor for actor in old if actor in self.story.contested):
                each.append(f"contested, whether {self._named(actor)} backed {' or '.join(self._sides_told(actor))}")
            said.append(Statement(f"Not judged, as {_AWAY[kind]}: {'; '.join(each)}.", claims))
        if judged:
            said.insert(0, Statement(f"{self._fallen([judgement for _, judgement in judged])}."))
        return self._prose(said, "There is no judgement to be made")

    def _fallen(self, judgements: Sequence[Judgement]) -> str:
        """How many judgements would fall by which stricter rules."""
        by = {rule.turned: [j for j in judgements if not self.stands(j, rule)] for rule in RULES[1:]}
        by = {turned: fallen for turned, fallen in by.items() if fallen}
        among = how_many(len(judgements), "judgement")
        if not by:
            return f"None of {among} would fall by a stricter rule" if judgements[1:] else "No stricter rule fells it"
        if not judgements[1:]:
            return f"The one judgement is {list_words(list(by), 8)}: it would fall by a stricter rule"
        counts = [len(fallen) for fallen in by.values()]
        turns = list_words([f"{len(fallen)} {turned}" for turned, fallen in by.items()], 8)
        fallen = {str(judgement) for those in by.values() for judgement in those}
        some = " (some are several of these)" if sum(counts) > len(fallen) else ""
        verb, each = ("is", "it") if counts == [1] else ("is" if counts[0] == 1 else "are", "each")
        return f"Among {among} {verb} {turns}{some}: {each} would fall by a stricter rule"

    @cached_property
    @unswept
    def judged(self) -> tuple[tuple[Judgement, Confidence], ...]:
        """Each judgement with the confidence in it."""
        return tuple((judgement, self._confidence(judgement.legs)) for judgement in self.judgements)

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """What the briefing holds to be so: the newest first.

        They are ranked by the day that they speak of (what was since the report before is equally new), by whether that
        report did not tell them yet, and by the independent voices of the leg that has the fewest.
        """
        found = []
        groups, counts_as = members(self.story.tables), self.story.graph.graph["counts_as"]
        for role, did in _DID.items():
            told = self.story.taking(role)
            did += f" {self._called(self.story.main)}" if told and role in ("accepts", "rejects") else ""
            for actor, claims in told.items():
                bodies = {actor, counts_as.get(actor, actor)}
                theirs = (told.get(group, ()) for group, who in groups.items() if group != actor and bodies & who)
                implied = (replace(c, status="implied") for c in chain(*theirs))  # what is told of groups, of it too
                found.append(Judgement(self._name(actor), did, did, ((*claims, *implied),)))
        for told in self.story.not_consulted.values():
            who, legs = self._names(told, 8), tuple(map(tuple, told.values()))
            found.append(Judgement(who, f"{_were(told)} not consulted", "were not consulted", legs))
        for a, b, edge in self.story.backings:
            if edge["answer"].firm:
                does, whom, do = self._verb(a), self._named(b), TIES["backs"].many
                found.append(Judgement(self._named(a), f"{does} {whom}", f"{do} {whom}", (edge["claims"],)))
        return tuple(sorted(found, key=self._newness, reverse=True))

    def _newness(self, judgement: Judgement) -> tuple[dt.date, bool, int]:
        claims = [claim for leg in judgement.legs for claim in leg]
        days = [
            self.story.first_day(c.event_id) if c.table == "participants" else latest_of(c.reported) for c in claims
        ]
        day = max((day for day in days if day <= self.story.day), default=dt.date.min)
        new = min(latest_of(claim.published) for claim in claims) > self.story.report_before
        return dt.date.max if day > self.story.report_before else day, new, self._confidence(judgement.legs).voices

    # -- the news -----------------------------------------------------------------------------------------------------

    def _answers(self) -> Iterator[Statement]:
        """Who did not sign, or signed."""
        did = {role: self.story.taking(role) for role in _DID}
        against = [(role, did[role]) for role in ("withholds", "rejects") if did[role]]
        for_ = [(role, did[role]) for role in ("signatory", "accepts") if did[role]]
        if not against and not for_:
            return
        (role, who), *more = [*against, *for_]
        more += [("welcomes", told) for told in [self.story.taking("welcomes")] if told]
        kinds, main = self.story.actor_kinds, self.story.main
        left = self.story.left(who) if role == "withholds" else ""
        did_it = f"left {left} without signing" if left else _DID[role]
        text = f"{self._who(who)} {did_it} {self._called(main)}{self._on(main)}{self._due(main)}"
        text = self._voiced(text, *(claim for told in who.values() for claim in told))
        yield Statement(f"{capital(text)}.", cite(claim for told in who.values() for claim in told))
        said = []
        for other, others in more:
            firm = [actor for actor, told in others.items() if any(not claim.said_by for claim in told)]
            loose = [actor for actor in others if actor not in firm]
            voiced = [(frozenset(claim.voice for claim in others[actor]), actor) for actor in loose]
            alike = [[actor for _, actor in some] for some in grouped(voiced, lambda pair: pair[0]).values()]
            for mine in (*alike, firm):
                told = [claim for actor in mine for claim in others[actor]]
                group = loose and mine == firm and all(kinds[actor] == "group" for actor in mine)
                place = f"by the account of {self._voices(told)} " if group else ""  # the same, less exactly
                said += [place + self._voiced(f"{self._who(mine)} {_ROLE[other]}", *told)] if mine else []
        if said:
            yield Statement(f"{capital('; '.join(said))}.", cite(c for _, d in more for cs in d.values() for c in cs))

    def _brokers(self) -> Iterator[Statement]:
        """Who led the attempt, or the talks on it."""
        said: list[tuple[tuple[str, ...], str]] = []
        claims: list[Claim] = []
        for role in _LEADING:
            led = self.story.taking(role, self.story.beside)
            counts_as = self.story.graph.graph["counts_as"]
            who = [actor for actor in led if counts_as.get(actor, actor) == actor or counts_as[actor] not in led]
            if who:
                said.append((tuple(sorted(map(self._introduced, who))), role))
                claims += [claim for told in led.values() for claim in told]
        if said:
            it = (
                "the attempt" if any(map(self.story.taking, _DID)) else self._called(self.story.main)
            )  # told of before, or not
            each: list[str] = []
            for names, mine in grouped(said, lambda one: one[0]).items():
                roles = [role + "s" if len(names) > 1 else role for _, role in mine]
                each.append(f"{list_words(list(names))} led {'the attempt' if each else it} as {list_words(roles)}")
            each += self._inviting(" ".join(each), claims)
            there = self.story.taking("attends")
            each += [f"{self._names(there)} attended"] if there else []
            claims += [claim for told in there.values() for claim in told]
            yield Statement(f"{capital('; '.join(each))}.", cite(claims))

    def _inviting(self, before: str, cited: list[Claim]) -> Iterator[str]:
        """Who invited whom, as firmly as any source has it."""
        told = [c for who in self.story.taking("invited").values() for c in who if c.counterpart and not c.reading]
        firmest = min((rank(STATUSES, claim.status) for claim in told), default=0)
        told = [claim for claim in told if rank(STATUSES, claim.status) == firmest]
        for inviter, mine in grouped(told, lambda claim: claim.counterpart).items():
            name = self._name(inviter) if self._introduced(inviter) in before else self._introduced(inviter)
            yield f"{name} invited {self._names(claim.from_id for claim in mine)}"
        cited += told

    def _moves(self) -> Iterator[Statement]:
        """What those did next who did not sign."""
        events = [event for event in self.story.order if event in self.story.walked_out]
        if events:
            days = grouped(events, lambda event: capital(self._short(self._when(event))) or "Undated")
            text = ". ".join(f"{day}: {'; '.join(self.story.titles[e] for e in those)}" for day, those in days.items())
            yield Statement(f"{text}.", cite(c for c in self.story.reports if c.event_id in events))

    def _reasons_in_short(self) -> Iterator[Statement]:
        """The first reason that somebody gives, who gives others, and who objected."""
        given = [q for q in self.story.reasons if q.event_id == self.story.main and q.status != "implied"]
        against = self.story.taking("objects")
        said = []
        if given:
            who = self._names(quote.from_id for quote in given[1:])
            others = "another reason is" if len(given) == 2 else "other reasons are"
            said.append(f"Why, according to {self._name(given[0].from_id)}: {in_words(given[0])}")
            said += [f"{others} given by {who}"] if who else []
        told = list(chain(*against.values()))
        said += [self._voiced(f"{self._names(against)} objected", *told)] if against else []
        if said:
            yield Statement(f"{'; '.join(said)}.", cite((*given, *told)))

    # -- sentences ----------------------------------------------------------------------------------------------------

    def _say_quotes(self, quotes: Iterable[Claim], on: bool = True) -> Iterator[Statement]:
        """Quotations, each with its speaker; what several sources quote or several speakers say alike, once."""
        for (words, direct), told in grouped(quotes, lambda quote: (quote.quote, quote.direct)).items():
            text = f"“{words.rstrip('.,')}.”" if direct else f"{words.rstrip('.')}."
            two = f" (Unclear: {told[0].note}.)" if all(quote.reading for quote in told) else ""
            said = next((quote for quote in told if quote.start and self._is_long_ago(quote.start)), None)
            reported = next((q.published for q in told if q.published and self._is_long_ago(q.published)), None)
            events = {quote.event_id for quote in told} - {self.story.main, ""}
            about = f", on {entitled(self.story.titles[events.pop()])}" if on and len(events) == 1 else ""
            when = f", dated {_as_put(said)}" if said else f", reported {say_date(reported)}" if reported else ""
            who = list_words(list(dict.fromkeys(self._speaker(quote.from_id) for quote in told)))
            if all(quote.status == "implied" for quote in told):  # what a source makes of a mind, nobody has said
                who = f"{self._voices(told)}, of {who}"
            yield Statement(f"{capital(who)}{about}{when}: {text}{two}", cite(told))

    def _speaker(self, actor: str) -> str:
        """A speaker with what it belongs to or leads, if it has a name of its own."""
        kinds = self.story.actor_kinds
        bodies = [body for _, body, _ in self.story.ties_of(actor) if kinds[body] != "group"]
        known = actor in {claim.from_id for claim in self.story.parts_of.get(self.story.main, ()) if claim.kind in _DID}
        named = ACTOR_KINDS[kinds[actor]].family == "person" and bodies and not known
        return f"{self._name(actor)} ({self._name(bodies[0])})" if named else self._name(actor)

    def _is_long_ago(self, said: EdtfDate) -> bool:
        return bool(said.latest and said.latest < self.story.day - dt.timedelta(DAYS))

    def _unsaid(self, reasons: Sequence[Claim]) -> Iterator[Statement]:
        """Whether those who refused are quoted with a reason themselves."""
        who = [actor for role in ("withholds", "rejects") for actor in self.story.taking(role)]
        body = principals(self.story.tables)  # whoever leads it speaks for it
        spoke = {speaker for quote in reasons for speaker in (quote.from_id, body.get(quote.from_id))}
        silent = [actor for actor in who if not spoke & {actor, body.get(actor)}]
        if silent:
            yield Statement(f"No source quotes {self._names(silent)} with a reason.")

    def _names(self, actors: Iterable[str], most: int = 6) -> str:
        return list_words(list(dict.fromkeys(map(self._name, actors))), most)

    def _say_backing(self, alike: Sequence[tuple[str, str, Any]]) -> Statement:
        """Backings of a client of which the same is told: what each voice says that they consist of, and when."""
        claims = [claim for *_, edge in alike for claim in edge["claims"] if claim.status != "denied"]
        return Statement(f"{self._back(alike)}: {self._how(alike[0][2])}.", cite(claims))

    def _back(self, alike: Sequence[tuple[str, str, Any]]) -> str:
        """Who backs a client, in the tense of what is known of the day."""
        (one, client, edge), *more = alike
        said = edge["answer"]
        verb = self._does(one, said) if not more else TIES["backs"].many if _is_told_now(said) else _past("backs")
        names = capital(list_words([self._named(a) for a, *_ in alike], 20))
        later = " (first attested later)" if _tense(said) == FIRST else ""
        return f"{names} {verb} {self._named(client)}{later}"

    def _does(self, actor: str, said: Answer, kind: str = "backs") -> str:
        return self._verb(actor, kind) if _is_told_now(said) else _past(kind)

    def _by(self, claims: Iterable[Claim]) -> str:
        return list_words(self._who_say(claims), 8)

    def _who_say(self, claims: Iterable[Claim]) -> list[str]:
        return voices_for(claims, self._voice)

    def _how(self, edge: Any) -> str:
        """What each voice says that a backing consists of, and when."""
        claims = [claim for claim in edge["claims"] if claim.status != "denied"]
        by = grouped(claims, lambda claim: self._voice.named(self._voice(claim), [claim]))
        told = sorted(by.items(), key=lambda item: (-len(item[1]), item[0]))
        return "; ".join(f"{name} ({self._short(_how(mine, self.story.titles))})" for name, mine in told)

    def _by_day(self, events: Iterable[str]) -> Iterator[Statement]:
        """Events with their dates; one without says where it stands."""
        before = ""
        for event in events:
            text, claims = self._tell(event)
            dated = self._when(event)
            when = dated or self._place(event, before)
            before = event if dated else before
            said = f"{capital(self._short(when))}: {text}."
            yield Statement(said, cite(claims), follows=when == _THEN, actors=len({*self.story.actors_in(event)}))

    def _short(self, when: str) -> str:
        """A date without the year that it shares with the day of the briefing."""
        return re.sub(rf"(\d [A-Z]\w+) {self.story.day.year}(?=;|$)", r"\1", when).replace(
            "some time between", "between"
        )

    def _place(self, event: str, before: str = "") -> str:
        """Of an event without a date, how it stands to one that has one, which may have been told just before."""
        for claim in self.story.related.get(event, ()):
            forth = claim.event_id == event
            other, way = claim.to_id if forth else claim.event_id, RELATIONS[claim.kind]
            if other == before and way.order == (1 if forth else -1):
                return _THEN
            if self._when(other):
                return f"undated, {way.forth if forth else way.back} {entitled(self.story.titles[other])}"
        return "undated"

    def _say_event(self, event: str, parts: bool = False, order: bool = False) -> Statement:
        text, claims = self._tell(event, parts, order)
        said = f"{capital(self._when(event)) or 'Undated'}: {text}."
        return Statement(said, cite(claims), actors=len({*self.story.actors_in(event)}))

    def _tell(self, event: str, parts: bool = False, order: bool = False) -> tuple[str, list[Claim]]:
        """An event, what it was for, how long it lasted, what became of it and who says so; and the claims of it."""
        told = self.story.reports_of.get(event, [])
        real = [claim for claim in told if claim.actual] or told
        text, cited = self.story.titles[event], list(told)
        text += self._due(event)
        lasted = grouped((c for c in real if c.lasted and c.lasted.isascii()), lambda c: c.lasted)  # as it is written
        text += f", which lasted {next(iter(lasted))}" if len(lasted) == 1 else ""  # else it is a difference
        if EVENTS[self.story.kinds[event]].lane == LANES[0]:
            helped = [c for c in self.story.backed_in.get(event, ()) if c.counts and not self._is_in(c.from_id, text)]
            text += f", with the backing of {self._with_years(helped)}" if helped else ""
            cited += helped
        kind = EVENTS[self.story.kinds[event]]
        answered = kind.attempt or kind.lane == LANES[2]
        last = last_outcomes(real)
        taking = [claim for claim in self.story.parts_of.get(event, ()) if claim.counts]
        signed = any(claim.kind == "signatory" for claim in taking)  # who signed says that it was
        last = [end for end in last if end != _DID["signatory"] or not signed]
        came = (c for c in real if c.kind in last and (OUTCOMES[c.kind].told or (answered and OUTCOMES[c.kind].known)))
        ends = grouped(came, lambda claim: label(claim.kind))
        ends = {end + self._as_of(cs): cs for end, cs in ends.items()}
        own = any(not c.said_by for c in real)  # or else the whole is said to be somebody's
        each = [self._voiced(end, *cs) if own and len(cs) < len(real) else end for end, cs in ends.items()]
        text += f", {list_words(each, last='or')}" if ends else ""
        if EVENTS[self.story.kinds[event]].lane == LANES[4]:
            along = [c.from_id for c in self.story.parts_of.get(event, ()) if c.kind == "traveller" and c.counts]
            along = [actor for actor in dict.fromkeys(along) if not self._is_in(actor, text)]
            text += f", with {self._names(along)}" if along else ""
        text = self._voiced(text, *real)
        beside = [
            c for c in self.story.before_and_after.get(event, ()) if c.actual and c.to_id in self.story.reports_of
        ]
        ways = grouped((claim for claim in beside if order), lambda claim: RELATIONS[claim.kind].forth)
        for forth, told in ways.items():  # what it came after has no order among itself
            for voice, mine in grouped(told, lambda claim: claim.said_by and claim.voice).items():
                text += f", {forth} {self._titles_of(mine, 'to_id')}" + f", according to {inside(voice)}" * bool(voice)
        for _, said in grouped(self.story.accused.get(event, ()), in_words).items():
            all_of = "each " if len({quote.from_id for quote in said}) > 1 else ""
            text += f"; {self._names(quote.from_id for quote in said)} {all_of}said of it: {in_words(said[0])}"
            cited += said
        named: set[str] = set()
        news = event == self.story.main  # whose answers stand above
        for role, did in _ROLE.items():
            if not (role in ("welcomes", "objects") or parts or (answered and not news)):
                continue
            told_of = [claim for claim in taking if claim.kind == role]
            first = [claim for claim in told_of if claim.from_id not in named]  # who has accepted it has welcomed it
            text += "".join(f"; {clause}" for clause in self._each_voice(first, f"{{who}} {did}"))
            named |= {claim.from_id for claim in told_of}
            cited += told_of
        if parts or (kind.lane == LANES[2] and not news):
            counts_as = self.story.graph.graph["counts_as"]
            led = [c for c in taking if ROLES[c.kind].towards == "leads"]
            unsaid = [c for c in led if not self._is_in(c.from_id, text)]
            unsaid = [replace(c, from_id=counts_as.get(c.from_id, c.from_id)) for c in unsaid]
            text += "".join(f"; {clause}" for clause in self._each_voice(unsaid, "led by {who}"))
            cited += led
        return text, [*cited, *(beside if order else [])]

    def _each_voice(self, claims: Iterable[Claim], clause: str) -> Iterator[str]:
        """Who did something, a clause for those of whom the same voices tell it."""

        def voices(told: Sequence[Claim]) -> frozenset[str]:
            spoken = {claim.voice if claim.said_by and not _is_own_stance(claim) else "" for claim in told}
            return frozenset() if "" in spoken else frozenset(spoken)

        by = grouped(claims, lambda claim: claim.from_id)
        for those in grouped(by.values(), voices).values():
            told = [claim for mine in those for claim in mine]
            yield self._voiced(clause.format(who=self._names(claim.from_id for claim in told)), *told)

    def _with_years(self, backers: Iterable[Claim]) -> str:
        """Who backs somebody in an event, each with the years of which that is told, if these are its own."""
        by = grouped(backers, lambda claim: claim.from_id)
        years = {actor: _years(c for c in told if c.attested and c.attested.earliest) for actor, told in by.items()}
        alike = grouped(by, years.__getitem__)
        return list_words([self._names(those) + f" ({when})" * bool(when) for when, those in alike.items()], 8)

    def _as_of(self, claims: Sequence[Claim]) -> str:
        """Of what goes on, when that was told last."""
        return self._short(told_last(claims)) if OUTCOMES[claims[0].kind].lasts else ""

    def _due(self, event: str) -> str:
        """What an event was for, if that is another day than its own."""
        real = [claim for claim in self.story.reports_of.get(event, []) if claim.actual]
        dates = sharpest(claim.due for claim in real or self.story.reports_of.get(event, []))
        due = [self._short(say_date(date)) for date in dates if date not in self.story.dates.get(event, ())]
        return f", for {list_words(due, last='or')}" if due else ""

    def _is_in(self, actor: str, text: str) -> bool:
        """Whether a text names an actor, be it by another word for it or, a person, by a part of its name."""
        person = ACTOR_KINDS[self.story.actor_kinds[actor]].person
        words = {*(self._known_as[actor][0].split() if person else ()), *self._known_as[actor]}
        return any(word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words if word)

    @cached_property
    def _known_as(self) -> dict[str, list[str]]:
        rows = records(self.story.tables.actors)
        return {row["actor_id"]: [row["name"], *(split_alias(alias)[0] for alias in row["aliases"])] for row in rows}

    def _voices(self, claims: Iterable[Claim]) -> str:
        return list_words(sorted({self.story.newsroom[claim.source_id] for claim in claims}))

    def _lengths(self) -> Iterator[Statement]:
        """What sources say differently without excluding each other: dates of one event that are not the same."""
        for event in self.story.order:
            claims = [claim for claim in self.story.reports_of[event] if claim.start]
            dates = sharpest(claim.start for claim in claims)
            if len(dates) > 1:
                each = [f"{say_date(date)} ({self._by(c for c in claims if c.start == date)})" for date in dates]
                yield Statement(f"{self.story.titles[event]}: {' or '.join(each)}.", cite(claims))

    def _dues(self) -> Iterator[Statement]:
        """For when something was to be, where sources differ."""
        for event in self.story.order:
            told = grouped((c for c in self.story.reports_of[event] if c.due and c.actual), lambda c: say_date(c.due))
            if len(told) > 1:
                two = {due: ", open to two readings" * all(c.reading for c in claims) for due, claims in told.items()}
                each = [f"for {due} ({self._by(claims)}{two[due]})" for due, claims in told.items()]
                text = f"{self.story.titles[event]}, {list_words(each, last='or')}"
                yield Statement(f"{text}.", cite(claim for claims in told.values() for claim in claims))

    def _gone_well(self) -> Iterator[Statement]:
        """What those who led an attempt that came to less than was tried said of it."""
        quotes = grouped(self.story.on_attempts("stance", "assessment"), lambda quote: quote.event_id)
        for event in filter(self.story.ceasefire.attempts.__contains__, self.story.order):
            ends = [c for c in self.story.reports_of[event] if c.actual and OUTCOMES[c.kind].failed]
            led = {c.from_id for c in self.story.parts_of.get(event, ()) if ROLES[c.kind].towards == "leads"}
            said = [quote for quote in quotes.get(event, ()) if quote.from_id in led]
            if ends and said:
                became = self._voiced(list_words(sorted({label(c.kind) for c in ends})), *ends)
                each = [f"{self._name(quote.from_id)}: {in_words(quote)}" for quote in said]
                text = f"{self.story.titles[event]}: {became}; {'; '.join(dict.fromkeys(each))}."
                yield Statement(text, cite((*ends, *said)))

    def _accusing(self) -> Iterator[Statement]:
        """What several say against each other of one attempt."""
        said = self.story.on_attempts("accusation")
        for (event, _), mine in grouped(said, lambda quote: (quote.event_id, in_words(quote))).items():
            who = list(dict.fromkeys(self._name(quote.from_id) for quote in mine))
            if len(who) > 1:
                title = entitled(self.story.titles[event])
                yield Statement(f"Of {title} {list_words(who)} each say: {in_words(mine[0])}.", cite(mine))

    def _durations(self) -> Iterator[Statement]:
        """How long something lasted, where sources differ."""
        for event in self.story.order:
            lasted = grouped((c for c in self.story.reports_of[event] if c.lasted and c.actual), lambda c: c.lasted)
            if len(lasted) > 1:
                each = [f"{length} ({self._by(claims)})" for length, claims in lasted.items()]
                claims = [claim for claims in lasted.values() for claim in claims]
                yield Statement(f"{self.story.titles[event]} lasted {list_words(each, last='or')}.", cite(claims))

    def _across(self) -> Iterator[Statement]:
        """Of each two backers of opposite sides that deal with each other: what divides them and what they share."""
        for one, client, other, rival in self.story.dyads:
            edges = [
                edge
                for a, b in ((one, other), (other, one))
                for edge in (self.story.graph.get_edge_data(a, b) or {}).values()
            ]
            told = [claim for edge in edges if TIES[edge["kind"]].lasts for claim in edge["claims"]]
            own = [claim for claim in told if claim.actual and not claim.said_by]
            does = dict.fromkeys(
                TIES[claim.kind].bare for claim in sorted(own, key=lambda claim: -TIES[claim.kind].sign)
            )
            text = f"{self._named(one)} is behind {self._named(client)}, {self._named(other)} behind "
            text += self._named(rival)
            text += f"; they {list_words(list(does), 8)} each other" if does else ""
            yield Statement(f"{capital(text)}.", cite(own))
            shared = self.story.shared(one, other)
            if shared:
                reports = {event: [c for c in self.story.reports_of[event] if c.actual] for event in shared}
                each = "; ".join(self._voiced(entitled(self.story.titles[e]), *mine) for e, mine in reports.items())
                yield Statement(f"What both had a part in: {each}.", cite(c for mine in reports.values() for c in mine))
        yield from self._say_quotes(self.story.shared_stakes, on=False)

    def _both_sides(self) -> Iterator[Statement]:
        """Who is said to back two opposite sides, by whom."""
        for actor, told in self.story.contested.items():
            firm = any(tie[2]["answer"].firm for tie in self.story.backings if tie[0] == actor)
            verb = TIES["backs"].one if firm else f"{TIES['backs'].bare}ed"
            text = f"Which side {self._named(actor)} {verb}: {'; '.join(self._sides_told(actor))}."
            yield Statement(text, cite(chain(*told.values())))

    def _sides_told(self, actor: str) -> list[str]:
        """Which sides somebody is said to back, by whom, and by whom only as an accusation."""
        each = []
        for client, told in self.story.contested[actor].items():
            accusing = [claim for claim in told if claim.status == "alleged"]
            who = self._who_say(claim for claim in told if claim not in accusing)
            who += [f"{name}, as an accusation" for name in self._who_say(accusing)]
            each.append(f"{self._named(client)} ({'; '.join(who) if accusing else list_words(who, 8)})")
        return each

    def _stances(self) -> Iterator[Statement]:
        """What those said of other attempts of these days who were against one."""
        start, counts_as = self.story.day - dt.timedelta(DAYS), self.story.graph.graph["counts_as"]
        attempts = self.story.ceasefire.attempts
        last = {e: None for e in self.story.order if e in attempts and self.story.first_day(e) > start}
        parts = [claim for event in last for claim in self.story.parts_of.get(event, ()) if claim.counts]
        against = [claim for claim in parts if PARTS[ROLES[claim.kind].part].stance == "against"]
        quotes = [quote for quote in self.story.said_as("stance") if quote.event_id in last]
        said_by = grouped(quotes, lambda quote: counts_as.get(quote.from_id, quote.from_id))
        for who, turned in grouped(against, lambda claim: counts_as.get(claim.from_id, claim.from_id)).items():
            events = {claim.event_id for claim in turned}
            said = [quote for quote in said_by.get(who, ()) if quote.event_id not in events]
            if said:
                each = [
                    self._voiced(f"{(_ROLE | _DID)[kind]} ({self._titles_of(mine)})", *mine)
                    for kind, mine in grouped(turned, lambda claim: claim.kind).items()
                ]
                told = "; ".join(f"{in_words(q)} ({self._titles_of([q])})" for q in said)
                by = list_words(list(dict.fromkeys(self._name(quote.from_id) for quote in said)))
                text = f"Of different attempts: {self._name(who)} {list_words(each)}; {by} said: {told}"
                yield Statement(f"{capital(text)}.", cite((*turned, *said)))

    def _titles_of(self, claims: Iterable[Claim], end: str = "event_id") -> str:
        events = dict.fromkeys(getattr(claim, end) for claim in claims)
        return list_words([entitled(self.story.titles[event]) for event in events], 8)

    def _means(self) -> Iterator[Statement]:
        """With what somebody backs a side, where newsrooms name different things."""
        for a, b, edge in self.story.backings:
            ends = (a, b), *((own, b) for own in self.story.belonging.get(a, ()))
            edges = [self.story.graph.get_edge_data(*pair, "backs") for pair in ends]
            claims = chain(*(edge["claims"] for edge in edges if edge))
            told = [claim for claim in claims if claim.counts and SUPPORTS[claim.support].said]
            counts_as = self.story.graph.graph["counts_as"]

            def way(claim: Claim, whose: str = a, counts_as: Mapping[str, str] = counts_as) -> str:
                by = counts_as.get(claim.from_id, claim.from_id)
                return label(claim.support) + ("" if by == whose else f" of {self._named(by)}")

            ways = grouped(told, way)
            if edge["answer"].firm and len({self._voices(mine) for mine in ways.values()}) > 1:
                each = "; ".join(f"{what} ({self._by(mine)})" for what, mine in ways.items())
                text = (
                    f"Different, if not contrary: with what {self._named(a)} {self._verb(a)} {self._named(b)}: {each}."
                )
                yield Statement(text, cite(told))

    def _reasons_apart(self) -> Iterator[Statement]:
        """Who give other reasons than each other for the same."""
        for event, reasons in grouped(self.story.on_attempts("reason"), lambda quote: quote.event_id).items():
            given = [*(quote for quote in reasons if quote.status != "implied"), *self.story.objecting(event)]
            who = list(dict.fromkeys(self._name(quote.from_id) for quote in given))
            if len(who) > 1:
                about = f"Reasons told with {entitled(self.story.titles[event])} are not the same"
                each = "; ".join(f"{self._name(quote.from_id)}: {in_words(quote)}" for quote in given)
                told = capital(each) if event != self.story.main else f"Those of {list_words(who, 8)} stand above"
                yield Statement(f"{about}. {told}.", cite(given))

    def _parted(self) -> Iterator[Statement]:
        """Where two backers of one side took opposite stances on an attempt."""
        holders, attempts = self._holders, self.story.ceasefire.attempts
        sure = (s for s in self.story.ceasefire.standings if s.sure and PARTS[s.part].stance)
        stances = grouped(sure, lambda standing: standing.actor_id)
        taken = {actor: grouped(mine, lambda standing: standing.event_id) for actor, mine in stances.items()}
        said_of = grouped(self.story.said_as("stance"), lambda quote: quote.event_id)
        counts_as, parties = self.story.graph.graph["counts_as"], self.story.ceasefire.parties
        for row in records(patron_divergence(self.story.ceasefire)):
            one, other = holders[row["patron"]], holders[row["other patron"]]
            if not row["apart"] or self.story.focus not in ("", one, other):
                continue
            pair = f"{self._name(one)} and {self._name(other)}, both behind {self._name(holders[row['client']])}"
            apart: list[str] = []
            alike: list[str] = []
            cited: list[Claim] = []
            for event in (event for event in taken[one] if event in taken[other]):
                both = {actor: [standing.claim for standing in taken[actor][event]] for actor in (one, other)}
                each = [
                    self._voiced(f"{self._name(actor)} {taken[actor][event][0].part}", *told)
                    for actor, told in both.items()
                ]
                said = [q for q in said_of.get(event, ()) if counts_as.get(q.from_id, q.from_id) not in parties]
                mine, said = (apart, []) if attempts[event].title in row["how"] else (alike, said)
                words = [f"{self._name(quote.from_id)}: {in_words(quote)}" for quote in said]
                mine.append(f"{self._called(event)}: {'; '.join([*each, *words])}")
                cited += chain(*both.values(), said)
            text = f"{capital(pair)}, differed on {'; '.join(apart)}."
            text += f" Both were for {'; '.join(alike)}." if alike else ""
            yield Statement(text, cite(cited))

    @cached_property
    def _holders(self) -> dict[str, str]:
        """Stakeholders by name."""
        return {holder.name: actor for actor, holder in self.story.ceasefire.stakeholders.items()}

    def _announced(self) -> Iterator[Statement]:
        """What is to be on a day after the one asked about."""
        for claim in self.story.to_be:
            text = f"{capital(claim.modality)} for {say_date(claim.start)}: {self.story.titles[claim.event_id]}"
            parts = [c for c in self.story.parts_of.get(claim.event_id, ()) if not c.actual]
            there = [c for c in parts if PARTS[ROLES[c.kind].part].asked and ROLES[c.kind].towards != "leads"]
            text = self._voiced(text, claim)
            text += f"; to take part: {self._names(c.from_id for c in there)}" if there else ""
            yield Statement(f"{text}.", cite([claim, *there]))
        for event, told in grouped(self.story.foreseen, lambda claim: claim.event_id).items():
            text = f"{capital(told[0].modality)} for a day that is not told: {self.story.titles[event]}"
            yield Statement(f"{self._voiced(text, *told)}.", cite(told))

    def _chain(self) -> Iterator[Statement]:
        """What came before each call, in the order that the sources give."""
        before = {
            event: after
            for event, told in self.story.before_and_after.items()
            if (after := [claim for claim in told if claim.kind == "after" and claim.actual])
        }
        explained = {quote.event_id for quote in self.story.quotes if quote.topic == "reason"}
        for call in (
            event
            for event in self.story.of_kind("ceasefire-call")
            if self.story.first_day(event) >= self.story.long_ago
        ):
            steps: list[Claim] = []
            at = call
            while before.get(at) and len(steps) < 4:
                steps.append(before[at][0])
                at = before[at][0].to_id
            if steps and self.story.concern(steps, *self.story.actors_in(call)):
                text = "; then ".join(self.story.titles[step.to_id] for step in reversed(steps))
                when = f"{self._on(call, ' of ')}{self._due(call)}"
                why = "" if call in explained else f"Nobody is quoted with a reason for the call{when}; "
                out = self.story.not_consulted.get(call, {})
                unasked = self._voiced(f"{self._names(out)} {_were(out)} not consulted", *chain(*out.values()))
                text = f"{why}before it: {text}" + (f"; {unasked}" if out else "")
                then, answer = self._in_answer(call)
                text += f"; after it: {then}" if then else ""
                yield Statement(f"{capital(text)}.", cite((*steps, *chain(*out.values()), *answer)))

    def _not_asked(self) -> Iterator[Statement]:
        for event, told in self.story.not_consulted.items():
            claims = [claim for cs in told.values() for claim in cs]
            by = dict.fromkeys(self._name(claim.counterpart) for claim in claims if claim.counterpart)
            who = list_words([self._name(actor) for actor in told], 8)
            were = f"{who} {_were(told)} not consulted{f' by {list_words(list(by))}' if by else ''}"
            text = f"{were}: {self.story.titles[event]}{self._on(event)}"
            yield Statement(f"{self._voiced(capital(text), *claims)}.", cite(claims))
            if event not in self.story.ceasefire.attempts:  # nothing else of it is in the selection
                continue
            gap = self.story.ceasefire.gap(event)
            then, answer = self._in_answer(event)
            yield from [Statement(f"After it: {then}.", cite(answer))] if then else []
            unknown = [self._name(self._holders[name]) for name in gap.unknown]
            if unknown:
                groups = [actor for actor in told if self._is_group(actor)]
                some = f" ({self._names(groups)} may take some of them in)" if groups else ""
                others = f"No source tells whether others were, whom we count as concerned{some}"
                yield Statement(f"{others}: {list_words(unknown, 20)}.")

    def _silent(self) -> Iterator[Statement]:
        """Which of the two sides no source gives a part in the main attempt."""
        board, main = self.story.ceasefire, self.story.main
        if main in board.attempts and main not in self.story.not_consulted:
            silent = [actor for actor in board.parties if not board.of(main, actor)]
            if silent:
                text = f"{self._called(main)}: no source tells whether {self._names(silent)} was asked, or answered"
                yield Statement(f"{capital(text)}.")

    def _in_answer(self, event: str) -> tuple[str, list[Claim]]:
        """What is told to have come right after an event, without a day of its own."""
        order = self.story.order
        after = [
            c for c in self.story.related.get(event, ()) if RELATIONS[c.kind].order == (1 if c.to_id == event else -1)
        ]
        ends = {claim.event_id if claim.to_id == event else claim.to_id for claim in after}
        then = sorted(ends & order.keys(), key=order.__getitem__)
        told = [e for e in then if not self._when(e) and not EVENTS[self.story.kinds[e]].attempt]
        reports = {e: [c for c in self.story.reports_of[e] if c.actual] for e in told}
        text = "; ".join(self._voiced(self.story.titles[e], *mine) for e, mine in reports.items())
        return text, list(chain(*reports.values()))

    def _open(self) -> Iterator[Statement]:
        """Whose voices the claims are, and what no source says."""
        kinds = self.story.actor_kinds
        told = [
            c
            for table in ("ties", "backers", "participants", "event_reports", "quotes")
            for c in self.story.tables.claimed[table]
        ]
        told = [claim for claim in told if self.story.lets_in(claim)]
        if not told:
            return
        spoken = [claim for claim in told if claim.speaker]
        unnamed = sum(not _is_named(kinds.get(claim.said_by or claim.from_id, "")) for claim in spoken)
        text = f"Of {how_many(len(told), 'claim')}, {len(told) - len(spoken)} are the sources' own"
        yield Statement(f"{text}, {len(spoken) - unnamed} those of named speakers and {unnamed} of unnamed ones.")

    def _say_unreal(self, title: str, claims: Sequence[Claim]) -> str:
        claim = claims[0]
        text = f"{capital(claim.modality)}: {title}" + (f", {claim.condition}" if claim.condition else "")
        own = "" if any(claim.said_by for claim in claims) else f" ({self._voices(claims)})"
        return self._voiced(text, *claims) + own

    # -- what is asked ------------------------------------------------------------------------------------------------

    # -- names and dates ----------------------------------------------------------------------------------------------

    def _name(self, actor: str) -> str:
        return called(self.story.actors, actor)

    @cached_property
    def _voice(self) -> Voices:
        """Who vouches for claims, by names as they stand inside a sentence."""
        return replace(
            self.story.voice, called={n: self._name(actor) for actor, n in self.story.tables.names().items()}
        )

    def _named(self, node: str) -> str:
        return called(self.story.graph, node)

    def _verb(self, node: str, kind: str = "backs") -> str:
        return TIES[kind].many if self.story.graph.nodes[node]["number"] == "several" else TIES[kind].one

    def _who(self, told: Iterable[str]) -> str:
        """Names of actors, each with what it leads."""
        return list_words([self._introduced(actor) for actor in told], 6)

    def _introduced(self, actor: str) -> str:
        leads = [b for _, b, edge in self.story.actors.out_edges(actor, data=True) if edge["kind"] == "leads"]
        mine = [c for c in self.story.parts_of.get(self.story.main, ()) if c.from_id == actor and c.counterpart]
        pressed = [c.counterpart for c in mine] if any(ROLES[c.kind].part == "pressed" for c in mine) else []
        name = (
            f"{self._name(actor)}, who leads {self._name(leads[0])}{self._letters(leads[0])},"
            if leads
            else self._name(actor)
        )
        return f"{name} (pressed by {self._names(pressed)})" if pressed else name

    def _letters(self, actor: str) -> str:
        """The letters by which a body goes, if a source has them."""
        found = next((word for word in self._known_as[actor] if re.fullmatch(r"[A-Z]{2,6}", word)), "")
        return f" ({found})" if found else ""

    def _called(self, event: str) -> str:
        """The title of what can be signed, inside a sentence."""
        title = self.story.titles[event]
        return (
            f"the {title[0].lower()}{title[1:]}"
            if EVENTS[self.story.kinds[event]].joins == "agreement"
            else entitled(title)
        )

    def _when(self, event: str) -> str:
        return " or ".join(dict.fromkeys(map(say_date, self.story.dates.get(event, ()))))

    def _on(self, event: str, before: str = ", ", after: str = "") -> str:
        when = self._when(event)
        return f"{before}{when}{after}" if when else ""

    def _newsrooms(self, rows: Iterable[Any]) -> str:
        return list_words(sorted({self.story.newsroom[row["source"].split(" ")[0]] for row in rows}), 6)

    def _voiced(self, text: str, *claims: Claim) -> str:
        """A clause with who says it, if that is not the source itself, and whether it is sure to be said."""
        told = [claim for claim in claims if not _is_own_stance(claim)]
        by_voice = {claim.voice: claim.said_by for claim in told if claim.said_by}  # an office and its holder are one
        speakers = list(dict.fromkeys(self._name(speaker) for speaker in by_voice.values()))
        own = any(not claim.said_by for claim in claims)
        text = text if own or not speakers else f"{text}, according to {list_words(speakers)}"
        return f"{text} (open to two readings)" if claims and all(claim.reading for claim in claims) else text

    def _alike(
        self, claims: Iterable[Claim], by: Callable[[Claim], str], say: Callable[[str, Sequence[Claim]], str]
    ) -> list[Statement]:
        return [Statement(f"{say(key, told)}.", cite(told)) for key, told in grouped(claims, by).items()]

    def _prose(self, said: Iterable[Statement], nothing: str) -> Prose:
        return Prose(tuple(said) or (Statement(f"{nothing} in this selection."),))

    # -- judgement ----------------------------------------------------------------------------------------------------

    def _confidence(self, legs: Sequence[Leg]) -> Confidence:
        return confidence(legs, self.story.question, self.story.voice)

    def _since(self, found: Confidence, judgement: Judgement) -> str:
        """What a confidence follows from: whose voices, and how they say it."""
        claims = [claim for leg in judgement.legs for claim in counted(leg)]
        clear = [claim for claim in claims if not claim.reading] or claims
        own = [c for c in clear if c.status != "implied" or not self._is_group(c.from_id)]
        of_groups = grouped((claim for claim in clear if claim not in own), lambda claim: claim.from_id)
        voices = self._who_say(own)
        voices += [f"{self._by(told)}, of {self._name(group)}" for group, told in of_groups.items()]
        joined = "; ".join(voices) if re.search(" and |, ", "".join(voices)) else list_words(voices, 20)
        named = joined if found.voices > 1 else f"{joined} alone"
        why = [f"from {named if len(voices) == found.voices else how_many(found.voices, 'independent voice')}"]
        implied = all(claim.status == "implied" for claim in claims)
        shown = (
            "by implication alone"
            if implied
            else f"{'by name ' if len(own) < len(clear) else ''}in no source's own words"
        )
        why += [] if found.stated else [shown]
        unclear = "open to two readings" if all(claim.reading for claim in claims) else "denied by others"
        why += [] if found.coherent else [unclear]
        now = self._who_say(claim for leg in judgement.legs for claim in of_these_days(leg, self.story.question))
        why += [f"of these months {now[0]} alone"] if len(now) == 1 < found.voices else []
        why += ["not of these days"] if found.days > DAYS else []
        return ", ".join(why)

    def _is_group(self, actor: str) -> bool:
        return self.story.actor_kinds.get(actor) == "group"

    def stands(self, judgement: Judgement, rule: Rule) -> bool:
        """Whether a judgement stands under a coding rule."""
        return stands(judgement.legs, rule, self.story.question, self.story.voice)


@unswept
def build_briefing(tables: Tables, question: Question | None = None, **asked: Any) -> Briefing:
    """Compose a briefing.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``as_of`` (the day of the briefing; without it,
        that of the last report), ``near, spells, known_on, sources, statuses``, and ``focus``, an actor of which alone
        it tells.

    Returns
    -------
    Briefing
        Its parts are prose, such as ``news``.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    References
    ----------
    Confidence, with components of our own: Lewin et al. (2018), Applying GRADE-CERQual to qualitative evidence
    synthesis findings, Implementation Science 13:2.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> briefing = build_briefing(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"])
    >>> print(briefing.news.statements[0].text[:70])
    Khalifa Haftar, who leads the Libyan National Army (LNA), left Moscow
    """
    return Briefing(build_story(tables, question, **asked))


def sensitivity_table(briefing: Briefing) -> Frame:
    """Ask each judgement of a briefing again under each coding rule.

    Parameters
    ----------
    briefing : Briefing
        From :func:`build_briefing`.

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
    for judgement, found in briefing.judged:
        tried = ["stands" if briefing.stands(judgement, rule) else "falls" for rule in RULES]
        rows.append([capital(str(judgement)), found.level, found.voices, *tried])
    return frame_of(", ".join(["judgement", "confidence", "voices", *(rule.name for rule in RULES)]), rows)


# -- words ------------------------------------------------------------------------------------------------------------


def _units(statements: Iterable[Statement]) -> list[list[Statement]]:
    """Statements, each with those that follow on it."""
    found: list[list[Statement]] = []
    for said in statements:
        found += [[*found.pop(), said] if said.follows else [said]]
    return found


def _words(together: Iterable[Statement]) -> int:
    return sum(len(said.text.split()) for said in together)


def _together(judgements: Sequence[Judgement], does: str, do: str) -> str:
    """What several hold alike: ``Egypt and Russia back the army``."""
    who = [judgement.subject for judgement in judgements]
    return f"{list_words(who, 20)} {does if len(who) == 1 else do}"


def _tense(said: Answer) -> str:
    """Whether something is told as of the day, or else of what days."""
    return "" if said.firm else said.kind


def _is_told_now(said: Answer) -> bool:
    return said.firm or said.kind == FIRST


def _past(kind: str) -> str:
    return f"{TIES[kind].bare.removesuffix('e')}ed"


def _were(who: Sequence[str] | dict[str, Any]) -> str:
    return "was" if len(who) == 1 else "were"


def _years(claims: Iterable[Claim]) -> str:
    """For which years, or of which days, claims tell something."""
    dates = {date for claim in claims if (date := claim.attested or claim.published)}
    days = sorted({date.latest for date in dates if date.is_day and date.latest})
    whole = {str(date): say_date(date) for date in dates if date.earliest and not date.is_day}
    years = sorted(int(date) for date in whole if date.isdecimal())
    said: list[str] = []
    for run in grouped(enumerate(years), lambda place: place[1] - place[0]).values():  # years that follow on each other
        said += [f"{run[0][1]} to {run[-1][1]}"] if len(run) > 2 else [str(year) for _, year in run]
    said += sorted(words.removeprefix("from ") for date, words in whole.items() if not date.isdecimal())
    if days:
        span = "/".join(dict.fromkeys([days[0].isoformat(), days[-1].isoformat()]))
        said.append(say_date(span).removeprefix("from "))
    return list_words(said, 9)


def _how(claims: Sequence[Claim], titles: Mapping[str, str]) -> str:
    """What somebody says that a backing consists of, how firmly, and when; each kind with its own days."""
    kinds = grouped(claims, lambda c: (label(c.support) if SUPPORTS[c.support].said else "", c.reading))
    told = []
    for (years, _), alike in grouped(kinds.items(), lambda kind: (_years(kind[1]), kind[0][1])).items():
        what, mine = sorted(filter(None, (kind for (kind, _), _ in alike))), [c for _, some in alike for c in some]
        implied = all(claim.status == "implied" for claim in mine)
        how = [f"{'implied by' if implied else 'with'} {list_words(what, 8)}"] if what else []
        how += ["by implication"] if implied and not what else []
        how += ["as an accusation"] if all(claim.status == "alleged" for claim in mine) else []
        events = {claim.event_id for claim in mine}
        two = all(claim.reading == "ambiguous" for claim in mine)
        if two or not years:  # what has no date of its own may have that of what it belongs to
            how += [f"in {entitled(titles[event])}" for event in events if event and len(events) == 1]
        how += ["open to two readings"] * two
        if how or years:
            told.append(", ".join([*how, years or _undated(mine)]))
    return "; ".join(told) or _undated(claims)


def _as_put(claim: Claim) -> str:
    """A date; of one vaguer than a day also how the source has it."""
    put = claim.as_written if claim.start and not claim.start.is_day else ""
    return say_date(claim.start) + (f" (“{put}”)" if put else "")


def _undated(claims: Iterable[Claim]) -> str:
    """Of what has no date, when it was reported last."""
    published = max((claim.published for claim in claims if claim.published), key=latest_of, default=None)
    return "undated" + (f", reported {say_date(published)}" if published else "")


def _is_own_stance(claim: Claim) -> bool:
    """Whether somebody says where they stand towards an attempt, which nobody knows better."""
    mine = claim.table == "participants" and claim.said_by == claim.from_id
    return mine and bool(PARTS[ROLES[claim.kind].part].stance)


def _is_named(kind: str) -> bool:
    return kind in ACTOR_KINDS and ACTOR_KINDS[kind].family != "unnamed"
