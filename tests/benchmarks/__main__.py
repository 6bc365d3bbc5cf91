"""Measure what a batch of 24 reports takes, beside other ways to make the same: ``python -m tests.benchmarks``.

Every way starts from nothing, makes executed notebooks and HTML of the same runs, and is measured from the start of
its command to its end. Rounds are interleaved, so that a busy moment of the machine does not hit one way alone.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from libya_analysis.reports import ReportSpec, find_specs, with_parameters

ROOT = Path(__file__).parents[2]
BATCH = Path(__file__).with_name("batch24.toml")
BIN = Path(sys.executable).parent

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


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round, in which the slow ways make 4 reports")
    parser.add_argument("--kernel", default="ordinary", help="kernel of our own runs")
    asked = parser.parse_args()
    specs = with_parameters(find_specs([str(BATCH)]), {})
    few = [*specs[:2], *specs[-2:]] if asked.quick else specs
    ways: dict[str, tuple[Callable[[Path], None], int]] = {
        "shell loop of papermill and jupyter nbconvert": (lambda out: _shell_loop(few, out), len(few)),
        "execute_notebook and HTMLExporter, 1 process": (lambda out: _script(few, out, 1), len(few)),
        "execute_notebook and HTMLExporter, 2 processes": (lambda out: _script(few, out, 2), len(few)),
        f"libya-analysis report --jobs 2, {asked.kernel} kernels": (lambda out: _ours(out, asked.kernel), len(specs)),
    }
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    unchanged = []
    for number in range(1 if asked.quick else asked.rounds):
        for name, (way, reports) in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                seconds, used = _measured(way, Path(folder))
                made = len(list(Path(folder).glob("*.html"))) - (Path(folder) / "index.html").exists()
                if made != reports:
                    sys.exit(f"{name}: {made} of {reports} reports were made")
                wall[name].append(seconds / reports)
                cpu[name].append(used / reports)
                if way is list(ways.values())[-1][0]:
                    unchanged.append(_measured(lambda out: _ours(out, asked.kernel, force=False), Path(folder))[0])
            print(f"round {number + 1}: {name}: {wall[name][-1]:.2f} s a report", file=sys.stderr)
    own = statistics.median(list(wall.values())[-1])
    print("| way | s a report | CPU s a report | times ours |\n| --- | --- | --- | --- |")
    for name in ways:
        middle = statistics.median(wall[name])
        print(f"| {name} | {middle:.3f} | {statistics.median(cpu[name]):.2f} | {middle / own:.1f} |")
    print(f"\nA re-run of the unchanged batch: {statistics.median(unchanged):.2f} s.")


def _measured(way: Callable[[Path], None], folder: Path) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    way(folder)
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(*command: str | Path) -> None:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}")


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


def _ours(out: Path, kernel: str, force: bool = True) -> None:
    options = ["--jobs", "2", "--kernel", kernel, *(["--force"] if force else [])]
    _run(sys.executable, "-m", "libya_analysis", "report", BATCH, *options, "--out", out)


if __name__ == "__main__":
    main()
