"""Dates that the words beside them cannot mean: warnings, as those of :mod:`libya_analysis.evidence.doubts`."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Sequence
from functools import lru_cache, reduce
from importlib.util import find_spec

from libya_analysis.coding.cues import DATE_WORDS, DateWords
from libya_analysis.coding.phrases import DatePhrase, find_dates
from libya_analysis.evidence.dates import EdtfDate, drawn_span, parse_date
from libya_analysis.evidence.errors import Problem
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.tables import Tables

#: Columns of words, and the dates that these can be about.
_TOLD = {
    "date_as_written": ("date", "due"),
    "dates_as_written": ("start", "end", "attested"),
    "said_as_written": ("said",),
}
#: How much older than its publication a text can be; by how much weeks differ that begin on other days.
_OLDER, _WEEK = dt.timedelta(2), dt.timedelta(7)

#: First and last day, both included; and with them what a phrase is counted by, see :class:`.DatePhrase`.
Span = tuple[dt.date, dt.date]
Meaning = tuple[str, Span]


def find_date_doubts(tables: Tables) -> list[Problem]:
    """Find dates that the phrase beside them cannot mean.

    Only what is clear by itself is held to its date: "January 8" is that day of any year, "on Monday" that of any week,
    "last month" the month before that of publication. A day that both the phrase and the date can mean is enough.

    Returns
    -------
    list of Problem
        Each ``not-meant``; none without dateparser, which comes with the extra ``coding``.

    >>> from libya_analysis import load_tables
    >>> find_date_doubts(load_tables())
    []
    """
    if not find_spec("dateparser"):
        return []
    languages = dict(zip(tables.sources["source_id"], tables.sources["language"], strict=True))
    published, found = tables.published(), []
    for name, frame in tables.frames.items():
        for told, columns in _TOLD.items():
            rows = zip(tables.lines[name], records(frame), strict=True) if told in frame else ()
            for line, row in rows:
                dates = {column: row[column] for column in columns if isinstance(row[column], EdtfDate)}
                day = published.get(row["source_id"])
                outside = row[told.replace("as_written", "basis")] == "outside"
                if row[told] and dates and day and not outside:
                    column, means = _other_meaning(row[told], day, languages[row["source_id"]], tuple(dates.items()))
                    if means:
                        message = f"{row[told]!r} in a source of {day} means {means}, not {dates[column]}"
                        found.append(Problem(f"{name}.csv", line, column, "not-meant", message))
    return sorted(found)


@lru_cache(maxsize=4096)  # the same phrases stand in many rows
def _other_meaning(
    text: str, published: EdtfDate, language: str, dates: tuple[tuple[str, EdtfDate], ...]
) -> tuple[str, str]:
    """What a phrase means, if none of some dates can be that, and the column of the one that should; else nothing."""
    if not published.earliest or not published.latest or any(date.uncertain for _, date in dates):
        return "", ""
    early = {one.first: one for one in find_dates(text, published.earliest - _OLDER, language)}
    late = find_dates(text, published.latest, language)
    column, usual = dates[0][0], []
    for part in _parts(text, late, DATE_WORDS.get(language, DateWords())):
        alone = part[0] if len(part) == 1 else None
        side = next((s for s in ("start", "end") if alone and getattr(alone, s) and s in dict(dates)), "")
        meanings = [meant for one in part if (meant := _meaning(one, early.get(one.first, one), side))]
        spans = [drawn_span(date) for name, date in dates if not side or name == side]
        whole = [(first or dt.date.min, last or dt.date.max) for first, last in spans]
        if len(meanings) < len(part) or reduce(_possible, meanings, whole):
            return "", ""
        column = side or column
        usual.append(_said(part, meanings))
    return column, " and ".join(usual)


def _parts(text: str, found: Sequence[DatePhrase], words: DateWords) -> list[list[DatePhrase]]:
    """Phrases, those together that are one date ("April" of "last year"); none if other words may bear on them."""
    beside, at = rf"(?:[\s/]|(?:{words.beside})(?!\w))*", 0
    other = rf"(?:\W|(?:{words.beside}|{words.to})(?!\w))*"
    parts: list[list[DatePhrase]] = []
    for one in found:
        gap, at = text[at : one.first], one.last
        if not re.fullmatch(other, gap, re.IGNORECASE):
            return []
        joined = parts and re.fullmatch(beside, gap, re.IGNORECASE) and not re.match(words.to, one.text)
        if joined and one.counted not in {before.counted for before in parts[-1]}:
            parts[-1].append(one)
        else:
            parts.append([one])
    return parts if re.fullmatch(other, text[at:], re.IGNORECASE) else []


def _meaning(one: DatePhrase, early: DatePhrase, side: str) -> Meaning | None:
    """What a phrase is counted by, and the days that it means; None if it is not clear by itself.

    It was found for the last day on which its text can have been written; ``early`` is the same for the first one.
    """
    try:
        dates = [parse_date(getattr(found, side) if side else found.date) for found in (early, one)]
    except ValueError:  # from May 9 to 4
        return None
    low, high = dates[0].earliest, dates[1].latest
    if one.counted == "":
        return "", (low or dt.date.min, high or dt.date.max)
    if one.counted == "some" or not low or not high or not dates[1].earliest:
        return None
    match one.counted:
        case "year" | "weekday":
            low = dates[1].earliest
        case "near week":
            low, high = low - _WEEK, high + _WEEK
        case "near month":
            low, high = low.replace(day=1), high.replace(day=monthrange(high.year, high.month)[1])
        case "near year":
            low, high = low.replace(month=1, day=1), high.replace(month=12, day=31)
    return one.counted, (low, high)


def _possible(spans: list[Span], meaning: Meaning) -> list[Span]:
    """Of some days, those that a phrase can mean."""
    counted, (low, high) = meaning
    found: list[Span] = []
    for first, last in spans:
        meant = [(low, high)]
        if counted == "year" and last.year - first.year < 2:
            over = high.year - low.year
            meant = [(_in(year, low), _in(year + over, high)) for year in range(first.year - 1, last.year + 1)]
        elif counted == "weekday" and (last - first).days < 6:
            days = (first + dt.timedelta(k) for k in range((last - first).days + 1))
            meant = [(day, day) for day in days if day.weekday() == low.weekday()]
        elif counted in ("year", "weekday"):
            meant = [(first, last)]
        found += [(max(first, one), min(last, other)) for one, other in meant if one <= last and first <= other]
    return found


def _in(year: int, day: dt.date) -> dt.date:
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def _said(part: Sequence[DatePhrase], meanings: Sequence[Meaning]) -> str:
    """What phrases mean together, as a date."""
    sure = [span for counted, span in meanings if counted not in ("year", "weekday")]
    spans = reduce(_possible, meanings, sure[:1]) if len(part) > 1 else []
    if not spans:
        one = part[0]
        return one.date if one.start and one.end else one.start or one.end or one.date
    first, last = spans[-1]
    if first == last:
        return first.isoformat()
    whole = first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1])
    return f"{first:%Y-%m}" if whole else f"{first}/{last}"
