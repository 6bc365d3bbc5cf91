"""The explorer's own front-end pieces: a table whose rows can be picked, and a tray for copying and saving."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets

from libya_analysis.words.sentence import how_many

_HERE = Path(__file__).parent
#: What Excel counts in a cell, two for signs such as emoji; and what its files cannot hold.
_MOST_IN_CELL = 32_767
_NOT_IN_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Sheet(anywidget.AnyWidget):
    """A table; ``rows`` begin with the id that is picked and whether the row is faint."""

    _esm = _HERE.joinpath("sheet.js").read_text(encoding="utf-8")
    columns = traitlets.List(traitlets.Unicode()).tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    caption = traitlets.Unicode().tag(sync=True)

    def __init__(self, caption: str, on_pick: Callable[[str], None]) -> None:
        super().__init__(caption=caption)
        self.on_msg(lambda widget, content, buffers: on_pick(content["pick"]) if "pick" in content else None)

    def show(self, table: pd.DataFrame, faint: set[str]) -> None:
        """Show a table indexed by id."""
        columns = [str(name) for name in table.columns]
        rows = [[str(i), i in faint, *map(str, cells)] for i, cells in zip(table.index, table.to_numpy(), strict=True)]
        with self.hold_sync():
            self.columns, self.rows = columns, rows


class Tray(anywidget.AnyWidget):
    """Buttons to copy and to save; tells how wide the explorer is."""

    _esm = _HERE.joinpath("tray.js").read_text(encoding="utf-8")
    _css = _HERE.joinpath("explorer.css").read_text(encoding="utf-8")
    citation = traitlets.Unicode().tag(sync=True)
    parameters = traitlets.Unicode().tag(sync=True)
    day = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int(0).tag(sync=True)

    def __init__(self, table: Callable[[], tuple[str, pd.DataFrame]], on_bare: Callable[[], None]) -> None:
        super().__init__()
        self._table, self._on_bare = table, on_bare
        self.on_msg(self._told)

    def _told(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("bare"):
            self._on_bare()
        elif "export" in content:
            self.export(str(content["export"]))

    def export(self, form: str) -> None:
        """Send the table on view as a file, or say why not."""
        name, table = self._table()
        message, content = made(form, name, table)
        self.send(message, [content] if content else [])


def made(form: str, name: str, table: pd.DataFrame) -> tuple[dict[str, Any], bytes]:
    r"""Make a file of a table: a message for the front end and the file's bytes; none if it cannot be made.

    >>> made("csv", "ties", pd.DataFrame({"a": ["=1"]}, index=pd.Index(["x"], name="claim")))[1].decode("utf-8-sig")
    "claim,a\r\nx,'=1\r\n"
    """
    safe = table.map(_harmless)
    if form == "csv":
        text = safe.to_csv(lineterminator="\r\n")
        return _file(f"{name}.csv", "text/csv", len(table)), text.encode("utf-8-sig")
    engine = next((module for module in ("openpyxl", "xlsxwriter") if find_spec(module)), None)
    if engine is None:
        return {"say": "Excel files need openpyxl: pip install 'libya-analysis[excel]'. CSV opens in Excel too."}, b""
    stream = io.BytesIO()
    cells = safe.map(_for_excel)
    with pd.ExcelWriter(stream, engine=engine) as writer:  # type: ignore[call-overload]
        cells.to_excel(writer, sheet_name=name[:31])
    message = _file(f"{name}.xlsx", _EXCEL, len(table))
    if short := int((safe != cells).to_numpy().sum()):
        message["say"] += f" {how_many(short, 'cell')} cut to what Excel can hold; CSV has all."
    return message, stream.getvalue()


def _file(name: str, mime: str, rows: int) -> dict[str, Any]:
    return {"file": name, "mime": mime, "say": f"{name}: {rows} rows saved."}


def _harmless(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell)
    first = unicodedata.normalize("NFKC", text[:1])  # a full-width sign is taken for a plain one
    return f"'{text}" if first in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _for_excel(text: str) -> str:
    """As much of a text as a cell of Excel can hold, without what its files cannot."""
    text = _NOT_IN_XML.sub("\ufffd", text)
    whole = text.encode("utf-16-le")
    if len(whole) <= 2 * _MOST_IN_CELL:
        return text
    return whole[: 2 * (_MOST_IN_CELL - 1)].decode("utf-16-le", "ignore") + "…"
