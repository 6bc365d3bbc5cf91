"""Proxy war as structure: patrons behind opposing clients, how far patrons of one client part, who stands between.

References
----------
Proxy dyads follow the idea of external supporters on opposing sides of one conflict (P. M. Regan, "Third-party
interventions and the duration of intrastate conflicts", Journal of Conflict Resolution 46 (2002) 55-73). Centrality
and brokerage: L. C. Freeman, "Centrality in social networks: conceptual clarification", Social Networks 1 (1979)
215-239; R. S. Burt, "Structural Holes" (1992).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import pandas as pd

from libya_analysis.analysis.ceasefire import Ceasefire
from libya_analysis.analysis.network import NO_VOTE, Claim, backs_indeed

#: What a state in an attempt at a ceasefire says about where a patron stands in it.
STANCE = {
    "led": "for",
    "signed": "for",
    "at the table": "for",
    "invited": "for",
    "withheld": "against",
    "withdrew": "against",
    "objected": "against",
    "not consulted": "left out",
}
_TOGETHER = ("cooperates-with", "agreement", "negotiates-with")


def proxy_dyads(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """List pairs of outside patrons behind opposing clients, with the ties in which they also cooperate.

    Two patrons are a proxy dyad if each backs another of the two sides: the anchors of the camps, or two clients of
    which one opposes the other. Groups are no clients: their members are. Backings that only an enemy alleges, that
    are denied, or that are not actual make none.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`, best at level ``principal``.

    Returns
    -------
    pandas.DataFrame
        One row a dyad: ``patron, client, other patron, other client, holds`` (``holds`` if both backings are proven on
        the day, else ``possible``), ``they also`` (their own ties that bring them together), ``and`` (those that set
        them against each other), ``rests on`` (ids of the two backings' claims).

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> dyads = proxy_dyads(build_network(load_tables(), sources=["moscow-truce-2020"], level="principal"))
    >>> dyads.loc[dyads["patron"] == "Russia", ["client", "other patron", "other client"]].values.tolist()
    [['Libyan National Army', 'Turkey', 'Government of National Accord']]
    """
    names = dict(graph.nodes(data="name"))
    backing: dict[tuple[str, str], dict[str, Any]] = {}
    for a, b, edge in graph.edges(data=True):
        if backs_indeed(edge) and graph.nodes[b]["kind"] != "group":
            backing[a, b] = edge
    anchors = {node for node, anchor in graph.nodes(data="anchor") if anchor}
    foes = {
        frozenset((a, b))
        for a, b, edge in graph.edges(data=True)
        if edge["kind"] == "opposes" and edge["actual"] and edge["status"] not in NO_VOTE
    }
    rows = []
    for (one, client), (other, rival) in combinations(sorted(backing), 2):
        opposed = frozenset((client, rival)) in foes or {client, rival} == anchors
        if one == other or client == rival or not opposed or {one, other} & {client, rival}:
            continue
        if graph.nodes[client]["camp"] == "right":
            one, client, other, rival = other, rival, one, client
        held = {str(backing[one, client]["holds"]), str(backing[other, rival]["holds"])}
        claims: list[Claim] = [*backing[one, client]["claims"], *backing[other, rival]["claims"]]
        between = sorted(
            (key, edge["kind"])
            for a, b in ((one, other), (other, one))
            for key, edge in (graph.get_edge_data(a, b) or {}).items()
        )
        rows.append(
            {
                "patron": names[one],
                "client": names[client],
                "other patron": names[other],
                "other client": names[rival],
                "holds": "holds" if held == {"holds"} else "possible",
                "they also": "; ".join(dict.fromkeys(key for key, kind in between if kind in _TOGETHER)),
                "and": "; ".join(dict.fromkeys(key for key, kind in between if kind == "opposes")),
                "rests on": "; ".join(claim.claim_id for claim in claims),
            }
        )
    columns = ["patron", "client", "other patron", "other client", "holds", "they also", "and", "rests on"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(subset=columns[:4]).reset_index(drop=True)


def patron_divergence(ceasefire: Ceasefire) -> pd.DataFrame:
    """Measure how far the backers of one client act apart in attempts at a ceasefire.

    In each attempt a patron is *for* it (led, signed, sat at the table, was invited), *against* it (objected, withheld,
    withdrew), *left out* (was not consulted), or nothing is said. Two patrons diverge in an attempt if both have a
    stance there and no stance in common. The divergence of a pair is the share of such attempts among those in which
    both have a stance; where there is none it is unknown.

    Parameters
    ----------
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`.

    Returns
    -------
    pandas.DataFrame
        One row a pair of backers of a client: ``client, patron, other patron, attempts`` (in which both have a stance),
        ``apart`` (number), ``divergence`` (share, NaN if unknown), ``how`` (what each did where they part).

    Examples
    --------
    >>> from libya_analysis import build_ceasefire, load_tables
    >>> apart = patron_divergence(build_ceasefire(load_tables(), sources=["moscow-truce-2020"]))
    >>> float(apart.set_index(["patron", "other patron"]).loc[("Egypt", "Russia"), "divergence"])
    1.0
    """
    names = ceasefire.stakeholders["name"]
    clients: dict[str, set[str]] = {}
    for actor, backs in ceasefire.stakeholders["backs"].items():
        for client in filter(None, backs.split(", ")):
            clients.setdefault(client.removeprefix("possibly "), set()).add(str(actor))
    stances: dict[tuple[str, str], dict[str, str]] = {}
    for part in ceasefire.parts:
        if part.sure and part.state in STANCE:
            stances.setdefault((part.event_id, part.actor_id), {}).setdefault(STANCE[part.state], part.state)
    rows = []
    for client, patrons in sorted(clients.items()):
        for one, other in combinations(sorted(patrons, key=lambda actor: str(names[actor])), 2):
            both, apart = 0, []
            for event, title in ceasefire.attempts["title"].items():
                mine, theirs = stances.get((str(event), one)), stances.get((str(event), other))
                if mine and theirs:
                    both += 1
                    if not set(mine) & set(theirs):
                        did = " and ".join(mine.values()), " and ".join(theirs.values())
                        apart.append(f"{title}: {names[one]} {did[0]}, {names[other]} {did[1]}")
            rows.append(
                {
                    "client": client,
                    "patron": names[one],
                    "other patron": names[other],
                    "attempts": both,
                    "apart": len(apart),
                    "divergence": round(len(apart) / both, 2) if both else float("nan"),
                    "how": "; ".join(apart),
                }
            )
    columns = ["client", "patron", "other patron", "attempts", "apart", "divergence", "how"]
    return pd.DataFrame(rows, columns=columns)


def centrality(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """Measure who is central and who stands between others, on the claims that the graph was built from.

    All measures are of the simple undirected graph in which two actors are joined if they have any tie. They describe
    what the sources tell, not power: an actor that is written about much is central.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`; choose kinds, statuses and modalities there.

    Returns
    -------
    pandas.DataFrame
        One row an actor with ties, by actor_id: ``name, camp, ties`` (of the multigraph), ``degree centrality,
        betweenness centrality`` (Freeman, brokerage), ``constraint`` (Burt; low for brokers); by betweenness.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), sources=["moscow-truce-2020"], level="principal")
    >>> centrality(graph).index[0]
    'lna'
    """
    drawn = [node for node in graph if graph.degree(node)]
    simple = nx.Graph()
    simple.add_nodes_from(drawn)
    simple.add_edges_from((a, b) for a, b in graph.edges() if a != b)
    degree, between = nx.degree_centrality(simple), nx.betweenness_centrality(simple)
    rows = [
        {
            "actor_id": node,
            "name": graph.nodes[node]["name"],
            "camp": graph.nodes[node]["camp"],
            "ties": graph.degree(node),
            "degree centrality": round(degree[node], 3),
            "betweenness centrality": round(between[node], 3),
            "constraint": round(_constraint(simple, node), 3),
        }
        for node in drawn
    ]
    columns = [
        "actor_id", "name", "camp", "ties", "degree centrality", "betweenness centrality", "constraint",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).set_index("actor_id")
    return table.sort_values(["betweenness centrality", "degree centrality", "name"], ascending=[False, False, True])


def _constraint(simple: nx.Graph, node: str) -> float:
    """Burt's constraint with equal weights; networkx needs scipy for it."""
    around = list(simple[node])
    if not around:
        return float("nan")
    own = 1 / len(around)
    total = 0.0
    for other in around:
        through = sum(own / simple.degree(q) for q in around if q != other and simple.has_edge(q, other))
        total += (own + through) ** 2
    return total
