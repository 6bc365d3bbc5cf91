"""A question: what is asked of the claims. Each thing that can be asked has its meaning, type and reader here, once.

Papermill and people hand values over as they like (``-p as_of 2019`` is a number, ``-p actors egypt,turkey`` one text,
a day may be a Timestamp of pandas), so each is brought to its meaning where a question is made, and anything that
cannot be meant raises.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from numbers import Integral
from typing import Any

from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.dates import EdtfDate, parse_day
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import MODALITIES, STATUSES, TIES

LEVELS = ("actor", "principal")
RULES = ("contiguous", "separate")
#: Sides of a network, in the order of the camps of a folder of tables.
SIDES = ("left", "right", "third", "fourth", "fifth", "sixth")
CAMPS = (*SIDES, "undetermined")
#: Windows of time by name, and how many days before the last report each begins; None for everything.
WINDOWS: dict[str, int | None] = {"all": None, "year": 366, "days": 10}

#: The day of the last publication among the sources asked for, where a day may stand.
LATEST = "latest"

#: Known words for a field: always the same, or as the tables have them.
Known = Iterable[str] | Callable[[Tables], Iterable[str]]


@dataclass(frozen=True)
class Field:
    """One thing that can be asked, with its comment and type in the parameters cell of a notebook."""

    comment: str
    kind: str
    read: Callable[[Any, Tables], Any]  # brings a value to its meaning; raises ValueError


def _day(comment: str, first: bool = False) -> Any:
    """A day; of a month or a year its last one, or its first."""

    def read(value: Any, tables: Tables) -> dt.date | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if hasattr(value, "item") and "datetime64" in str(getattr(value, "dtype", "")):  # a day of numpy
            value = value.astype("datetime64[D]").item()
        if isinstance(value, dt.date) and value == value:  # NaT is a date that does not equal itself
            value = f"{value.year:04}-{value.month:02}-{value.day:02}"  # held to the same years as text
        day = parse_day(_text(value))
        parts = [int(part) for part in _text(value).split("-")]
        return dt.date(*[*parts, 1, 1][:3]) if first else day

    return field(default=None, metadata={"asks": Field(comment, "str", read)})


def _many(comment: str, known: Known) -> Any:
    """Several known words, each once; none for all."""

    def read(value: Any, tables: Tables) -> tuple[str, ...]:
        if value is None or (isinstance(value, str) and not value.strip()):
            return ()
        if isinstance(value, str):
            value = _items(value)
        elif isinstance(value, Mapping) or not isinstance(value, Iterable):
            raise ValueError(f"{value!r} is a {type(value).__name__}, not a list")
        words = tuple(dict.fromkeys(_text(item) for item in value))
        there = dict.fromkeys(known(tables) if callable(known) else known)
        wrong = [f"{word!r} is not known{did_you_mean(word, there)}" for word in words if word not in there]
        if wrong:
            raise ValueError("; ".join(wrong))
        return words

    return field(default=(), metadata={"asks": Field(comment, "list[str]", read)})


def _one(comment: str, known: Known, default: str = "") -> Any:
    """One known word; empty only where that is the default."""

    def read(value: Any, tables: Tables) -> str:
        word = "" if value is None else _text(value)
        there = list(known(tables) if callable(known) else known)
        if word not in there and not (word == default == ""):
            raise ValueError(f"{word!r} is not known{did_you_mean(word, there)}")
        return word

    return field(default=default, metadata={"asks": Field(comment, "str", read)})


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, Integral)):
        raise ValueError(f"{value!r} is a {type(value).__name__}, not text")
    return str(value).strip()


def _items(text: str) -> Sequence[Any]:
    """Items of a list that came as text: with commas, or as JSON."""
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except json.JSONDecodeError:
            raise ValueError(f'{text!r} is not a list as in JSON, such as ["egypt", "turkey"]') from None
        return list(found)
    return [item for item in text.split(",") if item.strip()]


def _number(comment: str, default: int) -> Any:
    """A whole number, zero or more."""

    def read(value: Any, tables: Tables) -> int:
        text = str(default) if value is None or value == "" else _text(value)
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            raise ValueError(f"{value!r} is not a number of days such as {default}")
        return int(text)

    return field(default=default, metadata={"asks": Field(comment, "int", read)})


@dataclass(frozen=True)
class Question:
    """What is asked of the claims; made by :func:`check_parameters`, which checks it against the tables.

    Days are dates or None, lists are tuples that are empty for all, the rest is text. A field that does not bear on
    what is computed is passed over.
    """

    as_of: dt.date | None = _day("the day asked about; latest: that of the last report; empty for all times")
    near: int = _number("days from the last or first report within which a tie is drawn firm", 90)
    spells: str = _one("contiguous: what is told of two days held between; or separate", RULES, RULES[0])
    known_on: dt.date | None = _day("only what had been published by this day; empty for all")
    window: str = _one(
        "all; year: the year before the day asked about or the last report; days: ten days", WINDOWS, "all"
    )
    start: dt.date | None = _day(
        "first day of the window, such as 2020-01-06; empty for that of the window", first=True
    )
    end: dt.date | None = _day("last day of the window; empty for its own")
    sources: tuple[str, ...] = _many("only these sources, by source_id; empty for all", Tables.published)
    kinds: tuple[str, ...] = _many("only these kinds of tie, such as backs, opposes; empty for all", TIES)
    statuses: tuple[str, ...] = _many(
        "only claims of these statuses, such as stated, attributed; empty for all", STATUSES
    )
    modalities: tuple[str, ...] = _many(
        "only claims of these modalities, such as actual, threatened; empty for all", MODALITIES
    )
    camps: tuple[str, ...] = _many("only ties of these camps: left, right, third, undetermined; empty for all", CAMPS)
    actors: tuple[str, ...] = _many("only what concerns these actors, by actor_id; empty for all", Tables.names)
    level: str = _one(
        "actor; or principal: leaders and ministers count as their state", ("actor", "principal"), "actor"
    )
    focus: str = _one("an actor to put in the middle, by actor_id; empty for all", Tables.names)
    lanes: str = _one("one lane for each kind of event, or: actor, side", ("kind", "actor", "side"), "kind")
    language: str = _one("names in English, or ar: in Arabic where the tables have them", ("en", "ar"), "en")

    def lets_in(self, source_id: str, published: EdtfDate | None) -> bool:
        """Whether a source is one of those asked, and had been published by the day on which it is to be known."""
        known = not self.known_on or bool(published and published.latest and published.latest <= self.known_on)
        return known and (not self.sources or source_id in self.sources)

    def admits(self, claim: Claim) -> bool:
        """Whether a claim is of the statuses and modalities asked for; of its source, see :func:`known_tables`."""
        return (not self.statuses or claim.status in self.statuses) and (
            not self.modalities or claim.modality in self.modalities
        )


#: What can be asked, by name.
FIELDS: Mapping[str, Field] = {part.name: part.metadata["asks"] for part in fields(Question)}

#: What is asked where nothing else is said.
DEFAULTS = {part.name: part.default for part in fields(Question)}


def check_parameters(
    tables: Tables, question: Question | None = None, *, among: Iterable[str] = FIELDS, **given: Any
) -> Question:
    """Make a question of parameters, or say everything that is wrong with them.

    Parameters
    ----------
    tables : Tables
        The tables that actors and sources have to be in.
    question : Question, optional
        One that has been checked, of which the parameters given change something.
    among : iterable of str
        Names that may be given.
    **given : Any
        Fields of :class:`Question`. ``as_of``, ``known_on``, ``start``, ``end``: a day, as text such as
        ``"2020-01-15"`` (a month or year is its last day, for ``start`` its first), a date, a Timestamp or a day of
        numpy; empty for none; ``as_of`` also ``"latest"``, the day of the last report that is asked for. ``actors``,
        ``sources``, ``statuses``, ``modalities``, ``kinds``, ``camps``: a list, tuple, Series or array, or text with
        commas or a list as in JSON; empty for all. ``focus``: an actor.
        ``level``, ``lanes``, ``window``, ``language``: one of their values.

    Returns
    -------
    Question
        One whose values have their types.

    Raises
    ------
    ParameterError
        For unknown names, values of the wrong type, days that are none, and values that the tables do not have.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> asked = check_parameters(load_tables(), as_of=2019, actors="egypt,turkey")
    >>> asked.as_of, asked.actors, asked.level
    (datetime.date(2019, 12, 31), ('egypt', 'turkey'), 'actor')
    """
    asked = Question() if question is None else question
    if not isinstance(asked, Question):
        raise ParameterError(f"{question!r} is a {type(question).__name__}: give a question, or parameters by name")
    if not given:
        return asked
    among = [name for name in FIELDS if name in set(among)]
    checked: dict[str, Any] = {}
    problems, latest = [], False
    for name, value in given.items():
        if name not in among:
            problems.append(f"{name}: there is no such parameter{did_you_mean(name, among)}")
            continue
        if name == "as_of" and isinstance(value, str) and value.strip() == LATEST:
            value, latest = None, True
        try:
            checked[name] = FIELDS[name].read(value, tables)
        except ValueError as error:
            problems.append(f"{name}: {error}")
    if not problems:
        asked = replace(asked, **checked)
        asked = replace(asked, as_of=last_day(known_tables(tables, asked))) if latest else asked
        if asked.start and asked.end and asked.end < asked.start:
            problems.append(f"end: {asked.end} is before {asked.start}, the start")
    if problems:
        raise ParameterError(problems)
    return asked


def known_tables(tables: Tables, question: Question | None = None, **asked: Any) -> Tables:
    """Take from tables what was told by other sources than those asked for, or published later than ``known_on``.

    Whoever computes an answer begins here, so that nothing in it rests on what was taken away.

    >>> from libya_analysis import load_tables
    >>> list(known_tables(load_tables(), known_on="2020-01-11").published())[2:]
    ['reuters-2020-01-11', 'reuters-devdiscourse-2020-01-08']
    """
    asks = check_parameters(tables, question, among=("sources", "known_on"), **asked)
    return tables.of(source for source, date in tables.published().items() if asks.lets_in(source, date))


def last_day(tables: Tables) -> dt.date | None:
    """Day of the last report, or of the last data set if there is no report; None if no source has a day.

    >>> from libya_analysis import load_tables
    >>> str(last_day(load_tables()))
    '2020-01-15'
    """
    reports = tables.published("article") or tables.published()  # data sets come years later
    return max((date.latest for date in reports.values() if date and date.latest), default=None)


def declare(name: str, value: Any = None) -> str:
    """Write a field as the parameters cell of a notebook does, with its default or a value.

    >>> declare("level")
    'level: str = "actor"  # actor; or principal: leaders and ministers count as their state'
    >>> declare("actors", ("egypt",))
    'actors: list[str] = ["egypt"]  # only what concerns these actors, by actor_id; empty for all'
    """
    asks = FIELDS[name]
    value = DEFAULTS[name] if value is None else value
    written: Any = list(value) if asks.kind == "list[str]" else value if asks.kind == "int" else str(value or "")
    return f"{name}: {asks.kind} = {json.dumps(written, ensure_ascii=False)}  # {asks.comment}"
