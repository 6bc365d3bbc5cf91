"""Whether tables keep to their schema: cells, keys, references, and the rules that join cells of a row.

All problems are found in one reading and reported together; what could not be read is not reported a second time.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

import pandas as pd

from libya_analysis.evidence.csvfile import RawTable
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.errors import PRINTED, Problem, did_you_mean, nearest
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import fields, links, primary_key, resources
from libya_analysis.evidence.vocabulary import MODALITIES, STATUSES

#: Columns of dates whose basis stands in a column of its own, by the stem of its name.
_DATED = {"date": ("date",), "dates": ("start", "end"), "said": ("said",), "published": ("published",)}

_ID_LIMIT = 64
_RESERVED = {"con", "nul", "aux", "prn"} | {f"{name}{i}" for name in ("com", "lpt") for i in range(1, 10)}
_INVISIBLE = {0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
#: Zero-width non-joiner and joiner: letters' own in Persian, Arabic and Indic names.
_JOINERS = "\u200c\u200d"
#: What a cell is read as that is empty; else it is empty text.
_EMPTY: dict[str, Any] = {"list": (), "edtf": None, "edtf-or-open": None, "number": math.nan, "boolean": False}
_NUMBER = re.compile(r"-?\d{1,3}(\.\d+)?", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#<>\"'`\\{}|^@]+[^\s<>\"'`\\{}|^@]*", re.IGNORECASE)


# -- cells ------------------------------------------------------------------------------------------------------------


class _FaultError(ValueError):
    """Code and message of what is wrong with a cell."""


def convert(name: str, table: RawTable, problems: list[Problem]) -> pd.DataFrame:
    """Make a frame of a table's cells, each read as its field says; cells that cannot be are empty, and problems."""
    columns: dict[str, pd.Series] = {}
    rows = [cells for _, cells in table.rows]
    for column, field in fields(name).items():
        reads = field.get("reads", "text")
        texts = list(map(itemgetter(column), rows)) if rows and column in rows[0] else [None] * len(rows)
        read: dict[str | None, Any] = {None: _EMPTY.get(reads, "")}  # None: the column is missing, reported once
        faulty: dict[str | None, list[tuple[str, str]]] = {}
        for text in dict.fromkeys(texts):  # most cells of a column say what another says
            if text is not None:
                faults = list(character_faults(text))
                try:
                    read[text] = _read(text, field, reads)
                except _FaultError as fault:
                    faults.append(fault.args)
                if faults:
                    faulty[text], read[text] = faults, read[None]
        if faulty:
            for (line, _), text in zip(table.rows, texts, strict=True):
                problems += [Problem(f"{name}.csv", line, column, *fault) for fault in faulty.get(text, ())]
        values = list(map(read.__getitem__, texts))
        dtype: Any = {"number": "float64", "boolean": "bool"}.get(reads, object)
        columns[column] = pd.Series(values, dtype="str" if reads in ("text", "id", "url") else dtype)
    return pd.DataFrame(columns)


def _read(text: str, field: dict[str, Any], reads: str) -> Any:
    """Read a cell, or raise what is wrong with its form."""
    rules = field.get("constraints", {})
    if text == "":
        if rules.get("required"):
            raise _FaultError("required", "the cell is empty")
        return _EMPTY.get(reads, "")
    if text != text.strip():
        raise _FaultError("space", f"{text!r} has white space at its start or end")
    match reads:
        case "id":
            if text in _RESERVED:
                raise _FaultError("bad-id", f"{text!r} is a name that Windows keeps for itself; take another")
            if not re.fullmatch(rules["pattern"], text) or len(text) > _ID_LIMIT:
                shown = text if len(text) <= 40 else f"{text[:40]}... ({len(text)} characters)"
                form = f"an id is lower-case letters and digits joined by '-', up to {_ID_LIMIT}"
                raise _FaultError("bad-id", f"{shown!r}: {form}")
        case "list":
            items = text.split(";")
            if any(item != item.strip() or not item for item in items):
                raise _FaultError("bad-list", f"{text!r}: separate items by ';' alone, without spaces or empty items")
            if len(set(items)) < len(items):
                raise _FaultError("bad-list", f"{text!r} names an item twice")
            if (pattern := rules.get("pattern")) and (odd := [i for i in items if not re.fullmatch(pattern, i)]):
                raise _FaultError("bad-form", f"{odd[0]!r} is not of the form {field['example']}")
            return tuple(items)
        case "edtf" | "edtf-or-open":
            try:
                return text if (text, reads) == ("open", "edtf-or-open") else parse_date(text)
            except ValueError as error:
                raise _FaultError("date-order" if "ends before" in str(error) else "bad-date", str(error)) from None
        case "number":
            if not _NUMBER.fullmatch(text):
                raise _FaultError("bad-number", f"{text!r} is not a plain decimal number such as 32.8872")
            if not rules["minimum"] <= float(text) <= rules["maximum"]:
                raise _FaultError("range", f"{text} is not between {rules['minimum']} and {rules['maximum']}")
            return float(text)
        case "boolean":
            if text not in ("true", "false"):
                raise _FaultError("unknown-value", f"{text!r} is neither true nor false")
            return text == "true"
        case "url":
            if not _URL.fullmatch(text):
                raise _FaultError("bad-url", f"{text!r} is not an http(s) address without spaces, quotes or a password")
        case _:
            if (enum := rules.get("enum")) and text not in enum:
                raise _FaultError("unknown-value", f"{text!r} is not allowed here{did_you_mean(text, enum, len(enum))}")
            if not enum and (pattern := rules.get("pattern")) and not re.fullmatch(pattern, text):
                raise _FaultError("bad-form", f"{text!r} does not have the form {pattern}")
    return text


def character_faults(text: str) -> Iterator[tuple[str, str]]:
    """Characters that nobody sees, and letters written in another way than usual, as code and message."""
    if text.isascii() and text.isprintable():
        return
    if not unicodedata.is_normalized("NFC", text):
        yield "not-nfc", f"{text!r} is not in Unicode form NFC"
    for char in dict.fromkeys(char for at, char in enumerate(text) if not (char in _JOINERS and _joins(text, at))):
        if ord(char) in _INVISIBLE or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            yield "invisible", f"an invisible character, U+{ord(char):04X}"


def _joins(text: str, at: int) -> bool:
    """Whether a joiner means something: between Arabic letters, after a virama, or between the signs of an emoji."""
    # Vowel marks, colours of skin and the like stand on what is joined.
    before = next((c for c in reversed(text[max(at - 9, 0) : at]) if unicodedata.category(c) not in ("Mn", "Sk")), "")
    after = text[at + 1 : at + 2]
    if before.isalpha() and after.isalpha():
        arabic = unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL"
        return arabic or unicodedata.combining(text[at - 1]) == 9
    return text[at] == "\u200d" and bool(before and after) and {*map(unicodedata.category, before + after)} == {"So"}


# -- keys, references and rules that join cells -----------------------------------------------------------------------


def key_problems(raw: Mapping[str, RawTable]) -> Iterator[Problem]:
    """Rows that have the key of another."""
    for name, table in raw.items():
        key = primary_key(name)
        first: dict[tuple[str, ...], int] = {}
        for line, cells in table.rows:
            value = tuple(cells.get(column, "") for column in key)
            if "" in value:
                continue
            if value in first:
                message = f"{' '.join(value)!r} stands on line {first[value]} already"
                yield Problem(f"{name}.csv", line, key[-1], "duplicate-id", message)
            first.setdefault(value, line)


#: File, line and column of each cell at fault.
Places = list[tuple[str, int, str]]


def broken_references(
    raw: Mapping[str, RawTable], frames: Mapping[str, pd.DataFrame], lines: Mapping[str, tuple[int, ...]]
) -> dict[tuple[str, str], Places]:
    """Ids and paragraphs that are nowhere: for each what is said of it, the hint what is right, and who names it."""
    rows: dict[str, dict[str, int]] = {}
    for name, table in raw.items():
        key = primary_key(name)[0]
        rows[name] = {cells.get(key, ""): line for line, cells in table.rows}
    keys = {name: rows[name].keys() | table.stray_keys for name, table in raw.items()}
    hints: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str], Places] = {}

    @cache
    def named(target: str) -> set[str]:
        columns = [(name, column) for name in resources() for column, other in links(name).items() if other == target]
        cells = (cell for name, column in columns for cell in set(frames[name][column].tolist()))
        return {item for cell in cells for item in _ids(cell)}

    def hint(target: str, item: str) -> str:
        near = nearest(item, keys[target])
        slip = near in rows[target] and near not in named(target)  # it may be that which is wrong
        unused = f" Line {rows[target][near]} of {target}.csv has that, and no row names it" if slip else ""
        return did_you_mean(item, keys[target]) + unused

    for name in resources():
        for column, target in links(name).items():
            if not raw[target].complete:
                continue  # what could not be read is not reported a second time

            def strange(value: str | tuple[str, ...], known: set[str] = keys[target]) -> list[str]:
                return [item for item in _ids(value) if item and item not in known]

            for line, items in _odd_cells(strange, lines[name], frames[name][column].tolist()):
                for item in items:
                    if (target, item) not in hints and len(hints) < PRINTED:  # a hint is much work
                        hints[target, item] = hint(target, item)
                    said = f"{item!r} is not in {target}.csv", hints.get((target, item), "")
                    found.setdefault(said, []).append((f"{name}.csv", line, column))
    if not raw["paragraphs"].complete:
        return found
    known: dict[str, dict[str, None]] = {}
    for _, cells in raw["paragraphs"].rows:
        known.setdefault(cells.get("source_id", ""), {})[cells.get("paragraph", "")] = None

    def beyond(cited: tuple[str, tuple[str, ...]]) -> list[tuple[str, str]]:
        source, there = cited[0], known.get(cited[0], {})
        missing = [item for item in cited[1] if there and item not in there]
        ends = missing and f"; its paragraphs are {next(iter(there))} to {next(reversed(there))}"
        return [(f"{source} has no paragraph {item!r}", str(ends)) for item in missing]

    for name in raw:
        if "paragraphs" in fields(name):
            cited = zip(*(frames[name][column].tolist() for column in ("source_id", "paragraphs")), strict=True)
            for line, missing in _odd_cells(beyond, lines[name], list(cited)):
                for said in missing:
                    found.setdefault(said, []).append((f"{name}.csv", line, "paragraphs"))
    return found


def reference_problems(broken: Mapping[tuple[str, str], Places]) -> Iterator[Problem]:
    """Each broken reference once, at the first row that has it, with how many others have it, too."""
    for (said, hint), places in broken.items():
        first = min(places)[:2]
        others = len({place[:2] for place in places}) - 1
        more = f"; {others} other row{'s name' if others > 1 else ' names'} it, too" if others else ""
        for file, line, column in places:
            if (file, line) == first:
                yield Problem(file, line, column, "broken-ref", f"{said}{more}{hint}")


def _ids(cell: str | tuple[str, ...]) -> list[str]:
    """Ids that a cell names; an alias ends with the source that uses it."""
    return [item.rpartition("@")[2] for item in ((cell,) if isinstance(cell, str) else cell)]


def _odd_cells(faults: Callable[[Any], list[Any]], lines: Sequence[int], cells: Sequence[Any]) -> Iterator[Any]:
    """Lines of cells with faults, and the first of these; most cells of a column say what another says."""
    found = {cell: odd[:PRINTED] for cell in set(cells) if (odd := faults(cell))}
    if found:
        yield from ((line, found[cell]) for line, cell in zip(lines, cells, strict=True) if cell in found)


def rule_problems(
    frames: Mapping[str, pd.DataFrame], lines: Mapping[str, tuple[int, ...]], faulty: set[tuple[str, int, str]]
) -> Iterator[Problem]:
    """Rules that Table Schema cannot state: they join several cells of a row, all of which could be read."""
    for name, frame in frames.items():
        file = f"{name}.csv"
        dated = {stem: columns for stem, columns in _DATED.items() if f"{stem}_basis" in frame}
        for line, row in zip(lines.get(name, ()), records(frame), strict=True):
            for column, code, message, *others in _row_faults(row, dated):
                read = {(file, at, cell) for at in (0, line) for cell in (column, *others)}
                if not read & faulty:
                    yield Problem(file, line, column, code, message)


def _row_faults(row: dict[str, Any], dated: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Column, code and message of each rule that a row breaks, and the other columns that the rule looks at."""
    status = row.get("status", "")
    if status in STATUSES and STATUSES[status].speaker and not row.get("said_by", row.get("speaker_id")):
        speaker = "said_by" if "said_by" in row else "speaker_id"
        yield speaker, "required", f"the claim is {status}: name its speaker", "status"
    if status == "stated" and row.get("said_by"):
        yield "said_by", "not-empty", "the claim is the source's own; make it attributed or drop the speaker", "status"
    modality = row.get("modality", "")
    if modality in MODALITIES and MODALITIES[modality].conditional and not row.get("condition", "stands in the text"):
        yield "condition", "required", "the claim is conditional: say on what condition", "modality"
    if row.get("reading") == "ambiguous" and not row["note"]:
        yield "note", "required", "the reading is ambiguous: say how else it can be read", "reading"
    start, end = row.get("start"), row.get("end")
    if start and end and end != "open" and start.earliest and end.latest and end.latest < start.earliest:
        yield "end", "date-order", f"{end} ends before {start}, its start", "start"
    if "speaker_id" in row and status == "stated":
        yield "status", "not-stated", "words have a speaker: they are attributed, alleged, denied or implied"
    if row.get("direct") and len(row["text"].split()) == 1:
        message = f"{row['text']!r} alone says too little: make it indirect speech, in our words"
        yield "text", "one-word", message, "direct"
    date, due = row.get("date"), row.get("due")
    if date and due and date.earliest and due.latest and due.latest < date.earliest:
        yield "due", "date-order", f"{due}, the day that it is for, is before {date}, when it was made", "date"
    for stem, dates in dated.items():
        basis = row[f"{stem}_basis"]
        given = any(row[column] for column in dates)
        if basis == "none" and given:
            yield f"{stem}_basis", "basis", "a date is given: say what it rests on", *dates
        elif basis not in ("none", "") and not given:
            yield f"{stem}_basis", "basis", f"the basis is {basis}, but no date is given", *dates
