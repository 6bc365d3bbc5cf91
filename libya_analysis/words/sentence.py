"""How things are said: names and numbers inside sentences, and one claim as one sentence, with what it rests on.

Nothing here is typed by hand but grammar. What is conditional stays conditional, what somebody says stays theirs, and
what the sources leave open is said to be open.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from libya_analysis.evidence.claim import Cite, Claim, cite, grouped, inside
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.question import Question, check_parameters
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import ACTOR_KINDS, MODALITIES, OUTCOMES, STATUSES, SUPPORTS, TIES, label


def how_many(number: int, word: str, plural: str = "") -> str:
    """Say a number of things.

    >>> how_many(1, "tie"), how_many(2, "tie"), how_many(2, "party", "parties")
    ('1 tie', '2 ties', '2 parties')
    """
    return f"{number} {word if number == 1 else plural or word + 's'}"


def list_words(words: Sequence[str], most: int = 4, last: str = "and") -> str:
    """Join words as a sentence does; of more than ``most`` all but the first three are counted.

    >>> list_words(["Egypt", "France", "Russia"]), list_words(list("abcde"))
    ('Egypt, France and Russia', 'a, b, c and 2 others')
    """
    if len(words) > most:
        words = [*words[:3], f"{len(words) - 3} others"]
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def called(graph: nx.MultiDiGraph, node: str) -> str:
    """Name of an actor as it stands inside a sentence, with its article.

    >>> from libya_analysis import build_network, load_tables
    >>> called(build_network(load_tables()), "lna")
    'the Libyan National Army'
    """
    about = graph.nodes[node]
    name = inside(about["name"])
    first, _, rest = name.partition(" ")
    if about["kind"] == "group" and rest[:1].islower() and not first.endswith("'s"):  # described, not named
        name = f"{first.lower()} {rest}"
    own = name.startswith(("Al-", "El-"))  # has its article in its name
    the = (ACTOR_KINDS[about["kind"]].article and not own) or name.startswith("United ")
    return f"the {name}" if the else name


def capital(sentence: str) -> str:
    """Begin a sentence with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True)
class Statement:
    """A sentence and the paragraphs that it rests on."""

    text: str
    cites: tuple[Cite, ...] = ()
    target: str = ""  # what links to it are called
    url: str = ""

    def __str__(self) -> str:
        return f"{self.text} [{'; '.join(map(str, self.cites))}]" if self.cites else self.text


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
        f'<a href="#{html.escape(cited.source_id)}" title="{html.escape(cited.note)}">{html.escape(str(cited))}</a>'
        for cited in statement.cites
    )
    return html.escape(statement.text) + (f" <small>[{cited}]</small>" if cited else "")


def say_claim(graph: nx.MultiDiGraph, claim: Claim) -> Statement:
    """Say one claim about a tie: who, what, whom, how real, according to whom.

    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), sources=["moscow-truce-2020"])
    >>> claims = {claim.claim_id: claim for *_, e in graph.edges(data=True) for claim in e["claims"]}
    >>> print(say_claim(graph, claims["turkey-threatens-deployment"]).text)
    Turkey threatens to back the Government of National Accord (military deployment).
    >>> print(say_claim(graph, claims["russia-turkey-oil-gas"]).text)
    Turkey would cooperate with Russia, but only if there is a ceasefire, according to a Turkish official.
    """
    one, other = (graph.graph["counts_as"].get(actor, actor) for actor in (claim.from_id, claim.to_id))
    a, tie, modality = called(graph, one), TIES[claim.kind], MODALITIES[claim.modality]
    actual = f"{a} {tie.many if graph.nodes[one]['number'] == 'several' else tie.one}"
    core = actual if modality.actual else modality.sentence.format(a=a, verb=tie.bare)
    text = f"{core} {called(graph, other)}"
    details = [label(claim.support)] if claim.support and SUPPORTS[claim.support].said else []
    if not claim.start and claim.attested and claim.attested.earliest:  # "on or before" a day of the text says nothing
        details.append(f"attested {say_date(claim.attested)}")
    if graph.nodes[one]["kind"] == "group" and claim.note:  # how many of them, mostly
        details.append(claim.note)
    if details:
        text += f" ({', '.join(details)})"
    if claim.condition:
        text += f", but only {claim.condition}"
    if claim.status == "attributed" and claim.said_by == one:
        text = _own_account(graph, one, text.removeprefix(a).lstrip(), claim.reading)
    else:
        text = _voiced(text, claim)
    return Statement(f"{capital(text)}.", cite([claim]))


def _own_account(graph: nx.MultiDiGraph, node: str, rest: str, reading: str) -> str:
    """What an actor says of itself: ``Turkey says that it plans ...``; of a person, who is no it, by own account."""
    who, person = called(graph, node), ACTOR_KINDS[graph.nodes[node]["kind"]].person
    own = f"{who} {rest}, by own account" if person else f"{who} says that it {rest}"
    return f"{own} (the wording can be read in two ways)" if reading else own


def _voiced(text: str, claim: Claim) -> str:
    """A clause with the voice that makes it."""
    text = STATUSES[claim.status].sentence.format(text=text, who=inside(claim.speaker))
    return f"{text} (the wording can be read in two ways)" if claim.reading else text


def say_claims(graph: nx.MultiDiGraph, kinds: Sequence[str] = ("backs",), statuses: Sequence[str] = ()) -> Prose:
    """Say all claims of some kinds of tie, sure ones first; claims that say the same are one sentence.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), sources=["moscow-truce-2020"], statuses=["alleged"])
    >>> print(say_claims(graph).statements[0].text[:50])
    Khalifa Haftar alleges that Turkey backs extremist
    """
    told = (claim for *_, claims in graph.edges(data="claims") for claim in claims)
    wanted = (claim for claim in told if claim.kind in kinds and (not statuses or claim.status in statuses))
    said = grouped(wanted, lambda claim: say_claim(graph, claim).text)
    order = sorted(said.items(), key=lambda item: (not item[1][0].actual, item[0]))
    statements = [Statement(text, cite(claims)) for text, claims in order]
    return Prose(tuple(statements) or (Statement("Nothing of the kind is said in this selection."),))


def say_quotes(
    tables: Tables, event_id: str = "", question: Question | None = None, *, direct: bool = False, **asked: Any
) -> Prose:
    """Say what was said, of one event or of all; direct quotations stand between quotation marks.

    Parameters
    ----------
    tables : Tables
        The evidence.
    event_id : str, optional
        Only what was said of this event.
    direct : bool
        Only direct quotations.
    question, **asked
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(say_quotes(load_tables(), "moscow-truce", sources=["reuters-cyprus-mail-2020-01-14"]))
    A Libyan military source: Haftar did not sign because the deal set no deadline by which forces of the government had
    to disband. [8, ¶9]
    """
    sources = check_parameters(tables, question, among=("sources",), **asked).sources
    quotes = sorted(tables.claimed["quotes"], key=lambda claim: (not claim.direct, claim.from_id, claim.claim_id))
    statements = []
    for claim in quotes:
        wanted = (not event_id or claim.event_id == event_id) and (not sources or claim.source_id in sources)
        if wanted and (claim.direct or not direct):
            words = f"“{claim.quote}”" if claim.direct else f"{claim.quote.rstrip('.')}."
            statements.append(Statement(f"{claim.speaker}: {words}", cite([claim])))
    return Prose(tuple(statements) or (Statement("The sources chosen quote nobody on it."),))


def say_event(tables: Tables, event_id: str, question: Question | None = None, **asked: Any) -> Prose:
    """Say what the sources tell of an event: when it was, what became of it, who had which part in it.

    Parameters
    ----------
    tables : Tables
        The evidence.
    event_id : str
        The event.
    question, **asked
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(say_event(load_tables(), "moscow-truce", sources=["moscow-truce-2020"]).statements[0].text)
    Truce offered for signature in Moscow: 13 January 2020; outcome: partly signed.
    """
    sources = check_parameters(tables, question, among=("sources",), **asked).sources
    names, title = tables.names(), tables.titles()[event_id]

    def said(claim: Claim) -> str:
        if claim.table == "event_reports":
            outcome = f"; outcome: {label(claim.kind)}" if OUTCOMES[claim.kind].known else ""
            unreal = "" if claim.actual else f" ({claim.modality})"
            only = f", only {claim.condition}" if claim.condition else ""
            when = say_date(claim.start)
            when += f", for {say_date(claim.due)}" if claim.due and claim.due != claim.start else ""
            when += f", “{claim.lasted}” long" if claim.lasted else ""
            return f"{_voiced(f'{title}: {when}{outcome}{unreal}{only}', claim)}."
        unreal = "" if claim.actual else f", {claim.modality}"
        by = f" by {inside(names[claim.counterpart])}" if claim.counterpart else ""
        return f"{_voiced(f'{names[claim.from_id]} ({label(claim.kind)}{by}{unreal})', claim)}."

    parts = sorted(tables.claimed["participants"], key=lambda claim: claim.claim_id)
    told = (claim for claim in (*tables.claimed["event_reports"], *parts) if claim.event_id == event_id)
    wanted = (claim for claim in told if not sources or claim.source_id in sources)
    statements = [Statement(text, cite(claims)) for text, claims in grouped(wanted, said).items()]
    return Prose(tuple(statements) or (Statement(f"{title}: the sources chosen say nothing of it."),))
