"""Tables as a workbook and back: equal to the byte; what spreadsheets do to them is understood, or said once a kind."""

import csv
import datetime as dt
import hashlib
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
    assert opened.sheetnames == [
        *resources(),
        "allowed values",
        "as it was made",
    ]  # a folder without camps has no sheet of them
    sheet = opened["backers"]
    assert sheet.freeze_panes == "B2" and opened["allowed values"].sheet_state == "hidden"
    assert opened["as it was made"].sheet_state == "veryHidden"
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
    assert taken.notes == ["My war - Quotes, coder: a column of your own, left out"]


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
    assert taken.notes == [
        "My war - notes: not a table, left out",
        "My war - Event Reports (1), date: a date, as the tables have it: row 2 '13/02/2021' is 2021-02-13",
    ]


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
        "actors, description: a formula; paste what it comes to as text: row 2 '=1+1', row 3 '=1+1', row 4 '=1+1'",
        "event_reports, date: can be two days; write the one that is meant: "
        "row 2 '03/04/2021': 2021-03-04 or 2021-04-03",
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
    assert "backers, backing_id: empty; an id is made of the row: rows 2, 3" in taken.notes
    assert "backers, status: empty; 'stated' is put in: row 2" in taken.notes
    assert read_workbook(book, place).save() == []  # taken again, nothing moves, and no id is made anew


def test_a_name_that_is_written_wrong_asks_for_the_right_one(folder: Path, book: Path) -> None:
    edited(book, "backers", lambda sheet: sheet.cell(2, column(sheet, "backer_id"), "Kestrell"))
    with pytest.raises(
        ParameterError, match=r"no name in the sheet actors: row 2 'Kestrell' \(did you mean 'Kestrel'\?\)"
    ):
        read_workbook(book, folder)


def test_another_word_for_an_actor_is_that_of_the_rows_source(folder: Path, book: Path) -> None:
    edited(book, "actors", lambda sheet: sheet.cell(3, column(sheet, "aliases"), "the Dorvanians"))
    taken = read_workbook(book, folder)
    assert b"the Dorvanians@old-2021" in taken.after.contents["actors.csv"]
    assert taken.notes[0].startswith("actors, aliases: a word without the source")


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
    assert said.startswith(
        "paragraphs, sha256: empty, and a paragraph is known by its words alone: put them into the column"
    )
    assert "libya-analysis source add" in said and said.endswith(": rows 2, 3")


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
    assert taken.notes == ["actors: no longer in the sheet: the row goes: tarn"]
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


def command(*words: Any) -> str:
    """What the command prints, or the message that it ends with."""
    done = CliRunner().invoke(app, list(map(str, words)))
    assert done.exception is None or isinstance(done.exception, ParameterError), done.exception
    return str(done.exception) if done.exception else done.output


# -- book and folder, both of which may have changed ------------------------------------------------------------------


def _set(folder: Path, table: str, key: str, **cells: str) -> None:
    """Somebody changes a row in the folder."""
    before = Folder(folder)
    row = next(row for row, _ in before.table(table).records if key in row.values())
    before.put({table: [{**row, **cells}]}).save(before)


def _take_out(folder: Path, table: str, key: str) -> None:
    before = Folder(folder)
    file = before.table(table)
    before.having(file.only(k for k in map(file.key, (row for row, _ in file.records)) if key not in k)).save(before)


def _row(sheet: Any, key: str) -> int:
    return next(int(cell.row) for cell in sheet["A"] if cell.value == key)


def _put(book: Path, sheet: str, key: str, **cells: Any) -> None:
    edited(book, sheet, lambda there: [there.cell(_row(there, key), column(there, c), v) for c, v in cells.items()])


def test_a_book_that_nobody_touched_takes_nothing_back_that_was_changed_in_the_folder(folder: Path, book: Path) -> None:
    _set(folder, "actors", "tarn", description="newer")
    _take_out(folder, "actors", "dorvania")
    kept = contents(folder)
    taken = read_workbook(book, folder)
    assert taken.save() == [] and contents(folder) == kept
    assert taken.notes == [
        "actors: taken out in the folder since the book was made: that stays: row 3 dorvania",
        "actors: changed in the folder since the book was made: that stays: row 6 tarn",
    ]


def test_what_was_changed_on_one_side_only_is_taken_from_there(folder: Path, book: Path) -> None:
    _set(folder, "actors", "tarn", description="newer")
    _put(book, "actors", "malk", description="typed")
    assert read_workbook(book, folder).save() == [folder / "actors.csv"]
    rows = {row["actor_id"]: row["description"] for row, _ in Folder(folder).table("actors").records}
    assert (rows["tarn"], rows["malk"]) == ("newer", "typed")


@pytest.mark.parametrize("side", ["changed", "no longer in the folder", "no longer in the book"])
def test_what_was_changed_on_both_sides_is_told_and_nothing_is_written(folder: Path, book: Path, side: str) -> None:
    if side == "no longer in the folder":
        _take_out(folder, "actors", "tarn")
    else:
        _set(folder, "actors", "tarn", description="newer")
    if side == "no longer in the book":
        edited(book, "actors", lambda sheet: sheet.delete_rows(_row(sheet, "tarn")))
    else:
        _put(book, "actors", "tarn", description="typed")
    _put(book, "actors", "malk", description="typed, too")
    kept = contents(folder)
    told = "row 6 'typed' in the book, 'newer' in the folder" if side == "changed" else f"tarn: {side}"
    said = command("tables", "--from", book, "--data", folder)
    assert said.startswith("actors") and told in said and "malk" not in said and contents(folder) == kept
    command("tables", "--from", book, "--data", folder, "--force")
    after = {row["actor_id"]: row["description"] for row, _ in Folder(folder).table("actors").records}
    assert after.get("tarn") == (None if side == "no longer in the book" else "typed")


def test_who_goes_on_in_the_same_book_and_takes_it_again_meets_no_conflict(folder: Path, book: Path) -> None:
    new = {"from_id": "Kestrel", "to_id": "Malk", "kind": "leads", "source_id": "old-2021", "paragraphs": "P1"}
    _type(book, "ties", new)
    _put(book, "actors", "malk", description="one")
    read_workbook(book, folder).save()
    _put(book, "actors", "malk", description="two")
    edited(book, "ties", lambda sheet: sheet.cell(2, column(sheet, "note"), "by its name"))
    read_workbook(book, folder).save()
    ((tie, _),) = Folder(folder).table("ties").records
    assert (tie["from_id"], tie["note"]) == ("kestrel", "by its name")
    assert read_workbook(book, folder).save() == []
    _set(folder, "ties", "kestrel", note="newer")  # and what came from the book before is the folder's own now
    assert read_workbook(book, folder).save() == []
    edited(book, "ties", lambda sheet: sheet.cell(2, column(sheet, "note"), "typed"))
    with pytest.raises(ParameterError, match="'typed' in the book, 'newer' in the folder"):
        read_workbook(book, folder)


def test_a_copy_of_the_book_in_another_hand_does_not_pass_for_the_one_that_was_taken(folder: Path, book: Path) -> None:
    copy = Path(shutil.copy(book, book.with_name("copy.xlsx")))
    _put(book, "actors", "malk", description="one")
    _put(copy, "actors", "malk", description="other")
    read_workbook(book, folder).save()
    with pytest.raises(ParameterError, match="'other' in the book, 'one' in the folder"):
        read_workbook(copy, folder)


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice on the PATH")
@pytest.mark.parametrize(
    "form", ["xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"]
)
def test_what_a_book_was_made_from_is_still_known_after_libreoffice(folder: Path, book: Path, form: str) -> None:
    _put(book, "actors", "malk", description="typed")
    out, home = book.parent / "out", f"-env:UserInstallation=file://{book.parent}/home"
    command = ["soffice", home, "--headless", "--convert-to", form, "--outdir", str(out), str(book)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    _set(folder, "actors", "tarn", description="newer")
    taken = read_workbook(out / "book.xlsx" if form == "xlsx" else out, folder)
    taken.save()
    rows = {row["actor_id"]: row["description"] for row, _ in Folder(folder).table("actors").records}
    assert (rows["tarn"], rows["malk"]) == ("newer", "typed")
    assert taken.notes == ["actors: changed in the folder since the book was made: that stays: row 6 tarn"]


@pytest.mark.parametrize("typed", ["malk", " malk "])
def test_two_rows_of_one_id_are_refused_and_both_named(folder: Path, book: Path, typed: str) -> None:
    _put(book, "actors", "tarn", actor_id=typed)
    with pytest.raises(ParameterError, match=r"actors, actor_id: an id .* row 6 'malk' \(row 5 has it, too\)"):
        read_workbook(book, folder)


def test_two_sheets_of_one_table_are_refused(folder: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened.copy_worksheet(opened["actors"]).title = "actors (2)"
    opened.save(book)
    with pytest.raises(ParameterError, match=r"two sheets for this table; .* 'actors' and 'actors \(2\)'"):
        read_workbook(book, folder)


# -- what is written over ---------------------------------------------------------------------------------------------


def test_a_workbook_is_written_over_nothing_that_would_be_lost(folder: Path, book: Path) -> None:
    def to(path: Path, *more: str) -> str:
        return command("tables", "--to", path, "--data", folder, *more)

    kept = contents(folder)
    assert (
        to(folder / "ties.csv", "--force")
        == f"{folder / 'ties.csv'}: a workbook is written as .xlsx, such as ties.xlsx"
    )
    assert contents(folder) == kept
    _set(folder, "actors", "tarn", description="newer")
    assert "save it as .xlsx again" in to(book)  # nothing was typed in it
    _put(book, "actors", "malk", description="typed")
    assert "has changes that the tables have not" in to(book)
    openpyxl.Workbook().save(other := book.with_name("other.xlsx"))
    assert "was not made by this command" in to(other)
    assert "save it as .xlsx again" in to(book, "--force") and read_workbook(book, folder).save() == []


@pytest.mark.parametrize("name", ["book.ods", "scan.pdf", "old.xls"])
def test_what_is_no_xlsx_is_one_message(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04")
    said = command("tables", "--from", tmp_path / name, "--data", folder)
    assert said == f"{tmp_path / name}: a workbook is read from .xlsx; save it as that, or each sheet as .csv"


# -- what is typed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("13-01-2020", "2020-01-13"), ("2020/01/13", "2020-01-13"), ("2020-1-3", "2020-01-03"), (43843, "2020-01-13"),
        ("43843", "2020-01-13"), ("Jan 2020", "2020-01"), ("13 January 2020", "2020-01-13"), ("4.4.2020", "2020-04-04"),
        ("January 13, 2020", "2020-01-13"), ("01/2020", "2020-01"), ("2020-01-13 00:00:00", "2020-01-13"),
        ("13 يناير 2020", "2020-01-13"), ("13/01/2020", "2020-01-13"),
    ],
)  # fmt: skip
def test_a_date_that_can_mean_one_thing_is_taken_and_told(folder: Path, book: Path, typed: Any, date: str) -> None:
    _put(book, "event_reports", "old-azure-talks", date=typed)
    taken = read_workbook(book, folder)
    assert [row["date"] for row, _ in taken.after.table("event_reports").records] == [date]
    assert taken.notes == [f"event_reports, date: a date, as the tables have it: row 2 {str(typed)!r} is {date}"]


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        (2020, "2020"),
        (2020.0, "2020"),
        (" 2020 ", "2020"),
        (dt.datetime(2020, 1, 13), "2020-01-13"),
        ("2020-01", "2020-01"),
    ],
)
def test_a_date_that_a_program_keeps_in_its_own_way_needs_no_note(
    folder: Path, book: Path, typed: Any, date: str
) -> None:
    _put(book, "event_reports", "old-azure-talks", date=typed)
    taken = read_workbook(book, folder)
    assert [row["date"] for row, _ in taken.after.table("event_reports").records] == [date] and taken.notes == []


def test_eight_bad_dates_are_one_message(folder: Path, book: Path) -> None:
    rows = [
        {"report_id": f"r{n}", "event_id": "azure-talks", "outcome": "unknown", "date_basis": "explicit", **PARTS}
        for n in range(8)
    ]
    days = ["today", "02/03/2020", "summer", "2020-13-32", "5 May", "31/02/2020", "soon", "12/11/2020"]
    _type(book, "event_reports", *({**row, "date": day} for row, day in zip(rows, days, strict=True)))
    with pytest.raises(ParameterError) as error:
        read_workbook(book, folder)
    none, two = error.value.problems
    assert none.startswith("event_reports, date: no date; write it in one of the forms 2011, ")
    assert none.endswith(
        "row 3 'today', row 5 'summer', row 6 '2020-13-32', row 7 '5 May', row 8 '31/02/2020', row 9 'soon'"
    )
    assert two.endswith("row 4 '02/03/2020': 2020-02-03 or 2020-03-02, row 10 '12/11/2020': 2020-11-12 or 2020-12-11")


def test_a_number_that_a_program_writes_in_another_way_is_what_it_was(folder: Path, book: Path) -> None:
    _set(folder, "events", "azure-talks", latitude="32.80", longitude="13.40")
    kept = contents(folder)
    book.write_bytes(write_workbook(folder))
    _put(book, "events", "azure-talks", latitude=32.8, longitude=13.4)
    assert read_workbook(book, folder).save() == []
    csv_file = book.with_name("events.csv")
    csv_file.write_bytes(kept["events.csv"].replace(b"13.40", b"13.4"))
    assert read_workbook(csv_file, folder).save() == []
    _put(book, "events", "azure-talks", longitude=13.5)
    assert read_workbook(book, folder).save() == [folder / "events.csv"]
    assert b"32.80,13.5" in contents(folder)["events.csv"]


def test_all_slips_are_told_at_once(folder: Path, book: Path) -> None:
    _put(book, "actors", "tarn", kind="persn")
    _put(book, "backers", "old-kestrel-backs-malk", backer_id="Nobody Known", actor_id="Tarn-Vöhl", paragraphs="P9")
    with pytest.raises(ParameterError) as error:
        read_workbook(book, folder)
    told = "\n".join(error.value.problems)
    assert "row 2 'Nobody Known'" in told and "row 2 'Tarn-Vöhl' (did you mean 'Ilse Tarn-Vöhl'?)" in told
    assert "actors:6:kind  unknown-value" in told and "backers:2:paragraphs  broken-ref" in told
    assert told.count("backers") == 3  # a cell that is told of is not told of twice


@pytest.mark.parametrize(
    ("what", "wrong", "said"),
    [
        ("sheet", "Actor", "Actor: not a table; did you mean 'actors'"),
        ("sheet", "Actors of mine", "Actors of mine: not a table; did you mean 'actors'"),
        ("head", "alises", "actors, alises: no column of this table; did you mean 'aliases'"),
        ("head", "", "actors, actor_id: the column is missing"),
    ],
)
def test_a_slip_in_the_name_of_a_sheet_or_column_loses_no_edits(
    folder: Path, book: Path, what: str, wrong: str, said: str
) -> None:
    def change(sheet: Any) -> None:
        if what == "sheet":
            sheet.title = wrong
        else:
            sheet.cell(1, column(sheet, "aliases" if wrong else "actor_id"), wrong or "mine")

    with pytest.raises(ParameterError, match=said):
        read_workbook(edited(book, "actors", change), folder)


def test_a_sheet_of_ones_own_is_left_out_and_one_that_is_gone_is_told(folder: Path, book: Path) -> None:
    opened = openpyxl.load_workbook(book)
    opened.create_sheet("notes")["A1"] = "mine"
    opened.create_sheet("actor")["A1"] = "beside the right one"
    del opened["backers"]
    opened.save(book)
    taken = read_workbook(book, folder)
    assert not taken.differs and taken.notes == [
        "notes: not a table, left out",
        "actor: not a table, left out",
        "backers: no sheet of this name; the table stays as it is",
    ]


def test_a_file_named_after_book_and_table_is_that_table(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "my book-event_reports.csv"
    path.write_bytes(contents(folder)["event_reports.csv"].replace(b"2021-02", b"2021-03"))
    assert read_workbook(path, folder).save() == [folder / "event_reports.csv"]


def test_other_words_of_a_paragraph_change_its_text_and_every_hash_of_it(folder: Path, text: Path, book: Path) -> None:
    add_source(text, "azure-news-2022", folder=folder, publisher="Azure News", published="2022-05-04")
    book.write_bytes(write_workbook(folder))
    sheet = openpyxl.load_workbook(book)["paragraphs"]
    line = next(row for row in range(2, 9) if sheet.cell(row, column(sheet, "text")).value == "Talks end in Port Azure")
    edited(book, "paragraphs", lambda sheet: sheet.cell(line, column(sheet, "text"), "Talks ended in Port Azure"))
    read_workbook(book, folder).save()
    kept = folder / "texts" / "azure-news-2022.txt"
    assert kept.read_text(encoding="utf-8") == text.read_text(encoding="utf-8").replace("Talks end ", "Talks ended ")
    tables = load_tables(folder)
    assert check_texts(tables, find_texts(tables)) == [] and read_workbook(book, folder).save() == []
    digest = dict(zip(tables.sources["source_id"], tables.sources["sha256"], strict=True))["azure-news-2022"]
    assert digest == hashlib.sha256(kept.read_bytes()).hexdigest()
    kept.rename(kept.with_name("elsewhere.txt"))
    edited(book, "paragraphs", lambda sheet: sheet.cell(line, column(sheet, "text"), "Talks begin"))
    with pytest.raises(
        ParameterError, match="take the new text in: libya-analysis source add TEXT --id azure-news-2022"
    ):
        read_workbook(book, folder)


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        ("P1", "Other words.", "paragraphs, text: not the words that were read, by their hash"),
        ("P9", "One more.", "paragraphs, text: not in the text at hand; take the new text in"),
    ],
)
def test_typed_words_that_the_tables_cannot_hold_are_refused(
    folder: Path, text: Path, book: Path, number: str, words: str, said: str
) -> None:
    add_source(text, "azure-news-2022", folder=folder, publisher="Azure News", published="2022-05-04")
    book.write_bytes(write_workbook(folder))
    if number == "P9":
        _type(book, "paragraphs", {"source_id": "azure-news-2022", "paragraph": "P9", "role": "body", "text": words})
    else:
        _put(book, "paragraphs", "old-2021", text=words)
    with pytest.raises(ParameterError, match=said):
        read_workbook(book, folder)
    if number == "P1":
        _put(book, "paragraphs", "old-2021", text=words, sha256="")
        read_workbook(book, folder).save()
        assert (folder / "texts" / "old-2021.txt").read_text(encoding="utf-8") == f"{words}\n"


def test_words_of_some_paragraphs_alone_are_told_to_be_kept_as_hashes(folder: Path, book: Path) -> None:
    row = {"source_id": "old-2021", "paragraph": "P4", "role": "body", "text": "Four."}
    _type(book, "paragraphs", row)
    taken = read_workbook(book, folder)
    assert taken.texts == {} and taken.notes[-1].startswith(
        "paragraphs, text: their hashes are kept, their words are not"
    )
    assert taken.notes[-1].endswith(": old-2021 P4")


def test_camps_are_taken_from_their_sheet(begun: tuple[Path, Path]) -> None:
    place, book = begun
    assert openpyxl.load_workbook(book)["camps"].freeze_panes == "B2"

    def change(sheet: Any) -> None:
        sheet.cell(2, 2, "Upstream")
        sheet.cell(3, 1, "down")
        sheet.cell(4, 2, "Coast")

    taken = read_workbook(edited(book, "camps", change), place)
    assert taken.save() == [place / "datapackage.json"]
    assert [(camp["id"], camp["name"]) for camp in load_tables(place).camps] == [
        ("camp-1", "Upstream"), ("down", "Downriver"), ("camp-2", "Coast"),
    ]  # fmt: skip
    assert "camps, id: empty; an id is made: row 4" in taken.notes
    assert read_workbook(book, place).save() == []
    edited(book, "camps", lambda sheet: sheet.delete_rows(3, 2))
    with pytest.raises(DataError, match="camps is a list of two or more"):
        read_workbook(book, place, force=True).save()
