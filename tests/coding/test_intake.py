"""A text taken in: paragraphs, roles and hashes, the text beside the tables, and one clear error for what cannot be."""

import hashlib
import subprocess
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner

from libya_analysis.cli import app
from libya_analysis.coding.intake import add_source, list_sources, propose_roles, set_roles, source_status
from libya_analysis.coding.reading import read_text
from libya_analysis.coding.rows import Folder
from libya_analysis.evidence.errors import ParameterError
from libya_analysis.evidence.tables import load_tables
from libya_analysis.evidence.texts import check_texts, find_texts, read_paragraphs

from .conftest import TEXT
from .pdfs import column, make_pdf

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
        ("a.pdf", make_pdf(column("Envoy leaves"))[:400], "the PDF cannot be read"),
        ("a.pdf", b"hello", "this is no PDF"),
        ("a.pdf", b"", "the file is empty"),
        ("a.pdf", make_pdf([]), "is it a scan"),
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
    lines = list(read_paragraphs(read_text(path).text).values())
    assert lines[0] == "Envoy leaves"
    assert list(SENTENCES) == [line for line in lines if line in SENTENCES][:3]
    assert not any("Sport" in line for line in lines)


def test_markdown_loses_its_marks_and_hard_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "# Envoy *leaves*\n\nThe envoy\nleft [the city](https://x.example).\n\n- One\n- Two & three\n", encoding="utf-8"
    )
    assert list(read_paragraphs(read_text(path).text).values()) == [
        "Envoy leaves",
        "The envoy left the city.",
        "One",
        "Two & three",
    ]


def pdf_lines(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    return list(read_paragraphs(read_text(path).text).values())


def test_lines_of_a_pdf_become_paragraphs(tmp_path: Path) -> None:
    first = column(
        "The envoy arrived in the city of Port Azure on",
        "Monday and spoke to both sid-",
        "es for two hours and forty-two minutes, of peace.",
        "Then he left.",
        "Nobody signed, and the UN-",
        "backed Council said that it would",
    )
    last = column("wait until the end of the week.")
    heads = [[(f"Azure Paper {n}", 50, 760, 9), (f"{n}/2", 50, 30, 9)] for n in (1, 2)]
    lines = pdf_lines(tmp_path / "a.pdf", make_pdf(first + heads[0], last + heads[1]))
    assert lines == [
        "The envoy arrived in the city of Port Azure on Monday and spoke to both sides for two hours and forty-two "
        "minutes, of peace. Then he left.",
        "Nobody signed, and the UN-backed Council said that it would wait until the end of the week.",
    ]


def test_gaps_and_sizes_of_a_pdf_part_paragraphs_and_ligatures_are_letters(tmp_path: Path) -> None:
    page = [
        *column("A cease\ufb01re", size=18, top=722),
        *column(
            "The envoy came to",
            "the city. He went",
            "",
            "The council waits:",
            "\u2022 for an answer",
            "\u2022 for ever",
        ),
    ]
    lines = [
        "A ceasefire",
        "The envoy came to the city. He went",
        "The council waits:",
        "\u2022 for an answer",
        "\u2022 for ever",
    ]
    assert pdf_lines(tmp_path / "a.pdf", make_pdf(page)) == lines


def test_an_arabic_pdf_is_read_from_the_right(tmp_path: Path) -> None:
    from bidi.algorithm import get_display

    lines = (
        "غادر المبعوث المدينة في 5 مايو 2022 (الخميس)، وقال إن",
        "المجلس لم يوقّع الاتفاق مع Azure News حتى الآن.",
        "",
        "قال المجلس: «لن نوقع».",
    )
    joined = [f"{lines[0]} {lines[1]}", lines[3]]
    drawn = [get_display(line, base_dir="R") for line in lines]
    from_right = [(words, 550 - 6 * len(words), 700 - 16 * k, 12) for k, words in enumerate(drawn) if words]
    assert pdf_lines(tmp_path / "drawn.pdf", make_pdf(from_right)) == joined
    assert pdf_lines(tmp_path / "read.pdf", make_pdf(column(*lines))) == joined


def test_a_broken_pdf_says_one_thing_and_only_once(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(column("Envoy leaves", "The envoy left."))[:-600])
    said = added(folder, path)
    assert "the PDF cannot be read" in said or "1 paragraphs" in said
    assert not caplog.records and not capfd.readouterr().err


PAGE = """<html><head><title>Envoy leaves | The Herald</title><meta property="og:title" content="Envoy leaves">
<meta property="article:published_time" content="2022-05-04T10:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<h1>The Herald</h1><main><article><h1>“Never”: envoy leaves</h1>
<div class="meta"><span class="byline">By <a href="/w">A. Writer</a>, Port Azure</span></div>
<p><time datetime="2022-05-04">4 May 2022</time></p>
<figure><img src="a.jpg"><figcaption>The envoy at the harbour on Monday</figcaption></figure>
<p>{0}</p><p>The Council<br>waits in the town.<br><br>Nobody came to its meeting.</p><h2>“No talks”</h2><p>{1}</p>
<div class="more"><a href="/x">Malk waits</a><time>2 May 2022</time></div><p style="display: none">Another.</p>
<ul><li>The fleet leaves</li><li>Prisoners are freed.</li></ul><p hidden>A hidden line of the page.</p>
<table><tr><th>Side</th><th>Men</th></tr><tr><td>Council</td><td>200</td></tr></table><p>{2}</p>
<blockquote>We wait</blockquote></article><aside><p class="byline">By the sea</p></aside></main></body></html>
"""


def test_a_page_keeps_what_its_marks_say(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE.format(*SENTENCES), encoding="utf-8")
    found = add_source(path, "azure-news-2022", folder=folder, publisher="Azure News", published="2022-05-04")
    assert [tuple(row) for row in found.paragraphs.itertuples(index=False)] == [
        ("heading", "“Never”: envoy leaves"),
        ("slug", "By A. Writer, Port Azure"),
        ("slug", "4 May 2022"),
        ("caption", "The envoy at the harbour on Monday"),
        ("body", SENTENCES[0]),
        ("body", "The Council waits in the town."),
        ("body", "Nobody came to its meeting."),
        ("heading", "“No talks”"),
        ("body", SENTENCES[1]),
        ("body", "The fleet leaves"),
        ("body", "Prisoners are freed."),
        ("body", "Side | Men"),
        ("body", "Council | 200"),
        ("body", SENTENCES[2]),
        ("body", "We wait"),
    ]
    assert not found.warnings


def test_the_day_that_a_page_says_is_held_against_the_one_that_is_given(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(PAGE.format(*SENTENCES).replace("<p><time", "<p hidden><time"), encoding="utf-8")
    said = added(folder, path, published="2022-05-05")
    assert "the page says that it was published on 2022-05-04, not 2022-05-05" in said and "does not have" not in said
    added(folder, path, id="other-2022")
    basis = load_tables(folder).sources.set_index("source_id")["published_basis"]
    assert (basis["azure-news-2022"], basis["other-2022"]) == ("inferred", "explicit")


def test_breaks_of_an_old_page_end_paragraphs_where_there_are_two(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    body = (
        f"<h1>Envoy leaves</h1><div><span class='author'>A. Writer</span><br><br>{'<br/><br/>'.join(SENTENCES)}</div>"
    )
    path.write_text(f"<html><body>{body}<h2>What next?</h2><p>He waits<br>for peace.</p></body></html>", "utf-8")
    lines = ["Envoy leaves", "A. Writer", *SENTENCES, "What next?", "He waits for peace."]
    assert list(read_paragraphs(read_text(path).text).values()) == lines


def test_a_page_without_a_headline_has_its_title(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    path.write_text(f"<html><head><title>Envoy leaves</title></head><body>{body}</body></html>", encoding="utf-8")
    assert list(read_paragraphs(read_text(path).text).values()) == ["Envoy leaves", *SENTENCES]


@pytest.mark.parametrize("blank", ["\n\n", "\n"])
@pytest.mark.parametrize(
    "sentence",
    ["The envoy met the well-known captain of the fleet", "التقى المبعوث قائد الأسطول في ميناء المدينة القديمة"],
)
def test_lines_of_one_width_are_joined(folder: Path, tmp_path: Path, blank: str, sentence: str) -> None:
    paragraphs = ["Envoy leaves", *(f"{sentence} {', and '.join([sentence] * n)}." for n in (3, 6, 4))]
    path = tmp_path / "a.txt"
    path.write_text(blank.join(textwrap.fill(one, 64, break_on_hyphens=False) for one in paragraphs), encoding="utf-8")
    assert "lines broken at one width are joined" in added(folder, path)
    kept = (folder / "texts" / "azure-news-2022.txt").read_text(encoding="utf-8")
    assert list(read_paragraphs(kept).values()) == paragraphs


def test_lines_that_an_author_ended_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(["Envoy leaves", *SENTENCES, "He waits.", *SENTENCES]), encoding="utf-8")
    assert read_text(path).text == path.read_text(encoding="utf-8") and not read_text(path).notes


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


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ('"We wait" say rebels', "heading"),
        ("“We wait,” say rebels", "body"),
        ("‘We wait’, he said", "body"),
        ("“We wait” he said", "body"),
        ('المبعوث: "لا!"', "heading"),
        ("المبعوث: لا.", "body"),
        ("Published: 4 May 2022, 10:00 GMT", "slug"),
        ("Last updated on 04/05/2022 - 10:00", "slug"),
        ("Reporting by A. Writer in Port Azure; additional reporting by B. Clerk; editing by C. Chief", "slug"),
        ("(Reporting by A. Writer; Editing by C. Chief)", "slug"),
        ("تاريخ النشر: 4/5/2022", "slug"),
        ("- The fleet leaves", "body"),
        ("• Prisoners are freed", "body"),
        ("Dear reader,", "body"),
    ],
)
def test_the_form_of_a_line_between_others_tells_its_role(line: str, role: str) -> None:
    text = {"P1": "Envoy leaves without a deal", **{f"P{n}": one for n, one in enumerate([*SENTENCES, line], start=2)}}
    assert propose_roles(text)["P5"] == role


def test_a_short_first_line_is_the_headline_where_no_other_is() -> None:
    assert propose_roles({"P1": "غادر المبعوث", "P2": SENTENCES[0]})["P1"] == "heading"
    assert propose_roles({"P1": "envoy-truce", "P2": "Envoy leaves without a deal", "P3": SENTENCES[0]})["P1"] == "slug"
    assert propose_roles({"P1": "Envoy leaves"}, {"P1": "caption"}) == {"P1": "caption"}


def test_roles_are_set_all_or_none(folder: Path, text: Path) -> None:
    added(folder, text)

    def role(*roles: str) -> str:
        done = CliRunner().invoke(app, ["source", "role", "azure-news-2022", *roles, "--data", str(folder)])
        return done.output if not done.exception else f"{done.exception}"

    before = (folder / "paragraphs.csv").read_text(encoding="utf-8")
    wrong = role("P1=slug", "P9=body", "P2=headline")
    assert wrong.splitlines() == [
        "'headline' is no role; did you mean 'heading'?",
        "azure-news-2022 has no paragraph P9 (known: P1, P2, P3)",
    ]
    assert (folder / "paragraphs.csv").read_text(encoding="utf-8") == before
    assert "heading -> slug" in role("P1=slug", "P3=caption")
    after = (folder / "paragraphs.csv").read_text(encoding="utf-8")
    assert after == before.replace("P1,heading", "P1,slug").replace("news-2022,P3,body", "news-2022,P3,caption")
    with pytest.raises(ParameterError, match="there is no source"):
        set_roles("other-2022", {"P1": "body"}, folder)


def test_the_first_text_brings_what_keeps_it_out_of_git(folder: Path, text: Path) -> None:
    added(folder, text)
    ignore = folder / "texts" / ".gitignore"
    assert ignore.read_text() == "*\n"
    ignore.write_text("*.txt\n")
    added(folder, text, id="other-2022")
    assert ignore.read_text() == "*.txt\n"


def test_what_a_source_is_described_as_is_told_unless_it_was_given(folder: Path, text: Path) -> None:
    assert "described as 'Text published by Azure News'" in added(folder, text)
    assert "described as" not in added(folder, text, id="other-2022", description="An envoy leaves")


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
    assert said.splitlines()[-1] == (
        "azure-news-2022: 2 paragraphs of text without rows: P2, P3; 1 heading without rows: P1"
    )
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
