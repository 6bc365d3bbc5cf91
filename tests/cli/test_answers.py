"""The command as a tool for questions: what it answers, in which form, and what it says of what cannot be meant."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import libya_analysis as la
from libya_analysis.analysis.changes import compare_tables
from libya_analysis.analysis.search import KINDS, SPEAKERS, find_claims
from libya_analysis.cli import app, run
from libya_analysis.cli.asking import claims, quotes
from libya_analysis.evidence.folders import shipped
from libya_analysis.words.differences import list_changes

TABLES = la.load_tables()


def ask(line: str) -> Result:
    return CliRunner().invoke(app, shlex.split(line))


def ids(claims: Any) -> list[str]:
    return [claim.claim_id for claim in claims]


def test_claims_are_those_that_the_search_finds_as_sentences() -> None:
    asked = la.check_parameters(TABLES, as_of="2020-01-16")
    found = find_claims(TABLES, asked, speaker="unnamed", actor="egypt")
    done = ask("claims --actor egypt --speaker unnamed --as-of 2020-01-16")
    assert [line.rpartition("; ")[2].rstrip(")") for line in done.stdout.splitlines()] == ids(found)
    assert "Egypt objected, according to an official (country not told)." in done.stdout
    assert done.stderr == f"{len(found)} claims\n"


def test_words_and_options_narrow_what_is_found() -> None:
    done = ask("claims russia fighters --kind ties --status stated --source moscow-truce-2020")
    assert "russia-sends-mercenaries" in done.stdout and "trend-" not in done.stdout
    assert all("“" in line or ": " in line for line in ask("quotes truce").stdout.splitlines())


def test_answers_for_machines_are_read_back() -> None:
    found = find_claims(TABLES, actor="italy")
    flat = pd.read_csv(io.StringIO(ask("claims --actor italy --csv").stdout), keep_default_na=False)
    rows = json.loads(ask("claims --actor italy --json").stdout)
    assert flat["claim_id"].tolist() == [row["claim_id"] for row in rows] == ids(found)
    assert flat.to_dict("records") == rows
    attempt = next(row for row in rows if row["claim_id"] == "italian-attempt-report")
    assert (attempt["start_earliest"], attempt["start_latest"]) == ("2020-01-06", "2020-01-12")


def test_events_stand_in_the_order_of_time() -> None:
    rows = json.loads(ask("events --actor italy --json").stdout)
    days = [row["date_earliest"] for row in rows if row["date_earliest"]]
    assert days == sorted(days) and {"event_id", "event", "voice"} <= rows[0].keys()
    lines = ask("events truce --actor egypt --from 2020-01-13").stdout.splitlines()
    assert all("Truce offered for signature in Moscow; partly-signed" in line for line in lines)
    assert any(line.startswith("13 January 2020: ") for line in lines)


@pytest.mark.parametrize(
    ("row_id", "said"),
    [
        ("turkey-threatens-deployment", "modality                  threatened"),
        ("italy", "Italy tries to bring Haftar and Sarraj together: Italy mediated."),
        ("moscow-truce", "Egypt objected, according to an official (country not told)."),
        ("tass-2020-01-13", "Conference on Libya in Palermo: Italy convened it."),
    ],
)
def test_show_tells_what_bears_on_a_row(row_id: str, said: str) -> None:
    assert said in ask(f"show {row_id}").stdout
    assert row_id in json.loads(ask(f"show {row_id} --json").stdout).values()


def test_choices_are_those_of_the_search() -> None:
    choices = {param.name: param.type.choices for param in claims.params if isinstance(param.type, click.Choice)}
    assert list(choices["kind"]) == list(KINDS) and list(choices["speaker"]) == list(SPEAKERS)
    assert {param.name for param in quotes.params} < {param.name for param in claims.params}


def test_checks_and_differences_for_machines(tmp_path: Path) -> None:
    found = json.loads(ask("check --json").stdout)
    assert found["problems"] == [] and found["rows"] == sum(map(len, TABLES.frames.values()))
    bad = json.loads(ask(f"check {tmp_path} --json").stdout)
    assert bad["problems"][0].keys() == {"file", "line", "column", "code", "message"}
    days = [la.check_parameters(TABLES, as_of=day) for day in ("2020-01-08", "2020-01-14")]
    done = ask(f"diff {shlex.quote(str(shipped('data')))} --as-of 2020-01-08 --and 2020-01-14 --json")
    lines = list_changes(compare_tables(TABLES, TABLES, *days))
    assert [line["what"] for line in json.loads(done.stdout)] == [line.what for line in lines] and done.exit_code == 1


def test_a_check_tells_dates_that_cannot_be_and_texts_of_other_hashes(tmp_path: Path) -> None:
    folder = shutil.copytree(shipped("data"), tmp_path / "tables")
    reports = folder / "event_reports.csv"
    lines = reports.read_text(encoding="utf-8").splitlines()
    line = next(k for k, one in enumerate(lines) if one.startswith("bcos-moscow-talks,"))
    lines[line] = lines[line].replace("2020-01-13", "2020-01-16")
    reports.write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = json.loads(ask(f"check {shlex.quote(str(folder))} --json").stdout)
    here = [one["code"] for one in told["warnings"] if (one["line"], one["column"]) == (line + 1, "date")]
    assert told["problems"] == [] and here == ["not-meant", "not-yet"]
    (folder / "texts").mkdir()
    (folder / "texts" / "tass-2020-01-13.txt").write_text("Another text.\n", encoding="utf-8")
    said = ask(f"check {shlex.quote(str(folder))}")
    assert "sha256  hash-mismatch: tass-2020-01-13.txt is not the text with this hash" in said.stdout


def test_the_codebook_of_one_table() -> None:
    assert ask("codebook ties").stdout.count("### ") == 1
    assert "did you mean 'ties'?" in str(ask("codebook tie").exception)


# -- reports


def test_reports_are_listed_with_their_parameters_and_values() -> None:
    listed = json.loads(ask("report --list --json -p as_of=latest").stdout)
    assert [report["name"] for report in listed] == sorted(path.stem for path in shipped("reports").glob("*.toml"))
    assert {report["parameters"].get("as_of") for report in listed} <= {"latest", None}
    said = ask("report 02-backer-network --list").stdout
    assert said.startswith("02-backer-network  ") and "  level=principal " in said and "leaders and ministers" in said


def test_help_tells_the_parameters_of_the_report_that_is_named() -> None:
    assert "-p NAME=VALUE):\n  as_of=" in ask("report 02-backer-network --help").stdout
    assert "Parameters of" not in ask("report --help").stdout


def test_a_dry_run_checks_and_makes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    plan = f"report 01-tables-tour --dry-run --out {out}"
    assert "01-tables-tour  would be made" in ask(plan).stdout and not out.exists()
    assert "focus: 'egpt' is not known" in str(ask(f"{plan} -p focus=egpt").exception)
    assert ask(f"report 01-tables-tour --out {out}").exit_code == 0
    assert ask(plan).stdout.startswith("01-tables-tour  unchanged")
    assert json.loads(ask(f"{plan} --force --json").stdout)[0]["made"] is True


def test_what_was_made_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    assert ask(f"report 01-tables-tour --open --out {tmp_path}").exit_code == 0
    assert opened == [str(tmp_path / "01-tables-tour.html")]


# -- completion, wrong use, what is opened


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("report 02", ["02-backer-network"]),
        ("report 02-backer-network -p ac", ["actors="]),
        ("report 02-backer-network -p actors=egypt,ital", ["actors=egypt,italy"]),
        ("claims --actor ital", ["italy"]),
        ("quotes --source tass", ["tass-2020-01-13"]),
        ("show turkey-threatens", ["turkey-threatens-deployment"]),
        ("codebook quo", ["quotes"]),
        ("figure network -p leve", ["level="]),
        ("export ge", ["gexf", "geojson"]),
    ],
)
def test_names_are_completed(line: str, words: list[str]) -> None:
    typed = line.split()
    told = {"COMP_WORDS": f"libya-analysis {line}", "COMP_CWORD": str(len(typed))}
    code = "from libya_analysis.cli import app; app(prog_name='libya-analysis')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **told, "_LIBYA_ANALYSIS_COMPLETE": "bash_complete"},
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert [word.partition(",")[2] for word in done.stdout.split()] == words, done.stderr


@pytest.mark.parametrize("line", ["clams", "claims --speaker nobody", "report --bogus", "show", "claims --actor egpt"])
def test_wrong_use_is_one_line_in_one_style(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["libya-analysis", *line.split()])
    with pytest.raises(SystemExit) as caught:
        run()
    said = capsys.readouterr().err
    assert caught.value.code == 2 and said.startswith("libya-analysis: ") and said.count("\n") == 1


def test_lab_and_app_start_what_they_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []

    def start(command: list[str], env: dict[str, str]) -> SimpleNamespace:
        started.append((command, env))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr("libya_analysis.cli.opening.subprocess", SimpleNamespace(run=start))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "explorer.ipynb").write_text("mine", encoding="utf-8")
    assert ask(f"lab --data {shlex.quote(str(shipped('data')))} --no-browser").exit_code == 0
    there = sorted(path.name for path in (tmp_path / "notebooks").iterdir())
    assert there == sorted(path.name for path in shipped("notebooks").glob("*.ipynb"))
    assert (tmp_path / "notebooks" / "explorer.ipynb").read_text(encoding="utf-8") == "mine"
    assert ask("app --no-browser").exit_code == 0
    (lab, told), (page, about) = started
    assert lab[1:3] == ["-m", "jupyterlab"] and lab[-1] == "--no-browser"
    assert told["LIBYA_ANALYSIS_DATA"] == str(shipped("data"))
    assert page[1:3] == ["-m", "voila"] and Path(about["JUPYTER_PATH"].split(os.pathsep)[0], "voila").is_dir()
