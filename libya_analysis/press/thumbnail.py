"""A small picture of what a page shows first, for the front page: drawn from its figure or table, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, TypeGuard

WIDE, HIGH = 320, 180
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([\d., ]+\)|[a-z]+")
_CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
_GREY = "#b8c2cb"


def of_figure(spec: dict[str, Any]) -> str:
    """The lines, areas and marks of a figure, as SVG.

    >>> figure = {"data": [{"x": [0, 4], "y": [1, 1], "mode": "lines", "line": {"color": "#0072B2"}}], "layout": {}}
    >>> of_figure(figure)[-86:]
    '<path d="M4.0 90.0L316.0 90.0" fill="none" stroke="#0072B2" stroke-width="1.2"/></svg>'
    """
    layout = spec.get("layout", {})
    traces = [t for t in spec.get("data", []) if t.get("visible", True) is True and t.get("xaxis", "x") == "x"]
    traces = [t for t in traces if t.get("yaxis", "y") == "y" and t.get("opacity", 1)]
    points = [point for trace in traces for point in _points(trace) if point]
    if not points:
        return ""
    (x0, x1), (y0, y1) = (
        _range(layout.get(f"{axis}axis") or {}, [point[k] for point in points]) for k, axis in enumerate("xy")
    )

    def place(x: float, y: float) -> tuple[float, float]:
        return 4 + (x - x0) / (x1 - x0) * (WIDE - 8), HIGH - 4 - (y - y0) / (y1 - y0) * (HIGH - 8)

    return _svg([*_grounds(layout, place), *(part for trace in traces for part in _trace(trace, place))])


def of_table(markup: str) -> str:
    """The first rows of a table as bars, each as long as the text of its cell.

    >>> of_table("<table><tr><th>name</th></tr><tr><td>Egypt</td></tr></table>").count("<rect")
    2
    """
    rows = [[html.unescape(re.sub("<[^>]*>", "", cell)) for cell in _CELL.findall(row)] for row in markup.split("<tr")]
    rows = [row for row in rows if row][:13]
    most = [min(max(map(len, column)), 30) for column in zip_longest(*rows, fillvalue="")]
    unit, parts, y = (WIDE - 16) / max(sum(most) + 3 * len(most), 1), [], 8.0
    for number, row in enumerate(rows):
        x = 8.0
        for length, cell in zip(most, row, strict=False):
            wide = min(len(cell), length) * unit
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="6" fill="{_GREY if number else "#222"}"/>'
            )
            x += (length + 3) * unit
        y += 13
    return _svg(parts)


def _svg(parts: list[str]) -> str:
    size = f'viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _points(trace: dict[str, Any]) -> list[tuple[float, float] | None]:
    """Where a trace has something; None where that is not two numbers."""
    xs, ys = trace.get("x"), trace.get("y")
    pairs = zip(xs, ys, strict=False) if isinstance(xs, list) and isinstance(ys, list) else ()
    return [(x, y) if _is_number(x) and _is_number(y) else None for x, y in pairs]


def _range(axis: dict[str, Any], values: list[float]) -> tuple[float, float]:
    """The ends of an axis, those of the values if it names none."""
    ends = axis.get("range") or [min(values), max(values)]
    low, high = (float(end) if _is_number(end) else float(values[0]) for end in ends)
    return (low, high) if low != high else (low - 1, high + 1)


def _color(value: Any) -> str:
    """A colour that may stand in an attribute."""
    return value if isinstance(value, str) and _COLOR.fullmatch(value) else _GREY


def _grounds(layout: dict[str, Any], place: Any) -> Iterator[str]:
    for shape in layout.get("shapes", []):
        ends = [shape.get(end) for end in ("x0", "y0", "x1", "y1")]
        if shape.get("type") == "rect" and all(map(_is_number, ends)):
            (a, b), (c, d) = place(*ends[:2]), place(*ends[2:])
            size = f'width="{abs(c - a):.1f}" height="{abs(d - b):.1f}"'
            yield f'<rect x="{min(a, c):.1f}" y="{min(b, d):.1f}" {size} fill="{_color(shape.get("fillcolor"))}"/>'


def _trace(trace: dict[str, Any], place: Any) -> Iterator[str]:
    mode, line, marker = (trace.get(part) or {} for part in ("mode", "line", "marker"))
    faint = f' opacity="{trace["opacity"]}"' if _is_number(trace.get("opacity")) and trace["opacity"] < 1 else ""
    if "lines" in mode and (line or trace.get("fill")):
        path: list[str] = []
        before: tuple[float, float] | None = None
        for point in _points(trace):
            if not point:
                before = None
                continue
            a, b = place(*point)
            if before is None or abs(a - before[0]) + abs(b - before[1]) >= 1.5:  # nobody sees smaller steps
                path.append(f"{'L' if before else 'M'}{a:.1f} {b:.1f}")
                before = a, b
        filled = _color(trace.get("fillcolor", line.get("color"))) if trace.get("fill") == "toself" else "none"
        stroke = _color(line.get("color", _GREY))
        if path:
            yield f'<path d="{"".join(path)}" fill="{filled}" stroke="{stroke}" stroke-width="1.2"{faint}/>'
    if mode == "text" and trace.get("textposition") == "middle right":  # names beside what is drawn of them
        for point, words in zip(_points(trace), trace.get("text") or [], strict=False):
            if point:
                a, b = place(*point)
                long = 1.5 * len(re.sub("<[^>]*>", "", str(words).partition("<br>")[0]))
                yield f'<rect x="{a:.1f}" y="{b - 1:.1f}" width="{long:.1f}" height="2" fill="{_GREY}"/>'
    if "markers" in mode:
        look = {part: marker.get(part) for part in ("color", "size")}
        look["edge"] = (marker.get("line") or {}).get("color")
        for k, point in enumerate(_points(trace)):
            color, size, edge = (  # one for all, or one for each
                value[k] if isinstance(value, list) and k < len(value) else value for value in look.values()
            )
            if point and marker.get("opacity", 1):
                a, b = place(*point)
                r = max((size if _is_number(size) else 6) / 5.5, 1)
                around = f' stroke="{_color(edge)}" stroke-width=".7"' if edge else ""
                yield f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{r:.1f}" fill="{_color(color)}"{around}{faint}/>'
