"""Findings in words, composed from what was computed: singular and plural right, never typed by hand."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx

from libya_analysis.analysis.ceasefire import Ceasefire, consultation_gap
from libya_analysis.analysis.network import backs_indeed
from libya_analysis.evidence.texts import inside

#: Kinds of actor whose names take an article inside a sentence.
_WITH_ARTICLE = ("government", "armed-group", "organisation", "movement")


def how_many(number: int, word: str, plural: str = "") -> str:
    """Say a number of things.

    Examples
    --------
    >>> how_many(1, "tie"), how_many(2, "tie"), how_many(2, "party", "parties")
    ('1 tie', '2 ties', '2 parties')
    """
    return f"{number} {word if number == 1 else plural or word + 's'}"


def list_words(words: Sequence[str], most: int = 4) -> str:
    """Join words as a sentence does; of more than ``most`` all but the first three are counted.

    Examples
    --------
    >>> list_words(["Egypt", "France", "Russia"]), list_words(list("abcde"))
    ('Egypt, France and Russia', 'a, b, c and 2 others')
    """
    if len(words) > most:
        words = [*words[:3], f"{len(words) - 3} others"]
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def called(graph: nx.MultiDiGraph, node: str) -> str:
    """Name of an actor as it stands inside a sentence, with its article.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> called(build_network(load_tables()), "lna")
    'the Libyan National Army'
    """
    about = graph.nodes[node]
    name = inside(about["name"])
    first, _, rest = name.partition(" ")
    if about["kind"] == "group" and rest[:1].islower() and not first.endswith("'s"):  # described, not named
        name = f"{first.lower()} {rest}"
    the = about["kind"] in _WITH_ARTICLE or name.startswith("United ")
    return f"the {name}" if the else name


def capital(sentence: str) -> str:
    """Begin a sentence with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


def finding(graph: nx.MultiDiGraph, focus: str = "") -> str:
    """Say in one line who backs the two sides: those proven on the day first, then those that are possible.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    focus : str, optional
        An actor_id: say whom it backs and who backs it instead.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), kinds=["backs"], sources=["moscow-truce-2020"])
    >>> finding(build_network(load_tables(), kinds=["backs"], actors=["haftar"], sources=["moscow-truce-2020"]))
    'Egypt, France and Russia back Khalifa Haftar'
    >>> finding(graph, focus="egypt")
    'Egypt backs Khalifa Haftar'
    >>> finding(build_network(load_tables(), modalities=["threatened"]))
    'Backing of the Government of National Accord by Turkey is only threatened'
    """
    if focus:
        whom = _backing(graph, focus, forth=True)
        sentences = [_say_backing([called(graph, focus)], whom["holds"], whom["possible"], forth=True)] if whom else []
        by = _backing(graph, focus)
        sentences += [_say_backing([called(graph, focus)], by["holds"], by["possible"])] if by else []
        nothing = f"Nothing says that {called(graph, focus)} backs anybody or is backed, in this selection"
        return capital("; ".join(filter(None, sentences)) or nothing)
    anchors = sorted((n for n, anchor in graph.nodes(data="anchor") if anchor), key=lambda n: graph.nodes[n]["camp"])
    said = [
        _say_backing([called(graph, a)], by["holds"], by["possible"]) for a in anchors if (by := _backing(graph, a))
    ]
    said = said or [unreal for a in anchors if (unreal := _say_unreal(graph, a))]
    return capital("; ".join(said) or "Nobody is said to back either side in this selection")


def _say_unreal(graph: nx.MultiDiGraph, anchor: str) -> str:
    """Say whose backing of an anchor is only threatened, planned or the like."""
    ties = [
        (called(graph, a), claim.modality)
        for a, _, tie in graph.in_edges(anchor, data=True)
        if tie["kind"] == "backs"
        for claim in tie["claims"]
        if claim.modality != "actual"
    ]
    if not ties:
        return ""
    backers, ways = (list_words(sorted(set(column))) for column in zip(*ties, strict=True))
    return f"backing of {called(graph, anchor)} by {backers} is only {ways}"


def ceasefire_finding(ceasefire: Ceasefire) -> str:
    """Say in one line which attempt left out most, according to whom, and how many were signed by all.

    Examples
    --------
    >>> from libya_analysis import build_ceasefire, load_tables
    >>> words = ceasefire_finding(build_ceasefire(load_tables(), sources=["moscow-truce-2020"]))
    >>> words.split(":")[1].split(";")[0]
    ' 5 of 8 stakeholders were not consulted, according to officials familiar with the talks'
    """
    gap = consultation_gap(ceasefire)
    sentences = []
    worst = gap[gap["not consulted"].ne("")].sort_values(["gap from", "gap to"], ascending=False)
    if len(worst):
        row, event = worst.iloc[0], worst.index[0]
        left_out = round(row["gap from"] * row["stakeholders"])
        were = "was" if left_out == 1 else "were"
        voices = {p.firmness for p in ceasefire.parts if p.event_id == event and p.state == "not consulted" and p.sure}
        voice = f", {voices.pop()}" if len(voices) == 1 and "stated by the source" not in voices else ""
        of = how_many(row["stakeholders"], "stakeholder")
        sentences.append(f"{row['attempt']}: {left_out} of {of} {were} not consulted{voice}")
    signed = int(gap["outcome"].str.fullmatch("signed").sum())
    sentences.append(
        "no attempt is said to be signed by all" if not signed else f"{how_many(signed, 'attempt')} signed by all"
    )
    return capital("; ".join(sentences))


def _backing(graph: nx.MultiDiGraph, node: str, forth: bool = False) -> dict[str, list[str]]:
    """Who backs an actor (or, forth, whom it backs) for sure and possibly; empty if nobody."""
    found: dict[str, list[str]] = {"holds": [], "possible": []}
    edges = graph.out_edges(node, data=True) if forth else graph.in_edges(node, data=True)
    for a, b, edge in sorted(edges, key=lambda e: e[:2]):
        if backs_indeed(edge):
            found[edge["holds"]].append(called(graph, b if forth else a))
    return found if any(found.values()) else {}


def _say_backing(one: Sequence[str], sure: Sequence[str], maybe: Sequence[str], forth: bool = False) -> str:
    """``A and B back C, D possibly``; or, forth, ``C backs A and B, D possibly``."""
    if forth:
        first = f"{one[0]} backs {list_words(sure)}" if sure else f"{one[0]} possibly backs {list_words(maybe)}"
        return first + (f", {list_words(maybe)} possibly" if sure and maybe else "")
    if sure:
        also = f", {list_words(maybe)} possibly" if len(maybe) < 2 else f", and possibly also {list_words(maybe)}"
        tail = also if maybe else ""
        return f"{list_words(sure)} back{'s' if len(sure) == 1 else ''} {one[0]}{tail}"
    return f"{list_words(maybe)} possibly back{'s' if len(maybe) == 1 else ''} {one[0]}"
