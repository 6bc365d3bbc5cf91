"""The timeline as a chart: marks as exact as the dates are, labels that never cover each other."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from libya_analysis.analysis.timeline import UNDATED, Item, Timeline
from libya_analysis.charts import palette
from libya_analysis.charts.frame import (
    LABEL_SIZE,
    NARROW,
    NOTE_SIZE,
    Chart,
    Draft,
    escape,
    frame,
    nothing_to_draw,
    stack_legends,
    text_width,
    wrap,
)
from libya_analysis.charts.palette import GRID, HOVER_LINE, INK, KEY_LINE, MUTED, PAPER
from libya_analysis.evidence.dates import EdtfDate, drawn_span, say_date
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.vocabulary import EVENTS, LANES
from libya_analysis.words.findings import timeline_finding

_TEXT = 12.5
_ROW, _LANE_GAP, _BAR = 24, 0.5, 0.26
_RIGHT, _TOP = 26, 104
_DAY = dt.timedelta(days=1)
#: Items beyond which nobody can read a timeline: of more, those are drawn that most accounts tell of.
MOST_ITEMS = 150
_PANEL, _GAP = 96, 26  # pixels: height of the second panel, and what is free above it
_PANEL_AXIS: dict[str, Any] = {
    "rangemode": "tozero", "nticks": 4, "gridcolor": GRID, "zeroline": True, "zerolinecolor": palette.AXIS,
    "fixedrange": True, "tickfont": {"size": NOTE_SIZE},
}  # fmt: skip


@dataclass
class _Mark:
    """One item with its place: drawn span in time and pixels, row, side of the label, text."""

    item: Item
    date: EdtfDate
    first: dt.datetime
    last: dt.datetime
    open_start: bool
    open_end: bool
    x0: float
    x1: float
    label: str
    side: str
    row: float = 0.0

    @property
    def color(self) -> str:
        return palette.LANES[EVENTS[self.item.kind].lane]

    @property
    def is_day(self) -> bool:
        return self.date.is_day

    @property
    def real(self) -> bool:
        return self.item.account.actual


def draw_timeline(
    timeline: Timeline, *, width: int = 1240, title: str | None = None, series: pd.Series[Any] | None = None
) -> Chart:
    """Draw events in time.

    Exact days are dots, coarser dates bars over all the days that they can mean; bars fade where a date is approximate
    or open. Events without a date stand below, in their order, without a place in time. What is not actual is hollow.

    Parameters
    ----------
    timeline : Timeline
        From :func:`libya_analysis.build_timeline`.
    width : int
        Width of the chart in pixels.
    title : str, optional
        A headline; without it the finding that the timeline itself gives.
    series : pandas.Series, optional
        Numbers by week or month (or by any other step) to draw below, on the same axis of time; indexed by period, or
        by the first day of each. Its ``name`` says what is counted, its ``attrs["source"]`` where it is from.

    Returns
    -------
    Chart
        A plotly figure; ``layout.meta`` has its ``description``.

    Raises
    ------
    ParameterError
        If the series is not indexed by dates or periods of one length.

    Examples
    --------
    >>> from libya_analysis import build_timeline, load_tables
    >>> draw_timeline(build_timeline(load_tables(), sources=["moscow-truce-2020"])).layout.title.text
    '<b>4 of 31 events are dated to the day, 20 have no date</b>'
    """
    headline = title or timeline_finding(timeline)
    timeline, left_out = _most_told(timeline)
    items = timeline.items
    if not items:
        return nothing_to_draw(width)
    narrow = width < NARROW  # then the name of a lane stands above its rows
    left = 12 if narrow else max(text_width(lane, LABEL_SIZE, bold=True) for lane in timeline.lanes) + 30
    dated = [(item, item.date) for item in items if item.date]
    start, end = _window(timeline, [date for _, date in dated])
    pixels = (width - left - _RIGHT) / max((end - start) / _DAY, 1)
    lines = [(at - start) / _DAY * pixels for at in _publications(timeline) if start < at < end]
    marks = [_mark(item, date, start, end, pixels, width - left - _RIGHT, lines) for item, date in dated]
    bands, rows = _rows(marks, timeline.lanes, items, narrow)
    draft = Draft()
    _draw_lanes(draft, bands, narrow)
    _draw_bars(draft, [mark for mark in marks if not mark.is_day], start, end)
    _draw_dots(draft, marks)
    _draw_labels(draft, marks)
    undated = [item for item in items if not item.date]
    _draw_undated(draft, undated, bands.get(UNDATED, (0, 0))[0] + narrow, width - left - _RIGHT, narrow)
    _draw_published(draft, timeline, start, end, bands.get(UNDATED, (rows, rows))[0], pixels)
    _draw_keys(draft, marks, undated)
    if series is not None:
        _draw_series(draft, series, (start, end))
    return _finish(draft, timeline, headline, _scope(timeline, left_out), (start, end), rows, width, left, series)


def _most_told(timeline: Timeline) -> tuple[Timeline, int]:
    """As much of a timeline as can be read: the events that most accounts tell of; and how many are left out."""
    events = Counter({item.event_id: 0 for item in reversed(timeline.items)})
    for item in timeline.items:
        events[item.event_id] += len(item.claims)
    if len(timeline.items) <= MOST_ITEMS:
        return timeline, 0
    kept, count = set(), 0
    datings = Counter(item.event_id for item in timeline.items)
    for event, _ in events.most_common():
        if count + datings[event] > MOST_ITEMS:
            break
        kept.add(event)
        count += datings[event]
    items = tuple(item for item in timeline.items if item.event_id in kept)
    lanes = tuple(lane for lane in timeline.lanes if any(item.lane == lane for item in items))
    return replace(timeline, items=items, lanes=lanes), len(events) - len(kept)


def _window(timeline: Timeline, dates: Sequence[EdtfDate]) -> tuple[dt.datetime, dt.datetime]:
    """First and last moment to draw: what was asked for, or all that is dated and the publication, with a margin."""
    known = [day for date in dates for day in drawn_span(date) if day]
    known += [day for date in timeline.published.values() for day in (date.latest,) if day]
    first, last = timeline.start or min(known), timeline.end or max(known)
    margin = (last - first) * 0.02 + _DAY / 2
    midnight = dt.time()
    low = dt.datetime.combine(first, midnight) - (margin if not timeline.start else _DAY / 4)
    return low, dt.datetime.combine(last, midnight) + _DAY + (margin if not timeline.end else _DAY / 4)


def _mark(
    item: Item,
    date: EdtfDate,
    start: dt.datetime,
    end: dt.datetime,
    pixels: float,
    plane: float,
    lines: list[float],
) -> _Mark:
    low, high = drawn_span(date)
    midnight = dt.time()
    first = max(dt.datetime.combine(low, midnight), start) if low else start
    last = min(dt.datetime.combine(high, midnight) + _DAY, end) if high else end
    x0, x1 = (first - start) / _DAY * pixels, (last - start) / _DAY * pixels
    if date.is_day:
        x0 = x1 = (x0 + x1) / 2
    elif x1 - x0 < 10:
        x1 = x0 + 10
    label = item.title if item.datings == 1 else f"{item.title} (one of {item.datings} datings)"
    room = text_width(label, _TEXT) + 14
    right, left = x1 + room < plane, x0 - room > 0
    side = "inside" if x1 - x0 > room + 4 else "right" if right or not left else "left"
    if side == "right" and any(x1 - 4 < line < x1 + room + 4 for line in lines) and left:
        side = "left"  # a label is not written across a line of publication if there is another place
    if side != "inside" and room > plane - x1 and room > x0:
        side = "right" if plane - x1 > x0 else "left"
        label = _shorten(label, max(plane - x1, x0) - 14)
    return _Mark(item, date, first, last, low is None, high is None, x0, x1, label, side)


def _rows(
    marks: list[_Mark], lanes: tuple[str, ...], items: Sequence[Item], narrow: bool
) -> tuple[dict[str, tuple[float, float]], float]:
    """Pack marks and labels in rows, lane by lane; return the band of each lane and the number of rows."""
    bands, top = {}, 0.0
    for lane in lanes:
        taken: list[list[tuple[float, float]]] = []
        for mark in (mark for mark in marks if mark.item.lane == lane):
            room = text_width(mark.label, _TEXT) + 14
            low = mark.x0 - 8 - (room if mark.side == "left" else 0)
            high = mark.x1 + 8 + (room if mark.side == "right" else 0)
            free = (r for r, spans in enumerate(taken) if all(high < a or low > b for a, b in spans))
            row = next(free, len(taken))
            if row == len(taken):
                taken.append([])
            taken[row].append((low, high))
            mark.row = top + row + narrow
        undated = sum(not item.date for item in items)
        count = len(taken) if lane != UNDATED else undated if narrow else (undated + 1) // 2
        bands[lane] = (top, top + max(count, 1) + narrow)
        top = bands[lane][1] + _LANE_GAP
    return bands, top - _LANE_GAP


# -- drawing ----------------------------------------------------------------------------------------------------------


def _draw_lanes(draft: Draft, bands: dict[str, tuple[float, float]], narrow: bool) -> None:
    for number, (lane, (top, bottom)) in enumerate(bands.items()):
        draft.shape(
            type="rect", xref="paper", x0=0, x1=1, y0=top - 0.65, y1=bottom - 0.35,
            layer="between" if lane == UNDATED else "below",  # no grid of time where there is no time
            line={"width": 0}, fillcolor=palette.LANE_GROUNDS[number % 2],
        )  # fmt: skip
        draft.note(
            xref="paper", x=0, xanchor="left" if narrow else "right", xshift=4 if narrow else -12,
            y=top if narrow else (top + bottom - 1) / 2, text=f"<b>{escape(lane)}</b>", font={"size": LABEL_SIZE},
        )  # fmt: skip


def _rgba(color: str, opacity: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _draw_bars(draft: Draft, marks: list[_Mark], start: dt.datetime, end: dt.datetime) -> None:
    """Bars over all the days that dates can mean: hard ends are known bounds, fading ones are not."""
    ends: dict[str, tuple[list[dt.datetime | None], list[float | None]]] = {}
    for mark in marks:
        solid = _rgba(mark.color, (0.30 if mark.side == "inside" else 0.62) * (1 if mark.real else 0.5))
        clear = _rgba(mark.color, 0)
        soft = mark.date.approximate
        stops = [
            [0, clear if soft or mark.open_start else solid],
            [0.3, solid],
            [0.7, solid],
            [1, clear if soft or mark.open_end else solid],
        ]
        last = max(mark.last, mark.first + _DAY / 8)
        fades = soft or mark.open_start or mark.open_end
        gradient = {"fillgradient": {"type": "horizontal", "colorscale": stops}} if fades else {"fillcolor": solid}
        key = EVENTS[mark.item.kind].lane
        low, high = mark.row - _BAR, mark.row + _BAR
        draft.add(
            x=[mark.first, last, last, mark.first, mark.first], y=[low, low, high, high, low], mode="lines",
            line={"width": 0}, fill="toself", hoverinfo="skip", showlegend=False, legendgroup=key, **gradient,
        )  # fmt: skip
        known = [mark.first] if not (soft or mark.open_start) and mark.first > start else []
        known += [last] if not (soft or mark.open_end) and last < end else []
        for at in known:
            xs, ys = ends.setdefault(key, ([], []))
            xs += [at, at, None]
            ys += [low, high, None]
    for key, (xs, ys) in ends.items():
        draft.add(
            x=xs, y=ys, mode="lines", line={"color": palette.LANES[key], "width": 2}, hoverinfo="skip",
            showlegend=False, legendgroup=key,
        )  # fmt: skip


def _draw_dots(draft: Draft, marks: list[_Mark]) -> None:
    """Dots for days, and invisible points for the pointer in the middle of bars."""
    groups: dict[tuple[str, bool, bool], list[_Mark]] = {}
    for mark in marks:
        groups.setdefault((EVENTS[mark.item.kind].lane, mark.is_day, mark.real), []).append(mark)
    for (key, is_day, real), group in groups.items():
        color = palette.LANES[key]
        draft.add(
            x=[mark.first + (mark.last - mark.first) / 2 for mark in group], y=[mark.row for mark in group],
            mode="markers",
            marker={"symbol": "circle" if real else "circle-open", "size": 11 if is_day else 18, "color": color,
                    "opacity": 1 if is_day else 0,
                    "line": {"color": PAPER if real else color, "width": 1 if real else 2}},
            customdata=[say_item(mark.item) for mark in group], hovertemplate="%{customdata}<extra></extra>",
            name=key, legendgroup=key, showlegend=False,
        )  # fmt: skip


def say_item(item: Item) -> str:
    """One item for the pointer."""
    when = say_date(item.date) if item.date else item.order or "date not given"
    written = f" (“{escape(item.account.as_written)}”, {item.account.basis})" if item.account.as_written else ""
    lines = [f"<b>{wrap(item.title, 60)}</b>", f"{wrap(when, 70)}{written}"]
    if item.actors:
        lines.append(wrap("; ".join(item.actors), 70))
    if item.outcome != "unknown":
        lines.append(f"outcome: {item.outcome}")
    lines.append(f"<i>{wrap(item.firmness, 70)}</i> · {escape('; '.join(item.citations))}")
    return "<br>".join(lines)


def _draw_labels(draft: Draft, marks: list[_Mark]) -> None:
    for mark in marks:
        middle = mark.first + (mark.last - mark.first) / 2
        at = {"inside": mark.first, "right": mark.last, "left": mark.first}[mark.side] if not mark.is_day else middle
        shift = {"inside": 7, "right": 9, "left": -9}[mark.side]
        draft.note(
            x=at, y=mark.row, text=escape(mark.label), xshift=shift, xanchor="right" if mark.side == "left" else "left",
            font={"size": _TEXT, "color": INK},
        )  # fmt: skip


def _draw_undated(draft: Draft, items: Sequence[Item], top: float, plane: float, narrow: bool) -> None:
    """Events without a date, each with what the sources say of its order, in two columns read downwards."""
    per_column = len(items) if narrow else (len(items) + 1) // 2
    marks: dict[tuple[str, bool], list[tuple[float, float, str]]] = {}
    for number, item in enumerate(items):
        column, row = divmod(number, per_column)
        key, real = EVENTS[item.kind].lane, item.account.actual
        room = plane - 30 if narrow else plane / 2 - 40
        title = _shorten(item.title, room)
        rest = room - text_width(title, _TEXT) - 16
        order = _shorten(item.order.split(";")[0].replace(": ", " ", 1), rest) if rest > 60 and item.order else ""
        x = 12 / plane + column * 0.5
        marks.setdefault((key, real), []).append((x, top + row, say_item(item)))
        draft.note(
            xref="x2", x=x, y=top + row, xanchor="left", xshift=11, font={"size": _TEXT, "color": INK},
            text=f'{escape(title)}  <span style="color:{MUTED}">{escape(order)}</span>',
        )  # fmt: skip
    for (key, real), group in marks.items():
        xs, ys, words = zip(*group, strict=True)
        draft.add(
            x=list(xs), y=list(ys), xaxis="x2", mode="markers", legendgroup=key, showlegend=False, name=key,
            marker={"symbol": "diamond" if real else "diamond-open", "size": 10, "color": palette.LANES[key],
                    "line": {"width": 1 if real else 2, "color": PAPER if real else palette.LANES[key]}},
            customdata=list(words), hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip


def _shorten(text: str, room: float) -> str:
    """As much of a text as fits in a width, with an ellipsis where something is left out."""
    if text_width(text, _TEXT) <= room:
        return text
    while text and text_width(text, _TEXT) > room - 12:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _publications(timeline: Timeline) -> dict[dt.datetime, int]:
    """Noon of each day on which sources were published, with their number."""
    noons: dict[dt.datetime, int] = {}
    for day in sorted(date.latest for date in timeline.published.values() if date.latest):
        noon = dt.datetime.combine(day, dt.time(12))
        noons[noon] = noons.get(noon, 0) + 1
    return noons


def _draw_published(
    draft: Draft, timeline: Timeline, start: dt.datetime, end: dt.datetime, bottom: float, pixels: float
) -> None:
    """A line on each day of publication through the dated lanes, labelled above them."""
    written = -math.inf
    for at, count in _publications(timeline).items():
        if start < at < end:
            draft.shape(
                type="line", x0=at, x1=at, y0=-0.65, y1=bottom - 0.65, layer="below",
                line={"color": KEY_LINE, "width": 1, "dash": "dot"},
            )  # fmt: skip
            words = "source published" if count == 1 else f"{count} sources published"
            wide, left = text_width(words, NOTE_SIZE) + 10, (at - start) / _DAY * pixels
            anchor = "right" if left + wide > (end - start) / _DAY * pixels else "left"
            low, high = (left - wide, left) if anchor == "right" else (left, left + wide)
            if low < written:
                continue  # lines that stand close together share the words of the first
            written = high
            draft.note(
                x=at, xref="x", y=1, yref="paper", yanchor="bottom", xanchor=anchor, text=words,
                font={"size": NOTE_SIZE, "color": MUTED},
            )  # fmt: skip


def _draw_series(draft: Draft, series: pd.Series[Any], window: tuple[dt.datetime, dt.datetime]) -> None:
    """Bars of a series in a panel of its own, each as wide as its week or month."""
    index = series.index
    if isinstance(index, pd.DatetimeIndex):
        step = index.freqstr or pd.infer_freq(index)
        if step is None:
            raise ParameterError("series: its dates are not a week, a month or another one step apart")
        index = index.to_period(str(step).removesuffix("S").removesuffix("E") or "M")
    if not isinstance(index, pd.PeriodIndex):
        raise ParameterError("series: it has to be indexed by dates or periods")
    first, last = index.start_time, index.end_time.ceil("D")
    seen = (last > pd.Timestamp(window[0])) & (first < pd.Timestamp(window[1]))
    middle, wide = first + (last - first) / 2, (last - first) / pd.Timedelta(milliseconds=1)
    words = [f"{a:%-d %B %Y} to {b:%-d %B %Y}" for a, b in zip(first, index.end_time, strict=True)]
    name = str(series.name or "number")
    draft.add(
        type="bar", x=[at.to_pydatetime() for at in middle[seen]], y=[float(value) for value in series[seen]],
        yaxis="y3", width=[float(w) * 0.94 for w in wide[seen]], marker={"color": palette.SERIES, "line": {"width": 0}},
        customdata=[words for words, is_seen in zip(words, seen, strict=True) if is_seen], showlegend=False, name=name,
        hovertemplate=f"<b>%{{y:,}}</b> · {escape(name)}<br>%{{customdata}}<extra></extra>",
    )  # fmt: skip
    draft.note(
        text=f"<b>{escape(name)}</b>", xref="paper", x=0, xanchor="left", xshift=6, yref="y3 domain", y=1, yshift=16,
        font={"size": NOTE_SIZE, "color": MUTED},
    )  # fmt: skip


def _draw_keys(draft: Draft, marks: list[_Mark], undated: Sequence[Item]) -> None:
    kinds = {mark.item.kind for mark in marks} | {item.kind for item in undated}
    for key in dict.fromkeys(lane for lane in LANES if any(EVENTS[kind].lane == lane for kind in kinds)):
        marker = {"symbol": "square", "size": 11, "color": palette.LANES[key]}
        draft.add(x=[None], y=[None], mode="markers", marker=marker, name=key, legendgroup=key, legend="legend")
    soft = [mark for mark in marks if not mark.is_day and (mark.date.approximate or mark.open_start or mark.open_end)]
    hard = [mark for mark in marks if not mark.is_day and mark not in soft]
    hollow = any(not mark.real for mark in marks) or any(not item.account.actual for item in undated)
    shapes = [
        ("exact day", "circle", 1.0, any(mark.is_day for mark in marks)),
        ("some day in the bar", "square", 0.62, bool(hard)),
        ("fading: approximate or open", "square", 0.25, bool(soft)),
        ("no date", "diamond", 1.0, bool(undated)),
        ("hollow: not actual", "diamond-open", 1.0, hollow),
    ]  # fmt: skip
    for name, symbol, opacity, occurs in shapes:
        if occurs:
            marker = {
                "symbol": symbol,
                "size": 10,
                "color": HOVER_LINE,
                "opacity": opacity,
                "line": {"width": 2 if "open" in symbol else 0},
            }
            draft.add(x=[None], y=[None], mode="markers", marker=marker, name=name, legend="legend2")


def _finish(
    draft: Draft,
    timeline: Timeline,
    title: str,
    scope: str,
    window: tuple[dt.datetime, dt.datetime],
    rows: float,
    width: int,
    left: float,
    series: pd.Series[Any] | None,
) -> Chart:
    plane, day = int(rows * _ROW), 86_400_000
    lanes = plane
    if series is not None:
        plane += _GAP + _PANEL
        source = series.attrs.get("source")
        scope += f" · below: {series.name}" + (f" ({source})" if source else "")
    draft.layout.update(
        width=width,
        xaxis={
            "range": [window[0].isoformat(), window[1].isoformat()], "type": "date", "gridcolor": GRID,
            "ticks": "outside", "tickcolor": palette.AXIS, "anchor": "y" if series is None else "y3", "zeroline": False,
            "tickformatstops": [
                {"dtickrange": [None, day * 27], "value": "%-d %b\n%Y"},
                {"dtickrange": [day * 27, "M11"], "value": "%b\n%Y"},
                {"dtickrange": ["M11", None], "value": "%Y"},
            ],
            **({"dtick": day} if (window[1] - window[0]).days <= 16 else {}),
        },
        xaxis2={"range": [0, 1], "overlaying": "x", "visible": False, "fixedrange": True},
        yaxis={"range": [rows - 0.35, -0.65], "domain": [1 - lanes / plane, 1], "visible": False, "fixedrange": True},
        margin={"l": left, "r": _RIGHT},
    )  # fmt: skip
    words = "<b>Events</b> – click to hide: " if width > 1000 else "<b>Events</b>: "
    if series is not None:
        draft.layout["yaxis3"] = {**_PANEL_AXIS, "domain": [0, _PANEL / plane]}
    titles = {"legend": words, "legend2": "<b>Dates</b>: "}
    axis = 36  # room for the labels of the axis, which stand above the legends
    bottom = stack_legends(draft, titles, plane, x=10 - left, skip=axis)
    meta = {"description": _describe(timeline, title, scope)}
    return frame(draft, title, scope, plane, (left, _RIGHT, _TOP, bottom + 8), meta)


def _scope(timeline: Timeline, left_out: int) -> str:
    """What is drawn, from which sources, in which window."""
    events, sources = len({item.event_id for item in timeline.items}), sorted(timeline.published)
    listed = ", ".join(sources[:3]) + (", ..." if len(sources) > 3 else "")
    parts = [
        f"{events} event{'s' if events != 1 else ''} from "
        f"{len(sources)} source{'s' if len(sources) != 1 else ''} ({listed})"
    ]
    if timeline.start or timeline.end:
        since = f"from {say_date(timeline.start.isoformat())} " if timeline.start else ""
        until = f"to {say_date(timeline.end.isoformat())}" if timeline.end else ""
        parts.append(f"{since}{until}".strip())
    if left_out:
        parts.append(f"those that most accounts tell of; {left_out:,} more events are left out, the table has them")
    parts.append("a mark is as wide as the date is vague")
    return " · ".join(parts)


def _describe(timeline: Timeline, title: str, scope: str) -> str:
    parts = [f"Timeline. {title}. {scope}."]
    for item in timeline.items:
        when = say_date(item.date) if item.date else "no date"
        parts.append(f"{when[0].upper()}{when[1:]}: {item.title}.")
    return " ".join([*parts[:16], "A table with all accounts follows."])
