"""Which side an actor is on, by structural balance: the split in two camps that breaks the fewest signed ties.

Two actors, the anchors, stand for the camps. Every other actor is put where the number of frustrated ties (a
positive tie across the camps, a negative one within a camp) is smallest. The best split is usually not unique; an
actor that is on different sides in different best splits is undetermined, and no tie-break decides.

References
----------
F. Harary, "On the notion of balance of a signed graph", Michigan Mathematical Journal 2 (1953) 143-146.
S. Aref, M. C. Wilson, "Balance and frustration in signed networks", Journal of Complex Networks 7 (2019) 163-189.
R. Dechter, "Bucket elimination: a unifying framework for reasoning", Artificial Intelligence 113 (1999) 41-85.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

LEFT, RIGHT, UNDETERMINED = "left", "right", "undetermined"

#: Numbers in all tables of an elimination. Any network of up to 25 actors stays below it.
_MOST_NUMBERS = 2**25

Vote = tuple[str, str, int]
_Table = tuple[tuple[str, ...], np.ndarray]


@dataclass(frozen=True)
class Camps:
    """A split in two camps.

    It is not ``exact`` where the network was too large and dense, and a local search stood in: the frustration is then
    the smallest that was reached, and an actor is determined if it was on one side in all the best splits found.
    """

    side: Mapping[str, str]  # left, right or undetermined, by actor
    frustration: int  # number of frustrated votes
    exact: bool


def side_names(camps: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Names of the left and the right side, as far as there are camps."""
    return dict(zip((LEFT, RIGHT), (camp["name"] for camp in camps), strict=False))


def assign_camps(actors: Iterable[str], votes: Iterable[Vote], anchors: tuple[str, str]) -> Camps:
    """Split actors in two camps by minimum frustration relative to the anchors of the left and the right one.

    Actors without a path of signed ties to an anchor are undetermined.

    >>> camps = assign_camps("abcx", [("a", "b", -1), ("c", "a", 1), ("c", "b", -1)], ("a", "b"))
    >>> dict(camps.side), camps.frustration
    ({'a': 'left', 'b': 'right', 'c': 'left', 'x': 'undetermined'}, 0)
    """
    side = dict.fromkeys(actors, UNDETERMINED)
    side[anchors[0]], side[anchors[1]] = LEFT, RIGHT
    cost = _pair_costs(votes)
    neighbours: dict[str, set[str]] = {name: set() for name in side}
    for a, b in cost:
        neighbours[a].add(b)
        neighbours[b].add(a)
    order = _elimination_order(neighbours, fixed=set(anchors))
    if order is None:
        found, reached = _local_search(list(side), cost, anchors)
        side.update(found)
        return Camps(side, reached, exact=False)
    least, frustration = _least_costs(order, cost, anchors)
    for name, (left, right) in least.items():
        side[name] = LEFT if left < right else RIGHT if right < left else UNDETERMINED
    return Camps(side, frustration, exact=True)


def _pair_costs(votes: Iterable[Vote]) -> dict[tuple[str, str], np.ndarray]:
    """Frustrated votes of each pair, by the sides (0 left, 1 right) of its two actors."""
    cost: dict[tuple[str, str], np.ndarray] = {}
    for a, b, sign in votes:
        if a != b and sign:
            pair = (min(a, b), max(a, b))
            table = cost.setdefault(pair, np.zeros((2, 2), dtype=np.int32))
            table += (1 - np.eye(2, dtype=np.int32)) if sign > 0 else np.eye(2, dtype=np.int32)
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
        numbers += 2 ** (len(around) + 1)
        if numbers > _MOST_NUMBERS:
            return None
        for other in around:
            graph[other] |= around
            graph[other] -= {other, name}
            heappush(waiting, (len(graph[other]), other))
        order.append(name)
    return order


def _least_costs(
    order: list[str], cost: dict[tuple[str, str], np.ndarray], anchors: tuple[str, str]
) -> tuple[dict[str, np.ndarray], int]:
    """Cost of each actor with ties on the left and on the right, all others placed as well as can be; the least of all.

    Actors are eliminated one by one: what their ties cost at best becomes a table over their neighbours. On the way
    back, each table learns what all that lies beyond its neighbours costs (Dechter's bucket elimination, and the
    min-sum messages of a clique tree). Costs of one actor have a sum in common that says nothing.
    """
    fixed = {anchors[0]: 0, anchors[1]: 1}
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
    total = np.zeros((2,) * len(names), dtype=np.int32)
    for around, costs in tables:
        axes = sorted(range(len(around)), key=lambda i: names.index(around[i]))
        shape = [2 if name in around else 1 for name in names]
        total = total + np.transpose(costs, axes).reshape(shape)
    return names, total


def _local_search(
    names: list[str], cost: dict[tuple[str, str], np.ndarray], anchors: tuple[str, str], starts: int = 64
) -> tuple[dict[str, str], int]:
    """Sides on which the best splits agree that were found by single moves from many starting points; their votes."""
    index = {name: i for i, name in enumerate(names)}
    weight = np.zeros((len(names), len(names)))  # how much a pair wants to be together, in whole numbers
    for (a, b), costs in cost.items():
        weight[index[a], index[b]] = weight[index[b], index[a]] = costs[0, 1] - costs[0, 0]
    anchored = [index[anchor] for anchor in anchors]
    random = np.random.default_rng(0)
    spins = random.choice([-1.0, 1.0], (starts, len(names)))
    spins[:, anchored] = 1, -1
    pull = spins @ weight
    while True:  # in each split, the actor moves who gains most
        loss = spins * pull
        loss[:, anchored] = 0
        worst = loss.argmin(axis=1)
        split = np.flatnonzero(loss[np.arange(starts), worst] < 0)
        if not split.size:
            break
        actor = worst[split]
        spins[split, actor] *= -1
        pull[split] += 2 * spins[split, actor, None] * weight[actor]
    together = (spins * pull).sum(axis=1)
    found = spins[together == together.max()]
    agreed, one = found.mean(axis=0), (found[0] < 0).astype(int)  # 0 left, 1 right
    reached = sum(int(costs[one[index[a]], one[index[b]]]) for (a, b), costs in cost.items())
    sides = {
        name: LEFT if value == 1 else RIGHT if value == -1 else UNDETERMINED
        for name, value in zip(names, agreed, strict=True)
        if weight[index[name]].any()
    }
    return sides, reached
