"""A text taken in: paragraphs, roles and hashes, the text beside the tables, and one clear error for what cannot be."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from libya_analysis.cli import app
from libya_analysis.coding.intake import add_source, list_sources, propose_roles, read_text, source_status
from libya_analysis.coding.rows import Folder
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.tables import load_tables
from libya_analysis.evidence.texts import check_texts, find_texts, read_paragraphs

from .conftest import TEXT

SENTENCES = (
    "The envoy arrived in Port Azure on Monday and spoke to both sides for two hours.",
    "Nobody signed, and the Council said that it would wait for an answer until Friday.",
    "In the evening, shots were heard at the harbour, where the fleet of Kestrel lies.",
)


def added(folder: Path, text: Path, **given: str) -> str:
    arguments = {
        "id": "azure-news-2022",
        "publisher": "Azure News",
        "published": "2022-05-04",
        "data": str(folder),
        **given,
    }
    options = [part for name, value in arguments.items() for part in (f"--{name}", value)]
    done = CliRunner().invoke(app, ["source", "add", str(text), *options])
    return done.output if not done.exception else f"{done.exception}"


def test_a_text_becomes_rows_and_is_kept_beside_them(folder: Path, text: Path) -> None:
    said = added(folder, text)
    tables = load_tables(folder)
    kept = folder / "texts" / "azure-news-2022.txt"
    assert "3 paragraphs, language en" in said
    assert kept.read_text(encoding="utf-8") == TEXT
    row = tables.sources.set_index("source_id").loc["azure-news-2022"]
    assert row["sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert (row["publisher"], str(row["published"]), row["reported_by"]) == ("Azure News", "2022-05-04", "unknown")
    roles = tables.paragraphs[tables.paragraphs["source_id"] == "azure-news-2022"]
    assert roles["role"].tolist() == ["heading", "body", "body"]
    assert check_texts(tables, find_texts(tables)) == []


def test_a_text_without_its_day_does_not_give_it_explicitly(folder: Path, text: Path) -> None:
    said = added(folder, text, note="the day is that of its address")
    row = load_tables(folder).sources.set_index("source_id").loc["azure-news-2022"]
    assert (row["published_basis"], row["note"]) == ("inferred", "the day is that of its address")
    assert "does not have its day of publication" in said
    text.write_text("4 May 2022\n\nMalk waits in the harbour of the north, as he has done for a week.\n")
    assert "does not have its day" not in added(folder, text, id="dated-2022")
    assert load_tables(folder).sources.set_index("source_id").loc["dated-2022", "published_basis"] == "explicit"


def test_a_git_diff_shows_the_new_rows_and_nothing_else(folder: Path, text: Path) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments]
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout

    (folder / ".gitignore").write_text("texts/\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "before")
    added(folder, text)
    lines = [line for line in git("diff").splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert len(lines) == 4 and all(line.startswith("+azure-news-2022") for line in lines)
    assert git("status", "--porcelain", "--untracked-files=all").split() == ["M", "paragraphs.csv", "M", "sources.csv"]


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_written(folder: Path, text: Path) -> None:
    before = Folder(folder).contents
    said = added(folder, text, id="Azure News", published="4.5.2022", url="azure.example")
    assert [line.split(":")[0] for line in said.splitlines()] == ["published", "source_id", "url"]
    assert said.startswith("published: '4.5.2022' is not an EDTF date; did you mean 2022-05-04 or 2022-04-05?")
    assert Folder(folder).contents == before
    assert not list((folder / "texts").iterdir())


def test_an_id_is_given_once(folder: Path, text: Path) -> None:
    added(folder, text)
    assert added(folder, text) == "there is a source 'azure-news-2022' already; take another id"


def test_what_was_broken_off_between_two_files_can_be_taken_up(folder: Path, text: Path) -> None:
    paragraphs = (folder / "paragraphs.csv").read_bytes()
    added(folder, text)
    whole = (folder / "paragraphs.csv").read_bytes()
    (folder / "paragraphs.csv").write_bytes(paragraphs)
    assert "3 paragraphs" in added(folder, text)
    assert (folder / "paragraphs.csv").read_bytes() == whole


def test_a_near_copy_of_a_known_text_is_told(folder: Path, tmp_path: Path, text: Path) -> None:
    text.write_text("\n".join(SENTENCES), encoding="utf-8")
    added(folder, text)
    copy = tmp_path / "copy.txt"
    copy.write_text(
        "\n".join([*SENTENCES[:2], "Nothing else was heard of it on that day, our own reporter writes."]),
        encoding="utf-8",
    )
    assert "near copy of azure-news-2022" in added(folder, copy, id="copied-2022")
    other = tmp_path / "other.txt"
    other.write_text("A wholly different story on the price of grain in the hills of the north.", encoding="utf-8")
    assert "near copy" not in added(folder, other, id="other-2022")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "no words in it"),
        ("a.txt", b" \n\n", "no words in it"),
        ("a.txt", "Malk spoke, in Latin-1: \u00e9".encode("latin-1"), "is not UTF-8; save it as UTF-8"),
        ("a.txt", b"one\0two", "a NUL byte"),
        ("a.txt", b"<!DOCTYPE html><html></html>", "name it .html"),
        ("a.docx", b"PK\x03\x04....", "a Word, Excel or zip file"),
        ("a.rtf", b"{\\rtf1 hello}", "an RTF file"),
        ("a.epub", b"hello", ".epub is not read"),
        ("a.pdf", b"%PDF-1.4 nothing", "the PDF cannot be read"),
        ("a.html", b"<html><body></body></html>", "no article is found"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ParameterError, match=said) as error:
        read_text(path)
    assert len(error.value.problems) == 1


def test_the_readable_part_of_a_page_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    menu = "<nav><a href='/'>Home</a><a href='/x'>Sport</a></nav>"
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES * 2)
    article = f"<article><h1>Envoy leaves</h1>{body}</article>"
    page = f"<html><head><title>Envoy leaves</title></head><body>{menu}{article}</body></html>"
    path.write_text(page, encoding="utf-8")
    lines = list(read_paragraphs(read_text(path)).values())
    assert lines[0] == "Envoy leaves"
    assert list(SENTENCES) == [line for line in lines if line in SENTENCES][:3]
    assert not any("Sport" in line for line in lines)


def test_markdown_loses_its_marks_and_hard_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Envoy *leaves*\n\nThe envoy\nleft [the city](https://x.example).\n\n- One\n- Two & three\n", encoding="utf-8"
    )
    assert list(read_paragraphs(read_text(path)).values()) == [
        "Envoy leaves",
        "The envoy left the city.",
        "One",
        "Two & three",
    ]


def test_lines_of_a_pdf_become_paragraphs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdf

    class Page:
        def __init__(self, text: str) -> None:
            self.extract_text = lambda **options: text

    first = "Azure Paper 1\nThe envoy arrived in the city of Port Azure on\n"
    first += "Monday and spoke to both sid-\nes for two hours.\n"
    first += "Nobody signed, and the Council said it would\nwait."
    pages = [
        Page(first),
        *(
            Page(f"Azure Paper {n}\nA line of its own that fills the width of it all\nand ends here.")
            for n in (2, 3, 4)
        ),
    ]
    monkeypatch.setattr(pypdf, "PdfReader", lambda path: type("Reader", (), {"pages": pages})())
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    lines = list(read_paragraphs(read_text(path)).values())
    assert lines[0] == "The envoy arrived in the city of Port Azure on Monday and spoke to both sides for two hours."
    assert lines[1].startswith("Nobody signed") and not any("Azure Paper" in line for line in lines)


def test_empty_lines_of_a_pdf_part_paragraphs_and_ligatures_are_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdf

    class Page:
        def __init__(self, text: str) -> None:
            self.extract_text = lambda **options: text

    pages = [
        Page("A cease\ufb01re\n\nThe envoy came to\nthe city. He went.\n\nThe council"),
        Page("waited.\n\nNobody came.\n"),
    ]
    monkeypatch.setattr(pypdf, "PdfReader", lambda path: type("Reader", (), {"pages": pages})())
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    lines = ["A ceasefire", "The envoy came to the city. He went.", "The council waited.", "Nobody came."]
    assert list(read_paragraphs(read_text(path)).values()) == lines


def test_roles_follow_form() -> None:
    text = {
        "P1": "envoy_leaves_1203.jpg",
        "P2": "Envoy leaves without a deal",
        "P3": "By A. Writer",
        "P4": "The envoy at the harbour. [File photo: Azure Agency]",
        "P5": "The envoy left on Monday.",
        "P6": "What comes next?",
        "P7": "“We will wait,” he said",
    }
    assert list(propose_roles(text).values()) == ["slug", "heading", "slug", "caption", "body", "heading", "body"]
    headline = {
        "P1": '"بصمة مشبوهة" في الهجوم على الميناء',
        "P2": "وأثناء الاستعداد لالتقاط صورة جماعية، تحدث المبعوث.",
    }
    assert list(propose_roles(headline).values()) == ["heading", "body"]


def test_the_list_and_the_status_tell_what_is_left_to_code(folder: Path, text: Path) -> None:
    add_source(text, "azure-news-2022", folder=folder, publisher="Azure News", published="2022-05-04")
    listed = list_sources(load_tables(folder))
    assert listed.loc["azure-news-2022", ["paragraphs", "without rows", "rows", "text at hand"]].tolist() == [
        3,
        3,
        0,
        "yes",
    ]
    assert listed.loc["old-2021", ["paragraphs", "without rows", "rows", "text at hand"]].tolist() == [1, 0, 7, "no"]
    assert source_status(load_tables(folder), "old-2021")["rows"].tolist() == [7]
    said = CliRunner().invoke(app, ["source", "status", "azure-news-2022", "--data", str(folder)]).output
    assert said.splitlines()[-1] == "azure-news-2022: 2 paragraphs of text without rows: P2, P3"
    with pytest.raises(ParameterError, match="did you mean 'old-2021'"):
        source_status(load_tables(folder), "old-2012")


def test_check_finds_the_texts_beside_the_tables(folder: Path, text: Path) -> None:
    added(folder, text)
    (folder / "texts" / "azure-news-2022.txt").write_text(TEXT.replace("Monday", "Sunday"), encoding="utf-8")
    said = CliRunner().invoke(app, ["check", str(folder)])
    assert said.exit_code == 1 and "hash-mismatch" in said.output


def test_arabic_is_known_by_its_letters(folder: Path, text: Path) -> None:
    text.write_text("غادر المبعوث المدينة يوم الاثنين.\n", encoding="utf-8")
    assert "language ar" in added(folder, text)
