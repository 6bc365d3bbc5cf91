"""A claim: what one source says once, with whose voice, how firmly, of when, and in which paragraphs.

Every row of a table that says something is one. Claims are made once for the tables that are loaded, and passed on as
they are: who asks about a day, or counts leaders as their state, keeps the answer beside the claim.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from libya_analysis.evidence.dates import Bounds, EdtfDate, bounds, say_date
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.vocabulary import MODALITIES, STATUSES, TIES

K = TypeVar("K")
T = TypeVar("T")

#: Tables whose rows are claims: their key, and the columns that say who, what, whom and of which event.
CLAIM_TABLES = {
    "ties": ("tie_id", "from_id", "kind", "to_id", ""),
    "backers": ("backing_id", "backer_id", "", "actor_id", "event_id"),
    "participants": ("participation_id", "actor_id", "role", "", "event_id"),
    "event_reports": ("report_id", "", "outcome", "", "event_id"),
    "quotes": ("quote_id", "speaker_id", "", "", "event_id"),
    "event_relations": ("relation_id", "", "relation", "other_event_id", "event_id"),
    "identities": ("identity_id", "actor_id", "", "same_as", ""),
}

#: What the rows of a table say where no column does.
_SAID = {"backers": "backs", "quotes": "says", "identities": "is"}

#: Columns that claims have under their own name, and those that they have under another one.
_SAME = (
    "status modality condition said_by reading source_id paragraphs note support due counterpart about direct topic "
    "start end attested as_written"
).split()
_RENAMED = {"date": "start", "said": "start", "text": "quote", "lasted_as_written": "lasted"}
_RENAMED |= {f"{dates}_as_written": "as_written" for dates in ("dates", "date", "said")}
_RENAMED |= {f"{dates}_basis": "basis" for dates in ("dates", "date", "said")}

#: First words of names that begin small inside a sentence.
_ARTICLES = ("A", "An", "The", "Other", "Two", "Officials")


@dataclass(frozen=True, slots=True)
class Claim:
    """One row that says something.

    Attributes
    ----------
    from_id, kind, to_id : str
        Who, what, whom. ``kind`` is that of a tie (``backs`` for backings), the role of a participant, the outcome of
        an event, the relation of two events (``to_id`` is the other one), ``says`` for quotations, ``is`` for two
        actors that are one.
    status, modality, condition, said_by, reading, note : str
        As in the tables.
    start, end : EdtfDate, "open" or None
        When it began and ended; an account of an event begins on the date that it gives, a quotation when it was said.
    quote : str
        Of a quotation its words; else those that the speaker is quoted with in the same paragraphs.
    """

    claim_id: str
    table: str
    from_id: str
    kind: str
    to_id: str
    source_id: str
    paragraphs: tuple[str, ...]
    event_id: str = ""
    status: str = ""
    modality: str = "actual"
    condition: str = ""
    said_by: str = ""
    speaker: str = ""  # name of who says it; empty for the source's own voice, as of what it tells of somebody's mind
    voice: str = ""  # name of the one who the speaker is said to be, or of the speaker
    reading: str = ""
    note: str = ""
    support: str = ""
    counterpart: str = ""  # by whom a participant was pressed, invited, called or not consulted
    start: EdtfDate | None = None
    end: EdtfDate | str | None = None
    attested: EdtfDate | None = None  # when the source says that it held, where it says so
    published: EdtfDate | None = None
    source_number: int = 0  # its place in the list of all sources
    due: EdtfDate | None = None  # the day that a call, offer, threat or plan is for
    lasted: str = ""  # how long it lasted, in the source's words
    as_written: str = ""  # the source's words for its dates, or for an order of events
    basis: str = ""  # what its dates rest on
    quote: str = ""
    direct: bool = False  # whether these are the speaker's own words
    about: tuple[str, ...] = ()
    topic: str = ""  # what a quotation is said as
    said_to: tuple[str, ...] = ()
    rests_on: tuple[Claim, ...] = ()  # of a claim that follows from others, these; empty for one in a table

    @property
    def citation(self) -> str:
        """Source and paragraphs, such as ``moscow-truce-2020 P15``."""
        return f"{self.source_id} {', '.join(self.paragraphs)}"

    @property
    def firmness(self) -> str:
        """Whose voice it is and how real it is said to be, in words."""
        return say_firmness(self.status, self.modality, self.condition, self.speaker, self.reading)

    @property
    def dates(self) -> str:
        """What is known of its start and end, in words."""
        if self.attested and not (self.start or self.end):
            return f"attested {say_date(self.attested)}"
        if self.rests_on or self.table not in ("ties", "backers", "identities") or not (self.start or self.end):
            return say_date(self.start)
        since = say_date(self.start)
        return f"since {since}" if self.end in (None, "open") else f"{since} to {say_date(self.end)}"

    @property
    def known(self) -> Bounds:
        """What its dates say; what follows from an event is so as long as the event, and no longer."""
        if not self.rests_on:
            return bounds(self.start, self.end, self.attested or self.published)
        if TIES[self.kind].lasts and not (self.start and self.start.form == "interval"):  # of which no end is told
            return bounds(self.start, None, self.published)
        if self.start is None:  # some time before it was reported
            last = self.published.latest if self.published else None
            return Bounds(None, last, None, last)
        told = bounds(None, None, self.start)
        return Bounds(self.start.earliest, told.by, told.until, self.start.latest)

    @property
    def reported(self) -> EdtfDate | None:
        """The date of its report: when it says that it was so, or of an event its own."""
        if self.rests_on or (self.table == "event_reports" and self.actual):
            return self.start or self.published
        end = self.end if isinstance(self.end, EdtfDate) else None
        return end or self.attested or self.published

    @property
    def told(self) -> EdtfDate | None:
        """When it is told to be so: on the day that the source names for it, else when that was published."""
        return self.attested or self.published

    @property
    def actual(self) -> bool:
        """Whether it is told as something that is so, and not as threatened, planned, predicted or the like."""
        return MODALITIES[self.modality].actual

    @property
    def counts(self) -> bool:
        """Whether it counts as support: told as real, and neither an enemy's accusation nor a denial."""
        return self.actual and STATUSES[self.status].counts


def say_firmness(
    status: str, modality: str = "actual", condition: str = "", speaker: str = "", reading: str = ""
) -> str:
    """Say whose voice makes a claim and how real it is said to be.

    >>> say_firmness("stated")
    'stated by the source'
    >>> say_firmness("attributed", "predicted", speaker="A Russian official")
    'according to a Russian official; predicted'
    """
    words = STATUSES[status].phrase.format(who=inside(speaker) or "the source")
    kind = MODALITIES[modality]
    if kind.conditional:
        words += f"; {condition}"
    elif not kind.actual:
        words += f"; {modality}"
    return f"{words}; open to two readings" if reading else words


def inside(name: str) -> str:
    """A name as it stands inside a sentence.

    >>> inside("A Turkish official"), inside("Egypt")
    ('a Turkish official', 'Egypt')
    """
    first, _, rest = name.partition(" ")
    return f"{first.lower()} {rest}" if first in _ARTICLES and rest else name


class Cite(NamedTuple):
    """Paragraphs of one source, which has a number in the list of all sources.

    >>> print(Cite("report", ("P3", "P12"), 4), Cite("counts", ("R28",), 9))
    4, ¶3, 12 9, row 28
    """

    source_id: str
    paragraphs: tuple[str, ...]
    number: int
    claims: tuple[Claim, ...] = ()

    @property
    def note(self) -> str:
        """Who says it, how firmly and of when, with the source's words for the day and what was noted; a line each."""
        said: dict[str, set[str]] = {}
        for claim in self.claims:
            words = f" (“{claim.as_written}”)" if claim.as_written else ""
            when = f"; {claim.dates}{words}" if claim.start or claim.end or claim.attested else words
            noted = dict.fromkeys(part.note for part in (claim, *claim.rests_on) if part.note)
            aside = f" · note: {'; '.join(noted)}" if noted else ""
            said.setdefault(f"{claim.firmness}{when}{aside}", set()).update(claim.paragraphs)
        lines = sorted(((in_order(where), what) for what, where in said.items()), key=lambda line: int(line[0][0][1:]))
        return "\n".join(f"{_say_paragraphs(where)}: {what}" for where, what in lines)

    def __str__(self) -> str:
        return f"{self.number}, {_say_paragraphs(self.paragraphs)}"


def _say_paragraphs(paragraphs: Sequence[str]) -> str:
    sign = "¶" if paragraphs[0].startswith("P") else "row "
    return f"{sign}{', '.join(paragraph[1:] for paragraph in paragraphs)}"


def cite(claims: Iterable[Claim]) -> tuple[Cite, ...]:
    """Sources with the paragraphs that some claims cite, each once and in order.

    >>> [str(cited) for cited in cite([Claim("a", "ties", "x", "leads", "y", "report", ("P12", "P3"))])]
    ['0, ¶3, 12']
    """
    cited = grouped(claims, lambda claim: (claim.source_number, claim.source_id))
    return tuple(
        Cite(source, in_order(p for claim in told for p in claim.paragraphs), number, tuple(told))
        for (number, source), told in sorted(cited.items(), key=lambda item: item[0])
    )


def number_sources(published: Mapping[str, EdtfDate | None]) -> dict[str, int]:
    """Number sources by the day on which they were published, and then by id, from 1."""
    days = {source: date.latest if date and date.latest else dt.date.max for source, date in published.items()}
    return {source: number for number, source in enumerate(sorted(days, key=lambda s: (days[s], s)), start=1)}


def in_order(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """Numbers of paragraphs in order.

    >>> in_order({"P12", "P3"})
    ('P3', 'P12')
    """
    return tuple(sorted(set(paragraphs), key=lambda number: (number[0], int(number[1:]))))


def grouped(items: Iterable[T], by: Callable[[T], K]) -> dict[K, list[T]]:
    """Items that have something in common, by what it is, in the order in which they come.

    >>> grouped(["leads", "backs", "lost"], lambda word: word[0])
    {'l': ['leads', 'lost'], 'b': ['backs']}
    """
    found: dict[K, list[T]] = {}
    for item in items:
        found.setdefault(by(item), []).append(item)
    return found


def make_claims(
    frames: Mapping[str, pd.DataFrame], names: Mapping[str, str], published: Mapping[str, EdtfDate | None]
) -> dict[str, tuple[Claim, ...]]:
    """Make the claims of each table, in the order of its rows, with names of actors and days of publication."""
    direct = [row for row in records(frames["quotes"]) if row["direct"]]
    spoken = grouped(direct, lambda row: (row["speaker_id"], row["source_id"]))

    def words(speaker: str, source: str, paragraphs: tuple[str, ...]) -> str:
        """A direct quotation by the speaker of a row from the same paragraphs."""
        for quote in spoken.get((speaker, source), ()):
            if set(quote["paragraphs"]) & set(paragraphs):
                return str(quote["text"])
        return ""

    numbers = number_sources(published)
    one = {row["actor_id"]: row["same_as"] for row in records(frames["identities"]) if _is_so(row)}
    made = {}
    for table, (key, who, what, whom, event) in CLAIM_TABLES.items():
        columns = {str(name): column.tolist() for name, column in frames[table].items()}
        empty = [""] * len(columns[key])
        named = {"claim_id": key, "from_id": who, "kind": what, "to_id": whom, "event_id": event}
        given: dict[str, Iterable[Any]] = {name: columns.get(column, empty) for name, column in named.items()}
        given |= {name: columns[name] for name in _SAME if name in columns}
        given["table"] = repeat(table)
        if not what:
            given["kind"] = repeat(_SAID[table])
        said_by, sources = columns.get("said_by", empty), columns["source_id"]
        speakers = columns.get("speaker_id", said_by)
        if table == "quotes":  # what a source tells of somebody's mind is in its own voice
            told = zip(speakers, columns["status"], strict=True)
            speakers = ["" if status == "implied" else speaker for speaker, status in told]
        given["quote"] = list(map(words, said_by, sources, columns["paragraphs"]))
        given["published"] = [published.get(source) for source in sources]
        given["source_number"] = [numbers.get(source, 0) for source in sources]
        given["speaker"] = [names.get(speaker, "") for speaker in speakers]
        given["voice"] = [names.get(one.get(speaker, speaker), "") for speaker in speakers]
        given |= {name: columns[column] for column, name in _RENAMED.items() if column in columns}
        if table == "quotes":
            given["said_to"] = [(actor,) if actor else () for actor in columns["said_to"]]
        made[table] = tuple(map(Claim, *(given.get(field.name, repeat(field.default)) for field in fields(Claim))))
    return made


def _is_so(row: Mapping[str, Any]) -> bool:
    return MODALITIES[row["modality"]].actual and STATUSES[row["status"]].counts and not row["reading"]
