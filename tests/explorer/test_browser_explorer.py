"""The explorer as a person meets it: in JupyterLab, and as a page of its own under Voila."""

from __future__ import annotations

import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from libya_analysis import build_network, load_tables
from tests.explorer.test_browser_lab import COMMAND, KERNEL_IS_READY, ROOT, SECONDS_TO_START, lab  # noqa: F401

pytestmark = pytest.mark.browser

#: Where on the page the middle of the first tie lies that is drawn and can be pointed at in the visible part.
A_TIE = """plot => {
    const frame = plot.getBoundingClientRect(), {xaxis, yaxis} = plot._fullLayout;
    for (const trace of plot._fullData) {
        if (trace.hoverinfo !== "text" || typeof trace.hovertext !== "string") continue;
        for (let k = 2; k < trace.x.length - 2; k++) {
            const x = frame.x + xaxis._offset + xaxis.l2p(trace.x[k]);
            const y = frame.y + yaxis._offset + yaxis.l2p(trace.y[k]);
            if (plot.contains(document.elementFromPoint(x, y))) return [x, y];
        }
    }
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start Voila as `make app` does; give its address."""
    home = tmp_path_factory.mktemp("app")
    folder = shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    with app_of(folder / "explorer.ipynb", home) as address:
        yield address


@contextmanager
def app_of(notebook: Path, home: Path) -> Iterator[str]:
    """Run Voila with a notebook; give its address."""
    if find_spec("voila") is None:
        pytest.skip("Voila is not installed; it is in the extra `app`")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "LIBYA_ANALYSIS"))}
    pages = ROOT / "libya_analysis" / "explorer" / "app"
    places = {"HOME": home, "IPYTHONDIR": home / "ipython", "JUPYTER_PATH": pages}
    with socket.socket() as taken:  # Voila does not tell the port that it got by itself
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", "--template=libya"]
    log = home / "app.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "voila", str(notebook), *options],
            env={**inherited, **{name: str(place) for name, place in places.items()}},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )
    try:
        for _ in range(SECONDS_TO_START * 5):
            with socket.socket() as asked:
                if server.poll() is not None or asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        assert server.poll() is None, f"Voila did not start:\n{log.read_text(errors='replace')[-3000:]}"
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture
def off_the_machine(page: Page) -> list[str]:
    """What the page asks of any other machine, and what the browser complains of."""
    found: list[str] = []
    local = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:")
    page.on("request", lambda request: None if local.match(request.url) else found.append(request.url))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


def opened_in_lab(page: Page, address: str) -> Locator:
    page.goto(f"{address}lab/workspaces/explorer/tree/explorer.ipynb")
    expect(page.locator(".jp-NotebookPanel:visible")).to_have_count(1, timeout=SECONDS_TO_START * 1000)
    page.wait_for_function(KERNEL_IS_READY, timeout=SECONDS_TO_START * 1000)
    page.evaluate(COMMAND, "notebook:run-all-cells")
    return shown(page)


def shown(page: Page) -> Locator:
    explorer = page.locator(".libya-explorer")
    expect(explorer.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=SECONDS_TO_START * 1000)
    explorer.evaluate("element => element.scrollIntoView({block: 'start'})")
    return explorer


def ties(explorer: Locator) -> int:
    found = re.search(r"(\d+) ties? drawn", explorer.locator(".libya-status").inner_text())
    assert found
    return int(found[1])


def drawn(explorer: Locator) -> int:
    """Ties that the chart itself shows: lines with some opacity in the paint of the plane."""
    return int(
        explorer.locator(".js-plotly-plot").first.evaluate(
            "plot => plot._fullData.filter(t => t.mode === 'lines' && t.x.length > 2 && t.opacity > 0).length"
        )
    )


def use(page: Page, explorer: Locator) -> None:
    """Go through what is promised: keys, filter, click, list, tabs, export, citation, parameters."""
    everything = build_network(load_tables(), as_of="2020-01-07").number_of_edges()
    status, evidence = explorer.locator(".libya-status"), explorer.locator(".libya-evidence")
    expect(status).to_contain_text("As of 15 January 2020")
    all_ties = ties(explorer)
    assert drawn(explorer) == all_ties > 40

    # a tie that is clicked shows who says so
    x, y = explorer.locator(".js-plotly-plot").first.evaluate(A_TIE)
    page.mouse.move(x - 1, y)
    page.mouse.move(x, y, steps=3)
    expect(explorer.locator(".hoverlayer .hovertext")).to_have_count(1)
    page.mouse.click(x, y)
    expect(evidence).to_contain_text("of evidence")
    assert {"speaker", "status", "modality", "date as written", "source"} <= set(
        evidence.locator("article").first.locator("dt").all_inner_texts()
    )
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as citation").click()
    expect(explorer.locator(".libya-tray [role=status]")).to_have_text("Citation copied.")
    assert re.search(r", P\d+.* \[[\w+-]+\]\.$", page.evaluate("navigator.clipboard.readText()"), re.MULTILINE)

    # the slider by keys: fewer ties, all only possible, and a date for those who cannot see it
    handle = explorer.locator(".libya-day .noUi-handle")
    handle.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(status).to_contain_text("As of 7 January 2020", timeout=20_000)
    expect(handle).to_have_attribute("aria-valuetext", "7 January 2020")
    earlier = ties(explorer)
    assert earlier < all_ties
    for _ in range(40):
        if drawn(explorer) == earlier:
            break
        page.wait_for_timeout(250)
    assert drawn(explorer) == earlier

    # a filter hides ties, by name of an actor too, and both are undone; by keys, and each control has a name
    filters = explorer.get_by_role("button", name=re.compile("^Filters"))
    filters.press("Enter")
    kinds = explorer.get_by_label("Kinds of tie")
    for name in ("Sources", "Statuses", "Modalities", "Camps", "Known on", "Actors", "Chosen actors", "Day"):
        expect(explorer.get_by_label(name, exact=True)).to_be_visible()
    kinds.select_option("backs")
    expect(filters).to_have_text("Filters (2)")
    expect(status).not_to_contain_text(f" {earlier} ties drawn")
    backing = ties(explorer)
    assert 0 < backing < earlier
    search = explorer.get_by_label("Actors", exact=True)
    search.fill("تركيا")
    search.press("Enter")
    expect(status).not_to_contain_text(f" {backing} ties drawn")
    assert 0 < ties(explorer) < backing

    # what is saved is what is counted
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    claims = re.search(r"(\d+) claims?\.", status.inner_text())
    assert claims
    assert len(rows) == int(claims[1])
    assert {row["tie"] for row in rows} == {"backs"}
    with page.expect_download() as download:
        page.get_by_role("button", name="Export Excel").click()
    assert len(pd.read_excel(download.value.path())) == len(rows)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export SVG").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("<svg")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export PNG").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")

    page.get_by_role("button", name="Open as parameters").click()
    parameters = explorer.locator(".libya-tray pre").inner_text()
    assert 'as_of: str = "2020-01-07"' in parameters
    assert 'kinds: list[str] = ["backs"]' in parameters
    assert 'actors: list[str] = ["turkey"]' in parameters
    page.get_by_role("button", name="Open as parameters").click()
    explorer.get_by_role("button", name="Clear all filters").click()
    expect(status).to_contain_text(f" {everything} ties drawn")  # of all sources: the first one was a filter too
    expect(filters).to_have_text("Filters")
    filters.press("Enter")
    expect(kinds).to_be_hidden()

    # the same selection in the other tabs
    for tab, words in {"Timeline": "events", "Ceasefire board": "attempts", "Quotations": "quotations"}.items():
        page.get_by_role("tab", name=tab, exact=True).click()
        expect(status).to_contain_text(words)
        expect(status).to_contain_text("As of 7 January 2020")
    explorer.locator(".libya-sheet:visible tbody button").first.press("Enter")
    expect(evidence).to_contain_text("“")
    page.get_by_role("tab", name="Table", exact=True).click()
    expect(explorer.locator(".libya-sheet:visible tbody tr").first).to_be_visible()
    page.get_by_role("tab", name="Timeline", exact=True).click()
    explorer.locator(".libya-below select").select_option(index=1)
    expect(evidence).to_contain_text("row")
    window = page.viewport_size
    panel = evidence.bounding_box()
    assert window is not None
    assert panel is not None
    assert panel["height"] > 100
    assert panel["y"] + panel["height"] <= window["height"], "the panel is to be seen without scrolling"

    # play goes on by itself, and stop goes to the first day
    page.get_by_role("tab", name="Table", exact=True).click()
    play, stop = (explorer.get_by_role("button", name=re.compile(f"^{name}")) for name in ("Play", "Stop"))
    play.click()
    expect(status).to_contain_text("As of 8 January 2020", timeout=20_000)  # the change after the day on view
    stop.click()
    expect(status).not_to_contain_text("January 2020", timeout=20_000)
    assert explorer.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page of the size of a small laptop; a script on it that fails makes the test fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"scripts on the page failed: {errors}"


def test_explorer_in_jupyterlab(page: Page, lab: str, off_the_machine: list[str]) -> None:  # noqa: F811
    use(page, opened_in_lab(page, lab))
    assert off_the_machine == []


def test_explorer_under_voila(page: Page, app: str, off_the_machine: list[str]) -> None:
    page.goto(app)
    use(page, shown(page))
    assert off_the_machine == []


def test_a_chart_that_lost_all_it_showed_comes_back(page: Page, app: str) -> None:
    page.goto(app)
    explorer = shown(page)
    explorer.locator(".js-plotly-plot").evaluate("plot => { plot.layout = {}; }")
    page.wait_for_function("() => document.querySelector('.libya-explorer .js-plotly-plot')?.layout?.width > 0")
    expect(explorer.locator(".js-plotly-plot .main-svg").first).to_be_visible()


def test_explorer_on_a_phone(page: Page, app: str, off_the_machine: list[str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app)
    explorer: Any = shown(page)
    expect(explorer.locator(".libya-status")).to_contain_text("ties drawn")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert off_the_machine == []
