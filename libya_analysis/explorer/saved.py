"""A table as a file to save: CSV, or Excel; no cell is taken for a formula."""

from __future__ import annotations

import io
import re
import unicodedata
from importlib.util import find_spec
from typing import Any

import pandas as pd

from libya_analysis.words.sentence import how_many

#: What Excel counts in a cell, two for signs such as emoji; and what its files cannot hold.
_MOST_IN_CELL = 32_767
_NOT_IN_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
