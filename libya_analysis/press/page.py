"""From an executed notebook to one HTML file that needs no network and lets nothing in it run but its own script.

A page opens with its finding: the sentences that a notebook shows before anything else stand under its title, with what
the notebook is and its contents beside them. Figures are numbered, long tables folded, and no link leads nowhere.

Charts travel as inert JSON and are drawn by one constant script from one copy of plotly.js, which is stored compressed
and unpacked in the page. The content policy names the hashes of exactly these two scripts and forbids every connection.

Reports of a batch share one copy, as a property in a style sheet beside them: of all files beside a page that is opened
from a disk, browsers let it read only style sheets, and a script file could not be held to its hash there.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import mistune
import nh3

from libya_analysis.evidence.errors import ReportError
from libya_analysis.press import plotlyjs, thumbnail

FIGURE = "application/vnd.plotly.v1+json"
#: The same figure, drawn for other screens.
SCREENS = "application/vnd.libya-analysis.screens"

_TAGS = set(
    "table thead tbody tfoot tr th td caption colgroup col div span p br hr b strong i em u s code pre "
    "ul ol li h1 h2 h3 h4 h5 h6 a sup sub blockquote small abbr details summary".split()
)
_ATTRIBUTES = {
    "*": {"class", "title", "lang", "dir", "id"},
    "a": {"href"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "span": {"role", "aria-label"},
}

#: Rows of a table that are shown at once.
FEW_ROWS = 10

#: The only script beside plotly.js: draws every figure, opens citations, searches tables.
_BOOT = (Path(__file__).parent / "templates" / "figures.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Block:
    """A part of a page: ``text``, ``prose`` composed by a cell, or the wide ones, ``table`` and ``figure``."""

    kind: str
    markup: str
    finding: str = ""  # what a figure says, by its title
    picture: str = ""  # a small one of a figure or table
    spec: str = ""  # its inert specification

    @property
    def wide(self) -> bool:
        return self.kind in ("table", "figure")


def render_html(
    notebook: Any,
    title: str,
    footer: str = "",
    assets: str = "embedded",
    heading: str = "",
    packed: str = "",
    beside: Sequence[tuple[str, str]] = (),
    conflict: str = "",
) -> str:
    """Render an executed notebook as a self-contained page.

    ``conflict`` is the title of the tables, which stands with that of the page. ``beside`` names the reports before and
    after it, each by file and title, or by two empty texts. If an output has no form that a report can show, or a
    figure got lost, it is a ReportError.
    """
    blocks: list[_Block] = []
    figures = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            blocks.append(_Block("text", render_text(cell["source"])))
        elif cell["cell_type"] == "code":
            for output in cell["outputs"]:
                figures += FIGURE in output.get("data", {})
                block = _show(output, figures)
                if not (block.markup == _NOTHING and blocks and _says_nothing(blocks[-1])):  # once is enough
                    blocks.append(block)
    heading = " · ".join(filter(None, (conflict, heading)))
    resources: dict[str, Any] = {"title": title, "conflict": conflict, "heading": heading, "footer": footer}
    resources |= {"boot": _BOOT, "beside": beside}
    resources["policy"] = _policy(figures > 0, figures > 0 and assets == "shared")
    resources["packed"] = (packed or plotlyjs.packed()) if figures and assets == "embedded" else ""
    resources["shared"] = plotlyjs.shared_name() if figures and assets == "shared" else ""
    page = _template().render(resources, figures=figures, **_laid_out(blocks))
    drawn = page.count('<div class="figure"')
    if drawn != figures:
        raise ReportError(f"{title}: {figures} figures in the notebook, but {drawn} in the page")
    return page


def _laid_out(blocks: list[_Block]) -> dict[str, Any]:
    """What stands in which part of a page: the opening, up to the first figure or table, and the rest."""
    first = next((k for k, block in enumerate(blocks) if block.wide), len(blocks))
    opening, rest = blocks[:first], blocks[first:]
    told = next((k for k, block in enumerate(opening) if block.kind == "prose" or "<h2" in block.markup), first)
    lead = opening.pop(told).markup if told < first and opening[told].kind == "prose" else ""
    top, about = "", ""
    if opening and opening[0].kind == "text":
        top, end, about = opening.pop(0).markup.rpartition("</h1>\n")
        top += end
        about, h2, below = about.partition("<h2")
        opening.insert(0, _Block("text", h2 + below))
    figure = next((block.finding for block in rest if block.finding), "")
    known = set(_IDS.findall("".join(block.markup for block in blocks)))
    parts = {"top": top, "lead": lead, "about": about, "opening": [block.markup for block in opening]}
    parts = {name: _linked(part, known) for name, part in parts.items()} | {"figure": figure}
    return parts | {
        "finding": _words(lead.partition("</p>")[0]) or figure or _sentence(_words(about.partition("</p>")[0])),
        "picture": next((block.picture for block in blocks if block.kind == "figure"), "")
        or next((block.picture for block in blocks if block.picture), ""),
        "contents": [(name, _words(text)) for block in blocks for name, text in _HEADINGS.findall(block.markup)],
        "rest": [(block.kind, _linked(block.markup, known), block.spec) for block in rest],
    }


_IDS = re.compile(r' id="([^"]*)"')
_HEADINGS = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>')
_DEAD = re.compile(r'<a href="#([^"]*)"')
_CITED = re.compile(r"(?<=[> ])([a-z0-9][a-z0-9-]*)(?= [PR]\d)")


def _linked(markup: Any, known: set[str]) -> Any:
    """Markup in which tables cite by links as well, and no link leads to what is not on the page."""
    if isinstance(markup, list):
        return [_linked(part, known) for part in markup]
    markup = _CITED.sub(
        lambda cited: f'<a href="#{cited[0]}">{cited[0]}</a>' if cited[0] in known else cited[0], markup
    )
    return _DEAD.sub(lambda link: link[0] if link[1] in known else "<a", markup)


def _words(markup: str) -> str:
    """The text of markup, without citations."""
    text = re.sub(r"<small>.*?</small>|<[^>]*>", "", markup.replace("<br>", " "), flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def _sentence(text: str) -> str:
    """The first sentence of a text, with its full stop.

    >>> _sentence("Who is who. And more.")
    'Who is who.'
    """
    first, stop, _ = text.partition(". ")
    return first + stop.strip()


def prime() -> None:
    """Make what is the same for all reports, and use it once."""
    figure = {"output_type": "display_data", "data": {FIGURE: {"data": [], "layout": {}}}, "metadata": {}}
    cells = [{"cell_type": "markdown", "source": "# A *title*"}, {"cell_type": "code", "outputs": [figure]}]
    render_html({"cells": cells}, "", assets="shared")


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    environment = jinja2.Environment(loader=loader, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"zip": zip, "css": _css_text}
    return environment.get_template("report.html.j2")


def _css_text(text: str) -> str:
    """Text as it stands between quotation marks in a style."""
    return re.sub(r"[^\w ,.:;()?!-]", lambda sign: f"\\{ord(sign[0]):x} ", text)


@lru_cache(maxsize=4)
def _policy(figures: bool, shared: bool) -> str:
    scripts = f"{plotlyjs.policy_hash(_BOOT)} {plotlyjs.script_hash()}" if figures else plotlyjs.policy_hash(_BOOT)
    styles = "'self' 'unsafe-inline'" if shared else "'unsafe-inline'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data: blob:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _show(output: Any, number: int) -> _Block:
    """One output as safe HTML."""
    if output["output_type"] == "stream":
        return _Block("text", f"<pre>{html.escape(output['text'])}</pre>")
    data = output.get("data", {})
    if FIGURE in data:
        return _figure(data[FIGURE], data.get(SCREENS, ""), f"figure-{number}", number)
    if "text/html" in data:
        markup = _clean(data["text/html"])
        return _table(markup) if "<table" in markup else _Block("prose", markup)
    if "text/markdown" in data:
        return _Block("text", render_text(data["text/markdown"]))
    if set(data) == {"text/plain"}:
        return _Block("text", f"<pre>{html.escape(data['text/plain'])}</pre>")
    raise ReportError(
        f"an output has none of the forms that a report shows: {', '.join(sorted(data)) or output['output_type']}"
    )


#: What stands where a table would, if it has no rows.
_NOTHING = "<p>None in this selection.</p>"


def _says_nothing(block: _Block) -> bool:
    """Whether prose says of what follows that there is none."""
    return block.kind == "prose" and _words(block.markup).endswith("in this selection.")


def _table(markup: str) -> _Block:
    """A table that scrolls by itself; of a long one the first rows, and the others when they are asked for."""
    if markup.count("<table") == 1 and "<td" not in markup and not re.search(r"<tbody>.*<th", markup, re.DOTALL):
        return _Block("text", _NOTHING)
    more = markup.count("<tr") - 1 - FEW_ROWS
    fold = f'<details class="fold"><summary>{more} more rows</summary></details>' if more > 2 else ""
    table, end, below = markup.replace("<th></th>", "<td></td>").rpartition("</table>")  # an empty header is none
    shown = f'<div class="table"><div class="scroll">{table}{end}</div>{fold}{below}</div>'
    return _Block("table", shown, picture=thumbnail.of_table(table))


@lru_cache(maxsize=256)
def render_text(source: str) -> str:
    r"""Render Markdown as safe HTML; the reports of a batch share most of theirs.

    >>> render_text("## Who *backs* whom")
    '<h2 id="Who-backs-whom">Who <em>backs</em> whom</h2>\n'
    """
    return _clean(str(_markdown()(source)))


class _Headings(mistune.HTMLRenderer):
    """Headings that links can lead to, by names as Jupyter gives them."""

    def heading(self, text: str, level: int, **_: Any) -> str:
        name = html.escape(html.unescape(re.sub(r"<[^>]*>", "", text)).replace(" ", "-"))
        return f'<h{level} id="{name}">{text}</h{level}>\n'


@lru_cache(maxsize=1)
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(
        renderer=_Headings(escape=False), plugins=["strikethrough", "table", "url", "task_lists", "def_list"]
    )


def _figure(spec: Any, screens: str, name: str, number: int) -> _Block:
    layout = spec.get("layout", {})
    title, meta = layout.get("title") or {}, layout.get("meta") or {}
    finding = _words(str(title.get("text") or "")) if isinstance(title, dict) else _words(str(title))
    told = str(meta.get("description", "A chart"))
    description = html.escape(told, quote=True)
    width, height = int(layout.get("width", 900)), int(layout.get("height", 450))
    size = f"height:{height}px;width:{width}px;--wide:{width};--high:{height}"
    rests = html.escape(" · ".join(str(meta[part]) for part in ("sources", "day") if meta.get(part)))
    said = "".join(f"<li>{html.escape(part)}</li>" for part in re.split(r"\n|(?<=\.) ", told))
    text = json.dumps(spec, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    inert = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return _Block(
        "figure",
        f'<figure id="{name}"><div class="scroll">'
        f'<div class="figure" id="{name}-chart" role="img" aria-label="{description}" style="{size}">'
        f"<noscript>Figure {number} is drawn by a script; in words it stands below.</noscript></div></div>"
        f'<figcaption><b>Figure {number}</b> <span class="from">{rests}</span>'
        f'<span class="tools"><a href="#{name}">Link</a></span></figcaption>'
        f'<details class="told"><summary>Figure {number} in words</summary><ul>{said}</ul></details></figure>',
        finding,
        thumbnail.of_figure(spec),
        f'<script type="application/json" id="{name}-chart-spec">{inert}</script>' + _screens(screens, f"{name}-chart"),
    )


def _screens(specs: str, name: str) -> str:
    """A figure for other screens, packed: of all of them a reader needs one."""
    if not specs:
        return ""
    packed = base64.b64encode(gzip.compress(specs.encode(), compresslevel=6, mtime=0)).decode("ascii")
    return f'<script type="text/plain" id="{name}-screens">{packed}</script>'


def _clean(markup: str) -> str:
    """Keep the markup of text and tables, and nothing that could run, load or leave."""
    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes={"https", "mailto"},
        clean_content_tags={"script", "style"},
        link_rel="noopener noreferrer",
    )


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Keep no link that leads nowhere from a page that stands alone."""
    if attribute == "href" and not value.startswith(("https://", "mailto:", "#")):
        return None
    return value
