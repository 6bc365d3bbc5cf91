"""Dates: reading EDTF, bounds, what held on a day, and how it is said."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libya_analysis.evidence.dates import drawn_span, parse_date, parse_day, say_date

D = dt.date

FORMS = [
    ("2011", D(2011, 1, 1), D(2011, 12, 31), "year", "point"),
    ("2019-04", D(2019, 4, 1), D(2019, 4, 30), "month", "point"),
    ("2020-02", D(2020, 2, 1), D(2020, 2, 29), "month", "point"),
    ("2020-01-13", D(2020, 1, 13), D(2020, 1, 13), "day", "point"),
    ("2020-01-08/2020-01-13", D(2020, 1, 8), D(2020, 1, 13), "day", "interval"),
    ("2019-04/..", D(2019, 4, 1), None, "month", "interval"),
    ("../2020-01-08", None, D(2020, 1, 8), "day", "interval"),
    ("[2020-01-13,2020-01-14]", D(2020, 1, 13), D(2020, 1, 14), "day", "one-of"),
    ("[2020-01-06..2020-01-12]", D(2020, 1, 6), D(2020, 1, 12), "day", "one-of"),
    ("[..2020-01-08]", None, D(2020, 1, 8), "day", "one-of"),
    ("[2020-01-08..]", D(2020, 1, 8), None, "day", "one-of"),
    ("[2019-01..2019-04]", D(2019, 1, 1), D(2019, 4, 30), "month", "one-of"),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "precision", "form"), FORMS)
def test_forms(text: str, earliest: D | None, latest: D | None, precision: str, form: str) -> None:
    date = parse_date(text)
    assert (date.earliest, date.latest, date.precision, date.form) == (earliest, latest, precision, form)
    assert str(date) == text


@pytest.mark.parametrize("text", [form[0] for form in FORMS if ".." not in form[0] and "," not in form[0]])
def test_bounds_agree_with_the_edtf_package(text: str) -> None:
    edtf = pytest.importorskip("edtf")
    from edtf.convert import struct_time_to_date

    other = edtf.parse_edtf(text)
    date = parse_date(text)
    assert struct_time_to_date(other.lower_strict()) == date.earliest
    assert struct_time_to_date(other.upper_strict()) == date.latest


@pytest.mark.parametrize("mark, approximate, uncertain", [("~", True, False), ("?", False, True), ("%", True, True)])
def test_qualifiers(mark: str, approximate: bool, uncertain: bool) -> None:
    date = parse_date(f"2010{mark}")
    assert (date.approximate, date.uncertain) == (approximate, uncertain)
    assert (date.earliest, date.latest) == (D(2010, 1, 1), D(2010, 12, 31))


@pytest.mark.parametrize(
    "text",
    "05/01/2020|2020-02-30|2020-13|May 2014|2020-1-3|20200113|2020-01-13T10:00|..|../..|[..]|[2020]|2020/2019|"
    "2020-01-13/2020-01-08|2019-04/| 2020|2020 |٢٠٢٠|0000|2020-00|[2020-01-14..2020-01-13]|0999|9001".split("|"),
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)


@given(st.dates(min_value=D(1000, 1, 1), max_value=D(9000, 12, 31)))
def test_any_day_reads_back(day: D) -> None:
    date = parse_date(day.isoformat())
    assert date.is_day and date.earliest == date.latest == day


def test_a_month_or_year_as_a_parameter_is_its_last_day() -> None:
    assert parse_day("2019") == D(2019, 12, 31)
    assert parse_day("2020-02") == D(2020, 2, 29)
    for text in ("2019~", "latest", "", "2020-02-30"):
        with pytest.raises(ValueError):
            parse_day(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2019-04", "April 2019"),
        ("2010~", "about 2010"),
        ("2010?", "2010 (uncertain)"),
        ("2020-01-08/2020-01-13", "from 8 to 13 January 2020"),
        ("../2020-01-08", "until 8 January 2020, no start given"),
        ("[2020-01-13,2020-01-14]", "13 or 14 January 2020"),
        ("[..2020-01-08]", "on or before 8 January 2020"),
        ("[2020-01-08..]", "on or after 8 January 2020"),
        ("[2019-01..2019-04]", "some time between January 2019 and April 2019"),
        ("open", "goes on"),
        ("", "date not given"),
    ],
)
def test_how_a_date_is_said(text: str, words: str) -> None:
    assert say_date(text) == words


def test_approximate_dates_are_drawn_wider_and_reasoned_with_as_written() -> None:
    date = parse_date("2010~")
    assert drawn_span(date)[0] < date.earliest and drawn_span(date)[1] > date.latest
    assert drawn_span(parse_date("2019-04/..")) == (D(2019, 4, 1), None)


def test_words_do_not_follow_the_locale_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calendar.month_name", ["", *(f"mois {number}" for number in range(1, 13))])
    assert say_date(parse_date("2020-01-13")) == "13 January 2020"
    assert [say_date(parse_date(f"2020-{month:02d}")).split()[0] for month in (1, 2, 12)] == [
        "January",
        "February",
        "December",
    ]
