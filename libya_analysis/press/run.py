"""Make one report, in a process of its own: prepare the notebook, run it, write it and its page into a folder.

Nothing here knows the folder of reports. What a process leaves is whole, or a failure with what there is of it.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import pickle
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import ReportError
from libya_analysis.press.job import FORK, Job, LostKernelError, Made
from libya_analysis.press.notebook import normalise_notebook, notebook_bytes

#: How often a kernel is started that dies or does not come up; a cell that fails is not tried again.
TRIES = 2

#: In the folder of a report: what its process says at its end, and what it had done if there is no such end.
MADE, PROGRESS = "made.json", "progress"


def make_report(job: Job, place: Path, begin: Callable[[int], object] = lambda index: None) -> Made:
    """Run a notebook and render it."""
    started = time.monotonic()
    folder = place.absolute() / job.name
    folder.mkdir()
    for tries in count(1):
        book, error, lost = json.loads(job.notebook), "", False
        try:
            with (folder / PROGRESS).open("wb", buffering=0) as progress:
                _run(job, book, begin, lambda *step: progress.write(pickle.dumps(step)))
            begin(-1)
        except Exception as fault:
            error, lost = _reason(fault), isinstance(fault, LostKernelError)
        if not lost or tries == TRIES:
            break
    try:
        content = _render(job, book, error)
    except Exception as fault:
        error = error or _reason(fault)
        content = {f"{job.name}.failed.ipynb": notebook_bytes(normalise_notebook(book))}
    made = _written(folder, content, Made(job.name, time.monotonic() - started, error, {}, tries))
    (folder / MADE).write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made


def lost_report(job: Job, place: Path, seconds: float, reason: str) -> Made:
    """Say what became of a report whose process did not live to say it."""
    folder = place / job.name
    folder.mkdir(exist_ok=True)
    content = {}
    with suppress(Exception):  # a notebook that cannot even be read is no notebook as far as it came
        book = json.loads(job.notebook)
        with suppress(OSError, EOFError, pickle.UnpicklingError), (folder / PROGRESS).open("rb") as progress:
            while True:
                index, cell = pickle.load(progress)
                book["cells"][index] = cell
        content = _render(job, book, reason)
    return _written(folder, content, Made(job.name, seconds, reason))


def rehearse(jobs: Sequence[Job]) -> None:
    """Render the text of notebooks, and load what runs them, so that who is forked afterwards need not."""
    if any(job.kernel != FORK for job in jobs):
        importlib.import_module("libya_analysis.press.kernels")
    with suppress(Exception):  # an odd notebook fails where it is made
        from libya_analysis.press.page import render_text

        books = (json.loads(job.notebook) for job in jobs if not job.plain)
        for text in {cell["source"] for book in books for cell in book["cells"] if cell["cell_type"] == "markdown"}:
            render_text(text)


def _run(job: Job, book: Any, begin: Callable[[int], object], done: Callable[[int, Any], object]) -> None:
    """Run a notebook in place, so that what came of it is at hand however it ends."""
    if job.kernel == FORK:
        from libya_analysis.press.cells import run_cells

        os.chdir(job.folder)
        run_cells(book, begin, done)
    else:
        from libya_analysis.press.kernels import run_by_kernel

        run_by_kernel(job, book)
    # Who ran them may mark cells as completed that never ran: the outputs alone tell.
    for number, cell in enumerate(book["cells"], start=1):
        if cell["cell_type"] == "code" and cell["source"].strip():
            for output in cell["outputs"]:
                if output["output_type"] == "error":
                    raise ReportError(f"cell {number}: {output['ename']}: {output['evalue']}")
            if cell["metadata"].get("papermill", {}).get("exception"):  # wrong use of a magic, which shows no error
                said = [line for output in cell["outputs"] for line in output.get("text", "").splitlines()]
                raise ReportError(f"cell {number}: {said[-1] if said else 'it failed'}")
            if cell["execution_count"] is None:
                raise ReportError(f"cell {number} never ran")


def _render(job: Job, book: Any, error: str) -> dict[str, bytes]:
    """Write the notebook, and the page of one that has not failed."""
    clean = book if job.plain else normalise_notebook(book)
    if error:
        return {f"{job.name}.failed.ipynb": notebook_bytes(clean)}
    content = {f"{job.name}.ipynb": notebook_bytes(clean)}
    if not job.plain:
        from libya_analysis.press.page import render_html

        page = render_html(clean, job.title, job.footer, job.assets, job.heading, job.packed, job.beside, job.about)
        content[f"{job.name}.html"] = page.encode()
    return content


def _written(folder: Path, content: dict[str, bytes], made: Made) -> Made:
    """Write files and note their hashes; a disk that takes no more fails the report."""
    error, hashes = made.error, {}
    try:
        for name, data in content.items():
            (folder / name).write_bytes(data)
            hashes[name] = hashlib.sha256(data).hexdigest()
    except OSError as fault:
        error, hashes = error or _reason(fault), {}
    return Made(made.name, made.seconds, error, hashes, made.tries)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"
