"""Two coders: claims aligned first, then figures whose answers are known, then each difference."""

import csv
import dataclasses
import io
import math
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from libya_analysis.cli import app
from libya_analysis.coding.agreement import compare_coders, krippendorff_alpha
from libya_analysis.coding.rows import Folder
from libya_analysis.evidence.errors import ParameterError
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


@pytest.fixture
def coders(folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    return folder, other


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


def test_a_difference_shows_both_rows_and_the_paragraph_and_the_form_can_be_settled(
    coders: tuple[Path, Path], tmp_path: Path
) -> None:
    one, other = coders
    put(other, "backers", backing("kestrel", "funding", backing_id="old-kestrel-backs-malk"))
    (one / "texts" / "old-2021.txt").write_text("An old line.", encoding="utf-8")
    done = CliRunner().invoke(app, ["compare", str(one), str(other), "--form", str(tmp_path / "form.csv")])
    assert done.exit_code == 0
    assert "support: A weapons | B funding\n  P1: An old line." in done.output
    (row,) = csv.DictReader(io.StringIO((tmp_path / "form.csv").read_text(encoding="utf-8")))
    assert (row["field"], row["A"], row["B"], row["text"], row["settled"]) == (
        "support",
        "weapons",
        "funding",
        "P1: An old line.",
        "",
    )


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
    with pytest.raises(ParameterError, match="of both there are: old-2021"):
        compare_coders(*map(load_tables, coders), sources=["new-2022"])
