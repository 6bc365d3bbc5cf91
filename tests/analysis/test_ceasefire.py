"""The ceasefire board and the consultation gap: on small invented tables, and on the shipped ones."""

import dataclasses

import pandas as pd
import pytest

from libya_analysis import Tables, build_ceasefire, ceasefire_table, consultation_gap, load_tables

ARTICLE = ["moscow-truce-2020"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def with_part(tables: Tables, **changed: str) -> Tables:
    """The tables with one more participation, made from one that is there."""
    rows = tables.participants
    row = rows[rows["participation_id"] == "ceasefire-call-egypt-not-consulted"].iloc[0].to_dict()
    more = pd.DataFrame([{**row, "participation_id": "one-more", **changed}]).astype(rows.dtypes.to_dict())
    return dataclasses.replace(tables, frames={**tables.frames, "participants": pd.concat([rows, more])})


def test_a_group_stands_for_its_members_only_where_a_source_names_them_beyond_doubt(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables, sources=ARTICLE)
    assert "libyans" in ceasefire.stakeholders, "that both sides are meant is our reading"
    assert not any(part.who == "The Libyans" for p in ceasefire.parties for part in ceasefire.of("ceasefire-call", p))
    (signed,) = ceasefire.of("moscow-truce", "gna")[:1]
    assert signed.part == "signed" and signed.who == "Haftar's rivals" and "haftar-rivals" not in ceasefire.stakeholders


def test_by_whom_somebody_was_not_consulted(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables, sources=ARTICLE)
    assert {part.claim.counterpart for part in ceasefire.of("ceasefire-call", "egypt")} == {"russia", "turkey"}


def test_who_backed_the_government_in_another_war_is_no_stakeholder(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables)
    backers = {backer for attempt in ceasefire.attempts.values() for backer in attempt.backers}
    assert "qatar" in backers and "italy" not in backers and "government-against-is" not in ceasefire.stakeholders


def test_leaders_and_ministers_count_as_their_state(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables, sources=ARTICLE)
    assert {part.who for part in ceasefire.of("ceasefire-call", "turkey")} == {"Recep Tayyip Erdogan"}
    assert not {"erdogan", "putin", "haftar", "sarraj"} & set(ceasefire.stakeholders)


def test_silence_is_unknown_and_never_absence(tables: Tables) -> None:
    gap = consultation_gap(build_ceasefire(tables, sources=ARTICLE)).loc["moscow-talks"]
    assert "Egypt" in gap["unknown"] and gap["not consulted"] == ""
    assert gap["gap from"] == 0 and gap["gap to"] == pytest.approx(4 / 6, abs=0.01)  # invited to sign, not to talk


def test_the_gap_of_the_call(tables: Tables) -> None:
    gap = consultation_gap(build_ceasefire(tables, sources=ARTICLE)).loc["ceasefire-call"]
    assert gap["consulted"] == "Russia, Turkey" and gap["stakeholders"] == 9
    assert gap["unknown"] == "France, Government of National Accord, Libyan National Army"
    assert gap["gap from"] == pytest.approx(4 / 9, abs=0.01) and gap["gap to"] == pytest.approx(7 / 9, abs=0.01)
    assert "ceasefire-call-libyans-not-consulted" in gap["rests on"]


def test_sources_that_disagree_leave_it_unknown(tables: Tables) -> None:
    more = with_part(tables, role="attends", status="stated", said_by="")
    gap = consultation_gap(build_ceasefire(more, sources=ARTICLE)).loc["ceasefire-call"]
    assert "Egypt" in gap["unknown"] and "Egypt" not in gap["not consulted"]


@pytest.mark.parametrize("change", [{"modality": "predicted"}, {"status": "alleged"}, {"status": "denied"}])
def test_what_is_foretold_alleged_or_denied_counts_for_nothing(tables: Tables, change: dict[str, str]) -> None:
    before = consultation_gap(build_ceasefire(tables, sources=ARTICLE)).loc["moscow-talks"]
    more = with_part(tables, event_id="moscow-talks", role="attends", **change)
    after = consultation_gap(build_ceasefire(more, sources=ARTICLE)).loc["moscow-talks"]
    assert after["consulted"] == before["consulted"] and after["unknown"] == before["unknown"]


def test_attempts_are_ceasefire_attempts_only(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables, sources=ARTICLE)
    assert "maritime-agreement" not in ceasefire.attempts and "moscow-truce" in ceasefire.attempts
    assert ceasefire.attempts["moscow-truce"].outcome == "partly-signed"


def test_what_is_only_foretold_is_no_attempt(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables)
    assert not {"predicted-truce", "haftar-return"} & set(ceasefire.attempts)
    assert not {"predicted-truce", "haftar-return"} & set(consultation_gap(ceasefire).index)
    assert "clients" not in ceasefire.stakeholders, "who is named in a forecast alone is no stakeholder"


def test_what_is_planned_is_told_as_planned_and_not_as_made(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables)
    assert ceasefire.attempts["berlin-summit"].modality == "planned" and "berlin-summit" not in ceasefire.made
    assert "moscow-talks" in ceasefire.made, "that they were foretold as well takes nothing away"
    foretold = build_ceasefire(tables, sources=["tass-2020-01-13"])
    assert "moscow-talks" not in foretold.attempts, "as long as they are only foretold"


def test_an_attempt_has_the_accusations_that_are_quoted_on_it(tables: Tables) -> None:
    attempts = build_ceasefire(tables).attempts
    assert {quote.from_id for quote in attempts["january-ceasefire"].accusations} >= {"gna", "lna"}
    assert not attempts["moscow-truce"].accusations
    assert not build_ceasefire(tables, statuses=["stated"]).attempts["january-ceasefire"].accusations


def test_a_day_leaves_out_what_came_later(tables: Tables) -> None:
    early = build_ceasefire(tables, sources=ARTICLE, as_of="2020-01-07").attempts
    assert "moscow-truce" not in early and "un-ceasefire-effort" in early and "stymied-peacemaking" in early


def test_nothing_known_means_no_attempts(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables, known_on="2010")
    assert not ceasefire.attempts and consultation_gap(ceasefire).empty and ceasefire_table(ceasefire).empty


def test_row_order_does_not_matter(tables: Tables) -> None:
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in tables.frames.items()}
    one, other = (build_ceasefire(t, sources=ARTICLE) for t in (tables, dataclasses.replace(tables, frames=turned)))
    assert ceasefire_table(one).equals(ceasefire_table(other)) and consultation_gap(one).equals(consultation_gap(other))


def test_who_had_the_same_part_by_the_same_voice_shares_a_row(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables, sources=ARTICLE)
    table = ceasefire_table(ceasefire, gathered=True)
    call = table.loc[("Putin and Erdogan call for a ceasefire", "led", "stated by the source")]
    assert call.tolist() == ["Russia; Turkey", "moscow-truce-2020 P18"]
    assert set(table.index.get_level_values("attempt")) == set(ceasefire_table(ceasefire)["attempt"])
    assert ceasefire_table(build_ceasefire(tables, known_on="2010"), gathered=True).empty
