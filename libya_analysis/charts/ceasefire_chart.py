"""The ceasefire board as a chart: attempts in rows, stakeholders in columns, what each did where they meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from libya_analysis.analysis.ceasefire import Attempt, Ceasefire, Gap, Stakeholder, Standing
from libya_analysis.charts import palette
from libya_analysis.charts.frame import LABELS_ONLY, NARROW, Chart, Draft, frame, nothing_to_draw, stack_legends
from libya_analysis.charts.palette import CAMP_GROUND, GRID, INK, KEY_LINE, MUTED
from libya_analysis.charts.text import LABEL_SIZE, NOTE_SIZE, escape, isolate, say_sources, text_width, wrap
from libya_analysis.evidence.vocabulary import PARTS
from libya_analysis.words.findings import ceasefire_finding
from libya_analysis.words.sentence import how_many

_UNKNOWN = "nothing is said"
#: Beyond these nobody can read the chart: of more, the last attempts are drawn, and those of whom most is said.
MOST_ATTEMPTS, MOST_STAKEHOLDERS = 40, 40
_LEAST, _SIDE, _TOP = 70.0, 14, 84  # pixels: narrowest column that has room for names, margins


def draw_ceasefire(ceasefire: Ceasefire, *, width: int = 1240, title: str | None = None) -> Chart:
    """Draw who did what in each attempt at a ceasefire.

    Each cell has a mark for every different thing that is said: led, signed, withheld, objected, was not consulted.
    A small dot means that nothing is said of a stakeholder. What is foretold, planned, alleged or denied is faint. The
    range beside each row is its consultation gap, see :func:`libya_analysis.consultation_gap`.

    Parameters
    ----------
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`.
    width : int
        Width of the chart in pixels; below 600, columns have numbers for names, explained below.
    title : str, optional
        A headline; without it the finding that the attempts themselves give.

    Examples
    --------
    >>> from libya_analysis import build_ceasefire, load_tables
    >>> chart = draw_ceasefire(build_ceasefire(load_tables(), sources=["moscow-truce-2020"]))
    >>> chart.layout.yaxis.ticktext[0].split("<br>")[0]
    'UN works on a ceasefire'
    """
    if not ceasefire.attempts:
        return nothing_to_draw(width)
    headline = title or ceasefire_finding(ceasefire)
    ceasefire, asked, left_out = drawn_attempts(ceasefire)
    narrow = width < NARROW
    count = len(ceasefire.stakeholders)
    rows = [_attempt(attempt, 20 if narrow else 38) for attempt in ceasefire.attempts.values()]
    room = max(text_width(line, LABEL_SIZE) for row in rows for line in row.replace("<i>", "").split("<br>")) + 14
    room = min(room, 160.0 if narrow else 300.0)
    gaps = 0 if narrow else 118
    cell = (width - 2 * _SIDE - room - gaps) / count
    numbered = cell < _LEAST
    heads, above = _heads(ceasefire, cell, narrow)
    tall = [18 * (row.count("<br>") + 1) + 14 for row in rows]
    at, plane = [], 0.0  # middle of each row, and where the last one ends
    for height in tall:
        at.append(plane + height / 2)
        plane += height
    draft = Draft(width, _SIDE + room, _SIDE + gaps)
    _draw_ground(draft, ceasefire, at, tall)
    _draw_marks(draft, ceasefire, at, cell)
    if not narrow:
        _draw_gaps(draft, ceasefire, asked, at)
    draft.layout.update(
        xaxis={
            "range": [-0.5, count - 0.5], "side": "top", "tickvals": list(range(count)), "ticktext": heads,
            "tickfont": {"size": 12}, "tickangle": -60 if numbered and not narrow else 0, **LABELS_ONLY,
        },
        yaxis={
            "range": [plane, 0], "tickvals": at, "ticktext": rows, "tickfont": {"size": LABEL_SIZE, "color": INK},
            **LABELS_ONLY,
        },
    )  # fmt: skip
    below = stack_legends(draft, {"legend": "<b>Said of it</b>: "}, plane, x=-room) + 6
    if numbered:
        holders = enumerate(ceasefire.stakeholders.values(), 1)
        listed = (_listed(holder, number if narrow else 0) for number, holder in holders)
        note = wrap("; ".join(filter(None, listed)), int(width / 6.2))
        draft.note(
            text=note, xref="paper", yref="paper", x=0, xshift=-room, y=-below / plane, xanchor="left", yanchor="top",
            align="left", font={"size": NOTE_SIZE, "color": MUTED},
        )  # fmt: skip
        below += 17 * (note.count("<br>") + 1) + 8
    scope = _scope(ceasefire, left_out)
    return frame(draft, headline, scope, _describe(ceasefire, headline, scope), plane, _TOP + above, below)


def drawn_attempts(ceasefire: Ceasefire) -> tuple[Ceasefire, dict[str, Gap], list[str]]:
    """As much of the attempts as can be read: the last ones, and of whom most is said in them; what is left out."""
    attempts = dict(list(ceasefire.attempts.items())[-MOST_ATTEMPTS:])
    gaps = {event: ceasefire.gap(event) for event in attempts}  # of all stakeholders
    standings = tuple(standing for standing in ceasefire.standings if standing.event_id in attempts)
    said = Counter(standing.actor_id for standing in standings)
    order = sorted(ceasefire.stakeholders, key=lambda actor: (actor not in ceasefire.parties, -said[actor], actor))
    kept = set(order[:MOST_STAKEHOLDERS])
    left_out = {
        "earlier attempts": len(ceasefire.attempts) - len(attempts),
        "stakeholders of whom less is said": len(ceasefire.stakeholders) - len(kept),
    }
    if not any(left_out.values()):
        return ceasefire, gaps, []
    stakeholders = {actor: holder for actor, holder in ceasefire.stakeholders.items() if actor in kept}
    standings = tuple(standing for standing in standings if standing.actor_id in kept)
    less = replace(ceasefire, attempts=attempts, stakeholders=stakeholders, standings=standings)
    return less, gaps, [f"{count:,} {what}" for what, count in left_out.items() if count]


def _attempt(attempt: Attempt, words: int) -> str:
    """Title, date and outcome of an attempt, as lines of its row."""
    when = attempt.when.replace("one day between", "between")
    outcome = "" if attempt.outcome == "unknown" else f", {attempt.outcome}"
    unreal = "" if attempt.modality == "actual" else f" ({attempt.modality})"
    return f"{wrap(attempt.title + unreal, words)}<br><i>{wrap(when + outcome, words + 4)}</i>"


def _listed(holder: Stakeholder, number: int) -> str:
    """A column in words, where there is no room for all of it above: its number if it has one, and whom it backs."""
    if number:
        return f"{number} {holder.name}" + (f" (backs {holder.said_backs})" if holder.backs else "")
    return f"{holder.name} backs {holder.said_backs}" if holder.backs else ""


def _heads(ceasefire: Ceasefire, cell: float, narrow: bool) -> tuple[list[str], float]:
    """Names above the columns with whom each backs, as far as there is room, and the height that they need."""
    holders = ceasefire.stakeholders.values()
    if narrow:
        return [str(k) for k in range(1, len(holders) + 1)], 20
    if cell < _LEAST:
        longest = max(text_width(holder.name, 12) for holder in holders)
        return [isolate(escape(holder.name)) for holder in holders], 0.9 * longest + 8
    heads, letters = [], max(8, int((cell - 4) / 6.3))
    for holder in holders:
        backs = wrap(f"backs {holder.said_backs}", letters) if holder.backs else ""
        tail = f'<br><span style="color:{MUTED}"><i>{backs}</i></span>' if backs else ""
        heads.append(f"<b>{isolate(wrap(holder.name, letters))}</b>{tail}")
    return heads, 18.0 * max(head.count("<br>") + 1 for head in heads)


def _draw_ground(draft: Draft, ceasefire: Ceasefire, at: list[float], tall: list[int]) -> None:
    camps = [holder.camp for holder in ceasefire.stakeholders.values()]
    end = at[-1] + tall[-1] / 2
    for side in ("left", "right"):
        mine = [k for k, camp in enumerate(camps) if camp == side]
        if mine:
            draft.ground(CAMP_GROUND[side], mine[0] - 0.5, mine[-1] + 0.5, 0, end)
    for middle, height in [*zip(at, tall, strict=True), (0.0, 0)]:
        y = middle + height / 2
        draft.line(-0.5, len(camps) - 0.5, y, y, color=GRID, width=1)


def _draw_marks(draft: Draft, ceasefire: Ceasefire, at: list[float], cell: float) -> None:
    marks: dict[tuple[str, bool], list[tuple[float, float, str]]] = {}
    silent: list[tuple[float, float, str]] = []
    for y, (event, attempt) in zip(at, ceasefire.attempts.items(), strict=True):
        for k, (actor, holder) in enumerate(ceasefire.stakeholders.items()):
            title = f"<b>{escape(holder.name)} · {escape(attempt.title)}</b>"
            standings = ceasefire.of(event, actor)
            if not standings:
                silent.append((k, y, f"{title}<br>{_UNKNOWN}"))
            said = {standing.part for standing in standings}
            parts = [part for part in PARTS if part in said]
            for number, part in enumerate(parts):
                mine = [standing for standing in standings if standing.part == part]
                aside = number - (len(parts) - 1) / 2
                x, middle = (k + aside * 21 / cell, y) if cell > 21 * len(parts) else (k, y + 17 * aside)
                words = f"{title}: {part}<br>{'<br>'.join(map(_say, mine))}"
                sure = any(standing.sure for standing in mine)
                marks.setdefault((part, sure), []).append((round(x, 3), middle, words))
    for part, look in palette.PARTS.items():
        line = {"width": look.line, "color": look.color}
        marker = {"symbol": look.symbol, "size": look.size, "color": look.color, "line": line}
        common: dict[str, Any] = {"mode": "markers", "legendgroup": part, "marker": marker, "hoverinfo": "text"}
        if (part, True) in marks or (part, False) in marks:
            draft.key("legend", part, **common)
        for sure, opacity in ((True, 1.0), (False, palette.FAINT_MARK)):
            if found := marks.get((part, sure)):
                draft.add(**_points(found), name=part, opacity=opacity, showlegend=False, cliponaxis=False, **common)
    if silent:
        dot = {"symbol": palette.SILENT.symbol, "size": palette.SILENT.size, "color": palette.SILENT.color}
        common = {"mode": "markers", "legendgroup": _UNKNOWN, "marker": dot, "hoverinfo": "text"}
        draft.add(**_points(silent), name=_UNKNOWN, legend="legend", **common)
    if any(not sure for _, sure in marks):
        faint = {"symbol": "square", "size": 12, "color": KEY_LINE}
        name = "faint: foretold, planned, alleged or denied"
        draft.key("legend", name, mode="markers", marker=faint, opacity=palette.FAINT_MARK, legendgroup="faint")


def _points(found: list[tuple[float, float, str]]) -> dict[str, Any]:
    xs, ys, words = zip(*found, strict=True)
    return {"x": list(xs), "y": list(ys), "hovertext": list(words)}


def _say(standing: Standing) -> str:
    claim = standing.claim
    return f"• {escape(standing.who)}: {escape(claim.kind)}; <i>{escape(claim.firmness)}</i> · {escape(claim.citation)}"


def _draw_gaps(draft: Draft, ceasefire: Ceasefire, gaps: Mapping[str, Gap], at: list[float]) -> None:
    """The consultation gap of each attempt as words beside its row."""
    style: dict[str, Any] = {"xref": "paper", "x": 1, "xanchor": "left", "align": "left"}
    for y, event in zip(at, ceasefire.attempts, strict=True):
        draft.note(y=y, text=gaps[event].said, xshift=10, font={"size": 12, "color": INK}, **style)
    heading = "<b>Not asked</b>, of<br>those concerned"
    font = {"size": 12, "color": MUTED}
    draft.note(y=1, yref="paper", yanchor="bottom", text=heading, xshift=22, font=font, **style)


def _scope(ceasefire: Ceasefire, left_out: list[str]) -> str:
    parts = [
        f"{how_many(len(ceasefire.attempts), 'attempt')} at a ceasefire and "
        f"{how_many(len(ceasefire.stakeholders), 'stakeholder')} in {say_sources(ceasefire.sources)}",
        "leaders and ministers counted as their state, groups as their members",
    ]
    parts += [f"left out, and in the table: {' and '.join(left_out)}"] if left_out else []
    return " · ".join(parts)


def _describe(ceasefire: Ceasefire, headline: str, scope: str) -> str:
    words = [f"Ceasefire board. {headline}. {scope}."]
    for event, attempt in ceasefire.attempts.items():
        said = [
            f"{stakeholder.name} {' and '.join(dict.fromkeys(standing.part for standing in standings))}"
            for actor, stakeholder in ceasefire.stakeholders.items()
            if (standings := ceasefire.of(event, actor))
        ]
        words.append(f"{attempt.title}, {attempt.when}: {'; '.join(said) or 'nothing is said of anybody'}.")
    return " ".join([*words, "A table with the claims follows."])
