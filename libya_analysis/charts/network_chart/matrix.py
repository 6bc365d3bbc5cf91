"""The signed adjacency matrix: who is for and against whom, for networks too large to draw as lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import networkx as nx

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.charts.frame import (
    NARROW,
    Chart,
    Draft,
    filter_title,
    for_all_screens,
    frame,
    nothing_to_draw,
    stack_legends,
)
from libya_analysis.charts.network_chart.marks import CLAIMS_SHOWN, say_tie
from libya_analysis.charts.network_chart.scene import MOST_NAMED, Tie, camp_names, name_of, rests_of, scope_of
from libya_analysis.charts.palette import CAMP_GROUND, FAINT, GRID, INK, MUTED, SIGNS, SMALL_BOTH
from libya_analysis.charts.text import LABEL_SIZE, escape, isolate, shorten, text_width
from libya_analysis.evidence import vocabulary
from libya_analysis.evidence.question import SIDES
from libya_analysis.words.findings import matrix_finding
from libya_analysis.words.sentence import how_many, list_words

#: Gives the words of a tie with at most so many claims.
Say = Callable[[Tie, int], str]


def _kinds(sign: int) -> str:
    return ", ".join(tie.one.removesuffix(" with") for tie in vocabulary.TIES.values() if tie.sign == sign)


#: What the key says of each sum of signs.
SAID = {
    "for": _kinds(1),
    "against": _kinds(-1),
    "both": "both of them",
    "neither": "another tie: mediates, talks, agrees, presses, founded",
}
_ORDER = ("left", UNDETERMINED, *SIDES[2:], "right")

#: Actors shown at most, whatever the width: those with the most claims.
MOST_ROWS = 100
_LARGEST, _LEAST = 26.0, 9.8  # pixels a cell: at most, and the least that leaves a name legible
_FINE = 14.0  # the least cell whose symbol may have lines within
_LONGEST, _SIDE, _TOP = 190.0, 14, 84
_LONGEST_NARROW, _CLEAR = (218.0, 190.0, 160.0, 133.0), 10.4  # names on a phone: as long as cells stay so wide
_TIES_SHOWN = 8  # ties of one cell under the pointer
_MOST_WORDS = 4000  # claims under the pointer in all cells together, about


def draw_matrix(
    graph: nx.MultiDiGraph, *, width: int | None = None, title: str | None = None, language: str = "en"
) -> Chart:
    """Draw a network as a signed adjacency matrix, ordered by camp.

    A row says what an actor does, a column what is done to it. Ties without a direction stand on both sides of the
    diagonal. Circles are ties of a positive sign, crosses of a negative one; what is not actual, or not attested near
    on the day asked about, is faint. Of more actors than have room for a legible name (about 100 in 1240 pixels) those
    with the most claims are shown, the anchors of the camps always, and the chart says how many are left out.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`libya_analysis.build_network`.
    width : int, optional
        Width of the chart in pixels, at most; a small network takes less. Without one it is drawn for a cell of
        JupyterLab, and for pages and phones as well.
    title : str, optional
        A headline; without it what goes across the sides, or the finding that the graph itself gives.
    language : {"en", "ar"}
        Language of the actors' names, where the tables have them.

    Returns
    -------
    Chart
        Its ``layout.meta`` has its ``description``.

    Examples
    --------
    >>> from libya_analysis import build_network, load_tables
    >>> chart = draw_matrix(build_network(load_tables(), as_of="2020-01-15"))
    >>> chart.layout.yaxis.ticktext[0]
    'Khalifa Haftar'
    """
    headline = title or matrix_finding(graph)
    if width is None:
        return for_all_screens(partial(draw_matrix, graph, title=headline, language=language))
    return compose_matrix(graph, plan_grid(graph, width, language), headline)


@dataclass(frozen=True)
class Grid:
    """What a matrix shows and how large."""

    rows: list[str]  # the actors shown, in order
    names: list[str]  # what they are called, as far as there is room
    language: str
    width: int  # of the chart, at most; where it is narrow, columns have numbers for names
    cell: float
    room: float  # pixels beside the plane for names
    font: float
    actors: int  # how many have ties, those that are left out too

    @property
    def heads(self) -> float:
        """Pixels above the plane for the names of columns."""
        return 14 if self.width < NARROW else 0.9 * self.room


@dataclass(frozen=True)
class Cell:
    """What one actor does to another, summed up."""

    sign: str
    opacity: float
    words: str


def plan_grid(graph: nx.MultiDiGraph, width: int, language: str = "en", focus: str = "") -> Grid:
    """Choose the actors that a matrix shows: of too many, the one in focus, the anchors, and those with most claims."""
    claims: Counter[str] = Counter()
    for a, b, said in graph.edges(data="claims"):
        claims.update(dict.fromkeys({a, b}, len(said)))
    about = graph.nodes
    nodes = [node for node in graph if graph.degree(node)]
    actors = len(nodes)
    nodes.sort(key=lambda n: (n != focus, not about[n]["anchor"], -claims[n], about[n]["name"], n))
    del nodes[MOST_ROWS:]
    for longest in _LONGEST_NARROW if width < NARROW else (_LONGEST,):
        names = {node: shorten(name_of(graph, node, language), longest) for node in nodes}
        wide = {node: text_width(name, LABEL_SIZE) for node, name in names.items()}
        if _sizes(width, len(nodes), max(wide.values(), default=0.0))[0] >= _CLEAR:
            break
    while len(nodes) > 1 and _sizes(width, len(nodes), max(wide[node] for node in nodes))[0] < _LEAST:
        nodes.pop()
    sizes = _sizes(width, len(nodes), max((wide[node] for node in nodes), default=0.0))
    nodes.sort(key=lambda n: (_ORDER.index(about[n]["camp"]), not about[n]["anchor"], about[n]["name"], n))
    return Grid(nodes, [names[node] for node in nodes], language, width, *sizes, actors)


def _sizes(width: int, count: int, wide: float) -> tuple[float, float, float]:
    """Pixels a cell, for the names beside them, and a letter, if the widest of so many names is so wide."""
    share = 1.0 if width < NARROW else 1.5  # names of columns lean to the right
    free, room = width - 2 * _SIDE, wide + 16
    cell = min(_LARGEST, (free - share * room) / max(count, 1))
    if cell - 1 >= LABEL_SIZE:
        return cell, room, LABEL_SIZE
    each = wide / LABEL_SIZE  # smaller letters, which need less room
    cell = max(2.0, (free - share * (16 - each)) / (count + share * each))
    return cell, each * (cell - 1) + 16, round(cell - 1, 1)


def compose_matrix(graph: nx.MultiDiGraph, grid: Grid, headline: str, because: str = "", focus: str = "") -> Chart:
    """Draw a matrix of the actors chosen; ``because`` says why it stands in for a chart of lines, if it does."""
    if not grid.rows:
        return nothing_to_draw(grid.width)
    count, room, narrow = len(grid.rows), grid.room, grid.width < NARROW
    plane = grid.cell * count
    lean = 0.0 if narrow else 0.5 * room  # names of columns lean to the right
    width = int(max(min(grid.width, plane + room + lean + 2 * _SIDE), min(grid.width, 720)))
    draft = Draft(width, _SIDE + room, width - plane - room - _SIDE)
    _draw_grid(draft, [graph.nodes[node]["camp"] for node in grid.rows])
    used = _draw_cells(draft, grid, plan_cells(graph, grid))
    ticks: dict[str, Any] = {
        "range": [-0.5, count - 0.5], "tickvals": list(range(count)), "showticklabels": True,
        "ticktext": [(f"{k} " if narrow else "") + escape(isolate(name)) for k, name in enumerate(grid.names, 1)],
        "tickfont": {"size": grid.font, "color": INK}, "showgrid": False, "zeroline": False, "ticks": "",
        "ticklabeloverflow": "allow",
    }  # fmt: skip
    numbers = {"ticktext": [str(k) for k in range(1, count + 1)], "tickangle": -90}
    draft.layout.update(
        xaxis={**ticks, "side": "top", **(numbers if narrow else {"tickangle": -60})},
        yaxis={**ticks, "range": [count - 0.5, -0.5]},
    )
    below = stack_legends(draft, {"legend": filter_title("Tie", width)}, plane, x=-room) + 10
    scope = say_scope(graph, grid, because, focus)
    described = _describe(graph, grid, headline, scope, used)
    return frame(draft, headline, scope, described, plane, _TOP + grid.heads, below, **rests_of(graph))


def say_scope(graph: nx.MultiDiGraph, grid: Grid, because: str, focus: str = "") -> str:
    """What is drawn, from which sources, as of when, and what is left out by which rule."""
    parts = [
        scope_of(graph, focus),
        f"a matrix, since {because}; rows act on columns" if because else "rows act on columns",
    ]
    if left_out := grid.actors - len(grid.rows):
        parts.append(
            f"only the {how_many(len(grid.rows), 'actor')} with the most claims and the ties among them; "
            f"{how_many(left_out, 'actor')} left out"
        )
    return " · ".join(parts)


def _draw_grid(draft: Draft, camps: list[str]) -> None:
    """Thin lines between cells, strong ones between camps, and the ground of each camp."""
    count = len(camps)
    for camp in ("left", "right"):
        mine = [k for k, other in enumerate(camps) if other == camp]
        if mine:
            first, last = mine[0] - 0.5, mine[-1] + 0.5
            draft.ground(CAMP_GROUND[camp], first, last, first, last)
    borders = [k for k in range(1, count) if camps[k] != camps[k - 1]]
    for where, color, width in ((range(count + 1), GRID, 0.7), (borders, MUTED, 1.4)):
        xs: list[float | None] = []
        ys: list[float | None] = []
        for k in where:
            xs += [-0.5, count - 0.5, None, k - 0.5, k - 0.5, None]
            ys += [k - 0.5, k - 0.5, None, -0.5, count - 0.5, None]
        draft.add(x=xs, y=ys, mode="lines", line={"color": color, "width": width}, hoverinfo="skip", showlegend=False)


def plan_cells(graph: nx.MultiDiGraph, grid: Grid, say: Say | None = None) -> dict[tuple[int, int], Cell]:
    """What stands in each cell that is not empty, by column and row."""
    say = say or (lambda edge, most: say_tie(graph, edge, grid.language, most))
    index = {node: k for k, node in enumerate(grid.rows) if node in graph}
    edges = sorted((a, b, key) for a in index for b, keys in graph.adj[a].items() if b in index for key in keys)
    pairs: dict[tuple[str, str], list[Tie]] = {}
    for a, b, key in edges:
        pairs.setdefault((a, b), []).append((a, b, key))
        if not graph.edges[a, b, key]["directed"]:
            pairs.setdefault((b, a), []).append((a, b, key))
    most = min(CLAIMS_SHOWN, _MOST_WORDS // max(len(edges), 1))
    cells = {}
    for (a, b), between in sorted(pairs.items()):
        ties = [graph.edges[edge] for edge in between]
        signs = {tie["sign"] for tie in ties if tie["sign"]}
        sign = "both" if len(signs) == 2 else "neither" if not signs else "for" if signs == {1} else "against"
        sure = any(tie["actual"] and tie["answer"].firm for tie in ties if not signs or tie["sign"])
        words = [say(edge, most) for edge in between[:_TIES_SHOWN]]
        if more := len(between) - len(words):
            words.append(f"and {how_many(more, 'more tie')}")
        cells[index[b], index[a]] = Cell(sign, 1.0 if sure else FAINT, "<br>".join(words))
    return cells


def look_of_sign(sign: str, cell: float) -> dict[str, Any]:
    """How a sum of signs is marked in a cell so large."""
    mark = SMALL_BOTH if sign == "both" and cell < _FINE else SIGNS[sign]
    line = {"width": min(mark.line, cell / 8), "color": mark.outline or mark.color}
    return {"symbol": mark.symbol, "size": round(mark.size * cell, 1), "color": mark.color, "line": line}


def _draw_cells(draft: Draft, grid: Grid, cells: Mapping[tuple[int, int], Cell]) -> dict[str, int]:
    """One mark for each ordered pair with ties; returns how many of each sign."""
    marks = {sign: [(at, cell) for at, cell in cells.items() if cell.sign == sign] for sign in SIGNS}
    for sign, found in marks.items():
        if found:
            opacity = [cell.opacity for _, cell in found]
            draft.add(
                x=[x for (x, _), _ in found], y=[y for (_, y), _ in found], mode="markers", legend="legend",
                name=f"{SAID[sign]} ({len(found)})", hoverinfo="text", hovertext=[cell.words for _, cell in found],
                marker={**look_of_sign(sign, grid.cell), "opacity": opacity},
            )  # fmt: skip
    return {sign: len(found) for sign, found in marks.items()}


def _describe(graph: nx.MultiDiGraph, grid: Grid, headline: str, scope: str, used: dict[str, int]) -> str:
    parts = [f"Signed adjacency matrix. {headline}. {scope}."]
    for camp, label in {**camp_names(graph), UNDETERMINED: "Undetermined"}.items():
        members = [name_of(graph, node, grid.language) for node in grid.rows if graph.nodes[node]["camp"] == camp]
        if len(members) > MOST_NAMED:
            members[MOST_NAMED - 1 :] = [f"{len(members) - MOST_NAMED + 1} others"]
        if members:
            parts.append(f"{label}: {list_words(members, MOST_NAMED)}.")
    cells = [f"{how_many(count, 'cell')} {sign}" for sign, count in used.items() if count]
    return " ".join([*parts, f"Cells: {', '.join(cells)}.", "A table with the claims follows."])
