"""HTML, PDF and DOCX files parsed in a child process with a limit on its time and memory.

Such files may be hostile, and their parsers are large. The child holds nothing of ours but the path of one file, and
its answer is JSON, never unpickled. One child serves many files; after a failure it is replaced.
Ignorant of ids and folders, and of what the formats mean: that is in ``webpage`` and ``pdf_docx``.
"""

import faulthandler
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from vectorstore.errors import InputError
from vectorstore.stated import Fields

SUFFIXES = (".html", ".htm", ".pdf", ".docx")

_TEXT_CHARS = 20_000_000  # a parsed file with more text than this is no article
_LAST_WORDS = 4_096  # bytes of the child's stderr that its last line is looked for in
_ORPHAN_SECONDS = 5  # how long a child goes on past the limit that its parent, gone by then, would have killed it at
# The folder of this package goes behind the library on the child's path, and the working folder, which may hold
# anybody's `docx.py`, is kept off it by -P.
_CHILD = "import sys; sys.path.append(sys.argv[1]); from vectorstore.documents import serve; serve()"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost: ``seconds`` of wall time, and ``memory`` in bytes of address space (where the OS can)."""

    seconds: float = 60.0
    memory: int = 2 << 30


class Documents:
    """The child process that parses, started when first needed. A context manager; used from one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse(self, path: Path) -> Fields:
        """``text`` and the stated fields of a file; a field that is not stated is absent or "".

        Raises ``InputError`` (without the file's name) for what cannot be read, and for a parser that crashed, took
        too long or wanted too much memory.
        """
        if self._child is not None and self._child.poll() is not None:  # killed from outside, between two files
            self.close()
        child = self._child or self._start()
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            child.kill()

        timer = threading.Timer(self._limits.seconds, stop)
        timer.start()
        try:
            answer = _ask(child, path)
        finally:
            timer.cancel()
            timer.join()
        if overdue.is_set() or not answer.endswith(b"\n"):
            reason = self._reason(overdue=overdue.is_set())
            self.close()
            raise InputError(reason)
        fields: Fields = json.loads(answer)
        if "error" in fields:
            raise InputError(fields["error"])
        return fields

    def close(self) -> None:
        """End the child. The next ``parse`` starts another."""
        child, stderr, self._child, self._stderr = self._child, self._stderr, None, None
        if child is not None:
            child.kill()
            child.communicate()
        if stderr is not None:
            stderr.close()

    def _start(self) -> subprocess.Popen[bytes]:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        package = str(Path(__file__).resolve().parent.parent)
        limits = (str(self._limits.seconds), str(self._limits.memory))
        command = (sys.executable, "-P", "-W", "ignore", "-c", _CHILD, package, *limits)
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._stderr)  # noqa: S603 - our own
        return self._child

    def _reason(self, *, overdue: bool) -> str:
        """Why the child gave no answer."""
        if overdue:
            return f"took longer than {self._limits.seconds:g} s to parse; save it as .txt"
        assert self._child is not None
        assert self._stderr is not None
        status = self._child.wait()
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, size - _LAST_WORDS))
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        if lines and "memory" in lines[-1].lower():
            return f"needs more than {self._limits.memory >> 20} MB of memory to parse; save it as .txt"
        why = lines[-1][:200] if lines else f"the parser ended with status {status}"
        return f"cannot be parsed ({why}); save it anew or as .txt"


def _ask(child: subprocess.Popen[bytes], path: Path) -> bytes:
    """The child's one line of answer; one without a line end when it died."""
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        child.stdin.write(json.dumps(str(path)).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        return b""
    return child.stdout.readline()


# --- the child ---


def serve() -> None:
    """Answer each path on stdin with one line of JSON on stdout, until stdin ends.

    An exception that is not foreseen ends the child with a traceback, which the parent reports as that file's failure.
    """
    seconds, memory = float(sys.argv[2]), int(sys.argv[3])
    _limit(memory)
    logging.disable()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    for line in sys.stdin.buffer:
        faulthandler.dump_traceback_later(seconds + _ORPHAN_SECONDS, exit=True)
        try:
            fields = parse(Path(json.loads(line)))
        except InputError as error:
            fields = {"error": str(error)}
        except OSError as error:
            fields = {"error": f"cannot be read ({error.strerror}); check the file"}
        answers.write(json.dumps(fields).encode() + b"\n")
        answers.flush()
        faulthandler.cancel_dump_traceback_later()


def parse(path: Path) -> Fields:
    """``text`` and the stated fields of one file. Raises ``InputError`` (without its name) or ``OSError``."""
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        from vectorstore.pdf_docx import read_pdf

        fields = read_pdf(path)
    elif suffix == ".docx":
        from vectorstore.pdf_docx import read_docx

        fields = read_docx(path)
    else:
        from vectorstore.webpage import read_html

        fields = read_html(path.read_bytes())
    text = fields["text"].translate(_INVISIBLE).strip()
    if not text:
        raise InputError("holds no visible text; remove it")
    if len(text) > _TEXT_CHARS:
        raise InputError(f"holds more than {_TEXT_CHARS // 1_000_000} million characters; split it into articles")
    return fields | {"text": text}


# No-break spaces are spaces; soft hyphens, zero-width spaces and byte order marks are not there at all.
_INVISIBLE = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u00ad": None, "\u200b": None, "\ufeff": None, "\u2060": None}
)


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 1 << 20), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS has no limit on address space, and a lower hard limit may be set already
            continue
