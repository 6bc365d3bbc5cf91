"""The same inputs give the same bytes: take out of an executed notebook what changes from run to run."""

from __future__ import annotations

import json
import re
from typing import Any

_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,16}\b")
#: What a kernel, and a shell without one, call the file that a cell would be.
_CELL_FILE = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py|<ipython-input-\d+-[0-9a-f]+>")

_WIDGET = "application/vnd.jupyter.widget-view+json"
_PYTHON = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "name": "python", "nbconvert_exporter": "python"},  # --to script asks
}


def normalise_notebook(notebook: Any) -> dict[str, Any]:
    """Drop clocks, machine paths and random ids from a notebook; keep code, parameters, outputs and counts."""
    metadata = notebook["metadata"]
    python = language_of(notebook) == "python"
    kept = _PYTHON if python else {name: metadata[name] for name in _PYTHON if name in metadata}
    if "papermill" in metadata:
        kept = kept | {"papermill": {"parameters": metadata["papermill"].get("parameters", {})}}
    return {**notebook, "metadata": kept, "cells": [_cell(cell) for cell in notebook["cells"]]}  # no state of widgets


def notebook_bytes(notebook: Any) -> bytes:
    """Write a notebook in the one form in which it is stored: UTF-8, sorted keys, one space of indent."""
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def language_of(notebook: Any) -> str:
    """Say in which language a notebook is written.

    Examples
    --------
    >>> language_of({"metadata": {"kernelspec": {"name": "ir", "language": "R"}}})
    'r'
    """
    metadata = notebook["metadata"]
    known = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    return str(known or "python").lower()


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
        clean["data"] = {
            kind: _text(value) if kind == "text/plain" else value
            for kind, value in clean["data"].items()
            if kind != _WIDGET
        }
    return clean


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else "".join(value)
    return _ADDRESS.sub("at 0x0", _CELL_FILE.sub("<cell>", text))


def _in_order(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join text that comes in pieces, by a clock: between two other outputs what was printed, then warnings."""
    found: list[dict[str, Any]] = []
    texts: dict[str, str] = {}
    for output in [*outputs, {"output_type": ""}]:
        if output["output_type"] == "stream":
            texts[output["name"]] = texts.get(output["name"], "") + output["text"]
            continue
        found += [{"output_type": "stream", "name": name, "text": texts[name]} for name in sorted(texts, reverse=True)]
        texts = {}
        found.append(output)
    return found[:-1]
