"""Schedules: each unit is read by the program that it is for."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from libya_analysis import ParameterError
from libya_analysis.cli import app
from libya_analysis.evidence.folders import shipped
from libya_analysis.press.schedule import schedule_unit

ODD = ["/opt/my env/python", "-m", "libya_analysis", "report", "b.toml", "-p", 'title=100% "of" it\'s $HOME']


def test_a_line_of_cron_keeps_its_words() -> None:
    line = schedule_unit("cron", "week", "07:05", ODD, "/srv/50% off")
    fields = line.split(maxsplit=5)
    assert fields[:5] == ["5", "7", "*", "*", "1"] and line.count("\n") == 1
    assert not re.search(r"(?<!\\)%", fields[5])
    assert shlex.split(fields[5].replace("\\%", "%")) == ["cd", "/srv/50% off", "&&", *ODD]


def test_faults() -> None:
    with pytest.raises(ParameterError) as caught:
        schedule_unit("cron", "day", "24:00", ["a\nb"], "/")
    assert [problem.split()[0] for problem in caught.value.problems] == ["--at", "a"]
    with pytest.raises(ParameterError, match="GitHub would replace"):
        schedule_unit("github", "day", "06:00", ["a", "-m", "b", "report", "${{ secrets.X }}"], "/")


def test_the_command_prints_this_interpreter_and_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.toml").write_text("title = 'T'\nnotebook = '02-backer-network.ipynb'\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["schedule", "b.toml", "-p", "as_of=latest", "--every", "hour", "--at", "00:10"])
    words = ["cd", str(tmp_path), "&&", sys.executable, *"-m libya_analysis report b.toml -p as_of=latest".split()]
    assert result.exit_code == 0 and shlex.split(result.stdout) == ["10", "*", "*", "*", "*", *words]
    monkeypatch.setenv("LIBYA_ANALYSIS_DATA", str(shipped("data")))
    result = CliRunner().invoke(app, ["schedule", "b.toml"])
    named = ["/usr/bin/env", f"LIBYA_ANALYSIS_DATA={shipped('data')}", sys.executable, "-m"]
    assert f"&& {shlex.join(named)} " in result.stdout
    result = CliRunner().invoke(app, ["schedule", "b.toml", "--as", "github"])
    assert "a folder of this machine" in str(result.exception)
    monkeypatch.delenv("LIBYA_ANALYSIS_DATA")
    result = CliRunner().invoke(app, ["schedule", "b.toml", "--as", "github", "--out", "site"])
    assert '          path: "site"\n' in result.stdout


@pytest.mark.parametrize(
    "arguments",
    ["nosuch", "--evry week", "--jobs -1", "--jobs", "-p foo=1", "-p as_of=2020-99", "-p as_of=latest -p as_of=today"],
)
def test_what_would_fail_later_fails_now(arguments: str) -> None:
    result = CliRunner().invoke(app, ["schedule", "02-backer-network", *arguments.split()])
    assert (result.exit_code == 2 or isinstance(result.exception, ParameterError)) and not result.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("every", ["hour", "day", "week"])
def test_units_of_systemd_are_valid(tmp_path: Path, every: str) -> None:
    command = [sys.executable, *ODD[1:]]
    unit = schedule_unit("systemd", every, "06:00", command, str(tmp_path))
    service, timer = re.split(r"# .*timer\n", unit)
    (tmp_path / "libya-analysis.service").write_text(service, encoding="utf-8")
    (tmp_path / "libya-analysis.timer").write_text(timer, encoding="utf-8")
    paths = [tmp_path / f"libya-analysis.{kind}" for kind in ("service", "timer")]
    done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "libya-analysis" not in done.stderr, done.stderr


@pytest.mark.parametrize("every", ["hour", "day", "week"])
def test_a_workflow_follows_its_schema(tmp_path: Path, every: str) -> None:
    path = tmp_path / "reports.yml"
    path.write_text(schedule_unit("github", every, "06:00", ODD, "/srv"), encoding="utf-8")
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.github-workflows", path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(
    not shutil.which("cron", path=f"{os.environ.get('PATH', '')}:/usr/sbin"), reason="no cron installed"
)
@pytest.mark.skipif(
    not os.environ.get("LIBYA_ANALYSIS_TEST_CRON"), reason="a cron daemon is started only with LIBYA_ANALYSIS_TEST_CRON"
)
@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="starting a cron daemon needs root")
def test_a_cron_daemon_runs_the_line(tmp_path: Path) -> None:
    """The daemon reads a line in /etc/cron.d, which has the user's name as its sixth field."""
    if subprocess.run(["pgrep", "-x", "cron"], capture_output=True).returncode == 0:
        pytest.skip("a cron daemon is running already, and is not ours to touch")
    odd = tmp_path / "50% it's"
    odd.mkdir()
    line = schedule_unit("cron", "hour", "00:00", ["/bin/sh", "-c", "pwd > ran%d; date +%s >> ran%d"], str(odd))
    command = line.split(maxsplit=5)[5]
    unit = Path("/etc/cron.d/libya-analysis-test")
    unit.write_text(f"* * * * * root {command}", encoding="utf-8")
    unit.chmod(0o644)
    program = shutil.which("cron", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert program
    daemon = subprocess.Popen([program, "-f"], start_new_session=True)
    try:
        until = time.monotonic() + 75
        while not (odd / "ran%d").exists() and time.monotonic() < until:
            time.sleep(0.5)
        time.sleep(0.5)
        assert (odd / "ran%d").read_text(encoding="utf-8").splitlines()[0] == str(odd)
    finally:
        unit.unlink()
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait(10)
