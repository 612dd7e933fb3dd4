"""The vector index: nearest passages by cosine, in Chroma's HNSW. Knows ids, vectors and filters, not texts.

Derived from the library: built by ``change`` in a folder that nobody else reads yet, then only read. Chroma is never
given a present id again (it would merge or ignore) and never an embedding function (it would download one).

A filtered search does not ask Chroma, which needs 0.1 to 0.6 s for it at 79k passages: beside Chroma's files lies a
table of the same vectors (``Table``), and the passages that the filters allow are compared one by one, exactly. So are
all passages where they are few (``EXACT``): a small archive gets the same results from every build of its indexes.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from chromadb.config import Settings
from numpy.typing import NDArray

from vectorstore.rows import IndexedPassage, Vectors
from vectorstore.types import Filters
from vectorstore.words import day_number

COLLECTION = "passages"
BATCH = 2_000  # rows a call; Chroma's own limit is 5,461
HNSW = CreateHNSWConfiguration(
    space="cosine",  # the default is l2
    ef_construction=200,
    max_neighbors=24,
    ef_search=200,
    sync_threshold=1_000,
)
MATRIX, IDS, PLACES, ARTICLES = "matrix.f32", "ids.npy", "places.npy", "articles.json"
GONE = -1  # the place of a passage that was taken out
SCAN = 0.3  # share of the table from which reading all of it in order is faster than picking rows
EVERYTHING = Filters()
EXACT = 10_000  # passages; comparing so many takes about a millisecond, as HNSW does
BLOCK = 1_024  # rows picked at a time: they stay in the processor's cache
FIRST_DAY, LAST_DAY = 1, 99991231  # 0, no date, is outside every range
_Filterable: TypeAlias = tuple[str, str, int]  # an article's id, publisher and day


@dataclass(frozen=True, slots=True)
class Row:
    """What the index holds of one passage. ``vector`` is ``(d,)``."""

    id: str
    metadata: dict[str, Any]
    vector: Vectors


class Table:
    """The same vectors in plain files, with what can be filtered by. Rows are only ever added, or marked as gone.

    ::

        matrix.f32     the vectors, row after row, float32, little-endian
        ids.npy        the id of each row's passage
        places.npy     where each row's article stands in articles.json, or ``GONE``
        articles.json  [id, publisher, day] of each article; of one that stands twice, the earlier has no row left
    """

    def __init__(self, folder: Path) -> None:
        """Open the files. Raises ``OSError``, or ``ValueError`` where they are damaged."""
        self._ids = np.load(folder / IDS)
        self._places: NDArray[np.int32] = np.load(folder / PLACES)
        articles = _read_articles(folder)
        self._articles = [id_ for id_, _, _ in articles]
        self._publishers = [publisher for _, publisher, _ in articles]
        self._days = np.array([day for _, _, day in articles], dtype=np.int64)
        rows, size = len(self._ids), (folder / MATRIX).stat().st_size
        if len(self._places) != rows or size % (4 * max(1, rows)):
            raise ValueError(f"{folder}: {MATRIX}, {IDS} and {PLACES} are not of one length")
        if rows and not GONE <= self._places.min() <= self._places.max() < len(articles):
            raise ValueError(f"{folder / PLACES}: names an article that is not in {ARTICLES}")
        shape = (rows, size // (4 * max(1, rows)))
        mapped = np.memmap(folder / MATRIX, dtype="<f4", mode="r", shape=shape) if rows else np.zeros(shape, "<f4")
        self._matrix: Vectors = np.asarray(mapped)
        self._count = int(np.count_nonzero(self._places != GONE))

    def __len__(self) -> int:
        """The number of passages."""
        return self._count

    def search(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """The ids and cosines of the ``k`` nearest passages that the filters allow, best first. Exact."""
        allowed = np.append(self._allowed(filters), False)  # the last is GONE
        rows = np.flatnonzero(allowed[self._places])
        if len(rows) > SCAN * len(self._matrix):
            cosines = (self._matrix @ vector)[rows]
        else:
            cosines = np.empty(len(rows), dtype=np.float32)
            for first in range(0, len(rows), BLOCK):
                cosines[first : first + BLOCK] = self._matrix[rows[first : first + BLOCK]] @ vector
        best = np.argpartition(-cosines, k)[:k] if k < len(rows) else np.arange(len(rows))
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(self._ids[rows[at]].decode(), float(cosines[at])) for at in best]

    def _allowed(self, filters: Filters) -> NDArray[np.bool_]:
        """Which articles the filters allow, ``(articles,)``."""
        allowed = np.ones(len(self._articles), dtype=np.bool_)
        for names, wanted in ((self._publishers, filters.publishers), (self._articles, filters.article_ids)):
            if wanted:
                chosen = frozenset(wanted)
                allowed &= np.fromiter((name in chosen for name in names), dtype=np.bool_, count=len(names))
        if filters.after or filters.before:
            allowed &= self._days >= (day_number(filters.after) or FIRST_DAY)
            allowed &= self._days <= (day_number(filters.before) or LAST_DAY)
        return allowed


def _change_table(folder: Path, remove: Sequence[str], add: Iterable[IndexedPassage]) -> Iterator[IndexedPassage]:
    """Yield what is added; the files are written by the time that ends."""
    ids, places, articles = np.load(folder / IDS), np.load(folder / PLACES), _read_articles(folder)
    if remove:
        places[np.isin(ids, np.array([id_.encode() for id_ in remove]))] = GONE
    new_ids: list[bytes] = []
    new_places: list[int] = []
    place_of: dict[str, int] = {}
    with (folder / MATRIX).open("ab") as matrix:
        for entry in add:
            article = entry.article
            if article.id not in place_of:
                place_of[article.id] = len(articles)
                articles.append((article.id, article.publisher, day_number(article.published)))
            new_ids.append(entry.id.encode())
            new_places.append(place_of[article.id])
            matrix.write(entry.vector.astype("<f4").tobytes())
            yield entry
    _write_table(folder, [*ids, *new_ids], np.append(places, new_places), articles)


def _write_table(folder: Path, ids: Sequence[bytes], places: NDArray[Any], articles: Sequence[_Filterable]) -> None:
    np.save(folder / IDS, np.array(ids, dtype=np.bytes_))
    np.save(folder / PLACES, places.astype(np.int32))
    (folder / ARTICLES).write_text(json.dumps(articles), encoding="utf-8")


def _read_articles(folder: Path) -> list[_Filterable]:
    return [(id_, publisher, day) for id_, publisher, day in json.loads((folder / ARTICLES).read_text("utf-8"))]


class VectorIndex:
    """An open index. Searching is safe from several threads."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the folder, or make a new index in it. Raises Chroma's errors where there is none."""
        settings = Settings(is_persistent=True, persist_directory=str(path), anonymized_telemetry=False)
        self._client = Client(settings=settings)
        if create:
            self._collection = self._client.create_collection(
                COLLECTION, configuration=CreateCollectionConfiguration(hnsw=HNSW), embedding_function=None
            )
            (path / MATRIX).touch()
            _write_table(path, [], np.array([]), [])
        else:
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        self._path = path
        self._table = Table(path)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def change(self, remove: Sequence[str], add: Iterable[IndexedPassage]) -> None:
        """Take passages out by id and add others, none of which may be here already."""
        for start in range(0, len(remove), BATCH):
            self._collection.delete(ids=list(remove[start : start + BATCH]))
        entries = _change_table(self._path, remove, add)
        while batch := list(islice(entries, BATCH)):
            self._collection.add(
                ids=[entry.id for entry in batch],
                embeddings=np.stack([entry.vector for entry in batch]),
                metadatas=[_metadata(entry) for entry in batch],
            )
        self._table = Table(self._path)

    def count(self) -> int:
        """The number of passages."""
        return self._collection.count()

    def pages(self) -> Iterator[list[Row]]:
        """Every passage as the index holds it, in no order, some thousand at a time."""
        for offset in range(0, self.count(), BATCH):
            page = self._collection.get(limit=BATCH, offset=offset, include=["embeddings", "metadatas"])
            rows = zip(page["ids"], page["metadatas"] or [], page["embeddings"], strict=True)  # type: ignore[arg-type]
            yield [Row(id_, dict(metadata), np.asarray(vector, dtype=np.float32)) for id_, metadata, vector in rows]

    def configuration_problems(self) -> Iterator[str]:
        """Settings that are not what they were made with, a line each."""
        found = dict(self._collection.configuration.get("hnsw") or {})
        for key, value in HNSW.items():
            if found.get(key) != value:
                yield f"vectors: {key} is {found.get(key)!r}, was {value!r}"

    def search(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[str, float]]:
        """The ids and cosines (-1 to 1, higher is better) of the ``k`` nearest passages, best first."""
        if filters != EVERYTHING or len(self._table) <= EXACT:
            return self._table.search(vector, k, filters)
        k = min(k, len(self._table))  # Chroma's own count() takes 15 ms at 79k passages
        found = self._collection.query(query_embeddings=vector[None, :], n_results=k, include=["distances"])
        distances = found["distances"] or [[]]
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]


def _metadata(entry: IndexedPassage) -> dict[str, str | int]:
    article = entry.article
    return {"article_id": article.id, "publisher": article.publisher, "published": day_number(article.published)}


def matches(entry: IndexedPassage, row: Row) -> bool:
    """Whether the index holds this passage as the library does, but for the rounding of Chroma's own scaling."""
    return row.metadata == _metadata(entry) and np.allclose(row.vector, entry.vector, rtol=0, atol=1e-6)
