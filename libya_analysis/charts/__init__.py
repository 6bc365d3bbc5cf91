"""Charts in plotly: network, adjacency matrix, timeline, ceasefire board; nothing below this package knows plotly."""

from libya_analysis.charts.ceasefire_chart import draw_ceasefire
from libya_analysis.charts.frame import Chart
from libya_analysis.charts.network_chart.draw import draw_network
from libya_analysis.charts.network_chart.matrix import draw_matrix
from libya_analysis.charts.timeline_chart import draw_timeline

__all__ = ["Chart", "draw_ceasefire", "draw_matrix", "draw_network", "draw_timeline"]
