"""From claims to a signed, directed network in which every tie carries the claims it rests on; no drawing.

A tie is a claim first and an edge second. Edges come from the tables of ties and backers, and from events: who
signed one agreement, who mediated between whom, who talked to whom. What an actor did about an event (objecting,
withholding a signature, not being consulted) stays with the event and is never made a tie to another actor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import UNDETERMINED, assign_camps, side_names
from libya_analysis.analysis.principals import members, principals
from libya_analysis.analysis.sequels import find_sequels
from libya_analysis.analysis.spells import EXCLUDED, answer, on_day, spells_of
from libya_analysis.analysis.timeline import as_known
from libya_analysis.evidence.claim import Claim, grouped, in_order
from libya_analysis.evidence.dates import EdtfDate, parse_date
from libya_analysis.evidence.frames import Frame, frame_of, records
from libya_analysis.evidence.garbage import unswept
from libya_analysis.evidence.question import SIDES, Question, check_parameters, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import EVENTS, ROLES, STATUSES, SUPPORTS, TIES, label, rank

#: What can be asked of a network.
ASKS = ("as_of", "near", "spells", "known_on", "kinds", "statuses", "modalities", "sources", "actors", "camps", "level")

#: Ending of the key of an edge whose claims are all threatened, planned, predicted, feared or conditional.
NOT_ACTUAL = " (not actual)"

#: Dates of a claim that a table adds for pandas.
_DATES = ("start", "end", "attested", "published")

#: Why an actor is in a camp if none of its ties in a selection says so: camps are found before actors are selected.
ELSEWHERE = "settled by ties outside this selection"


@unswept
def build_network(
    tables: Tables, question: Question | None = None, *, officials: bool = False, **asked: Any
) -> nx.MultiDiGraph:
    """Build the network of who is behind whom.

    Parameters
    ----------
    tables : Tables
        The evidence.
    officials : bool
        Whether unnamed officials are actors; they are mostly voices, and left out as such.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``as_of, near, spells, known_on, kinds, statuses,
        modalities, sources, actors, camps, level``. Claims that their dates rule out for the day asked about are left
        out; what the others say of it, see :class:`libya_analysis.Answer`. Without a day all claims are in. Level
        ``principal`` counts leaders, ministers and officials as the state or body that they lead or belong to.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes with ``name, name_ar, kind, number, country, description, camp, anchor``; edges keyed by kind (those whose
        claims are not actual apart, with :data:`NOT_ACTUAL` behind it) with ``kind, sign, directed, answer, status,
        actual, of_group`` (from a group whose members are named), ``claims, answers`` (the answer of each claim alone),
        ``spells``; the graph with ``as_of, near, level, camps, sources``, ``numbers`` of sources, ``counts_as`` (the
        node of each actor), ``sequels`` (what became of threats and forecasts, see
        :func:`libya_analysis.analysis.sequels.find_sequels`),
        ``frustrated, frustration, exact`` (see :class:`libya_analysis.analysis.camps.Camps`).

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    References
    ----------
    Camps: F. Harary, "On the notion of balance of a signed graph", Michigan Mathematical Journal 2 (1953) 143-146;
    S. Aref, M. C. Wilson, "Balance and frustration in signed networks", Journal of Complex Networks 7 (2019) 163-189.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> graph = build_network(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"])
    >>> [claim.support for claim in graph.edges["russia", "haftar", "backs"]["claims"]]
    ['unspecified', 'mercenaries']
    """
    question = check_parameters(tables, question, among=ASKS, **asked)
    tables = known_tables(tables, question)
    graph = network_of(tables, question, [*tie_claims(tables), *event_claims(tables)], officials)
    graph.graph["sequels"] = find_sequels(tables, question.as_of)
    graph.remove_nodes_from([node for node in graph if not graph.degree(node) and node not in tables.named["actors"]])
    counts_as = graph.graph["counts_as"]
    if question.actors:
        wanted = {counts_as.get(actor, actor) for actor in question.actors}
        around = {n for a in wanted if a in graph for n in nx.all_neighbors(graph, a)}
        graph.remove_nodes_from(set(graph) - wanted - around)
        graph.remove_edges_from([e for e in graph.edges(keys=True) if not wanted & set(e[:2])])
    if question.camps:
        camp = graph.nodes(data="camp")
        out = [e for e in graph.edges(keys=True) if not {camp[e[0]], camp[e[1]]} & set(question.camps)]
        graph.remove_edges_from(out)
    return graph


def network_of(tables: Tables, question: Question, claims: Iterable[Claim], officials: bool = False) -> nx.MultiDiGraph:
    """Build the network of some claims, whatever sources, actors and camps are asked for."""
    kept = [c for c in claims if (not question.kinds or c.kind in question.kinds) and question.admits(c)]
    actors = {row["actor_id"]: row for row in records(tables.actors)}
    counts_as = principals(tables) if question.level == "principal" else {}
    about = ("name", "name_ar", "kind", "number", "country", "description")
    graph = nx.MultiDiGraph()
    for actor, row in sorted(actors.items()):
        if counts_as.get(actor, actor) == actor and (officials or row["kind"] != "officials"):
            graph.add_node(actor, **{name: row[name] for name in about})
    _join(graph, kept, counts_as, question, members(tables))
    graph.graph.update(as_of=question.as_of, near=question.near, level=question.level)
    graph.graph.update(sources=tuple(tables.published()), numbers=tables.source_numbers())
    place(graph, tables.camps)
    return graph


@unswept
def edge_table(graph: nx.MultiDiGraph, *, dated: bool = False) -> Frame:
    """List the claims behind a network: the table that its chart encodes.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`build_network`.
    dated : bool
        Add what pandas can reckon with: ``from_id, to_id, start, end, attested, published``, and for each date its
        first and last day and its precision, such as ``start_earliest``.

    Returns
    -------
    pandas.DataFrame
        One row a claim, with its id as index: ``from, tie, to, what, voice, dates, on the day, source``; ordered by
        kind of tie, then by the names at both ends.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> edge_table(build_network(load_tables(), as_of="2020-01-15")).loc["turkey-threatens-deployment", "voice"]
    'stated by the source; threatened'
    """
    names = dict(graph.nodes(data="name"))
    signed = [tie.name for tie in TIES.values() if tie.sign]
    rows = []
    for a, b, edge in graph.edges(data=True):
        kind = edge["kind"]
        at = signed.index(kind) if kind in signed else len(signed)
        for claim, said in zip(edge["claims"], edge["answers"], strict=True):
            support = label(claim.support) if claim.support and SUPPORTS[claim.support].said else ""
            what = ": ".join(filter(None, (support, claim.note)))
            row = (
                claim.claim_id,
                names[a],
                kind,
                names[b],
                what,
                claim.firmness,
                claim.dates,
                str(said),
                claim.citation,
                *((a, b, *(getattr(claim, date) for date in _DATES)) if dated else ()),
            )
            rows.append(((at, kind, names[a], names[b], claim.firmness, claim.claim_id), row))
    rows.sort(key=lambda row: row[0])
    columns = "claim, from, tie, to, what, voice, dates, on the day, source"
    more = f", from_id, to_id, {', '.join(_DATES)}" if dated else ""
    table = frame_of(f"{columns}{more}", [row for _, row in rows])
    return table.dated(*_DATES) if dated else table


def camp_table(graph: nx.MultiDiGraph) -> Frame:
    """List the camps of a network.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`build_network`.

    Returns
    -------
    pandas.DataFrame
        One row an actor that has ties, indexed by actor_id: ``name, kind, camp``, ``for it`` (its signed ties that the
        split satisfies) and ``against the split`` (those that it breaks), each as ``backs Turkey; ...``; ordered by
        camp and name. Ties of undetermined actors are in neither.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> camp_table(build_network(load_tables(), as_of="2020-01-15")).loc["egypt", "camp"]
    "Haftar's side"
    """
    names = dict(graph.nodes(data="name"))
    sides = side_names(graph.graph["camps"])
    broken = set(graph.graph["frustrated"])
    fits: dict[str, list[str]] = {node: [] for node in graph}
    against: dict[str, list[str]] = {node: [] for node in graph}
    for a, b, sign, kind in votes(graph):
        if UNDETERMINED not in (graph.nodes[a]["camp"], graph.nodes[b]["camp"]) and sign:
            kept = against if (a, b, kind) in broken else fits
            verb = TIES[kind].many if graph.nodes[a]["number"] == "several" else TIES[kind].one
            kept[a].append(f"{verb} {names[b]}")
            kept[b].append(f"{names[a]} {verb}")

    rows = []
    for node, about in graph.nodes(data=True):
        if graph.degree(node):
            explained = about["camp"] == UNDETERMINED or about["anchor"] or fits[node] or against[node]
            reasons = "; ".join(fits[node]) if explained else ELSEWHERE
            side = sides.get(about["camp"], UNDETERMINED)
            rows.append([node, names[node], about["kind"], side, reasons, "; ".join(against[node])])
    table = frame_of("actor_id, name, kind, camp, for it, against the split", rows)
    return table.sort_values(["camp", "name"])


def backs_indeed(edge: Mapping[str, Any]) -> bool:
    """Whether an edge is a backing that is told as real, and not only by an enemy.

    What is told of a group ("3 of 4 states") is nothing that is told of each of its members; if these are named, they
    are the ones who back.

    >>> from libya_analysis import load_tables
    >>> backs_indeed(build_network(load_tables()).edges["russia", "haftar", "backs"])
    True
    """
    told = edge["actual"] and not edge.get("of_group") and STATUSES[edge["status"]].counts
    return bool(edge["kind"] == "backs" and told)


def clearly_told(edge: Mapping[str, Any]) -> list[Claim]:
    """Give the claims of an edge that affirm it and can be read in no other way.

    >>> from libya_analysis import load_tables
    >>> {claim.status for claim in clearly_told(build_network(load_tables()).edges["russia", "haftar", "backs"])}
    {'stated'}
    """
    return [claim for claim in edge["claims"] if claim.status != "denied" and not claim.reading]


# -- claims -----------------------------------------------------------------------------------------------------------


def tie_claims(tables: Tables) -> tuple[Claim, ...]:
    """Claims about ties as the tables have them."""
    return tables.claimed["ties"] + tables.claimed["backers"]


_FIRMNESS = {status: rank(STATUSES, status) for status in STATUSES}


@lru_cache(maxsize=4)
def event_claims(tables: Tables) -> tuple[Claim, ...]:
    """Ties that follow from taking part in one event: talks, mediation, an agreement.

    Tables do not change, and a slider asks for the network at every step: they are found once.
    """

    def told(claim: Claim) -> tuple[str, str]:
        return claim.event_id, claim.source_id

    kinds, titles = tables.kinds("events"), tables.titles()
    taking = grouped(sorted(tables.claimed["participants"], key=lambda claim: claim.claim_id), told)
    accounts = grouped(tables.claimed["event_reports"], told)
    all_of = grouped(tables.claimed["event_reports"], lambda claim: claim.event_id)
    found = []
    for (event, source), parts in sorted(taking.items()):
        reports = accounts.get((event, source), [])
        dates = _envelope([report.start for report in reports])
        for first, second, kind in _pairs(parts, EVENTS[kinds[event]].joins):
            voices = (first, second, *_accounts_for(first, second, reports))
            weakest = max(voices, key=lambda claim: _FIRMNESS[claim.status])
            unreal = next((claim for claim in voices if not claim.actual), weakest)
            when = as_known(dates, all_of.get(event, ()), first.published, TIES[kind].lasts)
            found.append(
                Claim(
                    claim_id=f"{first.claim_id}+{second.claim_id}",
                    table="participants",
                    from_id=first.from_id,
                    kind=kind,
                    to_id=second.from_id,
                    source_id=source,
                    paragraphs=in_order((*first.paragraphs, *second.paragraphs)),
                    event_id=event,
                    status=weakest.status,
                    modality=unreal.modality,
                    condition=unreal.condition,
                    said_by=weakest.said_by,
                    speaker=weakest.speaker,
                    voice=weakest.voice,
                    reading=next((claim.reading for claim in voices if claim.reading), ""),
                    note=titles[event],
                    start=when,
                    published=first.published,
                    source_number=first.source_number,
                    quote=weakest.quote,
                    rests_on=(first, second, *reports),
                )
            )
    return tuple(found)


def _accounts_for(first: Claim, second: Claim, reports: list[Claim]) -> list[Claim]:
    """Accounts of an event whose doubts a tie shares: of several, those in the voice of one of its participations.

    Where an event is told twice, as by the source and by somebody it quotes, each tie goes with its own teller.
    """
    voices = {first.said_by, second.said_by}
    return [report for report in reports if report.said_by in voices] or reports


def _envelope(dates: list[EdtfDate | None]) -> EdtfDate | None:
    """One date that leaves open all that several accounts of an event allow; None if none of them has a date."""
    known = sorted({date for date in dates if date}, key=lambda date: date.text)
    if len(known) < 2:
        return known[0] if known else None
    lows, highs = [date.earliest for date in known], [date.latest for date in known]
    low = "" if None in lows else min(day for day in lows if day).isoformat()
    high = "" if None in highs else max(day for day in highs if day).isoformat()
    return parse_date(f"[{low}..{high}]") if low or high else None


def _pairs(parts: Sequence[Claim], joins: str) -> Iterator[tuple[Claim, Claim, str]]:
    """Pairs of participations that make a tie, the firmest for each pair of actors and speaker."""
    towards = grouped(parts, lambda part: ROLES[part.kind].towards)

    def doubt(pair: tuple[Claim, Claim, str]) -> tuple[bool, int]:
        one, other, _ = pair
        return not (one.actual and other.actual), max(_FIRMNESS[one.status], _FIRMNESS[other.status])

    pairs = [(a, b, "mediates") for a, b in product(towards.get("leads", ()), towards.get("concerned", ()))]
    pairs += [(a, b, "negotiates-with") for a, b in product(towards.get("calls", ()), towards.get("called", ()))]
    if joins:
        equals = [part for part in parts if ROLES[part.kind].joins == joins]
        pairs += [(a, b, joins) for a, b in combinations(equals, 2)]
    seen = set()
    for first, second, tie in sorted(pairs, key=doubt):
        key = (first.from_id, second.from_id, tie, first.said_by or second.said_by)
        if first.from_id != second.from_id and key not in seen:
            seen.add(key)
            yield first, second, tie


# -- graph ------------------------------------------------------------------------------------------------------------


def _join(
    graph: nx.MultiDiGraph,
    kept: Sequence[Claim],
    counts_as: Mapping[str, str],
    question: Question,
    groups: Mapping[str, Collection[str]],
) -> None:
    """Add the ties that claims make between the actors of a graph, as far as their dates allow them on the day.

    What a part belongs to, the whole does not; nor does a group deal with its own members where both are told of.
    """
    within = {group: {counts_as.get(actor, actor) for actor in mine} for group, mine in groups.items()}
    told: dict[tuple[str, str, str, bool], list[Claim]] = {}
    for claim in kept:
        a, b = counts_as.get(claim.from_id, claim.from_id), counts_as.get(claim.to_id, claim.to_id)
        if (counts_as and a == b) or a not in graph or b not in graph:
            continue
        if claim.kind == "member-of" and a != claim.from_id and b in groups:
            continue
        if claim.rests_on and (b in within.get(a, ()) or a in within.get(b, ())):
            continue
        if not TIES[claim.kind].directed:
            a, b = min(a, b), max(a, b)
        told.setdefault((claim.kind, a, b, claim.actual), []).append(claim)
    graph.graph["counts_as"] = counts_as
    for (kind, a, b, actual), group in sorted(told.items()):
        group.sort(key=lambda claim: (counts_as.get(claim.from_id, claim.from_id), claim.claim_id))
        spells = spells_of(group, question)
        whole = on_day(spells, question)
        one = len(group) == 1
        answers = [(claim, whole if one else answer([claim], question)) for claim in group]
        alone = [(claim, said) for claim, said in answers if said.kind != EXCLUDED]
        if not alone:
            continue
        graph.add_edge(
            a,
            b,
            key=kind if actual else f"{kind}{NOT_ACTUAL}",
            kind=kind,
            sign=TIES[kind].sign,
            directed=TIES[kind].directed,
            answer=whole,
            status=min((claim.status for claim, _ in alone), key=_FIRMNESS.__getitem__),
            actual=actual,
            of_group=a in groups,
            claims=tuple(claim for claim, _ in alone),
            answers=tuple(said for _, said in alone),
            spells=spells,
        )


def place(graph: nx.MultiDiGraph, camps: Sequence[Mapping[str, str]], without: frozenset[str] = frozenset()) -> None:
    """Put each actor in its camp, as far as the signed ties determine it, ``without`` some claims, by id."""
    counts_as = graph.graph["counts_as"]
    anchors = tuple(counts_as.get(camp["anchor"], camp["anchor"]) for camp in camps)
    nx.set_node_attributes(graph, UNDETERMINED, "camp")
    nx.set_node_attributes(graph, {node: node in anchors for node in graph}, "anchor")
    graph.graph.update(camps=tuple(map(dict, camps)), frustrated=(), exact=True, frustration=0)
    if not 2 <= len(anchors) <= len(SIDES) or len(set(anchors)) < len(anchors) or not set(anchors) <= set(graph):
        graph.graph["camps"] = ()
        return
    cast = list(votes(graph, without))
    found = assign_camps(graph.nodes, [vote[:3] for vote in cast], anchors)
    side = _joined(found.side, cast, anchors)
    nx.set_node_attributes(graph, side, "camp")
    frustrated = [
        (a, b, kind)
        for a, b, sign, kind in cast
        if UNDETERMINED not in (side[a], side[b]) and (side[a] == side[b]) != (sign > 0)
    ]
    graph.graph.update(frustrated=tuple(dict.fromkeys(frustrated)), exact=found.exact, frustration=found.frustration)


def _joined(
    side: Mapping[str, str], cast: Iterable[tuple[str, str, int, str]], anchors: Iterable[str]
) -> dict[str, str]:
    """Sides of those whom ties of support join to an anchor of theirs: an enemy's enemy alone is on no side."""
    friends = nx.Graph((a, b) for a, b, sign, _ in cast if sign > 0 and side[a] == side[b] != UNDETERMINED)
    friends.add_nodes_from(anchors)
    joined = set().union(*(nx.node_connected_component(friends, anchor) for anchor in anchors))
    return {node: where if node in joined else UNDETERMINED for node, where in side.items()}


def votes(graph: nx.MultiDiGraph, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, str, int, str]]:
    """One vote for each edge of a signed kind that an actual claim supports, however many claims it has.

    What can be read in two ways has no vote, nor has what only an enemy alleges or what is denied. Nor has belonging to
    a group: who is counted or invited together may be on different sides. Nor has what somebody says of a group against
    which it stands: whom it means, nobody else tells.
    """
    counts_as = graph.graph["counts_as"]
    for a, b, edge in graph.edges(data=True):
        group = graph.nodes[b]["kind"] == "group"
        against = group and edge["sign"] < 0
        claims = [c for c in edge["claims"] if not (against and counts_as.get(c.said_by, c.said_by) == a)]
        if (
            edge["sign"]
            and not (group and TIES[edge["kind"]].placing)
            and any(c.counts and not c.reading and c.claim_id not in without for c in claims)
        ):
            yield a, b, edge["sign"], edge["kind"]
