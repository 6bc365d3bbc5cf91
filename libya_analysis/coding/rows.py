"""Rows put into the files of a folder of tables: checked first, written whole, all else left to the byte."""

from __future__ import annotations

import bisect
import csv
import io
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from libya_analysis.evidence.csvfile import read_cells
from libya_analysis.evidence.errors import DataError, LibyaAnalysisError, ParameterError, Problem, did_you_mean
from libya_analysis.evidence.folders import PACKAGE, Content, data_folder, fetch, texts_folder
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import allowed, fields, primary_key, resources
from libya_analysis.evidence.tables import Tables, read_contents

#: A row as its file has it: the text of each cell by column.
Cells = Mapping[str, str]


class WriteError(LibyaAnalysisError):
    """Files that could not be written; all of them are as they were."""


#: Tables whose rows others name, and the column of what they are called.
CALLED = {"actors": "name", "events": "title"}


@dataclass(frozen=True)
class TableFile:
    """A table as its file has it: each row beside the very text that it stands in."""

    name: str
    head: str
    columns: tuple[str, ...]
    records: tuple[tuple[dict[str, str], str], ...]

    @classmethod
    def read(cls, name: str, content: Content) -> TableFile:
        """Take a file apart; a :class:`DataError` says what keeps it from being read."""
        columns = list(fields(name))
        table = read_cells(f"{name}.csv", content, columns)
        if table.problems or isinstance(content, tuple):
            raise DataError(table.problems, "the tables")
        lines = list(io.StringIO(content.decode("utf-8"), newline=""))
        starts = [line - 1 for line, _ in table.rows] + [len(lines)]
        texts = ["".join(lines[start:end]) for start, end in pairwise(starts)]
        head = "".join(lines[: starts[0]])
        rows = [cells for _, cells in table.rows]
        named = next(csv.reader(io.StringIO(head.removeprefix("\ufeff"), newline="")))
        return cls(name, head, tuple(named), tuple(zip(rows, texts, strict=True)))

    def key(self, cells: Cells) -> tuple[str, ...]:
        """What tells a row from the others."""
        return tuple(cells.get(column, "") for column in primary_key(self.name))

    def put(self, rows: Iterable[Cells]) -> TableFile:
        """Put rows in: one whose key is there takes its place, others come where the order of the file has them."""
        records = list(self.records)
        places = {self.key(cells): place for place, (cells, _) in enumerate(records)}
        added = []
        for row in rows:
            cells = {column: row.get(column, "") for column in self.columns}
            place = places.get(self.key(cells))
            if place is None:
                added.append((cells, self._text(cells)))
            elif cells != records[place][0]:
                records[place] = cells, self._text(cells)
        orders = (self.key, self._natural)  # where either may be meant, numbers count in keys of several columns
        for order in orders if len(primary_key(self.name)) == 1 else reversed(orders):
            if records and sorted(records, key=lambda record: order(record[0])) == records:
                for record in sorted(added, key=lambda record: order(record[0])):
                    bisect.insort(records, record, key=lambda other: order(other[0]))
                break
        else:
            records += added
        return replace(self, records=tuple(records))

    def only(self, keys: Iterable[tuple[str, ...]]) -> TableFile:
        """Leave out the rows with other keys."""
        kept = set(keys)
        return replace(self, records=tuple(record for record in self.records if self.key(record[0]) in kept))

    def content(self) -> bytes:
        """The file again; a last line that had no end gets one when others follow it."""
        texts = [self.head, *(text for _, text in self.records)]
        whole = [text if text.endswith("\n") else text + self._end for text in texts[:-1]]
        return "".join([*whole, texts[-1]]).encode()

    @property
    def _end(self) -> str:
        return "\r\n" if self.head.endswith("\r\n") else "\n"

    def _text(self, cells: Cells) -> str:
        quoted, out = self.head.removeprefix("\ufeff").startswith('"'), io.StringIO()
        writer = csv.writer(out, lineterminator=self._end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
        writer.writerow(cells.values())
        return out.getvalue()

    def _natural(self, cells: Cells) -> tuple[tuple[tuple[str, int], ...], ...]:
        """Key by which P10 comes after P9."""
        parts = (re.findall(r"(\D*)(\d*)", value) for value in self.key(cells))
        return tuple(tuple((word, int(digits or 0)) for word, digits in found) for found in parts)


def choices_of(table: str, column: str) -> tuple[str, ...]:
    """What a cell may hold; nothing where any text is allowed."""
    yes_or_no = fields(table)[column].get("reads") == "boolean"
    return allowed(table, column) or (("true", "false") if yes_or_no else ())


def is_required(table: str, column: str) -> bool:
    """Whether a cell may not be empty."""
    return bool(fields(table)[column].get("constraints", {}).get("required"))


def source_row(tables: Tables, source_id: str) -> dict[str, Any]:
    """What is known of a source; a :class:`ParameterError` if there is none of that name."""
    sources = {row["source_id"]: row for row in records(tables.sources)}
    if source_id not in sources:
        raise ParameterError(f"there is no source {source_id!r}{did_you_mean(source_id, sources)}")
    return sources[source_id]


class Folder:
    """The files of a folder of tables as they were when it was read, and what is to be written into it."""

    def __init__(self, folder: str | os.PathLike[str] | None = None, contents: Mapping[str, Content] | None = None):
        self.path = data_folder(folder)
        files = [f"{name}.csv" for name in resources()] + [PACKAGE]
        self.contents = dict(contents or {file: fetch(self.path / file) for file in files})
        self._read: dict[str, TableFile] = {}
        self._problems: dict[str, list[Problem]] = {}

    def table(self, name: str) -> TableFile:
        """Give one of its tables as its file has it."""
        if name not in self._read:
            self._read[name] = TableFile.read(name, self.contents[f"{name}.csv"])
        return self._read[name]

    def having(self, *files: TableFile) -> Folder:
        """Give the same folder with other tables in it; nothing is written."""
        return Folder(self.path, {**self.contents, **{f"{file.name}.csv": file.content() for file in files}})

    def put(self, rows: Mapping[str, Sequence[Cells]]) -> Folder:
        """Give the same folder with rows put into its tables; nothing is written."""
        return self.having(*(self.table(name).put(some) for name, some in rows.items()))

    @cached_property
    def checked(self) -> tuple[Tables, list[Problem]]:
        """Its tables, and every problem that they have."""
        return read_contents(self.path, self.contents)

    @property
    def tables(self) -> Tables:
        """Its tables, as far as they can be read."""
        return self.checked[0]

    def problems(self, find: Callable[[Folder], list[Problem]] | None = None) -> list[Problem]:
        """Problems of its tables, or what else is to be found in it; looked for once."""
        key = find.__name__ if find else ""
        if key not in self._problems:
            self._problems[key] = find(self) if find else self.checked[1]
        return self._problems[key]

    def new_problems(self, before: Folder, find: Callable[[Folder], list[Problem]] | None = None) -> list[Problem]:
        """Problems that it has and had not before, wherever their lines have gone."""

        def sign(problem: Problem) -> tuple[Any, ...]:
            return problem.file, problem.column, problem.code, problem.message

        had = Counter(map(sign, before.problems(find)))
        new = []
        for problem in self.problems(find):
            had[sign(problem)] -= 1
            if had[sign(problem)] < 0:
                new.append(problem)
        return new

    def save(self, before: Folder, texts: Mapping[Path, bytes] | None = None) -> list[Path]:
        """Write what differs from before, and texts of sources beside it: all of them, or none.

        Raises
        ------
        DataError
            If the tables would have problems that they had not.
        WriteError
            If somebody else has written to them meanwhile, or a file cannot be written.
        """
        if problems := self.new_problems(before):
            raise DataError(problems, f"what was to be written to {self.path}")
        changed = {file: content for file, content in self.contents.items() if content != before.contents[file]}
        for file in changed:
            if fetch(self.path / file) != before.contents[file]:
                raise WriteError(f"{self.path / file} was changed meanwhile; nothing was written: begin anew")
        tables = {self.path / file: content for file, content in changed.items() if isinstance(content, bytes)}
        write_files({**(kept_from_git(self.path) if texts else {}), **(texts or {}), **tables})
        return list(tables)


def kept_from_git(data: Path) -> dict[Path, bytes]:
    """Make the file that keeps texts beside tables out of git, which are not to be published, if it is not there."""
    path = texts_folder(data) / ".gitignore"
    return {} if path.exists() else {path: b"*\n"}


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files whole, in their order: what is refused or broken off leaves all of them as they were.

    Each is written beside its place first, and then put into it by renaming.
    """
    ready: dict[Path, Path] = {}
    old: dict[Path, bytes | None] = {}
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            ready[path] = Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            ready[path].chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        for path, new in ready.items():
            old[path] = path.read_bytes() if path.exists() else None
            new.replace(path)
    except BaseException as error:
        for path, was in old.items():
            with suppress(OSError):
                path.unlink() if was is None else path.write_bytes(was)
        if isinstance(error, OSError):
            raise WriteError(f"{error.filename or ''}: {error.strerror}; nothing was written") from None
        raise
    finally:
        for new in ready.values():
            new.unlink(missing_ok=True)
