"""The coding desk: a paragraph at a time, its words marked, its drafts accepted, edited and rejected by keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import anywidget
import traitlets

from libya_analysis.analysis.changes import compare_tables
from libya_analysis.coding.intake import list_sources
from libya_analysis.coding.propose import Mark
from libya_analysis.coding.rows import is_required
from libya_analysis.coding.session import NAMING, PROPOSED, Session
from libya_analysis.evidence.claim import in_order
from libya_analysis.evidence.errors import LibyaAnalysisError
from libya_analysis.evidence.frames import Frame
from libya_analysis.evidence.schema import fields, primary_key, resources
from libya_analysis.evidence.tables import load_tables
from libya_analysis.words.differences import say_changes

_HERE = Path(__file__).parent
#: Of marks at one place, the first is shown.
_SHOWN = ("new", "actor", "date", "cue", "speech", "quote")
#: Letters of columns that several tables have.
_LETTERS = {
    "actor_id": "a", "event_id": "e", "from_id": "f", "backer_id": "f", "to_id": "t", "kind": "k", "role": "r",
    "date": "d", "said": "d", "status": "s", "modality": "m", "condition": "c", "said_by": "b", "speaker_id": "b",
    "paragraphs": "p", "note": "n", "reading": "g", "source_id": "z", "counterpart": "w", "outcome": "o",
    "other_event_id": "o", "about": "u", "text": "x", "topic": "t", "support": "k",
}  # fmt: skip
#: Cells that hold words of the text: those selected in it, if a row is begun then.
_WORDS = {"quotes": "text", "event_relations": "as_written", "actors": "name"}


def code_source(source_id: str, data: str | os.PathLike[str] | None = None) -> Desk | Frame:
    """Open the coding desk for a source that ``libya-analysis source add`` has taken in.

    Parameters
    ----------
    source_id : str
        The source; if it is empty, the sources are listed instead, with how far they are coded.
    data : path, optional
        Folder of tables; without it the one that ``LIBYA_ANALYSIS_DATA`` names, else the shipped one.

    Returns
    -------
    Desk or Frame
        A widget, to be the last line of a cell.

    Raises
    ------
    DataError
        If the tables, or the text of a source, cannot be read.
    ParameterError
        If there is no such source, its text is not at hand, or the extra ``coding`` is not installed.

    Examples
    --------
    >>> code_source("").loc["tass-2020-01-13", "paragraphs"].tolist()
    6
    """
    if source_id:
        return Desk(Session(data, source_id))
    return list_sources(load_tables(data)).drop(columns="text at hand")


class Desk(anywidget.AnyWidget):
    """The desk as a widget; :func:`code_source` makes it. All that it does is done by its session."""

    _esm = _HERE.joinpath("desk.js").read_text(encoding="utf-8")
    _css = _HERE.joinpath("desk.css").read_text(encoding="utf-8")
    view: traitlets.Dict[str, Any] = traitlets.Dict().tag(sync=True)
    paragraph = traitlets.Unicode().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)

    def __init__(self, session: Session) -> None:
        self.session, self._begun = session, [0, -1]  # how many drafts were begun here, and where the last one is
        super().__init__(paragraph=next(iter(session.text)))
        self.on_msg(lambda widget, content, buffers: self.told(content))
        self.show()

    def __repr__(self) -> str:
        return "Desk: the paragraphs of a source, with drafts of rows"

    def told(self, message: dict[str, Any]) -> None:
        """Do what the front end asks for: its keys and buttons, and what is typed."""
        session, place = self.session, int(message.get("place", 0))
        if message.get("do") in ("change", "add", "again"):
            self.said = ""
        try:
            match message.get("do"):
                case "type":
                    session.enter(place, message["column"], message["value"])
                    return  # the front end has what was typed; nothing else moves
                case "change":
                    session.change(place, message["column"], message["value"])
                case "accept":
                    faults = session.accept(place)
                    self.said = f"not accepted: {faults[0]}" if faults else "accepted"
                case "reject":
                    session.reject(place)
                    self.said = "rejected"
                case "same":
                    self._begin(session.same_as(place, message["value"]))
                    follow = sorted(
                        {one.paragraph for one in session.entries if one.follows and one.state == "proposed"}
                    )
                    asked = f"; drafts in {', '.join(follow)} follow, and ask whether they should" * bool(follow)
                    self.said = f"the same as {message['value']}: its name is in the drafts now{asked}"
                case "add":
                    table, words = message["value"], message.get("words", "").strip("\"“”«»„' ")
                    cells = {_WORDS[table]: words} if words and table in _WORDS else {}
                    self._begin(session.add(self.paragraph, table, **cells))
                case "again":
                    self._begin(session.add(self.paragraph, session.entries[place].table, like=place))
                case "spell":
                    spelled = session.spell(self.paragraph, message["value"], message["word"])
                    once = "" if session.entries[spelled].state == "accepted" else ", once its row is accepted"
                    self.said = f"{message['word']} means {message['value']}{once}"
                    self._begin(spelled)
                case "go":
                    self.paragraph, self.said = message["value"], ""
                case "diff":
                    self.said = session.diff() or "nothing is accepted yet"
                case "write":
                    self.said = self.write()
        except LibyaAnalysisError as error:
            self.said = str(error)
        self.show()

    def _begin(self, place: int) -> None:
        """Have a draft chosen that was just begun."""
        self._begun = [self._begun[0] + 1, place]

    def write(self) -> str:
        """Write what is accepted, and say what changes by it and what is left."""
        before = self.session.folder.tables
        files = self.session.write()
        if not files:
            return "nothing is accepted that is not written"
        left = ", ".join(self.session.left()) or "none"
        waiting = [one.paragraph for one in self.session.entries if one.state == PROPOSED]
        undecided = f"{len(waiting)} drafts are undecided, in {', '.join(in_order(set(waiting)))}\n" if waiting else ""
        changes = say_changes(compare_tables(before, self.session.folder.tables))
        names = ", ".join(path.name for path in files)
        counts = self.session.counts().to_string()
        return f"written: {names}\nparagraphs without rows: {left}\n{undecided}\n{changes}\n\n{counts}"

    def show(self) -> None:
        """Send the paragraph on view, with its marks and drafts."""
        session, number = self.session, self.paragraph
        self.view = {
            "paragraphs": [[one, self._done(one)] for one in session.text],
            "segments": list(_segments(session.text[number], session.marks[number])),
            "before": session.text.get(f"P{int(number[1:]) - 1}", ""),
            "entries": [self._entry(place) for place in session.at(number)],
            "begun": self._begun,
            "drafted": [one.row[primary_key(one.table)[0]] for one in session.entries if one.table in NAMING],
            "known": {name: list(session.choices(*NAMING[name])) for name in NAMING},
            "tables": [name for name in resources() if name not in ("sources", "paragraphs")],
        }

    def _done(self, number: str) -> str:
        """How far a paragraph is: drafts still to be looked at, of all that there are."""
        states = [self.session.entries[place].state for place in self.session.at(number)]
        return f"{states.count('proposed')}/{len(states)}" if states else ""

    def _entry(self, place: int) -> dict[str, Any]:
        session, entry = self.session, self.session.entries[place]
        problems = session.problems(place) if entry.state in ("proposed", "accepted") else []
        alike = next(
            (
                one.says
                for one in session.marks[entry.paragraph]
                if one.kind == "new" and one.text == entry.row.get("name")
            ),
            "",
        )
        return {
            "place": place,
            "table": entry.table,
            "state": entry.state,
            "stands": entry.stands or entry.state == "written",
            "why": entry.why,
            "problems": problems,
            "doubts": [] if problems or entry.state != "proposed" else session.doubts(place),
            "key": primary_key(entry.table)[0],
            "alike": alike.partition("the same as ")[2].rstrip("?").split(", ") if "the same as" in alike else [],
            "cells": [
                {
                    "column": column,
                    "letter": letter,
                    "value": entry.row[column],
                    "choices": list(session.choices(entry.table, column)),
                    "closed": bool(rules.get("constraints", {}).get("enum")) or rules.get("reads") == "boolean",
                    "needed": is_required(entry.table, column) and column != primary_key(entry.table)[0],
                    "means": rules["description"],
                }
                for (column, rules), letter in zip(
                    fields(entry.table).items(), _letters(tuple(fields(entry.table))), strict=True
                )
            ],
        }


@cache
def _letters(columns: tuple[str, ...]) -> tuple[str, ...]:
    """A letter for each column of a table, by which it is gone to: that of another table's column of the same name."""
    letters = {column: _LETTERS[column] for column in columns if column in _LETTERS}
    for column in columns:
        free = (one for one in (*column.replace("_", ""), *ascii_lowercase) if one not in letters.values())
        letters.setdefault(column, next(free))
    return tuple(letters[column] for column in columns)


def _segments(text: str, marks: tuple[Mark, ...]) -> Iterator[list[str]]:
    """A text in pieces, each with its kind of mark and what that says; where marks overlap, the more telling one."""
    kinds: list[Mark | None] = [None] * len(text)
    for mark in sorted(marks, key=lambda one: -_SHOWN.index(one.kind)):
        kinds[mark.first : mark.last] = [mark] * (mark.last - mark.first)
    first = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or kinds[place] is not kinds[first]:
            shown = kinds[first]
            yield [text[first:place], shown.kind if shown else "", shown.says if shown else ""]
            first = place
