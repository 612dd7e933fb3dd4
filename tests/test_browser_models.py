"""The choice of a language model in the page: what the server offers, what the visitor takes, what is sent."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from http_calls import called
from openai_server import OpenAiServer, serving
from page_server import DESKTOP, PHONE, VisitMaker, chat
from playwright.sync_api import ViewportSize, expect
from test_browser_access import serious

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

QUESTION = "Who rejected the ministers' resignations?"
NONE = "None: the articles’ own sentences"
RIGHT, FAILING = "openai:right", "openai:500"


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAiServer]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def url(server: OpenAiServer, seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with two models, the first right and the second failing."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BYLINE_LLM_BASE_URL", server.url)
        environment.setenv("BYLINE_LLM", "openai:not-this-one")
        with chat(seeds_folder, folder / "chat.log", "--llm", RIGHT, "--llm", FAILING) as served:
            yield served
    assert (folder / "chat.log").read_text() == ""


def asked(server: OpenAiServer) -> list[str]:
    """The models that were asked since the last look."""
    models = [request["body"]["model"] for request in server.requests]
    server.requests.clear()
    return models


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop-light", "phone-dark"]
)
def test_the_visitor_chooses_who_writes(
    visits: VisitMaker, server: OpenAiServer, axe: str, viewport: ViewportSize, scheme: str
):
    """The first model writes unless another or none is chosen; the choice is kept, and the answer names its writer."""
    asked(server)
    visit = visits(viewport, scheme)
    page = visit.page
    choice = page.get_by_label("Language model")
    expect(choice).to_have_value(RIGHT)
    assert choice.locator("option").all_text_contents() == [NONE, RIGHT, FAILING]
    visit.ask(QUESTION)
    assert set(asked(server)) == {"right"}
    assert visit.read(".facts .model").startswith(f"Written by {RIGHT}: ")

    choice.select_option(NONE)
    page.click("text=Ask again")
    visit.answered()
    assert asked(server) == []
    assert page.locator(".facts .model").count() == 0
    assert "Michel" in visit.read(".answer")

    page.reload()
    page.wait_for_selector(".turn")
    expect(choice).to_have_value("none")
    choice.select_option(FAILING)
    page.click("text=Ask again")
    visit.answered()
    assert set(asked(server)) == {"500"}
    assert f"{FAILING} " in visit.read(".said .scope")
    assert "Michel" in visit.read(".answer")

    page.evaluate(axe)
    assert serious(visit) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    box = choice.bounding_box()
    assert box
    assert box["height"] >= 24  # WCAG 2.2, 2.5.8


def test_only_what_the_server_offers_is_asked(visits: VisitMaker, server: OpenAiServer, url: str):
    """A name that a browser makes up, stored or sent, opens no model."""
    asked(server)
    for name in ("openai:not-this-one", "openai:right ", "ollama:llama3.2", "right"):
        *_, (_, (refused,)) = called(url, "page_ask", [QUESTION, [], {}, name])
        assert refused["error"] == f"model: not offered here; on offer: {RIGHT}, {FAILING}, none"
        *_, (event, failed) = called(url, "ask", [QUESTION, [], {}, name])
        assert event == "error"
        assert "not offered" in failed["error"]
    assert asked(server) == []
    *_, (_, (answer,)) = called(url, "ask", [QUESTION, [], {}, ""])
    assert answer["mode"] == "generated"
    assert set(asked(server)) == {"right"}

    visit = visits()
    visit.page.evaluate("localStorage.setItem('byline.model', 'openai:not-this-one')")
    visit.page.reload()
    expect(visit.page.get_by_label("Language model")).to_have_value(RIGHT)
