"""What went wrong with a language model, in one plain line, out of whatever its library raised.

Never repeats a library's own message: those of some providers hold the key, and those of a server are not to be
trusted. Knows exceptions by their attributes and causes, for each provider has classes of its own.
"""

import json
import socket
import ssl
from collections.abc import Iterator

_BY_STATUS = {
    400: "refused the request (HTTP 400); the model may not take prompts of this length",
    401: "refused the key (HTTP 401); check {key}",
    403: "does not allow this (HTTP 403); check {key} and what it may use",
    404: "knows no such model or address (HTTP 404); check the model's name and the base URL",
    413: "refused the request as too long (HTTP 413)",
    429: "is busy or its quota is used up (HTTP 429){wait}",
}
_LONGEST_WAIT = 100_000  # seconds; a number beyond is not repeated


class TookTooLong(Exception):
    """No whole answer came within the time; the message says which part."""


class SaidTooMuch(Exception):
    """More came than an answer can be."""


def plainly(error: BaseException, key: str) -> str:
    """What the model's side did, to follow its name: "refused the key (HTTP 401); check OPENAI_API_KEY"."""
    if isinstance(error, (TookTooLong, SaidTooMuch)):
        return str(error)
    chain = list(_causes(error))
    for one in chain:
        if isinstance(one, (TookTooLong, SaidTooMuch)):
            return str(one)
        if (status := _status(one)) is not None:
            return _by_status(status, one, key)
    for kinds, said in (
        (ssl.SSLError, "has no certificate that can be trusted; check the address and its certificate"),
        (socket.gaierror, "has an address that no name server knows; check the base URL and the network"),
        (ConnectionRefusedError, "does not accept connections; is its server running?"),
        (TimeoutError, "did not answer in time"),
        ((UnicodeDecodeError, json.JSONDecodeError), "sent something that is no answer"),
    ):
        if any(isinstance(one, kinds) for one in chain):
            return said
    words = " ".join([*(type(one).__name__ for one in chain), *(str(one) for one in chain[-1:])]).lower()
    for sign, said in (
        ("certificate", "has no certificate that can be trusted; check the address and its certificate"),
        ("name or service not known", "has an address that no name server knows; check the base URL and the network"),
        ("timeout", "did not answer in time"),
        ("protocol", "broke the connection off"),
        ("readerror", "broke the connection off"),
        ("connect", "could not be reached; check the base URL and the network"),
        ("valueerror", "sent nothing that is an answer"),
    ):
        if sign in words:
            return said
    return f"sent something that is no answer ({type(error).__name__})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, the outermost first; cycles are cut."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and not isinstance(status, bool):
            return status
    return None


def _by_status(status: int, error: BaseException, key: str) -> str:
    if 300 <= status < 400:  # noqa: PLR2004 - HTTP's redirections
        return f"sent us on to another address (HTTP {status}), which is not followed; check the base URL"
    if status >= 500:  # noqa: PLR2004 - HTTP's server errors
        return f"failed (HTTP {status}); ask again later"
    known = _BY_STATUS.get(status, f"refused the request (HTTP {status})")
    return known.format(key=key, wait=_wait(error))


def _wait(error: BaseException) -> str:
    """How long a busy server asks to wait, where it says so in seconds."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = str(headers.get("retry-after", ""))
    seconds = int(told) if told.isascii() and told.isdecimal() else 0
    return f"; it asks to wait {seconds:,} seconds" if 0 < seconds < _LONGEST_WAIT else "; ask again later"
