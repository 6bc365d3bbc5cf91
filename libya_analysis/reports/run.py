"""Run reports through papermill: each is there whole or not at all, and a failed cell fails its report."""

from __future__ import annotations

import html
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

from libya_analysis.errors import LibyaAnalysisError, ReportError
from libya_analysis.reports.normalise import normalise_notebook, notebook_bytes
from libya_analysis.reports.render import render_html
from libya_analysis.reports.spec import ReportSpec

#: What a kernel of a report sees, whatever the caller's own environment says.
KERNEL_ENVIRONMENT = {
    "PLOTLY_RENDERER": "plotly_mimetype",
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
#: No warning that the kernel talks over TCP, and no history shared with the caller's other kernels.
KERNEL_ARGUMENTS = ["--IPKernelApp.log_level=40", "--HistoryManager.hist_file=:memory:"]
START_TIMEOUT = 60


@dataclass(frozen=True)
class ReportResult:
    """What became of a report: the files it wrote, or why there are none."""

    name: str
    seconds: float
    error: str = ""
    html: Path | None = None
    notebook: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether the report was made."""
        return not self.error


def run_reports(
    specs: Sequence[ReportSpec],
    out: Path,
    version: str,
    timeout: int = 120,
    done: Callable[[ReportResult], None] | None = None,
) -> list[ReportResult]:
    """Make reports, one after the other, and an index of them.

    Parameters
    ----------
    specs : sequence of ReportSpec
        Reports whose parameters have been checked.
    out : Path
        Folder to write to; made if it is not there.
    version : str
        Version of the package, for the foot of the page.
    timeout : int
        Seconds that one cell may take.
    done : callable, optional
        Called with each result as it comes.

    Returns
    -------
    list of ReportResult
        In the order of the specs. A report that failed leaves the one before it in place, and the notebook as far as
        it came as ``NAME.failed.ipynb``.

    Raises
    ------
    ReportError
        If the folder cannot be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        results = []
        for spec in specs:
            results.append(_run(spec, out, version, timeout))
            if done:
                done(results[-1])
        _write(out / "index.html", _index(specs, results, out).encode())
    except OSError as error:
        raise ReportError(f"{out}: {error.strerror or error}") from error
    return results


def _run(spec: ReportSpec, out: Path, version: str, timeout: int) -> ReportResult:
    started = time.monotonic()
    failed = out / f"{spec.name}.failed.ipynb"
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{spec.name}-") as folder:
        executed = Path(folder) / "executed.ipynb"
        try:
            _execute(spec, executed, timeout)
            notebook = normalise_notebook(nbformat.read(executed, as_version=4))
            page = render_html(notebook, spec.title, _footer(spec, version))
        except OSError:
            raise  # a folder or disk that fails would fail every report
        except Exception as error:  # whatever an odd notebook raises fails its own report, and no other
            if executed.exists():
                shutil.move(executed, failed)
            return ReportResult(spec.name, time.monotonic() - started, error=_reason(error))
        files = {out / f"{spec.name}.ipynb": notebook_bytes(notebook), out / f"{spec.name}.html": page.encode()}
        for path, content in files.items():
            (Path(folder) / path.name).write_bytes(content)
        for path in files:
            (Path(folder) / path.name).replace(path)
    failed.unlink(missing_ok=True)
    notebook_path, html_path = files
    return ReportResult(spec.name, time.monotonic() - started, html=html_path, notebook=notebook_path)


def _execute(spec: ReportSpec, executed: Path, timeout: int) -> None:
    with _environment(KERNEL_ENVIRONMENT):
        try:
            papermill.execute_notebook(
                str(spec.notebook),
                str(executed),
                dict(spec.parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                execution_timeout=timeout,
                start_timeout=START_TIMEOUT,
                extra_arguments=KERNEL_ARGUMENTS,
            )
        except PapermillExecutionError:
            raise
        except Exception as error:  # a dead kernel, a time limit: papermill lets nbclient's errors through
            raise ReportError(f"{type(error).__name__}: {str(error).strip().splitlines()[0]}") from error
    # papermill marks cells as completed that never ran: the outputs alone tell.
    for number, cell in enumerate(nbformat.read(executed, as_version=4).cells, start=1):
        if cell.cell_type == "code" and cell.source.strip():
            if cell.execution_count is None:
                raise ReportError(f"cell {number} never ran")
            for output in cell.outputs:
                if output.output_type == "error":
                    raise ReportError(f"cell {number}: {output.ename}: {output.evalue}")


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _reason(error: LibyaAnalysisError | Exception) -> str:
    if isinstance(error, PapermillExecutionError):
        return f"cell {error.exec_count or error.cell_index}: {error.ename}: {error.evalue}"
    return str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"


def _footer(spec: ReportSpec, version: str) -> str:
    values = ", ".join(f"{name} = {value!r}" for name, value in spec.parameters.items())
    return f"libya_analysis {version} · {spec.notebook.name} · {values or 'default parameters'}"


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def _index(specs: Sequence[ReportSpec], results: Sequence[ReportResult], out: Path) -> str:
    """List the reports of this run, and those of earlier runs that are still in the folder."""
    rows = []
    for spec, result in zip(specs, results, strict=True):
        title = html.escape(spec.title)
        link = f'<a href="{result.name}.html">{title}</a>'
        files = f'<a href="{result.name}.ipynb">notebook</a>' if result.ok else html.escape(result.error)
        rows.append(f"<tr><td>{link if result.ok else title}</td><td>{_values(spec)}</td><td>{files}</td></tr>")
    mine = {"index", *(result.name for result in results)}
    for path in sorted(path for path in out.glob("*.html") if path.stem not in mine):
        found = re.search(r"<title>(.*?)</title>", path.read_text(encoding="utf-8", errors="replace")[:5000])
        title = html.unescape(found[1]) if found else path.stem  # another program's page may not have escaped it
        link = f'<a href="{html.escape(path.name)}">{html.escape(title)}</a>'
        rows.append(f"<tr><td>{link}</td><td>of an earlier run</td><td></td></tr>")
    body = "\n".join(rows)
    style = (Path(__file__).parent / "templates" / "report" / "report.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Reports</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>Reports</h1>\n"
        '<div class="table"><table><thead><tr><th scope="col">Report</th><th scope="col">Parameters</th>'
        f'<th scope="col">Files</th></tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n</main>\n</body>\n</html>\n'
    )


def _values(spec: ReportSpec) -> str:
    return html.escape(", ".join(f"{name} = {value}" for name, value in spec.parameters.items())) or "default"
