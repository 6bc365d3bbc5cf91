"""What rests on what: claims on paragraphs, paragraphs on sources, and one claim with all that bears on it."""

from __future__ import annotations

import os
from typing import Any

import pandas as pd

from libya_analysis.evidence.claim import CLAIM_TABLES, grouped
from libya_analysis.evidence.errors import did_you_mean
from libya_analysis.evidence.frames import Frame, records
from libya_analysis.evidence.question import Question, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import Texts, find_texts


def coverage(tables: Tables, question: Question | None = None, **asked: Any) -> pd.DataFrame:
    """Count for each paragraph of each source the rows that rest on it.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``.

    Returns
    -------
    pandas.DataFrame
        One row a paragraph, in order, indexed by ``source_id`` and ``paragraph``: its ``role``, the number of rows of
        each table that cite it, and their sum as ``rows``.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> int(coverage(load_tables()).loc[("moscow-truce-2020", "P15"), "backers"])
    2
    """
    tables = known_tables(tables, question, **asked)
    counted = tables.paragraphs.set_index(["source_id", "paragraph"])[["role"]]
    for name, frame in tables.frames.items():
        if "paragraphs" in frame:
            cited = frame[["source_id", "paragraphs"]].explode("paragraphs")
            counts = cited.groupby(["source_id", "paragraphs"]).size()
            counted[name] = counts.reindex(counted.index).fillna(0).astype(int)
    counted["rows"] = counted.drop(columns="role").sum(axis=1)
    return counted


def show_claim(tables: Tables, claim_id: str, texts: Texts | str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Show one claim with all that bears on it.

    Parameters
    ----------
    tables : Tables
        The tables.
    claim_id : str
        Id of a tie, backing, participation, event report, relation or quotation.
    texts : mapping or path, optional
        Texts of the sources, or a folder of them: the paragraphs cited are then shown as they stand.

    Returns
    -------
    pandas.DataFrame
        One row a field: every cell of the claim that is not empty, the names behind its ids, its firmness in
        words, source and day of publication, quotations and claims that rest on the same paragraphs, the paragraphs.

    Raises
    ------
    KeyError
        If there is no claim with this id.
    DataError
        If a text in the folder is not UTF-8.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> show_claim(load_tables(), "russia-sends-mercenaries").loc["firmness", "value"]
    'stated by the source'
    """
    texts = find_texts(tables, texts) if isinstance(texts, (str, os.PathLike)) else texts or {}
    told = [claim for found in tables.claimed.values() for claim in found]
    claims = {claim.claim_id: claim for claim in told}
    if claim_id not in claims:
        raise KeyError(f"there is no claim {claim_id!r}{did_you_mean(claim_id, claims)}")
    claim, names = claims[claim_id], tables.names()
    frame = tables.frames[claim.table]
    (row,) = records(frame[frame[CLAIM_TABLES[claim.table][0]] == claim_id])
    shown: dict[str, str] = {"table": claim.table}
    for column, value in row.items():
        text = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        if text:
            shown[column] = f"{text} ({names[text]})" if text in names else text
    if claim.status:
        shown["firmness"] = claim.firmness
    shown["published"] = str(claim.published)
    here = (other for other in told if other.source_id == claim.source_id and other.claim_id != claim_id)
    beside = (other for other in here if set(other.paragraphs) & set(claim.paragraphs))
    for table, others in grouped(beside, lambda other: other.table).items():
        shown[f"same paragraphs: {table}"] = ", ".join(other.claim_id for other in others)
    paragraphs = texts.get(claim.source_id, {})
    shown |= {number: paragraphs[number] for number in claim.paragraphs if number in paragraphs}
    return Frame({"value": pd.Series(shown, dtype="str")}).rename_axis("field")


def count_rows(tables: Tables, question: Question | None = None, **asked: Any) -> Frame:
    """Count the rows of each table.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``.

    Returns
    -------
    pandas.DataFrame
        One row a table, by name: the number of its ``rows``.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> count_rows(load_tables()).columns.tolist()
    ['rows']
    """
    tables = known_tables(tables, question, **asked)
    return Frame(pd.Series({name: len(frame) for name, frame in tables.frames.items()}, name="rows").to_frame())


def count_claims(tables: Tables, question: Question | None = None, **asked: Any) -> Frame:
    """Count claims by whose voice makes them and how real they are said to be.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``.

    Returns
    -------
    pandas.DataFrame
        One row a status, one column a modality, with the sums as ``all``.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> int(count_claims(load_tables()).loc["all", "all"]) == len(load_tables().claims())
    True
    """
    claims = known_tables(tables, question, **asked).claims()
    return Frame(pd.crosstab(claims["status"], claims["modality"], margins=True, margins_name="all"))
