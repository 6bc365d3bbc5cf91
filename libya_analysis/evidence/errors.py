"""What can go wrong, and how it is said: where, what was found, the nearest right value."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: How many problems a message prints; ``DataError.problems`` holds all of them.
PRINTED = 50
#: Characters of a problem that are shown.
_LONGEST = 1000


class LibyaAnalysisError(Exception):
    """Base of every error this package raises on purpose."""


#: What joins letters or keeps them apart: letters' own in Persian and Arabic names, though no printer shows it.
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    r"""Make text from elsewhere one line that commands neither a terminal nor who reads it: what is no sign is shown.

    >>> print(visible("a line\n~!and another\x1b[2J"))
    a line\n~!and another\x1b[2J
    """
    return "".join(c if c.isprintable() or c in _JOINERS else c.encode("unicode_escape").decode() for c in text)


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a table, with its place: line 1 is the header, 0 is no line, and no column is all of them.

    >>> print(Problem("backers.csv", 41, "actor_id", "broken-ref", "'lnaa' is not in actors.csv"))
    backers.csv:41:actor_id  broken-ref: 'lnaa' is not in actors.csv
    """

    file: str
    line: int
    column: str
    code: str
    message: str

    def __str__(self) -> str:
        place = ":".join(part for part in (self.file, str(self.line or ""), self.column) if part)
        line = f"{place}  {self.code}: {self.message}"
        if len(line) > _LONGEST:  # of a cell that is a book, the beginning
            line = f"{line[:_LONGEST]}... ({len(line):,} characters)"
        return visible(line)


class DataError(LibyaAnalysisError):
    """Tables that do not say what the schema asks for; ``problems`` are all of them, by file, line and column."""

    def __init__(self, problems: Iterable[Problem], where: str) -> None:
        self.problems = tuple(sorted(problems))
        self.where = where
        count = len(self.problems)
        lines = [f"{count} problem{'s' if count != 1 else ''} in {where}"]
        lines += [f"  {problem}" for problem in self.problems[:PRINTED]]
        if count > PRINTED:
            lines.append(f"  and {count - PRINTED} more (see .problems)")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Problem, ...], str]]:
        return type(self), (self.problems, self.where)  # so that it can be sent from process to process


class ParameterError(LibyaAnalysisError, ValueError):
    """Parameters of a notebook, function or report that cannot be meant; ``problems`` has a sentence a fault."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))

    def __reduce__(self) -> tuple[type[ParameterError], tuple[tuple[str, ...]]]:
        return type(self), (self.problems,)


class ReportError(LibyaAnalysisError):
    """A report that could not be made whole; nothing of it was published."""


def needed(module: str, extra: str = "coding") -> Any:
    """Import what comes with an extra of this package, or say how to install it.

    >>> needed("quipu")
    Traceback (most recent call last):
    libya_analysis.evidence.errors.ParameterError: quipu is not installed: pip install 'libya-analysis[coding]'
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise ParameterError(f"{name} is not installed: pip install 'libya-analysis[{extra}]'") from None


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like another, if any is like it.

    >>> nearest("as_off", ["as_of", "statuses"]), nearest("zzz", ["as_of"])
    ('as_of', '')
    """
    return next(iter(difflib.get_close_matches(word.casefold(), sorted(known), n=1)), "")


def did_you_mean(word: str, known: Iterable[str], most: int = 12) -> str:
    """Say which known word was probably meant, or which ones there are, at most so many.

    >>> did_you_mean("as_off", ["as_of", "statuses"])
    "; did you mean 'as_of'?"
    >>> did_you_mean("zzz", ["as_of", "statuses"])
    ' (known: as_of, statuses)'
    """
    names = sorted(known)
    if near := nearest(word, names):
        return f"; did you mean '{near}'?"
    listed = ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
    return f" (known: {listed})" if names else ""
