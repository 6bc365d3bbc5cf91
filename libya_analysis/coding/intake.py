"""A text taken in as a source: read, split into paragraphs, written into the tables, and kept beside them."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from libya_analysis.coding.phrases import find_dates
from libya_analysis.coding.reading import POINT, read_text
from libya_analysis.coding.rows import Folder, choices_of, source_row
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.evidence.folders import texts_folder
from libya_analysis.evidence.frames import Frame, frame_of, records
from libya_analysis.evidence.schema import fields
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import NEAR_COPY, Texts, find_texts, hash_of, read_paragraphs, shared_words

_CREDIT = re.compile(
    r"\[?(?:FILE|HANDOUT|PHOTO|Photo|Picture|Image|Credit|Copyright)\b|^\W*صورة\b|صورة أرشيفية|©"
    r"|\b(?:REUTERS|AFP|EPA|Getty|AP)\s*(?:/|Photo|Images)"
    r"|\bvia (?:AP|Reuters|AFP|Getty)|\b[Ff]ile (?:photo|picture)\b",
)
_DAY = r"(?:\d{1,2} \w+\.? \d{4}|\w+\.? \d{1,2}, \d{4}|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
_SLUG = re.compile(
    rf"[\w.-]+\.(?:jpe?g|png|webp|html?)$|^by [A-Z]|^{_DAY}|^(?:reuters|afp|ap|tass|xinhua)$", re.IGNORECASE
)
#: Who made it and when, in a line of its own: as long as its list of names and offices.
_CREDITS = re.compile(
    rf"^\W*(?:(?:additional |further )?(?:reporting|writing|editing|edited|written|compiled) by "
    rf"|(?:first |last )?(?:published|updated|modified|posted|issued)(?: on| at)?:? ?(?:\w+,? )?{_DAY}"
    rf"|(?:تاريخ النشر|نُ?شرت? في|آخر تحديث|كتب[ته]?|إعداد|تحرير|(?:شارك في )?التغطية|بقلم)\b ?:)",
    re.IGNORECASE,
)
#: What is usual of a source where nothing is given.
USUAL_SOURCE = {
    "kind": "article",
    "reported_by": "unknown",
    "language": "en",
    "published_basis": "inferred",
    "licence": "all rights reserved; the text is not shipped",
}
_MARK, _END_MARK = "[\"'“‘«]", "[\"'”’»]"
#: A quotation and who said it: there is a comma between them, or it is a person who is known already.
_QUOTED = re.compile(
    rf"{_MARK}.*(?:[,،]{_END_MARK}|{_END_MARK}[,،]|{_END_MARK} (?:he|she|they|we|I) \w) ?", re.IGNORECASE
)
_CALLED = re.compile(rf"\w+(?: \w+){{0,2}} ?: ?{_MARK}[^.]*{_END_MARK}$")  # a heading: Envoy: "No!"
_ENDS = re.compile(r"[.!…:,،;؛][\"'”’»)]*$")
_LONGEST_HEADING = (16, 12)  # words, of the first lines and of those in between
_LONGEST_CREDITS = 30


@dataclass(frozen=True)
class Added:
    """A source that was taken in: its paragraphs, where its text is kept, and what its reader should know."""

    source_id: str
    paragraphs: Frame
    language: str
    description: str
    kept: Path
    warnings: tuple[str, ...]


def propose_roles(paragraphs: Mapping[str, str], marked: Mapping[str, str] | None = None) -> dict[str, str]:
    """Propose what each paragraph is in its text: as its page marks it, else from its form.

    >>> propose_roles({"P1": "Talks end in Port Azure", "P2": "By A. Writer", "P3": "The talks ended on Monday."})
    {'P1': 'heading', 'P2': 'slug', 'P3': 'body'}
    """
    marked = marked or {}
    roles = {
        number: marked.get(number) or _role_by_form(text, place)
        for place, (number, text) in enumerate(paragraphs.items())
    }
    first = list(roles)[:4]
    if "heading" not in map(roles.get, first):  # the shortest line may be the headline
        short = (number for number in first[:2] if roles[number] == "slug" and not _SLUG.search(paragraphs[number]))
        roles |= {number: "heading" for number in list(short)[:1] if number not in marked}
    return roles


def _role_by_form(text: str, place: int) -> str:
    words = len(text.split())
    if _CREDITS.search(text) and words <= _LONGEST_CREDITS:
        return "slug"
    if _CREDIT.search(text) and (place < 4 or words < 40):
        return "caption"
    if words <= 8 and _SLUG.search(text):
        return "slug"
    ends = _ENDS.search(text) and not _CALLED.match(text)
    if POINT.match(text) or words > _LONGEST_HEADING[place > 2] or ends or (place and _QUOTED.search(text)):
        return "body"
    return "slug" if words <= 2 and place < 2 else "heading"


def add_source(
    text: str | os.PathLike[str], source_id: str, *, folder: str | os.PathLike[str] | None = None, **given: str
) -> Added:
    """Take a text in as a source: rows of ``sources`` and ``paragraphs``, and the text beside the tables.

    Parameters
    ----------
    text : path
        The text, see :func:`~libya_analysis.coding.reading.read_text`.
    source_id : str
        Name of the source in the tables.
    folder : path, optional
        The folder of tables.
    **given
        Other cells of its row of ``sources``: ``publisher``, ``published``, ``url``, ``reported_by`` and so on.

    Raises
    ------
    ParameterError
        With everything that is wrong with what was given; nothing is written then.
    """
    before = Folder(folder)
    read = read_text(text)
    whole = read.text
    paragraphs = read_paragraphs(whole)
    kept = texts_folder(before.path) / f"{source_id}.txt"
    language = given.get("language") or _language(whole)
    day = given.get("published", "")
    has_day = read.published == day if read.published else _has_day(paragraphs, day, language)
    row = {
        **USUAL_SOURCE,
        "description": f"Text published by {given.get('publisher', '') or 'unknown'}",
        "published_basis": "explicit" if has_day else "inferred",
        **{column: value for column, value in given.items() if value},
        "language": language,
        "source_id": source_id,
        "sha256": hash_of(whole),
    }
    columns = fields("sources")
    if unknown := sorted(set(row) - set(columns)):
        raise ParameterError([f"sources has no column {name}{did_you_mean(name, columns)}" for name in unknown])
    known = {cells["source_id"]: cells["sha256"] for cells, _ in before.table("sources").records}
    begun = {cells["source_id"] for cells, _ in before.table("paragraphs").records}
    if source_id in known and (source_id in begun or known[source_id] != row["sha256"]):  # else it was broken off here
        raise ParameterError(f"there is a source {source_id!r} already; take another id")
    with_source = before.put({"sources": [row]})
    faults = [problem for problem in with_source.new_problems(before) if problem.file == "sources.csv"]
    if faults:
        raise ParameterError([f"{problem.column}: {problem.message}" for problem in faults])
    if kept.exists() and kept.read_bytes() != whole.encode():
        raise ParameterError(f"{kept} is there already, with another text")
    roles = propose_roles(paragraphs, read.roles)
    rows = []
    for number, line in paragraphs.items():
        rows.append({"source_id": source_id, "paragraph": number, "role": roles[number], "sha256": hash_of(line)})
    warnings = [*read.notes, *_near_copies(before.tables, paragraphs)]
    if read.published and not has_day:
        warnings.append(f"the page says that it was published on {read.published}, not {day}: look at --published")
    elif not given.get("published_basis") and not has_day:
        told = "the text does not have its day of publication, so published_basis is inferred: say in the note by what"
        warnings.append(f"{told} (--note), or give --published-basis")
    with_source.put({"paragraphs": rows}).save(before, {kept: whole.encode()})
    shown = frame_of("paragraph, role, text", [(number, roles[number], line) for number, line in paragraphs.items()])
    return Added(source_id, shown, language, row["description"], kept, tuple(warnings))


def set_roles(source_id: str, roles: Mapping[str, str], folder: str | os.PathLike[str] | None = None) -> dict[str, str]:
    """Write what paragraphs of a source are, by their numbers: all of them, or none; gives what they were before.

    Raises
    ------
    ParameterError
        If there is no such source, paragraph or role.
    """
    before = Folder(folder)
    source_row(before.tables, source_id)
    rows = {
        cells["paragraph"]: cells for cells, _ in before.table("paragraphs").records if cells["source_id"] == source_id
    }
    known = choices_of("paragraphs", "role")
    faults = [f"{source_id} has no paragraph {one}{did_you_mean(one, rows)}" for one in roles if one not in rows]
    faults += [f"{role!r} is no role{did_you_mean(role, known)}" for role in {*roles.values()} if role not in known]
    if faults:
        raise ParameterError(sorted(faults))
    before.put({"paragraphs": [{**rows[number], "role": role} for number, role in roles.items()]}).save(before)
    return {number: rows[number]["role"] for number in roles}


def _has_day(paragraphs: Mapping[str, str], day: str, language: str) -> bool:
    """Whether a text says the day on which it was published, year and all: in its first lines or its last one."""
    try:
        published = dt.date.fromisoformat(day)
    except ValueError:
        return bool(day) and any(day in line for line in paragraphs.values())
    lines = list(paragraphs.values())
    found = (one for line in (*lines[:5], *lines[-1:]) for one in find_dates(line, published, language))
    return any(one.explicit and one.date == day for one in found)


def _near_copies(tables: Tables, paragraphs: Mapping[str, str]) -> Iterator[str]:
    for source, known in find_texts(tables).items():
        share = shared_words({"new": paragraphs, "known": known})["known"].tolist()[0]
        if share >= NEAR_COPY:
            yield f"a near copy of {source}: {share:.0%} of the runs of words of the shorter text stand in the other"


def _language(text: str) -> str:
    """Guess a language by letters and the commonest small words; English if nothing tells."""
    for language, letters in (("ar", r"[\u0600-\u06ff]"), ("ru", r"[\u0400-\u04ff]")):
        if len(re.findall(letters, text)) > len(re.findall(r"[A-Za-z]", text)):
            return language
    small = {
        "en": "the of and to that was", "fr": "le les des et du une est", "es": "el los las y del una por",
        "it": "il gli della di che per è", "de": "der die und das den von", "tr": "ve bir bu için ile",
    }  # fmt: skip
    words = Counter(re.findall(r"\w+", text.casefold()))
    return max(small, key=lambda language: sum(words[word] for word in small[language].split()))


def list_sources(tables: Tables, texts: Texts | None = None) -> Frame:
    """List the sources that make claims: paragraphs, paragraphs without rows, rows, and whether the text is at hand."""
    texts = find_texts(tables) if texts is None else texts
    published, resting, paragraphs = tables.published(), rows_by_paragraph(tables), tables.paragraphs
    lines = []
    for row in records(tables.sources):
        source = row["source_id"]
        if source in published:
            cited = resting.get(source, {})
            numbers = paragraphs.loc[paragraphs["source_id"] == source, "paragraph"].tolist()
            counts = len(numbers), sum(number not in cited for number in numbers), len(set().union(*cited.values()))
            said = (row[column] for column in ("published", "publisher", "language"))
            lines.append((source, *said, *counts, "yes" if source in texts else "no"))
    return frame_of("source, published, publisher, language, paragraphs, without rows, rows, text at hand", lines)


def source_status(tables: Tables, source_id: str, texts: Texts | None = None) -> Frame:
    """Say of each paragraph of a source what it is and which rows rest on it."""
    source_row(tables, source_id)
    text = (find_texts(tables) if texts is None else texts).get(source_id, {})
    cited = rows_by_paragraph(tables).get(source_id, {})
    lines = []
    for row in records(tables.paragraphs):
        if row["source_id"] == source_id:
            number, found = row["paragraph"], cited.get(row["paragraph"], ())
            lines.append((number, row["role"], len(found), ", ".join(found), text.get(number, "")))
    return frame_of("paragraph, role, rows, resting on it, text", lines)


def rows_by_paragraph(tables: Tables) -> dict[str, dict[str, list[str]]]:
    """Rows that rest on each paragraph, by source."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, frame in tables.frames.items():
        if "paragraphs" in fields(name):
            for row in records(frame):
                own, said = found.setdefault(row["source_id"], {}), f"{name}:{next(iter(row.values()))}"
                for number in row["paragraphs"]:
                    own.setdefault(number, []).append(said)
    return found
