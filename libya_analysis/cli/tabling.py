"""Commands on the tables as they are written: begin, check, add sources, compare coders, work in a spreadsheet."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

import libya_analysis as la
from libya_analysis.cli.options import (
    FILE,
    FOLDER,
    TABLES,
    Commands,
    begun,
    data_option,
    ids,
    pairs,
    print_json,
    wrong_use,
)
from libya_analysis.evidence.errors import PRINTED
from libya_analysis.evidence.schema import allowed, resources

SOURCE_ID = ids("sources")


@click.command(short_help="Begin a folder of tables for a conflict of your own.")
@click.argument("folder", type=FOLDER)
@click.option("--title", required=True, help="What the conflict is called, on its reports, too.")
@click.option("--camp", "camps", multiple=True, metavar="NAME", help="A camp; none, or two or more.")
def init(folder: Path, title: str, camps: tuple[str, ...]) -> None:
    """Begin a folder of tables: head rows, datapackage.json with title and camps, README.md with the codebook.

    FOLDER is empty, or not there yet. Who stands for each camp, its anchor, goes into datapackage.json when that actor
    is in actors.csv.

    Exit code 0: it is there; 2: something that was given cannot be, and nothing was written.
    """
    from libya_analysis.coding.beginning import begin_folder

    made = begin_folder(folder, title, camps)
    click.echo(f"{folder}: {len(made)} files; next: libya-analysis source add TEXT --id ID ... --data {folder}")


@click.command(short_help="Check tables, and hold them to the texts they rest on.")
@click.argument("folder", type=TABLES, required=False)
@click.option("--texts", type=TABLES, metavar="FOLDER", help="Folder with the texts of the sources.")
@click.option("--json", "as_json", is_flag=True, help="Print all problems and warnings as JSON.")
def check(folder: str | None, texts: str | None, as_json: bool) -> None:
    """Check tables against their schema, each other and, with --texts, the texts they rest on.

    FOLDER is a folder of tables; without it the shipped one is checked.

    Prints every problem as FILE:LINE:COLUMN  CODE: MESSAGE, and of tables without any what may be a slip, as a warning.

    Exit code 0: no problem; 1: some; 2: wrong use.
    """
    from libya_analysis.coding.dating import find_date_doubts
    from libya_analysis.evidence.doubts import find_doubts
    from libya_analysis.evidence.folders import data_folder
    from libya_analysis.evidence.tables import read_tables
    from libya_analysis.evidence.texts import check_files, near_copies

    tables, problems = read_tables(data_folder(folder or ""))
    found = la.find_texts(tables, texts)
    if texts or found:
        problems += [*check_files(tables, texts), *la.check_texts(tables, found)]
        missing = [source for source in tables.published() if source not in found]
        if missing:
            click.echo(f"no text at hand for {', '.join(missing)}: its rows were not held against it", err=True)
    doubts = [] if problems else sorted([*find_doubts(tables), *find_date_doubts(tables), *near_copies(tables, found)])
    rows = sum(len(frame) for frame in tables.frames.values())
    if as_json:
        said = {"problems": list(map(asdict, sorted(problems))), "warnings": list(map(asdict, doubts))}
        print_json({**said, "rows": rows, "tables": len(tables.frames)})
        sys.exit(1 if problems else 0)
    for problem in sorted(problems)[:PRINTED]:
        click.echo(str(problem))
    if len(problems) > PRINTED:
        click.echo(f"and {len(problems) - PRINTED} more")
    if any(one.code == "blank-row" or "'TRUE' " in one.message or "'FALSE' " in one.message for one in problems):
        place = folder or "FOLDER"
        click.echo(
            f"a spreadsheet wrote this? libya-analysis tables --from {place} --data {place} understands it", err=True
        )
    for doubt in doubts[:PRINTED]:
        click.echo(f"warning  {doubt}")
    counts = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    counts += f" and {len(doubts)} warning{'s' if len(doubts) != 1 else ''}" if doubts else ""
    click.echo(f"{counts} in {rows} rows of {len(tables.frames)} tables")
    sys.exit(1 if problems else 0)


@click.group(cls=Commands, short_help="Take texts in as sources, and see what rests on them.")
def source() -> None:
    """Take texts in as sources, say what their paragraphs are, and see which of them have rows."""


@source.command("add", short_help="Take a text in: its paragraphs, their hashes, and the text itself.")
@click.argument("text", type=click.Path(exists=True, dir_okay=False))
@click.option("--id", "source_id", required=True, metavar="ID", help="Name of the source in the tables.")
@click.option("--publisher", required=True, help="Who published it; 'unknown' where it does not tell.")
@click.option("--published", required=True, metavar="DAY", help="Day of publication, such as 2020-06-06.")
@click.option("--url", default="", help="Where it can be read.")
@click.option("--reported-by", default="", metavar="AGENCY", help="Whose reporting it is; unknown without it.")
@click.option("--language", default="", metavar="CODE", help="Language of the text, such as ar; guessed without it.")
@click.option("--description", default="", help="What it is about, in your own words.")
@click.option("--published-basis", default="", metavar="BASIS", help="What its day rests on; explicit if it says so.")
@click.option("--licence", default="", help="Its licence; all rights reserved without it.")
@click.option("--note", default="", help="What else a reader of the tables should know of it.")
@data_option
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
    if not given["description"]:
        told = f"described as {added.description!r}: say what it is about with --description, or in sources.csv"
        click.echo(f"note  {told}", err=True)
    click.echo(f"{source_id}: {len(added.paragraphs)} paragraphs, language {added.language}, kept as {added.kept}")


@source.command("list", short_help="List the sources, with paragraphs that have no rows yet.")
@data_option
def source_list(data: str | None) -> None:
    """List the sources that make claims, and how far they have been coded."""
    from libya_analysis.coding.intake import list_sources

    click.echo(list_sources(la.load_tables(data or "")).to_string())


@source.command("status", short_help="Say which paragraphs of a source have rows.")
@click.argument("source_id", metavar="ID", shell_complete=SOURCE_ID)
@data_option
def source_status(source_id: str, data: str | None) -> None:
    """Say of each paragraph of a source what it is, how many rows rest on it, and how it begins."""
    from libya_analysis.coding.intake import source_status as status

    found = status(la.load_tables(data or ""), source_id)
    for number, role, count, _, line in found.itertuples():
        click.echo(f"{number:>4} {role:8} {count or '-':>4}  {line if len(line) <= 80 else line[:79] + '…'}".rstrip())
    told = []
    for role, what in (("body", "paragraph{s} of text"), ("heading", "heading{s}")):
        bare = found.index[(found["rows"] == 0) & (found["role"] == role)].tolist()
        counted = f"{len(bare)} {what.format(s='' if len(bare) == 1 else 's')} without rows"
        told += [f"{counted}{': ' * bool(bare)}{', '.join(bare)}"]
    click.echo(f"{source_id}: {'; '.join(told)}")


def _roles(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
    number, equals, _ = typed.partition("=")
    said = (f"{number}={role}" for role in allowed("paragraphs", "role") if equals)
    return [one for one in said if one.startswith(typed)]


@source.command("role", short_help="Say what paragraphs of a source are, such as P3=caption.")
@click.argument("source_id", metavar="ID", shell_complete=SOURCE_ID)
@click.argument("roles", metavar="P=ROLE...", nargs=-1, required=True, shell_complete=_roles)
@data_option
def source_role(source_id: str, roles: tuple[str, ...], data: str | None) -> None:
    """Say what paragraphs of a source are, where the proposal was wrong; the codebook of paragraphs tells the roles.

    Exit code 0: they are that; 2: something that was given cannot be, and nothing was written.
    """
    from libya_analysis.coding.intake import set_roles

    given = pairs(roles, source_id, "P3=caption")
    for number, was in set_roles(source_id, given, data).items():
        click.echo(f"{number:>4} {was} -> {given[number]}")


@click.command(short_help="Say how far two coders of one text agree, and settle where they do not.")
@click.argument("one", type=TABLES, metavar="A")
@click.argument("other", type=TABLES, metavar="B")
@click.option(
    "--source", "sources", multiple=True, metavar="ID", help="Only this source; repeatable.", shell_complete=SOURCE_ID
)
@click.option("--texts", type=TABLES, metavar="FOLDER", help="Texts of the sources, if not in texts/ of A.")
@click.option("--form", type=FILE, metavar="FILE", help="Write the differences as .csv or .xlsx, to be settled.")
@click.option("--settle", type=click.Path(exists=True, dir_okay=False), metavar="FILE", help="Take a settled form.")
@click.option("--to", "target", type=FOLDER, metavar="FOLDER", help="Where the settled tables go: A, or a new folder.")
def compare(
    one: str,
    other: str,
    sources: tuple[str, ...],
    texts: str | None,
    form: Path | None,
    settle: str | None,
    target: Path | None,
) -> None:
    """Say how far two coders agree: A and B are each one's folder of tables.

    Claims are aligned first. What only one has is told as the share that both have; for the fields of what both have,
    the share of equal cells and Krippendorff's alpha ('-' where nothing varies). Then each difference.

    --form writes the differences into a form. In its last column, settled, write A or B for what that coder has, or
    the right value ('-' for none); of a whole claim, A or B alone: what one has and the other has not. Then
    compare A B --settle FORM --to A puts into the tables of A what was settled, or into a new folder; what is not
    settled stays as A has it.

    Exit code 0: compared, or settled; 1: the tables would have problems, and none was written; 2: wrong use.
    """
    from libya_analysis.coding.agreement import compare_coders
    from libya_analysis.coding.rows import write_files
    from libya_analysis.coding.settling import form_of, refuse_to_lose, settle_form

    if bool(settle) != bool(target) or (settle and form):
        wrong_use("give --form FILE to write a form, or --settle FILE --to FOLDER to take one")
    if settle and target:
        settled = settle_form(settle, one, other)
        for note in settled.notes:
            click.echo(f"note  {note}", err=True)
        changed = settled.save(target)
        click.echo("\n".join(map(str, changed)) or "nothing differs")
        click.echo(f"{settled.count} settled, {settled.left} left as {one} has it", err=True)
        return
    if form:
        refuse_to_lose(form)
    tables = la.load_tables(one), la.load_tables(other)
    found_texts = la.find_texts(tables[0], texts)
    found = compare_coders(*tables, found_texts, sources)
    click.echo(f"A {one}, B {other}: {', '.join(found.sources)}\n\n{found.claims.to_string()}\n")
    varied = found.fields[found.fields.index.isin([f"{one.table}.{one.field}" for one in found.differences])]
    click.echo(f"{varied.to_string(na_rep='-')}\n" if len(varied) else "", nl=False)
    click.echo(f"{len(found.fields) - len(varied)} {'other ' * bool(len(varied))}fields are the same in all pairs")
    click.echo("\n".join(found.say(found_texts)))
    click.echo(f"\n{len(found.differences)} difference{'s' if len(found.differences) != 1 else ''}")
    for side, alone in found.alone.items():
        if alone:
            click.echo(f"not compared, as only {side} has coded it: {', '.join(alone)}", err=True)
    if form:
        write_files({form: form_of(found, form)})
        click.echo(f"{form}: settle it, then libya-analysis compare {one} {other} --settle {form} --to {one}", err=True)


@click.command(short_help="Make a workbook of tables, or tables of a workbook.")
@click.option("--to", "target", type=FILE, metavar="BOOK.xlsx", help="Write the tables into this workbook.")
@click.option("--from", "origin", type=click.Path(exists=True), metavar="BOOK.xlsx", help="Take the tables from it.")
@click.option(
    "--force", is_flag=True, help="Lose what a book has that --to would write over; with --from, the book is right."
)
@data_option
def tables(target: Path | None, origin: str | None, force: bool, data: str | None) -> None:
    """Make a workbook of all tables, or take them from one.

    --from takes what was changed in the book since it was made; what was changed in the folder meanwhile stays. A row
    that was changed in both is told, and nothing is written. A book that was made elsewhere stands for whole tables.
    --from also takes a CSV file, or a folder of them, as spreadsheets write them.

    Exit code 0: written; 1: the tables would have problems, and none was written; 2: something cannot be understood.
    """
    from libya_analysis.coding.rows import write_files
    from libya_analysis.coding.workbook import read_workbook, refuse_to_lose, write_workbook
    from libya_analysis.evidence.folders import data_folder
    from libya_analysis.evidence.tables import read_tables

    if bool(target) == bool(origin):
        wrong_use("give either --to or --from")
    if target:
        refuse_to_lose(target, data, force)
        write_files({target: write_workbook(data)})
        click.echo(f"{target}: in a spreadsheet, save it as .xlsx again; then libya-analysis tables --from {target}")
        if la.find_texts(read_tables(data_folder(data or ""))[0]):
            click.echo("it shows the texts that are at hand: it is not to be published", err=True)
        return
    taken = read_workbook(str(origin), data, force)
    for note in taken.notes:
        click.echo(f"note  {note}", err=True)
    changed = taken.save()
    click.echo("\n".join(map(str, changed)) or "nothing differs")
    if changed:
        click.echo(f"next: libya-analysis check {data or ''}".rstrip(), err=True)


@click.command(short_help="Print the fields of every table, or of one.")
@click.argument("table", required=False, shell_complete=begun(resources))
@click.option(
    "--write",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Replace the tables at the end of this Markdown file.",
)
def codebook(table: str | None, write: Path | None) -> None:
    """Print the fields of every table, or of one TABLE such as ties, as Markdown, from the schema."""
    from libya_analysis.evidence.codebook import codebook as tables

    if write is None:
        click.echo(tables(table or ""), nl=False)
        return
    if table:
        wrong_use("--write takes all tables: give no name")
    head, mark, _ = write.read_text(encoding="utf-8").partition("## Tables\n")
    if not mark:
        wrong_use(f"{write} has no line '## Tables' under which the tables could stand")
    write.write_text(f"{head}{mark}\n{tables()}", encoding="utf-8", newline="\n")
