"""How good proposals are: precision and recall on texts of others. ``python -m tests.benchmarks.proposals [-v]``.

None of these texts is part of the project. ``LIBYA_ANALYSIS_TEXTS`` names a folder with checkouts of data sets:

- ``CL-TLS`` (MorenoLaQuatra/CL-TLS): news on Libya in Spanish, French and Italian, with dates marked as TIMEX3 by a
  program and not by readers, so that a disagreement is not always a fault of ours.
- ``nlp_starter_dataset`` (security-force-monitor/nlp_starter_dataset): English texts on security forces in Nigeria, in
  which readers marked persons, organisations and who is posted where.
- ``arabic_event_gsr`` (openeventdata/arabic_event_gsr): Arabic sentences of which readers said whether they tell of an
  assault or a protest; held against them are the words that mark an event of such a kind. What all readers agreed
  on counts.
- ``coded``: texts of sources that are coded in the tables (else ``texts`` beside these). Each is proposed for anew, by
  tables without all that it brought, and drafts are held against its rows: which rows are drafted (who, what, whom,
  event and a paragraph are the same), which drafts are none of them, which of their cells are to be cleared, and how
  many cells of all rows a coder finds filled in right, by table and, with ``-v``, by column. Rows that are not drafted
  are added, in the order of the text, and begin as those of the desk do. Ids of new rows count as filled in, since the
  desk makes them. A new actor or event under another id is told once which it is ("the same as") and is right in all
  rows from then on.
  From what is left to do follow minutes of a practised coder without slips, by the keystroke-level model of S. K. Card,
  T. P. Moran and A. Newell (Communications of the ACM 23, 1980, 396-410): a key takes 0.28 s, a decision 1.35 s. Each
  draft, each row to be added and each cell to be filled or cleared is a decision; a draft is taken or left by a key, a
  row begun by two, a paragraph gone to by one, a cell by two, and left by one; it is filled by its letters, one of
  known values by three of them and Enter, and cleared by one. To it comes reading the text once, at 238 words a minute
  (M. Brysbaert, Journal of Memory and Language 109, 2019, 104047).
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from libya_analysis.coding.cues import CUES
from libya_analysis.coding.names import Names
from libya_analysis.coding.phrases import DatePhrase, find_dates
from libya_analysis.coding.propose import Draft, alike_kinds, begun_row, propose
from libya_analysis.coding.rows import Folder
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.schema import allowed, links, primary_key, split_alias
from libya_analysis.evidence.tables import Tables, load_tables
from libya_analysis.evidence.texts import find_texts

VARIABLE = "LIBYA_ANALYSIS_TEXTS"
_TIMEX = re.compile(r'<TIMEX3 [^>]*?type="(\w+)" value="([^"]*)"[^>]*>(.*?)</TIMEX3>', re.DOTALL)
_CALENDAR = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?|-W\d\d)?")
#: Columns that make a draft that of a coded row, beside its paragraphs.
_SAME_ROW = {
    "actors": ("actor_id",),
    "events": ("event_id",),
    "ties": ("from_id", "kind", "to_id"),
    "backers": ("backer_id", "actor_id"),
    "participants": ("event_id", "actor_id", "role"),
    "event_reports": ("event_id",),
    "quotes": ("speaker_id",),
    "event_relations": ("event_id", "other_event_id"),
    "identities": ("actor_id", "same_as"),
}
_KEY, _DECISION, _WORDS_A_MINUTE = 0.28, 1.35, 238
#: Keys for one of the known values: the letters that tell it from others, and Enter; and to go to a cell and leave it.
_CHOSEN, _GO = 4, 3
Row = dict[str, str]


def marked_dates(path: Path) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """Paragraphs of a TimeML file, each with the places and values of the calendar dates marked in it."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[3:-1]:
        text, marks, last = "", [], 0
        for found in _TIMEX.finditer(line):
            text += line[last : found.start()]
            if found[1] == "DATE" and _CALENDAR.fullmatch(found[2]):
                marks.append((len(text), len(text) + len(found[3]), found[2]))
            text += found[3]
            last = found.end()
        yield text + line[last:], marks


def days(value: str) -> tuple[dt.date, dt.date]:
    """First and last day of a TIMEX3 value."""
    if "W" in value:
        monday = dt.date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
        return monday, monday + dt.timedelta(6)
    date = parse_date(value)
    assert date.earliest and date.latest
    return date.earliest, date.latest


def same(found: DatePhrase, value: str) -> bool:
    """Whether a phrase means the date marked: the same days, or, where ours is vaguer or open, a range around them."""
    low, high = days(value)
    for text in (found.start, found.end, found.date):
        date = parse_date(text) if text else None
        if date and date.earliest == low and date.latest == high:
            return True
    date = parse_date(found.date)
    vague = date.form == "one-of" or date.approximate
    return vague and (not date.latest or date.latest >= low) and (not date.earliest or date.earliest <= high)


def dates(folder: Path, language: str) -> Counter[str]:
    """Dates marked, found and right over the texts of one language on Libya."""
    counts: Counter[str] = Counter()
    for path in sorted(folder.glob(f"{language}/libya/*/*.timeml")):
        published = dt.date.fromisoformat(path.parent.name)
        counts["texts"] += 1
        for text, marks in marked_dates(path):
            found = find_dates(text, published, language)
            counts["ours"] += len(found)
            for first, last, value in marks:
                near = [one for one in found if one.first < last and first < one.last]
                right = any(same(one, value) for one in near)
                counts += Counter(marked=1, found=bool(near), right=right)
                if not right and "-v" in sys.argv:
                    around = text[max(0, first - 25) : last + 15]
                    print(f"{language} {published} {around!r} {value} {[one.date for one in near]}")
    return counts


def names(folder: Path, kind: str) -> Counter[str]:
    """Persons or organisations marked, and found as new names in the same place, by tables that know none of them."""
    shipped = load_tables()
    frames = {name: frame.head(0) if name in ("actors", "events") else frame for name, frame in shipped.frames.items()}
    reader = Names(Tables(shipped.folder, frames, shipped.lines))
    counts: Counter[str] = Counter()
    for path in sorted(folder.glob("annotated_sources/*.ann")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        counts["texts"] += 1
        found = []
        for line in re.finditer(r"[^\n]+", text):
            found += [
                replace(one, first=one.first + line.start(), last=one.last + line.start())
                for one in reader.find(line[0])
            ]
        marks = re.findall(rf"^T\d+\t{kind} (\d+) (\d+)\t(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        spans = {(one.first, one.last) for one in found}
        for first, last, _ in marks:
            over = any(one.first < int(last) and int(first) < one.last for one in found)
            counts += Counter(marked=1, found=over, right=(int(first), int(last)) in spans)
        counts["ours"] += len(found)
    return counts


def cues(folder: Path, what: str) -> Counter[str]:
    """Arabic sentences that tell of an assault or a protest, and those in which words for such an event are marked."""
    kinds = {"assault": {"offensive", "battle", "strike", "overthrow"}, "protest": {"protest"}}[what]
    telling = [one for one in CUES if one.language == "ar" and one.family == "event" and one.cells["kind"] in kinds]
    counts: Counter[str] = Counter()
    path = folder / f"{what}_gsr.csv"
    for row in csv.DictReader(path.open(encoding="utf-8")) if path.exists() else ():
        if row["label"] in ("yes", "easy no"):
            told, ours = row["label"] == "yes", any(one.pattern.search(row["text"]) for one in telling)
            counts += Counter(texts=1, marked=told, ours=ours, found=told and ours, right=told and ours)
    return counts


def rows(folder: Folder, table: str) -> list[Row]:
    """The rows of a table as its file has them."""
    return [cells for cells, _ in folder.table(table).records]


def without(folder: Folder, source: str) -> Folder:
    """Tables as they were before a source was coded: no claim, actor, event or word that it alone brought."""
    key = {table: primary_key(table)[0] for table in _SAME_ROW}
    left = {table: [row for row in rows(folder, table) if row["source_id"] != source] for table in CLAIM_TABLES}
    named = {row.get(column, "") for some in left.values() for row in some for column in ("event_id", "other_event_id")}
    left["events"] = [row for row in rows(folder, "events") if row["event_id"] in named]
    left["actors"] = [row for row in rows(folder, "actors") if row["source_id"] != source]
    kept = [folder.table(table).only((row[key[table]],) for row in some) for table, some in left.items()]
    short = [
        row | {"aliases": ";".join(word for word in row["aliases"].split(";") if split_alias(word)[1] != source)}
        for row in left["actors"]
    ]
    return folder.having(*kept).put({"actors": short})


def renamed(
    drafts: list[Draft], goal: dict[str, list[Row]], actors: list[Row]
) -> tuple[list[tuple[str, Row]], dict[str, str]]:
    """Drafts with the ids that a coder would give their new actors, by name, and events, by kind and paragraph.

    With them come the ids of new actors, by those that the desk had given.
    """
    spelled: dict[str, str] = {}
    for row in actors:
        names = (row["name"], *(value for column, value in row.items() if column.startswith("name_")))
        for word in (*names, *(split_alias(alias)[0] for alias in row["aliases"].split(";"))):
            spelled.setdefault(word, row["actor_id"])
    ids: dict[str, dict[str, str]] = {"actors": {}, "events": {}}
    free, told = list(goal["events"]), defaultdict[str, set[str]](set)
    for row in [*goal["event_reports"], *(one.row for one in drafts if one.table == "event_reports")]:
        told[row["event_id"]] |= {*row["paragraphs"].split(";")}
    for draft in drafts:
        if draft.table == "actors":
            ids["actors"].setdefault(draft.row["actor_id"], spelled.get(draft.row["name"], draft.row["actor_id"]))
        elif draft.table == "events":
            own = told[draft.row["event_id"]]
            here = [row for row in free if own & told[row["event_id"]] and alike_kinds(draft.row["kind"], row["kind"])]
            if here:
                best = max(here, key=lambda row: (row["kind"] == draft.row["kind"], len(own & told[row["event_id"]])))
                ids["events"][draft.row["event_id"]] = best["event_id"]
                free.remove(best)
    found = []
    for draft in drafts:
        row = dict(draft.row)
        if draft.table == "actors" and ids["actors"][row["actor_id"]] != row["actor_id"]:
            row["aliases"] += f";{row['name']}@{row['source_id']}"
        for column, target in (links(draft.table) | {primary_key(draft.table)[0]: draft.table}).items():
            if target in ids:
                row[column] = ";".join(ids[target].get(word, word) for word in row[column].split(";"))
        found.append((draft.table, turned(row)))
    return found, ids["actors"]


def _place(row: Row) -> int:
    """Number of the first paragraph that a row rests on: in this order a text is coded."""
    return int(row.get("paragraphs", "P0").split(";")[0][1:])


def turned(row: Row) -> Row:
    """A row of two events in their order as one from the other end: what is before is what the other is after."""
    if row.get("relation") != "before":
        return row
    return row | {"event_id": row["other_event_id"], "other_event_id": row["event_id"], "relation": "after"}


def coded(folder: Folder, source: str, text: dict[str, str]) -> tuple[Counter[str], Counter[str]]:
    """Of one source by table: rows, those drafted, drafts; and cells and those filled in right, by column too."""
    before = without(folder, source)
    had = {table: {row[primary_key(table)[0]]: row for row in rows(before, table)} for table in ("actors", "events")}
    own_rows = {table: [one for one in rows(folder, table) if one["source_id"] == source] for table in CLAIM_TABLES}
    goal = {table: list(map(turned, some)) for table, some in own_rows.items()}
    seen = {row.get(name, "") for some in goal.values() for row in some for name in ("event_id", "other_event_id")}
    goal["events"] = [r for r in rows(folder, "events") if r["event_id"] in seen - {*had["events"]}]
    goal["actors"] = [
        row
        for row in rows(folder, "actors")
        if row["aliases"] != had["actors"].get(row["actor_id"], {"aliases": None})["aliases"]
        and (row["source_id"] == source or row["actor_id"] in had["actors"])
    ]
    found_in = propose(before.tables, source, text)
    drafted = [draft for one in found_in.values() for draft in one.drafts]
    left, known_as = renamed(drafted, goal, rows(folder, "actors"))
    named = {number: [known_as.get(actor, actor) for actor in one.named] for number, one in found_in.items()}
    counts, cells = Counter({f"{table} drafts": n for table, n in Counter(t for t, _ in left).items()}), Counter[str]()
    found: list[tuple[str, Row, Row, Row]] = []  # those drafted are accepted first, and then the others are added
    for table, same in _SAME_ROW.items():
        for row in goal[table]:
            numbers = {*row.get("paragraphs", "").split(";")}
            own = [draft for name, draft in left if name == table and all(draft[one] == row[one] for one in same)]
            if table not in had:
                own = [draft for draft in own if numbers & {*draft["paragraphs"].split(";")}]
            best = max(own, key=lambda draft: sum(draft[one] == row[one] for one in row), default={})
            if best:
                left.remove((table, best))
            found.append((table, row, had.get(table, {}).get(row[same[0]], {}), best))
    taken: list[tuple[str, Row]] = []
    for table, row, old, draft in sorted(found, key=lambda one: (not one[3], _place(one[1]))):
        key, first = primary_key(table)[0], row.get("paragraphs", "P0").split(";")[0]
        begun = {} if old else begun_row(table, source, first, taken, named.get(first, []))
        given = draft or begun
        if not old:  # the desk makes its id
            given = given | {key: row[key]}
        taken += [(table, row)] if table in CLAIM_TABLES else []
        words = {*row.get("aliases", "").split(";")} - {*old.get("aliases", "").split(";")}
        counts += Counter({f"{table} rows": 1, f"{table} found": bool(draft)})
        clear = sum(1 for column, value in given.items() if value and not row[column])
        counts += Counter({f"{table} clear": clear, "decisions": clear + (not draft)})
        counts += Counter(keys=_GO * clear + clear + 2 * (not draft))
        for column in (one for one, value in row.items() if value and value != old.get(one)):
            right = given.get(column) == row[column]
            if column == "aliases":
                right = words <= {*given.get("aliases", "").split(";")}
            cells += Counter({f"{table}.{column} of": 1, f"{table}.{column} desk": right})
            keys = _CHOSEN if column in links(table) or allowed(table, column) else len(row[column])
            counts += Counter() if right else Counter(decisions=1, keys=_GO + keys)
    counts += Counter(decisions=len(drafted), keys=len(drafted) + len(text))
    if "-v" in sys.argv:
        for table, row in left:
            print(f"{source}: drafted, not coded: {table} { {c: v for c, v in row.items() if c in _SAME_ROW[table]} }")
    return counts, cells


def told(counts: Counter[str], text: dict[str, str]) -> str:
    """What a coder still does, and how long that takes by the keystroke-level model."""
    made = sum(counts[f"{table} rows"] for table in _SAME_ROW)
    reading = sum(len(words.split()) for words in text.values()) / _WORDS_A_MINUTE
    minutes = (counts["decisions"] * _DECISION + counts["keys"] * _KEY) / 60
    each = f"{made} rows, {counts['decisions']} decisions, {counts['keys']} keys"
    return f"{each}: {minutes + reading:.1f} minutes, {25 * minutes / made + reading:.1f} with 25 rows"


def tell_coded(texts: Path) -> None:
    """Print what of the coded rows is drafted, and what of their cells filled in."""
    folder = Folder()
    found = find_texts(folder.tables, texts if texts.is_dir() else None)
    articles = {row["source_id"] for row in rows(folder, "sources") if row["kind"] != "dataset"}
    counts, cells = Counter[str](), Counter[str]()
    for source in sorted(articles & {*found}):
        some, filled = coded(folder, source, found[source])
        counts, cells = counts + some, cells + filled
        desk, of = (sum(n for name, n in filled.items() if name.endswith(end)) for end in (" desk", " of"))
        print(f"{source}: {desk} of {of} cells filled in, {desk / of:.0%}; {told(some, found[source])}")
    for table in _SAME_ROW:
        desk, of = (
            sum(n for name, n in cells.items() if name.startswith(f"{table}.") and name.endswith(end))
            for end in (" desk", " of")
        )
        drafted, made, goal = (counts[f"{table} {what}"] for what in ("found", "drafts", "rows"))
        shares = f"recall {drafted / max(goal, 1):.2f} of {goal} rows"
        shares += (
            f", precision {drafted / max(made, 1):.2f} of {made} drafts, {counts[f'{table} clear']} cells to be cleared"
        )
        print(f"{table}: {shares}, {desk / max(of, 1):.0%} of {of} cells")
        for name in sorted(name for name in cells if name.startswith(f"{table}.") and name.endswith(" of")):
            if "-v" in sys.argv:
                print(f"    {name[:-3]}: {cells[name[:-3] + ' desk']} of {cells[name]}")


def main() -> None:
    """Print what was measured."""
    texts = Path(os.environ.get(VARIABLE, ""))
    if VARIABLE not in os.environ:
        print(
            f"proposals: skipped, {VARIABLE} names no folder of texts (see the head of tests/benchmarks/proposals.py)"
        )
        return
    tell_coded(texts / "coded")
    measured = {f"dates, {language}": dates(texts / "CL-TLS", language) for language in ("es", "fr", "it")}
    for kind in ("Person", "Organization"):
        measured[f"names, {kind}"] = names(texts / "nlp_starter_dataset", kind)
    for what in ("assault", "protest"):
        measured[f"cues, {what}"] = cues(texts / "arabic_event_gsr", what)
    for what, counts in measured.items():
        if not counts["marked"]:
            print(f"{what}: skipped, no such texts in {texts}")
            continue
        shares = (
            f"recall {counts['right'] / counts['marked']:.2f}, found in part {counts['found'] / counts['marked']:.2f}"
        )
        if not what.startswith("names"):  # of names, readers marked only those of security forces
            shares += f", precision {counts['right'] / counts['ours']:.2f}"
        print(f"{what}: {shares} ({counts['marked']} marked in {counts['texts']} texts)")


if __name__ == "__main__":
    main()
