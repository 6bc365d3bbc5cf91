"""Proxy war as structure: patrons behind opposing clients, how far patrons of one client part, who stands between."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx

from libya_analysis.analysis.ceasefire import Ceasefire
from libya_analysis.analysis.network import backs_indeed
from libya_analysis.evidence.claim import grouped
from libya_analysis.evidence.frames import Frame, frame_of
from libya_analysis.evidence.question import Question, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import PARTS, STATUSES, SUPPORTS, TIES


def proxy_dyads(graph: nx.MultiDiGraph) -> Frame:
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
        One row a dyad: ``patron, client, other patron, other client, holds`` (``holds`` if both backings can be told
        as facts of the day, else when they were reported), ``they also`` (their own ties that bring them together),
        ``and`` (those that set them against each other), ``rests on`` (ids of the two backings' claims).

    References
    ----------
    P. M. Regan, "Third-party interventions and the duration of intrastate conflicts", Journal of Conflict Resolution 46
    (2002) 55-73: external supporters on opposing sides of one conflict.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> dyads = proxy_dyads(build_network(load_tables(), sources=["moscow-truce-2020"], level="principal"))
    >>> dyads.loc[dyads["patron"] == "Russia", ["client", "other patron", "other client"]].values.tolist()
    [['Libyan National Army', 'Turkey', 'Government of National Accord']]
    """
    names = dict(graph.nodes(data="name"))
    backing = {
        (a, b): edge
        for a, b, edge in graph.edges(data=True)
        if backs_indeed(edge) and graph.nodes[b]["kind"] != "group"
    }
    backers = grouped(backing, lambda pair: pair[1])
    foes = {
        (a, b)
        for a, b, edge in graph.edges(data=True)
        if edge["kind"] == "opposes" and edge["actual"] and STATUSES[edge["status"]].counts
    }
    foes.add(tuple(node for node, anchor in graph.nodes(data="anchor") if anchor))
    pairs = {
        tuple(sorted([(one, client), (other, rival)]))
        for client, rival in (pair for pair in foes if len(pair) == 2 and pair[0] != pair[1])
        for one, _ in backers.get(client, ())
        for other, _ in backers.get(rival, ())
        if one != other and not {one, other} & {client, rival}
    }
    rows = []
    for (one, client), (other, rival) in sorted(pairs):
        if graph.nodes[client]["camp"] == "right":
            one, client, other, rival = other, rival, one, client
        held = backing[one, client]["answer"], backing[other, rival]["answer"]
        claims = [*backing[one, client]["claims"], *backing[other, rival]["claims"]]
        between = sorted(
            (key, edge["kind"])
            for a, b in ((one, other), (other, one))
            for key, edge in (graph.get_edge_data(a, b) or {}).items()
        )
        also = dict.fromkeys(key for key, kind in between if TIES[kind].family == "deals")
        against = dict.fromkeys(key for key, kind in between if TIES[kind].sign < 0)
        holds = "; ".join(dict.fromkeys(str(said) for said in held if not said.firm)) or "holds"
        told = ["; ".join(also), "; ".join(against), "; ".join(claim.claim_id for claim in claims)]
        rows.append([names[one], names[client], names[other], names[rival], holds, *told])
    columns = "patron, client, other patron, other client, holds, they also, and, rests on".split(", ")
    return Frame(rows, columns=columns).drop_duplicates(subset=columns[:4]).reset_index(drop=True)


def patron_divergence(ceasefire: Ceasefire) -> Frame:
    """Measure how far the backers of one client act apart in attempts at a ceasefire.

    In each attempt a patron is *for* it (led, signed, sat at the table, was invited), *against* it (objected, withheld,
    withdrew), or nothing is said; not to have been consulted is no stance. Two patrons diverge in an attempt if both
    have a stance there and no stance in common. The divergence of a pair is the share of such attempts among those in
    which both have a stance; where there is none it is unknown.

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
    names = {actor: stakeholder.name for actor, stakeholder in ceasefire.stakeholders.items()}
    clients: dict[str, set[str]] = {}
    for actor, stakeholder in ceasefire.stakeholders.items():
        for client, _ in stakeholder.backs:
            clients.setdefault(client, set()).add(actor)
    stances: dict[str, dict[str, dict[str, str]]] = {}  # by actor and attempt: stances, with what was done
    for standing in ceasefire.standings:
        stance = PARTS[standing.part].stance
        if standing.sure and stance:
            own = stances.setdefault(standing.actor_id, {})
            own.setdefault(standing.event_id, {}).setdefault(stance, standing.part)
    rows = []
    for client, patrons in sorted(clients.items()):
        for one, other in combinations(sorted(patrons, key=names.__getitem__), 2):
            mine, theirs = stances.get(one, {}), stances.get(other, {})
            both = [event for event in ceasefire.attempts if event in mine and event in theirs]
            apart = []
            for event in both:
                if not mine[event].keys() & theirs[event].keys():
                    did = " and ".join(mine[event].values()), " and ".join(theirs[event].values())
                    title = ceasefire.attempts[event].title
                    apart.append(f"{title}: {names[one]} {did[0]}, {names[other]} {did[1]}")
            share = round(len(apart) / len(both), 2) if both else float("nan")
            rows.append([client, names[one], names[other], len(both), len(apart), share, "; ".join(apart)])
    columns = "client, patron, other patron, attempts, apart, divergence, how"
    return Frame(rows, columns=columns.split(", "))


def fighters(tables: Tables, state: str, question: Question | None = None, **asked: Any) -> Frame:
    """List whose fighters of a state are said to be where, across sources, whatever these call them.

    Some sources say that a state sends mercenaries or troops, others that contractors of its nationality are there.
    Each row says what ties those men to the state, in whose voice and how firmly; sources do not vouch for each other.

    Parameters
    ----------
    tables : Tables
        The evidence.
    state : str
        The state, by actor_id.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources``, ``known_on``.

    Returns
    -------
    pandas.DataFrame
        One row a claim, by its id: ``who`` (the state, or those who are tied to it), ``with`` (whom they support),
        ``as`` (the kind of support), ``voice``, ``tied to the state`` (how, and how firmly, according to the same
        source), ``source``.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> fighters(load_tables(), "russia").loc["russia-sends-mercenaries", "tied to the state"]
    'its own doing; stated by the source'
    """
    tables = known_tables(tables, question, **asked)
    names = tables.names()
    belongs = grouped(
        (claim for claim in tables.claimed["ties"] if TIES[claim.kind].placing and claim.to_id == state),
        lambda claim: (claim.from_id, claim.source_id),
    )
    rows = []
    for claim in tables.claimed["backers"]:
        ties = belongs.get((claim.from_id, claim.source_id), [])
        if SUPPORTS[claim.support].fighters and (ties or claim.from_id == state):
            told = [": ".join(filter(None, (f"{tie.kind}; {tie.firmness}", tie.note))) for tie in ties]
            tied = "; ".join(told) or f"its own doing; {claim.firmness}"
            ends = names[claim.from_id], names[claim.to_id]
            rows.append([claim.claim_id, *ends, claim.support, claim.firmness, tied, claim.citation])
    return frame_of("claim, who, with, as, voice, tied to the state, source", rows)


def centrality(graph: nx.MultiDiGraph) -> Frame:
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

    References
    ----------
    L. C. Freeman, "Centrality in social networks: conceptual clarification", Social Networks 1 (1979) 215-239.
    R. S. Burt, "Structural Holes" (1992).

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
    rows = []
    for node in drawn:
        about = graph.nodes[node]
        measured = [round(number, 3) for number in (degree[node], between[node], _constraint(simple, node))]
        rows.append([node, about["name"], about["camp"], graph.degree(node), *measured])
    table = frame_of("actor_id, name, camp, ties, degree centrality, betweenness centrality, constraint", rows)
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
