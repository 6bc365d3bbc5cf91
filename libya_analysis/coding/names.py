"""Names in a text: those of known actors, however they are spelled, and those that nobody has entered yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from libya_analysis.coding.cues import BODIES, pattern, words_of
from libya_analysis.evidence.errors import needed
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import WRITTEN_ON

#: Score (of 100) from which on a known name is asked about as perhaps the same.
_ALIKE = 72
_MOST_CANDIDATES, _LONGEST_ID = 3, 60  # and room for a number, of the 64 letters that an id may have
_SMALL = "of|for|the|al|el|bin|ben|ibn|abu|de|von|van"
_CAPITAL = r"(?:(?:[A-Z]\.){2,3}|[A-Z]\.(?=\s[A-Z])|[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’]*(?:-[\w'’]+)*)"
_NEXT = rf"(?<!['’]s)[ -](?:(?:{_SMALL})[ -]){{0,2}}{_CAPITAL}|\s+\d+\b(?=\s+{_CAPITAL})"
_NAME = re.compile(rf"(?:(?:[Aa]l|[Ee]l)-)?{_CAPITAL}(?:{_NEXT})*")
_COMMON = frozenset(pattern("common").split())
_COMMONS = re.compile(rf"(?:(?:{'|'.join(_COMMON)})(?:\s+|$))*")
_COMMON_LAST = re.compile(rf"(?:\s+(?:{'|'.join(_COMMON)}))+$")
_SMALL_FIRST = re.compile(r"(?:(?:of|for|the) )+(?=[A-Z])")
#: What is of a region or a faith, and no actor.
_GENERAL = re.compile(pattern("general"))
#: Arabic letters for ids; an id is no transliteration.
_LETTERS = zip(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y".split(), strict=True
)
_LATIN = str.maketrans({**dict(_LETTERS), "ء": "", "گ": "g", "پ": "p", "چ": "ch", "ڤ": "v"})
#: Folded letters that are written either way.
_SAME = str.maketrans({"ى": "ي", "ة": "ه", "’": "'", "‘": "'", "‑": "-", "\u00a0": " ", "ı": "i", "ø": "o", "ł": "l"})

#: What is written onto a name to tell who is behind something: NATO-backed.
_LED = re.compile(r"-(?:[a-z]+ed|[a-z]+ing|made|run|born)$")
_SMALL_BODY = re.compile(rf"({_CAPITAL}) (?:{pattern('small_bodies')})(?!\w)")
#: Sounds that are told apart when a name is compared across scripts, as the letters of either stand for them.
_SOUNDS = str.maketrans({**dict.fromkeys("aeiouywvh", ""), **dict.fromkeys("qgkx", "k"), **dict.fromkeys("czsj", "s"),
                         **dict.fromkeys("td", "t"), **dict.fromkeys("bp", "b")})  # fmt: skip
_ALIKE_IN_SOUND = 80

#: Persons whom a text does not name.
_OFFICIALS = {language: re.compile(pattern("officials", language)) for language in ("en", "ar")}
_BODY = ("armed-group", "government", "movement")
_BODY_WORDS = "|".join(word for some in BODIES.values() for word in re.findall(r"[\u0621-\u064a]+", some))
_PART = rf"(?:(?:عبد|أبو|أبي|بو|بن|ابن|آل) ){{0,2}}(?!(?:{pattern('small', 'ar')})(?!\w))\w{{2,}}"
#: A person's name in Arabic, which has no capitals.
_PAIR = rf"(?!و?ال)(?=\w{{3}}){_PART}(?: {_PART})"
_TITLED = re.compile(
    rf"(?<!\w)[وب]?(?:{pattern('titles', 'ar')})"
    rf"(?: (?P<body>(?:ال)?(?:{_BODY_WORDS}) (?:(?:ال|لل)\w+ ?)+)|(?: (?:ال|لل)\w+)* )(?P<name>{_PAIR})?"
)
#: "the writer, N. N., says", and "led by N. N.".
_ASIDE_NAME = re.compile(rf"،\s*(?P<name>{_PAIR}(?: {_PART})?)،\s*[إأ]ن(?!\w)")
_LED_BY = re.compile(
    rf"(?:[يت]قوده[ام]?|بقيادة|بزعامة|[يت]تزعمه[ام]?)\s+(?:(?:{pattern('titles', 'ar')})\s+)?(?P<name>{_PAIR})"
)
_NOT_ITS_OWN = "(?!(?:ال)?(?:مدعوم|موالي|تابع|مناهض|معارض)\\w*)"
_ARABIC_BODY = re.compile(
    rf"(?<!\w)[وفبل]?(?P<name>(?:ال(?:{_BODY_WORDS})|(?:{_BODY_WORDS}))(?: {_NOT_ITS_OWN}(?:ال|لل)(?!تي|ذي|ذين)\w+)+"
    r"|(?:سرايا|كتيبة|لواء|حركة|حزب) (?!ال)\w{3,})"
)
_BARE_BODY = re.compile(r"(?<!\w)[وفبل]?(?P<name>ال(?:جيش|حكومة|برلمان|بعثة))(?! ال)(?!\w)")
_TITLES = re.compile(rf"\b(?:{pattern('titles')})\b\.?", re.IGNORECASE)
_TITLE = re.compile(rf"(?:(?:{pattern('titles')})(?:\.-?\s*|\s+|-|$))*", re.IGNORECASE)


#: What is a state's own, by its code, where that is no form of its name.
_ADJECTIVES: dict[str, str] = words_of("adjectives")
#: Before these words, a city or what is a state's own means who rules there.
_RULES = re.compile(r"[ -](?:administration|government|authorities|military|based)\b")
#: What a title of tables tells of where the war is.
_WAR_OF = re.compile(r"\bin (?:the )?([A-Z][\w-]+)|\b([A-Z][\w-]+)['’]s (?:\w+ )?(?:war|conflict)\b")
#: Behind this word, what is a state's own tells of its head.
_HEAD = re.compile(r"(?<!\w)[وبفلك]?(?:ال|لل)رئيس\s+$")
#: Behind these words stands a place.
_AT = re.compile(r"\b(?:in|at|on|near|to|from|of|into|towards|around|outside)\s+(?:the\s+)?$")


@dataclass(frozen=True)
class Name:
    """A name in a text. ``actor`` is whose it is, if that is known; ``alike`` are actors whose it may be.

    ``how`` is "name", "slip" (a letter is amiss), "adjective" (of a state) or "" where it is nobody's yet.
    """

    first: int
    last: int
    text: str
    actor: str = ""
    how: str = ""
    alike: tuple[str, ...] = ()
    kind: str = ""


def fold(text: str) -> tuple[str, list[int]]:
    """Text without accents, vowel signs and the like, and where each of its letters stood.

    >>> fold("Çavuşoğlu")[0], fold("أردوغان")[0]
    ('Cavusoglu', 'اردوغان')
    """
    letters, places = [], []
    for place, letter in enumerate(text):
        for part in unicodedata.normalize("NFD", letter):
            if unicodedata.category(part) not in ("Mn", "Cf") and part != "ـ":
                letters.append(part.translate(_SAME))
                places.append(place)
    return "".join(letters), [*places, len(text)]


def _key(name: str) -> str:
    """What is the same of a name, however it is spelled: no capitals, hyphens or articles.

    >>> _key("Abdel-Fattah El-Sisi") == _key("Abdel Fattah al-Sisi")
    True
    """
    parts = re.findall(r"\w+", re.sub(r"['’]s?\b", "", fold(name)[0]).casefold())
    return " ".join(word for word in parts if word not in ("al", "el", "the", "of"))


class Names:
    """The names of a folder's actors, to be found in texts."""

    def __init__(self, tables: Tables) -> None:
        self._fuzz, self._process = needed("rapidfuzz.fuzz"), needed("rapidfuzz.process")
        self._distance = needed("rapidfuzz.distance").DamerauLevenshtein.distance
        spelled: dict[str, set[str]] = {}  # actors by each way to write their names
        self._adjectives: dict[str, str] = {}  # states by words for what is theirs, where no rule makes these
        self.kinds: dict[str, str] = {}
        self._states: dict[str, str] = {}  # by their ISO 3166-1 code
        persons: dict[str, set[str]] = {}
        for row in records(tables.actors):
            actor = row["actor_id"]
            self.kinds[actor] = row["kind"]
            arabic = [value for column, value in row.items() if column.startswith("name_") and value]
            for name in (row["name"], *(split_alias(alias)[0] for alias in row["aliases"]), *arabic):
                spelled.setdefault(fold(name)[0], set()).add(actor)
                if name.isascii() and name.isupper() and len(name) < 4:  # UN, U.N.
                    spelled.setdefault(f"{'.'.join(name)}.", set()).add(actor)
            if row["kind"] == "state":
                self._states[row["country"]] = actor
                adjectives = re.findall(r"[\w.]+", _ADJECTIVES.get(row["country"], ""))
                adjectives += [word for word, _ in map(split_alias, row["aliases"]) if _is_adjective(word, row["name"])]
                adjectives += [word for name in arabic for word in _of_state(fold(name)[0])]
                self._adjectives |= {fold(word)[0]: actor for word in adjectives}
            if row["kind"] == "person":
                for name in (row["name"], *arabic):
                    surname = re.split(r"[\s-]", fold(name)[0])[-1]
                    if len(surname) > 3:
                        persons.setdefault(surname, set()).add(actor)
        for surname, actors in persons.items():
            spelled.setdefault(surname, actors)
        self.spelled = {name: next(iter(actors)) for name, actors in spelled.items() if name and len(actors) == 1}
        self._several = {name: tuple(sorted(actors)) for name, actors in spelled.items() if len(actors) > 1}
        for word, state in self._adjectives.items():
            self.spelled.setdefault(word, state)
        leads = tables.ties[tables.ties["kind"] == "leads"]
        heads: dict[str, set[str]] = {}
        for person, body in zip(leads["from_id"], leads["to_id"], strict=True):
            if self.kinds.get(person) == "person" and self.kinds.get(body) == "state":
                heads.setdefault(body, set()).add(person)
        self._heads = {state: next(iter(some)) for state, some in heads.items() if len(some) == 1}
        here = {fold(name)[0] for match in _WAR_OF.finditer(tables.title) for name in match.groups() if name}
        codes = {_states("en").get(name, "") for name in here} - {""}
        states = {name for some in (_states("en"), _states("ar")) for name, code in some.items() if code in codes}
        self.here = here | states  # the country or place of the war, which is no actor in it
        self.places = {fold(place)[0] for place in tables.events["place"].tolist() if place}
        self._learnt()

    def learn(self, actor: str, names: Iterable[str], kind: str) -> None:
        """Take names for those of an actor from now on."""
        self.kinds.setdefault(actor, kind)
        codes = (_states("en").get(fold(name)[0], "") for name in names)
        own = {fold(word)[0]: actor for code in codes for word in _ADJECTIVES.get(code, "").split()}
        self._adjectives = {**own, **self._adjectives}
        self.spelled = {**own, **{fold(name)[0]: actor for name in names}, **self.spelled}
        self._learnt()

    def _learnt(self) -> None:
        self._keys = {key: actor for name, actor in self.spelled.items() if (key := _key(name))}
        with_for = {f"لل{name[2:]}": actor for name, actor in self.spelled.items() if name.startswith("ال")}
        self.spelled = {**with_for, **self.spelled}  # "for the" is written in one
        names = sorted((*self.spelled, *self._several), key=len, reverse=True)
        known = "|".join(map(re.escape, names)) or "(?!)"
        self._known = re.compile(rf"(?<![\w-]){WRITTEN_ON}(?P<name>{known})(?!\w)")

    def find(self, text: str, language: str = "en") -> list[Name]:
        """Find all names in a paragraph, known and new, in order; none overlaps another.

        >>> from libya_analysis import load_tables
        >>> names = Names(load_tables())
        >>> [(name.text, name.actor, name.how) for name in names.find("Khalifa Haftar met Jon Smith in Egypt.")]
        [('Khalifa Haftar', 'haftar', 'name'), ('Jon Smith', '', ''), ('Egypt', 'egypt', 'name')]
        """
        folded, places = fold(text)
        found = []
        for match in self._known.finditer(folded):
            name = match["name"]
            first, last = places[match.start("name")], places[match.end("name") - 1] + 1
            actor, alike = self.spelled.get(name, ""), self._several.get(name, ())
            rules = _RULES.match(text[last:])
            if name in self.places and not rules and _AT.search(text[:first]):
                continue  # on the outskirts of Tripoli: the city, and not who rules there
            led = re.match(r"-[a-z]", text[last:])  # UN-backed, Turkish-led
            adjective = self._adjectives.get(name) == actor and not rules
            if adjective and actor in self._heads and _HEAD.search(text[:first]):  # the French president
                actor, adjective = self._heads[actor], False
            how = "adjective" if led or adjective else "name"
            found.append(Name(first, last, text[first:last], actor, how if actor else "", alike))
        new = self._others(text, found) if language != "ar" else self._after_titles(text, found)
        longer: list[Name] = []
        for name in new:  # a new name that holds a known one is another's: Saddam Haftar
            if any(one.first <= name.first and name.last <= one.last and name.text != one.text for one in longer):
                continue  # whose they are is in their name
            longer.append(name)
            found = [one for one in found if one.last <= name.first or one.first >= name.last]
            found.append(name)
        return sorted(found, key=lambda name: name.first)

    def likeness(self, text: str, title: str) -> float:
        """How much of a title stands in a text, from 0 to 1."""
        return float(self._fuzz.token_set_ratio(text.casefold(), title.casefold())) / 100

    def _others(self, text: str, known: list[Name]) -> Iterator[Name]:
        for match in _OFFICIALS["en"].finditer(text):
            if re.search(r"[A-Z]\w+, $", text[: match.start()]):
                continue  # N. N., a Dorvanian official
            inside = [one for one in known if one.first < match.end() and match.start() < one.last]
            if all(self.kinds.get(one.actor) != "person" and len(one.text) < len(match[0]) for one in inside):
                yield Name(*match.span(), match[0], kind="officials")
        for match in _SMALL_BODY.finditer(text):
            state = self._read(match[1], match.start(), False)
            longer = any(one.first == match.start() and one.last > state.last for one in known)
            ruling = state.actor in self.kinds and _RULES.match(text, state.last)
            if state.how == "adjective" and not (longer or ruling):
                yield self._read(match[0], match.start(), False)
        for match in _NAME.finditer(text):
            first, last = match.span()
            common = _COMMONS.match(match[0])
            begin = common.end() if common else 0
            title = _TITLE.match(match[0], begin)
            own = re.compile(r"[\w-]+\s+").match(match[0], begin)  # the Dorvanian Foreign Minister N. N.
            if own and not (title and title[0]) and (behind := _TITLE.match(match[0], own.end())) and behind[0]:
                state = self._read(own[0].split()[0], first + begin, False)
                title = behind
                yield from [state] * (bool(state.actor) and not any(one.first == state.first for one in known))
            titled = bool(title and title[0])
            written = re.sub(r"['’]s?$", "", match[0][title.end() if title else 0 :])
            written = _COMMON_LAST.sub("", _LED.sub("", written))
            small = _SMALL_FIRST.match(written)
            first, written = (first + small.end(), written[small.end() :]) if small else (first, written)
            written = re.sub(r" of .*", "", written) if titled else written
            first += title.end() if title else 0
            last = first + len(written)
            numbered = re.search(r"(?<![\w.,])\d{1,3}(?:st|nd|rd|th)? $", text[:first])
            if numbered and _guess(written, False) == "armed-group":  # 7 Division
                first, written = numbered.start(), text[numbered.start() : last]
            inside = [one for one in known if one.first < last and first < one.last]
            covered = any(one.first <= first and one.last >= last for one in inside)
            if len(written) < 3 or covered or self._of_place(written) or _GENERAL.fullmatch(written):
                continue
            name = self._read(written, first, titled)
            begins = first == 0 or bool(re.search(r"[.!?:“\"]\s*$", text[:first]))
            if name.actor:
                yield name
            elif inside:
                yield from self._beside_known(name, inside, begins)
            elif " " in written or titled or not begins or name.kind == "state" or self._alike(written):
                yield name

    def _beside_known(self, name: Name, inside: list[Name], begins: bool) -> Iterator[Name]:
        """What is new in a name that holds known ones: one of the family, a body, or the adjective before."""
        rest = name.text
        for one in inside:
            rest = rest.replace(one.text, " " * len(one.text))
        words = re.finditer(r"[\w'’-]+", _TITLES.sub(lambda m: " " * len(m[0]), rest))
        new = [m for m in words if m[0] not in _COMMON and m[0][0].isupper()]
        person = any(self.kinds.get(one.actor) == "person" and " " not in one.text for one in inside)
        first = begins and len(new) == 1 and new[0].start() == 0  # of a sentence: it would be written large anyway
        if new and ((person and not first) or _guess(rest, False) in _BODY):
            yield name
        elif new:
            word = self._read(new[0][0], name.first + new[0].start(), False)
            if word.how == "adjective":
                yield word

    def _of_place(self, written: str) -> bool:
        """Whether it is where something happened, or says that something is from there."""
        name = fold(written)[0]
        return name in self.places or (" " not in name and any(name[:4] == place[:4] for place in self.places))

    def _read(self, written: str, first: int, titled: bool) -> Name:
        last, key = first + len(written), _key(written)
        if actor := self._keys.get(key, ""):
            return Name(first, last, written, actor, "adjective" if fold(written)[0] in self._adjectives else "name")
        alike = self._alike(written)
        if alike and self.kinds.get(alike[0]) == "state" and " " not in written and written[-1] in "niseh":
            stem = next(name for name, actor in self.spelled.items() if actor == alike[0])
            if key[:4] == _key(stem)[:4]:
                return Name(first, last, written, alike[0], "adjective")
        if len(key) > 4:
            most = 1 if len(key) < 10 else 2
            others = (other for other in self._keys if self._distance(key, other, score_cutoff=most) <= most)
            near = {self._keys[other] for other in others if f"{key}s" != other}
            if len(near) == 1:
                return Name(first, last, written, near.pop(), "slip")
        own = set(key.split())
        parts = {actor for other, actor in self._keys.items() if len(own) > 1 and own < set(other.split())}
        if len(parts) == 1 and self.kinds.get(actor := parts.pop()) == "person":
            return Name(first, last, written, actor, "slip")
        return Name(first, last, written, alike=alike, kind=_guess(written, titled))

    def _alike(self, written: str) -> tuple[str, ...]:
        """Known actors whose name is much like this one, the most alike first; in Arabic, by its sounds."""
        if not written.isascii() and (own := _sounds(written)) and re.match(r"[\u0600-\u06ff]", written):
            sounds = {name: _sounds(name) for name in self.spelled if re.match("[A-Za-z]", name)}
            worth = {name: self._in_sound(own, text) for name, text in sounds.items() if len(text) > 2 < len(own)}
            close = sorted((name for name in worth if worth[name] >= _ALIKE_IN_SOUND), key=lambda name: -worth[name])
            return tuple(dict.fromkeys(self.spelled[name] for name in close))[:_MOST_CANDIDATES]
        own, keys = _key(written), list(self._keys)
        scored = self._process.extract(own, keys, scorer=self._fuzz.WRatio, score_cutoff=_ALIKE, limit=8)
        found = (key for key, *_ in scored)
        better = [key for key in found if self._fuzz.ratio(key, own) > 45 or set(key.split()) & set(own.split())]
        return tuple(dict.fromkeys(self._keys[key] for key in better))[:_MOST_CANDIDATES]

    def _in_sound(self, one: str, other: str) -> float:
        """How much two names sound alike, of 100, in whatever order their parts stand and wherever they are broken."""
        few, many = sorted((set(one.split()), set(other.split())), key=len)
        if len(few) > 1 and few <= many:
            return 100.0
        joined = (re.sub(r"(.)\1+", r"\1", text.replace(" ", "")) for text in (one, other))
        return max(float(self._fuzz.token_sort_ratio(one, other)), float(self._fuzz.ratio(*joined)))

    def _after_titles(self, text: str, known: list[Name]) -> Iterator[Name]:
        """Names in Arabic, which has no capitals: a body, two words, or both, behind a title."""
        for match in _OFFICIALS["ar"].finditer(text):
            if not any(one.first < match.end() and match.start() < one.last for one in known):
                yield Name(*match.span(), match[0], kind="officials")
        folded, places = fold(text)
        for match in _arabic_states().finditer(folded):
            first, last = places[match.start("name")], places[match.end("name") - 1] + 1
            actor = self._states.get(_states("ar")[match["name"]], "")
            if not any(one.first < last and first < one.last for one in known):
                yield Name(first, last, text[first:last], actor, "name" if actor else "", kind="" if actor else "state")
        for first, last, kind in self._arabic_places(text, known):
            written = text[first:last].rstrip()
            last = first + len(written)
            if not written or any((one.first <= first and last <= one.last) or one.first == first for one in known):
                continue
            if kind == "person" and any(one.first < last and first < one.last for one in known):
                continue
            inside = (one.first for one in known if first < one.first and self.kinds.get(one.actor) == "person")
            if kind != "person" and (cut := min(inside, default=last)) < last:  # the government's head N. N.
                written = text[first:cut].rstrip()
                last = first + len(written)
            whole = {actor for name, actor in self.spelled.items() if name.startswith(f"{fold(written)[0]} ")}
            if len(whole) == 1:  # the short form of a body's name
                yield Name(first, last, written, whole.pop(), "slip")
            elif kind != "short":
                kind = kind or _guess(written, True)
                yield Name(first, last, written, alike=self._alike(written), kind=kind)

    def _arabic_places(self, text: str, known: list[Name]) -> Iterator[tuple[int, int, str]]:
        """Where new names may stand, each with the kind of actor as far as its place tells."""
        for match in _TITLED.finditer(text):
            yield (*match.span("body"), "")
            body = match["name"] and re.match(rf"(?:{_BODY_WORDS})\s", match["name"])
            yield (*match.span("name"), "" if body else "person")
        titled = re.compile(rf"(?<!\w)[وبلف]?(?:{pattern('titles', 'ar')})\s+$")
        for one in known:  # the envoy of the United Nations N. N.
            body = self.kinds.get(one.actor) != "person" and titled.search(text[: one.first])
            if body and (behind := re.compile(rf"\s+({_PAIR})").match(text, one.last)):
                yield (*behind.span(1), "person")
        for match in (*_ASIDE_NAME.finditer(text), *_LED_BY.finditer(text)):
            yield (*match.span("name"), "person")
        for match in _ARABIC_BODY.finditer(text):
            yield (*match.span("name"), "")
        for one in known:  # the mission of the United Nations for support
            if head := re.search(rf"(?<!\w)[وفبل]?((?:{_BODY_WORDS})\s+)$", text[: one.first]):
                purpose = re.compile(r"(?: لل\w+)*").match(text, one.last)
                yield head.start(1), purpose.end() if purpose else one.last, ""
        for match in _BARE_BODY.finditer(text):
            yield (*match.span("name"), "short")


def _guess(name: str, titled: bool) -> str:
    """What kind of actor a new name may be; empty if nothing tells."""
    if fold(name)[0] in {**_states("en"), **_states("ar")}:
        return "state"
    for kind, some in BODIES.items():
        if re.search(rf"(?<!\w){WRITTEN_ON}(?:{some})(?!\w)", name, re.IGNORECASE):
            return kind
    return "person" if titled or 2 <= len(name.split()) <= 4 else "organisation" if name.isupper() else ""


@cache
def _states(language: str) -> dict[str, str]:
    """Names of states in a language, as the Common Locale Data Repository has them, and their ISO 3166-1 codes.

    >>> _states("en")["Egypt"], _states("ar")["مصر"]
    ('EGY', 'EGY')
    """
    babel, codes = needed("babel"), _codes()
    names = babel.Locale(language).territories.items()
    short = {
        name: code for code, words in words_of("short_states").get(language, {}).items() for name in words.split("|")
    }
    return {fold(name)[0]: code for name, code in short.items()} | {
        fold(re.sub(r"\s*\(.*", "", name))[0]: codes[two] for two, name in names if two in codes
    }


def state_cells(name: str) -> dict[str, str]:
    """Cells of a state's row, by its name in English or Arabic: both its names and its code; none if it is none.

    >>> state_cells("الكويت")
    {'name': 'Kuwait', 'name_ar': 'الكويت', 'country': 'KWT'}
    """
    code = _states("en").get(fold(name)[0]) or _states("ar").get(fold(name)[0])
    if not code:
        return {}
    babel = needed("babel")
    two = next(short for short, long in _codes().items() if long == code)
    english, arabic = (re.sub(r"\s*\(.*", "", babel.Locale(one).territories[two]) for one in ("en", "ar"))
    return {"name": english, "name_ar": arabic, "country": code}


#: Codes of states that are no more, which the repository keeps beside those of their successors.
_WITHDRAWN = frozenset("SUN YUG SCG FXX ZAR TMP BUR DDR YMD CSK ANT NTZ CSX BYS DHY HVO RHO VDR ATN ATB".split())


@cache
def _codes() -> dict[str, str]:
    """Codes of three letters by those of two (ISO 3166-1)."""
    aliases = needed("babel").core.get_global("territory_aliases").items()
    return {two[0]: three for three, two in aliases if len(three) == 3 and three.isalpha() and three not in _WITHDRAWN}


@cache
def _arabic_states() -> re.Pattern[str]:
    """What finds a state in Arabic, where no capital tells a name."""
    names = "|".join(map(re.escape, sorted(_states("ar"), key=len, reverse=True)))
    return re.compile(rf"(?<!\w){WRITTEN_ON}(?P<name>{names})(?!\w)")


def _is_adjective(word: str, state: str) -> bool:
    """Whether a word for a state is what is its own: Dorvanian."""
    return " " not in word and word != state and word[:4] == state[:4] and word[-1:] in "niseh"


def _sounds(name: str) -> str:
    """What is heard of a name in either script: its consonants, as far as both tell them apart.

    >>> _sounds("خالد المشري") == _sounds("Khaled al-Mishri")
    True
    """
    words = re.findall(r"[a-z]+", fold(name)[0].casefold().translate(_LATIN))
    bare = (re.sub(r"^(?:al|el)(?=.{3})", "", word) for word in words if word not in ("al", "el"))
    return " ".join(filter(None, (re.sub(r"(.)\1+", r"\1", word.translate(_SOUNDS)) for word in bare)))


def _of_state(name: str) -> Iterator[str]:
    """Arabic words for what is a state's own.

    >>> list(_of_state("روسيا"))
    ['روسي', 'روسيه']
    """
    stem = re.sub("(?:يا|ا|ه)$", "", name.split()[0].removeprefix("ال"))
    yield from (f"{stem}{end}" for end in ("ي", "يه"))


def new_id(name: str, taken: Any = ()) -> str:
    """An id for a name that nobody has yet.

    >>> new_id("Çavuşoğlu, Mevlüt"), new_id("Haftar", {"haftar"})
    ('cavusoglu-mevlut', 'haftar-2')
    >>> new_id("خالد المشري")
    'khald-almshry'
    """
    latin = fold(name)[0].casefold().translate(_LATIN)
    base = "-".join(re.findall(r"[a-z0-9]+", latin)) or "new"
    if len(base) > _LONGEST_ID:  # its end tells more than its middle
        end = base[-(_LONGEST_ID // 2) :].partition("-")[2]
        head = base[: _LONGEST_ID - len(end)].rpartition("-")[0]
        base = f"{head}-{end}" if head and end else base[:_LONGEST_ID].rstrip("-")
    return base if base not in taken else next(f"{base}-{i}" for i in range(2, 10_000) if f"{base}-{i}" not in taken)
