"""Files of JSON lines beside a store, written to by the page: a line is added whole or not at all, or taken out again.

Lines are ASCII, so that no text in them can break a line or a terminal. Knows nothing of votes or questions.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import Timeout

from vectorstore.durable import append_line, lock_of, sync
from vectorstore.errors import BylineError, StoreBusy

LOCK_SECONDS = 10.0
"""A line takes milliseconds."""
MOST_BYTES = 200_000_000
"""Size that a file does not grow beyond: nobody who may vote can fill the disk."""
LONGEST_LINE = 1_000_000
"""Bytes of one line; an answer with its passages has about 30,000."""


@contextmanager
def writing(folder: Path, name: str) -> Iterator[Path]:
    """Be the one writer of the file ``name`` in ``folder``; its path is given.

    Raises ``StoreBusy``, or ``BylineError`` where the file cannot be read or written, also of what is done inside.
    """
    path = folder / name
    try:
        with lock_of(path, LOCK_SECONDS):
            yield path
    except Timeout as error:
        raise StoreBusy(f"{name}: another process has been writing to it for long; try again") from error
    except OSError as error:
        raise BylineError(
            f"{name}: cannot be written ({error.strerror}); make the collection's folder and this file writable"
        ) from error


def append(path: Path, row: Mapping[str, Any]) -> None:
    """Add ``row`` as the last line, whole and on the disk, or not at all. The caller is ``writing``.

    Raises ``OSError``, or ``BylineError`` where the line is too long or the file is full.
    """
    line = json.dumps(row, allow_nan=False).encode()
    if len(line) >= LONGEST_LINE:
        raise BylineError(f"{path.name}: a line of {len(line):,} bytes, the limit is {LONGEST_LINE:,}; shorten it")
    if path.exists() and path.stat().st_size + len(line) >= MOST_BYTES:
        raise BylineError(f"{path.name}: is full ({MOST_BYTES:,} bytes); move it away, and a new one is begun")
    append_line(path, line)


def take_out(path: Path, row: Mapping[str, Any]) -> bool:
    """Take the last line that is ``row`` out; tell whether there was one. The caller is ``writing``.

    The others stay byte for byte, and a file without any is removed. A kill leaves the old file or the new one.
    Raises ``OSError``.
    """
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    places = [place for place, line in enumerate(lines) if _is(line, row)]
    if not places:
        return False
    del lines[places[-1]]
    if any(lines):
        draft = path.with_name(f"{path.name}.draft")
        with draft.open("wb") as file:
            file.write(b"\n".join(lines))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    else:
        path.unlink()
    sync(path.parent)
    return True


def _is(line: bytes, row: Mapping[str, Any]) -> bool:
    try:
        return bool(json.loads(line) == row)
    except (ValueError, RecursionError):  # a line by another hand
        return False
