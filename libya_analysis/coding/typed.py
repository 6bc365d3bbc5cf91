"""What somebody typed into a cell, as the tables have it: understood where it can mean one thing only.

What is not understood is told once for each kind of fault and column, with what stands in each place, and a proposal.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from libya_analysis.coding.phrases import find_dates
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.edtf import FORMS, NotReadError, readings
from libya_analysis.evidence.schema import allowed, fields

_YES, _NO = ("true", "wahr", "vrai", "yes", "1"), ("false", "falsch", "faux", "no", "0")
_SHOWN = 20  # places that a message names
_ANY_DAY = dt.date(2000, 1, 1)  # what a phrase that says its year does not need


class Formula(str):
    """A cell that a spreadsheet would compute."""


@dataclass
class Row:
    """A row of a sheet: where it stands, what is in it, and whether somebody has typed in it."""

    sheet: str
    number: int
    cells: dict[str, str]
    touched: bool = True


@dataclass
class Told:
    """What is to be told of a workbook: one message for each kind and column, with all of its places."""

    found: dict[tuple[str, str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, kind: str, sheet: str, column: str = "", row: int = 0, shown: str = "") -> None:
        """Take down one place: of a row its number, and what stands there where that has to be seen."""
        self.found.setdefault((sheet, column, kind), []).append((row, shown))

    def of(self, kind: str, row: Row, column: str = "", shown: str = "") -> None:
        """Take down one place in a row."""
        self.add(kind, row.sheet, column, row.number, shown)

    def has(self, sheet: str, column: str, row: int) -> bool:
        """Whether something is told of a cell."""
        there = (places for (one, other, _), places in self.found.items() if (one, other) == (sheet, column))
        return any(row == number for places in there for number, _ in places)

    def messages(self) -> list[str]:
        """Say it, a sentence a kind."""
        return [
            ": ".join(filter(None, (", ".join(filter(None, (sheet, column))), kind, _list(places))))
            for (sheet, column, kind), places in self.found.items()
        ]


def _list(places: list[tuple[int, str]]) -> str:
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    if any(shown for _, shown in places):
        words = (" ".join(filter(None, (f"row {row}" if row else "", shown))) for row, shown in places[:_SHOWN])
        return ", ".join(words) + more
    rows = [str(row) for row, _ in places[:_SHOWN] if row]
    return f"row{'s' if len(places) > 1 else ''} {', '.join(rows)}{more}" if rows else ""


def is_as_it_was(value: Any, was: str, counts: bool = False) -> bool:
    """Whether a cell of a spreadsheet holds what it was made of, in whatever form its program keeps that.

    ``counts`` is for columns of numbers, in which a text is one, too.

    >>> is_as_it_was(13.4, "13.40"), is_as_it_was("13.4", "13.40"), is_as_it_was("13.4", "13.40", counts=True)
    (True, False, True)
    """
    if written(value) == was:
        return True
    if not counts and (isinstance(value, bool) or not isinstance(value, int | float)):
        return False
    try:
        return float(was) == float(value)
    except (TypeError, ValueError):
        return False


def written(value: Any) -> str:
    """A cell of a spreadsheet as text, whatever its column is for."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def understood(table: str, column: str, value: Any, row: Row, notes: Told, faults: Told) -> str:
    """A cell that somebody typed, as the tables have it."""
    rules = fields(table)[column]
    reads = rules.get("reads", "text")
    if isinstance(value, Formula):
        if truth := re.fullmatch(r"=(TRUE|FALSE)\(\)", value):  # so LibreOffice writes it
            return truth[1].lower()
        faults.of("a formula; paste what it comes to as text", row, column, repr(str(value)[:40]))
        return ""
    text = written(value)
    if reads == "boolean" and (word := text.strip().casefold()) in (*_YES, *_NO):
        return "true" if word in _YES else "false"
    if reads.startswith("edtf"):
        return _date(text.strip(), row, column, notes, faults)
    choices = allowed(table, column)
    if choices and text not in choices:  # Armed group
        plain = re.sub(r"[\s_]+", "-", text.strip().casefold())
        text = plain if plain in choices else text
    if rules.get("refers") and reads == "list" and "@" not in text:
        between = r"[;\n]" if column == "aliases" else r"[;,\n]"  # a word for somebody may have a comma
        return ";".join(filter(None, (part.strip() for part in re.split(between, text))))
    if len(lines := text.strip().splitlines()) > 1:
        notes.of("more than one line; they are joined", row, column)
    return " ".join(line.strip() for line in lines)


def _date(text: str, row: Row, column: str, notes: Told, faults: Told) -> str:
    if text in ("", "open"):
        return text
    try:
        parse_date(text)
    except NotReadError:
        return text  # which the check explains
    except ValueError as error:
        meant = sorted(set(_meanings(text)))
        if len(meant) == 1:
            notes.of("a date, as the tables have it", row, column, f"{text!r} is {meant[0]}")
            return meant[0]
        if meant:
            faults.of("can be two days; write the one that is meant", row, column, f"{text!r}: {' or '.join(meant)}")
        elif "ends before" not in str(error):
            faults.of(f"no date; write it in one of the forms {FORMS}", row, column, repr(text))
    return text


def _meanings(text: str) -> Iterator[str]:
    """The dates that a text can stand for which is written as people and spreadsheets write them."""
    if found := readings(text):
        yield from found
    else:  # with a month by its name in other languages
        said = (one for one in find_dates(text, _ANY_DAY, "ar") if one.explicit and one.text == text)
        yield from (one.date for one in said)
