"""A folder in which another conflict begins: whole or not at all, and fit for all that is done with full ones."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import libya_analysis as la
from libya_analysis.cli import app
from libya_analysis.coding import rows
from libya_analysis.coding.beginning import begin_folder
from libya_analysis.coding.intake import add_source
from libya_analysis.evidence.doubts import find_doubts
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.folders import schema, shipped
from libya_analysis.evidence.schema import fields, resources
from libya_analysis.evidence.tables import Tables

TITLE = "Who is behind whom in the delta"
CAMPS = ["Upriver", "Downriver", "The coast"]


def invoke(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


def add_row(folder: Path, table: str, **cells: str) -> None:
    with (folder / f"{table}.csv").open("a", encoding="utf-8") as file:
        file.write(",".join(cells.get(column, "") for column in fields(table)) + "\n")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    begin_folder(tmp_path / "delta", TITLE, CAMPS[:2])
    return tmp_path / "delta"


@pytest.mark.parametrize("count", [0, 2, 3])
def test_what_was_begun_loads_and_checks_clean(tmp_path: Path, count: int) -> None:
    folder = tmp_path / "new" / "delta"
    words = [word for camp in CAMPS[:count] for word in ("--camp", camp)]
    code, said = invoke("init", folder, "--title", TITLE, *words)
    assert (code, said.split(":")[1].strip()) == (0, "14 files; next")
    tables = la.load_tables(folder)
    assert tables.title == TITLE and [camp["name"] for camp in tables.camps] == CAMPS[:count]
    assert invoke("check", folder) == (0, "0 problems in 0 rows of 11 tables\n")


def test_its_files_have_the_schema_and_nothing_of_the_shipped_conflict(empty: Path) -> None:
    package = json.loads((empty / "datapackage.json").read_text(encoding="utf-8"))
    assert package["resources"] == schema()["resources"]
    assert list(package) == ["profile", "name", "title", "camps", "resources"]
    for name in resources():
        assert (empty / f"{name}.csv").read_text(encoding="utf-8") == ",".join(fields(name)) + "\n"
    for word in ("Libya", *la.load_tables().names().values()):
        assert not [
            file.name for file in empty.iterdir() if file.is_file() and word in file.read_text(encoding="utf-8")
        ], word


def test_a_folder_with_something_in_it_is_refused(empty: Path) -> None:
    before = {file: file.read_bytes() for file in empty.rglob("*") if file.is_file()}
    refused = f"libya-analysis: {empty} has 'README.md' in it: name a folder that is empty or not there yet"
    with pytest.raises(ParameterError) as error:
        begin_folder(empty, "Another", ())
    assert f"libya-analysis: {error.value}" == refused
    assert {file: file.read_bytes() for file in empty.rglob("*") if file.is_file()} == before
    with pytest.raises(ParameterError, match="is no folder"):
        begin_folder(empty / "README.md", "Another", ())


@pytest.mark.parametrize(
    ("title", "camps", "words"),
    [
        (" ", (), "title is a text of 1 to 200 characters"),
        ("A\u202etitle", (), "the title: an invisible character, U\\+202E"),
        (TITLE, ("Upriver",), "camps: 1 is given; a conflict has none, or 2 to 6"),
        (TITLE, tuple("abcdefg"), "camps: 7 are given"),
        (TITLE, ("Upriver", "UPRIVER"), "two camps have the name 'Upriver'"),
        (TITLE, ("Upriver", ""), "a camp's name has 1 to 80 characters"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_written(
    tmp_path: Path, title: str, camps: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ParameterError, match=words):
        begin_folder(tmp_path / "delta", title, camps)
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("libya_analysis.coding.rows.os.fsync", full)
    with pytest.raises(rows.WriteError, match="No space left on device; nothing was written"):
        begin_folder(tmp_path / "delta", TITLE)
    assert not list(tmp_path.iterdir())


def test_camps_wait_for_their_anchors_and_the_check_says_so(empty: Path) -> None:
    text = empty.parent / "report.txt"
    text.write_text("The dam board\n\nThe dam board has asked everybody to keep calm until the water is low again.\n")
    add_source(str(text), "herald", folder=empty, publisher="The Herald", published="2020-06-06", language="en")
    assert not find_doubts(la.load_tables(empty))
    named = {"actor_id": "dam-board", "name": "The dam board", "kind": "organisation", "number": "one"}
    add_row(empty, "actors", **named, source_id="herald", paragraphs="P1")
    tables = la.load_tables(empty)
    assert [(one.file, one.code) for one in find_doubts(tables)] == [("datapackage.json", "no-anchor")] * 2
    assert "'Upriver' has no anchor" in find_doubts(tables)[1].message
    graph = la.build_network(tables)
    assert graph.graph["camps"] == () and la.build_ceasefire(tables).parties == ()
    assert str(la.build_briefing(tables).scope) == "As of 6 June 2020, from 1 article of The Herald."


def test_where_claims_are_made_a_table_that_lost_its_rows_is_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped("data"), tmp_path / "tables"))
    (folder / "backers.csv").write_text(",".join(fields("backers")) + "\n", encoding="utf-8")
    assert [str(doubt) for doubt in find_doubts(la.load_tables(folder))] == [
        "backers.csv:1  no-rows: a header, but no rows"
    ]


def test_of_empty_tables_every_chart_and_sentence_says_that_nothing_is_said(empty: Path) -> None:
    tables = la.load_tables(empty)
    graph, timeline, ceasefire = la.build_network(tables), la.build_timeline(tables), la.build_ceasefire(tables)
    for window in ("year", "days"):
        assert not la.build_timeline(tables, window=window).items
    charts = la.draw_network(graph), la.draw_matrix(graph), la.draw_timeline(timeline), la.draw_ceasefire(ceasefire)
    assert all("Nothing to draw" in chart.to_json() for chart in charts)
    briefing = la.build_briefing(tables)
    parts = "news scope reasons backing patrons people days ahead background failures left_out stakes reactions"
    prose = [getattr(briefing, part) for part in (*parts.split(), "differences", "sureness")]
    prose += [la.network_news(graph), la.timeline_news(timeline), la.source_list(tables)]
    prose += [la.say_event(tables, briefing.story.main), la.say_quotes(tables)]
    for said in map(str, prose):
        assert said.startswith(("No", "There is no", "The sources chosen")) and said.count(".") == 1, said
    assert la.last_days(tables) == (None, None)


@pytest.mark.parametrize("ask", [la.explore, la.to_zip])
def test_what_needs_a_day_says_that_there_is_none(empty: Path, ask: object) -> None:
    with pytest.raises((ParameterError, la.ReportError), match=r"source has a day|none has a day"):
        ask(la.load_tables(empty))  # type: ignore[operator]


def _reports(folder: Path, out: Path) -> str:
    asked = ("--data", folder, "--out", out, "-p", "focus=", "-p", "sources=[]", "-p", "as_of=")
    code, said = invoke("report", *asked)
    assert code == 0, said
    return "".join(path.read_text(encoding="utf-8") for path in sorted(out.glob("*.html")))


def test_all_five_reports_are_made_and_name_the_tables(empty: Path, tmp_path: Path) -> None:
    pages = _reports(empty, tmp_path / "out")
    assert pages.count(f"· {TITLE} ·") == 5 and "Nothing to draw for this selection" in pages
    assert "<title>Libya" not in pages


def test_without_camps_it_is_told_who_backs_whom(tmp_path: Path) -> None:
    tables = la.load_tables()
    nowhere = Tables(tables.folder, dict(tables.frames), tables.lines)
    news = la.network_news(la.build_network(nowhere, sources=["moscow-truce-2020"], as_of="2020-01-15"))
    assert "Nobody" not in str(news) and news.statements[0].cites
