"""Where names stand beside their nodes.

They begin below them, where the layout left room, and only ever move to places that are free, so that none covers
another name or a node.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from libya_analysis.charts.network_chart.geometry import Array, Counts, Node, grown, node_boxes, overlap, runs_through

#: Where a label may stand: the side of the node at which it begins, and how little that place is liked.
_PLACES = (
    ("middle", 0.0), ("middle", 0.3), ("right", 0.5), ("left", 0.5),
    ("right", 1.0), ("right", 1.0), ("left", 1.0), ("left", 1.0),
    ("middle", 1.2), ("middle", 1.2), ("middle", 1.2), ("middle", 1.2),
    ("middle", 2.0), ("middle", 2.0), ("right", 2.0), ("left", 2.0),
)  # fmt: skip
_TAKEN, _OUTSIDE, _CROSSED, _TOUCHED = 1000.0, 100.0, 4.0, 1.0


class Labels:
    """The places of all labels; the first of each is below its node."""

    def __init__(self, nodes: Sequence[Node], at: Array, plane: Array) -> None:
        self.nodes, self.plane = nodes, plane
        self.choices = np.array([_around(node, place) for node, place in zip(nodes, at, strict=True)])
        self.place = np.zeros(len(nodes), dtype=int)
        self.boxes = self.choices[:, 0].copy()
        self.obstacles = grown(node_boxes(nodes, at), 2)
        self.order = sorted(range(len(nodes)), key=lambda k: (-nodes[k].radius, k))

    def settle(self, paths: Array) -> None:
        """Move labels to free places where fewer lines cross them, until none moves."""
        lines = [self._lines(k, paths) for k in range(len(self.nodes))]
        again = True
        while again:
            again = False
            for k in self.order:
                costs = np.round(lines[k] + self._places(k), 4)
                best = int(costs.argmin())
                if costs[best] < costs[self.place[k]]:
                    self.take(k, best)
                    again = True

    def best(self, k: int, paths: Array) -> int:
        """The place where the label of node k disturbs least, all others staying where they are."""
        return int(np.round(self._lines(k, paths) + self._places(k), 4).argmin())

    def take(self, k: int, place: int) -> None:
        """Put the label of node k at a place."""
        self.place[k], self.boxes[k] = place, self.choices[k, place]

    def move(self, k: int, at: Array) -> None:
        """Let the places of the label of node k follow it."""
        self.choices[k] = _around(self.nodes[k], at)
        self.obstacles[k] = grown(node_boxes([self.nodes[k]], at[None]), 2)[0]
        self.boxes[k] = self.choices[k, self.place[k]]

    def has_room(self, k: int, at: Array) -> bool:
        """Whether node k may stand somewhere: neither on a node or label, nor so that its own label has no place."""
        others = np.arange(len(self.nodes)) != k
        box = grown(node_boxes([self.nodes[k]], at[None]), 14)
        if overlap(box, self.obstacles[others]).any() or overlap(box, self.boxes[others]).any():
            return False
        return not self._taken(k, np.array(_around(self.nodes[k], at))).all()

    def sides(self) -> tuple[str, ...]:
        """Where each label stands beside its node."""
        return tuple(_PLACES[place][0] for place in self.place)

    def _lines(self, k: int, paths: Array) -> Array:
        """What lines cost the label of node k at each of its places."""
        start, end = paths[:, :-1, None], paths[:, 1:, None]
        crossed = runs_through(start, end, grown(self.choices[k], 1)).any(axis=1).sum(axis=0)
        touched = runs_through(start, end, grown(self.choices[k], 4)).any(axis=1).sum(axis=0)
        return np.asarray(_CROSSED * crossed + _TOUCHED * touched)

    def _places(self, k: int) -> Array:
        """What each place of the label of node k costs, lines apart."""
        choices = self.choices[k]
        outside = (choices[:, :2] < self.plane[:2]).any(axis=1) | (choices[:, 2:] > self.plane[2:]).any(axis=1)
        return np.asarray(_TAKEN * self._taken(k, choices) + _OUTSIDE * outside + [cost for _, cost in _PLACES])

    def _taken(self, k: int, choices: Array) -> Counts:
        """How many labels and nodes are where the label of node k might stand."""
        others = np.arange(len(self.boxes)) != k
        labels, nodes = grown(self.boxes[others], 1), self.obstacles[others]
        return np.asarray(sum(overlap(choices[:, None], taken).sum(axis=1) for taken in (labels, nodes)))


def _around(node: Node, at: Array) -> list[tuple[float, float, float, float]]:
    """Boxes around a node in which its label may stand, in the order of :data:`_PLACES`."""
    (w, h), (x, y), r = node.label, at.tolist(), node.reach + 4
    k, s = r * {"square": 1.0, "diamond": 0.5}.get(node.shape, 0.72), 0.36 * w
    corners = [
        (x - w / 2, y - r - h), (x - w / 2, y + r), (x + r, y - h / 2), (x - r - w, y - h / 2),
        (x + k, y + k - 3), (x + k, y - k - h + 3), (x - k - w, y + k - 3), (x - k - w, y - k - h + 3),
        (x - w / 2 + s, y - r - h), (x - w / 2 - s, y - r - h), (x - w / 2 + s, y + r), (x - w / 2 - s, y + r),
        (x - w / 2, y - r - h - 10), (x - w / 2, y + r + 10), (x + r + 12, y - h / 2), (x - r - w - 12, y - h / 2),
    ]  # fmt: skip
    return [(round(left, 1), round(bottom, 1), round(left + w, 1), round(bottom + h, 1)) for left, bottom in corners]
