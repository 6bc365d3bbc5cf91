"""What the network chart draws: which actors and ties, how large, under which names, and where."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import side_names
from libya_analysis.analysis.network import NOT_ACTUAL
from libya_analysis.charts.frame import NARROW
from libya_analysis.charts.network_chart.geometry import BARE, Edge, Geometry, Node
from libya_analysis.charts.network_chart.layout_cache import arrange_once
from libya_analysis.charts.network_chart.place import plane_height
from libya_analysis.charts.palette import CAMP_GROUND, FAINT, actor_look, dash_of, tie_look
from libya_analysis.charts.text import LABEL_SIZE, isolate, say_sources, shorten, text_width
from libya_analysis.evidence import vocabulary
from libya_analysis.evidence.dates import say_date
from libya_analysis.words.sentence import how_many

#: A tie by its key in the graph: from, to, kind.
Tie = tuple[str, str, str]

#: Names in a row of actors, or in a description, at most.
MOST_NAMED = 60

_ROOMY = 1000  # pixels of width from which on the saved places have room

_LINE = 17  # pixels a line of a label
_ONE_LINE, _TWO_LINES = 118, 165  # widest name in one line, widest line of two
_SPACE = 3.0  # pixels between two heads at a node


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
    nodes: list[Node]  # the actors drawn and the ties as they are laid out
    ties: list[Edge]
    laid: Geometry  # places and curves in the same order

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
    index, ties = {node: k for k, node in enumerate(drawn)}, []
    for edge in edges:
        tie = graph.edges[edge]
        look = tie_look(tie["kind"])
        tail = 0 if tie["directed"] else look.head.length
        pull = 2.0 if look.quiet else 1.0
        ties.append(Edge(index[edge[0]], index[edge[1]], tail, look.head.length, look.head.broad, pull))
    fixed = {index[node]: (float(x), float(y)) for node, (x, y) in positions.items() if node in index}
    if width >= _ROOMY:
        share_of_height = height / plane_height(nodes, width, False) if height else 1
        for node, (camp, share, y) in _saved_places(graph.graph.get("level", "actor")).items():
            if node in index and camp == graph.nodes[node]["camp"]:
                fixed.setdefault(index[node], (round(share * width, 1), round(y * share_of_height, 1)))
    laid = arrange_once(nodes, ties, width, fixed, width < NARROW, height)
    return Scene(graph, drawn, alone, unnamed, edges, names, language, nodes, ties, laid)


def _saved_places(level: str) -> dict[str, tuple[str, float, float]]:
    """Places found for the shipped actors: camp, share of the width, and height.

    Actors keep them in every selection, so that a picture stays as it was when a claim is added or a filter is set.
    """
    saved = json.loads(Path(__file__).with_name("places.json").read_text(encoding="utf-8"))
    return saved.get(level, {})  # type: ignore[no-any-return]


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
    for _, b, tie in [*graph.in_edges(node, data=True), *graph.out_edges(node, data=True)]:
        headed = b == node or not tie["directed"]
        room += _SPACE + (tie_look(tie["kind"]).head.broad if headed else BARE)
    room = room / (2 * math.pi * 0.6) - 7
    if graph.nodes[node]["anchor"]:
        return round(min(max(30.0, room), 38.0), 1)
    small = actor_look(graph.nodes[node]["kind"]).small
    usual = 8.0 if small else 9 + 2 * math.sqrt(graph.degree(node))
    return round(min(max(usual, room), 20.0 if small else 34.0), 1)


def name_lines(name: str, bold: bool = False) -> list[str]:
    """Break a name into one line, or two of about the same width; what is still too long ends in an ellipsis.

    Examples
    --------
    >>> name_lines("Egypt")
    ['Egypt']
    >>> name_lines("Committee for the Reconstruction of the Old Harbour and its Warehouses")
    ['Committee for the Recon…', 'the Old Harbour and its…']
    """
    words = name.split()
    if text_width(name, LABEL_SIZE, bold) <= _ONE_LINE or len(words) < 2:
        return [shorten(name, _TWO_LINES, bold=bold)]
    cuts = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    lines = min(cuts, key=lambda cut: max(text_width(line, LABEL_SIZE, bold) for line in cut))
    return [shorten(line, _TWO_LINES, bold=bold) for line in lines]


def name_of(graph: nx.MultiDiGraph, node: str, language: str = "en") -> str:
    """Name of an actor in a language, in English where the tables have none in Arabic."""
    about = graph.nodes[node]
    return str(about["name_ar"] if language == "ar" and about["name_ar"] else about["name"])


def scope_of(graph: nx.MultiDiGraph, focus: str = "") -> str:
    """What is drawn, from which sources, as of when."""
    edges = [edge for *_, edge in graph.edges(data=True)]
    actors = sum(1 for node in graph if graph.degree(node))
    claims = sum(len(edge["claims"]) for edge in edges)
    drawn = f"{how_many(actors, 'actor')}, {how_many(len(edges), 'tie')}, {how_many(claims, 'claim')}"
    parts = [f"{drawn} from {say_sources(graph.graph['sources'])}"]
    day = graph.graph["as_of"]
    if day:
        faint = sum(not edge["answer"].firm for edge in edges)
        parts.append(f"as of {say_date(day.isoformat())}")
        if faint:
            many = "all" if faint == len(edges) else f"{faint}"
            parts.append(f"{many} not reported within {graph.graph['near']} days of it")
    if graph.graph["level"] == "principal":
        parts.append("leaders and ministers counted as their state")
    if focus:
        parts.append(f"only {graph.nodes[focus]['name']} and those it has ties to")
    return " · ".join(parts)
