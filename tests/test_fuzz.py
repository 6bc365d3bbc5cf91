"""Whatever comes in: what comes out is equal after a round trip, or one of this package's own errors; and it is soon.

The cases are the same in every run of ``make test``; ``make fuzz`` tries others, for some minutes.
"""

from __future__ import annotations

import ast
import csv
import datetime as dt
import io
import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from libya_analysis import (
    DataError,
    Tables,
    build_briefing,
    build_ceasefire,
    build_network,
    build_timeline,
    check_parameters,
    check_texts,
    draw_ceasefire,
    draw_network,
    draw_timeline,
    edge_table,
    find_texts,
    load_tables,
    say_claims,
)
from libya_analysis.evidence.csvfile import read_cells
from libya_analysis.evidence.doubts import find_doubts
from libya_analysis.evidence.errors import LibyaAnalysisError, Problem
from libya_analysis.evidence.folders import shipped, table_files
from libya_analysis.evidence.package import read_package
from libya_analysis.evidence.question import FIELDS, declare
from libya_analysis.evidence.schema import allowed, fields, resources
from libya_analysis.evidence.tables import read_tables
from libya_analysis.explorer.saved import made
from libya_analysis.press import find_specs, with_parameters

T = TypeVar("T")

TABLES = load_tables()
SHIPPED = {path.name: path.read_bytes() for path in table_files(shipped("data"))}
NAMES = list(resources())
#: What a case may take: seconds, for each megabyte; a little one has as long as one megabyte.
SECONDS, MEGABYTE = 2.0, 1_000_000
#: Name, seconds and size of each case.
SEEN: list[tuple[str, float, int]] = []

#: Texts that have done harm somewhere, beside any others.
ODD = st.sampled_from([
    "", "\0", "\n", "\r\n", "\u200b", "\u200d", "\ufeff", "\ufffe", "\u202ea", "e\u0301", "\u2028", "\uff1d1", "=1+1",
    "nan", "-0", "1e999", "007", "open", "..", "[..]", "2020-13", "../2019", "2020-01-13/..", "[2020,2021]", "9999",
    "<img src=x>", "%{meta}", "$5 $6", "\\(x\\)", "{}", "[]", "null", "true", "a;b", ";", "'", '"', "“a", "../../x",
    "con", "haftar", "P1", "P99;P1", "alleged", "threatened", "\U0001f469\u200d\U0001f467", "a" * 99,
])  # fmt: skip
TEXT = ODD | st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda some: st.lists(some, max_size=4) | st.dictionaries(TEXT, some, max_size=4),
    max_leaves=12,
)
#: What can be put in place of a part of a file.
BYTES = st.binary(max_size=30) | st.sampled_from(
    [b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xe2\x80", b"<<<<<<< a\n"]
)


def judged(action: Callable[[], T], size: int) -> T | None:
    """Do something with what somebody else wrote; None if it is refused. Anything but a refusal is a fault."""
    name, began = action.__qualname__.split(".")[0], time.process_time()  # others use the machine too
    try:
        return action()
    except LibyaAnalysisError as error:
        assert str(error)
        return None
    finally:
        seconds = time.process_time() - began
        SEEN.append((name, seconds, size))
        assert seconds <= SECONDS * max(size / MEGABYTE, 1), f"{seconds:.1f} s for {size:,} bytes"


@pytest.fixture(scope="module", autouse=True)
def tally(request: pytest.FixtureRequest) -> Iterator[None]:
    """Say at the end of ``make fuzz`` what was tried."""
    yield
    if request.config.getoption("--hypothesis-profile") and SEEN:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            name, slowest, size = max(SEEN, key=lambda case: case[1])
            total = sum(seconds for _, seconds, _ in SEEN)
            print(f"\n{len(SEEN):,} cases in {total:.0f} s; the slowest, {slowest:.2f} s for {size:,} bytes, in {name}")


@st.composite
def spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with some of its parts replaced, left out, or there twice."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = min(start + draw(st.integers(0, 80)), len(content))
        content = content[:start] + draw(BYTES | st.just(content[start:end] * 2)) + content[end:]
    return content


def refused(problems: list[Problem]) -> bool:
    """Whether there are problems, each of which is one line."""
    assert all(str(problem).isprintable() and len(str(problem)) < 1100 for problem in problems)
    return bool(problems)


def written(table: str, rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(fields(table)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def rows_of(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(SHIPPED[f"{table}.csv"].decode(), newline="")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped("data"), tmp_path / "tables"))


def put(folder: Path, **files: bytes) -> Path:
    """Make a folder of tables hold the shipped files, but for some."""
    for name, content in {**SHIPPED, **{f"{table}.csv": content for table, content in files.items()}}.items():
        if (folder / name).read_bytes() != content:
            (folder / name).write_bytes(content)
    return folder


# -- bytes


@given(st.data(), st.sampled_from(NAMES))
def test_bytes_are_read_or_refused(data: st.DataObject, table: str) -> None:
    columns, shipped_ = list(fields(table)), SHIPPED[f"{table}.csv"][:4000]
    content = data.draw(spoilt(shipped_) | st.binary(max_size=300) | st.text('a,;"\n\r“', max_size=300).map(str.encode))
    read = judged(lambda: read_cells(f"{table}.csv", content, columns), len(content))
    if read and not refused(read.problems):
        cells = [cells for _, cells in read.rows]
        assert [c for _, c in read_cells("again", written(table, cells), columns).rows] == cells


@given(data=st.data(), table=st.sampled_from(NAMES))
def test_spoilt_tables_are_read_or_refused(data: st.DataObject, table: str, folder: Path) -> None:
    put(folder, **{table: data.draw(spoilt(SHIPPED[f"{table}.csv"]))})
    size = sum(map(len, SHIPPED.values()))
    tables, problems = judged(lambda: read_tables(folder), size) or pytest.fail("an error where problems are told")
    if refused(problems):
        with pytest.raises(DataError):
            load_tables(folder)
    else:
        judged(lambda: used(tables), size)


# -- rows


@given(data=st.data())
def test_rows_of_any_cells_are_read_and_used_or_refused(data: st.DataObject, folder: Path) -> None:
    changed = {}
    for table in data.draw(st.sets(st.sampled_from(NAMES), min_size=1, max_size=3)):
        rows = rows_of(table)
        for row in data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=2)):
            column = data.draw(st.sampled_from(list(row)))
            others = st.sampled_from([other[column] for other in rows])
            row[column] = data.draw(others | st.sampled_from([*allowed(table, column), ""]) | TEXT)
        changed[table] = written(table, rows)
    put(folder, **changed)
    size = sum(map(len, SHIPPED.values()))
    tables, problems = judged(lambda: read_tables(folder), size) or pytest.fail("an error where problems are told")
    if not refused(problems):
        judged(lambda: used(tables), size)


def used(tables: Tables) -> None:
    """Make of tables what reports make of them."""
    find_doubts(tables)
    graph, ceasefire = build_network(tables), build_ceasefire(tables)
    assert len(edge_table(graph)._repr_html_()) > 0
    assert draw_network(graph).description and draw_timeline(build_timeline(tables)).description
    assert draw_ceasefire(ceasefire).description
    repr(say_claims(graph)), repr(build_briefing(tables).news)


# -- packages


@given(spoilt(SHIPPED["datapackage.json"][-3000:]) | JSON.map(lambda value: json.dumps(value).encode()) | st.binary())
def test_any_package_gives_camps_or_is_refused(content: bytes) -> None:
    problems: list[Problem] = []
    camps = judged(lambda: read_package(content, TABLES.names(), problems)[1], len(content))
    assert refused(problems) or [dict(camp) for camp in camps or ()] == json.loads(content.decode("utf-8-sig")).get(
        "camps", []
    )


@given(
    st.lists(
        st.fixed_dictionaries({"id": TEXT, "name": TEXT, "anchor": st.sampled_from(["haftar", "gna"]) | TEXT}),
        max_size=2,
    )
)
def test_camps_of_any_texts_are_used_or_refused(camps: list[dict[str, str]]) -> None:
    problems: list[Problem] = []
    content = json.dumps({"camps": camps}).encode()
    found = judged(lambda: read_package(content, TABLES.names(), problems)[1], len(content))
    if not refused(problems):
        assert [dict(camp) for camp in found or ()] == camps
        tables = Tables(TABLES.folder, TABLES.frames, TABLES.lines, found or ())
        judged(lambda: used(tables), sum(map(len, SHIPPED.values())))


# -- parameters

VALUES = JSON | st.dates() | st.datetimes() | st.binary(max_size=9) | st.just(pd.NaT) | st.sampled_from([dt, {"a"}])


@given(st.dictionaries(st.sampled_from(list(FIELDS)), VALUES | TEXT, max_size=3))
def test_any_parameters_are_a_question_or_refused(asked: dict[str, Any]) -> None:
    question = judged(lambda: check_parameters(TABLES, **asked), len(repr(asked)))
    if question:
        cell = "\n".join(declare(name, getattr(question, name)) for name in FIELDS)
        again = {node.target.id: ast.literal_eval(node.value) for node in ast.parse(cell).body}  # type: ignore[attr-defined]
        assert check_parameters(TABLES, **again) == question


@given(st.dictionaries(st.sampled_from(["as_of", "sources", "actors", "level", "data", "x"]) | TEXT, TEXT, max_size=3))
def test_any_words_of_a_command_line_are_parameters_or_refused(given_: dict[str, str]) -> None:
    specs = find_specs(["02-backer-network"])
    for spec in judged(lambda: with_parameters(specs, given_), len(repr(given_))) or ():
        assert set(spec.parameters) <= {*given_}


# -- specs

KEYS = st.sampled_from(["notebook", "title", "assets", "on_change", "parameters", "matrix", "backfill"]) | TEXT
#: TOML has no null, and JSON is TOML but for its colons.
TOML = st.dictionaries(
    KEYS, st.sampled_from(["02-backer-network.ipynb", "shared", "2019..2020/month"]) | JSON, max_size=5
)


def as_toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {as_toml(some)}" for key, some in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return json.dumps("" if value is None else value).replace("Infinity", "inf").replace("NaN", "nan")


@given(
    content=TOML.map(lambda keys: "\n".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in keys.items()).encode())
    | st.binary()
)
def test_any_spec_asks_for_reports_or_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_bytes(content)
    specs = judged(lambda: find_specs([str(path)]), len(content)) or []
    assert all(Path(spec.name).name == spec.name and len(spec.name) < 100 for spec in specs)
    judged(lambda: with_parameters(specs, {}), len(content))


# -- texts, and what is saved


@given(text=st.text() | st.binary(max_size=200))
def test_any_text_of_a_source_is_held_or_refused(text: str | bytes, tmp_path: Path) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "moscow-truce-2020.txt").write_bytes(content)
    refused(judged(lambda: check_texts(TABLES, find_texts(TABLES, tmp_path)), len(content)) or [])


@given(
    st.lists(
        TEXT | st.text("=＝+a\n\ufffe\U0001f600", max_size=40) | TEXT.map(lambda text: text * 999),
        min_size=1,
        max_size=4,
    )
)
def test_any_cells_can_be_saved(cells: list[str]) -> None:
    table = pd.DataFrame({"note": cells}, index=pd.Index(range(len(cells)), name="claim"))
    size = sum(map(len, cells))
    _, content = judged(lambda: made("csv", "ties", table), size) or pytest.fail("refused")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    assert [row[1].removeprefix("'") for row in rows] == [cell.removeprefix("'") for cell in cells]
    assert judged(lambda: made("xlsx", "ties", table), size)


# -- a megabyte of one thing


def rows(table: str, count: int, **cells: str) -> bytes:
    """Rows like the first one, with their numbers in some cells."""
    first = rows_of(table)[0]
    return written(table, [first | {name: text.format(n) for name, text in cells.items()} for n in range(count)])


HEADER = SHIPPED["ties.csv"].split(b"\n")[0] + b"\n"
LARGE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "commas": lambda: ("ties.csv", HEADER + b"," * MEGABYTE),
    "line ends": lambda: ("ties.csv", HEADER + b"\n" * MEGABYTE),
    "quotation marks": lambda: ("ties.csv", HEADER + b'"' * MEGABYTE),
    "short rows": lambda: ("ties.csv", HEADER + b"a\n" * (MEGABYTE // 2)),
    "columns": lambda: ("ties.csv", b",".join(b"a%d" % n for n in range(150_000))),
    "broken references": lambda: ("ties.csv", rows("ties", 7000, tie_id="t{0}", from_id="hafta{0}")),
    "references to many others": lambda: ("actors.csv", rows("actors", 7000, actor_id="a{0}")),
    "unknown words": lambda: ("ties.csv", rows("ties", 7000, tie_id="t{0}", status="state{0}")),
    "days that are none": lambda: ("ties.csv", rows("ties", 7000, tie_id="t{0}", start="2020-13-{0}")),
    "one id": lambda: ("ties.csv", rows("ties", 7000)),
    "a long date": lambda: ("ties.csv", rows("ties", 1, start="[" + ",".join(["2020-01-01"] * 80_000) + "]")),
    "a long list": lambda: ("ties.csv", rows("ties", 1, paragraphs=";".join(f"P{n}" for n in range(120_000)))),
    "a long id": lambda: ("ties.csv", rows("ties", 1, tie_id="a-" * 450_000)),
    "marks on letters": lambda: ("ties.csv", rows("ties", 1, note="a\u0301" * 330_000)),
    "joiners": lambda: ("ties.csv", rows("ties", 1, note="\u200c" * 330_000)),
    "keys": lambda: ("datapackage.json", json.dumps(dict.fromkeys(map(str, range(99_999)))).encode()[:-1] + b',"1":0}'),
    "depth": lambda: ("datapackage.json", b"[" * MEGABYTE),
    "digits": lambda: ("datapackage.json", b'{"a": ' + b"1" * MEGABYTE + b"}"),
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_megabyte_of_one_thing_takes_no_two_seconds(kind: str, folder: Path) -> None:
    name, content = LARGE[kind]()
    (folder / name).write_bytes(content)
    size = sum(path.stat().st_size for path in table_files(folder))
    _, problems = judged(lambda: read_tables(folder), size) or pytest.fail("an error where problems are told")
    assert len(str(DataError(problems, "a folder"))) < 60_000
