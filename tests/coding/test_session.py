"""A source being coded, without widgets: each row checked as it is entered, nothing lost, all written or nothing."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from libya_analysis.coding.beginning import begin_folder
from libya_analysis.coding.intake import add_source
from libya_analysis.coding.rows import Folder
from libya_analysis.coding.session import Session
from libya_analysis.evidence.errors import DataError, ParameterError
from libya_analysis.evidence.tables import load_tables
from libya_analysis.evidence.texts import check_texts, find_texts

SOURCE = "azure-news-2022"
TEXT = """Malk leaves Port Azure

The Azure Council is backed by Dorvania and Kestrel.

“We will not come back,” Malk told reporters on Monday.

General Jana Korr, who waited, said Dorvania backs Malk.
"""


@pytest.fixture
def session(folder: Path, text: Path) -> Session:
    text.write_text(TEXT, encoding="utf-8")
    add_source(text, SOURCE, folder=folder, publisher="Azure News", published="2022-05-04")
    return Session(folder, SOURCE)


def find(session: Session, table: str, **cells: str) -> int:
    return next(
        place
        for place, entry in enumerate(session.entries)
        if entry.table == table and all(entry.row[column] == value for column, value in cells.items())
    )


def test_what_is_accepted_is_written_and_holds_to_the_text(session: Session, folder: Path) -> None:
    words = find(session, "quotes")
    assert session.accept(find(session, "backers", backer_id="dorvania", actor_id="azure-council")) == []
    faults = [fault.split(":")[0] for fault in session.accept(words)]
    assert faults == ["topic", "speaker_id"]  # a judgement that is left to people, and a word for Malk that is drafted
    (fault,) = session.change(words, "topic", "stance")
    assert "'malk' is named in none of P3" in fault  # by no word that this source is known to use
    assert session.accept(find(session, "actors", actor_id="malk")) == [] and session.accept(words) == []
    session.reject(find(session, "backers", backer_id="kestrel"))
    added = [line for line in session.diff().splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert [line.split(",")[0] for line in added] == [
        "+malk", "+azure-news-dorvania-backs-azure-council", "+azure-news-malk-we-will-not-come",
    ]  # fmt: skip
    assert session.write() == [folder / "actors.csv", folder / "backers.csv", folder / "quotes.csv"]
    tables = load_tables(folder)
    assert check_texts(tables, find_texts(tables)) == []
    assert session.left() == ["P4"]
    assert session.counts().loc["backers"].tolist()[:5] == [3, 1, 0, 1, 0]


def test_a_row_is_checked_as_it_is_entered_with_all_that_may_stand_in_it(session: Session) -> None:
    place = find(session, "backers", backer_id="kestrel")
    assert session.change(place, "backer_id", "kestrl") == [
        "backer_id: 'kestrl' is not in actors.csv; did you mean 'kestrel'?"
    ]
    assert session.accept(place) and session.entries[place].state == "proposed"
    assert "kestrel" in session.choices("backers", "backer_id")
    assert "weapons" in session.choices("backers", "support")
    assert session.change(place, "backer_id", "tarn") == [
        "backer_id: 'tarn' is named in none of P2; cite the paragraph that names it"
    ]
    assert session.change(place, "backer_id", "kestrel") == []


def test_a_new_actor_is_accepted_before_what_names_it_or_is_one_that_is_known(session: Session) -> None:
    new = find(session, "actors", name="Jana Korr")
    claim = find(session, "backers", said_by="jana-korr")
    assert session.problems(claim)[0] == "said_by: 'jana-korr' is drafted in P4; accept that first"
    assert session.accept(new) == []
    (fault,) = session.problems(claim)
    assert "'malk' is named in none of P4" in fault and fault.endswith("the word for it that is drafted in P1 first")
    assert session.accept(find(session, "actors", actor_id="malk")) == [] and session.accept(claim) == []
    assert "jana-korr" in session.choices("backers", "said_by")
    session.same_as(new, "tarn")
    assert session.entries[new].state == "rejected" and session.entries[claim].row["said_by"] == "tarn"
    spelled = find(session, "actors", actor_id="tarn")  # or the check would not find tarn in this source
    assert session.entries[spelled].row["aliases"].endswith(f"Jana Korr@{SOURCE}")


def test_a_word_that_means_a_known_actor_is_told_to_the_desk(session: Session) -> None:
    place = session.spell("P2", "dorvania", "The Azure")
    assert session.spell("P2", "dorvania", "Azure Council") == place  # one row an actor
    assert session.entries[place].row["aliases"].endswith(f"The Azure@{SOURCE};Azure Council@{SOURCE}")
    assert session.accept(place) == []
    with pytest.raises(ParameterError, match="did you mean 'dorvania'"):
        session.spell("P2", "dorvana", "Dorvania")


def test_the_next_of_a_list_is_begun_from_the_one_before_and_gets_an_id_of_its_own(session: Session) -> None:
    first = session.add("P2", "backers", backer_id="dorvania", actor_id="azure-council", support="weapons")
    assert session.accept(first) == []
    second = session.add("P2", "backers", like=first, backer_id="kestrel")
    assert session.accept(second) == []
    assert [session.entries[place].row["backing_id"] for place in (first, second)] == [
        "azure-news-dorvania-weapons-azure-council", "azure-news-kestrel-weapons-azure-council",
    ]  # fmt: skip
    assert session.entries[second].row["support"] == "weapons"


def test_a_cell_that_the_coder_changed_does_not_count_as_the_desks(session: Session) -> None:
    place = find(session, "backers", backer_id="kestrel")
    filled = sum(map(bool, session.entries[place].row.values()))
    session.change(place, "support", "weapons")
    assert session.accept(place) == []
    assert session.counts().loc["backers", "cells by the desk"] == f"{filled - 1} of {filled}"


def test_what_follows_from_the_same_as_elsewhere_in_the_text_is_asked(folder: Path, text: Path) -> None:
    text.write_text("Malk launched an offensive.\n\nMalk fled from the offensive on Monday.\n", encoding="utf-8")
    add_source(text, SOURCE, folder=folder, publisher="Azure News", published="2022-05-04")
    session = Session(folder, SOURCE)
    new = find(session, "events", kind="offensive")
    later = session.add(
        "P2", "participants", event_id=session.entries[new].row["event_id"], actor_id="malk", role="party"
    )
    session.same_as(new, "azure-talks")
    assert session.entries[later].row["event_id"] == "azure-talks"
    asked = "event_id: drafted on 'Offensive: Oren Malk (P1)', which is 'azure-talks' now; is this, too?"
    assert session.doubts(later)[0] == asked and not session.doubts(find(session, "event_reports"))


def test_a_date_that_its_words_cannot_mean_is_asked_about_and_who_is_named_later_is_not(session: Session) -> None:
    report = {"event_id": "azure-talks", "date_as_written": "on Monday", "date_basis": "inferred", "date": "2022-05-03"}
    place = session.add("P3", "event_reports", **report)
    assert session.doubts(place) == ["date: 'on Monday' in a source of 2022-05-04 means 2022-05-02, not 2022-05-03"]
    session.enter(place, "date", "2022-05-02")
    assert session.doubts(place) == []
    assert session.doubts(session.add("P4", "actors", actor_id="korr", name="Jana Korr", kind="person")) == []


def test_of_a_known_actor_only_the_new_words_count(session: Session) -> None:
    assert session.accept(find(session, "actors", actor_id="malk")) == []
    assert session.counts().loc["actors", "cells by the desk"] == "1 of 1"


def test_a_changed_id_is_changed_wherever_it_is_named(session: Session) -> None:
    session.change(find(session, "actors", name="Jana Korr"), "actor_id", "korr")
    assert find(session, "backers", said_by="korr") >= 0
    again = Session(session.folder.path, SOURCE)  # and in what is begun later, too
    again.same_as(find(again, "actors", name="Jana Korr"), "tarn")
    assert again.entries[again.add("P4", "participants")].row["actor_id"] == "tarn"


def test_a_row_of_ones_own_begins_with_all_that_follows(session: Session) -> None:
    place = session.add("P2", "ties", from_id="kestrel", to_id="dorvania", kind="cooperates-with")
    row = session.entries[place].row
    assert (row["source_id"], row["paragraphs"], row["status"], row["dates_basis"]) == (SOURCE, "P2", "stated", "none")
    assert session.problems(place) == []  # its id is made when it is accepted
    assert session.change(place, "tie_id", "azure-kestrel-dorvania") == [] and session.accept(place) == []


def test_the_id_of_a_claim_is_no_name_of_anybody(session: Session) -> None:
    place, other = (find(session, "backers", backer_id=one) for one in ("dorvania", "kestrel"))
    session.change(place, "backing_id", "kestrel")
    session.change(place, "backing_id", "")
    assert session.entries[other].row["backer_id"] == "kestrel"
    session.change(find(session, "actors", name="Jana Korr"), "actor_id", "")
    assert find(session, "backers", said_by="jana-korr") >= 0  # until there is another name


def test_a_word_for_an_actor_says_in_which_source_it_is_used(session: Session) -> None:
    place = find(session, "actors", name="Jana Korr")
    session.change(place, "aliases", f"Korr;Jana@{SOURCE}")
    assert session.entries[place].row["aliases"] == f"Korr@{SOURCE};Jana@{SOURCE}"


def test_a_row_goes_on_from_the_one_that_was_accepted_last(session: Session) -> None:
    first, last = (find(session, "backers", backer_id=one) for one in ("kestrel", "dorvania"))
    session.change(first, "modality", "planned")
    session.accept(last)
    session.accept(first)
    row = session.entries[session.add(session.entries[first].paragraph, "backers")].row
    assert session.entries[first].state == "accepted" and row["modality"] == "planned"


def test_no_row_takes_the_place_of_another_by_its_id(session: Session) -> None:
    one, other = (find(session, "backers", backer_id=name) for name in ("kestrel", "dorvania"))
    assert session.accept(one) == []
    taken = session.entries[one].row["backing_id"]
    with pytest.raises(ParameterError, match=f"there is a row '{taken}' already; leave it empty, and it gets an id"):
        session.change(other, "backing_id", taken)
    assert session.accept(other) == [] and session.entries[other].row["backing_id"] != taken


def test_a_row_that_was_written_can_be_changed_and_is_written_again(session: Session) -> None:
    place = find(session, "backers", backer_id="kestrel")
    session.accept(place)
    session.write()
    assert session.change(place, "support", "weapons") == []
    with pytest.raises(ParameterError, match="stands in the tables"):
        session.reject(place)
    assert session.accept(place) == [] and [path.name for path in session.write()] == ["backers.csv"]
    key = session.entries[place].row["backing_id"]
    assert load_tables(session.folder.path).backers.set_index("backing_id").loc[key, "support"] == "weapons"


def test_who_is_accepted_is_known_in_the_paragraphs_to_come(folder: Path, text: Path) -> None:
    text.write_text("The Harbour Guard waited.\n\nThe guard of the harbour backs Malk.\n", encoding="utf-8")
    add_source(text, SOURCE, folder=folder, publisher="Azure News", published="2022-05-04")
    session = Session(folder, SOURCE)
    new = find(session, "actors", name="Harbour Guard")
    assert not any(one.table == "backers" for one in session.entries)
    session.change(new, "aliases", "guard of the harbour")
    assert session.accept(new) == []
    backing = find(session, "backers", actor_id="malk")
    assert session.entries[backing].row["backer_id"] == session.entries[new].row["actor_id"]
    again = Session(folder, SOURCE)
    assert [asdict(one) for one in again.entries] == [asdict(one) for one in session.entries if one.state != "gone"]


def test_an_event_that_is_accepted_is_the_one_that_later_paragraphs_tell_of(folder: Path, text: Path) -> None:
    lines = (
        "Malk launched an offensive.",
        "Malk said on Monday that the offensive “will go on for long”.",
    )
    text.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    add_source(text, SOURCE, folder=folder, publisher="Azure News", published="2022-05-04")
    session = Session(folder, SOURCE)
    before = sorted((one.table, one.paragraph) for one in session.entries if one.paragraph != "P1")
    event = find(session, "events", kind="offensive")
    session.change(event, "title", "Offensive on Port Azure")
    assert session.accept(event) == [] and session.entries[event].row["event_id"] == "offensive-on-port-azure"
    later = [one for one in session.entries if one.paragraph != "P1" and one.state == "proposed"]
    assert sorted((one.table, one.paragraph) for one in later) == before != []
    assert {one.row.get("event_id", "") for one in later} - {""} == {"offensive-on-port-azure"}


def test_who_is_rejected_takes_along_what_was_drafted_about_them_until_they_are_somebody(session: Session) -> None:
    new, claim = find(session, "actors", name="Jana Korr"), find(session, "backers", said_by="jana-korr")
    session.reject(new)
    assert session.entries[claim].state == "rejected"
    session.spell("P4", "tarn", "Jana Korr")
    assert session.entries[claim].state == "proposed" and session.entries[claim].row["said_by"] == "tarn"


def test_another_like_it_is_about_who_is_named_next_and_a_typed_date_has_a_basis(session: Session) -> None:
    place = session.add("P2", "participants", event_id="azure-talks", actor_id="dorvania", role="attends")
    again = session.add("P2", "participants", like=place)
    assert (
        session.entries[again].row["actor_id"] not in ("dorvania", "")
        and session.entries[again].row["role"] == "attends"
    )
    report = session.add("P2", "event_reports", event_id="azure-talks")
    session.change(report, "date", "2022-05-02")
    assert session.entries[report].row["date_basis"] == "inferred"


def test_no_draft_takes_the_id_of_somebody_known_nor_what_names_them(session: Session) -> None:
    new = find(session, "actors", name="Jana Korr")
    named = [dict(one.row) for one in session.entries]
    with pytest.raises(ParameterError, match="there is a row 'malk' already; S says that it is the same"):
        session.change(new, "actor_id", "malk")
    assert [one.row for one in session.entries] == named


def test_what_was_said_of_a_word_stays_when_somebody_is_accepted(session: Session) -> None:
    place = session.spell("P2", "malk", "The Azure")
    assert session.accept(find(session, "actors", name="Jana Korr")) == []
    assert (
        session.entries[place].row["aliases"].endswith(f"The Azure@{SOURCE}") and session.entries[place].state != "gone"
    )


def test_a_row_after_an_event_alone_begins_and_nothing_is_asked_of_what_cannot_be_read(session: Session) -> None:
    event = session.add("P2", "events", title="Fire at Port Azure", kind="battle")
    assert session.accept(event) == []
    assert session.entries[session.add("P2", "quotes")].row["event_id"] == "fire-at-port-azure"
    new = find(session, "actors", name="Jana Korr")
    session.accept(new)
    session.change(new, "kind", "")
    assert session.doubts(event) == []


def test_what_was_rejected_is_called_so(session: Session) -> None:
    new, claim = find(session, "actors", name="Jana Korr"), find(session, "backers", said_by="jana-korr")
    session.entries[claim].edited = True
    session.reject(new)
    assert "said_by: 'jana-korr' was rejected in P4; name another, or accept it" in session.problems(claim)


def test_drafts_are_taken_up_where_they_were_left(session: Session, folder: Path) -> None:
    place = find(session, "backers", backer_id="kestrel")
    session.change(place, "note", "to be asked again")
    session.reject(place)
    again = Session(folder, SOURCE)
    assert again.entries == session.entries and again.entries[place].row["note"] == "to be asked again"


def test_nothing_that_was_entered_is_lost_when_the_program_is_killed(session: Session, folder: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from libya_analysis.coding.session import Session\n"
        f"session = Session({str(folder)!r}, {SOURCE!r})\n"
        "for text in ('t', 'to', 'to be'):\n"
        "    session.change(0, 'note' if 'note' in session.entries[0].row else 'description', text)\n"
        "print('entered', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL and done.stdout == "entered\n"
    kept = json.loads((folder / "texts" / f"{SOURCE}.drafts.json").read_text(encoding="utf-8"))
    assert "to be" in kept["entries"][0]["row"].values()
    assert not [
        path for path in (folder / "texts").iterdir() if path.name.startswith(".") and path.name != ".gitignore"
    ]


def test_another_conflict_is_coded_from_nothing(tmp_path: Path, text: Path) -> None:
    place = tmp_path / "new"
    begin_folder(place, "Malk and Korr", ["Malk's side", "Korr's side"])
    text.write_text("Malk and Korr met. Dorvania backs Malk.\n", encoding="utf-8")
    add_source(text, SOURCE, folder=place, publisher="Azure News", published="2022-05-04")
    session = Session(place, SOURCE)
    for name in ("malk", "korr", "dorvania"):
        session.accept(session.add("P1", "actors", actor_id=name, name=name.title(), kind="person"))
    rows = [
        session.add("P1", "backers", backer_id="dorvania", actor_id="malk", support="unspecified"),
        session.add("P1", "events", event_id="meeting", title="Malk and Korr meet", kind="meeting"),
        session.add("P1", "event_reports", event_id="meeting"),
    ]
    assert [session.accept(row) for row in rows] == [[], [], []]
    session.write()
    assert load_tables(place).backers["backing_id"].tolist() == ["azure-news-dorvania-backs-malk"]


def test_nothing_is_written_if_one_row_is_wrong(session: Session, folder: Path) -> None:
    place = find(session, "backers", backer_id="kestrel")
    session.accept(place)
    session.entries[place].row["support"] = "weapon"
    kept = Folder(folder).contents
    with pytest.raises(DataError, match="did you mean 'weapons'"):
        session.write()
    assert Folder(folder).contents == kept


def test_a_source_without_a_text_at_hand_is_told_where_to_put_it(folder: Path) -> None:
    with pytest.raises(ParameterError, match=r"texts/old-2021\.txt"):
        Session(folder, "old-2021")


def test_a_row_that_is_added_begins_with_event_and_voice_of_the_one_taken_before(session: Session) -> None:
    told = {"event_id": "azure-talks", "role": "attends", "status": "attributed", "said_by": "kestrel"}
    assert session.accept(session.add("P2", "participants", actor_id="azure-council", **told)) == []
    entry = session.entries[session.add("P2", "participants", actor_id="dorvania")]
    assert [entry.row[one] for one in ("event_id", "role", "said_by")] == ["azure-talks", "attends", "kestrel"]
    assert entry.given["event_id"] == "azure-talks" and "actor_id" not in entry.given  # the desk's, and the coder's
    assert session.entries[session.add("P1", "participants")].row["event_id"] == ""
