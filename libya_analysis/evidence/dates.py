"""Dates as sources give them: EDTF (ISO 8601-2) in, two bounds and plain words out.

A date is kept as it was written down and never sharpened: ``2019-04`` is some day of April 2019, and
every question about it ("was it before the call?") is answered with what its bounds allow.

The subset read here is the one the tables use; see :data:`FORMS`. Days are proleptic Gregorian, and all
bounds are inclusive.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

#: What an EDTF date may look like here, for error messages and the codebook.
FORMS = (
    "2011, 2019-04, 2020-01-13, 2020-01-08/2020-01-13, 2019-04/.., ../2020-01-08, "
    "[2020-01-13,2020-01-14], [2020-01-06..2020-01-12], [..2020-01-08], each part with ~, ? or % if need be"
)

#: How far ``~`` widens a *drawn* date on either side, in days, by its precision. Never used in reasoning.
APPROXIMATE_MARGIN = {"day": 3, "month": 31, "year": 183}

#: Years that can be read; beyond them a drawn margin could leave the calendar.
_YEARS = (1000, 9000)

_PART = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)", re.ASCII)


@dataclass(frozen=True)
class EdtfDate:
    """One date as a source gives it.

    Attributes
    ----------
    text : str
        The EDTF text.
    earliest, latest : datetime.date or None
        First and last day it can mean, both included; None where that side is open.
    precision : {"day", "month", "year"}
        The coarsest part that was written.
    form : {"point", "interval", "one-of"}
        ``point``: one day, month or year. ``interval``: from one date to another, all of it.
        ``one-of``: a single date among several.
    approximate, uncertain : bool
        Marked ``~`` or ``%``; marked ``?`` or ``%``.
    """

    text: str
    earliest: dt.date | None
    latest: dt.date | None
    precision: str
    form: str
    approximate: bool = False
    uncertain: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is exactly one day, and not marked as approximate."""
        return self.earliest is not None and self.earliest == self.latest and not self.approximate

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"EdtfDate({self.text!r})"


@dataclass(frozen=True)
class _Part:
    first: dt.date
    last: dt.date
    precision: str
    mark: str


def _part(text: str, whole: str) -> _Part:
    match = _PART.fullmatch(text)
    if not match:
        raise ValueError(f"{whole!r} is not an EDTF date ({FORMS})")
    year, month, day, mark = int(match[1]), match[2], match[3], match[4]
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise ValueError(f"{whole!r} is not between the years {_YEARS[0]} and {_YEARS[1]}")
    try:
        first = dt.date(year, int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError(f"{whole!r} is not a date of the calendar ({FORMS})") from None
    if day:
        return _Part(first, first, "day", mark)
    if month:
        return _Part(first, first.replace(day=calendar.monthrange(year, first.month)[1]), "month", mark)
    return _Part(first, dt.date(year, 12, 31), "year", mark)


@lru_cache(maxsize=4096)  # the same few dates stand in many rows
def parse_date(text: str) -> EdtfDate:
    """Read one EDTF date.

    Parameters
    ----------
    text : str
        A date in one of the :data:`FORMS`.

    Raises
    ------
    ValueError
        If the text has another form, names a day the calendar lacks, or ends before it starts.

    References
    ----------
    Library of Congress, Extended Date/Time Format (EDTF) Specification, 2019; ISO 8601-2:2019.

    Examples
    --------
    >>> parse_date("2019-04").earliest, parse_date("2019-04").latest
    (datetime.date(2019, 4, 1), datetime.date(2019, 4, 30))
    >>> parse_date("2019-04/..").latest is None
    True
    >>> parse_date("[2020-01-06..2020-01-12]").form
    'one-of'
    """
    if text.startswith("[") and text.endswith("]"):
        form, separator, inner = "one-of", "..", text[1:-1]
        if "," in inner:
            parts = [_part(piece.strip(), text) for piece in inner.split(",")]
            return _build(text, form, parts, min(p.first for p in parts), max(p.last for p in parts))
        if ".." not in inner:
            raise ValueError(f"{text!r} is not an EDTF date ({FORMS})")
    elif "/" in text:
        form, separator, inner = "interval", "/", text
    else:
        part = _part(text, text)
        return _build(text, "point", [part], part.first, part.last)

    left, _, right = inner.partition(separator)
    low = None if left == ("" if form == "one-of" else "..") else _part(left, text)
    high = None if right == ("" if form == "one-of" else "..") else _part(right, text)
    if low is None and high is None:
        raise ValueError(f"{text!r} is open on both sides; leave the cell empty if the date is not known")
    if low and high and low.first > high.last:
        raise ValueError(f"{text!r} ends before it starts")
    return _build(text, form, [p for p in (low, high) if p], low.first if low else None, high.last if high else None)


def _build(text: str, form: str, parts: list[_Part], earliest: dt.date | None, latest: dt.date | None) -> EdtfDate:
    marks = {part.mark for part in parts}
    order = ["day", "month", "year"]
    precision = max((part.precision for part in parts), key=order.index)
    approximate, uncertain = bool(marks & {"~", "%"}), bool(marks & {"?", "%"})
    return EdtfDate(text, earliest, latest, precision, form, approximate, uncertain)


def parse_day(text: str) -> dt.date:
    """Read one calendar day, as parameters such as ``as_of`` are given; a month or year means its last day.

    >>> parse_day("2020-01-10")
    datetime.date(2020, 1, 10)
    >>> parse_day("2019")
    datetime.date(2019, 12, 31)
    """
    try:
        part = _part(text, text)
    except ValueError:
        part = None
    if part is None or part.mark:
        raise ValueError(f"{text!r} is not a day, month or year such as 2020-01-15, 2020-01 or 2020")
    return part.last


def is_before(one: EdtfDate | None, other: EdtfDate | None) -> bool:
    """Whether every day that one date can mean is before every day that another can.

    >>> is_before(parse_date("2020-01"), parse_date("2020-02-01")), is_before(parse_date("2020-01"), None)
    (True, False)
    """
    last, first = one.latest if one else None, other.earliest if other else None
    return bool(last and first and last < first)


class Bounds(NamedTuple):
    """What dates say of how long something was so: not before ``floor``, not after ``ceiling``.

    If ``by`` is not after ``until``, it was so on every day from the one to the other; else on some day from ``until``
    to ``by``, it is not known on which. None where nothing is known.
    """

    floor: dt.date | None
    by: dt.date | None
    until: dt.date | None
    ceiling: dt.date | None


def bounds(start: EdtfDate | None, end: EdtfDate | str | None, attested: EdtfDate | None) -> Bounds:
    """Tell every-day from some-day ranges, by what is given of a start, an end, and a day on which it was so.

    References
    ----------
    Security Force Monitor, Research Handbook, "How Dates Work" (precise and imprecise ranges).

    Examples
    --------
    >>> every = bounds(None, None, parse_date("2020-01-08/2020-01-13"))
    >>> str(every.by), str(every.until)
    ('2020-01-08', '2020-01-13')
    >>> some = bounds(None, None, parse_date("[2020-01-06..2020-01-12]"))
    >>> str(some.until), str(some.by)
    ('2020-01-06', '2020-01-12')
    """
    ended = end if isinstance(end, EdtfDate) else None
    began, lasted = start or attested, ended or attested
    by = began.latest if began else None
    until = lasted.earliest if lasted else None
    if attested and attested.form == "interval":  # held throughout, from its first to its last surely covered day
        low, _, high = attested.text.partition("/")
        if not start:
            by = None if low == ".." else _part(low, attested.text).last
        if not ended:
            until = None if high == ".." else _part(high, attested.text).first
    return Bounds(start.earliest if start else None, by, until, ended.latest if ended else None)


#: Not :data:`calendar.month_name`, which follows the locale of the process.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _say_part(text: str) -> str:
    part = _part(text, text)
    words = {
        "day": f"{part.first.day} {_MONTHS[part.first.month - 1]} {part.first.year}",
        "month": f"{_MONTHS[part.first.month - 1]} {part.first.year}",
        "year": str(part.first.year),
    }[part.precision]
    if part.mark in ("~", "%"):
        words = f"about {words}"
    return f"{words} (uncertain)" if part.mark in ("?", "%") else words


def say_date(date: EdtfDate | str | None) -> str:
    """Say a date in plain English, with what is not known about it.

    Examples
    --------
    >>> say_date(parse_date("2020-01-13"))
    '13 January 2020'
    >>> say_date(parse_date("[2020-01-06..2020-01-12]"))
    'one day between 6 and 12 January 2020'
    >>> say_date(parse_date("2019-04/.."))
    'from April 2019, no end given'
    >>> say_date(None)
    'date not given'
    """
    if date is None or date == "":
        return "date not given"
    if date == "open":
        return "goes on"
    if isinstance(date, str):
        date = parse_date(date)
    text = date.text
    if date.form == "point":
        return _say_part(text)
    if date.form == "interval":
        low, _, high = text.partition("/")
        if high == "..":
            return f"from {_say_part(low)}, no end given"
        if low == "..":
            return f"until {_say_part(high)}, no start given"
        return f"from {' to '.join(_say_parts([low, high]))}"
    inner = text[1:-1]
    if "," in inner:
        return " or ".join(_say_parts([piece.strip() for piece in inner.split(",")]))
    low, _, high = inner.partition("..")
    if not low:
        return f"on or before {_say_part(high)}"
    if not high:
        return f"on or after {_say_part(low)}"
    unit = "one day" if date.precision == "day" else "some time"
    return f"{unit} between {' and '.join(_say_parts([low, high]))}"


def _say_parts(texts: list[str]) -> list[str]:
    """Say several dates; month and year are said once if they are those of all."""
    said = [_say_part(text) for text in texts]
    ends = {words.partition(" ")[2] for words in said}
    if len(ends) == 1 and all(len(text) == len("2020-01-13") for text in texts):
        return [words.partition(" ")[0] for words in said[:-1]] + said[-1:]
    return said


def drawn_span(date: EdtfDate) -> tuple[dt.date | None, dt.date | None]:
    """First and last day to draw: the bounds, widened by :data:`APPROXIMATE_MARGIN` where marked ``~``.

    >>> drawn_span(parse_date("2020-01-10~"))
    (datetime.date(2020, 1, 7), datetime.date(2020, 1, 13))
    """
    margin = dt.timedelta(days=APPROXIMATE_MARGIN[date.precision] if date.approximate else 0)
    earliest, latest = date.earliest, date.latest
    return earliest - margin if earliest else None, latest + margin if latest else None
