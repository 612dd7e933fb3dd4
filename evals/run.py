"""Gold questions → answers → scores → report. Ignorant of files, of printing, and of what is behind the engine."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from evals.given import given, gold_sha12
from evals.retrieval import LocatedEvidence
from evals.rows import summed
from evals.score import score, score_failure
from evals.statistics import RESAMPLES
from evals.types import Evidence, Example, Report, Result
from qa.types import Answer, Turn
from vectorstore.errors import BylineError, InputError
from vectorstore.types import Article, Filters


class Asks(Protocol):
    """What is evaluated: ``qa.engine.Engine``, or anything that answers like it."""

    def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters = ..., asked: date | None = None
    ) -> Answer:
        """Answer one question, asked on that day; raises ``BylineError`` if it cannot."""


class Corpus(Protocol):
    """What citations are checked against: ``vectorstore.store.Store``."""

    def article(self, article_id: str) -> Article:
        """The article of that id; raises ``KeyError`` if there is none."""


@dataclass(frozen=True, slots=True)
class Question:
    """A gold question, and those of its pieces of evidence that the corpus has."""

    example: Example
    evidence: tuple[LocatedEvidence, ...]


def evaluate(
    engine: Asks,
    examples: Iterable[Example],
    corpus: Corpus,
    *,
    on_error: Callable[[InputError], None],
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Report:
    """Ask every question once, in order, score the answers, and sum up by kind and over all.

    A question on which the engine fails (``BylineError``) counts as wrong, keeps the error in its result, and the run
    goes on. Evidence that the corpus does not have goes to ``on_error`` and is left out: what is wrong with the gold
    file is not the engine's fault. ``seed`` and ``resamples`` are the bootstrap's. Raises ``BylineError`` if there is
    no question.
    """
    results = list(ask_all(engine, located(examples, corpus, on_error), corpus))
    if not results:
        raise BylineError("no question to ask: the gold file or the chosen half of it is empty")
    return summed(results, seed=seed, resamples=resamples)


def located(examples: Iterable[Example], corpus: Corpus, on_error: Callable[[InputError], None]) -> list[Question]:
    """The questions with their evidence; what the corpus does not have goes to ``on_error`` and is left out."""
    return [Question(example, tuple(_located(example, corpus, on_error))) for example in examples]


def ask_all(engine: Asks, questions: Sequence[Question], corpus: Corpus, *, jobs: int = 1) -> Iterator[Result]:
    """Ask every question once and score the answers; failures as in ``evaluate``.

    The results come as they are finished: with one job in the order of the questions. More jobs ask as many at a time,
    of an engine that is safe from several threads; only the seconds differ.
    """
    if jobs == 1:
        for question in questions:
            yield _result(engine, question, corpus)
        return
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(_result, engine, question, corpus) for question in questions]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:  # whoever leaves early waits for what is being asked, and for no more
            pool.shutdown(wait=False, cancel_futures=True)


def locate(evidence: Evidence, article: Article) -> LocatedEvidence | None:
    """Find every place of the quote in its article, overlapping ones too; ``None`` if a quote is nowhere in it."""
    if not evidence.quote:
        return LocatedEvidence(evidence, ())
    spans = []
    start = article.text.find(evidence.quote)
    while start >= 0:
        spans.append((start, start + len(evidence.quote)))
        start = article.text.find(evidence.quote, start + 1)
    return LocatedEvidence(evidence, tuple(spans)) if spans else None


def _result(engine: Asks, question: Question, corpus: Corpus) -> Result:
    example, evidence = question.example, question.evidence
    started = time.perf_counter()
    try:
        filters = Filters(article_ids=example.documents)
        asked = date.fromisoformat(example.asked) if example.asked else None
        answer = engine.ask(example.question, history=example.history, filters=filters, asked=asked)
    except BylineError as error:
        seconds = round(time.perf_counter() - started, 6)
        return Result(example, None, str(error), seconds, score_failure(example, evidence), gold_sha12(example))
    seconds = round(time.perf_counter() - started, 6)
    scores = score(example, answer, evidence, lambda article_id: _text_of(corpus, article_id))
    return Result(example, given(example, answer, evidence), "", seconds, scores, gold_sha12(example))


def _located(example: Example, corpus: Corpus, on_error: Callable[[InputError], None]) -> list[LocatedEvidence]:
    found = []
    for evidence in dict.fromkeys(example.evidence):
        try:
            article = corpus.article(evidence.source)
        except KeyError:
            on_error(InputError(f'question "{example.id}": no article "{evidence.source}" in the corpus'))
            continue
        piece = locate(evidence, article)
        if piece is None:
            on_error(InputError(f'question "{example.id}": article "{evidence.source}" lacks "{evidence.quote}"'))
        else:
            found.append(piece)
    return found


def _text_of(corpus: Corpus, article_id: str) -> str | None:
    try:
        return corpus.article(article_id).text
    except KeyError:
        return None
