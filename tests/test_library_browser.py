"""The library in a real browser: adding, looking, opening, removing, filtering; two visitors; hostile files.

One server for all: each test brings articles of its own, and counts those only.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import HOSTILE
from page_server import DESKTOP, PHONE, Visit, VisitMaker, chat
from playwright.sync_api import Page, ViewportSize, expect

from vectorstore.embed import Encoder
from vectorstore.ingest import ingest
from vectorstore.store import Store

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

BOTH = pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
PLANTED = "#shelf :is(script, img, svg, iframe, object, embed, link, meta, base, video, audio, math, style, marquee)"
WIRE = " ".join(f"Sentence {k} of the wire story on the harbour." for k in range(20))
MORE = [
    {"id": "w1", "title": "Harbour talks", "publisher": "Daily Ledger", "published": "2024-05-04", "text": WIRE},
    {"id": "w2", "title": "Talks at harbour", "publisher": "Vellum Post", "published": "2024-05-03", "text": WIRE},
    {
        "id": "snow",
        "title": "Snow",
        "publisher": "Vellum Post",
        "published": "2023-01-02",
        "text": "Snow on Mount Brill.",
    },
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, seeds_folder: Path, encoder: Encoder) -> Path:
    """A store of the seeds, a wire story in two papers, and snow."""
    scratch = tmp_path_factory.mktemp("library")
    shutil.copytree(seeds_folder, scratch / "store")
    (scratch / "more.jsonl").write_text("\n".join(map(json.dumps, MORE)))
    ingest([scratch / "more.jsonl"], scratch / "store", encoder=lambda: encoder)
    return scratch / "store"


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The page over that store; in all its life it logs nothing."""
    log = folder.parent / "log"
    with chat(folder, log) as served:
        yield served
    assert log.read_text() == ""


def tab(page: Page, name: str) -> None:
    page.click(f"#sections [role=tab]:has-text('{name}')")


def library(visit: Visit) -> Page:
    """Turn to the library and unfold what is folded on a phone."""
    page = visit.page
    tab(page, "Library")
    page.wait_for_selector("#shelf .stories li")
    page.evaluate("document.querySelectorAll('#shelf .card').forEach((card) => (card.open = true))")
    return page


def files(*named: tuple[str, bytes]) -> list[dict]:
    return [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in named]


def added(page: Page) -> str:
    """What the page says when an upload has ended."""
    page.wait_for_selector("#shelf .outcome", timeout=120_000)
    return page.inner_text("#shelf .outcome")


def search(page: Page, words: str, stories: int) -> None:
    """Search, and wait until so many stories are listed, also what is on its way into the library."""
    page.fill("#shelf .look input[type=search]", words)
    expect(page.locator("#shelf .summary")).to_contain_text(words)
    expect(page.locator("#shelf .stories > li")).to_have_count(stories, timeout=60_000)


def drop(page: Page, path: Path) -> None:
    """Drop a file or folder of the disk, as a hand would."""
    box = page.locator("#shelf .drop").bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": box["x"] + 20, "y": box["y"] + 20, "data": data})
        if kind == "dragOver":
            page.wait_for_selector("#shelf .drop.over")


@BOTH
def test_files_that_are_added_are_listed_and_answer(visits: VisitMaker, viewport: ViewportSize, scheme: str):
    """Chosen files are sent, ingested and listed; what fails has its reason; the open chat answers from the rest."""
    visit = visits(viewport, scheme)
    page = library(visit)
    port = f"Port {scheme.title()}"
    strike = f"The harbour strike in {port} was ended on Friday by the dockers' union after nine days of talks."
    page.set_input_files(
        "#shelf input[multiple]",
        files(("strike.txt", strike.encode()), ("broken.pdf", b"none"), ("empty.md", b"  "), ("picture.png", b"x")),
    )
    assert added(page) == "1 article added, 2 problems."
    assert "1 file of other kinds left out" in page.inner_text("#shelf .transfer")
    problems = page.locator("#shelf .job .failures li").all_inner_texts()
    assert [line.split(":")[0] for line in problems] == ["broken.pdf", "empty.md"]
    assert "holds no text" in problems[1]
    search(page, f'"{port}"', 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    tab(page, "Chat")
    visit.ask(f"Who ended the harbour strike in {port}?")
    assert "dockers' union" in visit.read(".answer")


def test_a_dropped_file_and_folder_are_added(visits: VisitMaker, tmp_path: Path):
    """The files of a folder keep their place in it; hidden ones are left out."""
    page = library(visits())
    (tmp_path / "rain.txt").write_text("Rain fell on Mount Torrent.")
    drop(page, tmp_path / "rain.txt")
    assert added(page) == "1 article added."
    search(page, "Mount Torrent", 1)
    (tmp_path / "dropped" / "2024").mkdir(parents=True)
    (tmp_path / "dropped" / "2024" / "hail.txt").write_text("Hail fell at noon on Mount Torrent.")
    (tmp_path / "dropped" / ".hidden.txt").write_text("Hidden.")
    drop(page, tmp_path / "dropped")
    expect(page.locator("#shelf .transfer")).to_contain_text("1 file sent. 1 file of other kinds left out.")
    search(page, "Hail fell", 1)
    page.click("#shelf .stories .open")
    expect(page.locator("#shelf .leaf .meta").first).to_contain_text("dropped/2024/hail.txt")


@BOTH
def test_articles_are_searched_opened_and_closed_by_key(visits: VisitMaker, viewport: ViewportSize, scheme: str):
    """Search marks its words; an article opens whole, takes the focus and gives it back; copies are one story."""
    visit = visits(viewport, scheme)
    page = library(visit)
    assert page.locator("#shelf .stories h3").first.inner_text() == "Harbour talks"
    search(page, "snow brill", 1)
    assert page.locator("#shelf .excerpt mark").all_inner_texts() == ["Snow", "Brill"]
    page.focus("#shelf .stories .open")
    page.keyboard.press("Enter")
    expect(page.locator("#shelf .leaf h2")).to_be_focused()
    assert visit.read("#shelf .leaf .text") == "Snow on Mount Brill."
    assert "2 January 2023" in visit.read("#shelf .leaf .meta")
    page.keyboard.press("Escape")
    expect(page.locator("#shelf .stories .open")).to_be_focused()

    search(page, '"wire story"', 1)
    expect(page.locator("#shelf .summary")).to_contain_text('2 articles with “"wire story"”, as 1 story:')
    expect(page.locator("#shelf .copies summary")).to_have_text("1 more with the same text")
    page.click("#shelf .copies summary")
    page.click("#shelf .copies .open")
    expect(page.locator("#shelf .leaf .same")).to_have_text("The same text: Daily Ledger")
    page.keyboard.press("Escape")
    page.fill("#shelf .look input[type=search]", "nothing of the kind")
    expect(page.locator("#shelf .summary")).to_have_text("No article with “nothing of the kind”.")


def test_what_is_read_stays_open_while_articles_come_and_closes_when_it_goes(visits: VisitMaker):
    """An upload that ends elsewhere on the page takes nothing from its reader's hands; a new text of it is shown."""
    page = library(visits())

    def add(id_: str, words: str) -> None:
        row = json.dumps({"id": id_, "title": id_, "text": words})
        page.set_input_files("#shelf input[multiple]", files(("weather.jsonl", row.encode())))
        expect(page.locator("#shelf .stories")).to_contain_text(words, timeout=60_000)

    add("Fog", "Fog lay on Mount Veil.")
    search(page, "Mount Veil", 1)
    page.click("#shelf .stories .open")
    text = page.locator("#shelf .leaf .text")
    expect(text).to_have_text("Fog lay on Mount Veil.")
    add("Mist", "Mist rose on Mount Veil.")
    expect(text).to_have_text("Fog lay on Mount Veil.")
    add("Fog", "Fog left Mount Veil.")
    expect(text).to_have_text("Fog left Mount Veil.")
    page.check("#shelf .stories li:has-text('Fog') input")
    page.click("#shelf .selection button:has-text('Remove')")
    page.click("#shelf .confirm .danger")
    expect(page.locator("#shelf .note")).to_have_text("1 article removed.")
    expect(page.locator("#shelf .leaf")).to_be_hidden()


@BOTH
def test_an_article_is_removed_once_that_is_confirmed(
    visits: VisitMaker, folder: Path, encoder: Encoder, viewport: ViewportSize, scheme: str
):
    """Keeping changes nothing; removing takes it out of list, answers and uploads, for other visitors too."""
    page = library(visits(viewport, scheme))
    name, words = f"sleet-{scheme}.txt", f"Sleet fell on Mount {scheme.title()}"
    page.set_input_files("#shelf input[multiple]", files((name, words.encode())))
    added(page)
    search(page, words, 1)
    page.check("#shelf .stories input")
    expect(page.locator("#shelf .selection p")).to_have_text("1 article chosen")
    page.click("#shelf .selection button:has-text('Remove')")
    expect(page.locator("#shelf .confirm h2")).to_have_text("Remove 1 article?")
    assert page.locator("#shelf .confirm li").all_inner_texts() == [f"“{words}”"]
    page.keyboard.press("Enter")  # the focus is on Keep
    expect(page.locator("#shelf .confirm")).to_have_count(0)
    expect(page.locator("#shelf .stories li")).to_have_count(1)
    assert list(folder.joinpath("uploads").rglob(name))

    page.click("#shelf .selection button:has-text('Remove')")
    page.click("#shelf .confirm .danger")
    expect(page.locator("#shelf .note")).to_have_text("1 article removed.")
    expect(page.locator("#shelf .stories li")).to_have_count(0)
    search(library(visits()), words, 0)
    assert not list(folder.joinpath("uploads").rglob(name))
    with Store(folder, encoder) as store:
        assert name not in {hit.passage.article_id for hit in store.search(words)}


def test_filters_bound_what_the_chat_answers_from(visits: VisitMaker):
    """Outlets, days and chosen articles are chips in the chat, bound its answers, and are taken off one by one."""
    visit = visits()
    page = library(visit)
    page.click("#shelf .narrow summary", timeout=90_000)
    page.check("#shelf .outlets label:has-text('Vellum Post') input")
    expect(page.locator("#shelf .counted")).to_have_text(re.compile(r"The chat asks 2 of [\d,]+ articles only\."))
    page.fill("#shelf .days input >> nth=0", "2024-01-01")
    expect(page.locator("#shelf .counted")).to_have_text(re.compile(r"The chat asks 1 of [\d,]+ articles only\."))
    page.check("#shelf .within input")
    expect(page.locator("#shelf .stories > li")).to_have_count(1)
    page.uncheck("#shelf .within input")
    search(page, "Brill", 1)
    page.check("#shelf .stories input")
    page.click("#shelf .selection button:has-text('Ask only')")
    expect(page.locator("#shelf .note")).to_contain_text("The chat now asks this article only")
    expect(page.locator("#shelf .counted")).to_contain_text("No article is left")

    tab(page, "Chat")
    chips = page.locator("#byline .composer .chips li span")
    expect(chips).to_have_text(["Vellum Post", "from 1 January 2024", "1 chosen article"])
    for words in ("Vellum Post", "from 1 January 2024"):
        page.click(f"#byline .composer [aria-label='Remove the filter: {words}']")
    visit.ask("How many people were killed in the Brussels bombings?")
    assert "31" not in visit.read(".answer")
    visit.ask("Where did snow fall?")
    assert "Mount Brill" in visit.read(".turn:last-of-type")
    tab(page, "Library")
    page.click("#shelf button:has-text('Ask all articles')")
    expect(page.locator("#shelf .counted")).to_contain_text("The chat asks all ")


def test_a_long_ingest_shows_its_progress_to_its_own_visitor_alone(visits: VisitMaker):
    """Rate and stop are shown, after a reload too, and to nobody else; stopped it is gone on with; the chat goes on."""
    visit, other = visits(), visits()
    page = library(visit)
    lines = (json.dumps({"id": f"n{i}", "text": f"Event {i * 37} of report {i}."}) for i in range(8000))
    page.set_input_files("#shelf input[multiple]", files(("many.jsonl", "\n".join(lines).encode())))
    numbers = re.compile(r"of 8,000 articles · .* a second · .* left")
    expect(page.locator("#shelf .numbers")).to_have_text(numbers, timeout=120_000)
    page.reload()
    page = library(visit)
    page.wait_for_selector("#shelf .job progress")
    elsewhere = library(other)
    assert elsewhere.locator("#shelf .job").is_hidden()
    page.click("#shelf .job button:has-text('Stop')")
    expect(page.locator("#shelf .job")).to_contain_text("Stopped.", timeout=60_000)
    page.click("#shelf .job button:has-text('Go on')")
    tab(elsewhere, "Chat")
    other.ask("How many people were killed in the Brussels bombings?")
    assert "31" in other.read(".answer")
    page.wait_for_selector("#shelf .outcome", timeout=180_000)
    assert "in the library already" in page.inner_text("#shelf .outcome")
    search(page, "Event", 25)
    expect(page.locator("#shelf .summary")).to_contain_text("8,000 articles")
    expect(page.locator("#shelf .pages")).to_contain_text("1 of 320")
    page.click("#shelf .pages button:has-text('Next')")
    expect(page.locator("#shelf .pages")).to_contain_text("2 of 320")


def test_what_a_file_plants_stays_text(visits: VisitMaker):
    """Hostile file names, titles, outlets, authors, URLs and texts are listed, opened and reported as text."""
    visit = visits()
    page = library(visit)
    named = files(*((f"{one.replace('/', '|')}.txt", f"{one} {number}".encode()) for number, one in enumerate(HOSTILE)))
    fields = ("title", "publisher", "author", "section", "url", "text")
    lines = [json.dumps({"id": f"h{number} {one}"} | dict.fromkeys(fields, one)) for number, one in enumerate(HOSTILE)]
    named += files(("lines.jsonl", "\n".join(lines).encode()), ('<img src=x onerror="window.pwned=1">.pdf', b"none"))
    page.set_input_files("#shelf input[multiple]", named)
    assert "articles added" in added(page)
    assert "<img src=x onerror" in page.inner_text("#shelf .failures li")
    search(page, "pwned", 25)
    opened = 0
    while True:
        for place in range(page.locator("#shelf .stories h3 .open").count()):
            story = page.locator("#shelf .stories h3 .open").nth(place)
            story.click()
            expect(page.locator("#shelf .leaf h2")).to_have_text(story.inner_text())
            assert page.locator(PLANTED).count() == 0
            opened += 1
        following = page.locator("#shelf .pages button:has-text('Next')")
        if not following.is_visible() or following.is_disabled():
            break
        number = page.inner_text("#shelf .pages span")
        following.click()
        expect(page.locator("#shelf .pages span")).not_to_have_text(number)
    assert opened > 40
    page.keyboard.press("Escape")
    page.click("#shelf .narrow summary", timeout=90_000)
    assert page.locator("#shelf .outlets label").count() > 40
    assert page.locator(PLANTED).count() == 0


@BOTH
def test_axe_finds_nothing_wrong(visits: VisitMaker, axe: str, viewport: ViewportSize, scheme: str):
    """axe-core reports no violation on the list, the forms and an opened article."""
    page = library(visits(viewport, scheme))
    page.click("#shelf .narrow summary", timeout=90_000)
    page.check("#shelf .stories input >> nth=0")
    for opened in (False, True):
        if opened:
            page.click("#shelf .stories .open >> nth=0")
            page.wait_for_selector("#shelf .leaf .text")
        page.evaluate(f"() => {{ {axe} }}")
        assert page.evaluate("axe.run('#shelf').then((found) => found.violations.map(({ id }) => id))") == []
