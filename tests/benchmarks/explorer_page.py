"""Measure the explorer in a browser: from a key on the date slider to the painted change, in JupyterLab and Voila.

python -m tests.benchmarks.explorer_page [--front JupyterLab|Voila] [--tab NAME ...] [--runs 5]
"""

from __future__ import annotations

import argparse
import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

from libya_analysis.explorer.workbench import TABS
from tests.conftest import BROWSER_FLAGS, find_browser
from tests.explorer.test_browser_explorer import app, opened_in_lab, shown
from tests.explorer.test_browser_lab import lab

KEYS, SINCE, REST = 24, "2020-01-08", 2500

#: Notes of the next key when it was pressed, when the day in the status line changed, when the last change of the view
#: was made (nothing has changed for 250 ms then), and when the frame after it was on the screen.
WATCH = """() => {
    const root = document.querySelector(".libya-explorer"), status = root.querySelector(".libya-status");
    const before = status.textContent, times = { chart: 0, status: 0 };
    let start, last;
    const painted = name => requestAnimationFrame(() => {
        const channel = new MessageChannel();  // runs after the frame is drawn
        channel.port1.onmessage = () => { times[name] = performance.now() - start; };
        channel.port2.postMessage(0);
    });
    const charts = new MutationObserver(() => { last = performance.now(); painted("chart"); });
    const words = new MutationObserver(() => { if (status.textContent !== before) painted("status"); });
    const all = { subtree: true, childList: true, characterData: true };
    root.querySelector("input[type=range]").focus();
    addEventListener("keydown", event => {
        start = last = event.timeStamp;
        charts.observe(root.querySelector(".libya-views"), { ...all, attributes: true });
        words.observe(status, all);
    }, { capture: true, once: true });
    window.timed = (async () => {
        while (!start || !times.status && performance.now() - start < 5000 || performance.now() - last < 250)
            await new Promise(done => setTimeout(done, 10));
        charts.disconnect();
        words.disconnect();
        return times;
    })();
}"""


class Folders:
    """Gives temporary folders, as pytest does."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def mktemp(self, name: str) -> Path:
        """Make a folder."""
        made = self.home / name
        made.mkdir()
        return made


@contextmanager
def served(fixture: Any, home: Path) -> Iterator[str]:
    """The address of a server that a fixture of the tests starts."""
    started = fixture.__wrapped__(Folders(home))
    try:
        yield next(started)
    finally:
        next(started, None)


def pressed(page: Page, key: str) -> dict[str, float]:
    """Milliseconds from a key on the slider to the painted change of the status line and of the view."""
    page.evaluate(WATCH)
    page.keyboard.press(key)
    times: dict[str, float] = page.evaluate("window.timed")
    return times


def measure(page: Page, name: str, tabs: Sequence[str], runs: int) -> None:
    """Press keys on each tab, to and fro over days on which something changes, several times."""
    for tab in tabs:
        page.get_by_role("tab", name=tab, exact=True).click()
        if tab == "Changes":  # with the first of the days that are gone over
            page.get_by_label("Day to compare with").fill(SINCE)
        rested = []
        for _ in range(5):  # to days that were not shown before, each after a rest in which they can be drawn
            page.wait_for_timeout(REST)
            rested.append(max(pressed(page, "ArrowLeft").values()))
        for _ in rested:
            pressed(page, "ArrowRight")
        times = [
            [max(pressed(page, "ArrowLeft" if k % 12 < 6 else "ArrowRight").values()) for k in range(KEYS)]
            for _ in range(runs)
        ]
        middle = [statistics.median(run) for run in times]
        late = statistics.median(float(np.percentile(run, 95)) for run in times)
        print(
            f"{name:26} {tab.lower():16} {statistics.median(middle):7.0f}"
            f" {min(middle):7.0f} {max(middle):7.0f} {late:7.0f}  {statistics.median(rested):7.0f} {max(rested):7.0f}"
        )


def main() -> None:
    """Measure in both front ends, with the source that the explorer begins with and with all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.explorer_page", description=main.__doc__)
    parser.add_argument("--front", choices=("JupyterLab", "Voila"), help="only there")
    parser.add_argument("--tab", choices=TABS, action="append", help="only this tab; may be given several times")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    opened: dict[str, tuple[Any, Callable[[Page, str], object]]] = {
        "JupyterLab": (lab, opened_in_lab),
        "Voila": (app, lambda page, address: (page.goto(address), shown(page))),
    }
    print(
        f"milliseconds from key to paint, {KEYS} keys a run: median, least and most of the medians of {given.runs}"
        " runs, and the median of their 95th percentiles;"
        " median and most of five keys to days not yet shown, each after a rest"
    )
    with TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(BROWSER_FLAGS))
        for name in [given.front] if given.front else list(opened):
            fixture, go = opened[name]
            with served(fixture, Path(home)) as address:
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.set_default_timeout(60_000)
                go(page, address)
                page.wait_for_timeout(3000)
                measure(page, f"{name}, first article", given.tab or TABS, given.runs)
                filters = page.get_by_role("button", name=re.compile("^Filters"))
                filters.click()
                page.get_by_role("button", name="Clear all filters").click()
                filters.click()
                measure(page, f"{name}, all sources", given.tab or TABS, given.runs)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
