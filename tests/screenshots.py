"""Pictures of the page as a visitor sees it: ``python tests/screenshots.py`` writes ``docs/page.png``.

``python tests/screenshots.py --all FOLDER`` writes every state, at desktop and phone width, light and dark.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from page_server import DESKTOP, PHONE, Visit, VisitMaker, chat, chromium

DOCS = Path(__file__).parent.parent / "docs"
QUESTION = "What did Turkey warn Belgium about?"
STATES = {
    "answer": QUESTION,
    "follow-up": "When was he deported?",
    "abstained": "Who won the chess tournament in Reykjavik?",
    "long": "Why did the Belgian interior and justice ministers offer to resign, and what did the prime minister do?",
    "error": "why " * 600,
}


def every_state(visit: Visit, name: str, folder: Path) -> None:
    """Write the page before a question, after each of ``STATES``, and with an article opened."""

    def shoot(state: str) -> None:
        visit.page.wait_for_timeout(600)  # smooth scrolling has come to rest
        visit.page.screenshot(path=folder / f"{name}-{state}.png")

    shoot("empty")
    for state, question in STATES.items():
        visit.ask(question)
        shoot(state)
        if state == "answer":
            visit.page.click(".answer .marker >> nth=0")
            visit.page.wait_for_selector("#article mark")
            shoot("opened")
            visit.page.keyboard.press("Escape")


def for_the_docs(visit: Visit) -> None:
    """Write an answer with the article opened beside it."""
    visit.ask(QUESTION)
    visit.page.click(".answer .marker >> nth=0")
    visit.page.wait_for_selector("#article mark")
    visit.page.wait_for_timeout(600)
    visit.page.screenshot(path=DOCS / "page.png")


@contextmanager
def served(scratch: Path) -> Iterator[VisitMaker]:
    """Serve the page over the seeds."""
    with chat(scratch / "store", scratch / "log") as url, chromium() as browser:
        yield VisitMaker(browser, url)


def main() -> None:
    """Start the page over the seeds and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="write every state there instead")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as visits:
        if args.all is None:
            for_the_docs(visits())
            return
        args.all.mkdir(parents=True, exist_ok=True)
        for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                every_state(visits(viewport, scheme), f"{size}-{scheme}", args.all)


if __name__ == "__main__":
    main()
