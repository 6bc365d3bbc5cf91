"""Files of a folder of reports: its lock, what a report was made from, and putting files into place whole."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.folders import data_folder
from libya_analysis.press.inputs import full_parameters
from libya_analysis.press.jobs import version_of
from libya_analysis.press.spec import ReportSpec

#: Hidden names in a folder of reports: its lock, unfinished files, and the tables that reports were made from.
LOCK, UNFINISHED, TABLES = ".lock", ".new-", ".tables"
#: In a folder of unfinished files: the list of what is to be put into place, or of what is to be put back.
FORWARD, BACK = "forward.json", "back.json"
EARLIER = "earlier"
MANIFEST = ".manifest.json"
#: Packages on whose versions a report depends.
PACKAGES = ("networkx", "nbconvert", "pandas", "plotly")


@contextmanager
def locked(out: Path, wait: float = 0) -> Iterator[None]:
    """Keep other runs out of a folder; the lock ends with the process, however that ends.

    Raises
    ------
    ParameterError
        If another run has the folder, and still has it after ``wait`` seconds.
    """
    try:
        import fcntl
    except ImportError:  # not there on Windows
        yield
        return
    until = time.monotonic() + wait
    with (out / LOCK).open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    hint = "--wait SECONDS waits for its end" if not wait else f"it still does after {wait:g} s"
                    raise ParameterError(f"{out}: another run writes to this folder; {hint}") from None
                time.sleep(0.1)
        for folder in (out, out / TABLES):
            recover(folder)
        yield


def state(path: Path) -> tuple[int, ...]:
    """What changes when a file does."""
    status = path.stat()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def write_files(out: Path, files: Mapping[str, bytes], without: Sequence[str] = ()) -> None:
    """Put finished files into place and take others away: all of it, or the files of before stay.

    Whoever kills the process between two of them leaves a folder that :func:`recover` brings to the one or the other.
    """
    with tempfile.TemporaryDirectory(dir=out, prefix=UNFINISHED) as place:
        folder = Path(place)
        (folder / "new").mkdir()
        (folder / "old").mkdir()
        before = [name for name in files if (out / name).is_file()]
        for name, content in files.items():
            (folder / "new" / name).write_bytes(content)
        for name in before:
            _copy(out / name, folder / "old" / name)
        plan = {"files": list(files), "before": before, "without": list(without)}
        (folder / "plan").write_text(json.dumps(plan), encoding="utf-8")
        (folder / "plan").replace(folder / FORWARD)  # from here on, all of it
        try:
            _go_forward(out, folder)
        except BaseException:
            (folder / FORWARD).replace(folder / BACK)
            _go_back(out, folder)
            raise


def recover(out: Path) -> None:
    """Finish, or undo, what a run that was killed had begun to put into place, and drop what it had not."""
    for folder in out.glob(f"{UNFINISHED}*"):
        with suppress(ValueError):  # a plan that the machine's own end cut off: the manifests tell what is whole
            if (folder / FORWARD).is_file():
                _go_forward(out, folder)
            elif (folder / BACK).is_file():
                _go_back(out, folder)
        shutil.rmtree(folder, ignore_errors=True)


def _go_forward(out: Path, folder: Path) -> None:
    plan = json.loads((folder / FORWARD).read_text(encoding="utf-8"))
    for name in plan["files"]:
        if (folder / "new" / name).exists():  # else it is in place already
            (folder / "new" / name).replace(out / name)
    for name in plan["without"]:
        (out / name).unlink(missing_ok=True)


def _go_back(out: Path, folder: Path) -> None:
    plan = json.loads((folder / BACK).read_text(encoding="utf-8"))
    for name in plan["files"]:
        if (folder / "old" / name).exists():
            (folder / "old" / name).replace(out / name)
        elif name not in plan["before"] and not (folder / "new" / name).exists():
            (out / name).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)


# -- what a report is made from ---------------------------------------------------------------------------------------


def digest(content: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal.

    Examples
    --------
    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


#: The same for tables, which are asked for with each report.
packed_digest = lru_cache(maxsize=4)(digest)


def ingredients(spec: ReportSpec, pack: Callable[[str], bytes]) -> dict[str, Any]:
    """All that a report depends on: parameters, hashes of what is read, versions of what computes.

    Parameters
    ----------
    spec : ReportSpec
        A report whose parameters have been checked.
    pack : callable
        Gives the packed tables of a folder.

    Returns
    -------
    dict
        As it stands in the manifest; ``key`` is a hash of the rest.
    """
    parameters = full_parameters(spec)
    content = {
        "name": spec.name,
        "title": spec.title,
        "assets": spec.assets,
        "notebook": spec.notebook.name,
        "parameters": parameters,
        "given": sorted(spec.parameters),
        "hashes": {
            "notebook": digest(spec.notebook.read_bytes()),
            "data": packed_digest(pack(parameters.get("data", ""))),
            "package": _package(),
        },
        "versions": {"python": platform.python_version(), **{name: version_of(name) for name in PACKAGES}},
    }
    return {**content, "key": digest(json.dumps(content, sort_keys=True).encode())}


def pack_tables(folder: str) -> bytes:
    """All tables of a folder in one file, as they stand: what a later run is compared with."""
    place = data_folder(folder)
    paths = sorted([*place.glob("*.csv"), *place.glob("datapackage.json")])
    return _packed(tuple((path, state(path)) for path in paths))


@lru_cache(maxsize=4)
def _packed(paths: tuple[tuple[Path, tuple[int, ...]], ...]) -> bytes:
    """Read tables again only if they are no longer as they were: a batch looks at them for each report."""
    texts = {path.name: path.read_text(encoding="utf-8") for path, _ in paths}
    return (json.dumps(texts, ensure_ascii=False, indent=0) + "\n").encode()


def unpack_tables(packed: bytes, folder: Path) -> Path:
    """Write tables out of one file into a folder."""
    for name, text in json.loads(packed).items():
        (folder / Path(name).name).write_text(text, encoding="utf-8", newline="")
    return folder


def tables_of(path: Path, spare: Path) -> Path:
    """Find the tables that a folder holds, or that a report was made from; these are unpacked into ``spare``.

    Raises
    ------
    ParameterError
        If there are none.
    """
    if path.is_dir():
        return path
    try:
        data = json.loads(path.read_text(encoding="utf-8"))["hashes"]["data"]
        out = next(folder for folder in path.parents if (folder / TABLES / f"{data}.json").is_file())
        folder = Path(tempfile.mkdtemp(dir=spare))
        return unpack_tables((out / TABLES / f"{data}.json").read_bytes(), folder)
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        raise ParameterError(f"{path} is neither a folder of tables nor the manifest of a report") from None


@lru_cache(maxsize=1)
def _package() -> str:
    """Hash of the package's source, without the tables and notebooks that are shipped in it."""
    top = Path(__file__).parents[1]
    found = hashlib.sha256()
    for path in sorted(top.rglob("*")):
        inside = path.relative_to(top).parts
        if path.is_file() and "__pycache__" not in inside and "_shipped" not in inside:
            found.update("/".join(inside).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def read_manifest(out: Path, name: str, ending: str = MANIFEST) -> dict[str, Any] | None:
    """Read the manifest of a report, if there is one."""
    try:
        content = json.loads((out / f"{name}{ending}").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and content.get("name") == name else None


def is_whole(out: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the files that a manifest names are there, and as they were written."""
    try:
        return all(digest((out / name).read_bytes()) == hashed for name, hashed in manifest["files"].items())
    except (OSError, LookupError, AttributeError, TypeError):
        return False


def untold(out: Path, name: str) -> Path:
    """Name the file of what changed in a report and has not yet been given to its ``on_change``."""
    return out / f".{name}.untold.json"


def read_untold(path: Path) -> list[str]:
    """Read the texts in such a file; none if there is no such file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [text for text in content if isinstance(text, str)] if isinstance(content, list) else []


# -- earlier versions -------------------------------------------------------------------------------------------------


def keep_earlier(out: Path, name: str, manifest: Mapping[str, Any], keep: int) -> None:
    """Copy a report that is about to be replaced to a folder with its date, and drop all but the newest copies."""
    stamp = "".join(c for c in str(manifest.get("started", "")) if c.isalnum())
    if keep and stamp and is_whole(out, manifest):
        folder = out / EARLIER / stamp
        folder.mkdir(parents=True, exist_ok=True)
        for file in [*manifest["files"], f"{name}{MANIFEST}", f"{name}.changes.html"]:
            if (out / file).is_file() and not (folder / file).exists():
                _copy(out / file, folder / file)
    copies = sorted((out / EARLIER).glob(f"*/{name}{MANIFEST}")) if keep else []
    for old in copies[: max(len(copies) - keep, 0)]:
        for file in [*(read_manifest(old.parent, name) or {}).get("files", {}), old.name, f"{name}.changes.html"]:
            if not file.startswith("plotly-"):
                (old.parent / file).unlink(missing_ok=True)
        if not list(old.parent.glob(f"*{MANIFEST}")):
            shutil.rmtree(old.parent)


def drop_tables(out: Path) -> None:
    """Drop packed tables that no report of the folder was made from."""
    used = set()
    for path in [*out.glob(f"*{MANIFEST}"), *out.glob(f"{EARLIER}/*/*{MANIFEST}")]:
        with suppress(OSError, ValueError, LookupError, TypeError):
            used.add(json.loads(path.read_text(encoding="utf-8"))["hashes"]["data"])
    for packed in (out / TABLES).glob("*.json"):
        if packed.stem not in used:
            packed.unlink()
