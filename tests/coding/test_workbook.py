"""Tables as a workbook and back: equal to the byte; what spreadsheets do to them is understood, or said once a kind."""

import csv
import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libya_analysis.cli import app
from libya_analysis.coding.beginning import begin_folder
from libya_analysis.coding.intake import add_source
from libya_analysis.coding.rows import Folder
from libya_analysis.coding.workbook import read_workbook, write_workbook
from libya_analysis.evidence.errors import DataError, ParameterError
from libya_analysis.evidence.folders import shipped
from libya_analysis.evidence.schema import allowed, fields, resources
from libya_analysis.evidence.tables import load_tables
from libya_analysis.evidence.texts import check_texts, find_texts

from .conftest import actor, whole

PARTS = {"source_id": "old-2021", "paragraphs": "P1"}


@pytest.fixture
def book(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook(folder))
    return path


def edited(path: Path, sheet: str, change: Any) -> Path:
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    book.save(path)
    return path


def column(sheet: Any, name: str) -> int:
    return [cell.value for cell in sheet[1]].index(name) + 1


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def test_the_shipped_tables_come_back_to_the_byte_also_into_an_empty_folder(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook())
    assert write_workbook() == path.read_bytes()
    assert read_workbook(path).save() == []
    shutil.copy(shipped("data") / "datapackage.json", tmp_path)
    read_workbook(path, tmp_path).save()
    assert contents(tmp_path) == contents(shipped("data"))


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on the PATH")
def test_the_shipped_tables_come_back_to_the_byte_through_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(write_workbook())
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        str(tmp_path / "book.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    taken = read_workbook(tmp_path / "out" / "book.xlsx")
    assert taken.after.contents == taken.before.contents and taken.notes == []


def test_a_sheet_has_drop_downs_a_frozen_head_and_the_codebook(book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    assert opened.sheetnames == [*resources(), "allowed values"]  # a folder without camps has no sheet of them
    sheet = opened["backers"]
    assert sheet.freeze_panes == "B2" and opened["allowed values"].sheet_state == "hidden"
    comments = {cell.value: cell.comment.text for cell in sheet[1]}
    assert comments["support"].startswith(fields("backers")["support"]["description"])
    rules = {str(rule.sqref).split("2:")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    letter = openpyxl.utils.get_column_letter(column(sheet, "support"))
    place = rules[letter].split("!")[1]
    values = [cell.value for (cell,) in opened["allowed values"][place.replace("$", "")]]
    assert tuple(values) == allowed("backers", "support")
    assert rules[openpyxl.utils.get_column_letter(column(sheet, "backer_id"))].startswith("actors!")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_a_cell_that_begins_like_a_formula_is_inert_and_comes_back(folder: Path, tmp_path: Path, sign: str) -> None:
    before = Folder(folder)
    text = f'{sign}HYPERLINK("http://x.example","y")'
    before.put({"actors": [whole("actors", actor("bolt", "Bolt", "person", description=text))]}).save(before)
    path = tmp_path / "book.xlsx"
    path.write_bytes(write_workbook(folder))
    sheet = openpyxl.load_workbook(path)["actors"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert cell.data_type == "s" and cell.quotePrefix
    assert read_workbook(path, folder).save() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
@pytest.mark.parametrize("prefix", ["", "_x0041_", "_x005F_x0041_"])
def test_any_text_comes_back(folder: Path, prefix: str, text: str) -> None:
    before = Folder(folder)
    row = whole("actors", actor("malk", "Oren Malk", "person", description=prefix + text))
    after = before.put({"actors": [row]})
    for path, content in after.contents.items():
        if isinstance(content, bytes):
            (folder / path).write_bytes(content)
    book = folder / "book.xlsx"
    book.write_bytes(write_workbook(folder))
    taken = read_workbook(book, folder)
    assert taken.after.contents == taken.before.contents


def test_what_people_and_programs_do_to_a_sheet_is_understood(folder: Path, book: Path) -> None:
    before = Folder(folder)
    quote = {
        "quote_id": "malk-waits",
        "speaker_id": "malk",
        "direct": "true",
        "text": "we wait",
        "status": "attributed",
        "source_id": "old-2021",
        "paragraphs": "P1",
    }
    before.put({"quotes": [whole("quotes", quote)]}).save(before)
    book.write_bytes(write_workbook(folder))
    kept = contents(folder)

    def change(sheet: Any) -> None:
        sheet.cell(2, column(sheet, "direct")).value = True
        for cell in sheet[1]:
            cell.value = cell.value.replace("_", " ").title()
        sheet.insert_rows(2)
        sheet.cell(1, len(fields("quotes")) + 1).value = "coder"
        sheet.cell(3, len(fields("quotes")) + 1).value = "me"
        sheet.title = "My war - Quotes"

    def change_sources(sheet: Any) -> None:
        sheet.cell(2, column(sheet, "published")).value = dt.datetime(2021, 3, 1)

    edited(book, "quotes", change)
    taken = read_workbook(edited(book, "sources", change_sources), folder)
    assert taken.save() == [] and contents(folder) == kept
    assert taken.notes == ["My war - Quotes: coder: a column of your own, left out"]


def test_files_of_a_spreadsheet_are_read_like_its_sheets(folder: Path, tmp_path: Path) -> None:
    exported = tmp_path / "exported"
    exported.mkdir()
    kept = contents(folder)
    text = kept["backers.csv"].decode().replace("backer_id", "Backer ID").replace("\n", "\r\n")
    (exported / "My war - backers.csv").write_bytes(b"\xef\xbb\xbf" + text.encode() + b",,,,\r\n")
    (exported / "My war - Event Reports (1).csv").write_bytes(
        kept["event_reports.csv"].replace(b"2021-02", b"13/02/2021")
    )
    (exported / "My war - notes.csv").write_text("a,b\n1,2\n")
    taken = read_workbook(exported, folder)
    assert taken.save() == [folder / "event_reports.csv"]
    assert b"2021-02-13" in (folder / "event_reports.csv").read_bytes()
    assert [note.split(":")[0] for note in taken.notes] == ["My war - notes"]


def test_there_is_one_message_a_kind_with_a_proposal(folder: Path, book: Path) -> None:
    def change(sheet: Any) -> None:
        for row in range(2, 5):
            sheet.cell(row, column(sheet, "description")).value = "=1+1"

    def change_reports(sheet: Any) -> None:
        sheet.cell(2, column(sheet, "date")).value = "03/04/2021"

    edited(book, "actors", change)
    edited(book, "event_reports", change_reports)
    with pytest.raises(ParameterError) as error:
        read_workbook(book, folder)
    assert error.value.problems == (
        "actors: row 2, description and 2 more: a formula, '=1+1'; paste what it comes to as text",
        "event_reports: row 2, date: '03/04/2021' can be two days; write 2021-04-03 or 2021-03-04",
    )


def test_rows_are_added_changed_and_taken_away_and_all_else_stays(folder: Path, book: Path) -> None:
    before = contents(folder)["actors.csv"].decode().splitlines()

    def change(sheet: Any) -> None:
        sheet.delete_rows(next(cell.row for cell in sheet["A"] if cell.value == "tarn"))
        new = whole("actors", actor("bolt", "Bolt", "person"))
        for name, value in new.items():
            sheet.cell(20, column(sheet, name)).value = value or None

    read_workbook(edited(book, "actors", change), folder).save()
    after = (folder / "actors.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in after] == [
        "actor_id",
        "azure-council",
        "bolt",
        "dorvania",
        "kestrel",
        "malk",
    ]
    assert set(before) - set(after) == {before[-1]}


def test_tables_that_would_have_problems_are_not_written(folder: Path, book: Path) -> None:
    kept = contents(folder)

    def change(sheet: Any) -> None:
        sheet.cell(2, column(sheet, "support")).value = "weapon"

    with pytest.raises(DataError, match="did you mean 'weapons'"):
        read_workbook(edited(book, "backers", change), folder).save()
    assert contents(folder) == kept


def _type(book: Path, sheet: str, *rows: dict[str, Any]) -> None:
    def put(there: Any) -> None:
        for number, row in enumerate(rows, start=2 + sum(bool(cell.value) for cell in there["A"][1:])):
            for name, value in row.items():
                there.cell(number, column(there, name)).value = value

    edited(book, sheet, put)


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Path, Path]:
    """A conflict that is begun, and its workbook with nothing typed in it."""
    place, book = tmp_path / "delta", tmp_path / "delta.xlsx"
    begin_folder(place, "Who is behind whom in the delta", ["Upriver", "Downriver"])
    book.write_bytes(write_workbook(place))
    return place, book


def test_what_follows_from_a_row_need_not_be_typed(begun: tuple[Path, Path]) -> None:
    place, book = begun
    lines = ["Malk is backed by Dorvania", "and by the Coast Guild, Tarn said."]
    _type(
        book, "sources", {"source_id": "herald-2022", "publisher": "The Herald", "published": 2022, "description": "x"}
    )
    texts = [
        {"source_id": "herald-2022", "paragraph": f"P{n}", "role": "body", "text": t} for n, t in enumerate(lines, 1)
    ]
    _type(book, "paragraphs", *texts)
    cited = {"source_id": "herald-2022", "paragraphs": "P1, P2"}
    people = [{"name": name, "kind": "person", **cited} for name in ("Malk", "Dorvania", "Coast Guild", "Tarn")]
    _type(book, "actors", *people)
    one = {"backer_id": "dorvania", "actor_id": "Malk", "support": "weapons", **cited}
    _type(book, "backers", one, {**one, "backer_id": "coast guild", "status": "attributed", "said_by": "Tarn"})
    quote = {"speaker_id": "Tarn", "direct": "=FALSE()", "text": "Malk is backed", "topic": "stance", **cited}
    _type(book, "quotes", {**quote, "about": "Malk, Dorvania", "status": "attributed"})
    edited(book, "camps", lambda sheet: [sheet.cell(n, 3, name) for n, name in ((2, "malk"), (3, "Tarn"))])
    taken = read_workbook(book, place)
    taken.save()
    tables = load_tables(place)
    assert check_texts(tables, find_texts(tables)) == [] and list(find_texts(tables)["herald-2022"].values()) == lines
    made = dict(zip(tables.backers["backing_id"], tables.backers["status"], strict=True))
    assert made == {"herald-dorvania-weapons-malk": "stated", "herald-coast-guild-weapons-malk": "attributed"}
    assert tables.quotes["about"].tolist() == [("malk", "dorvania")]
    assert [camp["anchor"] for camp in tables.camps] == ["malk", "tarn"]
    assert any(note.startswith("backers: row 2, backing_id and 2 more: empty; an id") for note in taken.notes)
    assert any("backers: row 2, status: empty; 'stated' is put in" in note for note in taken.notes)
    assert read_workbook(book, place).save() == []  # taken again, nothing moves, and no id is made anew


def test_a_name_that_is_written_wrong_asks_for_the_right_one(folder: Path, book: Path) -> None:
    edited(book, "backers", lambda sheet: sheet.cell(2, column(sheet, "backer_id"), "Kestrell"))
    with pytest.raises(
        ParameterError, match="'Kestrell' is no id and no name in the sheet actors; did you mean 'Kestrel'"
    ):
        read_workbook(book, folder)


def test_another_word_for_an_actor_is_that_of_the_rows_source(folder: Path, book: Path) -> None:
    edited(book, "actors", lambda sheet: sheet.cell(3, column(sheet, "aliases"), "the Dorvanians"))
    taken = read_workbook(book, folder)
    assert b"the Dorvanians@old-2021" in taken.after.contents["actors.csv"]
    assert taken.notes[0].startswith("actors: row 3, aliases: a word without the source")


def test_a_paragraph_without_its_words_is_told_once_with_both_ways_out(begun: tuple[Path, Path]) -> None:
    place, book = begun
    _type(
        book, "sources", {"source_id": "herald-2022", "publisher": "The Herald", "published": 2022, "description": "x"}
    )
    rows = [{"source_id": "herald-2022", "paragraph": f"P{n}", "role": "body"} for n in (1, 2)]
    _type(book, "paragraphs", *rows)
    with pytest.raises(ParameterError) as error:
        read_workbook(book, place)
    (said,) = error.value.problems
    assert said.startswith("paragraphs: row 2, sha256 and 1 more: empty; put what the paragraph says")
    assert "libya-analysis source add" in said


def test_a_workbook_shows_the_paragraphs_that_are_at_hand_and_takes_none_of_them_anew(folder: Path, text: Path) -> None:
    add_source(text, "azure-news-2022", folder=folder, publisher="Azure News", published="2022-05-04")
    path = folder.parent / "book.xlsx"
    path.write_bytes(write_workbook(folder))
    sheet = openpyxl.load_workbook(path)["paragraphs"]
    shown = [sheet.cell(row, column(sheet, "text")).value for row in range(2, sheet.max_row + 1)]
    assert "Talks end in Port Azure" in shown and None in shown
    taken = read_workbook(path, folder)
    assert taken.save() == [] and taken.notes == []


def test_what_came_into_the_folder_after_the_workbook_was_made_stays(folder: Path, book: Path, text: Path) -> None:
    add_source(text, "azure-news-2022", folder=folder, publisher="Azure News", published="2022-05-04")
    kept = contents(folder)
    edited(book, "actors", lambda sheet: sheet.delete_rows(next(c.row for c in sheet["A"] if c.value == "tarn")))
    taken = read_workbook(book, folder)
    assert taken.notes == ["actors: tarn: no longer in the sheet: the row goes"]
    assert taken.save() == [folder / "actors.csv"]
    assert {name for name, content in contents(folder).items() if content != kept[name]} == {"actors.csv"}


def test_an_allowed_value_is_understood_however_it_is_written(folder: Path, book: Path) -> None:
    kept = contents(folder)
    edited(book, "actors", lambda sheet: sheet.cell(3, column(sheet, "kind"), "State"))
    edited(book, "event_reports", lambda sheet: sheet.cell(2, column(sheet, "outcome"), "Partly signed"))
    assert read_workbook(book, folder).save() == [folder / "event_reports.csv"]
    assert (
        b"partly-signed" in contents(folder)["event_reports.csv"]
        and kept["actors.csv"] == contents(folder)["actors.csv"]
    )


def test_problems_are_told_by_sheet_and_row(folder: Path, book: Path) -> None:
    cited = {"source_id": "old-2021", "paragraphs": "P1"}
    wrong = {"tie_id": "a-first", "from_id": "kestrl", "to_id": "malk", "kind": "leads", **cited}
    right = {"tie_id": "z-last", "from_id": "kestrel", "to_id": "malk", "kind": "leads", **cited}
    _type(book, "ties", right, wrong)  # which comes first in the table, and last in the sheet
    with pytest.raises(DataError, match=r"ties:3:from_id +broken-ref: 'kestrl' is not in actors.csv; did you mean"):
        read_workbook(book, folder).save()


def test_the_command_goes_both_ways(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    run = CliRunner().invoke
    assert run(app, ["tables", "--to", str(path), "--data", str(folder)]).exit_code == 0
    assert run(app, ["tables", "--from", str(path), "--data", str(folder)]).output == "nothing differs\n"
    assert run(app, ["tables"]).exit_code == 2
    assert "libya-analysis tables --from" in run(app, ["check", str(path)]).output


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"hello"])
def test_what_is_no_workbook_is_said(folder: Path, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content)
    with pytest.raises(ParameterError, match="cannot be read as a workbook"):
        read_workbook(path, folder)


def test_a_cell_that_no_workbook_can_hold_is_named(folder: Path) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(
        whole("actors", actor("zz", "Zz", "person", description="a" * 32_768)).values()
    )
    with (folder / "actors.csv").open("a", encoding="utf-8") as file:
        file.write(out.getvalue())
    with pytest.raises(ParameterError, match="description has 32,768 characters"):
        write_workbook(folder)


def test_a_folder_that_a_spreadsheet_wrote_is_put_right_in_place(folder: Path) -> None:
    before = Folder(folder)
    quote = {
        "quote_id": "a-quote",
        "speaker_id": "malk",
        "direct": "TRUE",
        "text": "we wait",
        "status": "attributed",
        **PARTS,
    }
    text = before.put({"quotes": [whole("quotes", quote)]}).contents["quotes.csv"]
    assert isinstance(text, bytes)
    (folder / "quotes.csv").write_bytes(text)
    backers = (folder / "backers.csv").read_text(encoding="utf-8").splitlines()
    (folder / "backers.csv").write_text(
        "\r\n".join([backers[0].upper(), *backers[1:], "," * backers[0].count(",")]) + "\r\n"
    )
    run = CliRunner().invoke
    assert f"libya-analysis tables --from {folder} --data {folder}" in run(app, ["check", str(folder)]).output
    assert run(app, ["tables", "--from", str(folder), "--data", str(folder)]).exit_code == 0
    assert Folder(folder).problems() == []
    assert contents(folder)["backers.csv"] == before.contents["backers.csv"]
