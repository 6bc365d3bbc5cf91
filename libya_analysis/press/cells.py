"""Run the cells of a notebook in this process, with the outputs that a kernel and nbclient would give them."""

from __future__ import annotations

import asyncio
import builtins
import codecs
import getpass
import io
import json
import os
import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from IPython.core import payloadpage
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.page import as_hook
from traitlets import Type
from traitlets.config import Config

#: In the order in which a kernel flushes them.
STREAMS = {"stdout": 1, "stderr": 2}


class _Outputs:
    """What the cell that runs has shown so far, in the form in which a notebook stores it.

    Text waits until something else is shown or the cell is done, as in a kernel. What processes write to the file
    descriptors goes into files in memory, and is taken from there before any other text.
    """

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.waiting: dict[str, list[str]] = {name: [] for name in STREAMS}
        self.by_display_id: dict[str, list[dict[str, Any]]] = {}
        self.clear_before_next = False
        self.lock = threading.RLock()
        self.files: dict[str, int] = {}
        self.taken = dict.fromkeys(STREAMS, 0)
        self.decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in STREAMS}

    def catch(self) -> None:
        """Take over the output of this process, for good."""
        for name, descriptor in STREAMS.items():
            getattr(sys, name).flush()
            self.files[name] = os.memfd_create(name)
            os.dup2(self.files[name], descriptor)
            setattr(sys, name, _Stream(name, self))

    def start(self) -> list[dict[str, Any]]:
        """Begin a cell; its outputs will stand in the list."""
        self.shown = []
        return self.shown

    def write(self, name: str, text: str) -> None:
        with self.lock:
            self.drain()
            self.waiting[name].append(text)

    def drain(self) -> None:
        """Take what has been written to the file descriptors."""
        for name, file in self.files.items():
            size, taken = os.fstat(file).st_size, self.taken[name]
            if size != taken:
                start = taken if size > taken else 0  # a process has opened it anew, as in `echo > /dev/stdout`
                self.waiting[name].append(self.decoders[name].decode(os.pread(file, size - start, start)))
                self.taken[name] = size

    def flush(self) -> None:
        with self.lock:
            self.drain()
            for name, parts in self.waiting.items():
                text = "".join(parts)
                parts.clear()
                if text:
                    self.add({"output_type": "stream", "name": name, "text": text})

    def add(self, output: dict[str, Any], display_id: str = "") -> None:
        if self.clear_before_next:
            self.shown.clear()
            self.clear_before_next = False
        if display_id:
            self.by_display_id.setdefault(display_id, []).append(output)
        self.shown.append(output)

    def show(
        self, kind: str, data: Any, metadata: Any, display_id: str = "", update: bool = False, **more: Any
    ) -> None:
        with self.lock:
            self.flush()
            bundle = {"data": _as_json(data), "metadata": _as_json(metadata or {})}
            for earlier in self.by_display_id.get(display_id, ()):
                earlier.update(bundle)
            if not update:
                self.add({"output_type": kind, **bundle, **more}, display_id)

    def clear(self, wait: bool) -> None:
        with self.lock:
            self.flush()
            if wait:
                self.clear_before_next = True
            else:
                self.shown.clear()


class _Stream(io.TextIOBase):
    """What stands for ``sys.stdout`` and ``sys.stderr``."""

    encoding, errors = "UTF-8", "strict"  # type: ignore[assignment,unused-ignore]

    def __init__(self, name: str, outputs: _Outputs) -> None:
        self.name, self.outputs = name, outputs

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self.outputs.write(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return STREAMS[self.name]


class _Publisher(DisplayPublisher):
    shell: Any

    def publish(  # type: ignore[override,unused-ignore]
        self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
    ) -> None:
        display_id = (transient or {}).get("display_id", "")
        self.shell.caught.show("display_data", data, metadata, display_id, update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.caught.clear(wait)


class _Hook(DisplayHook):
    shell: Any

    def write_output_prompt(self) -> None:
        """Write none: a notebook stores the count."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.caught.show("execute_result", format_dict, md_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        """Write no line break."""


class ZmqlessShell(InteractiveShell):
    """A shell without profile, start-up files or history on disk.

    pandas shows tables as in a terminal unless a shell has a kernel, and "zmq" in the name of its type.
    """

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    kernel = None

    def __init__(self, **options: Any) -> None:
        self.caught = _Outputs()
        super().__init__(**options)  # type: ignore[no-untyped-call,unused-ignore]

    def init_hooks(self) -> None:
        """Show help where a kernel does, which is beside the notebook."""
        super().init_hooks()  # type: ignore[no-untyped-call,unused-ignore]
        self.set_hook("show_in_pager", as_hook(payloadpage.page), 99)  # type: ignore[no-untyped-call,unused-ignore]

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.caught.flush()
        error = {"ename": etype.__name__, "evalue": str(evalue), "traceback": [str(line) for line in stb]}
        self.caught.add({"output_type": "error", **error})

    def ask_exit(self) -> None:
        """Fail the cell that says ``exit``, as ``sys.exit`` does."""
        raise SystemExit


@lru_cache(maxsize=1)
def the_shell() -> ZmqlessShell:
    """Make the shell of this process, once; IPYTHONDIR should name an empty folder."""
    return ZmqlessShell.instance(  # type: ignore[no-any-return,unused-ignore]
        config=Config({"HistoryManager": {"hist_file": ":memory:"}})
    )


def run_cells(notebook: Any, begin: Callable[[int], object], done: Callable[[int, Any], object]) -> None:
    """Run the cells of a notebook until one fails, and put into it what they show.

    This process is of no use for anything else afterwards: its output is caught, its ``__main__`` is the notebook's.
    """
    shell = the_shell()
    packages = (place for place, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages")))
    sys.path.insert(next(packages, len(sys.path)), "")  # where a kernel has it: nothing hides what Python brings
    builtins.input = lambda prompt="": _no_input("raw_input")
    getpass.getpass = lambda *_, **__: _no_input("getpass")
    shell.caught.catch()
    loop = asyncio.new_event_loop()  # as in a kernel, cells run while it does; it is not closed: a thread may use it
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_run(shell, notebook, begin, done))


async def _run(
    shell: ZmqlessShell, notebook: Any, begin: Callable[[int], object], done: Callable[[int, Any], object]
) -> None:
    for index, cell in enumerate(notebook["cells"]):
        skipped = "skip-execution" in cell["metadata"].get("tags", ())
        if cell["cell_type"] != "code" or not cell["source"].strip() or skipped:
            continue
        begin(index)
        cell["outputs"] = shell.caught.start()
        cell["execution_count"] = shell.execution_count
        good = await _run_cell(shell, cell["source"])
        shell.caught.flush()
        cell["outputs"] = list(cell["outputs"])  # what threads show later is not for this cell
        if not good:
            cell["metadata"]["papermill"] = {**cell["metadata"].get("papermill", {}), "exception": True}
        done(index, cell)
        if not good:
            return
        await asyncio.sleep(0)  # let what cells have begun go on


async def _run_cell(shell: ZmqlessShell, source: str) -> bool:
    code, fault = source, None
    try:
        code = shell.transform_cell(source)  # type: ignore[no-untyped-call,unused-ignore]
    except Exception:
        fault = sys.exc_info()
    result = await shell.run_cell_async(
        source, store_history=True, transformed_cell=code, preprocessing_exc_tuple=fault
    )
    shell.events.trigger("post_execute")
    shell.events.trigger("post_run_cell", result)
    return bool(result.success)


def _as_json(bundle: Any) -> Any:
    """Give data as a message of JSON would carry them, and as they are now, whatever becomes of the objects."""
    return json.loads(json.dumps(bundle, default=_as_message))


def _as_message(value: Any) -> Any:
    """What is none of JSON's own types, as a kernel's message has it; loaded late, since that is rare."""
    from jupyter_client.jsonutil import json_default

    return json_default(value)


def _no_input(asked: str) -> Any:
    raise StdinNotImplementedError(f"{asked} was called, but this frontend does not support input requests.")
