"""The kernel provisioner: kernels of the kernelspec ``libya-warm`` come from the fork server, if there can be one."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import LocalPortCache
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Float

from libya_analysis.warm.client import ServerError, WarmProcess
from libya_analysis.warm.server import PORTS

_LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]
#: What is asked of `subprocess.Popen` beyond these needs a process of its own.
_UNDERSTOOD = {"env", "cwd", "stdout", "stderr", "extra_arguments", "kernel_id"}
#: Unless the caller decides: no history shared with other kernels, and no warning that the kernel talks over TCP.
_DEFAULTS = {"hist_file": "--HistoryManager.hist_file=:memory:", "log": "--IPKernelApp.log_level=40"}
#: Seconds after a failure in which no server is asked for, so that not every kernel of a batch waits for it.
_PAUSE = 60.0


@dataclass
class _Failure:
    warned: bool = False
    retry: float = 0.0


_failure = _Failure()


class WarmProvisioner(LocalProvisioner):
    """Ask the fork server for a kernel; without one, start an ordinary kernel and say so once."""

    idle_seconds = Float(600, help="A server without kernels ends after this time.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Get a kernel that has already imported what a report needs."""
        own = {kwargs.get("stdout"), kwargs.get("stderr")} & {subprocess.PIPE, subprocess.STDOUT}
        ordinary = cmd[: len(_LAUNCHER)] != _LAUNCHER or not kwargs.keys() <= _UNDERSTOOD or own
        cmd = cmd + [value for word, value in _DEFAULTS.items() if not any(word in argument for argument in cmd[3:])]
        if ordinary or time.monotonic() < _failure.retry:
            return await super().launch_kernel(cmd, **kwargs)
        try:
            process = await self._fork(cmd, **kwargs)
        except ServerError as error:
            _failure.retry = time.monotonic() + _PAUSE
            if not _failure.warned:
                _failure.warned = True
                warnings.warn(f"no warm kernels, but ordinary ones: {error}", RuntimeWarning, stacklevel=2)
            return await super().launch_kernel(cmd, **kwargs)
        self._give_ports_back()
        self.process = cast(Any, process)
        self.pid = self.pgid = process.pid
        self.cwd = kwargs.get("cwd") or os.getcwd()  # noqa: PTH109
        self.connection_info = cast(Any, {**self.connection_info, **cast(Any, process.ports)})
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end, which comes at once: who asks would look only every 0.1 s."""
        await super().kill(restart=restart)
        for _ in range(500):
            if await self.poll() is not None:
                break
            await asyncio.sleep(0.001)

    async def _fork(self, cmd: list[str], **kwargs: Any) -> WarmProcess:
        if sys.platform != "linux":
            raise ServerError(f"warm kernels need Linux, and this is {sys.platform}")
        launcher = importlib.util.find_spec("ipykernel_launcher")
        if launcher is None or launcher.origin is None:
            raise ServerError("ipykernel is not installed")
        cwd = str(Path(kwargs.get("cwd") or ".").absolute())
        env = kwargs.get("env") or dict(os.environ)
        env["JPY_PARENT_PID"] = str(os.getpid())  # as an ordinary kernel has it
        opened: list[int] = []
        try:
            streams = _descriptor(kwargs.get("stdout"), 1, opened), _descriptor(kwargs.get("stderr"), 2, opened)
            argv = [launcher.origin, *cmd[len(_LAUNCHER) :]]
            # A kernel that is started again keeps its ports, to which clients are connected.
            first = self.process is None and self.pid is None
            return await asyncio.to_thread(WarmProcess, argv, env, cwd, streams, first, self.idle_seconds)
        finally:
            for descriptor in opened:
                os.close(descriptor)

    def _give_ports_back(self) -> None:
        """Free the ports that were set aside for this kernel if it has chosen others."""
        if self.ports_cached:
            for name in PORTS:
                LocalPortCache.instance().return_port(self.connection_info[name])  # type: ignore[literal-required]


def _descriptor(stream: Any, default: int, opened: list[int]) -> int:
    """Get the descriptor that `subprocess.Popen` would give to its process."""
    if stream is None:
        try:
            os.fstat(default)
            return default
        except OSError:  # closed, as in a daemon
            stream = subprocess.DEVNULL
    if stream == subprocess.DEVNULL:
        opened.append(os.open(os.devnull, os.O_RDWR))
        return opened[-1]
    return stream if isinstance(stream, int) else int(stream.fileno())
