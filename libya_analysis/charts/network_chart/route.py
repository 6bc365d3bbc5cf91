"""How lines run between placed nodes: apart where they meet a node, and bent around what is in their way.

Every line may take one of some forty curves. In turns, each takes the one that costs least beside all the others as
they stand, counting foreign nodes in its way, labels and lines that it crosses, heads that it touches, and how bent
it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from libya_analysis.charts.network_chart.geometry import (
    BARE,
    GAP,
    POINTS,
    Array,
    Edge,
    Node,
    crossings,
    distance,
    draw_curves,
    grown,
    length,
    runs_through,
    tips,
)

_PORT = 4.0  # free pixels between the ends of two lines at a node
_SQUEEZED = 3  # how often that room may be made smaller, where there are many
_ASTRAY = 1.2  # how far, in radians, an end may be pushed aside before that is done

#: How far a line may lean to its left at its tail and at its head: straight, in arcs, and in the shape of an S.
_LEANS = np.radians(
    [(0, 0)]
    + [(s * a, s * b) for a in (10, 20, 32, 46, 62, 80) for s in (1, -1) for b in (a, a / 3)]
    + [(s * a / 3, s * a) for a in (20, 32, 46, 62, 80) for s in (1, -1)]
    + [(s * a, -s * a) for a in (15, 30, 45) for s in (1, -1)]
)
#: Where a line from a node to itself may stand.
_LOOPS = np.radians(np.arange(0, 360, 20))

_THROUGH, _CLOSE = 200.0, 16.0  # foreign nodes
_CROSSED, _COVERED = 20.0, 40.0  # lines, labels
_CLASH, _PIERCED = 140.0, 15.0  # heads that touch, lines through heads
_LEAN, _BACKWARDS = 3.5, 40.0  # bends, ends that begin by leading away
_OUTSIDE = np.array([50.0, 6.0])  # for each pixel beyond the plane, sideways, and up or down
_QUIET = 3.0  # a line that costs less is left as it is


class Lines:
    """The curves of all edges, and what a curve costs beside the others.

    ``at`` are the centres of the nodes, ``curves`` the curves taken (edges, points, 2), ``tips`` the points of their
    heads (edges, 2, 2).
    """

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], at: Array, plane: Array) -> None:
        self.nodes, self.edges, self.at, self.plane = nodes, edges, at, plane
        self.reach = np.array([node.radius * (1.2 if node.shape in ("square", "diamond") else 1) for node in nodes])
        ends = np.array([(edge.a, edge.b) for edge in edges], dtype=int).reshape(-1, 2)
        self.own = (ends[:, :, None] == np.arange(len(nodes))).any(axis=1)  # (edges, nodes)
        self.meet = (self.own[:, None] & self.own).any(axis=-1)  # whether two edges share a node
        self.widths = np.array([edge.widths for edge in edges]).reshape(-1, 2)
        self.ports = _ports(nodes, edges, at)
        self.lean = np.zeros(len(edges), dtype=int)
        self.curves, self.tips = np.zeros((len(edges), POINTS, 2)), np.zeros((len(edges), 2, 2))
        self.choices: dict[int, tuple[Array, Array]] = {}
        for i in range(len(edges)):
            self._take(i, 0)

    def paths(self) -> Array:
        """Curves with their heads, shape (edges, points, 2)."""
        return np.concatenate([self.tips[:, :1], self.curves, self.tips[:, 1:]], axis=1)

    def route(self, labels: Array, among: Sequence[int] | None = None) -> None:
        """Let edges, all or some, choose the curves that disturb least, the worst first."""
        chosen = range(len(self.edges)) if among is None else among
        now = {i: self.cost(i, labels) for i in chosen}
        for i in sorted(chosen, key=lambda i: (-now[i], i)):
            if now[i] >= _QUIET:
                self._take(i, self._best(i, labels, now[i]))

    def untangle(self, labels: Array) -> None:
        """Let crossing lines that meet at a node change places there, if that is better."""
        found = np.argwhere(np.triu(crossings(self.curves, self.curves) > 0, 1) & self.meet)
        for i, j in found.tolist():
            for node in sorted({self.edges[i].a, self.edges[i].b} & {self.edges[j].a, self.edges[j].b}):
                self._swap(i, j, node, labels)

    def move(self, k: int, place: Array) -> None:
        """Put node k somewhere else; its lines turn with it."""
        mine = np.flatnonzero(self.own[:, k]).tolist()
        before = [self._direction(i) for i in mine]
        self.at[k] = place
        for i, direction in zip(mine, before, strict=True):
            self.ports[i] += self._direction(i) - direction
            self.choices.pop(i, None)
            self._take(i, int(self.lean[i]))

    def cost(self, i: int, labels: Array) -> float:
        """What edge i costs as it is drawn."""
        bends = self._choices(i)[1][self.lean[[i]]]
        return round(float(self.costs(i, self.curves[[i]], bends, labels)[0]), 4)

    def costs(self, i: int, curves: Array, bends: Array, labels: Array) -> Array:
        """What some curves (curves, points, 2) of edge i cost, all other edges staying as they are."""
        edge = self.edges[i]
        tail, head = tips(edge, curves)
        path = np.concatenate([tail[:, None], curves, head[:, None]], axis=1)
        start, end = path[:, :-1, None], path[:, 1:, None]
        foreign = ~self.own[i]
        gap = distance(self.at[foreign], start, end).min(axis=1) - self.reach[foreign]
        cost = bends + _nearness(gap).sum(axis=1)
        if edge.a != edge.b:
            for node in (edge.a, edge.b):
                back = length(curves[:, 3:-3] - self.at[node]) < self.reach[node] + 2
                cost += _THROUGH * back.any(axis=1)
        cost += _COVERED * runs_through(start, end, grown(labels, 2)).any(axis=1).sum(axis=1)
        outside = np.maximum(self.plane[:2] - curves, curves - self.plane[2:]).max(axis=1)
        cost += (np.maximum(0, outside) * _OUTSIDE).sum(axis=1)
        return np.asarray(cost + self._beside(i, curves, tail, head) if len(self.edges) > 1 else cost)

    def beside_node(self, k: int, box: Array) -> float:
        """What lines that do not end at node k cost it and its label, which stands in a box."""
        paths = self.paths()[~self.own[:, k]]
        if not len(paths):
            return 0.0
        start, end = paths[:, :-1], paths[:, 1:]
        gap = distance(self.at[k], start, end).min(axis=1) - self.reach[k]
        covered = runs_through(start, end, grown(box, 2)).any(axis=1)
        return float((_nearness(gap) + _COVERED * covered).sum())

    def _beside(self, i: int, curves: Array, tail: Array, head: Array) -> Array:
        """Crossings with other lines, and heads that are too near to each other."""
        others = np.arange(len(self.edges)) != i
        # A coarse count will do: half of the points, half of the digits.
        mine, theirs = (every.astype(np.float32)[:, ::2] for every in (curves, self.curves[others]))
        low, high = mine.min(axis=(0, 1)), mine.max(axis=(0, 1))
        near = ((theirs.max(axis=1) >= low) & (theirs.min(axis=1) <= high)).all(axis=1)
        cost = _CROSSED * crossings(mine, theirs[near]).sum(axis=1)
        ends, widths = self.tips[others].reshape(-1, 2), self.widths[others].ravel()
        for tip, width in zip((tail, head), self.widths[i], strict=True):
            close = 1 - length(tip[:, None] - ends) / ((widths + width) / 2 + _PORT)
            cost = cost + _CLASH * (np.maximum(0, close) ** 2).sum(axis=1)
        # Lines through the heads of others.
        inside = ((ends > low - 9) & (ends < high + 9)).all(axis=1) & (widths > BARE)
        gap = distance(ends[inside], mine[:, :-1, None], mine[:, 1:, None]).min(axis=1)
        cost = cost + _PIERCED * np.maximum(0, 1 - gap / (widths[inside] / 2 + 2)).sum(axis=1)
        return np.asarray(cost)

    def _direction(self, i: int) -> float:
        """Direction from the tail of edge i straight to its head."""
        x, y = (self.at[self.edges[i].b] - self.at[self.edges[i].a]).tolist()
        return math.atan2(y, x)

    def _choices(self, i: int) -> tuple[Array, Array]:
        """All curves that edge i may take, and how bent they are, as what it costs."""
        if i not in self.choices:
            edge, direction = self.edges[i], self._direction(i)
            if edge.a == edge.b:
                out, back, bends = _LOOPS - 0.6, _LOOPS + 0.6, np.zeros(len(_LOOPS))
            else:
                out, back = self.ports[i, 0] + _LEANS[:, 0], self.ports[i, 1] - _LEANS[:, 1]
                left, right = _turned(out - direction), -_turned(back - direction - math.pi)
                astray = np.maximum(0, np.abs(left) - 1.5) + np.maximum(0, np.abs(right) - 1.5)
                bent = np.abs(left) + np.abs(right) + 0.5 * np.abs(left - right)
                bends = _LEAN * bent**2 + _BACKWARDS * astray
            self.choices[i] = draw_curves(self.nodes, edge, self.at, out, back), bends
        return self.choices[i]

    def _take(self, i: int, lean: int) -> None:
        self.lean[i] = lean
        self.curves[i] = self._choices(i)[0][lean]
        self.tips[i] = tips(self.edges[i], self.curves[i])

    def _best(self, i: int, labels: Array, most: float) -> int:
        """The best curve of edge i; those that are bent for more than it may cost are not tried."""
        curves, bends = self._choices(i)
        tried = np.flatnonzero((bends < most) | (np.arange(len(bends)) == self.lean[i]))
        return int(tried[np.round(self.costs(i, curves[tried], bends[tried], labels), 4).argmin()])

    def _swap(self, i: int, j: int, node: int, labels: Array) -> None:
        """Exchange the places of two lines at a node, if that is better."""
        pair = (i, j)
        before = [(self.ports[k].copy(), int(self.lean[k])) for k in pair]
        cost = sum(self.cost(k, labels) for k in pair)
        one, other = ((k, 0 if self.edges[k].a == node else 1) for k in pair)
        self.ports[one], self.ports[other] = self.ports[other], self.ports[one]
        for k in pair:
            self.choices.pop(k, None)
            self._take(k, int(self.lean[k]))
        for k in pair:
            self._take(k, self._best(k, labels, cost))
        if sum(self.cost(k, labels) for k in pair) < cost - 1:
            return
        for k, (ports, lean) in zip(pair, before, strict=True):
            self.ports[k] = ports
            self.choices.pop(k, None)
            self._take(k, lean)


def _nearness(gap: Array) -> Array:
    """What lines cost that are so far from the outlines of foreign nodes."""
    return np.asarray(np.where(gap < 3, _THROUGH, _CLOSE * np.maximum(0, 1 - gap / 14)))


def _turned(angles: Array) -> Array:
    """Angles as turns between half a circle to the right and half a circle to the left."""
    return (angles + math.pi) % (2 * math.pi) - math.pi


def _ports(nodes: Sequence[Node], edges: Sequence[Edge], at: Array) -> Array:
    """Angles at which edges leave their tail and reach their head.

    They point straight at each other, parallel ones a little to the side, and are then pushed apart around each node,
    in the order of the directions in which the other ends lie: so lines to different nodes do not cross where they
    begin.
    """
    angles = np.zeros((len(edges), 2))
    leans = _parallel(edges, at)
    ends: list[list[tuple[float, float, int, int]]] = [[] for _ in nodes]
    for i, edge in enumerate(edges):
        if edge.a != edge.b:
            x, y = (at[edge.b] - at[edge.a]).tolist()
            ends[edge.a].append((round(math.atan2(y, x), 6), leans[i], i, 0))
            ends[edge.b].append((round(math.atan2(-y, -x), 6), -leans[i], i, 1))
    for node, found in zip(nodes, ends, strict=True):
        if found:
            found.sort()
            wanted, sideways = [end[0] for end in found], [end[1] for end in found]
            room = [(edges[i].widths[end] + _PORT) / (node.radius + GAP + 4) for *_, i, end in found]
            room = [size * min(1.0, 0.95 * 2 * math.pi / sum(room)) for size in room]
            spread = _spread(wanted, sideways, room)
            for _ in range(_SQUEEZED):
                if np.abs(_turned(np.subtract(spread, wanted))).max() < _ASTRAY:
                    break
                room = [0.92 * size for size in room]
                spread = _spread(wanted, sideways, room)
            for (*_, i, end), angle in zip(found, spread, strict=True):
                angles[i, end] = angle
    return angles


def _spread(directions: list[float], leans: list[float], room: list[float]) -> list[float]:
    """Angles near the sums of sorted directions and leans, in the same order, each with room around it.

    Those that are too close become a cluster around their mean.

    Examples
    --------
    >>> _spread([0.0, 0.1, 3.0], [0, 0, 0], [0.3, 0.3, 0.3])
    [-0.1, 0.2, 3.0]
    """
    # Cut the circle where it is emptiest.
    empty = [(directions[i] - directions[i - 1]) % (2 * math.pi) for i in range(len(directions))]
    cut = empty.index(max(empty))
    start, shift = directions[cut], 0.0
    shifts: list[float] = []
    clusters: list[tuple[float, int]] = []  # means and sizes: a mean below the one before joins it
    for number in range(len(directions)):
        i = (cut + number) % len(directions)
        shift += (room[i] + room[i - 1]) / 2 if number else 0
        shifts.append(shift)
        mean, size = (directions[i] - start) % (2 * math.pi) + leans[i] - shift, 1
        while clusters and clusters[-1][0] > mean:
            before, count = clusters.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        clusters.append((mean, size))
    means = [mean for mean, size in clusters for _ in range(size)]
    spread = [round(start + mean + shift, 6) for mean, shift in zip(means, shifts, strict=True)]
    return [spread[(i - cut) % len(spread)] for i in range(len(spread))]


def _parallel(edges: Sequence[Edge], at: Array) -> Array:
    """How far edges lean to their left so that several between the same two nodes stay apart, in radians."""
    leans = np.zeros(len(edges))
    groups: dict[tuple[int, int], list[int]] = {}
    for i, edge in enumerate(edges):
        groups.setdefault((min(edge.a, edge.b), max(edge.a, edge.b)), []).append(i)
    for (a, b), group in groups.items():
        far = float(length(at[b] - at[a])) + 1e-6
        step = math.asin(min(0.6, 28 / (0.25 * far)))
        for place, i in enumerate(group):
            lean = (place - (len(group) - 1) / 2) * step
            leans[i] = lean if edges[i].a == a else -lean
    return leans
