"""Charts that stay where they are while a selection changes: a network in place, and others that are redrawn whole.

The network of everything is laid out once. What a selection leaves out of it turns invisible, what is left keeps its
place; only what differs from the last selection is sent to the front end, in one message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

import networkx as nx
import numpy as np
import plotly.graph_objects as go

from libya_analysis.charts.frame import CONFIG, SUBTITLE_SIZE, Chart
from libya_analysis.charts.network_chart import marks
from libya_analysis.charts.network_chart.draw import SIDE, compose, tangled
from libya_analysis.charts.network_chart.matrix import compose_matrix, plan_grid
from libya_analysis.charts.network_chart.scene import Scene, Tie, look_of, scope_of, set_scene
from libya_analysis.charts.palette import CAMP_FILL, CLEAR, GONE, INK, MUTED
from libya_analysis.charts.text import escape, wrap
from libya_analysis.words.findings import finding

_GONE = 0.0
#: Without a colour as well: plotly forgets an opacity of 0 when the text of a trace changes.
_UNSEEN = {"size": 6, "opacity": 0, "color": CLEAR}
_AWAY = 0.22  # opacity of an actor whose ties are all left out


def live(chart: Chart, on_click: Callable[[go.Scatter, int], None] | None = None) -> go.FigureWidget:
    """Make a widget of a chart; a click gives the trace and the number of the point that was clicked."""
    spec = chart.spec
    widget = go.FigureWidget(data=spec["data"], layout=_with_one_title(spec["layout"]))
    widget._config = CONFIG  # the trait from which the front end takes it; there is no other way
    if on_click:
        _listen(widget, on_click)
    return widget


def redraw(widget: go.FigureWidget, chart: Chart, on_click: Callable[[go.Scatter, int], None]) -> None:
    """Show another chart in a widget that is there already: a new one would load plotly.js once more.

    Where it has the same traces, by what they are made of, only what differs in them is set.
    """
    traces, layout = chart.spec["data"], _with_one_title(chart.spec["layout"])
    if [_parts(trace.to_plotly_json()) for trace in widget.data] != [_parts(trace) for trace in traces]:
        widget.data = ()
        widget.layout = layout
        widget.add_traces(traces)
        _listen(widget, on_click)
        return
    with widget.batch_update():
        widget.layout = layout
        for trace, after in zip(widget.data, traces, strict=True):
            before = trace.to_plotly_json()
            for name in (before.keys() | after.keys()) - {"uid", "type"}:
                if not _same(before.get(name), after.get(name)):
                    trace[name] = after.get(name)


def _parts(trace: Mapping[str, Any]) -> list[Any]:
    """What a trace is made of: of a part that is taken away, plotly.js keeps the name, and cannot draw it again."""
    return [trace.get("mode"), trace.keys() - {"uid", "type"}]


def _same(one: Any, other: Any) -> bool:
    """Whether two values of a trace are the same; those of arrays are compared one by one."""
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else bool(one == other)


def _with_one_title(layout: dict[str, Any]) -> dict[str, Any]:
    """A layout with title and subtitle in one: in a widget that is drawn again, plotly sets the one upon the other."""
    title = layout.get("title", {})
    below = title.get("subtitle", {}).get("text")
    if not below:
        return layout
    one = {**title, "text": _titles(title["text"], below), "y": 1 - 16 / layout["height"]}
    return {**layout, "title": {name: value for name, value in one.items() if name != "subtitle"}}


def _scope_lines(scope: str, width: float) -> str:
    """The scope in as many lines as it takes, broken between its parts if two lines will do."""
    letters = int((width - 20) / 6.4)
    first, _, last = scope.rpartition(" · ")
    if first and letters < len(scope) < 2 * letters and max(len(first), len(last)) <= letters:
        return f"{escape(first)}<br>{escape(last)}"
    return wrap(scope, letters)


def _titles(title: str, subtitle: str) -> str:
    return f'{title}<br><span style="font-size:{SUBTITLE_SIZE}px;color:{MUTED}">{subtitle}</span>'


def _listen(widget: go.FigureWidget, on_click: Callable[[go.Scatter, int], None]) -> None:
    def clicked(trace: go.Scatter, points: Any, state: Any) -> None:
        if points.point_inds:
            on_click(trace, points.point_inds[0])

    for trace in widget.data:
        trace.on_click(clicked)


class LiveNetwork:
    """A network of everything, of which any selection can be shown: its actors and ties are among those of ``graph``.

    ``figure`` is the widget, ``shown`` the number of ties drawn now; clicks give the tie or the actor.
    """

    def __init__(
        self, graph: nx.MultiDiGraph, width: int, on_edge: Callable[[Tie], None], on_node: Callable[[str], None]
    ) -> None:
        self._scene = scene = set_scene(graph, width - 2 * SIDE, {}, "en")
        self.edges: list[Tie] = list(scene.edges)
        self._letters = max(30, int((width - 160) / 11))
        count = len(self.edges)
        lines, heads = zip(*(marks.line_and_heads(scene, i) for i in range(count)), strict=True) if count else ((), ())
        points = [{**marks.hover_points(scene, i), "marker": _UNSEEN} for i in range(count)]
        spec = compose(scene, [*lines, *heads, *points], _keys(scene), finding(graph), scope_of(graph)).spec
        actors, first = len(scene.drawn), 3 * count
        ties, (dots, words, *rest) = spec["data"][:first], spec["data"][first:]
        singly = [_apart(trace, k) for trace in (dots, words) for k in range(actors)]
        self._lines_of_title = len(wrap(finding(graph), self._letters).split("<br>"))
        self.figure = live(Chart([*ties, *singly, *rest], spec["layout"]))
        self._dots = self.figure.data[first : first + actors]
        self._words = self.figure.data[first + actors : first + 2 * actors]
        self._said = _Said()
        self._set_before: dict[tuple[str, str], Any] = {}  # by trace and property
        self.shown = count
        for i, trace in enumerate(self.figure.data[2 * count : 3 * count]):
            trace.on_click(lambda t, found, s, edge=self.edges[i]: on_edge(edge) if found.point_inds else None)
        for node, trace in zip(scene.drawn, self._dots, strict=True):
            trace.on_click(lambda t, found, s, node=node: on_node(node) if found.point_inds else None)

    def update(self, graph: nx.MultiDiGraph) -> None:
        """Show a network whose ties are among those of the widest one."""
        count, traces = len(self.edges), self.figure.data
        with self.figure.batch_update():
            for i, edge in enumerate(self.edges):
                line, head, points = traces[i], traces[count + i], traces[2 * count + i]
                tie = graph.edges.get(edge)
                dash, opacity, width = look_of(tie) if tie else ("", _GONE, 0.0)
                self._set(line, opacity=opacity)
                self._set(head, opacity=opacity)
                self._set(points, hoverinfo="text" if tie else "skip")
                if tie:
                    self._set(line, line_dash=dash, line_width=width)
                    self._set(points, hovertext=self._said.say(graph, edge))
            self._show_actors(graph)
            self._show_words(graph)
        self.shown = sum(edge in graph.edges for edge in self.edges)

    def _set(self, trace: go.Scatter, **to: Any) -> None:
        """Set what differs from what was set before: all that is set is sent to the front end."""
        changed = {name: value for name, value in to.items() if self._set_before.get((trace.uid, name)) != value}
        if changed:
            trace.update(changed)
            self._set_before |= {(trace.uid, name): value for name, value in changed.items()}

    def _show_actors(self, graph: nx.MultiDiGraph) -> None:
        for node, dot, word in zip(self._scene.drawn, self._dots, self._words, strict=True):
            here = node in graph and bool(graph.degree(node))
            camp = graph.nodes[node]["camp"] if node in graph else "undetermined"
            opacity, said = (1.0, marks.say_actor(graph, node)) if here else (_AWAY, "")
            self._set(dot, marker_opacity=opacity, marker_color=CAMP_FILL[camp], hovertext=said)
            self._set(word, textfont_color=INK if here else GONE)

    def _show_words(self, graph: nx.MultiDiGraph) -> None:
        headline = finding(graph) if graph.number_of_edges() else "Nothing to draw for this selection"
        pieces = wrap(headline, self._letters).split("<br>")
        if len(pieces) > self._lines_of_title:  # the room above the plane stays as it is
            pieces = [*pieces[: self._lines_of_title - 1], pieces[self._lines_of_title - 1] + "…"]
        below = _scope_lines(scope_of(graph), self.figure.layout.width)
        words = _titles(f"<b>{'<br>'.join(pieces)}</b>", below)
        if self.figure.layout.title.text != words:
            self.figure.layout.title.text = words


class LiveMatrix:
    """The adjacency matrix in the place of a network with too many actors for lines; it is used in the same way."""

    def __init__(
        self, graph: nx.MultiDiGraph, width: int, on_edge: Callable[[Tie], None], on_node: Callable[[str], None]
    ) -> None:
        self._width, self._on_node = width, on_node
        self._said = _Said()
        self._grid, self._graph = plan_grid(graph, width), graph
        self._shown = self._what(graph)

    @cached_property
    def figure(self) -> go.FigureWidget:
        """The widget, made when it is first to be shown: plotly.js cannot draw one that was redrawn before that."""
        return live(self._draw(self._graph), self._clicked)

    def update(self, graph: nx.MultiDiGraph) -> None:
        """Show another selection; where only its day differs, the words alone are set anew."""
        self._grid, self._graph = plan_grid(graph, self._width), graph
        before, self._shown = self._shown, self._what(graph)
        if "figure" not in vars(self):
            return
        chart = self._draw(graph)
        if before == self._shown:
            self.figure.layout.title.text = _with_one_title(chart.spec["layout"])["title"]["text"]
        else:
            redraw(self.figure, chart, self._clicked)

    def _draw(self, graph: nx.MultiDiGraph) -> Chart:
        return compose_matrix(graph, self._grid, finding(graph), tangled(graph), say=partial(self._said.say, graph))

    def _what(self, graph: nx.MultiDiGraph) -> Any:
        """All that the cells, their words and the order of the rows depend on."""
        rows = self._grid.rows
        ties = {edge: (tie["actual"], _content(tie)) for edge, tie in graph.subgraph(rows).edges.items()}
        return ties, [(node, graph.nodes[node]["camp"]) for node in rows], self._grid.actors

    def _clicked(self, trace: go.Scatter, number: int) -> None:
        """Show the actor whose row was clicked: a cell may stand for several ties."""
        row = int(trace.y[number])
        if row < len(self._grid.rows):
            self._on_node(self._grid.rows[row])


def _content(tie: Mapping[str, Any]) -> Any:
    """What the words of a tie follow from."""
    return tie["answer"], tuple(claim.claim_id for claim in tie["claims"])


class _Said:
    """The words of ties, remembered for as long as they follow from the same."""

    def __init__(self) -> None:
        self._words: dict[tuple[Tie, int], tuple[Any, str]] = {}

    def say(self, graph: nx.MultiDiGraph, edge: Tie, most: int = marks.CLAIMS_SHOWN) -> str:
        content, (before, words) = _content(graph.edges[edge]), self._words.get((edge, most), (None, ""))
        if content != before:
            words = marks.say_tie(graph, edge, most=most)
            self._words[edge, most] = content, words
        return words


def _apart(values: dict[str, Any], k: int) -> dict[str, Any]:
    """Point k of a trace as a trace of its own: when a list in a trace changes, plotly draws the whole chart anew."""
    return {
        name: [value[k]] if name in ("x", "y", "customdata")
        else _apart(value, k) if isinstance(value, dict)
        else value[k] if isinstance(value, (list, tuple)) else value
        for name, value in values.items()
    }  # fmt: skip


def _keys(scene: Scene) -> Iterator[marks.Trace]:
    """The keys without numbers of claims, and always with the one for what is faint."""
    keys = list(marks.draw_keys(scene))
    yield from ({**key, "name": key["name"].rsplit(" (", 1)[0]} for key in keys if key["legend"] == "legend")
    yield from (key for key in keys if key["legend"] == "legend2" and "opacity" not in key)
    yield marks.faint_key()
    yield from (key for key in keys if key["legend"] == "legend3")
