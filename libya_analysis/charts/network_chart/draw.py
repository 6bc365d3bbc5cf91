"""The proxy-war network as a chart: two camps, every tie with its claims under the pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import partial

import networkx as nx

from libya_analysis.charts.frame import (
    NARROW,
    Chart,
    Draft,
    filter_title,
    for_all_screens,
    frame,
    nothing_to_draw,
    stack_legends,
)
from libya_analysis.charts.network_chart.listing import compose_list
from libya_analysis.charts.network_chart.marks import Trace, describe, draw_actors, draw_alone, draw_keys, draw_ties
from libya_analysis.charts.network_chart.matrix import compose_matrix, plan_grid
from libya_analysis.charts.network_chart.scene import Scene, camp_names, rests_of, scope_of, set_scene
from libya_analysis.charts.palette import CAMP_GROUND, GRID, INK, MUTED, PAPER
from libya_analysis.charts.text import escape
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.words.findings import finding

#: Above these numbers of actors and of ties lines are a tangle, and the adjacency matrix is drawn instead.
MOST_ACTORS, MOST_TIES = 40, 100
#: Ties that a list on a phone may have, before it is a matrix as well.
MOST_LISTED = 200

#: Families of ties that are shown one after the other, those of each step with those before it; then all.
STEPS = {
    "Backing": {"backs", "part-of"},
    "with mediation and deals": {"backs", "part-of", "mediates", "deals"},
}
#: Pixels that the buttons for them take above the plane.
BUTTONS = 30

#: Pixels left and right of the plane.
SIDE = 10
TOP = 84


def draw_network(
    graph: nx.MultiDiGraph,
    *,
    width: int | None = None,
    focus: str = "",
    positions: Mapping[str, tuple[float, float]] | None = None,
    title: str | None = None,
    language: str = "en",
) -> Chart:
    """Draw who is behind whom.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`. With more than 40 actors that have ties, or more than 100 ties, the
        signed adjacency matrix is drawn instead, which says so; see :func:`libya_analysis.draw_matrix`.
    width : int, optional
        Width of the chart in pixels. Below 600 it is a list of those to whom something is done, and of who does it.
        Without one it is drawn for a cell of JupyterLab, and for pages and phones as well.
    focus : str, optional
        An actor_id: only this actor, those it has ties to, and the ties among them (its ego network).
    positions : mapping, optional
        Places to keep, in pixels by actor_id, as ``layout.meta["positions"]`` of another chart has them. The shipped
        actors have places of their own.
    title : str, optional
        A headline; without it the finding that the graph itself gives.
    language : {"en", "ar"}
        Language of the actors' names, where the tables have them.

    Returns
    -------
    Chart
        Its ``layout.meta`` has its ``description``, its measured ``geometry`` and the ``positions``.

    Raises
    ------
    ParameterError
        If the actor in focus is not in the graph.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> chart = draw_network(build_network(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"]))
    >>> chart.layout.meta["geometry"]["label_overlaps"]
    0
    """
    if width is None:
        draw = partial(draw_network, graph, focus=focus, positions=positions, title=title, language=language)
        return for_all_screens(draw)
    if focus:
        if focus not in graph:
            raise ParameterError(f"focus: {focus!r} is not in this network{did_you_mean(focus, graph)}")
        graph = graph.subgraph({focus, *nx.all_neighbors(graph, focus)})
    if not graph.number_of_edges():
        return nothing_to_draw(width)
    headline = title or finding(graph, focus)
    if width < NARROW and graph.number_of_edges() <= MOST_LISTED:
        return compose_list(graph, width, language, headline, scope_of(graph, focus))
    if because := tangled(graph):
        return compose_matrix(graph, plan_grid(graph, width, language, focus), headline, because, focus)
    scene = set_scene(graph, width - 2 * SIDE, positions or {}, language)
    return _in_steps(compose(scene, draw_ties(scene), draw_keys(scene), headline, scope_of(graph, focus)))


def _in_steps(chart: Chart) -> Chart:
    """Add buttons that go from backing to all ties; a chart of several families begins with backing.

    They are plotly's own, so that they work wherever the chart is shown; images have none, and all ties.
    """
    traces, layout = chart.spec["data"], chart.spec["layout"]
    there = {trace["legendgroup"] for trace in traces if "legendgroup" in trace}
    steps = {name: there & families for name, families in STEPS.items()} | {"All ties": there}
    names = [name for k, name in enumerate(steps) if steps[name] and steps[name] not in list(steps.values())[:k]]
    if "backs" not in there or len(names) < 2:
        return chart
    shown = {
        name: [trace.get("legendgroup", "part-of") in {*steps[name], "part-of"} or "legendonly" for trace in traces]
        for name in names
    }
    buttons = [{"label": name, "method": "restyle", "args": [{"visible": shown[name]}]} for name in names]
    for trace, visible in zip(traces, shown[names[0]], strict=True):
        trace["visible"] = visible
    layout["updatemenus"] = [
        {
            "type": "buttons", "direction": "right", "buttons": buttons, "active": 0, "showactive": True,
            "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "pad": {"b": 4, "t": 0, "r": 0, "l": 0},
            "font": {"size": 12, "color": INK}, "bgcolor": PAPER, "bordercolor": GRID,
        }
    ]  # fmt: skip
    layout["margin"]["t"] += BUTTONS
    layout["height"] += BUTTONS
    layout["title"]["y"] = 1 - (1 - layout["title"]["y"]) * (layout["height"] - BUTTONS) / layout["height"]
    return chart


def tangled(graph: nx.MultiDiGraph) -> str:
    """Why a network cannot be drawn as lines that can be followed, if so."""
    actors, ties = sum(1 for node in graph if graph.degree(node)), graph.number_of_edges()
    if actors > MOST_ACTORS:
        return f"{actors} actors are too many for lines"
    return f"{ties} ties are too many for lines" if ties > MOST_TIES else ""


def compose(scene: Scene, ties: Iterable[Trace], keys: Iterable[Trace], headline: str, scope: str) -> Chart:
    """Put a scene in its frame: the traces of its ties below its actors, its camps, its keys and its words."""
    plane = scene.laid.width
    width = round(plane + 2 * SIDE)
    alone, row = draw_alone(scene, plane)
    draft = Draft(width, SIDE, SIDE, [*ties, *draw_actors(scene), *alone, *keys])
    _draw_ground(draft, scene)
    bottom, top = scene.laid.bottom - row, scene.laid.top
    draft.layout.update(
        xaxis={"range": [0, plane], "visible": False},
        yaxis={"range": [bottom, top], "visible": False, "scaleanchor": "x"},
        hoverdistance=14,
    )
    titles = {"legend": filter_title("Tie", width), "legend2": "<b>Line</b>: ", "legend3": "<b>Shape</b>: "}
    below = stack_legends(draft, titles, top - bottom) + 6
    positions = dict(zip(scene.drawn, scene.laid.positions.tolist(), strict=True))
    told = {"geometry": asdict(scene.laid.measures), "positions": positions, **rests_of(scene.graph)}
    said = describe(scene.graph, headline, scope, scene.language)
    return frame(draft, headline, scope, said, top - bottom, TOP, below, **told)


def _draw_ground(draft: Draft, scene: Scene) -> None:
    """The grounds of the camps, and their names."""
    laid, sides = scene.laid, camp_names(scene.graph)
    between = "Other camps, or undetermined" if len(sides) > 2 else "Undetermined"
    if len(sides) < 2:
        return
    (low, high), right, top = laid.middle, laid.width, laid.top - 6
    places: list[tuple[str, float, float]]
    if laid.upright:  # the left camp is on top
        draft.ground(CAMP_GROUND["left"], 0, right, high, laid.top)
        draft.ground(CAMP_GROUND["right"], 0, right, laid.bottom, low)
        places = [("left", 10, top), ("left", 10, high - 6), ("left", 10, low - 6)]
    else:
        draft.ground(CAMP_GROUND["left"], 0, low, laid.bottom, laid.top)
        draft.ground(CAMP_GROUND["right"], high, right, laid.bottom, laid.top)
        places = [("left", 10, top), ("center", (low + high) / 2, top), ("right", right - 10, top)]
    for name, (anchor, x, y) in zip((sides["left"], between, sides["right"]), places, strict=True):
        draft.note(
            x=round(x, 1), y=round(y, 1), xanchor=anchor, yanchor="top", text=f"<b>{escape(name.upper())}</b>",
            font={"size": 12, "color": MUTED},
        )  # fmt: skip
