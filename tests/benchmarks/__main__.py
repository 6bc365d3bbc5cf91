"""Measure what a batch of 24 reports takes, beside other ways to make the same: ``python -m tests.benchmarks``.

Every way starts from nothing, makes executed notebooks and HTML of the same runs, and is measured from the start of
its command to its end. Rounds are interleaved, so that a busy moment of the machine does not hit one way alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from jupyter_client.manager import AsyncKernelManager
from libya_analysis.warm.engine import WarmKernelManager

from libya_analysis.press import ReportSpec, Settings, find_specs, with_parameters

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


#: Kernelspecs of kernels that have another name here.
_NAME = {"ordinary": "python3"}


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round, in which the slow ways make 4 reports")
    parser.add_argument("--kernel", default=Settings.kernel, help="kernel of our own runs")
    asked = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every command and kernel would compile the package anew
    specs = with_parameters(find_specs([str(BATCH)]), {})
    few = [*specs[:2], *specs[-2:]] if asked.quick else specs
    ways: dict[str, tuple[Callable[[Path], float | None], int]] = {
        "shell loop of papermill and jupyter nbconvert": (lambda out: _shell_loop(few, out), len(few)),
        "execute_notebook and HTMLExporter, 1 process": (lambda out: _script(few, out, 1), len(few)),
        "execute_notebook and HTMLExporter, 2 processes": (lambda out: _script(few, out, 2), len(few)),
        "libya-analysis report --jobs 2, ordinary kernels": (lambda out: _ours(out, "ordinary"), len(specs)),
        "the limit: cells alone, in forks of one process, 2 at a time": (
            lambda out: _limit(specs, out),
            len(specs),
        ),
        f"libya-analysis report --jobs 2, {asked.kernel} kernels, no layout kept from an earlier run": (
            lambda out: _ours(out, asked.kernel, layouts=""),
            len(specs),
        ),
        f"libya-analysis report --jobs 2, {asked.kernel} kernels": (lambda out: _ours(out, asked.kernel), len(specs)),
    }
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    unchanged = []
    with tempfile.TemporaryDirectory() as folder:  # starts the server, if none runs
        first = _measured(lambda out: _ours(out, asked.kernel), Path(folder))[0] / len(specs)
    for number in range(1 if asked.quick else asked.rounds):
        for name, (way, reports) in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                seconds, used = _measured(way, Path(folder))
                made = len(list(Path(folder).glob("*.html"))) - (Path(folder) / "index.html").exists()
                if made != reports and "limit" not in name:
                    sys.exit(f"{name}: {made} of {reports} reports were made")
                wall[name].append(seconds / reports)
                cpu[name].append(used / reports)
                if way is list(ways.values())[-1][0]:
                    unchanged.append(_measured(lambda out: _ours(out, asked.kernel, force=False), Path(folder))[0])
            print(f"round {number + 1}: {name}: {wall[name][-1]:.3f} s a report", file=sys.stderr)
    own = statistics.median(list(wall.values())[-1])
    print("| way | s a report | CPU s a report | times ours |\n| --- | --- | --- | --- |")
    for name in ways:
        middle = statistics.median(wall[name])
        print(f"| {name} | {middle:.3f} | {statistics.median(cpu[name]):.2f} | {middle / own:.1f} |")
    print(f"\nOur first run, which starts the server if none runs: {first:.3f} s a report.")
    print(f"A re-run of the unchanged batch: {statistics.median(unchanged):.2f} s.")
    print("\n| kernel | s until ready | MB (PSS) | s for nbval |\n| --- | --- | --- | --- |")
    for name, manager in {"ordinary": AsyncKernelManager, asked.kernel: WarmKernelManager}.items():
        kernels = [asyncio.run(_kernel(manager(kernel_name=_NAME.get(name, name)))) for _ in range(5)]
        ready, memory = (statistics.median(column) for column in zip(*kernels, strict=True))
        checked = statistics.median(_nbval(name) for _ in range(1 if asked.quick else 3))
        print(f"| {name} | {ready:.3f} | {memory:.0f} | {checked:.1f} |")


#: Runs the cells of notebooks in forks of a process that has loaded what they need: no kernels, no messages, no HTML.
#: Prints the seconds from the first fork to the last end, without the imports.
LIMIT = """
import json, os, sys, time
import libya_analysis.charts
from libya_analysis.warm.server import _use_once
from IPython.core.interactiveshell import InteractiveShell

def run(notebook, parameters):
    shell = InteractiveShell.instance()
    for cell in json.load(open(notebook))["cells"]:
        if cell["cell_type"] == "code":
            shell.run_cell("".join(cell["source"])).raise_error()  # shows the last value too
        if "parameters" in cell["metadata"].get("tags", []):
            shell.user_ns.update(parameters)

_use_once()
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


def _limit(specs: list[ReportSpec], out: Path) -> float:
    runs = [(str(spec.notebook), dict(spec.parameters)) for spec in specs]
    (out / "runs.json").write_text(json.dumps(runs), encoding="utf-8")
    (out / "limit.py").write_text(LIMIT, encoding="utf-8")
    return float(_run(sys.executable, out / "limit.py", out / "runs.json"))


def _measured(way: Callable[[Path], float | None], folder: Path) -> tuple[float, float]:
    before, began = _busy(), time.monotonic()
    own = way(folder)  # a way may say itself how long it took
    return own or time.monotonic() - began, _busy() - before


def _busy() -> float:
    """CPU seconds of the whole machine, which should do nothing else: warm kernels are nobody's children here."""
    user, nice, system = Path("/proc/stat").read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


async def _kernel(manager: AsyncKernelManager) -> tuple[float, float]:
    """Seconds until a kernel is ready, and its share of memory in MB (PSS) when it has imported the charts."""
    began = time.monotonic()
    await manager.start_kernel(extra_arguments=["--HistoryManager.hist_file=:memory:"], stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    ready = time.monotonic() - began
    await client._async_execute_interactive("import libya_analysis.charts", timeout=60)
    process = cast(Any, manager.provisioner).pid or cast(Any, manager.provisioner).process.pid
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    memory = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    return ready, memory / 1024


def _nbval(kernel: str) -> float:
    """Seconds that nbval takes for all notebooks, those with other parameters included."""
    began = time.monotonic()
    asked = "--nbval-current-env" if kernel == "ordinary" else f"--nbval-kernel-name={kernel}"
    _run(sys.executable, "-m", "pytest", "-q", "--nbval", asked, "--nbval-cell-timeout=120",
         "--nbval-sanitize-with=tests/nbval/sanitize.cfg", "notebooks", "tests/nbval")  # fmt: skip
    return time.monotonic() - began


def _run(*command: str | Path, **given: str) -> str:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **given}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


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


def _ours(out: Path, kernel: str, force: bool = True, layouts: str | None = None) -> None:
    options = ["--jobs", "2", "--kernel", kernel, *(["--force"] if force else [])]
    given = {} if layouts is None else {"LIBYA_ANALYSIS_CACHE": layouts}
    _run(sys.executable, "-m", "libya_analysis", "report", BATCH, *options, "--out", out, **given)


if __name__ == "__main__":
    main()
