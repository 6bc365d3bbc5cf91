"""Phrases of time in a text, and the EDTF date that each means, counted from the day of publication.

Names of months, days and units come from ``dateparser``, which has them for 200 languages; what they mean as EDTF is
decided here, after the codebook: a vague phrase stays vague, and a day without a year gets the one that fits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from dateutil.relativedelta import relativedelta

from libya_analysis.coding.cues import DATE_WORDS, DateWords
from libya_analysis.evidence.errors import needed

_YEAR = r"(?:1[89]|20)\d\d"
_SOON = 31  # days ahead up to which a day without a year is taken to be still to come
_UNITS = ("day", "week", "month", "year", "decade")


@dataclass(frozen=True)
class DatePhrase:
    """A phrase of time: where it stands, the date it means, and what it makes of the start and end of a state.

    ``due`` is the day of a deadline; ``explicit`` is whether all of the date stands in the text. What it leaves to the
    day of publication is ``counted`` by: "year" (of a month or day without one), "weekday", or the unit of what is
    relative: "near day" (yesterday), "near week" (last week), "near month", "near year"; "some" is any other way.
    """

    first: int
    last: int
    text: str
    date: str
    start: str = ""
    end: str = ""
    due: str = ""
    explicit: bool = False
    counted: str = "some"

    @property
    def basis(self) -> str:
        """What the date rests on, as the tables say it."""
        return "explicit" if self.explicit else "inferred"


def find_dates(text: str, published: dt.date, language: str = "en") -> list[DatePhrase]:
    """Find the phrases of time in a paragraph, in order; none overlaps another.

    "Last week" counts from ``published``. What is of no language (ISO 639-1), such as years, is found in all.

    >>> day = dt.date(2020, 1, 15)
    >>> [(found.text, found.date) for found in find_dates("It began early last year, and ended on Monday.", day)]
    [('early last year', '2019'), ('on Monday', '2020-01-13')]
    >>> find_dates("They have fought since April.", day)[0].start
    '2019-04'
    """
    finder = _Finder(language)
    taken: list[DatePhrase] = []
    for match in finder.pattern.finditer(text):
        found = finder.read(match, text, published)
        if found and (not taken or found.first >= taken[-1].last):
            taken.append(found)
    return list(_joined(taken, text, finder.words))


@lru_cache(maxsize=32)
class _Finder:
    """Finds simple phrases of one language; what stands around them is read by :meth:`read`."""

    def __init__(self, language: str) -> None:
        loader = needed("dateparser.languages.loader").LocaleDataLoader()
        try:
            info: dict[str, Any] = loader.get_locale(language).info
        except (KeyError, ValueError, AttributeError, IndexError):
            info = {}
        self.words = words = DATE_WORDS.get(language, DateWords())
        self.capital = language == "en"  # May and March are words, too

        def named(key: str, least: int = 1) -> list[str]:  # written small, as they are looked up
            return [name.casefold() for name in info.get(key, ()) if len(name) >= least]

        self.months = {name: number for number, month in enumerate(_MONTHS, 1) for name in named(month)}
        self.months |= {name: k for k, names in enumerate(words.months, 1) for name in names.split("|") if name}
        self.days = {name: k for k, day in enumerate(_DAYS) for name in named(day, 4)}
        self.relative: dict[str, tuple[int, str]] = {}
        for key, names in (*info.get("relative-type", {}).items(), *words.relative.items()):
            if ago := re.fullmatch(r"(in )?(\d+) (day|week|month|year)( ago)?", key):
                steps = int(ago[2]) * (1 if ago[1] else -1)
                self.relative |= {name.casefold(): (steps, ago[3]) for name in names if len(name) > 2}
        self.units = {name: unit for unit in _UNITS for name in named(unit, 3)}
        self.units |= {f"{name}s": unit for name, unit in self.units.items() if not name.endswith("s")}
        self.units |= {name: unit for unit, names in words.units.items() for name in names}
        self.numbers = {name: int(count) for count, names in words.numbers.items() for name in names.split("|")}
        self.ordinals = {name: int(day) for day, name in words.ordinals.items()}
        self.pattern = re.compile(self._simple(), re.IGNORECASE)
        self.before = re.compile(rf"(?:^|(?<=\W))(?:{words.before})\W*$", re.IGNORECASE)

    def _simple(self) -> str:
        named = [[name for name, number in self.months.items() if number == n] for n in range(1, 13)]
        full = {max(names, key=len, default="") for names in named}
        short = [name for name in self.months if len(name) < 5 and name not in full]
        month = rf"(?:(?:{_any(short)})(?!\w)\.?|(?:{_any(self.months)})(?!\w))"
        month = rf"{month}(?:\s?/\s?{month})?"  # in Arabic, by both its names
        day = rf"(?:{_any(self.days)})"
        unit, number = _any(self.units), rf"\d+|{_any(self.numbers)}"
        of = r"(?:\s+(?:de|del|di|of|من))?"
        year = rf"(?:\s+(?:{self.words.year_word}))?"
        near, glue = [name for name, (_, one) in self.relative.items() if one == "day"], self.words.glue
        forms = [
            rf"(?P<iso>{_YEAR}-\d\d-\d\d)(?!\d)",
            r"(?P<numeric>\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d)(?!\d)",
            rf"(?:{day},?\s+)?(?P<m1>{month})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:[-–](?P<e1>\d{{1,2}}))?(?!\d)(?:,?\s+(?P<y1>{_YEAR}))?",
            rf"(?:{day},?\s+)?(?:(?P<s2>\d{{1,2}})\s?[-–]\s?)?(?P<d2>\d{{1,2}}|{_any(self.ordinals)})(?:st|nd|rd|th|er|º|°|\.)?{of}\s+(?P<m2>{month})(?:,?{of}{year}\s+(?P<y2>{_YEAR}|{self.words.this_year}))?",
            rf"(?P<m3>{month}),?{of}{year}\s+(?P<y3>{_YEAR})(?!\d)",
            self._counting("ago", number, unit),
            self._counting("span", number, unit),
            rf"(?P<weekend>{self.words.weekend})",
            rf"(?P<near>{_any(near)})(?!\w)(?:\s+{glue}{day})?",
            rf"(?P<rel>{_any(self.relative)})",
            rf"(?:(?P<turn>{self.words.last}|{self.words.next})\s+)?(?P<day>{day})(?:\s+(?P<turned>{self.words.after}))?",
            rf"(?P<m4>{month})",
            rf"(?<![$€£#.,/\d-])(?P<y5>(?:19|20)\d\d)(?:[-–](?P<z5>{_YEAR}))?(?![\d%/]|[.,-]\d|\s+(?:people|men|troops|fighters|soldiers|km|miles|metres)\b|\s+(?:{self.words.counted})(?!\w))",
        ]
        return rf"(?<!\w)(?:{self.words.prefix})(?:{'|'.join(forms)})(?!\w)"

    def _counting(self, kind: str, number: str, unit: str) -> str:
        words = getattr(self.words, kind).replace("NUMBER", f"(?P<{kind}_n>{number})")
        return f"(?P<{kind}>{words})".replace("UNIT", f"(?P<{kind}_unit>{unit})")

    def read(self, match: re.Match[str], text: str, published: dt.date) -> DatePhrase | None:
        """Say what a match means, with the words before it that bear on it; None if it is no date after all."""
        given = defaultdict[str, str | None](lambda: None, match.groupdict())
        lead = self.before.search(text[: match.start()])
        if lead and re.fullmatch(r"(?:the|of|del?|di|le|la|l'|el|il|lo)\W+", lead[0], re.IGNORECASE):
            lead = None  # an article alone says nothing of a date
        if lead and match["y5"] and re.search(r"\bthe\s+$", lead[0], re.IGNORECASE):
            lead = None  # "since the 2011 uprising": the year is that of the uprising
        said = lead[0] if lead else ""
        ahead = _ahead(text[: match.start()], said, self.words, bool(match["day"]))
        try:
            date, explicit = self._date(given, published, ahead)
        except (ValueError, OverflowError):
            return None
        if not date:
            return None
        if self.capital and given["m4"] and (not match[0][:1].isupper() or (len(given["m4"]) < 4 and not lead)):
            return None
        first = match.start() - len(said)
        counted = self._counted_by(given, said.casefold().strip()) if not explicit or given["numeric"] else ""
        found = DatePhrase(first, match.end(), text[first : match.end()], date, explicit=explicit, counted=counted)
        return _bounded(found, said.casefold().strip(), self.words)

    def _date(self, given: Mapping[str, str | None], day: dt.date, ahead: bool) -> tuple[str, bool]:
        if given["iso"]:
            return dt.date.fromisoformat(given["iso"]).isoformat(), True
        if given["numeric"]:
            d, m, y = (int(part) for part in re.split(r"[/.]", given["numeric"]))
            return dt.date(y, *((m, d) if m <= 12 else (d, m))).isoformat(), True
        for form in "12":
            if month := given[f"m{form}"]:
                number, d = self._month(month), self._number(given[f"d{form}"] or "")
                year = self._number(given[f"y{form}"] or "", day.year) or _year(day, number, d, ahead)
                date = dt.date(year, number, d).isoformat()
                if form == "1" and given["e1"]:
                    date = f"{date}/{dt.date(year, number, int(given['e1'])).isoformat()}"
                if form == "2" and given["s2"]:
                    date = f"{dt.date(year, number, int(given['s2'])).isoformat()}/{date}"
                return date, (given[f"y{form}"] or "").isdigit()
        if given["m3"]:
            return f"{int(given['y3'] or 0):04}-{self._month(given['m3']):02}", True
        if given["ago"] or given["span"]:
            return self._counted(given, day)
        if given["weekend"]:
            saturday = day - dt.timedelta((day.weekday() - 5) % 7 or (0 if day.weekday() == 5 else 7))
            saturday += dt.timedelta(7 if ahead else 0)
            return f"[{saturday}..{saturday + dt.timedelta(1)}]", False
        if relative := given["near"] or given["rel"]:
            return _relative(day, *self.relative[" ".join(relative.casefold().split())]), False
        if given["day"]:
            number = self.days[given["day"].casefold()]
            turn = (given["turn"] or given["turned"] or "").casefold()
            back = (day.weekday() - number) % 7
            if turn and re.fullmatch(self.words.next, turn):
                return (day + dt.timedelta((7 - back) or 7)).isoformat(), False
            if turn and re.fullmatch(f"{self.words.last}|{self.words.after}", turn):
                return (day - dt.timedelta(back or 7)).isoformat(), False
            return (day + dt.timedelta((7 - back) % 7) if ahead else day - dt.timedelta(back)).isoformat(), False
        if given["m4"]:
            number = self._month(given["m4"])
            return f"{_year(day, number, 0, ahead):04}-{number:02}", False
        year = int(given["y5"] or 0)
        if given["z5"]:
            return f"{year:04}/{given['z5']}", True
        return (f"{year:04}", True) if 1800 <= year <= day.year + 15 else ("", False)

    def _number(self, word: str, else_: int = 0) -> int:
        """A number by its digits or its word; another one for words that say none, such as "of this year"."""
        return int(word) if word.isdigit() else self.ordinals.get(" ".join(word.split()), else_ if word else 0)

    def _counted_by(self, given: Mapping[str, str | None], lead: str) -> str:
        """What of the date the text does not have; a day such as 3/4/2020 can be read in two ways."""
        if given["numeric"]:
            return "some" if max(map(int, re.split("[/.]", given["numeric"])[:2])) <= 12 else ""
        if given["m1"] or given["m2"] or given["m4"]:
            return "year"
        if given["day"]:
            return "weekday"
        relative = " ".join((given["near"] or given["rel"] or "").casefold().split())
        told_from = relative in self.relative and not re.fullmatch(self.words.of_then, relative)
        running = re.search(rf"(?:{self.words.running})$", lead)  # over the last year
        return f"near {self.relative[relative][1]}" if told_from and not running else "some"

    def _month(self, name: str) -> int:
        return self.months[" ".join(name.split("/")[0].casefold().rstrip(". ").split())]

    def _counted(self, given: Mapping[str, str | None], day: dt.date) -> tuple[str, bool]:
        """Two weeks ago, a decade ago, the past three months."""
        kind = "ago" if given["ago"] else "span"
        word, unit_word = ((given[f"{kind}_{part}"] or "").casefold() for part in ("n", "unit"))
        unit = self.units[unit_word]
        if given["span"] and not word:
            return f"[..{day}]", False  # "in recent weeks": nobody knows how many
        count = int(word) if word.isdigit() else self.numbers.get(word, 1)
        then = _back(day, count, unit)
        if given["span"]:
            return f"{then}/{day}", False
        if unit == "day":
            return then.isoformat(), False
        if unit == "week":
            return _week(then), False
        return (f"{then:%Y-%m}~" if unit == "month" else f"{then.year:04}~"), False


_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


def _any(names: Iterable[str]) -> str:
    """A pattern for any of some names, the longest first."""
    found = sorted({re.escape(name).replace(r"\ ", r"\s+") for name in names}, key=len, reverse=True)
    return "|".join(found) or "(?!)"


def _year(day: dt.date, month: int, number: int, ahead: bool) -> int:
    """The year of a day or month that comes without one: the last such, or the next where that is meant or near."""
    then = dt.date(day.year, month, number or 1)
    if then <= day:
        soon = number and (then - day).days + 365 <= _SOON
        return day.year + (1 if soon or (ahead and (day - then).days > 180) else 0)
    return day.year if ahead or (number and (then - day).days <= _SOON) else day.year - 1


def _back(day: dt.date, count: int, unit: str) -> dt.date:
    steps = {"years": 10 * count} if unit == "decade" else {f"{unit}s": count}
    then: dt.date = day - relativedelta(**steps)
    return then


def _week(day: dt.date) -> str:
    monday = day - dt.timedelta(day.weekday())
    return f"[{monday}..{monday + dt.timedelta(6)}]"


def _relative(day: dt.date, count: int, unit: str) -> str:
    """Yesterday, last week, this month, next year."""
    then = _back(day, -count, unit)
    if unit == "day":
        return then.isoformat()
    if count:
        return {"week": _week(then), "month": f"{then:%Y-%m}", "year": f"{then.year:04}"}[unit]
    first = {
        "week": day - dt.timedelta(day.weekday()),
        "month": day.replace(day=1),
        "year": day.replace(month=1, day=1),
    }
    return f"[{first[unit]}..{day}]" if first[unit] < day else day.isoformat()


def _ahead(before: str, lead: str, words: DateWords, weekday: bool) -> bool:
    """Whether a phrase behind these words is about what is still to come: some say so, and none of the past after."""
    near = " ".join(re.split(r"[.;:!?“”\"]\s", before)[-1].split()[-12:])

    def where(pattern: str, text: str) -> int:
        found = list(re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text, re.IGNORECASE))
        return found[-1].start() if found else -1

    if weekday and where(words.coming_lead, lead) >= 0:
        return True
    return where(words.coming, near) > where(words.past, near)


def _bounded(found: DatePhrase, lead: str, words: DateWords) -> DatePhrase:
    """What "since", "until", "before", "after" and "throughout" before a phrase make of it."""
    plain = not found.date.startswith("[") and "/" not in found.date and found.date[-1] != "~"
    inner = found.date[1:-1].split("..") if found.date.startswith("[") else found.date.split("/")
    low, high = inner[0], inner[-1]

    def led(pattern: str) -> bool:
        return re.search(rf"(?:{pattern})(?!\w)", lead) is not None

    if led(words.since):
        return replace(found, date=f"{found.date}/.." if plain else found.date, start=found.date)
    if led(words.until):
        return replace(found, date=f"../{found.date}" if plain else found.date, end=found.date, due=found.date)
    if led(words.earlier_than):
        return replace(found, date=f"[..{high}]", due=found.date if led(words.deadline) else "")
    if led(words.later_than):
        return replace(found, date=f"[{low or high}..]")
    if led(words.throughout) and low:
        return replace(found, date=f"{low}/{high}" if low != high else found.date, start=low, end=high)
    return found


def _joined(found: list[DatePhrase], text: str, words: DateWords) -> Iterator[DatePhrase]:
    """Two phrases that are one: "from January 8 to January 13" is every day, "between" them some day."""
    rest = list(found)
    while rest:
        one = rest.pop(0)
        other = rest[0] if rest else None
        between = text[one.last : other.first if other else one.last].strip().casefold()
        low, high = one.date.removesuffix("/.."), other.date.removeprefix("../") if other else "/"
        simple = "/" not in low + high and "[" not in low
        if other and simple and re.fullmatch(words.to, between or other.text.split()[0].casefold()):
            some = re.search(rf"(?:{words.between})\s*$", text[: one.first], re.IGNORECASE)
            every = one.start or other.end or between in ("to", "-", "–")
            if low < high and (some or every):
                first, last, explicit = some.start() if some else one.first, other.last, one.explicit and other.explicit
                date, start, end = (f"[{low}..{high}]", "", "") if some else (f"{low}/{high}", low, high)
                counted = "" if explicit else "some"
                yield DatePhrase(first, last, text[first:last], date, start, end, explicit=explicit, counted=counted)
                rest.pop(0)
                continue
        yield one
