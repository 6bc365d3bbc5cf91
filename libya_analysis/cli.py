"""The command ``libya-analysis``: thin commands over the package."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from libya_analysis import __version__
from libya_analysis.evidence.errors import PRINTED, LibyaAnalysisError, ParameterError, did_you_mean

if TYPE_CHECKING:
    from libya_analysis.press import ReportResult, ReportSpec


class _Out(click.Path):
    """A folder or file to be written; no empty text, which is what a script makes of a variable that it has not set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(value or self.fail("it is empty", param, ctx), param, ctx)


class _Tables(click.Path):
    """A folder of tables; a workbook is none, but can be made one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if str(value).lower().endswith((".xlsx", ".xls", ".ods")) and Path(value).is_file():
            self.fail(f"{value} is a workbook: libya-analysis tables --from {value} --data FOLDER makes tables of it")
        return super().convert(value, param, ctx)


class _Number(click.FloatRange):
    """A number, which ``nan`` is not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        return number if math.isfinite(number) else self.fail(f"{value} is not a number", param, ctx)


class _Commands(click.Group):
    """Commands in the order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


#: Options that show their default; options and types that several commands have.
_value = partial(click.option, show_default=True)
_seconds = partial(_value, metavar="SECONDS")
_TABLES = _Tables(exists=True, file_okay=False)
_FOLDER, _FILE = _Out(file_okay=False, path_type=Path), _Out(dir_okay=False, path_type=Path)
_parameter = click.option("-p", "--parameter", multiple=True, metavar="NAME=VALUE", help="Set a parameter; repeatable.")
_data = click.option("--data", type=_TABLES, metavar="FOLDER", help="Folder of tables, instead of the shipped one.")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def app() -> None:
    """Who is behind whom in Libya's war, since when, according to whom."""


@app.command(short_help="Check tables, and hold them to the texts they rest on.")
@click.argument("folder", type=_TABLES, required=False)
@click.option("--texts", type=_TABLES, metavar="FOLDER", help="Folder with the texts of the sources.")
def check(folder: str | None, texts: str | None) -> None:
    """Check tables against their schema, each other and, with --texts, the texts they rest on.

    FOLDER is a folder of tables; without it the shipped one is checked.

    Prints every problem as FILE:LINE:COLUMN  CODE: MESSAGE, and of tables without any what may be a slip, as a warning.

    Exit code 0: no problem; 1: some; 2: wrong use.
    """
    from libya_analysis.evidence.doubts import find_doubts
    from libya_analysis.evidence.folders import data_folder
    from libya_analysis.evidence.tables import read_tables
    from libya_analysis.evidence.texts import check_texts, find_texts, near_copies

    tables, problems = read_tables(data_folder(folder or ""))
    found = find_texts(tables, texts)
    if texts or found:
        problems += check_texts(tables, found)
        missing = [source for source in tables.published() if source not in found]
        if missing:
            click.echo(f"no text at hand for {', '.join(missing)}: its rows were not held against it", err=True)
    for problem in sorted(problems)[:PRINTED]:
        click.echo(str(problem))
    if len(problems) > PRINTED:
        click.echo(f"and {len(problems) - PRINTED} more")
    if any(one.code == "blank-row" or "'TRUE' " in one.message or "'FALSE' " in one.message for one in problems):
        place = folder or "FOLDER"
        click.echo(
            f"a spreadsheet wrote this? libya-analysis tables --from {place} --data {place} understands it", err=True
        )
    doubts = [] if problems else [*find_doubts(tables), *near_copies(tables, found)]
    for doubt in doubts[:PRINTED]:
        click.echo(f"warning  {doubt}")
    rows = sum(len(frame) for frame in tables.frames.values())
    counts = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    counts += f" and {len(doubts)} warning{'s' if len(doubts) != 1 else ''}" if doubts else ""
    click.echo(f"{counts} in {rows} rows of {len(tables.frames)} tables")
    sys.exit(1 if problems else 0)


@app.group(cls=_Commands, short_help="Take texts in as sources, and see what rests on them.")
def source() -> None:
    """Take texts in as sources, and see which of their paragraphs have rows."""


@source.command("add", short_help="Take a text in: its paragraphs, their hashes, and the text itself.")
@click.argument("text", type=click.Path(exists=True, dir_okay=False))
@click.option("--id", "source_id", required=True, metavar="ID", help="Name of the source in the tables.")
@click.option("--publisher", required=True, help="Who published it; 'unknown' where it does not tell.")
@click.option("--published", required=True, metavar="DAY", help="Day of publication, such as 2020-06-06.")
@click.option("--url", default="", help="Where it can be read.")
@click.option("--reported-by", default="", metavar="AGENCY", help="Whose reporting it is; unknown without it.")
@click.option("--language", default="", metavar="CODE", help="Language of the text, such as ar; guessed without it.")
@click.option("--description", default="", help="What it is about, in your own words.")
@_data
def source_add(text: str, source_id: str, data: str | None, **given: str) -> None:
    """Take a text in as a source: split it into paragraphs and write rows of sources and paragraphs.

    TEXT is a .txt, .md, .html or .pdf file. It is kept as texts/ID.txt beside the tables, where check, explore and the
    coding desk find it; git leaves it out, as texts of others are not to be published.

    Exit code 0: it is there; 2: something that was given cannot be, and nothing was written.
    """
    from libya_analysis.coding.intake import add_source

    added = add_source(text, source_id, folder=data, **given)
    for number, role, line in added.paragraphs.itertuples():
        click.echo(f"{number:>4} {role:8} {line if len(line) <= 80 else line[:79] + '…'}")
    for warning in added.warnings:
        click.echo(f"warning  {warning}", err=True)
    click.echo(f"{source_id}: {len(added.paragraphs)} paragraphs, language {added.language}, kept as {added.kept}")


@source.command("list", short_help="List the sources, with paragraphs that have no rows yet.")
@_data
def source_list(data: str | None) -> None:
    """List the sources that make claims, and how far they have been coded."""
    from libya_analysis.coding.intake import list_sources
    from libya_analysis.evidence.tables import load_tables

    click.echo(list_sources(load_tables(data or "")).to_string())


@source.command("status", short_help="Say which paragraphs of a source have rows.")
@click.argument("source_id", metavar="ID")
@_data
def source_status(source_id: str, data: str | None) -> None:
    """Say of each paragraph of a source what it is, how many rows rest on it, and how it begins."""
    from libya_analysis.coding.intake import source_status as status
    from libya_analysis.evidence.tables import load_tables

    found = status(load_tables(data or ""), source_id)
    for number, role, count, _, line in found.itertuples():
        click.echo(f"{number:>4} {role:8} {count or '-':>4}  {line if len(line) <= 80 else line[:79] + '…'}".rstrip())
    bare = found.index[(found["rows"] == 0) & (found["role"] == "body")].tolist()
    click.echo(f"{source_id}: {len(bare)} paragraphs of text without rows{': ' * bool(bare)}{', '.join(bare)}")


@app.command(short_help="Make reports from notebooks.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_parameter
@_value("--out", type=_FOLDER, metavar="FOLDER", default="reports/out", help="Folder to write to.")
@_data
@click.option("--backfill", multiple=True, metavar="NAME=FROM..TO/day|week|month", help="One report for each step.")
@click.option(
    "--assets", type=click.Choice(["embedded", "shared"]), help="plotly.js in each report, or once in the folder."
)
@_value("--jobs", type=click.IntRange(0), default=0, metavar="NUMBER", help="Reports at a time; 0 for one a core.")
@click.option("--dask", metavar="ADDRESS|local", help="Make them on a Dask cluster.")
@_value("--kernel", default="fork", metavar="NAME", help="fork, ordinary, or the kernel that runs the notebooks.")
@click.option("--force/--no-force", help="Make reports anew of which nothing changed.")
@_seconds("--timeout", type=click.IntRange(1), default=120, help="Time that one cell may take.")
@_seconds("--run-timeout", type=click.IntRange(1), default=900, help="Time that one report may take.")
@_seconds("--wait", type=_Number(0), default=0, help="Time to wait for another run in the same folder.")
@_value("--keep", type=click.IntRange(0), default=0, metavar="NUMBER", help="Versions of before to keep, in earlier/.")
@click.option("--log", type=_FILE, metavar="FILE", help="Also write what happens to the end of this file.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def report(
    names: tuple[str, ...],
    parameter: tuple[str, ...],
    out: Path,
    data: str | None,
    backfill: tuple[str, ...],
    assets: str | None,
    jobs: int,
    dask: str | None,
    kernel: str,
    force: bool,
    timeout: int,
    run_timeout: int,
    wait: float,
    keep: int,
    log: Path | None,
    as_json: bool,
) -> None:
    """Run notebooks with checked parameters and write each as a notebook and a self-contained HTML file.

    NAME is that of a report, or the path of a .toml file that asks for one or many; none for all reports.

    Reports whose notebook, parameters, tables and programs are those of their last run are left as they are.

    Exit code 0: all reports are there; 1: a report failed; 2: wrong use, and no kernel was started.
    """
    from libya_analysis import press as reports

    note = _log(log)
    try:
        ready = _specs(names, parameter, backfill, data, assets)
        say = _Progress(len(ready), out, note, as_json)
        settings = reports.Settings(
            timeout, run_timeout, jobs, dask or "", kernel, force, wait, keep, _compare, check_values, warm_up
        )
        results = reports.run_reports(ready, out, __version__, settings, done=say)
    except (LibyaAnalysisError, OSError) as error:
        note(str(error))
        raise
    say.end(results)
    sys.exit(0 if all(result.ok for result in results) else 1)


def _specs(
    names: Sequence[str],
    parameter: Sequence[str],
    backfill: Sequence[str],
    data: str | None,
    assets: str | None,
) -> list[ReportSpec]:
    """Reports that a command line asks for, with all that they are to run with in its type."""
    from libya_analysis import press as reports

    given, stepped = _pairs(parameter), _pairs(backfill, "--backfill", "NAME=FROM..TO/day|week|month")
    if data and "data" in given:
        _wrong_use("--data and -p data are the same: give one of them")
    return reports.with_parameters(reports.find_specs(names), given, data or "", stepped, assets or "")


def check_values(specs: list[ReportSpec]) -> list[ReportSpec]:
    """Hold what reports run with to the tables that they read, and put days in place of tokens.

    Parameters
    ----------
    specs : list of ReportSpec
        Reports whose parameters have the declared types.

    Returns
    -------
    list of ReportSpec
        The same, with days.

    Raises
    ------
    ParameterError
        With everything that is wrong, for all reports.
    DataError
        If the tables have problems.
    """
    if not specs:
        return []
    from libya_analysis.analysis.timeline import last_days
    from libya_analysis.evidence.question import (  # with pandas: loaded where values are checked
        FIELDS,
        check_parameters,
    )
    from libya_analysis.evidence.tables import Tables, load_tables
    from libya_analysis.press import full_parameters
    from libya_analysis.press.day_tokens import DAYS, is_token, resolve_token, today

    problems: list[str] = []
    tables: dict[str, Tables] = {}
    ready = []
    for spec in specs:
        full = full_parameters(spec)
        folder = full.get("data") or ""
        if folder not in tables:
            tables[folder] = load_tables(folder)
        tokens = {name: full[name] for name in DAYS if is_token(full.get(name))}
        try:
            days: dict[str, str] = {}
            for name in sorted(tokens, key=lambda name: name != "known_on"):  # what the latest is depends on it
                known = full.get("known_on", "") if name != "known_on" else ""
                moves = tokens[name].startswith("latest")
                latest = last_days(tables[folder], known_on=known)[1] if moves else None
                days[name] = resolve_token(tokens[name], latest, today())
                full |= days
            check_parameters(tables[folder], **{n: v for n, v in full.items() if n in FIELDS})
            ready.append(replace(spec, parameters={**spec.parameters, **days}, tokens=tokens))
        except ParameterError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(f"{spec.name}: {error}")
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    return ready


def warm_up() -> None:
    """Use once what notebooks use, so that it need not be loaded and first used for each report."""
    import libya_analysis as la

    tables = la.load_tables()
    network, timeline = la.build_network(tables), la.build_timeline(tables)
    for chart in (la.draw_network(network), la.draw_matrix(network), la.draw_timeline(timeline)):
        chart.to_json()
    la.draw_ceasefire(la.build_ceasefire(tables)).to_json()
    repr(la.edge_table(network)), la.edge_table(network)._repr_html_()


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
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        left = f", {rate:.1f} a second, {(self.total - seen) / rate:.0f} s left" if worked else ""
        return f"{seen} of {self.total}: {counts}{left}"

    def end(self, results: Sequence[ReportResult]) -> None:
        if self.terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
        if self.as_json:
            click.echo(json.dumps({"folder": str(self.out), "reports": [_plain(r) for r in results]}, indent=1))
            return
        counts = ", ".join(f"{count} {status}" for status, count in self.counts.items())
        click.echo(f"{counts}; open {self.out / 'index.html'}")


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
    from libya_analysis.analysis.changes import compare_folders
    from libya_analysis.words.differences import changes_html, say_changes

    found = compare_folders(before, after)
    return say_changes(found), changes_html(found)


def _pairs(given: Sequence[str], option: str = "-p", form: str = "NAME=VALUE") -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name in pairs:
            _wrong_use(f"{option} {text}: " + ("given twice" if equals else f"write {form}"))
        pairs[name] = value
    return pairs


@app.command(short_help="Draw charts as images.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@_value(
    "--format", "form", type=click.Choice(["svg", "pdf", "png"]), multiple=True, default=["svg"], help="Repeatable."
)
@_parameter
@_value("--out", type=_FOLDER, metavar="FOLDER", default=".", help="Folder to write to.")
@_data
@_value("--width", type=click.IntRange(320), default=1240, metavar="PIXELS", help="760 for A4, 390 for phones.")
@_value("--language", type=click.Choice(["en", "ar"]), default="en", help="Language of the actors' names.")
@_value("--scale", type=_Number(0.1), default=1.0, metavar="NUMBER", help="Pixels of a PNG for each of the chart.")
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

    tables, given = load_tables(data or ""), _pairs(parameter)
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


@app.command(short_help="Say what differs between tables, reports or days.")
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--as-of", metavar="DAY", default="", help="Seen on this day, instead of the last one.")
@click.option("--known-on", metavar="DAY", default="", help="Only what had been published by this day.")
@click.option("--and", "other", metavar="DAY", default="", help="The day of --as-of or --known-on for AFTER.")
def diff(before: Path, after: Path | None, as_of: str, known_on: str, other: str) -> None:
    """Say what differs between two folders of tables, the tables of two reports, or two days of one.

    BEFORE and AFTER are each a folder of tables or a report's NAME.manifest.json. Without AFTER two days of BEFORE
    are compared: --as-of 2020-01-08 --and 2020-01-14, or --known-on.

    Findings that are new, gone or changed, with camps and consultation gaps; new sources; ties that began, ceased,
    became firm or faint; claims, each as a sentence, by day; actors and events; then what does not bear on a claim.

    Exit code 0: nothing differs; 1: something does; 2: wrong use, or tables that cannot be read.
    """
    from libya_analysis.analysis.changes import compare_tables
    from libya_analysis.evidence.question import check_parameters
    from libya_analysis.evidence.tables import load_tables
    from libya_analysis.press.folder import tables_of
    from libya_analysis.words.differences import say_changes

    if (bool(as_of) == bool(known_on)) if other else after is None:
        _wrong_use("give two folders, or one with two days: --as-of or --known-on, and --and")
    asked: dict[str, Any] = {"as_of": as_of, "known_on": known_on}
    later = asked | ({"as_of" if as_of else "known_on": other} if other else {})
    with tempfile.TemporaryDirectory(prefix="libya-analysis-") as folder:
        try:
            sides = [load_tables(tables_of(path, Path(folder))) for path in (before, after or before)]
            questions = [check_parameters(t, **days) for t, days in zip(sides, (asked, later), strict=True)]
            text = say_changes(compare_tables(sides[0], sides[1], *questions))
        except LibyaAnalysisError as error:  # 1 would say that they differ
            _wrong_use(str(error))
    click.echo(text or "nothing differs")
    sys.exit(1 if text else 0)


@app.command(short_help="Say how far two coders of one text agree.")
@click.argument("one", type=_TABLES, metavar="A")
@click.argument("other", type=_TABLES, metavar="B")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; repeatable.")
@click.option("--texts", type=_TABLES, metavar="FOLDER", help="Texts of the sources, if not in texts/ of A.")
@click.option("--form", type=_FILE, metavar="FILE", help="Write the differences as CSV, with a column to settle them.")
def compare(one: str, other: str, sources: tuple[str, ...], texts: str | None, form: Path | None) -> None:
    """Say how far two coders agree: A and B are each one's folder of tables.

    Claims are aligned first. What only one has is told as the share that both have; for the fields of what both have,
    the share of equal cells and Krippendorff's alpha (nan where nothing varies). Then each difference.
    """
    from libya_analysis.coding.agreement import compare_coders
    from libya_analysis.evidence.tables import load_tables
    from libya_analysis.evidence.texts import find_texts

    tables = load_tables(one), load_tables(other)
    found = compare_coders(*tables, find_texts(tables[0], texts), sources)
    click.echo(f"{found.claims.to_string()}\n\n{found.fields.to_string()}\n")
    for said in found.differences:
        ids = " | ".join((said.one_id or "only in B", said.other_id or "only in A"))
        click.echo(f"{said.table}  {ids}  {said.source_id} {', '.join(said.paragraphs)}")
        click.echo(
            f"  {said.field or 'claim'}: A {said.one or '-'} | B {said.other or '-'}"
            + f"\n  {said.text}" * bool(said.text)
        )
    click.echo(f"{len(found.differences)} difference{'s' if len(found.differences) != 1 else ''}")
    if form:
        form.write_text(found.form(), encoding="utf-8", newline="")


@app.command(short_help="Make a workbook of tables, or tables of a workbook.")
@click.option("--to", "target", type=_FILE, metavar="BOOK.xlsx", help="Write the tables into this workbook.")
@click.option("--from", "origin", type=click.Path(exists=True), metavar="BOOK.xlsx", help="Take the tables from it.")
@_data
def tables(target: Path | None, origin: str | None, data: str | None) -> None:
    """Make a workbook of all tables, or take them from one: a sheet stands for a whole table.

    --from also takes a CSV file, or a folder of them, as spreadsheets write them.

    Exit code 0: written; 1: the tables would have problems, and none was written; 2: something cannot be understood.
    """
    from libya_analysis.coding.rows import write_files
    from libya_analysis.coding.workbook import read_workbook, write_workbook

    if bool(target) == bool(origin):
        _wrong_use("give either --to or --from")
    if target:
        write_files({target: write_workbook(data)})
        click.echo(f"{target}: in a spreadsheet, save it as .xlsx again; then libya-analysis tables --from {target}")
        return
    taken = read_workbook(str(origin), data)
    for note in taken.notes:
        click.echo(f"note  {note}", err=True)
    changed = taken.save()
    click.echo("\n".join(map(str, changed)) or "nothing differs")


@app.command(short_help="Print a unit for cron, systemd or GitHub.", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, metavar="[NAME|OPTION]...")
@_value("--every", type=click.Choice(["hour", "day", "week"]), default="day", help="Every week is on Monday.")
@_value("--at", default="06:00", metavar="HH:MM", help="Hour and minute; every hour takes the minute.")
@_value("--as", "form", type=click.Choice(["cron", "systemd", "github"]), default="cron", help="For what.")
def schedule(arguments: tuple[str, ...], every: str, at: str, form: str) -> None:
    """Print a unit that makes reports on schedule, from this folder and with this Python.

    NAME and OPTION are what follows `libya-analysis report`. They are checked as if the reports were made now.
    """
    from libya_analysis.evidence.folders import named_data
    from libya_analysis.press.schedule import schedule_unit

    asked = report.make_context("libya-analysis report", list(arguments)).params
    wanted = {name: asked[name] for name in ("names", "parameter", "backfill", "data", "assets")}
    check_values(_specs(**wanted))
    command = [sys.executable, "-m", "libya_analysis", "report", *arguments]
    click.echo(schedule_unit(form, every, at, command, str(Path.cwd()), named_data(), asked["out"]), nl=False)


@app.command(short_help="Print the fields of every table.")
@click.option(
    "--write",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Replace the tables at the end of this Markdown file.",
)
def codebook(write: Path | None) -> None:
    """Print the fields of every table as Markdown, from the schema."""
    from libya_analysis.evidence.codebook import codebook as tables

    if write is None:
        click.echo(tables(), nl=False)
        return
    head, mark, _ = write.read_text(encoding="utf-8").partition("## Tables\n")
    if not mark:
        _wrong_use(f"{write} has no line '## Tables' under which the tables could stand")
    write.write_text(f"{head}{mark}\n{tables()}", encoding="utf-8", newline="\n")


def _wrong_use(message: str) -> NoReturn:
    click.echo(f"libya-analysis: {message}", err=True)
    sys.exit(2)


def _open_streams() -> None:
    """Put the null device in place of standard streams that are closed, else the next file that is opened is one."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # it takes the lowest free number, this one
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def _name_home() -> None:
    """Name a home that is not there to a user who has none: libraries ask for one, and do without what is not there."""
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    if not home.is_absolute() or os.environ.get("HOME") == "":
        os.environ["HOME"] = "/nonexistent"


def run() -> None:
    """Run the command; errors of this package are one message, never a traceback."""
    _open_streams()
    _name_home()
    stream = sys.stdout
    warnings.formatwarning = lambda message, *_, **__: f"libya-analysis: {message}\n"
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # and clean up on the way
    try:
        app(standalone_mode=False)
    except SystemExit:
        if sys.stdout is not stream:  # click has put another one in its place, as nobody reads on: there is no result
            sys.exit(128 + signal.SIGPIPE)
        raise
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:  # Ctrl-C: no result, and so none of the exit codes that mean one
        click.echo("libya-analysis: stopped", err=True)
        sys.exit(128 + signal.SIGINT)
    except ParameterError as error:
        click.echo("\n".join(f"libya-analysis: {problem}" for problem in error.problems), err=True)
        sys.exit(2)
    except LibyaAnalysisError as error:
        click.echo(f"libya-analysis: {error}", err=True)
        sys.exit(128 + getattr(error, "signal", -127))
    except (OSError, UnicodeError) as error:  # a file that cannot be read or written
        click.echo(f"libya-analysis: {error}", err=True)
        sys.exit(1)
    finally:
        signal.signal(signal.SIGTERM, before)
