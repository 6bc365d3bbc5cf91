"""Reports: notebooks run with checked parameters and published whole, as HTML that needs no network.

What runs and renders notebooks is loaded where it is needed: a batch in which nothing changed needs none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from libya_analysis.press.batch import ReportResult, Settings, StoppedError, run_reports
from libya_analysis.press.executors import done_warm
from libya_analysis.press.inputs import check_values, declared_parameters, with_parameters
from libya_analysis.press.normalise import normalise_notebook, notebook_bytes
from libya_analysis.press.spec import ASSETS, ReportSpec, find_specs

if TYPE_CHECKING:
    from libya_analysis.press.render import render_html

__all__ = [
    "ASSETS",
    "ReportResult",
    "ReportSpec",
    "Settings",
    "StoppedError",
    "check_values",
    "declared_parameters",
    "done_warm",
    "find_specs",
    "normalise_notebook",
    "notebook_bytes",
    "render_html",
    "run_reports",
    "with_parameters",
]


def __getattr__(name: str) -> Any:
    if name == "render_html":
        return import_module("libya_analysis.press.render").render_html
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
