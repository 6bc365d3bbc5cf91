"""Everything that is to be cited in one zip: tables, reports, a manifest, checksums and metadata as an RO-Crate."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import mimetypes
import zipfile
from collections.abc import Mapping
from typing import Any

from libya_analysis.analysis.provenance import count_rows
from libya_analysis.analysis.timeline import last_days
from libya_analysis.evidence.errors import ReportError
from libya_analysis.evidence.folders import PACKAGE, fetch, table_files
from libya_analysis.evidence.tables import Tables
from libya_analysis.exchange import json_bytes

#: Files of the zip beside tables and reports.
METADATA, MANIFEST, SUMS, CITATION = "ro-crate-metadata.json", "manifest.json", "sha256sums.txt", "CITATION.cff"

_PROFILE = "https://w3id.org/ro/crate/1.1"


def to_zip(
    tables: Tables, reports: Mapping[str, bytes] | None = None, *, version: str = "", published: dt.date | None = None
) -> bytes:
    """Pack tables and reports so that they can be deposited and cited.

    Parameters
    ----------
    tables : Tables
        As loaded from a folder, whose files are packed as they are; never the texts of sources.
    reports : mapping, optional
        Files to pack beside them, by name.
    version : str
        Version of this package, for the manifest.
    published : datetime.date, optional
        Day of publication; by default that of the last report in the tables, so that the bytes stay the same.

    Returns
    -------
    bytes
        A zip: the tables in ``data``, the reports in ``reports``, an RO-Crate's metadata, ``CITATION.cff``, hashes.

    Raises
    ------
    ReportError
        If a file of the tables can no longer be read, or nothing says on which day they were published.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> packed = zipfile.ZipFile(io.BytesIO(to_zip(load_tables())))
    >>> sorted(name for name in packed.namelist() if "/" not in name)
    ['CITATION.cff', 'manifest.json', 'ro-crate-metadata.json', 'sha256sums.txt']
    """
    day = published or last_days(tables)[1]
    if not day:
        raise ReportError("no source has a day of publication, so there is none to cite: give one")
    files: dict[str, bytes] = {}
    for path in table_files(tables.folder):
        content = fetch(path)
        if not isinstance(content, bytes):
            raise ReportError(f"{path}: {content[1]}")
        files[f"data/{path.name}"] = content
    package = {"title": tables.folder.name, "description": "", "version": "", "licenses": []}
    package |= json.loads(files[f"data/{PACKAGE}"])  # a folder of one's own need not say more than its camps
    files |= {f"reports/{name}": content for name, content in sorted((reports or {}).items())}
    made = {"made_by": f"libya-analysis {version}".strip(), "published": day.isoformat()}
    rows = {str(name): int(count) for name, count in count_rows(tables)["rows"].items()}
    files[MANIFEST] = json_bytes({**made, "sources": list(tables.published()), "rows": rows})
    files[CITATION] = _citation(package, day)
    files[METADATA] = json_bytes(_metadata(package, files, day))
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, SUMS: sums.encode()}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # without the time of writing
    return packed.getvalue()


def _metadata(package: Mapping[str, Any], files: Mapping[str, bytes], day: dt.date) -> dict[str, Any]:
    """What the zip is, in JSON-LD."""
    about = {f"data/{resource['path']}": resource["description"] for resource in package.get("resources", ())}
    named = [(one.get("path") or f"#{one['name']}", one.get("title", one["name"])) for one in package["licenses"]]
    licences = [{"@id": at, "@type": "CreativeWork", "name": name} for at, name in named]
    makers = [{"@id": f"#{k}", "@type": "Organization", "name": n} for k, n in enumerate(_makers(package), 1)]
    parts = [
        {
            "@id": name,
            "@type": "File",
            "name": name,
            **({"description": about[name]} if name in about else {}),
            "encodingFormat": mimetypes.guess_type(name)[0] or "text/plain",
            "contentSize": str(len(content)),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in files.items()
    ]
    descriptor = {"@id": METADATA, "@type": "CreativeWork", "about": {"@id": "./"}, "conformsTo": {"@id": _PROFILE}}
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"],
        "version": package["version"],
        "datePublished": day.isoformat(),
        "license": [{"@id": licence["@id"]} for licence in licences],
        "creator": [{"@id": maker["@id"]} for maker in makers],
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    return {"@context": f"{_PROFILE}/context", "@graph": [descriptor, root, *parts, *licences, *makers]}


def _citation(package: Mapping[str, Any], day: dt.date) -> bytes:
    """How to cite it, as Citation File Format; JSON is YAML."""
    return json_bytes(
        {
            "cff-version": "1.2.0",
            "message": "Please cite these tables as below; what they say is that of their sources.",
            "type": "dataset",
            "title": package["title"],
            "abstract": package["description"],
            "authors": [{"name": name} for name in _makers(package)],
            "version": package["version"],
            "date-released": day.isoformat(),
            "license": [licence["name"] for licence in package["licenses"]],
        }
    )


def _makers(package: Mapping[str, Any]) -> list[str]:
    return [str(one["title"]) for one in package.get("contributors", ())] or ["unknown"]
