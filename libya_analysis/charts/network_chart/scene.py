"""What the network chart draws: which actors and ties, how large, under which names, and where."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import side_names
from libya_analysis.analysis.network import NOT_ACTUAL
from libya_analysis.charts.frame import NARROW
from libya_analysis.charts.network_chart.geometry import BARE, Array, Edge, Geometry, Node, extended, strand
from libya_analysis.charts.network_chart.layout_cache import arrange_once
from libya_analysis.charts.network_chart.place import plane_height
from libya_analysis.charts.palette import CAMP_GROUND, FAINT, actor_look, dash_of, tie_look
from libya_analysis.charts.text import LABEL_SIZE, isolate, say_sources, shorten, text_width
from libya_analysis.evidence import vocabulary
from libya_analysis.evidence.claim import grouped
from libya_analysis.evidence.dates import say_date
from libya_analysis.words.sentence import how_many

#: A tie by its key in the graph: from, to, kind.
Tie = tuple[str, str, str]

#: Names in a row of actors, or in a description, at most.
MOST_NAMED = 60

_ROOMY = 700  # pixels of width from which on the saved places have room

_LINE = 17  # pixels a line of a label
_ONE_LINE, _WIDEST = 118, 165  # widest name in one line, widest line of several
_SPACE = 3.0  # pixels between two heads at a node
_APART = 1.8  # pixels between two strands of a line


@dataclass(frozen=True)
class Scene:
    """What is drawn and where."""

    graph: nx.MultiDiGraph
    drawn: list[str]  # actors with ties
    alone: list[str]  # the first of those without
    unnamed: int  # how many of these are left out
    edges: list[Tie]  # ordered by family
    names: dict[str, list[str]]  # the lines of each actor's name
    language: str
    nodes: list[Node]  # the actors drawn and the ties as they are laid out, all between two actors as one
    ties: list[Edge]
    laid: Geometry  # places and curves in the same order
    paths: list[Array]  # of each of the edges, from tail to head

    def of(self, family: str) -> list[int]:
        """Numbers of the ties of a family."""
        return [i for i, edge in enumerate(self.edges) if family_of(edge[2]) == family]

    def tie(self, i: int) -> Mapping[str, Any]:
        """Attributes of a tie."""
        return self.graph.edges[self.edges[i]]  # type: ignore[no-any-return]

    def look(self, i: int) -> tuple[str, float, float]:
        """Dash, opacity and width of a tie."""
        return look_of(self.tie(i))

    def name(self, node: str) -> str:
        """An actor's whole name, kept apart from text of the other direction."""
        return isolate(name_of(self.graph, node, self.language))


def set_scene(
    graph: nx.MultiDiGraph,
    width: float,
    positions: Mapping[str, tuple[float, float]],
    language: str,
    height: float = 0,
) -> Scene:
    """Decide on names and sizes, and lay everything out on a plane of some width; some places may be given to keep.

    On a plane of another height than the actors need, saved places are as much lower or higher.
    """
    drawn = sorted(node for node in graph if graph.degree(node))
    alone = sorted(node for node in graph if not graph.degree(node))
    unnamed = max(0, len(alone) - MOST_NAMED)
    del alone[MOST_NAMED:]
    order = {family: number for number, family in enumerate(vocabulary.FAMILIES)}
    edges = sorted(graph.edges(keys=True), key=lambda edge: (order[family_of(edge[2])], edge))
    names, nodes = {}, []
    for node in (*drawn, *alone):
        names[node] = name_lines(name_of(graph, node, language), bool(graph.nodes[node]["anchor"]))
    for node in drawn:
        about, shape = graph.nodes[node], actor_look(graph.nodes[node]["kind"]).symbol
        wide = max(text_width(line, LABEL_SIZE, bold=about["anchor"]) for line in names[node])
        size = (math.ceil(wide) + 4, _LINE * len(names[node]))
        band = about["camp"] if about["camp"] in CAMP_GROUND else "undetermined"
        nodes.append(Node(band, _radius(graph, node), shape, size, about["anchor"]))
    index = {node: k for k, node in enumerate(drawn)}
    bundles = [_Bundle(graph, pair, together) for pair, together in grouped(edges, _pair).items()]
    ties = [bundle.edge(index) for bundle in bundles]
    fixed = {index[node]: (float(x), float(y)) for node, (x, y) in positions.items() if node in index}
    if width >= _ROOMY:
        share_of_height = height / plane_height(nodes, width, False) if height else 1
        for node, (camp, share, y) in _saved_places(graph.graph.get("level", "actor"), width).items():
            if node in index and camp == graph.nodes[node]["camp"]:
                fixed.setdefault(index[node], (round(share * width, 1), round(y * share_of_height, 1)))
    laid = arrange_once(nodes, ties, width, fixed, width < NARROW, height)
    paths = {edge: path for k, bundle in enumerate(bundles) for edge, path in bundle.paths(laid.curves[k])}
    return Scene(
        graph, drawn, alone, unnamed, edges, names, language, nodes, ties, laid, [paths[edge] for edge in edges]
    )


def _pair(edge: Tie) -> tuple[str, str]:
    return min(edge[:2]), max(edge[:2])


@dataclass(frozen=True)
class _Bundle:
    """All ties between two actors: strands of one line, whose heads are stacked at its ends, one for each family."""

    graph: nx.MultiDiGraph
    pair: tuple[str, str]
    ties: list[Tie]

    def _slots(self, end: int) -> dict[str, tuple[float, float]]:
        """Where, seen from the actor at one end, the head of each family begins there, and its length."""
        slots: dict[str, tuple[float, float]] = {}
        reach = 0.0
        for edge in self.ties:
            family, length = family_of(edge[2]), tie_look(self.graph.edges[edge]["kind"]).head.length
            headed = edge[1] == self.pair[end] or not self.graph.edges[edge]["directed"]
            if headed and family not in slots:
                slots[family] = reach, length
                reach += length
        return slots

    def edge(self, index: Mapping[str, int]) -> Edge:
        """The line to lay out."""
        tail, head = (sum(length for _, length in self._slots(end).values()) for end in (0, 1))
        looks = [tie_look(self.graph.edges[edge]["kind"]) for edge in self.ties]
        broad, pull = max(look.head.broad for look in looks), 2.0 if all(look.quiet for look in looks) else 1.0
        return Edge(index[self.pair[0]], index[self.pair[1]], tail, head, broad, pull)

    def paths(self, curve: Array) -> list[tuple[Tie, Array]]:
        """The strand of each tie, from its tail to where its head begins; strands part where no head is."""
        lanes = [look_of(self.graph.edges[edge])[2] + _APART for edge in self.ties]
        slots, aside, found = [self._slots(end) for end in (0, 1)], -sum(lanes) / 2, []
        reach = [sum(length for _, length in slots[end].values()) for end in (0, 1)]
        for edge, lane in zip(self.ties, lanes, strict=True):
            family, directed = family_of(edge[2]), self.graph.edges[edge]["directed"]
            path = strand(curve, aside + lane / 2)
            for end in (1, 0):
                headed = edge[1] == self.pair[end] or not directed
                path = extended(path, reach[end] - (sum(slots[end][family]) if headed else 0.0))[::-1]
            found.append((edge, path if edge[:2] == self.pair else path[::-1]))
            aside += lane
        return found


def _saved_places(level: str, width: float) -> dict[str, tuple[str, float, float]]:
    """Places found for the shipped actors on a plane of about that width: camp, share of the width, and height.

    Actors keep them in every selection, so that a picture stays as it was when a claim is added or a filter is set.
    """
    saved = json.loads(Path(__file__).with_name("places.json").read_text(encoding="utf-8"))
    planes = saved.get(level, {})
    nearest = min(planes, key=lambda wide: (abs(float(wide) - width), -float(wide)), default="")
    return planes.get(nearest, {})  # type: ignore[no-any-return]


def camp_names(graph: nx.MultiDiGraph) -> dict[str, str]:
    """Names of the camps by side, if there are any."""
    return side_names(graph.graph.get("camps", ()))


def family_of(key: str) -> str:
    """Family of a tie by its key in the graph."""
    return vocabulary.TIES[key.removesuffix(NOT_ACTUAL)].family


def look_of(tie: Mapping[str, Any]) -> tuple[str, float, float]:
    """Dash, opacity and width of a tie, by its attributes in a network."""
    faint = not tie["actual"] or not tie["answer"].firm
    thin = 1.3 if tie_look(tie["kind"]).quiet else 1.9
    return dash_of(tie["status"]), FAINT if faint else 1.0, round(min(thin + 0.9 * (len(tie["claims"]) - 1), 5.5), 1)


def _radius(graph: nx.MultiDiGraph, node: str) -> float:
    """Half the size of an actor: by its kind and number of ties, and not too small for the heads that end there."""
    room = 0.0
    both = [*graph.in_edges(node, keys=True), *graph.out_edges(node, keys=True)]
    for together in grouped(both, _pair).values():
        headed = [e for e in together if e[1] == node or not graph.edges[e]["directed"]]
        room += _SPACE + max((tie_look(graph.edges[e]["kind"]).head.broad for e in headed), default=BARE)
    room = room / (2 * math.pi * 0.6) - 7
    if graph.nodes[node]["anchor"]:
        return round(min(max(30.0, room), 38.0), 1)
    small = actor_look(graph.nodes[node]["kind"]).small
    usual = 8.0 if small else 9 + 2 * math.sqrt(graph.degree(node))
    return round(min(max(usual, room), 20.0 if small else 34.0), 1)


def name_lines(name: str, bold: bool = False) -> list[str]:
    """Break a name into up to three lines of about the same width; what is still too long ends in an ellipsis.

    Examples
    --------
    >>> name_lines("Egypt")
    ['Egypt']
    >>> name_lines("Committee for the Reconstruction of the Old Harbour and its Many Old Warehouses")
    ['Committee for the Recon…', 'of the Old Harbour', 'and its Many Old Wareho…']
    """
    words = name.split()
    lines = [name]
    for count, most in enumerate((_ONE_LINE, _WIDEST, _WIDEST), 1):
        cuts = combinations(range(1, len(words)), count - 1)
        broken = [[" ".join(words[i:j]) for i, j in pairwise((0, *cut, len(words)))] for cut in cuts]
        lines = min(broken, key=lambda cut: max(text_width(line, LABEL_SIZE, bold) for line in cut), default=lines)
        if max(text_width(line, LABEL_SIZE, bold) for line in lines) <= most:
            break
    return [shorten(line, _WIDEST, bold=bold) for line in lines]


def name_of(graph: nx.MultiDiGraph, node: str, language: str = "en") -> str:
    """Name of an actor in a language, in English where the tables have none in Arabic."""
    about = graph.nodes[node]
    return str(about["name_ar"] if language == "ar" and about["name_ar"] else about["name"])


def rests_of(graph: nx.MultiDiGraph) -> dict[str, str]:
    """From which sources a network is, and as of when; for captions."""
    day = graph.graph["as_of"]
    return {
        "sources": say_sources(graph.graph["sources"]),
        "day": f"as of {say_date(day.isoformat())}" if day else "",
    }


def scope_of(graph: nx.MultiDiGraph, focus: str = "", shown: int | None = None) -> str:
    """What is drawn, from which sources, as of when; and how many ties of all are shown, if not all."""
    edges = [edge for *_, edge in graph.edges(data=True)]
    actors = sum(1 for node in graph if graph.degree(node))
    claims = sum(len(edge["claims"]) for edge in edges)
    part = f"{shown} of " if shown not in (None, len(edges)) else ""
    drawn = f"{how_many(actors, 'actor')}, {part}{how_many(len(edges), 'tie')}, {how_many(claims, 'claim')}"
    parts = [f"{drawn} from {say_sources(graph.graph['sources'])}"]
    day = graph.graph["as_of"]
    if day:
        faint = sum(not edge["answer"].firm for edge in edges)
        parts.append(f"as of {say_date(day.isoformat())}")
        if faint:
            many = "all" if faint == len(edges) else f"{faint}"
            parts.append(
                f"{many} {'tie' if faint == 1 else 'ties'} not attested within {graph.graph['near']} days of it"
            )
    if graph.graph["level"] == "principal":
        parts.append("leaders and ministers counted as their state")
    if focus:
        parts.append(f"only {graph.nodes[focus]['name']} and those it has ties to")
    return " · ".join(parts)
