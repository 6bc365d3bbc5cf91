"""Killed at any moment, by whomever: what is in the folder is whole, and the next run makes the rest."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from libya_analysis import ReportError
from libya_analysis.reports import ReportSpec, Settings, files, run_reports
from tests.reports.test_batch import ROOT, environment, made, write_spec
from tests.reports.test_reports import notebook, spec
from tests.test_warm import server_process

linux = pytest.mark.skipif(sys.platform != "linux", reason="there are no warm kernels but on Linux")

#: Makes two reports without kernels, and anew with another content each time that its number is another. It kills
#: itself when it puts a file into place for the n-th time, or when the function named is called.
DRIVER = """
import os, signal, sys
from pathlib import Path
from libya_analysis.reports import ReportSpec, Settings, batch, files, run_reports
from libya_analysis.reports.run import Made

folder, number, moment = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
replace, seen = Path.replace, []

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def counted(self, target):
    seen.append(target)
    if moment.isdigit() and len(seen) == int(moment):
        die()
    return replace(self, target)

def make(self, waiting):
    for name in list(waiting):
        self.publish(Made(name, 0.1, "", f"page {number} of {name}".encode(), f"notebook {number} of {name}".encode()))

Path.replace = counted
batch._Batch.make = make
if moment == "start":
    batch._Batch.check_targets = die
if moment == "drop":
    files.drop_tables = die
specs = [ReportSpec(n, "T", folder / "small.ipynb", {"count": int(number)}) for n in ("one", "two")]
print([r.status for r in run_reports(specs, folder / "out", "1.0", Settings(keep=1))])
"""


def whole(out: Path) -> dict[str, str]:
    """Names of the reports of a folder and whose content they have; each is whole."""
    found = {}
    for path in out.glob("*.html"):
        manifest = files.read_manifest(out, path.stem)
        if path.stem != "index":
            assert manifest and files.is_whole(out, manifest), path
            found[path.stem] = path.read_text(encoding="utf-8").split()[1]
    return found


def drive(folder: Path, number: int, moment: int | str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", DRIVER, str(folder), str(number), str(moment)]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("first", [True, False])
def test_a_runner_killed_between_any_two_files(tmp_path: Path, first: bool) -> None:
    out = tmp_path / "out"
    notebook(tmp_path, "1")
    assert drive(tmp_path, 0).returncode == 0
    seen = set()
    for moment in range(1, 100):
        if first:
            shutil.rmtree(out)
        done = drive(tmp_path, moment, moment)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        with files.locked(out):  # what the next run finds
            found = whole(out)
        assert not list(out.rglob(f"{files.UNFINISHED}*"))
        assert set(found.values()) <= ({str(moment)} if first else {str(moment - 1), str(moment)})
        new = tuple(name for name in sorted(found) if found[name] == str(moment))
        seen.add(new)
        again = drive(tmp_path, moment)
        assert again.stdout.strip() == str(["unchanged" if name in new else "made" for name in ("one", "two")])
        assert whole(out) == {"one": str(moment), "two": str(moment)}
    assert moment > 8 and seen == {(), ("one",), ("one", "two")}


@pytest.mark.parametrize("moment", ["start", "drop"])
def test_a_runner_killed_before_and_after(tmp_path: Path, moment: str) -> None:
    notebook(tmp_path, "1")
    assert drive(tmp_path, 1, moment).returncode == -signal.SIGKILL
    assert len(whole(tmp_path / "out")) == (0 if moment == "start" else 2)
    again = drive(tmp_path, 1)
    assert again.returncode == 0 and len(whole(tmp_path / "out")) == 2
    assert "small" not in (index := (tmp_path / "out" / "index.html").read_text(encoding="utf-8")) and "two" in index


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


@linux
def test_a_server_killed_between_reports_is_replaced(tmp_path: Path, runtime: None) -> None:
    pids = tmp_path / "pids"
    code = f"import os; print(file=open({str(pids)!r}, 'a'), *[os.getppid()])"
    small = spec(tmp_path, code)
    for _ in range(2):
        (result,) = run_reports([small], tmp_path / "out", "1.0", Settings(kernel="libya-warm", force=True))
        assert result.ok, result.error
        os.kill(int(pids.read_text(encoding="utf-8").split()[-1]), signal.SIGKILL)
    assert len(set(pids.read_text(encoding="utf-8").split())) == 2


def test_a_kernel_killed_before_it_is_ready_is_tried_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flag = tmp_path / "flag"
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"if 'ipykernel_launcher' in sys.orig_argv and not os.path.exists({str(flag)!r}):\n"
        f"    open({str(flag)!r}, 'w').close()\n    os.kill(os.getpid(), 9)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    (result,) = run_reports([spec(tmp_path, "1")], tmp_path / "out", "1.0")
    assert result.ok and flag.exists(), result.error
    manifest = files.read_manifest(tmp_path / "out", "small")
    assert manifest and manifest["tries"] == 2


def test_a_runner_killed_while_it_renders(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_reports([spec(tmp_path, "count")], out, "1.0")
    before = made(out)
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom libya_analysis.reports import *\n"
        "from libya_analysis.reports import batch, run\n"
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
