"""Attempts at a ceasefire: who was at the table, who was left out, and what became of them; no drawing.

The *consultation gap* of an attempt is the share of its stakeholders who were not consulted. Sources seldom say of
everybody whether they were asked, so it is a range: its lower end takes all of whom nothing is said as consulted, its
upper end takes them as left out. Silence is never read as absence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx as nx
import pandas as pd

from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.network import NO_VOTE, backs_indeed, build_network, principals
from libya_analysis.analysis.timeline import build_timeline, last_days
from libya_analysis.evidence.dates import EdtfDate, say_date
from libya_analysis.evidence.question import check_parameters
from libya_analysis.evidence.tables import Tables, records
from libya_analysis.evidence.texts import say_firmness

#: Kinds of event that are attempts at a ceasefire.
ATTEMPTS = ("ceasefire-call", "peace-effort", "proposal", "talks", "truce")

#: What a role in an attempt makes of a stakeholder, from what says most about it.
STATE_OF = {
    "signatory": "signed",
    "withholds": "withheld",
    "withdraws": "withdrew",
    "objects": "objected",
    "not-consulted": "not consulted",
    "convener": "led",
    "mediator": "led",
    "host": "led",
    "party": "at the table",
    "attends": "at the table",
    "caller": "at the table",
    "called": "called upon",
    "traveller": "at the table",
    "invited": "invited",
    "pressured": "pressed",
    "affected": "affected",
    "target": "affected",
}
STATES = tuple(dict.fromkeys(STATE_OF.values()))

#: States of those who were asked, whatever they answered. To be called upon in public is not to be asked.
CONSULTED = ("signed", "withheld", "withdrew", "led", "at the table", "invited")


@dataclass(frozen=True)
class Part:
    """What one source says of one stakeholder in one attempt.

    ``actor_id`` is the stakeholder, ``who`` the name that the source uses: of a leader, a minister or a group that
    counts as the stakeholder. ``sure`` is whether it is told as something that did happen, and not alleged or denied.
    """

    event_id: str
    actor_id: str
    state: str
    role: str
    who: str
    participation_id: str
    source_id: str
    paragraphs: tuple[str, ...]
    firmness: str
    sure: bool

    @property
    def citation(self) -> str:
        """Source and paragraphs, such as ``moscow-truce-2020 P15``."""
        return f"{self.source_id} {', '.join(self.paragraphs)}"


@dataclass(frozen=True, eq=False)
class Ceasefire:
    """Attempts at a ceasefire and what their stakeholders did in them.

    Attributes
    ----------
    attempts : pandas.DataFrame
        One row an attempt, by event_id, in the order of time as far as it is known: ``title, kind, when, outcome,
        modality, order, report_ids, citations``.
    stakeholders : pandas.DataFrame
        One row a state, government, armed group or organisation, by actor_id: ``name, camp, backs`` (names of the
        parties that it backs, with "possibly" where no date proves it on the day asked about or of the last report).
    parts : tuple of Part
        All that is said of them.
    backers : mapping
        Of each attempt, the principals that back a party on its day, with the answer (``holds`` or ``possible``).
    parties : tuple of str
        The two sides, as principals.
    sources : tuple of str
        Sources used.
    """

    attempts: pd.DataFrame
    stakeholders: pd.DataFrame
    parts: tuple[Part, ...]
    backers: dict[str, dict[str, str]]
    parties: tuple[str, ...]
    sources: tuple[str, ...]

    def of(self, event_id: str, actor_id: str) -> tuple[Part, ...]:
        """What is said of one stakeholder in one attempt; empty if nothing is."""
        return tuple(part for part in self.parts if (part.event_id, part.actor_id) == (event_id, actor_id))


def build_ceasefire(
    tables: Tables,
    sources: Sequence[str] | None = None,
    statuses: Sequence[str] | None = None,
    known_on: dt.date | str | None = None,
    as_of: dt.date | str | None = None,
) -> Ceasefire:
    """Set out who did what in each attempt at a ceasefire.

    Leaders and ministers count as their state, persons as the body that they lead. What is said of a group ("the
    Libyans", "the rivals") is said of each of its members that the tables name; a group without such members stands
    for itself.

    Parameters
    ----------
    tables : Tables
        The evidence.
    sources, statuses : sequence of str, optional
        Only claims of these sources and statuses; None for all.
    known_on : date or str, optional
        Only sources that had been published by this day.
    as_of : date or str, optional
        Leave out attempts that began later.

    Returns
    -------
    Board

    Raises
    ------
    ParameterError
        If a parameter has a value that the tables do not know.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> ceasefire = build_ceasefire(load_tables(), sources=["moscow-truce-2020"])
    >>> [part.state for part in ceasefire.of("moscow-truce", "lna")]
    ['withheld', 'withheld']
    """
    items = build_timeline(tables, sources=sources, statuses=statuses, known_on=known_on).items
    items = _begun(items[items["kind"].isin(ATTEMPTS)], check_parameters(tables, as_of=as_of).as_of)
    attempts = _attempts(items)
    last = as_of or last_days(tables)[1]  # attempts without a date are seen from here
    graph = build_network(tables, as_of=last, known_on=known_on, sources=sources, statuses=statuses, level="principal")
    used = set(graph.graph["sources"])
    principal = principals(tables, used)
    parts = tuple(_parts(tables, set(attempts.index), used, statuses, principal))
    parties = tuple(principal.get(camp["anchor"], camp["anchor"]) for camp in tables.camps)
    backers = {}
    for event, day in _days(items).items():
        then = graph if day is None else build_network(
            tables, as_of=day, sources=sources, statuses=statuses, known_on=known_on, level="principal"
        )  # fmt: skip
        backers[event] = _backers(then, parties)
    ids = {part.actor_id for part in parts} | set(parties) | {b for found in backers.values() for b in found}
    return Ceasefire(
        attempts, _stakeholders(tables, graph, ids, parties), parts, backers, parties,
        tuple(graph.graph["sources"]),
    )  # fmt: skip


def consultation_gap(ceasefire: Ceasefire) -> pd.DataFrame:
    """Measure how many of those whom a ceasefire concerned were not asked.

    The stakeholders of an attempt are the two parties, those who back one of them on the day (surely or possibly, but
    not only according to an enemy), and those of whom a source says that they were left out. Consulted are those who
    led, signed, refused, withdrew, sat at the table or were invited; not consulted are those of whom a source says so.
    Those of whom nothing is said, or of whom sources disagree, are unknown: they make the difference between the two
    ends of the range. What is only planned or foretold, alleged or denied counts as unknown.

    Parameters
    ----------
    ceasefire : Ceasefire
        From :func:`build_ceasefire`.

    Returns
    -------
    pandas.DataFrame
        One row an attempt: ``attempt, when, outcome, stakeholders`` (their number), ``consulted, not consulted,
        unknown`` (names), ``gap from, gap to`` (shares of all stakeholders), ``rests on`` (ids of the rows).

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> gap = consultation_gap(build_ceasefire(load_tables(), sources=["moscow-truce-2020"]))
    >>> gap.loc["ceasefire-call", "not consulted"]
    'Egypt, Government of National Accord, Libyan National Army, United Arab Emirates, United Nations'
    """
    names = ceasefire.stakeholders["name"]
    rows = []
    for event, attempt in ceasefire.attempts.iterrows():
        left_out = {
            part.actor_id for part in ceasefire.parts if part.event_id == event and part.state == "not consulted"
        }
        concerned = {*ceasefire.parties, *ceasefire.backers[str(event)], *left_out}
        groups: dict[str, list[str]] = {"consulted": [], "not consulted": [], "unknown": []}
        for actor in concerned:
            groups[_consulted(ceasefire.of(str(event), actor))].append(str(names[actor]))
        total = len(concerned)
        counts = {name: len(found) for name, found in groups.items()}
        rows.append(
            {
                "event_id": event,
                "attempt": attempt["title"],
                "when": attempt["when"],
                "outcome": attempt["outcome"],
                "stakeholders": total,
                **{name: ", ".join(sorted(found)) for name, found in groups.items()},
                "gap from": round(counts["not consulted"] / total, 2) if total else float("nan"),
                "gap to": round((total - counts["consulted"]) / total, 2) if total else float("nan"),
                "rests on": "; ".join(
                    part.participation_id
                    for part in ceasefire.parts
                    if part.event_id == event
                    and part.actor_id in concerned
                    and part.state in (*CONSULTED, "not consulted")
                ),
            }
        )
    columns = [
        "event_id", "attempt", "when", "outcome", "stakeholders", "consulted", "not consulted", "unknown", "gap from",
        "gap to", "rests on",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).set_index("event_id")


def ceasefire_table(ceasefire: Ceasefire, gathered: bool = False) -> pd.DataFrame:
    """List what the chart of attempts rests on: the table that its chart encodes.

    Parameters
    ----------
    ceasefire : Ceasefire
        The attempts.
    gathered : bool
        Whether who had the same part by the same voice share a row.

    Returns
    -------
    pandas.DataFrame
        One row a participation and stakeholder, by id and in the order of the attempts: ``attempt, stakeholder,
        named as, part, voice, source``. Gathered, one row an attempt, part and voice: ``stakeholder, source``.

    Examples
    --------
    >>> from libya_analysis import load_tables
    >>> ceasefire_table(build_ceasefire(load_tables())).loc["moscow-truce-egypt-objects", "part"]
    'objected'
    """
    order = {event: number for number, event in enumerate(ceasefire.attempts.index)}
    rows = [
        {
            "participation": part.participation_id,
            "attempt": ceasefire.attempts.loc[part.event_id, "title"],
            "stakeholder": ceasefire.stakeholders.loc[part.actor_id, "name"],
            "named as": part.who,
            "part": part.state,
            "voice": part.firmness,
            "source": part.citation,
        }
        for part in sorted(ceasefire.parts, key=lambda part: order[part.event_id])
    ]
    columns = ["participation", "attempt", "stakeholder", "named as", "part", "voice", "source"]
    table = pd.DataFrame(rows, columns=columns).set_index("participation")
    if gathered:
        shared = table.groupby(["attempt", "part", "voice"], sort=False)[["stakeholder", "source"]]
        table = shared.agg(_listed)
    return table


def _listed(cells: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(cells))


def _consulted(parts: Iterable[Part]) -> str:
    """Whether a stakeholder was consulted, as far as sure claims say so."""
    sure = {part.state for part in parts if part.sure}
    asked, left_out = bool(sure & set(CONSULTED)), "not consulted" in sure
    return "unknown" if asked == left_out else "consulted" if asked else "not consulted"


def _begun(items: pd.DataFrame, day: dt.date | None) -> pd.DataFrame:
    """Accounts of events that may have begun by a day: not of those all of whose dates are later."""
    begins: dict[str, list[dt.date]] = {}
    for item in records(items):
        if item["date"]:
            begins.setdefault(item["event_id"], []).append(item["date"].earliest or dt.date.min)
    later = [event for event, days in begins.items() if day and min(days) > day]
    return items[~items["event_id"].isin(later)]


def _attempts(items: pd.DataFrame) -> pd.DataFrame:
    """One row an attempt, whatever number of dates it has been given."""
    rows: dict[str, dict[str, Any]] = {}
    for item in records(items):
        row = rows.setdefault(
            item["event_id"],
            {
                "event_id": item["event_id"], "title": item["title"], "kind": item["kind"], "when": [], "outcome": [],
                "modality": item["modality"], "order": item["order"], "report_ids": [], "citations": [],
            },
        )  # fmt: skip
        row["when"].append(item["date"])
        row["outcome"].append(item["outcome"])
        row["report_ids"] += item["report_ids"]
        row["citations"] += item["citations"]
    for row in rows.values():
        exact = _exact(row["when"])
        row["first"] = min((date.earliest or dt.date.min for date in exact), default=dt.date.max)
        row["when"] = " or ".join(dict.fromkeys(map(say_date, exact))) or say_date(None)
        row["outcome"] = " or ".join(dict.fromkeys(o for o in row["outcome"] if o != "unknown")) or "unknown"
        row["report_ids"], row["citations"] = tuple(row["report_ids"]), tuple(dict.fromkeys(row["citations"]))
    columns = ["event_id", "title", "kind", "when", "outcome", "modality", "order", "report_ids", "citations"]
    ordered = sorted(rows.values(), key=lambda row: row["first"])  # stable: those without a date keep their order
    return pd.DataFrame(ordered, columns=columns).set_index("event_id")


def _exact(dates: list[EdtfDate | None]) -> list[EdtfDate]:
    """Different dates from the earliest on, without those that only repeat another one less exactly."""
    spans = {date: (date.earliest or dt.date.min, date.latest or dt.date.max) for date in dates if date}
    vague = {
        date
        for date, (low, high) in spans.items()
        for other in spans.values()
        if other != (low, high) and low <= other[0] and other[1] <= high
    }
    return sorted((date for date in spans if date not in vague), key=spans.__getitem__)


def _days(items: pd.DataFrame) -> dict[str, dt.date | None]:
    """The last day on which each attempt can have begun, None where that is open."""
    days: dict[str, dt.date | None] = {}
    for item in records(items):
        date = item["date"]
        begun = (date.latest or date.earliest) if date else None
        before = days.get(item["event_id"])
        days[item["event_id"]] = max(filter(None, (begun, before)), default=None)
    return days


def _parts(
    tables: Tables, attempts: set[str], sources: set[str], statuses: Sequence[str] | None, principal: dict[str, str]
) -> list[Part]:
    names = tables.names()
    members = _members(tables, sources)
    officials = set(tables.actors.loc[tables.actors["kind"] == "officials", "actor_id"])
    found = []
    for row in sorted(records(tables.participants), key=lambda row: row["participation_id"]):
        wanted = row["event_id"] in attempts and row["source_id"] in sources
        if not wanted or (statuses and row["status"] not in statuses):
            continue
        counted: set[str] = {str(principal.get(a, a)) for a in members.get(row["actor_id"], {str(row["actor_id"])})}
        for actor in sorted(counted - officials):
            found.append(
                Part(
                    event_id=row["event_id"],
                    actor_id=actor,
                    state=STATE_OF[row["role"]],
                    role=row["role"],
                    who=names[row["actor_id"]],
                    participation_id=row["participation_id"],
                    source_id=row["source_id"],
                    firmness=say_firmness(
                        row["status"], row["modality"], row["condition"], names.get(row["said_by"], ""), row["reading"]
                    ),
                    paragraphs=tuple(row["paragraphs"]),
                    sure=row["modality"] == "actual" and row["status"] not in NO_VOTE,
                )
            )
    return sorted(
        found, key=lambda part: (part.event_id, part.actor_id, STATES.index(part.state), part.participation_id)
    )


def _members(tables: Tables, sources: set[str]) -> dict[str, set[str]]:
    """Members of each group, of groups within it too, as far as the sources name them."""
    groups = set(tables.actors.loc[tables.actors["kind"] == "group", "actor_id"])
    ties = tables.ties
    belongs = ties[
        ties["kind"].eq("member-of") & ties["to_id"].isin(groups) & ties["source_id"].isin(sources)
        & ties["modality"].eq("actual") & ties["status"].ne("denied")
    ]  # fmt: skip
    direct: dict[str, set[str]] = {}
    for member, group in belongs[["from_id", "to_id"]].itertuples(index=False):
        direct.setdefault(group, set()).add(member)

    def spread(group: str, seen: frozenset[str]) -> set[str]:
        found = set()
        for member in direct.get(group, set()) - seen:
            found |= spread(member, seen | {group}) if member in direct else {member}
        return found or {group}

    return {group: spread(group, frozenset({group})) for group in direct}


def _backers(graph: nx.MultiDiGraph, parties: Sequence[str]) -> dict[str, str]:
    """Who backs one of the parties, with the answer for the day; accusations and denials do not count."""
    found: dict[str, str] = {}
    for a, b, edge in graph.edges(data=True):
        if backs_indeed(edge) and b in parties and a not in parties:
            found[a] = "holds" if "holds" in (edge["holds"], found.get(a)) else "possible"
    return found


def _stakeholders(tables: Tables, graph: nx.MultiDiGraph, ids: set[str], parties: Sequence[str]) -> pd.DataFrame:
    names, order = tables.names(), ("left", UNDETERMINED, "right")
    rows = []
    for actor in ids:
        camp = graph.nodes[actor]["camp"] if actor in graph else UNDETERMINED
        backs = []
        for _, b, edge in graph.out_edges(actor, data=True) if actor in graph else ():
            if backs_indeed(edge) and b in parties:
                backs.append(names[b] if edge["holds"] == "holds" else f"possibly {names[b]}")
        rows.append(
            {
                "actor_id": actor,
                "name": names[actor],
                "camp": camp,
                "backs": ", ".join(sorted(backs)),
                "rank": (order.index(camp), actor not in parties if camp != "right" else actor in parties),
            }
        )
    rows.sort(key=lambda row: (row["rank"], row["name"]))
    return pd.DataFrame(rows, columns=["actor_id", "name", "camp", "backs"]).set_index("actor_id")
