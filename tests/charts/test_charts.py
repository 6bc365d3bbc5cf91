"""What the charts draw: asserted on the drawn objects, not on pixels."""

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libya_analysis import (
    Ceasefire,
    Tables,
    build_ceasefire,
    build_network,
    build_timeline,
    draw_ceasefire,
    draw_matrix,
    draw_network,
    draw_timeline,
    last_days,
    load_tables,
)
from libya_analysis.charts import ceasefire_chart, frame
from libya_analysis.charts.network_chart import kept
from libya_analysis.charts.network_chart.arrange import arrange
from libya_analysis.charts.network_chart.geometry import Edge, Node
from libya_analysis.charts.network_chart.scene import set_scene
from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.vocabulary import PARTS
from libya_analysis.words.findings import finding

CAMPS = ({"id": "one", "name": "One side", "anchor": "a0"}, {"id": "other", "name": "Other side", "anchor": "a1"})
ARTICLE = ["moscow-truce-2020"]
DESCRIPTIONS = ("Network chart", "Timeline", "Signed adjacency", "Ceasefire board")
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(1)</script>"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def graph(tables: Tables) -> Any:
    return build_network(tables, as_of="2020-01-15", sources=ARTICLE)


@pytest.fixture(scope="module")
def network(graph: Any) -> frame.Chart:
    return draw_network(graph)


def renamed(tables: Tables, **names: str) -> Tables:
    frames = dict(tables.frames)
    actors = frames["actors"].copy()
    actors["name"] = [names.get(a, name) for a, name in zip(actors["actor_id"], actors["name"], strict=True)]
    events = frames["events"].copy()
    events.loc[0, "title"] = names.get("event", events.loc[0, "title"])
    return dataclasses.replace(tables, frames={**frames, "actors": actors, "events": events})


# -- network


def test_the_shipped_network_is_clean(network: frame.Chart) -> None:
    measured = network.layout.meta["geometry"]
    assert measured["label_overlaps"] == 0 and measured["edges_through_nodes"] == 0
    assert measured["crossings"] <= 3 and measured["labels_crossed"] <= 4


def test_every_claim_is_under_the_pointer(graph: Any, network: frame.Chart) -> None:
    shown = " ".join(trace.hovertext for trace in network.data if isinstance(trace.hovertext, str))
    for _, _, edge in graph.edges(data=True):
        for claim in edge["claims"]:
            assert claim.citation in shown
    assert "This won’t be forgotten" not in shown or "“" in shown


def test_what_is_not_certain_is_faint_or_not_solid(graph: Any, network: frame.Chart) -> None:
    lines = [trace for trace in network.data if trace.mode == "lines" and trace.legendgroup]
    faint = sum(trace.x.count(None) for trace in lines if trace.opacity < 1)
    expected = sum(e["holds"] == "possible" or not e["actual"] for *_, e in graph.edges(data=True))
    assert faint == expected > 0
    dotted = sum(trace.x.count(None) for trace in lines if trace.line.dash == "dot")
    assert dotted == sum(e["status"] in ("alleged", "denied") for *_, e in graph.edges(data=True)) > 0


def test_legend_filters_each_family(graph: Any, network: frame.Chart) -> None:
    groups = {frame.FAMILY_OF[kind] for *_, kind in graph.edges(data="kind")}
    entries = [trace for trace in network.data if trace.legendgroup and trace.showlegend is not False]
    assert groups == {trace.legendgroup for trace in entries}
    for trace in entries:
        legend = network.layout[trace.legend]
        assert legend.groupclick in (None, "togglegroup") and legend.itemclick is not False


def test_title_is_found_in_the_graph(tables: Tables, graph: Any) -> None:
    assert (
        finding(graph)
        == "Egypt and Russia back Khalifa Haftar, France possibly; Turkey backs the Government of National Accord"
    )
    assert finding(build_network(tables, kinds=["opposes"])).startswith("Nobody is said to back either side")


def test_description_names_the_camps(network: frame.Chart) -> None:
    assert "Haftar's side: Egypt" in network.description and "Ties: " in network.description


def test_same_input_same_chart(graph: Any, network: frame.Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.CACHE_VARIABLE, "")
    assert draw_network(graph).to_json() == network.to_json()


def test_kept_layouts_are_those_that_would_be_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes, edges = _ring(8)
    monkeypatch.setenv(kept.CACHE_VARIABLE, "")
    computed = kept.arrange_once(nodes, edges, 1000, {})
    monkeypatch.setenv(kept.CACHE_VARIABLE, str(tmp_path / "new"))
    for _ in range(2):
        assert _plain(kept.arrange_once(nodes, edges, 1000, {})) == _plain(computed)
    monkeypatch.setattr(kept, "arrange", None)  # nothing can be computed now
    assert _plain(kept.arrange_once(nodes, edges, 1000, {})) == _plain(computed)
    with pytest.raises(AttributeError):
        kept.arrange_once(nodes, edges, 1001, {})
    assert [path.suffix for path in (tmp_path / "new").iterdir()] == [".json"]


@pytest.mark.parametrize("content", ["", "{}", '{"positions": 1', "[]"])
def test_a_kept_layout_that_is_not_whole_is_computed_again(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(kept.CACHE_VARIABLE, str(tmp_path))
    nodes, edges = _ring(4)
    computed = kept.arrange_once(nodes, edges, 1000, {})
    (path,) = tmp_path.iterdir()
    path.write_text(content, encoding="utf-8")
    assert _plain(kept.arrange_once(nodes, edges, 1000, {})) == _plain(computed)
    assert json.loads(path.read_text(encoding="utf-8"))


def test_kept_layouts_do_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setattr(kept, "MOST", 2)
    nodes, edges = _ring(4)
    for width in (900, 1000, 1100, 1200):
        kept.arrange_once(nodes, edges, width, {})
    assert len(list(tmp_path.iterdir())) == 2


def test_where_nothing_can_be_kept_it_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv(kept.CACHE_VARIABLE, str(tmp_path / "file"))
    nodes, edges = _ring(4)
    assert len(kept.arrange_once(nodes, edges, 1000, {}).positions) == len(nodes)


def _ring(count: int) -> tuple[list[Node], list[Edge]]:
    nodes = [Node(("left", "right")[k % 2], 20, "circle", (40, 17), k < 2) for k in range(count)]
    return nodes, [Edge(k, (k + 1) % count, head=11) for k in range(count)]


def _plain(laid: Any) -> str:
    return repr([(name, np.asarray(value).tolist()) for name, value in vars(laid).items()])


def test_specification_is_small_readable_and_without_share_button(network: frame.Chart) -> None:
    bundle = network._repr_mimebundle_()
    text = json.dumps(bundle[frame.MIME])
    assert len(text) < 80_000 and "bdata" not in text
    assert "sendChartToCloud" in bundle[frame.MIME]["config"]["modeBarButtonsToRemove"]
    assert bundle["text/plain"] == network.description and set(bundle) == {frame.MIME, "text/plain"}


def test_given_positions_are_kept(graph: Any) -> None:
    chart = draw_network(graph, positions={"egypt": (150.0, 600.0)})
    assert chart.layout.meta["positions"]["egypt"] == [150.0, 600.0]
    assert any((150.0, 600.0) in zip(trace.x, trace.y, strict=True) for trace in chart.data if trace.mode == "markers")


def test_actors_keep_their_places_when_ties_are_filtered(tables: Tables, network: frame.Chart) -> None:
    whole = build_network(tables, as_of="2020-01-15", sources=ARTICLE)
    places = network.layout.meta["positions"]
    for filtered in ({"statuses": ["stated", "implied"]}, {"kinds": ["backs", "opposes", "leads", "member-of"]}):
        graph = build_network(tables, as_of="2020-01-15", sources=ARTICLE, **filtered)
        for node, place in draw_network(graph).layout.meta["positions"].items():
            if graph.nodes[node]["camp"] == whole.nodes[node]["camp"]:
                assert place == places[node], node


def test_camps_are_left_middle_and_right(graph: Any, network: frame.Chart) -> None:
    left, right = network.layout.shapes[:2]
    for node, (x, _) in network.layout.meta["positions"].items():
        camp = graph.nodes[node]["camp"]
        assert camp != "left" or x < left.x1
        assert camp != "right" or x > right.x0
        assert camp != "undetermined" or left.x1 < x < right.x0


def test_focus_leaves_an_actor_and_its_neighbours(graph: Any) -> None:
    chart = draw_network(graph, focus="italy")
    assert set(chart.layout.meta["positions"]) == {"italy", "haftar", "sarraj"}
    assert "only Italy and those it has ties to" in chart.layout.title.subtitle.text
    with pytest.raises(ParameterError, match="atlantis"):
        draw_network(graph, focus="atlantis")


def test_arabic_names_are_isolated(graph: Any) -> None:
    texts = [text for trace in draw_network(graph, language="ar").data if trace.mode == "text" for text in trace.text]
    assert "\u2067مصر\u2069" in texts and any("Kirill" in text for text in texts)
    assert all(("\u2067" in text) == any("\u0600" <= char <= "\u06ff" for char in text) for text in texts)


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
    graph = build_network(hostile)
    drawn = (draw_network(graph), draw_matrix(graph), draw_ceasefire(build_ceasefire(hostile)))
    for chart in (*drawn, draw_timeline(build_timeline(hostile))):
        strings = list(walk(json.loads(chart.to_json())["data"])) + list(walk(json.loads(chart.to_json())["layout"]))
        shown = [text for text in strings if "onerror" in text and not text.startswith(DESCRIPTIONS)]
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


NAMES = st.text("abcdefghijklmnopqrstuvwxyz ABCD-", min_size=1, max_size=30)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_generated_networks(data: st.DataObject) -> None:
    count = data.draw(st.integers(5, 30))
    graph = nx.MultiDiGraph(as_of=None, level="actor", camps=CAMPS, sources=("invented",))
    for k in range(count):
        camp = ("left", "right")[k] if k < 2 else data.draw(st.sampled_from(["left", "right", "undetermined"]))
        kind = data.draw(st.sampled_from(["state", "person", "armed-group", "organisation", "group"]))
        name = data.draw(NAMES).strip() or "x"
        graph.add_node(f"a{k}", **node_about(name, kind, camp, k < 2))
    kinds = st.sampled_from(["backs", "opposes", "mediates", "cooperates-with", "leads"])
    for _ in range(data.draw(st.integers(1, 2 * count))):
        a, b = data.draw(st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True))
        add_tie(graph, f"a{a}", f"a{b}", data.draw(kinds))
    laid = set_scene(graph, 1220, {}, "en").laid
    assert laid.measures.label_overlaps == 0
    assert np.isfinite(laid.curves).all() and np.isfinite(laid.positions).all() and np.isfinite(laid.labels).all()
    again = set_scene(graph, 1220, {}, "en").laid
    assert np.array_equal(laid.positions, again.positions) and np.array_equal(laid.curves, again.curves)


def node_about(name: str, kind: str, camp: str, anchor: bool, name_ar: str = "") -> dict[str, Any]:
    about = {"name": name, "name_ar": name_ar, "kind": kind, "country": "", "description": ""}
    return {**about, "camp": camp, "anchor": anchor}


def add_tie(graph: Any, a: str, b: str, kind: str) -> None:
    claim = Claim("claim", "ties", a, kind, b, "invented", ("P1",), status="stated")
    sign = {"backs": 1, "leads": 1, "cooperates-with": 1, "opposes": -1}.get(kind, 0)
    directed = kind != "cooperates-with"
    state = {"holds": "holds", "status": "stated", "actual": True, "claims": (claim,), "answers": ("holds",)}
    graph.add_edge(a, b, key=kind, kind=kind, sign=sign, directed=directed, **state)


def frozen() -> Any:
    """The network of 20 actors and 40 ties on which the limits below were measured."""
    kept = json.loads((Path(__file__).parent / "twenty.json").read_text(encoding="utf-8"))
    graph = nx.MultiDiGraph(as_of=None, level="actor", camps=CAMPS, sources=("invented",))
    for actor in kept["actors"]:
        about = node_about(actor["name"], actor["kind"], actor["camp"], actor["anchor"], actor["name_ar"])
        graph.add_node(actor["actor_id"], **about)
    for tie in kept["ties"]:
        add_tie(graph, tie["from_id"], tie["to_id"], tie["kind"])
    return graph


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_network_of_20_actors_and_40_ties_is_legible(language: str) -> None:
    graph = frozen()
    assert len(graph) == 20 and graph.number_of_edges() == 40
    found = set_scene(graph, 1220, {}, language).laid.measures
    assert found.label_overlaps == found.edges_through_nodes == 0
    assert found.crossings <= 13


def test_on_a_phone_the_camps_stand_above_each_other() -> None:
    graph = frozen()
    chart = draw_network(graph, width=390)
    places = chart.layout.meta["positions"]
    height = {camp: [places[n][1] for n in graph if graph.nodes[n]["camp"] == camp] for camp in ("left", "right")}
    assert min(height["left"]) > max(height["right"])
    measured = chart.layout.meta["geometry"]
    assert measured["label_overlaps"] == measured["edges_through_nodes"] == 0


def test_edges_end_at_the_outline_of_their_nodes() -> None:
    nodes = [Node("left", 20, "square", (60, 19), True), Node("right", 20, "circle", (60, 19), True)]
    laid = arrange(nodes, [Edge(0, 1, head=11)], 800, 400)
    (curve,), (one, other) = laid.curves, laid.positions
    assert 20 <= np.hypot(*(curve[0] - one)) <= 20 * 1.42 + 4
    assert 20 + 11 <= np.hypot(*(curve[-1] - other)) <= 20 + 11 + 5


# -- matrix


def test_more_than_thirty_actors_are_a_matrix_which_says_so() -> None:
    graph = nx.MultiDiGraph(as_of=None, level="actor", camps=CAMPS, sources=("invented",))
    for k in range(31):
        camp = ("left", "right")[k] if k < 2 else ("left", "right", "undetermined")[k % 3]
        graph.add_node(f"a{k}", **node_about(f"Actor {k}", "state", camp, k < 2))
    for k in range(30):
        add_tie(graph, f"a{k}", f"a{k + 1}", ("backs", "opposes", "mediates")[k % 3])
    chart = draw_network(graph)
    assert chart.description.startswith("Signed adjacency matrix")
    assert "31 actors are too many for lines" in chart.layout.title.subtitle.text.replace("<br>", " ")
    graph.remove_node("a30")
    assert draw_network(graph).description.startswith("Network chart")


def test_the_matrix_has_each_pair_once_with_its_sign(graph: Any) -> None:
    chart = draw_matrix(graph)
    names = [text.replace("…", "") for text in chart.layout.yaxis.ticktext]
    cells = {}
    for trace in chart.data:
        if trace.mode == "markers":
            for x, y in zip(trace.x, trace.y, strict=True):
                assert (x, y) not in cells
                cells[x, y] = trace.name.split(" (")[0]
    russia, turkey, haftar = names.index("Russia"), names.index("Turkey"), names.index("Khalifa Haftar")
    assert cells[haftar, russia].startswith("backs") and cells[russia, turkey] == "both of them"
    assert cells[names.index("Government of National Acco"), haftar] == "opposes"
    pairs = {(a, b) for a, b, _ in graph.edges(keys=True)}
    pairs |= {(b, a) for a, b, directed in graph.edges(data="directed") if not directed}
    assert len(cells) == len(pairs)
    assert names.index("Egypt") < names.index("Italy") < turkey


def test_the_matrix_shows_every_claim(graph: Any) -> None:
    shown = " ".join(text for trace in draw_matrix(graph).data for text in trace.hovertext or ())
    assert all(claim.citation in shown for *_, edge in graph.edges(data=True) for claim in edge["claims"])


# -- ceasefire board


@pytest.fixture(scope="module")
def ceasefire(tables: Tables) -> Ceasefire:
    return build_ceasefire(tables, sources=["moscow-truce-2020"])


@pytest.mark.parametrize("width", [1240, 760, 390])
def test_every_part_in_an_attempt_is_under_the_pointer(ceasefire: Ceasefire, width: int) -> None:
    chart = draw_ceasefire(ceasefire, width=width)
    shown = [text for trace in chart.data if not trace.showlegend for text in trace.hovertext or ()]
    for part in ceasefire.standings:
        title = ceasefire.attempts[part.event_id].title
        assert any(title in text and part.part in text and part.claim.citation in text for text in shown), part
    silent = next(trace for trace in chart.data if trace.name == "nothing is said")
    cells = len(ceasefire.attempts) * len(ceasefire.stakeholders)
    assert len(silent.x) == cells - len({(part.event_id, part.actor_id) for part in ceasefire.standings})
    assert chart.layout.width == width


def test_states_differ_in_shape_as_well_as_in_colour() -> None:
    assert len({symbol for symbol, *_ in ceasefire_chart._LOOK.values()}) == len(ceasefire_chart._LOOK)
    assert set(ceasefire_chart._LOOK) == set(PARTS)


def test_what_is_foretold_is_faint_on_the_board(ceasefire: Ceasefire) -> None:
    chart = draw_ceasefire(ceasefire)
    faint = sum(len(t.x) for t in chart.data if t.opacity and t.opacity < 1 and t.hovertext)
    expected = {(p.event_id, p.actor_id, p.part) for p in ceasefire.standings if not p.sure}
    sure = {(p.event_id, p.actor_id, p.part) for p in ceasefire.standings if p.sure}
    assert faint == len(expected - sure) == 2


# -- timeline


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
            wide = frame.text_width(note.text.replace("&#x27;", "'"), note.font.size)
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
    assert any("“72 hours later”, inferred" in text for text in shown)


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
COLORS = [family.color for family in frame.FAMILIES.values()]


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


@pytest.mark.parametrize("width", [1240, 390])
@pytest.mark.parametrize("sources", [ARTICLE, []])
def test_plotly_accepts_what_is_drawn(tables: Tables, sources: list[str], width: int) -> None:
    """Charts are made without plotly's checks, which take longer than all the rest; here they are made up for."""
    graph = build_network(tables, as_of="2020-01-15", sources=sources)
    timeline = build_timeline(tables, sources=sources)
    series = pd.Series([1, 2], index=pd.period_range("2020-01", periods=2, freq="M"), name="n")
    charts = [
        draw_network(graph, width=width),
        draw_matrix(graph, width=width),
        draw_timeline(timeline, width=width, series=series),
        draw_ceasefire(build_ceasefire(tables, sources=sources), width=width),
        draw_network(nx.MultiDiGraph(), width=width),
    ]
    for chart in charts:
        spec = chart.to_dict()
        assert go.Figure(spec).to_dict() == spec  # nothing refused, nothing read otherwise
    with pytest.raises(ValueError, match="opacity"):
        charts[0].data[0].opacity = 7  # what a user changes is checked
