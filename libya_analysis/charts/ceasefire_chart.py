"""The ceasefire board as a chart: attempts in rows, stakeholders in columns, what each did where they meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from libya_analysis.analysis.ceasefire import Attempt, Ceasefire, Gap, Standing
from libya_analysis.charts import palette
from libya_analysis.charts.frame import (
    LABEL_SIZE,
    NARROW,
    NOTE_SIZE,
    Chart,
    Draft,
    escape,
    frame,
    isolate,
    nothing_to_draw,
    stack_legends,
    text_width,
    wrap,
)
from libya_analysis.charts.palette import CAMP_GROUND, GRID, INK, KEY_LINE, MUTED
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

    Returns
    -------
    Chart
        A plotly figure; ``layout.meta`` has its ``description``.

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
    columns = list(ceasefire.stakeholders)
    words = 20 if narrow else 38
    rows = [_attempt(attempt, words) for attempt in ceasefire.attempts.values()]
    room = max(text_width(line, LABEL_SIZE) for row in rows for line in row.replace("<i>", "").split("<br>")) + 14
    room = min(room, 160.0 if narrow else 300.0)
    gaps = 0 if narrow else 118
    cell = (width - 2 * _SIDE - room - gaps) / len(columns)
    draft = Draft()
    tall = [18 * (row.count("<br>") + 1) + 14 for row in rows]
    numbered = cell < _LEAST
    at, plane = _centres(tall)
    _draw_ground(draft, ceasefire, columns, at, tall)
    _draw_marks(draft, ceasefire, columns, at, cell)
    heads, above = _heads(ceasefire, columns, cell, narrow)
    angle = -60 if numbered and not narrow else 0
    if not narrow:
        _draw_gaps(draft, ceasefire, asked, at)
    draft.layout.update(
        width=width,
        margin={"l": _SIDE + room, "r": _SIDE + gaps},
        xaxis={
            "range": [-0.5, len(columns) - 0.5], "side": "top", "tickvals": list(range(len(columns))),
            "ticktext": heads, "tickfont": {"size": 12}, "tickangle": angle, "showgrid": False, "zeroline": False,
            "ticks": "",
        },
        yaxis={
            "range": [plane, 0], "tickvals": at, "ticktext": rows, "showgrid": False, "zeroline": False, "ticks": "",
            "tickfont": {"size": LABEL_SIZE, "color": INK},
        },
    )  # fmt: skip
    below = stack_legends(draft, {"legend": "<b>Said of it</b>: "}, plane, x=-room) + 6
    if numbered:
        listed = "; ".join(
            filter(None, (_listed(ceasefire, actor, k if narrow else 0) for k, actor in enumerate(columns, 1)))
        )
        note = wrap(listed, int(width / 6.2))
        draft.note(
            text=note, xref="paper", yref="paper", x=0, xshift=-room, y=-below / plane, xanchor="left", yanchor="top",
            align="left", font={"size": NOTE_SIZE, "color": MUTED},
        )  # fmt: skip
        below += 17 * (note.count("<br>") + 1) + 8
    scope = _scope(ceasefire, left_out)
    meta = {"description": _describe(ceasefire, headline, scope)}
    return frame(draft, headline, scope, plane, (_SIDE + room, _SIDE + gaps, _TOP + above, below), meta)


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


def _centres(tall: list[int]) -> tuple[list[float], float]:
    """Middle of each row, and where the last one ends."""
    at, top = [], 0.0
    for height in tall:
        at.append(top + height / 2)
        top += height
    return at, top


def _names(ceasefire: Ceasefire, columns: list[str]) -> list[str]:
    return [ceasefire.stakeholders[actor].name for actor in columns]


def _listed(ceasefire: Ceasefire, actor: str, number: int) -> str:
    """A column in words, where there is no room for all of it above: its number if it has one, and whom it backs."""
    name, backs = _names(ceasefire, [actor])[0], ceasefire.stakeholders[actor].said_backs
    if number:
        return f"{number} {name}" + (f" (backs {backs})" if backs else "")
    return f"{name} backs {backs}" if backs else ""


def _heads(ceasefire: Ceasefire, columns: list[str], cell: float, narrow: bool) -> tuple[list[str], float]:
    """Names above the columns with whom each backs, as far as there is room, and the height that they need."""
    names = _names(ceasefire, columns)
    if narrow:
        return [str(k) for k in range(1, len(columns) + 1)], 20
    if cell < _LEAST:
        return [isolate(escape(name)) for name in names], 0.9 * max(text_width(name, 12) for name in names) + 8
    heads = []
    for actor, name in zip(columns, names, strict=True):
        backs = ceasefire.stakeholders[actor].said_backs
        letters = max(8, int((cell - 4) / 6.3))
        tail = f'<br><span style="color:{MUTED}"><i>{wrap("backs " + backs, letters)}</i></span>' if backs else ""
        heads.append(f"<b>{isolate(wrap(name, letters))}</b>{tail}")
    return heads, 18.0 * max(head.count("<br>") + 1 for head in heads)


def _draw_ground(draft: Draft, ceasefire: Ceasefire, columns: list[str], at: list[float], tall: list[int]) -> None:
    camps = [ceasefire.stakeholders[actor].camp for actor in columns]
    end = at[-1] + tall[-1] / 2
    for side in ("left", "right"):
        mine = [k for k, camp in enumerate(camps) if camp == side]
        if mine:
            draft.shape(
                type="rect", x0=mine[0] - 0.5, x1=mine[-1] + 0.5, y0=0, y1=end, fillcolor=CAMP_GROUND[side],
                line={"width": 0}, layer="below",
            )  # fmt: skip
    for middle, height in [*zip(at, tall, strict=True), (0.0, 0)]:
        y = middle + height / 2
        line = {"color": GRID, "width": 1}
        draft.shape(type="line", x0=-0.5, x1=len(columns) - 0.5, y0=y, y1=y, line=line, layer="below")


def _draw_marks(draft: Draft, ceasefire: Ceasefire, columns: list[str], at: list[float], cell: float) -> None:
    marks: dict[tuple[str, bool], list[tuple[float, float, str]]] = {}
    silent: list[tuple[float, float, str]] = []
    order = list(PARTS)
    for y, event in zip(at, ceasefire.attempts, strict=True):
        for k, actor in enumerate(columns):
            standings, title = ceasefire.of(event, actor), f"<b>{_title(ceasefire, event, actor)}</b>"
            if not standings:
                silent.append((k, y, f"{title}<br>{_UNKNOWN}"))
            parts = sorted({standing.part for standing in standings}, key=order.index)
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
        common: dict[str, Any] = {"mode": "markers", "legendgroup": part, "name": part, "hoverinfo": "text"}
        if (part, True) in marks or (part, False) in marks:
            draft.add(x=[None], y=[None], legend="legend", marker=marker, **common)
        for sure, opacity in ((True, 1.0), (False, palette.FAINT_MARK)):
            if found := marks.get((part, sure)):
                rest: dict[str, Any] = {"opacity": opacity, "showlegend": False, "cliponaxis": False}
                draft.add(**_points(found), marker=marker, **rest, **common)
    common = {"mode": "markers", "legend": "legend"}
    if silent:
        dot = {"symbol": palette.SILENT.symbol, "size": palette.SILENT.size, "color": palette.SILENT.color}
        draft.add(**_points(silent), marker=dot, hoverinfo="text", name=_UNKNOWN, legendgroup=_UNKNOWN, **common)
    if any(not sure for _, sure in marks):
        faint = {"symbol": "square", "size": 12, "color": KEY_LINE}
        name = "faint: foretold, planned, alleged or denied"
        draft.add(
            x=[None], y=[None], marker=faint, opacity=palette.FAINT_MARK, legendgroup="faint", name=name, **common
        )


def _points(found: list[tuple[float, float, str]]) -> dict[str, Any]:
    xs, ys, words = zip(*found, strict=True)
    return {"x": list(xs), "y": list(ys), "hovertext": list(words)}


def _title(ceasefire: Ceasefire, event: str, actor: str) -> str:
    return f"{escape(ceasefire.stakeholders[actor].name)} · {escape(ceasefire.attempts[event].title)}"


def _say(standing: Standing) -> str:
    claim = standing.claim
    return f"• {escape(standing.who)}: {escape(claim.kind)}; <i>{escape(claim.firmness)}</i> · {escape(claim.citation)}"


def _draw_gaps(draft: Draft, ceasefire: Ceasefire, gaps: Mapping[str, Gap], at: list[float]) -> None:
    """The consultation gap of each attempt as words beside its row."""
    style: dict[str, Any] = {
        "xref": "paper",
        "x": 1,
        "xanchor": "left",
        "xshift": 10,
        "align": "left",
    }
    for y, event in zip(at, ceasefire.attempts, strict=True):
        draft.note(y=y, text=gaps[event].said, font={"size": 12, "color": INK}, **style)
    draft.note(
        y=1, yref="paper", yanchor="bottom", text="<b>Not asked</b>, of<br>those concerned",
        font={"size": 12, "color": MUTED}, **{**style, "xshift": 22},
    )  # fmt: skip


def _scope(ceasefire: Ceasefire, left_out: list[str]) -> str:
    sources = ceasefire.sources
    listed = ", ".join(sources[:3]) + (", ..." if len(sources) > 3 else "")
    parts = [
        f"{how_many(len(ceasefire.attempts), 'attempt')} at a ceasefire and "
        f"{how_many(len(ceasefire.stakeholders), 'stakeholder')} in {how_many(len(sources), 'source')} ({listed})",
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
