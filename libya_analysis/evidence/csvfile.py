"""Read one CSV file from a stranger: every fault with its place, nothing guessed, nothing dropped in silence."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from libya_analysis.evidence.errors import Problem, did_you_mean
from libya_analysis.evidence.folders import Content

MAX_CELL_BYTES = 1_000_000
_MOST_COLUMNS, _MOST_FAULTS = 200, 1000

_FIRST_BYTES = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"SQLite f": "a SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
}
_SAVE_AS = "save it as CSV in UTF-8"

#: What version control leaves in a file whose two sides it could not bring together.
_MERGE = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( .*)?\r?$", re.MULTILINE)
#: Quotation marks of typesetters, which a CSV file does not know.
_CURLED = set("“”„‟«»‘’‚‛＂")

#: Takes line, column, code and message of a fault.
Fault = Callable[[int, str, str, str], None]


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


def read_cells(file: str, content: Content, columns: Sequence[str]) -> RawTable:
    """Read what :func:`~.folders.fetch` gave: a comma-separated UTF-8 file with these columns, in any order."""
    table = RawTable()

    def fault(line: int, column: str, code: str, message: str) -> None:
        table.problems.append(Problem(file, line, column, code, message))

    text = _decode(content)
    if not isinstance(text, str):
        line, code, message = text
        fault(line, "", code, message)
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
            if len(table.problems) >= _MOST_FAULTS:
                fault(line, "", "too-many", f"{_MOST_FAULTS:,} faults before this line; the rest was not read")
                table.complete = False
                break
            if not cells:
                fault(line, "", "blank-row", "a blank line; delete it")
            elif cells == used:
                fault(line, "", "header-twice", "the header once more; delete it")
            elif len(cells) != len(used):
                table.complete &= not any("\n" in cell for cell in cells)  # which may hold rows
                count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
                hint = _why_so_long(cells)
                fault(line, "", "row-length", f"{count}, but the header has {len(used)} columns{hint}")
                if columns[0] in used and used.index(columns[0]) < len(cells):
                    table.stray_keys.add(cells[used.index(columns[0])])
            else:
                table.rows.append((line, dict(zip(used, cells, strict=True))))
    finally:
        csv.field_size_limit(limit)
    return table


def _why_so_long(cells: list[str]) -> str:
    """Say what probably made a record longer or shorter than the header, if that can be seen."""
    if any("\n" in cell for cell in cells):
        return "; it goes on over several lines: is a quotation mark missing?"
    if any(cell.strip()[:1] in _CURLED for cell in cells):
        return '; only straight quotation marks (") hold the commas of a cell'
    return ""


def where_not_utf8(data: bytes, error: UnicodeDecodeError) -> tuple[int, str]:
    """Line and advice for the first byte of a file that is not UTF-8."""
    byte = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8"
    line = data.count(b"\n", 0, error.start) + 1
    return line, f"{byte}; open it in the encoding it was saved in, and save it in UTF-8"


def _decode(data: Content) -> str | tuple[int, str, str]:
    """The text of a file; or line, code and message of what keeps it from being one."""
    if isinstance(data, tuple):
        return 0, *data
    if not data:
        return 0, "empty-file", "the file has no bytes; it needs at least its header"
    for start, what in _FIRST_BYTES.items():
        if data.startswith(start):
            return 0, "not-csv", f"this is {what}; {_SAVE_AS}"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return 1, "encoding", f"byte 0x{data[0]:02x} at offset 0: the file is UTF-16; {_SAVE_AS}"
    data = data.removeprefix(b"\xef\xbb\xbf")
    if (offset := data.find(b"\0")) >= 0:
        return data.count(b"\n", 0, offset) + 1, "nul-byte", f"a NUL byte at offset {offset}"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, advice = where_not_utf8(data, error)
        return line, "encoding", advice
    if re.match(r"\s*<(!doctype|html|\?xml)", text, re.IGNORECASE):
        return 1, "not-csv", f"this is a web page or XML; {_SAVE_AS}"
    if marker := _MERGE.search(text):
        line = text.count("\n", 0, marker.start()) + 1
        return line, "merge-marker", "a merge left this mark: choose between the two sides, and delete its marks"
    if "\r" in text.replace("\r\n", ""):
        return 1, "line-ends", "lines end with CR alone; use LF or CRLF"
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
                ends = "end of data" in str(error)
                why = "its quotation mark is never closed" if ends else "text follows a closing quotation mark"
                advice = "close it" if ends else 'inside a cell it is written twice ("")'
                fault(line, "", "csv", f"{why} in the record that starts here: {advice}; the rest was not read")
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
    if any(name[:1] in _CURLED for name in header):
        fault(1, "", "delimiter", 'cells stand between curled quotation marks; only straight ones (") are any')
        return None
    if len(header) > _MOST_COLUMNS:
        fault(1, "", "unknown-column", f"the first line has {len(header):,} cells; the header is {','.join(columns)}")
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
