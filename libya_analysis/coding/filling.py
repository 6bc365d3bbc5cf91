"""What follows from a row that somebody typed: its id, what is usual where nothing is given, ids for names, hashes.

A spreadsheet has no desk that fills in what nobody has to think about. Whatever is put in here is told in a note.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from libya_analysis.coding.intake import USUAL_SOURCE
from libya_analysis.coding.names import new_id
from libya_analysis.coding.propose import blank_row, row_id, row_prefix
from libya_analysis.coding.rows import is_required
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.errors import did_you_mean
from libya_analysis.evidence.folders import texts_folder
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import fields, links, primary_key, split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import find_texts, hash_of

#: Rows of tables by name, each beside where it stands.
Typed = Mapping[str, list[tuple[str, dict[str, str]]]]
#: The column of the paragraphs that no table has: what they say.
TEXT = "text"
_NO_TEXT = (
    f"empty; put what the paragraph says into a column {TEXT}, and its hash follows, or take the whole text in: "
    "libya-analysis source add TEXT --id ID"
)
_ID = re.compile(r"[a-z0-9-]*")
#: Is told what was found, and where.
Tell = Callable[[str, str], None]
_NAMED = {"actors": "name", "events": "title"}


def fill(typed: Typed, tables: Tables, note: Tell, fault: Tell) -> dict[Path, bytes]:
    """Put into rows what follows from them, in place; ``note`` is told what and where, ``fault`` what is missing.

    Gives the texts that the paragraphs were typed with, to be kept beside the tables.
    """
    texts = _texts(typed, tables, note, fault)
    for table in _NAMED:
        _make_ids([table], "name", typed, tables, note)
    for table, rows in typed.items():
        for place, cells in rows:
            _usual(table, place, cells, note)
            words = [word for word in cells.get("aliases", "").split(";") if word]
            if any("@" not in word for word in words):
                cells["aliases"] = ";".join(w if "@" in w else f"{w}@{cells.get('source_id', '')}" for w in words)
                note("a word without the source that uses it; that of the row is put in", f"{place}, aliases")
    _name(typed, tables, note, fault)
    _make_ids(CLAIM_TABLES, "row", typed, tables, note)
    return texts


def _make_ids(names: Iterable[str], what: str, typed: Typed, tables: Tables, note: Tell) -> None:
    """Ids for the rows of some tables, no two of which share one."""
    rows = [(table, place, cells) for table in names for place, cells in typed.get(table, ())]
    taken = {cells.get(primary_key(table)[0], "") for table, _, cells in rows}
    for table, place, cells in rows:
        key, made = primary_key(table)[0], row_id(table, cells, row_prefix(tables, cells.get("source_id", "")))
        if made and not cells.get(key):
            cells[key] = new_id(made, taken)
            taken.add(cells[key])
            note(f"empty; an id is made of the {what}", f"{place}, {key}")


def _usual(table: str, place: str, cells: dict[str, str], note: Tell) -> None:
    """What is usual where a cell is needed and empty."""
    usual = dict(USUAL_SOURCE) if table == "sources" else blank_row(table, "", "")
    for column in fields(table):
        needed = is_required(table, column) and not cells.get(column)
        if needed and usual.get(column) and column not in primary_key(table):
            cells[column] = usual[column]
            note(f"empty; {usual[column]!r} is put in", f"{place}, {column}")


def _name(typed: Typed, tables: Tables, note: Tell, fault: Tell) -> None:
    """Ids for names: of actors as they are called anywhere, of events by their titles."""
    ids: dict[str, dict[str, str]] = {}
    known: dict[str, set[str]] = {}
    spelled: dict[str, set[str]] = {}
    for table, column in _NAMED.items():
        key, names = primary_key(table)[0], dict[str, set[str]]()
        there: list[Mapping[str, Any]] = list(records(tables.frames[table]))
        there += [cells for _, cells in typed.get(table, ())]
        for row in there:
            aliases = row.get("aliases") or ()
            words = aliases.split(";") if isinstance(aliases, str) else aliases
            for name in (row.get(column, ""), *(split_alias(word)[0] for word in words)):
                names.setdefault(name.casefold(), set()).add(row.get(key, ""))
        ids[table] = {name: next(iter(some)) for name, some in names.items() if name and len(some) == 1}
        known[table] = {row.get(key, "") for row in there}
        spelled[table] = {row.get(column, "") for row in there} - {""}
    for table, rows in typed.items():
        for column, target in links(table).items():
            several = fields(table)[column].get("reads") == "list"
            for place, cells in rows if target in ids else ():
                words = cells.get(column, "").split(";") if several else [cells.get(column, "")]
                for word in words:
                    if word.casefold() not in ids[target] and word not in known[target] and not _ID.fullmatch(word):
                        hint = did_you_mean(word, spelled[target])
                        fault(f"{word!r} is no id and no name in the sheet {target}{hint}", f"{place}, {column}")
                found = [word if word in known[target] else ids[target].get(word.casefold(), word) for word in words]
                if found != words:
                    cells[column] = ";".join(found)
                    note("a name; its id is put in", f"{place}, {column}")


def _texts(typed: Typed, tables: Tables, note: Tell, fault: Tell) -> dict[Path, bytes]:
    """Hashes of paragraphs whose words were typed, and the texts that they make."""
    at_hand, lines = find_texts(tables), dict[str, dict[str, str]]()
    for place, cells in typed.get("paragraphs", ()):
        source, number = cells.get("source_id", ""), cells.get("paragraph", "")
        words = " ".join(cells.pop(TEXT, "").splitlines()).strip()
        if known := words or at_hand.get(source, {}).get(number, ""):
            digest = hash_of(known)
            if not cells.get("sha256"):
                note("empty; the hash of its text is put in", f"{place}, sha256")
            cells["sha256"] = digest if words else cells.get("sha256") or digest
        elif not cells.get("sha256"):
            fault(_NO_TEXT, f"{place}, sha256")
        if words:
            lines.setdefault(source, {})[number] = words
    return dict(_kept(lines, typed, tables))


def _kept(lines: Mapping[str, dict[str, str]], typed: Typed, tables: Tables) -> Iterator[tuple[Path, bytes]]:
    """Texts that are typed whole and not there yet, with the hash of each in its source."""
    for source, text in lines.items():
        path = texts_folder(tables.folder) / f"{source}.txt"
        numbers = sorted(text, key=lambda number: int(re.sub(r"\D", "", number) or 0))
        if numbers == [f"P{n}" for n in range(1, len(numbers) + 1)]:
            content = ("\n\n".join(text[number] for number in numbers) + "\n").encode()
            there = path.read_bytes() if path.exists() else b""
            for _, cells in typed.get("sources", ()):
                if cells.get("source_id") == source and not cells.get("sha256"):
                    cells["sha256"] = hashlib.sha256(there or content).hexdigest()
            if not there:
                yield path, content
