"""Text in charts: safe, measured, and broken or shortened to the room that it has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from libya_analysis.words.sentence import how_many

LABEL_SIZE, NOTE_SIZE = 13, 11.5

# Advance widths of Noto Sans in thousandths of the font size, for the printable ASCII characters from the space on.
_ASCII = (
    "260 269 408 646 572 831 732 225 300 300 551 572 268 322 268 372 572 572 572 572 572 572 572 572 572 572 268 268 "
    "572 572 572 434 899 639 650 632 730 556 519 728 741 339 273 619 524 907 760 781 605 781 622 549 556 731 600 930 "
    "586 566 572 329 372 329 572 444 281 561 615 480 615 564 344 615 618 258 258 534 258 935 618 605 615 615 413 479 "
    "361 618 508 786 529 510 470 380 551 380 572 "
)
_ADVANCE = {chr(32 + i): int(width) / 1000 for i, width in enumerate(_ASCII.split())}


def text_width(text: str, size: float = LABEL_SIZE, bold: bool = False) -> float:
    """Width of a line of text in pixels, as a browser would draw it, within a few per cent.

    Measured from a table of advance widths, so that a layout is the same on every machine, whatever fonts it has.
    Letters outside ASCII count 0.6 of the size, wide East Asian ones 1.
    """
    width = sum(_ADVANCE.get(ch, 1.0 if ord(ch) > 0x2E80 else 0.6) for ch in text) * size
    return width * (1.07 if bold else 1.0)


#: Signs that plotly would read as markup, or as the beginning of one of its templates or of mathematics.
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "%{": "&#37;{", "$": "&#36;", "\n": " "}


def escape(text: object) -> str:
    """Make text from a table safe as a plotly label: it is shown as it is, whatever signs are in it.

    Examples
    --------
    >>> escape("<b> %{meta} $5")
    '&lt;b&gt; &#37;{meta} &#36;5'
    """
    shown = str(text)
    for sign, written in _SIGNS.items():
        shown = shown.replace(sign, written)
    return shown


def isolate(text: str) -> str:
    """Keep a piece of text in right-to-left letters apart from what stands beside it."""
    return f"\u2067{text}\u2069" if any("\u0590" <= char <= "\u08ff" for char in text) else text


def wrap(text: str, width: int = 60) -> str:
    """Break plain text into escaped lines of about ``width`` characters, joined by ``<br>``.

    Examples
    --------
    >>> wrap("a supports b", 8)
    'a<br>supports<br>b'
    """
    lines: list[str] = []
    line = ""
    for word in str(text).split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "<br>".join(escape(piece) for piece in [*lines, line])


def fit(text: str, room: float, size: float = LABEL_SIZE, bold: bool = False) -> str:
    """Break plain text into as few escaped lines as fit a width, and these as even as can be, joined by ``<br>``.

    Examples
    --------
    >>> fit("a supports b and c", 120), fit("a supports b and c", 110)
    ('a supports b and c', 'a supports<br>b and c')
    """
    # A dot between two parts ends a line and begins none.
    words = [(word, text_width(f"{word} ", size, bold)) for word in re.findall(r"\S+(?: ·)?", str(text))]
    end = text_width(" ", size, bold)

    def broken(room: float) -> list[list[str]]:
        lines: list[list[str]] = [[]]
        used = 0.0
        for word, wide in words:
            if lines[-1] and used + wide - end > room:
                lines.append([])
                used = 0.0
            lines[-1].append(word)
            used += wide
        return lines

    lines, low = broken(room), 0.0
    for _ in range(6 if len(lines) > 1 else 0):
        middle = (low + room) / 2
        evener = broken(middle)
        if len(evener) > len(lines):
            low = middle
        else:
            lines, room = evener, middle
    return "<br>".join(escape(" ".join(line)) for line in lines)


def shorten(text: str, room: float, size: float = LABEL_SIZE, bold: bool = False, spare: float = 0.0) -> str:
    """As much of a text as fits in a width; what does not fit whole ends in an ellipsis, with so much room to spare.

    Examples
    --------
    >>> shorten("Committee for the Harbour", 130)
    'Committee for the…'
    """
    if text_width(text, size, bold) <= room:
        return text
    while text and text_width(f"{text}…", size, bold) > room - spare:
        text = text[:-1].rstrip()
    return f"{text}…"


def say_sources(sources: Sequence[str]) -> str:
    """How many sources there are, and which it is if there is one."""
    return how_many(len(sources), "source") + (f" ({sources[0]})" if len(sources) == 1 else "")
