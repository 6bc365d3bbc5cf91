"""A conflict whose tables name no camps, or more than two, goes through every room."""

import json
import shutil
from pathlib import Path

import pytest

from libya_analysis import (
    build_briefing,
    build_ceasefire,
    build_network,
    build_timeline,
    consultation_gap,
    draw_ceasefire,
    draw_matrix,
    draw_network,
    draw_timeline,
    explore,
    load_tables,
)
from libya_analysis.evidence.folders import shipped

#: One source, whose network is drawn in little time.
ARTICLE = "moscow-truce-2020"
THREE = [{"id": name, "name": name.capitalize(), "anchor": name} for name in ("haftar", "gna", "egypt")]


@pytest.mark.parametrize("camps", [[], THREE])
def test_without_two_camps_nothing_fails(tmp_path: Path, camps: list[dict[str, str]]) -> None:
    folder = Path(shutil.copytree(shipped("data"), tmp_path / "tables"))
    (folder / "datapackage.json").write_text(json.dumps({"camps": camps}), encoding="utf-8")
    tables = load_tables(folder)
    for level in ("actor", "principal"):
        graph = build_network(tables, as_of="2020-01-15", level=level, sources=ARTICLE)
        sides = {camp for _, camp in graph.nodes(data="camp")}
        assert ("third" in sides) == bool(camps) and (sides == {"undetermined"}) == (not camps)
        draw_network(graph), draw_matrix(graph)
    ceasefire = build_ceasefire(tables)
    draw_ceasefire(ceasefire)
    draw_timeline(build_timeline(tables, lanes="side", sides=dict(graph.nodes(data="camp"))))
    assert len(consultation_gap(ceasefire)) == len(ceasefire.attempts)
    briefing = build_briefing(tables)
    assert briefing.news.statements and briefing.sureness.statements and briefing.differences.statements
    opened = explore(tables, sources=ARTICLE)
    for tab in ("Network", "Timeline", "Ceasefire board", "Claims", "Changes"):
        opened.show_tab(tab)
        assert "As of" in opened.shown["status"]
