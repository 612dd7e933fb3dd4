"""The gold sets that the page offers: those that come with Byline, the rows kept from chats, the files beside them.

::

    <store>/gold.jsonl   rows kept from chats
    <store>/gold/        further files, .jsonl or .jsonl.gz

A set is known to the browser by a name out of this list, never by a path. Knows nothing of runs or HTML.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from evals.gold import load
from evals.options import SEEDS_GOLD
from ui.feedback import GOLD
from vectorstore.errors import BylineError, InputError, StoreMissing
from vectorstore.store import open_library

FOLDER = "gold"
SUFFIXES = (".jsonl", ".jsonl.gz")
OWN = (SEEDS_GOLD, SEEDS_GOLD.with_name("planning.jsonl"))
SHOWN_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class GoldSet:
    """A gold file that is there. ``kinds`` are its questions by kind; ``problems`` are the lines that are no question.

    Its evidence stands in ``articles`` different articles, of which the store holds ``present``. ``error`` says why it
    cannot be asked, "" where it can.
    """

    name: str
    title: str
    path: Path
    questions: int
    kinds: Mapping[str, int]
    articles: int
    present: int
    problems: tuple[str, ...]
    error: str


@dataclass(frozen=True, slots=True)
class _Content:
    kinds: Mapping[str, int]
    sources: frozenset[str]
    problems: tuple[str, ...]
    error: str


def offered(store: Path) -> list[GoldSet]:
    """Every set that can be chosen; of Byline's own those of which the store holds an article."""
    held = _articles(store)
    found = []
    for name, (title, path) in _named(store).items():
        changed = path.stat()
        content = _content(path, changed.st_mtime_ns, changed.st_size)
        present = len(content.sources & held)
        if path in OWN and not present:
            continue
        found.append(
            GoldSet(
                name=name,
                title=title,
                path=path,
                questions=sum(content.kinds.values()),
                kinds=content.kinds,
                articles=len(content.sources),
                present=present,
                problems=content.problems,
                error=content.error,
            )
        )
    return found


def find(store: Path, name: str) -> GoldSet:
    """The set of that name, which came from outside. Raises ``InputError`` unless it can be asked."""
    chosen = next((one for one in offered(store) if one.name == name), None)
    if chosen is None:
        raise InputError("this gold set is not there any more; reload the page and choose another")
    if chosen.error:
        raise InputError(chosen.error)
    return chosen


def _named(store: Path) -> dict[str, tuple[str, Path]]:
    """Title and path by name, of the files that are there."""
    return {name: (title, path) for name, title, path in _places(store) if path.is_file()}


def _places(store: Path) -> Iterator[tuple[str, str, Path]]:
    yield "kept", f"Kept from chats ({GOLD})", store / GOLD
    for path in sorted((store / FOLDER).glob("*")):
        if path.name.endswith(SUFFIXES):
            yield f"{FOLDER}/{path.name}", path.name, path
    for path in OWN:
        yield f"byline/{path.stem}", f"Comes with Byline ({path.stem})", path


@lru_cache(maxsize=64)
def _content(path: Path, _changed: int, _size: int) -> _Content:
    """What a file holds; it is read again when it has changed."""
    problems: list[str] = []
    where = f"{path.parent}/"
    try:
        examples = load(path, lambda error: problems.append(str(error).replace(where, "")))
    except BylineError as error:
        return _Content({}, frozenset(), tuple(problems[:SHOWN_PROBLEMS]), str(error).replace(where, ""))
    sources = frozenset(piece.source for one in examples for piece in one.evidence)
    kinds = Counter(one.kind for one in examples)
    if len(problems) > SHOWN_PROBLEMS:
        problems = [*problems[:SHOWN_PROBLEMS], f"and {len(problems) - SHOWN_PROBLEMS:,} more"]
    return _Content(kinds, sources, tuple(problems), "")


def _articles(store: Path) -> frozenset[str]:
    """The ids of the store's articles."""
    try:
        with open_library(store) as library:
            return frozenset(library.known())
    except StoreMissing:  # the last article was removed
        return frozenset()
