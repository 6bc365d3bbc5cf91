"""Where the nodes of a two-camp network go: camps keep to their sides, and within them the least cost decides.

The cost of a place counts what disturbs a reader: crossings, crowding, lines through foreign nodes and labels, narrow
angles and long ways. Many places for one node are tried at a time, against all others as they stand, in several
arrangements at once; only what that node touches is computed. Noise that dies away keeps it from settling too early
(simulated annealing).

All places and costs are rounded before they are compared, so that the last digit of a processor's arithmetic decides
nothing: the same network gives the same picture on every machine.

References
----------
R. Davidson, D. Harel, "Drawing graphs nicely using simulated annealing", ACM Transactions on Graphics 15 (1996),
301-331.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from libya_analysis.charts.network_chart.geometry import Array, Counts, Edge, Flags, Node, Places, length, overlap

#: How far into its band an anchor stands, seen from the outer side of the plane.
_ANCHOR = 0.675
#: The least share of the plane that each band has, before all are made to fit.
_LEAST = {"left": 0.27, "undetermined": 0.2, "right": 0.27}
#: Room of a plane for each unit that nodes and their names cover; the height that few nodes have, and beyond which, or
#: beyond a share of the width, only need makes it higher.
_ROOM, _LOW, _HIGH, _FLAT = 1.75, 420.0, 600.0, 0.5
_GRID = 12.0  # pixels from one place that is tried for a node without room to the next

#: Pixels at the top for the names of the camps.
CAPTION = 28

#: How many arrangements are annealed for how many sweeps over all nodes.
_PLAN = ((24, 6), (12, 10), (6, 18))
_COLD, _PLACES = 4, 12  # last sweeps without noise; places tried for a node
_SEED = 0
_HEAT = 600.0  # largest noise, in units of the cost

_CROSSING, _CROWDED, _OVER, _ANGLE, _LENGTH, _SHORT, _SPREAD = 70.0, 5.0, 1.3, 30.0, 0.06, 1.0, 0.8
_NARROW = 0.94  # cosine of the angle, about 20 degrees, below which two lines at a node are too close


class Plane(NamedTuple):
    """Where nodes may stand: camps side by side or, upright, above each other, the left one on top."""

    width: float
    height: float
    upright: bool
    ends: Mapping[str, tuple[float, float]]  # of the band of each camp, along the line on which they lie


def plan(nodes: Sequence[Node], width: float, upright: bool, fixed: Places, height: float = 0) -> Plane:
    """A plane with room for the nodes, if no height is given; its bands end beside the places that are to be kept.

    Where all places are, it is no higher than these, so that lines do not go far above them.
    """
    if not height and len(fixed) == len(nodes):
        height = max(fixed[k][1] + node.reach for k, node in enumerate(nodes)) + CAPTION + 20
    height = height or plane_height(nodes, width, upright)
    return Plane(width, height, upright, bands(nodes, height) if upright else bands(nodes, width, fixed))


def plane_height(nodes: Sequence[Node], width: float, upright: bool) -> float:
    """Height of a plane with room for the nodes."""
    if upright:
        return float(np.round(max(520.0, 3.4 * sum(map(_area, nodes)) / width + 3 * CAPTION)))
    need = 0.0
    for camp, (low, high) in bands(nodes, width).items():
        need = max(need, _ROOM * sum(_area(node) for node in nodes if node.camp == camp) / (high - low))
    return float(np.round(max(_LOW, min(320.0 + 14 * len(nodes), _HIGH, _FLAT * width), need + CAPTION)))


def bands(nodes: Sequence[Node], length: float, fixed: Places | None = None) -> dict[str, tuple[float, float]]:
    """Both ends of the band of each camp on a line of some length: as wide as its nodes and their names need.

    They keep to their sides of places that are fixed. Without camps, all nodes share the whole length.
    """
    if all(node.camp == "undetermined" for node in nodes):
        return {"undetermined": (0.0, length)}
    whole = sum(map(_area, nodes))
    share = {c: max(sum(_area(n) for n in nodes if n.camp == c) / whole, least) for c, least in _LEAST.items()}
    unit = length / sum(share.values())
    borders = [share["left"] * unit, length - share["right"] * unit]
    for k, (before, behind) in enumerate((("left", "undetermined"), ("undetermined", "right"))):
        kept = [(nodes[n].camp, x, nodes[n].reach) for n, (x, _) in (fixed or {}).items()]
        low = max((x + reach for camp, x, reach in kept if camp == before), default=0.0)
        high = min((x - reach for camp, x, reach in kept if camp == behind), default=length)
        if low < high:
            borders[k] = min(max(borders[k], low), high)
    low, high = round(borders[0], 1), round(max(borders), 1)
    return {"left": (0.0, low), "undetermined": (low, high), "right": (high, length)}


def place_nodes(nodes: Sequence[Node], edges: Sequence[Edge], plane: Plane, fixed: Places) -> list[Array]:
    """Find good places for the nodes: the centres (nodes, 2) in several arrangements, the best first.

    In none do a node and the label below it cover another one, if need be at the price of places below the plane; only
    fixed places may.
    """
    low, high = limits(nodes, plane)
    given = dict(fixed)
    for k, node in enumerate(nodes):
        if node.anchor and node.camp in ("left", "right"):
            first, last = plane.ends[node.camp]
            inside = first + _ANCHOR * (last - first) if node.camp == "left" else last - _ANCHOR * (last - first)
            upright = (plane.width / 2, plane.height - inside)
            given.setdefault(k, upright if plane.upright else (inside, (plane.height - CAPTION) / 2))
    free = [k for k in range(len(nodes)) if k not in given]
    random = np.random.default_rng(_SEED)
    at = np.round(random.uniform(low, high, size=(_PLAN[0][0] if free else 1, len(nodes), 2)), 1)
    for k, place in given.items():
        at[:, k] = place
    board = _Board(nodes, edges, at)
    if free:
        _anneal(board, free, low, high, random)
    order = np.argsort(board.totals(), kind="stable")
    return [_apart(nodes, np.stack([board.x[i], board.y[i]], axis=-1), set(given), low, high) for i in order]


def boxes_with_label(nodes: Sequence[Node], at: Array) -> Array:
    """Boxes around nodes with their labels below, and the room that heads of lines need."""
    size = np.array([_size(node) for node in nodes]).reshape(-1, 2)
    top = np.array([node.reach + 14 for node in nodes])
    left, above = at[..., 0] - size[:, 0] / 2, at[..., 1] + top
    return np.stack([left, above - size[:, 1], left + size[:, 0], above], axis=-1)


def _size(node: Node) -> tuple[float, float]:
    """Width and height of a node with its label below."""
    return max(2 * node.reach + 28, node.label[0] + 12), 2 * node.reach + 14 + 6 + node.label[1] + 6


def _area(node: Node) -> float:
    wide, tall = _size(node)
    return wide * tall


def limits(nodes: Sequence[Node], plane: Plane) -> tuple[Array, Array]:
    """Lower left and upper right corner of the ground on which each node may stand."""
    width, height, upright, ends = plane
    low, high = [], []
    for node in nodes:
        wide, tall = _size(node)
        first, last = ends[node.camp]
        left, right, bottom, top = (0, width, height - last, height - first) if upright else (first, last, 0, height)
        low.append((left + wide / 2 + 8, bottom + tall - node.reach))
        high.append((right - wide / 2 - 8, top - CAPTION - node.reach - 20))
    lows, highs = np.array(low).reshape(-1, 2), np.array(high).reshape(-1, 2)
    middle = (lows + highs) / 2
    return np.minimum(lows, middle), np.maximum(highs, middle)


def _anneal(board: _Board, free: list[int], low: Array, high: Array, random: np.random.Generator) -> None:
    """Move one node at a time, in all arrangements, to about the best of many places; the worse drop out at times."""
    sweeps = sum(sweeps for _, sweeps in _PLAN)
    heats = (max(0.0, 1 - sweep / (sweeps - _COLD)) ** 2 for sweep in range(sweeps))
    for keep, count in _PLAN:
        board.keep_best(keep)
        for heat in islice(heats, count):
            moved = max(_move(board, k, low[k], high[k], heat, random) for k in random.permutation(free).tolist())
            if not heat and moved < 3:
                return


def _move(board: _Board, k: int, low: Array, high: Array, heat: float, random: np.random.Generator) -> float:
    """Move node k to the best of some places near it and some anywhere, noise permitting; by how much at most."""
    x, y = board.x[:, k, None], board.y[:, k, None]
    near, anywhere = random.random((2, 2, len(x), _PLACES // 2))
    room = high - low
    tried = []
    for axis, now in enumerate((x, y)):
        step = (near[axis] - 0.5) * (room[axis] * (0.12 + 0.7 * heat))
        close, far = np.clip(now + step, low[axis], high[axis]), low[axis] + anywhere[axis] * room[axis]
        tried.append(np.round(np.concatenate([now, close, far], axis=1), 1))
    xs, ys = tried
    noise = random.random(xs.shape) * _HEAT * heat
    chosen = np.round(board.costs(k, xs, ys) + noise, 4).argmin(axis=1)
    rows = np.arange(len(xs))
    moved = np.maximum(np.abs(xs[rows, chosen] - xs[:, 0]), np.abs(ys[rows, chosen] - ys[:, 0])).max()
    board.x[:, k], board.y[:, k] = xs[rows, chosen], ys[rows, chosen]
    return float(moved)


class _Board:
    """Arrangements of one network, and what a place in them costs a node.

    Coordinates are kept apart, and products over them written out: numpy is slow on axes of length two.
    """

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], at: Array) -> None:
        self.x, self.y = at[..., 0].copy(), at[..., 1].copy()  # (arrangements, nodes); changed in place
        reach = np.array([node.reach for node in nodes])
        shape = boxes_with_label(nodes, np.zeros((len(nodes), 2)))
        self.half, self.shift = (shape[:, 2:] - shape[:, :2]) / 2, (shape[:, 2:] + shape[:, :2]) / 2
        self.spread = 90.0 + float(np.median(self.half.sum(axis=1)))
        weight: dict[tuple[int, int], tuple[int, float]] = {}
        for edge in edges:
            if edge.a != edge.b:
                pair = (min(edge.a, edge.b), max(edge.a, edge.b))
                count, pull = weight.get(pair, (0, 0.0))
                weight[pair] = (count + 1, max(pull, edge.pull))
        self.ends = np.array(list(weight), dtype=int).reshape(-1, 2)
        parallel = np.array([count for count, _ in weight.values()], dtype=float)
        pulls = np.array([pull for _, pull in weight.values()])
        self.views = [_View(k, self.ends, parallel, pulls, reach) for k in range(len(nodes))]

    def costs(self, k: int, x: Array, y: Array) -> Array:
        """Cost of places (arrangements, places) for node k while all others stay."""
        view = self.views[k]
        half, shift = self.half[k] + self.half[view.others], self.shift[k] - self.shift[view.others]
        dx, dy = x[..., None] - self.x[:, None, view.others], y[..., None] - self.y[:, None, view.others]
        room = np.minimum(half[:, 0] - np.abs(dx + shift[:, 0]), half[:, 1] - np.abs(dy + shift[:, 1]))
        near = np.maximum(0, self.spread - np.sqrt(dx * dx + dy * dy))
        cost = (_CROWDED * (room + 12) * (room > 0) + _SPREAD / self.spread * near * near).sum(axis=-1)
        mine = None
        if len(view.foreign):
            (ax, bx), (ay, by) = (side[:, None, view.foreign].transpose(3, 0, 1, 2) for side in (self.x, self.y))
            ux, uy = bx - ax, by - ay
            far = np.sqrt(ux * ux + uy * uy) + 1e-6
            dx, dy = x[..., None] - ax, y[..., None] - ay
            aside, along = (ux * dy - uy * dx) / far, (ux * dx + uy * dy) / far
            (wide, tall), rise = self.half[k], self.shift[k, 1]
            over = (wide * np.abs(uy) + tall * np.abs(ux)) / far - np.abs(aside + rise * ux / far)
            cost += _OVER * (np.maximum(0, over) * ((along > 0) & (along < far))).sum(axis=-1)
            mine = aside > 0
        if len(view.partners):
            cost += self._lines(k, x, y, mine)
        return np.asarray(cost)

    def totals(self) -> Array:
        """Cost of each whole arrangement."""
        costs = [self.costs(k, self.x[:, k, None], self.y[:, k, None])[:, 0] for k in range(self.x.shape[1])]
        return np.asarray(np.round(np.sum(costs, axis=0), 3))

    def keep_best(self, count: int) -> None:
        """Drop all but the best arrangements."""
        if count < len(self.x):
            best = np.argsort(self.totals(), kind="stable")[:count]
            self.x, self.y = self.x[best], self.y[best]

    def _lines(self, k: int, x: Array, y: Array, mine: Flags | None) -> Array:
        """What the lines from node k to its neighbours cost: lengths, nodes in the way, angles and crossings."""
        view = self.views[k]
        gx, gy = self.x[:, view.partners], self.y[:, view.partners]
        lx, ly = gx[:, None] - x[..., None], gy[:, None] - y[..., None]  # (arrangements, places, lines)
        far = np.sqrt(lx * lx + ly * ly) + 1e-6
        cost = (_LENGTH * far * view.pull + _SHORT * np.maximum(0, view.least - far)).sum(axis=-1)
        lx, ly = lx / far, ly / far

        # The bulk of the work: how far each node is from each line, sideways and along it, as arrays of
        # (arrangements, places, lines, nodes).
        dx, dy = (self.x[:, None] - x[..., None])[:, :, None], (self.y[:, None] - y[..., None])[:, :, None]
        nx, ny = lx[..., None], ly[..., None]
        aside, along = ny * dx, nx * dx
        np.subtract(nx * dy, aside, out=aside)
        along += ny * dy
        over = np.abs(ny) * self.half[:, 0]
        over += np.abs(nx) * self.half[:, 1]
        over -= np.abs(aside + nx * self.shift[:, 1])
        np.maximum(over, 0, out=over)
        over *= (along > 0) & (along < far[..., None]) & view.strange
        cost += _OVER * over.sum(axis=(-1, -2))

        one, other = view.pairs
        cosine = lx[..., one] * lx[..., other] + ly[..., one] * ly[..., other]
        line, beyond = view.fans
        fx, fy = self.x[:, beyond] - gx[:, line], self.y[:, beyond] - gy[:, line]
        size = np.sqrt(fx * fx + fy * fy) + 1e-6
        back = -lx[..., line] * (fx / size)[:, None] - ly[..., line] * (fy / size)[:, None]
        narrow = np.maximum(0, cosine - _NARROW).sum(axis=-1) + np.maximum(0, back - _NARROW).sum(axis=-1)
        cost += _ANGLE / (1 - _NARROW) * narrow

        if mine is not None:
            left, (a, b) = aside > 0, view.foreign.T
            ax, ay = self.x[:, a], self.y[:, a]
            ux, uy = self.x[:, b] - ax, self.y[:, b] - ay
            goals = ux[:, None] * (gy[..., None] - ay[:, None]) > uy[:, None] * (gx[..., None] - ax[:, None])
            both = (left[..., a] != left[..., b]) & (mine[:, :, None] != goals[:, None])
            cost += _CROSSING * (both.reshape(*x.shape, -1) @ view.weight)
        return np.asarray(cost)


class _View:
    """What concerns one node: its lines, its neighbours, and the lines of others."""

    def __init__(self, k: int, ends: Counts, parallel: Array, pull: Array, reach: Array) -> None:
        count = len(reach)
        own = (ends == k).any(axis=1)
        self.others = np.delete(np.arange(count), k)
        self.partners = ends[own].sum(axis=1) - k
        self.pull = pull[own]
        #: How long lines must be at least, for parallel ones to have room beside each other.
        self.least = 40.0 + 45 * parallel[own] + reach[k] + reach[self.partners]
        #: Both ends of the lines of others (lines, 2).
        self.foreign = ends[~own]
        #: Whether a node is neither end of a line of mine (lines, nodes).
        self.strange = np.arange(count) != self.partners[:, None]
        self.strange[:, k] = False
        #: How many crossings it makes if a line of mine and a foreign one cross, in one row; none if they share an end.
        apart = (self.foreign != self.partners[:, None, None]).all(axis=-1)
        self.weight = (apart * parallel[own][:, None] * parallel[~own]).ravel()
        self.pairs = np.triu_indices(len(self.partners), 1)
        #: For each line of mine, by number, the other neighbours of the node at its far end.
        fans = [
            (number, a + b - partner)
            for number, partner in enumerate(self.partners.tolist())
            for a, b in self.foreign.tolist()
            if partner in (a, b)
        ]
        self.fans = np.array(fans, dtype=int).reshape(-1, 2).T


def _apart(nodes: Sequence[Node], at: Array, fixed: set[int], low: Array, high: Array) -> Array:
    """Move nodes that, with their labels, cover another one to the nearest free place on their ground, or below it.

    Fixed ones come first, then the others from the top.
    """
    found = at.copy()
    boxes = boxes_with_label(nodes, found)
    done: list[int] = []
    for k in sorted(range(len(nodes)), key=lambda k: (k not in fixed, -found[k, 1], k)):
        if k not in fixed and overlap(boxes[k], boxes[done]).any():
            xs, ys = (np.arange(low[k, axis], high[k, axis] + 1, _GRID) for axis in (0, 1))
            places = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
            around = boxes[k] + np.tile(places - found[k], 2)
            free = places[~overlap(around[:, None], boxes[done]).any(axis=1)]
            lowest = np.array([found[k, 0], found[k, 1] + boxes[done, 1].min() - boxes[k, 3] - 0.1])
            best = free[length(free - found[k]).argmin()] if len(free) else lowest
            found[k] = np.round(best, 1)
            boxes[k] = boxes_with_label([nodes[k]], found[k][None])[0]
        done.append(k)
    return found
