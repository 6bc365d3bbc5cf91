"""The client's side: find the fork server of this user and environment, start it if need be, ask it for a kernel."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import site
import socket
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_runtime_dir

from libya_analysis.warm.server import peer

#: Name of the kernelspec.
KERNEL = "libya-warm"
#: Seconds that the server may take to import everything.
START_TIMEOUT = 60.0
SERVER = Path(__file__).with_name("server.py")
PACKAGE = Path(__file__).parents[1]
#: The interpreter or a library looks at these once, so kernels that differ in them need servers of their own.
_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "PANDAS_", "NETWORKX_", "NBFORMAT_")


class ServerError(RuntimeError):
    """There is no fork server, or it gives no kernel; the text says why."""


def server_socket(env: Mapping[str, str], cwd: str) -> Path:
    """Find where the server for such a kernel listens, whether or not it has been started.

    The name stands for interpreter, installed packages, source of this package and what the interpreter reads from
    the environment. If one of them changes, another server is started, and the old one ends when it is idle: soon, if
    the first half of the name, which stands for what does not change in an update, says that it has been replaced.

    Parameters
    ----------
    env : mapping
        The environment of the kernel.
    cwd : str
        The folder it is to run in.
    """
    package = _package(env, cwd)
    interpreter = os.path.realpath(sys.executable), sys.prefix, sys.version
    place: list[object] = [socket.gethostname(), interpreter, package, SERVER]
    place += sorted(item for item in _server_environment(env, cwd).items() if item[0].startswith(_AT_START))
    parts: list[object] = []
    for folder in [*site.getsitepackages(), site.getusersitepackages()]:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            parts += sorted((e.name, e.stat().st_mtime_ns) for e in entries if e.name.endswith((".dist-info", ".pth")))
    schema = package.parent / "data" / "datapackage.json"  # of a checkout; an installed one lies in the package
    read_once = {*package.rglob("*.py"), *package.rglob("*.json"), SERVER, *([schema] if schema.is_file() else [])}
    for source in sorted(read_once):
        parts += [source, _digest(source, *_state(source))]
    first, second = (hashlib.sha256(repr(half).encode()).hexdigest()[:10] for half in (place, parts))
    return Path(jupyter_runtime_dir()) / f"libya-warm-{first}-{second}.sock"


def _state(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


@lru_cache(maxsize=1000)
def _digest(path: Path, *_: int) -> str:
    """Read a file again only if it is no longer as it was."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class WarmProcess:
    """A kernel or worker that the server has forked, with what jupyter_client asks of a `subprocess.Popen`.

    Parameters
    ----------
    argv : list of str
        Arguments of the kernel as ``ipykernel_launcher`` takes them, its own name first.
    env, cwd : mapping, str
        Environment and folder of the kernel.
    streams : tuple of int
        Descriptors that become its stdout and stderr; of a worker a third one, which it is given.
    choose_ports : bool
        Whether the kernel chooses its ports; otherwise it takes those in its connection file.
    idle : float
        Seconds without kernels after which a server that has to be started ends.
    call : str
        What a worker calls, as ``module:function``, with the third descriptor; empty for a kernel.

    Raises
    ------
    ServerError
        If there is no kernel to be had.
    """

    stdin = stdout = stderr = None

    def __init__(
        self,
        argv: list[str],
        env: Mapping[str, str],
        cwd: str,
        streams: tuple[int, ...],
        choose_ports: bool,
        idle: float,
        call: str = "",
    ) -> None:
        request = {"argv": argv, "env": dict(env), "cwd": cwd, "choose_ports": choose_ports, "call": call}
        body = json.dumps(request).encode()
        self.returncode: int | None = None
        self._received = b""
        for attempt in (1, 2):  # a server may end, or be killed, just when it is asked
            self._connection = _connect(env, cwd, idle)
            try:
                socket.send_fds(self._connection, [struct.pack("!I", len(body))], list(streams))
                self._connection.sendall(body)
                message = self._read(START_TIMEOUT)
                break
            except OSError as error:
                self._connection.close()
                if attempt == 2 or isinstance(error, TimeoutError):
                    raise ServerError(f"the server gives no answer ({error})") from error
        if "pid" not in message:
            self._connection.close()
            raise ServerError(message.get("refused") or f"the kernel ended with {message.get('exit')} when it started")
        self.pid: int = message["pid"]
        self.ports: dict[str, int] = message["ports"]
        with _listed:
            _running.add(self)

    def poll(self) -> int | None:
        """Get the exit code, None while the kernel runs; what a signal ended gives its negative number."""
        if self.returncode is None:
            try:
                self.returncode = self._read(0)["exit"]
            except (BlockingIOError, TimeoutError):
                return None
            except OSError:
                self.returncode = -signal.SIGKILL  # the server has gone, and its kernels end with it
            self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the kernel and get its exit code."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0)
            time.sleep(0.002)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def _read(self, timeout: float) -> dict[str, Any]:
        self._connection.settimeout(timeout)
        while b"\n" not in self._received:
            received = self._connection.recv(4096)
            if not received:
                raise ConnectionError("it closed the connection")
            self._received += received
        line, self._received = self._received.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line)
        return message


_running: weakref.WeakSet[WarmProcess] = weakref.WeakSet()
_listed = threading.Lock()  # a watchdog looks at them while others are added


def kill_kernels() -> None:
    """Kill all kernels that this process has asked for: they are children of the server, not of this process."""
    with _listed:
        processes = list(_running)
    for process in processes:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


def _connect(env: Mapping[str, str], cwd: str, idle: float) -> socket.socket:
    path = server_socket(env, cwd)
    if connection := _try(path):
        return connection
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock(path.with_suffix(".lock")):
        if connection := _try(path):  # somebody else has started it in the meantime
            return connection
        _start(path, env, cwd, idle)
        if connection := _try(path):
            return connection
    raise ServerError("the server has started but does not listen")


def _try(path: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
        if peer(connection) == os.getuid():
            return connection
    except (FileNotFoundError, ConnectionError):
        pass
    except OSError as error:
        raise ServerError(f"{path}: {error}") from error
    connection.close()
    return None


def _start(path: Path, env: Mapping[str, str], cwd: str, idle: float) -> None:
    command = [sys.executable, str(SERVER), str(path), str(_package(env, cwd)), str(idle)]
    try:
        done = subprocess.run(
            command,
            env=_server_environment(env, cwd),
            cwd=path.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=START_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServerError(f"the server cannot be started: {error}") from error
    *_, last = done.stdout.strip().splitlines() or ["it ended without a word"]
    if last != "ready":
        raise ServerError(f"the server cannot be started: {last}")


def _server_environment(env: Mapping[str, str], cwd: str) -> dict[str, str]:
    """Name folders on the path in full: the server runs elsewhere."""
    folders = env.get("PYTHONPATH", "")
    full = os.pathsep.join(os.path.join(cwd, folder) for folder in folders.split(os.pathsep))  # noqa: PTH118
    return {**env, "PYTHONPATH": full} if folders else dict(env)


def _package(env: Mapping[str, str], cwd: str) -> Path:
    """Find the package as the kernel would find it: in its folder, on PYTHONPATH, or else installed."""
    path = _server_environment(env, cwd).get("PYTHONPATH", "")
    folders = [Path(folder) / PACKAGE.name for folder in (cwd, *filter(None, path.split(os.pathsep)))]
    return next((folder for folder in folders if folder.joinpath("__init__.py").is_file()), PACKAGE)


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Let one client at a time start a server."""
    import fcntl  # not on Windows, where nobody comes here

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
