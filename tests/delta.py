"""An invented war of three camps over a delta, as a folder of tables that no other conflict has a word in."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from libya_analysis.coding.beginning import begin_folder
from libya_analysis.coding.rows import Folder
from tests.coding.conftest import whole

TITLE = "Who is behind whom in the war of the delta"
CAMPS = {"Upriver": "river-council", "Downriver": "harbour-league", "Islands": "island-union"}
_TEXT = {
    "herald-2019-03-10": "2019-03-10",
    "courier-2019-04-02": "2019-04-02",
}
_ACTORS = {
    "river-council": ("River Council", "government"),
    "harbour-league": ("Harbour League", "armed-group"),
    "island-union": ("Island Union", "movement"),
    "dorvania": ("Dorvania", "state"),
    "kestrel": ("Kestrel", "state"),
    "tarn": ("Tarn", "state"),
    "oren-malk": ("Oren Malk", "person"),
    "ilse-vant": ("Ilse Vant", "person"),
    "envoy-office": ("Envoy Office", "organisation"),
}
_TIES = [
    ("oren-malk", "leads", "harbour-league"),
    ("ilse-vant", "leads", "river-council"),
    ("harbour-league", "opposes", "river-council"),
    ("island-union", "opposes", "harbour-league"),
    ("island-union", "opposes", "river-council"),
]
_BACKERS = [
    ("dorvania", "harbour-league", "weapons", ""),
    ("kestrel", "river-council", "funding", ""),
    ("tarn", "island-union", "unspecified", ""),
    ("tarn", "harbour-league", "troops", "ilse-vant"),
]
_EVENTS = {
    "delta-offensive": ("Offensive on the delta", "offensive", "2019-02", "ongoing"),
    "port-talks": ("Talks in Port Azure", "talks", "2019-03-08", "failed"),
    "delta-truce": ("Truce of the delta", "truce", "2019-04-01", "partly-signed"),
}
_PARTS = [
    ("delta-offensive", "harbour-league", "party"),
    ("delta-offensive", "river-council", "target"),
    ("port-talks", "envoy-office", "mediator"),
    ("port-talks", "harbour-league", "attends"),
    ("port-talks", "river-council", "attends"),
    ("delta-truce", "envoy-office", "mediator"),
    ("delta-truce", "river-council", "signatory"),
    ("delta-truce", "island-union", "signatory"),
    ("delta-truce", "harbour-league", "withholds"),
]


def make_delta(folder: Path) -> Path:
    """Write the tables of the war into a folder that is not there yet."""
    begin_folder(folder, TITLE, tuple(CAMPS))
    (first, _), (second, day) = _TEXT.items()
    own = {"paragraphs": "P1", "status": "stated", "modality": "actual"}
    rows: dict[str, list[dict[str, str]]] = {
        "sources": [
            {"source_id": name, "kind": "article", "publisher": name.split("-")[0].title(), "language": "en"}
            | {"published": day, "published_basis": "explicit", "licence": "invented"}
            for name, day in _TEXT.items()
        ],
        "paragraphs": [
            {"source_id": name, "paragraph": "P1", "role": "body", "sha256": hashlib.sha256(name.encode()).hexdigest()}
            for name in _TEXT
        ],
        "actors": [
            {"actor_id": one, "name": name, "kind": kind, "number": "one", "source_id": first, "paragraphs": "P1"}
            for one, (name, kind) in _ACTORS.items()
        ],
        "ties": [
            {"tie_id": "-".join(tie), "from_id": tie[0], "kind": tie[1], "to_id": tie[2], "source_id": first, **own}
            for tie in _TIES
        ],
        "backers": [
            {"backing_id": f"{who}-{whom}", "backer_id": who, "actor_id": whom, "support": what, "source_id": first}
            | {**own, "said_by": voice, "status": "alleged" if voice else "stated"}
            for who, whom, what, voice in _BACKERS
        ],
        "events": [{"event_id": one, "title": told[0], "kind": told[1]} for one, told in _EVENTS.items()],
        "event_reports": [
            {"report_id": f"report-{one}", "event_id": one, "date": date, "outcome": outcome, "date_basis": "explicit"}
            | {**own, "date_as_written": "invented", "source_id": second if date > "2019-03-10" else first}
            for one, (_, _, date, outcome) in _EVENTS.items()
        ],
        "participants": [
            {"participation_id": "-".join(part), "event_id": part[0], "actor_id": part[1], "role": part[2]}
            | {**own, "source_id": second if part[0] == "delta-truce" else first}
            for part in _PARTS
        ],
        "quotes": [
            {"quote_id": "malk-waits", "speaker_id": "oren-malk", "direct": "true", "text": "We wait for no river"}
            | {"topic": "reason", "event_id": "delta-truce", "said": day, "said_as_written": "invented"}
            | {**own, "said_basis": "explicit", "status": "attributed", "source_id": second}
        ],
        "event_relations": [
            {"relation_id": "truce-after-talks", "event_id": "delta-truce", "relation": "after"}
            | {**own, "other_event_id": "port-talks", "as_written": "after the talks", "source_id": second}
        ],
    }
    before = Folder(folder)
    before.put({name: [whole(name, row) for row in some] for name, some in rows.items()}).save(before)
    package = folder / "datapackage.json"
    told = json.loads(package.read_text(encoding="utf-8"))
    for camp in told["camps"]:
        camp["anchor"] = CAMPS[camp["name"]]
    package.write_text(json.dumps(told), encoding="utf-8")
    return folder
