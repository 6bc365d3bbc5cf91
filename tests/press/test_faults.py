"""Killed at any moment, by whomever: what is in the folder is whole, and the next run makes the rest."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.connect import port_names

from libya_analysis import ReportError
from libya_analysis.evidence.tables import shipped
from libya_analysis.press import ReportSpec, Settings, files, run, run_reports
from libya_analysis.press.jobs import Job
from tests.press.test_batch import ROOT, environment, made, write_spec
from tests.press.test_reports import notebook, spec
from tests.test_warm import server_process

linux = pytest.mark.skipif(sys.platform != "linux", reason="there are no warm kernels but on Linux")

#: Makes two reports without kernels, again and again, each time in a process of its own (a copy of this one, for
#: speed) that kills itself when it puts a file into place for the n-th time; says what is there then, and after the
#: next run, as lines of JSON.
DRIVER = """
import json, os, shutil, signal, sys
from pathlib import Path
from libya_analysis.press import ReportSpec, Settings, batch, files, run_reports
from libya_analysis.press.run import Made

out, notebook, first = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "first"
replace, drop = Path.replace, files.drop_tables

def make(self, waiting):
    for name in waiting:
        count = self.specs[name].parameters["count"]
        self.publish(Made(name, 0.1, "", f"page {count} of {name}".encode(), f"notebook {count} of {name}".encode()))

batch._Batch.make = make

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def run(count, moment=None):
    if process := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    seen = []
    def counted(self, target):
        seen.append(target)
        if len(seen) == moment:
            die()
        return replace(self, target)
    Path.replace = counted
    if moment == "start":
        batch._Batch.check_targets = die
    if moment == "drop":
        files.drop_tables = die
    specs = [ReportSpec(name, "T", notebook, {"count": count}) for name in ("one", "two")]
    results = run_reports(specs, out, "1.0", Settings(keep=1))
    (out / "statuses").write_text(json.dumps([result.status for result in results]))
    os._exit(0)

def found():
    names = {path.stem for path in out.glob("*.html")} - {"index"}
    whole = all(files.is_whole(out, files.read_manifest(out, name) or {}) for name in names)
    return {"whole": whole, **{name: int((out / f"{name}.html").read_text().split()[1]) for name in sorted(names)}}

run(0)
for moment in ["start", "drop", *range(1, 100)]:
    count = moment if isinstance(moment, int) else 1000 + len(moment)
    if first:
        shutil.rmtree(out)
    code = run(count, moment)
    with files.locked(out):  # which looks after what a killed run has left
        then = found()
    left = len(list(out.rglob(f"{files.UNFINISHED}*")))
    run(count)
    statuses = json.loads((out / "statuses").read_text())
    listed = (out / "index.html").read_text().count(".ipynb")
    print(json.dumps([moment, count, code, then, left, statuses, found(), listed]))
    if code == 0:
        break
"""


@pytest.mark.parametrize("first", [True, False], ids=["first", "again"])
def test_a_runner_killed_between_any_two_files(tmp_path: Path, first: bool) -> None:
    command = [sys.executable, "-c", DRIVER, tmp_path / "out", notebook(tmp_path, "1"), "first" if first else "again"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    stages = set()
    for moment, count, code, then, left, statuses, after, listed in rows:
        assert code == (0 if [moment] == rows[-1][:1] else -signal.SIGKILL), moment
        assert then.pop("whole") and not left, moment  # of each report all files are old, or all are new
        assert not first or set(then.values()) <= {count}, moment
        new = [name for name in then if then[name] == count]
        assert statuses == ["unchanged" if name in new else "made" for name in ("one", "two")], moment
        assert after == {"whole": True, "one": count, "two": count} and listed == 2, moment
        stages.add(tuple(new))
    assert len(rows) > 10 and stages == {(), ("one",), ("one", "two")}


def test_a_folder_that_is_being_put_back_when_it_is_killed(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"before")
    folder = tmp_path / f"{files.UNFINISHED}1"
    for inside in ("new", "old"):
        (folder / inside).mkdir(parents=True)
    (folder / files.BACK).write_text('{"files": ["a", "b", "c"], "before": ["a"], "without": ["a"]}', encoding="utf-8")
    (folder / "new" / "c").write_bytes(b"after")
    (tmp_path / "b").write_bytes(b"after")  # put into place; "a" is back already, "c" never came
    files.recover(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_bytes() == b"before"


def test_a_plan_that_was_cut_off(tmp_path: Path) -> None:
    folder = tmp_path / f"{files.UNFINISHED}1"
    folder.mkdir()
    (folder / files.FORWARD).write_text('{"files": ["a', encoding="utf-8")
    files.recover(tmp_path)
    assert not list(tmp_path.iterdir())


# -- kernels and what starts them

WAITS = """
import os, time
from pathlib import Path
folder = Path({folder!r})
(folder / f"kernel-{{os.getpid()}}").write_text(f"{{os.getpid()}} {{os.getppid()}}")
while len(list(folder.glob("kernel-*"))) == 1 and not (folder / "go").exists():
    time.sleep(0.02)
"""


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the servers of these tests apart from those of the user; pytest's own folders can be too long for one."""
    with tempfile.TemporaryDirectory(prefix="warm-") as folder:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", folder)
        yield
        for path in Path(folder).glob("*.sock"):
            if process := server_process(path):
                os.kill(process, signal.SIGKILL)


def kill_when_it_runs(folder: Path, which: int) -> threading.Thread:
    """Kill the first kernel (0), or what started it (1), while its cell waits."""

    def watch() -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for path in folder.glob("kernel-*"):
                if pids := path.read_text(encoding="utf-8").split():
                    os.kill(int(pids[which]), signal.SIGKILL)
                    return
            time.sleep(0.02)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("kernel", "which"),
    [
        pytest.param("ordinary", 0, id="kernel"),
        pytest.param("libya-warm", 0, id="warm kernel", marks=linux),
        pytest.param("libya-warm", 1, id="server", marks=linux),
    ],
)
def test_a_kernel_or_its_server_killed_in_a_cell(tmp_path: Path, runtime: None, kernel: str, which: int) -> None:
    out = tmp_path / "out"
    slow = spec(tmp_path, WAITS.format(folder=str(tmp_path)))
    other = ReportSpec("other", "Other", notebook(tmp_path, "1", name="other"))
    killer = kill_when_it_runs(tmp_path, which)
    results = run_reports([slow, other], out, "1.0", Settings(kernel=kernel, jobs=1))
    killer.join()
    assert [result.status for result in results] == ["made", "made"], results
    assert len(list(tmp_path.glob("kernel-*"))) == 2  # it was tried once more
    assert all(files.is_whole(out, files.read_manifest(out, name) or {}) for name in ("small", "other"))


def test_a_kernel_killed_before_it_is_ready_is_tried_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flag = tmp_path / "flag"
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"if 'ipykernel_launcher' in sys.orig_argv and not os.path.exists({str(flag)!r}):\n"
        f"    open({str(flag)!r}, 'w').close()\n    os.kill(os.getpid(), 9)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    (result,) = run_reports([spec(tmp_path, "1")], tmp_path / "out", "1.0", Settings(kernel="ordinary"))
    assert result.ok and flag.exists(), result.error
    manifest = files.read_manifest(tmp_path / "out", "small")
    assert manifest and manifest["tries"] == 2


def test_an_ordinary_kernel_needs_no_port_that_somebody_else_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, taken, calls = run._OwnKernel.write_connection_file, ExitStack(), []

    def take(self: run._OwnKernel, **options: Any) -> None:
        write(self, **options)
        for name in port_names if not calls else ():
            if port := getattr(self, name):
                taken.enter_context(socket.create_server(("127.0.0.1", port)))
        calls.append(self)

    monkeypatch.setattr(run._OwnKernel, "write_connection_file", take)
    text = notebook(tmp_path, "count").read_text(encoding="utf-8")
    with taken:
        done = run.make_report(
            Job("small", "T", "small.ipynb", text, {}, "1", "shared", "ordinary", 60, 100, str(tmp_path), {})
        )
    assert done.html and done.tries == 1, done.error


def test_a_runner_killed_while_it_renders(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_reports([spec(tmp_path, "count")], out, "1.0")
    before = made(out)
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom libya_analysis.press import *\n"
        "from libya_analysis.press import batch, run\n"
        "run.render_html = lambda *_: os.kill(os.getpid(), 9)\n"
        "batch._Batch.make = lambda self, names: [run.make_report(self.job(self.specs[name])) for name in names]\n"
        f"made = ReportSpec('small', 'T', Path({str(tmp_path / 'small.ipynb')!r}), {{'count': 2}})\n"
        f"run_reports([made], Path({str(out)!r}), '1.0')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert made(out) == before and files.is_whole(out, files.read_manifest(out, "small") or {})
    (result,) = run_reports([spec(tmp_path, "count", count=2)], out, "1.0")
    assert result.status == "made" and made(out) != before


# -- what a command is to be told

#: Runs the command line and dies just before the first command of ``on_change``.
UNTOLD = """
import os, sys
from libya_analysis.cli import run
from libya_analysis.press import batch
batch._run_command = lambda *_: os.kill(os.getpid(), 9)
sys.argv = ["libya-analysis", *sys.argv[1:]]
run()
"""


def withdraw(data: Path, tie: str) -> None:
    lines = (data / "ties.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    left = [line for line in lines if not line.startswith(f"{tie},")]
    assert len(left) == len(lines) - 1
    (data / "ties.csv").write_text("".join(left), encoding="utf-8")


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_runner_killed_before_its_commands_have_run(tmp_path: Path, when: str) -> None:
    data, out, said, flag = (tmp_path / name for name in ("data", "out", "said", "flag"))
    shutil.copytree(shipped("data"), data)
    notebook(tmp_path, "count", parameters=f'data: str = "{data}"  # tables\ncount: int = 1  # how many')
    command = f"if [ -e {flag} ]; then cat >> {said}; else kill -9 $PPID; fi"
    text = f"title = 'T'\nnotebook = 'small.ipynb'\non_change = '{command}'\n[matrix]\ncount = [1, 2]"
    spec_file = tmp_path / "b.toml"
    spec_file.write_text(text, encoding="utf-8")
    start = [sys.executable, "-m", "libya_analysis"]

    def report(*command: object) -> int:
        arguments = [*command, "report", spec_file, "--out", out, "--jobs=1"]
        return subprocess.run(arguments, cwd=ROOT, env=environment(), capture_output=True, timeout=100).returncode

    assert report(*start) == 0 and not flag.exists()
    withdraw(data, "erdogan-leads-turkey")
    assert report(*(start if when == "during" else [sys.executable, "-c", UNTOLD])) == -signal.SIGKILL
    assert not said.exists() and len(list(out.glob("*.changes.html"))) == 2
    flag.touch()
    assert report(*start) == 0  # all reports are unchanged, and the command is told once what they both say
    assert said.read_text(encoding="utf-8").count("withdrawn  ties  erdogan-leads-turkey") == 1
    assert report(*start) == 0 and said.read_text(encoding="utf-8").count("withdrawn") == 1
    assert not list(out.glob(".*.untold.json"))


def test_what_two_runs_did_not_say_is_said_by_the_third(tmp_path: Path) -> None:
    data, out, said = (tmp_path / name for name in ("data", "out", "said"))
    shutil.copytree(shipped("data"), data)
    text = f"on_change = 'cat >> {said}; exit 3'\ntitle = 'T'\nnotebook = 'small.ipynb'"
    (tmp_path / "b.toml").write_text(text, encoding="utf-8")
    notebook(tmp_path, "1", parameters=f'data: str = "{data}"  # tables')
    arguments = ["report", str(tmp_path / "b.toml"), "--out", str(out)]

    def report(*command: str) -> subprocess.CompletedProcess[str]:
        start = [sys.executable, *command, *arguments]
        return subprocess.run(start, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=100)

    assert report("-m", "libya_analysis").returncode == 0
    for tie in ("erdogan-leads-turkey", "haftar-leads-lna"):
        withdraw(data, tie)
        assert report("-c", UNTOLD).returncode == -signal.SIGKILL
    third = report("-m", "libya_analysis")
    assert third.returncode == 1 and "ended with exit code 3" in third.stderr
    lines = [line.split()[2] for line in said.read_text(encoding="utf-8").splitlines() if "withdrawn  ties" in line]
    assert lines == ["erdogan-leads-turkey", "haftar-leads-lna"]
    assert report("-m", "libya_analysis").returncode == 0  # it has run; how it ended was said


# -- two runners


def test_two_runners_at_once_in_one_folder(tmp_path: Path) -> None:
    """One has it, one will not wait, one waits; each makes what the others leave."""
    out = tmp_path / "out"
    wait = WAITS.format(folder=str(tmp_path)).replace("== 1", ">= 1")  # until the file "go" is there
    write_spec(tmp_path, "notebook = 'small.ipynb'\n[matrix]\ncount = [1, 2, 3]", f"{wait}\ncount")
    notebook(tmp_path, "count + 1", name="other")
    other = tmp_path / "other.toml"
    other.write_text("title = 'O'\nnotebook = 'other.ipynb'\n[matrix]\ncount = [1, 2, 3]", encoding="utf-8")

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "libya_analysis", "report", *arguments, "--out", out, "--jobs=2"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=pipe, stderr=pipe, text=True)

    first = start(tmp_path / "b.toml")
    until = time.monotonic() + 60
    while not list(tmp_path.glob("kernel-*")) and time.monotonic() < until:
        time.sleep(0.05)
    second, third = start(other), start(other, "--wait", "60")
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert said == f"libya-analysis: {out}: another run writes to this folder; --wait SECONDS waits for its end\n"
    assert first.poll() is None and third.poll() is None and not made(out)
    (tmp_path / "go").touch()
    for runner in (first, third):
        _, said = runner.communicate(timeout=100)
        assert runner.returncode == 0, said
    names = [f"{name}--{count}" for name in ("b", "other") for count in (1, 2, 3)]
    assert sorted(path.stem for path in out.glob("*.ipynb")) == names
    assert all(files.is_whole(out, files.read_manifest(out, name) or {}) for name in names)
    assert all(f"{name}.html" in (out / "index.html").read_text(encoding="utf-8") for name in names)
    assert not list(out.glob(f"{files.UNFINISHED}*")) and not list(out.glob("*.failed*"))


# -- the same bytes, however they are made

WAYS = {"ordinary": ["--kernel", "ordinary"], "warm": ["--kernel", "libya-warm"], "dask": ["--dask", "local"]}


@linux
def test_every_way_makes_the_same_bytes(tmp_path: Path, runtime: None) -> None:
    text = "notebook = 'small.ipynb'\n[matrix]\ncount = [1, 2]\nactors = ['egypt', []]"
    chart = "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[count, 2]))"
    batch = write_spec(tmp_path, text, "import pandas as pd\npd.DataFrame({'a': [count], 'b': [actors]})", chart)
    ways = [way for way in WAYS if way != "dask" or find_spec("distributed")]
    for way in ways:
        command = [sys.executable, "-m", "libya_analysis", "report", str(batch), "--out", str(tmp_path / way)]
        command += ["--jobs", "2", *WAYS[way]]
        done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
    first, *others = (made(tmp_path / way) for way in ways)
    assert len(first) == 9 and all(other == first for other in others)
    if "dask" not in ways:
        pytest.skip("the extra dask is not installed; ordinary and warm kernels were compared")


# -- disks

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from libya_analysis.cli import run
sys.argv = ["libya-analysis", *sys.argv[1:]]
run()
"""


@linux
@pytest.mark.parametrize("assets", ["embedded", "shared"])
def test_a_disk_that_takes_no_more_is_one_message(tmp_path: Path, assets: str) -> None:
    out = tmp_path / "out"
    batch = write_spec(tmp_path, "notebook = 'small.ipynb'", "import plotly.graph_objects as go\ngo.Figure()")
    command = [sys.executable, "-c", LIMITED, "report", str(batch), "--out", str(out), "--assets", assets]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == f"libya-analysis: {out}: File too large\n"
    assert not made(out).keys() - {"index.html"} and not list(out.glob(f"{files.UNFINISHED}*"))


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    if os.access(out, os.W_OK):
        pytest.skip("who runs the tests may write everywhere")
    with pytest.raises(ReportError, match=r"out: Permission denied$"):
        run_reports([spec(tmp_path, "1")], out, "1.0")
