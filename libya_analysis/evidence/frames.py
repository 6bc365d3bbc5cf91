"""Frames that are handed to notebooks: shown whole and alike, whatever pandas has been told elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

#: Rows that are shown; of more, the first.
MOST_ROWS = 1000

#: Classes of markup in which JupyterLab looks for no mathematics: "$5 million to $9 million" is none.
NO_MATHEMATICS = "tex2jax_ignore mathjax_ignore"

#: What pandas would take from its options, which a start-up file may have set.
_OPTIONS: dict[str, Any] = {
    "display.chop_threshold": None,
    "display.colheader_justify": "right",
    "display.expand_frame_repr": True,
    "display.float_format": None,
    "display.html.border": 1,
    "display.html.table_schema": False,
    "display.html.use_mathjax": False,
    "display.large_repr": "truncate",
    "display.max_columns": None,
    "display.max_colwidth": None,
    "display.max_rows": None,
    "display.max_seq_items": None,
    "display.multi_sparse": True,
    "display.notebook_repr_html": True,
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

    def __repr__(self) -> str:
        with pd.option_context(_OPTIONS):
            return "\n\n".join(filter(None, (repr(self._first()), self._left_out())))

    def _repr_html_(self) -> str:
        left_out = self._left_out()
        with pd.option_context(_OPTIONS):
            markup = str(self._first()._repr_html_())
        return f"{markup}\n<p>{left_out}</p>" if left_out else markup

    def _first(self) -> Any:
        return pd.DataFrame(self.head(MOST_ROWS))

    def _left_out(self) -> str:
        more = len(self) - MOST_ROWS
        return f"{more:,} more row{'s' if more > 1 else ''} not shown; the frame itself has all" if more > 0 else ""


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
