"""Where reports are made: in processes of this machine, or on a Dask cluster; one interface for both."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psutil

from libya_analysis.evidence.errors import ParameterError, ReportError
from libya_analysis.press.jobs import KERNEL_ENVIRONMENT
from libya_analysis.warm.client import ServerError, server_socket
from libya_analysis.warm.worker import WarmExecutor

T = TypeVar("T")


@contextmanager
def open_executor(jobs: int, dask: str = "", warm: bool = False) -> Iterator[Executor]:
    """Open an executor; when it closes, neither its processes nor their kernels are left.

    Parameters
    ----------
    jobs : int
        How many reports are made at a time on this machine.
    dask : str
        Address of a Dask scheduler, or ``local`` for a cluster of our own; empty for plain processes.
    warm : bool
        Whether the processes are forked from the server of warm kernels.

    Raises
    ------
    ParameterError
        If Dask is asked for and not installed.
    ReportError
        If there is no cluster at the address.
    ServerError
        If processes are to be warm and there is no such server.
    """
    if dask:
        with _dask_executor(jobs, dask) as executor:
            yield executor
        return
    if warm:
        executor = WarmExecutor(0, KERNEL_ENVIRONMENT)  # with which kernels come from the same server
        if _waiting and _waiting[0].fits(executor):
            executor = _waiting.pop()
        executor.grow(jobs)
        try:
            yield executor
        finally:
            executor.shutdown()  # their kernels end with them
        return
    # Processes that are started anew: a copy of this one could inherit locks that nobody opens.
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_prepare_worker)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in set(multiprocessing.active_children()) - before:
            if worker.pid:
                kill_children(worker.pid)
            worker.kill()
            worker.join()


#: Warm processes that have done something and wait for the batch that it was done for.
_waiting: list[WarmExecutor] = []

#: A worker of Dask keeps trees of calls that its profiler saw: some 30 kB a report, up to 1,000 of each kind.
_WITHOUT_PROFILER = {"distributed.worker.profile.enabled": False}


@contextmanager
def _dask_executor(jobs: int, address: str) -> Iterator[Executor]:
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        raise ParameterError("--dask needs Dask: pip install 'libya-analysis[dask]'") from None
    cluster = None
    try:
        if address == "local":
            options = {"threads_per_worker": 1, "dashboard_address": None, "config": _WITHOUT_PROFILER}
            cluster = distributed.LocalCluster(n_workers=jobs, **options)
        client = distributed.Client(cluster or address, timeout=20)
    except (OSError, ValueError) as error:
        raise ReportError(f"no Dask scheduler at {address}: {error}") from None
    try:
        yield client.get_executor(pure=False, retries=0)
    finally:
        with suppress(Exception):
            client.close()
        if cluster is not None:
            cluster.close()


def done_warm(work: Callable[[T], T], given: T) -> T:
    """Have something done by a warm process, which has loaded what it needs; where no server runs, do it here.

    The process then waits for `open_executor`, until `end_waiting` or the end of this process.

    Parameters
    ----------
    work : callable
        A function of a module.
    given : object
        What it is called with; it and what comes back have to be picklable.

    Returns
    -------
    object
        What the function returns; what it raises is raised here.
    """
    if not server_socket({**os.environ, **KERNEL_ENVIRONMENT}, str(Path.cwd())).exists():
        return work(given)
    end_waiting()
    try:
        executor = WarmExecutor(1, KERNEL_ENVIRONMENT)
    except ServerError:
        return work(given)
    try:
        done: T = executor.submit(work, given).result()
    except BaseException as error:
        executor.shutdown()
        if isinstance(error, BrokenProcessPool):
            return work(given)
        raise
    _waiting.append(executor)
    return done


def end_waiting() -> None:
    """End the process that has done something, if no batch has taken it."""
    while _waiting:
        _waiting.pop().shutdown()


def kill_children(pid: int, besides: set[int] | frozenset[int] = frozenset()) -> None:
    """Kill all processes that a process started, with the groups that they lead."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children(recursive=True):
            if child.pid in besides:
                continue
            with suppress(OSError, AttributeError):  # no groups on Windows
                if os.getpgid(child.pid) == child.pid:
                    os.killpg(child.pid, signal.SIGKILL)
            with suppress(psutil.Error):
                child.kill()


def _prepare_worker() -> None:
    """Make a worker of a pool end with who started it, and only then: Ctrl-C goes to that one alone."""
    with suppress(OSError, AttributeError):
        os.setpgid(0, 0)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            kill_children(os.getpid())
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
