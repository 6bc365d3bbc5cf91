"""A briefing composed from rows: each sentence attributed, as firm as its source, and linked to paragraphs."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.ceasefire import Ceasefire
from libya_analysis.analysis.network import backs_indeed
from libya_analysis.analysis.proxies import proxy_dyads
from libya_analysis.analysis.voices import corroboration, disagreements
from libya_analysis.evidence.claim import Claim, cite, inside
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.frames import Frame, records
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import PARTS, TIES
from libya_analysis.words.findings import ceasefire_finding, finding
from libya_analysis.words.sentence import (
    Prose,
    Statement,
    called,
    how_many,
    list_words,
    say_claim,
)


def headline(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str = "") -> Prose:
    """Say the main finding in two sentences: who backs whom, and which attempt left out most.

    Examples
    --------
    >>> from libya_analysis import build_network, build_ceasefire, load_tables
    >>> tables = load_tables()
    >>> graph = build_network(tables, as_of="2020-01-15", sources=["moscow-truce-2020"], level="principal")
    >>> print(headline(graph, build_ceasefire(tables), focus="egypt").statements[0].text)
    Egypt backs the Libyan National Army.
    """
    first = Statement(f"{finding(graph, focus)}.", cite(_backing_claims(graph, focus)))
    left_out = [s.claim for s in ceasefire.standings if PARTS[s.part].asked is False]
    general = (Statement(f"{ceasefire_finding(ceasefire)}.", cite(left_out)),) if ceasefire.attempts else ()
    own = (*_left_out(graph, ceasefire, focus), *_own_parts(graph, ceasefire, focus)) if focus else ()
    return Prose((first, *(own or general)[:1]), lead=True)


def _backing_claims(graph: nx.MultiDiGraph, focus: str) -> list[Claim]:
    anchors = {node for node, anchor in graph.nodes(data="anchor") if anchor}
    return [
        claim
        for a, b, edge in graph.edges(data=True)
        if edge["kind"] == "backs" and edge["actual"] and (focus in (a, b) if focus else b in anchors)
        for claim in edge["claims"]
    ]


def scope_line(tables: Tables, graph: nx.MultiDiGraph) -> Prose:
    """Say what a briefing rests on: how many claims, of which sources, as of when.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> tables = load_tables()
    >>> print(scope_line(tables, build_network(tables, as_of="2020-01-15", sources=["moscow-truce-2020"])))
    55 claims about 50 ties, from 1 source of 1 newsroom or agency (Bloomberg), as of 15 January 2020.
    """
    used = list(graph.graph["sources"])
    rows = tables.sources[tables.sources["source_id"].isin(used)]
    agencies = sorted(set(rows["reported_by"]))
    edges = [edge for *_, edge in graph.edges(data=True)]
    claims = sum(len(edge["claims"]) for edge in edges)
    day = graph.graph["as_of"]
    when = f", as of {say_date(day.isoformat())}" if day else ""
    text = (
        f"{how_many(claims, 'claim')} about {how_many(len(edges), 'tie')}, from {how_many(len(used), 'source')} of "
        f"{how_many(len(agencies), 'newsroom or agency', 'newsrooms and agencies')} ({list_words(agencies, 6)}){when}."
    )
    return Prose((Statement(text),), lead=True)


def key_findings(tables: Tables, graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str = "") -> Prose:
    """Say three to five findings: support, proxy dyads, who was left out, what became of it, what is only threatened.

    Parameters
    ----------
    tables : Tables
        The evidence.
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network` at level ``principal``.
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`, for the same sources.
    focus : str, optional
        An actor_id: only what concerns it.

    Examples
    --------
    >>> from libya_analysis import build_network, build_ceasefire, load_tables
    >>> tables = load_tables()
    >>> graph = build_network(tables, as_of="2020-01-15", level="principal")
    >>> 3 <= len(key_findings(tables, graph, build_ceasefire(tables)).statements) <= 5
    True
    """
    found = [
        *_support(tables, graph, focus),
        *_dyads(graph, focus),
        *_left_out(graph, ceasefire, focus),
        *_outcomes(graph, ceasefire, focus),
        *_unreal(graph, focus),
        *(_own_parts(graph, ceasefire, focus) if focus else ()),
    ]
    return Prose(tuple(found[:5]) or (Statement("The sources chosen allow no finding on this actor."),))


def _support(tables: Tables, graph: nx.MultiDiGraph, focus: str) -> Iterable[Statement]:
    """The best supported backing, or how well those of the actor in focus are supported."""
    table = corroboration(tables, graph)
    names = dict(graph.nodes(data="name"))
    told = {(names[a], names[b]) for a, b, edge in graph.edges(data=True) if backs_indeed(edge)}
    real = pd.Series([pair in told for pair in zip(table["from"], table["to"], strict=True)], table.index, dtype=bool)
    mine = table[table["tie"].eq("backs") & real]
    if focus:
        mine = mine[mine["from"].eq(names[focus]) | mine["to"].eq(names[focus])]
    anchors = {names[node] for node, anchor in graph.nodes(data="anchor") if anchor}
    mine = mine if focus else mine[mine["to"].isin(anchors)]
    if mine.empty:
        return
    ids = {claim.claim_id: claim for *_, edge in graph.edges(data=True) for claim in edge["claims"]}
    best, single = mine.iloc[0], mine[mine["voices"].eq(1)]
    text = f"That {best['from']} backs {_the(graph, best['to'])} is said by "
    voices = list_words([inside(voice) for voice in best["voiced by"].split(", ")], 8)
    text += f"{how_many(best['voices'], 'independent voice')} ({voices})"
    single = single[single["rests on"].ne(best["rests on"])]
    if len(single):
        end, by = ("to", "of") if focus and names[focus] == best["from"] else ("from", "by")
        weak = [_the(graph, name) for name in sorted(set(single[end]))]
        text += f"; the backing {by} {list_words(weak, 6)} rests on one voice {'each' if len(weak) > 1 else 'alone'}"
    rows = "; ".join([best["rests on"], *single["rests on"]]).split("; ")
    yield Statement(f"{text}.", cite([ids[row] for row in rows]))


def _the(graph: nx.MultiDiGraph, name: str) -> str:
    node = next(node for node, known in graph.nodes(data="name") if known == name)
    return called(graph, node)


def _dyads(graph: nx.MultiDiGraph, focus: str) -> Iterable[Statement]:
    """Patrons behind opposing sides that also cooperate."""
    dyads = proxy_dyads(graph)
    names = dict(graph.nodes(data="name"))
    if focus:
        dyads = dyads[dyads["patron"].eq(names[focus]) | dyads["other patron"].eq(names[focus])]
    dyads = dyads.drop_duplicates(subset=["patron", "other patron"])
    ids = {claim.claim_id: claim for *_, edge in graph.edges(data=True) for claim in edge["claims"]}
    both = dyads[dyads["they also"].ne("")]
    for _, row in both.head(1).iterrows():
        ties = [tie for tie in row["they also"].split("; ") if "not actual" not in tie]
        verbs = [TIES[tie].many.removesuffix(" with") for tie in ties]
        text = (
            f"{row['patron']} and {row['other patron']} back opposing sides, {_the(graph, row['client'])} and "
            f"{_the(graph, row['other client'])}"
        )
        text += f"; they also {list_words(verbs)} with each other" if verbs else ""
        text += " and oppose each other" if row["and"] else ""
        yield Statement(f"{text}.", cite([ids[claim] for claim in row["rests on"].split("; ")]))
    if both.empty and len(dyads):
        row = dyads.iloc[0]
        others = list_words(sorted({*dyads["patron"], *dyads["other patron"]} - {names.get(focus, row["patron"])}))
        who = names.get(focus, row["patron"])
        text = f"{who} and {others} back opposing sides; no tie between them is told"
        yield Statement(f"{text}.", cite([ids[claim] for claim in row["rests on"].split("; ")]))


def _named(graph: nx.MultiDiGraph, ceasefire: Ceasefire, actor: str) -> str:
    """Name of a stakeholder inside a sentence."""
    return called(graph, actor) if actor in graph else ceasefire.stakeholders[actor].name


def _left_out(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Statement]:
    """Who was not consulted, according to whom."""
    for event, attempt in ceasefire.attempts.items():
        told = [s for s in ceasefire.within(event) if s.sure and PARTS[s.part].asked is False]
        mine = [standing for standing in told if not focus or standing.actor_id == focus]
        if not mine:
            continue
        who = list_words(sorted({_named(graph, ceasefire, standing.actor_id) for standing in mine}), 6)
        voices = sorted({standing.claim.firmness for standing in mine} - {"stated by the source"})
        voice = f", {list_words(voices)}" if voices else ""
        were = "was" if len({standing.actor_id for standing in mine}) == 1 else "were"
        share = ceasefire.gap(event).said
        text = f"{attempt.title}: {who} {were} not consulted{voice}; in all {share} stakeholders"
        yield Statement(f"{text}.", cite(standing.claim for standing in mine))


def _own_parts(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Statement]:
    """What an actor did in the attempts at a ceasefire, beyond being left out or deciding on a signature."""
    for event, attempt in ceasefire.attempts.items():
        mine = [s for s in ceasefire.of(event, focus) if s.part in ("led", "at the table", "invited", "withdrew")]
        if mine:
            did = list_words(list(dict.fromkeys(standing.part for standing in mine)))
            voices = sorted({standing.claim.firmness for standing in mine} - {"stated by the source"})
            voice = f", {'; '.join(voices)}" if voices else ""
            outcome = "" if attempt.outcome == "unknown" else f"; outcome: {attempt.outcome}"
            name, was = _named(graph, ceasefire, focus), "was " if did in ("invited", "at the table") else ""
            text = f"{attempt.title} ({attempt.when}): {name} {was}{did}{voice}{outcome}"
            yield Statement(f"{text}.", cite(standing.claim for standing in mine))


def _outcomes(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Statement]:
    """Who signed and who did not."""
    for event, attempt in ceasefire.attempts.items():
        told = [standing for standing in ceasefire.within(event) if standing.sure]
        said, shown = [], []
        for part, verb in (("signed", "signed"), ("withheld", "did not sign"), ("objected", "objected")):
            mine = [standing for standing in told if standing.part == part]
            if mine and (not focus or any(standing.actor_id == focus for standing in mine)):
                who = list_words(sorted({_named(graph, ceasefire, standing.actor_id) for standing in mine}), 6)
                voices = sorted({standing.claim.firmness for standing in mine})
                voice = "" if "stated by the source" in voices else f" ({'; '.join(voices)})"
                said.append(f"{who} {verb}{voice}")
                shown += [standing.claim for standing in mine]
        if said and attempt.modality == "actual":
            yield Statement(f"{attempt.title}, {attempt.when}: {'; '.join(said)}.", cite(shown))


def _unreal(graph: nx.MultiDiGraph, focus: str) -> Iterable[Statement]:
    """What is only threatened, planned or conditional."""
    for a, b, edge in graph.edges(data=True):
        if not edge["actual"] and edge["kind"] == "backs" and (not focus or focus in (a, b)):
            yield from (say_claim(graph, claim) for claim in edge["claims"])


def open_questions(tables: Tables, graph: nx.MultiDiGraph, ceasefire: Ceasefire) -> Prose:
    """Say what the sources leave open: dates, outcomes, who was asked, which camp, and where they disagree.

    Examples
    --------
    >>> from libya_analysis import build_network, build_ceasefire, load_tables
    >>> tables = load_tables()
    >>> graph = build_network(tables, as_of="2020-01-15", level="principal")
    >>> "no date" in str(open_questions(tables, graph, build_ceasefire(tables)))
    True
    """
    used = set(graph.graph["sources"])
    reports = [claim for claim in tables.claimed["event_reports"] if claim.source_id in used]
    events, dated = {claim.event_id for claim in reports}, {claim.event_id for claim in reports if claim.start}
    said = [f"{len(events - dated)} of {how_many(len(events), 'event')} have no date in any source."]
    claims = [claim for *_, edge in graph.edges(data=True) for claim in edge["claims"]]
    loose = sum(not claim.rests_on and not claim.start and not claim.end for claim in claims)
    said.append(f"{loose} of {how_many(len(claims), 'claim')} about ties give neither a beginning nor an end.")
    gaps = {attempt.title: ceasefire.gap(event) for event, attempt in ceasefire.attempts.items()}
    silent = [title for title, gap in gaps.items() if not gap.consulted and not gap.left_out]
    if silent:
        said.append(f"Nothing is said of who was asked in {how_many(len(silent), 'attempt')}: {'; '.join(silent)}.")
    unknown = [attempt.title for attempt in ceasefire.attempts.values() if attempt.outcome == "unknown"]
    if unknown:
        said.append(f"The outcome of {how_many(len(unknown), 'attempt')} is not told: {'; '.join(unknown)}.")
    tied = [about for node, about in sorted(graph.nodes(data=True)) if graph.degree(node)]
    unsettled = [about["name"] for about in tied if about["camp"] == UNDETERMINED]
    if unsettled:
        said.append(f"The ties do not settle on which side these stand: {', '.join(unsettled)}.")
    about = disagreements(tables, ceasefire, graph)["about"].unique().tolist()
    if about:
        said.append(f"Sources, or readings of one, contradict each other on: {'; '.join(about)}.")
    return Prose(tuple(Statement(text) for text in said))


def source_list(tables: Tables, sources: Sequence[str] | None = None) -> Prose:
    """List sources in words, as the targets of the links from sentences.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(str(source_list(load_tables(), ["tass-2020-01-13"]))[:60])
    tass-2020-01-13: TASS (reporting by TASS), 13 January 2020.
    """
    return _Sources(
        tuple(
            Statement(
                f"{row['source_id']}: {row['publisher']} (reporting by {row['reported_by']}), "
                f"{say_date(row['published'])}. "
                f"{row['description']}. {row['url'] or 'No address is known.'}"
            )
            for row in records(tables.sources)
            if row["source_id"] in (sources or tables.published())
        )
    )


class _Sources(Prose):
    """A list of sources, each the target of links."""

    def _repr_html_(self) -> str:
        items = []
        for statement in self.statements:
            source, _, words = statement.text.partition(": ")
            items.append(f'<li id="{html.escape(source)}"><b>{html.escape(source)}</b>: {html.escape(words)}</li>')
        return f"<ul>{''.join(items)}</ul>"


def voices_table(graph: nx.MultiDiGraph) -> Frame:
    """Count claims by whose voice makes them and how real they are said to be.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> int(voices_table(build_network(load_tables(), sources=["moscow-truce-2020"])).loc["alleged", "actual"])
    2
    """
    claims = [claim for *_, edge in graph.edges(data=True) for claim in edge["claims"]]
    statuses = pd.Series([claim.status for claim in claims], name="voice", dtype=object)
    modalities = pd.Series([claim.modality for claim in claims], name="how real", dtype=object)
    return Frame(pd.crosstab(statuses, modalities))
