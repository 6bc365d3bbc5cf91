"""Questions as papermill and people ask them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from libya_analysis import ParameterError, Question, build_network, check_parameters, load_tables
from libya_analysis.evidence.question import DEFAULTS, FIELDS, declare

TABLES = load_tables()
DAY = dt.date(2020, 1, 15)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"as_of": 2019}, dt.date(2019, 12, 31)),
        ({"as_of": np.int64(2019)}, dt.date(2019, 12, 31)),
        ({"as_of": "2020-01"}, dt.date(2020, 1, 31)),
        ({"as_of": ""}, None),
        ({"as_of": " "}, None),
        ({"as_of": None}, None),
        ({"as_of": DAY}, DAY),
        ({"as_of": dt.datetime(2020, 1, 15, 23, 59)}, DAY),
        ({"as_of": pd.Timestamp("2020-01-15 08:00", tz="Africa/Tripoli")}, DAY),
        ({"as_of": np.datetime64("2020-01-15T08:00")}, DAY),
        ({"as_of": np.datetime64("2020-01-15")}, DAY),
        ({"start": 2019}, dt.date(2019, 1, 1)),
        ({"start": "2019-04"}, dt.date(2019, 4, 1)),
        ({"start": pd.Timestamp("2019-04-04")}, dt.date(2019, 4, 4)),
        ({"actors": "egypt, turkey"}, ("egypt", "turkey")),
        ({"actors": '["egypt", "turkey"]'}, ("egypt", "turkey")),
        ({"actors": "[]"}, ()),
        ({"actors": ["egypt", "egypt"]}, ("egypt",)),
        ({"actors": []}, ()),
        ({"actors": None}, ()),
        ({"actors": pd.Series(["egypt", "turkey"])}, ("egypt", "turkey")),
        ({"actors": pd.Index(["egypt"])}, ("egypt",)),
        ({"actors": np.array(["egypt", "turkey"])}, ("egypt", "turkey")),
        ({"actors": {"egypt"}}, ("egypt",)),
        ({"actors": (name for name in ["egypt", "turkey"])}, ("egypt", "turkey")),
        ({"statuses": ("stated",)}, ("stated",)),
        ({"kinds": "backs"}, ("backs",)),
        ({"camps": ["left"]}, ("left",)),
        ({"focus": ""}, ""),
        ({"level": "principal"}, "principal"),
    ],
)
def test_what_people_have_is_understood(given: dict[str, object], meant: object) -> None:
    asked = check_parameters(TABLES, **given)
    assert getattr(asked, next(iter(given))) == meant
    assert isinstance(hash(asked), int)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"as_off": "2019"}, "as_off: there is no such parameter; did you mean 'as_of'?"),
        ({"as_of": "2020-02-30"}, "as_of: '2020-02-30' is not a day, month or year"),
        ({"as_of": 3.5}, "as_of: 3.5 is a float, not text"),
        ({"as_of": True}, "as_of: True is a bool, not text"),
        ({"as_of": pd.NaT}, "as_of: NaT is a NaTType, not text"),
        ({"actors": "egpt"}, "actors: 'egpt' is not known; did you mean 'egypt'?"),
        ({"actors": {"egypt": 1}}, "actors: {'egypt': 1} is a dict, not a list"),
        ({"actors": 3}, "actors: 3 is a int, not a list"),
        ({"actors": "[egypt"}, "actors: '[egypt' is not a list as in JSON"),
        ({"statuses": "stated,sure"}, "statuses: 'sure' is not known"),
        ({"level": ""}, "level: '' is not known"),
        ({"start": "2020", "end": "2019"}, "end: 2019-12-31 is before 2020-01-01, the start"),
    ],
)
def test_what_cannot_be_meant_is_one_problem(given: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters(TABLES, **given)
    assert len(caught.value.problems) == 1 and caught.value.problems[0].startswith(words)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters(TABLES, as_of="soon", actors="nobody-at-all", levl="actor")
    assert len(caught.value.problems) == 3


def test_a_question_is_changed_by_what_is_given_and_checked_only_for_that() -> None:
    asked = check_parameters(TABLES, as_of="2020-01-15", actors=["egypt"])
    assert check_parameters(TABLES, asked) is asked
    changed = check_parameters(TABLES, asked, level="principal")
    assert (changed.as_of, changed.actors, changed.level) == (DAY, ("egypt",), "principal")


def test_keywords_and_a_question_ask_for_the_same_network() -> None:
    asked = check_parameters(TABLES, as_of="2020-01-15", level="principal")
    one, other = build_network(TABLES, asked), build_network(TABLES, as_of="2020-01-15", level="principal")
    assert list(one.edges(keys=True)) == list(other.edges(keys=True))


def test_what_a_function_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ParameterError, match="lanes: there is no such parameter"):
        build_network(TABLES, lanes="actor")
    with pytest.raises(ParameterError, match="a question, or parameters by name"):
        build_network(TABLES, "2020-01-15")


def test_every_field_is_declared_as_a_parameters_cell_would() -> None:
    for name, asks in FIELDS.items():
        cell: dict[str, object] = {}
        exec(declare(name), cell)
        assert asks.comment and asks.read(cell[name], TABLES) == DEFAULTS[name] == getattr(Question(), name)
