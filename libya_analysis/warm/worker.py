"""Workers forked from the fork server: a `concurrent.futures.Executor` whose processes have imported everything.

A worker is a child of the server, as kernels are: it ends when the server or whoever asked for it ends.
"""

from __future__ import annotations

import os
import pickle
import queue
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from libya_analysis.warm.client import ServerError, WarmProcess, server_socket

#: Seconds after which a server that had to be started for the workers ends when nobody uses it.
IDLE = 600.0
_LENGTH = struct.Struct("!Q")


class WarmExecutor(Executor):
    """Processes that are ready at once.

    If one of them dies, what it was busy with and what waits get ``BrokenProcessPool``, as with processes that
    `concurrent.futures` starts.

    Parameters
    ----------
    workers : int
        How many work at a time.
    environment : mapping, optional
        What they have in their environment beside ours; kernels that have the same come from the same server.

    Raises
    ------
    ServerError
        If there is no fork server, or it gives no worker.
    """

    def __init__(self, workers: int, environment: Mapping[str, str] | None = None) -> None:
        #: Environment and folder of the processes.
        self.surroundings = {**os.environ, **(environment or {})}, str(Path.cwd())
        #: Where their server listens.
        self.server = server_socket(*self.surroundings)
        self._tasks: queue.SimpleQueue[tuple[Future[Any], bytes] | None] = queue.SimpleQueue()
        self._broken = False
        self._processes: list[WarmProcess] = []
        if sys.platform != "linux":
            raise ServerError(f"warm workers need Linux, and this is {sys.platform}")
        self.grow(workers)

    def grow(self, workers: int) -> None:
        """Have as many processes as given; once the server has given one, the others are started side by side.

        Raises
        ------
        ServerError
            If the server gives no more; then there are none at all.
        """
        faults: list[ServerError] = []

        def start() -> None:
            try:
                self._start()
            except Exception as error:
                faults.append(error if isinstance(error, ServerError) else ServerError(str(error)))

        if workers and not self._processes:
            start()
        starting = [threading.Thread(target=start) for _ in range(0 if faults else workers - len(self._processes))]
        for thread in starting:
            thread.start()
        for thread in starting:
            thread.join()
        if faults:
            self.shutdown()
            raise faults[0]

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        null = os.open(os.devnull, os.O_RDWR)
        try:
            streams = null, 2, theirs.fileno()
            process = WarmProcess([], *self.surroundings, streams, False, IDLE, f"{__name__}:work")
            threading.Thread(target=self._serve, args=(ours,), daemon=True).start()
        except BaseException:
            ours.close()  # with which the process ends, if there is one
            raise
        finally:
            theirs.close()
            os.close(null)
        self._processes.append(process)

    def fits(self, other: WarmExecutor) -> bool:
        """Whether it can stand for another one that would be started now: same surroundings, same server, all alive."""
        alive = not self._broken and all(process.poll() is None for process in self._processes)
        return alive and (self.surroundings, self.server) == (other.surroundings, other.server)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a function called in one of the processes; it and its arguments must be picklable."""
        if self._broken:
            raise BrokenProcessPool("a worker died")
        future: Future[Any] = Future()
        self._tasks.put((future, pickle.dumps((fn, args, kwargs))))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, at once: whoever wants the results waits for them before."""
        self._broken = True
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.kill()
        for process in self._processes if wait else ():
            process.wait()
        for _ in self._processes:
            self._tasks.put(None)

    def _serve(self, channel: socket.socket) -> None:
        """Hand tasks to one process."""
        with channel, channel.makefile("rb") as answers:
            while task := self._tasks.get():
                future, message = task
                if not future.set_running_or_notify_cancel():
                    continue
                if self._broken:
                    future.set_exception(BrokenProcessPool("a worker died"))
                    continue
                try:
                    _send(channel, message)
                    answer = _receive(answers)
                except (OSError, EOFError):
                    self._broken = True
                    future.set_exception(BrokenProcessPool("the worker died"))
                    continue
                try:
                    good, result = pickle.loads(answer)
                except Exception as error:  # an error that cannot be made again from its arguments, say
                    good, result = False, error
                future.set_result(result) if good else future.set_exception(result)


def work(descriptor: int) -> None:
    """Be a worker: call what is asked until nobody asks any more."""
    channel = socket.socket(fileno=descriptor)
    with channel, channel.makefile("rb") as tasks, suppress(EOFError, OSError):
        while True:
            function, args, kwargs = pickle.loads(_receive(tasks))
            try:
                answer = pickle.dumps((True, function(*args, **kwargs)))
            except Exception as error:
                answer = _packed(error)
            _send(channel, answer)


def _packed(error: Exception) -> bytes:
    try:
        return pickle.dumps((False, error))
    except Exception:  # it holds what cannot be sent
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _send(channel: socket.socket, message: bytes) -> None:
    channel.sendall(_LENGTH.pack(len(message)) + message)


def _receive(file: BinaryIO) -> bytes:
    header = file.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    message = file.read(length)
    if len(message) < length:
        raise EOFError
    return message
