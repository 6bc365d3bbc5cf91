"""Pages beside the reports: the list of those in a folder, and what changed since the one before."""

from __future__ import annotations

import base64
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
    """Render the list of all reports in a folder; one whose last run failed is said to have failed.

    What a later report has for its finding as well is not said twice: of the one before, its figure is told. What all
    are about stands in the heading.
    """
    rows, told = [], set()
    for row in filter(None, (_row(out, name) for name in reversed(_names(out)))):
        row["finding"] = row["figure"] if row["finding"] in told and row["figure"] else row["finding"]
        told.add(row["finding"])
        rows.append(row)
    told_of = {row["about"] for row in rows}
    about = told_of.pop() if len(told_of) == 1 else ""
    return _template("list.html.j2").render(rows=rows[::-1], about=about)


def render_changes(title: str, since: str, moved: Mapping[str, tuple[Any, Any]], body: str) -> str:
    """Render what changed: parameters with their values before and now, and the markup of what the tables say."""
    lines = [f"{name}: {_say(old)} is now {_say(new)}" for name, (old, new) in moved.items()]
    since = since[:16].replace("T", " ")
    return _template("changes.html.j2").render(title=title, since=since, moved=lines, body=body)


def _say(value: Any) -> str:
    """The value of a parameter, in words where it has none."""
    several = isinstance(value, list | tuple)
    return ", ".join(map(str, value)) if several and value else "empty" if value in (None, "", [], ()) else str(value)


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
    head = _head(page)
    said = head if known else {}
    endings = {".ipynb": "notebook", CHANGES: "what changed", ".failed.ipynb": "failed notebook"}
    files = {f"{name}{end}": what for end, what in endings.items() if known and (out / f"{name}{end}").is_file()}
    return {
        "page": _link(page.name) if page.is_file() else "",
        "title": known["title"] if known else head.get("title") or visible(page.stem),
        "about": said.get("about", ""),
        "finding": _stopped(said.get("description", "")),
        "figure": _stopped(said.get("figure", "")),
        "picture": _picture(said.get("thumbnail", "")),
        "parameters": _parameters(known),
        "files": [(_link(file), what) for file, what in files.items()],
        "error": failed.get("error", "") if failed else "",
    }


def _stopped(words: str) -> str:
    """A sentence with its full stop, which the title of a figure has not."""
    return words and words.rstrip(".") + "."


def _link(name: str) -> str:
    """Link to a file of the same folder, whatever signs are in its name."""
    return quote(os.fsencode(name), safe="")


def _parameters(manifest: Mapping[str, Any] | None) -> str:
    if manifest is None:
        return "not made by libya_analysis"
    return ", ".join(f"{name} = {_say(manifest['parameters'].get(name))}" for name in manifest["given"]) or "default"


_HEAD = 60_000  # letters in which a page of ours says what it is
_SAID = re.compile(r'<(title)>(?s:(.*?))</title>|<meta name="(\w+)" content="(.*?)">')


def _picture(svg: str) -> str:
    """A picture as the address of an image: in one, nothing runs and nothing is loaded."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}" if svg else ""


def _head(page: Path) -> dict[str, str]:
    """What the head of a page says of it, by name; another program's may have anything in it."""
    with suppress(OSError), page.open(encoding="utf-8", errors="replace") as file:
        told = reversed(_SAID.findall(file.read(_HEAD)))  # the first of a name is meant
        return {title or name: html.unescape(words or content) for title, words, name, content in told}
    return {}
