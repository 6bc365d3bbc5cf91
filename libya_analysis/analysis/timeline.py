"""Events in time: one item for each account of an event, in lanes, as exact as the sources are; no drawing.

Events without a date are not guessed into the calendar: they stand in a lane of their own, in the order that the
sources give them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.question import WINDOWS, check_parameters
from libya_analysis.evidence.tables import Tables, records
from libya_analysis.evidence.texts import say_firmness

#: Lanes by kind of event, from the field to the conference table.
KIND_LANES = {
    "War and overthrow": ("offensive", "overthrow", "protest", "intervention"),
    "Talks and calls": ("talks", "meeting", "call", "visit", "ceasefire-call", "peace-effort"),
    "Deals": ("proposal", "agreement", "truce", "contracts-abandoned", "contracts-revived"),
    "Threats and statements": ("threat", "statement"),
    "Journeys": ("travel", "departure"),
}
UNDATED = "Date not given"
NO_SIDE = "Neither, or undetermined"

#: Roles from the one who acts to the one acted upon; the first actor by this order gives an event its lane.
_ROLES = (
    "convener", "mediator", "host", "caller", "traveller", "party", "signatory", "withdraws", "withholds", "attends",
    "invited", "called", "objects", "pressured", "target", "affected", "not-consulted",
)  # fmt: skip
_MANY_LANES = 6


@dataclass(frozen=True, eq=False)
class Timeline:
    """Events to draw or to list.

    Attributes
    ----------
    items : pandas.DataFrame
        One row a drawn item, in reading order: ``event_id, title, kind, lane, date, date_as_written, date_basis,
        outcome, modality, firmness, datings, actors, order, report_ids, citations``. Accounts of one event that give
        the same date are one item with several ``report_ids`` and ``citations`` (tuples); ``datings`` is the number
        of different dates that an event has. ``order`` says in words how the event stands to others.
    lanes : tuple of str
        Lanes that occur, from top to bottom; :data:`UNDATED` last.
    published : mapping of str to EdtfDate
        Day of publication of each source used.
    start, end : datetime.date or None
        The window asked for.
    """

    items: pd.DataFrame
    lanes: tuple[str, ...]
    published: Mapping[str, EdtfDate]
    start: dt.date | None = None
    end: dt.date | None = None


def build_timeline(
    tables: Tables,
    start: dt.date | str | None = None,
    end: dt.date | str | None = None,
    actors: Sequence[str] | None = None,
    statuses: Sequence[str] | None = None,
    modalities: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    known_on: dt.date | str | None = None,
    lanes: str = "kind",
    sides: Mapping[str, str] | None = None,
    window: str = "all",
) -> Timeline:
    """Select the events of a window and put them in lanes.

    Parameters
    ----------
    tables : Tables
        The evidence.
    start, end : date or str, optional
        First and last day of the window. An event is in it if its date may lie in it; with a window, events without a
        date are left out.
    actors : sequence of str, optional
        Only events in which one of these has a part, be it that it was not consulted.
    statuses, modalities, sources : sequence of str, optional
        Only accounts with these; None for all.
    known_on : date or str, optional
        Only sources that had been published by this day.
    lanes : {"kind", "actor", "side"}
        What the lanes stand for: the kind of event, which keeps talks apart from war; the actor that leads it
        (the first by role, and "Others" for those that lead one only); or the camp of that actor.
    sides : mapping, optional
        Camp of each actor (``left``, ``right``, ``undetermined``), for ``lanes="side"``:
        ``graph.nodes(data="camp")`` of a network.
    window : {"all", "year", "days"}
        A window by name, where neither its start nor its end is given: the last year or the last ten days before the
        last report was published.

    Returns
    -------
    Timeline

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
    >>> timeline.items["event_id"].tolist()
    ['russian-turkish-peace-push', 'istanbul-meeting', 'ceasefire-call']
    """
    chosen = check_parameters(
        tables,
        start=start,
        end=end,
        actors=actors,
        statuses=statuses,
        modalities=modalities,
        sources=sources,
        known_on=known_on,
        lanes=lanes,
        window=window,
    )
    days = WINDOWS[chosen.window]
    if days and not chosen.start and not chosen.end:
        chosen["start"], chosen["end"] = last_days(tables, days)
    if lanes == "side" and sides is None:
        raise ParameterError("lanes: 'side' needs sides, the camp of each actor in a network")
    items = _merge([account for account in _accounts(tables.origin or tables) if _wanted(account, chosen)])
    items = [item for item in items if _may_lie_in(item["date"], chosen.start, chosen.end)]
    lane_of = _lanes(items, tables, lanes, sides or {})
    for item in items:
        item["lane"] = lane_of[item["event_id"]] if item["date"] else UNDATED
    rank = _ranks(tables.origin or tables)
    items.sort(key=lambda item: _reading_order(item, rank))
    used = {source for item in items for source in item["sources"]}
    published = {source: date for source, date in tables.published().items() if source in used and date}
    known = [*KIND_LANES, *(camp["name"] for camp in tables.camps), NO_SIDE]
    names = list(dict.fromkeys(item["lane"] for item in items))
    names.sort(key=lambda name: (name == UNDATED, name == "Others", known.index(name) if name in known else 0))
    columns = [
        "event_id", "title", "kind", "lane", "date", "date_as_written", "date_basis", "outcome", "modality", "firmness",
        "datings", "actors", "order", "report_ids", "citations",
    ]  # fmt: skip
    return Timeline(pd.DataFrame(items, columns=columns), tuple(names), published, chosen.start, chosen.end)


def timeline_table(timeline: Timeline) -> pd.DataFrame:
    """List the accounts behind a timeline: the table that its chart encodes.

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
    items = timeline.items
    table = pd.DataFrame(
        {
            "report": items["report_ids"].map("; ".join),
            "when": items["date"].map(say_date),
            "as written": items["date_as_written"],
            "event": items["title"],
            "order": items["order"],
            "who": items["actors"].map("; ".join),
            "outcome": items["outcome"].replace("unknown", ""),
            "voice": items["firmness"],
            "source": items["citations"].map("; ".join),
        }
    )
    return table.set_index("report")


def last_days(tables: Tables, days: int = 10) -> tuple[dt.date, dt.date]:
    """Window of the last days before the last report was published, that day included; data sets come years later.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> last_days(load_tables())
    (datetime.date(2020, 1, 6), datetime.date(2020, 1, 15))
    """
    last = max(
        date.latest for date in (tables.published("article") or tables.published()).values() if date and date.latest
    )
    return last - dt.timedelta(days=days - 1), last


# -- accounts ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _accounts(tables: Tables) -> tuple[Mapping[str, Any], ...]:
    """All event reports with what other tables say of their event, ordered by id; found once for the same tables."""
    events = {row["event_id"]: row for row in records(tables.events)}
    names, published, order = tables.names(), tables.published(), _order_in_words(tables, events)
    taking: dict[str, list[dict[str, Any]]] = {}
    for row in records(tables.participants):
        taking.setdefault(row["event_id"], []).append(row)
    accounts = []
    for row in sorted(records(tables.event_reports), key=lambda row: row["report_id"]):
        roles = sorted(taking.get(row["event_id"], []), key=lambda p: (_ROLES.index(p["role"]), p["actor_id"]))
        speaker = names.get(row["said_by"], "")
        accounts.append(
            {
                **row,
                "title": events[row["event_id"]]["title"],
                "kind": events[row["event_id"]]["kind"],
                "actor_ids": tuple(dict.fromkeys(p["actor_id"] for p in roles)),
                "actors": _who(roles, names),
                "firmness": say_firmness(row["status"], row["modality"], row["condition"], speaker, row["reading"]),
                "order": order.get(row["event_id"], ""),
                "citation": f"{row['source_id']} {', '.join(row['paragraphs'])}",
                "known": published.get(row["source_id"]),
            }
        )
    return tuple(accounts)


def _who(roles: list[dict[str, Any]], names: Mapping[str, str]) -> tuple[str, ...]:
    """Those who had a part in an event, by role, with the voice that says so where it is not the source's own."""
    groups: dict[str, list[str]] = {}
    for row in roles:
        voice = say_firmness(
            row["status"], row["modality"], row["condition"], names.get(row["said_by"], ""), row["reading"]
        )
        part = row["role"] if voice == "stated by the source" else f"{row['role']}, {voice}"
        groups.setdefault(part, []).append(names[row["actor_id"]])
    return tuple(f"{', '.join(dict.fromkeys(who))} ({part})" for part, who in groups.items())


def _wanted(account: Mapping[str, Any], chosen: Any) -> bool:
    known = account["known"]
    return bool(
        (not chosen.actors or set(chosen.actors) & set(account["actor_ids"]))
        and (not chosen.statuses or account["status"] in chosen.statuses)
        and (not chosen.modalities or account["modality"] in chosen.modalities)
        and (not chosen.sources or account["source_id"] in chosen.sources)
        and (not chosen.known_on or (known and known.latest and known.latest <= chosen.known_on))
    )


def _merge(accounts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Make accounts of one event with one date one item; different dates stay apart and say so."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for account in accounts:
        groups.setdefault((account["event_id"], str(account["date"] or "")), []).append(account)
    datings = pd.Series([event for event, _ in groups], dtype=object).value_counts()
    items = []
    for (event, _), group in groups.items():
        actual = [account for account in group if account["modality"] == "actual"]
        items.append(
            {
                **(actual or group)[0],
                "firmness": "; ".join(dict.fromkeys(account["firmness"] for account in group)),
                "datings": int(datings[event]),
                "report_ids": tuple(account["report_id"] for account in group),
                "citations": tuple(dict.fromkeys(account["citation"] for account in group)),
                "sources": {account["source_id"] for account in group},
            }
        )
    return items


def _may_lie_in(date: EdtfDate | None, start: dt.date | None, end: dt.date | None) -> bool:
    if date is None:
        return start is None and end is None
    too_late = end and date.earliest and date.earliest > end
    too_early = start and date.latest and date.latest < start
    return not too_late and not too_early


# -- lanes and order --------------------------------------------------------------------------------------------------


def _lanes(items: list[dict[str, Any]], tables: Tables, lanes: str, sides: Mapping[str, str]) -> dict[str, str]:
    """Lane of each event, as if it had a date."""
    lead = {item["event_id"]: next(iter(item["actor_ids"]), "") for item in items}
    if lanes == "kind":
        lane_of_kind = {kind: lane for lane, kinds in KIND_LANES.items() for kind in kinds}
        return {item["event_id"]: lane_of_kind[item["kind"]] for item in items}
    if lanes == "side":
        camps = dict(zip(("left", "right"), (camp["name"] for camp in tables.camps), strict=False))
        return {event: camps.get(sides.get(actor, ""), NO_SIDE) for event, actor in lead.items()}
    names = tables.names()
    counts = pd.Series([lead[item["event_id"]] for item in items if item["date"]], dtype=object).value_counts()
    own = [actor for actor in counts.index if actor and counts[actor] > 1][: _MANY_LANES - 1]
    return {event: names[actor] if actor in own else "Others" for event, actor in lead.items()}


def _reading_order(item: dict[str, Any], rank: Mapping[str, tuple[dt.date, int]]) -> tuple[Any, ...]:
    place, date = rank[item["event_id"]], item["date"]
    if date is None:
        return (1, place, item["event_id"])
    return (0, date.earliest or date.latest or dt.date.min, date.latest or dt.date.max, place, item["title"])


def _order_in_words(tables: Tables, events: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """How each event stands to others, as far as the sources say."""
    turned = {"before": "after", "after": "before", "follows": "before", "during": "in its course", "part-of": "with"}
    words: dict[str, set[str]] = {}
    for row in records(tables.event_relations):
        event, other, relation = row["event_id"], row["other_event_id"], row["relation"]
        said = {"follows": "after", "part-of": "part of"}.get(relation, relation)
        words.setdefault(event, set()).add(f"{said}: {events[other]['title']}")
        words.setdefault(other, set()).add(f"{turned[relation]}: {events[event]['title']}")
    return {event: "; ".join(sorted(said)) for event, said in words.items()}


@lru_cache(maxsize=4)
def _ranks(tables: Tables) -> Mapping[str, tuple[dt.date, int]]:
    """Place of each event in the order that dates and relations give.

    An undated event comes right behind the last of those that it follows, or else before the first of those that follow
    it; those of which nothing is said come last. Steps are bounded by the number of events, so that relations in a
    circle do no harm.
    """
    before: dict[str, set[str]] = {event: set() for event in tables.events["event_id"]}
    beside: dict[str, set[str]] = {event: set() for event in before}
    for row in records(tables.event_relations):
        first, second = row["event_id"], row["other_event_id"]
        if row["relation"] in ("after", "follows"):
            before[first].add(second)
        elif row["relation"] == "before":
            before[second].add(first)
        else:
            beside[first].add(second)
            beside[second].add(first)
    rank: dict[str, tuple[dt.date, int]] = {}
    for row in records(tables.event_reports):
        if row["date"] and row["date"].earliest:
            rank[row["event_id"]] = min(rank.get(row["event_id"], (dt.date.max, 0)), (row["date"].earliest, 0))
    for _ in before:
        for event in sorted(event for event in before if event not in rank):
            earlier = [rank[other] for other in before[event] | beside[event] if other in rank]
            later = [rank[other] for other, others in before.items() if event in others and other in rank]
            if earlier:
                rank[event] = (max(earlier)[0], max(earlier)[1] + 1)
            elif later:
                rank[event] = (min(later)[0], min(later)[1] - 1)
    related = {event for event in before if before[event] | beside[event]}.union(*before.values())
    for event in before:
        rank.setdefault(event, (dt.date.max, 0 if event in related else len(before) + 1))
    for _ in before:  # of events on the same day, or without any, the sources may give the order too
        for event, others in before.items():
            for day, number in [rank[other] for other in others if rank[other][0] == rank[event][0]]:
                if rank[event][1] <= number < len(before):
                    rank[event] = (day, number + 1)
    return rank
