"""Make many reports: only those whose ingredients changed, several at a time, each there whole or not at all."""

from __future__ import annotations

import datetime as dt
import html
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import LibyaAnalysisError, ParameterError, ReportError, did_you_mean, visible
from libya_analysis.evidence.folders import named_data
from libya_analysis.press import folder, plotlyjs
from libya_analysis.press.folder import CHANGES, FAILED, MANIFEST
from libya_analysis.press.index import render_changes, render_index, with_neighbours
from libya_analysis.press.job import FORK, ORDINARY, Job, Made
from libya_analysis.press.notebook import prepare
from libya_analysis.press.parameters import tokens_of
from libya_analysis.press.processes import CAN_FORK, Forks, kill_tree, make_here, make_on_dask
from libya_analysis.press.spec import ReportSpec
from libya_analysis.press.stopping import Stops, stoppable

#: Seconds that a command of ``on_change`` may take.
COMMAND_TIMEOUT = 300

#: Says what differs between two folders of tables: as text (empty if nothing), and as markup.
Compare = Callable[[Path, Path], tuple[str, str]]
#: Holds what reports run with to the tables that they read, and puts days in place of tokens.
Check = Callable[[list[ReportSpec]], list[ReportSpec]]


@dataclass(frozen=True)
class Settings:
    """How reports are made."""

    timeout: int = 120  # seconds that one cell may take
    run_timeout: int = 900  # seconds that one report may take
    jobs: int = 0  # reports at a time; 0 for as many as there are cores
    dask: str = ""  # address of a Dask scheduler, or "local"
    kernel: str = FORK  # where nothing can fork, that is ordinary: kernels of this Python; or the name of a kernel
    force: bool = False  # make reports anew whose ingredients have not changed
    wait: float = 0  # seconds to wait for another run in the same folder
    keep: int = 0  # earlier versions of a report to keep
    compare: Compare | None = None
    check: Check | None = None  # for reports that are to be made, or whose days are tokens
    warm_up: Callable[[], object] | None = None  # of a module; uses once what notebooks use, in the process that forks


@dataclass(frozen=True)
class ReportResult:
    """What became of a report: the files it wrote, or why there are none.

    Attributes
    ----------
    name : str
        That of the spec.
    seconds : float
        How long it took.
    error : str
        Why it failed; empty if it did not.
    html, notebook, changes : pathlib.Path or None
        The page, the notebook with its outputs, and the page that tells what changed; None if there is none.
    unchanged : bool
        Whether it was there already, made of the same.
    """

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


def run_reports(
    specs: Sequence[ReportSpec],
    out: Path,
    version: str,
    settings: Settings | None = None,
    done: Callable[[ReportResult], None] | None = None,
) -> list[ReportResult]:
    """Make reports, and ``index.html``, a list of all reports in the folder.

    A report that failed leaves the one before it in place, and the notebook as far as it came as ``NAME.failed.ipynb``.

    Parameters
    ----------
    specs : sequence of ReportSpec
        What to make; their parameters have the declared types, see :func:`with_parameters`.
    out : pathlib.Path
        The folder, which is made if it is not there.
    version : str
        Version of the package, for the foot of the pages.
    settings : Settings, optional
        How they are made.
    done : callable, optional
        Called with each result as it comes.

    Returns
    -------
    list of ReportResult
        In the order of the specs.

    Raises
    ------
    ParameterError
        If another run has the folder, there is no such kernel, or values are wrong.
    ReportError
        If the folder cannot be written to, or a report would overwrite what is none.
    StoppedError
        If SIGINT or SIGTERM ended the run.

    Examples
    --------
    Without a report, the list alone is made anew:

    >>> with tempfile.TemporaryDirectory() as place:
    ...     run_reports([], Path(place, "out"), "1.0")
    ...     [path.name for path in Path(place, "out").glob("*.html")]
    []
    ['index.html']
    """
    settings = settings or Settings()
    with stoppable() as stops, ExitStack() as stack:
        _check_kernel(settings.kernel)
        specs = with_neighbours(specs, out)
        sure = [spec for spec in specs if not tokens_of(spec) and (settings.force or not _is_made(spec, out))]
        moving = [spec for spec in specs if tokens_of(spec)]
        batch = _Batch(out, version, settings, done or (lambda result: None), stops)
        if sure or any(settings.force or not folder.read_manifest(out, spec.name) for spec in moving):
            # It loads while values are checked.
            batch.load(stack)
        checked = {spec.name: spec for spec in (settings.check or list)([*sure, *moving])}
        try:
            out.mkdir(parents=True, exist_ok=True)
            stack.enter_context(folder.locked(out, settings.wait))
            batch.place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=out, prefix=folder.UNFINISHED)))
            return batch.run([checked.get(spec.name, spec) for spec in specs], stack)
        except BrokenPipeError:  # not the folder's fault: nobody reads any more what is printed
            raise
        except OSError as error:
            raise ReportError(f"{out}: {error.strerror or error}") from error


def plan_reports(
    specs: Sequence[ReportSpec], out: Path, settings: Settings | None = None
) -> list[tuple[ReportSpec, bool]]:
    """Say what a run would do: with which values, and which reports would be made anew.

    Nothing is run and nothing is written.

    Parameters
    ----------
    specs : sequence of ReportSpec
        What would be made, as :func:`run_reports` takes it.
    out : pathlib.Path
        The folder; it need not be there.
    settings : Settings, optional
        How they would be made.

    Returns
    -------
    list of tuple of ReportSpec and bool
        Each report with the values that it would run with, and whether it would be made.

    Raises
    ------
    ParameterError
        If there is no such kernel, or values are wrong.

    Examples
    --------
    >>> from libya_analysis.evidence.folders import shipped
    >>> from libya_analysis.press import find_specs
    >>> plan = plan_reports(find_specs(["05-briefing"], shipped("reports")), Path("no-such-folder"))
    >>> [(spec.name, made) for spec, made in plan]
    [('05-briefing', True)]
    """
    settings = settings or Settings()
    _check_kernel(settings.kernel)
    checked = (settings.check or list)(with_neighbours(specs, out))
    return [(spec, settings.force or not _is_made(spec, out)) for spec in checked]


def _check_kernel(name: str) -> None:
    if name in (FORK, ORDINARY):
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = KernelSpecManager().find_kernel_specs()
    if name not in known:
        raise ParameterError(f"there is no kernel {name!r}{did_you_mean(name, {FORK, ORDINARY, *known})}")


def _is_made(spec: ReportSpec, out: Path) -> bool:
    """Whether a report is there that was made from the same, and so from values that have been checked."""
    with suppress(OSError, ValueError, LibyaAnalysisError):  # that, a check will tell
        return _is_there(out, folder.ingredients(spec, folder.pack_tables))
    return False


def _is_there(out: Path, ingredients: Mapping[str, Any]) -> bool:
    name = ingredients["name"]
    before = folder.read_manifest(out, name) or {}
    same = before.get("key") == ingredients["key"] and folder.is_whole(out, before)
    return same and not (out / f"{name}{FAILED}").exists()


@dataclass
class _Batch:
    """One run over a folder, which it alone writes to."""

    out: Path
    version: str
    settings: Settings
    done: Callable[[ReportResult], None]
    stops: Stops
    place: Path = Path()  # where files are until they are whole
    forks: Forks | None = None
    shared: str = ""  # hash of the copy of plotly.js that reports share

    def __post_init__(self) -> None:
        self.jobs = self.settings.jobs or os.cpu_count() or 1
        self.kernel = self.settings.kernel if CAN_FORK or self.settings.kernel != FORK else ORDINARY
        self.pack = cache(folder.pack_tables)  # all tables of a folder, as they were when the batch began
        self.specs: dict[str, ReportSpec] = {}
        self.ingredients: dict[str, dict[str, Any]] = {}
        self.results: dict[str, ReportResult] = {}
        self.compared: dict[tuple[str, str], tuple[str, str]] = {}

    def run(self, specs: Sequence[ReportSpec], stack: ExitStack) -> list[ReportResult]:
        self.specs = {spec.name: spec for spec in specs}
        self.check_targets(len(specs))
        for name in self.specs:
            folder.set_odd_aside(self.out, name)
        waiting = []
        for name, spec in self.specs.items():
            self.ingredients[name] = made_from = folder.ingredients(spec, self.pack)
            if not self.settings.force and _is_there(self.out, made_from):
                self.finish(ReportResult(name, 0.0, "", *self.targets(name), unchanged=True))
            else:
                waiting.append(spec)
        try:
            if waiting:
                self.load(stack)
                self.make(waiting)
        finally:
            if self.forks:
                self.forks.close()
            folder.drop_tables(self.out)
            index = render_index(self.out).encode(errors="replace")
            if not folder.is_as_written(self.out / "index.html", folder.digest(index)):
                folder.publish(self.out, self.place, {"index.html": index})
        self.run_commands()
        return [self.results[name] for name in self.specs]

    # -- making -------------------------------------------------------------------------------------------------------

    def load(self, stack: ExitStack) -> None:
        """Have a process load what reports need, where it can fork and is of use."""
        if CAN_FORK and not self.settings.dask and not self.forks:
            self.forks = Forks(named_data(), self.settings.warm_up if self.kernel == FORK else None)
            stack.callback(self.forks.close)

    def make(self, waiting: Sequence[ReportSpec]) -> None:
        jobs = []
        plotlyjs.packed()  # which takes as long as another process needs to load
        for spec in waiting:
            try:
                jobs.append(self.job(spec))
            except Exception as error:  # the notebook is gone, or none that papermill can read
                said = str(error) if isinstance(error, OSError | ValueError) else f"{type(error).__name__}: {error}"
                self.publish(Made(spec.name, 0.0, f"{spec.notebook.name}: {said}"))
        if self.settings.dask:
            making = make_on_dask(jobs, self.place, self.jobs, self.settings.dask)
        else:
            making = make_here(jobs, self.place, self.jobs, self.forks)
        with closing(making):
            for made in making:
                self.stops.check()
                self.publish(made)

    def job(self, spec: ReportSpec) -> Job:
        """Prepare a report, while another process is still loading."""
        own = self.kernel in (FORK, ORDINARY)
        text = spec.notebook.read_text(encoding="utf-8")
        notebook, other = prepare(text, spec.parameters, "" if own else self.kernel)
        made_by = f"libya_analysis {self.version}"
        values = ", ".join(f"{name} = {value!r}" for name, value in spec.parameters.items())
        return Job(
            spec.name,
            notebook,
            title=spec.title,
            about=spec.about,
            heading=spec.title if spec.stepped else "",
            footer=" · ".join(filter(None, (made_by, spec.about, spec.notebook.name, values or "default parameters"))),
            assets=spec.assets,
            packed=plotlyjs.packed() if spec.assets == "embedded" else "",
            beside=spec.beside,
            kernel=other if other and own else self.kernel,
            timeout=self.settings.timeout,
            run_timeout=self.settings.run_timeout,
            folder=str(Path.cwd()),
            environment=named_data(),
        )

    # -- writing ------------------------------------------------------------------------------------------------------

    def targets(self, name: str) -> tuple[Path, Path]:
        return self.out / f"{name}.html", self.out / f"{name}.ipynb"

    def check_targets(self, count: int) -> None:
        """Keep reports from overwriting what is none, or each other."""
        if len({name.casefold() for name in self.specs}) < count:
            raise ReportError("two reports have the same name")
        for name, spec in self.specs.items():
            same = spec.notebook.name.casefold() == f"{name}.ipynb".casefold() and spec.notebook.exists()
            if same and spec.notebook.parent.samefile(self.out):
                raise ReportError(f"{spec.notebook} is the notebook to be run: choose another folder")

    def share(self) -> str:
        """Put plotly.js into the folder, before the first report that needs it; give its hash."""
        name = plotlyjs.shared_name()
        if not self.shared:
            content = plotlyjs.shared_file()
            self.shared = folder.digest(content)
            if self.settings.force or not folder.is_as_written(self.out / name, self.shared):
                folder.publish(self.out, self.place, {name: content})
        return self.shared

    def publish(self, made: Made) -> None:
        """Put a report into place with all that belongs to it; or the failed notebook, and leave the report before."""
        name, spec, error = made.name, self.specs[made.name], made.error
        data = self.ingredients[name]["parameters"].get("data", "")
        if not error and (packed := folder.pack_tables(data)) != self.pack(data):
            error = f"the tables were changed while it was made: {', '.join(folder.differing(packed, self.pack(data)))}"
        now = dt.datetime.now(dt.UTC)
        manifest = {
            **self.ingredients[name],
            "tokens": dict(spec.tokens),
            "status": "failed" if error else "made",
            "kernel": self.kernel,
            "version": self.version,
            "started": (now - dt.timedelta(seconds=made.seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "seconds": round(made.seconds, 3),
            "tries": made.tries,
        }
        page, notebook = self.targets(name)
        ready = {file: self.place / name / file for file in made.files}
        if error:
            partial = {f"{name}.failed.ipynb": path for file, path in ready.items() if file.endswith(".ipynb")}
            record = {f"{name}{FAILED}": _json({**manifest, "error": error})}
            with self.stops.held():
                folder.publish(self.out, self.place, record, partial)
            shutil.rmtree(self.place / name, ignore_errors=True)
            self.finish(ReportResult(name, made.seconds, error))
            return
        manifest["files"] = dict(made.files)
        if spec.assets == "shared" and b'rel="stylesheet"' in ready[page.name].read_bytes()[:2000]:
            manifest["files"][plotlyjs.shared_name()] = self.share()
        before = folder.read_manifest(self.out, name) or {}
        changes, text = self.keep_tables(spec, before)
        content = {f"{name}{CHANGES}": changes} if changes else {}
        if text and spec.on_change:  # before the manifest, so that whatever ends this run, its command gets to know
            untold = folder.untold(self.out, name)
            content[untold.name] = _json([*folder.read_untold(untold), text])
        content[f"{name}{MANIFEST}"] = _json(manifest)
        with self.stops.held():
            if before and any(before.get(part) != manifest[part] for part in ("key", "files")):
                folder.keep_earlier(self.out, name, before, self.settings.keep)
            folder.publish(self.out, self.place, content, ready)
            for ending in (".failed.ipynb", FAILED):
                folder.remove(self.out / f"{name}{ending}")
        shutil.rmtree(self.place / name, ignore_errors=True)
        shown = self.out / f"{name}{CHANGES}" if changes else None
        self.finish(ReportResult(name, made.seconds, "", page, notebook, shown))

    def keep_tables(self, spec: ReportSpec, before: Mapping[str, Any]) -> tuple[bytes, str]:
        """Keep the tables of this run for the next to be compared with; give the page and the text of what changed."""
        parameters = self.ingredients[spec.name]["parameters"]
        store = folder.own_folder(self.out, folder.TABLES)
        packed = self.pack(parameters.get("data", ""))
        current = folder.packed_digest(packed)
        if not folder.kept_tables(self.out, current):
            folder.publish(store, self.place, {f"{current}.json": packed})
        earlier = before.get("hashes", {}).get("data", "")
        kept = folder.kept_tables(self.out, earlier)
        was = before.get("parameters", {})
        moved = {name: (was.get(name), value) for name, value in parameters.items() if was.get(name) != value}
        if not before or (earlier == current and not moved) or self.settings.compare is None:
            return b"", ""
        text, body = "", ""
        if earlier != current and kept:
            try:
                if (earlier, current) not in self.compared:  # most reports of a batch were made from the same tables
                    with tempfile.TemporaryDirectory(prefix="libya-analysis-") as scratch:
                        sides = [folder.unpack_tables(side, scratch) for side in (kept.read_bytes(), packed)]
                        self.compared[earlier, current] = self.settings.compare(*sides)
                text, body = self.compared[earlier, current]
            except Exception as error:  # tables of a time when the schema was another, or of nobody knows whom
                said = str(error).replace("\n", "\n  ")
                text = f"the tables cannot be compared with those of before: {said}"
                body = f"<pre>{html.escape(text)}</pre>"
        return render_changes(spec.title, before["started"], moved, body).encode(errors="replace"), text

    def run_commands(self) -> None:
        """Run the commands of the specs with what changed, once for reports that say the same, and what is left over.

        The command is that of the spec, never one that stands in the folder.
        """
        told, faults = set(), list[str]()
        for name, spec in self.specs.items():
            untold = folder.untold(self.out, name)
            for text in folder.read_untold(untold) if spec.on_change else []:
                if (spec.on_change, text) not in told:
                    told.add((spec.on_change, text))
                    faults += _run_command(spec.on_change, text)
            folder.remove(untold)
        if faults:
            raise ReportError("; ".join(faults))

    def finish(self, result: ReportResult) -> None:
        self.results[result.name] = result
        self.done(result)


def _json(content: Mapping[str, Any] | list[str]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(errors="backslashreplace")


def _run_command(command: str, text: str) -> list[str]:
    """Run a command of a spec with what changed on its standard input; give what went wrong.

    A line is a fact, and begins with a word of ours or with spaces: mailers run what follows a ``~`` at its beginning.
    """
    lines = [visible(line) for line in text.split("\n")]
    said = "".join(f"{line}\n" if line[:1].isalpha() else f"  {line}\n" for line in lines)
    process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, start_new_session=True)
    try:
        process.communicate(said.encode(), COMMAND_TIMEOUT)
    except subprocess.TimeoutExpired:
        return [f"on_change: {command!r} took more than {COMMAND_TIMEOUT} s"]
    finally:
        if process.poll() is None:
            kill_tree(process.pid)
            process.wait()
    return [f"on_change: {command!r} ended with exit code {process.returncode}"] if process.returncode else []
