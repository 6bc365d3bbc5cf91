"""Sentences composed from rows: attributed, as firm as their source, linked, and safe."""

import dataclasses

import pandas as pd
import pytest

from libya_analysis import (
    Tables,
    build_briefing,
    build_network,
    load_tables,
    say_claims,
    say_event,
    say_quotes,
    sensitivity_table,
    source_list,
    voices_table,
)
from libya_analysis.evidence.claim import Cite, Claim, cite
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.vocabulary import TIES
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
    "turkey-threatens-deployment": "Turkey threatens to back the Government of National Accord with military "
    "deployment.",
    "russia-turkey-oil-gas": "Turkey would cooperate with Russia, if there is a ceasefire, "
    "according to a Turkish official.",
    "devdiscourse-turkey-will-send-troops": "Turkey says that it plans to back the Government of National Accord "
    "with troops (unclear: troops for Libya, at the request of the GNA: one that was made, or one that may be made).",
    "turkey-backs-extremist-groups": "Khalifa Haftar alleges that Turkey backs extremist groups in Tripoli "
    "(unclear: taken as part of the aim that Haftar announced; it could also be the source's own description).",
    "putin-pressures-clients": "Vladimir Putin is predicted to press clients of Putin and Erdogan (attested 2019), "
    "according to a Russian official.",
    "reuters-contractors-with-lna": "Russian military contractors back the Libyan National Army "
    "with military deployment.",
    "ucdp-2019-uae-lna": "The United Arab Emirates backs the Libyan National Army with troops (attested 2019).",
}


def test_a_citation_tells_who_says_it_how_firmly_of_when_and_where(claims: dict[str, Claim]) -> None:
    told = [claims["turkey-supports-gna"], claims["trend-lna-opposes-gna"], claims["turkey-military-assistance-gna"]]
    article = [cited.note for cited in cite(told) if cited.source_id == ARTICLE[0]]
    assert article == [
        "¶10, 11: according to a Turkish official; open to two readings; attested on or before 15 January 2020 · note: "
        "the price of the maritime agreement; given, or only promised\n"
        "¶15, 17: stated by the source · note: P17 speaks of stepping up this backing"
    ]
    noted = "it battles forces aligned with it"
    assert cite(told)[0].note == f"¶4: implied by the source; since April 2019 (“Since April”) · note: {noted}"
    assert 'title="¶4: implied by the source; since April' in Prose((Statement("S.", cite(told)),))._repr_html_()


@pytest.mark.parametrize(("claim_id", "words"), SAID.items())
def test_a_claim_is_said_as_firmly_as_it_is_made(
    tables: Tables, claims: dict[str, Claim], claim_id: str, words: str
) -> None:
    statement = say_claim(build_network(tables), claims[claim_id])
    assert statement.text == words
    assert [cited[:2] for cited in statement.cites] == [(claims[claim_id].source_id, claims[claim_id].paragraphs)]


def test_every_claim_has_a_sentence_with_its_speaker_and_condition(tables: Tables, claims: dict[str, Claim]) -> None:
    graph = build_network(tables)
    for claim in claims.values():
        text = say_claim(graph, claim).text
        assert text[0] == text[0].upper() and text.endswith(".") and "  " not in text
        assert claim.speaker.split(" ")[-1] in text and claim.condition in text
        assert (claim.modality == "actual") or any(
            word in text for word in ("threatens", "plans", "planned", "would", "predicted", "feared")
        )


def test_what_is_implied_by_nobody_else_says_so(tables: Tables) -> None:
    said = say_claims(build_network(tables, statuses=["implied"]), kinds=tuple(TIES)).statements
    assert said and all(statement.text.startswith("It is implied that") for statement in said)


PARTS = (
    "news scope reasons people backing patrons days ahead background failures left_out stakes reactions differences "
    "sureness"
).split()
AS_OF = "2020-01-15"


def told(part: str, tables: Tables, **asked: object) -> str:
    return str(getattr(build_briefing(tables, **{"as_of": AS_OF, **asked}), part))


def lines(part: str, tables: Tables, **asked: object) -> list[str]:
    """What a part says, what is folded too."""
    prose = getattr(build_briefing(tables, **{"as_of": AS_OF, **asked}), part)
    return [statement.text for statement in (*prose.statements, *prose.more)]


@pytest.mark.parametrize("focus", ["", "egypt", "turkey", "italy", "russia", "gna", "un", "jordan"])
def test_every_sentence_is_whole_and_linked_to_paragraphs(tables: Tables, focus: str) -> None:
    briefing = build_briefing(tables, as_of=AS_OF, focus=focus)
    known = {(row.source_id, row.paragraph) for row in tables.paragraphs.itertuples()}
    for part in PARTS:
        prose = getattr(briefing, part)
        for statement in (*prose.statements, *prose.more):
            text = statement.text
            assert all((cited.source_id, place) in known for cited in statement.cites for place in cited.paragraphs)
            assert text[-1] in ".”)" and text[0] == text[0].upper(), text
            assert not any(fault in text for fault in ("nan", " ,", "..", "()", "None", ": ;", "  ")), text


def test_the_body_is_short_enough_to_be_read(tables: Tables) -> None:
    for sources in ([], ARTICLE):
        briefing = build_briefing(tables, as_of=AS_OF, sources=sources)
        words = sum(len(said.text.split()) for part in PARTS for said in getattr(briefing, part).statements)
        assert words <= 1500, words


def test_what_is_too_much_is_folded_and_not_lost(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    short = build_briefing(tables, as_of=AS_OF)
    assert short.days.more and str(short.days.more[0]) in str(short.days)
    monkeypatch.setattr("libya_analysis.words.briefing.MOST_WORDS", 100_000)
    whole = build_briefing(tables, as_of=AS_OF)
    for part in PARTS:
        told, all_ = getattr(short, part), getattr(whole, part)
        assert not all_.more or part == "reasons"  # what a source makes of a mind stands behind what is given
        assert sorted(map(str, (*told.statements, *told.more))) == sorted(map(str, (*all_.statements, *all_.more)))
        assert (told.statements and f"<summary>{len(told.more)} more</summary>" in told._repr_html_()) or not told.more


def test_what_follows_on_another_sentence_is_not_parted_from_it(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    for most in range(1000, 1600, 50):
        monkeypatch.setattr("libya_analysis.words.briefing.MOST_WORDS", most)
        days = build_briefing(tables, as_of=AS_OF).days
        for told in ([said.text for said in days.statements], [said.text for said in days.more]):
            if (flight := next((k for k, text in enumerate(told) if "flies to Istanbul" in text), None)) is not None:
                assert told[flight].startswith("Then, undated") and "call for a ceasefire" in told[flight - 1]


def test_the_news_is_who_did_not_sign_what_and_who_did_and_why(tables: Tables) -> None:
    news = build_briefing(tables, as_of=AS_OF).news.statements
    first, second, *_, last = [statement.text for statement in news]
    assert first == (
        "Khalifa Haftar, who leads the Libyan National Army (LNA), left Moscow without signing the truce offered for "
        "signature in Moscow, 13 January 2020."
    )
    assert second.startswith(  # each with those who say so
        "Fayez al-Sarraj, who leads the Government of National Accord (GNA), signed, according to Maria Zakharova and "
        "Sergey Lavrov; Khaled al-Mishri, who leads the High Council of State, signed, according to Sergey Lavrov; "
    )
    assert second.endswith(
        "by the account of Bloomberg Haftar's rivals (pressed by Turkey) signed."
    )  # the same, told of a group
    assert last.startswith("Why, according to Khalifa Haftar: The agreement serves the policy of Turkey")
    assert last.endswith("; Egypt objected, according to an official (country not told).")
    led, alone = (
        next(s.text for s in build_briefing(tables, as_of=AS_OF, **only).news.statements if "invited" in s.text)
        for only in ({}, {"sources": ARTICLE})
    )
    assert led.endswith("; Vladimir Putin, who leads Russia, invited Libya's rival leaders.")
    assert alone.endswith("led the attempt as convener; Vladimir Putin invited Libya's rival leaders.")


def test_reasons_stand_with_their_speakers_and_silence_is_told(tables: Tables) -> None:
    said = told("reasons", tables)
    assert (
        "An official (country not told): Egypt, which backs Haftar, did not support the deal" in said
    )  # who objected, beside the reasons
    assert "An official (country not told): Egypt, which backs Haftar, did not support" not in told("reactions", tables)
    assert "other reasons are given by Khalifa Haftar and a Libyan military source" in told("news", tables)
    assert "Khalifa Haftar: To sign the ceasefire agreement with the Government of National Accord would mean" in said
    alone = told("reasons", tables, sources=ARTICLE)
    assert alone.startswith("No source quotes Khalifa Haftar with a reason.")
    # what a source makes of somebody's mind is no reason that he gives
    assert "Bloomberg, of Vladimir Putin (Russia): It seems that he had not reckoned with" in alone
    assert said.index("A Libyan military source: ") < said.index("An official (") < said.index("Bloomberg, of Khalifa")
    assert "Why, according to" not in told("news", tables, sources=ARTICLE)
    assert "Nobody is quoted with a reason for the call of 8 January 2020, for 12 January; before it: Turkey" in said
    assert (
        "and the United Nations were not consulted, according to officials familiar with the talks; after it: Senior"
        in said
    )


def test_an_outcome_has_the_voice_of_those_who_tell_it(tables: Tables) -> None:
    talks = next(text for text in lines("days", tables) if "talks in Moscow" in text)
    assert talks.endswith(", failed, according to Libyan sources cited by Russian state media.")
    assert not any("talks in Moscow" in text for text in lines("failures", tables))  # they were on the attempt itself


def test_what_is_ambiguous_is_said_to_be(tables: Tables) -> None:
    agreed = next(text for text in lines("background", tables) if "Maritime agreement" in text)
    assert agreed.startswith("Undated: ") and agreed.endswith("European countries objected (open to two readings).")


def test_only_what_is_said_of_something_that_was_is_a_reaction(tables: Tables) -> None:
    said = told("reactions", tables)
    assert "diplomats: They were not surprised. (Unclear: " in said
    quotes = tables.quotes.assign(
        event_id=tables.quotes["event_id"].where(tables.quotes["speaker_id"] != "diplomats", "")
    )
    of_nothing = dataclasses.replace(tables, frames={**tables.frames, "quotes": quotes})
    assert "diplomats" not in told("reactions", of_nothing)
    assert "Berlin" not in said and "in a positive light" in said
    assert "broke the truce" not in said  # stands with the ceasefire itself
    held = next(text for text in lines("days", tables) if "Ceasefire from 12 January" in text)
    assert (
        "ongoing on 14 January; the Government of National Accord and the Libyan National Army each said of it" in held
    )


def test_every_quotation_is_told_somewhere_once(tables: Tables) -> None:
    briefing = build_briefing(tables, as_of=AS_OF)
    parts = [part for name, part in briefing.fitted.items() if name not in ("news", "differences", "patrons")]
    said = [statement.text for part in parts for statement in (*part.statements, *part.more)]
    beside = " ".join(statement.text for statement in briefing.patrons.statements)  # what is set side by side there
    known = [q for q in tables.claimed["quotes"] if q.published and q.published.latest <= briefing.story.question.as_of]
    told = [q for q in known if q.topic not in ("account", "accusation", "threat") and (q.event_id or q.about)]
    assert len(told) > 20
    counts = {q.claim_id: sum(q.quote.rstrip(".") in text for text in said) for q in told}
    assert [q.claim_id for q in told if counts[q.claim_id] != 1 and (counts[q.claim_id] or q.quote not in beside)] == []


def test_old_attempts_are_told_whatever_became_of_them(tables: Tables) -> None:
    said = told("failures", tables)
    assert "13 November 2018: Conference on Libya in Palermo; led by Italy." in said
    assert "Macron calls for an unconditional ceasefire" in said and "Italy tries to bring" in said


def test_nobody_who_backs_a_side_is_hidden_behind_a_number(tables: Tables) -> None:
    said = told("backing", tables)
    for name in ("Turkey", "Egypt", "Russia", "Jordan", "Sudan"):
        assert f"{name} backs" in said
    for name in ("France backed", "Israel and the Sudanese elements backed", "Qatar backed"):
        assert name in said
    assert "others" not in said and "Turkey threatens to back" in said


def test_undated_events_stand_in_their_place_and_say_that_they_have_no_date(tables: Tables) -> None:
    texts = lines("days", tables)
    phoned = "Then, undated: Putin phones the leader of Egypt."
    assert texts[texts.index(phoned) - 2].startswith("8 January: Putin and Erdogan call")
    waits = "Haftar waits for an audience with Putin, in a building of the Russian Foreign Ministry."
    assert f"Undated, before ‘Haftar walks out’: {waits}" in texts
    assert told("ahead", tables).startswith("Planned for 19 January 2020: Summit on Libya in Berlin")


def altered(tables: Tables, report: str, **cells: object) -> Tables:
    """The tables with other cells in one account of an event, and without the other accounts of that event."""
    reports = tables.event_reports
    mine = reports["report_id"] == report
    event = reports.loc[mine, "event_id"].item()
    kept = reports[mine | (reports["event_id"] != event)].copy()
    for column, value in cells.items():
        kept[column] = [
            value if name == report else old for name, old in zip(kept["report_id"], kept[column], strict=True)
        ]
    return dataclasses.replace(tables, frames={**tables.frames, "event_reports": kept})


def test_what_was_planned_and_called_off_is_told_among_the_days(tables: Tables) -> None:
    report = "italian-attempt-report"
    off, still = (altered(tables, report, modality="planned", outcome=outcome) for outcome in ("postponed", "unknown"))
    title = "Between 6 and 12 January: Italy tries to bring Haftar and Sarraj together"
    assert any(text.startswith(f"{title}, postponed") for text in lines("days", off))
    assert not any(text.startswith(title) for text in lines("days", still)), "nobody tells that it came to that"


def test_what_is_planned_for_no_day_comes_next_and_what_is_feared_does_not(tables: Tables) -> None:
    report = "cyprus-mail-haftar-leaves-moscow"
    planned, feared = (
        altered(tables, report, date=None, date_as_written="", modality=modality, outcome="unknown")
        for modality in ("planned", "feared")
    )
    said = "for a day that is not told: Haftar flies towards Amman"
    assert f"Planned {said}" in told("ahead", planned) and said not in told("ahead", feared)


def test_the_attempt_that_is_the_news_is_told_however_long_ago_it_was(tables: Tables) -> None:
    first = lines("days", tables, as_of="2020-03-01")[0]
    assert first.startswith("13 January 2020: Truce offered for signature in Moscow, partly signed")


def test_who_was_not_asked_is_said_in_the_words_of_the_source_first(tables: Tables) -> None:
    said = build_briefing(tables, as_of=AS_OF).left_out.statements
    assert "the Libyans" in said[0].text and "according to officials familiar with the talks" in said[0].text
    assert said[1].text.startswith("After it: Senior official") and "according to two officials" in said[1].text
    assert said[2].text.startswith(
        "No source tells whether others were, whom we count as concerned (the Libyans may take some of them in): "
    )


def test_what_backers_of_both_sides_share_and_what_divides_them(tables: Tables) -> None:
    across, shared, stake, parted = build_briefing(tables, as_of=AS_OF).patrons.statements
    assert across.text.startswith("Russia is behind the Libyan National Army, Turkey behind the Government of National")
    assert across.text.endswith("they cooperate with and oppose each other.")
    assert "Russia and Turkey push into Syria" in shared.text and "call for a ceasefire" in shared.text
    assert "share out their interests in Syria’, according to a Russian official (open to two readings)" in shared.text
    assert "oil and gas together" in stake.text and "oil and gas" not in told("stakes", tables)
    assert "Egypt objected, according to an official (country not told); Russia led." in parted.text
    assert ARTICLE[0] in {cited.source_id for cited in parted.cites}


def test_who_answered_and_who_says_so_is_introduced(tables: Tables) -> None:
    said = told("people", tables)
    assert said.startswith("Khalifa Haftar: Heads the Libyan National Army; 76 years old; based in the east of Libya.")
    assert "read as the same: “Forces of the House of Representatives” (UCDP)" in said
    assert "“UN-recognised government” and “internationally recognised government” (AFP)" in said
    assert "Sergey Lavrov: Russian Foreign Minister." in said and "official" not in said


def test_lengths_that_differ_are_told_as_a_difference_and_not_in_passing(tables: Tables) -> None:
    said = told("differences", tables)
    assert "Which side France backed: the Libyan National Army (Bloomberg; UCDP; Fayez al-Sarraj, as an acc" in said
    assert "lasted seven hours (AFP), about eight hours (Sergey Lavrov) or more than six hours (Reuters)" in said
    assert "lasted" not in told("days", tables)


def test_a_leader_in_focus_counts_as_what_it_leads(tables: Tables) -> None:
    briefing = build_briefing(tables, as_of=AS_OF, focus="haftar")
    assert briefing.story.focus == "lna" and "back the Libyan National Army" in str(briefing.news)
    assert all("Turkey backs" not in said.text for said in briefing.backing.statements)


def test_what_was_said_of_later_events_is_not_told_as_of_a_day_before_them(tables: Tables) -> None:
    before = build_briefing(tables, as_of="2020-01-09")
    assert "did not sign" not in str(before.reasons) + str(before.background) + str(before.ahead)


def test_likelihood_and_confidence_never_share_a_sentence(tables: Tables) -> None:
    said = told("sureness", tables)
    assert "High, from Bloomberg, Daily Sabah, Reuters and UCDP: Egypt backs the Libyan National Army." in said
    assert "Low, from Reuters alone: Russian military contractors back the Libyan National Army; Jordan backs" in said
    assert "Bloomberg, of Haftar's rivals, by name in no source's own words: Fayez al-Sarraj signed." in said
    assert "possibly" not in said and "likely" not in said


def test_what_is_implied_by_what_is_told_says_so(tables: Tables) -> None:
    backers = tables.backers.copy()
    backers.loc[backers["backer_id"] == "russian-contractors", "status"] = "implied"
    tables = dataclasses.replace(tables, frames={**tables.frames, "backers": backers})
    assert "back the Libyan National Army: Reuters (implied by military deployment" in told("backing", tables)
    assert "Reuters alone, by implication alone: Russian military contractors back" in told("sureness", tables)


def test_an_old_backing_is_named_as_not_judged_and_a_contested_one_as_such(tables: Tables) -> None:
    last = build_briefing(tables, as_of=AS_OF).sureness
    said = (*last.statements, *last.more)[-1].text
    assert said.startswith(
        "Not judged, as last attested long before: backing by Israel, Qatar and the Sudanese elements"
    )
    assert "contested, whether France backed the Libyan National Army (" in said and "or the Government" in said


def test_other_means_and_other_reasons_are_differences(tables: Tables) -> None:
    said = told("differences", tables)
    assert "with what Russia backs the Libyan National Army: military deployment (Reuters); mercenaries" in said
    assert "; military deployment of Russian military contractors (Reuters)." in said
    assert (
        "Reasons told with ‘Truce offered for signature in Moscow’ are not the same. Those of a Libyan military" in said
    )
    assert "with what" not in told("differences", tables, sources=ARTICLE)  # one newsroom does not differ


def test_an_article_of_june_leads_with_june(tables: Tables) -> None:
    sources, reports, parts = tables.sources, tables.event_reports, tables.participants
    article = sources[sources["source_id"] == "tass-2020-01-13"].assign(
        source_id="june-2020", published=parse_date("2020-06-07")
    )
    made = reports[reports["report_id"] == "moscow-truce-report"].assign(
        report_id="june", event_id="june-truce", date=parse_date("2020-06-06"), source_id="june-2020"
    )
    part = parts[parts["participation_id"] == "moscow-truce-haftar-withholds"].assign(
        participation_id="june-gna", event_id="june-truce", actor_id="gna", role="rejects", source_id="june-2020"
    )
    event = tables.events[tables.events["event_id"] == "moscow-truce"].assign(
        event_id="june-truce", title="Truce declared in Cairo"
    )
    more = {"sources": article, "event_reports": made, "participants": part, "events": event}
    frames = {name: pd.concat([tables.frames[name], rows], ignore_index=True) for name, rows in more.items()}
    changed = dataclasses.replace(tables, frames={**tables.frames, **frames})
    june = build_briefing(changed, as_of="2020-06-07")
    assert "rejected the truce declared in Cairo, 6 June 2020" in june.news.statements[0].text
    assert "13 January" in build_briefing(changed, as_of=AS_OF, known_on=AS_OF).news.statements[0].text


def test_nothing_chosen_says_so(tables: Tables) -> None:
    briefing = build_briefing(tables, known_on="2010")
    assert "Nobody is said to back" in str(briefing.news)
    assert "Nobody is quoted with a reason" in str(briefing.reasons) and "no judgement" in str(briefing.sureness)
    assert "quote nobody" in str(say_quotes(tables, "istanbul-meeting"))
    assert "say nothing" in str(say_event(tables, "istanbul-meeting", sources=["ucdp-brd-24-1"]))


def test_each_judgement_is_asked_again_under_each_rule(tables: Tables) -> None:
    briefing = build_briefing(tables, as_of=AS_OF)
    table = sensitivity_table(briefing)
    assert (table["any source"] == "stands").all() and len(table) == len(briefing.judgements)
    assert table.loc["Jordan backs the Libyan National Army", "two voices"] == "falls"
    assert set(table["confidence"]) <= {"very low", "low", "moderate", "high"}
    assert table.loc["Turkey backs the Government of National Accord", "confidence"] == "high"


def test_a_call_is_dated_by_when_it_was_made_and_says_what_it_is_for(tables: Tables) -> None:
    said = [statement.text for statement in say_event(tables, "ceasefire-call").statements]
    call = "Putin and Erdogan call for a ceasefire: 8 January 2020, for 11 or 12 January 2020"
    assert said[0].startswith(f"{call} (unclear: 72 hours later: ") and said[0].endswith("or when they called for it).")
    assert "Egypt was not consulted by Russia, according to officials familiar with the talks." in said
    lasted = {claim.lasted for claim in tables.claimed["event_reports"] if claim.lasted}
    assert lasted == {"more than six hours", "seven hours", "about eight hours", "نحو خمس ساعات"}


def test_a_count_of_a_group_is_said_with_the_backing(tables: Tables) -> None:
    backers = tables.backers.copy()
    row = backers["backing_id"].eq("ucdp-2017-sudanese-elements-lna")
    backers.loc[row, ["support", "note"]] = ["weapons", "4 of 6 states"]
    tables = dataclasses.replace(tables, frames={**tables.frames, "backers": backers})
    said = str(say_claims(build_network(tables, sources=["ucdp-esd-18-1"], level="principal")))
    assert "back the Libyan National Army with weapons (attested 2017, 4 of 6 states)." in said


def test_direct_words_alone_stand_between_quotation_marks(tables: Tables) -> None:
    direct = tables.quotes[tables.quotes["direct"]]["text"].str.rstrip(".").nunique()
    assert len(say_quotes(tables, direct=True).statements) == direct
    assert sum("“" in statement.text for statement in say_quotes(tables).statements) == direct


def test_what_two_said_together_is_quoted_once(tables: Tables) -> None:
    said = [statement.text for statement in say_quotes(tables, direct=True).statements]
    assert [text for text in said if "sustainable ceasefire" in text] == [
        "Russia and Turkey: “declare a sustainable ceasefire”"
    ]


def test_events_keep_their_voices_and_conditions(tables: Tables) -> None:
    text = str(say_event(tables, "january-ceasefire"))
    assert ", if their rivals accept it, according to Ahmed Mismari" in text and "ongoing" in text


def test_text_from_tables_is_text_in_html() -> None:
    evil = "<img src=x onerror=alert(1)>"
    shown = Prose((Statement(evil, (Cite(evil, (f"P{evil}",), 1),)),))._repr_html_()
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


def test_who_led_what_nobody_answered_is_said_with_its_name(tables: Tables) -> None:
    news = build_briefing(tables, as_of="2020-01-09", known_on="2020-01-09").news.statements
    assert news[0].text == "Russia and Turkey led ‘Putin and Erdogan call for a ceasefire’ as conveners."
