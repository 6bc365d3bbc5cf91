"""The network as GEXF (Gephi), GraphML (yEd, igraph, Cytoscape) and as a blueprint of Kumu."""

from __future__ import annotations

import io
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import UNDETERMINED, side_names
from libya_analysis.analysis.network import build_network
from libya_analysis.evidence.errors import visible
from libya_analysis.evidence.question import Question
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import label
from libya_analysis.exchange import json_bytes


def to_gexf(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write the network of :func:`libya_analysis.build_network` as GEXF 1.3, with the spells of each tie.

    Gephi makes one edge of those between the same two nodes, unless their ``kind`` differs: here it always does.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``as_of, near, spells, known_on, kinds, statuses,
        modalities, sources, actors, camps, level``.

    Returns
    -------
    bytes
        XML in UTF-8; one edge a tie, its ``weight`` the number of its claims.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> graph = nx.read_gexf(io.BytesIO(to_gexf(load_tables(), as_of="2020-01-15")))
    >>> graph.edges["russia", "haftar", "russia|backs|haftar"]["claims"]
    'devdiscourse-russia-backs-haftar; russia-backs-offensive; russia-sends-mercenaries'
    """
    graph = plain_network(tables, question, **asked)
    writer = nx.readwrite.gexf.GEXFWriter(graph, version="1.3")
    for attribute in writer.xml.iter("attribute"):  # the writer's own name for the key of an edge
        if attribute.get("title") == "networkx_key":
            attribute.set("title", "tie")
    kinds = {edge["id"]: key for *_, key, edge in graph.edges(keys=True, data=True)}
    for edge in writer.xml.iter("edge"):
        edge.set("kind", kinds[edge.get("id")])
    for meta in writer.xml.iter("meta"):  # the day on which it was written is nothing of the evidence
        meta.attrib.clear()
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def to_graphml(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write the network of :func:`libya_analysis.build_network` as GraphML.

    Spells are text in it, such as ``2020-01-08/2020-01-15``.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``as_of, near, spells, known_on, kinds, statuses,
        modalities, sources, actors, camps, level``.

    Returns
    -------
    bytes
        XML in UTF-8; one edge a tie, its ``weight`` the number of its claims.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> graph = nx.read_graphml(io.BytesIO(to_graphml(load_tables(), as_of="2020-01-15")), force_multigraph=True)
    >>> graph.nodes["egypt"]["camp"]
    "Haftar's side"
    """
    graph = plain_network(tables, question, **asked)
    for *_, edge in graph.edges(data=True):
        edge["spells"] = "; ".join("/".join(day or ".." for day in spell) for spell in edge["spells"])
    file = io.BytesIO()
    nx.write_graphml_xml(graph, file, named_key_ids=True, edge_id_from_attribute="id")
    return file.getvalue()


def to_kumu(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write the network of :func:`libya_analysis.build_network` as a JSON blueprint of Kumu.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``as_of, near, spells, known_on, kinds, statuses,
        modalities, sources, actors, camps, level``.

    Returns
    -------
    bytes
        JSON in UTF-8: one of its ``elements`` an actor, one of its ``connections`` a tie.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> import json
    >>> from libya_analysis import load_tables
    >>> blueprint = json.loads(to_kumu(load_tables(), as_of="2020-01-15"))
    >>> [connection["type"] for connection in blueprint["connections"] if connection["from"] == "egypt"]
    ['backs', 'backs', 'mediates']
    """
    graph = plain_network(tables, question, **asked)
    elements = [{"id": node, **_renamed(about, kind="type")} for node, about in graph.nodes(data=True)]
    connections = []
    for a, b, edge in graph.edges(data=True):
        ends = {"from": a, "to": b, "direction": "directed" if edge["directed"] else "undirected"}
        spells = [" to ".join(day or "?" for day in spell) for spell in edge["spells"]]
        lists = {name: edge[name].split("; ") for name in ("claims", "sources")}
        connections.append({**_renamed(edge, kind="type"), **ends, **lists, "spells": spells})
    return json_bytes({"elements": elements, "connections": connections})


def plain_network(tables: Tables, question: Question | None = None, **asked: Any) -> nx.MultiDiGraph:
    """Make the network of a question anew with texts and numbers alone, which every format can hold.

    Edges have ids, are all directed (``directed`` says which ties have a direction), and are as heavy as they have
    claims; ``spells`` are pairs of days as text, None where a side is open.
    """
    graph = build_network(tables, question, **asked)
    sides = side_names(graph.graph["camps"])
    plain = nx.MultiDiGraph()
    for node, about in graph.nodes(data=True):
        texts = {name: visible(about[name]) for name in ("kind", "country", "description")}
        plain.add_node(node, label=visible(about["name"]), camp=sides.get(about["camp"], UNDETERMINED), **texts)
    for a, b, key, edge in graph.edges(keys=True, data=True):
        days = [tuple(day.isoformat() if day else None for day in spell.days) for spell in edge["spells"]]
        plain.add_edge(
            a,
            b,
            key=key,
            id=f"{a}|{key}|{b}",
            label=label(key),
            kind=edge["kind"],
            sign=edge["sign"],
            directed=edge["directed"],
            actual=edge["actual"],
            status=edge["status"],
            answer=str(edge["answer"]),
            weight=len(edge["claims"]),
            claims="; ".join(claim.claim_id for claim in edge["claims"]),
            sources="; ".join(sorted({claim.source_id for claim in edge["claims"]})),
            spells=[spell for spell in days if any(spell)],
        )
    return plain


def _renamed(attributes: dict[str, Any], **names: str) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in attributes.items()}
