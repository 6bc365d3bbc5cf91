"""What the matrix draws, of small networks and of large ones."""

import json
from typing import Any

import networkx as nx
import pytest

from libya_analysis import build_network, draw_matrix, draw_network, load_tables
from libya_analysis.charts.network_chart.live import LiveMatrix, differences
from libya_analysis.charts.network_chart.matrix import MOST_ROWS, plan_grid
from libya_analysis.charts.text import text_width
from tests.charts.invented import add_tie, empty, node_about, random_network


@pytest.fixture(scope="module")
def graph() -> Any:
    return build_network(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"])


def scope_of(chart: Any) -> str:
    return str(chart.layout.title.subtitle.text).replace("<br>", " ")


def test_more_than_forty_actors_are_a_matrix_which_says_so() -> None:
    graph = empty()
    for k in range(41):
        camp = ("left", "right")[k] if k < 2 else ("left", "right", "undetermined")[k % 3]
        graph.add_node(f"a{k}", **node_about(f"Actor {k}", "state", camp, k < 2))
    for k in range(40):
        add_tie(graph, f"a{k}", f"a{k + 1}", ("backs", "opposes", "mediates")[k % 3])
    chart = draw_network(graph)
    assert chart.description.startswith("Signed adjacency matrix")
    assert "41 actors are too many for lines" in scope_of(chart)
    graph.remove_node("a40")
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


def test_on_a_phone_its_legend_stays_inside(graph: Any) -> None:
    chart = draw_matrix(graph, width=350)
    names = [line for trace in chart.data if trace.legend for line in trace.name.split("<br>")]
    assert len(names) > 4 and all(text_width(name, 12.5) < 350 - 100 for name in names)


def test_its_title_tells_what_goes_across_the_sides(graph: Any) -> None:
    title = "Russia and Turkey are both for and against each other"
    assert title in draw_matrix(graph).layout.title.text.replace("<br>", " ")


def test_the_matrix_shows_every_claim(graph: Any) -> None:
    shown = " ".join(text for trace in draw_matrix(graph).data for text in trace.hovertext or ())
    assert all(claim.citation in shown for *_, edge in graph.edges(data=True) for claim in edge["claims"])


def test_many_ties_among_few_actors_are_a_matrix_too() -> None:
    chart = draw_network(random_network(20, 200))
    assert "200 ties are too many for lines" in scope_of(chart)


@pytest.fixture(scope="module")
def large() -> Any:
    return random_network(500, 3000)


def claims_of(graph: Any, node: str) -> int:
    ties = [*graph.in_edges(node, data="claims"), *graph.out_edges(node, data="claims")]
    return sum(len(claims) for *_, claims in ties)


def test_of_too_many_actors_those_with_the_most_claims_are_shown_and_the_others_counted(large: Any) -> None:
    chart = draw_network(large, width=1240)
    shown = {f"a{name.split()[-1]}" for name in chart.layout.yaxis.ticktext}
    assert len(shown) == MOST_ROWS and {"a0", "a1"} <= shown
    least = min(claims_of(large, node) for node in shown - {"a0", "a1"})
    assert all(claims_of(large, node) <= least for node in large if node not in shown)
    drawn = sum(1 for node in large if large.degree(node))
    assert (
        f"only the 100 actors with the most claims and the ties among them; {drawn - 100} actors left out"
        in scope_of(chart)
    )
    assert f"{drawn} actors are too many for lines" in scope_of(chart) and "left out" in chart.description


@pytest.mark.parametrize("width", [390, 600, 1020, 1240, 1600])
def test_all_names_have_room_at_any_width(large: Any, width: int) -> None:
    chart = draw_matrix(large, width=width)
    layout = chart.layout
    plane = layout.height - layout.margin.t - layout.margin.b
    assert layout.yaxis.showticklabels and layout.width <= width
    assert plane / len(layout.yaxis.ticktext) >= layout.yaxis.tickfont.size >= 8.5
    assert abs(layout.width - layout.margin.l - layout.margin.r - plane) < 1


def test_the_choice_of_actors_does_not_depend_on_the_order_of_the_tables(large: Any) -> None:
    turned = empty()
    turned.add_nodes_from(reversed(list(large.nodes(data=True))))
    turned.add_edges_from(reversed(list(large.edges(keys=True, data=True))))
    assert draw_matrix(turned).to_json() == draw_matrix(large).to_json()


def test_a_hub_in_focus_is_shown_with_those_it_has_most_to_do_with() -> None:
    hub = random_network(400, 200)
    hub.add_node("hub", **node_about("The hub", "person", "left", False))
    for k in range(400):
        add_tie(hub, "hub", f"a{k}", "backs", claims=1 + k % 7)
    for width in (390, 1240):
        chart = draw_network(hub, focus="hub", width=width)
        assert any("The hub" in name for name in chart.layout.yaxis.ticktext)
        assert "only The hub and those it has ties to" in scope_of(chart) and "actors left out" in scope_of(chart)
        assert chart.layout.title.text.replace("<br>", " ").startswith("<b>The hub backs ")


def test_charts_of_a_very_large_network_stay_small() -> None:
    graph = random_network(16_000, 50_000, claims=2)
    for k in range(1000):  # and an edge on which very much is said
        add_tie(graph, "a0", f"a{k + 1}", "pressures", claims=1 + 5000 * (k == 0))
    for draw in (draw_network, draw_matrix, lambda g: draw_network(g, focus="a0")):
        chart = draw(graph)
        spec = json.dumps(chart._repr_mimebundle_())
        assert len(spec) < 5_000_000 and len(chart.description) < 6000
        longest = max(len(words) for trace in chart.spec["data"] for words in trace.get("hovertext", ()))
        assert longest < 10_000


def test_actors_without_ties_are_named_as_far_as_there_is_room() -> None:
    graph = random_network(12, 20)
    for k in range(12, 9000):
        graph.add_node(f"a{k}", **node_about(f"Actor number {k}", "state", "undetermined", False))
    chart = draw_network(graph)
    words = [text for trace in chart.data if isinstance(trace.hovertext, tuple) for text in trace.hovertext]
    more = sum(1 for node in graph if not graph.degree(node)) - 60
    assert (
        any(f"and {more} more" in text.replace("<br>", " ") for text in words) and f"{more} others" in chart.description
    )


def test_a_live_matrix_shows_those_with_the_most_claims_of_what_is_asked_for(large: Any) -> None:
    def drawn(graph: Any) -> tuple[LiveMatrix, Any]:
        matrix = LiveMatrix(graph, 1020)
        return matrix, matrix.draw(graph, {})

    matrix, chart = drawn(large)
    rows = list(chart["layout"]["yaxis"]["ticktext"])
    assert 60 < len(rows) < 100 and "actors left out" in chart["layout"]["title"]["subtitle"]["text"].replace(
        "<br>", " "
    )
    less = large.copy()
    less.remove_nodes_from([node for node in large if node not in ("a0", "a1") and int(node[1:]) < 200])
    matrix, chart = drawn(less)
    number = next(k for k, trace in enumerate(chart["data"]) if trace.get("mode") == "markers" and trace["y"])
    names, y = chart["layout"]["yaxis"]["ticktext"], chart["data"][number]["y"][0]
    row, column = matrix.picked(number, 0)
    assert less.nodes[row]["name"] == names[y] and less.nodes[column]["name"] == names[chart["data"][number]["x"][0]]
    assert len(set(rows) & set(names)) < 20


def test_actors_and_marks_of_a_live_matrix_keep_their_places_on_all_days() -> None:
    tables = load_tables()
    widest = build_network(tables)
    matrix = LiveMatrix(widest, 1020)
    late, early = (matrix.draw(build_network(tables, as_of=day), {}) for day in ("2020-01-15", "2019-06-01"))
    changes = differences(late, early)
    assert changes and set(changes) <= {
        "hovertext",
        *(f"marker.{look}" for look in ("opacity", "symbol", "size", "color")),
    }
    shown = {
        opacity > 0: words
        for opacity, words in zip(early["data"][-1]["marker"]["opacity"], early["data"][-1]["hovertext"], strict=True)
    }
    assert shown[True] and not shown[False]
    for spec, day in ((late, "2020-01-15"), (early, "2019-06-01")):
        chart, points = draw_matrix(build_network(tables, as_of=day), width=1020), spec["data"][-1]
        names = spec["layout"]["yaxis"]["ticktext"]
        mine = {
            (names[y], names[x], symbol, opacity)
            for x, y, symbol, opacity in zip(
                points["x"], points["y"], points["marker"]["symbol"], points["marker"]["opacity"], strict=True
            )
            if opacity
        }
        names = chart.layout.yaxis.ticktext
        assert mine == {
            (names[y], names[x], trace.marker.symbol, opacity)
            for trace in chart.data
            if trace.mode == "markers"
            for x, y, opacity in zip(trace.x, trace.y, trace.marker.opacity, strict=True)
        }


def test_on_a_phone_names_of_a_small_network_are_whole() -> None:
    names = ("Southern Transitional Council", "Western allies of the coalition", "General People's Congress")
    graph = nx.MultiDiGraph(
        build_network(load_tables(), sources=["moscow-truce-2020"], level="principal", actors=["egypt"])
    )
    for node, name in zip(list(graph), names, strict=False):
        graph.nodes[node]["name"] = name
    grid = plan_grid(graph, 350)
    assert not any(name.endswith("…") for name in grid.names) and grid.cell > 10
