"""Findings in one line, composed from what was computed: singular and plural right, never typed by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import networkx as nx

from libya_analysis.analysis.ceasefire import ANSWERS, Ceasefire, Stakeholder
from libya_analysis.analysis.network import backs_indeed, clearly_told
from libya_analysis.analysis.spells import FIRST, POSSIBLE, Answer
from libya_analysis.analysis.timeline import Item, Timeline, turning_points
from libya_analysis.evidence.claim import cite, grouped
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.vocabulary import OUTCOMES
from libya_analysis.words.sentence import Prose, Statement, called, capital, how_many, list_words, named, say_claim

#: Days after which a headline says the year alone.
_FAR = 180


def finding(graph: nx.MultiDiGraph, focus: str = "") -> str:
    """Say in one line who backs the two sides on the day, and behind it who was reported to long before or after.

    Of an actor in focus, say whom it backs and who backs it instead.

    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), kinds=["backs"], sources=["moscow-truce-2020"])
    >>> finding(build_network(load_tables(), kinds=["backs"], actors=["haftar"], sources=["moscow-truce-2020"]))
    'Egypt, France and Russia back Khalifa Haftar'
    >>> finding(graph, focus="egypt")
    'Egypt backs Khalifa Haftar'
    >>> finding(build_network(load_tables(), modalities=["threatened"]))
    'Backing of the Government of National Accord by Turkey is only threatened'
    """
    if focus and focus not in graph:
        return "Nothing is told of the actor in focus in this selection"
    if focus:
        said = [_say_backing(graph, focus, forth=True), _say_backing(graph, focus)]
        nothing = f"Nothing says that {called(graph, focus)} backs anybody or is backed, in this selection"
    else:
        anchors = _backed(graph)
        said = [_say_backing(graph, anchor) for anchor in anchors]
        if not any(said):
            said = [_say_unreal(graph, anchor) for anchor in anchors]
        nothing = f"Nobody is said to back {'either side' if anchors else 'anybody'} in this selection"
    return capital("; ".join(filter(None, said)) or nothing)


def matrix_finding(graph: nx.MultiDiGraph) -> str:
    """Say in one line what goes across the sides: who backed both, and who is for and against each other.

    Where nothing does, it is who backs whom.

    >>> from libya_analysis import build_network, load_tables
    >>> matrix_finding(build_network(load_tables(), sources=["moscow-truce-2020"], level="principal"))
    'Russia and Turkey are both for and against each other'
    """
    sides = [node for node, anchor in graph.nodes(data="anchor") if anchor]
    backers = [
        {a for a, _, e in graph.in_edges(side, data=True) if backs_indeed(e) and clearly_told(e)} for side in sides
    ]
    twice = sorted(called(graph, node) for node in set.intersection(*backers)) if len(backers) > 1 else []
    signs: dict[tuple[str, ...], set[int]] = {}
    for a, b, edge in graph.edges(data=True):
        if edge["sign"] and edge["actual"]:
            signs.setdefault(tuple(sorted((called(graph, a), called(graph, b)))), set()).add(edge["sign"])
    said = [f"{list_words(twice)} {'is' if len(twice) == 1 else 'are'} said to have backed both sides"] if twice else []
    for pair in sorted(pair for pair, found in signs.items() if len(found) > 1):
        said.append(f"{list_words(pair)} are both for and against each other")
    return capital("; ".join(said[:3])) or finding(graph)


def _backed(graph: nx.MultiDiGraph) -> list[str]:
    """Those whose backers are told of: the anchors of the camps, or where there are none the two with most backers."""
    anchors = [node for node, anchor in graph.nodes(data="anchor") if anchor]
    backed = Counter(b for _, b, edge in graph.edges(data=True) if edge["kind"] == "backs" and backs_indeed(edge))
    most = sorted(backed, key=lambda node: (-backed[node], node))
    return sorted(anchors, key=lambda node: str(graph.nodes[node]["camp"])) or most[:2]


def network_news(graph: nx.MultiDiGraph, focus: str = "") -> Prose:
    """Say who backs the two sides, or stands so to the actor in focus; then what is not so yet, and what enemies say.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    focus : str, optional
        An actor_id; empty for the two sides.

    Returns
    -------
    Prose
        What it comes to, then up to two claims; each with its paragraphs.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> news = network_news(build_network(load_tables(), sources=["moscow-truce-2020"], as_of="2020-01-15"))
    >>> print(news.statements[1])
    Turkey threatens to back the Government of National Accord with military deployment. [12, ¶17]
    """
    backing = [(a, b, edge) for a, b, edge in graph.edges(data=True) if edge["kind"] == "backs"]
    sides = _backed(graph)
    mine = [(edge, focus in (a, b) if focus else b in sides) for a, b, edge in backing]
    told = [claim for edge, near in mine if near and backs_indeed(edge) for claim in edge["claims"]]
    said = [Statement(f"{finding(graph, focus)}.", cite(told))]
    claims = [claim for edge, near in mine if near and not backs_indeed(edge) for claim in edge["claims"]]
    claims += [c for edge, near in mine if not near and not focus for c in edge["claims"] if c.status == "alleged"]
    return Prose((*said, *(say_claim(graph, claim) for claim in claims[:2])), lead=True)


def timeline_news(timeline: Timeline) -> Prose:
    """Say from what to what it went, what is to come, and how much of it has no date.

    Parameters
    ----------
    timeline : Timeline
        From :func:`libya_analysis.build_timeline`.

    Returns
    -------
    Prose
        What it comes to, then the rest; each with its paragraphs.

    Examples
    --------
    >>> from libya_analysis import build_timeline, load_tables
    >>> print(timeline_news(build_timeline(load_tables())).statements[1])
    Planned for 19 January 2020: Summit on Libya in Berlin. [11, ¶7]
    """
    told = {item.event_id for item in turning_points(timeline)}
    claims = [claim for item in timeline.items if item.event_id in told for claim in item.claims]
    said = [Statement(f"{timeline_finding(timeline)}.", cite(claims))]
    last = max((item.day for item in timeline.items if item.date and item.account.actual), default=None)
    for item in timeline.items:
        if last and item.date and not item.account.actual and item.day > last:
            text = f"{capital(item.modality)} for {say_date(item.date)}: {item.title}."
            said.append(Statement(text, cite(item.claims)))
    events = grouped(timeline.items, lambda item: item.event_id).values()
    without = sum(not any(item.date for item in items) for items in events)
    if without and without < len(events):
        text = (
            f"Of {how_many(len(events), 'event')}, {without} {'has' if without == 1 else 'have'} no date in any source"
        )
        said.append(Statement(f"{text}: these stand in their order, as far as one is told."))
    return Prose(tuple(said), lead=True)


def timeline_finding(timeline: Timeline) -> str:
    """Say in one line from what to what it went: the turning points, and what became of the last.

    >>> from libya_analysis import build_timeline, load_tables
    >>> timeline_finding(build_timeline(load_tables(), sources=["moscow-truce-2020"])).split("; ")[-1]
    'Truce offered for signature in Moscow on 13 January 2020, partly signed'
    """
    told = turning_points(timeline)
    dated = [item for item in timeline.items if item.date]
    if not timeline.items:
        return "No event is told of in this selection"
    if not told and not dated:
        return f"{how_many(len(timeline.items), 'event')} without a date"
    if not told:  # no day is exact: the first and the last
        told = tuple(dict.fromkeys((dated[0], dated[-1])))
    *before, last = map(_say_turn, told)
    year = f" {told[-1].day.year}"  # once is enough
    return "; ".join([*(said.removesuffix(year) for said in before), last])


def _say_turn(item: Item) -> str:
    """An event with its date, and with what became of it."""
    date = say_date(item.date)
    when = f" on {date}" if item.date and item.date.is_day else f" ({date})"
    outcome = f", {item.became}" if OUTCOMES[item.outcome].known else ""
    return f"{item.title}{when}{outcome}"


def _say_unreal(graph: nx.MultiDiGraph, anchor: str) -> str:
    """Say whose backing of an anchor is only threatened, planned or the like."""
    ties = [
        (called(graph, a), claim.modality)
        for a, _, tie in graph.in_edges(anchor, data=True)
        if tie["kind"] == "backs"
        for claim in tie["claims"]
        if not claim.actual and claim.claim_id not in graph.graph["sequels"]
    ]
    if not ties:
        return ""
    backers, ways = (list_words(sorted(set(column))) for column in zip(*ties, strict=True))
    return f"backing of {called(graph, anchor)} by {backers} is only {ways}"


def ceasefire_finding(ceasefire: Ceasefire) -> str:
    """Say in one line who signed what and who did not, and which attempt left out most, according to whom.

    Told is the attempt that is the news.

    >>> from libya_analysis import build_ceasefire, load_tables
    >>> words = ceasefire_finding(build_ceasefire(load_tables(), sources=["moscow-truce-2020"])).split("; ")
    >>> words[0]
    'Truce offered for signature in Moscow: GNA is said to have signed, LNA did not'
    >>> words[1].split(": ")[1]
    '4 not consulted, according to officials familiar with the talks, of 9 concerned by our count'
    """
    sentences = [_say_answers(ceasefire)]
    gaps = {event: ceasefire.gap(event) for event in ceasefire.attempts}
    left_out = [event for event, gap in gaps.items() if gap.left_out]
    if left_out:
        worst = max(left_out, key=lambda event: tuple(round(n / gaps[event].total, 2) for n in gaps[event].range))
        gap, title = gaps[worst], ceasefire.attempts[worst].title
        told = [s for s in ceasefire.within(worst) if s.asked is False and s.sure]
        voices = {standing.claim.firmness for standing in told}
        voice = f", {voices.pop()}" if len(voices) == 1 and "stated by the source" not in voices else ""
        sentences.append(f"{title}: {len(gap.left_out)} not consulted{voice}, of {gap.total} concerned by our count")
    many = how_many(len(ceasefire.made), "attempt")
    return capital("; ".join(filter(None, sentences)) or f"{many} at a ceasefire, and of none is an answer told")


def _short(holder: Stakeholder) -> str:
    """A stakeholder by its letters, if it has some, or by its name as it stands inside a sentence."""
    return holder.short if holder.short != holder.name else named(holder.name, holder.kind, holder.number)


#: What was done in answer to an attempt.
_ANSWERS = {"signed": "signed", "accepted": "accepted", "withheld": "did not sign", "rejected": "rejected it"}


_TO_HAVE = {
    "signed": "to have signed",
    "accepted": "to have accepted",
    "withheld": "not to have signed",
    "rejected": "to have rejected it",
}


def _say_answers(ceasefire: Ceasefire) -> str:
    """Who answered how, in the attempt that is the news if it was answered: ``Truce: A signed, B did not``."""
    answered = {s.event_id for s in ceasefire.standings if s.part in ANSWERS and s.sure}
    event = ceasefire.newest(answered)
    if not event:
        return ""
    told = (standing for standing in ceasefire.within(event) if standing.part in ANSWERS and standing.sure)
    did = grouped(told, lambda standing: standing.part)
    clauses = []
    for part, words in _ANSWERS.items():
        by_actor = grouped(did.get(part, ()), lambda standing: standing.actor_id)
        for own in (True, False):  # what is told of a group that one is of, or by others, is said of one
            mine = [actor for actor, claims in by_actor.items() if any(s.own for s in claims) == own]
            who = list_words([_short(ceasefire.stakeholders[actor]) for actor in mine])
            said = f"{'is' if len(mine) == 1 else 'are'} said {_TO_HAVE[part]}"
            clauses += [f"{who} {words if own else said}"] if mine else []
    said = ", ".join(clauses)
    return f"{ceasefire.attempts[event].title}: {said.replace('did not sign', 'did not') if 'signed' in did else said}"


def _say_backing(graph: nx.MultiDiGraph, node: str, forth: bool = False) -> str:
    """``A and B back C (D last attested 2017)``; or, forth, ``C backs A and B``; empty if nobody is said to.

    Named in the sentence is who can be told to on the day; behind it who was attested long before or after it, or only
    in a sentence that can be read in two ways; who was both is not news.
    """
    firm, faint, vague = [], [], []
    edges = list(graph.out_edges(node, data=True) if forth else graph.in_edges(node, data=True))
    named = [tie for tie in edges if not forth or graph.nodes[tie[1]]["kind"] != "group"]
    edges = named if any(backs_indeed(tie[2]) for tie in named) else edges  # clients that nobody names say little
    for a, b, edge in sorted(edges, key=lambda e: e[:2]):
        if backs_indeed(edge):
            name = called(graph, b if forth else a)
            if all(claim.reading for claim in edge["claims"] if claim.counts):
                vague += [name] if edge["answer"].firm else []
            elif edge["answer"].firm:
                firm.append(name)
            else:
                faint.append((edge["answer"], name))
    name, sure, aside = called(graph, node), list_words(firm, 8), _say_when(faint)
    unclear = f"{list_words(vague)} by an ambiguous wording" if vague else ""
    aside = "; ".join(filter(None, (unclear, aside)))
    if not sure:
        whom = f"{name} backing anybody" if forth else f"anybody backing {name}"
        return f"no source of that time tells of {whom} ({aside})" if aside else ""
    said = f"{name} backs {sure}" if forth else f"{sure} back{'s' if len(firm) == 1 else ''} {name}"
    return f"{said} ({aside})" if aside else said


def _roughly(answer: Answer) -> str:
    """When something was reported; of what is half a year away its year, or in the year of the day asked its month."""
    date = answer.date
    if not (date and date.earliest and date.latest and answer.days > _FAR):
        return str(date or "")
    if date.earliest.year != date.latest.year:
        return str(date)
    away = dt.timedelta(answer.days)
    asked = date.earliest - away if answer.kind == FIRST else date.latest + away
    same = asked.year == date.latest.year and date.earliest.month == date.latest.month
    return f"{date.latest:%Y-%m}" if same else str(date.latest.year)


def _say_when(faint: Sequence[tuple[Answer, str]]) -> str:
    """When those were attested who were not near the day: ``France and Israel last attested 2017``."""
    told = grouped(faint, lambda item: (item[0].kind, _roughly(item[0])))
    order = sorted(told.items(), key=lambda item: (item[0][0], item[1][0][0].days))
    return "; ".join(
        list_words([name for _, name in those], 8) + (", undated" if kind == POSSIBLE else f" {kind} {say_date(date)}")
        for (kind, date), those in order
    )
