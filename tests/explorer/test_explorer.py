"""The explorer in the kernel: one selection, what it shows, and what stands behind what is chosen."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from libya_analysis import ParameterError, build_network, explore, load_tables
from libya_analysis.charts import draw_matrix
from libya_analysis.charts.network_chart.live import LiveMatrix
from libya_analysis.evidence.question import Question
from libya_analysis.explorer import Explorer
from libya_analysis.explorer.frontend import made
from libya_analysis.explorer.panel import Evidence
from libya_analysis.explorer.views import Views, as_parameters
from libya_analysis.explorer.workbench import TABS

ARTICLE = ["moscow-truce-2020"]


@pytest.fixture(scope="module")
def tables() -> Any:
    return load_tables()


@pytest.fixture
def explorer(tables: Any) -> Explorer:
    opened = explore(tables, sources=ARTICLE)
    opened.fit(1020)
    return opened


def lines(explorer: Explorer) -> list[Any]:
    (network,) = explorer.networks.values()
    return list(network.figure.data[: len(network.edges)])


def go_to(explorer: Explorer, day: str) -> None:
    explorer.go(dt.date.fromisoformat(day))


def test_plain_text_is_always_the_same(tables: Any) -> None:
    one, other = explore(tables), explore(tables, as_of="2012-01-01")
    assert repr(one) == repr(other)
    assert "0x" not in repr(one)


def test_the_slider_fades_ties_and_keeps_places(explorer: Explorer, tables: Any) -> None:
    figure = lines(explorer)
    places = [(trace.x, trace.y) for trace in figure]
    for day in ("2020-01-15", "2012-01-01", "2020-01-08"):
        go_to(explorer, day)
        graph = build_network(tables, as_of=day, sources=ARTICLE)
        drawn = [trace for trace in lines(explorer) if trace.opacity > 0]
        assert len(drawn) == graph.number_of_edges()
        sure = [t for *_, t in graph.edges(data=True) if t["actual"] and t["answer"].firm]
        assert sum(trace.opacity == 1 for trace in drawn) == len(sure)
        assert f"{graph.number_of_edges()} ties drawn" in explorer.status
    assert lines(explorer) == figure, "the widget was made anew"
    assert [(trace.x, trace.y) for trace in figure] == places


def test_only_what_changes_is_sent(explorer: Explorer) -> None:
    go_to(explorer, "2015-01-01")
    (network,) = explorer.networks.values()
    sent: list[Any] = []
    network.figure.observe(lambda change: sent.append(change["new"]), "_py2js_update")
    go_to(explorer, "2015-01-02")
    updates = [update for update in sent if update]
    assert [update["style_data"] for update in updates] == [{}]  # the day in the title alone


def test_one_selection_drives_all_tabs(explorer: Explorer) -> None:
    explorer.controls["camps"].value = ("left",)
    go_to(explorer, "2020-01-09")
    for tab in TABS:
        explorer.show_tab(tab)
        assert "As of 9 January 2020" in explorer.status_line.value
    assert explorer.question == Question(dt.date(2020, 1, 9), sources=tuple(ARTICLE), camps=("left",))


def test_possible_is_counted_apart(tables: Any) -> None:
    views = Views(tables)
    early, late = Question(dt.date(2019, 4, 15)), Question(dt.date(2020, 1, 15))
    assert views.events(early).possibly + views.events(early).surely < views.events(late).surely
    assert views.events(early).undated == views.events(late).undated > 0
    assert not any(sure for _, sure in views.quotations(early))
    assert all(sure for _, sure in views.quotations(late))


def test_known_before_anything_was_published_is_nothing(tables: Any) -> None:
    opened = explore(tables, known_on="2015-01-01", sources=ARTICLE)
    opened.fit(1020)
    assert opened.status.startswith("As of 15 January 2020: 0 ties drawn")
    for tab in TABS:
        opened.show_tab(tab)
    opened.controls["known_on"].value = None
    assert "50 ties drawn" in opened.status


def test_a_source_without_ties_shows_nothing_and_no_fault(tables: Any) -> None:
    sources = tables.sources
    more = sources.iloc[[0]].assign(source_id="silent", kind="article", published=sources["published"].iloc[-1])
    changed = replace(tables, frames={**tables.frames, "sources": pd.concat([sources, more], ignore_index=True)})
    opened = explore(changed, sources=["silent"])
    opened.fit(1020)
    assert ": 0 ties drawn" in opened.status
    for tab in TABS:
        opened.show_tab(tab)
    opened.controls["sources"].value = ("moscow-truce-2020",)
    opened.show_tab("Network")
    assert ": 0 ties drawn" not in opened.status


def test_parameters_ask_for_the_same_view(tables: Any) -> None:
    asked = explore(tables, as_of="2020-01-08", kinds=["backs"], actors=["turkey", "egypt"], camps=["right"])
    cell: dict[str, Any] = {}
    exec(as_parameters(asked.question), cell)
    cell.pop("__builtins__")
    cell.pop("__annotations__", None)
    assert explore(tables, **cell).question == asked.question


def test_wrong_parameters_are_refused(tables: Any) -> None:
    with pytest.raises(ParameterError, match="backs"):
        explore(tables, kinds=["baks"])
    with pytest.raises(ParameterError, match="left"):
        explore(tables, camps=["north"])


def test_evidence_tells_all_and_escapes_it(tables: Any) -> None:
    backers = tables.backers
    number = backers.index[backers["backing_id"] == "turkey-threatens-deployment"][0]
    backers.at[number, "note"] = "<img src=x onerror=alert(1)>"
    changed = replace(tables, frames={**tables.frames, "backers": backers})
    views = Views(changed)
    cited = backers.at[number, "source_id"], backers.at[number, "paragraphs"][0]
    evidence = Evidence(changed, {cited[0]: {cited[1]: "The <b>paragraph</b> itself"}})
    found = evidence.of_claim("turkey-threatens-deployment", views.widest)
    assert "threatened" in found.markup
    assert "&lt;img" in found.markup
    assert "<img" not in found.markup
    assert "The &lt;b&gt;paragraph&lt;/b&gt; itself" in found.markup
    assert found.citation.endswith("[turkey-threatens-deployment].")


def test_a_tie_shows_the_other_claims_between_the_two(tables: Any) -> None:
    views = Views(tables)
    graph = views.network(Question(dt.date(2020, 1, 15)))
    found = Evidence(tables).of_tie(graph, ("russia", "turkey", "opposes"), views.widest)
    assert "Other claims on the same two" in found.markup
    assert "cooperates with" in found.markup or "agreement" in found.markup


def test_the_panel_follows_the_day(explorer: Explorer) -> None:
    (network,) = explorer.networks.values()
    edge = ("egypt", "haftar", "backs")
    network.figure.data[2 * len(network.edges) + network.edges.index(edge)]._dispatch_on_click(Clicked(), None)
    assert "Egypt → Khalifa Haftar: backs" in explorer.panel.value
    assert "reported" not in explorer.panel.value.partition("<small>")[0]
    go_to(explorer, "2020-01-09")
    assert "first reported 15 January 2020, 6 days after" in explorer.panel.value
    explorer.controls["kinds"].value = ("opposes",)
    assert "not in this selection" in explorer.panel.value


class Clicked:
    """What plotly tells of a click."""

    point_inds = (0,)


def test_every_row_can_be_shown(tables: Any) -> None:
    evidence, views = Evidence(tables), Views(tables)
    for *_, tie in views.widest.edges(data=True):
        for claim in tie["claims"]:
            assert evidence.of_claim(claim.claim_id, views.widest).citation
    for report in tables.event_reports["report_id"]:
        assert evidence.of_rows([report]).citation


def test_every_event_and_mark_can_be_clicked(explorer: Explorer) -> None:
    for tab in ("Timeline", "Ceasefire board"):
        explorer.show_tab(tab)
        pick = {"Timeline": explorer.pick_event, "Ceasefire board": explorer.pick_part}[tab]
        marks = [t for t in explorer.charts[tab].data if t.customdata is not None or t.hovertext is not None]
        assert marks
        for trace in marks:
            for number in range(len(trace.x)):
                explorer.panel.value = ""
                pick(trace, number)
                assert "of evidence" in explorer.panel.value


def test_a_saved_table_is_no_formula() -> None:
    table = pd.DataFrame({"note": ["=cmd()", "plain", "-1"]}, index=pd.Index(["a", "b", "c"], name="claim"))
    message, content = made("csv", "ties", table)
    assert message["file"] == "ties.csv"
    read = pd.read_csv(io.BytesIO(content), index_col="claim")
    assert read["note"].tolist() == ["'=cmd()", "plain", "'-1"]


def test_an_excel_file_is_read_back() -> None:
    table = pd.DataFrame({"note": ["=cmd()", "مصر"]}, index=pd.Index(["a", "b"], name="claim"))
    message, content = made("xlsx", "ties", table)
    assert message["file"] == "ties.xlsx"
    assert pd.read_excel(io.BytesIO(content), index_col="claim")["note"].tolist() == ["'=cmd()", "مصر"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("\ufffe", "\ufffd"),
        ("a\x0bb", "a\ufffdb"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff20cmd", "'\uff20cmd"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "x" * 32_766 + "…"),
        ("\U0001f600" * 20_000, "\U0001f600" * 16_383 + "…"),
    ],
    ids=ascii,
)
def test_what_excel_cannot_hold_is_cut_and_said(cell: str, read: str) -> None:
    message, content = made("xlsx", "ties", pd.DataFrame({"note": [cell]}, index=pd.Index(["a"], name="claim")))
    assert pd.read_excel(io.BytesIO(content), index_col="claim")["note"].tolist() == [read]
    assert ("cut to what Excel can hold" in message["say"]) == (read.removeprefix("'") != cell)


def test_excel_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("libya_analysis.explorer.frontend.find_spec", lambda name: None)
    message, content = made("xlsx", "ties", pd.DataFrame({"a": ["b"]}))
    assert "openpyxl" in message["say"]
    assert content == b""


def test_an_actor_is_found_in_arabic_and_added(explorer: Explorer) -> None:
    before = explorer.status
    explorer.search.value = "مصر"
    assert explorer.question.actors == ("egypt",)
    assert explorer.search.value == ""
    assert explorer.status != before
    explorer.search.value = "nobody at all"
    assert explorer.question.actors == ("egypt",)


def test_a_matrix_says_the_claims_of_the_day() -> None:
    graph = build_network(load_tables(), sources=["moscow-truce-2020"])
    matrix = LiveMatrix(graph, 1020, lambda edge: None, lambda node: None)
    edge = ("egypt", "haftar", "backs")
    other = graph.copy()
    tie = other.edges[edge]
    tie["claims"] = [replace(claim, claim_id=f"{claim.claim_id}-2", note="another") for claim in tie["claims"]]
    matrix.update(other)
    shown = [words for trace in matrix.figure.data for words in trace.hovertext or ()]
    assert sorted(shown) == sorted(
        words for trace in draw_matrix(other, width=1020).data for words in trace.hovertext or ()
    )
    assert any("another" in words for words in shown)


@pytest.mark.parametrize("days", [("2020-01-15", "2019-01-01", "2020-01-09"), ("2012-01-01", "2020-01-15")])
def test_a_chart_set_anew_in_its_place_is_the_one_drawn_for_the_day(tables: Any, days: tuple[str, ...]) -> None:
    for tab in ("Timeline", "Ceasefire board"):
        opened = explore(tables, sources=ARTICLE)
        opened.show_tab(tab)  # and no network
        for day in days:
            go_to(opened, day)
        fresh = explore(tables, sources=ARTICLE, as_of=days[-1])
        fresh.show_tab(tab)
        now, new = (without_uids(one.charts[tab]) for one in (opened, fresh))
        assert now == new


def without_uids(figure: Any) -> Any:
    """All that a chart shows."""
    content = figure.to_plotly_json()
    return [{k: v for k, v in trace.items() if k != "uid"} for trace in content["data"]], content["layout"]


def test_a_matrix_whose_actors_change_sides_is_drawn_again() -> None:
    graph = build_network(load_tables(), sources=["moscow-truce-2020"])
    matrix = LiveMatrix(graph, 1020, lambda edge: None, lambda node: None)
    rows = matrix.figure.layout.yaxis.ticktext
    turned = graph.copy()
    for _, data in turned.nodes(data=True):
        data["camp"] = {"left": "right", "right": "left"}.get(data["camp"], data["camp"])
    matrix.update(turned)
    assert matrix.figure.layout.yaxis.ticktext != rows


def test_play_goes_on_from_the_day_on_view(tables: Any) -> None:
    opened = explore(tables, sources=ARTICLE)
    opened.show_tab("Table")
    go_to(opened, "2020-01-07")
    opened._play.value += 1
    assert opened.question.as_of > dt.date(2020, 1, 7)
    go_to(opened, "2020-01-15")
    assert opened._play.value == 0
    assert opened.question.as_of == dt.date(2020, 1, 15)
