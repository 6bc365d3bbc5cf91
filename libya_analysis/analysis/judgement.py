"""How far a finding can be trusted: under which coding rules it stands, and with what confidence it can be told.

A finding rests on *legs*: claims that say one thing each, all of which have to stand. It is asked again under each of
the `RULES`; no claim is read anew for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from libya_analysis.analysis.spells import answer
from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.question import RULES as SPELLS
from libya_analysis.evidence.question import Question
from libya_analysis.evidence.vocabulary import STATUSES

#: Claims that say one thing.
Leg = tuple[Claim, ...]


@dataclass(frozen=True)
class Rule:
    """A way to read the claims: which count, how many voices are asked for, and whether reports make one spell."""

    name: str
    turned: str  # what a finding is that it turns
    keeps: Callable[[Claim], bool] = lambda claim: True
    voices: int = 1
    spells: str = SPELLS[0]


RULES = (
    Rule("any source", "told by nobody"),
    Rule("two voices", "resting on one voice alone", voices=2),
    Rule("own words", "stated by no source in its own words", lambda claim: claim.status in ("", "stated")),
    Rule("nothing implied", "only implied", lambda claim: claim.status != "implied"),
    Rule("nothing ambiguous", "open to two readings", lambda claim: not claim.reading),
    Rule("separate", "told of other days only", spells=SPELLS[1]),
)

#: From the least to the most.
CONFIDENCE = ("very low", "low", "moderate", "high")
#: Voices that are many; days after which a report is old.
_MANY, _OLD = 3, 365


@dataclass(frozen=True)
class Confidence:
    """With what confidence a finding can be told, and the four components from which that follows.

    Attributes
    ----------
    level : {"very low", "low", "moderate", "high"}
        *High*, less one step if there are two independent voices, two if there is one; one if no source states it in
        its own words; one if it is denied or can only be read in two ways; one if it was last told of more than
        ``near`` days from the day, and another if of more than a year.
    voices : int
        Independent voices for the weakest leg.
    stated, coherent : bool
        Whether a source states it itself; whether nobody denies it and it can be read in one way.
    days : int
        From the nearest report to the day asked about.

    References
    ----------
    Lewin et al. (2018), Applying GRADE-CERQual to qualitative evidence synthesis findings, Implementation Science 13:2.
    The components are ours: adequacy is counted in voices, relevance in days.
    """

    level: str
    voices: int
    stated: bool
    coherent: bool
    days: int


def counted(leg: Leg) -> Leg:
    """Claims of a leg that speak for it: no accusation by an enemy, and no denial."""
    return tuple(claim for claim in leg if not claim.status or STATUSES[claim.status].counts)


def of_these_days(leg: Leg, question: Question) -> Leg:
    """Claims that speak for a leg and, if it is a state of affairs, are attested near the day asked about."""
    return tuple(c for c in counted(leg) if not _is_tie(leg) or answer([c], question).firm)


def stands(legs: Sequence[Leg], rule: Rule, question: Question, voice: Callable[[Claim], str]) -> bool:
    """Say whether a finding stands under a rule: whether each of its legs does."""
    return all(_stands(leg, rule, question, voice) for leg in legs)


def _stands(leg: Leg, rule: Rule, question: Question, voice: Callable[[Claim], str]) -> bool:
    kept = [claim for claim in counted(leg) if rule.keeps(claim)]
    if len({voice(claim) for claim in kept}) < rule.voices:
        return False
    return answer(kept, replace(question, spells=rule.spells)).firm if _is_tie(leg) else bool(kept)


def _is_tie(leg: Leg) -> bool:
    """Whether a leg is a state of affairs, which lasts, and not what somebody did."""
    return all(claim.table in ("ties", "backers") or claim.rests_on for claim in leg)


def confidence(legs: Sequence[Leg], question: Question, voice: Callable[[Claim], str]) -> Confidence:
    """Judge a finding by its weakest leg.

    Examples
    --------
    >>> from libya_analysis import Question
    >>> leg = Claim("a", "ties", "x", "leads", "y", "s", ("P1",), status="stated"),
    >>> confidence([leg], Question(), lambda claim: claim.source_id).level
    'low'
    """
    return min((_judge(leg, question, voice) for leg in legs), key=lambda found: CONFIDENCE.index(found.level))


def _judge(leg: Leg, question: Question, voice: Callable[[Claim], str]) -> Confidence:
    told = counted(leg)
    clear = [claim for claim in told if not claim.reading] or told  # who is not clear is no voice beside who is
    voices = len({voice(claim) for claim in clear})
    stated = any(claim.status in ("", "stated") for claim in told)
    coherent = len(told) == len(leg) and not all(claim.reading for claim in told)
    days = answer(leg, question).days if _is_tie(leg) else 0
    less = max(_MANY - voices, 0) + (not stated) + (not coherent) + (days > question.near) + (days > _OLD)
    return Confidence(CONFIDENCE[max(len(CONFIDENCE) - 1 - less, 0)], voices, stated, coherent, days)
