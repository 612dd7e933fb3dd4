"""The file that questions are appended to, and beside it the passages that were passed over. Ignorant of the talk.

Every row is on the disk before the next question is asked, so that nothing is lost however it ends.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from evals.formats import own
from evals.formats.rows import Row, Unusable, objects
from evals.types import Evidence, Example
from vectorstore.durable import append_line, lock_of
from vectorstore.errors import BylineError, InputError

LOCK_SECONDS = 1.0
"""The page, which keeps questions in a store's gold.jsonl, has the file for milliseconds."""

_NUMBER = re.compile(r"-([0-9]+)$")


@contextmanager
def writing(path: Path, on_error: Callable[[InputError], None]) -> Iterator["Rows"]:
    """The rows of a gold file, this process the only one that writes to it; the page waits, then says so.

    Lines that are no gold questions go to ``on_error``. Raises ``BylineError``.
    """
    if not path.name.endswith(".jsonl"):
        raise BylineError(f"{path}: questions are appended to a .jsonl file; name one with --gold")
    if not path.parent.is_dir():
        raise BylineError(f"{path}: its folder is not there; make it first, or name another file with --gold")
    lock = lock_of(path, LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout as error:
        raise BylineError(f"{path}: somebody else is writing to it; wait, or name another file with --gold") from error
    except OSError as error:
        raise BylineError(f"{path}: cannot be written ({error.strerror}); name another file with --gold") from error
    try:
        yield Rows(path, on_error)
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)  # while it is held: whoever waits for it makes another
        lock.release()


class Rows:
    """A gold file to append to, which is ``writing``. Made with its first row."""

    def __init__(self, path: Path, on_error: Callable[[InputError], None]) -> None:
        self.path = path
        self.skipped_path = path.with_name(f"{path.name}.skipped")
        self.examples: dict[str, Example] = {}
        self._appended: list[tuple[str, int, int]] = []  # id, and the file's size before and after it
        self._skipped = list(self._read_skipped())
        for place, row in _there(path, on_error):
            try:
                example = own.example(row, self.examples)
            except Unusable as why:
                on_error(InputError(f"{path}:{place}: {why}"))
            else:
                self.examples[example.id] = example

    def asked(self) -> list[tuple[str, str]]:
        """The quotes that were asked about or passed over, each with its article's id."""
        used = [(piece.source, piece.quote) for one in self.examples.values() for piece in one.evidence]
        return used + self._skipped

    def append(self, kind: str, question: str, answers: Sequence[str], evidence: Sequence[Evidence]) -> Example:
        """Write a question and return it, once it is on the disk. Raises ``BylineError`` if it cannot be written."""
        pieces = [{"source": piece.source, "quote": piece.quote} for piece in evidence]
        row: Row = {"id": self._next_id(), "kind": kind, "question": question, "answers": list(answers)}
        row |= {"evidence": pieces}
        example = own.example(row, self.examples)
        self._appended.append((example.id, *_append(self.path, row)))
        self.examples[example.id] = example
        return example

    def take_back(self, example_id: str) -> list[str]:
        """Cut a row of this session, and those after it, off the file; return their ids.

        Raises ``BylineError`` if the file was changed since, or cannot be.
        """
        ids = [id_ for id_, _before, _after in self._appended]
        gone = self._appended[ids.index(example_id) :]
        try:
            changed = self.path.stat().st_size != gone[-1][2]
            if not changed:
                os.truncate(self.path, gone[0][1])
        except OSError as error:
            raise BylineError(f"{self.path}: {example_id} cannot be taken out of it ({error.strerror})") from error
        if changed:
            raise BylineError(f"{self.path}: was changed meanwhile; take {example_id} out of it by hand")
        self._appended = self._appended[: -len(gone)]
        for id_, _before, _after in gone:
            del self.examples[id_]
        return [id_ for id_, _before, _after in gone]

    def skip(self, source: str, quote: str) -> None:
        """Remember that a passage is not to be proposed again."""
        self._skipped.append((source, quote))
        _append(self.skipped_path, {"source": source, "quote": quote})

    def _next_id(self) -> str:
        stem = self.path.name.removesuffix(".jsonl")
        taken = [
            int(found[1])
            for id_ in self.examples
            if (found := _NUMBER.search(id_)) and id_ == f"{stem}{found.group()}" and len(found[1]) < _DIGITS
        ]
        return f"{stem}-{max(taken, default=0) + 1:03d}"

    def _read_skipped(self) -> Iterator[tuple[str, str]]:
        if self.skipped_path.is_file():
            for _place, row in objects(self.skipped_path, lambda _place, _why: None):
                source, quote = row.get("source"), row.get("quote")
                if isinstance(source, str) and isinstance(quote, str):
                    yield source, quote


_DIGITS = 9  # of a number at the end of an id; a longer one is none


def _there(path: Path, on_error: Callable[[InputError], None]) -> Iterator[tuple[str, Row]]:
    """The rows of a file that may not be there yet, or be empty."""
    if not path.exists():
        return
    yield from own.questions(path, lambda place, why: on_error(InputError(f"{path}:{place}: {why}")))


def _append(path: Path, row: Row) -> tuple[int, int]:
    """Write one line after what is there, and have it on the disk; the file's size before and after."""
    try:
        return append_line(path, json.dumps(row, ensure_ascii=False).encode())
    except OSError as error:
        raise BylineError(f"{path}: cannot be written ({error.strerror}); name another file with --gold") from error
