"""An invented war of three camps goes through the check, all five reports, the explorer and every export."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from libya_analysis import build_network, explore, load_tables
from libya_analysis.cli import app
from libya_analysis.evidence.folders import shipped
from tests.delta import CAMPS, TITLE, make_delta

FORMATS = "gexf graphml kumu timelinejs geojson csl ris csv zip".split()


@pytest.fixture(scope="module")
def delta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_delta(tmp_path_factory.mktemp("war") / "delta")


def invoke(*words: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def test_its_tables_are_right_and_each_camp_has_its_own(delta: Path) -> None:
    assert "0 problems in " in invoke("check", delta)
    camp = dict(build_network(load_tables(delta)).nodes(data="camp"))
    sides = ("left", "right", "third")
    assert [camp[anchor] for anchor in CAMPS.values()] == list(sides)
    assert [camp[backer] for backer in ("kestrel", "dorvania", "tarn")] == list(
        sides
    )  # what an enemy alleges is no vote


def test_all_five_reports_tell_of_it_and_of_no_other_war(delta: Path, tmp_path: Path) -> None:
    invoke("report", "--data", delta, "--out", tmp_path)
    pages = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("0*.html")}
    assert len(pages) == 5 and all(TITLE in page for page in pages.values())
    assert all(name in pages["02-backer-network"] for name in CAMPS)
    lead = re.sub(r"<[^>]+>", "", pages["05-briefing"])
    assert "Oren Malk, who leads the Harbour League, did not sign" in lead or "the Harbour League did not sign" in lead
    theirs = load_tables(shipped("data"))
    for name in theirs.actors["name"]:
        assert f">{name}<" not in "".join(pages.values())


def test_every_tab_of_the_explorer_shows_it(delta: Path) -> None:
    opened = explore(load_tables(delta))
    for tab in ("Network", "Timeline", "Ceasefire board", "Claims", "Changes"):
        opened.show_tab(tab)
        assert "As of" in opened.shown["status"]


def test_every_export_holds_it(delta: Path, tmp_path: Path) -> None:
    invoke("export", *FORMATS, "--data", delta, "--out", tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(made) == len(FORMATS) and all(made.values())
    assert b"Harbour League" in made["network.gexf"] and b"Truce of the delta" in made["events.timelinejs.json"]
