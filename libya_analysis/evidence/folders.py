"""Where tables, notebooks and reports are: those that came with the package, or a user's own."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from libya_analysis.evidence.errors import ParameterError

#: Environment variable that names a folder of tables to use instead of the shipped one.
DATA_VARIABLE = "LIBYA_ANALYSIS_DATA"


def shipped(name: str) -> Path:
    """Folder ``data``, ``notebooks`` or ``reports`` in the installed package, or at the top of a checkout.

    >>> shipped("data").joinpath("datapackage.json").is_file()
    True
    """
    package = Path(__file__).parents[1]
    installed = package / "_shipped" / name
    return installed if installed.is_dir() else package.parent / name


def data_folder(folder: str | os.PathLike[str] | None = None) -> Path:
    """Folder of tables to use: the one given, else ``LIBYA_ANALYSIS_DATA``, else the shipped one.

    Raises
    ------
    ParameterError
        If LIBYA_ANALYSIS_DATA is to be used and names no folder.
    """
    if str(folder or ""):
        return Path(str(folder))
    named = os.environ.get(DATA_VARIABLE, "")
    with suppress(OSError):  # a name that no folder can have
        if not named or Path(named).is_dir():
            return Path(named) if named else shipped("data")
    raise ParameterError(f"{DATA_VARIABLE} is {named!r}, which is no folder")


def state(path: Path) -> tuple[int, ...]:
    """What changes when a file does: who has read it need not read it again while this stays the same."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
