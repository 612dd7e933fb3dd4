"""Gold questions in, one JSON answer a line out.

The answers are written to ``OUT.part`` as they come and renamed to ``OUT`` at the end: a complete ``OUT`` is the sign
that the run completed, and what an interrupted run had answered is in the part file.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qa.engine import Engine
from qa.errors import QuestionError
from qa.formats import to_json
from qa.types import Turn
from vectorstore.errors import BylineError, InputError
from vectorstore.types import Filters

OnError = Callable[[InputError], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a gold row asks; its answers are no business of this folder. ``where`` is ``file:line``."""

    where: str
    id: str
    text: str
    history: tuple[Turn, ...]
    filters: Filters
    asked: date | None = None


def answer_all(engine: Engine, questions: Path, out: Path, on_error: OnError) -> None:
    """Answer every row of ``questions`` into ``out``; each unusable row goes to ``on_error`` and the rest goes on.

    Raises:
        BylineError: ``questions`` cannot be read or ``out`` cannot be written.
    """
    with _writing(out) as write:
        for question in read_questions(questions, on_error):
            try:
                answer = engine.ask(question.text, question.history, question.filters, question.asked)
            except QuestionError as error:
                on_error(InputError(f"{question.where}: {error}"))
                continue
            write(json.dumps(to_json(answer, question.id)))


def read_questions(path: Path, on_error: OnError) -> Iterator[Question]:
    """Yield the gold rows of a ``.jsonl`` or ``.jsonl.gz`` file; each unusable line goes to ``on_error``."""
    for number, line in enumerate(_lines(path, on_error), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            on_error(InputError(f"{where}: not JSON ({error}); one object a line is expected"))
            continue
        try:
            yield _question(where, row)
        except InputError as error:
            on_error(error)


def _lines(path: Path, on_error: OnError) -> Iterator[bytes]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as stream:
            yield stream.readline().removeprefix(b"\xef\xbb\xbf")
            yield from stream
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        on_error(InputError(f"{path}: broken gzip data ({error}); the lines before the break were used"))
    except OSError as error:
        raise BylineError(f"{path}: {error.strerror or error}; give a readable .jsonl or .jsonl.gz file") from error


def _question(where: str, row: Any) -> Question:
    if not isinstance(row, dict):
        raise InputError(f"{where}: {type(row).__name__} is no gold question; an object is expected")
    for field in ("id", "question"):
        if not isinstance(row.get(field), str):
            raise InputError(f"{where}: {field!r} must be a string")
    documents = row.get("documents") or []
    if not isinstance(documents, list) or not all(isinstance(id_, str) for id_ in documents):
        raise InputError(f"{where}: 'documents' must be a list of article ids")
    history = row.get("history") or []
    if not isinstance(history, list):
        raise InputError(f"{where}: 'history' must be a list of turns")
    turns = tuple(_turn(where, turn) for turn in history)
    filters = Filters(article_ids=tuple(documents))
    return Question(where, row["id"], row["question"], turns, filters, _day(where, row.get("asked") or ""))


def _day(where: str, asked: Any) -> date | None:
    try:
        return date.fromisoformat(asked) if asked else None
    except (TypeError, ValueError):
        raise InputError(f"{where}: 'asked' must be a day, YYYY-MM-DD") from None


def _turn(where: str, turn: Any) -> Turn:
    match turn:
        case {"role": "user" | "assistant" as role, "content": str(content)}:
            return Turn(role, content)
    raise InputError(f"{where}: a turn of 'history' needs a 'role' (user or assistant) and a 'content' string")


@contextmanager
def _writing(out: Path) -> Iterator[Callable[[str], None]]:
    """Give a function that writes a line to ``OUT.part``, renamed to ``OUT`` at the end; a pipe is written as it is."""
    device = out.exists() and not out.is_file()
    if not device:
        out = out.resolve()  # a link to a file stays a link
    part = out if device else out.with_name(out.name + ".part")
    with _explained(out):
        stream = part.open("w", encoding="utf-8")

    def write(line: str) -> None:
        with _explained(out):
            stream.write(line + "\n")
            stream.flush()

    with stream:
        yield write
    if not device:
        with _explained(out):
            part.replace(out)


@contextmanager
def _explained(out: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise BylineError(f"{out}: cannot be written ({error.strerror or error}); choose another --out") from error
