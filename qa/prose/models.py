"""A chat model by its ``provider:name``, and its text as it comes, within a time that is kept.

The only file here that faces LangChain. The environment's keys are read once and taken out of it, so that no child
process gets them. Knows nothing of questions, articles or prompts.
"""

import asyncio
import os
import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from qa.prose.failures import SaidTooMuch, TookTooLong, plainly
from vectorstore.errors import BylineError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Message = tuple[str, str]
"""Role ("system", "user" or "assistant") and text."""

SECONDS = 25.0
"""The longest that a model may take for a question, unless ``BYLINE_LLM_SECONDS`` says otherwise."""

MOST_CHARACTERS = 40_000
"""Of one answer; more is none."""

TOKENS, CONTEXT = 800, 6144
"""The most tokens that a model on Ollama writes, and those that it reads and writes together: room for our prompts."""

EXTRAS = {"ollama": "ollama", "openai": "openai", "anthropic": "anthropic", "google_genai": "google"}
"""Providers that Byline has an extra for, by LangChain's name, and the extra's."""

_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "google_genai": "GOOGLE_API_KEY"}
_VARIABLE = "BYLINE_LLM"
_OWN_KEY, _OWN_URL, _SECONDS = "BYLINE_LLM_API_KEY", "BYLINE_LLM_BASE_URL", "BYLINE_LLM_SECONDS"
_LATE = "took too long; give it more time with BYLINE_LLM_SECONDS, or choose a faster model"
_NO_KEY = "none"  # what a server of one's own is given: most ask for no key, and the library for some
_taken: dict[str, str] = {}  # keys that stood in the environment


class ModelFailed(BylineError):
    """The model gave no answer; the message says plainly what it did."""


@dataclass(slots=True)
class Usage:
    """Tokens of one reply, as the provider counts them; where it does not, 0."""

    input: int = 0
    output: int = 0


@dataclass(slots=True)
class _Reply:
    """What passes from the thread that reads to the one that waits."""

    pieces: "queue.SimpleQueue[str | BaseException | None]" = field(default_factory=queue.SimpleQueue)
    usage: Usage = field(default_factory=Usage)


class Model:
    """A chat model that is open. Safe to use from several threads.

    Attributes:
        name: ``provider:name``, what ``open_model`` takes to open it again.
        seconds: the longest that one question may take.
    """

    def __init__(self, chat: "BaseChatModel", name: str, seconds: float = SECONDS, key: str = "the key") -> None:
        self.name = name
        self.seconds = seconds
        self._chat = chat
        self._key = key
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="byline-llm", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Break off what is under way and end the thread."""
        if not self._loop.is_closed():
            # on its own thread: the caller's may have a loop that runs, as in a notebook
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _end(self) -> None:
        """Cancel what is left, and close the connections of our own client."""
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if (client := getattr(self._chat, "http_async_client", None)) is not None:
            await client.aclose()
        await self._loop.shutdown_asyncgens()

    @contextmanager
    def reply(
        self, messages: Sequence[Message], deadline: float, usage: Usage | None = None
    ) -> Iterator[Iterator[str]]:
        """Ask, and give the reply's text as it comes, until ``deadline`` (``time.monotonic``).

        The model is at work from here on; at the end of the block what is still under way is broken off, and the tokens
        are added to ``usage``. Reading the text raises ``ModelFailed``: no reply, a broken one, or one that took too
        long.
        """
        reply = _Reply()
        task = asyncio.run_coroutine_threadsafe(self._read(messages, reply, deadline), self._loop)
        try:
            yield self._pieces(reply, deadline)
        finally:
            task.cancel()
            if usage is not None:
                usage.input += reply.usage.input
                usage.output += reply.usage.output

    def _pieces(self, reply: _Reply, deadline: float) -> Iterator[str]:
        while (piece := _next(reply, deadline)) is not None:
            if isinstance(piece, BaseException):
                raise ModelFailed(f"{self.name} {plainly(piece, self._key)}") from None
            yield piece

    async def _read(self, messages: Sequence[Message], reply: _Reply, deadline: float) -> None:
        """Read the reply into its queue; ``None`` ends it, an exception breaks it off."""
        length = 0
        try:
            async with asyncio.timeout(max(0.0, deadline - monotonic())):
                async for chunk in self._chat.astream(list(messages)):
                    count: Mapping[str, Any] = getattr(chunk, "usage_metadata", None) or {}
                    reply.usage.input += count.get("input_tokens", 0)
                    reply.usage.output += count.get("output_tokens", 0)
                    text = str(chunk.text)
                    length += len(text)
                    if length > MOST_CHARACTERS:
                        raise SaidTooMuch(f"wrote more than {MOST_CHARACTERS:,} characters, which is no answer")  # noqa: TRY301 - one way out for all that goes wrong
                    if text:
                        reply.pieces.put(text)
        except TimeoutError:
            reply.pieces.put(TookTooLong(_LATE))
        except Exception as error:  # noqa: BLE001 - a provider's library raises what it likes on what a server sends
            reply.pieces.put(error)
        else:
            reply.pieces.put(None)


def _next(reply: _Reply, deadline: float) -> str | BaseException | None:
    try:
        return reply.pieces.get(timeout=max(0.0, deadline - monotonic()))
    except queue.Empty:
        return TookTooLong(_LATE)


def open_model(name: str) -> Model:
    """Open the chat model ``provider:name``, as LangChain's ``init_chat_model`` names it.

    ``BYLINE_LLM_BASE_URL`` is the address of a server of one's own, with ``BYLINE_LLM_API_KEY`` where it asks for a
    key; without, the provider's variables count. ``BYLINE_LLM_SECONDS`` is the time for one question.

    Raises:
        BylineError: no such provider, its package or its key is missing, or a variable makes no sense.
    """
    provider, _, model = name.partition(":")
    if not provider or not model:
        raise BylineError(f"--llm {name}: no provider:name; write for example ollama:llama3.2 or openai:gpt-4o-mini")
    os.environ.update(_taken)
    try:
        key = os.environ.get(_OWN_KEY) or os.environ.get(_KEYS.get(provider, f"{provider.upper()}_API_KEY"), "")
        chat = _chat(provider, model, _base_url(), key, seconds := _seconds())
    finally:
        _take_keys()
    return Model(chat, name, seconds, _KEYS.get(provider, _OWN_KEY))


@contextmanager
def chosen_model(name: str | None) -> Iterator[Model | None]:
    """Open the model of that name, or of ``BYLINE_LLM``; where neither is given, or it is "none", there is none."""
    name = os.environ.get(_VARIABLE, "") if name is None else name
    if name in ("", "none"):
        yield None
        return
    with open_model(name) as model:
        yield model


def _take_keys() -> None:
    """Take the keys of language models out of the environment, which child processes inherit."""
    for variable in [one for one in os.environ if one.endswith("_API_KEY") and not one.startswith("LANG")]:
        _taken[variable] = os.environ.pop(variable)


def _chat(provider: str, model: str, base_url: str, key: str, seconds: float) -> "BaseChatModel":
    from langchain.chat_models import init_chat_model

    options = _options(provider, seconds)
    if base_url:
        options["base_url"] = base_url
    if provider in _KEYS and (key or base_url):
        options["api_key"] = key or _NO_KEY
    if provider in _KEYS and "api_key" not in options:
        raise BylineError(f"--llm {provider}:{model}: no key; set {_KEYS[provider]}, or {_OWN_URL} for your own server")
    try:
        chat: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError:
        extra = EXTRAS.get(provider)
        how = f'pip install "byline[{extra}]"' if extra else f"pip install langchain-{provider.replace('_', '-')}"
        raise BylineError(f"--llm {provider}:{model}: its package is missing; {how}") from None
    except ValueError as error:
        if "nsupported" in str(error):
            raise BylineError(f"--llm {provider}:{model}: no such provider; known are {', '.join(EXTRAS)}") from None
        raise BylineError(f"--llm {provider}:{model}: cannot be opened; check its key and settings") from None
    return chat


def _options(provider: str, seconds: float) -> dict[str, Any]:
    """What a provider's library is told: one try, within the time, and through our own HTTP client where it takes one.

    Temperature and length are left alone where a hosted model may refuse to have them set.
    """
    if provider == "ollama":
        bounds = {"timeout": seconds, "follow_redirects": False}
        return {"temperature": 0, "num_predict": TOKENS, "num_ctx": CONTEXT, "client_kwargs": bounds}
    options: dict[str, Any] = {"timeout": seconds, "max_retries": 0}
    if provider == "openai":
        from qa.prose.transport import BoundedClient

        options |= {"http_async_client": BoundedClient(seconds), "stream_usage": True}
    return options


def _base_url() -> str:
    url = os.environ.get(_OWN_URL, "")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise BylineError(f"{_OWN_URL}: is no http or https address; write for example http://127.0.0.1:8080/v1")
    return url


def _seconds() -> float:
    text = os.environ.get(_SECONDS, "")
    try:
        seconds = float(text or SECONDS)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:  # noqa: PLR2004 - an hour
        raise BylineError(f"{_SECONDS}={text}: is no number of seconds from 1 to 3600")
    return seconds
