"""A paragraph taken apart: its sentences, each with its names, dates, quotations, cues, and whose voice it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from libya_analysis.coding.cues import CUES, Cue, pattern, words_of
from libya_analysis.coding.names import Name
from libya_analysis.coding.phrases import DatePhrase, find_dates

_QUOTE = re.compile(r"“(.+?)(?:”|$)|\"(.+?)\"|«(.+?)»|‘(.{12,}?)’(?!\w)|„(.+?)[“”]")
_ABBREVIATED = r"(?<!\b[A-Z])(?<!\b(?:Mr|Dr|Lt|St))(?<!\b(?:Gen|Col|Maj|Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec|Mrs))"
_END = re.compile(rf"(?:{_ABBREVIATED}\.|[!?؟])[\"”’»]*\s+(?=\S)")
#: Words that may stand between the members of a list.
_AND = re.compile(r"[\s,،()]*(?:(?:and|or|as well as|both|the|plus|et|y|e|و)\b[\s,،]*)*")
_TITLE = re.compile(
    rf"(?:[A-Z][\w'’]+ )?(?i:{pattern('titles')})(?!\w)|و?(?:{pattern('titles', 'ar')})(?: (?:ال|لل)\w+)*(?!\w)"
)
#: What stands between a name and a verb of speaking if somebody else speaks: "Haftar, the presidency said".
_OTHER = re.compile(r"(?:[,\"”]|\band) (?:the|a|an|its|his|their|one) (?:\w+ ){0,2}\w+\s+(?:has |had |have )?$")
#: A body that was named before: "the ministry said in a statement".
_THE_BODY = re.compile(r"\b[Tt]he (\w+)(?: statement)?\s+(?:ha[sd] )?$")
#: What may stand behind a speaker who stands behind the verb.
_BEHIND_SPEAKER = re.compile(r"\s*(?:[,.;:”\"—]|$|(?:on|in|at|after|who|during)\b)")
#: What is put in between commas before a verb: ", who rules there,", ", commander of the fleet, has".
_ASIDE = re.compile(
    r",\s*(?:(?:who|whose|which|where)\b[^,.;]*|(?:the |a |an )?[a-z][\w-]* (?:of|for|in) [^,.;]*),\s*"
    r"(?:(?:has|have|had|is|was|were|will|could|also|later|then)\s+)*$"
)
#: What is behind a name if what is its own is spoken of: "Malk's rival".
_OF_IT = re.compile(r"['’‘]s? [a-z]")
#: Between somebody and a body that is theirs: "Malk's Kestrel-based, widely recognised Council".
_ITS_BODY = re.compile(r"['’‘]s?(?: [\w-]*(?:-\w+|ly|ed|ern|al),?)* (?:the )?$")
#: Words before a name that does nothing then.
_HANGING = re.compile(
    r"\b(?:in|to|with|from|against|at|by|on|near|over|citing)\s+(?:the\s+)?(?:(?:[A-Z]\w+\s)?(?:"
    + pattern("titles")
    + r")\s+)?$",
    re.I,
)
#: Before a second verb of the sentence's subject: "Malk told them that they had lost, and left".
_ANOTHER_VERB = re.compile(r"\band (?:(?:also|then|\w+ly) )?$")
#: Letters from a cue to those that it is about.
REACH = 90


@dataclass(frozen=True)
class Spot:
    """Where words of a cue, or of speaking, stand in a paragraph."""

    first: int
    last: int
    text: str
    cue: Cue | None = None


@dataclass(frozen=True)
class Speaker:
    """Who speaks, and the paragraphs that name them; nobody if it cannot be told."""

    actor: str = ""
    named_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voice:
    """Whose voice makes what a sentence says, and how firmly; named as the columns of the tables."""

    status: str = "stated"
    modality: str = "actual"
    condition: str = ""
    said_by: str = ""
    reading: str = ""
    named_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence:
    """One sentence; all places count from the beginning of its paragraph, ``whole``."""

    number: str
    whole: str
    first: int
    last: int
    names: tuple[Name, ...]
    dates: tuple[DatePhrase, ...]
    quotes: tuple[tuple[int, int], ...]
    cues: tuple[Spot, ...]
    speech: tuple[Spot, ...]
    clauses: tuple[int, ...]  # where clauses begin
    turns: tuple[int, ...]  # those of them with which somebody else may begin to speak
    person: Speaker  # whom "he" stands for
    bodies: Mapping[str, Speaker]  # whom "the ministry" stands for
    speaker: Speaker = Speaker()

    @property
    def text(self) -> str:
        """Its words."""
        return self.whole[self.first : self.last].strip()

    def quoted(self, place: int) -> bool:
        """Whether a place stands between quotation marks."""
        return any(first <= place < last for first, last in self.quotes)

    def of(self, *families: str) -> list[tuple[Cue, Spot]]:
        """Its cues of some families."""
        return [(spot.cue, spot) for spot in self.cues if spot.cue and spot.cue.family in families]

    def voice(self, place: int) -> Voice:
        """Whose voice makes the claim at a place, and how real it is said to be."""
        voice = Voice()
        for spot in self.cues:
            cells = spot.cue.cells if spot.cue else {}
            if "status" in cells:
                left = [name for name in self.names if name.last <= spot.first]
                voice = replace(voice, status=cells["status"], said_by=left[-1].actor if left else self.speaker.actor)
            elif spot.cue and spot.cue.family == "condition":
                words = re.split(r"[,.;:”\"]", self.whole[spot.first : self.last])[0].split()
                voice = replace(voice, modality=cells["modality"], condition=" ".join(words[:14]))
            elif "modality" in cells and spot.last <= place < spot.last + REACH and not voice.condition:
                voice = replace(voice, modality=cells["modality"])
        told = (self.speech or self.quoted(place)) and not _ANOTHER_VERB.search(self.whole[:place])
        if voice.status == "stated" and told:
            spoke = min((spot.first for spot in self.speech), default=self.last)
            beyond = any(spoke < turn <= place for turn in self.turns) and not self.quoted(place)
            voice = replace(voice, status="attributed", said_by=self.speaker.actor, named_in=self.speaker.named_in)
            return replace(voice, reading="ambiguous" if beyond else "")
        return voice

    def clause(self, place: int) -> int:
        """Where the clause begins in which a place stands."""
        return max((one for one in self.clauses if one <= place), default=self.first)

    def beside(self, spot: Spot, pronouns: str) -> tuple[list[Name], list[Name]]:
        """Actors before and behind a cue, the nearest with those that are listed with it."""
        way = spot.cue.way if spot.cue else ""
        known = [name for name in self.names if name.how != "adjective" or name.last == spot.first]
        if way not in ("title", "chain"):  # Turkish President Erdogan is one name, and not two in a row
            known = [name for name in known if not self._titled(name)]
        if way != "title":
            told = [one.last for one in self.speech]  # according to Kestrel, Dorvania acts
            spoke = [one for one in known if any(0 <= one.first - place < 3 for place in told)]
            known = [one for one in known if one not in spoke or one.actor != self.speaker.actor] or known
        acting = self._before_aside(spot.first)
        left = [name for name in reversed(known) if name.last <= acting < name.last + REACH]
        right = [name for name in known if spot.last <= name.first < spot.last + REACH]
        if way != "title":  # Dorvania's rival is not Dorvania
            left, right = ([one for one in names if not self._owns(one, spot)] or names for names in (left, right))
            left = [one for one in left if not self.governed(one)] or left
        left, right = self._listed(left)[::-1] or self._he(spot, pronouns), self._listed(self._acted_on(right))
        if way == "forth" and _ANOTHER_VERB.search(self.whole[: spot.first]):
            left = self.subject(spot)
        if re.search(r"\b(?!is|was|has)[a-z]+s \w+ing\b$", self.whole[: spot.last]):
            left = []  # countries backing Malk: they are not named
        return left, right

    def _acted_on(self, right: list[Name]) -> list[Name]:
        """Of those behind a cue, who does not speak or act next: "Kestrel helps Malk and Dorvania backs Tarn"."""
        does = [one.first for one in self.cues if one.cue and one.cue.way == "forth" and one.text[:1].isalpha()]
        acting = [name for name in right[1:] if any(0 < place - name.last < 3 for place in does)]
        says = [one.first for one in self.speech]
        acting += [name for name in right if any(0 < place - name.last < 3 for place in says) and self._apart(name)]
        place = min((name.first for name in acting), default=self.last)
        return [name for name in right if name.first < place]

    def _apart(self, name: Name) -> bool:
        """Whether a comma stands before a name."""
        return bool(re.search(r", (?:the )?$", self.whole[: name.first]))

    def governed(self, name: Name) -> bool:
        """Whether a name hangs on a word before it, so that its owner does nothing: a visit to Dorvania."""
        return bool(_HANGING.search(self.whole[: name.first]))

    def _he(self, spot: Spot, pronouns: str) -> list[Name]:
        """Whoever "he" stands for at the beginning of a sentence, or as the subject of a cue's clause."""
        before = self.whole[self.first : spot.first]
        again = rf"^\W*(?:{pronouns})\b|\b(?:{pronouns})(?: (?:ha[sd]|have|w\w+|also|then|\w+ly))*\W*$"
        found = re.search(again, before, re.I)
        return [Name(spot.first, spot.first, "", self.person.actor, "pronoun")] if found and self.person.actor else []

    def owned(self) -> list[tuple[Name, Name]]:
        """Bodies that are said to be somebody's, and whose: "Malk's Council"."""
        known = [name for name in self.names if name.how != "adjective"]
        return [(a, b) for a, b in pairwise(known) if _ITS_BODY.fullmatch(self.whole, a.last, b.first)]

    def _owns(self, name: Name, spot: Spot) -> bool:
        """Whether what is spoken of is something of an actor, and not the actor, nor what a cue says of it."""
        if any(name is owner for owner, _ in self.owned()):
            return True
        return bool(_OF_IT.match(self.whole, name.last)) and not 0 <= spot.first - name.last < 4

    def _before_aside(self, place: int) -> int:
        """A place, or where what is put in before it begins: "Malk, who rules there, left"."""
        aside = _ASIDE.search(self.whole, self.first, place)
        return aside.start() if aside else place

    def subject(self, spot: Spot) -> list[Name]:
        """Whoever the clause of a cue begins with, or the one before if it names nobody; and those listed with them."""
        known = [name for name in self.names if name.how != "adjective" and not self._titled(name)]
        known = [name for name in known if not self.governed(name)] or known
        left = [one.last for one in self.cues if one.cue and one.cue.language == "en"]
        known = [name for name in known if not any(0 <= name.first - one < 3 for one in left)]  # left Moscow
        for first in sorted({self.first, *self.clauses}, reverse=True):
            if found := [name for name in known if first <= name.first < spot.first]:
                return self._listed(found)
        return self._listed(known)

    def _titled(self, name: Name) -> bool:
        """Whether a name is that of the body in a title, which stands behind it in Arabic."""
        gaps = {"title": lambda spot: spot.first - name.last, "chain": lambda spot: name.first - spot.last}
        if any(0 <= gaps[one.cue.way](one) < 3 for one in self.cues if one.cue and one.cue.way in gaps):
            return True
        return any(name in self.chained(one)[:1] for one in self.cues)

    def chained(self, spot: Spot) -> list[Name]:
        """A body and the one at its head side by side behind a title: "the head of the council N. N."."""
        if not spot.cue or spot.cue.family != "leading":
            return []
        behind = [name for name in self.names if name.first >= spot.last][:3]
        short = behind[2:] and self.whole[behind[0].last : behind[1].first].strip() == "("  # the Council (AC) N. N.
        close = [behind[0], behind[2]] if short else behind[:2]
        between = [spot.last, *(place for name in close for place in (name.first, name.last))]
        gaps = (self.whole[a:b] for a, b in zip(between[::2], between[1::2], strict=False))
        beside = all(re.fullmatch(r"\s*(?:\([^)]*\)\s*)?", gap) for gap in gaps)
        return close if len(close) == 2 and beside and close[0].first - spot.last < 3 else []

    def _listed(self, names: list[Name]) -> list[Name]:
        """Of some names, the first and those in one list with it: "Egypt, the Emirates and Russia"."""
        chosen, ended = names[:1], False
        for name in names[1:]:
            one, other = sorted((chosen[-1], name), key=lambda found: found.first)
            link = _TITLE.sub(" ", self.whole[one.last : other.first])
            joins = bool(re.search(r"\w", link.replace("the", "")))
            if not _AND.fullmatch(link) or (ended and not joins and name.first > names[0].first):
                break  # behind the last of a list, a comma begins something else
            chosen, ended = [*chosen, name], ended or joins
        return list({name.actor: name for name in chosen}.values())

    def dates_near(self, place: int) -> list[DatePhrase]:
        """Phrases of time, those of the same clause and the nearest first; what is quoted has its own."""
        free = [date for date in self.dates if not self.quoted(date.first) or self.quoted(place)]
        own = self.clause(place)
        return sorted(
            free, key=lambda one: (self.clause(one.first) != own, min(abs(one.first - place), abs(one.last - place)))
        )


class Grammar:
    """Takes paragraphs of one language apart."""

    def __init__(self, language: str, published: dt.date) -> None:
        self.language, self.published = language, published
        self.cues = [cue for cue in CUES if cue.language == language]
        self.pronouns, self.listened = pattern("pronouns", language), pattern("listened", language)
        self.reported = pattern("reported", language)
        self._bare: dict[str, str] = words_of("bare").get(language, {})
        self.order: dict[str, str] = words_of("order").get(language, {})
        self.several = pattern("several", language)
        self.lasted = re.compile(pattern("lasted", language), re.IGNORECASE)
        self._turns = re.compile(pattern("turns", language), re.IGNORECASE)
        self._clauses = re.compile(rf"{pattern('clauses', language)}|{self._turns.pattern}", re.IGNORECASE)
        self._speech = re.compile(rf"(?<!\w)(?:{pattern('speech', language)})(?!\w)", re.IGNORECASE)
        self._behind = re.compile(pattern("speech_before", language), re.IGNORECASE)

    def sentences(
        self, number: str, whole: str, names: Iterable[Name], known: Callable[[], tuple[Speaker, Mapping[str, Speaker]]]
    ) -> Iterator[Sentence]:
        """Take a paragraph apart; ``known`` is asked before each sentence whom "he" and "the ministry" stand for."""
        quotes = [match.span() for match in _QUOTE.finditer(whole)]
        named, dates = list(names), find_dates(whole, self.published, self.language)
        ends = [m.end() for m in _END.finditer(whole) if not any(a < m.start() < b - 2 for a, b in quotes)]
        for first, last in zip([0, *ends], [*ends, len(whole)], strict=True):
            speech = (Spot(*m.span(), m[0].casefold()) for m in self._speech.finditer(whole, first, last))
            sentence = Sentence(
                number,
                whole,
                first,
                last,
                tuple(name for name in named if first <= name.first < last),
                tuple(date for date in dates if first <= date.first < last),
                tuple((max(a, first), min(b, last)) for a, b in quotes if a < last and first < b),
                tuple(self._spots(whole, first, last, named)),
                tuple(spot for spot in speech if not any(a < spot.first < b for a, b in quotes)),
                tuple(match.end() for match in self._clauses.finditer(whole, first, last)),
                tuple(match.end() for match in self._turns.finditer(whole, first, last)),
                *known(),
            )
            yield replace(sentence, speaker=self._speaker(sentence))

    def bare(self, sentence: Sentence, spot: Spot) -> bool:
        """Whether a word for an event says no more than that it is the one that was spoken of: "the deal"."""
        if not self._bare:
            return False
        before, after = sentence.whole[sentence.first : spot.first], sentence.whole[spot.last : sentence.last]
        definite = re.search(self._bare["before"], before, re.IGNORECASE)
        alone = re.fullmatch(self._bare["word"], spot.text) and not re.match(self._bare["unless"], after)
        return bool(definite and alone)

    def _spots(self, whole: str, first: int, last: int, names: Iterable[Name]) -> list[Spot]:
        """Cues, none of them part of a name; where two overlap, the first of a family, and one that makes a row."""
        taken: list[Spot] = []
        for cue in self.cues:
            for match in cue.pattern.finditer(whole, first, last):
                a, b = match.span()
                over = [spot.cue for spot in taken if spot.first < b and a < spot.last and spot.cue]
                rows = [one for one in over if one.table and cue.table and "event" not in (one.family, cue.family)]
                named = any(name.first <= a < name.last and (name.first < a or b <= name.last) for name in names)
                if not (rows or named or cue.family in {other.family for other in over}):
                    taken.append(Spot(a, b, match[0], cue))
        return sorted(taken, key=lambda spot: spot.first)

    def _speaker(self, sentence: Sentence) -> Speaker:
        free = [name for name in sentence.names if not sentence.quoted(name.first)]
        if self.language == "ar":  # the head of the government N. N.: it is not the government that speaks
            free = [name for name in free if not any(name in sentence.chained(one)[:1] for one in sentence.cues)]
        for spot in sentence.speech:
            reach = self._clauses.search(sentence.whole, spot.last, spot.last + 40) if self.language == "ar" else None
            near = reach.start() if reach else spot.last + 40  # whoever is named behind "that" does not speak
            after = next((name for name in free if spot.last <= name.first < near), None)
            told = [name for name in reversed(free) if name.last <= spot.first]
            before = next((name for name in told if not sentence.governed(name)), told[0] if told else None)
            between = sentence.whole[before.last if before else sentence.first : spot.first]
            if sentence.person.actor and re.match(r"\s+[أا]ن(?:ه|ها|هم)?\s", sentence.whole[spot.last :]):
                return sentence.person  # in Arabic, "he" is in the verb
            if self._behind.fullmatch(spot.text) and (after or self.language == "en"):
                return Speaker(after.actor, (sentence.number,)) if after else Speaker()
            if sentence.person.actor and re.search(rf"\b(?:{self.pronouns})\b\W*$", between, re.IGNORECASE):
                numbers = dict.fromkeys((*sentence.person.named_in, sentence.number))
                return Speaker(sentence.person.actor, tuple(numbers))
            # “...,” said Haftar: the verb first, and no other behind the name
            ends = after and _BEHIND_SPEAKER.match(sentence.whole, after.last)
            turned = ends and after and after.first < spot.last + 4 and not re.fullmatch(self.listened, spot.text)
            if after and (not before or (turned and spot.first - before.last > 3)):
                return Speaker(after.actor, (sentence.number,))
            if before and not _OTHER.search(between):
                return Speaker(before.actor, (sentence.number,))
            if self.language == "ar" and not before and sentence.person.actor:  # whose verb is it, if nobody is named
                return sentence.person
            word = _THE_BODY.search(sentence.whole, sentence.first, spot.first)
            return sentence.bodies.get(word[1], Speaker()) if word else Speaker()
        return Speaker()
