"""The marks of the network chart as plotly traces: lines, heads, what the pointer shows, actors, names and keys."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import networkx as nx
import numpy as np

from libya_analysis.charts.frame import (
    CAMP_FILL,
    FAINT,
    FAMILIES,
    INK,
    LABEL_SIZE,
    escape,
    text_width,
    wrap,
)
from libya_analysis.charts.network_chart.geometry import Array, length
from libya_analysis.charts.network_chart.scene import (
    HEADS,
    QUIET,
    SHAPES,
    Scene,
    family_of,
    isolate,
    name_of,
    radius_of,
    shape_of,
)
from libya_analysis.evidence.claim import Claim
from libya_analysis.words.sentence import how_many

Trace = dict[str, Any]

#: What the key says about line styles.
VOICES = {
    "solid": "stated or implied by the source",
    "dash": "said by somebody",
    "dot": "alleged by an enemy, or denied",
}

#: What begins the row of actors without ties.
ALONE = "Named, no tie drawn:"

_HALO = "1px 1px 2px #fff,-1px -1px 2px #fff,1px -1px 2px #fff,-1px 1px 2px #fff,0 0 4px #fff"
_HOVER_STEP = 24  # pixels between the invisible points of a tie
_CLAIMS_SHOWN = 6  # claims of one tie under the pointer; the table below the chart has all
_NOTE = 90  # characters of a note under the pointer


def draw_ties(scene: Scene) -> Iterator[Trace]:
    """Lines and heads of all ties, then the invisible points that show their claims.

    Ties of the first family are drawn last, on top.
    """
    for family in reversed(FAMILIES):
        yield from _lines(scene, family)
        yield from _heads(scene, family)
    for i in range(len(scene.edges)):
        yield hover_points(scene, i)


def draw_actors(scene: Scene) -> Iterator[Trace]:
    """Actors with ties, and their names, set from the side at which they touch the node."""
    radii = [round(2 * radius_of(scene.graph, node), 1) for node in scene.drawn]
    yield _dots(scene, scene.drawn, scene.laid.positions[:, 0].tolist(), scene.laid.positions[:, 1].tolist(), radii)
    boxes, sides = scene.laid.labels, scene.laid.sides
    at = {"left": boxes[:, 2] - 2, "right": boxes[:, 0] + 2, "middle": (boxes[:, 0] + boxes[:, 2]) / 2}
    anchor = {"left": "middle left", "right": "middle right", "middle": "middle center"}
    yield _words(
        [round(float(at[side][k]), 1) for k, side in enumerate(sides)],
        ((boxes[:, 1] + boxes[:, 3]) / 2).round(1).tolist(),
        [_label(scene, node) for node in scene.drawn],
        [anchor[side] for side in sides],
    )


def draw_alone(scene: Scene, width: float) -> tuple[list[Trace], float]:
    """Actors without ties, in rows below the plane; and the height of these rows."""
    if not scene.alone:
        return [], 0.0
    left = 10 + text_width(ALONE, LABEL_SIZE, bold=True) + 18
    x, y = left, scene.laid.bottom - 20.0
    xs, ys, names = [], [], []
    for node in scene.alone:
        name = " ".join(scene.names[node])
        wide = 40 + text_width(name, LABEL_SIZE)
        if x + wide - 26 > width and x > left:
            x, y = left, y - 24
        xs.append(round(x, 1))
        ys.append(y)
        names.append(escape(isolate(name)))
        x += wide
    dots = _dots(scene, scene.alone, xs, ys, [11.0] * len(xs))
    words = _words([10.0, *(round(x + 10, 1) for x in xs)], [ys[0], *ys], [f"<b>{ALONE}</b>", *names], "middle right")
    return [words, dots], scene.laid.bottom - y + 16


def draw_keys(scene: Scene) -> Iterator[Trace]:
    """Entries of the three keys, families, line styles and shapes: only those that occur."""
    nothing: Trace = {"type": "scatter", "x": [None], "y": [None]}
    for key, family in FAMILIES.items():
        claims = sum(len(scene.tie(i)["claims"]) for i in scene.of(key))
        if claims:
            head, color = HEADS[family.head], family.color
            outline = {"width": head.line, "color": color}
            marker = {"symbol": head.key, "size": min(head.size, 11), "color": color, "line": outline}
            line = {"color": color, "width": 1.6 if key == QUIET else 2.4}
            name = f"{family.name} ({claims})"
            yield {
                **nothing,
                "mode": "lines+markers",
                "legend": "legend",
                "legendgroup": key,
                "name": name,
                "line": line,
                "marker": marker,
            }
    looks = [scene.look(i) for i in range(len(scene.edges))]
    for dash, name in VOICES.items():
        if any(look[0] == dash for look in looks):
            line = {"color": "#333", "width": 2, "dash": dash}
            yield {**nothing, "mode": "lines", "legend": "legend2", "name": name, "line": line}
    if any(look[1] < 1 for look in looks):
        line, name = {"color": "#333", "width": 2}, "faint: not actual, or only possibly so on the day"
        yield {**nothing, "mode": "lines", "legend": "legend2", "name": name, "line": line, "opacity": FAINT}
    used = {shape_of(scene.graph, node) for node in scene.graph}
    for shape in SHAPES:
        if shape in used:
            outline = {"color": shape.outline, "width": 1.3}
            marker = {"symbol": shape.symbol, "size": 8 if shape.small else 12, "color": "#fff", "line": outline}
            yield {**nothing, "mode": "markers", "legend": "legend3", "name": shape.name, "marker": marker}


# -- lines ----------------------------------------------------------------------------------------------------------


def _lines(scene: Scene, key: str) -> Iterator[Trace]:
    """Curves of a family, those that look alike in one trace."""
    looks: dict[tuple[str, float, float], list[int]] = {}
    for i in scene.of(key):
        looks.setdefault(scene.look(i), []).append(i)
    for (dash, opacity, wide), group in sorted(looks.items()):
        line = {"color": FAMILIES[key].color, "width": wide, "dash": dash, "shape": "spline", "simplify": False}
        xs, ys = _joined(scene.laid.curves[i] for i in group)
        yield _trace(x=xs, y=ys, mode="lines", opacity=opacity, legendgroup=key, hoverinfo="skip", line=line)


def _heads(scene: Scene, key: str) -> Iterator[Trace]:
    """Heads, as short paths of two points, so that the marker at the second one is turned along the line."""
    head = HEADS[FAMILIES[key].head]
    for opacity in (1.0, FAINT):
        group = [i for i in scene.of(key) if head.length and scene.look(i)[1] == opacity]
        if group:
            yield _heads_of(scene, key, group, opacity)


def _heads_of(scene: Scene, key: str, group: list[int], opacity: float) -> Trace:
    family = FAMILIES[key]
    head, color = HEADS[family.head], family.color
    paths = []
    for curve in (scene.laid.curves[i] for i in group):
        paths += [_ahead(path, head.ahead) for path in ([curve, curve[::-1]] if family.both_ends else [curve])]
    xs, ys = _joined(paths)
    marker = {
        "symbol": head.symbol,
        "angleref": "previous",
        "size": [0, head.size, 0] * len(paths),
        "color": color,
        "opacity": 1,
        "line": {"width": head.line, "color": color},
    }
    return _trace(x=xs, y=ys, mode="markers", opacity=opacity, legendgroup=key, hoverinfo="skip", marker=marker)


def line_and_heads(scene: Scene, i: int) -> tuple[Trace, Trace]:
    """One tie in traces of its own, which can change while others stay."""
    key, (dash, opacity, wide) = family_of(scene.edges[i][2]), scene.look(i)
    line = {"color": FAMILIES[key].color, "width": wide, "dash": dash, "shape": "spline", "simplify": False}
    xs, ys = _joined([scene.laid.curves[i]])
    drawn = _trace(x=xs, y=ys, mode="lines", opacity=opacity, legendgroup=key, hoverinfo="skip", line=line)
    return drawn, _heads_of(scene, key, [i], opacity)


def _ahead(curve: Array, by: float) -> Array:
    """The end of a curve and a point beyond it, in its direction."""
    along = curve[-1] - curve[-2]
    return np.stack([curve[-1], np.round(curve[-1] + along / (length(along) + 1e-9) * by, 1)])


def _joined(paths: Iterable[Array]) -> tuple[list[float | None], list[float | None]]:
    """Several paths as one, with breaks in between."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for path in paths:
        xs += [*path[:, 0].tolist(), None]
        ys += [*path[:, 1].tolist(), None]
    return xs, ys


def _trace(**given: Any) -> Trace:
    return {"type": "scatter", "showlegend": False, "cliponaxis": False, **given}


# -- under the pointer ----------------------------------------------------------------------------------------------


def hover_points(scene: Scene, i: int) -> Trace:
    """Invisible points along a tie, close enough to be met everywhere; one text for all of them."""
    curve, key = scene.laid.curves[i], family_of(scene.edges[i][2])
    along = np.concatenate([[0.0], np.cumsum(length(np.diff(curve, axis=0)))])
    steps = np.linspace(0, along[-1], max(2, math.ceil(along[-1] / _HOVER_STEP)))
    xs, ys = (np.interp(steps, along, curve[:, side]).round().astype(int).tolist() for side in (0, 1))
    marker = {"size": 14, "opacity": 0}
    text = say_tie(scene.graph, scene.edges[i], scene.language)
    return _trace(x=xs, y=ys, mode="markers", legendgroup=key, marker=marker, hoverinfo="text", hovertext=text)


def say_tie(graph: nx.MultiDiGraph, edge: tuple[str, str, str], language: str = "en") -> str:
    """A tie and its claims as the pointer shows them: what, whose voice, how real, when, where, and spoken words."""
    a, b, key = edge
    tie = graph.edges[edge]
    one, other = (isolate(name_of(graph, node, language)) for node in (a, b))
    ends = f"{one} {'→' if tie['directed'] else '↔'} {other}"
    lines = [f"<b>{wrap(ends, 76)}</b> · {escape(key.replace('-', ' '))}"]
    said: dict[tuple[str, str], list[str]] = {}  # what several sources say alike is said once
    for claim in tie["claims"]:
        said.setdefault(_say_claim(claim), []).append(claim.citation)
    for (words, quote), citations in list(said.items())[:_CLAIMS_SHOWN]:
        lines.append(f"{words} · {wrap('; '.join(citations), 76)}{quote}")
    more = sum(len(citations) for citations in list(said.values())[_CLAIMS_SHOWN:])
    if more:
        lines.append(f"and {how_many(more, 'more claim')}")
    if tie["holds"] == "possible":
        lines.append("<i>only possibly so on the day asked about</i>")
    return "<br>".join(lines)


def _say_claim(claim: Claim) -> tuple[str, str]:
    """One claim: what, how firmly and when; and the words of the speaker."""
    support = claim.support.replace("-", " ") if claim.support != "unspecified" else ""
    what = claim.kind.replace("-", " ") + (f" ({support})" if support else "")
    if claim.note:
        what += f": {claim.note}" if len(claim.note) <= _NOTE else f": {claim.note[: _NOTE - 1].rstrip()}…"
    when = "" if claim.dates == "date not given" else f"; {claim.dates}"
    quote = f"<br>   “{wrap(claim.quote, 72)}”" if claim.quote else ""
    return f"• {wrap(what, 76)}<br>   <i>{wrap(claim.firmness + when, 70)}</i>", quote


def say_actor(graph: nx.MultiDiGraph, node: str, sides: Mapping[str, str]) -> str:
    """An actor as the pointer shows it; ``sides`` are the names of the camps."""
    about = graph.nodes[node]
    ties = {edge: data for edge, data in graph.edges.items() if node in edge[:2]}
    claims = sum(len(tie["claims"]) for tie in ties.values())
    counts = f"{how_many(len(ties), 'tie')}, {how_many(claims, 'claim')}" if ties else "no tie drawn"
    arabic = f" · {isolate(escape(about['name_ar']))}" if about["name_ar"] else ""
    arabic += f" · {escape(about['country'])}" if about["country"] else ""
    described = f"<br>{wrap(about['description'], 60)}" if about["description"] else ""
    camp = sides.get(about["camp"], "camp undetermined")
    kind = escape(about["kind"].replace("-", " "))
    return f"<b>{escape(about['name'])}</b>{arabic}<br>{kind} · {escape(camp)} · {counts}{described}"


# -- actors ---------------------------------------------------------------------------------------------------------


def _dots(scene: Scene, nodes: list[str], xs: list[float], ys: list[float], sizes: list[float]) -> Trace:
    about = [scene.graph.nodes[node] for node in nodes]
    shapes = [shape_of(scene.graph, node) for node in nodes]
    widths = [2.5 if node["anchor"] else 1.3 for node in about]
    marker = {
        "symbol": [shape.symbol for shape in shapes],
        "size": sizes,
        "color": [CAMP_FILL[node["camp"]] for node in about],
        "opacity": 1,
        "line": {"color": [shape.outline for shape in shapes], "width": widths},
    }
    texts = [say_actor(scene.graph, node, scene.sides()) for node in nodes]
    return _trace(x=xs, y=ys, mode="markers", marker=marker, hoverinfo="text", hovertext=texts)


def _words(xs: list[float], ys: list[float], texts: list[str], places: list[str] | str) -> Trace:
    font = {"size": LABEL_SIZE, "color": INK, "shadow": _HALO}
    return _trace(x=xs, y=ys, mode="text", text=texts, textposition=places, textfont=font, hoverinfo="skip")


def _label(scene: Scene, node: str) -> str:
    words = "<br>".join(escape(isolate(line)) for line in scene.names[node])
    return f"<b>{words}</b>" if scene.graph.nodes[node]["anchor"] else words
