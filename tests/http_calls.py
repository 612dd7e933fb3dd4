"""Bare HTTP to a running page, for the tests: one request as it is, and Gradio's two-step call of an endpoint."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """What came back, whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def fetch(
    url: str, path: str, method: str = "GET", body: str | None = None, headers: dict[str, str] | None = None
) -> Reply:
    """Send ``path`` as it is, without any encoding or tidying; a body is JSON unless ``headers`` say otherwise."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    connection.request(method, path, body, {**(JSON if body is not None else {}), **(headers or {})})
    response = connection.getresponse()
    reply = Reply(response.status, response.headers, response.read())
    connection.close()
    return reply


def called(url: str, name: str, data: list[Any], headers: dict[str, str] | None = None) -> list[tuple[str, Any]]:
    """Ask an endpoint as docs/api.md says, and return its events: names and what they carry."""
    joined = fetch(url, f"/gradio_api/call/{name}", "POST", json.dumps({"data": data}), headers)
    event_id = json.loads(joined.body)["event_id"]
    stream = fetch(url, f"/gradio_api/call/{name}/{event_id}", headers=headers).body.decode()
    events = [dict(line.split(": ", 1) for line in block.splitlines()) for block in stream.strip().split("\n\n")]
    return [(event["event"], json.loads(event["data"])) for event in events]
