"""Colours can be told apart, and everything that can be drawn has a look."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import libya_analysis
from libya_analysis import build_ceasefire, draw_ceasefire, load_tables
from libya_analysis.charts import palette
from libya_analysis.evidence import vocabulary

CHARTS = Path(libya_analysis.__file__).parent / "charts"
#: Hex colours, and calls of the functions that make colours.
LITERAL = re.compile(r"[\"' ]#[0-9a-fA-F]{3,8}\b|\brgba?\(\s*\d")


def test_every_family_of_the_vocabulary_has_a_look_and_no_other() -> None:
    assert list(palette.TIES) == list(vocabulary.FAMILIES)
    assert set(palette.VOICES) == {status.family for status in vocabulary.STATUSES.values()}
    assert set(palette.ACTORS) == {kind.family for kind in vocabulary.ACTOR_KINDS.values()}
    assert set(palette.PARTS) == set(vocabulary.PARTS)
    assert tuple(palette.LANES) == vocabulary.LANES


def test_no_meaning_rests_on_colour_alone() -> None:
    for looks in (
        [look.head.symbol for look in palette.TIES.values()],
        [voice.dash for voice in palette.VOICES.values()],
        [(look.symbol, look.small, look.outline) for look in palette.ACTORS.values()],
        [mark.symbol for mark in palette.PARTS.values()],
        [mark.symbol for mark in palette.SIGNS.values()],
    ):
        assert len(set(looks)) == len(looks)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(CHARTS.rglob("*.py")) if path.name != "palette.py"],
    ids=lambda p: p.name,
)
def test_only_the_palette_names_colours(path: Path) -> None:
    found = [line for line in path.read_text(encoding="utf-8").splitlines() if LITERAL.search(line)]
    assert not found
    assert not re.search(r"\"(white|black|gr[ae]y|red|blue)\"", path.read_text(encoding="utf-8"))


def linear(color: str) -> np.ndarray:
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = xyz / [0.9505, 1, 1.089]
    f = np.where(f > 0.008856, np.cbrt(f), 7.787 * f + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


#: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color Vision
#: Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009) 1291-1298; severity 1.0.
BLINDNESS = {
    name: np.array(rows.split(), dtype=float).reshape(3, 3)
    for name, rows in {
        "none": "1 0 0  0 1 0  0 0 1",
        "protanopia": "0.152286 1.052583 -0.204868  0.114503 0.786281 0.099216  -0.003882 -0.048116 1.051998",
        "deuteranopia": "0.367322 0.860646 -0.227968  0.280085 0.672501 0.047413  -0.011820 0.042940 0.968881",
        "tritanopia": "1.255528 -0.076749 -0.178779  -0.078411 0.930809 0.147602  0.004733 0.691367 0.303900",
    }.items()
}
COLORS = [family.color for family in palette.TIES.values()]


@pytest.mark.parametrize("kind", BLINDNESS)
def test_colours_can_be_told_apart(kind: str) -> None:
    seen = [lab(BLINDNESS[kind] @ linear(color)) for color in COLORS]
    distance = {
        (a, b): np.linalg.norm(seen[i] - seen[j]) for (i, a), (j, b) in itertools.combinations(enumerate(COLORS), 2)
    }
    assert min(distance.values()) >= 17, sorted(distance.items(), key=lambda item: item[1])[:3]


@pytest.mark.parametrize("color", COLORS)
def test_colours_stand_out_on_white(color: str) -> None:
    luminance = linear(color) @ [0.2126, 0.7152, 0.0722]
    assert 1.05 / (luminance + 0.05) >= 3


def test_a_chart_can_be_of_another_height_and_other_colours_and_its_traces_have_names() -> None:
    chart = draw_ceasefire(build_ceasefire(load_tables()))
    old = palette.INK
    other = chart.restyled(height=500, colors={old.upper(): "rebeccapurple"})
    assert other.layout.height == 500 and chart.layout.height != 500
    assert old not in str(other.spec) and "rebeccapurple" in str(other.spec) and old in str(chart.spec)
    assert all(trace["name"] for trace in chart.spec["data"])
