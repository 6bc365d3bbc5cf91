"""Events in time: one item for each account of an event, in lanes, as exact as the sources are; no drawing.

Events without a date are not guessed into the calendar: they stand in a lane of their own, in the order that the
sources give them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import heappop, heappush
from typing import Any

import pandas as pd

from libya_analysis.analysis.camps import side_names
from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import EdtfDate, is_before, parse_date, say_date
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.frames import Frame, frame_of
from libya_analysis.evidence.garbage import unswept
from libya_analysis.evidence.question import WINDOWS, Question, check_parameters, known_tables, last_day
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import EVENTS, LANES, OUTCOMES, RELATIONS, ROLES, label, rank

#: What can be asked of a timeline.
ASKS = ("as_of", "start", "end", "window", "actors", "statuses", "modalities", "sources", "known_on", "lanes")

UNDATED = "Date not given"
NO_SIDE = "Neither, or undetermined"
OTHERS = "Others"
_MANY_LANES = 6
_ROLE_ORDER = {role: rank(ROLES, role) for role in ROLES}

#: Where an event stands in time: a day, and a number among the events of that day.
Rank = tuple[dt.date, int]
_Related = Mapping[str, set[str]]


class Told:
    """What rests on accounts of an event."""

    claims: tuple[Claim, ...]

    @property
    def outcome(self) -> str:
        """What became of it, as was told last; what is told differently of the same day has "or" between."""
        return " or ".join(last_outcomes(self.claims)) or "unknown"

    @property
    def became(self) -> str:
        """The outcome in words; of what goes on, with the day of which that was told last."""
        outcomes = self.outcome.split(" or ")
        going = (c for c in self.claims if c.kind in outcomes and OUTCOMES[c.kind].lasts)
        return " or ".join(map(label, outcomes)) + told_last(going)

    @property
    def report_ids(self) -> tuple[str, ...]:
        """Ids of the accounts."""
        return tuple(claim.claim_id for claim in self.claims)

    @property
    def citations(self) -> tuple[str, ...]:
        """Sources and paragraphs, each once."""
        return tuple(dict.fromkeys(claim.citation for claim in self.claims))


def last_outcomes(claims: Iterable[Claim]) -> list[str]:
    """What is told last to have become of an event; what is told differently of the same day, beside each other."""
    known = [claim for claim in claims if OUTCOMES[claim.kind].known]
    known = [claim for claim in known if claim.counts] or known
    over = {c.kind for c in known for later in known if later.kind != c.kind and is_before(c.told, later.told)}
    return list(dict.fromkeys(claim.kind for claim in known if claim.kind not in over))


def told_last(claims: Iterable[Claim]) -> str:
    """Of which day something was told last, behind what was told: `` on 14 January 2020``."""
    days = [claim.told.latest for claim in claims if claim.told and claim.told.latest]
    return f" on {say_date(max(days).isoformat())}" if days else ""


@dataclass(frozen=True)
class Item(Told):
    """One event with one of the dates that it is given, and the accounts that give it this date."""

    event_id: str
    title: str
    kind: str
    lane: str
    claims: tuple[Claim, ...]
    datings: int  # number of different dates that the event has
    actors: tuple[str, ...]  # who had a part in it, by role, with the voice that says so if it is not the source's own
    actor_ids: tuple[str, ...]  # from the one who acts to the one acted upon
    order: str  # how the event stands to others, in words
    place: Rank = (dt.date.max, 0)  # of the event in the order that dates and relations give, for what has no date

    @property
    def account(self) -> Claim:
        """The account that stands for the others: the first that is told as real."""
        return next((claim for claim in self.claims if claim.actual), self.claims[0])

    @property
    def date(self) -> EdtfDate | None:
        """The date that it is given."""
        return self.claims[0].start

    @property
    def day(self) -> dt.date:
        """The first day on which it can have been, or else the last; without a date, that of its place in the order."""
        return (self.date and (self.date.earliest or self.date.latest)) or self.place[0]

    @property
    def last(self) -> dt.date | None:
        """The last day on which it can have been; of what is told without an end, that on which it was told last."""
        return _last(self.claims)

    @property
    def outcome(self) -> str:
        """What became of it."""
        return self.account.kind

    @property
    def modality(self) -> str:
        """How real it is said to be."""
        return self.account.modality

    @property
    def firmness(self) -> str:
        """Whose voices tell it, and how real it is said to be."""
        return "; ".join(dict.fromkeys(claim.firmness for claim in self.claims))


def _last(claims: Sequence[Claim]) -> dt.date | None:
    date, told = claims[0].start, (claim.published.latest for claim in claims if claim.published)
    return None if date is None else date.latest or max(filter(None, told), default=None)


@dataclass(frozen=True)
class Timeline:
    """Events to draw or to list, in reading order. Accounts of one event that give the same date are one item."""

    items: tuple[Item, ...]
    lanes: tuple[str, ...]  # those that occur, from top to bottom; UNDATED last
    published: Mapping[str, EdtfDate]  # of each source used
    start: dt.date | None = None  # the window asked for
    end: dt.date | None = None


@unswept
def build_timeline(
    tables: Tables, question: Question | None = None, *, sides: Mapping[str, str] | None = None, **asked: Any
) -> Timeline:
    """Select the events of a window and put them in lanes.

    Parameters
    ----------
    tables : Tables
        The evidence.
    sides : mapping, optional
        Camp of each actor (``left``, ``right``, ``undetermined``), for ``lanes="side"``:
        ``graph.nodes(data="camp")`` of a network.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``start, end, window, actors, statuses, modalities,
        sources, known_on, lanes``; ``as_of``, the last day of a window that has a name, instead of that of the last
        report. An event is in a window if its date may lie in it, and what has no end went on until that was told last;
        events without a date are in none. It concerns an actor that has a part in it, be it that it was not consulted.
        Lanes by ``actor`` are of the one that leads an event (the first by role, and "Others" for those that lead one
        only), lanes by ``side`` of the camp of that actor.

    Returns
    -------
    Timeline
        Its ``items`` in reading order, the ``lanes`` that occur, and the window that was asked for.

    Raises
    ------
    ParameterError
        If a parameter has a value that the tables do not know, or lanes by side are asked for without sides.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> timeline = build_timeline(
    ...     load_tables(), start="2020-01-08", end="2020-01-08", actors=["erdogan"], sources=["moscow-truce-2020"]
    ... )
    >>> [item.event_id for item in timeline.items]
    ['russian-turkish-peace-push', 'ceasefire-call', 'istanbul-meeting']
    """
    question = check_parameters(tables, question, among=ASKS, **asked)
    if question.lanes == "side" and sides is None:
        raise ParameterError("lanes: 'side' needs sides, the camp of each actor in a network")
    tables = known_tables(tables, question)
    start, end, days = question.start, question.end, WINDOWS[question.window]
    if days and not start and not end:
        start, end = last_days(tables, days, as_of=question.as_of)
    told, accounts = _told(tables), _accounts(tables, question)
    datings = Counter(event for event, _ in accounts)  # different dates stay apart and count
    within = [
        (told[event], group)
        for (event, _), group in accounts.items()
        if may_lie_in(group[0].start, start, end, _last(group))
    ]
    lane_of = _lanes(within, tables, question.lanes, sides or {})
    items = [
        replace(
            about,
            claims=tuple(group),
            datings=datings[about.event_id],
            lane=lane_of[about.event_id] if group[0].start else UNDATED,
        )
        for about, group in within
    ]
    items.sort(key=_reading_order)
    used = {claim.source_id for item in items for claim in item.claims}
    published = {source: date for source, date in tables.published().items() if source in used and date}
    known = [*LANES, *(camp["name"] for camp in tables.camps), NO_SIDE]
    names = list(dict.fromkeys(item.lane for item in items))
    names.sort(key=lambda name: (name == UNDATED, name == OTHERS, known.index(name) if name in known else 0))
    return Timeline(tuple(items), tuple(names), published, start, end)


def timeline_table(timeline: Timeline, *, dated: bool = False) -> Frame:
    """List the accounts behind a timeline: the table that its chart encodes.

    Parameters
    ----------
    timeline : Timeline
        From :func:`build_timeline`.
    dated : bool
        Add what pandas can reckon with: ``event_id, date, date_earliest, date_latest, date_precision``.

    Returns
    -------
    pandas.DataFrame
        One row an item, in reading order, indexed by its report ids: ``when, as written, event, order, who, outcome,
        voice, source``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> timeline_table(build_timeline(load_tables(), actors=["lavrov"]))["when"].tolist()
    ['13 January 2020']
    """
    rows = []
    for item in timeline.items:
        outcome = "" if item.outcome == "unknown" else item.outcome
        event = [say_date(item.date), item.account.as_written, item.title, item.order, "; ".join(item.actors), outcome]
        rows.append(["; ".join(item.report_ids), *event, item.firmness, "; ".join(item.citations)])
    table = frame_of("report, when, as written, event, order, who, outcome, voice, source", rows)
    if not dated:
        return table
    table["event_id"] = [item.event_id for item in timeline.items]
    table["date"] = pd.Series([item.date for item in timeline.items], table.index, object)
    return table.dated("date")


def last_days(
    tables: Tables, days: int = 10, question: Question | None = None, **asked: Any
) -> tuple[dt.date, dt.date] | tuple[None, None]:
    """Window of the last days before a day, or else before the last report; that day included.

    The last report is no data set, which comes years later.

    Where no source that is left has a day of publication, there is no such window, and all days are as good.

    Parameters
    ----------
    tables : Tables
        The evidence.
    days : int
        How many.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``as_of, sources, known_on``.

    Returns
    -------
    tuple of datetime.date, or of None
        First and last day, both included.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> last_days(load_tables())
    (datetime.date(2020, 1, 6), datetime.date(2020, 1, 15))
    >>> last_days(load_tables(), known_on="2011")
    (None, None)
    """
    asks = check_parameters(tables, question, among=("as_of", "sources", "known_on"), **asked)
    last = asks.as_of or last_day(known_tables(tables, asks))
    if last is None:
        return None, None
    return last - dt.timedelta(days=days - 1), last


def busiest_days(items: Iterable[Item], most: int = 14) -> tuple[dt.date, dt.date] | None:
    """First and last of the days, few enough to be told one by one, in which most happens; None if little does.

    Examples
    --------
    >>> from libya_analysis import build_timeline, load_tables
    >>> [str(day) for day in busiest_days(build_timeline(load_tables(), known_on="2020-01-15").items)]
    ['2020-01-06', '2020-01-19']
    """
    counts = Counter(
        (item.date.earliest, item.date.latest)
        for item in items
        if item.date and item.date.earliest and item.date.latest and not item.date.approximate
    )
    spans = sorted(span for span in counts if (span[1] - span[0]).days < most)
    best, number = None, 2  # what happens twice is no story yet
    for k, (first, _) in enumerate(spans):
        inside = []
        for span in spans[k:]:
            if (span[0] - first).days >= most:
                break
            if (span[1] - first).days < most:
                inside.append(span)
        count = sum(counts[span] for span in inside)
        if count > number:
            best, number = (first, max(last for _, last in inside)), count
    return best


def turning_points(timeline: Timeline) -> tuple[Item, ...]:
    """The attempt that is told most and of which it is said what became of it, behind what most is told of before it.

    Where no attempt has an outcome, it is what is told most; of those that are told alike, the latest. Only events of
    one day that are told as real count.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> timeline = build_timeline(load_tables(), sources=["moscow-truce-2020"])
    >>> [item.event_id for item in turning_points(timeline)]
    ['ceasefire-call', 'moscow-truce']
    """
    exact = [item for item in timeline.items if item.date and item.date.is_day and item.account.actual]

    def weight(item: Item) -> tuple[int, bool]:
        return len({claim.source_id for claim in item.claims}), EVENTS[item.kind].attempt

    over = [item for item in exact if EVENTS[item.kind].attempt and OUTCOMES[item.outcome].known]
    if not exact:
        return ()
    end = max(over or exact, key=lambda item: (weight(item), item.day, len(item.actor_ids)))
    first = (busiest_days(exact) or (dt.date.min,))[0]
    before = [item for item in exact if first <= item.day < end.day and item.event_id != end.event_id]
    begin = max(before, key=lambda item: (weight(item), len(item.actor_ids), item.day), default=None)
    return (begin, end) if begin else (end,)


def may_lie_in(date: EdtfDate | None, start: dt.date | None, end: dt.date | None, last: dt.date | None = None) -> bool:
    """Whether a date may lie in a window, one without an end until the ``last`` day; what has no date lies in none."""
    if date is None:
        return start is None and end is None
    last = date.latest or last
    too_late = end and date.earliest and date.earliest > end
    too_early = start and last and last < start
    return not too_late and not too_early


# -- dates that several accounts give ---------------------------------------------------------------------------------


def sharpest(dates: Iterable[EdtfDate | None]) -> list[EdtfDate]:
    """Different dates from the earliest on, without those that only repeat another one less exactly.

    >>> [str(date) for date in sharpest(map(parse_date, ["2020", "2020-01-08", "[..2020-01-09]"]))]
    ['2020-01-08']
    >>> spans = "2020-01-08/..", "2020-01-08/2020-01-12", "2020-01/2020-02", "2020-01-10"
    >>> [str(date) for date in sharpest(map(parse_date, spans))]
    ['2020-01/2020-02', '2020-01-08/2020-01-12']
    """
    spans = {_span(date): date for date in sorted((date for date in dates if date), reverse=True)}
    kept = [date for date in spans.values() if not any(_repeats(date, it) for it in spans.values() if it is not date)]
    return sorted(kept, key=lambda date: (*_span(date), date.text))


def _span(date: EdtfDate) -> tuple[dt.date, dt.date]:
    return date.earliest or dt.date.min, date.latest or dt.date.max


def _repeats(date: EdtfDate, other: EdtfDate) -> bool:
    """Whether a date says no more than another one: the same less exactly, or a part of what that is the whole of."""
    if date.form == other.form == "interval":  # what went on for longer is not told less exactly
        ends, others = date.text.split("/"), other.text.split("/")
        return all(_holds(end, its) for end, its in zip(ends, others, strict=True))
    whole, its = [each.form == "interval" and None not in (each.earliest, each.latest) for each in (date, other)]
    return not whole and (_lies_in(other, date) or (its and _lies_in(date, other)))


def _holds(end: str, other: str) -> bool:
    """Whether one end of a span leaves another one open."""
    known = ("", "..")
    return end in known or (other not in known and _lies_in(parse_date(other), parse_date(end)))


def _lies_in(date: EdtfDate, other: EdtfDate) -> bool:
    (low, high), (first, last) = _span(date), _span(other)
    return first <= low and high <= last


def settled(accounts: Iterable[Claim]) -> list[EdtfDate]:
    """Different dates of an event; of spans that begin alike, those of who tells of an end, or else who tells last."""
    dated = [claim for claim in accounts if claim.start]
    dates = sharpest(claim.start for claim in dated)
    spans = grouped((date for date in dates if date.form == "interval"), lambda date: date.earliest)
    by = grouped(dated, lambda claim: claim.start)

    def weight(date: EdtfDate) -> tuple[bool, dt.date]:
        last = max((c.told.latest for c in by[date] if c.told and c.told.latest), default=dt.date.min)
        return any(OUTCOMES[c.kind].known and not OUTCOMES[c.kind].lasts for c in by[date]), last

    last = {date for those in spans.values() for date in those if weight(date) == max(map(weight, those))}
    return [date for date in dates if date.form != "interval" or date in last]


def as_known(date: EdtfDate | None, accounts: Iterable[Claim], told: EdtfDate | None, lasts: bool) -> EdtfDate | None:
    """A date as far as an account can know it: no end that was still to come, if none of all accounts tells of it.

    What is told to go on is known to have done so until then; what ``lasts`` has no end before one is told.
    """
    published = told and told.latest
    if not date or date.form != "interval" or not published:
        return date
    low, _, high = date.text.partition("/")
    if not high or (date.latest and date.latest <= published) or (date.earliest and date.earliest > published):
        return date
    spans = ((c.start, c.published and c.published.latest) for c in accounts if c.start and c.start.form == "interval")
    ends = (it.latest for it, by in spans if it.earliest == date.earliest and it.latest and by and it.latest <= by)
    end = max(ends, default=None if lasts else published)
    if low in ("", "..") and end is None:  # nobody knows when it began, and it is not over
        return date
    return parse_date(low if end is None or low == str(end) else f"{low}/{end}")


def may_have_begun(accounts: Iterable[Claim], day: dt.date | None) -> bool:
    """Whether an event may have begun by a day: not if all of its dates are later."""
    begins = [claim.start.earliest or dt.date.min for claim in accounts if claim.start]
    return not (day and begins and min(begins) > day)


def said_by(tables: Tables, quotes: Iterable[Claim], question: Question) -> list[Claim]:
    """Quotations as of the day asked about: those said by then.

    What nobody dates was said before it was published; on the day it counts if that was by then, or soon after of what
    had happened by then.
    """
    day = question.as_of
    accounts = grouped(tables.claimed["event_reports"] if day else (), lambda claim: claim.event_id)

    def was_said(quote: Claim) -> bool:
        said, published = quote.start, quote.published and quote.published.latest
        if not day or (said and said.earliest) or not published:
            return not (day and said and said.earliest and said.earliest > day)
        soon = bool(quote.event_id) and (published - day).days <= question.near
        return published <= day or (soon and may_have_begun(accounts.get(quote.event_id, ()), day))

    return [quote for quote in quotes if was_said(quote)]


def told_by(accounts: Iterable[Claim], day: dt.date | None) -> list[Claim]:
    """Accounts of events as they stand on a day: what went on for longer had come to nothing yet."""

    def is_open(claim: Claim) -> bool:
        date = claim.start
        goes_on = date and date.form == "interval" and date.latest and day and date.latest > day
        return bool(goes_on) and not OUTCOMES[claim.kind].lasts

    return [replace(claim, kind=_OPEN) if is_open(claim) else claim for claim in accounts]


_OPEN = next(name for name, outcome in OUTCOMES.items() if not outcome.known)


# -- accounts ---------------------------------------------------------------------------------------------------------


def _accounts(tables: Tables, question: Question) -> dict[tuple[str, str], list[Claim]]:
    """Accounts that are asked for, by event and date: those of one event with one date are one item."""
    told, actors = _told(tables), set(question.actors)
    asked = [
        claim
        for claim in sorted(tables.claimed["event_reports"], key=lambda claim: claim.claim_id)
        if question.admits(claim) and (not actors or actors & set(told[claim.event_id].actor_ids))
    ]
    return grouped(asked, lambda claim: (claim.event_id, str(claim.start or "")))


@lru_cache(maxsize=4)
def _told(tables: Tables) -> dict[str, Item]:
    """Each event with what all accounts of it have in common; found once for the same tables."""
    names, kinds, order, places = tables.names(), tables.kinds("events"), _order_in_words(tables), ranks(tables)
    taking = grouped(tables.claimed["participants"], lambda claim: claim.event_id)
    found = {}
    for event, title in tables.titles().items():
        parts = sorted(taking.get(event, []), key=lambda part: (_ROLE_ORDER[part.kind], part.from_id))
        ids = tuple(dict.fromkeys(part.from_id for part in parts))
        who, ordered = _who(parts, names), order.get(event, "")
        found[event] = Item(event, title, kinds[event], "", (), 0, who, ids, ordered, places[event])
    return found


def _who(parts: Iterable[Claim], names: Mapping[str, str]) -> tuple[str, ...]:
    """Those who had a part in an event, by role, with the voice that says so where it is not the source's own."""

    def role(part: Claim) -> str:
        said = part.firmness
        return part.kind if said == "stated by the source" else f"{part.kind}, {said}"

    return tuple(
        f"{', '.join(dict.fromkeys(names[part.from_id] for part in alike))} ({told})"
        for told, alike in grouped(parts, role).items()
    )


# -- lanes and order --------------------------------------------------------------------------------------------------


def _lanes(
    told: Sequence[tuple[Item, Sequence[Claim]]], tables: Tables, lanes: str, sides: Mapping[str, str]
) -> dict[str, str]:
    """Lane of each event, as if it had a date."""
    if lanes == "kind":
        return {about.event_id: EVENTS[about.kind].lane for about, _ in told}
    lead = {about.event_id: next(iter(about.actor_ids), "") for about, _ in told}
    if lanes == "side":
        camps = side_names(tables.camps)
        return {event: camps.get(sides.get(actor, ""), NO_SIDE) for event, actor in lead.items()}
    names = tables.names()
    counts = Counter(lead[about.event_id] for about, group in told if group[0].start)
    own = [actor for actor, count in counts.most_common() if actor and count > 1][: _MANY_LANES - 1]
    return {event: names[actor] if actor in own else OTHERS for event, actor in lead.items()}


def _reading_order(item: Item) -> tuple[Any, ...]:
    date = item.date
    if date is None:
        return (1, item.place, item.event_id)
    return (0, date.earliest or date.latest or dt.date.min, date.latest or dt.date.max, item.place, item.title)


def _orders(tables: Tables) -> Iterator[Claim]:
    """How events stand to each other; what is denied orders nothing."""
    return (claim for claim in tables.claimed["event_relations"] if claim.status != "denied")


def _order_in_words(tables: Tables) -> dict[str, str]:
    """How each event stands to others, as far as the sources say."""
    titles = tables.titles()
    words: dict[str, set[str]] = {}
    for claim in _orders(tables):
        event, other, relation = claim.event_id, claim.to_id, RELATIONS[claim.kind]
        words.setdefault(event, set()).add(f"{relation.forth}: {titles[other]}")
        words.setdefault(other, set()).add(f"{relation.back}: {titles[event]}")
    return {event: "; ".join(sorted(said)) for event, said in words.items()}


@lru_cache(maxsize=4)
def ranks(tables: Tables) -> dict[str, Rank]:
    """Place of each event in the order that dates and relations give; found once for the same tables.

    An undated event comes right behind the last of those that it follows, or else before the first of those that follow
    it; those of which nothing is said come last. Events of one day, or without any, are then put in the order that the
    sources give, by a topological walk; relations in a circle are left as they are.
    """
    earlier: dict[str, set[str]] = {event: set() for event in tables.titles()}
    later: dict[str, set[str]] = {event: set() for event in earlier}
    beside: dict[str, set[str]] = {event: set() for event in earlier}
    for claim in _orders(tables):
        one, other, order = claim.event_id, claim.to_id, RELATIONS[claim.kind].order
        if order:
            first, second = (other, one) if order > 0 else (one, other)
            earlier[second].add(first)
            later[first].add(second)
        else:
            beside[one].add(other)
            beside[other].add(one)
    found: dict[str, Rank] = {}
    for claim in tables.claimed["event_reports"]:
        if claim.start and claim.start.earliest:
            day = (claim.start.earliest, 0)
            found[claim.event_id] = min(found.get(claim.event_id, day), day)
    _rank_beside_dated(found, earlier, later, beside)
    for event in earlier:
        related = earlier[event] or later[event] or beside[event]
        found.setdefault(event, (dt.date.max, 0 if related else len(earlier) + 1))
    _put_in_order(found, earlier, later)
    return found


def _rank_beside_dated(found: dict[str, Rank], earlier: _Related, later: _Related, beside: _Related) -> None:
    """Give a place to each event that is related to one that has a place, in turns from those that have a date."""
    around = {event: earlier[event] | later[event] | beside[event] for event in earlier}
    waiting = {other for event in found for other in around[event] if other not in found}
    while waiting:
        turn, waiting = sorted(waiting), set()  # in order, it is a heap
        while turn:
            event = heappop(turn)
            if event in found:
                continue
            before = [found[other] for other in earlier[event] | beside[event] if other in found]
            after = [found[other] for other in later[event] if other in found]
            day, number = max(before) if before else min(after)
            found[event] = day, number + 1 if before else number - 1
            for other in around[event].difference(found):  # less its keys would walk through them all
                if other > event:  # still to come in this turn
                    heappush(turn, other)
                else:
                    waiting.add(other)


def _put_in_order(found: dict[str, Rank], earlier: _Related, later: _Related) -> None:
    """Number the events of one day behind those that they follow."""
    same = {event: {o for o in others if found[o][0] == found[event][0]} for event, others in earlier.items()}
    missing = {event: len(others) for event, others in same.items()}
    ready = [event for event, count in missing.items() if not count]
    for event in ready:  # grows on the way
        for other in later[event]:
            if event in same[other]:
                day, number = found[other]
                found[other] = day, max(number, found[event][1] + 1)
                missing[other] -= 1
                if not missing[other]:
                    ready.append(other)
