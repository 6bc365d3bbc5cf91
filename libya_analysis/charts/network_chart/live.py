"""Charts that stay where they are while a selection changes: a network in place, and what differs between two charts.

The network of everything is laid out once, on one plane whatever the screen, which the page makes larger or smaller.
What a selection leaves out of it turns invisible, what is left keeps its place. All is plain data, to be drawn by a
page; of two charts of the same parts only what differs has to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import networkx as nx

from libya_analysis.charts.frame import CONFIG, NARROW
from libya_analysis.charts.network_chart import marks
from libya_analysis.charts.network_chart.draw import SIDE, compose, tangled
from libya_analysis.charts.network_chart.matrix import (
    SAID,
    Cell,
    compose_matrix,
    look_of_sign,
    plan_cells,
    plan_grid,
    say_scope,
)
from libya_analysis.charts.network_chart.scene import Scene, Tie, look_of, scope_of, set_scene
from libya_analysis.charts.palette import CAMP_FILL, CHOSEN, CLEAR, GONE, INK, NEW
from libya_analysis.charts.text import wrap
from libya_analysis.words.findings import finding

Spec = dict[str, Any]

#: Pixels across of the plane that is made to fit a screen, and of the actors on it from top to bottom.
ACROSS, DOWN = 1100, 520
#: What a page can set in a trace without drawing the chart anew.
_LOOKS = {
    "opacity", "hoverinfo", "hovertext", "line.dash", "line.width", "textfont.color", "marker.opacity", "marker.color",
    "marker.symbol", "marker.size", "marker.line.color", "marker.line.width",
}  # fmt: skip
_ABOVE, _HEADS = 4, 16  # pixels left above the heads of a chart whose title stands elsewhere, and for heads not told of
_GONE = 0.0
_NOTHING = "Nothing to draw for this selection"
_AWAY = 0.22  # opacity of an actor whose ties are all left out
#: The points along a tie that the pointer meets: unseen, but where the tie is marked.
_UNSEEN = {"size": 14, "opacity": 0, "color": CLEAR}
_MARKED = {name: {"size": 14, "opacity": 0.3, "color": color} for name, color in (("chosen", CHOSEN), ("new", NEW))}


class LiveNetwork:
    """A network of everything, of which any selection can be drawn: its actors and ties are among those of ``graph``.

    It is as wide as a large screen needs, or as the narrow one that is given. Actors without ties are left out, and the
    keys are told apart, to be set where there is room.
    """

    def __init__(self, graph: nx.MultiDiGraph, width: int) -> None:
        graph = graph.subgraph([node for node in graph if graph.degree(node)])
        self._narrow = width < NARROW
        across, down = (width - 2 * SIDE, 0) if self._narrow else (ACROSS, DOWN)
        self._scene = scene = set_scene(graph, across, {}, "en", down)
        self.edges: list[Tie] = list(scene.edges)
        count = len(self.edges)
        lines, heads = zip(*(marks.line_and_heads(scene, i) for i in range(count)), strict=True) if count else ((), ())
        self._points = [{**marks.hover_points(scene, i), "marker": _UNSEEN} for i in range(count)]
        spec = compose(scene, [*lines, *heads, *self._points], (), finding(graph), scope_of(graph)).spec
        self._lines, self._heads = spec["data"][:count], spec["data"][count : 2 * count]
        rest = spec["data"][3 * count :]
        actors = len(scene.drawn)
        self._dots, self._words = ([_apart(trace, k) for k in range(actors)] for trace in rest[:2])
        self._rest, self._layout = rest[2:], spec["layout"]
        self._keys = {
            caption: [key for key in _keys(scene) if key["legend"] == legend]
            for caption, legend in (("Tie", "legend"), ("Line", "legend2"), ("Shape", "legend3"))
        }
        self._said = _Said()

    def draw(self, graph: nx.MultiDiGraph, marked: Mapping[Tie, str]) -> Spec:
        """A selection whose ties are among those of the widest network; some are marked as ``chosen`` or ``new``."""
        lines, heads, points = [], [], []
        for i, edge in enumerate(self.edges):
            tie, line = graph.edges.get(edge), self._lines[i]
            dash, opacity, width = look_of(tie) if tie else (line["line"]["dash"], _GONE, line["line"]["width"])
            lines.append({**line, "opacity": opacity, "line": {**line["line"], "dash": dash, "width": width}})
            heads.append({**self._heads[i], "opacity": opacity})
            marker = _MARKED[marked[edge]] if tie and edge in marked else _UNSEEN
            words = self._said.say(graph, edge) if tie else ""
            told = {"hoverinfo": "text" if tie else "skip", "hovertext": words, "marker": marker}
            points.append({**self._points[i], **told})
        dots, names = [], []
        for node, dot, word in zip(self._scene.drawn, self._dots, self._words, strict=True):
            here = node in graph and bool(graph.degree(node))
            camp = graph.nodes[node]["camp"] if node in graph else "undetermined"
            opacity, said = (1.0, marks.say_actor(graph, node)) if here else (_AWAY, "")
            marker = {**dot["marker"], "opacity": opacity, "color": CAMP_FILL[camp]}
            dots.append({**dot, "marker": marker, "hovertext": said})
            names.append({**word, "textfont": {**word["textfont"], "color": INK if here else GONE}})
        data = [*lines, *heads, *points, *dots, *names, *self._rest]
        title = _titled(self._layout, finding(graph) if graph.number_of_edges() else _NOTHING, scope_of(graph))
        own = {"fits": not self._narrow, "keys": self._keys, "room": self._layout["margin"]["t"] - _ABOVE}
        return {"data": data, "layout": {**self._layout, "title": title}, **own}

    def picked(self, trace: int, point: int) -> Tie | str | None:
        """The tie or the actor that was clicked."""
        count = len(self.edges)
        if 2 * count <= trace < 3 * count:
            return self.edges[trace - 2 * count]
        place = trace - 3 * count
        return self._scene.drawn[place] if 0 <= place < len(self._dots) else None


class LiveMatrix:
    """The adjacency matrix in the place of a network with too many actors for lines; it is used in the same way.

    All marks are points of one trace, which stay where they are: what a page then has to do anew is to colour them.
    """

    def __init__(self, graph: nx.MultiDiGraph, width: int) -> None:
        self._graph, self._grid, self._said = graph, plan_grid(graph, width), _Said()
        self._spec = spec = compose_matrix(graph, self._grid, finding(graph), tangled(graph)).spec
        self._places = list(plan_cells(graph, self._grid, lambda edge, most: ""))
        self._lines = [trace for trace in spec["data"] if trace.get("mode") != "markers"]
        layout, margin = spec["layout"], spec["layout"].get("margin", {})
        height = layout["height"] - margin.get("b", 0)
        legends = {name for name in layout if name.startswith("legend")}  # the keys are told apart
        layout = {name: value for name, value in layout.items() if name not in legends}
        if self._places:
            meta = {**layout["meta"], "heads": self._grid.heads}
            self._layout = {**layout, "height": height, "margin": {**margin, "b": 0}, "meta": meta}
        self._looks = {sign: look_of_sign(sign, self._grid.cell) for sign in SAID}
        key: Spec = {"type": "scatter", "x": [None], "y": [None], "mode": "markers"}
        looks = {sign: {**look, "size": 12} for sign, look in self._looks.items()}
        self._keys = {"Tie": [{**key, "name": words, "marker": looks[sign]} for sign, words in SAID.items()]}

    def draw(self, graph: nx.MultiDiGraph, marked: Mapping[Tie, str]) -> Spec:
        """A selection whose ties are among those of the widest network; the cells of marked ties are framed."""
        if not self._places:
            return self._spec
        cells = plan_cells(graph, self._grid, partial(self._said.say, graph))
        found = [cells.get(place, Cell("neither", _GONE, "")) for place in self._places]
        looks = [self._looks[cell.sign] for cell in found]
        marks: dict[str, Any] = {name: [look[name] for look in looks] for name in ("symbol", "size", "color")}
        marks["opacity"] = [cell.opacity for cell in found]
        marks["line"] = {name: [look["line"][name] for look in looks] for name in ("width", "color")}
        points: dict[str, Any] = {"type": "scatter", "mode": "markers", "name": "ties", "showlegend": False}
        points |= {"x": [x for x, _ in self._places], "y": [y for _, y in self._places], "marker": marks}
        points |= {"hoverinfo": "text", "hovertext": [cell.words for cell in found]}
        at = {node: k for k, node in enumerate(self._grid.rows)}
        frames = [
            {"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": y - 0.5, "y1": y + 0.5, "line": {"color": color}}
            for (a, b, _), how in marked.items()
            if graph.has_edge(a, b) and a in at and b in at
            for x, y in ((at[b], at[a]),)
            for color in (_MARKED[how]["color"],)
        ]
        scope = say_scope(graph, self._grid, tangled(self._graph))
        title = _titled(self._layout, finding(graph) if cells else _NOTHING, scope)
        layout = {**self._layout, "title": title, "shapes": [*self._layout.get("shapes", ()), *frames]}
        own = {"keys": self._keys, "room": head_of({"layout": self._layout})["room"]}
        return {"data": [*self._lines, points], "layout": layout, **own}

    def picked(self, trace: int, point: int) -> tuple[str, str] | None:
        """The two actors whose cell was clicked, that of the row first: there may be several ties between them."""
        if trace != len(self._lines):
            return None
        column, row = self._places[point]
        return self._grid.rows[row], self._grid.rows[column]


def differences(before: Spec, after: Spec) -> dict[str, dict[str, Any]] | None:
    """What to set in a chart to make it another one: by property a value for the number of each trace that differs.

    None if more differs than looks: another number or make of traces, other places, another layout, but for its title.

    >>> differences({"data": [{"opacity": 1, "line": {"dash": "dot"}}], "layout": {}},
    ...             {"data": [{"opacity": 0, "line": {"dash": "dot"}}], "layout": {}})
    {'opacity': {'0': 0}}
    """
    if len(before["data"]) != len(after["data"]) or _without_head(before) != _without_head(after):
        return None
    found: dict[str, dict[str, Any]] = {}
    for number, traces in enumerate(zip(before["data"], after["data"], strict=True)):
        was, now = (dict(_flat(trace)) for trace in traces)
        if was.keys() != now.keys():
            return None
        for name, value in now.items():
            if was[name] is not value and was[name] != value:
                if name not in _LOOKS:
                    return None
                found.setdefault(name, {})[str(number)] = value
    return found


def plotly_js() -> str:
    """The script that draws all charts of a page, to be loaded once."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def as_drawn(spec: Spec) -> Spec:
    """A chart with all that a page needs to draw it."""
    return {**head_of(spec), **spec, "config": {**CONFIG, "responsive": False, "displayModeBar": False}}


def head_of(spec: Spec) -> Spec:
    """Title and scope of a chart, which a page sets above it, and the pixels that they take in it."""
    layout = spec["layout"]
    title, heads = layout.get("title", {}), layout.get("meta", {}).get("heads", _HEADS)
    words = [re.sub("</?b>", "", title.get("text", "")), title.get("subtitle", {}).get("text", "")]
    return {"head": words, "room": layout["margin"]["t"] - heads - _ABOVE if words[0] else 0}


def _titled(layout: Spec, headline: str, scope: str) -> Spec:
    return {**layout["title"], "text": wrap(headline, 90), "subtitle": {"text": wrap(scope, 150)}}


def _without_head(spec: Spec) -> Spec:
    """The layout of a chart as it is below its title."""
    layout, room = spec["layout"], spec.get("room", head_of(spec)["room"])
    margin = layout.get("margin", {})
    sizes = {"height": layout.get("height", 0) - room, "margin": {**margin, "t": round(margin.get("t", 0) - room, 1)}}
    return {name: value for name, value in {**layout, **sizes}.items() if name not in ("title", "meta")}


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield before + name, value


class _Said:
    """The words of ties, remembered for as long as they follow from the same."""

    def __init__(self) -> None:
        self._words: dict[tuple[Tie, int], tuple[Any, str]] = {}

    def say(self, graph: nx.MultiDiGraph, edge: Tie, most: int = marks.CLAIMS_SHOWN) -> str:
        tie = graph.edges[edge]
        content = tie["answer"], tuple(claim.claim_id for claim in tie["claims"])
        before, words = self._words.get((edge, most), (None, ""))
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
