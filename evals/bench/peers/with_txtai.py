"""txtai: an embeddings database with content and a hybrid index.

As in "Embeddings" (neuml.github.io/txtai/embeddings, with ``content`` and ``hybrid`` of its "Configuration") and
"Segmentation" (neuml.github.io/txtai/pipeline/data/segmentation), whose ``chunker`` is Chonkie's by sentences; it takes
the most that a passage may have, a quarter more than what is aimed at. The way "vectors" asks the same database with
all the weight on vectors.
"""

from pathlib import Path

from txtai import Embeddings  # type: ignore[import-not-found]
from txtai.pipeline import Segmentation  # type: ignore[import-not-found]

from evals.bench.peers.wire import counted, read_articles, serve


class Txtai:
    """One embeddings database."""

    def open(self, store: Path, model: str, way: str) -> None:
        """Load the database, or make one."""
        self._path = store
        self._weights = 1.0 if way == "vectors" else None
        self._embeddings = Embeddings(path=model, content=True, hybrid=True, gpu=False)
        if store.exists():
            self._embeddings.load(str(store))

    def ingest(self, articles: Path, characters: int) -> dict[str, int]:
        """Segment, index and save."""
        segment = Segmentation(chunker="sentence", chunk_size=characters * 5 // 4)
        texts = [text for row in read_articles(articles) for text in segment(row["text"])]
        self._embeddings.index(texts)
        self._embeddings.save(str(self._path))
        return counted(texts)

    def search(self, question: str, k: int, asked: str) -> list[str]:
        """The best passages."""
        del asked
        return [found["text"] for found in self._embeddings.search(question, k, weights=self._weights)]


if __name__ == "__main__":
    serve(Txtai())
