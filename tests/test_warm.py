"""Warm kernels: each as if it had just been started, whatever became of the server or of others."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import papermill
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

from libya_analysis import warm
from libya_analysis.press.normalise import normalise_notebook, notebook_bytes
from libya_analysis.warm import client, provisioner, server
from libya_analysis.warm.engine import KERNEL, KERNEL_FILE, WarmEngine, WarmKernelManager, start_ahead, take
from libya_analysis.warm.worker import WarmExecutor

pytestmark = [
    pytest.mark.notebooks,
    pytest.mark.skipif(sys.platform != "linux", reason="there are no warm kernels but on Linux"),
]


@pytest.fixture(scope="module")
def runtime() -> Iterator[Path]:
    """Keep the servers of these tests apart from those of the user, and end them."""
    with tempfile.TemporaryDirectory(prefix="warm-") as folder:  # pytest's own can be too long for a socket
        yield Path(folder)
        for path in Path(folder).glob("*.sock"):
            if process := server_process(path):
                os.kill(process, signal.SIGKILL)


@pytest.fixture(autouse=True)
def fresh(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(provisioner, "_failure", provisioner._Failure())


def server_process(path: Path) -> int:
    """Get the process that listens at a socket, 0 if there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        if connection.connect_ex(str(path)):
            return 0
        return int(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])


def runs(process: int) -> bool:
    """Tell whether a process runs; one that has ended and is not yet reaped does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(seconds: float, condition: Callable[[], object]) -> bool:
    end = time.monotonic() + seconds
    while condition() and time.monotonic() < end:
        time.sleep(0.02)
    return not condition()


@asynccontextmanager
async def kernel(config: Config | None = None, **options: Any) -> AsyncIterator[tuple[AsyncKernelManager, Any]]:
    manager = WarmKernelManager(kernel_name=KERNEL, config=config or Config())
    await manager.start_kernel(**{"stderr": subprocess.DEVNULL, **options})
    channels = manager.client()
    channels.start_channels()
    try:
        await channels.wait_for_ready(timeout=60)
        yield manager, channels
    finally:
        channels.stop_channels()
        await manager.shutdown_kernel(now=True)


async def run(channels: Any, code: str) -> str:
    """Run code and get what it prints and shows, or the name of its error."""
    shown: list[str] = []

    def collect(message: dict[str, Any]) -> None:
        content = message["content"]
        shown.append(content.get("text") or content.get("ename") or content.get("data", {}).get("text/plain", ""))

    await channels.execute_interactive(code, output_hook=collect, timeout=60, allow_stdin=False)
    return "".join(shown).strip()


def once(code: str, **options: Any) -> str:
    """Run code in a kernel of its own, and make sure that the kernel is a warm one."""

    async def body() -> str:
        async with kernel(**options) as (manager, channels):
            assert isinstance(manager.provisioner.process, client.WarmProcess)
            return await run(channels, code)

    return do(body())


def do(body: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(body)


def test_variables_do_not_leak_and_two_kernels_run_at_once() -> None:
    async def body() -> None:
        async with kernel() as (first, one), kernel() as (second, two):
            assert first.provisioner.pid != second.provisioner.pid
            await run(one, "import pandas; secret = 1; pandas.secret = 2")
            assert await run(two, "import pandas; 'secret' in globals(), hasattr(pandas, 'secret')") == "(False, False)"
            answers = await asyncio.gather(run(one, "secret + 10"), run(two, "10 * 2"))
            assert answers == ["11", "20"]
        async with kernel() as (_, three):
            assert await run(three, "'secret' in globals()") == "False"

    do(body())


def test_modules_are_loaded_before_the_first_cell() -> None:
    loaded = once("import sys; print([name in sys.modules for name in ('pandas', 'networkx', 'plotly.graph_objects')])")
    assert loaded == "[True, True, True]"


def test_what_the_server_kept_out_can_be_imported() -> None:
    code = "import sys; print('rfc3987_syntax' in sys.modules); import rfc3987_syntax; print(rfc3987_syntax.__name__)"
    assert once(code) == "False\nrfc3987_syntax"


def test_a_debugger_knows_what_is_no_code_of_the_user() -> None:
    code = "import ipykernel.ipkernel, pandas, sys; kernel = get_ipython().kernel; kernel._kernel_modules"
    known = f"{code.rpartition(';')[0]}; print(pandas.__file__ in kernel._kernel_modules, len(kernel._kernel_modules))"
    found, number = once(known).split()
    assert found == "True" and int(number) > 1000
    assert once("import ipykernel.ipkernel, sys; print(ipykernel.ipkernel.sys is sys)") == "True"


@pytest.mark.parametrize(
    "settings",
    [
        ["--IPKernelApp.exec_lines=a, b = 7, 8"],  # a list
        ["--IPKernelApp.exec_lines=a = 7", "--IPKernelApp.exec_lines=b = 8"],  # of two parts
        ["-c", "a, b = 7, 8"],  # by a short name
    ],
)
def test_settings_are_understood_as_ordinary_kernels_understand_them(settings: list[str]) -> None:
    assert once("print(a, b)", extra_arguments=settings) == "7 8"


def test_random_numbers_differ() -> None:
    code = "import random, numpy as np; print(random.random(), np.random.rand(), np.random.default_rng().random())"
    first, second = once(code).split(), once(code).split()
    assert len(first) == 3
    assert not set(first) & set(second)


def test_interrupt_ends_a_cell_and_not_the_kernel() -> None:
    async def body() -> None:
        async with kernel() as (manager, channels):
            task = asyncio.create_task(run(channels, "print('begun', flush=True)\nwhile True: pass"))
            await asyncio.sleep(0.5)
            await manager.interrupt_kernel()
            assert (await task).split() == ["begun", "KeyboardInterrupt"]
            assert await run(channels, "1 + 1") == "2"

    do(body())


def test_restart_forgets_and_keeps_the_ports() -> None:
    async def body() -> None:
        async with kernel() as (manager, channels):
            await run(channels, "secret = 1")
            before, process = manager.get_connection_info(), manager.provisioner.pid
            await manager.restart_kernel()
            await channels.wait_for_ready(timeout=60)
            assert await run(channels, "'secret' in globals()") == "False"
            assert manager.get_connection_info() == before
            assert manager.provisioner.pid != process
            assert isinstance(manager.provisioner.process, client.WarmProcess)

    do(body())


@pytest.mark.parametrize("now", [True, False])
def test_shutdown_ends_the_process(now: bool) -> None:
    async def body() -> None:
        async with kernel() as (manager, _):
            process = manager.provisioner.pid
            await manager.shutdown_kernel(now=now)
            assert not await manager.is_alive()
            assert gone_within(10, lambda: runs(process))
            assert not Path(manager.connection_file).exists()

    do(body())


def test_exit_handlers_run_and_the_exit_code_arrives(tmp_path: Path) -> None:
    async def body() -> int | None:
        async with kernel(cwd=str(tmp_path)) as (manager, channels):
            await run(channels, "import atexit, pathlib; atexit.register(pathlib.Path('left').touch)")
            process = manager.provisioner.process
            await manager.shutdown_kernel(now=False)
            return process.returncode

    assert do(body()) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["left"]


def test_a_killed_kernel_is_seen_to_be_dead() -> None:
    async def body() -> None:
        async with kernel() as (manager, _):
            process = manager.provisioner.process
            os.kill(process.pid, signal.SIGKILL)
            for _ in range(500):
                if not await manager.is_alive():
                    break
                await asyncio.sleep(0.01)
            assert not await manager.is_alive()
            assert process.returncode == -signal.SIGKILL

    do(body())


def test_a_killed_server_takes_its_kernels_along_and_another_is_started() -> None:
    async def body() -> None:
        async with kernel() as (manager, _):
            path = client.server_socket(os.environ, str(Path.cwd()))
            server, process = server_process(path), manager.provisioner.pid
            assert server
            os.kill(server, signal.SIGKILL)
            assert gone_within(10, lambda: runs(process))
            assert not await manager.is_alive()
        async with kernel() as (manager, channels):
            assert isinstance(manager.provisioner.process, client.WarmProcess)
            assert await run(channels, "1 + 1") == "2"
            assert server_process(path) not in (0, server)

    do(body())


def test_a_kernel_ends_with_its_client() -> None:
    code = (
        "import asyncio, os, signal\n"
        "from libya_analysis.warm.engine import WarmKernelManager\n"
        "async def main():\n"
        "    manager = WarmKernelManager(kernel_name='libya-warm')\n"
        "    await manager.start_kernel()\n"
        "    print(type(manager.provisioner.process).__name__, manager.provisioner.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, timeout=100)
    kind, process = done.stdout.split()
    assert kind == "WarmProcess"
    assert gone_within(10, lambda: runs(int(process)))


PLACE = """
import json, os, sys, pandas as pd, plotly.io as pio, numpy as np, threading, locale, tempfile
print(json.dumps({
    "cwd": os.getcwd(), "path": sys.path, "prefix": sys.prefix, "argv": sys.argv[0], "flags": list(sys.flags),
    "env": {k: v for k, v in os.environ.items() if k != "JPY_PARENT_PID"}, "renderer": pio.renderers.default,
    "columns": pd.get_option("display.max_columns"), "rows": pd.get_option("display.max_rows"), "main": __name__,
    "encoding": [sys.stdout.encoding, sys.getfilesystemencoding(), locale.getlocale()],
    "temporary": tempfile.gettempdir(),
    "threads": sorted(thread.name.split("-")[0] for thread in threading.enumerate()),
    "tasks": np.ones((300, 300)).dot(np.ones((300, 300))).shape and len(os.listdir("/proc/self/task")),
    "umask": [os.umask(0o22), os.umask(0o22)][0],
}))
"""


def test_a_kernel_sees_what_an_ordinary_one_would_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.joinpath("more").mkdir()
    monkeypatch.chdir(tmp_path)
    env = {
        **os.environ,
        "PYTHONPATH": f"more{os.pathsep}{Path(__file__).parents[1]}",
        "COLOUR": "blue",
        "TZ": "Asia/Tokyo",
    }
    here = json.loads(once(PLACE, env=dict(env), cwd=str(tmp_path)))

    async def ordinary() -> str:
        manager = AsyncKernelManager(kernel_name="python3")
        history = ["--HistoryManager.hist_file=:memory:"]
        await manager.start_kernel(env=dict(env), cwd=str(tmp_path), stderr=subprocess.DEVNULL, extra_arguments=history)
        channels = manager.client()
        channels.start_channels()
        await channels.wait_for_ready(timeout=60)
        try:
            return await run(channels, PLACE)
        finally:
            channels.stop_channels()
            await manager.shutdown_kernel(now=True)

    there = json.loads(do(ordinary()))
    assert here == there
    assert here["cwd"] == str(tmp_path)
    assert here["env"]["COLOUR"] == "blue"
    assert str(tmp_path / "more") in here["path"]
    assert (here["renderer"], here["columns"]) == ("plotly_mimetype", 20)


def test_only_the_user_may_open_the_socket() -> None:
    once("1")
    path = client.server_socket(os.environ, str(Path.cwd()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_ISSOCK(path.stat().st_mode)


def test_nonsense_on_the_socket_is_refused_and_the_server_goes_on() -> None:
    once("1")
    path = client.server_socket(os.environ, str(Path.cwd()))
    server = server_process(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(path))
        connection.sendall(struct.pack("!I", 7) + b"nothing")
        assert b"refused" in connection.recv(1000)
    assert once("1 + 1") == "2"
    assert server_process(path) == server


def test_an_idle_server_ends() -> None:
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    path = client.server_socket(env, str(Path.cwd()))
    short = Config(WarmProvisioner={"idle_seconds": 0.2})
    assert once("hash('libya')", config=short, env=dict(env)) == once("hash('libya')", config=short, env=dict(env))
    assert gone_within(10, path.exists)


def test_an_idle_server_ends_soon_when_it_has_been_replaced(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LOOK_AROUND", 0.05)
    own, other, newer = (runtime / f"{name}.sock" for name in ("w-one-1", "w-two-1", "w-one-2"))
    with server._listen(str(own)) as listener:
        os.utime(own, (1, 1))
        other.touch()  # of another place
        began = time.monotonic()
        assert server.serve(listener, 0.4) is None and time.monotonic() - began >= 0.4
        newer.touch()
        began = time.monotonic()
        assert server.serve(listener, 60) is None and time.monotonic() - began < 10
    for path in (own, other, newer):
        path.unlink()


def test_another_package_has_another_server(tmp_path: Path) -> None:
    package = tmp_path / "libya_analysis"
    package.mkdir()
    source = package / "__init__.py"
    source.write_text("number = 1\n")
    before = client.server_socket(os.environ, str(tmp_path))
    code = "import sys; print('libya_analysis' in sys.modules); import libya_analysis; print(libya_analysis.number)"
    assert once(code, cwd=str(tmp_path)) == "True\n1"
    source.write_text("number = 2\n")
    after = client.server_socket(os.environ, str(tmp_path))
    assert after != before and after.name.rpartition("-")[0] == before.name.rpartition("-")[0]
    assert once(code, cwd=str(tmp_path)) == "True\n2"
    assert client.server_socket(os.environ, str(tmp_path)) != client.server_socket(os.environ, str(Path.cwd()))


def fallback(**options: Any) -> list[str]:
    """Run two kernels that cannot be warm and get what was warned of."""

    async def body() -> None:
        for _ in range(2):
            async with kernel(**options) as (manager, channels):
                assert isinstance(manager.provisioner.process, subprocess.Popen)
                assert await run(channels, "1 + 1") == "2"

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        do(body())
    return [str(warning.message) for warning in caught if "warm" in str(warning.message)]


def test_without_a_server_kernels_are_ordinary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "server.py"
    broken.write_text("raise SystemExit('out of luck')\n")
    monkeypatch.setattr(client, "SERVER", broken)
    assert fallback() == ["no warm kernels, but ordinary ones: the server cannot be started: out of luck"]


def test_where_there_is_no_fork_kernels_are_ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provisioner, "sys", SimpleNamespace(platform="win32", executable=sys.executable))
    assert fallback() == ["no warm kernels, but ordinary ones: warm kernels need Linux, and this is win32"]


def test_a_server_with_threads_does_not_fork(tmp_path: Path) -> None:
    tmp_path.joinpath("libya_analysis").mkdir()
    source = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    tmp_path.joinpath("libya_analysis", "__init__.py").write_text(source)
    (warning,) = fallback(cwd=str(tmp_path))
    assert "1 thread(s)" in warning


def test_a_library_that_can_do_without_its_thread_does(tmp_path: Path) -> None:
    """As pyarrow can, which pandas imports where it is installed; it stands for it here."""
    tmp_path.joinpath("libya_analysis").mkdir()
    source = (
        "import os, threading\n"
        "if 'background_thread:false' not in os.environ.get('JE_ARROW_MALLOC_CONF', ''):\n"
        "    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    )
    tmp_path.joinpath("libya_analysis", "__init__.py").write_text(source)
    code = "import os, libya_analysis; print('JE_ARROW_MALLOC_CONF' in os.environ, libya_analysis.__file__)"
    assert once(code, cwd=str(tmp_path)) == f"False {tmp_path / 'libya_analysis' / '__init__.py'}"


def test_pyarrow_keeps_no_kernel_from_being_warm() -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed, and need not be")
    code = """
    import io, sys, pyarrow, pyarrow.compute, pyarrow.csv, pyarrow.parquet
    table = pyarrow.csv.read_csv(io.BytesIO(b"a,b\\n" + b"1,2\\n" * 100_000))
    pyarrow.parquet.write_table(table, file := io.BytesIO())
    print(pyarrow.compute.sum(pyarrow.parquet.read_table(file)["b"]))
    """
    assert once("import sys; print('pyarrow' in sys.modules)") == "True"
    assert once(code) == "200000"


def notebook(path: Path, *cells: str) -> Path:
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    for number, cell in enumerate(node.cells):
        cell.id = f"cell-{number}"
    node.cells[0].metadata["tags"] = ["parameters"]
    node.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(node, path)
    return path


CELLS = (
    "number = 1",
    "import pandas as pd, plotly.express as px",
    "frame = pd.DataFrame({f'column {n}': range(n, n + number) for n in range(30)})",
    "frame",
    "print(frame)",
    "px.bar(x=['a', 'b'], y=[number, 2])",
    "import numpy as np\nm = np.random.default_rng(1).random((200, 200))\nfloat(np.linalg.inv(m @ m.T).sum())",
    "import sys\nprint('to stderr', file=sys.stderr)\nset('libya')",
)


def test_the_same_notebook_has_the_same_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    source = notebook(tmp_path / "source.ipynb", *CELLS)
    ordinary = papermill.execute_notebook(
        str(source), None, {"number": 3}, kernel_name="python3", progress_bar=False, execution_timeout=60
    )
    quick = warm.execute_notebook(source, tmp_path / "quick.ipynb", {"number": 3}, execution_timeout=60)
    expected = notebook_bytes(normalise_notebook(ordinary))
    assert "plotly" in expected.decode()
    assert notebook_bytes(normalise_notebook(quick)) == expected
    assert notebook_bytes(normalise_notebook(nbformat.read(tmp_path / "quick.ipynb", as_version=4))) == expected


def test_a_cell_that_fails_leaves_the_notebook_as_far_as_it_came(tmp_path: Path) -> None:
    source = notebook(tmp_path / "source.ipynb", "print('first')", "1 / 0", "print('last')")
    with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
        warm.execute_notebook(source, tmp_path / "out.ipynb", execution_timeout=60)
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert "first" in json.dumps(cells)
    assert cells[-1].execution_count is None


@pytest.mark.parametrize("last", ["import time; time.sleep(60)", "import os, signal; os.kill(os.getpid(), 9)"])
def test_a_time_limit_or_a_dead_kernel_leaves_the_notebook_too(last: str, tmp_path: Path) -> None:
    source = notebook(tmp_path / "source.ipynb", "print('first')", last)
    with pytest.raises(Exception, match=r"(?i)time|died"):
        warm.execute_notebook(source, tmp_path / "out.ipynb", execution_timeout=2)
    assert "first" in tmp_path.joinpath("out.ipynb").read_text()


def test_a_kernel_that_was_started_ahead(tmp_path: Path) -> None:
    source = notebook(tmp_path / "source.ipynb", "import os\nprint(os.getpid(), os.getcwd())")
    taken = take(start_ahead(cwd=str(tmp_path), stderr=subprocess.DEVNULL))
    assert taken
    ahead = taken().provisioner.pid
    book = warm.execute_notebook(source, None, kernel_manager_class=taken, execution_timeout=60)
    assert book.cells[0].outputs[0].text == f"{ahead} {tmp_path}\n"
    assert gone_within(5, lambda: runs(ahead))


def test_a_kernel_that_was_started_ahead_and_died_is_not_taken(tmp_path: Path) -> None:
    started = start_ahead(cwd=str(tmp_path), stderr=subprocess.DEVNULL)
    first = take(started)
    assert first
    manager = first()
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    assert gone_within(5, lambda: manager.provisioner.process.poll() is None)
    assert take(started) is None and not Path(manager.connection_file).exists()


def test_kernel_provisioner_and_engine_are_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed anew after a change of pyproject.toml: `make` does it."""
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    spec = KernelSpecManager().get_kernel_spec(KERNEL)
    assert Path(spec.resource_dir, "kernel.json").read_bytes() == KERNEL_FILE.read_bytes()
    (engine,) = entry_points(group="papermill.engine", name=KERNEL)
    assert engine.load() is WarmEngine
    (found,) = entry_points(group="jupyter_client.kernel_provisioners", name="libya-warm-provisioner")
    assert found.load() is provisioner.WarmProvisioner
    source = notebook(tmp_path / "source.ipynb", "import sys", "print('pandas' in sys.modules)")
    done = papermill.execute_notebook(str(source), None, kernel_name=KERNEL, progress_bar=False, execution_timeout=60)
    assert done.cells[-1].outputs[0].text == "True\n"


# -- workers


def test_workers_work_at_once_and_end_with_the_executor() -> None:
    with WarmExecutor(2) as pool:
        processes = [pool.submit(os.getpid) for _ in range(8)]
        slow = [pool.submit(time.sleep, 0.5) for _ in range(2)]
        assert pool.submit(divmod, 7, 2).result(60) == (3, 1)
        assert all(future.result(60) is None for future in slow)
        found = {future.result(60) for future in processes}
        assert os.getpid() not in found and all(map(runs, found))
        with pytest.raises(ZeroDivisionError):
            pool.submit(divmod, 7, 0).result(60)
    assert gone_within(5, lambda: any(map(runs, found)))


def test_a_worker_that_dies_breaks_its_executor() -> None:
    with WarmExecutor(1) as pool:
        dead, waiting = pool.submit(os._exit, 3), pool.submit(divmod, 7, 2)
        for future in (dead, waiting):
            with pytest.raises(BrokenProcessPool):
                future.result(60)
        with pytest.raises(BrokenProcessPool):
            pool.submit(divmod, 7, 2)


class Picky(Exception):
    """An error that cannot be made again from what it holds."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


def raise_picky() -> None:
    """Raise it."""
    raise Picky("one", "two")


def test_a_result_that_cannot_be_sent_fails_its_own_task_alone() -> None:
    with WarmExecutor(1, {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}) as pool:
        odd, good = pool.submit(raise_picky), pool.submit(divmod, 7, 2)
        with pytest.raises(TypeError, match="two"):
            odd.result(60)
        assert good.result(60) == (3, 1)
        with pytest.raises((RuntimeError, TypeError), match="pickle"):
            pool.submit(os.scandir, ".").result(60)
        assert pool.submit(divmod, 7, 2).result(60) == (3, 1)


def test_workers_end_with_who_asked_for_them(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import os, pathlib, time\nfrom libya_analysis.warm.worker import WarmExecutor\n"
        f"pool = WarmExecutor(1)\npathlib.Path({str(note)!r}).write_text(str(pool.submit(os.getpid).result(60)))\n"
        "pool.submit(time.sleep, 60)\ntime.sleep(60)"
    )
    asker = subprocess.Popen([sys.executable, "-c", code])
    assert gone_within(60, lambda: not (note.exists() and note.read_text()))
    worker = int(note.read_text())
    assert runs(worker)
    asker.kill()
    asker.wait()
    assert gone_within(5, lambda: runs(worker))


def test_without_a_server_there_are_no_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "server.py"
    broken.write_text("raise SystemExit('out of luck')\n")
    monkeypatch.setattr(client, "SERVER", broken)
    with pytest.raises(client.ServerError, match="out of luck"):
        WarmExecutor(2)
