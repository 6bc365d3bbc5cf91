"""A folder's own ``datapackage.json``: what the conflict is. Read as carefully as the tables are."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from libya_analysis.evidence.check import character_faults
from libya_analysis.evidence.errors import Problem, did_you_mean
from libya_analysis.evidence.folders import PACKAGE, Content, schema

_CAMP = ("id", "name", "anchor")
_LONGEST_NAME, _LONGEST_TITLE = 80, 200


def new_package(name: str, title: str, camps: Sequence[str]) -> dict[str, Any]:
    """Say what a conflict is of which nothing has been read: its camps have names, and no actors stand for them yet.

    >>> new_package("delta", "Who is behind whom in the delta", ["Upriver", "Downriver"])["camps"][0]
    {'id': 'camp-1', 'name': 'Upriver', 'anchor': ''}
    """
    named = [{"id": f"camp-{number}", "name": camp, "anchor": ""} for number, camp in enumerate(camps, 1)]
    own = {"name": re.sub(r"[^a-z0-9._-]+", "-", name.lower()), "title": title, "camps": named}
    return {"profile": schema()["profile"], **own, "resources": schema()["resources"]}


def read_package(
    content: Content, actors: Collection[str] | None, problems: list[Problem]
) -> tuple[str, tuple[Mapping[str, str], ...]]:
    """Take title and camps, none, two or more, from a folder's package file; without one there are none.

    Known ``actors`` are None where they cannot be judged; ``problems`` gets what is wrong with the file.
    """
    if isinstance(content, tuple) and content[0] == "missing-file":
        return "", ()
    faults = list(_faults(content, actors))
    problems += [Problem(PACKAGE, 0, "", *fault) for fault in faults]
    package = {} if faults else _parsed(content)
    return package.get("title", ""), tuple({key: camp[key] for key in _CAMP} for camp in package.get("camps", ()))


def _faults(content: Content, actors: Collection[str] | None) -> Iterator[tuple[str, str]]:
    try:
        package = _parsed(content)
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        yield "bad-json", "it is nested too deeply" if deep else f"it cannot be read: {error}"
        return
    camps: Any = package.get("camps", []) if isinstance(package, dict) else None
    if not isinstance(camps, list) or len(camps) == 1 or not all(_is_camp(camp) for camp in camps):
        yield "bad-camps", "camps is a list of two or more, each with the texts id, name and anchor, or is left out"
        return
    title = package.get("title", "untitled")
    if not isinstance(title, str) or not title.strip() or len(title) > _LONGEST_TITLE:
        yield "bad-title", f"title is a text of 1 to {_LONGEST_TITLE} characters, or is left out"
        return
    for code, message in character_faults(title):
        yield code, f"the title: {message}"
    for key in _CAMP:
        values = [camp[key] for camp in camps if camp[key] or key != "anchor"]  # whose actor may be yet to come
        folded = [value.casefold() for value in values]
        if twice := next((value for value, fold in zip(values, folded, strict=True) if folded.count(fold) > 1), ""):
            yield "bad-camps", f"two camps have the {key} {twice!r}"
        for value in values:
            if not value.strip() or len(value) > _LONGEST_NAME:
                yield "bad-camps", f"a camp's {key} has 1 to {_LONGEST_NAME} characters, not {len(value.strip())}"
            for code, message in character_faults(value):
                yield code, f"a camp's {key}: {message}"
    for camp in camps if actors is not None else ():
        if camp["anchor"] and camp["anchor"] not in (actors or ()):
            hint = did_you_mean(camp["anchor"], actors or ())
            yield "broken-ref", f"the anchor {camp['anchor']!r} of a camp is not in actors.csv{hint}"


def _parsed(content: Content) -> Any:
    if isinstance(content, tuple):
        raise ValueError(content[1])
    if not content:
        raise ValueError("the file is empty")
    return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, which would silently keep the last of keys that are there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key {twice!r} is there twice")
    return found


def _is_camp(camp: Any) -> bool:
    return isinstance(camp, dict) and all(isinstance(camp.get(key), str) for key in _CAMP)
