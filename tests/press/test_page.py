"""Pages: what stands where, what leads where, and what can be done with them without a network, by ear and on paper."""

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from libya_analysis import ReportError
from libya_analysis.analysis.changes import compare_tables
from libya_analysis.cli import check_values
from libya_analysis.evidence.folders import shipped
from libya_analysis.evidence.tables import load_tables
from libya_analysis.press import find_specs, run_reports, with_parameters
from libya_analysis.press.index import render_changes
from libya_analysis.press.page import FIGURE, render_html
from libya_analysis.press.plotlyjs import packed
from libya_analysis.words.differences import changes_html
from libya_analysis.words.sentence import Prose, Statement
from tests.press.test_reports import HOSTILE

#: The first words of a report of the tests, as a notebook has them.
OPENING = "# Who did it?\n\nHow this came to be. [Elsewhere](../data/README.md)."
PROSE = '<p>Egypt backs Haftar. <small>[<a href="#report" title="¶9: stated by the source">9, ¶9</a>]</small></p>'
CHART = {
    "data": [],
    "layout": {
        "title": {"text": "<b>Egypt<br>&lt;backs&gt;</b>"},
        "meta": {"description": "A. B. C.", "sources": "9 sources", "day": "as of 15 January 2020"},
    },
}

REPORTS = "01-tables-tour", "02-backer-network", "03-event-timeline", "04-ceasefire-diplomacy", "05-briefing"
WIDTHS = 390, 1280


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source}


def cell(**data: Any) -> dict[str, Any]:
    bundle = {"html": "text/html", "figure": FIGURE, "plain": "text/plain", "drawing": "image/svg+xml"}
    return {
        "cell_type": "code",
        "source": "secret = 1",
        "outputs": [{"output_type": "display_data", "data": {bundle[k]: v}} for k, v in data.items()],
    }


def table(rows: int) -> str:
    body = "".join(f'<tr><th scope="row">{k}</th><td>report P{k}</td></tr>' for k in range(rows))
    return f'<table><thead><tr><th scope="col">a</th></tr></thead>\n<tbody>\n{body}</tbody></table>'


def page_of(*cells: Any, **options: Any) -> str:
    return render_html({"cells": list(cells)}, "T", packed="x", **options)


def body(page: str) -> str:
    return page.partition("<body>")[2].partition("<script>")[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All shipped reports, and a batch that shares plotly.js."""
    out = tmp_path_factory.mktemp("reports")
    batch = out / "batch.toml"
    batch.write_text("title = 'Network'\nnotebook = '02-backer-network.ipynb'\n[matrix]\nactors = ['egypt']\n", "utf-8")
    specs = find_specs(folder=shipped("reports")) + find_specs([str(batch)])
    results = run_reports(check_values(with_parameters(specs, {})), out, "1.0")
    assert all(result.ok for result in results), results
    tables = load_tables()
    told_less = replace(tables, frames={**tables.frames, "ties": tables.ties[tables.ties["kind"] != "leads"]})
    changes = changes_html(compare_tables(tables, told_less))
    changed = render_changes("T", "2020-01-15T10:00", {"as_of": ("", "2020")}, changes)
    (out / "02-backer-network.changes.html").write_text(changed, encoding="utf-8")
    return out


# -- what stands where


def test_the_finding_stands_under_the_title_and_what_the_notebook_is_beside_it() -> None:
    page = page_of(text(OPENING), cell(html=PROSE), text("## Why?"), text("## When?"), cell(html=table(2)))
    assert re.search(r'</h1>\s*<div class="lead"><p>Egypt backs Haftar', page)
    assert re.search(r'<aside .*?<div class="about"><p>How this came to be', page, re.DOTALL)
    assert re.findall(r'<li><a href="#(.*?)">', page) == ["Why?", "When?"]
    assert '<meta name="description" content="Egypt backs Haftar.">' in page


def test_without_a_finding_in_prose_that_of_the_first_figure_stands_for_the_report() -> None:
    page = page_of(text(OPENING), text("## Why?"), cell(html=PROSE), cell(figure=CHART))
    assert 'class="lead"' not in page and "<p>How this came" in page
    assert '<meta name="description" content="Egypt &lt;backs&gt;">' in page
    assert '<meta name="description" content="How this came to be.">' in page_of(text(OPENING), text("## Why?"))


def test_a_page_says_what_conflict_it_is_about() -> None:
    page = page_of(text(OPENING), conflict="The <war>", heading="For Egypt")
    assert "<title>T · The &lt;war&gt;</title>" in page and '<meta name="about" content="The &lt;war&gt;">' in page
    assert '<p class="heading">The &lt;war&gt; · For Egypt</p>' in page
    assert "<title>T</title>" in page_of(text(OPENING)) and 'class="heading"' not in page_of(text(OPENING))


def test_that_there_is_nothing_is_said_once() -> None:
    nobody = "<ul><li>Nobody deals with anybody in this selection.</li></ul>"
    empty = "<table><thead><tr><th>a</th></tr></thead><tbody></tbody></table>"
    assert "None in this selection." not in page_of(text(OPENING), text("## Why?"), cell(html=nobody), cell(html=empty))
    assert "None in this selection." in page_of(text(OPENING), text("## Why?"), cell(html=PROSE), cell(html=empty))


def test_figures_are_numbered_and_captioned_and_told_as_a_list() -> None:
    page = page_of(text(OPENING), cell(figure=CHART, html=PROSE), cell(figure=CHART))
    assert re.findall(r'<figure id="(.*?)">', page) == ["figure-1", "figure-2"]
    assert '<b>Figure 2</b> <span class="from">9 sources · as of 15 January 2020</span>' in page
    assert '<a href="#figure-2">Link</a>' in page and body(page).count("Egypt &lt;backs&gt;") == 0, "the chart says it"
    assert "<li>A.</li><li>B.</li><li>C.</li>" in page and 'aria-label="A. B. C."' in page


def test_what_a_part_has_more_is_folded() -> None:
    prose = Prose((Statement("One."),), more=(Statement("Two."), Statement("Three.")))
    page = page_of(cell(html=prose._repr_html_()))
    assert '<details class="rest"><summary>2 more</summary>' in page and "<li>Three.</li></ul></details>" in page


def test_long_tables_are_folded_after_ten_rows() -> None:
    assert "<summary>15 more rows</summary>" in page_of(cell(html=table(25)))
    assert "more rows" not in body(page_of(cell(html=table(12))))


def test_a_table_without_rows_says_so() -> None:
    page = body(page_of(cell(html=pd.DataFrame({"n": []})._repr_html_())))  # type: ignore[operator,unused-ignore]
    assert "None in this selection." in page and "<table" not in page


def test_a_page_carries_a_picture_of_what_it_shows_first_in_its_head() -> None:
    line = {"x": [0, 9], "y": [0, 1], "mode": "lines", "line": {"color": "#123456"}}
    hostile = {**line, "line": {"color": '"/><script>alert(1)</script>'}}
    page = page_of(text(OPENING), cell(html=table(3)), cell(figure={**CHART, "data": [line, hostile]}))
    (head,) = re.findall(r'<meta name="thumbnail" content="(.*?)">', page)
    picture = html.unescape(head)
    assert picture.startswith("<svg") and picture.count("<path") == 2 and "#123456" in picture
    assert "script" not in picture
    (of_table,) = re.findall(r'<meta name="thumbnail" content="(.*?)">', page_of(cell(html=table(3))))
    assert of_table.count("&lt;rect") >= 4, "a header, and a bar for each cell"
    assert 'name="thumbnail"' not in page_of(text(OPENING)), "nothing is shown"


def test_tables_of_others_have_no_empty_headers() -> None:
    page = page_of(cell(html=pd.DataFrame({"n": [1]}, index=["a"])._repr_html_()))  # type: ignore[operator,unused-ignore]
    assert "<th>n</th>" in page and "<th></th>" not in page


def test_a_title_cannot_leave_the_foot_of_the_sheet() -> None:
    page = render_html({"cells": []}, 'a"; } </style><script>')
    assert page.count("</style>") == 1 and page.count("<script>") == 1


def test_an_output_without_a_form_for_reports_is_an_error() -> None:
    with pytest.raises(ReportError, match="image/svg"):
        page_of(cell(drawing="<svg/>"))


def test_markup_from_outputs_is_text_or_tables() -> None:
    rough = f"<table><tr><td onclick='x()'>{''.join(HOSTILE)}</td></tr></table><iframe src='http://a.example'></iframe>"
    page = render_html({"cells": [cell(html=rough, plain=HOSTILE[0])]}, HOSTILE[1])
    assert "<td>" in page
    for bad in ("onerror=alert(1)>", "onclick", "<iframe", "<script>alert"):
        assert bad not in page.partition("<script>")[0].replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert "secret" not in page


def test_figures_are_inert_and_the_policy_names_two_scripts() -> None:
    line = {"x": [1, 2], "y": [1, 2], "type": "scatter", "name": HOSTILE[1]}
    page = render_html({"cells": [cell(figure={"data": [line], "layout": {"height": 300}})]}, "T")
    assert page.count("<script>") == 1 and "<script>alert" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy and policy[1].count("sha256-") == 2 and "connect-src 'none'" in policy[1]
    assert "unsafe-eval" not in page[:5000] and "http://" not in policy[1]
    assert len(page) < 2_200_000


# -- what leads where


def test_links_to_what_is_not_on_the_page_are_text_and_others_are_not() -> None:
    page = body(page_of(cell(html=PROSE)))
    assert "9, ¶9</a>" in page and 'href="#report"' not in page
    page = body(page_of(cell(html=PROSE), cell(html=table(1)), cell(html='<ul><li id="report">R</li></ul>')))
    assert page.count('href="#report"') == 2 and '<a href="#report">report</a> P0' in page


@pytest.mark.parametrize("name", REPORTS)
def test_every_citation_of_a_report_leads_to_a_source(made: Path, name: str) -> None:
    page = body((made / f"{name}.html").read_text(encoding="utf-8"))
    book = json.loads((made / f"{name}.ipynb").read_text(encoding="utf-8"))
    outputs = [output.get("data", {}) for cell in book["cells"] for output in cell.get("outputs", [])]
    cited = sum("".join(data.get("text/html", "")).count('<a href="#') for data in outputs)
    links, there = re.findall(r'<a href="#([^"]*)"', page), set(re.findall(r' id="([^"]*)"', page))
    assert [link for link in links if link not in there] == []
    assert len([link for link in links if re.fullmatch(r"[a-z]+-[a-z0-9-]*\d{4}.*|ucdp.*", link)]) >= cited
    assert "moscow-truce-2020" in there and ("sources" in page or "rests on" in page)


def test_reports_lead_to_each_other_in_order(made: Path) -> None:
    page = (made / "02-backer-network.html").read_text(encoding="utf-8")
    assert '<a href="index.html">' in page and '<a href="01-tables-tour.html" rel="prev">' in page
    assert '<a href="03-event-timeline.html" rel="next">' in page
    first = (made / "01-tables-tour.html").read_text(encoding="utf-8")
    assert 'rel="prev"' not in first and '<a href="02-backer-network.html" rel="next">' in first
    for path in made.glob("*.html"):
        for link in re.findall(r'<a href="([^"#:]+)"', path.read_text(encoding="utf-8")):
            assert (made / link).is_file(), (path, link)


def test_a_report_alone_leads_to_no_other(tmp_path: Path) -> None:
    (result,) = run_reports(with_parameters(find_specs(["01-tables-tour"]), {}), tmp_path, "1.0")
    assert result.html and "index.html" not in result.html.read_text(encoding="utf-8")


def test_the_front_page_tells_what_each_report_found(made: Path) -> None:
    index = (made / "index.html").read_text(encoding="utf-8")
    assert index.count("<li>") == len(REPORTS) + 1
    assert re.search(r"<p>Khalifa Haftar.* without signing .*</p>", index) and re.search(
        "<p>Egypt, .* back the Libyan National Army", index
    )


# -- in a browser


#: Opens a report in a window of some width and height.
Show = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, made: Path) -> Iterator[Show]:
    """Open reports, without a network, in windows that close at the end."""
    with ExitStack() as windows:

        def opened(name: str, wide: int = 1280, high: int = 900, **more: Any) -> Page:
            window = browser.new_context(offline=True, viewport={"width": wide, "height": high}, **more)
            page = windows.enter_context(closing(window)).new_page()
            page.goto((made / f"{name}.html").as_uri())
            page.wait_for_selector("html[data-drawn=yes]", timeout=60_000)
            return page

        yield opened


@pytest.fixture
def opened(show: Show) -> Page:
    return show("05-briefing")


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker of pages by ear: the file that AXE_PATH names, or what npm has."""
    if named := os.environ.get("AXE_PATH"):
        return Path(named).read_text(encoding="utf-8")
    folder, npm = tmp_path_factory.mktemp("axe"), shutil.which("npm")
    if npm:
        command = [npm, "install", "--silent", "--no-save", "--prefix", str(folder), "axe-core@4.10.3"]
        subprocess.run(command, check=False, capture_output=True, timeout=120)
    found = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not found.is_file():
        pytest.skip("axe-core is not there: npm cannot get it, and AXE_PATH names no copy")
    return found.read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_have_no_barriers_and_their_prose_does_not_scroll_sideways(
    browser: Browser, made: Path, axe: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)  # axe is another script
    for path in sorted(made.glob("*.html")):
        page = context.new_page()
        page.goto(path.as_uri())
        if page.locator("div.figure").count():
            page.wait_for_selector("html[data-drawn=yes]", timeout=60_000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.evaluate(axe)
        violations = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)")
        assert {found["id"]: [n["html"] for n in found["nodes"]][:3] for found in violations} == {}, path
        page.close()
    context.close()


@pytest.mark.browser
def test_a_citation_opens_beside_its_sentence(opened: Page) -> None:
    link, note = opened.locator(".lead small a").first, opened.locator("#note")
    assert not note.is_visible()
    link.hover()
    assert "¶4: according to Maria Zakharova" in note.inner_text() and "AFP" in note.inner_text()
    place, sentence = note.bounding_box(), opened.locator(".lead p").first.bounding_box()
    assert place and sentence and place["x"] >= sentence["x"] + sentence["width"]
    opened.keyboard.press("Escape")
    assert not note.is_visible()
    link.focus()
    assert note.is_visible() and link.get_attribute("aria-describedby") == "note"
    link.press("Enter")
    assert opened.evaluate("document.querySelector(':target').textContent").startswith("8 · AFP")


@pytest.mark.browser
def test_a_wide_screen_has_larger_figures_and_the_heads_of_the_board_stay_in_view(show: Show) -> None:
    page = show("04-ceasefire-diplomacy", 1600, 700)
    figure, heads = page.locator("#figure-1-chart"), page.locator(".heads")
    box = figure.bounding_box()
    assert box and 1450 < box["width"] <= 1.25 * 1240 and not heads.is_visible()
    page.evaluate(f"scrollTo(0, {box['y'] + 500})")
    page.wait_for_selector(".heads svg:visible")
    strip = page.locator(".heads svg").bounding_box()
    assert strip and abs(strip["y"]) < 1 and abs(strip["width"] - box["width"]) < 2
    assert page.locator(".heads [id]").count() == 0
    page.set_viewport_size({"width": 1280, "height": 700})
    page.wait_for_function("document.querySelector('#figure-1-chart').getBoundingClientRect().width < 1245")


@pytest.mark.browser
def test_legends_stay_below_the_days_when_a_page_is_resized(show: Show) -> None:
    page = show("05-briefing", 1600)
    place = """() => {
        const plot = document.querySelector('#figure-2-chart'), { _size } = plot._fullLayout;
        const at = plot.querySelector('g.legend').getAttribute('transform').split(',')[1];
        return parseFloat(at) - _size.t - _size.h;
    }"""
    before = page.evaluate(place)
    for width in (1250, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(400)
    assert page.evaluate(place) == before >= 26


@pytest.mark.browser
def test_the_first_touch_opens_a_citation_and_the_second_follows_it(show: Show) -> None:
    page = show("05-briefing", 390, 844, has_touch=True)
    link = page.locator(".lead small a").first
    link.tap()
    page.wait_for_selector("#note:visible")
    box = page.locator("#note").bounding_box()
    assert page.evaluate("location.hash") == "" and box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    link.tap()
    page.wait_for_function("location.hash.length > 1")


@pytest.mark.browser
def test_on_a_phone_each_row_is_a_paragraph_that_names_its_columns(show: Show) -> None:
    page = show("04-ceasefire-diplomacy", 390, 844)
    row = page.locator("tr:has-text('Conference on Libya in Palermo')").first
    box = row.bounding_box()
    assert box and box["width"] <= 350 and row.evaluate("row => row.scrollWidth <= row.clientWidth")
    labels = row.locator("td").evaluate_all("cells => cells.map((cell) => cell.dataset.label.trim())")
    assert labels[:3] == ["when", "outcome", "stakeholders"] and "not consulted" in labels
    marks = show("05-briefing", 390, 844).locator("table:has(.mark) tbody tr").first  # no column that is empty
    assert marks.evaluate("row => row.scrollWidth <= row.clientWidth") and marks.inner_text().count("·") < 8


@pytest.mark.browser
def test_tables_are_searched_and_saved_without_a_network(opened: Page, tmp_path: Path) -> None:
    box = opened.locator(".table:has(.mark)")
    shown = box.locator("tbody tr:visible")
    assert shown.count() == 10
    box.locator("summary").click()
    assert shown.count() == 26
    box.get_by_role("searchbox").fill("turkey ALLEGED")
    assert shown.count() == 1 and box.locator("output").evaluate("o => o.value") == "1 of 26"
    with opened.expect_download() as waiting:
        box.get_by_role("button", name="CSV").click()
    waiting.value.save_as(tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 27 and lines[0].startswith('"from","to","afp-') and '"alleged"' in "".join(lines)


@pytest.mark.browser
def test_figures_are_saved_without_a_network(opened: Page, tmp_path: Path) -> None:
    for kind in ("SVG", "CSV"):
        with opened.expect_download() as waiting:
            opened.locator("#figure-1").get_by_role("button", name=kind).click()
        assert waiting.value.suggested_filename == f"figure-1.{kind.lower()}"
        waiting.value.save_as(tmp_path / kind)
    assert (tmp_path / "SVG").read_text(encoding="utf-8").startswith("<svg")
    assert "Egypt → Libyan National Army" in (tmp_path / "CSV").read_text(encoding="utf-8-sig")


@pytest.mark.browser
@pytest.mark.parametrize("name", REPORTS)
def test_who_prints_a_page_at_once_has_its_figures_and_no_hints_for_a_pointer(
    browser: Browser, made: Path, name: str
) -> None:
    page = browser.new_page(viewport={"width": 703, "height": 1000})  # what A4 has between its margins
    page.goto((made / f"{name}.html").as_uri(), wait_until="load")
    figures = page.locator("div.figure").count()
    assert page.evaluate("document.documentElement.dataset.drawn") == ("yes" if figures else None)
    assert page.locator("div.figure:has(svg.main-svg)").count() == figures
    page.emulate_media(media="print")
    seen = page.evaluate(
        """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const seen = [];
        for (let text; (text = walk.nextNode()); )
          if (text.parentElement.getClientRects().length) seen.push(text.data);
        return seen.join(" "); }"""
    )
    assert not re.search("hold the pointer|click to hide|scroll sideways", seen, re.IGNORECASE)
    if figures:  # the first of them on the first sheet, in wider letters than ours too
        assert page.locator("#figure-1").evaluate("figure => figure.getBoundingClientRect().bottom") < 960
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("report", ["02-backer-network", "03-event-timeline", "04-ceasefire-diplomacy"])
def test_figures_are_those_drawn_for_the_width_of_the_page(show: Show, made: Path, report: str) -> None:
    assert (made / f"{report}.html").stat().st_size - len(packed()) < 1_000_000
    page = show(report)
    widths = """() => [...document.querySelectorAll('.figure')].map((box) => [
        box.layout.width, box.parentElement.scrollWidth <= box.parentElement.clientWidth])"""
    for size, drawn in ((390, {350}), (800, {840}), (1300, {1240})):
        page.set_viewport_size({"width": size, "height": 900})
        page.wait_for_timeout(700)
        found = page.evaluate(widths)
        assert found and all(room for _, room in found), (size, found)
        # A matrix is as wide as its actors need.
        assert all(width in drawn or report.startswith("02") for width, _ in found), (size, found)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    # On paper letters are to be read: what is drawn for a wide screen would be made too small.
    assert {width for width, _ in page.evaluate(widths)} <= {840, 1040, 759}
    letters = "() => [...document.querySelectorAll('.figure')].map((box) => 13 * getComputedStyle(box).zoom * 0.75)"
    assert min(page.evaluate(letters)) > 6  # points


@pytest.mark.browser
def test_what_is_clicked_in_a_network_stands_out_and_stays(show: Show) -> None:
    page = show("05-briefing", 1300, 1100)
    figure = page.locator(".figure").first
    figure.scroll_into_view_if_needed()
    hidden = "() => document.querySelector('.figure').data.filter((trace) => trace.visible === 'legendonly').length"
    assert page.evaluate(hidden) > 0
    last = figure.locator("g.updatemenu-button[role=button]").last
    last.focus()
    page.keyboard.press("Enter")  # all ties
    page.wait_for_function(f"({hidden})() === 0")
    x, y = page.evaluate("""() => {
        const box = document.querySelector(".figure"), { xaxis, yaxis } = box._fullLayout;
        const tie = box._fullData.find(({ meta }) => Array.isArray(meta));
        const at = box.getBoundingClientRect(), k = Math.floor(tie.x.length / 2);
        return [at.x + xaxis._offset + xaxis.c2p(tie.x[k]), at.y + yaxis._offset + yaxis.c2p(tie.y[k])];
    }""")
    page.mouse.move(x - 15, y - 15)
    page.mouse.move(x, y)
    page.wait_for_selector("g.lit polyline", state="attached")
    assert page.locator("[data-dim]").count() > 20
    page.mouse.click(x, y)
    page.wait_for_selector(".pinned:visible")
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    assert page.locator("g.lit polyline").count() >= 2 and " P" in page.locator(".pinned:visible").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".pinned:visible").count() == page.locator("[data-dim]").count() == 0


@pytest.mark.browser
def test_the_legend_is_a_switch_by_keyboard(show: Show) -> None:
    page = show("02-backer-network")
    lines = "() => document.querySelectorAll('.figure .scatterlayer .trace .lines path').length"
    before = page.evaluate(lines)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "switch":
            break
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("backs") and page.evaluate("document.activeElement.ariaChecked") == "true"
    for state in ("false", "true"):
        page.keyboard.press("Enter")
        switch = f'[role=switch][aria-label="{label}"]'
        page.wait_for_selector(f"{switch}[aria-checked={state}]")
        assert (page.evaluate(lines) < before) == (state == "false")
        page.wait_for_function("document.activeElement.getAttribute('role') === 'switch'")
    drawing = page.locator(".figure svg.main-svg[role=img]").first
    assert (drawing.get_attribute("aria-label") or "").startswith("Network chart")
    assert 10 <= page.locator("[role=switch]").count() < page.locator("g.traces").count()  # keys are not switches
