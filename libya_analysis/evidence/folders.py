"""Where tables, notebooks and reports are: those that came with the package, or a user's own; how files are read."""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import ParameterError

#: Environment variable that names a folder of tables to use instead of the shipped one.
DATA_VARIABLE = "LIBYA_ANALYSIS_DATA"

#: The file that says what the conflict of a folder of tables is; the shipped one also states the schema.
PACKAGE = "datapackage.json"

MAX_FILE_BYTES = 50_000_000

#: What a file holds; or code and message of what keeps it from being read.
Content = bytes | tuple[str, str]


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

    A ParameterError if LIBYA_ANALYSIS_DATA is to be used and names no folder.
    """
    if str(folder or ""):
        return Path(str(folder))
    named = os.environ.get(DATA_VARIABLE, "")
    with suppress(OSError):  # a name that no folder can have
        if not named or Path(named).is_dir():
            return Path(named) if named else shipped("data")
    raise ParameterError(f"{DATA_VARIABLE} is {named!r}, which is no folder")


def named_data() -> dict[str, str]:
    """``LIBYA_ANALYSIS_DATA``, if it is set, as a variable for processes that run elsewhere."""
    data = os.environ.get(DATA_VARIABLE)
    return {DATA_VARIABLE: str(Path(data).absolute())} if data else {}


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Read the shipped ``datapackage.json``, which states the schema of all tables."""
    package: dict[str, Any] = json.loads(shipped("data").joinpath(PACKAGE).read_text(encoding="utf-8"))
    return package


def table_files(folder: Path) -> list[Path]:
    """Files of a folder of tables that are read; whatever else lies there is nobody's business.

    >>> [path.name for path in table_files(shipped("data"))][-2:]
    ['quotes.csv', 'datapackage.json']
    """
    return [folder / name for name in (*(resource["path"] for resource in schema()["resources"]), PACKAGE)]


def fetch(path: Path) -> Content:
    """Read a file whole, if it is one and not too large."""
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            return "not-a-file", "it is a folder, a device or a pipe, not a file"
        if info.st_size > MAX_FILE_BYTES:
            return "too-big", f"{info.st_size:,} bytes; the limit is {MAX_FILE_BYTES:,}"
        return path.read_bytes()
    except FileNotFoundError:
        return "not-a-file" if path.is_symlink() else "missing-file", "there is no such file"
    except OSError as error:
        return "not-a-file", f"it cannot be read: {error.strerror}"


def texts_folder(data: Path) -> Path:
    """Folder beside tables in which the texts of their sources are kept, as ``SOURCE_ID.txt``; git leaves it out."""
    return data / "texts"


def state(path: Path) -> tuple[int, ...]:
    """What changes when a file does: who has read it need not read it again while this stays the same."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
