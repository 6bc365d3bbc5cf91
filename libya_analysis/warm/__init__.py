"""Kernels that are ready at once: a server has imported what a report needs, and forks a kernel for each that is asked for.

An ordinary kernel of a report spends most of its time on imports. With the kernelspec ``libya-warm``, which is
installed with the package, papermill (``-k libya-warm``), nbclient, nbval (``--nbval-kernel-name libya-warm``) and
JupyterLab get forked kernels; with papermill's engine of the same name (``--engine libya-warm``), the client's own
waits are gone too. Where there can be no fork server (it needs Linux), ordinary kernels are started, with one warning.

A kernel is as if it had just been started: folder, environment and `sys.path` are those of its client, random numbers
differ, nothing is shared. Three things differ: hashes of strings are seeded once a server, unless PYTHONHASHSEED is
set; jsonschema does not check IRIs; and the history is kept in memory only.

The server belongs to one user and environment, listens on a socket that only that user can open, and ends after ten
minutes without kernels. Change the package or what is installed, and the next kernel comes from a new server.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["execute_notebook"]


def execute_notebook(
    source: Path | str, target: Path | str | None, parameters: Mapping[str, Any] | None = None, **options: Any
) -> Any:
    """Run a notebook in a warm kernel: `papermill.execute_notebook`, even where no kernelspec is installed.

    Parameters
    ----------
    source : Path or str
        The notebook.
    target : Path or str, optional
        Where to write it with its outputs.
    parameters : mapping, optional
        Values for its parameters cell.
    **options
        What else papermill takes, such as ``execution_timeout`` in seconds, of which it has none by default.

    Returns
    -------
    nbformat.NotebookNode
        The notebook with its outputs.

    Raises
    ------
    papermill.PapermillExecutionError
        If a cell fails; the notebook has been written as far as it came.

    Examples
    --------
    >>> execute_notebook("report.ipynb", "out.ipynb", {"as_of": "2020-01-15"})  # doctest: +SKIP
    """
    import papermill
    from papermill.engines import papermill_engines

    from libya_analysis.warm.engine import ENGINE, KERNEL, WarmEngine

    papermill_engines.register(ENGINE, WarmEngine)
    names = {"kernel_name": KERNEL, "language": "python", "engine_name": ENGINE}
    return papermill.execute_notebook(source, target, dict(parameters or {}), **{"progress_bar": False, **names, **options})
