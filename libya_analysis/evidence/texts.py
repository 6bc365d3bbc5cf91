"""What a row rests on: the paragraphs themselves, whose voice says it, and how firmly.

The texts of the sources are not shipped. Where they are at hand, the *quote lock* holds the tables to them: hashes,
quotations, phrases taken over and the names of actors must all be found in the paragraphs that a row cites.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.errors import Problem, did_you_mean
from libya_analysis.evidence.tables import CLAIM_TABLES, Tables, fields, records, schema

#: Paragraphs of each source at hand, by source_id and paragraph ("P1", ...).
Texts = Mapping[str, Mapping[str, str]]

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\u00a0": " "})
_KEYS = {
    **{name: key for name, (key, *_) in CLAIM_TABLES.items()},
    "quotes": "quote_id",
    "event_relations": "relation_id",
}


def read_paragraphs(text: str) -> dict[str, str]:
    r"""Number the paragraphs of a text: its non-empty lines in order, stripped, are P1, P2, ...

    Examples
    --------
    >>> read_paragraphs("A headline\n\n  A sentence. \n")
    {'P1': 'A headline', 'P2': 'A sentence.'}
    """
    lines = [line.strip() for line in text.splitlines()]
    return {f"P{number}": line for number, line in enumerate(filter(None, lines), start=1)}


def find_texts(tables: Tables, folder: str | os.PathLike[str]) -> dict[str, dict[str, str]]:
    """Find the texts of the sources in a folder, and the data files whose rows they cite.

    A file belongs to a source if its bytes have the source's SHA-256, or else if it is named after its source_id.

    Parameters
    ----------
    tables : Tables
        Tables whose sources are looked for.
    folder : path
        A folder of ``.txt`` files in UTF-8, and of ``.csv`` files whose rows below the header are R1, R2, ...

    Returns
    -------
    dict of str to dict of str to str
        Paragraphs by source_id; sources whose text is not there are left out.
    """
    files = sorted(path for path in Path(folder).iterdir() if path.suffix in (".txt", ".csv") and path.is_file())
    by_hash = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
    by_name = {path.stem: path for path in files}
    sources = tables.sources
    found = {}
    for source, digest in zip(sources["source_id"], sources["sha256"], strict=True):
        path = by_hash.get(digest) or by_name.get(source)
        if path:
            text = path.read_text(encoding="utf-8")
            found[source] = read_paragraphs(text) if path.suffix == ".txt" else _read_rows(text)
    return found


def _read_rows(text: str) -> dict[str, str]:
    """Number the rows of a data file, without its header."""
    rows = [line.strip() for line in text.splitlines()[1:]]
    return {f"R{number}": row for number, row in enumerate(filter(None, rows), start=1)}


def check_texts(tables: Tables, texts: Texts) -> list[Problem]:
    """Hold the tables to the texts at hand (the quote lock).

    Parameters
    ----------
    tables : Tables
        The tables, which may have other problems of their own.
    texts : mapping
        Paragraphs by source, from :func:`find_texts`. Rows of other sources are passed over.

    Returns
    -------
    list of Problem
        ``hash-mismatch`` (a paragraph is not the one that was read), ``quote-mismatch`` (a direct quotation is not
        in its paragraph, or not between quotation marks), ``not-as-written`` (a phrase is not in the paragraphs
        cited), ``not-named`` (an actor of a row is named in none of the paragraphs it cites).
    """
    problems = list(_hash_problems(tables, texts))
    words = _names_of_actors(tables)
    actor_columns = {
        resource["name"]: [
            link["fields"]
            for link in resource["schema"].get("foreignKeys", ())
            if link["reference"]["resource"] == "actors"
        ]
        + [f["name"] for f in resource["schema"]["fields"] if f.get("refers") == "actors"]
        for resource in schema()["resources"]
    } | {"actors": ["actor_id"]}
    for name, frame in tables.frames.items():
        if "paragraphs" not in fields(name):
            continue
        written = [column for column in fields(name) if column.endswith("as_written")]
        for line, row in zip(tables.lines[name], records(frame), strict=True):
            text = texts.get(row["source_id"])
            cited = [_plain(text[number]) for number in row["paragraphs"] if number in text] if text else []
            if not cited:
                continue
            where = ", ".join(row["paragraphs"])
            for column in written:
                if row[column] and not any(_plain(row[column]) in paragraph for paragraph in cited):
                    message = f"{row[column]!r} does not stand in {where}"
                    problems.append(Problem(f"{name}.csv", line, column, "not-as-written", message))
            for column in actor_columns[name]:
                for actor in [row[column]] if isinstance(row[column], str) else row[column]:
                    if actor in words and not any(words[actor].search(paragraph) for paragraph in cited):
                        message = f"{actor!r} is named in none of {where}; cite the paragraph that names it"
                        problems.append(Problem(f"{name}.csv", line, column, "not-named", message))
            if name == "quotes" and row["direct"]:
                fault = _quote_fault(_plain(row["text"]), cited, where)
                if fault:
                    problems.append(Problem("quotes.csv", line, "text", "quote-mismatch", fault))
    return sorted(problems)


def _plain(text: str) -> str:
    """Text with straight quotation marks and single spaces, as the lock compares it."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_QUOTES).split())


def _hash_problems(tables: Tables, texts: Texts) -> Iterator[Problem]:
    frame = tables.paragraphs
    for line, row in zip(tables.lines["paragraphs"], records(frame), strict=True):
        text = texts.get(row["source_id"])
        if text is None:
            continue
        if row["paragraph"] not in text:
            message = f"the text of {row['source_id']} ends with {list(text)[-1]}"
            yield Problem("paragraphs.csv", line, "paragraph", "no-paragraph", message)
        elif hashlib.sha256(text[row["paragraph"]].encode()).hexdigest() != row["sha256"]:
            message = f"{row['paragraph']} of {row['source_id']} is not the paragraph with this hash"
            yield Problem("paragraphs.csv", line, "sha256", "hash-mismatch", message)
    for source, text in texts.items():
        listed = set(frame.loc[frame["source_id"] == source, "paragraph"])
        for number in (n for n in text if n not in listed and n.startswith("P")):  # of data files, rows are chosen
            message = f"{number} of {source} is in the text, but not in the table"
            yield Problem("paragraphs.csv", 0, "paragraph", "missing-paragraph", message)


def _names_of_actors(tables: Tables) -> dict[str, re.Pattern[str]]:
    actors = tables.actors
    patterns = {}
    for actor, name, aliases in zip(actors["actor_id"], actors["name"], actors["aliases"], strict=True):
        words = "|".join(re.escape(_plain(word)) for word in (name, *aliases) if word)
        patterns[actor] = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return patterns


def _quote_fault(quote: str, cited: list[str], where: str) -> str:
    """Why a direct quotation is not locked to its paragraphs; empty if it is."""
    if any(quote in quoted for paragraph in cited for quoted in paragraph.split('"')[1::2]):
        return ""
    if any(quote in paragraph for paragraph in cited):
        return f"the words stand in {where}, but not between quotation marks"
    length = len(quote.split())
    best, nearest = 0.0, ""
    for paragraph in cited:
        words = paragraph.split()
        for first in range(max(1, len(words) - length + 1)):
            window = " ".join(words[first : first + length])
            ratio = difflib.SequenceMatcher(None, quote, window, autojunk=False).ratio()
            if ratio > best:
                best, nearest = ratio, window
    return f"the quotation does not stand in {where}; the nearest words there are {nearest!r}"


def coverage(tables: Tables) -> pd.DataFrame:
    """Count for each paragraph of each source the rows that rest on it.

    Returns
    -------
    pandas.DataFrame
        One row a paragraph, in order, indexed by ``source_id`` and ``paragraph``: its ``role``, the number of rows of
        each table that cite it, and their sum as ``rows``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> int(coverage(load_tables()).loc[("moscow-truce-2020", "P15"), "backers"])
    2
    """
    counted = tables.paragraphs.set_index(["source_id", "paragraph"])[["role"]]
    for name, frame in tables.frames.items():
        if "paragraphs" in frame:
            cited = frame[["source_id", "paragraphs"]].explode("paragraphs")
            counts = cited.groupby(["source_id", "paragraphs"]).size()
            counted[name] = counts.reindex(counted.index).fillna(0).astype(int)
    counted["rows"] = counted.drop(columns="role").sum(axis=1)
    return counted


def cite_sources(tables: Tables, sources: Iterable[str] | None = None) -> pd.DataFrame:
    """List the sources that an analysis rests on.

    Parameters
    ----------
    tables : Tables
        The tables.
    sources : iterable of str, optional
        Only these source_ids; None for all that make claims.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``source_id``: ``description, publisher, reported by, published, how dated, licence``.
    """
    frame = tables.sources.set_index("source_id")
    frame = frame.loc[list(tables.published() if sources is None else sources)]
    frame["published"] = frame["published"].map(say_date)
    names = {"reported_by": "reported by", "published_basis": "how dated"}
    return frame.rename(columns=names)[["description", "publisher", "reported by", "published", "how dated", "licence"]]


# -- voices -----------------------------------------------------------------------------------------------------------


def inside(name: str) -> str:
    """Write a name for use inside a sentence.

    Examples
    --------
    >>> inside("A Turkish official"), inside("Egypt")
    ('a Turkish official', 'Egypt')
    """
    first, _, rest = name.partition(" ")
    return f"{first.lower()} {rest}" if first in ("A", "An", "The", "Other", "Two", "Officials") and rest else name


def say_firmness(
    status: str, modality: str = "actual", condition: str = "", speaker: str = "", reading: str = ""
) -> str:
    """Say whose voice makes a claim and how real it is said to be.

    Parameters
    ----------
    status, modality, condition, reading : str
        As in the claim columns of the tables.
    speaker : str
        Name of the speaker; empty if the claim is the source's own.

    Returns
    -------
    str
        Such as ``according to a Turkish official; only if there is a ceasefire``.

    Examples
    --------
    >>> say_firmness("stated")
    'stated by the source'
    >>> say_firmness("attributed", "predicted", speaker="A Russian official")
    'according to a Russian official; predicted'
    """
    who = inside(speaker) or "the source"
    words = {
        "stated": "stated by the source",
        "implied": f"implied by {who}",
        "attributed": f"according to {who}",
        "alleged": f"alleged by {who}",
        "denied": f"denied by {who}",
    }[status]
    if modality == "conditional":
        words += f"; only {condition}"
    elif modality != "actual":
        words += f"; {modality}"
    return f"{words}; wording ambiguous" if reading else words


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

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> show_claim(load_tables(), "russia-sends-mercenaries").loc["firmness", "value"]
    'stated by the source'
    """
    texts = find_texts(tables, texts) if isinstance(texts, (str, os.PathLike)) else texts or {}
    name, row = _row_of(tables, claim_id)
    names = tables.names()
    shown: dict[str, str] = {"table": name}
    for column, value in row.items():
        text = ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        if text:
            shown[str(column)] = f"{text} ({names[text]})" if text in names else text
    if "status" in row:
        parts = (row["status"], row["modality"], row["condition"], names.get(row["said_by"], ""), row["reading"])
        shown["firmness"] = say_firmness(*parts)
    shown["published"] = str(tables.published()[row["source_id"]])
    for other, key in _KEYS.items():
        frame = tables.frames[other]
        shares = frame["source_id"].eq(row["source_id"]) & frame["paragraphs"].map(
            lambda cited: bool(set(cited) & set(row["paragraphs"]))
        )
        ids = [item for item in frame.loc[shares, key] if item != claim_id]
        if ids:
            shown[f"same paragraphs: {other}"] = ", ".join(ids)
    paragraphs = texts.get(row["source_id"], {})
    shown |= {number: paragraphs[number] for number in row["paragraphs"] if number in paragraphs}
    return pd.DataFrame({"value": pd.Series(shown, dtype="str")}).rename_axis("field")


def _row_of(tables: Tables, claim_id: str) -> tuple[str, pd.Series]:
    known: list[str] = []
    for name, key in _KEYS.items():
        frame = tables.frames[name]
        match = frame.index[frame[key] == claim_id]
        if len(match):
            return name, frame.loc[match[0]]
        known += frame[key].tolist()
    raise KeyError(f"there is no claim {claim_id!r}{did_you_mean(claim_id, known)}")
