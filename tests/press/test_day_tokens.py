"""Days that move, and ranges of days."""

import pytest

from libya_analysis.press.day_tokens import MOST_STEPS, backfill_days, today


@pytest.mark.parametrize(
    ("text", "count", "last"),
    [
        ("2020-01-01..2020-01-10/day", 10, "2020-01-10"),
        ("2020-01-01..2020-01-20/week", 3, "2020-01-15"),
        ("2019-12-31..2020-02-28/month", 2, "2020-01-31"),
        ("2020-01-15..2020-01-15/month", 1, "2020-01-15"),
    ],
)
def test_a_range_has_its_ends_where_the_steps_meet_them(text: str, count: int, last: str) -> None:
    assert (len(backfill_days(text)), backfill_days(text)[-1]) == (count, last)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0001-01-01..9999-12-31/day", f"asks for 3,652,059 reports; one range may ask for {MOST_STEPS:,}"),
        ("2020-02-01..2020-01-01/day", "ends before it begins"),
        ("2020-13-01..2020-01-01/day", "is not a range of days"),
        ("2020..2021/day", "is not a range of days"),
    ],
)
def test_what_is_no_range_is_refused_at_once(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        backfill_days(text)


@pytest.mark.parametrize("epoch", ["abc", "1e9", "99999999999999999", "-99999999999999"])
def test_an_epoch_that_is_none_is_one_error(epoch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH is"):
        today()


def test_an_empty_epoch_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert today().year >= 2026


@pytest.mark.parametrize(
    ("epoch", "words"), [("abc", "SOURCE_DATE_EPOCH is 'abc'"), ("-62135596800", "before the year 1")]
)
def test_a_range_whose_end_is_no_day_says_why(epoch: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(ValueError, match=words):
        backfill_days("today-9d..today/day")
