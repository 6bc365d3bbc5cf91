"""Text of a briefing, composed from rows: each sentence attributed, as firm as its source, and linked to paragraphs.

Nothing here is typed by hand but grammar. What is conditional stays conditional, what somebody says stays theirs, and
what the sources leave open is said to be open.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.ceasefire import Ceasefire, Part, consultation_gap
from libya_analysis.analysis.network import Claim, backs_indeed
from libya_analysis.analysis.proxies import proxy_dyads
from libya_analysis.analysis.voices import corroboration, disagreements
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.tables import Tables, records
from libya_analysis.evidence.texts import inside
from libya_analysis.words.findings import called, capital, ceasefire_finding, finding, how_many, list_words

#: How each kind of tie is said: of one, of several, after "to"; and the kind seen from those it is done to.
_VERBS = {
    "backs": ("backs", "back", "back"),
    "opposes": ("opposes", "oppose", "oppose"),
    "cooperates-with": ("cooperates with", "cooperate with", "cooperate with"),
    "negotiates-with": ("talks with", "talk with", "talk with"),
    "mediates": ("mediates with", "mediate with", "mediate with"),
    "pressures": ("presses", "press", "press"),
    "agreement": ("is in one agreement with", "are in one agreement with", "make an agreement with"),
    "leads": ("leads", "lead", "lead"),
    "member-of": ("belongs to", "belong to", "belong to"),
    "founded": ("founded", "founded", "found"),
}
_UNREAL = {
    "threatened": "{a} threatens to {verb}",
    "planned": "{a} plans to {verb}",
    "conditional": "{a} would {verb}",
    "predicted": "{a} is predicted to {verb}",
    "feared": "{a} is feared to {verb}",
}
_UNSAID = ("unspecified", "unknown", "other", "")


@dataclass(frozen=True)
class Statement:
    """A sentence and the paragraphs that it rests on, as ``(source_id, paragraphs)``."""

    text: str
    cites: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        cited = "; ".join(f"{source} {', '.join(paragraphs)}" for source, paragraphs in self.cites)
        return f"{self.text} [{cited}]" if cited else self.text


@dataclass(frozen=True)
class Prose:
    """Sentences that a notebook shows as a list, each with links to its sources, and prints as plain lines."""

    statements: tuple[Statement, ...]
    lead: bool = False

    def __repr__(self) -> str:
        return "\n".join(map(str, self.statements))

    def _repr_html_(self) -> str:
        items = [_show(statement) for statement in self.statements]
        if self.lead:
            return "".join(f"<p>{item}</p>" for item in items)
        return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _show(statement: Statement) -> str:
    """A sentence as HTML; text from tables is text."""
    cited = "; ".join(
        f'<a href="#{html.escape(source)}">{html.escape(source)}</a> {html.escape(", ".join(paragraphs))}'
        for source, paragraphs in statement.cites
    )
    return html.escape(statement.text) + (f" <small>[{cited}]</small>" if cited else "")


# -- claims as sentences ----------------------------------------------------------------------------------------------


def say_claim(graph: nx.MultiDiGraph, claim: Claim) -> Statement:
    """Say one claim about a tie: who, what, whom, how real, according to whom.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), sources=["moscow-truce-2020"])
    >>> claims = {claim.claim_id: claim for *_, e in graph.edges(data=True) for claim in e["claims"]}
    >>> print(say_claim(graph, claims["turkey-threatens-deployment"]).text)
    Turkey threatens to back the Government of National Accord (military deployment).
    >>> print(say_claim(graph, claims["russia-turkey-oil-gas"]).text)
    Turkey would cooperate with Russia, but only if there is a ceasefire, according to a Turkish official.
    """
    a, b = called(graph, claim.from_id), called(graph, claim.to_id)
    several = graph.nodes[claim.from_id]["number"] == "several"
    one, many, bare = _VERBS[claim.kind]
    actual = f"{a} {many if several else one}"
    core = actual if claim.modality == "actual" else _UNREAL[claim.modality].format(a=a, verb=bare)
    text = f"{core} {b}"
    details = [] if claim.support in _UNSAID else [claim.support.replace("-", " ")]
    if not claim.start and claim.attested and claim.attested.earliest:  # "on or before" a day of the text says nothing
        details.append(f"attested {say_date(claim.attested)}")
    if details:
        text += f" ({', '.join(details)})"
    if claim.condition:
        text += f", but only {claim.condition}"
    if claim.status == "attributed" and claim.said_by == claim.from_id:
        text = _own_account(graph, claim, text.removeprefix(a).lstrip())
        return Statement(f"{capital(text)}.", _cites([claim]))
    return Statement(capital(_voiced(text, claim.status, claim.speaker, claim.reading)) + ".", _cites([claim]))


def _own_account(graph: nx.MultiDiGraph, claim: Claim, rest: str) -> str:
    """What an actor says of itself: ``Turkey says that it plans ...``; of a person, who is no it, by own account."""
    who = called(graph, claim.from_id)
    persons = ("person", "officials", "leader-unnamed")
    own = (
        f"{who} {rest}, by own account"
        if graph.nodes[claim.from_id]["kind"] in persons
        else f"{who} says that it {rest}"
    )
    return f"{own} (the wording can be read in two ways)" if claim.reading else own


def _voiced(text: str, status: str, speaker: str, reading: str = "") -> str:
    """A clause with the voice that makes it."""
    who = inside(speaker)
    if status == "attributed":
        text += f", according to {who}"
    elif status == "alleged":
        text = f"{who} alleges that {text}"
    elif status == "denied":
        text = f"{who} denies that {text}"
    elif status == "implied":
        text += ", as is implied"
    return f"{text} (the wording can be read in two ways)" if reading else text


def _cites(claims: Iterable[Claim]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Sources with the paragraphs that claims cite, each once."""
    cited: dict[str, list[str]] = {}
    for claim in claims:
        cited.setdefault(claim.source_id, []).extend(claim.paragraphs)
    return _sorted_cites(cited)


def _sorted_cites(cited: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (source, tuple(sorted(set(found), key=lambda p: (p[0], int(p[1:]))))) for source, found in sorted(cited.items())
    )


def say_claims(graph: nx.MultiDiGraph, kinds: Sequence[str] = ("backs",), statuses: Sequence[str] = ()) -> Prose:
    """Say all claims of some kinds of tie, sure ones first; claims that say the same are one sentence.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), sources=["moscow-truce-2020"], statuses=["alleged"])
    >>> print(say_claims(graph).statements[0].text[:50])
    Khalifa Haftar alleges that Turkey backs extremist
    """
    said: dict[str, list[Claim]] = {}
    for *_, edge in graph.edges(data=True):
        for claim in edge["claims"]:
            if claim.kind in kinds and (not statuses or claim.status in statuses):
                said.setdefault(say_claim(graph, claim).text, []).append(claim)
    order = sorted(said.items(), key=lambda item: (item[1][0].modality != "actual", item[0]))
    statements = [Statement(text, _cites(claims)) for text, claims in order]
    return Prose(tuple(statements) or (Statement("Nothing of the kind is said in this selection."),))


def say_quotes(tables: Tables, event_id: str = "", sources: Sequence[str] | None = None, direct: bool = False) -> Prose:
    """Say what was said, of one event or of all; direct quotations stand between quotation marks.

    Parameters
    ----------
    tables : Tables
        The evidence.
    event_id : str, optional
        Only what was said of this event.
    sources : sequence of str, optional
        Only these; None for all.
    direct : bool
        Only direct quotations.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(say_quotes(load_tables(), "moscow-truce", ["reuters-cyprus-mail-2020-01-14"]))
    A Libyan military source: Haftar did not sign because the deal set no deadline by which forces of the government had
    to disband. [reuters-cyprus-mail-2020-01-14 P9]
    """
    names, statements = tables.names(), []
    for row in sorted(records(tables.quotes), key=lambda row: (not row["direct"], row["speaker_id"], row["quote_id"])):
        wanted = (not event_id or row["event_id"] == event_id) and (not sources or row["source_id"] in sources)
        if wanted and (row["direct"] or not direct):
            text = row["text"].rstrip(".")
            words = f"“{row['text']}”" if row["direct"] else f"{text}."
            statements.append(
                Statement(f"{names[row['speaker_id']]}: {words}", ((row["source_id"], tuple(row["paragraphs"])),))
            )
    return Prose(tuple(statements) or (Statement("The sources chosen quote nobody on it."),))


def say_event(tables: Tables, event_id: str, sources: Sequence[str] | None = None) -> Prose:
    """Say what the sources tell of an event: when it was, what became of it, who had which part in it.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(say_event(load_tables(), "moscow-truce", ["moscow-truce-2020"]).statements[0].text)
    Truce offered for signature in Moscow: 13 January 2020; outcome: partly signed.
    """
    names = tables.names()
    title = dict(zip(tables.events["event_id"], tables.events["title"], strict=True))[event_id]
    told: dict[str, dict[str, list[str]]] = {}
    for row in records(tables.event_reports):
        if row["event_id"] == event_id and (not sources or row["source_id"] in sources):
            outcome = f"; outcome: {row['outcome'].replace('-', ' ')}" if row["outcome"] != "unknown" else ""
            unreal = f" ({row['modality']})" if row["modality"] != "actual" else ""
            only = f", only {row['condition']}" if row["condition"] else ""
            text = f"{title}: {say_date(row['date'])}{outcome}{unreal}{only}"
            text = _voiced(text, row["status"], names.get(row["said_by"], ""), row["reading"]) + "."
            told.setdefault(text, {}).setdefault(row["source_id"], []).extend(row["paragraphs"])
    for row in sorted(records(tables.participants), key=lambda row: row["participation_id"]):
        if row["event_id"] == event_id and (not sources or row["source_id"] in sources):
            unreal = f", {row['modality']}" if row["modality"] != "actual" else ""
            text = f"{names[row['actor_id']]} ({row['role'].replace('-', ' ')}{unreal})"
            text = _voiced(text, row["status"], names.get(row["said_by"], ""), row["reading"]) + "."
            told.setdefault(text, {}).setdefault(row["source_id"], []).extend(row["paragraphs"])
    statements = [Statement(text, _sorted_cites(cited)) for text, cited in told.items()]
    return Prose(tuple(statements) or (Statement(f"{title}: the sources chosen say nothing of it."),))


# -- the briefing -----------------------------------------------------------------------------------------------------


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
    first = Statement(f"{finding(graph, focus)}.", _cites(_backing_claims(graph, focus)))
    left_out = [part for part in ceasefire.parts if part.state == "not consulted"]
    general = (Statement(f"{ceasefire_finding(ceasefire)}.", _part_cites(left_out)),) if len(ceasefire.attempts) else ()
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
    yield Statement(f"{text}.", _cites([ids[row] for row in rows]))


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
        verbs = [_VERBS[tie][1].removesuffix(" with") for tie in ties]
        text = (
            f"{row['patron']} and {row['other patron']} back opposing sides, {_the(graph, row['client'])} and "
            f"{_the(graph, row['other client'])}"
        )
        text += f"; they also {list_words(verbs)} with each other" if verbs else ""
        text += " and oppose each other" if row["and"] else ""
        yield Statement(f"{text}.", _cites([ids[claim] for claim in row["rests on"].split("; ")]))
    if both.empty and len(dyads):
        row = dyads.iloc[0]
        others = list_words(sorted({*dyads["patron"], *dyads["other patron"]} - {names.get(focus, row["patron"])}))
        who = names.get(focus, row["patron"])
        text = f"{who} and {others} back opposing sides; no tie between them is told"
        yield Statement(f"{text}.", _cites([ids[claim] for claim in row["rests on"].split("; ")]))


def _named(graph: nx.MultiDiGraph, ceasefire: Ceasefire, actor: str) -> str:
    """Name of a stakeholder inside a sentence."""
    return called(graph, actor) if actor in graph else str(ceasefire.stakeholders.loc[actor, "name"])


def _left_out(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Statement]:
    """Who was not consulted, according to whom."""
    for event, row in consultation_gap(ceasefire).iterrows():
        parts = [
            part for part in ceasefire.parts if part.event_id == event and part.state == "not consulted" and part.sure
        ]
        mine = [part for part in parts if not focus or part.actor_id == focus]
        if not mine:
            continue
        who = list_words(sorted({_named(graph, ceasefire, part.actor_id) for part in mine}), 6)
        voices = sorted({part.firmness for part in mine} - {"stated by the source"})
        voice = f", {list_words(voices)}" if voices else ""
        low, high = round(row["gap from"] * row["stakeholders"]), round(row["gap to"] * row["stakeholders"])
        share = f"{low}" if low == high else f"{low} to {high}"
        were = "was" if len({part.actor_id for part in mine}) == 1 else "were"
        text = (
            f"{row['attempt']}: {who} {were} not consulted{voice}; in all {share} of {row['stakeholders']} stakeholders"
        )
        yield Statement(f"{text}.", _part_cites(mine))


def _own_parts(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Statement]:
    """What an actor did in the attempts at a ceasefire, beyond being left out or deciding on a signature."""
    states = ("led", "at the table", "invited", "withdrew")
    for event, attempt in ceasefire.attempts.iterrows():
        parts = [part for part in ceasefire.of(str(event), focus) if part.state in states]
        if parts:
            did = list_words(list(dict.fromkeys(part.state for part in parts)))
            voices = sorted({part.firmness for part in parts} - {"stated by the source"})
            voice = f", {'; '.join(voices)}" if voices else ""
            outcome = "" if attempt["outcome"] == "unknown" else f"; outcome: {attempt['outcome']}"
            name, was = _named(graph, ceasefire, focus), "was " if did in ("invited", "at the table") else ""
            text = f"{attempt['title']} ({attempt['when']}): {name} {was}{did}{voice}{outcome}"
            yield Statement(f"{text}.", _part_cites(parts))


def _outcomes(graph: nx.MultiDiGraph, ceasefire: Ceasefire, focus: str) -> Iterable[Statement]:
    """Who signed and who did not."""
    for event, attempt in ceasefire.attempts.iterrows():
        parts = [part for part in ceasefire.parts if part.event_id == event and part.sure]
        said = []
        shown = []
        for state, verb in (("signed", "signed"), ("withheld", "did not sign"), ("objected", "objected")):
            mine = [part for part in parts if part.state == state]
            if mine and (not focus or any(part.actor_id == focus for part in mine)):
                who = list_words(sorted({_named(graph, ceasefire, part.actor_id) for part in mine}), 6)
                voices = sorted({part.firmness for part in mine})
                voice = "" if "stated by the source" in voices else f" ({'; '.join(voices)})"
                said.append(f"{who} {verb}{voice}")
                shown += mine
        if said and attempt["modality"] == "actual":
            yield Statement(f"{attempt['title']}, {attempt['when']}: {'; '.join(said)}.", _part_cites(shown))


def _part_cites(parts: Iterable[Part]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    cited: dict[str, list[str]] = {}
    for part in parts:
        cited.setdefault(part.source_id, []).extend(part.paragraphs)
    return _sorted_cites(cited)


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
    reports = tables.event_reports[tables.event_reports["source_id"].isin(used)]
    dated = set(reports.loc[reports["date"].notna(), "event_id"])
    undated = sorted(set(reports["event_id"]) - dated)
    said = [f"{len(undated)} of {how_many(reports['event_id'].nunique(), 'event')} have no date in any source."]
    claims = [claim for *_, edge in graph.edges(data=True) for claim in edge["claims"]]
    loose = sum(not claim.derived and not claim.start and not claim.end for claim in claims)
    said.append(f"{loose} of {how_many(len(claims), 'claim')} about ties give neither a beginning nor an end.")
    gap = consultation_gap(ceasefire)
    silent = gap[gap["consulted"].eq("") & gap["not consulted"].eq("")]
    if len(silent):
        which = "; ".join(silent["attempt"])
        said.append(f"Nothing is said of who was asked in {how_many(len(silent), 'attempt')}: {which}.")
    unknown = gap[gap["outcome"].eq("unknown")]
    if len(unknown):
        said.append(f"The outcome of {how_many(len(unknown), 'attempt')} is not told: {'; '.join(unknown['attempt'])}.")
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


def voices_table(graph: nx.MultiDiGraph) -> pd.DataFrame:
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
    return pd.crosstab(statuses, modalities)
