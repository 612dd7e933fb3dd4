"""The one path from a question to its cited answer; the terminal, the page, LangChain and the evals all read it.

Holds no conversation: the history is an argument.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from qa.agreement import agree
from qa.compose import abstain, compose, markers
from qa.confidence import calibrated
from qa.errors import check_question
from qa.followup import standalone
from qa.reading import Reader
from qa.types import Answer, Turn
from vectorstore.store import Store
from vectorstore.types import Filters

PASSAGES = 20
"""Passages that are read for one question."""

THRESHOLD = 0.1
"""Confidence below which the engine abstains: low, for an answer with its byline can be judged.

Of 0.08 to 0.15, chosen on the development half of evals/gold/seeds.jsonl (evals/LOG.md).
"""

ALL_ARTICLES = Filters()


class Engine:
    """Answers from one open store. Safe to use from several threads, as far as the store and the reader are."""

    def __init__(self, store: Store, reader: Reader | None = None) -> None:
        self.store = store
        self._reader = _default_reader() if reader is None else reader

    def stream(self, question: str, history: Sequence[Turn] = (), filters: Filters = ALL_ARTICLES) -> Iterator[Answer]:
        """Yield the answer as it grows: first with its passages, last the whole, its quotes checked.

        ``history`` is the conversation so far, oldest first.

        Raises:
            QuestionError: the question is empty or too long.
        """
        check_question(question)
        started = perf_counter()
        asked = standalone(question, history)
        hits = tuple(self.store.search(asked, PASSAGES, filters))
        found = perf_counter()
        draft = Answer(question, asked, passages=hits, seconds={"retrieve": found - started})
        yield draft
        spans = self._reader.read(asked, hits)
        claims = calibrated(agree(asked, spans, self.store.article, self.store.copies), hits)
        state = compose if claims and claims[0].confidence >= THRESHOLD else abstain
        answer = state(draft, claims, self.store.article)
        ended = perf_counter()
        seconds = {"retrieve": found - started, "read": ended - found, "total": ended - started}
        _check(answer)
        yield replace(answer, seconds=seconds)

    def ask(self, question: str, history: Sequence[Turn] = (), filters: Filters = ALL_ARTICLES) -> Answer:
        """Return the whole answer: the last of ``stream``."""
        *_, answer = self.stream(question, history, filters)
        return answer


def _default_reader() -> Reader:
    from qa.reader.reader import SpanReader

    return SpanReader.load()


def _check(answer: Answer) -> None:
    """Hold the promise of every answer; a failure here is a bug, never the user's doing."""
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote, f"quote moved: {citation}"
    cited = tuple(citation.marker for citation in answer.citations)
    assert markers(answer.answer) == cited, f"markers {markers(answer.answer)} are not the citations {cited}"
