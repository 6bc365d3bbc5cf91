"""Who is behind whom in Libya's war, since when, according to whom, and what became of attempts to stop it.

Everything a notebook needs is here; charts load plotly, and the explorer its widgets, only when they are asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from libya_analysis.briefing import (
    headline,
    key_findings,
    open_questions,
    say_claims,
    say_event,
    say_quotes,
    scope_line,
    source_list,
    voices_table,
)
from libya_analysis.corroboration import (
    corroborated_events,
    corroboration,
    disagreements,
    leave_one_out,
    who_says_what,
)
from libya_analysis.dates import EdtfDate, holds_on, parse_date, say_date
from libya_analysis.diplomacy import Board, board_table, consultation_board, consultation_gap
from libya_analysis.errors import DataError, LibyaAnalysisError, ParameterError, ReportError
from libya_analysis.evidence import check_texts, cite_sources, coverage, find_texts, show_claim
from libya_analysis.network import build_network, camp_table, edge_table
from libya_analysis.parameters import check_parameters
from libya_analysis.proxies import centrality, patron_divergence, proxy_dyads
from libya_analysis.tables import Tables, load_tables
from libya_analysis.timeline import build_timeline, last_days, timeline_table

if TYPE_CHECKING:
    from libya_analysis.charts import draw_consultation, draw_matrix, draw_network, draw_timeline
    from libya_analysis.explorer import explore

__version__ = "0.1.0"

__all__ = [
    "Board",
    "DataError",
    "EdtfDate",
    "LibyaAnalysisError",
    "ParameterError",
    "ReportError",
    "Tables",
    "board_table",
    "build_network",
    "build_timeline",
    "camp_table",
    "centrality",
    "check_parameters",
    "check_texts",
    "cite_sources",
    "consultation_board",
    "consultation_gap",
    "corroborated_events",
    "corroboration",
    "coverage",
    "disagreements",
    "draw_consultation",
    "draw_matrix",
    "draw_network",
    "draw_timeline",
    "edge_table",
    "explore",
    "find_texts",
    "headline",
    "holds_on",
    "key_findings",
    "last_days",
    "leave_one_out",
    "load_tables",
    "open_questions",
    "parse_date",
    "patron_divergence",
    "proxy_dyads",
    "say_claims",
    "say_date",
    "say_event",
    "say_quotes",
    "scope_line",
    "show_claim",
    "source_list",
    "timeline_table",
    "voices_table",
    "who_says_what",
]

_CHARTS = ("draw_consultation", "draw_matrix", "draw_network", "draw_timeline")


def __getattr__(name: str) -> Any:
    if name in _CHARTS:
        return getattr(import_module("libya_analysis.charts"), name)
    if name == "explore":  # widgets load with it alone
        return import_module("libya_analysis.explorer").explore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
