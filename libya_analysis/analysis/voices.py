"""How well claims are supported: by how many independent voices, where sources disagree, what rests on one of them.

A *voice* is whoever vouches for a claim: the speaker where somebody is quoted, else the newsroom or agency whose
reporting it is. Copies of one agency text, and several texts that quote one speaker, are one voice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import networkx as nx
import pandas as pd

from libya_analysis.analysis.ceasefire import CONSULTED, Ceasefire
from libya_analysis.analysis.network import NO_VOTE, Claim, build_network
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.tables import Tables, records
from libya_analysis.evidence.texts import say_firmness

BY = ("source", "agency", "speaker")


def voice_of(tables: Tables, source_id: str, said_by: str) -> str:
    """Who vouches for a claim: its speaker or, for a source's own voice, the agency whose reporting it is.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> tables = load_tables()
    >>> voice_of(tables, "moscow-truce-2020", ""), voice_of(tables, "moscow-truce-2020", "semyonov")
    ('Bloomberg', 'Kirill Semyonov')
    """
    if said_by:
        return tables.names()[said_by]
    sources = tables.frames["sources"]
    row = sources["source_id"].tolist().index(source_id)
    agency = str(sources["reported_by"].iat[row])
    return agency if agency != "unknown" else str(sources["publisher"].iat[row])


def corroboration(tables: Tables, graph: nx.MultiDiGraph) -> pd.DataFrame:
    """Count for each tie the sources that tell of it and the independent voices among them.

    Parameters
    ----------
    tables : Tables
        The evidence.
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`, best at level ``principal``.

    Returns
    -------
    pandas.DataFrame
        One row a tie: ``from, tie, to, claims, sources, voices`` (numbers), ``voiced by`` (names), ``rests on`` (ids);
        those with most voices first.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> tables = load_tables()
    >>> found = corroboration(tables, build_network(tables, kinds=["backs"], level="principal"))
    >>> found.iloc[0][["from", "to"]].tolist()
    ['Turkey', 'Government of National Accord']
    """
    names = dict(graph.nodes(data="name"))
    rows = []
    for a, b, key, edge in graph.edges(keys=True, data=True):
        voices = sorted({voice_of(tables, claim.source_id, claim.said_by) for claim in edge["claims"]})
        rows.append(
            {
                "from": names[a],
                "tie": key,
                "to": names[b],
                "claims": len(edge["claims"]),
                "sources": len({claim.source_id for claim in edge["claims"]}),
                "voices": len(voices),
                "voiced by": ", ".join(voices),
                "rests on": "; ".join(claim.claim_id for claim in edge["claims"]),
            }
        )
    columns = ["from", "tie", "to", "claims", "sources", "voices", "voiced by", "rests on"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["voices", "sources", "tie", "from", "to"], ascending=[False, False, True, True, True])


def corroborated_events(tables: Tables, sources: Sequence[str] | None = None) -> pd.DataFrame:
    """Count for each event the sources that tell of it and the independent voices among them.

    Parameters
    ----------
    tables : Tables
        The evidence.
    sources : sequence of str, optional
        Only these; None for all.

    Returns
    -------
    pandas.DataFrame
        One row an event that more than one source tells of, by event_id: ``event, sources, voices`` (numbers),
        ``voiced by``; those with most sources first.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> corroborated_events(load_tables()).loc["haftar-leaves-moscow", ["sources", "voices"]].tolist()
    [4, 4]
    """
    titles = dict(zip(tables.events["event_id"], tables.events["title"], strict=True))
    told: dict[str, list[tuple[str, str]]] = {}
    for row in records(tables.event_reports):
        if not sources or row["source_id"] in sources:
            told.setdefault(row["event_id"], []).append((row["source_id"], row["said_by"]))
    rows = []
    for event, accounts in told.items():
        voices = sorted({voice_of(tables, source, speaker) for source, speaker in accounts})
        count = len({source for source, _ in accounts})
        if count > 1:
            rows.append([event, titles[event], count, len(voices), ", ".join(voices)])
    table = pd.DataFrame(rows, columns=["event_id", "event", "sources", "voices", "voiced by"]).set_index("event_id")
    return table.sort_values(["sources", "voices", "event"], ascending=[False, False, True])


def disagreements(tables: Tables, ceasefire: Ceasefire, graph: nx.MultiDiGraph) -> pd.DataFrame:
    """List where sources, or readings of one source, contradict each other, side by side.

    Compared are: dates of one event that exclude each other; known outcomes of one event that differ; whether a
    stakeholder of an attempt at a ceasefire was consulted, and whether it signed or withheld; ties that one voice
    states and another denies, and pairs of principals that both back and oppose, or both cooperate and oppose.
    Silence is no disagreement; see :func:`who_says_what`.

    Parameters
    ----------
    tables : Tables
        The evidence.
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`.
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network` at level ``principal``.

    Returns
    -------
    pandas.DataFrame
        One row an account: ``about, matter, account, voice, source, claim``; accounts of one matter below each other.

    Examples
    --------
    >>> from libya_analysis import build_network, build_ceasefire, load_tables
    >>> tables = load_tables()
    >>> graph = build_network(tables, level="principal")
    >>> found = disagreements(tables, build_ceasefire(tables), graph)
    >>> "Putin and Erdogan call for a ceasefire" in set(found["about"])
    True
    """
    used = set(graph.graph["sources"])
    rows = [*_dates_apart(tables, used), *_parts_apart(ceasefire), *_ties_apart(graph)]
    columns = ["about", "matter", "account", "voice", "source", "claim"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates().reset_index(drop=True)


def who_says_what(graph: nx.MultiDiGraph, kind: str = "backs") -> pd.DataFrame:
    """Set out which source says what of each tie of a kind, and which is silent.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    kind : str
        A kind of tie.

    Returns
    -------
    pandas.DataFrame
        One row a tie, indexed by ``from`` and ``to``; one column a source: the statuses (and modalities that are not
        actual) of its claims, or ``silent``.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> said = who_says_what(build_network(load_tables(), level="principal"))
    >>> said.loc[("Jordan", "Libyan National Army"), ["moscow-truce-2020", "reuters-cyprus-mail-2020-01-14"]].tolist()
    ['silent', 'stated']
    """
    names = dict(graph.nodes(data="name"))
    cells: dict[tuple[str, str], dict[str, list[str]]] = {}
    for a, b, edge in graph.edges(data=True):
        if edge["kind"] == kind:
            row = cells.setdefault((names[a], names[b]), {})
            for claim in edge["claims"]:
                words = claim.status if claim.modality == "actual" else f"{claim.status}, {claim.modality}"
                row.setdefault(claim.source_id, []).append(words)
    index = pd.MultiIndex.from_tuples(sorted(cells), names=["from", "to"])
    return pd.DataFrame(
        {
            source: ["; ".join(sorted(set(cells[pair].get(source, ["silent"])))) for pair in index]
            for source in graph.graph["sources"]
        },
        index=index,
    )


def leave_one_out(
    tables: Tables,
    by: str = "source",
    sources: Sequence[str] | None = None,
    as_of: dt.date | str | None = None,
    level: str = "principal",
) -> pd.DataFrame:
    """Leave out one source, agency or speaker at a time, and say what falls.

    Parameters
    ----------
    tables : Tables
        The evidence.
    by : {"source", "agency", "speaker"}
        What is left out: a source; all sources that share an agency; all that one speaker says.
    sources : sequence of str, optional
        Only these to begin with; None for all.
    as_of : date or str, optional
        The day asked about, as for :func:`libya_analysis.build_network`.
    level : {"actor", "principal"}
        Level of the network.

    Returns
    -------
    pandas.DataFrame
        One row for each that can be left out: ``claims`` (how many go), ``ties`` (how many fall because nothing else
        supports them), ``which ties``, ``camps changed`` (names with their new camp).

    Raises
    ------
    ValueError
        If ``by`` is none of these.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> fallen = leave_one_out(load_tables(), by="speaker")
    >>> int(fallen.loc["A Turkish official", "ties"])
    2
    """
    if by not in BY:
        raise ValueError(f"by: {by!r} is not one of {', '.join(BY)}")
    whole = build_network(tables, as_of=as_of, sources=sources, level=level)
    claims = {claim.claim_id: claim for *_, edge in whole.edges(data=True) for claim in edge["claims"]}
    groups: dict[str, set[str]] = {}
    for claim_id, claim in claims.items():
        name = {
            "source": claim.source_id,
            "agency": voice_of(tables, claim.source_id, ""),
            "speaker": claim.speaker,
        }[by]
        if name:
            groups.setdefault(name, set()).add(claim_id)
    names, before = (
        dict(whole.nodes(data="name")),
        {(a, b, k): e["claims"] for a, b, k, e in whole.edges(keys=True, data=True)},
    )
    rows = []
    for name, gone in sorted(groups.items()):
        fallen = [edge for edge, held in before.items() if all(claim.claim_id in gone for claim in held)]
        less = build_network(
            _without(tables, by, name), as_of=as_of, sources=_others(tables, by, name, sources), level=level
        )
        moved = [
            f"{names[node]}: {less.nodes[node]['camp'] if node in less else 'undetermined'}"
            for node in sorted(whole)
            if whole.degree(node)
            and (less.nodes[node]["camp"] if node in less else "undetermined") != whole.nodes[node]["camp"]
        ]
        which = "; ".join(f"{names[a]} {key} {names[b]}" for a, b, key in sorted(fallen))
        rows.append([name, len(gone), len(fallen), which, "; ".join(moved)])
    columns = ["left out", "claims", "ties", "which ties", "camps changed"]
    return pd.DataFrame(rows, columns=columns).set_index("left out").sort_values("ties", ascending=False, kind="stable")


def _others(tables: Tables, by: str, name: str, sources: Sequence[str] | None) -> list[str]:
    """Sources that stay when one source or agency goes."""
    kept = list(sources or tables.published())
    if by == "source":
        return [source for source in kept if source != name]
    return [source for source in kept if voice_of(tables, source, "") != name] if by == "agency" else kept


def _without(tables: Tables, by: str, name: str) -> Tables:
    """The tables without what a speaker says."""
    if by != "speaker":
        return tables
    ids = [actor for actor, known in tables.names().items() if known == name]
    frames = {
        table: frame[~frame["said_by"].isin(ids)].reset_index(drop=True) if "said_by" in frame else frame
        for table, frame in tables.frames.items()
    }
    return dataclasses.replace(tables, frames=frames)


# -- contradictions ---------------------------------------------------------------------------------------------------


def _dates_apart(tables: Tables, sources: set[str]) -> Iterator[list[str]]:
    """Accounts of one event whose dates exclude each other, or whose outcomes differ."""
    titles, names = dict(zip(tables.events["event_id"], tables.events["title"], strict=True)), tables.names()
    accounts: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(records(tables.event_reports), key=lambda row: row["report_id"]):
        if row["source_id"] in sources and row["modality"] != "predicted":
            accounts.setdefault(row["event_id"], []).append(row)
    for event, rows in sorted(accounts.items()):
        dated = [row for row in rows if row["date"]]
        known = [row for row in rows if row["outcome"] not in ("unknown", "")]
        apart = any(_exclude(one["date"], other["date"]) for one, other in combinations(dated, 2))
        for matter, told in (
            ("when", dated if apart else []),
            ("outcome", known if len({row["outcome"] for row in known}) > 1 else []),
        ):
            for row in told:
                account = say_date(row["date"]) if matter == "when" else row["outcome"]
                speaker = names.get(row["said_by"], "")
                voice = say_firmness(row["status"], row["modality"], row["condition"], speaker, row["reading"])
                yield [titles[event], matter, account, voice, _cite(row), row["report_id"]]


def _exclude(one: Any, other: Any) -> bool:
    """Whether no day can be meant by both dates."""
    if one.latest and other.earliest and one.latest < other.earliest:
        return True
    return bool(other.latest and one.earliest and other.latest < one.earliest)


def _parts_apart(ceasefire: Ceasefire) -> Iterator[list[str]]:
    """Stakeholders of whom it is said that they were and were not consulted, or signed and did not."""
    for event in ceasefire.attempts.index:
        for actor, name in ceasefire.stakeholders["name"].items():
            parts = [part for part in ceasefire.of(str(event), str(actor)) if part.sure]
            states = {part.state for part in parts}
            for matter, one, other in (
                ("consulted", set(CONSULTED), {"not consulted"}),
                ("signed", {"signed"}, {"withheld"}),
            ):
                if states & one and states & other:
                    for part in parts:
                        if part.state in one | other:
                            about = f"{name}: {ceasefire.attempts.loc[event, 'title']}"
                            yield [about, matter, part.state, part.firmness, part.citation, part.participation_id]


def _ties_apart(graph: nx.MultiDiGraph) -> Iterator[list[str]]:
    """Pairs whose ties contradict each other."""
    names = dict(graph.nodes(data="name"))
    pairs: dict[tuple[str, str], list[Claim]] = {}
    for a, b, edge in graph.edges(data=True):
        if edge["kind"] in ("backs", "opposes", "cooperates-with"):
            pairs.setdefault((min(a, b), max(a, b)), []).extend(edge["claims"])
    for (a, b), claims in sorted(pairs.items()):
        actual = [claim for claim in claims if claim.modality == "actual"]
        held = [claim for claim in actual if claim.status not in NO_VOTE]
        against = [claim for claim in held if claim.kind == "opposes"]
        together = [claim for claim in held if claim.kind != "opposes"]
        denied = [claim for claim in actual if claim.status == "denied"]
        about = f"{names[a]} and {names[b]}"
        for matter, one, other in (
            ("together or against", together, against),
            ("stated or denied", [c for c in held if c.kind in {d.kind for d in denied}], denied),
        ):
            if one and other:
                for claim in (*one, *other):
                    words = f"{names[claim.from_id]} {claim.kind} {names[claim.to_id]}"
                    yield [about, matter, words, claim.firmness, claim.citation, claim.claim_id]


def _cite(row: dict[str, Any]) -> str:
    return f"{row['source_id']} {', '.join(row['paragraphs'])}"
