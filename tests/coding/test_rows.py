"""Rows put into files: all else stays to the byte, and all is written or nothing."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libya_analysis.coding.rows import Folder, TableFile, WriteError, write_files
from libya_analysis.evidence.errors import DataError
from libya_analysis.evidence.schema import resources

from .conftest import actor, whole


@pytest.mark.parametrize("name", resources())
def test_a_row_taken_out_and_put_back_gives_the_same_shipped_file(name: str) -> None:
    table = Folder().table(name)
    assert table.content() == Folder().contents[f"{name}.csv"]
    cells, _ = table.records[-1]
    keys = [table.key(other) for other, _ in table.records[:-1]]
    assert table.only(keys).put([cells]).content() == table.content()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "end"])
def test_the_form_of_a_file_is_kept(folder: Path, end: str, mark: str, last: str) -> None:
    path = folder / "actors.csv"
    text = mark + path.read_text(encoding="utf-8").replace("\n", end)
    path.write_bytes((text if last else text.removesuffix(end)).encode())
    table = Folder(folder).table("actors")
    new = table.put([whole("actors", actor("bolt", 'Bolt, "the Quick"', "person"))]).content().decode()
    lines = new.split(end)
    assert new.startswith(mark) and "\n\n" not in new
    assert [line.split(",")[0] for line in lines if line][1:4] == ["azure-council", "bolt", "dorvania"]
    assert [line for line in lines if "Bolt" not in line and line] == [line for line in text.split(end) if line]


def test_a_file_in_another_order_gets_new_rows_at_its_end(folder: Path) -> None:
    path = folder / "actors.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([head, *reversed(lines)]), encoding="utf-8")
    table = Folder(folder).table("actors").put([whole("actors", actor("bolt", "Bolt", "person"))])
    assert [cells["actor_id"] for cells, _ in table.records] == [
        "tarn",
        "malk",
        "kestrel",
        "dorvania",
        "azure-council",
        "bolt",
    ]


def test_the_tenth_paragraph_comes_after_the_ninth(folder: Path) -> None:
    rows = [
        {"source_id": "old-2021", "paragraph": f"P{n}", "role": "body", "sha256": "0" * 64} for n in range(10, 1, -1)
    ]
    table = Folder(folder).table("paragraphs").put(rows)
    assert [cells["paragraph"] for cells, _ in table.records] == [f"P{n}" for n in range(1, 11)]


def test_rows_that_break_a_rule_are_not_written(folder: Path) -> None:
    before = Folder(folder)
    bad = {"backing_id": "x", "backer_id": "kestrl", "actor_id": "malk", "source_id": "old-2021", "paragraphs": "P1"}
    with pytest.raises(DataError, match="did you mean 'kestrel'"):
        before.put({"backers": [whole("backers", bad)]}).save(before)
    assert Folder(folder).contents == before.contents


def test_faults_that_were_there_before_keep_nothing_from_being_written(folder: Path) -> None:
    path = folder / "backers.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("weapons", "weapon"), encoding="utf-8")
    before = Folder(folder)
    assert before.checked[1]
    assert before.put({"actors": [whole("actors", actor("aa", "Aa", "person"))]}).save(before) == [
        folder / "actors.csv"
    ]


def test_what_others_wrote_meanwhile_is_not_written_over(folder: Path) -> None:
    before = Folder(folder)
    after = before.put({"actors": [whole("actors", actor("bolt", "Bolt", "person"))]})
    (folder / "actors.csv").write_text(
        (folder / "actors.csv").read_text(encoding="utf-8").replace("Oren", "Orin"), "utf-8"
    )
    with pytest.raises(WriteError, match="changed meanwhile"):
        after.save(before)


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (tmp_path / name).write_text("old")
    replaced = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise OSError(28, "No space left on device", str(target))
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(WriteError, match="No space left"):
        write_files({tmp_path / "new": b"new", tmp_path / "a": b"new", tmp_path / "b": b"new"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old", "b": "old"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_one_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WriteError, match="nothing was written"):
        write_files({tmp_path / "a": b"new"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=3, max_size=3))
def test_any_text_comes_back_from_a_file(cells: list[str]) -> None:
    head = "event_id,title,kind,place,latitude,longitude,reference\n"
    empty = TableFile("events", head, tuple(head.strip().split(",")), ())
    row = {"event_id": "a", "title": cells[0], "kind": cells[1], "place": cells[2]}
    again = TableFile.read("events", empty.put([row]).content())
    assert {column: again.records[0][0][column] for column in row} == row
