"""What a report is: a notebook, its parameters and how it is named; checked before any kernel starts."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from libya_analysis.errors import ParameterError, ReportError, did_you_mean
from libya_analysis.parameters import KNOWN, check_parameters
from libya_analysis.tables import load_tables, shipped

_KEYS = ("notebook", "title", "parameters")
_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list[str]": list}


@dataclass(frozen=True)
class Declared:
    """A parameter as the notebook's parameters cell declares it: type, default value, comment."""

    kind: str
    default: Any
    comment: str


@dataclass(frozen=True)
class ReportSpec:
    """One report to make: its name, title, notebook, and the parameters that differ from the notebook's own."""

    name: str
    title: str
    notebook: Path
    parameters: Mapping[str, Any]


def find_specs(names: Sequence[str] = (), folder: Path | None = None) -> list[ReportSpec]:
    """Read the specs of reports.

    Parameters
    ----------
    names : sequence of str
        Names of specs, or paths of ``.toml`` files; none for all specs of the folder.
    folder : Path, optional
        Folder of specs: by default ``reports`` in the working directory if it has any, else the shipped one.

    Returns
    -------
    list of ReportSpec

    Raises
    ------
    ParameterError
        If there is no such spec, or one says what a spec cannot say.
    """
    if folder is None:
        own = Path("reports")
        folder = own if any(own.glob("*.toml")) else shipped("reports")
    there = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    problems, specs = [], []
    for name in names or there:
        path = Path(name) if name.endswith(".toml") else there.get(name)
        if path is None or not path.is_file():
            problems.append(f"there is no report {name!r}{did_you_mean(name, there)}")
            continue
        try:
            specs.append(_read_spec(path))
        except ParameterError as error:
            problems += error.problems
    if not problems and not specs:
        problems.append(f"there are no report specs (*.toml) in {folder}")
    if problems:
        raise ParameterError(problems)
    return specs


def _read_spec(path: Path) -> ReportSpec:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ParameterError(f"{path.name}: {error}") from None
    problems = [
        f"{path.name}: there is no key {key!r}{did_you_mean(key, _KEYS)}" for key in content if key not in _KEYS
    ]
    problems += [f"{path.name}: the key {key!r} is missing" for key in ("notebook", "title") if key not in content]
    for key in ("notebook", "title"):
        if not isinstance(content.get(key, ""), str):
            problems.append(f"{path.name}: {key} is a text, not {content[key]!r}")
    if path.stem == "index":
        problems.append(f"{path.name}: the name index is taken by the list of reports")
    if not isinstance(content.get("parameters", {}), dict):
        problems.append(f"{path.name}: parameters is a table, [parameters]")
    if problems:
        raise ParameterError(problems)
    folders = (path.parent, path.parent.parent / "notebooks", shipped("notebooks"))
    notebook = next((f / content["notebook"] for f in folders if (f / content["notebook"]).is_file()), None)
    if notebook is None:
        raise ParameterError(f"{path.name}: there is no notebook {content['notebook']}")
    return ReportSpec(path.stem, content["title"], notebook, content.get("parameters", {}))


def declared_parameters(notebook: Path) -> dict[str, Declared]:
    """Read the parameters that a notebook declares in its cell tagged ``parameters``.

    Raises
    ------
    ReportError
        If there is not exactly one such cell, or it holds more than ``name: type = literal``.
    """
    try:
        cells = nbformat.read(notebook, as_version=4).cells
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise ReportError(f"{notebook.name} is not a notebook: {error}") from None
    tagged = [cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ReportError(f"{notebook.name} has {len(tagged)} cells tagged 'parameters'; it needs one")
    lines = tagged[0].splitlines()
    found = {}
    try:
        body = ast.parse(tagged[0]).body
    except SyntaxError as error:
        raise ReportError(f"{notebook.name}: the parameters cell is not Python: {error}") from None
    for node in body:
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value):
            raise ReportError(
                f"{notebook.name}: parameters are declared as 'name: type = value'; not {lines[node.lineno - 1]!r}"
            )
        comment = lines[node.end_lineno - 1 if node.end_lineno else 0].partition("#")[2].strip()
        kind = ast.unparse(node.annotation)
        if kind not in _TYPES:
            raise ReportError(f"{notebook.name}: {node.target.id} has type {kind}; known: {', '.join(_TYPES)}")
        try:
            found[node.target.id] = Declared(kind, ast.literal_eval(node.value), comment)
        except ValueError:
            raise ReportError(f"{notebook.name}: the value of {node.target.id} has to be written out") from None
    return found


def with_parameters(specs: Sequence[ReportSpec], given: Mapping[str, str], data: str = "") -> list[ReportSpec]:
    """Give reports the parameters of a command line, and check everything that they will run with.

    Parameters
    ----------
    specs : sequence of ReportSpec
        The reports.
    given : mapping of str to str
        Values as typed: text for ``str``, ``a,b`` or JSON for ``list[str]``, JSON for the rest. Each goes to the
        reports that declare it.
    data : str
        Folder of tables for all reports that declare ``data``.

    Returns
    -------
    list of ReportSpec
        With all parameters in their declared types.

    Raises
    ------
    ParameterError
        With everything that is wrong, for all reports.
    DataError
        If the tables that a report would read have problems.
    """
    declared: dict[str, dict[str, Declared]] = {spec.name: declared_parameters(spec.notebook) for spec in specs}
    known = {name for parameters in declared.values() for name in parameters}
    problems = [f"{n}: there is no such parameter{did_you_mean(n, known)}" for n in given if n not in known]
    ready = []
    for spec in specs:
        own = declared[spec.name]
        values: dict[str, Any] = {}
        unknown = [name for name in spec.parameters if name not in own]
        problems += [f"{spec.name}.toml: there is no parameter {n!r}{did_you_mean(n, own)}" for n in unknown]
        wanted = {**spec.parameters, **({"data": data} if data else {}), **given}
        for name, value in wanted.items():
            if name in own:
                try:
                    values[name] = _typed(value, own[name].kind, typed=name in given)
                except ValueError as error:
                    problems.append(f"{name}: {error}")
        ready.append(ReportSpec(spec.name, spec.title, spec.notebook, values))
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    for spec in ready:
        full = {name: parameter.default for name, parameter in declared[spec.name].items()} | dict(spec.parameters)
        try:
            check_parameters(load_tables(full.get("data")), **{n: v for n, v in full.items() if n in KNOWN})
        except ParameterError as error:
            problems += error.problems
    if problems:
        raise ParameterError(list(dict.fromkeys(problems)))
    return ready


def _typed(value: Any, kind: str, typed: bool) -> Any:
    """Bring a value to its declared type; ``typed``: as typed on a command line."""
    if typed and kind == "list[str]" and not value.startswith("["):
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
