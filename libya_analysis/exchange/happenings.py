"""Events as a story of TimelineJS, and as points of GeoJSON."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

from libya_analysis.analysis.timeline import Item, build_timeline
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.frames import records
from libya_analysis.evidence.question import Question
from libya_analysis.evidence.tables import Tables
from libya_analysis.exchange import json_bytes
from libya_analysis.words.sentence import how_many

_PARTS = ("year", "month", "day")


def to_timelinejs(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write the events of :func:`libya_analysis.build_timeline` as JSON of TimelineJS: one slide for each date of one.

    A date that is not one sure day is said in words as ``display_date``; events without a date are told of in the title
    slide, since TimelineJS has no place for them.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``start, end, window, actors, statuses, modalities,
        sources, known_on``.

    Returns
    -------
    bytes
        JSON in UTF-8.

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    Examples
    --------
    >>> import json
    >>> from libya_analysis import load_tables
    >>> story = json.loads(to_timelinejs(load_tables(), actors=["italy"]))
    >>> [slide.get("display_date", "") for slide in story["events"]]
    ['', 'some time between 6 and 12 January 2020', '']
    """
    items = build_timeline(tables, question, **asked).items
    dated = [item for item in items if item.date]
    undated = list(dict.fromkeys(item.title for item in items if not item.date))
    title: dict[str, Any] = {"text": {"headline": how_many(len({item.event_id for item in dated}), "event")}}
    if undated:
        listed = "".join(f"<li>{html.escape(name)}</li>" for name in undated)
        title["text"]["text"] = f"<p>Without a date:</p><ul>{listed}</ul>"
    return json_bytes({"title": title, "events": list(map(_slide, dated))})


def _slide(item: Item) -> dict[str, Any]:
    date = item.date
    assert date is not None
    first, last = date.earliest or date.latest, date.latest or date.earliest
    assert first is not None and last is not None
    words = [*item.actors, item.outcome if item.outcome != "unknown" else "", f"{item.firmness} ({_cited(item)})"]
    whole = date.form == "point" and date.precision in _PARTS  # it can be written so; else by its first and last day
    slide = {
        "unique_id": item.report_ids[0],
        "start_date": _day(first, date.precision if whole else "day"),
        "text": {
            "headline": html.escape(item.title),
            "text": "".join(f"<p>{html.escape(word)}</p>" for word in words if word),
        },
        "group": item.lane,
        "autolink": False,
    }
    if not whole and last != first:
        slide["end_date"] = _day(last, "day")
    return slide if date.is_day and not date.uncertain else {**slide, "display_date": say_date(date)}


def _day(day: dt.date, precision: str) -> dict[str, int]:
    """A date as TimelineJS has it, no more exact than it is known."""
    return {part: getattr(day, part) for part in _PARTS[: _PARTS.index(precision) + 1]}


def to_geojson(tables: Tables, question: Question | None = None, **asked: Any) -> bytes:
    """Write the events of :func:`libya_analysis.build_timeline` as GeoJSON.

    Those whose place the tables know are points, the others have no geometry.

    Parameters
    ----------
    tables : Tables
        The evidence.
    question, **asked : Question or its fields, optional
        What is asked, see :func:`libya_analysis.check_parameters`: ``start, end, window, actors, statuses, modalities,
        sources, known_on``.

    Returns
    -------
    bytes
        JSON in UTF-8; one feature an item, longitude and latitude in degrees (WGS 84).

    Raises
    ------
    ParameterError
        If something that is asked for is not known.

    References
    ----------
    H. Butler et al., "The GeoJSON Format", RFC 7946 (2016).

    Examples
    --------
    >>> import json
    >>> from libya_analysis import load_tables
    >>> found = json.loads(to_geojson(load_tables(), actors=["lavrov"]))["features"]
    >>> [(feature["geometry"]["coordinates"], feature["properties"]["when"]) for feature in found]
    [([37.61, 55.75], '13 January 2020')]
    """
    places = {row["event_id"]: row for row in records(tables.frames["events"])}
    features = []
    for item in build_timeline(tables, question, **asked).items:
        where = places[item.event_id]
        there = where["latitude"] == where["latitude"]  # a cell without a number is none
        point = {"type": "Point", "coordinates": [where["longitude"], where["latitude"]]} if there else None
        about = {
            "event_id": item.event_id,
            "title": item.title,
            "kind": item.kind,
            "place": where["place"],
            "place_reference": where["reference"],
            "when": say_date(item.date),
            **_bounds(item.date),
            "outcome": item.outcome,
            "who": list(item.actors),
            "voice": item.firmness,
            "sources": _cited(item),
        }
        features.append({"type": "Feature", "id": item.report_ids[0], "geometry": point, "properties": about})
    return json_bytes({"type": "FeatureCollection", "features": features})


def _bounds(date: EdtfDate | None) -> dict[str, str | None]:
    sides = (date.earliest, date.latest) if date else (None, None)
    first, last = (day.isoformat() if day else None for day in sides)
    return {"date": str(date or ""), "earliest": first, "latest": last, "precision": date.precision if date else None}


def _cited(item: Item) -> str:
    return "; ".join(item.citations)
