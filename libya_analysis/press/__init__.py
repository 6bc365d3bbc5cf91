"""Reports: notebooks run with typed parameters and published whole, as HTML that needs no network.

What runs and renders notebooks is loaded where it is needed: a batch in which nothing changed needs none of it.
"""

from libya_analysis.press.batch import ReportResult, Settings, plan_reports, run_reports
from libya_analysis.press.notebook import normalise_notebook, notebook_bytes
from libya_analysis.press.parameters import declared_parameters, full_parameters, with_parameters
from libya_analysis.press.spec import ASSETS, ReportSpec, find_specs
from libya_analysis.press.stopping import StoppedError

__all__ = [
    "ASSETS",
    "ReportResult",
    "ReportSpec",
    "Settings",
    "StoppedError",
    "declared_parameters",
    "find_specs",
    "full_parameters",
    "normalise_notebook",
    "notebook_bytes",
    "plan_reports",
    "run_reports",
    "with_parameters",
]
