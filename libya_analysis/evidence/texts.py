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
from functools import cache
from itertools import combinations
from pathlib import Path

from libya_analysis.evidence.csvfile import where_not_utf8
from libya_analysis.evidence.errors import PRINTED, DataError, Problem
from libya_analysis.evidence.folders import fetch, texts_folder
from libya_analysis.evidence.frames import Frame, records
from libya_analysis.evidence.schema import fields, links, resources, split_alias
from libya_analysis.evidence.tables import Tables

#: Paragraphs of each source at hand, by source_id and paragraph ("P1", ...).
Texts = Mapping[str, Mapping[str, str]]

#: Words in a run that two texts are compared by; the share of runs from which on one is a near copy of the other.
#: Of eleven reports of the same days, copies shared 0.46 to 0.88, of one agency up to 0.28, others up to 0.07.
_RUN, NEAR_COPY = 5, 0.4

#: How much is compared to find the words that come nearest to a quotation.
_LONGEST_COMPARED, _MOST_WORDS, _MOST_PARAGRAPHS = 600, 200, 4

#: A pattern of what is written onto a word in Arabic: "and", "by", "for", "the".
WRITTEN_ON = "(?:[وفبكل]?(?:ال)?|لل)"

_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"', "\u00a0": " "})


def read_paragraphs(text: str) -> dict[str, str]:
    r"""Number the paragraphs of a text: its non-empty lines in order, stripped, are P1, P2, ...

    >>> read_paragraphs("A headline\n\n  A sentence. \n")
    {'P1': 'A headline', 'P2': 'A sentence.'}
    """
    return _numbered("P", text.splitlines())


def find_texts(tables: Tables, folder: str | os.PathLike[str] | None = None) -> dict[str, dict[str, str]]:
    r"""Find the texts of the sources in a folder, and the data files whose rows they cite.

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

    Raises
    ------
    DataError
        If the text of a source is not UTF-8.
    OSError
        If the folder that is named is not there.

    Examples
    --------
    >>> import tempfile
    >>> from libya_analysis import load_tables
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     length = Path(folder, "tass-2020-01-13.txt").write_text("A headline\n\nA sentence.\n")
    ...     find_texts(load_tables(), folder)
    {'tass-2020-01-13': {'P1': 'A headline', 'P2': 'A sentence.'}}
    """
    found = {}
    for source, (path, content) in _files(tables, folder).items():
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line, advice = where_not_utf8(content, error)
            raise DataError([Problem(path.name, line, "", "encoding", advice)], str(folder)) from None
        table = path.suffix == ".csv"  # whose first line is its header
        found[source] = _numbered("R", text.splitlines()[1:]) if table else read_paragraphs(text)
    return found


def _files(tables: Tables, folder: str | os.PathLike[str] | None) -> dict[str, tuple[Path, bytes]]:
    """The file of each source whose text is at hand, and what is in it."""
    place = Path(folder) if folder else texts_folder(tables.folder)
    if not folder and not place.is_dir():
        return {}
    files = sorted(path for path in place.iterdir() if path.suffix in (".txt", ".csv"))
    contents = {path: content for path in files if isinstance(content := fetch(path), bytes)}
    by_hash = {hashlib.sha256(content).hexdigest(): path for path, content in contents.items()}
    by_name = {path.stem: path for path in contents}
    hashes = zip(tables.sources["source_id"], tables.sources["sha256"], strict=True)
    found = {source: by_hash.get(digest) or by_name.get(source) for source, digest in hashes}
    return {source: (path, contents[path]) for source, path in found.items() if path}


def check_files(tables: Tables, folder: str | os.PathLike[str] | None = None) -> list[Problem]:
    """Hold the hashes of whole texts to the files that :func:`find_texts` finds: ``hash-mismatch`` in ``sources``.

    A file with the line ends or the mark of order of another system is the same text. A data file can be made of the
    one that was read, which is held by its rows.
    """
    problems, found = [], _files(tables, folder)
    for line, row in zip(tables.lines["sources"], records(tables.sources), strict=True):
        path, content = found.get(row["source_id"], (Path(), b""))
        plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        own = [hashlib.sha256(some).hexdigest() for some in (content, plain)]
        if path.suffix == ".txt" and row["sha256"] and row["sha256"] not in own:
            message = f"{path.name} is not the text with this hash; its own is {own[0]}"
            problems.append(Problem("sources.csv", line, "sha256", "hash-mismatch", message))
    return problems


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
        ``hash-mismatch`` (a paragraph is not the one that was read), ``no-paragraph`` (the text does not have it),
        ``missing-paragraph`` (the table does not), ``quote-mismatch`` (a direct quotation is not in its paragraph, or
        not between quotation marks), ``not-as-written`` (a phrase is not in the paragraphs cited), ``not-named`` (an
        actor of a row is named in none of the paragraphs it cites).

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> problems = check_texts(load_tables(), {"tass-2020-01-13": {"P1": "What nobody has read."}})
    >>> sorted({problem.code for problem in problems})
    ['hash-mismatch', 'no-paragraph', 'not-as-written']
    """
    problems = list(_hash_problems(tables, texts))
    problems += _alias_problems(tables, texts)
    words = _names_of_actors(tables)
    plain = {source: {n: _plain(line) for n, line in text.items()} for source, text in texts.items()}
    hints = iter(range(PRINTED))  # a hint is much work

    @cache
    def named(actor: str, source: str, numbers: tuple[str, ...]) -> bool:
        pattern = words.get((actor, source), words.get((actor, "")))
        cited = (plain[source][number] for number in numbers if number in plain[source])
        return pattern is None or any(map(pattern.search, cited))

    named_by = {name: [column for column, target in links(name).items() if target == "actors"] for name in resources()}
    named_by["actors"] = ["actor_id"]
    for name, frame in tables.frames.items():
        if "paragraphs" not in fields(name):
            continue
        written = [column for column in fields(name) if column.endswith("as_written")]
        for line, row in zip(tables.lines[name], records(frame), strict=True):
            text = plain.get(row["source_id"], {})
            cited = [text[number] for number in row["paragraphs"] if number in text]
            if not cited:
                continue
            where = ", ".join(row["paragraphs"])
            for column in written:
                if row[column] and not any(_plain(row[column]) in paragraph for paragraph in cited):
                    message = f"{row[column]!r} does not stand in {where}"
                    problems.append(Problem(f"{name}.csv", line, column, "not-as-written", message))
            for column in named_by[name]:
                for actor in [row[column]] if isinstance(row[column], str) else row[column]:
                    if not named(actor, row["source_id"], row["paragraphs"]):
                        message = f"{actor!r} is named in none of {where}; cite the paragraph that names it"
                        problems.append(Problem(f"{name}.csv", line, column, "not-named", message))
            if name == "quotes" and row["direct"]:
                fault = _quote_fault(_plain(row["text"]), cited, where, hints)
                if fault:
                    problems.append(Problem("quotes.csv", line, "text", "quote-mismatch", fault))
    return sorted(problems)


def shared_words(texts: Texts) -> Frame:
    """Measure how much of each text stands in each other one, word for word.

    One row and column a source: the share of the runs of five words of the shorter text that stand in the longer one
    too, from 0 to 1.

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


def near_copies(tables: Tables, texts: Texts) -> list[Problem]:
    """Find texts that are near copies of each other and are not said to be, as warnings with the row's place."""
    shares, found = shared_words(texts), []
    rows = {str(row["source_id"]): row for row in records(tables.sources)}
    lines = dict(zip(rows, tables.lines["sources"], strict=True))
    for one, other in combinations(sorted(texts), 2):
        said = other in rows[one]["copy_of"] or one in rows[other]["copy_of"]
        share: float = shares.to_dict()[one][other]
        if share >= NEAR_COPY and not said:
            message = f"{share:.2f} of the shorter text stands in {other!r}: put that here if it is a copy"
            found.append(Problem("sources.csv", lines[one], "copy_of", "near-copy", message))
    return found


def _plain(text: str) -> str:
    """Text with straight quotation marks and single spaces, as the lock compares it."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_QUOTES).split())


def hash_of(text: str) -> str:
    """The hash by which a text or a paragraph is known where it is not shown."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_problems(tables: Tables, texts: Texts) -> Iterator[Problem]:
    frame = tables.paragraphs
    for source in (source for source, text in texts.items() if not text):
        yield Problem("paragraphs.csv", 0, "paragraph", "no-paragraph", f"the text of {source} is empty")
    for line, row in zip(tables.lines["paragraphs"], records(frame), strict=True):
        text = texts.get(row["source_id"])
        if not text:
            continue
        if row["paragraph"] not in text:
            message = f"the text of {row['source_id']} ends with {list(text)[-1]}"
            yield Problem("paragraphs.csv", line, "paragraph", "no-paragraph", message)
        elif (right := hash_of(text[row["paragraph"]])) != row["sha256"]:
            message = (
                f"{row['paragraph']} of {row['source_id']} is not the paragraph with this hash; its own is {right}"
            )
            yield Problem("paragraphs.csv", line, "sha256", "hash-mismatch", message)
    for source, text in texts.items():
        listed = set(frame.loc[frame["source_id"] == source, "paragraph"])
        for number in (n for n in text if n not in listed and n.startswith("P")):  # of data files, rows are chosen
            message = f"{number} of {source} is in the text, but not in the table; its hash is {hash_of(text[number])}"
            yield Problem("paragraphs.csv", 0, "paragraph", "missing-paragraph", message)


def _alias_problems(tables: Tables, texts: Texts) -> Iterator[Problem]:
    """Other words for an actor that the source which is said to use them does not have."""
    for line, aliases in zip(tables.lines["actors"], tables.actors["aliases"], strict=True):
        for word, source in map(split_alias, aliases):
            text = [_plain(paragraph) for paragraph in texts.get(source, {}).values()]
            if text and not any(_plain(word) in paragraph for paragraph in text):
                yield Problem("actors.csv", line, "aliases", "not-as-written", f"{word!r} does not stand in {source}")


def _names_of_actors(tables: Tables) -> dict[tuple[str, str], re.Pattern[str]]:
    """What names an actor in a source that has words of its own for it, and in any other (an empty id).

    A name in another script (``name_ar``) names it as its name does.
    """
    words: dict[tuple[str, str], list[str]] = {}
    for row in records(tables.actors):
        actor = row["actor_id"]
        names = [row[column] for column in row if column == "name" or (column.startswith("name_") and row[column])]
        words[actor, ""] = names
        for word, source in map(split_alias, row["aliases"]):
            words.setdefault((actor, source), [*names]).append(word)
    return {named: names_it(*found) for named, found in words.items()}


def names_it(*words: str) -> re.Pattern[str]:
    """A pattern that finds any of some names as whole words, with what is written onto them in Arabic.

    >>> bool(names_it("مصر").search("ومصر")), bool(names_it("Kes").search("Kestrel"))
    (True, False)
    >>> bool(names_it("الأمم المتحدة").search("للأمم المتحدة"))
    True
    """
    plain = [_plain(word) for word in words]
    plain += [f"لل{word[2:]}" for word in plain if word.startswith("ال")]  # "for the" is written in one
    return re.compile(rf"(?<!\w){WRITTEN_ON}(?:{'|'.join(map(re.escape, plain))})(?!\w)")


def _quote_fault(quote: str, cited: list[str], where: str, hints: Iterator[int]) -> str:
    """Why a direct quotation is not locked to its paragraphs; empty if it is."""
    if any(quote in quoted for paragraph in cited for quoted in paragraph.split('"')[1::2]):
        return ""
    if any(quote in paragraph for paragraph in cited):
        return f"the words stand in {where}, but not between quotation marks"
    fault, length = f"the quotation does not stand in {where}", len(quote.split())
    if len(quote) > _LONGEST_COMPARED or next(hints, None) is None:
        return fault
    texts = (paragraph.split()[:_MOST_WORDS] for paragraph in cited[:_MOST_PARAGRAPHS])
    windows = (" ".join(words[n : n + length]) for words in texts for n in range(max(1, len(words) - length + 1)))
    compared = difflib.SequenceMatcher(None, b=quote, autojunk=False)

    def likeness(window: str) -> float:
        compared.set_seq1(window)
        return compared.ratio()

    return f"{fault}; the nearest words there are {max(windows, key=likeness)!r}"
