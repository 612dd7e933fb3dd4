"""Votes and gold questions in a real browser: given, changed, taken back, refused and mended, and never another's.

One server for all: each test looks at the lines that it wrote itself.
"""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page_articles
import pytest
from hostile import HOSTILE
from page_server import DESKTOP, PHONE, Visit, VisitMaker, chat
from playwright.sync_api import Locator, Page, ViewportSize, expect
from test_browser_access import serious

from evals.gold import load
from ui.cli import main
from ui.feedback import GOLD, VOTES
from vectorstore.embed import Encoder
from vectorstore.ingest import ingest

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

DIFFERING = "How many people died when the dam broke?"
UNANSWERABLE = "Who won the chess tournament in Reykjavik?"
POLICE = "Police said 12 people died in the Arvenholt flood."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, seeds_folder: Path, encoder: Encoder) -> Path:
    """A store of the seeds and the invented articles."""
    scratch = tmp_path_factory.mktemp("feedback")
    shutil.copytree(seeds_folder, scratch / "store")
    ingest([page_articles.write(scratch)], scratch / "store", encoder=lambda: encoder)
    return scratch / "store"


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The page over that store; in all its life it logs nothing."""
    log = folder.parent / "log"
    with chat(folder, log) as served:
        yield served
    assert log.read_text() == ""


def written(file: Path) -> list[Any]:
    """The lines of a file that may not be there yet."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def thumb(page: Page, name: str) -> Locator:
    return page.locator(".turn").last.get_by_role("button", name=name)


def noted(page: Page, text: str = "Noted") -> None:
    """Wait until the last vote is on the disk."""
    expect(page.locator(".noted").last).to_contain_text(text)


def gold_form(visit: Visit) -> Locator:
    """Open the form of the newest answer."""
    visit.page.locator(".turn").last.get_by_role("button", name="Keep as gold question").click()
    expect(visit.page.locator("#gold-title")).to_be_focused()
    return visit.page.locator(".gold")


def kept(form: Locator) -> dict[str, Any]:
    """Keep what the form says; the row as the page shows it."""
    form.get_by_role("button", name="Keep", exact=True).click()
    expect(form.locator("h2")).to_have_text("Kept as a gold question")
    row: dict[str, Any] = json.loads(form.locator(".row-text").text_content() or "")
    return row


def test_a_vote_is_written_with_its_reason_changed_and_taken_back(visits: VisitMaker, folder: Path):
    """Each step is a line under one id; the vote outlives a reload, and taken back it is gone from page and effect."""
    before = len(written(folder / VOTES))
    visit = visits()
    page = visit.page
    visit.ask(DIFFERING)
    thumb(page, "Good answer").click()
    noted(page)
    thumb(page, "Poor answer").click()
    page.get_by_role("button", name="missed a side").click()
    expect(page.get_by_role("button", name="missed a side")).to_have_attribute("aria-pressed", "true")
    page.fill(".reasons input", "The ministry is newer.")
    page.keyboard.press("Enter")
    noted(page)

    page.reload()
    page.wait_for_selector(".turn")
    expect(thumb(page, "Poor answer")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".reasons input")).to_have_value("The ministry is newer.")
    page.locator(".reasons").get_by_role("button", name="Undo").click()
    noted(page, "Taken back.")
    expect(thumb(page, "Poor answer")).to_have_attribute("aria-pressed", "false")
    expect(thumb(page, "Poor answer")).to_be_focused()
    expect(page.locator(".reasons")).to_be_hidden()

    mine = written(folder / VOTES)[before:]
    assert [line["vote"] for line in mine] == ["up", "down", "down", "down", ""]
    assert len({line["id"] for line in mine}) == 1
    assert (mine[3]["reason"], mine[3]["comment"]) == ("missed a side", "The ministry is newer.")
    assert mine[3]["question"] == DIFFERING
    assert mine[3]["answer"]["differ"] is True
    assert all(passage["text"] for passage in mine[3]["answer"]["passages"])
    text = json.dumps(mine)
    assert "127.0.0.1" not in text
    talk_id = page.evaluate("Object.keys(localStorage).find((key) => key.startsWith('byline.talk.')).slice(12)")
    assert talk_id not in text


def test_visitors_do_not_see_each_others_votes(visits: VisitMaker, folder: Path):
    """What one said is nowhere on the other's page, and a vote of each is a line of its own id."""
    before = len(written(folder / VOTES))
    first, second = visits(), visits()
    first.ask("Who is Olav Brandt?")
    thumb(first.page, "Poor answer").click()
    first.page.fill(".reasons input", "A word between us.")
    first.page.keyboard.press("Enter")
    noted(first.page)
    second.ask("Who is Olav Brandt?")
    for name in ("Good answer", "Poor answer"):
        expect(thumb(second.page, name)).to_have_attribute("aria-pressed", "false")
    assert "between us" not in second.page.content()
    thumb(second.page, "Good answer").click()
    noted(second.page)
    assert len({line["id"] for line in written(folder / VOTES)[before:]}) == 2


def test_a_vote_that_cannot_be_written_says_so(visits: VisitMaker, folder: Path):
    """The page goes back to what was said before, with the reason in a line."""
    visit = visits()
    page = visit.page
    visit.ask("Who is Olav Brandt?")
    file, aside = folder / VOTES, folder / "aside"
    file.touch()
    file.rename(aside)
    file.mkdir()
    try:
        thumb(page, "Good answer").click()
        expect(page.locator(".feedback .refused")).to_contain_text("Not noted: feedback.jsonl: cannot be written")
    finally:
        file.rmdir()
        aside.rename(file)
    expect(thumb(page, "Good answer")).to_have_attribute("aria-pressed", "false")
    thumb(page, "Good answer").click()
    noted(page)
    expect(page.locator(".feedback .refused")).to_be_hidden()


def test_a_kept_question_runs_in_an_eval_and_can_be_taken_back(
    visits: VisitMaker, folder: Path, capsys: pytest.CaptureFixture[str]
):
    """All sides and their sentences are there without a word typed; the command that the page shows scores the row."""
    visit = visits()
    page = visit.page
    visit.ask(DIFFERING)
    form = gold_form(visit)
    expect(form.get_by_label("Question", exact=True)).to_have_value(DIFFERING)
    row = kept(form)
    assert (row["kind"], sorted(row["answers"])) == ("conflict", ["12", "17"])
    assert {"source": "arvenholt-1", "quote": POLICE} in row["evidence"]
    assert len(row["evidence"]) == 4
    (example,) = [one for one in load(folder / GOLD, pytest.fail) if one.id == row["id"]]
    assert example.question == DIFFERING
    assert str(folder / GOLD) in form.inner_text()

    command = shlex.split(form.locator("code").nth(1).inner_text())
    assert command[0] == "byline"
    assert main(command[1:]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"conflict\W+1\b", printed), printed

    form.get_by_role("button", name="Take it back").click()
    expect(form.locator(".foot")).to_contain_text("Taken back")
    assert row["id"] not in [line["id"] for line in written(folder / GOLD)]
    assert kept(form)["id"] == row["id"]
    form.get_by_role("button", name="Done").click()
    expect(page.locator(".feedback .kept")).to_have_text(f"Kept as {row['id']}")
    page.reload()
    expect(page.locator(".feedback .kept")).to_have_text(f"Kept as {row['id']}")

    visit.ask(DIFFERING)
    form = gold_form(visit)
    form.get_by_role("button", name="Keep", exact=True).click()
    expect(form.locator(".refused")).to_contain_text(f"kept already, as {row['id']}")
    form.get_by_role("button", name="Keep this one too").click()
    expect(form.locator("h2")).to_have_text("Kept as a gold question")


def test_a_quote_that_is_not_in_the_article_is_refused_and_mended(visits: VisitMaker, folder: Path):
    """A line says so where the quote stands, and one click puts the nearest in its place; Escape loses nothing."""
    before = len(written(folder / GOLD))
    visit = visits(PHONE, "dark")
    page = visit.page
    visit.ask("Who is Olav Brandt?")
    form = gold_form(visit)
    quote = form.get_by_label("Its exact words").first
    true = quote.input_value()
    quote.fill(true.replace("valves", "walls"))
    form.get_by_role("button", name="Keep", exact=True).click()
    expect(form.locator(".unproven")).to_contain_text("does not say exactly this")
    expect(quote).to_be_focused()
    expect(quote).to_have_attribute("aria-invalid", "true")
    assert len(written(folder / GOLD)) == before
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    form.get_by_label("Asked on").fill("2024-04-20")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(page.get_by_role("button", name="Keep as gold question")).to_be_focused()
    form = gold_form(visit)
    expect(form.get_by_label("Asked on")).to_have_value("2024-04-20")
    form.get_by_role("button", name="Use these words").click()
    expect(quote).to_have_value(true)
    expect(form.locator(".unproven")).to_be_hidden()
    row = kept(form)
    assert {"source": "arvenholt-4", "quote": true} in row["evidence"]
    assert row["asked"] == "2024-04-20"
    assert written(folder / GOLD)[-1] == row


def test_an_abstention_is_kept_as_it_is_or_with_the_right_answer(visits: VisitMaker, folder: Path):
    """Unanswerable without a word typed; or an article is found, and its sentence taken from its text."""
    visit = visits()
    page = visit.page
    visit.ask(UNANSWERABLE)
    form = gold_form(visit)
    expect(form.get_by_label("Kind")).to_have_value("unanswerable")
    expect(form.get_by_role("group", name="Evidence")).to_be_hidden()

    form.get_by_label("Question", exact=True).fill("Who warned of cracks in the dam?")
    form.get_by_label("Kind").select_option("factoid")
    form.get_by_label("Answer", exact=True).fill("engineers")
    form.get_by_label("Article", exact=True).select_option(label="Another article …")
    form.get_by_label("Find it by title").fill("Death toll")
    form.get_by_role("button", name="Daily Ledger · Death toll of Arvenholt flood rises · 5 March 2024").click()
    form.get_by_text("Read the article").click()
    text = form.get_by_label("Text of the article")
    expect(text).not_to_have_value("")
    text.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Shift+Home")
    sentence = "Engineers had warned of cracks in the dam in January."
    text.evaluate("(box, part) => box.setSelectionRange(box.value.indexOf(part), box.value.length)", sentence)
    form.get_by_role("button", name="Use the selected words").click()
    expect(form.get_by_label("Its exact words")).to_have_value(sentence)
    row = kept(form)
    assert row["answers"] == ["engineers"]
    assert row["evidence"] == [{"source": "arvenholt-3", "quote": sentence}]
    page.keyboard.press("Escape")

    visit.ask("Who won the marathon of Ulan Bator?")
    row = kept(gold_form(visit))
    assert (row["kind"], row["answers"], row["evidence"]) == ("unanswerable", [], [])
    assert load(folder / GOLD, pytest.fail)[-1].answerable is False


def test_a_follow_up_is_kept_as_it_was_read_or_with_what_came_before(visits: VisitMaker):
    """One click turns from the one to the other, question and kind with it."""
    visit = visits()
    visit.ask("Who is Jan Jambon?")
    said = visit.read(".answer")
    visit.ask("When did he offer to resign?")
    form = gold_form(visit)
    alone = form.get_by_label("Question", exact=True).input_value()
    assert "Jambon" in alone
    kind = form.get_by_label("Kind").input_value()
    form.get_by_label("As a follow-up").check()
    expect(form.get_by_label("Question", exact=True)).to_have_value("When did he offer to resign?")
    expect(form.get_by_label("Kind")).to_have_value("follow_up")
    form.get_by_label("On its own").check()
    expect(form.get_by_label("Kind")).to_have_value(kind)
    form.get_by_label("As a follow-up").check()
    row = kept(form)
    assert row["question"] == "When did he offer to resign?"
    assert row["history"] == [{"role": "user", "content": "Who is Jan Jambon?"}, {"role": "assistant", "content": said}]


def test_hostile_texts_in_votes_and_gold_are_shown_and_kept_as_text(visits: VisitMaker, folder: Path):
    """In comment, question, answer, quote and an article's name; lines stay lines, and nothing on the page obeys."""
    hostile = "".join(HOSTILE)[:1500]
    visit = visits()
    page = visit.page
    citation = dict.fromkeys(("title", "name", "publisher", "author", "url", "published"), hostile)
    citation |= {"marker": 1, "article_id": "arvenholt-1", "quote": hostile, "start": 0, "end": 5}
    answer = dict.fromkeys(("question", "standalone_question", "scope", "short_answer", "why"), hostile)
    answer |= {"answer": f"{hostile} [1]", "citations": [citation], "confidence": 0.5, "confidence_words": "unsure"}
    answer |= {"findings": [{"value": hostile, "confidence": 0.5, "article_ids": ["arvenholt-1"], "citations": [1]}]}
    turn = {"question": hostile, "state": "done", "answer": answer, "asked": hostile, "feedback": {"gold": ""}}
    talk = {"title": "Hostile", "updated": "2024", "turns": [turn]}
    page.evaluate("talk => localStorage.setItem('byline.talk.planted', JSON.stringify(talk))", talk)
    page.reload()
    page.click(".talk")
    thumb(page, "Poor answer").click()
    page.fill(".reasons input", hostile)
    page.keyboard.press("Enter")
    noted(page)
    line = written(folder / VOTES)[-1]
    flat = hostile.replace("\n", "")
    assert line["comment"] == flat.strip()
    assert line["answer"]["citations"][0]["title"] == "Dam at Arvenholt fails after a week of rain"
    assert line["answer"]["short_answer"] == hostile

    form = gold_form(visit)
    form.get_by_label("Answer", exact=True).fill(hostile[:1000])
    form.get_by_role("button", name="Keep", exact=True).click()
    form.locator(".unproven").wait_for()
    form.get_by_label("Its exact words").fill(POLICE)
    row = kept(form)
    assert row["question"] == hostile.strip()
    assert row["answers"] == [hostile[:1000].replace("\n", "").strip()]
    assert load(folder / GOLD, pytest.fail)[-1].question == hostile.strip()


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious_in_feedback(visits: VisitMaker, axe: str, viewport: ViewportSize, scheme: str):
    """The reasons, the form, the form refused and the receipt: WCAG 2.2 A and AA, and nothing wider than the window."""
    visit = visits(viewport, scheme)
    page = visit.page
    page.evaluate(axe)
    visit.ask("Who is Jan Jambon?")
    visit.ask("When did he offer to resign?")
    thumb(page, "Poor answer").click()
    page.locator(".turn").last.locator(".chip").first.click()
    noted(page)
    assert serious(visit) == []
    form = gold_form(visit)
    form.get_by_label("Its exact words").first.fill("The moon is made of green cheese.")
    form.get_by_label("Its exact words").last.fill("Jambon and Geens offered to go")
    form.get_by_role("button", name="Keep", exact=True).click()
    form.locator(".unproven p").first.wait_for()
    assert serious(visit) == []
    assert form.evaluate("form => form.scrollWidth <= innerWidth")
    while form.get_by_role("button", name="Remove this evidence").count() > 1:
        form.get_by_role("button", name="Remove this evidence").last.click()
    form.get_by_label("Its exact words").fill("")
    form.get_by_role("button", name="Keep", exact=True).click()
    form.locator(".receipt, .foot .plain").first.wait_for()
    if form.locator(".foot .plain").is_visible():  # the same question was kept at another width
        form.locator(".foot .plain").click()
        form.locator(".receipt").wait_for()
    assert serious(visit) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_keys_alone_vote_and_keep(visits: VisitMaker):
    """Tab reaches the thumbs, the reasons and the form; the form holds the focus and Escape gives it back."""
    visit = visits(DESKTOP)
    page = visit.page
    visit.ask("Who is Olav Brandt?")
    page.get_by_role("button", name="Edit question").focus()
    page.keyboard.press("Tab")
    expect(thumb(page, "Good answer")).to_be_focused()
    page.keyboard.press("Space")
    noted(page)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="right answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="right answer")).to_have_attribute("aria-pressed", "true")
    noted(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#gold-title")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.gold, body') !== null")
        assert page.evaluate("!document.activeElement.closest('.turns, .composer, .rail')")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keep as gold question")).to_be_focused()
