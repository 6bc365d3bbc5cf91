"""The texts that rows rest on. They are not shipped; where they are at hand, the *quote lock* holds the tables to them.

Hashes, quotations, phrases taken over and the names of actors must all be found in the paragraphs that a row cites.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from libya_analysis.evidence.errors import Problem
from libya_analysis.evidence.folders import texts_folder
from libya_analysis.evidence.frames import Frame, records
from libya_analysis.evidence.schema import fields, links, resources
from libya_analysis.evidence.tables import Tables

#: Paragraphs of each source at hand, by source_id and paragraph ("P1", ...).
Texts = Mapping[str, Mapping[str, str]]

#: Words in a run that two texts are compared by.
_RUN = 5

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\u00a0": " "})


def read_paragraphs(text: str) -> dict[str, str]:
    r"""Number the paragraphs of a text: its non-empty lines in order, stripped, are P1, P2, ...

    >>> read_paragraphs("A headline\n\n  A sentence. \n")
    {'P1': 'A headline', 'P2': 'A sentence.'}
    """
    return _numbered("P", text.splitlines())


def find_texts(tables: Tables, folder: str | os.PathLike[str] | None = None) -> dict[str, dict[str, str]]:
    """Find the texts of the sources in a folder, and the data files whose rows they cite.

    A file belongs to a source if its bytes have the source's SHA-256, or else if it is named after its source_id.

    Parameters
    ----------
    tables : Tables
        Tables whose sources are looked for.
    folder : path, optional
        A folder of ``.txt`` files in UTF-8, and of ``.csv`` files whose rows below the header are R1, R2, ...;
        without it ``texts`` beside the tables, if there is one.

    Returns
    -------
    dict of str to dict of str to str
        Paragraphs by source_id; sources whose text is not there are left out.
    """
    place = Path(folder) if folder else texts_folder(tables.folder)
    if not folder and not place.is_dir():
        return {}
    files = sorted(path for path in place.iterdir() if path.suffix in (".txt", ".csv") and path.is_file())
    by_hash = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}
    by_name = {path.stem: path for path in files}
    sources = tables.sources
    found = {}
    for source, digest in zip(sources["source_id"], sources["sha256"], strict=True):
        path = by_hash.get(digest) or by_name.get(source)
        if path:
            text = path.read_text(encoding="utf-8")
            table = path.suffix == ".csv"  # whose first line is its header
            found[source] = _numbered("R", text.splitlines()[1:]) if table else read_paragraphs(text)
    return found


def _numbered(letter: str, lines: Iterable[str]) -> dict[str, str]:
    return {f"{letter}{number}": line for number, line in enumerate(filter(None, map(str.strip, lines)), start=1)}


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
        name: [column for column, target in links(name).items() if target == "actors"] for name in resources()
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


def shared_words(texts: Texts) -> Frame:
    """Measure how much of each text stands in each other one, word for word.

    Parameters
    ----------
    texts : mapping
        Paragraphs by source, from :func:`find_texts`.

    Returns
    -------
    pandas.DataFrame
        One row and column a source: the share of the runs of five words of the shorter text that stand in the longer
        one too, from 0 to 1.

    References
    ----------
    Broder, A. Z. (1997), On the resemblance and containment of documents, Compression and Complexity of Sequences.

    Examples
    --------
    >>> one = {"P1": "He left the capital without signing anything at all"}
    >>> other = {"P1": "Officials said he left the capital without signing"}
    >>> float(shared_words({"a": one, "b": other}).loc["a", "b"])
    0.5
    """
    runs = {}
    for source, text in texts.items():
        words = re.findall(r"\w+", _plain(" ".join(text.values())).casefold())
        runs[source] = {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}

    def share(one: str, other: str) -> float:
        least = min(len(runs[one]), len(runs[other]))
        return round(len(runs[one] & runs[other]) / least, 2) if least else 0.0

    return Frame({one: [share(one, other) for other in runs] for one in runs}, index=list(runs), dtype=float)


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
