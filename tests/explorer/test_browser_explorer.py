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
from libya_analysis.analysis.search import find_claims
from libya_analysis.explorer.views import TABS
from tests.explorer.test_browser_lab import COMMAND, KERNEL_IS_READY, ROOT, SECONDS_TO_START, lab  # noqa: F401
from tests.press.test_page import axe  # noqa: F401

pytestmark = pytest.mark.browser

#: Where on the page the middle of the first tie lies that is drawn and can be pointed at in the visible part.
A_TIE = """plot => {
    const frame = plot.getBoundingClientRect(), {xaxis, yaxis} = plot._fullLayout;
    const by = frame.width / plot._fullLayout.width; // the page makes it as large as the window allows
    for (const trace of plot._fullData) {
        if (trace.hoverinfo !== "text" || typeof trace.hovertext !== "string") continue;
        for (let k = 2; k < trace.x.length - 2; k++) {
            const x = frame.x + by * (xaxis._offset + xaxis.l2p(trace.x[k]));
            const y = frame.y + by * (yaxis._offset + yaxis.l2p(trace.y[k]));
            if (plot.contains(document.elementFromPoint(x, y))) return [x, y];
        }
    }
}"""


#: The charts that are shown, one a tab: what was shown of late is kept beside.
PLOT = ".libya-frame > :not(.libya-kept)"
#: All points, words and looks of the charts: what plotly knows of them, and what is on the screen.
DRAWN = (
    f"""explorer => [...explorer.querySelectorAll("{PLOT}")]"""
    """.map((plot) => [
    ...plot._fullData.map(({x, y, opacity, hovertext, hoverinfo, text, name, marker}) => JSON.stringify(
        [x, y, opacity, hovertext, hoverinfo, text, name, marker?.opacity, marker?.color])),
    ...plot.calcdata.map((points) => JSON.stringify(points.map(({htx, mo, mx}) => [htx, mo, mx]))),
    ...[...plot.querySelectorAll(".trace, .trace path, .trace text")].map((node) => {
        const {opacity, fill, strokeWidth, strokeDasharray} = getComputedStyle(node);
        return [node.getAttribute("d"), opacity, fill.replace(/url.*/, ""), strokeWidth, strokeDasharray].join(" ");
    })])"""
)
#: How many ties of the network are marked.
MARKED = "plot => plot._fullData.filter(t => t.hoverinfo === 'text' && t.x.length > 1 && t.marker.opacity > 0).length"
#: Whether the chart on view is a chart: one row of the board, whose title stands above it, is 190 pixels high.
HIGH = """() => [...document.querySelectorAll(".libya-plot .main-svg")].some(
    (svg) => svg.checkVisibility() && svg.getBoundingClientRect().height > 180)"""


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
    places = {"HOME": home, "IPYTHONDIR": home / "ipython", "JUPYTER_PATH": pages, "JUPYTER_CONFIG_PATH": pages}
    with socket.socket() as taken:  # Voila does not tell the port that it got by itself
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    options = ["--no-browser", f"--port={port}"]
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
        explorer.locator(PLOT).first.evaluate(
            "plot => plot._fullData.filter(t => t.mode === 'lines' && t.x.length > 2 && t.opacity > 0).length"
        )
    )


def turn_to(explorer: Locator, tab: str) -> None:
    explorer.get_by_role("tab", name=tab, exact=True).click()
    expect(explorer.get_by_role("tab", name=tab, exact=True)).to_have_attribute("aria-selected", "true", timeout=30_000)


def use(page: Page, explorer: Locator) -> None:
    """Go through what is promised: keys, filter, click, list, tabs, search, changes, export, citation, parameters."""
    everything = build_network(load_tables(), as_of="2020-01-07").number_of_edges()
    status, evidence = explorer.locator(".libya-status"), explorer.locator(".libya-evidence")
    expect(status).to_contain_text("As of 15 January 2020")
    all_ties = ties(explorer)
    assert drawn(explorer) == all_ties > 40

    # a tie that is clicked shows who says so, and is marked
    x, y = explorer.locator(PLOT).first.evaluate(A_TIE)
    page.mouse.move(x - 1, y)
    page.mouse.move(x, y, steps=3)
    expect(explorer.locator(".hoverlayer .hovertext")).to_have_count(1)
    page.mouse.click(x, y)
    expect(evidence).to_contain_text("of evidence")
    assert {"speaker", "status", "modality", "date as written", "source"} <= set(
        evidence.locator("article").first.locator("dt").all_inner_texts()
    )
    assert explorer.locator(PLOT).first.evaluate(MARKED) == 1
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as citation").click()
    said = explorer.locator(".libya-tray [role=status]")
    expect(said).to_have_text("Citation copied.")
    assert re.search(r", P\d+.* \[[\w+-]+\]\.$", page.evaluate("navigator.clipboard.readText()"), re.MULTILINE)

    # the slider goes by keys from change to change, and tells its date to those who cannot see it
    slider = explorer.get_by_label("As of: from change to change")
    slider.focus()
    for day in ("14", "13", "12", "8", "7"):
        page.keyboard.press("ArrowLeft")
        expect(status).to_contain_text(f"As of {day} January 2020", timeout=20_000)
    expect(slider).to_have_attribute("aria-valuetext", "7 January 2020")
    earlier = ties(explorer)
    assert earlier < all_ties
    page.wait_for_timeout(500)
    assert drawn(explorer) == earlier

    # a filter hides ties, by name of an actor too; by keys, and each control has a name
    filters = explorer.get_by_role("button", name=re.compile("^Filters"))
    filters.press("Enter")
    for name in ("Sources", "Kinds of tie", "Statuses", "Modalities", "Camps"):
        expect(explorer.get_by_role("group", name=name, exact=True)).to_be_visible()
    for name in ("Known on", "Actors", "Day"):
        expect(explorer.get_by_label(name, exact=True)).to_be_visible()
    explorer.get_by_label(re.compile("^backs")).check()
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

    page.get_by_role("button", name="Parameters").click()
    parameters = explorer.locator(".libya-tray pre")
    for asked in (
        "view=",
        'as_of: str = "2020-01-07"',
        'kinds: list[str] = ["backs"]',
        'actors: list[str] = ["turkey"]',
    ):
        expect(parameters).to_contain_text(asked)
    page.get_by_role("button", name="Parameters").click()
    explorer.get_by_role("button", name="Clear all filters").click()
    expect(status).to_contain_text(f" {everything} ties drawn")  # of all sources: the first one was a filter too
    expect(filters).to_have_text("Filters")
    expect(explorer.get_by_role("button", name="Clear all filters")).to_be_hidden()
    expect(filters).to_be_focused()
    filters.press("Enter")
    expect(search).to_be_hidden()

    # evidence goes away with the tab that it belongs to
    explorer.get_by_label("Show", exact=True).select_option(label="Italy")
    expect(evidence).to_contain_text("Attempts at a ceasefire")
    turn_to(explorer, "Timeline")
    expect(evidence).not_to_contain_text("Italy")
    for tab, words in {"Timeline": "events", "Ceasefire board": "attempts", "Claims": "quotations"}.items():
        turn_to(explorer, tab)
        expect(status).to_contain_text(words)
        expect(status).to_contain_text("As of 7 January 2020")

    # claims are searched, chosen by who speaks, and sorted
    day = explorer.get_by_label("Day", exact=True)
    day.fill("2020-01-15")
    expect(status).to_contain_text("As of 15 January 2020")
    lines = explorer.locator(".libya-sheet:visible tbody tr")
    explorer.get_by_label("Search all claims").fill("russia fighters")
    expect(lines).to_have_count(len(find_claims(load_tables(), text="russia fighters")))
    lines.get_by_role("button").first.press("Enter")
    expect(evidence).to_contain_text("denied by nobody")
    expect(explorer.locator("tr.chosen")).to_have_count(1)
    explorer.get_by_label("Search all claims").fill("")
    expect(explorer.get_by_role("button", name="Export SVG")).to_be_hidden()  # there is no chart
    explorer.get_by_label(re.compile("^unnamed officials")).check()
    expect(lines).to_have_count(len(find_claims(load_tables(), speaker="unnamed")))
    speaker = explorer.get_by_role("columnheader", name="speaker")
    for way, falling in (("ascending", False), ("descending", True)):
        speaker.get_by_role("button").click()
        expect(speaker).to_have_attribute("aria-sort", way)
        speakers = explorer.locator("td[data-name=speaker]").all_text_contents()  # rows out of view have no inner text
        assert speakers == sorted(speakers, key=str.casefold, reverse=falling)
        assert len(set(speakers)) > 3
    explorer.get_by_label(re.compile("^unnamed officials")).uncheck()

    # what was added is listed
    turn_to(explorer, "Changes")
    explorer.get_by_label("Day to compare with").fill("2020-01-14")
    expect(status).to_contain_text("added", timeout=20_000)
    lines.get_by_role("button").first.press("Enter")
    expect(evidence).to_contain_text("of evidence")
    turn_to(explorer, "Network")
    expect(status).to_contain_text("marked: new or sure since 14 January 2020")
    page.get_by_role("button", name="Codebook").click()
    expect(evidence).to_contain_text("backers.csv")
    window, panel = page.viewport_size, evidence.bounding_box()
    assert window is not None
    assert panel is not None
    assert panel["height"] > 100
    assert panel["y"] + panel["height"] <= window["height"], "the panel is to be seen without scrolling"

    # play goes on by itself, and stops at the end
    day.fill("2020-01-12")
    expect(status).to_contain_text("As of 12 January 2020")
    explorer.get_by_role("button", name="Play").click()
    expect(status).to_contain_text("As of 15 January 2020", timeout=20_000)
    expect(explorer.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_timeout(2500)
    expect(status).to_contain_text("As of 15 January 2020")
    assert explorer.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty page of the size of a small laptop; a script on it that fails makes the test fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True, bypass_csp=True)
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


#: One of the values of each filter; every one lets something in.
FILTERS = ("moscow-truce-2020", "opposes", "attributed", "conditional", "Haftar's side")


def test_each_tab_shows_its_chart_with_each_filter(page: Page, app: str) -> None:
    page.goto(app)
    explorer = shown(page)
    boxes, clear = (
        explorer.get_by_role("group", name="Filters", exact=True),
        explorer.get_by_role("button", name="Clear all filters"),
    )

    def check() -> None:
        for tab in ("Timeline", "Ceasefire board", "Network"):
            turn_to(explorer, tab)
            chart = explorer.locator(".libya-plot:visible .main-svg").first
            expect(chart).to_be_visible()
            page.wait_for_function(HIGH, timeout=10_000)

    check()
    explorer.get_by_role("button", name=re.compile("^Filters")).click()
    turn_to(explorer, "Claims")  # so that the network is not on view while filters change
    clear.click()
    check()
    for name in FILTERS:
        turn_to(explorer, "Claims")
        boxes.get_by_label(re.compile(re.escape(name))).first.check()
        check()
        turn_to(explorer, "Claims")
        clear.click()
    for box in boxes.get_by_role("group", name="Sources").get_by_role("checkbox").all():
        box.check()
    check()
    clear.click()
    explorer.get_by_label("Known on").fill("2020-01-08")
    check()


def expect_no_barriers(page: Page, explorer: Locator, axe: str, within: str) -> None:  # noqa: F811
    """Hold each tab to axe-core, with something chosen, filters open, and rows in each table."""
    page.evaluate(axe)
    run = "where => axe.run(where, {resultTypes: ['violations']}).then((found) => found.violations)"
    explorer.get_by_role("button", name=re.compile("^Filters")).click()
    for tab in TABS:
        turn_to(explorer, tab)
        if explorer.get_by_label("Show", exact=True).is_visible():
            explorer.get_by_label("Show", exact=True).select_option(index=1)
        if tab == "Changes":
            explorer.get_by_label("Day to compare with").fill("2020-01-08")
            expect(explorer.locator("tbody tr").last).to_be_visible()
        page.wait_for_timeout(500)
        found = page.evaluate(run, within)
        assert {one["id"]: [node["html"][:200] for node in one["nodes"]][:3] for one in found} == {}, tab


@pytest.mark.parametrize("width", [1280, 390])
def test_explorer_has_no_barriers(page: Page, app: str, axe: str, width: int) -> None:  # noqa: F811
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(app)
    expect_no_barriers(page, shown(page), axe, "html")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_explorer_has_no_barriers_in_jupyterlab(page: Page, lab: str, axe: str, theme: str) -> None:  # noqa: F811
    explorer = opened_in_lab(page, lab)
    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    expect(page.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    expect_no_barriers(page, explorer, axe, ".libya-explorer")  # the faults of JupyterLab are not ours


SELECTIONS = {"first source": "&sources=moscow-truce-2020", "all sources": ""}


@pytest.mark.parametrize("asked", SELECTIONS.values(), ids=SELECTIONS)
def test_the_slider_draws_neither_network_nor_matrix_anew(page: Page, app: str, asked: str) -> None:
    page.goto(f"{app}#as_of=2020-01-15{asked}")
    explorer = shown(page)
    page.wait_for_function(HIGH)
    page.wait_for_timeout(500)
    plot, status = explorer.locator(PLOT).first, explorer.locator(".libya-status")
    plot.evaluate("plot => { plot.drawn = 0; plot.on('plotly_afterplot', () => { plot.drawn += 1; }); }")
    before = explorer.evaluate(DRAWN)
    explorer.get_by_label("As of: from change to change").focus()
    for day in ("14", "13", "12", "8"):
        if asked:
            page.keyboard.press("ArrowLeft")
        else:  # that tell of days between
            explorer.get_by_label("Day", exact=True).fill(f"2020-01-{day:0>2}")
        expect(status).to_contain_text(f"As of {day} January 2020")
    assert explorer.evaluate(DRAWN) != before
    assert plot.evaluate("plot => plot.drawn") == 0


def test_the_days_beside_are_drawn_while_nobody_does_anything(page: Page, app: str) -> None:
    page.goto(f"{app}#as_of=2020-01-12&tab=Timeline")
    explorer = shown(page)
    explorer.get_by_label("As of: from change to change").focus()
    kept = explorer.locator(".libya-frame:visible > .libya-kept")
    expect(kept).to_have_count(2, timeout=30_000)
    for plot in kept.all():
        plot.evaluate("plot => { plot.dataset.ahead = true; }")
    for key, day in (("ArrowLeft", 11), ("ArrowRight", 12), ("ArrowRight", 13)):
        page.keyboard.press(key)
        expect(explorer.locator(".libya-status")).to_contain_text(f"As of {day} January 2020")
        if day != 12:
            expect(explorer.locator(".libya-frame:visible > [data-ahead]:not(.libya-kept)")).to_have_count(1)


@pytest.mark.parametrize("asked", SELECTIONS.values(), ids=SELECTIONS)
def test_a_chart_of_which_the_differences_were_set_is_the_one_drawn_anew(page: Page, app: str, asked: str) -> None:
    seen = []
    for days in ("15 14 13 12", "12"):
        page.goto(f"{app}#as_of=2020-01-{days[:2]}{asked}")
        page.reload()
        explorer = shown(page)
        for tab in ("Network", "Timeline", "Ceasefire board"):
            turn_to(explorer, tab)
            page.wait_for_function(HIGH)
        for day in days.split()[1:]:
            for tab in ("Network", "Timeline", "Ceasefire board"):
                turn_to(explorer, tab)
                explorer.get_by_label("Day", exact=True).fill(f"2020-01-{day:0>2}")
                expect(explorer.locator(".libya-status")).to_contain_text(f"As of {day} January 2020")
        for tab in ("Network", "Timeline", "Ceasefire board"):
            turn_to(explorer, tab)
            page.wait_for_timeout(1500)
        seen.append(explorer.evaluate(DRAWN))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["laptop", "phone"])
@pytest.mark.parametrize("asked", SELECTIONS.values(), ids=SELECTIONS)
def test_charts_begin_on_the_first_screen_and_their_heads_stay_in_view(
    page: Page, app: str, asked: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{app}#as_of=2020-01-15{asked}")
    explorer = page.locator(".libya-explorer")
    expect(explorer.locator(".main-svg").first).to_be_visible(timeout=SECONDS_TO_START * 1000)
    views, heads = explorer.locator(".libya-views"), explorer.locator(".libya-heads svg:visible")
    for tab in ("Network", "Timeline", "Ceasefire board"):
        turn_to(explorer, tab)
        page.wait_for_function(HIGH)
        chart, pane = explorer.locator(".libya-frame:visible").bounding_box(), views.bounding_box()
        assert chart and chart["y"] < 0.6 * size[1], tab
        assert pane and pane["y"] + pane["height"] <= size[1], tab
        named = "all => all.every(one => getComputedStyle(one).display !== 'none')"
        assert explorer.locator(".xtick text, .ytick text").evaluate_all(named), "each row and column keeps its name"
        scrolled = views.evaluate("views => { views.scrollTop = 0.6 * views.scrollHeight; return views.scrollTop; }")
        if scrolled > 250 and (tab == "Timeline" or size[0] > 640):
            expect(heads).to_be_visible()
            drawn = [one.bounding_box() for one in heads.locator("use").all()]
            assert any(box and box["height"] > 10 and abs(box["y"] - pane["y"]) < 30 for box in drawn), tab


def test_the_network_fits_the_window(page: Page, app: str) -> None:
    page.goto(app)
    expect(page.locator(".libya-explorer .main-svg").first).to_be_visible(timeout=SECONDS_TO_START * 1000)
    chart = page.locator(PLOT).locator(".main-svg").first.bounding_box()
    assert chart
    assert chart["y"] + chart["height"] <= 800, "without scrolling"
    assert chart["height"] > 400


def test_a_view_can_be_sent(page: Page, app: str) -> None:
    page.goto(
        f"{app}#as_of=2020-01-08&sources=moscow-truce-2020&tab=Claims&text=italy&chosen=claim/italian-attempt-report"
    )
    status = page.locator(".libya-explorer .libya-status")
    expect(status).to_contain_text("As of 8 January 2020", timeout=SECONDS_TO_START * 1000)
    expect(page.locator(".libya-evidence")).to_contain_text("Italy tries to bring")
    turn_to(page.locator(".libya-explorer"), "Network")
    page.wait_for_function("location.hash === '#as_of=2020-01-08&sources=moscow-truce-2020&text=italy'")
    page.goto(f"{app}#tab=Nonsense")
    page.reload()
    expect(status).to_contain_text("'Nonsense' is not known", timeout=SECONDS_TO_START * 1000)


def test_who_leaves_ends_the_kernel_and_its_end_is_said(page: Page, app: str) -> None:
    page.goto(app)
    explorer = shown(page)
    for _ in range(2):
        kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
        expect(page.request.get(f"{app}api/kernels/{kernel}")).to_be_ok()
        page.evaluate("window.shot = dispatchEvent(new Event('pagehide'))")  # as when the page is left
        for _ in range(100):  # it ends within a second; until then it still answers
            if page.request.get(f"{app}api/kernels/{kernel}").status == 404:
                break
            page.wait_for_timeout(100)
        else:
            pytest.fail("the kernel runs on")
        explorer.get_by_label("Day", exact=True).fill("2020-01-08")
        expect(explorer.locator(".libya-status")).to_contain_text("Python does not answer", timeout=30_000)
        page.reload()
        explorer = shown(page)
        expect(explorer.locator(".libya-status")).to_contain_text("ties drawn")


def test_explorer_on_a_phone(page: Page, app: str, off_the_machine: list[str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app)
    explorer: Any = shown(page)
    expect(explorer.locator(".libya-status")).to_contain_text("ties drawn")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    filters = explorer.get_by_role("button", name=re.compile("^Filters"))
    filters.click()
    expect(explorer.get_by_role("group", name="Filters", exact=True)).to_be_visible()
    filters.click()  # they do not cover it
    expect(explorer.get_by_role("group", name="Filters", exact=True)).to_be_hidden()
    assert off_the_machine == []
