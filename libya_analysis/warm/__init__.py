"""Kernels that are ready at once: a server has imported what a report needs, and forks a kernel on request.

An ordinary kernel of a report spends most of its time on imports. With the kernelspec ``libya-warm``, which is
installed with the package, papermill (``-k libya-warm``), nbclient, nbval (``--nbval-kernel-name libya-warm``) and
JupyterLab get forked kernels; with papermill's engine of the same name (``--engine libya-warm``), the client's own
waits are gone too. Where there can be no fork server (it needs Linux), ordinary kernels are started, with one warning.

A kernel is as if it had just been started: folder, environment and `sys.path` are those of its client, random numbers
differ, nothing is shared. What differs: hashes of strings are seeded once a server, unless PYTHONHASHSEED is set;
jsonschema does not check IRIs; the history is kept in memory only; pyarrow's allocator has no thread of its own; limits
of resources are those of who started the server, so a batch that a service manager holds to limits should have a
server, thus a JUPYTER_RUNTIME_DIR, of its own.

The server belongs to one user and environment, listens on a socket that only that user can open, and ends after ten
minutes without kernels. Change the package or what is installed, and the next kernel comes from a new server;
the old one then ends when it has been idle for 20 seconds.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from libya_analysis.warm.engine import execute_notebook

__all__ = ["execute_notebook"]


def __getattr__(name: str) -> Any:
    """Import papermill and its client when they are used: who only asks the server needs neither."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from libya_analysis.warm import engine

    return getattr(engine, name)
