"""Commands that write files for elsewhere: charts as images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from libya_analysis.cli.options import FOLDER, Number, complete_value, data_option, pairs, parameter_option, valued
from libya_analysis.evidence.errors import ParameterError, did_you_mean


def _asks(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
    return complete_value(ctx, typed, dict.fromkeys(name for asks in _charts().values() for name in asks))


@click.command(short_help="Draw charts as images.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@valued(
    "--format", "form", type=click.Choice(["svg", "pdf", "png"]), multiple=True, default=["svg"], help="Repeatable."
)
@parameter_option(_asks)
@valued("--out", type=FOLDER, metavar="FOLDER", default=".", help="Folder to write to.")
@data_option
@valued("--width", type=click.IntRange(320), default=1240, metavar="PIXELS", help="760 for A4, 390 for phones.")
@valued("--language", type=click.Choice(["en", "ar"]), default="en", help="Language of the actors' names.")
@valued("--scale", type=Number(0.1), default=1.0, metavar="NUMBER", help="Pixels of a PNG for each of the chart.")
def figure(
    names: tuple[str, ...],
    form: tuple[str, ...],
    parameter: tuple[str, ...],
    out: Path,
    data: str | None,
    width: int,
    language: str,
    scale: float,
) -> None:
    """Draw charts as images, through kaleido and a Chromium that is already there.

    NAME is network, matrix, timeline or ceasefire.

    Parameters are those of the functions that compute what is drawn, such as -p as_of=2020-01-10 -p focus=egypt.

    Exit code 0: all images drawn; 1: none was written; 2: wrong use.
    """
    from libya_analysis.charts.export import write_images
    from libya_analysis.evidence.tables import load_tables

    tables, given = load_tables(data or ""), pairs(parameter)
    charts = _charts()
    problems = [f"there is no chart {name!r}{did_you_mean(name, charts)}" for name in names if name not in charts]
    asked = {p for name in names for p in charts.get(name, ())}
    problems += [f"{p}: there is no such parameter{did_you_mean(p, asked)}" for p in given if p not in asked]
    if problems:
        raise ParameterError(problems)
    drawn: dict[Path, Any] = {}
    for name in dict.fromkeys(names):
        chosen: dict[str, Any] = {key: value for key, value in given.items() if key in charts[name]}
        chart = _draw(name, tables, chosen, width, language)
        drawn |= {out / f"{name}.{ending}": chart for ending in form}
    write_images(drawn, scale)
    click.echo("\n".join(map(str, drawn)))


def _charts() -> dict[str, tuple[str, ...]]:
    """What each chart can be asked."""
    from libya_analysis.analysis import ceasefire, network, timeline

    return {
        "network": (*network.ASKS, "focus"),
        "matrix": network.ASKS,
        "timeline": timeline.ASKS,
        "ceasefire": ceasefire.ASKS,
    }


def _draw(name: str, tables: Any, chosen: dict[str, Any], width: int, language: str) -> Any:
    import libya_analysis as la

    question = la.check_parameters(tables, among=_charts()[name], **chosen)
    if name == "timeline":
        return la.draw_timeline(la.build_timeline(tables, question), width=width)
    if name == "ceasefire":
        return la.draw_ceasefire(la.build_ceasefire(tables, question), width=width)
    graph = la.build_network(tables, question, as_of=question.as_of or la.last_days(tables, question=question)[1])
    if name == "matrix":
        return la.draw_matrix(graph, width=width, language=language)
    return la.draw_network(graph, width=width, language=language, focus=question.focus)
