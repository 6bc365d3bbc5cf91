"""How long a state of affairs lasted, by claims of several days, and what that says of one day.

A source says that something was so when it was published, or on the days that it gives. Claims of the same state of
affairs between the same two actors are *contiguous* unless a source says otherwise: together they make one spell, "from
at least X to at least Y", of which each claim is a point. A start, an end, or a denial that says for when, splits it;
who only denies it contradicts it. By the other coding rule each claim stands alone, *separate*.

What follows from an event lasts as long as the event; what follows from an agreement lasts from its date on.

References
----------
Security Force Monitor, Research Handbook: "Establishing Contiguous or Non-Contiguous Claims" and "How Dates Work".
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import Bounds, EdtfDate, say_date
from libya_analysis.evidence.frames import Frame
from libya_analysis.evidence.question import Question
from libya_analysis.evidence.vocabulary import STATUSES, TIES

HOLDS, LAST, FIRST, POSSIBLE, EXCLUDED = "holds", "last attested", "first attested", "possible", "excluded"
_ORDER = (HOLDS, LAST, FIRST, POSSIBLE, EXCLUDED)


@dataclass(frozen=True)
class Answer:
    """What is known of a state of affairs on a day.

    Attributes
    ----------
    kind : {"holds", "last attested", "first attested", "possible", "excluded"}
        ``holds``: inside a spell, or its dates prove it. ``last attested``, ``first attested``: on the nearest day
        before or after. ``possible``: nothing says when it was so. ``excluded``: dates rule it out.
    date : EdtfDate or None
        Of that report.
    days : int
        From it to the day asked about, at least.
    firm : bool
        Whether it can be told as a fact of the day: it holds, or the report is near enough.
    """

    kind: str
    date: EdtfDate | None = None
    days: int = 0
    firm: bool = False

    @property
    def report(self) -> str:
        """What is known, in words that stay the same from day to day."""
        if self.kind == POSSIBLE:
            return "possible: nothing says when"
        return self.kind if self.date is None else f"{self.kind} {say_date(self.date)}"

    def __str__(self) -> str:
        if self.date is None:
            return self.report
        if not self.days:  # hindsight: who wrote of the whole year knew how it ended
            return f"reported for {say_date(self.date)}, not for the day"
        side = "before" if self.kind == LAST else "after"
        return f"{self.report}, {self.days:,} day{'s' if self.days != 1 else ''} {side}"


@dataclass(frozen=True)
class Spell:
    """Claims that say that something went on: from at least ``by`` to at least ``until``, if it is not the other way.

    Attributes
    ----------
    known : Bounds
        What all of them together say; see :class:`libya_analysis.evidence.dates.Bounds`.
    claims : tuple of Claim
        The points on it.
    """

    known: Bounds
    claims: tuple[Claim, ...]

    @property
    def days(self) -> tuple[dt.date | None, dt.date | None]:
        """First and last day of what is sure; where no day is, those between which its reports lie."""
        by, until = self.known.by, self.known.until
        if by and until and by <= until:
            return by, until
        told = [claim.reported for claim in self.claims if claim.reported]
        firsts, lasts = [date.earliest for date in told if date.earliest], [date.latest for date in told if date.latest]
        return min(firsts, default=None), max(lasts, default=None)

    def __str__(self) -> str:
        first, last = self.known.by, self.known.until
        if not first or not last or first > last:
            return " or ".join(dict.fromkeys(say_date(claim.reported) for claim in self.claims))
        said = [say_date(day.isoformat()) for day in (first, last)]
        return said[0] if first == last else f"from at least {said[0]} to at least {said[1]}"


def find_spells(claims: Iterable[Claim], contiguous: bool = True) -> tuple[Spell, ...]:
    """Put claims of one state of affairs together into spells, in the order of time.

    Parameters
    ----------
    claims : iterable of Claim
        All of the same two actors and kind. Denials are no points on a spell; those with dates of their own split it.
    contiguous : bool
        Whether claims of several days are taken together.

    Examples
    --------
    >>> from libya_analysis.evidence.dates import parse_date
    >>> def told(name, day, **more):
    ...     return Claim(name, "ties", "x", "opposes", "y", "s", ("P1",), attested=parse_date(day), **more)
    >>> print(*find_spells([told("a", "2020-01-08"), told("b", "2020-03-01")]))
    from at least 8 January 2020 to at least 1 March 2020
    >>> denied = told("c", "2020-02-01", status="denied")
    >>> print(*find_spells([told("a", "2020-01-08"), told("b", "2020-03-01"), denied]), sep="; ")
    8 January 2020; 1 March 2020
    """
    claims = list(claims)
    if len(claims) == 1:
        return (Spell(claims[0].known, tuple(claims)),)
    told = [claim for claim in claims if claim.status != "denied"] or claims
    known = {claim.claim_id: claim.known for claim in told}
    dated = (claim for claim in claims if claim.start or claim.end or claim.attested)
    denials = [claim.known for claim in dated if claim.claim_id not in known]
    cuts: set[dt.date | None] = {bound.floor for bound in known.values()}
    cuts |= {bound.ceiling + dt.timedelta(days=1) for bound in known.values() if bound.ceiling}
    cuts |= {bound.until or bound.by for bound in denials}
    ordered = sorted(day for day in cuts if day)

    def part(claim: Claim) -> tuple[int, str]:
        bound = known[claim.claim_id]
        day = bound.until or bound.by or bound.floor
        alone = not contiguous or (claim.rests_on and not TIES[claim.kind].lasts)
        return bisect_right(ordered, day) if day else -1, claim.claim_id if alone else ""

    found = []
    for _, points in sorted(grouped(told, part).items()):
        of = [known[claim.claim_id] for claim in points]
        ends = (min, "floor"), (min, "by"), (max, "until"), (max, "ceiling")
        days = [take((d for b in of if (d := getattr(b, name))), default=None) for take, name in ends]
        found.append(Spell(Bounds(*days), tuple(points)))
    return tuple(found)


def answer(claims: Iterable[Claim], question: Question) -> Answer:
    """Say what claims of one state of affairs say of the day asked about; without a day, that it holds.

    Examples
    --------
    >>> from libya_analysis.evidence.dates import parse_date
    >>> said = Claim("a", "ties", "x", "opposes", "y", "s", ("P1",), published=parse_date("2020-01-15"))
    >>> print(answer([said], Question(as_of=dt.date(2020, 1, 16))))
    last attested 15 January 2020, 1 day before
    >>> answer([said], Question(as_of=dt.date(2021, 1, 15))).firm
    False
    """
    return on_day(spells_of(claims, question) if question.as_of else (), question)


def spells_of(claims: Iterable[Claim], question: Question) -> tuple[Spell, ...]:
    """Spells by the coding rule that is asked for."""
    return find_spells(claims, question.spells == "contiguous")


def on_day(spells: Iterable[Spell], question: Question) -> Answer:
    """Say what spells say of the day asked about."""
    if question.as_of is None:
        return Answer(HOLDS, firm=True)
    answers = [_of(spell, question.as_of, question.near) for spell in spells]
    return min(answers, key=_rank, default=Answer(EXCLUDED))


def spell_table(graph: nx.MultiDiGraph, *, dated: bool = False) -> Frame:
    """List how long each tie lasted, as far as the claims tell, and what that says of the day asked about.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    dated : bool
        Add what pandas can reckon with: ``from_id, to_id, first, last``, see :attr:`Spell.days`.

    Returns
    -------
    pandas.DataFrame
        One row a spell: ``from, tie, to, spell, on the day`` (what it says of the day alone), ``claims`` (how many
        speak for it, which enemies' accusations do not), ``sources`` (theirs), ``rests on`` (ids of all); by the names
        at both ends and in the order of time.

    References
    ----------
    Security Force Monitor, Research Handbook: "Establishing Contiguous or Non-Contiguous Claims".

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> found = spell_table(build_network(load_tables(), as_of="2019-06-01", kinds=["backs"], level="principal"))
    >>> found.loc[found["from"] == "Egypt", ["spell", "on the day"]].values.tolist()
    [['from at least 31 December 2014 to at least 15 January 2020', 'holds']]
    """
    names = dict(graph.nodes(data="name"))
    asked = Question(as_of=graph.graph["as_of"], near=graph.graph["near"])
    rows: list[list[Any]] = []
    for a, b, key, edge in graph.edges(keys=True, data=True):
        for spell in edge["spells"]:
            told = [claim for claim in spell.claims if STATUSES[claim.status].counts]
            sources = len({claim.source_id for claim in told})
            counts = [len(told), sources, "; ".join(claim.claim_id for claim in spell.claims)]
            said = _say_of(spell, asked)
            rows.append([names[a], key, names[b], str(spell), said, *counts, a, b, *spell.days])
    columns = "from, tie, to, spell, on the day, claims, sources, rests on, from_id, to_id, first, last".split(", ")
    rows.sort(key=lambda row: row[:3])
    table = Frame(rows, columns=columns).astype(dict.fromkeys(("first", "last"), "datetime64[ms]"))
    return table if dated else table[columns[:-4]]


def _say_of(spell: Spell, question: Question) -> str:
    """What one spell says of the day asked about, in words."""
    found, ceiling = on_day([spell], question), spell.known.ceiling
    if found.kind != EXCLUDED:
        return str(found)
    return "over by then" if ceiling and question.as_of and ceiling < question.as_of else "not begun"


def _rank(found: Answer) -> tuple[bool, bool, int, int]:
    """The nearest report is the best answer that does not hold."""
    return found.kind == EXCLUDED, found.kind == POSSIBLE, found.days, _ORDER.index(found.kind)


def _of(spell: Spell, day: dt.date, near: int) -> Answer:
    floor, by, until, ceiling = spell.known
    if floor and day < floor:
        return Answer(EXCLUDED)
    if ceiling and day > ceiling:
        return _over(spell, day, near)
    if by and until and by <= day <= until:
        return Answer(HOLDS, firm=True)
    reports = []
    for claim in spell.claims:
        known, last = claim.known, claim.reported
        first = claim.start or last
        if not known.by or not known.until:  # some day before another: nobody knows how long before
            continue
        if known.until <= day and last:
            days = (day - (last.latest or known.until)).days
            reports.append(Answer(LAST, last, max(days, 0), days <= near))
        elif known.by > day and first:
            days = ((first.earliest or known.by) - day).days
            reports.append(Answer(FIRST, first, max(days, 0), days <= near))
    return reports[0] if len(reports) == 1 else min(reports, key=_rank, default=Answer(POSSIBLE))


def _over(spell: Spell, day: dt.date, near: int) -> Answer:
    """What is over is excluded; only of an event that is not long past it is said when it was."""
    ceiling = spell.known.ceiling
    days = (day - ceiling).days if ceiling else near + 1
    event = all(claim.rests_on for claim in spell.claims)
    return Answer(LAST, spell.claims[-1].reported, days, True) if event and days <= near else Answer(EXCLUDED)
