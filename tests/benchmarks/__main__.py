"""Measure what batches of reports take, beside other ways to make the same: ``python -m tests.benchmarks``.

Every way starts from nothing, makes executed notebooks and HTML of the same runs, and is measured from the start of
its command to its end. Rounds are interleaved, so that a busy moment of the machine does not hit one way alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import psutil

from libya_analysis.press import ReportSpec, find_specs, with_parameters

ROOT = Path(__file__).parents[2]
BATCH = Path(__file__).with_name("batch24.toml")
BIN = Path(sys.executable).parent
STATUSES = ("stated", "attributed", "alleged", "implied", "denied")
#: Ten ways to read the tables, which all leave most of them.
READINGS = [list(some) for count in (5, 4, 3) for some in combinations(STATUSES, count)][:10]
LOOP, LIMIT, OURS, MANY = "shell loop of papermill and jupyter nbconvert", "the limit", "ours, 24", "ours, 240"
ONE, ONE_PLAIN = "ours, one report by command", "papermill and jupyter nbconvert, one report"

#: Makes the runs of a JSON file in one process, or several, as somebody would write it with papermill alone.
SCRIPT = """
import json, sys
from concurrent.futures import ProcessPoolExecutor
import nbformat, papermill
from nbconvert import HTMLExporter

def make(run):
    notebook, parameters, target = run
    papermill.execute_notebook(notebook, target + ".ipynb", parameters, progress_bar=False, kernel_name="python3")
    exporter = HTMLExporter(exclude_input=True)
    page, _ = exporter.from_notebook_node(nbformat.read(target + ".ipynb", as_version=4))
    open(target + ".html", "w", encoding="utf-8").write(page)

if __name__ == "__main__":
    runs, jobs = json.load(open(sys.argv[1])), int(sys.argv[2])
    if jobs == 1:
        for run in runs:
            make(run)
    else:
        with ProcessPoolExecutor(jobs) as pool:
            list(pool.map(make, runs))
"""

#: Runs the cells of notebooks in forks of a process that has loaded what they need: no kernels, no messages, no HTML.
#: Prints the seconds from the first fork to the last end, without the imports.
CELLS_ALONE = """
import json, os, sys, time
from IPython.core.interactiveshell import InteractiveShell
from libya_analysis.cli import warm_up

def run(notebook, parameters):
    shell = InteractiveShell.instance()
    for cell in json.load(open(notebook))["cells"]:
        if cell["cell_type"] == "code":
            shell.run_cell("".join(cell["source"])).raise_error()  # shows the last value too
        if "parameters" in cell["metadata"].get("tags", []):
            shell.user_ns.update(parameters)

warm_up()
runs, busy = json.load(open(sys.argv[1])), set()
began = time.monotonic()
while runs or busy:
    while runs and len(busy) < 2:
        notebook, parameters = runs.pop(0)
        if not (process := os.fork()):
            os.dup2(os.open(os.devnull, os.O_RDWR), 1)
            try:
                run(notebook, parameters)
            except BaseException:
                os._exit(1)
            os._exit(0)
        busy.add(process)
    process, status = os.wait()
    busy.remove(process)
    if status:
        sys.exit("a run failed")
print(time.monotonic() - began)
"""


@dataclass(frozen=True)
class Way:
    """How reports are made, and how many; what it returns is what it took if it knows better than the clock."""

    make: Callable[[Path], float | None]
    reports: int
    pages: bool = True


def main() -> None:
    """Print tables of medians and of what was asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round, in which the slow ways make 4 reports")
    asked = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every command and kernel would compile the package anew
    specs = with_parameters(find_specs([str(BATCH)]), {})
    few = [*specs[:2], *specs[-2:]] if asked.quick else specs
    with tempfile.TemporaryDirectory() as folder:
        many = _many(Path(folder))
        ways = {
            LOOP: Way(lambda out: _shell_loop(few, out), len(few)),
            "execute_notebook and HTMLExporter, 1 process": Way(lambda out: _script(few, out, 1), len(few)),
            "execute_notebook and HTMLExporter, 2 processes": Way(lambda out: _script(few, out, 2), len(few)),
            "ours, 24, ordinary kernels": Way(lambda out: _ours(out, BATCH, "--kernel", "ordinary"), len(specs)),
            LIMIT: Way(lambda out: _limit(specs, out), len(specs), pages=False),
            OURS: Way(lambda out: _ours(out, BATCH), len(specs)),
            MANY: Way(lambda out: _ours(out, many), 240),
            ONE: Way(lambda out: _ours(out, "02-backer-network"), 1),
            ONE_PLAIN: Way(lambda out: _shell_loop(find_specs(["02-backer-network"]), out), 1),
        }
        wall, cpu, unchanged = _measure(ways, 1 if asked.quick else asked.rounds)
    left = [process for process in psutil.process_iter(["cmdline"]) if _is_ours(process.info["cmdline"] or [])]
    middle = {name: statistics.median(values) for name, values in wall.items()}
    print("| way | s a report | CPU s a report | times ours, 24 |\n| --- | --- | --- | --- |")
    for name in ways:
        ratio = f"{middle[name] / middle[OURS]:.1f}"
        print(f"| {name} | {middle[name]:.3f} | {statistics.median(cpu[name]):.2f} | {ratio} |")
    print("\n| asked | limit | measured |\n| --- | --- | --- |")
    for said, limit, ratio in (
        ("24 reports, times faster than the loop", "at least 38", middle[LOOP] / middle[OURS]),
        ("24 reports, times the limit, which counts no imports", "at most 2.2", middle[OURS] / middle[LIMIT]),
        ("240 reports, times faster than the loop", "at least 60", middle[LOOP] / middle[MANY]),
        ("240 reports, times the limit", "at most 1.6", middle[MANY] / middle[LIMIT]),
        ("240 reports, times the 24, a report", "at most 0.75", middle[MANY] / middle[OURS]),
        ("one report by command, s", "at most 2.5", middle[ONE]),
        ("one report, times papermill and nbconvert", "at most 0.5", middle[ONE] / middle[ONE_PLAIN]),
        ("a run of 24 in which nothing changed, s", "at most 2", statistics.median(unchanged)),
        ("processes of ours that run afterwards", "0", len(left)),
    ):
        print(f"| {said} | {limit} | {ratio:.2f} |")


def _measure(ways: dict[str, Way], rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]], list[float]]:
    """Seconds and CPU seconds a report, by way and round; seconds of runs in which nothing changed."""
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    unchanged = []
    for number in range(rounds):
        for name, way in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder)
                before, began = _busy(), time.monotonic()
                seconds = way.make(out) or time.monotonic() - began
                wall[name].append(seconds / way.reports)
                cpu[name].append((_busy() - before) / way.reports)
                made = len([path for path in out.glob("*.html") if path.stem != "index"])
                if way.pages and made != way.reports:
                    sys.exit(f"{name}: {made} of {way.reports} reports were made")
                if name == OURS:
                    began = time.monotonic()
                    _ours(out, BATCH)
                    unchanged.append(time.monotonic() - began)
            print(f"round {number + 1}: {name}: {wall[name][-1]:.3f} s a report", file=sys.stderr)
    return wall, cpu, unchanged


def _busy() -> float:
    """CPU seconds of the whole machine, which should do nothing else."""
    user, nice, system = Path("/proc/stat").read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def _is_ours(command: list[str]) -> bool:
    """Whether a process makes reports for this checkout."""
    here = str(ROOT) in " ".join(command) or sys.executable in command
    return here and any("libya_analysis" in word and "benchmarks" not in word for word in command)


def _many(folder: Path) -> Path:
    """Write a spec for ten times as many reports: those of the batch, read in ten ways."""
    text = BATCH.read_text(encoding="utf-8").replace("[matrix]\n", f"[matrix]\nstatuses = {READINGS}\n")
    for name in ("02-backer-network", "03-event-timeline"):
        text = text.replace(f"{name}.ipynb", str(ROOT / "notebooks" / f"{name}.ipynb"))
    path = folder / "batch240.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _run(*command: str | Path, **given: str) -> str:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **given}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def _limit(specs: list[ReportSpec], out: Path) -> float:
    runs = [(str(spec.notebook), dict(spec.parameters)) for spec in specs]
    (out / "runs.json").write_text(json.dumps(runs), encoding="utf-8")
    (out / "limit.py").write_text(CELLS_ALONE, encoding="utf-8")
    plain = {"OPENBLAS_NUM_THREADS": "1", "PLOTLY_RENDERER": "plotly_mimetype"}
    return float(_run(sys.executable, out / "limit.py", out / "runs.json", **plain))


def _shell_loop(specs: list[ReportSpec], out: Path) -> None:
    lines = ["set -e"]
    for spec in specs:
        target, given = out / f"{spec.name}.ipynb", out / f"{spec.name}.yaml"
        given.write_text(json.dumps(dict(spec.parameters)), encoding="utf-8")
        lines.append(shlex.join(["papermill", str(spec.notebook), str(target), "-f", str(given), "-k", "python3"]))
        lines.append(shlex.join(["jupyter", "nbconvert", "--to", "html", "--no-input", str(target)]))
    _run("sh", "-c", "\n".join(lines))


def _script(specs: list[ReportSpec], out: Path, jobs: int) -> None:
    runs = [(str(spec.notebook), dict(spec.parameters), str(out / spec.name)) for spec in specs]
    (out / "runs.json").write_text(json.dumps(runs), encoding="utf-8")
    (out / "script.py").write_text(SCRIPT, encoding="utf-8")
    _run(sys.executable, out / "script.py", out / "runs.json", str(jobs))


def _ours(out: Path, spec: Path | str, *options: str) -> None:
    _run(sys.executable, "-m", "libya_analysis", "report", spec, "--jobs", "2", *options, "--out", out)


if __name__ == "__main__":
    main()
