"""The explorer: one widget that shows a view of the tables, changes it as it is told, and finds what is pointed at."""

from __future__ import annotations

import datetime as dt
import html
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import anywidget
import networkx as nx
import pandas as pd
import traitlets

from libya_analysis.analysis.camps import UNDETERMINED, side_names
from libya_analysis.analysis.ceasefire import ceasefire_table
from libya_analysis.analysis.network import edge_table
from libya_analysis.analysis.search import KINDS, SPEAKERS, kind_of
from libya_analysis.analysis.timeline import last_days, timeline_table
from libya_analysis.charts import draw_ceasefire, draw_timeline
from libya_analysis.charts.network_chart.draw import tangled
from libya_analysis.charts.network_chart.live import LiveMatrix, LiveNetwork, as_drawn, differences, head_of, plotly_js
from libya_analysis.charts.timeline_chart import say_item
from libya_analysis.evidence.codebook import codebook
from libya_analysis.evidence.dates import parse_day, say_date
from libya_analysis.evidence.errors import LibyaAnalysisError, ParameterError
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question, check_parameters
from libya_analysis.evidence.tables import Tables, read_tables
from libya_analysis.evidence.texts import Texts, find_texts
from libya_analysis.evidence.vocabulary import MODALITIES, STATUSES, TIES, label
from libya_analysis.explorer.panel import Evidence, Found
from libya_analysis.explorer.saved import made
from libya_analysis.explorer.views import (
    ASKS,
    BY,
    TABS,
    View,
    Views,
    as_parameters,
    change_table,
    claim_table,
    find_name,
    read_view,
    say_ends,
    say_events,
    say_ties,
    write_view,
)
from libya_analysis.words.differences import Line
from libya_analysis.words.sentence import how_many

_HERE = Path(__file__).parent
_USUAL = 960  # pixels for a chart before the page has told how much room there is
_LEAST, _MOST = 340, 1240  # pixels that a chart is drawn for
_KEPT = 16  # networks in their places, and sights of late
_FILTERS = ("sources", "kinds", "statuses", "modalities", "camps", "actors")
_HINT = """<p>{} What stands behind it is shown here.</p>
<p>Left and right arrows on the slider go from one change to the next.</p>
<p>{}</p>"""
_CLICK = "Click a line, a sign or a mark in the chart, or choose from the list above."
_FAINT = "Faint is what was not attested near the day, and what is only threatened, planned or foretold."
_MARKED = "Ties that are new or sure since a day that you choose here are marked in the network."
#: What changed, to be counted; rows and ties are counted by what became of them.
_NOUNS = {
    "finding": ("finding",),
    "camp": ("change of side", "changes of side"),
    "gap": ("count of who was not consulted", "counts of who was not consulted"),
}


def explore(
    tables: Tables,
    texts: Texts | str | os.PathLike[str] | None = None,
    question: Question | None = None,
    *,
    view: str = "",
    **asked: Any,
) -> Explorer:
    """Make the explorer: a slider that goes from change to change, filters, and five views of one selection.

    Parameters
    ----------
    tables : Tables
        The evidence.
    texts : mapping or path, optional
        Texts of the sources, or a folder of them, or else ``texts`` beside the tables: the evidence panel then shows
        the paragraphs themselves.
    question, **asked : Question or its fields, optional
        What is asked at the beginning, see :func:`libya_analysis.check_parameters`: ``as_of``, the last day without
        it; ``known_on, sources, kinds, statuses, modalities, camps, actors``.
    view : str
        A whole view instead, as the explorer's *Parameters* button and the address of its page have it.

    Returns
    -------
    Explorer
        A widget, to be the last line of a cell.

    Raises
    ------
    ParameterError
        If something that is asked for, or in the view, is not known.
    DataError
        If the text of a source is not UTF-8.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> explore(load_tables(), as_of="2012-01-01", sources=["moscow-truce-2020"]).status
    'As of 1 January 2012: 42 ties drawn, 42 of them faint (42 not attested within 90 days); 23 actors, 45 claims.'
    """
    start = read_view(tables, view) if view else View(check_parameters(tables, question, among=ASKS, **asked))
    found = find_texts(tables, texts) if isinstance(texts, (str, os.PathLike)) or texts is None else texts
    return Explorer(tables, found, start)


@dataclass(frozen=True, eq=False)
class Sight:
    """What a tab shows of a view: words, a list or a table, a chart, and what stands at each point of it."""

    words: str
    listed: dict[str, Any]
    chart: dict[str, Any] | None = None
    picked: Callable[[int, int], str] = lambda trace, point: ""


class Explorer(anywidget.AnyWidget):
    """The explorer as a widget; :func:`explore` makes it. Its plain text is always the same."""

    _esm = _HERE.joinpath("explorer.js").read_text(encoding="utf-8")
    _css = _HERE.joinpath("explorer.css").read_text(encoding="utf-8")
    #: What stays: tabs, filters with their values, actors, words.
    fixed: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    #: What is chosen and said: the day, the days to go to, the filters, the status, the address.
    shown: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    #: What is listed: lines to pick, by heading; and the table on view.
    listed: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    evidence: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    #: The number of the last message that was acted on.
    answered = traitlets.Int(0).tag(sync=True)

    def __init__(self, tables: Tables, texts: Texts | None, start: View) -> None:
        self._texts, self._room = texts, _USUAL
        self._take(tables)
        #: The charts as the page has them, by tab.
        self.charts: dict[str, dict[str, Any]] = {}
        self._open = False
        self.view = self._within(start)
        #: Whether the tables are those of their folder, and not ones that somebody changed.
        self._of_folder = read_tables(tables.folder)[0] is tables
        super().__init__(fixed=self._fixed(tables))
        self.on_msg(lambda widget, content, buffers: self.told(content))
        self.refresh()  # the first picture is there before a page asks for it

    def _take(self, tables: Tables) -> None:
        """Show these tables."""
        self._views, self._known, self._names = Views(tables), Evidence(tables, self._texts), tables.names()
        moments, (_, last) = self._views.moments(Question()), last_days(tables)
        if not (moments and last):
            raise ParameterError("sources: none has a day of publication, so there is no day to look at")
        self._reach = moments[0], last
        #: Networks by sources, as far as known, and by their width if it matters.
        self.networks: dict[tuple[Question, int], LiveNetwork | LiveMatrix] = {}
        self._see = lru_cache(maxsize=_KEPT)(self._look)

    def _renew(self) -> None:
        """Take the tables of the folder as they are now: a page may be opened long after its kernel was started."""
        tables, problems = read_tables(self._views.tables.folder) if self._of_folder else (self._views.tables, [])
        if tables is not self._views.tables and not problems:
            self._take(tables)
            self.fixed = self._fixed(tables)

    def __repr__(self) -> str:
        return "Explorer: network, timeline, ceasefire board, claims and changes of one selection"

    # ---------------------------------------------------------------- what is chosen

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.view.question

    @property
    def day(self) -> dt.date:
        """The day on view."""
        return self.question.as_of or self._reach[1]

    @property
    def status(self) -> str:
        """What is drawn, in words."""
        return say_ties(self._views.network(self.question))

    @property
    def moments(self) -> tuple[dt.date, ...]:
        """The days on which something changes in what the sources chosen tell."""
        return self._views.moments(_selected(self.question)) or (self.day,)

    @property
    def _everything(self) -> nx.MultiDiGraph:
        """The network of all sources, as far as they are known: what can be pointed at."""
        known = self._views.known(Question(known_on=self.question.known_on))
        if known is not self._known.tables:
            self._known = Evidence(known, self._texts)
        return self._views.widest_of(Question(known_on=self.question.known_on))

    def _within(self, view: View) -> View:
        """The view on a day that the tables tell of."""
        first, last = self._reach
        return replace(view, question=replace(view.question, as_of=min(max(view.question.as_of or last, first), last)))

    def ask(self, **to: Any) -> None:
        """Change the view: what is asked, or the tab, the text, the kinds of claims, the day to compare with."""
        asked = {name: to.pop(name) for name in ASKS if name in to}
        view = replace(self.view, question=replace(self.question, **asked), **to)
        if view.tab != self.view.tab and "chosen" not in to:
            view = replace(view, chosen="")
        self.view = self._within(view)
        self.refresh()

    def go(self, day: dt.date | None) -> None:
        """Turn to a day."""
        if day:
            self.ask(as_of=day)

    def show_tab(self, name: str) -> None:
        """Turn to a tab."""
        self.ask(tab=name)

    def pick(self, what: str) -> None:
        """Show what stands behind something: ``tie/a/b/kind``, ``actor/id``, ``event/id``, ``claim/id``."""
        self.ask(chosen=what)

    def fit(self, width: int) -> None:
        """Draw for another width: a phone, a window, a large screen."""
        room = min(max(width, _LEAST), _MOST)
        if room != self._room:
            self._room = room
            self.refresh()

    def told(self, message: Mapping[str, Any]) -> None:
        """Do what the page asks for."""
        with self.hold_sync():  # one answer, not one for each thing that it changes
            try:
                self._do(message)
            except (LibyaAnalysisError, ValueError) as error:
                self.shown = {**self.shown, "problem": str(error)}
            self.answered = int(message.get("n", self.answered))

    def _do(self, message: Mapping[str, Any]) -> None:
        value = message.get("value")
        match message.get("do"):
            case "ready":  # a page has opened, or changed its width
                if message.get("anew"):
                    self._renew()
                    self.charts.clear()
                if message.get("view"):
                    self.view = self._within(read_view(self._views.tables, message["view"]))
                if message.get("plotly"):
                    self.send({"plotly": True}, [plotly_js().encode()])
                self._room = min(max(int(message["width"]), _LEAST), _MOST)
                self.refresh()
            case "ahead":  # a day beside the one on view, while nobody does anything
                view = self._within(replace(self.view, question=replace(self.question, as_of=parse_day(str(value)))))
                self._prepare(view, list(message["more"]))
            case "go":
                self.go(dt.date.fromisoformat(str(value)))
            case "tab":
                self.show_tab(str(value))
            case "ask":
                self.ask(**{name: _read(name, to) for name, to in message["to"].items()})
            case "actor":
                self._add_actor(str(value))
            case "clear":
                self.ask(**dict.fromkeys(_FILTERS, ()), known_on=None, text="", told=(), speakers=())
            case "filters":
                self._open = bool(value)
                self.refresh()
            case "pick":
                self.pick(str(value))
            case "click":
                if found := self._sight(self.view).picked(int(message["trace"]), int(message["point"])):
                    self.pick(found)
            case "codebook":
                self.evidence = {"markup": f"<h3>Codebook</h3><pre>{html.escape(codebook())}</pre>", "citation": ""}
            case "export":
                name, table = self._table_on_view()
                note, content = made(str(value), name, table)
                self.send(note, [content] if content else [])

    def _add_actor(self, asked: str) -> None:
        names = {words: actor for actor, words in self.fixed["actors"]}
        found = find_name(asked, names)
        if not found:
            raise ParameterError(f"No one actor is called “{asked}”.")
        self.ask(actors=tuple(dict.fromkeys((*self.question.actors, names[found]))))

    # ---------------------------------------------------------------- what is shown

    def _fixed(self, tables: Tables) -> dict[str, Any]:
        """What does not change: each filter with its values and their names."""
        title = {
            row["source_id"]: next((row[c] for c in ("publisher", "reported_by") if row[c] not in ("", "unknown")), "?")
            for row in records(tables.sources)
        }
        sides = {**side_names(tables.camps), UNDETERMINED: "Undetermined"}
        filters: list[tuple[str, str, list[tuple[str, str]]]] = [
            ("sources", "Sources", [(source, f"{title[source]}: {source}") for source in tables.published()]),
            ("kinds", "Kinds of tie", [(kind, label(kind)) for kind in TIES]),
            ("statuses", "Statuses", [(word, word) for word in STATUSES]),
            ("modalities", "Modalities", [(word, word) for word in MODALITIES]),
            ("camps", "Camps", list(sides.items())),
            ("told", "Claims", [(kind, kind) for kind in KINDS]),
            ("speakers", "Speakers", list(SPEAKERS.items())),
        ]
        actors = sorted(
            (" · ".join(filter(None, (row["name"], row["name_ar"]))), row["actor_id"])
            for row in records(tables.actors)
            if row["actor_id"] in self._views.widest
        )
        first, last = (day.isoformat() for day in self._reach)
        kept = {"tabs": TABS, "filters": filters, "by": list(BY.items()), "first": first, "last": last}
        return {**kept, "actors": [(actor, words) for words, actor in actors]}

    def refresh(self) -> None:
        """Bring the tab on view up to date; the others follow when they are turned to."""
        view, asked = self.view, self.question
        sight = self._sight(view)
        if sight.chart:
            self._send_chart(view.tab, sight.chart)
        self.listed = sight.listed
        chosen = {name: list(getattr(asked, name)) for name in _FILTERS}
        chosen |= {"told": list(view.told), "speakers": list(view.speakers)}
        # A search and kinds of claims bear on the list of claims alone.
        counted = view if view.tab == "Claims" else replace(view, text="", told=(), speakers=())
        active = sum(map(bool, chosen.values())) + bool(asked.known_on) + bool(view.text)
        active -= sum(map(bool, (view.text, view.told, view.speakers))) if counted is not view else 0
        self.shown = {
            "tab": view.tab,
            "day": self.day.isoformat(),
            "says": say_date(self.day.isoformat()),
            "moments": [moment.isoformat() for moment in self.moments],
            "chosen": chosen,
            "active": active,
            "known_on": _text(asked.known_on),
            "since": _text(self._since(view) if view.tab == TABS[-1] else view.since),
            "by": view.by,
            "text": view.text,
            "status": sight.words,
            "problem": "",
            "address": write_view(view),
            "parameters": self._parameters(),
            "counts": self._views.counts(counted) if self._open or view.tab == "Claims" else {},
        }
        self._show_evidence()

    def _parameters(self) -> str:
        line = f'explore(load_tables(), view="{write_view(self.view)}")'
        return (
            f"# this view, in a cell:\n{line}\n\n# the same for a notebook or a report:\n{as_parameters(self.question)}"
        )

    def _sight(self, view: View) -> Sight:
        """What a view shows; what is chosen is marked in the network alone."""
        return self._see(view if view.tab == "Network" else replace(view, chosen=""), self._room)

    def _look(self, view: View, room: int) -> Sight:
        shows = (self._network, self._timeline, self._board, self._claims, self._changes)
        return shows[TABS.index(view.tab)](view, room)

    def _prepare(self, view: View, more: list[str]) -> None:
        """Make ready what a view shows, for the page to draw if it would anew."""
        chart = self._sight(view).chart
        anew = chart and differences(self.charts[view.tab], chart) is None
        self.send({"ahead": as_drawn(chart) if chart and anew else None, "chart": view.tab, "more": more})

    def _network(self, view: View, room: int) -> Sight:
        asked = view.question
        graph, narrow = self._views.network(asked), room < _LEAST * 1.76
        of, widest = _selected(asked), self._views.widest_of(_selected(asked))
        if tangled(widest):  # then what is asked for of it has places of its own, the same on all days
            of = replace(asked, as_of=None)
            widest = self._views.network(of)
        matrix = bool(tangled(widest))
        key = of, room if narrow or matrix else 0
        if key not in self.networks:
            if len(self.networks) == _KEPT:
                self.networks.pop(next(iter(self.networks)))
            self.networks[key] = (LiveMatrix if matrix else LiveNetwork)(widest, room)
        drawn = self.networks[key]
        newer = self._views.newer(asked, view.since, view.by) if view.since else set()
        marked = dict.fromkeys(newer, "new")
        parts = view.chosen.split("/")
        if parts[0] == "tie":
            marked[(parts[1], parts[2], parts[3])] = "chosen"

        def picked(trace: int, point: int) -> str:
            found = drawn.picked(trace, point)
            if isinstance(found, tuple) and len(found) == 2:  # a cell: the first tie, beside which the others stand
                a, b = found
                found = next((e for e in graph.edges(keys=True) if e[:2] in ((a, b), (b, a))), a)
            return "" if found is None else f"actor/{found}" if isinstance(found, str) else f"tie/{'/'.join(found)}"

        actors = sorted((self._names[node], f"actor/{node}") for node in graph if graph.degree(node))
        ties = sorted((say_ends(graph, edge), f"tie/{'/'.join(edge)}") for edge in graph.edges(keys=True))
        since = say_date(_text(view.since))
        words = say_ties(graph)
        words += f" {how_many(len(newer), 'tie')} marked: new or sure since {since}." if newer else ""
        return Sight(words, _list({"Actors": actors, "Ties": ties}), drawn.draw(graph, marked), picked)

    def _timeline(self, view: View, room: int) -> Sight:
        events = self._views.events(view.question)
        items = events.timeline.items
        chart = draw_timeline(events.timeline, width=room).spec
        said = {say_item(item): f"rows/{'+'.join(item.report_ids)}" for item in items}
        lines = [(f"{say_date(item.date)}: {item.title}", f"rows/{'+'.join(item.report_ids)}") for item in items]
        words = f"{_as_of(view)}: {say_events(events)} Kinds of tie do not bear on events."
        listed = _list({"Events, as they are drawn": lines})
        return Sight(words, listed, chart, lambda trace, point: said.get(_custom(chart, trace, point), ""))

    def _board(self, view: View, room: int) -> Sight:
        ceasefire = self._views.ceasefire(view.question)
        chart = draw_ceasefire(ceasefire, width=room).spec

        def picked(trace: int, point: int) -> str:
            found = _custom(chart, trace, point)
            return f"part/{found[0]}/{found[1]}" if found else ""

        parts: dict[str, list[tuple[str, str]]] = {}
        for event, attempt in ceasefire.attempts.items():
            lines = [("all that is told of it", f"part/{event}/")]
            for actor in dict.fromkeys(standing.actor_id for standing in ceasefire.within(event)):
                did = dict.fromkeys(standing.part for standing in ceasefire.of(event, actor))
                lines.append((f"{ceasefire.stakeholders[actor].name}: {', '.join(did)}", f"part/{event}/{actor}"))
            parts[attempt.title] = lines
        count = how_many(len(ceasefire.made), "attempt")  # as its chart counts
        words = f"{_as_of(view)}: {count} at a ceasefire. Kinds of tie do not bear on attempts."
        return Sight(words, _list(parts), chart, picked)

    def _claims(self, view: View, room: int) -> Sight:
        claims, asked = self._views.claims(view), view.question
        table = claim_table(claims, self._views.sentences(_selected(asked, asked.as_of)), asked)
        keys = {"when": [_day_of(claim) for claim in claims]}
        listed = _sheet(view.tab, table, [f"claim/{claim.claim_id}" for claim in claims], keys)
        counted = [sum(kind_of(claim) == kind for claim in claims) for kind in KINDS]
        kinds = ", ".join(how_many(count, kind.removesuffix("s")) for count, kind in zip(counted, KINDS, strict=True))
        faint = sum(bool(why) for why in table["faint because"])
        words = f"{how_many(len(claims), 'claim')}, {faint} of them faint: {kinds}." if claims else "no claim is found."
        words += f" Sought was “{view.text}”." if view.text and not claims else ""
        return Sight(f"{_as_of(view)}: {words}", listed)

    def _changes(self, view: View, room: int) -> Sight:
        lines, since = self._changed(view), self._since(view)
        tables = self._views.known(Question(known_on=view.question.known_on))
        known = {c.claim_id: c.table for claims in tables.claimed.values() for c in claims}

        def pick(line: Line) -> str:
            table, _, name = line.row.partition(" ")
            on = [claim for claim in line.claims if claim in known]
            return f"claim/{name}" if known.get(name) == table else f"claims/{'+'.join(on)}" if on else ""

        picks = list(map(pick, lines))
        counted = Counter(line.change for line in lines)
        said = ", ".join(how_many(n, *_NOUNS[w]) if w in _NOUNS else f"{n} {w}" for w, n in counted.items())
        then = f"compared with {BY[view.by]} {say_date(_text(since))}"
        words = f"{_as_of(view)}, {then}: {said or 'nothing differs'}. Of the filters, sources bear on this."
        return Sight(words, _sheet(view.tab, change_table(lines), picks, {}))

    def _since(self, view: View) -> dt.date | None:
        """The day to compare with: where none is chosen, the last one on which something else was told."""
        days = self._views.moments(_selected(view.question))
        return view.since or max((day for day in days if day < (view.question.as_of or day)), default=None)

    def _changed(self, view: View) -> tuple[Line, ...]:
        since = self._since(view)
        return self._views.changes(view.question, since, view.by) if since else ()

    def _send_chart(self, tab: str, spec: dict[str, Any]) -> None:
        """Tell the page what differs from the chart that it has, or all of it."""
        before, self.charts[tab] = self.charts.get(tab), spec
        what = differences(before, spec) if before else None
        if before is None or what is None:
            self.send({"chart": tab, "draw": as_drawn(spec)})
        elif what or before["layout"].get("title") != spec["layout"].get("title"):
            self.send({"chart": tab, "set": what, "head": head_of(spec)["head"]})

    def _table_on_view(self) -> tuple[str, pd.DataFrame]:
        view, day = self.view, self.day.isoformat()
        asked = view.question
        match view.tab:
            case "Timeline":
                return f"events-{day}", timeline_table(self._views.events(asked).timeline)
            case "Ceasefire board":
                return f"ceasefires-{day}", ceasefire_table(self._views.ceasefire(asked))
            case "Claims":
                said = self._views.sentences(_selected(asked, asked.as_of))
                return f"claims-{day}", claim_table(self._views.claims(view), said, asked)
            case "Changes":
                return f"changes-{day}", change_table(self._changed(view))
        return f"ties-{day}", edge_table(self._views.network(asked))

    # ---------------------------------------------------------------- what stands behind it

    def _show_evidence(self) -> None:
        """Show what was chosen, as it is in this selection; what is not in it goes away, until it is again."""
        found = self._found(self.view.chosen)
        aside = "<p>What was chosen is not in this selection.</p>" if self.view.chosen and not found else ""
        pick = _CLICK if self._sight(self.view).chart else "Choose a row of the table."
        hint = _HINT.format(pick, _MARKED if self.view.tab == "Changes" else _FAINT)
        markup = f"<div class='libya-cards'>{found.markup}</div>" if found else aside + hint
        self.evidence = {"markup": markup, "citation": found.citation if found else "", "of": self.view.chosen}

    def _found(self, chosen: str) -> Found | None:
        """The evidence of what is chosen, if it is in the selection."""
        if not chosen:
            return None
        asked, everything, known = self.question, self._everything, self._known
        graph = self._views.network(asked)
        match chosen.split("/"):
            case ["tie", a, b, key] if (a, b, key) in graph.edges:
                return known.of_tie(graph, (a, b, key), everything, asked)
            case ["actor", actor] if actor in graph and graph.degree(actor):
                return known.of_actor(graph, actor, asked)
            case ["event", event] if event in {i.event_id for i in self._views.events(asked).timeline.items}:
                return known.of_event(event)
            case ["rows", rows]:
                ids = rows.split("+")
                there = {i for item in self._views.events(asked).timeline.items for i in item.report_ids}
                return known.of_rows(ids) if set(ids) <= there else None
            case ["part", event, actor]:
                ceasefire = self._views.ceasefire(asked)
                return known.of_part(ceasefire, event, actor) if event in ceasefire.attempts else None
            case ["claim", claim]:
                view = self.view if self.view.tab == "Claims" else View(asked)
                there = {claim.claim_id for claim in self._views.claims(view)}
                changed = self.view.tab == "Changes" and known.has(claim)
                return known.of_claim(claim, everything, asked) if claim in there or changed else None
            case ["claims", ids] if self.view.tab == "Changes" and all(map(known.has, ids.split("+"))):
                return known.of_rows(ids.split("+"), "What this rests on")
        return None


def _selected(asked: Question, day: dt.date | None = None) -> Question:
    return Question(sources=asked.sources, known_on=asked.known_on, as_of=day)


def _list(groups: Mapping[str, Iterable[tuple[str, str]]]) -> dict[str, Any]:
    return {"groups": [[caption, [[pick, words] for words, pick in of]] for caption, of in groups.items()]}


def _sheet(tab: str, table: pd.DataFrame, picks: list[str], keys: Mapping[str, list[str]]) -> dict[str, Any]:
    """A table as the page has it; a column may have keys by which it is sorted."""
    columns = [str(name) for name in table.columns]
    cells = table.astype(str).to_numpy().tolist()
    sort = {columns.index(name): values for name, values in keys.items()}
    faint = [bool(row[-1]) for row in cells] if columns[-1] == "faint because" else [False] * len(cells)
    rows = [[pick, pale, *row] for pick, pale, row in zip(picks, faint, cells, strict=True)]
    # as text, or ipywidgets would go through all of it, cell by cell, whenever it is sent
    return {"tab": tab, "groups": [], "columns": columns, "rows": json.dumps(rows), "keys": sort}


def _custom(chart: Mapping[str, Any], trace: int, point: int) -> Any:
    data = chart["data"][trace].get("customdata")
    return data[point] if data is not None else ""


def _as_of(view: View) -> str:
    return f"As of {say_date(_text(view.question.as_of))}"


def _read(name: str, value: Any) -> Any:
    """A value of the page as the view has it."""
    if name in ("known_on", "since"):
        return parse_day(value) if value else None
    return tuple(value) if isinstance(value, list) else value


def _text(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _day_of(claim: Any) -> str:
    """The day by which a claim is sorted."""
    for date in (claim.start, claim.attested, claim.published):
        if date and (date.earliest or date.latest):
            return str(date.earliest or date.latest)
    return ""
