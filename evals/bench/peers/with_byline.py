"""Byline itself, spoken to as the others are: "search" is ``Store.search``, "answer" what an answer was read from."""

from datetime import date
from pathlib import Path

from evals.bench.peers.wire import read_articles, serve
from qa.engine import Engine
from vectorstore.embed import Encoder
from vectorstore.ingest import ingest
from vectorstore.store import Store


class Byline:
    """One store."""

    def open(self, store: Path, model: str, way: str) -> None:
        """Load the model that Byline comes with (``model`` is its folder), and a store that is there."""
        del model
        self._path = store
        self._encoder = Encoder.load()
        if store.exists():
            self._store = Store(store, self._encoder)
            self._engine = Engine(self._store) if way == "answer" else None

    def ingest(self, articles: Path, characters: int) -> dict[str, int]:
        """``byline ingest``. Its passages are measured in tokens: about 800 characters of English news."""
        del characters
        report = ingest([articles], self._path, encoder=lambda: self._encoder)
        # Each character of an article is in one passage, but for white space between them.
        return {"passages": report.passages, "characters": sum(len(row["text"]) for row in read_articles(articles))}

    def search(self, question: str, k: int, asked: str) -> list[str]:
        """The best passages, or those of the finished answer."""
        if self._engine is None:
            return [hit.passage.text for hit in self._store.search(question, k)]
        answer = self._engine.ask(question, asked=date.fromisoformat(asked) if asked else None)
        return [hit.passage.text for hit in answer.passages[:k]]


if __name__ == "__main__":
    serve(Byline())
