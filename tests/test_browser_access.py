"""The page for everybody: axe-core's rules, keys alone, light and dark, little motion, any width."""

import json

import pytest
from page_server import DESKTOP, PHONE, Visit, VisitMaker
from playwright.sync_api import ViewportSize, expect

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

DIFFERING = "How many people died when the dam broke?"
WIDE = [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.mark.parametrize(
    ("viewport", "scheme"), WIDE, ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"]
)
def test_axe_finds_nothing_serious(visits: VisitMaker, axe: str, viewport: ViewportSize, scheme: str):
    """No serious or critical violation of WCAG 2.2 A and AA: empty, answered, declined, refused, opened, listed."""
    visit = visits(viewport, scheme)
    page = visit.page
    page.evaluate(axe)
    assert serious(visit) == []
    expect(page.locator(".model-choice")).to_be_hidden()  # there is no model to choose
    visit.ask("")
    visit.ask(DIFFERING)
    page.click(".confidence summary")
    assert serious(visit) == []
    visit.ask("Who won the chess tournament in Reykjavik?")
    page.click(".turn:first-child .marker >> nth=0")
    page.wait_for_selector(".paper mark")
    assert serious(visit) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+K")
    page.click(".menu summary >> nth=0")
    assert serious(visit) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+H")
    assert serious(visit) == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def serious(visit: Visit) -> list[str]:
    """What axe-core calls serious or critical, a line each."""
    found = visit.page.evaluate(
        """axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
            .then(({ violations }) => violations)"""
    )
    kept = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{one['id']}: {json.dumps([node['html'][:120] for node in one['nodes'][:3]])}" for one in kept]


def test_everything_can_be_done_with_keys(visits: VisitMaker):
    """Ask, open each source, leave, begin anew, find the shortcuts; what has the focus can be seen to have it."""
    visit = visits()
    page = visit.page
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(DIFFERING)
    page.keyboard.press("Enter")
    visit.answered()
    page.keyboard.press("Alt+3")
    expect(page.locator(".paper .which")).to_have_text("Source 3 of 4")
    assert page.evaluate("document.activeElement.closest('.paper') !== null")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".paper .which")).to_have_text("Source 2 of 4")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+Q")
    expect(page.locator("#question textarea")).to_be_focused()

    reached = set()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        shown = page.evaluate(
            """() => {
                const one = document.activeElement;
                const style = getComputedStyle(one.tagName === "TEXTAREA" ? one.closest(".box") : one);
                return [one.className || one.tagName, style.outlineStyle !== "none" || style.boxShadow !== "none"];
            }"""
        )
        if shown[0] == "BODY":
            break
        reached.add(shown[0])
        assert shown[1], f"no visible focus on {shown[0]}"
    assert {"marker", "byline", "talk", "begin"} <= reached

    page.keyboard.press("Alt+H")
    assert "next source" in page.inner_text("dialog[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+N")
    page.wait_for_selector(".suggestion")
    expect(page.locator("#question textarea")).to_be_focused()


def test_what_happens_is_said_to_those_who_hear_the_page(visits: VisitMaker):
    """A live region says that passages are read and then the answer; an error is an alert."""
    visit = visits()
    region = visit.page.locator("#announced")
    visit.page.evaluate(
        """() => {
            window.said = [];
            const look = () => window.said.push(document.querySelector("#announced")?.textContent);
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    visit.ask(DIFFERING)
    expect(region).to_contain_text("12 people died")
    assert any("Reading " in (said or "") for said in visit.page.evaluate("window.said"))
    assert region.get_attribute("aria-live") == "polite"
    visit.ask("")
    assert visit.page.locator("#talk [role=alert]:visible").all_inner_texts() == [visit.read(".error")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_browsers_light_and_dark_and_little_motion(visits: VisitMaker, scheme: str):
    """A dark browser gets light ink on a dark page, a light one the reverse; nothing moves where that is unwelcome."""
    visit = visits(scheme=scheme)
    page = visit.page
    ink, paper = page.evaluate(
        """() => [getComputedStyle(document.querySelector(".welcome h2")).color,
                  getComputedStyle(document.body).backgroundColor]
                 .map((colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number).reduce((sum, part) => sum + part))"""
    )
    assert (ink > 600, paper > 600) == ((True, False) if scheme == "dark" else (False, True))
    page.emulate_media(reduced_motion="reduce")
    page.route("**/call/page_ask/*", lambda _: None)
    page.fill("#question textarea", DIFFERING)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".progress")
    assert page.evaluate("document.getAnimations().length") == 0
    page.keyboard.press("Escape")
    page.wait_for_selector(".stopped")
