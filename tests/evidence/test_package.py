"""A folder's own datapackage.json: each fault is one clear message, and what can be meant works."""

import json
from pathlib import Path

import pytest

from libya_analysis.evidence.tables import read_tables

ONE = {"id": "east", "name": "East", "anchor": "haftar"}
OTHER = {"id": "west", "name": "West", "anchor": "gna"}
THIRD = {"id": "south", "name": "South", "anchor": "france"}


def found(folder: Path, content: bytes) -> list[str]:
    (folder / "datapackage.json").write_bytes(content)
    return [str(problem) for problem in read_tables(folder)[1]]


def camps(*given: object) -> bytes:
    return json.dumps({"camps": given}).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "bad-json: it cannot be read: the file is empty"),
        (b"{", "bad-json: it cannot be read"),
        (b"\xff\xfe{}", "bad-json: it cannot be read"),
        (b"[" * 100_000, "bad-json: it is nested too deeply"),
        (b'{"camps": [], "camps": []}', "bad-json: it cannot be read: the key 'camps' is there twice"),
        (b"[]", "bad-camps: camps is a list of two"),
        (camps("x"), "bad-camps: camps is a list of two"),
        (camps(ONE), "bad-camps: camps is a list of two or more"),
        (camps(ONE, {**OTHER, "anchor": 3}), "bad-camps: camps is a list of two"),
        (camps(ONE, {**OTHER, "anchor": "haftar"}), "bad-camps: two camps have the anchor 'haftar'"),
        (camps(ONE, {**OTHER, "name": "EAST"}), "bad-camps: two camps have the name 'East'"),
        (camps(ONE, OTHER, {**THIRD, "id": "west"}), "bad-camps: two camps have the id 'west'"),
        (camps(ONE, {**OTHER, "name": " "}), "bad-camps: a camp's name has 1 to 80 characters, not 0"),
        (camps(ONE, {**OTHER, "name": "W" * 81}), "bad-camps: a camp's name has 1 to 80 characters, not 81"),
        (camps(ONE, {**OTHER, "name": "W\n~!touch p"}), "invisible: a camp's name: an invisible character, U+000A"),
        (camps(ONE, {**OTHER, "name": "W\u2028x"}), "invisible: a camp's name: an invisible character, U+2028"),
        (camps(ONE, {**OTHER, "name": "W\ud800"}), "invisible: a camp's name: an invisible character, U+D800"),
        (camps(ONE, {**OTHER, "anchor": "gnaa"}), "broken-ref: the anchor 'gnaa' of a camp is not in actors.csv; did"),
    ],
)
def test_what_cannot_be_meant_is_one_message(folder: Path, content: bytes, words: str) -> None:
    (line,) = found(folder, content)
    assert line.startswith(f"datapackage.json  {words}"), line


@pytest.mark.parametrize("content", [b"{}", b"\xef\xbb\xbf{}", camps(), camps(ONE, OTHER), camps(ONE, OTHER, THIRD)])
def test_what_can_be_meant_works(folder: Path, content: bytes) -> None:
    assert found(folder, content) == []
