"""From an executed notebook to one HTML file that needs no network and lets nothing in it run but its charts.

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
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import mistune
import nh3

from libya_analysis.evidence.errors import ReportError
from libya_analysis.press import plotlyjs

FIGURE = "application/vnd.plotly.v1+json"
#: The same figure, drawn for smaller screens.
NARROWER = "application/vnd.libya-analysis.narrower"

_TAGS = set(
    "table thead tbody tfoot tr th td caption colgroup col div span p br hr b strong i em u s code pre "
    "ul ol li h1 h2 h3 h4 h5 h6 a sup sub blockquote small abbr".split()
)
_ATTRIBUTES = {
    "*": {"class", "title", "lang", "dir", "id"},
    "a": {"href"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}

#: Unpacks plotly.js, draws every figure, and makes their legends usable by keyboard.
_BOOT = (Path(__file__).parent / "templates" / "figures.js").read_text(encoding="utf-8")


def render_html(
    notebook: Any, title: str, footer: str = "", assets: str = "embedded", heading: str = "", packed: str = ""
) -> str:
    """Render an executed notebook as a self-contained page.

    Raises
    ------
    ReportError
        If an output has no form that a report can show, or a figure got lost.
    """
    figures = 0
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        shown = []
        if cell["cell_type"] == "markdown":
            shown = [render_text(cell["source"])]
        elif cell["cell_type"] == "code":
            shown = [_show(output, f"figure-{number}-{k}") for k, output in enumerate(cell["outputs"])]
            figures += sum(FIGURE in output.get("data", {}) for output in cell["outputs"])
        cells.append("\n".join(shown))
    resources = {"title": title, "heading": heading, "footer": footer, "boot": _BOOT if figures else ""}
    resources["policy"] = _policy(figures > 0, figures > 0 and assets == "shared")
    resources["packed"] = (packed or plotlyjs.packed()) if figures and assets == "embedded" else ""
    resources["beside"] = plotlyjs.shared_name() if figures and assets == "shared" else ""
    page = _template().render(resources, cells=cells)
    drawn = page.count('<div class="figure"')
    if drawn != figures:
        raise ReportError(f"{title}: {figures} figures in the notebook, but {drawn} in the page")
    return page


def prime() -> None:
    """Make what is the same for all reports, and use it once."""
    figure = {"output_type": "display_data", "data": {FIGURE: {"data": [], "layout": {}}}, "metadata": {}}
    cells = [{"cell_type": "markdown", "source": "# A *title*"}, {"cell_type": "code", "outputs": [figure]}]
    render_html({"cells": cells}, "", assets="shared")


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    return jinja2.Environment(loader=loader, trim_blocks=True, lstrip_blocks=True).get_template("report.html.j2")


@lru_cache(maxsize=4)
def _policy(figures: bool, shared: bool) -> str:
    scripts = f"{plotlyjs.policy_hash(_BOOT)} {plotlyjs.script_hash()}" if figures else "'none'"
    styles = "'self' 'unsafe-inline'" if shared else "'unsafe-inline'"
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data: blob:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _show(output: Any, name: str) -> str:
    """One output as safe HTML."""
    if output["output_type"] == "stream":
        return f"<pre>{html.escape(output['text'])}</pre>"
    data = output.get("data", {})
    if FIGURE in data:
        return _figure(data[FIGURE], name) + _narrower(data.get(NARROWER, ""), name)
    if "text/html" in data:
        return f'<div class="table">{_clean(data["text/html"])}</div>'
    if "text/markdown" in data:
        return render_text(data["text/markdown"])
    if set(data) == {"text/plain"}:
        return f"<pre>{html.escape(data['text/plain'])}</pre>"
    raise ReportError(
        f"an output has none of the forms that a report shows: {', '.join(sorted(data)) or output['output_type']}"
    )


@lru_cache(maxsize=256)
def render_text(source: str) -> str:
    r"""Render Markdown as safe HTML; the reports of a batch share most of theirs.

    Examples
    --------
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


def _figure(spec: Any, name: str) -> str:
    layout = spec.get("layout", {})
    description = html.escape(str(layout.get("meta", {}).get("description", "A chart")), quote=True)
    size = f"height:{int(layout.get('height', 450))}px;width:{int(layout.get('width', 900))}px"
    text = json.dumps(spec, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    inert = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return (
        f'<div class="wide"><div class="figure" id="{name}" role="img" aria-label="{description}" style="{size}">'
        f"<noscript>{description}</noscript></div></div>"
        f'<script type="application/json" id="{name}-spec">{inert}</script>'
    )


def _narrower(specs: str, name: str) -> str:
    """A figure for smaller screens, packed: most readers do not need it."""
    if not specs:
        return ""
    packed = base64.b64encode(gzip.compress(specs.encode(), compresslevel=6, mtime=0)).decode("ascii")
    return f'<script type="text/plain" id="{name}-narrower">{packed}</script>'


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
