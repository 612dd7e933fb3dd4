"""The page's parts, without a browser: what is written, what is offered, how it is served."""

import re
import socket
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.engine import Engine
from qa.errors import QuestionError
from qa.types import Answer, Citation, Finding, Turn
from ui import render
from ui.conversation import Exchange, ask, cited, failed, history
from ui.server import listen
from ui.suggest import suggest
from vectorstore.errors import BylineError
from vectorstore.store import Store
from vectorstore.types import Article

CSS = (Path(render.__file__).parent / "static" / "page.css").read_text()
ARTICLE = Article("a.txt", "First line.\nThe dam held.\n\nNobody was hurt & all went home.", publisher="The <Post>")
QUOTE = "The dam held."
CITATION = Citation(1, ARTICLE, QUOTE, 12, 25)


def exchange(**changes) -> Exchange:
    """A finished exchange about the dam."""
    whole = {"answer": f"{QUOTE} [1]", "short_answer": QUOTE, "confidence": 0.74, "citations": (CITATION,)}
    answer = Answer("Did the dam hold?", "Did the dam hold?", **(whole | changes))
    return Exchange(answer.question, answer, done=True)


@given(st.text(alphabet=st.sampled_from("ab \n\r\t\u2028é<&>"), max_size=60), st.data())
def test_an_article_keeps_every_character(text: str, data: st.DataObject):
    """Read back from the HTML, the article is its text and the mark is the quote, for every text and quote."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    page = render.article(Citation(1, Article("x", text), text[start:end], start, end), opened=1)
    inside = page[page.index('<div class="text">') + len('<div class="text">') : page.rindex("</div>")]
    before, quote, after = re.split(r"</?mark>", inside)
    assert [plain(part) for part in (before, quote, after)] == [text[:start], text[start:end], text[end:]]


def plain(page: str) -> str:
    """HTML without our gaps' tags and its entities; nothing else in it is a tag."""
    text = re.sub(r'<span class="gap">|</span>', "", page)
    assert "<" not in text
    return unescape(text)


@given(st.text(alphabet="ab[]12 ", max_size=40))
def test_an_answer_keeps_every_character(text: str):
    """Cut at its markers and joined again, an answer is the same; only markers that cite something become buttons."""
    parts = render.marked(text, [CITATION])
    assert "".join(characters for characters, _ in parts) == text
    assert all(characters == "[1]" for characters, citation in parts if citation)


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://example.org/a?b=1", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)//https://example.org", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https:///x", False),
        ("https://[x", False),
        ("https://example.org/\nx", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str, *, opens: bool):
    """An article's URL can be clicked only if it leads to the web; otherwise it is text."""
    page = render.article(Citation(1, Article("x", "text", url=url), "text", 0, 4), opened=1)
    assert bool(render.link(url)) is ("<a href=" in page) is opens


def test_confidence_is_said_in_words_with_its_number():
    """0.74 is likely right, and the number stands beside it."""
    assert "likely right (74 %)" in render.conversation((exchange(),), 1, ())
    assert [render.confidence(p) for p in (1.0, 0.9, 0.89, 0.5, 0.0)] == [
        "very likely right",
        "very likely right",
        "likely right",
        "more likely right than wrong",
        "unsure",
    ]


def test_articles_that_differ_are_set_side_by_side():
    """Two findings are both named with their source, and neither is called agreement."""
    other = Citation(2, Article("b.txt", "The dam broke.", title="Flood"), "The dam broke.", 0, 14)
    findings = (Finding("held", 0.6, (CITATION,)), Finding("broke", 0.3, (other,)))
    page = render.conversation((exchange(findings=findings, citations=(CITATION, other)),), 2, ())
    differing = page[page.index('class="differ"') : page.index('class="facts"')]
    for shown in ("held", "broke", "The &lt;Post&gt;", "Flood", 'data-marker="2"'):
        assert shown in differing
    assert "agree" not in page


def test_an_unfinished_answer_tells_what_is_being_read():
    """Before there is an answer, the page says how much is read."""
    growing = Exchange("Did the dam hold?", Answer("Did the dam hold?", "Did the dam hold?"))
    assert "Reading 0 passages of 0 articles" in render.conversation((growing,), 1, ())


def test_a_refused_question_ends_as_its_error_and_is_gone_with_the_next(seeds_store: Store):
    """The error is the engine's line; the next question drops it; earlier answers stay and make the history."""
    engine = Engine(seeds_store)
    (refused,) = ask(engine, "x" * 2001, (exchange(),))
    assert "2,001" in refused[-1].error
    assert len(refused[-1].question) < 200
    with pytest.raises(QuestionError):
        engine.ask("x" * 2001)
    *_, answered = ask(engine, "Who is Jan Jambon?", refused)
    assert [one.question for one in answered] == ["Did the dam hold?", "Who is Jan Jambon?"]
    assert history(answered)[:2] == [Turn("user", "Did the dam hold?"), Turn("assistant", f"{QUOTE} [1]")]
    assert failed("\ud800", "no text").question == "?"


@pytest.mark.parametrize(("turn", "marker"), [(0, 2), (1, 1), (-1, 1), ("0", 1), (None, None), (0, [1]), ({}, 1)])
def test_a_made_up_marker_opens_nothing(turn: object, marker: object):
    """What the browser sends is looked up, never trusted."""
    assert cited((exchange(),), 0, 1) == CITATION
    assert cited((exchange(),), turn, marker) is None


def test_suggestions_come_from_the_articles_and_are_answered(seeds_store: Store):
    """Each suggested question names something that an article holds, and the engine answers it."""
    engine = Engine(seeds_store)
    suggestions = suggest(engine, list(seeds_store.articles()))
    assert suggestions
    assert not any(engine.ask(question).abstained for question in suggestions)
    assert suggest(engine, [Article("x", "nothing named here")]) == ()


@pytest.mark.parametrize("scheme", [":root", ".dark"])
def test_text_stands_out_from_its_ground(scheme: str):
    """WCAG 2.2 AA: every pair of text and ground that page.css uses has a contrast of at least 4.5 to 1."""
    block = re.search(re.escape(scheme) + r" \{(.*?)\n\}", CSS, re.DOTALL)
    assert block
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))
    pairs = "ink/paper ink/sheet ink/tint muted/paper muted/sheet muted/tint accent/paper accent/sheet accent/tint"
    for pair in f"{pairs} sheet/accent mark-ink/mark alert/alert-tint".split():
        light, dark = sorted((luminance(colours[name]) for name in pair.split("/")), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, pair


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, WCAG 2.2."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_busy_port_is_named_or_passed_over():
    """The port that was asked for is an error when busy; without one the next free port is taken."""
    with listen("127.0.0.1", None) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", None) as second:
            assert second.getsockname()[1] > port
        with pytest.raises(BylineError, match=rf"port {port}: Address already in use; choose another with --port"):
            listen("127.0.0.1", port)
    with pytest.raises(BylineError, match="not an address"):
        listen("no.such.host.invalid", None)


def test_chat_on_a_busy_port_is_one_line_and_status_2(tmp_path: Path):
    """``byline chat --port`` of a busy port says so at once and makes no store."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        command = [sys.executable, "-m", "ui", "chat", "--store", "s", "--port", str(busy.getsockname()[1])]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "choose another with --port" in done.stderr
    assert not any(tmp_path.iterdir())


def test_help_loads_nothing_heavy():
    """``byline --help`` imports none of the libraries that take seconds."""
    heavy = "torch, sentence_transformers, transformers, chromadb, tantivy, gradio, langchain_core, numpy, fastapi"
    program = f"""
import sys
from ui.cli import main
try:
    main(["--help"])
except SystemExit:
    assert not {{name.strip() for name in {heavy!r}.split(",")}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in ("ingest", "ask", "chat", "eval", "verify", "rebuild", "stats"):
        assert command in done.stdout
