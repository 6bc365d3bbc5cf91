"""Pages beside the reports: the list of those in a folder, and what changed since the one before."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from libya_analysis.evidence.errors import visible
from libya_analysis.press.folder import CHANGES, FAILED, read_manifest
from libya_analysis.press.spec import ReportSpec


def with_neighbours(specs: Sequence[ReportSpec], out: Path) -> list[ReportSpec]:
    """Tell reports which stand before and after them, in the order of the front page, with those that are there.

    >>> one, two = (ReportSpec(name, name.upper(), Path("n.ipynb")) for name in "ab")
    >>> [spec.beside for spec in with_neighbours([two, one], Path("nowhere"))]
    [(('a.html', 'A'), ('', '')), (('', ''), ('b.html', 'B'))]
    """
    titles = {name: manifest["title"] for name in _names(out) if (manifest := read_manifest(out, name))}
    titles |= {spec.name: spec.title for spec in specs}
    ends = [("", ""), *((_link(f"{name}.html"), titles[name]) for name in sorted(titles)), ("", "")]
    beside = {name: (ends[k], ends[k + 2]) for k, name in enumerate(sorted(titles))} if len(titles) > 1 else {}
    return [replace(spec, beside=beside.get(spec.name, ())) for spec in specs]


def _names(out: Path) -> list[str]:
    names = {path.name.removesuffix(FAILED) for path in out.glob(f"*{FAILED}")}
    names |= {path.stem for path in out.glob("*.html") if path.stem != "index" and not path.name.endswith(CHANGES)}
    return sorted(names)


def render_index(out: Path) -> str:
    """Render the list of all reports in a folder; one whose last run failed is said to have failed."""
    return _template("list.html.j2").render(rows=filter(None, (_row(out, name) for name in _names(out))))


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
        "title": known["title"] if known else _head(page, _TITLE) or visible(page.stem),
        "finding": _head(page, _FINDING) if known else "",
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


_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_FINDING = re.compile(r'<meta name="description" content="(.*?)">')


def _head(page: Path, wanted: re.Pattern[str]) -> str:
    """What the head of a page says; another program's may have anything in it."""
    with suppress(OSError), page.open(encoding="utf-8", errors="replace") as file:
        if found := wanted.search(file.read(5000)):
            return html.unescape(found[1])
    return ""
