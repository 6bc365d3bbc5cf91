"""Dates: reading EDTF, bounds, what held on a day, and how it is said."""

import datetime as dt
import re
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libya_analysis.evidence.dates import drawn_span, parse_date, parse_day, say_date
from libya_analysis.evidence.edtf import NotReadError
from libya_analysis.evidence.folders import shipped

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of pyparsing, on names that its own users shall not use
    from edtf import EDTFParseException, parse_edtf
    from edtf.convert import struct_time_to_date

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
    ("[1667,1668,1670..1672]", D(1667, 1, 1), D(1672, 12, 31), "year", "one-of"),
    ("[2019-11,2019-12..]", D(2019, 11, 1), None, "month", "one-of"),
    ("2019-04/", D(2019, 4, 1), None, "month", "interval"),
    ("/2020-01-08", None, D(2020, 1, 8), "day", "interval"),
    ("2020-XX", D(2020, 1, 1), D(2020, 12, 31), "year", "point"),
    ("2020-02-XX", D(2020, 2, 1), D(2020, 2, 29), "month", "point"),
    ("201X", D(2010, 1, 1), D(2019, 12, 31), "decade", "point"),
    ("19XX", D(1900, 1, 1), D(1999, 12, 31), "century", "point"),
    ("2020-1X", D(2020, 10, 1), D(2020, 12, 31), "year", "point"),
    ("2020-XX-31", D(2020, 1, 31), D(2020, 12, 31), "year", "point"),
    ("2019-21", D(2019, 3, 1), D(2019, 6, 30), "season", "point"),
    ("2019-24", D(2019, 12, 1), D(2020, 3, 31), "season", "point"),
    ("2019-31", D(2019, 3, 1), D(2019, 6, 30), "season", "point"),
    ("2019-34", D(2019, 4, 1), D(2019, 6, 30), "season", "point"),
    ("2019-21/2020", D(2019, 3, 1), D(2020, 12, 31), "year", "interval"),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "precision", "form"), FORMS)
def test_forms(text: str, earliest: D | None, latest: D | None, precision: str, form: str) -> None:
    date = parse_date(text)
    assert (date.earliest, date.latest, date.precision, date.form) == (earliest, latest, precision, form)
    assert str(date) == text


@pytest.mark.parametrize("text", [form[0] for form in FORMS if not set("[/X") & set(form[0]) and form[3] != "season"])
def test_bounds_agree_with_the_edtf_package(text: str) -> None:
    other = parse_edtf(text)
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
    "05/01/2020|2020-02-30|2020-13|May 2014|2020-1-3|20200113|2020-01-13T10:00|..|[..]|[2020]|2020/2019|"
    "2020-01-13/2020-01-08|/| 2020|2020 |٢٠٢٠|-0000|2020-00|[2020-01-14..2020-01-13]|[2020-01-13, 2020-01-14]|2020-1|"
    "2020-21-01|2020-42|2019-23/2019-22|2020-XX-32|2021-02-29|[..2020..]|~2020~|2020/[2021,2022]|{2020}".split("|"),
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_date(text)
    assert "is valid EDTF" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2020-01-13T10:00:00", "with a time of day"),
        ("0999", "not between the years 1000 and 9000"),
        ("9001", "not between the years 1000 and 9000"),
        ("1XXX", "not between the years 1000 and 9000"),
        ("-0044-03-15", "not between the years"),
        ("XXXX-12-25", "not between the years"),
        ("Y170000002", "of years by other digits"),
        ("1950S2", "of years by other digits"),
        ("{2019,2020}", "a set of which all are meant; give each a row"),
        ("../..", "open on both sides; leave the cell empty"),
    ],
)
def test_what_is_valid_and_not_read_is_said_to_be(text: str, why: str) -> None:
    with pytest.raises(ValueError, match="is valid EDTF, but") as caught:
        parse_date(text)
    assert why in str(caught.value) and "read are 2011, 2019-04" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(
            (text, "2020-01-13")
            for text in ("13-01-2020", "13/01/2020", "2020/01/13", "2020-13-01", "1/13/20", "43843")
        ),
        *(
            (text, "2020-01-13")
            for text in ("13 January 2020", "January 13, 2020", "13-Jan-2020", "Monday, 13 Jan. 2020")
        ),
        *((text, "2020-01-13") for text in ("20200113", "13.01.2020 00:00:00", "٢٠٢٠-٠١-١٣", "2020–01–13")),
        *((text, "2020-01") for text in ("Jan 2020", "01/2020", "2020-1", "January, 2020")),
        ("2020-1-3", "2020-01-03"),
        ("3/4/2020", "2020-04-03 or 2020-03-04"),
        ("3/3/2020", "2020-03-03"),
    ],
)
def test_what_is_no_date_and_can_be_meant_for_one_is_said(text: str, meant: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_date(text)
    assert str(caught.value).endswith(f"; did you mean {meant}?")
    with pytest.raises(ValueError, match=re.escape(f"; did you mean {meant}?")):
        parse_day(text)


@pytest.mark.parametrize(
    "text", ["2020-02-30", "31/04/2020", "12345", "99999", "May", "in May", "2020-1-3/2020-2-3", "x"]
)
def test_nothing_is_proposed_where_nothing_can_be_meant(text: str) -> None:
    with pytest.raises(ValueError, match="2011, 2019-04"):
        parse_date(text)


#: What a date can look like, one place at a time: years, months and days, qualifiers, open ends, sets.
_YEARS = ["2020", "201X", "-0044", "XXXX", "20200"]
_REST = ["", "-02", "-13", "-XX", "-1X", "-XX-31", "-21", "-42", "-2", "-02-29T10:05:00Z"]
_MARKS = ["", "~", "?", "%"]
_ENDS = ["2019-04", "2019-22", "201X", "2019~", "..", "", "2019-13"]
_SETS = ["[{},{}]", "[{}..{}]", "{{{},{}}}", "[..{},{}]", "{}/{}"]


def _dates() -> Iterator[str]:
    yield from ("1950S2", "Y17000", "Y-17E7")
    yield from (year + rest for year in _YEARS for rest in _REST)
    yield from (f"{one}2020{other}-{mark}02" for one in _MARKS for other in _MARKS for mark in _MARKS)
    yield from (shape.format(one, other) for shape in _SETS for one in _ENDS for other in ("2020-01-13", "..", ""))


def _valid(text: str) -> bool:
    try:
        parse_edtf(text)
    except (EDTFParseException, AttributeError, TypeError, ValueError):  # it stumbles over some that it has understood
        return False
    return True


def test_no_date_that_another_reader_finds_valid_is_called_invalid() -> None:
    counts = dict.fromkeys(("read", "not read"), 0)
    for text in filter(_valid, dict.fromkeys(_dates())):
        try:
            parse_date(text)
            counts["read"] += 1
        except NotReadError:
            counts["not read"] += 1
    assert counts["read"] > 40 and counts["not read"] > 10, counts


def test_the_codebook_lists_the_forms_that_are_read() -> None:
    lines = shipped("data").joinpath("README.md").read_text(encoding="utf-8").partition("## Dates\n")[2]
    cells = [line.split("|")[1:3] for line in lines.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    assert len(cells) > 10
    for forms, words in cells:
        for form in re.findall("`(.+?)`", forms):
            assert say_date(parse_date(form)) in words, form


def test_dates_stand_in_the_order_of_their_first_days() -> None:
    texts = ["../2020-01-08", "2019", "2019-04", "2019-04/", "2020-01-13"]
    assert [str(date) for date in sorted(map(parse_date, reversed(texts)))] == texts


@given(st.dates(min_value=D(1000, 1, 1), max_value=D(9000, 12, 31)))
def test_any_day_reads_back(day: D) -> None:
    date = parse_date(day.isoformat())
    assert date.is_day and date.earliest == date.latest == day


@given(st.text("0123X2-/.,[]{}~?%YESTZ: ", max_size=24))
def test_any_text_is_read_and_said_or_refused(text: str) -> None:
    try:
        date = parse_date(text)
    except ValueError as error:
        assert repr(text) in str(error)
    else:
        assert say_date(date) and drawn_span(date) and (date.earliest or date.latest)


def test_a_month_or_year_as_a_parameter_is_its_last_day() -> None:
    assert parse_day("2019") == D(2019, 12, 31)
    assert parse_day("2020-02") == D(2020, 2, 29)
    for text in ("2019~", "latest", "", "2020-02-30", "2020-XX", "2019-21", "201X", "2019/2020", "2019-04/.."):
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
        ("2019-04/..", "from April 2019, no end given"),
        ("2019-04/", "from April 2019, end not known"),
        ("/2020-01-08", "until 8 January 2020, start not known"),
        ("2020-XX", "2020, month not given"),
        ("2020-01-XX~", "about January 2020, day not given"),
        ("198X-11-XX", "between 1 November 1980 and 30 November 1989"),
        ("2020-01-1X", "between 10 and 19 January 2020"),
        ("201X", "the 2010s"),
        ("2019-24", "winter 2019"),
        ("2019-33?", "first quarter of 2019 (uncertain)"),
        ("[1667,1668,1670..1672]", "1667 or 1668 or from 1670 to 1672"),
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
