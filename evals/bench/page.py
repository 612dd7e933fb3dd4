"""``python -m evals.bench.page --store DIR``: what a visitor of the page waits for.

Starts ``byline chat`` over a finished store and, in a headless chromium (Debian's, driven by playwright), measures how
long a fresh page takes until a question can be asked, and how long after Enter the first passages and the whole answer
stand on the screen. Then ``--users`` ask at once, each one question after the other, through the page's own queue.
"""

import argparse
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Page, sync_playwright

from evals.bench.peers.__main__ import chosen_questions
from evals.bench.results import write_result
from evals.bench.usage import resident_bytes
from evals.options import SEEDS_GOLD
from vectorstore.errors import BylineError

PATIENCE = 120.0
"""Seconds until a page or an answer counts as failed."""
# Set before the page's own scripts: notes when Enter was pressed, when the first passage came after it, and when the
# button said "Ask" again. To look for that from outside would take a core from the reader.
WATCH = """
const marks = (window.marks = { asked: 0, evidence: 0, whole: 0 });
const mark = (name) => requestAnimationFrame(() => { marks[name] ||= performance.now() - marks.asked; });
addEventListener("keydown", ({ key }) => {
    if (key === "Enter") Object.assign(marks, { asked: performance.now(), evidence: 0, whole: 0 });
}, true);
new MutationObserver(() => {
    if (document.querySelector(".unread li")) mark("evidence");
    else if (marks.evidence && document.querySelector("#question button.primary")?.textContent === "Ask") mark("whole");
}).observe(document, { childList: true, subtree: true, characterData: true });
"""
LOOK = 0.25
"""Seconds between two looks at whether the answer is there."""


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line, measure, print and write the result."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.page", description=__doc__)
    parser.add_argument("--store", type=Path, required=True, help="a finished store")
    parser.add_argument("--gold", type=Path, default=SEEDS_GOLD, help="questions to ask (default: the seeds')")
    parser.add_argument("--questions", type=int, default=30, help="ask so many in the browser, evenly spread")
    parser.add_argument("--users", type=int, default=20, help="visitors who ask at once")
    parser.add_argument("--rounds", type=int, default=3, help="questions that each of them asks")
    parser.add_argument("--name", default="page", help="name of the result's file")
    parser.add_argument("--out", type=Path, default=Path("evals/results"), help="folder for the result")
    args = parser.parse_args(words)
    try:
        questions = [example.question for example in chosen_questions(args.gold, args.questions)]
        with serving(args.store) as (url, process, ready):
            summary = {"store": args.store.name, "ready_s": round(ready, 2), **browsed(url, questions)}
            summary |= crowded(url, questions, args.users, args.rounds)
            resident = resident_bytes(process.pid)
            summary["serving_mb"] = None if resident is None else round(resident / 1e6)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(summary, indent=1))
    print(write_result(args.out, args.name, summary))
    return 0


@contextmanager
def serving(store: Path) -> Iterator[tuple[str, "subprocess.Popen[str]", float]]:
    """The page's URL, its process, and the seconds until it said that it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    command = [sys.executable, "-m", "ui", "chat", "--store", str(store), "--port", str(port), "--llm", "none"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        lines = process.stdout or ()
        url = next((line.split()[3] for line in lines if line.startswith("Byline is ready:")), "")
        if not url:
            raise BylineError(f"{' '.join(command)}: ended before it was ready; what it said is above")
        yield url, process, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def browsed(url: str, questions: Sequence[str]) -> dict[str, Any]:
    """One visitor: milliseconds until the page can be used, and from Enter to the first passages and to the end."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise BylineError("chromium: not found; on Debian, apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        interactive = [_opened(browser.new_page(), url) for _ in range(3)]
        page = browser.new_page()
        page.add_init_script(WATCH)
        _opened(page, url)
        timed = [_asked(page, question) for question in questions]
        browser.close()
    # the first question warms the reader's kernels up
    evidence, whole = np.array(timed[1:]).T
    return {
        "interactive_ms_first": round(interactive[0]),
        "interactive_ms_again": round(min(interactive[1:])),
        "questions": len(timed) - 1,
        **_quantiles("first_evidence_ms", evidence),
        **_quantiles("answer_ms", whole),
    }


def _opened(page: Page, url: str) -> float:
    """Open the page; milliseconds until there are suggestions and a question can be typed."""
    page.set_default_timeout(1000 * PATIENCE)
    began = time.perf_counter()
    page.goto(url)
    page.wait_for_selector("#question textarea:enabled")
    page.wait_for_selector(".suggestion")
    return 1000 * (time.perf_counter() - began)


def _asked(page: Page, question: str) -> tuple[float, float]:
    """Ask; milliseconds from Enter to the first passages on the screen, and to the whole answer."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(LOOK)
        marks = page.evaluate("window.marks")
        if marks["whole"]:
            return float(marks["evidence"]), float(marks["whole"])
    raise BylineError(f"{question}: no answer on the page within {PATIENCE:.0f} seconds")


def crowded(url: str, questions: Sequence[str], users: int, rounds: int) -> dict[str, Any]:
    """Many visitors at once: milliseconds from each question to its whole answer, and how many got none."""

    def visit(user: int) -> list[float]:
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            return [answered(client, questions[(user * rounds + turn) % len(questions)]) for turn in range(rounds)]

    with ThreadPoolExecutor(users) as pool:
        waits = np.array([wait for waits in pool.map(visit, range(users)) for wait in waits])
    whole = waits[np.isfinite(waits)]
    failed = {"users": users, "user_questions": len(waits), "user_errors": int((~np.isfinite(waits)).sum())}
    return failed | (_quantiles("user_answer_ms", whole) if len(whole) else {})


def answered(client: httpx.Client, question: str) -> float:
    """Ask as the page does; milliseconds to the whole answer, infinite where there was none."""
    began = time.perf_counter()
    joined = client.post("gradio_api/call/page_ask", json={"data": [question, [], {}, "none"]})
    if joined.status_code != httpx.codes.OK:
        return float("inf")
    with client.stream("GET", f"gradio_api/call/page_ask/{joined.json()['event_id']}") as events:
        last = [line for line in events.iter_lines() if line]
    done = len(last) > 1 and last[-2] == "event: complete" and '"done": true' in "\n".join(last)
    return 1000 * (time.perf_counter() - began) if done else float("inf")


def _quantiles(name: str, values: "np.ndarray[Any, Any]") -> dict[str, float]:
    return {f"{name}_{label}": round(float(np.quantile(values, at)), 1) for label, at in (("p50", 0.5), ("p95", 0.95))}


if __name__ == "__main__":
    sys.exit(main())
