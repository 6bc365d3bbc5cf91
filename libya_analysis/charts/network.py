"""The proxy-war network as a chart: two camps, every tie with its claims under the pointer."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import networkx as nx

from libya_analysis.charts.geometry import Edge, Geometry, Node, arrange
from libya_analysis.charts.theme import (
    CAMP_FILL,
    CAMP_GROUND,
    DASH,
    FAINT,
    FAMILIES,
    FAMILY_OF,
    INK,
    LABEL_SIZE,
    MUTED,
    NOTE_SIZE,
    Chart,
    Family,
    escape,
    frame,
    nothing_to_draw,
    stack_legends,
    text_width,
    wrap,
)
from libya_analysis.dates import say_date
from libya_analysis.evidence import inside
from libya_analysis.network import NOT_ACTUAL

#: Outline of a node by kind of actor.
SHAPE = {
    "armed-group": "square",
    "organisation": "diamond",
    "movement": "diamond",
    "group": "hexagon",
}
SHAPE_NAMES = {
    "circle": "state, government, person (small)",
    "square": "armed group",
    "diamond": "organisation, movement",
    "hexagon": "group as the source names it",
}
PERSONS = ("person", "officials", "leader-unnamed")
VOICE_NAMES = {
    "solid": "stated or implied by the source",
    "dash": "said by somebody",
    "dot": "alleged by an enemy, or denied",
}

_HEAD_ROOM = {"arrow": 11, "bar": 5, "ring": 9, "diamond": 8, "square": 8, "none": 0}
_HEAD_TIP = {"arrow": 11.0, "bar": 2.0, "ring": 4.5, "diamond": 4.0, "square": 3.5}
_HEAD_MARK = {
    "arrow": ("arrow", 13, 0.0),
    "bar": ("line-ew-open", 12, 4.0),
    "ring": ("circle-open", 9, 2.2),
    "diamond": ("diamond", 9, 0.0),
    "square": ("square", 8, 0.0),
}
_LEGEND_MARK = {
    "arrow": "triangle-right",
    "bar": "line-ns-open",
    "ring": "circle-open",
    "diamond": "diamond",
    "square": "square",
}
_HALO = "1px 1px 2px #fff,-1px -1px 2px #fff,1px -1px 2px #fff,-1px 1px 2px #fff,0 0 4px #fff"
_TOP, _SIDE, _LINE = 84, 10, 17
_RLI, _PDI = "\u2067", "\u2069"


def draw_network(
    graph: nx.MultiDiGraph,
    *,
    width: int = 1240,
    positions: dict[str, tuple[float, float]] | None = None,
    title: str | None = None,
    language: str = "en",
) -> Chart:
    """Draw who is behind whom.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    width : int
        Width of the chart in pixels.
    positions : dict, optional
        Places to keep, in pixels of the plane, by actor_id; the shipped actors have places of their own.
    title : str, optional
        A headline; without it the finding that the graph itself gives.
    language : {"en", "ar"}
        Language of the actors' names, where the tables have them.

    Returns
    -------
    Chart
        A plotly figure. ``layout.meta`` has its ``description`` and its measured ``geometry``.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> chart = draw_network(build_network(load_tables(), as_of="2020-01-15"))
    >>> chart.layout.meta["geometry"]["label_overlaps"]
    0
    """
    drawn = [node for node in graph if graph.degree(node)]
    if not drawn:
        return nothing_to_draw(width)
    names = {node: _name(graph, node, language) for node in graph}
    edges = _edges(graph)
    laid = lay_out(graph, names, width, positions or {})
    chart = Chart()
    _draw_ground(chart, graph, laid)
    for key, family in FAMILIES.items():
        mine = [i for i, edge in enumerate(edges) if _family(edge[2]) == key]
        if mine:
            _draw_lines(chart, graph, edges, mine, laid, key)
            _draw_heads(chart, graph, edges, mine, laid, key)
            _draw_hover(chart, graph, edges, mine, laid, key, names)
            _draw_legend(chart, graph, edges, mine, family, key)
    _draw_nodes(chart, graph, drawn, laid, names)
    _draw_keys(chart, graph, drawn, edges)
    _finish(chart, graph, laid, names, title or finding(graph), width)
    return chart


def finding(graph: nx.MultiDiGraph) -> str:
    """Say in one line who backs the two sides: those proven on the day first, then those that are possible.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> finding(build_network(load_tables(), kinds=["backs"], actors=["haftar"]))
    'Egypt, France and Russia back Khalifa Haftar'
    """
    sentences = []
    anchors = [node for node, is_anchor in graph.nodes(data="anchor") if is_anchor]
    for anchor in sorted(anchors, key=lambda node: graph.nodes[node]["camp"]):
        backers: dict[str, list[str]] = {"holds": [], "possible": []}
        for backer, _, edge in sorted(graph.in_edges(anchor, data=True), key=lambda e: e[0]):
            if edge["kind"] == "backs" and edge["actual"] and edge["status"] not in ("alleged", "denied"):
                backers[edge["holds"]].append(_called(graph, backer))
        sure, maybe, whom = backers["holds"], backers["possible"], _called(graph, anchor)
        if sure:
            tail = f", {_list(maybe)} possibly" if maybe else ""
            sentences.append(f"{_list(sure)} back{'s' if len(sure) == 1 else ''} {whom}{tail}")
        elif maybe:
            sentences.append(f"{_list(maybe)} possibly back{'s' if len(maybe) == 1 else ''} {whom}")
    words = "; ".join(sentences) or "Nobody is said to back either side in this selection"
    return words[0].upper() + words[1:]


def _called(graph: nx.MultiDiGraph, node: str) -> str:
    about = graph.nodes[node]
    article = "the " if about["kind"] in ("government", "armed-group", "organisation", "movement") else ""
    return article + inside(about["name"])


def _list(words: Sequence[str]) -> str:
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} others"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _name(graph: nx.MultiDiGraph, node: str, language: str) -> str:
    arabic = graph.nodes[node]["name_ar"]
    return f"{_RLI}{arabic}{_PDI}" if language == "ar" and arabic else str(graph.nodes[node]["name"])


# -- layout -----------------------------------------------------------------------------------------------------------


def _edges(graph: nx.MultiDiGraph) -> list[tuple[str, str, str]]:
    """Edges in the order in which they are drawn."""
    return sorted(graph.edges(keys=True), key=lambda e: (list(FAMILIES).index(_family(e[2])), e))


def _family(key: str) -> str:
    """Family of an edge by its key."""
    return FAMILY_OF[key.removesuffix(NOT_ACTUAL)]


def lay_out(
    graph: nx.MultiDiGraph,
    names: dict[str, str],
    width: int,
    positions: dict[str, tuple[float, float]],
    effort: int = 1,
) -> Geometry:
    """Lay out the actors that have ties; see :func:`libya_analysis.charts.geometry.arrange`."""
    drawn = [node for node in graph if graph.degree(node)]
    plane = (width - 2 * _SIDE, max(560, 340 + 15 * len(drawn)))
    index = {node: k for k, node in enumerate(drawn)}
    nodes = []
    for node in drawn:
        about = graph.nodes[node]
        lines = _lines(names[node])
        wide = max(text_width(line, LABEL_SIZE, bold=about["anchor"]) for line in lines) + 6
        size = (wide, _LINE * len(lines) + 2)
        nodes.append(Node(about["camp"], _radius(graph, node), _shape(graph, node), size, about["anchor"]))
    laid_edges = []
    for a, b, kind in _edges(graph):
        family = FAMILIES[_family(kind)]
        room = _HEAD_ROOM[family.head]
        laid_edges.append(Edge(index[a], index[b], tail=room if family.both_ends else 0, head=room))
    fixed = {index[node]: place for node, place in positions.items() if node in index}
    for node, (camp, x, y) in _saved_places().get(graph.graph["level"], {}).items():
        if node in index and camp == graph.nodes[node]["camp"]:
            fixed.setdefault(index[node], (x * plane[0], y * plane[1]))
    return arrange(nodes, laid_edges, *plane, fixed, effort)


@lru_cache(maxsize=1)
def _saved_places() -> dict[str, dict[str, tuple[str, float, float]]]:
    """Places found with much effort for the shipped actors: by level and actor, its camp and its share of the plane.

    Actors keep them in every selection, so that a picture stays as it was when a claim is added or a filter is set.
    """
    saved = json.loads(Path(__file__).with_name("places.json").read_text(encoding="utf-8"))
    return {level: {node: tuple(place) for node, place in places.items()} for level, places in saved.items()}


def _radius(graph: nx.MultiDiGraph, node: str) -> float:
    about = graph.nodes[node]
    if about["anchor"]:
        return 30.0
    if about["kind"] in PERSONS:
        return 8.0
    return min(20.0, 9 + 2 * math.sqrt(graph.degree(node)))


def _shape(graph: nx.MultiDiGraph, node: str) -> str:
    return SHAPE.get(graph.nodes[node]["kind"], "circle")


def _lines(name: str) -> list[str]:
    """A name in one line, or in two of about the same length if it is long; at most 40 characters of it."""
    if len(name) > 40:
        name = f"{name[:39].rstrip()}…"
    if len(name) <= 18 or " " not in name:
        return [name]
    cuts = [i for i, char in enumerate(name) if char == " "]
    cut = min(cuts, key=lambda i: abs(2 * i - len(name)))
    return [name[:cut], name[cut + 1 :]]


# -- drawing ----------------------------------------------------------------------------------------------------------


def _draw_ground(chart: Chart, graph: nx.MultiDiGraph, laid: Geometry) -> None:
    camps = graph.graph["camps"]
    if not camps:
        return
    style = {"font": {"size": 12, "color": MUTED}, "showarrow": False, "yanchor": "top", "y": laid.height - 6}
    for side, camp, x0, x1 in zip(("left", "right"), camps, (0, 0.6), (0.4, 1), strict=True):
        chart.add_shape(
            type="rect", x0=x0 * laid.width, x1=x1 * laid.width, y0=0, y1=laid.height,
            fillcolor=CAMP_GROUND[side], line_width=0, layer="below",
        )  # fmt: skip
        edge = 10 if side == "left" else laid.width - 10
        chart.add_annotation(x=edge, xanchor=side, text=f"<b>{escape(camp['name']).upper()}</b>", **style)
    chart.add_annotation(x=laid.width / 2, xanchor="center", text="<b>UNDETERMINED</b>", **style)


def _look(edge: dict[str, object]) -> tuple[str, float, float]:
    """Dash, opacity and width of an edge."""
    faint = not edge["actual"] or edge["holds"] == "possible"
    count = len(edge["claims"])  # type: ignore[arg-type]
    return DASH[str(edge["status"])], FAINT if faint else 1.0, min(1.9 + 0.9 * (count - 1), 5.5)


def _draw_lines(
    chart: Chart, graph: nx.MultiDiGraph, edges: list[tuple[str, str, str]], mine: list[int], laid: Geometry, key: str
) -> None:
    looks: dict[tuple[str, float, float], list[int]] = {}
    for i in mine:
        looks.setdefault(_look(graph.edges[edges[i]]), []).append(i)
    for (dash, opacity, wide), group in sorted(looks.items()):
        xs: list[float | None] = []
        ys: list[float | None] = []
        for i in group:
            xs += [*laid.curves[i][:, 0].tolist(), None]
            ys += [*laid.curves[i][:, 1].tolist(), None]
        chart.add_scatter(
            x=xs, y=ys, mode="lines", opacity=opacity, legendgroup=key, showlegend=False, hoverinfo="skip",
            line={"color": FAMILIES[key].color, "width": wide, "dash": dash, "simplify": False}, cliponaxis=False,
        )  # fmt: skip


def _draw_heads(
    chart: Chart, graph: nx.MultiDiGraph, edges: list[tuple[str, str, str]], mine: list[int], laid: Geometry, key: str
) -> None:
    """Heads as short paths of two points, so that the marker at the second is turned along the line."""
    family = FAMILIES[key]
    if family.head == "none":
        return
    symbol, size, line = _HEAD_MARK[family.head]
    turn = "previous" if family.head in ("arrow", "bar") else "up"  # a diamond on its side would be a square
    for opacity in (1.0, FAINT):
        xs: list[float | None] = []
        ys: list[float | None] = []
        for i in (i for i in mine if _look(graph.edges[edges[i]])[1] == opacity):
            curve = laid.curves[i]
            for before, last in [(curve[-2], curve[-1]), *([(curve[1], curve[0])] if family.both_ends else [])]:
                along = (last - before) / (math.hypot(*(last - before)) + 1e-9)
                tip = last + along * _HEAD_TIP[family.head]
                xs += [round(float(last[0]), 1), round(float(tip[0]), 1), None]
                ys += [round(float(last[1]), 1), round(float(tip[1]), 1), None]
        if xs:
            chart.add_scatter(
                x=xs, y=ys, mode="markers", opacity=opacity, legendgroup=key, showlegend=False, hoverinfo="skip",
                cliponaxis=False,
                marker={"symbol": symbol, "angleref": turn,
                        "size": [0, size, 0] * (len(xs) // 3),
                        "color": family.color,
                        "opacity": 1, "line": {"width": line, "color": family.color}},
            )  # fmt: skip


def _draw_hover(
    chart: Chart,
    graph: nx.MultiDiGraph,
    edges: list[tuple[str, str, str]],
    mine: list[int],
    laid: Geometry,
    key: str,
    names: dict[str, str],
) -> None:
    """Invisible points along each edge that show its claims."""
    for i in mine:
        a, b, kind = edges[i]
        edge = graph.edges[a, b, kind]
        arrow = "→" if edge["directed"] else "↔"
        lines = [f"<b>{escape(names[a])} {arrow} {escape(names[b])}</b> · {kind}"]
        lines += [_say(claim) for claim in edge["claims"]]
        if edge["holds"] == "possible":
            lines.append("<i>only possibly so on the day asked about</i>")
        points = laid.curves[i][[2, 6, 11, 16, 20]]
        chart.add_scatter(
            x=points[:, 0].tolist(), y=points[:, 1].tolist(), mode="markers", legendgroup=key, showlegend=False,
            marker={"size": 14, "color": FAMILIES[key].color, "opacity": 0}, name=kind,
            hovertemplate="<br>".join(lines).replace("%{", "%&#123;") + "<extra></extra>",
        )  # fmt: skip


def _say(claim: object) -> str:
    """One claim for the pointer: what, how firmly, where."""
    c: dict[str, object] = {
        name: getattr(claim, name) for name in ("support", "note", "firmness", "dates", "citation", "quote")
    }
    what = str(c["support"]).replace("unspecified", "").replace("-", " ")
    what = ": ".join(filter(None, (what, str(c["note"])))) or "so described"
    when = f"; {c['dates']}" if c["dates"] != "date not given" else ""
    said = f"<br>  “{wrap(str(c['quote']), 70)}”" if c["quote"] else ""
    return f"• {wrap(f'{what}', 74)}<br>  <i>{escape(c['firmness'])}{escape(when)}</i> · {escape(c['citation'])}{said}"


def _draw_legend(
    chart: Chart, graph: nx.MultiDiGraph, edges: list[tuple[str, str, str]], mine: list[int], family: Family, key: str
) -> None:
    claims = sum(len(graph.edges[edges[i]]["claims"]) for i in mine)
    line = _HEAD_MARK[family.head][2] if family.head != "none" else 0
    chart.add_scatter(
        x=[None], y=[None], mode="lines+markers", legendgroup=key, name=f"{family.name} ({claims})", legend="legend",
        line={"color": family.color, "width": 2.4},
        marker={"symbol": _LEGEND_MARK.get(family.head, "circle"), "size": 1 if family.head == "none" else 11,
                "color": family.color, "line": {"width": line, "color": family.color}},
    )  # fmt: skip


def _draw_nodes(chart: Chart, graph: nx.MultiDiGraph, drawn: list[str], laid: Geometry, names: dict[str, str]) -> None:
    sides = dict(zip(("left", "right"), (camp["name"] for camp in graph.graph["camps"]), strict=False))
    for camp, fill in CAMP_FILL.items():
        ids = [k for k, node in enumerate(drawn) if graph.nodes[node]["camp"] == camp]
        if not ids:
            continue
        about = [graph.nodes[drawn[k]] for k in ids]
        shown = []
        for k, node in zip(ids, about, strict=True):
            claims = [
                c
                for *_, e in [*graph.in_edges(drawn[k], data=True), *graph.out_edges(drawn[k], data=True)]
                for c in e["claims"]
            ]
            described = f"<br>{wrap(node['description'], 60)}" if node["description"] else ""
            shown.append(
                f"<b>{escape(node['name'])}</b> · {node['kind']}<br>{escape(sides.get(camp, 'camp undetermined'))} · "
                f"{_count(len(claims), 'claim')}{described}"
            )
        chart.add_scatter(
            x=[float(laid.positions[k][0]) for k in ids], y=[float(laid.positions[k][1]) for k in ids], mode="markers",
            marker={"symbol": [_shape(graph, drawn[k]) for k in ids],
                    "size": [2 * _radius(graph, drawn[k]) for k in ids], "color": fill, "opacity": 1,
                    "line": {"color": INK, "width": [2.5 if n["anchor"] else 1.2 for n in about]}},
            customdata=shown, hovertemplate="%{customdata}<extra></extra>", showlegend=False, cliponaxis=False,
            name=sides.get(camp, "undetermined"),
        )  # fmt: skip
    texts = []
    for node in drawn:
        words = "<br>".join(escape(line) for line in _lines(names[node]))
        texts.append(f"<b>{words}</b>" if graph.nodes[node]["anchor"] else words)
    centres = (laid.labels[:, :2] + laid.labels[:, 2:]) / 2
    chart.add_scatter(
        x=[round(float(x), 1) for x in centres[:, 0]], y=[round(float(y), 1) for y in centres[:, 1]], mode="text",
        text=texts, textposition="middle center", hoverinfo="skip", showlegend=False, cliponaxis=False,
        textfont={"size": LABEL_SIZE, "color": "#111", "shadow": _HALO},
    )  # fmt: skip


def _draw_keys(chart: Chart, graph: nx.MultiDiGraph, drawn: list[str], edges: list[tuple[str, str, str]]) -> None:
    """The keys to lines and shapes: only what occurs."""
    looks = [_look(graph.edges[edge]) for edge in edges]
    for dash, name in VOICE_NAMES.items():
        if any(look[0] == dash for look in looks):
            line = {"color": "#333", "width": 2, "dash": dash}
            chart.add_scatter(x=[None], y=[None], mode="lines", line=line, name=name, legend="legend2")
    if any(look[1] < 1 for look in looks):
        faint = {"color": "#333", "width": 2}
        name = "faint: not actual, or only possibly so on the day"
        chart.add_scatter(x=[None], y=[None], mode="lines", line=faint, opacity=FAINT, name=name, legend="legend2")
    for shape, name in SHAPE_NAMES.items():
        if any(_shape(graph, node) == shape for node in drawn):
            marker = {"symbol": shape, "size": 11, "color": "#fff", "line": {"color": INK, "width": 1.3}}
            chart.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=name, legend="legend3")


def _finish(
    chart: Chart, graph: nx.MultiDiGraph, laid: Geometry, names: dict[str, str], title: str, width: int
) -> None:
    alone = [names[node] for node in graph if not graph.degree(node)]
    note = wrap("Named by the sources, without a tie: " + ", ".join(alone), int(width / 6.6)) if alone else ""
    titles = {
        "legend": "<b>Tie</b> – click to hide: " if width > 1000 else "<b>Tie</b>: ",
        "legend2": "<b>Line</b>: ",
        "legend3": "<b>Shape</b>: ",
    }
    chart.update_layout(
        width=width,
        xaxis={"range": [0, laid.width], "visible": False},
        yaxis={"range": [0, laid.height], "visible": False, "scaleanchor": "x"},
        hoverdistance=14,
    )
    bottom = stack_legends(chart, titles, laid.height) + 6
    if note:
        chart.add_annotation(
            text=note, xref="paper", yref="paper", x=0, y=-bottom / laid.height, xanchor="left", yanchor="top",
            showarrow=False, align="left", font={"size": NOTE_SIZE, "color": MUTED},
        )  # fmt: skip
        bottom += (NOTE_SIZE + 5) * (note.count("<br>") + 1) + 8
    meta = {"description": _describe(graph, names, title), "geometry": asdict(laid.measures)}
    frame(chart, title, _scope(graph), laid.height, (_SIDE, _SIDE, _TOP, bottom), meta)


def _scope(graph: nx.MultiDiGraph) -> str:
    """What is drawn, from which sources, as of when."""
    edges = [edge for *_, edge in graph.edges(data=True)]
    actors = sum(1 for node in graph if graph.degree(node))
    claims = sum(len(edge["claims"]) for edge in edges)
    sources = graph.graph["sources"]
    parts = [
        f"{_count(actors, 'actor')}, {_count(len(edges), 'tie')}, {_count(claims, 'claim')} "
        f"from {_count(len(sources), 'source')} ({', '.join(sources[:3])}{', ...' if len(sources) > 3 else ''})"
    ]
    day = graph.graph["as_of"]
    if day:
        maybe = sum(edge["holds"] == "possible" for edge in edges)
        many = "all" if maybe == len(edges) else maybe
        parts.append(f"as of {say_date(day.isoformat())}, when {many} of the ties only possibly held")
    if graph.graph["level"] == "principal":
        parts.append("leaders and ministers counted as their state")
    return " · ".join(parts)


def _describe(graph: nx.MultiDiGraph, names: dict[str, str], title: str) -> str:
    sides = dict(zip(("left", "right"), (camp["name"] for camp in graph.graph["camps"]), strict=False))
    sides["undetermined"] = "Undetermined"
    parts = [f"Network chart. {title}. {_scope(graph)}."]
    for camp, label in sides.items():
        members = [names[node] for node in graph if graph.nodes[node]["camp"] == camp and graph.degree(node)]
        if members:
            parts.append(f"{label}: {', '.join(members)}.")
    kinds = Counter(key for _, _, key in graph.edges(keys=True))
    parts.append("Ties: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) + ".")
    return " ".join([*parts, "A table with the claims follows."])
