"""Make many reports: only those whose ingredients changed, several at a time, each there whole or not at all."""

from __future__ import annotations

import datetime as dt
import html
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import LibyaAnalysisError, ParameterError, ReportError, did_you_mean
from libya_analysis.evidence.folders import DATA_VARIABLE
from libya_analysis.press import files
from libya_analysis.press.executors import end_waiting, open_executor
from libya_analysis.press.index import CHANGES, FAILED, render_index, render_page
from libya_analysis.press.jobs import Job, Made, make, make_shared, shared_name
from libya_analysis.press.spec import ReportSpec
from libya_analysis.warm.client import KERNEL as WARM
from libya_analysis.warm.client import ServerError

#: Seconds that a worker may take for the file that reports share.
SHARE_TIMEOUT = 60
#: Seconds that a command of ``on_change`` may take.
COMMAND_TIMEOUT = 300

#: Says what differs between two folders of tables: as text (empty if nothing), and as markup.
Compare = Callable[[Path, Path], tuple[str, str]]


@dataclass(frozen=True)
class Settings:
    """How reports are made.

    Attributes
    ----------
    timeout, run_timeout : int
        Seconds that one cell and one report may take.
    jobs : int
        Reports at a time; 0 for as many as there are cores.
    dask : str
        Address of a Dask scheduler, or ``local``.
    kernel : str
        ``libya-warm``, for kernels and workers that a server forks, with ordinary ones where it cannot be had;
        ``ordinary``; or the name of an installed kernel, with the papermill engine of that name if there is one.
    force : bool
        Whether to make reports anew whose ingredients have not changed.
    wait : float
        Seconds to wait for another run in the same folder.
    keep : int
        Earlier versions of a report to keep.
    compare : callable, optional
        Says what changed in the tables since the report of before.
    """

    timeout: int = 120
    run_timeout: int = 900
    jobs: int = 0
    dask: str = ""
    kernel: str = WARM
    force: bool = False
    wait: float = 0
    keep: int = 0
    compare: Compare | None = None


@dataclass(frozen=True)
class ReportResult:
    """What became of a report: the files it wrote, or why there are none."""

    name: str
    seconds: float
    error: str = ""
    html: Path | None = None
    notebook: Path | None = None
    changes: Path | None = None
    unchanged: bool = False

    @property
    def ok(self) -> bool:
        """Whether the report is there, new or unchanged."""
        return not self.error

    @property
    def status(self) -> str:
        """In one word: made, unchanged or failed."""
        return "failed" if self.error else "unchanged" if self.unchanged else "made"


class StoppedError(LibyaAnalysisError):
    """A signal ended the run; what had been made by then is whole.

    Attributes
    ----------
    signal : int
        Its number.
    """

    def __init__(self, number: int) -> None:
        self.signal = number
        super().__init__(f"stopped by {signal.Signals(number).name}; the next run makes what is missing")


def run_reports(
    specs: Sequence[ReportSpec],
    out: Path,
    version: str,
    settings: Settings | None = None,
    done: Callable[[ReportResult], None] | None = None,
) -> list[ReportResult]:
    """Make reports, and ``index.html``, a list of all reports in the folder.

    Parameters
    ----------
    specs : sequence of ReportSpec
        Reports whose parameters have been checked.
    out : Path
        Folder to write to; made if it is not there.
    version : str
        Version of the package, for the foot of the pages.
    settings : Settings, optional
        How they are made.
    done : callable, optional
        Called with each result as it comes.

    Returns
    -------
    list of ReportResult
        In the order of the specs. A report that failed leaves the one before it in place, and the notebook as far as
        it came as ``NAME.failed.ipynb``.

    Raises
    ------
    ParameterError
        If another run has the folder, or there is no such kernel.
    ReportError
        If the folder cannot be written to, or a report would overwrite what is none.
    StoppedError
        If SIGINT or SIGTERM ended the run.
    """
    settings = settings or Settings()
    _check_kernel(settings.kernel)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with files.locked(out, settings.wait), _signals() as stopped:
            return _Batch(specs, out, version, settings, done, stopped).run()
    except BrokenPipeError:  # not the folder's fault: nobody reads any more what is printed
        raise
    except OSError as error:
        raise ReportError(f"{out}: {error.strerror or error}") from error
    finally:
        end_waiting()


def _check_kernel(name: str) -> None:
    if name in ("ordinary", WARM):
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = KernelSpecManager().find_kernel_specs()
    if name not in known:
        raise ParameterError(f"there is no kernel {name!r}{did_you_mean(name, {'ordinary', WARM, *known})}")


class _Batch:
    """One run over a folder, which it alone writes to."""

    def __init__(
        self,
        specs: Sequence[ReportSpec],
        out: Path,
        version: str,
        settings: Settings,
        done: Callable[[ReportResult], None] | None,
        stopped: list[int],
    ) -> None:
        self.specs = {spec.name: spec for spec in specs}
        self.out, self.version, self.settings, self.done, self.stopped = out, version, settings, done, stopped
        self.kernel = settings.kernel
        self.jobs = settings.jobs or os.cpu_count() or 1
        self.ingredients: dict[str, dict[str, Any]] = {}
        self.results: dict[str, ReportResult] = {}
        self.packed: dict[str, bytes] = {}
        self.compared: dict[tuple[str, str], tuple[str, str]] = {}
        self.notebooks: dict[Path, str] = {}
        self.shared = ""
        self.sharing: Future[bytes] | None = None

    def run(self) -> list[ReportResult]:
        self.check_targets()
        waiting: deque[str] = deque()
        for name, spec in self.specs.items():
            self.ingredients[name] = made_from = files.ingredients(spec, self.pack)
            before = files.read_manifest(self.out, name)
            same = before is not None and before.get("key") == made_from["key"] and files.is_whole(self.out, before)
            if same and not self.settings.force and not (self.out / f"{name}{FAILED}").exists():
                self.finish(ReportResult(name, 0.0, "", *self.targets(name), unchanged=True))
            else:
                waiting.append(name)
        try:
            if waiting:
                self.make(waiting)
        finally:
            files.drop_tables(self.out)
            index = render_index(self.out).encode()
            if not (self.out / "index.html").is_file() or (self.out / "index.html").read_bytes() != index:
                files.write_files(self.out, {"index.html": index})
        self.run_commands()
        return [self.results[name] for name in self.specs]

    def pack(self, data: str) -> bytes:
        """All tables of a folder, as they were when the batch began."""
        if data not in self.packed:
            self.packed[data] = files.pack_tables(data)
        return self.packed[data]

    # -- making -------------------------------------------------------------------------------------------------------

    def make(self, waiting: deque[str]) -> None:
        """Make reports until all are made; one that ends its worker gets a second try, alone."""
        suspects: deque[str] = deque()
        while waiting:
            with self.executor(min(self.jobs, len(waiting))) as executor:
                self.have_shared(executor)
                suspects += self.fill(executor, waiting, self.jobs)
        while suspects:
            with self.executor(1) as executor:
                for name in self.fill(executor, suspects, 1):
                    self.publish(_failed(name, "the process that made it died, twice"))

    @contextmanager
    def executor(self, jobs: int) -> Iterator[Executor]:
        """Open an executor; without the server of warm kernels, once and for all one with ordinary kernels."""
        with ExitStack() as stack:
            try:
                opened = stack.enter_context(open_executor(jobs, self.settings.dask, self.kernel == WARM))
            except ServerError as error:
                warnings.warn(f"no warm kernels, but ordinary ones: {error}", RuntimeWarning, stacklevel=2)
                self.kernel = "ordinary"
                opened = stack.enter_context(open_executor(jobs))
            yield opened

    def fill(self, executor: Executor, waiting: deque[str], width: int) -> list[str]:
        """Keep an executor busy; give what it was busy with when it broke."""
        busy: dict[Future[Made], str] = {}
        began: dict[str, float] = {}
        finished: list[Made] = []
        while True:
            while waiting and len(busy) < width:
                name = waiting.popleft()
                began[name] = time.monotonic()
                try:
                    busy[executor.submit(make, self.job(self.specs[name], len(waiting) >= width))] = name
                except BrokenProcessPool:
                    waiting.appendleft(name)
                    break
                except (OSError, ValueError) as error:  # the notebook is gone, or no text
                    finished.append(_failed(name, f"{self.specs[name].notebook.name}: {error}"))
            for made in finished:  # while those who made them are busy with the next
                self.publish(made)
            finished = []
            if not busy:  # all are made, or the executor is broken
                return []
            ready, _ = wait(busy, timeout=0.2, return_when=FIRST_COMPLETED)
            if self.stopped:
                raise StoppedError(self.stopped[0])
            for future in ready:
                try:
                    made = future.result()
                except BrokenProcessPool:
                    lost = [name for future, name in busy.items() if not future.done() or future.exception()]
                    late = [n for n in lost if time.monotonic() - began[n] > self.settings.run_timeout]
                    for name in late:
                        self.publish(_failed(name, f"it took more than {self.settings.run_timeout} s, its time limit"))
                    for made in [*finished, *(f.result() for f, name in busy.items() if name not in lost)]:
                        self.publish(made)
                    return [name for name in lost if name not in late]
                except Exception as error:  # of the executor: a worker of the cluster is gone, what came is no report
                    made = _failed(busy[future], f"{type(error).__name__}: {error}")
                del busy[future]
                finished.append(made)

    def job(self, spec: ReportSpec, more: bool = False) -> Job:
        data = os.environ.get(DATA_VARIABLE)
        return Job(
            spec.name,
            spec.title,
            spec.notebook.name,
            self.unrun(spec.notebook),
            dict(spec.parameters),
            self.version,
            spec.assets,
            self.kernel,
            self.settings.timeout,
            self.settings.run_timeout,
            str(Path.cwd()),
            {DATA_VARIABLE: str(Path(data).absolute())} if data else {},
            more and not self.settings.dask,
            spec.title if spec.stepped else "",
        )

    def unrun(self, path: Path) -> str:
        """A notebook without the outputs stored in it, which would be read and copied again for each report."""
        if path not in self.notebooks:
            self.notebooks[path] = text = path.read_text(encoding="utf-8")
            with suppress(ValueError, LookupError, TypeError):  # an odd notebook fails where it is run, and says why
                book = json.loads(text)
                for cell in book["cells"]:
                    if cell["cell_type"] == "code":
                        cell |= {"outputs": [], "execution_count": None}
                self.notebooks[path] = json.dumps(book)
        return self.notebooks[path]

    # -- writing ------------------------------------------------------------------------------------------------------

    def targets(self, name: str) -> tuple[Path, Path]:
        return self.out / f"{name}.html", self.out / f"{name}.ipynb"

    def check_targets(self) -> None:
        """Keep reports from overwriting what is none, or each other."""
        if len({name.casefold() for name in self.specs}) < len(self.specs):
            raise ReportError("two reports have the same name")
        for name, spec in self.specs.items():
            target = self.targets(name)[1]
            if target.exists() and spec.notebook.exists() and target.samefile(spec.notebook):
                raise ReportError(f"{target} is the notebook to be run: choose another folder")

    def have_shared(self, executor: Executor) -> None:
        """Have the file made that reports share, by one of those who are to make them."""
        there = self.out / shared_name()
        if self.shared or self.sharing or not any(spec.assets == "shared" for spec in self.specs.values()):
            return
        if there.is_file() and not self.settings.force:
            self.shared = files.digest(there.read_bytes())
        elif not self.settings.dask:  # which may be another machine, with other versions
            with suppress(BrokenProcessPool):
                self.sharing = executor.submit(make_shared)

    def write_shared(self) -> None:
        """Put that file into place, before the first report that needs it."""
        if not self.shared:
            try:
                content = self.sharing.result(SHARE_TIMEOUT) if self.sharing else make_shared()
            except (BrokenProcessPool, CancelledError, TimeoutError):
                content = make_shared()
            files.write_files(self.out, {shared_name(): content})
            self.shared = files.digest(content)

    def publish(self, made: Made) -> None:
        """Put a report into place with all that belongs to it; or the failed notebook, and leave the report before."""
        name, spec = made.name, self.specs[made.name]
        data = self.ingredients[name]["parameters"].get("data", "")
        if not made.error and files.pack_tables(data) != self.pack(data):
            made = replace(made, error="the tables were changed while it was made", html=b"")
        now = dt.datetime.now(dt.UTC)
        manifest = {
            **self.ingredients[name],
            "tokens": dict(spec.tokens),
            "status": "failed" if made.error else "made",
            "kernel": self.kernel,
            "version": self.version,
            "started": (now - dt.timedelta(seconds=made.seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "seconds": round(made.seconds, 3),
            "tries": made.tries,
        }
        if made.error:
            partial = {f"{name}.failed.ipynb": made.notebook} if made.notebook else {}
            record = _json({**manifest, "error": made.error})
            files.write_files(self.out, {**partial, f"{name}{FAILED}": record})
            self.finish(ReportResult(name, made.seconds, made.error))
            return
        page, notebook = self.targets(name)
        content = {page.name: made.html, notebook.name: made.notebook}
        manifest["files"] = {file: files.digest(data) for file, data in content.items()}
        if spec.assets == "shared" and b'rel="stylesheet"' in made.html[:2000]:
            self.write_shared()
            manifest["files"][shared_name()] = self.shared
        before = files.read_manifest(self.out, name) or {}
        changes, text = self.keep_tables(spec, before)
        if changes:
            content[f"{name}{CHANGES}"] = changes
        if text and spec.on_change:  # with the report, so that whatever ends this run, its command gets to know
            untold = files.untold(self.out, name)
            content[untold.name] = _json([*files.read_untold(untold), text])
        if before and any(before.get(part) != manifest[part] for part in ("key", "files")):
            files.keep_earlier(self.out, name, before, self.settings.keep)
        content[f"{name}{files.MANIFEST}"] = _json(manifest)
        files.write_files(self.out, content, without=(f"{name}.failed.ipynb", f"{name}{FAILED}"))
        shown = self.out / f"{name}{CHANGES}" if changes else None
        self.finish(ReportResult(name, made.seconds, "", page, notebook, shown))

    def keep_tables(self, spec: ReportSpec, before: Mapping[str, Any]) -> tuple[bytes, str]:
        """Keep the tables of this run for the next to be compared with; give the page and the text of what changed."""
        parameters = self.ingredients[spec.name]["parameters"]
        store = self.out / files.TABLES
        packed = self.pack(parameters.get("data", ""))
        current = files.packed_digest(packed)
        store.mkdir(exist_ok=True)
        if not (store / f"{current}.json").exists():
            files.write_files(store, {f"{current}.json": packed})
        earlier = before.get("hashes", {}).get("data", "")
        moved = {
            name: (before.get("parameters", {}).get(name), value)
            for name, value in parameters.items()
            if before and before.get("parameters", {}).get(name) != value
        }
        if not before or (earlier == current and not moved) or self.settings.compare is None:
            return b"", ""
        text, body = "", ""
        if earlier != current and (store / f"{earlier}.json").is_file():
            try:
                if (earlier, current) not in self.compared:  # most reports of a batch were made from the same tables
                    places = store / f"{earlier}.json", store / f"{current}.json"
                    self.compared[earlier, current] = compare_packed(*places, self.settings.compare)
                text, body = self.compared[earlier, current]
            except LibyaAnalysisError as error:  # tables of a time when the schema was another
                text = f"the tables cannot be compared with those of before: {error}"
                body = f"<pre>{html.escape(text)}</pre>"
        return _changes_page(spec.title, str(before.get("started", "")), moved, body).encode(), text

    def run_commands(self) -> None:
        """Run the commands of the specs with what changed, once for reports that say the same, and what is left over.

        The command is that of the spec, never one that stands in the folder.
        """
        told = set()
        faults = []
        for name, spec in self.specs.items():
            untold = files.untold(self.out, name)
            for text in files.read_untold(untold) if spec.on_change else []:
                if (spec.on_change, text) not in told:
                    told.add((spec.on_change, text))
                    faults += _run_command(spec.on_change, text)
            untold.unlink(missing_ok=True)
        if faults:
            raise ReportError("; ".join(faults))

    def finish(self, result: ReportResult) -> None:
        self.results[result.name] = result
        if self.done:
            self.done(result)


def compare_packed(before: Path, after: Path, compare: Compare) -> tuple[str, str]:
    """Compare the tables that two reports were made from."""
    with tempfile.TemporaryDirectory(prefix="libya-analysis-") as first, tempfile.TemporaryDirectory() as second:
        return compare(
            files.unpack_tables(before.read_bytes(), Path(first)), files.unpack_tables(after.read_bytes(), Path(second))
        )


def _changes_page(title: str, since: str, moved: Mapping[str, tuple[Any, Any]], body: str) -> str:
    rows = [f"<li>{html.escape(f'{name}: {old!r} is now {new!r}')}</li>" for name, (old, new) in moved.items()]
    parameters = f"<h2>Parameters</h2><ul>{''.join(rows)}</ul>" if rows else ""
    said = f"<p>Since the report of {html.escape(since[:16].replace('T', ' '))} UTC.</p>"
    return render_page(f"What changed: {title}", said + parameters + (body or "<p>The tables say the same.</p>"))


def _failed(name: str, error: str) -> Made:
    return Made(name, 0.0, error)


def _json(content: Mapping[str, Any] | list[str]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _run_command(command: str, text: str) -> list[str]:
    """Run a command of a spec with what changed on its standard input; give what went wrong."""
    try:
        done = subprocess.run(command, shell=True, input=f"{text}\n", text=True, timeout=COMMAND_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return [f"on_change: {command!r} took more than {COMMAND_TIMEOUT} s"]
    return [f"on_change: {command!r} ended with exit code {done.returncode}"] if done.returncode else []


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Note SIGINT and SIGTERM instead of being torn away by them: the batch ends between two files."""
    stopped: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = {n: signal.signal(n, lambda number, _: stopped.append(number)) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
