"""Charts in plotly: the proxy-war network and the timeline; nothing below this package knows plotly."""

from libya_analysis.charts.network import draw_network
from libya_analysis.charts.theme import Chart
from libya_analysis.charts.timeline import draw_timeline

__all__ = ["Chart", "draw_network", "draw_timeline"]
