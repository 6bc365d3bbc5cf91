"""Reports: notebooks run with checked parameters and published whole, as HTML that needs no network."""

from libya_analysis.reports.normalise import normalise_notebook, notebook_bytes
from libya_analysis.reports.render import render_html
from libya_analysis.reports.run import ReportResult, run_reports
from libya_analysis.reports.spec import ReportSpec, declared_parameters, find_specs, with_parameters

__all__ = [
    "ReportResult",
    "ReportSpec",
    "declared_parameters",
    "find_specs",
    "normalise_notebook",
    "notebook_bytes",
    "render_html",
    "run_reports",
    "with_parameters",
]
