"""The timeline as a chart: a row an event, marks as exact as the dates are, the days that matter as columns."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import pandas as pd

from libya_analysis.analysis.timeline import UNDATED, Item, Timeline, busiest_days, sharpest, turning_points
from libya_analysis.charts import palette
from libya_analysis.charts.frame import (
    NARROW,
    Chart,
    Draft,
    filter_title,
    for_all_screens,
    frame,
    nothing_to_draw,
    stack_legends,
)
from libya_analysis.charts.palette import CLEAR, GRID, HOVER_LINE, INK, MUTED, PAPER
from libya_analysis.charts.text import LABEL_SIZE, NOTE_SIZE, escape, fit, say_sources, shorten, text_width, wrap
from libya_analysis.evidence.claim import grouped
from libya_analysis.evidence.dates import EdtfDate, drawn_span, say_date
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.vocabulary import EVENTS, LANES
from libya_analysis.words.findings import timeline_finding
from libya_analysis.words.sentence import capital, how_many

_SIDE, _TOP = 10, 118
_GUTTER = 18  # pixels before the names, for what has no date
_HEADS = 38  # pixels above the rows for days and months, which a page keeps in view
_LABELS = 26  # pixels for the days below the rows, which stand above the legends
_ROOMY = 1100  # pixels of width from which on rows are apart: what is narrower has to be short, for a sheet of paper
_TWO, _MANY = 1000, 40  # pixels of width, and events, from which on such a sheet has two columns
_SHEET = 850  # pixels: what its rows may take, or its letters would be smaller than 6 points
_WORDS, _YEARS, _BETWEEN = (0.28, 0.27), 0.12, 24  # shares of names and years in it, and pixels between the columns
_BAR, _ARROW = 6, 44  # pixels: half the height of a bar, length of an arrow
_DAY = dt.timedelta(days=1)
_LEAST_DAY = 13  # pixels of a column that is named
_COLUMNS = 21  # days up to which all are drawn as columns
_BEFORE, _AFTER, _BREAK = 0.22, 0.08, 24  # shares of the years before and after these, and pixels between
_MOST = 0.4  # share of such years at most
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)  # months from one that is named to the next
_UNPLACED = "No date, and no place in the order"
_SYMBOLS = {"day": "circle", "none": "diamond"}
_LINES: dict[str, Any] = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
#: Items beyond which nobody can read a timeline: of more, those are drawn that most accounts tell of.
MOST_ITEMS = 150
_BELOW, _GAP = 96, 48  # pixels: height of the panel for a series, and what is free above it
_BELOW_AXIS: dict[str, Any] = {
    "rangemode": "tozero", "nticks": 4, "gridcolor": GRID, "zeroline": True, "zerolinecolor": palette.AXIS,
    "fixedrange": True, "tickfont": {"size": NOTE_SIZE}, "ticklabelposition": "inside",
}  # fmt: skip


@dataclass(frozen=True)
class _Panel:
    """A stretch of time, and where it is drawn: all places are pixels of the plane."""

    start: dt.datetime
    end: dt.datetime
    left: float
    wide: float
    daily: bool  # one column a day

    @property
    def right(self) -> float:
        return self.left + self.wide

    def at(self, moment: dt.datetime) -> float:
        """Where a moment is."""
        return round(self.left + (moment - self.start) / (self.end - self.start) * self.wide, 1)


@dataclass(frozen=True)
class _Column:
    """A part of the plane: names on its left, and behind them, or on a phone below each, their time."""

    left: float
    time: float  # where time begins
    right: float
    panels: list[_Panel]


@dataclass(frozen=True)
class _Mark:
    """One account of an event with its place: the shape of its date and the pieces of which that is made."""

    item: Item
    column: _Column
    shape: str  # day, bar, before, since, none
    pieces: list[tuple[float, float]]
    y: float
    faint: bool  # another dating of the event is told more

    @property
    def group(self) -> str:
        return _group(self.item)

    @property
    def ends(self) -> tuple[float, float]:
        """Where it begins and ends; days are drawn in the middle."""
        first, last = self.pieces[0][0], self.pieces[-1][1]
        return ((first + last) / 2,) * 2 if self.shape == "day" else (first, last)

    @property
    def look(self) -> tuple[str, bool, bool]:
        return self.group, self.item.account.actual, self.faint


@dataclass
class _Row:
    """An event: the dating that is told most, the other ones, and the accounts without a date."""

    items: list[Item]
    lines: list[str]  # of its name
    column: _Column
    aside: float = 0.0  # how far its name is from the left
    top: float = 0.0
    name: float = 0.0  # the middle of its name, and of what is drawn of it
    mark: float = 0.0

    @property
    def dated(self) -> list[Item]:
        return [item for item in self.items if item.date]

    @property
    def day(self) -> dt.date:
        """The first day that it is given, or that of its place in the order."""
        return min(item.day for item in self.dated or self.items)


def draw_timeline(
    timeline: Timeline, *, width: int | None = None, title: str | None = None, series: pd.Series[Any] | None = None
) -> Chart:
    """Draw events in time, a row each: the years as a strip, and the days on which most happens as columns.

    Exact days are dots, coarser dates bars over all the days that they can mean; bars fade where a date is approximate,
    and end in an arrow where it is open. Other datings of an event are faint. Events without a date stand at their
    place in the order that the sources give, without a place in time. What is not actual is hollow.

    Parameters
    ----------
    timeline : Timeline
        From :func:`libya_analysis.build_timeline`.
    width : int, optional
        Width of the chart in pixels; below 600, names stand above what is drawn of them. Without one it is drawn for
        a cell of JupyterLab, and for pages and phones as well.
    title : str, optional
        A headline; without it the finding that the timeline itself gives.
    series : pandas.Series, optional
        Numbers by week or month (or by any other step) to draw below, on the same axes of time; indexed by period, or
        by the first day of each. Its ``name`` says what is counted, its ``attrs["source"]`` where it is from.

    Returns
    -------
    Chart
        Its ``layout.meta`` has its ``description``.

    Raises
    ------
    ParameterError
        If the series is not indexed by dates or periods of one length.

    Examples
    --------
    >>> from libya_analysis import build_timeline, load_tables
    >>> chart = draw_timeline(build_timeline(load_tables(), sources=["moscow-truce-2020"]))
    >>> "<b>January 2020</b>" in [note.text for note in chart.layout.annotations]
    True
    """
    headline = title or timeline_finding(timeline)
    if width is None:
        return for_all_screens(partial(draw_timeline, timeline, title=headline, series=series))
    draft, size = Draft(width, _SIDE, _SIDE), 12.0 if width < _ROOMY else 12.5
    whole = timeline
    timeline, left_out = _most_told(whole, MOST_ITEMS)
    if not timeline.items:
        return nothing_to_draw(width)
    columns = _columns(timeline, draft, size, paper=series is None)
    rows, dated, tall, headings = _place(_blocks(timeline, columns, size, draft.narrow), draft, columns)
    while columns[1:] and tall > _SHEET:
        fewer, without = _most_told(whole, len(timeline.items) - max(1, int((tall - _SHEET) / 20)))
        if not fewer.items:  # one event alone, of a very long name
            break
        timeline, left_out = fewer, without
        rows, dated, tall, headings = _place(_blocks(timeline, columns, size, draft.narrow), draft, columns)
    _draw_ground(draft, columns, rows, dated, headings)
    marks = _marks(rows)
    _draw_bars(draft, marks)
    _draw_arrows(draft, marks)
    _draw_points(draft, marks)
    _draw_names(draft, rows, size, {item.event_id for item in turning_points(timeline)})
    _draw_published(draft, timeline, columns)
    _draw_keys(draft, marks)
    scope, plane = _scope(timeline, left_out), tall
    if series is not None:
        _draw_series(draft, series, columns[-1].panels)
        plane += _GAP + _BELOW
        draft.layout["yaxis3"] = {**_BELOW_AXIS, "domain": [0, _BELOW / plane]}
        source = series.attrs.get("source")
        scope += f" · below: {series.name}" + (f" ({source})" if source else "")
    draft.sheet(tall, domain=[1 - tall / plane, 1])
    titles = {"legend": filter_title("Events", width), "legend2": "<b>Dates</b>: "}
    bottom = stack_legends(draft, titles, plane, skip=max(dated + _LABELS - tall, 0))
    rests = {"sources": say_sources(sorted(timeline.published)), "day": _window(timeline), "heads": _HEADS}
    return frame(draft, headline, scope, _describe(rows, headline, scope), plane, _TOP, bottom + 8, **rests)


def _most_told(timeline: Timeline, most: int) -> tuple[Timeline, int]:
    """As much of a timeline as can be read: the events that most accounts tell of; and how many are left out."""
    if len(timeline.items) <= most:
        return timeline, 0
    events: Counter[str] = Counter()
    for item in reversed(timeline.items):
        events[item.event_id] += len(item.claims)
    datings = Counter(item.event_id for item in timeline.items)
    kept, count = set(), 0
    for event, _ in events.most_common():
        count += datings[event]
        if count > most:
            break
        kept.add(event)
    items = tuple(item for item in timeline.items if item.event_id in kept)
    lanes = tuple(lane for lane in timeline.lanes if any(item.lane == lane for item in items))
    return replace(timeline, items=items, lanes=lanes), len(events) - len(kept)


# -- what is drawn where ----------------------------------------------------------------------------------------------


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


#: A stretch of time: its first and last day, its share of the width or 0 for what the others leave, and if each day of
#: it is a column.
_Stretch = tuple[dt.date, dt.date, float, bool]


def _stretches(timeline: Timeline) -> list[_Stretch]:
    """The days on which most happens as columns, and the time before and after them as strips."""
    known = [day for item in timeline.items if item.date for day in drawn_span(item.date) if day]
    known += [date.latest for date in timeline.published.values() if date.latest]
    if not known:
        return []
    first, last = timeline.start or min(known), timeline.end or max(known)
    days = (first, last) if (last - first).days < _COLUMNS else busiest_days(timeline.items)
    if not days:
        margin = (last - first) * 0.02
        return [(first - margin, last + margin, 0.0, False)]
    low, high = max(days[0], first), min(days[1], last)
    low, high = first if (low - first).days < 4 else low, last if (last - high).days < 4 else high
    begin = [item.day for item in timeline.items if item.date]
    counts = [
        sum(day < low for day in begin),
        sum(low <= day <= high for day in begin),
        sum(day > high for day in begin),
    ]
    earlier, later = _share(_BEFORE, counts[0], counts), _share(_AFTER, counts[2], counts)
    before = [(first - (low - first) * 0.03, low - _DAY, earlier, False)] if first < low else []
    after = [(high + _DAY, last + (last - high) * 0.05, later, False)] if last > high else []
    return [*before, (low, high, 0.0, True), *after]


def _share(least: float, mine: int, counts: Sequence[int]) -> float:
    """The share of the width for some years: more than the least if more begins in them than in the days."""
    return least if mine <= counts[1] else max(least, min(mine / sum(counts), _MOST))


def _panels(stretches: list[_Stretch], left: float, right: float) -> list[_Panel]:
    """Stretches of time side by side, with a gap between them."""
    gap = _BREAK * (0.6 if right < NARROW else 1)
    room = right - left - gap * (len(stretches) - 1)
    rest = 1 - sum(share for _, _, share, _ in stretches)
    alone, at, panels = len(stretches) == 1, left, []
    for begin, end, share, daily in stretches:
        wide = round(room * (1 if alone else share or rest), 1)
        panels.append(_Panel(_midnight(begin), _midnight(end) + _DAY, at, wide, daily))
        at = round(panels[-1].right + gap, 1)
    return panels


def _ticks(panel: _Panel) -> list[tuple[dt.datetime, str]]:
    """The moments that are named: each day of columns, else as many years or months as there is room for."""
    days = (panel.end - panel.start) // _DAY
    if panel.daily:
        noons = [panel.start + _DAY * (k + 0.5) for k in range(0, days, _step(panel))]
        return [(noon, str(noon.day)) for noon in noons]
    most, first = max(panel.wide / 40, 1), panel.start.year * 12 + panel.start.month - 1
    step = next((step for step in _STEPS if days / 30.4 / step <= most), _STEPS[-1])  # months
    months = (divmod(k, 12) for k in range(first, first + days // 28 + 2) if k % step == 0)
    moments = [dt.datetime(year, month + 1, 1) for year, month in months]
    inside = [moment for moment in moments if panel.start <= moment and panel.at(moment) < panel.right - 16]
    middle = panel.start + (panel.end - panel.start) / 2
    inside = inside or [max(panel.start, dt.datetime(middle.year, 1, 1))]  # no strip is without a name
    return [(moment, str(moment.year) if step >= 12 else "<br>".join(_short(moment))) for moment in inside]


def _step(panel: _Panel) -> int:
    """Of how many columns of days one is named, so that letters stay legible."""
    return math.ceil(_LEAST_DAY / (panel.wide / ((panel.end - panel.start) // _DAY)))


def _short(moment: dt.datetime) -> tuple[str, str]:
    """A month in three letters, and its year."""
    month, year = say_date(f"{moment:%Y-%m}").split()
    return month[:3], year


def _name_of_month(moment: dt.datetime, room: float) -> str:
    """A month by as much of its name as there is room for."""
    month, year = _short(moment)
    names = say_date(f"{moment:%Y-%m}"), f"{month} {year}", month
    return next((name for name in names if text_width(name, bold=True) <= room), month)


def _by_kind(timeline: Timeline) -> bool:
    """Whether its lanes are those of kinds, which colours tell, and not headings."""
    return all(item.lane in (UNDATED, _group(item)) for item in timeline.items)


def _columns(timeline: Timeline, draft: Draft, size: float, paper: bool) -> list[_Column]:
    """Where names and time stand: the years beside the days that matter where a sheet would be too small for both."""
    stretches = _stretches(timeline)
    if draft.narrow:
        return [_Column(0, 0, draft.plane, _panels(stretches, 0, draft.plane))]
    two = paper and _TWO <= draft.width < _ROOMY and len(stretches) > 1 and not stretches[0][-1] and _by_kind(timeline)
    events = grouped((item for item in timeline.items if item.day < dt.date.max), lambda item: item.event_id).values()
    # An event that is dated in both would need both.
    two = two and len(events) > _MANY and all(len({it.day < stretches[1][0] for it in told}) == 1 for told in events)
    widest = max(text_width(item.title, size) for item in timeline.items)
    names, other = (round(_GUTTER + min(widest, share * draft.plane) + 12) for share in (_WORDS if two else (0.38, 0)))
    if not two:
        return [_Column(0, names, draft.plane, _panels(stretches, names, draft.plane))]
    middle = names + round(_YEARS * draft.plane)
    right = middle + _BETWEEN
    days = _panels(stretches[1:], right + other, draft.plane)
    return [
        _Column(0, names, middle, _panels(stretches[:1], names, middle)),
        _Column(right, right + other, draft.plane, days),
    ]


def _blocks(timeline: Timeline, columns: list[_Column], size: float, narrow: bool) -> dict[str, list[_Row]]:
    """Rows in order, under headings: of lanes, if these are not of kinds, and of what has no place in the order."""
    by_kind = _by_kind(timeline)
    rooms = [column.right - _GUTTER if narrow else column.time - column.left - _GUTTER - 8 for column in columns]
    second = columns[1].panels[0].start.date() if columns[1:] else dt.date.max
    blocks: dict[str, list[_Row]] = {heading: [] for heading in (("", _UNPLACED) if by_kind else timeline.lanes)}
    for told in grouped(timeline.items, lambda item: item.event_id).values():
        items = sorted(told, key=lambda item: (not item.date, -len(item.claims), not (item.date and item.date.is_day)))
        title = items[0].title
        placed = items[0].date or items[0].place[0] < dt.date.max
        heading = ("" if placed else _UNPLACED) if by_kind else items[0].lane
        row = _Row(items, [title], columns[0])
        room = rooms[placed and row.day >= second]
        row.lines = fit(title, room if placed or narrow else math.inf, size).split("<br>")
        blocks[heading].append(row)
    for rows in blocks.values():
        rows.sort(key=lambda row: (row.day, row.items[0].place[1]))
    return blocks


def _place(
    blocks: dict[str, list[_Row]], draft: Draft, columns: list[_Column]
) -> tuple[list[_Row], float, float, list[tuple[str, float]]]:
    """Give rows their places below that of publications; return them, where time and they end, and the headings."""
    narrow = draft.narrow
    line, free = (15, 24) if narrow else (14, 2) if columns[1:] else (15, 2.5) if draft.width < _ROOMY else (16, 6)
    y, dated, headings = 40.0 if narrow else 26.0, 0.0, []
    for heading, rows in blocks.items():
        if heading and rows:
            dated, y = (y, y + _LABELS) if heading == _UNPLACED else (0.0, y)
            headings.append((heading, y + 17))
            y += 30
        alone = heading == _UNPLACED and narrow
        high = [line * len(row.lines) + (8 if alone else free) for row in rows]
        half, begin, ends = len(rows), y, [y]
        if heading == _UNPLACED and rows:  # names alone, in two columns where there is room
            middle = (len(rows) + 1) // 2
            wide = [text_width(" ".join(row.lines), 12.5) + 2 * _GUTTER for row in rows]
            if not narrow and max(wide) + max(wide[middle:], default=0) < draft.plane + 2 * _GUTTER:
                half, aside = middle, max(wide)
                if columns[1:] and aside < columns[1].left + _GUTTER:
                    aside = columns[1].left
        elif not heading and len(columns) > 1:
            first = columns[1].panels[0].start.date()
            half, aside = sum(row.day < first for row in rows), columns[1].left
        for number, row in enumerate(rows):
            if number >= half:
                row.aside, row.column = aside, columns[-1]
            y = begin if number == half else y
            row.top = y
            y += high[number]
            row.name = row.mark = (row.top + y) / 2
            if narrow and not alone:
                row.name, row.mark = row.top + 5 + line * len(row.lines) / 2, y - 11
            ends.append(y)
        y = max(ends)
    ends = [row.mark for rows in blocks.values() for row in rows]
    return [row for rows in blocks.values() for row in rows], dated or y, max(ends) + 14, headings


def _group(item: Item) -> str:
    """What an item is filtered and coloured by: the lane of its kind, whatever the lanes of the timeline."""
    return EVENTS[item.kind].lane


def _where(date: EdtfDate, panels: list[_Panel]) -> tuple[str, list[tuple[float, float]]]:
    """The shape of a date, ``day``, ``bar``, ``before`` or ``since``, and its pieces, one in each panel."""
    low, high = drawn_span(date)
    if low and high:
        return "day" if date.is_day else "bar", _pieces(panels, _midnight(low), _midnight(high) + _DAY, 8)
    bound = _midnight(low) if low else _midnight(high or dt.date.max) + _DAY
    bound = min(max(bound, panels[0].start), panels[-1].end)
    if low:
        x = next(panel.at(bound) for panel in reversed(panels) if panel.start <= bound)
        return "since", [(x, min(x + _ARROW, panels[-1].right))]
    x = next(panel.at(bound) for panel in panels if bound <= panel.end)
    return "before", [(max(x - _ARROW, panels[0].left), x)]


def _pieces(panels: list[_Panel], first: dt.datetime, last: dt.datetime, least: float = 0) -> list[tuple[float, float]]:
    """Where a stretch of time is drawn: a piece in each panel that has part of it, at least so wide."""
    found = []
    for panel in panels:
        low, high = max(first, panel.start), min(last, panel.end)
        if low < high:
            x0, x1 = panel.at(low), panel.at(high)
            found.append((min(x0, panel.right - least), max(x1, x0 + least)))
    return found


def _marks(rows: list[_Row]) -> list[_Mark]:
    found = []
    for row in rows:
        for number, item in enumerate(row.items):
            shape, pieces, y = "none", [(row.aside, row.aside + 12)], row.name
            if item.date:
                (shape, pieces), y = _where(item.date, row.column.panels), row.mark
            found.append(_Mark(item, row.column, shape, pieces, y, faint=number > 0))
    return found


# -- drawing ----------------------------------------------------------------------------------------------------------


def _draw_ground(
    draft: Draft, columns: list[_Column], rows: list[_Row], tall: float, headings: list[tuple[str, float]]
) -> None:
    """Columns of time with their names above, rules between rows, and the break between the panels."""
    panels = [panel for column in columns for panel in column.panels]
    for panel in panels:
        if not panel.daily:
            draft.ground(palette.LANE_GROUND, panel.left, panel.right, 0, tall)
    for row in rows:
        draft.line(row.aside, row.column.right, row.top, row.top, color=palette.RULE, width=1)
    style: dict[str, Any] = {"y": 0, "yanchor": "bottom"}
    for panel in panels:
        month, font, small = "", {"size": NOTE_SIZE, "color": MUTED}, {"size": NOTE_SIZE, "color": MUTED}
        if panel.daily:  # no day runs into the next
            size = round(0.72 * _step(panel) * panel.wide / ((panel.end - panel.start) // _DAY), 1)
            font, small = {"size": min(LABEL_SIZE, size), "color": INK}, {**small, "size": min(NOTE_SIZE, size)}
        for moment, words in _ticks(panel):
            x, now = panel.at(moment), say_date(f"{moment:%Y-%m}")
            edge = panel.at(moment - _DAY / 2) if panel.daily else x
            draft.line(edge, edge, 0, tall, color=GRID, width=1)
            draft.note(text=words, x=x, yshift=2, font=font, **style)
            draft.note(text=words, x=x, y=tall, yanchor="top", font=small)
            if panel.daily and now != month:
                name = _name_of_month(moment, panel.right - edge)
                draft.note(text=f"<b>{name}</b>", x=edge, yshift=19, xanchor="left", font={"size": LABEL_SIZE}, **style)
                month = now
    for left, right in (pair for column in columns for pair in pairwise(column.panels)):
        draft.ground(PAPER, left.right, right.left, -2, tall + 2)
        for y in (0, tall):
            draft.note(text="<b>//</b>", x=(left.right + right.left) / 2, y=y, font={"size": 16, "color": MUTED})
    for heading, y in headings:
        draft.note(text=f"<b>{escape(heading)}</b>", x=0, y=y, xanchor="left", font={"size": LABEL_SIZE})


def _rgba(color: str, opacity: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:.2f})"


def _draw_bars(draft: Draft, marks: list[_Mark]) -> None:
    """Bars over all the days that dates can mean, or that they cover; they fade where a date is approximate."""
    alike: dict[tuple[str, float, bool, float], list[tuple[_Mark, float, float]]] = {}
    for number, mark in enumerate(marks):
        date = mark.item.date
        if mark.shape == "bar" and date:
            opacity = (0.66 if date.form == "interval" else 0.36) * (palette.FAINT_MARK if mark.faint else 1)
            alone = float(number) if date.approximate else -1.0
            look = mark.group, opacity, mark.item.account.actual, alone
            alike.setdefault(look, []).extend((mark, x0, x1) for x0, x1 in mark.pieces)
    for (group, opacity, real, alone), found in alike.items():
        color, xs, ys = palette.LANES[group], [], []
        for mark, x0, x1 in found:
            low, high = mark.y - _BAR, mark.y + _BAR
            xs += [x0, x1, x1, x0, x0, None]
            ys += [low, low, high, high, low, None]
        solid, clear = _rgba(color, opacity if real else 0), _rgba(color, 0)
        scale = [[0, clear], [0.3, solid], [0.7, solid], [1, clear]]
        fill = {"fillgradient": {"type": "horizontal", "colorscale": scale}} if alone >= 0 else {"fillcolor": solid}
        line = {"color": CLEAR if alone >= 0 else _rgba(color, min(2 * opacity, 1)), "width": 1 if real else 1.5}
        draft.add(x=xs, y=ys, fill="toself", line=line, legendgroup=group, **fill, **_LINES)


def _draw_arrows(draft: Draft, marks: list[_Mark]) -> None:
    """Arrows from a bound to the side on which a date is open; and lines between the datings of one event."""
    for (group, real, faint), found in grouped(
        (mark for mark in marks if mark.shape in ("before", "since")), lambda mark: mark.look
    ).items():
        xs, ys, symbols = [], [], []
        for mark in found:
            (x0, x1), ahead, panels = mark.pieces[0], mark.shape == "since", mark.column.panels
            xs += [*((x0, x1) if ahead else (x1, x0)), None]
            ys += [mark.y, mark.y, None]
            beyond = x0 == panels[0].left if ahead else x1 == panels[-1].right
            bound = "line-ew-open" if beyond else "line-ns-open"  # a bound that is not drawn has no mark
            symbols += [bound, "triangle-right" if ahead else "triangle-left", "circle"]
        color = palette.LANES[group]
        draft.add(
            x=xs, y=ys, line={"color": color, "width": 2, "dash": "solid" if real else "dot"}, legendgroup=group,
            marker={"symbol": symbols, "size": 11, "color": color, "line": {"width": 2, "color": color}},
            opacity=palette.FAINT_MARK if faint else 1, **{**_LINES, "mode": "lines+markers", "cliponaxis": False},
        )  # fmt: skip
    for group, found in grouped((mark for mark in marks if mark.item.date), lambda mark: mark.group).items():
        xs, ys = [], []
        for row in grouped(found, lambda mark: mark.item.event_id).values():
            if len(row) > 1:  # what lies on each other needs no line
                left, right = (sorted(x) for x in zip(*(mark.ends for mark in row), strict=True))
                y = row[0].y
                xs += [right[0], left[-1], None] if right[0] < left[-1] else []
                ys += [y, y, None] if right[0] < left[-1] else []
        line = {"color": palette.LANES[group], "width": 1}
        if xs:
            draft.add(x=xs, y=ys, line=line, opacity=palette.FAINT_MARK, legendgroup=group, **_LINES)


def _draw_points(draft: Draft, marks: list[_Mark]) -> None:
    """Dots for days, diamonds for what has no date, and invisible points for the pointer along all other marks."""
    for (group, real, faint), found in grouped(marks, lambda mark: mark.look).items():
        for symbol, size in (("circle", 11), ("diamond", 10), ("", 16)):
            points = [
                (x, mark.y, say_item(mark.item))
                for mark in found
                if _SYMBOLS.get(mark.shape, "") == symbol
                for piece in mark.pieces
                for x in ([sum(piece) / 2] if symbol else _along(*piece))
            ]
            if not points:
                continue
            xs, ys, words = map(list, zip(*points, strict=True))
            color = palette.LANES[group]
            line = {"width": 1, "color": PAPER} if real else {"width": 2, "color": color}
            shape = f"{symbol or 'circle'}{'' if real else '-open'}"
            marker = {"symbol": shape, "size": size, "color": color, "line": line}
            draft.add(
                x=xs, y=ys, customdata=words, mode="markers", name=group, legendgroup=group, showlegend=False,
                hovertemplate="%{customdata}<extra></extra>", cliponaxis=False, marker=marker,
                opacity=0 if not symbol else palette.FAINT_MARK if faint else 1,
            )  # fmt: skip


def _along(x0: float, x1: float) -> list[float]:
    """Points along a line, close enough to each other for the pointer."""
    count = max(int((x1 - x0) / 28), 1)
    return [round(x0 + (x1 - x0) * (k + 0.5) / count, 1) for k in range(count)]


def _draw_names(draft: Draft, rows: list[_Row], size: float, told: set[str]) -> None:
    """The names of the events, those that the title tells of in bold; without a date what is said of their order."""
    for group, found in grouped(rows, lambda row: _group(row.items[0])).items():
        words = []
        for row in found:
            item, name = row.items[0], "<br>".join(row.lines)
            words.append((row.aside + _GUTTER, row.name, f"<b>{name}</b>" if item.event_id in told else name))
            if row.mark != row.name or (not draft.narrow and not row.dated and item.place[0] < dt.date.max):
                x = row.column.time or _GUTTER
                room, order = row.column.right - x - 4, item.order.split("; ")[0]
                said = f"no date · {order}" if order else "no date"
                said = shorten(order, room, size) if order and text_width(said, size) > room else said
                if not row.dated:
                    words.append((x, row.mark, f'<span style="color:{MUTED}"><i>{escape(said)}</i></span>'))
        draft.write(words, size, legendgroup=group)


def _draw_published(draft: Draft, timeline: Timeline, columns: list[_Column]) -> None:
    """A row for the sources: how many were published on which day, the days of years taken together."""
    counts: Counter[float] = Counter()
    for noon in (_midnight(date.latest) + _DAY / 2 for date in timeline.published.values() if date.latest):
        for panel in (panel for column in columns for panel in column.panels):
            if panel.start <= noon < panel.end:
                x = panel.at(noon)
                each = panel.wide / max(panel.wide // 26, 1)  # of years taken together, so that numbers stand apart
                counts[x if panel.daily else round(panel.left + each * ((x - panel.left) // each + 0.5), 1)] += 1
    if counts:
        y = 12
        draft.note(text="Sources published", x=_GUTTER, y=y, xanchor="left", font={"size": NOTE_SIZE, "color": MUTED})
        draft.add(
            x=list(counts), y=[y + 17 if draft.narrow else y] * len(counts), text=[str(n) for n in counts.values()],
            mode="markers+text", textfont={"size": NOTE_SIZE, "color": INK}, hoverinfo="skip", showlegend=False,
            marker={"symbol": "square", "size": 16, "color": GRID}, cliponaxis=False,
        )  # fmt: skip


def _draw_series(draft: Draft, series: pd.Series[Any], panels: list[_Panel]) -> None:
    """Bars of a series in a panel of its own, each as wide as its week or month."""
    index = series.index
    if isinstance(index, pd.DatetimeIndex):
        step = index.freqstr or pd.infer_freq(index)
        if step is None:
            raise ParameterError("series: its dates are not a week, a month or another one step apart")
        index = index.to_period(str(step).removesuffix("S").removesuffix("E") or "M")
    if not isinstance(index, pd.PeriodIndex):
        raise ParameterError("series: it has to be indexed by dates or periods")
    name = str(series.name or "number")
    first, last = index.start_time.to_pydatetime(), index.end_time.ceil("D").to_pydatetime()
    bars = [
        ((x0 + x1) / 2, (x1 - x0) * 0.94, float(value), f"{a:%-d %B %Y} to {b - _DAY:%-d %B %Y}")
        for a, b, value in zip(first, last, series, strict=True)
        for x0, x1 in _pieces(panels, a, b)
    ]
    xs, widths, ys, words = map(list, zip(*bars, strict=True)) if bars else ([], [], [], [])
    draft.add(
        type="bar", x=xs, y=ys, width=widths, yaxis="y3", marker={"color": palette.SERIES, "line": {"width": 0}},
        showlegend=False, name=name, customdata=words,
        hovertemplate=f"<b>%{{y:,}}</b> · {escape(name)}<br>%{{customdata}}<extra></extra>",
    )  # fmt: skip
    draft.note(
        text=f"<b>{escape(name)}</b>", xref="paper", x=0, xanchor="left", xshift=6, yref="y3 domain", y=1, yshift=12,
        font={"size": NOTE_SIZE, "color": MUTED},
    )  # fmt: skip


def _draw_keys(draft: Draft, marks: list[_Mark]) -> None:
    groups, shapes = {mark.group for mark in marks}, {mark.shape for mark in marks}
    for group in (lane for lane in LANES if lane in groups):
        marker = {"symbol": "square", "size": 11, "color": palette.LANES[group]}
        draft.key("legend", group, mode="markers", marker=marker, legendgroup=group)
    bars = [mark.item.date for mark in marks if mark.shape == "bar" and mark.item.date]
    forms = {(date.form == "interval", date.approximate) for date in bars}
    keys = [
        ("that day", "circle", 1.0, "day" in shapes),
        ("some day of these", "square", 0.4, (False, False) in forms),
        ("all these days", "square", 0.8, (True, False) in forms),
        ("fading: about then", "square", 0.25, any(approximate for _, approximate in forms)),
        ("then or before", "triangle-left", 1.0, "before" in shapes),
        ("since then", "triangle-right", 1.0, "since" in shapes),
        ("no date, in its order", "diamond", 1.0, "none" in shapes),
        ("faint: another dating", "circle", palette.FAINT_MARK, any(mark.faint for mark in marks)),
        ("hollow: not actual", "circle-open", 1.0, not all(mark.item.account.actual for mark in marks)),
    ]
    for name, symbol, opacity, occurs in keys:
        if occurs:
            line = {"width": 2 if "open" in symbol else 0}
            marker = {"symbol": symbol, "size": 10, "color": HOVER_LINE, "opacity": opacity, "line": line}
            draft.key("legend2", name, mode="markers", marker=marker)


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


def _window(timeline: Timeline) -> str:
    """The days that were asked for."""
    since = f"from {say_date(timeline.start.isoformat())} " if timeline.start else ""
    return f"{since}{f'to {say_date(timeline.end.isoformat())}' if timeline.end else ''}".strip()


def _scope(timeline: Timeline, left_out: int) -> str:
    """What is drawn, from which sources, in which window."""
    events = how_many(len({item.event_id for item in timeline.items}), "event")
    parts = [f"{events} from {say_sources(sorted(timeline.published))}", *filter(None, [_window(timeline)])]
    if left_out:
        parts.append(f"those that most accounts tell of; {left_out:,} more events are left out, the table has them")
    parts.append("a mark is as wide as the date is vague")
    return " · ".join(parts)


def _describe(rows: list[_Row], title: str, scope: str) -> str:
    """A timeline in words, for those who do not see it: each event once, in the order in which they are drawn."""
    parts = [f"Timeline. {title}. {scope}."]
    for row in rows:
        dates = " or ".join(dict.fromkeys(map(say_date, sharpest(item.date for item in row.items))))
        order = "" if row.items[0].place[0] < dt.date.max else ", and no place in the order"
        real = "" if any(item.account.actual for item in row.items) else f" ({row.items[0].modality})"
        parts.append(f"{capital(dates or f'no date{order}')}: {row.items[0].title}{real}.")
    return " ".join([*parts, "A table with all accounts follows."])
