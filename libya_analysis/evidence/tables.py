"""The evidence tables: read by their schema, checked against it and each other, and held frozen.

Nothing is inferred: every cell is read as text and converted as its field says, so ``NA``, ``007`` and ``1e3`` stay
what they are.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter, UserDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import compress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from libya_analysis.evidence.check import broken_references, convert, key_problems, reference_problems, rule_problems
from libya_analysis.evidence.claim import Claim, make_claims, number_sources
from libya_analysis.evidence.csvfile import read_cells
from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.errors import DataError, Problem, did_you_mean
from libya_analysis.evidence.folders import PACKAGE, Content, data_folder, fetch, table_files
from libya_analysis.evidence.frames import Frame
from libya_analysis.evidence.garbage import unswept
from libya_analysis.evidence.package import read_package
from libya_analysis.evidence.schema import fields, primary_key, resources

#: Tables whose claims are about ties and events.
_ABOUT = ("ties", "backers", "participants", "event_reports")

_SHOWN = (
    "claim_id table from_id from kind to_id to status modality condition said_by speaker start end attested published "
    "reading source_id paragraphs quote note"
).split()
_DATES = ("start", "end", "attested", "published")


class _Copies(UserDict[str, Frame]):
    """Frames by name; each look-up gives a copy, so that nobody writes into the one that is kept."""

    def __getitem__(self, name: str) -> Frame:
        return self.data[name].copy()  # also of the arrays, into which pandas lets one write


@dataclass(frozen=True, eq=False, repr=False)
class Tables:
    """All tables of one folder, read and checked.

    Each table is an attribute (``tables.actors``), a DataFrame whose changes never reach the tables themselves. Text
    is ``str`` with ``""`` for an empty cell; lists are tuples; dates are :class:`~libya_analysis.EdtfDate`
    or None (``end`` may be ``"open"``); numbers are floats with NaN for an empty cell.
    """

    folder: Path
    frames: Mapping[str, pd.DataFrame]  # each look-up gives a copy
    lines: Mapping[str, tuple[int, ...]]  # for each table the line of the file on which each row starts
    camps: tuple[Mapping[str, str], ...] = ()  # none, two or more, each with id, name and anchor, an actor_id or ""
    title: str = ""  # of the folder, as its package file has it

    def __post_init__(self) -> None:
        frames = _Copies({name: Frame(frame) for name, frame in self.frames.items()})
        object.__setattr__(self, "frames", MappingProxyType(frames))
        object.__setattr__(self, "lines", MappingProxyType(dict(self.lines)))
        object.__setattr__(self, "camps", tuple(MappingProxyType(dict(camp)) for camp in self.camps))

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name.startswith("_") or name == "frames" or name not in self.frames:
            raise AttributeError(f"there is no table {name!r}{did_you_mean(name, self.frames)}")
        return self.frames[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.frames]

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(frame)} {name}" for name, frame in self.frames.items())
        return f"<Tables: {counts}>"

    def names(self) -> dict[str, str]:
        """Name to show of each actor, by actor_id."""
        return dict(self._pairs("actors", "actor_id", "name"))

    def titles(self) -> dict[str, str]:
        """Title of each event, by event_id."""
        return dict(self._pairs("events", "event_id", "title"))

    def kinds(self, table: str) -> dict[str, str]:
        """Kind of each row of the actors or events, by id."""
        return dict(self._pairs(table, primary_key(table)[0], "kind"))

    def _pairs(self, table: str, one: str, other: str) -> Iterator[tuple[Any, Any]]:
        frame = self.frames[table]
        return zip(frame[one].tolist(), frame[other].tolist(), strict=True)

    def published(self, kind: str = "") -> dict[str, EdtfDate | None]:
        """Day of publication of each source that makes claims, all or those of one kind; references make none."""
        told = self._published.items()
        return {source: date for source, (is_a, date) in told if (is_a == kind if kind else is_a != "reference")}

    @cached_property
    def _published(self) -> dict[str, tuple[str, EdtfDate | None]]:
        sources = self.frames["sources"]
        columns = (sources[name].tolist() for name in ("source_id", "kind", "published"))
        return {source: (kind, date) for source, kind, date in zip(*columns, strict=True)}

    def source_numbers(self) -> dict[str, int]:
        """Number of each source that makes claims, as sentences cite it: by the day of publication, from 1."""
        told = {claim.source_id: claim.source_number for claims in self.claimed.values() for claim in claims}
        return number_sources(self.published()) | told  # numbers stay when other sources are taken away

    @cached_property
    def claimed(self) -> Mapping[str, tuple[Claim, ...]]:
        """The claims of each table, in the order of its rows; made once."""
        return MappingProxyType(make_claims(self.frames, self.names(), self.published()))

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """Actors and events that the sources name, by table: in a claim, or where the actors' own rows say."""
        told = [claim for claims in self.claimed.values() for claim in claims]
        found: dict[str, set[str]] = {"actors": set(), "events": {claim.event_id for claim in told}}
        for claim in told:
            found["actors"] |= {claim.from_id, claim.said_by, claim.counterpart, *claim.about, *claim.said_to}
            found["events" if claim.table == "event_relations" else "actors"].add(claim.to_id)
        published = self.published()
        found["actors"] |= {name for name, by in self._pairs("actors", "actor_id", "source_id") if by in published}
        return MappingProxyType({table: frozenset(names - {""}) for table, names in found.items()})

    def of(self, sources: Iterable[str]) -> Tables:
        """The same tables as if of all sources that make claims only these had been read.

        Rows of the others are gone, and with them the actors and events that nobody else names; the actors who stand
        for the camps stay, without what the others say of them, and so do references.

        >>> load_tables().of(["tass-2020-01-13"]).paragraphs["source_id"].unique().tolist()
        ['tass-2020-01-13']
        """
        return _of(self, frozenset(self.published().keys() - set(sources)))

    def claims(self, actor: str = "") -> Frame:
        """All claims about ties and events, one row each.

        Parameters
        ----------
        actor : str, optional
            Only claims about this actor_id, made by it, or about an event in which it takes part; empty for all.

        Returns
        -------
        pandas.DataFrame
            As :meth:`frame_of` makes it; ordered by table and id.

        Raises
        ------
        KeyError
            If there is no such actor.

        Examples
        --------
        >>> from libya_analysis import load_tables
        >>> claims = load_tables().claims(actor="haftar")
        >>> claims["table"].unique().tolist()
        ['ties', 'backers', 'participants', 'event_reports']
        >>> claims[claims["start_latest"] < "2019-01-01"][["from", "start"]].values.tolist()
        [['Conference on Libya in Palermo', '2018-11-13']]
        """
        if actor and actor not in self.names():
            raise KeyError(f"there is no actor {actor!r}{did_you_mean(actor, self.names())}")
        taken = {claim.event_id for claim in self.claimed["participants"] if claim.from_id == actor}
        told = (claim for table in _ABOUT for claim in self.claimed[table])
        return self.frame_of(
            claim
            for claim in told
            if not actor
            or actor in (claim.from_id, claim.to_id, claim.said_by)
            or (claim.table == "event_reports" and claim.event_id in taken)
        )

    def most_told(self) -> str:
        """The actor of whom the most claims are; empty if there are none.

        >>> from libya_analysis import load_tables
        >>> load_tables().most_told()
        'haftar'
        """
        told = Counter(
            actor for table in _ABOUT for claim in self.claimed[table] for actor in (claim.from_id, claim.to_id)
        )
        return max((actor for actor in self.names() if told[actor]), key=told.__getitem__, default="")

    def main_source(self) -> list[str]:
        """The source that makes the most claims, as a list of one to ask for; empty if there are none.

        >>> from libya_analysis import load_tables
        >>> load_tables().main_source()
        ['moscow-truce-2020']
        """
        told = Counter(claim.source_id for claims in self.claimed.values() for claim in claims)
        return [source for source, _ in told.most_common(1)]

    def frame_of(self, claims: Iterable[Claim]) -> Frame:
        """Some claims as a frame, with names beside ids and days beside dates: it sorts, plots and goes to Parquet.

        Returns
        -------
        pandas.DataFrame
            Columns ``claim_id, table, from_id, from, kind, to_id, to, status, modality, condition, said_by, speaker,
            start, end, attested, published, reading, source_id, paragraphs, quote, note``, and beside each date
            ``_earliest``, ``_latest`` and ``_precision`` of it. For event reports ``from_id`` is the event, ``kind``
            its outcome and ``start`` its date; for participants ``to_id`` is the event; the kind of a backing is its
            support.
        """
        names = {**self.titles(), **self.names()}
        rows = []
        for claim in claims:
            row = {column: getattr(claim, column, "") for column in _SHOWN}
            report = claim.table == "event_reports"
            ends = claim.from_id or claim.event_id, claim.to_id or ("" if report else claim.event_id)
            row |= {"from_id": ends[0], "to_id": ends[1], "from": names.get(ends[0], ""), "to": names.get(ends[1], "")}
            rows.append(row | ({"kind": claim.support} if claim.table == "backers" else {}))
        kept = {*_DATES, "paragraphs"}  # as they are; the rest is text
        columns = {column: [row[column] for row in rows] for column in _SHOWN}
        types = {column: object if column in kept else "str" for column in _SHOWN}
        frame = Frame({column: pd.Series(cells, dtype=types[column]) for column, cells in columns.items()})
        return frame.dated(*_DATES)


@lru_cache(maxsize=16)
def _of(tables: Tables, gone: frozenset[str]) -> Tables:
    """The tables without some sources; found once for the same ones."""
    if not gone:
        return tables
    told = {name: tuple(c for c in claims if c.source_id not in gone) for name, claims in tables.claimed.items()}
    frames, lines = dict(tables.frames), dict(tables.lines)

    def keep(name: str, rows: pd.Series[bool]) -> None:
        frames[name] = frames[name][rows].reset_index(drop=True)
        lines[name] = tuple(compress(lines.get(name, ()), rows))

    def left() -> Tables:
        made = replace(tables, frames=frames, lines=lines)
        made.__dict__["claimed"] = MappingProxyType(told)  # the same claims, not made anew
        return made

    for name, frame in tables.frames.items():
        if "source_id" in frame and name != "actors":
            keep(name, ~frame["source_id"].isin(gone))
    named = left().named
    for name, also in {"actors": {camp["anchor"] for camp in tables.camps}, "events": set()}.items():
        keep(name, frames[name][primary_key(name)[0]].isin(named[name] | also))
    actors = frames["actors"]
    foreign = actors["source_id"].isin(gone)
    actors.loc[foreign, ["description", "source_id"]] = ""
    for column in ("aliases", "paragraphs"):
        actors[column] = [() if out else cell for out, cell in zip(foreign, actors[column], strict=True)]
    return left()


def load_tables(folder: str | os.PathLike[str] | None = None) -> Tables:
    """Read all tables of a folder, or say everything that is wrong with them.

    Parameters
    ----------
    folder : path, optional
        A folder with the CSV files; without it the one that ``LIBYA_ANALYSIS_DATA`` names, else the shipped one.

    Returns
    -------
    Tables
        The same as long as the files are; they cannot be changed.

    Raises
    ------
    DataError
        With every problem found; nothing is returned in part.
    ParameterError
        If ``LIBYA_ANALYSIS_DATA`` is to be used and names no folder.

    Examples
    --------
    >>> load_tables().actors["actor_id"].tolist()[0]
    'akar'
    """
    tables, problems = read_tables(folder)
    if problems:
        raise DataError(problems, _shown(tables.folder))
    assert tables.claimed is not None  # made now, once, and not by the first who asks
    return tables


def _shown(folder: Path) -> str:
    """Name a folder in a message without the machine's own path before it where that can be left out."""
    try:
        return f"{folder.resolve().relative_to(Path.cwd())}/"
    except ValueError:
        return f"{folder}/"


#: What came of the files read last, by their content: a batch of reports, and a slider, ask for them again and again.
_LAST: dict[str, tuple[Tables, list[Problem]]] = {}


@unswept
def read_tables(folder: str | os.PathLike[str] | None = None) -> tuple[Tables, list[Problem]]:
    """Read what can be read of a folder's tables, with every problem found on the way.

    :func:`load_tables` is the one to use in an analysis: it never returns tables that have problems.
    """
    path = data_folder(folder)
    if not path.is_dir():
        there = "it is not a folder" if path.exists() else "there is no such folder"
        empty = {name: pd.DataFrame(columns=list(fields(name))) for name in resources()}
        return Tables(path, empty, {}), [Problem(path.name, 0, "", "not-a-folder", f"{path}: {there}")]
    contents = {file.name: fetch(file) for file in table_files(path)}
    key = repr((path, [hashlib.sha256(c).digest() if isinstance(c, bytes) else c for c in contents.values()]))
    if key not in _LAST:
        _LAST.clear()
        _LAST[key] = read_contents(path, contents)
    tables, problems = _LAST[key]
    return tables, list(problems)


def read_contents(path: Path, contents: Mapping[str, Content]) -> tuple[Tables, list[Problem]]:
    """Read a folder's files, each as its content or as what keeps it from being read."""
    problems: list[Problem] = []
    raw = {name: read_cells(f"{name}.csv", contents[f"{name}.csv"], list(fields(name))) for name in resources()}
    frames = {}
    for name, table in raw.items():
        problems += table.problems
        frames[name] = convert(name, table, problems)
    lines = {name: tuple(line for line, _ in table.rows) for name, table in raw.items()}
    actors = {cells.get("actor_id", "") for _, cells in raw["actors"].rows} | raw["actors"].stray_keys
    title, camps = read_package(contents[PACKAGE], actors if raw["actors"].complete else None, problems)
    problems += key_problems(raw)
    broken = broken_references(raw, frames, lines)
    problems += reference_problems(broken)
    faulty = {(problem.file, problem.line, problem.column) for problem in problems}.union(*broken.values())
    faulty |= {(problem.file, 0, problem.column) for problem in problems if problem.line <= 1}
    problems += rule_problems(frames, lines, faulty)
    return Tables(path, frames, lines, camps, title), sorted(set(problems))
