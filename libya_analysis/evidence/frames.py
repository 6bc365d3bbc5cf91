"""Frames that are handed to notebooks: shown whole and alike, whatever pandas has been told elsewhere."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.schema import fields, resources

#: Rows that are shown; of more, the first.
MOST_ROWS = 1000

#: Classes of markup in which JupyterLab looks for no mathematics: "$5 million to $9 million" is none.
NO_MATHEMATICS = "tex2jax_ignore mathjax_ignore"
#: Of each cell, since JupyterLab and nbconvert set all of them right and in the middle: prose begins at the left.
_PROSE, _NUMBER = ' style="text-align:left;vertical-align:top"', ' style="vertical-align:top"'
#: Columns that name rows and not things, beside those that end in ``_id``; the last one names many.
_IDS = ("claim", "report", "participation", "rests on")
_RESTS = _IDS[-1]

#: Where ``attrs`` of a frame say how its cells are shown as marks.
MARKS = "marks"

#: What pandas would take from its options, which a start-up file may have set.
_UNLIMITED = ("chop_threshold", "float_format", "max_columns", "max_colwidth", "max_rows", "max_seq_items")
_OPTIONS: dict[str, Any] = {f"display.{name}": None for name in _UNLIMITED} | {
    "display.colheader_justify": "right",
    "display.expand_frame_repr": True,
    "display.large_repr": "truncate",
    "display.multi_sparse": True,
    "display.precision": 6,
    "display.show_dimensions": "truncate",
    "display.unicode.ambiguous_as_wide": False,
    "display.unicode.east_asian_width": False,
    "display.width": 80,
}


class Frame(pd.DataFrame):
    """A DataFrame that shows itself in the same way everywhere; in all else it is one.

    >>> with pd.option_context("display.max_columns", 1):
    ...     print(Frame({"who": ["Egypt"], "whom": ["Haftar"]}))
         who    whom
    0  Egypt  Haftar
    """

    @property
    def _constructor(self) -> Any:
        return Frame

    def dated(self, *columns: str) -> Frame:
        """The same with dates that pandas can reckon with, and that go to Parquet.

        Each column of dates, by default those that the tables have, is EDTF text, with the first and the last day that
        it can mean beside it, as days, and how precisely it was written.

        >>> from libya_analysis import load_tables
        >>> ties = load_tables().ties.dated().set_index("tie_id")
        >>> ties.loc["trend-lna-opposes-gna", ["start", "start_latest", "start_precision"]].tolist()
        ['2019-04', Timestamp('2019-04-30 00:00:00'), 'month']
        """
        dates = columns or _date_columns()
        made: dict[str, Any] = {}
        for name in map(str, self):
            made[name] = self[name]
            if name in dates:
                cells = [cell if isinstance(cell, EdtfDate) else None for cell in self[name]]
                words = ["" if cell is None else str(cell) for cell in self[name]]  # "open" is a word, and no day
                made[name] = pd.Series(words, self.index, "str")
                for side in ("earliest", "latest"):
                    days = [cell and getattr(cell, side) for cell in cells]
                    made[f"{name}_{side}"] = pd.Series(days, self.index, object).astype("datetime64[ms]")
                made[f"{name}_precision"] = pd.Series(
                    [cell.precision if cell else "" for cell in cells], self.index, "str"
                )
        return Frame(made, index=self.index)

    def __repr__(self) -> str:
        with pd.option_context(_OPTIONS):
            return "\n\n".join(filter(None, (repr(self._first()), self._left_out())))

    def _repr_html_(self) -> str:
        """One header row, names first, ids small and last; no numbers that count rows."""
        frame, marks = self._first(), self.attrs.get(MARKS, {})
        levels = [(name or "", frame.index.get_level_values(k)) for k, name in enumerate(frame.index.names)]
        columns = [(name, list(map(_said, values))) for name, values in levels if name or not _counts(values)]
        columns += [(str(frame.columns[k]), list(map(_said, frame.iloc[:, k]))) for k in range(frame.shape[1])]
        first = next((k for k, (name, _) in enumerate(columns) if not _is_id(name)), 0)
        columns = columns[first:] + columns[:first]
        numbers = {str(name) for name in frame.select_dtypes("number")}
        head, cells = "", []
        for name, texts in columns:
            style = _NUMBER if name in numbers else _PROSE
            head += _head(name, marks, style)
            cells.append([_cell(name, text, marks, style) for text in texts])
        if cells:
            cells[0] = [f'<th scope="row"{_PROSE}>{html.escape(text)}</th>' for text in columns[0][1]]
        rows = "".join(f"<tr>{''.join(row)}</tr>\n" for row in zip(*cells, strict=True))
        said = "".join(f"<p>{html.escape(text)}</p>" for text in (marks.get("legend", ""), self._left_out()) if text)
        table = f'<table class="dataframe {NO_MATHEMATICS}"><thead><tr>{head}</tr></thead>'
        return f"{table}\n<tbody>\n{rows}</tbody></table>\n{said}"

    def _first(self) -> Any:
        return pd.DataFrame(self.head(MOST_ROWS))

    def _left_out(self) -> str:
        more = len(self) - MOST_ROWS
        return f"{more:,} more row{'s' if more > 1 else ''} not shown; the frame itself has all" if more > 0 else ""


@lru_cache(maxsize=1)
def _date_columns() -> frozenset[str]:
    """Names of the columns of all tables that hold dates."""
    every = (field for table in resources() for field in fields(table).values())
    return frozenset(field["name"] for field in every if field.get("reads", "").startswith("edtf"))


def _said(value: Any) -> str:
    """A cell in words: no brackets of lists, nothing for what is not there."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(_said, value))
    if isinstance(value, float):
        return "" if value != value else f"{value:.6g}"
    return "" if value is None or value is pd.NaT or value is pd.NA else str(value)


def _counts(index: pd.Index) -> bool:
    """Whether the names of rows are but their numbers."""
    return bool(pd.api.types.is_integer_dtype(index.dtype))


def _is_id(name: str) -> bool:
    return name in _IDS or name.endswith("_id")


def _head(name: str, marks: dict[str, Any], style: str) -> str:
    """A cell of the header; of a column of marks its number, which leads to the source that it names."""
    text = html.escape(name)
    if name in marks.get("columns", {}):
        number = marks["columns"][name]
        return f'<th scope="col" class="mark" title="{text}"><a href="#{text}">{number}</a></th>'
    if not name:
        return "<td></td>"  # a header without text is none
    kind = ' class="rests"' if name == _RESTS else ""
    return f'<th scope="col"{kind}{style}>{text}</th>'


def _cell(name: str, text: str, marks: dict[str, Any], style: str) -> str:
    said = html.escape(text)
    if name in marks.get("columns", {}):
        sign = next((marks["signs"][part] for part in text.split("; ") if part in marks["signs"]), marks["else"])
        shown = f'<span role="img" aria-label="{said}">{sign}</span>' if sign else ""
        return f'<td class="mark" title="{said}">{shown}</td>'
    if not _is_id(name):
        return f"<td{style}>{said}</td>"
    kind, small = "id rests" if name == _RESTS else "id", f"<small>{said}</small>" if said else ""
    return f'<td class="{kind}"{style}>{small}</td>'


def frame_of(columns: str, rows: Iterable[Sequence[Any]]) -> Frame:
    """Rows under columns that are named in one text; the first of them is the index.

    >>> frame_of("claim, who, whom", [("egypt-backs-haftar", "Egypt", "Haftar")])
                          who    whom
    claim
    egypt-backs-haftar  Egypt  Haftar
    """
    names = columns.split(", ")
    return Frame(rows, columns=names).set_index(names[0])


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as dictionaries, for a walk over them row by row.

    >>> records(pd.DataFrame({"who": ["Egypt"], "number": [1]}))
    [{'who': 'Egypt', 'number': 1}]
    """
    names = [str(name) for name in frame.columns]
    columns = [frame[name].tolist() for name in names]  # ``to_dict`` looks at each cell twice
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
