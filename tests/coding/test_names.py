"""Names in texts: known ones in every spelling, new ones with those whom they may be."""

from pathlib import Path

import pytest

from libya_analysis.coding.names import Names, new_id, state_cells
from libya_analysis.evidence.tables import load_tables

KNOWN = {
    "Oren Malk spoke": ("malk", "name"),
    "General Malk spoke": ("malk", "name"),
    "Orren Malk spoke": ("malk", "slip"),
    "they saw Ilse Tarn-Vohl": ("tarn", "name"),
    "they saw Ilse Tarn Vöhl": ("tarn", "name"),
    "the Council’s envoy": ("azure-council", "name"),
    "the Dorvania-backed side": ("dorvania", "adjective"),
    "a Dorvanian ship": ("dorvania", "adjective"),
}


@pytest.fixture
def names(folder: Path) -> Names:
    return Names(load_tables(folder))


@pytest.mark.parametrize("text", KNOWN)
def test_a_known_actor_is_found_however_the_name_is_spelled(names: Names, text: str) -> None:
    assert [(name.actor, name.how) for name in names.find(text)] == [KNOWN[text]]


@pytest.mark.parametrize("text", ["قال مالك أورين إن أورين مالك وصل", "ودورفانيا", "مجلس ازور"])
def test_arabic_names_are_found_with_small_words_before_them_and_any_alef(names: Names, text: str) -> None:
    assert [name.actor for name in names.find(text, "ar") if name.actor]


def test_a_new_name_asks_whether_it_is_one_that_is_known(names: Names) -> None:
    (name,) = names.find("They met Olen Marck there.")
    assert (name.text, name.actor, name.alike, name.kind) == ("Olen Marck", "", ("malk",), "person")


def test_another_person_of_the_family_is_not_the_known_one(names: Names) -> None:
    (name,) = names.find("They met Pavo Malk there.")
    assert (name.text, name.actor, name.alike) == ("Pavo Malk", "", ("malk",))


def test_two_known_names_side_by_side_are_no_new_one(names: Names) -> None:
    assert [name.actor for name in names.find("Kestrel Dorvania Malk")] == ["kestrel", "dorvania", "malk"]


def test_titles_first_words_months_and_places_are_no_names(names: Names) -> None:
    assert names.find("Talks began in Port Azure on Monday, May 4. The President left. Then nobody spoke.") == []


def test_persons_without_a_name_are_kept_as_the_text_has_them(names: Names) -> None:
    (name,) = names.find("It was two senior officials who said so.")
    assert (name.text, name.kind) == ("two senior officials", "officials")


def test_a_name_in_arabic_asks_for_whom_it_sounds_like(names: Names) -> None:
    (name,) = names.find("وصل السيد إلزه تارن", "ar")
    assert (name.actor, name.alike) == ("", ("tarn",))


def test_agencies_regions_and_who_is_behind_something_are_no_names(names: Names) -> None:
    assert names.find("It rained in the Middle East, he told Reuters at 05:03 UTC, a North African said.") == []
    (name,) = names.find("They fled from a Norland-backed force.")
    assert name.text == "Norland"


def test_a_title_behind_what_is_a_states_own_belongs_to_the_person(names: Names) -> None:
    assert [name.text for name in names.find("They saw Dorvanian Foreign Minister Jana Korr.")] == [
        "Dorvanian",
        "Jana Korr",
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ministry of Grain", "organisation"),
        ("Northern Army", "armed-group"),
        ("Jana Korr", "person"),
        ("XYZ", "organisation"),
        ("Saudi Arabia", "state"),
        ("United States", "state"),
    ],
)
def test_the_kind_of_a_new_actor_is_guessed_by_its_name(names: Names, name: str, kind: str) -> None:
    assert [found.kind for found in names.find(f"They left with {name}.")] == [kind]


def test_a_name_that_two_actors_share_is_nobodys(folder: Path) -> None:
    path = folder / "actors.csv"
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("Kestrel,", "Kestrel,")
        .replace("Malk@old-2021,", "Malk@old-2021;Kestrel@old-2021,"),
        encoding="utf-8",
    )
    found = [name for name in Names(load_tables(folder)).find("In Kestrel it rained.") if name.text == "Kestrel"]
    assert [(name.actor, name.alike) for name in found] == [("", ("kestrel", "malk"))]


def test_states_have_the_codes_of_today() -> None:
    codes = {name: state_cells(name)["country"] for name in ("Russia", "France", "Serbia", "Yemen", "Timor-Leste")}
    assert codes == {"Russia": "RUS", "France": "FRA", "Serbia": "SRB", "Yemen": "YEM", "Timor-Leste": "TLS"}


def test_a_long_id_keeps_its_end_and_is_one() -> None:
    assert new_id("a" * 58 + " bb cc") == "a" * 58 + "-b"
    made = new_id("report " + "of the long war " * 5 + "signatory")
    assert made.endswith("-signatory") and made.startswith("report-of") and len(made) <= 60
