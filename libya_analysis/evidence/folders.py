"""Where tables, notebooks and reports are: those that came with the package, or a user's own."""

from __future__ import annotations

import os
from pathlib import Path

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
    """Folder of tables to use: the one given, else ``LIBYA_ANALYSIS_DATA``, else the shipped one."""
    chosen = str(folder or "") or os.environ.get(DATA_VARIABLE, "")
    return Path(chosen) if chosen else shipped("data")


def texts_folder(data: Path) -> Path:
    """Folder beside tables in which the texts of their sources are kept, as ``SOURCE_ID.txt``; git leaves it out."""
    return data / "texts"


def state(path: Path) -> tuple[int, ...]:
    """What changes when a file does: who has read it need not read it again while this stays the same."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
