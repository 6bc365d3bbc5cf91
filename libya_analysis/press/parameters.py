"""What a report runs with: parameters as its notebook declares them, as its spec and a command line give them.

All of them are brought to their types, for all reports, before any starts.
"""

from __future__ import annotations

import ast
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from libya_analysis.evidence.errors import ParameterError, ReportError, did_you_mean
from libya_analysis.evidence.folders import state
from libya_analysis.press.day_tokens import DAYS, backfill_days, is_token
from libya_analysis.press.spec import ReportSpec, expand

_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list[str]": list}


@dataclass(frozen=True)
class Declared:
    """A parameter as the notebook's parameters cell declares it: type, default value, comment."""

    kind: str
    default: Any
    comment: str


def declared_parameters(notebook: Path) -> dict[str, Declared]:
    """Read the parameters that a notebook declares in its cell tagged ``parameters``.

    Parameters
    ----------
    notebook : pathlib.Path
        Its file.

    Returns
    -------
    dict of str to Declared
        Type, default value and comment of each, in its order.

    Raises
    ------
    ReportError
        If it is no notebook, has not exactly one such cell, or more in it than ``name: type = literal``.

    Examples
    --------
    >>> from libya_analysis.evidence.folders import shipped
    >>> declared_parameters(shipped("notebooks") / "01-tables-tour.ipynb")["data"].comment
    'folder of tables to read; empty for the shipped ones'
    """
    try:
        return deepcopy(_declared(notebook, state(notebook)))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReportError(f"{notebook.name} is not a notebook: {type(error).__name__}: {error}") from None


@lru_cache(maxsize=32)
def _declared(path: Path, _: tuple[int, ...]) -> dict[str, Declared]:
    """Read a notebook again only if it is no longer as it was: each report of a batch asks what its own declares."""
    notebook = path.name
    # nbformat takes longer to load than a batch in which nothing changed.
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) != 1:
        raise ReportError(f"{notebook} has {len(tagged)} cells tagged 'parameters'; it needs one")
    lines = tagged[0].splitlines()
    found = {}
    try:
        body = ast.parse(tagged[0]).body
    except SyntaxError as error:
        raise ReportError(f"{notebook}: the parameters cell is not Python: {error}") from None
    for node in body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value):
            raise ReportError(
                f"{notebook}: parameters are declared as 'name: type = value'; not {lines[node.lineno - 1]!r}"
            )
        comment = lines[node.end_lineno - 1 if node.end_lineno else 0].partition("#")[2].strip()
        kind = ast.unparse(node.annotation)
        if kind not in _TYPES:
            raise ReportError(f"{notebook}: {node.target.id} has type {kind}; known: {', '.join(_TYPES)}")
        try:
            found[node.target.id] = Declared(kind, ast.literal_eval(node.value), comment)
        except ValueError:
            raise ReportError(f"{notebook}: the value of {node.target.id} has to be written out") from None
    return found


def full_parameters(spec: ReportSpec) -> dict[str, Any]:
    """All parameters that a report runs with: the notebook's own, and over them those of the spec.

    Parameters
    ----------
    spec : ReportSpec
        The report.

    Returns
    -------
    dict of str to Any
        Values by name.

    Raises
    ------
    ReportError
        As :func:`declared_parameters`.

    Examples
    --------
    >>> from libya_analysis.press import find_specs
    >>> from libya_analysis.evidence.folders import shipped
    >>> (spec,) = find_specs(["01-tables-tour"], shipped("reports"))
    >>> full_parameters(replace(spec, parameters={"focus": "egypt"}))
    {'focus': 'egypt', 'data': ''}
    """
    return {name: p.default for name, p in declared_parameters(spec.notebook).items()} | dict(spec.parameters)


def tokens_of(spec: ReportSpec) -> dict[str, str]:
    """Days that a report runs with and that are not yet known, such as ``latest``.

    Parameters
    ----------
    spec : ReportSpec
        The report.

    Returns
    -------
    dict of str to str
        Tokens by parameter, see :func:`resolve_token`.

    Raises
    ------
    ReportError
        As :func:`declared_parameters`.

    Examples
    --------
    >>> from libya_analysis.press import find_specs
    >>> from libya_analysis.evidence.folders import shipped
    >>> (spec,) = find_specs(["02-backer-network"], shipped("reports"))
    >>> tokens_of(replace(spec, parameters={"as_of": "latest"}))
    {'as_of': 'latest'}
    """
    return {name: value for name, value in full_parameters(spec).items() if name in DAYS and is_token(value)}


def with_parameters(
    specs: Sequence[ReportSpec],
    given: Mapping[str, str],
    data: str = "",
    backfill: Mapping[str, str] | None = None,
    assets: str = "",
) -> list[ReportSpec]:
    """Give reports the parameters of a command line, and bring everything that they will run with to its type.

    Parameters
    ----------
    specs : sequence of ReportSpec
        The reports.
    given : mapping of str to str
        Values as typed: text for ``str``, ``a,b`` or JSON for ``list[str]``, JSON for the rest. Each goes to the
        reports that declare it. Days may be tokens, such as ``latest`` and ``today-7d``.
    data : str, optional
        Folder of tables for all reports that declare ``data``.
    backfill : mapping of str to str, optional
        Ranges of days (``2019-04-01..2020-01-15/month``) by parameter; each report that declares it becomes one for
        each day.
    assets : {"", "embedded", "shared"}
        Where plotly.js is to stand; empty for what the specs say.

    Returns
    -------
    list of ReportSpec
        The reports with their values.

    Raises
    ------
    ParameterError
        With everything that is wrong, for all reports.
    ReportError
        As :func:`declared_parameters`.

    Examples
    --------
    >>> from libya_analysis.press import find_specs
    >>> from libya_analysis.evidence.folders import shipped
    >>> specs = find_specs(["02-backer-network"], shipped("reports"))
    >>> with_parameters(specs, {"actors": "egypt,turkey"})[0].parameters["actors"]
    ['egypt', 'turkey']
    """
    by_notebook = {path: declared_parameters(path) for path in {spec.notebook: None for spec in specs}}
    known = {name for parameters in by_notebook.values() for name in parameters}
    asked = [*given, *(backfill or ())]
    problems = [f"{n}: there is no such parameter{did_you_mean(n, known)}" for n in asked if n not in known]
    ready = []
    for spec in _stepped(specs, by_notebook, backfill or {}, problems):
        own = by_notebook[spec.notebook]
        values: dict[str, Any] = {}
        unknown = [name for name in spec.parameters if name not in own]
        problems += [f"{spec.source}: there is no parameter {n!r}{did_you_mean(n, own)}" for n in unknown]
        problems += [f"{n}: {spec.source} has a value of its own for each report" for n in given if n in spec.stepped]
        wanted = {**spec.parameters, **({"data": data} if data else {}), **given}
        for name, value in wanted.items():
            if name in own:
                try:
                    values[name] = _typed(value, own[name].kind, typed=name in given)
                except ValueError as error:
                    problems.append(f"{name}: {error}")
        ready.append(replace(spec, parameters=values, assets=assets or spec.assets))
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    return ready


def _stepped(
    specs: Sequence[ReportSpec],
    declared: Mapping[Path, Mapping[str, Declared]],
    backfill: Mapping[str, str],
    problems: list[str],
) -> Iterator[ReportSpec]:
    """One report for each day of the ranges that a command line gives."""
    axes: dict[str, list[Any]] = {}
    for name, text in backfill.items():
        try:
            axes[name] = list(backfill_days(text))
        except ValueError as error:
            problems.append(f"{name}: {error}")
    for spec in specs:
        own = {name: days for name, days in axes.items() if name in declared[spec.notebook]}
        problems += [f"{n}: {spec.source} has a value of its own for each report" for n in own if n in spec.stepped]
        yield from expand(spec, own)


def _typed(value: Any, kind: str, typed: bool) -> Any:
    """Bring a value to its declared type; ``typed``: as typed on a command line."""
    if kind == "str" and type(value) is dt.date:  # as TOML has it without quotation marks
        return value.isoformat()
    if kind == "list[str]" and isinstance(value, str) and not value.startswith("["):
        return [item.strip() for item in value.split(",") if item.strip()]
    if typed and kind != "str":
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            raise ValueError(f'{value!r} is not a {kind} (as in JSON: 3, 0.5, true, ["a"])') from None
    if kind == "float" and type(value) is int:
        value = float(value)
    texts_only = kind != "list[str]" or (isinstance(value, list) and all(isinstance(item, str) for item in value))
    if type(value) is not _TYPES[kind] or not texts_only:
        raise ValueError(f"{value!r} is not a {kind}")
    return value
