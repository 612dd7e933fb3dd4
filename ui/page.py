"""The Gradio page: wires the question box, the conversation and the opened article to the engine.

What is shown is written by ``ui.render``; what a visitor may reach is decided by ``ui.guard``.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # gradio reads it when it is imported
import gradio as gr
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from qa.engine import Engine
from ui import render
from ui.conversation import Conversation, ask, cited, failed
from ui.guard import LOOPBACK, Guard
from ui.suggest import suggest
from vectorstore.store import Store

STATIC = Path(__file__).parent / "static"
LOOKED_AT = 100
"""Articles that suggestions are made from."""
AT_ONCE = 2
"""Questions read at the same time; a reader keeps a core busy."""
WAITING = 100
"""Questions that may wait their turn; the next visitor is told that the page is busy."""
BUG = "Something went wrong inside Byline; the details are in its terminal. Your question may be asked again."


def build_app(engine: Engine, store: Store, host: str) -> ASGIApp:
    """Return the page as an ASGI app, guarded for being served on ``host``."""
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    web.mount("/byline", StaticFiles(directory=STATIC))
    gr.mount_gradio_app(
        web,
        _blocks(engine, store),
        path="/",
        theme=gr.themes.Base(font="system-ui", font_mono="ui-monospace"),
        head='<link rel="stylesheet" href="byline/page.css">',  # gradio's css= rewrites what it is given
        favicon_path=str(STATIC / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
    )
    return Guard(web, LOOPBACK if host in LOOPBACK else frozenset())


@dataclass(frozen=True, slots=True)
class _Handlers:
    """What the page's events do. The conversation lives in each browser session's own state."""

    engine: Engine
    articles: int
    suggestions: tuple[str, ...]

    def show(self, conversation: Conversation) -> str:
        return render.conversation(conversation, self.articles, self.suggestions)

    def answer(self, question: str, earlier: Conversation) -> Iterator[tuple[Any, ...]]:
        emptied = False
        for conversation in ask(self.engine, question, earlier):
            refused = bool(conversation[-1].error)  # then the question stays in its box, to be corrected
            yield self.show(conversation), conversation, gr.skip() if refused or emptied else ""
            emptied = True

    def answer_suggested(self, earlier: Conversation, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        yield from self.answer(str(event.question), earlier)

    def own_up(self, conversation: Conversation) -> tuple[str, Conversation]:
        """Say that a bug ended the answer; its traceback is in the terminal."""
        question = conversation[-1].question if conversation and not conversation[-1].done else ""
        ended = (*(exchange for exchange in conversation if exchange.done), failed(question, BUG))
        return self.show(ended), ended

    def open_article(self, conversation: Conversation, event: gr.EventData) -> Any:
        citation = cited(conversation, event.turn, event.marker)
        if citation is None:
            gr.Warning("Byline no longer holds this answer: please ask again.")
            return gr.skip()
        return render.article(citation, opened=time.monotonic_ns())

    def restart(self) -> tuple[str, Conversation, str]:
        return self.show(()), (), ""


def _blocks(engine: Engine, store: Store) -> gr.Blocks:
    articles = sum(1 for _ in store.articles())
    do = _Handlers(engine, articles, suggest(engine, list(islice(store.articles(), LOOKED_AT))))
    page = gr.Blocks(title="Byline", analytics_enabled=False)
    with page:
        state = gr.State(())
        gr.HTML(render.header(articles), elem_id="masthead", apply_default_css=False, js_on_load=None)
        with gr.Column(elem_id="talk"):
            conversation = _html("conversation", do.show(()))
            box = _question_box()
        paper = _html("article", "")
        shown = [conversation, state]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        for asked in (
            box.submit(do.answer, [box, state], [*shown, box], **quiet),
            conversation.ask(do.answer_suggested, [state], [*shown, box], **quiet),
        ):
            asked.failure(do.own_up, [state], shown, **quiet)
        conversation.open(do.open_article, [state], [paper], concurrency_limit=None, **quiet)
        conversation.restart(do.restart, [], [*shown, paper], concurrency_limit=None, **quiet)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING, api_open=False)
    return page


def _html(name: str, value: str) -> gr.HTML:
    """Return a part of the page of ours, with its script ``static/{name}.js``."""
    frames = {
        "conversation": '<div role="log" aria-label="Conversation">${value}</div>',
        "article": '<aside aria-label="Opened article">${value}</aside>',
    }
    script = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    return gr.HTML(value, elem_id=name, html_template=frames[name], js_on_load=script, apply_default_css=False)


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="question",
        label="Your question",
        show_label=False,
        placeholder="Ask about the articles",
        lines=1,
        max_lines=6,
        autofocus=True,
        submit_btn="Ask",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
    )
