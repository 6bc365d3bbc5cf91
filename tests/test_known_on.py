"""What had not been published by a day is not in an answer: the same as if the rows of later sources were deleted."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx
import pandas as pd
import pytest

import libya_analysis as la
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.schema import links
from libya_analysis.explorer.views import View, Views

EVENT = "ceasefire-call"
DAYS = ("2020-01-10", "2020-01-13")

#: What each function that can be asked says of tables; the test holds it to the front door, so that none is forgotten.
ASKED: dict[str, Callable[[la.Tables, la.Question], Any]] = {
    "build_briefing": lambda tables, q: briefing(tables, q),
    "build_ceasefire": la.build_ceasefire,
    "build_network": lambda tables, q: [
        la.build_network(tables, q, **more) for more in ({}, {"level": "principal"}, {"as_of": "2020-01-15"})
    ],
    "build_timeline": lambda tables, q: [la.build_timeline(tables, q, window=window) for window in ("all", "days")],
    "check_parameters": lambda tables, q: None,  # makes the question
    "corroborated_events": la.corroborated_events,
    "count_claims": la.count_claims,
    "count_rows": la.count_rows,
    "coverage": la.coverage,
    "explore": lambda tables, q: list(views(tables, q)),
    "fighters": lambda tables, q: la.fighters(tables, "russia", q),
    "last_days": lambda tables, q: la.last_days(tables, 10, q),
    "leave_one_out": lambda tables, q: [la.leave_one_out(tables, q, by=by) for by in ("source", "agency", "speaker")],
    "say_event": lambda tables, q: la.say_event(tables, EVENT, q),
    "say_quotes": lambda tables, q: la.say_quotes(tables, "", q),
    "source_list": lambda tables, q: la.source_list(tables, None, q),
    "to_csl": la.to_csl,
    "to_csv": la.to_csv,
    "to_geojson": la.to_geojson,
    "to_gexf": la.to_gexf,
    "to_graphml": la.to_graphml,
    "to_kumu": la.to_kumu,
    "to_parquet": la.to_parquet,
    "to_ris": la.to_ris,
    "to_timelinejs": la.to_timelinejs,
}


def briefing(tables: la.Tables, question: la.Question) -> list[Any]:
    told = la.build_briefing(tables, question, as_of="2020-01-13")
    parts = "news scope reasons people backing patrons days ahead background failures left_out stakes reactions"
    return [getattr(told, part) for part in [*parts.split(), "differences", "sureness"]]


def views(tables: la.Tables, question: la.Question) -> Iterator[Any]:
    seen, asked = Views(tables), dataclasses.replace(question, as_of=dt.date(2020, 1, 12))
    yield from (seen.moments(question), seen.widest_of(question), seen.network(asked), seen.claims(View(asked)))
    yield from (seen.events(asked).timeline, seen.ceasefire(asked), seen.counts(View(asked)))
    yield seen.changes(asked, dt.date(2020, 1, 8), "as_of")


def derived(tables: la.Tables, question: la.Question) -> Iterator[Any]:
    """What follows from what was asked: tables, sentences and charts."""
    graph, ceasefire = la.build_network(tables, question, level="principal"), la.build_ceasefire(tables, question)
    timeline = la.build_timeline(tables, question)
    for of_graph in (la.edge_table, la.camp_table, la.spell_table, la.proxy_dyads, la.centrality, la.voices_table):
        yield of_graph(graph)
    for of_attempts in (la.ceasefire_table, la.consultation_gap, la.failed_attempts, la.patron_divergence):
        yield of_attempts(ceasefire)
    yield from (la.corroboration(tables, graph), la.who_says_what(graph), la.disagreements(tables, ceasefire, graph))
    yield from (la.say_claims(graph), la.timeline_table(timeline))
    charts = (la.draw_network(graph), la.draw_matrix(graph), la.draw_ceasefire(ceasefire), la.draw_timeline(timeline))
    yield from (chart.to_json() for chart in charts)


def deleted(tables: la.Tables, day: str) -> la.Tables:
    """The tables without the rows of sources of later days, and without actors and events that no row is left of."""
    frames = {name: tables.frames[name].astype(object) for name in tables.frames}
    gone = {
        row["source_id"]
        for row in frames["sources"].to_dict("records")
        if row["kind"] != "reference" and row["published"].latest.isoformat() > day
    }
    for name, frame in frames.items():
        if name != "actors" and "source_id" in frame:
            frames[name] = frame[[source not in gone for source in frame["source_id"]]]
    words: set[str] = {camp["anchor"] for camp in tables.camps}
    for name in CLAIM_TABLES:
        for column, target in links(name).items():
            if target in ("actors", "events"):
                cells = frames[name][column]
                words |= {w for cell in cells for w in (cell if isinstance(cell, tuple) else (cell,))}
    actors, events = frames["actors"], frames["events"]
    own = [(row["source_id"] not in gone) or row["actor_id"] in words for row in actors.to_dict("records")]
    frames["actors"] = actors = actors[own].copy()
    for row in actors.index:
        if actors.loc[row, "source_id"] in gone:
            actors.at[row, "description"], actors.at[row, "source_id"] = "", ""
            actors.at[row, "aliases"], actors.at[row, "paragraphs"] = (), ()
    frames["events"] = events[[event in words for event in events["event_id"]]]
    types = {name: tables.frames[name].dtypes for name in frames}
    kept = {name: frame.astype(types[name]).reset_index(drop=True) for name, frame in frames.items()}
    return dataclasses.replace(tables, frames=kept)


def plain(found: Any) -> Any:
    """A result as text, with all that it holds."""
    if isinstance(found, pd.DataFrame):
        return found.to_csv()
    if isinstance(found, nx.MultiDiGraph):
        return repr((dict(found.nodes(data=True)), list(found.edges(keys=True, data=True)), found.graph))
    if isinstance(found, (list, tuple)):
        return [plain(item) for item in found]
    return repr(found) if not isinstance(found, str) else found


@pytest.fixture(scope="module")
def tables() -> la.Tables:
    return la.load_tables()


def test_the_list_of_what_can_be_asked_is_whole() -> None:
    public = {name: getattr(la, name) for name in dir(la) if not name.startswith("_")}
    functions = {name: thing for name, thing in public.items() if inspect.isfunction(thing)}
    takes = {name for name, function in functions.items() if "question" in inspect.signature(function).parameters}
    assert takes == set(ASKED)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", [*ASKED, "derived"])
def test_an_answer_of_what_was_known_rests_on_nothing_later(tables: la.Tables, name: str, day: str) -> None:
    asks: Callable[..., Any] = ASKED.get(name, lambda *given: list(derived(*given)))
    known = plain(asks(tables, la.check_parameters(tables, known_on=day)))
    assert known == plain(asks(deleted(tables, day), la.Question()))
    later = {s for s, date in tables.published().items() if date and str(date.latest) > day}
    for text in known if isinstance(known, list) else [known]:
        assert not any(re.search(rf"\b{re.escape(source)}\b", str(text)) for source in later)


@pytest.mark.parametrize("source", ["moscow-truce-2020", "ucdp-esd-18-1", "tass-2020-01-13"])
def test_actors_without_a_tie_are_those_whom_the_sources_asked_for_name(tables: la.Tables, source: str) -> None:
    graph = la.build_network(tables, sources=[source], officials=True)
    assert set(graph) <= tables.of([source]).named["actors"]
    named = {row.actor_id for row in tables.actors.itertuples() if row.source_id == source}
    assert named <= set(graph)


def test_a_source_that_is_left_out_takes_only_its_own_rows(tables: la.Tables) -> None:
    sources = list(tables.published())
    assert tables.of(sources) is tables
    less = tables.of(sources[1:])
    assert less is tables.of(sources[1:]), "found once"
    for name, claims in tables.claimed.items():
        assert less.claimed[name] == tuple(claim for claim in claims if claim.source_id != sources[0])
        assert len(less.lines[name]) == len(less.frames[name]) == len(less.claimed[name])
