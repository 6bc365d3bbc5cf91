"""Reading tables: what is wrong is said once, with its place, and all of it together."""

import csv
import dataclasses
import json
import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from libya_analysis import (
    DataError,
    EdtfDate,
    ParameterError,
    ReportError,
    build_network,
    build_timeline,
    edge_table,
    load_tables,
    spell_table,
    timeline_table,
)
from libya_analysis.evidence.errors import Problem
from libya_analysis.evidence.folders import data_folder, shipped, table_files
from libya_analysis.evidence.schema import allowed, fields, resources
from libya_analysis.evidence.tables import read_tables
from libya_analysis.press.folder import pack_tables, unpack_tables

Rows = list[dict[str, str]]


def rewrite(path: Path, edit: Callable[[Rows], object]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    edit(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def found(folder: Path) -> list[str]:
    return [str(problem) for problem in read_tables(folder)[1]]


def only(folder: Path) -> str:
    lines = found(folder)
    assert len(lines) == 1, lines
    return lines[0]


def set_cell(folder: Path, table: str, line: int, column: str, value: str) -> None:
    rewrite(folder / f"{table}.csv", lambda rows: rows[line - 2].__setitem__(column, value))


# -- good tables


def test_shipped_tables_have_no_problems() -> None:
    assert read_tables()[1] == []


def test_types() -> None:
    tables = load_tables()
    assert isinstance(tables.sources["published"].iloc[0], EdtfDate)
    assert tables.backers["paragraphs"].map(type).eq(tuple).all()
    assert tables.quotes["direct"].dtype == bool
    assert tables.events["latitude"].dtype == float
    assert tables.actors["name"].dtype == "str" and not tables.actors.isna().any(axis=None)


def test_tables_cannot_be_changed() -> None:
    tables = load_tables()
    actors = tables.actors
    actors.loc[0, "name"] = "changed"
    assert tables.actors.loc[0, "name"] != "changed"
    with pytest.raises(AttributeError):
        tables.frames = {}
    with pytest.raises(TypeError):
        tables.frames["actors"] = pd.DataFrame()
    with pytest.raises(AttributeError, match="did you mean 'backers'"):
        _ = tables.backer


def test_tables_stand_sorted_by_id_in_normal_form() -> None:
    for resource in resources().values():
        raw = shipped("data").joinpath(resource["path"]).read_bytes()
        assert b"\r" not in raw and raw.endswith(b"\n"), resource["path"]
        if resource["name"] != "paragraphs":
            key = resource["schema"]["primaryKey"]
            ids = getattr(load_tables(), resource["name"])[key].tolist()
            assert ids == sorted(ids), resource["name"]


def test_claims_of_an_actor() -> None:
    tables = load_tables()
    claims = tables.claims(actor="france")
    assert set(claims["claim_id"]) >= {"france-backs-offensive"}
    assert len(tables.claims()) == sum(
        len(tables.frames[n]) for n in ("ties", "backers", "participants", "event_reports")
    )
    with pytest.raises(KeyError, match="did you mean 'france'"):
        tables.claims(actor="frence")


def test_text_stays_text(folder: Path) -> None:
    for value in ("NA", "007", "1e3", "nan", "True", "<img src=x onerror=alert(1)>", '=HYPERLINK("http://x")'):
        set_cell(folder, "actors", 2, "description", value)
        assert load_tables(folder).actors["description"].iloc[0] == value


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b"\n", b"\r\n", 1),
        lambda raw: raw.rstrip(b"\n"),
    ],
    ids=["byte order mark", "CRLF", "mixed line ends", "no newline at the end"],
)
def test_harmless_differences_are_accepted(folder: Path, change: Callable[[bytes], bytes]) -> None:
    path = folder / "ties.csv"
    path.write_bytes(change(path.read_bytes()))
    assert load_tables(folder).ties.equals(load_tables().ties)


def test_columns_may_stand_in_another_order(folder: Path) -> None:
    def reverse(rows: Rows) -> None:
        rows[:] = [dict(reversed(row.items())) for row in rows]

    rewrite(folder / "ties.csv", reverse)
    assert load_tables(folder).ties.equals(load_tables().ties)


def test_the_environment_names_a_folder_and_an_argument_wins(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBYA_ANALYSIS_DATA", str(folder))
    assert load_tables().folder == folder
    assert data_folder(shipped("data")) == shipped("data")


def test_tables_that_may_be_empty(folder: Path) -> None:
    for table in ("ties", "quotes"):
        path = folder / f"{table}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert len(load_tables(folder).quotes) == 0


# -- one fault, one line


HEADER = ",".join(fields("ties"))
FILES = {
    "empty": (b"", "ties.csv  empty-file: the file has no bytes"),
    "utf-16": (HEADER.encode("utf-16"), "ties.csv:1  encoding: byte 0xff at offset 0: the file is UTF-16"),
    "cp1256": (
        HEADER.encode() + "\nليبيا".encode("cp1256"),
        f"ties.csv:2  encoding: byte 0xe1 at offset {len(HEADER) + 1}",
    ),
    "cr": (HEADER.encode() + b"\ra\r", "ties.csv:1  line-ends: lines end with CR alone"),
    "nul": (HEADER.encode() + b"\na\0", f"ties.csv:2  nul-byte: a NUL byte at offset {len(HEADER) + 2}"),
    "semicolons": (HEADER.replace(",", ";").encode(), "ties.csv:1  delimiter: cells are separated by semicolons"),
    "tabs": (HEADER.replace(",", "\t").encode(), "ties.csv:1  delimiter: cells are separated by tabs"),
    "html": (b"<!DOCTYPE html><html></html>", "ties.csv:1  not-csv: this is a web page or XML"),
    "xlsx": (b"PK\x03\x04....", "ties.csv  not-csv: this is an Excel or zip file"),
    "gzip": (b"\x1f\x8b....", "ties.csv  not-csv: this is a gzip file"),
    "pdf": (b"%PDF-1.7", "ties.csv  not-csv: this is a PDF"),
    "open quote": (HEADER.encode() + b'\n"a,b\n', "ties.csv:2  csv: its quotation mark is never closed"),
    "text after quote": (HEADER.encode() + b'\n"a"b,c\n', "ties.csv:2  csv: "),
    "merge": (
        HEADER.encode() + b"\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n",
        "ties.csv:2  merge-marker: a merge left this mark",
    ),
    "curled quotes": (
        ",".join(f"“{name}”" for name in fields("ties")).encode(),
        "ties.csv:1  delimiter: cells stand between curled quotation marks",
    ),
    "curled quotes below": (
        HEADER.encode() + "\na,“b, c”\n".encode(),
        f"ties.csv:2  row-length: 3 cells, but the header has {len(fields('ties'))} columns; only straight quotation",
    ),
    "header twice": (f"{HEADER}\n{HEADER}\n".encode(), "ties.csv:2  header-twice: the header once more; delete it"),
    "open quote that is closed": (
        HEADER.encode() + b'\n"a,b\nc,d"\n',
        f"ties.csv:2  row-length: 1 cell, but the header has {len(fields('ties'))} columns; it goes on over",
    ),
    "many columns": (b",".join(b"a%d" % n for n in range(100_000)), "ties.csv:1  unknown-column: the first line has"),
    "twice": (f"{HEADER},note\n".encode(), "ties.csv:1:note  duplicate-column: the column is there twice"),
    "big cell": (HEADER.encode() + b"\n" + b"a" * 1_000_001, "ties.csv:2  too-big: a cell has more than 1,000,000"),
}


@pytest.mark.parametrize("case", FILES)
def test_files_that_cannot_be_read(folder: Path, case: str) -> None:
    content, message = FILES[case]
    (folder / "ties.csv").write_bytes(content)
    assert only(folder).startswith(message)


@pytest.mark.parametrize(
    "name",
    [
        "\u062e\u0627\u0646\u0647\u200c\u0647\u0627",
        "\u0915\u094d\u200d\u0937",
        "\U0001f469\u200d\U0001f467",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\U0001f9d1\U0001f3fd\u200d\U0001f680",
    ],
)
def test_joiners_are_letters_own_where_they_join(folder: Path, name: str) -> None:
    set_cell(folder, "actors", 2, "name", name)
    assert found(folder) == []


@pytest.mark.parametrize(
    "name", ["Eg\u200dypt", "\u200c\u062e\u0627", "\u062e\u0627\u200c", "\U0001f469\u200d", "\u062e \u200c\u0627"]
)
def test_joiners_that_join_nothing_are_refused(folder: Path, name: str) -> None:
    set_cell(folder, "actors", 2, "name", name)
    assert only(folder).startswith("actors.csv:2:name  invisible: an invisible character, U+200")


def stray(folder: Path) -> None:
    """What editors, other systems and people leave beside tables."""
    (folder / ".#actors.csv").symlink_to("somebody@somewhere.1234")
    (folder / "._actors.csv").write_bytes(b"\0\5\x16\7")
    (folder / "notes.csv").write_bytes("Libyen, übrigens".encode("latin-1"))
    (folder / "x.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    with (folder / "large.csv").open("wb") as file:
        file.truncate(300_000_000)


def test_only_the_tables_of_a_folder_are_read(folder: Path) -> None:
    before = pack_tables(str(folder))
    stray(folder)
    assert found(folder) == []
    assert pack_tables(str(folder)) == before
    assert set(json.loads(before)) == {*(f"{name}.csv" for name in resources()), "datapackage.json"}


@pytest.mark.parametrize(
    ("put", "message"),
    [
        (os.mkfifo, "not-a-file: it is a folder, a device or a pipe"),
        (Path.mkdir, "not-a-file: it is a folder, a device or a pipe"),
        (lambda path: path.symlink_to("/dev/zero"), "not-a-file: it is a folder, a device or a pipe"),
        (lambda path: path.symlink_to("nowhere"), "not-a-file: there is no such file"),
        (lambda path: None, "missing-file: there is no such file"),
    ],
)
def test_what_stands_in_place_of_a_table_is_one_error_and_no_wait(
    folder: Path, put: Callable[[Path], None], message: str
) -> None:
    (folder / "ties.csv").unlink()
    put(folder / "ties.csv")
    assert only(folder).startswith(f"ties.csv  {message}")
    assert "ties.csv" not in json.loads(pack_tables(str(folder)))


@pytest.mark.parametrize("content", ["né\r\nà".encode(), "né".encode("latin-1"), b"", b"\xff\0"])
def test_packed_tables_are_unpacked_to_the_same_bytes(folder: Path, content: bytes, tmp_path: Path) -> None:
    (folder / "ties.csv").write_bytes(content)
    before, packed = {path.name: path.read_bytes() for path in table_files(folder)}, pack_tables(str(folder))
    again = unpack_tables(packed, tmp_path)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == before


def test_a_file_over_the_limit_is_not_read(folder: Path) -> None:
    with (folder / "ties.csv").open("r+b") as file:
        file.truncate(50_000_001)
    assert only(folder) == "ties.csv  too-big: 50,000,001 bytes; the limit is 50,000,000"


def test_no_header(folder: Path) -> None:
    path = folder / "ties.csv"
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[1:3]), encoding="utf-8")
    lines = found(folder)
    assert lines and all("unknown-column" in line and HEADER in line for line in lines)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not-a-folder"):
        load_tables(tmp_path / "nowhere")


CELLS = [
    ("backers", 3, "actor_id", "hafter", "broken-ref: 'hafter' is not in actors.csv; did you mean 'haftar'?"),
    (
        "backers",
        3,
        "paragraphs",
        "P99",
        "broken-ref: afp-france24-2019-05-08 has no paragraph 'P99'; its paragraphs are P1 to P12",
    ),
    (
        "backers",
        3,
        "paragraphs",
        "P9; P21",
        "bad-list: 'P9; P21': separate items by ';' alone, without spaces or empty items",
    ),
    ("backers", 3, "paragraphs", "", "required: the cell is empty"),
    ("backers", 3, "status", "statd", "unknown-value: 'statd' is not allowed here; did you mean 'stated'?"),
    ("backers", 3, "note", "bad \u200b note", "invisible: an invisible character, U+200B"),
    ("backers", 3, "note", "e\u0301", "not-nfc: 'e\u0301' is not in Unicode form NFC"),
    ("backers", 3, "note", " note", "space: ' note' has white space at its start or end"),
    ("actors", 3, "country", "Egypt", "bad-form: 'Egypt' does not have the form ^[A-Z]{3}$"),
    ("sources", 2, "url", "javascript:alert(1)", "bad-url: 'javascript:alert(1)' is not an http(s) address"),
    ("sources", 2, "url", "https://a.example/x y", "bad-url"),
    ("sources", 2, "url", 'https://a.example/"x', "bad-url"),
    ("sources", 2, "url", "https://user:pw@a.example/", "bad-url"),
    ("events", 3, "latitude", "95", "range: 95 is not between -90 and 90"),
    ("events", 3, "latitude", "1,5", "bad-number: '1,5' is not a plain decimal number such as 32.8872"),
    ("events", 3, "longitude", "nan", "bad-number"),
    ("quotes", 2, "direct", "yes", "unknown-value: 'yes' is neither true nor false"),
    ("quotes", 2, "about", "hafter", "broken-ref: 'hafter' is not in actors.csv; did you mean 'haftar'?"),
    *[("event_reports", 2, "date", bad, "bad-date") for bad in ("2020-02-30", "2020-13")],
    (
        "event_reports",
        2,
        "date",
        "05/01/2020",
        "bad-date: '05/01/2020' is not an EDTF date; did you mean 2020-01-05 or",
    ),
    ("sources", 2, "published", "43844", "bad-date: '43844' is not an EDTF date; did you mean 2020-01-14?"),
    (
        "participants",
        2,
        "role",
        "zzzz",
        "unknown-value: 'zzzz' is not allowed here (known: accepts, affected, attends,",
    ),
    ("actors", 3, "aliases", "GNA", "bad-form: 'GNA' is not of the form GNA@a-source"),
    ("actors", 3, "aliases", "GNA@cldr", "broken-ref: 'cldr' is not in sources.csv; did you mean 'cldr-47'?"),
    ("quotes", 2, "status", "stated", "not-stated: words have a speaker: they are attributed, alleged, denied or"),
    ("quotes", 3, "text", "sustainable", "one-word: 'sustainable' alone says too little: make it indirect speech"),
    ("event_relations", 2, "said_by", "russla", "broken-ref: 'russla' is not in actors.csv; did you mean 'russia'?"),
    ("event_relations", 2, "modality", "sure", "unknown-value: 'sure' is not allowed here"),
    ("participants", 2, "counterpart", "russla", "broken-ref: 'russla' is not in actors.csv; did you mean 'russia'?"),
    ("identities", 2, "same_as", "cavusogl", "broken-ref: 'cavusogl' is not in actors.csv; did you mean 'cavusoglu'?"),
    ("event_reports", 2, "due", "in May", "bad-date: 'in May' is not an EDTF date"),
    ("event_reports", 11, "due", "2009", "date-order: 2009, the day that it is for, is before 2010~, when it was made"),
    ("event_reports", 2, "date", "2020-02/2020-01", "date-order: '2020-02/2020-01' ends before it starts"),
]


@pytest.mark.parametrize(("table", "line", "column", "value", "message"), CELLS)
def test_faults_of_a_cell(folder: Path, table: str, line: int, column: str, value: str, message: str) -> None:
    set_cell(folder, table, line, column, value)
    assert f"{table}.csv:{line}:{column}  {message}" in "\n".join(found(folder))
    assert all(text.startswith(f"{table}.csv:{line}:") for text in found(folder))


def test_an_id_that_is_wrong_in_its_own_table_is_one_problem(folder: Path) -> None:
    set_cell(folder, "actors", 2, "actor_id", "akat")
    more, hint = r"\d+ other rows? names? it, too", "Line 2 of actors.csv has that, and no row names it"
    assert re.search(f"'akar' is not in actors.csv; {more}; did you mean 'akat'[?] {hint}$", only(folder))


def test_an_id_that_one_row_has_wrong_is_no_slip_of_its_table(folder: Path) -> None:
    set_cell(folder, "backers", 3, "actor_id", "hafter")
    assert only(folder).endswith("'hafter' is not in actors.csv; did you mean 'haftar'?")


def test_values_that_are_allowed_are_listed_whole(folder: Path) -> None:
    set_cell(folder, "participants", 2, "role", "zzzz")
    assert all(role in only(folder) for role in allowed("participants", "role"))


def test_a_paragraph_that_many_rows_cite_and_is_not_there_is_one_problem(folder: Path) -> None:
    def drop(rows: Rows) -> None:
        rows[:] = [row for row in rows if (row["source_id"], row["paragraph"]) != ("moscow-truce-2020", "P19")]

    rewrite(folder / "paragraphs.csv", drop)
    assert re.search(
        r"moscow-truce-2020 has no paragraph 'P19'; \d+ other rows name it, too; its paragraphs", only(folder)
    )


@pytest.mark.parametrize("bad", ["../../etc/passwd", "a/b", "con", "Haftar", "a" * 300, "a_b", "-a", "a--b"])
def test_ids(folder: Path, bad: str) -> None:
    set_cell(folder, "quotes", 2, "quote_id", bad)
    assert only(folder).startswith("quotes.csv:2:quote_id  bad-id")


def test_duplicate_id_names_the_first_line(folder: Path) -> None:
    path = folder / "backers.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[3]]) + "\n", encoding="utf-8")
    last, key = len(lines) + 1, lines[3].split(",")[0]
    assert only(folder) == f"backers.csv:{last}:backing_id  duplicate-id: '{key}' stands on line 4 already"


def test_columns(folder: Path) -> None:
    path = folder / "ties.csv"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("to_id", "To_id", 1), encoding="utf-8")
    assert (
        only(folder) == "ties.csv:1:To_id  unknown-column: 'To_id' is not a column of this table; did you mean 'to_id'?"
    )
    path.write_text("\n".join(f"{line}," for line in good.splitlines()).replace(",\n", ",extra\n", 1), encoding="utf-8")
    assert only(folder).startswith("ties.csv:1:extra  unknown-column: 'extra' is not a column of this table")


def test_a_missing_column_is_one_problem(folder: Path) -> None:
    rewrite(folder / "backers.csv", lambda rows: [row.pop("support") for row in rows])
    assert only(folder) == "backers.csv:1:support  missing-column: the column is missing"


def test_rows_of_the_wrong_length(folder: Path) -> None:
    path = folder / "actors.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], lines[2] + ",,", *lines[3:]]) + "\n", encoding="utf-8")
    count = len(fields("actors"))
    assert only(folder) == f"actors.csv:3  row-length: {count + 2} cells, but the header has {count} columns"
    path.write_text("\n".join([*lines[:2], "", *lines[2:]]) + "\n", encoding="utf-8")
    assert only(folder) == "actors.csv:3  blank-row: a blank line; delete it"


def test_references_into_an_unreadable_table_are_not_reported_again(folder: Path) -> None:
    (folder / "actors.csv").write_bytes(b"PK\x03\x04")
    assert only(folder).startswith("actors.csv  not-csv")


def test_two_problems_in_one_cell(folder: Path) -> None:
    set_cell(folder, "backers", 3, "actor_id", "Haf\u200btar")
    assert [line.split("  ")[1].split(":")[0] for line in found(folder)] == ["bad-id", "invisible"]


RULES = [
    ("backers", {"status": "alleged"}, "said_by  required: the claim is alleged: name its speaker"),
    ("backers", {"said_by": "haftar"}, "said_by  not-empty"),
    ("backers", {"modality": "conditional"}, "condition  required"),
    ("backers", {"reading": "ambiguous", "note": ""}, "note  required"),
    (
        "backers",
        {"start": "2020", "end": "2019", "dates_basis": "explicit"},
        "end  date-order: 2019 ends before 2020, its start",
    ),
    ("backers", {"start": "2020"}, "dates_basis  basis: a date is given: say what it rests on"),
    ("backers", {"dates_basis": "explicit"}, "dates_basis  basis: the basis is explicit, but no date is given"),
]


@pytest.mark.parametrize(("table", "cells", "message"), RULES)
def test_rules_between_cells(folder: Path, table: str, cells: dict[str, str], message: str) -> None:
    def edit(rows: Rows) -> None:
        next(row for row in rows if row["status"] == "stated" and row["dates_basis"] == "none").update(cells)

    rewrite(folder / f"{table}.csv", edit)
    assert message in only(folder)


def test_all_problems_at_once_and_fifty_printed(folder: Path) -> None:
    rewrite(folder / "participants.csv", lambda rows: [row.update(status="x", role="y") for row in rows])
    count = 2 * len(load_tables().participants)
    with pytest.raises(DataError) as caught:
        load_tables(folder)
    assert len(caught.value.problems) == count
    lines = str(caught.value).splitlines()
    assert lines[0].startswith(f"{count} problems in ") and lines[-1] == f"  and {count - 50} more (see .problems)"
    assert len(lines) == 52


def test_a_missing_column_does_not_break_the_rules_that_look_at_it(folder: Path) -> None:
    rewrite(folder / "participants.csv", lambda rows: [row.pop("said_by") for row in rows])
    assert only(folder) == "participants.csv:1:said_by  missing-column: the column is missing"


@pytest.mark.parametrize("content", [b"\n", b"\xef\xbb\xbf", b"\r\n"], ids=["line break", "byte order mark", "CRLF"])
def test_a_table_never_vanishes_in_silence(folder: Path, content: bytes) -> None:
    (folder / "backers.csv").write_bytes(content)
    assert only(folder).startswith("backers.csv") and "empty-file" in only(folder)


def test_a_problem_is_one_printable_line(folder: Path) -> None:
    path = folder / "ties.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("tie_id", '"tie\x1b[31m\n::error::_id"', 1), encoding="utf-8"
    )
    assert all(line.isprintable() for line in found(folder))


def test_nothing_written_into_tables_is_there_when_they_are_read_again() -> None:
    first = load_tables()
    first.actors["name"].array[0] = "X"
    actors = first.frames["actors"]
    actors.loc[0, "description"] = "X"
    with pytest.raises(TypeError):
        first.camps[0]["name"] = "X"  # type: ignore[index]
    again = load_tables()
    assert "X" not in {again.actors["name"].iloc[0], again.actors["description"].iloc[0], again.camps[0]["name"]}


def test_tables_are_read_again_when_a_file_has_changed(folder: Path) -> None:
    before = load_tables(folder).names()["egypt"]
    file = folder / "actors.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(f",{before},", ",Egipt,"), encoding="utf-8")
    assert (before, load_tables(folder).names()["egypt"]) == ("Egypt", "Egipt")


@pytest.mark.parametrize("error", [
    DataError([Problem("a.csv", 2, "b", "bad", "so")], "data/"), ParameterError(["one", "two"]), ReportError("why"),
])  # fmt: skip
def test_errors_can_be_sent_from_process_to_process(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert getattr(again, "problems", ()) == getattr(error, "problems", ())


def test_tables_of_the_same_files_are_the_same_and_nobody_writes_into_them() -> None:
    tables = load_tables()
    assert load_tables() is tables
    before = timeline_table(build_timeline(tables))
    reports = tables.frames["event_reports"]
    reports.loc[:, "status"] = "denied"
    assert timeline_table(build_timeline(load_tables())).equals(before)
    fewer = dataclasses.replace(tables, frames={**tables.frames, "event_reports": tables.event_reports.iloc[:1]})
    assert len(build_timeline(fewer).items) == 1


def test_frames_of_claims_sort_compare_and_go_to_parquet(tmp_path: Path) -> None:
    tables = load_tables()
    claims = tables.claims()
    names = {**tables.names(), **tables.titles()}
    for one, other in (("from_id", "from"), ("to_id", "to"), ("said_by", "speaker")):
        assert [names.get(word, "") for word in claims[one]] == claims[other].tolist()
    for date in ("start", "end", "attested", "published"):
        known = claims[claims[f"{date}_precision"] != ""]
        assert known.empty or (known[f"{date}_earliest"] <= known[f"{date}_latest"]).isin([True]).any()
    april = claims[claims["start"] == "2019-04"].iloc[0]
    assert (str(april["start_earliest"].date()), str(april["start_latest"].date())) == ("2019-04-01", "2019-04-30")
    assert april["start_precision"] == "month" and april["start_earliest"] < pd.Timestamp("2019-04-02")
    for frame in (claims, tables.ties.dated(), tables.event_reports.dated(), tables.sources.dated()):
        frame.to_parquet(tmp_path / "x.parquet")
        assert pd.read_parquet(tmp_path / "x.parquet").dtypes.equals(frame.dtypes)


def test_what_a_table_shows_can_be_had_with_ids_and_days() -> None:
    graph, timeline = build_network(load_tables()), build_timeline(load_tables())
    for table, shown in ((edge_table, graph), (timeline_table, timeline), (spell_table, graph)):
        plain, dated = table(shown), table(shown, dated=True)
        assert plain.equals(dated[plain.columns])
        assert any(kind.kind == "M" for kind in dated.dtypes if hasattr(kind, "kind"))
        assert {name for name in dated if name.endswith("_id")}
