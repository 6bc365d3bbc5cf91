"""From claims to a signed, directed network in which every tie carries the claims it rests on; no drawing.

A tie is a claim first and an edge second. Edges come from the tables of ties and backers, and from events: who
signed one agreement, who mediated between whom, who talked to whom. What an actor did about an event (objecting,
withholding a signature, not being consulted) stays with the event and is never made a tie to another actor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED, assign_camps
from libya_analysis.evidence.dates import EdtfDate, holds_on, parse_date, say_date
from libya_analysis.evidence.question import check_parameters
from libya_analysis.evidence.tables import Tables, records
from libya_analysis.evidence.texts import say_firmness

#: Sign of each kind of tie: together, apart, or neither.
SIGN = {"backs": 1, "leads": 1, "member-of": 1, "cooperates-with": 1, "opposes": -1}

#: Kinds of tie without a direction: one edge stands for both ways.
UNDIRECTED = ("agreement", "cooperates-with", "negotiates-with")

#: Ending of the key of an edge whose claims are all threatened, planned, predicted, feared or conditional.
NOT_ACTUAL = " (not actual)"

#: Why an actor is in a camp if none of its ties in a selection says so: camps are found before actors are selected.
ELSEWHERE = "settled by ties outside this selection"

#: Statuses that do not vote on camps: an accusation by an enemy puts nobody on a side, nor does a denial. What can be
#: read in two ways has no vote either.
NO_VOTE = ("alleged", "denied")

#: Whose voice makes a claim, from the firmest to the one that takes it back.
STATUSES = ("stated", "implied", "attributed", "alleged", "denied")

#: Roles that lead a peace effort, and roles of those whom it is for.
LEADING = ("mediator", "convener", "host")
CONCERNED = ("party", "invited", "attends", "signatory", "withholds", "withdraws")

#: Kinds of actor that stand for themselves; at level "principal" others count as the one that they lead or belong to.
PRINCIPALS = ("state", "government", "armed-group", "organisation", "movement")


@dataclass(frozen=True)
class Claim:
    """One source's claim about two actors, as an edge carries it.

    The fields are those of the tables; ``kind`` is the kind of tie, ``speaker`` the name of who says it (empty for
    the source's own voice), ``holds`` the answer for the day asked about, ``quote`` the words of a direct quotation
    on the same event and paragraphs, ``published`` the day of publication, which stands for ``attested`` where the
    source does not say when it held, and ``derived`` whether the claim follows from the participation of both in an
    event (``claim_id`` then joins the ids of both participations by ``+``).
    """

    claim_id: str
    table: str
    from_id: str
    to_id: str
    kind: str
    status: str
    modality: str
    source_id: str
    paragraphs: tuple[str, ...]
    support: str = ""
    condition: str = ""
    said_by: str = ""
    speaker: str = ""
    event_id: str = ""
    start: EdtfDate | None = None
    end: EdtfDate | str | None = None
    attested: EdtfDate | None = None
    published: EdtfDate | None = None
    holds: str = "possible"
    reading: str = ""
    note: str = ""
    quote: str = ""
    derived: bool = False

    @property
    def citation(self) -> str:
        """Source and paragraphs, such as ``moscow-truce-2020 P15``."""
        return f"{self.source_id} {', '.join(self.paragraphs)}"

    @property
    def firmness(self) -> str:
        """Whose voice it is and how real it is said to be, in words."""
        return say_firmness(self.status, self.modality, self.condition, self.speaker, self.reading)

    @property
    def dates(self) -> str:
        """What is known of its start and end, in words."""
        if self.attested and not (self.start or self.end):
            return f"attested {say_date(self.attested)}"
        if self.derived or not (self.start or self.end):
            return say_date(self.start)
        since = say_date(self.start)
        return f"since {since}" if self.end in (None, "open") else f"{since} to {say_date(self.end)}"


def build_network(
    tables: Tables,
    as_of: dt.date | str | None = None,
    known_on: dt.date | str | None = None,
    kinds: Sequence[str] | None = None,
    statuses: Sequence[str] | None = None,
    modalities: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    actors: Sequence[str] | None = None,
    level: str = "actor",
    officials: bool = False,
) -> nx.MultiDiGraph:
    """Build the network of who is behind whom.

    Parameters
    ----------
    tables : Tables
        The evidence.
    as_of : date or str, optional
        The day asked about. Claims that its dates rule out are left out; the others are marked ``holds`` or
        ``possible``, see :func:`libya_analysis.holds_on`. Without it all claims are in, whenever they held.
    known_on : date or str, optional
        Only sources that had been published by this day.
    kinds, statuses, modalities, sources : sequence of str, optional
        Only claims of these kinds of tie, statuses, modalities and sources; None for all.
    actors : sequence of str, optional
        Only ties of these actors, with the actors at their other ends.
    level : {"actor", "principal"}
        ``principal`` counts leaders, ministers and officials as the state or body that they lead or belong to.
    officials : bool
        Whether unnamed officials are actors; they are mostly voices, and left out as such.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes with ``name, name_ar, kind, number, country, description, camp, anchor``; edges keyed by kind (those whose
        claims are not actual apart, with :data:`NOT_ACTUAL` behind it) with ``kind, sign, directed, holds, status,
        actual, claims``; the graph with ``as_of, level, camps, sources, frustrated, frustration, exact`` (see
        :class:`libya_analysis.analysis.camps.Camps`).

    Raises
    ------
    ParameterError
        If a parameter has a value that the tables do not know.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> graph = build_network(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"])
    >>> [claim.support for claim in graph.edges["russia", "haftar", "backs"]["claims"]]
    ['unspecified', 'mercenaries']
    """
    chosen = check_parameters(
        tables,
        as_of=as_of,
        known_on=known_on,
        kinds=kinds,
        statuses=statuses,
        modalities=modalities,
        sources=sources,
        actors=actors,
        level=level,
    )
    claims = _select(tables, _all_claims(tables.origin or tables), chosen)
    nodes = tables.actors.set_index("actor_id")
    principal = principals(tables, _sources(tables, chosen)) if level == "principal" else {}
    if level == "principal":  # before officials are left out: what they do, their state does
        nodes = nodes[[principal.get(actor, actor) == actor for actor in nodes.index]]
        claims = [_between(claim, principal) for claim in claims]
        claims = [claim for claim in claims if claim.from_id != claim.to_id]
    if not officials:
        voices = set(nodes.index[nodes["kind"] == "officials"])
        nodes = nodes.drop(index=list(voices))
        claims = [claim for claim in claims if not voices & {claim.from_id, claim.to_id}]
    graph = _graph(tables, nodes, claims)
    graph.graph.update(as_of=chosen.as_of, level=level, sources=_sources(tables, chosen))
    _place(graph, tables.camps, principal)
    if chosen.actors:
        wanted = {principal.get(actor, actor) for actor in chosen.actors}
        around = {n for a in wanted if a in graph for n in nx.all_neighbors(graph, a)}
        graph.remove_nodes_from(set(graph) - wanted - around)
        graph.remove_edges_from([e for e in graph.edges(keys=True) if not wanted & set(e[:2])])
    return graph


def edge_table(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """List the claims behind a network: the table that its chart encodes.

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
    order = list(SIGN)
    rows = []
    for a, b, edge in graph.edges(data=True):
        kind = edge["kind"]
        for claim in edge["claims"]:
            rows.append(
                {
                    "claim": claim.claim_id,
                    "from": graph.nodes[a]["name"],
                    "tie": kind,
                    "to": graph.nodes[b]["name"],
                    "what": ": ".join(filter(None, (claim.support, claim.note))),
                    "voice": claim.firmness,
                    "dates": claim.dates,
                    "on the day": claim.holds,
                    "source": claim.citation,
                    "rank": order.index(kind) if kind in order else len(order),
                }
            )
    columns = ["claim", "from", "tie", "to", "what", "voice", "dates", "on the day", "source", "rank"]
    table = pd.DataFrame(rows, columns=columns).set_index("claim")
    return table.sort_values(["rank", "tie", "from", "to", "voice", "claim"]).drop(columns="rank")


def camp_table(graph: nx.MultiDiGraph) -> pd.DataFrame:
    """List the camps of a network.

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
    sides = dict(zip(("left", "right"), (camp["name"] for camp in graph.graph["camps"]), strict=False))
    broken = set(graph.graph["frustrated"])
    fits: dict[str, list[str]] = {node: [] for node in graph}
    against: dict[str, list[str]] = {node: [] for node in graph}
    for a, b, sign, kind in _votes(graph):
        if UNDETERMINED not in (graph.nodes[a]["camp"], graph.nodes[b]["camp"]) and sign:
            kept = against if (a, b, kind) in broken else fits
            kept[a].append(f"{kind} {names[b]}")
            kept[b].append(f"{names[a]} {kind}")

    def undecided(node: str) -> bool:
        return bool(graph.nodes[node]["camp"] == UNDETERMINED or graph.nodes[node]["anchor"])

    rows = [
        {
            "actor_id": node,
            "name": names[node],
            "kind": about["kind"],
            "camp": sides.get(about["camp"], "undetermined"),
            "for it": "; ".join(fits[node]) or ("" if undecided(node) or against[node] else ELSEWHERE),
            "against the split": "; ".join(against[node]),
        }
        for node, about in graph.nodes(data=True)
        if graph.degree(node)
    ]
    columns = ["actor_id", "name", "kind", "camp", "for it", "against the split"]
    return pd.DataFrame(rows, columns=columns).set_index("actor_id").sort_values(["camp", "name"])


def backs_indeed(edge: dict[str, Any]) -> bool:
    """Whether an edge is a backing that is told as real, and not only by an enemy.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> backs_indeed(build_network(load_tables()).edges["russia", "haftar", "backs"])
    True
    """
    return bool(edge["kind"] == "backs" and edge["actual"] and edge["status"] not in NO_VOTE)


def principals(tables: Tables, sources: Iterable[str] | None = None) -> dict[str, str]:
    """Find for each actor the state or body that it leads or belongs to in the end.

    Persons, unnamed leaders and officials, and bodies of a state, count as what they lead or are members of, as far as
    that is a state, government, armed group, organisation or movement, and one only. Groups are not followed: a
    member of a group does not speak for it. With ``sources``, only what these say counts.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> found = principals(load_tables())
    >>> found["lavrov"], found["haftar"], found["egypt"]
    ('russia', 'lna', 'egypt')
    """
    return dict(_principals(tables.origin or tables, None if sources is None else frozenset(sources)))


@lru_cache(maxsize=4)
def _principals(tables: Tables, sources: frozenset[str] | None) -> dict[str, str]:
    kind = tables.actors.set_index("actor_id")["kind"]
    ties = tables.ties
    if sources is not None:
        ties = ties[ties["source_id"].isin(sources)]
    belongs = ties["kind"].isin(["leads", "member-of"]) & ties["modality"].eq("actual") & ties["status"].ne("denied")
    above: dict[str, set[str]] = {}
    for lower, upper in ties.loc[belongs, ["from_id", "to_id"]].itertuples(index=False):
        if kind[upper] in PRINCIPALS and kind[lower] not in ("state", "government", "group"):
            above.setdefault(lower, set()).add(upper)

    def top(actor: str, seen: frozenset[str]) -> set[str]:
        if actor not in above or actor in seen:
            return {actor}
        return set().union(*(top(upper, seen | {actor}) for upper in above[actor]))

    found = {actor: top(actor, frozenset()) for actor in kind.index}
    return {actor: tops.pop() if len(tops) == 1 else actor for actor, tops in found.items()}


# -- claims -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _all_claims(tables: Tables) -> tuple[Claim, ...]:
    """All claims of some tables, read once: tables do not change, and a slider asks for the network at every step."""
    return tuple(_claims(tables))


def _claims(tables: Tables) -> Iterator[Claim]:
    names, published, quotes = tables.names(), tables.published(), tables.quotes
    spoken: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for quote in records(quotes[quotes["direct"]]):
        spoken.setdefault((quote["speaker_id"], quote["source_id"]), []).append(quote)

    def words(row: dict[str, Any]) -> str:
        """A direct quotation by the claim's speaker from the same paragraphs."""
        for quote in spoken.get((row["said_by"], row["source_id"]), ()):
            if set(quote["paragraphs"]) & set(row["paragraphs"]):
                return str(quote["text"])
        return ""

    same = ("status", "modality", "condition", "said_by", "start", "end", "reading", "source_id", "paragraphs", "note")
    for name, ends in {"ties": ("from_id", "to_id"), "backers": ("backer_id", "actor_id")}.items():
        key = "tie_id" if name == "ties" else "backing_id"
        for row in records(tables.frames[name]):
            yield Claim(
                claim_id=row[key],
                table=name,
                from_id=row[ends[0]],
                to_id=row[ends[1]],
                kind=row.get("kind", "backs"),
                support=row.get("support", ""),
                event_id=row.get("event_id", ""),
                speaker=names.get(row["said_by"], ""),
                attested=row["attested"],
                published=published.get(row["source_id"]),
                quote=words(row),
                **{column: row[column] for column in same},
            )
    yield from _claims_of_events(tables, names, published, words)


def _claims_of_events(tables: Tables, names: dict[str, str], published: dict[str, Any], words: Any) -> Iterator[Claim]:
    """Ties that follow from taking part in one event: talks, mediation, an agreement."""
    events = {row["event_id"]: row for row in records(tables.events)}
    taking: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(records(tables.participants), key=lambda row: row["participation_id"]):
        taking.setdefault((row["event_id"], row["source_id"]), []).append(row)
    accounts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in records(tables.event_reports):
        accounts.setdefault((row["event_id"], row["source_id"]), []).append(row)
    for (event, source), rows in sorted(taking.items()):
        reports = accounts.get((event, source), [])
        for first, second, kind in _pairs(rows, events[event]["kind"]):
            voices = (first, second, *_accounts_for(first, second, reports))
            weakest = max(voices, key=lambda row: STATUSES.index(row["status"]))
            unreal = next((row for row in voices if row["modality"] != "actual"), weakest)
            paragraphs = sorted({*first["paragraphs"], *second["paragraphs"]}, key=lambda p: (p[0], int(p[1:])))
            yield Claim(
                claim_id=f"{first['participation_id']}+{second['participation_id']}",
                table="participants",
                from_id=first["actor_id"],
                to_id=second["actor_id"],
                kind=kind,
                status=weakest["status"],
                modality=unreal["modality"],
                condition=unreal["condition"],
                said_by=weakest["said_by"],
                speaker=names.get(weakest["said_by"], ""),
                event_id=event,
                start=_envelope([report["date"] for report in reports]),
                published=published.get(source),
                reading=next((row["reading"] for row in voices if row["reading"]), ""),
                source_id=source,
                paragraphs=tuple(paragraphs),
                quote=words(weakest),
                note=events[event]["title"],
                derived=True,
            )


def _accounts_for(first: dict[str, Any], second: dict[str, Any], reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Accounts of an event whose doubts a tie shares: of several, those in the voice of one of its participations.

    Where an event is told twice, as by the source and by somebody it quotes, each tie goes with its own teller.
    """
    voices = {first["said_by"], second["said_by"]}
    return [report for report in reports if report["said_by"] in voices] or reports


def _envelope(dates: list[EdtfDate | None]) -> EdtfDate | None:
    """One date that leaves open all that several accounts of an event allow; None if none of them has a date."""
    known = sorted({date for date in dates if date}, key=lambda date: date.text)
    if len(known) < 2:
        return known[0] if known else None
    lows, highs = [date.earliest for date in known], [date.latest for date in known]
    low = "" if None in lows else min(day for day in lows if day).isoformat()
    high = "" if None in highs else max(day for day in highs if day).isoformat()
    return parse_date(f"[{low}..{high}]") if low or high else None


def _pairs(taking: list[dict[str, Any]], kind: str) -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Pairs of participations that make a tie, the firmest for each pair of actors and speaker."""

    def having(roles: Iterable[str]) -> list[dict[str, Any]]:
        return [row for row in taking if row["role"] in roles]

    def doubt(pair: tuple[dict[str, Any], dict[str, Any], str]) -> tuple[bool, int]:
        rows = pair[:2]
        return any(row["modality"] != "actual" for row in rows), max(STATUSES.index(row["status"]) for row in rows)

    pairs = [(a, b, "mediates") for a, b in product(having(LEADING), having(CONCERNED))]
    pairs += [(a, b, "negotiates-with") for a, b in product(having(["caller"]), having(["called"]))]
    if kind in ("meeting", "talks"):
        pairs += [(a, b, "negotiates-with") for a, b in combinations(having(["attends"]), 2)]
    if kind in ("agreement", "truce"):
        pairs += [(a, b, "agreement") for a, b in combinations(having(["signatory", "party"]), 2)]
    seen = set()
    for first, second, tie in sorted(pairs, key=doubt):
        key = (first["actor_id"], second["actor_id"], tie, first["said_by"] or second["said_by"])
        if first["actor_id"] != second["actor_id"] and key not in seen:
            seen.add(key)
            yield first, second, tie


def _select(tables: Tables, claims: Iterable[Claim], chosen: Any) -> list[Claim]:
    sources = _sources(tables, chosen)
    kept = []
    for claim in claims:
        wanted = (
            claim.source_id in sources
            and (not chosen.kinds or claim.kind in chosen.kinds)
            and (not chosen.statuses or claim.status in chosen.statuses)
            and (not chosen.modalities or claim.modality in chosen.modalities)
        )
        if not wanted:
            continue
        holds = _holds(claim, chosen.as_of)
        if holds != "excluded":
            kept.append(claim if claim.holds == holds else replace(claim, holds=holds))
    return kept


def _holds(claim: Claim, day: dt.date | None) -> str:
    if day is None:
        return "holds"
    if not claim.derived:
        return holds_on(day, claim.start, claim.end, claim.attested or claim.published)
    # What has happened stays so: an event counts from its date on, or from the day on which it was reported.
    if claim.start and claim.start.earliest and day < claim.start.earliest:
        return "excluded"
    known = [date.latest for date in (claim.start, claim.published) if date and date.latest]
    return "holds" if known and day >= min(known) else "possible"


def _sources(tables: Tables, chosen: Any) -> tuple[str, ...]:
    published = tables.published()
    return tuple(
        source
        for source, date in published.items()
        if (not chosen.sources or source in chosen.sources)
        and (not chosen.known_on or (date and date.latest and date.latest <= chosen.known_on))
    )


# -- graph ------------------------------------------------------------------------------------------------------------


def _between(claim: Claim, principal: dict[str, str]) -> Claim:
    ends = principal[claim.from_id], principal[claim.to_id]
    return claim if ends == (claim.from_id, claim.to_id) else replace(claim, from_id=ends[0], to_id=ends[1])


def _graph(tables: Tables, nodes: pd.DataFrame, claims: list[Claim]) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    about = nodes.sort_index()[["name", "name_ar", "kind", "number", "country", "description"]]
    for actor, row in zip(about.index.tolist(), records(about), strict=True):
        graph.add_node(actor, **row)
    grouped: dict[tuple[str, str, str, bool], list[Claim]] = {}
    for claim in sorted(claims, key=lambda c: (c.kind, c.from_id, c.to_id, c.claim_id)):
        ends = (claim.from_id, claim.to_id)
        if claim.kind in UNDIRECTED:
            ends = (min(ends), max(ends))
        grouped.setdefault((*ends, claim.kind, claim.modality == "actual"), []).append(claim)
    for (a, b, kind, actual), group in sorted(grouped.items(), key=lambda item: (item[0][2], item[0])):
        graph.add_edge(
            a,
            b,
            key=kind if actual else f"{kind}{NOT_ACTUAL}",
            kind=kind,
            sign=SIGN.get(kind, 0),
            directed=kind not in UNDIRECTED,
            holds="holds" if any(claim.holds == "holds" for claim in group) else "possible",
            status=min((claim.status for claim in group), key=STATUSES.index),
            actual=actual,
            claims=tuple(group),
        )
    return graph


def _place(graph: nx.MultiDiGraph, camps: tuple[dict[str, str], ...], principal: dict[str, str]) -> None:
    """Put each actor in its camp, as far as the signed ties determine it."""
    anchors = tuple(principal.get(camp["anchor"], camp["anchor"]) for camp in camps)
    nx.set_node_attributes(graph, UNDETERMINED, "camp")
    nx.set_node_attributes(graph, {node: node in anchors for node in graph}, "anchor")
    graph.graph.update(camps=camps, frustrated=(), exact=True, frustration=0)
    if len(anchors) != 2 or not all(anchor in graph for anchor in anchors):
        graph.graph["camps"] = ()
        return
    votes = list(_votes(graph))
    found = assign_camps(graph.nodes, [vote[:3] for vote in votes], (anchors[0], anchors[1]))
    nx.set_node_attributes(graph, dict(found.side), "camp")
    side = found.side
    frustrated = [
        (a, b, kind)
        for a, b, sign, kind in votes
        if UNDETERMINED not in (side[a], side[b]) and (side[a] == side[b]) != (sign > 0)
    ]
    graph.graph.update(frustrated=tuple(dict.fromkeys(frustrated)), exact=found.exact, frustration=found.frustration)


def _votes(graph: nx.MultiDiGraph) -> Iterator[tuple[str, str, int, str]]:
    """One vote for each edge of a signed kind that an actual claim supports, however many claims it has."""
    for a, b, edge in graph.edges(data=True):
        supported = any(c.modality == "actual" and c.status not in NO_VOTE and not c.reading for c in edge["claims"])
        if edge["sign"] and supported:
            yield a, b, edge["sign"], edge["kind"]
