"""The command ``libya-analysis``: thin commands over the package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from libya_analysis import __version__
from libya_analysis.errors import PRINTED, LibyaAnalysisError, ParameterError, did_you_mean

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Who is behind whom in Libya's war, since when, according to whom.",
)

_NETWORK_PARAMETERS = ("as_of", "known_on", "kinds", "statuses", "modalities", "sources", "actors", "level")
_TIMELINE_PARAMETERS = ("start", "end", "window", "actors", "statuses", "modalities", "sources", "known_on", "lanes")
#: Parameters that each chart understands.
_CHARTS: dict[str, tuple[str, ...]] = {
    "network": (*_NETWORK_PARAMETERS, "focus"),
    "matrix": _NETWORK_PARAMETERS,
    "timeline": _TIMELINE_PARAMETERS,
    "consultation": ("sources", "statuses", "known_on", "as_of"),
}

DataOption = Annotated[
    str, typer.Option("--data", help="Folder of tables to use instead of the shipped one.", metavar="FOLDER")
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Who is behind whom in Libya's war, since when, according to whom."""


@app.command()
def check(
    folder: Annotated[str, typer.Argument(help="Folder of tables; without it the shipped one.")] = "",
    texts: Annotated[str, typer.Option(help="Folder with the texts of the sources.", metavar="FOLDER")] = "",
) -> None:
    """Check tables against their schema, each other and, with --texts, the texts they rest on.

    Prints every problem as FILE:LINE:COLUMN  CODE: MESSAGE. Exit code 0: none; 1: some; 2: wrong use.
    """
    from libya_analysis.evidence import check_texts, find_texts
    from libya_analysis.tables import data_folder, read_tables

    for given in filter(None, (folder, texts)):
        if not Path(given).is_dir():
            _wrong_use(f"{given} is not a folder")
    tables, problems = read_tables(data_folder(folder))
    if texts:
        found = find_texts(tables, texts)
        problems += check_texts(tables, found)
        missing = [source for source in tables.published() if source not in found]
        if missing:
            typer.echo(f"no text at hand for {', '.join(missing)}: its rows were not held against it", err=True)
    for problem in sorted(problems)[:PRINTED]:
        typer.echo(str(problem))
    if len(problems) > PRINTED:
        typer.echo(f"and {len(problems) - PRINTED} more")
    rows = sum(len(frame) for frame in tables.frames.values())
    typer.echo(
        f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in {rows} rows of {len(tables.frames)} tables"
    )
    raise typer.Exit(1 if problems else 0)


@app.command()
def report(
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of reports; none for all.", metavar="[NAME]...")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", help="Set a parameter; may be repeated.", metavar="NAME=VALUE"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("reports/out"),
    data: DataOption = "",
    timeout: Annotated[int, typer.Option(help="Seconds that one cell may take.", min=1)] = 120,
) -> None:
    """Run notebooks with checked parameters and write each as a notebook and a self-contained HTML file.

    Exit code 0: all reports made; 1: a report failed; 2: wrong use, and no kernel was started.
    """
    from libya_analysis import reports

    ready = reports.with_parameters(reports.find_specs(names or ()), _pairs(parameter or []), data)

    def say(result: reports.ReportResult) -> None:
        where = result.html if result.ok else f"failed: {result.error}"
        typer.echo(f"{result.name}  {result.seconds:.1f} s  {where}", err=not result.ok)

    results = reports.run_reports(ready, out, __version__, timeout=timeout, done=say)
    typer.echo(f"open {out / 'index.html'}")
    raise typer.Exit(0 if all(result.ok for result in results) else 1)


def _pairs(given: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name in pairs:
            _wrong_use(f"-p {text}: " + ("given twice" if equals else "write NAME=VALUE"))
        pairs[name] = value
    return pairs


@app.command()
def figure(
    names: Annotated[list[str], typer.Argument(help="network, matrix, timeline, consultation.", metavar="NAME...")],
    form: Annotated[list[str] | None, typer.Option("--format", help="svg, pdf or png; may be repeated.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", help="Set a parameter; may be repeated.", metavar="NAME=VALUE"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
    data: DataOption = "",
    width: Annotated[
        int, typer.Option(help="Width in pixels: 1240 for screens, 760 for A4, 390 for phones.", min=320)
    ] = 1240,
    language: Annotated[str, typer.Option(help="Language of the actors' names: en or ar.")] = "en",
    scale: Annotated[float, typer.Option(help="Pixels of a PNG for each pixel of the chart.", min=0.1)] = 1.0,
) -> None:
    """Draw charts as images, through kaleido and a Chromium that is already there.

    Parameters are those of the functions that compute what is drawn, such as -p as_of=2020-01-10 -p focus=egypt.
    Exit code 0: all images drawn; 1: none was written; 2: wrong use.
    """
    from libya_analysis.charts.export import FORMATS, write_images
    from libya_analysis.tables import load_tables

    tables, given = load_tables(data), _pairs(parameter or [])
    problems = [f"there is no chart {name!r}{did_you_mean(name, _CHARTS)}" for name in names if name not in _CHARTS]
    problems += [f"there is no format {f!r}{did_you_mean(f, FORMATS)}" for f in form or () if f not in FORMATS]
    asked = {p for name in names for p in _CHARTS.get(name, ())}
    problems += [f"{p}: there is no such parameter{did_you_mean(p, asked)}" for p in given if p not in asked]
    problems += [f"language: {language!r} is neither en nor ar"] if language not in ("en", "ar") else []
    if problems:
        raise ParameterError(problems)
    drawn: dict[Path, Any] = {}
    for name in dict.fromkeys(names):
        chosen: dict[str, Any] = {key: value for key, value in given.items() if key in _CHARTS[name]}
        chart = _draw(name, tables, chosen, width, language)
        drawn |= {out / f"{name}.{ending}": chart for ending in form or ["svg"]}
    write_images(drawn, scale)
    typer.echo("\n".join(map(str, drawn)))


def _draw(name: str, tables: Any, chosen: dict[str, Any], width: int, language: str) -> Any:
    from libya_analysis import charts, check_parameters, diplomacy, network, timeline

    if name == "timeline":
        return charts.draw_timeline(timeline.build_timeline(tables, **chosen), width=width)
    if name == "consultation":
        return charts.draw_consultation(diplomacy.consultation_board(tables, **chosen), width=width)
    focus = check_parameters(tables, focus=chosen.pop("focus", "")).focus
    chosen.setdefault("as_of", timeline.last_days(tables)[1])
    graph = network.build_network(tables, **chosen)
    if name == "matrix":
        return charts.draw_matrix(graph, width=width, language=language)
    return charts.draw_network(graph, width=width, language=language, focus=focus)


@app.command()
def codebook(
    write: Annotated[
        str, typer.Option(help="Replace the tables at the end of this Markdown file.", metavar="FILE")
    ] = "",
) -> None:
    """Print the fields of every table as Markdown, from the schema."""
    from libya_analysis.codebook import codebook as tables

    if not write:
        typer.echo(tables(), nl=False)
        return
    head, mark, _ = Path(write).read_text(encoding="utf-8").partition("## Tables\n")
    if not mark:
        _wrong_use(f"{write} has no line '## Tables' under which the tables could stand")
    Path(write).write_text(f"{head}{mark}\n{tables()}", encoding="utf-8", newline="\n")


def _wrong_use(message: str) -> None:
    typer.echo(f"libya-analysis: {message}", err=True)
    raise typer.Exit(2)


def run() -> None:
    """Run the command; errors of this package are one message, never a traceback."""
    try:
        app()
    except ParameterError as error:
        typer.echo("\n".join(f"libya-analysis: {problem}" for problem in error.problems), err=True)
        sys.exit(2)
    except LibyaAnalysisError as error:
        typer.echo(f"libya-analysis: {error}", err=True)
        sys.exit(1)
    except (OSError, UnicodeError) as error:  # a file that cannot be read or written
        typer.echo(f"libya-analysis: {error}", err=True)
        sys.exit(1)
