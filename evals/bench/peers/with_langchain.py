"""The plain LangChain recipe: RecursiveCharacterTextSplitter, HuggingFaceEmbeddings and Chroma.

As in "Build a semantic search engine with LangChain" (docs.langchain.com/oss/python/langchain/knowledge-base), with
the classes of its tabs "HuggingFace" and "Chroma"; the splitter's size, the most that a passage may have, is
the page's own 1,000 where 800 are aimed at; its overlap is 0, as for all here.
"""

from pathlib import Path

from langchain_chroma import Chroma  # type: ignore[import-not-found]
from langchain_huggingface import HuggingFaceEmbeddings  # type: ignore[import-not-found]
from langchain_text_splitters import RecursiveCharacterTextSplitter  # type: ignore[import-not-found]

from evals.bench.peers.wire import counted, read_articles, serve

MOST = 5_000  # passages a call: Chroma refuses more than 5,461, and the class does not divide


class LangChain:
    """One Chroma collection."""

    def open(self, store: Path, model: str, way: str) -> None:
        """Open the collection, or make it."""
        del way
        self._store = Chroma(
            collection_name="news",
            embedding_function=HuggingFaceEmbeddings(model_name=model),
            persist_directory=str(store),
        )

    def ingest(self, articles: Path, characters: int) -> dict[str, int]:
        """Split with ``create_documents`` and add the documents."""
        splitter = RecursiveCharacterTextSplitter(chunk_size=characters * 5 // 4, chunk_overlap=0, add_start_index=True)
        rows = list(read_articles(articles))
        metadata = [{key: row[key] for key in ("id", "title", "publisher", "published")} for row in rows]
        documents = splitter.create_documents([row["text"] for row in rows], metadata)
        for first in range(0, len(documents), MOST):
            self._store.add_documents(documents[first : first + MOST])
        return counted([document.page_content for document in documents])

    def search(self, question: str, k: int, asked: str) -> list[str]:
        """The nearest passages."""
        del asked
        return [document.page_content for document in self._store.similarity_search(question, k=k)]


if __name__ == "__main__":
    serve(LangChain())
