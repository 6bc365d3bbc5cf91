"""One selector of claims: what is asked is found, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from libya_analysis import ParameterError, Question, Tables, load_tables
from libya_analysis.analysis.search import KINDS, SPEAKERS, find_claims, kind_of, speaker_of
from libya_analysis.evidence.claim import CLAIM_TABLES


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def ids(claims: list[Any]) -> list[str]:
    return [claim.claim_id for claim in claims]


def test_nothing_asked_is_everything_once(tables: Tables) -> None:
    told = ids(find_claims(tables))
    assert len(told) == len(set(told)) == sum(map(len, tables.claimed.values()))


def test_kinds_and_speakers_share_out_all_claims(tables: Tables) -> None:
    assert sorted(table for kind in KINDS.values() for table in kind) == sorted(CLAIM_TABLES)
    for parts in (
        [find_claims(tables, kind=kind) for kind in KINDS],
        [find_claims(tables, speaker=s) for s in SPEAKERS],
    ):
        assert all(parts)
        assert sum(map(len, parts)) == len(find_claims(tables))


def test_several_of_a_kind_are_either(tables: Tables) -> None:
    both = find_claims(tables, kind=["events", "quotations"])
    assert {kind_of(claim) for claim in both} == {"events", "quotations"}


def test_unnamed_is_who_is_named_nowhere(tables: Tables) -> None:
    names = {claim.speaker for claim in find_claims(tables, speaker="unnamed")}
    assert "A Turkish official" in names
    assert "The Turkish foreign minister" not in names  # said to be Cavusoglu
    assert all(speaker_of(tables, claim) == "source" for claim in tables.claimed["ties"] if claim.status == "stated")


def test_all_words_have_to_stand_in_a_claim(tables: Tables) -> None:
    both = set(ids(find_claims(tables, text="italy berlin")))
    assert both == set(ids(find_claims(tables, text="ITALY"))) & set(ids(find_claims(tables, text="berlin")))
    assert both
    assert find_claims(tables, text="no such word") == []


def test_words_are_found_in_arabic_and_without_accents(tables: Tables) -> None:
    assert {"egypt-backs-haftar"} <= set(ids(find_claims(tables, text="مصر")))
    assert ids(find_claims(tables, text="ÍTALY")) == ids(find_claims(tables, text="italy"))


def test_an_actor_is_found_in_events_in_which_it_has_a_part(tables: Tables) -> None:
    found = find_claims(tables, actor="italy")
    assert {kind_of(claim) for claim in found} == {"ties", "participations", "events"}
    assert ids(found) == ids(find_claims(tables, Question(actors=("italy",))))


def test_what_had_not_begun_by_the_day_is_left_out(tables: Tables) -> None:
    early, late = (find_claims(tables, Question(as_of=dt.date(2020, 1, day))) for day in (10, 15))
    assert set(ids(early)) < set(ids(late))
    begun = [c.start.earliest for c in early if c.table == "event_reports" and c.start and c.start.earliest]
    assert max(begun) <= dt.date(2020, 1, 10)


def test_what_was_not_known_is_left_out(tables: Tables) -> None:
    found = find_claims(tables, Question(known_on=dt.date(2020, 1, 8)))
    told = {claim.source_id for claim in found}
    assert "reuters-devdiscourse-2020-01-08" in told
    assert max(tables.published()[source].latest for source in told) == dt.date(2020, 1, 8)


def test_kinds_of_tie_bear_on_ties_alone(tables: Tables) -> None:
    found = find_claims(tables, Question(kinds=("backs",)))
    assert {claim.kind for claim in found if kind_of(claim) == "ties"} == {"backs"}
    assert {kind_of(claim) for claim in found} == set(KINDS)


def test_a_camp_is_its_members(tables: Tables) -> None:
    found = find_claims(tables, Question(camps=("left",)))
    assert 0 < len(found) < len(find_claims(tables))


@pytest.mark.parametrize("asked", [{"kind": "tie"}, {"speaker": "name"}, {"actor": "itly"}], ids=str)
def test_what_there_is_not_is_refused_with_what_was_meant(tables: Tables, asked: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=r"did you mean '(ties|named|italy)'"):
        find_claims(tables, **asked)
