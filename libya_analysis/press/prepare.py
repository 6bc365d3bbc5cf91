"""Make a notebook ready to run: without stored outputs, and with its parameters, which papermill puts in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from libya_analysis.press.job import without_iri_grammar
from libya_analysis.press.normalise import language_of


def prepare(text: str, parameters: Mapping[str, Any], kernel: str = "") -> tuple[str, str]:
    """Put parameters into a notebook.

    Parameters
    ----------
    text : str
        The notebook, as its file has it.
    parameters : mapping
        What it is to run with.
    kernel : str
        Name of the kernel for it; empty for one of this Python.

    Returns
    -------
    str
        The notebook as JSON, each source as one text.
    str
        Name of the kernel that it needs, if that is none of Python.
    """
    with without_iri_grammar():
        import papermill

    book = deepcopy(_read(text))
    other = "" if language_of(book) == "python" else str(book.metadata.kernelspec.name)
    names = {"kernel_name": kernel or other, "language": language_of(book)}
    if not (kernel or other):
        names = {"kernel_name": "python3", "language": "python"}
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
