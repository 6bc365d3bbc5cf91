"""What a paragraph may say, as marks on its words and as draft rows: proposals for a coder, who decides.

Nothing here is a finding. A draft is a row with all that follows from ids, source, paragraph, voice and dates filled in,
so that a reader checks instead of typing; whatever the rules do not see is still to be read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from libya_analysis.coding.cues import CUES, LISTENED, PRONOUNS, SPEECH, Cue
from libya_analysis.coding.names import Name, Names, new_id
from libya_analysis.coding.phrases import DatePhrase, find_dates
from libya_analysis.evidence.claim import CLAIM_TABLES, in_order
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import allowed, fields, primary_key
from libya_analysis.evidence.tables import Tables

_QUOTE = re.compile(r"“(.+?)(?:”|$)|\"(.+?)\"|«(.+?)»|‘(.{12,}?)’(?!\w)|„(.+?)[“”]")
_ENDS = re.compile(r"(?<!\b[A-Z])(?<!\b(?:Mr|Dr|Lt|St))(?<!\b(?:Gen|Col|Maj|Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec|Mrs))(?<=[.!?؟])[\"”’»]*\s+(?=\S)")
#: Words that may stand between the members of a list.
_AND = re.compile(r"[\s,،]*(?:(?:and|or|as well as|both|the|plus|et|y|e|و)\b[\s,،]*)*")
_REACH = 90  # letters from a cue to those that it is about
_KNOWN_EVENT = 2.9  # score from which on an event is taken to be one that is known
#: Who speaks, and the paragraphs that name them.
_Speaker = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Mark:
    """A place in a paragraph: an actor, a new name, a quotation, a word of speaking, a date, or a cue's family."""

    first: int
    last: int
    text: str
    kind: str
    says: str


@dataclass(frozen=True)
class Draft:
    """A row that a paragraph may give, all of its cells as text, and the words that it is drawn from."""

    table: str
    row: dict[str, str]
    why: str


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one paragraph."""

    source_id: str
    paragraph: str
    text: str
    marks: tuple[Mark, ...]
    drafts: tuple[Draft, ...]


def propose(tables: Tables, source_id: str, text: Mapping[str, str]) -> dict[str, Proposal]:
    """Propose marks and draft rows for every paragraph of a source.

    Parameters
    ----------
    tables : Tables
        What is known: actors, events, and rows that are there already, which are not proposed again.
    source_id : str
        A source of the tables.
    text : mapping
        Its paragraphs, as :func:`libya_analysis.find_texts` gives them.

    Returns
    -------
    dict of str to Proposal
        By paragraph, in the order of the text.

    Raises
    ------
    ParameterError
        If there is no such source.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> found = propose(load_tables(), "tass-2020-01-13", {"P3": "Haftar is supported by Jordan, officials said."})["P3"]
    >>> [(draft.table, draft.row["backer_id"], draft.row["actor_id"], draft.row["status"]) for draft in found.drafts]
    [('backers', 'jordan', 'haftar', 'attributed')]
    """
    reader = _Reader(tables, source_id)
    reader.meet(text)
    return {number: reader.read(number, words) for number, words in text.items()}


@dataclass
class _Voice:
    """Whose voice makes what a sentence says, and how firmly."""

    status: str = "stated"
    modality: str = "actual"
    condition: str = ""
    said_by: str = ""
    named_in: tuple[str, ...] = ()


@dataclass
class _Sentence:
    first: int
    last: int
    text: str
    names: list[Name]
    dates: list[DatePhrase]
    quotes: list[tuple[int, int]]
    cues: list[tuple[Cue, int, int]]
    speech: list[tuple[int, int, str]]

    def quoted(self, place: int) -> bool:
        return any(first <= place < last for first, last in self.quotes)


@dataclass
class _Reader:
    """Reads the paragraphs of a source in order, and remembers whom and what they spoke of last."""

    tables: Tables
    source_id: str
    person: tuple[str, str] = ("", "")  # who was named last, and in which paragraph
    event: tuple[str, str] = ("", "")  # the event spoken of last
    told: set[str] = field(default_factory=set)  # events of which the text has spoken
    new: dict[str, tuple[Name, list[str]]] = field(default_factory=dict)  # names not in the tables yet, and short forms

    def __post_init__(self) -> None:
        sources = {row["source_id"]: row for row in records(self.tables.sources)}
        if self.source_id not in sources:
            raise ParameterError(f"there is no source {self.source_id!r}{did_you_mean(self.source_id, sources)}")
        source = sources[self.source_id]
        self.language: str = source["language"]
        date = source["published"]
        self.published: dt.date = (date.latest or date.earliest) if date else dt.date.today()
        self.names = Names(self.tables)
        self.rows = {row["actor_id"]: row for row in records(self.tables.actors)}
        self.ids = {name: set(frame[primary_key(name)[0]]) for name, frame in self.tables.frames.items()}
        self.events = list(_known_events(self.tables, self.names))
        self.there = {
            (name, *_identity(name, row)): set(row["paragraphs"])
            for name, frame in self.tables.frames.items()
            if name in CLAIM_TABLES
            for row in records(frame)
            if row["source_id"] == self.source_id
        }
        words = "-".join(re.findall(r"[a-z]+", self.source_id))
        own = {key for name, frame in self.tables.frames.items() if name in CLAIM_TABLES for key, source in zip(frame[primary_key(name)[0]], frame["source_id"], strict=True) if source != self.source_id}
        self.prefix = self.source_id if any(key.startswith(f"{words}-") for key in own) else words
        self.cues = [(cue, cue.pattern) for cue in CUES if cue.language == self.language]
        self.speech = re.compile(rf"(?<!\w)(?:{SPEECH.get(self.language, '(?!)')})(?!\w)", re.IGNORECASE)

    def meet(self, text: Mapping[str, str]) -> None:
        """Learn the names that nobody has yet, so that a person who is named in full once is known by the surname."""
        for words in text.values():
            for name in self.names.find(words, self.language):
                if name.actor:
                    continue
                if _of_place(name.text, text.values()):
                    self.names.places.add(name.text)
                else:
                    actor = new_id(name.text, {*self.ids["actors"], *self.new})
                    surname = re.split(r"[\s-]", name.text)[-1]
                    alone = rf"(?<![\w-])(?<!{re.escape(name.text.split()[-2] if ' ' in name.text else '')} ){surname}(?!\w)"
                    short = name.kind == "person" and len(surname) > 3 and surname != name.text
                    aliases = [surname] if short and any(re.search(alone, line) for line in text.values()) else []
                    self.new[actor] = name, aliases
                    self.names.learn(actor, [name.text, *([surname] if short else [])], name.kind)

    # ---------------------------------------------------------------- one paragraph

    def read(self, number: str, text: str) -> Proposal:
        names = [name for name in self.names.find(text, self.language) if name.actor]
        dates = find_dates(text, self.published, self.language)
        quotes = [(match.start(), match.end()) for match in _QUOTE.finditer(text)]
        drafts: list[Draft] = list(self._actors(number, names))
        marks = [self._mark(name) for name in names]
        marks += [Mark(one.first, one.last, one.text, "date", one.date) for one in dates]
        marks += [Mark(first, last, text[first:last], "quote", "") for first, last in quotes]
        for sentence in self._sentences(text, names, dates, quotes):
            marks += [Mark(first, last, text[first:last], "speech", "") for first, last, _ in sentence.speech]
            marks += [Mark(first, last, text[first:last], "cue", cue.family) for cue, first, last in sentence.cues]
            drafts += self._drafts(number, sentence)
        return Proposal(self.source_id, number, text, tuple(sorted(marks, key=lambda mark: mark.first)), tuple(drafts))

    def _mark(self, name: Name) -> Mark:
        if name.actor in self.new:
            alike = self.new[name.actor][0].alike
            says = name.actor + (f"; the same as {', '.join(alike)}?" if alike else "")
            return Mark(name.first, name.last, name.text, "new", says)
        return Mark(name.first, name.last, name.text, "actor", name.actor + (f" ({name.how})" if name.how != "name" else ""))

    def _remember(self, number: str, sentence: _Sentence, speaker: str) -> None:
        """Keep whom "he" may stand for in what follows: who spoke, else the person who was named first."""
        free = [name for name in sentence.names if not sentence.quoted(name.first)]
        persons = [name.actor for name in free if self.names.kinds.get(name.actor) in ("person", "leader-unnamed", "officials")]
        if speaker in persons or persons:
            self.person = speaker if speaker in persons else persons[0], number

    def _sentences(
        self, text: str, names: list[Name], dates: list[DatePhrase], quotes: list[tuple[int, int]]
    ) -> Iterator[_Sentence]:
        ends = [match.end() for match in _ENDS.finditer(text) if not any(a < match.start() < b for a, b in quotes)]
        for first, last in zip([0, *ends], [*ends, len(text)], strict=True):
            cues: list[tuple[Cue, int, int]] = []
            for cue, pattern in self.cues:
                for match in pattern.finditer(text, first, last):
                    taken = any(
                        a < match.end() and match.start() < b and (other.family == cue.family or bool(other.table) and bool(cue.table) and "event" not in (other.family, cue.family))
                        for other, a, b in cues
                    )
                    inside = any(name.first <= match.start() and match.end() <= name.last for name in names)
                    if not (taken or inside):
                        cues.append((cue, match.start(), match.end()))
            yield _Sentence(
                first,
                last,
                text[first:last],
                [name for name in names if first <= name.first < last],
                [date for date in dates if first <= date.first < last],
                [(max(a, first), min(b, last)) for a, b in quotes if a < last and first < b],
                sorted(cues, key=lambda found: found[1]),
                [(m.start(), m.end(), m[0].casefold()) for m in self.speech.finditer(text, first, last) if not any(a < m.start() < b for a, b in quotes)],
            )

    def _drafts(self, number: str, sentence: _Sentence) -> Iterator[Draft]:
        speaker = self._speaker(number, sentence)
        self._remember(number, sentence, speaker[0])
        events = yield from self._events(number, sentence, speaker)
        for cue, first, last in sentence.cues:
            if cue.table in ("backers", "ties"):
                yield from self._relation(number, sentence, cue, first, last, speaker)
            elif cue.table == "participants" and events:
                event = min(events, key=lambda one: abs(one[0] - first))[1]
                yield from self._participants(number, sentence, cue, first, last, speaker, event)
        yield from self._quotes(number, sentence, speaker)

    # ---------------------------------------------------------------- who speaks, and how firmly

    def _speaker(self, number: str, sentence: _Sentence) -> _Speaker:
        """Who speaks in a sentence, and the paragraphs that name them; empty if nobody does or it cannot be told."""
        for first, last, word in sentence.speech:
            free = [name for name in sentence.names if name.actor and not sentence.quoted(name.first)]
            after = [name for name in free if name.first >= last and name.first - last < 40]
            before = [name for name in free if name.last <= first]
            behind = word in ("according to", "بحسب", "وفق", "selon", "según", "secondo") or self.language == "ar"
            near = after and (behind or (after[0].first - last < 4 and not re.fullmatch(LISTENED, word)) or not before)
            between = sentence.text[before[-1].last - sentence.first : first - sentence.first] if before else ""
            he = re.search(rf"\b(?:{PRONOUNS.get(self.language) or '(?!)'})\b\W*$", between or sentence.text[: first - sentence.first], re.IGNORECASE)
            if he and not near and self.person[0]:
                return self.person[0], tuple(dict.fromkeys((self.person[1], number)))
            if near or before:
                found = after[0] if near else _head(before, sentence)
                return found.actor, (number,)
        return "", ()

    def _voice(self, sentence: _Sentence, place: int, speaker: _Speaker) -> _Voice:
        voice = _Voice()
        for cue, first, last in sentence.cues:
            if "status" in cue.cells:
                voice.status = cue.cells["status"]
                left = [name for name in sentence.names if name.actor and name.last <= first]
                voice.said_by = _head(left, sentence).actor if left else speaker[0]
            elif "modality" in cue.cells and (cue.family == "condition" or (last <= place and place - first < _REACH)):
                voice.modality = cue.cells["modality"]
                if cue.family == "condition":
                    words = re.split(r"[,.;:”\"]", sentence.text[first - sentence.first :])[0].split()
                    voice.condition = " ".join(words[:14])
        if voice.status == "stated" and (sentence.speech or sentence.quoted(place)):
            voice.status, voice.said_by, voice.named_in = "attributed", speaker[0], speaker[1]
        return voice

    # ---------------------------------------------------------------- rows

    def _actors(self, number: str, names: Sequence[Name]) -> Iterator[Draft]:
        """Rows for names that nobody has yet, and aliases for those that are spelled in another way."""
        for name in names:
            if ("named", name.text) in self.there:
                continue
            if name.actor in self.new:
                new, aliases = self.new[name.actor]
                self.there |= {("named", text): set() for text in (new.text, *aliases)}
                asks = f"the same as {', '.join(new.alike)}?" if new.alike else "nobody of this name is known"
                row = {"actor_id": name.actor, "name": new.text, "kind": new.kind, "number": "one", "aliases": ";".join(aliases)}
                if self.language == "ar":
                    row["name_ar"] = new.text
                yield self._draft("actors", number, row, f"{new.text}: {asks}")
            elif name.actor in self.rows and not self._spelled(name):
                self.there["named", name.text] = set()
                row = self.rows[name.actor]
                whole = {column: ";".join(value) if isinstance(value, tuple) else str(value) for column, value in row.items()}
                whole["aliases"] = ";".join((*row["aliases"], name.text))
                yield Draft("actors", whole, f"{name.text}: another way to write {row['name']}")

    def _spelled(self, name: Name) -> bool:
        """Whether the tables have the name letter by letter, as the quote lock will ask."""
        row = self.rows[name.actor]
        known = (row["name"], *row["aliases"], *(row[column] for column in row if column.startswith("name_")))
        return any(word and word in name.text for word in known)

    def _relation(
        self, number: str, sentence: _Sentence, cue: Cue, first: int, last: int, speaker: _Speaker
    ) -> Iterator[Draft]:
        left, right = self._beside(sentence, first, last)
        ones, others = (right, left) if cue.way == "back" else (left, right)
        if cue.way == "title":  # "Egypt's president Sisi": a body, its title, a name
            close = left and right and first - left[-1].last < 3 and right[0].first - last < 3
            if not close or self.names.kinds.get(right[0].actor, "person") != "person":
                return
            ones, others = (right[:1], left[-1:])
        key, who, _, whom, _ = CLAIM_TABLES[cue.table]
        of_events = [place for other, place, _ in sentence.cues if other.family == "event"]
        for one in ones:
            for other in others:
                low, high = min(one.last, other.last), max(one.first, other.first)
                if cue.table == "backers" and any(low <= place < high for place in of_events):
                    continue  # it is the ceasefire that is backed
                if one.actor == other.actor or not (one.actor and other.actor):
                    continue
                verb = cue.cells.get("kind", "backs")
                row = {**cue.cells, who: one.actor, whom: other.actor}
                row[key] = self._id(cue.table, one.actor, verb, other.actor)
                voice = self._voice(sentence, first, speaker)
                state = self._dated(sentence, cue.table, first)
                yield from self._claim(cue.table, number, {**row, **state}, voice, sentence)

    def _beside(self, sentence: _Sentence, first: int, last: int) -> tuple[list[Name], list[Name]]:
        """Actors before and behind a place, the nearest with those that are listed with it."""
        known = [name for name in sentence.names if name.how != "adjective" or name.last == first]
        left = [name for name in known if name.last <= first and first - name.last < _REACH]
        right = [name for name in known if name.first >= last and name.first - last < _REACH]
        text = sentence.text

        def listed(names: list[Name], step: int) -> list[Name]:
            chosen = names[-1:] if step < 0 else names[:1]
            for name in reversed(names[:-1]) if step < 0 else names[1:]:
                one, other = (name, chosen[0]) if step < 0 else (chosen[-1], name)
                if not _AND.fullmatch(text[one.last - sentence.first : other.first - sentence.first]):
                    break
                chosen = [name, *chosen] if step < 0 else [*chosen, name]
            return list({name.actor: name for name in chosen}.values())

        left, right = listed(left, -1), listed(right, 1)
        if not left and self.person[0] and re.match(rf"\W*(?:{PRONOUNS.get(self.language) or '(?!)'})\b", sentence.text[: first - sentence.first], re.IGNORECASE):
            left = [Name(first, first, "", self.person[0], "pronoun")]
        return left, right

    def _events(self, number: str, sentence: _Sentence, speaker: _Speaker) -> Generator[Draft, None, list[tuple[int, str]]]:
        """Draft the events that a sentence tells of, and give their places and ids; without any, the last one's."""
        order = {id(cue): place for place, (cue, _) in enumerate(self.cues)}
        told = sorted((one for one in sentence.cues if one[0].family == "event"), key=lambda one: order[id(one[0])])
        found: list[tuple[int, str]] = []
        for cue, first, _ in told:
            kind = cue.cells["kind"]
            actors = {name.actor for name in sentence.names}
            near = sentence.text[max(0, first - sentence.first - _REACH) : first - sentence.first + _REACH]
            dates = [date.date for date in sentence.dates]
            worth = {one.event_id: one.alike(near, kind, actors, dates, self.names) for one in self.events}
            for event in self.events:
                worth[event.event_id] += 1.4 if event.event_id in self.told and event.kind == kind else 0.0
            best = max(worth, key=lambda one: worth[one], default="")
            if not best or worth[best] < _KNOWN_EVENT:
                if found:
                    continue  # of what is not known, one event a sentence
                best = yield from self._new_event(number, sentence, kind)
            self.told.add(best)
            if best not in {event for _, event in found} and (best, number) != self.event:
                row = {"event_id": best, "report_id": self._id("event_reports", best)}
                signs = {one.cells.get("role") for one, *_ in sentence.cues if one.family == "signing"}
                row["outcome"] = {frozenset({"withholds"}): "unsigned", frozenset({"signatory"}): "signed"}.get(frozenset(signs), "unknown")
                row |= self._dated(sentence, "event_reports", first)
                yield from self._claim("event_reports", number, row, self._voice(sentence, first, speaker), sentence)
            found.append((first, best))
        if found:
            self.event = found[0][1], number
        elif self.event[1] == number:
            found.append((sentence.first, self.event[0]))
        return found

    def _new_event(self, number: str, sentence: _Sentence, kind: str) -> Generator[Draft, None, str]:
        actors = list(dict.fromkeys(name.actor for name in sentence.names))
        title = kind.replace("-", " ").capitalize() + f": {', '.join(map(self._name, actors[:2]))}" * bool(actors)
        made = new_id(title, self.ids["events"])
        self.ids["events"].add(made)
        place = next((place for place in sorted(self.names.places) if re.search(rf"\b{re.escape(place)}\b", sentence.text)), "")
        row = {"event_id": made, "title": title, "kind": kind, "place": place}
        yield self._draft("events", number, row, sentence.text.strip())
        dates = frozenset(date.date for date in sentence.dates)
        self.events.append(_Event(made, title, kind, place, frozenset(actors), dates))
        return made

    def _participants(
        self, number: str, sentence: _Sentence, cue: Cue, first: int, last: int, speaker: _Speaker, event: str
    ) -> Iterator[Draft]:
        left, right = self._beside(sentence, first, last)
        who = [*left, *right] if cue.way == "with" else [one for one in right if one.first - last < 30] if cue.way == "object" else left or (right if self.language == "ar" else [])
        for name in {name.actor: name for name in who}.values():
            row = {**cue.cells, "event_id": event, "actor_id": name.actor}
            row["participation_id"] = self._id("participants", event, name.actor, cue.cells["role"])
            yield from self._claim("participants", number, row, self._voice(sentence, first, speaker), sentence)

    def _quotes(self, number: str, sentence: _Sentence, speaker: _Speaker) -> Iterator[Draft]:
        for first, last in sentence.quotes:
            words = sentence.text[first - sentence.first : last - sentence.first].strip("“”\"«»‘’„ ")
            words = re.sub(r"[,،]$", "", words)
            if len(words.split()) < 2:
                continue
            about = [name.actor for name in sentence.names if name.actor and first <= name.first < last]
            row = {"speaker_id": speaker[0], "direct": "true", "text": words, "about": ";".join(dict.fromkeys(about))}
            row["quote_id"] = self._id("quotes", speaker[0] or "unnamed", "-".join(words.split()[:4]))
            told = [end for _, end, word in sentence.speech if re.fullmatch(LISTENED, word)]
            listener = re.match(r"\s+((?:a |the )?[\w' -]{3,40}?)(?=[,.;]|$| on | in | that )", sentence.text[told[0] - sentence.first :]) if told else None
            row["said_to"] = listener[1] if listener else ""
            spoken = [date for date in sentence.dates if not first <= date.first < last]
            if spoken and sentence.speech:
                row |= {"said": spoken[0].date, "said_as_written": spoken[0].text, "said_basis": spoken[0].basis}
            row["event_id"] = self.event[0] if self.event[1] == number else ""
            yield from self._claim("quotes", number, row, _Voice(named_in=speaker[1]), sentence)

    def _dated(self, sentence: _Sentence, table: str, place: int) -> dict[str, str]:
        """Cells of the date nearest to a cue: of an event its day, of a state its start, its end, or when it was so."""
        free = [date for date in sentence.dates if not sentence.quoted(date.first) or sentence.quoted(place)]
        if not free:
            return {}
        date = min(free, key=lambda one: min(abs(one.first - place), abs(one.last - place)))
        if "date" in fields(table):
            return {"date": date.date, "date_as_written": date.text, "date_basis": date.basis}
        if date.start or date.end:
            cells = {"start": date.start, "end": date.end or "open", "dates_as_written": date.text, "dates_basis": date.basis}
            return cells if date.start else {**cells, "end": date.end}
        return {"attested": date.date} if parse_date(date.date).form != "one-of" else {}

    def _claim(
        self, table: str, number: str, row: Mapping[str, str], voice: _Voice, sentence: _Sentence
    ) -> Iterator[Draft]:
        """A draft of a claim, unless the tables have it from this paragraph already."""
        cells = dict(row)
        for name in ("status", "modality", "condition", "said_by"):
            if name in fields(table) and not ("said_by" not in fields(table) and name == "status"):
                cells[name] = getattr(voice, name)
        draft = self._draft(table, number, cells, sentence.text.strip(), voice.named_in)
        identity = (table, *_identity(table, draft.row))
        if number not in self.there.get(identity, set()):
            self.there.setdefault(identity, set()).add(number)
            yield draft

    def _draft(self, table: str, number: str, cells: Mapping[str, str], why: str, also: Iterable[str] = ()) -> Draft:
        """A whole row: what is given, the source and paragraph, and what follows where nothing is given."""
        row = {}
        for column, rules in fields(table).items():
            value = cells.get(column, "")
            if not value and column == "source_id":
                value = self.source_id
            elif not value and column == "paragraphs":
                value = ";".join(in_order({number, *also}))
            elif not value and rules.get("constraints", {}).get("required"):
                enum = allowed(table, column)
                value = next((word for word in ("none", "stated", "actual", "unknown") if word in enum and not (word == "unknown" and column == "kind")), "")
            row[column] = value
        return Draft(table, row, why)

    def _id(self, table: str, *parts: str) -> str:
        made = new_id("-".join((self.prefix, *parts)), self.ids[table])
        self.ids[table].add(made)
        return made

    def _name(self, actor: str) -> str:
        return self.rows[actor]["name"] if actor in self.rows else self.new[actor][0].text


def _of_place(name: str, lines: Iterable[str]) -> bool:
    """Whether a name mostly stands where places do: behind "in" or "to", or at the head of a report."""
    found = [line[: match.start()] for line in lines for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", line)]
    there = [before for before in found if re.search(r"(?:^|\b(?:in|at|near|to|from|towards|into))\s*$", before)]
    return " " not in name and 2 * len(there) > len(found)


def _head(names: Sequence[Name], sentence: _Sentence) -> Name:
    """Of the names before a verb, the one that it goes with: the last that opens no list of others."""
    return names[-1] if len(names) < 2 or names[-1].how != "adjective" else names[-2]


def _identity(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    _, who, what, whom, event = CLAIM_TABLES[table]
    words = (" ".join(str(row["text"]).split()),) if table == "quotes" else ()
    return (*(row[column] for column in (who, what, whom, event if table != "backers" else "") if column), *words)


@dataclass(frozen=True)
class _Event:
    """What is known of an event, to tell whether a sentence speaks of it."""

    event_id: str
    title: str
    kind: str
    place: str
    actors: frozenset[str]
    dates: frozenset[str]

    def alike(self, text: str, kind: str, actors: set[str], dates: Sequence[str], names: Names) -> float:
        """How well a sentence fits it: kind, words of its title, place, those who take part, days."""
        words = names._fuzz.token_set_ratio(text.casefold(), self.title.casefold()) / 100
        worth = 2.0 * words + (1.0 if kind == self.kind else 0.0)
        worth += 0.5 if self.place and self.place in text else 0.0
        worth += min(1.0, 0.4 * len(actors & self.actors))
        close = any(_overlap(one, other) for one in dates for other in self.dates)
        return worth + (0.8 if close else -0.6 if dates and self.dates else 0.0)


def _overlap(one: str, other: str) -> bool:
    """Whether two dates can mean the same day, each of them a year or less."""
    a, b = parse_date(one.removesuffix("/..")), parse_date(other.removesuffix("/.."))
    if not (a.earliest and a.latest and b.earliest and b.latest):
        return False
    short = max(a.latest - a.earliest, b.latest - b.earliest).days < 370
    return short and a.earliest <= b.latest and b.earliest <= a.latest


def _known_events(tables: Tables, names: Names) -> Iterator[_Event]:
    actors: dict[str, set[str]] = {}
    for row in records(tables.participants):
        actors.setdefault(row["event_id"], set()).add(row["actor_id"])
    dates: dict[str, set[str]] = {}
    for row in records(tables.event_reports):
        if row["date"]:
            dates.setdefault(row["event_id"], set()).add(str(row["date"]))
    for row in records(tables.events):
        event = row["event_id"]
        named = {name.actor for name in names.find(row["title"]) if name.actor} | actors.get(event, set())
        yield _Event(event, row["title"], row["kind"], row["place"], frozenset(named), frozenset(dates.get(event, ())))
