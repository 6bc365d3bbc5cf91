"""Commands that answer: claims, events, quotations, one row with all that bears on it, and what changed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import libya_analysis as la
from libya_analysis.cli.options import data_option, ids, print_json, wrong_use
from libya_analysis.evidence.errors import LibyaAnalysisError, ParameterError, did_you_mean
from libya_analysis.evidence.vocabulary import MODALITIES, STATUSES

if TYPE_CHECKING:
    import pandas as pd

_many = partial(click.option, multiple=True)

#: What a question can be asked, by option; what is not given is not asked. Those of many can be repeated.
_OPTIONS = {
    "as_of": click.option("--as-of", metavar="DAY", help="Only what this day does not rule out."),
    "known_on": click.option("--known-on", metavar="DAY", help="Only what had been published by this day."),
    "start": click.option("--from", "start", metavar="DAY", help="Only from this day on."),
    "end": click.option("--to", "end", metavar="DAY", help="Only up to this day."),
    "sources": _many("--source", "sources", metavar="ID", help="Only of this source.", shell_complete=ids("sources")),
    "statuses": _many("--status", "statuses", type=click.Choice(list(STATUSES)), help="Only of this status."),
    "modalities": _many("--modality", "modalities", type=click.Choice(list(MODALITIES)), help="Only of this modality."),
    "actor": click.option("--actor", metavar="ID", help="Only about or by this actor.", shell_complete=ids("actors")),
    "kind": click.option(
        "--kind", type=click.Choice(["ties", "participations", "events", "quotations"]), help="What is told."
    ),
    "speaker": click.option(
        "--speaker",
        type=click.Choice(["named", "unnamed", "source"]),
        help="Whose voice: a named speaker, unnamed officials, the source.",
    ),
}


def _asks(*names: str) -> Callable[[Any], Any]:
    """Options of a question, the tables that it is put to, and the form of the answer."""

    def add(command: Any) -> Any:
        command = click.option("--csv", "form", flag_value="csv", help="Print a table as CSV.")(command)
        command = click.option("--json", "form", flag_value="json", help="Print a table as JSON.")(command)
        command = data_option(command)
        for name in reversed(names):
            command = _OPTIONS[name](command)
        return click.argument("text", nargs=-1, callback=lambda ctx, param, words: " ".join(words))(command)

    return add


@click.command(short_help="List claims: who says what of whom.")
@_asks("actor", "speaker", "kind", "sources", "statuses", "modalities", "as_of", "known_on")
def claims(text: str, form: str | None, data: str | None, **asked: Any) -> None:
    """List claims of every kind, each as a sentence with its source, paragraphs and id.

    TEXT are words that all have to stand in a claim: in names, titles, kinds, quotations or notes.
    """
    _answer(data, form, "claim", text=text, **asked)


@click.command(short_help="List what was said, directly or not.")
@_asks("actor", "speaker", "sources", "as_of", "known_on")
def quotes(text: str, form: str | None, data: str | None, **asked: Any) -> None:
    """List quotations; those in so many words stand between quotation marks.

    TEXT are words that all have to stand in them, or in the names of who speaks and of what.
    """
    _answer(data, form, "quotation", text=text, kind="quotations", **asked)


@click.command(short_help="List events, in the order of time.")
@_asks("actor", "start", "end", "sources", "statuses", "modalities", "known_on")
def events(text: str, form: str | None, data: str | None, actor: str | None, **asked: Any) -> None:
    """List events with the dates that their sources give; those without one stand last.

    TEXT are words that all have to stand in a claim about an event.
    """
    from libya_analysis.analysis.search import find_claims
    from libya_analysis.analysis.timeline import ASKS

    tables = la.load_tables(data or "")
    question = la.check_parameters(tables, among=ASKS, actors=[actor] if actor else (), **_given(asked))
    found = la.timeline_table(la.build_timeline(tables, question), dated=True)
    if text:
        found = found[found["event_id"].isin({claim.event_id for claim in find_claims(tables, question, text)})]
    if form:
        _print_table(found.reset_index(), form)
        return
    for ids_, row in found.iterrows():
        outcome = f"; {row['outcome']}" if row["outcome"] else ""
        click.echo(f"{row['when']}: {row['event']}{outcome}  ({row['source']}; {row['event_id']}: {ids_})")
    _count(len(found), "event")


@click.command(short_help="Show a claim, actor, event or source with all that bears on it.")
@click.argument("row_id", metavar="ID", shell_complete=ids())
@click.option("--texts", type=click.Path(exists=True, file_okay=False), metavar="FOLDER", help="Texts of the sources.")
@data_option
@click.option("--json", "form", flag_value="json", help="Print it as JSON.")
def show(row_id: str, texts: str | None, data: str | None, form: str | None) -> None:
    """Show the row with an ID: of a claim every field and what rests on the same paragraphs, else all claims on it."""
    from libya_analysis.analysis.search import find_claims
    from libya_analysis.evidence.frames import records
    from libya_analysis.evidence.schema import primary_key

    tables = la.load_tables(data or "")
    told = {claim.claim_id: claim for found in tables.claimed.values() for claim in found}
    named = ("actors", "events", "sources")
    rows = {row[primary_key(table)[0]]: (table, row) for table in named for row in records(tables.frames[table])}
    if row_id in told:
        fields = dict(la.show_claim(tables, row_id, la.find_texts(tables, texts))["value"])
        claims: list[la.Claim] = []
    elif row_id in rows:
        table, row = rows[row_id]
        fields = {name: text for name, value in row.items() if (text := _text(value))}
        if table == "events":
            claims = [claim for claim in told.values() if row_id in (claim.event_id, claim.to_id)]
        elif table == "actors":
            claims = find_claims(tables, actor=row_id)
        else:
            claims = [claim for claim in told.values() if claim.source_id == row_id]
    else:
        raise ParameterError(
            f"there is no claim, actor, event or source {row_id!r}{did_you_mean(row_id, {**told, **rows})}"
        )
    if form:
        print_json(fields | ({"claims": [claim.claim_id for claim in claims]} if claims else {}))
        return
    for name, value in fields.items():
        click.echo(f"{name:<24}  {value}")
    _print_claims(tables, claims)


def _answer(data: str | None, form: str | None, what: str, **asked: Any) -> None:
    from libya_analysis.analysis.search import find_claims

    tables = la.load_tables(data or "")
    wanted = {name: asked.pop(name) for name in ("text", "speaker", "kind", "actor") if name in asked}
    found = find_claims(tables, la.check_parameters(tables, **_given(asked)), **wanted)
    if form:
        _print_table(tables.frame_of(found), form)
        return
    _print_claims(tables, found)
    _count(len(found), what)


def _given(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value}


def _print_claims(tables: la.Tables, claims: Iterable[la.Claim]) -> None:
    from libya_analysis.words.sentence import cast_of, say

    cast = cast_of(tables)
    for claim in claims:
        click.echo(f"{say(cast, claim).text}  ({claim.citation}; {claim.claim_id})")


def _print_table(frame: pd.DataFrame, form: str) -> None:
    """Lists and days as text, as the tables themselves have them."""
    from libya_analysis.evidence.frames import records

    plain = frame.map(_text)
    if form == "json":
        print_json(records(plain))
    else:
        click.echo(plain.to_csv(index=False, lineterminator="\n"), nl=False)


def _text(value: Any) -> str:
    """A cell as the tables write it."""
    if hasattr(value, "date"):  # a day of pandas, or none
        return "" if value != value else str(value.date())
    return ";".join(value) if isinstance(value, tuple) else "" if value is None or value != value else str(value)


def _count(number: int, what: str) -> None:
    """How many there are, beside what is printed and not in it."""
    click.echo(f"{number} {what}{'s' if number != 1 else ''}", err=True)


@click.command(short_help="Say what differs between tables, reports or days.")
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--as-of", metavar="DAY", default="", help="Seen on this day, instead of the last one.")
@click.option("--known-on", metavar="DAY", default="", help="Only what had been published by this day.")
@click.option("--and", "other", metavar="DAY", default="", help="The day of --as-of or --known-on for AFTER.")
@click.option("--json", "as_json", is_flag=True, help="Print what differs as JSON.")
def diff(before: Path, after: Path | None, as_of: str, known_on: str, other: str, as_json: bool) -> None:
    """Say what differs between two folders of tables, the tables of two reports, or two days of one.

    BEFORE and AFTER are each a folder of tables or a report's NAME.manifest.json. Without AFTER two days of BEFORE
    are compared: --as-of 2020-01-08 --and 2020-01-14, or --known-on.

    Findings that are new, gone or changed, with camps and consultation gaps; new sources; ties that began, ceased,
    became firm or faint; claims, each as a sentence, by day; actors and events; then what does not bear on a claim.

    Exit code 0: nothing differs; 1: something does; 2: wrong use, or tables that cannot be read.
    """
    from libya_analysis.analysis.changes import compare_tables
    from libya_analysis.press.folder import tables_of
    from libya_analysis.words.differences import list_changes, say_changes

    if (bool(as_of) == bool(known_on)) if other else after is None:
        wrong_use("give two folders, or one with two days: --as-of or --known-on, and --and")
    asked: dict[str, Any] = {"as_of": as_of, "known_on": known_on}
    later = asked | ({"as_of" if as_of else "known_on": other} if other else {})
    with tempfile.TemporaryDirectory(prefix="libya-analysis-") as folder:
        try:
            sides = [la.load_tables(tables_of(path, Path(folder))) for path in (before, after or before)]
            questions = [la.check_parameters(t, **days) for t, days in zip(sides, (asked, later), strict=True)]
            changes = compare_tables(sides[0], sides[1], *questions)
            text = say_changes(changes) if not as_json else ""
            lines = list(map(asdict, list_changes(changes))) if as_json else []
        except LibyaAnalysisError as error:  # 1 would say that they differ
            wrong_use(str(error))
    if as_json:
        print_json(lines)
    else:
        click.echo(text or "nothing differs")
    sys.exit(1 if changes else 0)
