"""The proxy-war network as a chart: two camps, every tie with its claims under the pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import partial

import networkx as nx

from libya_analysis.charts.frame import (
    NARROW,
    SUBTITLE_SIZE,
    Chart,
    Draft,
    filter_title,
    for_all_screens,
    frame,
    nothing_to_draw,
    press_button,
    stack_legends,
    wrap_scope,
)
from libya_analysis.charts.network_chart.listing import compose_list
from libya_analysis.charts.network_chart.marks import (
    Trace,
    describe,
    draw_actors,
    draw_alone,
    draw_keys,
    draw_ties,
    some,
)
from libya_analysis.charts.network_chart.matrix import compose_matrix, plan_grid
from libya_analysis.charts.network_chart.scene import Scene, camp_names, family_of, rests_of, scope_of, set_scene
from libya_analysis.charts.palette import CAMP_GROUND, GRID, INK, MUTED, PAPER
from libya_analysis.charts.text import escape
from libya_analysis.evidence.claim import grouped
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.words.findings import finding

#: Above these numbers of actors and of ties lines are a tangle, and the adjacency matrix is drawn instead.
MOST_ACTORS, MOST_TIES = 40, 100
#: Ties that a list on a phone may have, before it is a matrix as well.
MOST_LISTED = 200

#: Pixels that the buttons for steps take above the plane, and opacity of actors whose ties come with a later one.
BUTTONS, _LATER = 30, 0.3

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

    References
    ----------
    R. Davidson, D. Harel, "Drawing graphs nicely using simulated annealing", ACM Transactions on Graphics 15 (1996),
    301-331.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> chart = draw_network(build_network(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"]))
    >>> chart.layout.meta["geometry"]["label_overlaps"]
    0
    """
    if focus:
        if focus not in graph:
            raise ParameterError(f"focus: {focus!r} is not in this network{did_you_mean(focus, graph)}")
        graph = graph.subgraph({focus, *nx.all_neighbors(graph, focus)})
    headline = title or finding(graph, focus)
    if width is None:
        draw = partial(draw_network, graph, focus=focus, positions=positions, title=headline, language=language)
        return for_all_screens(draw)
    if not graph.number_of_edges():
        return nothing_to_draw(width)
    if width < NARROW and graph.number_of_edges() <= MOST_LISTED:
        return compose_list(graph, width, language, headline, scope_of(graph, focus))
    if because := tangled(graph):
        return compose_matrix(graph, plan_grid(graph, width, language, focus), headline, because, focus)
    scene = set_scene(graph, width - 2 * SIDE, positions or {}, language)
    return _in_steps(scene, headline, focus)


def _in_steps(scene: Scene, headline: str, focus: str) -> Chart:
    """Compose a chart that begins with backing and, if there are other ties, has buttons that go on to all.

    The buttons are plotly's own, so that they work wherever the chart is shown; images have none, and all ties. Actors
    whose ties come later are faint until then.
    """
    steps = _steps(scene)
    layers = [list(draw_ties(scene, ties)) for ties in reversed(steps.values())]  # those of the first step on top
    scope = scope_of(scene.graph, focus)
    chart = compose(scene, [trace for layer in layers for trace in layer], draw_keys(scene), headline, scope)
    if len(steps) < 2:
        return chart
    begins: dict[str, int] = {}  # the step in which actors, families and so traces come
    for number, ties in enumerate(steps.values()):
        for a, b, key in (scene.edges[i] for i in ties):
            begins = {a: number, b: number, family_of(key): number} | begins
    traces, layout = chart.spec["data"], chart.spec["layout"]
    told = [(len(steps) - 1 - k, trace) for k, layer in enumerate(layers) for trace in layer]
    apart = grouped(range(len(scene.drawn)), lambda k: begins[scene.drawn[k]])
    actors = traces[len(told) : len(told) + 2]  # their marks, and their names
    rest = traces[len(told) + 2 :]
    told += [(number, some(trace, points)) for trace in actors for number, points in sorted(apart.items())]
    told += [(begins.get(trace.get("legendgroup", ""), 0), trace) for trace in rest]
    traces[:] = [trace for _, trace in told]
    buttons, count, lines = [], 0, []
    for now, (name, ties) in enumerate(steps.items()):
        count += len(ties)
        waits = [number > now and "customdata" in trace for number, trace in told]
        visible = [number <= now or wait or "legendonly" for (number, _), wait in zip(told, waits, strict=True)]
        opacity = [_LATER if wait else trace.get("opacity", 1) for wait, trace in zip(waits, traces, strict=True)]
        lines.append(wrap_scope(scope_of(scene.graph, focus, count), layout["width"]))
        words = {"title.subtitle.text": lines[-1]}
        buttons.append({"label": name, "method": "update", "args": [{"visible": visible, "opacity": opacity}, words]})
    press_button(chart.spec, buttons[0])
    layout["updatemenus"] = [
        {
            "type": "buttons", "direction": "right", "buttons": buttons, "active": 0, "showactive": True,
            "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom", "pad": {"b": 4, "t": 0, "r": 0, "l": 0},
            "font": {"size": 12, "color": INK}, "bgcolor": PAPER, "bordercolor": GRID,
        }
    ]  # fmt: skip
    more = BUTTONS + (SUBTITLE_SIZE + 4) * (max(text.count("<br>") for text in lines) - lines[-1].count("<br>"))
    layout["margin"]["t"] += more
    layout["height"] += more
    layout["title"]["y"] = 1 - (1 - layout["title"]["y"]) * (layout["height"] - more) / layout["height"]
    return chart


def _steps(scene: Scene) -> dict[str, list[int]]:
    """Numbers of the ties that come with each step, by its name: first backing, and who belongs to those that do it."""
    backing = scene.of("backs")
    backers = {end for i in backing for end in scene.edges[i][:2]}
    steps = {"Backing": [*backing, *(i for i in scene.of("part-of") if backing and scene.edges[i][1] in backers)]}
    steps["with mediation and deals"] = [*scene.of("mediates"), *scene.of("deals")] if backing else []
    before = {i for ties in steps.values() for i in ties}
    steps["All ties"] = [i for i in range(len(scene.edges)) if i not in before]
    return {name: ties for name, ties in steps.items() if ties}


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
