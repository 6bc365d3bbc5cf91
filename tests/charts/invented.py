"""Networks of invented actors, of any size."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from libya_analysis.analysis.spells import Answer
from libya_analysis.evidence import vocabulary

CAMPS = ({"id": "one", "name": "One side", "anchor": "a0"}, {"id": "other", "name": "Other side", "anchor": "a1"})


@dataclass(frozen=True)
class Said:
    """What charts read of a claim."""

    claim_id: str
    kind: str
    support: str = ""
    note: str = ""
    quote: str = ""
    citation: str = "invented P1"
    status: str = "stated"
    firmness: str = "stated by the source"
    dates: str = "date not given"
    reading: str = ""
    counts: bool = True


def empty() -> Any:
    return nx.MultiDiGraph(as_of=None, level="actor", camps=CAMPS, sources=("invented",))


def node_about(name: str, kind: str, camp: str, anchor: bool, name_ar: str = "") -> dict[str, Any]:
    about = {"name": name, "name_ar": name_ar, "kind": kind, "number": "one", "country": "", "description": ""}
    return {**about, "camp": camp, "anchor": anchor}


def add_tie(graph: Any, a: str, b: str, kind: str, claims: int = 1) -> None:
    row = vocabulary.TIES[kind]
    said = tuple(Said(f"{a}-{kind}-{b}-{k}", kind, note=f"note {k}") for k in range(claims))
    state = {"answer": Answer("holds", firm=True), "status": "stated", "actual": True, "claims": said}
    graph.add_edge(a, b, key=kind, kind=kind, sign=row.sign, directed=row.directed, **state)


def frozen() -> Any:
    """The network of 20 actors and 40 ties on which the limits below were measured."""
    kept = json.loads((Path(__file__).parent / "twenty.json").read_text(encoding="utf-8"))
    graph = empty()
    for actor in kept["actors"]:
        about = node_about(actor["name"], actor["kind"], actor["camp"], actor["anchor"], actor["name_ar"])
        graph.add_node(actor["actor_id"], **about)
    for tie in kept["ties"]:
        add_tie(graph, tie["from_id"], tie["to_id"], tie["kind"])
    return graph


def random_network(actors: int, ties: int, seed: int = 1, claims: int = 1) -> Any:
    """Two camps and some in between; actors of low number have more ties."""
    random, graph = np.random.default_rng(seed), empty()
    for k in range(actors):
        drawn = str(random.choice(["left", "right", "undetermined"], p=[0.4, 0.4, 0.2]))
        camp = ("left", "right")[k] if k < 2 else drawn
        graph.add_node(f"a{k}", **node_about(f"Actor number {k}", "state", camp, k < 2))
    kinds = [kind for kind in vocabulary.TIES if kind != "agreement"]
    while (missing := ties - graph.number_of_edges()) > 0:
        ends = (random.random((missing, 2)) ** 2 * actors).astype(int).tolist()
        for (a, b), kind in zip(ends, random.choice(kinds, missing).tolist(), strict=True):
            if a != b:
                add_tie(graph, f"a{a}", f"a{b}", kind, claims)
    return graph
