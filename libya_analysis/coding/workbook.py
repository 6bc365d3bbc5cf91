"""All tables of a folder as one workbook, and back: what nobody changed comes back to the byte.

Every cell is written as text, so that no spreadsheet makes numbers or days of ids, and one that begins like a formula
is marked as text and comes back as it was. A hidden sheet holds the rows that the book was made from: what was changed
in the book only is taken, what was changed in the folder only stays, and what was changed in both is told.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import hashlib
import io
import json
import os
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from libya_analysis.coding.filling import TEXT, fill
from libya_analysis.coding.rows import Cells, Folder, TableFile, choices_of, is_required
from libya_analysis.coding.typed import Formula, Row, Told, is_as_it_was, understood, written
from libya_analysis.evidence.errors import DataError, ParameterError, Problem, needed
from libya_analysis.evidence.folders import PACKAGE, texts_folder
from libya_analysis.evidence.question import SIDES
from libya_analysis.evidence.schema import fields, links, primary_key, resources
from libya_analysis.evidence.texts import Texts, find_texts

#: Rows below the last one that are ready to be written into.
_SPARE = 500
_LONGEST = 32_767  # characters that a cell of Excel holds
_LISTS, CAMPS, _MADE = "allowed values", "camps", "as it was made"
_CAMP = {
    "id": "Its name for machines.",
    "name": "What it is called.",
    "anchor": "The actor that stands for it: an actor_id, or its name.",
}
_TEXT_MEANS = (
    "What the paragraph says. Put it in, and its hash follows. No table has it: texts of others are not published."
)
#: What a spreadsheet takes for the beginning of a formula.
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
#: How much of a name has to be the same that one is taken for a slip of another.
_NEAR = 0.8
_BOTH = (
    "changed in the book, and since it was made in the folder, too; nothing is written: make a book anew and change it "
    "there, or give --force, by which this one is right"
)

_OLDER = (
    "as the book had it before it was taken: is this an older copy of it? Nothing is written: make a book anew and "
    "change it there, or give --force, by which this one is right"
)

#: What tells a row from the others, and rows of tables by it.
Key = tuple[str, ...]
Rows = Mapping[str, Mapping[Key, Cells]]


def write_workbook(folder: str | os.PathLike[str] | None = None) -> bytes:
    """Make a workbook of a folder's tables: a sheet a table, drop-downs of what is allowed, the codebook as comments.

    Parameters
    ----------
    folder : path, optional
        A folder of tables; without it the one that ``LIBYA_ANALYSIS_DATA`` names, else the shipped one.

    Returns
    -------
    bytes
        An ``.xlsx`` file, the same for the same tables and texts.

    Raises
    ------
    DataError
        If a table cannot be read.
    ParameterError
        If a workbook cannot hold a cell, or the extra ``coding`` is not installed.

    Examples
    --------
    >>> book = needed("openpyxl").load_workbook(io.BytesIO(write_workbook()), read_only=True)
    >>> book.sheetnames[:3]
    ['sources', 'paragraphs', 'actors']
    """
    source, book = Folder(folder), needed("openpyxl").Workbook()
    book.remove(book.active)
    lists = book.create_sheet(_LISTS)
    texts = find_texts(source.tables)
    for name in resources():
        _fill(book, name, source.table(name), lists)
        if name == "paragraphs":
            _show_texts(book[name], source.table(name), texts)
    if source.tables.camps:
        _show_camps(book.create_sheet(CAMPS), source.tables.camps)
    lists.sheet_state = "hidden"
    book.move_sheet(_LISTS, len(book.sheetnames))
    _keep(book.create_sheet(_MADE), source)
    book.active = 0
    book.properties.created = dt.datetime(2000, 1, 1)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def _keep(sheet: Any, source: Folder) -> None:
    """The rows that a book is made from, below each other, each behind the name of its table."""
    sheet.sheet_state = "veryHidden"
    tables: dict[str, tuple[Sequence[str], Iterable[Cells]]] = {CAMPS: (list(_CAMP), source.tables.camps)}
    for name in resources():
        table = source.table(name)
        tables[name] = table.columns, (cells for cells, _ in table.records)
    line = 0
    for name, (columns, rows) in tables.items():
        for cells in (dict(zip(columns, columns, strict=True)), *rows):
            line += 1
            for place, text in enumerate((name, *(cells[column] for column in columns)), start=1):
                if text:
                    sheet.cell(line, place, _ESCAPE.sub("_x005F_", text)).data_type = "s"


def _head(sheet: Any, place: int, name: str, meaning: str, width: int) -> str:
    """The head of a column, with what it means as a comment; gives the column's letter."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    head = sheet.cell(1, place, name)
    head.font, head.comment = Font(bold=True), Comment(meaning, "codebook", height=160, width=320)
    sheet.column_dimensions[head.column_letter].width = width
    return str(head.column_letter)


def put_text(cell: Any, text: str, where: str) -> None:
    """Write a text into a cell as text, whatever it begins with."""
    from openpyxl.styles import Alignment
    from openpyxl.utils.exceptions import IllegalCharacterError

    if len(text) > _LONGEST:
        raise ParameterError(f"{where} has {len(text):,} characters; a workbook holds {_LONGEST:,}")
    try:
        cell.value = _ESCAPE.sub("_x005F_", text)
    except IllegalCharacterError:
        raise ParameterError(f"{where} has a control character in {text[:40]!r}") from None
    cell.number_format, cell.data_type, cell.quotePrefix = "@", "s", bool(FORMULA.match(text))
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > 60)


def _choose(sheet: Any, cells: str, formula: str, error: str = "") -> None:
    """A drop-down; without an error to be told, other values may be written too."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=bool(error))
    rule.error = error[:250]
    rule.add(cells)
    sheet.add_data_validation(rule)


def _fill(book: Any, name: str, table: TableFile, lists: Any) -> None:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "B2"
    last = len(table.records) + 1 + _SPARE
    for number, column in enumerate(table.columns, start=1):
        rules, values = fields(name)[column], [cells[column] for cells, _ in table.records]
        needed = " Required." if is_required(name, column) else ""
        width = min(48, max(12, len(column) + 2, *map(len, values[:50] or [""])))
        letter = _head(sheet, number, column, rules["description"] + needed, width)
        sheet.column_dimensions[letter].number_format = "@"  # text, also where somebody will write
        for row, text in enumerate(values, start=2):
            if text:
                put_text(sheet.cell(row, number), text, f"{name}.csv: {column}")
        choices = choices_of(name, column)
        target = links(name).get(column)
        if choices:
            place = lists.max_column + (1 if lists.cell(1, 1).value else 0)
            for row, value in enumerate((f"{name}.{column}", *choices), start=1):
                lists.cell(row, place, value)
            where = f"'{_LISTS}'!${get_column_letter(place)}$2:${get_column_letter(place)}${len(choices) + 1}"
            _choose(sheet, f"{letter}2:{letter}{last}", where, f"{column}: {', '.join(choices)}")
        elif target and rules.get("reads") != "list":
            _choose(sheet, f"{letter}2:{letter}{last}", f"{target}!$A$2:$A$10000")


def _show_texts(sheet: Any, table: TableFile, texts: Texts) -> None:
    """What each paragraph says, where it is at hand; where it is not, it can be put in."""
    place = len(table.columns) + 1
    _head(sheet, place, TEXT, _TEXT_MEANS, 80)
    for row, (cells, _) in enumerate(table.records, start=2):
        if words := texts.get(cells["source_id"], {}).get(cells["paragraph"]):
            put_text(sheet.cell(row, place), words, f"{cells['source_id']} {cells['paragraph']}")


def _show_camps(sheet: Any, camps: Iterable[Mapping[str, str]]) -> None:
    """The camps, each with the actor that stands for it."""
    sheet.freeze_panes = "B2"
    for number, (column, meaning) in enumerate(_CAMP.items(), start=1):
        letter = _head(sheet, number, column, meaning, 32)
        sheet.column_dimensions[letter].number_format = "@"
        for row, camp in enumerate(camps, start=2):
            if camp[column]:
                put_text(sheet.cell(row, number), camp[column], f"{CAMPS}: {column}")
    _choose(sheet, f"C2:C{len(SIDES) + 1}", "actors!$A$2:$A$10000")


def timeless(data: bytes) -> bytes:
    """The same file without the time at which it was packed, so that the same tables give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# -- and back ---------------------------------------------------------------------------------------------------------


@dataclass
class Made:
    """What a book was made from: rows by table and key; and cells as it shows them, where they stand for others.

    A name that was typed stands for an id, once it is taken: it is shown on, and nobody has changed it. Of a book that
    was taken, what its rows were before is known, too, so that an older copy of it takes nothing back.
    """

    rows: Rows
    shown: Rows = field(default_factory=dict)
    past: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """By which a book is known again."""
        return hashlib.sha256(json.dumps(_listed(self.rows)).encode()).hexdigest()


@dataclass
class Taken:
    """What was read from a workbook: which files of the folder are to change, and what was understood on the way.

    Attributes
    ----------
    before, after : Folder
        The tables as they are in the folder, and as they are to be.
    texts : mapping of Path to bytes
        Texts of sources that were typed in, by the files that are to have them.
    notes : list of str
        What was understood or left out on the way, a sentence each.
    places : mapping
        Sheet and row of each row, by table and key.
    memory : mapping of Path to bytes
        What the book is held to when it is taken once more.
    """

    before: Folder
    after: Folder
    texts: Mapping[Path, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    places: Mapping[str, Mapping[Key, tuple[str, int]]] = field(default_factory=dict)
    memory: Mapping[Path, bytes] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether there is anything to be taken."""
        return bool(self.texts) or self.after.contents != self.before.contents

    def save(self) -> list[Path]:
        """Write the tables that differ: all of them, or none. Says which; problems are told by sheet and row."""
        also = {**self.texts, **(self.memory if self.differs else {})}
        try:
            return [*self.after.save(self.before, also), *self.texts]
        except DataError:
            raise DataError(self.problems(), "the workbook") from None

    def problems(self) -> list[Problem]:
        """Problems that the tables would have and had not, by sheet and row."""
        return list(map(self._in_sheet, self.after.new_problems(self.before)))

    def _in_sheet(self, problem: Problem) -> Problem:
        name, end = problem.file.removesuffix(".csv"), 1
        for cells, text in self.after.table(name).records if name in self.places else ():
            end += text.count("\n")
            if end >= problem.line:
                sheet, row = self.places[name].get(self.after.table(name).key(cells), ("", 0))
                return replace(problem, file=sheet, line=row) if row else problem
        return problem


def read_workbook(
    book: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None, force: bool = False
) -> Taken:
    """Read tables from a workbook, a CSV file, or a folder of them as a spreadsheet writes them.

    A row that was changed in the book since it was made is taken, also one that is no longer in it; what was changed
    in the folder only stays, to the byte and in its place; what was changed in both is told, row and column. A book
    that was made elsewhere stands for the whole table. Tables without a sheet stay.

    Parameters
    ----------
    book : path
        A file ``.xlsx`` or ``.csv`` (named after its table, also as ``My book - ties.csv`` or ``book-ties.csv``), or a
        folder of such CSV files.
    folder : path, optional
        A folder of tables; without it the one that ``LIBYA_ANALYSIS_DATA`` names, else the shipped one.
    force : bool, optional
        Whether the book is right where a row was changed in both.

    Returns
    -------
    Taken
        What is to change; nothing is written before it is saved.

    Raises
    ------
    DataError
        If a table of the folder cannot be read.
    ParameterError
        With one message for each kind of thing that cannot be understood, and each problem of the tables beside them.

    Examples
    --------
    >>> from libya_analysis.evidence.folders import shipped
    >>> taken = read_workbook(shipped("data") / "ties.csv")
    >>> taken.differs, taken.notes
    (False, [])
    """
    faults, notes, before = Told(), Told(), Folder(folder)
    sheets = _named(sheets_of(Path(book)), faults, notes)
    made = _made_from(sheets.pop(_MADE, ("", []))[1], before)
    memory = texts_folder(before.path) / f"{Path(book).stem}-{_digest(str(Path(book).resolve()))[:8]}.taken.json"
    first = made.digest if made else ""
    if made:
        made = _remembered(memory, first) or made
        for name in (name for name, rows in made.rows.items() if rows and name not in sheets):
            notes.add("no sheet of this name; the table stays as it is", name)
    reference = made.rows if made else {name: _by_key(_before(name, before)) for name in resources()}
    camps = _rows(CAMPS, *sheets.pop(CAMPS), reference, made, faults, notes) if CAMPS in sheets else None
    typed = {name: _rows(name, *sheets[name], reference, made, faults, notes) for name in resources() if name in sheets}
    if not typed and camps is None and not faults.found:
        raise ParameterError(f"{book}: no sheet is named after a table ({', '.join(resources())})")
    seen = {name: {key_of(name, row.cells): dict(row.cells) for row in rows} for name, rows in typed.items()}
    texts = fill(typed, before.tables, notes, faults)
    _refuse_twice(typed, faults)
    for camp, count in Counter(row.cells.get("id", "") for row in camps or ()).items():
        if camp and count > 1:
            faults.add(f"{count} camps of the id {camp!r}; give one of them another, or delete it", CAMPS, "id")
    merged: dict[str, dict[Key, Cells]] = {}
    for name, rows in typed.items():
        merged[name] = _merged(name, rows, made, _by_key(_before(name, before)), force, notes, faults)
    after = before.having(*(_table(name, rows, before) for name, rows in merged.items()))
    if camps is not None:
        after = _with_camps(after, camps, made, force, notes, faults)
    places = {name: {key_of(name, row.cells): (row.sheet, row.number) for row in rows} for name, rows in typed.items()}
    taken = Taken(before, after, texts, notes.messages(), places)
    if faults.found:
        others = [one for one in taken.problems() if not faults.has(one.file, one.column, one.line)]
        raise ParameterError([*faults.messages(), *map(str, others)])
    if made:
        taken.memory = {memory: _to_remember(first, made, typed, seen, camps)}
    return taken


def refuse_to_lose(book: Path, folder: str | os.PathLike[str] | None = None, force: bool = False) -> None:
    """Refuse to write a workbook where something would be lost: over what is none, or has changes not yet taken in."""
    if book.suffix.lower() != ".xlsx":
        raise ParameterError(f"{book}: a workbook is written as .xlsx, such as {book.with_suffix('.xlsx').name}")
    if force or not book.exists():
        return
    ways = "give another name, or --force to lose it"
    try:
        ours = any(sheet == _MADE for sheet, _ in sheets_of(book))
        taken = read_workbook(book, folder) if ours else None
    except ParameterError as error:
        raise ParameterError(f"{book} is there, and cannot be taken in ({error.problems[0]}); {ways}") from None
    if not ours:
        raise ParameterError(f"{book} is there, and was not made by this command; {ways}")
    if taken and (own := [note for note in taken.notes if "left out" in note]):
        raise ParameterError(f"{book} has what the tables do not take ({'; '.join(own)}); {ways}")
    if taken and taken.differs:
        take = f"libya-analysis tables --from {book} takes them"
        raise ParameterError(f"{book} has changes that the tables have not: {take}; or {ways}")


# -- sheets and their rows --------------------------------------------------------------------------------------------


def sheets_of(book: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Names and cells of the sheets of a workbook, or of CSV files."""
    if book.is_dir() or book.suffix.lower() == ".csv":
        for path in sorted(book.glob("*.csv")) if book.is_dir() else [book]:
            try:
                text = path.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError:
                raise ParameterError(f"{path}: it is not UTF-8; save it as CSV UTF-8") from None
            first = text.partition("\n")[0]
            mark = max(",;\t", key=first.count)
            # LibreOffice names the file of a sheet BOOK-SHEET.csv
            name = next(
                (end for end in (*resources(), CAMPS, _LISTS, _MADE) if path.stem.endswith(f"-{end}")), path.stem
            )
            yield name, list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        return
    if book.suffix.lower() not in (".xlsx", ".xlsm"):
        raise ParameterError(f"{book}: a workbook is read from .xlsx; save it as that, or each sheet as .csv")
    try:
        sheets = needed("openpyxl").load_workbook(book).worksheets
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ParameterError(f"{book}: it cannot be read as a workbook ({error}); save it as .xlsx") from None
    for sheet in sheets:
        yield sheet.title, [[_value(cell) for cell in row] for row in sheet.iter_rows()]


def _value(cell: Any) -> Any:
    if cell.data_type == "f":
        return Formula(cell.value)
    return _ESCAPED.sub("_", cell.value) if isinstance(cell.value, str) else cell.value


def _table_of(sheet: str) -> str:
    """The table that a sheet or file is named after: "Libya - Event Reports" is event_reports."""
    last = re.split(r"\s+[-–]\s+", sheet)[-1] if sheet.casefold() not in resources() else sheet
    return re.sub(r"[\s-]+", "_", re.sub(r"\s*\(\d+\)$", "", last).strip().casefold())


def _named(
    sheets: Iterable[tuple[str, list[list[Any]]]], faults: Told, notes: Told
) -> dict[str, tuple[str, list[list[Any]]]]:
    """Sheets by the table that each is named after; a name that may be a slip is told."""
    found: dict[str, tuple[str, list[list[Any]]]] = {}
    others = []
    for sheet, rows in sheets:
        name = sheet if sheet in (_LISTS, _MADE) else _table_of(sheet)
        if name in found:
            both = f"{found[name][0]!r} and {sheet!r}"
            faults.add("two sheets for this table; give one of them a name of its own", name, shown=both)
        elif name in (*resources(), CAMPS, _MADE):
            found[name] = sheet, rows
        elif name != _LISTS:
            others.append((sheet, name))
    for sheet, name in others:
        missing = [table for table in (*resources(), CAMPS) if table not in found]
        if near := _slip_of(name, missing) or next(
            (table for table in missing if f"_{table}_" in f"_{name}_" and _MADE in found), ""
        ):
            faults.add(f"not a table; did you mean {near!r}? Name it so, or delete it", sheet)
        else:
            notes.add("not a table, left out", sheet)
    return found


def _slip_of(word: str, missing: Collection[str]) -> str:
    return next(iter(difflib.get_close_matches(word, missing, n=1, cutoff=_NEAR)), "")


def _columns(name: str) -> list[str]:
    return list(_CAMP) if name == CAMPS else list(fields(name))


def key_of(name: str, cells: Cells) -> Key:
    """What tells a row of a table, or a camp, from the others."""
    return tuple(cells.get(column, "") for column in (("id",) if name == CAMPS else primary_key(name)))


def _rows(
    name: str, sheet: str, lines: list[list[Any]], reference: Rows, made: Made | None, faults: Told, notes: Told
) -> list[Row]:
    """The rows of a sheet: a cell that is as the book was made is what it was made of, all else is understood."""
    known, also = _columns(name), [TEXT] if name == "paragraphs" else []
    head = [re.sub(r"[\s-]+", "_", str(cell or "").strip().casefold()) for cell in lines[0]] if lines else []
    for column in dict.fromkeys(filter(None, head)):
        if head.count(column) > 1:
            faults.add("the column is there twice; delete one", sheet, column)
        elif column not in (*known, *also):
            if near := _slip_of(column, [other for other in known if other not in head]):
                faults.add(f"no column of this table; did you mean {near!r}?", sheet, column)
            else:
                notes.add("a column of your own, left out", sheet, column)
    missing = [column for column in known[:1] if column not in head]
    if missing and (reference.get(name) or not set(head) & set(known)):
        faults.add(f"the column is missing; the first row is to hold {', '.join(known)}", sheet, missing[0])
        return []
    found = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell not in (None, "") and str(cell).strip() for cell in line):
            continue  # a blank row says nothing
        values = dict(zip(head, line, strict=False))
        key = key_of(name, {column: written(value) for column, value in values.items()})
        was = reference.get(name, {}).get(key)
        shown = made.shown.get(name, {}).get(key, was) if made else was
        row = Row(sheet, number, {})
        for column, value in values.items():
            if column in known:
                counts = name != CAMPS and fields(name)[column].get("reads") == "number"
                same = shown is not None and is_as_it_was(value, shown.get(column, ""), counts)
                if was is not None and same and (made or counts):
                    row.cells[column] = was.get(column, "")
                elif name == CAMPS:
                    row.cells[column] = written(value).strip()
                else:  # what the folder has as well is not the fault of a book
                    row.cells[column] = understood(name, column, value, row, notes, Told() if same else faults)
            elif column in also and value:
                row.cells[column] = str(value)
            elif not column and value not in (None, ""):
                notes.add("a cell in a column without a head, left out", sheet, row=number)
        row.touched = was is None or any(
            text != was.get(column, "") for column, text in row.cells.items() if column != TEXT
        )
        found.append(row)
    return found


def _refuse_twice(typed: Mapping[str, Sequence[Row]], faults: Told) -> None:
    """Two rows of one id: neither may take the place of the other."""
    for name, rows in typed.items():
        first: dict[Key, Row] = {}
        for row in rows:
            other = first.setdefault(key := key_of(name, row.cells), row)
            if other is not row and all(key):
                column = primary_key(name)[-1]
                shown = f"{' '.join(key)!r} (row {other.number} has it, too)"
                faults.of("an id is that of one row alone; give one of them another, or delete it", row, column, shown)


# -- brought together -------------------------------------------------------------------------------------------------


def _made_from(lines: list[list[Any]], before: Folder) -> Made | None:
    """The rows that a book was made from; nothing if it was made of other tables than those of the folder."""
    rows: dict[str, dict[Key, Cells]] = {}
    heads: dict[str, list[str]] = {}
    for name, *cells in (map(written, line) for line in lines if line and line[0] in (*resources(), CAMPS)):
        if name not in heads:
            heads[name], rows[name] = [cell for cell in cells if cell], {}
        else:
            row = dict(zip(heads[name], cells, strict=False))
            rows[name][key_of(name, row)] = row
    tables = {name: some for name, some in rows.items() if name in resources()}
    there = {name: _by_key(_before(name, before)) for name in tables}
    shared = any(some.keys() & there[name].keys() for name, some in tables.items())
    if not shared and (any(tables.values()) or not tables):
        return None
    return Made({name: some for name, some in rows.items() if name == CAMPS or _is_read(name, before)})


def _by_key(table: TableFile) -> dict[Key, Cells]:
    return {table.key(cells): cells for cells, _ in table.records}


def _before(name: str, before: Folder) -> TableFile:
    """A table as it was; without rows if there is no such file yet, or one that a spreadsheet wrote."""
    if _is_read(name, before):
        return before.table(name)
    return TableFile(name, ",".join(fields(name)) + "\n", tuple(fields(name)), ())


def _is_read(name: str, before: Folder) -> bool:
    with suppress(DataError):
        return bool(before.table(name))
    return False


def _merged(
    name: str,
    rows: Sequence[Row],
    made: Made | None,
    ours: Mapping[Key, Cells],
    force: bool,
    notes: Told,
    faults: Told,
) -> dict[Key, Cells]:
    """The rows of a table that are right by the book, by the folder, and by what both were made from."""
    base = made.rows.get(name, {}) if made else ours
    past = made.past if made and not force else ()
    after, there = dict(ours), set[Key]()
    for row in rows:
        key = key_of(name, row.cells)
        there.add(key)
        mine, was = ours.get(key), base.get(key)
        new = {**(mine or was or {}), **row.cells}
        if new == mine:
            continue
        if was is not None and all(text == was.get(column, "") for column, text in row.cells.items()):
            gone = "changed" if mine else "taken out"
            notes.of(f"{gone} in the folder since the book was made: that stays", row, shown=" ".join(key))
        elif _state(name, key, new) in past:
            faults.of(_OLDER, row, shown=" ".join(key))
        elif mine == was or force:
            after[key] = new
        elif mine is None:
            faults.of(_BOTH, row, shown=f"{' '.join(key)}: no longer in the folder")
        else:
            for column in (column for column in row.cells if new[column] != mine.get(column, "")):
                faults.of(_BOTH, row, column, f"{new[column]!r} in the book, {mine.get(column, '')!r} in the folder")
    for key in (key for key in ours if key not in there and key in base):
        if _state(name, key, {}) in past:
            faults.add(_OLDER, name, shown=f"{' '.join(key)}: no longer in the book, from which it came")
        elif ours[key] == base[key] or force:
            notes.add("no longer in the sheet: the row goes", name, shown=" ".join(key))
            del after[key]
        else:
            faults.add(_BOTH, name, shown=f"{' '.join(key)}: no longer in the book, and changed in the folder")
    return after


def _table(name: str, rows: Mapping[Key, Cells], before: Folder) -> TableFile:
    return _before(name, before).only(rows).put(rows.values())


def _with_camps(
    folder: Folder, rows: Sequence[Row], made: Made | None, force: bool, notes: Told, faults: Told
) -> Folder:
    """A folder with the camps of a sheet; an actor may stand for one by its name."""
    content = folder.contents[PACKAGE]
    try:
        package = json.loads(content.decode("utf-8-sig")) if isinstance(content, bytes) else {}
        camps = {key_of(CAMPS, camp): camp for camp in package.get("camps", ())}
    except (ValueError, AttributeError, TypeError):
        return folder  # whose problems are told as they are
    ids = {name.casefold(): actor for actor, name in folder.tables.names().items()}
    taken = {row.cells.get("id", "") for row in rows}
    for row in rows:
        row.cells["anchor"] = ids.get(row.cells.get("anchor", "").casefold(), row.cells.get("anchor", ""))
        if not row.cells.get("id"):
            row.cells["id"] = next(f"camp-{n}" for n in range(1, len(rows) + 2) if f"camp-{n}" not in taken)
            taken.add(row.cells["id"])
            notes.of("empty; an id is made", row, "id")
    merged = _merged(CAMPS, rows, made, camps, force, notes, faults)
    order = [key_of(CAMPS, row.cells) for row in rows if key_of(CAMPS, row.cells) in merged]
    after = [merged[key] for key in dict.fromkeys([*order, *merged])]
    if after == list(camps.values()):
        return folder
    new = f"{json.dumps({**package, 'camps': after}, ensure_ascii=False, indent=1)}\n".encode()
    return Folder(folder.path, {**folder.contents, PACKAGE: new})


# -- a book that is taken more than once ------------------------------------------------------------------------------


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _listed(rows: Rows) -> dict[str, list[Cells]]:
    return {name: list(some.values()) for name, some in rows.items()}


def _state(name: str, key: Key, cells: Cells) -> str:
    """By which it is known again what a row was, or that there was none."""
    return _digest(json.dumps([name, *key, *(cells.get(column, "") for column in (_columns(name) if cells else ()))]))


def _to_remember(
    first: str,
    made: Made,
    typed: Mapping[str, Sequence[Row]],
    seen: Mapping[str, Mapping[Key, Cells]],
    camps: Sequence[Row] | None,
) -> bytes:
    """What the book is held to from now on: its rows as they were taken, as it shows them, and as they were before."""
    rows, shown = {name: dict(some) for name, some in made.rows.items()}, dict[str, list[Cells]]()
    for name, some in {**typed, **({} if camps is None else {CAMPS: camps})}.items():
        was = made.rows.get(name, {})
        rows[name] = {(key := key_of(name, row.cells)): {**was.get(key, {}), **row.cells} for row in some}
        shown[name] = [{c: text for c, text in cells.items() if c != TEXT} for cells in seen.get(name, {}).values()]
    past = {
        _state(name, key, made.rows.get(name, {}).get(key, {}))
        for name in rows
        for key in made.rows.get(name, {}).keys() | rows[name].keys()
        if made.rows.get(name, {}).get(key) != rows[name].get(key)
    }
    kept = {"made": first, "rows": _listed(rows), "shown": shown, "past": sorted(made.past | past)}
    return json.dumps(kept, ensure_ascii=False).encode()


def _remembered(path: Path, first: str) -> Made | None:
    """What the book of this place was held to when it was last taken, if it is the same book."""
    with suppress(OSError, ValueError, KeyError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["made"] == first:
            rows, shown = (
                {name: {key_of(name, cells): cells for cells in some} for name, some in found[part].items()}
                for part in ("rows", "shown")
            )
            return Made(rows, shown, frozenset(found["past"]))
    return None
