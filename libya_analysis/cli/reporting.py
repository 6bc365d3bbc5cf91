"""Commands that make reports: now, or on schedule; what they are asked is checked before anything is run."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import libya_analysis as la
from libya_analysis import press
from libya_analysis.cli.options import FILE, Number, asked_options, begun, pairs, print_json, seconds, valued, wrong_use
from libya_analysis.evidence.errors import LibyaAnalysisError, ParameterError


class _ReportCommand(click.Command):
    """A command whose help also tells the parameters of the reports that are named beside ``--help``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta["words"] = list(args)  # help is printed before names are read
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        for spec in _named(ctx.meta.get("words", ())):
            with formatter.section(f"Parameters of {spec.name} (-p NAME=VALUE)"):
                formatter.write_dl([(f"{name}={value}", comment) for name, value, comment in _values(spec)])


def _named(words: Sequence[str]) -> list[press.ReportSpec]:
    """Reports among the words of a command line."""
    try:
        there = press.find_specs()
    except LibyaAnalysisError:
        return []
    return [spec for spec in there if spec.name in words]


def _values(spec: press.ReportSpec) -> list[tuple[str, str, str]]:
    """Parameters of a report: name, value as one types it, comment."""
    full, declared = press.full_parameters(spec), press.declared_parameters(spec.notebook)

    def typed(value: Any) -> str:
        lists = isinstance(value, list) and not any("," in word for word in value)
        return ",".join(value) if lists else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    return [(name, typed(full[name]), about.comment) for name, about in declared.items()]


def _names() -> list[str]:
    return [spec.name for spec in press.find_specs()]


def _asks(ctx: click.Context) -> list[str]:
    asked = _named(ctx.params.get("names") or ()) or press.find_specs()
    return [name for spec in asked for name, *_ in _values(spec)]


@click.command(cls=_ReportCommand, short_help="Make reports from notebooks.")
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=begun(_names))
@asked_options(_asks, out="reports/out")
@click.option("--backfill", multiple=True, metavar="NAME=FROM..TO/day|week|month", help="One report for each step.")
@click.option(
    "--assets", type=click.Choice(["embedded", "shared"]), help="plotly.js in each report, or once in the folder."
)
@valued("--jobs", type=click.IntRange(0), default=0, metavar="NUMBER", help="Reports at a time; 0 for one a core.")
@click.option("--dask", metavar="ADDRESS|local", default="", help="Make them on a Dask cluster.")
@valued("--kernel", default="fork", metavar="NAME", help="fork, ordinary, or the kernel that runs the notebooks.")
@click.option("--force/--no-force", help="Make reports anew of which nothing changed.")
@seconds("--timeout", type=click.IntRange(1), default=120, help="Time that one cell may take.")
@seconds("--run-timeout", type=click.IntRange(1), default=900, help="Time that one report may take.")
@seconds("--wait", type=Number(0), default=0, help="Time to wait for another run in the same folder.")
@valued("--keep", type=click.IntRange(0), default=0, metavar="NUMBER", help="Versions of before to keep, in earlier/.")
@click.option("--log", type=FILE, metavar="FILE", help="Also write what happens to the end of this file.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--list", "listed", is_flag=True, help="List reports, their parameters and values; make none.")
@click.option("--dry-run", is_flag=True, help="Check everything, and say what would be made; make nothing.")
@click.option("--open", "opened", is_flag=True, help="Open what was made in a browser.")
def report(
    names: tuple[str, ...],
    parameter: tuple[str, ...],
    out: Path,
    data: str | None,
    backfill: tuple[str, ...],
    assets: str | None,
    log: Path | None,
    as_json: bool,
    listed: bool,
    dry_run: bool,
    opened: bool,
    **how: Any,
) -> None:
    """Run notebooks with checked parameters and write each as a notebook and a self-contained HTML file.

    NAME is that of a report, or the path of a .toml file that asks for one or many; none for all reports. With a NAME
    before it, --help tells its parameters, too.

    Reports whose notebook, parameters, tables and programs are those of their last run are left as they are.

    Exit code 0: all reports are there; 1: a report failed; 2: wrong use, and no kernel was started.
    """
    note = _log(log)
    try:
        ready = specs_of(names, parameter, backfill, data, assets)
        if listed:
            _print_reports(ready, as_json)
            return
        say = _Progress(len(ready), out, note, as_json)
        settings = press.Settings(**how, compare=_compare, check=check_values, warm_up=warm_up)
        if dry_run:
            _print_plan(press.plan_reports(ready, out, settings), out, as_json)
            return
        results = press.run_reports(ready, out, la.__version__, settings, done=say)
    except (LibyaAnalysisError, OSError) as error:
        note(str(error))
        raise
    say.end(results)
    made = [result.html for result in results if result.ok]
    if opened and made:
        click.launch(str(made[0] if len(made) == 1 else out / "index.html"))
    sys.exit(0 if all(result.ok for result in results) else 1)


def _print_reports(specs: Sequence[press.ReportSpec], as_json: bool) -> None:
    """Names, titles, and parameters with their values."""
    if as_json:
        values = ({name: value for name, value, _ in _values(spec)} for spec in specs)
        told = zip(specs, values, strict=True)
        print_json([{"name": spec.name, "title": spec.title, "parameters": its} for spec, its in told])
        return
    for spec in specs:
        click.echo(f"{spec.name}  {spec.title}")
        for name, value, comment in _values(spec):
            click.echo(f"  {f'{name}={value}':<28}  {comment}".rstrip())


def _print_plan(plan: Sequence[tuple[press.ReportSpec, bool]], out: Path, as_json: bool) -> None:
    if as_json:
        print_json([{"name": spec.name, "made": made, "parameters": dict(spec.parameters)} for spec, made in plan])
        return
    for spec, made in plan:
        values = " ".join(f"{name}={value}" for name, value, _ in _values(spec) if name in spec.parameters)
        click.echo(f"{spec.name}  {'would be made' if made else 'unchanged'}  {values}".rstrip())
    click.echo(f"{sum(made for _, made in plan)} of {len(plan)} would be made into {out}; nothing was")


def specs_of(
    names: Sequence[str], parameter: Sequence[str], backfill: Sequence[str], data: str | None, assets: str | None
) -> list[press.ReportSpec]:
    """Reports that a command line asks for, with all that they are to run with in its type."""
    given, stepped = pairs(parameter), pairs(backfill, "--backfill", "NAME=FROM..TO/day|week|month")
    if data and "data" in given:
        wrong_use("--data and -p data are the same: give one of them")
    return press.with_parameters(press.find_specs(names), given, data or "", stepped, assets or "")


def check_values(specs: list[press.ReportSpec]) -> list[press.ReportSpec]:
    """Hold what reports run with to the tables that they read, and put days in place of tokens.

    Their parameters have the declared types. Everything that is wrong, for all reports, is one ParameterError; tables
    with problems are a DataError.
    """
    if not specs:
        return []
    from libya_analysis.evidence.question import FIELDS

    problems: list[str] = []
    tables: dict[str, la.Tables] = {}
    ready = []
    for spec in specs:
        full = press.full_parameters(spec)
        folder = full.get("data") or ""
        if folder not in tables:
            tables[folder] = la.load_tables(folder)
        tokens = press.tokens_of(spec)
        try:
            days: dict[str, str] = {}
            for name in sorted(tokens, key=lambda name: name != "known_on"):  # the latest depends on it
                known = full.get("known_on", "") if name != "known_on" else ""
                moves = tokens[name].startswith("latest")
                sources = full.get("sources")
                latest = la.last_days(tables[folder], known_on=known, sources=sources)[1] if moves else None
                days[name] = press.resolve_token(tokens[name], latest, press.today())
                full |= days
            la.check_parameters(tables[folder], **{n: v for n, v in full.items() if n in FIELDS})
            parameters, about = {**spec.parameters, **days}, tables[folder].title
            ready.append(replace(spec, parameters=parameters, tokens=tokens, about=about))
        except ParameterError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(f"{spec.name}: {error}")
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    return ready


def warm_up() -> None:
    """Use once what notebooks use, so that it need not be loaded and first used for each report."""
    tables = la.load_tables()
    network, timeline = la.build_network(tables), la.build_timeline(tables)
    la.draw_network(network), la.draw_matrix(network), la.draw_timeline(timeline)
    la.draw_ceasefire(la.build_ceasefire(tables))
    repr(la.edge_table(network)), la.edge_table(network)._repr_html_()


class _Progress:
    """Says what became of each report as it comes; on a terminal also how far the batch is."""

    def __init__(self, total: int, out: Path, note: Callable[[str], None], as_json: bool) -> None:
        self.total, self.out, self.note, self.as_json = total, out, note, as_json
        self.counts: Counter[str] = Counter()
        self.began = time.monotonic()
        self.terminal = sys.stderr.isatty() and total > 1

    def __call__(self, result: press.ReportResult) -> None:
        self.counts[result.status] += 1
        where = f"failed: {result.error}" if result.error else "unchanged" if result.unchanged else str(result.html)
        line = f"{result.name}  {result.seconds:.1f} s  {where}"
        self.note(line)
        if self.terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
        if not result.ok or not (self.as_json or result.unchanged):
            click.echo(line, err=not result.ok)
        if self.terminal:
            click.echo(f"\r\x1b[K{self.said()}", err=True, nl=False)

    def said(self) -> str:
        """Counts, rate and time left."""
        seen = sum(self.counts.values())
        worked = seen - self.counts["unchanged"]
        rate = worked / max(time.monotonic() - self.began, 1e-9)
        left = f", {rate:.1f} a second, {(self.total - seen) / rate:.0f} s left" if worked else ""
        return f"{seen} of {self.total}: {self.counted()}{left}"

    def counted(self) -> str:
        return ", ".join(f"{count} {status}" for status, count in self.counts.items())

    def end(self, results: Sequence[press.ReportResult]) -> None:
        if self.terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
        if self.as_json:
            click.echo(json.dumps({"folder": str(self.out), "reports": [_plain(r) for r in results]}, indent=1))
            return
        click.echo(f"{self.counted()}; open {self.out / 'index.html'}")


def _plain(result: press.ReportResult) -> dict[str, Any]:
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
    from libya_analysis.analysis.changes import compare_folders
    from libya_analysis.words.differences import changes_html, say_changes

    found = compare_folders(before, after)
    return say_changes(found), changes_html(found)


@click.command(
    short_help="Print a unit for cron, systemd or GitHub.", context_settings={"ignore_unknown_options": True}
)
@click.argument("arguments", nargs=-1, metavar="[NAME|OPTION]...")
@valued("--every", type=click.Choice(["hour", "day", "week"]), default="day", help="Every week is on Monday.")
@valued("--at", default="06:00", metavar="HH:MM", help="Hour and minute; every hour takes the minute.")
@valued("--as", "form", type=click.Choice(["cron", "systemd", "github"]), default="cron", help="For what.")
def schedule(arguments: tuple[str, ...], every: str, at: str, form: str) -> None:
    """Print a unit that makes reports on schedule, from this folder and with this Python.

    NAME and OPTION are what follows `libya-analysis report`. They are checked as if the reports were made now.
    """
    from libya_analysis.evidence.folders import named_data

    asked = report.make_context("libya-analysis report", list(arguments)).params
    wanted = {name: asked[name] for name in ("names", "parameter", "backfill", "data", "assets")}
    check_values(specs_of(**wanted))
    command = [sys.executable, "-m", "libya_analysis", "report", *arguments]
    click.echo(press.schedule_unit(form, every, at, command, str(Path.cwd()), named_data(), asked["out"]), nl=False)
