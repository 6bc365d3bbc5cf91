"""What differs between two sets of tables, in words."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping

from libya_analysis.analysis.changes import Changes
from libya_analysis.evidence.claim import Claim
from libya_analysis.evidence.errors import visible
from libya_analysis.evidence.vocabulary import RELATIONS, SUPPORTS


def say_changes(changes: Changes) -> str:
    """Say what differs as lines of text; empty if nothing does.

    >>> tie = Claim("a-b", "ties", "a", "leads", "b", "report", ("P1",), status="stated")
    >>> print(say_changes(Changes((tie,), camps={"b": ("", "West")}, names={"a": "A", "b": "B"})))
    added      ties  a-b  A leads B (stated)
    camp       actors  b  in no network -> West
    """
    return "\n".join("  ".join((f"{what:<9}", *rest)) for what, *rest in _lines(changes))


def changes_html(changes: Changes) -> str:
    """Say what differs as a table of HTML; what stands in the tables is text in it, whatever it is."""
    if not changes:
        return "<p>No claim, camp or consultation gap differs.</p>"
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in _lines(changes)
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Change", "Where", "Which", "What"))
    return f'<div class="table"><table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'


def _lines(changes: Changes) -> Iterator[tuple[str, ...]]:
    """Change, table, id, and what it is: one line a fact, whatever stands in the tables."""
    return (tuple(map(visible, fact)) for fact in _facts(changes))


def _facts(changes: Changes) -> Iterator[tuple[str, str, str, str]]:
    for change, claims in (("added", changes.added), ("withdrawn", changes.withdrawn)):
        for claim in claims:
            yield change, claim.table, claim.claim_id, _say(claim, changes.names)
    for name, rows in changes.altered.items():
        for id_, fields in rows.items():
            yield from (("altered", name, id_, f"{f}: {old!r} -> {new!r}") for f, (old, new) in fields.items())
    for actor, (old, new) in changes.camps.items():
        yield "camp", "actors", actor, f"{old or 'in no network'} -> {new or 'in no network'}"
    for attempt, (old, new) in changes.gaps.items():
        yield "gap", "events", attempt, f"not consulted: {old or 'no such attempt'} -> {new or 'no such attempt'}"


def _say(claim: Claim, names: Mapping[str, str]) -> str:
    """Say a claim in short: who, what, to whom, and how firmly."""
    who, whom, event = (names.get(name, name) for name in (claim.from_id, claim.to_id, claim.event_id))
    match claim.table:
        case "quotes":
            return f"{who}: “{claim.quote}”" if claim.direct else f"{who}: {claim.quote}"
        case "event_relations":
            return f"{event} {RELATIONS[claim.kind].forth} {whom}"
        case "participants":
            said = f"{who}: {claim.kind} in {event}"
        case "event_reports":
            said = f"{event}: {claim.kind}"
        case _:
            said = f"{who} {claim.kind} {whom}"
            said += f": {claim.support}" if claim.support and SUPPORTS[claim.support].said else ""
    return f"{said} ({claim.status})"
