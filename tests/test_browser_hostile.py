"""Sixty hostile strings in every place that an article, a file or a visitor can put them: all shown, none obeyed."""

import json
from collections.abc import Iterator

import pytest
from hostile import HOSTILE, HUGE
from page_server import Visit, VisitMaker, chat
from playwright.sync_api import Browser

from vectorstore.embed import Encoder
from vectorstore.ingest import ingest
from vectorstore.store import Store
from vectorstore.types import Article

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

TOGETHER = 3
"""Strings in one question: the passages of as many articles are shown while it is answered."""
PLACES = ("title", "author", "publisher", "section", "url")


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[tuple[str, list[Article]]]:
    """A page over one article of JSON lines and one file for each string, and the articles that it holds."""
    folder = tmp_path_factory.mktemp("hostile")
    files = folder / "files"
    files.mkdir()
    lines = []
    for number, hostile in enumerate((*HOSTILE, HUGE)):
        text = f"Parcel {number} was found by {hostile} on Friday. Nobody else saw it."
        lines.append(json.dumps({"id": f"line {number}", "text": text} | dict.fromkeys(PLACES, hostile)))
        name = f"{number} {hostile}".replace("/", "\u2215").replace("\0", "")
        (files / f"{name[:150]}.txt").write_text(f"Parcel {number} stood in a file. It was read on Monday.")
    (folder / "lines.jsonl").write_text("\n".join(lines))
    report = ingest([files, folder / "lines.jsonl"], folder / "store", encoder=lambda: encoder)
    assert report.failed == 0
    with Store(folder / "store", encoder) as store:
        held = list(store.articles())
    with chat(folder / "store", folder / "chat.log") as served:
        yield served, held
    assert (folder / "chat.log").read_text() == ""


def shown(text: str) -> str:
    """A text without what a browser may set otherwise: runs of white space are one space."""
    return " ".join(text.replace("\0", "\ufffd").split())


def test_hostile_strings_are_shown_and_never_obeyed(browser: Browser, articles: tuple[str, list[Article]]):
    """Streamed, final, opened and reloaded: every string is there as text, and nothing was run, loaded or planted."""
    url, held = articles
    visits = VisitMaker(browser, url)
    visit = visits()
    seen = ask_all(visit)
    fields = [article for article in held if article.id.startswith("line ")]
    assert len(fields) == len(HOSTILE) + 1
    for article in fields:
        if article.publisher == HUGE:
            continue
        assert shown(article.publisher) in seen
        assert shown(article.title) in seen
    question_texts = [shown(text) for text in visit.page.locator(".question").all_text_contents()]
    for number, hostile in enumerate(HOSTILE):
        assert shown(hostile) in question_texts[number // TOGETHER]
    before = visit.page.locator(".turn").all_inner_texts()
    visit.ask(HUGE)
    assert "limit" in visit.read(".error")

    store_conversation_of(visit, held)
    visit.page.reload()
    visit.page.wait_for_selector(".turn")
    visit.page.click(".talk >> nth=1")
    assert visit.page.locator(".turn").all_inner_texts() == before
    visit.page.click(".talk >> nth=0")
    open_all(visit, held)
    visits.check()


def ask_all(visit: Visit) -> str:
    """Ask with every string; return all that was shown of passages while the answers were read."""
    page = visit.page
    page.evaluate(
        """() => {
            window.seen = "";
            const look = () => { window.seen += " " + (document.querySelector(".unread")?.textContent ?? ""); };
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    for first in range(0, len(HOSTILE), TOGETHER):
        numbers = range(first, first + TOGETHER)
        page.evaluate(
            """ids => import("/byline/filters.js").then(({ setFilters }) => setFilters({ article_ids: ids }))""",
            [f"line {number}" for number in numbers],
        )
        visit.ask("Who found it on Friday? " + " ".join(HOSTILE[number] for number in numbers))
    return shown(page.evaluate("window.seen"))


def store_conversation_of(visit: Visit, held: list[Article]) -> None:
    """Put a conversation that cites every article, as hostile as they are, into the browser's storage."""
    citations = [
        {
            "marker": number,
            "article_id": article.id,
            "name": article.title,
            "quote": article.text[:40],
            "start": 0,
            "end": 40,
            **{place: getattr(article, place) for place in PLACES},
            "published": article.title,
        }
        for number, article in enumerate(held, 1)
    ]
    hostile = "".join(HOSTILE)
    findings = [{"value": one, "confidence": 0.5, "article_ids": ["x"], "citations": [1]} for one in HOSTILE]
    answer = {
        "question": hostile, "standalone_question": f"{hostile} again", "scope": hostile, "answer": f"{hostile} [1]",
        "differ": True, "confidence": 0.5, "confidence_words": hostile, "why": hostile, "citations": citations,
        "findings": [*findings, {"value": "all", "confidence": 0.1, "article_ids": ["y"],
                                 "citations": [one["marker"] for one in citations]}],
        "passages": [{"article_id": "x", "text": hostile, "name": hostile}], "seconds": {"total": 1},
    }  # fmt: skip
    filters = {"publishers": [hostile], "after": hostile, "before": hostile, "article_ids": [hostile]}
    turn = {"question": hostile, "asked": hostile, "state": "done", "answer": answer, "filters": filters}
    talk = {"title": hostile, "named": True, "created": "9999", "updated": "9999", "turns": [turn]}
    visit.page.evaluate("talk => localStorage.setItem('byline.talk.planted', JSON.stringify(talk))", talk)


def open_all(visit: Visit, held: list[Article]) -> None:
    """Go through every article in the panel; each of its fields is there, and only web addresses are links."""
    page = visit.page
    page.click(".turn .finding:last-child .byline >> nth=0")
    for number, article in enumerate(held, 1):
        page.wait_for_function(
            "which => document.querySelector('.paper .which')?.textContent === which",
            arg=f"Source {number} of {len(held)}",
        )
        panel = shown(page.locator(".paper").text_content() or "")
        for text in (article.id, article.title, article.author, article.publisher, article.section, article.url):
            assert shown(text) in panel
        assert page.locator(".paper .text").text_content() == article.text.replace("\r", "\n")
        links = [one.get_attribute("href") or "" for one in page.locator(".paper a").all()]
        assert all(link.startswith(("https://", "http://")) for link in links)
        if number < len(held):
            page.keyboard.press("ArrowRight")
