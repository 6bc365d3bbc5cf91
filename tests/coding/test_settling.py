"""Differences of two coders settled in a form: what it takes, what it refuses, and what becomes of the tables."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from libya_analysis.coding.agreement import compare_coders
from libya_analysis.coding.rows import Folder
from libya_analysis.coding.settling import form_of, settle_form
from libya_analysis.evidence.errors import DataError, ParameterError
from libya_analysis.evidence.tables import load_tables

from .conftest import actor
from .test_agreement import PARTS, backing, command, put


@pytest.fixture(params=["csv", "xlsx"])
def form(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"form.{request.param}"


def write(form: Path, one: Path, other: Path) -> None:
    form.write_bytes(form_of(compare_coders(load_tables(one), load_tables(other)), form))


def fill_in(form: Path, **settled: str) -> None:
    """Write into the last column, by the field, or by the id of a whole claim."""

    def of(row: list[Any]) -> str:
        names = {
            str(row[3] or "").replace("_", ""),
            *(str(row[n] or "").replace("-", "") for n in (1, 2) if not row[3]),
        }
        return next((value for name, value in settled.items() if name in names), "")

    if form.suffix == ".csv":
        rows = list(csv.reader(io.StringIO(form.read_text(encoding="utf-8-sig"), newline="")))
        for row in rows[1:]:
            row[-1] = of(row)
        with form.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
        return
    book = openpyxl.load_workbook(form)
    for row in book.active.iter_rows(min_row=2):
        row[-1].value = of([cell.value for cell in row])
    book.save(form)


def cells(folder: Path, table: str) -> dict[str, dict[str, str]]:
    return {next(iter(row.values())): row for row, _ in Folder(folder).table(table).records}


def test_a_cell_of_either_another_value_and_whole_claims_are_taken(coders: tuple[Path, Path], form: Path) -> None:
    one, other = coders
    put(one, "backers", backing("azure-council"), backing("tarn"))
    put(other, "actors", actor("guild", "Coast Guild", "armed-group"))
    changed = {
        "status": "attributed",
        "said_by": "guild",
        "modality": "planned",
        "dates_basis": "explicit",
        "start": "2020",
    }
    put(other, "backers", backing("kestrel", "funding", backing_id="x", **changed), backing("guild"))
    before = Folder(other)
    before.having(before.table("backers").only([("x",), ("guild-backs-malk",)])).save(before)
    write(form, one, other)
    fill_in(
        form, support="materiel", status="B", saidby="B", modality="A", tarnbacksmalk="B", azurecouncilbacksmalk="A",
        guildbacksmalk="B", start="-",
    )  # fmt: skip
    target = form.parent / "settled"
    said = command(one, other, "--settle", form, "--to", target)
    assert said.endswith(f"8 settled, 1 left as {one} has it\n")
    rows = cells(target, "backers")
    assert list(rows) == ["azure-council-backs-malk", "guild-backs-malk", "old-kestrel-backs-malk"]
    row = rows["old-kestrel-backs-malk"]
    assert [row[c] for c in ("support", "status", "said_by", "modality", "start", "dates_basis")] == [
        "materiel", "attributed", "guild", "actual", "", "none",
    ]  # fmt: skip
    assert cells(target, "actors")["guild"] == cells(other, "actors")["guild"]  # whom the rows name comes with them
    assert load_tables(target) and (target / "datapackage.json").read_bytes() == (one / "datapackage.json").read_bytes()


def test_what_is_taken_from_b_is_in_the_ids_of_a(coders: tuple[Path, Path], form: Path) -> None:
    one, other = coders
    for folder, who in ((one, "korr"), (other, "jana-korr")):
        put(folder, "actors", actor(who, "Jana Korr", "person"))
    put(one, "backers", backing("korr"))
    put(other, "backers", backing("jana-korr", status="attributed", said_by="tarn"))
    put(other, "backers", backing("tarn", counterpart="", said_by="jana-korr", status="attributed"))
    write(form, one, other)
    fill_in(form, status="B", saidby="B", tarnbacksmalk="B")
    settled = settle_form(form, one, other)
    assert settled.save(one) == [one / "backers.csv"]
    rows = cells(one, "backers")
    assert rows["korr-backs-malk"]["said_by"] == "tarn" and rows["tarn-backs-malk"]["said_by"] == "korr"
    assert "jana-korr" not in cells(one, "actors")


def test_a_form_in_which_nothing_is_settled_changes_nothing(coders: tuple[Path, Path], form: Path) -> None:
    one, other = coders
    put(other, "backers", backing("kestrel", "funding", backing_id="old-kestrel-backs-malk"))
    write(form, one, other)
    settled = settle_form(form, one, other)
    assert (settled.count, settled.left, settled.save(one)) == (0, 1, [])
    fill_in(form, support="A")
    assert settle_form(form, one, other).save(one) == []


def test_a_cell_that_begins_like_a_formula_is_inert_in_a_form_and_is_taken_as_it_was(
    coders: tuple[Path, Path],
    form: Path,
) -> None:
    one, other = coders
    quote = {"quote_id": "q", "speaker_id": "malk", "direct": "false", "status": "attributed", **PARTS}
    put(one, "quotes", {**quote, "text": "'=1+1"})
    put(other, "quotes", {**quote, "text": '=HYPERLINK("http://x.example")'})
    write(form, one, other)
    if form.suffix == ".csv":
        (row,) = csv.DictReader(io.StringIO(form.read_text(encoding="utf-8-sig")))
        assert row["B"].startswith("'=HYPER") and row["A"].startswith("''=")
    else:
        assert openpyxl.load_workbook(form).active["F2"].data_type == "s"
    fill_in(form, text="B")
    settle_form(form, one, other).save(one)
    assert cells(one, "quotes")["q"]["text"] == '=HYPERLINK("http://x.example")'


def test_what_a_form_cannot_mean_is_told_by_its_rows_at_once(coders: tuple[Path, Path], form: Path) -> None:
    one, other = coders
    put(one, "backers", backing("tarn"))
    put(
        other,
        "backers",
        backing("kestrel", "funding", backing_id="old-kestrel-backs-malk", status="attributed", said_by="tarn"),
    )
    write(form, one, other)
    fill_in(form, support="weapon", saidby="tran", tarnbacksmalk="both", status="B")
    changed = {"status": "denied", "said_by": "tarn"}
    put(other, "backers", backing("kestrel", "funding", backing_id="old-kestrel-backs-malk", **changed))
    with pytest.raises(ParameterError) as error:
        settle_form(form, one, other)
    assert [message.partition(", ")[2] for message in error.value.problems] == [
        "settled: no value of support: row 2 'weapon'; did you mean 'weapons'?",
        "B: not what the tables have now; make the form anew: row 3 'denied'",
        "settled: no value of said_by: row 4 'tran'; did you mean 'tarn'?",
        "settled: a whole claim is settled by A or B: as that coder has it, or has it not: row 5 'both'",
    ]


def test_tables_that_would_have_problems_are_not_written(coders: tuple[Path, Path], form: Path) -> None:
    one, other = coders
    put(other, "backers", backing("kestrel", backing_id="old-kestrel-backs-malk", status="attributed", said_by="tarn"))
    write(form, one, other)
    fill_in(form, status="B")
    kept = {path.name: path.read_bytes() for path in one.glob("*.csv")}
    with pytest.raises(DataError, match="name its speaker"):
        settle_form(form, one, other).save(one)
    with pytest.raises(DataError, match="name its speaker"):
        settle_form(form, one, other).save(one.parent / "new")
    assert kept == {path.name: path.read_bytes() for path in one.glob("*.csv")}
    assert not (one.parent / "new").exists()


def test_a_form_is_written_over_nothing_that_would_be_lost_and_this_is_looked_at_first(
    coders: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    one, other = coders
    put(other, "backers", backing("kestrel", "funding", backing_id="old-kestrel-backs-malk"))
    kept = (one / "ties.csv").read_bytes()
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    for path, said in (
        (one / "ties.csv", "that is the name of a table"),
        (tmp_path / "nodir" / "form.csv", "there is no folder"),
        (tmp_path / "form.ods", "written as .csv or .xlsx"),
        (tmp_path / "mine.csv", "this is no form"),
    ):
        assert said in (message := command(one, other, "--form", path)) and message.count("\n") == 0
    assert (one / "ties.csv").read_bytes() == kept and (tmp_path / "mine.csv").read_text() == "a,b\n1,2\n"
    form = tmp_path / "form.csv"
    assert "1 difference\n" in command(one, other, "--form", form) + command(one, other, "--form", form)
    fill_in(form, support="B")
    assert "something is settled in it" in command(one, other, "--form", form)
    assert "is there already" in command(one, other, "--settle", form, "--to", other)
    assert command(one, other, "--settle", form, "--to", one).startswith(str(one / "backers.csv"))
