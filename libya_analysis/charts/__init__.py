"""Charts in plotly: network, adjacency matrix, timeline, ceasefire board; nothing below this package knows plotly."""

from libya_analysis.charts.consultation import draw_consultation
from libya_analysis.charts.matrix import draw_matrix
from libya_analysis.charts.network import draw_network
from libya_analysis.charts.theme import Chart
from libya_analysis.charts.timeline import draw_timeline

__all__ = ["Chart", "draw_consultation", "draw_matrix", "draw_network", "draw_timeline"]
