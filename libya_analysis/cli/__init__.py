"""The command ``libya-analysis``: thin commands over the package, by what one does with them."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path

import click

from libya_analysis import __version__
from libya_analysis.cli.asking import claims, diff, events, quotes, show
from libya_analysis.cli.drawing import export, figure
from libya_analysis.cli.opening import explorer, lab
from libya_analysis.cli.options import Commands
from libya_analysis.cli.reporting import check_values, report, schedule, warm_up
from libya_analysis.cli.tabling import check, codebook, compare, init, source, tables
from libya_analysis.evidence.errors import LibyaAnalysisError, ParameterError

__all__ = ["app", "check_values", "figure", "report", "run", "schedule", "warm_up"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def app() -> None:
    """Who is behind whom in Libya's war, since when, according to whom."""


for _command in (
    *(claims, events, quotes, show, diff),
    *(report, schedule, figure, export),
    *(init, check, codebook, source, compare, tables),
    *(lab, explorer),
):
    app.add_command(_command)


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
        app()
    except SystemExit:
        if sys.stdout is not stream:  # click has put another one in its place, as nobody reads on: there is no result
            sys.exit(128 + signal.SIGPIPE)
        raise
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
