"""How well claims are supported: by how many independent voices, where sources disagree, what rests on one of them.

A *voice* is whoever vouches for a claim: the newsroom or agency whose reporting it is, or a state or body whose people
more than one of them quotes. Copies of one text, and several texts that quote officials of one state, are one voice;
who is heard through one newsroom alone is no voice beside it; a denial is no voice for what it denies.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any

import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.ceasefire import Ceasefire
from libya_analysis.analysis.judgement import counted
from libya_analysis.analysis.network import build_network, network_of, place, tie_claims, votes
from libya_analysis.analysis.principals import principals, principals_by
from libya_analysis.analysis.spells import FIRST
from libya_analysis.analysis.timeline import may_have_begun
from libya_analysis.evidence.claim import Claim, grouped, inside
from libya_analysis.evidence.dates import EdtfDate, is_before, say_date
from libya_analysis.evidence.frames import MARKS, Frame, frame_of, records
from libya_analysis.evidence.garbage import unswept
from libya_analysis.evidence.question import Question, check_parameters, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import OUTCOMES, ROLES, TIES

BY = ("source", "agency", "speaker")

#: What can be asked where sources are compared.
ASKS = ("sources", "known_on", "as_of", "level", "kinds")


def agencies(tables: Tables) -> dict[str, str]:
    """The agency or newsroom of each source; where it is not known, the publisher; of copies, that of the first.

    >>> from libya_analysis import load_tables
    >>> agencies(load_tables())["moscow-truce-2020"]
    'Bloomberg'
    """
    rows = {row["source_id"]: row for row in records(tables.frames["sources"])}
    found = {
        source: row["reported_by"] if row["reported_by"] != "unknown" else row["publisher"]
        for source, row in rows.items()
    }
    same = nx.Graph([(source, other) for source, row in rows.items() for other in row["copy_of"] if other in rows])
    for copies in nx.connected_components(same):
        found |= dict.fromkeys(copies, found[min(copies, key=lambda source: (str(rows[source]["published"]), source))])
    return found


@dataclass(frozen=True)
class Voices:
    """Who vouches for a claim: a newsroom, or a body whose people more than one newsroom quotes.

    Officials of one state are one voice, and so are an army, its head and its spokesman.
    """

    newsroom: Mapping[str, str]  # by source
    body: Mapping[str, str]  # name of that for which an actor speaks
    heard: Mapping[str, Collection[str]]  # newsrooms that quote a body
    called: Mapping[str, str] = field(default_factory=dict)  # names inside a sentence, where that is told

    def __call__(self, claim: Claim) -> str:
        """Name of who vouches for a claim."""
        body = self.body.get(_speaker(claim), "")
        return body if len(self.heard.get(body, ())) > 1 else self.newsroom[claim.source_id]

    def named(self, name: str, claims: Iterable[Claim]) -> str:
        """A newsroom, with whom it has some claims from, or those who speak for a body."""
        speakers = sorted({self.called.get(claim.voice) or inside(claim.voice) for claim in claims})
        if "" in speakers:
            return name
        return " and ".join(speakers) if name in self.heard else f"{' and '.join(speakers)} in {name}"


def _speaker(claim: Claim) -> str:
    """Id of who says a claim, if it is not the source itself."""
    return claim.from_id if claim.table == "quotes" else claim.said_by


def voice_of(tables: Tables) -> Voices:
    """Find who vouches for claims.

    >>> from libya_analysis import load_tables
    >>> tables = load_tables()
    >>> voice = voice_of(tables)
    >>> told = [c for c in tables.claimed["participants"] if c.claim_id == "bcos-moscow-truce-sarraj-signatory"]
    >>> voices_for(told, voice)
    ['Maria Zakharova']
    """
    newsroom, names = agencies(tables), tables.names()
    body = {actor: names[for_whom] for actor, for_whom in principals(tables).items()}
    spoken = (claim for claims in tables.claimed.values() for claim in claims if _speaker(claim))
    heard = grouped(spoken, lambda claim: body[_speaker(claim)])
    return Voices(newsroom, body, {name: {newsroom[c.source_id] for c in claims} for name, claims in heard.items()})


def voices_for(claims: Iterable[Claim], voice: Voices) -> list[str]:
    """Who vouches for some claims, each once, with whom a newsroom has it from; who denies them does not."""
    heard = grouped((claim for claim in claims if claim.status != "denied"), voice)
    return sorted(voice.named(name, told) for name, told in heard.items())


@unswept
def corroboration(tables: Tables, graph: nx.MultiDiGraph) -> Frame:
    """Count for each tie the claims that speak for it, their sources, and the independent voices among them.

    Accusations by an enemy and denials speak for nothing: where there is nothing else, all numbers are zero.

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
    names, voice = dict(graph.nodes(data="name")), voice_of(tables.of(graph.graph["sources"]))
    rows = []
    for a, b, key, edge in graph.edges(keys=True, data=True):
        claims = counted(edge["claims"])
        voices, sources = voices_for(claims, voice), {claim.source_id for claim in claims}
        numbers = [len(claims), len(sources), len(voices)]
        rests_on = "; ".join(claim.claim_id for claim in claims)
        rows.append([names[a], key, names[b], *numbers, ", ".join(voices), rests_on])
    columns = "from, tie, to, claims, sources, voices, voiced by, rests on"
    table = Frame(rows, columns=columns.split(", "))
    return table.sort_values(["voices", "sources", "tie", "from", "to"], ascending=[False, False, True, True, True])


def corroborated_events(tables: Tables, question: Question | None = None, **asked: Any) -> Frame:
    """Count for each event the sources that tell of it and the independent voices among them.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``; ``as_of``, after which no
        event may have begun.

    Returns
    -------
    pandas.DataFrame
        One row an event that more than one source tells of, by event_id: ``event, sources, voices`` (numbers),
        ``voiced by``; those with most sources first.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> corroborated_events(load_tables()).loc["haftar-leaves-moscow", ["sources", "voices"]].tolist()
    [5, 4]
    """
    asks = check_parameters(tables, question, among=ASKS, **asked)
    tables = known_tables(tables, asks)
    titles, voice = tables.titles(), voice_of(tables)
    rows = []
    for event, accounts in grouped(tables.claimed["event_reports"], lambda claim: claim.event_id).items():
        if not may_have_begun(accounts, asks.as_of):
            continue
        voices = voices_for(accounts, voice)
        count = len({claim.source_id for claim in accounts})
        if count > 1:
            rows.append([event, titles[event], count, len(voices), ", ".join(voices)])
    table = frame_of("event_id, event, sources, voices, voiced by", rows)
    return table.sort_values(["sources", "voices", "event"], ascending=[False, False, True])


@unswept
def disagreements(tables: Tables, ceasefire: Ceasefire, graph: nx.MultiDiGraph) -> Frame:
    """List where sources, or readings of one source, contradict each other, side by side.

    Compared are what cannot change: dates of one event that exclude each other, and whether a stakeholder of an attempt
    at a ceasefire was consulted; and, among what is told of the same day, what can: outcomes of one event, whether a
    stakeholder signed or withheld, ties that one voice states and another denies, pairs that both back and oppose. What
    is told otherwise of another day has changed. What began after the day of the network, or is first attested long
    after, is not of that day. Silence is no disagreement, see :func:`who_says_what`; nor is it one to cooperate and to
    oppose by turns, see :func:`libya_analysis.proxy_dyads`.

    Parameters
    ----------
    tables : Tables
        The evidence.
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`.
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`, at level ``principal``.

    Returns
    -------
    pandas.DataFrame
        One row an account: ``about, matter, account, voice, source, claim``; accounts of one matter below each other.

    Examples
    --------
    >>> from libya_analysis import build_network, build_ceasefire, load_tables
    >>> tables = load_tables()
    >>> graph = build_network(tables, level="principal")
    >>> disagreements(tables, build_ceasefire(tables), graph)["about"].tolist()
    []
    """
    told = _accounts_apart(tables.of(graph.graph["sources"]), graph.graph["as_of"])
    rows = [*told, *_standings_apart(ceasefire), *_ties_apart(graph)]
    columns = "about, matter, account, voice, source, claim"
    return Frame(rows, columns=columns.split(", ")).drop_duplicates().reset_index(drop=True)


#: How what a source says is shown in a narrow column.
_SIGNS = {
    "signs": {"stated": "●", "silent": ""},
    "else": "○",
    "legend": "● the source says it in its own words; ○ it does not, or not as a fact: the mark tells how; "
    "empty: it is silent. Columns are sources by number.",
}


def who_says_what(graph: nx.MultiDiGraph, kind: str = "backs") -> Frame:
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
    numbers = graph.graph["numbers"]
    for a, b, edge in graph.edges(data=True):
        if edge["kind"] == kind:
            row = cells.setdefault((names[a], names[b]), {})
            for claim in edge["claims"]:
                words = claim.status if claim.actual else f"{claim.status}, {claim.modality}"
                row.setdefault(claim.source_id, []).append(words)
    index = pd.MultiIndex.from_tuples(sorted(cells), names=["from", "to"])

    def said(source: str) -> list[str]:
        return ["; ".join(sorted(set(cells[pair].get(source, ["silent"])))) for pair in index]

    sources = sorted(graph.graph["sources"], key=numbers.__getitem__)
    found = Frame({source: said(source) for source in sources}, index=index)
    found.attrs[MARKS] = _SIGNS | {"columns": {source: numbers[source] for source in sources}}
    return found


@unswept
def leave_one_out(tables: Tables, question: Question | None = None, *, by: str = "source", **asked: Any) -> Frame:
    """Leave out one source, agency or speaker at a time, and say what falls.

    Nothing is built anew for it: the votes of those who are left out are taken from one network, and camps are found
    again only where that touches them.

    Parameters
    ----------
    tables : Tables
        The evidence.
    by : {"source", "agency", "speaker"}
        What is left out: a source; all sources that share an agency; all that one speaker says.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources`` and ``known_on`` to begin with,
        ``as_of, kinds``, and ``level``, which is ``principal`` if nothing is asked.

    Returns
    -------
    pandas.DataFrame
        One row for each that can be left out: ``claims`` (how many go), ``ties`` (how many fall because nothing else
        supports them), ``which ties``, ``camps changed`` (names with their new camp).

    Raises
    ------
    ParameterError
        If something that is asked for is not known.
    ValueError
        If ``by`` is none of these.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> fallen = leave_one_out(load_tables(), by="speaker")
    >>> int(fallen.loc["A Turkish official", "ties"])
    1
    """
    if by not in BY:
        raise ValueError(f"by: {by!r} is not one of {', '.join(BY)}")
    asks = check_parameters(tables, question, among=ASKS, **{"level": "principal", **asked})
    asks = Question(**{name: getattr(asks, name) for name in ASKS})
    tables = known_tables(tables, asks)
    whole, agency = build_network(tables, asks), agencies(tables)

    def left_out_with(claim: Claim) -> str:
        return {"source": claim.source_id, "agency": agency[claim.source_id], "speaker": claim.voice}[by]

    told = [(edge, claim) for *edge, claims in whole.edges(keys=True, data="claims") for claim in claims]
    names, rows = dict(whole.nodes(data="name")), []
    camps_without = _CampsWithout(tables, whole, asks, left_out_with)
    for name, gone in sorted(grouped(told, lambda pair: left_out_with(pair[1])).items()):
        if not name:
            continue
        ties = Counter(tuple(edge) for edge, _ in gone)
        fallen = sorted(edge for edge, count in ties.items() if count == len(whole.edges[edge]["claims"]))
        moved = [
            f"{names[node]}: {camp}"
            for node, camp in sorted(camps_without(name, frozenset(claim.claim_id for _, claim in gone), ties).items())
            if whole.degree(node) and camp != whole.nodes[node]["camp"]
        ]
        which = "; ".join(_say_tie(whole, a, b, key) for a, b, key in fallen)
        rows.append([name, len(gone), len(fallen), which, "; ".join(moved)])
    table = frame_of("left out, claims, ties, which ties, camps changed", rows)
    return table.sort_values("ties", ascending=False, kind="stable")


def _say_tie(graph: nx.MultiDiGraph, a: str, b: str, key: str) -> str:
    """A tie as a clause, with what its key adds to its kind."""
    edge, one, other = graph.edges[a, b, key], graph.nodes[a], graph.nodes[b]
    verb = TIES[edge["kind"]].many if one["number"] == "several" else TIES[edge["kind"]].one
    return f"{one['name']} {verb} {other['name']}{key.removeprefix(edge['kind'])}"


class _CampsWithout:
    """The camps of a network when some claims are taken away; nothing where that cannot move anybody."""

    def __init__(
        self, tables: Tables, whole: nx.MultiDiGraph, asks: Question, left_out_with: Callable[[Claim], str]
    ) -> None:
        self.tables, self.whole, self.asks, self.left_out_with = tables, whole, asks, left_out_with
        joined = nx.Graph((a, b) for a, b, *_ in votes(whole))
        anchors = [node for node, anchor in whole.nodes(data="anchor") if anchor and node in joined]
        self.reached = set().union(*(nx.node_connected_component(joined, node) for node in anchors))
        self.placing = [claim for claim in tables.claimed["ties"] if TIES[claim.kind].placing]
        self.places = {left_out_with(claim) for claim in self.placing} if whole.graph["counts_as"] else set()

    def __call__(self, name: str, gone: frozenset[str], ties: Iterable[tuple[str, str, str]]) -> dict[str, str]:
        if name in self.places:
            kept = [claim for claim in self.placing if self.left_out_with(claim) != name]
            if principals_by(self.tables, kept) != self.whole.graph["counts_as"]:
                return self._built_anew(name)
        touched = self.whole.edge_subgraph(ties)
        lost = set(votes(touched)) - set(votes(touched, gone))
        if not any(a in self.reached for a, *_ in lost):
            return {}
        graph = nx.MultiDiGraph(self.whole)
        place(graph, self.tables.camps, gone)
        return dict(graph.nodes(data="camp"))

    def _built_anew(self, name: str) -> dict[str, str]:
        """Camps where leaders or members count as others than before: another network."""
        kept = [claim for claim in tie_claims(self.tables) if self.left_out_with(claim) != name]
        less = network_of(self.tables.of(claim.source_id for claim in kept), self.asks, kept)
        return {node: less.nodes[node]["camp"] if node in less else UNDETERMINED for node in self.whole}


# -- contradictions ---------------------------------------------------------------------------------------------------


def _accounts_apart(tables: Tables, day: dt.date | None) -> Iterator[list[str]]:
    """Accounts of one event whose dates exclude each other, or whose outcomes of one day differ."""
    titles = tables.titles()
    used = (claim for claim in tables.claimed["event_reports"] if claim.modality != "predicted")
    accounts = grouped(sorted(used, key=lambda claim: claim.claim_id), lambda claim: claim.event_id)
    for event, claims in sorted(accounts.items()):
        if not may_have_begun(claims, day):
            continue
        dated = [claim for claim in claims if claim.start]
        known = [claim for claim in claims if OUTCOMES[claim.kind].known]
        for matter, told in (
            ("when", _apart(dated, lambda claim: claim.start, _exclude, settled=True)),
            ("outcome", _apart(known, lambda claim: claim.kind)),
        ):
            for claim in told:
                account = say_date(claim.start) if matter == "when" else claim.kind
                yield _row(titles[event], matter, account, claim)


def _row(about: str, matter: str, account: str, claim: Claim) -> list[str]:
    return [about, matter, account, claim.firmness, claim.citation, claim.claim_id]


def _exclude(one: EdtfDate | None, other: EdtfDate | None) -> bool:
    """Whether no day can be meant by both dates."""
    return is_before(one, other) or is_before(other, one)


def _apart(
    claims: Iterable[Claim],
    account: Callable[[Claim], Any],
    differ: Callable[[Any, Any], bool] = operator.ne,
    settled: bool = False,
) -> list[Claim]:
    """Claims whose account of a matter differs from another one; of what is not settled, from one of the same day.

    What is told otherwise of another day has changed.
    """
    told = grouped(claims, lambda claim: (account(claim), None if settled else claim.told))
    pairs = ((a, b) for a, b in combinations(told, 2) if differ(a[0], b[0]) and not _exclude(a[1], b[1]))
    apart = dict.fromkeys(key for pair in pairs for key in pair)
    return [claim for key in told if key in apart for claim in told[key]]


def _standings_apart(ceasefire: Ceasefire) -> Iterator[list[str]]:
    """Stakeholders of whom it is said that they were and were not consulted, or signed and did not."""
    order = {actor: number for number, actor in enumerate(ceasefire.stakeholders)}
    for event, attempt in ceasefire.attempts.items():
        for actor in sorted({standing.actor_id for standing in ceasefire.within(event)}, key=order.__getitem__):
            about = f"{ceasefire.stakeholders[actor].name}: {attempt.title}"
            told = [standing for standing in ceasefire.of(event, actor) if standing.sure]
            sure = {standing.claim.claim_id: standing.claim for standing in told}.values()
            was_asked = {standing.claim.claim_id: standing.asked for standing in told if standing.asked is not None}
            asked = [claim for claim in sure if claim.claim_id in was_asked]
            by_id = partial(_of_id, was_asked)
            signed = [claim for claim in sure if _part(claim) in ("signed", "withheld")]
            for matter, apart in (
                ("consulted", _apart(asked, by_id, settled=True)),
                ("signed", _apart(signed, _part)),  # who has withheld a signature may yet sign
            ):
                yield from (_row(about, matter, _part(claim), claim) for claim in apart)


def _of_id(found: Mapping[str, bool], claim: Claim) -> bool:
    return found[claim.claim_id]


def _part(claim: Claim) -> str:
    return ROLES[claim.kind].part


def _ties_apart(graph: nx.MultiDiGraph) -> Iterator[list[str]]:
    """Pairs whose ties contradict each other."""
    names, counts_as = dict(graph.nodes(data="name")), graph.graph["counts_as"]
    pairs: dict[tuple[str, str], list[Claim]] = {}
    for a, b, edge in graph.edges(data=True):
        if edge["sign"] and not TIES[edge["kind"]].placing and edge["kind"] != "cooperates-with":
            answers = zip(edge["claims"], edge["answers"], strict=True)
            by_then = [claim for claim, said in answers if said.firm or said.kind != FIRST]
            pairs.setdefault((min(a, b), max(a, b)), []).extend(by_then)
    for (a, b), claims in sorted(pairs.items()):
        held = [claim for claim in claims if claim.counts]
        denied = [claim for claim in claims if claim.actual and claim.status == "denied"]
        about = f"{names[a]} and {names[b]}"
        both = grouped([*held, *denied], lambda claim: claim.kind).values()
        for matter, told in (
            ("together or against", _apart(held, lambda claim: claim.kind)),
            ("stated or denied", [c for kind in both for c in _apart(kind, lambda claim: claim.status == "denied")]),
        ):
            for claim in told:
                ends = (names[counts_as.get(actor, actor)] for actor in (claim.from_id, claim.to_id))
                yield _row(about, matter, f" {claim.kind} ".join(ends), claim)


def voices_table(graph: nx.MultiDiGraph) -> Frame:
    """Count claims by whose voice makes them and how real they are said to be.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.

    Returns
    -------
    pandas.DataFrame
        One row a status, one column a modality: the number of claims.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> int(voices_table(build_network(load_tables(), sources=["moscow-truce-2020"])).loc["alleged", "actual"])
    2
    """
    claims = [claim for *_, told in graph.edges(data="claims") for claim in told]
    statuses = pd.Series([claim.status for claim in claims], name="voice", dtype=object)
    modalities = pd.Series([claim.modality for claim in claims], name="how real", dtype=object)
    return Frame(pd.crosstab(statuses, modalities))
