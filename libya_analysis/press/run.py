"""Make one report, in a worker process: run its notebook through papermill under a watchdog, and render the page.

Nothing here writes into the folder of reports: a report is handed back whole, or as a failure.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.connect import port_names
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from traitlets import default

from libya_analysis.evidence.errors import ReportError
from libya_analysis.press.executors import kill_children
from libya_analysis.press.jobs import KERNEL_ENVIRONMENT, Job, Made
from libya_analysis.press.normalise import normalise_notebook, notebook_bytes
from libya_analysis.press.render import render_html
from libya_analysis.warm.client import KERNEL, kill_kernels
from libya_analysis.warm.engine import ENGINE, WarmEngine, WarmKernelManager, start_ahead, take

#: No warning that the kernel talks over TCP, no history shared with the caller's other kernels, and no pause after
#: each cell for outputs to be on their way before the reply: who runs the notebook waits for them anyway.
KERNEL_ARGUMENTS = [
    "--IPKernelApp.log_level=50",
    "--HistoryManager.hist_file=:memory:",
    "--IPythonKernel._execute_sleep=0",
]
START_TIMEOUT = 60

#: Seconds between the end of a kernel that took too long and the end of a worker that does not notice.
GRACE = 10
#: How often a report is tried whose kernel dies; a cell that fails is not tried again.
TRIES = 2

#: The kernel that was started for the next report while the last one was made, and for which surroundings.
_ahead: list[tuple[dict[str, Any], asyncio.Task[WarmKernelManager]]] = []

#: Environment and working folder belong to the process: a worker makes one report at a time, whoever calls it.
_ONE_AT_A_TIME = threading.Lock()


class _DeadKernel(ReportError):
    """A kernel died, or did not come up; that may go better the next time."""


class _OwnKernel(AsyncKernelManager):
    """A kernel of the interpreter that runs us, whatever a user has installed under the name ``python3``.

    It chooses its ports itself and notes them in its connection file: ports that are looked for before a kernel starts
    can be another's by the time it has.
    """

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(**get_kernel_dict())

    @default("cache_ports")
    def _default_cache_ports(self) -> bool:
        return False

    def write_connection_file(self, **options: Any) -> None:
        """Leave the ports to the kernel; called again, it keeps the file."""
        if self._connection_file_written:
            return
        super().write_connection_file(**options)
        file = Path(self.connection_file)
        content = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(content | dict.fromkeys(port_names, 0)), encoding="utf-8")

    def _reconcile_connection_info(self, info: Any) -> None:
        """Do nothing: jupyter_client would write the ports that it knows over those that the kernel has chosen."""

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        """Start the kernel and wait for its ports; what follows connects to them."""
        await super()._async_launch_kernel(kernel_cmd, **options)
        until = time.monotonic() + START_TIMEOUT
        while await self._async_is_alive() and time.monotonic() < until:
            with suppress(OSError, ValueError):  # the file is being written
                content = json.loads(Path(self.connection_file).read_text(encoding="utf-8"))
                if all(content[name] for name in port_names):
                    for name in port_names:
                        setattr(self, name, content[name])
                    return
            await asyncio.sleep(0.01)
        await self._async_kill_kernel()
        raise RuntimeError("the kernel died, or took too long, before it had ports")


def make_report(job: Job) -> Made:
    """Run a notebook and render it.

    Parameters
    ----------
    job : Job
        The report to make.

    Returns
    -------
    Made
        The report, or its failure; whatever an odd notebook raises fails its own report and no other.
    """
    with _ONE_AT_A_TIME:
        started, tries = time.monotonic(), 0
        while True:
            tries += 1
            executed, error, again = _attempt(job, job.run_timeout - (time.monotonic() - started))
            if not (again and tries < TRIES):
                break
        page, stored = b"", b""
        try:
            if executed is not None:
                clean = normalise_notebook(executed)
                stored = notebook_bytes(clean)
                if not error:
                    page = render_html(clean, job.title, _footer(job), job.assets, job.heading).encode()
        except Exception as fault:
            error = error or _reason(fault)
        return Made(job.name, time.monotonic() - started, error, page, stored, tries)


def _attempt(job: Job, seconds: float) -> tuple[Any, str, bool]:
    """Run a notebook once; give it as far as it came, what went wrong, and whether to try again."""
    notebook, error, again = None, "", False
    try:
        notebook, kernel = _prepare(job)
        with _environment({**job.environment, **KERNEL_ENVIRONMENT}), _watchdog(seconds) as too_long:
            try:
                _execute(notebook, kernel, job)
            except Exception:
                if too_long.is_set():
                    raise ReportError(f"it took more than {job.run_timeout} s, its time limit") from None
                raise
    except Exception as fault:
        error, again = _reason(fault), isinstance(fault, _DeadKernel)
    return notebook, error, again


def _prepare(job: Job) -> tuple[Any, str]:
    """Have papermill put the parameters in; give the notebook and the name of its kernel."""
    kernel = "python3" if job.kernel == "ordinary" else job.kernel
    notebook = nbformat.reads(job.notebook, as_version=4)
    names = {"kernel_name": kernel, "language": "python"}
    return papermill.execute_notebook(notebook, None, dict(job.parameters), prepare_only=True, **names), kernel


def _execute(notebook: Any, kernel: str, job: Job) -> None:
    """Run a notebook in place, so that what came of it is at hand however it ends."""
    papermill_engines.register(ENGINE, WarmEngine)  # known also where the package is not installed but on the path
    options: dict[str, Any] = {"kernel_manager_class": _OwnKernel} if job.kernel == "ordinary" else {}
    if kernel == KERNEL:
        options = _kernel_ahead(job)
    try:
        with chdir(job.folder):
            papermill_engines.execute_notebook_with_engine(
                kernel if kernel in papermill_engines._engines else None,
                notebook,
                kernel_name=kernel,
                progress_bar=False,
                execution_timeout=job.timeout,
                start_timeout=START_TIMEOUT,
                autosave_cell_every=0,
                extra_arguments=KERNEL_ARGUMENTS,
                **options,
            )
        raise_for_execution_errors(notebook, None)
    except PapermillExecutionError:
        raise
    except Exception as error:  # a dead kernel, a time limit: papermill lets nbclient's errors through
        message = f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
        starting = isinstance(error, RuntimeError) and "kernel" in str(error).lower()
        raise (_DeadKernel if isinstance(error, DeadKernelError) or starting else ReportError)(message) from error
    # papermill marks cells as completed that never ran: the outputs alone tell.
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.source.strip():
            if cell.execution_count is None:
                raise ReportError(f"cell {number} never ran")
            for output in cell.outputs:
                if output.output_type == "error":
                    raise ReportError(f"cell {number}: {output.ename}: {output.evalue}")


def _kernel_ahead(job: Job) -> dict[str, Any]:
    """Take the kernel that was started for this report, and have the next one started while its cells run."""
    options: dict[str, Any] = {}
    how = {"env": dict(os.environ), "cwd": job.folder, "extra_arguments": KERNEL_ARGUMENTS}
    while _ahead:
        surroundings, started = _ahead.pop()
        if manager := take(started, surroundings == how):
            options["kernel_manager_class"] = manager
    if job.more:
        _ahead.append((how, start_ahead(**how)))
    return options


def _reason(error: Exception) -> str:
    if isinstance(error, PapermillExecutionError):
        return f"cell {error.exec_count or error.cell_index}: {error.ename}: {error.evalue}"
    return str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"


def _footer(job: Job) -> str:
    values = ", ".join(f"{name} = {value!r}" for name, value in job.parameters.items())
    return f"libya_analysis {job.version} · {job.notebook_name} · {values or 'default parameters'}"


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _watchdog(seconds: float) -> Iterator[threading.Event]:
    """Kill what the body starts if it takes too long; if the body then still hangs, end this process."""
    too_long, over = threading.Event(), threading.Event()
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    def watch() -> None:
        if over.wait(max(seconds, 0.1)):
            return
        too_long.set()
        kill_kernels()
        kill_children(os.getpid(), besides=before)
        if not over.wait(GRACE):
            os._exit(70)  # whoever gave us the work sees that we are gone

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield too_long
    finally:
        over.set()
