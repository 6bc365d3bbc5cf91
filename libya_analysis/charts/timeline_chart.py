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
from libya_analysis.charts.frame import NARROW, Chart, Draft, filter_title, frame, nothing_to_draw, stack_legends
from libya_analysis.charts.palette import GRID, HOVER_LINE, INK, KEY_LINE, MUTED, PAPER
from libya_analysis.charts.text import LABEL_SIZE, NOTE_SIZE, escape, say_sources, shorten, text_width, wrap
from libya_analysis.evidence.dates import EdtfDate, drawn_span, say_date
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.vocabulary import EVENTS, LANES
from libya_analysis.words.findings import timeline_finding
from libya_analysis.words.sentence import capital, how_many

_TEXT = 12.5
_ROW, _LANE_GAP, _BAR = 24, 0.5, 0.26
_RIGHT, _TOP = 26, 104
_LABELS = 36  # pixels for the labels of the axis, which stand above the legends
_DAY = dt.timedelta(days=1)
#: Items beyond which nobody can read a timeline: of more, those are drawn that most accounts tell of.
MOST_ITEMS = 150
_PANEL, _GAP = 96, 26  # pixels: height of the second panel, and what is free above it
_PANEL_AXIS: dict[str, Any] = {
    "rangemode": "tozero", "nticks": 4, "gridcolor": GRID, "zeroline": True, "zerolinecolor": palette.AXIS,
    "fixedrange": True, "tickfont": {"size": NOTE_SIZE},
}  # fmt: skip


@dataclass(frozen=True)
class _Time:
    """The axis of time: its first and last moment, and its length in pixels."""

    start: dt.datetime
    end: dt.datetime
    wide: float

    def at(self, moment: dt.datetime) -> float:
        """Where a moment is, in pixels."""
        return (moment - self.start) / _DAY * (self.wide / max((self.end - self.start) / _DAY, 1))


@dataclass
class _Mark:
    """One dated item with its place: drawn span in time and pixels, row, side of the label, text."""

    item: Item
    is_day: bool
    first: dt.datetime
    last: dt.datetime
    fades_in: bool  # where it begins is not known, or approximate
    fades_out: bool
    x0: float
    x1: float
    label: str
    side: str
    row: float = 0.0

    @property
    def middle(self) -> dt.datetime:
        return self.first + (self.last - self.first) / 2


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

    Raises
    ------
    ParameterError
        If the series is not indexed by dates or periods of one length.

    Examples
    --------
    >>> from libya_analysis import build_timeline, load_tables
    >>> draw_timeline(build_timeline(load_tables(), sources=["moscow-truce-2020"])).layout.title.text
    '<b>6 of 32 events are dated to the day, 19 have no date</b>'
    """
    headline = title or timeline_finding(timeline)
    timeline, left_out = _most_told(timeline)
    items = timeline.items
    if not items:
        return nothing_to_draw(width)
    beside = max(text_width(lane, LABEL_SIZE, bold=True) for lane in timeline.lanes) + 30
    draft = Draft(width, 12 if width < NARROW else beside, _RIGHT)  # on a phone lanes are named above their rows
    time = _Time(*_window(timeline), draft.plane)
    published = _publications(timeline, time)
    lines = [time.at(noon) for noon in published]
    marks = [_mark(item, item.date, time, lines) for item in items if item.date]
    undated = [item for item in items if not item.date]
    bands, rows = _rows(marks, timeline.lanes, len(undated), draft.narrow)
    _draw_lanes(draft, bands)
    _draw_bars(draft, [mark for mark in marks if not mark.is_day], time)
    _draw_dots(draft, marks)
    _draw_labels(draft, marks)
    _draw_undated(draft, undated, bands.get(UNDATED, (0, 0))[0] + draft.narrow)
    _draw_published(draft, published, time, bands.get(UNDATED, (rows, rows))[0])
    _draw_keys(draft, marks, undated)
    lanes, scope = int(rows * _ROW), _scope(timeline, left_out)
    plane = lanes
    if series is not None:
        _draw_series(draft, series, time)
        plane += _GAP + _PANEL
        draft.layout["yaxis3"] = {**_PANEL_AXIS, "domain": [0, _PANEL / plane]}
        source = series.attrs.get("source")
        scope += f" · below: {series.name}" + (f" ({source})" if source else "")
    draft.layout.update(
        xaxis={**_time_axis(time), "anchor": "y" if series is None else "y3"},
        xaxis2={"range": [0, 1], "overlaying": "x", "visible": False, "fixedrange": True},
        yaxis={"range": [rows - 0.35, -0.65], "domain": [1 - lanes / plane, 1], "visible": False, "fixedrange": True},
    )
    titles = {"legend": filter_title("Events", width), "legend2": "<b>Dates</b>: "}
    bottom = stack_legends(draft, titles, plane, x=10 - draft.left, skip=_LABELS)
    return frame(draft, headline, scope, _describe(timeline, headline, scope), plane, _TOP, bottom + 8)


def _time_axis(time: _Time) -> dict[str, Any]:
    day = 86_400_000  # milliseconds
    steps = [
        {"dtickrange": [None, day * 27], "value": "%-d %b\n%Y"},
        {"dtickrange": [day * 27, "M11"], "value": "%b\n%Y"},
        {"dtickrange": ["M11", None], "value": "%Y"},
    ]
    return {
        "range": [time.start.isoformat(), time.end.isoformat()], "type": "date", "gridcolor": GRID, "ticks": "outside",
        "tickcolor": palette.AXIS, "zeroline": False, "tickformatstops": steps,
        **({"dtick": day} if (time.end - time.start).days <= 16 else {}),
    }  # fmt: skip


def _most_told(timeline: Timeline) -> tuple[Timeline, int]:
    """As much of a timeline as can be read: the events that most accounts tell of; and how many are left out."""
    if len(timeline.items) <= MOST_ITEMS:
        return timeline, 0
    events: Counter[str] = Counter()
    for item in reversed(timeline.items):
        events[item.event_id] += len(item.claims)
    datings = Counter(item.event_id for item in timeline.items)
    kept, count = set(), 0
    for event, _ in events.most_common():
        count += datings[event]
        if count > MOST_ITEMS:
            break
        kept.add(event)
    items = tuple(item for item in timeline.items if item.event_id in kept)
    lanes = tuple(lane for lane in timeline.lanes if any(item.lane == lane for item in items))
    return replace(timeline, items=items, lanes=lanes), len(events) - len(kept)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _window(timeline: Timeline) -> tuple[dt.datetime, dt.datetime]:
    """First and last moment to draw: what was asked for, or all that is dated and the publication, with a margin."""
    known = [day for item in timeline.items if item.date for day in drawn_span(item.date) if day]
    known += [date.latest for date in timeline.published.values() if date.latest]
    first, last = timeline.start or min(known), timeline.end or max(known)
    margin = (last - first) * 0.02 + _DAY / 2
    low = _midnight(first) - (_DAY / 4 if timeline.start else margin)
    return low, _midnight(last) + _DAY + (_DAY / 4 if timeline.end else margin)


def _mark(item: Item, date: EdtfDate, time: _Time, lines: list[float]) -> _Mark:
    """Where an item is drawn; ``lines`` are those of days of publication, in pixels."""
    low, high = drawn_span(date)
    first = max(_midnight(low), time.start) if low else time.start
    last = min(_midnight(high) + _DAY, time.end) if high else time.end
    x0, x1 = time.at(first), time.at(last)
    if date.is_day:
        x0 = x1 = (x0 + x1) / 2
    elif x1 - x0 < 10:
        x1 = x0 + 10
    label = item.title if item.datings == 1 else f"{item.title} (one of {item.datings} datings)"
    room = text_width(label, _TEXT) + 14
    right, left = x1 + room < time.wide, x0 - room > 0
    side = "inside" if x1 - x0 > room + 4 else "right" if right or not left else "left"
    if side == "right" and any(x1 - 4 < line < x1 + room + 4 for line in lines) and left:
        side = "left"  # a label is not written across a line of publication if there is another place
    if side != "inside" and room > time.wide - x1 and room > x0:
        side = "right" if time.wide - x1 > x0 else "left"
        label = _shorten(label, max(time.wide - x1, x0) - 14)
    fades_in, fades_out = date.approximate or low is None, date.approximate or high is None
    return _Mark(item, date.is_day, first, last, fades_in, fades_out, x0, x1, label, side)


def _rows(
    marks: list[_Mark], lanes: tuple[str, ...], undated: int, narrow: bool
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
        count = len(taken) if lane != UNDATED else undated if narrow else (undated + 1) // 2
        bands[lane] = (top, top + max(count, 1) + narrow)
        top = bands[lane][1] + _LANE_GAP
    return bands, top - _LANE_GAP


def _draw_lanes(draft: Draft, bands: dict[str, tuple[float, float]]) -> None:
    for number, (lane, (top, bottom)) in enumerate(bands.items()):
        layer = "between" if lane == UNDATED else "below"  # no grid of time where there is no time
        draft.ground(palette.LANE_GROUNDS[number % 2], 0, 1, top - 0.65, bottom - 0.35, xref="paper", layer=layer)
        y, anchor, shift = (top, "left", 4) if draft.narrow else ((top + bottom - 1) / 2, "right", -12)
        name, font = f"<b>{escape(lane)}</b>", {"size": LABEL_SIZE}
        draft.note(xref="paper", x=0, y=y, xanchor=anchor, xshift=shift, text=name, font=font)


def _group(item: Item) -> str:
    """What an item is filtered and coloured by: the lane of its kind, whatever the lanes of the timeline."""
    return EVENTS[item.kind].lane


def _rgba(color: str, opacity: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _draw_bars(draft: Draft, marks: list[_Mark], time: _Time) -> None:
    """Bars over all the days that dates can mean: hard ends are known bounds, fading ones are not."""
    quiet: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    ends: dict[str, tuple[list[dt.datetime | None], list[float | None]]] = {}
    for mark in marks:
        group = _group(mark.item)
        opacity = (0.30 if mark.side == "inside" else 0.62) * (1 if mark.item.account.actual else 0.5)
        solid, clear = _rgba(palette.LANES[group], opacity), _rgba(palette.LANES[group], 0)
        fill: dict[str, Any] = {"fillcolor": solid}
        if mark.fades_in or mark.fades_out:
            start, end = clear if mark.fades_in else solid, clear if mark.fades_out else solid
            colors = [[0, start], [0.3, solid], [0.7, solid], [1, end]]
            fill = {"fillgradient": {"type": "horizontal", "colorscale": colors}}
        first, last = mark.first, max(mark.last, mark.first + _DAY / 8)
        low, high = mark.row - _BAR, mark.row + _BAR
        draft.add(
            x=[first, last, last, first, first], y=[low, low, high, high, low], line={"width": 0}, fill="toself",
            legendgroup=group, **quiet, **fill,
        )  # fmt: skip
        known = [first] if not mark.fades_in and first > time.start else []
        known += [last] if not mark.fades_out and last < time.end else []
        for at in known:
            xs, ys = ends.setdefault(group, ([], []))
            xs += [at, at, None]
            ys += [low, high, None]
    for group, (xs, ys) in ends.items():
        draft.add(x=xs, y=ys, line={"color": palette.LANES[group], "width": 2}, legendgroup=group, **quiet)


def _draw_points(draft: Draft, group: str, symbol: str, real: bool, looks: dict[str, int], **points: Any) -> None:
    """Symbols of a group, hollow if what they stand for is not actual; their ``customdata`` is for the pointer."""
    color = palette.LANES[group]
    line = {"width": 1, "color": PAPER} if real else {"width": 2, "color": color}
    marker = {"symbol": symbol if real else f"{symbol}-open", "color": color, "line": line, **looks}
    draft.add(
        mode="markers", name=group, legendgroup=group, showlegend=False, hovertemplate="%{customdata}<extra></extra>",
        marker=marker, **points,
    )  # fmt: skip


def _draw_dots(draft: Draft, marks: list[_Mark]) -> None:
    """Dots for days, and invisible points for the pointer in the middle of bars."""
    alike: dict[tuple[str, bool, bool], list[_Mark]] = {}
    for mark in marks:
        alike.setdefault((_group(mark.item), mark.is_day, mark.item.account.actual), []).append(mark)
    for (group, is_day, real), found in alike.items():
        looks = {"size": 11, "opacity": 1} if is_day else {"size": 18, "opacity": 0}
        xs, ys = [mark.middle for mark in found], [mark.row for mark in found]
        words = [say_item(mark.item) for mark in found]
        _draw_points(draft, group, "circle", real, looks, x=xs, y=ys, customdata=words)


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
        at = mark.middle if mark.is_day else mark.last if mark.side == "right" else mark.first
        shift = {"inside": 7, "right": 9, "left": -9}[mark.side]
        draft.note(
            x=at, y=mark.row, text=escape(mark.label), xshift=shift, xanchor="right" if mark.side == "left" else "left",
            font={"size": _TEXT, "color": INK},
        )  # fmt: skip


def _draw_undated(draft: Draft, items: Sequence[Item], top: float) -> None:
    """Events without a date, each with what the sources say of its order, in two columns read downwards."""
    per_column = len(items) if draft.narrow else (len(items) + 1) // 2
    room = draft.plane - 30 if draft.narrow else draft.plane / 2 - 40
    alike: dict[tuple[str, bool], list[tuple[float, float, str]]] = {}
    for number, item in enumerate(items):
        column, row = divmod(number, per_column)
        title = _shorten(item.title, room)
        rest = room - text_width(title, _TEXT) - 16
        order = _shorten(item.order.split(";")[0].replace(": ", " ", 1), rest) if rest > 60 and item.order else ""
        x = 12 / draft.plane + column * 0.5
        alike.setdefault((_group(item), item.account.actual), []).append((x, top + row, say_item(item)))
        draft.note(
            xref="x2", x=x, y=top + row, xanchor="left", xshift=11, font={"size": _TEXT, "color": INK},
            text=f'{escape(title)}  <span style="color:{MUTED}">{escape(order)}</span>',
        )  # fmt: skip
    for (group, real), found in alike.items():
        xs, ys, words = map(list, zip(*found, strict=True))
        _draw_points(draft, group, "diamond", real, {"size": 10}, x=xs, y=ys, customdata=words, xaxis="x2")


def _shorten(text: str, room: float) -> str:
    return shorten(text, room, _TEXT, spare=4.5)


def _publications(timeline: Timeline, time: _Time) -> dict[dt.datetime, int]:
    """Noon of each day drawn on which sources were published, with their number."""
    noons = Counter(_midnight(date.latest) + _DAY / 2 for date in timeline.published.values() if date.latest)
    return {noon: noons[noon] for noon in sorted(noons) if time.start < noon < time.end}


def _draw_published(draft: Draft, published: dict[dt.datetime, int], time: _Time, bottom: float) -> None:
    """A line on each day of publication through the dated lanes, labelled above them."""
    written = -math.inf
    for noon, count in published.items():
        draft.line(noon, noon, -0.65, bottom - 0.65, color=KEY_LINE, width=1, dash="dot")
        words = "source published" if count == 1 else f"{count} sources published"
        wide, left = text_width(words, NOTE_SIZE) + 10, time.at(noon)
        anchor = "right" if left + wide > time.at(time.end) else "left"
        low, high = (left - wide, left) if anchor == "right" else (left, left + wide)
        if low < written:
            continue  # lines that stand close together share the words of the first
        written = high
        font = {"size": NOTE_SIZE, "color": MUTED}
        draft.note(x=noon, xref="x", y=1, yref="paper", yanchor="bottom", xanchor=anchor, text=words, font=font)


def _draw_series(draft: Draft, series: pd.Series[Any], time: _Time) -> None:
    """Bars of a series in a panel of its own, each as wide as its week or month."""
    index = series.index
    if isinstance(index, pd.DatetimeIndex):
        step = index.freqstr or pd.infer_freq(index)
        if step is None:
            raise ParameterError("series: its dates are not a week, a month or another one step apart")
        index = index.to_period(str(step).removesuffix("S").removesuffix("E") or "M")
    if not isinstance(index, pd.PeriodIndex):
        raise ParameterError("series: it has to be indexed by dates or periods")
    seen = (index.end_time.ceil("D") > pd.Timestamp(time.start)) & (index.start_time < pd.Timestamp(time.end))
    index, values = index[seen], series[seen]
    first, last = index.start_time, index.end_time.ceil("D")
    name = str(series.name or "number")
    draft.add(
        type="bar", x=[at.to_pydatetime() for at in first + (last - first) / 2], y=[float(value) for value in values],
        width=[float(wide) * 0.94 for wide in (last - first) / pd.Timedelta(milliseconds=1)], yaxis="y3",
        marker={"color": palette.SERIES, "line": {"width": 0}}, showlegend=False, name=name,
        customdata=[f"{a:%-d %B %Y} to {b:%-d %B %Y}" for a, b in zip(first, index.end_time, strict=True)],
        hovertemplate=f"<b>%{{y:,}}</b> · {escape(name)}<br>%{{customdata}}<extra></extra>",
    )  # fmt: skip
    draft.note(
        text=f"<b>{escape(name)}</b>", xref="paper", x=0, xanchor="left", xshift=6, yref="y3 domain", y=1, yshift=16,
        font={"size": NOTE_SIZE, "color": MUTED},
    )  # fmt: skip


def _draw_keys(draft: Draft, marks: list[_Mark], undated: Sequence[Item]) -> None:
    items = [*(mark.item for mark in marks), *undated]
    groups = {_group(item) for item in items}
    for group in (lane for lane in LANES if lane in groups):
        marker = {"symbol": "square", "size": 11, "color": palette.LANES[group]}
        draft.key("legend", group, mode="markers", marker=marker, legendgroup=group)
    soft = [mark.fades_in or mark.fades_out for mark in marks if not mark.is_day]
    shapes = [
        ("exact day", "circle", 1.0, any(mark.is_day for mark in marks)),
        ("some day in the bar", "square", 0.62, not all(soft)),
        ("fading: approximate or open", "square", 0.25, any(soft)),
        ("no date", "diamond", 1.0, bool(undated)),
        ("hollow: not actual", "diamond-open", 1.0, not all(item.account.actual for item in items)),
    ]
    for name, symbol, opacity, occurs in shapes:
        if occurs:
            line = {"width": 2 if "open" in symbol else 0}
            marker = {"symbol": symbol, "size": 10, "color": HOVER_LINE, "opacity": opacity, "line": line}
            draft.key("legend2", name, mode="markers", marker=marker)


def _scope(timeline: Timeline, left_out: int) -> str:
    """What is drawn, from which sources, in which window."""
    events = how_many(len({item.event_id for item in timeline.items}), "event")
    parts = [f"{events} from {say_sources(sorted(timeline.published))}"]
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
        parts.append(f"{capital(when)}: {item.title}.")
    return " ".join([*parts[:16], "A table with all accounts follows."])
