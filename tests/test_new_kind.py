"""A new kind of tie and one of support: a line each in the vocabulary and in the schema, and everything knows it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: What goes where: the line of the vocabulary behind which the new one stands, and the new one.
LINES = {
    '    Tie("pressures", "pressures", "presses", "press", "press"),\n': (
        '    Tie("friends-with", "deals", "is friends with", "are friends with", "befriend", sign=1, directed=False),\n'
    ),
    '    Support("military-assistance"),\n': '    Support("war-ships"),\n',
}
VALUES = {("ties", "kind"): "friends-with", ("backers", "support"): "war-ships"}
ROWS = {
    "ties": "a-new-tie,egypt,france,friends-with,stated,actual,,,,,,none,,,moscow-truce-2020,P9;P14,\n",
    "backers": "a-new-backing,egypt,haftar,war-ships,,stated,actual,,,,,,none,,,moscow-truce-2020,P9,\n",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, its tables, notebooks and specs, with the new kinds in it."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("libya_analysis", "data", "notebooks", "reports"):
        leave = shutil.ignore_patterns("__pycache__", "out", "images", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, folder / name, ignore=leave)
    vocabulary = folder / "libya_analysis" / "evidence" / "vocabulary.py"
    text = vocabulary.read_text(encoding="utf-8")
    for line, more in LINES.items():
        assert text.count(line) == 1
        text = text.replace(line, line + more)
    vocabulary.write_text(text, encoding="utf-8")
    package = json.loads((folder / "data" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            if value := VALUES.get((resource["name"], field["name"])):
                field["constraints"]["enum"].append(value)
    (folder / "data" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for table, row in ROWS.items():
        with (folder / "data" / f"{table}.csv").open("a", encoding="utf-8") as file:
            file.write(row)
    return folder


def run(house: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(house)}
    done = subprocess.run([sys.executable, *command], cwd=house, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_tables_words_charts_and_explorer_know_new_kinds(house: Path) -> None:
    code = """
import libya_analysis as la
tables = la.load_tables()
graph = la.build_network(tables, level="principal", sources="moscow-truce-2020")
assert graph.edges["egypt", "france", "friends-with"]["sign"] == 1
assert "Egypt is friends with France." in str(la.say_claims(graph, kinds=["friends-with"]))
assert "with war ships" in str(la.say_claims(graph))
for chart in (la.draw_network(graph), la.draw_network(graph, focus="egypt"), la.draw_matrix(graph)):
    assert "friends with" in str(chart.to_json())
opened = la.explore(tables, kinds=["friends-with"])
opened.fit(1020)
assert ": 1 tie drawn" in opened.status, opened.status
"""
    run(house, "-c", code)


@pytest.mark.notebooks
def test_all_five_reports_are_made_with_new_kinds(house: Path) -> None:
    run(house, "-m", "libya_analysis", "report", "--out", "out", "-p", "sources=")
    assert len(list((house / "out").glob("0*.html"))) == 5
    network = (house / "out" / "02-backer-network.html").read_text(encoding="utf-8")
    assert "friends with" in network and "war ships" in network
    assert "war ships" in (house / "out" / "05-briefing.html").read_text(encoding="utf-8")
