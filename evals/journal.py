"""What a run has finished, kept question by question, so that the run goes on where it was killed.

One record a line in a file that is named by all that decides the answers: another model, setting or corpus has another
journal. Ignorant of engines, and of what a result says.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from filelock import FileLock, Timeout

from evals.provenance import Provenance
from evals.records import from_record, to_record
from evals.types import Example, Result
from vectorstore.durable import append_line
from vectorstore.errors import BylineError

_DECIDES_NOTHING = ("started", "gold", "commit", "changed", "cores")


class Journal:
    """An open journal, this process the only one that writes to it.

    Attributes:
        path: the file.
        results: what an earlier run finished, by the question's id.
    """

    def __init__(self, path: Path, results: dict[str, Result], *, texts: bool) -> None:
        self.path = path
        self.results = results
        self._texts = texts

    def add(self, result: Result) -> None:
        """Keep a finished question: from here on it survives the end of this process.

        Raises ``BylineError`` if it cannot be written; the journal stays as it was.
        """
        line = json.dumps(to_record(result, texts=self._texts), ensure_ascii=False, allow_nan=False)
        try:
            append_line(self.path, line.encode())
        except OSError as error:
            raise BylineError(f"{self.path}: cannot be written ({error.strerror}); choose another --out") from error

    def remove(self) -> None:
        """Forget the run: its report is written."""
        self.path.unlink()


@contextmanager
def journal(folder: Path, made_with: Provenance, examples: Sequence[Example], *, texts: bool) -> Iterator[Journal]:
    """Open the journal of a run in a folder that exists: an earlier one of the same run, or a new one.

    Without ``texts`` no question, answer or quote is written to it. ``examples`` are what is asked: results read from
    the journal are of them. Raises ``BylineError`` if it cannot be opened or another process writes to it.
    """
    path = folder / f"{made_with.gold}-{made_with.half}-{key(made_with, texts=texts)}.unfinished.jsonl"
    lock = FileLock(path.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
        path.touch()
        results, whole = _read(path)
        os.truncate(path, whole)  # what a kill left of a line
    except Timeout as error:
        raise BylineError(f"{path}: another byline eval is at this very run; wait for it, or choose --out") from error
    except OSError as error:
        raise BylineError(f"{path}: cannot be opened ({error.strerror}); choose another --out") from error
    try:
        yield Journal(path, _of(examples, results), texts=texts)
    finally:
        if path.exists() and not path.stat().st_size:
            path.unlink()
        if not path.exists():  # while it is held: whoever waits for this file sees that it is gone, and makes another
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def key(made_with: Provenance, *, texts: bool) -> str:
    """Twelve hexadecimal digits: the start of the sha256 of all that decides the answers and what is kept of them."""
    facts = asdict(made_with)
    for name in _DECIDES_NOTHING:
        del facts[name]
    facts["configuration"].pop("jobs", None)
    return hashlib.sha256(json.dumps([facts, texts], sort_keys=True).encode()).hexdigest()[:12]


def _read(path: Path) -> tuple[list[Result], int]:
    """The results up to the first line that is not whole, and how many bytes they take."""
    results, whole = [], 0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            try:
                results.append(from_record(json.loads(line)))
            except (ValueError, BylineError):  # cut short by a machine that lost its power
                break
            whole += len(line)
    return results, whole


def _of(examples: Sequence[Example], results: Sequence[Result]) -> dict[str, Result]:
    """The results of the questions that are asked, with those questions: a record without texts lacks their words."""
    asked = {example.id: example for example in examples}
    return {one.example.id: replace(one, example=asked[one.example.id]) for one in results if one.example.id in asked}
