"""Layouts kept between runs: a network that was laid out once on this machine, by the same code, is not laid out again.

Laying out takes most of the time of a chart, and processes come and go. A layout is a small text file under the hash of
all that it follows from, so that it is read as data, never run as code, and a file that is not whole is no layout.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from libya_analysis.charts.network_chart import arrange, geometry, label, place, route
from libya_analysis.charts.network_chart.geometry import POINTS, Edge, Geometry, Measures, Node, Places

#: Environment variable that names the folder; if nothing can be written there, as in /dev/null, nothing is kept.
CACHE_VARIABLE = "LIBYA_ANALYSIS_CACHE"
#: Layouts kept; beyond that the oldest go.
MOST = 1000

#: What computes a layout, as it was loaded: its source, and the version of numpy.
_PROGRAM = "\0".join(
    [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (geometry, place, route, label, arrange)]
    + [np.__version__]
)


def arrange_once(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    width: float,
    fixed: Places,
    upright: bool = False,
    height: float = 0,
) -> Geometry:
    """Lay out a network as :func:`~.arrange.arrange` does, or take the layout of before, which is the same."""
    folder = cache_folder()
    if folder is None:
        return arrange.arrange(nodes, edges, width, fixed, upright, height)
    asked = json.dumps([nodes, edges, float(width), fixed, bool(upright), float(height)], default=asdict)
    path = folder / f"layout-{hashlib.sha256(f'{_PROGRAM}{asked}'.encode()).hexdigest()}.json"
    with suppress(OSError, ValueError, LookupError, TypeError):  # it is not there, or not whole
        return _read(path, len(nodes), len(edges))
    laid = arrange.arrange(nodes, edges, width, fixed, upright, height)
    with suppress(OSError):  # a full or read-only disk: the next run computes it again
        _write(path, laid)
    return laid


def cache_folder() -> Path | None:
    """The folder in which layouts are kept, if they are: who has no home keeps none in the working directory."""
    named = os.environ.get(CACHE_VARIABLE, "")
    try:
        folder = Path(named) if named else user_cache_path("libya-analysis") / "layouts"
    except RuntimeError:  # a user without a home
        return None
    return folder if named or folder.is_absolute() else None


def _read(path: Path, nodes: int, edges: int) -> Geometry:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    shapes = {"positions": (nodes, 2), "curves": (edges, POINTS, 2), "labels": (nodes, 4)}
    arrays = {name: np.array(found[name], dtype=float).reshape(shape) for name, shape in shapes.items()}
    rest = {"middle": tuple(found["middle"]), "sides": tuple(found["sides"])}
    return Geometry(**{**found, **arrays, **rest, "measures": Measures(**found["measures"])})


def _write(path: Path, laid: Geometry) -> None:
    """Put a layout into its file at once, since several processes may be doing so; and let the oldest files go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(laid), default=np.ndarray.tolist)
    with NamedTemporaryFile("w", dir=path.parent, prefix="layout-", encoding="utf-8", delete=False) as part:
        try:
            part.write(text)
            part.close()
            Path(part.name).replace(path)
        finally:
            Path(part.name).unlink(missing_ok=True)
    kept = sorted(path.parent.glob("layout-*"), key=lambda file: file.stat().st_mtime)
    for old in kept[:-MOST]:  # with what processes that were killed have left behind
        old.unlink(missing_ok=True)
