"""The schema in words: the tables of the codebook, generated from ``datapackage.json``."""

from __future__ import annotations

from typing import Any

from libya_analysis.evidence.errors import ParameterError, did_you_mean
from libya_analysis.evidence.schema import resources

_READS = {
    "id": "id",
    "list": "list, `;`",
    "edtf": "date (EDTF)",
    "edtf-or-open": "date (EDTF) or `open`",
    "number": "number",
    "boolean": "`true` or `false`",
    "url": "http(s) address",
}


def codebook(table: str = "") -> str:
    """Write a section of Markdown for each table, or for one: its fields, what they hold, whether they may be empty.

    >>> print(codebook("ties").splitlines()[0])
    ### `ties.csv`
    """
    if table and table not in resources():
        raise ParameterError(f"there is no table {table!r}{did_you_mean(table, resources())}")
    return "\n".join(_section(resource) for name, resource in resources().items() if table in ("", name))


def _section(resource: dict[str, Any]) -> str:
    links = {link["fields"]: link["reference"]["resource"] for link in resource["schema"].get("foreignKeys", ())}
    head = f"### `{resource['path']}`\n\n{resource['description']}\n\n"
    lines = [f"{head}| field | holds | meaning |", "| --- | --- | --- |"]
    for field in resource["schema"]["fields"]:
        rules = field.get("constraints", {})
        holds = _READS.get(field.get("reads", ""), "text")
        if target := links.get(field["name"]) or field.get("refers"):
            holds += f" in `{target}`"
        if rules.get("required"):
            holds += ", required"
        allowed = ": " + ", ".join(f"`{value}`" for value in rules["enum"]) if "enum" in rules else ""
        lines.append(f"| `{field['name']}` | {holds}{allowed} | {field['description']} |")
    return "\n".join([*lines, ""])
