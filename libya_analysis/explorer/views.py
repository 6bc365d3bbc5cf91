"""What the explorer shows: one selection, and the network, events, attempts and quotations in it; no widgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.ceasefire import Ceasefire, build_ceasefire
from libya_analysis.analysis.network import build_network
from libya_analysis.analysis.timeline import Timeline, build_timeline
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.tables import Tables, records
from libya_analysis.words.findings import how_many

#: Parameters of a selection that the network notebook, and the report made of it, have as well.
IN_REPORT = ("as_of", "statuses", "modalities", "actors")
_COMMENTS = {
    "as_of": "draw what held on this day",
    "known_on": "only what had been published by this day; empty for all",
    "sources": "only these sources; empty for all",
    "kinds": "only these kinds of tie; empty for all",
    "statuses": "only claims of these statuses; empty for all",
    "modalities": "only claims of these modalities; empty for all",
    "camps": "only ties of these camps: left, right, undetermined; empty for all",
    "actors": "only ties of these actors; empty for all",
}
CAMPS = ("left", "right", UNDETERMINED)


@dataclass(frozen=True)
class Selection:
    """What is asked for; an empty tuple stands for all."""

    as_of: dt.date
    known_on: dt.date | None = None
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    camps: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()

    def as_parameters(self) -> str:
        """Write a parameters cell that asks for the same.

        Examples
        --------
        >>> print(Selection(dt.date(2020, 1, 8), statuses=("alleged",)).as_parameters().splitlines()[1])
        statuses: list[str] = ["alleged"]  # only claims of these statuses; empty for all
        """
        lines: dict[str, str] = {}
        for name in (part.name for part in fields(self)):
            value = getattr(self, name)
            if isinstance(value, tuple):
                written = "[" + ", ".join(f'"{word}"' for word in value) + "]"
                lines[name] = f"{name}: list[str] = {written}  # {_COMMENTS[name]}"
            else:
                lines[name] = f'{name}: str = "{value or ""}"  # {_COMMENTS[name]}'
        more = [line for name, line in lines.items() if name not in IN_REPORT]
        return "\n".join([*(lines[name] for name in IN_REPORT), "# the explorer alone has these:", *more])


@dataclass(frozen=True, eq=False)
class Events:
    """Events of a selection: those that may lie before its day, in time, and how sure that is."""

    timeline: Timeline
    surely: int
    possibly: int
    undated: int


@dataclass(frozen=True, eq=False)
class Views:
    """All that a selection is seen in, made anew only when something in it changes."""

    tables: Tables
    widest: nx.MultiDiGraph = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "widest", build_network(self.tables))
        for name in ("widest_of", "network", "events", "ceasefire"):  # bounded, and gone together with the views
            object.__setattr__(self, name, lru_cache(maxsize=64)(getattr(self, name)))

    def widest_of(self, sources: tuple[str, ...]) -> nx.MultiDiGraph:
        """The network of some sources on all days, in which actors have their places."""
        return build_network(self.tables, sources=sources) if sources else self.widest

    def moments(self) -> tuple[dt.date, ...]:
        """Days on which something begins, ends or is published, from the first to the last report."""
        days: set[dt.date] = set()
        frames = [self.tables.ties, self.tables.backers, self.tables.event_reports, self.tables.quotes]
        for frame in frames:
            for column in ("start", "end", "date", "said"):
                for date in frame.get(column, ()):
                    if isinstance(date, EdtfDate):
                        days |= {day for day in (date.earliest, date.latest) if day}
                        if column == "end" and date.latest:
                            days.add(date.latest + dt.timedelta(days=1))
        reports = self.tables.published("article") or self.tables.published()  # data sets come years later
        published = {date.latest for date in reports.values() if date and date.latest}
        if not published:
            raise ParameterError("sources: none has a day of publication, so there is no day to look at")
        last = max(published)
        return tuple(sorted({day for day in days | published if day <= last}))

    def network(self, chosen: Selection) -> nx.MultiDiGraph:
        """The network on the day."""
        graph = build_network(
            self.tables,
            as_of=chosen.as_of,
            known_on=chosen.known_on,
            kinds=chosen.kinds,
            statuses=chosen.statuses,
            modalities=chosen.modalities,
            sources=chosen.sources,
            actors=chosen.actors,
        )
        if chosen.camps:
            camp = graph.nodes(data="camp")
            out = [e for e in graph.edges(keys=True) if not {camp[e[0]], camp[e[1]]} & set(chosen.camps)]
            graph.remove_edges_from(out)
        return graph

    def events(self, chosen: Selection) -> Events:
        """Events that may have begun by the day, undated ones among them."""
        asked: dict[str, Any] = {
            "statuses": chosen.statuses, "modalities": chosen.modalities, "sources": chosen.sources,
            "known_on": chosen.known_on,
        }  # fmt: skip
        timeline = build_timeline(self.tables, **asked, actors=chosen.actors)
        items = timeline.items
        if chosen.camps:
            members = self._members(chosen.camps)
            theirs = build_timeline(self.tables, **asked, actors=members).items if members else items[:0]
            items = items[items["event_id"].isin(set(theirs["event_id"]))]
        begun = [date is None or date.earliest is None or date.earliest <= chosen.as_of for date in items["date"]]
        items = items[pd.Series(begun, index=items.index, dtype=bool)]
        dates = list(items["date"])
        surely = sum(bool(date and date.latest and date.latest <= chosen.as_of) for date in dates)
        undated = sum(date is None for date in dates)
        lanes = tuple(lane for lane in timeline.lanes if lane in set(items["lane"]))
        kept = replace(timeline, items=items, lanes=lanes)
        return Events(kept, surely, len(dates) - surely - undated, undated)

    def ceasefire(self, chosen: Selection) -> Ceasefire:
        """Attempts at a ceasefire by the day."""
        ceasefire = build_ceasefire(
            self.tables, chosen.sources, chosen.statuses, known_on=chosen.known_on, as_of=chosen.as_of
        )
        if chosen.actors or chosen.camps or chosen.modalities:
            wanted = set(self.events(chosen).timeline.items["event_id"])
            attempts = ceasefire.attempts[ceasefire.attempts.index.isin(wanted)]
            parts = tuple(part for part in ceasefire.parts if part.event_id in attempts.index)
            ceasefire = replace(ceasefire, attempts=attempts, parts=parts)
        return ceasefire

    def quotations(self, chosen: Selection) -> Iterator[tuple[dict[str, Any], bool]]:
        """Quotations that may have been said by the day, each with whether they surely were."""
        published = self.tables.published()
        people = set(chosen.actors)
        members = set(self._members(chosen.camps))
        for row in records(self.tables.quotes):
            out, said = published.get(row["source_id"]), row["said"]
            latest = min((day.latest for day in (said, out) if day and day.latest), default=None)
            about = {row["speaker_id"], *row["about"], *row["said_to"]}
            wanted = (
                (not chosen.sources or row["source_id"] in chosen.sources)
                and (not chosen.known_on or bool(out and out.latest and out.latest <= chosen.known_on))
                and (not people or bool(people & about))
                and (not chosen.camps or bool(members & about))
                and not (said and said.earliest and said.earliest > chosen.as_of)
            )
            if wanted:
                yield row, bool(latest and latest <= chosen.as_of)

    def _members(self, camps: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(node for node, camp in self.widest.nodes(data="camp") if camp in camps)


def say_ties(graph: nx.MultiDiGraph) -> str:
    """Count what a network draws; what only possibly held is counted apart.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> say_ties(build_network(load_tables(), as_of="2012-01-01", sources=["moscow-truce-2020"])).split(",")[0]
    'As of 1 January 2012: 42 ties drawn'
    """
    ties = [tie for *_, tie in graph.edges(data=True)]
    maybe = sum(tie["holds"] == "possible" for tie in ties)
    claims = sum(len(tie["claims"]) for tie in ties)
    actors = sum(1 for node in graph if graph.degree(node))
    day = say_date(graph.graph["as_of"].isoformat())
    return (
        f"As of {day}: {how_many(len(ties), 'tie')} drawn, {len(ties) - maybe} surely held, "
        f"{maybe} only possibly (faint); {how_many(actors, 'actor')}, {how_many(claims, 'claim')}."
    )


def say_events(events: Events) -> str:
    """Count events; those that only possibly lie before the day, and those without a date, are counted apart."""
    total = events.surely + events.possibly + events.undated
    return (
        f"{how_many(total, 'account')} of events: {events.surely} surely begun by the day, {events.possibly} only "
        f"possibly, {events.undated} without a date."
    )


def quotation_rows(found: list[tuple[dict[str, Any], bool]], names: dict[str, str]) -> pd.DataFrame:
    """List quotations, by id."""
    rows = [
        {
            "quotation": row["quote_id"],
            "speaker": names.get(row["speaker_id"], row["speaker_id"]),
            "words": f"“{row['text']}”" if row["direct"] else row["text"],
            "how": "in so many words" if row["direct"] else "in our words",
            "about": ", ".join(names.get(actor, actor) for actor in row["about"]),
            "said": row["said_as_written"] or (say_date(row["said"]) if row["said"] else ""),
            "source": f"{row['source_id']} {', '.join(row['paragraphs'])}",
        }
        for row, _ in sorted(found, key=lambda item: (not item[0]["direct"], item[0]["quote_id"]))
    ]
    columns = ["quotation", "speaker", "words", "how", "about", "said", "source"]
    return pd.DataFrame(rows, columns=columns).set_index("quotation")


def check_camps(camps: object) -> tuple[str, ...]:
    """Check names of camps, as :func:`libya_analysis.check_parameters` does other parameters."""
    words = camps.split(",") if isinstance(camps, str) else list(camps or ())  # type: ignore[call-overload]
    wrong = [word for word in words if word not in CAMPS]
    if wrong:
        raise ParameterError(f"camps: {wrong[0]!r} is not one of {', '.join(CAMPS)}")
    return tuple(word for word in words if word)


def say_ends(graph: nx.MultiDiGraph, edge: tuple[str, str, str]) -> str:
    """A tie in one line of a list."""
    one, other = (graph.nodes[node]["name"] for node in edge[:2])
    return f"{one} {'→' if graph.edges[edge]['directed'] else '↔'} {other}: {edge[2].replace('-', ' ')}"


def find_name(asked: str, names: Iterable[str]) -> str:
    """Find the one name that is meant, in either script; empty if there is none, or more than one.

    Examples
    --------
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
