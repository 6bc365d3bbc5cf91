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
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from libya_analysis.charts import arrange, geometry, layout, routing
from libya_analysis.charts.geometry import Edge, Geometry, Measures, Node

#: Environment variable that names the folder; if it is there and empty, nothing is kept.
CACHE_VARIABLE = "LIBYA_ANALYSIS_CACHE"
#: Layouts kept; beyond that the ones that have not been used for longest go.
MOST = 1000

_ARRAYS = ("positions", "curves", "labels")


def arrange_once(
    nodes: Sequence[Node],
    edges: Sequence[Edge],
    width: float,
    fixed: Mapping[int, tuple[float, float]],
    upright: bool = False,
) -> Geometry:
    """Lay out a network as :func:`~libya_analysis.charts.arrange.arrange` does, or take the layout of before.

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
    asked = json.dumps([[asdict(node) for node in nodes], [asdict(edge) for edge in edges], width, fixed, upright])
    path = folder / f"{hashlib.sha256((_program() + asked).encode()).hexdigest()}.json" if folder else None
    if path and (found := _read(path)):
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


@lru_cache(maxsize=1)
def _program() -> str:
    """What computes a layout: its source, and the version of numpy."""
    sources = [
        Path(str(module.__file__)).read_text(encoding="utf-8") for module in (geometry, layout, routing, arrange)
    ]
    return "\0".join([*sources, version("numpy")])


def _read(path: Path) -> Geometry | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        arrays = {name: np.array(found[name]).reshape(found["shapes"][name]) for name in _ARRAYS}
        rest = {"middle": tuple(found["middle"]), "sides": tuple(found["sides"])}
        del found["shapes"]
        laid = Geometry(**{**found, **arrays, **rest, "measures": Measures(**found["measures"])})
        os.utime(path)
    except (OSError, ValueError, LookupError, TypeError):  # not there, or not whole
        return None
    return laid


def _write(path: Path, laid: Geometry) -> None:
    """Put a layout into its file at once: several kernels may be doing so."""
    arrays = {name: getattr(laid, name) for name in _ARRAYS}
    found = {**asdict(laid), **{name: array.tolist() for name, array in arrays.items()}}
    found["shapes"] = {name: array.shape for name, array in arrays.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="utf-8", delete=False) as file:
        json.dump(found, file)
    Path(file.name).replace(path)
    kept = list(path.parent.glob("*.json"))
    if len(kept) > MOST:
        for old in sorted(kept, key=lambda file: file.stat().st_mtime)[: len(kept) - MOST]:
            old.unlink(missing_ok=True)
