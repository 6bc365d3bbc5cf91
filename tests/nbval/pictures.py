"""Pictures of the charts in the stored notebooks, for GitHub, nbviewer and nbconvert, which run no scripts.

JupyterLab shows them as well until the pointer comes, and in their own size: that of the chart, therefore.
A picture names the chart that it is of: only those whose chart has changed are drawn anew; a test tells a stale one.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tempfile
from pathlib import Path
from typing import Any

from libya_analysis.charts.export import write_images
from libya_analysis.charts.frame import Chart
from tests.nbval.plugin import FIGURE, PICTURE, canonical

_COLORS = 256


def mark_of(figure: Any) -> str:
    """A short mark of a figure's specification."""
    return hashlib.sha256(json.dumps(canonical(figure), sort_keys=True).encode()).hexdigest()[:16]


def charts_of(notebook: Any) -> list[Any]:
    """The outputs of a notebook that are charts."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output for output in found if FIGURE in output.get("data", {})]


def add_pictures(notebook: Any, before: Any) -> None:
    """Give each chart of a notebook its picture: the one that it had before, if the chart is the same."""
    known = {
        output["metadata"][PICTURE]["of"]: output["data"][PICTURE]
        for output in charts_of(before)
        if "of" in output["metadata"].get(PICTURE, {})
    }
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        charts = {mark_of(output["data"][FIGURE]): output["data"][FIGURE] for output in charts_of(notebook)}
        files = {mark: Path(folder, f"{mark}.png") for mark in charts if mark not in known}
        if files:
            write_images({path: Chart(charts[mark]["data"], charts[mark]["layout"]) for mark, path in files.items()})
        known |= {mark: _packed(path) for mark, path in files.items()}
    for output in charts_of(notebook):
        figure = output["data"][FIGURE]
        size = {name: figure["layout"][name] for name in ("width", "height")}
        output["data"][PICTURE] = known[mark_of(figure)]
        output["metadata"][PICTURE] = {"of": mark_of(figure), **size}


def _packed(path: Path) -> str:
    """A picture of few colours, as a notebook holds it."""
    from PIL import Image

    small = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return base64.b64encode(small.getvalue()).decode("ascii") + "\n"
