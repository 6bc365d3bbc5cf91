"""What a stranger may have put into a folder of reports: it leads nowhere, and blocks nothing."""

import json
import os
import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from libya_analysis import ParameterError
from libya_analysis.press import ReportSpec, Settings, batch, find_specs, folder, plotlyjs, run_reports
from libya_analysis.press.index import render_index
from libya_analysis.press.job import Made
from libya_analysis.press.stopping import Stops
from tests.press.test_batch import write_spec
from tests.press.test_reports import notebook

linux = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs on Windows")
NAMES = "one", "two"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make reports without running them."""

    def make(self: Any, waiting: list[ReportSpec]) -> None:
        for spec in waiting:
            place = self.place / spec.name
            place.mkdir()
            files = {f"{spec.name}.{kind}": f"{kind} {spec.parameters}".encode() for kind in ("html", "ipynb")}
            for name, content in files.items():
                (place / name).write_bytes(content)
            self.publish(Made(spec.name, 0.1, "", {name: sha256(c).hexdigest() for name, c in files.items()}))

    monkeypatch.setattr(batch._Batch, "make", make)
    monkeypatch.setattr(batch._Batch, "load", lambda self, stack: None)


def tree(top: Path) -> dict[str, Any]:
    return {str(p): (p.lstat().st_mtime_ns, p.is_file() and p.read_bytes()) for p in sorted([top, *top.rglob("*")])}


class House:
    """A folder of reports of which two runs have made something, a precious one beside it, and what a next run does."""

    def __init__(self, top: Path) -> None:
        self.out, self.precious, self.said = top / "out", top / "precious", top / "said"
        for number in range(5):
            (top / f"data{number}").mkdir(parents=True)
            (top / f"data{number}" / "ties.csv").write_text(f"{number}\n", encoding="utf-8")
        self.precious.mkdir()
        (self.precious / "kept.json").write_text("[]", encoding="utf-8")
        book = notebook(top, "1", parameters='data: str = ""  # tables')
        self.spec = ReportSpec("one", "T", book, on_change=f"cat >> {self.said}")
        for number in range(3):
            assert self.run(number) == []

    def run(self, number: int) -> list[str]:
        """Run once more; give what is said to have been set aside."""
        before = tree(self.precious)
        compare = Settings(keep=1, jobs=1, compare=lambda *_: ("it differs", "<p>it differs</p>"))
        parameters = {"data": str(self.spec.notebook.parent / f"data{number}")}
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            specs = [replace(self.spec, name=name, parameters=parameters) for name in NAMES]
            results = run_reports(specs, self.out, "1.0", compare)
        assert [result.ok for result in results] == [True, True]
        assert tree(self.precious) == before
        for name in NAMES:
            assert folder.is_whole(self.out, folder.read_manifest(self.out, name) or {}), name
        assert not [path for path in self.out.glob(".new-*") if folder.is_folder(path)]
        assert (self.out / "index.html").read_text(encoding="utf-8").count('.html">T</a>') == 2
        aside = [str(warning.message).rpartition(" ")[2] for warning in said]
        assert set(aside) <= {path.name for path in self.out.rglob("*")}
        return aside


def full_folder(path: Path, precious: Path) -> None:
    path.mkdir()
    (path / "link").symlink_to(precious)
    (path / "forward.json").write_text(json.dumps({str(precious / "kept.json"): "x"}), encoding="utf-8")


PLANTS: dict[str, Callable[[Path, Path], object]] = {
    "link-to-file": lambda path, precious: path.symlink_to(precious / "kept.json"),
    "link-to-folder": lambda path, precious: path.symlink_to(precious),
    "link-to-nothing": lambda path, precious: path.symlink_to(precious / "nothing"),
    "full-folder": full_folder,
    "pipe": lambda path, precious: os.mkfifo(path),
    "no-text": lambda path, precious: path.write_bytes(b"\xff\x00{"),
}
PLACES = (
    ".lock", ".tables", ".tables/HASH.json", ".tables/0.json", ".new-evil", ".one.untold.json", "earlier",
    "earlier/STAMP", "earlier/0", "earlier/STAMP/one.html", "earlier/STAMP/one.manifest.json", "index.html", "one.html",
    "one.ipynb", "one.manifest.json", "one.failed.manifest.json", "one.failed.ipynb", "one.changes.html", "other.html",
    "other.manifest.json", "other.failed.manifest.json",
)  # fmt: skip


@linux
@pytest.mark.parametrize("where", PLACES)
def test_whatever_stands_where_a_file_or_folder_of_ours_belongs(tmp_path: Path, where: str) -> None:
    for name, plant in PLANTS.items():
        house = House(tmp_path / name)
        manifest = json.loads((house.out / "one.manifest.json").read_text(encoding="utf-8"))
        (stamp,) = {path.parent.name for path in house.out.glob("earlier/*/one.manifest.json")}
        path = house.out / where.replace("HASH", manifest["hashes"]["data"]).replace("STAMP", stamp)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        plant(path, house.precious)
        aside = [*house.run(3), *house.run(3), *house.run(4)]
        assert aside in ([], [f"{path.name}.set-aside"]), name
        if house.said.exists():
            assert set(house.said.read_text(encoding="utf-8").splitlines()) == {"it differs"}


#: Values that no part of a manifest should have.
ODD = [
    None, True, 7, 1e999, "", "x", "\ud800", "../precious/kept.json", [], ["x"], [1], [["x"]], {}, {"x": "y"},
    {"data": 1}, {"data": "../../precious/kept"}, {"data": "\ud800"}, {"../precious/kept.json": "4f53cda18c2baa0c"},
    {"": "x"}, {"..": "x"}, {".lock": "x"}, {"two.html": "x"}, {"one.html": 1}, {"one.html": ["x"]}, {"a\0b": "x"},
    {"data": {"a": {}}}, {"/etc/hostname": "x"}, {"plotly-/../../precious.css": "x"},
]  # fmt: skip


PARTS = "name key title started parameters given hashes files status tokens error".split()


@pytest.mark.parametrize("part", ["", *PARTS])
def test_whatever_a_manifest_says(tmp_path: Path, part: str) -> None:
    house = House(tmp_path)
    start = tmp_path / "start"
    shutil.copytree(house.out, start)
    for value in [*ODD, ...]:
        shutil.rmtree(house.out)
        shutil.copytree(start, house.out)
        for path in [house.out / "one.manifest.json", *house.out.glob("earlier/*/one.manifest.json")]:
            content = json.loads(path.read_text(encoding="utf-8"))
            content = {**content, part: value} if part else value
            if value is ...:
                content = {name: kept for name, kept in content.items() if name != part} if part else "no value"
            path.write_text(json.dumps(content), encoding="utf-8")
            if not path.parent.name[0].isdigit():
                shutil.copy(path, house.out / "one.failed.manifest.json")
        render_index(house.out).encode(errors="replace")
        assert all(".set-aside" in name for name in house.run(3))
        assert house.run(4) == []


NO_JSON = [b"", b"null", b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"\xef\xbb\xbf{}", b"1" * 9999]


@pytest.mark.parametrize("text", NO_JSON)
def test_files_that_are_no_json(tmp_path: Path, text: bytes) -> None:
    house = House(tmp_path)
    for name in ("one.manifest.json", "one.failed.manifest.json", ".one.untold.json", "other.failed.manifest.json"):
        (house.out / name).write_bytes(text)
    render_index(house.out)
    assert len(house.run(3)) == 3 and house.run(4) == []


NO_TABLES = ['{"../../x.csv": ""}', '{"..": ""}', '{"x.csv": 1}', '{"x.py": ""}', "[]", "{", '{"x.csv": "\\ud800"}']


@pytest.mark.parametrize("tables", [*NO_TABLES, "[" * 100_000])
def test_tables_of_before_that_are_none(tmp_path: Path, tables: str) -> None:
    """Their hash is as it should be: whoever put them there has put it into the manifest too."""
    house = House(tmp_path)
    hash = sha256(tables.encode()).hexdigest()
    (house.out / ".tables" / f"{hash}.json").write_text(tables, encoding="utf-8")
    for path in house.out.glob("*.manifest.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["hashes"]["data"] = hash
        path.write_text(json.dumps(content), encoding="utf-8")
    house.run(3)
    said = (house.out / "one.changes.html").read_text(encoding="utf-8")
    assert "the tables cannot be compared with those of before" in said
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == []


def test_tables_of_before_that_were_altered_are_not_compared(tmp_path: Path) -> None:
    house = House(tmp_path)
    for path in house.out.glob(".tables/*.json"):
        path.write_text('{"ties.csv": "other"}', encoding="utf-8")
    house.run(3)
    assert not (house.said.read_text(encoding="utf-8").splitlines()[2:])


def test_what_a_stranger_left_to_be_told_is_no_line_of_its_own(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.said.unlink()
    evil = ["~!touch p\n~!touch q\r~!touch r", "\x1b[2J\x00", ".", "it differs\u2028~!x\x85~!y\x0c~!z", "\ud800"]
    (house.out / ".one.untold.json").write_text(json.dumps(evil), encoding="utf-8")
    house.run(3)
    lines = house.said.read_text(encoding="utf-8").splitlines()
    assert lines == [
        "  ~!touch p", r"  ~!touch q\r~!touch r", r"  \x1b[2J\x00", "  .", r"it differs\u2028~!x\x85~!y\x0c~!z",
        r"  \ud800", "it differs",
    ]  # fmt: skip


# -- names


def test_links_lead_to_files_whatever_their_names_are(tmp_path: Path) -> None:
    book = notebook(tmp_path, "1", parameters='data: str = ""  # tables')
    names = ["Q1 #2", "why?", "50%25 off", "a:b", "[x]*", "ليبيا", "é", "a&b", "x.y", "a'b\"c"]
    run_reports([ReportSpec(name, name, book) for name in names], tmp_path / "out", "1.0", Settings(keep=1))
    (tmp_path / "out" / os.fsdecode(b"\xff\n.html")).touch()
    index = render_index(tmp_path / "out").encode().decode()
    links = [part.partition('"')[0] for part in index.split('href="')[1:]]
    assert all(not set(link) & set(":#? []&\"'\n") for link in links)
    files = {path.name for path in (tmp_path / "out").glob("*[bl]") if not path.name.startswith(("index", "."))}
    assert {os.fsdecode(unquote_to_bytes(link)) for link in links} == files
    assert len(links) == 2 * len(names) + 1 and r"\udcff\n" in index
    assert run_reports([ReportSpec(name, "new", book) for name in names], tmp_path / "out", "1.0", Settings(keep=1))
    assert run_reports([ReportSpec(name, "newer", book) for name in names], tmp_path / "out", "1.0", Settings(keep=1))
    assert len(list((tmp_path / "out").glob("earlier/*/*.manifest.json"))) == len(names)


@pytest.mark.parametrize("name", ["x.failed", "X.Changes", "index", "x.failed.changes", "a\nb", "a\x1bb", "a\u202eb"])
def test_names_that_would_be_those_of_other_files(tmp_path: Path, name: str) -> None:
    path = write_spec(tmp_path, "").rename(tmp_path / f"{name}.toml")
    with pytest.raises(ParameterError, match="no report can be called"):
        find_specs([str(path)])


def test_names_that_a_matrix_makes_of_values(tmp_path: Path) -> None:
    batch = write_spec(tmp_path, "[matrix]\nas_of = ['x', 'x.failed']")
    with pytest.raises(ParameterError, match=r"no report can be called 'b--x\.failed'"):
        find_specs([str(batch)])


def test_the_copy_of_plotly_that_reports_share_is_that_and_no_other(tmp_path: Path) -> None:
    whole, shared = plotlyjs.shared_file(), tmp_path / plotlyjs.shared_name()
    place = tmp_path / "new"
    place.mkdir()
    for other in (b"", whole[:-1], whole[:5000], whole.replace(b"A", b"B", 1), b"x" + whole):
        shared.write_bytes(other)
        run = batch._Batch(tmp_path, "1", Settings(), print, Stops(), place)
        assert run.share() == sha256(whole).hexdigest()
        assert shared.read_bytes() == whole


def test_a_notebook_is_never_overwritten_and_a_link_to_one_is(tmp_path: Path) -> None:
    book = notebook(tmp_path, "1", parameters='data: str = ""  # tables')
    (tmp_path / "out").mkdir()
    for name, plant in (("one", Path.symlink_to), ("two", Path.hardlink_to)):
        plant(tmp_path / "out" / f"{name}.ipynb", book)
    before = book.read_bytes()
    results = run_reports([ReportSpec(name, "T", book) for name in NAMES], tmp_path / "out", "1.0")
    assert [result.ok for result in results] == [True, True] and book.read_bytes() == before
