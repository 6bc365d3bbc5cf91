"""Camps by minimum frustration: against trying out every split."""

import itertools
import random

import pytest

from libya_analysis.analysis.camps import Vote, assign_camps
from libya_analysis.evidence.question import SIDES


def by_hand(actors: list[str], votes: list[Vote], camps: int = 2) -> tuple[int, dict[str, str]]:
    """Try every split with the first actors as anchors; say where the best ones agree."""
    best, splits = 10**9, []
    for rest in itertools.product(SIDES[:camps], repeat=len(actors) - camps):
        split = dict(zip(actors, (*SIDES[:camps], *rest), strict=True))
        broken = sum((split[a] == split[b]) != (sign > 0) for a, b, sign in votes if a != b)
        if broken < best:
            best, splits = broken, []
        if broken == best:
            splits.append(split)
    agreed = {a: {split[a] for split in splits} for a in actors}
    return best, {a: sides.pop() if len(sides) == 1 else "undetermined" for a, sides in agreed.items()}


@pytest.mark.parametrize("seed", range(200))
def test_random_networks(seed: int) -> None:
    rng = random.Random(seed)
    actors = [f"a{i}" for i in range(rng.randint(2, 10))]
    votes = [(rng.choice(actors), rng.choice(actors), rng.choice((1, -1))) for _ in range(rng.randint(0, 25))]
    camps = assign_camps(actors, votes, ("a0", "a1"))
    assert (camps.frustration, dict(camps.side)) == by_hand(actors, votes)
    assert camps.exact


@pytest.mark.parametrize("camps", [3, 4])
@pytest.mark.parametrize("seed", range(40))
def test_random_networks_of_more_than_two_camps(seed: int, camps: int) -> None:
    rng = random.Random(seed)
    actors = [f"a{i}" for i in range(rng.randint(camps, 8))]
    votes = [(rng.choice(actors), rng.choice(actors), rng.choice((1, -1))) for _ in range(rng.randint(0, 20))]
    found = assign_camps(actors, votes, actors[:camps])
    assert (found.frustration, dict(found.side)) == by_hand(actors, votes, camps)


def test_order_does_not_matter() -> None:
    rng = random.Random(7)
    actors = [f"a{i}" for i in range(12)]
    votes = [(*rng.sample(actors, 2), rng.choice((1, -1))) for _ in range(30)]
    first = assign_camps(actors, votes, ("a0", "a1"))
    for _ in range(5):
        rng.shuffle(votes)
        assert dict(assign_camps(reversed(actors), votes, ("a0", "a1")).side) == dict(first.side)


def test_a_friend_of_both_is_undetermined() -> None:
    camps = assign_camps("abc", [("a", "b", -1), ("c", "a", 1), ("c", "b", 1)], ("a", "b"))
    assert camps.side["c"] == "undetermined" and camps.frustration == 1


def test_large_and_dense_networks_fall_back_to_search() -> None:
    actors = [f"a{i:02d}" for i in range(60)]
    votes = [(a, b, 1 if (int(a[1:]) < 30) == (int(b[1:]) < 30) else -1) for a, b in itertools.combinations(actors, 2)]
    camps = assign_camps(actors, votes, ("a00", "a59"))
    assert not camps.exact and camps.frustration == 0
    assert {camps.side[a] for a in actors[:30]} == {"left"} and {camps.side[a] for a in actors[30:]} == {"right"}


def test_large_and_dense_networks_of_three_camps_are_searched_too() -> None:
    actors = [f"a{i:02d}" for i in range(60)]
    votes = [(a, b, 1 if int(a[1:]) // 20 == int(b[1:]) // 20 else -1) for a, b in itertools.combinations(actors, 2)]
    camps = assign_camps(actors, votes, ("a00", "a20", "a40"))
    assert not camps.exact and camps.frustration == 0
    assert all(camps.side[a] == SIDES[int(a[1:]) // 20] for a in actors)
