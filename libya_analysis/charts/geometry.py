"""Where things go in a network chart, in pixels: nodes, curves and labels; pure numbers, no drawing.

Nodes keep to the band of their camp; within it, a deterministic annealing tries many places for one node at a time and
recomputes only what that node touches. Edges are then bent around the nodes in their way, and labels put where they
cover nothing. Everything is deterministic: the same input gives the same picture.

References
----------
R. Davidson, D. Harel, "Drawing graphs nicely using simulated annealing", ACM Transactions on Graphics 15
(1996) 301-331.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

Array = np.ndarray

#: Bands of the camps as shares of the width, and where the two anchors stand.
BANDS = {"left": (0.02, 0.40), "undetermined": (0.40, 0.60), "right": (0.60, 0.98)}
ANCHOR_X = {"left": 0.28, "right": 0.72}

_STARTS, _SWEEPS, _PLACES = 12, 14, 40
_ROUTED, _ROUNDS = 3, 4
_BENDS = (0, 0.07, -0.07, 0.15, -0.15, 0.25, -0.25, 0.37, -0.37, 0.5, -0.5)
_CAPTION = 30  # pixels at the top for the names of the camps
_CLEAR = 20  # pixels that an edge should keep from a foreign node while nodes are placed
_POINTS = 24  # points of a drawn curve


@dataclass(frozen=True)
class Node:
    """A node to place: its camp, radius, outline, and the width and height of its label in pixels."""

    camp: str
    radius: float
    shape: str
    label: tuple[float, float]
    anchor: bool = False


@dataclass(frozen=True)
class Edge:
    """An edge to route between two nodes (by index), and the room that its heads need at either end."""

    a: int
    b: int
    tail: float = 0.0
    head: float = 0.0


@dataclass(frozen=True)
class Measures:
    """How good a picture is, counted on what is drawn: each of these disturbs."""

    crossings: int
    edges_through_nodes: int
    label_overlaps: int
    labels_crossed: int
    edges_outside: int = 0


@dataclass(frozen=True)
class Geometry:
    """A finished layout.

    Attributes
    ----------
    width, height : float
        Size of the plane; y grows upwards.
    positions : numpy.ndarray
        Centres of the nodes, shape (nodes, 2).
    curves : list of numpy.ndarray
        Points of each edge from tail to head, shape (points, 2).
    labels : numpy.ndarray
        Boxes of the labels: left, bottom, right, top; shape (nodes, 4).
    measures : Measures
        Crossings, edges through foreign nodes, overlaps of labels, labels crossed.
    """

    width: float
    height: float
    positions: Array
    curves: list[Array] = field(default_factory=list)
    labels: Array = field(default_factory=lambda: np.zeros((0, 4)))
    measures: Measures = Measures(0, 0, 0, 0)


def arrange(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    width: float,
    height: float,
    fixed: dict[int, tuple[float, float]] | None = None,
    effort: int = 1,
) -> Geometry:
    """Lay out a network of two camps.

    Parameters
    ----------
    nodes, edges : sequence
        What to draw.
    width, height : float
        The plane in pixels.
    fixed : dict, optional
        Positions to keep, by index of the node.
    effort : int
        How many times the usual number of arrangements to try; more takes longer and disturbs less.

    Returns
    -------
    Geometry

    Examples
    --------
    >>> two = [Node("left", 20, "circle", (40, 17), True), Node("right", 20, "circle", (40, 17), True)]
    >>> arrange(two, [Edge(0, 1)], 800, 400).positions.tolist()
    [[224.0, 200.0], [576.0, 200.0]]
    """
    if not nodes:
        return Geometry(width, height, np.zeros((0, 2)))
    plane = np.array([4, 4, width - 4, height - _CAPTION])
    best: tuple[tuple[int, ...], Geometry] | None = None
    for positions in _place_nodes(nodes, edges, width, height, fixed or {}, effort):
        bends = _first_bends(edges)
        labels = _place_labels(nodes, positions, np.zeros((0, _POINTS, 2)), width, height)
        for _ in range(_ROUNDS):
            curves = _route(nodes, edges, positions, labels, bends, plane)
            labels = _place_labels(nodes, positions, curves, width, height)
            found = measure(nodes, edges, positions, curves, labels, (width, height))
            score = (
                found.label_overlaps,
                found.edges_through_nodes + found.edges_outside,
                3 * found.labels_crossed + found.crossings,
            )
            if best is None or score < best[0]:
                best = (score, Geometry(width, height, positions, list(curves), labels, found))
    assert best is not None
    return best[1]


def measure(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    positions: Array,
    curves: Array,
    labels: Array,
    plane: tuple[float, float],
) -> Measures:
    """Count what disturbs: crossings, edges through foreign nodes or out of the plane, labels overlapped or crossed."""
    through = sum(
        bool((np.hypot(*(curve - positions[k]).T) < node.radius).any())
        for curve, edge in zip(curves, edges, strict=True)
        for k, node in enumerate(nodes)
        if k not in (edge.a, edge.b)
    )
    crossings = sum(
        _crossings(curves[i], curves[j])
        for i in range(len(curves))
        for j in range(i)
        if not {edges[i].a, edges[i].b} & {edges[j].a, edges[j].b}
    )
    overlaps = sum(_overlap(labels[i], labels[j]) for i in range(len(labels)) for j in range(i))
    crossed = sum(any(_inside(curve, box).any() for curve in curves) for box in labels)
    outside = sum(bool(((curve < 0) | (curve > plane)).any()) for curve in curves)
    return Measures(int(crossings), int(through), int(overlaps), int(crossed), outside)


# -- nodes ------------------------------------------------------------------------------------------------------------


def _place_nodes(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    width: float,
    height: float,
    fixed: dict[int, tuple[float, float]],
    effort: int,
) -> list[Array]:
    """Anneal from several starts and return the best arrangements, the best one first."""
    half = np.array([[max(n.radius, n.label[0] / 2) + 5, n.radius + n.label[1] / 2 + 6] for n in nodes])
    camps = {n.camp for n in nodes}
    band = BANDS if camps != {"undetermined"} else {"undetermined": (0.02, 0.98)}
    low = np.array([[band[n.camp][0] * width, 22] for n in nodes]) + half
    high = np.array([[band[n.camp][1] * width, height - _CAPTION - 14] for n in nodes]) - half
    middle = (low + high) / 2
    low, high = np.minimum(low, middle), np.maximum(high, middle)
    given = dict(fixed)
    for k, node in enumerate(nodes):
        if node.anchor and node.camp in ANCHOR_X:
            given.setdefault(k, (ANCHOR_X[node.camp] * width, height / 2))
    free = [k for k in range(len(nodes)) if k not in given]
    cost = _Cost(nodes, edges, half)
    found = []
    for start in range(effort * _STARTS if free else 1):
        random = np.random.default_rng(start)
        at = random.uniform(low, high)
        for k, place in given.items():
            at[k] = place
        _anneal(at, free, low, high, cost, random)
        found.append((cost.total(at), start, np.round(at, 1)))
    return [at for _, _, at in sorted(found, key=lambda item: item[:2])[: effort * _ROUTED]]


def _anneal(at: Array, free: list[int], low: Array, high: Array, cost: _Cost, random: np.random.Generator) -> None:
    """Move one node at a time to the best of many places, with less noise and smaller steps from sweep to sweep."""
    for sweep in range(_SWEEPS):
        heat = (1 - sweep / (_SWEEPS - 1)) ** 2
        moved = 0.0
        for k in random.permutation(free):
            reach = (high[k] - low[k]) * (0.06 + 0.5 * heat)
            near = at[k] + random.normal(size=(_PLACES // 2, 2)) * reach
            far = random.uniform(low[k], high[k], size=(_PLACES // 2, 2))
            places = np.clip(np.vstack([at[k], near, far]), low[k], high[k])
            costs = cost.of(k, places, at) + random.gumbel(size=len(places)) * 30 * heat
            chosen = places[int(costs.argmin())]
            moved = max(moved, float(np.abs(chosen - at[k]).max()))
            at[k] = chosen
        if heat < 0.05 and moved < 2:
            return


class _Cost:
    """What a place costs a node: crossings, crowding, edges too near to nodes, length."""

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], half: Array) -> None:
        self.half = half
        self.radius = np.array([node.radius for node in nodes])
        pairs = sorted({(min(e.a, e.b), max(e.a, e.b)) for e in edges if e.a != e.b})
        self.ends = np.array(pairs, dtype=int).reshape(-1, 2)
        everyone = np.arange(len(nodes))
        self.others = [np.delete(everyone, k) for k in everyone]
        self.mine = [np.flatnonzero((self.ends == k).any(axis=1)) for k in everyone]
        self.foreign = [np.flatnonzero((self.ends != k).all(axis=1)) for k in everyone]
        self.partner = [self.ends[mine].sum(axis=1) - k for k, mine in enumerate(self.mine)]
        #: Of the edges that do not end at k: which have no end in common with each of those that do.
        self.apart = [
            (self.ends[self.foreign[k]][None, :, :] != self.partner[k][:, None, None]).all(axis=2) for k in everyone
        ]

    def of(self, k: int, places: Array, at: Array) -> Array:
        """Cost of each place for node k, all others staying where they are; shape (places,)."""
        others, foreign, partner = self.others[k], self.foreign[k], self.partner[k]
        gap = np.abs(places[:, None] - at[others])
        distance = np.hypot(gap[..., 0], gap[..., 1])
        room = self.half[k] + self.half[others] - gap
        crowded = np.where((room > 0).all(axis=2), room.min(axis=2) + 14, 0).sum(axis=1)
        cost = 4 * crowded + 0.9 * (np.maximum(0, 150 - distance) ** 2).sum(axis=1) / 150
        a, b = at[self.ends[foreign, 0]], at[self.ends[foreign, 1]]
        near = self.radius[k] + _CLEAR - _distance(places[:, None], a, b)
        cost += 2.5 * np.maximum(0, near).sum(axis=1)
        if len(partner):
            goal = at[partner]
            away = places[:, None] - goal
            cost += 0.07 * np.hypot(away[..., 0], away[..., 1]).sum(axis=1)
            near = self.radius[others] + _CLEAR
            near = near - _distance(at[others][None, None], places[:, None, None], goal[None, :, None])
            near = np.where(others == partner[:, None], 0, near)
            cost += 2.5 * np.maximum(0, near).sum(axis=(1, 2))
            cross = _cross(places[:, None, None], goal[None, :, None], a[None, None], b[None, None])
            cost += 80 * (cross & self.apart[k]).sum(axis=(1, 2))
        return np.asarray(cost)

    def total(self, at: Array) -> float:
        """Cost of a whole arrangement."""
        return float(sum(self.of(k, at[k][None], at)[0] for k in range(len(at))))


def _turn(p: Array, q: Array, r: Array) -> Array:
    return np.asarray(
        (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
    )


def _cross(a: Array, b: Array, c: Array, d: Array) -> Array:
    """Whether segments a-b and c-d cross."""
    return np.asarray((_turn(a, b, c) * _turn(a, b, d) < 0) & (_turn(c, d, a) * _turn(c, d, b) < 0))


def _distance(p: Array, a: Array, b: Array) -> Array:
    """Distance of points from segments a-b."""
    along = b - a
    length = (along**2).sum(axis=-1) + 1e-9
    share = np.clip(((p - a) * along).sum(axis=-1) / length, 0, 1)
    gap = p - a - share[..., None] * along
    return np.asarray(np.hypot(gap[..., 0], gap[..., 1]))


# -- edges ------------------------------------------------------------------------------------------------------------


def _first_bends(edges: Sequence[Edge]) -> Array:
    """Sideways bend of each edge in pixels: parallel edges are spread, single ones bent a little."""
    bends = np.zeros(len(edges))
    groups: dict[tuple[int, int], list[int]] = {}
    for i, edge in enumerate(edges):
        groups.setdefault((min(edge.a, edge.b), max(edge.a, edge.b)), []).append(i)
    for group in groups.values():
        for place, i in enumerate(group):
            bend = (place - (len(group) - 1) / 2) * 34 if len(group) > 1 else 10
            bends[i] = bend if edges[i].a < edges[i].b else -bend
    return bends


def _route(nodes: Sequence[Node], edges: Sequence[Edge], at: Array, labels: Array, bends: Array, plane: Array) -> Array:
    """Draw all edges; bend those again that run through a node, a label or along another edge. Changes ``bends``."""
    scene = _Scene(nodes, edges, at, labels, plane)
    curves = _curves(nodes, edges, at, bends)
    trouble = [scene.trouble(i, curves[i], curves) for i in range(len(edges))]
    for i in sorted(range(len(edges)), key=lambda i: (-trouble[i], i)):
        if scene.trouble(i, curves[i], curves) < 8:
            continue
        span = max(float(np.hypot(*(at[edges[i].a] - at[edges[i].b]))), 120)
        tried: list[tuple[float, int, float]] = []
        for share in _BENDS:
            changed = bends.copy()
            changed[i] = np.clip(bends[i] + share * span, -0.7 * span, 0.7 * span)
            curve = _curves(nodes, edges, at, changed, only=i)[0]
            tried.append((scene.trouble(i, curve, curves) + 45 * abs(changed[i]) / span, len(tried), changed[i]))
        bends[i] = min(tried)[2]
        curves[i] = _curves(nodes, edges, at, bends, only=i)[0]
    return _curves(nodes, edges, at, bends)


class _Scene:
    """What a drawn edge can disturb."""

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], at: Array, labels: Array, plane: Array) -> None:
        self.at, self.labels, self.plane = at, labels, plane
        self.radius = np.array([node.radius for node in nodes])
        ends = np.array([(edge.a, edge.b) for edge in edges], dtype=int).reshape(-1, 2)
        self.own = (ends[:, :, None] == np.arange(len(nodes))).any(axis=1)
        self.apart = ~(self.own[:, None] & self.own[None]).any(axis=2)

    def trouble(self, i: int, curve: Array, curves: Array) -> float:
        """How much edge i disturbs if it is drawn along a curve, the others being drawn as they are."""
        gap = np.hypot(*(curve[:, None] - self.at).transpose(2, 0, 1)).min(axis=0) - self.radius
        near = np.where(gap < 2, 200, 3 * np.maximum(0, 12 - gap))
        cost = float(near[~self.own[i]].sum())
        over = ((curve[:, None] > self.labels[:, :2]) & (curve[:, None] < self.labels[:, 2:])).all(axis=2).sum(axis=0)
        cost += float((np.where(self.own[i], 5, 10) * (over > 0) + 0.8 * over).sum())
        outside = np.maximum(self.plane[:2] - curve, curve - self.plane[2:])
        cost += 30 * float(np.maximum(0, outside).max(axis=1).sum())
        mine, others = curve[::2], curves[self.apart[i]][:, ::2]
        return cost + 20 * float(
            _cross(mine[:-1, None, None], mine[1:, None, None], others[None, :, :-1], others[None, :, 1:]).sum()
        )


def _curves(nodes: Sequence[Node], edges: Sequence[Edge], at: Array, bends: Array, only: int | None = None) -> Array:
    """Cubic curves between ports that keep apart from each other around each node; shape (edges, points, 2)."""
    chosen = range(len(edges)) if only is None else [only]
    ports = _ports(nodes, edges, at, bends, {node for i in chosen for node in (edges[i].a, edges[i].b)})
    t = np.linspace(0, 1, _POINTS)[:, None]
    drawn = []
    for i in chosen:
        edge = edges[i]
        out, back = ports[i, 0], ports[i, 1]
        start = at[edge.a] + (_outline(nodes[edge.a], out) + 3 + edge.tail) * np.array([math.cos(out), math.sin(out)])
        end = at[edge.b] + (_outline(nodes[edge.b], back) + 4 + edge.head) * np.array([math.cos(back), math.sin(back)])
        reach = max(10.0, 0.32 * float(np.hypot(*(end - start))))
        first = start + reach * np.array([math.cos(out), math.sin(out)])
        second = end + reach * np.array([math.cos(back), math.sin(back)])
        drawn.append((1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end)
    return np.round(np.array(drawn).reshape(-1, _POINTS, 2), 1)


def _ports(
    nodes: Sequence[Node], edges: Sequence[Edge], at: Array, bends: Array, around: set[int]
) -> dict[tuple[int, int], float]:
    """Angles at which edges meet some nodes, by edge and end (0 tail, 1 head), pushed apart from each other."""
    angles: dict[tuple[int, int], float] = {}
    for node in sorted(around):
        ends = []
        for i, edge in enumerate(edges):
            if node in (edge.a, edge.b):
                (x0, y0), (x1, y1) = at[edge.a].tolist(), at[edge.b].tolist()
                length = math.hypot(x1 - x0, y1 - y0) + 1e-9
                bend = float(bends[i]) * 1.8 / length
                x, y = (x0 + x1) / 2 - (y1 - y0) * bend, (y0 + y1) / 2 + (x1 - x0) * bend
                end = 0 if node == edge.a else 1
                own_x, own_y = (x0, y0) if end == 0 else (x1, y1)
                ends.append([math.atan2(y - own_y, x - own_x), i, end])
        gap = min(2 * math.pi / len(ends) * 0.9, 15 / (nodes[node].radius + 8))
        for _ in range(40):
            ends.sort()
            pushed = False
            for one, other in zip(ends, ends[1:] + ends[:1], strict=True):
                apart = (other[0] - one[0]) % (2 * math.pi)
                if one is not other and apart < gap - 1e-6:
                    one[0] -= (gap - apart) / 2
                    other[0] += (gap - apart) / 2
                    pushed = True
            if not pushed:
                break
        angles |= {(int(i), int(end)): angle for angle, i, end in ends}
    return angles


def _outline(node: Node, angle: float) -> float:
    """Distance from the centre of a node to its outline in a direction."""
    across, up = abs(math.cos(angle)), abs(math.sin(angle))
    if node.shape == "square":
        return node.radius / max(across, up)
    if node.shape == "diamond":
        return 1.3 * node.radius / (across + up)
    return node.radius


def _crossings(one: Array, other: Array) -> int:
    """How often two drawn curves cross."""
    low, high = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(axis=0), other.max(axis=0))
    if (low > high).any():
        return 0
    return int(_cross(one[:-1, None], one[1:, None], other[None, :-1], other[None, 1:]).sum())


# -- labels -----------------------------------------------------------------------------------------------------------


def _place_labels(nodes: Sequence[Node], at: Array, curves: Array, width: float, height: float) -> Array:
    """Give each label the place around its node where it covers least, big nodes first."""
    points = curves.reshape(-1, 2)
    boxes = np.zeros((len(nodes), 4))
    done: list[int] = []
    for k in sorted(range(len(nodes)), key=lambda k: (-nodes[k].radius, k)):
        best = None
        for rank, box in enumerate(_places(nodes[k], at[k])):
            cost = 0.5 * rank + 1.5 * float(_inside(points, box).sum())
            cost += 90 * sum(_overlap(box, boxes[j]) for j in done)
            for j, other in enumerate(nodes):
                nearest = np.clip(at[j], box[:2], box[2:])
                if j != k and np.hypot(*(nearest - at[j])) < other.radius + 3:
                    cost += 60
            if box[0] < 2 or box[1] < 2 or box[2] > width - 2 or box[3] > height - _CAPTION + 6:
                cost += 300
            if best is None or cost < best[0]:
                best = (cost, box)
        assert best is not None
        boxes[k] = best[1]
        done.append(k)
    return np.round(boxes, 1)


def _places(node: Node, at: Array) -> list[Array]:
    """Boxes around a node in which its label may stand: eight near it, eight a little further."""
    (w, h), places = node.label, []
    for r in (node.radius + 4, node.radius + 13):
        k = 0.72 * r
        x, y = at
        corners = [
            (x - w / 2, y - r - h), (x - w / 2, y + r), (x + r, y - h / 2), (x - r - w, y - h / 2),
            (x + k, y + k - 3), (x + k, y - k - h + 3), (x - k - w, y + k - 3), (x - k - w, y - k - h + 3),
        ]  # fmt: skip
        places += [np.array([left, bottom, left + w, bottom + h]) for left, bottom in corners]
    return places


def _overlap(one: Array, other: Array) -> bool:
    return bool((np.minimum(one[2:], other[2:]) > np.maximum(one[:2], other[:2])).all())


def _inside(points: Array, box: Array) -> Array:
    return np.asarray(((points > box[:2]) & (points < box[2:])).all(axis=1))
