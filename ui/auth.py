"""Who may reach the page: the names it answers to, and the passwords it asks for.

Passwords come as HTTP Basic, with every request, so that one check in ``ui.guard`` stands before every path. Basic
hides nothing on the way: TLS is the affair of a reverse proxy (docs/sharing.md). Knows nothing of pages or articles.
"""

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Iterable, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.errors import BylineError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
VARIABLE = "BYLINE_AUTH"
SHORTEST = 8
"""Characters of a password: with a guess a second, eight random ones outlast whoever tries."""
PAUSE = 1.0
"""Seconds that a wrong password costs. One is looked at after the other, so this bounds all guesses together."""
WAITING = 50
"""Sign-ins that may wait their turn; the next is turned away unread."""
_NAME = re.compile(r"[a-z0-9_.-]+")


class Passwords:
    """What lets in. Only keyed digests are kept, so that neither a dump nor the time of a comparison tells a password.

    Who has come in once waits no more: guesses by others hold up a first sign-in, never the work of those inside.
    """

    def __init__(self, pairs: Iterable[str], pause: float = PAUSE) -> None:
        """``pairs`` are ``USER:PASSWORD``, as ``read_pairs`` checks them; a wrong one costs ``pause`` seconds."""
        self._pause = pause
        self._key = secrets.token_bytes(32)
        self._known = [self._digest(pair.encode()) for pair in pairs]
        self._came_in: set[bytes] = set()
        self._turn = asyncio.Lock()
        self._waiting = 0

    def _digest(self, credentials: bytes) -> bytes:
        return hashlib.blake2b(credentials, key=self._key).digest()

    async def refusal(self, authorization: str) -> int:
        """Return the status to refuse with: 401 (none, or a wrong password), 429 (too many guesses), or 0 to let in."""
        credentials = _credentials(authorization)
        if credentials is None:
            return 401
        given = self._digest(credentials)
        if given in self._came_in:
            return 0
        if self._waiting >= WAITING:
            return 429
        self._waiting += 1
        try:
            async with self._turn:
                if True in [hmac.compare_digest(given, known) for known in self._known]:  # all of them, always
                    self._came_in.add(given)
                    return 0
                await asyncio.sleep(self._pause)
        finally:
            self._waiting -= 1
        return 401


def _credentials(authorization: str) -> bytes | None:
    scheme, _, encoded = authorization.partition(" ")
    try:
        return base64.b64decode(encoded, validate=True) if scheme.lower() == "basic" else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Access:
    """Who may reach the page, and what they may do there.

    ``names`` are the hosts that a request may ask for. A name can be rebound to this machine by whoever owns it, and
    another site's script would then pass for the page's own; an IP address cannot, so with ``addresses`` any is right.
    ``passwords`` ``None``: nobody is asked for one. ``editable``: articles may be added and removed.
    """

    names: frozenset[str] = LOOPBACK
    addresses: bool = False
    passwords: Passwords | None = None
    editable: bool = True

    def answers_to(self, host: str) -> bool:
        """Whether the page may be asked for under this host, a name or address without a port."""
        return host in self.names or (self.addresses and _is_address(host))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def decide(
    host: str, names: Sequence[str], pairs: Sequence[str], *, open_to_all: bool = False, editable: bool = False
) -> Access:
    """Return the access to a page that is served on ``host``, and by a proxy under ``names``.

    The library is editable where the page is served to this machine alone, or where ``editable`` and passwords say so.

    Raises BylineError, with the way out, where others could come in without a password and nobody asked for that.
    """
    for name in names:
        if not _NAME.fullmatch(name.lower()):
            raise BylineError(f"--allow-host {name}: not a host name; write it alone, without http:// and port")
    local = host in LOOPBACK
    shared = not local or bool(names)
    if shared and not pairs and not open_to_all:
        option = f"--host {host}" if not local else f"--allow-host {names[0]}"
        raise BylineError(
            f"{option}: others could read every article without a password; give one with --auth-file FILE "
            "(lines of USER:PASSWORD), or mean it with --open-to-all"
        )
    if shared and editable and not pairs:
        raise BylineError("--editable: anybody could remove articles; say who may come in with --auth-file FILE")
    return Access(
        names=LOOPBACK.union(map(str.lower, names), () if local else _own_names(host)),
        addresses=not local,
        passwords=Passwords(pairs) if pairs else None,
        editable=editable or not shared,
    )


def _own_names(host: str) -> frozenset[str]:
    own = socket.gethostname().lower()
    return frozenset({host.lower(), own, f"{own}.local"})


def read_pairs(given: Sequence[str], file: Path | None, environment: MutableMapping[str, str]) -> list[str]:
    """Return every ``USER:PASSWORD`` of the options and the file, or where neither is given of ``BYLINE_AUTH``.

    The variable is taken out of the environment, which child processes inherit. Raises BylineError, which never shows
    a password, where one is too short, there is none, or the file cannot be read.
    """
    variable = environment.pop(VARIABLE, "")
    pairs = [("--auth", pair) for pair in given]
    if file is not None:
        pairs += _lines(file)
    elif not given and variable:
        pairs = [(VARIABLE, variable)]
    for where, pair in pairs:
        user, colon, password = pair.partition(":")
        if not user or not colon:
            raise BylineError(f"{where}: no USER:PASSWORD; write for example anna:three-or-four-words")
        if len(password) < SHORTEST:
            raise BylineError(f"{where}: the password of {user} is too short; take {SHORTEST} characters or more")
    return [pair for _, pair in pairs]


def _lines(file: Path) -> list[tuple[str, str]]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except OSError as error:
        raise BylineError(f"--auth-file {file}: cannot be read ({error.strerror}); give a text file") from None
    except UnicodeDecodeError:
        raise BylineError(f"--auth-file {file}: is no text in UTF-8; save it as that") from None
    found = [(f"{file} line {number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise BylineError(f"--auth-file {file}: is empty; write a line of USER:PASSWORD for each who may come in")
    return found


def seen_by_others(file: Path) -> bool:
    """Whether other users of this machine can read the file, where the system tells (not on Windows)."""
    return os.name == "posix" and bool(file.stat().st_mode & 0o077)
