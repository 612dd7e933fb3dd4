"""The evals in a real browser: a run with progress, its result, its answers, the difference to an earlier run.

One server for all, over the seeds. What an earlier run left was asked of engines that withhold, or that say hostile
things.
"""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hostile import HOSTILE
from page_server import DESKTOP, PHONE, Visit, VisitMaker, chat
from playwright.sync_api import Page, ViewportSize, expect

from evals.gold import load
from evals.options import SEEDS_GOLD
from evals.provenance import record
from evals.reports.write import write
from evals.rows import summed
from evals.run import Asks, ask_all, located
from qa.engine import Engine, Settings
from qa.reading import open_reader
from qa.types import Answer, Citation, Finding, Turn
from vectorstore.embed import Encoder
from vectorstore.store import EVERYTHING, Store
from vectorstore.types import Article, Filters

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

BOTH = pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
CHOSEN = ("seeds-001", "seeds-004", "seeds-010", "seeds-081")
PLANTED = (
    "#trials :is(script, img, iframe, object, embed, link, meta, base, video, audio, math, style, marquee, use, image)"
)
NONE = {"id": "none-1", "kind": "unanswerable", "question": "Who won at chess?", "answers": [], "evidence": []}
BAD = '{"id": "bad-1", "kind": "factoid"}\n'


class Parrot:
    """An engine that gives back the question, as an answer, a finding and a quote of an article that is not there."""

    def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters = EVERYTHING, asked: date | None = None
    ) -> Answer:
        """Answer anything, very surely."""
        article = Article(f"elsewhere {question}", question, title=question)
        cited = (Citation(1, article, question, 0, len(question)),)
        return Answer(
            question,
            f"{question} {len(history)} {asked} {filters.after}",
            answer=f"{question} [1]",
            short_answer=question,
            confidence=0.95,
            findings=(Finding(question, 0.95, cited), Finding(question[::-1], 0.05, cited)),
            citations=cited,
            notice=question,
            scope=question,
        )


def kept() -> str:
    """Six gold questions: four of the seeds, a hostile one, one without an answer; and a line that is none."""
    rows = [json.loads(line) for line in SEEDS_GOLD.read_text().splitlines()]
    rows = [row for row in rows if row["id"] in CHOSEN]
    rows.append(
        {"id": HOSTILE[0], "kind": HOSTILE[11], "question": HOSTILE[10], "answers": [HOSTILE[1]], "evidence": []}
    )
    rows.append(NONE)
    return "".join(json.dumps(row) + "\n" for row in rows) + BAD


def hostile() -> str:
    """A gold question of each hostile string, in every field."""
    rows = [
        {
            "id": f"h{number} {one}" if one.isprintable() else f"h{number}",  # as the gold format has it
            "kind": ("plain", HOSTILE[10], HOSTILE[0])[number % 3],
            "question": one,
            "answers": [one, "another"],
            "wrong": [f"not {one}"],
            "evidence": [{"source": f"gone {one}", "quote": one}],
            "history": [{"role": "user", "content": one}],
        }
        for number, one in enumerate(HOSTILE)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def leave(store: Store, gold: Path, engine: Asks) -> None:
    """Leave the result of a run."""
    questions = located(load(gold, lambda _: None), store, lambda _: None)
    made = record(gold, half="all", limit=None, articles=store.articles(), encoder=store.encoder, reader=open_reader())
    out = store.path / "evals"
    out.mkdir(exist_ok=True)
    write(summed(list(ask_all(engine, questions, store)), resamples=50), made, out)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, seeds_folder: Path, encoder: Encoder) -> Path:
    """A store of the seeds with gold questions, and two results: of an engine that withholds, and of a hostile one."""
    path = tmp_path_factory.mktemp("evals") / "store"
    shutil.copytree(seeds_folder, path)
    (path / "gold.jsonl").write_text(kept())
    planted = path.parent / "hostile.jsonl"
    planted.write_text(hostile())
    with Store(path, encoder) as store:
        leave(store, planted, Parrot())
        leave(store, path / "gold.jsonl", Engine(store, open_reader(), settings=Settings(threshold=1.0)))
    return path


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The page over that store; in all its life it logs nothing."""
    log = folder.parent / "log"
    with chat(folder, log) as served:
        yield served
    assert log.read_text() == ""


def trials(visit: Visit) -> Page:
    """Turn to the evals; the newest result is opened."""
    page = visit.page
    page.click("#sections [role=tab]:has-text('Evals')")
    page.wait_for_selector("#trials .cases .case")
    return page


def narrow_enough(page: Page, viewport: ViewportSize) -> bool:
    """Whether nothing makes the page itself scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth") <= viewport["width"])


def test_a_gold_set_is_run_and_its_result_looked_at(visits: VisitMaker, folder: Path):
    """Progress, stop and a reload on the way; then numbers, plots, the worst answers, and what flipped since before."""
    page = trials(visits())
    before = {path: path.read_bytes() for path in (folder / "gold.jsonl", folder / "library.db")}
    expect(page.locator("#trials .run")).to_have_count(2)
    page.select_option("#trial-gold", label="Kept from chats (gold.jsonl): 6 questions")
    expect(page.locator("#trials .gold-about")).to_contain_text("Its evidence is in 3 articles, all in the library.")
    expect(page.locator("#trials .gold-about .failures summary")).to_have_text("1 line that cannot be used")
    page.click("#trials .choose button:has-text('Run')")
    expect(page.locator("#trials .choose button")).to_be_disabled()
    page.click("#trials .job button:has-text('Stop')")
    expect(page.locator("#trials .job .outcome")).to_contain_text("Stopped at 0 of 6 questions.")
    page.click("#trials .job button:has-text('Go on')")
    page.wait_for_selector("#trials .job progress")
    page.reload()
    page = trials(visits.made[0])
    expect(page.locator("#trials .job .outcome")).to_have_text(
        re.compile(r"Done: 6 questions · \d+\.\d.% right\."), timeout=90_000
    )
    assert "gold.jsonl:7" in (page.locator("#trials .job .failures li").text_content() or "")

    expect(page.locator("#trials .run")).to_have_count(3)
    expect(page.locator("#trials .trial-head .hint")).to_contain_text("6 questions")
    expect(page.locator("#trials figure svg")).to_have_count(4)  # the result before, of as many questions, had three
    assert page.locator("#trials .part table").first.locator("tbody th").all_inner_texts()[:2] == [
        "all questions",
        "factoid",
    ]
    assert page.locator("#trials figure svg :is(polyline, circle, rect)").count() > 5
    look_at_answers(page)
    compare(page)
    assert {path: path.read_bytes() for path in before} == before

    with (folder / "gold.jsonl").open("a") as file:  # as the chat keeps one
        file.write(json.dumps(NONE | {"id": "none-2"}) + "\n")
    page.click("#sections [role=tab]:has-text('Chat')")
    page.click("#sections [role=tab]:has-text('Evals')")
    expect(page.locator("#trial-gold option").first).to_have_text("Kept from chats (gold.jsonl): 7 questions")


def look_at_answers(page: Page) -> None:
    """Narrow them down, and open an article at a quote by key."""
    summary = page.locator("#trials .answers .summary")
    expect(summary).to_have_text("6 answers.")
    assert page.locator("#trials .case .badge").last.inner_text() in ("right", "rightly withheld")
    page.select_option("#trials .look select >> nth=0", "unanswerable")
    expect(summary).to_have_text("1 of 6 answers.")
    expect(page.locator("#trials .case .no-answer").first).to_have_text("No answer: the articles do not say.")
    page.select_option("#trials .look select >> nth=0", "factoid")
    expect(summary).to_have_text("3 of 6 answers.")
    case = page.locator("#trials .case:has-text('seeds-001')")
    expect(case.locator(".golds li").first).to_have_text("errors and miscommunications")
    opener = case.locator(".side .quotes .open").first
    quote = case.locator(".side .quotes blockquote").first.text_content()
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#trials .paper h2")).to_be_focused()
    assert page.locator("#trials .paper mark").text_content() == quote
    page.keyboard.press("Escape")
    expect(page.locator("#trials .paper")).to_be_hidden()
    expect(opener).to_be_focused()


def compare(page: Page) -> None:
    """The earlier run withheld everything: this one is better, and each question that flipped says why."""
    page.select_option("#trial-before", index=1)
    expect(page.locator("#trials .verdict")).to_have_text(re.compile("Better: contains.*flipped"), timeout=60_000)
    assert "+" in page.locator("#trials .difference td b").first.inner_text()
    flip = page.locator("#trials .flip").first
    expect(flip.locator(".change")).to_have_text("better")
    expect(flip.locator(".class")).to_contain_text("→ right")
    expect(flip.locator("dd").first).to_contain_text("no answer")


@BOTH
def test_what_gold_and_answers_plant_stays_text(visits: VisitMaker, viewport: ViewportSize, scheme: str):
    """Hostile questions, kinds, answers, quotes, notices and names are shown as they are, on every page of them."""
    page = trials(visits(viewport, scheme))
    page.click("#trials .run:has-text('hostile')")
    expect(page.locator("#trials .trial h2")).to_have_text("hostile")
    expect(page.locator("#trials .answers .summary")).to_have_text("60 answers.")
    seen = 0
    while True:
        assert page.locator(PLANTED).count() == 0
        assert narrow_enough(page, viewport)
        for question in page.locator("#trials .case h4").all_text_contents():
            assert question in HOSTILE
            seen += 1
        following = page.locator("#trials .answers .pages button:has-text('Next')")
        if following.is_disabled():
            break
        number = page.inner_text("#trials .answers .pages span")
        following.click()
        expect(page.locator("#trials .answers .pages span")).not_to_have_text(number)
    assert seen == 60
    with page.expect_download() as saved:
        page.click("#trials button:has-text('Save the report')")
    assert re.fullmatch(r"hostile-all-[\w-]+\.html", saved.value.suggested_filename)


@BOTH
def test_axe_finds_nothing_wrong(visits: VisitMaker, axe: str, viewport: ViewportSize, scheme: str):
    """axe-core reports no violation on a result, its tables unfolded, a comparison and an opened article."""
    page = trials(visits(viewport, scheme))
    page.click("#trials .run:has-text('gold')")
    expect(page.locator("#trials .trial h2")).to_have_text("gold")
    if page.locator("#trial-before option").count() > 1:
        page.select_option("#trial-before", index=1)
        page.wait_for_selector("#trials .difference :is(.verdict, .trials-error)")
    page.evaluate("document.querySelectorAll('#trials details').forEach((one) => (one.open = true))")
    assert narrow_enough(page, viewport)
    for opened in (False, True):
        if opened:
            page.click("#trials .quotes .open >> nth=0")
            page.wait_for_selector("#trials .paper mark")
        page.evaluate(f"() => {{ {axe} }}")
        found = page.evaluate(
            "axe.run('#trials').then((found) => found.violations.map(({ id, nodes }) => [id, nodes[0].html]))"
        )
        assert found == []
