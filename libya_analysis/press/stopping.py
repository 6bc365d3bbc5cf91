"""SIGINT and SIGTERM: they end a run at once, wherever it is, but not between two files that belong together."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from libya_analysis.evidence.errors import LibyaAnalysisError
from libya_analysis.press.processes import kill_tree


class StoppedError(LibyaAnalysisError):
    """A signal, by its number, ended the run; what had been made by then is whole."""

    def __init__(self, number: int) -> None:
        self.signal = number
        super().__init__(f"stopped by {signal.Signals(number).name}; the next run makes what is missing")


class Stops:
    """The first signal that comes ends what runs; later ones would only disturb that."""

    def __init__(self) -> None:
        self.came: list[int] = []
        self._held = False

    def come(self, number: int, _: object) -> None:
        """Note a signal, and end if it is the first."""
        self.came.append(number)
        if len(self.came) == 1:
            self.check()

    def check(self) -> None:
        """End now if a signal has come."""
        if self.came and not self._held:
            raise KeyboardInterrupt  # no error, so that who looks after errors lets it through

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let what is within, which takes a moment, come to its end first."""
        self._held, before = True, bool(self.came)
        try:
            yield
        finally:
            self._held = False
        if not before:
            self.check()


@contextmanager
def stoppable() -> Iterator[Stops]:
    """Let signals end what is within, with every process that it has started: then it is a StoppedError."""
    stops = Stops()
    if threading.current_thread() is not threading.main_thread():
        yield stops
        return
    others = set(psutil.Process().children())
    before = {number: signal.signal(number, stops.come) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stops
    except BaseException:
        if not stops.came:
            raise
    finally:
        if stops.came:
            for process in set(psutil.Process().children()) - others:
                kill_tree(process.pid)
        for number, handler in before.items():
            signal.signal(number, handler)
    if stops.came:
        raise StoppedError(stops.came[0])
