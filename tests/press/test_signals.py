"""SIGINT and SIGTERM, wherever a run is: it ends at once, and leaves neither a process nor a temporary file."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from libya_analysis.evidence.folders import shipped
from libya_analysis.press import StoppedError
from libya_analysis.press.stopping import stoppable
from tests.press.test_batch import ROOT, environment, write_spec
from tests.press.test_faults import wait_for, withdraw

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found by what stands in /proc")

#: A cell that runs long, with a process that has left its group.
CELL = """
import subprocess, time
from pathlib import Path
subprocess.Popen(["sleep", "100"], start_new_session=True)
Path({folder!r}, f"running-{{count}}").touch()
time.sleep(100)
"""
#: A command that runs long, with processes of its own, one of which has left its group.
COMMAND = "(setsid sleep 100 & sleep 100 & touch {folder}/running-1; sleep 100)"


def alive(mark: str) -> list[int]:
    """Find the processes that were started with a mark in their environment, by whomever."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("MARK") == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


@contextmanager
def silent() -> Iterator[str]:
    """Take connections, and say nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"


def run_until(
    top: Path, number: signal.Signals, ready: Callable[[int], object], *options: str, cell: str = "1", command: str = ""
) -> None:
    """Start a batch, send it a signal once it is ready, and see that nothing is left of it."""
    mark, temporary = uuid4().hex, top / "tmp"
    temporary.mkdir()
    shutil.copytree(shipped("data"), top / "data", dirs_exist_ok=True)
    parameters = f'data: str = "{top / "data"}"  # tables\ncount: int = 1  # how many'
    text = f"on_change = '''{command.format(folder=top)}'''\n[matrix]\ncount = [1, 2]"
    write_spec(top, text, cell.format(folder=str(top)), parameters=parameters)
    arguments = [sys.executable, "-m", "libya_analysis", "report", str(top / "b.toml"), "--out", str(top / "out")]
    surroundings = {**environment(), "MARK": mark, "TMPDIR": str(temporary)}
    if command:
        subprocess.run(arguments, cwd=ROOT, env=surroundings, check=True, capture_output=True, timeout=100)
        withdraw(top / "data", "erdogan-leads-turkey")
    pipe = subprocess.PIPE
    runner = subprocess.Popen([*arguments, *options], cwd=ROOT, env=surroundings, stdout=pipe, stderr=pipe, text=True)
    wait_for(lambda: ready(runner.pid))
    assert runner.poll() is None, runner.communicate()
    runner.send_signal(number)
    _, said = runner.communicate(timeout=15)
    assert runner.returncode == 128 + number
    assert f"libya-analysis: stopped by {number.name}" in said and "Traceback" not in said
    wait_for(lambda: not alive(mark), 5)
    assert not [*temporary.iterdir(), *(top / "out").glob(".new-*")]


def connected(pid: int) -> bool:
    return any(c.status == psutil.CONN_ESTABLISHED for c in psutil.Process(pid).net_connections())


BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])


@BOTH
def test_while_it_loads(tmp_path: Path, number: signal.Signals) -> None:
    run_until(tmp_path, number, lambda pid: psutil.Process(pid).children())


@BOTH
@pytest.mark.parametrize("options", ["--jobs=2", "--kernel=ordinary", "--dask=local"])
def test_while_cells_run(tmp_path: Path, number: signal.Signals, options: str) -> None:
    if "dask" in options:
        pytest.importorskip("distributed", reason="the extra dask is not installed")
    run_until(tmp_path, number, lambda _: list(tmp_path.glob("running-*")), options, cell=CELL)


@BOTH
def test_while_it_waits_for_a_dask_that_is_none(tmp_path: Path, number: signal.Signals) -> None:
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    with silent() as address:
        run_until(tmp_path, number, connected, "--dask", address)


@BOTH
def test_while_it_waits_for_another_run(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "out").mkdir()
    with (tmp_path / "out" / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        opened = str(tmp_path / "out" / ".lock")
        run_until(
            tmp_path, number, lambda pid: opened in [f.path for f in psutil.Process(pid).open_files()], "--wait", "60"
        )


@BOTH
def test_while_a_command_is_told(tmp_path: Path, number: signal.Signals) -> None:
    run_until(tmp_path, number, lambda _: (tmp_path / "running-1").exists(), command=COMMAND)
    assert len(list((tmp_path / "out").glob(".*.untold.json"))) == 2  # the next run tells it


def test_a_dask_that_never_answers_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    from libya_analysis import ReportError
    from libya_analysis.press import processes
    from libya_analysis.press.job import Job

    monkeypatch.setattr(processes, "DASK_TIMEOUT", 0.5)
    with silent() as address, pytest.raises(ReportError, match=r"no Dask scheduler at .*: no answer in 0.5 s"):
        next(processes.make_on_dask([Job("a", "")], tmp_path, 1, address))


# -- in this process


def test_only_the_first_signal_disturbs_and_none_what_belongs_together() -> None:
    done, before = [], signal.getsignal(signal.SIGTERM)
    with pytest.raises(StoppedError, match="stopped by SIGTERM"), stoppable() as stops:
        try:
            with stops.held():
                os.kill(os.getpid(), signal.SIGTERM)
                done.append("held")
            done.append("never")
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)
            done.append("cleaned up")
    assert done == ["held", "cleaned up"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_what_was_started_ends_and_what_was_there_before_stays() -> None:
    before = subprocess.Popen(["sleep", "100"])
    started = []
    with pytest.raises(StoppedError), stoppable():
        started.append(subprocess.Popen(["sh", "-c", "sleep 100 & setsid sleep 100 & wait"], start_new_session=True))
        wait_for(lambda: len(psutil.Process(started[0].pid).children()) == 2)
        children = psutil.Process(started[0].pid).children()
        os.kill(os.getpid(), signal.SIGINT)
    wait_for(lambda: not [c for c in children if c.is_running() and c.status() != psutil.STATUS_ZOMBIE])
    assert started[0].wait(5) == -signal.SIGKILL and before.poll() is None
    before.kill()
    before.wait()
