"""Stored notebooks: run them anew and store what they gave, or say which no longer fit today's code.

``cases.toml`` names further parameters to run a notebook with; each case has an executed reference beside it,
``NAME--CASE.ipynb``, which ``pytest --nbval`` compares like the notebooks themselves.

    python -m tests.nbval.references            say what does not fit (no kernel is started)
    python -m tests.nbval.references --write    run all notebooks and references and store their outputs
    python -m tests.nbval.references --write 02-backer-network
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from libya_analysis.press import normalise_notebook, notebook_bytes
from libya_analysis.press.kernels import KERNEL_ARGUMENTS
from tests.nbval.pictures import add_pictures
from tests.nbval.plugin import KERNEL_ENVIRONMENT

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
REFERENCES = Path(__file__).parent
SECONDS_A_CELL = 120


def cases() -> dict[Path, tuple[Path, dict[str, Any]]]:
    """Find the notebook and the parameters of each reference, by the reference's path."""
    listed = tomllib.loads(REFERENCES.joinpath("cases.toml").read_text(encoding="utf-8"))
    return {
        REFERENCES / f"{name}--{case}.ipynb": (NOTEBOOKS / f"{name}.ipynb", parameters)
        for name, by_case in listed.items()
        for case, parameters in by_case.items()
    }


def problems() -> list[str]:
    """Say which references are missing, left over, or made from other code or parameters than today's."""
    wanted = cases()
    found = [f"{path.name}: no case in cases.toml" for path in sorted(set(REFERENCES.glob("*.ipynb")) - {*wanted})]
    for reference, (notebook, parameters) in wanted.items():
        if not notebook.exists():
            found.append(f"{reference.name}: there is no notebooks/{notebook.name}")
            continue
        known = parameter_names(nbformat.read(notebook, as_version=4))
        found += [
            f"{reference.name}: {notebook.name} has no parameter {name}" for name in parameters if name not in known
        ]
        if not reference.exists():
            found.append(f"{reference.name}: missing; run make notebooks")
        elif list(_code(prepared(notebook, parameters))) != list(_code(nbformat.read(reference, as_version=4))):
            found.append(
                f"{reference.name}: made from other code or parameters; run make notebooks and review the diff"
            )
    return found


def prepared(notebook: Path, parameters: dict[str, Any]) -> Any:
    """Read a notebook as papermill would run it with some parameters."""
    if not parameters:
        return nbformat.read(notebook, as_version=4)
    plain = load_notebook_node(str(notebook))
    return parameterize_notebook(plain, parameters, kernel_name="python3", language="python")


def parameter_names(notebook: Any) -> set[str]:
    """Names that the parameters cell of a notebook sets."""
    tagged = [cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    targets = [
        target
        for node in ast.parse("\n".join(tagged)).body
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", []))
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _code(notebook: Any) -> Iterator[tuple[str, str]]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            injected = "injected-parameters" in cell.metadata.get("tags", [])
            yield ("injected" if injected else cell.id), cell.source


def write(target: Path, notebook: Path, parameters: dict[str, Any]) -> str:
    """Run a notebook and store it with its outputs; return what went wrong."""
    executed = prepared(notebook, parameters)
    place = {"metadata": {"path": str(notebook.parent)}}
    client = NotebookClient(
        executed,
        kernel_name="python3",
        timeout=SECONDS_A_CELL,
        record_timing=False,
        resources=place,
        extra_arguments=KERNEL_ARGUMENTS,
    )
    try:
        client.execute()
        if target == notebook:
            add_pictures(executed, nbformat.read(notebook, as_version=4))
    except Exception as error:  # whatever it was, the stored notebook stays as it is
        last = str(error).strip().splitlines() or [""]
        return f"{target.name}: {type(error).__name__}: {last[-1]}"
    target.write_bytes(notebook_bytes(normalise_notebook(executed)))
    return ""


def main(arguments: list[str] | None = None) -> int:
    """Check or write, as asked on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.nbval.references", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--write", action="store_true", help="run the notebooks and store their outputs")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these notebooks, by name without .ipynb")
    asked = parser.parse_args(arguments)
    if asked.write:
        os.environ.update(KERNEL_ENVIRONMENT)
        jobs: list[tuple[Path, Path, dict[str, Any]]] = [(path, path, {}) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
        jobs += [(reference, *source) for reference, source in cases().items()]
        jobs = [job for job in jobs if not asked.names or job[1].stem in asked.names]
        if not jobs:
            print("there is no such notebook", file=sys.stderr)
            return 2
        os.environ.pop("PYTHONSTARTUP", None)
        with tempfile.TemporaryDirectory(prefix="ipython-") as profile, ProcessPoolExecutor(max_workers=2) as pool:
            os.environ["IPYTHONDIR"] = profile  # nobody's profile, and no start-up files
            failures = [failure for failure in pool.map(write, *zip(*jobs, strict=True)) if failure]
        print("\n".join([*failures, f"{len(jobs) - len(failures)} of {len(jobs)} notebooks run and stored"]))
        return 1 if failures else 0
    found = problems()
    print("\n".join(found) or f"{len(cases())} references fit")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
