"""The command ``libya-analysis check``: one line a fault, all faults at once, exit codes."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from libya_analysis import __version__
from libya_analysis.charts.export import FORMATS
from libya_analysis.charts.network_chart.layout_cache import cache_folder
from libya_analysis.cli import app, figure, report, run
from libya_analysis.evidence.folders import shipped
from libya_analysis.press import ASSETS
from tests.evidence.test_tables import Rows, rewrite

ARTICLE = Path(__file__).parents[3] / "shared" / "article"
DATA_SET = ARTICLE.parent / "data" / "ucdp_brd_conf_24_1"
needs_article = pytest.mark.skipif(
    not ARTICLE.is_dir(), reason="the text of the article is not shipped and not at hand"
)

#: Rows of a table stand in the order of their ids.
FIRST_TIE = (shipped("data") / "ties.csv").read_text(encoding="utf-8").splitlines()[1].partition(",")[0]


def edit(table: str, change: Callable[[Rows], object]) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder / f"{table}.csv", change)


def cell(table: str, key: str, value: str, **cells: str) -> Callable[[Path], None]:
    """Set cells of the row in which a key column has a value."""

    def change(rows: Rows) -> None:
        next(row for row in rows if row[key] == value).update(cells)

    return edit(table, change)


def ragged(folder: Path) -> None:
    path = folder / "event_relations.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:4], lines[4] + ",one more", *lines[5:]]) + "\n", encoding="utf-8")


#: How to plant a fault, words of the line that it is on (the last such line of the file), and what is said of it.
FAULTS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "broken reference": (
        cell("backers", "backing_id", "france-backs-offensive", backer_id="frnace"),
        "france-backs-offensive",
        "backers.csv:LINE:backer_id  broken-ref: 'frnace' is not in actors.csv; did you mean 'france'?",
    ),
    "bad date": (
        cell("event_reports", "report_id", "istanbul-meeting-report", date="May 2014"),
        "istanbul-meeting-report",
        "event_reports.csv:LINE:date  bad-date: 'May 2014' is not an EDTF date; did you mean 2014-05?",
    ),
    "altered quotation": (
        edit(
            "quotes",
            lambda rows: next(r for r in rows if "forgotten" in r["text"]).update(
                text="This won’t be forgiven by Putin"
            ),
        ),
        "forgiven by Putin",
        "quotes.csv:LINE:text  quote-mismatch: the quotation does not stand in P39; the nearest words there are",
    ),
    "wrong hash of a paragraph": (
        cell("paragraphs", "paragraph", "P30", sha256="0" * 64),
        "0" * 64,
        "paragraphs.csv:LINE:sha256  hash-mismatch: P30 of moscow-truce-2020 is not the paragraph with this hash",
    ),
    "duplicate id": (
        edit("ties", lambda rows: rows.append(dict(rows[0]))),
        FIRST_TIE,
        f"ties.csv:LINE:tie_id  duplicate-id: '{FIRST_TIE}' stands on line 2 already",
    ),
    "unknown column": (
        edit("actors", lambda rows: [row.update(colour="") for row in rows]),
        "actor_id",
        "actors.csv:1:colour  unknown-column: 'colour' is not a column of this table",
    ),
    "missing column": (
        edit("events", lambda rows: [row.pop("place") for row in rows]),
        "event_id",
        "events.csv:1:place  missing-column: the column is missing",
    ),
    "ragged row": (
        ragged,
        ",one more",
        "event_relations.csv:LINE  row-length: 13 cells, but the header has 12 columns",
    ),
    "unknown value": (
        cell("participants", "participation_id", "italian-attempt-italy-mediator", role="mediater"),
        "italian-attempt-italy-mediator",
        "participants.csv:LINE:role  unknown-value: 'mediater' is not allowed here; did you mean 'mediator'?",
    ),
    "wrong actor for its paragraph": (
        cell("participants", "participation_id", "putin-phones-egypt-putin-caller", actor_id="erdogan"),
        "putin-phones-egypt-putin-caller",
        "participants.csv:LINE:actor_id  not-named: 'erdogan' is named in none of P21; cite the paragraph",
    ),
}


def placed(folder: Path, marker: str, said: str) -> str:
    """What is to be said, with the number of the line on which the fault stands."""
    table = said.split(":")[0]
    lines = folder.joinpath(table).read_text(encoding="utf-8").splitlines()
    numbers = [number for number, line in enumerate(lines, start=1) if marker in line]
    return said.replace("LINE", str(numbers[-1]))


def check(folder: Path) -> tuple[list[str], int]:
    result = CliRunner().invoke(app, ["check", str(folder), "--texts", str(ARTICLE)])
    return result.stdout.splitlines(), result.exit_code


@needs_article
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_alone_is_one_line(folder: Path, name: str) -> None:
    plant, marker, said = FAULTS[name]
    plant(folder)
    expected = placed(folder, marker, said)
    lines, code = check(folder)
    assert code == 1
    assert len(lines) == 2 and lines[0].startswith(expected), lines
    assert lines[1].startswith("1 problem in ")


@needs_article
def test_all_faults_together_are_all_found(folder: Path) -> None:
    for plant, _, _ in FAULTS.values():
        plant(folder)
    lines, code = check(folder)
    assert code == 1
    for _, marker, said in FAULTS.values():
        expected = placed(folder, marker, said)
        assert sum(line.startswith(expected) for line in lines) == 1, (expected, lines)
    assert lines[-1].startswith(f"{len(FAULTS)} problems in ")


@needs_article
def test_the_shipped_tables_are_without_fault() -> None:
    result = CliRunner().invoke(app, ["check", "--texts", str(ARTICLE)])
    assert result.exit_code == 0 and result.stdout.startswith("0 problems in ")


def test_wrong_use() -> None:
    result = CliRunner().invoke(app, ["check", "nowhere"])
    assert result.exit_code == 2 and "'nowhere' does not exist" in result.stderr


@pytest.mark.parametrize(
    "command",
    [
        "check ''",
        "check --texts ''",
        "diff folder ''",
        "report --data ''",
        "report --data nowhere",
        "report --out ''",
        "report --wait nan",
        "report --data folder -p data=folder",
        "figure network --scale nan",
        "report --out file",
        "report --log folder",
        "codebook --write nowhere.md",
        "figure",
        "figure network --out ''",
    ],
)
def test_what_cannot_be_meant_is_refused(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty text among it, which is what a script makes of a variable that it has not set."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == 2 and result.stderr, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("", 2, "Commands:\n  claims "),
        ("--version", 0, __version__),
        ("report --help", 0, "[default: reports/out]"),
        ("reprt", 2, "No such command 'reprt'"),
        ("report --bogus", 2, "No such option"),
        ("report -p as_of", 2, "write NAME=VALUE"),
        ("codebook", 0, "### "),
        ("figure network --format gif", 2, "'gif' is not one of"),
    ],
)
def test_the_command_line(command: str, code: int, said: str) -> None:
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == code and said in result.output


def test_choices_are_those_of_the_package() -> None:
    def choices(command: click.Command, name: str) -> tuple[str, ...]:
        return next(
            tuple(p.type.choices) for p in command.params if p.name == name and isinstance(p.type, click.Choice)
        )

    assert choices(report, "assets") == ASSETS
    assert choices(figure, "form") == FORMATS


def test_tables_that_cannot_be_compared_do_not_differ(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["diff", str(tmp_path), str(shipped("data"))])
    assert result.exit_code == 2 and "missing-file" in result.stderr


def test_an_interrupted_command_has_no_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("libya_analysis.evidence.tables.read_tables", interrupted)
    monkeypatch.setattr("sys.argv", ["libya-analysis", "check"])
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == 130 and "stopped" in capsys.readouterr().err


def test_a_source_whose_text_is_not_at_hand_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--texts", str(tmp_path)])
    assert result.exit_code == 0 and "no text at hand for " in result.stderr and "moscow-truce-2020" in result.stderr


def test_rows_of_data_files_are_held_like_paragraphs(tmp_path: Path) -> None:
    rows = [f"{number},Libya,2019,not what was read" for number in range(30)]
    (tmp_path / "ucdp-brd-24-1.csv").write_text("\n".join(["id,where,year,what", *rows]), encoding="utf-8")
    lines = CliRunner().invoke(app, ["check", "--texts", str(tmp_path)]).stdout.splitlines()
    changed = [line for line in lines if "hash-mismatch" in line]
    assert len(changed) == 5 and all(line.startswith("paragraphs.csv:") for line in changed)


@pytest.mark.skipif(not DATA_SET.is_dir(), reason="the data set is not shipped and not at hand")
def test_the_rows_of_the_data_set_are_those_that_were_read() -> None:
    result = CliRunner().invoke(app, ["check", "--texts", str(DATA_SET)])
    assert result.stdout.startswith("0 problems in ") and "ucdp-brd-24-1" not in result.stderr


def test_what_may_be_a_slip_is_a_warning_and_no_problem(folder: Path) -> None:
    cell("ties", "tie_id", "afp-france24-sarraj-leads-gna", from_id="gna")(folder)
    done = CliRunner().invoke(app, ["check", str(folder)])
    warned = next(line for line in done.output.splitlines() if line.startswith("warning"))
    assert done.exit_code == 0 and re.match(r"warning  ties\.csv:\d+:to_id  itself: 'gna' ", warned)
    assert done.output.splitlines()[-1].startswith("0 problems and 1 warning in ")


COMMANDS = ("check", "codebook", "--help", "figure nothing", "diff DATA DATA")


def command(line: str, **more: object) -> subprocess.Popen[bytes]:
    words = [str(shipped("data")) if word == "DATA" else word for word in line.split()]
    return subprocess.Popen([sys.executable, "-m", "libya_analysis", *words], **more)  # type: ignore[call-overload]


@pytest.mark.parametrize("closed", [(0, 1, 2), (1,), (2,)], ids=str)
@pytest.mark.parametrize("line", COMMANDS)
def test_closed_streams_change_nothing(line: str, closed: tuple[int, ...]) -> None:
    code = 2 if "nothing" in line else 0
    running = command(line, preexec_fn=lambda: [os.close(number) for number in closed])
    assert running.wait(60) == code


@pytest.mark.parametrize("line", COMMANDS)
def test_who_reads_no_further_gets_no_traceback_and_no_result(line: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    running = command(line, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    said = running.communicate(timeout=60)[1].decode()
    assert (running.returncode, said.count("\n")) == ((2, 1) if "nothing" in line else (141, 0)), said


@pytest.mark.parametrize("home", ["", "relative", None])
def test_who_has_no_home_needs_none(
    home: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LIBYA_ANALYSIS_CACHE", raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda number: {}[number])
    monkeypatch.setenv("HOME", home or "")
    if home is None:
        monkeypatch.delenv("HOME")
    monkeypatch.setattr("sys.argv", ["libya-analysis", "check"])
    with pytest.raises(SystemExit) as caught:
        run()
    assert caught.value.code == 0
    assert cache_folder() == Path("/nonexistent/.cache/libya-analysis/layouts")
    assert list(tmp_path.iterdir()) == []
