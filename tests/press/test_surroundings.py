"""What surrounds a command: variables, homes, standard streams; each works, or is one error at once."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from libya_analysis import ParameterError
from libya_analysis.charts.export import find_browser
from libya_analysis.evidence.errors import ReportError
from libya_analysis.evidence.folders import DATA_VARIABLE, data_folder, shipped
from libya_analysis.press import ReportSpec, find_specs
from libya_analysis.press.spec import expand
from tests.press.test_batch import ROOT, environment, write_spec

posix = pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")


def run(command: str, **more: str | None) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell, in which $LA is the interpreter that has the command; None takes a variable away."""
    merged: Mapping[str, str | None] = {**environment(), "LA": sys.executable, **more}
    known = {name: value for name, value in merged.items() if value is not None}
    return subprocess.run(command, shell=True, cwd=ROOT, env=known, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("value", ["/nonexistent", os.devnull, "x" * 5000])
def test_a_folder_of_tables_that_is_none_is_named_by_its_variable(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, value)
    with pytest.raises(ParameterError, match=f"^{DATA_VARIABLE} is '.*', which is no folder$"):
        data_folder()
    assert data_folder("other") == Path("other")
    monkeypatch.setenv(DATA_VARIABLE, "")
    assert data_folder() == shipped("data")


@posix
@pytest.mark.parametrize("value", ["/nonexistent", "/tmp", "/bin/true", "/bin/cat", "/bin/yes"])
def test_a_browser_that_is_none_is_named_by_its_variable(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", value)
    with pytest.raises(ReportError, match=f"^BROWSER_PATH names {value}, which is n"):
        find_browser()


@posix
@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", "<&-", ">&-", "2>&-", "<&- 2>&-"])
def test_standard_streams_that_are_closed(tmp_path: Path, closed: str) -> None:
    batch = write_spec(tmp_path, "", "import subprocess; print(subprocess.run('cat', shell=True, capture_output=True))")
    done = run(f'"$LA" -m libya_analysis report {batch} --out {tmp_path / "out"} {closed}')
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "b.html").is_file()


@posix
@pytest.mark.parametrize("kernel", ["fork", "ordinary"])
@pytest.mark.parametrize("home", [None, "", os.devnull, "relative", "long"])
def test_homes(tmp_path: Path, home: str | None, kernel: str) -> None:
    """None, nobody's, one that is no folder, and one with more signs than a socket's name may have."""
    if home == "long":
        home = str(tmp_path / ("h" * 100))
        Path(home).mkdir()
    network = "la.draw_network(la.build_network(la.load_tables(), sources='tass-2020-01-13'))"
    write_spec(tmp_path, "", "import libya_analysis as la", network)
    (tmp_path / "here").mkdir()
    command = (
        f'cd {tmp_path / "here"} && "$LA" -m libya_analysis report ../b.toml --out {tmp_path / "out"} --kernel {kernel}'
    )
    done = run(command, HOME=home, XDG_CACHE_HOME=None, LIBYA_ANALYSIS_CACHE=os.devnull)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert list((tmp_path / "here").iterdir()) == []


def test_a_spec_with_a_mark_before_its_first_key(tmp_path: Path) -> None:
    batch = write_spec(tmp_path, "")
    batch.write_text(f"\ufeff{batch.read_text(encoding='utf-8')}", encoding="utf-8")
    assert [spec.title for spec in find_specs([str(batch)])] == ["T"]
    (tmp_path / "b.toml").write_text(f"a = {'[' * 100_000}", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"^b\.toml: "):
        find_specs([str(tmp_path / "b.toml")])


def test_more_reports_than_anybody_reads_are_refused_with_their_number() -> None:
    with pytest.raises(ParameterError, match=r"^the spec asks for 100,020,001 reports; one spec may ask for 10,000$"):
        expand(ReportSpec("n", "T", Path("n.ipynb")), {"a": range(10_001), "b": range(10_001)})
