"""How things are said: names and numbers inside sentences, and one claim as one sentence, with what it rests on.

Nothing here is typed by hand but grammar. What is conditional stays conditional, what somebody says stays theirs, and
what the sources leave open is said to be open.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import networkx as nx

from libya_analysis.analysis.sequels import Sequel, find_sequels
from libya_analysis.analysis.timeline import said_by
from libya_analysis.evidence.claim import Cite, Claim, cite, grouped, inside
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.frames import NO_MATHEMATICS, records
from libya_analysis.evidence.question import Question, check_parameters, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.vocabulary import (
    ACTOR_KINDS,
    MODALITIES,
    OUTCOMES,
    RELATIONS,
    ROLES,
    STATUSES,
    SUPPORTS,
    TIES,
    label,
)


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


@dataclass(frozen=True)
class Cast:
    """Whom and what sentences speak of: actors with ``name, kind, number``, titles of events, who counts as whom."""

    actors: Mapping[str, Mapping[str, Any]]
    titles: Mapping[str, str] = field(default_factory=dict)
    counts_as: Mapping[str, str] = field(default_factory=dict)
    sequels: Mapping[str, Sequel] = field(default_factory=dict)  # what became of claims, by their ids
    long_ago: dt.date | None = None  # what was told before this day is told in the past

    def called(self, actor: str) -> str:
        """Name of an actor as it stands inside a sentence."""
        return _called(self.actors[actor]) if actor in self.actors else actor

    def several(self, actor: str) -> bool:
        """Whether an actor is more than one."""
        return actor in self.actors and self.actors[actor]["number"] == "several"


def cast_of(tables: Tables, as_of: dt.date | None = None) -> Cast:
    """All whom tables name, each as itself, and what had become of claims by a day.

    >>> from libya_analysis import load_tables
    >>> cast_of(load_tables()).called("lna")
    'the Libyan National Army'
    """
    actors = {row["actor_id"]: row for row in records(tables.frames["actors"])}
    return Cast(actors, tables.titles(), {}, find_sequels(tables, as_of))


def called(graph: nx.MultiDiGraph, node: str) -> str:
    """Name of an actor as it stands inside a sentence, with its article.

    >>> from libya_analysis import build_network, load_tables
    >>> called(build_network(load_tables()), "lna")
    'the Libyan National Army'
    """
    return _called(graph.nodes[node])


def _called(about: Mapping[str, Any]) -> str:
    name = inside(about["name"])
    first, _, rest = name.partition(" ")
    if about["kind"] == "group" and rest[:1].islower() and first in _ORDINARY:
        name = f"{first.lower()} {rest}"
    return f"the {name}" if _takes_article(name, about) else name


def named(name: str, kind: str, number: str) -> str:
    """The name of an actor of a kind as it stands inside a sentence, with its article.

    >>> named("Houthis", "armed-group", "several"), named("Saudi-led coalition", "group", "several")
    ('the Houthis', 'the Saudi-led coalition')
    >>> named("NATO", "organisation", "one"), named("Extremist groups", "group", "several")
    ('NATO', 'extremist groups')
    """
    return _called({"name": name, "kind": kind, "number": number})


#: Words that are no names, with which a description of a group begins, and which then begin small.
_ORDINARY = tuple(
    "All Allies Armed Backers Civilians Clients Extremist Fighters Forces Foreign Former Groups Local Many Members "
    "Militias Most Other Parties Rival Several Some Supporters Troops Unnamed Various".split()
)
_BEFORE_OTHERS = re.compile(r" (?:of|in|from|for|with|to|at|on|near|around|under|against|who|which|that)\b")
_SPOKEN = re.compile(r"(?!.*[^AEIOU]{3})(?=.*[AEIOU])[A-Z]{4,}")  # letters that are read as a word, such as NATO


def _takes_article(name: str, about: Mapping[str, Any]) -> bool:
    """Whether a name has an article before it inside a sentence, by what is named and by how."""
    first, _, rest = name.partition(" ")
    if name.startswith("United "):
        return True
    if first in ("the", "a", "an") or name.startswith(("Al-", "El-")) or first.endswith(("'s", "’s")):  # has its own
        return False
    if about["kind"] == "group":  # one thing described, such as a coalition, whether it is of one or several
        head = _BEFORE_OTHERS.split(name)[0]
        return rest[:1].islower() and first not in _ORDINARY and " " in head and not head.endswith("s")
    if not ACTOR_KINDS[about["kind"]].article or _SPOKEN.fullmatch(name):
        return False
    if about["number"] == "several":  # a people or forces that have a name of their own, not a description
        return not any(word.islower() for word in rest.split() if word not in ("and", "of", "for"))
    return bool(rest) or about["kind"] == "government" or name.isupper()


def entitled(title: str) -> str:
    """A title inside a sentence, in marks that are not those of a quotation."""
    return f"‘{title}’"


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
    follows: bool = False  # whether it says "then" of the one before
    actors: int = 0  # how many have a part in the event that it tells

    def __str__(self) -> str:
        return f"{self.text} [{'; '.join(map(str, self.cites))}]" if self.cites else self.text


@dataclass(frozen=True)
class Prose:
    """Sentences that a notebook shows as a list, each with links to its sources, and prints as plain lines.

    What there is ``more``, for who wants all, is folded below them.
    """

    statements: tuple[Statement, ...]
    lead: bool = False
    more: tuple[Statement, ...] = ()

    def __repr__(self) -> str:
        more = [f"{len(self.more)} more:", *self.more] if self.more else []
        return "\n".join(map(str, (*self.statements, *more)))

    def _repr_html_(self) -> str:
        if self.lead:
            return "".join(f'<p class="{NO_MATHEMATICS}">{_show(statement)}</p>' for statement in self.statements)
        more = (
            f'<details class="rest"><summary>{len(self.more)} more</summary>{_list(self.more)}</details>'
            if self.more
            else ""
        )
        return _list(self.statements) + more


def _list(statements: Iterable[Statement]) -> str:
    items = "".join(f"<li>{_show(statement)}</li>" for statement in statements)
    return f'<ul class="{NO_MATHEMATICS}">{items}</ul>'


def _show(statement: Statement) -> str:
    """A sentence as HTML; text from tables is text."""
    cited = "; ".join(
        f'<a href="#{html.escape(cited.source_id)}" title="{html.escape(cited.note)}">{html.escape(str(cited))}</a>'
        for cited in statement.cites
    )
    return html.escape(statement.text) + (f" <small>[{cited}]</small>" if cited else "")


def say_claim(graph: nx.MultiDiGraph, claim: Claim) -> Statement:
    """Say one claim about a tie of a network.

    >>> from libya_analysis import build_network, load_tables
    >>> graph = build_network(load_tables(), sources=["moscow-truce-2020"])
    >>> claims = {claim.claim_id: claim for *_, e in graph.edges(data=True) for claim in e["claims"]}
    >>> print(say_claim(graph, claims["turkey-threatens-deployment"]).text)
    Turkey threatens to back the Government of National Accord with military deployment.
    >>> print(say_claim(graph, claims["russia-turkey-oil-gas"]).text)
    Turkey would cooperate with Russia, if there is a ceasefire, according to a Turkish official.
    """
    return say(_cast_in(graph), claim)


def _cast_in(graph: nx.MultiDiGraph) -> Cast:
    as_of, near = graph.graph["as_of"], graph.graph["near"]
    long_ago = as_of - dt.timedelta(near) if as_of else None
    return Cast(graph.nodes, {}, graph.graph["counts_as"], graph.graph["sequels"], long_ago)


def say(cast: Cast, claim: Claim) -> Statement:
    """Say one claim of any table: who, what, whom or in which event, how real, on what condition, according to whom.

    >>> from libya_analysis import load_tables
    >>> tables = load_tables()
    >>> parts = {claim.claim_id: claim for claim in tables.claimed["participants"]}
    >>> print(say(cast_of(tables), parts["moscow-truce-egypt-objects"]).text)
    Truce offered for signature in Moscow: Egypt objected, according to an official (country not told).
    """
    title = cast.titles.get(claim.event_id, claim.event_id)
    match claim.table:
        case "quotes":
            return Statement(_quoted(claim, claim.speaker or cast.called(claim.from_id)), cite([claim]))
        case "event_relations":
            was = "came" if RELATIONS[claim.kind].order else "was"
            other = cast.titles.get(claim.to_id, claim.to_id)
            text = f"{entitled(title)} {was} {RELATIONS[claim.kind].forth} {entitled(other)}"
            text += _unreal(cast, claim)
            text = _voiced(cast, text, claim)
        case "identities":
            one, other = cast.called(claim.from_id), cast.called(claim.to_id)
            text = capital(_voiced(cast, f"{one} and {other} are the same{_unreal(cast, claim)}", claim))
        case "event_reports":
            text = f"{title}: {_account(cast, claim)}"
        case "participants" if not claim.rests_on:
            text = f"{title}: {_part(cast, claim)}"
        case _:
            text = capital(_tie(cast, claim))
    return Statement(f"{text}.", _cites(cast, [claim]))


def in_words(quote: Claim) -> str:
    """What somebody said, inside a sentence: between quotation marks if these are the words themselves."""
    return f"“{quote.quote.rstrip('.,')}”" if quote.direct else quote.quote.rstrip(".")


def _quoted(claim: Claim, who: str) -> str:
    """What somebody said, or what a source tells of their mind, which nobody has said."""
    words = f"“{claim.quote}”" if claim.direct else f"{claim.quote.rstrip('.')}."
    return f"{capital(who)}: {words}" if claim.speaker else f"Of {inside(who)}, as the source tells: {words}"


def _cites(cast: Cast, claims: Iterable[Claim]) -> tuple[Cite, ...]:
    """What claims cite, with what says what became of them."""
    claims = list(claims)
    return cite((*claims, *(sequel.claim for claim in claims if (sequel := _sequel(cast, claim)))))


def _sequel(cast: Cast, claim: Claim) -> Sequel | None:
    """What became of a claim, or of one that it follows from."""
    return next((cast.sequels[c.claim_id] for c in (claim, *claim.rests_on) if c.claim_id in cast.sequels), None)


def _clause(cast: Cast, claim: Claim, actor: str, verb: str, bare: str) -> str:
    """Who does or did what, as real as that is; of an old threat or forecast, or of what became of it, in the past."""
    who, modality = cast.called(actor), MODALITIES[claim.modality]
    old = cast.long_ago and claim.told and claim.told.latest and claim.told.latest < cast.long_ago
    ways = modality.past if old or _sequel(cast, claim) else modality.sentence
    did = verb if modality.actual else ways.format(a="", verb=bare).strip()
    first, _, rest = did.partition(" ")
    return f"{who} {_MANY.get(first, first) if cast.several(actor) else first} {rest}".rstrip()


#: What several do, where one does it.
_MANY = {"is": "are", "was": "were", "threatens": "threaten", "plans": "plan"}


def _aside(cast: Cast, claim: Claim) -> list[str]:
    """What became of it."""
    sequel = _sequel(cast, claim)
    if sequel is None:
        return []
    became = "carried out" if sequel.done else label(sequel.claim.kind)
    return [f"since {became}, as is told of {say_date(sequel.claim.told)}"]


def _tie(cast: Cast, claim: Claim) -> str:
    one, other = (cast.counts_as.get(actor, actor) for actor in (claim.from_id, claim.to_id))
    tie = TIES[claim.kind]
    clause = _clause(cast, claim, one, tie.many if cast.several(one) else tie.one, tie.bare)
    text = f"{clause} {cast.called(other)}"
    text += f" with {label(claim.support)}" if claim.support and SUPPORTS[claim.support].said else ""
    details = []
    if not claim.start and claim.attested and claim.attested.earliest:  # "on or before" a day of the text says nothing
        details.append(f"attested {say_date(claim.attested)}")
    if cast.actors[one]["kind"] == "group" and claim.note and not claim.reading:  # how many of them, mostly
        details.append(claim.note)
    details += _aside(cast, claim)
    if details:
        text += f" ({', '.join(details)})"
    if claim.condition:
        text += f", {claim.condition}"
    if claim.status == "attributed" and claim.said_by == one:
        return _own_account(cast, one, text.removeprefix(cast.called(one)).lstrip()) + _unclear(claim)
    return _voiced(cast, text, claim)


def _account(cast: Cast, claim: Claim) -> str:
    """What is told of an event: when it was, and what became of it."""
    outcome = f"; outcome: {label(claim.kind)}" if OUTCOMES[claim.kind].known else ""
    provided = f", {claim.condition}" if claim.condition else ""
    when = say_date(claim.start)
    when += f", for {say_date(claim.due)}" if claim.due and claim.due != claim.start else ""
    when += f", “{claim.lasted}” long" if claim.lasted else ""
    text = f"{when}{outcome}{_unreal(cast, claim)}{provided}"
    told = STATUSES[claim.status].sentence.startswith("{text}")  # other ways to say it ask for a clause
    return _voiced(cast, text, claim) if told else f"{text} ({claim.firmness})"


def _unreal(cast: Cast, claim: Claim) -> str:
    return "" if claim.actual else f" ({', '.join([claim.modality, *_aside(cast, claim)])})"


def _part(cast: Cast, claim: Claim) -> str:
    """What somebody did in an event."""
    role, aside = ROLES[claim.kind], _aside(cast, claim)
    text = _clause(cast, claim, claim.from_id, role.did, role.bare)
    text += f" by {cast.called(claim.counterpart)}" if claim.counterpart else ""
    text += f" ({', '.join(aside)})" if aside else ""
    return _voiced(cast, f"{text}, {claim.condition}" if claim.condition else text, claim)


def _own_account(cast: Cast, actor: str, rest: str) -> str:
    """What an actor says of itself: ``Turkey says that it plans ...``; of a person, who is no it, by own account."""
    who, person = cast.called(actor), ACTOR_KINDS[cast.actors[actor]["kind"]].person
    return f"{who} {rest}, by own account" if person else f"{who} says that it {rest}"


def _unclear(claim: Claim) -> str:
    """The readings of what can be read in two ways."""
    return f" (unclear: {claim.note or 'it can be read in two ways'})" if claim.reading else ""


def _voiced(cast: Cast, text: str, claim: Claim) -> str:
    """A clause with the voice that makes it."""
    who = cast.called(claim.said_by) if claim.said_by in cast.actors else inside(claim.speaker)
    return STATUSES[claim.status].sentence.format(text=text, who=who) + _unclear(claim)


def say_claims(graph: nx.MultiDiGraph, kinds: Sequence[str] = ("backs",), statuses: Sequence[str] = ()) -> Prose:
    """Say all claims of some kinds of tie, sure ones first; claims that say the same are one sentence.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    kinds : sequence of str
        Kinds of tie.
    statuses : sequence of str, optional
        Only claims of these statuses; empty for all.

    Returns
    -------
    Prose
        Sentences with the paragraphs that they rest on.

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
    statements = [Statement(text, _cites(_cast_in(graph), claims)) for text, claims in order]
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
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``; ``as_of``, after which
        nothing may have been said.

    Returns
    -------
    Prose
        A sentence a quotation, with the paragraphs that it stands in.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(say_quotes(load_tables(), "moscow-truce", sources=["reuters-cyprus-mail-2020-01-14"]))
    A Libyan military source: Haftar did not sign because the deal set no deadline by which forces of the government had
    to disband. [11, ¶9]
    """
    asks = check_parameters(tables, question, among=("sources", "known_on", "as_of", "near"), **asked)
    tables = known_tables(tables, asks)
    quotes = sorted(
        said_by(tables, tables.claimed["quotes"], asks),
        key=lambda claim: (not claim.direct, claim.from_id, claim.claim_id),
    )
    wanted = (c for c in quotes if (not event_id or c.event_id == event_id) and (c.direct or not direct))
    told = grouped(wanted, lambda claim: (claim.quote.rstrip("."), claim.direct))  # the same words, said together
    statements, names = [], tables.names()
    for claims in told.values():
        who = list_words(list(dict.fromkeys(names[claim.from_id] for claim in claims)))
        statements.append(Statement(_quoted(claims[0], who), cite(claims)))
    return Prose(tuple(statements) or (Statement("The sources chosen quote nobody on it."),))


def say_event(tables: Tables, event_id: str, question: Question | None = None, **asked: Any) -> Prose:
    """Say what the sources tell of an event: when it was, what became of it, who had which part in it.

    Parameters
    ----------
    tables : Tables
        The evidence.
    event_id : str
        The event; empty where there is none.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``.

    Returns
    -------
    Prose
        Sentences with the paragraphs that they rest on.

    Raises
    ------
    KeyError
        If there is no such event.
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(say_event(load_tables(), "moscow-truce", sources=["moscow-truce-2020"]).statements[0].text)
    Truce offered for signature in Moscow: 13 January 2020; outcome: partly signed.
    """
    if not event_id:
        return Prose((Statement("The sources chosen tell of no such event."),))
    title, tables = tables.titles()[event_id], known_tables(tables, question, **asked)
    cast = cast_of(tables)

    def said(claim: Claim) -> str:
        if claim.table == "event_reports":
            return say(cast, claim).text
        return f"{capital(_part(cast, claim))}."

    parts = sorted(tables.claimed["participants"], key=lambda claim: claim.claim_id)
    told = (claim for claim in (*tables.claimed["event_reports"], *parts) if claim.event_id == event_id)
    statements = [Statement(text, _cites(cast, claims)) for text, claims in grouped(told, said).items()]
    return Prose(tuple(statements) or (Statement(f"{title}: the sources chosen say nothing of it."),))
