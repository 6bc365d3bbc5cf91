"""Files of a folder of reports: its lock, what a report was made from, and putting files into place whole."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import ParameterError, ReportError
from libya_analysis.evidence.folders import data_folder, state
from libya_analysis.press.job import version_of
from libya_analysis.press.parameters import full_parameters
from libya_analysis.press.spec import ReportSpec

#: Hidden names in a folder of reports: its lock, what is not yet whole, and the tables that reports were made from.
LOCK, UNFINISHED, TABLES = ".lock", ".new-", ".tables"
EARLIER = "earlier"
#: What follows the name of a report.
MANIFEST, FAILED, CHANGES = ".manifest.json", ".failed.manifest.json", ".changes.html"
#: Packages on whose versions a report depends.
PACKAGES = ("mistune", "networkx", "pandas", "plotly")


@contextmanager
def locked(out: Path, wait: float = 0) -> Iterator[None]:
    """Keep other runs out of a folder, and drop what runs that were killed have left in it.

    The lock ends with the process, however that ends.

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
    with os.fdopen(os.open(out / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666), "r+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    hint = "--wait SECONDS waits for its end" if not wait else f"it still does after {wait:g} s"
                    raise ParameterError(f"{out}: another run writes to this folder; {hint}") from None
                time.sleep(0.1)
        for left in out.glob(f"{UNFINISHED}*"):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
        yield


def own_folder(out: Path, name: str) -> Path:
    """Find or make a folder inside a folder of reports, which must not lead elsewhere.

    Raises
    ------
    ReportError
        If what stands there is no folder, or a link.
    """
    folder = out / name
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ReportError(f"{folder} is not a folder of this package")
    folder.mkdir(exist_ok=True)
    return folder


def publish(out: Path, place: Path, files: Mapping[str, bytes], ready: Mapping[str, Path] | None = None) -> None:
    """Put the files of a report into place, each whole, the last of ``files`` at last.

    All are written before the first is put into place. Whoever kills the process between two of them leaves a manifest
    that does not fit its files, and the next run makes that report anew.
    """
    written = {name: place / f"{UNFINISHED}{number}" for number, name in enumerate(files)}
    for name, path in written.items():
        path.write_bytes(files[name])
    for name, path in {**(ready or {}), **written}.items():
        path.replace(out / name)


# -- what a report is made from ---------------------------------------------------------------------------------------


def digest(content: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal.

    Examples
    --------
    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1000)
def _digest(path: Path, _: tuple[int, ...]) -> str:
    """Read a file again only if it is no longer as it was: reports share one of more than a megabyte."""
    return digest(path.read_bytes())


#: The same for tables, which are asked for with each report.
packed_digest = lru_cache(maxsize=4)(digest)


def ingredients(spec: ReportSpec, pack: Callable[[str], bytes]) -> dict[str, Any]:
    """All that a report depends on: parameters, hashes of what is read, versions of what computes."""
    parameters = full_parameters(spec)
    content = {
        "name": spec.name,
        "title": spec.title,
        "assets": spec.assets,
        "beside": [list(one) for one in spec.beside],
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
    files = _files(manifest)
    try:
        return bool(files) and all(_digest(out / name, state(out / name)) == hash for name, hash in files.items())
    except OSError:
        return False


def _files(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Give the files that a manifest names; none if one of them would be in another folder."""
    files = manifest.get("files")
    if not isinstance(files, dict) or any(Path(name).name != name for name in files):
        return {}
    return files


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
    if not keep or not stamp or not is_whole(out, manifest):
        return
    earlier = own_folder(out, EARLIER)
    folder = own_folder(earlier, stamp)
    for file in [*manifest["files"], f"{name}{CHANGES}", f"{name}{MANIFEST}"]:
        if (out / file).is_file() and not (folder / file).exists() and not (folder / file).is_symlink():
            try:
                os.link(out / file, folder / file)
            except OSError:  # another file system, or one without links
                shutil.copy2(out / file, folder / file)
    copies = sorted(earlier.glob(f"*/{name}{MANIFEST}"))
    for old in copies[: max(len(copies) - keep, 0)]:
        if old.parent.is_symlink():
            continue
        for file in [*_files(read_manifest(old.parent, name) or {}), old.name, f"{name}{CHANGES}"]:
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
    for packed in (out / TABLES).glob("*.json") if not (out / TABLES).is_symlink() else ():
        if packed.stem not in used:
            packed.unlink()
