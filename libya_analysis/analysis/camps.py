"""Which side an actor is on, by structural balance: the split in camps that breaks the fewest signed ties.

Two actors or more, the anchors, stand for the camps. Every other actor is put where the number of frustrated ties (a
positive tie across the camps, a negative one within a camp) is smallest. The best split is usually not unique; an
actor that is on different sides in different best splits is undetermined, and no tie-break decides.

References
----------
F. Harary, "On the notion of balance of a signed graph", Michigan Mathematical Journal 2 (1953) 143-146.
S. Aref, M. C. Wilson, "Balance and frustration in signed networks", Journal of Complex Networks 7 (2019) 163-189.
R. Dechter, "Bucket elimination: a unifying framework for reasoning", Artificial Intelligence 113 (1999) 41-85.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from libya_analysis.evidence.question import SIDES

UNDETERMINED = "undetermined"

#: Numbers in all tables of an elimination. Any network of up to 25 actors stays below it.
_MOST_NUMBERS = 2**25

Vote = tuple[str, str, int]
_Table = tuple[tuple[str, ...], np.ndarray]


@dataclass(frozen=True)
class Camps:
    """A split in camps.

    It is not ``exact`` where the network was too large and dense, and a local search stood in: the frustration is then
    the smallest that was reached, and an actor is determined if it was on one side in all the best splits found.
    """

    side: Mapping[str, str]  # one of SIDES or undetermined, by actor
    frustration: int  # number of frustrated votes
    exact: bool


def side_names(camps: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Names of the sides, as far as there are camps."""
    return dict(zip(SIDES, (camp["name"] for camp in camps), strict=False))


def assign_camps(actors: Iterable[str], votes: Iterable[Vote], anchors: Sequence[str]) -> Camps:
    """Split actors in camps by minimum frustration relative to their anchors, one for each of the first `SIDES`.

    Actors without a path of signed ties to an anchor are undetermined.

    >>> camps = assign_camps("abcx", [("a", "b", -1), ("c", "a", 1), ("c", "b", -1)], ("a", "b"))
    >>> dict(camps.side), camps.frustration
    ({'a': 'left', 'b': 'right', 'c': 'left', 'x': 'undetermined'}, 0)
    >>> three = [("a", "b", -1), ("a", "c", -1), ("b", "c", -1), ("d", "c", 1)]
    >>> dict(assign_camps("abcd", three, "abc").side)
    {'a': 'left', 'b': 'right', 'c': 'third', 'd': 'third'}
    """
    side = dict.fromkeys(actors, UNDETERMINED) | dict(zip(anchors, SIDES, strict=False))
    cost = _pair_costs(votes, len(anchors))
    neighbours: dict[str, set[str]] = {name: set() for name in side}
    for a, b in cost:
        neighbours[a].add(b)
        neighbours[b].add(a)
    order = _elimination_order(neighbours, set(anchors))
    if order is None:
        found, reached = _local_search(list(side), cost, anchors)
        side.update(found)
        return Camps(side, reached, exact=False)
    least, frustration = _least_costs(order, cost, anchors)
    for name, costs in least.items():
        best = np.flatnonzero(costs == costs.min())
        side[name] = SIDES[best[0]] if len(best) == 1 else UNDETERMINED
    return Camps(side, frustration, exact=True)


def _pair_costs(votes: Iterable[Vote], camps: int) -> dict[tuple[str, str], np.ndarray]:
    """Frustrated votes of each pair, by the sides of its two actors."""
    cost: dict[tuple[str, str], np.ndarray] = {}
    for a, b, sign in votes:
        if a != b and sign:
            pair = (min(a, b), max(a, b))
            table = cost.setdefault(pair, np.zeros((camps, camps), dtype=np.int32))
            table += (1 - np.eye(camps, dtype=np.int32)) if sign > 0 else np.eye(camps, dtype=np.int32)
    return cost


def _elimination_order(neighbours: dict[str, set[str]], fixed: set[str]) -> list[str] | None:
    """Order in which to eliminate actors, fewest neighbours first; None if tables would grow too large."""
    graph = {name: others - fixed for name, others in neighbours.items() if name not in fixed}
    waiting = [(len(others), name) for name, others in graph.items()]
    heapify(waiting)
    order, numbers = [], 0
    while graph:
        count, name = heappop(waiting)
        if name not in graph or count != len(graph[name]):
            continue  # its number of neighbours has changed since, and it waits with the new one
        around = graph.pop(name)
        numbers += len(fixed) ** (len(around) + 1)
        if numbers > _MOST_NUMBERS:
            return None
        for other in around:
            graph[other] |= around
            graph[other] -= {other, name}
            heappush(waiting, (len(graph[other]), other))
        order.append(name)
    return order


def _least_costs(
    order: list[str], cost: dict[tuple[str, str], np.ndarray], anchors: Sequence[str]
) -> tuple[dict[str, np.ndarray], int]:
    """Cost of each actor with ties on each side, all others placed as well as can be; the least of all.

    Actors are eliminated one by one: what their ties cost at best becomes a table over their neighbours. On the way
    back, each table learns what all that lies beyond its neighbours costs (Dechter's bucket elimination, and the
    min-sum messages of a clique tree). Costs of one actor have a sum in common that says nothing.
    """
    fixed = {anchor: number for number, anchor in enumerate(anchors)}
    place = {name: number for number, name in enumerate(order)}
    tables: dict[str, list[_Table]] = {name: [] for name in order}  # by the first of their actors to be eliminated
    settled = 0

    def keep(around: tuple[str, ...], costs: np.ndarray) -> int:
        if not around:
            return int(costs)
        tables[min(around, key=place.__getitem__)].append((around, costs))
        return 0

    for pair, costs in cost.items():
        index = tuple(fixed.get(name, slice(None)) for name in pair)
        settled += keep(tuple(name for name in pair if name not in fixed), costs[index])
    inner: dict[str, tuple[_Table, _Table]] = {}  # by actor: the sum of its tables, and what is left without it
    for name in order:
        if tables[name]:
            around, joined = _join(tables[name])
            rest = tuple(other for other in around if other != name)
            inner[name] = (around, joined), (rest, joined.min(axis=around.index(name)))
            settled += keep(*inner[name][1])
    whole: dict[str, _Table] = {}
    for name, (own, (rest, passed)) in reversed(inner.items()):
        whole[name] = own
        if rest:
            around, costs = whole[min(rest, key=place.__getitem__)]  # the actor to whose tables ours was added
            beyond = costs.min(axis=tuple(i for i, other in enumerate(around) if other not in rest)) - passed
            whole[name] = _join([own, (rest, beyond)])
    least = {
        name: costs.min(axis=tuple(i for i, other in enumerate(around) if other != name))
        for name, (around, costs) in whole.items()
    }
    return least, settled


def _join(tables: list[_Table]) -> _Table:
    """Add tables up over the union of their actors."""
    names = tuple(sorted({name for around, _ in tables for name in around}))
    sides = tables[0][1].shape[0]
    total = np.zeros((sides,) * len(names), dtype=np.int32)
    for around, costs in tables:
        axes = sorted(range(len(around)), key=lambda i: names.index(around[i]))
        shape = [sides if name in around else 1 for name in names]
        total = total + np.transpose(costs, axes).reshape(shape)
    return names, total


def _local_search(
    names: list[str], cost: dict[tuple[str, str], np.ndarray], anchors: Sequence[str], starts: int = 64
) -> tuple[dict[str, str], int]:
    """Sides on which the best splits agree that were found by single moves from many starting points; their votes."""
    index = {name: i for i, name in enumerate(names)}
    weight = np.zeros((len(names), len(names)))  # how much a pair wants to be together, in whole numbers
    for (a, b), costs in cost.items():
        weight[index[a], index[b]] = weight[index[b], index[a]] = costs[0, 1] - costs[0, 0]
    anchored, camps = [index[anchor] for anchor in anchors], np.arange(len(anchors))
    place = np.random.default_rng(0).integers(0, len(anchors), (starts, len(names)))
    place[:, anchored] = camps
    in_camp = (place[:, None, :] == camps[:, None]).astype(float)  # by start, camp and actor
    pull = in_camp @ weight
    while True:  # in each split, the actor moves who gains most
        gain = pull - np.take_along_axis(pull, place[:, None, :], axis=1)
        gain[:, :, anchored] = 0
        best = gain.reshape(starts, -1).argmax(axis=1)
        camp, actor = np.divmod(best, len(names))
        split = np.flatnonzero(gain[np.arange(starts), camp, actor] > 0)
        if not split.size:
            break
        moved, before = actor[split], place[split, actor[split]]
        pull[split, before] -= weight[moved]
        pull[split, camp[split]] += weight[moved]
        place[split, moved] = camp[split]
    together = np.take_along_axis(pull, place[:, None, :], axis=1).sum(axis=(1, 2))
    found = place[together == together.max()]
    reached = sum(int(costs[found[0, index[a]], found[0, index[b]]]) for (a, b), costs in cost.items())
    agreed = (found == found[0]).all(axis=0)
    sides = {name: SIDES[found[0, i]] if agreed[i] else UNDETERMINED for name, i in index.items() if weight[i].any()}
    return sides, reached
