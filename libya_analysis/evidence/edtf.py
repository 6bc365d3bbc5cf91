"""The grammar of EDTF (ISO 8601-2): what is read of it, and what is known as valid though it is not read.

Read are level 0 without times of day, level 1 between the years that dates here can have, and of level 2 what sources
need: digits that are not given in any place, seasons of either half of the earth, quarters and the like, qualified
parts, and one date of several.

References
----------
Library of Congress, Extended Date/Time Format (EDTF) Specification, 2019.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

#: What a date may look like, for error messages; the codebook has it in full.
FORMS = (
    "2011, 2019-04, 2020-01-13, 2019-21 for its spring, 2019-04-XX, 201X, 2020-01-08/2020-01-13, 2019-04/.., "
    "2019-04/ if the end is not known, [2020-01-13,2020-01-14], [2020-01-06..2020-01-12], [..2020-01-08], "
    "each part with ~, ? or % if need be"
)

#: Years that can be read; beyond them a drawn margin could leave the calendar.
YEARS = (1000, 9000)

#: Parts of a year that are no months: name, first month and last; as much as any reckoning counts to a season. A
#: winter goes on in the year after.
_FOUR = (("spring", 3, 6), ("summer", 6, 9), ("autumn", 9, 12), ("winter", 12, 15))
_PARTS = ("first", "second", "third", "last")
SEASONS = {
    **{number + k: season for number in (21, 25) for k, season in enumerate(_FOUR)},  # 25 to 28: of the north
    **{29 + k: (f"southern {_FOUR[k][0]}", *_FOUR[(k + 2) % 4][1:]) for k in range(4)},
    **{33 + k: (f"{_PARTS[k]} quarter of", 3 * k + 1, 3 * k + 3) for k in range(4)},
    **{37 + k: (f"{_PARTS[k]} third of", 4 * k + 1, 4 * k + 4) for k in range(3)},
    **{40 + k: (f"{_PARTS[k]} half of", 6 * k + 1, 6 * k + 6) for k in range(2)},
}

#: How exactly a date can be written, from the finest.
PRECISIONS = ("day", "month", "season", "year", "decade", "century")

_Q = "([~?%]?)"
_PART = re.compile(rf"{_Q}(-?[\dX]{{4}}){_Q}(?:-{_Q}([\dX]{{2}}){_Q}(?:-{_Q}([\dX]{{2}}){_Q})?)?", re.ASCII)
_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d|24:00:00)(?:Z|[+-](?:0\d|1[0-4])(?::[0-5]\d)?)?"
_TIMED = re.compile(rf"(.+)T{_CLOCK}", re.ASCII)
_FAR = re.compile(r"Y-?[1-9]\d{4,}(?:S[1-9]\d*)?|Y-?[1-9]\d*E[1-9]\d*(?:S[1-9]\d*)?|-?\d{4}S[1-9]\d*", re.ASCII)

_LONG = (1, 3, 5, 7, 8, 10, 12)

#: A day, also of years that the calendar of Python has not.
Day = tuple[int, int, int]


class NotReadError(ValueError):
    """A date that is valid EDTF, and not of what is read here."""


@dataclass(frozen=True)
class Part:
    """A day, month, season, year or more, with the first and last day that it can mean."""

    first: Day
    last: Day
    precision: str
    marks: str  # those of ~, ? and % that stand in it
    year: str
    month: str
    day: str

    @property
    def partly(self) -> bool:
        """Whether a digit is not given."""
        return "X" in self.year + self.month + self.day


@dataclass(frozen=True)
class Parsed:
    """A date in its parts; a side may be open."""

    form: str
    parts: tuple[Part, ...]
    from_open: bool = False
    to_open: bool = False


def read(text: str) -> Parsed:
    """Read a date into its parts; a ValueError says why it cannot be read, a NotReadError that it is EDTF all the same.

    >>> read("2019-04/..").to_open, read("201X").parts[0].first
    (True, (2010, 1, 1))
    """
    found = _parse(text)
    years = [part.year for part in found.parts]
    if any("X" in year[:2] or not YEARS[0] <= int(year.replace("X", "9")) <= YEARS[1] for year in years):
        raise _not_read(text, f"not between the years {YEARS[0]} and {YEARS[1]}")
    return found


def _parse(text: str) -> Parsed:
    if text[:1] + text[-1:] in ("[]", "{}"):
        return _parse_set(text)
    if "/" in text:
        return _parse_interval(text)
    if _FAR.fullmatch(text):
        raise _not_read(text, "of years by other digits than four")
    if timed := _TIMED.fullmatch(text):
        if not read_part(timed[1], text).day:
            raise _no_date(text)
        raise _not_read(text, "with a time of day, which is not kept")
    return Parsed("point", (read_part(text, text),))


def _parse_interval(text: str) -> Parsed:
    low, _, high = text.partition("/")
    ends = [None if end in ("", "..") else read_part(end, text) for end in (low, high)]
    parts = tuple(part for part in ends if part)
    if not parts:
        if text == "/":
            raise _no_date(text)
        raise _not_read(text, "open on both sides; leave the cell empty if the date is not known")
    if len(parts) == 2 and (parts[0].first > parts[1].last or _season_order(parts) < 0):
        raise ValueError(f"{text!r} ends before it starts")
    return Parsed("interval", parts, ends[0] is None, ends[1] is None)


def _season_order(parts: tuple[Part, ...]) -> int:
    """Whether two seasons of one year stand in their order; their months overlap."""
    one, other = parts
    if one.precision != other.precision or one.precision != "season" or one.year != other.year:
        return 0
    return int(other.month) - int(one.month)


def _parse_set(text: str) -> Parsed:
    pieces = text[1:-1].split(",")
    parts: list[Part] = []
    for number, piece in enumerate(pieces):
        low, dots, high = piece.partition("..")
        ends = [read_part(end, text) for end in (low, high) if end]
        begins, goes_on = dots and not low and number == 0, dots and not high and number == len(pieces) - 1
        if not (ends and (len(ends) == 2 or not dots or begins or goes_on)):
            raise _no_date(text)
        if len(ends) == 2 and ends[0].first > ends[1].last:
            raise ValueError(f"{text!r} ends before it starts")
        parts += ends
    if len(pieces) == 1 and ".." not in text:
        raise _no_date(text)
    if text[0] == "{":
        raise _not_read(text, "a set of which all are meant; give each a row of its own")
    return Parsed("one-of", tuple(parts), text.startswith("[.."), text.endswith("..]"))


@lru_cache(maxsize=1024)  # the same days stand in many rows
def read_part(text: str, whole: str) -> Part:
    """Read a day, month, season or year, of a date that is named in errors.

    >>> part = read_part("2019-04-XX", "2019-04-XX")
    >>> part.first, part.last, part.precision
    ((2019, 4, 1), (2019, 4, 30), 'month')
    """
    match = _PART.fullmatch(text)
    if not match:
        raise _no_date(whole)
    year, month, day = (match[number] or "" for number in (2, 5, 8))
    marks = [match[number] or "" for number in (1, 3, 4, 6, 7, 9)]
    if year == "-0000" or any(marks[k] and marks[k + 1] for k in (0, 2, 4)):
        raise _no_date(whole)
    if month.isdecimal() and int(month) in SEASONS:
        if day:
            raise _no_date(whole)
        _, begin, end = SEASONS[int(month)]
        years = _numbers(year)
        over, end = divmod(end - 1, 12)
        first: Day | None = (years[0], begin, 1)
        last: Day | None = (years[-1] + over, end + 1, _length(years[-1] + over, end + 1))
    else:
        first, last = _day(year, month, day), _day(year, month, day, backwards=True)
    if not first or not last:
        raise ValueError(f"{whole!r} is not a date of the calendar{_meant(whole)}")
    return Part(first, last, _precision(year, month, day), "".join(marks), year, month, day)


def _precision(year: str, month: str, day: str) -> str:
    """The coarsest part that is known whole, from the year on."""
    if "X" in year:
        return "decade" if year.index("X") == len(year) - 1 else "century"
    if not month or "X" in month:
        return "year"
    if int(month) in SEASONS:
        return "season"
    return "day" if day and "X" not in day else "month"


def _day(year: str, month: str, day: str, backwards: bool = False) -> Day | None:
    """The first day, or the last, that some digits can mean; None if there is none."""
    step = -1 if backwards else 1
    for y in _numbers(year)[::step]:
        for m in _fitting(month or "XX", 1, 12)[::step]:
            days = _fitting(day or "XX", 1, _length(y, m))
            if days:
                return y, m, days[-1 if backwards else 0]
    return None


def _numbers(year: str) -> list[int]:
    """Years that digits can mean, the earliest first."""
    if year.startswith("-"):
        return [-number for number in _fitting(year[1:], 0, 9999)][::-1]
    return _fitting(year, 0, 9999)


def _fitting(digits: str, low: int, high: int) -> list[int]:
    if "X" not in digits:
        return [int(digits)] if low <= int(digits) <= high else []
    width = len(digits)
    return [n for n in range(low, high + 1) if all(d in ("X", c) for d, c in zip(digits, f"{n:0{width}}", strict=True))]


def _length(year: int, month: int) -> int:
    """Days of a month, in years before the calendar of Python too: it repeats itself after 400 of them."""
    return 28 + (month != 2) * (2 + (month in _LONG)) + (month == 2 and isleap(2000 + year % 400))


def _no_date(text: str) -> ValueError:
    return ValueError(f"{text!r} is not an EDTF date{_meant(text)}")


def _not_read(text: str, why: str) -> NotReadError:
    return NotReadError(f"{text!r} is valid EDTF, but {why}; read are {FORMS}")


# -- what is no EDTF, and was meant as a date -------------------------------------------------------------------------

#: Not :data:`calendar.month_name`, which follows the locale of the process.
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip

#: Day 0 of a spreadsheet's count, and the days of it that are taken for dates: 1954 to 2064.
_DAY_0, _COUNTED = dt.date(1899, 12, 30), range(20000, 60000)

_Y, _M, _D, _S = r"(?P<y>\d{4})", r"(?P<m>\d\d?)", r"(?P<d>\d\d?)(?:st|nd|rd|th)?", r"[-/.‐-–\s]\s?"
_WORD, _SHORT = r"(?P<word>[^\W\d_]{3,9})\.?", r"(?P<y>\d{4}|\d\d)"
#: Ways of writing a date, the likelier before what is only tried if that is no date.
_WAYS = (
    (_Y, rf"{_Y}{_S}{_M}", rf"{_Y}{_S}{_M}{_S}{_D}", rf"{_M}{_S}{_Y}", r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"),
    (rf"{_Y}{_S}{_D}{_S}{_M}", rf"{_D}{_S}{_M}{_S}{_SHORT}", rf"{_M}{_S}{_D}{_S}{_SHORT}"),
    (rf"{_D},?{_S}{_WORD},?{_S}{_SHORT}", rf"{_WORD}{_S}{_D},?{_S}{_Y}", rf"{_WORD},?{_S}{_Y}", rf"{_Y}{_S}{_WORD}"),
    (r"(?P<n>\d{5})",),
)


def readings(text: str) -> list[str]:
    """What a date that is no EDTF can be meant for, with the day before the month first; nothing if none can be told.

    >>> readings("13/01/2020"), readings("Jan 2020"), readings("43843")
    (['2020-01-13'], ['2020-01'], ['2020-01-13'])
    >>> readings("3.4.2020"), readings("2020-02-30")
    (['2020-04-03', '2020-03-04'], [])
    """
    plain = re.sub(r"[T\s]+\d\d?:[\d:.]+\s*[ap]?\.?m?\.?Z?$|^\w+day,?\s+", "", text.strip())
    for ways in _WAYS:
        told = (_reading(match.groupdict()) for way in ways if (match := re.fullmatch(way, plain)))
        if found := list(dict.fromkeys(filter(None, told))):
            return found
    return []


def _reading(given: Mapping[str, str | None]) -> str:
    if number := given.get("n"):
        there = int(number) in _COUNTED
        return (_DAY_0 + dt.timedelta(int(number))).isoformat() if there else ""
    year, month, day = int(given["y"] or 0), int(given.get("m") or 0), int(given.get("d") or 0)
    if year < 100:
        year += 2000 if year < 70 else 1900
    if word := given.get("word"):
        month = next((k for k, name in enumerate(MONTHS, 1) if name.casefold().startswith(word.casefold())), 13)
    try:
        first = dt.date(year, month or 1, day or 1).isoformat()
    except ValueError:
        return ""
    return first[: 10 if day else 7 if month else 4] if YEARS[0] <= year <= YEARS[1] else ""


def _meant(text: str) -> str:
    found = readings(text)
    return f"; did you mean {' or '.join(found)}?" if found else f" ({FORMS})"
