"""A real ``byline chat`` and a real chromium, for the browser tests and the screenshots."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    HttpCredentials,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def chat(store: Path, log: Path, *options: str) -> Iterator[str]:
    """Run ``byline chat`` over ``store``; give the URL that it prints once it is ready."""
    command = [sys.executable, "-m", "ui", "chat", "--store", str(store), "--port", str(free_port()), *options]
    with log.open("w") as errors:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            assert server.stdout is not None
            url = next((line.split()[3] for line in server.stdout if line.startswith("Byline is ready:")), "")
            assert url, f"byline chat ended before it was ready:\n{log.read_text()}"
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
            if server.stdout:
                server.stdout.close()
    assert server.returncode == 0, log.read_text()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium; where it is missing the test is skipped, but in CI it fails."""
    if CHROMIUM is None:
        why = "chromium is missing: on Debian, apt install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


PLANTED = """
window.planted = [];
const allowed = `DIV SECTION ARTICLE ASIDE NAV HEADER FORM TEXTAREA INPUT BUTTON SPAN P Q A B I STRONG MARK TIME H2 H3
    H4 UL OL LI BLOCKQUOTE DETAILS SUMMARY DIALOG DL DT DD KBD CODE LABEL SELECT OPTION`.split(/\\s+/);
const sized = ["I", "TEXTAREA"]; // by the page's own script
const wrongAttribute = (one, name) =>
    /^on|^src|^action$|^formaction$/.test(name) || (name === "style" && !sized.includes(one.tagName));
const wrong = (one) => !allowed.includes(one.tagName)
    || (one.tagName === "A" && !/^(#|https?:)/.test(one.getAttribute("href")))
    || [...one.attributes].some(({ name }) => wrongAttribute(one, name));
const look = ({ target, addedNodes }) => {
    if (!target.closest?.("#byline")) return;
    const added = [...addedNodes].filter((node) => node instanceof Element);
    const all = added.flatMap((node) => [node, ...node.querySelectorAll("*")]);
    window.planted.push(...all.filter(wrong).map((one) => one.outerHTML.slice(0, 200)));
};
new MutationObserver((changes) => changes.forEach(look)).observe(document, { childList: true, subtree: true });
"""
"""Notes every element that comes into the chat and is none of the page's own kinds, however short it stays."""


@dataclass
class Visit:
    """One visitor's page, and everything that must not happen on it."""

    page: Page
    mischief: list[str]

    def ask(self, question: str) -> None:
        """Type a question, press Enter, wait for the answer's end."""
        self.page.fill("#question textarea", question)
        self.page.press("#question textarea", "Enter")
        self.answered()

    def answered(self) -> None:
        """Wait until what was asked has ended, as an answer or an error."""
        self.page.wait_for_selector("#question button:text-is('Ask')")

    def read(self, selector: str) -> str:
        """The text of the last such element, every character as it is."""
        return self.page.locator(selector).last.text_content() or ""


class VisitMaker:
    """Opens the page for another visitor each time."""

    def __init__(self, browser: Browser, url: str, credentials: HttpCredentials | None = None) -> None:
        self._browser, self._url, self._credentials = browser, url, credentials
        self.made: list[Visit] = []

    def __call__(self, viewport: ViewportSize = DESKTOP, scheme: str = "light") -> Visit:
        """A fresh visitor, at the empty page."""
        context = self._browser.new_context(
            viewport=viewport,
            color_scheme="dark" if scheme == "dark" else "light",
            http_credentials=self._credentials,
        )
        mischief: list[str] = []
        context.on("request", lambda request: mischief.extend(self._foreign(request)))
        context.on("dialog", lambda dialog: mischief.append(f"dialog: {dialog.message}"))
        context.on("weberror", lambda error: mischief.append(f"error: {error.error}"))
        context.on("console", lambda said: mischief.extend([said.text] if said.type == "error" else []))
        context.add_init_script(PLANTED)
        visit = Visit(_opened(context, self._url), mischief)
        self.made.append(visit)
        return visit

    def check(self) -> None:
        """Close the pages; none of them ran, loaded or held anything that it should not."""
        for visit in self.made:
            assert visit.page.evaluate("window.pwned") is None
            assert visit.page.evaluate("window.planted") == []
            assert visit.mischief == []
            visit.page.context.close()
        self.made.clear()

    def _foreign(self, request: Request) -> list[str]:
        return [] if request.url.startswith((self._url, "data:", "blob:")) else [request.url]


def _opened(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(45_000)
    page.goto(url)
    page.wait_for_selector(".suggestion")
    return page
