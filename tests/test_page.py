"""The page's parts, without a browser: what is sent to it, what is offered, what comes back, how it is served."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.engine import Engine, Settings
from qa.errors import QuestionError
from qa.formats import to_json
from qa.types import Answer, Citation, Finding, Turn
from ui import page, shown
from ui.commands import _open_or_seed
from ui.endpoints import CHOSEN, REMEMBERED, Endpoints, chosen, turns
from ui.server import listen
from ui.suggest import suggest
from vectorstore.errors import BylineError
from vectorstore.ingest import forget
from vectorstore.store import Store
from vectorstore.types import Article, Filters, Hit, Passage

STATIC = page.STATIC
ARTICLE = Article("a.txt", "First line.\nThe dam held.\n\nNobody was hurt & all went home.", publisher="The <Post>")
QUOTE = "The dam held."
CITATION = Citation(1, ARTICLE, QUOTE, 12, 25)


def answer(**changes) -> Answer:
    """A whole answer about the dam."""
    hits = tuple(Hit(Passage("a.txt", 0, 11, "First line."), 0.5, ARTICLE) for _ in range(6))
    whole = {"answer": f"{QUOTE} [1]", "short_answer": QUOTE, "confidence": 0.74, "citations": (CITATION,)}
    whole |= {"findings": (Finding(QUOTE, 0.74, (CITATION,)),), "passages": hits}
    return Answer("Did the dam hold?", "Did the dam hold?", **(whole | changes))


def test_the_page_gets_the_answer_of_the_contract_and_more():
    """Every field of ``byline ask --json`` is there; only the nearest passages carry their text."""
    sent = shown.answer(answer(), 0.12)
    contract = to_json(answer())
    assert contract.keys() <= sent.keys()
    assert {key: sent[key] for key in contract.keys() - {"citations", "passages"}} == {
        key: contract[key] for key in contract.keys() - {"citations", "passages"}
    }
    assert sent["citations"][0] == contract["citations"][0] | {
        "name": "“First line. The dam held. Nobody was hurt & all went home.”",
        "author": "",
    }
    assert ["text" in passage for passage in sent["passages"]] == [True] * shown.NEAREST + [False] * 2
    assert sent["passages"][0]["publisher"] == "The <Post>"
    assert sent["articles_read"] == 1


def test_confidence_is_said_in_words_with_its_number():
    """0.74 is likely right, and the number can stand beside it; nothing is called certain or impossible."""
    assert shown.answer(answer(), 0.12)["confidence_words"] == "likely right"
    assert [shown.confidence(p) for p in (1.0, 0.9, 0.89, 0.5, 0.0)] == [
        "very likely right",
        "very likely right",
        "likely right",
        "more likely right than wrong",
        "unsure",
    ]
    percents = [shown.percent(p).replace("\N{NO-BREAK SPACE}", " ") for p in (0, 0.004, 0.07, 0.996, 1)]
    assert percents == ["less than 1 %", "less than 1 %", "7 %", "more than 99 %", "more than 99 %"]


def test_an_abstention_says_why():
    """Nothing near, nothing that answers, or too unlikely: each is told apart."""
    nothing = answer(abstained=True, passages=(), citations=(), findings=(), confidence=0.0)
    unread = answer(abstained=True, citations=(), findings=(), confidence=0.0)
    unlikely = answer(abstained=True, findings=(), confidence=0.07)
    reasons = [shown.answer(one, 0.4)["why"] for one in (nothing, unread, unlikely, answer())]
    assert "no article" in reasons[0].lower()
    assert "No sentence" in reasons[1]
    assert "7\N{NO-BREAK SPACE}%" in reasons[2]
    assert reasons[2].endswith("answers from 40\N{NO-BREAK SPACE}% on.")
    assert reasons[3] == ""


@given(st.text(max_size=60), st.data())
def test_a_quote_is_found_where_it_stands(text: str, data: st.DataObject):
    """At its place, or elsewhere when the article has changed; gone only when it is gone; the text is untouched."""
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    sent = shown.article(Article("x", text), quote, start)
    assert (sent["text"], sent["start"]) == (text, start)
    moved = shown.article(Article("x", f"New. {text}"), quote, start + 1000)
    assert moved["text"][moved["start"] : moved["end"]] == quote
    gone = shown.article(Article("x", text), f"{text}!", start)
    assert (gone["start"], gone["end"]) == (-1, -1)


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
    sent = shown.article(Article("x", "text", url=url), "text", 0)
    assert sent["url"] == url
    assert sent["link"] == (url if opens else "")


def test_a_question_is_answered_as_it_grows_or_refused_in_a_line(seeds_store: Store):
    """First the passages, last the whole; what cannot be asked ends as its error; the filters are the engine's."""
    do = Endpoints(Engine(seeds_store))
    history = [{"role": "user", "content": "Who is Jan Jambon?"}, {"role": "assistant", "content": "A minister. [1]"}]
    first, last = do.ask("When did he offer to resign?", history, {})
    assert (first["done"], last["done"]) == (False, True)
    assert first["answer"]["passages"]
    assert not first["answer"]["answer"]
    assert "Jambon" in last["answer"]["standalone_question"]
    (refused,) = do.ask("x" * 2001, [], {})
    assert "2,001" in refused["error"]
    with pytest.raises(QuestionError):
        do.engine.ask("x" * 2001)
    *_, narrowed = do.ask("Who resigned?", [], {"article_ids": ["no such article"]})
    assert "No article" in narrowed["answer"]["why"]


def test_an_article_is_opened_or_said_to_be_gone(seeds_store: Store):
    """By its id only; whatever else is asked for is no article."""
    do = Endpoints(Engine(seeds_store))
    article = next(seeds_store.articles())
    opened = do.article(article.id, article.text[50:90], 50)
    assert (opened["text"], opened["start"], opened["end"]) == (article.text, 50, 90)
    assert "no longer" in do.article("../seeds", "x", 0)["error"]
    assert "no longer" in do.article("\ud800", "", 0)["error"]
    for start in (None, "x", "0", 0.5, float("nan"), 2**53, []):
        assert "not a whole number" in do.article(article.id, "", start)["error"]
    for other in (None, 5, "x" * 10_001):
        assert "not a text" in do.article(other, "", 0)["error"]


def test_what_the_browser_sends_is_read_or_refused():
    """A history of turns and filters of the right form pass, and nothing else does."""
    turn = {"role": "user", "content": "Who?"}
    assert turns([turn] * (REMEMBERED + 5)) == [Turn("user", "Who?")] * REMEMBERED
    for wrong in (
        "x",
        [3],
        [{"role": "system", "content": "x"}],
        [{"role": "user"}],
        [turn | {"content": "x" * 10_001}],
    ):
        with pytest.raises(QuestionError):
            turns(wrong)
    filters = {"publishers": ["Le Soir"], "after": "2016-03-22", "before": "", "article_ids": []}
    assert chosen(filters) == Filters(publishers=("Le Soir",), after="2016-03-22")
    wrong_filters = (
        [],
        {"after": "22 March"},
        {"after": 3},
        {"publishers": "x"},
        {"article_ids": ["x"] * (CHOSEN + 1)},
    )
    for filters in wrong_filters:
        with pytest.raises(QuestionError):
            chosen(filters)


def test_suggestions_come_from_the_articles_and_are_answered(seeds_store: Store):
    """Each suggested question names something that an article holds, and the engine answers it."""
    engine = Engine(seeds_store)
    about = Endpoints(engine).about()
    assert about["articles"] == 3
    assert about["suggestions"]
    assert not any(engine.ask(question).abstained for question in about["suggestions"])
    assert suggest(engine, [Article("x", "nothing named here")]) == ()


def test_nothing_of_the_page_comes_from_elsewhere():
    """No style or script names another origin, or builds elements from text."""
    for path in STATIC.iterdir():
        source = path.read_text()
        assert not re.search(r"(url\(|@import|from|import\()\s*[\"']?(https?:)?//", source), path
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", source), path


@pytest.mark.parametrize("scheme", [":root", ".dark"])
def test_text_stands_out_from_its_ground(scheme: str):
    """WCAG 2.2 AA: every pair of text and ground that theme.css names has a contrast of at least 4.5 to 1."""
    block = re.search(re.escape(scheme) + r" \{(.*?)\n\}", (STATIC / "theme.css").read_text(), re.DOTALL)
    assert block
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))
    pairs = "ink/paper ink/sheet ink/tint muted/paper muted/sheet muted/tint accent/paper accent/sheet accent/tint"
    more = (
        "sheet/accent mark-ink/mark alert/alert-tint alert/sheet differ/differ-tint differ/paper differ/sheet paper/ink"
    )
    for pair in f"{pairs} {more}".split():
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
    for command in ("ingest", "ask", "chat", "mcp", "eval", "verify", "rebuild", "stats"):
        assert command in done.stdout


def test_an_emptied_library_stays_the_visitors(tmp_path: Path, seeds_folder: Path):
    """A store whose last article was removed is opened as it is, not filled with samples; the page says it is empty."""
    folder = shutil.copytree(seeds_folder, tmp_path / "store")
    with Store(folder) as store:
        forget([article.id for article in store.articles()], folder)
    with _open_or_seed(folder, None) as store:
        do = Endpoints(Engine(store))
        assert do.about() == {"articles": 0, "suggestions": [], "models": []}
        *_, last = do.ask("Who resigned?", [], {})
    assert "No article" in last["answer"]["why"]


def test_an_abstention_names_the_bound_of_the_engine_that_abstained(seeds_store: Store):
    """What the page says is the threshold that was set, and not Byline's own."""
    strict = Engine(seeds_store, settings=Settings(threshold=0.99))
    *_, last = Endpoints(strict).ask("Who resigned?", [], {})
    assert last["answer"]["why"].endswith("answers from 99\N{NO-BREAK SPACE}% on.")


def test_a_question_goes_to_the_model_that_was_chosen(seeds_store: Store):
    """One that is offered, none, or by default the first; no other name opens anything."""
    without, first, second = (Engine(seeds_store, settings=Settings(passages=n)) for n in (1, 2, 3))
    do = Endpoints(without, {"openai:a": first, "ollama:b": second})
    assert do.about()["models"] == ["openai:a", "ollama:b"]
    for model, read in (("", 2), ("none", 1), ("openai:a", 2), ("ollama:b", 3)):
        *_, last = do.ask("Who resigned?", [], {}, model)
        assert len(last["answer"]["passages"]) == read
    for model in ("openai:c", "OPENAI:a", ["openai:a"], None):
        (refused,) = do.ask("Who resigned?", [], {}, model)
        assert refused == {"error": "model: not offered here; on offer: openai:a, ollama:b, none"}
