"""The command ``libya-analysis``: thin commands over the package."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from libya_analysis import __version__
from libya_analysis.errors import PRINTED, LibyaAnalysisError, ParameterError, did_you_mean
from libya_analysis.warm.client import KERNEL as WARM

if TYPE_CHECKING:
    from libya_analysis.reports import ReportResult

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
    from libya_analysis.folders import data_folder
    from libya_analysis.tables import read_tables

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
    backfill: Annotated[
        list[str] | None,
        typer.Option(help="Make one report for each day.", metavar="NAME=FROM..TO/day|week|month"),
    ] = None,
    assets: Annotated[
        str, typer.Option(help="embedded or shared: plotly.js in each report, or once in the folder.")
    ] = "",
    jobs: Annotated[int, typer.Option(help="Reports at a time; 0 for one a core.", min=0)] = 0,
    dask: Annotated[str, typer.Option(help="Make them on a Dask cluster.", metavar="ADDRESS|local")] = "",
    kernel: Annotated[str, typer.Option(help="Kernel that runs the notebooks.", metavar="NAME")] = WARM,
    force: Annotated[bool, typer.Option(help="Make reports anew of which nothing changed.")] = False,
    timeout: Annotated[int, typer.Option(help="Seconds that one cell may take.", min=1)] = 120,
    run_timeout: Annotated[int, typer.Option(help="Seconds that one report may take.", min=1)] = 900,
    wait: Annotated[float, typer.Option(help="Seconds to wait for another run in the same folder.", min=0)] = 0,
    keep: Annotated[int, typer.Option(help="Earlier versions of a report to keep, in earlier/.", min=0)] = 0,
    log: Annotated[Path | None, typer.Option(help="Also write what happens to the end of this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Run notebooks with checked parameters and write each as a notebook and a self-contained HTML file.

    Reports whose notebook, parameters, tables and programs are those of their last run are left as they are.
    Exit code 0: all reports are there; 1: a report failed; 2: wrong use, and no kernel was started.
    """
    from libya_analysis import reports

    if assets not in ("", *reports.ASSETS):
        _wrong_use(f"--assets {assets}: there are {' and '.join(reports.ASSETS)}")
    note = _log(log)
    try:
        given, stepped = _pairs(parameter or []), _pairs(backfill or [], "--backfill", "NAME=FROM..TO/day|week|month")
        warm = kernel == WARM and not dask
        check = partial(reports.done_warm, reports.check_values) if warm else reports.check_values
        ready = reports.with_parameters(reports.find_specs(names or ()), given, data, stepped, assets, check)
        say = _Progress(len(ready), out, note, as_json)
        settings = reports.Settings(timeout, run_timeout, jobs, dask, kernel, force, wait, keep, _compare)
        results = reports.run_reports(ready, out, __version__, settings, done=say)
    except (LibyaAnalysisError, OSError) as error:
        note(str(error))
        raise
    say.end(results)
    raise typer.Exit(0 if all(result.ok for result in results) else 1)


class _Progress:
    """Says what became of each report as it comes; on a terminal also how far the batch is."""

    def __init__(self, total: int, out: Path, note: Callable[[str], None], as_json: bool) -> None:
        self.total, self.out, self.note, self.as_json = total, out, note, as_json
        self.counts: Counter[str] = Counter()
        self.began = time.monotonic()
        self.terminal = sys.stderr.isatty() and total > 1

    def __call__(self, result: ReportResult) -> None:
        self.counts[result.status] += 1
        where = f"failed: {result.error}" if result.error else "unchanged" if result.unchanged else str(result.html)
        line = f"{result.name}  {result.seconds:.1f} s  {where}"
        self.note(line)
        if self.terminal:
            typer.echo("\r\x1b[K", err=True, nl=False)
        if not result.ok or not (self.as_json or result.unchanged):
            typer.echo(line, err=not result.ok)
        if self.terminal:
            typer.echo(f"\r\x1b[K{self.said()}", err=True, nl=False)

    def said(self) -> str:
        """Counts, rate and time left."""
        seen = sum(self.counts.values())
        worked = seen - self.counts["unchanged"]
        rate = worked / max(time.monotonic() - self.began, 1e-9)
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        left = f", {rate:.1f} a second, {(self.total - seen) / rate:.0f} s left" if worked else ""
        return f"{seen} of {self.total}: {counts}{left}"

    def end(self, results: Sequence[ReportResult]) -> None:
        if self.terminal:
            typer.echo("\r\x1b[K", err=True, nl=False)
        if self.as_json:
            typer.echo(json.dumps({"folder": str(self.out), "reports": [_plain(r) for r in results]}, indent=1))
            return
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        typer.echo(f"{counts}; open {self.out / 'index.html'}")


def _plain(result: ReportResult) -> dict[str, Any]:
    files = {kind: str(path) for kind in ("html", "notebook", "changes") if (path := getattr(result, kind))}
    said = {"name": result.name, "status": result.status, "seconds": round(result.seconds, 3), "error": result.error}
    return said | files


def _log(path: Path | None) -> Callable[[str], None]:
    """Write lines with the time to the end of a file, if one is asked for."""
    if path is None:
        return lambda line: None
    path.parent.mkdir(parents=True, exist_ok=True)

    def note(line: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}\n")

    return note


def _compare(before: Path, after: Path) -> tuple[str, str]:
    from libya_analysis import changes

    found = changes.compare_folders(before, after)
    return changes.say_changes(found), changes.changes_html(found)


def _pairs(given: list[str], option: str = "-p", form: str = "NAME=VALUE") -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name in pairs:
            _wrong_use(f"{option} {text}: " + ("given twice" if equals else f"write {form}"))
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
def diff(
    before: Annotated[Path, typer.Argument(help="A folder of tables, or a report's NAME.manifest.json.")],
    after: Annotated[Path, typer.Argument(help="The one to compare it with.")],
) -> None:
    """Say what differs between two folders of tables, or between the tables of two reports.

    Claims added, withdrawn and altered, by id and field, actors whose camp differs, and ceasefire attempts
    whose consultation gap does.
    Exit code 0: nothing differs; 1: something does; 2: wrong use.
    """
    from libya_analysis.reports.files import tables_of

    with tempfile.TemporaryDirectory(prefix="libya-analysis-") as folder:
        text, _ = _compare(*(tables_of(path, Path(folder)) for path in (before, after)))
    typer.echo(text or "no claim, camp or consultation gap differs")
    raise typer.Exit(1 if text else 0)


@app.command(context_settings={"ignore_unknown_options": True})
def schedule(
    arguments: Annotated[
        list[str] | None, typer.Argument(help="What follows `libya-analysis report`.", metavar="[NAME|OPTION]...")
    ] = None,
    every: Annotated[str, typer.Option(help="hour, day or week (on Monday).")] = "day",
    at: Annotated[str, typer.Option(help="Hour and minute; every hour takes the minute.")] = "06:00",
    form: Annotated[str, typer.Option("--as", help="cron, systemd or github.")] = "cron",
) -> None:
    """Print a unit that makes reports on schedule, from this folder and with this Python."""
    from libya_analysis.reports.schedule import schedule_unit

    command = [sys.executable, "-m", "libya_analysis", "report", *(arguments or [])]
    typer.echo(schedule_unit(form, every, at, command, str(Path.cwd())), nl=False)


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
        sys.exit(128 + getattr(error, "signal", -127))
    except (OSError, UnicodeError) as error:  # a file that cannot be read or written
        typer.echo(f"libya-analysis: {error}", err=True)
        sys.exit(1)
