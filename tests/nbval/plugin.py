"""Strict nbval: what nbval would let pass fails here, and what it would print in full is said in short.

Loaded for every run of pytest (``-p tests.nbval.plugin`` in ``pyproject.toml``), so that it holds for notebooks in
any folder. Written against nbval 0.11.0, which is pinned: it replaces methods of nbval's own classes.
"""

from __future__ import annotations

import difflib
import html
import math
import os
import queue
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import pytest

from libya_analysis.press.job import without_iri_grammar

with without_iri_grammar():  # a second of each run of pytest
    import nbval.kernel
    from jupyter_client.manager import KernelManager
    from nbval.plugin import IPyNbCell, IPyNbFile, find_comment_markers, metadata_tags

#: What every kernel of the tests inherits: one renderer, one hash seed, one time zone, one locale, one width.
KERNEL_ENVIRONMENT = {
    "PLOTLY_RENDERER": "plotly_mimetype",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "COLUMNS": "100",
    "MPLBACKEND": "agg",
    "PYTHONWARNINGS": "default",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}

#: Floats are compared to this many significant digits; the last ones differ between processors.
DIGITS = 12

FIGURE = "application/vnd.plotly.v1+json"
#: Of a figure, added when a notebook is stored: no kernel gives it, and it is held to the figure by a mark.
PICTURE = "image/png"
HARMLESS_MARKS = {"NBVAL_CHECK_OUTPUT", "nbval-check-output"}
_SHOWN_DIFFERENCES = 40


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let pyproject.toml list the cells that may be left out of the comparison."""
    parser.addini(
        "nbval_allowed_skips", "cells that may carry a skip mark: 'FILE.ipynb: Cell N: reason'", type="linelist"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Give the kernels their surroundings and nbval its strictness."""
    os.environ.update(KERNEL_ENVIRONMENT)
    os.environ.pop("PYTHONSTARTUP", None)
    profile = tempfile.mkdtemp(prefix="ipython-")  # nobody's profile, and no start-up files
    os.environ["IPYTHONDIR"] = profile
    config.add_cleanup(lambda: shutil.rmtree(profile, ignore_errors=True))
    _make_strict()


def canonical(value: Any) -> Any:
    """Bring a figure's specification to a form that is the same on every machine.

    >>> canonical({"y": [0.1 + 0.2], "uid": "f00"})
    {'y': [0.3]}
    """
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in sorted(value.items()) if key != "uid"}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.{DIGITS}g}")
    return value


def marks(source: str, tags: list[str]) -> set[str]:
    """Marks of a cell that keep nbval from comparing it, or let it raise.

    >>> sorted(marks("# NBVAL_SKIP", ["raises-exception", "parameters"]))
    ['NBVAL_SKIP', 'raises-exception']
    """
    comments = {line.strip().lstrip("#").strip() for line in source.splitlines() if line.strip().startswith("#")}
    found = {text for text in comments if list(find_comment_markers(f"# {text}"))}
    return (found | {tag for tag in tags if tag in metadata_tags}) - HARMLESS_MARKS


def faults(cell: Any) -> Iterator[str]:
    """Say why the stored form of a code cell cannot be compared."""
    if cell.source.strip() and cell.execution_count is None:
        yield "was not executed when it was stored: nbval would compare nothing"
    for output in cell.outputs:
        data = output.get("data", {})
        markup = "".join(data.get("text/html", ""))
        if (markup and FIGURE in data) or "Plotly.newPlot" in markup:
            yield "stores a figure as text/html, with a random id: its specification alone is to be stored"


def differences(stored: Any, computed: Any, place: str = "") -> Iterator[str]:
    """List the leaves in which two specifications differ.

    >>> list(differences({"data": [{"x": [1, 2]}]}, {"data": [{"x": [1, 3]}]}))
    ['data[0].x[1]: stored 2, computed 3']
    """
    if isinstance(stored, dict) and isinstance(computed, dict):
        for key in sorted({*stored, *computed}):
            inner = f"{place}.{key}" if place else str(key)
            if key in stored and key in computed:
                yield from differences(stored[key], computed[key], inner)
            else:
                yield f"{inner}: only in what was {'stored' if key in stored else 'computed'}"
    elif isinstance(stored, list) and isinstance(computed, list) and len(stored) == len(computed):
        for i, (one, other) in enumerate(zip(stored, computed, strict=True)):
            yield from differences(one, other, f"{place}[{i}]")
    elif stored != computed:
        yield f"{place}: stored {_short(stored)}, computed {_short(computed)}"


def table_lines(text: str) -> list[str]:
    """Split an output into lines, a row of an HTML table on one line, so that a changed cell shows its row's id.

    >>> table_lines("<table><tr><td>b-1</td><td>stated</td></tr></table>")
    ['b-1 | stated']
    """
    if "<tr" not in text:
        return text.splitlines()
    rows = re.split(r"</?tr[^>]*>", text)
    cells = [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.split(r"</t[dh]>", row)] for row in rows
    ]
    return [" | ".join(row[:-1] if row[-1] == "" else row) for row in cells if any(row)]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}... ({type(value).__name__} of {len(value)})"


def _make_strict() -> None:
    if IPyNbCell.sanitize.__module__ == __name__:
        return  # pytest was started from within pytest
    run, sanitize, start = IPyNbCell.runtest, IPyNbCell.sanitize, IPyNbFile.__init__

    def strict_run(cell: IPyNbCell) -> None:
        if not cell.config.option.nbval_lax:
            for fault in faults(cell.cell):
                cell.raise_cell_error(fault)
            allowed = {line.rsplit(":", 1)[0].strip() for line in cell.config.getini("nbval_allowed_skips")}
            found = marks(cell.cell.source, cell.cell.metadata.get("tags", []))
            if found and f"{cell.parent.path.name}: {cell.name}" not in allowed:
                cell.raise_cell_error(f"carries {', '.join(sorted(found))}, which is not on the list of allowed skips")
        for output in cell.cell.get("outputs", []):
            if FIGURE in output.get("data", {}):
                output.data.pop(PICTURE, None)
        run(cell)

    def strict_sanitize(cell: IPyNbCell, output: Any) -> Any:
        return canonical(output) if isinstance(output, dict | list) else sanitize(cell, output)

    def compare_images(notebook: IPyNbFile, *args: Any, **kwargs: Any) -> None:
        start(notebook, *args, **kwargs)
        notebook.skip_compare = tuple(kind for kind in notebook.skip_compare if not kind.startswith("image/"))

    def tell(cell: IPyNbCell, kind: str, stored: Any, computed: Any) -> None:
        if isinstance(stored, str) and isinstance(computed, str) and not kind.startswith("image/"):
            old, new = table_lines(stored), table_lines(computed)
            found = list(difflib.unified_diff(old, new, "stored", "computed", n=1, lineterm=""))
        else:
            found = list(differences(stored, computed))
        more = len(found) - _SHOWN_DIFFERENCES
        cell.comparison_traceback.append(f"{kind} differs:")
        cell.comparison_traceback += [f"  {line}" for line in found[:_SHOWN_DIFFERENCES]]
        cell.comparison_traceback += [f"  and {more} lines more"] if more > 0 else []

    def start_kernel(startup_timeout: int, kernel_name: str, stderr: IO[str], cwd: str | None) -> tuple[Any, Any]:
        """Start a kernel as nbval does, but take it as ready when it answers; nbval then waits for its outputs.

        jupyter_client would also wait for a silence of 0.2 s.
        """
        stderr.close()  # nbval opens the null device for each kernel and leaves it open
        manager = KernelManager(kernel_name=kernel_name, kernel_spec_manager=nbval.kernel.NbvalKernelspecManager())
        manager.start_kernel(cwd=cwd, stderr=subprocess.DEVNULL)
        client = manager.client()
        client.start_channels()
        try:
            client.kernel_info()
            client.get_shell_msg(timeout=startup_timeout)
        except queue.Empty:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
            raise RuntimeError(f"the kernel did not answer within {startup_timeout} s") from None
        return manager, client

    nbval.kernel.start_new_kernel = start_kernel
    nbval.kernel.pformat = lambda message: message  # for a log that nobody reads, of each message
    IPyNbCell.runtest = strict_run
    IPyNbCell.sanitize = strict_sanitize
    IPyNbCell.format_output_compare = tell
    IPyNbFile.__init__ = compare_images
