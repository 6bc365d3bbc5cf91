"""The wheel: what is in it, and that it works in a new environment, from a folder that has nothing of ours."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel

ROOT = Path(__file__).parents[1]
SHIPPED = "libya_analysis/_shipped"


def run(*command: str | Path, cwd: Path, timeout: int = 120) -> str:
    """Run a command as somebody else would: nothing of this checkout, nor of its environment, is on its path."""
    hidden = ("PYTHON", "LIBYA_ANALYSIS", "VIRTUAL_ENV", "COV")
    environment: Mapping[str, str] = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist, and the wheel from the sdist, so that both are known to be whole."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel with all it needs into an environment of its own; give the folder of its commands."""
    home = tmp_path_factory.mktemp("new")
    venv.create(home, with_pip=True, symlinks=True)
    commands = home / ("Scripts" if sys.platform == "win32" else "bin")
    pip: list[str | Path] = [commands / "python", "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    run(*pip, "-c", ROOT / "constraints.txt", wheel, cwd=home, timeout=500)
    return commands


def test_ships_tables_notebooks_and_specs_and_nothing_else(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    shipped = {name.removeprefix(f"{SHIPPED}/") for name in inside if name.startswith(f"{SHIPPED}/")}
    wanted = [*ROOT.glob("data/*"), *ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("reports/*.toml")]
    assert shipped == {path.relative_to(ROOT).as_posix() for path in wanted}
    code = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("libya_analysis/**/*") if path.is_file()}
    assert inside - {f"{SHIPPED}/{name}" for name in shipped} == {name for name in code if "__pycache__" not in name}


def test_names_both_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
    assert "License-Expression: MIT AND CC-BY-4.0" in text
    assert set(re.findall(r"^License-File: (.+)$", text, re.MULTILINE)) == {"LICENSE", "data/LICENSE"}


def test_checks_its_tables_from_another_folder(installed: Path, tmp_path: Path) -> None:
    assert "0 problems" in run(installed / "libya-analysis", "check", cwd=tmp_path)


def test_makes_a_report_from_another_folder(installed: Path, tmp_path: Path) -> None:
    run(installed / "libya-analysis", "report", "02-backer-network", "--out", tmp_path / "out", cwd=tmp_path)
    pages = [path for path in tmp_path.joinpath("out").rglob("*.html") if path.name != "index.html"]
    assert pages
    assert any("Plotly" in page.read_text(encoding="utf-8") for page in pages)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_import_is_light_and_finds_its_own_tables(installed: Path, tmp_path: Path) -> None:
    heavy = ["plotly", "papermill", "nbconvert", "ipywidgets"]
    code = (
        "import sys, libya_analysis as la; print(la.__file__); print(la.load_tables().folder);"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    package, folder, loaded = run(installed / "python", "-c", code, cwd=tmp_path).splitlines()
    assert Path(package).is_relative_to(installed.parent)
    assert Path(folder) == Path(package).parent / "_shipped" / "data"
    assert loaded == "[]"
