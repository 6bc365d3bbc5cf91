"""Pages beside the reports: the list of those in a folder, and what changed since the one before."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from libya_analysis.press.folder import CHANGES, FAILED, read_manifest


def render_index(out: Path) -> str:
    """Render the list of all reports in a folder; one whose last run failed is said to have failed."""
    names = {path.name.removesuffix(FAILED) for path in out.glob(f"*{FAILED}")}
    names |= {path.stem for path in out.glob("*.html") if path.stem != "index" and not path.name.endswith(CHANGES)}
    return _template("list.html.j2").render(rows=[_row(out, name) for name in sorted(names)])


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


def _row(out: Path, name: str) -> dict[str, Any]:
    made, failed = read_manifest(out, name), read_manifest(out, name, FAILED)
    known = made or failed
    page = out / f"{name}.html"
    endings = {".ipynb": "notebook", CHANGES: "what changed", ".failed.ipynb": "failed notebook"}
    return {
        "page": page.name if page.exists() else "",
        "title": known["title"] if known else _title(page),
        "parameters": _parameters(known),
        "files": [(name + end, said) for end, said in endings.items() if known and (out / f"{name}{end}").exists()],
        "error": failed["error"] if failed else "",
    }


def _parameters(manifest: Mapping[str, Any] | None) -> str:
    if manifest is None:
        return "not made by libya_analysis"
    return ", ".join(f"{name} = {manifest['parameters'].get(name)}" for name in manifest["given"]) or "default"


def _title(page: Path) -> str:
    found = re.search(r"<title>(.*?)</title>", page.read_text(encoding="utf-8", errors="replace")[:5000])
    return html.unescape(found[1]) if found else page.stem  # another program's page may not have escaped it
