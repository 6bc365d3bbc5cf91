"""Which module may import what, beyond what import-linter checks (see ``tool.importlinter`` in pyproject.toml)."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import libya_analysis
from libya_analysis import charts, exchange, explorer, press
from libya_analysis.coding import agreement, beginning, propose, workbook

PACKAGE = Path(__file__).parents[1] / "libya_analysis"
REPORTS = sorted(PACKAGE.joinpath("press").rglob("*.py"))
HEAVY = ["plotly", "papermill", "nbconvert", "nbclient", "ipywidgets", "jupyterlab", "IPython", "pydantic"]
#: What the front door and the rooms show; of coding, which shows nothing, what the README tells of.
SHOWN = [getattr(room, name) for room in (libya_analysis, charts, exchange, explorer, press) for name in dir(room)]
SHOWN += [agreement.compare_coders, agreement.krippendorff_alpha, beginning.begin_folder, propose.propose]
SHOWN += [workbook.read_workbook, workbook.write_workbook]
PUBLIC = {what.__name__: what for what in SHOWN if inspect.isfunction(what) and PACKAGE.name in what.__module__}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=PACKAGE.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_reports_take_only_the_script_from_plotly(path: Path) -> None:
    taken = {name for name in imported(path) if name.split(".")[0] == "plotly"}
    assert taken <= {"plotly.offline", "plotly.offline.get_plotlyjs"}


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_reports_take_from_other_rooms_errors_and_folders_alone(path: Path) -> None:
    ours = {tuple(name.split(".")[1:3]) for name in imported(path) if name.startswith(PACKAGE.name)}
    assert {names for names in ours if names[0] != "press"} <= {("evidence", "errors"), ("evidence", "folders")}


@pytest.mark.parametrize("module", ["libya_analysis", "libya_analysis.cli"])
def test_import_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_front_door_shows_what_it_lists_and_no_more() -> None:
    stub = ast.parse(PACKAGE.joinpath("__init__.pyi").read_text(encoding="utf-8"))
    listed = [alias.name for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert len(set(listed)) == len(listed)
    assert sorted(listed) == sorted(libya_analysis.__all__) == sorted(dir(libya_analysis))
    assert [name for name in listed if not hasattr(libya_analysis, name)] == []


def test_no_two_rooms_have_a_module_of_one_name() -> None:
    names = [path.stem for path in PACKAGE.rglob("*.py") if not path.stem.startswith("__")]
    assert sorted(names) == sorted(set(names))


def test_handing_out_reports_loads_no_pandas() -> None:
    code = (
        "import sys, libya_analysis.press.batch; from libya_analysis.cli import app;"
        "app(['--version'], standalone_mode=False);"
        f"print(*[name for name in {['pandas', *HEAVY]} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [libya_analysis.__version__]


@pytest.mark.parametrize("function", PUBLIC.values(), ids=PUBLIC)
def test_public_functions_say_what_they_take_and_give_with_an_example(function: Callable[..., Any]) -> None:
    parts = re.split(r"^(\w+)\n-{3,}\n", inspect.getdoc(function) or "", flags=re.MULTILINE)
    told, signature = dict(zip(parts[1::2], parts[2::2], strict=True)), inspect.signature(function)
    heads = re.findall(r"^(\S.*?) : \S.*\n    \S", told.get("Parameters", ""), re.MULTILINE)
    takes = [str(taken.replace(annotation=taken.empty, default=taken.empty)) for taken in signature.parameters.values()]
    assert parts[0].strip() and sorted(", ".join(heads).split(", ")) == sorted(takes or [""])
    assert "Returns" in told or signature.return_annotation in (None, "None")
    assert "Raises" in told or "**asked" not in takes
    assert ">>> " in told.get("Examples", "")
