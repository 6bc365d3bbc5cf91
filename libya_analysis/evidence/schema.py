"""The schema of the tables, as ``data/datapackage.json`` states it: fields, types, allowed values, keys.

That file (Frictionless Data Package, Table Schema) is the only statement of the schema; the shipped one is meant,
whatever folder of tables is read.
"""

from __future__ import annotations

from typing import Any

from libya_analysis.evidence.folders import schema


def resources() -> dict[str, dict[str, Any]]:
    """Tables by name, in order."""
    return {resource["name"]: resource for resource in schema()["resources"]}


def fields(table: str) -> dict[str, dict[str, Any]]:
    """Fields of a table by name, in order.

    >>> list(fields("paragraphs"))
    ['source_id', 'paragraph', 'role', 'sha256']
    """
    return {field["name"]: field for field in resources()[table]["schema"]["fields"]}


def allowed(table: str, column: str) -> tuple[str, ...]:
    """Values that a column may have; empty where any text is allowed.

    >>> allowed("backers", "status")
    ('stated', 'attributed', 'alleged', 'implied', 'denied')
    """
    return tuple(fields(table)[column].get("constraints", {}).get("enum", ()))


def split_alias(alias: str) -> tuple[str, str]:
    """Another word for an actor and the source that uses it, of a cell of the column aliases.

    >>> split_alias("the Council@report-2021")
    ('the Council', 'report-2021')
    """
    word, _, source = alias.rpartition("@")
    return word, source


def primary_key(table: str) -> tuple[str, ...]:
    """Columns that tell the rows of a table apart.

    >>> primary_key("ties"), primary_key("paragraphs")
    (('tie_id',), ('source_id', 'paragraph'))
    """
    key = resources()[table]["schema"]["primaryKey"]
    return (key,) if isinstance(key, str) else tuple(key)


def links(table: str) -> dict[str, str]:
    """Columns that name rows of other tables, by the table: keys, and lists of keys; paragraphs apart.

    >>> links("quotes")["about"], links("quotes")["speaker_id"]
    ('actors', 'actors')
    """
    keys = resources()[table]["schema"].get("foreignKeys", ())
    lists = {name: field.get("refers") for name, field in fields(table).items()}
    found = {key["fields"]: str(key["reference"]["resource"]) for key in keys}
    return found | {name: target for name, target in lists.items() if target and target != "paragraphs"}
