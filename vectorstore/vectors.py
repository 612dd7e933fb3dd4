"""The vector index: nearest passages by cosine, in Chroma's HNSW. Knows ids, vectors and filters, not texts.

Derived from the library: built by ``change`` in a folder that nobody else reads yet, then only read. Chroma is never
given a present id again (it would merge or ignore) and never an embedding function (it would download one).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration, CreateHNSWConfiguration
from chromadb.config import Settings

from vectorstore.library import IndexedPassage, Vectors
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


@dataclass(frozen=True, slots=True)
class Row:
    """What the index holds of one passage. ``vector`` is ``(d,)``."""

    id: str
    metadata: dict[str, Any]
    vector: Vectors


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
        else:
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def change(self, remove: Sequence[str], add: Iterable[IndexedPassage]) -> None:
        """Take passages out by id and add others, none of which may be here already."""
        for start in range(0, len(remove), BATCH):
            self._collection.delete(ids=list(remove[start : start + BATCH]))
        entries = iter(add)
        while batch := list(islice(entries, BATCH)):
            self._collection.add(
                ids=[entry.id for entry in batch],
                embeddings=np.stack([entry.vector for entry in batch]),
                metadatas=[_metadata(entry) for entry in batch],
            )

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
        k = min(k, self.count())
        if not k:
            return []
        found = self._collection.query(
            query_embeddings=vector[None, :], n_results=k, where=_where(filters), include=["distances"]
        )
        distances = found["distances"] or [[]]
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]


def _metadata(entry: IndexedPassage) -> dict[str, str | int]:
    article = entry.article
    return {"article_id": article.id, "publisher": article.publisher, "published": day_number(article.published)}


def matches(entry: IndexedPassage, row: Row) -> bool:
    """Whether the index holds this passage as the library does, but for the rounding of Chroma's own scaling."""
    return row.metadata == _metadata(entry) and np.allclose(row.vector, entry.vector, rtol=0, atol=1e-6)


def _where(filters: Filters) -> dict[str, Any] | None:
    clauses: list[dict[str, Any]] = []
    if filters.publishers:
        clauses.append({"publisher": {"$in": list(filters.publishers)}})
    if filters.article_ids:
        clauses.append({"article_id": {"$in": list(filters.article_ids)}})
    if filters.after or filters.before:
        clauses.append({"published": {"$gte": day_number(filters.after) or 1}})  # 0, no date, is outside every range
        clauses.append({"published": {"$lte": day_number(filters.before) or 99991231}})
    if len(clauses) > 1:
        return {"$and": clauses}
    return clauses[0] if clauses else None
