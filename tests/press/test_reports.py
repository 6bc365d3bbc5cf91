"""Reports: what is checked before a kernel starts, what a failure leaves behind, and what a page can do."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from libya_analysis import ParameterError, ReportError
from libya_analysis.cli import app, check_values
from libya_analysis.evidence.folders import shipped
from libya_analysis.press import (
    ReportSpec,
    Settings,
    declared_parameters,
    find_specs,
    normalise_notebook,
    notebook_bytes,
    run_reports,
    with_parameters,
)
from libya_analysis.press.page import FIGURE

HOSTILE = "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>"
PARAMETERS = 'as_of: str = "2020-01-15"  # the day\ncount: int = 1  # how many\nactors: list[str] = []  # whose'


def notebook(folder: Path, *code: str, parameters: str = PARAMETERS, name: str = "small") -> Path:
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell("# A question?\n\nA paragraph.")]
    book.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    book.cells += [nbformat.v4.new_code_cell(source) for source in code]
    path = folder / f"{name}.ipynb"
    nbformat.write(book, path)
    return path


def spec(folder: Path, *code: str, **parameters: Any) -> ReportSpec:
    return ReportSpec("small", "A small report", notebook(folder, *code), parameters)


# -- before a kernel starts


def test_shipped_specs_can_be_run() -> None:
    specs = check_values(with_parameters(find_specs(folder=shipped("reports")), {}))
    assert [s.name for s in specs] == [
        "01-tables-tour",
        "02-backer-network",
        "03-event-timeline",
        "04-ceasefire-diplomacy",
        "05-briefing",
    ]


def test_declared_parameters(tmp_path: Path) -> None:
    declared = declared_parameters(notebook(tmp_path))
    assert {name: (p.kind, p.default, p.comment) for name, p in declared.items()} == {
        "as_of": ("str", "2020-01-15", "the day"),
        "count": ("int", 1, "how many"),
        "actors": ("list[str]", [], "whose"),
    }


def test_a_notebook_is_read_again_when_it_is_another(tmp_path: Path) -> None:
    declared_parameters(path := notebook(tmp_path))["actors"].default.append("egypt")
    assert declared_parameters(path)["actors"].default == [], "what one asks for is its own"
    path.write_text(path.read_text(encoding="utf-8").replace("count: int = 1", "count: int = 2"), encoding="utf-8")
    assert declared_parameters(path)["count"].default == 2


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("x = 1", "parameters are declared as 'name: type = value'"),
        ("x: set = {1}", "x has type set"),
        ("import os", "parameters are declared as"),
        ("x: int = f(", "the parameters cell is not Python"),
        ("x: int = f()", "the value of x has to be written out"),
    ],
)
def test_parameters_cells_that_are_none(tmp_path: Path, cell: str, message: str) -> None:
    with pytest.raises(ReportError, match=re.escape(message)):
        declared_parameters(notebook(tmp_path, parameters=cell))


def test_values_of_a_command_line_take_their_declared_types(tmp_path: Path) -> None:
    given = {"as_of": "2019", "count": "3", "actors": "egypt, turkey"}
    (ready,) = with_parameters([spec(tmp_path)], given)
    assert ready.parameters == {"as_of": "2019", "count": 3, "actors": ["egypt", "turkey"]}
    (ready,) = with_parameters([spec(tmp_path)], {"actors": '["egypt"]'})
    assert ready.parameters == {"actors": ["egypt"]}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"as_off": "2019"}, "as_off: there is no such parameter; did you mean 'as_of'?"),
        ({"count": "007"}, "count: '007' is not a int"),
        ({"count": "1.5"}, "count: 1.5 is not a int"),
        ({"count": "٣"}, "count: '٣' is not a int"),
        ({"actors": "egpt"}, "actors: 'egpt' is not known; did you mean 'egypt'?"),
        ({"actors": "[1]"}, "actors: [1] is not a list[str]"),
        ({"as_of": "May"}, "as_of: 'May' is not a day, month or year"),
        ({"as_of; import os": "1"}, "as_of; import os: there is no such parameter"),
    ],
)
def test_faults_of_a_command_line(tmp_path: Path, given: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_values(with_parameters([spec(tmp_path)], given))
    assert any(problem.startswith(message) for problem in caught.value.problems), caught.value.problems


def test_all_faults_at_once(tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as caught:
        with_parameters([spec(tmp_path, colour="red")], {"as_off": "1", "count": "x"})
    assert len(caught.value.problems) == 3


def test_a_report_that_is_not_there() -> None:
    with pytest.raises(ParameterError, match="did you mean '02-backer-network'"):
        find_specs(["02-backer-netwrk"], folder=shipped("reports"))


# -- running


def test_a_report_is_written_whole_and_the_same_each_time(tmp_path: Path) -> None:
    made = spec(tmp_path, "import pandas as pd\npd.DataFrame({'n': [count]}, index=[as_of])", count=3)
    out = tmp_path / "out"
    (result,) = run_reports([made], out, "1.0")
    shown = sorted(path.name for path in out.iterdir() if not path.name.startswith("."))
    assert result.ok and shown == ["index.html", "small.html", "small.ipynb", "small.manifest.json"]
    first = {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".html", ".ipynb")}
    (again,) = run_reports([made], out, "1.0", Settings(force=True))
    assert again.status == "made"
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.suffix in (".html", ".ipynb")} == first
    page = first["small.html"].decode()
    assert "<td>3</td>" in page and "import pandas" not in page and "libya_analysis 1.0" in page


def test_one_odd_notebook_does_not_stop_the_others(tmp_path: Path) -> None:
    bundle = {FIGURE: {"data": [], "layout": {"height": "a"}}}
    odd = f"from IPython.display import display\ndisplay({bundle}, raw=True)"
    good = ReportSpec("good", "Good", notebook(tmp_path, "1", name="good"), {})
    none = ReportSpec("none", "None", notebook(tmp_path, "1", name="none"), {})
    book = json.loads(none.notebook.read_text(encoding="utf-8"))
    book["cells"].append({"metadata": {}, "source": ""})
    none.notebook.write_text(json.dumps(book), encoding="utf-8")
    results = run_reports([spec(tmp_path, odd), none, good], tmp_path / "out", "1.0")
    assert [result.ok for result in results] == [False, False, True] and "ValueError" in results[0].error
    assert (tmp_path / "out" / "index.html").exists()


def test_titles_of_other_pages_are_text_in_the_index(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "zz.html").write_bytes(f"<title>{HOSTILE[0]}\xff</title>".encode("latin-1"))
    run_reports([spec(tmp_path, "1")], out, "1.0")
    assert "<img" not in (out / "index.html").read_text(encoding="utf-8")


def test_the_index_keeps_the_reports_of_earlier_runs(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = spec(tmp_path, "1")
    run_reports([first], out, "1.0")
    run_reports([ReportSpec("other", "Another <title>", first.notebook, {})], out, "1.0")
    index = (out / "index.html").read_text(encoding="utf-8")
    assert '<a href="small.html">A small report</a>' in index
    assert '<a href="other.html">Another &lt;title&gt;</a>' in index


def test_the_index_says_what_all_reports_are_about_or_each_for_itself(tmp_path: Path) -> None:
    out, one = tmp_path / "out", spec(tmp_path, "1")
    run_reports([replace(one, about="A war")], out, "1.0")
    assert "<h1>Reports · A war</h1>" in (out / "index.html").read_text(encoding="utf-8")
    run_reports([replace(one, name="other", about="Another war")], out, "1.0")
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "<h1>Reports</h1>" in index and "<small>A war · " in index and "<small>Another war · " in index


FAILURES = {
    "raises": ("1 / 0", "ZeroDivisionError"),
    "exits": ("import sys; sys.exit(0)", "SystemExit"),
    "dies": ("import os; os._exit(0)", "died"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "died"),
    "hangs": ("import time; time.sleep(60)", "CellTimeoutError"),
    "hears nothing": (
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)",
        "CellTimeoutError",
    ),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a report."""
    place = tmp_path_factory.mktemp("good")
    assert run_reports([spec(place, "'good'")], place / "out", "1.0")[0].ok
    return place / "out"


@pytest.mark.parametrize("kernel", ["fork", "ordinary"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_leaves_the_last_good_report(tmp_path: Path, good: Path, name: str, kernel: str) -> None:
    code, message = FAILURES[name]
    out = shutil.copytree(good, tmp_path / "out")
    failing = spec(tmp_path, code, "'after'")
    settings = Settings(timeout=2 if kernel == "fork" else 4, kernel=kernel)
    (result,) = run_reports([failing], out, "1.0", settings)
    assert not result.ok and message in result.error
    assert (out / "small.html").read_bytes() == (good / "small.html").read_bytes()
    assert {path.name for path in out.iterdir()} >= {"small.failed.ipynb"}
    assert not [path for path in out.iterdir() if path.name.startswith(".new")]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReportError, match="file"):
        run_reports([spec(tmp_path, "1")], tmp_path / "file" / "out", "1.0")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reports").mkdir()
    notebook(tmp_path / "reports", "1 / 0")
    (tmp_path / "reports" / "small.toml").write_text("title = 'T'\nnotebook = 'small.ipynb'\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["report"])
    assert result.exit_code == 1 and "small" in result.stderr and "ZeroDivisionError" in result.stderr
    result = CliRunner().invoke(app, ["report", "-p", "as_of"])
    assert result.exit_code == 2 and "write NAME=VALUE" in result.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("as_off=2019", "as_off: there is no such parameter; did you mean 'as_of'?"),
        ("actors=egpt", "actors: 'egpt' is not known; did you mean 'egypt'?"),
    ],
)
def test_wrong_parameters_make_nothing(tmp_path: Path, given: str, said: str) -> None:
    done = CliRunner().invoke(app, ["report", "02-backer-network", "-p", given, "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, ParameterError) and str(done.exception) == said
    assert not (tmp_path / "out").exists()


# -- normalising


def test_normalising_takes_out_what_changes() -> None:
    output = nbformat.v4.new_output("execute_result", {"text/plain": "<object at 0x7f00aabbccdd>"}, execution_count=1)
    cell = nbformat.v4.new_code_cell("x", execution_count=1, outputs=[output], metadata={"papermill": {"duration": 1}})
    injected = nbformat.v4.new_code_cell("y = 1", metadata={"tags": ["injected-parameters"]})
    book = nbformat.v4.new_notebook(
        cells=[cell, injected], metadata={"papermill": {"duration": 2, "parameters": {"y": 1}}}
    )
    clean = normalise_notebook(book)
    assert clean["cells"][0]["outputs"][0]["data"]["text/plain"] == "<object at 0x0>"
    assert clean["cells"][0]["metadata"] == {} and clean["cells"][1]["id"] == "injected-parameters"
    assert clean["metadata"]["papermill"] == {"parameters": {"y": 1}}
    assert notebook_bytes(clean) == notebook_bytes(normalise_notebook(clean))


# -- in a browser


@pytest.mark.browser
def test_pages_draw_every_figure_and_reach_nothing(browser: Browser, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(shipped("data"), data)
    for table, name in (
        ("actors.csv", "Khalifa Haftar,"),
        ("actors.csv", "Egypt,"),
        ("events.csv", "Sarraj flies home,"),
    ):
        path = data / table
        text = path.read_text(encoding="utf-8")
        assert f",{name}" in text
        path.write_text(text.replace(f",{name}", f",{HOSTILE[name == 'Egypt,']},", 1), encoding="utf-8")
    ready = check_values(with_parameters(find_specs(folder=shipped("reports")), {}, data=str(data)))
    out = tmp_path / "out"
    results = run_reports(ready, out, "1.0")
    assert all(result.ok for result in results), results
    context = browser.new_context(offline=True)
    for result in results:
        page = context.new_page()
        seen: list[str] = []
        page.on("console", lambda message, seen=seen: seen.append(message.text))
        page.on("pageerror", lambda error, seen=seen: seen.append(str(error)))
        page.on("dialog", lambda dialog, seen=seen: (seen.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request, seen=seen: seen.append(request.url))
        assert result.html and result.notebook
        page.goto(result.html.as_uri())
        figures = sum(
            FIGURE in output.get("data", {})
            for cell in json.loads(result.notebook.read_text(encoding="utf-8"))["cells"]
            for output in cell.get("outputs", [])
        )
        stored = result.notebook.read_text(encoding="utf-8")
        for cell in json.loads(stored)["cells"]:
            for output in cell.get("outputs", []):
                markup = "".join(output.get("data", {}).get("text/html", ""))
                assert "<img" not in markup and "<script>alert" not in markup  # JupyterLab shows it as it is
        if figures:
            page.wait_for_selector("html[data-drawn=yes]", timeout=30_000)
        assert page.locator(".figure .main-svg").count() >= figures
        assert page.locator(".figure:has(.main-svg)").count() == figures
        assert page.locator("img").count() == 0
        assert HOSTILE[0] in page.locator("body").inner_text()
        assert seen == [result.html.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.close()
    context.close()


@pytest.mark.browser
def test_a_page_of_a_batch_says_what_it_lacks_when_it_is_alone(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    text = "title = 'Network'\nnotebook = '02-backer-network.ipynb'\n[parameters]\nas_of = 2020-01-12\n"
    path.write_text(f"{text}[matrix]\nactors = ['egypt']\n", encoding="utf-8")
    (result,) = run_reports(with_parameters(find_specs([str(path)]), {}), tmp_path / "out", "1.0")
    assert result.html, result.error
    page = browser.new_page()
    page.goto(result.html.as_uri())
    page.wait_for_selector("html[data-drawn=yes]", timeout=30_000)
    assert page.locator("p.heading").inner_text() == "Network (egypt)" and "12 January 2020" in page.content()
    alone = tmp_path / result.html.name
    shutil.copy(result.html, alone)
    page.goto(alone.as_uri())
    page.wait_for_selector("text=needs the file plotly-", timeout=30_000)
    assert "Egypt backs" in page.locator(".figure").first.inner_text()
    page.close()
