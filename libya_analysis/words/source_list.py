"""The list of sources in words: what citations link to."""

from __future__ import annotations

import html
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from libya_analysis.evidence.claim import grouped
from libya_analysis.evidence.dates import say_date
from libya_analysis.evidence.frames import NO_MATHEMATICS, records
from libya_analysis.evidence.question import Question, known_tables
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import find_texts
from libya_analysis.words.sentence import Prose, Statement


def source_list(
    tables: Tables,
    sources: Sequence[str] | None = None,
    question: Question | None = None,
    *,
    texts: str | os.PathLike[str] = "",
    **asked: Any,
) -> Prose:
    """List sources in words, as the targets of the links from sentences.

    Parameters
    ----------
    tables : Tables
        The evidence.
    sources : sequence of str, optional
        Only these source_ids; None for all that make claims.
    texts : path, optional
        A folder of the sources' texts, see :func:`libya_analysis.find_texts`: in a page, a citation then opens with its
        paragraphs. Texts of others are not to be published, and neither is such a page.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``known_on``.

    Returns
    -------
    Prose
        A statement a source, in the order of their numbers.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.
    DataError
        If a text in the folder is not UTF-8.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> print(source_list(load_tables(), ["tass-2020-01-13"]))
    7 · TASS, 13 January 2020. Report on the expected meeting of the rival leaders in Moscow.
    https://tass.com/world/1107679/amp
    """
    tables = known_tables(tables, question, **asked)
    numbers = tables.source_numbers()
    wanted = tables.published() if sources is None else sources
    rows = [row for row in records(tables.sources) if row["source_id"] in wanted]
    rows.sort(key=lambda row: numbers[row["source_id"]])
    found = find_texts(tables, texts) if texts else {}
    cited = grouped(records(tables.paragraphs), lambda row: row["source_id"]) if found else {}
    paragraphs = {
        source: {row["paragraph"]: text[row["paragraph"]] for row in cited[source] if row["paragraph"] in text}
        for source, text in found.items()
    }
    said = tuple(_say_source(row, numbers) for row in rows)
    return _Sources(said, texts=paragraphs) if said else Prose((Statement("No source."),))


def _say_source(row: dict[str, Any], numbers: dict[str, int]) -> Statement:
    agency, publisher = row["reported_by"], row["publisher"]
    known = [publisher] if publisher == agency else [agency, f"published by {publisher}"]
    maker = ", ".join(name for name in known if "unknown" not in name) or "maker unknown"
    inferred = " (the day is inferred)" if row["published_basis"] == "inferred" else ""
    copies = [str(numbers[source]) for source in row["copy_of"] if source in numbers]
    copy = f" A near copy of {', '.join(copies)}." if copies else ""
    text = f"{numbers[row['source_id']]} · {maker}, {say_date(row['published'])}{inferred}. {row['description']}.{copy}"
    return Statement(text, target=row["source_id"], url=row["url"])


@dataclass(frozen=True)
class _Sources(Prose):
    """A list of sources, each the target of links, with the paragraphs of those whose text is at hand."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "\n".join(f"{statement.text}\n{statement.url}".rstrip() for statement in self.statements)

    def _repr_html_(self) -> str:
        items = []
        for said in self.statements:
            link = (
                f'<a href="{html.escape(said.url)}">{html.escape(said.url)}</a>' if said.url else "No address is known."
            )
            name = html.escape(said.target)
            lines = [
                f'<p id="{name}-{number}">{html.escape(text)}</p>'
                for number, text in self.texts.get(said.target, {}).items()
            ]
            text = f'<div class="text">{"".join(lines)}</div>' if lines else ""
            items.append(f'<li id="{name}">{html.escape(said.text)} {link}{text}</li>')
        return f'<ul class="{NO_MATHEMATICS}">{"".join(items)}</ul>'
