"""The timeline: which accounts are in it, how exactly they are dated, in which lane and order."""

import dataclasses
import datetime as dt
import itertools

import pytest

from libya_analysis import ParameterError, Tables, build_timeline, last_days, load_tables, timeline_table
from libya_analysis.analysis.timeline import NO_SIDE, UNDATED, as_known, ranks
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.vocabulary import LANES

ARTICLE = ["moscow-truce-2020"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def test_every_account_is_in_one_item(tables: Tables) -> None:
    items = build_timeline(tables).items
    reports = [report for item in items for report in item.report_ids]
    assert sorted(reports) == sorted(tables.event_reports["report_id"])
    assert all(item.citations for item in items)


def test_two_dates_of_one_event_stay_apart(tables: Tables) -> None:
    items = [item for item in build_timeline(tables).items if item.event_id == "ceasefire-call"]
    assert [str(item.date) for item in items] == ["2020-01-08", "[..2020-01-09]"]
    assert [item.datings for item in items] == [2, 2]


def test_accounts_with_the_same_date_are_one_item(tables: Tables) -> None:
    items = build_timeline(tables, sources=["reuters-2020-01-11", "reuters-duvar-2020-01-13"]).items
    (item,) = [item for item in items if item.event_id == "january-ceasefire"]
    assert len(item.report_ids) == 2
    assert item.firmness == "stated by the source; according to Ahmed Mismari; if their rivals accept it"


def test_undated_events_get_no_date_but_an_order(tables: Tables) -> None:
    timeline = build_timeline(tables)
    undated = {item.event_id: item for item in timeline.items if item.date is None}
    assert {item.lane for item in undated.values()} == {UNDATED} and timeline.lanes[-1] == UNDATED
    order = list(undated)
    calls = ["turkish-threat", "gna-official-flight", "putin-phones-egypt"]
    assert [event for event in order if event in calls] == calls
    assert "after: Haftar walks out" in undated["haftar-leaves-moscow"].order


def test_the_walk_out_and_the_departure_are_dated_by_inference(tables: Tables) -> None:
    items = {item.event_id: item for item in build_timeline(tables, sources=ARTICLE).items if item.date}
    walked, left = items["haftar-walks-out"], items["haftar-leaves-moscow"]
    assert (str(walked.date), walked.account.basis) == ("2020-01-13", "inferred")
    assert (str(left.date), left.account.basis) == ("[2020-01-13,2020-01-14]", "inferred")


def test_dated_events_stand_in_the_order_of_their_dates(tables: Tables) -> None:
    dates = [item.date for item in build_timeline(tables).items if item.date]
    earliest = [date.earliest or date.latest or dt.date.min for date in dates]
    assert earliest == sorted(earliest)
    same_day = [item.event_id for item in build_timeline(tables, start="2020-01-08", end="2020-01-08").items]
    assert same_day.index("istanbul-meeting") < same_day.index("ceasefire-call")


@pytest.mark.parametrize(
    ("start", "end", "inside", "outside"),
    [
        ("2011", "2011", "qaddafi-overthrow", "istanbul-meeting"),
        ("2020-01-12", "2020-01-12", "italian-attempt", "moscow-talks"),
        ("2020-01-13", "2020-01-13", "moscow-talks", "italian-attempt"),
        ("2019-12", None, "un-ceasefire-effort", "arab-protests"),
        (None, "2010", "arab-protests", "qaddafi-overthrow"),
    ],
)
def test_a_window_holds_what_may_lie_in_it(
    tables: Tables, start: str | None, end: str | None, inside: str, outside: str
) -> None:
    events = {item.event_id for item in build_timeline(tables, start=start, end=end).items}
    assert inside in events and outside not in events
    assert "putin-phones-egypt" not in events, "an event without a date lies in no window"


def test_selection(tables: Tables) -> None:
    assert {item.event_id for item in build_timeline(tables, actors=["uae"]).items} == {"ceasefire-call"}
    assert {item.event_id for item in build_timeline(tables, modalities=["predicted"], sources=ARTICLE).items} == {
        "predicted-deal",
        "predicted-truce",
        "haftar-return",
    }
    assert len(build_timeline(tables, known_on="2018").items) == 0
    assert len(timeline_table(build_timeline(tables, known_on="2018"))) == 0


def test_lanes(tables: Tables) -> None:
    assert set(build_timeline(tables).lanes) <= {*LANES, UNDATED}
    by_actor = build_timeline(tables, lanes="actor")
    assert by_actor.lanes[-2:] == ("Others", UNDATED) and len(by_actor.lanes) <= 7
    sides = {"haftar": "left", "sarraj": "right"}
    by_side = {item.event_id: item.lane for item in build_timeline(tables, lanes="side", sides=sides).items}
    assert by_side["sarraj-flies-home"] == "Tripoli's side" and by_side["italian-attempt"] == NO_SIDE
    with pytest.raises(ParameterError, match="needs sides"):
        build_timeline(tables, lanes="side")


def test_the_table_says_what_the_sources_say(tables: Tables) -> None:
    table = timeline_table(build_timeline(tables))
    row = table.loc["italian-attempt-report"]
    assert row["when"] == "some time between 6 and 12 January 2020"
    assert (row["as written"], row["outcome"], row["source"]) == (
        "Just last week",
        "cancelled",
        "moscow-truce-2020 P34",
    )
    assert "Fayez al-Sarraj (withdraws)" in row["who"]


def test_the_last_days_end_with_the_publication(tables: Tables) -> None:
    assert last_days(tables, days=1) == (dt.date(2020, 1, 15), dt.date(2020, 1, 15))


def related(tables: Tables, *relations: tuple[str, str, str]) -> Tables:
    """The tables with these relations between events alone."""
    rows = tables.event_relations.iloc[: len(relations)].copy()
    for number, (one, relation, other) in enumerate(relations):
        rows.iloc[number, :4] = [f"r-{number}", one, relation, other]
    return dataclasses.replace(tables, frames={**tables.frames, "event_relations": rows})


def test_events_in_a_circle_keep_a_place_and_hold_up_nothing(tables: Tables) -> None:
    a, b, c = "haftar-walks-out", "haftar-waits-for-putin", "turkish-threat"
    order = ranks(related(tables, (a, "after", b), (b, "after", a), (c, "after", a)))
    assert set(order) == set(tables.events["event_id"])


def test_a_chain_of_events_without_dates_follows_the_sources(tables: Tables) -> None:
    undated = [item.event_id for item in build_timeline(tables).items if item.date is None][:5]
    order = ranks(related(tables, *((later, "after", one) for one, later in itertools.pairwise(undated))))
    assert sorted(undated, key=order.__getitem__) == undated


@pytest.mark.parametrize("date", ["2021-05/2021-06", "../2021-06"])
def test_an_account_of_what_is_to_come_or_has_no_beginning_keeps_its_date(date: str) -> None:
    known = as_known(parse_date(date), [], parse_date("2021-03-01"), lasts=True)
    assert known is not None and str(known) == date
