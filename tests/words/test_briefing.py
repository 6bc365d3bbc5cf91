"""Sentences composed from rows: attributed, as firm as their source, linked, and safe."""

import dataclasses

import pytest

from libya_analysis import (
    Tables,
    build_ceasefire,
    build_network,
    headline,
    key_findings,
    load_tables,
    open_questions,
    say_claims,
    say_event,
    say_quotes,
    scope_line,
    source_list,
    voices_table,
)
from libya_analysis.analysis.network import Claim
from libya_analysis.words.briefing import Prose, Statement, say_claim

ARTICLE = ["moscow-truce-2020"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def claims(tables: Tables) -> dict[str, Claim]:
    graph = build_network(tables)
    return {claim.claim_id: claim for *_, edge in graph.edges(data=True) for claim in edge["claims"]}


SAID = {
    "egypt-backs-haftar": "Egypt backs Khalifa Haftar.",
    "turkey-threatens-deployment": "Turkey threatens to back the Government of National Accord (military deployment).",
    "russia-turkey-oil-gas": "Turkey would cooperate with Russia, but only if there is a ceasefire, "
    "according to a Turkish official.",
    "devdiscourse-turkey-will-send-troops": "Turkey says that it plans to back the Government of National Accord "
    "(troops) (the wording can be read in two ways).",
    "turkey-backs-extremist-groups": "Khalifa Haftar alleges that Turkey backs extremist groups in Tripoli "
    "(the wording can be read in two ways).",
    "putin-pressures-clients": "Vladimir Putin is predicted to press clients of Putin and Erdogan (attested 2019), "
    "according to a Russian official.",
    "reuters-contractors-with-lna": "The Russian military contractors back the Libyan National Army "
    "(military deployment), as is implied.",
    "ucdp-2019-uae-lna": "The United Arab Emirates backs the Libyan National Army (troops, attested 2019).",
}


@pytest.mark.parametrize(("claim_id", "words"), SAID.items())
def test_a_claim_is_said_as_firmly_as_it_is_made(
    tables: Tables, claims: dict[str, Claim], claim_id: str, words: str
) -> None:
    statement = say_claim(build_network(tables), claims[claim_id])
    assert statement.text == words
    assert statement.cites == ((claims[claim_id].source_id, claims[claim_id].paragraphs),)


def test_every_claim_has_a_sentence_with_its_speaker_and_condition(tables: Tables, claims: dict[str, Claim]) -> None:
    graph = build_network(tables)
    for claim in claims.values():
        text = say_claim(graph, claim).text
        assert text[0] == text[0].upper() and text.endswith(".") and "  " not in text
        assert claim.speaker.split(" ")[-1] in text and claim.condition in text
        assert (claim.modality == "actual") or any(
            word in text for word in ("threatens", "plans", "would", "predicted", "feared")
        )


def test_what_is_implied_by_nobody_else_says_so(tables: Tables) -> None:
    assert all("as is implied" in s.text for s in say_claims(build_network(tables, statuses=["implied"])).statements)


@pytest.mark.parametrize("focus", ["", "egypt", "turkey", "italy", "russia", "gna", "un", "jordan"])
def test_findings_are_linked_to_paragraphs(tables: Tables, focus: str) -> None:
    graph = build_network(tables, as_of="2020-01-15", level="principal")
    ceasefire = build_ceasefire(tables, as_of="2020-01-15")
    findings = key_findings(tables, graph, ceasefire, focus).statements
    assert 1 <= len(findings) <= 5
    known = {(row.source_id, row.paragraph) for row in tables.paragraphs.itertuples()}
    for statement in (*findings, *headline(graph, ceasefire, focus).statements):
        assert all((source, place) in known for source, places in statement.cites for place in places)
        assert statement.cites or "Nothing says" in statement.text
        assert "nan" not in statement.text and " ," not in statement.text and ".." not in statement.text


def test_singular_and_plural(tables: Tables) -> None:
    graph = build_network(tables, as_of="2020-01-15", sources=ARTICLE)
    assert str(scope_line(tables, graph)).startswith("55 claims about 50 ties, from 1 source of 1 newsroom or agency")
    several = build_network(tables, as_of="2020-01-15")
    assert "newsrooms and agencies" in str(scope_line(tables, several))


def test_nothing_chosen_says_so(tables: Tables) -> None:
    graph, ceasefire = (
        build_network(tables, known_on="2010", level="principal"),
        build_ceasefire(tables, known_on="2010"),
    )
    assert len(key_findings(tables, graph, ceasefire).statements) == 1
    assert "Nobody is said to back" in str(headline(graph, ceasefire))
    assert "no date" in str(open_questions(tables, graph, ceasefire))
    assert "quote nobody" in str(say_quotes(tables, "istanbul-meeting"))
    assert "say nothing" in str(say_event(tables, "istanbul-meeting", sources=["ucdp-brd-24-1"]))


def test_a_call_is_dated_by_when_it_was_made_and_says_what_it_is_for(tables: Tables) -> None:
    told = [statement.text for statement in say_event(tables, "ceasefire-call").statements]
    assert told[0] == "Putin and Erdogan call for a ceasefire: 8 January 2020, for 11 January 2020 or 12 January 2020."
    assert "Egypt (not consulted by Russia), according to officials familiar with the talks." in told
    lasted = {claim.lasted for claim in tables.claimed["event_reports"] if claim.lasted}
    assert lasted == {"more than six hours", "seven hours", "about eight hours"}


def test_a_count_of_a_group_is_said_with_the_backing(tables: Tables) -> None:
    said = str(say_claims(build_network(tables, sources=["ucdp-esd-18-1"], level="principal")))
    assert "back the Libyan National Army (weapons, attested 2017, 4 of 6 states)." in said


def test_direct_words_alone_stand_between_quotation_marks(tables: Tables) -> None:
    direct = int(tables.quotes["direct"].sum())
    assert len(say_quotes(tables, direct=True).statements) == direct
    assert sum("“" in statement.text for statement in say_quotes(tables).statements) == direct


def test_events_keep_their_voices_and_conditions(tables: Tables) -> None:
    text = str(say_event(tables, "january-ceasefire"))
    assert "only if their rivals accept it, according to Ahmed Mismari" in text and "ongoing" in text


def test_text_from_tables_is_text_in_html() -> None:
    evil = "<img src=x onerror=alert(1)>"
    shown = Prose((Statement(evil, ((evil, (evil,)),)),))._repr_html_()
    assert "<img" not in shown and "&lt;img" in shown
    assert evil in repr(Prose((Statement(evil),)))


def test_links_lead_to_the_list_of_sources(tables: Tables) -> None:
    listed = source_list(tables)._repr_html_()
    for source in tables.published():
        assert f'<li id="{source}">' in listed
    assert f'href="#{ARTICLE[0]}"' in say_claims(build_network(tables, sources=ARTICLE))._repr_html_()


def test_hostile_sources_are_text(tables: Tables) -> None:
    sources = tables.sources
    sources["publisher"] = "<script>alert(1)</script>"
    changed = dataclasses.replace(tables, frames={**tables.frames, "sources": sources})
    assert "<script>" not in source_list(changed)._repr_html_()


def test_voices_add_up(tables: Tables) -> None:
    graph = build_network(tables)
    count = sum(len(edge["claims"]) for *_, edge in graph.edges(data=True))
    assert int(voices_table(graph).to_numpy().sum()) == count
