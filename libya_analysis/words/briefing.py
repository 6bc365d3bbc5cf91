"""A briefing composed from rows: each sentence attributed, as firm as its source, and linked to paragraphs."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.ceasefire import Ceasefire
from libya_analysis.analysis.network import backs_indeed
from libya_analysis.analysis.proxies import proxy_dyads
from libya_analysis.analysis.spells import reported
from libya_analysis.analysis.voices import agencies, disagreements, voices_of
from libya_analysis.evidence.claim import Claim, cite, grouped, inside
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.frames import Frame, records
from libya_analysis.evidence.question import Question, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import OUTCOMES, PARTS, TIES, label
from libya_analysis.words.findings import ceasefire_finding, finding, most_left_out
from libya_analysis.words.sentence import Prose, Statement, called, how_many, list_words, say_claim


def headline(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str = "") -> Prose:
    """Say the main finding in two sentences: who backs whom, and what became of attempts or whom they left out.

    The one that speaks of the later day comes first; see :func:`key_findings`.

    Examples
    --------
    >>> from libya_analysis import build_network, build_ceasefire, load_tables
    >>> tables = load_tables()
    >>> graph = build_network(tables, as_of="2020-01-15", sources=["moscow-truce-2020"], level="principal")
    >>> print(headline(graph, build_ceasefire(tables), focus="egypt").statements[0].text)
    Egypt backs the Libyan National Army.
    """
    first = Finding.of("backing", finding(graph, focus), _backing_claims(graph, focus))
    left_out, worst = [s.claim for s in ceasefire.standings if PARTS[s.part].asked is False], most_left_out(ceasefire)
    told = ceasefire.attempts[worst].claims if worst else ()
    general = [Finding.of("attempts", ceasefire_finding(ceasefire), left_out, told)] if ceasefire.attempts else []
    general = [*general, *_outcomes(graph, ceasefire, "")]
    own = [*_left_out(graph, ceasefire, focus), *_own_parts(graph, ceasefire, focus)] if focus else []
    return Prose(tuple(by_news(graph, [first, *by_news(graph, own or general)[:1]])), lead=True)


@dataclass(frozen=True)
class Finding(Statement):
    """A sentence with what it is about, whatever it says of it, the claims behind it and the days it speaks of."""

    about: str = ""
    claims: tuple[Claim, ...] = ()
    days: tuple[dt.date, ...] = ()

    @classmethod
    def of(cls, about: str, text: str, claims: Iterable[Claim], events: Iterable[Claim] = ()) -> Finding:
        """Make one of the claims that it rests on, and, if it is about events, the accounts of these."""
        claims = tuple(claims)
        dates = [reported(claim) for claim in (tuple(events) or claims)]
        days = tuple(date.latest for date in dates if date and date.latest)
        return cls(f"{text.removesuffix('.')}.", cite(claims), about, claims, days)


def by_news(
    graph: nx.MultiDiGraph, found: Iterable[Finding], agency: Mapping[str, str] = MappingProxyType({})
) -> list[Finding]:
    """Rank findings: by the day that they speak of, then by whether the report before told them, then by weight.

    What happened since the report before is equally new. Weight is the number of independent voices for the claim that
    has the fewest. Later than the day asked about is not news of that day.
    """
    found = list(found)
    today, counts_as = graph.graph["as_of"] or dt.date.max, graph.graph["counts_as"]
    told = (*_claims(graph), *(claim for one in found for claim in one.claims))
    out = sorted({d for claim in told if (d := _published(claim)) <= today})
    before = out[-2] if len(out) > 1 else dt.date.min

    def matter(claim: Claim) -> tuple[str, ...]:
        ends = (counts_as.get(actor, actor) for actor in (claim.from_id, claim.to_id))
        return (*ends, claim.kind, claim.event_id if claim.table == "participants" else "")

    def order(one: Finding) -> tuple[dt.date, bool, int]:
        day = max((day for day in one.days if day <= today), default=dt.date.min)
        news = min(map(_published, one.claims), default=dt.date.min) > before
        voices = (len(voices_of(claims, agency)) for claims in grouped(one.claims, matter).values())
        return dt.date.max if day > before else day, news, min(voices, default=0)

    return sorted(found, key=order, reverse=True)


def _published(claim: Claim) -> dt.date:
    return (claim.published and claim.published.latest) or dt.date.min


def _claims(graph: nx.MultiDiGraph) -> list[Claim]:
    return [claim for *_, claims in graph.edges(data="claims") for claim in claims]


def _backing_claims(graph: nx.MultiDiGraph, focus: str) -> list[Claim]:
    return [
        claim
        for a, b, edge in graph.edges(data=True)
        if edge["kind"] == "backs" and edge["actual"] and (focus in (a, b) if focus else graph.nodes[b]["anchor"])
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
    claims, ties = len(_claims(graph)), graph.number_of_edges()
    day = graph.graph["as_of"]
    when = f", as of {say_date(day.isoformat())}" if day else ""
    text = (
        f"{how_many(claims, 'claim')} about {how_many(ties, 'tie')}, from {how_many(len(used), 'source')} of "
        f"{how_many(len(agencies), 'newsroom or agency', 'newsrooms and agencies')} ({list_words(agencies, 6)}){when}."
    )
    return Prose((Statement(text),), lead=True)


def key_findings(tables: Tables, graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str = "") -> Prose:
    """Say up to five findings, newest first: support, proxy dyads, who was left out, what became of it, threats.

    They are ranked by the day that they speak of, by what the report before did not tell, and by independent voices.

    Parameters
    ----------
    tables, graph, ceasefire
        The evidence, and what :func:`libya_analysis.build_network` at level ``principal`` and, for the same sources,
        :func:`libya_analysis.build_ceasefire` make of it.
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
    found = find_all(tables, graph, ceasefire, focus)
    return Prose(tuple(found[:5]) or (Statement("The sources chosen allow no finding on this actor."),))


def find_all(tables: Tables, graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str = "") -> list[Finding]:
    """All findings, of which the first are the key ones."""
    found: list[Finding] = [
        *_support(tables, graph, focus),
        *_dyads(graph, focus),
        *_left_out(graph, ceasefire, focus),
        *_outcomes(graph, ceasefire, focus),
        *_unreal(graph, focus),
        *(_own_parts(graph, ceasefire, focus) if focus else ()),
    ]
    return by_news(graph, found, agencies(tables))


def _support(tables: Tables, graph: nx.MultiDiGraph, focus: str) -> Iterable[Finding]:
    """The best supported of the backings told last, or how well those of the actor in focus are supported."""
    nodes, agency = graph.nodes, agencies(tables)
    backings = []
    for a, b, edge in graph.edges(data=True):
        if backs_indeed(edge) and (focus in (a, b) if focus else nodes[b]["anchor"]):
            voices, sources = voices_of(edge["claims"], agency), {claim.source_id for claim in edge["claims"]}
            day = _latest(graph, map(reported, edge["claims"]))
            order = (-day.toordinal(), -len(voices), -len(sources), nodes[a]["name"], nodes[b]["name"])
            backings.append((order, a, b, voices, edge["claims"]))
    if not backings:
        return
    best, *others = sorted(backings, key=lambda backing: backing[0])
    _, one, other, voices, claims = best
    text = f"That {nodes[one]['name']} backs {called(graph, other)} is said by "
    text += f"{how_many(len(voices), 'independent voice')} ({list_words([inside(voice) for voice in voices], 8)})"
    last = _latest(graph, (claim.published for claim in claims))
    text += f", last on {say_date(last.isoformat())}" if last > dt.date.min else ""
    single = [backing for backing in others if len(backing[3]) == 1]
    if single:
        ends = {b if focus == one else a for _, a, b, *_ in single}
        weak = [called(graph, node) for node in sorted(ends, key=lambda node: nodes[node]["name"])]
        by = "of" if focus == one else "by"
        text += f"; the backing {by} {list_words(weak, 6)} rests on one voice {'each' if len(weak) > 1 else 'alone'}"
    found = Finding.of(f"support {one} {other}", text, claims)
    yield replace(found, cites=cite(claim for backing in (best, *single) for claim in backing[4]))


def _latest(graph: nx.MultiDiGraph, dates: Iterable[EdtfDate | None]) -> dt.date:
    """The last of some dates that is not later than the day asked about."""
    days = (date.latest for date in dates if date and date.latest)
    return max((day for day in days if day <= (graph.graph["as_of"] or dt.date.max)), default=dt.date.min)


def _dyads(graph: nx.MultiDiGraph, focus: str) -> Iterable[Finding]:
    """Patrons behind opposing sides, best those that also cooperate."""
    node_of = {name: node for node, name in graph.nodes(data="name")}
    mine = graph.nodes[focus]["name"] if focus else ""
    dyads = records(proxy_dyads(graph).drop_duplicates(subset=["patron", "other patron"]))
    dyads = [row for row in dyads if not focus or mine in (row["patron"], row["other patron"])]
    if not dyads:
        return
    row = next((row for row in dyads if row["they also"]), dyads[0])
    if row["they also"]:
        clients = " and ".join(called(graph, node_of[row[client]]) for client in ("client", "other client"))
        text = f"{row['patron']} and {row['other patron']} back opposing sides, {clients}"
        ties = [tie for tie in row["they also"].split("; ") if "not actual" not in tie]
        verbs = [TIES[tie].many.removesuffix(" with") for tie in ties]
        text += f"; they also {list_words(verbs)} with each other" if verbs else ""
        text += " and oppose each other" if row["and"] else ""
    else:
        who = mine or row["patron"]
        others = {other[patron] for other in dyads for patron in ("patron", "other patron")} - {who}
        text = f"{who} and {list_words(sorted(others))} back opposing sides; no tie between them is told"
    ids = {claim.claim_id: claim for claim in _claims(graph)}
    about = f"dyad {node_of[row['patron']]} {node_of[row['other patron']]}"
    yield Finding.of(about, text, (ids[claim] for claim in row["rests on"].split("; ")))


def _named(graph: nx.MultiDiGraph, ceasefire: Ceasefire, actor: str) -> str:
    """Name of a stakeholder inside a sentence."""
    return called(graph, actor) if actor in graph else ceasefire.stakeholders[actor].name


def _left_out(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Finding]:
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
        yield Finding.of(f"left out {event}", text, (standing.claim for standing in mine), attempt.claims)


def _own_parts(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Finding]:
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
            yield Finding.of(f"part {event}", text, (standing.claim for standing in mine), attempt.claims)


def _outcomes(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Finding]:
    """Who signed and who did not, or that it came to nothing."""
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
        failed = [claim for claim in attempt.claims if claim.counts and OUTCOMES[claim.kind].failed]
        failed = [claim for claim in failed if claim.kind in attempt.outcome.split(" or ")]
        if failed and not said and not focus:
            said, shown = [label(attempt.outcome)], failed
        if said and attempt.modality == "actual":
            text = f"{attempt.title}, {attempt.when}: {'; '.join(said)}"
            yield Finding.of(f"outcome {event}", text, shown, attempt.claims)


def _unreal(graph: nx.MultiDiGraph, focus: str) -> Iterable[Finding]:
    """What is only threatened, planned or conditional."""
    for a, b, edge in graph.edges(data=True):
        if not edge["actual"] and edge["kind"] == "backs" and (not focus or focus in (a, b)):
            for claim in edge["claims"]:
                said = say_claim(graph, claim)
                yield replace(Finding.of(f"unreal {claim.claim_id}", said.text, [claim]), cites=said.cites)


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
    claims, used = _claims(graph), set(graph.graph["sources"])
    reports = [claim for claim in tables.claimed["event_reports"] if claim.source_id in used]
    events, dated = {claim.event_id for claim in reports}, {claim.event_id for claim in reports if claim.start}
    said = [f"{len(events - dated)} of {how_many(len(events), 'event')} have no date in any source."]
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


def source_list(
    tables: Tables, sources: Sequence[str] | None = None, question: Question | None = None, **asked: Any
) -> Prose:
    """List sources in words, as the targets of the links from sentences.

    Parameters
    ----------
    tables : Tables
        The evidence.
    sources : sequence of str, optional
        Only these source_ids; None for all that make claims.
    question, **asked
        What is asked, see :func:`libya_analysis.check_parameters`: ``known_on``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(str(source_list(load_tables(), ["tass-2020-01-13"]))[:60])
    tass-2020-01-13: TASS (reporting by TASS), 13 January 2020.
    """
    statements, tables = [], known_tables(tables, question, **asked)
    for row in records(tables.sources):
        if row["source_id"] in (tables.published() if sources is None else sources):
            agency, day = row["reported_by"], say_date(row["published"])
            text = f"{row['source_id']}: {row['publisher']} (reporting by {agency}), {day}. {row['description']}. "
            statements.append(Statement(text + (row["url"] or "No address is known.")))
    return _Sources(tuple(statements))


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
    claims = _claims(graph)
    statuses = pd.Series([claim.status for claim in claims], name="voice", dtype=object)
    modalities = pd.Series([claim.modality for claim in claims], name="how real", dtype=object)
    return Frame(pd.crosstab(statuses, modalities))
