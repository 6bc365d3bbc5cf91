"""Claims of all tables by a question, words, speaker, kind and actor: the one selector of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from libya_analysis.analysis.network import build_network
from libya_analysis.analysis.spells import EXCLUDED, answer
from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question, check_parameters, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import ACTOR_KINDS, SUPPORTS, label

#: Kinds of claim as a reader asks for them, with the tables that hold them.
KINDS: Mapping[str, tuple[str, ...]] = {
    "ties": ("ties", "backers", "identities"),
    "participations": ("participants",),
    "events": ("event_reports", "event_relations"),
    "quotations": ("quotes",),
}

#: Who speaks, with the words for it.
SPEAKERS: Mapping[str, str] = {
    "named": "named",
    "unnamed": "unnamed officials",
    "source": "the source itself",
}

#: What can be asked of claims.
ASKS = ("as_of", "near", "spells", "known_on", "sources", "kinds", "statuses", "modalities", "camps", "actors")

_KIND_OF = {table: kind for kind, tables in KINDS.items() for table in tables}

#: One word, several, or none for all.
Words = str | Iterable[str] | None


def find_claims(
    tables: Tables,
    question: Question | None = None,
    text: str = "",
    speaker: Words = None,
    kind: Words = None,
    actor: Words = None,
) -> list[Claim]:
    """Find the claims of all tables that meet a question, in the order of the tables.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question : Question, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``as_of`` leaves out what its dates rule out for the
        day (a state of affairs) and what had surely not begun by then (an event, a part in it, a quotation); ``kinds``
        bears on ties alone.
    text : str
        Words that all have to stand in a claim: in names (in either script), titles, kinds, quotations, notes, dates as
        written, or its id and source. ``fighters`` stands in each kind of support that is men under arms,
        ``in so many words`` in each direct quotation.
    speaker : {"named", "unnamed", "source"} or several of them, optional
        Who says it: somebody named, unnamed officials, or the source itself.
    kind : {"ties", "participations", "events", "quotations"} or several of them, optional
        What is told.
    actor : str or several, optional
        Only what concerns one of these actors, by actor_id: who acts, is acted upon, speaks, is spoken to or of, or has
        a part in the event.

    Raises
    ------
    ParameterError
        If there is no such actor, kind or speaker.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> tables = load_tables()
    >>> told = find_claims(tables, text="russia fighters", kind="ties", speaker="source")
    >>> sorted(claim.claim_id for claim in told)[-2:]
    ['russia-sends-mercenaries', 'trend-contractors-with-lna']
    """
    asked, known = question or Question(), known_tables(tables, question)
    speakers, told = _among(speaker, SPEAKERS, "speaker"), _among(kind, KINDS, "kind")
    needed = [_folded(word) for word in text.split()]
    wanted = [set(asked.actors), set(check_parameters(tables, actors=_words(actor)).actors)]
    groups = [group for group in wanted if group]
    if asked.camps:
        camps = build_network(known).nodes(data="camp")
        groups.append({node for node, camp in camps if camp in asked.camps})
    return [
        claim
        for claim, row in zip(_all(known), _index(known), strict=True)
        if asked.admits(claim)
        and (not speakers or row.speaker in speakers)
        and (not told or row.kind in told)
        and (not asked.kinds or row.kind != "ties" or claim.kind in asked.kinds)
        and all(group & row.concerns for group in groups)
        and all(word in row.text for word in needed)
        and _may_be_so(claim, row, asked)
    ]


def speaker_of(tables: Tables, claim: Claim) -> str:
    """Say who speaks in a claim: one of :data:`SPEAKERS`; unnamed is who is named nowhere, see the identities.

    >>> from libya_analysis import load_tables
    >>> tables = load_tables()
    >>> [speaker_of(tables, claim) for claim in tables.claimed["backers"] if claim.speaker == "A Turkish official"]
    ['unnamed']
    """
    speaker = claim.from_id if claim.table == "quotes" else claim.said_by
    if not claim.speaker:
        return "source"
    unnamed = ACTOR_KINDS[_actor_kinds(tables)[speaker]].family == "unnamed" and claim.voice == claim.speaker
    return "unnamed" if unnamed else "named"


def kind_of(claim: Claim) -> str:
    """Say what a claim tells: one of :data:`KINDS`.

    >>> kind_of(Claim("a", "backers", "x", "backs", "y", "s", ("P1",)))
    'ties'
    """
    return _KIND_OF[claim.table]


class _Row(NamedTuple):
    """What a claim is found by."""

    kind: str
    speaker: str
    concerns: frozenset[str]  # actors
    text: str
    begins: tuple[EdtfDate | None, ...]  # of what happens, each date that it is given


def _all(tables: Tables) -> list[Claim]:
    return [claim for claims in tables.claimed.values() for claim in claims]


@lru_cache(maxsize=4)
def _actor_kinds(tables: Tables) -> dict[str, str]:
    return tables.kinds("actors")


@lru_cache(maxsize=4)
def _index(tables: Tables) -> list[_Row]:
    """What each claim of some tables is found by; made once for the same ones."""
    titles = tables.titles()
    names = {
        row["actor_id"]: " ".join((row["name"], row["name_ar"], *row["aliases"])) for row in records(tables.actors)
    }
    taking = grouped(tables.claimed["participants"], lambda claim: claim.event_id)
    accounts = grouped(tables.claimed["event_reports"], lambda claim: claim.event_id)
    rows = []
    for claim in _all(tables):
        events = [claim.event_id, *([claim.to_id] if claim.table == "event_relations" else [])]
        own = {claim.from_id, claim.to_id, claim.said_by, claim.counterpart, *claim.about, *claim.said_to}
        if kind_of(claim) == "events":
            own |= {part.from_id for event in events for part in taking.get(event, ())}
        concerns = frozenset(own & names.keys())
        reports = accounts.get(claim.event_id, [])
        begins = (
            [claim.start]
            if claim.table != "participants"
            else [report.start for report in [r for r in reports if r.source_id == claim.source_id] or reports]
        )
        support = SUPPORTS.get(claim.support)
        words = (
            *(names[actor] for actor in sorted(concerns)),
            *(titles.get(event, "") for event in events),
            *map(label, (claim.table, claim.kind, claim.support, claim.status, claim.modality, claim.topic)),
            "fighters" if support and support.fighters else "",
            "in so many words" if claim.direct else "",
            *(claim.condition, claim.note, claim.quote, claim.as_written, claim.lasted, claim.claim_id, claim.citation),
        )
        rows.append(_Row(kind_of(claim), speaker_of(tables, claim), concerns, _folded(" ".join(words)), tuple(begins)))
    return rows


def _may_be_so(claim: Claim, row: _Row, asked: Question) -> bool:
    """Whether nothing rules out that a claim bears on the day asked about."""
    if asked.as_of is None:
        return True
    if row.kind == "ties":
        return answer([claim], asked).kind != EXCLUDED
    day = asked.as_of
    return not row.begins or any(not (date and date.earliest and date.earliest > day) for date in row.begins)


def _folded(text: str) -> str:
    """A text as it is searched: without case, and without signs above and below letters."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def _words(value: Words) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _among(value: Words, there: Mapping[str, object], name: str) -> set[str]:
    words = _words(value)
    wrong = [f"{name}: {word!r} is not known{did_you_mean(word, there)}" for word in words if word not in there]
    if wrong:
        raise ParameterError(wrong)
    return set(words)
