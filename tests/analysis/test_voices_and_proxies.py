"""Corroboration, what falls without a source, proxy dyads, divergence, centrality; what holds of any selection."""

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libya_analysis import (
    Tables,
    build_ceasefire,
    build_network,
    centrality,
    corroborated_events,
    corroboration,
    disagreements,
    edge_table,
    fighters,
    leave_one_out,
    load_tables,
    patron_divergence,
    proxy_dyads,
    who_says_what,
)
from libya_analysis.analysis.camps import assign_camps
from libya_analysis.analysis.network import backs_indeed
from libya_analysis.analysis.voices import agencies, voice_of, voices_for
from libya_analysis.evidence.dates import parse_date
from tests.later import told_again

ARTICLE = "moscow-truce-2020"
COPIES = ["afp-bcos-2020-01-14", "afp-malaymail-2020-01-14"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


# -- voices


def test_copies_of_one_agency_text_are_one_voice(tables: Tables) -> None:
    for sources in (COPIES[:1], COPIES):
        told = corroborated_events(tables, sources=[*sources, "reuters-cyprus-mail-2020-01-14"])
        if len(sources) == 1:
            before = told.loc["moscow-talks"]
    after = told.loc["moscow-talks"]
    assert after["sources"] == before["sources"] + 1
    assert before["voiced by"] == "AFP, Reuters" and after["voiced by"].split(", ").count("AFP") == 1


def test_several_texts_that_quote_one_speaker_are_one_voice(tables: Tables) -> None:
    told = corroborated_events(tables, sources=[*COPIES, "reuters-duvar-2020-01-13"]).loc["haftar-asks-for-time"]
    assert told["sources"] == 3 and told["voiced by"] == "Maria Zakharova in AFP, Mevlüt Çavuşoğlu in Reuters"


def test_an_office_and_who_holds_it_are_one_voice(tables: Tables) -> None:
    sources = ["reuters-cyprus-mail-2020-01-14", "reuters-duvar-2020-01-13"]
    told = corroborated_events(tables, sources=sources).loc["haftar-asks-for-time"]
    assert told["sources"] == 2 and told["voiced by"] == "Mevlüt Çavuşoğlu in Reuters"


def test_officials_of_one_state_are_one_voice_and_an_army_and_its_head(tables: Tables) -> None:
    told = [claim for claims in tables.claimed.values() for claim in claims if claim.said_by in ("zakharova", "lavrov")]
    assert len({claim.source_id for claim in told}) > 2
    assert voices_for(told, voice_of(tables)) == ["Maria Zakharova and Sergey Lavrov"]
    told = [claim for claims in tables.claimed.values() for claim in claims if claim.said_by in ("haftar", "mismari")]
    assert voices_for(told, voice_of(tables)) == ["Ahmed Mismari and Khalifa Haftar"]


def test_a_publisher_speaks_where_the_newsroom_is_unknown(tables: Tables) -> None:
    sources = tables.sources
    sources.loc[sources["source_id"] == "tass-2020-01-13", "reported_by"] = "unknown"
    changed = dataclasses.replace(tables, frames={**tables.frames, "sources": sources})
    assert agencies(changed)["tass-2020-01-13"] == "TASS"


def test_a_tie_counts_each_voice_once(tables: Tables) -> None:
    graph = build_network(tables, as_of="2020-01-15", level="principal")
    table = corroboration(tables, graph).set_index(["from", "tie", "to"])
    turkey = table.loc[("Turkey", "backs", "Government of National Accord")]
    assert turkey["voices"] == 4 < turkey["sources"] == 9 < turkey["claims"]
    contractors = table.loc[("Russian military contractors", "backs", "Libyan National Army")]
    assert contractors["sources"] == 4 and contractors["voiced by"] == "Reuters"


def test_silence_is_shown_as_silence(tables: Tables) -> None:
    graph = build_network(tables, as_of="2020-01-15", level="principal")
    said = who_says_what(graph)
    assert sorted(said) == sorted(graph.graph["sources"])
    assert set(said.columns[said.loc[("France", "Libyan National Army")] != "silent"]) == {
        ARTICLE,
        "afp-france24-2019-05-08",
        "ucdp-esd-18-1",
    }
    assert said.loc[("Turkey", "Government of National Accord"), ARTICLE] == "attributed; stated; stated, threatened"


# -- contradictions


def test_what_sources_contradict_each_other_on(tables: Tables) -> None:
    graph = build_network(tables, level="principal")
    found = disagreements(tables, build_ceasefire(tables), graph)
    assert "Putin and Erdogan call for a ceasefire" not in set(found["about"]), "what it was for is no date of it"
    assert "Russia and Turkey" not in set(found["about"]), "allies and foes by turns, which proxy dyads tell"
    dyads = proxy_dyads(graph).set_index(["patron", "other patron"])
    assert dyads.loc[("Russia", "Turkey"), ["they also", "and"]].all(axis=None)


def test_dates_that_can_both_be_right_are_no_contradiction(tables: Tables) -> None:
    found = disagreements(tables, build_ceasefire(tables), build_network(tables, level="principal"))
    assert "Ceasefire from 12 January" not in set(found["about"])


@pytest.mark.parametrize(("day", "apart"), [("2020-01-13", True), ("2020-06-06", False)])
def test_another_account_of_the_same_day_is_a_contradiction_of_another_day_a_change(
    tables: Tables, day: str, apart: bool
) -> None:
    ongoing = tables.event_reports.query("event_id == 'january-ceasefire' and outcome == 'ongoing'").iloc[0]
    signing = tables.participants.query("event_id == 'moscow-truce' and role == 'withholds'").iloc[0]
    backing = tables.backers.query("backer_id == 'egypt' and actor_id == 'haftar'").iloc[0]
    day_of = {source: str(date) for source, date in tables.published().items()}
    for name, row, cells, about in (
        ("event_reports", ongoing, {"outcome": "ended"}, "Ceasefire from 12 January"),
        ("participants", signing, {"role": "signatory"}, "Libyan National Army: Truce offered for signature in Moscow"),
        ("backers", backing, {"status": "denied", "said_by": "egypt"}, "Egypt and Libyan National Army"),
    ):
        told_on = day_of[row["source_id"]] if apart else day
        more = told_again(tables, told_on, **{name: (row.iloc[0], cells)})
        found = disagreements(more, build_ceasefire(more), build_network(more, level="principal"))
        assert (about in set(found["about"])) is apart, (about, day)


def test_the_outcome_is_that_which_was_told_last(tables: Tables) -> None:
    ongoing = tables.event_reports.query("event_id == 'january-ceasefire' and outcome == 'ongoing'").iloc[0, 0]
    for day, outcome in (("2020-06-06", "ended"), ("2020-01-01", "ongoing")):
        more = told_again(tables, day, event_reports=(ongoing, {"outcome": "ended"}))
        assert build_ceasefire(more).attempts["january-ceasefire"].outcome == outcome


def test_what_cannot_change_is_a_contradiction_whenever_it_is_told(tables: Tables) -> None:
    for name, row, cells, about in (
        ("event_reports", "devdiscourse-ceasefire-call", {"date": parse_date("2020-02")}, "Putin and Erdogan call"),
        ("participants", "ceasefire-call-egypt-not-consulted", {"role": "invited"}, "Egypt: Putin and Erdogan call"),
    ):
        more = told_again(tables, "2020-06-06", **{name: (row, cells)})
        found = disagreements(more, build_ceasefire(more), build_network(more, level="principal"))
        assert any(told.startswith(about) for told in found[found["source"] == "later P1"]["about"])


# -- leaving out


@pytest.mark.parametrize("by", ["source", "agency", "speaker"])
def test_what_falls_is_what_the_network_loses(tables: Tables, by: str) -> None:
    whole = build_network(tables, level="principal")
    for name, row in leave_one_out(tables, by=by).iterrows():
        if by == "source":
            kept = [source for source in tables.published() if source != name]
            less = build_network(tables, sources=kept, level="principal")
            gone = {tuple(edge) for edge in whole.edges(keys=True)} - {tuple(edge) for edge in less.edges(keys=True)}
            assert len(gone) >= row["ties"]
        assert row["ties"] <= row["claims"]


def test_leaving_out_haftar_takes_his_allegations(tables: Tables) -> None:
    row = leave_one_out(tables, by="speaker").loc["Khalifa Haftar"]
    assert "Turkey backs Extremist groups in Tripoli" in row["which ties"]
    assert "Russia backs Libyan National Army" not in row["which ties"]


def test_leaving_out_is_by_something_known(tables: Tables) -> None:
    with pytest.raises(ValueError, match="paragraph"):
        leave_one_out(tables, by="paragraph")


# -- proxies


def test_russia_and_turkey_are_a_proxy_dyad_that_also_cooperates(tables: Tables) -> None:
    dyads = proxy_dyads(build_network(tables, as_of="2020-01-15", level="principal", sources=[ARTICLE]))
    (row,) = dyads[dyads["patron"] == "Russia"].to_dict("records")
    assert row["other patron"] == "Turkey" and "cooperates-with" in row["they also"] and row["and"] == "opposes"
    assert "russia-backs-offensive" in row["rests on"] or "russia-sends-mercenaries" in row["rests on"]


def test_an_allegation_makes_no_dyad(tables: Tables) -> None:
    dyads = proxy_dyads(build_network(tables, statuses=["alleged", "implied"], level="principal"))
    assert dyads.empty or not dyads["rests on"].str.contains("turkey-backs-extremist-groups").any()


def test_egypt_and_russia_part_over_the_truce_and_not_to_have_been_asked_is_no_stance(tables: Tables) -> None:
    apart = patron_divergence(build_ceasefire(tables, sources=[ARTICLE])).set_index(["patron", "other patron"])
    row = apart.loc[("Egypt", "Russia")]
    assert row["attempts"] == row["apart"] == 1 and "Egypt objected, Russia led" in row["how"]
    assert np.isnan(apart.loc[("Egypt", "France"), "divergence"])


def test_centrality_counts_ties_of_the_chosen_claims(tables: Tables) -> None:
    graph = build_network(tables, sources=[ARTICLE], level="principal", kinds=["backs", "opposes"])
    table = centrality(graph)
    assert set(table.index) == {node for node in graph if graph.degree(node)}
    assert table["betweenness centrality"].between(0, 1).all() and table["degree centrality"].max() <= 1
    assert table.loc["lna", "betweenness centrality"] == table["betweenness centrality"].max()


# -- what must hold of any selection


DAYS = st.dates(dt.date(2010, 1, 1), dt.date(2021, 1, 1))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(day=DAYS)
def test_what_ended_or_had_not_begun_never_holds(day: dt.date) -> None:
    for *_, edge in build_network(load_tables(), as_of=day).edges(data=True):
        for claim, holds in zip(edge["claims"], edge["answers"], strict=True):
            if holds == "holds":
                assert not (claim.start and claim.start.earliest and claim.start.earliest > day)
                ended = claim.end and claim.end != "open" and claim.end.latest
                assert not (ended and ended < day)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.randoms(use_true_random=False))
def test_results_do_not_depend_on_the_order_of_rows(order: object) -> None:
    tables = load_tables()
    mixed = {}
    for name, frame in tables.frames.items():
        rows = list(range(len(frame)))
        order.shuffle(rows)  # type: ignore[attr-defined]
        mixed[name] = frame.iloc[rows].reset_index(drop=True)
    other = dataclasses.replace(tables, frames=mixed)
    one, two = (build_network(t, as_of="2020-01-15", level="principal") for t in (tables, other))
    assert edge_table(one).equals(edge_table(two))
    assert dict(one.nodes(data="camp")) == dict(two.nodes(data="camp"))
    first, second = (build_ceasefire(t) for t in (tables, other))
    assert patron_divergence(first).equals(patron_divergence(second))


def brute_force(count: int, votes: list[tuple[str, str, int]]) -> tuple[int, dict[str, set[int]]]:
    """Smallest frustration by trying all splits, and the sides of each actor in the best ones; a0 and a1 are fixed."""
    best, sides = 10**9, {}
    for free in itertools.product((0, 1), repeat=count - 2):
        side = {f"a{i}": value for i, value in enumerate((0, 1, *free))}
        broken = sum((side[a] == side[b]) != (sign > 0) for a, b, sign in votes)
        if broken < best:
            best, sides = broken, {}
        if broken == best:
            for actor, value in side.items():
                sides.setdefault(actor, set()).add(value)
    return best, sides


@pytest.mark.parametrize("seed", range(200))
def test_camps_are_those_of_brute_force(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(3, 13))
    votes = []
    for _ in range(int(random.integers(1, 3 * count))):
        a, b = random.choice(count, 2, replace=False)
        votes.append((f"a{a}", f"a{b}", int(random.choice([-1, 1]))))
    camps = assign_camps([f"a{i}" for i in range(count)], votes, ("a0", "a1"))
    least, sides = brute_force(count, votes)
    assert camps.exact and camps.frustration == least
    tied = {actor for a, b, _ in votes for actor in (a, b)}
    for actor, found in sides.items():
        if actor in tied and actor not in ("a0", "a1"):
            expected = {(0,): "left", (1,): "right"}.get(tuple(found), "undetermined")
            assert camps.side[actor] == expected, (actor, found)


# -- fighters


def test_fighters_of_a_state_are_found_under_every_name_with_what_ties_them_to_it(tables: Tables) -> None:
    found = fighters(tables, "russia")
    assert {"russia-sends-mercenaries", "devdiscourse-russia-backs-haftar", "reuters-contractors-with-lna"} <= set(
        found.index
    )
    tied = found["tied to the state"]
    assert tied["russia-sends-mercenaries"] == "its own doing; stated by the source"
    assert tied["reuters-contractors-with-lna"].startswith("member-of; implied by the source; open to two readings: ")
    assert set(fighters(tables, "russia", sources=[ARTICLE]).index) == {"russia-sends-mercenaries"}


def test_a_tie_that_can_be_read_in_two_ways_makes_nobody_count_as_the_state(tables: Tables) -> None:
    graph = build_network(tables, level="principal")
    assert graph.has_edge("russian-contractors", "lna", "backs")


# -- counts of a group


def test_what_all_states_of_a_row_gave_is_told_of_each_and_what_some_gave_of_none(tables: Tables) -> None:
    rows = tables.backers[tables.backers["source_id"].eq("ucdp-esd-18-1")]
    some = rows["support"].eq("unspecified")
    assert rows[~some]["note"].str.match(r"(\d) of \1 states gave it").all() and not some.all()
    assert not rows[some]["note"].str.contains("gave it").any()
    assert set(rows[~some]["support"]) == {"weapons", "materiel"}


def test_nobody_is_a_state_that_has_no_name(tables: Tables) -> None:
    backing = tables.backers[tables.backers["source_id"].str.startswith("ucdp")]
    kinds = tables.kinds("actors")
    assert {kinds[backer] for backer in backing["backer_id"]} == {"state", "group"}
    assert {backer for backer in backing["backer_id"] if kinds[backer] == "group"} == {"sudanese-elements"}


def test_who_is_counted_with_others_is_not_put_on_their_side(tables: Tables) -> None:
    camp = build_network(tables, level="principal").nodes(data="camp")
    assert [camp[state] for state in ("italy", "united-kingdom", "united-states")] == ["undetermined"] * 3
    assert camp["qatar"] == "right"


def test_a_group_whose_members_are_named_backs_nobody_beside_them(tables: Tables) -> None:
    group = "haftar-supporting-countries"
    told = build_network(tables, level="principal").edges[group, "lna", "backs"]
    assert not told["of_group"], "nobody says who they are"
    ties = tables.ties.copy()
    ties.loc[ties["tie_id"].eq("ministry-member-russia"), ["from_id", "to_id"]] = ["france", group]
    tables = dataclasses.replace(tables, frames={**tables.frames, "ties": ties})
    edge = build_network(tables, level="principal").edges[group, "lna", "backs"]
    assert edge["of_group"] and not backs_indeed(edge)
