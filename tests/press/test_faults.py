"""Killed at any moment, by whomever: each file in the folder is whole, and the next run makes the rest."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from libya_analysis.evidence.folders import shipped
from libya_analysis.press import ReportSpec, Settings, folder, run_reports
from tests.nbval.references import NOTEBOOKS as NOTEBOOK_FOLDER
from tests.nbval.references import cases
from tests.press.test_batch import ROOT, environment, made, write_spec
from tests.press.test_reports import notebook

#: Those that are run with parameters; the workbenches are not.
NOTEBOOKS = sorted(NOTEBOOK_FOLDER.glob("0*.ipynb"))

linux = pytest.mark.skipif(sys.platform != "linux", reason="nothing forks but on Linux")

#: Makes two reports without running them, again and again, each time in a process of its own (a copy of this one, for
#: speed) that kills itself when it writes a file or puts it into place for the n-th time; says what is there then, and
#: after the next run, as lines of JSON.
DRIVER = """
import hashlib, json, os, shutil, signal, sys
from pathlib import Path
from libya_analysis.press import ReportSpec, Settings, batch, folder, run_reports
from libya_analysis.press.job import Made

out, notebook, first = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "first"
calls = {name: getattr(Path, name) for name in ("replace", "write_bytes", "unlink", "mkdir")}
drop = folder.drop_tables

def make(self, waiting):
    for spec in waiting:
        place = self.place / spec.name
        place.mkdir()
        files = {}
        for kind in ("html", "ipynb"):
            name, content = f"{spec.name}.{kind}", f"{kind} {spec.parameters['count']} of {spec.name}".encode()
            (place / name).write_bytes(content)
            files[name] = hashlib.sha256(content).hexdigest()
        self.publish(Made(spec.name, 0.1, "", files))

batch._Batch.make = make
batch._Batch.load = lambda self, stack: None

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def run(count, moment=None):
    if process := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    seen = []
    def counted(name):
        def call(self, *arguments, **options):
            seen.append(name)
            if len(seen) == moment:
                if name == "write_bytes":
                    calls[name](self, arguments[0][: len(arguments[0]) // 2])
                die()
            return calls[name](self, *arguments, **options)
        return call
    for name in calls:
        setattr(Path, name, counted(name))
    if moment == "drop":
        folder.drop_tables = die
    specs = [ReportSpec(name, "T", notebook, {"count": count}) for name in ("one", "two")]
    results = run_reports(specs, out, "1.0", Settings(keep=1))
    calls["write_bytes"](out / "statuses", json.dumps([result.status for result in results]).encode())
    os._exit(0)

def found():
    files = {path.name: path.read_text().split()[1:] for path in out.glob("*.html") if path.stem != "index"}
    files |= {path.name: path.read_text().split()[1:] for path in out.glob("*.ipynb")}
    whole = [n for n in ("one", "two") if folder.is_whole(out, folder.read_manifest(out, n) or {})]
    counts = {name: int(words[0]) for name, words in files.items()}
    return {"counts": counts, "cut": [n for n, words in files.items() if len(words) != 3], "whole": whole}

run(0)
for moment in ["drop", *range(1, 200)]:
    count = moment if isinstance(moment, int) else 1000
    if first:
        shutil.rmtree(out)
    code = run(count, moment)
    out.mkdir(exist_ok=True)
    with folder.locked(out):  # which looks after what a killed run has left
        then = found()
    left = len(list(out.rglob(f"{folder.UNFINISHED}*")))
    run(count)
    statuses = json.loads((out / "statuses").read_text())
    listed = (out / "index.html").read_text().count(".ipynb")
    print(json.dumps([moment, count, code, then, left, statuses, found(), listed]))
    if code == 0:
        break
"""


@linux
@pytest.mark.parametrize("first", [True, False], ids=["first", "again"])
def test_a_runner_killed_between_any_two_files(tmp_path: Path, first: bool) -> None:
    command = [sys.executable, "-c", DRIVER, tmp_path / "out", notebook(tmp_path, "1"), "first" if first else "again"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    stages = set()
    for moment, count, code, then, left, statuses, after, listed in rows:
        assert code == (0 if [moment] == rows[-1][:1] else -signal.SIGKILL), moment
        assert not left and not then["cut"], moment
        new = [n for n in then["whole"] if then["counts"][f"{n}.html"] == then["counts"][f"{n}.ipynb"] == count]
        assert statuses == ["unchanged" if name in new else "made" for name in ("one", "two")], moment
        assert set(after["counts"].values()) == {count} and len(after["counts"]) == 4, moment
        assert after["whole"] == ["one", "two"] and listed == 2, moment
        stages.add(tuple(new))
    assert len(rows) > 20 and stages == {(), ("one",), ("one", "two")}


# -- processes

WAITS = """
import os, subprocess, time
from pathlib import Path
folder = Path({folder!r})
sleeper = subprocess.Popen(["sleep", "100"], start_new_session=True)
(folder / f"running-{{os.getpid()}}").write_text(f"{{os.getpid()}} {{os.getppid()}} {{sleeper.pid}}")
while not (folder / "go").exists():
    time.sleep(0.02)
"""


def wait_for(condition: object, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:  # type: ignore[operator]
        time.sleep(0.02)
    assert condition()  # type: ignore[operator]


def gone(*pids: int) -> bool:
    return not [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "libya_analysis", "report", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=pipe, stderr=pipe, text=True)


def running(tmp_path: Path, count: int = 1) -> list[int]:
    """Wait until so many cells run; give their processes, who started them, and what they have started."""
    wait_for(lambda: len([p for p in tmp_path.glob("running-*") if len(p.read_text().split()) == 3]) >= count)
    return [int(pid) for path in tmp_path.glob("running-*") for pid in path.read_text(encoding="utf-8").split()]


@linux
@pytest.mark.parametrize("kernel", ["fork", "ordinary"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_runner_killed_while_cells_run_leaves_no_process(tmp_path: Path, number: signal.Signals, kernel: str) -> None:
    out = tmp_path / "out"
    write_spec(tmp_path, "[matrix]\ncount = [1, 2, 3]", WAITS.format(folder=str(tmp_path)))
    arguments = [tmp_path / "b.toml", "--out", out, "--jobs=2", "--kernel", kernel]
    runner = start(*arguments)
    started = running(tmp_path, 2)
    started += [child.pid for child in psutil.Process(runner.pid).children(recursive=True)]
    runner.send_signal(number)
    _, said = runner.communicate(timeout=30)
    assert runner.returncode == (-9 if number == signal.SIGKILL else 128 + number)
    assert number == signal.SIGKILL or f"stopped by {number.name}" in said
    wait_for(lambda: gone(*started), 15)
    assert not made(out).keys() - {"index.html"}
    assert number == signal.SIGKILL or not list(out.glob(".new-*"))
    (tmp_path / "go").touch()
    again = start(*arguments, "--json")
    printed, said = again.communicate(timeout=100)
    assert [r["status"] for r in json.loads(printed)["reports"]] == ["made"] * 3, said
    assert not list(out.glob(".new-*")) and gone(*running(tmp_path))


@linux
@pytest.mark.parametrize("which", [0, 1], ids=["a fork", "who forks"])
def test_what_is_killed_in_a_cell_fails_its_own_report_and_no_other(tmp_path: Path, which: int) -> None:
    out = tmp_path / "out"
    wait = f"if count == 1:\n    {WAITS.format(folder=str(tmp_path)).strip().replace(chr(10), chr(10) + '    ')}"
    write_spec(tmp_path, "[matrix]\ncount = [1, 2, 3]", "print('before')", wait)
    runner = start(tmp_path / "b.toml", "--out", out, "--jobs=1", "--json")
    os.kill(running(tmp_path)[which], signal.SIGKILL)
    if which == 1:  # it is tried once more, alone
        wait_for(lambda: len(list(tmp_path.glob("running-*"))) == 2)
        latest = max(tmp_path.glob("running-*"), key=lambda path: path.stat().st_mtime_ns)
        wait_for(lambda: len(latest.read_text(encoding="utf-8").split()) == 3)
        os.kill(int(latest.read_text(encoding="utf-8").split()[1]), signal.SIGKILL)
    printed, said = runner.communicate(timeout=100)
    results = {result["name"]: result for result in json.loads(printed)["reports"]}
    assert [result["status"] for result in results.values()] == ["failed", "made", "made"], said
    if which == 0:
        assert results["b--1"]["error"] == "cell 5: the process died (SIGKILL)"  # with the parameters of its own
        assert "before" in (out / "b--1.failed.ipynb").read_text(encoding="utf-8")
    assert not list(out.glob(".new-*")) and (which or gone(*running(tmp_path)))


def test_tables_that_change_during_a_run_fail_the_report(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(shipped("data"), data)
    change = f"with open({str(data / 'ties.csv')!r}, 'a') as file: print(file=file)"
    notebook(tmp_path, change, parameters=f'data: str = "{data}"  # tables')
    (result,) = run_reports([ReportSpec("small", "T", tmp_path / "small.ipynb")], out, "1.0")
    assert result.error.startswith("the tables were changed while it was made: ")
    assert (out / "small.failed.ipynb").is_file() and not (out / "small.html").exists()


def test_a_table_saved_in_another_encoding_fails_the_reports_that_read_it_by_its_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(shipped("data"), tmp_path / name)
    read = "from pathlib import Path\nfrom libya_analysis import load_tables\nload_tables(data)"
    save = "file = Path(data, 'actors.csv')\nif data.endswith('b'): file.write_bytes('é'.encode('latin-1'))"
    notebook(tmp_path, f"{read}\n{save}", parameters='data: str = ""  # tables')
    specs = [
        ReportSpec(f"{data}{number}", "T", tmp_path / "small.ipynb", {"data": str(tmp_path / data)})
        for number, data in enumerate("abba")
    ]
    results = run_reports(specs, tmp_path / "out", "1.0", Settings(jobs=1))
    errors = {result.name: result.error for result in results}
    assert errors["a0"] == errors["a3"] == ""
    assert errors["b1"] == "the tables were changed while it was made: actors.csv"
    assert "actors.csv:1  encoding: byte 0xe9 at offset 0 is not UTF-8" in errors["b2"]


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
    parameters = f'data: str = "{data}"  # tables\ncount: int = 1  # how many'
    command = f"if [ -e {flag} ]; then cat >> {said}; else kill -9 $PPID; fi"
    text = f"on_change = '{command}'\n[matrix]\ncount = [1, 2]"
    spec_file = write_spec(tmp_path, text, "count", parameters=parameters)
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
    assert said.read_text(encoding="utf-8").count("ties erdogan-leads-turkey)\n") == 1
    assert report(*start) == 0 and said.read_text(encoding="utf-8").count("withdrawn") == 1
    assert not list(out.glob(".*.untold.json"))


def test_what_two_runs_did_not_say_is_said_by_the_third(tmp_path: Path) -> None:
    data, out, said = (tmp_path / name for name in ("data", "out", "said"))
    shutil.copytree(shipped("data"), data)
    write_spec(tmp_path, f"on_change = 'cat >> {said}; exit 3'", "1", parameters=f'data: str = "{data}"  # tables')
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
    lines = [line for line in said.read_text(encoding="utf-8").splitlines() if line.startswith("withdrawn")]
    assert [line.rpartition(" ")[2].rstrip(")") for line in lines] == ["erdogan-leads-turkey", "haftar-leads-lna"]
    assert report("-m", "libya_analysis").returncode == 0  # it has run; how it ended was said


# -- two runners


def test_two_runners_at_once_in_one_folder(tmp_path: Path) -> None:
    """One has it, one will not wait, one waits; each makes what the others leave."""
    out = tmp_path / "out"
    wait = WAITS.format(folder=str(tmp_path))
    write_spec(tmp_path, "[matrix]\ncount = [1, 2, 3]", f"{wait}\ncount")
    notebook(tmp_path, "count + 1", name="other")
    other = tmp_path / "other.toml"
    other.write_text("title = 'O'\nnotebook = 'other.ipynb'\n[matrix]\ncount = [1, 2, 3]", encoding="utf-8")

    first = start(tmp_path / "b.toml", "--out", out, "--jobs=2")
    running(tmp_path)
    second, third = start(other, "--out", out), start(other, "--out", out, "--wait", "60")
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
    assert all(folder.is_whole(out, folder.read_manifest(out, name) or {}) for name in names)
    assert all(f"{name}.html" in (out / "index.html").read_text(encoding="utf-8") for name in names)
    assert not list(out.glob(f"{folder.UNFINISHED}*")) and not list(out.glob("*.failed*"))


# -- the same bytes, however they are made

WAYS = {"ordinary": ["--kernel", "ordinary"], "fork": [], "dask": ["--dask", "local"]}


def made_in_all_ways(tmp_path: Path, *specs: object) -> dict[str, bytes]:
    """Make reports in each way, and see that they are the same."""
    ways = [way for way in WAYS if way != "dask" or find_spec("distributed")]
    for way in ways:
        runner = start(*specs, "--out", tmp_path / way, "--jobs", "2", *WAYS[way])
        assert runner.communicate(timeout=250) and runner.returncode == 0
    first, *others = (made(tmp_path / way) for way in ways)
    assert all(other.keys() == first.keys() for other in others)
    assert [name for name in first for other in others if other[name] != first[name]] == []
    return first


@linux
def test_every_way_makes_the_same_bytes(tmp_path: Path) -> None:
    text = "[matrix]\nactors = ['egypt', []]"
    chart = "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[count, 2]))"
    table = "import pandas as pd\nprint(1); print({*'abcdef'})\npd.DataFrame({'a': [actors]})"
    assert len(made_in_all_ways(tmp_path, write_spec(tmp_path, text, table, chart))) == 5


@linux
@pytest.mark.notebooks
def test_every_way_makes_the_same_bytes_of_all_notebooks_and_references(tmp_path: Path) -> None:
    specs = []
    for number, (source, parameters) in enumerate([*((path, {}) for path in NOTEBOOKS), *cases().values()]):
        lines = [f"{name} = {json.dumps(value)}" for name, value in parameters.items()]
        path = tmp_path / f"{source.stem}-{number}.toml"
        head = f"title = 'T'\nassets = 'shared'\nnotebook = {str(source)!r}\n[parameters]\n"
        path.write_text(head + "\n".join(lines), encoding="utf-8")
        specs.append(path)
    assert len(made_in_all_ways(tmp_path, *specs)) == 2 * len(specs) + 1


# -- what is no ingredient

STARTUP = "import pandas as pd\npd.set_option('display.max_columns', 5)\nprint('started')\n"


@linux
def test_profiles_and_startup_files_have_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = "import pandas as pd\npd.DataFrame({f'column-{n}': [n] for n in range(12)})"
    batch = write_spec(tmp_path, "", wide, "undefined = 'startup' in globals()\nundefined")
    runner = start(batch, "--out", tmp_path / "plain")
    assert runner.communicate(timeout=100) and runner.returncode == 0
    home = tmp_path / "home"
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-first.py").write_text(f"{STARTUP}startup = 1\n", encoding="utf-8")
    config = "c.InteractiveShell.ast_node_interactivity = 'all'\nc.InteractiveShellApp.exec_lines = ['startup = 2']\n"
    for name in ("ipython_config.py", "ipython_kernel_config.py"):
        (startup.parent / name).write_text(config, encoding="utf-8")
    (home / "startup.py").write_text(STARTUP, encoding="utf-8")
    for name, value in {
        "HOME": home,
        "IPYTHONDIR": home / ".ipython",
        "PYTHONSTARTUP": home / "startup.py",
        "LANG": "de_DE.UTF-8",
    }.items():
        monkeypatch.setenv(name, str(value))
    assert made_in_all_ways(tmp_path, batch) == made(tmp_path / "plain")
    assert b"column-11" in made(tmp_path / "plain")["b.html"]


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
def test_a_disk_that_takes_no_more_fails_the_report(tmp_path: Path, assets: str) -> None:
    out = tmp_path / "out"
    batch = write_spec(tmp_path, "", "import plotly.graph_objects as go\ngo.Figure()")
    command = [sys.executable, "-c", LIMITED, "report", str(batch), "--out", str(out), "--assets", assets]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "File too large" in done.stderr and "Traceback" not in done.stderr
    assert not made(out).keys() - {"index.html"} and not list(out.glob(f"{folder.UNFINISHED}*"))
