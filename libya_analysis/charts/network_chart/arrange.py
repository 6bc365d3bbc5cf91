"""The whole picture of a network: nodes placed, lines drawn and labels set in turns, and the best picture kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from libya_analysis.charts.network_chart.geometry import (
    POINTS,
    Array,
    Edge,
    Geometry,
    Measures,
    Node,
    Places,
    measure,
    node_boxes,
)
from libya_analysis.charts.network_chart.label import Labels
from libya_analysis.charts.network_chart.place import CAPTION, Plane, limits, place_nodes, plan
from libya_analysis.charts.network_chart.route import Lines

_TRIED = 2  # arrangements of the nodes, of those that seem best, around which lines and labels are drawn
_MARGIN, _LOWEST = 10.0, 260.0  # pixels around all that is drawn; the least height of a plane

#: Steps aside that a node may take.
_STEPS = ((24, 0), (0, 24), (-24, 0), (0, -24), (36, 36), (-36, 36), (-36, -36), (36, -36))
_NUDGED, _TROUBLE = 12, 30.0  # nodes that may step aside, and what they must cost for that


def arrange(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    width: float,
    fixed: Places,
    upright: bool = False,
    height: float = 0,
) -> Geometry:
    """Lay out a network of two camps on a plane of some width: the best of several arrangements.

    ``fixed`` are places to keep, by index of the node. Upright, the camps stand above each other, the left one on top.
    Without a height for the nodes, they have as much as they need.

    Examples
    --------
    >>> two = [Node("left", 20, "circle", (40, 17), True), Node("right", 20, "circle", (40, 17), True)]
    >>> (left, low), (right, high) = arrange(two, [Edge(0, 1)], 1000, {}).positions.tolist()
    >>> left < 500 < right, round(left + right), low == high
    (True, 1000, True)
    """
    if not nodes:
        none, empty = np.zeros((0, 4)), np.zeros((0, POINTS, 2))
        return Geometry(width, 0.0, _LOWEST, (0.0, width), empty[:, 0], empty, none, (), Measures(), upright)
    plane = plan(nodes, width, upright, fixed, height)
    kept = set(fixed) | {k for k, node in enumerate(nodes) if node.anchor}
    pictures = [_Picture(nodes, edges, at, plane, kept) for at in place_nodes(nodes, edges, plane, fixed)]
    for picture in pictures[:_TRIED]:
        picture.improve(nudge=False)
        picture.improve(nudge=False)
    best = min(pictures[:_TRIED], key=_Picture.faults)
    best.improve(nudge=True)
    for picture in pictures[_TRIED:]:
        if not best.faults()[0]:
            break
        # Lines through nodes must not be: try the arrangements that seemed worse.
        picture.improve(nudge=True)
        picture.improve(nudge=True)
        best = min(best, picture, key=_Picture.faults)
    return best.best()


class _Picture:
    """Lines and labels around placed nodes, improved in turns."""

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], at: Array, plane: Plane, fixed: set[int]) -> None:
        self.nodes, self.edges, self.plane = nodes, edges, plane
        box = np.array([2.0, 2.0, plane.width - 2, plane.height - CAPTION])
        self.lines, self.labels = Lines(nodes, edges, at, box), Labels(nodes, at, box)
        self.free = [k for k in range(len(nodes)) if k not in fixed]
        self.turns: list[Geometry] = []

    def improve(self, nudge: bool) -> None:
        """Route the lines anew around the labels as they stand, move the labels, let nodes in trouble step aside."""
        self.lines.route(self.labels.boxes)
        self.lines.untangle(self.labels.boxes)
        self.labels.settle(self.lines.paths())
        if nudge:
            self._nudge()
        self.turns.append(self._as_it_is())

    def faults(self) -> tuple[int, int]:
        """How bad the best turn was."""
        return self.best().measures.faults

    def best(self) -> Geometry:
        """The best turn."""
        return min(self.turns, key=lambda turn: turn.measures.faults)

    def _as_it_is(self) -> Geometry:
        width, height, upright, _ = self.plane
        at, curves, labels = self.lines.at.copy(), self.lines.curves.copy(), self.labels.boxes.copy()
        ends = node_boxes(self.nodes, at)[:, 1::2]
        ys = np.concatenate([labels[:, 1::2].ravel(), curves[..., 1].ravel(), ends.ravel()])
        low, high = float(ys.min()) - _MARGIN, float(ys.max()) + _MARGIN + CAPTION
        spare = max(0.0, _LOWEST - (high - low)) / 2
        bottom, top = math.floor(low - spare), math.ceil(high + spare)
        first, last = self.plane.ends["undetermined"]
        middle = (height - last, height - first) if upright else (first, last)
        found = measure(self.nodes, self.edges, at, curves, labels)
        return Geometry(width, bottom, top, middle, at, curves, labels, self.labels.sides(), found, upright)

    def _nudge(self) -> None:
        """Let the nodes with the most trouble around them take a step, if that helps."""
        trouble = {k: self._trouble(k) for k in self.free}
        low, high = limits(self.nodes, self.plane)
        for k in sorted(self.free, key=lambda k: (-trouble[k], k))[:_NUDGED]:
            if trouble[k] < _TROUBLE:
                return
            start, label = self.lines.at[k].copy(), int(self.labels.place[k])
            best, least = start, self._trouble(k) - 5
            for step in _STEPS:
                place = np.round(np.clip(start + step, low[k], high[k]), 1)
                if self.labels.has_room(k, place):
                    self._move(k, place)
                    cost = self._trouble(k)
                    if cost < least:
                        best, least = place, cost
            self._move(k, best, label if best is start else None)
            if best is not start:
                self.lines.route(self.labels.boxes, np.flatnonzero(self.lines.own[:, k]).tolist())

    def _move(self, k: int, place: Array, label: int | None = None) -> None:
        self.lines.move(k, place)
        self.labels.move(k, place)
        self.labels.take(k, self.labels.best(k, self.lines.paths()) if label is None else label)

    def _trouble(self, k: int) -> float:
        """What node k, its label and its lines cost where they are."""
        boxes = self.labels.boxes
        mine = sum(self.lines.cost(i, boxes) for i in np.flatnonzero(self.lines.own[:, k]).tolist())
        return round(mine + self.lines.beside_node(k, boxes[k]), 4)
