"""Two coders: claims aligned first, then figures whose answers are known, then each difference."""

import dataclasses
import math
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from libya_analysis.cli import app
from libya_analysis.coding.agreement import compare_coders, krippendorff_alpha
from libya_analysis.coding.rows import Folder
from libya_analysis.evidence.errors import LibyaAnalysisError, ParameterError
from libya_analysis.evidence.tables import load_tables

from .conftest import actor, whole

PARTS = {"source_id": "old-2021", "paragraphs": "P1"}


def backing(backer: str, support: str = "weapons", **cells: str) -> dict[str, str]:
    return {
        "backing_id": f"{backer}-backs-malk",
        "backer_id": backer,
        "actor_id": "malk",
        "support": support,
        **PARTS,
        **cells,
    }


def put(folder: Path, table: str, *rows: dict[str, str]) -> None:
    before = Folder(folder)
    before.put({table: [whole(table, row) for row in rows]}).save(before)


def test_alpha_of_the_published_example_is_0_095() -> None:
    one, other = "0100000010", "1110010000"  # Krippendorff (2011), section A: two observers, ten units
    assert krippendorff_alpha(zip(one, other, strict=True)) == 0.095


def test_alpha_is_1_for_full_agreement_below_0_for_less_than_chance_and_nothing_without_variation() -> None:
    assert krippendorff_alpha([("a", "a"), ("b", "b")]) == 1.0
    assert krippendorff_alpha([("a", "b"), ("b", "a")]) < 0
    assert math.isnan(krippendorff_alpha([("a", "a"), ("a", "a")]))


def test_the_same_tables_agree_in_everything(folder: Path) -> None:
    found = compare_coders(load_tables(folder), load_tables(folder))
    assert (found.claims["matched share"] == 1).all() and found.differences == ()


def test_what_only_one_has_is_a_share_and_not_part_of_alpha(coders: tuple[Path, Path]) -> None:
    one, other = coders
    put(one, "backers", backing("dorvania"))
    put(other, "backers", backing("tarn"), backing("azure-council"))
    found = compare_coders(load_tables(one), load_tables(other))
    line = found.claims.loc["backers"]
    assert found.claims.loc["all", ["A", "B", "matched", "only A", "only B"]].tolist() == [3, 4, 2, 1, 2]
    assert line[["A", "B", "matched", "only A", "only B"]].tolist() == [2, 3, 1, 1, 2]
    assert line["matched share"] == 0.25
    assert found.fields.loc["backers.support", ["pairs", "same"]].tolist() == [1, 1.0]
    assert sorted((d.one_id, d.other_id) for d in found.differences) == [
        ("", "azure-council-backs-malk"), ("", "tarn-backs-malk"), ("dorvania-backs-malk", ""),
    ]  # fmt: skip


def test_claims_are_aligned_whatever_their_ids_and_those_of_actors(coders: tuple[Path, Path]) -> None:
    one, other = coders
    put(one, "actors", actor("korr", "Jana Korr", "person"))
    put(one, "backers", backing("korr", "weapons"))
    put(other, "actors", actor("jana-korr", "J. Korr", "person", aliases="Jana Korr@old-2021"))
    put(other, "backers", backing("jana-korr", "funding", backing_id="something-else"))
    found = compare_coders(load_tables(one), load_tables(other))
    assert found.claims.loc["backers", "matched share"] == 1.0
    assert [(d.field, d.one, d.other) for d in found.differences] == [("support", "weapons", "funding")]


def test_events_with_other_ids_are_aligned_by_what_is_said_of_them(coders: tuple[Path, Path]) -> None:
    one, other = coders
    for folder, event in ((one, "march"), (other, "long-walk")):
        put(folder, "events", {"event_id": event, "title": event, "kind": "offensive"})
        report = {"report_id": f"of-{event}", "event_id": event, "outcome": "unknown", **PARTS}
        put(folder, "event_reports", report)
    assert compare_coders(load_tables(one), load_tables(other)).claims.loc["event_reports", "matched share"] == 1.0


def test_figures_of_a_field_are_those_of_its_pairs(coders: tuple[Path, Path]) -> None:
    one, other = coders
    seen = {"dorvania": ("weapons", "weapons"), "tarn": ("funding", "weapons"), "azure-council": ("funding", "funding")}
    put(one, "backers", *(backing(who, a) for who, (a, _) in seen.items()))
    put(other, "backers", *(backing(who, b) for who, (_, b) in seen.items()))
    line = compare_coders(load_tables(one), load_tables(other)).fields.loc["backers.support"]
    pairs = [("weapons", "weapons"), *seen.values()]
    assert line.tolist() == [4, 0.75, krippendorff_alpha(pairs)]
    assert line["alpha"] == round(1 - 7 * 2 / (2 * 5 * 3), 3)  # by hand: 5 and 3 values, one pair of which differs


def command(*words: object) -> str:
    """What the command prints, or the message that it ends with."""
    done = CliRunner().invoke(app, ["compare", *map(str, words)])
    assert done.exception is None or isinstance(done.exception, LibyaAnalysisError), done.exception
    return str(done.exception) if done.exception else done.output


def test_a_difference_shows_both_rows_below_its_paragraph_and_says_what_is_the_same(coders: tuple[Path, Path]) -> None:
    one, other = coders
    put(
        other,
        "backers",
        backing("kestrel", "funding", backing_id="old-kestrel-backs-malk", status="denied", said_by="tarn"),
    )
    put(other, "backers", backing("tarn"))
    (one / "texts" / "old-2021.txt").write_text("An old line.", encoding="utf-8")
    said = command(one, other)
    assert said.startswith(f"A {one}, B {other}: old-2021\n")
    assert said.count("An old line.") == 1 and said.endswith("\n4 differences\n")
    assert (
        """
old-2021 P1
  P1: An old line.
  backers  A old-kestrel-backs-malk | B old-kestrel-backs-malk
    support: A weapons | B funding
    status: A stated | B denied
    said_by: A - | B tarn
  backers  only B: tarn-backs-malk
    backer_id tarn, actor_id malk, support weapons,"""
        in said
    )
    assert "other fields are the same in all pairs" in said and "actor_id" not in said.partition("other fields")[0]


def test_actors_and_events_of_other_ids_are_seen_through_and_told(coders: tuple[Path, Path]) -> None:
    one, other = coders
    named = {
        one: ("igniting-group", "Armed group that started the fighting", "the armed group"),
        other: ("instigators", "Group that sparked the conflict", "the armed group that lit it"),
    }
    for folder, (group, name, alias) in named.items():
        put(folder, "actors", actor(group, name, "armed-group", aliases=f"{alias}@old-2021"))
        put(folder, "actors", actor(f"{group}-rivals", f"Rivals of the {name}", "group"))
        put(folder, "events", {"event_id": f"{group}-march", "title": f"{group} go", "kind": "offensive"})
        put(folder, "events", {"event_id": f"{group}-again", "title": f"{group} go on", "kind": "offensive"})
        report = {"outcome": "unknown", "date_basis": "explicit", **PARTS}
        for event, day in (("march", "2021-01-02"), ("again", "2021-01-05")):
            report |= {"report_id": f"{group}-{event}-told", "event_id": f"{group}-{event}", "date": day}
            put(folder, "event_reports", report)
        part = {
            "participation_id": f"{group}-marches",
            "actor_id": group,
            "event_id": f"{group}-march",
            "role": "party",
        }
        put(folder, "participants", {**part, **PARTS})
    found = compare_coders(load_tables(one), load_tables(other))
    assert found.differences == () and found.alike["actors"]["instigators"] == "igniting-group"
    assert found.alike["events"] == {
        f"instigators-{e}": f"igniting-group-{e}" for e in ("march", "again")
    }  # by their days
    assert "  igniting-group-march = instigators-march\n" in command(one, other)


def test_actors_that_only_stand_in_one_paragraph_are_not_the_same(coders: tuple[Path, Path]) -> None:
    one, other = coders
    put(one, "actors", actor("guild", "Coast Guild", "armed-group"))
    put(other, "actors", actor("riders", "Desert Riders", "armed-group"))
    put(one, "backers", backing("guild"))
    put(other, "backers", backing("riders"))
    assert compare_coders(load_tables(one), load_tables(other)).alike["actors"] == {}


def test_sources_that_one_has_not_coded_are_named_and_all_that_are_asked_for_are_compared(
    coders: tuple[Path, Path],
) -> None:
    one, other = coders
    for folder, sources in ((one, ("b-2021", "c-2021")), (other, ("b-2021", "d-2021"))):
        for source in ("b-2021", "c-2021", "d-2021"):
            row = {"source_id": source, "language": "en", "published": "2021-03-01", "published_basis": "explicit"}
            put(folder, "sources", row)
            put(folder, "paragraphs", {"source_id": source, "paragraph": "P1", "role": "body", "sha256": "0" * 64})
        for source in sources:
            put(folder, "backers", backing("tarn", backing_id=f"{source}-tarn", source_id=source))
    said = command(one, other)
    assert "only A has coded it: c-2021" in said and "only B has coded it: d-2021" in said
    found = compare_coders(load_tables(one), load_tables(other), sources=["b-2021", "old-2021"])
    assert found.sources == ("b-2021", "old-2021") and found.claims.loc["backers", "matched"] == 2
    told = command(one, other, "--source", "b-2021", "--source", "b-2022", "--source", "c-2021").splitlines()
    assert told == [
        "there is no source 'b-2022'; did you mean 'b-2021'?",
        "no claims of 'c-2021' are in B; of both there are: b-2021, old-2021",
    ]


def test_a_report_is_one_whatever_its_outcome_and_an_order_is_one_from_either_end() -> None:
    one = load_tables()
    reports, orders = one.event_reports, one.event_relations
    told = reports["report_id"] == "moscow-truce-report"
    reports.loc[told, "outcome"] = "failed"
    turned = orders["relation"] == "before"
    assert turned.any()
    swapped = {"event_id": "other_event_id", "other_event_id": "event_id"}
    orders = pd.concat([orders[~turned], orders[turned].rename(columns=swapped).assign(relation="after")])
    other = dataclasses.replace(one, frames={**one.frames, "event_reports": reports, "event_relations": orders})
    found = compare_coders(one, other)
    assert [(d.table, d.field, d.one, d.other) for d in found.differences] == [
        ("event_reports", "outcome", "partly-signed", "failed")
    ]


def test_nothing_in_common_is_said(coders: tuple[Path, Path]) -> None:
    with pytest.raises(ParameterError, match="there is no source 'new-2022'"):
        compare_coders(*map(load_tables, coders), sources=["new-2022"])
