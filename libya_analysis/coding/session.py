"""A source being coded: drafts accepted, edited, rejected, added; saved as they are typed, written when all is right.

It knows no widgets: the desk shows it, and a script or a plain notebook can drive it as well.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from libya_analysis.coding.dating import find_date_doubts
from libya_analysis.coding.intake import source_status
from libya_analysis.coding.names import new_id
from libya_analysis.coding.propose import Mark, begun_row, blank_row, propose, row_id, row_prefix
from libya_analysis.coding.rows import Folder, choices_of, source_row, write_files
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.doubts import find_doubts
from libya_analysis.evidence.errors import DataError, ParameterError, Problem, did_you_mean
from libya_analysis.evidence.folders import PACKAGE, texts_folder
from libya_analysis.evidence.frames import Frame, frame_of
from libya_analysis.evidence.schema import fields, links, primary_key, resources, split_alias
from libya_analysis.evidence.texts import check_texts, find_texts

PROPOSED, ACCEPTED, REJECTED, WRITTEN = "proposed", "accepted", "rejected", "written"
#: Tables whose rows others name, and a cell in which they do.
NAMING = {"actors": ("ties", "from_id"), "events": ("event_reports", "event_id")}
#: Columns of dates whose basis is that of several.
_DATED_BY = {"start": "dates", "end": "dates"}
_GONE = "gone"  # a draft that nobody had decided on, and that would not be made any more


def _grave(problems: Iterable[Problem]) -> list[Problem]:
    """Problems but for those of a folder that is begun: tables without rows, camps whose anchors are still to come."""
    return [one for one in problems if one.code != "no-rows" and (one.file, one.code) != (PACKAGE, "broken-ref")]


def _once(words: str) -> str:
    """A list in a cell with each of its words once."""
    return ";".join(dict.fromkeys(filter(None, words.split(";"))))


@dataclass
class Entry:
    """One draft of a row, and what has become of it."""

    table: str
    row: dict[str, str]
    paragraph: str
    why: str = ""
    state: str = PROPOSED
    given: dict[str, str] = field(default_factory=dict)  # cells as the desk had filled them in
    edited: bool = False
    added: bool = False  # by the coder, where nothing was proposed
    follows: str = ""  # what it was drafted on, if the coder said elsewhere that this is something known
    turn: int = 0  # when it was accepted, of all
    stands: bool = False  # in the tables, in an earlier form
    taken_along: str = ""  # by which row that it names, when that was rejected


class Session:
    """The coding of one source in a folder of tables.

    Parameters
    ----------
    folder : path, optional
        The folder of tables, with the text beside them as ``source add`` puts it.
    source_id : str
        The source to be coded. Drafts are kept as ``texts/SOURCE_ID.drafts.json``, and taken up again from there.

    Raises
    ------
    ParameterError
        If there is no such source, or its text is not at hand.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, source_id: str) -> None:
        self.folder, self.source_id = Folder(folder), source_id
        tables = self.folder.tables
        if faults := _grave(self.folder.checked[1]):
            raise DataError(faults, str(self.folder.path))
        source_row(tables, source_id)
        texts = find_texts(tables)
        if source_id not in texts:
            kept = texts_folder(self.folder.path) / f"{source_id}.txt"
            raise ParameterError(f"the text of {source_id} is not at hand; put it where it is looked for: {kept}")
        self.text = texts[source_id]
        self._prefix = row_prefix(tables, source_id)
        self._before = {
            (name, cells[primary_key(name)[0]]): cells
            for name in ("actors", "events")
            for cells, _ in self.folder.table(name).records
        }
        self._made: dict[str, Folder] = {}
        self._seen: dict[tuple[str, str, str], list[str]] = {}
        self.file = texts_folder(self.folder.path) / f"{source_id}.drafts.json"
        self.marks: dict[str, tuple[Mark, ...]] = {}
        self._named: dict[str, tuple[str, ...]] = {}
        self._known_as: dict[str, str] = {}  # ids that the coder gave to what the desk had named otherwise
        self.entries: list[Entry] = []
        if self.file.exists():
            kept_drafts = json.loads(self.file.read_text(encoding="utf-8"))
            self.entries = [Entry(**one) for one in kept_drafts["entries"]]
            self._known_as = kept_drafts.get("known_as", {})
        self.read(afresh=not self.file.exists())

    def read(self, afresh: bool = True) -> None:
        """Mark the text by all that is known now, and draft anew for paragraphs in which nothing has been done yet."""
        found = propose(self.after().tables, self.source_id, self.text)
        self.marks = {number: one.marks for number, one in found.items()}
        self._named = {number: one.named for number, one in found.items()}
        begun = {
            one.paragraph for one in self.entries if one.state != PROPOSED or one.edited or one.added or one.follows
        }
        if not afresh or begun >= {*found}:
            return
        drafts = [Entry(one.table, one.row, number, one.why) for number in found for one in found[number].drafts]
        known_as = self._known_as | self._decided([one for one in drafts if one.paragraph in begun])
        for one in self.entries:
            one.state = one.state if one.paragraph in begun else _GONE
        out = {one.row["name"] for one in self.entries if (one.table, one.state) == ("actors", REJECTED)}
        new = [one for one in drafts if one.paragraph not in begun and one.row.get("name") not in out]
        ids = {name: set(self.choices(*NAMING[name])) for name in NAMING}
        for one in (*self.entries, *new):
            if one.table in ids and one.state in (PROPOSED, ACCEPTED):
                ids[one.table].add(one.row[primary_key(one.table)[0]])
        for one in new:
            for column in (name for name, target in links(one.table).items() if target in ids):
                one.row[column] = ";".join(filter(None, (known_as.get(w, w) for w in one.row[column].split(";"))))
            one.given = dict(one.row)
        self.entries += [one for one in new if self._names_known(one, ids)]

    def _decided(self, drafts: list[Entry]) -> dict[str, str]:
        """Ids of what is drafted again where it was decided on, each with that of the row that it became."""
        found = {}
        free = [one for one in self.entries if one.table in NAMING and one.state != _GONE]
        for draft in (one for one in drafts if one.table in NAMING):
            key, what = primary_key(draft.table)[0], ("name" if draft.table == "actors" else "kind")
            for old in free:
                if (old.table, old.paragraph, old.given.get(what)) == (draft.table, draft.paragraph, draft.row[what]):
                    found[draft.row[key]] = (
                        old.row[key] if old.state != REJECTED else self._known_as.get(old.row[key], "")
                    )
                    free.remove(old)
                    break
        return found

    def _names_known(self, entry: Entry, ids: Mapping[str, set[str]]) -> bool:
        """Whether all whom a row names are there, or drafted."""
        named = ((target, entry.row[column]) for column, target in links(entry.table).items() if target in ids)
        return all(word in ids[target] for target, words in named for word in filter(None, words.split(";")))

    # ---------------------------------------------------------------- what the coder does

    def at(self, paragraph: str) -> list[int]:
        """Numbers of the drafts of a paragraph, those of actors and events before what names them."""
        order = list(resources())
        here = [k for k, one in enumerate(self.entries) if one.paragraph == paragraph and one.state != _GONE]
        return sorted(here, key=lambda place: order.index(self.entries[place].table))

    def enter(self, place: int, column: str, value: str) -> None:
        """Set a cell and keep it at once: what is being typed. A key is renamed by :meth:`change`, when it is whole."""
        entry = self.entries[place]
        if column not in fields(entry.table):
            raise ParameterError(f"{entry.table} has no column {column!r}{did_you_mean(column, fields(entry.table))}")
        if column != primary_key(entry.table)[0]:
            entry.row[column], entry.edited = value, True
            if entry.state == WRITTEN:  # it stands in the tables until it is accepted again and written
                entry.state, entry.stands = PROPOSED, True
            self.keep()

    def change(self, place: int, column: str, value: str) -> list[str]:
        """Set a cell that has been entered whole, keep it, and say what is wrong with the row now."""
        entry = self.entries[place]
        if column == primary_key(entry.table)[0] and (taken := self._taken(entry, value)):
            raise ParameterError(taken)  # or what names the other one would be taken to name this
        self.enter(place, column, value)
        if column == primary_key(entry.table)[0] and entry.state != WRITTEN and not entry.stands:
            self._rename(entry.table, entry.row[column], value)
            entry.row[column], entry.edited = value, True
            self.keep()
        elif value and (basis := f"{_DATED_BY.get(column, column)}_basis") in entry.row and entry.row[basis] == "none":
            self.enter(place, basis, "inferred")  # until the coder says otherwise
        elif column == "aliases":
            whole = (word if split_alias(word)[0] else f"{word}@{self.source_id}" for word in value.split(";") if word)
            self.enter(place, column, ";".join(whole))
        return self.problems(place)

    def accept(self, place: int) -> list[str]:
        """Take a draft, if nothing is wrong with it; say what is."""
        self._name(place)
        problems = self.problems(place)
        if problems and self.entries[place].state == REJECTED:
            self._become(place, PROPOSED)  # so that what is wrong can be mended
        if not problems:
            self._become(place, ACCEPTED)
            if self.entries[place].table in NAMING:
                self._bring_back(self.entries[place].row[primary_key(self.entries[place].table)[0]])
                self.read()
                self.keep()
        return problems

    def _name(self, place: int) -> None:
        """Give a row an id from its cells if it has none, or one that the desk made before these were changed."""
        entry = self.entries[place]
        if entry.stands or entry.state == WRITTEN or (entry.table == "actors" and self._is_known(entry)):
            return
        key, made = primary_key(entry.table)[0], row_id(entry.table, entry.row, self._prefix)
        own, drafted = entry.row[key], entry.given.get(key, "")
        changed = made != row_id(entry.table, entry.given, self._prefix) if own else True
        if made and changed and own in ("", drafted):
            claims = CLAIM_TABLES if entry.table in CLAIM_TABLES else (entry.table,)  # no two claims share an id
            others = (one for one in self.entries if one.table in claims and one is not entry and one.state != _GONE)
            taken = {one.row[primary_key(one.table)[0]] for one in others}
            known = (self.folder.tables.frames[name][primary_key(name)[0]] for name in claims)
            entry.row[key] = new_id(made, taken.union(*known))
            self._rename(entry.table, own, entry.row[key])
            entry.given = {**entry.given, key: entry.row[key]}

    def _is_known(self, entry: Entry) -> bool:
        """Whether a draft is of somebody whom the tables have, with more words for them."""
        return (entry.table, entry.row[primary_key(entry.table)[0]]) in self._before

    def reject(self, place: int) -> None:
        """Put a draft aside; :meth:`accept` takes it up again."""
        if self.entries[place].stands or self.entries[place].state == WRITTEN:
            raise ParameterError("this row stands in the tables: to be rid of it, take it out there")
        self._become(place, REJECTED)
        entry = self.entries[place]
        if entry.table in NAMING:
            self._take_along(entry.table, entry.row[primary_key(entry.table)[0]])

    def _take_along(self, table: str, key: str) -> None:
        """Reject what was drafted about somebody who is rejected, and leave them out of lists of others."""
        for one in self.entries:
            for column in (name for name, target in links(one.table).items() if target == table):
                words = one.row[column].split(";")
                if one.state != PROPOSED or key not in words:
                    continue
                if len(words) > 1:
                    one.row[column] = ";".join(word for word in words if word != key)
                elif not (one.edited or one.added):
                    one.state, one.taken_along = REJECTED, key
        self.keep()

    def _bring_back(self, key: str) -> None:
        """Propose again what a row had taken along when it was rejected."""
        for one in self.entries:
            if key and one.taken_along == key and one.state == REJECTED:
                one.state, one.taken_along = PROPOSED, ""

    def add(self, paragraph: str, table: str, like: int | None = None, **cells: str) -> int:
        """Begin a row that nobody proposed, filled in as far as anything follows; gives its number.

        With ``like``, what stands in that draft stands in it too, but for its id: the next signatory, the next backer.
        Without, see :func:`~libya_analysis.coding.propose.begun_row`.
        """
        if like is None:
            taken = [one for one in self.entries if one.state in (ACCEPTED, WRITTEN) and one.table != "actors"]
            rows = [
                (one.table, {**one.row, "paragraphs": one.paragraph}) for one in sorted(taken, key=lambda one: one.turn)
            ]
            model = begun_row(table, self.source_id, paragraph, rows, self._free(paragraph))
        else:
            model = {**self._next_of(self.entries[like])}
            if self.entries[like].paragraph != paragraph:
                model["paragraphs"] = paragraph
        same = {column: value for column, value in model.items() if column not in primary_key(table)}
        row = blank_row(table, self.source_id, paragraph, **{**same, **cells})
        given = {column: value for column, value in row.items() if column not in cells}
        self.entries.append(Entry(table, row, paragraph, given=given, added=True))
        self.keep()
        return len(self.entries) - 1

    def _free(self, paragraph: str) -> list[str]:
        """Actors whom a paragraph names, but for those whom the coder has rejected."""
        actors = (one for one in self.entries if (one.table, one.state) == ("actors", REJECTED))
        out = {one.row[primary_key("actors")[0]] for one in actors}
        named = (self._known_as.get(actor, actor) for actor in self._named[paragraph])
        return [actor for actor in named if actor not in out]

    def _next_of(self, entry: Entry) -> dict[str, str]:
        """A row for the next whom the paragraph names, where one is about somebody: the next signatory or backer."""
        who = CLAIM_TABLES[entry.table][1] if entry.table in ("participants", "backers") else ""
        if not who:
            return entry.row
        same = [one for one in self.entries if one.table == entry.table and one.state in (PROPOSED, ACCEPTED, WRITTEN)]
        had = {one.row[who] for one in same if one.row["event_id"] == entry.row["event_id"]}
        named = self._free(entry.paragraph)
        behind = named[named.index(entry.row[who]) + 1 :] if entry.row[who] in named else []
        free = (one for one in behind if one not in had and one != entry.row["actor_id"])
        return {**entry.row, who: next(free, entry.row[who])}

    def spell(self, paragraph: str, actor: str, word: str) -> int:
        """Say that a word of the text means a known actor: its row with one more alias, to be accepted."""
        key = primary_key("actors")[0]
        for k, one in enumerate(self.entries):  # a new actor had been drafted for it
            if (one.table, one.row.get("name")) == ("actors", word) and one.row[key] != actor:
                if one.state == PROPOSED:
                    return self.same_as(k, actor)
                if one.state == REJECTED:
                    self._rename("actors", one.row[key], actor)
        drafted = (k for k, one in enumerate(self.entries) if one.table == "actors" and one.row[key] == actor)
        place = next((k for k in drafted if self.entries[k].state in (PROPOSED, ACCEPTED)), -1)
        if place < 0:
            known = {cells[key]: cells for cells, _ in self.folder.table("actors").records}
            if actor not in known:
                raise ParameterError(f"there is no actor {actor!r}{did_you_mean(actor, known)}")
            row = dict(known[actor])
            self.entries.append(Entry("actors", row, paragraph, given=dict(row), added=True))
            place = len(self.entries) - 1
        entry = self.entries[place]
        entry.row["aliases"], entry.edited = _once(f"{entry.row['aliases']};{word}@{self.source_id}"), True
        if entry.state == PROPOSED and self._place(paragraph) < self._place(entry.paragraph):
            entry.paragraph = paragraph  # where it is wanted first
        self.keep()
        return place

    def same_as(self, place: int, known: str) -> int:
        """Say that a new actor or event is a known one: its row is rejected, and other drafts name the known one.

        The name of an actor is drafted as an alias of the known one, since the check asks for it in this source: the
        number of that draft is given, else that of the row.
        """
        entry = self.entries[place]
        old, title = entry.row[primary_key(entry.table)[0]], entry.row.get("title", "")
        for one in self._rename(entry.table, old, known):
            if title and one.paragraph != entry.paragraph and one.state == PROPOSED:
                one.follows = f"{title} ({entry.paragraph})"
        self._become(place, REJECTED)
        if entry.table != "actors":
            return place
        found = self.spell(entry.paragraph, known, entry.row["name"])
        spelled = self.entries[found]
        spelled.row["aliases"] = _once(f"{spelled.row['aliases']};{entry.row['aliases']}")
        spelled.given, spelled.added, spelled.edited = dict(spelled.row), False, True  # the desk's under another name
        self.keep()
        return found

    def _rename(self, table: str, old: str, new: str) -> list[Entry]:
        """Name another row of a table wherever one is named, and say in which drafts that was."""
        found: list[Entry] = []
        if not (old and new):
            return found
        self._bring_back(old)
        if table in NAMING:
            self._known_as |= {was: new for was, now in self._known_as.items() if now == old} | {old: new}
        for entry in self.entries:
            for column in (one for one, target in links(entry.table).items() if target == table):
                if old in entry.row[column].split(";"):
                    entry.row[column] = ";".join(new if one == old else one for one in entry.row[column].split(";"))
                    found.append(entry)
        return found

    def _place(self, paragraph: str) -> int:
        return list(self.text).index(paragraph)

    def _become(self, place: int, state: str) -> None:
        entry = self.entries[place]
        if entry.state != WRITTEN:
            entry.state = state
            entry.turn = 1 + max(one.turn for one in self.entries) if state == ACCEPTED else 0
            self.keep()

    def keep(self) -> None:
        """Save all drafts: nothing that was entered is lost, whatever becomes of the program."""
        entries = [asdict(entry) for entry in self.entries if entry.state != _GONE]
        whole = {"source": self.source_id, "known_as": self._known_as, "entries": entries}
        write_files({self.file: json.dumps(whole, ensure_ascii=False, indent=1).encode()})

    # ---------------------------------------------------------------- what there is to know

    def choices(self, table: str, column: str) -> tuple[str, ...]:
        """All values that a cell may have, or ids that it may name, those of accepted drafts among them."""
        if target := links(table).get(column, ""):
            key = primary_key(target)[0]
            made = [entry.row[key] for entry in self._accepted() if entry.table == target]
            return tuple(sorted({*self.folder.tables.frames[target][key].tolist(), *made}))
        return choices_of(table, column)

    def problems(self, place: int) -> list[str]:
        """What is wrong with a draft, by itself, beside those that are accepted, and by the text."""
        drafted = {one.row[primary_key(one.table)[0]]: one for one in self.entries if one.state in (PROPOSED, REJECTED)}
        unnamed = (
            f"{primary_key(self.entries[place].table)[0]}: the cell is empty"  # it gets its id when it is accepted
        )
        found = [text for text in self._found(place, self._all_problems) if text != unnamed]
        for k, text in enumerate(found):
            odd = re.search(r"'([\w-]+)' is (not in \w+\.csv|named in none of)", text)
            one = drafted.get(odd[1]) if odd else None
            if not odd or not one:
                continue
            if one.state == REJECTED and odd[2].startswith("not"):
                found[k] = (
                    f"{text.split(':')[0]}: {odd[1]!r} was rejected in {one.paragraph}; name another, or accept it"
                )
            elif odd[2].startswith("not"):
                found[k] = f"{text.split(':')[0]}: {odd[1]!r} is drafted in {one.paragraph}; accept that first"
            elif one.state == PROPOSED:
                found[k] = f"{text}, or accept the word for it that is drafted in {one.paragraph} first"
        if taken := self._taken(
            self.entries[place], self.entries[place].row[primary_key(self.entries[place].table)[0]]
        ):
            found.append(taken)
        return found

    def _taken(self, entry: Entry, own: str) -> str:
        """What is wrong if there is another row of its id, which it would replace."""
        key, table = primary_key(entry.table)[0], entry.table
        known = table in NAMING and (table, entry.given.get(key, "")) in self._before  # drafted as somebody known
        if not own or known or entry.stands or entry.state == WRITTEN:
            return ""
        there = own in set(self.folder.tables.frames[table][key])
        there |= any(one is not entry and one.table == table and one.row[key] == own for one in self._accepted())
        same = "S says that it is the same" if table in NAMING else "leave it empty, and it gets an id"
        return f"{key}: there is a row {own!r} already; {same}" if there else ""

    def doubts(self, place: int) -> list[str]:
        """What may be a slip in a draft that has no problems."""
        entry = self.entries[place]
        if not entry.follows:
            return self._found(place, self._all_doubts)
        asked = f"event_id: drafted on {entry.follows!r}, which is {entry.row['event_id']!r} now; is this, too?"
        return [asked, *self._found(place, self._all_doubts)]

    def _found(self, place: int, find: Callable[[Folder], list[Problem]]) -> list[str]:
        """What a draft brings with it beside those that are accepted."""
        entry = self.entries[place]
        key = find.__name__, json.dumps([asdict(one) for one in self._accepted()]), json.dumps(entry.row)
        if key not in self._seen:
            others = [one for one in self._accepted() if one is not entry]
            found = self._having([*others, entry]).new_problems(self._having(others), find)
            self._seen[key] = [f"{one.column}: {one.message}" for one in found]
        return list(self._seen[key])

    def _all_problems(self, folder: Folder) -> list[Problem]:
        tables, problems = folder.checked
        return _grave(problems) + check_texts(tables, {self.source_id: self.text})

    def _all_doubts(self, folder: Folder) -> list[Problem]:
        found = [*find_doubts(folder.tables), *find_date_doubts(folder.tables)]
        return [one for one in found if one.code != "unused"]  # who is drafted first is named by drafts to come

    def _accepted(self) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.state == ACCEPTED)

    def _having(self, entries: Iterable[Entry]) -> Folder:
        """The folder with the rows of some drafts; one that was made before is given again."""
        by_key: dict[str, dict[str, dict[str, str]]] = {}
        for place, entry in enumerate(entries):  # of one actor the later row has the words of the one before, too
            own = entry.row[primary_key(entry.table)[0]]
            by_key.setdefault(entry.table, {})[own if entry.table in NAMING else f"{own} {place}"] = entry.row
        rows = {table: [*some.values()] for table, some in by_key.items()}
        key = json.dumps(rows)
        if key not in self._made:
            self._made.pop(next(iter(self._made)), None) if len(self._made) > 2 else None
            self._made[key] = self.folder.put({name: rows[name] for name in resources() if name in rows})
        return self._made[key]

    def after(self) -> Folder:
        """The folder as it will be with all that is accepted."""
        return self._having(self._accepted())

    def left(self) -> list[str]:
        """Paragraphs of text on which no row rests yet."""
        tables = self.after().tables
        bare = source_status(tables, self.source_id, {})
        return bare.index[(bare["role"] == "body") & (bare["rows"] == 0)].tolist()

    def counts(self) -> Frame:
        """Count by table what became of drafts, rows that were added, and cells that the desk had filled in right."""
        lines = []
        for table in resources():
            here = [entry for entry in self.entries if entry.table == table and entry.state != _GONE]
            taken = [entry for entry in here if entry.state in (ACCEPTED, WRITTEN)]
            if here:
                cells = [(name, value, entry) for entry in taken for name, value in self._own(entry).items() if value]
                filled, desk = len(cells), sum(value == entry.given.get(name) for name, value, entry in cells)
                untouched = sum(not (entry.edited or entry.added) for entry in taken)
                edited = sum(entry.edited and not entry.added for entry in taken)
                rejected, added = sum(entry.state == REJECTED for entry in here), sum(entry.added for entry in taken)
                proposed = sum(not entry.added for entry in here)
                lines.append((table, proposed, untouched, edited, rejected, added, f"{desk} of {filled}"))
        return frame_of("table, proposed, accepted, edited, rejected, added, cells by the desk", lines)

    def _own(self, entry: Entry) -> dict[str, str]:
        """The cells of a row that are not in the tables as they were when the source was opened."""
        key = primary_key(entry.table)[0]
        before = self._before.get((entry.table, entry.row[key]), {}) if entry.table in ("actors", "events") else {}
        return {name: value for name, value in entry.row.items() if value != before.get(name)}

    def diff(self) -> str:
        """What writing will change in the files, as git shows it."""
        new = self.after().contents
        parts: list[str] = []
        for file, old in self.folder.contents.items():
            if new[file] != old and isinstance(old, bytes) and isinstance(content := new[file], bytes):
                was, now = (one.decode().splitlines(keepends=True) for one in (old, content))
                parts += difflib.unified_diff(was, now, f"a/{file}", f"b/{file}", n=0)
        return "".join(parts)

    def write(self) -> list[Path]:
        """Write all that is accepted into the tables, if all checks pass: every row, or none. Says which files."""
        after = self.after()
        if problems := after.new_problems(self.folder, self._all_problems):
            raise DataError(problems, "the rows that are accepted")
        changed = after.save(self.folder)
        self.folder = Folder(self.folder.path)
        self._made.clear()
        self._seen.clear()
        for entry in self._accepted():
            entry.state = WRITTEN
        self.keep()
        return changed
