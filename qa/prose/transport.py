"""An HTTP client for language models that follows no redirect and reads no endless body.

The model libraries' own clients follow redirects, so a server, or who stands between, could send the prompt and the key
to another address, and read without bound.
"""

from collections.abc import AsyncIterator

import httpx

from qa.prose.failures import SaidTooMuch

MOST_BYTES = 8_000_000
"""Bytes of one reply: an answer of 1,000 tokens streams in about 300 kB."""

_CONNECT = 10.0  # seconds


class _Bounded(httpx.AsyncByteStream):
    """A body that raises ``SaidTooMuch`` after ``MOST_BYTES``."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self._stream:
            read += len(chunk)
            if read > MOST_BYTES:
                raise SaidTooMuch(f"sent more than {MOST_BYTES:,} bytes, which is no answer")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class BoundedClient(httpx.AsyncClient):
    """``httpx.AsyncClient`` with bounded replies and no redirects; proxies of the environment hold as usual."""

    def __init__(self, timeout: float) -> None:
        super().__init__(timeout=httpx.Timeout(timeout, connect=min(_CONNECT, timeout)), follow_redirects=False)

    async def send(self, request: httpx.Request, **options: object) -> httpx.Response:
        """Send as usual, without following redirects whatever the caller says, and bound the body."""
        response = await super().send(request, **{**options, "stream": True, "follow_redirects": False})  # type: ignore[arg-type]
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Bounded(response.stream)
        if not options.get("stream"):
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response
