"""What is newest leads, and what became of threats and forecasts is said as past."""

import dataclasses
import datetime as dt

import pytest

from libya_analysis import (
    Tables,
    build_ceasefire,
    build_network,
    check_parameters,
    headline,
    key_findings,
    load_tables,
    say_claims,
    say_event,
)
from libya_analysis.analysis.sequels import find_sequels
from libya_analysis.words.briefing import by_news, find_all
from libya_analysis.words.sentence import cast_of, say
from tests.later import of_june, told_again


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def june(tables: Tables) -> Tables:
    return of_june(tables)


def findings(tables: Tables, as_of: str) -> list[str]:
    question = check_parameters(tables, as_of=as_of)
    graph, ceasefire = build_network(tables, question, level="principal"), build_ceasefire(tables, question)
    prose = key_findings(tables, graph, ceasefire).statements + headline(graph, ceasefire).statements
    return [statement.text for statement in prose]


def test_with_an_article_of_june_the_findings_and_the_headline_lead_with_june(june: Tables) -> None:
    first, second, *_, one, other = findings(june, "2020-06-06")
    assert first == "Ceasefire offered in June, 5 June 2020: the Government of National Accord did not sign." == one
    assert "5 independent voices" in second and "last on 6 June 2020" in second
    assert "Turkey backs the Government of National Accord" in other and "Egypt and Russia last reported 15" in other


def test_what_is_later_than_the_day_asked_about_is_no_news_of_it(tables: Tables, june: Tables) -> None:
    then, now = findings(tables, "2020-01-15"), findings(june, "2020-01-15")
    assert [text.split(" is said by ")[0] for text in now] == [text.split(" is said by ")[0] for text in then]
    assert not any("June" in text for text in now)


def test_findings_are_ranked_by_day_then_by_what_is_new_then_by_voices(tables: Tables) -> None:
    graph = build_network(tables, as_of="2020-01-15", level="principal")
    found = find_all(tables, graph, build_ceasefire(tables, as_of="2020-01-15"))
    days = [max((day for day in one.days if day <= dt.date(2020, 1, 15)), default=dt.date.min) for one in found]
    assert days == sorted(days, reverse=True) and len(found) > 5
    assert by_news(graph, found[::-1])[0].days and by_news(graph, []) == []
    alike = [dataclasses.replace(one, days=(dt.date(2020, 1, 13),)) for one in found]
    new = [min(str(claim.published) for claim in one.claims) > "2020-01-14" for one in by_news(graph, alike)]
    assert new == sorted(new, reverse=True)


def test_an_attempt_that_came_to_nothing_is_a_finding_without_a_signature(june: Tables) -> None:
    parts = june.participants.query("event_id != 'june-truce'")
    less = dataclasses.replace(june, frames={**june.frames, "participants": parts})
    assert findings(less, "2020-06-06")[0] == "Ceasefire offered in June, 5 June 2020: unsigned."


# -- threats that were carried out, offers that lapsed


def test_a_threat_that_was_carried_out_is_said_as_past(tables: Tables, june: Tables) -> None:
    words = "Turkey says that it planned to back the Government of National Accord (troops, carried out, as told 6 June"
    assert any(s.text.startswith(words) for s in say_claims(build_network(june)).statements)
    before = say_claims(build_network(june, as_of="2020-01-15")).statements
    assert not any("planned" in s.text for s in before), "on that day nobody knew"
    said = next(s for s in say_claims(build_network(june)).statements if s.text.startswith(words))
    assert "later" in dict(said.cites), "what says so is cited"
    assert "turkey-threatens-deployment" not in find_sequels(june), "troops are not said to be that deployment"


def test_a_forecast_that_came_true_is_said_as_past_by_what_was_told_later(tables: Tables) -> None:
    assert "was predicted to take part (carried out, as told 14 January 2020)" in str(say_event(tables, "moscow-talks"))
    assert "is predicted to take part" in str(say_event(tables, "moscow-talks", known_on="2020-01-13"))


@pytest.mark.parametrize(("cells", "became"), [
    ({"outcome": "cancelled"}, "since cancelled"),
    ({"outcome": "ongoing"}, "carried out"),
    ({"outcome": "ongoing", "status": "denied", "said_by": "egypt"}, ""),
    ({"outcome": "ongoing", "modality": "predicted"}, ""),
])  # fmt: skip
def test_a_plan_lapses_if_its_event_comes_to_nothing(tables: Tables, cells: dict[str, str], became: str) -> None:
    more = told_again(
        tables, "2020-06-06", event_reports=("cyprus-mail-berlin-summit", {"modality": "actual", **cells})
    )
    claims = {c.claim_id: c for c in more.claimed["participants"] + more.claimed["event_reports"]}
    text = say(cast_of(more), claims["cyprus-mail-berlin-summit"]).text
    assert (became in text) if became else ("since" not in text and "carried out" not in text)
    lapsed = say(cast_of(more), claims["cyprus-mail-berlin-summit-italy-attends"]).text
    assert ("Italy planned to attend (since cancelled" in lapsed) is (cells["outcome"] == "cancelled")
    assert not find_sequels(more, dt.date(2020, 1, 15)).keys() & {"cyprus-mail-berlin-summit"}
