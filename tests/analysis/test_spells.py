from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libya_analysis import build_network, load_tables, spell_table
from libya_analysis.analysis.spells import Answer, answer, find_spells
from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.question import Question
from libya_analysis.words.findings import finding

D = dt.date


def told(name: str = "a", start: str = "", end: str = "", attested: str = "", **more: Any) -> Claim:
    """A claim about one state of affairs."""
    dates = [parse_date(text) if text and text != "open" else text or None for text in (start, end, attested)]
    about: dict[str, Any] = {"status": "stated", "start": dates[0], "end": dates[1], "attested": dates[2]}
    return Claim(name, "backers", "x", "backs", "y", "s", ("P1",), **{**about, **more})


def on(day: str, *claims: Claim, **asked: Any) -> Answer:
    return answer(claims, Question(as_of=D.fromisoformat(day), **asked))


ONE_CLAIM = [
    # start, end, attested, day, answer
    ("", "", "2020-01-15", "2020-01-15", "holds"),
    ("", "", "2020-01-15", "2020-01-14", "first attested 15 January 2020, 1 day after"),
    ("", "", "2020-01-15", "2021-01-14", "last attested 15 January 2020, 365 days before"),
    ("", "", "[..2020-01-15]", "2020-01-15", "possible: nothing says when"),
    ("", "", "", "2020-01-15", "possible: nothing says when"),
    ("", "", "2017", "2017-06-01", "reported for 2017, not for the day"),
    ("", "", "2017", "2018-01-01", "last attested 2017, 1 day before"),
    ("2019-04-04", "", "2020-01-15", "2019-04-03", "excluded"),
    ("2019-04-04", "", "2020-01-15", "2019-04-04", "holds"),
    ("2019-04-04", "", "2020-01-15", "2020-01-16", "last attested 15 January 2020, 1 day before"),
    ("2019-04", "2019-06", "2020-01-15", "2019-04-10", "reported for April 2019, not for the day"),
    ("2019-04", "2019-06", "2020-01-15", "2019-05-10", "holds"),
    ("2019-04", "2019-06", "2020-01-15", "2019-07-01", "excluded"),
    ("2019-04", "open", "2020-01-15", "2019-12-01", "holds"),
    ("2019-04", "open", "2020-01-15", "2020-12-01", "last attested 15 January 2020, 321 days before"),
    ("", "2019-06", "", "2019-07-01", "excluded"),
    ("", "", "2019-04/2019-06", "2019-05-15", "holds"),
    ("", "", "2019-04/2019-06", "2019-04-15", "reported for from April 2019 to June 2019, not for the day"),
]


@pytest.mark.parametrize(("start", "end", "attested", "day", "said"), ONE_CLAIM)
def test_what_one_claim_says_of_a_day(start: str, end: str, attested: str, day: str, said: str) -> None:
    assert str(on(day, told("a", start, end, attested))) == said


def test_claims_of_two_days_hold_between_them_unless_they_are_kept_separate() -> None:
    claims = told("a", attested="2020-01-08"), told("b", attested="2020-06-01")
    assert on("2020-03-15", *claims).kind == "holds"
    assert str(on("2020-03-15", *claims, spells="separate")) == "last attested 8 January 2020, 67 days before"


@pytest.mark.parametrize(
    "between",
    [
        told("c", attested="2020-03-01", status="denied"),
        told("c", "2020-03-01", "", "2020-06-01"),
        told("c", "", "2020-03-01", "2020-03-01"),
    ],
    ids=["a denial", "a new beginning", "an end"],
)
def test_a_denial_a_beginning_or_an_end_splits_a_spell(between: Claim) -> None:
    claims = told("a", attested="2020-01-08"), between, told("b", attested="2020-06-01")
    assert len(find_spells(claims)) == 2 and on("2020-02-20", told("a", attested="2020-01-08")).kind != "holds"


def test_after_an_end_nothing_is_last_reported_but_what_begins_again_is_first_reported() -> None:
    claims = told("a", "2019-01-01", "2019-12-31", "2020-01-15"), told("b", attested="2020-06-01")
    assert on("2019-12-31", *claims).kind == "holds"
    assert str(on("2020-01-15", *claims)) == "first attested 1 June 2020, 138 days after"


def test_who_only_denies_says_when_it_is_denied() -> None:
    assert on("2020-01-15", told("a", attested="2020-01-15", status="denied")).kind == "holds"


def test_a_report_within_the_days_that_are_near_is_firm() -> None:
    claim = told("a", attested="2020-01-15")
    assert on("2020-04-14", claim).firm and not on("2020-04-15", claim).firm
    assert not on("2020-01-17", claim, near=1).firm and on("2019-10-17", claim).firm


days = st.dates(D(2011, 1, 1), D(2022, 12, 31))


@given(st.lists(days, min_size=1, max_size=5), days)
def test_it_holds_from_the_first_report_to_the_last(reported: list[D], day: D) -> None:
    claims = [told(f"c{i}", attested=one.isoformat()) for i, one in enumerate(reported)]
    said = on(day.isoformat(), *claims)
    assert (said.kind == "holds") == (min(reported) <= day <= max(reported))
    assert said.kind == "holds" or said.days == min(abs((one - day).days) for one in reported)


@given(days, st.integers(0, 400), days)
def test_nothing_holds_before_it_began_or_after_it_ended(start: D, lasts: int, day: D) -> None:
    end = start + dt.timedelta(days=lasts)
    said = on(day.isoformat(), told("a", start.isoformat(), end.isoformat(), "2020-01-15"))
    assert (said.kind == "holds") == (start <= day <= end) and (said.kind == "holds" or said.kind == "excluded")


# -- the shipped tables ------------------------------------------------------------------------------------------------


def days_from(first: D, last: D) -> list[D]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def test_the_lead_changes_only_when_a_source_appears() -> None:
    tables = load_tables()
    published = {date.latest for date in tables.published().values() if date}
    leads = [
        (day, finding(build_network(tables, as_of=day, known_on=day, level="principal")))
        for day in days_from(D(2020, 1, 8), D(2020, 1, 31))
    ]
    moved = {day for (_, before), (day, after) in pairwise(leads) if before != after}
    assert moved and moved <= published
    asked = {finding(build_network(tables, as_of=day, level="principal")) for day, _ in leads}
    assert len(asked) == 1 and "possibly" not in asked.pop().partition("(")[0]


def test_nothing_is_a_fact_of_a_day_years_after_the_last_report() -> None:
    graph = build_network(load_tables(), as_of="2025-01-01")
    assert not [edge for *_, edge in graph.edges(data=True) if edge["answer"].firm]
    assert "No source of that time" in finding(graph)


def test_a_tie_that_follows_from_talks_is_gone_with_them() -> None:
    tables = load_tables()
    for day, there in (("2020-01-15", True), ("2020-06-01", False)):
        graph = build_network(tables, as_of=day)
        mediated = [edge for *_, edge in graph.edges(data=True) if edge["kind"] == "mediates" and edge["actual"]]
        assert bool(mediated) == there
        assert all(edge["answer"].days < 91 for edge in mediated)


def test_the_table_of_spells_has_every_claim_of_a_tie_once() -> None:
    graph = build_network(load_tables(), level="principal", kinds=["backs"])
    listed = [claim for ids in spell_table(graph)["rests on"] for claim in ids.split("; ")]
    assert sorted(listed) == sorted(claim.claim_id for *_, edge in graph.edges(data=True) for claim in edge["claims"])
