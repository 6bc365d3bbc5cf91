"""Who counts as whom: a leader, a minister or an official as the state or body that they lead or belong to."""

from __future__ import annotations

from collections.abc import Iterable

from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import ACTOR_KINDS, TIES


def principals(tables: Tables) -> dict[str, str]:
    """Find for each actor the state or body that it leads or belongs to in the end.

    Persons, unnamed leaders and officials, and bodies of a state, count as what they lead or are members of, as far as
    that is a state, government, armed group, organisation or movement, and one only. Groups are not followed: a
    member of a group does not speak for it; nor is what can be read in two ways, what only an enemy alleges, or what
    has an end: a former commander speaks for nobody.

    >>> from libya_analysis import load_tables
    >>> found = principals(load_tables())
    >>> found["lavrov"], found["haftar"], found["egypt"]
    ('russia', 'lna', 'egypt')
    """
    return principals_by(tables, tables.claimed["ties"])


def principals_by(tables: Tables, ties: Iterable[Claim]) -> dict[str, str]:
    """Find the same by some claims about ties."""
    kind = {actor: ACTOR_KINDS[name] for actor, name in tables.kinds("actors").items()}
    above: dict[str, set[str]] = {}
    for claim in ties:
        if (
            TIES[claim.kind].placing
            and _is_sure(claim)
            and kind[claim.to_id].principal
            and kind[claim.from_id].counted_as
        ):
            above.setdefault(claim.from_id, set()).add(claim.to_id)

    def top(actor: str, seen: frozenset[str]) -> set[str]:
        if actor not in above or actor in seen:
            return {actor}
        return set().union(*(top(upper, seen | {actor}) for upper in above[actor]))

    found = {actor: top(actor, frozenset()) for actor in kind}
    return {actor: tops.pop() if len(tops) == 1 else actor for actor, tops in found.items()}


def _is_sure(claim: Claim) -> bool:
    """Whether a claim that places somebody is told as real and not as over, and can be read in one way."""
    return claim.counts and not claim.reading and not isinstance(claim.end, EdtfDate)


def members(tables: Tables) -> dict[str, set[str]]:
    """Members of each group, of groups within it too, as far as the sources name them beyond doubt.

    >>> from libya_analysis import load_tables
    >>> members(load_tables().of(["moscow-truce-2020"]))["haftar-rivals"]
    {'gna'}
    """
    groups = {actor for actor, kind in tables.kinds("actors").items() if kind == "group"}
    direct: dict[str, set[str]] = {}
    for claim in tables.claimed["ties"]:
        belongs = claim.kind == "member-of" and claim.to_id in groups
        if belongs and _is_sure(claim):
            direct.setdefault(claim.to_id, set()).add(claim.from_id)

    def spread(group: str, seen: frozenset[str]) -> set[str]:
        found = set()
        for member in direct.get(group, set()) - seen:
            found |= spread(member, seen | {group}) if member in direct else {member}
        return found or {group}

    return {group: spread(group, frozenset({group})) for group in direct}
