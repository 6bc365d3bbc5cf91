"""What became of what was only threatened, foretold, planned or offered, as far as something told later says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from operator import itemgetter

from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import is_before
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import OUTCOMES


@dataclass(frozen=True)
class Sequel:
    """The claim of a later day that says what became of another one: it was carried out, or lapsed."""

    done: bool
    claim: Claim


def find_sequels(tables: Tables, as_of: dt.date | None = None) -> dict[str, Sequel]:
    """Find which threats, forecasts, plans and offers were carried out or lapsed by a day, by claim_id.

    One is carried out if the same is told later as real: the same tie, with the same support; the same part in an
    event; the event itself. It has lapsed if the event came to nothing instead.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> found = find_sequels(load_tables())
    >>> found["tass-moscow-talks"].done, "turkey-threatens-deployment" in found
    (True, False)
    """
    told = [claim for claims in tables.claimed.values() for claim in claims if claim.status != "denied"]
    unreal = [claim for claim in told if not claim.actual]
    wanted = {_matter(claim) for claim in unreal} | {claim.event_id for claim in unreal}
    real = [claim for claim in told if claim.counts and not (as_of and _may_be_after(claim, as_of))]
    about = ((_matter(claim), claim) for claim in real)
    same = grouped((pair for pair in about if pair[0] in wanted), itemgetter(0))
    failed = grouped((c for c in real if c.event_id in wanted and _failed(c)), lambda claim: claim.event_id)
    found: dict[str, Sequel] = {}
    for claim in unreal:
        told_again = [other for _, other in same.get(_matter(claim), ())]
        for done, others in ((True, told_again), (False, failed.get(claim.event_id, []))):
            later = [o for o in others if is_before(claim.told, o.told) and not (done and _failed(o))]
            if later:
                found.setdefault(claim.claim_id, Sequel(done, min(later, key=lambda o: (str(o.told), o.claim_id))))
    return found


def _may_be_after(claim: Claim, day: dt.date) -> bool:
    """Whether what is told may be of a day after one: of a year that is not over, nobody knows yet."""
    return bool(claim.told and claim.told.latest and claim.told.latest > day)


def _matter(claim: Claim) -> Hashable:
    """What a claim is about, whatever became of it."""
    kind = "" if claim.table == "event_reports" else claim.kind
    event = "" if claim.to_id else claim.event_id  # a threat to back is an event of its own
    return claim.from_id, kind, claim.to_id, claim.support, event


def _failed(claim: Claim) -> bool:
    return claim.table == "event_reports" and OUTCOMES[claim.kind].failed
