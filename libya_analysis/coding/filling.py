"""What follows from a row that somebody typed: its id, what is usual where nothing is given, ids for names, hashes.

A spreadsheet has no desk that fills in what nobody has to think about. Whatever is put in here is told in a note.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from libya_analysis.coding.intake import USUAL_SOURCE
from libya_analysis.coding.names import new_id
from libya_analysis.coding.propose import blank_row, row_id, row_prefix
from libya_analysis.coding.rows import CALLED, is_required
from libya_analysis.coding.typed import Row, Told
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.folders import texts_folder
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import fields, links, primary_key, split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import find_texts, hash_of

#: Rows of sheets by the table that they are of.
Typed = Mapping[str, Sequence[Row]]
#: The column of the paragraphs that no table has: what they say.
TEXT = "text"
_NO_TEXT = (
    f"empty, and a paragraph is known by its words alone: put them into the column {TEXT} (the hash follows; they stay "
    "in texts/, which is not published), or take the whole text in: libya-analysis source add TEXT --id ID"
)
_ID = re.compile(r"[a-z0-9-]*")
_MOST_NAMES = 3  # that are proposed for a part of them


def fill(typed: Typed, tables: Tables, notes: Told, faults: Told) -> dict[Path, bytes]:
    """Put into rows that somebody typed what follows from them, in place; told are what is put in, and what is missing.

    Gives the texts that the paragraphs were typed with, or changed to, to be kept beside the tables.
    """
    texts = _texts(typed, tables, notes, faults)
    for table in CALLED:
        _make_ids([table], "name", typed, tables, notes)
    for table, rows in typed.items():
        for row in (row for row in rows if row.touched):
            _usual(table, row, notes)
            words = [word for word in row.cells.get("aliases", "").split(";") if word]
            if any("@" not in word for word in words):
                source = row.cells.get("source_id", "")
                row.cells["aliases"] = ";".join(word if "@" in word else f"{word}@{source}" for word in words)
                notes.of("a word without the source that uses it; that of the row is put in", row, "aliases")
    _name(typed, tables, notes, faults)
    _make_ids(CLAIM_TABLES, "row", typed, tables, notes)
    return texts


def _make_ids(names: Iterable[str], what: str, typed: Typed, tables: Tables, notes: Told) -> None:
    """Ids for the rows of some tables, no two of which share one."""
    rows = [(table, row) for table in names for row in typed.get(table, ())]
    taken = {row.cells.get(primary_key(table)[0], "") for table, row in rows}
    for table, row in rows:
        key, source = primary_key(table)[0], row.cells.get("source_id", "")
        if not row.cells.get(key) and (made := row_id(table, row.cells, row_prefix(tables, source))):
            row.cells[key] = new_id(made, taken)
            taken.add(row.cells[key])
            notes.of(f"empty; an id is made of the {what}", row, key)


def _usual(table: str, row: Row, notes: Told) -> None:
    """What is usual where a cell is needed and empty."""
    usual = dict(USUAL_SOURCE) if table == "sources" else blank_row(table, "", "")
    for column in fields(table):
        needed = is_required(table, column) and not row.cells.get(column)
        if needed and usual.get(column) and column not in primary_key(table):
            row.cells[column] = usual[column]
            notes.of(f"empty; {usual[column]!r} is put in", row, column)


def _name(typed: Typed, tables: Tables, notes: Told, faults: Told) -> None:
    """Ids for names: of actors as they are called anywhere, of events by their titles."""
    ids: dict[str, dict[str, str]] = {}
    known: dict[str, set[str]] = {}
    spelled: dict[str, set[str]] = {}
    for table, column in CALLED.items():
        key, names = primary_key(table)[0], dict[str, set[str]]()
        there: list[Mapping[str, Any]] = list(records(tables.frames[table]))
        there += [row.cells for row in typed.get(table, ())]
        for cells in there:
            aliases = cells.get("aliases") or ()
            words = aliases.split(";") if isinstance(aliases, str) else aliases
            for name in (cells.get(column, ""), *(split_alias(word)[0] for word in words)):
                names.setdefault(name.casefold(), set()).add(cells.get(key, ""))
        ids[table] = {name: next(iter(some)) for name, some in names.items() if name and len(some) == 1}
        known[table] = {cells.get(key, "") for cells in there}
        spelled[table] = {cells.get(column, "") for cells in there} - {""}
    for table, rows in typed.items():
        for column, target in links(table).items():
            several = fields(table)[column].get("reads") == "list"
            for row in (row for row in rows if row.touched and target in ids):
                cell = row.cells.get(column, "")
                words = cell.split(";") if several else [cell]
                for word in words:
                    if word.casefold() not in ids[target] and word not in known[target] and not _ID.fullmatch(word):
                        told = f"{word!r}{_meant(word, spelled[target])}"
                        faults.of(f"no id and no name in the sheet {target}", row, column, told)
                found = [word if word in known[target] else ids[target].get(word.casefold(), word) for word in words]
                if found != words:
                    row.cells[column] = ";".join(found)
                    notes.of("a name; its id is put in", row, column)


def _meant(word: str, names: Iterable[str]) -> str:
    """Names of which a word is a part, such as a surname, or that are spelled like it."""
    parts, known = set(re.findall(r"\w+", word.casefold())), sorted(names)
    whole = [name for name in known if parts and parts <= set(re.findall(r"\w+", name.casefold()))]
    folded = {name.casefold(): name for name in known}
    near = [folded[name] for name in difflib.get_close_matches(word.casefold(), folded, n=1)]
    found = whole if 0 < len(whole) <= _MOST_NAMES else near
    return f" (did you mean {' or '.join(map(repr, found))}?)" if found else ""


def _texts(typed: Typed, tables: Tables, notes: Told, faults: Told) -> dict[Path, bytes]:
    """Hashes of paragraphs whose words were typed, and the texts that they make."""
    at_hand, added, changed = find_texts(tables), dict[str, dict[str, str]](), dict[str, dict[str, str]]()
    for row in typed.get("paragraphs", ()):
        source, number = row.cells.get("source_id", ""), row.cells.get("paragraph", "")
        words, had = " ".join(row.cells.pop(TEXT, "").splitlines()).strip(), row.cells.get("sha256", "")
        there = at_hand.get(source, {}).get(number, "")
        if words and there and words != there and hash_of(words) == had and not row.touched:
            continue  # it is the text that has other words since the workbook was made
        if words and words != there:
            (changed if there else added).setdefault(source, {})[number] = words
            row.touched = True
        if not row.touched:
            continue
        if words and not there and had not in ("", hash_of(words)):
            faults.of(
                "not the words that were read, by their hash; to put them in their place, empty the hash", row, TEXT
            )
            continue
        if digest := hash_of(words or there) if words or there else "":
            if not had:
                notes.of("empty; the hash of its text is put in", row, "sha256")
            other = words and words != there  # else a hash that is not that of the text at hand is for the check
            row.cells["sha256"] = digest if other or not had else had
        elif not had:
            faults.of(_NO_TEXT, row, "sha256")
    return {
        **dict(_kept(added, typed, tables, notes, faults)),
        **dict(_reworded(changed, typed, tables, notes, faults)),
    }


def _kept(
    lines: Mapping[str, dict[str, str]], typed: Typed, tables: Tables, notes: Told, faults: Told
) -> Iterator[tuple[Path, bytes]]:
    """Texts that are typed whole and not there yet, with the hash of each in its source."""
    for source, text in lines.items():
        path = texts_folder(tables.folder) / f"{source}.txt"
        numbers = sorted(text, key=lambda number: int(re.sub(r"\D", "", number) or 0))
        shown = f"{source} {', '.join(numbers)}"
        if path.exists():
            told = f"not in the text at hand; take the new text in: libya-analysis source add TEXT --id {source}"
            faults.add(told, "paragraphs", TEXT, shown=shown)
        elif numbers != [f"P{n}" for n in range(1, len(numbers) + 1)]:
            told = "their hashes are kept, their words are not: a text is kept whole, from P1 to its last paragraph"
            notes.add(told, "paragraphs", TEXT, shown=shown)
        else:
            content = ("\n\n".join(text[number] for number in numbers) + "\n").encode()
            for row in typed.get("sources", ()):
                if row.cells.get("source_id") == source and not row.cells.get("sha256"):
                    row.cells["sha256"] = hashlib.sha256(content).hexdigest()
            yield path, content


def _reworded(
    lines: Mapping[str, dict[str, str]], typed: Typed, tables: Tables, notes: Told, faults: Told
) -> Iterator[tuple[Path, bytes]]:
    """Texts with other words in some of their paragraphs, with the new hash of each in its source; the rest stays."""
    for source, text in lines.items():
        path = texts_folder(tables.folder) / f"{source}.txt"
        rows = [row for row in typed.get("sources", ()) if row.cells.get("source_id") == source]
        if not path.is_file() or not rows:
            told = (
                f"other words than the text at hand; take the new text in: libya-analysis source add TEXT --id {source}"
            )
            faults.add(told, "paragraphs", TEXT, shown=", ".join(text))
            continue
        old = path.read_bytes()
        whole = old.decode("utf-8-sig").splitlines(keepends=True)
        places = [place for place, line in enumerate(whole) if line.strip()]
        for number, words in text.items():
            place = places[int(number[1:]) - 1]
            whole[place] = whole[place].replace(whole[place].strip(), words)
        new = "".join(whole).encode()
        for row in rows:
            if row.cells.get("sha256") == hashlib.sha256(old).hexdigest():
                row.cells["sha256"] = hashlib.sha256(new).hexdigest()
        notes.add(
            f"other words; {path.name} and its hashes change with them", "paragraphs", TEXT, shown=", ".join(text)
        )
        yield path, new
