"""What the timeline draws: asserted on the drawn objects, not on pixels."""

import itertools

import numpy as np
import pandas as pd
import pytest

from libya_analysis import Tables, build_timeline, draw_timeline, last_days, load_tables
from libya_analysis.charts import frame
from libya_analysis.charts.text import text_width
from libya_analysis.evidence.errors import ParameterError

ARTICLE = ["moscow-truce-2020"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


WINDOWS = ["all", "ten days"]


@pytest.fixture(params=WINDOWS)
def timeline_chart(request: pytest.FixtureRequest, tables: Tables) -> frame.Chart:
    start, end = (None, None) if request.param == "all" else last_days(tables)
    return draw_timeline(build_timeline(tables, start=start, end=end))


def test_labels_of_a_timeline_do_not_overlap(timeline_chart: frame.Chart) -> None:
    layout = timeline_chart.layout
    low, high = (np.datetime64(edge) for edge in layout.xaxis.range)
    plane = layout.width - layout.margin.l - layout.margin.r
    boxes = []
    for note in layout.annotations:
        if note.xref in ("x", None) and note.yref != "paper":
            at = (np.datetime64(note.x) - low) / (high - low) * plane + note.xshift
            wide = text_width(note.text.replace("&#x27;", "'"), note.font.size)
            left = at if note.xanchor == "left" else at - wide
            boxes.append((left, left + wide, note.y))
    assert len(boxes) > 5
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] != other[2] or one[1] <= other[0] or other[1] <= one[0], (one, other)
    assert all(-layout.margin.l <= left and right <= plane + layout.margin.r for left, right, _ in boxes)


def test_every_item_is_under_the_pointer(tables: Tables) -> None:
    timeline = build_timeline(tables)
    shown = [text for trace in draw_timeline(timeline).data for text in trace.customdata or ()]
    assert len(shown) == len(timeline.items)
    for citation in itertools.chain.from_iterable(item.citations for item in timeline.items):
        assert any(citation in text for text in shown)
    assert any("“Hours later”, inferred" in text for text in shown)


def test_exact_days_are_dots_and_the_rest_bars(tables: Tables) -> None:
    timeline = build_timeline(tables, sources=ARTICLE)
    chart = draw_timeline(timeline)
    bars = [trace for trace in chart.data if trace.fill == "toself"]
    dates = [item.date for item in timeline.items if item.date]
    assert len(bars) == sum(not date.is_day for date in dates)
    fading = sum(trace.fillgradient.type == "horizontal" for trace in bars)
    assert fading == sum(date.approximate or date.latest is None or date.earliest is None for date in dates) == 2


def test_what_is_not_actual_is_hollow(tables: Tables) -> None:
    timeline = build_timeline(tables)
    symbols = [
        trace.marker.symbol for trace in draw_timeline(timeline).data if trace.customdata for _ in trace.customdata
    ]
    assert sum("open" in symbol for symbol in symbols) == sum(item.modality != "actual" for item in timeline.items) > 0


def test_the_day_of_publication_is_marked(tables: Tables) -> None:
    words = [note.text for note in draw_timeline(build_timeline(tables)).layout.annotations]
    assert "source published" in words


def test_a_series_shares_the_axis_of_time(tables: Tables) -> None:
    weeks = pd.period_range("2019-11-04", "2020-01-15", freq="W-SUN")
    series = pd.Series(range(len(weeks)), index=weeks, name="invented numbers")
    series.attrs["source"] = "a test"
    timeline = build_timeline(tables, window="year")
    chart = draw_timeline(timeline, series=series)
    (bars,) = [trace for trace in chart.data if trace.type == "bar"]
    assert len(bars.x) == len(weeks) and bars.yaxis == "y3" and bars.xaxis in (None, "x")
    assert chart.layout.yaxis3.domain[1] < chart.layout.yaxis.domain[0] and chart.layout.xaxis.anchor == "y3"
    assert "invented numbers (a test)" in chart.layout.title.subtitle.text
    first = pd.Timestamp(bars.x[0]) - pd.Timedelta(milliseconds=bars.width[0] / 2)
    assert pd.Timestamp("2019-11-04") <= first < pd.Timestamp("2019-11-05")
    with pytest.raises(ParameterError, match="one step apart"):
        draw_timeline(
            timeline, series=pd.Series([1, 2, 3], index=pd.to_datetime(["2019-01-01", "2019-01-02", "2019-05-01"]))
        )


@pytest.mark.parametrize(("window", "first"), [("all", None), ("year", "2019-01-15"), ("days", "2020-01-06")])
def test_windows_by_name(tables: Tables, window: str, first: str | None) -> None:
    timeline = build_timeline(tables, window=window)
    assert str(timeline.start or "") == (first or "")
    assert timeline.end == (last_days(tables)[1] if first else None)
