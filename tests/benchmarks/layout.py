"""Measure layouts: how legible beside spring and Kamada-Kawai, and how long: ``python -m tests.benchmarks.layout``."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import networkx as nx
import numpy as np

from libya_analysis import build_network, draw_matrix, draw_network, last_days, load_tables
from libya_analysis.charts.network_chart import scene as scenes
from libya_analysis.charts.network_chart.geometry import Measures, draw_curves, measure
from libya_analysis.charts.network_chart.layout_cache import CACHE_VARIABLE
from libya_analysis.charts.network_chart.route import _parallel
from tests.charts.invented import frozen, random_network

RUNS = 5


def straight(scene: Any, places: dict[str, Any]) -> Measures:
    """Measures of the usual drawing on our plane: straight lines, parallel ones in arcs, names above the nodes."""
    laid, nodes = scene.laid, scene.nodes
    edges = scene.ties
    at = np.array([places[node] for node in scene.drawn])
    low, high = at.min(axis=0), at.max(axis=0)
    at = (at - low) / (high - low) * [laid.width - 120, laid.top - laid.bottom - 80] + [60, 40]
    curves = np.array(
        [
            draw_curves(nodes, e, at, np.array([ahead + lean]), np.array([ahead + np.pi - lean]))[0]
            for e, lean in zip(edges, _parallel(edges, at), strict=True)
            for ahead in [np.arctan2(*(at[e.b] - at[e.a])[::-1])]
        ]
    )
    labels = []
    for node, (x, y) in zip(nodes, at, strict=True):
        wide, tall = node.label
        labels.append([x - wide / 2, y - node.radius - 4 - tall, x + wide / 2, y - node.radius - 4])
    return measure(nodes, edges, at, curves, np.array(labels))


def seconds(work: Callable[[], Any]) -> float:
    """Median of some runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print both tables."""
    os.environ[CACHE_VARIABLE] = os.devnull  # nothing of before
    tables = load_tables()
    shipped = build_network(tables, as_of=last_days(tables)[1], sources=["moscow-truce-2020"])
    states = build_network(tables, as_of=last_days(tables)[1], level="principal")
    print("layout                                 crossings  through nodes  label overlaps  labels crossed")
    for name, graph in {"the article": shipped, "all, as states": states, "20 actors, 40 ties": frozen()}.items():
        scene = scenes.set_scene(graph, 1220, {}, "en")
        drawn = nx.Graph(graph.subgraph(scene.drawn))
        ways = {
            "ours": scene.laid.measures,
            "spring": straight(scene, nx.spring_layout(drawn, seed=1)),
        }
        if find_spec("scipy"):  # networkx needs it for this one
            ways["Kamada-Kawai"] = straight(scene, nx.kamada_kawai_layout(drawn))
        for way, m in ways.items():
            counts = (m.crossings, m.edges_through_nodes, m.label_overlaps, m.labels_crossed)
            print(f"{name:20} {way:16}  " + "".join(f"{count:>11}    " for count in counts))
    print("\nseconds a chart, median of", RUNS)
    cases = {
        "the article, saved places": (shipped, draw_network),
        "all sources as states, saved": (states, draw_network),
        "20 actors, 40 ties": (frozen(), draw_network),
        "30 actors, 80 ties": (random_network(30, 80), draw_network),
        "500 actors, 3000 ties, matrix": (random_network(500, 3000), draw_matrix),
        "16,000 actors, 100,000 claims": (random_network(16_000, 50_000, claims=2), draw_network),
    }
    for name, (graph, draw) in cases.items():
        size = len(json.dumps(draw(graph)._repr_mimebundle_())) / 1000
        print(f"{name:32} {seconds(lambda draw=draw, graph=graph: draw(graph)):6.2f} s  {size:6.0f} kB of JSON")


if __name__ == "__main__":
    main()
