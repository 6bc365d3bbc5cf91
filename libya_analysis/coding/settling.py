"""Differences of two coders settled: a form with one a row, and the tables that follow from what is written into it."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from libya_analysis.coding.agreement import Agreement, alike_ids, as_text, in_terms_of, said_in
from libya_analysis.coding.names import new_id
from libya_analysis.coding.rows import Cells, Folder, choices_of, write_files
from libya_analysis.coding.typed import Row, Told, understood, written
from libya_analysis.coding.workbook import FORMULA, put_text, sheets_of, timeless
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.errors import DataError, ParameterError, did_you_mean, needed
from libya_analysis.evidence.folders import texts_folder
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import fields, links, primary_key, resources
from libya_analysis.evidence.tables import Tables

_HEAD = "table, row of A, row of B, field, A, B, source, paragraphs, text, settled".split(", ")
_SETTLED, _NONE = _HEAD[-1], "-"
_ORDER = ("event_id", "relation", "other_event_id")
_WIDTHS = {"A": 40, "B": 40, "text": 80, "settled": 40}


def form_of(found: Agreement, path: Path) -> bytes:
    """Make a form in which differences can be settled, one a row, with an empty last column: .csv or .xlsx."""
    lines = [[*cells, ";".join(numbers), text, ""] for *cells, numbers, text in found.differences]
    if path.suffix.lower() == ".csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(
            [_HEAD, *([_inert(str(cell)) for cell in line] for line in lines)]
        )
        return out.getvalue().encode("utf-8-sig")  # by which spreadsheets know the letters
    from openpyxl.utils import get_column_letter

    book = needed("openpyxl").Workbook()
    sheet = book.active
    sheet.title, sheet.freeze_panes = "differences", "A2"
    for place, name in enumerate(_HEAD, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 16)
        sheet.column_dimensions[get_column_letter(place)].number_format = "@"
    for number, line in enumerate([_HEAD, *lines], start=1):
        for place, cell in enumerate(line, start=1):
            put_text(sheet.cell(number, place), str(cell), f"the form, row {number}")
    out_bytes = io.BytesIO()
    book.save(out_bytes)
    return timeless(out_bytes.getvalue())


def refuse_to_lose(form: Path) -> None:
    """Refuse to write a form where it cannot be, or over what would be lost."""
    if form.suffix.lower() not in (".csv", ".xlsx"):
        raise ParameterError(f"{form}: a form is written as .csv or .xlsx")
    if form.stem.casefold() in resources():
        raise ParameterError(f"{form}: that is the name of a table; give the form one of its own")
    if not form.parent.is_dir():
        raise ParameterError(f"{form}: there is no folder {form.parent}")
    if form.exists() and any(line[_SETTLED] for _, line in _lines(form)):
        raise ParameterError(f"{form} is there, and something is settled in it; give another name")


@dataclass(frozen=True)
class Settled:
    """What follows from a form: the tables of A as they were and as they are to be, and how much was settled."""

    before: Folder
    after: Folder
    count: int
    left: int
    notes: list[str]

    def save(self, target: str | os.PathLike[str]) -> list[Path]:
        """Write the tables into the folder of A, or whole into a new one: all of them, or none."""
        place = Path(target)
        if place.resolve() == self.before.path.resolve():
            return self.after.save(self.before)
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise ParameterError(f"{place} is there already: name the folder of A, or a new one")
        if problems := self.after.new_problems(self.before):
            raise DataError(problems, f"what was to be written to {place}")
        texts = texts_folder(self.before.path)
        beside = [path for path in (*self.before.path.iterdir(), *_files(texts)) if path.is_file()]
        files = {place / path.relative_to(self.before.path): path.read_bytes() for path in sorted(beside)}
        files |= {place / name: content for name, content in self.after.contents.items() if isinstance(content, bytes)}
        write_files(files)
        return list(files)


def _files(folder: Path) -> Iterable[Path]:
    return [path for path in folder.iterdir() if path.suffix in (".txt", ".csv")] if folder.is_dir() else ()


def settle_form(form: str | os.PathLike[str], one: str | os.PathLike[str], other: str | os.PathLike[str]) -> Settled:
    """Read what was settled in a form into the tables of A: a cell of either, a value of its own, or a whole claim.

    What is taken from B is put in A's ids, with the actors and events of B that it names and A has not.

    Parameters
    ----------
    form : path
        A form of :func:`form_of`, with ``A``, ``B`` or another value in its last column, or nothing.
    one, other : path
        The folders of A and B that were compared.

    Returns
    -------
    Settled
        What is to change; nothing is written before it is saved.

    Raises
    ------
    ParameterError
        If it is no such form, or a row of it is of other tables than these, one message for each kind of fault.
    """
    lines, notes, faults = list(_lines(Path(form))), Told(), Told()
    mine, theirs = _Side(Folder(one)), _Side(Folder(other))
    alike = alike_ids(mine.tables, theirs.tables)
    work = _Work(mine, theirs, alike)
    count = 0
    for number, line in lines:
        settled = _as_it_was(line[_SETTLED].strip())
        if settled:
            count += 1
            work.settle(Row(Path(form).name, number, line), settled, notes, faults)
    if faults.found:
        raise ParameterError(faults.messages())
    return Settled(mine.folder, work.outcome(), count, len(lines) - count, notes.messages())


@dataclass
class _Side:
    """One coder's tables, by cells and as they are read."""

    folder: Folder

    def __post_init__(self) -> None:
        if problems := self.folder.problems():
            raise DataError(problems, str(self.folder.path))
        self.tables: Tables = self.folder.tables
        self.cells = {
            name: {t.key(c): c for c, _ in t.records} for name in resources() for t in [self.folder.table(name)]
        }
        self.rows = {
            name: dict(zip(self.cells[name], records(self.tables.frames[name]), strict=True)) for name in CLAIM_TABLES
        }


class _Work:
    """What is to become of A's tables."""

    def __init__(self, mine: _Side, theirs: _Side, alike: Mapping[str, Mapping[str, str]]) -> None:
        self.mine, self.theirs, self.alike = mine, theirs, alike
        self.put: dict[str, dict[tuple[str, ...], dict[str, str]]] = {name: {} for name in resources()}
        self.gone: dict[str, set[tuple[str, ...]]] = {name: set() for name in resources()}

    def settle(self, row: Row, settled: str, notes: Told, faults: Told) -> None:
        """Take one row of a form."""
        table, column = row.cells["table"], row.cells["field"]
        ids = row.cells["row of A"], row.cells["row of B"]
        if table not in CLAIM_TABLES or (column and column not in fields(table)) or not any(ids):
            faults.of("no row of such a form", row)
            return
        here, there = self.mine.rows[table].get((ids[0],)), self.theirs.rows[table].get((ids[1],))
        said = [
            (in_terms_of(table, side, alike) if side else None, row.cells[name])
            for side, alike, name in ((here, {}, "A"), (there, self.alike, "B"))
        ]
        for (side, was), id_, name in zip(said, ids, "AB", strict=True):
            now = (as_text(side[column]) if column else said_in(table, side)) if side else ""
            if bool(side) != bool(id_) or not _is_same(was, now):
                faults.of("not what the tables have now; make the form anew", row, name, repr(now or id_))
                return
        word = settled.upper() if settled.upper() in ("A", "B") else ""
        if not column and not word:
            faults.of(
                "a whole claim is settled by A or B: as that coder has it, or has it not", row, _SETTLED, repr(settled)
            )
        elif not column and word == "B":
            if here:
                self.gone[table].add((ids[0],))
            else:
                self._add(table, self._translated(table, self.theirs.cells[table][ids[1],]))
        elif column and word != "A":
            cells = self.put[table].setdefault((ids[0],), dict(self.mine.cells[table][ids[0],]))
            if table == "event_relations" and column in _ORDER:
                cells = _turned(cells)
            if word:
                cells[column] = self._translated(table, self.theirs.cells[table][ids[1],])[column]
            else:
                value = "" if settled == _NONE else settled
                cells[column] = understood(table, column, value, row, notes, faults)
                self._refuse_unknown(table, column, cells[column], row, faults)
            self._bring(table, {column: cells[column]})

    def _refuse_unknown(self, table: str, column: str, value: str, row: Row, faults: Told) -> None:
        """A value that nobody can have meant is told of by its row in the form."""
        known: set[str] = set(choices_of(table, column))
        if target := links(table).get(column):
            known = {id_ for side in (self.mine, self.theirs) for (id_,) in side.cells[target]}
        for one in value.split(";") if fields(table)[column].get("reads") == "list" else [value]:
            if one and known and one not in known:
                faults.of(f"no value of {column}", row, _SETTLED, f"{one!r}{did_you_mean(one, known)}")

    def outcome(self) -> Folder:
        """A's tables, with all that was settled."""
        before = self.mine.folder
        files = []
        for name in resources():
            table = before.table(name)
            kept = [table.key(cells) for cells, _ in table.records if table.key(cells) not in self.gone[name]]
            if self.put[name] or self.gone[name]:
                files.append(table.only(kept).put(self.put[name].values()))
        return before.having(*files)

    def _translated(self, table: str, cells: Cells) -> dict[str, str]:
        """A row of B with the ids that A has for the same."""
        new = dict(cells)
        for column, target in links(table).items():
            known = self.alike.get(target, {})
            several = fields(table)[column].get("reads") == "list"
            parts = new[column].split(";") if several else [new[column]]
            new[column] = ";".join(known.get(part, part) for part in parts)
        return _turned(new) if table == "event_relations" else new

    def _add(self, table: str, cells: dict[str, str]) -> None:
        key = primary_key(table)[0]
        taken = {id_ for (id_,) in (*self.mine.cells[table], *self.put[table])}
        cells = {**cells, key: new_id(cells[key], taken)}
        self.put[table][cells[key],] = cells
        self._bring(table, cells)

    def _bring(self, table: str, cells: Mapping[str, str]) -> None:
        """The rows of B that cells name and A has not, and what those name in turn."""
        for column, target in links(table).items():
            for id_ in filter(None, cells.get(column, "").split(";")):
                there = self.theirs.cells[target].get((id_,))
                if there and (id_,) not in self.mine.cells[target] and (id_,) not in self.put[target]:
                    self.put[target][id_,] = row = self._translated(target, there)
                    self._bring(target, row)


def _turned(cells: dict[str, str]) -> dict[str, str]:
    """Two events as they are compared: the one that was after the other stands first."""
    if cells["relation"] == "before":
        cells |= dict(zip(_ORDER, (cells["other_event_id"], "after", cells["event_id"]), strict=True))
    return cells


# -- reading a form ---------------------------------------------------------------------------------------------------


def _lines(form: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a form, by their number in it."""
    for _, (head, *rows) in ((sheet, rows) for sheet, rows in sheets_of(form) if rows):
        names = [written(cell).strip() for cell in head]
        if set(_HEAD) <= set(names):
            for number, row in enumerate(rows, start=2):
                cells = {name: written(cell) for name, cell in zip(names, row, strict=False) if name}
                if any(cells.values()):
                    yield number, {name: cells.get(name, "") for name in _HEAD}
            return
    raise ParameterError(f"{form}: this is no form that compare --form has written; the columns are {', '.join(_HEAD)}")


def _is_same(was: str, now: str) -> bool:
    """Whether a cell of a form is still that of the tables, whatever a spreadsheet made of days and numbers in it."""
    forms = {was.casefold(), _as_it_was(was).casefold()}
    return now.casefold() in forms or _number(was) == _number(now) != ""


def _number(text: str) -> str:
    return str(float(text)) if re.fullmatch(r"-?\d+(\.\d+)?", text) else ""


def _inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; one mark before it more than it has."""
    return f"'{text}" if FORMULA.match(text.lstrip("'")) else text


def _as_it_was(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text.lstrip("'")) else text
