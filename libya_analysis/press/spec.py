"""What reports a spec asks for: notebook, title, parameters, and lists of values that make one report each."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import ParameterError, did_you_mean, visible
from libya_analysis.evidence.folders import shipped
from libya_analysis.press.day_tokens import MOST_STEPS, backfill_days

_TEXTS, _TABLES = ("notebook", "title", "assets", "on_change"), ("parameters", "matrix", "backfill")

#: Where plotly.js stands: in each report, or once in the folder.
ASSETS = ("embedded", "shared")

_LONGEST_NAME = 80


@dataclass(frozen=True)
class ReportSpec:
    """One report to make."""

    name: str  # of its files
    title: str  # of the page
    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)  # those that differ from the notebook's own
    assets: str = ASSETS[0]
    on_change: str = ""  # a command that is given what changed in the tables
    stepped: tuple[str, ...] = ()  # parameters that a matrix or a backfill sets
    tokens: Mapping[str, str] = field(default_factory=dict)  # what stood where a day has been put, such as "latest"
    source: str = "the spec"  # the file that asks for it, for messages
    about: str = ""  # title of the tables
    beside: tuple[tuple[str, str], ...] = ()  # files and titles of the reports before and after it, empty for none


def find_specs(names: Sequence[str] = (), folder: Path | None = None) -> list[ReportSpec]:
    """Read the specs of reports; one with a matrix asks for many.

    Parameters
    ----------
    names : sequence of str, optional
        Names of specs, or paths of ``.toml`` files; none for all specs of the folder.
    folder : pathlib.Path, optional
        Where they are; without it ``reports`` in the working directory if it has any, else the shipped ones.

    Returns
    -------
    list of ReportSpec
        One a report, in the order of the names.

    Raises
    ------
    ParameterError
        If there is no such spec, one says what a spec cannot say, or two ask for files of the same name.

    Examples
    --------
    >>> [spec.name for spec in find_specs(folder=shipped("reports"))][:2]
    ['01-tables-tour', '02-backer-network']
    """
    if folder is None:
        own = Path("reports")
        folder = own if any(own.glob("*.toml")) else shipped("reports")
    there = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    problems: list[str] = []
    specs: list[ReportSpec] = []
    for name in dict.fromkeys(names or there):
        path = Path(name) if name.endswith(".toml") else there.get(name)
        if path is None:
            problems.append(f"there is no report {name!r}{did_you_mean(name, there)}")
        elif not path.is_file():
            problems.append(f"there is no file {name!r}")
        else:
            try:
                specs += _read_spec(path)
            except ParameterError as error:
                problems += error.problems
    if not problems and not specs:
        problems.append(f"there are no report specs (*.toml) in {folder}")
    taken = [spec.name.casefold() for spec in specs]
    problems += [f"no report can be called {spec.name!r}" for spec in specs if _is_taken(spec.name)]
    problems += [f"two reports are called {name!r}" for name in sorted({n for n in taken if taken.count(n) > 1})]
    if problems:
        raise ParameterError(problems)
    return specs


def expand(spec: ReportSpec, axes: Mapping[str, Sequence[Any]]) -> list[ReportSpec]:
    """Make one report for each combination of values, each with a name and title of its own.

    >>> spec = ReportSpec("n", "Network", Path("n.ipynb"))
    >>> [s.name for s in expand(spec, {"actors": ["egypt", ["turkey", "russia"]]})]
    ['n--egypt', 'n--turkey-russia']
    """
    if not axes:
        return [spec]
    if (count := math.prod(map(len, axes.values()))) > MOST_STEPS:
        raise ParameterError(f"{spec.source} asks for {count:,} reports; one spec may ask for {MOST_STEPS:,}")
    found = []
    for values in itertools.product(*axes.values()):
        chosen = dict(zip(axes, values, strict=True))
        notebook = chosen.pop("notebook", spec.notebook)
        said = [_said(value) for value in values]
        name = "--".join([spec.name, *filter(None, map(_slug, said))])
        # Values that a name cannot hold, or not all of: the rest of it comes from a hash of them.
        if len(name) > _LONGEST_NAME or any(not _slug(text) or _slug(text) != text.replace(", ", "-") for text in said):
            digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:8]
            name = f"{name[:_LONGEST_NAME]}-{digest}"
        title, parameters = f"{spec.title} ({'; '.join(filter(None, said))})", {**spec.parameters, **chosen}
        stepped = *spec.stepped, *chosen
        new = replace(spec, name=name, title=title, notebook=notebook, parameters=parameters, stepped=stepped)
        found.append(new)
    return found


def _is_taken(name: str) -> bool:
    """Whether files of that name would be the list of reports, or what another report leaves beside its own."""
    return name.casefold() == "index" or name.casefold().endswith((".failed", ".changes")) or visible(name) != name


def _said(value: Any) -> str:
    if isinstance(value, Path):
        return value.stem
    return ", ".join(map(str, value)) or "all" if isinstance(value, list) else str(value)


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-.")


def _read_spec(path: Path) -> list[ReportSpec]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a mark before the first key
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ParameterError(f"{path.name}: {error}") from None
    problems = [f"{path.name}: {problem}" for problem in _spec_problems(path, content)]
    if problems:
        raise ParameterError(problems)
    matrix: dict[str, list[Any]] = dict(content.get("matrix", {}))
    try:
        axes = matrix | {name: list(backfill_days(text)) for name, text in content.get("backfill", {}).items()}
        notebooks = [_find_notebook(name, path) for name in axes.get("notebook", [content.get("notebook")])]
        axes |= {"notebook": notebooks} if "notebook" in axes else {}
    except ValueError as error:
        raise ParameterError(f"{path.name}: {error}") from None
    given = content.get("parameters", {})
    assets, on_change = content.get("assets", "shared" if axes else "embedded"), content.get("on_change", "")
    spec = ReportSpec(path.stem, content["title"], notebooks[0], given, assets, on_change, source=path.name)
    return expand(spec, axes)


def _spec_problems(path: Path, content: Mapping[str, Any]) -> Iterator[str]:
    for key, value in content.items():
        if key not in (*_TEXTS, *_TABLES):
            yield f"there is no key {key!r}{did_you_mean(key, (*_TEXTS, *_TABLES))}"
        elif key in _TEXTS and not isinstance(value, str):
            yield f"{key} is a text, not {value!r}"
        elif key in _TABLES and not isinstance(value, dict):
            yield f"{key} is a table, [{key}]"
    tables = [content.get(key, {}) for key in _TABLES]
    parameters, matrix, backfill = (table if isinstance(table, dict) else {} for table in tables)
    required = ("title",) if "notebook" in matrix else ("notebook", "title")
    yield from (f"the key {key!r} is missing" for key in required if key not in content)
    for name, values in matrix.items():
        if not isinstance(values, list) or not values:
            yield f"matrix: {name} is a list of values, not {values!r}"
        elif name == "notebook" and not all(isinstance(value, str) for value in values):
            yield "matrix: notebook is a list of texts"
        elif len({json.dumps(value, default=str) for value in values}) < len(values):
            yield f"matrix: {name} has a value twice"
    for name, text in backfill.items():
        if not isinstance(text, str):
            yield f"backfill: {name} is a text such as '2019-04-01..2020-01-15/month', not {text!r}"
    for name in sorted((matrix.keys() & backfill.keys()) | (parameters.keys() & (matrix.keys() | backfill.keys()))):
        yield f"{name} has values in more than one of parameters, matrix and backfill"
    assets = content.get("assets", ASSETS[0])
    if isinstance(assets, str) and assets not in ASSETS:
        yield f"there is no kind of assets {assets!r}{did_you_mean(assets, ASSETS)}"


def _find_notebook(name: str, spec: Path) -> Path:
    """Look beside the spec, then in the folder of notebooks next to the spec's, then among those shipped."""
    folders = (spec.parent, spec.parent.parent / "notebooks", shipped("notebooks"))
    found = next((folder / name for folder in folders if (folder / name).is_file()), None)
    if found is None:
        raise ParameterError(f"there is no notebook {name}")
    return found
