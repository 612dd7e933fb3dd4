"""An open store: the library and one generation of its indexes, to search and read in.

::

    <store>/library.db      the truth (library.py)
    <store>/indexes/<name>  derived from it (generation.py)
    <store>/write.lock      held by the one process that writes
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from vectorstore.embed import Encoder
from vectorstore.errors import StoreBusy, StoreDamaged, StoreError, StoreMismatch, StoreMissing
from vectorstore.generation import Indexes, naming_damage, open_indexes
from vectorstore.library import Library
from vectorstore.rows import IndexedPassage
from vectorstore.search import RANKING, Ranking, collapse, fuse, prior, spread
from vectorstore.types import Article, Filters, Hit

FORMAT = "1"  # of the library's tables and passages; a store of another format is made anew
GENERATION = "generation"
EVERYTHING = Filters()
ROOM = 3  # passages whose texts are read for each that is returned


def library_path(store: Path) -> Path:
    """The store's library."""
    return store / "library.db"


def indexes_path(store: Path) -> Path:
    """The folder of the store's index generations."""
    return store / "indexes"


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Be the one writer of the store, which is made where there is none. Raises ``StoreBusy`` or ``StoreError``."""
    lock = FileLock(store / "write.lock", timeout=0)
    try:
        store.mkdir(parents=True, exist_ok=True)
        _check_access(store)
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(f"{store}: another byline is writing to this store; wait for it and try again") from error
    except OSError as error:
        raise StoreError(
            f"{store}: cannot be made or written ({error.strerror}); choose another --store DIR"
        ) from error
    try:
        yield
    finally:
        lock.release()


def open_library(store: Path) -> Library:
    """Open the library of a store that exists. Raises ``StoreMissing`` or ``StoreDamaged``."""
    path = library_path(store)
    _check_access(store)
    if not path.exists():
        if any(indexes_path(store).glob("*")):
            raise StoreDamaged(f"{path}: missing; run: byline rebuild --store {store}")
        raise StoreMissing(f"{store}: no store here yet; make one with: byline ingest PATH --store {store}")
    try:
        library = Library(path)
        manifest = library.manifest()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise StoreDamaged(f"{path}: {error}; run: byline rebuild --store {store}") from error
    if "model" not in manifest and not library.counts()[0]:
        library.close()
        raise StoreMissing(f"{store}: holds no article yet; ingest some with: byline ingest PATH --store {store}")
    found = manifest.get("format", "")
    if found != FORMAT:
        library.close()
        message = f"{store}: made in format {found or 'unknown'}, this is format {FORMAT}"
        raise StoreMismatch(f"{message}; ingest into a new store: byline ingest PATH --store NEW")
    return library


def _check_access(store: Path) -> None:
    """Raise ``StoreError`` where the store is there but not this user's to open; SQLite would call it damaged."""
    for path in (store, library_path(store)):
        if os.access(path, os.F_OK) and not os.access(path, os.R_OK | os.W_OK):
            raise StoreError(f"{path}: not readable and writable by this user; change its permissions, or --store DIR")


def manifest_of(encoder: Encoder) -> dict[str, str]:
    """What must agree between a store's vectors and the encoder that asks it."""
    return {
        "format": FORMAT,
        "model": encoder.name,
        "model_sha256": encoder.sha256,
        "dtype": encoder.dtype,
        "dimension": str(encoder.dimension),
        "max_tokens": str(encoder.max_tokens),
    }


def encoder_of(store: Path, manifest: dict[str, str]) -> Encoder:
    """Load the encoder that the store was made with. Raises ``StoreMismatch`` where it is no longer the same."""
    encoder = Encoder.load(manifest["model"], dtype=manifest["dtype"])
    check_encoder(store, manifest, encoder)
    return encoder


def check_encoder(store: Path, manifest: dict[str, str], encoder: Encoder) -> None:
    """Raise ``StoreMismatch`` unless the encoder is the one that the store was made with, wherever it lies now."""
    moved = manifest.get("model_sha256") == encoder.sha256
    for key, value in manifest_of(encoder).items():
        if manifest.get(key) != value and not (key == "model" and moved):
            made, now = f"{key} {manifest.get(key, 'unknown')}", value
            raise StoreMismatch(
                f"{store}: made with {made}, not {now}; keep that model, or: byline ingest PATH --store NEW"
            )


class Store:
    """An open store. Searching is safe from several threads, and follows an ``ingest`` by another process."""

    def __init__(
        self, path: Path, encoder: Encoder | None = None, *, model: str | None = None, ranking: Ranking = RANKING
    ) -> None:
        """Open the store with the encoder that it was made with.

        Without ``encoder`` it is loaded: from the folder or by the name ``model``, or from where it was then.

        Raises ``StoreMissing``, ``StoreMismatch`` (``encoder`` is another one) or ``StoreDamaged``.
        """
        self.path = path
        self.ranking = ranking
        self._library = open_library(path)
        self._lock = threading.RLock()
        try:
            manifest = self._library.manifest()
            self._indexes = self._open_newest()
            self._copies = self._library.copies()
            self._facets: tuple[tuple[str, ...], tuple[str, str]] | None = None  # read when first asked for
            if encoder is None:
                encoder = encoder_of(path, manifest | ({} if model is None else {"model": model}))
            else:
                check_encoder(path, manifest, encoder)
        except BaseException:
            self._library.close()
            raise
        self.encoder = encoder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._indexes.close()
        self._library.close()

    def search(self, question: str, k: int = 20, filters: Filters = EVERYTHING, near: date | None = None) -> list[Hit]:
        """The ``k`` passages that fit the question best, best first, copies of one wire story collapsed.

        ``near`` is a day whose news count for more, usually that of the question. ``Hit.score`` is in [0, 1], higher is
        better, and compares within one search only.
        """
        vector = self.encoder.encode_question(question)
        wanted = max(self.ranking.candidates, 2 * k)
        with self._lock:
            self._follow()
            with naming_damage(self.path):
                words = self._indexes.words.search(question, wanted, filters, self.ranking)
                vectors = self._indexes.vectors.search(vector, wanted, filters)
            found = self._library.candidates(list(dict([*words, *vectors])))
            cosines = {id_: float(one.vector @ vector) for id_, one in found.items()}
            priors = {id_: prior(one.published, near, self.ranking) for id_, one in found.items()}
            return self._best(fuse(words, cosines, priors, self.ranking, cut=len(words) == wanted), k)

    def _best(self, ranked: list[tuple[str, float]], k: int) -> list[Hit]:
        """The ``k`` best hits; texts are read for as many as that takes, with room for copies."""
        hits: list[Hit] = []
        texts: dict[str, str] = {}
        best: list[Hit] = []
        step = ROOM * k
        for first in range(0, len(ranked), step):
            scores = dict(ranked[first : first + step])
            entries = {
                entry.id: entry
                for entry in self._library.passages(list(scores))
                # an article that another process replaces between two steps is not returned in two versions
                if texts.setdefault(entry.article.id, entry.article.text) == entry.article.text
            }
            hits += [_hit(entries[id_], score) for id_, score in scores.items() if id_ in entries]
            best = spread(collapse(hits, self._copies, texts), self.ranking.an_article)[:k]
            if len(best) == k:
                break
        return best

    def facets(self) -> tuple[tuple[str, ...], tuple[str, str]]:
        """What can be filtered by: the publishers, most articles first, and the first and last day ("" without any)."""
        with self._lock:
            self._follow()
            if self._facets is None:
                self._facets = tuple(self._library.publishers()), self._library.dates()
            return self._facets

    def article(self, article_id: str) -> Article:
        """The article. Raises ``KeyError`` where there is none of that id."""
        return self._library.article(article_id)

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of ids."""
        return self._library.articles()

    def copies(self, article_id: str) -> tuple[str, ...]:
        """The ids of the other articles that are copies of this one's text, in order."""
        group = self._copies.get(article_id)
        if group is None:
            return ()
        return tuple(sorted(id_ for id_, first in self._copies.items() if first == group and id_ != article_id))

    def _open_newest(self) -> Indexes:
        while True:
            name = self._library.manifest().get(GENERATION, "")
            if not name:
                message = f"{self.path}: ingest has not finished here yet"
                raise StoreDamaged(f"{message}; run it again, or: byline rebuild --store {self.path}")
            try:
                return open_indexes(indexes_path(self.path) / name)
            except StoreDamaged:
                if self._library.manifest().get(GENERATION) == name:
                    raise

    def _follow(self) -> None:
        """Turn to the newest generation where another process has made one since.

        The one before it stays on the disk until the next change (ingest.py), so a search under way is never cut off.
        """
        if self._library.manifest().get(GENERATION) != self._indexes.name:
            newest = self._open_newest()
            self._indexes.close()
            self._indexes = newest
            self._copies = self._library.copies()
            self._facets = None


def _hit(entry: IndexedPassage, score: float) -> Hit:
    return Hit(entry.passage, score, entry.article)
