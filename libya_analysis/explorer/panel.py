"""The evidence panel: what stands behind a tie, an actor, an event, a quotation; as safe markup, and as a citation."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx as nx

from libya_analysis.analysis.spells import HOLDS
from libya_analysis.evidence.claim import Claim, grouped
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import Texts
from libya_analysis.evidence.vocabulary import OUTCOMES, RELATIONS, SUPPORTS, label
from libya_analysis.words.sentence import how_many

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
        self._names, self._titles = tables.names(), tables.titles()
        self._sources = {row["source_id"]: row for row in records(tables.sources)}
        self._claims = {claim.claim_id: claim for claims in tables.claimed.values() for claim in claims}
        of_events = (c for c in self._claims.values() if c.event_id and c.table != "event_relations")
        self._of_event = grouped(of_events, lambda claim: claim.event_id)

    def of_tie(self, graph: nx.MultiDiGraph, edge: tuple[str, str, str], widest: nx.MultiDiGraph) -> Found:
        """A tie of a selection: its claims, then the other claims between the same two actors."""
        a, b, _ = edge
        tie = graph.edges[edge] if edge in graph.edges else widest.edges[edge]
        here = {claim.claim_id for claim in tie["claims"]}
        others: dict[str, Claim] = {}
        for one, other in ((a, b), (b, a)):
            for data in (widest.get_edge_data(one, other) or {}).values():
                others |= {claim.claim_id: claim for claim in data["claims"] if claim.claim_id not in here}
        title = f"{self._names[a]} {'→' if tie['directed'] else '↔'} {self._names[b]}: {label(tie['kind'])}"
        if edge not in graph.edges:
            title += " (not in this selection)"
        elif tie["answer"].kind != HOLDS:
            title += f" ({tie['answer']})"
        return self._panel(title, tie["claims"], "Other claims on the same two", list(others.values()))

    def of_actor(self, graph: nx.MultiDiGraph, actor: str) -> Found:
        """An actor: the claims of all its ties in a selection."""
        ties = [data for a, b, data in graph.edges(data=True) if actor in (a, b)]
        claims = [claim for data in ties for claim in data["claims"]]
        return self._panel(f"{self._names[actor]}: {how_many(len(ties), 'tie')}", claims)

    def of_claim(self, claim_id: str, widest: nx.MultiDiGraph) -> Found:
        """One claim of a network, beside the others of its tie."""
        for a, b, data in widest.edges(data=True):
            found = [claim for claim in data["claims"] if claim.claim_id == claim_id]
            if found:
                others = [claim for claim in data["claims"] if claim.claim_id != claim_id]
                names = f"{self._names[a]} {'→' if data['directed'] else '↔'} {self._names[b]}"
                return self._panel(f"{names}: {label(data['kind'])}", found, "Other claims on the same two", others)
        return self.of_rows([claim_id])

    def of_rows(self, ids: Sequence[str], title: str = "") -> Found:
        """Rows of the tables: accounts of an event, participations, quotations."""
        claims = [self._claims[name] for name in dict.fromkeys(part for joined in ids for part in joined.split("+"))]
        event = next((claim.event_id for claim in claims if claim.event_id), "")
        title = title or self._titles.get(event, "") or (self._what(claims[0]) if claims else "")
        others = [claim for claim in self._of_event.get(event, ()) if claim not in claims]
        return self._panel(title, claims, "Also said of the same event", others)

    def _panel(self, title: str, claims: Sequence[Claim], heading: str = "", others: Sequence[Claim] = ()) -> Found:
        body = [f"<h3>{html.escape(title)} <small>{how_many(len(claims), 'row')} of evidence</small></h3>"]
        body += [self._card(claim) for claim in claims[:_MOST]]
        if len(claims) > _MOST:
            body.append(f"<p>and {how_many(len(claims) - _MOST, 'more row')}; the table has all</p>")
        if others:
            lines = (html.escape(f"{self._what(claim)} – {claim.firmness} ({claim.citation})") for claim in others)
            items = "".join(f"<li>{line}</li>" for line in lines)
            body.append(f"<details open><summary>{heading}</summary><ul>{items}</ul></details>")
        return Found("".join(body), "\n".join(map(self._citation, claims)))

    def _what(self, claim: Claim) -> str:
        """One claim in a few words."""
        who, whom = self._names.get(claim.from_id, ""), self._names.get(claim.to_id, "")
        event = self._titles.get(claim.event_id, "")
        match claim.table:
            case "quotes":
                return f"{who}: “{claim.quote}”" if claim.direct else f"{who}, in our words: {claim.quote}"
            case "event_reports":
                return f"{event}, {claim.kind}" if OUTCOMES[claim.kind].known else event
            case "event_relations":
                return f"{event} {RELATIONS[claim.kind].forth} {self._titles[claim.to_id]}"
            case "participants" if not claim.rests_on:
                return f"{who}: {label(claim.kind)} in {event}"
        support = f" ({label(claim.support)})" if claim.support and SUPPORTS[claim.support].said else ""
        return f"{who} {label(claim.kind)} {whom}{support}"

    def _card(self, claim: Claim) -> str:
        written = dict.fromkeys(part.as_written for part in (claim, *claim.rests_on) if part.as_written)
        speaker = claim.speaker or "the source itself"
        facts = {
            "speaker": speaker,
            "status": claim.status,
            "modality": ": ".join(filter(None, (claim.modality, claim.condition))) if claim.status else "",
            "date as written": f"“{'; '.join(written)}”" if written else "none",
            "date": claim.dates if claim.dates != "date not given" else "",
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
