"""Many settings of the engine on the same questions, and which of them are worth choosing.

Ignorant of files and printing; the parts that do not change are loaded once, by the caller.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from evals.journal import Journal
from evals.rows import summed
from evals.run import Corpus, Question, ask_all
from evals.statistics import RESAMPLES
from evals.tables import Table
from evals.types import Report, Result
from qa.engine import Engine, Settings
from qa.reader.reader import SpanReader
from qa.reading import Reader
from qa.reranking import Reranker
from qa.types import Span
from vectorstore.store import Store
from vectorstore.types import Hit

COLUMNS: Mapping[str, str] = {
    "contains": "contains",
    "f1": "F1",
    "answered": "answered",
    "abstain_precision": "abstain P",
    "abstain_recall": "abstain R",
    "cite_precision": "cite P",
}

LEGEND = """\
The metrics as in the report, over all questions. p50, p95: seconds a question; settings that differ by their threshold
alone read the same, and share one clock. *: on the efficient frontier, nothing as fast is as good."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting: names of the reader and the reranker ("none": without), passages read and threshold."""

    reader: str
    reranker: str
    passages: int
    threshold: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a choice came to."""

    choice: Choice
    report: Report

    def value(self, metric: str) -> float | None:
        """The metric over all questions."""
        return self.report.rows[-1].metrics[metric].value


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is tried: every passages with every threshold, for each reader with each reranker, by their names."""

    readers: Mapping[str, SpanReader]
    rerankers: Mapping[str, Reranker | None]
    passages: Sequence[int]
    thresholds: Sequence[float]

    @property
    def groups(self) -> list[list[Choice]]:
        """Every choice, those together that differ by their threshold alone."""
        several = product(self.readers, self.rerankers, self.passages)
        return [[Choice(*parts, threshold) for threshold in self.thresholds] for parts in several]

    @property
    def choices(self) -> list[Choice]:
        """Every choice, in the order in which they are tried."""
        return [choice for group in self.groups for choice in group]


def run(
    sweep: Sweep,
    store: Store,
    questions: Sequence[Question],
    on_asked: Callable[[], None],
    journals: Mapping[Choice, Journal] | None = None,
    *,
    resamples: int = RESAMPLES,
) -> Iterator[Outcome]:
    """Ask every question with every choice. ``on_asked`` is called after each question with each choice.

    Of choices that differ by their threshold alone the passages are read once, and all get that one's seconds. What a
    choice's journal holds is not asked again, the rest is added to it. ``resamples`` are the bootstrap's. Raises
    ``BylineError`` if a journal cannot be written.
    """
    for group in sweep.groups:
        once, reranker = _Once(sweep.readers[group[0].reader]), sweep.rerankers[group[0].reranker]
        engines = {
            choice: Engine(store, once, reranker, settings=Settings(choice.passages, choice.threshold))
            for choice in group
        }
        for choice, results in _side_by_side(engines, questions, store, on_asked, journals).items():
            yield Outcome(choice, summed(results, resamples=resamples))


class _Once:
    """A reader that remembers the last thing it read; the same object answers the same question again at no cost."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._last: tuple[str, tuple[Hit, ...]] | None = None
        self._spans: list[Span] = []

    def read(self, question: str, hits: Sequence[Hit]) -> list[Span]:
        """As ``Reader.read``."""
        asked = (question, tuple(hits))
        if asked != self._last:
            self._last, self._spans = asked, self._reader.read(question, hits)
        return list(self._spans)


def _side_by_side(
    engines: Mapping[Choice, Engine],
    questions: Sequence[Question],
    corpus: Corpus,
    on_asked: Callable[[], None],
    journals: Mapping[Choice, Journal] | None,
) -> dict[Choice, list[Result]]:
    """Ask each question that a journal lacks of all engines before the next one; the results of each engine."""
    known = {choice: dict(journals[choice].results) if journals else {} for choice in engines}
    left = [question for question in questions if not all(question.example.id in results for results in known.values())]
    for several in zip(*(ask_all(engine, left, corpus) for engine in engines.values()), strict=True):
        for choice, result in zip(engines, several, strict=True):
            if result.example.id in known[choice]:  # cut off between two choices
                continue
            kept = known[choice][result.example.id] = replace(result, seconds=several[0].seconds)
            if journals:
                journals[choice].add(kept)
            on_asked()
    return {choice: [results[question.example.id] for question in questions] for choice, results in known.items()}


def frontier(outcomes: Sequence[Outcome], quality: str) -> list[bool]:
    """Whether each outcome is efficient: none is as fast (p50) and as good, and better in one of the two.

    ``quality`` is a metric of which more is better; an outcome without it is never efficient.
    """
    points = [(one.value("seconds_p50"), one.value(quality)) for one in outcomes]
    known = [(seconds, good) for seconds, good in points if seconds is not None and good is not None]

    def beaten(seconds: float, good: float) -> bool:
        return any(fast <= seconds and best >= good and (fast, best) != (seconds, good) for fast, best in known)

    return [seconds is not None and good is not None and not beaten(seconds, good) for seconds, good in points]


def table(outcomes: Sequence[Outcome], quality: str) -> Table:
    """One row a choice, in the order of their p50; per cent, and seconds."""
    head = ("", "reader", "reranker", "passages", "threshold", *COLUMNS.values(), "p50 s", "p95 s")
    marked = zip(frontier(outcomes, quality), outcomes, strict=True)
    rows = [_row(one, efficient=efficient) for efficient, one in sorted(marked, key=lambda pair: _order(pair[1]))]
    return Table("Settings, %", head, tuple(rows))


def _order(one: Outcome) -> tuple[float, float]:
    return one.value("seconds_p50") or 0.0, one.choice.threshold


def _row(one: Outcome, *, efficient: bool) -> tuple[str, ...]:
    choice = one.choice
    percents = (one.value(name) for name in COLUMNS)
    seconds = (one.value(name) for name in ("seconds_p50", "seconds_p95"))
    return (
        "*" if efficient else "",
        choice.reader,
        choice.reranker,
        str(choice.passages),
        f"{choice.threshold:g}",
        *("–" if value is None else f"{100 * value:.1f}" for value in percents),
        *("–" if value is None else f"{value:.3f}" for value in seconds),
    )
