"""Files of a folder of reports: its lock, what a report was made from, and putting files into place whole.

Anybody may have put anything into the folder. What is read is a plain file of the form that is written here, or it is
as if it were not there; what is written or removed bears a name that is made here; what is in the way is set aside.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import stat
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import ParameterError, ReportError
from libya_analysis.evidence.folders import data_folder, fetch, state, table_files
from libya_analysis.press.job import version_of
from libya_analysis.press.parameters import full_parameters
from libya_analysis.press.spec import ReportSpec

#: Hidden names in a folder of reports: its lock, what is not yet whole, and the tables that reports were made from.
LOCK, UNFINISHED, TABLES = ".lock", ".new-", ".tables"
EARLIER = "earlier"
#: What follows the name of a report.
MANIFEST, FAILED, CHANGES = ".manifest.json", ".failed.manifest.json", ".changes.html"
#: What a manifest may hold: a time, the hash of tables, a file that reports share.
_STARTED, _HASH, _SHARED = map(re.compile, (r"[0-9TZ:.-]{8,40}", r"[0-9a-f]{64}", r"plotly-[\w.+-]+\.css"))
#: Packages on whose versions a report depends.
PACKAGES = ("mistune", "networkx", "pandas", "plotly")


@contextmanager
def locked(out: Path, wait: float = 0) -> Iterator[None]:
    """Keep other runs out of a folder, and drop what runs that were killed have left in it.

    The lock ends with the process, however that ends. One that another run still has after ``wait`` seconds is a
    ParameterError.
    """
    try:
        import fcntl
    except ImportError:  # not there on Windows
        yield
        return
    until = time.monotonic() + wait
    if os.path.lexists(out / LOCK) and not is_plain(out / LOCK):
        set_aside(out / LOCK)
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


def is_plain(path: Path) -> bool:
    """Whether a file is there, and is neither a link nor one that is never read to its end."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there, and no link to one."""
    return path.is_dir() and not path.is_symlink()


def set_aside(path: Path) -> None:
    """Rename what cannot be understood, or stands in the way, and say so."""
    names = (path.with_name(f"{path.name}.set-aside{number or ''}") for number in count())
    aside = next(name for name in names if not os.path.lexists(name))
    path.rename(aside)
    warnings.warn(f"{path} is not what belongs there: it is now {aside.name}", RuntimeWarning, stacklevel=3)


def own_folder(out: Path, name: str) -> Path:
    """Find or make a folder inside a folder of reports, which leads nowhere else."""
    folder = out / name
    if os.path.lexists(folder) and not is_folder(folder):
        set_aside(folder)
    folder.mkdir(exist_ok=True)
    return folder


def remove(path: Path) -> None:
    """Remove a file if it is there."""
    if is_folder(path):
        set_aside(path)
    path.unlink(missing_ok=True)


def publish(out: Path, place: Path, files: Mapping[str, bytes], ready: Mapping[str, Path] | None = None) -> None:
    """Put the files of a report into place, each whole, the last of ``files`` at last.

    All are written before the first is put into place. Whoever kills the process between two of them leaves a manifest
    that does not fit its files, and the next run makes that report anew.
    """
    written = {name: place / f"{UNFINISHED}{number}" for number, name in enumerate(files)}
    for name, path in written.items():
        path.write_bytes(files[name])
    for name, path in {**(ready or {}), **written}.items():
        if is_folder(out / name):
            set_aside(out / name)
        path.replace(out / name)


# -- what a report is made from ---------------------------------------------------------------------------------------


def digest(content: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal.

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
            "notebook": _digest(spec.notebook, state(spec.notebook)),
            "data": packed_digest(pack(parameters.get("data", ""))),
            "package": _package(),
        },
        "versions": {"python": platform.python_version(), **{name: version_of(name) for name in PACKAGES}},
    }
    return {**content, "key": digest(json.dumps(content, sort_keys=True).encode())}


def pack_tables(folder: str) -> bytes:
    """All tables of a folder in one file, as they stand: what a later run is compared with."""
    paths = (path for path in table_files(data_folder(folder)) if path.is_file())
    return _packed(tuple((path, state(path)) for path in paths))


@lru_cache(maxsize=4)
def _packed(paths: tuple[tuple[Path, tuple[int, ...]], ...]) -> bytes:
    """Read tables again only if they are no longer as they were: a batch looks at them for each report.

    One that cannot be read is no reason to stop here: a report that reads it fails by its name, and no other.
    """
    contents = {path.name: content for path, _ in paths if isinstance(content := fetch(path), bytes)}
    texts = {name: content.decode("utf-8", "surrogateescape") for name, content in contents.items()}
    return (json.dumps(texts, ensure_ascii=False, indent=0) + "\n").encode("utf-8", "surrogateescape")


def kept_tables(out: Path, hash: str) -> Path | None:
    """Find tables that a report of a folder was made from, if they are there and are those."""
    path = out / TABLES / f"{hash}.json"
    return path if is_folder(out / TABLES) and is_as_written(path, hash) else None


def unpack_tables(packed: bytes, scratch: str | Path) -> Path:
    """Write tables out of one file into a new folder inside ``scratch``; a ReportError if there are none in it."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    try:
        for name, text in _unpacked(packed).items():
            if Path(name).name != name or not (name.endswith(".csv") or name == "datapackage.json"):
                raise ValueError(f"{name!r} is no table")
            (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ReportError(f"what was kept of them is not as it was written: {error}") from None
    return folder


def differing(packed: bytes, other: bytes) -> list[str]:
    """Name the tables that differ between two packs of them."""
    one, two = _unpacked(packed), _unpacked(other)
    return sorted(name for name in {*one, *two} if one.get(name) != two.get(name))


def _unpacked(packed: bytes) -> dict[str, str]:
    texts: dict[str, str] = json.loads(packed.decode("utf-8", "surrogateescape"))
    return texts


def tables_of(path: Path, spare: Path) -> Path:
    """Find the tables that a folder holds, or that a report was made from; these are unpacked into ``spare``."""
    if path.is_dir():
        return path
    data = _tables_named(path)
    kept = next(filter(None, (kept_tables(out, data) for out in path.parents)), None)
    if not kept:
        raise ParameterError(f"{path} is neither a folder of tables nor the manifest of a report")
    return unpack_tables(kept.read_bytes(), spare)


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


def _read(path: Path) -> Any:
    """Read a file of JSON; None if it is none."""
    with suppress(OSError, ValueError, RecursionError):
        if is_plain(path):
            return json.loads(path.read_text(encoding="utf-8"))
    return None


def read_manifest(out: Path, name: str, ending: str = MANIFEST) -> dict[str, Any] | None:
    """Read the manifest of a report, if there is one and all in it that is ever used is of its form."""
    content = _read(out / f"{name}{ending}")
    return content if isinstance(content, dict) and _is_manifest(content, name) else None


def _is_manifest(content: Any, name: str) -> bool:
    def texts(value: Any) -> bool:
        return isinstance(value, list) and all(isinstance(text, str) for text in value)

    parameters, hashes, files = content.get("parameters"), content.get("hashes"), content.get("files", {})
    return (
        content.get("name") == name
        and all(isinstance(part, dict) for part in (parameters, hashes, files))
        and texts([content.get(part) for part in ("key", "title", "started")])
        and _STARTED.fullmatch(content["started"]) is not None
        and texts([content.get("error", ""), hashes.get("data"), *files.values()])
        and texts(content.get("given"))
        and all(isinstance(value, str | int | float) or texts(value) for value in parameters.values())
        and all(file in (f"{name}.html", f"{name}.ipynb") or _SHARED.fullmatch(file) for file in files)
    )


def is_whole(out: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the files that a manifest names are there, and as they were written."""
    files = manifest.get("files", {})
    return bool(files) and all(is_as_written(out / name, hash) for name, hash in files.items())


def is_as_written(path: Path, hash: str) -> bool:
    """Whether a file is there with the content of a hash."""
    try:
        return is_plain(path) and _digest(path, state(path)) == hash
    except OSError:
        return False


def untold(out: Path, name: str) -> Path:
    """Name the file of what changed in a report and has not yet been given to its ``on_change``."""
    return out / f".{name}.untold.json"


def read_untold(path: Path) -> list[str]:
    """Read the texts in such a file; none if there is no such file."""
    content = _read(path)
    return content if isinstance(content, list) and all(isinstance(text, str) for text in content) else []


def set_odd_aside(out: Path, name: str) -> None:
    """Set aside what stands where a report keeps what it has to know of itself, and is not that."""
    known = {f"{name}{ending}": bool(read_manifest(out, name, ending)) for ending in (MANIFEST, FAILED)}
    known[untold(out, name).name] = bool(read_untold(untold(out, name)))
    for file, understood in known.items():
        if not understood and os.path.lexists(out / file):
            set_aside(out / file)


# -- earlier versions -------------------------------------------------------------------------------------------------


def keep_earlier(out: Path, name: str, manifest: Mapping[str, Any], keep: int) -> None:
    """Copy a report that is about to be replaced to a folder with its date, and drop all but the newest copies."""
    if not keep or not is_whole(out, manifest):
        return
    earlier = own_folder(out, EARLIER)
    folder = own_folder(earlier, "".join(c for c in manifest["started"] if c.isalnum()))
    own = f"{name}{CHANGES}", f"{name}{MANIFEST}"
    for file in (*manifest["files"], *own):
        if is_plain(out / file) and not os.path.lexists(folder / file):
            try:
                os.link(out / file, folder / file)
            except OSError:  # another file system, or one without links
                shutil.copy2(out / file, folder / file)
    copies = sorted(old for old in filter(is_folder, earlier.iterdir()) if is_plain(old / own[1]))
    for old in copies[: max(len(copies) - keep, 0)]:
        for file in (f"{name}.html", f"{name}.ipynb", *own):
            remove(old / file)
        if not list(old.glob(f"*{MANIFEST}")):
            for shared in old.glob("plotly-*.css"):
                remove(shared)
            with suppress(OSError):  # somebody else has put something there
                old.rmdir()


def drop_tables(out: Path) -> None:
    """Drop packed tables that no report of the folder was made from."""
    used = {_tables_named(path) for path in [*out.glob(f"*{MANIFEST}"), *out.glob(f"{EARLIER}/*/*{MANIFEST}")]}
    for packed in (out / TABLES).glob("*.json") if is_folder(out / TABLES) else ():
        if _HASH.fullmatch(packed.stem) and packed.stem not in used:
            remove(packed)


def _tables_named(manifest: Path) -> str:
    """Say which tables a report was made from, by their hash."""
    content = _read(manifest)
    hashes = content.get("hashes") if isinstance(content, dict) else None
    data = hashes.get("data") if isinstance(hashes, dict) else None
    return data if isinstance(data, str) and _HASH.fullmatch(data) else ""
