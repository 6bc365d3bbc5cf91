"""The explorer's widgets: controls that make a selection, tabs that show it, the evidence behind what is clicked."""

from __future__ import annotations

import datetime as dt
import html
import os
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as widgets
import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED, side_names
from libya_analysis.analysis.ceasefire import ceasefire_table
from libya_analysis.analysis.network import edge_table
from libya_analysis.analysis.timeline import last_days, timeline_table
from libya_analysis.charts import draw_ceasefire, draw_timeline
from libya_analysis.charts.network_chart.draw import tangled
from libya_analysis.charts.network_chart.live import LiveMatrix, LiveNetwork, live, redraw
from libya_analysis.charts.timeline_chart import say_item
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question, check_parameters
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import Texts, find_texts
from libya_analysis.evidence.vocabulary import MODALITIES, STATUSES, TIES, label
from libya_analysis.explorer.frontend import Sheet, Tray
from libya_analysis.explorer.panel import Evidence, Found
from libya_analysis.explorer.views import (
    ASKS,
    Views,
    as_parameters,
    find_name,
    quotation_table,
    say_ends,
    say_events,
    say_ties,
)
from libya_analysis.words.sentence import how_many

TABS = ("Network", "Timeline", "Ceasefire board", "Quotations", "Table")
_LISTS = ("sources", "kinds", "statuses", "modalities", "camps")
_WIDTHS = (340, 600, 780, 880, 1020, 1240)
_USUAL = 1020  # before the front end has told how much room there is
_MANY = 300  # ties above which the list names actors instead
_HINT = """<p>Choose a tie, an actor, an event or a quotation: what stands behind it is shown here.</p>
<p class='libya-more'>In the charts click a line, a sign or a mark, or take it from the list above.</p>
<p class='libya-more'>The slider moves with the arrow keys, a day at a time; <i>◀ change</i> and <i>change ▶</i> go to
the days on which something changes. Faint is what was not reported near the day, and what is only threatened,
planned or foretold.</p>"""


def explore(
    tables: Tables, texts: Texts | str | os.PathLike[str] | None = None, question: Question | None = None, **asked: Any
) -> Explorer:
    """Make the explorer: a date slider, filters, and five views of one selection.

    Parameters
    ----------
    tables : Tables
        The evidence.
    texts : mapping or path, optional
        Texts of the sources, or a folder of them, or else ``texts`` beside the tables: the evidence panel then shows
        the paragraphs themselves.
    question, **asked
        What is asked at the beginning, see :func:`libya_analysis.check_parameters`: ``as_of``, the last day without
        it; ``known_on, sources, kinds, statuses, modalities, camps, actors``.

    Returns
    -------
    Explorer
        A widget, to be the last line of a cell.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> explore(load_tables(), as_of="2012-01-01", sources=["moscow-truce-2020"]).status
    'As of 1 January 2012: 42 ties drawn, 42 of them faint, not reported within 90 days; 23 actors, 45 claims.'
    """
    start = check_parameters(tables, question, among=ASKS, **asked)
    found = find_texts(tables, texts) if isinstance(texts, (str, os.PathLike)) or texts is None else texts
    return Explorer(tables, found, start)


class Explorer(widgets.VBox):
    """The explorer as a widget; :func:`explore` makes it. Its plain text is always the same."""

    def __init__(self, tables: Tables, texts: Texts | None, start: Question) -> None:
        self._views, self._known = Views(tables), Evidence(tables, texts)
        self._names, self._texts = tables.names(), texts
        moments, (_, last) = self._views.moments(Question()), last_days(tables)
        if not (moments and last):
            raise ParameterError("sources: none has a day of publication, so there is no day to look at")
        self._first, self._last = moments[0], last
        #: By width, and sources as far as known: none is closed while it may be spoken to.
        self.networks: dict[tuple[int, Question], LiveNetwork | LiveMatrix] = {}
        self.charts: dict[str, Any] = {}
        self._drawn: dict[str, Any] = {}
        self._again: Callable[[], None] | None = None
        self._width = self._room = _USUAL  # of the network, which is laid out for some widths only, and of the others
        self._listening = False
        self._make_controls(tables, start)
        self._boxes = {tab: widgets.VBox([widgets.HTML("Drawing …")]) for tab in TABS}
        self._tabs = widgets.Tab(list(self._boxes.values()), titles=TABS)
        self._sheets = {"Quotations": Sheet("Quotations", self._pick_row), "Table": Sheet("Claims", self._pick_row)}
        self.status_line = _dressed(widgets.HTML(), "libya-status")
        self.panel = _dressed(widgets.HTML(_HINT), "libya-evidence")
        self._pick = widgets.Dropdown(description="Show", options=[("…", "")], layout={"width": "auto"})
        self._tray = Tray(self._table_on_view, self._place_again)
        views = _dressed(widgets.VBox([self._tabs]), "libya-views")
        below = _dressed(widgets.VBox([self._pick, self._tray, self.panel]), "libya-below")
        super().__init__([self._top, self._filters, self.status_line, views, below])
        self.add_class("libya-explorer")
        self._count_filters()
        for control in (*self.controls.values(), self._actors):
            control.observe(self._refresh, "value")
        self._tabs.observe(self._refresh, "selected_index")
        self._pick.observe(lambda change: self._pick_row(change["new"]), "value")
        self._tray.observe(lambda change: self.fit(change["new"]), "width")
        self._listening = True  # what is seen first is drawn when the front end has told how much room there is

    def __repr__(self) -> str:
        return "Explorer: network, timeline, ceasefire board, quotations and claims of one selection"

    # ---------------------------------------------------------------- what is chosen

    @property
    def question(self) -> Question:
        """What the controls ask for."""
        asked: dict[str, Any] = {name: tuple(self.controls[name].value) for name in _LISTS}
        asked["actors"] = tuple(self._ids[name] for name in self._actors.value if name in self._ids)
        return Question(as_of=self.day, known_on=self.controls["known_on"].value, **asked)

    @property
    def day(self) -> dt.date:
        """The day that the slider shows."""
        return self._first + dt.timedelta(days=self.slider.value)

    @property
    def _selected(self) -> Question:
        """The sources that the controls let in, and nothing else."""
        return Question(sources=tuple(self.controls["sources"].value), known_on=self.controls["known_on"].value)

    @property
    def _moments(self) -> tuple[dt.date, ...]:
        return self._views.moments(self._selected) or (self.day,)

    @property
    def _evidence(self) -> Evidence:
        """What can be pointed at: of all sources, as far as they are known."""
        known = self._views.known(replace(self._selected, sources=()))
        if known is not self._known.tables:
            self._known = Evidence(known, self._texts)
        return self._known

    @property
    def _widest(self) -> nx.MultiDiGraph:
        return self._views.widest_of(replace(self._selected, sources=()))

    @property
    def status(self) -> str:
        """What is drawn, in words."""
        return say_ties(self._views.network(self.question))

    @property
    def _tab(self) -> str:
        return TABS[self._tabs.selected_index or 0]

    def show_tab(self, name: str) -> None:
        """Turn to a tab."""
        self._tabs.selected_index = TABS.index(name)

    def go(self, day: dt.date | None) -> None:
        """Turn to a day."""
        if day:
            self.slider.value = (day - self._first).days

    def _make_controls(self, tables: Tables, start: Question) -> None:
        first, last = self._first, self._last
        day = min(max(start.as_of or last, first), last)
        days = widgets.IntSlider((day - first).days, 0, (last - first).days, description="As of", readout=False)
        days.layout = {"flex": "1 1 260px", "width": "auto"}
        self.slider = _dressed(days, "libya-day")
        self._play = widgets.Play(0, 0, 0, interval=900, show_repeat=False)
        self._play.observe(self._played, "value")
        back = _button("◀ change", partial(self._step, -1), "To the day before on which something changes")
        forth = _button("change ▶", partial(self._step, 1), "To the next day on which something changes")
        self._day = widgets.DatePicker(value=day, min=first, max=last, description="Day", layout={"width": "150px"})
        self._day.observe(lambda change: self.go(change["new"]), "value")
        self._opener = widgets.ToggleButton(tooltip="Show or hide the filters", layout={"width": "auto"})
        self._opener.observe(lambda change: self._open_filters(change["new"]), "value")
        top = widgets.HBox([self._play, self.slider, back, self._day, forth, self._opener])
        self._top = _dressed(top, "libya-top")
        published = tables.published()
        title = {
            row["source_id"]: next((row[c] for c in ("publisher", "reported_by") if row[c] not in ("", "unknown")), "?")
            for row in records(tables.sources)
        }
        sides = {**side_names(tables.camps), UNDETERMINED: "Undetermined"}
        options: dict[str, tuple[str, int, list[tuple[str, str]]]] = {
            "sources": ("Sources", 190, [(f"{source} ({title[source]})", source) for source in published]),
            "kinds": ("Kinds of tie", 122, [(label(kind), kind) for kind in TIES]),
            "statuses": ("Statuses", 92, [(word, word) for word in STATUSES]),
            "modalities": ("Modalities", 98, [(word, word) for word in MODALITIES]),
            "camps": ("Camps", 108, [(name, camp) for camp, name in sides.items()]),
        }
        known_on = widgets.DatePicker(value=start.known_on, description="Known on", layout={"width": "auto"})
        self.controls: dict[str, Any] = {"slider": self.slider, "known_on": known_on}
        for name, (caption, wide, choices) in options.items():
            self.controls[name] = widgets.SelectMultiple(
                options=choices, value=getattr(start, name), description=caption, layout={"width": f"{wide}px"}
            )
        how = widgets.HTML("Nothing chosen: all. Several: Ctrl or ⌘.")
        clear = _button("Clear all filters", self._clear)
        rest = widgets.Box([self._make_search(tables, start), known_on, clear, how])
        self._filters = _dressed(widgets.HBox([*(self.controls[name] for name in options), rest]), "libya-filters")
        self._filters.layout.display = "none"

    def _open_filters(self, shown: bool) -> None:
        self._filters.layout.display = "" if shown else "none"

    def _count_filters(self) -> None:
        """Say on the button how many filters leave something out, since it may hide them."""
        named = [*(control.value for name, control in self.controls.items() if name != "slider"), self._actors.value]
        active = sum(bool(value) for value in named)
        self._opener.description = f"Filters ({active})" if active else "Filters"
        self._opener.button_style = "info" if active else ""

    def _make_search(self, tables: Tables, start: Question) -> widgets.VBox:
        actors = [row for row in records(tables.actors) if row["actor_id"] in self._views.widest]
        shown = {row["actor_id"]: " · ".join(filter(None, (row["name"], row["name_ar"]))) for row in actors}
        self._ids = {name: actor for actor, name in shown.items()}
        self.search = search = widgets.Combobox(
            placeholder="Name, in Latin or Arabic letters", options=sorted(self._ids), continuous_update=False,
            description="Actors", layout={"width": "auto"},
        )  # fmt: skip
        said = widgets.HTML()
        chosen = [shown[actor] for actor in start.actors if actor in shown]
        self._actors = widgets.TagsInput(value=chosen, allowed_tags=sorted(self._ids), allow_duplicates=False)

        def add(change: dict[str, Any]) -> None:
            asked = change["new"].strip()
            if not asked:
                return
            found = find_name(asked, self._ids)
            problem = "" if found else f"No one actor is called “{html.escape(asked)}”."
            said.value = f"<div role='status'>{problem}</div>"
            if found:
                search.value = ""
                self._actors.value = list(dict.fromkeys([*self._actors.value, found]))

        search.observe(add, "value")
        return widgets.VBox([search, said, self._actors])

    def _played(self, change: dict[str, Any]) -> None:
        if self._listening:
            self.go(self._moments[change["new"]])

    def _wind(self, day: dt.date) -> None:
        """Have the play button go on from the day on view; on the last one, from the beginning."""
        moments = self._moments
        reached, self._listening = bisect_right(moments, day) - 1, False
        self._play.max = len(moments) - 1
        self._play.value = max(reached, 0) if reached < self._play.max else 0
        self._listening = True

    def _step(self, by: int) -> None:
        day = self.day
        beyond = [other for other in self._moments if (other > day if by > 0 else other < day)]
        if beyond:
            self.go(beyond[0] if by > 0 else beyond[-1])

    def _clear(self) -> None:
        self._listening = False
        for name, control in self.controls.items():
            if name != "slider":
                control.value = None if name == "known_on" else ()
        self._actors.value = []
        self._listening = True
        self._refresh()

    # ---------------------------------------------------------------- what is shown

    def _refresh(self, change: Any = None) -> None:
        """Bring the tab on view up to date; the others follow when they are turned to."""
        if not self._listening:
            return
        asked = self.question
        shows = self._show_network, self._show_timeline, self._show_board, self._show_quotations, self._show_table
        words = dict(zip(TABS, shows, strict=True))[self._tab](asked)
        self._day.value = self.day
        self._wind(self.day)
        self._count_filters()
        self.status_line.value = f"<div role='status'><b>{html.escape(self.status)}</b> {html.escape(words)}</div>"
        if self._again:  # the tie that was chosen, as it is on this day
            self._again()
        with self._tray.hold_sync():
            self._tray.day, self._tray.parameters = say_date(self.day.isoformat()), as_parameters(asked)

    def _show_network(self, asked: Question) -> str:
        graph, key = self._views.network(asked), (self._width, self._selected)
        if key not in self.networks:
            widest = self._views.widest_of(self._selected)
            make = LiveMatrix if tangled(widest) else LiveNetwork
            self.networks[key] = make(widest, self._width, self._pick_edge, self._pick_actor)
        self.networks[key].update(graph)
        self._boxes["Network"].children = [self.networks[key].figure]
        if graph.number_of_edges() > _MANY:
            self._offer([(self._names[node], node) for node in sorted(graph) if graph.degree(node)])
        else:
            self._offer([(say_ends(graph, edge), edge) for edge in sorted(graph.edges(keys=True))])
        return ""

    def _show_timeline(self, asked: Question) -> str:
        events = self._views.events(asked)
        items = events.timeline.items
        self._place("Timeline", [item.report_ids for item in items], partial(draw_timeline, events.timeline))
        self._said = {say_item(item): item.report_ids for item in items}
        self._offer([(f"{item.title} ({say_date(item.date)})", item.report_ids) for item in items])
        return say_events(events) + " Kinds of tie do not bear on events."

    def _show_board(self, asked: Question) -> str:
        ceasefire = self._views.ceasefire(asked)
        self._ceasefire = ceasefire
        key = [ceasefire.attempts, ceasefire.standings]
        self._place("Ceasefire board", key, partial(draw_ceasefire, ceasefire))
        table = ceasefire_table(ceasefire)
        self._offer([(f"{row['stakeholder']}: {row['part']} in {row['attempt']}", (i,)) for i, row in table.iterrows()])
        return f"{how_many(len(ceasefire.attempts), 'attempt')} at a ceasefire. Kinds of tie do not bear on attempts."

    def _show_quotations(self, asked: Question) -> str:
        found = self._views.quotations(asked)
        sheet, faint = self._sheets["Quotations"], {claim.claim_id for claim, sure in found if not sure}
        sheet.show(quotation_table(found, self._names), faint)
        self._boxes["Quotations"].children = [sheet]
        self._offer([])
        maybe = sum(not sure for _, sure in found)
        direct = sum(claim.direct for claim, _ in found)
        return (
            f"{how_many(len(found), 'quotation')}, {direct} in so many words; {maybe} only possibly said by the day "
            "(faint). Kinds, statuses and modalities do not bear on quotations."
        )

    def _show_table(self, asked: Question) -> str:
        graph = self._views.network(asked)
        table = edge_table(graph)
        told = (pair for *_, tie in graph.edges(data=True) for pair in zip(tie["claims"], tie["answers"], strict=True))
        faint = {claim.claim_id for claim, said in told if not said.firm}
        self._sheets["Table"].show(table, faint)
        self._boxes["Table"].children = [self._sheets["Table"]]
        self._offer([])
        return f"{how_many(len(faint), 'claim')} not reported within {asked.near} days of the day (faint)."

    def _place(self, tab: str, key: Any, draw: Callable[..., Any]) -> None:
        """Draw a chart on its tab, unless the one that is there shows the same."""
        if self._drawn.get(tab) == (key, self._room):
            return
        self._drawn[tab] = (key, self._room)
        chart = draw(width=self._room)
        clicked = self.pick_event if tab == "Timeline" else self.pick_part
        if tab in self.charts:
            redraw(self.charts[tab], chart, clicked)
        else:
            self.charts[tab] = live(chart, clicked)
            self._boxes[tab].children = [self.charts[tab]]

    def _place_again(self) -> None:
        """Make the chart on view anew: the front end says that it shows nothing."""
        tab = self._tab
        self.networks.pop((self._width, self._selected), None)
        self.charts.pop(tab, None)
        self._drawn.pop(tab, None)
        self._refresh()

    def _offer(self, options: list[tuple[str, Any]]) -> None:
        """List what is drawn, for those who use the keyboard."""
        self._choices = {str(number): choice for number, (_, choice) in enumerate(options, 1)}
        listed = [("choose from the list …", ""), *((label, str(k)) for k, (label, _) in enumerate(options, 1))]
        if tuple(self._pick.options) != tuple(listed):
            self._listening, self._pick.options = False, listed
            self._listening = True
        self._pick.layout.display = "" if options else "none"

    def fit(self, width: int) -> None:
        """Draw anew for another width: a phone, a window, a large screen."""
        usual = max((w for w in _WIDTHS if w <= width - 12), default=_WIDTHS[0])
        room = usual if width < 600 else min(width - 12, _WIDTHS[-1])
        if (usual, room) != (self._width, self._room) or not self.networks:
            self._width, self._room = usual, room
            self._refresh()

    def _table_on_view(self) -> tuple[str, pd.DataFrame]:
        asked, tab, day = self.question, self._tab, self.day.isoformat()
        if tab == "Timeline":
            return f"events-{day}", timeline_table(self._views.events(asked).timeline)
        if tab == "Ceasefire board":
            return f"ceasefires-{day}", ceasefire_table(self._views.ceasefire(asked))
        if tab == "Quotations":
            return f"quotations-{day}", quotation_table(self._views.quotations(asked), self._names)
        return f"ties-{day}", edge_table(self._views.network(asked))

    # ---------------------------------------------------------------- what is clicked

    def _show(self, found: Found, again: Callable[[], None] | None = None) -> None:
        self._again = again
        self.panel.value = f"<div class='libya-cards'>{found.markup}</div>"
        self._tray.citation = found.citation

    def _pick_edge(self, edge: tuple[str, str, str]) -> None:
        found = self._evidence.of_tie(self._views.network(self.question), edge, self._widest)
        self._show(found, partial(self._pick_edge, edge))

    def _pick_actor(self, actor: str) -> None:
        found = self._evidence.of_actor(self._views.network(self.question), actor)
        self._show(found, partial(self._pick_actor, actor))

    def pick_event(self, trace: Any, number: int) -> None:
        """Show the accounts behind a mark of the timeline."""
        words = trace.customdata[number] if trace.customdata is not None else ""
        if words in self._said:
            self._show(self._evidence.of_rows(self._said[words]))

    def pick_part(self, trace: Any, number: int) -> None:
        """Show what is said of a stakeholder in an attempt, by a mark of the ceasefire board; its bar, all that is."""
        if trace.customdata is None:
            return
        event, actor = trace.customdata[number]
        attempt = self._ceasefire.attempts[event]
        standings = self._ceasefire.of(event, actor) if actor else self._ceasefire.within(event)
        ids = [standing.claim.claim_id for standing in standings] or list(attempt.report_ids)
        title = f"{self._ceasefire.stakeholders[actor].name} · {attempt.title}" if actor else attempt.title
        self._show(self._evidence.of_rows(ids, title if standings else f"{title}: nothing is said; the event itself"))

    def _pick_row(self, picked: str) -> None:
        """A row of a table, or a line of the list."""
        choice = self._choices.get(picked)
        if choice is None:
            if picked and picked not in self._choices:
                self._show(self._evidence.of_claim(picked, self._widest))
        elif self._tab == "Network":
            (self._pick_actor if isinstance(choice, str) else self._pick_edge)(choice)
        else:
            self._show(self._evidence.of_rows(choice))


def _dressed(widget: Any, name: str) -> Any:
    """A widget with the name by which the style sheet knows it."""
    widget.add_class(name)
    return widget


def _button(words: str, on_click: Callable[[], None], tooltip: str = "") -> widgets.Button:
    button = widgets.Button(description=words, tooltip=tooltip or None, layout={"width": "auto"})
    button.on_click(lambda button: on_click())
    return button
