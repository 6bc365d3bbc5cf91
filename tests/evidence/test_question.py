"""Parameters as papermill and people hand them over."""

import datetime as dt

import pytest

from libya_analysis import ParameterError, check_parameters, load_tables

TABLES = load_tables()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"as_of": 2019}, dt.date(2019, 12, 31)),
        ({"as_of": "2020-01"}, dt.date(2020, 1, 31)),
        ({"as_of": ""}, None),
        ({"as_of": None}, None),
        ({"as_of": dt.date(2020, 1, 1)}, dt.date(2020, 1, 1)),
        ({"start": 2019}, dt.date(2019, 1, 1)),
        ({"start": "2019-04"}, dt.date(2019, 4, 1)),
        ({"actors": "egypt, turkey"}, ("egypt", "turkey")),
        ({"actors": ["egypt", "egypt"]}, ("egypt",)),
        ({"actors": []}, None),
        ({"statuses": ("stated",)}, ("stated",)),
        ({"focus": ""}, ""),
        ({"level": "principal"}, "principal"),
    ],
)
def test_values(given: dict[str, object], meant: object) -> None:
    checked = check_parameters(TABLES, **given)
    assert list(checked.values()) == [meant]
    assert getattr(checked, next(iter(given))) == meant


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"as_off": "2019"}, "as_off: there is no such parameter; did you mean 'as_of'?"),
        ({"as_of": "2020-02-30"}, "as_of: '2020-02-30' is not a day, month or year"),
        ({"as_of": 3.5}, "as_of: 3.5 is a float, not text"),
        ({"as_of": True}, "as_of: True is a bool, not text"),
        ({"actors": "egpt"}, "actors: 'egpt' is not known; did you mean 'egypt'?"),
        ({"actors": {"egypt": 1}}, "actors: {'egypt': 1} is a dict, not a list"),
        ({"statuses": "stated,sure"}, "statuses: 'sure' is not known"),
        ({"level": ""}, "level: '' is not known"),
        ({"start": "2020", "end": "2019"}, "end: 2019-12-31 is before 2020-01-01, the start"),
    ],
)
def test_faults(given: dict[str, object], words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters(TABLES, **given)
    assert len(caught.value.problems) == 1 and caught.value.problems[0].startswith(words)
