"""An invented conflict in a folder of its own, with the text of one source beside it."""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from libya_analysis.coding.rows import Folder
from libya_analysis.evidence.schema import allowed, fields, resources

TEXT = """Talks end in Port Azure

Malk met the envoy of Dorvania on Monday, officials said.

The Azure Council is backed by Dorvania and Kestrel.
"""

Rows = list[dict[str, str]]


def whole(table: str, cells: dict[str, str]) -> dict[str, str]:
    """A row of the schema's columns; what is needed and not given is the first value allowed, or "invented"."""
    row = {}
    for column, rules in fields(table).items():
        needed = rules.get("constraints", {}).get("required", False)
        none = "none" if "none" in allowed(table, column) else ""
        row[column] = cells.get(column, (none or next(iter(allowed(table, column)), "invented")) if needed else "")
    return row


def write(folder: Path, table: str, rows: Rows) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(fields(table)), lineterminator="\n")
        writer.writeheader()
        writer.writerows(whole(table, row) for row in rows)


def actor(actor_id: str, name: str, kind: str, **cells: str) -> dict[str, str]:
    return {"actor_id": actor_id, "name": name, "kind": kind, "source_id": "old-2021", "paragraphs": "P1", **cells}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables of an invented war: one source of 2021, five actors, one event, one backing."""
    place = tmp_path / "tables"
    (place / "texts").mkdir(parents=True)
    (place / "datapackage.json").write_text(json.dumps({"name": "invented"}), encoding="utf-8")
    for table in resources():
        write(place, table, [])
    source = {"source_id": "old-2021", "language": "en", "published": "2021-03-01", "published_basis": "explicit"}
    write(place, "sources", [source])
    digest = hashlib.sha256(b"An old line.").hexdigest()
    write(place, "paragraphs", [{"source_id": "old-2021", "paragraph": "P1", "role": "body", "sha256": digest}])
    write(
        place,
        "actors",
        [
            actor("azure-council", "Azure Council", "government", aliases="Council@old-2021", name_ar="مجلس أزور"),
            actor("dorvania", "Dorvania", "state", name_ar="دورفانيا"),
            actor("kestrel", "Kestrel", "state"),
            actor("malk", "Oren Malk", "person", aliases="Malk@old-2021", name_ar="أورين مالك"),
            actor("tarn", "Ilse Tarn-Vöhl", "person"),
        ],
    )
    write(
        place,
        "events",
        [{"event_id": "azure-talks", "title": "Talks in Port Azure", "kind": "talks", "place": "Port Azure"}],
    )
    backing = {"backing_id": "old-kestrel-backs-malk", "backer_id": "kestrel", "actor_id": "malk", "support": "weapons"}
    write(place, "backers", [backing | {"source_id": "old-2021", "paragraphs": "P1"}])
    report = {"report_id": "old-azure-talks", "event_id": "azure-talks", "date": "2021-02", "date_basis": "inferred"}
    write(place, "event_reports", [report | {"outcome": "unknown", "source_id": "old-2021", "paragraphs": "P1"}])
    assert Folder(place).checked[1] == []
    return place


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def coders(folder: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The tables twice, for two coders to go on with."""
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    return folder, other
