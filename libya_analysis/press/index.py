"""The list of the reports in a folder, and pages of text in the same dress."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from libya_analysis.press.files import read_manifest

FAILED = ".failed.manifest.json"
CHANGES = ".changes.html"


def render_index(out: Path) -> str:
    """Render the list of all reports in a folder; one whose last run failed is said to have failed.

    Parameters
    ----------
    out : Path
        A folder of reports. Pages in it that this package did not make are listed by their titles.

    Returns
    -------
    str
        The page; the same for the same folder.
    """
    names = {path.name.removesuffix(FAILED) for path in out.glob(f"*{FAILED}")}
    names |= {path.stem for path in out.glob("*.html") if path.stem != "index" and not path.name.endswith(CHANGES)}
    rows = "\n".join(_row(out, name) for name in sorted(names))
    return render_page(
        "Reports",
        '<div class="table"><table><thead><tr><th scope="col">Report</th><th scope="col">Parameters</th>'
        f'<th scope="col">Files</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>',
    )


def render_page(title: str, body: str) -> str:
    """Render a page without scripts; ``body`` is markup, ``title`` is text."""
    style = (Path(__file__).parent / "templates" / "report" / "report.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n<main>\n<h1>{html.escape(title)}</h1>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def _row(out: Path, name: str) -> str:
    made, failed = read_manifest(out, name), read_manifest(out, name, FAILED)
    known = made or failed
    page = out / f"{name}.html"
    title = html.escape(known["title"] if known else _title(page))
    link = f'<a href="{html.escape(page.name)}">{title}</a>' if page.exists() else title
    endings = {".ipynb": "notebook", CHANGES: "what changed", ".failed.ipynb": "failed notebook"}
    files = [
        f'<a href="{html.escape(name + ending)}">{said}</a>'
        for ending, said in endings.items()
        if (out / f"{name}{ending}").exists() and known
    ]
    files += [f"failed: {html.escape(failed['error'])}"] if failed else []
    return f"<tr><td>{link}</td><td>{_parameters(known)}</td><td>{', '.join(files)}</td></tr>"


def _parameters(manifest: dict[str, Any] | None) -> str:
    if manifest is None:
        return "not made by libya_analysis"
    said = ", ".join(f"{name} = {manifest['parameters'].get(name)}" for name in manifest["given"])
    return html.escape(said) or "default"


def _title(page: Path) -> str:
    found = re.search(r"<title>(.*?)</title>", page.read_text(encoding="utf-8", errors="replace")[:5000])
    return html.unescape(found[1]) if found else page.stem  # another program's page may not have escaped it
