"""How everything that is drawn looks: the only colours, and the one look of each family of the vocabulary.

Keyed by families and names of :mod:`libya_analysis.evidence.vocabulary`, never by kinds: a new kind of tie, status or
actor in a family that is there already is drawn without a line here. No meaning rests on colour alone: whatever differs
in colour differs in its head, dash, symbol or place too. The colours of ties keep a CIE76 distance of at least 17 from
each other under simulated protanopia, deuteranopia and tritanopia, and a contrast of at least 3:1 on white; a test
measures both.
"""

from __future__ import annotations

from dataclasses import dataclass

from libya_analysis.evidence import vocabulary

BLUE, ORANGE, GREEN, INDIGO, PURPLE = "#0072B2", "#D55E00", "#009E6E", "#332288", "#AA3377"
DARK, GREY = "#444444", "#666666"

#: Text and outlines, lesser text, lines that part, those that part rows, and the ground of all charts.
INK, MUTED, GRID, RULE, PAPER = "#222222", "#555555", "#DDDDDD", "#EEEEEE", "white"
#: What is hollow in a key, the lines of a key, the line around what the pointer shows, and what cannot be seen.
HOLLOW, KEY_LINE, HOVER_LINE, CLEAR = "#fff", "#333", "#444", "rgba(0,0,0,0)"
#: Names of actors that a selection leaves out.
GONE = "#A8A8A8"
#: Behind a tie that was chosen, and behind one that is new since another day.
CHOSEN, NEW = "#E69F00", "#56B4E9"
#: A halo that keeps names legible on lines.
HALO = "1px 1px 2px #fff,-1px -1px 2px #fff,1px -1px 2px #fff,-1px 1px 2px #fff,0 0 4px #fff"

#: Opacity of what is not actual (threatened, predicted, ...) or was not attested near the day asked about.
FAINT = 0.38
#: The same of marks that stand alone in a cell, which would be lost at less.
FAINT_MARK = 0.42


@dataclass(frozen=True)
class Head:
    """The end of a line at the actor to whom something is done."""

    symbol: str
    key: str  # the symbol in the key
    size: float
    line: float  # width of the outline
    length: float  # the room it takes along the line
    broad: float  # and across it
    ahead: float  # how far beyond the end of the line the middle, or the tip, of the symbol is


@dataclass(frozen=True)
class TieLook:
    """How a family of ties is drawn: ``quiet`` ones are thinner, and keep their actors closer together."""

    color: str
    head: Head
    quiet: bool = False


TIES = {
    "backs": TieLook(BLUE, Head("arrow", "triangle-right", 13, 0, 11, 9, 11)),
    "opposes": TieLook(ORANGE, Head("line-ew-open", "line-ns-open", 12, 4, 5, 13, 2)),
    "mediates": TieLook(GREEN, Head("circle-open", "circle-open", 9, 2.2, 10, 11, 4.5)),
    "deals": TieLook(INDIGO, Head("diamond", "diamond", 9, 0, 10, 11, 4.5)),
    "pressures": TieLook(PURPLE, Head("square", "square", 8, 0, 8, 9, 3.5)),
    "part-of": TieLook(DARK, Head("circle", "circle", 1, 0, 0, 0, 0), quiet=True),
}


@dataclass(frozen=True)
class Voice:
    """How a line shows whose voice makes a claim, and what the key says of it."""

    dash: str
    label: str


VOICES = {
    "source": Voice("solid", "stated or implied by the source"),
    "speaker": Voice("dash", "said by somebody"),
    "contested": Voice("dot", "alleged by an enemy, or denied"),
}


@dataclass(frozen=True)
class ActorLook:
    """How a family of actors is drawn, and what the key says of it."""

    label: str
    symbol: str = "circle"
    small: bool = False
    outline: str = INK


ACTORS = {
    "state": ActorLook("state, government"),
    "person": ActorLook("person", small=True),
    "unnamed": ActorLook("unnamed person", small=True, outline="#9A9A9A"),
    "armed": ActorLook("armed group", "square"),
    "body": ActorLook("organisation, movement", "diamond"),
    "group": ActorLook("group as named", "hexagon"),
}


#: Fill of the actors of the camps and the middle, in which camps beyond two stand, and the ground on which camps stand.
CAMP_FILL = {
    "left": "#F5C26B", "right": "#9AD0F0", "third": "#B5DDB0",
    "fourth": "#E5B8DA", "fifth": "#DDD69A", "sixth": "#C4C4C4", "undetermined": "#FFFFFF",
}  # fmt: skip
CAMP_GROUND = {"left": "#FEF8ED", "right": "#F1F8FD"}


@dataclass(frozen=True)
class Mark:
    """A symbol: its colour, its size, and the width of its lines and their colour, if that is another one."""

    symbol: str
    color: str
    size: float
    line: float = 0
    outline: str = ""


#: What somebody did in an attempt at a ceasefire, in the order of the key.
PARTS = {
    "led": Mark("star", GREEN, 17),
    "signed": Mark("square", BLUE, 15),
    "party to it": Mark("diamond", BLUE, 14),
    "at the table": Mark("circle", BLUE, 14),
    "invited": Mark("circle-open", BLUE, 13, 2),
    "accepted": Mark("square-open", BLUE, 14, 2),
    "welcomed": Mark("cross-thin", BLUE, 13, 3),
    "withheld": Mark("x-thin", ORANGE, 13, 3.5),
    "rejected": Mark("x-open", ORANGE, 13, 2),
    "withdrew": Mark("triangle-right", ORANGE, 14),
    "objected": Mark("line-ew", ORANGE, 15, 4),
    "not consulted": Mark("diamond-open", PURPLE, 15, 2.5),
    "pressed": Mark("triangle-down", GREY, 13),
    "called upon": Mark("triangle-left-open", GREY, 12, 1.5),
    "affected": Mark("circle-open-dot", GREY, 12, 1.5),
}
#: Where nothing is said of somebody.
SILENT = Mark("circle", "#B5B5B5", 4)


@dataclass(frozen=True)
class Part:
    """A part of a bar: its colour, that of the number on it, and that of its name."""

    color: str
    ink: str
    word: str


#: Those whom an attempt concerns, by whether they were asked.
ASKED = {
    "asked": Part(BLUE, PAPER, BLUE),
    "unknown": Part("#DADADA", INK, MUTED),
    "not asked": Part(PURPLE, PAPER, PURPLE),
}
#: The word for what became of an attempt, by whether it came to less than was tried.
OUTCOMES = {False: "#00704E", True: "#A84A00"}

#: The sum of the signs of what one actor does to another; sizes are shares of a cell.
SIGNS = {
    "for": Mark("circle", BLUE, 0.62, 0.0),
    "against": Mark("x-thin", ORANGE, 0.56, 2.4),
    "both": Mark("circle-x", INDIGO, 0.66, 1.6, "#FFFFFF"),
    "neither": Mark("square-open", GREY, 0.46, 1.4),
}
#: For ``both`` where a cell is too small for lines within a circle.
SMALL_BOTH = Mark("diamond", INDIGO, 0.78)

#: Colour of what happens on each lane of a timeline, and the ground of years, which days do not have.
LANES = dict(zip(vocabulary.LANES, (ORANGE, BLUE, INDIGO, PURPLE, DARK), strict=True))
LANE_GROUND = "#F4F5F7"
#: Ticks and base of an axis; bars of a series of numbers.
AXIS, SERIES = "#aaa", "#777777"


def tie_look(kind: str) -> TieLook:
    """How a kind of tie is drawn: as its family is."""
    return TIES[vocabulary.TIES[kind].family]


def actor_look(kind: str) -> ActorLook:
    """How a kind of actor is drawn: as its family is."""
    return ACTORS[vocabulary.ACTOR_KINDS[kind].family]


def dash_of(status: str) -> str:
    """Dash of a line by the status of its firmest claim."""
    return VOICES[vocabulary.STATUSES[status].family].dash
