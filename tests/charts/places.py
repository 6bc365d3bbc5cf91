"""Look for places of the shipped actors that disturb least, and save them: ``python -m tests.charts.places``.

Takes some minutes. To be run when actors were added that do not find a good place by themselves.
"""

import json
import os
import re
from pathlib import Path

from libya_analysis import build_network, last_days, load_tables
from libya_analysis.charts.frame import SCREENS, USUAL
from libya_analysis.charts.network_chart import place, scene
from libya_analysis.charts.network_chart.draw import SIDE
from libya_analysis.charts.network_chart.layout_cache import CACHE_VARIABLE

PLACES = Path(scene.__file__).with_name("places.json")
SEEDS = 24


def main() -> None:
    """Try many arrangements for each level and plane, and write the best."""
    PLACES.write_text("{}", encoding="utf-8")
    # What the notebooks draw: the first article, and states by all sources.
    saved = {"actor": best_places("actor", ["moscow-truce-2020"]), "principal": best_places("principal", None)}
    text = json.dumps(saved, indent=1, sort_keys=True)
    PLACES.write_text(re.sub(r"\[\s+(.*?),\s+(.*?),\s+(.*?)\s+\]", r"[\1, \2, \3]", text) + "\n", encoding="utf-8")


def best_places(level: str, sources: list[str] | None) -> dict[str, dict[str, list[str | float]]]:
    """By width of the plane and actor: camp, share of the width, height."""
    os.environ[CACHE_VARIABLE] = os.devnull  # each seed is to be tried
    tables, saved = load_tables(), {}
    graph = build_network(tables, as_of=last_days(tables)[1], level=level, sources=sources)
    for plane in (width - 2 * SIDE for width in (USUAL, SCREENS[0])):
        best = None
        for seed in range(SEEDS):
            place._SEED = seed
            found = scene.set_scene(graph, plane, {}, "en")
            places = dict(zip(found.drawn, found.laid.positions.tolist(), strict=True))
            laid = scene.set_scene(graph, plane, places, "en").laid  # as it will be drawn from the saved places
            worth = (*laid.measures.faults, round(laid.top - laid.bottom))
            if best is None or worth < best[0]:
                best = (worth, found)
                print(level, plane, seed, laid.measures, worth[-1], flush=True)
        assert best
        saved[str(plane)] = {
            node: [graph.nodes[node]["camp"], round(x / plane, 5), round(y, 1)]
            for node, (x, y) in zip(best[1].drawn, best[1].laid.positions.tolist(), strict=True)
        }
    return saved


if __name__ == "__main__":
    main()
