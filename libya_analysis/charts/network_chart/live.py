"""Charts that stay where they are while a selection changes: a network in place, and others that are redrawn whole.

The network of everything is laid out once. What a selection leaves out of it turns invisible, what is left keeps its
place; only what differs from the last selection is sent to the front end, in one message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import networkx as nx
import numpy as np
import plotly.graph_objects as go

from libya_analysis.charts.frame import CAMP_FILL, CONFIG, FAINT, INK, MUTED, SUBTITLE_SIZE, Chart, escape, wrap
from libya_analysis.charts.network_chart.draw import SIDE, compose
from libya_analysis.charts.network_chart.marks import Trace, draw_keys, hover_points, line_and_heads, say_actor, say_tie
from libya_analysis.charts.network_chart.matrix import draw_matrix
from libya_analysis.charts.network_chart.scene import Scene, look_of, scope_of, set_scene
from libya_analysis.words.findings import finding

Edge = tuple[str, str, str]

_GONE = 0.0
_QUIET_INK = "#A8A8A8"
#: Without a colour as well: plotly forgets an opacity of 0 when the text of a trace changes.
_UNSEEN = {"size": 14, "opacity": 0, "color": "rgba(0,0,0,0)"}
_AWAY = 0.22  # opacity of an actor whose ties are all left out


def live(chart: Chart, on_click: Callable[[go.Scatter, int], None] | None = None) -> go.FigureWidget:
    """Make a widget of a chart, with the project's configuration.

    Parameters
    ----------
    chart : Chart
        Any chart.
    on_click : callable, optional
        Called with the trace and the number of the point that was clicked.

    Returns
    -------
    plotly.graph_objects.FigureWidget
    """
    _join_titles(chart)
    widget = go.FigureWidget(chart)
    widget._config = CONFIG
    if on_click:
        _listen(widget, on_click)
    return widget


def redraw(widget: go.FigureWidget, chart: Chart, on_click: Callable[[go.Scatter, int], None]) -> None:
    """Show another chart in a widget that is there already: a new one would load plotly.js once more.

    Where it has as many traces, only what differs in them is set.
    """
    _join_titles(chart)
    if len(widget.data) != len(chart.data):
        widget.data = ()
        widget.layout = chart.layout
        widget.add_traces(list(chart.data))
        _listen(widget, on_click)
        return
    with widget.batch_update():
        widget.layout = chart.layout
        for trace, new in zip(widget.data, chart.data, strict=True):
            before, after = trace._props, new._props  # to_plotly_json would copy them all
            for name in (before.keys() | after.keys()) - {"uid", "type"}:
                if not _same(before.get(name), after.get(name)):
                    trace[name] = after.get(name)


def _same(one: Any, other: Any) -> bool:
    """Whether two values of a trace are the same; those of arrays are compared one by one."""
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else bool(one == other)


def _join_titles(chart: Chart) -> None:
    """Make one title of title and subtitle: in a widget that is drawn again, plotly sets the one upon the other."""
    title = chart.layout.title
    if title.text and title.subtitle.text:
        words = _titles(title.text, title.subtitle.text)
        chart.update_layout(title={"text": words, "subtitle": {"text": ""}, "y": 1 - 16 / chart.layout.height})


def _scope_lines(scope: str, width: float) -> str:
    """The scope in as many lines as it takes, broken between its parts if two lines will do."""
    letters = int((width - 20) / 6.4)
    parts = scope.split(" · ")
    if len(parts) > 1 and letters < len(scope) and max(map(len, parts)) <= letters and len(scope) < 2 * letters:
        first = " · ".join(parts[:-1])
        return f"{escape(first)}<br>{escape(parts[-1])}" if len(first) <= letters else wrap(scope, letters)
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
    """A network of everything, of which any selection can be shown.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        The widest network: every other one that is shown has its actors and ties from it.
    width : int
        Width in pixels.
    on_edge, on_node : callable
        Called with a tie (from, to, key) or an actor_id that was clicked.

    Attributes
    ----------
    figure : plotly.graph_objects.FigureWidget
        The widget.
    shown : int
        Number of ties drawn now.
    """

    def __init__(
        self, graph: nx.MultiDiGraph, width: int, on_edge: Callable[[Edge], None], on_node: Callable[[str], None]
    ) -> None:
        self._scene = scene = set_scene(graph, width - 2 * SIDE, {}, "en")
        self.edges: list[Edge] = list(scene.edges)
        self._letters = max(30, int((width - 160) / 11))
        self._say = lru_cache(maxsize=4096)(_said)
        count = len(self.edges)
        lines, heads = zip(*(line_and_heads(scene, i) for i in range(count)), strict=True) if count else ((), ())
        points = [{**hover_points(scene, i), "marker": _UNSEEN} for i in range(count)]
        chart = compose(scene, [*lines, *heads, *points], _keys(scene), finding(graph), scope_of(graph))
        actors, first = len(scene.drawn), 3 * count
        dots, words, *rest = chart.data[first:]
        singly = [_apart(trace.to_plotly_json(), k) for trace in (dots, words) for k in range(actors)]
        chart = Chart(data=[*chart.data[:first], *singly, *rest], layout=chart.layout)
        self._lines_of_title = len(wrap(finding(graph), self._letters).split("<br>"))
        self.figure = live(chart)
        self._dots = self.figure.data[first : first + actors]
        self._words = self.figure.data[first + actors : first + 2 * actors]
        self._drawn: dict[Edge, tuple[Any, ...]] = dict.fromkeys(self.edges, ())
        self._actors: list[tuple[Any, ...]] = [()] * actors
        self.shown = count
        for i, trace in enumerate(self.figure.data[2 * count : 3 * count]):
            trace.on_click(lambda t, found, s, edge=self.edges[i]: on_edge(edge) if found.point_inds else None)
        for node, trace in zip(scene.drawn, self._dots, strict=True):
            trace.on_click(lambda t, found, s, node=node: on_node(node) if found.point_inds else None)

    def update(self, graph: nx.MultiDiGraph) -> None:
        """Show a network whose ties are among those of the widest one."""
        count, data = len(self.edges), self.figure.data
        with self.figure.batch_update():
            for i, edge in enumerate(self.edges):
                tie = graph.edges.get(edge)
                look = (*look_of(tie), self._say(_Frozen(graph, edge, tie))) if tie else ("", _GONE, 0.0, "")
                before = self._drawn[edge]
                if look == before:
                    continue
                self._drawn[edge] = look
                dash, opacity, wide, words = look
                line, head, points = data[i], data[count + i], data[2 * count + i]
                if not before or before[1] != opacity:
                    line.opacity = head.opacity = opacity
                    points.hoverinfo = "text" if tie else "skip"
                if tie and (not before or before[3] != words):
                    points.hovertext = words
                if tie and (not before or before[:3:2] != (dash, wide)):
                    line.line.dash, line.line.width = dash, wide
            self._show_actors(graph)
            self._show_words(graph)
        self.shown = sum(1 for look in self._drawn.values() if look[1])

    def _show_actors(self, graph: nx.MultiDiGraph) -> None:
        sides = dict(zip(("left", "right"), (camp["name"] for camp in graph.graph["camps"]), strict=False))
        for k, node in enumerate(self._scene.drawn):
            here = node in graph and bool(graph.degree(node))
            camp = graph.nodes[node]["camp"] if node in graph else "undetermined"
            state = here, camp, say_actor(graph, node, sides) if here else ""
            before, self._actors[k] = self._actors[k], state
            if not before or before[0] != here:
                self._dots[k].marker.opacity = 1.0 if here else _AWAY
                self._words[k].textfont.color = INK if here else _QUIET_INK
            if not before or before[1] != camp:
                self._dots[k].marker.color = CAMP_FILL[camp]
            if not before or before[2] != state[2]:
                self._dots[k].hovertext = state[2]

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
        self, graph: nx.MultiDiGraph, width: int, on_edge: Callable[[Edge], None], on_node: Callable[[str], None]
    ) -> None:
        self._width, self._on_node, self._graph = width, on_node, graph
        self._say = lru_cache(maxsize=16384)(_said)
        self.figure = live(self._draw(graph), self._clicked)
        self._shown = self._content(graph)

    def update(self, graph: nx.MultiDiGraph) -> None:
        """Show another selection; where only its day differs, the words alone are set anew."""
        content, self._graph = self._content(graph), graph
        if content == self._shown:
            letters = max(30, int((self.figure.layout.width - 160) / 11))
            scope = wrap(f"{scope_of(graph)} · rows act on columns", int(self.figure.layout.width / 7))
            self.figure.layout.title.text = _titles(f"<b>{wrap(finding(graph), letters)}</b>", scope)
        else:
            self._shown = content
            redraw(self.figure, self._draw(graph), self._clicked)

    def _draw(self, graph: nx.MultiDiGraph) -> Chart:
        def say(graph: nx.MultiDiGraph, edge: Edge, language: str) -> str:
            return self._say(_Frozen(graph, edge, graph.edges[edge]))

        return draw_matrix(graph, width=self._width, instead=True, say=say)

    @staticmethod
    def _content(graph: nx.MultiDiGraph) -> tuple[Any, ...]:
        """All that the cells, their words and the order of the rows depend on."""
        ties = [
            (edge, tie["holds"], tie["actual"], tuple(claim.claim_id for claim in tie["claims"]))
            for edge, tie in graph.edges.items()
        ]
        return ties, list(graph.nodes(data="camp"))

    def _clicked(self, trace: go.Scatter, number: int) -> None:
        """Show the actor whose row was clicked: a cell may stand for several ties."""
        nodes = {data["name"]: node for node, data in self._graph.nodes(data=True)}
        names = self.figure.layout.yaxis.ticktext or ()
        row = int(trace.y[number])
        if row < len(names) and names[row] in nodes:
            self._on_node(nodes[names[row]])


def _apart(values: dict[str, Any], k: int) -> dict[str, Any]:
    """Point k of a trace as a trace of its own: when a list in a trace changes, plotly draws the whole chart anew."""
    return {
        name: [value[k]] if name in ("x", "y")
        else _apart(value, k) if isinstance(value, dict)
        else value[k] if isinstance(value, (list, tuple)) else value
        for name, value in values.items()
    }  # fmt: skip


class _Frozen:
    """A tie as a key of a cache: what the pointer shows depends on its claims and on whether it surely held."""

    def __init__(self, graph: nx.MultiDiGraph, edge: Edge, tie: Any) -> None:
        self.graph, self.edge = graph, edge
        self._key = (edge, tie["holds"], tuple(claim.claim_id for claim in tie["claims"]))

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self._key == other._key


def _said(tie: _Frozen) -> str:
    return say_tie(tie.graph, tie.edge)


def _keys(scene: Scene) -> Iterator[Trace]:
    """The keys without numbers of claims, and always with the one for what is faint."""
    faint: Trace = {
        "type": "scatter", "x": [None], "y": [None], "mode": "lines", "legend": "legend2", "opacity": FAINT,
        "name": "faint: not actual, or only possibly so on the day", "line": {"color": "#333", "width": 2},
    }  # fmt: skip
    keys = list(draw_keys(scene))
    yield from ({**key, "name": key["name"].rsplit(" (", 1)[0]} for key in keys if key["legend"] == "legend")
    yield from (key for key in keys if key["legend"] == "legend2" and "opacity" not in key)
    yield faint
    yield from (key for key in keys if key["legend"] == "legend3")
