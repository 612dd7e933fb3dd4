"""Files in, a searchable store out: read, split, embed, keep, index.

Articles are kept in batches, each one transaction, so a kill loses at most the batch at hand and the next ``ingest``
goes on from there. What is unchanged is skipped without being embedded; the indexes change once, at the end.
"""

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from vectorstore.articles import read_articles
from vectorstore.copies import group_copies, signature
from vectorstore.embed import Encoder
from vectorstore.errors import InputError, StoreDamaged, StoreMissing
from vectorstore.generation import SNAPSHOT, build, check_sizes
from vectorstore.library import Library
from vectorstore.rows import Entry, Known, article_hash
from vectorstore.split import MAX_TOKENS, split
from vectorstore.store import (
    FORMAT,
    GENERATION,
    check_encoder,
    encoder_of,
    indexes_path,
    library_path,
    manifest_of,
    open_library,
    writing,
)
from vectorstore.types import Article, Passage, SourcedArticle

BATCH_PASSAGES = 512  # embedded and kept at a time: enough to sort by length, and half a minute's work to lose


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, in articles. ``passages`` is how many were embedded; ``failed`` counts unusable inputs."""

    added: int
    changed: int
    unchanged: int
    removed: int
    failed: int
    passages: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is: articles that are kept as they are now, and passages embedded so far."""

    articles: int
    passages: int


class _Tally:
    """The counts of one ingest as it goes, and which articles of which files it saw."""

    def __init__(self, on_error: Callable[[InputError], None]) -> None:
        self._on_error = on_error
        self.paths: dict[str, str] = {}  # of the articles seen, by id
        self.moved: dict[str, str] = {}
        self.added = self.changed = self.unchanged = self.kept = self.failed = self.passages = 0

    def fail(self, error: InputError) -> None:
        self.failed += 1
        self._on_error(error)


def ingest(
    paths: Sequence[Path],
    store: Path,
    *,
    prune: bool = False,
    encoder: Callable[[], Encoder] | None = None,
    on_error: Callable[[InputError], None] = lambda _: None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> IngestReport:
    """Bring the store up to date with the articles in ``paths``.

    ``prune`` also removes the articles that were read from within ``paths`` before and are there no more. ``encoder``
    is called when the first text must be embedded; by default it loads the model that the store was made with. Each
    unusable file or line goes to ``on_error`` and the rest goes on.

    Raises ``StoreBusy``, ``StoreMismatch`` or ``StoreDamaged``.
    """
    with writing(store), _open_or_create(store) as library:
        load = _lazy_encoder(store, library, encoder)
        tally = _Tally(on_error)
        known = library.known()

        def embedded(passages: int) -> None:
            tally.passages += passages
            progress(Progress(tally.unchanged + tally.kept, tally.passages))

        for batch in _entries(_fresh(read_articles(paths, tally.fail), known, tally), load, embedded):
            library.put(batch)
            tally.kept += len(batch)
            embedded(0)
        gone = _gone(paths, known, tally) if prune else []
        library.remove(gone)
        library.move(tally.moved)
        update_indexes(store, library)
        return IngestReport(tally.added, tally.changed, tally.unchanged, len(gone), tally.failed, tally.passages)


def forget(article_ids: Sequence[str], store: Path) -> tuple[int, list[Path]]:
    """Remove these articles; one that is not here is passed over. A later ingest of their files brings them back.

    Returns how many were removed, and the files of theirs from which no article is left. Raises as ``ingest`` does.
    """
    with writing(store), open_library(store) as library:
        known = library.known()
        wanted = [id_ for id_ in dict.fromkeys(article_ids) if id_ in known]
        library.remove(wanted)
        update_indexes(store, library)
        left = {entry.path for entry in library.known().values()}
        return len(wanted), [Path(path) for path in sorted({known[id_].path for id_ in wanted} - left)]


def update_indexes(store: Path, library: Library, *, anew: bool = False) -> None:
    """Make the generation that matches the library, where there is none yet, and name it in the manifest."""
    manifest = library.manifest()
    folder = indexes_path(store)
    current = folder / manifest.get(GENERATION, "none")
    if not anew and is_current(library, current):
        return
    library.set_copies(find_copies(library))
    newest = build(folder, library, None if anew else current)
    library.set_manifest({GENERATION: newest.name})
    for other in folder.iterdir():
        if other not in (newest, current):
            shutil.rmtree(other)


def is_current(library: Library, generation: Path) -> bool:
    """Whether the generation is there in full length and holds exactly the library's passages."""
    try:
        check_sizes(generation)
    except StoreDamaged:
        return False
    with Library(generation / SNAPSHOT, "read") as snapshot:
        return set(snapshot.passage_ids()) == set(library.passage_ids())


def find_copies(library: Library) -> dict[str, str]:
    """The groups of near-duplicate articles: id → id of the group's first, only of groups of two or more."""
    groups = group_copies(library.signatures())
    sizes = Counter(groups.values())
    return {id_: first for id_, first in groups.items() if sizes[first] > 1}


def _open_or_create(store: Path) -> Library:
    try:
        return open_library(store)
    except StoreMissing:
        path = library_path(store)
        draft = path.with_suffix(".draft")  # so that a kill leaves no library without its tables
        draft.unlink(missing_ok=True)
        with Library(draft, "create") as library:
            library.set_manifest({"format": FORMAT, "id": uuid.uuid4().hex})
        draft.replace(path)
        return Library(path)


def _lazy_encoder(store: Path, library: Library, wanted: Callable[[], Encoder] | None) -> Callable[[], Encoder]:
    """The encoder, loaded at the first call (seconds) and checked against the store, or written into a new one."""

    @cache
    def load() -> Encoder:
        manifest = library.manifest()
        if "model" not in manifest:
            encoder = wanted() if wanted else Encoder.load()
            library.set_manifest(manifest_of(encoder))
        elif wanted:
            encoder = wanted()
            check_encoder(store, manifest, encoder)
        else:
            encoder = encoder_of(store, manifest)
        return encoder

    return load


def _fresh(
    articles: Iterable[SourcedArticle], known: Mapping[str, Known], tally: _Tally
) -> Iterator[tuple[Article, str]]:
    """The articles that the library does not hold as they are, each with its file."""
    for sourced in articles:
        article, path = sourced.article, _printable(sourced.path)
        before = known.get(article.id)
        unchanged = before is not None and before.hash == article_hash(article)
        if before is None:
            tally.added += 1
        elif unchanged:
            tally.unchanged += 1
            if before.path != path:
                tally.moved[article.id] = path
        elif _is_another_file(sourced.path, before.path):
            reason = f"the id {article.id!r} belongs to {before.path}"
            tally.fail(InputError(f"{path}: {reason}; ingest the folder above both, or into another store"))
            continue
        else:
            tally.changed += 1
        tally.paths[article.id] = path
        if not unchanged:
            yield article, path


def _is_another_file(path: Path, before: str) -> bool:
    """Whether a plain file's id, its relative path, is already that of another file which is still there.

    In JSON lines the id is the publisher's own: the newest file to name it wins.
    """
    return ".jsonl" not in path.suffixes and _printable(path) != before and Path(before).exists()


def _entries(
    articles: Iterable[tuple[Article, str]], load: Callable[[], Encoder], embedded: Callable[[int], None]
) -> Iterator[list[Entry]]:
    """Split and embed, in batches of about ``BATCH_PASSAGES``; ``embedded`` is told each so many passages."""
    batch: list[tuple[Article, str, list[Passage]]] = []
    for article, path in articles:
        encoder = load()
        batch.append((article, path, _passages(article, encoder)))
        if sum(len(passages) for *_, passages in batch) >= BATCH_PASSAGES:
            yield _embed(batch, encoder, embedded)
            batch = []
    if batch:
        yield _embed(batch, load(), embedded)


def _passages(article: Article, encoder: Encoder) -> list[Passage]:
    starts = encoder.token_starts(article.text)
    return split(article, starts, max_tokens=min(MAX_TOKENS, encoder.max_tokens))


def _embed(
    batch: Sequence[tuple[Article, str, list[Passage]]], encoder: Encoder, embedded: Callable[[int], None]
) -> list[Entry]:
    texts = [passage.text for *_, passages in batch for passage in passages]
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    for first in range(0, len(texts), BATCH_PASSAGES):  # one article alone can have thousands
        part = texts[first : first + BATCH_PASSAGES]
        vectors[first : first + len(part)] = encoder.encode_passages(part)
        embedded(len(part))
    entries, first = [], 0
    for article, path, passages in batch:
        last = first + len(passages)
        entries.append(Entry(article, path, signature(article.text), passages, vectors[first:last]))
        first = last
    return entries


def _gone(paths: Sequence[Path], known: Mapping[str, Known], tally: _Tally) -> list[str]:
    """The ids of articles that were read from within ``paths`` and are there no more.

    A path that gave no article at all (missing, empty, not mounted) says nothing about what it held; and where
    something failed to be read, an article whose file still exists may be in what failed.
    """
    roots = [_printable(path.absolute()) for path in paths]
    live = [root for root in roots if any(_within(path, root) for path in tally.paths.values())]
    return [
        id_
        for id_, article in known.items()
        if id_ not in tally.paths
        and any(_within(article.path, root) for root in live)
        and not (tally.failed and Path(article.path).exists())
    ]


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/")


def _printable(path: Path) -> str:
    """The path as text that SQLite takes: a byte that is no UTF-8 is written as its escape."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
