"""The ceasefire board as a chart: attempts in rows, stakeholders in columns, what each did where they meet."""

from __future__ import annotations

from typing import Any

from libya_analysis.analysis.ceasefire import STATES, Ceasefire, Part, consultation_gap
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
from libya_analysis.charts.palette import CAMP_GROUND, GRID, INK, MUTED
from libya_analysis.words.findings import ceasefire_finding, how_many

_BLUE, _ORANGE, _GREEN, _PURPLE, _GREY = "#0072B2", "#D55E00", "#009E6E", "#AA3377", "#666666"

#: Symbol, colour, size and width of line of each state: no meaning by colour alone.
_LOOK: dict[str, tuple[str, str, float, float]] = {
    "led": ("star", _GREEN, 17, 0),
    "signed": ("square", _BLUE, 15, 0),
    "at the table": ("circle", _BLUE, 14, 0),
    "invited": ("circle-open", _BLUE, 13, 2),
    "withheld": ("x-thin", _ORANGE, 13, 3.5),
    "withdrew": ("arrow-bar-right", _ORANGE, 15, 0),
    "objected": ("line-ew", _ORANGE, 15, 4),
    "not consulted": ("diamond-open", _PURPLE, 15, 2.5),
    "pressed": ("triangle-down", _GREY, 13, 0),
    "called upon": ("triangle-left-open", _GREY, 12, 1.5),
    "affected": ("circle-open-dot", _GREY, 12, 1.5),
}
_UNKNOWN = "nothing is said"
_FAINT = 0.42
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
    if ceasefire.attempts.empty:
        return nothing_to_draw(width)
    narrow = width < NARROW
    columns = list(ceasefire.stakeholders.index)
    words = 20 if narrow else 38
    rows = [_attempt(row, words) for _, row in ceasefire.attempts.iterrows()]
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
        _draw_gaps(draft, ceasefire, at)
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
    headline, scope = title or ceasefire_finding(ceasefire), _scope(ceasefire)
    meta = {"description": _describe(ceasefire, headline, scope)}
    return frame(draft, headline, scope, plane, (_SIDE + room, _SIDE + gaps, _TOP + above, below), meta)


def _attempt(row: Any, words: int) -> str:
    """Title, date and outcome of an attempt, as lines of its row."""
    when = str(row["when"]).replace("one day between", "between")
    outcome = "" if row["outcome"] == "unknown" else f", {row['outcome']}"
    unreal = "" if row["modality"] == "actual" else f" ({row['modality']})"
    return f"{wrap(row['title'] + unreal, words)}<br><i>{wrap(when + outcome, words + 4)}</i>"


def _centres(tall: list[int]) -> tuple[list[float], float]:
    """Middle of each row, and where the last one ends."""
    at, top = [], 0.0
    for height in tall:
        at.append(top + height / 2)
        top += height
    return at, top


def _names(ceasefire: Ceasefire, columns: list[str]) -> list[str]:
    return [str(ceasefire.stakeholders.loc[actor, "name"]) for actor in columns]


def _listed(ceasefire: Ceasefire, actor: str, number: int) -> str:
    """A column in words, where there is no room for all of it above: its number if it has one, and whom it backs."""
    name, backs = _names(ceasefire, [actor])[0], str(ceasefire.stakeholders.loc[actor, "backs"])
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
        backs = str(ceasefire.stakeholders.loc[actor, "backs"])
        letters = max(8, int((cell - 4) / 6.3))
        tail = f'<br><span style="color:{MUTED}"><i>{wrap("backs " + backs, letters)}</i></span>' if backs else ""
        heads.append(f"<b>{isolate(wrap(name, letters))}</b>{tail}")
    return heads, 18.0 * max(head.count("<br>") + 1 for head in heads)


def _draw_ground(draft: Draft, ceasefire: Ceasefire, columns: list[str], at: list[float], tall: list[int]) -> None:
    camps = [ceasefire.stakeholders.loc[actor, "camp"] for actor in columns]
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
    silent: list[tuple[int, float, str]] = []
    for y, event in zip(at, ceasefire.attempts.index, strict=True):
        for k, actor in enumerate(columns):
            parts = ceasefire.of(event, actor)
            if not parts:
                silent.append((k, y, f"<b>{_title(ceasefire, event, actor)}</b><br>nothing is said"))
                continue
            states = sorted({part.state for part in parts}, key=STATES.index)
            for number, state in enumerate(states):
                mine = [part for part in parts if part.state == state]
                aside = number - (len(states) - 1) / 2
                x, middle = (k + aside * 21 / cell, y) if cell > 21 * len(states) else (k, y + 17 * aside)
                words = (
                    f"<b>{_title(ceasefire, event, actor)}</b>: {state}<br>{'<br>'.join(_say(part) for part in mine)}"
                )
                marks.setdefault((state, any(part.sure for part in mine)), []).append((round(x, 3), middle, words))
    for state in [state for state in _LOOK if (state, True) in marks or (state, False) in marks]:
        symbol, color, size, line = _LOOK[state]
        look: dict[str, Any] = {"symbol": symbol, "size": size, "color": color, "line": {"width": line, "color": color}}
        common: dict[str, Any] = {"mode": "markers", "legendgroup": state, "name": state, "hoverinfo": "text"}
        draft.add(x=[None], y=[None], legend="legend", marker=look, **common)
        for sure in (True, False):
            if found := marks.get((state, sure)):
                draft.add(
                    x=[x for x, *_ in found], y=[y for _, y, _ in found], hovertext=[words for *_, words in found],
                    marker=look, opacity=1.0 if sure else _FAINT, showlegend=False, cliponaxis=False, **common,
                )  # fmt: skip
    dot = {"symbol": "circle", "size": 4, "color": "#B5B5B5"}
    if silent:
        draft.add(
            x=[x for x, *_ in silent], y=[y for _, y, _ in silent], hovertext=[words for *_, words in silent],
            mode="markers", marker=dot, hoverinfo="text", name=_UNKNOWN, legend="legend", legendgroup=_UNKNOWN,
        )  # fmt: skip
    if any(not sure for _, sure in marks):
        faint = {"symbol": "square", "size": 12, "color": "#333"}
        draft.add(
            x=[None], y=[None], mode="markers", marker=faint, opacity=_FAINT, legend="legend", legendgroup="faint",
            name="faint: foretold, planned, alleged or denied",
        )  # fmt: skip


def _title(ceasefire: Ceasefire, event: str, actor: str) -> str:
    return f"{escape(ceasefire.stakeholders.loc[actor, 'name'])} · {escape(ceasefire.attempts.loc[event, 'title'])}"


def _say(part: Part) -> str:
    return f"• {escape(part.who)}: {escape(part.role)}; <i>{escape(part.firmness)}</i> · {escape(part.citation)}"


def _draw_gaps(draft: Draft, ceasefire: Ceasefire, at: list[float]) -> None:
    """The consultation gap of each attempt as words beside its row."""
    gap = consultation_gap(ceasefire)
    style: dict[str, Any] = {
        "xref": "paper",
        "x": 1,
        "xanchor": "left",
        "xshift": 10,
        "align": "left",
    }
    for y, (_, row) in zip(at, gap.iterrows(), strict=True):
        draft.note(y=y, text=_range(row), font={"size": 12, "color": INK}, **style)
    draft.note(
        y=1, yref="paper", yanchor="bottom", text="<b>Not asked</b>, of<br>those concerned",
        font={"size": 12, "color": MUTED}, **{**style, "xshift": 22},
    )  # fmt: skip


def _range(row: Any) -> str:
    """``5 of 8`` or ``0 to 3 of 6``."""
    total = int(row["stakeholders"])
    low, high = round(row["gap from"] * total), round(row["gap to"] * total)
    return f"{low} of {total}" if low == high else f"{low} to {high} of {total}"


def _scope(ceasefire: Ceasefire) -> str:
    sources = ceasefire.sources
    listed = ", ".join(sources[:3]) + (", ..." if len(sources) > 3 else "")
    parts = [
        f"{how_many(len(ceasefire.attempts), 'attempt')} at a ceasefire and "
        f"{how_many(len(ceasefire.stakeholders), 'stakeholder')} in {how_many(len(sources), 'source')} ({listed})",
        "leaders and ministers counted as their state, groups as their members",
    ]
    return " · ".join(parts)


def _describe(ceasefire: Ceasefire, headline: str, scope: str) -> str:
    words = [f"Ceasefire board. {headline}. {scope}."]
    for event, attempt in ceasefire.attempts.iterrows():
        said = [
            f"{name} {' and '.join(dict.fromkeys(part.state for part in parts))}"
            for actor, name in ceasefire.stakeholders["name"].items()
            if (parts := ceasefire.of(str(event), str(actor)))
        ]
        words.append(f"{attempt['title']}, {attempt['when']}: {'; '.join(said) or 'nothing is said of anybody'}.")
    return " ".join([*words, "A table with the claims follows."])
