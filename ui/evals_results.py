"""The results that runs have left in ``<store>/evals/``: which there are, one of them, two compared.

A result is known to the browser by its file's name without ``.json``, out of this list, never by a path. Changes
nothing. Knows nothing of runs under way or HTML.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evals.records import Recorded, read
from evals.reports.diff import Difference, difference
from vectorstore.errors import BylineError, InputError

FOLDER = "evals"
LISTED = 100
"""Results that are listed, the newest."""
LONGEST_HEAD = 1_000_000
"""Characters of one line before a file's questions."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A result in a line. ``started`` is UTC, ISO 8601. ``right`` is the share of right answers, in [0, 1].

    Where nothing was to be answered ``right`` is the share rightly withheld, and without either ``None``. ``error``
    says why the file is no result, "" where it is one.
    """

    name: str
    gold: str = ""
    started: str = ""
    questions: int = 0
    right: float | None = None
    error: str = ""


def listed(store: Path) -> list[Summary]:
    """The results, the newest first; what is no result is told as such."""
    files = sorted(_files(store).values(), key=lambda path: path.stat().st_mtime_ns, reverse=True)[:LISTED]
    found = [_summary(path, path.stat().st_mtime_ns) for path in files]
    return sorted(found, key=lambda one: one.started, reverse=True)


def result(store: Path, name: str) -> Recorded:
    """The result of that name, which came from outside. Raises ``BylineError`` if there is none or it is damaged."""
    path = _path(store, name)
    with _plainly(store):
        return _recorded(path, path.stat().st_mtime_ns)


def compared(store: Path, before: str, after: str) -> Difference:
    """Two results by name, on the questions that both were asked. Raises ``BylineError`` if there is none."""
    first, second = _path(store, before), _path(store, after)
    with _plainly(store):
        return _difference(first, first.stat().st_mtime_ns, second, second.stat().st_mtime_ns)


@contextmanager
def _plainly(store: Path) -> Iterator[None]:
    """Leave the folder out of what is told of its files: where it lies is no visitor's affair."""
    try:
        yield
    except BylineError as error:
        raise InputError(str(error).replace(f"{store / FOLDER}/", "")) from error


def _files(store: Path) -> dict[str, Path]:
    return {path.stem: path for path in (store / FOLDER).glob("*.json") if path.is_file()}


def _path(store: Path, name: str) -> Path:
    path = _files(store).get(name)
    if path is None:
        raise InputError("this result is not there any more; choose another")
    return path


@lru_cache(maxsize=4)
def _recorded(path: Path, _changed: int) -> Recorded:
    return read(path)


@lru_cache(maxsize=8)
def _difference(before: Path, before_changed: int, after: Path, after_changed: int) -> Difference:
    return difference(_recorded(before, before_changed), _recorded(after, after_changed))


@lru_cache(maxsize=2 * LISTED)
def _summary(path: Path, _changed: int) -> Summary:
    """What is known of a result without its questions: they would take seconds to read."""
    try:
        head = _head(path)
        made, everything = head["provenance"], head["rows"][-1]
        gold, started, questions = made["gold"], made["started"], everything["n"]
        if not (isinstance(gold, str) and isinstance(started, str) and isinstance(questions, int)):
            raise TypeError  # noqa: TRY301
        return Summary(path.stem, gold, started, questions, _right(everything["metrics"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return Summary(path.stem, error=f"{path.name}: no result of byline eval; move it out of this folder")


def _head(path: Path) -> dict[str, Any]:
    """The file without its questions: ``evals.records.as_json`` writes them last, after a line that names them."""
    lines: list[str] = []
    with path.open(encoding="utf-8") as file:
        while line := file.readline(LONGEST_HEAD):
            if line.startswith('"results": ['):
                break
            lines.append(line)
    head: dict[str, Any] = json.loads("".join(lines).rstrip().removesuffix(",") + "}")
    return head


def _right(metrics: Mapping[str, Any]) -> float | None:
    for name in ("contains", "abstain_recall"):
        value = metrics[name]["value"]
        if isinstance(value, float | int):
            return float(value)
    return None
