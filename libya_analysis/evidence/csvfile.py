"""Read one CSV file from a stranger: every fault with its place, nothing guessed, nothing dropped in silence."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from libya_analysis.evidence.errors import Problem, did_you_mean

MAX_FILE_BYTES = 50_000_000
MAX_CELL_BYTES = 1_000_000

_FIRST_BYTES = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"SQLite f": "a SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}
_SAVE_AS = "save it as CSV in UTF-8"

#: Takes line, column, code and message of a fault.
Fault = Callable[[int, str, str, str], None]
#: What a file holds; or code and message of what keeps it from being read.
Content = bytes | tuple[str, str]


@dataclass
class RawTable:
    """The cells of one file as text, and what was wrong with it.

    References to ``stray_keys``, first cells of records that could not be used, are not called broken; references into
    a file that is not ``complete``, as part of it could not be read, cannot be judged.
    """

    problems: list[Problem] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # line where a record starts, cells by column
    stray_keys: set[str] = field(default_factory=set)
    complete: bool = True


def fetch(path: Path) -> Content:
    """Read a file whole, if it is one and not too large."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            return "not-a-file", "it is a folder, a device or a pipe, not a file"
        if info.st_size == 0:
            return "empty-file", "the file has no bytes; it needs at least its header"
        if info.st_size > MAX_FILE_BYTES:
            return "too-big", f"{info.st_size:,} bytes; the limit is {MAX_FILE_BYTES:,}"
        return path.read_bytes()
    except FileNotFoundError:
        return "not-a-file" if path.is_symlink() else "missing-file", "there is no such file"
    except OSError as error:
        return "not-a-file", f"it cannot be read: {error.strerror}"


def read_cells(file: str, content: Content, columns: Sequence[str], may_be_empty: bool) -> RawTable:
    """Read what :func:`fetch` gave: a comma-separated UTF-8 file with the given header, in any order of columns."""
    table = RawTable()

    def fault(line: int, column: str, code: str, message: str) -> None:
        table.problems.append(Problem(file, line, column, code, message))

    text = _decode(content, fault)
    if text is None:
        table.complete = False
        return table

    limit = csv.field_size_limit(MAX_CELL_BYTES)  # a setting of the whole process: put back below
    try:
        records = _records(text, fault, table)
        header = next(records, None)
        used = _check_header(header[1] if header else [], columns, fault)
        if used is None:
            table.complete = False
            return table
        table.complete = columns[0] in used
        for line, cells in records:
            if not cells:
                fault(line, "", "blank-row", "a blank line; delete it")
            elif len(cells) != len(used):
                fault(line, "", "row-length", f"{len(cells)} cells, but the header has {len(used)} columns")
                if columns[0] in used and used.index(columns[0]) < len(cells):
                    table.stray_keys.add(cells[used.index(columns[0])])
            else:
                table.rows.append((line, dict(zip(used, cells, strict=True))))
    finally:
        csv.field_size_limit(limit)
    if not table.rows and not may_be_empty and not table.problems:
        fault(1, "", "no-rows", "a header, but no rows")
    return table


def _decode(data: Content, fault: Fault) -> str | None:
    if isinstance(data, tuple):
        fault(0, "", *data)
        return None
    for start, what in _FIRST_BYTES.items():
        if data.startswith(start):
            fault(0, "", "not-csv", f"this is {what}; {_SAVE_AS}")
            return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        fault(1, "", "encoding", f"byte 0x{data[0]:02x} at offset 0: the file is UTF-16; {_SAVE_AS}")
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if (offset := data.find(b"\0")) >= 0:
        fault(data.count(b"\n", 0, offset) + 1, "", "nul-byte", f"a NUL byte at offset {offset}")
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8"
        fault(line, "", "encoding", f"{byte}; open it in the encoding it was saved in, and {_SAVE_AS}")
        return None
    if re.match(r"\s*<(!doctype|html|\?xml)", text, re.IGNORECASE):
        fault(1, "", "not-csv", f"this is a web page or XML; {_SAVE_AS}")
        return None
    if "\r" in text.replace("\r\n", ""):
        fault(1, "", "line-ends", "lines end with CR alone; use LF or CRLF")
        return None
    return text


def _records(text: str, fault: Fault, table: RawTable) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                fault(line, "", "too-big", f"a cell has more than {MAX_CELL_BYTES:,} characters")
            else:
                fault(line, "", "csv", f"{error} (in the record that starts here); the rest was not read")
            table.complete = False
            return
        yield line, cells


def _check_header(header: list[str], columns: Sequence[str], fault: Fault) -> list[str] | None:
    """Return the names of the file's columns, or None if it cannot be read further."""
    if not any(header):
        fault(1, "", "empty-file", "the first line is empty; it needs to be the header")
        return None
    if len(header) == 1 and header[0] not in columns:
        for name, mark in (("semicolons", ";"), ("tabs", "\t"), ("vertical bars", "|")):
            if mark in header[0]:
                fault(1, "", "delimiter", f"cells are separated by {name}; separate them by commas")
                return None
    if not set(header) & set(columns):
        for name in dict.fromkeys(header):
            hint = f"is the header missing? It is {','.join(columns)}"
            fault(1, name, "unknown-column", f"{name!r} is not a column; {hint}")
        return None
    guessed: set[str] = set()
    for position, name in enumerate(header):
        if name in header[:position]:
            fault(1, name, "duplicate-column", "the column is there twice")
        elif name not in columns:
            hint = did_you_mean(name, [c for c in columns if c not in header])
            guessed.update(c for c in columns if hint == f"; did you mean '{c}'?")
            fault(1, name, "unknown-column", f"{name!r} is not a column of this table{hint}")
    for column in columns:
        if column not in header and column not in guessed:
            fault(1, column, "missing-column", "the column is missing")
    return None if len(set(header)) < len(header) else header
