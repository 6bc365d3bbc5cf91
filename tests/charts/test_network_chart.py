"""What the network chart draws, and what all charts have in common: asserted on the drawn objects, not on pixels."""

import copy
import dataclasses
import html
import itertools
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter

from libya_analysis import (
    Tables,
    build_ceasefire,
    build_network,
    build_timeline,
    draw_ceasefire,
    draw_matrix,
    draw_network,
    draw_timeline,
    load_tables,
)
from libya_analysis.charts import export, frame
from libya_analysis.charts.network_chart.arrange import arrange
from libya_analysis.charts.network_chart.geometry import Edge, Node
from libya_analysis.charts.network_chart.layout_cache import CACHE_VARIABLE
from libya_analysis.charts.network_chart.place import boxes_with_label
from libya_analysis.charts.network_chart.scene import family_of, set_scene
from libya_analysis.charts.palette import TIES
from libya_analysis.charts.text import text_width
from libya_analysis.evidence import vocabulary
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.words.findings import finding
from tests.charts.invented import add_tie, empty, frozen, node_about

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


def test_charts_are_drawn_and_shown_without_plotly() -> None:
    draw = "la.draw_matrix(la.build_network(la.load_tables()))._repr_mimebundle_()"
    code = f"import sys; import libya_analysis as la; {draw}; assert 'plotly' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_shipped_network_is_clean(network: frame.Chart) -> None:
    measured = network.layout.meta["geometry"]
    assert measured["label_overlaps"] == 0 and measured["edges_through_nodes"] == 0
    assert measured["crossings"] <= 8 and measured["labels_crossed"] <= 5


def test_every_claim_is_under_the_pointer(graph: Any, network: frame.Chart) -> None:
    shown = " ".join(trace.hovertext for trace in network.data if isinstance(trace.hovertext, str))
    for _, _, edge in graph.edges(data=True):
        for claim in edge["claims"]:
            assert claim.citation in shown
    assert "This won’t be forgotten" not in shown or "“" in shown


def test_what_is_not_certain_is_faint_or_not_solid(graph: Any, network: frame.Chart) -> None:
    lines = [trace for trace in network.data if trace.mode == "lines" and trace.legendgroup]
    faint = sum(trace.x.count(None) for trace in lines if trace.opacity < 1)
    expected = sum(not e["answer"].firm or not e["actual"] for *_, e in graph.edges(data=True))
    assert faint == expected > 0
    dotted = sum(trace.x.count(None) for trace in lines if trace.line.dash == "dot")
    assert dotted == sum(e["status"] in ("alleged", "denied") for *_, e in graph.edges(data=True)) > 0


def test_legend_filters_each_family(graph: Any, network: frame.Chart) -> None:
    groups = {vocabulary.TIES[kind].family for *_, kind in graph.edges(data="kind")}
    entries = [trace for trace in network.data if trace.legendgroup and trace.showlegend is not False]
    assert groups == {trace.legendgroup for trace in entries}
    for trace in entries:
        legend = network.layout[trace.legend]
        assert legend.groupclick in (None, "togglegroup") and legend.itemclick is not False


def test_title_is_found_in_the_graph(tables: Tables, graph: Any) -> None:
    assert (
        finding(graph)
        == "Egypt and Russia back Khalifa Haftar (France, undated); Turkey backs the Government of National Accord"
    )
    assert finding(build_network(tables, kinds=["opposes"])).startswith("Nobody is said to back either side")


def test_description_names_the_camps(network: frame.Chart) -> None:
    assert "Haftar's side: Egypt" in network.description and "Ties: " in network.description


def test_same_input_same_chart(graph: Any, network: frame.Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, os.devnull)
    assert draw_network(graph).to_json() == network.to_json()


def test_specification_is_small_readable_and_without_share_button(network: frame.Chart) -> None:
    bundle = network._repr_mimebundle_()
    text = json.dumps(bundle[frame.MIME])
    assert len(text) < 84_000 and "bdata" not in text
    assert "sendChartToCloud" in bundle[frame.MIME]["config"]["modeBarButtonsToRemove"]
    assert bundle["text/plain"] == network.description
    assert set(bundle) == {frame.MIME, frame.SCREENS_MIME, "text/plain"}


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
    assert "only Italy and those it has ties to" in chart.layout.title.subtitle.text.replace("<br>", " ")
    with pytest.raises(ParameterError, match="atlantis"):
        draw_network(graph, focus="atlantis")


def test_arabic_names_are_isolated(graph: Any) -> None:
    texts = [text for trace in draw_network(graph, language="ar").data if trace.mode == "text" for text in trace.text]
    assert "\u2067مصر\u2069" in texts and any("Kirill" in text for text in texts)
    assert all(("\u2067" in text) == any("\u0600" <= char <= "\u06ff" for char in text) for text in texts)


def test_nothing_to_draw(tables: Tables) -> None:
    for chart in (
        draw_network(build_network(tables, known_on="2018")),
        draw_timeline(build_timeline(tables, known_on="2018")),
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
    graph = empty()
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


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_network_of_20_actors_and_40_ties_is_legible(language: str) -> None:
    graph = frozen()
    assert len(graph) == 20 and graph.number_of_edges() == 40
    found = set_scene(graph, 1220, {}, language).laid.measures
    assert found.label_overlaps == found.edges_through_nodes == 0
    assert found.crossings <= 13


def test_ties_of_one_pair_are_strands_of_one_line_with_heads_stacked(graph: Any) -> None:
    scene = set_scene(graph, 1220, {}, "en")
    pairs: dict[tuple[str, str], list[int]] = {}
    for i, edge in enumerate(scene.edges):
        pairs.setdefault((min(edge[:2]), max(edge[:2])), []).append(i)
    assert len(scene.laid.curves) == len(scene.ties) == len(pairs) < len(scene.edges)
    for together in pairs.values():
        middles = [scene.paths[i][len(scene.paths[i]) // 2] for i in together]
        for one, other in itertools.combinations(middles, 2):
            assert np.hypot(*(one - other)) < 14 * len(together)  # along the line they differ by their heads
    number, places = {node: k for k, node in enumerate(scene.drawn)}, scene.laid.positions
    for pair, together in pairs.items():
        ends = {}
        for i in together:
            _, end, kind = scene.edges[i]
            if end == pair[1] and TIES[family_of(kind)].head.length:
                ends.setdefault(family_of(kind), scene.paths[i][-1])
        away = sorted(float(np.hypot(*(end - places[number[pair[1]]]))) for end in ends.values())
        assert all(far - near > 4 for near, far in itertools.pairwise(away))  # each head has a place of its own


def test_a_network_begins_with_backing_and_goes_on_by_buttons(graph: Any, network: frame.Chart) -> None:
    (menu,) = network.layout.updatemenus
    assert [button.label for button in menu.buttons] == ["Backing", "with mediation and deals", "All ties"]
    first, second, last = (button.args[0]["visible"] for button in menu.buttons)
    assert [trace.visible or True for trace in network.data] == first and all(visible is True for visible in last)
    assert f" of {graph.number_of_edges()} ties" in network.layout.title.subtitle.text
    assert " of " not in menu.buttons[-1].args[1]["title.subtitle.text"].split(" ties")[0]
    shown = {trace.legendgroup for trace, visible in zip(network.data, second, strict=True) if visible is True}
    assert shown == {None, "backs", "part-of", "mediates", "deals"}
    assert not draw_network(build_network(load_tables(), kinds=["backs"])).layout.updatemenus


def test_actors_whose_ties_come_with_a_later_step_are_faint_until_then(graph: Any, network: frame.Chart) -> None:
    (menu,) = network.layout.updatemenus
    backers = {end for a, b, kind in graph.edges(keys=True) if kind == "backs" for end in (a, b)}
    firm, faint = set(), set()
    for trace, before, after in zip(network.data, *(menu.buttons[k].args[0]["opacity"] for k in (0, -1)), strict=True):
        assert before == (1 if trace.opacity is None else trace.opacity)
        if trace.customdata is not None and trace.mode == "markers" and not trace.meta:
            (firm if before == 1 else faint).update(trace.customdata)
            assert after == 1
    assert firm >= backers and "italy" in faint and firm | faint == {n for n in graph if graph.degree(n)}


def test_an_image_of_a_network_has_all_ties_and_no_buttons(network: frame.Chart) -> None:
    drawn: list[dict[str, Any]] = []

    def draw(spec: dict[str, Any], opts: Any) -> bytes:
        drawn.append(spec)
        return b""

    export._image(Path("network.svg"), network, 1.0, draw)
    assert "updatemenus" not in drawn[0]["layout"]
    assert all(trace.get("visible", True) is True for trace in drawn[0]["data"])
    assert all(trace.get("opacity", 1) == 1 for trace in drawn[0]["data"] if "customdata" in trace)


def test_names_without_a_tie_are_one_line_and_all_under_the_pointer(graph: Any, network: frame.Chart) -> None:
    alone = [node for node in graph if not graph.degree(node)]
    (told,) = [
        text.replace("<br>", " ")
        for trace in network.data
        if isinstance(trace.hovertext, (list, tuple))
        for text in trace.hovertext
        if text.startswith(f"<b>{len(alone)} named without a tie</b>")
    ]
    assert all(graph.nodes[node]["name"] in html.unescape(told) for node in alone)


def test_on_a_phone_the_camps_stand_above_each_other() -> None:
    graph = frozen()
    scene = set_scene(graph, 370, {}, "en")
    places = dict(zip(scene.drawn, scene.laid.positions[:, 1], strict=True))
    height = {camp: [places[n] for n in graph if graph.nodes[n]["camp"] == camp] for camp in ("left", "right")}
    assert min(height["left"]) > max(height["right"])
    assert scene.laid.measures.label_overlaps == scene.laid.measures.edges_through_nodes == 0


def test_on_a_page_for_a_phone_it_is_a_list_of_all_ties(tables: Tables, graph: Any) -> None:
    chart = draw_network(graph, width=350)
    shown = [text for trace in chart.data if trace.legendgroup for text in trace.hovertext or ()]
    heads = [line for text in shown for line in text.split("<br>") if line.startswith("<b>")]
    assert len(heads) == graph.number_of_edges() > len(shown)  # what looks alike has one sign
    for _, _, edge in graph.edges(data=True):
        assert all(any(claim.citation in text for text in shown) for claim in edge["claims"])
    assert chart.description == draw_network(graph).description
    boxes = []
    for trace in chart.data:
        for x, y, text in zip(trace.x, trace.y, trace.text or (), strict=False):
            wide = text_width(re.sub("<[^>]*>", "", text), 11.5 if "<b>" in text else 12, bold=False)
            boxes.append((x, x + wide, y - 8, y + 8))
    for one, other in itertools.combinations(boxes, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart, (one, other)
    assert max(right for _, right, *_ in boxes) <= 350 - 12


def test_a_chart_is_drawn_for_all_screens_unless_a_width_is_asked_for(tables: Tables, graph: Any) -> None:
    for draw, found in (
        (draw_network, graph),
        (draw_matrix, graph),
        (draw_timeline, build_timeline(tables)),
        (draw_ceasefire, build_ceasefire(tables)),
    ):
        chart = draw(found)
        bundle = chart._repr_mimebundle_()
        assert chart.layout.width <= 848  # the room of a cell of JupyterLab on a window of 1280
        widths = (1240, 350, 1040) if chart.layout.height > 740 else (1240, 350)  # the last for paper
        for width, spec in zip(widths, json.loads(bundle[frame.SCREENS_MIME]), strict=True):
            assert spec["layout"]["width"] <= width
            assert spec == json.loads(draw(found, width=width).to_json())
        assert set(draw(found, width=1240)._repr_mimebundle_()) == {frame.MIME, "text/plain"}
        chart.update_layout(title_text="Mine")
        assert frame.SCREENS_MIME not in chart._repr_mimebundle_()


@pytest.mark.parametrize("width", [840, 1240, 350])
def test_a_long_title_is_set_smaller(graph: Any, width: int) -> None:
    short, long = (
        draw_network(graph, width=width, title=words).layout.title for words in ("Who", "Who backs whom " * 20)
    )
    assert short.font.size > long.font.size >= 14
    assert long.text.count("<br>") <= 5 or width < 600


@pytest.mark.parametrize("width", [820, 1020, 1220])
def test_a_plane_is_no_higher_than_its_actors_need(width: int) -> None:
    graph = empty()
    for k in range(30):  # most of them in the middle
        camp = "left" if k in (0, *range(3, 10)) else "right" if k < 3 else "undetermined"
        graph.add_node(f"a{k:02}", **node_about(f"Government of Place {k}", "state", camp, k in (0, 1)))
    for k in range(2, 30):
        add_tie(graph, f"a{k:02}", f"a{k % 2:02}", "backs" if k % 3 else "mediates")
    scene = set_scene(graph, width, {}, "en")
    boxes = boxes_with_label(scene.nodes, scene.laid.positions)
    covered = float(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1).sum())
    assert width * (scene.laid.top - scene.laid.bottom) < 3 * covered
    assert scene.laid.measures.label_overlaps == scene.laid.measures.edges_through_nodes == 0


def test_edges_end_at_the_outline_of_their_nodes() -> None:
    nodes = [Node("left", 20, "square", (60, 19), True), Node("right", 20, "circle", (60, 19), True)]
    laid = arrange(nodes, [Edge(0, 1, head=11)], 800, {})
    (curve,), (one, other) = laid.curves, laid.positions
    assert 20 <= np.hypot(*(curve[0] - one)) <= 20 * 1.42 + 4
    assert 20 + 11 <= np.hypot(*(curve[-1] - other)) <= 20 + 11 + 5


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
        plain = copy.deepcopy(chart.spec)
        assert chart.figure.to_dict() == plain  # nothing refused, nothing read otherwise
    with pytest.raises(ValueError, match="opacity"):
        charts[0].data[0].opacity = 7  # what a user changes is checked


def test_a_chart_is_shown_without_a_plotly_figure_being_made(graph: Any) -> None:
    chart = draw_network(graph)
    before = chart._repr_mimebundle_()
    assert "figure" not in vars(chart)
    assert chart.layout.width == 840
    assert chart._repr_mimebundle_() == before


def test_a_chart_can_be_used_and_changed_as_a_plotly_figure(graph: Any, tmp_path: Path) -> None:
    chart = draw_network(graph)
    chart.update_layout(title_text="Mine").update_traces(opacity=0.5, selector={"mode": "lines"})
    chart.add_annotation(text="more", x=1, y=1)
    shown = chart._repr_mimebundle_()[frame.MIME]
    assert shown["layout"]["title"]["text"] == "Mine" and shown["layout"]["annotations"][-1]["text"] == "more"
    assert {trace["opacity"] for trace in shown["data"] if trace["mode"] == "lines"} == {0.5}
    chart.layout = {"meta": {"description": "another"}}
    chart.data = chart.data[:2]
    assert chart.description == "another" and len(chart.spec["data"]) == 2
    chart.write_html(tmp_path / "x.html", include_plotlyjs=False)
    assert "another" in (tmp_path / "x.html").read_text(encoding="utf-8")
    assert json.loads(chart.to_json())["layout"]["meta"]["description"] == "another"
    again = copy.deepcopy(chart)
    assert again.description == "another" and pickle.loads(pickle.dumps(again)).spec == again.spec
    with pytest.raises(AttributeError, match="no_such"):
        chart.update_no_such()


def test_a_notebook_finds_one_way_to_show_a_chart(graph: Any) -> None:
    data, _ = DisplayFormatter().format(draw_network(graph))
    assert set(data) == {frame.MIME, frame.SCREENS_MIME, "text/plain"}


def test_a_new_kind_of_tie_in_a_family_needs_no_line_here(graph: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    new = vocabulary.Tie("arms", "backs", "arms", "arm", "arm", sign=1)
    monkeypatch.setattr(vocabulary, "TIES", {**vocabulary.TIES, "arms": new})
    more = graph.copy()
    add_tie(more, "egypt", "haftar", "arms")
    chart = draw_network(more)
    assert any("· arms" in str(trace.hovertext) and trace.legendgroup == "backs" for trace in chart.data)
    assert any("· arms" in text for trace in draw_matrix(more).data for text in trace.hovertext or ())
