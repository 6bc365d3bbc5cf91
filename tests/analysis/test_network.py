"""The network: which claims become edges, what held on a day, camps, and principals."""

import dataclasses
import datetime as dt
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from libya_analysis import ParameterError, Tables, build_network, camp_table, edge_table, load_tables
from libya_analysis.analysis.camps import UNDETERMINED
from libya_analysis.analysis.network import principals
from libya_analysis.evidence.dates import parse_date
from libya_analysis.evidence.folders import shipped
from tests.later import with_rows

ARTICLE = ["moscow-truce-2020"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load_tables()


def test_every_edge_carries_claims_with_paragraphs(tables: Tables) -> None:
    graph = build_network(tables)
    assert graph.number_of_edges() > 0
    for a, b, edge in graph.edges(data=True):
        assert edge["claims"], (a, b)
        for claim in edge["claims"]:
            assert claim.paragraphs and claim.source_id in graph.graph["sources"]
            ends = {claim.from_id, claim.to_id}
            assert ends == {a, b} and (not edge["directed"] or (claim.from_id, claim.to_id) == (a, b))


def test_claims_are_kept_apart_on_one_edge(tables: Tables) -> None:
    graph = build_network(tables, sources=ARTICLE)
    edge = graph.edges["turkey", "gna", "backs"]
    assert {claim.modality for claim in edge["claims"]} == {"actual"}
    threat = graph.edges["turkey", "gna", "backs (not actual)"]
    assert [claim.modality for claim in threat["claims"]] == ["threatened"] and not threat["actual"]
    assert {claim.status for claim in edge["claims"]} == {"stated", "attributed"}
    assert edge["status"] == "stated" and edge["actual"]


def test_what_is_only_threatened_or_predicted_is_not_actual(tables: Tables) -> None:
    graph = build_network(tables, modalities=["threatened", "predicted"])
    assert graph.number_of_edges() > 0
    assert not any(edge["actual"] for _, _, edge in graph.edges(data=True))


def test_objecting_to_a_deal_is_no_tie(tables: Tables) -> None:
    graph = build_network(tables)
    objecting = tables.participants.query("role in ['objects', 'not-consulted']")["actor_id"]
    assert len(objecting)
    for actor in set(objecting):
        for _, _, edge in graph.edges(actor, data=True):
            assert not any("objects" in c.claim_id or "not-consulted" in c.claim_id for c in edge["claims"])
    assert graph.degree("greece") == 0


def test_edges_from_events(tables: Tables) -> None:
    graph = build_network(tables)
    assert graph.edges["italy", "sarraj", "mediates"]["claims"][0].rests_on
    assert not graph.edges["erdogan", "putin", "negotiates-with"]["directed"]
    deal = graph.edges["gna", "turkey", "agreement"]["claims"][0]
    assert deal.claim_id == "maritime-agreement-gna-party+maritime-agreement-turkey-party"
    assert deal.status == "attributed" and deal.speaker == "A Turkish official"


def test_as_of_is_answered_by_the_nearest_report(tables: Tables) -> None:
    on_the_day = build_network(tables, as_of="2020-01-15")
    assert on_the_day.edges["egypt", "haftar", "backs"]["answer"].kind == "holds"
    assert on_the_day.edges["france", "haftar", "backs"]["answer"].kind == "last attested"
    before = build_network(tables, as_of="2019-12-20")
    assert str(before.edges["egypt", "haftar", "backs"]["answer"]) == "first attested 26 December 2019, 6 days after"
    assert not before.has_edge("erdogan", "putin", "negotiates-with")
    met = build_network(tables, as_of="2020-01-08").edges["erdogan", "putin", "negotiates-with"]["answer"]
    assert met.kind == "holds"


def test_known_on_leaves_out_what_was_not_published(tables: Tables) -> None:
    assert build_network(tables, known_on="2019-05-07").number_of_edges() == 0
    early = build_network(tables, known_on=dt.date(2019, 12, 25))
    assert early.graph["sources"] == ("afp-france24-2019-05-08",) and early.number_of_edges() > 0


def test_widening_a_filter_removes_no_edge(tables: Tables) -> None:
    chosen, edges = [], set()
    for status in ("stated", "implied", "attributed", "alleged", "denied"):
        chosen.append(status)
        wider = set(build_network(tables, statuses=chosen).edges(keys=True))
        assert edges <= wider
        edges = wider


def test_results_do_not_depend_on_the_order_of_rows(tables: Tables, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    shutil.copytree(shipped("data"), folder)
    rng = random.Random(3)
    for path in folder.glob("*.csv"):
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        if path.stem != "paragraphs":
            rng.shuffle(lines)
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    one, other = build_network(tables, as_of="2020-01-15"), build_network(load_tables(folder), as_of="2020-01-15")
    assert edge_table(one).equals(edge_table(other))
    assert dict(one.nodes(data="camp")) == dict(other.nodes(data="camp"))


def test_camps(tables: Tables) -> None:
    camp = dict(build_network(tables, as_of="2020-01-15").nodes(data="camp"))
    assert [camp[a] for a in ("haftar", "egypt", "france", "russia", "lna")] == ["left"] * 5
    assert [camp[a] for a in ("gna", "turkey", "sarraj", "haftar-rivals")] == ["right"] * 4
    assert [camp[a] for a in ("italy", "un", "libyans", "rival-leaders", "clients")] == ["undetermined"] * 5


def test_an_enemys_enemy_is_in_no_camp(tables: Tables) -> None:
    foe = {"tie_id": "foe", "from_id": "italy", "kind": "opposes", "to_id": "haftar", "status": "stated"}
    foe |= {"modality": "actual", "said_by": "", "reading": "", "start": None, "end": None, "attested": None}
    graph = build_network(with_rows(tables, ties=[foe]))
    assert graph.edges["italy", "haftar", "opposes"]["sign"] < 0
    assert graph.nodes["italy"]["camp"] == "undetermined"


def test_a_former_member_counts_as_nobody_else(tables: Tables) -> None:
    tie = {"tie_id": "was", "from_id": "semyonov", "kind": "member-of", "to_id": "lna", "status": "stated"}
    tie |= {"modality": "actual", "said_by": "", "reading": "", "start": None, "attested": None}
    before = tables.of(["moscow-truce-2020"])
    frame = before.ties[before.ties["from_id"] != "semyonov"]
    before = dataclasses.replace(before, frames={**before.frames, "ties": frame})
    for end, counts_as in ((parse_date("2019"), "semyonov"), ("open", "lna")):
        found = principals(with_rows(before, ties=[{**tie, "end": end}]))
        assert found["semyonov"] == counts_as


def test_an_accusation_puts_nobody_in_a_camp(tables: Tables) -> None:
    graph = build_network(tables)
    assert graph.edges["muslim-brotherhood", "extremist-groups", "backs"]["status"] == "alleged"
    assert graph.nodes["muslim-brotherhood"]["camp"] == "undetermined"


def test_without_anchors_there_are_no_camps(tables: Tables) -> None:
    bare = Tables(tables.folder, tables.frames, tables.lines)
    graph = build_network(bare)
    assert graph.graph["camps"] == () and set(dict(graph.nodes(data="camp")).values()) == {"undetermined"}


def test_principals(tables: Tables) -> None:
    found = principals(tables)
    assert [found[a] for a in ("putin", "erdogan", "lavrov", "sarraj", "turkish-official")] == [
        "russia", "turkey", "russia", "gna", "turkey",
    ]  # fmt: skip
    found["putin"] = "putin"
    assert principals(tables)["putin"] == "russia", "what is handed out is a copy"
    assert found["libyans"] == "libyans" and found["gna"] == "gna", "members of a group do not speak for it"
    graph = build_network(tables, level="principal")
    assert "putin" not in graph and graph.has_edge("russia", "turkey", "negotiates-with")
    assert graph.nodes["lna"]["anchor"] and graph.nodes["egypt"]["camp"] == "left"


def test_actors_keeps_their_ties_and_what_they_reach(tables: Tables) -> None:
    graph = build_network(tables, actors=["italy"], sources=ARTICLE)
    assert set(graph) == {"italy", "haftar", "sarraj"}
    assert all("italy" in (a, b) for a, b in graph.edges())
    assert camp_table(graph).loc["sarraj", "for it"] == "settled by ties outside this selection"
    assert set(build_network(tables, actors=["putin"], level="principal")) >= {"russia", "turkey"}


def test_officials_are_voices_unless_asked_for(tables: Tables) -> None:
    assert "turkish-official" not in build_network(tables)
    assert build_network(tables, officials=True).has_edge("turkish-official", "turkey", "member-of")


def test_wrong_parameters_are_named_all_at_once(tables: Tables) -> None:
    with pytest.raises(ParameterError) as caught:
        build_network(tables, as_of="soon", statuses=["statd"], kinds=["back"], actors=["haftr"], level="state")
    assert len(caught.value.problems) == 5
    assert "actors: 'haftr' is not known; did you mean 'haftar'?" in caught.value.problems


def test_edge_table_lists_every_claim_once(tables: Tables) -> None:
    graph = build_network(tables)
    claims = [claim.claim_id for _, _, edge in graph.edges(data=True) for claim in edge["claims"]]
    assert sorted(edge_table(graph).index) == sorted(claims)
    assert len(edge_table(build_network(tables, known_on="2018"))) == 0


def meeting(tables: Tables, *reports: dict[str, object], role: str = "attends", **cells: object) -> Tables:
    """Tables with a meeting of Greece and Syria, which have no other tie."""
    plain = {"status": "stated", "modality": "actual", "condition": "", "said_by": "", "reading": ""}
    taking = {**plain, "event_id": "try", "role": role, "note": ""}
    return with_rows(
        tables,
        events=[{"event_id": "try", "title": "A meeting", "kind": "talks"}],
        event_reports=[{**plain, "report_id": f"try-{i}", "event_id": "try", **r} for i, r in enumerate(reports)],
        participants=[
            {**taking, "participation_id": "try-a", "actor_id": "greece", **cells},
            {**taking, "participation_id": "try-b", "actor_id": "syria", **cells},
        ],
    )


def edge(tables: Tables) -> dict[str, Any]:
    return dict(build_network(tables).get_edge_data("greece", "syria")).popitem()[1]


def test_accounts_that_differ_keep_the_bounds_of_their_dates(tables: Tables) -> None:
    both = meeting(tables, {"date": parse_date("2020-01-12")}, {"date": parse_date("2020-01-13")})
    assert not build_network(both, as_of="2011").has_edge("greece", "syria")
    assert edge(both)["claims"][0].start.text == "[2020-01-12..2020-01-13]"
    one = meeting(tables, {"date": parse_date("2020-01-12")}, {"date": None})
    assert not build_network(one, as_of="2011").has_edge("greece", "syria")


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"status": "denied", "said_by": "egypt"}, "denied by Egypt"),
        ({"modality": "conditional", "condition": "if it rains"}, "stated by the source; if it rains"),
        ({"reading": "ambiguous"}, "stated by the source; open to two readings"),
    ],
)
def test_a_tie_from_an_event_shares_the_doubts_of_its_account(
    tables: Tables, report: dict[str, object], words: str
) -> None:
    assert edge(meeting(tables, {"date": None, **report}))["claims"][0].firmness == words


def test_what_was_planned_hides_nothing_that_happened(tables: Tables) -> None:
    held = meeting(tables, {"date": None}, role="attends")
    planned = {"event_id": "try", "role": "invited", "status": "stated", "said_by": "", "reading": ""}
    more = with_rows(
        held,
        participants=[
            {**planned, "participation_id": "try-0", "actor_id": "syria", "modality": "planned"},
            {**planned, "participation_id": "try-c", "actor_id": "greece", "role": "convener", "modality": "actual"},
        ],
    )
    assert build_network(more).has_edge("greece", "syria", "mediates")


def test_what_an_official_does_his_state_does(tables: Tables) -> None:
    met = with_rows(
        meeting(tables, {"date": None}),
        participants=[
            {"participation_id": "try-d", "event_id": "try", "actor_id": "turkish-official", "role": "attends",
             "status": "stated", "modality": "actual", "said_by": "", "reading": "", "condition": ""},
        ],
    )  # fmt: skip
    assert build_network(met, level="principal").has_edge("greece", "turkey", "negotiates-with")
    none = dataclasses.replace(met, frames={**met.frames, "ties": met.ties[:0]})
    assert principals(none)["putin"] == "putin", "nobody belongs anywhere by a source that is left out"


def test_whom_only_its_foe_describes_has_no_side(tables: Tables) -> None:
    graph = build_network(tables, as_of="2020-01-15", level="principal")
    assert graph.has_edge("lna", "extremist-groups", "opposes")
    assert graph.nodes["extremist-groups"]["camp"] == UNDETERMINED
