"""The page: the Gradio blocks that hold the chat and the library, and the endpoints that the chat asks.

The chat is drawn in the browser by ``static/chat.js`` from what ``ui.endpoints`` answers; what a visitor may reach is
decided by ``ui.guard``.
"""

import os
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # gradio reads it when it is imported
import gradio as gr
from fastapi import FastAPI
from gradio.events import api
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from qa.engine import Engine
from ui import library
from ui.endpoints import Endpoints
from ui.guard import LOOPBACK, Guard
from ui.library_uploads import Limits
from ui.library_work import Work
from vectorstore.store import Store

STATIC = Path(__file__).parent / "static"
STYLES = ("theme", "frame", "chat", "turn", "evidence", "article", "talks", "library")
SCRIPTS = ("chat", "library")
AT_ONCE = 2
"""Questions read at the same time; a reader keeps a core busy."""
WAITING = 100
"""Questions that may wait their turn; the next visitor is told that the page is busy."""


def build_app(engine: Engine, store: Store, host: str) -> ASGIApp:
    """Return the page as an ASGI app, guarded for being served on ``host``."""
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    web.mount("/byline", StaticFiles(directory=STATIC))
    styles = (f'<link rel="stylesheet" href="byline/{name}.css">' for name in STYLES)
    scripts = (f'<script type="module" src="byline/{name}.js"></script>' for name in SCRIPTS)
    gr.mount_gradio_app(
        web,
        _blocks(engine, store, web, host),
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
    return Guard(web, LOOPBACK if host in LOOPBACK else frozenset())


def _blocks(engine: Engine, store: Store, web: FastAPI, host: str) -> gr.Blocks:
    """Return the two tabs. No part is a ``gr.HTML`` and no event has ``js=``: both would need ``unsafe-eval``."""
    do = Endpoints(engine)
    do.about()  # the suggestions take a moment: before the first visitor comes
    page = gr.Blocks(title="Byline", analytics_enabled=False)
    at_once: dict[str, Any] = {"concurrency_limit": None, "api_visibility": "undocumented"}
    with page:
        gr.Markdown("# Byline", elem_id="masthead")
        with gr.Tabs(elem_id="sections"):
            with gr.Tab("Chat", elem_id="chat-section"):
                gr.Column(elem_id="chat")  # filled by static/chat.js
            with gr.Tab("Library", elem_id="library-section"):  # ---- the library is mounted here ----
                library.build(Work(store, Limits()), web, editable=host in LOOPBACK)
        api(do.ask, api_name="ask")
        api(do.article, api_name="article", **at_once)
        api(do.about, api_name="about", **at_once)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=WAITING, api_open=False)
    return page
