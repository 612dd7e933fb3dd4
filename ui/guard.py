"""What stands before the page: who may come in, which requests reach Gradio, the headers every response carries.

Gradio as it comes serves far more than the page needs, and some of it is dangerous: ``/gradio_api/file=https://…``,
and a made-up file in an event's data, both make the server fetch any URL for any visitor. So only the paths the page
and ``gradio_client`` use are let through; everything else is refused, whatever its spelling. Knows nothing of articles.
"""

import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.auth import Access

EXACT = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/config"),
    ("GET", "/favicon.ico"),
    ("GET", "/theme.css"),
    ("GET", "/gradio_api/info"),  # what gradio_client's view_api shows
    ("GET", "/gradio_api/startup-events"),
    ("GET", "/gradio_api/queue/data"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
    ("POST", "/upload"),
}
STREAMED = frozenset({"/upload"})
"""Bodies that are files: ``ui.library_http`` writes them down as they come, and has limits of its own."""
QUERIED = frozenset({"/upload", "/gradio_api/queue/data"})
"""Paths whose query is passed on: elsewhere it could only name another state of the page than the one we made."""
BELOW = ("/byline/", "/assets/", "/static/", "/gradio_api/heartbeat/")
"""Folders that may be read with GET."""
CALL = {"POST": re.compile(r"/gradio_api/call/(\w+)"), "GET": re.compile(r"/gradio_api/call/(\w+)/[0-9a-f]{32}")}
"""How an endpoint (``gr.api``) is called, and then the stream of its events read."""

MAX_BODY = 4_000_000
"""Bytes of one event: a question is far smaller, and a pasted book still gets a proper answer from the page."""

# Only scripts that carry the page's nonce run, and what they load themselves: no inline script or handler, no eval, no
# file of this origin that an article could name. Nothing is fetched from elsewhere. Gradio styles inline.
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; "
    "form-action 'none'; frame-ancestors 'none'"
)


DENIED = {
    401: "Byline asks for a name and a password: reload the page to give them.",
    429: "Too many wrong passwords are waiting; try again in a minute.",
}
TELLING = {401: {"WWW-Authenticate": 'Basic realm="Byline", charset="UTF-8"'}, 429: {"Retry-After": "60"}}
"""Headers that go with a status."""


class Guard:
    """ASGI middleware that lets in whom ``access`` names, to the page and its ``endpoints``: name → values it takes."""

    def __init__(self, app: ASGIApp, access: Access, endpoints: Mapping[str, int]) -> None:
        self._app = app
        self._access = access
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page opens no web socket
            return
        nonce = secrets.token_urlsafe(16)
        send = _with_headers(send, nonce)
        status, reason = await self._refusal(scope)
        body = b""
        if not status and scope["method"] == "POST" and scope["path"] not in STREAMED:
            body = await _read(receive)
            called = CALL["POST"].fullmatch(scope["path"])
            status, reason = _refused_body(body, self._endpoints[called[1]] if called else None)
            receive = _replay(body, receive)
        if scope["path"] not in QUERIED:
            scope = {**scope, "query_string": b""}
        if status:
            await PlainTextResponse(reason, status, TELLING.get(status))(scope, receive, send)
        elif scope["path"] == "/":
            await self._app(_bare(scope), receive, _with_nonce(send, nonce))
        else:
            await self._app(scope, receive, send)

    async def _refusal(self, scope: Scope) -> tuple[int, str]:
        """Return the status and reason to refuse with, or 0."""
        method, path, headers = scope["method"], scope["path"], Headers(scope=scope)
        host = headers.get("host", "")
        if not self._access.answers_to(_hostname(host)):  # DNS rebinding
            return 421, "Byline answers under this machine's own name only; start it with --allow-host to add another."
        if self._access.passwords is not None:
            status = await self._access.passwords.refusal(headers.get("authorization", ""))
            if status:
                return status, DENIED[status]
        if "origin" in headers and headers["origin"].partition("://")[2] != host:
            return 403, "Another site may not ask on your behalf."
        below = method == "GET" and path.startswith(BELOW) and ".." not in path
        called = CALL[method].fullmatch(path) if method in CALL else None
        if below or (called and called[1] in self._endpoints) or (method, path) in EXACT:
            return 0, ""
        return 404, "Not found."


def _hostname(host: str) -> str:
    """Return the name in a Host header, without its port; "" when it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _read(receive: Receive) -> bytes:
    """Read the body, and stop once it is over ``MAX_BODY``."""
    body = b""
    while len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


def _refused_body(body: bytes, values: int | None) -> tuple[int, str]:
    """Refuse a body that is too large, no JSON, or that smuggles a file for the server to fetch or read.

    ``values`` is how many the endpoint that is called takes; Gradio would tell a wrong number to the terminal alone.
    """
    if len(body) > MAX_BODY:
        return 413, f"Too much at once: the limit is {MAX_BODY:,} bytes."
    try:
        event = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return 400, "Not JSON."
    if _has_file(event):
        return 400, "The page takes no files."
    data = event.get("data") if isinstance(event, dict) else None
    if values is not None and not (isinstance(data, list) and len(data) == values):
        return 400, f'This takes {values} values: {{"data": […]}}; docs/api.md tells which.'
    return 0, ""


def _has_file(value: Any) -> bool:
    """Tell whether a JSON value holds an object that Gradio would take for a file (``meta``), at any depth."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "meta" in item:
                return True
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the app a body that was read already, then whatever comes after it."""
    pending = [body]

    async def replay() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replay


def _bare(scope: Scope) -> Scope:
    """Ask for the page in a form that can be rewritten."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers}


def _with_headers(send: Send, nonce: str) -> Send:
    """Add the security headers to the response."""

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
            headers["X-Frame-Options"] = "DENY"
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        await send(message)

    return wrapped


def _with_nonce(send: Send, nonce: str) -> Send:
    """Let the page's own script tags run. All tags are its own: in its data Gradio escapes every ``<``."""
    start: list[Message] = []
    parts: list[bytes] = []

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.append(message)
            return
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            body = b"".join(parts).replace(b"<script", f'<script nonce="{nonce}"'.encode())
            headers = MutableHeaders(scope=start[0])
            headers["Content-Length"] = str(len(body))
            headers["Cache-Control"] = "no-store"  # a stored page would carry a stale nonce
            await send(start[0])
            await send({"type": "http.response.body", "body": body})

    return wrapped
