"""What is handed to whoever makes a report, and what comes back; and the surroundings that all reports have."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata

from libya_analysis.evidence.errors import ReportError

#: Ways to run a notebook that are no names of kernels: in a fork of a process that has loaded everything, and in a
#: kernel of this Python.
FORK, ORDINARY = "fork", "ordinary"

#: What a report sees, whatever the caller's own environment says. Sums of several threads differ in the last digit,
#: and several reports are made at a time anyway; pyarrow's allocator would start a thread, after which nothing forks.
SURROUNDINGS = {
    "PLOTLY_RENDERER": "plotly_mimetype",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "COLUMNS": "80",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
#: What would let a user's own settings into a report.
UNWANTED = ("PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONINSPECT", "PYTHONSAFEPATH")

#: Version of a package; asking for it reads a whole file.
version_of = lru_cache(metadata.version)


@dataclass(frozen=True)
class Job:
    """All that is needed to make a report, on whatever machine."""

    name: str  # of its files
    notebook: str  # to be run, as JSON, with its parameters put in
    title: str = ""
    about: str = ""  # title of the tables
    heading: str = ""
    footer: str = ""
    assets: str = "embedded"  # where plotly.js stands: in the page, or "shared", once in the folder
    packed: str = ""  # plotly.js, compressed, if it is to stand in the page
    beside: tuple[tuple[str, str], ...] = ()  # files and titles of the reports before and after it
    kernel: str = FORK  # or ordinary, or the name of a kernel
    timeout: int = 120  # seconds that one cell may take; 0 for any number
    run_timeout: int = 900  # seconds that the report may take; 0 for any number
    folder: str = "."  # where the cells run
    environment: Mapping[str, str] = field(default_factory=dict)  # what they see beside `SURROUNDINGS`
    plain: bool = False  # cells are run and nothing else: no page, and what comes back is not cleaned


@dataclass(frozen=True)
class Made:
    """What became of a report: files in a folder of its name, each with its SHA-256, and what went wrong."""

    name: str
    seconds: float
    error: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    tries: int = 1


class LostKernelError(ReportError):
    """A kernel died, or did not come up; that may go better the next time."""


def surroundings(more: Mapping[str, str], scratch: str) -> dict[str, str]:
    """Give the environment of a process that makes reports: without start-up files or anybody's profile."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return kept | dict(more) | SURROUNDINGS | dict.fromkeys(("IPYTHONDIR", "JUPYTER_RUNTIME_DIR"), scratch)


@contextmanager
def without_iri_grammar() -> Iterator[None]:
    """Import nbformat within this: else jsonschema compiles a grammar for more than a second."""
    name = "rfc3987_syntax"
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]
