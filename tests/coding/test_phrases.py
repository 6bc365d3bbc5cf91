"""Phrases of time and the dates that they mean: every day or some day, known or not, never sharper than the words."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libya_analysis.coding.phrases import find_dates
from libya_analysis.evidence.dates import parse_date

WEDNESDAY, SATURDAY = dt.date(2022, 6, 15), dt.date(2022, 6, 18)

#: Text, day of publication, and what each phrase in it is taken for.
MEANT = {
    "on Monday they left": {"on Monday": "2022-06-13"},
    "They left on Wednesday": {"on Wednesday": "2022-06-15"},
    "talks will be held on Sunday": {"on Sunday": "2022-06-19"},
    "he said on Sunday that they will wait": {"on Sunday": "2022-06-12"},
    "last Thursday, and next Thursday": {"last Thursday": "2022-06-09", "next Thursday": "2022-06-16"},
    "yesterday and today": {"yesterday": "2022-06-14", "today": "2022-06-15"},
    "Just last week it began": {"Just last week": "[2022-06-06..2022-06-12]"},
    "throughout last week": {"throughout last week": "2022-06-06/2022-06-12"},
    "this week": {"this week": "[2022-06-13..2022-06-15]"},
    "Earlier this month he came": {"Earlier this month": "[2022-06-01..2022-06-15]"},
    "late last month": {"late last month": "2022-05"},
    "since early last year": {"since early last year": "2021/.."},
    "They fight since April": {"since April": "2022-04/.."},
    "in July a storm came": {"in July": "2021-07"},
    "elections planned for July": {"July": "2022-07"},
    "on May 4, and on 5 May 2020": {"on May 4": "2022-05-04", "on 5 May 2020": "2020-05-05"},
    "from May 4 to May 9": {"from May 4 to May 9": "2022-05-04/2022-05-09"},
    "between 4 May and 9 May": {"between 4 May and 9 May": "[2022-05-04..2022-05-09]"},
    "4-9 May": {"4-9 May": "2022-05-04/2022-05-09"},
    "over the weekend": {"over the weekend": "[2022-06-11..2022-06-12]"},
    "a decade ago": {"a decade ago": "2012~"},
    "two weeks ago, three months ago": {"two weeks ago": "[2022-05-30..2022-06-05]", "three months ago": "2022-03~"},
    "in recent weeks they lost": {"in recent weeks": "[..2022-06-15]"},
    "over the past two weeks": {"over the past two weeks": "2022-06-01/2022-06-15"},
    "until Friday": {"until Friday": "../2022-06-17"},
    "before 2014, after May 2019": {"before 2014": "[..2014]", "after May 2019": "[2019-05..]"},
    "since the 2011 uprising": {"2011": "2011"},
    "2014-2016": {"2014-2016": "2014/2016"},
    "at 00:01 a.m. on Sunday": {"00:01 a.m. on Sunday": "2022-06-12"},
    "2,011 men in May and 2016 troops; they may march": {"in May": "2022-05"},
    "a price of $2019": {},
}
MEANT_ELSEWHERE = {
    ("ar", "أكد أمس، وغادر مساء الاثنين"): ["2022-06-14", "2022-06-13"],
    ("ar", "يوم الأحد المقبل، منذ أبريل"): ["2022-06-19", "2022-04/.."],
    ("ar", "الأسبوع الماضي، وفي ١٤ كانون الثاني 2020"): ["[2022-06-06..2022-06-12]", "2020-01-14"],
    ("fr", "depuis lundi, le mois dernier, il y a deux ans"): ["2022-06-13/..", "2022-05", "2020~"],
    ("es", "ayer, el pasado lunes, el 4 de mayo de 2021"): ["2022-06-14", "2022-06-13", "2021-05-04"],
    ("it", "ieri, lunedì scorso, due anni fa"): ["2022-06-14", "2022-06-13", "2020~"],
    ("de", "gestern, am 4. Mai 2021"): ["2022-06-14", "2021-05-04"],
}


@pytest.mark.parametrize("text", MEANT)
def test_a_phrase_means_its_date(text: str) -> None:
    assert {found.text: found.date for found in find_dates(text, WEDNESDAY)} == MEANT[text]


@pytest.mark.parametrize(("language", "text"), MEANT_ELSEWHERE)
def test_phrases_of_other_languages_too(language: str, text: str) -> None:
    assert [found.date for found in find_dates(text, WEDNESDAY, language)] == MEANT_ELSEWHERE[language, text]


def test_a_ceasefire_that_starts_on_monday_is_still_to_come() -> None:
    (found,) = find_dates("a ceasefire starting Monday", SATURDAY)
    assert (found.date, found.start) == ("2022-06-20/..", "2022-06-20")


def test_since_and_until_are_the_ends_of_a_state() -> None:
    since, until = find_dates("backed since 2019, and until March", WEDNESDAY)
    assert (since.start, since.end, since.basis) == ("2019", "", "explicit")
    assert (until.start, until.end, until.basis) == ("", "2022-03", "inferred")


def test_a_day_without_a_year_is_the_last_such_or_one_that_is_near() -> None:
    january = dt.date(2022, 1, 4)
    assert [found.date for found in find_dates("on December 30, on January 20, on April 4", january)] == [
        "2021-12-30",
        "2022-01-20",
        "2021-04-04",
    ]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*MEANT, "and", "–", "1. May", "31 February", "since", "the", "June 31", "[2020]", "%"]),
        max_size=6,
    ),
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    st.sampled_from(["en", "ar", "fr", "xx"]),
)
def test_whatever_is_found_is_an_edtf_date_and_stands_where_it_says(
    texts: list[str], day: dt.date, language: str
) -> None:
    text = " ".join(texts)
    last = 0
    for found in find_dates(text, day, language):
        assert text[found.first : found.last] == found.text and found.first >= last
        last = found.last
        for date in filter(None, (found.date, found.start, found.end)):
            parse_date(date)


@pytest.mark.parametrize(
    ("text", "date", "explicit"),
    [
        ("في العاشر من كانون الأول/ديسمبر من العام الجاري", "2018-12-10", False),
        ("في 10 كانون الأول/ ديسمبر 2018", "2018-12-10", True),
        ("في أكتوبر/تشرين الأول 2011.", "2011-10", True),
    ],
)
def test_a_month_by_both_its_arabic_names_is_one_date(text: str, date: str, explicit: bool) -> None:
    (found,) = find_dates(text, dt.date(2018, 5, 29), "ar")
    assert (found.date, found.explicit) == (date, explicit)


def test_what_is_counted_is_no_year() -> None:
    assert find_dates("نزوح 1800 أسرة و2000 مقاتل", dt.date(2018, 5, 29), "ar") == []


def test_years_of_two_centuries_ago_belong_to_their_day_and_the_twenty_first_is_no_twentieth() -> None:
    (found,) = find_dates("on May 3, 1899", dt.date(2022, 6, 1))
    assert found.date == "1899-05-03"
    (found,) = find_dates("في الحادي والعشرين من أبريل", dt.date(2022, 6, 1), "ar")
    assert found.date == "2022-04-21"
