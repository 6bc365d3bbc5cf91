"""The explorer in the kernel: one view, what it shows, and what stands behind what is chosen."""

from __future__ import annotations

import datetime as dt
import html
import io
import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pandas as pd
import pytest

from libya_analysis import ParameterError, build_network, explore, load_tables
from libya_analysis.analysis.search import find_claims
from libya_analysis.charts.network_chart.live import LiveMatrix, differences
from libya_analysis.evidence.folders import data_folder
from libya_analysis.evidence.question import Question
from libya_analysis.explorer import Explorer
from libya_analysis.explorer.panel import Evidence
from libya_analysis.explorer.saved import made
from libya_analysis.explorer.views import TABS, View, Views, as_parameters, read_view, write_view

ARTICLE = ("moscow-truce-2020",)
Sent = list[dict[str, Any]]


@pytest.fixture(scope="module")
def tables() -> Any:
    return load_tables()


def opened(tables: Any, **asked: Any) -> tuple[Explorer, Sent]:
    """An explorer, and all that it tells its page from now on."""
    explorer, sent = explore(tables, **asked), []
    explorer.send = lambda content, buffers=None: sent.append(content)  # type: ignore[method-assign]
    return explorer, sent


@pytest.fixture
def explorer(tables: Any) -> Explorer:
    return opened(tables, sources=ARTICLE)[0]


def go_to(explorer: Explorer, day: str) -> None:
    explorer.go(dt.date.fromisoformat(day))


def lines(explorer: Explorer) -> list[dict[str, Any]]:
    (network,) = explorer.networks.values()
    return explorer.charts["Network"]["data"][: len(network.edges)]  # type: ignore[union-attr]


def rows(explorer: Explorer) -> list[list[Any]]:
    return list(json.loads(explorer.listed["rows"]))


def test_plain_text_is_always_the_same(tables: Any) -> None:
    one, other = explore(tables), explore(tables, as_of="2012-01-01")
    assert repr(one) == repr(other)
    assert "0x" not in repr(one)


def test_the_slider_fades_ties_and_keeps_places(explorer: Explorer, tables: Any) -> None:
    places = [(trace["x"], trace["y"]) for trace in lines(explorer)]
    for day in ("2020-01-15", "2012-01-01", "2020-01-08"):
        go_to(explorer, day)
        graph = build_network(tables, as_of=day, sources=ARTICLE)
        drawn = [trace for trace in lines(explorer) if trace["opacity"] > 0]
        assert len(drawn) == graph.number_of_edges()
        sure = [t for *_, t in graph.edges(data=True) if t["actual"] and t["answer"].firm]
        assert sum(trace["opacity"] == 1 for trace in drawn) == len(sure)
        assert f"{len(drawn)} ties drawn, {len(drawn) - len(sure)} of them faint" in explorer.status
    assert [(trace["x"], trace["y"]) for trace in lines(explorer)] == places


def test_only_what_differs_is_told(tables: Any) -> None:
    explorer, sent = opened(tables, sources=ARTICLE, as_of="2015-01-01")
    before = explorer.charts["Network"]
    go_to(explorer, "2015-01-02")
    assert [message["set"] for message in sent] == [{}]  # the day in the scope alone
    go_to(explorer, "2020-01-09")
    told = sent[-1]["set"]
    assert told and "x" not in told
    for name, values in told.items():  # set one by one, they make the one chart the other
        for number, value in values.items():
            *path, last = name.split(".")
            node = before["data"][int(number)]
            for part in path:
                node[part] = dict(node[part])
                node = node[part]
            node[last] = value
    assert differences(before, explorer.charts["Network"]) == {}


def test_the_slider_has_the_days_on_which_something_changes(explorer: Explorer) -> None:
    moments = explorer.shown["moments"]
    assert moments == sorted(set(moments))
    assert {"2020-01-08", "2020-01-13", "2020-01-15"} <= set(moments)
    assert len(moments) < 40


def test_one_view_drives_all_tabs(explorer: Explorer) -> None:
    explorer.ask(camps=("left",))
    go_to(explorer, "2020-01-09")
    for tab in TABS:
        explorer.show_tab(tab)
        assert "As of 9 January 2020" in explorer.shown["status"]
    assert explorer.question == Question(dt.date(2020, 1, 9), sources=ARTICLE, camps=("left",))


def test_possible_is_counted_apart(tables: Any) -> None:
    views = Views(tables)
    early, late = Question(dt.date(2019, 4, 15)), Question(dt.date(2020, 1, 15))
    assert views.events(early).possibly + views.events(early).surely < views.events(late).surely
    assert views.events(early).undated == views.events(late).undated > 0


def test_known_before_anything_was_published_is_nothing(tables: Any) -> None:
    explorer, _ = opened(tables, known_on="2015-01-01", sources=ARTICLE)
    assert explorer.status.startswith("As of 15 January 2020: 0 ties drawn")
    for tab in TABS:
        explorer.show_tab(tab)
    explorer.ask(known_on=None)
    assert "50 ties drawn" in explorer.status


def test_a_source_without_ties_shows_nothing_and_no_fault(tables: Any) -> None:
    sources = tables.sources
    more = sources.iloc[[0]].assign(source_id="silent", kind="article", published=sources["published"].iloc[-1])
    changed = replace(tables, frames={**tables.frames, "sources": pd.concat([sources, more], ignore_index=True)})
    explorer, _ = opened(changed, sources=["silent"])
    assert ": 0 ties drawn" in explorer.status
    for tab in TABS:
        explorer.show_tab(tab)
    explorer.ask(sources=ARTICLE, tab="Network")
    assert ": 0 ties drawn" not in explorer.status


def test_parameters_ask_for_the_same_selection(tables: Any) -> None:
    asked = explore(tables, as_of="2020-01-08", kinds=["backs"], actors=["turkey", "egypt"], camps=["right"])
    cell: dict[str, Any] = {}
    exec(as_parameters(asked.question), cell)
    cell.pop("__builtins__")
    cell.pop("__annotations__", None)
    assert explore(tables, **cell).question == asked.question


def test_an_address_holds_the_whole_view(tables: Any) -> None:
    asked = Question(dt.date(2020, 1, 8), known_on=dt.date(2020, 1, 14), kinds=("backs",), actors=("turkey", "egypt"))
    since = dt.date(2020, 1, 7)
    view = View(asked, "Claims", "a=b & مصر", ("ties",), ("unnamed",), since, "as_of", "tie/a/b/backs (not actual)")
    assert read_view(tables, f"#{write_view(view)}") == view
    assert explore(tables, view=write_view(view)).view == view


@pytest.mark.parametrize(
    ("view", "meant"),
    [("tab=Claim", "Claims"), ("kinds=baks", "backs"), ("speakers=name", "named"), ("since=2020-13-01", "2020-01-13")],
)
def test_a_wrong_address_is_refused_with_what_was_meant(tables: Any, view: str, meant: str) -> None:
    with pytest.raises(ParameterError, match=meant):
        read_view(tables, view)
    explorer, _ = opened(tables)
    explorer.told({"do": "ready", "width": 900, "view": view, "n": 1})
    assert meant in explorer.shown["problem"]
    assert explorer.answered == 1


def test_wrong_parameters_are_refused(tables: Any) -> None:
    with pytest.raises(ParameterError, match="backs"):
        explore(tables, kinds=["baks"])
    with pytest.raises(ParameterError, match="right"):
        explore(tables, camps=["rigth"])


def test_evidence_tells_all_and_escapes_it(tables: Any) -> None:
    backers = tables.backers
    number = backers.index[backers["backing_id"] == "turkey-threatens-deployment"][0]
    backers.at[number, "note"] = "<img src=x onerror=alert(1)>"
    changed = replace(tables, frames={**tables.frames, "backers": backers})
    cited = backers.at[number, "source_id"], backers.at[number, "paragraphs"][0]
    evidence = Evidence(changed, {cited[0]: {cited[1]: "The <b>paragraph</b> itself"}})
    found = evidence.of_claim("turkey-threatens-deployment", Views(changed).widest, Question())
    assert "threatened" in found.markup
    assert "&lt;img" in found.markup
    assert "<img" not in found.markup
    assert "The &lt;b&gt;paragraph&lt;/b&gt; itself" in found.markup
    assert found.citation.endswith("[turkey-threatens-deployment].")


def test_a_tie_shows_who_vouches_for_it_who_denies_it_and_why_it_is_faint(explorer: Explorer) -> None:
    explorer.ask(sources=(), as_of=dt.date(2019, 6, 1))
    explorer.pick("tie/russia/haftar/backs")
    markup = explorer.evidence["markup"]
    assert "2 independent voices: Bloomberg and Reuters; " in markup
    assert "denied by nobody." in markup
    assert "Drawn faint: first attested 8 January 2020, " in markup
    assert "Other claims on the same two" in markup


def test_the_panel_follows_the_day_and_what_is_left_out_goes_away(explorer: Explorer) -> None:
    (network,) = explorer.networks.values()
    edge = ("egypt", "haftar", "backs")
    clicked = 2 * len(network.edges) + network.edges.index(edge)  # type: ignore[union-attr]
    explorer.told({"do": "click", "trace": clicked, "point": 0})
    assert "Egypt → Khalifa Haftar: backs" in explorer.evidence["markup"]
    marked = explorer.charts["Network"]["data"][clicked]["marker"]
    assert marked["opacity"] > 0
    explorer.ask(kinds=("opposes",))
    assert "is not in this selection" in explorer.evidence["markup"]
    assert explorer.evidence["citation"] == ""
    explorer.ask(kinds=())
    assert "Egypt → Khalifa Haftar: backs" in explorer.evidence["markup"]
    explorer.show_tab("Timeline")
    assert "Egypt → Khalifa Haftar" not in explorer.evidence["markup"]


def test_every_claim_can_be_shown(tables: Any) -> None:
    evidence, views = Evidence(tables), Views(tables)
    for claim in find_claims(tables):
        assert evidence.of_claim(claim.claim_id, views.widest, Question()).citation


def test_what_several_do_is_said_of_several(tables: Any) -> None:
    said = Evidence(tables).of_claim("cyprus-mail-contractors-with-lna", Views(tables).widest, Question()).citation
    assert said.startswith("Russian military contractors back Libyan National Army (military deployment)")


def test_a_cell_of_the_matrix_leads_to_the_ties_of_its_two_actors(explorer: Explorer) -> None:
    explorer.ask(sources=())
    data = explorer.charts["Network"]["data"]
    trace, cells = next((k, t) for k, t in enumerate(data) if t.get("name") == "ties")
    there = [n for n, words in enumerate(cells["hovertext"]) if words]
    assert len(there) > 50
    for n in there:
        kind, a, b, _ = explorer._sight(explorer.view).picked(trace, n).split("/")
        names = {explorer._names[actor].partition(" (")[0] for actor in (a, b)}
        assert kind == "tie" and all(name in html.unescape(cells["hovertext"][n]) for name in names), names
    explorer.pick(explorer._sight(explorer.view).picked(trace, there[0]))
    assert "<article" in explorer.evidence["markup"]


def test_a_search_among_claims_does_not_bear_on_the_other_tabs(explorer: Explorer) -> None:
    explorer.ask(tab="Claims", text="wagner")
    assert explorer.shown["status"].endswith("no claim is found. Sought was “wagner”.")
    assert explorer.shown["active"] == 2  # the source and the words
    explorer.told({"do": "filters", "value": True})
    explorer.show_tab("Network")
    assert explorer.shown["active"] == 1 and explorer.shown["counts"]["kinds"]["backs"] > 5


def test_every_mark_and_every_line_of_the_list_leads_to_evidence(explorer: Explorer) -> None:
    for tab in ("Network", "Timeline", "Ceasefire board"):
        explorer.show_tab(tab)
        picks = [pick for _, lines in explorer.listed["groups"] for pick, _ in lines]
        data = explorer.charts[tab]["data"]
        numbers = [(k, n) for k, trace in enumerate(data) for n in range(len(trace.get("x", ())))]
        clicked = {explorer._sight(explorer.view).picked(k, n) for k, n in numbers} - {""}
        assert picks and clicked
        for pick in {*picks, *clicked}:
            explorer.pick(pick)
            silent = "nothing is said" in explorer.evidence["markup"]
            assert pick in picks or silent, "what is drawn is in the list"
            assert "<h3" in explorer.evidence["markup"], pick


def test_the_list_is_in_an_order_that_is_seen(explorer: Explorer) -> None:
    for heading, listed in explorer.listed["groups"]:
        assert [words for _, words in listed] == sorted(words for _, words in listed), heading


def test_the_page_of_an_actor_has_all_kinds_of_claims(explorer: Explorer) -> None:
    explorer.ask(sources=())
    explorer.pick("actor/haftar")
    markup = explorer.evidence["markup"]
    for heading in ("Ties", "Attempts at a ceasefire", "Quotations", "Events"):
        assert f"<h4>{heading} (" in markup
        assert f"<h4>{heading} (0)" not in markup


def test_claims_are_counted_as_they_are_found(explorer: Explorer, tables: Any) -> None:
    explorer.ask(sources=(), tab="Claims", speakers=("unnamed",))
    found = find_claims(tables, explorer.question, speaker="unnamed")
    assert f": {len(found)} claims" in explorer.shown["status"]
    assert [row[0] for row in rows(explorer)] == [f"claim/{claim.claim_id}" for claim in found]
    counts = explorer.shown["counts"]
    assert counts["speakers"]["unnamed"] == len(found)
    assert sum(counts["told"].values()) == len(found)
    explorer.ask(text="no such words")
    assert ": no claim is found." in explorer.shown["status"]


@pytest.mark.parametrize("name", ["sources", "statuses", "modalities", "kinds", "camps"])
def test_a_number_beside_a_filter_is_what_it_lets_in(tables: Any, name: str) -> None:
    explorer, _ = opened(tables, as_of="2020-01-14")
    explorer.told({"do": "filters", "value": True})
    for value, count in explorer.shown["counts"][name].items():
        kind = "ties" if name == "kinds" else None
        found = find_claims(tables, replace(explorer.question, **{name: (value,)}), kind=kind)
        if name == "camps":
            assert count <= len(found)  # of an event those at its ends, and not all in it
        else:
            assert count == len(found), value


def test_what_a_source_added_is_listed_and_marked(explorer: Explorer, tables: Any) -> None:
    explorer.ask(sources=(), tab="Changes", since=dt.date(2020, 1, 14))
    added = [row for row in rows(explorer) if row[2] == "added"]
    news = [c for c in find_claims(tables) if c.published and c.published.latest == dt.date(2020, 1, 15)]
    assert {f"claim/{claim.claim_id}" for claim in news} <= {row[0] for row in added}
    explorer.pick(next(row[0] for row in added if row[0]))
    assert "<h3" in explorer.evidence["markup"]
    told = {"finding", "gap", "newly told"}  # what is no row itself leads to all that it rests on
    assert told <= {row[2] for row in rows(explorer)}
    for pick, _, change, what, *_ in rows(explorer):
        if change in told:
            explorer.pick(pick)
            assert "<article" in explorer.evidence["markup"] and explorer.evidence["citation"], what
    explorer.ask(sources=ARTICLE, tab="Network")
    assert "ties marked: new or sure since 14 January 2020" in explorer.shown["status"]


def test_where_no_day_to_compare_with_is_chosen_it_is_that_of_the_change_before(explorer: Explorer) -> None:
    explorer.ask(sources=(), tab="Changes")
    for day, before in (("2020-01-15", "14 January 2020"), ("2020-01-12", "11 January 2020")):
        go_to(explorer, day)
        assert f"compared with what was known on {before}: " in explorer.shown["status"]
        assert rows(explorer)
    assert explorer.view.since is None
    explorer.show_tab("Network")
    assert "marked" not in explorer.shown["status"]
    go_to(explorer, explorer.shown["moments"][0])
    explorer.show_tab("Changes")
    assert "nothing differs" in explorer.shown["status"]


@pytest.mark.parametrize("tab", TABS)
def test_what_was_seen_of_late_is_not_made_again(tables: Any, tab: str) -> None:
    explorer, _ = opened(tables, sources=ARTICLE)
    explorer.show_tab(tab)
    seen = {}
    for day in ("2020-01-14", "2020-01-15", "2020-01-14", "2020-01-15"):
        go_to(explorer, day)
        sight = explorer._sight(explorer.view)
        assert seen.setdefault(day, sight) is sight


@pytest.mark.parametrize(
    ("tab", "drawn"), [("Network", False), ("Timeline", True), ("Ceasefire board", True), ("Claims", False)]
)
def test_a_day_beside_is_made_ready_and_nothing_of_the_view_changes(tables: Any, tab: str, drawn: bool) -> None:
    explorer, sent = opened(tables, sources=ARTICLE, as_of="2020-01-13")
    explorer.told({"do": "tab", "value": tab, "n": 7})
    before = explorer.view, explorer.shown, explorer.listed, explorer.charts.get(tab)
    sent.clear()
    explorer.told({"do": "ahead", "value": "2020-01-12", "more": [-1]})
    assert (explorer.view, explorer.shown, explorer.listed, explorer.charts.get(tab)) == before
    assert explorer.answered == 7
    (told,) = sent
    assert (told["chart"], told["more"]) == (tab, [-1])
    made = explorer._see.cache_info().misses
    go_to(explorer, "2020-01-12")
    assert explorer._see.cache_info().misses == made
    assert bool(told["ahead"]) == drawn
    assert sent[-1].get("draw") == told["ahead"], "what is drawn ahead is what is drawn then"


def test_two_days_are_compared(explorer: Explorer) -> None:
    explorer.ask(sources=(), tab="Changes", since=dt.date(2020, 1, 8), by="as_of", as_of=dt.date(2020, 1, 14))
    changes = {row[2] for row in rows(explorer)}
    assert {"finding", "began", "happened"} <= changes
    assert not {"added", "withdrawn"} & changes, "on both days the same is known"


def test_all_that_is_told_to_the_page_is_json(tables: Any) -> None:
    explorer, sent = opened(tables)
    for tab in TABS:
        explorer.told({"do": "tab", "value": tab, "n": 1})
    for state in (explorer.fixed, explorer.shown, explorer.listed, explorer.evidence, sent):
        assert json.loads(json.dumps(state))


def test_a_page_that_is_opened_late_shows_the_tables_as_they_are(tmp_path: Path) -> None:
    folder = copytree(data_folder(None), tmp_path / "data")
    explorer, _ = opened(load_tables(folder))
    file = folder / "actors.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",Italy,", ",Italia,"), encoding="utf-8")
    explorer.told({"do": "ready", "width": 900, "anew": True, "n": 1})
    explorer.pick("actor/italy")
    assert "Italia" in explorer.evidence["markup"]


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
    monkeypatch.setattr("libya_analysis.explorer.saved.find_spec", lambda name: None)
    message, content = made("xlsx", "ties", pd.DataFrame({"a": ["b"]}))
    assert "openpyxl" in message["say"]
    assert content == b""


def test_every_tab_can_be_saved(tables: Any) -> None:
    explorer, sent = opened(tables, sources=ARTICLE)
    for tab, name in zip(TABS, ("ties", "events", "ceasefires", "claims", "changes"), strict=True):
        explorer.show_tab(tab)
        explorer.told({"do": "export", "value": "csv", "n": 1})
        assert sent[-1]["file"] == f"{name}-2020-01-15.csv"


def test_an_actor_is_found_in_arabic_and_added(explorer: Explorer) -> None:
    before = explorer.status
    explorer.told({"do": "actor", "value": "مصر"})
    assert explorer.question.actors == ("egypt",)
    assert explorer.status != before
    explorer.told({"do": "actor", "value": "nobody at all"})
    assert explorer.question.actors == ("egypt",)
    assert "nobody at all" in explorer.shown["problem"]
    explorer.told({"do": "clear"})
    assert explorer.question == Question(dt.date(2020, 1, 15))


def test_a_matrix_says_the_claims_of_the_day(tables: Any) -> None:
    graph = build_network(tables, sources=ARTICLE)
    matrix, edge = LiveMatrix(graph, 1020), ("egypt", "haftar", "backs")
    matrix.draw(graph, {})
    other = graph.copy()
    tie = other.edges[edge]
    tie["claims"] = [replace(claim, claim_id=f"{claim.claim_id}-2", note="another") for claim in tie["claims"]]
    shown = [words for trace in matrix.draw(other, {})["data"] for words in trace.get("hovertext") or ()]
    assert any("another" in words for words in shown)


def test_a_matrix_marks_the_tie_that_was_chosen(tables: Any) -> None:
    graph = build_network(tables)
    matrix = LiveMatrix(graph, 1020)
    plain, marked = (
        matrix.draw(graph, how)["layout"]["shapes"] for how in ({}, {("egypt", "haftar", "backs"): "chosen"})
    )
    assert len(marked) == len(plain) + 1


@pytest.mark.parametrize("tab", ["Network", "Timeline", "Ceasefire board"])
def test_a_chart_after_several_days_is_the_one_drawn_for_the_last(tables: Any, tab: str) -> None:
    explorer, _ = opened(tables, sources=ARTICLE)
    explorer.show_tab(tab)
    for day in ("2020-01-15", "2019-01-01", "2020-01-09"):
        go_to(explorer, day)
    fresh, _ = opened(tables, sources=ARTICLE, as_of="2020-01-09")
    fresh.show_tab(tab)
    assert explorer.charts[tab] == fresh.charts[tab]
