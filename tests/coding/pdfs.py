"""PDFs of invented texts, as small as they can be: every letter stands where it is put."""

from __future__ import annotations

from collections.abc import Sequence

#: A line of a page: its words, left edge, distance from the foot of the page, and size of its letters.
Line = tuple[str, float, float, float]

_MARKS = "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[5 0 R]/ToUnicode 6 0 R>>"
_GLYPHS = (  # a letter is half as wide as high, a vowel sign of Arabic has no width
    "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    "/DW 500/W[1611 1618 0]/FontDescriptor 7 0 R>>"
)
_SPACE = "begincmap 1 begincodespacerange <0000><FFFF> endcodespacerange"
_MEANT = f"{_SPACE} 1 beginbfrange <0000><FFFF><0000> endbfrange endcmap"
_FONT = "<</Type/FontDescriptor/FontName/A/Flags 4/FontBBox[0 -200 1000 800]/Ascent 800/Descent -200/ItalicAngle 0>>"


def _stream(content: str) -> str:
    return f"<</Length {len(content)}>>stream\n{content}\nendstream"


def make_pdf(*pages: Sequence[Line]) -> bytes:
    """Make a PDF of some pages."""
    places = [8 + 2 * k for k in range(len(pages))]
    kids = " ".join(f"{place} 0 R" for place in places)
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>", "<<>>", _MARKS]
    objects += [_GLYPHS, _stream(_MEANT), _FONT]
    for place, lines in zip(places, pages, strict=True):
        page = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {place + 1} 0 R/Resources<</Font<</F 4 0 R>>>>>>"
        )
        shown = (f"BT /F {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET" for words, x, y, size in lines)
        objects += [page, _stream("\n".join(shown))]
    out, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        starts.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return out + f"{head}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF".encode()


def column(*lines: str, top: float = 700, size: float = 12, left: float = 50) -> list[Line]:
    """Lines below each other; an empty one is a gap."""
    return [(words, left, top - 1.3 * size * k, size) for k, words in enumerate(lines) if words]
