"""Days that move: tokens such as ``latest`` and ``today-7d``, and ranges of days for a backfill."""

from __future__ import annotations

import calendar
import datetime as dt
import os
import re

#: Parameters that are days, in which a token may stand.
DAYS = ("as_of", "known_on", "start", "end")

#: Reports that one range may ask for.
MOST_STEPS = 10_000

_TOKEN = re.compile(r"(today|latest)(?:-(\d{1,4})d)?", re.ASCII)
_END = r"(\d{4}-\d\d-\d\d|today(?:-\d{1,4}d)?)"
_RANGE = re.compile(rf"{_END}\.\.{_END}/(day|week|month)", re.ASCII)


def today() -> dt.date:
    """Day in UTC by SOURCE_DATE_EPOCH, or by the clock if that is not set.

    Raises
    ------
    ValueError
        If SOURCE_DATE_EPOCH is not a number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"SOURCE_DATE_EPOCH is {epoch!r}, which is not a number of seconds") from None


def is_token(value: object) -> bool:
    """Whether a value stands for a day that moves.

    Examples
    --------
    >>> [is_token(value) for value in ("latest", "today-7d", "2020-01-15")]
    [True, True, False]
    """
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def resolve_token(token: str, latest: dt.date | None, now: dt.date) -> str:
    """Say which day a token means.

    Raises
    ------
    ValueError
        If no source has a day of publication, or there is no such day.

    Examples
    --------
    >>> resolve_token("today-7d", None, dt.date(2020, 1, 10))
    '2020-01-03'
    """
    found = _TOKEN.fullmatch(token)
    assert found, token
    day = now
    if found[1] == "latest":
        if latest is None:
            raise ValueError(f"{token!r} needs a source with a day of publication, and sources.csv has none")
        day = latest
    try:
        return str(day - dt.timedelta(days=int(found[2] or 0)))
    except OverflowError:
        raise ValueError(f"{token!r} is a day before the year 1") from None


def backfill_days(text: str) -> list[str]:
    """Days of a range such as ``2019-04-01..2020-01-15/month``, both ends included where the steps meet them.

    An end may be ``today``, less some days: ``today-30d..today/week``.

    Raises
    ------
    ValueError
        If it is no such range.

    Examples
    --------
    >>> backfill_days("2020-01-31..2020-03-31/month")
    ['2020-01-31', '2020-02-29', '2020-03-31']
    """
    found = _RANGE.fullmatch(text)
    wrong = ValueError(f"{text!r} is not a range of days such as 2019-04-01..2020-01-15/month (or /day, /week)")
    if not found:
        raise wrong
    ends = [resolve_token(end, None, today()) if is_token(end) else end for end in found.groups()[:2]]
    try:
        first, last = map(dt.date.fromisoformat, ends)
    except ValueError:
        raise wrong from None
    if last < first:
        raise ValueError(f"{text!r} ends before it begins")
    steps = {
        "day": range((last - first).days + 1),
        "week": range((last - first).days // 7 + 1),
        "month": range((last.year - first.year) * 12 + last.month - first.month + 1),
    }[found[3]]
    if len(steps) > MOST_STEPS:
        raise ValueError(f"{text!r} asks for {len(steps):,} reports; one range may ask for {MOST_STEPS:,}")
    length = {"day": 1, "week": 7}.get(found[3], 0)
    days = [first + dt.timedelta(days=n * length) if length else _months_later(first, n) for n in steps]
    return [str(day) for day in days if day <= last]


def _months_later(day: dt.date, months: int) -> dt.date:
    """Same day of a later month, or the last that the month has."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
