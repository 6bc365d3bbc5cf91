"""What the charts draw: asserted on the drawn objects, not on pixels."""

import dataclasses
import itertools
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libya_analysis import Tables, build_network, build_timeline, draw_network, draw_timeline, last_days, load_tables
from libya_analysis.charts import theme
from libya_analysis.charts.geometry import Edge, Node, arrange
from libya_analysis.charts.network import finding

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def graph(tables: Tables) -> Any:
    return build_network(tables, as_of="2020-01-15")


@pytest.fixture(scope="module")
def network(graph: Any) -> theme.Chart:
    return draw_network(graph)


def renamed(tables: Tables, **names: str) -> Tables:
    frames = dict(tables.frames)
    actors = frames["actors"].copy()
    actors["name"] = [names.get(a, name) for a, name in zip(actors["actor_id"], actors["name"], strict=True)]
    events = frames["events"].copy()
    events.loc[0, "title"] = names.get("event", events.loc[0, "title"])
    return dataclasses.replace(tables, frames={**frames, "actors": actors, "events": events})


# -- network


def test_the_shipped_network_is_clean(network: theme.Chart) -> None:
    measured = network.layout.meta["geometry"]
    assert measured["label_overlaps"] == 0 and measured["edges_through_nodes"] == measured["edges_outside"] == 0
    assert measured["crossings"] <= 3 and measured["labels_crossed"] <= 7


def test_every_claim_is_under_the_pointer(graph: Any, network: theme.Chart) -> None:
    shown = " ".join(trace.hovertemplate or "" for trace in network.data)
    for _, _, edge in graph.edges(data=True):
        for claim in edge["claims"]:
            assert claim.citation in shown
    assert "This won’t be forgotten" not in shown or "“" in shown


def test_what_is_not_certain_is_faint_or_not_solid(graph: Any, network: theme.Chart) -> None:
    lines = [trace for trace in network.data if trace.mode == "lines" and trace.legendgroup]
    faint = sum(trace.x.count(None) for trace in lines if trace.opacity < 1)
    expected = sum(e["holds"] == "possible" or not e["actual"] for *_, e in graph.edges(data=True))
    assert faint == expected > 0
    dotted = sum(trace.x.count(None) for trace in lines if trace.line.dash == "dot")
    assert dotted == sum(e["status"] in ("alleged", "denied") for *_, e in graph.edges(data=True)) > 0


def test_legend_filters_each_family(graph: Any, network: theme.Chart) -> None:
    groups = {theme.FAMILY_OF[kind] for *_, kind in graph.edges(data="kind")}
    entries = {trace.legendgroup for trace in network.data if trace.legend == "legend" and trace.name}
    assert groups == entries - {None}
    assert network.layout.legend.groupclick == "togglegroup"


def test_title_is_found_in_the_graph(tables: Tables, graph: Any) -> None:
    assert (
        finding(graph)
        == "Egypt and Russia back Khalifa Haftar, France possibly; Turkey backs the Government of National Accord"
    )
    assert finding(build_network(tables, kinds=["opposes"])).startswith("Nobody is said to back either side")


def test_description_names_the_camps(network: theme.Chart) -> None:
    assert "Haftar's side: Egypt" in network.description and "Ties: " in network.description


def test_same_input_same_chart(graph: Any, network: theme.Chart) -> None:
    assert draw_network(graph).to_json() == network.to_json()


def test_specification_is_small_readable_and_without_share_button(network: theme.Chart) -> None:
    bundle = network._repr_mimebundle_()
    text = json.dumps(bundle[theme.MIME])
    assert len(text) < 80_000 and "bdata" not in text
    assert "sendChartToCloud" in bundle[theme.MIME]["config"]["modeBarButtonsToRemove"]
    assert bundle["text/plain"] == network.description and set(bundle) == {theme.MIME, "text/plain"}


def test_given_positions_are_kept(graph: Any) -> None:
    chart = draw_network(graph, positions={"egypt": (150.0, 600.0)})
    nodes = next(trace for trace in chart.data if trace.name == "Haftar's side" and trace.mode == "markers")
    assert (150.0, 600.0) in zip(nodes.x, nodes.y, strict=True)


def test_camps_are_left_middle_and_right(graph: Any, network: theme.Chart) -> None:
    wide = network.layout.xaxis.range[1]
    for trace in network.data:
        if trace.name == "Haftar's side":
            assert max(trace.x) < 0.4 * wide
        if trace.name == "Tripoli's side":
            assert min(trace.x) > 0.6 * wide


def test_nothing_to_draw(tables: Tables) -> None:
    for chart in (
        draw_network(build_network(tables, known_on="2019")),
        draw_timeline(build_timeline(tables, known_on="2019")),
    ):
        assert "Nothing to draw" in chart.layout.annotations[0].text
        assert chart.description == "Nothing to draw for this selection."


@pytest.mark.parametrize("names", [{"egypt": HOSTILE, "haftar": HOSTILE, "event": HOSTILE}])
def test_names_from_tables_are_text(tables: Tables, names: dict[str, str]) -> None:
    hostile = renamed(tables, **names)
    for chart in (draw_network(build_network(hostile)), draw_timeline(build_timeline(hostile))):
        strings = list(walk(json.loads(chart.to_json())["data"])) + list(walk(json.loads(chart.to_json())["layout"]))
        shown = [text for text in strings if "onerror" in text and not text.startswith(("Network chart", "Timeline"))]
        assert shown and not [text for text in shown if "<img" in text or "<script" in text]


def walk(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


# -- geometry


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_generated_networks(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 14))
    camps = st.sampled_from(["left", "right", "undetermined"])
    nodes = [Node("left", 28, "circle", (90, 36), True), Node("right", 28, "circle", (90, 36), True)]
    shapes = st.sampled_from(["circle", "square", "diamond"])
    for _ in range(count - 2):
        wide = data.draw(st.integers(20, 130))
        nodes.append(Node(data.draw(camps), data.draw(st.integers(7, 18)), data.draw(shapes), (wide, 19)))
    ends = st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)
    edges = [Edge(*data.draw(ends), head=11) for _ in range(data.draw(st.integers(1, 2 * count)))]
    laid = arrange(nodes, edges, 1220, 700)
    assert laid.measures.label_overlaps == 0
    assert all(np.isfinite(curve).all() for curve in laid.curves) and np.isfinite(laid.positions).all()
    again = arrange(nodes, edges, 1220, 700)
    assert np.array_equal(laid.positions, again.positions) and laid.measures == again.measures


def test_edges_end_at_the_outline_of_their_nodes() -> None:
    nodes = [Node("left", 20, "square", (60, 19), True), Node("right", 20, "circle", (60, 19), True)]
    (curve,) = arrange(nodes, [Edge(0, 1, head=11)], 800, 400).curves
    assert 20 <= np.hypot(*(curve[0] - [224, 200])) <= 20 * 1.42 + 4
    assert np.hypot(*(curve[-1] - [576, 200])) == pytest.approx(20 + 4 + 11, abs=0.2)


# -- timeline


WINDOWS = ["all", "ten days"]


@pytest.fixture(params=WINDOWS)
def timeline_chart(request: pytest.FixtureRequest, tables: Tables) -> theme.Chart:
    start, end = (None, None) if request.param == "all" else last_days(tables)
    return draw_timeline(build_timeline(tables, start=start, end=end))


def test_labels_of_a_timeline_do_not_overlap(timeline_chart: theme.Chart) -> None:
    layout = timeline_chart.layout
    low, high = (np.datetime64(edge) for edge in layout.xaxis.range)
    plane = layout.width - layout.margin.l - layout.margin.r
    boxes = []
    for note in layout.annotations:
        if note.xref in ("x", None) and note.yref != "paper":
            at = (np.datetime64(note.x) - low) / (high - low) * plane + note.xshift
            wide = theme.text_width(note.text.replace("&#x27;", "'"), note.font.size)
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
    for citation in itertools.chain.from_iterable(timeline.items["citations"]):
        assert any(citation in text for text in shown)
    assert any("“72 hours later”, inferred" in text for text in shown)


def test_exact_days_are_dots_and_the_rest_bars(tables: Tables) -> None:
    timeline = build_timeline(tables)
    chart = draw_timeline(timeline)
    bars = [trace for trace in chart.data if trace.fill == "toself"]
    dates = [date for date in timeline.items["date"] if date]
    assert len(bars) == sum(not date.is_day for date in dates)
    fading = sum(trace.fillgradient.type == "horizontal" for trace in bars)
    assert fading == sum(date.approximate or date.latest is None or date.earliest is None for date in dates) == 2


def test_what_is_not_actual_is_hollow(tables: Tables) -> None:
    timeline = build_timeline(tables)
    symbols = [
        trace.marker.symbol for trace in draw_timeline(timeline).data if trace.customdata for _ in trace.customdata
    ]
    assert sum("open" in symbol for symbol in symbols) == sum(timeline.items["modality"] != "actual") > 0


def test_the_day_of_publication_is_marked(tables: Tables) -> None:
    words = [note.text for note in draw_timeline(build_timeline(tables)).layout.annotations]
    assert "source published" in words


# -- colours


def linear(color: str) -> np.ndarray:
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = xyz / [0.9505, 1, 1.089]
    f = np.where(f > 0.008856, np.cbrt(f), 7.787 * f + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


#: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
#: Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009) 1291-1298; severity 1.0.
BLINDNESS = {
    name: np.array(rows.split(), dtype=float).reshape(3, 3)
    for name, rows in {
        "none": "1 0 0  0 1 0  0 0 1",
        "protanopia": "0.152286 1.052583 -0.204868  0.114503 0.786281 0.099216  -0.003882 -0.048116 1.051998",
        "deuteranopia": "0.367322 0.860646 -0.227968  0.280085 0.672501 0.047413  -0.011820 0.042940 0.968881",
        "tritanopia": "1.255528 -0.076749 -0.178779  -0.078411 0.930809 0.147602  0.004733 0.691367 0.303900",
    }.items()
}
COLORS = [family.color for family in theme.FAMILIES.values()]


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_can_be_told_apart(kind: str) -> None:
    seen = [lab(BLINDNESS[kind] @ linear(color)) for color in COLORS]
    distance = {
        (a, b): np.linalg.norm(seen[i] - seen[j]) for (i, a), (j, b) in itertools.combinations(enumerate(COLORS), 2)
    }
    assert min(distance.values()) >= 17, sorted(distance.items(), key=lambda item: item[1])[:3]


@pytest.mark.parametrize("color", COLORS)
def test_colours_stand_out_on_white(color: str) -> None:
    luminance = linear(color) @ [0.2126, 0.7152, 0.0722]
    assert 1.05 / (luminance + 0.05) >= 3
