"""Parameters of notebooks, reports and functions: what they mean, and what is wrong with them, all at once.

Papermill hands values over as it likes (``-p as_of 2019`` becomes a number, ``-p actors egypt,turkey`` one text), so
each is brought to its meaning here, and anything that cannot be meant raises.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from libya_analysis.evidence.dates import parse_day
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.evidence.tables import Tables, allowed

#: Kinds of tie in a network: those stated in the tables, and those that follow from events.
TIE_KINDS = ("backs", *allowed("ties", "kind"), "agreement")
#: Every parameter that has a meaning here; notebooks may have others.
KNOWN = (
    "as_of",
    "known_on",
    "start",
    "end",
    "actors",
    "sources",
    "statuses",
    "modalities",
    "kinds",
    "focus",
    "level",
    "lanes",
    "window",
    "language",
)

LEVELS = ("actor", "principal")
LANES = ("kind", "actor", "side")
LANGUAGES = ("en", "ar")
#: Windows of time by name, and how many days before the last report each begins; None for everything.
WINDOWS: dict[str, int | None] = {"all": None, "year": 366, "days": 10}


class CheckedParameters(dict[str, Any]):
    """Checked parameters by name, also as attributes; ``**parameters`` passes them on."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no parameter {name!r} was checked{did_you_mean(name, self)}") from None


def check_parameters(tables: Tables, **given: Any) -> CheckedParameters:
    """Bring parameters to their meaning, or say everything that is wrong with them.

    Parameters
    ----------
    tables : Tables
        The tables that actors and sources have to be in.
    **given
        ``as_of``, ``known_on``, ``start``, ``end``: a day such as ``"2020-01-15"`` (a month or year is its last day,
        for ``start`` its first), empty for none. ``actors``, ``sources``, ``statuses``, ``modalities``, ``kinds``: a
        list, or one text with commas; empty for all. ``focus``: an actor. ``level``, ``lanes``, ``window``,
        ``language``: one of their values.

    Returns
    -------
    CheckedParameters
        Days as :class:`datetime.date` or None; lists as tuples, or None for all; the rest as text.

    Raises
    ------
    ParameterError
        For unknown names, values of the wrong type, days that are none, and values that the tables do not have.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> check_parameters(load_tables(), as_of=2019, actors="egypt,turkey")
    {'as_of': datetime.date(2019, 12, 31), 'actors': ('egypt', 'turkey')}
    """
    checked, problems = CheckedParameters(), []
    readers = _readers(tables)
    for name, value in given.items():
        if name not in readers:
            problems.append(f"{name}: there is no such parameter{did_you_mean(name, readers)}")
            continue
        try:
            checked[name] = readers[name](value)
        except ValueError as error:
            problems.append(f"{name}: {error}")
    start, end = checked.get("start"), checked.get("end")
    if start and end and end < start:
        problems.append(f"end: {end} is before {start}, the start")
    if problems:
        raise ParameterError(problems)
    return checked


def _readers(tables: Tables) -> dict[str, Callable[[Any], Any]]:
    statuses, modalities = allowed("ties", "status"), allowed("ties", "modality")
    actors, sources = tables.names(), list(tables.published())
    return {
        "as_of": _day,
        "known_on": _day,
        "start": _first_day,
        "end": _day,
        "actors": lambda value: _choice(value, actors),
        "sources": lambda value: _choice(value, sources),
        "statuses": lambda value: _choice(value, statuses),
        "modalities": lambda value: _choice(value, modalities),
        "kinds": lambda value: _choice(value, TIE_KINDS),
        "focus": lambda value: _one(value, actors, optional=True),
        "level": lambda value: _one(value, LEVELS),
        "lanes": lambda value: _one(value, LANES),
        "language": lambda value: _one(value, LANGUAGES),
        "window": lambda value: _one(value, WINDOWS),
    }


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(f"{value!r} is a {type(value).__name__}, not text")
    return str(value).strip()


def _day(value: Any) -> dt.date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, dt.date) else parse_day(_text(value))


def _first_day(value: Any) -> dt.date | None:
    day = _day(value)
    if day is None or isinstance(value, dt.date):
        return day
    parts = [int(part) for part in _text(value).split("-")]
    return dt.date(*[*parts, 1, 1][:3])


def _choice(value: Any, known: Iterable[str]) -> tuple[str, ...] | None:
    """Several known words, each once; None for all."""
    if value is None or value in ("", [], ()):
        return None
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)):
        raise ValueError(f"{value!r} is a {type(value).__name__}, not a list")
    words = tuple(dict.fromkeys(_text(item) for item in items))
    wrong = [f"{word!r} is not known{did_you_mean(word, known)}" for word in words if word not in known]
    if wrong:
        raise ValueError("; ".join(wrong))
    return words


def _one(value: Any, known: Iterable[str], optional: bool = False) -> str:
    word = "" if value is None else _text(value)
    if word not in known and not (optional and not word):
        raise ValueError(f"{word!r} is not known{did_you_mean(word, known)}")
    return word
