"""What the timeline draws: asserted on the drawn objects, not on pixels."""

import html
import itertools
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from libya_analysis import Tables, build_timeline, draw_timeline, last_days, load_tables
from libya_analysis.charts import frame, palette
from libya_analysis.charts.text import text_width
from libya_analysis.charts.timeline_chart import _MOST, _stretches
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.errors import ParameterError
from tests.benchmarks.growth import grow
from tests.later import of_papers

ARTICLE = ["moscow-truce-2020"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def test_in_words_each_event_is_told_once_and_in_order(tables: Tables) -> None:
    timeline = build_timeline(tables)
    words = draw_timeline(timeline, width=840).description
    titles = {item.event_id: item.title for item in timeline.items}
    assert len(titles) > 40
    assert all(len(re.findall(rf": {re.escape(title)}(?: \(\w+\))?\.", words)) == 1 for title in titles.values())
    told = [titles[event] for event in ("arab-protests", "tripoli-offensive", "ceasefire-call", "moscow-talks")]
    assert sorted(told, key=lambda title: words.index(f": {title}")) == told
    assert "no place in the order" in words


WINDOWS = ["all", "ten days"]
WIDTHS = [1240, 1040, 760, 350]


@pytest.fixture(params=list(itertools.product(WINDOWS, WIDTHS)), ids=str)
def timeline_chart(request: pytest.FixtureRequest, tables: Tables) -> frame.Chart:
    window, width = request.param
    start, end = (None, None) if window == "all" else last_days(tables)
    return draw_timeline(build_timeline(tables, start=start, end=end), width=width)


def marks_of(chart: frame.Chart) -> list[tuple[str, float, float, float]]:
    """What is under the pointer: its words, its place, and how firm it is drawn."""
    return [
        (words, x, y, 1 if trace.opacity is None else trace.opacity)
        for trace in chart.data
        for words, x, y in zip(trace.customdata or (), trace.x, trace.y, strict=False)
    ]


def names_of(chart: frame.Chart) -> dict[str, tuple[float, float]]:
    """Where each name is written, without its marks of emphasis."""
    texts = [trace for trace in chart.data if trace.mode == "text"]
    return {
        text.replace("<br>", " ").replace("<b>", "").replace("</b>", ""): (x, y)
        for trace in texts
        for text, x, y in zip(trace.text, trace.x, trace.y, strict=True)
    }


def test_labels_of_a_timeline_do_not_overlap(timeline_chart: frame.Chart) -> None:
    layout, boxes = timeline_chart.layout, []
    plane = layout.width - layout.margin.l - layout.margin.r
    for trace in timeline_chart.data:
        if trace.mode == "text":
            for text, x, y in zip(trace.text, trace.x, trace.y, strict=True):
                lines = [re.sub("<[^>]*>", "", line) for line in text.split("<br>")]
                wide = max(text_width(line, trace.textfont.size, bold="<b>" in text) for line in lines)
                boxes.append((x, x + wide, y - 7 * len(lines), y + 7 * len(lines)))
    assert len(boxes) > 5
    for one, other in itertools.combinations(boxes, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart, (one, other)
    assert all(left >= 0 and right <= plane + layout.margin.r for left, right, *_ in boxes)


def test_every_item_is_under_the_pointer(tables: Tables) -> None:
    timeline = build_timeline(tables)
    shown = {words for words, *_ in marks_of(draw_timeline(timeline))}
    assert len(shown) == len(timeline.items)
    for citation in itertools.chain.from_iterable(item.citations for item in timeline.items):
        assert any(citation in text for text in shown)
    assert any("“Hours later”, inferred" in text for text in shown)


@pytest.mark.parametrize("width", WIDTHS)
def test_each_event_has_one_row(tables: Tables, width: int) -> None:
    timeline = build_timeline(tables)
    chart = draw_timeline(timeline, width=width)
    rows: dict[str, set[float]] = {}
    for words, _, y, _ in marks_of(chart):
        rows.setdefault(words.split("</b>")[0], set()).add(y)
    assert len(rows) == len({item.event_id for item in timeline.items})
    assert all(max(ys) - min(ys) < 24 for ys in rows.values())
    names = names_of(chart)
    assert {item.title for item in timeline.items} <= {html.unescape(name) for name in names}


def test_a_sheet_has_the_events_that_most_is_told_of_and_says_how_many_more_there_are(tmp_path: Path) -> None:
    grow(tmp_path / "twice", 2)
    timeline = build_timeline(load_tables(tmp_path / "twice"))
    screen, sheet = (draw_timeline(timeline, width=width) for width in (1240, 1040))
    few, more = (
        int(re.sub(r"<.*?>", " ", chart.layout.title.subtitle.text).split("tell of; ")[1].split(" more events")[0])
        for chart in (screen, sheet)
    )
    assert few < more and len(names_of(screen)) - len(names_of(sheet)) >= more - few
    assert 900 < sheet.layout.height < 1090  # as high as letters of 6 points let it be
    assert len({item.event_id for item in timeline.items}) - more > 50


def test_other_datings_of_an_event_are_faint(tables: Tables) -> None:
    timeline = build_timeline(tables)
    told = [item for item in timeline.items if item.event_id == "january-ceasefire"]
    firm = [
        opacity for words, *_, opacity in marks_of(draw_timeline(timeline)) if words.startswith(f"<b>{told[0].title}")
    ]
    assert len(told) == 3 and sorted(set(firm)) == [0, palette.FAINT_MARK, 1] and firm.count(1) == 1


def test_on_or_before_is_an_arrow_no_longer_than_a_few_days(tables: Tables) -> None:
    timeline = build_timeline(tables)
    open_ones = [item for item in timeline.items if item.date and None in (item.date.earliest, item.date.latest)]
    assert open_ones
    arrows = [trace for trace in draw_timeline(timeline).data if trace.mode == "lines+markers"]
    ends = [pair for trace in arrows for pair in zip(trace.x[::3], trace.x[1::3], strict=True)]
    assert len(ends) == len(open_ones) and all(0 < abs(tip - bound) <= 50 for bound, tip in ends)


def test_years_are_a_strip_and_the_days_that_matter_columns_behind_a_break(tables: Tables) -> None:
    for width in WIDTHS:
        notes = draw_timeline(build_timeline(tables), width=width).layout.annotations
        named = [note for note in notes if note.text.isdigit() and int(note.text) < 32 and note.y == 0]
        days = [note.x for note in named]
        halves = [(note, text_width(note.text, note.font.size) / 2) for note in named]
        spans = [(note.x - half, note.x + half) for note, half in halves]
        assert all(one[1] < other[0] for one, other in itertools.pairwise(spans))
        assert len(days) == 14 and "<b>//</b>" in [note.text for note in notes]
        steps = {round(b - a) for a, b in itertools.pairwise(days)}
        assert max(steps) - min(steps) <= 1 and min(steps) > 14  # each day has as much room
    days_alone = draw_timeline(build_timeline(tables, window="days")).layout.annotations
    assert "<b>//</b>" not in [note.text for note in days_alone]


def test_events_without_a_date_stand_in_their_order(tables: Tables) -> None:
    chart = draw_timeline(build_timeline(tables))
    at = {name: y for name, (_, y) in names_of(chart).items()}
    order = [
        "Overthrow of Muammar Qaddafi", "Contracts worth billions of dollars abandoned",
        "Turkey threatens a major military deployment", "Putin and Erdogan call for a ceasefire",
        "Putin phones the leader of Egypt", "Haftar walks out",
        "Haftar flies towards Amman, hours later",
    ]  # fmt: skip
    assert [at[name] for name in order] == sorted(at[name] for name in order)
    assert "no date · after: Overthrow of Muammar Qaddafi" in " ".join(names_of(chart))


def test_events_of_which_no_order_is_told_have_no_place_in_time(tables: Tables) -> None:
    chart = draw_timeline(build_timeline(tables, sources=ARTICLE))
    heading = next(note.y for note in chart.layout.annotations if "no place in the order" in note.text)
    assert names_of(chart)["Peacemakers stymied by conflicting interests in Libya"][1] > heading


def test_the_title_tells_what_came_of_it_and_its_events_stand_out(tables: Tables) -> None:
    chart = draw_timeline(build_timeline(tables))
    assert "partly signed" in chart.layout.title.text
    bold = [text for trace in chart.data if trace.mode == "text" for text in trace.text if text.startswith("<b>")]
    assert len(bold) == 2 and all(text[3:-4] in chart.layout.title.text.replace("<br>", " ") for text in bold)


def test_lanes_other_than_of_kinds_are_headings(tables: Tables) -> None:
    timeline = build_timeline(tables, lanes="actor")
    headings = [note.text for note in draw_timeline(timeline).layout.annotations if note.x == 0]
    assert headings == [f"<b>{lane}</b>" for lane in timeline.lanes]


def test_a_sheet_has_the_years_beside_the_days_that_matter(tables: Tables) -> None:
    timeline = build_timeline(tables)
    chart, usual = (draw_timeline(timeline, width=width) for width in (frame.PAPER_WIDTH, frame.USUAL))
    assert chart.layout.height < 0.65 * usual.layout.height
    right = next(note.x for note in chart.layout.annotations if note.text == "<b>January 2020</b>")
    names = names_of(chart)
    left = max(x for x, _ in names.values() if x < right - 100)
    assert names["Overthrow of Muammar Qaddafi"][0] < left == names["Putin and Erdogan call for a ceasefire"][0]
    # One event that is dated in both has both behind its name, in one column.
    call = next(item for item in timeline.items if item.event_id == "january-ceasefire" and item.date)
    early = replace(call, claims=tuple(replace(claim, start=parse_date("2019-12")) for claim in call.claims))
    split = draw_timeline(replace(timeline, items=(*timeline.items, early)), width=frame.PAPER_WIDTH)
    assert split.layout.height > chart.layout.height + 200
    by_lane = draw_timeline(build_timeline(tables, lanes="actor"), width=frame.PAPER_WIDTH)
    assert by_lane.layout.height > chart.layout.height


def test_a_page_of_paper_holds_what_one_article_tells(tables: Tables) -> None:
    assert draw_timeline(build_timeline(tables, sources=ARTICLE), width=760).layout.height <= 760 * 277 / 190


def test_exact_days_are_dots_and_the_rest_bars_or_arrows(tables: Tables) -> None:
    timeline = build_timeline(tables, sources=ARTICLE)
    chart = draw_timeline(timeline)
    dates = [item.date for item in timeline.items if item.date]
    dots = [trace for trace in chart.data if trace.customdata and trace.marker.symbol == "circle" and trace.opacity]
    assert sum(len(trace.x) for trace in dots) == sum(date.is_day for date in dates)
    bars = [trace for trace in chart.data if trace.fill == "toself"]
    fading = sum(trace.fillgradient.type == "horizontal" for trace in bars)
    assert fading == sum(date.approximate for date in dates) == 1
    coarse = [date for date in dates if not date.is_day and date.earliest and date.latest]
    broken = sum(date.earliest.year < date.latest.year == 2020 for date in coarse)  # two pieces
    assert sum(len(trace.x) // 6 for trace in bars) == len(coarse) + broken


def test_what_is_not_actual_is_hollow(tables: Tables) -> None:
    timeline = build_timeline(tables)
    hollow = {
        words
        for trace in draw_timeline(timeline).data
        if trace.customdata and "open" in trace.marker.symbol
        for words in trace.customdata
    }
    assert len(hollow) == sum(item.modality != "actual" for item in timeline.items) > 0


def test_the_days_of_publication_are_counted(tables: Tables) -> None:
    chart = draw_timeline(build_timeline(tables))
    assert "Sources published" in [note.text for note in chart.layout.annotations]
    (counts,) = [trace for trace in chart.data if trace.mode == "markers+text"]
    assert sum(map(int, counts.text)) == len(build_timeline(tables).published)
    assert all(8 <= x <= chart.layout.xaxis.range[1] - 8 for x in counts.x)  # what is not inside is not drawn
    sheet = draw_timeline(build_timeline(tables), width=frame.PAPER_WIDTH)
    (found,) = [trace for trace in sheet.data if trace.mode == "markers+text"]
    assert dict(zip(found.x, found.text, strict=True))[min(found.x)] == "2"  # 1 and 1 would be read as eleven


def test_a_series_shares_the_columns_of_time(tables: Tables) -> None:
    weeks = pd.period_range("2019-11-04", "2020-01-15", freq="W-SUN")
    series = pd.Series(range(len(weeks)), index=weeks, name="invented numbers")
    series.attrs["source"] = "a test"
    timeline = build_timeline(tables, window="year")
    chart = draw_timeline(timeline, series=series)
    (bars,) = [trace for trace in chart.data if trace.type == "bar"]
    assert set(bars.y) == set(range(len(weeks))) and bars.yaxis == "y3" and bars.xaxis in (None, "x")
    assert chart.layout.yaxis3.domain[1] < chart.layout.yaxis.domain[0]
    assert "invented numbers (a test)" in chart.layout.title.subtitle.text
    spans = [(x - wide / 2, x + wide / 2) for x, wide in zip(bars.x, bars.width, strict=True)]
    assert all(one[1] <= other[0] + 0.1 for one, other in itertools.pairwise(spans))
    day = next(note.x for note in chart.layout.annotations if note.text == "14" and note.y == 0)
    assert spans[-1][0] < day < spans[-1][1]  # in the last week
    with pytest.raises(ParameterError, match="one step apart"):
        draw_timeline(
            timeline, series=pd.Series([1, 2, 3], index=pd.to_datetime(["2019-01-01", "2019-01-02", "2019-05-01"]))
        )


@pytest.mark.parametrize(("window", "first"), [("all", None), ("year", "2019-01-15"), ("days", "2020-01-06")])
def test_windows_by_name(tables: Tables, window: str, first: str | None) -> None:
    timeline = build_timeline(tables, window=window)
    assert str(timeline.start or "") == (first or "")
    assert timeline.end == (last_days(tables)[1] if first else None)


def test_years_in_which_more_begins_than_in_the_days_get_more_room(tables: Tables) -> None:
    days = ("2020-12-06", "2020-12-10", "2020-12-13")
    years = [f"{year}-0{month}-02" for year in (2021, 2022) for month in (1, 3, 5, 7)]
    told = {
        "events": [{"event_id": f"e{k}", "title": f"Event {k}", "kind": "talks"} for k in range(11)],
        "event_reports": [{"event_id": f"e{k}", "date": day} for k, day in enumerate([*days, *years])],
    }
    timeline = build_timeline(of_papers(tables, {"dusk": ("2022-10-02", told)}))
    (_, _, _, daily), (_, _, share, _) = _stretches(timeline)
    assert daily and share == _MOST
    assert [share for *_, share, _ in _stretches(build_timeline(tables))] == [0.22, 0.0, 0.08]


def test_a_month_that_begins_at_the_edge_is_named_as_far_as_there_is_room(tables: Tables) -> None:
    for width in (350, 390, 760):
        chart = draw_timeline(build_timeline(tables, start="2019-12-29", end="2020-01-08"), width=width)
        for note in chart.layout.annotations:
            if "2020</b>" in note.text or "2019</b>" in note.text:
                wide = text_width(re.sub("<.*?>", "", note.text), bold=True)
                assert note.x + wide <= chart.layout.xaxis.range[1] + 12, (width, note.text)
