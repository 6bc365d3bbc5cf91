"""What the ceasefire board draws: asserted on the drawn objects, not on pixels."""

import pytest

from libya_analysis import Ceasefire, Tables, build_ceasefire, draw_ceasefire, load_tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


@pytest.fixture(scope="module")
def ceasefire(tables: Tables) -> Ceasefire:
    return build_ceasefire(tables, sources=["moscow-truce-2020"])


@pytest.mark.parametrize("width", [1240, 760, 390])
def test_every_part_in_an_attempt_is_under_the_pointer(ceasefire: Ceasefire, width: int) -> None:
    chart = draw_ceasefire(ceasefire, width=width)
    shown = [text for trace in chart.data if not trace.showlegend for text in trace.hovertext or ()]
    for part in ceasefire.standings:
        title = ceasefire.attempts[part.event_id].title
        assert any(title in text and part.part in text and part.claim.citation in text for text in shown), part
    silent = next(trace for trace in chart.data if trace.name == "nothing is said")
    cells = len(ceasefire.attempts) * len(ceasefire.stakeholders)
    assert len(silent.x) == cells - len({(part.event_id, part.actor_id) for part in ceasefire.standings})
    assert chart.layout.width == width


def test_what_is_foretold_is_faint_on_the_board(ceasefire: Ceasefire) -> None:
    chart = draw_ceasefire(ceasefire)
    faint = sum(len(t.x) for t in chart.data if t.opacity and t.opacity < 1 and t.hovertext)
    expected = {(p.event_id, p.actor_id, p.part) for p in ceasefire.standings if not p.sure}
    sure = {(p.event_id, p.actor_id, p.part) for p in ceasefire.standings if p.sure}
    assert faint == len(expected - sure) == 2
