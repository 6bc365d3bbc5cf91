"""The same inputs give the same bytes: take out of an executed notebook what changes from run to run."""

from __future__ import annotations

import json
import re
from typing import Any

_ADDRESS = re.compile(r"\bat 0x[0-9a-f]{6,16}\b")
_CELL_FILE = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py")

_WIDGET = "application/vnd.jupyter.widget-view+json"


def normalise_notebook(notebook: Any) -> dict[str, Any]:
    """Drop clocks, machine paths and random ids from a notebook; keep code, parameters, outputs and counts.

    Parameters
    ----------
    notebook : dict or nbformat.NotebookNode
        An executed notebook of format 4.

    Returns
    -------
    dict
        A new notebook; the one given is not changed.
    """
    result: dict[str, Any] = json.loads(json.dumps(notebook))
    metadata = result["metadata"]
    result["metadata"] = {  # and no state of widgets
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    if "papermill" in metadata:
        result["metadata"]["papermill"] = {"parameters": metadata["papermill"].get("parameters", {})}
    for cell in result["cells"]:
        tags = cell["metadata"].get("tags", [])
        cell["metadata"] = {"tags": tags} if tags else {}
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(_WIDGET, None)  # a random id that means nothing once its kernel has ended
            for texts in (output, output.get("data", {})):
                for key in ("text", "text/plain", "evalue"):
                    if key in texts:
                        text = texts[key] if isinstance(texts[key], str) else "".join(texts[key])
                        if "0x" in text or "ipykernel_" in text:
                            text = _ADDRESS.sub("at 0x0", _CELL_FILE.sub("<cell>", text))
                        texts[key] = text
    return result


def notebook_bytes(notebook: Any) -> bytes:
    """Write a notebook in the one form in which it is stored: UTF-8, sorted keys, one space of indent."""
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
