"""What each kind means: one row a kind of tie, support, event, role, status, modality, actor, relation and outcome.

Analysis, words, charts and explorer take all that they know of a kind from here, so that a new one is a line here and a
value in ``datapackage.json``; a test holds the two to each other. The order of rows is the order in which kinds are
listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar


@dataclass(frozen=True)
class _Kind:
    name: str


R = TypeVar("R", bound=_Kind)


def _by_name(*rows: R) -> Mapping[str, R]:
    return MappingProxyType({row.name: row for row in rows})


def label(name: str) -> str:
    """A kind as it is shown.

    >>> label("cooperates-with")
    'cooperates with'
    """
    return name.replace("-", " ")


# -- ties -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TieFamily(_Kind):
    """Kinds of tie that are drawn alike; ``label`` is what a legend says."""

    label: str


FAMILIES = _by_name(
    TieFamily("backs", "backs"),
    TieFamily("opposes", "opposes"),
    TieFamily("mediates", "mediates"),
    TieFamily("deals", "agrees, cooperates, talks with"),
    TieFamily("pressures", "pressures"),
    TieFamily("part-of", "leads, belongs to, founded"),
)


@dataclass(frozen=True)
class Tie(_Kind):
    """A kind of tie: the family with which it is drawn, and what one does, several do and somebody would."""

    family: str
    one: str
    many: str
    bare: str
    sign: int = 0  # 1 holds two actors together, -1 keeps them apart
    directed: bool = True  # one does it to the other, or both do it with each other
    table: str = "ties"  # where it comes from; what follows from taking part in an event has "events"
    lasts: bool = True  # a state of affairs; what is done in an event lasts as long as that
    placing: bool = False  # whether the one counts as the other, where leaders and ministers count as their state


TIES = _by_name(
    Tie("backs", "backs", "backs", "back", "back", sign=1, table="backers"),
    Tie("leads", "part-of", "leads", "lead", "lead", sign=1, placing=True),
    Tie("member-of", "part-of", "belongs to", "belong to", "belong to", sign=1, placing=True),
    Tie("cooperates-with", "deals", "cooperates with", "cooperate with", "cooperate with", sign=1, directed=False),
    Tie("allied-with", "deals", "is allied with", "are allied with", "ally with", sign=1, directed=False),
    Tie("opposes", "opposes", "opposes", "oppose", "oppose", sign=-1),
    Tie("agreement", "deals", "is in one agreement with", "are in one agreement with", "make an agreement with",
        directed=False, table="events"),
    Tie("founded", "part-of", "founded", "founded", "found"),
    Tie("mediates", "mediates", "mediates with", "mediate with", "mediate with", lasts=False),
    Tie("negotiates-with", "deals", "talks with", "talk with", "talk with", directed=False, lasts=False),
    Tie("pressures", "pressures", "presses", "press", "press"),
)  # fmt: skip


@dataclass(frozen=True)
class Support(_Kind):
    """A kind of support; ``said`` is whether naming it says more than that somebody backs somebody.

    ``fighters`` is whether it is men under arms, whatever a source calls them.
    """

    said: bool = True
    fighters: bool = False


SUPPORTS = _by_name(
    Support("troops", fighters=True),
    Support("troop-presence", fighters=True),
    Support("infrastructure"),
    Support("territory"),
    Support("weapons"),
    Support("materiel"),
    Support("training"),
    Support("funding"),
    Support("intelligence"),
    Support("mercenaries", fighters=True),
    Support("air-strikes"),
    Support("military-assistance"),
    Support("military-deployment", fighters=True),
    Support("political"),
    Support("diplomatic"),
    Support("other", said=False),
    Support("unknown", said=False),
    Support("unspecified", said=False),
)


# -- voices -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Status(_Kind):
    """Whose voice makes a claim; from the firmest to the one that takes it back.

    The family says whether it is the source's own voice, a speaker's, or one that another would contradict.
    """

    phrase: str  # the voice, of {who}
    sentence: str  # a whole sentence, of {text}, the claim itself, and {who}
    family: str
    counts: bool = True  # as support: an accusation by an enemy puts nobody on a side, nor does a denial
    speaker: bool = False  # whether one has to be named


STATUSES = _by_name(
    Status("stated", "stated by the source", "{text}", "source"),
    Status("implied", "implied by {who}", "it is implied that {text}", "source"),
    Status("attributed", "according to {who}", "{text}, according to {who}", "speaker", speaker=True),
    Status("alleged", "alleged by {who}", "{who} alleges that {text}", "contested", counts=False, speaker=True),
    Status("denied", "denied by {who}", "{who} denies that {text}", "contested", counts=False, speaker=True),
)


@dataclass(frozen=True)
class Modality(_Kind):
    """How real a claim is said to be; ``sentence`` says what ``{a}`` does, of a ``{verb}`` in its bare form.

    ``past`` says the same where it is known what became of it.
    """

    sentence: str = ""
    past: str = ""
    conditional: bool = False
    arranged: bool = False  # not so yet, but set up: more than what is foretold, feared, threatened or hoped for

    @property
    def actual(self) -> bool:
        """Whether it is told as something that is so."""
        return not self.sentence

    @property
    def ahead(self) -> bool:
        """Whether it is told as what will be, on no condition and whoever may want it."""
        return self.arranged or self.name == "predicted"

    @property
    def tried(self) -> bool:
        """Whether somebody is told to do it, or to have set about it."""
        return self.actual or self.arranged


MODALITIES = _by_name(
    Modality("actual"),
    Modality("threatened", "{a} threatens to {verb}", "{a} threatened to {verb}"),
    Modality("conditional", "{a} would {verb}", "{a} was to {verb}", conditional=True),
    Modality("predicted", "{a} is predicted to {verb}", "{a} was predicted to {verb}"),
    Modality("planned", "{a} plans to {verb}", "{a} planned to {verb}", arranged=True),
    Modality("feared", "{a} is feared to {verb}", "{a} was feared to {verb}"),
)


# -- events -----------------------------------------------------------------------------------------------------------

#: Lanes of a timeline, from the field to the conference table.
LANES = ("War and overthrow", "Talks and calls", "Deals", "Threats and statements", "Journeys")


@dataclass(frozen=True)
class Event(_Kind):
    """A kind of event, with its lane in a timeline."""

    lane: str
    attempt: bool = False  # whether it is an attempt at a ceasefire
    joins: str = ""  # the kind of tie between those who meet in it as equals, if there is one


EVENTS = _by_name(
    Event("offensive", LANES[0]),
    Event("battle", LANES[0]),
    Event("strike", LANES[0]),
    Event("retreat", LANES[0]),
    Event("arms-delivery", LANES[0]),
    Event("overthrow", LANES[0]),
    Event("protest", LANES[0]),
    Event("intervention", LANES[0]),
    Event("talks", LANES[1], attempt=True, joins="negotiates-with"),
    Event("meeting", LANES[1], joins="negotiates-with"),
    Event("call", LANES[1]),
    Event("visit", LANES[1]),
    Event("ceasefire-call", LANES[1], attempt=True),
    Event("peace-effort", LANES[1], attempt=True),
    Event("proposal", LANES[2], attempt=True),
    Event("agreement", LANES[2], joins="agreement"),
    Event("truce", LANES[2], attempt=True, joins="agreement"),
    Event("contracts-abandoned", LANES[2]),
    Event("contracts-revived", LANES[2]),
    Event("threat", LANES[3]),
    Event("statement", LANES[3]),
    Event("travel", LANES[4]),
    Event("departure", LANES[4]),
)


@dataclass(frozen=True)
class Part(_Kind):
    """What somebody did in an attempt at a ceasefire, from what says most about it."""

    asked: bool | None = None  # whether who did so had been consulted, whatever the answer; None where it does not tell
    stance: str = ""  # where it puts somebody towards the attempt


PARTS = _by_name(
    Part("signed", asked=True, stance="for"),
    Part("accepted", stance="for"),  # what was said in public may be accepted or rejected by who had not been asked
    Part("welcomed", stance="for"),
    Part("withheld", asked=True, stance="against"),
    Part("rejected", stance="against"),
    Part("withdrew", asked=True, stance="against"),
    Part("objected", stance="against"),
    Part("not consulted", asked=False),
    Part("led", asked=True, stance="for"),
    Part("party to it", asked=True, stance="for"),
    Part("at the table", asked=True, stance="for"),
    Part("called upon"),  # to be called upon in public is not to be asked
    Part("invited", asked=True, stance="for"),
    Part("pressed"),
    Part("affected"),
)


@dataclass(frozen=True)
class Role(_Kind):
    """A role in an event, from the one who acts to the one acted upon: what somebody in it did, and would do."""

    part: str  # what it makes of somebody in an attempt at a ceasefire
    did: str
    bare: str
    towards: str = ""  # who leads an event mediates with those concerned, who calls talks with the called
    joins: str = ""  # the kind of tie with others of such a role, in an event that joins by that kind


ROLES = _by_name(
    Role("convener", "led", "convened it", "convene it", "leads"),
    Role("mediator", "led", "mediated", "mediate", "leads"),
    Role("host", "led", "hosted it", "host it", "leads"),
    Role("caller", "at the table", "made the call", "make the call", "calls"),
    Role("traveller", "at the table", "travelled", "travel"),
    Role("party", "party to it", "took part", "take part", "concerned", joins="agreement"),
    Role("signatory", "signed", "signed", "sign", "concerned", joins="agreement"),
    Role("accepts", "accepted", "accepted", "accept", "concerned", joins="agreement"),
    Role("welcomes", "welcomed", "welcomed or supported it", "welcome or support it"),
    Role("rejects", "rejected", "rejected it", "reject it"),
    Role("withdraws", "withdrew", "withdrew", "withdraw", "concerned"),
    Role("withholds", "withheld", "did not sign", "not sign", "concerned"),
    Role("attends", "at the table", "attended", "attend", "concerned", joins="negotiates-with"),
    Role("invited", "invited", "was invited", "be invited", "concerned"),
    Role("called", "called upon", "was called upon", "be called upon", "called"),
    Role("objects", "objected", "objected", "object"),
    Role("pressured", "pressed", "was pressed", "be pressed"),
    Role("target", "affected", "was its target", "be its target"),
    Role("affected", "affected", "was affected", "be affected"),
    Role("not-consulted", "not consulted", "was not consulted", "not be consulted"),
)


@dataclass(frozen=True)
class Outcome(_Kind):
    """What became of an event; ``failed`` is whether it came to less than was tried, ``lasts`` whether it goes on.

    Of what is no attempt at a ceasefire only what is ``told`` is news.
    """

    failed: bool = False
    known: bool = True
    lasts: bool = False
    told: bool = False


OUTCOMES = _by_name(
    Outcome("signed"),
    Outcome("partly-signed", failed=True),
    Outcome("unsigned", failed=True),
    Outcome("failed", failed=True, told=True),
    Outcome("superseded", failed=True),
    Outcome("cancelled", failed=True, told=True),
    Outcome("postponed", failed=True, told=True),
    Outcome("ongoing", lasts=True, told=True),
    Outcome("ended", failed=True),
    Outcome("unknown", known=False),
)


@dataclass(frozen=True)
class Relation(_Kind):
    """How one event stands to another in time, with what is said of the one, and of the other."""

    forth: str
    back: str
    order: int = 0  # 1: the one is after the other, -1: before it, 0: beside it


RELATIONS = _by_name(
    Relation("before", "before", "after", -1),
    Relation("after", "after", "before", 1),
    Relation("during", "during", "in its course"),
    Relation("follows", "after", "before", 1),
    Relation("part-of", "part of", "with"),
)


# -- actors -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ActorKind(_Kind):
    """A kind of actor; those of one family are drawn alike."""

    family: str
    article: bool = False  # whether its name takes one inside a sentence
    principal: bool = False  # stands for itself, where others count as the one that they lead or belong to
    counted_as: bool = True  # can count as what it leads or belongs to: a state counts as nobody else

    @property
    def person(self) -> bool:
        """Whether it is somebody, and not a body."""
        return self.family in ("person", "unnamed")


ACTOR_KINDS = _by_name(
    ActorKind("person", "person"),
    ActorKind("state", "state", principal=True, counted_as=False),
    ActorKind("government", "state", article=True, principal=True, counted_as=False),
    ActorKind("armed-group", "armed", article=True, principal=True),
    ActorKind("organisation", "body", article=True, principal=True),
    ActorKind("movement", "body", article=True, principal=True),
    ActorKind("group", "group", counted_as=False),
    ActorKind("officials", "unnamed"),
    ActorKind("leader-unnamed", "unnamed"),
)


def rank(rows: Mapping[str, object], name: str) -> int:
    """Place of a kind among its like.

    >>> rank(STATUSES, "stated") < rank(STATUSES, "denied")
    True
    """
    return list(rows).index(name)
