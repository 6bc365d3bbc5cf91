"""What a worker is given and what it hands back. Whoever only hands out work need not load what does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from typing import Any

#: Version of a package; asking for it reads a whole file.
version_of = lru_cache(metadata.version)

#: What a kernel of a report sees, whatever the caller's own environment says.
KERNEL_ENVIRONMENT = {
    "PLOTLY_RENDERER": "plotly_mimetype",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


@dataclass(frozen=True)
class Job:
    """All that a worker needs to make a report, on whatever machine it runs."""

    name: str
    title: str
    notebook_name: str
    notebook: str
    parameters: Mapping[str, Any]
    version: str
    assets: str
    kernel: str
    timeout: int
    run_timeout: int
    folder: str
    environment: Mapping[str, str]
    more: bool = False  # whether the worker is to expect another job
    heading: str = ""  # above the notebook's own heading, which the reports of a matrix share


@dataclass(frozen=True)
class Made:
    """What a worker hands back: the files' contents, or why there are none and the notebook as far as it came."""

    name: str
    seconds: float
    error: str = ""
    html: bytes = b""
    notebook: bytes = b""
    tries: int = 1


def make(job: Job) -> Made:
    """Make a report, with what is loaded where it is made."""
    from libya_analysis.press.run import make_report

    return make_report(job)


def shared_name() -> str:
    """Name of the file that reports share; with the version, so that reports of before still find theirs."""
    return f"plotly-{version_of('plotly')}.css"


def make_shared() -> bytes:
    """Make that file."""
    from libya_analysis.press.render import shared_assets

    return shared_assets()
