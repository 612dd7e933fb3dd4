"""The page: the Gradio blocks that hold the chat and the library, the endpoints that the chat asks, and the public one.

The chat is drawn in the browser by ``static/chat.js`` from what ``ui.endpoints`` answers; what a visitor may reach is
decided by ``ui.guard``.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # gradio reads it when it is imported
import gradio as gr
from fastapi import FastAPI
from gradio.events import api
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from qa.engine import Engine
from ui import evals, library
from ui.api import Api
from ui.auth import Access
from ui.endpoints import Endpoints
from ui.feedback import Feedback
from ui.guard import Guard
from ui.library_uploads import Limits
from ui.library_work import Work

STATIC = Path(__file__).parent / "static"
STYLES = ("theme", "frame", "chat", "turn", "evidence", "article", "talks", "library", "feedback", "evals")
SCRIPTS = ("chat", "library", "evals")
AT_ONCE = 2
"""Questions read at the same time; a reader keeps a core busy."""
WAITING = 100
"""Questions that may wait their turn; the next visitor is told that the page is busy."""


def build_app(engine: Engine, prose: Mapping[str, Engine], access: Access) -> ASGIApp:
    """Return the page as an ASGI app, guarded.

    ``engine`` has no language model; ``prose`` are engines over the same store that have, by the model's name.
    """
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    web.mount("/byline", StaticFiles(directory=STATIC))
    styles = (f'<link rel="stylesheet" href="byline/{name}.css">' for name in STYLES)
    scripts = (f'<script type="module" src="byline/{name}.js"></script>' for name in SCRIPTS)
    page = _blocks(Endpoints(engine, prose), web, editable=access.editable)
    gr.mount_gradio_app(
        web,
        page,
        path="/",
        theme=gr.themes.Base(font="system-ui", font_mono="ui-monospace"),
        head="".join((*styles, *scripts)),  # gradio's css= rewrites what it is given
        favicon_path=str(STATIC / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
    )
    return Guard(web, access, {str(event.api_name): len(event.inputs) for event in page.fns.values()})


def _blocks(do: Endpoints, web: FastAPI, *, editable: bool) -> gr.Blocks:
    """Return the three tabs. No part is a ``gr.HTML`` and no event has ``js=``: both would need ``unsafe-eval``."""
    store = do.engine.store
    do.about()  # the suggestions take a moment: before the first visitor comes
    page = gr.Blocks(title="Byline", analytics_enabled=False)
    at_once: dict[str, Any] = {"concurrency_limit": None, "api_visibility": "undocumented"}
    with page:
        gr.Markdown("# Byline", elem_id="masthead")
        with gr.Tabs(elem_id="sections"):
            with gr.Tab("Chat", elem_id="chat-section"):
                gr.Column(elem_id="chat")  # filled by static/chat.js
            with gr.Tab("Library", elem_id="library-section"):  # ---- the library is mounted here ----
                library.build(Work(store, Limits()), web, editable=editable)
            with gr.Tab("Evals", elem_id="evals-section"):
                evals.build(do.engine, editable=editable)
        api(Api(do).ask, api_name="ask", concurrency_id="ask")
        api(do.ask, api_name="page_ask", concurrency_id="ask", api_visibility="undocumented")
        api(do.article, api_name="article", **at_once)
        api(do.about, api_name="about", **at_once)
        for function in Feedback(store, editable=editable).offered():
            api(function, api_name=f"feedback_{function.__name__}", **at_once)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING, api_open=False)
    return page
