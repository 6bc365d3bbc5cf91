"""What a network chart is made of, in pixels: nodes, curves and label boxes, and how good a picture they make.

Pure numbers, no drawing. Points are ``(x, y)`` with y upwards; boxes are ``(left, bottom, right, top)``; arrays may
have any number of leading axes, and the functions on them broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
#: Where some nodes are to stay, by index.
Places = Mapping[int, tuple[float, float]]

#: Points of a drawn curve.
POINTS = 23

#: Pixels that a line without a head takes at a node.
BARE = 4.0

#: Free pixels between the outline of a node and the line that meets it.
GAP = 3.0


@dataclass(frozen=True)
class Node:
    """A node to place."""

    camp: str  # left, undetermined or right
    radius: float  # half its size; a diamond reaches 1.3 times as far, as plotly draws it
    shape: str  # circle, square, diamond or hexagon
    label: tuple[float, float]  # width and height
    anchor: bool = False  # whether it is the one that its camp is about

    @property
    def reach(self) -> float:
        """How far it extends sideways and upwards."""
        return self.radius * (1.3 if self.shape == "diamond" else 1.0)


@dataclass(frozen=True)
class Edge:
    """An edge between two nodes, by index."""

    a: int
    b: int
    tail: float = 0.0  # length of its heads at either end, 0 if there is none
    head: float = 0.0
    broad: float = 10.0  # breadth of its heads
    pull: float = 1.0  # how strongly it draws its nodes together

    @property
    def widths(self) -> tuple[float, float]:
        """How much room it takes at either end."""
        return self.broad if self.tail else BARE, self.broad if self.head else BARE


@dataclass(frozen=True)
class Measures:
    """How good a picture is, counted on what is drawn."""

    crossings: int = 0  # points at which two curves cross, whether or not they share an end
    edges_through_nodes: int = 0  # pairs of an edge and a node that it runs through, its own included
    label_overlaps: int = 0  # pairs of a label and another label, or a node, that cover each other
    labels_crossed: int = 0  # labels that any curve or head runs through
    heads_touching: int = 0  # pairs of heads whose tips are closer to each other than they are broad

    @property
    def faults(self) -> tuple[int, int]:
        """How bad it is: what must not be, then what should not."""
        unwanted = self.crossings + 2 * self.labels_crossed + self.heads_touching
        return self.label_overlaps + self.edges_through_nodes, unwanted


@dataclass(frozen=True)
class Geometry:
    """A finished layout."""

    width: float  # of the plane
    bottom: float  # lower and upper end of what is used of it
    top: float
    middle: tuple[float, float]  # where the ground of the undetermined begins and ends: in x, or, upright, in y
    positions: Array  # centres of the nodes (nodes, 2)
    curves: Array  # points of each edge from tail to head (edges, POINTS, 2); heads are drawn beyond the last one
    labels: Array  # boxes (nodes, 4)
    sides: tuple[str, ...]  # where labels stand: left or right of the node, and set from that edge, or in the middle
    measures: Measures
    upright: bool = False  # whether the camps stand above each other, the left one on top, instead of side by side


def length(v: Array) -> Array:
    """Length of vectors."""
    return np.asarray(np.sqrt(v[..., 0] * v[..., 0] + v[..., 1] * v[..., 1]))


def crossings(paths: Array, others: Array) -> Counts:
    """How often paths (paths, points, 2) cross other paths (others, points, 2); shape (paths, others).

    Examples
    --------
    >>> level, upright = [[0.0, 0.0], [9.0, 0.0]], [[4.0, -1.0], [4.0, 1.0]]
    >>> crossings(np.array([level]), np.array([upright, level])).tolist()
    [[1, 0]]
    """
    return np.asarray((_sides(paths, others) & _sides(others, paths).transpose(2, 3, 0, 1)).sum(axis=(1, 3)))


def _sides(paths: Array, others: Array) -> Flags:
    """Whether the line along each step of paths has the ends of each step of other paths on different sides."""
    x, y = paths[:, :-1, 0], paths[:, :-1, 1]
    dx, dy = paths[:, 1:, 0] - x, paths[:, 1:, 1] - y
    left = dx[..., None, None] * others[..., 1] - dy[..., None, None] * others[..., 0]
    on = left > (dx * y - dy * x)[..., None, None]
    return np.asarray(on[..., 1:] != on[..., :-1])


def distance(p: Array, a: Array, b: Array) -> Array:
    """Distance of points p from segments a-b."""
    ux, uy = b[..., 0] - a[..., 0], b[..., 1] - a[..., 1]
    dx, dy = p[..., 0] - a[..., 0], p[..., 1] - a[..., 1]
    share = np.minimum(np.maximum((dx * ux + dy * uy) / (ux * ux + uy * uy + 1e-9), 0), 1)
    dx, dy = dx - share * ux, dy - share * uy
    return np.asarray(np.sqrt(dx * dx + dy * dy))


def runs_through(a: Array, b: Array, boxes: Array) -> Flags:
    """Whether the segments a-b touch boxes: they do unless an axis, or the segment's own line, keeps them apart."""
    hx, hy = (b[..., 0] - a[..., 0]) / 2, (b[..., 1] - a[..., 1]) / 2
    wide, tall = (boxes[..., 2] - boxes[..., 0]) / 2, (boxes[..., 3] - boxes[..., 1]) / 2
    dx, dy = a[..., 0] + hx - boxes[..., 0] - wide, a[..., 1] + hy - boxes[..., 1] - tall
    reach_x, reach_y = np.abs(hx), np.abs(hy)
    close = (np.abs(dx) <= wide + reach_x) & (np.abs(dy) <= tall + reach_y)
    return np.asarray(close & (np.abs(hx * dy - hy * dx) <= wide * reach_y + tall * reach_x))


def overlap(one: Array, other: Array) -> Flags:
    """Whether boxes cover each other."""
    low, high = np.maximum(one[..., :2], other[..., :2]), np.minimum(one[..., 2:], other[..., 2:])
    return np.asarray((high > low).all(axis=-1))


def grown(boxes: Array, by: float) -> Array:
    """Boxes with a margin all around."""
    return np.asarray(boxes + np.array([-by, -by, by, by]))


def node_boxes(nodes: Sequence[Node], at: Array) -> Array:
    """Boxes around the nodes' outlines."""
    reach = np.array([[node.reach] for node in nodes]).reshape(-1, 1)
    return np.hstack([at - reach, at + reach])


def outline(shape: str, radius: float, angles: Array) -> Array:
    """Distance from the centre of a node to its outline in some directions."""
    across, up = np.abs(np.cos(angles)), np.abs(np.sin(angles))
    if shape == "square":
        return np.asarray(radius / np.maximum(across, up))
    if shape == "diamond":
        return np.asarray(1.3 * radius / (across + up))
    return np.full_like(angles, radius)


def draw_curves(nodes: Sequence[Node], edge: Edge, at: Array, out: Array, back: Array) -> Array:
    """Cubic Bézier curves (curves, points, 2) of one edge that leave and reach its nodes at some angles.

    Examples
    --------
    >>> nodes = [Node("left", 10, "circle", (30, 17)), Node("right", 10, "circle", (30, 17))]
    >>> ends = draw_curves(nodes, Edge(0, 1), np.array([[0.0, 0], [100, 0]]), np.zeros(1), np.full(1, math.pi))
    >>> ends[0, [0, -1]].tolist()
    [[13.0, 0.0], [87.0, 0.0]]
    """
    first, last = nodes[edge.a], nodes[edge.b]
    leave = np.stack([np.cos(out), np.sin(out)], axis=-1)
    reach = np.stack([np.cos(back), np.sin(back)], axis=-1)
    start = at[edge.a] + leave * (outline(first.shape, first.radius, out) + GAP + edge.tail)[:, None]
    end = at[edge.b] + reach * (outline(last.shape, last.radius, back) + GAP + edge.head)[:, None]
    handle = np.maximum(10.0, 0.33 * length(end - start))[:, None]
    if edge.a == edge.b:
        handle = np.full_like(handle, 26.0 + first.radius)
    even = np.linspace(0, 1, POINTS)[:, None]
    t = even - 0.08 * np.sin(2 * math.pi * even)  # closer together near the ends, where curves bend most
    steps = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
    corners = (start, start + handle * leave, end + handle * reach, end)
    curves = sum(step * corner[:, None] for step, corner in zip(steps, corners, strict=True))
    return np.round(np.asarray(curves), 1)


def strand(curve: Array, aside: float) -> Array:
    """A curve beside another one, which it leaves and meets again near its ends.

    Examples
    --------
    >>> strand(np.array([[0.0, 0], [40, 0], [80, 0]]), 3).tolist()
    [[0.0, 0.0], [40.0, 3.0], [80.0, 0.0]]
    """
    along = np.gradient(curve, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=-1) / (length(along)[:, None] + 1e-9)
    steps = np.concatenate([[0.0], np.cumsum(length(np.diff(curve, axis=0)))])
    share = np.minimum(np.minimum(steps, steps[-1] - steps) / 40, 1)
    return np.asarray(np.round(curve + across * (aside * share * share * (3 - 2 * share))[:, None], 1))


def extended(curve: Array, by: float) -> Array:
    """A curve that goes on straight beyond its end."""
    along = curve[-1] - curve[-2]
    return np.vstack([curve, np.round(curve[-1] + along / (length(along) + 1e-9) * by, 1)]) if by > 0 else curve


def tips(edge: Edge, curves: Array) -> tuple[Array, Array]:
    """Points of the heads at either end of curves of one edge: the ends themselves where there is no head."""
    first, last = curves[..., 0, :] - curves[..., 1, :], curves[..., -1, :] - curves[..., -2, :]
    tail = curves[..., 0, :] + first / (length(first)[..., None] + 1e-9) * edge.tail
    head = curves[..., -1, :] + last / (length(last)[..., None] + 1e-9) * edge.head
    return tail, head


def measure(nodes: Sequence[Node], edges: Sequence[Edge], at: Array, curves: Array, labels: Array) -> Measures:
    """Count what disturbs in a picture, on the curves as they are drawn, heads included.

    Examples
    --------
    >>> nodes = [Node("left", 5, "circle", (30, 17)) for _ in range(3)]
    >>> at = np.array([[0.0, 0], [100, 0], [50, 0]])
    >>> line = np.stack([np.linspace(8, 92, POINTS), np.zeros(POINTS)], axis=-1)
    >>> labels = np.array([[-15.0, -25, 15, -8], [85, -25, 115, -8], [35, -8, 65, 9]])
    >>> measure(nodes, [Edge(0, 1)], at, line[None], labels)
    Measures(crossings=0, edges_through_nodes=1, label_overlaps=0, labels_crossed=1, heads_touching=0)
    """
    crossed_lines = through = 0
    crossed = np.zeros(len(nodes), dtype=bool)
    reach = np.array([node.radius * math.sqrt(2) for node in nodes])
    for i, edge in enumerate(edges):
        tail, head = tips(edge, curves[i])
        path = np.vstack([tail, curves[i], head])
        start, end = path[:-1, None], path[1:, None]
        for k in np.flatnonzero((distance(at, start, end) < reach).any(axis=0)).tolist():
            to = even_points(path, 2) - at[k]
            far = outline(nodes[k].shape, nodes[k].radius, np.arctan2(to[:, 1], to[:, 0]))
            through += bool((length(to) < far).any())
        crossed |= runs_through(start, end, labels).any(axis=0)
        crossed_lines += int(crossings(curves[[i]], curves[:i]).sum())
    clash = overlap(labels[:, None], labels)
    covers = overlap(labels[:, None], node_boxes(nodes, at)) & ~np.eye(len(nodes), dtype=bool)
    overlaps = int(np.triu(clash, 1).sum()) + int(covers.sum())
    ends = np.array([tips(edge, curve) for edge, curve in zip(edges, curves, strict=True)]).reshape(-1, 2)
    broad = np.array([edge.broad if size else 0 for edge in edges for size in (edge.tail, edge.head)])
    close = (length(ends[:, None] - ends) < (broad[:, None] + broad) / 2) & (broad > 0) & (broad > 0)[:, None]
    return Measures(crossed_lines, through, overlaps, int(crossed.sum()), int(np.triu(close, 1).sum()))


def even_points(path: Array, step: float) -> Array:
    """Points along a path, about so many pixels apart, both ends among them."""
    along = np.concatenate([[0.0], np.cumsum(length(np.diff(path, axis=0)))])
    steps = np.linspace(0, along[-1], max(2, math.ceil(along[-1] / step)))
    return np.stack([np.interp(steps, along, path[:, 0]), np.interp(steps, along, path[:, 1])], axis=-1)
