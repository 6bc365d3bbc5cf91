"""Pages beside the reports: the list of those in a folder, and what changed since the one before."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from libya_analysis.evidence.errors import visible
from libya_analysis.press.folder import CHANGES, FAILED, read_manifest


def render_index(out: Path) -> str:
    """Render the list of all reports in a folder; one whose last run failed is said to have failed."""
    names = {path.name.removesuffix(FAILED) for path in out.glob(f"*{FAILED}")}
    names |= {path.stem for path in out.glob("*.html") if path.stem != "index" and not path.name.endswith(CHANGES)}
    return _template("list.html.j2").render(rows=filter(None, (_row(out, name) for name in sorted(names))))


def render_changes(title: str, since: str, moved: Mapping[str, tuple[Any, Any]], body: str) -> str:
    """Render what changed: parameters with their values before and now, and the markup of what the tables say."""
    lines = [f"{name}: {old!r} is now {new!r}" for name, (old, new) in moved.items()]
    since = since[:16].replace("T", " ")
    return _template("changes.html.j2").render(title=title, since=since, moved=lines, body=body)


@lru_cache(maxsize=2)
def _template(name: str) -> jinja2.Template:
    folder = Path(__file__).parent / "templates"
    loader = jinja2.FileSystemLoader(folder)
    return jinja2.Environment(loader=loader, autoescape=True, keep_trailing_newline=True).get_template(name)


def _row(out: Path, name: str) -> dict[str, Any] | None:
    made, failed = read_manifest(out, name), read_manifest(out, name, FAILED)
    known = made or failed
    page = out / f"{name}.html"
    if not page.is_file() and not failed:
        return None
    endings = {".ipynb": "notebook", CHANGES: "what changed", ".failed.ipynb": "failed notebook"}
    files = [(f"{name}{end}", said) for end, said in endings.items() if known and (out / f"{name}{end}").is_file()]
    return {
        "page": _link(page.name) if page.is_file() else "",
        "title": known["title"] if known else _title(page),
        "parameters": _parameters(known),
        "files": [(_link(file), said) for file, said in files],
        "error": failed.get("error", "") if failed else "",
    }


def _link(name: str) -> str:
    """Link to a file of the same folder, whatever signs are in its name."""
    return quote(os.fsencode(name), safe="")


def _parameters(manifest: Mapping[str, Any] | None) -> str:
    if manifest is None:
        return "not made by libya_analysis"
    return ", ".join(f"{name} = {manifest['parameters'].get(name)}" for name in manifest["given"]) or "default"


def _title(page: Path) -> str:
    with suppress(OSError), page.open(encoding="utf-8", errors="replace") as file:
        if found := re.search(r"<title>(.*?)</title>", file.read(5000)):
            return html.unescape(found[1])  # another program's page may not have escaped it
    return visible(page.stem)
