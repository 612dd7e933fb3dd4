"""The HTML report in a real browser, from disk: no network, any width, both lights, keys alone, hostile texts."""

from dataclasses import replace

import pytest
from eval_results import EXAMPLE, GIVEN, MADE, large, report, result
from page_server import DESKTOP, PHONE
from playwright.sync_api import Page, expect
from test_eval_html import hostile_results

from evals.reports.html import as_html

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

EVERY = pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")],
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
WITHHELD = replace(GIVEN, abstained=True, short_answer="", findings=(), confidence=0.2)
FEW = (
    result(),
    result(replace(EXAMPLE, id="q2", question="Who resigned?", kind="paraphrase"), contains=0.0),
    result(replace(EXAMPLE, id="q3", question="Who won?"), WITHHELD, contains=0.0),
    result(replace(EXAMPLE, id="q4", question="Where?"), None, "the engine broke", contains=0.0),
)


@pytest.fixture
def opened(browser, tmp_path):
    """A function that opens the page of these results from disk, offline; it asks for nothing and logs nothing."""
    contexts, said = [], []

    def open_page(results, viewport=DESKTOP, scheme="light", *, texts=True) -> Page:
        path = tmp_path / "report.html"
        path.write_text(as_html(report(*results), MADE, texts=texts), encoding="utf-8")
        context = browser.new_context(viewport=viewport, color_scheme=scheme, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


def open_all(page, answers):
    """Open everything that can be: so many answers, then what is folded in them."""
    for _ in range(2):
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.wait_for_function(f"document.querySelectorAll('.body').length === {answers}")


def questions(page):
    return page.locator(".answers .asked").all_inner_texts()


@EVERY
def test_axe_finds_nothing_and_nothing_is_cut_off(opened, axe, viewport, scheme):
    """No violation of WCAG 2.2 A and AA with an answer open, and the page is as wide as the window."""
    page = opened(FEW, viewport, scheme)
    open_all(page, len(FEW))
    page.evaluate(axe)
    found = page.evaluate(
        """axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
            .then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`))"""
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_answer_and_gold_stand_side_by_side(opened):
    """The worst comes first; opened, it shows what was expected, what was answered, and what was cited."""
    page = opened(FEW)
    assert questions(page) == ["Where?", "Who resigned?", "Who won?", "How many people died?"]
    page.get_by_text("Who resigned?").click()
    body = page.locator(".body")
    expect(body.get_by_text("Gold answers")).to_be_visible()
    expect(body.get_by_text("[1] Attacks · 0–38 · on the gold evidence")).to_be_visible()
    assert body.locator("mark").all_inner_texts() == ["Thirty-one", "Thirty-one"]
    gold, answer = (body.locator(".sides > div").nth(i).bounding_box() for i in (0, 1))
    assert gold["y"] == answer["y"]
    assert gold["x"] + gold["width"] <= answer["x"]
    page.get_by_text("Where?").click()
    expect(page.get_by_text("the engine broke")).to_be_visible()


def test_filters(opened):
    """By kind, outcome, class of error and words, all at once, in another order; the number found is told."""
    page = opened(FEW)
    filters, status = page.locator(".filters"), page.get_by_role("status")
    expect(status).to_have_text("4 of 4 questions")
    filters.get_by_label("Outcome").select_option("right")
    assert questions(page) == ["How many people died?"]
    expect(status).to_have_text("1 of 4 questions")
    filters.get_by_label("Outcome").select_option("")
    filters.get_by_label("Error").select_option("none")
    assert questions(page) == ["How many people died?"]
    filters.get_by_label("Error").select_option("")
    filters.get_by_label("Kind").select_option("paraphrase")
    assert questions(page) == ["Who resigned?"]
    filters.get_by_label("Kind").select_option("")
    filters.get_by_label("Search").fill("WHO won")
    assert questions(page) == ["Who won?"]
    filters.get_by_label("Search").fill("nothing of the kind")
    expect(status).to_have_text("0 of 4 questions")
    filters.get_by_label("Search").fill("")
    filters.get_by_label("Order").select_option("as in the gold file")
    assert questions(page) == ["How many people died?", "Who resigned?", "Who won?", "Where?"]


def test_keys_alone(opened):
    """From the top to the answers, an answer opened, its passages too; the focus can be seen."""
    page = opened(FEW)
    page.keyboard.press("Tab")
    expect(page.get_by_text("To the answers")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".body")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".body table").first).to_be_visible()


def test_a_thousand_answers_come_a_hundred_at_a_time(opened):
    """The next hundred are appended and the first of them has the focus; a search looks in all of them."""
    page = opened(large(1000))
    assert page.locator(".answers > li").count() == 100
    page.get_by_role("button", name="Show 100 more").click()
    assert page.locator(".answers > li").count() == 200
    expect(page.locator(".answers > li").nth(100).locator("summary")).to_be_focused()
    page.get_by_label("Search").fill("on day 777,")
    assert page.locator(".answers > li").count() == 1
    expect(page.get_by_role("button", name="Show")).to_be_hidden()


def test_hostile_texts_are_shown_as_they_are(opened):
    """Every one of sixty strings in every place, opened: nothing runs, nothing is asked for, no element is planted."""
    hostile = hostile_results()
    page = opened(hostile)
    page.get_by_role("button", name="Show").click()
    open_all(page, len(hostile))
    assert page.evaluate("window.pwned") is None
    planted = "#list :is(script, img, svg, iframe, object, embed, link, meta, base, video, style, marquee, textarea, a)"
    assert page.locator(planted).count() == 0
    shown = page.evaluate("[...document.querySelectorAll('.answers .asked')].map((one) => one.textContent)")
    assert set(shown) == {one.example.question for one in hostile}


def test_without_texts(opened):
    """Ids stand where questions would; what is missing is said."""
    page = opened(FEW, texts=False)
    assert questions(page) == ["q4", "q2", "q3", "q1"]
    page.locator(".answers summary").first.click()
    expect(page.locator(".body").get_by_text("written without texts").first).to_be_visible()
