"""A text taken in as a source: read, split into paragraphs, written into the tables, and kept beside them."""

from __future__ import annotations

import datetime as dt
import html
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mistune
import nh3

from libya_analysis.coding.phrases import find_dates
from libya_analysis.coding.rows import Folder, source_row
from libya_analysis.evidence.errors import ParameterError, did_you_mean, needed
from libya_analysis.evidence.folders import texts_folder
from libya_analysis.evidence.frames import Frame, frame_of, records
from libya_analysis.evidence.schema import fields
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import NEAR_COPY, Texts, find_texts, hash_of, read_paragraphs, shared_words

#: What opens a file that is no text, and what to do about it.
_NO_TEXT = {
    b"PK\x03\x04": "a Word, Excel or zip file; save it as .txt or PDF",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file; save it as .txt or PDF",
    b"{\\rtf": "an RTF file; save it as .txt or PDF",
}
_CREDIT = re.compile(
    r"\[?(?:FILE|HANDOUT|PHOTO|Photo|Picture|Image|Credit|Copyright)\b|^\W*صورة\b|صورة أرشيفية|©"
    r"|\b(?:REUTERS|AFP|EPA|Getty|AP)\s*(?:/|Photo|Images)"
    r"|\bvia (?:AP|Reuters|AFP|Getty)|\b[Ff]ile (?:photo|picture)\b",
)
_DAY = r"(?:\d{1,2} \w+\.? \d{4}|\w+\.? \d{1,2}, \d{4}|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
_SLUG = re.compile(
    rf"[\w.-]+\.(?:jpe?g|png|webp|html?)$|^by [A-Z]|^{_DAY}|^(?:reuters|afp|ap|tass|xinhua)$", re.IGNORECASE
)
#: What is usual of a source where nothing is given.
USUAL_SOURCE = {
    "kind": "article",
    "reported_by": "unknown",
    "language": "en",
    "published_basis": "inferred",
    "licence": "all rights reserved; the text is not shipped",
}
_LIGATURES = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]")
_QUOTED = re.compile(r"[\"“«].*[,،]?[\"”»] ?\w+")  # a quotation and who said it
_LONGEST_HEADING = (16, 12)  # words, of the first lines and of those in between


@dataclass(frozen=True)
class Added:
    """A source that was taken in: its paragraphs, where its text is kept, and what its reader should know."""

    source_id: str
    paragraphs: Frame
    language: str
    kept: Path
    warnings: tuple[str, ...]


def read_text(path: str | os.PathLike[str]) -> str:
    r"""Read a text: .txt as it is, the readable part of .html, the words of .md and .pdf, a paragraph a line.

    Raises
    ------
    ParameterError
        If the file is not one of these, or nothing can be read in it.
    """
    path = Path(path)
    data = path.read_bytes()
    suffix = path.suffix.lower()
    for start, what in _NO_TEXT.items():
        if data.startswith(start):
            raise ParameterError(f"{path}: this is {what}")
    if data.startswith(b"%PDF"):
        text = "\n\n".join(_pdf_paragraphs(path))
    elif suffix in (".html", ".htm"):
        text = "\n\n".join(_html_paragraphs(data, path))
    elif suffix in (".txt", ".md", ".markdown", ""):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8"
            raise ParameterError(f"{path}: {place}; save it as UTF-8") from None
        if re.match(r"\s*<(?:!doctype|html)", text, re.IGNORECASE):
            raise ParameterError(f"{path}: this is a web page; name it .html")
        if "\0" in text:
            raise ParameterError(f"{path}: a NUL byte: this is no text")
        if suffix.startswith(".m"):
            text = _markdown_words(text)
    else:
        raise ParameterError(f"{path}: {suffix} is not read; give .txt, .md, .html or .pdf")
    if not read_paragraphs(text):
        scan = "is it a scan? Have its letters recognised first"
        hint = scan if data.startswith(b"%PDF") else "is it the right file?"
        raise ParameterError(f"{path}: no words in it; {hint}")
    return text


def _html_paragraphs(data: bytes, path: Path) -> Iterator[str]:
    found = needed("trafilatura").bare_extraction(data, include_comments=False, favor_recall=True, with_metadata=True)
    lines = list(read_paragraphs(found.text or "").values()) if found else []
    if not lines:
        raise ParameterError(f"{path}: no article is found in this page; copy its text into a .txt file")
    if found.title and found.title.strip() not in lines[:3]:
        yield found.title.strip()
    yield from (re.sub(r"^- ", "", line) for line in lines)


class _Words(mistune.HTMLRenderer):
    """Markup with a line a paragraph, and no code."""

    def softbreak(self) -> str:
        return " "

    def linebreak(self) -> str:
        return " "

    def block_code(self, code: str, info: str | None = None) -> str:
        return ""


def _markdown_words(text: str) -> str:
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    return html.unescape(nh3.clean(str(mistune.create_markdown(renderer=_Words(escape=False))(body)), tags=set()))


def _pdf_paragraphs(path: Path) -> Iterator[str]:
    """Words of a PDF, whose lines end where the page does: joined where a paragraph goes on, without heads and feet."""
    pypdf = needed("pypdf")
    try:
        pages = [_pdf_lines(page) for page in pypdf.PdfReader(path).pages]
    except pypdf.errors.PyPdfError as error:
        raise ParameterError(f"{path}: the PDF cannot be read: {error}") from None
    said = [[re.sub(r"\d+", "#", line) for line in page if line] for page in pages]
    edges = Counter(line for page in said for line in {*page[:2], *page[-2:]})
    repeated = {line for line, count in edges.items() if line == "#" or count > max(2, len(pages) / 2)}
    lines = [line for page in pages for line in page if re.sub(r"\d+", "#", line) not in repeated]
    width, spaced = max(map(len, lines), default=0), any("" in page[1:-1] for page in pages)
    paragraph = last = ""
    for line in [*lines, ""]:
        ends = re.search(r"[.!?:؟][\"'”’»)]*$", paragraph)
        if paragraph and (not line if spaced else ends and len(last) < 0.85 * width):
            yield paragraph
            paragraph = ""
        broken = re.search(r"(\w)-$", paragraph) if line[:1].islower() else None
        if broken:  # a word, or one with a hyphen of its own such as UN-backed
            paragraph = (paragraph[:-1] if broken[1].islower() else paragraph) + line
        else:
            paragraph = f"{paragraph} {line}".strip()
        last = line
    if paragraph:
        yield paragraph


def _pdf_lines(page: Any) -> list[str]:
    """Lines of a page, with empty ones between paragraphs, unless it has columns; ligatures are letters again."""
    text = page.extract_text(extraction_mode="layout") or ""
    lines = text.splitlines()
    if 4 * sum(bool(re.search(r"\S {4,}\S", line)) for line in lines) > len(lines):
        lines = (page.extract_text() or "").splitlines()
    plain = (_LIGATURES.sub(lambda m: unicodedata.normalize("NFKC", m[0]), line) for line in lines)
    found = [" ".join(line.split()) for line in plain]
    ends = bool(found) and re.search(r"[.!?]\W*$", next(filter(None, reversed(found)), ""))
    return [*found, *([""] if ends else [])]  # else a paragraph goes on over the page


def propose_roles(paragraphs: Mapping[str, str]) -> dict[str, str]:
    """Propose what each paragraph is in its text, from its form.

    >>> propose_roles({"P1": "Talks end in Port Azure", "P2": "By A. Writer", "P3": "The talks ended on Monday."})
    {'P1': 'heading', 'P2': 'slug', 'P3': 'body'}
    """
    roles = {}
    for place, (number, text) in enumerate(paragraphs.items()):
        words, ends = len(text.split()), re.search(r"[.!…:][\"'”’»)]*$", text)
        if _CREDIT.search(text) and (place < 4 or words < 40):
            roles[number] = "caption"
        elif words <= 8 and _SLUG.search(text):
            roles[number] = "slug"
        elif words <= _LONGEST_HEADING[place > 2] and not ends and not (place and _QUOTED.search(text)):
            roles[number] = "slug" if words <= 2 and place < 2 else "heading"
        else:
            roles[number] = "body"
    return roles


def add_source(
    text: str | os.PathLike[str], source_id: str, *, folder: str | os.PathLike[str] | None = None, **given: str
) -> Added:
    """Take a text in as a source: rows of ``sources`` and ``paragraphs``, and the text beside the tables.

    Parameters
    ----------
    text : path
        The text, see :func:`read_text`.
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
    whole = read_text(text)
    paragraphs = read_paragraphs(whole)
    kept = texts_folder(before.path) / f"{source_id}.txt"
    language = given.get("language") or _language(whole)
    row = {
        **USUAL_SOURCE,
        "description": f"Text published by {given.get('publisher', '') or 'unknown'}",
        "published_basis": "explicit" if _has_day(paragraphs, given, language) else "inferred",
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
    roles = propose_roles(paragraphs)
    rows = []
    for number, line in paragraphs.items():
        rows.append({"source_id": source_id, "paragraph": number, "role": roles[number], "sha256": hash_of(line)})
    warnings = list(_near_copies(before.tables, paragraphs))
    if not given.get("published_basis") and row["published_basis"] != "explicit":
        told = "the text does not have its day of publication, so published_basis is inferred: say in the note by what"
        warnings.append(f"{told} (--note), or give --published-basis")
    with_source.put({"paragraphs": rows}).save(before, {kept: whole.encode()})
    shown = frame_of("paragraph, role, text", [(number, roles[number], line) for number, line in paragraphs.items()])
    return Added(source_id, shown, language, kept, tuple(warnings))


def _has_day(paragraphs: Mapping[str, str], given: Mapping[str, str], language: str) -> bool:
    """Whether a text says the day on which it was published, year and all: in its first lines or its last one."""
    day = given.get("published", "")
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
