"""Make very many small reports and watch the memory of who makes them: ``python -m tests.benchmarks.endurance``.

Prints a table: how many reports were made, how many failed, and how many were tried again because their kernel died;
what the largest process that makes them, or forks those that do, held when a tenth of them had been made, halfway, and
at the end; by how much it grew with each report in the second half. One that keeps something of each report shows here.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import linear_regression

import nbformat
import psutil

ROOT = Path(__file__).parents[2]

#: Parameters, text, a table and a chart: what the shipped notebooks have, and nothing that takes long.
CELLS = (
    "number: int = 1  # which report this is",
    "import pandas as pd\npd.DataFrame({'number': [number]})",
    "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=list(range(number % 50))))",
)
MEBIBYTE = 2**20


def main() -> None:
    """Print a table of reports, failures, times and memory."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.endurance", description=main.__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kernel", default="fork")
    parser.add_argument("--dask", action="store_true", help="Dask workers instead of forks")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options = ["--jobs", str(asked.jobs), "--kernel", asked.kernel, *(["--dask", "local"] if asked.dask else [])]
        began = time.monotonic()
        results, samples = _watched(_spec(Path(folder), asked.runs), Path(folder, "out"), options)
        seconds = time.monotonic() - began
        again = sum(json.loads(path.read_bytes())["tries"] > 1 for path in Path(folder).glob("out/*.manifest.json"))
    failed = [result for result in results if result["status"] != "made"]
    at = [next((s for s in samples if s[0] >= asked.runs * share), samples[-1]) for share in (0.1, 0.5, 1)]
    half = [sample[:2] for sample in samples if sample[0] >= asked.runs / 2]
    slope = linear_regression([s[0] for s in half], [s[1] for s in half]).slope / 1024 * asked.jobs  # its share of them
    row = [str(len(results)), str(len(failed)), str(again), f"{seconds / asked.runs:.2f}"]
    row += [f"{sample[1] / MEBIBYTE:.0f} MiB" for sample in at]
    row += [f"{slope:+.1f} KiB", f"{samples[-1][2] / MEBIBYTE:.0f} MiB"]
    held = "a worker at 10 %|at 50 %|at the end|growth a report"
    head = f"reports|failed|tried again|s a report|{held}|the runner at the end"
    print(f"| {head.replace('|', ' | ')} |\n|" + " --- |" * len(row))
    print(f"| {' | '.join(row)} |")
    for result in failed[:10]:
        print(f"{result['name']}: {result['error']}", file=sys.stderr)
    sys.exit(bool(failed) or len(results) < asked.runs)


def _spec(folder: Path, runs: int) -> Path:
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell("# Which report?"), *map(nbformat.v4.new_code_cell, CELLS)]
    book.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(book, folder / "small.ipynb")
    spec = folder / "small.toml"
    numbers = list(range(1, runs + 1))
    spec.write_text(f"title = 'T'\nnotebook = 'small.ipynb'\n[matrix]\nnumber = {numbers}\n", encoding="utf-8")
    return spec


def _watched(spec: Path, out: Path, options: list[str]) -> tuple[list[dict[str, str]], list[tuple[int, int, int]]]:
    """Make the reports; give the results, and samples of: reports made, bytes of the largest worker, of the runner."""
    command = [sys.executable, "-m", "libya_analysis", "report", spec, "--out", out, *options, "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    samples = [(0, 0, 0)]
    with tempfile.TemporaryFile() as said, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said) as runner:
        watched = psutil.Process(runner.pid)
        while runner.poll() is None:
            time.sleep(0.5)
            try:
                largest = max((worker.memory_info().rss for worker in watched.children()), default=0)
                made = len(list(out.glob("*.manifest.json")))
                if largest:
                    samples.append((made, largest, watched.memory_info().rss))
            except psutil.Error:  # a process that has just ended
                continue
        said.seek(0)
        return json.loads(said.read() or b'{"reports": []}')["reports"], samples


if __name__ == "__main__":
    main()
