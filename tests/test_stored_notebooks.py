"""What nbval cannot see in the committed notebooks: that they were run, and that they only explain.

See the codebook and ``tests/nbval`` for how they are run and compared.
"""

from __future__ import annotations

import ast
import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import ScriptExporter

from libya_analysis import load_tables
from libya_analysis.evidence.question import FIELDS, declare
from tests.nbval import references
from tests.nbval.pictures import charts_of, mark_of
from tests.nbval.plugin import FIGURE, PICTURE, canonical, differences, faults, marks

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(ROOT.joinpath("notebooks").glob("*.ipynb"))
STORED = [*NOTEBOOKS, *sorted(ROOT.joinpath("tests", "nbval").glob("*.ipynb"))]

MOST_LINES = 8
#: What else a notebook may be told, beside what can be asked.
REPORT_TEXTS = "folder of the sources' texts, which citations then open with; not to be published; empty for none"
FOLDERS = {
    "data": "folder of tables to read; empty for the shipped ones",
    "source": "the source to be coded, by source_id; empty to list them",
    "texts": "folder of the sources' texts, to see the paragraphs; empty for texts beside the tables",
}
#: Where a notebook may import from; of our package only the top level.
ALLOWED_IMPORTS = {"libya_analysis", "IPython.display"}
FORBIDDEN_NODES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Try, ast.With, ast.Lambda, ast.While)
FORBIDDEN_NAMES = {"open", "Path", "exec", "eval", "__import__", "input", "os", "sys", "time", "datetime"}
#: Words of notebooks that are ids or names in the shipped tables as well.
ALLOWED_WORDS: set[str] = set()
#: Methods that read or write files, ask the clock, or draw lots.
FORBIDDEN_METHODS = re.compile(
    r"(read|to)_(csv|json|excel|parquet|pickle|html|sql)|write_\w+|now|utcnow|today|random|show"
)
#: A path of somebody's machine: under one of the usual top folders, or on a drive.
MACHINE_PATH = re.compile(r"(?<![\w./:-])/(?:home|root|Users|tmp|var|usr|opt|mnt|private|srv|work)/\w|\b[A-Z]:\\\\?\w")


def name_of(path: Path) -> str:
    return path.stem


every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
every_stored = pytest.mark.parametrize("path", STORED, ids=name_of)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def is_parameters(cell: Any) -> bool:
    return bool({"parameters", "injected-parameters"} & set(cell.metadata.get("tags", [])))


def outputs(path: Path) -> list[Any]:
    return [output for cell in code_cells(path) for output in cell.outputs]


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 3


# ---------------------------------------------------------------- what was stored


@every_stored
def test_is_a_valid_notebook_with_an_id_for_each_cell(path: Path) -> None:
    nbformat.validate(json.loads(path.read_text(encoding="utf-8")))
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)


@every_notebook
def test_becomes_a_script_of_python(path: Path) -> None:
    script, about = ScriptExporter().from_filename(str(path))
    assert about["output_extension"] == ".py" and ast.parse(script)


@every_stored
def test_was_run_from_top_to_bottom(path: Path) -> None:
    counts = [cell.execution_count for cell in code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))
    assert all(cell.source.strip() for cell in code_cells(path))


@every_stored
def test_no_cell_failed_or_complained(path: Path) -> None:
    assert [output.ename for output in outputs(path) if output.output_type == "error"] == []
    assert [output.text for output in outputs(path) if output.get("name") == "stderr"] == []


@every_stored
def test_every_output_can_be_compared(path: Path) -> None:
    assert [fault for cell in code_cells(path) for fault in faults(cell)] == []


@every_stored
def test_skip_marks_are_on_the_list(path: Path, pytestconfig: pytest.Config) -> None:
    listed = [line.split(":", 2) for line in pytestconfig.getini("nbval_allowed_skips")]
    assert all(len(parts) == 3 and parts[2].strip() for parts in listed), "each exemption needs its reason"
    allowed = {(parts[0].strip(), parts[1].strip()) for parts in listed}
    marked = {
        (path.name, f"Cell {number}")
        for number, cell in enumerate(code_cells(path))
        if marks(cell.source, cell.metadata.get("tags", []))
    }
    assert marked <= allowed


@every_stored
def test_holds_no_widget_state_clock_or_machine(path: Path) -> None:
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        assert not {"execution", "papermill", "collapsed", "ExecuteTime"} & set(cell.metadata)
    shown = json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)
    found = MACHINE_PATH.search(shown)
    assert found is None, shown[max(0, found.start() - 60) : found.end() + 60]
    for private in (str(ROOT), str(Path.home())):
        assert len(private) < 4 or f"{private}/" not in shown


@every_stored
def test_markup_in_outputs_holds_no_script(path: Path) -> None:
    for output in outputs(path):
        assert "<script" not in "".join(output.get("data", {}).get("text/html", "")).casefold()


@every_stored
def test_no_table_or_sentence_is_mathematics(path: Path) -> None:
    """JupyterLab would make some of what stands between two dollar signs."""
    for output in outputs(path):
        markup = "".join(output.get("data", {}).get("text/html", ""))
        for begin in re.findall(r"^<p|<table|<ul", markup):
            assert re.search(rf"{begin}[^>]* class=\"[^\"]*tex2jax_ignore mathjax_ignore", markup), markup[:300]


@every_stored
def test_figures_say_what_they_show(path: Path) -> None:
    for output in outputs(path):
        figure = output.get("data", {}).get(FIGURE)
        if figure is not None:
            assert figure["layout"].get("meta", {}).get("description", "").strip()
            assert '"bdata"' not in json.dumps(figure), "numbers packed as base64 cannot be reviewed in a diff"


@every_notebook
def test_charts_have_a_picture_of_what_they_are_now_for_readers_without_scripts(path: Path) -> None:
    for output in charts_of(read(path)):
        assert output["metadata"][PICTURE]["of"] == mark_of(output["data"][FIGURE]), "run make notebooks"
        assert base64.b64decode(output["data"][PICTURE]).startswith(b"\x89PNG")


def test_the_code_of_the_explorer_is_folded() -> None:
    cells = code_cells(ROOT / "notebooks" / "explorer.ipynb")
    assert all(cell.metadata["jupyter"]["source_hidden"] for cell in cells)


# ---------------------------------------------------------------- what they say


@every_notebook
def test_begins_with_a_heading_and_parameters(path: Path) -> None:
    cells = read(path).cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    tagged = [i for i, cell in enumerate(cells) if is_parameters(cell)]
    assert tagged == [1], "the second cell, and no other, is tagged `parameters`"
    assert cells[1].cell_type == "code"


@every_notebook
def test_parameters_are_declared_as_questions_say(path: Path) -> None:
    (cell,) = [cell for cell in code_cells(path) if is_parameters(cell)]
    for node, line in zip(ast.parse(cell.source).body, cell.source.splitlines(), strict=True):
        assert isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None
        name, value = node.target.id, ast.literal_eval(node.value)
        known = REPORT_TEXTS if name == "texts" and path.name[0] == "0" else FOLDERS.get(name)
        declared = declare(name, value) if name in FIELDS else f'{name}: str = "{value}"  # {known}'
        assert line == declared or (path.stem, name) == ("explorer", "sources")  # it begins with one of them


@every_notebook
def test_code_is_short_and_only_calls_the_package(path: Path) -> None:
    for cell in code_cells(path):
        tree = ast.parse(cell.source)  # magics and shell lines are no Python
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        lines = [line for line in cell.source.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        assert len(lines) <= MOST_LINES or is_parameters(cell) or imports, cell.source
        for node in ast.walk(tree):
            where = f"{cell.id}: {ast.unparse(node)[:80]}"
            assert not isinstance(node, FORBIDDEN_NODES), where
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= ALLOWED_IMPORTS, where
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, where
                assert node.module in ALLOWED_IMPORTS, where
            elif isinstance(node, ast.Name):
                assert node.id not in FORBIDDEN_NAMES, where
            elif isinstance(node, ast.Attribute):
                assert not FORBIDDEN_METHODS.fullmatch(node.attr), where
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not MACHINE_PATH.search(node.value), where


@every_notebook
def test_names_nothing_of_the_shipped_tables(path: Path) -> None:
    """It serves any folder of tables: no actor, event, source or day of ours stands in it."""
    tables = load_tables()
    names = {*tables.names(), *tables.titles(), *tables.published(), *tables.names().values(), "Libya"}
    told = "\n".join(cell.source for cell in read(path).cells)
    found = {word for word in names if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", told)}
    assert found - ALLOWED_WORDS == set() and not re.search(r"\b20[12]\d\b", told.replace("2020-01-06", ""))


# ---------------------------------------------------------------- references, and whether the comparison is strict


def test_references_fit_the_notebooks_of_today() -> None:
    assert references.problems() == []


@pytest.mark.parametrize(
    ("source", "tags", "found"),
    [
        ("# NBVAL_SKIP\n1", [], {"NBVAL_SKIP"}),
        ("x = 1\n  # NBVAL_IGNORE_OUTPUT", [], {"NBVAL_IGNORE_OUTPUT"}),
        ("x", ["nbval-skip", "parameters"], {"nbval-skip"}),
        ("x", ["raises-exception"], {"raises-exception"}),
        ("# NBVAL_CHECK_OUTPUT\nx", [], set()),
        ("'NBVAL_SKIP'  # a remark", [], set()),
    ],
)
def test_marks_that_weaken_the_comparison(source: str, tags: list[str], found: set[str]) -> None:
    assert marks(source, tags) == found


def test_canonical_figures_keep_what_matters() -> None:
    one, other = {"x": [1 / 3], "uid": "a"}, {"x": [1 / 3 + 1e-16], "uid": "b"}
    assert canonical(one) == canonical(other)
    assert canonical({"x": [0.3333]}) != canonical({"x": [0.3334]})
    assert list(differences({"a": 1}, {"b": 1})) == ["a: only in what was stored", "b: only in what was computed"]


def nbval(*paths: Path, kernel: str = "--nbval-current-env", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", "--nbval", kernel]
    sanitize = ["--nbval-sanitize-with", str(ROOT / "tests/nbval/sanitize.cfg")]
    config = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    return subprocess.run(
        [*command, *sanitize, *config, *map(str, paths)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.notebooks
def test_a_changed_status_fails_the_network_notebook_and_names_the_claim(tmp_path: Path) -> None:
    changed = tmp_path / "data"
    shutil.copytree(ROOT / "data", changed)
    table = changed / "backers.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if ",stated," in line and ",moscow-truce-2020," in line)
    claim = lines[number].split(",")[0]
    lines[number] = lines[number].replace(",stated,", ",implied,", 1)
    table.write_text("".join(lines), encoding="utf-8")

    done = nbval(ROOT / "notebooks" / "02-backer-network.ipynb", LIBYA_ANALYSIS_DATA=str(changed))

    assert done.returncode == 1, done.stdout + done.stderr
    assert "Cell outputs differ" in done.stdout
    assert "Cell execution caused an exception" not in done.stdout, done.stdout
    told = [line for line in done.stdout.splitlines() if claim in line and "implied" in line]
    assert told, f"the message does not lead to {claim}:\n{done.stdout}"


@pytest.mark.notebooks
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"execution_count": None, "outputs": []}, "was not executed when it was stored"),
        ({"metadata": {"tags": ["raises-exception"]}}, "not on the list of allowed skips"),
        ({"source": "1 + 2"}, "Cell outputs differ"),
    ],
    ids=["not-executed", "skip-mark", "other-result"],
)
def test_comparison_is_strict(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "2"}}
    cell = {
        "cell_type": "code",
        "id": "sum",
        "metadata": {},
        "source": "1 + 1",
        "execution_count": 1,
        "outputs": [result],
    }
    notebook = tmp_path / "sum.ipynb"
    notebook.write_text(
        json.dumps({"cells": [{**cell, **change}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
        encoding="utf-8",
    )
    done = nbval(notebook)
    assert done.returncode == 1, done.stdout + done.stderr
    assert message in done.stdout
