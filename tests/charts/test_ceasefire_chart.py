"""What the ceasefire board draws: asserted on the drawn objects, not on pixels."""

import itertools
import re

import pytest

from libya_analysis import Ceasefire, Tables, build_ceasefire, draw_ceasefire, load_tables
from libya_analysis.charts import palette
from libya_analysis.charts.text import text_width


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def ceasefire(tables: Tables) -> Ceasefire:
    return build_ceasefire(tables, sources=["moscow-truce-2020"])


@pytest.mark.parametrize("width", [1240, 760, 350])
def test_every_part_in_an_attempt_is_under_the_pointer(ceasefire: Ceasefire, width: int) -> None:
    chart = draw_ceasefire(ceasefire, width=width)
    shown = [text for trace in chart.data if not trace.showlegend for text in trace.hovertext or ()]
    for part in ceasefire.standings:
        title = ceasefire.attempts[part.event_id].title
        assert any(title in text and part.part in text and part.claim.citation in text for text in shown), part
    silent = [len(trace.x) for trace in chart.data if trace.name == "nothing is said" and trace.hovertext]
    said = {(part.event_id, part.actor_id) for part in ceasefire.standings}
    used = {actor for _, actor in said} | set(ceasefire.parties)
    assert silent == ([len(ceasefire.attempts) * len(used) - len(said)] if width > 600 else [])
    assert chart.layout.width == width


def test_sides_are_named_as_in_the_network(ceasefire: Ceasefire) -> None:
    notes = [note.text for note in draw_ceasefire(ceasefire, width=1240).layout.annotations]
    assert "HAFTAR'S SIDE" in "".join(notes) and "TRIPOLI'S SIDE" in "".join(notes)


def test_in_words_what_is_no_fact_of_a_source_says_how_it_is_told(tables: Tables) -> None:
    words = draw_ceasefire(build_ceasefire(tables)).description
    assert "House of Representatives: to attend (according to Al-Wasat; planned" in words
    assert "(ongoing on 14 January 2020)" in words and "Egypt: objected (according to an official" in words


def test_each_mark_says_of_which_cell_it_is(ceasefire: Ceasefire) -> None:
    cells = {
        (event, actor)
        for trace in draw_ceasefire(ceasefire).data
        for event, actor in (trace.customdata if trace.customdata is not None else ())
        if actor
    }
    used = {part.actor_id for part in ceasefire.standings} | set(ceasefire.parties)
    assert cells == set(itertools.product(ceasefire.attempts, used))


def test_what_is_foretold_is_faint_on_the_board(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables)
    chart = draw_ceasefire(ceasefire)
    faint = sum(len(t.x) for t in chart.data if t.opacity and t.opacity < 1 and t.hovertext)
    expected = {(p.event_id, p.actor_id, p.part) for p in ceasefire.standings if not p.sure}
    sure = {(p.event_id, p.actor_id, p.part) for p in ceasefire.standings if p.sure}
    assert faint == len(expected - sure) > 2


@pytest.mark.parametrize("width", [1240, 760, 350])
def test_the_bar_of_an_attempt_is_as_long_as_those_who_were_asked(ceasefire: Ceasefire, width: int) -> None:
    chart = draw_ceasefire(ceasefire, width=width)
    areas = {trace.fillcolor: trace for trace in chart.data if trace.fill == "toself"}
    gaps = [ceasefire.gap(event) for event in ceasefire.attempts]
    for part, look in palette.ASKED.items():
        shares = [len(gap.parts[part]) / gap.total for gap in gaps if gap.parts[part]]
        xs = areas[look.color].x if look.color in areas else ()
        wide = [b - a for a, b in zip(xs[::6], xs[1::6], strict=True)]
        whole = {round(length / share) for length, share in zip(wide, shares, strict=True)}
        assert len(whole) <= 1
    assert not any("0 to" in str(text) for trace in chart.data for text in trace.text or ())


def test_columns_have_short_names_and_those_of_whom_nothing_is_said_have_none(tables: Tables) -> None:
    ceasefire = build_ceasefire(tables)
    notes = [re.sub("</?b>", "", note.text) for note in draw_ceasefire(ceasefire).layout.annotations]
    assert "LNA" in notes and not any(note.startswith(("Libyan", "Sudan")) for note in notes)
    assert any(note.startswith("Nothing is said in any of them of") and "Sudan" in note for note in notes)


def test_what_became_of_an_attempt_is_a_coloured_word(tables: Tables) -> None:
    lines = [text for trace in draw_ceasefire(build_ceasefire(tables), width=1240).data for text in trace.text or ()]
    (truce,) = [text for text in lines if text.startswith("Truce offered for signature in Moscow")]
    assert f'<span style="color:{palette.OUTCOMES[True]}"><b>partly signed</b></span>' in truce


@pytest.mark.parametrize("width", [1240, 350])
def test_who_accuses_and_what_is_planned_is_said(tables: Tables, width: int) -> None:
    ceasefire = build_ceasefire(tables)
    chart = draw_ceasefire(ceasefire, width=width)
    lines = [text for trace in chart.data for text in trace.text or ()]
    (truce,) = [text for text in lines if text.startswith("Ceasefire from 12 January")]
    assert "accusations by GNA and LNA" in truce and "accusations by GNA and LNA" in chart.description
    told = [text for trace in chart.data for text in trace.hovertext or () if text.startswith("<b>Ceasefire from 12")]
    quotes = ceasefire.attempts["january-ceasefire"].accusations
    assert any(all(quote.citation in text for quote in quotes) for text in told)
    planned = len(ceasefire.attempts) - len(ceasefire.made)
    said = chart.layout.title.subtitle.text.replace("<br>", " ")
    assert f"{len(ceasefire.made)} attempts at a ceasefire, {planned} planned," in said


@pytest.mark.parametrize("width", [1240, 760, 350])
def test_nothing_on_the_board_lies_on_another(tables: Tables, width: int) -> None:
    chart = draw_ceasefire(build_ceasefire(tables), width=width)
    plane = chart.layout.width - chart.layout.margin.l - chart.layout.margin.r
    boxes = []
    for trace in chart.data:
        for x, y, text in zip(trace.x, trace.y, trace.text or (), strict=False):
            lines = [re.sub("<[^>]*>", "", line) for line in text.split("<br>")]
            if trace.textposition == "middle right":
                wide = max(text_width(line, trace.textfont.size - (line != lines[0])) for line in lines)
                boxes.append((x, x + wide, y - 8 * len(lines), y + 8 * len(lines)))
        if trace.mode == "markers" and trace.x[0] is not None and trace.name:
            boxes += [(x - 8, x + 8, y - 8, y + 8) for x, y in zip(trace.x, trace.y, strict=True)]
    for one, other in itertools.combinations(boxes, 2):
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart, (one, other)
    assert all(right <= plane + 6 for _, right, *_ in boxes)


def test_a_page_of_paper_holds_the_board_of_some_days(tables: Tables) -> None:
    agencies = [source for source in tables.published() if source.startswith(("reuters", "tass", "afp"))]
    assert (
        draw_ceasefire(build_ceasefire(tables, known_on="2020-01-13", sources=agencies), width=760).layout.height
        <= 760 * 277 / 190
    )
