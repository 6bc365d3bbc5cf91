"""The papermill engine ``libya-warm``: papermill's own, without what it and jupyter_client wait for in vain."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_core.utils import ensure_event_loop
from traitlets import Type

from libya_analysis.warm.client import KERNEL, WarmProcess

ENGINE = KERNEL
KERNEL_FILE = Path(__file__).with_name("kernel.json")
_PROVISIONER = EntryPoint(
    "libya-warm-provisioner", "libya_analysis.warm.provisioner:WarmProvisioner", "jupyter_client.kernel_provisioners"
)


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
    Not run as a test, because it leaves a server behind::

        execute_notebook("02-backer-network.ipynb", "out.ipynb", {"as_of": "2020-01-15"}, execution_timeout=60)
    """
    import papermill
    from papermill.engines import papermill_engines

    papermill_engines.register(ENGINE, WarmEngine)
    names = {"kernel_name": KERNEL, "language": "python", "engine_name": ENGINE}
    return papermill.execute_notebook(
        source, target, dict(parameters or {}), **{"progress_bar": False, **names, **options}
    )


class WarmEngine:
    """Run a notebook with kernels that are ready at once, and write it when it is done, not twice a cell.

    papermill is imported late: it loads this class while it is itself being imported.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, output_path: str | None = None, **options: Any) -> Any:
        """Run the cells of a notebook. papermill writes it when all have run, or one has failed."""
        from papermill.engines import NBClientEngine
        from papermill.iorw import write_ipynb

        options = {"kernel_manager_class": WarmKernelManager, "shutdown_kernel": "immediate", **options}
        try:
            return NBClientEngine.execute_notebook(nb, kernel_name, output_path=None, **options)
        except BaseException:  # a time limit, a dead kernel: papermill keeps what there is
            if output_path:
                write_ipynb(nb, output_path)
            raise

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """Find which kernel a notebook asks for."""
        from papermill.utils import nb_kernel_name

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """Find which language a notebook is written in."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))


class _Channel(AsyncZMQSocketChannel):
    """A channel that receives what is there, without asking first whether something is."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]
        """Get the next message; with a time limit, as jupyter_client does."""
        return await (self._recv() if timeout is None else super().get_msg(timeout))


class WarmKernelClient(AsyncKernelClient):
    """A client that knows a ready kernel from its messages, not from a silence of 0.2 s after them."""

    iopub_channel_class = Type(_Channel)

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for a reply to a request of ours, and for proof that outputs will reach us.

        The proof is the kernel's welcome on the channel of outputs, or its status after one of our requests. A looser
        rule loses outputs: a channel that is not yet connected drops what is sent on it, and nobody notices.
        """
        end = time.monotonic() + (timeout or 60)
        asked: set[str] = set()
        replied = False
        ask_again, pause = 0.0, 0.5
        while (now := time.monotonic()) < end:
            if now >= ask_again:
                if asked and not await self._async_is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info")
                asked.add(self.kernel_info())
                ask_again, pause = now + pause, min(2 * pause, 4.0)
            channel = self.iopub_channel if replied else self.shell_channel
            try:
                message = await channel.get_msg(timeout=0.1 if replied else ask_again - now)
            except Empty:
                ask_again = 0.0 if replied else ask_again  # connected too late for that status: have another sent
                continue
            ours = message["parent_header"].get("msg_id") in asked
            if not replied:
                replied = ours and message["msg_type"] == "kernel_info_reply"
                if replied:
                    self._handle_kernel_info_reply(message)
            elif message["msg_type"] == "iopub_welcome" or (
                ours and message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            ):
                return
        raise RuntimeError(f"Kernel didn't respond in {timeout or 60:g} seconds")

    wait_for_ready = _async_wait_for_ready


class WarmKernelManager(AsyncKernelManager):
    """A manager to whom the kernel ``libya-warm`` is known even where it has not been installed."""

    client_class = f"{__name__}.WarmKernelClient"
    client_factory = Type(klass="jupyter_client.client.KernelClient", default_value=WarmKernelClient)

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """Shut the kernel down; one that is to end now is not interrupted before, and no test waits for it."""
        if not now or restart:
            return await super()._async_shutdown_kernel(now, restart)
        self.shutting_down = True
        self.stop_restarter()
        await self._async_kill_kernel()
        await self._async_cleanup_resources()

    shutdown_kernel = _async_shutdown_kernel

    @property
    def kernel_spec(self) -> KernelSpec | None:
        """The kernelspec; of ``libya-warm`` the one in this folder."""
        if self.kernel_name != KERNEL:
            return super().kernel_spec
        if self._kernel_spec is None:
            content = json.loads(KERNEL_FILE.read_text(encoding="utf-8"))
            self._kernel_spec = KernelSpec(resource_dir=str(KERNEL_FILE.parent), **content)
            factory = KernelProvisionerFactory.instance(parent=self.parent)
            factory.provisioners.setdefault(_PROVISIONER.name, _PROVISIONER)
        return self._kernel_spec


def start_ahead(**how: Any) -> asyncio.Task[WarmKernelManager]:
    """Have a kernel started for the next notebook, while the client of this thread waits for the cells of another.

    Parameters
    ----------
    **how
        What ``start_kernel`` takes, such as ``env``, ``cwd`` and ``extra_arguments``.

    Returns
    -------
    asyncio.Task
        What `take` gets the kernel from.
    """

    async def start() -> WarmKernelManager:
        manager = WarmKernelManager(kernel_name=KERNEL)
        await manager.start_kernel(**how)
        manager.cleanup_connection_file()  # both ends have read it, and nobody may be there at the end to remove it
        return manager

    return ensure_event_loop().create_task(start())


def take(started: asyncio.Task[WarmKernelManager], fits: bool = True) -> type[WarmKernelManager] | None:
    """Get the manager of a kernel that was started ahead, as a class for nbclient to make it from.

    Parameters
    ----------
    started : asyncio.Task
        What `start_ahead` gave.
    fits : bool
        Whether the kernel is wanted; otherwise it is shut down.

    Returns
    -------
    type or None
        None if the kernel is not wanted, not a warm one, dead, or never was.
    """
    run = started.get_loop().run_until_complete
    with suppress(Exception):  # whatever it was, the kernel that is started instead will say it
        manager = run(started)
        warm = isinstance(getattr(manager.provisioner, "process", None), WarmProcess)
        if not run(manager.is_alive()):
            run(manager.cleanup_resources())
        elif not fits or not warm:  # a watchdog would not see an ordinary one that is there before it
            run(manager.shutdown_kernel(now=True))
        else:

            class Started(WarmKernelManager):
                """Is made by nbclient, which shuts down what it has made and nothing else."""

                def __new__(cls, **_: Any) -> WarmKernelManager:  # type: ignore[misc]
                    return manager

            return Started
    return None
