"""A file as the paragraphs of a text: what stands in .txt, .md, .html and .pdf, and what marks say that each is.

Pages are read by ``trafilatura``, Markdown by ``mistune``, PDFs by ``pdfminer`` with ``bidi`` for what runs from the
right; what their marks mean, and where lines belong together, is decided here.
"""

from __future__ import annotations

import copy
import logging
import os
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mistune
import nh3

from libya_analysis.evidence.errors import ParameterError, needed
from libya_analysis.evidence.texts import read_paragraphs

#: What opens a file that is no text, and what to do about it.
_NO_TEXT = {
    b"PK\x03\x04": "a Word, Excel or zip file; save it as .txt or PDF",
    b"\xd0\xcf\x11\xe0": "an old Word or Excel file; save it as .txt or PDF",
    b"{\\rtf": "an RTF file; save it as .txt or PDF",
}
#: What a point of a list begins with.
POINT = re.compile(r"[-–—•*·▪●◦]\s")
_SENTENCE_END = re.compile(r"[.!?:؟…][\"'”’»)\]]*$")
#: What an element says of the words in it, in HTML and as trafilatura writes it; points of a list look like headings.
_ROLES = {
    **dict.fromkeys("head h1 h2 h3 h4 h5 h6".split(), "heading"),
    **dict.fromkeys("item li row tr quote blockquote code pre".split(), "body"),
    "figcaption": "caption",
    "time": "slug",
}
_ROWS = ("row", "tr")
_BLOCKS = {*_ROLES, *"body div lb list ol p table tbody thead ul".split()} - {"time"}
_WRITTEN_BY = re.compile(r"\b(?:byline|author|dateline|date|published|timestamp)\b")
_LONGEST_BYLINE = 20  # words; what is said of an author is longer
_ASIDE = {"aside", "footer", "form", "nav"}
#: Widest line, in letters, that an editor has broken and no author, and how full such lines are.
_WIDEST, _FULL = 120, 0.9
#: How full a line of a PDF is at most that leaves room for a word, by its letters, some of which are wider than others.
_ROOM = 0.85
#: How far apart lines of a paragraph are in a PDF at most, in heights of a line: as far as on pages of news.
_LINE_MARGIN = 0.8
_LIGATURES = re.compile("[\ufb00-\ufdff\ufe70-\ufefc]")
#: Heads and feet that stand on a single page, too: its number, and what a browser prints.
_HEAD_OR_FOOT = re.compile(r"#(?:\s?/\s?#)?|(?:https?|file)://\S+(?: #/#)?|#/#/#, #:#(?: [AP]M)?")
_ARABIC = re.compile("[\u0600-\u06ff]")
#: The Arabic article, where words are in the order in which they are read, and where they are as they are drawn.
_ARTICLE, _ARTICLE_DRAWN = re.compile(r"\bال\w\w"), re.compile(r"\w\wلا\b")


@dataclass(frozen=True)
class Reading:
    """What was read: a text, roles of paragraphs that are marked, the day that its page gives, what to look at."""

    text: str
    roles: dict[str, str] = field(default_factory=dict)
    published: str = ""
    notes: tuple[str, ...] = ()


def read_text(path: str | os.PathLike[str]) -> Reading:
    r"""Read a text: .txt as it is, the readable part of .html, the words of .md and .pdf, a paragraph a line.

    Raises
    ------
    ParameterError
        If the file is not one of these, or nothing can be read in it.
    """
    path = Path(path)
    data = path.read_bytes()
    suffix = path.suffix.lower()
    for start, what in _NO_TEXT.items():
        if data.startswith(start):
            raise ParameterError(f"{path}: this is {what}")
    if not data.strip():
        raise ParameterError(f"{path}: the file is empty: no words in it")
    if data.startswith(b"%PDF"):
        found = Reading("\n\n".join(_pdf_paragraphs(path)))
    elif suffix == ".pdf":
        raise ParameterError(f"{path}: this is no PDF, whatever its name says; save it as PDF, or give the text itself")
    elif suffix in (".html", ".htm"):
        found = _read_page(data, path)
    elif suffix in (".txt", ".md", ".markdown", ""):
        found = _read_plain(data, path, is_markdown=suffix.startswith(".m"))
    else:
        raise ParameterError(f"{path}: {suffix} is not read; give .txt, .md, .html or .pdf")
    if not read_paragraphs(found.text):
        scan = "is it a scan? Have its letters recognised first"
        hint = scan if data.startswith(b"%PDF") else "is it the right file?"
        raise ParameterError(f"{path}: no words in it; {hint}")
    return found


def _read_plain(data: bytes, path: Path, is_markdown: bool) -> Reading:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"byte 0x{data[error.start]:02x} at offset {error.start} is not UTF-8"
        raise ParameterError(f"{path}: {place}; save it as UTF-8") from None
    if re.match(r"\s*<(?:!doctype|html)", text, re.IGNORECASE):
        raise ParameterError(f"{path}: this is a web page; name it .html")
    if "\0" in text:
        raise ParameterError(f"{path}: a NUL byte: this is no text")
    if is_markdown:
        return _marked(_markdown_paragraphs(text))
    if joined := _joined_lines(text.splitlines()):
        told = "lines broken at one width are joined into paragraphs: look whether each ends where it should"
        return Reading("\n\n".join(joined) + "\n", notes=(told,))
    return Reading(text)


# -- lines


def _joined_lines(lines: list[str]) -> list[str]:
    """Paragraphs of a text whose lines end at one width, not where an author ended them; none of any other text.

    A line was broken if the first word of the next one would not have found room in it.
    """
    lines = [line.strip() for line in lines]
    pairs = [(line, after) for line, after in zip(lines, [*lines[1:], ""], strict=True) if line and after]
    width = max((len(line) for line in lines if " " in line), default=0)  # an address may be longer

    def broken(line: str, after: str) -> bool:
        return len(f"{line} {after.split()[0]}") > (1 if _SENTENCE_END.search(line) else _FULL) * width

    full = [line for line, after in pairs if broken(line, after)]
    inside = [line for line in full if not _SENTENCE_END.search(line)]
    if width > _WIDEST or len(full) < 2 or 3 * len(full) < len(pairs) or 2 * len(inside) < len(full):
        return []
    paragraphs: list[str] = []
    before = ""
    for line in lines:
        if line:
            point = POINT.match(line) and _SENTENCE_END.search(before)  # else a dash inside a sentence
            goes_on = before and broken(before, line) and not point
            paragraphs[-1:] = [_join(paragraphs[-1], line)] if goes_on else [*paragraphs[-1:], line]
        before = line
    return paragraphs


def _join(paragraph: str, line: str) -> str:
    broken = re.search(r"(\w)-$", paragraph) if line[:1].islower() else None
    if broken:  # a word, or one with a hyphen of its own such as UN-backed
        return (paragraph[:-1] if broken[1].islower() else paragraph) + line
    return f"{paragraph} {line}".strip()


# -- marks


def _marked(paragraphs: Iterable[tuple[str, str]], published: str = "") -> Reading:
    found = list(paragraphs)
    roles = {f"P{number}": role for number, (_, role) in enumerate(found, start=1) if role}
    return Reading("\n\n".join(line for line, _ in found) + "\n" * bool(found), roles, published)


def _blocks(element: Any, role: str = "") -> Iterator[tuple[str, str]]:
    """Paragraphs of an element, each with the role that its mark gives it; a row of a table is one."""
    role = _ROLES.get(element.tag, role)
    if element.tag in _ROWS:
        cells = (" ".join(" ".join(cell.itertext()).split()) for cell in element)
        yield " | ".join(filter(None, cells)), role
        return
    lines: list[tuple[str, str]] = [(element.text or "", role)]
    for child in element:
        inline = element.tag == "p" and child.tag in ("code", "quote")  # words in a sentence
        if not inline and any(one.tag in _BLOCKS for one in child.iter()):
            lines += [*_blocks(child, role), ("", role)]
        else:
            lines[-1] = lines[-1][0] + "".join(child.itertext()), role
        lines[-1] = lines[-1][0] + (child.tail or ""), role
    for words, its in lines:
        yield from ((" ".join(line.split()), its) for line in words.splitlines() if line.strip())


class _Marks(mistune.HTMLRenderer):
    """Markup with a line a paragraph, and no code."""

    def softbreak(self) -> str:
        return " "

    def linebreak(self) -> str:
        return " "

    def block_code(self, code: str, info: str | None = None) -> str:
        return ""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<figcaption>{text}</figcaption>"


def _markdown_paragraphs(text: str) -> Iterator[tuple[str, str]]:
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    page = str(mistune.create_markdown(renderer=_Marks(escape=False), plugins=["table"])(body))
    clean = nh3.clean(page, tags={*_BLOCKS, "td", "th"} - {"lb"})
    yield from _blocks(needed("lxml.html").fragment_fromstring(clean, create_parent="div"))


# -- pages


def _read_page(data: bytes, path: Path) -> Reading:
    trafilatura = needed("trafilatura")
    page = trafilatura.load_html(data)
    found: Any = None
    if page is not None:
        _drop_single_breaks(page)
        found = trafilatura.bare_extraction(
            copy.deepcopy(page),
            include_comments=False,
            favor_recall=True,
            with_metadata=True,
            prune_xpath=["//*[@hidden]"],
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    lines = list(_blocks(found.body)) if found is not None and found.body is not None else []
    if not lines:
        raise ParameterError(f"{path}: no article is found in this page; copy its text into a .txt file")
    return _marked(_with_left_out(page, lines, (found.title or "").strip()), found.date or "")


def _drop_single_breaks(page: Any) -> None:
    """Put a space for a line break inside a paragraph; where there are two, a paragraph ends."""
    breaks = list(page.iter("br"))

    def follows(one: Any, other: Any) -> bool:
        return other is not None and other.tag == "br" and not (one.tail or "").strip()

    for one in [one for one in breaks if not follows(one, one.getnext())]:
        before = one.getprevious()
        if before is None or before.tag != "br" or not follows(before, one):
            one.tail = f" {one.tail or ''}"
            one.drop_tag()


def _with_left_out(page: Any, lines: list[tuple[str, str]], title: str) -> Iterator[tuple[str, str]]:
    """Lines of an article with what was left out of it put where it stands: headline, byline, date, captions."""
    places = {_key(line): place for place, (line, _) in reversed(list(enumerate(lines)))}
    headings = [h1 for h1 in page.iter("h1") if _words(h1)]
    told = {*title.split()}
    headline = max(
        headings, key=lambda h1: (_key(_words(h1)) in places, len({*_words(h1).split()} & told)), default=None
    )
    if headline is None and title and _key(title) not in places:
        yield title, "heading"
    around = () if headline is None else headline.iterancestors("article", "main")
    roles: dict[str, str] = {}
    left_out: dict[int, list[tuple[str, str]]] = {}
    waiting: list[tuple[str, str]] = []
    begun = False  # after its first sentence a day or name is that of another article
    for element, role in _marked_elements(next(iter(around), page)):
        words = _words(element)
        place = places.get(_key(words), places.get(_key(element.text or "")))  # all of it, or up to its first break
        if place is not None:
            roles.setdefault(_key(words), role)
            left_out.setdefault(place, []).extend(waiting)
            waiting = []
            begun = begun or bool(not role and _SENTENCE_END.search(words))
        elif element is headline or role == "caption" or (role == "slug" and not begun):
            waiting += [(words, role)] * bool(words and (words, role) not in waiting)
    left_out = left_out or {0: waiting}
    for place, (line, role) in enumerate(lines):
        yield from left_out.get(place, ())
        yield line, roles.get(_key(line), "") or role


def _marked_elements(element: Any) -> Iterator[tuple[Any, str]]:
    """Elements of an article whose words may be a paragraph, with the role that their marks tell; none in another."""
    names = " ".join(element.get(name, "") for name in ("class", "itemprop", "rel"))
    words = _words(element)
    role = _ROLES.get(element.tag, "")
    dated = _WRITTEN_BY.search(names) or (element.tag == "p" and element.find(".//time") is not None)
    if dated and not role and len(words.split()) <= _LONGEST_BYLINE and not _SENTENCE_END.search(words):
        role = "slug"
    if role or (element.text or "").strip():
        yield element, role
    if role != "slug" and element.tag != "p":
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _ASIDE and not _is_hidden(child):
                yield from _marked_elements(child)


def _is_hidden(element: Any) -> bool:
    return "hidden" in element.attrib or "display:none" in element.get("style", "").replace(" ", "")


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _key(words: str) -> str:
    """Words without their spaces, which the same words have differently in a page and in what was read in it."""
    return "".join(words.split())


# -- PDFs


def _pdf_paragraphs(path: Path) -> Iterator[str]:
    """Words of a PDF, whose lines end where the page does: joined where a paragraph goes on, without heads and feet."""
    pages = _pdf_pages(path)
    said = [[re.sub(r"\d+", "#", line) for line in page if line] for page in pages]
    edges = Counter(line for page in said for line in {*page[:2], *page[-2:]})
    many = max(1, len(pages) / 2)
    around = {line for line, count in edges.items() if count > many or _HEAD_OR_FOOT.fullmatch(line)}
    lines: list[str] = []
    for page in pages:
        lines += "\n".join(line for line in page if re.sub(r"\d+", "#", line) not in around).strip("\n").split("\n")
        lines += [""] * bool(_SENTENCE_END.search(lines[-1]))  # else a paragraph goes on over the page
    paragraph = ""
    for line in [*lines, ""]:
        if line:
            paragraph = _join(paragraph, line)
        elif paragraph:
            yield paragraph
            paragraph = ""


def _pdf_pages(path: Path) -> list[list[str]]:
    """Lines of each page as they are read, with empty ones between paragraphs; ligatures are letters again."""
    layout, high_level = needed("pdfminer.layout"), needed("pdfminer.high_level")
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        pages = list(high_level.extract_pages(path, laparams=layout.LAParams(line_margin=_LINE_MARGIN)))
    except Exception as error:  # of any kind: there is no end to the ways in which a file can be broken
        raise ParameterError(f"{path}: the PDF cannot be read: {str(error) or type(error).__name__}") from None
    boxes = [[box for box in page if isinstance(box, layout.LTTextBox)] for page in pages]
    drawn = _is_drawn("\n".join(box.get_text() for page in boxes for box in page))
    return [[line for box in page for line in _pdf_lines(box, drawn)] for page in boxes]


def _is_drawn(text: str) -> bool:
    """Whether the letters of an Arabic text are in the order in which they are drawn, from the left."""
    text = unicodedata.normalize("NFKC", text)
    arabic = len(_ARABIC.findall(text)) > len(re.findall("[A-Za-z]", text))
    return arabic and len(_ARTICLE_DRAWN.findall(text)) >= len(_ARTICLE.findall(text))


def _pdf_lines(box: Any, drawn: bool) -> Iterator[str]:
    """Lines of a block, with an empty one after it, before letters of another size, and where a paragraph ends."""
    sizes = [statistics.mode(glyph.size for glyph in line if hasattr(glyph, "size")) or 1.0 for line in box]
    lines = [_pdf_line(line, drawn) for line in box]
    width = max(map(len, lines))
    for k, line in enumerate(lines):
        yield line
        after = lines[k + 1] if k + 1 < len(lines) else ""
        same = after and 0.87 < sizes[k + 1] / sizes[k] < 1.15
        ends = same and _SENTENCE_END.search(line) and len(f"{line} {after.split()[0]}") < _ROOM * width
        if not same or ends or POINT.match(after):
            yield ""


def _pdf_line(line: Any, drawn: bool) -> str:
    words = "".join(_glyphs(line, drawn))
    if drawn and _ARABIC.search(unicodedata.normalize("NFKC", words)):
        words = needed("bidi.algorithm").get_display(words, base_dir="R")
    return " ".join(_LIGATURES.sub(lambda m: unicodedata.normalize("NFKC", m[0]), words).split())


def _glyphs(line: Any, drawn: bool) -> Iterator[str]:
    """Letters of a line, and the spaces that are meant: a vowel sign has no width, and a gap beside it is none."""
    glyphs = [(glyph.get_text(), hasattr(glyph, "fontname")) for glyph in line]
    signs = [unicodedata.category(unicodedata.normalize("NFKC", text)[-1:] or " ") == "Mn" for text, _ in glyphs]
    for (text, is_printed), near in zip(glyphs, zip([False, *signs], [*signs[1:], False], strict=False), strict=True):
        if is_printed or not any(near):
            yield text[::-1] if drawn and not text.isascii() else text  # letters of one glyph stand as they are read
