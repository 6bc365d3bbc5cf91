"""What a paragraph may say, as marks on its words and as draft rows: proposals for a coder, who decides.

Nothing here is a finding. A draft is a row in which all that follows from ids, source, paragraph, voice and dates is
filled in, so that a reader checks instead of typing; what the rules do not see is still to be read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from libya_analysis.coding.cues import BODIES, pattern
from libya_analysis.coding.names import Name, Names, fold, new_id, state_cells
from libya_analysis.coding.phrases import DatePhrase
from libya_analysis.coding.rows import CALLED, is_required, source_row
from libya_analysis.coding.sentences import REACH, Grammar, Sentence, Speaker, Spot, Voice
from libya_analysis.evidence.claim import CLAIM_TABLES, in_order
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.schema import allowed, fields, primary_key, split_alias
from libya_analysis.evidence.tables import Tables
from libya_analysis.evidence.texts import names_it
from libya_analysis.evidence.vocabulary import EVENTS

#: Scores: from the first on, an event is taken to be a known one; the second is for one that the text has told of, the
#: third for one that somebody signed or did not, where signing is spoken of.
_KNOWN_EVENT, _TOLD_EVENT, _SIGNED = 2.9, 1.4, 0.8
#: Kinds of events in which a role is played, where a sentence tells of several.
_PLAYED = {
    "accepts": ("truce", "agreement", "proposal", "ceasefire-call"),
    "rejects": ("truce", "agreement", "proposal", "ceasefire-call"),
    "traveller": ("departure", "travel", "visit"),
    "signatory": ("truce", "agreement", "proposal"),
    "withholds": ("truce", "agreement", "proposal"),
    "target": ("overthrow", "offensive", "battle", "strike", "intervention"),
    "party": ("statement", "threat", "offensive", "battle", "call", "intervention"),
    "attends": ("meeting", "talks", "visit", "call", "peace-effort"),
    "called": ("ceasefire-call", "call", "peace-effort", "truce"),
}
_ONLY = ("traveller", "target", "called")  # roles that are played in no other kind
_SAYING = ("backers", "ties", "quotes")  # claims that leave nothing to be put into words of what somebody said
_LASTING = tuple(kind for kind, event in EVENTS.items() if event.lane != EVENTS["truce"].lane)
_BY_SOMEBODY = ("called", "invited", "pressured")  # of which it is said by whom
_TOGETHER = ("convener", "host", "mediator")  # who play it together do cooperate
_TERM = 4  # words, of which fewer between quotation marks are mostly a term, such as what others call something
_GOVERNED = 60  # letters from "after" to the event that it is about
#: Kinds of events that are for a day still to come, and kinds that are spoken of by each other's names.
_FOR_A_DAY, _DEALS = ("ceasefire-call", "proposal", "statement", "threat"), ("truce", "agreement", "proposal")
#: Kinds of events that one word may be used for.
_ALIKE_KINDS = (_DEALS, ("talks", "meeting", "visit", "peace-effort"), ("travel", "departure"), ("offensive", "battle"))
_OUTCOMES: dict[tuple[str, ...], str] = {("signatory",): "signed", ("withholds",): "unsigned"}
_AT_ONCE = 14  # letters between somebody and a word for what they are
_ONE_DEAL = 30  # letters between "agreement" and "ceasefire" if they are one
#: Cells of what a title tells.
_OWN_WORD = dict.fromkeys(("condition", "said_by", "start", "end", "dates_as_written", "attested", "reading"), "")
_OWN_WORD |= {"status": "stated", "modality": "actual", "dates_basis": "none"}
#: Cells that are often the same in the next row of a paragraph.
_CARRIED = ("event_id", "role", "status", "modality", "condition", "said_by")
#: Words that no id ends with.
_HANGS = frozenset(pattern("hangs").split())
_OFTEN = {"quotes": {"direct": "false", "status": "attributed"}, "backers": {"support": "unspecified"}}
#: What is said of a place behind its name.
_PLACES = re.compile(r" (?:Strip|Province|City|Region|District|Governorate|Peninsula)$")
#: Where a report was written, which does nothing in it.
_DATELINE = re.compile(
    r"(?:[A-Z]{3,}(?: [A-Z]+)*|(?:[A-Z]\w+ ?)+(?=,|\())(?:, [\w. ]{3,12})?(?:\s?\(\w+\))?(?:\s[-—–]|\. /)"
)
_WHEN = ("said", "said_as_written", "said_basis")
#: What stands where something is needed and nothing tells.
_USUAL = ("none", "stated", "actual", "unknown", "one")


@dataclass(frozen=True)
class Mark:
    """A place in a paragraph: an actor, a new name, a quotation, a word of speaking, a date, or a cue's family."""

    first: int
    last: int
    text: str
    kind: str
    says: str


class _Spoken(NamedTuple):
    """An event that a sentence speaks of, and where."""

    first: int
    last: int
    event: str
    kind: str


@dataclass(frozen=True)
class Draft:
    """A row that a paragraph may give, all of its cells as text, and the words that it is drawn from."""

    table: str
    row: dict[str, str]
    why: str


@dataclass(frozen=True)
class Proposal:
    """What is proposed for one paragraph."""

    marks: tuple[Mark, ...]
    drafts: tuple[Draft, ...]
    named: tuple[str, ...] = ()  # actors, new ones too, each where it is named first


def propose(tables: Tables, source_id: str, text: Mapping[str, str]) -> dict[str, Proposal]:
    """Propose marks and draft rows for every paragraph of a source.

    Rows that the tables have already are not proposed again.

    Parameters
    ----------
    tables : Tables
        The evidence so far, which has a row for the source.
    source_id : str
        The source.
    text : mapping of str to str
        Its paragraphs by number (``P1``, ...), as :func:`libya_analysis.find_texts` gives them.

    Returns
    -------
    dict of str to Proposal
        By number, in the order of the text: places that are marked, by their letters, and rows as text.

    Raises
    ------
    ParameterError
        If there is no such source, or the extra ``coding`` is not installed.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> found = propose(load_tables(), "tass-2020-01-13", {"P3": "Haftar is backed by Jordan, officials said."})["P3"]
    >>> [(draft.table, draft.row["backer_id"], draft.row["actor_id"], draft.row["status"]) for draft in found.drafts]
    [('backers', 'jordan', 'haftar', 'attributed')]
    """
    reader = _Reader(tables, source_id, text)
    return {number: reader.read(number, words) for number, words in text.items()}


def blank_row(table: str, source_id: str, paragraph: str, /, **cells: str) -> dict[str, str]:
    """Make a whole row with what is given, its source and paragraph, and what follows where nothing is given.

    >>> blank_row("ties", "report-2021", "P2", kind="opposes")["paragraphs"]
    'P2'
    """
    given = {"source_id": source_id, "paragraphs": paragraph, **_OFTEN.get(table, {}), **cells}
    row = {}
    for column in fields(table):
        needed = is_required(table, column) and column != "kind"
        usual = next((word for word in _USUAL if word in allowed(table, column)), "") if needed else ""
        row[column] = given.get(column) or usual
    return row


def begun_row(
    table: str,
    source_id: str,
    paragraph: str,
    taken: Iterable[tuple[str, Mapping[str, str]]] = (),
    named: Sequence[str] = (),
) -> dict[str, str]:
    """Begin a row that nobody drafted: of the event and in the voice of the one before, about who is named next.

    Parameters
    ----------
    table, source_id, paragraph : str
        Where it is to stand, and what it rests on.
    taken : iterable of pairs
        Rows that were taken already, each with its table, the last one last; those of other paragraphs tell nothing.
    named : sequence of str
        Actors whom the paragraph names, in its order.

    Returns
    -------
    dict of str to str
        A whole row, all cells as text.

    Examples
    --------
    >>> first = blank_row("participants", "report-2021", "P2", event_id="truce", actor_id="malk", role="signatory")
    >>> row = begun_row("participants", "report-2021", "P2", [("participants", first)], ["malk", "tarn"])
    >>> row["event_id"], row["role"], row["actor_id"]
    ('truce', 'signatory', 'tarn')
    """
    here = [(name, row) for name, row in taken if row["paragraphs"].split(";")[0] == paragraph]
    last = _voiced(table, *here[-1]) if here else {}
    cells = {column: last[column] for column in _CARRIED if last.get(column)}
    if table == "backers":  # what is backed is mostly no event
        cells.pop("event_id", "")
    _, who, _, whom, event = CLAIM_TABLES.get(table, ("", "", "", "", ""))
    if table == "quotes":
        cells[who] = cells.get("said_by", "")
        if cells.get("status") == "stated":  # which no quotation is
            del cells["status"]
    elif who:
        had = {row[who] for name, row in here if name == table and row.get(event, "") == cells.get(event, "")}
        cells[who] = next((one for one in named if one not in had), "")
        if table in ("ties", "backers"):
            cells[whom] = next((one for one in named if one != cells[who]), "")
    return blank_row(table, source_id, paragraph, **cells)


def _voiced(table: str, name: str, row: Mapping[str, str]) -> Mapping[str, str]:
    """A row as the one before a row of a table: what is implied or denied in it need not be so in another kind."""
    if name == "quotes":
        row = {**row, "said_by": row["speaker_id"]}
    if name != table and row.get("status") not in ("stated", "attributed"):
        row = {**row, "status": "", "said_by": row.get("said_by", "") if table == "quotes" else ""}
    return row


def row_prefix(tables: Tables, source_id: str) -> str:
    """What ids of a source's rows begin with: its name without the day, if no other source's rows begin so.

    >>> from libya_analysis import load_tables
    >>> row_prefix(load_tables(), "tass-2020-01-13")
    'tass'
    """
    words = re.sub(r"(?:-\d+)+$", "", source_id)
    claims = ((name, row) for name in CLAIM_TABLES for row in records(tables.frames[name]))
    others = (next(iter(row.values())) for _, row in claims if row["source_id"] != source_id)
    return source_id if any(key.startswith(f"{words}-") for key in others) else words


def row_id(table: str, row: Mapping[str, str], prefix: str) -> str:
    """An id for a new row, from what stands in it; numbers and taken ids are left to :func:`new_id`.

    >>> row_id("participants", {"event_id": "truce", "actor_id": "malk", "role": "signatory"}, "report")
    'report-truce-malk-signatory'
    """
    if table not in CLAIM_TABLES:
        return row.get(CALLED.get(table, ""), "")
    _, who, what, whom, event = CLAIM_TABLES[table]
    parts = {
        "ties": (who, what, whom),
        "backers": (who, "support", whom),
        "event_relations": (event, what, whom),
        "event_reports": (event,),
        "quotes": (who,),
        "participants": (event, who, what, "counterpart"),
    }.get(table, (event, who, what, whom))
    words = [row.get(column, "").replace("unspecified", "backs") for column in parts]
    if table == "quotes":
        words += _first_words(row.get("text", ""))
    return "-".join(filter(None, (prefix, *words)))


def _first_words(text: str) -> list[str]:
    """The first words of a quotation, up to one on which nothing hangs.

    >>> _first_words("The agreement serves the policy of one side")
    ['The', 'agreement', 'serves']
    """
    words = text.split()[:4]
    while len(words) > 2 and words[-1].casefold() in _HANGS:
        words.pop()
    return words


class _Reader:
    """Reads the paragraphs of a source in order, and remembers whom and what they spoke of last."""

    def __init__(self, tables: Tables, source_id: str, text: Mapping[str, str]) -> None:
        source = source_row(tables, source_id)
        date, language = source["published"], source["language"]
        published: dt.date = (date.latest or date.earliest) if date else dt.date.today()
        self.source_id, self.published = source_id, published
        self.names, self.grammar = Names(tables), Grammar(language, published)
        self.outlets = f"{source['publisher']}, {source['reported_by']}"
        self.actors = {row["actor_id"]: row for row in records(tables.actors)}
        states = Counter(row["reference"] for row in self.actors.values() if row["country"])
        self.reference = next((source for source, _ in states.most_common(1)), "")  # which says how states are named
        ids = {name: set(frame[primary_key(name)[0]]) for name, frame in tables.frames.items()}
        self.actor_ids, self.event_ids = ids["actors"], ids["events"]
        self.claim_ids = set[str]().union(*(ids[name] for name in CLAIM_TABLES))
        self.week = f"{published - dt.timedelta(7)}/{published}"
        self.events = list(_known_events(tables, self.names, self.week))
        claims = [(name, row) for name in CLAIM_TABLES for row in records(tables.frames[name])]
        own = [(name, row) for name, row in claims if row["source_id"] == source_id]
        self.there: dict[tuple[Any, ...], set[str]] = {
            (name, *_identity(name, row)): set(row["paragraphs"]) for name, row in own
        }
        self.prefix = row_prefix(tables, source_id)
        self.person, self.spoke, self.event = Speaker(), Speaker(), ("", "")
        self.bodies: dict[str, Speaker] = {}  # the last of each kind that was named, by the last word of its name
        self.said = set[str]()  # tables that a sentence gives claims of somebody's for
        self.told: dict[str, str] = {}  # events that the text has spoken of, the last one last, by kind
        self.days: dict[str, tuple[dict[str, str], str]] = {}  # when each speaker spoke, and where that is told
        self.reports: dict[str, list[dict[str, str]]] = {}  # accounts of them that are drafted
        self.claimed: dict[tuple[Any, ...], dict[str, str]] = {}  # drafts of claims, by what and whose they are
        own_paragraphs = (row for row in records(tables.paragraphs) if row["source_id"] == source_id)
        self.body = {row["paragraph"] for row in own_paragraphs if row["role"] == "body"}
        self.new: dict[str, tuple[Name, list[str]]] = {}  # names that nobody has yet, and their short forms
        self.words: dict[str, list[str]] = {}  # words of this text for known actors that the check does not know yet
        headlines_last = sorted(text, key=lambda number: number not in self.body)  # which leave first names out
        self._meet([text[number] for number in headlines_last], states=True)  # so that what is theirs is no other actor
        self._meet([text[number] for number in headlines_last])
        for line in text.values():
            self._spelled(line)

    def _meet(self, lines: list[str], states: bool = False) -> None:
        """Learn the names that nobody has yet, so that a person who is named in full once is known by the surname."""
        for line in lines:
            before = ""
            for name in self.names.find(line, self.grammar.language):
                whole, before = before, line[: name.last]
                if not name.actor and whole and re.fullmatch(r"\s?\(", line[len(whole) : name.first]):
                    self._shorten(whole, name)  # the Rapid Support Forces (RSF)
                    continue
                if name.how == "slip":  # so it is found wherever it stands
                    self.names.learn(name.actor, [name.text], "")
                if name.actor or name.text in self.outlets or (states and name.kind != "state"):
                    continue
                if _PLACES.sub("", fold(name.text)[0]) in self.names.here:  # where all of it happens
                    continue
                if _of_place(name.text, lines):
                    self.names.places.add(name.text)
                else:
                    called = state_cells(name.text).get("name", name.text)
                    actor = new_id(called, {*self.actor_ids, *self.new})
                    first, _, surname = name.text.rpartition(" ")
                    surname = surname.rpartition("-")[2] if surname[:3] in ("al-", "el-", "Al-", "El-") else surname
                    short = [surname] if name.kind == "person" and first and len(surname) > 3 else []
                    given = re.escape(first.split()[-1] if first else "")
                    alone = rf"(?<![\w-])(?<!{given} ){re.escape(surname)}(?!\w)"
                    aliases = [word for word in short if any(re.search(alone, other) for other in lines)]
                    self.new[actor] = name, aliases
                    self.names.learn(actor, [name.text, *short], name.kind)

    def _spelled(self, line: str) -> None:
        """Note the words for known actors by which the check would not find them in this source."""
        for name in self.names.find(line, self.grammar.language):
            if name.actor in self.new and name.how == "adjective":
                new, aliases = self.new[name.actor]
                if not any(names_it(word).search(name.text) for word in (new.text, *aliases)):
                    aliases.append(name.text)
            if row := self.actors.get(name.actor):
                own = [word for word, source in map(split_alias, row["aliases"]) if source == self.source_id]
                known = [row["name"], *own, *(row[column] for column in row if column.startswith("name_"))]
                words = self.words.setdefault(name.actor, [])
                if not any(word and names_it(word).search(name.text) for word in (*known, *words)):
                    words.append(name.text)

    def _shorten(self, whole: str, name: Name) -> None:
        """Take what stands in brackets behind a new name for its short form."""
        for actor, (new, aliases) in self.new.items():
            if whole.endswith(new.text):
                aliases.append(name.text)
                self.names.learn(actor, [name.text], new.kind)

    def read(self, number: str, text: str) -> Proposal:
        """Propose what one paragraph may say."""
        desk = _DATELINE.match(text)
        begins = desk.end() if desk else 0
        names = [name for name in self.names.find(text, self.grammar.language) if name.actor and name.first >= begins]
        drafts, marks = list(self._actors(number, names)), list(map(self._mark, names))
        for sentence in self.grammar.sentences(number, text, names, lambda: (self.person, self.bodies)):
            marks += [Mark(one.first, one.last, one.text, "date", one.date) for one in sentence.dates]
            marks += [Mark(a, b, text[a:b], "quote", sentence.speaker.actor) for a, b in sentence.quotes]
            marks += [Mark(spot.first, spot.last, spot.text, "speech", "") for spot in sentence.speech]
            marks += [Mark(one.first, one.last, one.text, "cue", one.cue.family) for one in sentence.cues if one.cue]
            self._remember(sentence)
            drafts += self._claims(sentence)
        named = dict.fromkeys(name.actor for name in sorted(names, key=lambda name: name.how == "adjective"))
        return Proposal(tuple(sorted(marks, key=lambda mark: mark.first)), tuple(drafts), tuple(named))

    def _mark(self, name: Name) -> Mark:
        alike = self.new[name.actor][0].alike if name.actor in self.new else ()
        how = f" ({name.how})" if name.how != "name" else ""
        says = name.actor + (f"; the same as {', '.join(alike)}?" if alike else how)
        return Mark(name.first, name.last, name.text, "new" if name.actor in self.new else "actor", says)

    def _remember(self, sentence: Sentence) -> None:
        """Keep whom "he" may stand for in what follows: who spoke, else the person who was named first."""
        self.spoke = sentence.speaker if sentence.speaker.actor else self.spoke
        for name in sentence.names:
            if self.names.kinds.get(name.actor) in BODIES:
                self.bodies[name.text.split()[-1].casefold()] = Speaker(name.actor, (sentence.number,))
        free = [name.actor for name in sentence.names if not sentence.quoted(name.first)]
        persons = [actor for actor in free if self.names.kinds.get(actor) in ("person", "leader-unnamed", "officials")]
        if persons:
            again = re.match(rf"(?:\w+,? )?(?:{self.grammar.pronouns})\b", sentence.text, re.I) and self.person.actor
            if sentence.speaker.actor in persons:
                self.person = Speaker(sentence.speaker.actor, (sentence.number,))
            elif not again:  # then it is still the one before
                self.person = Speaker(persons[0], (sentence.number,))

    # ---------------------------------------------------------------- actors and events

    def _actors(self, number: str, names: Iterable[Name]) -> Iterator[Draft]:
        """Rows for names that nobody has yet, and aliases for those that are spelled in another way."""
        for name in names:
            if ("named", name.text) in self.there:
                continue
            if name.actor in self.new:
                new, aliases = self.new[name.actor]
                self.there |= {("named", text): set() for text in (new.text, *aliases)}
                asks = f"the same as {', '.join(new.alike)}?" if new.alike else "nobody of this name is known"
                also = [new.text] if self.grammar.language == "ar" else []  # whose name is to be in Latin letters
                used = ";".join(f"{word}@{self.source_id}" for word in (*also, *aliases))
                made = {"actor_id": name.actor, "name": new.text, "aliases": used, "kind": new.kind}
                if new.kind == "state":
                    made |= state_cells(new.text) | {"reference": self.reference}
                several = new.kind == "officials" and re.search(self.grammar.several, new.text)
                made["number"] = "several" if several else "one"
                yield Draft("actors", blank_row("actors", self.source_id, number, **made), f"{new.text}: {asks}")
            elif words := self.words.pop(name.actor, []):
                row = self.actors[name.actor]
                row = {**row, "aliases": (*row["aliases"], *(f"{word}@{self.source_id}" for word in words))}
                whole = {key: value if isinstance(value, str) else ";".join(value) for key, value in row.items()}
                yield Draft("actors", whole, f"{', '.join(words)}: another way to write {row['name']}")

    def _events(self, sentence: Sentence) -> Generator[Draft, None, list[_Spoken]]:
        """Draft the events that a sentence tells of, and give their places and ids; without any, the last one's."""
        found: list[_Spoken] = []
        order, spoken = {id(cue): place for place, cue in enumerate(self.grammar.cues)}, set(self.told)
        for cue, spot in sorted(sentence.of("event"), key=lambda one: order[id(one[0])]):
            kind = cue.cells["kind"]
            near = [one for one in found if one.kind == "truce" and abs(one.first - spot.first) < _ONE_DEAL]
            if kind == "agreement" and near:
                continue  # a ceasefire agreement is the ceasefire
            best = self._meant(sentence, spot, kind)
            if not best:
                lanes = {EVENTS[one.kind].lane for one in found if one.event not in spoken and one.kind}
                if kind not in _PLAYED["traveller"] and EVENTS[kind].lane in lanes:
                    continue  # of what is not known, one event of a sort a sentence, and where somebody went
                if sentence.number not in self.body and self.body:
                    continue  # what a headline tells is told again, with names
                best = yield from self._new_event(sentence, kind)
            if best not in {one.event for one in found} and (best, sentence.number) != self.event:
                yield from self._report(best, kind, sentence, spot)
            self.told.pop(best, "")
            self.told[best] = kind
            found.append(_Spoken(spot.first, spot.last, best, kind))
        if found:
            self.event = found[0].event, sentence.number
        elif self.event[1] == sentence.number:
            found.append(_Spoken(sentence.first, sentence.first, self.event[0], ""))
        return found

    def _meant(self, sentence: Sentence, spot: Spot, kind: str) -> str:
        """The event that is spoken of, if it is known: by all that fits, or as the one spoken of before."""
        if self.grammar.bare(sentence, spot):
            told = [(one, other) for one, other in reversed(self.told.items()) if alike_kinds(kind, other)]
            if before := next((one for one, other in told if other == kind), told[0][0] if told else ""):
                return before
        near = sentence.whole[max(sentence.first, spot.first - REACH) : min(sentence.last, spot.first + REACH)]
        other = "counter" if "counter" in spot.text.casefold() else ""  # a counter-offensive is another offensive
        known = (one for one in self.events if other in one.title.casefold())
        worth = {one.event_id: one.alike(near, kind, sentence, self.names, self.told) for one in known}
        best = max(worth, key=lambda one: worth[one], default="")
        return best if best and worth[best] >= _KNOWN_EVENT else ""

    def _report(self, event: str, kind: str, sentence: Sentence, spot: Spot) -> Iterator[Draft]:
        """An account of an event: the first of the source, or of another day; what comes later adds to the first."""
        signs = tuple({one.cells["role"] for one, _ in sentence.of("signing")})
        outcome = "unknown" if kind in _PLAYED["traveller"] else _OUTCOMES.get(signs, "unknown")
        row = {"event_id": event, "outcome": outcome, **self._day(kind, sentence, spot.first)}
        lasted = self.grammar.lasted.search(sentence.whole, sentence.first, sentence.last)
        if lasted and kind in _LASTING:
            row["lasted_as_written"] = lasted["time"]
        drafted = self.reports.setdefault(event, [])
        for old in drafted:
            days = {old["date"], row.get("date", "")} - {""}
            if len(days) < 2:
                _complete(old, row, sentence.number)
                return
        for draft in self._claim("event_reports", row, (event,), sentence, spot.first):
            drafted.append(draft.row)
            yield draft

    def _day(self, kind: str, sentence: Sentence, place: int) -> dict[str, str]:
        """The day of an event, of those near it that can be meant, and what it is for: a deadline is no day of it."""
        dates = sentence.dates_near(place)
        ahead = [one for one in dates if one.due or self._later(one.date)]
        row = {"due": next((one.due or one.date for one in ahead), "")} if kind in _FOR_A_DAY else {}
        actual = sentence.voice(place).modality == "actual"
        lasting = kind in _LASTING and kind not in _DEALS  # what was done once was not done since some day
        fits = (
            one for one in dates if not (one.due or (actual and self._later(one.date))) and (lasting or not one.start)
        )
        day = next(fits, None)
        if day:  # since April: it began then, and goes on
            row |= {"outcome": "ongoing"} if day.start else {}
            row |= {"date": day.start or day.date, "date_as_written": day.text, "date_basis": day.basis}
        return row

    def _later(self, date: str) -> bool:
        """Whether a day is after the publication, so that nothing actual can be told of it."""
        earliest = parse_date(date).earliest
        return bool(earliest and earliest > self.published)

    def _orders(self, sentence: Sentence, events: list[_Spoken]) -> Iterator[Draft]:
        """Of two events of a sentence, which came before: "after the talks he left", "he left before the talks"."""
        for relation, words in self.grammar.order.items():
            for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", sentence.whole[: sentence.last], re.IGNORECASE):
                behind = [one for one in events if match.end() <= one.first < match.end() + _GOVERNED]
                if match.start() < sentence.first or not behind or sentence.quoted(match.start()):
                    continue
                other = min(behind)
                before = [one for one in events if one.last <= match.start() and one.event != other.event]
                before = [one for one in before if one.kind not in _DEALS] or before  # what was done, and not of what
                rest = [one for one in events if one.first > other.last and one.event != other.event]
                one = max(before) if before else min(rest) if rest else None
                if one:
                    row = {"event_id": one.event, "relation": relation, "other_event_id": other.event}
                    row["as_written"] = sentence.whole[match.start() : other.last]
                    named = one.event, relation, other.event
                    yield from self._claim("event_relations", row, named, sentence, match.start())

    def _new_event(self, sentence: Sentence, kind: str) -> Generator[Draft, None, str]:
        actors = list(dict.fromkeys(name.actor for name in sentence.names))
        names = [self.actors[one]["name"] if one in self.actors else self.new[one][0].text for one in actors[:2]]
        title = kind.replace("-", " ").capitalize() + f": {', '.join(names)}" * bool(names)
        made = new_id(title, self.event_ids)
        self.event_ids.add(made)
        places = (one for one in sorted(self.names.places) if re.search(rf"\b{re.escape(one)}\b", sentence.text))
        place, dates = next(places, ""), frozenset(date.date for date in sentence.dates)
        row = {"event_id": made, "title": title, "kind": kind, "place": place}
        self.events.append(_Event(made, title, kind, place, frozenset(actors), dates, self.week))
        yield Draft("events", blank_row("events", self.source_id, sentence.number, **row), sentence.text)
        return made

    # ---------------------------------------------------------------- claims

    def _claims(self, sentence: Sentence) -> Iterator[Draft]:
        self.said.clear()
        together: dict[tuple[str, str], set[str]] = {}  # who plays one role in an event
        events = yield from self._events(sentence)
        yield from self._orders(sentence, events)
        for spot in sentence.cues:
            if spot.cue and spot.cue.table in ("backers", "ties"):
                yield from self._relations(sentence, spot)
            elif spot.cue and spot.cue.table == "participants" and events:
                role = spot.cue.cells["role"]
                kinds = _PLAYED.get(role, ())
                _, _, event, kind = min(events, key=lambda one: (one.kind not in kinds, abs(one.first - spot.first)))
                if role == "attends" and kind and EVENTS[kind].lane == EVENTS["offensive"].lane:
                    role = "party"  # who takes part in a battle fights
                if role in _ONLY and kind not in kinds:
                    continue
                bys = [name.actor for name in sentence.beside(spot, self.grammar.pronouns)[0]]
                actors = self._concerned(sentence, spot)
                together.setdefault((event, role), set()).update(actors if role in _TOGETHER else ())
                for actor in actors:
                    for by in bys if role in _BY_SOMEBODY and bys else [""]:
                        row = {"role": role, "event_id": event, "actor_id": actor, "counterpart": by}
                        yield from self._claim("participants", row, (event, actor, role, by), sentence, spot.first)
        for one, kind, other, status in (*self._owners(sentence), *self._serving(sentence), *_allied(together)):
            row = {"from_id": one, "to_id": other, "kind": kind, **_OWN_WORD, "status": status}
            yield from self._claim("ties", row, (one, kind, other), sentence, sentence.first)
        yield from self._quotes(sentence)
        heading = bool(self.body) and sentence.number not in self.body
        if sentence.speaker.actor and not self.said & {*_SAYING} and not heading:
            yield from self._reported(sentence)

    def _reported(self, sentence: Sentence) -> Iterator[Draft]:
        """What somebody is said to have said, in words that are left to the coder."""
        said = re.compile(self.grammar.reported, re.IGNORECASE)
        for spot in sentence.speech:
            clause = said.search(sentence.whole, spot.first, sentence.last)
            before, comma, who = sentence.whole[sentence.first : spot.first].rpartition(",")
            long = len(before.split()) > 4 and len(who) < REACH > sentence.last - spot.last
            turned = comma and long and not self.said
            if clause or turned:  # They left early, a Dorvanian official said on Monday
                place, begins = (clause.start(), spot.first - REACH / 3) if clause else (sentence.last, spot.first)
                about = (one.actor for one in sentence.names if (one.first > place) == bool(clause))
                row = {"speaker_id": sentence.speaker.actor, "direct": "false", "status": "attributed"}
                row |= {"about": ";".join(dict.fromkeys(one for one in about if one != sentence.speaker.actor))}
                row |= {"event_id": self.event[0] if self.event[1] == sentence.number else ""}
                row |= self._told(sentence, spot)
                row |= _said(date for date in sentence.dates if date.last > begins and date.first < place)
                named = sentence.speaker.actor, sentence.number
                yield from self._claim("quotes", row, named, sentence, spot.first)
                return

    def _relations(self, sentence: Sentence, spot: Spot) -> Iterator[Draft]:
        """Who backs, leads, opposes whom, all of a list each."""
        assert spot.cue
        left, right = sentence.beside(spot, self.grammar.pronouns)
        if (
            self.grammar.language != "ar" and (spot.cue.way, spot.cue.family, left) == ("back", "backing", []) and right
        ):  # With the backing of Dorvania, the Council waits
            left = [name for name in sentence.names if name.first > right[-1].last][:1]
        ones, others = (right, left) if spot.cue.way == "back" else (left, right)
        if spot.cue.way == "title":  # Egypt's president Sisi: a body, a title, a name
            close = left and right and spot.first - left[-1].last < 3 and right[0].first - spot.last < 3
            person = close and self.names.kinds.get(right[0].actor, "person") == "person"
            ones, others = (right[:1], left[-1:]) if person else ([], [])
        if spot.cue.family in ("leading", "belonging") and spot.cue.way == "forth":  # one, of whom it is said at once
            ones = [name for name in left[-1:] if spot.first - name.last < _AT_ONCE]
            others = [name for name in right if right[0].first - spot.last < REACH / 2]
        if spot.cue.way == "among":  # coordination between Egypt and Qatar
            ones, others = right[:1], right[1:]
        if spot.cue.way == "chain":  # in Arabic: a title, a body, a name
            close = [name for name in sentence.names if name.first > spot.last][:2]
            between = sentence.whole[close[0].last : close[1].first] if len(close) > 1 else "."
            ones, others = (close[1:], close[:1]) if re.fullmatch(r"\s*(?:\w+\s+)?", between) else ([], [])
        elif chained := sentence.chained(spot):
            ones, others = chained[1:], chained[:1]
        _, who, _, whom, _ = CLAIM_TABLES[spot.cue.table]
        events = [event.first for cue, event in sentence.of("event") if cue.cells["kind"] not in _FOR_A_DAY]
        for one, other in ((a, b) for a in ones for b in others if a.actor != b.actor):
            low, high = min(one.last, other.last), max(one.first, other.first)
            if spot.cue.table == "backers" and any(low <= place < high for place in events):
                continue  # it is the ceasefire that is backed
            row = {**spot.cue.cells, who: one.actor, whom: other.actor}
            named = one.actor, row.get("kind", "backs"), other.actor
            if spot.cue.family in ("leading", "belonging"):
                row["attested"] = ""  # the days of a sentence are those of what was done
            if spot.cue.way in ("title", "chain"):  # whoever speaks, the title is the source's own word
                row |= _OWN_WORD
            yield from self._claim(spot.cue.table, row, named, sentence, spot.first)

    def _owners(self, sentence: Sentence) -> Iterator[tuple[str, str, str, str]]:
        """Who leads a body that is said to be theirs: Malk's Council."""
        for owner, body in sentence.owned():
            if self.names.kinds.get(owner.actor) == "person" and self.names.kinds.get(body.actor) in BODIES:
                yield owner.actor, "leads", body.actor, "implied"

    def _serving(self, sentence: Sentence) -> Iterator[tuple[str, str, str, str]]:
        """Whose officials are meant where they have no names: a Dorvanian official, an official in the government."""
        for name in sentence.names:
            if self.names.kinds.get(name.actor) == "officials":
                parts = (one for word in name.text.split() for one in self.names.find(word))
                within = [one.actor for one in parts if one.how == "adjective"]
                behind = re.match(r"\s+(?:in|of|from|at|with)\s+(?:the )?", sentence.whole[name.last :])
                after = name.last + behind.end() if behind else -1
                within += [one.actor for one in sentence.names if one.first == after]
                yield from ((name.actor, "member-of", body, "stated") for body in within[:1] if body != name.actor)

    def _concerned(self, sentence: Sentence, spot: Spot) -> list[str]:
        """Who takes the part in an event that a cue tells of."""
        left, right = sentence.beside(spot, self.grammar.pronouns)
        way = spot.cue.way if spot.cue else ""
        if way in ("both", "subject"):
            left, right = sentence.subject(spot), right if way == "both" else []
        elif way == "back":
            left = []
        elif way == "object":
            left, right = [], [name for name in right if name.first - spot.last < REACH / 3]
        elif spot.cue and spot.cue.family == "signing" and (others := self._with(sentence, right, spot)):
            right = others
        elif way != "with":
            own = [name for name in left if sentence.clause(name.first) == sentence.clause(spot.first)]
            first = right and right[0].first - spot.last < 3 and not own
            behind = self.grammar.language == "ar" and (first or not left)  # where the verb may stand first
            left, right = ([], self._in_turn(sentence, right)) if behind else (left, [])
        return list(dict.fromkeys(name.actor for name in (*left, *right)))

    def _in_turn(self, sentence: Sentence, right: list[Name]) -> list[Name]:
        """In Arabic, whoever follows with what they are, each behind an "and": "N. N. and his rival there, N. N."."""
        persons = [one for one in sentence.names if self.names.kinds.get(one.actor) == "person" and right]
        chosen = list(right)
        for name in persons:
            between = sentence.whole[chosen[-1].last : name.first] if chosen else ""
            if re.fullmatch(r"\s*(?:\w+\s*)?[،,]?\s*و\w+(?:\s+[\w()]+){0,7}\s*", between):
                chosen.append(name)
        return chosen

    def _with(self, sentence: Sentence, right: list[Name], spot: Spot) -> list[Name]:
        """With whom something was signed."""
        between = sentence.whole[spot.last : right[0].first] if right else ""
        return right if re.search(r"\b(?:with|مع)\s+(?:the )?$", between) else []

    def _quotes(self, sentence: Sentence) -> Iterator[Draft]:
        for first, last in sentence.quotes:
            text = re.sub(r"[,،]$", "", sentence.whole[first:last].strip(' “”"«»‘’„'))
            whole = last - first > 0.9 * len(sentence.whole)
            if len(text.split()) < 2 or (len(text.split()) < _TERM and not (sentence.speech or whole)):
                continue  # a word alone is no quotation, nor are a few that nobody says
            about = dict.fromkeys(name.actor for name in sentence.names if first <= name.first < last)
            row = {"speaker_id": sentence.speaker.actor, "direct": "true", "text": text, "about": ";".join(about)}
            row["status"] = "attributed"
            named = row["speaker_id"] or "unnamed", *_first_words(text)
            row["event_id"] = self.event[0] if self.event[1] == sentence.number else ""
            alone = not sentence.speech and whole and self.grammar.language == "en"
            if alone and self.spoke.actor:  # who spoke goes on in a paragraph of their own
                row["speaker_id"], sentence = self.spoke.actor, replace(sentence, speaker=self.spoke)
            for spot in sentence.speech:
                row |= self._told(sentence, spot)
            if sentence.speech:
                row |= _said(date for date in sentence.dates if not first <= date.first < last)
            yield from self._claim("quotes", row, named, sentence, first)

    def _told(self, sentence: Sentence, spot: Spot) -> dict[str, str]:
        """Who listened, behind words that ask for one."""
        told = re.fullmatch(self.grammar.listened, spot.text)
        listener = re.match(r"\s+([\w' -]{3,40}?)(?=[,.;]|$| on | in | that )", sentence.whole[spot.last :])
        return {"said_to": listener[1]} if told and listener else {}

    def _claim(
        self, table: str, row: Mapping[str, str], named: Iterable[str], sentence: Sentence, place: int
    ) -> Iterator[Draft]:
        """A draft of a claim, with an id of these words, its voice and dates, unless it is there already."""
        key = new_id("-".join(filter(None, (self.prefix, *named))), self.claim_ids)
        self.claim_ids.add(key)
        voice = Voice(named_in=sentence.speaker.named_in) if table == "quotes" else sentence.voice(place)
        cells = {name: value for name, value in vars(voice).items() if name in fields(table)}
        cells |= self._dated(table, sentence, place) if table != "event_reports" else {}
        numbers = {sentence.number, *voice.named_in}
        if table == "quotes" and (speaker := row.get("speaker_id")):  # who goes on speaking does so on the same day
            if row.get("said"):
                self.days[speaker] = {column: text for column, text in row.items() if column in _WHEN}, sentence.number
            when, told = self.days.get(speaker, ({}, sentence.number))
            row, numbers = {**when, **row}, {*numbers, told}
        cells |= {**row, primary_key(table)[0]: key}
        whole = blank_row(table, self.source_id, ";".join(in_order(numbers)), **cells)
        what = (table, *_identity(table, whole))
        there = self.there.setdefault(what, set())
        if sentence.number in there:
            return
        there.add(sentence.number)
        self.said |= {table} if whole["status"] != "stated" else set()
        own = {*primary_key(table), "paragraphs", "text"}
        same = self.claimed.setdefault((what, *(text for column, text in whole.items() if column not in own)), whole)
        if same is not whole and table != "quotes":  # said again: another paragraph for the same claim
            same["paragraphs"] = ";".join(in_order({*same["paragraphs"].split(";"), *numbers}))
        else:
            yield Draft(table, whole, sentence.text)

    def _dated(self, table: str, sentence: Sentence, place: int) -> dict[str, str]:
        """Cells of the date nearest to a cue: of a state its start, its end, or when it was so."""
        date = next(iter(sentence.dates_near(place)), None)
        if date and "start" in fields(table) and (date.start or date.end):
            end = date.end or "open" * bool(date.start)
            return {"start": date.start, "end": end, "dates_as_written": date.text, "dates_basis": date.basis}
        known = date and "attested" in fields(table) and len(date.date) < len("2020-01-01")  # a day is of what was done
        return {"attested": date.date} if date and known else {}


def _allied(together: Mapping[tuple[str, str], set[str]]) -> Iterator[tuple[str, str, str, str]]:
    """Two who play one role in an event, and so cooperate."""
    for one, other in sorted({tuple(sorted(some)) for some in together.values() if len(some) == 2}):
        yield one, "cooperates-with", other, "implied"


def _said(dates: Iterable[DatePhrase]) -> dict[str, str]:
    """The day on which something was said: the first of those that are not in what was said; a year is of another."""
    day = next((one for one in dates if len(one.date) > len("2020-01") and not one.start), None)
    return {"said": day.date, "said_as_written": day.text, "said_basis": day.basis} if day else {}


def _complete(old: dict[str, str], new: Mapping[str, str], number: str) -> None:
    """Add to an account of an event what another paragraph tells of it: its day, how long, that only some signed."""
    signed = {old["outcome"], new.get("outcome", "")} - {"unknown", ""}
    both = {"outcome": "partly-signed" if len(signed) > 1 else next(iter(signed), "unknown")}
    known = {column: text for column, text in new.items() if text and not old[column]}
    if known.get("date"):
        known["date_basis"] = new["date_basis"]
    if known or both["outcome"] != old["outcome"]:
        old |= {**known, **both, "paragraphs": ";".join(in_order({*old["paragraphs"].split(";"), number}))}


def _of_place(name: str, lines: Iterable[str]) -> bool:
    """Whether a name mostly stands where places do: behind "in" or "to", or at the head of a report."""
    found = [line[: m.start()] for line in lines for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", line)]
    there = [one for one in found if re.search(r"(?:^|\b(?:in|at|near|to|from|towards|into))\s*$", one)]
    called = rf"(?<!\w){re.escape(name)} (?:province|city|town|region|district|airport|port)\b"
    return " " not in name and (2 * len(there) > len(found) or any(re.search(called, line) for line in lines))


def _identity(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells a claim from others of its source and paragraph."""
    _, who, what, whom, event = CLAIM_TABLES[table]
    whom = whom or ("counterpart" if table == "participants" else "")
    columns = (who, what, whom, event if table != "backers" else "", "text" if table == "quotes" else "")
    return tuple(row[column] for column in columns if column)


@dataclass(frozen=True)
class _Event:
    """What is known of an event, to tell whether a sentence speaks of it."""

    event_id: str
    title: str
    kind: str
    place: str
    actors: frozenset[str]
    dates: frozenset[str]
    week: str  # before the publication that may speak of it
    signed: bool = False  # or meant to be

    def alike(self, text: str, kind: str, sentence: Sentence, names: Names, told: Mapping[str, str]) -> float:
        """How well a sentence fits it: kind, words of its title, place, those who take part, days."""
        dates = [date.date for date in sentence.dates if not date.due]
        close = any(_overlap(one, other) for one in dates for other in self.dates)
        foreign = not re.search("[A-Za-z]", text)  # in other letters than its title, no word of that can be found
        worth = float(kind == self.kind) if foreign else 2.0 * names.likeness(text, self.title)
        there = any(place in text for place in names.places)
        worth += 0.0 if not (self.place and there) else 0.5 if self.place in text else -0.4
        worth += min(1.0, 0.4 * len({name.actor for name in sentence.names} & self.actors))
        recent = not dates and any(_overlap(self.week, other) for other in self.dates)
        worth += 0.8 if close else 0.5 if recent else -0.6 if dates and self.dates else 0.0
        worth += _SIGNED * (self.signed and bool(sentence.of("signing")))
        if kind != self.kind:
            return worth + 0.5 if alike_kinds(kind, self.kind) else 0.0
        return worth + 1.0 + _TOLD_EVENT * (self.event_id in told)


def alike_kinds(one: str, other: str) -> bool:
    """Whether one word may be used for events of both kinds.

    >>> alike_kinds("talks", "meeting"), alike_kinds("talks", "battle")
    (True, False)
    """
    return one == other or any({one, other} <= {*kinds} for kinds in _ALIKE_KINDS)


def _overlap(one: str, other: str) -> bool:
    """Whether two dates can mean the same day, each of them a year or less."""
    a, b = parse_date(one.removesuffix("/..")), parse_date(other.removesuffix("/.."))
    if not (a.earliest and a.latest and b.earliest and b.latest):
        return False
    short = max(a.latest - a.earliest, b.latest - b.earliest).days < 370
    return short and a.earliest <= b.latest and b.earliest <= a.latest


def _known_events(tables: Tables, names: Names, week: str) -> Iterator[_Event]:
    signing = tables.participants["role"].isin(["signatory", "withholds"])
    signed = set(tables.participants.loc[signing, "event_id"])
    for row in records(tables.events):
        event = row["event_id"]
        taking_part = tables.participants.loc[tables.participants["event_id"] == event, "actor_id"].tolist()
        days = tables.event_reports.loc[tables.event_reports["event_id"] == event, "date"].tolist()
        named = {name.actor for name in names.find(row["title"]) if name.actor}
        dates = frozenset(str(date) for date in days if date)
        who = frozenset({*named, *taking_part})
        yield _Event(event, row["title"], row["kind"], row["place"], who, dates, week, event in signed)
