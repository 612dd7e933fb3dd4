"""Pictures of the page as a visitor sees it: ``python tests/screenshots.py`` writes ``docs/page*.png``.

``python tests/screenshots.py --all FOLDER`` writes every state, at desktop and phone width, light and dark.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import page_articles
from page_server import DESKTOP, PHONE, Visit, VisitMaker, chat, chromium

from vectorstore.ingest import ingest

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
DIFFERING = "How many people died when the dam broke?"
STATES = {
    "differ": DIFFERING,
    "answer": "How many people were killed in the Brussels bombings?",
    "person": "Who is Jan Jambon?",
    "follow-up": "When did he offer to resign?",
    "scope": "How many people died in the Arvenholt flood according to the Daily Ledger?",
    "abstained": "Who won the chess tournament in Reykjavik?",
    "long": "Why did the Belgian interior and justice ministers offer to resign, and what did the prime minister do?",
    "error": "why " * 600,
}


def every_state(visit: Visit, name: str, folder: Path) -> None:
    """Write the page before a question, after each of ``STATES``, while one is read, and what can be opened on it."""
    page = visit.page

    def shoot(state: str) -> None:
        page.wait_for_timeout(600)  # smooth scrolling has come to rest
        page.screenshot(path=folder / f"{name}-{state}.png")

    shoot("empty")
    for state, question in STATES.items():
        visit.ask(question)
        shoot(state)
        if state == "differ":
            page.click(".answer .marker >> nth=2")
            page.wait_for_selector(".paper mark")
            shoot("opened")
            page.keyboard.press("Escape")
    page.keyboard.press("Alt+N")
    page.route("**/call/page_ask/*", lambda _: None)
    page.fill("#question textarea", DIFFERING)
    page.press("#question textarea", "Enter")
    shoot("looking")
    page.keyboard.press("Alt+K")
    page.click(".menu summary >> nth=0")
    shoot("list")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+H")
    shoot("keys")


def for_the_docs(visits: VisitMaker) -> None:
    """Write an article opened, articles that differ set against each other, and the same on a phone in the dark."""
    visit = visits()
    visit.ask(STATES["answer"])
    visit.page.click(".answer .marker >> nth=1")
    visit.page.wait_for_selector(".paper mark")
    visit.page.wait_for_timeout(600)
    visit.page.screenshot(path=DOCS / "page-opened.png")
    visit.page.keyboard.press("Alt+N")
    visit.ask(DIFFERING)
    visit.page.wait_for_timeout(600)
    visit.page.screenshot(path=DOCS / "page.png")
    phone = visits(PHONE, "dark")
    phone.ask(DIFFERING)
    phone.page.wait_for_timeout(600)
    phone.page.screenshot(path=DOCS / "page-phone.png")


@contextmanager
def served(scratch: Path) -> Iterator[VisitMaker]:
    """Serve the page over the seeds and the invented articles."""
    ingest([HERE.parent / "seeds", page_articles.write(scratch)], scratch / "store")
    with chat(scratch / "store", scratch / "log") as url, chromium() as browser:
        yield VisitMaker(browser, url)


def main() -> None:
    """Start the page and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="write every state there instead")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as visits:
        if args.all is None:
            for_the_docs(visits)
            return
        args.all.mkdir(parents=True, exist_ok=True)
        for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                every_state(visits(viewport, scheme), f"{size}-{scheme}", args.all)


if __name__ == "__main__":
    main()
