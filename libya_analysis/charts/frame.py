"""What all charts have in common: frame, fonts, legends, the one plotly configuration; and a chart itself.

Nothing in this module knows what is drawn.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from libya_analysis.charts.palette import CLEAR, HOVER_LINE, INK, MUTED, PAPER
from libya_analysis.charts.text import LABEL_SIZE, fit, text_width

FONT_FAMILY = '"Noto Sans","Open Sans",Arial,sans-serif'
#: Below this width in pixels a chart is laid out for a phone.
NARROW = 600

SUBTITLE_SIZE = 13.5
#: Sizes of a title, on screens and on phones: a long one is set smaller, until it has no more than three lines.
_TITLE_SIZES, _SMALL_TITLES, _MOST_LINES = (20, 17, 15), (16, 15, 14), 3

#: The only plotly configuration: no logo, and no button that would send the data to a server.
CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "responsive": True,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["sendChartToCloud", "lasso2d", "select2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "svg"},
}

MIME = "application/vnd.plotly.v1+json"
#: What a chart gives beside it: the same chart drawn for other screens, for pages that choose by their width. It is
#: text, which takes one line of a notebook.
SCREENS_MIME = "application/vnd.libya-analysis.screens"

#: Width that charts are drawn for if none is given: that of a cell of JupyterLab on a window of 1280, which paper has
#: room for as well; and those of the other screens, which are pages' and phones'.
USUAL, SCREENS = 840, (1240, 350)
#: Width that a chart is drawn for besides if it is higher than this: a sheet of paper is wider than what is left of its
#: height, and letters are the larger on it, the lower the chart.
PAPER_WIDTH, _HIGH = 1040, 740


def _of_figure(name: str) -> Any:
    """What a chart has from its figure, to read and to set."""
    return property(lambda chart: getattr(chart.figure, name), lambda chart, to: setattr(chart.figure, name, to))


class Chart:
    """A chart: plain data that shows itself in the same way everywhere, and a plotly figure when it is asked for one.

    In a notebook it gives its specification alone (never a script or a copy of plotly.js), with the project's
    :data:`CONFIG`, whatever renderer plotly has been set to; its plain text is its description. All else that a plotly
    figure has, such as ``data``, ``layout``, ``update_layout``, ``write_html`` and ``to_json``, is that of its
    :attr:`figure`, and what is changed there is shown.

    Parameters
    ----------
    data : list of dict
        The traces.
    layout : dict
        Everything else.

    Examples
    --------
    >>> chart = nothing_to_draw(600)
    >>> chart.description
    'Nothing to draw for this selection.'
    >>> chart.layout.title.text = "Nothing"
    >>> chart.spec["layout"]["title"]
    {'text': 'Nothing'}
    """

    def __init__(self, data: list[dict[str, Any]], layout: dict[str, Any]) -> None:
        self._plain = {"data": data, "layout": layout}
        self._screens: Callable[..., Chart] | None = None

    @cached_property
    def figure(self) -> Any:
        """The chart as a plotly figure.

        It is made when it is asked for, and plotly loaded: its checks of every value take longer than drawing a chart.
        """
        from plotly.graph_objects import Figure

        return Figure(self._plain)

    @property
    def spec(self) -> dict[str, Any]:
        """All that is drawn, as plain data; from the figure, once there is one, since others may have changed it."""
        if "figure" not in vars(self):
            return self._plain
        from plotly.utils import PlotlyJSONEncoder  # not ``to_json``, which packs arrays so that nobody can read them

        return json.loads(json.dumps(self.figure.to_plotly_json(), cls=PlotlyJSONEncoder))  # type: ignore[no-any-return]

    data, layout = _of_figure("data"), _of_figure("layout")

    @property
    def description(self) -> str:
        """The alternative text: what the chart shows, for those who do not see it."""
        return str(self.spec["layout"].get("meta", {}).get("description", ""))

    def restyled(self, *, height: int | None = None, colors: Mapping[str, str] | None = None) -> Chart:
        """Make the same chart higher or lower, or in other colours; title and width are given where it is drawn.

        Parameters
        ----------
        height : int, optional
            In pixels.
        colors : mapping of str to str, optional
            New colours by those that they are to stand for, such as ``{MUTED: INK}``.

        Examples
        --------
        >>> nothing_to_draw(600).restyled(height=300, colors={MUTED: INK}).layout.height
        300
        """
        text, new = json.dumps(self.spec), {old.casefold(): to for old, to in (colors or {}).items()}
        plain = json.loads(re.sub('"#[0-9A-Fa-f]{6}"', lambda found: _recolored(found[0], new), text))
        if height:
            plain["layout"]["height"] = height
        chart = Chart(plain["data"], plain["layout"])
        if draw := self._screens:
            chart._screens = lambda width: draw(width=width).restyled(colors=colors)
        return chart

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        spec = self.spec
        found: dict[str, Any] = {MIME: {**spec, "config": CONFIG}, "text/plain": self.description}
        if self._screens and spec == self._plain:  # what others changed is in the one alone
            widths = (*SCREENS, PAPER_WIDTH) if spec["layout"]["height"] > _HIGH else SCREENS
            specs = [self._screens(width=width).spec for width in widths]
            found[SCREENS_MIME] = json.dumps(specs, sort_keys=True, separators=(",", ":"))
        return found

    def __repr__(self) -> str:
        return f"Chart({self.description!r})"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # above all the ways in which a figure shows itself
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self.figure, name)


def _recolored(quoted: str, new: Mapping[str, str]) -> str:
    color = quoted.strip('"')
    return json.dumps(new.get(color.casefold(), color))


def for_all_screens(draw: Callable[..., Chart]) -> Chart:
    """A chart of the usual width that is drawn for other screens as well when it is shown."""
    chart = draw(width=USUAL)
    chart._screens = draw
    return chart


#: plotly's own template "none".
_NO_TEMPLATE: dict[str, Any] = {"data": {"scatter": [{"type": "scatter"}]}}
#: Names of traces that stand in no legend, by what they are.
_NAMES = {"text": "labels", "lines": "lines"}


@dataclass
class Draft:
    """A chart in the making, as plain data: plotly would check all that is there again with each piece that is added.

    ``left`` and ``right`` are the margins beside the plane; later traces are drawn on top of earlier ones.
    """

    width: int
    left: float = 0
    right: float = 0
    traces: list[dict[str, Any]] = field(default_factory=list)
    layout: dict[str, Any] = field(default_factory=lambda: {"annotations": [], "shapes": []})

    @property
    def plane(self) -> float:
        """Width of the plane in pixels."""
        return self.width - self.left - self.right

    @property
    def narrow(self) -> bool:
        """Whether it is laid out for a phone."""
        return self.width < NARROW

    def add(self, **trace: Any) -> None:
        """Draw something on top: points and lines, if no ``type`` says otherwise."""
        self.traces.append({"type": "scatter", **trace})

    def mark(self, points: Iterable[tuple[Any, ...]], marker: Mapping[str, Any], **trace: Any) -> None:
        """Draw symbols at places, each with what the pointer shows."""
        xs, ys, words = map(list, zip(*points, strict=True))
        look = {"mode": "markers", "marker": marker, "hoverinfo": "text", "showlegend": False, "cliponaxis": False}
        self.add(x=xs, y=ys, hovertext=words, **look, **trace)

    def write(self, texts: Iterable[tuple[Any, ...]], size: float, **trace: Any) -> None:
        """Write at places, from there to the right."""
        xs, ys, words = map(list, zip(*texts, strict=True))
        look: dict[str, Any] = {"textposition": "middle right", "textfont": {"size": size, "color": INK}}
        look |= {"mode": "text", "hoverinfo": "skip", "showlegend": False, "cliponaxis": False}
        self.add(x=xs, y=ys, text=words, **{**look, **trace})

    def key(self, legend: str, name: str, **trace: Any) -> None:
        """Explain something in a legend, by a trace that has no points."""
        self.add(x=[None], y=[None], legend=legend, name=name, **trace)

    def note(self, **note: Any) -> None:
        """Write something."""
        self.layout["annotations"].append({"showarrow": False, **note})

    def line(self, x0: Any, x1: Any, y0: float, y1: float, **line: Any) -> None:
        """Draw a line that is no data."""
        ends = {"x0": x0, "x1": x1, "y0": y0, "y1": y1}
        self.layout["shapes"].append({"type": "line", **ends, "line": line, "layer": "below"})

    def ground(self, color: str, x0: float, x1: float, y0: float, y1: float, **where: str) -> None:
        """Colour the ground of what belongs together."""
        ends = {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "layer": "below"}
        self.layout["shapes"].append({"type": "rect", "fillcolor": color, "line": {"width": 0}, **ends, **where})

    def sheet(self, tall: float, **vertical: Any) -> None:
        """Let all places be pixels, from the upper left corner of a plane that is so high."""
        hidden = {"visible": False, "fixedrange": True}
        self.layout.update(xaxis={"range": [0, self.plane], **hidden}, yaxis={"range": [tall, 0], **hidden, **vertical})

    def done(self) -> Chart:
        """The finished chart, each trace with a name. Tests hold it to plotly's own checks."""
        for trace in self.traces:
            trace.setdefault("name", trace.get("legendgroup") or _NAMES.get(trace.get("mode", ""), "marks"))
        given = {name: value for name, value in self.layout.items() if value != []}
        return Chart(self.traces, {"template": _NO_TEMPLATE, **given, "width": int(self.width)})


def frame(
    draft: Draft, title: str, subtitle: str, description: str, plane: float, top: float, bottom: float, **meta: Any
) -> Chart:
    """Put a chart in the frame that all charts share: title that states the finding, scope, fonts, ground, pointer.

    The plane is so high, with so much room above it for a title of one line, and below; ``meta`` is what else the chart
    tells of itself, above all from which ``sources`` and of which ``day`` it is: its caption says that.
    """
    width = draft.width
    sizes, beside = (_SMALL_TITLES, 24) if draft.narrow else (_TITLE_SIZES, 160)  # the buttons stand beside it
    for size in sizes:
        headline = fit(title, width - beside, size, bold=True)
        lines = headline.count("<br>")
        if lines < _MOST_LINES:
            break
    scope = wrap_scope(subtitle, width)
    top += (size + 6) * lines + (SUBTITLE_SIZE + 4) * scope.count("<br>")
    height = plane + top + bottom
    draft.layout.update(
        height=height,
        # plotly would make room for legends once more, and when a page is resized not move them back
        margin={"l": draft.left, "r": draft.right, "t": top, "b": bottom, "pad": 0, "autoexpand": False},
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        font={"family": FONT_FAMILY, "size": LABEL_SIZE, "color": INK},
        title={
            "text": f"<b>{headline}</b>",
            "subtitle": {"text": scope, "font": {"size": SUBTITLE_SIZE, "color": MUTED}},
            "font": {"size": size},
            "x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 10},
            "y": 1 - (22 + 13 * min(lines, 1)) / height, "yref": "container", "yanchor": "top",
        },
        hovermode="closest",
        hoverlabel={
            "bgcolor": PAPER, "bordercolor": HOVER_LINE, "font": {"size": 12.5, "color": INK}, "align": "left",
        },
        dragmode="pan",
        meta={"description": description, **meta},
    )  # fmt: skip
    return draft.done()


def wrap_scope(text: str, width: float) -> str:
    """What is drawn in lines, as they stand below the title of a chart that is so wide."""
    return fit(text, width - 20, SUBTITLE_SIZE)


def press_button(spec: dict[str, Any], button: Mapping[str, Any]) -> None:
    """Show a chart as it is once a button of it was pressed that updates what all traces have, and the subtitle."""
    given, words = button["args"]
    for name, values in given.items():
        for trace, value in zip(spec["data"], values, strict=True):
            if value != trace.get(name, 1):  # what both visible and opacity are without being given
                trace[name] = value
    spec["layout"]["title"]["subtitle"]["text"] = words["title.subtitle.text"]


#: What all legends have in common: a row below the plane; those that are keys only cannot be clicked.
LEGEND: dict[str, Any] = {
    "orientation": "h", "xanchor": "left", "yanchor": "top", "font": {"size": 12.5}, "bgcolor": CLEAR,
}  # fmt: skip
KEY: dict[str, Any] = {**LEGEND, "itemclick": False, "itemdoubleclick": False}


def filter_title(what: str, width: float) -> str:
    """Title of a legend that filters: where there is room, it says so."""
    return f"<b>{what}</b> – click to hide: " if width > 1000 else f"<b>{what}</b>: "


def stack_legends(draft: Draft, titles: dict[str, str], plane: float, x: float = 0.0, skip: float = 0.0) -> float:
    """Set a chart's legends below each other, each in as many rows as it needs; return how far below they end.

    A row is a legend of its own, which begins right of the title or, on a phone, below it: plotly does not reckon with
    the title when it breaks a legend into rows, and sets what it breaks in columns as wide as the widest entry. The
    first legend filters, the others are keys only. They begin ``x`` pixels from the left end of the plane, which is so
    high, and ``skip`` pixels below it.
    """
    across = draft.plane
    entries = {name: [trace for trace in draft.traces if trace.get("legend") == name] for name in titles}
    down, count = skip, 0
    for name, title in titles.items():
        indent = text_width(re.sub("<.*?>", "", title), LABEL_SIZE, bold=True) + 10
        room, used = across - x - indent, math.inf
        for trace in entries[name]:
            wide = text_width(trace["name"], 12.5) + 50
            if wide > room:  # what no row has room for is broken as well
                trace["name"], wide = fit(trace["name"], room - 50, 12.5), room
            if used + wide > room:
                first, count = used == math.inf, count + 1
                used = 0.0 if first or not draft.narrow else -indent
                down += 0 if first else 20
                tall = 0
                row = "legend" if count == 1 else f"legend{count}"
                at = (x if first or draft.narrow else x + indent) / across
                words = {"title": {"text": title}} if first else {}
                common = LEGEND if name == "legend" else KEY
                draft.layout[row] = {**draft.layout.get(row, {}), **common, "x": at, "y": -(down + 8) / plane, **words}
            more = 16 * trace["name"].count("<br>")
            down, tall = down + max(more - tall, 0), max(more, tall)
            used += wide
            trace["legend"] = row
        down += 26 if entries[name] else 0
    draft.layout["legend"] = {**draft.layout.get("legend", {}), "groupclick": "togglegroup"}
    return down + 8


def nothing_to_draw(width: int) -> Chart:
    """Make a chart that says that the selection is empty."""
    words = "Nothing to draw for this selection"
    draft = Draft(width)
    draft.note(text=words, x=0.5, y=0.5, xref="paper", yref="paper", font={"size": 16, "color": MUTED})
    hidden = {"visible": False}
    meta = {"description": f"{words}."}
    draft.layout.update(height=200, xaxis=hidden, yaxis=hidden, font={"family": FONT_FAMILY}, meta=meta)
    return draft.done()
