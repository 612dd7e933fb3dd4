"""Gold questions → answers → scores → report. Ignorant of files, of printing, and of what is behind the engine."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple
from datetime import date
from typing import Protocol

import numpy as np

from evals.calibration import Floats, aurc, expected_calibration_error
from evals.retrieval import LocatedEvidence
from evals.score import score, score_failure
from evals.statistics import RESAMPLES, bootstrap, defined_means
from evals.types import SCORE_NAMES, Estimate, Evidence, Example, Report, Result, Row
from qa.types import Answer, Turn
from vectorstore.errors import BylineError, InputError
from vectorstore.types import Article, Filters

METRIC_NAMES = (*SCORE_NAMES, "aurc", "ece", "seconds_p50", "seconds_p95")
"""The metrics of a row. The scores' means, then the area under the risk-coverage curve, the expected calibration error
(both: lower is better), and the median and 95th percentile of the seconds a question took."""


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
    results = tuple(_result(engine, example, corpus, on_error) for example in examples)
    if not results:
        raise BylineError("no question to ask: the gold file or the chosen half of it is empty")
    groups = {kind: [one for one in results if one.example.kind == kind] for kind in _kinds(results)}
    groups["all"] = list(results)
    rows = tuple(_row(kind, group, seed, resamples) for kind, group in groups.items())
    return Report(rows, results, seed, resamples)


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


def _result(engine: Asks, example: Example, corpus: Corpus, on_error: Callable[[InputError], None]) -> Result:
    evidence = _located(example, corpus, on_error)
    started = time.perf_counter()
    try:
        filters = Filters(article_ids=example.documents)
        asked = date.fromisoformat(example.asked) if example.asked else None
        answer = engine.ask(example.question, history=example.history, filters=filters, asked=asked)
    except BylineError as error:
        seconds = time.perf_counter() - started
        return Result(example, None, str(error), seconds, score_failure(example, evidence))
    seconds = time.perf_counter() - started
    scores = score(example, answer, evidence, lambda article_id: _text_of(corpus, article_id))
    return Result(example, answer, "", seconds, scores)


def _located(example: Example, corpus: Corpus, on_error: Callable[[InputError], None]) -> list[LocatedEvidence]:
    found = []
    for evidence in dict.fromkeys(example.evidence):
        try:
            article = corpus.article(evidence.source)
        except KeyError:
            on_error(InputError(f'question "{example.id}": no article "{evidence.source}" in the corpus'))
            continue
        located = locate(evidence, article)
        if located is None:
            on_error(InputError(f'question "{example.id}": article "{evidence.source}" lacks "{evidence.quote}"'))
        else:
            found.append(located)
    return found


def _text_of(corpus: Corpus, article_id: str) -> str | None:
    try:
        return corpus.article(article_id).text
    except KeyError:
        return None


def _kinds(results: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(one.example.kind for one in results))


def _row(kind: str, group: Sequence[Result], seed: int, resamples: int) -> Row:
    values, lows, highs = bootstrap(_table(group), _statistics, seed=seed, resamples=resamples)
    estimates = (
        Estimate(*(None if np.isnan(number) else float(number) for number in numbers))
        for numbers in zip(values, lows, highs, strict=True)
    )
    return Row(kind, len(group), dict(zip(METRIC_NAMES, estimates, strict=True)))


def _table(group: Sequence[Result]) -> Floats:
    """One row a question, shape (n, scores + 3): the scores (NaN for None), then confidence, risk and seconds.

    Risk is 1 − ``contains``, and 1 for an unanswerable question, which any answer gets wrong. A withheld answer was
    not seen: it stands below every given one (confidence −1) with risk 1, which is exact for an unanswerable question
    and the worst case for another, so that an engine gains nothing by withholding.
    """
    rows = []
    for one in group:
        contains = one.scores.contains
        confidence = -1.0 if one.answer is None or one.answer.abstained else one.answer.confidence
        risk = 1 - contains if contains is not None else float("nan") if one.example.answerable else 1.0
        rows.append([*astuple(one.scores), confidence, risk, one.seconds])
    return np.array(rows, dtype=np.float64)


def _statistics(table: Floats) -> Floats:
    """The metrics of ``METRIC_NAMES``, in that order, of rows as ``_table`` makes them; NaN where undefined."""
    scores, (confidence, risk, seconds) = table[:, :-3], table[:, -3:].T
    scored = ~np.isnan(risk)
    given = scored & (confidence >= 0)
    # Where nothing is answerable the curve is 1 throughout and says nothing.
    curve = aurc(confidence[scored], risk[scored]) if not np.isnan(scores[:, _CONTAINS]).all() else float("nan")
    error = expected_calibration_error(confidence[given], risk[given])
    return np.array([*defined_means(scores), curve, error, *np.quantile(seconds, (0.5, 0.95))])


_CONTAINS = SCORE_NAMES.index("contains")
