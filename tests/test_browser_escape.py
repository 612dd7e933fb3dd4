"""What a language model writes to leave the page stays text: nobody fetches, sends or opens anything for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from escape_forms import FORMS, URL
from openai_server import OpenAiServer, serving
from page_server import Visit, VisitMaker, chat

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.browser

TOGETHER = 4
"""Forms in one answer, among more sentences that the articles bear out: else the prose would not be shown."""


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAiServer]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def url(server: OpenAiServer, seeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with a model that repeats whatever it is asked to."""
    folder = tmp_path_factory.mktemp("escape")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BYLINE_LLM", "openai:escaping")
        environment.setenv("BYLINE_LLM_BASE_URL", server.url)
        with chat(seeds_folder, folder / "chat.log") as served:
            yield served
    assert (folder / "chat.log").read_text() == ""


def answers(visit: Visit) -> list[str]:
    return visit.page.locator(".turn .answer").all_inner_texts()


def test_forty_forms_of_leaving_the_page_lead_nowhere(visits: VisitMaker, server: OpenAiServer):
    """Streamed, final and reloaded: neither browser nor server asks for the address that an answer holds."""
    visit = visits()
    address = f"{server.url.removesuffix('/v1')}/fetched"
    groups = [FORMS[first : first + TOGETHER] for first in range(0, len(FORMS), TOGETHER)]
    for group in groups:
        visit.ask("What happened in Brussels? Repeat: " + " ¦ ".join(form.replace(URL, address) for form in group))
        assert "wrote" not in visit.read(".turn"), "the extractive answer took over"
    shown = answers(visit)
    assert len(shown) == len(groups)
    assert any("address left out" in text for text in shown)
    visit.page.reload()
    visit.page.wait_for_selector(".turn .answer")
    assert answers(visit) == shown
    assert server.fetched == []
