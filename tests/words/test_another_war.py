"""What is told for a day of a war of years: of that day, by every account, and with all answers; on invented papers."""

import re
from pathlib import Path
from typing import Any

import pytest

from libya_analysis import Tables, build_briefing, build_network, build_timeline, load_tables, network_news, spell_table
from libya_analysis.analysis.ceasefire import build_ceasefire
from libya_analysis.analysis.network import clearly_told
from libya_analysis.analysis.timeline import turning_points
from libya_analysis.analysis.voices import corroborated_events, corroboration, disagreements
from libya_analysis.words.briefing import Briefing, _Part
from libya_analysis.words.findings import ceasefire_finding, timeline_finding
from libya_analysis.words.sentence import named, say_quotes
from tests.delta import make_delta
from tests.later import of_papers

TRUCE = {"event_id": "truce", "title": "Truce of spring", "kind": "truce"}
OFFER = {"event_id": "offer", "title": "Longer truce offered", "kind": "proposal"}
PEACE = {"event_id": "peace", "title": "Peace of the coast", "kind": "agreement"}
EGYPT = {"backer_id": "egypt", "actor_id": "lna"}
LEADS = {"from_id": "haftar", "to_id": "lna", "kind": "leads"}  # the sides are his and that of the government
WAR = {"from_id": "gna", "to_id": "haftar", "kind": "opposes"}
TALKS = {"event_id": "talks", "title": "Talks in Oslo", "kind": "talks"}


def papers() -> dict[str, Any]:
    """Talks of 2020; a truce of 2022, told by three papers with two ends; and an offer when it ends."""
    return {
        "dawn": (
            "2020-12-13",
            {
                "events": [TALKS],
                "event_reports": [{"event_id": "talks", "date": "2020-12-06/..", "outcome": "ongoing"}],
                "participants": [
                    {"event_id": "talks", "actor_id": "un", "role": "mediator"},
                    {"event_id": "talks", "actor_id": "gna", "role": "party"},
                ],
                "ties": [LEADS, WAR],
                "backers": [
                    EGYPT,
                    {"backer_id": "egypt", "actor_id": "lna", "status": "denied", "said_by": "egypt"},
                    {"backer_id": "egypt", "actor_id": "lna", "status": "alleged", "said_by": "gna"},
                    {"backer_id": "france", "actor_id": "egypt"},
                ],
            },
        ),
        "noon": (
            "2022-04-02",
            {
                "events": [TRUCE, PEACE],
                "event_reports": [
                    {"event_id": "truce", "date": "2022-04-02/2022-06-02", "outcome": "ongoing"},
                    {"event_id": "peace", "date": "2021-11-05", "outcome": "signed"},
                ],
                "participants": [
                    *({"event_id": "truce", "actor_id": actor, "role": "accepts"} for actor in ("gna", "lna")),
                    {"event_id": "truce", "actor_id": "gna", "role": "welcomes"},
                    *({"event_id": "peace", "actor_id": actor, "role": "signatory"} for actor in ("gna", "lna")),
                    {"event_id": "peace", "actor_id": "italy", "role": "mediator"},
                    {"event_id": "peace", "actor_id": "france", "role": "mediator", "status": "attributed"}
                    | {"said_by": "macron"},
                ],
                "backers": [EGYPT],
            },
        ),
        "dusk": (
            "2022-10-02",
            {
                "events": [OFFER],
                "event_reports": [
                    {"event_id": "truce", "date": "2022-04-02/2022-10-02", "outcome": "ended"},
                    {"event_id": "offer", "date": "2022-10-02", "outcome": "failed"},
                    {"event_id": "offer", "date": "2022-10-02", "outcome": "signed"},
                ],
                "participants": [{"event_id": "offer", "actor_id": "lna", "role": "rejects"}],
                "backers": [EGYPT, {"backer_id": "turkey", "actor_id": "gna"}],
                "quotes": [
                    {"speaker_id": "merkel", "text": "It was late.", "event_id": "truce", "said": "2022-10-01"}
                    | {"topic": "assessment", "status": "attributed"},
                    {"speaker_id": "lna", "text": "we saw no will", "event_id": "offer", "direct": True}
                    | {"topic": "reason", "status": "attributed"},
                ],
            },
        ),
    }


@pytest.fixture(scope="module")
def shipped() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def war(shipped: Tables) -> Tables:
    return of_papers(shipped, papers())


def whole(briefing: Briefing) -> str:
    """All that a briefing says."""
    parts = [name for name, part in vars(Briefing).items() if isinstance(part, _Part)]
    return "\n".join(repr(getattr(briefing, name)) for name in parts)


def told(briefing: Briefing, part: str) -> str:
    return repr(getattr(briefing, part))


# -- the day asked about ----------------------------------------------------------------------------------------------


def test_a_briefing_of_a_day_tells_of_nothing_later(war: Tables) -> None:
    briefing = build_briefing(war, as_of="2020-12-20")
    assert re.search(r"Longer truce|Truce of spring|Peace of the coast|Merkel|no will", whole(briefing)) is None
    assert "Longer truce" in whole(build_briefing(war, as_of="2022-10-02"))


def test_figure_lists_and_tables_end_with_the_day(war: Tables) -> None:
    days = build_timeline(war, as_of="2020-12-14", window="days")
    assert str(days.end) == "2020-12-14" and {item.event_id for item in days.items} == {"talks"}
    network = build_network(war, as_of="2020-12-14", level="principal")
    found = disagreements(war, build_ceasefire(war, as_of="2020-12-14"), network)
    assert "Longer truce offered" not in set(found["about"])
    later = build_network(war, as_of="2022-10-02", level="principal")
    assert "Longer truce offered" in set(disagreements(war, build_ceasefire(war), later)["about"])
    assert "truce" not in corroborated_events(war, as_of="2020-12-14").index
    assert "truce" in corroborated_events(war).index
    assert "no will" not in repr(say_quotes(war, direct=True, as_of="2020-12-14"))


def test_what_is_attested_later_is_said_to_be(war: Tables) -> None:
    briefing = build_briefing(war, as_of="2020-12-20")
    assert "Turkey backs the Government of National Accord (first attested later): Dusk" in told(briefing, "backing")
    assert "Not judged, as first attested long after: backing by Turkey" in told(briefing, "sureness")
    assert "long before" not in told(briefing, "sureness")


def test_where_nobody_answered_or_backs_anybody_what_happened_last_is_the_news(shipped: Tables) -> None:
    rows = {
        "events": [TALKS],
        "event_reports": [{"event_id": "talks", "date": "2020-12-06"}],
        "participants": [{"event_id": "talks", "actor_id": "gna", "role": "attends"}],
        "ties": [LEADS, WAR],
    }
    lead, *rest = told(build_briefing(of_papers(shipped, {"dawn": ("2020-12-13", rows)})), "news").splitlines()
    assert lead.startswith("6 December 2020: Talks in Oslo")
    assert any("Nobody is said to back either side" in line for line in (lead, *rest))


def test_what_had_not_ended_by_the_day_has_come_to_nothing_yet(war: Tables) -> None:
    attempts = build_ceasefire(war, as_of="2022-05-01").attempts
    assert attempts["truce"].outcome == "ongoing" and build_ceasefire(war).attempts["truce"].outcome == "ended"
    assert "ended" not in told(build_briefing(war, as_of="2022-05-01"), "failures")


# -- dates of which there are several accounts ------------------------------------------------------------------------


def test_an_open_end_is_known_until_it_was_told(war: Tables) -> None:
    assert {item.event_id for item in build_timeline(war, start="2022-09-01").items} == {"truce", "offer"}
    spells = spell_table(build_network(war, as_of="2022-10-02", kinds=["mediates"], level="principal"))
    of_talks = spell_table(build_network(war, as_of="2020-12-20", kinds=["mediates"], level="principal"))
    assert "Government of National Accord" not in set(spells.loc[spells["from"] == "United Nations", "to"])
    assert of_talks["spell"].tolist()[-1] == "from at least 6 December 2020 to at least 13 December 2020"


def test_the_end_is_that_of_the_account_which_tells_of_one(war: Tables) -> None:
    assert build_ceasefire(war).attempts["truce"].when == "from 2 April 2022 to 2 October 2022"
    briefing = build_briefing(war, as_of="2022-10-02")
    assert "From 2 April 2022 to 2 October 2022: Truce of spring, ended" in told(briefing, "failures")
    both = "Truce of spring: from 2 April 2022 to 2 June 2022 (Noon) or from 2 April 2022 to 2 October 2022 (Dusk)."
    assert both in told(briefing, "differences")
    spells = spell_table(build_network(war, as_of="2022-08-01", kinds=["agreement"], level="principal"))
    assert "holds" in set(spells["on the day"]), "a truce that went on until October was in force in August"


def test_a_denial_without_a_day_of_its_own_breaks_no_spell(war: Tables) -> None:
    found = spell_table(build_network(war, as_of="2022-10-02", kinds=["backs"], level="principal"))
    mine = found[found["from"] == "Egypt"]
    assert mine["spell"].tolist() == ["from at least 13 December 2020 to at least 2 October 2022"]
    assert found.loc[found["from"] == "France", "on the day"].tolist() == [
        "last attested 13 December 2020, 658 days before"
    ]


# -- answers ----------------------------------------------------------------------------------------------------------


def test_who_answers_a_deal_was_asked_and_who_answers_a_call_may_not_have_been(shipped: Tables) -> None:
    for kind, asked in {"truce": ("Government of National Accord",), "ceasefire-call": ()}.items():
        told = papers()
        told["noon"][1]["events"] = [{**TRUCE, "kind": kind}, PEACE]
        told["noon"][1]["participants"] = [{"event_id": "truce", "actor_id": "gna", "role": "accepts"}]
        assert build_ceasefire(of_papers(shipped, told)).gap("truce").consulted == asked, kind


def test_answers_and_who_led_stand_in_the_sentence_each_with_its_voice(war: Tables) -> None:
    briefing = build_briefing(war, as_of="2022-10-02")
    assert "Truce of spring, ended; the Government of National Accord and the Libyan National Army accepted" in whole(
        briefing
    )
    assert "welcomed" not in told(briefing, "failures"), "who accepted it welcomed it"
    peace = next(text for text in told(briefing, "background").splitlines() if "Peace of the coast" in text)
    assert "Peace of the coast; the Government of National Accord and the Libyan National Army signed" in peace
    assert "led by Italy; led by France, according to Emmanuel Macron" in peace and ", signed;" not in peace


def test_words_that_are_quoted_stand_in_marks(war: Tables) -> None:
    assert "Why, according to the Libyan National Army: “we saw no will”" in told(
        build_briefing(war, as_of="2022-10-02"), "news"
    )


# -- who is behind whom -----------------------------------------------------------------------------------------------


def test_who_stands_behind_the_backers(war: Tables) -> None:
    said = told(build_briefing(war, as_of="2020-12-20"), "backing")
    assert "France backs Egypt, which backs the Libyan National Army: Dawn (13 December)." in said


def test_accusations_and_denials_speak_for_no_tie(war: Tables) -> None:
    network = build_network(war, as_of="2022-10-02", level="principal")
    found = corroboration(war, network).set_index(["from", "to"])
    assert found.loc[("Egypt", "Libyan National Army"), ["claims", "sources", "voices"]].tolist() == [3, 3, 3]
    assert len(clearly_told(network.edges["egypt", "lna", "backs"])) == 4


def test_it_is_told_who_denies(war: Tables) -> None:
    said = told(build_briefing(war, as_of="2020-12-20"), "differences")
    assert "Whether Egypt backs the Libyan National Army: told by Dawn, denied by Egypt (Dawn)." in said


def test_a_month_is_told_of_the_same_year(shipped: Tables) -> None:
    told = {
        "dawn": ("2022-01-12", {"backers": [EGYPT], "ties": [LEADS, WAR]}),
        "dusk": ("2022-10-02", {"backers": [{"backer_id": "turkey", "actor_id": "gna"}]}),
    }
    first = repr(network_news(build_network(of_papers(shipped, told), as_of="latest", level="principal")))
    assert "(Egypt last attested January 2022)" in first


# -- what leads -------------------------------------------------------------------------------------------------------


def test_the_latest_of_those_told_alike_leads(war: Tables) -> None:
    assert turning_points(build_timeline(war))[-1].event_id == "offer"
    assert timeline_finding(build_timeline(war)).endswith("Longer truce offered on 2 October 2022, failed")


def test_the_board_leads_with_the_attempt_that_is_the_news(war: Tables) -> None:
    assert ceasefire_finding(build_ceasefire(war)).startswith(
        "Longer truce offered: the Libyan National Army rejected it"
    )
    briefing = build_briefing(war, as_of="2022-10-02")
    assert briefing.story.main == briefing.story.ceasefire.newest() == "offer"


def test_who_is_in_focus_opens_with_news_of_its_own(war: Tables) -> None:
    briefing = build_briefing(war, as_of="2022-10-02", focus="un")
    assert briefing.story.main == "talks" and "Longer truce" not in told(briefing, "news")


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "number", "inside"),
    [
        ("Houthis", "armed-group", "several", "the Houthis"),
        ("Russian military contractors", "armed-group", "several", "Russian military contractors"),
        ("The armed group", "armed-group", "one", "the armed group"),
        ("NATO", "organisation", "one", "NATO"),
        ("UNHCR", "organisation", "one", "the UNHCR"),
        ("GNA", "government", "one", "the GNA"),
        ("Hezbollah", "movement", "one", "Hezbollah"),
        ("Saudi-led coalition", "group", "several", "the Saudi-led coalition"),
        ("UN panel of experts", "group", "several", "the UN panel of experts"),
        ("Western powers", "group", "several", "Western powers"),
        ("Extremist groups in Tripoli", "group", "several", "extremist groups in Tripoli"),
        ("Other European countries", "group", "several", "other European countries"),
        ("Haftar's rivals", "group", "several", "Haftar's rivals"),
        ("Western Europe", "group", "several", "Western Europe"),
    ],
)
def test_a_name_inside_a_sentence_keeps_its_letters_and_has_its_article(
    name: str, kind: str, number: str, inside: str
) -> None:
    assert named(name, kind, number) == inside


def test_one_judgement_is_counted_as_one(shipped: Tables) -> None:
    told_by_one = of_papers(shipped, {"dawn": ("2020-12-13", {"backers": [EGYPT], "ties": [LEADS, WAR]})})
    first = build_briefing(told_by_one, as_of="latest").sureness.statements[0].text
    assert first == "The one judgement is resting on one voice alone: it would fall by a stricter rule."


# -- groups -----------------------------------------------------------------------------------------------------------


def test_what_a_part_belongs_to_the_whole_does_not(shipped: Tables) -> None:
    member = {"kind": "member-of", "status": "stated"}
    militia = {"actor_id": "militia", "name": "Militia of the coast", "kind": "armed-group", "number": "one"}
    rivals = {"actor_id": "rivals", "name": "Rivals of the army", "kind": "group", "number": "several"}
    signs = [{"event_id": "peace", "actor_id": actor, "role": "signatory"} for actor in ("gna", "rivals", "lna")]
    told = {
        "dawn": (
            "2020-12-13",
            {
                "actors": [{**militia, "aliases": ()}, {**rivals, "aliases": ()}],
                "ties": [{**member, "from_id": "militia", "to_id": to} for to in ("gna", "rivals")],
                "events": [PEACE],
                "event_reports": [{"event_id": "peace", "date": "2020-12-12", "outcome": "signed"}],
                "participants": signs,
            },
        )
    }
    network = build_network(of_papers(shipped, told), as_of="2020-12-13", level="principal")
    ties = {tuple(sorted(edge[:2])) for edge in network.edges(data=True)}
    assert ("gna", "rivals") not in ties and ("gna", "lna") in ties and ("lna", "rivals") in ties


def test_a_selection_that_leaves_an_attempt_out_or_an_actor_is_told_so(shipped: Tables) -> None:
    assert "not consulted" in whole(build_briefing(shipped, statuses=["attributed", "alleged"]))
    bare = build_briefing(shipped, focus="akar", sources=["ucdp-esd-18-1"])
    assert "Nothing is told of the actor in focus in this selection." in told(bare, "news")


def test_whoever_leads_a_body_gives_its_reasons(tmp_path: Path) -> None:
    briefing = build_briefing(load_tables(make_delta(tmp_path / "delta")))
    assert "Oren Malk" in told(briefing, "reasons") and "No source quotes" not in told(briefing, "reasons")
