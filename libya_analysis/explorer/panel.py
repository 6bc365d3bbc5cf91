"""The evidence panel: what stands behind a tie, an actor, an event, a quotation; as safe markup, and as a citation."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx

from libya_analysis.analysis.network import Claim
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.tables import CLAIM_TABLES, Tables, records
from libya_analysis.evidence.texts import Texts, say_firmness
from libya_analysis.words.findings import how_many

_MOST = 24  # claims shown in full; the table has all
_KEYS = {**{name: key for name, (key, *_) in CLAIM_TABLES.items()}, "quotes": "quote_id"}


@dataclass(frozen=True)
class Found:
    """What the panel shows.

    Attributes
    ----------
    markup : str
        HTML in which all text of the tables is escaped.
    citation : str
        The same as plain text, one claim a line, to be pasted into a note.
    """

    markup: str
    citation: str


class Evidence:
    """All rows that can be pointed at, by their ids.

    Parameters
    ----------
    tables : Tables
        The evidence.
    texts : mapping, optional
        Paragraphs by source, from :func:`libya_analysis.find_texts`.
    """

    def __init__(self, tables: Tables, texts: Texts | None = None) -> None:
        self._texts = texts or {}
        self._names = tables.names()
        self._titles = dict(zip(tables.events["event_id"], tables.events["title"], strict=True))
        self._sources = {row["source_id"]: row for row in records(tables.sources)}
        self._rows = {row[key]: (name, row) for name, key in _KEYS.items() for row in records(tables.frames[name])}

    def of_tie(self, graph: nx.MultiDiGraph, edge: tuple[str, str, str], widest: nx.MultiDiGraph) -> Found:
        """A tie of a selection: its claims, then the other claims between the same two actors."""
        a, b, _ = edge
        tie = graph.edges[edge] if edge in graph.edges else widest.edges[edge]
        here = {claim.claim_id for claim in tie["claims"]}
        others: dict[str, Claim] = {}
        for one, other in ((a, b), (b, a)):
            for data in (widest.get_edge_data(one, other) or {}).values():
                others |= {claim.claim_id: claim for claim in data["claims"] if claim.claim_id not in here}
        title = f"{self._names[a]} {'→' if tie['directed'] else '↔'} {self._names[b]}: {_plain(tie['kind'])}"
        if edge not in graph.edges:
            title += " (not in this selection)"
        elif tie["holds"] == "possible":
            title += " (only possibly on the day)"
        return self._panel(title, [self._claim(claim) for claim in tie["claims"]], list(others.values()))

    def of_actor(self, graph: nx.MultiDiGraph, actor: str) -> Found:
        """An actor: the claims of all its ties in a selection."""
        ties = [data for a, b, data in graph.edges(data=True) if actor in (a, b)]
        claims = [self._claim(claim) for data in ties for claim in data["claims"]]
        return self._panel(f"{self._names[actor]}: {how_many(len(ties), 'tie')}", claims, [])

    def of_claim(self, claim_id: str, widest: nx.MultiDiGraph) -> Found:
        """One claim of a network, beside the others of its tie."""
        for *edge, data in widest.edges(keys=True, data=True):
            found = [claim for claim in data["claims"] if claim.claim_id == claim_id]
            if found:
                others = [claim for claim in data["claims"] if claim.claim_id != claim_id]
                names = f"{self._names[edge[0]]} {'→' if data['directed'] else '↔'} {self._names[edge[1]]}"
                return self._panel(f"{names}: {_plain(data['kind'])}", [self._claim(found[0])], others)
        return self.of_rows([claim_id])

    def of_rows(self, ids: Sequence[str], title: str = "") -> Found:
        """Rows of the tables: accounts of an event, participations, quotations."""
        cards, event = [], ""
        for claim_id in dict.fromkeys(part for joined in ids for part in joined.split("+")):
            name, row = self._rows[claim_id]
            event = event or row.get("event_id", "")
            cards.append((self._what(name, row), claim_id, row))
        title = title or self._titles.get(event, "") or (cards[0][0] if cards else "")
        shown = {claim_id for _, claim_id, _ in cards}
        same = [
            f"{self._what(name, row)} – {self._voice(row)} ({self._cite(row)})"
            for claim_id, (name, row) in self._rows.items()
            if event and row.get("event_id") == event and claim_id not in shown
        ]
        return self._panel(title, cards, [], [html.escape(line) for line in same])

    def _panel(
        self,
        title: str,
        cards: Sequence[tuple[str, str, dict[str, Any]]],
        others: Sequence[Claim],
        same: Sequence[str] = (),
    ) -> Found:
        body = [f"<h3>{html.escape(title)} <small>{how_many(len(cards), 'row')} of evidence</small></h3>"]
        body += [self._card(*card) for card in cards[:_MOST]]
        if len(cards) > _MOST:
            body.append(f"<p>and {how_many(len(cards) - _MOST, 'more row')}; the table has all</p>")
        lines = [html.escape(f"{self._say(claim)} – {claim.firmness} ({claim.citation})") for claim in others]
        if lines or same:
            heading = "Other claims on the same two" if lines else "Also said of the same event"
            items = "".join(f"<li>{line}</li>" for line in (*lines, *same))
            body.append(f"<details open><summary>{heading}</summary><ul>{items}</ul></details>")
        return Found("".join(body), "\n".join(self._citation(*card) for card in cards))

    def _claim(self, claim: Claim) -> tuple[str, str, dict[str, Any]]:
        row = {
            "status": claim.status, "modality": claim.modality, "condition": claim.condition, "said_by": claim.said_by,
            "reading": claim.reading, "source_id": claim.source_id, "paragraphs": claim.paragraphs, "note": claim.note,
            "when": claim.dates, "quote": claim.quote,
        }  # fmt: skip
        _, stored = self._rows.get(claim.claim_id.split("+")[0], ("", {}))
        written = stored.get("dates_as_written", "")
        if claim.derived:
            told = [one for _, one in self._rows.values() if one.get("event_id") == claim.event_id]
            words = [one["date_as_written"] for one in told if one.get("date_as_written")]
            written = "; ".join(dict.fromkeys(words))
        return self._say(claim), claim.claim_id, {**row, "dates_as_written": written}

    def _say(self, claim: Claim) -> str:
        support = f" ({_plain(claim.support)})" if claim.support not in ("", "unspecified") else ""
        return f"{self._names[claim.from_id]} {_plain(claim.kind)} {self._names[claim.to_id]}{support}"

    def _what(self, name: str, row: dict[str, Any]) -> str:
        """One row in a few words."""
        who = self._names.get(row.get("actor_id", "") or row.get("speaker_id", ""), "")
        if name == "quotes":
            return f"{who}: “{row['text']}”" if row["direct"] else f"{who}, in our words: {row['text']}"
        if name == "participants":
            return f"{who}: {_plain(row['role'])} in {self._titles[row['event_id']]}"
        if name == "event_reports":
            outcome = "" if row["outcome"] == "unknown" else f", {row['outcome']}"
            return f"{self._titles[row['event_id']]}{outcome}"
        ends = ("from_id", "to_id") if name == "ties" else ("backer_id", "actor_id")
        return f"{self._names[row[ends[0]]]} {_plain(row.get('kind', 'backs'))} {self._names[row[ends[1]]]}"

    def _card(self, what: str, claim_id: str, row: dict[str, Any]) -> str:
        speaker = row.get("said_by", "") or row.get("speaker_id", "")
        written = row.get("dates_as_written") or row.get("date_as_written") or row.get("said_as_written")
        when = row.get("when") or next((say_date(row[c]) for c in ("date", "said", "start") if row.get(c)), "")
        modality = row.get("modality", "")
        facts = {
            "speaker": self._names.get(speaker, "the source itself"),
            "status": row.get("status", ""),
            "modality": f"{modality}: {row['condition']}" if row.get("condition") else modality,
            "date as written": f"“{written}”" if written else "none",
            "date": when if when != "date not given" else "",
            "quotation": f"“{row['quote']}”" if row.get("quote") else "",
            "said to": self._listed(row.get("said_to", ())),
            "about": self._listed(row.get("about", ())),
            "reading": row.get("reading", ""),
            "note": row.get("note", ""),
            "source": f"{self._cite(row)} · row {claim_id}",
        }
        terms = "".join(f"<dt>{k}</dt><dd dir='auto'>{html.escape(str(v))}</dd>" for k, v in facts.items() if v)
        text = self._texts.get(row["source_id"], {})
        paragraphs = "".join(
            f"<blockquote dir='auto'><b>{number}</b> {html.escape(text[number])}</blockquote>"
            for number in row["paragraphs"]
            if number in text
        )
        return f"<article><h4 dir='auto'>{html.escape(what)}</h4><dl>{terms}</dl>{paragraphs}</article>"

    def _listed(self, actors: Iterable[str]) -> str:
        return ", ".join(self._names.get(actor, actor) for actor in actors)

    def _voice(self, row: dict[str, Any]) -> str:
        if "status" not in row:
            return "quoted"
        speaker = self._names.get(row["said_by"], "")
        return say_firmness(row["status"], row["modality"], row["condition"], speaker, row["reading"])

    @staticmethod
    def _cite(row: dict[str, Any]) -> str:
        return f"{row['source_id']} {', '.join(row['paragraphs'])}"

    def _citation(self, what: str, claim_id: str, row: dict[str, Any]) -> str:
        source = self._sources[row["source_id"]]
        named = [source[column] for column in ("reported_by", "publisher") if source[column] not in ("", "unknown")]
        who = ", ".join(dict.fromkeys(named)) or source["source_id"]
        out = say_date(source["published"])
        where = ", ".join(row["paragraphs"])
        return f"{what} ({self._voice(row)}). {who}: {source['description']}, {out}, {where} [{claim_id}]."


def _plain(word: str) -> str:
    return word.replace("-", " ")
