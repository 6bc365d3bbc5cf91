"""All claims as one table: CSV and Parquet."""

from __future__ import annotations

import io
from typing import Any

from libya_analysis.evidence.errors import needed
from libya_analysis.evidence.frames import Frame
from libya_analysis.evidence.question import Question, check_parameters, known_tables
from libya_analysis.evidence.tables import Tables

#: What can be asked of the claims.
ASKS = ("sources", "known_on", "statuses", "modalities")


def to_csv(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write all claims as CSV, with names beside ids and days beside dates.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on, statuses, modalities``.

    Returns
    -------
    bytes
        In UTF-8: one row a claim, with the columns of :meth:`libya_analysis.Tables.frame_of`; paragraphs with ``;``
        between.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> import io, pandas as pd
    >>> from libya_analysis import load_tables
    >>> claims = pd.read_csv(io.BytesIO(to_csv(load_tables())), parse_dates=["start_earliest"])
    >>> claims.loc[claims["table"] == "quotes", "kind"].unique().tolist()
    ['says']
    """
    claims = _claims(tables, question, **asked)
    claims["paragraphs"] = claims["paragraphs"].map(";".join)
    return claims.to_csv(index=False, lineterminator="\n").encode()


def to_parquet(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write all claims as Parquet, with the columns of :func:`to_csv`; paragraphs are lists.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on, statuses, modalities``.

    Returns
    -------
    bytes
        One row a claim.

    Raises
    ------
    ParameterError
        If something that is asked for is not known, or the extra ``parquet`` is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> from libya_analysis import load_tables
    >>> claims = pd.read_parquet(io.BytesIO(to_parquet(load_tables())))
    >>> claims.set_index("claim_id").loc["turkey-threatens-deployment", "paragraphs"].tolist()
    ['P17']
    """
    needed("pyarrow", "parquet")
    file = io.BytesIO()
    _claims(tables, question, **asked).to_parquet(file, engine="pyarrow", index=False)
    return file.getvalue()


def _claims(tables: Tables, question: Question | None, **asked: Any) -> Frame:
    question = check_parameters(tables, question, among=ASKS, **asked)
    told = known_tables(tables, question).claimed.values()
    return tables.frame_of(claim for claims in told for claim in claims if question.admits(claim))
