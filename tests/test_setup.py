"""The set-up: what ``constraints.txt`` pins can be had with the lowest patch of every Python that is named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMED = re.findall(r"Python :: (3\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE)
LINES = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
PINS = [Requirement(line) for line in LINES]
INSTALLED = {canonicalize_name(found.name): found for found in distributions()}


def applies(requirement: Requirement, minor: str, extra: str = "") -> bool:
    """Whether a requirement is one of the lowest patch of a Python."""
    python = {"python_version": minor, "python_full_version": f"{minor}.0", "extra": extra}
    return requirement.marker is None or requirement.marker.evaluate(python)


def pins(minor: str) -> dict[NormalizedName, str]:
    """Versions by name that a Python gets."""
    return {canonicalize_name(pin.name): str(pin.specifier) for pin in PINS if applies(pin, minor)}


def needed(minor: str) -> set[NormalizedName]:
    """Names of all that the package with its extras needs of others, as far as it is installed here."""

    def walk(found: Distribution, extras: frozenset[str]) -> Iterator[tuple[NormalizedName, frozenset[str]]]:
        for requirement in map(Requirement, found.requires or ()):
            if any(applies(requirement, minor, extra) for extra in extras or {""}):
                yield canonicalize_name(requirement.name), frozenset(requirement.extras)

    ahead = list(walk(distribution(PROJECT["name"]), frozenset(PROJECT["optional-dependencies"])))
    seen = set(ahead)
    while ahead:
        name, extras = ahead.pop()
        new = set(walk(INSTALLED[name], extras)) - seen if name in INSTALLED else set()
        seen |= new
        ahead += new
    return {name for name, _ in seen}


def test_every_line_is_one_exact_version_and_holds_no_address() -> None:
    odd = [line for line in LINES if not re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)?", line) or "/" in line]
    assert not odd


def test_lines_are_sorted_and_name_each_package_once_for_a_python() -> None:
    assert sorted(LINES, key=str.lower) == LINES
    for minor in NAMED:
        assert len(pins(minor)) == sum(applies(pin, minor) for pin in PINS)


@pytest.mark.parametrize("minor", NAMED)
def test_pins_can_be_had_with_the_lowest_patch_of_each_python(minor: str) -> None:
    asked = {
        f"{name}{version}": about["Requires-Python"]
        for name, version in pins(minor).items()
        if name in INSTALLED and version == f"=={INSTALLED[name].version}"
        if "Requires-Python" in (about := INSTALLED[name].metadata)
    }
    assert asked
    assert {pin: text for pin, text in asked.items() if f"{minor}.0" not in SpecifierSet(text)} == {}


@pytest.mark.parametrize("minor", NAMED)
def test_everything_that_is_needed_is_pinned(minor: str) -> None:
    assert needed(minor) - set(pins(minor)) == set()


def test_every_python_that_is_named_is_tested() -> None:
    (asked,) = re.findall(r"python: \[(.+)\]", (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert re.findall(r"[\d.]+", asked) == NAMED
