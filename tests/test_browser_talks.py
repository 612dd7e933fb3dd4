"""Conversations in the browser's own storage: listed, searched, renamed, deleted, exported, and never another's."""

import json
import re
from pathlib import Path

import pytest
from hostile import HOSTILE
from markdown_it import MarkdownIt
from markdown_it.token import Token
from page_server import PHONE, Visit, VisitMaker
from playwright.sync_api import Browser, Page, expect

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

ADDRESS = "https://evil.example/x"
"""The one thing here that is to become a link."""


def test_conversations_are_listed_searched_renamed_and_deleted(visits: VisitMaker):
    """They outlive a reload, are found by what was said in them, and a deleted one can be had back."""
    visit = visits()
    page = visit.page
    visit.ask("Who is Jan Jambon?")
    page.click("text=New conversation")
    visit.ask("Who is Olav Brandt?")
    assert titles(page) == ["Who is Olav Brandt?", "Who is Jan Jambon?"]

    page.fill(".rail [type=search]", "the VALVES had not")  # in an answer
    assert titles(page) == ["Who is Olav Brandt?"]
    page.fill(".rail [type=search]", "no one said this")
    assert titles(page) == []
    page.fill(".rail [type=search]", "")

    chosen(page, "Rename")
    page.fill(".rail [type=text]", "The inquiry")
    page.keyboard.press("Enter")
    page.reload()
    page.wait_for_selector(".turn")
    assert titles(page) == ["The inquiry", "Who is Jan Jambon?"]
    assert visit.read(".question") == "Who is Olav Brandt?"

    chosen(page, "Delete")
    page.wait_for_selector(".suggestion")
    assert titles(page) == ["Who is Jan Jambon?"]
    page.click("text=Undo")
    assert titles(page) == ["The inquiry", "Who is Jan Jambon?"]
    page.click(".talk >> nth=1")
    assert visit.read(".question") == "Who is Jan Jambon?"
    visit.ask("When did he offer to resign?")  # the history came back too
    assert "Jambon" in visit.read(".read-as q")


def test_on_a_phone_the_list_is_a_drawer(visits: VisitMaker):
    """It opens over the conversation, holds the focus, and Escape gives it back."""
    visit = visits(PHONE)
    page = visit.page
    visit.ask("Who is Jan Jambon?")
    assert not page.locator(".rail").is_visible()
    page.click(".to-list")
    assert titles(page) == ["Who is Jan Jambon?"]
    assert page.evaluate("document.querySelector('#talk').inert")
    page.keyboard.press("Escape")
    assert not page.locator(".rail").is_visible()
    assert page.evaluate("document.activeElement.textContent").endswith("Conversations")


def test_what_is_kept_is_kept_in_the_browser_only(visits: VisitMaker):
    """A second visitor finds nothing; storage that is full or was tampered with is survived and said."""
    first, second = visits(), visits()
    first.ask("Who is Jan Jambon?")
    second.page.reload()
    second.page.wait_for_selector(".suggestion")
    assert second.page.evaluate("localStorage.length") == 0
    assert titles(second.page) == []

    page = second.page
    for wrong in (
        "{",
        "null",
        "[]",
        '{"turns": 3}',
        '{"turns": [3, null, {"answer": 7}, {"answer": {"findings": [0]}}]}',
    ):
        page.evaluate("wrong => localStorage.setItem('byline.talk.' + wrong, wrong)", wrong)
    page.reload()
    page.wait_for_selector(".suggestion")
    assert page.locator(".talk").count() == 3
    page.click(".talk >> nth=0")
    page.evaluate("localStorage.clear(); localStorage.setItem('x', 'x'.repeat(5 * 1024 * 1024 - 100))")
    page.click("text=New conversation")
    second.ask("Who is Jan Jambon?")
    expect(page.locator(".notice")).to_contain_text("cannot keep the conversation")
    assert "Jambon" in second.read(".answer")


def titles(page: Page) -> list[str]:
    """The conversations as the list has them."""
    return page.locator(".talk .name").all_text_contents()


def chosen(page: Page, entry: str) -> None:
    """Choose an entry in the menu of the first conversation."""
    page.click(".menu summary >> nth=0")
    page.click(f".menu[open] >> text={entry}")


def exported(visit: Visit, kind: str, folder: Path) -> str:
    """Export the first conversation; return what the file holds."""
    with visit.page.expect_download() as coming:
        chosen(visit.page, f"Export as {kind}")
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path.read_text()


def test_an_export_carries_every_citation(visits: VisitMaker, tmp_path: Path):
    """Markdown, HTML and JSON hold question, answer, quotes, outlets, days, addresses and places in the text."""
    visit = visits()
    visit.ask("How many people died when the dam broke?")
    said = visit.read(".answer")
    data = json.loads(exported(visit, "JSON", tmp_path))
    (turn,) = data["turns"]
    assert turn["answer"]["answer"] == said
    outlets = {one["publisher"] for one in turn["answer"]["citations"]}
    assert outlets == {"Northern Courier", "The Sorne Valley Post", "Daily Ledger"}
    assert {"quote", "start", "end", "article_id", "url", "published"} <= set(turn["answer"]["citations"][0])
    for kind, ending in (("Markdown", "md"), ("HTML", "html")):
        text = exported(visit, kind, tmp_path)
        assert (tmp_path / f"how-many-people-died-when-the-dam-broke.{ending}").exists()
        for part in (
            "Police said 12 people died",
            "Northern Courier",
            "2 March 2024",
            "https://news.example/arvenholt/1",
        ):
            assert part in text
        assert re.search(r"2 of 4 articles: 1[27] · 2 differ", text)


def test_a_hostile_conversation_is_exported_as_text(visits: VisitMaker, browser: Browser, tmp_path: Path):
    """In each format every string of ``hostile`` is shown; nothing in the files runs, is fetched or is markup."""
    visit = visits()
    plant(visit.page)
    visit.page.reload()
    visit.page.wait_for_selector(".talk")

    data = json.loads(exported(visit, "JSON", tmp_path))
    assert [turn["question"] for turn in data["turns"]] == [*HOSTILE, ADDRESS]

    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(exported(visit, "Markdown", tmp_path))
    inline = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in [*tokens, *inline]}
    assert kinds <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close",
        "list_item_open", "list_item_close", "inline", "text", "text_special", "em_open", "em_close", "hardbreak",
        "softbreak", "link_open", "link_close",
    }  # fmt: skip
    assert {str(token.attrs["href"]) for token in inline if token.type == "link_open"} == {ADDRESS}
    text = flat(said(tokens))
    for hostile in HOSTILE:
        assert text.count(flat(hostile)) >= 4  # question, answer, quote, title

    exported(visit, "HTML", tmp_path)
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    (file,) = tmp_path.glob("*.html")
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate("window.pwned") is None
    assert page.locator("body :not(h1, h2, p, ol, li, blockquote, a, br)").count() == 0
    links = {link.get_attribute("href") or "" for link in page.locator("a").all()}
    assert {link for link in links if not link.startswith("#c")} == {ADDRESS}
    text = flat(page.locator("body").text_content() or "")
    for hostile in HOSTILE:
        assert text.count(flat(hostile)) >= 4
    page.close()


def test_a_language_models_prose_is_told_from_the_articles_words(visits: VisitMaker):
    """The page says who wrote it and how much of it is borne out, and lists what it cites besides the findings."""
    visit = visits()
    page = visit.page
    cited = {
        "marker": 1,
        "article_id": "arvenholt-4",
        "publisher": "Northern Courier",
        "quote": "In all, 17",
        "start": 49,
    }
    sentences = [{"text": "17 died.", "supported": True, "reason": ""}, {"text": "More may.", "supported": False}]
    answer = {"question": "Who died?", "standalone_question": "Who died?", "mode": "generated", "citations": [cited]}
    answer |= {"answer": "17 died. [1] More may. (Not borne out.)", "notice": "A note.", "sentences": sentences}
    turn = {"question": "Who died?", "state": "done", "answer": answer}
    talk = {"title": "Who died?", "updated": "2024", "turns": [turn]}
    page.evaluate("talk => localStorage.setItem('byline.talk.prose', JSON.stringify(talk))", talk)
    page.reload()
    page.click(".talk")
    assert visit.read(".model") == "Written by a language model: the articles bear out 1 of 2 sentences."
    assert visit.read(".scope") == "A note."
    assert page.locator(".confidence").count() == 0  # the reader found nothing to be sure of
    assert "Northern Courier" in visit.read(".finding")
    page.click(".answer .marker")
    expect(page.locator(".paper mark")).to_have_text("In all, 17")


def said(tokens: list[Token]) -> str:
    """The text that Markdown's reader sees."""
    parts = []
    for token in tokens:
        parts += [child.content or " " for child in token.children or []]
        parts.append(" ")
    return "".join(parts)


def flat(text: str) -> str:
    """The text with each run of what JavaScript calls white space as one space."""
    return " ".join(text.replace("\ufeff", " ").split())


def plant(page: Page) -> None:
    """Store a conversation with a turn for each hostile string, which is its question, answer and whole citation."""
    turns = []
    for number, hostile in enumerate((*HOSTILE, ADDRESS), 1):
        fields = dict.fromkeys(("article_id", "title", "name", "publisher", "author", "published", "url"), hostile)
        citation = fields | {"marker": 1, "quote": hostile, "start": number, "end": number + 1}
        same = dict.fromkeys(("question", "scope", "why", "confidence_words"), hostile)
        finding = {"value": hostile, "confidence": 0.5, "article_ids": ["x"], "citations": [1]}
        answer = same | {"standalone_question": f"{hostile} again", "answer": f"{hostile} [1]", "confidence": 0.5}
        answer |= {"citations": [citation], "findings": [finding]}
        turns.append({"question": hostile, "state": "done", "answer": answer})
    talk = {"title": "".join(HOSTILE), "named": True, "created": "2024", "updated": "2024", "turns": turns}
    page.evaluate("talk => localStorage.setItem('byline.talk.planted', JSON.stringify(talk))", talk)
