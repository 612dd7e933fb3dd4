"""Lines, objects and fields of files that others wrote. Ignorant of what a format means.

Whatever is not as a format has it is ``Unusable`` for that one row; the caller names the place and goes on.
"""

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from vectorstore.errors import BylineError

OnBad = Callable[[str, str], None]
"""Told the place in the file ("12", "data[0].paragraphs[3]") and why what is there cannot be used."""

Row = dict[str, Any]
"""One gold question, or one article, with the fields of our formats."""

Placed = tuple[str, Row]
"""A question and its place in the file."""

_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})(?![0-9])")


class Unusable(Exception):
    """A row that is no gold question; the message says why and what to do."""


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1. Raises ``BylineError`` if the file cannot be read."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error


def objects(path: Path, bad: OnBad) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The JSON objects of a file that has one a line, each with its line's number."""
    for number, line in lines(path):
        try:
            yield str(number), parse_row(line)
        except Unusable as why:
            bad(str(number), str(why))


def document(path: Path) -> Any:
    """The one JSON value that a file holds. Raises ``BylineError``."""
    try:
        return parse(head(path, -1))
    except Unusable as why:
        raise BylineError(f"{path}: {why}") from why


def head(path: Path, size: int = 1 << 16) -> bytes:
    """The first bytes of a file, unpacked; -1: all of them. Raises ``BylineError`` if it cannot be read."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(size).removeprefix(b"\xef\xbb\xbf")
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> BylineError:
    reason = getattr(error, "strerror", None) or error
    return BylineError(f"{path}: cannot be read ({reason}); check the path and the file")


def parse_row(line: bytes) -> Mapping[str, Any]:
    """The object of one line. Raises ``Unusable``."""
    row = parse(line)
    if not isinstance(row, dict):
        raise Unusable("not a JSON object; write one object a line")
    return row


def parse(content: bytes) -> Any:
    """The JSON value of some bytes. Raises ``Unusable``."""
    try:
        value = json.loads(content.decode())
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate escape is no text
    except UnicodeError as error:
        raise Unusable("not UTF-8 text; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Unusable(f"not JSON ({error}); write one object a line") from error
    return value


def obj(value: Any, what: str) -> Mapping[str, Any]:
    """A JSON object. Raises ``Unusable``."""
    if not isinstance(value, dict):
        raise Unusable(f"{what} must be an object")
    return value


def text(row: Mapping[str, Any], name: str) -> str:
    """A text that is not empty. Raises ``Unusable``."""
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unusable(f'"{name}" must be a text that is not empty')
    return value


def optional_text(row: Mapping[str, Any], name: str) -> str:
    """A text, "" where there is none."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def listed(row: Mapping[str, Any], name: str, *, required: bool = False) -> list[Any]:
    """A list; empty where there is none and none is required. Raises ``Unusable``."""
    value = row.get(name)
    if value is None and not required:
        return []
    if not isinstance(value, list):
        raise Unusable(f'"{name}" must be a list')
    return value


def texts(row: Mapping[str, Any], name: str, *, required: bool = False) -> list[str]:
    """A list of texts that are not empty. Raises ``Unusable``."""
    values = listed(row, name, required=required)
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise Unusable(f'"{name}" must be a list of texts that are not empty')
    return values


def day(value: Any) -> str:
    """The day that a date or a time begins with, ``YYYY-MM-DD``; "" where it is none."""
    found = _DAY.match(value) if isinstance(value, str) else None
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:  # February 30
        return ""
