"""Batches: what is made and what is left, what a fault leaves behind, and what is said to have changed."""

import datetime as dt
import errno
import fcntl
import json
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from libya_analysis import ParameterError, ReportError
from libya_analysis.cli import app, check_values
from libya_analysis.evidence.folders import shipped
from libya_analysis.press import ReportSpec, Settings, batch, find_specs, folder, run_reports, with_parameters
from tests.press.test_reports import PARAMETERS, notebook, spec

ROOT = Path(__file__).parents[2]


def made(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".html", ".ipynb")}


#: What every spec says.
SAYS = "title = 'T'\nnotebook = 'small.ipynb'\n"


def write_spec(folder: Path, text: str, *code: str, parameters: str = PARAMETERS) -> Path:
    notebook(folder, *code, parameters=parameters)
    path = folder / "b.toml"
    path.write_text(f"{SAYS}{text}", encoding="utf-8")
    return path


# -- what a spec asks for


def test_a_matrix_makes_one_report_for_each_combination(tmp_path: Path) -> None:
    text = "[matrix]\ncount = [1, 2]\nactors = ['egypt', ['egypt', 'turkey'], []]"
    ready = with_parameters(find_specs([str(write_spec(tmp_path, text))]), {})
    assert [s.name for s in ready[:3]] == ["b--1--egypt", "b--1--egypt-turkey", "b--1--all"] and len(ready) == 6
    assert ready[4].parameters == {"count": 2, "actors": ["egypt", "turkey"]}
    assert ready[4].title == "T (2; egypt, turkey)" and ready[4].assets == "shared"
    with pytest.raises(ParameterError, match=r"b\.toml has a value of its own"):
        with_parameters(find_specs([str(tmp_path / "b.toml")]), {"count": "3"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 'T'", "the key 'notebook' is missing"),
        ("notebook = 'n.ipynb'\ntitle = 'T'", "there is no notebook n.ipynb"),
        ("notebok = 'n'\ntitle = 'T'\nnotebook = 'n'", "there is no key 'notebok'; did you mean 'notebook'?"),
        ("title =", ""),
        ("notebook = 3\ntitle = 4", "notebook is a text, not 3"),
        (f"{SAYS}[matrix]\ncount = 3", "matrix: count is a list of values, not 3"),
        (f"{SAYS}[matrix]\ncount = [1, 1]", "matrix: count has a value twice"),
        (f"{SAYS}[matrix]\ncount = [1]\n[parameters]\ncount = 2", "count has values in more than one"),
        (f"{SAYS}[backfill]\nas_of = '2019..2020'", "'2019..2020' is not a range of days"),
        (f"{SAYS}assets = 'both'", "there is no kind of assets 'both'"),
    ],
)
def test_specs_that_are_none(tmp_path: Path, text: str, message: str) -> None:
    write_spec(tmp_path, "").write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        find_specs(folder=tmp_path)
    assert caught.value.problems[0].startswith(f"b.toml: {message}")


def test_values_that_no_file_name_can_hold_still_have_names_of_their_own(tmp_path: Path) -> None:
    text = "[matrix]\nas_of = ['../x', '..-x', 'a/b', 'ليبيا']"
    names = [s.name for s in find_specs([str(write_spec(tmp_path, text))])]
    assert len(set(names)) == 4 and not any("/" in name or not name.isascii() for name in names)


def test_backfill_steps_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1579046400")
    rolling = with_parameters([spec(tmp_path)], {}, backfill={"as_of": "today-14d..today/week"})
    assert [s.parameters["as_of"] for s in rolling] == ["2020-01-01", "2020-01-08", "2020-01-15"]
    text = "[backfill]\nas_of = '2019-11-30..2020-01-31/month'"
    ready = with_parameters(find_specs([str(write_spec(tmp_path, text))]), {})
    assert [s.parameters["as_of"] for s in ready] == ["2019-11-30", "2019-12-30", "2020-01-30"]
    stepped = with_parameters([spec(tmp_path)], {}, backfill={"as_of": "2020-01-01..2020-01-16/week"})
    assert [s.name for s in stepped] == ["small--2020-01-01", "small--2020-01-08", "small--2020-01-15"]
    with pytest.raises(ParameterError, match="as_off: there is no such parameter"):
        with_parameters([spec(tmp_path)], {}, backfill={"as_off": "2020-01-01..2020-01-16/week"})


def test_tokens_become_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(dt.datetime(2020, 3, 9, 12, tzinfo=dt.UTC).timestamp())))
    days = {}
    for token in ("latest", "latest-1d", "today", "today-7d"):
        (ready,) = check_values(with_parameters([spec(tmp_path, as_of=token)], {}))
        days[token] = ready.parameters["as_of"]
        assert ready.tokens == {"as_of": token}
    assert days == {"latest": "2020-01-15", "latest-1d": "2020-01-14", "today": "2020-03-09", "today-7d": "2020-03-02"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "noon")
    with pytest.raises(ParameterError, match="SOURCE_DATE_EPOCH is 'noon'"):
        check_values(with_parameters([spec(tmp_path, as_of="today")], {}))


# -- what is made, and what is left


def test_only_what_changed_is_made_anew(tmp_path: Path) -> None:
    out, one = tmp_path / "out", spec(tmp_path, "count")

    def status(changed: ReportSpec, **settings: Any) -> str:
        (result,) = run_reports([changed], out, "1.0", Settings(**settings))
        return result.status

    assert [status(one), status(one), status(one, force=True)] == ["made", "unchanged", "made"]
    (out / "small.html").write_text("half", encoding="utf-8")
    assert [status(one), status(one)] == ["made", "unchanged"]
    (out / "small.ipynb").unlink()
    assert status(one) == "made"
    assert status(ReportSpec("small", "Another title", one.notebook)) == "made"
    assert status(spec(tmp_path, "count + 1")) == "made"
    two = spec(tmp_path, "count + 1", count=2)
    assert [status(two), status(two)] == ["made", "unchanged"]
    manifest = json.loads((out / "small.manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"] == {"as_of": "2020-01-15", "count": 2, "actors": []}
    assert manifest["status"] == "made" and manifest["files"].keys() == {"small.html", "small.ipynb"}


@pytest.mark.skipif(not batch.CAN_FORK, reason="nothing forks here")
def test_what_is_not_there_yet_loads_before_its_days_are_looked_up(tmp_path: Path, monkeypatch: Any) -> None:
    one, steps, load = spec(tmp_path, as_of="latest"), list[str](), batch._Batch.load
    monkeypatch.setattr(batch._Batch, "load", lambda *given: steps.append("load") or load(*given))
    for force, first in ((False, "load"), (False, "check"), (True, "load")):
        steps.clear()
        check = Settings(check=lambda specs: steps.append("check") or check_values(specs), force=force)
        run_reports([one], tmp_path / "out", "1.0", check)
        assert steps[0] == first


def test_a_report_that_failed_is_tried_again(tmp_path: Path) -> None:
    out, flag = tmp_path / "out", tmp_path / "flag"
    one = spec(tmp_path, f"open({str(flag)!r}).close()")
    flag.touch()
    run_reports([one], out, "1.0")
    flag.unlink()
    (failed,) = run_reports([one], out, "1.0", Settings(force=True))
    assert failed.status == "failed" and "failed: cell" in (out / "index.html").read_text(encoding="utf-8")
    flag.touch()
    (result,) = run_reports([one], out, "1.0")
    assert result.status == "made" and not list(out.glob("*.failed*"))


def test_earlier_versions_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for count in range(4):
        run_reports([spec(tmp_path, "count", count=count)], out, "1.0", Settings(keep=2))
    kept = sorted(out.glob("earlier/*/small.manifest.json"))
    assert [json.loads(path.read_text(encoding="utf-8"))["parameters"]["count"] for path in kept] == [1, 2]
    assert all((path.parent / "small.html").is_file() for path in kept)
    assert len(list(out.glob("earlier/*"))) == 2


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def test_dask_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match=r"pip install 'libya-analysis\[dask\]'"):
        run_reports([spec(tmp_path, "1")], tmp_path / "out", "1.0", Settings(dask="local"))


def test_a_kernel_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="there is no kernel 'pyhton3'; did you mean 'python3'"):
        run_reports([spec(tmp_path, "1")], tmp_path / "out", "1.0", Settings(kernel="pyhton3"))


# -- faults


def test_without_forks_an_interpreter_makes_each_report_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = spec(tmp_path, "count")
    run_reports([one], tmp_path / "forked", "1.0")
    (tmp_path / "sitecustomize.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=[9]).start()"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    with pytest.warns(RuntimeWarning, match="no forks, but an interpreter for each report: .*1 threads") as said:
        assert run_reports([one], tmp_path / "out", "1.0")[0].ok
    assert len(said) == 1 and made(tmp_path / "out") == made(tmp_path / "forked")


def test_a_dead_kernel_is_tried_once_more_and_a_failing_cell_is_not(tmp_path: Path) -> None:
    count = tmp_path / "count"
    tally = f"from pathlib import Path; p = Path({str(count)!r}); p.write_text(p.read_text() + 'x'); n = p.read_text()"
    count.write_text("")
    ordinary = Settings(kernel="ordinary")
    dying = spec(tmp_path, f"{tally}\nif n == 'x': import os; os._exit(1)")
    (result,) = run_reports([dying], tmp_path / "out", "1", ordinary)
    assert result.ok and count.read_text() == "xx"
    assert json.loads((tmp_path / "out" / "small.manifest.json").read_text(encoding="utf-8"))["tries"] == 2
    count.write_text("")
    (result,) = run_reports([spec(tmp_path, f"{tally}\n1 / 0")], tmp_path / "out", "1", ordinary)
    assert "ZeroDivisionError" in result.error and count.read_text() == "x"


@pytest.mark.parametrize("way", ["fork", "ordinary", "nothing forks"])
def test_a_report_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    pid = tmp_path / "pid"
    code = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(100)"
    good = ReportSpec("good", "Good", notebook(tmp_path, "1", name="good"))
    if way == "nothing forks":
        monkeypatch.setattr(batch, "CAN_FORK", False)
    limit = 3 if way == "fork" else 12  # in which the good one, with its kernel, is done
    settings = Settings(run_timeout=limit, kernel="ordinary" if way == "ordinary" else "fork")
    results = run_reports([spec(tmp_path, code), good], tmp_path / "out", "1.0", settings)
    assert results[0].error == f"it took more than {limit} s, its time limit" and results[0].seconds < 2 * limit
    process = int(pid.read_text())
    assert not psutil.pid_exists(process) or psutil.Process(process).status() == "zombie"
    assert results[1].ok


def test_a_report_that_kills_who_started_it_fails_alone(tmp_path: Path) -> None:
    bad = spec(tmp_path, "import os; os.kill(os.getppid(), 9)")
    good = [ReportSpec(f"good{n}", "Good", notebook(tmp_path, "1", name="good")) for n in range(3)]
    results = run_reports([good[0], bad, *good[1:]], tmp_path / "out", "1.0", Settings(jobs=2))
    assert [result.status for result in results] == ["made", "failed", "made", "made"]
    assert results[1].error == "the process that started it died"


def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with (out / folder.LOCK).open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ParameterError, match="another run writes to this folder; --wait SECONDS"):
            run_reports([spec(tmp_path, "1")], out, "1.0")
        with pytest.raises(ParameterError, match=r"it still does after 0.3 s"):
            run_reports([spec(tmp_path, "1")], out, "1.0", Settings(wait=0.3))
    assert run_reports([spec(tmp_path, "1")], out, "1.0")[0].ok


def test_a_full_disk_leaves_the_report_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    run_reports([spec(tmp_path, "1")], out, "1.0")
    before = made(out)

    def full(self: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ReportError, match="out: No space left on device"):
        run_reports([spec(tmp_path, "2")], out, "1.0")
    assert made(out) == before and not list(out.glob(".new-*"))


def test_a_report_never_overwrites_its_notebook(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="is the notebook to be run"):
        run_reports([spec(tmp_path, "1")], tmp_path, "1.0")


# -- what changed


def test_what_changed_is_said_beside_the_report(tmp_path: Path) -> None:
    data, out, said = tmp_path / "data", tmp_path / "out", tmp_path / "said"
    shutil.copytree(shipped("data"), data)
    declared = f'data: str = "{data}"  # tables'
    batch = write_spec(tmp_path, f"on_change = 'cat >> {said}'", "1", parameters=declared)
    command = ["report", str(batch), "--out", str(out), "--keep", "1", "--json"]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0 and not said.exists() and not (out / "b.changes.html").exists()
    ties = data / "ties.csv"
    lines = ties.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if line.startswith("erdogan-leads-turkey,"))
    ties.write_text("".join(line for line in lines if line != gone), encoding="utf-8")
    second = CliRunner().invoke(app, command)
    assert json.loads(second.stdout)["reports"][0]["changes"] == str(out / "b.changes.html")
    line = "withdrawn   Recep Tayyip Erdogan leads Turkey.  ("
    assert line in said.read_text(encoding="utf-8")
    assert "erdogan-leads-turkey" in (out / "b.changes.html").read_text(encoding="utf-8")
    (earlier,) = out.glob("earlier/*/b.manifest.json")
    differs = CliRunner().invoke(app, ["diff", str(earlier), str(out / "b.manifest.json")])
    assert differs.exit_code == 1 and line in differs.stdout and "ties erdogan-leads-turkey)" in differs.stdout
    assert CliRunner().invoke(app, ["diff", str(data), str(out / "b.manifest.json")]).exit_code == 0
    assert CliRunner().invoke(app, ["diff", str(data), str(said)]).exit_code != 0


def test_tables_are_compared_once_for_reports_of_the_same_tables(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(shipped("data"), data)
    notebook(tmp_path, "1", parameters=f'data: str = "{data}"  # tables\nx: str = ""  # x')
    two = [replace(spec(tmp_path, ""), name=name, parameters={"data": str(data)}) for name in ("a", "b")]
    compared = []
    settings = Settings(
        jobs=1, compare=lambda *folders: compared.append(folders) or ("it differs", "<p>it differs</p>")
    )
    run_reports(two, tmp_path / "out", "1.0", settings)
    (data / "README.md").write_text("no table", encoding="utf-8")
    run_reports(two, tmp_path / "out", "1.0", settings)
    assert not compared
    ties = data / "ties.csv"
    ties.write_text("".join(ties.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    results = run_reports(two, tmp_path / "out", "1.0", settings)
    assert len(compared) == 1 and all(r.changes and "it differs" in r.changes.read_text() for r in results)


# -- in a browser


@pytest.mark.browser
def test_shared_plotly_draws_from_a_disk_and_only_if_it_is_the_one(browser: Browser, tmp_path: Path) -> None:
    code = "import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1, 2]))"
    small = ReportSpec("small", "A small report", notebook(tmp_path, code), assets="shared")
    (result,) = run_reports([small], tmp_path / "out", "1.0")
    assert result.html and result.html.stat().st_size < 250_000
    context = browser.new_context(offline=True)
    page = context.new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.goto(result.html.as_uri())
    page.wait_for_selector("html[data-drawn=yes]", timeout=30_000)
    assert page.locator(".figure .main-svg").count() and not seen
    (shared,) = (tmp_path / "out").glob("plotly-*.css")
    import base64
    import gzip

    evil = base64.b64encode(gzip.compress(b"window.Plotly = {newPlot() {}};")).decode()
    shared.write_text(f'#plotly-packed{{--packed:"{evil}"}}', encoding="utf-8")
    page.reload()
    page.wait_for_timeout(1500)
    assert page.locator("html[data-drawn=yes]").count() == 0 and "Content Security Policy" in " ".join(seen)
    context.close()
