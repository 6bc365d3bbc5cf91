"""What is newest leads, and what became of threats and forecasts is said as past."""

import datetime as dt

import pytest

from libya_analysis import Tables, build_briefing, build_network, load_tables, say_claims, say_event
from libya_analysis.analysis.sequels import find_sequels
from libya_analysis.words.findings import finding, matrix_finding
from libya_analysis.words.sentence import cast_of, say
from tests.later import of_june, told_again


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def june(tables: Tables) -> Tables:
    return of_june(tables)


def news(tables: Tables, as_of: str) -> list[str]:
    return [statement.text for statement in build_briefing(tables, as_of=as_of).news.statements]


def test_with_an_article_of_june_the_news_leads_with_june(june: Tables) -> None:
    first = news(june, "2020-06-06")[0]
    assert first.startswith("The Government of National Accord") and "5 June 2020" in first
    backing = finding(build_network(june, as_of="2020-06-06", level="principal"))
    assert (
        "Turkey backs the Government of National Accord" in backing and "Egypt and Russia last attested 15" in backing
    )


def test_who_backed_both_sides_is_who_is_clearly_told_to_wherever_it_is_said(tables: Tables) -> None:
    graph = build_network(tables, as_of="2020-01-15", level="principal")
    both = {a for a, b, kind in graph.edges(data="kind") if kind == "backs" and b == "gna"} & {
        a for a, b, kind in graph.edges(data="kind") if kind == "backs" and b == "lna"
    }
    assert both == {"france", "sudan"}, "of Sudan one can be read in another way"
    assert matrix_finding(graph).startswith("France is said to have backed both sides;")
    assert list(build_briefing(tables, as_of="2020-01-15").story.contested) == ["france"]


def test_what_is_later_than_the_day_asked_about_is_no_news_of_it(tables: Tables, june: Tables) -> None:
    assert news(june, "2020-01-15") == news(tables, "2020-01-15")


def test_judgements_are_ranked_by_day_then_by_what_is_new_then_by_voices(tables: Tables, june: Tables) -> None:
    first, second, *others = build_briefing(june, as_of="2020-06-06").judgements
    assert str(first) == "the Government of National Accord did not sign", "told by no report before June"
    assert str(second) == "Turkey backs the Government of National Accord" and others
    judged = build_briefing(tables, as_of="2020-01-15").judged
    assert [str(judgement) for judgement, _ in judged].index("Turkey backs the Government of National Accord") < 3


# -- threats that were carried out, offers that lapsed


def test_a_threat_that_was_carried_out_is_said_as_past(tables: Tables, june: Tables) -> None:
    words = (
        "Turkey says that it planned to back the Government of National Accord with troops (since carried out, as is "
        "told "
    )
    assert any(s.text.startswith(f"{words}of 6 June") for s in say_claims(build_network(june)).statements)
    before = say_claims(build_network(june, as_of="2020-01-15")).statements
    assert not any(s.text.startswith("Turkey says that it planned") for s in before), "on that day nobody knew"
    said = next(s for s in say_claims(build_network(june)).statements if s.text.startswith(words))
    assert "later" in {cited.source_id for cited in said.cites}, "what says so is cited"
    assert "turkey-threatens-deployment" not in find_sequels(june), "troops are not said to be that deployment"


def test_a_forecast_that_came_true_is_said_as_past_by_what_was_told_later(tables: Tables) -> None:
    assert "was predicted to take part (since carried out, as is told of 14 January 2020)" in str(
        say_event(tables, "moscow-talks")
    )
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


def test_a_judgement_tells_whose_voice_alone_is_of_these_months(tables: Tables) -> None:
    later = told_again(tables, "2020-06-06", backers=("egypt-backs-haftar", {}))
    how_sure = [statement.text for statement in build_briefing(later, as_of="2020-06-06").sureness.statements]
    egypt = next(said for said in how_sure if "Egypt backs" in said)
    assert egypt.startswith("High, from Bloomberg") and ", of these months Later alone: Egypt backs" in egypt
    of_january = build_briefing(later, as_of="2020-01-15").sureness.statements
    assert not any("of these months" in said.text for said in of_january)


def test_a_side_of_which_the_main_attempt_tells_nothing_is_named(tables: Tables, june: Tables) -> None:
    briefing = build_briefing(june, as_of="2020-06-06")
    (silent,) = (said.text for said in briefing.left_out.statements if "no source tells whether" in said.text)
    assert "the Libyan National Army was asked, or answered" in silent
    left_out = build_briefing(tables, as_of="2020-01-15").left_out.statements
    assert not any("no source tells whether" in said.text for said in left_out), "both were asked"
