"""The marks of the network chart as plotly traces: lines, heads, what the pointer shows, actors, names and keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

import networkx as nx
import numpy as np

from libya_analysis.analysis.spells import HOLDS
from libya_analysis.charts import palette
from libya_analysis.charts.network_chart.geometry import Array, even_points, length
from libya_analysis.charts.network_chart.scene import MOST_NAMED, Scene, Tie, camp_names, family_of, name_of
from libya_analysis.charts.palette import ACTORS, CAMP_FILL, FAINT, HALO, HOLLOW, INK, KEY_LINE, MUTED, TIES, VOICES
from libya_analysis.charts.text import LABEL_SIZE, escape, isolate, shorten, text_width, wrap
from libya_analysis.evidence import vocabulary
from libya_analysis.words.sentence import how_many

Trace = dict[str, Any]

_HOVER_STEP = 24  # pixels between the invisible points of a tie
#: Claims of one tie under the pointer, of those that say something of their own; the table below the chart has all.
CLAIMS_SHOWN = 6
_CITED = 12  # sources cited for what several say alike
_NOTE = 90  # characters of a note under the pointer


def draw_ties(scene: Scene, ties: Collection[int]) -> Iterator[Trace]:
    """Lines of some ties, their heads, then the invisible points that show their claims.

    Ties of the first family are drawn last, on top.
    """
    order = reversed(list(vocabulary.FAMILIES))
    families = {family: [i for i in scene.of(family) if i in ties] for family in order}
    for family, group in families.items():
        for look in sorted({scene.look(i) for i in group}):
            yield _lines(scene, family, [i for i in group if scene.look(i) == look], look)
    for family, group in families.items():
        for opacity in (FAINT, 1.0):
            headed = [i for i in group if TIES[family].head.length and scene.look(i)[1] == opacity]
            if headed:
                yield _heads(scene, family, headed, opacity)
    for i in sorted(ties):
        yield hover_points(scene, i)


def draw_actors(scene: Scene) -> Iterator[Trace]:
    """Actors with ties, and their names, set from the side at which they touch the node."""
    xs, ys = scene.laid.positions.T.tolist()
    yield _dots(scene, scene.drawn, xs, ys, [round(2 * node.radius, 1) for node in scene.nodes])
    boxes, sides = scene.laid.labels, scene.laid.sides
    at = {"left": boxes[:, 2] - 2, "right": boxes[:, 0] + 2, "middle": (boxes[:, 0] + boxes[:, 2]) / 2}
    xs = [round(float(at[side][k]), 1) for k, side in enumerate(sides)]
    ys = ((boxes[:, 1] + boxes[:, 3]) / 2).round(1).tolist()
    names = ["<br>".join(escape(isolate(line)) for line in scene.names[node]) for node in scene.drawn]
    names = [f"<b>{name}</b>" if node.anchor else name for name, node in zip(names, scene.nodes, strict=True)]
    anchor = {"left": "middle left", "right": "middle right", "middle": "middle center"}
    yield {**_words(xs, ys, names, [anchor[side] for side in sides]), "customdata": scene.drawn}


def some(trace: Trace, numbers: list[int]) -> Trace:
    """Some points of a trace, as a trace of its own: what a list says of each point is of these."""
    return {
        name: [value[k] for k in numbers] if isinstance(value, list)
        else some(value, numbers) if isinstance(value, dict) else value
        for name, value in trace.items()
    }  # fmt: skip


def draw_alone(scene: Scene, width: float) -> tuple[list[Trace], float]:
    """How many actors have no tie, with the first of their names and all under the pointer; and the height of this."""
    if not scene.alone:
        return [], 0.0
    count, y = len(scene.alone) + scene.unnamed, scene.laid.bottom - 18.0
    head, names = f"{count} named without a tie", ", ".join(scene.name(node) for node in scene.alone)
    if scene.unnamed:
        names += f" and {scene.unnamed} more"
    room = width - 42 - text_width(head, LABEL_SIZE, bold=True)
    said = f'<b>{head}</b>  <span style="color:{MUTED}">{escape(shorten(names, room))}</span>'
    marker = {"symbol": "circle", "size": 11, "color": HOLLOW, "line": {"color": KEY_LINE, "width": 1.3}}
    told = f"<b>{head}</b><br>{wrap(names, 76)}"
    dot = _trace(x=[18.0], y=[y], mode="markers", marker=marker, hoverinfo="text", hovertext=[told])
    return [_words([28.0], [y], [said], "middle right"), dot], 32.0


def draw_keys(scene: Scene) -> Iterator[Trace]:
    """Entries of the three keys, families, line styles and shapes: only those that occur."""
    for family in vocabulary.FAMILIES:
        if claims := sum(len(scene.tie(i)["claims"]) for i in scene.of(family)):
            yield family_key(family, claims)
    looks = [scene.look(i) for i in range(len(scene.edges))]
    for voice in VOICES.values():
        if any(look[0] == voice.dash for look in looks):
            line = {"color": KEY_LINE, "width": 2, "dash": voice.dash}
            yield _key("legend2", voice.label, mode="lines", line=line)
    if any(look[1] < 1 for look in looks):
        yield faint_key()
    used = {palette.actor_look(kind) for _, kind in scene.graph.nodes(data="kind")}
    for shape in ACTORS.values():
        if shape in used:
            outline = {"color": shape.outline, "width": 1.3}
            marker = {"symbol": shape.symbol, "size": 8 if shape.small else 12, "color": HOLLOW, "line": outline}
            yield _key("legend3", shape.label, mode="markers", marker=marker)


def family_key(family: str, count: int) -> Trace:
    """The entry of the key for a family of ties, and how many there are."""
    look = TIES[family]
    line = {"color": look.color, "width": 1.6 if look.quiet else 2.4}
    outline = {"width": look.head.line, "color": look.color}
    marker = {"symbol": look.head.key, "size": min(look.head.size, 11), "color": look.color, "line": outline}
    name = f"{vocabulary.FAMILIES[family].label} ({count})"
    return _key("legend", name, mode="lines+markers", legendgroup=family, line=line, marker=marker)


def faint_key() -> Trace:
    """The entry of the key for what is faint."""
    name, line = "faint: not actual, or not near the day", {"color": KEY_LINE, "width": 2}
    return _key("legend2", name, mode="lines", line=line, opacity=FAINT)


def _key(legend: str, name: str, **looks: Any) -> Trace:
    return {"type": "scatter", "x": [None], "y": [None], "legend": legend, "name": name, **looks}


def line_and_heads(scene: Scene, i: int) -> tuple[Trace, Trace]:
    """One tie in traces of its own, which can change while others stay."""
    family, look = family_of(scene.edges[i][2]), scene.look(i)
    return _lines(scene, family, [i], look), _heads(scene, family, [i], look[1])


def _lines(scene: Scene, family: str, group: list[int], look: tuple[str, float, float]) -> Trace:
    dash, opacity, wide = look
    line = {"color": TIES[family].color, "width": wide, "dash": dash, "shape": "spline", "simplify": False}
    xs, ys = _joined(scene.paths[i] for i in group)
    return _trace(x=xs, y=ys, mode="lines", opacity=opacity, legendgroup=family, hoverinfo="skip", line=line)


def _heads(scene: Scene, family: str, group: list[int], opacity: float) -> Trace:
    """Heads as short paths of two points, so that the marker at the second one is turned along the line."""
    look, paths = TIES[family], []
    for i in group:
        curve = scene.paths[i]
        ends = [curve] if scene.tie(i)["directed"] else [curve, curve[::-1]]
        paths += [_ahead(path, look.head.ahead) for path in ends]
    xs, ys = _joined(paths)
    marker = {
        "symbol": look.head.symbol, "angleref": "previous", "size": [0, look.head.size, 0] * len(paths),
        "color": look.color, "opacity": 1, "line": {"width": look.head.line, "color": look.color},
    }  # fmt: skip
    return _trace(x=xs, y=ys, mode="markers", opacity=opacity, legendgroup=family, hoverinfo="skip", marker=marker)


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


def hover_points(scene: Scene, i: int) -> Trace:
    """Invisible points along a tie, close enough to be met everywhere; one text for all of them."""
    key = family_of(scene.edges[i][2])
    xs, ys = even_points(scene.paths[i], _HOVER_STEP).round().astype(int).T.tolist()
    marker = {"size": 6, "opacity": 0}  # plotly tells points apart that are farther from each other than that
    text = say_tie(scene.graph, scene.edges[i], scene.language)
    ends = list(scene.edges[i][:2])  # by which a page finds what belongs together
    return _trace(
        x=xs, y=ys, mode="markers", legendgroup=key, marker=marker, hoverinfo="text", hovertext=text, meta=ends
    )


def say_tie(graph: nx.MultiDiGraph, edge: Tie, language: str = "en", most: int = CLAIMS_SHOWN) -> str:
    """A tie and its claims as the pointer shows them: what, whose voice, how real, when, where, and spoken words.

    Of more claims than ``most`` the others are counted.
    """
    a, b, key = edge
    tie = graph.edges[edge]
    one, other = (isolate(name_of(graph, node, language)) for node in (a, b))
    ends = f"{one} {'→' if tie['directed'] else '↔'} {other}"
    lines = [f"<b>{wrap(ends, 76)}</b> · {escape(vocabulary.label(key))}"]
    said: dict[tuple[str, str, str, str, str, str], list[str]] = {}  # what several sources say alike is said once
    for claim in tie["claims"]:
        alike = (claim.kind, claim.support, claim.note[: _NOTE + 1], claim.firmness, claim.dates, claim.quote)
        said.setdefault(alike, []).append(claim.citation)
    for alike, citations in islice(said.items(), most):
        words, quote = _say_claim(*alike)
        others = f" and {len(citations) - _CITED} more" if len(citations) > _CITED else ""
        lines.append(f"{words} · {wrap('; '.join(citations[:_CITED]) + others, 76)}{quote}")
    if more := sum(map(len, islice(said.values(), most, None))):
        lines.append(f"and {how_many(more, 'more claim')}" if most else how_many(more, "claim"))
    if tie["answer"].kind != HOLDS:
        lines.append(f"<i>on the day asked about: {wrap(tie['answer'].report, 76)}</i>")
    return "<br>".join(lines)


def _say_claim(kind: str, support: str, note: str, firmness: str, dates: str, quote: str) -> tuple[str, str]:
    """One claim: what, how firmly and when; and the words of the speaker."""
    what = vocabulary.label(kind) + (f" ({vocabulary.label(support)})" if support not in ("", "unspecified") else "")
    if note:
        what += f": {note}" if len(note) <= _NOTE else f": {note[: _NOTE - 1].rstrip()}…"
    when = "" if dates == "date not given" else f"; {dates}"
    spoken = f"<br>   “{wrap(quote, 72)}”" if quote else ""
    return f"• {wrap(what, 76)}<br>   <i>{wrap(firmness + when, 70)}</i>", spoken


def say_actor(graph: nx.MultiDiGraph, node: str) -> str:
    """An actor as the pointer shows it."""
    about = graph.nodes[node]
    ties = {*graph.in_edges(node, keys=True), *graph.out_edges(node, keys=True)}
    claims = sum(len(graph.edges[tie]["claims"]) for tie in ties)
    counts = f"{how_many(len(ties), 'tie')}, {how_many(claims, 'claim')}" if ties else "no tie drawn"
    arabic = f" · {isolate(escape(about['name_ar']))}" if about["name_ar"] else ""
    arabic += f" · {escape(about['country'])}" if about["country"] else ""
    described = f"<br>{wrap(about['description'], 60)}" if about["description"] else ""
    camp = camp_names(graph).get(about["camp"], "camp undetermined")
    kind = escape(vocabulary.label(about["kind"]))
    return f"<b>{escape(about['name'])}</b>{arabic}<br>{kind} · {escape(camp)} · {counts}{described}"


def describe(graph: nx.MultiDiGraph, headline: str, scope: str, language: str) -> str:
    """A network in words, for those who do not see it."""
    parts = [f"Network chart. {headline}. {scope}."]
    names = {node: isolate(name_of(graph, node, language)) for node in sorted(graph)}
    for camp, label in {**camp_names(graph), "undetermined": "Undetermined"}.items():
        members = [names[node] for node in names if graph.degree(node) and graph.nodes[node]["camp"] == camp]
        if members:
            parts.append(f"{label}: {', '.join(members)}.")
    alone = [names[node] for node in names if not graph.degree(node)]
    if alone:
        more = [f"{len(alone) - MOST_NAMED} others"] if len(alone) > MOST_NAMED else []
        parts.append(f"Without a tie: {', '.join([*alone[:MOST_NAMED], *more])}.")
    kinds = Counter(key for *_, key in graph.edges(keys=True))
    parts.append("Ties: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) + ".")
    return " ".join([*parts, "A table with the claims follows."])


def _dots(scene: Scene, nodes: list[str], xs: list[float], ys: list[float], sizes: list[float]) -> Trace:
    about = [scene.graph.nodes[node] for node in nodes]
    shapes = [palette.actor_look(node["kind"]) for node in about]
    widths = [2.5 if node["anchor"] else 1.3 for node in about]
    marker = {
        "symbol": [shape.symbol for shape in shapes], "size": sizes,
        "color": [CAMP_FILL[node["camp"]] for node in about], "opacity": 1,
        "line": {"color": [shape.outline for shape in shapes], "width": widths},
    }  # fmt: skip
    texts = [say_actor(scene.graph, node) for node in nodes]
    return _trace(x=xs, y=ys, mode="markers", marker=marker, hoverinfo="text", hovertext=texts, customdata=nodes)


def _words(xs: list[float], ys: list[float], texts: list[str], places: list[str] | str) -> Trace:
    font = {"size": LABEL_SIZE, "color": INK, "shadow": HALO}
    return _trace(x=xs, y=ys, mode="text", text=texts, textposition=places, textfont=font, hoverinfo="skip")
