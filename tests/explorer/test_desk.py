"""The coding desk: what the front end asks for is done by the session, and what it shows is what is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from libya_analysis import ParameterError, code_source
from libya_analysis.coding.intake import add_source
from libya_analysis.evidence.tables import load_tables
from libya_analysis.explorer import Desk
from tests.coding.conftest import folder, text  # noqa: F401  (fixtures)

SOURCE = "azure-news-2022"
TEXT = """Malk leaves Port Azure

The <b>Azure Council</b> is backed by Dorvania & Kestrel, and by Jana Korr.

“We will not come back,” Malk told reporters on Monday.
"""


@pytest.fixture
def desk(folder: Path, text: Path) -> Desk:  # noqa: F811
    text.write_text(TEXT, encoding="utf-8")
    add_source(text, SOURCE, folder=folder, publisher="Azure News", published="2022-05-04")
    made = code_source(SOURCE, folder)
    assert isinstance(made, Desk)
    return made


def entry(desk: Desk, table: str) -> dict[str, Any]:
    return next(one for one in desk.view["entries"] if one["table"] == table)


def test_a_paragraph_is_shown_whole_with_its_marks(desk: Desk) -> None:
    desk.told({"do": "go", "value": "P2"})
    assert "".join(words for words, *_ in desk.view["segments"]) == TEXT.split("\n\n")[1]
    marks = {words: kind for words, kind, _ in desk.view["segments"] if kind}
    assert marks["Dorvania"] == "actor" and marks["Jana Korr"] == "new" and marks["backed by"] == "cue"


def test_what_is_accepted_is_written_and_told(desk: Desk, folder: Path) -> None:  # noqa: F811
    desk.told({"do": "accept", "place": entry(desk, "actors")["place"]})
    desk.told({"do": "go", "value": "P3"})
    place = entry(desk, "quotes")["place"]
    desk.told({"do": "accept", "place": place})
    assert desk.said == "not accepted: topic: the cell is empty"
    desk.told({"do": "change", "place": place, "column": "topic", "value": "stance"})
    desk.told({"do": "accept", "place": place})
    assert desk.said == "accepted" and entry(desk, "quotes")["state"] == "accepted"
    desk.told({"do": "write"})
    assert desk.said.startswith("written: actors.csv, quotes.csv\nparagraphs without rows: P2\n")
    assert load_tables(folder).quotes["text"].tolist() == ["We will not come back"]


def test_a_row_is_begun_like_another_and_words_are_told_whom_they_mean(desk: Desk) -> None:
    desk.told({"do": "go", "value": "P2"})
    first = entry(desk, "backers")
    desk.told({"do": "again", "place": first["place"]})
    begun = [one for one in desk.view["entries"] if one["table"] == "backers"][-1]
    cells = {cell["column"]: cell["value"] for cell in begun["cells"]}
    assert (cells["backer_id"], cells["actor_id"], cells["backing_id"]) == (
        "kestrel",
        "azure-council",
        "",
    )  # the next one named
    assert "kestrel" in desk.view["known"]["actors"]
    desk.told({"do": "spell", "word": "Azure", "value": "kestrel"})
    named = {cell["column"]: cell["value"] for cell in entry(desk, "actors")["cells"]}
    assert any("Azure@" in one["value"] for card in desk.view["entries"] for one in card["cells"]), named


def test_a_row_begins_with_the_words_that_are_selected(desk: Desk) -> None:
    desk.told({"do": "go", "value": "P3"})
    desk.told({"do": "add", "value": "quotes", "words": "“We will not"})
    desk.told({"do": "add", "value": "ties", "words": "“We will not"})
    begun = desk.session.entries[-2:]
    assert [one.row.get("text") for one in begun] == ["We will not", None]


def test_a_wrong_row_is_not_accepted_and_says_why(desk: Desk) -> None:
    desk.told({"do": "go", "value": "P3"})
    place = entry(desk, "quotes")["place"]
    desk.told({"do": "change", "place": place, "column": "speaker_id", "value": "mlak"})
    desk.told({"do": "accept", "place": place})
    assert desk.said == "not accepted: speaker_id: 'mlak' is not in actors.csv; did you mean 'malk'?"
    assert entry(desk, "quotes")["state"] == "proposed"


def test_every_cell_comes_with_what_it_means_and_what_may_stand_in_it(desk: Desk) -> None:
    desk.told({"do": "go", "value": "P3"})
    cells = {cell["column"]: cell for cell in entry(desk, "quotes")["cells"]}
    assert "malk" in cells["speaker_id"]["choices"] and cells["direct"]["choices"] == ["true", "false"]
    assert all(cell["means"] for cell in cells.values())


def test_errors_are_said_and_leave_the_desk_as_it_was(desk: Desk) -> None:
    desk.told({"do": "type", "place": 0, "column": "colour", "value": "red"})
    assert "has no column 'colour'" in desk.said


def test_without_a_source_the_sources_are_listed(folder: Path) -> None:  # noqa: F811
    assert code_source("", folder).index.tolist() == ["old-2021"]
    with pytest.raises(ParameterError, match="did you mean 'old-2021'"):
        code_source("old-2022", folder)


#: A front end without Jupyter: what the widget sends goes to Python, and what Python has comes back.
PAGE = """
const widget = (await import("data:text/javascript;base64," + btoa(unescape(encodeURIComponent(source))))).default;
const listeners = [], model = {
  get: (name) => state[name],
  send: async (message) => {
    const now = await told(JSON.stringify(message));
    if (now === JSON.stringify(state)) return; // as traits do: what stays as it is, is not told
    state = JSON.parse(now);
    listeners.forEach((one) => one());
  },
  on: (name, act) => listeners.push(act), off: () => {},
};
window.redraw = async () => { state = JSON.parse(await now()); listeners.forEach((one) => one()); };
widget.render({ model, el: document.body });
"""


@pytest.fixture
def open_desk(desk: Desk, page: Page) -> Page:
    """The desk in a browser, its keys at work."""

    def state() -> str:
        return json.dumps(
            {name: getattr(desk, name) for name in ("view", "paragraph", "said")},
            separators=(",", ":"),
            ensure_ascii=False,
        )

    def told(message: str) -> str:
        desk.told(json.loads(message))
        return state()

    page.expose_function("told", told)
    page.expose_function("now", state)
    page.set_content(f"<style>{desk._css}</style><body></body>")
    page.evaluate(f"async ([source, first]) => {{ let state = JSON.parse(first);{PAGE} }}", [desk._esm, state()])
    page.locator("body").focus()
    return page


def to_second(page: Page) -> Page:
    """Go on to the second paragraph, and wait until it is shown."""
    page.keyboard.press("n")
    expect(page.locator("nav button[aria-current=true]")).to_contain_text("P2")
    return page


@pytest.mark.browser
def test_a_paragraph_is_coded_by_keyboard_alone(desk: Desk, open_desk: Page) -> None:
    page = open_desk
    page.keyboard.press("n")
    expect(page.locator("blockquote")).to_have_text(TEXT.split("\n\n")[1])
    assert page.locator("blockquote b").count() == 0
    expect(page.locator("nav button[aria-current=true]")).to_contain_text("P2")
    steps = [one["table"] for one in desk.view["entries"]].index("backers")
    for _ in range(steps):
        page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("[role=status]")).to_have_text("accepted")
    before = page.locator("article").count()
    page.keyboard.press("c")
    expect(page.locator("article")).to_have_count(before + 1)
    expect(page.locator("article[aria-current=true] [name=backing_id]")).to_have_value("")  # the one that was begun
    page.keyboard.press("e")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("[role=status]")).to_have_text("rejected")
    page.keyboard.press("w")
    expect(page.locator("[role=status]")).to_contain_text("written: backers.csv")
    expect(page.locator("article.written")).to_have_count(1)


@pytest.mark.browser
def test_after_a_decision_the_next_draft_is_chosen_and_c_still_means_the_one_decided(
    desk: Desk, open_desk: Page
) -> None:
    page = to_second(open_desk)
    tables = [one["table"] for one in desk.view["entries"]]
    chosen = page.locator("article[aria-current=true] h4")
    page.keyboard.press("r")
    expect(chosen).to_have_text(f"{tables[1]} · proposed")
    page.keyboard.press("c")
    expect(chosen).to_have_text(f"{tables[0]} · proposed")
    page.keyboard.press("k")  # to the one that was rejected, into which nothing can be typed
    expect(chosen).to_have_text(f"{tables[0]} · rejected")
    page.keyboard.press("e")
    page.keyboard.type("cccc")
    expect(page.locator(".asked")).to_contain_text("Esc goes on")
    expect(page.locator("article")).to_have_count(len(tables) + 1)


@pytest.mark.browser
def test_cells_rows_and_words_are_reached_by_a_key_and_what_it_offers(desk: Desk, open_desk: Page) -> None:
    page = to_second(open_desk)
    page.keyboard.press("i")
    expect(page.locator(".asked")).to_contain_text("3 ties")
    page.keyboard.press("3")
    card = page.locator("article[aria-current=true]")
    expect(card.locator("h4")).to_have_text("ties · proposed")
    letters = {cell["column"]: cell["letter"] for cell in entry(desk, "ties")["cells"]}
    for column, words in (
        ("kind", "lea"),
        ("from_id", "mal"),
    ):  # a value known by its letters, and an id by its beginning
        page.keyboard.press("g")
        expect(card.locator("kbd").first).to_be_visible()
        page.keyboard.press(letters[column])
        page.keyboard.type(words)
        page.keyboard.press("Escape")
    expect(page.locator("[name=kind]").last).to_have_value("leads")
    assert [desk.session.entries[-1].row[one] for one in ("kind", "from_id")] == ["leads", "malk"]
    page.keyboard.press("m")
    page.keyboard.type("Azure")
    page.keyboard.press("Tab")
    page.keyboard.type("kestrel")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("Azure means kestrel")


@pytest.mark.browser
def test_a_new_name_is_told_to_be_a_known_one_by_a_key(desk: Desk, open_desk: Page) -> None:
    page = to_second(open_desk)
    desk.view = desk.view | {"entries": [desk.view["entries"][0] | {"alike": ["kestrel", "malk"]}]}
    page.evaluate("async () => redraw()")
    page.keyboard.press("s")
    expect(page.locator(".asked input")).to_have_value("kestrel")
    page.keyboard.type("malc")
    page.keyboard.press("Enter")
    expect(page.locator(".asked")).to_contain_text("malc is not known")
    page.keyboard.press("Backspace")
    page.keyboard.type("k")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("the same as malk")


@pytest.mark.browser
def test_what_is_typed_while_the_desk_answers_stays(desk: Desk, open_desk: Page) -> None:
    page = to_second(open_desk)
    page.keyboard.press("i")
    page.keyboard.press("3")
    expect(page.locator("article[aria-current=true] h4")).to_have_text("ties · proposed")
    letters = {cell["column"]: cell["letter"] for cell in entry(desk, "ties")["cells"]}
    page.keyboard.press("g")
    page.keyboard.press(letters["from_id"])
    page.keyboard.type("malk")
    page.keyboard.press("Tab")  # the first cell is checked, and all is drawn anew
    page.keyboard.type("seemingly")
    expect(page.locator("article[aria-current=true] [name=from_id]")).to_have_value("malk")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("tarn")  # instead of what stands there
    page.keyboard.press("Escape")
    expect(page.locator("article[aria-current=true] [name=from_id]")).to_have_value("tarn")
    begun = desk.session.entries[-1].row
    assert begun["from_id"] == "tarn" and "seemingly" in begun.values()
