"""Make reports in processes of their own, so many at a time, and leave none of these processes behind.

On Linux a process is started that loads what reports need, uses it once and forks a child for each report; it ends with
the batch. It is a process of its own because its surroundings are those of every report, whatever those of the caller,
and because only a process without other threads may fork. Where it cannot be had, an interpreter is started for each
report, and in it a kernel.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import mmap
import os
import pickle
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict, replace
from itertools import takewhile
from math import inf
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import psutil

from libya_analysis.evidence.errors import ReportError, needed
from libya_analysis.press.job import FORK, ORDINARY, Job, Made, surroundings
from libya_analysis.press.run import MADE, lost_report, make_report, rehearse

#: How long it is waited at a time.
TICK = 0.2
#: How long it is waited for a Dask scheduler.
DASK_TIMEOUT = 20
CAN_FORK = sys.platform == "linux"
#: Calls a function of this module, wherever the package lies; what else is on the path is as for a kernel.
_CODE = """
import gc, sys
gc.disable()  # what is loaded is no garbage, and looking for some takes a tenth of the time
sys.path.insert(0, sys.argv[1])
from libya_analysis.press import processes
del sys.path[0]
getattr(processes, sys.argv[2])()
"""
_START = [sys.executable, "-P", "-c", _CODE, str(Path(__file__).parents[2])]
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
#: Index of the cell that runs, and since when; shared by a child and who watches it.
_NOTE = struct.Struct("=qd")

#: Reports as they are done; who gives up closes it.
Making = Generator[Made, None, None]


class NoForksError(ReportError):
    """There is no process that could fork; the text says why."""


# -- who asks ---------------------------------------------------------------------------------------------------------


class Forks:
    """A process that loads what reports need, from now on, and then forks a child for each of them.

    ``environment`` is what they are to see beside `job.SURROUNDINGS`; ``warm_up``, a function of a module, uses once
    what notebooks use.
    """

    def __init__(self, environment: Mapping[str, str], warm_up: Callable[[], object] | None = None) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="ipython-", ignore_cleanup_errors=True)
        use = f"{warm_up.__module__}:{warm_up.__qualname__}" if warm_up else ""
        command, pipe = [*_START, "main", use], subprocess.PIPE
        seen = surroundings(environment, self._scratch.name)
        self.process = subprocess.Popen(command, env=seen, stdin=pipe, stdout=pipe, start_new_session=True)

    def make(self, jobs: Sequence[Job], place: Path, at_once: int) -> Making:
        """Have reports made; a NoForksError if it cannot fork."""
        assert self.process.stdin and self.process.stdout
        started: dict[str, Job] = {}
        left = {job.name: job for job in jobs}
        with tempfile.NamedTemporaryFile(dir=place, prefix="jobs-", delete=False) as file:
            pickle.dump((list(jobs), place.absolute(), at_once), file)
        with suppress(BrokenPipeError):  # only a name goes through the pipe, for which nobody has to wait
            self.process.stdin.write(f"{Path(file.name).absolute()}\n".encode())
            self.process.stdin.flush()
        for line in takewhile(lambda line: line.endswith(b"\n"), self.process.stdout):  # the last may be cut
            kind, content = json.loads(line)
            if kind == "refused":
                raise NoForksError(content)
            if kind == "started":
                started[content] = left.pop(content)
            else:
                del started[content["name"]]
                yield Made(**content)
        if left and not started and len(left) == len(jobs):
            raise NoForksError(f"the process that forks ended ({_ending(self.process.wait())})")
        # A report has killed who started it. Those that ran then are tried once more, alone.
        if len(jobs) == 1:
            yield from (Made(name, 0.0, "the process that started it died") for name in started)
            return
        for again in filter(None, (*([job] for job in started.values()), list(left.values()))):
            for job in again:
                shutil.rmtree(place / job.name, ignore_errors=True)
            with closing(Forks(again[0].environment)) as forks:
                yield from forks.make(again, place, at_once)

    def close(self) -> None:
        """End the process with all that it has started."""
        assert self.process.stdin and self.process.stdout
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            kill_tree(self.process.pid)
            self.process.wait()
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self._scratch.cleanup()


def make_here(jobs: Sequence[Job], place: Path, at_once: int, forks: Forks | None) -> Making:
    """Make reports on this machine: in forks if they can be had, otherwise by an interpreter each, and say so."""
    if forks is not None:
        try:
            yield from forks.make(jobs, place, at_once)
            return
        except NoForksError as error:
            warnings.warn(f"no forks, but an interpreter for each report: {error}", RuntimeWarning, stacklevel=2)
    started: list[subprocess.Popen[bytes]] = []
    pool = ThreadPoolExecutor(at_once)
    making = set[Future[Made]]()
    try:
        making = {pool.submit(_make_alone, job, place.absolute(), started) for job in jobs}
        while making:
            done, making = wait(making, TICK, FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        while True:  # also what a thread is just about to start
            for process in started:
                kill_tree(process.pid, alive=process.poll() is None)
            if not wait(making, TICK).not_done:
                break


def _make_alone(job: Job, place: Path, started: list[subprocess.Popen[bytes]]) -> Made:
    """Make a report in an interpreter that is started for it, by a kernel."""
    began, late = time.monotonic(), ""
    with tempfile.TemporaryDirectory(prefix="ipython-", ignore_cleanup_errors=True) as scratch:
        environment = surroundings(job.environment, scratch)
        process = subprocess.Popen([*_START, "one"], env=environment, stdin=subprocess.PIPE, start_new_session=True)
        started.append(process)
        assert process.stdin
        with suppress(BrokenPipeError):
            pickle.dump((replace(job, kernel=ORDINARY if job.kernel == FORK else job.kernel), place), process.stdin)
            process.stdin.flush()
        try:
            process.wait(job.run_timeout or None)
        except subprocess.TimeoutExpired:
            late = _too_long(job)
        kill_tree(process.pid, alive=bool(late))
        died = f"the process died ({_ending(process.wait())})"
        with suppress(BrokenPipeError):
            process.stdin.close()
    return _outcome(job, place, time.monotonic() - began, late or died)


def make_on_dask(jobs: Sequence[Job], place: Path, at_once: int, address: str) -> Making:
    """Make reports on a Dask cluster, each by a process that its worker starts; a ReportError if there is none."""
    distributed = needed("distributed", "dask")
    cluster = client = None
    try:
        if address == "local":
            # A worker would keep trees of calls that its profiler saw, some 30 kB a report.
            plain = {"distributed.worker.profile.enabled": False, "temporary-directory": str(place.absolute())}
            with importlib.import_module("dask").config.set(plain):
                cluster = distributed.LocalCluster(at_once, threads_per_worker=1, dashboard_address=None, config=plain)
        client = _connected(distributed.Client, cluster or address, address)
        waiting, running = deque(jobs), dict[Any, Job]()
        scratch = str(place.absolute()) if cluster else None  # else it may be another machine
        width = 2 * max(at_once, sum(client.ncores().values()))
        while waiting or running:
            while waiting and len(running) < width:
                job = waiting.popleft()
                running[client.submit(make_as_bytes, job, scratch, pure=False, retries=0)] = job
            time.sleep(0.02)
            for future in [future for future in running if future.done()]:
                job = running.pop(future)
                try:
                    made, content = future.result()
                    (place / job.name).mkdir()
                    for name, data in content.items():
                        (place / job.name / Path(name).name).write_bytes(data)
                except Exception as error:  # a worker is gone, or has another version of this package
                    made = Made(job.name, 0.0, f"{type(error).__name__}: {error}")
                yield made
    finally:
        for opened in filter(None, (client, cluster)):
            with suppress(Exception):
                opened.close()


def _connected(client: Callable[..., Any], to: Any, address: str) -> Any:
    """Connect, in a thread that nobody waits for: Dask waits for ever for what takes a connection and says nothing."""
    found = Future[Any]()

    def connect() -> None:
        try:
            found.set_result(client(to, timeout=DASK_TIMEOUT, set_as_default=False))
        except Exception as error:
            found.set_exception(error)

    threading.Thread(target=connect, daemon=True).start()
    try:
        return found.result(DASK_TIMEOUT + 2)
    except Exception as error:
        said = error if str(error) else f"no answer in {DASK_TIMEOUT} s"
        raise ReportError(f"no Dask scheduler at {address}: {said}") from None


def make_as_bytes(job: Job, scratch: str | None = None) -> tuple[Made, dict[str, bytes]]:
    """Make one report, in a process that is started for it, and give its files: what a worker of a cluster does."""
    with tempfile.TemporaryDirectory(prefix="libya-analysis-", dir=scratch) as folder, ExitStack() as stack:
        forks = stack.enter_context(closing(Forks(job.environment))) if CAN_FORK else None
        (made,) = make_here([job], Path(folder), 1, forks)
        return made, {name: (Path(folder) / job.name / name).read_bytes() for name in made.files}


# -- who watches ------------------------------------------------------------------------------------------------------


class _Fork:
    """A child that makes a report, and when it is to be done."""

    def __init__(self, job: Job, place: Path) -> None:
        self.job, self.place, self.began = job, place, time.monotonic()
        self.note = mmap.mmap(-1, _NOTE.size)
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid:
            self.ended = os.pidfd_open(self.pid)
            return
        code = 1
        try:
            os.setsid()
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() == parent:
                _as_if_new()
                make_report(job, place, self.begin)
                code = 0
        finally:
            os._exit(code)  # whatever threads and exit handlers there are

    def begin(self, index: int) -> None:
        _NOTE.pack_into(self.note, 0, index + 1, time.monotonic())

    def limit(self) -> tuple[float, str]:
        """When it is late, and what is said then."""
        number, since = _NOTE.unpack_from(self.note)
        whole = self.began + (self.job.run_timeout or inf), _too_long(self.job)
        cell = since + self.job.timeout if number and self.job.timeout else inf
        return min(whole, (cell, f"cell {number}: CellTimeoutError: it took more than {self.job.timeout} s"))

    def poll(self) -> Made | None:
        """What became of the report, if its process has ended or is late; nothing of it is left running."""
        end, late = self.limit()
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid and time.monotonic() < end:
            return None
        kill_tree(self.pid, alive=not pid)
        if not pid:
            os.waitpid(self.pid, 0)
        os.close(self.ended)
        number, _ = _NOTE.unpack_from(self.note)
        where = f"cell {number}: " if number else ""
        died = f"{where}the process died ({_ending(os.waitstatus_to_exitcode(status))})"
        return _outcome(self.job, self.place, time.monotonic() - self.began, died if pid else late)


def _fork_all(jobs: Sequence[Job], place: Path, at_once: int, say: Callable[[str, Any], None]) -> None:
    """Fork a child for each report, so many at a time."""
    waiting, running = deque(jobs), list[_Fork]()
    while waiting or running:
        while waiting and len(running) < at_once:
            job = waiting.popleft()
            say("started", job.name)
            running.append(_Fork(job, place))
        # A cell that begins later has a limit of its own, so nobody sleeps for long.
        seconds = min(1, *(child.limit()[0] - time.monotonic() for child in running))
        if 0 in select.select([0, *(child.ended for child in running)], [], [], max(seconds, 0))[0]:
            return  # whoever wanted reports has gone
        for child in list(running):
            if made := child.poll():
                running.remove(child)
                say("made", asdict(made))


def _outcome(job: Job, place: Path, seconds: float, reason: str) -> Made:
    """What a process has left of a report, or that it has left none."""
    with suppress(OSError, ValueError):
        return Made(**json.loads((place / job.name / MADE).read_text(encoding="utf-8")))
    return lost_report(job, place, seconds, reason)


def _too_long(job: Job) -> str:
    return f"it took more than {job.run_timeout} s, its time limit"


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def kill_tree(pid: int, alive: bool = True) -> None:
    """Kill a process, its group, and if it is alive all that comes from it."""
    found = []
    if alive:
        with suppress(psutil.Error):
            process = psutil.Process(pid)
            found = [*process.children(recursive=True), process]
    with suppress(OSError, AttributeError):  # it leads no group, or this is Windows
        os.killpg(pid, signal.SIGKILL)
    for process in found:
        with suppress(psutil.Error):
            process.kill()


# -- who forks --------------------------------------------------------------------------------------------------------


def main() -> None:
    """Load, read what is to be made, fork, and write what became of it, as lines of JSON; end when nobody listens."""
    signal.signal(signal.SIGTERM, _end)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)

    def say(kind: str, content: Any) -> None:
        out.write(json.dumps([kind, content]) + "\n")
        out.flush()

    try:
        _load(sys.argv[3])
        if file := sys.stdin.buffer.readline().decode().strip():
            _serve(say, *pickle.loads(Path(file).read_bytes()))
    except BrokenPipeError:  # nobody listens
        pass
    except Exception as error:
        say("refused", f"{type(error).__name__}: {error}")
    finally:
        _end()


def _end(*_: object) -> None:
    """End this process with all that comes from it: also what has left its group, or its parent."""
    while left := psutil.Process().children(recursive=True):
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.002)
    shutil.rmtree(os.environ["IPYTHONDIR"], ignore_errors=True)  # whoever made it may have been killed
    os._exit(0)


def _serve(say: Callable[[str, Any], None], jobs: Sequence[Job], place: Path, at_once: int) -> None:
    rehearse(jobs)
    gc.freeze()  # a collection in a child would copy every page that it looks at
    if threads := len(list(Path("/proc/self/task").iterdir())) - 1:
        return say("refused", f"what reports need has started {threads} threads, and with threads nothing forks")
    _fork_all(jobs, place, at_once, say)


def one() -> None:
    """Make one report, and end with who has started this."""
    gc.enable()
    asked = os.fdopen(os.dup(0), "rb")
    _no_stdin()
    job, place = pickle.load(asked)

    def watch() -> None:
        asked.read(1)
        kill_tree(os.getpid())

    threading.Thread(target=watch, daemon=True).start()
    make_report(job, place)
    os._exit(0)


def _load(warm_up: str) -> None:
    """Load what makes reports, and use once what notebooks use."""
    from libya_analysis.press.cells import the_shell

    with the_shell().builtin_trap:  # so that what looks for a shell while it is imported finds one
        importlib.import_module("libya_analysis.press.page").prime()
        if warm_up:
            with suppress(Exception):  # tables of the user's own may have faults: their reports will say so
                resolve_name(warm_up)()


def _as_if_new() -> None:
    """Make a copy of a process one that has just been started."""
    gc.enable()
    _no_stdin()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    tempfile.tempdir = None
    if "numpy" in sys.modules:  # `random` seeds itself anew after a fork
        sys.modules["numpy"].random.seed()


def _no_stdin() -> None:
    with Path(os.devnull).open() as null:
        os.dup2(null.fileno(), 0)


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value)
