"""The fork server: one process that has imported everything heavy and forks a ready kernel for whoever asks.

Run as a script, with the path of its socket, the folder of the package and the seconds after which it ends when idle.
It says ``ready`` once it listens. One connection is one kernel: the client sends what a kernel needs to know (see
`receive_request`); the kernel answers with its process id and ports; the server says at last how it ended. If the
client goes away first, the server kills the kernel. Instead of a kernel the child can be a worker: a process that
calls a function named in the request. Nothing but the standard library is imported before the preload.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import re
import selectors
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

#: What a report imports, found by comparing `sys.modules` before and after one; a name that is missing is left out.
PRELOADED = (
    "numpy pandas networkx nbformat anywidget ipywidgets sqlite3 pdb cProfile "
    "plotly.graph_objects plotly.io._renderers plotly.io._base_renderers plotly.io._html plotly.offline plotly.express "
    "IPython.core.completerlib IPython.core.debugger IPython.core.oinspect IPython.extensions.storemagic "
    "IPython.core.pylabtools psutil faulthandler "
    "ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell ipykernel.debugger ipykernel.displayhook "
    "tornado.platform.asyncio encodings.idna matplotlib_inline.backend_inline matplotlib_inline.config "
    "pandas.core.methods.to_dict pandas.core.reshape.reshape pandas.io.formats.string "
    "plotly.graph_objs.layout.annotation plotly.graph_objs.layout.hoverlabel plotly.graph_objs.layout.legend "
    "plotly.graph_objs.layout.shape plotly.graph_objs.layout.template.data plotly.graph_objs.layout.title.subtitle "
    "plotly.graph_objs.layout.xaxis plotly.graph_objs.scatter.marker "
    "libya_analysis.charts libya_analysis.words.briefing libya_analysis.analysis.proxies "
    "libya_analysis.analysis.changes "
    "libya_analysis.evidence.question papermill nbclient libya_analysis.press.run libya_analysis.warm.worker"
).split()
#: Modules that look for the kernel they run in when they are imported: each kernel imports them anew.
FORGOTTEN = ("plotly.io._renderers", "ipywidgets", "tqdm.auto", "tqdm.autonotebook")
#: jsonschema takes these grammars if they are there, and compiles them for more than a second when it is imported.
BLOCKED = ("rfc3987_syntax",)
#: Libraries start threads when they are loaded, and a process with threads must not fork. Those that a kernel gets
#: back are to sleep when they have no work: OpenBLAS lets them spin for 0.1 s, in which a kernel could have started.
#: pyarrow, which pandas imports where it is installed, brings an allocator with a thread of its own.
SINGLE_THREADED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_THREAD_TIMEOUT": "4",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
#: Settings that kernels of reports are given, which need no parser: class, trait, value.
_PLAIN = re.compile(
    r"--(IPKernelApp|HistoryManager|IPythonKernel)\.(connection_file|log_level|hist_file|_execute_sleep)=(.*)",
    re.DOTALL,
)
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
REQUEST_TIMEOUT = 5
#: Seconds after which an idle server looks whether there is one in its place.
LOOK_AROUND = 20.0
_PR_SET_PDEATHSIG = 1

Request = dict[str, Any]


def main(path: str, package: str, idle: float) -> None:
    """Preload, listen at the path, and serve until nothing has been asked for as long as `idle`."""
    if os.fork():
        os._exit(0)  # the client need not wait for this process
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.path and sys.path[0] == str(Path(__file__).parent):
        del sys.path[0]  # put there because this is run as a script; no kernel has it
    before = dict(os.environ)
    _preload(Path(package))
    added = {name: value for name, value in os.environ.items() if name not in {*before, *SINGLE_THREADED}}
    if threads := _threads():
        sys.exit(f"a preloaded module started {threads} thread(s): a process with threads cannot fork kernels")
    listener = _listen(path)
    print("ready", flush=True)
    _redirect({0: os.devnull, 1: os.devnull, 2: os.devnull})
    if request := serve(listener, idle):
        run_child(*request, added)
    else:
        Path(path).unlink(missing_ok=True)


def serve(listener: socket.socket, idle: float) -> tuple[socket.socket, Request, list[int]] | None:
    """Fork a kernel for each request. Returns None in the server when it is idle, a request in each kernel."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    kernels: dict[int, tuple[int, socket.socket]] = {}  # by process: what tells of its end, and who asked for it
    since = time.monotonic()
    while True:
        events = selector.select(None if kernels else min(idle, LOOK_AROUND))
        if events:
            since = time.monotonic()
        elif time.monotonic() - since >= idle or _superseded(Path(listener.getsockname())):
            return None
        for key, _ in events:
            if key.fileobj is listener:
                connection, _ = listener.accept()
                streams: list[int] = []
                try:
                    request, streams = receive_request(connection)
                    if threads := _threads():
                        raise OSError(f"the server has {threads} thread(s) too many")
                    process = os.fork()
                except (OSError, ValueError) as error:
                    send_line(connection, {"refused": str(error)})
                    for file in (connection, *streams):
                        _close(file)
                    continue
                if process == 0:
                    for inherited in list(selector.get_map().values()):
                        _close(inherited.fileobj)
                    selector.close()
                    return connection, request, streams
                for stream in streams:
                    os.close(stream)
                ended = os.pidfd_open(process)
                kernels[process] = ended, connection
                selector.register(ended, selectors.EVENT_READ, process)
                selector.register(connection, selectors.EVENT_READ, process)
            elif key.data in kernels:
                process = key.data
                ended, connection = kernels[process]
                if key.fileobj is connection:  # a client sends nothing after its request: it has gone
                    selector.unregister(connection)
                    for kill in (os.killpg, os.kill):  # it may not yet be the leader of a group
                        with contextlib.suppress(ProcessLookupError):
                            kill(process, signal.SIGKILL)
                    continue
                del kernels[process]
                _, status = os.waitpid(process, 0)
                send_line(connection, {"exit": os.waitstatus_to_exitcode(status)})
                selector.unregister(ended)
                os.close(ended)
                if connection in selector.get_map():
                    selector.unregister(connection)
                connection.close()


def _superseded(path: Path) -> bool:
    """Whether the same place has a newer server, because the package or what is installed changed."""
    with contextlib.suppress(OSError):
        began = path.stat().st_mtime_ns
        place = path.name.rpartition("-")[0]
        return any(other.stat().st_mtime_ns > began for other in path.parent.glob(f"{place}-*.sock"))
    return False


def receive_request(connection: socket.socket) -> tuple[Request, list[int]]:
    """Read a request: four bytes of length, with them descriptors, then JSON.

    The descriptors are those of stdout, stderr and, of a worker, the socket over which it gets its work.

    Raises
    ------
    OSError
        If somebody else's process asks, or what comes is not a request.
    """
    if peer(connection) != os.getuid():
        raise OSError("only processes of the same user may ask for kernels")
    connection.settimeout(REQUEST_TIMEOUT)
    header, streams, _, _ = socket.recv_fds(connection, 4, 3)
    with connection.makefile("rb") as file:
        request = json.loads(file.read(struct.unpack("!I", header)[0])) if len(header) == 4 else None
    if not isinstance(request, dict) or len(streams) != (3 if request.get("call") else 2):
        raise OSError("not a request for a kernel")
    connection.settimeout(None)
    return request, streams


def send_line(connection: socket.socket, message: dict[str, Any]) -> None:
    """Send a message as a line of JSON; a client that has gone does not matter."""
    with contextlib.suppress(OSError):
        connection.sendall(json.dumps(message).encode() + b"\n")


def peer(connection: socket.socket) -> int:
    """Get the user at the other end of a connection."""
    _, user, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(user)


def run_child(connection: socket.socket, request: Request, streams: list[int], added: dict[str, str]) -> None:
    """Be the kernel or the worker that the request asks for, as if this process had just been started.

    `added` is what modules put into the environment when they were imported.
    """
    server = os.getppid()
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody would tell the client of its end
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _redirect({1: streams[0], 2: streams[1]})
    for stream in streams[:2]:
        os.close(stream)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(added | request["env"])
    time.tzset()
    tempfile.tempdir = None
    gc.enable()
    if "numpy" in sys.modules:  # `random` seeds itself anew after a fork
        sys.modules["numpy"].random.seed()
        _restore_blas_threads()

    sys.argv = request["argv"]
    if request.get("call"):
        module, _, function = request["call"].partition(":")
        send_line(connection, {"pid": os.getpid(), "ports": {}})
        connection.close()
        getattr(importlib.import_module(module), function)(streams[2])
        return
    app = _kernel_class().instance(parent_handle=server, choose_ports=request["choose_ports"])
    app.initialize(sys.argv[1:])
    send_line(connection, {"pid": os.getpid(), "ports": {port: getattr(app, port) for port in PORTS}})
    connection.close()
    app.start()


@lru_cache(maxsize=1)
def _kernel_class() -> Any:
    from ipykernel import ipkernel
    from ipykernel.kernelapp import IPKernelApp
    from traitlets import Bool
    from traitlets.config.loader import Config, DeferredConfigString

    files = [file for module in sys.modules.copy().values() if (file := getattr(module, "__file__", None))]

    class WarmKernelApp(IPKernelApp):  # type: ignore[misc,unused-ignore]
        """A kernel that chooses its own ports, so that no other process can take them first, and reports them.

        It does not look at all there is in memory when it starts: each page that it writes to, and be it to count who
        refers to an object, is a page to be copied.
        """

        choose_ports = Bool(True)

        def parse_command_line(self, argv: list[str] | None = None) -> None:
            """Take plain settings as they are, without making a parser of all settings that there could be."""
            words = [f"--IPKernelApp.connection_file={argv[1]}", *argv[2:]] if argv and argv[0] == "-f" else []
            settings = [setting.groups() for word in words if (setting := _PLAIN.fullmatch(word))]
            if not words or len({setting[:2] for setting in settings}) < len(words):
                return super().parse_command_line(argv)
            self.argv, self.extra_args = list(argv or ()), []
            self.cli_config = Config()
            for where, name, value in settings:
                self.cli_config[where][name] = DeferredConfigString(value)
            self.update_config(self.cli_config)

        def init_kernel(self) -> None:
            """Make the kernel; the modules' files, which its debugger is to know, have been listed before."""
            vars(ipkernel)["sys"] = SimpleNamespace(**{**vars(sys), "modules": {}})
            try:
                super().init_kernel()  # type: ignore[no-untyped-call,unused-ignore]
            finally:
                vars(ipkernel)["sys"] = sys
            self.kernel._kernel_modules = files
            if debugger := getattr(self.kernel, "debugger", None):
                debugger.kernel_modules = files

        def load_connection_file(self, connection_file: str | None = None) -> None:
            super().load_connection_file(connection_file)
            if self.choose_ports:
                for port in PORTS:
                    setattr(self, port, 0)

        def write_connection_file(self, **_: Any) -> None:
            """Leave the file to the client, who writes it when it knows the ports."""

    return WarmKernelApp


class _Shell:
    """What a module sees that asks in which shell it is imported: one in a kernel."""

    kernel = None


def _preload(package: Path) -> None:
    os.environ.update(SINGLE_THREADED)
    sys.modules.update(dict.fromkeys(BLOCKED))  # type: ignore[arg-type]
    vars(builtins)["get_ipython"] = _Shell  # pandas shows tables otherwise than in a terminal
    sys.path.insert(0, str(package.parent))  # a kernel started in a checkout takes the package from there
    try:
        for name in PRELOADED:
            if importlib.util.find_spec(name.partition(".")[0]):
                with contextlib.suppress(ModuleNotFoundError):
                    importlib.import_module(name)
    finally:
        sys.path.remove(str(package.parent))
        del vars(builtins)["get_ipython"]
        for name in BLOCKED:
            del sys.modules[name]
    _use_once()
    _kernel_class()
    for name in FORGOTTEN:
        if sys.modules.pop(name, None):
            parent, _, child = name.rpartition(".")
            if parent:
                delattr(sys.modules[parent], child)
    gc.collect()
    gc.disable()
    gc.freeze()  # a collection in a kernel would otherwise copy every page it looks at


def _use_once() -> None:
    """Use what loads its parts when first used."""
    if {"pandas", "plotly.graph_objects"} <= sys.modules.keys():
        frame = sys.modules["pandas"].DataFrame({"day": ["2020-01-12"], "number": [1]})
        frame.groupby("day").sum()._repr_html_()
        figure = sys.modules["plotly.graph_objects"].Figure()
        figure.add_scatter(x=frame["day"], y=frame["number"], mode="lines+markers+text", text=["a"], line={"width": 1})
        figure.add_annotation(text="a", x=0, y=0).add_shape(type="rect", x0=0, y0=0, x1=1, y1=1)
        figure.update_layout(title="a", legend={"x": 1}, xaxis={"range": [0, 1]}, yaxis={"visible": False})
        figure.to_plotly_json()
        figure.to_json()
    if render := sys.modules.get("libya_analysis.press.render"):
        with contextlib.suppress(Exception):
            render.prime()
    if {"libya_analysis", "libya_analysis.charts"} <= sys.modules.keys():
        ours = sys.modules["libya_analysis"]
        with contextlib.suppress(Exception):  # tables of the user's own may have faults: their reports will say so
            tables = ours.load_tables()
            network = ours.build_network(tables)
            ours.draw_network(network).to_json()
            ours.draw_timeline(ours.build_timeline(tables)).to_json()
            ours.edge_table(network)._repr_html_()


def _listen(path: str) -> socket.socket:
    Path(path).unlink(missing_ok=True)  # of a server that was killed: the client has tried it, and holds the lock
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(before)
    listener.listen(128)
    return listener


def _close(file: Any) -> None:
    """Close a socket as a socket: it would otherwise close its number again when that belongs to another."""
    os.close(file) if isinstance(file, int) else file.close()


def _threads() -> int:
    """Count the threads beside the main one, those of libraries too."""
    return max(threading.active_count(), len(list(Path("/proc/self/task").iterdir()))) - 1


def _redirect(targets: dict[int, str | int]) -> None:
    for descriptor, target in targets.items():
        opened = os.open(target, os.O_RDWR) if isinstance(target, str) else target
        os.dup2(opened, descriptor)
        if opened != target:
            os.close(opened)


def _restore_blas_threads() -> None:
    """Give OpenBLAS the threads that it would have had: sums could otherwise differ in the last digit."""
    wanted = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or ""
    number = int(wanted) if wanted.isdigit() else len(os.sched_getaffinity(0))
    lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    loaded = {line.split(maxsplit=5)[-1] for line in lines if "openblas" in line}  # a path may have spaces
    for library in map(ctypes.CDLL, sorted(loaded)):
        for name in ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_", "openblas_set_num_threads"):
            if hasattr(library, name):
                getattr(library, name)(number)
                break


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
