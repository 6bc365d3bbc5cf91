"""Layouts kept between runs: a network that was laid out once on this machine, by the same code, is not laid out again.

Laying out takes most of the time of a chart, and kernels come and go. What is kept is exactly what would be computed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_cache_path

from libya_analysis.charts.network_chart import arrange, geometry, place, route
from libya_analysis.charts.network_chart.geometry import Edge, Geometry, Measures, Node

#: Environment variable that names the folder; if it is there and empty, nothing is kept.
CACHE_VARIABLE = "LIBYA_ANALYSIS_CACHE"
#: Layouts kept; beyond that the ones that have not been used for longest go.
MOST = 1000

_ARRAYS = ("positions", "curves", "labels")
#: What computes a layout, as it was loaded: its source, and the version of numpy.
_PROGRAM = "\0".join(
    [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (geometry, place, route, arrange)]
    + [version("numpy")]
)


def arrange_once(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    width: float,
    fixed: Mapping[int, tuple[float, float]],
    upright: bool = False,
) -> Geometry:
    """Lay out a network as :func:`~.arrange.arrange` does, or take the layout of before.

    Parameters
    ----------
    nodes, edges, width, fixed, upright
        As for ``arrange``.

    Returns
    -------
    Geometry
        The same, whether it was computed now or before.

    Examples
    --------
    >>> two = [Node("left", 20, "circle", (40, 17), True), Node("right", 20, "circle", (40, 17), True)]
    >>> arrange_once(two, [Edge(0, 1)], 1000, {}).positions.tolist()
    [[270.0, 196.0], [730.0, 196.0]]
    """
    folder = cache_folder()
    path = folder / f"{_key(nodes, edges, float(width), fixed, bool(upright))}.json" if folder else None
    found = _read(path) if path else None
    if found and len(found.positions) == len(found.labels) == len(nodes) and len(found.curves) == len(edges):
        return found
    laid = arrange.arrange(nodes, edges, width, None, dict(fixed), upright)
    if path:
        with suppress(OSError):  # a full or read-only disk: the next run computes it again
            _write(path, laid)
    return laid


def cache_folder() -> Path | None:
    """The folder in which layouts are kept, if they are."""
    named = os.environ.get(CACHE_VARIABLE)
    if named is not None:
        return Path(named) if named else None
    return user_cache_path("libya-analysis") / "layouts"


def _key(*asked: Any) -> str:
    text = json.dumps(asked, default=asdict)
    return hashlib.sha256(f"{_PROGRAM}\0{text}".encode()).hexdigest()


def _read(path: Path) -> Geometry | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        arrays = {name: np.array(found[name]).reshape(found["shapes"][name]) for name in _ARRAYS}
        rest = {"middle": tuple(found["middle"]), "sides": tuple(found["sides"])}
        del found["shapes"]
        laid = Geometry(**{**found, **arrays, **rest, "measures": Measures(**found["measures"])})
    except (OSError, ValueError, LookupError, TypeError):  # not there, or not whole
        return None
    with suppress(OSError):  # it may be somebody else's
        os.utime(path)
    return laid


def _write(path: Path, laid: Geometry) -> None:
    """Put a layout into its file at once: several kernels may be doing so."""
    arrays = {name: getattr(laid, name) for name in _ARRAYS}
    found = {**asdict(laid), **{name: array.tolist() for name, array in arrays.items()}}
    found["shapes"] = {name: array.shape for name, array in arrays.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".part", encoding="utf-8", delete=False) as file:
        try:
            json.dump(found, file)
            file.close()
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    kept = list(path.parent.glob("*.json"))
    if len(kept) > MOST:
        dropped = sorted(kept, key=lambda file: file.stat().st_mtime)[: len(kept) - MOST]
        for old in [*dropped, *path.parent.glob("*.part")]:  # parts of kernels that were killed
            old.unlink(missing_ok=True)
