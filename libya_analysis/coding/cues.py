"""Words that tell what a sentence may say, as ``cues.toml`` lists them: cues, words of speaking, words of time."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from libya_analysis.evidence.texts import WRITTEN_ON

_WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_START = r"(?<!\w)"
_STARTS = {"ar": _START + WRITTEN_ON}


@dataclass(frozen=True)
class Cue:
    """Words of one language that tell what a sentence may say, and the cells that they propose.

    ``way`` is how actors stand around them; ``cues.toml`` says what there is.
    """

    family: str
    language: str
    words: str  # a pattern
    table: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    way: str = "forth"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What finds it: whole words, but for what hangs on a name ("'s president", ", leader of", "-backed")."""
        hangs = self.words.startswith(("(?<", ",?", "(?:['", "،"))
        return re.compile(
            rf"{'' if hangs else _STARTS.get(self.language, _START)}(?:{self.words})(?!\w)", re.IGNORECASE
        )


class DateWords:
    """Words around dates in one language, each a pattern that ``cues.toml`` gives; one that finds nothing without."""

    relative: Mapping[str, list[str]] = {}
    units: Mapping[str, list[str]] = {}
    numbers: Mapping[str, str] = {}
    ordinals: Mapping[str, str] = {}
    months: tuple[str, ...] = ()
    glue = prefix = ""

    def __init__(self, given: Mapping[str, Any] = MappingProxyType({})) -> None:
        vars(self).update(given)

    def __getattr__(self, name: str) -> str:
        return "(?!)"

    @property
    def before(self) -> str:
        """Words that may stand before a date, several of them in a row."""
        leads = (self.since, self.until, self.earlier_than, self.later_than, self.throughout, self.vague, self.other)
        some = "|".join(leads)
        return rf"(?:(?:{some})[\s-]+)*(?:{some})[\s-]+"


def pattern(section: str, language: str = "en") -> str:
    """A pattern of one section of ``cues.toml``; one that finds nothing where there is none for a language."""
    return str(_WORDS[section].get(language, "(?!)"))


def words_of(section: str) -> dict[str, Any]:
    """A section of ``cues.toml`` as it is."""
    return dict(_WORDS[section])


CUES = tuple(Cue(**row) for row in _WORDS["cues"])
DATE_WORDS = {language: DateWords(given) for language, given in _WORDS["dates"].items()}
#: Kinds of actors by words in the names of bodies.
BODIES: dict[str, str] = _WORDS["bodies"]
