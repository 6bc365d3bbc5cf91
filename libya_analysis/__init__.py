"""Who is behind whom in Libya's war, since when, according to whom, and what became of attempts to stop it.

Everything a notebook needs is here. Each name is loaded when it is first asked for, with what it needs and no more: a
command that only hands out work needs no pandas, and no notebook the explorer's widgets.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: What there is, by module.
_NAMES = {
    "briefing": (
        "headline key_findings open_questions say_claims say_event say_quotes scope_line source_list voices_table"
    ),
    "charts": "draw_consultation draw_matrix draw_network draw_timeline",
    "dates": "EdtfDate holds_on parse_date say_date",
    "diplomacy": "Board board_table consultation_board consultation_gap",
    "errors": "DataError LibyaAnalysisError ParameterError ReportError",
    "evidence": "check_texts cite_sources coverage find_texts show_claim",
    "explorer": "explore",
    "network": "build_network camp_table edge_table",
    "parameters": "check_parameters",
    "proxies": "centrality patron_divergence proxy_dyads",
    "tables": "load_tables Tables",
    "timeline": "build_timeline last_days timeline_table",
    "voices": "corroborated_events corroboration disagreements leave_one_out who_says_what",
}
_HOME = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted(_HOME)

if TYPE_CHECKING:
    from libya_analysis.briefing import headline as headline
    from libya_analysis.briefing import key_findings as key_findings
    from libya_analysis.briefing import open_questions as open_questions
    from libya_analysis.briefing import say_claims as say_claims
    from libya_analysis.briefing import say_event as say_event
    from libya_analysis.briefing import say_quotes as say_quotes
    from libya_analysis.briefing import scope_line as scope_line
    from libya_analysis.briefing import source_list as source_list
    from libya_analysis.briefing import voices_table as voices_table
    from libya_analysis.charts import draw_consultation as draw_consultation
    from libya_analysis.charts import draw_matrix as draw_matrix
    from libya_analysis.charts import draw_network as draw_network
    from libya_analysis.charts import draw_timeline as draw_timeline
    from libya_analysis.dates import EdtfDate as EdtfDate
    from libya_analysis.dates import holds_on as holds_on
    from libya_analysis.dates import parse_date as parse_date
    from libya_analysis.dates import say_date as say_date
    from libya_analysis.diplomacy import Board as Board
    from libya_analysis.diplomacy import board_table as board_table
    from libya_analysis.diplomacy import consultation_board as consultation_board
    from libya_analysis.diplomacy import consultation_gap as consultation_gap
    from libya_analysis.errors import DataError as DataError
    from libya_analysis.errors import LibyaAnalysisError as LibyaAnalysisError
    from libya_analysis.errors import ParameterError as ParameterError
    from libya_analysis.errors import ReportError as ReportError
    from libya_analysis.evidence import check_texts as check_texts
    from libya_analysis.evidence import cite_sources as cite_sources
    from libya_analysis.evidence import coverage as coverage
    from libya_analysis.evidence import find_texts as find_texts
    from libya_analysis.evidence import show_claim as show_claim
    from libya_analysis.explorer import explore as explore
    from libya_analysis.network import build_network as build_network
    from libya_analysis.network import camp_table as camp_table
    from libya_analysis.network import edge_table as edge_table
    from libya_analysis.parameters import check_parameters as check_parameters
    from libya_analysis.proxies import centrality as centrality
    from libya_analysis.proxies import patron_divergence as patron_divergence
    from libya_analysis.proxies import proxy_dyads as proxy_dyads
    from libya_analysis.tables import Tables as Tables
    from libya_analysis.tables import load_tables as load_tables
    from libya_analysis.timeline import build_timeline as build_timeline
    from libya_analysis.timeline import last_days as last_days
    from libya_analysis.timeline import timeline_table as timeline_table
    from libya_analysis.voices import corroborated_events as corroborated_events
    from libya_analysis.voices import corroboration as corroboration
    from libya_analysis.voices import disagreements as disagreements
    from libya_analysis.voices import leave_one_out as leave_one_out
    from libya_analysis.voices import who_says_what as who_says_what


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
