"""Dates and the words that they were taken from: what these cannot mean is told, and nothing else."""

import sys
from pathlib import Path

import pytest

from libya_analysis import load_tables
from libya_analysis.coding.dating import find_date_doubts
from libya_analysis.coding.phrases import find_dates
from libya_analysis.coding.rows import Folder
from tests.coding.conftest import write
from tests.coding.test_phrases import MEANT, MEANT_ELSEWHERE, WEDNESDAY

#: Words, the day of publication, a date that they cannot mean, and what they mean.
WRONG = [
    ("earlier this month", "2020-06-10", "2019-05", "[2020-06-01..2020-06-10]"),
    ("earlier this week", "2020-06-10", "2019-05", "[2020-06-08..2020-06-10]"),
    ("on Monday", "2020-01-14", "2020-01-09", "2020-01-13"),
    ("on Monday evening", "2020-01-14", "2020-01-09", "2020-01-13"),
    ("January 8", "2020-01-15", "2020-01-02", "2020-01-08"),
    ("Jan. 8-9", "2019-12-26", "2020-01-10", "2020-01-08/2020-01-09"),
    ("2011", "2020-01-14", "2012", "2011"),
    ("in April last year", "2020-06-10", "2018-04", "2019-04"),
    ("in April last year", "2020-06-10", "2019-05", "2019-04"),
    ("March of last year", "2016-08-06", "2015-04", "2015-03"),
    ("yesterday", "2020-06-10", "2020-06-01", "2020-06-09"),
    ("last year", "2020-06-10", "2018", "2019"),
    ("before 2014", "2019-01-01", "2016", "[..2014]"),
    ("from 2011 to 2014", "2019-01-01", "2016", "2011/2014"),
    ("Wednesday; Thursday", "2022-09-30", "2022-09-26/2022-09-27", "2022-09-28 and 2022-09-29"),
]
#: The same, and dates that they can mean, or that are for a reader to judge.
RIGHT = [
    ("earlier this month", "2020-06-10", "2020-06"),
    ("this month", "2020-06-10", "2020-06-20"),
    ("this week", "2020-06-10", "[..2020-06-10]"),
    ("last week", "2020-06-10", "2020-06-07"),
    ("on Monday", "2020-01-14", "2020-01-06"),  # of which week, the text may tell elsewhere
    ("on Monday", "2020-01-14", "[2020-01-13..2020-01-14]"),
    ("on Monday", "2020-01-14", "[2020-01-09,2020-01-14]"),
    ("on Monday", "2020-01-14", "2020-01-09?"),
    ("Monday and Tuesday", "2020-01-14", "2020-01-13/2020-01-14"),
    ("January 8", "2020-01-15", "2018-01-08"),  # of which year, too
    ("Feb. 29", "2020-03-14", "2019-02-28"),
    ("at the end of January", "2018-12-13", "2019-01"),
    ("2011", "2020-01-14", "2012~"),
    ("2014", "2020-01-14", "2014/2015"),
    ("in April last year", "2020-06-10", "2019-04"),
    ("In April; Saturday", "2016-08-06", "2016-04/2016-08-06"),
    ("over the last year", "2020-01-14", "2020-01"),
    ("today", "2020-01-14", "2020-01-13"),  # in a text that came out the day after
    ("last month", "2020-02-01", "2019-12"),
    ("3/4/2020", "2020-06-10", "2020-03-04"),
    *((words, "2020-06-10", "2014") for words in ("after the 2011 uprising", "the day before", "a week earlier")),
    *((words, "2020-06-10", "2014") for words in ("2016-2013", "May 9-4", "31 February")),
    *((words, "2020-06-10", "2014") for words in ("recently", "hours later", "two weeks ago", "over the weekend")),
]


def having(folder: Path, words: str, published: str, date: str, **cells: str) -> list[str]:
    source = {"source_id": "old-2021", "language": "en", "published": published, "published_basis": "explicit"}
    write(folder, "sources", [source | {key: cells.pop(key) for key in ("language",) if key in cells}])
    report = {"report_id": "old-azure-talks", "event_id": "azure-talks", "date": date, "date_as_written": words}
    report |= {"date_basis": "explicit", "outcome": "unknown", "source_id": "old-2021", "paragraphs": "P1"}
    write(folder, "event_reports", [report | cells])
    assert Folder(folder).checked[1] == []
    return [str(doubt) for doubt in find_date_doubts(load_tables(folder))]


@pytest.mark.parametrize(("words", "published", "date", "means"), WRONG)
def test_a_date_that_its_words_cannot_mean_is_told(
    folder: Path, words: str, published: str, date: str, means: str
) -> None:
    said = f"not-meant: {words!r} in a source of {published} means {means}, not {date}"
    assert having(folder, words, published, date) == [f"event_reports.csv:2:date  {said}"]


@pytest.mark.parametrize(("words", "published", "date"), RIGHT)
def test_a_date_that_its_words_can_mean_is_not(folder: Path, words: str, published: str, date: str) -> None:
    assert having(folder, words, published, date) == []


def test_words_for_another_date_of_the_row_or_beside_one_from_elsewhere_are_no_doubt(folder: Path) -> None:
    assert having(folder, "on Sunday", "2020-01-08", "2020-01-08", due="2020-01-12") == []
    assert having(folder, "on Monday", "2020-01-14", "2020-01-09", date_basis="outside") == []


def test_words_of_other_languages(folder: Path) -> None:
    assert having(folder, "أمس", "2020-01-14", "2020-01-03", language="ar")[0].endswith(
        "means 2020-01-13, not 2020-01-03"
    )
    assert having(folder, "hier", "2020-01-14", "2020-01-03", language="fr")[0].endswith(
        "means 2020-01-13, not 2020-01-03"
    )
    assert having(folder, "في أكتوبر/تشرين الأول 2011", "2018-09-05", "2011-10", language="ar") == []
    assert having(folder, "الأربعاء والخميس", "2020-01-14", "2020-01-08/2020-01-09", language="ar") == []


@pytest.mark.parametrize(
    ("words", "cells", "column"),
    [
        ("since 2014", {"start": "2016"}, "start"),
        ("since 2014", {"start": "2014", "end": "open"}, ""),
        ("until March", {"start": "2019-01", "end": "2020-05"}, "end"),
        ("until March", {"start": "2019-01", "end": "2020-03"}, ""),
        ("March 2015", {"start": "2015-03", "end": "2016"}, ""),
    ],
)
def test_words_for_the_start_or_end_of_a_backing(folder: Path, words: str, cells: dict[str, str], column: str) -> None:
    backing = {"backing_id": "old", "backer_id": "kestrel", "actor_id": "malk", "support": "weapons", **cells}
    backing |= {"dates_as_written": words, "dates_basis": "explicit", "source_id": "old-2021", "paragraphs": "P1"}
    write(folder, "backers", [backing])
    assert [doubt.column for doubt in find_date_doubts(load_tables(folder))] == [column] * bool(column)


def test_what_the_desk_takes_a_phrase_for_is_never_doubted(folder: Path) -> None:
    texts = [("en", text) for text in MEANT] + list(MEANT_ELSEWHERE)
    for language, text in texts:
        for found in find_dates(text, WEDNESDAY, language):
            assert having(folder, found.text, WEDNESDAY.isoformat(), found.date, language=language) == [], found


def test_without_the_reader_of_dates_nothing_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert having(folder, "2011", "2020-01-14", "2012")
    monkeypatch.setitem(sys.modules, "dateparser", None)
    assert having(folder, "2011", "2020-01-14", "2012") == []
