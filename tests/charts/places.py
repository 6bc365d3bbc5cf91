"""Look for places of the shipped actors that disturb least, and save them: ``python -m tests.charts.places``.

Takes some minutes. To be run when actors were added that do not find a good place by themselves.
"""

import json
from pathlib import Path

from libya_analysis import build_network, last_days, load_tables
from libya_analysis.charts import network

PLACES = Path(network.__file__).with_name("places.json")
EFFORT = 12


def main() -> None:
    """Try many arrangements for each level and write the best."""
    tables, saved = load_tables(), {}
    PLACES.write_text("{}", encoding="utf-8")
    network._saved_places.cache_clear()
    for level in ("actor", "principal"):
        graph = build_network(tables, as_of=last_days(tables)[1], level=level)
        drawn = [node for node in graph if graph.degree(node)]
        laid = network.lay_out(graph, dict(graph.nodes(data="name")), 1240, {}, effort=EFFORT)
        print(level, laid.measures)
        shares = (laid.positions / [laid.width, laid.height]).round(7).tolist()
        saved[level] = {node: [graph.nodes[node]["camp"], *shares[k]] for k, node in enumerate(drawn)}
    PLACES.write_text(json.dumps(saved, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
