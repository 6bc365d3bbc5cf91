"""Days that move: tokens such as ``latest`` and ``today-7d``, and ranges of days for a backfill."""

from __future__ import annotations

import datetime as dt
import os
import re

from dateutil.relativedelta import relativedelta

#: Parameters that are days, in which a token may stand.
DAYS = ("as_of", "known_on", "start", "end")

#: Reports that one range may ask for.
MOST_STEPS = 10_000

_TOKEN = re.compile(r"(today|latest)(?:-(\d{1,4})d)?", re.ASCII)
_END = r"(\d{4}-\d\d-\d\d|today(?:-\d{1,4}d)?)"
_RANGE = re.compile(rf"{_END}\.\.{_END}/(day|week|month)", re.ASCII)


def today() -> dt.date:
    """Day in UTC by ``SOURCE_DATE_EPOCH``, or by the clock if that is not set.

    Returns
    -------
    datetime.date
        The day.

    Raises
    ------
    ValueError
        If ``SOURCE_DATE_EPOCH`` is no number of seconds.

    Examples
    --------
    >>> from unittest.mock import patch
    >>> with patch.dict(os.environ, SOURCE_DATE_EPOCH="1579046400"):
    ...     today()
    datetime.date(2020, 1, 15)
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

    >>> [is_token(value) for value in ("latest", "today-7d", "2020-01-15")]
    [True, True, False]
    """
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def resolve_token(token: str, latest: dt.date | None, now: dt.date) -> str:
    """Say which day a token means.

    Parameters
    ----------
    token : str
        ``latest`` or ``today``, or so many days before it, such as ``today-7d``.
    latest : datetime.date or None
        Day of the last publication; None where nothing has been published.
    now : datetime.date
        Day that ``today`` means.

    Returns
    -------
    str
        The day, such as ``2020-01-15``; empty where nothing has been published.

    Raises
    ------
    ValueError
        If the day is before the year 1.

    Examples
    --------
    >>> resolve_token("today-7d", None, dt.date(2020, 1, 10))
    '2020-01-03'
    >>> resolve_token("latest", None, dt.date(2020, 1, 10))
    ''
    """
    found = _TOKEN.fullmatch(token)
    assert found, token
    day = now
    if found[1] == "latest":
        if latest is None:
            return ""
        day = latest
    try:
        return str(day - dt.timedelta(days=int(found[2] or 0)))
    except OverflowError:
        raise ValueError(f"{token!r} is a day before the year 1") from None


def backfill_days(text: str) -> list[str]:
    """Days of a range such as ``2019-04-01..2020-01-15/month``, both ends included where the steps meet them.

    An end may be ``today``, less some days: ``today-30d..today/week``. What is no such range is a ValueError.

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
    days, months = (last - first).days, (last.year - first.year) * 12 + last.month - first.month
    count, step = {
        "day": (days + 1, relativedelta(days=1)),
        "week": (days // 7 + 1, relativedelta(weeks=1)),
        "month": (months + 1, relativedelta(months=1)),  # of a day that a month has not, its last
    }[found[3]]
    if count > MOST_STEPS:
        raise ValueError(f"{text!r} asks for {count:,} reports; one range may ask for {MOST_STEPS:,}")
    return [str(day) for day in (first + n * step for n in range(count)) if day <= last]
