"""A folder of tables of which nothing has been written: where another conflict begins."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from libya_analysis.coding.rows import kept_from_git, write_files
from libya_analysis.evidence.codebook import codebook
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.folders import PACKAGE, Content, texts_folder
from libya_analysis.evidence.package import new_package
from libya_analysis.evidence.question import SIDES
from libya_analysis.evidence.schema import fields, resources
from libya_analysis.evidence.tables import read_contents

_README = """# {title}

Tables in which every row says which paragraph of which source it rests on, who says so, and how firmly.
`{package}` says what the conflict is and states the schema; `libya-analysis check .` holds the tables to it, and to
the texts in `texts/`.
{camps}
## Tables

{tables}"""
_CAMPS = """
Its camps: {names}. Each has an `anchor` in `{package}`, the actor that stands for it: an `actor_id`, empty
until there is one. Until all are named, nobody is in a camp.
"""


def begin_folder(folder: str | os.PathLike[str], title: str, camps: Sequence[str] = ()) -> list[Path]:
    """Make a folder of empty tables: head rows, what the conflict is, the codebook.

    Parameters
    ----------
    folder : path
        Where; it is empty, or not there yet.
    title : str
        Title of the conflict.
    camps : sequence of str, optional
        Names of its camps: none, or two to six.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    ParameterError
        If something stands where the folder is to be, or title and camps cannot be.
    WriteError
        If the files could not be written. Either way none was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in begin_folder(Path(place, "delta"), "Who is behind whom in the delta")][-3:]
    ['datapackage.json', 'README.md', '.gitignore']
    >>> begin_folder("delta", "Who is behind whom in the delta", ["Upriver"])
    Traceback (most recent call last):
    libya_analysis.evidence.errors.ParameterError: camps: 1 is given; a conflict has none, or 2 to 6
    """
    path = Path(folder)
    if there := sorted(path.iterdir()) if path.is_dir() else [path] * os.path.lexists(path):
        found = f"has {there[0].name!r} in it" if path.is_dir() else "is no folder"
        raise ParameterError(f"{path} {found}: name a folder that is empty or not there yet")
    if len(camps) == 1 or len(camps) > len(SIDES):
        given = f"{len(camps)} {'is' if len(camps) == 1 else 'are'} given"
        raise ParameterError(f"camps: {given}; a conflict has none, or 2 to {len(SIDES)}")
    package = new_package(path.resolve().name, title, camps)
    contents: dict[str, Content] = {f"{name}.csv": f"{','.join(fields(name))}\n".encode() for name in resources()}
    contents[PACKAGE] = f"{json.dumps(package, ensure_ascii=False, indent=1)}\n".encode(errors="backslashreplace")
    if problems := read_contents(path, contents)[1]:
        raise ParameterError([problem.message for problem in problems])
    anchors = _CAMPS.format(names=", ".join(camps), package=PACKAGE) if camps else ""
    readme = _README.format(title=title, package=PACKAGE, camps=anchors, tables=codebook())
    contents["README.md"] = readme.encode()
    files = {path / name: content for name, content in contents.items() if isinstance(content, bytes)}
    files |= kept_from_git(path)
    new = not path.exists()
    try:
        write_files(files)
    except BaseException:
        if new:
            for place in (texts_folder(path), path):
                with suppress(OSError):
                    place.rmdir()
        raise
    return list(files)
