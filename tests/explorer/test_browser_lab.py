"""The notebooks as a person meets them: opened in JupyterLab, run from top to bottom, looked at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.nbval.plugin import FIGURE

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(ROOT.joinpath("notebooks").glob("0*.ipynb"))
SECONDS_TO_START, SECONDS_TO_RUN = 60, 120

#: No question about news at the start, and cells outside the window are rendered too.
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
OPTIONS = {
    "ServerApp.ip": "127.0.0.1",
    "ServerApp.port": "0",
    "ServerApp.open_browser": "False",
    "ServerApp.allow_root": "True",
    "IdentityProvider.token": "",
    "LabApp.expose_app_in_browser": "True",
    "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
}

#: Asked too early, cells are sent to a kernel that is not yet connected, and are lost.
KERNEL_IS_READY = """() => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    const kernel = session?.session?.kernel;
    return session?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
#: Does not wait for the command, whose promise may outlive every time-out.
COMMAND = "command => { window.jupyterapp.commands.execute(command); }"
#: Every cell has its number, or one failed.
RUN_HAS_ENDED = """cells => {
    const notebook = window.jupyterapp.shell.currentWidget.node;
    const prompts = [...notebook.querySelectorAll(".jp-InputPrompt")].map(prompt => prompt.textContent.trim());
    const failed = notebook.querySelector('[data-mime-type$=".stderr"], [data-mime-type$=".error"]');
    return failed || prompts.filter(prompt => /^\\[\\d+\\]:$/.test(prompt)).length === cells;
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start JupyterLab on copies of the notebooks; give its address."""
    home = tmp_path_factory.mktemp("lab")
    with lab_on(
        shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*")), home
    ) as at:
        yield at


@contextmanager
def lab_on(folder: Path, home: Path) -> Iterator[str]:
    """Run JupyterLab on a folder, with settings of its own; give its address."""
    overrides = home / "config" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(SETTINGS), encoding="utf-8")
    places = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "LIBYA_ANALYSIS"))
    }
    options = [f"--{name}={value}" for name, value in {**OPTIONS, "ServerApp.root_dir": folder}.items()]
    log = home / "lab.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env={**inherited, **{name: str(place) for name, place in places.items()}},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        yield address_of(server, home / "runtime", log)
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def address_of(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Wait for the file in which the server tells the port it got."""
    told = runtime / f"jpserver-{server.pid}.json"
    for _ in range(SECONDS_TO_START * 5):
        if (
            server.poll() is None
            and told.exists()
            and (text := told.read_text(encoding="utf-8")).rstrip().endswith("}")
        ):
            return str(json.loads(text)["url"])
        if server.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start within {SECONDS_TO_START} s:\n{log.read_text(errors='replace')[-3000:]}")


def code_cells(path: Path) -> int:
    return [cell.cell_type for cell in nbformat.read(path, as_version=4).cells].count("code")


def stored(path: Path, kind: str) -> int:
    """Count the stored outputs of a notebook that hold something of a kind."""
    cells: list[Any] = nbformat.read(path, as_version=4).cells
    found = [kind in output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return sum(found)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_in_jupyterlab_and_shows_its_charts_and_tables(path: Path, lab: str, page: Page) -> None:
    page.set_default_timeout(SECONDS_TO_START * 1000)
    page.goto(f"{lab}lab/workspaces/{path.stem}/tree/{path.name}")
    notebook = page.locator(".jp-NotebookPanel:visible")
    expect(notebook).to_have_count(1, timeout=SECONDS_TO_START * 1000)
    page.wait_for_function(KERNEL_IS_READY)

    # what was stored must not pass for what this kernel gave
    page.evaluate(COMMAND, "notebook:clear-all-cell-outputs")
    expect(notebook.locator(".jp-OutputArea-output")).to_have_count(0, timeout=10_000)
    page.evaluate(COMMAND, "notebook:run-all-cells")
    page.wait_for_function(RUN_HAS_ENDED, arg=code_cells(path), timeout=SECONDS_TO_RUN * 1000)
    idle = notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    expect(idle).to_be_attached(timeout=10_000)

    errors = notebook.locator('[data-mime-type$=".stderr"], [data-mime-type$=".error"]')  # tracebacks, warnings
    assert errors.all_inner_texts() == []
    prompts = [prompt for prompt in notebook.locator(".jp-InputPrompt").all_inner_texts() if prompt.strip()]
    assert prompts == [f"[{number}]:" for number in range(1, code_cells(path) + 1)]
    charts = notebook.locator(".jp-OutputArea .js-plotly-plot:has(.main-svg)")
    expect(charts).to_have_count(stored(path, FIGURE), timeout=30_000)
    tables = notebook.locator('.jp-OutputArea-output[data-mime-type="text/html"]')
    expect(tables).to_have_count(stored(path, "text/html"), timeout=30_000)
    assert stored(path, FIGURE) + stored(path, "text/html") > 0
    for box in [chart.bounding_box() for chart in charts.all()]:
        assert box is not None
        assert min(box["width"], box["height"]) > 200
