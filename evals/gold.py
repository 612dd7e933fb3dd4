"""Gold questions from a file, and their fixed halves. Ignorant of the corpus and of whether a quote is in it."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from evals.types import Evidence, Example
from qa.types import Turn
from vectorstore.errors import BylineError, InputError

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Unusable(Exception):
    """A line that is no gold question; the message says why."""


def half(example_id: str) -> Literal["dev", "test"]:
    """The half a question belongs to, once and for all: dev to choose settings on, test to report.

    By the first byte of the id's sha256: even is dev, odd is test. It depends on nothing else, so that adding or
    editing questions moves none.
    """
    return "dev" if hashlib.sha256(example_id.encode()).digest()[0] % 2 == 0 else "test"


def load(path: Path, on_error: Callable[[InputError], None]) -> list[Example]:
    """Read gold questions from a ``.jsonl`` or ``.jsonl.gz`` file, in order; blank lines are skipped.

    Each line that is not a usable question is one ``InputError`` naming file and line, given to ``on_error``, and the
    rest goes on. Raises ``BylineError`` if the file cannot be read or holds no usable question.
    """
    examples: dict[str, Example] = {}
    for number, line in _lines(path):
        try:
            example = _example(_row(line), taken=examples)
        except _Unusable as why:
            on_error(InputError(f"{path}:{number}: {why}"))
        else:
            examples[example.id] = example
    if not examples:
        raise BylineError(f"{path}: holds no usable gold question; write one JSON object a line")
    return list(examples.values())


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1."""
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        raise BylineError(f"{path}: gold questions are read from .jsonl or .jsonl.gz files")
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise BylineError(f"{path}: cannot be read ({reason}); check the path and the file") from error


def _row(line: bytes) -> Mapping[str, Any]:
    try:
        text = line.decode()
        row = json.loads(text)
        json.dumps(row, ensure_ascii=False).encode()  # a lone surrogate escape is no text
    except UnicodeError as error:
        raise _Unusable("not UTF-8 text; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _Unusable(f"not JSON ({error}); write one object a line") from error
    if not isinstance(row, dict):
        raise _Unusable("not a JSON object; write one object a line")
    return row


def _example(row: Mapping[str, Any], taken: Container[str]) -> Example:
    example_id = _label(row, "id")
    if example_id in taken:
        raise _Unusable(f'the id "{example_id}" is taken by an earlier line; give it another')
    answers = _texts(row, "answers", required=True)
    kind = _label(row, "kind")
    if kind == "all":
        raise _Unusable('the kind "all" is taken by the sum of all kinds; choose another')
    if kind == "unanswerable" and answers:
        raise _Unusable('"answers" must be empty for the kind "unanswerable"')
    asked = row.get("asked") or ""
    if not isinstance(asked, str) or not (asked == "" or _is_day(asked)):
        raise _Unusable('"asked" must be a day, YYYY-MM-DD')
    return Example(
        id=example_id,
        kind=kind,
        question=_text(row, "question"),
        answers=answers,
        evidence=tuple(_evidence(item) for item in _list(row, "evidence", required=True)),
        history=tuple(_turn(item) for item in _list(row, "history")),
        choices=_texts(row, "choices"),
        wrong=_texts(row, "wrong"),
        documents=_texts(row, "documents"),
        asked=asked,
    )


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _Unusable(f'"{name}" must be a text that is not empty')
    return value


def _label(row: Mapping[str, Any], name: str) -> str:
    label = _text(row, name)
    if not label.isprintable():
        raise _Unusable(f'"{name}" must be printable, on one line')
    return label


def _list(row: Mapping[str, Any], name: str, *, required: bool = False) -> list[Any]:
    value = row.get(name)
    if value is None and not required:
        return []
    if not isinstance(value, list):
        raise _Unusable(f'"{name}" must be a list')
    return value


def _texts(row: Mapping[str, Any], name: str, *, required: bool = False) -> tuple[str, ...]:
    values = _list(row, name, required=required)
    if not all(isinstance(value, str) and value.strip() for value in values):
        raise _Unusable(f'"{name}" must be a list of texts that are not empty')
    return tuple(values)


def _evidence(item: Any) -> Evidence:
    quote = item.get("quote") if isinstance(item, dict) else None
    if not isinstance(quote, str) or quote.isspace():
        raise _Unusable('each of "evidence" must be {"source": article id, "quote": text or ""}')
    return Evidence(_text(item, "source"), quote)


def _turn(item: Any) -> Turn:
    if not isinstance(item, dict) or item.get("role") not in ("user", "assistant"):
        raise _Unusable('each of "history" must be {"role": "user" or "assistant", "content": text}')
    return Turn(item["role"], _text(item, "content"))
