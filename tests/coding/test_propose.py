"""Drafts of rows: who backs whom, who says so and how firmly, since when; and never what is there already."""

from collections.abc import Callable
from pathlib import Path

import pytest

from libya_analysis.coding.cues import CUES
from libya_analysis.coding.propose import Draft, begun_row, blank_row, propose
from libya_analysis.coding.rows import Folder
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.schema import allowed, fields
from libya_analysis.evidence.tables import Tables, load_tables

from .conftest import TEXT, whole

SOURCE = "azure-news-2022"


@pytest.fixture
def tables(folder: Path) -> Tables:
    before = Folder(folder)
    source = whole(
        "sources", {"source_id": SOURCE, "language": "en", "published": "2022-06-15", "published_basis": "explicit"}
    )
    numbers = [{"source_id": SOURCE, "paragraph": f"P{n}", "role": "body", "sha256": f"{n}" * 64} for n in range(1, 4)]
    before.put({"sources": [source], "paragraphs": numbers}).save(before)
    return load_tables(folder)


def drafts(tables: Tables, *lines: str, table: str = "") -> list[Draft]:
    found = propose(tables, SOURCE, {f"P{n}": line for n, line in enumerate(lines, 1)})
    return [draft for proposal in found.values() for draft in proposal.drafts if table in ("", draft.table)]


def pairs(tables: Tables, *lines: str) -> set[tuple[str, str]]:
    return {(draft.row["backer_id"], draft.row["actor_id"]) for draft in drafts(tables, *lines, table="backers")}


@pytest.mark.parametrize(
    "text",
    [
        "Dorvania and Kestrel back the Azure Council.",
        "Dorvania and Kestrel backed the Azure Council.",
        "The Azure Council is backed by Dorvania and Kestrel.",
        "The Azure Council, supported by Dorvania as well as Kestrel, waits.",
        "With the backing of Dorvania and Kestrel, the Azure Council waits.",
    ],
)
def test_who_backs_whom_in_any_order_and_all_of_a_list(tables: Tables, text: str) -> None:
    assert pairs(tables, text) == {("dorvania", "azure-council"), ("kestrel", "azure-council")}


def test_a_ceasefire_that_is_backed_makes_nobody_a_backer(tables: Tables) -> None:
    assert pairs(tables, "Dorvania backed a ceasefire with the Azure Council.") == set()


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Dorvania backs Malk.", ("stated", "actual", "", "")),
        ("Dorvania backs Malk, Kestrel said.", ("attributed", "actual", "", "kestrel")),
        ("According to Kestrel, Dorvania backs Malk.", ("attributed", "actual", "", "kestrel")),
        ("Kestrel accused Dorvania of backing Malk.", ("alleged", "actual", "", "kestrel")),
        ("Dorvania threatened to back Malk.", ("stated", "threatened", "", "")),
        ("Dorvania will back Malk if Kestrel attacks.", ("stated", "conditional", "if Kestrel attacks", "")),
        ("Dorvania is expected to back Malk.", ("stated", "predicted", "", "")),
    ],
)
def test_voice_and_firmness_are_kept(tables: Tables, text: str, cells: tuple[str, ...]) -> None:
    found = drafts(tables, text, table="backers")
    assert [tuple(draft.row[column] for column in ("status", "modality", "condition", "said_by")) for draft in found][
        :1
    ] == [cells]


def test_who_denies_backing_is_the_speaker(tables: Tables) -> None:
    (draft,) = drafts(tables, "Dorvania denied that Kestrel backs Malk.", table="backers")
    assert (draft.row["status"], draft.row["said_by"]) == ("denied", "dorvania")


def test_dates_of_a_state_are_its_start_or_when_it_was_so(tables: Tables) -> None:
    (since,) = drafts(tables, "Dorvania has backed Malk since April.", table="backers")
    assert [since.row[column] for column in ("start", "end", "dates_as_written", "dates_basis")] == [
        "2022-04",
        "open",
        "since April",
        "inferred",
    ]
    (then,) = drafts(tables, "Dorvania backed Malk in 2019.", table="backers")
    assert [then.row[column] for column in ("start", "attested", "dates_basis")] == ["", "2019", "none"]


def test_a_quotation_has_its_speaker_listener_and_day(tables: Tables) -> None:
    (draft,) = drafts(tables, "“We will not leave Port Azure,” Malk told reporters on Monday.", table="quotes")
    row = draft.row
    assert (row["speaker_id"], row["text"], row["direct"], row["said_to"]) == (
        "malk",
        "We will not leave Port Azure",
        "true",
        "reporters",
    )
    assert (row["said"], row["said_as_written"], row["said_basis"]) == ("2022-06-13", "on Monday", "inferred")


def test_one_word_between_quotation_marks_is_no_quotation(tables: Tables) -> None:
    assert drafts(tables, "Malk spoke of a “success” in Port Azure.", table="quotes") == []


def test_he_is_the_person_who_spoke_before_and_that_paragraph_is_cited(tables: Tables) -> None:
    found = drafts(tables, "Malk told reporters that he was tired.", "“Nobody asked us,” he added.", table="quotes")
    assert [(draft.row["speaker_id"], draft.row["paragraphs"]) for draft in found] == [
        ("malk", "P1"),
        ("malk", "P1;P2"),
    ]


def test_what_is_said_without_quotation_marks_is_drafted_for_the_coder_to_put_into_words(tables: Tables) -> None:
    (draft,) = drafts(tables, "Malk told reporters on Monday that Kestrel would not help.", table="quotes")
    assert [draft.row[column] for column in ("speaker_id", "direct", "text", "about", "said", "said_to")] == [
        "malk", "false", "", "kestrel", "2022-06-13", "reporters",
    ]  # fmt: skip
    claimed = drafts(tables, "Malk said that Dorvania backs Kestrel.")
    assert [draft.table for draft in claimed if draft.table != "actors"] == ["backers"]  # which says it already


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Kestrel's Malk is backed by Dorvania.", {"dorvania malk"}),
        ("Malk was accused of helping Kestrel, the ministry said.", set()),
        ("Dorvania (Dorvania) and Kestrel-backed Malk waits.", {"dorvania malk", "kestrel malk"}),
    ],
)  # fmt: skip
def test_possessives_brackets_and_lists_are_read(tables: Tables, text: str, who: set[str]) -> None:
    found = {
        " ".join((row["backer_id"], row["actor_id"])) for row in (d.row for d in drafts(tables, text, table="backers"))
    }
    assert found == who


def test_somebody_else_between_a_name_and_the_verb_is_the_one_who_speaks(tables: Tables) -> None:
    (draft,) = drafts(
        tables, "“We shall wait here,” to judge the advance of Malk, the presidency said.", table="quotes"
    )
    assert draft.row["speaker_id"] == ""


def test_who_signs_and_who_leaves_take_part_in_what_is_signed_and_left(tables: Tables) -> None:
    found = drafts(tables, "Malk left Port Azure with Kestrel without signing the ceasefire agreement.")
    events = {draft.row["event_id"]: draft.row["kind"] for draft in found if draft.table == "events"}
    roles = {
        (d.row["actor_id"], d.row["role"], events.get(d.row["event_id"])) for d in found if d.table == "participants"
    }
    assert ("malk", "withholds", "truce") in roles and ("malk", "traveller", "departure") in roles
    assert sorted(events.values()) == ["departure", "truce"]  # a ceasefire agreement is one thing


def test_a_short_form_in_brackets_means_what_stands_before_it(tables: Tables) -> None:
    found = drafts(tables, "The Rapid Coastal Forces (RCF) wait.", "Dorvania backs the RCF.")
    (actor,) = [draft.row for draft in found if draft.table == "actors"]
    assert actor["actor_id"] == "rapid-coastal-forces" and actor["aliases"] == f"RCF@{SOURCE}"
    assert pairs(tables, "The Rapid Coastal Forces (RCF) wait.", "Dorvania backs the RCF.") == {
        ("dorvania", "rapid-coastal-forces")
    }


def test_a_person_named_in_full_once_is_known_by_the_surname(tables: Tables) -> None:
    found = drafts(tables, "President Jana Korr of Dorvania spoke.", "Korr said Kestrel backs Malk.")
    new, known = [draft.row for draft in found if draft.table == "actors"]
    assert (new["actor_id"], new["name"], new["kind"]) == ("jana-korr", "Jana Korr", "person")
    assert new["aliases"] == f"Korr@{SOURCE}" and known["aliases"] == f"Malk@old-2021;Malk@{SOURCE}"
    (backing,) = [draft.row for draft in found if draft.table == "backers"]
    assert (backing["status"], backing["said_by"]) == ("attributed", "jana-korr")


def test_another_spelling_of_a_known_name_becomes_an_alias(tables: Tables) -> None:
    (draft,) = drafts(tables, "They wrote to Ilse Tarn Vohl.", table="actors")
    assert (draft.row["actor_id"], draft.row["name"], draft.row["aliases"]) == (
        "tarn",
        "Ilse Tarn-Vöhl",
        "Ilse Tarn Vohl@azure-news-2022",
    )


def test_a_sentence_on_a_known_event_gives_an_account_of_it_and_no_new_event(tables: Tables) -> None:
    found = drafts(tables, "Malk attended the talks in Port Azure on Monday, without signing anything.")
    reports = [draft.row for draft in found if draft.table == "event_reports"]
    assert [(row["event_id"], row["date"], row["outcome"]) for row in reports] == [
        ("azure-talks", "2022-06-13", "unsigned")
    ]
    roles = {(draft.row["actor_id"], draft.row["role"]) for draft in found if draft.table == "participants"}
    assert roles == {("malk", "attends"), ("malk", "withholds")}
    assert not [draft for draft in found if draft.table == "events"]


def test_a_new_event_is_drafted_once_and_taken_up_again(tables: Tables) -> None:
    found = drafts(tables, "Dorvania launched an offensive on Monday.", "Malk fled from the offensive.", table="events")
    assert [(draft.row["kind"], draft.row["title"]) for draft in found] == [("offensive", "Offensive: Dorvania")]


@pytest.mark.parametrize(
    "text",
    [
        "Dorvania's president Malk waited.",
        "Dorvanian President Oren Malk waited.",
        "The Dorvania head, Malk, waited.",
        "Malk, leader of Dorvania, waited.",
        "Malk, who leads Dorvania, waited.",
        "Dorvania, led by Malk, waited.",
    ],
)
def test_titles_tie_a_person_to_a_body(tables: Tables, text: str) -> None:
    (draft,) = drafts(tables, text, table="ties")
    assert (draft.row["from_id"], draft.row["kind"], draft.row["to_id"]) == ("malk", "leads", "dorvania")


def test_whoever_speaks_a_title_is_the_sources_own_word(tables: Tables) -> None:
    (draft,) = drafts(tables, "Dorvania's president Malk said on Monday that he was tired.", table="ties")
    assert [draft.row[column] for column in ("status", "said_by", "attested")] == ["stated", "", ""]


def test_titled_persons_in_a_list_all_take_part(tables: Tables) -> None:
    text = "Dorvania's president Malk and Kestrel's leader Ilse Tarn-Vöhl called for a ceasefire."
    found = [draft.row for draft in drafts(tables, text, table="participants")]
    assert {(row["actor_id"], row["role"]) for row in found} == {("malk", "convener"), ("tarn", "convener")}


def test_what_is_coded_already_is_not_proposed_again(folder: Path, tables: Tables) -> None:
    text = {"P1": "Dorvania backs Malk."}
    found = propose(tables, SOURCE, text)["P1"].drafts
    assert [draft.table for draft in found] == ["actors", "backers"]
    before = Folder(folder)
    before.put({draft.table: [draft.row] for draft in found}).save(before)
    assert propose(load_tables(folder), SOURCE, text)["P1"].drafts == ()


def test_drafts_are_whole_rows_that_can_be_written_as_they_are(folder: Path, tables: Tables) -> None:
    text = ["Jana Korr met Malk on Monday.", "“We met before,” Malk said. Kestrel has backed Malk since 2020.", TEXT]
    found = drafts(tables, *text)
    rows: dict[str, list[dict[str, str]]] = {}
    for draft in found:
        assert list(draft.row) == list(fields(draft.table))
        rows.setdefault(draft.table, []).append(draft.row)
    before = Folder(folder)
    assert {"actors", "backers", "quotes"} <= set(rows)
    assert [
        problem for problem in before.put(rows).new_problems(before) if problem.column not in ("said_by", "topic")
    ] == []


def test_marks_show_names_dates_quotations_and_cues(tables: Tables) -> None:
    text = "Malk told Jana Korr on Monday: “Dorvania threatens all of us.”"
    marks = propose(tables, SOURCE, {"P1": text})["P1"].marks
    assert {(mark.kind, mark.text) for mark in marks} >= {
        ("actor", "Malk"), ("speech", "told"), ("new", "Jana Korr"), ("date", "on Monday"), ("actor", "Dorvania"),
        ("cue", "threatens"),
    }  # fmt: skip
    assert all(text[mark.first : mark.last] == mark.text for mark in marks)


def test_arabic_sentences_give_drafts_too(folder: Path, tables: Tables) -> None:
    before = Folder(folder)
    source = {"source_id": "arabic-2022", "language": "ar", "published": "2022-06-15", "published_basis": "explicit"}
    before.put(
        {
            "sources": [whole("sources", source)],
            "paragraphs": [{"source_id": "arabic-2022", "paragraph": "P1", "role": "body", "sha256": "1" * 64}],
        }
    ).save(before)
    found = propose(load_tables(folder), "arabic-2022", {"P1": "أورين مالك المدعوم من دورفانيا غادر المحادثات أمس."})[
        "P1"
    ]
    assert [(draft.row["backer_id"], draft.row["actor_id"]) for draft in found.drafts if draft.table == "backers"] == [
        ("dorvania", "malk")
    ]
    number = {"P1": "قال أورين مالك إن دورفانيا تنتظر. واعتبر أن الاتفاق يخدمها."}
    quotes = [d.row for d in propose(load_tables(folder), "arabic-2022", number)["P1"].drafts if d.table == "quotes"]
    assert [(row["speaker_id"], row["direct"]) for row in quotes] == [("malk", "false"), ("malk", "false")]


@pytest.fixture
def arabic(folder: Path) -> Callable[..., list[dict[str, str]]]:
    before = Folder(folder)
    source = {"source_id": "arabic-2022", "language": "ar", "published": "2022-06-15", "published_basis": "explicit"}
    rows = [{"source_id": "arabic-2022", "paragraph": f"P{n}", "role": "body", "sha256": f"{n}" * 64} for n in (1, 2)]
    before.put({"sources": [whole("sources", source)], "paragraphs": rows}).save(before)

    def drafted(*lines: str, table: str) -> list[dict[str, str]]:
        found = propose(load_tables(folder), "arabic-2022", {f"P{n}": line for n, line in enumerate(lines, 1)})
        return [draft.row for one in found.values() for draft in one.drafts if draft.table == table]

    return drafted


def reports(tables: Tables, *lines: str) -> list[tuple[str, str]]:
    return [(d.row["event_id"], d.row["paragraphs"]) for d in drafts(tables, *lines, table="event_reports")]


def test_the_deal_is_the_one_spoken_of_before_unless_something_tells_it_apart(tables: Tables) -> None:
    signed = "Malk signed a truce in Kestrel on Monday."
    found = drafts(tables, signed, "Tarn-Vöhl rejected the deal.", table="participants")
    assert len({draft.row["event_id"] for draft in found}) == 1
    other = drafts(tables, signed, "Dorvania rejected the deal on fishing.", table="participants")
    assert len({draft.row["event_id"] for draft in other}) == 2


def test_an_event_is_reported_once_and_what_comes_later_is_put_into_that_row(tables: Tables) -> None:
    found = drafts(tables, "Malk signed a truce.", "Kestrel left the truce unsigned on Monday.", table="event_reports")
    (row,) = [draft.row for draft in found]
    assert (row["date"], row["date_as_written"], row["paragraphs"]) == ("2022-06-13", "on Monday", "P1;P2")


def test_a_claim_said_again_is_one_draft_with_both_paragraphs(tables: Tables) -> None:
    found = drafts(tables, "Dorvania backs Malk.", "Dorvania backs Malk.", table="backers")
    assert [draft.row["paragraphs"] for draft in found] == ["P1;P2"]
    said = drafts(tables, "Dorvania backs Malk.", "According to Kestrel, Dorvania backs Malk.", table="backers")
    assert [draft.row["said_by"] for draft in said] == ["", "kestrel"]


def test_a_deadline_is_what_something_is_for_and_no_day_of_it(tables: Tables) -> None:
    (asked,) = drafts(tables, "Malk asked for more time until Friday.", table="event_reports")
    assert [asked.row[column] for column in ("date", "date_basis", "due")] == ["", "none", "2022-06-17"]
    (left,) = drafts(tables, "Malk left Kestrel on Monday, though he had until Friday.", table="event_reports")
    assert [left.row[column] for column in ("date", "due")] == ["2022-06-13", ""]


def test_what_is_told_as_done_has_no_day_after_the_text(tables: Tables) -> None:
    (call,) = drafts(tables, "Dorvania called for a ceasefire on June 20.", table="event_reports")
    assert [call.row[column] for column in ("date", "due")] == ["", "2022-06-20"]


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Malk left Kestrel after the talks in Port Azure.", ("after", "after the talks")),
        ("After the talks in Port Azure, Malk left Kestrel.", ("after", "After the talks")),
        ("Malk left Kestrel before the talks in Port Azure.", ("before", "before the talks")),
    ],
)
def test_two_events_of_a_sentence_stand_in_their_order(tables: Tables, text: str, order: tuple[str, str]) -> None:
    (draft,) = drafts(tables, text, table="event_relations")
    row = draft.row
    assert (row["relation"], row["as_written"]) == order and row["other_event_id"] == "azure-talks"
    assert row["event_id"].startswith("departure")


def test_who_did_not_sign_is_named_in_the_clause_and_not_who_speaks_of_it(tables: Tables) -> None:
    text = "Tarn-Vöhl said that Malk, who rules there, left Kestrel without signing the truce."
    found = drafts(tables, text, table="participants")
    assert {draft.row["actor_id"] for draft in found if draft.row["role"] == "withholds"} == {"malk"}


def test_beyond_a_turn_of_the_sentence_the_speaker_may_no_longer_speak(tables: Tables) -> None:
    text = "Kestrel said that Dorvania backs Malk, while Tarn-Vöhl backs the Azure Council."
    rows = [draft.row for draft in drafts(tables, text, table="backers")]
    assert [(row["said_by"], row["reading"]) for row in rows] == [("kestrel", ""), ("kestrel", "ambiguous")]


def test_dorvanias_rival_is_not_dorvania_and_what_is_put_in_before_a_verb_does_not_act(tables: Tables) -> None:
    assert pairs(tables, "Kestrel backs Dorvania's rival, Malk.") == {("kestrel", "malk")}
    assert pairs(tables, "Malk, whose men fled from Dorvania, backs Kestrel.") == {("malk", "kestrel")}


def test_a_passive_has_its_doers_behind_it(tables: Tables) -> None:
    text = "The talks in Port Azure, mediated by Dorvania and Kestrel, ended."
    rows = [draft.row for draft in drafts(tables, text, table="participants")]
    assert {(row["actor_id"], row["role"]) for row in rows} == {("dorvania", "mediator"), ("kestrel", "mediator")}


def test_of_who_was_called_upon_it_is_said_by_whom(tables: Tables) -> None:
    text = "Dorvania and Kestrel called on Malk to accept a ceasefire."
    rows = [d.row for d in drafts(tables, text, table="participants") if d.row["role"] == "called"]
    assert [(row["actor_id"], row["counterpart"]) for row in rows] == [("malk", "dorvania"), ("malk", "kestrel")]
    assert len({row["participation_id"] for row in rows}) == 2


def test_officials_without_a_name_belong_to_whom_they_serve(tables: Tables) -> None:
    (draft,) = drafts(tables, "Two Dorvanian officials waited.", table="ties")
    assert (draft.row["from_id"], draft.row["kind"], draft.row["to_id"]) == (
        "two-dorvanian-officials", "member-of", "dorvania",
    )  # fmt: skip
    (within,) = drafts(tables, "A senior official in the Azure Council waited.", table="ties")
    assert within.row["to_id"] == "azure-council"


def test_what_stands_before_its_speaker_without_quotation_marks_is_a_quotation_too(tables: Tables) -> None:
    (draft,) = drafts(tables, "Nothing would be decided there this week, Malk said on Monday.", table="quotes")
    assert (draft.row["speaker_id"], draft.row["direct"], draft.row["said"]) == ("malk", "false", "2022-06-13")


def test_of_a_conflict_that_is_new_bodies_in_small_letters_and_full_names_are_found(tables: Tables) -> None:
    lines = "Here Eritrea hears the Eritrean armed forces under General Tesfa al-Amin.", "The Eritrean ship left."
    rows = {draft.row["actor_id"]: draft.row for draft in drafts(tables, *lines, table="actors")}
    assert {name: row["kind"] for name, row in rows.items()} == {
        "eritrea": "state", "eritrean-armed-forces": "armed-group", "tesfa-al-amin": "person",
    }  # fmt: skip
    (tie,) = drafts(tables, *lines, table="ties")
    assert [tie.row[column] for column in ("from_id", "kind", "to_id")] == [
        "tesfa-al-amin", "leads", "eritrean-armed-forces",
    ]  # fmt: skip


def test_a_headline_with_a_surname_alone_makes_no_second_person(folder: Path, tables: Tables) -> None:
    path = folder / "paragraphs.csv"
    begun = path.read_text().replace(f"{SOURCE},P1,body", f"{SOURCE},P1,heading")
    path.write_text(begun)
    found = drafts(load_tables(folder), "Korr leaves", "President Jana Korr left Kestrel.", table="actors")
    assert [draft.row["actor_id"] for draft in found if draft.row["actor_id"] not in ("malk", "kestrel")] == [
        "jana-korr"
    ]


def test_who_leads_efforts_mediates_and_an_ally_backs(tables: Tables) -> None:
    (draft,) = drafts(tables, "It ran beside peace efforts led by Dorvania.", table="participants")
    assert (draft.row["actor_id"], draft.row["role"]) == ("dorvania", "mediator")
    assert pairs(tables, "Malk's closest ally has been Kestrel.") == {("kestrel", "malk")}


def test_a_headline_makes_no_event_of_its_own(folder: Path, tables: Tables) -> None:
    path = folder / "paragraphs.csv"
    path.write_text(path.read_text().replace(f"{SOURCE},P1,body", f"{SOURCE},P1,heading"))
    found = drafts(
        load_tables(folder), "Strongman launches an offensive", "Malk launched an offensive.", table="events"
    )
    assert [draft.row["title"] for draft in found] == ["Offensive: Oren Malk"]


def test_all_words_of_a_text_for_a_known_actor_are_one_draft(tables: Tables) -> None:
    lines = ["A Dorvanian ship left.", "It was Dorvania's, a Dorvanien said; Malk and Orren Malk waited."]
    rows = [draft.row for draft in drafts(tables, *lines, table="actors")]
    assert len(rows) == len({row["actor_id"] for row in rows})


def test_the_id_of_a_quotation_does_not_break_off_in_the_middle(tables: Tables) -> None:
    (draft,) = drafts(tables, "“The harbour of the north is closed,” Malk told reporters.", table="quotes")
    assert draft.row["quote_id"] == "azure-news-malk-the-harbour"


def test_in_arabic_a_verb_before_its_subject_is_not_the_speakers(arabic: Callable[..., list[dict[str, str]]]) -> None:
    line = "أكد أورين مالك أن المحادثات انتهت، فيما طلب باسل نمر مهلة حتى الجمعة، قبل أن يغادر دون التوقيع على الهدنة."
    first = "قال السيد باسل نمر إن دورفانيا تنتظر."
    roles = {(row["actor_id"], row["role"]) for row in arabic(first, line, table="participants")}
    assert ("basl-nmr", "party") in roles and ("basl-nmr", "withholds") in roles
    assert ("malk", "withholds") not in roles
    assert {row["speaker_id"] for row in arabic(first, line, table="quotes")} >= {"malk"}
    (order,) = arabic(first, line, table="event_relations")
    assert (order["relation"], order["as_written"]) == ("before", "قبل أن يغادر")


def test_in_arabic_a_council_is_a_body_and_officials_are_several(arabic: Callable[..., list[dict[str, str]]]) -> None:
    rows = arabic("وصل رئيس المجلس المحلي للمرفأ باسل نمر مع مسؤولين كبار.", table="actors")
    kinds = {row["name"]: (row["kind"], row["number"]) for row in rows}
    assert kinds["المجلس المحلي للمرفأ"] == ("organisation", "one") and kinds["باسل نمر"] == ("person", "one")
    assert kinds["مسؤولين كبار"] == ("officials", "several")
    assert all(f"{row['name']}@arabic-2022" in row["aliases"] for row in rows)  # the name is to be written in Latin


def test_an_unknown_source_is_said_with_the_nearest(tables: Tables) -> None:
    with pytest.raises(ParameterError, match="did you mean"):
        propose(tables, "azure-news-2021", {})


def test_every_cue_proposes_cells_that_the_schema_allows() -> None:
    for cue in CUES:
        tables_of = [cue.table] if cue.table else [name for name in CLAIM_TABLES if "said_by" in fields(name)]
        wrong = [
            (name, cell) for name in tables_of for cell in cue.cells.items() if cell[1] not in allowed(name, cell[0])
        ]
        assert wrong == [] and cue.pattern


def ties(tables: Tables, *lines: str) -> set[str]:
    found = drafts(tables, *lines, table="ties")
    return {f"{row['from_id']} {row['kind']} {row['to_id']} {row['status']}" for row in (one.row for one in found)}


def roles(tables: Tables, *lines: str) -> set[tuple[str, str]]:
    return {(one.row["actor_id"], one.row["role"]) for one in drafts(tables, *lines, table="participants")}


def test_a_body_that_is_somebodys_is_led_by_them_and_is_what_is_backed(tables: Tables) -> None:
    text = "Dorvania backs Malk’s Kestrel-based, widely recognised Azure Council."
    assert pairs(tables, text) == {("dorvania", "azure-council")}
    assert "malk leads azure-council implied" in ties(tables, text)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Dorvania sent drones to Malk and Kestrel backs the Azure Council.", "dorvania malk, kestrel azure-council"),
        ("Dorvania to send troops to Port Azure, Malk says", ""),  # who speaks is not who is backed
        ("Malk criticised countries backing the Azure Council.", ""),  # which are not named
        ("Dorvania provides the necessary assistance to Malk.", "dorvania malk"),
        ("Malk wrote, with funding from Kestrel, of the sea.", "kestrel malk"),
        ("Dorvania men have been deployed alongside Malk.", "dorvania malk"),
    ],
)
def test_who_acts_next_or_is_not_named_is_in_no_backing(tables: Tables, text: str, who: str) -> None:
    assert {" ".join(pair) for pair in pairs(tables, text)} == set(filter(None, who.split(", ")))


@pytest.mark.parametrize(
    ("text", "tie"),
    [
        ("Malk then wrote to the leader of Kestrel, which waits.", ""),
        ("Tarn-Vöhl and Malk, prime minister of Kestrel, waited.", "malk leads kestrel stated"),
        ("Forces loyal to Malk waited in Kestrel.", ""),
        ("Dorvania's minister of trade denied that his country had helped the Azure Council.", ""),
        ("Azure Council forces loyal to Malk waited.", "malk leads azure-council stated"),
        ("Tarn-Vöhl, a harbour expert at the Azure Council, waited.", "tarn member-of azure-council stated"),
        ("They spoke of Malk's strongman rival Ilse Tarn-Vöhl.", "tarn opposes malk stated"),
    ],
)
def test_words_for_what_somebody_is_stand_beside_them(tables: Tables, text: str, tie: str) -> None:
    assert ties(tables, text) == set(filter(None, [tie]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dorvania rebuffed a call by Malk for them to declare a ceasefire.", ("dorvania rejects", "malk convener")),
        ("Malk, who had paid a visit to Dorvania, met Tarn-Vöhl.", ("malk attends", "tarn attends")),
        ("Malk praised the Azure Council after talks on Monday with Tarn-Vöhl.", ("malk attends", "tarn attends")),
        ("Malk told Tarn-Vöhl that they had lost and called for a ceasefire.", ("malk convener",)),
        ("Malk announced an offensive on Monday.", ("malk party",)),
        ("Kestrel accepted a truce on Monday.", ("kestrel accepts",)),
    ],
)
def test_who_does_something_is_the_subject_of_its_verb(tables: Tables, text: str, found: tuple[str, ...]) -> None:
    assert {" ".join(role) for role in roles(tables, text)} >= set(found)
    assert not {(one, role) for one, role in roles(tables, text) if (one, role) == ("dorvania", "attends")}


def test_who_is_called_on_to_declare_a_ceasefire_has_declared_none(tables: Tables) -> None:
    text = "Malk and Kestrel called on all sides to “declare a lasting ceasefire”."
    assert [draft.row["kind"] for draft in drafts(tables, text, table="events")] == ["ceasefire-call"]


def test_he_left_later_is_the_person_of_the_sentence_before(tables: Tables) -> None:
    lines = "Malk waited in the hall.", "Instead, he hoped for Ilse Tarn-Vöhl. Hours later, he left Kestrel."
    assert roles(tables, *lines) == {("malk", "traveller")}


def test_a_dateline_does_nothing(tables: Tables) -> None:
    found = roles(tables, "KESTREL, June 14 (Azure) — General Oren Malk left Dorvania without signing the truce.")
    assert {one for one, _ in found} == {"malk"}


def test_who_announces_an_offensive_does_not_speak_and_nobody_is_who_a_report_is_by(tables: Tables) -> None:
    (row,) = [d.row for d in drafts(tables, "Malk announced an offensive on Monday.", table="event_reports")]
    assert (row["status"], row["said_by"]) == ("stated", "")
    assert not drafts(tables, "Malk could visit Kestrel, according to the report.", table="quotes")


def test_who_calls_together_cooperates(tables: Tables) -> None:
    assert ties(tables, "Kestrel and Dorvania called for a truce.") == {"dorvania cooperates-with kestrel implied"}


def test_the_ministry_is_the_one_named_before_and_who_spoke_goes_on_in_a_paragraph_of_their_own(tables: Tables) -> None:
    lines = (
        "The Dorvanian foreign ministry waited.",
        "“We never agreed,” the ministry said on Monday.",
        "“Nor shall we.”",
    )
    rows = [draft.row for draft in drafts(tables, *lines, table="quotes")]
    assert {row["speaker_id"] for row in rows} == {"dorvanian-foreign-ministry"}
    assert [row["said"] for row in rows] == ["2022-06-13", "2022-06-13"]
    assert [row["paragraphs"] for row in rows] == ["P1;P2", "P1;P2;P3"]


def test_what_goes_on_since_april_began_then(tables: Tables) -> None:
    (row,) = [d.row for d in drafts(tables, "Malk has waged an offensive since April.", table="event_reports")]
    assert (row["date"], row["date_as_written"], row["outcome"]) == ("2022-04", "since April", "ongoing")


def test_a_counter_offensive_is_another_and_what_was_called_for_in_talks_is_part_of_them(tables: Tables) -> None:
    lines = "Malk launched an offensive.", "Kestrel launched a counter-offensive."
    assert len(drafts(tables, *lines, table="events")) == 2
    (order,) = drafts(tables, "Malk met Kestrel.", "In their talks, Malk called for a truce.", table="event_relations")
    assert (order.row["relation"], order.row["as_written"]) == ("part-of", "In their talks")


def test_in_a_conflict_that_is_new_the_adjective_of_a_state_is_known(tables: Tables) -> None:
    lines = "United Arab Emirates waited.", "An Emirati official said that Malk had lost."
    (tie,) = drafts(tables, *lines, table="ties")
    assert (tie.row["from_id"], tie.row["to_id"]) == ("an-emirati-official", "united-arab-emirates")


def test_another_row_begins_with_event_and_voice_of_the_one_before_and_who_is_named_next() -> None:
    before = blank_row("participants", SOURCE, "P1", event_id="azure-talks", actor_id="malk", status="denied")
    before |= {"role": "attends", "said_by": "kestrel"}
    row = begun_row("participants", SOURCE, "P1", [("participants", before)], ["malk", "tarn", "kestrel"])
    cells = "event_id", "role", "status", "said_by", "actor_id"
    assert [row[one] for one in cells] == ["azure-talks", "attends", "denied", "kestrel", "tarn"]
    assert begun_row("quotes", SOURCE, "P1", [("participants", before)])["speaker_id"] == "kestrel"
    later = begun_row("ties", SOURCE, "P2", [("participants", before)], ["tarn", "malk"])
    assert [later[one] for one in ("from_id", "to_id", "status", "said_by")] == ["tarn", "malk", "stated", ""]
    assert (
        later.get("event_id", "")
        == begun_row("event_reports", SOURCE, "P2", [("participants", before)])["event_id"]
        == ""
    )
    event = [("events", {"event_id": "azure-truce", "paragraphs": "P1"})]
    assert begun_row("event_reports", SOURCE, "P1", event)["event_id"] == "azure-truce"
    assert begun_row("backers", SOURCE, "P1", event, ["malk", "tarn"])["event_id"] == ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("وقالت بعثة الأمم المتحدة للدعم إن", {"بعثة الأمم المتحدة للدعم": "organisation"}),
        ("ويقول الكاتب والباحث السياسي، عبد الباسط بن نمر، إن", {"عبد الباسط بن نمر": "person"}),
        ("الميليشيات المحلية التي يقودها باسل النمر", {"الميليشيات المحلية": "armed-group", "باسل النمر": "person"}),
        ("ووقع رئيس مجلس المدينة ومقره المرفأ باسل نمر", {"مجلس المدينة": "organisation"}),
        ("وأكد المتحدث باسم القوات الجوية", {"القوات الجوية": "armed-group"}),
        ("من بينها الكويت والسعودية", {"الكويت": "state", "السعودية": "state"}),
        ("القوات المدعومة من حلف الناتو", {"حلف الناتو": "organisation"}),
    ],
)
def test_in_arabic_new_bodies_and_persons_are_found_by_the_words_around_them(
    arabic: Callable[..., list[dict[str, str]]], text: str, names: dict[str, str]
) -> None:
    found = {row["aliases"].partition("@")[0]: row["kind"] for row in arabic(text, table="actors")}
    assert found == names


def test_a_new_state_comes_with_its_names_and_its_code(arabic: Callable[..., list[dict[str, str]]]) -> None:
    (row,) = arabic("زار المبعوث الكويت.", table="actors")
    assert [row[one] for one in ("actor_id", "name", "name_ar", "country")] == ["kuwait", "Kuwait", "الكويت", "KWT"]


def test_in_arabic_all_who_signed_are_drafted_with_what_they_are_between(
    arabic: Callable[..., list[dict[str, str]]],
) -> None:
    lines = "وصل المبعوث باسل نمر والمشير سالم هزاع.", "ووقع الهدنة أورين مالك ومنافسه في شرق البلاد المشير سالم هزاع."
    signed = {row["actor_id"] for row in arabic(*lines, table="participants") if row["role"] == "signatory"}
    assert signed == {"malk", "salm-hzaa"}


def test_in_arabic_who_is_named_behind_that_does_not_speak_and_a_verb_alone_is_of_who_spoke(
    arabic: Callable[..., list[dict[str, str]]],
) -> None:
    rows = arabic("قال أورين مالك إن دورفانيا انسحبت.", "وأكد أن دورفانيا ستعود.", table="quotes")
    assert [row["speaker_id"] for row in rows] == ["malk", "malk"]


def test_what_began_some_day_does_not_date_what_was_done_once(arabic: Callable[..., list[dict[str, str]]]) -> None:
    (row,) = arabic("توصلت القوات التي تتقاتل منذ الأسبوع الماضي إلى هدنة.", table="event_reports")
    assert (row["date"], row["outcome"]) == ("", "unknown")


def test_the_country_of_the_tables_is_no_actor_in_them(folder: Path, tables: Tables) -> None:
    package = '{"name": "invented", "title": "Who fights in Kuwait"}'
    (folder / "datapackage.json").write_text(package, encoding="utf-8")
    text = "Malk met the leaders of Oman and Kuwait."
    for those, states in ((tables, {"Oman", "Kuwait"}), (load_tables(folder), {"Oman"})):
        named = {draft.row["name"] for draft in drafts(those, text, table="actors")}
        assert named & {"Oman", "Kuwait"} == states
