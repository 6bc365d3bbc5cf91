"""Run the cells of a notebook in a Jupyter kernel, by papermill and nbclient."""

from __future__ import annotations

import os
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any
from uuid import uuid4

from libya_analysis.evidence.errors import ReportError
from libya_analysis.press.job import ORDINARY, Job, LostKernelError, without_iri_grammar
from libya_analysis.press.notebook import language_of

with without_iri_grammar():
    import nbformat
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_core.paths import jupyter_runtime_dir
    from nbclient.exceptions import DeadKernelError
    from papermill.engines import papermill_engines
    from traitlets import default

#: No start-up file, no history shared with the caller's other kernels, no warning that the kernel talks over TCP.
KERNEL_ARGUMENTS = [
    "--IPKernelApp.exec_PYTHONSTARTUP=False",
    "--IPKernelApp.log_level=50",
    "--HistoryManager.hist_file=:memory:",
]
START_TIMEOUT = 60
#: Bytes of the name of a connection file up to which a socket can be named after it.
_LONGEST = 90


class _Kernel(AsyncKernelManager):
    """A kernel whose connection file is where other files of Jupyter are, and goes with them if it is killed."""

    @default("connection_file")
    def _file(self) -> str:
        return str(Path(jupyter_runtime_dir()) / f"kernel-{uuid4()}.json")


class _OwnKernel(_Kernel):
    """A kernel of the interpreter that runs us, whatever a user has installed under the name ``python3``.

    It is spoken to through files where their names are short enough: somebody else may have a port before it does.
    """

    @default("transport")
    def _through(self) -> str:
        return "ipc" if sys.platform != "win32" and len(os.fsencode(self.connection_file)) < _LONGEST else "tcp"

    @property
    def kernel_spec(self) -> KernelSpec:
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")


def run_by_kernel(job: Job, book: dict[str, Any]) -> None:
    """Run a notebook in place, so that what came of it is at hand however it ends.

    A kernel that died or did not come up is a LostKernelError, a cell that took too long another ReportError.
    """
    node = nbformat.from_dict(book)
    try:
        with chdir(job.folder):
            papermill_engines.execute_notebook_with_engine(
                None,
                node,
                kernel_name="python3" if job.kernel == ORDINARY else job.kernel,
                kernel_manager_class=_OwnKernel if job.kernel == ORDINARY else _Kernel,
                progress_bar=False,
                execution_timeout=job.timeout or None,
                start_timeout=START_TIMEOUT,
                autosave_cell_every=0,
                extra_arguments=KERNEL_ARGUMENTS if language_of(book) == "python" else [],
            )
    except Exception as error:  # a dead kernel, a time limit: papermill lets nbclient's errors through
        message = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
        starting = isinstance(error, RuntimeError) and "kernel" in str(error).lower()
        raise (LostKernelError if isinstance(error, DeadKernelError) or starting else ReportError)(message) from error
    finally:
        book.update(node)
