"""What a careful colleague would ask about tables that keep to their schema: warnings, with place and code."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import networkx as nx

from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.dates import EdtfDate, is_before, parse_date
from libya_analysis.evidence.errors import Problem
from libya_analysis.evidence.folders import PACKAGE
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.garbage import unswept
from libya_analysis.evidence.schema import fields, links, primary_key, resources, split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import ACTOR_KINDS, MODALITIES, RELATIONS, TIES

#: Scripts whose letters look like those of another one.
_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN", "COPTIC", "CHEROKEE"}
#: Relations that lead nowhere if they come back to where they began, by table: their columns, and what is walked
#: together, each kind with whether it leads the other way round.
_ONE_WAY = {
    "ties": ("from_id", "kind", "to_id", ({"leads": False}, {"member-of": False})),
    "event_relations": (
        "event_id",
        "relation",
        "other_event_id",
        ({name: kind.order > 0 for name, kind in RELATIONS.items() if kind.order}, {"part-of": False}),
    ),
}

#: Days that the date in a name or address may be from that of publication; years after which what is told is history.
_NEAR, _LONG = dt.timedelta(31), 30
#: A day or month in a name or an address; a year alone in a name is that from which on it can be published.
_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([-/_.])(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")

#: A row beside the line on which it stands, and what makes a problem of it: column, code and message.
Row = tuple[int, dict[str, Any]]
Doubt = tuple[int, tuple[str, str, str]]

#: Columns that name two different actors or events.
_PAIRS = (
    ("from_id", "to_id"),
    ("backer_id", "actor_id"),
    ("actor_id", "same_as"),
    ("actor_id", "counterpart"),
    ("event_id", "other_event_id"),
)


@unswept
def find_doubts(tables: Tables, today: dt.date | None = None) -> list[Problem]:
    """Find what can be so, and mostly is a slip, in tables without problems.

    Parameters
    ----------
    tables : Tables
        The tables.
    today : datetime.date, optional
        The day after which nothing can have been published; the clock's without it.

    Returns
    -------
    list of Problem
        ``two-scripts`` (a word with letters of two scripts), ``full-width`` (full-width twins of plain letters),
        ``half-place`` and ``swapped`` (coordinates), ``itself`` (a tie or relation to itself), ``accused`` (alleged by
        the accused), ``circle`` (leading, belonging, before or part-of in a circle), ``twice`` (the same claim under
        two ids), ``same-name`` (two actors of one name), ``unused`` (an actor or event that no row names).

        Of dates: ``said-later``, ``attested-later`` and ``not-yet`` (said, so or happened after it was published),
        ``attested-before`` (attested before it began), ``long-ago`` (attested decades before all else in its source),
        ``published-ahead`` (published in the future), ``other-year`` (published in another year than the name or
        address of the source tells), ``two-dates`` (two dates of one event in one source), ``order`` (a relation that
        the dates of its events exclude).

        Of tables that are no longer empty: ``no-rows`` (a table that seldom is), ``no-anchor`` (a camp that no actor
        stands for).

    >>> from libya_analysis import load_tables
    >>> find_doubts(load_tables())
    []
    """
    found = list(_gaps(tables))
    lost = any(problem.file.removesuffix(".csv") in CLAIM_TABLES for problem in found)
    rows = {name: list(zip(tables.lines[name], records(frame), strict=True)) for name, frame in tables.frames.items()}
    misdated = dict(_publications(rows["sources"], today or dt.date.today()))
    doubted = {row["source_id"] for line, row in rows["sources"] if line in misdated}  # what follows is not told, too
    sure = {source: day for source, day in tables.published().items() if day and not (day.approximate or day.uncertain)}
    years = _years(rows)
    for table, here in rows.items():
        read = [name for name, field in fields(table).items() if _is_read(field)]
        for line, row in here:
            source = row.get("source_id", "")
            day = None if source in doubted else sure.get(source)
            doubts = (*_letters(row, read), *_selves(row), *_times(row, day), *_long_ago(row, day, years))
            found += [Problem(f"{table}.csv", line, *doubt) for doubt in doubts]
    of_tables: list[tuple[str, Iterable[Doubt]]] = [
        ("sources", misdated.items()),
        ("actors", _namesakes(rows)),
        ("events", _places(rows["events"])),
        ("event_reports", _two_dates(rows["event_reports"])),
        ("event_relations", _orders(rows["event_relations"], rows["event_reports"])),
        *((table, _unused(table, rows, tables)) for table in ("actors", "events") if not lost),
        *((table, _circles(rows[table], *walks)) for table, walks in _ONE_WAY.items()),
        *((table, _twice(table, rows[table])) for table in CLAIM_TABLES),
    ]
    found += [Problem(f"{table}.csv", line, *doubt) for table, doubts in of_tables for line, doubt in doubts]
    return sorted(found)


def _is_so(row: Mapping[str, Any]) -> bool:
    """Whether a claim tells something as a fact."""
    modality, status = row.get("modality", "actual"), row.get("status", "")
    return modality in MODALITIES and MODALITIES[modality].actual and status != "denied"


def _gaps(tables: Tables) -> Iterator[Problem]:
    """What a folder does without that has just been begun, and others do not."""
    if any(tables.claimed.values()):
        for name, resource in resources().items():
            if not resource["mayBeEmpty"] and tables.frames[name].empty:
                yield Problem(f"{name}.csv", 1, "", "no-rows", "a header, but no rows")
    for camp in tables.camps if len(tables.actors) else ():
        if not camp["anchor"]:
            message = f"the camp {camp['name']!r} has no anchor, an actor_id; until all have, nobody is in a camp"
            yield Problem(PACKAGE, 0, "", "no-anchor", message)


def _is_read(field: Mapping[str, Any]) -> bool:
    """Whether a column holds words for people, in whatever script."""
    rules = field.get("constraints", {})
    words = "@" in rules.get("pattern", "")  # each followed by the source that uses it
    listed = field.get("reads") == "list" and (words or not field.get("refers"))
    return listed or ("reads" not in field and "enum" not in rules and "pattern" not in rules)


def _letters(row: Mapping[str, Any], columns: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for column in columns:
        text = row[column] if isinstance(row[column], str) else " ".join(row[column])
        for word in () if text.isascii() else dict.fromkeys(re.findall(r"\w+", text)):
            scripts = {unicodedata.name(char, "?").split()[0] for char in word if char.isalpha()} & _SCRIPTS
            if len(scripts) > 1:
                yield column, "two-scripts", f"{word!r} has letters of {' and '.join(sorted(scripts)).title()}"
        twins = [char for char in dict.fromkeys(text) if "\uff01" <= char <= "\uff5e"]
        if twins and not any("\u3040" <= char <= "\u9fff" for char in text):  # beside Chinese ones they are usual
            yield column, "full-width", f"{''.join(twins)!r} in full width; are plain letters or signs meant?"


def _selves(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one, other in _PAIRS:
        if other in row and one in row and row[one] == row[other]:
            yield other, "itself", f"{row[one]!r} stands to itself in this relation"
    accused = row.get("from_id") or row.get("backer_id")
    if row.get("status") == "alleged" and accused and row["said_by"] == accused:
        yield "said_by", "accused", f"{accused!r} is said to allege it of itself; is it attributed?"


def _times(row: Mapping[str, Any], published: EdtfDate | None) -> Iterator[tuple[str, str, str]]:
    said, attested, start = row.get("said"), row.get("attested"), row.get("start")
    if is_before(published, said):
        yield "said", "said-later", f"said on {said}, but published on {published}"
    if is_before(attested, start):
        yield "attested", "attested-before", f"attested on {attested}, but it began on {start}"
    if not _is_so(row):
        return
    if is_before(published, attested):
        yield "attested", "attested-later", f"attested on {attested}, but published on {published}; is it planned?"
    for column in ("date", "start"):
        if is_before(published, row.get(column)):
            said = f"{row[column]} is after {published}, when its source was published"
            yield column, "not-yet", f"{said}; is it planned or predicted?"


def _years(rows: Mapping[str, list[Row]]) -> Mapping[str, Counter[int]]:
    """How many dates of each source begin in each year."""
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for table, here in rows.items():
        columns = [name for name, field in fields(table).items() if field.get("reads", "").startswith("edtf")]
        for _, row in here if columns and table != "sources" else ():
            dates = (row[column] for column in columns if isinstance(row[column], EdtfDate))
            found[row["source_id"]].update(date.earliest.year for date in dates if date.earliest)
    return found


def _long_ago(
    row: Mapping[str, Any], published: EdtfDate | None, years: Mapping[str, Counter[int]]
) -> Iterator[tuple[str, str, str]]:
    attested = row.get("attested")
    if attested and attested.earliest and published and published.earliest:
        year, told = attested.earliest.year, years[row["source_id"]]
        if published.earliest.year - year >= _LONG and sum(told[year + k] for k in range(-10, 11)) == 1:
            said = f"attested on {attested}, {published.earliest.year - year} years before it was published"
            yield "attested", "long-ago", f"{said}, and alone there of those years; is the year right?"


def _publications(rows: list[Row], today: dt.date) -> Iterator[Doubt]:
    for line, row in rows:
        published = row["published"]
        if not published or not published.earliest or not published.latest:
            continue
        told = [*_IN_NAME.findall(row["source_id"]), *_IN_NAME.findall(row["url"])]
        texts = dict.fromkeys("-".join(filter(None, (y, m or month, d or day))) for y, _, m, d, month, day in told)
        days = [date for text in texts if (date := _day(text))]
        years = [] if days else _YEAR_IN_NAME.findall(row["source_id"])
        said = ""
        if days and all(_far(published, day) for day in days):
            said = " and ".join(map(str, days))
        elif years and published.latest.year < int(min(years)):
            said = min(years)
        if said:
            yield line, ("published", "other-year", f"published on {published}, but its id or address tells {said}")
        elif published.earliest > today + dt.timedelta(1):  # somewhere it is tomorrow already
            yield line, ("published", "published-ahead", f"{published} is still to come; is the year right?")


def _day(text: str) -> EdtfDate | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _far(one: EdtfDate, other: EdtfDate) -> bool:
    """Whether two dates are of different years, and not as near as days around a new year."""
    first, last = sorted((one, other))
    if not first.latest or not last.earliest or last.earliest.year <= first.latest.year:
        return False
    return last.earliest - first.latest > _NEAR


def _twice(table: str, rows: list[Row]) -> Iterator[Doubt]:
    """Claims of one source that say the same of the same paragraphs."""
    (key,), columns = primary_key(table), fields(table)
    left = {key, "note", "reading", *(name for name in columns if name.endswith("_basis"))}
    left |= {name for name in columns if name.endswith("_as_written") and name.replace("as_written", "basis") in left}
    compared = [name for name in columns if name not in left]
    seen: dict[tuple[Any, ...], str] = {}
    for line, row in rows:
        cells = {**row, "paragraphs": tuple(sorted(row["paragraphs"]))}
        if table == "ties" and row["kind"] in TIES and not TIES[row["kind"]].directed:
            cells["from_id"], cells["to_id"] = sorted((row["from_id"], row["to_id"]))
        first = seen.setdefault(tuple(cells[name] for name in compared), row[key])
        if first != row[key]:
            yield line, (key, "twice", f"{first!r} says the same, of the same paragraphs; one is enough")


def _namesakes(rows: Mapping[str, list[Row]]) -> Iterator[Doubt]:
    """Actors of one name, or of one other word in a source that has no more words to tell them apart.

    Nobody names officials and groups without a name, and who some source says are one are meant to be two rows.
    """
    told = {frozenset((row["actor_id"], row["same_as"])) for _, row in rows["identities"]}
    named = set(_named("actors", rows))
    called: dict[str, str] = {}
    used: dict[tuple[str, str], str] = {}

    def new(one: str, other: str) -> bool:
        """Whether two actors have one name, and that has not been told; then it is."""
        pair = frozenset((one, other))
        known = one == other or pair in told
        told.add(pair)
        return not known

    for line, row in rows["actors"]:
        for column in (name for name in row if name.startswith("name") and row[name]):
            other = called.setdefault(_plain(row[column]), row["actor_id"])
            if new(row["actor_id"], other):
                yield line, (column, "same-name", f"{other!r} has the name {row[column]!r}, too; are they one?")
    for line, row in rows["actors"]:
        aliases = [split_alias(alias) for alias in row["aliases"]]
        words = Counter(source for _, source in aliases)
        kind = ACTOR_KINDS.get(row["kind"])  # at the desk one may be missing yet
        for word, source in aliases if kind and kind.family not in ("unnamed", "group") else ():
            namesake = called.get(_plain(word), "")
            other = namesake if (source, namesake) in named else row["actor_id"]
            if words[source] == 1:
                other = used.setdefault((_plain(word), source), other)
            if new(row["actor_id"], other):
                yield line, ("aliases", "same-name", f"{other!r} is called {word!r} in {source}, too; are they one?")


def _plain(word: str) -> str:
    return " ".join(word.split()).casefold()


def _named(table: str, rows: Mapping[str, list[Row]]) -> Iterator[tuple[str, str]]:
    """Every id of a table that some row names, with the source of that row."""
    for name, here in rows.items():
        columns = [column for column, target in links(name).items() if target == table]
        for _, row in here:
            for cell in (row[column] for column in columns):
                cells = (cell,) if isinstance(cell, str) else cell
                yield from ((row.get("source_id", ""), one) for one in cells if one)


def _unused(table: str, rows: Mapping[str, list[Row]], tables: Tables) -> Iterator[Doubt]:
    """Actors and events that no row names, once there are claims."""
    if any(tables.claimed.values()):
        (key,) = primary_key(table)
        named = {one for _, one in _named(table, rows)} | {camp["anchor"] for camp in tables.camps}
        for line, row in rows[table]:
            if row[key] not in named:
                yield line, (key, "unused", f"no row names {row[key]!r}; is it to be left out?")


def _two_dates(rows: list[Row]) -> Iterator[Doubt]:
    """Accounts of one event by one source, in one voice and with one outcome, of which one is after the other."""
    first: dict[tuple[str, ...], dict[str, Any]] = {}
    told = [(line, row) for line, row in rows if _is_so(row) and row["date"] and not row["reading"]]
    for line, row in sorted(told, key=lambda one: (one[1]["date"].latest or dt.date.max, one[0])):
        voice = tuple(row[name] for name in ("source_id", "event_id", "said_by", "outcome"))
        other = first.setdefault(voice, row)
        if is_before(other["date"], row["date"]):
            said = f"{row['date']}, where {other['report_id']!r} of the same source has {other['date']}"
            yield line, ("date", "two-dates", f"{said}; is it another event?")


def _orders(rows: list[Row], reports: list[Row]) -> Iterator[Doubt]:
    """Relations that the dates of their events exclude: those by the same source, or else by all."""
    dates: dict[tuple[str, str], list[EdtfDate]] = defaultdict(list)
    for _, row in reports:
        if _is_so(row) and row["date"]:
            dates[row["event_id"], row["source_id"]].append(row["date"])
            dates[row["event_id"], ""].append(row["date"])
    for line, row in rows:
        order = RELATIONS[row["relation"]].order if _is_so(row) and row["relation"] in RELATIONS else 0
        if order:
            ends = (row["event_id"], row["other_event_id"])[::-order]
            early, late = (dates.get((event, row["source_id"]), dates.get((event, ""), [])) for event in ends)
            first = min(early, default=None)
            last = max(late, key=lambda date: date.latest or dt.date.max, default=None)
            if is_before(last, first):
                yield line, ("relation", "order", f"{ends[1]!r}, of {last}, cannot be after {ends[0]!r}, of {first}")


def _places(rows: list[Row]) -> Iterator[Doubt]:
    """Half a place; or one that is near no other, and with its coordinates the other way round near some."""
    there = [(line, row["latitude"], row["longitude"]) for line, row in rows]
    counts = Counter((round(lat), round(lon)) for _, lat, lon in there if lat == lat and lon == lon)

    def near(lat: float, lon: float, far: int) -> int:
        around = range(-far, far + 1)
        return sum(counts[round(lat) + north, round(lon) + east] for north in around for east in around)

    for line, lat, lon in there:
        if (lat == lat) != (lon == lon):
            yield line, ("longitude" if lat == lat else "latitude", "half-place", "the other coordinate is given")
        elif lat == lat and near(lat, lon, 4) == 1 and near(lon, lat, 1) > (abs(round(lat) - round(lon)) < 2):
            yield line, ("latitude", "swapped", f"{lat}, {lon} is far from all, {lon}, {lat} would be near another")


def _circles(rows: list[Row], one: str, kind: str, other: str, walks: tuple[dict[str, bool], ...]) -> Iterator[Doubt]:
    for walk in walks:
        graph = nx.DiGraph()
        for line, row in rows:
            if row[kind] in walk and _is_so(row) and row[one] != row[other]:
                ends = (row[other], row[one]) if walk[row[kind]] else (row[one], row[other])
                graph.add_edge(*ends, line=line)
        for group in nx.strongly_connected_components(graph):
            if len(group) > 1:
                line = min(data["line"] for *_, data in graph.subgraph(group).edges(data=True))
                yield line, (kind, "circle", f"{next(iter(walk))} in a circle: {', '.join(sorted(group))}")
