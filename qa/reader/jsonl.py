"""Rows of a .jsonl.gz file, streamed. Knows nothing of what they hold."""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vectorstore.errors import InputError


def read_rows(path: Path) -> Iterator[tuple[int, Any]]:
    """Each line's number, from 1, and its JSON.

    Raises:
        InputError: the file cannot be read, or a line is not JSON.
    """
    number = 0
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, _parsed(f"{path}:{number}", line)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        after = f" after line {number}" if number else ""
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read{after} ({reason}); give a .jsonl.gz file") from error


def _parsed(where: str, line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON ({error}); one object a line is expected") from error
