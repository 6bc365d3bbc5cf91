"""Commands that write files for elsewhere: charts as images, and evidence for other tools."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

import libya_analysis as la
from libya_analysis import press
from libya_analysis.cli.options import Many, Number, asked_options, begun, pairs, valued
from libya_analysis.cli.reporting import check_values, specs_of, warm_up
from libya_analysis.evidence.errors import ParameterError, ReportError, did_you_mean


def _asks(_: click.Context) -> list[str]:
    return [name for asks in _charts().values() for name in asks]


@click.command(short_help="Draw charts as images.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@valued(
    "--format", "form", type=click.Choice(["svg", "pdf", "png"]), multiple=True, default=["svg"], help="Repeatable."
)
@asked_options(_asks)
@valued("--width", type=click.IntRange(320), default=1240, metavar="PIXELS", help="760 for A4, 390 for phones.")
@valued("--language", type=click.Choice(["en", "ar"]), default="en", help="Language of the actors' names.")
@valued("--scale", type=Number(0.1), default=1.0, metavar="NUMBER", help="Pixels of a PNG for each of the chart.")
def figure(names: Many, form: Many, parameter: Many, out: Path, data: str | None, scale: float, **look: Any) -> None:
    """Draw charts as images, through kaleido and a Chromium that is already there.

    NAME is network, matrix, timeline or ceasefire.

    Parameters are those of the functions that compute what is drawn, such as -p as_of=2020-01-10 -p focus=egypt.

    Exit code 0: all images drawn; 1: none was written; 2: wrong use.
    """
    from libya_analysis.charts.export import write_images

    tables = la.load_tables(data or "")
    drawn: dict[Path, Any] = {}
    for name, chosen in _chosen("chart", names, _charts(), parameter).items():
        chart = _draw(name, tables, chosen, **look)
        drawn |= {out / f"{name}.{ending}": chart for ending in form}
    write_images(drawn, scale)
    click.echo("\n".join(map(str, drawn)))


def _chosen(
    what: str, names: Sequence[str], asks: Mapping[str, Sequence[str]], parameter: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """What is asked of each chart or format, or everything that is wrong with their names and parameters."""
    given = pairs(parameter)
    problems = [f"there is no {what} {name!r}{did_you_mean(name, asks)}" for name in names if name not in asks]
    known = {p for name in names for p in asks.get(name, ())}
    problems += [f"{p}: there is no such parameter{did_you_mean(p, known)}" for p in given if p not in known]
    if problems:
        raise ParameterError(problems)
    return {name: {key: value for key, value in given.items() if key in asks[name]} for name in names}


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
    question = la.check_parameters(tables, among=_charts()[name], **chosen)
    if name == "timeline":
        return la.draw_timeline(la.build_timeline(tables, question), width=width)
    if name == "ceasefire":
        return la.draw_ceasefire(la.build_ceasefire(tables, question), width=width)
    graph = la.build_network(tables, question, as_of=question.as_of or la.last_days(tables, question=question)[1])
    if name == "matrix":
        return la.draw_matrix(graph, width=width, language=language)
    return la.draw_network(graph, width=width, language=language, focus=question.focus)


#: Formats, and the files that they are written to, each named after what it is of.
FILES = {
    "gexf": "network.gexf",
    "graphml": "network.graphml",
    "kumu": "network.kumu.json",
    "timelinejs": "events.timelinejs.json",
    "geojson": "events.geojson",
    "csl": "sources.csl.json",
    "ris": "sources.ris",
    "csv": "claims.csv",
    "parquet": "claims.parquet",
    "zip": "evidence.zip",
}


@click.command(short_help="Write evidence as files for other tools.")
@click.argument("forms", nargs=-1, required=True, metavar="FORMAT...", shell_complete=begun(lambda: FILES))
@asked_options(_asks)
@click.option("--report", "reports", multiple=True, metavar="NAME", help="Only this report in the zip; repeatable.")
def export(forms: Many, parameter: Many, out: Path, data: str | None, reports: Many) -> None:
    """Write evidence as files for other tools.

    FORMAT is gexf, graphml or kumu for the network; timelinejs or geojson for events; csl or ris for sources; csv or
    parquet for claims; zip for all that is to be cited: tables, reports made now, checksums, RO-Crate metadata.

    Parameters are those of the functions that compute what is written, such as -p as_of=2020-01-10. What each format
    cannot hold is told in the README.

    Exit code 0: all written; 1: none was; 2: wrong use.
    """
    from libya_analysis.coding.rows import write_files

    tables = la.load_tables(data or "")
    written: dict[Path, bytes] = {}
    for form, chosen in _chosen("format", forms, _export_asks(), parameter).items():
        question = la.check_parameters(tables, **chosen)
        written[out / FILES[form]] = (
            _pack(tables, reports, parameter, data) if form == "zip" else getattr(la, f"to_{form}")(tables, question)
        )
    out.mkdir(parents=True, exist_ok=True)
    write_files(written)
    click.echo("\n".join(map(str, written)))


def _export_asks() -> dict[str, tuple[str, ...]]:
    """What each format can be asked; of the zip its reports are."""
    from libya_analysis.analysis import network, timeline
    from libya_analysis.evidence.question import FIELDS
    from libya_analysis.exchange import claims_table

    of_subject = {
        "network": network.ASKS,
        "events": timeline.ASKS,
        "sources": ("sources", "known_on"),
        "claims": claims_table.ASKS,
        "evidence": tuple(FIELDS),
    }
    return {form: of_subject[file.partition(".")[0]] for form, file in FILES.items()}


def _pack(tables: Any, names: Many, parameter: Many, data: str | None) -> bytes:
    """Tables with reports that are made of them now."""
    with tempfile.TemporaryDirectory(prefix="libya-analysis-") as folder:
        settings = press.Settings(check=check_values, warm_up=warm_up)
        results = press.run_reports(specs_of(names, parameter, (), data, None), Path(folder), la.__version__, settings)
        failed = [f"{result.name}: {result.error}" for result in results if result.error]
        if failed:
            raise ReportError("\n".join(failed))
        made: dict[str, bytes] = {}
        for path in (path for result in results for path in (result.html, result.notebook) if path):
            made[path.name] = path.read_bytes()
            if path.suffix == ".ipynb":
                manifest = json.loads(path.with_suffix(".manifest.json").read_text(encoding="utf-8"))
                said = {name: value for name, value in manifest.items() if name not in ("started", "seconds", "tries")}
                made[f"{path.stem}.manifest.json"] = json.dumps(said, ensure_ascii=False, indent=1).encode()
    return la.to_zip(tables, made, version=la.__version__, published=press.today())
