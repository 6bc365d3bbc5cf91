"""Tables from somebody who wants a reader's browser to ask a server of theirs, and a server that is told if it does."""

from __future__ import annotations

import csv
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from libya_analysis.evidence.folders import PACKAGE, shipped

#: Columns of text that is shown somewhere.
TEXTS = {
    "actors": ("name", "name_ar", "description"),
    "events": ("title", "place"),
    "sources": ("publisher", "reported_by", "description", "note"),
    "ties": ("note", "condition"),
    "backers": ("note", "condition"),
    "quotes": ("text", "said_as_written"),
}
#: What is left of such text where it was taken for markup, mathematics or a template.
HARM = "mjx-container, .MathJax, a[href*='{address}'], img[src*='{address}'], [style*='mask:url']"


def hostile(address: str) -> str:
    """Text that asks for an address in every way that charts, tables and pages might understand."""
    return (
        f'%{{meta.description}} %{{customdata}} <a href="{address}">click</a><img src="{address}i">'
        f'<span style="mask:url({address}m)">x</span> $5 million to $9 million \\(x\\) ![y]({address}p)'
    )


def write_tables(folder: Path, address: str) -> Path:
    """Write the shipped tables with such text in every cell that holds text."""
    shutil.copytree(shipped("data"), folder)
    words = hostile(address)
    for table, columns in TEXTS.items():
        path = folder / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows):
            for column in columns:
                row[column] = f"{row[column]} {number} {words}" if row[column] else ""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    for number, camp in enumerate(package["camps"]):
        camp["name"] = f'%{{meta.description}} $5 $6 <img src="{address}c{number}">'
    (folder / PACKAGE).write_text(json.dumps(package), encoding="utf-8")
    return folder


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Listen on this machine; give the address, and the requests that come."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()
