"""The signed adjacency matrix: who is for and against whom, for networks too large to draw as lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.charts.frame import (
    CAMP_GROUND,
    FAINT,
    GRID,
    INK,
    LABEL_SIZE,
    MUTED,
    NARROW,
    Chart,
    Draft,
    escape,
    frame,
    nothing_to_draw,
    stack_legends,
    text_width,
)
from libya_analysis.charts.network_chart.marks import say_tie
from libya_analysis.charts.network_chart.scene import isolate, name_of, scope_of
from libya_analysis.words.findings import finding
from libya_analysis.words.sentence import how_many, list_words

#: How each sum of signs is drawn: name in the key, symbol, colour, share of the cell, width of its lines.
_SIGNS: dict[str, tuple[str, str, str, float, float]] = {
    "for": ("backs, leads, belongs to, cooperates", "circle", "#0072B2", 0.62, 0.0),
    "against": ("opposes", "x-thin", "#D55E00", 0.56, 2.4),
    "both": ("both of them", "circle-x", "#332288", 0.66, 1.6),
    "neither": ("another tie: mediates, talks, agrees, presses, founded", "square-open", "#666666", 0.46, 1.4),
}
_ORDER = ("left", UNDETERMINED, "right")
_LARGEST, _SMALLEST, _LEGIBLE = 26.0, 2.5, 9.0  # pixels a cell; the least that leaves room for its name
_LONGEST, _SIDE, _TOP = 190.0, 14, 84


def draw_matrix(
    graph: nx.MultiDiGraph,
    *,
    width: int = 1240,
    title: str | None = None,
    language: str = "en",
    instead: bool = False,
    say: Callable[[nx.MultiDiGraph, tuple[str, str, str], str], str] = say_tie,
) -> Chart:
    """Draw a network as a signed adjacency matrix, ordered by camp.

    A row says what an actor does, a column what is done to it. Ties without a direction stand on both sides of the
    diagonal. Circles are ties of a positive sign, crosses of a negative one; what is not actual, or only possibly held
    on the day asked about, is faint.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    width : int
        Width of the chart in pixels, at most; a small network takes less.
    title : str, optional
        A headline; without it the finding that the graph itself gives.
    language : {"en", "ar"}
        Language of the actors' names, where the tables have them.
    instead : bool
        Whether it stands in for a chart of lines, which it then says.
    say : callable
        Gives the words of a tie; for those who draw often and remember them.

    Returns
    -------
    Chart

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> chart = draw_matrix(build_network(load_tables(), as_of="2020-01-15"))
    >>> chart.layout.yaxis.ticktext[0]
    'Khalifa Haftar'
    """
    nodes = [node for node in graph if graph.degree(node)]
    if not nodes:
        return nothing_to_draw(width)
    nodes.sort(
        key=lambda n: (_ORDER.index(graph.nodes[n]["camp"]), not graph.nodes[n]["anchor"], graph.nodes[n]["name"])
    )
    narrow = width < NARROW  # then columns have numbers for names
    names = {node: _short(name_of(graph, node, language), _LONGEST / (2 if narrow else 1)) for node in nodes}
    room = max(text_width(name, LABEL_SIZE) for name in names.values()) + 16
    cell = min(_LARGEST, max(_SMALLEST, (width - 2 * _SIDE - (1.0 if narrow else 1.5) * room) / len(nodes)))
    legible = cell >= _LEGIBLE
    room, lean = (room, 0.0 if narrow else 0.5 * room) if legible else (24.0, 0.0)  # names of columns lean to the right
    draft = Draft()
    _draw_grid(draft, graph, nodes, cell)
    used = _draw_cells(draft, graph, nodes, cell, lambda edge: say(graph, edge, language))
    plane = cell * len(nodes)
    ticks: dict[str, Any] = {
        "range": [-0.5, len(nodes) - 0.5], "tickvals": list(range(len(nodes))), "showticklabels": legible,
        "ticktext": [(f"{k} " if narrow else "") + escape(isolate(names[node])) for k, node in enumerate(nodes, 1)],
        "tickfont": {"size": round(min(LABEL_SIZE, cell * 0.85), 1), "color": INK},
        "showgrid": False, "zeroline": False, "ticks": "",
    }  # fmt: skip
    numbers = [str(k) for k in range(1, len(nodes) + 1)]
    used_width = int(max(min(width, plane + room + lean + 2 * _SIDE), min(width, 720)))
    draft.layout.update(
        width=used_width,
        margin={"l": _SIDE + room, "r": used_width - plane - room - _SIDE},
        xaxis={**ticks, "side": "top", **({"ticktext": numbers, "tickangle": -90} if narrow else {"tickangle": -60})},
        yaxis={**ticks, "range": [len(nodes) - 0.5, -0.5]},
    )
    titles = {"legend": "<b>Tie</b> – click to hide: " if used_width > 1000 else "<b>Tie</b>: "}
    below = stack_legends(draft, titles, plane, x=-room) + 10
    head = title or finding(graph)
    scope = scope_of(graph)
    if instead:
        scope += f" · a matrix, since {len(nodes)} actors are too many for lines; rows act on columns"
    else:
        scope += " · rows act on columns"
    meta = {"description": _describe(graph, nodes, head, scope, used, language)}
    above = _TOP + (14 if narrow or not legible else 0.9 * room)
    return frame(draft, head, scope, plane, (_SIDE + room, used_width - plane - room - _SIDE, above, below), meta)


def _draw_grid(draft: Draft, graph: nx.MultiDiGraph, nodes: list[str], cell: float) -> None:
    """Thin lines between cells, strong ones between camps, and the ground of each camp."""
    count, camps = len(nodes), [graph.nodes[node]["camp"] for node in nodes]
    for camp in ("left", "right"):
        mine = [k for k, other in enumerate(camps) if other == camp]
        if mine:
            ends = {"x0": mine[0] - 0.5, "x1": mine[-1] + 0.5, "y0": mine[0] - 0.5, "y1": mine[-1] + 0.5}
            draft.shape(type="rect", **ends, fillcolor=CAMP_GROUND[camp], line={"width": 0}, layer="below")
    xs: list[float | None] = []
    ys: list[float | None] = []
    for k in range(count + 1) if cell >= 6 else (0, count):
        xs += [-0.5, count - 0.5, None, k - 0.5, k - 0.5, None]
        ys += [k - 0.5, k - 0.5, None, -0.5, count - 0.5, None]
    line: dict[str, Any] = {"color": GRID, "width": 0.7}
    quiet: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    draft.add(x=xs, y=ys, line=line, **quiet)
    borders = [k - 0.5 for k in range(1, count) if camps[k] != camps[k - 1]]
    xs, ys = [], []
    for at in borders:
        xs += [-0.5, count - 0.5, None, at, at, None]
        ys += [at, at, None, -0.5, count - 0.5, None]
    draft.add(x=xs, y=ys, line={"color": MUTED, "width": 1.4}, **quiet)


def _draw_cells(
    draft: Draft,
    graph: nx.MultiDiGraph,
    nodes: list[str],
    cell: float,
    say: Callable[[tuple[str, str, str]], str],
) -> dict[str, int]:
    """One mark for each ordered pair with ties; returns how many of each sign."""
    index = {node: k for k, node in enumerate(nodes)}
    pairs: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for a, b, key in sorted(graph.edges(keys=True)):
        pairs.setdefault((a, b), []).append((a, b, key))
        if not graph.edges[a, b, key]["directed"]:
            pairs.setdefault((b, a), []).append((a, b, key))
    marks: dict[str, list[tuple[int, int, float, str]]] = {sign: [] for sign in _SIGNS}
    for (a, b), edges in sorted(pairs.items()):
        ties = [graph.edges[edge] for edge in edges]
        signs = {tie["sign"] for tie in ties if tie["sign"]}
        sign = "both" if len(signs) == 2 else "neither" if not signs else "for" if signs == {1} else "against"
        sure = any(tie["actual"] and tie["holds"] == "holds" for tie in ties if not signs or tie["sign"])
        words = "<br>".join(map(say, edges))
        marks[sign].append((index[b], index[a], 1.0 if sure else FAINT, words))
    for sign, found in marks.items():
        if found:
            name, symbol, color, share, line = _SIGNS[sign]
            if cell < _LEGIBLE - 3:  # too small for shapes: full cells of the colour
                symbol, share, line = "square", 1.0, 0.0
            draft.add(
                x=[x for x, *_ in found], y=[y for _, y, *_ in found], mode="markers", legend="legend",
                name=f"{name} ({len(found)})", hoverinfo="text", hovertext=[words for *_, words in found],
                marker={"symbol": symbol, "size": round(share * cell, 1), "color": color,
                        "opacity": [opacity for *_, opacity, _ in found],
                        "line": {"width": min(line, cell / 8), "color": color if sign != "both" else "#FFFFFF"}},
            )  # fmt: skip
    return {sign: len(found) for sign, found in marks.items()}


def _short(name: str, longest: float) -> str:
    """A name that leaves room for the matrix."""
    while text_width(name, LABEL_SIZE) > longest:
        name = name.removesuffix("…")[:-1].rstrip() + "…"
    return name


def _describe(
    graph: nx.MultiDiGraph, nodes: list[str], headline: str, scope: str, used: dict[str, int], language: str
) -> str:
    parts = [f"Signed adjacency matrix. {headline}. {scope}."]
    sides = dict(zip(("left", "right"), (camp["name"] for camp in graph.graph.get("camps", ())), strict=False))
    for camp, label in {**sides, UNDETERMINED: "Undetermined"}.items():
        members = [name_of(graph, node, language) for node in nodes if graph.nodes[node]["camp"] == camp]
        if members:
            parts.append(f"{label}: {list_words(members, most=len(members))}.")
    cells = [f"{how_many(count, 'cell')} {sign}" for sign, count in used.items() if count]
    return " ".join([*parts, f"Cells: {', '.join(cells)}.", "A table with the claims follows."])
