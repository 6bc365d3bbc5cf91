"""A notebook before it is run and afterwards: what goes in, and the same bytes out for the same that goes in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from itertools import groupby
from typing import Any

from libya_analysis.press.job import without_iri_grammar

_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,16}\b")
#: What a kernel, and a shell without one, call the file that a cell would be.
_CELL_FILE = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py|<ipython-input-\d+-[0-9a-f]+>")

_WIDGET = "application/vnd.jupyter.widget-view+json"
_PYTHON = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python", "nbconvert_exporter": "python"},  # --to script asks
}


def language_of(notebook: Any) -> str:
    """Say in which language a notebook is written.

    >>> language_of({"metadata": {"kernelspec": {"name": "ir", "language": "R"}}})
    'r'
    """
    metadata = notebook["metadata"]
    known = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    return str(known or "python").lower()


# -- before it is run -------------------------------------------------------------------------------------------------


def prepare(text: str, parameters: Mapping[str, Any], kernel: str = "") -> tuple[str, str]:
    """Put parameters into a notebook, for a kernel of that name; without one, for this Python.

    Gives the notebook as JSON, and the name of the kernel that it needs if it is not written in Python.
    """
    with without_iri_grammar():
        import papermill

    book = deepcopy(_read(text))
    language = language_of(book)
    other = "" if language == "python" else str(book.metadata.kernelspec.name)
    names = {"kernel_name": kernel or other or "python3", "language": language}
    return json.dumps(papermill.execute_notebook(book, None, dict(parameters), prepare_only=True, **names)), other


@lru_cache(maxsize=16)
def _read(text: str) -> Any:
    """Read a notebook once for all its reports, which take copies."""
    with without_iri_grammar():
        import nbformat

    book = nbformat.reads(text, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return book


# -- and afterwards ---------------------------------------------------------------------------------------------------


def normalise_notebook(notebook: Any) -> dict[str, Any]:
    """Drop clocks, machine paths and random ids from a notebook; keep code, parameters, outputs and counts.

    Parameters
    ----------
    notebook : dict
        A notebook of format 4, as :mod:`json` or nbformat reads it.

    Returns
    -------
    dict
        Another one; the one given stays as it is.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"execution": {}}, "source": "1", "outputs": [], "execution_count": 1}
    >>> normalise_notebook({"metadata": {"papermill": {"duration": 2.5}}, "cells": [cell]})["metadata"]["papermill"]
    {'parameters': {}}
    """
    metadata = notebook["metadata"]
    python = language_of(notebook) == "python"
    kept = _PYTHON if python else {name: metadata[name] for name in _PYTHON if name in metadata}
    if "papermill" in metadata:
        kept = kept | {"papermill": {"parameters": metadata["papermill"].get("parameters", {})}}
    return {**notebook, "metadata": kept, "cells": [_cell(cell) for cell in notebook["cells"]]}  # no state of widgets


def notebook_bytes(notebook: Any) -> bytes:
    """Write a notebook in the one form in which it is stored: UTF-8, sorted keys, one space of indent.

    Parameters
    ----------
    notebook : dict
        A notebook, as :func:`normalise_notebook` gives it.

    Returns
    -------
    bytes
        The same for the same notebook, with a line break at the end.

    Examples
    --------
    >>> print(notebook_bytes({"nbformat": 4, "cells": []}).decode(), end="")
    {
     "cells": [],
     "nbformat": 4
    }
    """
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _cell(cell: Any) -> dict[str, Any]:
    tags = cell["metadata"].get("tags", [])
    folded = {"jupyter": {"source_hidden": True}} if cell["metadata"].get("jupyter", {}).get("source_hidden") else {}
    clean = {**cell, "metadata": {**folded, **({"tags": tags} if tags else {})}}
    if "injected-parameters" in tags:
        clean["id"] = "injected-parameters"
    if "outputs" in cell:
        clean["outputs"] = _in_order([_output(output) for output in cell["outputs"]])
    return clean


def _output(output: Any) -> dict[str, Any]:
    clean: dict[str, Any] = {key: _text(value) if key in ("text", "evalue") else value for key, value in output.items()}
    if "data" in clean:  # without the view of a widget, whose random id means nothing once its kernel has ended
        clean["data"] = {k: _text(v) if k == "text/plain" else v for k, v in clean["data"].items() if k != _WIDGET}
    return clean


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else "".join(value)
    return _ADDRESS.sub("at 0x0", _CELL_FILE.sub("<cell>", text))


def _in_order(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join text that comes in pieces, by a clock: between two other outputs what was printed, then warnings."""
    found: list[dict[str, Any]] = []
    for kind, group in groupby(outputs, lambda output: str(output["output_type"])):
        like = list(group)
        if kind == "stream":
            names = sorted({one["name"] for one in like}, reverse=True)
            texts = ["".join(one["text"] for one in like if one["name"] == name) for name in names]
            like = [{"output_type": kind, "name": n, "text": text} for n, text in zip(names, texts, strict=True)]
        found += like
    return found
