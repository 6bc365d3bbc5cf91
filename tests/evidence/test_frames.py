"""Frames as notebooks and pages show them: one header row, names first, ids small and last, nothing of Python."""

import re

import pandas as pd
import pytest

from libya_analysis import build_network, count_rows, coverage, edge_table, load_tables, who_says_what
from libya_analysis.evidence.frames import MARKS, Frame, frame_of


def shown(frame: Frame) -> str:
    return re.sub(' style="[^"]*"', "", str(frame._repr_html_()))


def heads(frame: Frame) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>(.*?)</th>', shown(frame))


def test_names_stand_first_and_ids_last_under_one_header() -> None:
    tables = load_tables()
    table = edge_table(build_network(tables))
    assert heads(table) == ["from", "tie", "to", "what", "voice", "dates", "on the day", "source", "claim"]
    assert shown(table).count("<tr>") == len(table) + 1
    assert heads(tables.actors[["actor_id", "name"]]) == ["name", "actor_id"]
    assert heads(coverage(tables))[::12] == ["paragraph"] and heads(coverage(tables))[-1] == "source_id"


def test_ids_alone_stay_where_they_are() -> None:
    assert heads(frame_of("claim, source_id", [("a", "b")])) == ["claim", "source_id"]


def test_numbers_of_rows_are_not_shown_and_no_header_is_empty() -> None:
    assert heads(Frame({"who": ["Egypt"]}, index=[7])) == ["who"]
    assert '<th scope="col"></th>' not in shown(count_rows(load_tables()))
    assert '<th scope="row">sources</th>' in shown(count_rows(load_tables()))


@pytest.mark.parametrize(
    ("value", "words"),
    [(("P3", "P4"), "P3, P4"), (True, "yes"), (None, ""), (float("nan"), ""), (0.5, "0.5"), (3, "3"), (pd.NaT, "")],
)
def test_cells_speak_no_python(value: object, words: str) -> None:
    cells = pd.Series([value], dtype=object)
    assert f"<td>{words}</td>" in shown(Frame({"who": ["Egypt"], "what": cells}))


def test_what_stands_in_a_table_is_text() -> None:
    evil = "<img src=x onerror=alert(1)>"
    frame = Frame({evil: [evil]}, index=pd.Index([evil], name=evil))
    frame.attrs[MARKS] = {"columns": {evil: 1}, "signs": {}, "else": "○", "legend": evil}
    assert "<img" not in shown(frame) and "&lt;img" in shown(frame)


def test_who_says_what_is_shown_as_marks_that_tell_their_words() -> None:
    said = who_says_what(build_network(load_tables(), level="principal"))
    markup = shown(said)
    assert ">silent<" not in markup and ">stated<" not in markup
    stated = said.map(lambda words: "stated" in words.split("; "))
    assert markup.count("●") == int(stated.sum().sum()) + 1  # and in the legend
    assert '<td class="mark" title="alleged"><span role="img" aria-label="alleged">○</span></td>' in markup
    numbers = [int(n) for n in re.findall(r'class="mark" title="[^"]*"><a href="#[^"]*">(\d+)</a>', markup)]
    assert numbers == sorted(numbers) and len(numbers) == said.shape[1]
    assert markup.endswith("Columns are sources by number.</p>")


def test_prose_begins_left_and_numbers_end_right_whatever_the_page_does_with_tables() -> None:
    markup = str(Frame({"who": ["Egypt"], "what": ["backs"], "number": [3]})._repr_html_())
    assert markup.count("text-align:left") == 4  # both heads and both cells
    assert markup.count("vertical-align:top") == 6
