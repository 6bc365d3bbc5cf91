"""Dates as sources give them: EDTF (ISO 8601-2) in, two bounds and plain words out.

A date is kept as it was written down and never sharpened: ``2019-04`` is some day of April 2019, and
every question about it ("was it before the call?") is answered with what its bounds allow.

What is read of EDTF says :mod:`libya_analysis.evidence.edtf`. Days are proleptic Gregorian, and all bounds are
inclusive.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from libya_analysis.evidence.edtf import MONTHS, PRECISIONS, SEASONS, read, read_part, readings

#: How far ``~`` widens a *drawn* date on either side, in days, by its precision. Never used in reasoning.
APPROXIMATE_MARGIN = dict(zip(PRECISIONS, (3, 31, 92, 183, 1826, 18262), strict=True))


@dataclass(frozen=True)
class EdtfDate:
    """One date as a source gives it.

    Attributes
    ----------
    text : str
        The EDTF text.
    earliest, latest : datetime.date or None
        First and last day it can mean, both included; None where that side is open.
    precision : {"day", "month", "season", "year", "decade", "century"}
        That of its coarsest part; digits that are not given make it coarser.
    form : {"point", "interval", "one-of"}
        ``point``: one day, month or year. ``interval``: from one date to another, all of it.
        ``one-of``: a single date among several.
    approximate, uncertain : bool
        Marked ``~`` or ``%``; marked ``?`` or ``%``.
    """

    text: str  # as EDTF
    earliest: dt.date | None  # first day it can mean; None where that side is open
    latest: dt.date | None  # last day
    precision: str  # of its coarsest part; digits that are not given make it coarser
    form: str
    approximate: bool = False  # marked ~ or %
    uncertain: bool = False  # marked ? or %

    @property
    def is_day(self) -> bool:
        """Whether it is exactly one day, and not marked as approximate."""
        return self.earliest is not None and self.earliest == self.latest and not self.approximate

    def __lt__(self, other: EdtfDate) -> bool:
        """In the order of the first days that they can mean: an open start comes first, an open end last."""
        return self._place < other._place if isinstance(other, EdtfDate) else NotImplemented

    @property
    def _place(self) -> tuple[dt.date, dt.date, str]:
        return self.earliest or dt.date.min, self.latest or dt.date.max, self.text

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"EdtfDate({self.text!r})"


@lru_cache(maxsize=4096)  # the same few dates stand in many rows
def parse_date(text: str) -> EdtfDate:
    """Read one EDTF date.

    Parameters
    ----------
    text : str
        A date in one of the :data:`~libya_analysis.evidence.edtf.FORMS`.

    Returns
    -------
    EdtfDate
        With the first and last day that it can mean.

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
    >>> parse_date("2020-01-13T10:00:00")
    Traceback (most recent call last):
    ...
    libya_analysis.evidence.edtf.NotReadError: '2020-01-13T10:00:00' is valid EDTF, but with a time of day, ...
    """
    found = read(text)
    marks = "".join(part.marks for part in found.parts)
    return EdtfDate(
        text,
        None if found.from_open else dt.date(*min(part.first for part in found.parts)),
        None if found.to_open else dt.date(*max(part.last for part in found.parts)),
        max((part.precision for part in found.parts), key=PRECISIONS.index),
        found.form,
        "~" in marks or "%" in marks,
        "?" in marks or "%" in marks,
    )


def parse_day(text: str) -> dt.date:
    """Read one calendar day, as parameters such as ``as_of`` are given; a month or year means its last day.

    >>> parse_day("2020-01-10")
    datetime.date(2020, 1, 10)
    >>> parse_day("2019")
    datetime.date(2019, 12, 31)
    """
    try:
        date = parse_date(text)
    except ValueError:
        date = None
    plain = date and date.form == "point" and date.precision in ("day", "month", "year") and text.count("X") == 0
    if date is None or date.latest is None or not plain or date.approximate or date.uncertain:
        found = readings(text) if date is None else []
        hint = f"; did you mean {' or '.join(found)}?" if found else " such as 2020-01-15, 2020-01 or 2020"
        raise ValueError(f"{text!r} is not a day, month or year{hint}")
    return date.latest


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
            by = None if low in ("", "..") else dt.date(*read_part(low, low).last)
        if not ended:
            until = None if high in ("", "..") else dt.date(*read_part(high, high).first)
    return Bounds(start.earliest if start else None, by, until, ended.latest if ended else None)


def _say_part(text: str) -> str:
    part = read_part(text, text)
    (y, m, d), last = part.first, dt.date(*part.last)
    words = {
        "day": f"{d} {MONTHS[m - 1]} {y}",
        "month": f"{MONTHS[m - 1]} {y}",
        "season": f"{SEASONS.get(int(part.month), ('',))[0]} {y}" if part.month.isdecimal() else "",
        "year": str(y),
        "decade": f"the {y}s",
        "century": f"the years {y} to {last.year}",
    }[part.precision]
    if (part.month, part.day) in (("XX", ""), ("XX", "XX")) and "X" not in part.year:
        words += ", month not given"
    elif part.day == "XX" and "X" not in part.year + part.month:
        words += ", day not given"
    elif part.month and part.partly:
        words = f"between {' and '.join(_say_parts([dt.date(y, m, d).isoformat(), last.isoformat()]))}"
    if "~" in part.marks or "%" in part.marks:
        words = f"about {words}"
    return f"{words} (uncertain)" if "?" in part.marks or "%" in part.marks else words


def say_date(date: EdtfDate | str | None) -> str:
    """Say a date in plain English, with what is not known about it.

    Parameters
    ----------
    date : EdtfDate, str or None
        A date, or one as EDTF text; ``open`` for what goes on; empty or None where none is given.

    Returns
    -------
    str
        Words for the middle of a sentence.

    Raises
    ------
    ValueError
        If a text is no date, see :func:`parse_date`.

    Examples
    --------
    >>> say_date(parse_date("2020-01-13"))
    '13 January 2020'
    >>> say_date(parse_date("[2020-01-06..2020-01-12]"))
    'some time between 6 and 12 January 2020'
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
        if high in ("", ".."):
            return f"from {_say_part(low)}, {'no end given' if high else 'end not known'}"
        if low in ("", ".."):
            return f"until {_say_part(high)}, {'no start given' if low else 'start not known'}"
        return f"from {' to '.join(_say_parts([low, high]))}"
    inner = text[1:-1]
    if "," in inner:
        pieces = inner.split(",")
        return " or ".join(_say_parts(pieces) if ".." not in inner else map(_say_span, pieces))
    if inner.startswith("..") or inner.endswith(".."):
        return _say_span(inner)
    low, _, high = inner.partition("..")
    return f"some time between {' and '.join(_say_parts([low, high]))}"


def _say_span(text: str) -> str:
    """Say one of several dates, which may be a span of its own."""
    low, dots, high = text.partition("..")
    if not dots:
        return _say_part(text)
    if not low:
        return f"on or before {_say_part(high)}"
    return f"from {_say_part(low)} to {_say_part(high)}" if high else f"on or after {_say_part(low)}"


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
