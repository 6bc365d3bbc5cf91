"""What commands have in common: kinds of values, options, completion of names, and how wrong use is said."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from libya_analysis.evidence.folders import data_folder
from libya_analysis.evidence.schema import primary_key, resources

#: What is given to an option or argument that can be repeated.
Many = tuple[str, ...]
#: Names that begin as what has been typed; what click calls to complete a word.
Completer = Callable[[click.Context, click.Parameter, str], list[str]]


class Out(click.Path):
    """A folder or file to be written; no empty text, which is what a script makes of a variable that it has not set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse an empty text."""
        return super().convert(value or self.fail("it is empty", param, ctx), param, ctx)


class TablesFolder(click.Path):
    """A folder of tables; a workbook is none, but can be made one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse a workbook, and say what makes tables of it."""
        if str(value).lower().endswith((".xlsx", ".xls", ".ods")) and Path(value).is_file():
            self.fail(f"{value} is a workbook: libya-analysis tables --from {value} --data FOLDER makes tables of it")
        return super().convert(value, param, ctx)


class Number(click.FloatRange):
    """A number, which ``nan`` is not."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuse what is not finite."""
        number: float = super().convert(value, param, ctx)
        return number if math.isfinite(number) else self.fail(f"{value} is not a number", param, ctx)


class Commands(click.Group):
    """Commands in the order of use; what is wrong is said in one line, as this package says all that is wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands as they were added."""
        return list(self.commands)

    def main(self, *args: Any, **more: Any) -> Any:
        """Run a command line; wrong use ends with exit code 2."""
        try:
            return super().main(*args, **{**more, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:  # says how it is used
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            where = f" ({error.ctx.command_path} --help)" if error.ctx else ""
            wrong_use(f"{error.format_message()}{where}")


def begun(known: Callable[[], Iterable[str]]) -> Completer:
    """Complete one of some names, which are looked up where somebody waits for them."""
    return lambda ctx, param, typed: [name for name in known() if name.startswith(typed)]


def ids(*tables: str) -> Completer:
    """Complete ids of some tables, or of all whose rows have one; without pandas, since somebody waits for them."""

    def complete(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
        done, comma, start = typed.rpartition(",")
        known: list[str] = []
        for table in tables or (name for name in resources() if len(primary_key(name)) == 1):
            with suppress(OSError, ValueError):  # at a prompt there is nobody to whom it could be said
                path = data_folder(ctx.params.get("data")) / f"{table}.csv"
                with path.open(encoding="utf-8-sig", newline="") as file:
                    known += [row[0] for row in csv.reader(file) if row][1:]
        return [f"{done}{comma}{word}" for word in known if word.startswith(start)]

    return complete


#: Options that show their default; options and types that several commands have.
valued = partial(click.option, show_default=True)
seconds = partial(valued, metavar="SECONDS")
TABLES = TablesFolder(exists=True, file_okay=False)
FOLDER, FILE = Out(file_okay=False, path_type=Path), Out(dir_okay=False, path_type=Path)
data_option = click.option(
    "--data", type=TABLES, metavar="FOLDER", help="Folder of tables, instead of the shipped one."
)


def asked_options(known: Callable[[click.Context], Iterable[str]], out: str = ".") -> Callable[[Any], Any]:
    """Options of a command that makes files: some of the known parameters, the folder to write to, and the tables."""

    def complete(ctx: click.Context, param: click.Parameter, typed: str) -> list[str]:
        name, equals, value = typed.partition("=")
        if not equals:
            return [f"{one}=" for one in dict.fromkeys(known(ctx)) if one.startswith(name)]
        table = {"actors": "actors", "focus": "actors", "sources": "sources"}.get(name, "")
        return [f"{name}={word}" for word in ids(table)(ctx, param, value)]

    named = partial(click.option, "-p", "--parameter", multiple=True, metavar="NAME=VALUE", shell_complete=complete)
    parameter_option = named(help="Set a parameter; repeatable.")
    out_option = valued("--out", type=FOLDER, metavar="FOLDER", default=out, help="Folder to write to.")
    return lambda command: parameter_option(out_option(data_option(command)))


def pairs(given: Sequence[str], option: str = "-p", form: str = "NAME=VALUE") -> dict[str, str]:
    """Names and values of an option that is given for each."""
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name in found:
            wrong_use(f"{option} {text}: " + ("given twice" if equals else f"write {form}"))
        found[name] = value
    return found


def print_json(what: Any) -> None:
    """Print something for machines."""
    click.echo(json.dumps(what, ensure_ascii=False, indent=1, default=str))


def wrong_use(message: str) -> NoReturn:
    """Say what was wrong, and end with exit code 2."""
    click.echo(f"libya-analysis: {message}", err=True)
    sys.exit(2)
