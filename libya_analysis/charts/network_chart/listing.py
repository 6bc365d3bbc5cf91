"""A network on a phone: a list of those to whom something is done, below each who does it, each behind its sign."""

from __future__ import annotations

from collections import Counter

import networkx as nx

from libya_analysis.charts.frame import Chart, Draft, frame, stack_legends
from libya_analysis.charts.network_chart.marks import describe, faint_key, family_key, say_actor, say_tie
from libya_analysis.charts.network_chart.scene import Tie, camp_names, family_of, look_of, name_of, rests_of
from libya_analysis.charts.palette import CAMP_FILL, FAINT, GRID, MUTED, TIES, actor_look
from libya_analysis.charts.text import LABEL_SIZE, NOTE_SIZE, escape, fit, isolate, shorten, text_width
from libya_analysis.evidence import vocabulary
from libya_analysis.evidence.claim import grouped
from libya_analysis.words.sentence import how_many

_SIDE, _TOP, _LINE, _SIZE = 12, 84, 22, 12  # pixels: margins, height of a line, size of names
_SIGN = 18  # room of a sign before its name


def compose_list(graph: nx.MultiDiGraph, width: int, language: str, headline: str, scope: str) -> Chart:
    """List the ties of a network by the actor to whom they go; those without a direction by the one of most ties."""
    draft = Draft(width, _SIDE, _SIDE)
    about, order = graph.nodes, {family: number for number, family in enumerate(vocabulary.FAMILIES)}
    rank = {node: (not about[node]["anchor"], about[node]["camp"], -graph.degree(node), node) for node in graph}

    def whose(edge: Tie) -> str:
        return edge[1] if graph.edges[edge]["directed"] else min(edge[:2], key=lambda node: (-graph.degree(node), node))

    ties = grouped(graph.edges(keys=True), whose)
    y, heads = 0.0, list[tuple[str, float, str]]()
    names: dict[str, list[tuple[float, float, str]]] = {}
    signs: dict[tuple[str, float], list[tuple[float, float, str]]] = {}
    for node in sorted(ties, key=rank.__getitem__):
        y += 6
        draft.line(0, draft.plane, y, y, color=GRID, width=1)
        head = fit(name_of(graph, node, language), draft.plane - _SIGN - 4, LABEL_SIZE, bold=True)
        more = 8 * head.count("<br>")
        heads.append((node, y + 15 + more, head))
        x, y = 0.0, y + 38 + 2 * more
        # What looks alike and has the same other end is told once.
        alike: dict[tuple[str, str, float], list[Tie]] = {}
        for edge in ties[node]:
            sign = family_of(edge[2]), edge[0] if edge[1] == node else edge[1], look_of(graph.edges[edge])[1]
            alike.setdefault(sign, []).append(edge)
        for sign in sorted(alike, key=lambda sign: (order[sign[0]], rank[sign[1]])):
            (family, other, opacity), edges = sign, alike[sign]
            claims = sum(len(graph.edges[edge]["claims"]) for edge in edges)
            count = f" ×{claims}" if claims > 1 else ""
            name = shorten(name_of(graph, other, language), draft.plane - _SIGN - text_width(count, _SIZE), _SIZE)
            wide = _SIGN + text_width(name + count, _SIZE) + 12
            if x and x + wide > draft.plane + 12:
                x, y = 0.0, y + _LINE
            told = "<br>".join(say_tie(graph, edge, language) for edge in edges)
            signs.setdefault((family, opacity), []).append((x + 8, y, told))
            words = f'{escape(isolate(name))}<span style="color:{MUTED}">{count}</span>'
            names.setdefault(family, []).append((x + _SIGN - 2, y, words))
            x += wide
        y += 12
    _draw_heads(draft, graph, heads)
    for family, found in names.items():
        draft.write(found, _SIZE, legendgroup=family)
    for (family, opacity), points in signs.items():
        look = TIES[family]
        line = {"width": look.head.line, "color": look.color}
        marker = {"symbol": look.head.key, "size": max(min(look.head.size, 11), 7), "color": look.color, "line": line}
        draft.mark(points, marker, opacity=opacity, legendgroup=family)
    counts = Counter(family_of(key) for *_, key in graph.edges(keys=True))
    draft.traces += [family_key(family, counts[family]) for family in vocabulary.FAMILIES if counts[family]]
    draft.traces += [faint_key()] if any(opacity == FAINT for _, opacity in signs) else []
    draft.sheet(y)
    below = stack_legends(draft, {"legend": "<b>Tie</b>: ", "legend2": ""}, y) + 6
    alone = sum(not graph.degree(node) for node in graph)
    if alone:
        draft.note(
            text=f"{how_many(alone, 'more actor')} without a tie: see the table.", xref="paper",
            yref="paper", x=0, y=-below / y, xanchor="left", yanchor="top", font={"size": NOTE_SIZE, "color": MUTED},
        )  # fmt: skip
        below += 26
    return frame(draft, headline, scope, describe(graph, headline, scope, language), y, _TOP, below, **rests_of(graph))


def _draw_heads(draft: Draft, graph: nx.MultiDiGraph, heads: list[tuple[str, float, str]]) -> None:
    """The names of those to whom something is done, each with its shape, on the colour of its camp."""
    looks = [actor_look(graph.nodes[node]["kind"]) for node, *_ in heads]
    marker = {
        "symbol": [look.symbol for look in looks], "size": [10 if look.small else 13 for look in looks],
        "color": [CAMP_FILL[graph.nodes[node]["camp"]] for node, *_ in heads],
        "line": {"color": [look.outline for look in looks], "width": 1.3},
    }  # fmt: skip
    draft.mark([(8, y, say_actor(graph, node)) for node, y, _ in heads], marker)
    room, sides = draft.plane - _SIGN - 4, camp_names(graph)
    lines = []
    for node, y, name in heads:
        side = sides.get(graph.nodes[node]["camp"], "")
        fits = side and text_width(name, LABEL_SIZE, bold=True) + text_width(side, NOTE_SIZE) + 12 < room
        beside = f' <span style="font-size:{NOTE_SIZE}px;color:{MUTED}">{escape(side)}</span>' if fits else ""
        lines.append((_SIGN, y, f"<b>{isolate(name)}</b>{beside}"))
    draft.write(lines, LABEL_SIZE)
