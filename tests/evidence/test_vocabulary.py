"""The vocabulary and the schema state the same kinds, and rows name only what is there."""

from libya_analysis.evidence import vocabulary as words
from libya_analysis.evidence.claim import CLAIM_TABLES
from libya_analysis.evidence.schema import allowed, fields, resources

#: The vocabulary of each column of a table whose values the schema lists; topics are known to it alone.
TOPICS = {"reason", "stake", "stance", "demand", "threat", "forecast", "assessment", "accusation", "account"}
COLUMNS = {
    ("actors", "kind"): set(words.ACTOR_KINDS),
    ("ties", "kind"): {tie.name for tie in words.TIES.values() if tie.table == "ties"},
    ("backers", "support"): set(words.SUPPORTS),
    ("events", "kind"): set(words.EVENTS),
    ("event_reports", "outcome"): set(words.OUTCOMES),
    ("event_relations", "relation"): set(words.RELATIONS),
    ("participants", "role"): set(words.ROLES),
    ("quotes", "topic"): TOPICS,
    **{(table, "status"): set(words.STATUSES) for table in CLAIM_TABLES},
    **{(table, "modality"): set(words.MODALITIES) for table in CLAIM_TABLES},
}


def test_every_value_that_the_schema_allows_has_a_row_and_every_row_a_value() -> None:
    for (table, column), known in COLUMNS.items():
        assert set(allowed(table, column)) == known, f"{table}.{column}"


def test_no_column_of_kinds_is_left_out() -> None:
    plain = {"reading", "dates_basis", "date_basis", "said_basis", "published_basis", "number"}
    for resource in resources().values():
        if resource["name"] not in ("sources", "paragraphs"):  # what was read, not what is claimed
            listed = {name for name in fields(resource["name"]) if allowed(resource["name"], name)}
            assert listed - plain == {column for table, column in COLUMNS if table == resource["name"]}


def test_rows_name_only_what_is_there() -> None:
    for tie in words.TIES.values():
        assert tie.family in words.FAMILIES
    assert {tie.family for tie in words.TIES.values()} == set(words.FAMILIES)
    for event in words.EVENTS.values():
        assert event.lane in words.LANES and (not event.joins or event.joins in words.TIES)
    for role in words.ROLES.values():
        assert role.part in words.PARTS and (not role.joins or role.joins in words.TIES)
        assert role.towards in ("", "leads", "concerned", "calls", "called")
