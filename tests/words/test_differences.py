"""What changed, in words: whole sentences, what weighs most first, and safe whatever stands in the tables."""

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from libya_analysis import Tables, check_parameters, load_tables
from libya_analysis.analysis.changes import compare_tables
from libya_analysis.cli import app
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.folders import shipped
from libya_analysis.words.differences import changes_html, say_changes
from libya_analysis.words.sentence import cast_of, say
from tests.later import of_june, told_again, with_rows


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def lines(before: Tables, after: Tables) -> list[str]:
    return say_changes(compare_tables(before, after)).splitlines()


def test_every_added_claim_is_said_as_the_sentence_that_it_has_elsewhere(tables: Tables) -> None:
    empty = dataclasses.replace(
        tables, frames={name: rows[:0] if name in CLAIM_TABLES else rows for name, rows in tables.frames.items()}
    )
    said, cast = lines(empty, tables), cast_of(tables, tables.published()["moscow-truce-2020"].latest)  # type: ignore[union-attr]
    added = {line.rsplit(" ", 1)[1].rstrip(")"): line for line in said if line.startswith("added")}
    for claims in tables.claimed.values():
        for claim in claims:
            line = added[claim.claim_id]
            assert line.startswith(f"added       {say(cast, claim).text}  (")
            assert claim.condition in line and (claim.speaker.split(" ")[-1] in line or claim.table == "quotes")


@pytest.mark.parametrize("modality", ["threatened", "predicted", "planned", "feared", "conditional"])
def test_a_threat_is_no_deployment(tables: Tables, modality: str) -> None:
    cells = {
        "modality": modality,
        "condition": "if the talks fail",
        "status": "attributed",
        "said_by": "turkish-official",
    }
    more = told_again(tables, "2020-01-15", backers=("turkey-threatens-deployment", {**cells, "backer_id": "egypt"}))
    (line,) = [line for line in lines(tables, more) if "later-turkey-threatens" in line and line.startswith("added")]
    assert (
        "Egypt backs" not in line
        and "with military deployment, if the talks fail, according to a Turkish official." in line
    )


def test_what_weighs_most_comes_first(tables: Tables) -> None:
    actors = tables.actors
    actors.loc[actors["actor_id"] == "turkey", ["name", "country"]] = "Türkiye", "XX"
    altered = of_june(dataclasses.replace(tables, frames={**tables.frames, "actors": actors}))
    reports = altered.event_reports
    reports.loc[0, "note"] = "another note"
    said = lines(tables, dataclasses.replace(altered, frames={**altered.frames, "event_reports": reports}))
    places = [next(i for i, line in enumerate(said) if word in line) for word in ("finding", "The Later (article")]
    june = next(i for i, line in enumerate(said) if "later-turkey-threatens" in line)
    event = next(i for i, line in enumerate(said) if "june-truce-report" in line)
    named = next(i for i, line in enumerate(said) if "Turkey is now Türkiye (state); country: " in line)
    note = next(i for i, line in enumerate(said) if "another note" in line)
    assert [*places, june, event, named, note] == sorted([*places, june, event, named, note])
    assert note == len(said) - 1


def test_a_new_source_is_one_line_with_its_paragraphs_and_names_come_before_ids(tables: Tables) -> None:
    said = lines(tables, of_june(tables))
    assert sum("sources later" in line for line in said) == 1 and not any("paragraphs later" in line for line in said)
    (line,) = [line for line in said if "sources later" in line]
    assert line.startswith("added       The Later (article by Later), 6 June 2020, 3 claims: ") and line.endswith(
        "later)"
    )


def test_findings_are_new_gone_and_changed(tables: Tables) -> None:
    forth, back = lines(tables, of_june(tables)), lines(of_june(tables), tables)
    assert forth[0].startswith("finding") and "June" in forth[0]
    assert forth[0].startswith("finding     new: The Government of National Accord") and "5 June 2020" in forth[0]
    assert forth[0].replace("new: ", "gone: ") in back
    assert any(line.startswith("finding     changed: ") and " Before: " in line for line in forth)


def test_an_altered_claim_is_said_as_it_is_and_as_it_was(tables: Tables) -> None:
    backers = tables.backers
    row = backers["backing_id"] == "turkey-threatens-deployment"
    backers.loc[row, "modality"] = "actual"
    said = lines(tables, dataclasses.replace(tables, frames={**tables.frames, "backers": backers}))
    (line,) = [line for line in said if line.startswith("altered")]
    assert (
        "Turkey backs the Government of National Accord with military deployment. Before: Turkey threatens to" in line
    )


def test_text_of_tables_breaks_no_line_and_is_no_markup(tables: Tables) -> None:
    evil = "\u202e<img src=x onerror=alert(1)>\r\nfinding     new: all is well\u2028\x1b[2J"
    cells = {"condition": evil, "modality": "conditional", "note": evil}
    more = told_again(tables, "2020-01-15", backers=("turkey-threatens-deployment", cells))
    more = with_rows(more, actors=[{"actor_id": "evil", "name": evil, "description": evil, "source_id": "later"}])
    changes = compare_tables(tables, more)
    text, page = say_changes(changes), changes_html(changes)
    assert not any(line.startswith("finding     new: all is well") for line in text.splitlines())
    assert (
        not any(char in text + page for char in "\u202e\u2028\x1b\r") and "&lt;img src=x" in page and "<img" not in page
    )


def test_nothing_is_said_of_nothing(tables: Tables) -> None:
    changes = compare_tables(tables, tables)
    assert say_changes(changes) == "" and changes_html(changes) == "<p>Nothing differs.</p>"


def test_ties_begin_cease_and_fade_between_days_and_are_newly_told_between_tables(tables: Tables) -> None:
    def between(name: str, one: str, other: str) -> set[str]:
        asked = [check_parameters(tables, **{name: day}) for day in (one, other)]  # type: ignore[arg-type]
        return {line.split("  ")[0] for line in say_changes(compare_tables(tables, tables, *asked)).splitlines()}

    assert "began" in between("as_of", "2020-01-08", "2020-01-14")
    assert "ceased" in between("as_of", "2020-01-14", "2020-01-08")
    assert "faint" in between("as_of", "2020-01-14", "2025-01-01")
    assert "firm" in between("as_of", "2025-01-01", "2020-01-14")
    assert "newly told" in between("known_on", "2020-01-13", "2020-01-14")
    assert "not told" in between("known_on", "2020-01-14", "2020-01-13")


def test_the_command_compares_two_days_of_a_folder() -> None:
    data = str(shipped("data"))

    def diff(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["diff", data, *arguments])
        return result.exit_code, result.output

    assert diff("--as-of", "2020-01-12", "--and", "2020-01-12") == (0, "nothing differs\n")
    code, text = diff("--as-of", "2020-01-08", "--and", "2020-01-14")
    assert code == 1 and "truce offered for signature in Moscow" in text.splitlines()[0]
    code, text = diff("--known-on", "2020-01-13", "--and", "2020-01-14")
    assert code == 1 and "Cyprus Mail (article by Reuters), 14 January 2020" in text
    for wrong in ((), ("--as-of", "2020-01-08"), ("--and", "2020-01-08"), ("--as-of", "x", "--and", "2020-01-08")):
        assert diff(*wrong)[0] == 2, wrong
    assert diff("--as-of", "2020-01-08", "--known-on", "2020-01-08", "--and", "2020-01-09")[0] == 2
    assert diff(data)[0] == 0 and diff(str(Path(data) / "README.md"))[0] == 2
