"""Files for other tools, each opened by a reader that is not ours, or held to the schema of its makers."""

from __future__ import annotations

import hashlib
import html
import io
import json
import shutil
import sys
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geojson
import jsonschema
import networkx as nx
import pandas as pd
import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from click.testing import CliRunner
from rocrate.rocrate import ROCrate

import libya_analysis as la
from libya_analysis.cli import app
from libya_analysis.cli.drawing import FILES
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.folders import shipped
from tests.hostile import write_tables

TABLES = la.load_tables()
DAY = "2020-01-15"
WRITERS = {form: getattr(la, f"to_{form}") for form in FILES}

#: Dates, texts and slides of TimelineJS, after its documentation (timeline.knightlab.com/docs/json-format.html).
_DATE = {
    "type": "object",
    "required": ["year"],
    "properties": {name: {"type": "integer"} for name in ("year", "month", "day")},
    "additionalProperties": False,
    "dependentRequired": {"day": ["month"]},
}
_TEXT = {"type": "object", "properties": {"headline": {"type": "string"}, "text": {"type": "string"}}}
_SLIDE = {
    "type": "object",
    "properties": {
        "start_date": _DATE,
        "end_date": _DATE,
        "text": _TEXT,
        "group": {"type": "string"},
        "display_date": {"type": "string"},
        "autolink": {"type": "boolean"},
        "unique_id": {"type": "string"},
    },
    "additionalProperties": False,
}
TIMELINEJS = {
    "type": "object",
    "required": ["events"],
    "properties": {"events": {"type": "array", "items": {**_SLIDE, "required": ["start_date"]}}, "title": _SLIDE},
    "additionalProperties": False,
}
#: A blueprint of Kumu, after its documentation (docs.kumu.io/guides/import/blueprints).
KUMU = {
    "type": "object",
    "required": ["elements", "connections"],
    "properties": {
        "elements": {"type": "array", "items": {"required": ["id", "label", "type"]}},
        "connections": {
            "type": "array",
            "items": {
                "required": ["id", "from", "to", "type"],
                "properties": {"direction": {"enum": ["directed", "undirected", "mutual"]}},
            },
        },
    },
}


def edges(graph: nx.MultiDiGraph) -> Counter[tuple[str, str, str]]:
    """Ends and claims of the edges of a network, however they are kept."""
    return Counter(
        (a, b, claims if isinstance(claims, str) else "; ".join(claim.claim_id for claim in claims))
        for a, b, claims in graph.edges(data="claims")
    )


def test_networkx_reads_every_tie_and_its_spells_from_gexf() -> None:
    graph = la.build_network(TABLES, as_of=DAY)
    read = nx.read_gexf(io.BytesIO(la.to_gexf(TABLES, as_of=DAY)))
    assert edges(read) == edges(graph) and set(read) == set(graph)
    (spell,) = read.edges["egypt", "haftar", "egypt|backs|haftar"]["spells"]
    assert spell == tuple(str(day) for day in graph.edges["egypt", "haftar", "backs"]["spells"][0].days)


def test_gephi_finds_no_two_edges_that_it_would_make_one() -> None:
    root = ElementTree.fromstring(la.to_gexf(TABLES))
    found = [edge.attrib for edge in root.iter("{http://gexf.net/1.3}edge")]
    assert len({edge["id"] for edge in found}) == len(found)
    pairs = Counter((edge["source"], edge["target"]) for edge in found)
    kinds = Counter((edge["source"], edge["target"], edge["kind"]) for edge in found)
    assert max(pairs.values()) > 1 and max(kinds.values()) == 1


def test_networkx_reads_every_tie_from_graphml() -> None:
    read = nx.read_graphml(io.BytesIO(la.to_graphml(TABLES, as_of=DAY)), force_multigraph=True)
    assert edges(read) == edges(la.build_network(TABLES, as_of=DAY))
    assert read.nodes["haftar"]["label"] == TABLES.names()["haftar"]


def test_a_blueprint_of_kumu_names_what_it_connects() -> None:
    blueprint = json.loads(la.to_kumu(TABLES, as_of=DAY))
    jsonschema.validate(blueprint, KUMU)
    ids = [part["id"] for part in (*blueprint["elements"], *blueprint["connections"])]
    assert len(set(ids)) == len(ids)
    assert {end for tie in blueprint["connections"] for end in (tie["from"], tie["to"])} <= set(ids)


def test_a_story_of_timelinejs_says_in_words_what_is_no_sure_day() -> None:
    story = json.loads(la.to_timelinejs(TABLES))
    jsonschema.validate(story, TIMELINEJS)
    items = [item for item in la.build_timeline(TABLES).items if item.date]
    assert [slide["unique_id"] for slide in story["events"]] == [item.report_ids[0] for item in items]
    for item, slide in zip(items, story["events"], strict=True):
        assert slide.get("display_date", la.say_date(item.date)) == la.say_date(item.date)
        assert ("display_date" in slide) == (not item.date.is_day or item.date.uncertain)
    undated = {item.title for item in la.build_timeline(TABLES).items if not item.date}
    assert undated and all(html.escape(title) in story["title"]["text"]["text"] for title in undated)


def test_geojson_reads_events_with_a_place_and_without() -> None:
    read = geojson.loads(la.to_geojson(TABLES))
    assert read.is_valid
    moscow = next(feature for feature in read.features if feature["properties"]["place"] == "Moscow")
    assert moscow.geometry.coordinates == [37.61, 55.75]  # longitude first
    assert len(read.features) == len(la.build_timeline(TABLES).items)
    assert any(feature.geometry is None for feature in read.features)


def test_citeproc_reads_every_source() -> None:
    entries = json.loads(la.to_csl(TABLES))
    assert {entry["id"] for entry in entries} == TABLES.published().keys()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it warns of what it does not know
        read = CiteProcJSON(entries)
    assert (read["tass-2020-01-13"].type, read["tass-2020-01-13"].issued.year) == ("article-newspaper", 2020)


def test_rispy_reads_every_source() -> None:
    read = {entry["id"]: entry for entry in rispy.loads(la.to_ris(TABLES).decode())}
    assert read.keys() == TABLES.published().keys()
    tass = read["tass-2020-01-13"]
    assert (tass["type_of_reference"], tass["date"], tass["year"]) == ("NEWS", "2020/01/13/", "2020")
    assert all("unknown" not in str(entry.get("publisher", "")) for entry in read.values())


def test_pandas_reads_the_same_claims_from_csv_and_parquet() -> None:
    flat = pd.read_csv(io.BytesIO(la.to_csv(TABLES)), keep_default_na=False)
    read = pd.read_parquet(io.BytesIO(la.to_parquet(TABLES)))
    told = [claim.claim_id for claims in TABLES.claimed.values() for claim in claims]
    assert flat["claim_id"].tolist() == read["claim_id"].tolist() == told
    assert str(read["start_earliest"].dtype).startswith("datetime64")
    assert flat["start_earliest"].tolist() == read["start_earliest"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    assert read["paragraphs"].map(";".join).tolist() == flat["paragraphs"].tolist()


def test_without_pyarrow_parquet_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ParameterError, match=r"libya-analysis\[parquet\]"):
        la.to_parquet(TABLES)


def unpacked(content: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


def test_the_zip_is_an_ro_crate_whose_sums_are_right_and_whose_tables_load(tmp_path: Path) -> None:
    folder = unpacked(la.to_zip(TABLES, {"a.html": b"<p>A report</p>"}, version="1.0"), tmp_path / "crate")
    crate = ROCrate(folder)
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    described = {entity.id for entity in crate.data_entities}
    assert described == files - {"ro-crate-metadata.json", "sha256sums.txt"} and "reports/a.html" in described
    assert crate.name and crate.license and crate.creator and crate.datePublished
    for line in (folder / "sha256sums.txt").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert la.load_tables(folder / "data").claims().equals(TABLES.claims())
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["made_by"] == "libya-analysis 1.0"


def test_tables_that_say_no_more_than_their_camps_can_be_packed(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped("data"), tmp_path / "ours"))
    (folder / "datapackage.json").write_text('{"camps": []}', encoding="utf-8")
    crate = ROCrate(unpacked(la.to_zip(la.load_tables(folder)), tmp_path / "crate"))
    assert crate.name == "ours"


@pytest.mark.parametrize("form", FILES)
def test_the_same_tables_give_the_same_bytes_and_hostile_ones_can_be_read(form: str, tmp_path: Path) -> None:
    assert WRITERS[form](TABLES) == WRITERS[form](TABLES)
    evil = la.load_tables(write_tables(tmp_path / "evil", "http://127.0.0.1:9/"))
    content = WRITERS[form](evil)
    readers: dict[str, Any] = {
        "gexf": lambda file: nx.read_gexf(file),
        "graphml": lambda file: nx.read_graphml(file),
        "ris": lambda file: rispy.loads(file.read().decode()),
        "csv": pd.read_csv,
        "parquet": pd.read_parquet,
        "zip": zipfile.ZipFile,
    }
    assert readers.get(form, json.load)(io.BytesIO(content)) is not None
    if form == "timelinejs":  # the only one whose reader takes text for markup
        assert "<img" not in content.decode() and "&lt;img" in content.decode()


def test_the_command_writes_what_is_asked_for_or_nothing(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["export", "gexf", "ris", "-p", "as_of=2020-01-10", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0 and sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "network.gexf",
        "sources.ris",
    ]
    assert (tmp_path / "out" / "network.gexf").read_bytes() == la.to_gexf(TABLES, as_of="2020-01-10")
    done = CliRunner().invoke(app, ["export", "gefx", "ris", "-p", "as_of=2020-01-10", "--out", str(tmp_path / "no")])
    assert "there is no format 'gefx'; did you mean 'gexf'?" in str(done.exception)
    assert "as_of: there is no such parameter" in str(done.exception) and not (tmp_path / "no").exists()


def test_the_zip_of_the_command_has_a_report_made_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    asked = ["export", "zip", "--report", "01-tables-tour", "--out", str(tmp_path)]
    made = []
    for _ in range(2):
        assert CliRunner().invoke(app, asked).exit_code == 0
        made.append((tmp_path / FILES["zip"]).read_bytes())
    assert made[0] == made[1]
    folder = unpacked(made[0], tmp_path / "crate")
    assert (folder / "reports" / "01-tables-tour.html").is_file()
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["published"] == "2020-09-13"
