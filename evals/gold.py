"""Gold questions from a file, and their fixed halves. Ignorant of the corpus and of whether a quote is in it.

The one way in, for every format (``evals.formats``): what others publish is turned into rows of ours as it is read.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

from evals.formats import FORMATS, own, recognise
from evals.formats.rows import Unusable
from evals.types import Example
from vectorstore.errors import BylineError, InputError

OnError = Callable[[InputError], None]


def half(example_id: str) -> Literal["dev", "test"]:
    """The half a question belongs to, once and for all: dev to choose settings on, test to report.

    By the first byte of the id's sha256: even is dev, odd is test. It depends on nothing else, so that adding or
    editing questions moves none.
    """
    return "dev" if hashlib.sha256(example_id.encode()).digest()[0] % 2 == 0 else "test"


def load(path: Path, on_error: OnError, name: str | None = None) -> list[Example]:
    """Read gold questions, in order, from a file of ours or of another format, or a BEIR folder.

    ``name`` is that of the format (``FORMATS``); without it, what is in the file tells. Each row that is not a usable
    question is one ``InputError`` naming file and place, given to ``on_error``, and the rest goes on. Raises
    ``BylineError`` if the file cannot be read or holds no usable question.
    """
    return [example for _place, example in placed(path, on_error, name)]


def placed(path: Path, on_error: OnError, name: str | None = None) -> list[tuple[str, Example]]:
    """As ``load``, each question with its place: the line's number, or a path like ``data[0].paragraphs[2].qas[1]``."""
    named, file = _format(path, name)

    def bad(place: str, why: str) -> None:
        on_error(InputError(f"{file}:{place}: {why}"))

    examples: dict[str, tuple[str, Example]] = {}
    for place, row in FORMATS[named].questions(file, bad):
        try:
            example = own.example(row, taken=examples)
        except Unusable as why:
            bad(place, str(why))
        else:
            examples[example.id] = place, example
    if not examples:
        raise BylineError(f"{path}: holds no usable gold question; write one JSON object a line")
    return list(examples.values())


def format_of(path: Path, name: str | None = None) -> str:
    """The name of the format that the path is read as: ``name`` if given, else by what is in it. Raises as ``load``."""
    return _format(path, name)[0]


def write_articles(path: Path, out: Path, on_error: OnError, name: str | None = None) -> int:
    """Write the articles that come with the questions into ``out``, one a line in our format; return how many.

    0, and no file, where none come with them: a file of ours has none. Raises ``BylineError`` if it cannot be written.
    """
    named, file = _format(path, name)

    def bad(place: str, why: str) -> None:
        on_error(InputError(f"{file}:{place}: {why}"))

    rows: Iterator[dict[str, object]] = FORMATS[named].articles(file, bad)
    return write_rows(rows, out)


def write_rows(rows: Iterator[dict[str, object]], out: Path) -> int:
    """Write rows one a line; return how many. No row, no file. Raises ``BylineError`` if it cannot be written."""
    first = next(rows, None)
    count = 0
    if first is None:
        return count
    try:
        with out.open("w", encoding="utf-8") as file:
            for row in chain([first], rows):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
    except OSError as error:
        raise BylineError(f"{out}: cannot be written ({error.strerror}); choose another folder") from error
    return count


def fingerprint(path: Path) -> str:
    """The sha256 of the file as it is, or of a folder: over each file's name and sha256, in the names' order."""
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        digest.update(f"{file.relative_to(path).as_posix()}\n{fingerprint(file)}\n".encode())
    return digest.hexdigest()


def _format(path: Path, name: str | None) -> tuple[str, Path]:
    if name is None:
        return recognise(path)
    if name not in FORMATS:
        raise BylineError(f"{name}: no format that is known; choose one of {', '.join(FORMATS)}")
    folder_is_ours = name == "multihop-rag" and path.is_dir()
    return name, path / FORMATS[name].QUESTIONS if folder_is_ours else path
