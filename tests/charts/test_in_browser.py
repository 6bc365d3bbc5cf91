"""The network chart under the pointer and the keyboard of a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from libya_analysis import (
    build_ceasefire,
    build_network,
    build_timeline,
    draw_ceasefire,
    draw_matrix,
    draw_network,
    draw_timeline,
    load_tables,
)
from libya_analysis.charts.export import write_images
from libya_analysis.charts.frame import CONFIG
from tests.hostile import HARM, listening, write_tables

pytestmark = pytest.mark.browser

#: Pixels of the page at which the points of each edge are, with what is under them.
POINTS = """() => {
    const plot = document.querySelector(".js-plotly-plot"), { width, height, margin, xaxis, yaxis } = plot.layout;
    const box = plot.getBoundingClientRect();
    const share = (axis, value) => (value - axis.range[0]) / (axis.range[1] - axis.range[0]);
    return plot.data.filter(trace => typeof trace.hovertext === "string" && trace.legendgroup).map(trace => ({
        title: trace.hovertext.split("<br>")[0].replace(/<[^>]+>/g, ""),
        places: trace.x.map((x, i) => [
            box.x + margin.l + share(xaxis, x) * (width - margin.l - margin.r),
            box.y + margin.t + (1 - share(yaxis, trace.y[i])) * (height - margin.t - margin.b)])
    }));
}"""


@pytest.fixture
def chart(page: Page, tmp_path: Path) -> Page:
    graph = build_network(load_tables(), as_of="2020-01-15", sources=["moscow-truce-2020"])
    drawn = draw_network(graph)
    path = tmp_path / "chart.html"
    drawn.write_html(path, config=CONFIG, include_plotlyjs=True)
    page.set_viewport_size({"width": 1280, "height": 1400})  # all of it is in reach of the pointer
    page.goto(path.as_uri())
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.get_by_text("All ties").click()
    page.wait_for_function("document.querySelector('.js-plotly-plot').data.every(trace => trace.visible === true)")
    return page


def test_each_edge_shows_its_paragraphs(chart: Page) -> None:
    edges = chart.evaluate(POINTS)
    assert len(edges) > 40
    silent = []
    for edge in edges:
        for x, y in edge["places"]:
            chart.mouse.move(x - 30, y - 30)
            chart.mouse.move(x, y)
            chart.wait_for_timeout(60)
            shown = chart.locator(".hoverlayer").text_content() or ""
            if edge["title"].split(" · ")[0] in shown and " P" in shown:
                break
        else:
            silent.append(edge["title"])
    assert silent == []


def test_there_is_no_button_that_sends_data_away(chart: Page) -> None:
    titles = chart.eval_on_selector_all(
        ".modebar-btn", "buttons => buttons.map(b => b.getAttribute('data-title') || '')"
    )
    assert titles and not [title for title in titles if "cloud" in title.casefold() or "studio" in title.casefold()]


def test_a_click_on_the_legend_hides_a_family(chart: Page) -> None:
    count = "() => document.querySelectorAll('.scatterlayer .trace .lines path').length"
    before = chart.evaluate(count)
    chart.locator(".legendtoggle").first.click()
    chart.wait_for_timeout(900)  # plotly waits for a second click
    assert chart.evaluate(count) < before


def test_no_text_of_a_table_is_a_template_markup_or_mathematics(page: Page, tmp_path: Path) -> None:
    with listening() as (address, asked):
        tables = load_tables(write_tables(tmp_path / "tables", address))
        network = build_network(tables)
        charts = {
            "network": draw_network(network, focus="egypt"),
            "arabic": draw_network(network, language="ar"),
            "matrix": draw_matrix(network),
            "timeline": draw_timeline(build_timeline(tables)),
            "ceasefire": draw_ceasefire(build_ceasefire(tables)),
        }
        write_images({tmp_path / f"{name}.svg": chart for name, chart in charts.items()})
        for name, chart in charts.items():
            chart.write_html(tmp_path / f"{name}.html", config=CONFIG, include_plotlyjs=True)
            for ending in ("html", "svg"):
                page.goto((tmp_path / f"{name}.{ending}").as_uri())
                page.wait_for_selector("text >> nth=0", state="attached")
                shown = page.evaluate("[...document.querySelectorAll('text')].map(text => text.textContent).join(' ')")
                assert "%{meta" in shown.replace("\xa0", " "), (name, ending)
                assert page.locator(HARM.format(address=address)).count() == 0, (name, ending)
        page.wait_for_timeout(300)
    assert asked == []
