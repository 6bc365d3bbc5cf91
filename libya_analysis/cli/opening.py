"""Commands that open something to work in: the notebooks in JupyterLab, the explorer as a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from libya_analysis.cli.options import FOLDER, data_option, wrong_use
from libya_analysis.evidence.folders import DATA_VARIABLE, shipped

#: What is no option of ours is one of what is started.
_PASSED_ON = {"ignore_unknown_options": True}


@click.command(short_help="Open the notebooks in JupyterLab.", context_settings=_PASSED_ON)
@click.option("--to", type=FOLDER, metavar="FOLDER", default="notebooks", show_default=True, help="Folder to work in.")
@data_option
@click.argument("arguments", nargs=-1, metavar="[OPTION OF JUPYTER]...")
def lab(to: Path, data: str | None, arguments: tuple[str, ...]) -> None:
    """Open the notebooks in JupyterLab; those that came with the package are copied to a folder of yours first.

    What is there already stays as it is.
    """
    to.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(shipped("notebooks").glob("*.ipynb")):
        if not (to / notebook.name).exists():
            shutil.copyfile(notebook, to / notebook.name)
            click.echo(f"{to / notebook.name}", err=True)
    _run(["jupyterlab", f"--ServerApp.root_dir={to.absolute()}", *arguments], data)


@click.command("app", short_help="Open the explorer as a page without code.", context_settings=_PASSED_ON)
@data_option
@click.argument("arguments", nargs=-1, metavar="[OPTION OF VOILA]...")
def explorer(data: str | None, arguments: tuple[str, ...]) -> None:
    """Open the explorer as a page of its own, for this machine only; needs the extra app."""
    from importlib.util import find_spec

    import libya_analysis

    if find_spec("voila") is None:
        wrong_use("the page needs the extra 'app': pip install 'libya-analysis[app]'")
    ours = str(Path(libya_analysis.__file__).parent / "explorer" / "app")
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):  # the page's template, and how Voila serves it
        os.environ[name] = os.pathsep.join(filter(None, [ours, os.environ.get(name, "")]))
    _run(["voila", str(shipped("notebooks") / "explorer.ipynb"), *arguments], data)


def _run(command: list[str], data: str | None) -> None:
    """Run a module of Python until it ends; of the folder of tables it is told by the environment."""
    told = {DATA_VARIABLE: str(Path(data).absolute())} if data else {}
    sys.exit(subprocess.run([sys.executable, "-m", *command], env={**os.environ, **told}).returncode)
