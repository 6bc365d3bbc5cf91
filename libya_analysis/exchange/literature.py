"""Sources as references: CSL-JSON (Zotero, pandoc) and RIS (EndNote, Mendeley, Zotero)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from libya_analysis.evidence.dates import EdtfDate
from libya_analysis.evidence.errors import visible
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.exchange import json_bytes

#: Kinds of source: what CSL and RIS call them.
_TYPES = {"article": ("article-newspaper", "NEWS"), "dataset": ("dataset", "DATA"), "document": ("document", "GEN")}


def to_csl(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write the sources that make claims as CSL-JSON.

    Their titles are not in the tables: the description stands for them, between brackets as it is no title.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``.

    Returns
    -------
    bytes
        JSON in UTF-8; one entry a source, in the order of the table.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> import json
    >>> from libya_analysis import load_tables
    >>> (source,) = json.loads(to_csl(load_tables(), sources=["tass-2020-01-13"]))
    >>> source["type"], source["container-title"], source["issued"]
    ('article-newspaper', 'TASS', {'date-parts': [[2020, 1, 13]]})
    """
    entries = []
    for row in _sources(tables, question, **asked):
        entry = {
            "id": row["source_id"],
            "type": _TYPES[row["kind"]][0],
            "title": f"[{row['description']}]",
            "author": [{"literal": row["reported_by"]}] if row["reported_by"] else [],
            "container-title" if row["kind"] == "article" else "publisher": row["publisher"],
            "issued": _issued(row["published"]),
            "URL": row["url"],
            "language": row["language"],
            "note": row["note"],
        }
        entries.append({name: value for name, value in entry.items() if value})
    return json_bytes(entries)


def to_ris(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write the sources that make claims as RIS; of a month or year of publication no day is made.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``sources, known_on``.

    Returns
    -------
    bytes
        In UTF-8; one entry a source, as :func:`to_csl` has them.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> to_ris(load_tables(), sources=["tass-2020-01-13"]).decode().splitlines()[:3]
    ['TY  - NEWS', 'ID  - tass-2020-01-13', 'TI  - [Report on the expected meeting of the rival leaders in Moscow]']
    """
    lines = []
    for row in _sources(tables, question, **asked):
        parts = [f"{part:02}" for part in _parts(row["published"])]
        fields = {
            "TY": _TYPES[row["kind"]][1],
            "ID": row["source_id"],
            "TI": f"[{row['description']}]",
            "AU": row["reported_by"],
            "T2" if row["kind"] == "article" else "PB": row["publisher"],
            "PY": parts[0] if parts else "",
            "DA": "/".join([*parts, "", "", ""][:4]) if parts else "",
            "UR": row["url"],
            "LA": row["language"],
            "N1": row["note"],
        }
        lines += [f"{tag}  - {visible(value)}" for tag, value in fields.items() if value]
        lines += ["ER  - ", ""]
    return "\r\n".join(lines).encode()


def _sources(tables: Tables, question: Question | None, **asked: Any) -> Iterator[dict[str, Any]]:
    """Rows of the sources that make claims, without what is not known of them."""
    tables = known_tables(tables, question, **asked)
    told = tables.published()
    for row in records(tables.frames["sources"]):
        if row["source_id"] in told:
            yield {name: "" if value == "unknown" else value for name, value in row.items()}


def _parts(date: EdtfDate | None) -> list[int]:
    """Year, month and day, as far as they are known."""
    day = date and (date.earliest or date.latest)
    if not date or not day:
        return []
    known = {"day": 3, "month": 2, "season": 1, "year": 1}.get(date.precision, 0)
    return [day.year, day.month, day.day][:known]


def _issued(date: EdtfDate | None) -> dict[str, Any]:
    parts = _parts(date)
    about = {"circa": True} if date and (date.approximate or date.uncertain) else {}
    return {"date-parts": [parts], **about} if parts else {}
