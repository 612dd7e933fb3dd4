"""Haystack with its in-memory document store.

As in the tutorial "Creating a Hybrid Retrieval Pipeline" (haystack.deepset.ai/tutorials/33_hybrid_retrieval): the
splitter by words, the SentenceTransformers embedders, the joiner. Its ranker needs a model of its own and is left out;
the joiner then fuses by rank, which the page of DocumentJoiner offers for that. Eleven characters
are two words.
"""

from pathlib import Path

from haystack import Document, Pipeline  # type: ignore[import-not-found]
from haystack.components.joiners import DocumentJoiner  # type: ignore[import-not-found]
from haystack.components.preprocessors import DocumentSplitter  # type: ignore[import-not-found]
from haystack.components.retrievers.in_memory import (  # type: ignore[import-not-found]
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.components.writers import DocumentWriter  # type: ignore[import-not-found]
from haystack.document_stores.in_memory import InMemoryDocumentStore  # type: ignore[import-not-found]
from haystack.utils import ComponentDevice  # type: ignore[import-not-found]
from haystack_integrations.components.embedders.sentence_transformers import (  # type: ignore[import-not-found]
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from evals.bench.peers.wire import counted, read_articles, serve

CPU = ComponentDevice.from_str("cpu")


class Haystack:
    """One document store, saved as JSON."""

    def open(self, store: Path, model: str, way: str) -> None:
        """Build the pipeline to search with, or the embedder to ingest with."""
        self._file = store / "documents.json"
        self._way = way
        if not store.exists():
            self._embedder = SentenceTransformersDocumentEmbedder(model=model, device=CPU, progress_bar=False)
            self._embedder.warm_up()
            return
        documents = InMemoryDocumentStore.load_from_disk(str(self._file))
        text_embedder = SentenceTransformersTextEmbedder(model=model, device=CPU, progress_bar=False)
        self._pipeline = Pipeline()
        self._pipeline.add_component("embedder", text_embedder)
        self._pipeline.add_component("vectors", InMemoryEmbeddingRetriever(documents))
        self._pipeline.connect("embedder", "vectors")
        if way == "hybrid":
            self._pipeline.add_component("words", InMemoryBM25Retriever(documents))
            self._pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
            self._pipeline.connect("words", "joiner")
            self._pipeline.connect("vectors", "joiner")

    def ingest(self, articles: Path, characters: int) -> dict[str, int]:
        """Run the indexing pipeline and save the store."""
        store = InMemoryDocumentStore()
        pipeline = Pipeline()
        pipeline.add_component("splitter", DocumentSplitter(split_by="word", split_length=characters * 2 // 11))
        pipeline.add_component("embedder", self._embedder)
        pipeline.add_component("writer", DocumentWriter(store))
        pipeline.connect("splitter", "embedder")
        pipeline.connect("embedder", "writer")
        documents = [
            Document(content=row["text"], meta={key: row[key] for key in ("id", "title", "publisher", "published")})
            for row in read_articles(articles)
        ]
        pipeline.run({"splitter": {"documents": documents}})
        self._file.parent.mkdir()
        store.save_to_disk(str(self._file))
        return counted([document.content for document in store.filter_documents()])

    def search(self, question: str, k: int, asked: str) -> list[str]:
        """The best documents."""
        del asked
        inputs = {"embedder": {"text": question}, "vectors": {"top_k": k}}
        if self._way == "hybrid":
            inputs |= {"words": {"query": question, "top_k": k}, "joiner": {"top_k": k}}
        found = self._pipeline.run(inputs)["joiner" if self._way == "hybrid" else "vectors"]["documents"]
        return [document.content for document in found]


if __name__ == "__main__":
    serve(Haystack())
