"""Tables from a stranger in JupyterLab and under Voila: nothing of their text is more than text."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.explorer.test_browser_explorer import app_of, shown
from tests.explorer.test_browser_lab import (
    COMMAND,
    KERNEL_IS_READY,
    RUN_HAS_ENDED,
    SECONDS_TO_RUN,
    SECONDS_TO_START,
    lab_on,
)
from tests.hostile import HARM, listening, write_tables

pytestmark = pytest.mark.browser

#: Each way in which the package shows anything.
CELLS = (
    "from libya_analysis import *\ntables = load_tables({folder!r})",
    "graph, ceasefire = build_network(tables), build_ceasefire(tables)",
    "tables.actors",
    "draw_network(graph)",
    "draw_matrix(graph)",
    "draw_timeline(build_timeline(tables))",
    "draw_ceasefire(ceasefire)",
    "edge_table(graph)",
    "say_claims(graph)",
    "say_quotes(tables)",
    "build_briefing(tables).news",
    "build_briefing(tables).sureness",
    "source_list(tables)",
    "explore(tables, sources=['moscow-truce-2020'])",
)


def write_notebook(path: Path, cells: tuple[str, ...], folder: Path) -> Path:
    path.parent.mkdir()
    made = [nbformat.v4.new_code_cell(cell.format(folder=str(folder))) for cell in cells]
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)
    return path


def is_clean(page: Page, address: str) -> None:
    """Words are there as they were written, and nothing came of them."""
    page.wait_for_timeout(2000)  # mathematics is loaded late
    assert "%{meta.description}" in (page.locator("body").text_content() or "").replace("\xa0", " ")
    found = page.locator(HARM.format(address=address))
    assert found.evaluate_all("all => all.map(one => one.outerHTML.slice(0, 300))") == []


def turn_the_explorer(page: Page) -> None:
    explorer = shown(page)
    for tab in ("Timeline", "Ceasefire board", "Claims", "Changes", "Network"):
        explorer.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(500)
    explorer.get_by_label("Show", exact=True).select_option(index=1)
    expect(explorer.locator(".libya-evidence")).to_contain_text("Attempts at a ceasefire")


def test_in_jupyterlab(tmp_path: Path, page: Page) -> None:
    with listening() as (address, asked):
        folder = write_tables(tmp_path / "tables", address)
        notebook = write_notebook(tmp_path / "notebooks" / "all.ipynb", CELLS, folder)
        with lab_on(notebook.parent, tmp_path) as lab:
            page.goto(f"{lab}lab/workspaces/all/tree/{notebook.name}")
            expect(page.locator(".jp-NotebookPanel:visible")).to_have_count(1, timeout=SECONDS_TO_START * 1000)
            page.wait_for_function(KERNEL_IS_READY, timeout=SECONDS_TO_START * 1000)
            page.evaluate(COMMAND, "notebook:run-all-cells")
            page.wait_for_function(RUN_HAS_ENDED, arg=len(CELLS), timeout=SECONDS_TO_RUN * 1000)
            assert page.locator('[data-mime-type$=".stderr"], [data-mime-type$=".error"]').all_inner_texts() == []
            turn_the_explorer(page)
            is_clean(page, address)
    assert asked == []


def test_under_voila(tmp_path: Path, page: Page) -> None:
    with listening() as (address, asked):
        folder = write_tables(tmp_path / "tables", address)
        cells = tuple(cell for cell in CELLS if not cell.startswith("draw_"))  # Voila draws those of widgets alone
        notebook = write_notebook(tmp_path / "notebooks" / "all.ipynb", cells, folder)
        with app_of(notebook, tmp_path) as app:
            page.goto(app)
            turn_the_explorer(page)
            is_clean(page, address)
    assert asked == []
