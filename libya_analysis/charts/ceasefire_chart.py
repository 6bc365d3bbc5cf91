"""The ceasefire board as a chart: attempts in rows, stakeholders in columns, what each did where they meet.

On a phone it is a list: below each attempt those of whom something is said, each behind the mark of what it did.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from libya_analysis.analysis.ceasefire import Attempt, Ceasefire, Gap, Stakeholder, Standing
from libya_analysis.charts import palette
from libya_analysis.charts.frame import Chart, Draft, for_all_screens, frame, nothing_to_draw, stack_legends
from libya_analysis.charts.palette import CAMP_GROUND, GRID, INK, KEY_LINE, MUTED, PAPER, RULE
from libya_analysis.charts.text import (
    LABEL_SIZE,
    NOTE_SIZE,
    escape,
    fit,
    isolate,
    say_sources,
    shorten,
    text_width,
    wrap,
)
from libya_analysis.evidence.claim import grouped, inside
from libya_analysis.evidence.vocabulary import OUTCOMES, PARTS, ROLES
from libya_analysis.words.findings import ceasefire_finding
from libya_analysis.words.sentence import how_many, list_words

_UNKNOWN = "nothing is said"
#: Beyond these nobody can read the chart: of more, the last attempts are drawn, and those of whom most is said.
MOST_ATTEMPTS, MOST_STAKEHOLDERS = 40, 40
_SIDE, _TOP, _LINE, _HEAD = 14, 84, 16, 12  # pixels: margins, height of a line, size of heads
_SMALL_HEAD, _SLANTED = 11, 124  # size of heads where room is scarce, and the length of the longest slanted one
_LEAST, _MARK, _STACKED = 34.0, 21, 16  # narrowest column, and the room of a mark beside and below another
_SAME_MONTH = re.compile(r"(\d+) (\w+ \d{4}) (and|or) (\d+) \2")  # whose name is written once
_TALL = 420  # pixels of height from which on heads are repeated below


@dataclass(frozen=True)
class _Said:
    """What is said of a stakeholder in an attempt, or that nothing is, and where."""

    x: float
    y: float
    event: str
    actor: str
    part: str  # empty if nothing is said
    sure: bool
    words: str


@dataclass
class _Row:
    """An attempt with its places below the top of the plane."""

    event: str
    lines: list[str]
    gap: Gap
    top: float = 0.0
    tall: float = 0.0
    bar: tuple[float, float, float] = (0.0, 0.0, 0.0)  # the bar of who was asked: left, width, middle


def draw_ceasefire(ceasefire: Ceasefire, *, width: int | None = None, title: str | None = None) -> Chart:
    """Draw who did what in each attempt at a ceasefire.

    Each cell has a mark for every different thing that is said: led, signed, withheld, objected, was not consulted.
    A small dot means that nothing is said of a stakeholder; of whom nothing is said at all has no column. What is
    foretold, planned, alleged or denied is faint. The bar of each attempt is its consultation gap, see
    :func:`libya_analysis.consultation_gap`: how many of those concerned were asked, were not, or it is not said.

    Parameters
    ----------
    ceasefire : Ceasefire
        From :func:`libya_analysis.build_ceasefire`.
    width : int, optional
        Width of the chart in pixels; below 600 it is a list. Without one it is drawn for a cell of JupyterLab, and
        for pages and phones as well.
    title : str, optional
        A headline; without it the finding that the attempts themselves give.

    Returns
    -------
    Chart
        Its ``layout.meta`` has its ``description``.

    Examples
    --------
    >>> from libya_analysis import build_ceasefire, load_tables
    >>> chart = draw_ceasefire(build_ceasefire(load_tables(), sources=["moscow-truce-2020"]))
    >>> next(trace.text[0].split("<br>")[0] for trace in chart.data if trace.mode == "text")
    'UN works on a ceasefire'
    """
    headline = title or ceasefire_finding(ceasefire)
    if width is None:
        return for_all_screens(partial(draw_ceasefire, ceasefire, title=headline))
    if not ceasefire.attempts:
        return nothing_to_draw(width)
    drawn, gaps, left_out = _drawn(ceasefire)
    draft = Draft(width, _SIDE, _SIDE)
    rows, said, tall, (above, below) = (_as_list if draft.narrow else _as_board)(draft, drawn, gaps)
    _draw_titles(draft, rows)
    _draw_gaps(draft, drawn, rows)
    _draw_said(draft, said)
    draft.sheet(tall)
    bottom = stack_legends(draft, {"legend": "<b>Said of it</b>: "}, tall, skip=below) + 6
    silent = [holder.name for actor, holder in ceasefire.stakeholders.items() if actor not in drawn.stakeholders]
    if silent:
        note = fit(
            f"Nothing is said in any of them of {list_words(silent, len(silent), 'or')}.", draft.plane, NOTE_SIZE
        )
        draft.note(
            text=note, xref="paper", yref="paper", x=0, y=-bottom / tall, xanchor="left", yanchor="top", align="left",
            font={"size": NOTE_SIZE, "color": MUTED},
        )  # fmt: skip
        bottom += 17 * (note.count("<br>") + 1) + 8
    scope = _scope(drawn, left_out)
    rests: dict[str, Any] = {"sources": say_sources(drawn.sources)}
    if not draft.narrow:
        rests["heads"] = above  # pixels above the plane that a page keeps in view
    return frame(draft, headline, scope, _describe(drawn, headline, scope), tall, _TOP + above, bottom, **rests)


def _drawn(ceasefire: Ceasefire) -> tuple[Ceasefire, dict[str, Gap], list[str]]:
    """As much as can be read: the last attempts, of whom most is said in them; their gaps; what is left out."""
    attempts = dict(list(ceasefire.attempts.items())[-MOST_ATTEMPTS:])
    gaps = {event: ceasefire.gap(event) for event in attempts}  # of all stakeholders
    standings = tuple(standing for standing in ceasefire.standings if standing.event_id in attempts)
    said = Counter(standing.actor_id for standing in standings)
    order = sorted({*said, *ceasefire.parties}, key=lambda actor: (actor not in ceasefire.parties, -said[actor], actor))
    kept = set(order[:MOST_STAKEHOLDERS])
    left_out = {
        "earlier attempts": len(ceasefire.attempts) - len(attempts),
        "stakeholders of whom less is said": len(order) - len(kept),
    }
    stakeholders = {actor: holder for actor, holder in ceasefire.stakeholders.items() if actor in kept}
    standings = tuple(standing for standing in standings if standing.actor_id in kept)
    less = replace(ceasefire, attempts=attempts, stakeholders=stakeholders, standings=standings)
    return less, gaps, [f"{count:,} {what}" for what, count in left_out.items() if count]


def _lines(ceasefire: Ceasefire, attempt: Attempt, room: float) -> list[str]:
    """The title of an attempt in lines; below it its date, what became of it or how real it is, and who accuses."""
    when = _SAME_MONTH.sub(r"\1 \3 \4 \2", attempt.when.replace("some time between", "between"))
    words, color = ("", INK) if attempt.modality == "actual" else (attempt.modality, MUTED)
    if OUTCOMES.get(attempt.outcome.split(" or ")[0], OUTCOMES["unknown"]).known:
        failed = any(OUTCOMES[outcome].failed for outcome in attempt.outcome.split(" or "))
        words, color = attempt.became, palette.OUTCOMES[failed]
    beside = text_width(f"{when} · {words}", NOTE_SIZE, bold=True) <= room
    outcome = f'<span style="color:{color}"><b>{escape(words)}</b></span>' if words else ""
    dated = [f'<span style="color:{MUTED}">{line}</span>' for line in fit(when, room, NOTE_SIZE).split("<br>")]
    told = [*dated[:-1], f"{dated[-1]} · {outcome}"] if words and beside else [*dated, *filter(None, [outcome])]
    accused = fit(_say_accusers(ceasefire, attempt), room, NOTE_SIZE).split("<br>") if attempt.accusations else []
    return [
        *fit(attempt.title, room).split("<br>"),
        *(f'<span style="font-size:{NOTE_SIZE}px">{line}</span>' for line in told),
        *(f'<span style="font-size:{NOTE_SIZE}px;color:{palette.OUTCOMES[True]}">{line}</span>' for line in accused),
    ]


def _say_accusers(ceasefire: Ceasefire, attempt: Attempt) -> str:
    """Who accuses somebody of something in an attempt: ``accusations by GNA and LNA``."""
    short = {actor: holder.short for actor, holder in ceasefire.stakeholders.items()}
    who = sorted({short.get(quote.from_id, quote.speaker) for quote in attempt.accusations})
    return f"accusation{'s' if len(attempt.accusations) > 1 else ''} by {list_words(who)}"


def _parts(ceasefire: Ceasefire, event: str, actor: str) -> dict[str, list[Standing]]:
    """What is said of a stakeholder in an attempt, by what it did, in the order of the vocabulary."""
    said = grouped(ceasefire.of(event, actor), lambda standing: standing.part)
    return {part: said[part] for part in PARTS if part in said}


def _say(ceasefire: Ceasefire, event: str, actor: str, part: str, told: Sequence[Standing]) -> str:
    title = f"<b>{escape(ceasefire.stakeholders[actor].name)} · {escape(ceasefire.attempts[event].title)}</b>"
    lines = (
        f"• {escape(s.who)}: {escape(s.claim.kind)}; <i>{escape(s.claim.firmness)}</i> · {escape(s.claim.citation)}"
        for s in told
    )
    return f"{title}: {part}<br>{'<br>'.join(lines)}" if part else f"{title}<br>{_UNKNOWN}"


# -- as a board -------------------------------------------------------------------------------------------------------


def _as_board(
    draft: Draft, ceasefire: Ceasefire, gaps: Mapping[str, Gap]
) -> tuple[list[_Row], list[_Said], float, tuple[float, float]]:
    """Rows and columns: the rows, what is said in their cells, their height, and that of the heads above them."""
    roomy = draft.width >= 1000
    names, bars = (284.0, 158.0) if roomy else (246.0, 90.0)
    holders, room = ceasefire.stakeholders, draft.plane - names - bars - 16
    heads = {actor: _head(holder) for actor, holder in holders.items()}
    for size in (_HEAD, _SMALL_HEAD):
        least = {actor: max(text_width(line, size, bold=True) + 6 for line in heads[actor]) for actor in heads}
        wide = {actor: max(_LEAST, value) for actor, value in least.items()}
        spare = (room - sum(wide.values())) / len(wide)
        if spare >= 0:
            break
    upright = spare >= 0
    wide = {actor: value + spare if upright else room / len(wide) for actor, value in wide.items()}
    centres, left = {}, names
    for actor, value in wide.items():
        centres[actor], left = round(left + value / 2, 1), left + value
    rows, said, y = [], [], 0.0
    for event, attempt in ceasefire.attempts.items():
        row = _Row(event, _lines(ceasefire, attempt, names - 12), gaps[event], y)
        cells = {actor: _parts(ceasefire, event, actor) for actor in holders}
        across = {actor: max(int(wide[actor] // _MARK), 1) for actor in cells}  # marks side by side
        most = max(math.ceil(len(parts) / across[actor]) for actor, parts in cells.items())
        row.tall = max(_LINE * len(row.lines) + 8, _STACKED * most + 6)
        middle = y + row.tall / 2
        row.bar = (draft.plane - bars, bars, middle)
        for actor, parts in cells.items():
            found, most = list(parts.items()) or [("", [])], across[actor]
            lines = [found[k : k + most] for k in range(0, len(found), most)]
            marks = [(i, j, len(line), *cell) for i, line in enumerate(lines) for j, cell in enumerate(line)]
            for i, j, count, part, told in marks:
                x, at = (j - (count - 1) / 2) * _MARK, (i - (len(lines) - 1) / 2) * _STACKED
                sure, words = any(s.sure for s in told), _say(ceasefire, event, actor, part, told)
                said.append(_Said(round(centres[actor] + x, 1), middle + at, event, actor, part, sure, words))
        rows.append(row)
        y += row.tall
    return rows, said, y, _draw_heads(draft, ceasefire, heads, centres, wide, y, size if upright else 0)


def _head(holder: Stakeholder) -> list[str]:
    """The short name of a stakeholder, a line a word; small words share a line with the next."""
    lines: list[str] = []
    for word in holder.short.split():
        if lines and (len(lines[-1]) < 4 or len(word) < 4) and " " not in lines[-1]:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _halves(name: str) -> list[str]:
    """A name in one line, or a long one in two that are about as long."""
    words = name.split()
    if len(name) < 16 or len(words) < 2:
        return [name]
    cuts = ((" ".join(words[:k]), " ".join(words[k:])) for k in range(1, len(words)))
    return list(min(cuts, key=lambda lines: max(map(len, lines))))


def _draw_heads(
    draft: Draft,
    ceasefire: Ceasefire,
    heads: Mapping[str, list[str]],
    centres: Mapping[str, float],
    wide: Mapping[str, float],
    tall: float,
    size: float,
) -> tuple[float, float]:
    """Names above the columns, and below them if these are long, on the grounds of their sides; the room they take.

    Without a ``size`` in which they fit upright they are slanted, long ones in two lines where these have room.
    """
    holders, upright = ceasefire.stakeholders, bool(size)
    halved = min(wide.values()) > 2.5 * _SMALL_HEAD
    slanted = {actor: _halves(holder.short) if halved else [holder.short] for actor, holder in holders.items()}
    if upright:
        above = 15.0 * max(map(len, heads.values())) + 6
    else:
        longest = max(text_width(line, _SMALL_HEAD) for lines in slanted.values() for line in lines)
        above = 0.87 * min(longest, _SLANTED) + 20
    for side, ground in CAMP_GROUND.items():
        mine = [actor for actor, holder in holders.items() if holder.camp == side]
        if mine:
            left, right = centres[mine[0]] - wide[mine[0]] / 2, centres[mine[-1]] + wide[mine[-1]] / 2
            draft.ground(ground, left, right, 0, tall)
            style = {"font": {"size": NOTE_SIZE, "color": MUTED}, "y": 0, "yshift": above + 2, "yanchor": "bottom"}
            if side in ceasefire.camps:
                draft.note(text=escape(ceasefire.camps[side].upper()), x=(left + right) / 2, **style)
    for actor, holder in holders.items():
        backs = f"<br>backs {escape(holder.said_backs)}" if holder.backs else ""
        font = {"size": size or _SMALL_HEAD, "color": INK}
        style = {"hovertext": f"<b>{escape(holder.name)}</b>{backs}", "font": font}
        text = isolate("<br>".join(map(escape, heads[actor])))
        for y, edge in ((0.0, "bottom"), (tall, "top"))[: 2 if upright and tall > _TALL else 1]:
            x, place = centres[actor], {"y": y, "yanchor": edge, "yshift": 3 if edge == "bottom" else -3}
            if upright:
                draft.note(text=f"<b>{text}</b>", x=x, **place, **style)
            else:
                lines = [escape(shorten(line, _SLANTED, _SMALL_HEAD)) for line in slanted[actor]]
                tilt = {"textangle": -60, "xanchor": "left", "align": "left", "xshift": -7 * len(lines)}
                draft.note(text=isolate("<br>".join(lines)), x=x, **tilt, **place, **style)
    return above + 18, above if upright and tall > _TALL else 0.0


# -- as a list --------------------------------------------------------------------------------------------------------


def _as_list(
    draft: Draft, ceasefire: Ceasefire, gaps: Mapping[str, Gap]
) -> tuple[list[_Row], list[_Said], float, tuple[float, float]]:
    """Below each attempt its bar, and those of whom something is said, each behind the mark of what it did."""
    rows, said, y = [], [], 0.0
    names: list[tuple[float, float, str]] = []
    for event, attempt in ceasefire.attempts.items():
        row = _Row(event, _lines(ceasefire, attempt, draft.plane), gaps[event], y)
        y += 8 + _LINE * len(row.lines)
        row.tall = y - row.top
        row.bar = (0.0, draft.plane, y + 10)
        x, y = 0.0, y + 34
        found = [(part, actor) for actor in ceasefire.stakeholders for part in _parts(ceasefire, event, actor)]
        order = {part: number for number, part in enumerate(palette.PARTS)}
        for part, actor in sorted(found, key=lambda pair: order[pair[0]]):
            name, told = ceasefire.stakeholders[actor].short, _parts(ceasefire, event, actor)[part]
            wide = text_width(name, _HEAD) + 36
            if x and x + wide > draft.plane + 12:
                x, y = 0.0, y + 22
            sure, words = any(s.sure for s in told), _say(ceasefire, event, actor, part, told)
            said.append(_Said(x + 9, y, event, actor, part, sure, words))
            names.append((x + 21, y, isolate(escape(shorten(name, draft.plane - 24, _HEAD)))))
            x += wide
        y += 18 if found else -10
        rows.append(row)
    if names:
        draft.write(names, _HEAD)
    return rows, said, y, (16.0, 0.0)


# -- drawing ----------------------------------------------------------------------------------------------------------


def _draw_titles(draft: Draft, rows: list[_Row]) -> None:
    for row in rows:
        draft.line(0, draft.plane, row.top, row.top, color=GRID if draft.narrow else RULE, width=1)
    draft.write([(0.0, row.top + row.tall / 2, "<br>".join(row.lines)) for row in rows], LABEL_SIZE)


def _draw_gaps(draft: Draft, ceasefire: Ceasefire, rows: list[_Row]) -> None:
    """The consultation gap of each attempt as a bar of three parts, each with its number; above them what these are."""
    half = 6 if draft.narrow else 8
    areas: dict[str, list[tuple[float, float, float]]] = {}
    numbers: dict[tuple[str, float], list[tuple[float, float, str]]] = {}
    words = []
    for row in rows:
        (x, wide, y), unit = row.bar, row.bar[1] / max(row.gap.total, 1)
        lines = [f"<b>{escape(ceasefire.attempts[row.event].title)}</b>"]
        for part, names in row.gap.parts.items():
            if names:
                areas.setdefault(part, []).append((x, x + unit * len(names), y))
                look = palette.ASKED[part].ink, NOTE_SIZE if unit * len(names) > 8 else 9.0
                numbers.setdefault(look, []).append((x + unit * len(names) / 2, y, str(len(names))))
                lines.append(f"{part}: {wrap(', '.join(names), 70)}")
            x += unit * len(names)
        for quote in ceasefire.attempts[row.event].accusations:
            said = f"{quote.speaker}, {quote.firmness}: {quote.quote}"
            lines.append(f"accusation · {wrap(said, 70)} · <i>{escape(quote.citation)}</i>")
        words.append("<br>".join(lines))
    for part, found in areas.items():
        draft.add(
            x=[x for x0, x1, _ in found for x in (x0, x1, x1, x0, x0, None)],
            y=[end for *_, y in found for end in (y - half, y - half, y + half, y + half, y - half, None)],
            mode="lines", fill="toself", fillcolor=palette.ASKED[part].color, line={"color": PAPER},
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
    for (ink, size), counts in numbers.items():
        draft.write(counts, size, textposition="middle center", textfont={"size": size, "color": ink})
    draft.add(
        x=[row.bar[0] + row.bar[1] / 2 for row in rows], y=[row.bar[2] for row in rows], hovertext=words,
        customdata=[[row.event, ""] for row in rows], mode="markers", marker={"size": 2 * half, "opacity": 0},
        hoverinfo="text", showlegend=False,
    )  # fmt: skip
    left, wide, _ = rows[0].bar
    parts = [f'<span style="color:{look.word}"><b>{part}</b></span>' for part, look in palette.ASKED.items()]
    heading = (
        "<br>".join(parts) if wide < 150 else f"Of those concerned{'<br>' if wide < 300 else ' '}{' · '.join(parts)}"
    )
    style: dict[str, Any] = {"xanchor": "left", "yanchor": "bottom", "align": "left"}
    draft.note(text=heading, x=left, y=0, yshift=3, font={"size": NOTE_SIZE, "color": MUTED}, **style)


def _draw_said(draft: Draft, said: list[_Said]) -> None:
    """The marks of what is said, and small dots where nothing is."""
    marks = grouped(said, lambda mark: (mark.part, mark.sure or not mark.part))
    for part, look in {**palette.PARTS, "": palette.SILENT}.items():
        line = {"width": look.line, "color": look.color}
        marker = {"symbol": look.symbol, "size": look.size, "color": look.color, "line": line}
        name = part or _UNKNOWN
        found = {sure: marks[part, sure] for sure in (True, False) if (part, sure) in marks}
        if found:
            draft.key("legend", name, mode="markers", legendgroup=name, marker=marker)
        for sure, points in found.items():
            whose = [[mark.event, mark.actor] for mark in points]
            told = [(mark.x, mark.y, mark.words) for mark in points]
            opacity = 1 if sure else palette.FAINT_MARK
            draft.mark(told, marker, customdata=whose, legendgroup=name, opacity=opacity)
    if any(not sure for _, sure in marks):
        faint = {"symbol": "square", "size": 12, "color": KEY_LINE}
        name = "faint: foretold, alleged or denied"
        draft.key("legend", name, mode="markers", marker=faint, opacity=palette.FAINT_MARK, legendgroup="faint")


def _scope(ceasefire: Ceasefire, left_out: list[str]) -> str:
    made = len(ceasefire.made)
    planned = f", {len(ceasefire.attempts) - made} planned," if made < len(ceasefire.attempts) else ""
    parts = [
        f"{how_many(made, 'attempt')} at a ceasefire{planned} and "
        f"{how_many(len(ceasefire.stakeholders), 'stakeholder')} named in {say_sources(ceasefire.sources)}",
        "leaders and ministers counted as their state, groups as their members",
    ]
    parts += [f"left out, and in the table: {' and '.join(left_out)}"] if left_out else []
    return " · ".join(parts)


def _describe(ceasefire: Ceasefire, headline: str, scope: str) -> str:
    words = [f"Ceasefire board. {headline}. {scope}."]
    for event, attempt in ceasefire.attempts.items():
        said = [
            f"{stakeholder.name}: {list_words(sorted(map(_as_sure, parts.values()), key=_is_active), 8)}"
            for actor, stakeholder in ceasefire.stakeholders.items()
            if (parts := _parts(ceasefire, event, actor))
        ]
        if attempt.accusations:
            said.append(_say_accusers(ceasefire, attempt))
        became = attempt.became if OUTCOMES[attempt.outcome.split(" or ")[0]].known else ""
        if attempt.modality != "actual":
            became = f"{attempt.modality}; {became or 'whether it came about is not told'}"
        became = f" ({became})" if became else ""
        words.append(
            f"{attempt.title}, {attempt.when}{became}: {'; '.join(said) or 'nobody is told to have had a part in it'}."
        )
    return " ".join([*words, "A table with the claims follows."])


def _as_sure(told: Sequence[Standing]) -> str:
    """What a stakeholder did; if no source tells that as a fact of its own, how it is told."""
    claim = next((standing for standing in told if standing.sure), told[0]).claim
    role = ROLES[claim.kind]
    did = role.did if role.part == "affected" else role.did.removeprefix("was ")  # who is affected did nothing there
    did = did if claim.actual else f"to {role.bare}"
    if any(standing.own for standing in told):
        return did
    group = next((s.who for s in told if s.sure and s.of_group and not s.claim.said_by), "")
    return f"{did} (told of {inside(group)})" if group else f"{did} ({claim.firmness})"


def _is_active(did: str) -> bool:
    """Whether words are of what somebody did, and not of what was done to them or is only said of them: told first."""
    passive = [role.did.removeprefix("was ") for role in ROLES.values() if role.did.startswith("was ")]
    return not did.endswith(")") and not did.startswith(("was ", *passive))
