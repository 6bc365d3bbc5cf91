"""The quote lock, and the words for whose voice it is. The text is invented; the shipped tables are not needed."""

import dataclasses
import hashlib
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from libya_analysis import DataError, check_texts, find_texts, load_tables, show_claim
from libya_analysis.evidence.claim import say_firmness
from libya_analysis.evidence.schema import fields, resources
from libya_analysis.evidence.tables import read_tables
from libya_analysis.evidence.texts import check_files, near_copies, read_paragraphs

TEXT = """A harbour town

North Port, which supports the mayor, sent him boats in May.
“He ‘never’ thanked us,” said a captain. He left – unpaid – soon after.
"""

ROWS = {
    "sources": ["town,article,unknown,unknown,,,An invented story,en,2021-06-01,explicit,,{digest},invented,"],
    "actors": [
        "captain,A captain,,officials,one,,a captain@town,,,town,P3",
        "mayor,The mayor,,person,one,,the mayor@town,,,town,P2",
        "north-port,North Port,,state,one,,,,,town,P2",
    ],
    "backers": ["boats,north-port,mayor,materiel,,stated,actual,,,2021-05,,in May,inferred,,,town,P2,"],
    "identities": [],
    "ties": [],
    "events": ["leaving,The captain leaves,departure,,,,"],
    "event_reports": ["leaving-report,leaving,,,none,,,unknown,stated,actual,,,,town,P3,"],
    "event_relations": [],
    "participants": ["leaving-captain,leaving,captain,traveller,,stated,actual,,,,town,P3,"],
    "quotes": ["thanks,captain,true,He 'never' thanked us,,mayor,account,,,,none,attributed,actual,,town,P2;P3,"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables about an invented text, and the text beside them."""
    target = tmp_path / "tables"
    target.mkdir()
    (target / "texts").mkdir()
    (target / "texts" / "any name.txt").write_text(TEXT, encoding="utf-8")
    rows = {**ROWS, "paragraphs": []}
    rows["sources"] = [rows["sources"][0].format(digest=hashlib.sha256(TEXT.encode()).hexdigest())]
    for number, paragraph in read_paragraphs(TEXT).items():
        rows["paragraphs"].append(f"town,{number},body,{hashlib.sha256(paragraph.encode()).hexdigest()}")
    for resource in resources().values():
        name = resource["name"]
        lines = [",".join(fields(name)), *rows[name]]
        (target / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def replace(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def lock(folder: Path) -> list[str]:
    tables, problems = read_tables(folder)
    return [str(problem) for problem in [*problems, *check_texts(tables, find_texts(tables, folder / "texts"))]]


def test_tables_that_keep_to_their_text(folder: Path) -> None:
    assert lock(folder) == []


FAULTS = [
    ("actors", "the mayor@town", "the mayor@town;the major@town", "3:aliases  not-as-written: 'the major' does not"),
    ("quotes", "never", "often", "2:text  quote-mismatch: the quotation does not stand in P2, P3; the nearest words"),
    (
        "quotes",
        "He 'never' thanked us",
        "He left",
        "2:text  quote-mismatch: the words stand in P2, P3, but not",
    ),
    ("backers", "in May", "in June", "2:dates_as_written  not-as-written: 'in June' does not stand in P2"),
    ("participants", "town,P3", "town,P2", "2:actor_id  not-named: 'captain' is named in none of P2; cite"),
    ("backers", "boats,north-port", "boats,captain", "2:backer_id  not-named: 'captain' is named in none"),
    ("quotes", "actual,,town,P2;P3", "actual,,town,P3", "2:about  not-named: 'mayor' is named in none of P3"),
]


@pytest.mark.parametrize(("table", "old", "new", "message"), FAULTS)
def test_each_fault_is_one_line(folder: Path, table: str, old: str, new: str, message: str) -> None:
    replace(folder, table, old, new)
    lines = lock(folder)
    assert len(lines) == 1 and lines[0].startswith(f"{table}.csv:{message}"), lines


def test_a_word_for_an_actor_counts_only_in_the_source_that_uses_it(folder: Path) -> None:
    replace(folder, "actors", "the mayor@town", "the mayor@village")
    replace(folder, "sources", "town,", "village,article,unknown,unknown,Another,en,2021,explicit,,,invented,\ntown,")
    assert {line.partition("  ")[2] for line in lock(folder) if "not-named" in line and ":3:" in line} == {
        "not-named: 'mayor' is named in none of P2; cite the paragraph that names it"
    }


def test_a_wrong_hash(folder: Path) -> None:
    digest = hashlib.sha256(read_paragraphs(TEXT)["P2"].encode()).hexdigest()
    replace(folder, "paragraphs", digest, "0" * 64)
    said = f"P2 of town is not the paragraph with this hash; its own is {digest}"
    assert lock(folder) == [f"paragraphs.csv:3:sha256  hash-mismatch: {said}"]


def test_a_changed_text_is_found_by_name(folder: Path) -> None:
    (folder / "texts" / "any name.txt").rename(folder / "texts" / "town.txt")
    (folder / "texts" / "town.txt").write_text(TEXT + "\nOne more line.\n", encoding="utf-8")
    said = f"in the text, but not in the table; its hash is {hashlib.sha256(b'One more line.').hexdigest()}"
    assert lock(folder) == [f"paragraphs.csv:paragraph  missing-paragraph: P4 of town is {said}"]
    (folder / "texts" / "town.txt").write_text("A harbour town\n", encoding="utf-8")
    assert any("no-paragraph: the text of town ends with P1" in line for line in lock(folder))


def test_without_the_text_nothing_is_held_against_it(folder: Path) -> None:
    shutil.rmtree(folder / "texts")
    (folder / "texts").mkdir()
    assert lock(folder) == []
    assert len(load_tables(folder).backers) == 1


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_text_is_one_problem(folder: Path, text: str) -> None:
    (folder / "texts" / "any name.txt").unlink()
    (folder / "texts" / "town.txt").write_text(text, encoding="utf-8")
    assert lock(folder) == ["paragraphs.csv:paragraph  no-paragraph: the text of town is empty"]


def test_only_the_texts_of_sources_are_read(folder: Path) -> None:
    texts = folder / "texts"
    (texts / "notes.txt").write_bytes("Übrigens".encode("latin-1"))
    (texts / ".#town.txt").symlink_to("somebody@somewhere.1234")
    (texts / "x.txt").mkdir()
    os.mkfifo(texts / "pipe.txt")
    with (texts / "large.csv").open("wb") as file:
        file.truncate(300_000_000)
    assert lock(folder) == []


def test_a_text_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "texts" / "any name.txt").unlink()
    (folder / "texts" / "town.txt").write_bytes("A harbour\n\nä".encode("latin-1"))
    with pytest.raises(DataError, match=r"town\.txt:3  encoding: byte 0xe4 at offset 11 is not UTF-8"):
        lock(folder)


def test_show_claim_gathers_what_bears_on_it(folder: Path) -> None:
    shown = show_claim(load_tables(folder), "leaving-captain", folder / "texts")["value"]
    assert shown["actor_id"] == "captain (A captain)"
    assert shown["firmness"] == "stated by the source"
    assert shown["same paragraphs: quotes"] == "thanks"
    assert shown["P3"] == read_paragraphs(TEXT)["P3"]
    assert "P3" not in show_claim(load_tables(folder), "leaving-captain").index
    with pytest.raises(KeyError, match="did you mean 'thanks'"):
        show_claim(load_tables(folder), "thank")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("denied", "actual", "", "The mayor"), "denied by the mayor"),
        (("alleged", "actual", "", "Egypt", "ambiguous"), "alleged by Egypt; open to two readings"),
        (("stated", "threatened"), "stated by the source; threatened"),
        (("attributed", "conditional", "if it rains", "A captain"), "according to a captain; if it rains"),
        (("implied",), "implied by the source"),
    ],
)
def test_firmness(args: tuple[str, ...], words: str) -> None:
    assert say_firmness(*args) == words


ARTICLE = Path(__file__).parents[3] / "shared" / "article"


@pytest.mark.skipif(not ARTICLE.is_dir(), reason="the text of the article is not shipped and not at hand")
def test_shipped_tables_keep_to_the_article() -> None:
    tables = load_tables()
    texts = find_texts(tables, ARTICLE)
    assert len(texts["moscow-truce-2020"]) == 40
    assert check_texts(tables, texts) == []


def test_texts_that_share_most_of_their_words_are_told(folder: Path) -> None:
    tables, _ = read_tables(folder)
    texts = find_texts(tables, folder / "texts")
    assert not near_copies(tables, texts)
    sources = pd.concat([tables.sources, tables.sources.assign(source_id="twin")], ignore_index=True)
    twins = dataclasses.replace(
        tables, frames={**tables.frames, "sources": sources}, lines={**tables.lines, "sources": (2, 3)}
    )
    (found,) = near_copies(twins, {**texts, "twin": texts["town"]})
    assert (
        found.code == "near-copy" and found.line == 2 and "1.00 of the shorter text stands in 'twin'" in found.message
    )


def test_the_hash_of_a_source_is_held_to_its_file(folder: Path) -> None:
    right, tables = hashlib.sha256(TEXT.encode()).hexdigest(), load_tables(folder)
    assert check_files(tables) == []
    text = (folder / "texts" / "any name.txt").rename(folder / "texts" / "town.txt")
    replace(folder, "sources", right, "1" * 64)
    (problem,) = check_files(load_tables(folder))
    assert (
        str(problem)
        == f"sources.csv:2:sha256  hash-mismatch: town.txt is not the text with this hash; its own is {right}"
    )
    replace(folder, "sources", "1" * 64, right)
    text.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())  # as a Windows editor writes it
    assert check_files(load_tables(folder)) == []
    replace(folder, "sources", right, "")
    assert check_files(load_tables(folder)) == []
