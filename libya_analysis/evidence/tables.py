"""The evidence tables: read by their schema, checked against it and each other, and held frozen.

``data/datapackage.json`` (Frictionless Data Package, Table Schema) is the only statement of the schema. Nothing
is inferred: every cell is read as text and converted as its field says, so ``NA``, ``007`` and ``1e3`` stay what
they are. All problems are found in one reading and reported together.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from libya_analysis.evidence.csvfile import Content, RawTable, fetch, read_cells
from libya_analysis.evidence.dates import EdtfDate, parse_date
from libya_analysis.evidence.errors import DataError, Problem, did_you_mean
from libya_analysis.evidence.folders import data_folder, shipped

#: Tables whose rows are claims, with the columns that say from whom, what kind and to whom.
CLAIM_TABLES = {
    "ties": ("tie_id", "from_id", "kind", "to_id"),
    "backers": ("backing_id", "backer_id", "support", "actor_id"),
    "participants": ("participation_id", "actor_id", "role", "event_id"),
    "event_reports": ("report_id", "event_id", "outcome", ""),
}

#: Columns of dates whose basis stands in a column of its own, by the stem of its name.
_DATED = {"date": ("date",), "dates": ("start", "end"), "said": ("said",), "published": ("published",)}

_ID_LIMIT = 64
_RESERVED = {"con", "nul", "aux", "prn"} | {f"{name}{i}" for name in ("com", "lpt") for i in range(1, 10)}
_INVISIBLE = {0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_NUMBER = re.compile(r"-?\d{1,3}(\.\d+)?", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#<>\"'`\\{}|^@]+[^\s<>\"'`\\{}|^@]*", re.IGNORECASE)


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Read the shipped ``datapackage.json``: fields, types, allowed values, keys."""
    text = shipped("data").joinpath("datapackage.json").read_text(encoding="utf-8")
    package: dict[str, Any] = json.loads(text)
    return package


def fields(table: str) -> dict[str, dict[str, Any]]:
    """Fields of a table by name, in order, as the schema states them.

    Examples
    --------
    >>> list(fields("paragraphs"))
    ['source_id', 'paragraph', 'role', 'sha256']
    """
    return {field["name"]: field for field in _resources()[table]["schema"]["fields"]}


def allowed(table: str, column: str) -> tuple[str, ...]:
    """Values that a column may have; empty where any text is allowed.

    Examples
    --------
    >>> allowed("backers", "status")
    ('stated', 'attributed', 'alleged', 'implied', 'denied')
    """
    return tuple(fields(table)[column].get("constraints", {}).get("enum", ()))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries, for a walk over them row by row."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in names]  # ``to_dict`` looks at each cell twice
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


@lru_cache(maxsize=1)
def _resources() -> dict[str, dict[str, Any]]:
    return {resource["name"]: resource for resource in schema()["resources"]}


@dataclass(frozen=True, eq=False, repr=False)
class Tables:
    """All tables of one folder, read and checked.

    Each table is an attribute (``tables.actors``), a DataFrame whose changes never reach the tables themselves. Text
    is ``str`` with ``""`` for an empty cell; lists are tuples; dates are :class:`~libya_analysis.EdtfDate`
    or None (``end`` may be ``"open"``); numbers are floats with NaN for an empty cell.

    Attributes
    ----------
    folder : Path
        Where they were read.
    lines : mapping of str to tuple of int
        For each table the line of the file on which each row starts.
    camps : tuple of dict
        The two camps that the data names, each with ``id``, ``name`` and ``anchor`` (an actor_id); may be empty.
    """

    folder: Path
    frames: Mapping[str, pd.DataFrame]
    lines: Mapping[str, tuple[int, ...]]
    camps: tuple[dict[str, str], ...] = ()
    #: The tables as they were read, of which these are a copy; None of those that were made otherwise. Nobody writes
    #: into them, and as long as files do not change they are the same: what follows from them need be found only once.
    origin: Tables | None = dataclasses.field(default=None, init=False)

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name not in self.frames:
            raise AttributeError(f"there is no table {name!r}{did_you_mean(name, self.frames)}")
        return self.frames[name].copy(deep=False)  # copy-on-write: cheap, and the original cannot change

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.frames]

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(frame)} {name}" for name, frame in self.frames.items())
        return f"<Tables: {counts}>"

    def names(self) -> dict[str, str]:
        """Name to show of each actor, by actor_id."""
        actors = self.frames["actors"]
        return dict(zip(actors["actor_id"].tolist(), actors["name"].tolist(), strict=True))

    def published(self, kind: str = "") -> dict[str, EdtfDate | None]:
        """Day of publication of each source that makes claims, all or those of one kind; references make none."""
        columns = (self.frames["sources"][name].tolist() for name in ("source_id", "kind", "published"))
        return {
            source: date
            for source, own, date in zip(*columns, strict=True)
            if (own == kind if kind else own != "reference")
        }

    def claims(self, actor: str | None = None) -> pd.DataFrame:
        """All claims of all tables, one row each.

        Parameters
        ----------
        actor : str, optional
            Only claims about this actor_id, made by it, or about an event in which it takes part.

        Returns
        -------
        pandas.DataFrame
            Columns ``claim_id, table, from_id, kind, to_id, status, modality, condition, said_by, start, end,
            attested, reading, source_id, paragraphs, note``; ordered by table and id. For event reports
            ``from_id`` is the event and ``kind`` its outcome; for participants ``to_id`` is the event.

        Raises
        ------
        KeyError
            If there is no such actor.

        Examples
        --------
        >>> from libya_analysis import load_tables
        >>> load_tables().claims(actor="egypt")["table"].unique().tolist()
        ['ties', 'backers', 'participants', 'event_reports']
        """
        voice = ["status", "modality", "condition", "said_by", "start", "end", "attested", "reading"]
        columns = ["claim_id", "table", "from_id", "kind", "to_id", *voice, "source_id", "paragraphs", "note"]
        parts = []
        for name, (key, subject, kind, target) in CLAIM_TABLES.items():
            frame = self.frames[name]
            part = frame.reindex(columns=[c for c in columns if c in frame.columns and c != "kind"])
            for column in ("start", "end", "attested"):
                if column not in frame:
                    part[column] = pd.Series([None] * len(frame), dtype=object, index=frame.index)
            part["claim_id"], part["table"], part["kind"] = frame[key], name, frame[kind]
            part["from_id"], part["to_id"] = frame[subject], frame[target] if target else ""
            parts.append(part[columns])
        claims = pd.concat(parts, ignore_index=True)
        if actor is None:
            return claims
        if actor not in self.names():
            raise KeyError(f"there is no actor {actor!r}{did_you_mean(actor, self.names())}")
        taken = self.frames["participants"]
        events = set(taken.loc[taken["actor_id"] == actor, "event_id"])
        about = (claims[["from_id", "to_id", "said_by"]] == actor).any(axis=1)
        return claims[about | claims["from_id"].isin(events)].reset_index(drop=True)


def load_tables(folder: str | os.PathLike[str] | None = None) -> Tables:
    """Read all tables of a folder, or say everything that is wrong with them.

    Parameters
    ----------
    folder : path, optional
        A folder with the ten CSV files; without it the one that ``LIBYA_ANALYSIS_DATA`` names, else the shipped one.

    Returns
    -------
    Tables

    Raises
    ------
    DataError
        With every problem found; nothing is returned in part.

    Examples
    --------
    >>> load_tables().actors["actor_id"].tolist()[0]
    'akar'
    """
    tables, problems = read_tables(folder)
    if problems:
        raise DataError(problems, _shown(tables.folder))
    return tables


def _shown(folder: Path) -> str:
    """Name a folder in a message without the machine's own path before it where that can be left out."""
    try:
        return f"{folder.resolve().relative_to(Path.cwd())}/"
    except ValueError:
        return f"{folder}/"


def read_tables(folder: str | os.PathLike[str] | None = None) -> tuple[Tables, list[Problem]]:
    """Read what can be read of a folder's tables, with every problem found on the way.

    :func:`load_tables` is the one to use in an analysis: it never returns tables that have problems.
    """
    path = data_folder(folder)
    if not path.is_dir():
        there = "it is not a folder" if path.exists() else "there is no such folder"
        empty = {name: pd.DataFrame(columns=list(fields(name))) for name in _resources()}
        return _freeze(path, empty, {}, ()), [Problem(path.name, 0, "", "not-a-folder", f"{path}: {there}")]
    files = [f"{name}.csv" for name in _resources()] + ["datapackage.json"]
    contents = {file: fetch(path / file) for file in files}
    key = repr((path, [hashlib.sha256(c).digest() if isinstance(c, bytes) else c for c in contents.values()]))
    if key not in _LAST:  # the same content need not be read twice
        _LAST.clear()
        _LAST[key] = _read(path, contents)
    tables, problems = _LAST[key]
    # Copies, since nobody keeps a user from writing into the arrays of a table.
    frames = {name: frame.copy() for name, frame in tables.frames.items()}
    own = _freeze(path, frames, dict(tables.lines), tuple(dict(camp) for camp in tables.camps))
    object.__setattr__(own, "origin", tables)
    return own, list(problems)


#: What came of the files read last, by their content.
_LAST: dict[str, tuple[Tables, list[Problem]]] = {}


def _read(path: Path, contents: dict[str, Content]) -> tuple[Tables, list[Problem]]:
    """Read a folder's files, each as its content or as what keeps it from being read."""
    problems: list[Problem] = []
    raw = {
        name: read_cells(f"{name}.csv", contents[f"{name}.csv"], list(fields(name)), resource["mayBeEmpty"])
        for name, resource in _resources().items()
    }
    frames = {}
    for name, table in raw.items():
        problems += table.problems
        frames[name] = _convert(name, table, problems)
    lines = {name: tuple(line for line, _ in table.rows) for name, table in raw.items()}
    camps = _camps(contents["datapackage.json"], raw["actors"], problems)
    tables = _freeze(path, frames, lines, camps)
    problems += _duplicate_keys(raw)
    problems += _broken_references(raw, tables)
    faulty = {(problem.file, problem.line, problem.column) for problem in problems}
    faulty |= {(problem.file, 0, problem.column) for problem in problems if problem.line <= 1}
    problems += _broken_rules(tables, faulty)
    return tables, sorted(set(problems))


def _freeze(
    path: Path,
    frames: dict[str, pd.DataFrame],
    lines: dict[str, tuple[int, ...]],
    camps: tuple[dict[str, str], ...],
) -> Tables:
    return Tables(path, MappingProxyType(frames), MappingProxyType(lines), camps)


def _camps(own: Content, actors: RawTable, problems: list[Problem]) -> tuple[dict[str, str], ...]:
    """Take the camps from the folder's own datapackage.json if it has one, else from the shipped schema."""
    if isinstance(own, tuple) and own[0] == "missing-file":
        return tuple(dict(camp) for camp in schema()["camps"])

    def fault(code: str, message: str) -> tuple[dict[str, str], ...]:
        problems.append(Problem("datapackage.json", 0, "", code, message))
        return ()

    if isinstance(own, tuple):
        return fault("bad-json", "the file is empty" if own[0] == "empty-file" else own[1])
    try:
        package = json.loads(own.decode("utf-8"))
    except ValueError as error:
        return fault("bad-json", f"it cannot be read: {error}")
    camps: Any = package.get("camps", []) if isinstance(package, dict) else None
    keys = ("id", "name", "anchor")
    good = isinstance(camps, list) and len(camps) in (0, 2)
    if not good or not all(isinstance(c, dict) and all(isinstance(c.get(key), str) for key in keys) for c in camps):
        return fault("bad-camps", "camps is a list of two, each with the texts id, name and anchor, or is left out")
    known = {cells.get("actor_id", "") for _, cells in actors.rows} | actors.stray_keys
    for camp in camps if actors.complete else ():
        if camp["anchor"] not in known:
            hint = did_you_mean(camp["anchor"], known)
            fault("broken-ref", f"the anchor {camp['anchor']!r} of a camp is not in actors.csv{hint}")
    return tuple(dict(camp) for camp in camps)


# -- cells ------------------------------------------------------------------------------------------------------------


def _convert(name: str, table: RawTable, problems: list[Problem]) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    for column, field in fields(name).items():
        reads = field.get("reads", "text")
        values = []
        for line, cells in table.rows:
            text = cells.get(column)
            faults = [] if text is None else list(_faults(text, field))
            problems += [Problem(f"{name}.csv", line, column, code, message) for code, message in faults]
            values.append(_value("" if text is None or faults else text, reads))
        dtype: Any = {"number": "float64", "boolean": "bool", "list": object}.get(reads, object)
        columns[column] = pd.Series(values, dtype="str" if reads in ("text", "id", "url") else dtype)
    return pd.DataFrame(columns)


def _value(text: str, reads: str) -> Any:
    match reads:
        case "list":
            return tuple(text.split(";")) if text else ()
        case "edtf" | "edtf-or-open":
            return text if text == "open" else parse_date(text) if text else None
        case "number":
            return float(text) if text else math.nan
        case "boolean":
            return text == "true"
    return text


def _faults(text: str, field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every fault of one cell, as code and message."""
    rules, reads = field.get("constraints", {}), field.get("reads", "text")
    if text == "":
        if rules.get("required"):
            yield "required", "the cell is empty"
        return
    if unicodedata.normalize("NFC", text) != text:
        yield "not-nfc", f"{text!r} is not in Unicode form NFC"
    for char in dict.fromkeys(text):
        if ord(char) in _INVISIBLE or (unicodedata.category(char) == "Cc"):
            yield "invisible", f"an invisible character, U+{ord(char):04X}"
    if text != text.strip():
        yield "space", f"{text!r} has white space at its start or end"
    elif reads in ("id", "list", "edtf", "edtf-or-open", "number", "boolean", "url"):
        yield from _form_faults(text, field, reads)
    elif enum := rules.get("enum"):
        if text not in enum:
            yield "unknown-value", f"{text!r} is not allowed here{did_you_mean(text, enum)}"
    elif (pattern := rules.get("pattern")) and not re.fullmatch(pattern, text):
        yield "bad-form", f"{text!r} does not have the form {pattern}"


def _form_faults(text: str, field: dict[str, Any], reads: str) -> Iterator[tuple[str, str]]:
    rules = field.get("constraints", {})
    match reads:
        case "id":
            if not re.fullmatch(rules["pattern"], text) or len(text) > _ID_LIMIT or text in _RESERVED:
                shown = text if len(text) <= 40 else f"{text[:40]}... ({len(text)} characters)"
                yield (
                    "bad-id",
                    f"{shown!r}: an id is lower-case letters and digits joined by '-', up to {_ID_LIMIT}",
                )
        case "list":
            items = text.split(";")
            if any(item != item.strip() or not item for item in items):
                yield "bad-list", f"{text!r}: separate items by ';' alone, without spaces or empty items"
            elif len(set(items)) < len(items):
                yield "bad-list", f"{text!r} names an item twice"
        case "edtf" | "edtf-or-open":
            if not (text == "open" and reads == "edtf-or-open"):
                try:
                    parse_date(text)
                except ValueError as error:
                    yield "date-order" if "ends before" in str(error) else "bad-date", str(error)
        case "number":
            if not _NUMBER.fullmatch(text):
                yield "bad-number", f"{text!r} is not a plain decimal number such as 32.8872"
            elif not rules["minimum"] <= float(text) <= rules["maximum"]:
                yield "range", f"{text} is not between {rules['minimum']} and {rules['maximum']}"
        case "boolean":
            if text not in ("true", "false"):
                yield "unknown-value", f"{text!r} is neither true nor false"
        case "url":
            if not _URL.fullmatch(text):
                yield "bad-url", f"{text!r} is not an http(s) address without spaces, quotes or a password"


# -- keys, references and rules that join cells -----------------------------------------------------------------------


def _primary_key(name: str) -> list[str]:
    key = _resources()[name]["schema"]["primaryKey"]
    return [key] if isinstance(key, str) else list(key)


def _duplicate_keys(raw: dict[str, RawTable]) -> Iterator[Problem]:
    for name, table in raw.items():
        key = _primary_key(name)
        first: dict[tuple[str, ...], int] = {}
        for line, cells in table.rows:
            value = tuple(cells.get(column, "") for column in key)
            if "" in value:
                continue
            if value in first:
                shown = " ".join(value)
                yield Problem(
                    f"{name}.csv",
                    line,
                    key[-1],
                    "duplicate-id",
                    f"{shown!r} stands on line {first[value]} already",
                )
            first.setdefault(value, line)


def _broken_references(raw: dict[str, RawTable], tables: Tables) -> Iterator[Problem]:
    keys = {
        name: {cells.get(_primary_key(name)[0], "") for _, cells in table.rows} | table.stray_keys
        for name, table in raw.items()
    }
    for name, resource in _resources().items():
        links = {link["fields"]: link["reference"]["resource"] for link in resource["schema"].get("foreignKeys", ())}
        links |= {column: f["refers"] for column, f in fields(name).items() if f.get("refers") == "actors"}
        for column, target in links.items():
            if not raw[target].complete:
                continue  # what could not be read is not reported a second time
            for line, value in zip(tables.lines[name], tables.frames[name][column], strict=True):
                for item in [value] if isinstance(value, str) else value:
                    if item and item not in keys[target]:
                        hint = did_you_mean(item, keys[target])
                        yield Problem(
                            f"{name}.csv",
                            line,
                            column,
                            "broken-ref",
                            f"{item!r} is not in {target}.csv{hint}",
                        )
    if not raw["paragraphs"].complete:
        return
    known: dict[str, list[str]] = {}
    for _, cells in raw["paragraphs"].rows:
        known.setdefault(cells.get("source_id", ""), []).append(cells.get("paragraph", ""))
    for name in raw:
        if "paragraphs" not in fields(name):
            continue
        frame = tables.frames[name]
        for line, source, cited in zip(tables.lines[name], frame["source_id"], frame["paragraphs"], strict=True):
            for item in cited if source in known else ():
                if item not in known[source]:
                    last = f"its paragraphs are {known[source][0]} to {known[source][-1]}"
                    yield Problem(
                        f"{name}.csv",
                        line,
                        "paragraphs",
                        "broken-ref",
                        f"{source} has no paragraph {item!r}; {last}",
                    )


def _broken_rules(tables: Tables, faulty: set[tuple[str, int, str]]) -> Iterator[Problem]:
    """Rules that Table Schema cannot state: they join several cells of a row, all of which could be read."""
    for name, frame in tables.frames.items():
        file = f"{name}.csv"
        for line, row in zip(tables.lines.get(name, ()), records(frame), strict=True):
            for column, code, message, *others in _row_faults(row):
                read = {(file, at, cell) for at in (0, line) for cell in (column, *others)}
                if not read & faulty:
                    yield Problem(file, line, column, code, message)


def _row_faults(row: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Column, code and message of each rule that a row breaks, and the other columns that the rule looks at."""
    status = row.get("status", "")
    if status in ("attributed", "alleged", "denied") and not row["said_by"]:
        yield "said_by", "required", f"the claim is {status}: name its speaker", "status"
    if status == "stated" and row["said_by"]:
        yield "said_by", "not-empty", "the claim is the source's own; make it attributed or drop the speaker", "status"
    if row.get("modality") == "conditional" and not row["condition"]:
        yield "condition", "required", "the claim is conditional: say on what condition", "modality"
    if row.get("reading") == "ambiguous" and not row["note"]:
        yield "note", "required", "the reading is ambiguous: say how else it can be read", "reading"
    start, end = row.get("start"), row.get("end")
    if start and end and end != "open" and start.earliest and end.latest and end.latest < start.earliest:
        yield "end", "date-order", f"{end} ends before {start}, its start", "start"
    for stem, dates in _DATED.items():
        basis = row.get(f"{stem}_basis")
        given = any(row.get(column) for column in dates)
        if basis == "none" and given:
            yield f"{stem}_basis", "basis", "a date is given: say what it rests on", *dates
        if basis in ("explicit", "inferred", "outside") and not given:
            yield f"{stem}_basis", "basis", f"the basis is {basis}, but no date is given", *dates
