"""The one path from a question to its cited answer; the terminal, the page, LangChain and the evals all read it.

Holds no conversation: the history is an argument.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from time import perf_counter

from qa.agreement import ArticleOf, Claim, agree
from qa.compose import abstain, compose, markers
from qa.confidence import calibrated
from qa.errors import check_question
from qa.followup.standalone import standalone
from qa.planning.plan import plan
from qa.planning.retrieve import retrieve
from qa.prose.asking import Asking
from qa.prose.models import Model
from qa.reading import Reader, open_reader
from qa.reranking import CANDIDATES, Reranker, by_reader
from qa.types import Answer, Turn
from qa.weighing import weigh
from vectorstore.store import Store
from vectorstore.types import Filters, Hit

PASSAGES = 20
"""Passages that are read for one question."""

THRESHOLD = 0.14
"""Confidence below which the engine abstains.

Of the right answers to RealTimeQA's questions of late 2022 it costs 1 in 100, of those to the held-out SQuAD questions
2 in 100; of the latter's unanswerable ones it refuses 33 in 100 (evals/LOG.md).
"""

ALL_ARTICLES = Filters()


@dataclass(frozen=True, slots=True)
class Settings:
    """What is chosen between quality and time; ``byline eval sweep`` shows what each choice costs.

    ``passages`` is how many are read for one question, from 1 up. ``threshold`` is the confidence, in [0, 1], below
    which there is no answer; 0: there always is one where anything was found.
    """

    passages: int = PASSAGES
    threshold: float = THRESHOLD


SETTINGS = Settings()


class Engine:
    """Answers from one open store. Safe to use from several threads, as far as the store and the reader are."""

    def __init__(
        self,
        store: Store,
        reader: Reader | None = None,
        reranker: Reranker | None = None,
        llm: Model | None = None,
        settings: Settings = SETTINGS,
    ) -> None:
        """``reader`` ``None``: Byline's own. With ``llm`` the answer is its prose, checked; without, extractive."""
        self.store = store
        self.reranker = reranker
        self.settings = settings
        self.reader = open_reader() if reader is None else reader
        self._llm = llm

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = ALL_ARTICLES,
        asked: date | None = None,
    ) -> Iterator[Answer]:
        """Yield the answer as it grows: first with its passages, last the whole, its quotes checked.

        In between come the sentences of a language model, where there is one, each as soon as it is checked; where the
        model fails the last is the extractive answer, and says so.

        ``history`` is the conversation so far, oldest first. ``asked`` is the day on which it is asked, from which
        "last week" counts, and whose news counts for more; ``None``: today, and none does.

        Raises:
            QuestionError: the question is empty or too long.
        """
        check_question(question)
        started = perf_counter()
        asking = Asking(self._llm) if self._llm else None
        alone = (asking.standalone if asking else standalone)(question, history)
        query, hits, scope = search(self.store, alone, filters, asked, self.reranker, self.settings.passages)
        found = perf_counter()
        draft = Answer(question, alone, scope, passages=hits, seconds={"retrieve": found - started})
        yield draft
        answer, claims, article_of = self._answer(draft, query, asked)
        ended = perf_counter()
        seconds = {"retrieve": found - started, "read": ended - found}
        if asking:
            grown = asking.write(answer, claims, article_of, self.store.encoder.encode_passages)
            for answer in grown:
                _check(answer)
                yield replace(answer, seconds=seconds)
            seconds |= {"write": perf_counter() - ended}
        _check(answer)
        yield replace(answer, seconds=seconds | {"total": perf_counter() - started})

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = ALL_ARTICLES,
        asked: date | None = None,
    ) -> Answer:
        """Return the whole answer: the last of ``stream``."""
        *_, answer = self.stream(question, history, filters, asked)
        return answer

    def _answer(self, draft: Answer, query: str, asked: date | None) -> tuple[Answer, list[Claim], ArticleOf]:
        """Read the draft's passages, and answer from them or abstain; with what they say, and whose it is."""
        hits = draft.passages
        read = self.reader.read(query, hits)
        article_of = {hit.passage.article_id: hit.article for hit in hits}.__getitem__
        claims = agree(query, weigh(read, hits, asked), article_of, self.store.copies)
        everything = is_everything(hits, draft.scope, self.settings.passages)
        claims = calibrated(query, claims, hits, everything=everything)
        state = compose if claims and claims[0].confidence >= self.settings.threshold else abstain
        return state(replace(draft, passages=by_reader(hits, read)), claims, article_of), claims, article_of


def search(
    store: Store,
    question: str,
    filters: Filters = ALL_ARTICLES,
    asked: date | None = None,
    reranker: Reranker | None = None,
    passages: int = PASSAGES,
) -> tuple[str, tuple[Hit, ...], str]:
    """What to read a standalone question as, the passages to read, best first, and the scope of ``Answer``."""
    planned = plan(question, *store.facets(), asked or datetime.now().astimezone().date())
    # A question that names its days says better than the calendar which news it means.
    near = None if planned.period and planned.period.certain else asked
    wanted = max(CANDIDATES, passages) if reranker else passages
    hits, scope = retrieve(partial(store.search, near=near), planned, wanted, filters)
    return planned.query, reranker.rerank(planned.query, hits, passages) if reranker else hits, scope


def is_everything(hits: Sequence[Hit], scope: str, passages: int = PASSAGES) -> bool:
    """Whether the hits are all there is to read: fewer than were wanted, and the question itself left nothing out.

    What the user's filters leave out is not there for them.
    """
    return len(hits) < passages and not scope


def _check(answer: Answer) -> None:
    """Hold the promise of every answer; a failure here is a bug, never the user's doing."""
    for citation in answer.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote, f"quote moved: {citation}"
    cited = tuple(citation.marker for citation in answer.citations)
    assert markers(answer.answer) == cited, f"markers {markers(answer.answer)} are not the citations {cited}"
