"""Cells run without a kernel show what they show in one."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from libya_analysis import ReportError
from libya_analysis.press import normalise_notebook
from libya_analysis.press.job import SURROUNDINGS, Job
from libya_analysis.press.processes import Forks, make_as_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing forks but on Linux")

SHOWN = {
    "a value": "1 + 1",
    "nothing after a semicolon": "1 + 1;",
    "printed": "print('one'); print('two', end='')",
    "warnings after what is printed": "import sys\nprint('a'); print('b', file=sys.stderr); print('c')",
    "a warning": "import warnings\nwarnings.warn('careful', UserWarning)",
    "around a display": "from IPython.display import HTML\nprint('a'); display(HTML('<b>b</b>')); print('c')\n3",
    "metadata": "display({'text/html': '<i>x</i>', 'text/plain': 'x'}, raw=True, metadata={'a': (1, 2)})",
    "bytes": "class P:\n    def _repr_png_(self): return b'\\x89PNG'\nP()",
    "a figure of plotly": "import plotly.graph_objects as go\ngo.Figure(go.Scatter(x=[1, 2], y=[1.5, None]))",
    "a shown figure": "go.Figure(go.Bar(y=[1])).show()",
    "a wide table": "import pandas as pd\npd.DataFrame({f'column-{n}': [n] for n in range(30)})",
    "a long table": "pd.DataFrame({'a': range(100)})",
    "a table as text": "print(pd.DataFrame({f'column-{n}': [n] for n in range(30)}))",
    "an update by display_id": "h = display('old', display_id='one'); h.update('new')",
    "a second display of one id": "display('x', display_id='two'); display('y', display_id='two')",
    "an update of an earlier cell": "h.update('newest')\n'done'",
    "cleared": "from IPython.display import clear_output\nprint('gone'); clear_output(); print('kept')",
    "cleared when something comes": "print('gone'); clear_output(wait=True); print('kept')",
    "cleared when nothing comes": "print('kept'); clear_output(wait=True)",
    "a command": "!echo one; echo two",
    "a captured command": "x = !echo one\nx",
    "os.system": "import os, time\nos.system('echo by another'); time.sleep(0.5)",
    "a subprocess": "import subprocess\nsubprocess.run(['echo', 'ä by another'], check=True); time.sleep(0.5)",
    "a descriptor": "os.write(2, b'by number'); time.sleep(0.5)",
    "a subprocess between": "print('first', flush=True)\nos.system('echo second'); time.sleep(0.5)\nprint('third')",
    "await": "import asyncio\nawait asyncio.sleep(0.01, 'slept')",
    "a running loop": "asyncio.get_running_loop().is_running()",
    "a task that goes on": "task = asyncio.create_task(asyncio.sleep(0.01, 7))",
    "the result of that task": "await task",
    "a magic of a cell": "%%capture said\nprint('quiet')",
    "what it captured": "said.stdout",
    "another magic": "%%bash\necho from bash",
    "html by magic": "%%html\n<p>a</p>",
    "a magic of a line": "%precision 2\n3.14159",
    "the last result": "_",
    "help": "len?",
    "main": "__name__, 'get_ipython' in dir(), type(__builtins__).__name__",
    "a class of the notebook": "class A: pass\nA.__module__",
    "a thread": "import threading\nt = threading.Thread(target=print, args=['inside']); t.start(); t.join()",
    "one left running": "e = threading.Event()\nthreading.Thread(target=lambda: (e.wait(), print('late'))).start()",
    "after which it prints": "e.set(); time.sleep(0.3); print('own')",
    "the path": "[os.path.basename(p) for p in sys.path]",
    "what a reader sees": "pd.get_option('display.max_columns'), pd.get_option('display.width'), os.environ['TZ']",
    "no input": "sys.stdin.read() if not sys.stdin.isatty() else ''",
    "random": "import random, numpy\nrandom.random() == random.random()",
    "nothing": "  ",
    "a comment": "# a comment",
    "a skipped cell": None,
    "counts": "len(In), sorted(Out)[:2]",
}
FAILING = {
    "raises": ("print('before')\n1 / 0", "ZeroDivisionError", "division by zero"),
    "no Python": ("1 +", "SyntaxError", "invalid syntax"),
    "asks": ("input('name?')", "StdinNotImplementedError", "raw_input was called, but this frontend does not support"),
    "asks for a secret": (
        "import getpass; getpass.getpass()",
        "StdinNotImplementedError",
        "getpass was called, but this",
    ),
    "exits": ("import sys; sys.exit(3)", "SystemExit", "3"),
    "runs a loop in a loop": (
        "import asyncio\ntask = asyncio.sleep(0)\nasyncio.run(task)",
        "RuntimeError",
        "asyncio.run() cannot be called from a running event loop",
    ),
    "an unknown magic": ("%nosuch", "UsageError", "Line magic function `%nosuch` not found."),
    "is interrupted": ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
}
#: What has no kernel to compare it with: the end of the process.
ENDING = {
    "os._exit": ("import os; os._exit(0)", "cell 1: the process died (exit code 0)"),
    "kill -9": ("import os; os.kill(os.getpid(), 9)", "cell 1: the process died (SIGKILL)"),
    "sleeps": ("import time; time.sleep(60)", "cell 1: CellTimeoutError: it took more than 2 s"),
    "hears nothing": (
        "import signal, time\nfor n in set(signal.Signals) - {9, 19}: signal.signal(n, signal.SIG_IGN)\ntime.sleep(60)",
        "cell 1: CellTimeoutError: it took more than 2 s",
    ),
    "exit": ("exit()", "cell 1: SystemExit: "),
}


def notebook(*sources: str | None) -> Any:
    cells = [nbformat.v4.new_code_cell(source or "1 / 0") for source in sources]
    for cell, source in zip(cells, sources, strict=True):
        cell.metadata["tags"] = [] if source is not None else ["skip-execution"]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, str]]:
    """Run all of them in forks of one process; what came of each, and what was wrong."""
    place = tmp_path_factory.mktemp("forked")
    books = {"shown": notebook(*SHOWN.values())}
    books |= {name: notebook(source) for name, (source, *_) in (FAILING | ENDING).items()}
    jobs = [
        Job(name, json.dumps(book), folder=str(place), timeout=60 if name == "shown" else 2, run_timeout=60)
        for name, book in books.items()
    ]
    found = {}
    with closing(Forks({})) as forks:
        for made in forks.make(jobs, place, 2):
            (path,) = [place / made.name / file for file in made.files if file.endswith(".ipynb")]
            found[made.name] = json.loads(path.read_bytes()), made.error
    return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the cells that do not fail in a kernel."""
    os.environ.pop("PYTEST_CURRENT_TEST", None)  # a kernel that sees it does not catch what other processes print
    book = notebook(*SHOWN.values())
    place = {"metadata": {"path": str(tmp_path_factory.mktemp("ran"))}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", SURROUNDINGS["COLUMNS"])
        NotebookClient(book, resources=place).execute()
    return normalise_notebook(book)


@pytest.mark.parametrize("name", SHOWN)
def test_a_cell_shows_what_it_shows_in_a_kernel(name: str, forked: dict[str, Any], ran: dict[str, Any]) -> None:
    here, there = (book["cells"][list(SHOWN).index(name)] for book in (forked["shown"][0], ran))
    assert here["outputs"] == there["outputs"]
    assert here["execution_count"] == there["execution_count"]


@pytest.fixture(scope="module")
def failed() -> dict[str, Any]:
    """Run those that fail in a kernel, each as if the others had not."""
    book = notebook(*(source for source, *_ in FAILING.values()))
    NotebookClient(book, allow_errors=True).execute()
    cells = normalise_notebook(book)["cells"]
    return {name: cell["outputs"] for name, cell in zip(FAILING, cells, strict=True)}


@pytest.mark.parametrize("name", FAILING)
def test_a_cell_fails_as_it_does_in_a_kernel(name: str, forked: dict[str, Any], failed: dict[str, Any]) -> None:
    _, kind, said = FAILING[name]
    there, here = failed[name], forked[name][0]["cells"][0]["outputs"]
    assert here and [(o["output_type"], o.get("name")) for o in here] == [
        (o["output_type"], o.get("name")) for o in there
    ]
    for one, other in zip(here, there, strict=True):
        assert [one.get(key) for key in ("text", "ename")] == [other.get(key) for key in ("text", "ename")]
        assert one.get("evalue", "").partition(" (")[0] == other.get("evalue", "").partition(" (")[0]  # a file's name
    assert forked[name][1].startswith(f"cell 1: {kind}: {said}")


@pytest.mark.parametrize("name", ENDING)
def test_a_process_that_ends_or_hangs_is_a_clear_failure(name: str, forked: dict[str, Any]) -> None:
    assert forked[name][1] == ENDING[name][1]


def test_the_notebook_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    book = notebook("print('done')", "import os; os._exit(1)", "3")
    made, files = make_as_bytes(Job("a", json.dumps(book), folder=str(tmp_path)))
    assert made.error == "cell 2: the process died (exit code 1)" and list(files) == ["a.failed.ipynb"]
    cells = json.loads(files["a.failed.ipynb"])["cells"]
    assert cells[0]["outputs"][0]["text"] == "done\n" and cells[1]["execution_count"] is None


def test_an_engine_of_papermill_runs_a_notebook(tmp_path: Path) -> None:
    import papermill

    cell = nbformat.v4.new_code_cell("count: int = 1", metadata={"tags": ["parameters"]})
    book = nbformat.v4.new_notebook(cells=[cell, *notebook("print(count)", "1 / (count - 3)").cells])
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(book, tmp_path / "in.ipynb")
    names = {"engine_name": "libya-fork", "progress_bar": False}
    done = papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", {"count": 2}, **names)
    assert next(output.get("text") for cell in done.cells for output in cell.outputs) == "2\n"
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
        papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", {"count": 3}, **names)
    assert "division by zero" in (tmp_path / "out.ipynb").read_text(encoding="utf-8")
    for code, said in {
        "import os; os._exit(3)": "exit code 3",
        "import time; time.sleep(60)": "CellTimeoutError",
    }.items():
        book.cells[1].source = code
        nbformat.write(book, tmp_path / "in.ipynb")
        with pytest.raises(ReportError, match=said):
            papermill.execute_notebook(tmp_path / "in.ipynb", tmp_path / "out.ipynb", execution_timeout=3, **names)


def test_much_that_is_printed_takes_no_longer_than_it_must(tmp_path: Path) -> None:
    book = notebook("for n in range(200_000): print(n)")
    made, files = make_as_bytes(Job("a", json.dumps(book), folder=str(tmp_path), timeout=30))
    assert not made.error and b"199999" in files["a.ipynb"]
