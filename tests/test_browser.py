"""The chat in a real browser, over the seeds and the invented articles of ``page_articles``."""

import re
from itertools import product
from pathlib import Path

import pytest
from page_server import DESKTOP, PHONE, Visit, VisitMaker
from playwright.sync_api import ViewportSize, expect

from qa.engine import THRESHOLD

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

SEEDS = Path(__file__).parent.parent / "seeds"
ANSWERABLE = "How many people were killed in the Brussels bombings?"
DIFFERING = "How many people died when the dam broke?"
UNANSWERABLE = "Who won the chess tournament in Reykjavik?"


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_a_marker_opens_the_article_at_its_quote(visits: VisitMaker, viewport: ViewportSize, scheme: str):
    """[1] opens the whole article, its quote marked and in view, by mouse and key; the next source is a key away."""
    visit = visits(viewport, scheme)
    page = visit.page
    visit.ask(ANSWERABLE)
    assert "31" in visit.read(".answer")
    quotes = page.locator(".turn .sources blockquote").all_text_contents()
    assert page.get_attribute(".answer .marker >> nth=0", "href") == "#turn-1-source-1"
    assert page.locator("#turn-1-source-1 blockquote").text_content() == quotes[0]

    page.click(".answer .marker >> nth=0")
    page.wait_for_selector(".paper mark")
    assert visit.read(".paper mark") == quotes[0]
    assert visit.read(".paper .text") in {path.read_text() for path in SEEDS.glob("*.txt")}
    mark, text = (page.locator(f".paper {part}").bounding_box() for part in ("mark", ".text"))
    assert mark
    assert text
    assert text["y"] <= mark["y"] < text["y"] + text["height"] / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    page.keyboard.press("ArrowRight")
    expect(page.locator(".paper .which")).to_have_text("Source 2 of 3")
    page.keyboard.press("Escape")
    page.wait_for_selector(".paper", state="hidden")
    page.keyboard.press("Enter")  # the focus is back on the marker
    expect(page.locator(".paper .which")).to_have_text("Source 1 of 3")


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")], ids=["desktop", "phone"])
def test_articles_that_differ_are_set_against_each_other(visits: VisitMaker, viewport: ViewportSize, scheme: str):
    """Each value has its support and its sentences with outlet and day; the timeline shows when which was said."""
    visit = visits(viewport, scheme)
    page = visit.page
    record_order(visit)
    visit.ask(DIFFERING)
    assert page.evaluate("window.order") == ["passages", "answer"]
    findings = page.locator(".finding").all_text_contents()
    first, second = (value[:2] for value in findings)  # which is likelier is the reader's affair
    assert {first, second} == {"12", "17"}
    assert visit.read(".summary") == f"2 of 4 articles: {first} · 2 differ"
    assert "Where the articles differ" in visit.read(".evidence h3")
    assert "2 of 4 articles" in findings[0]
    assert "differs" not in findings[0]
    assert "differs" in findings[1]
    for shown in ("Northern Courier", "2 March 2024", "Dam at Arvenholt fails", "Police said 12 people died"):
        assert shown in findings[(first, second).index("12")]
    assert page.locator(".finding mark").all_text_contents() == [first, first, second, second]
    times = [" ".join(entry.split()) for entry in page.locator(".timeline li").all_inner_texts()]
    assert times[0].startswith("2 March 2024 12 Northern Courier [")
    assert times[1] == "1 day later"
    assert times[-1].startswith("19 April 2024 17 Northern Courier [")
    assert re.search(r"\(\d+\s%\)", visit.read(".confidence summary"))

    page.click(".finding:has-text('17 people, the interior ministry') blockquote >> nth=0")
    page.wait_for_selector(".paper mark")
    quote = "The Arvenholt flood killed 17 people, the interior ministry said on Tuesday."
    assert visit.read(".paper mark") == quote  # an emoji stands before it, two units of JavaScript's
    assert "Daily Ledger" in visit.read(".paper .meta")
    assert visit.read(".paper .url a") == "https://news.example/arvenholt/3"
    assert page.get_attribute(".paper .url a", "rel") == "noopener noreferrer"


def record_order(visit: Visit) -> None:
    """Note in the page what comes first, the passages being read or the answer."""
    visit.page.evaluate(
        """() => {
            window.order = [];
            const note = (name, selector) => {
                if (document.querySelector(selector) && !window.order.includes(name)) window.order.push(name);
            };
            const look = () => { note("passages", ".unread li"); note("answer", ".turn .answer"); };
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        }"""
    )


def test_no_answer_says_why_and_shows_what_is_nearest(visits: VisitMaker):
    """An abstention gives its reason with the number, no confidence, and the nearest sentences, which open."""
    visit = visits()
    visit.ask(UNANSWERABLE)
    assert "articles do not say" in visit.read(".answer.abstained")
    assert f"Byline answers from {round(100 * THRESHOLD)}\u00a0% on" in visit.read(".why")
    assert visit.page.locator(".facts").count() == 0
    assert visit.read(".evidence h3") == "Nearest passages"
    visit.page.click(".nearest .byline >> nth=0")
    visit.page.wait_for_selector(".paper mark")

    visit.ask("How many people died in the Arvenholt flood according to the Daily Ledger?")
    assert "Daily Ledger" in visit.read(".scope")
    assert visit.page.locator(".turn").last.locator(".summary").count() == 0  # one article has no support to count


def test_a_question_that_cannot_be_asked_says_why(visits: VisitMaker):
    """Empty, too long and absurdly long questions get one clear line, stay to be corrected, and the page goes on."""
    visit = visits()
    visit.ask("  ")
    assert "empty" in visit.read(".error")
    visit.ask("x" * 2001)
    assert "2,001" in visit.read(".error")
    assert visit.page.input_value("#question textarea") == "x" * 2001
    visit.ask("x" * 100_000)
    assert "100,000" in visit.read(".error")
    visit.ask(ANSWERABLE)
    assert visit.page.locator(".error").count() == 0
    assert visit.page.input_value("#question textarea") == ""
    assert "31" in visit.read(".answer")


def test_an_answer_can_be_stopped_tried_again_edited_and_copied(visits: VisitMaker):
    """Escape stops it; the question can be asked again or changed in its place; the copy carries its citations."""
    visit = visits()
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.route("**/call/page_ask/*", lambda _: None)  # the answer never comes
    page.fill("#question textarea", DIFFERING)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#question button:text-is('Stop')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".stopped")
    page.unroute("**/call/page_ask/*")
    page.click("text=Try again")
    visit.answered()
    assert "12" in visit.read(".answer")

    page.focus("#question textarea")
    page.keyboard.press("ArrowUp")
    assert page.input_value(".correction textarea") == DIFFERING
    page.fill(".correction textarea", "Who is Olav Brandt?")
    page.keyboard.press("Enter")
    visit.answered()
    assert page.locator(".turn").count() == 1
    assert visit.read(".question") == "Who is Olav Brandt?"

    page.click("text=Copy answer")
    expect(page.locator(".notice")).to_contain_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "[1] “Inspector Olav Brandt said the valves had not been opened since 2019.” (Northern Courier, " in copied
    assert "https://news.example/arvenholt/4" in copied


def test_a_server_that_is_gone_or_busy_is_named(visits: VisitMaker):
    """The page says what happened in a line and asks again when told to."""
    visit = visits()
    page = visit.page
    page.context.set_offline(True)
    visit.ask(ANSWERABLE)
    assert "Byline does not answer" in visit.read(".error")
    page.context.set_offline(False)
    page.route("**/call/page_ask", lambda route: route.fulfill(status=503))
    page.click("text=Try again")
    expect(page.locator(".error")).to_contain_text("busy")
    page.unroute("**/call/page_ask")
    page.click("text=Try again")
    page.wait_for_selector(".answer")
    noticed = [one for one in visit.mischief if "ERR_INTERNET_DISCONNECTED" in one or "503" in one]
    assert noticed == visit.mischief
    visit.mischief.clear()


def test_a_follow_up_shows_how_it_was_read_and_can_be_corrected(visits: VisitMaker):
    """It is read with its own conversation only; one click asks it literally, another corrects the reading."""
    first, second = visits(), visits()
    first.ask("Who is Jan Jambon?")
    first.ask("When did he offer to resign?")
    assert "Jambon" in first.read(".read-as q")
    assert second.page.locator(".turn").count() == 0
    second.ask("When did he offer to resign?")
    assert second.page.locator(".read-as").count() == 0
    assert second.page.locator(".turn").count() == 1
    assert "Jambon?" not in second.page.inner_text(".rail")

    first.page.click("text=Take it literally")
    first.answered()
    assert first.page.locator(".read-as").count() == 0
    first.page.click(".turn:last-child >> text=Edit question")
    first.page.fill(".correction textarea", "And when was he born?")
    first.page.keyboard.press("Enter")
    first.answered()
    first.page.click("text=Correct")
    first.page.fill(".correction textarea", "When did Koen Geens offer to resign?")
    first.page.keyboard.press("Enter")
    first.answered()
    assert first.read(".question") == "When did Koen Geens offer to resign?"
    assert first.page.locator(".read-as").count() == 0
    assert first.page.locator(".turn").count() == 2

    first.page.reload()
    first.page.wait_for_selector(".turn")
    assert first.page.locator(".question").all_text_contents() == [
        "Who is Jan Jambon?",
        "When did Koen Geens offer to resign?",
    ]


def test_filters_show_as_chips_and_limit_the_answer(visits: VisitMaker):
    """Each filter is a chip that one click removes; the answer comes from what passes and says so."""
    visit = visits()
    page = visit.page
    page.evaluate(
        """import("/byline/filters.js").then(({ setFilters }) =>
            setFilters({ publishers: ["Daily Ledger"], after: "2024-03-01" }))"""
    )
    assert page.locator(".chips li span").all_text_contents() == ["Daily Ledger", "from 1 March 2024"]
    visit.ask(DIFFERING)
    assert visit.read(".scope") == "Asked only of: Daily Ledger, from 1 March 2024"
    assert set(page.locator(".sources .outlet").all_text_contents()) == {"Daily Ledger"}
    assert "12" not in visit.read(".answer")
    page.click("[aria-label='Remove the filter: Daily Ledger']")
    page.click("[aria-label='Remove the filter: from 1 March 2024']")
    assert not page.locator(".chips").is_visible()
    visit.ask(DIFFERING)
    assert "2 of 4 articles: " in visit.read(".summary")


def test_a_suggested_question_is_answered(visits: VisitMaker):
    """The page offers questions, and the one that is clicked gets an answer with a source."""
    visit = visits()
    offered = visit.page.locator(".suggestion").first
    question = offered.text_content()
    offered.click()
    visit.page.wait_for_selector(".finding .sources")
    assert visit.read(".question") == question
    assert visit.page.locator(".abstained").count() == 0


def test_an_answer_keeps_every_character(visits: VisitMaker):
    """Cut at its markers and joined again, any text is the same; only whole markers become links."""
    texts = ["".join(cut) for length in range(6) for cut in product("a[1] ", repeat=length)]
    cuts = visits().page.evaluate("texts => import('/byline/dom.js').then(({ marked }) => texts.map(marked))", texts)
    assert ["".join(part for part, _ in cut) for cut in cuts] == texts
    assert all((marker is None) == (part not in {"[1]", "[11]", "[111]"}) for cut in cuts for part, marker in cut)
