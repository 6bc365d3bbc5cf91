"""The evidence panel: what stands behind a tie, an actor, an event, a quotation; as safe markup, and as a citation."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx

from libya_analysis.analysis.ceasefire import Ceasefire
from libya_analysis.analysis.search import find_claims, kind_of
from libya_analysis.analysis.voices import voice_of, voices_for
from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import Texts
from libya_analysis.evidence.vocabulary import EVENTS, OUTCOMES, RELATIONS, SUPPORTS, TIES, label
from libya_analysis.explorer.views import say_ends, why_faint
from libya_analysis.words.sentence import how_many, list_words

_MOST = 24  # claims shown in full; the table has all


@dataclass(frozen=True)
class Found:
    """What the panel shows: markup, and the same as plain text, one claim a line, to be pasted into a note."""

    markup: str
    citation: str


class Evidence:
    """All claims that can be pointed at, by their ids, with the paragraphs where texts are at hand."""

    def __init__(self, tables: Tables, texts: Texts | None = None) -> None:
        self.tables, self._texts = tables, texts or {}
        self._names, self._titles, self._voice = tables.names(), tables.titles(), voice_of(tables)
        self._several = {row["actor_id"] for row in records(tables.actors) if row["number"] == "several"}
        self._sources = {row["source_id"]: row for row in records(tables.sources)}
        self._claims = {claim.claim_id: claim for claims in tables.claimed.values() for claim in claims}
        of_events = (c for c in self._claims.values() if c.event_id and c.table != "event_relations")
        self._of_event = grouped(of_events, lambda claim: claim.event_id)

    def of_tie(
        self, graph: nx.MultiDiGraph, edge: tuple[str, str, str], widest: nx.MultiDiGraph, asked: Question
    ) -> Found:
        """A tie of a selection: its claims, then the other claims between the same two actors."""
        a, b, _ = edge
        tie = graph.edges[edge]
        here = {claim.claim_id for claim in tie["claims"]}
        others: dict[str, Claim] = {}
        for one, other in ((a, b), (b, a)):
            for data in (widest.get_edge_data(one, other) or {}).values():
                others |= {claim.claim_id: claim for claim in data["claims"] if claim.claim_id not in here}
        title = f"{self._names[a]} {'→' if tie['directed'] else '↔'} {self._names[b]}: {label(tie['kind'])}"
        faint = [] if tie["actual"] else [why_faint(tie["claims"][0], Question())]
        faint += [] if tie["answer"].firm else [str(tie["answer"])]
        aside = f"Drawn faint: {'; '.join(faint)}." if faint else ""
        return self._panel(title, tie["claims"], "Other claims on the same two", list(others.values()), aside, asked)

    def of_actor(self, graph: nx.MultiDiGraph, actor: str, asked: Question) -> Found:
        """An actor's page: its ties in a selection, attempts at a ceasefire, quotations by and of it, and events."""
        told = find_claims(self.tables, asked, actor=actor)
        about = next(row for row in records(self.tables.actors) if row["actor_id"] == actor)
        edges = sorted((e for e in graph.edges(keys=True) if actor in e[:2]), key=lambda edge: say_ends(graph, edge))
        events = grouped((c for c in told if kind_of(c) == "participations"), lambda claim: claim.event_id)
        kinds = self.tables.kinds("events")
        taking = {
            event: (f"{self._titles[event]}: {', '.join(sorted({label(c.kind) for c in parts if c.from_id == actor}))}")
            for event, parts in events.items()
            if any(claim.from_id == actor for claim in parts)
        }
        lists = {
            "Ties": [(f"tie/{'/'.join(edge)}", _say_tie(graph, edge)) for edge in edges],
            "Attempts at a ceasefire": [(f"event/{e}", said) for e, said in taking.items() if EVENTS[kinds[e]].attempt],
            "Quotations": [
                (f"claim/{c.claim_id}", f"{self._what(c)} ({c.firmness})") for c in told if c.table == "quotes"
            ],
            "Events": [(f"event/{e}", said) for e, said in taking.items() if not EVENTS[kinds[e]].attempt],
        }
        name = html.escape(f"{self._names[actor]}")
        described = html.escape(". ".join(filter(None, (label(about["kind"]), about["name_ar"], about["description"]))))
        body = [
            f"<h3 dir='auto'>{name} <small>{how_many(len(told), 'claim')}</small></h3><p dir='auto'>{described}</p>"
        ]
        for heading, lines in lists.items():
            items = "".join(f"<li>{_button(pick, said)}</li>" for pick, said in lines)
            body.append(f"<h4>{heading} ({len(lines)})</h4><ul>{items}</ul>")
        return Found("".join(body), "\n".join(map(self._citation, told)))

    def of_claim(self, claim_id: str, widest: nx.MultiDiGraph, asked: Question) -> Found:
        """One claim of a network, beside the others of its tie."""
        for a, b, data in widest.edges(data=True):
            found = [claim for claim in data["claims"] if claim.claim_id == claim_id]
            if found:
                others = [claim for claim in data["claims"] if claim.claim_id != claim_id]
                names = f"{self._names[a]} {'→' if data['directed'] else '↔'} {self._names[b]}"
                title = f"{names}: {label(data['kind'])}"
                return self._panel(title, found, "Other claims on the same two", others, "", asked)
        return self.of_rows([claim_id])

    def of_event(self, event: str) -> Found:
        """All that is told of an event."""
        return self.of_rows([claim.claim_id for claim in self._of_event[event]], self._titles[event])

    def has(self, claim_id: str) -> bool:
        """Whether there is a claim with this id."""
        return claim_id in self._claims

    def of_part(self, ceasefire: Ceasefire, event: str, actor: str) -> Found:
        """What is said of a stakeholder in an attempt at a ceasefire; without one, all that is said of its parts."""
        attempt = ceasefire.attempts[event]
        standings = ceasefire.of(event, actor) if actor else ceasefire.within(event)
        ids = [standing.claim.claim_id for standing in standings] or list(attempt.report_ids)
        title = f"{ceasefire.stakeholders[actor].name} · {attempt.title}" if actor else attempt.title
        return self.of_rows(ids, title if standings else f"{title}: nothing is said; the event itself")

    def of_rows(self, ids: Sequence[str], title: str = "") -> Found:
        """Rows of the tables: accounts of an event, participations, quotations."""
        claims = [self._claims[name] for name in dict.fromkeys(part for joined in ids for part in joined.split("+"))]
        event = next((claim.event_id for claim in claims if claim.event_id), "")
        title = title or self._titles.get(event, "") or (self._what(claims[0]) if claims else "")
        others = [claim for claim in self._of_event.get(event, ()) if claim not in claims]
        return self._panel(title, claims, "Also said of the same event", others)

    def _panel(
        self,
        title: str,
        claims: Sequence[Claim],
        heading: str = "",
        others: Sequence[Claim] = (),
        aside: str = "",
        asked: Question | None = None,
    ) -> Found:
        body = [f"<h3 dir='auto'>{html.escape(title)} <small>{how_many(len(claims), 'row')} of evidence</small></h3>"]
        body += [f"<p>{html.escape(words)}</p>" for words in (aside, self._voices(claims, others)) if words]
        body += [self._card(claim, why_faint(claim, asked) if asked else "") for claim in claims[:_MOST]]
        if len(claims) > _MOST:
            body.append(f"<p>and {how_many(len(claims) - _MOST, 'more row')}; the table has all</p>")
        if others:
            lines = (html.escape(f"{self._what(claim)} – {claim.firmness} ({claim.citation})") for claim in others)
            items = "".join(f"<li dir='auto'>{line}</li>" for line in lines)
            body.append(f"<details open><summary>{heading}</summary><ul>{items}</ul></details>")
        return Found("".join(body), "\n".join(map(self._citation, claims)))

    def _voices(self, claims: Sequence[Claim], others: Sequence[Claim]) -> str:
        """Who vouches for some claims, be it in others that say the same, and who contests them."""
        if not claims:
            return ""
        matters = set(map(_matter, claims))
        claims = [*claims, *(claim for claim in others if _matter(claim) in matters)]
        for_it = voices_for(claims, self._voice)
        against = sorted({c.speaker or "the source" for c in claims if c.status == "denied"})
        enemies = sorted({c.speaker for c in claims if c.status == "alleged"})
        said = f"{how_many(len(for_it), 'independent voice')}: {list_words(for_it)}; " if for_it else ""
        said += f"denied by {list_words(against)}" if against else "denied by nobody"
        return f"{said}; alleged by an enemy, {list_words(enemies)}." if enemies else f"{said}."

    def _what(self, claim: Claim) -> str:
        """One claim in a few words."""
        who, whom = self._names.get(claim.from_id, ""), self._names.get(claim.to_id, "")
        event = self._titles.get(claim.event_id, "")
        match claim.table:
            case "quotes":
                if not claim.speaker:
                    return f"Of {who}, as the source tells: {claim.quote}"
                return f"{who}: “{claim.quote}”" if claim.direct else f"{who}, in our words: {claim.quote}"
            case "event_reports":
                return f"{event}, {claim.kind}" if OUTCOMES[claim.kind].known else event
            case "event_relations":
                return f"{event} {RELATIONS[claim.kind].forth} {self._titles[claim.to_id]}"
            case "participants" if not claim.rests_on:
                return f"{who}: {label(claim.kind)} in {event}"
        support = f" ({label(claim.support)})" if claim.support and SUPPORTS[claim.support].said else ""
        if tie := TIES.get(claim.kind):  # who is who is a claim without a tie
            return f"{who} {tie.many if claim.from_id in self._several else tie.one} {whom}{support}"
        return f"{who} {label(claim.kind)} {whom}"

    def _card(self, claim: Claim, faint: str = "") -> str:
        written = dict.fromkeys(part.as_written for part in (claim, *claim.rests_on) if part.as_written)
        speaker = claim.speaker or "the source itself"
        facts = {
            "speaker": speaker,
            "status": claim.status,
            "modality": ": ".join(filter(None, (claim.modality, claim.condition))) if claim.status else "",
            "date as written": f"“{'; '.join(written)}”" if written else "none",
            "date": claim.dates if claim.dates != "date not given" else "",
            "faint": faint,
            "for": say_date(claim.due) if claim.due else "",
            "lasted": f"“{claim.lasted}”" if claim.lasted else "",
            "by": self._names.get(claim.counterpart, ""),
            "quotation": f"“{claim.quote}”" if claim.quote and claim.table != "quotes" else "",
            "said to": self._listed(claim.said_to),
            "about": self._listed(claim.about),
            "reading": claim.reading,
            "note": claim.note,
            "source": f"{claim.citation} · row {claim.claim_id}",
        }
        terms = "".join(f"<dt>{k}</dt><dd dir='auto'>{html.escape(v)}</dd>" for k, v in facts.items() if v)
        text = self._texts.get(claim.source_id, {})
        paragraphs = "".join(
            f"<blockquote dir='auto'><b>{number}</b> {html.escape(text[number])}</blockquote>"
            for number in claim.paragraphs
            if number in text
        )
        return f"<article><h4 dir='auto'>{html.escape(self._what(claim))}</h4><dl>{terms}</dl>{paragraphs}</article>"

    def _listed(self, actors: Iterable[str]) -> str:
        return ", ".join(self._names.get(actor, actor) for actor in actors)

    def _citation(self, claim: Claim) -> str:
        source = self._sources[claim.source_id]
        named = [source[column] for column in ("reported_by", "publisher") if source[column] not in ("", "unknown")]
        who = ", ".join(dict.fromkeys(named)) or source["source_id"]
        out, where = say_date(source["published"]), ", ".join(claim.paragraphs)
        said = f"{self._what(claim)} ({claim.firmness})"
        return f"{said}. {who}: {source['description']}, {out}, {where} [{claim.claim_id}]."


def _matter(claim: Claim) -> tuple[str, ...]:
    """What a claim is about."""
    event = "" if kind_of(claim) == "ties" else claim.event_id
    return claim.kind, claim.from_id, claim.to_id, event


def _say_tie(graph: nx.MultiDiGraph, edge: tuple[str, str, str]) -> str:
    """A tie in a line of a page, with how sure it is."""
    tie = graph.edges[edge]
    faint = "" if tie["answer"].firm else f"; {tie['answer']}"
    return f"{say_ends(graph, edge)} ({how_many(len(tie['claims']), 'claim')}{faint})"


def _button(pick: str, words: str) -> str:
    return f"<button data-pick='{html.escape(pick)}' dir='auto'>{html.escape(words)}</button>"
