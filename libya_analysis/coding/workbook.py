"""All tables of a folder as one workbook, and back: what nobody changed comes back to the byte.

Every cell is written as text, so that no spreadsheet makes numbers or days of ids, and one that begins like a formula
is marked as text and comes back as it was. What people and their programs do to such files is understood where it can
mean one thing only; else there is one message for each kind of fault, with a proposal.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from libya_analysis.coding.filling import TEXT, fill
from libya_analysis.coding.rows import Folder, TableFile, choices_of, is_required
from libya_analysis.evidence.errors import DataError, ParameterError, Problem, did_you_mean, needed
from libya_analysis.evidence.folders import PACKAGE
from libya_analysis.evidence.schema import allowed, fields, links, primary_key, resources
from libya_analysis.evidence.texts import Texts, find_texts

#: Rows below the last one that are ready to be written into.
_SPARE = 500
_LONGEST = 32_767  # characters that a cell of Excel holds
_LISTS, CAMPS = "allowed values", "camps"
_ROWS, _SEP = "rows of ", " | "  # before keys that a book was made with: what came later is not taken for deleted
_CAMP = {
    "id": "Its name for machines.",
    "name": "What it is called.",
    "anchor": "The actor that stands for it: an actor_id.",
}
_TEXT_MEANS = (
    "What the paragraph says. Put it in, and its hash follows. No table has it: texts of others are not published."
)
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
_YES, _NO = ("true", "wahr", "vrai", "yes", "1"), ("false", "falsch", "faux", "no", "0")
_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


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
    for name in resources():
        place, table = lists.max_column + 1, source.table(name)
        for row, text in enumerate((_ROWS + name, *(_SEP.join(table.key(cells)) for cells, _ in table.records)), 1):
            lists.cell(row, place, _ESCAPE.sub("_x005F_", text)).data_type = "s"
    lists.sheet_state = "hidden"
    book.move_sheet(_LISTS, len(book.sheetnames))
    book.active = 0
    book.properties.created = dt.datetime(2000, 1, 1)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _head(sheet: Any, place: int, name: str, meaning: str, width: int) -> str:
    """The head of a column, with what it means as a comment; gives the column's letter."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    head = sheet.cell(1, place, name)
    head.font, head.comment = Font(bold=True), Comment(meaning, "codebook", height=160, width=320)
    sheet.column_dimensions[head.column_letter].width = width
    return str(head.column_letter)


def _put(cell: Any, text: str, where: str) -> None:
    """Write a text into a cell as text, whatever it begins with."""
    from openpyxl.styles import Alignment
    from openpyxl.utils.exceptions import IllegalCharacterError

    if len(text) > _LONGEST:
        raise ParameterError(f"{where} has {len(text):,} characters; a workbook holds {_LONGEST:,}")
    try:
        cell.value = _ESCAPE.sub("_x005F_", text)
    except IllegalCharacterError:
        raise ParameterError(f"{where} has a control character in {text[:40]!r}") from None
    cell.number_format, cell.data_type, cell.quotePrefix = "@", "s", bool(_FORMULA.match(text))
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
                _put(sheet.cell(row, number), text, f"{name}.csv: {column}")
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
            _put(sheet.cell(row, place), words, f"{cells['source_id']} {cells['paragraph']}")


def _show_camps(sheet: Any, camps: Iterable[Mapping[str, str]]) -> None:
    """The camps, each with the actor that stands for it."""
    for number, (column, meaning) in enumerate(_CAMP.items(), start=1):
        _head(sheet, number, column, meaning, 32)
        for row, camp in enumerate(camps, start=2):
            sheet.cell(row, number, camp[column] or None)
    _choose(sheet, f"C2:C{sheet.max_row}", "actors!$A$2:$A$10000")


def _timeless(data: bytes) -> bytes:
    """The same file without the time at which it was packed, so that the same tables give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", old.read(entry))
            new.writestr(zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# -- and back ---------------------------------------------------------------------------------------------------------


@dataclass
class Taken:
    """What was read from a workbook: which files of the folder are to change, and what was understood on the way.

    Attributes
    ----------
    before, after : Folder
        The tables as they are in the folder, and as the workbook has them.
    texts : mapping of Path to bytes
        Texts of sources that were typed in, by the files that are to have them.
    notes : list of str
        What was understood or left out on the way, a sentence each.
    places : mapping
        Sheet and row of each row, by table and key.
    """

    before: Folder
    after: Folder
    texts: Mapping[Path, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    places: Mapping[str, Mapping[tuple[str, ...], str]] = field(default_factory=dict)

    def save(self) -> list[Path]:
        """Write the tables that differ: all of them, or none. Says which; problems are told by sheet and row."""
        try:
            return [*self.after.save(self.before, self.texts), *self.texts]
        except DataError as error:
            raise DataError(list(map(self._in_sheet, error.problems)), "the workbook") from None

    def _in_sheet(self, problem: Problem) -> Problem:
        name, end = problem.file.removesuffix(".csv"), 1
        for cells, text in self.after.table(name).records if name in self.places else ():
            end += text.count("\n")
            if end >= problem.line:
                sheet, _, row = self.places[name].get(self.after.table(name).key(cells), "").partition(": row ")
                return replace(problem, file=sheet, line=int(row)) if row else problem
        return problem


class _Faults:
    """One message for each kind of fault, with the first place where it was found and how many more there are."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def add(self, kind: str, place: str) -> None:
        self.found.setdefault(kind, []).append(place)

    def messages(self) -> list[str]:
        more = {kind: f" and {len(places) - 1} more" if len(places) > 1 else "" for kind, places in self.found.items()}
        return [f"{places[0]}{more[kind]}: {kind}" for kind, places in self.found.items()]


def read_workbook(book: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None) -> Taken:
    """Read tables from a workbook, a CSV file, or a folder of them as a spreadsheet writes them.

    A sheet stands for the whole table as it was when the workbook was made: rows that are no longer in it go, which is
    told; those that came into the folder since then stay. Rows that nobody changed stay as they are, to the byte and in
    their place; new ones come where the order of the file has them. Tables without a sheet stay.

    Parameters
    ----------
    book : path
        A file ``.xlsx`` or ``.csv`` (named after its table, also as ``My book - ties.csv``), or a folder of such CSV
        files.
    folder : path, optional
        A folder of tables; without it the one that ``LIBYA_ANALYSIS_DATA`` names, else the shipped one.

    Returns
    -------
    Taken
        What is to change; nothing is written before it is saved.

    Raises
    ------
    DataError
        If a table of the folder cannot be read.
    ParameterError
        With one message for each kind of thing that cannot be understood.

    Examples
    --------
    >>> from libya_analysis.evidence.folders import shipped
    >>> taken = read_workbook(shipped("data") / "ties.csv")
    >>> taken.after.contents == taken.before.contents, taken.notes
    (True, [])
    """
    faults, notes, before = _Faults(), _Faults(), Folder(folder)
    typed: dict[str, list[tuple[str, dict[str, str]]]] = {}
    anchors: dict[str, str] = {}
    made_with: dict[str, set[str]] = {}
    for sheet, rows in _sheets(Path(book)):
        name = _table_of(sheet)
        if sheet == _LISTS:
            for head, *keys in zip(*rows, strict=True):
                if str(head or "").startswith(_ROWS):
                    made_with[str(head).removeprefix(_ROWS)] = {str(key) for key in keys if key}
            continue
        if name == CAMPS:
            anchors = dict(_anchors(rows))
            continue
        if name not in resources():
            notes.add(f"not a table, left out{did_you_mean(name, resources())}", sheet)
            continue
        typed[name] = list(_cells(name, sheet, rows, faults, notes))
    in_order = {name: typed[name] for name in resources() if name in typed}
    texts = fill(in_order, before.tables, notes.add, faults.add) if not faults.found else {}
    if faults.found:
        raise ParameterError(faults.messages())
    if not typed:
        raise ParameterError(f"{book}: no sheet is named after a table ({', '.join(resources())})")
    for name, told in typed.items():
        told += _kept(name, told, before, made_with.get(name), notes)
    after = before.having(*(_changed(name, [cells for _, cells in rows], before) for name, rows in typed.items()))
    places = {name: {after.table(name).key(cells): place for place, cells in rows} for name, rows in typed.items()}
    return Taken(before, _anchored(after, anchors), texts, notes.messages(), places)


def _anchors(rows: list[list[Any]]) -> Iterator[tuple[str, str]]:
    head, *camps = ([str(cell or "").strip() for cell in row] for row in rows)
    for row in camps:
        cells = dict(zip(head, row, strict=False))
        if cells.get("id"):
            yield cells["id"], cells.get("anchor", "")


def _anchored(folder: Folder, anchors: Mapping[str, str]) -> Folder:
    """A folder whose camps have these anchors: an actor's id, or its name."""
    content = folder.contents[PACKAGE]
    if not isinstance(content, bytes) or not folder.tables.camps:
        return folder
    ids = {name: actor for actor, name in folder.tables.names().items()}
    package = json.loads(content.decode("utf-8-sig"))
    given = [anchors.get(camp["id"], camp["anchor"]) for camp in package["camps"]]
    camps = [{**camp, "anchor": ids.get(one, one)} for camp, one in zip(package["camps"], given, strict=True)]
    if camps == package["camps"]:
        return folder
    new = f"{json.dumps({**package, 'camps': camps}, ensure_ascii=False, indent=1)}\n".encode()
    return Folder(folder.path, {**folder.contents, PACKAGE: new})


def _sheets(book: Path) -> Iterator[tuple[str, list[list[Any]]]]:
    """Names and cells of the sheets of a workbook, or of CSV files."""
    if book.is_dir() or book.suffix.lower() == ".csv":
        for path in sorted(book.glob("*.csv")) if book.is_dir() else [book]:
            try:
                text = path.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError:
                raise ParameterError(f"{path}: it is not UTF-8; save it as CSV UTF-8") from None
            first = text.partition("\n")[0]
            mark = max(",;\t", key=first.count)
            yield path.stem, list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        return
    try:
        sheets = needed("openpyxl").load_workbook(book).worksheets
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ParameterError(f"{book}: it cannot be read as a workbook ({error}); save it as .xlsx") from None
    for sheet in sheets:
        yield sheet.title, [[_value(cell) for cell in row] for row in sheet.iter_rows()]


def _value(cell: Any) -> Any:
    if cell.data_type == "f":
        return _Formula(cell.value)
    return _ESCAPED.sub("_", cell.value) if isinstance(cell.value, str) else cell.value


class _Formula(str):
    """A cell that a spreadsheet would compute."""


def _table_of(sheet: str) -> str:
    """The table that a sheet or file is named after: "Libya - Event Reports" is event_reports."""
    last = re.split(r"\s+[-–]\s+", sheet)[-1] if sheet.casefold() not in resources() else sheet
    return re.sub(r"[\s-]+", "_", re.sub(r"\s*\(\d+\)$", "", last).strip().casefold())


def _cells(
    name: str, sheet: str, rows: list[list[Any]], faults: _Faults, notes: _Faults
) -> Iterator[tuple[str, dict[str, str]]]:
    head = [re.sub(r"[\s-]+", "_", str(cell or "").strip().casefold()) for cell in rows[0]] if rows else []
    also = [TEXT] if name == "paragraphs" else []
    for column in dict.fromkeys(head):
        if column and column not in (*fields(name), *also):
            hint = did_you_mean(column, set(fields(name)) - set(head))
            notes.add(f"a column of your own, left out{hint}", f"{sheet}: {column}")
        elif column and head.count(column) > 1:
            faults.add("the column is there twice; delete one", f"{sheet}: {column}")
    missing = [column for column in primary_key(name) if column not in head]
    if missing and not set(head) & set(fields(name)):
        known = ", ".join(fields(name))
        faults.add(f"the column is missing; the first row is to hold {known}", f"{sheet}: {missing[0]}")
        return
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell not in (None, "") and str(cell).strip() for cell in row):
            continue  # a blank row says nothing
        cells = {}
        for column, value in zip(head, row, strict=False):
            if column in fields(name):
                cells[column] = _plain(name, column, value, f"{sheet}: row {line}, {column}", faults)
            elif column in also and value:
                cells[column] = str(value)
        yield f"{sheet}: row {line}", cells


def _plain(name: str, column: str, value: Any, place: str, faults: _Faults) -> str:
    """A cell as the tables have it."""
    reads = fields(name)[column].get("reads", "text")
    if isinstance(value, _Formula) and (truth := re.fullmatch(r"=(TRUE|FALSE)\(\)", value)):
        return truth[1].lower()  # so LibreOffice writes it
    if isinstance(value, _Formula):
        faults.add(f"a formula, {str(value)[:40]!r}; paste what it comes to as text", place)
        return ""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer() and reads != "number":
        return str(int(value))
    text = str(value)
    if reads == "boolean" and (word := text.strip().casefold()) in (*_YES, *_NO):
        return "true" if word in _YES else "false"
    choices = allowed(name, column)
    if choices and text not in choices:  # Armed group
        plain = re.sub(r"[\s_]+", "-", text.strip().casefold())
        text = plain if plain in choices else text
    if reads.startswith("edtf") and (match := _DAY.fullmatch(text.strip())):
        day, month, year = map(int, match.groups())
        if day > 12 or month > 12 or day == month:
            day, month = (month, day) if month > 12 else (day, month)
            return f"{year:04}-{month:02}-{day:02}"
        faults.add(f"{text!r} can be two days; write {year}-{month:02}-{day:02} or {year}-{day:02}-{month:02}", place)
    if fields(name)[column].get("refers") and reads == "list" and "@" not in text:
        return ";".join(filter(None, (part.strip() for part in re.split(r"[;,\n]", text))))
    if text != text.strip() and reads != "text":
        return text.strip()
    return text


def _kept(
    name: str, typed: list[tuple[str, dict[str, str]]], before: Folder, made_with: set[str] | None, notes: _Faults
) -> list[tuple[str, dict[str, str]]]:
    """Rows of the folder that are not in a sheet, because they came later than the workbook."""
    old = _before(name, before)
    there, kept = {old.key(cells) for _, cells in typed}, []
    for cells, _ in old.records:
        if old.key(cells) not in there:
            key = _SEP.join(old.key(cells))
            if made_with is None or key in made_with:
                notes.add("no longer in the sheet: the row goes", f"{name}: {key}")
            else:
                kept.append((f"{name}.csv", dict(cells)))
    return kept


def _changed(name: str, rows: Iterable[Mapping[str, str]], before: Folder) -> TableFile:
    old = _before(name, before)
    known = {old.key(cells): cells for cells, _ in old.records}
    whole = [{**known.get(old.key(row), {}), **row} for row in rows]
    return old.only(map(old.key, whole)).put(whole)


def _before(name: str, before: Folder) -> TableFile:
    """A table as it was; without rows if there is no such file yet, or one that a spreadsheet wrote."""
    try:
        return before.table(name)
    except DataError:
        return TableFile(name, ",".join(fields(name)) + "\n", tuple(fields(name)), ())
