"""LlamaIndex with a local embedding model and its default storage.

As in "Local Embeddings with HuggingFace", "Customizing Storage" (SentenceSplitter, ``persist``) and, for the way
"hybrid", "Reciprocal Rerank Fusion Retriever" (developers.llamaindex.ai/python), with ``num_queries=1``, since more
queries are written by a language model. The splitter takes the most tokens that a node and its metadata may have:
two for seven characters make passages of the length aimed at.
"""

from pathlib import Path
from typing import Any

from llama_index.core import (  # type: ignore[import-not-found]
    Document,
    StorageContext,
    VectorStoreIndex,
    load_index_from_storage,
)
from llama_index.core.llms import MockLLM  # type: ignore[import-not-found]
from llama_index.core.node_parser import SentenceSplitter  # type: ignore[import-not-found]
from llama_index.core.retrievers import QueryFusionRetriever  # type: ignore[import-not-found]
from llama_index.embeddings.huggingface import HuggingFaceEmbedding  # type: ignore[import-not-found]

from evals.bench.peers.wire import counted, read_articles, serve

K = 20  # what is asked for here; the retrievers are made with it


class LlamaIndex:
    """One index, persisted as JSON."""

    def open(self, store: Path, model: str, way: str) -> None:
        """Load the model, and the index where there is one."""
        self._path = store
        self._model = HuggingFaceEmbedding(model_name=model)
        if store.exists():
            context = StorageContext.from_defaults(persist_dir=str(store))
            index = load_index_from_storage(context, embed_model=self._model)
            self._retriever = index.as_retriever(similarity_top_k=K)
            if way == "hybrid":
                self._retriever = _hybrid(self._retriever, index.docstore)

    def ingest(self, articles: Path, characters: int) -> dict[str, int]:
        """Parse into nodes, embed them and persist the index."""
        documents = [
            Document(text=row["text"], metadata={key: row[key] for key in ("title", "publisher", "published")})
            for row in read_articles(articles)
        ]
        nodes = SentenceSplitter(chunk_size=characters * 2 // 7, chunk_overlap=0).get_nodes_from_documents(documents)
        # Of its storages the one that keeps nodes for a BM25 retriever too, as its documentation shows.
        context = StorageContext.from_defaults()
        context.docstore.add_documents(nodes)
        VectorStoreIndex(nodes, storage_context=context, embed_model=self._model)
        context.persist(persist_dir=str(self._path))
        return counted([node.text for node in nodes])

    def search(self, question: str, k: int, asked: str) -> list[str]:
        """The best nodes."""
        del asked
        return [found.node.text for found in self._retriever.retrieve(question)][:k]


def _hybrid(vectors: Any, docstore: Any) -> Any:
    from llama_index.retrievers.bm25 import BM25Retriever  # type: ignore[import-not-found]

    words = BM25Retriever.from_defaults(docstore=docstore, similarity_top_k=K)
    return QueryFusionRetriever(
        [vectors, words],
        llm=MockLLM(),  # required, and with one query never asked
        similarity_top_k=K,
        num_queries=1,
        mode="reciprocal_rerank",
        use_async=False,
    )


if __name__ == "__main__":
    serve(LlamaIndex())
