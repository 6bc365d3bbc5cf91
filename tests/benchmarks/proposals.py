"""How good proposals are: precision and recall on texts of others. ``python -m tests.benchmarks.proposals [-v]``.

None of these texts is part of the project. ``LIBYA_ANALYSIS_TEXTS`` names a folder with checkouts of data sets:

- ``CL-TLS`` (MorenoLaQuatra/CL-TLS): news on Libya in Spanish, French and Italian, with dates marked as TIMEX3 by a
  program and not by readers, so that a disagreement is not always a fault of ours.
- ``nlp_starter_dataset`` (security-force-monitor/nlp_starter_dataset): English texts on security forces in Nigeria, in
  which readers marked persons, organisations and who is posted where.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from libya_analysis.coding.names import Names
from libya_analysis.coding.phrases import DatePhrase, find_dates
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.tables import Tables, load_tables

VARIABLE = "LIBYA_ANALYSIS_TEXTS"
_TIMEX = re.compile(r'<TIMEX3 [^>]*?type="(\w+)" value="([^"]*)"[^>]*>(.*?)</TIMEX3>', re.DOTALL)
_CALENDAR = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?|-W\d\d)?")


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


def main() -> None:
    """Print what was measured."""
    texts = Path(os.environ.get(VARIABLE, ""))
    if VARIABLE not in os.environ:
        print(
            f"proposals: skipped, {VARIABLE} names no folder of texts (see the head of tests/benchmarks/proposals.py)"
        )
        return
    measured = {f"dates, {language}": dates(texts / "CL-TLS", language) for language in ("es", "fr", "it")}
    for kind in ("Person", "Organization"):
        measured[f"names, {kind}"] = names(texts / "nlp_starter_dataset", kind)
    for what, counts in measured.items():
        if not counts["marked"]:
            print(f"{what}: skipped, no such texts in {texts}")
            continue
        shares = (
            f"recall {counts['right'] / counts['marked']:.2f}, found in part {counts['found'] / counts['marked']:.2f}"
        )
        if what.startswith("dates"):  # of names, readers marked only those of security forces
            shares += f", precision {counts['right'] / counts['ours']:.2f}"
        print(f"{what}: {shares} ({counts['marked']} marked in {counts['texts']} texts)")


if __name__ == "__main__":
    main()
