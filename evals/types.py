"""The nouns of an evaluation. All are immutable; a score that does not apply or could not be had is ``None``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal

from qa.types import Mode, Turn

UNANSWERABLE = "unanswerable"
"""The kind of questions that the corpus does not answer; a gold file must give no answers to them."""

EVIDENCE_ONLY = "retrieval"
"""The kind of questions, such as BEIR's, that the corpus answers with ``evidence``, and no answers are known."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the corpus answers: ``quote`` is in article ``source``, or ``""`` where only the article is known."""

    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class Example:
    """One gold question. ``answers`` is empty exactly when the corpus does not answer it, or for ``EVIDENCE_ONLY``.

    For the kind ``conflict`` each of ``answers`` is a different answer that some article gives; for every other kind
    any of them will do. ``wrong`` are answers known to be false. ``documents``, if any, are the only articles asked.
    """

    id: str
    kind: str
    question: str
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    history: tuple[Turn, ...] = ()
    choices: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    asked: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the corpus answers the question: there are answers, or evidence alone is what its kind has."""
        return bool(self.answers or (self.kind == EVIDENCE_ONLY and self.evidence))


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one answer, each in [0, 1], higher is better; the mean over questions is the metric's value.

    ``None`` means that the metric does not apply to this question or answer, and the mean leaves it out.
    Definitions: answers and abstention in ``metrics``, retrieval in ``retrieval``, citations in ``citations``;
    which one applies to what, in ``score``.
    """

    contains: float | None = None
    exact_match: float | None = None
    f1: float | None = None
    sides: float | None = None
    all_sides: float | None = None
    none_wrong: float | None = None
    all_sides_only: float | None = None
    hit_1: float | None = None
    hit_5: float | None = None
    hit_10: float | None = None
    hit_20: float | None = None
    covered_5: float | None = None
    recall_1: float | None = None
    recall_5: float | None = None
    recall_10: float | None = None
    recall_20: float | None = None
    mrr: float | None = None
    ndcg_10: float | None = None
    cite_exact: float | None = None
    cite_precision: float | None = None
    cite_recall: float | None = None
    abstain_precision: float | None = None
    abstain_recall: float | None = None
    answered: float | None = None


Outcome = Literal["right", "wrong", "withheld", "unscored", "rightly withheld", "should be withheld", "failed"]

SCORE_NAMES: tuple[str, ...] = tuple(one.name for one in fields(Scores))


@dataclass(frozen=True, slots=True)
class GivenFinding:
    """One of the distinct answers that were shown. ``holds_gold``: a gold answer stands in ``value`` as whole words."""

    value: str
    confidence: float
    article_ids: tuple[str, ...] = ()
    holds_gold: bool | None = None


@dataclass(frozen=True, slots=True)
class GivenCitation:
    """A citation: ``[start, end)`` of the article. ``title`` is the article's.

    ``holds_gold``: a gold answer stands in the quote as whole words. ``on_evidence``: it is right by the gold evidence,
    as in ``citations.precision``. Either is ``None`` where the gold file leaves nothing to compare with.
    """

    marker: int
    article_id: str
    start: int
    end: int
    quote: str = ""
    title: str = ""
    holds_gold: bool | None = None
    on_evidence: bool | None = None


@dataclass(frozen=True, slots=True)
class GivenPassage:
    """A passage that retrieval returned: ``[start, end)`` of the article; ``score`` in [0, 1], higher is better."""

    article_id: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as far as a report needs it: what a result file keeps of ``qa.types.Answer``, and no article's text.

    ``passages`` are the best 20, best first. ``sentences`` are those that a language model wrote, ``supported`` those
    of them that what they cite bears out. ``seconds`` are those of each step.
    """

    answer: str
    short_answer: str
    abstained: bool
    confidence: float
    mode: Mode = "extractive"
    standalone_question: str = ""
    scope: str = ""
    notice: str = ""
    differ: bool = False
    findings: tuple[GivenFinding, ...] = ()
    citations: tuple[GivenCitation, ...] = ()
    passages: tuple[GivenPassage, ...] = ()
    sentences: int = 0
    supported: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)

    @property
    def support(self) -> float | None:
        """The share of the model's sentences that are supported, in [0, 1], higher is better; ``None`` without any."""
        return self.supported / self.sentences if self.sentences else None


@dataclass(frozen=True, slots=True)
class Result:
    """What one question came to. ``answer`` is ``None`` when the engine failed, and ``error`` says why.

    ``seconds`` is the wall-clock time of the whole question. ``gold_sha12`` is of the gold question with all that it
    expects: two results are of the same question when it is the same; "" in files that did not keep it.
    """

    example: Example
    answer: Given | None
    error: str
    seconds: float
    scores: Scores
    gold_sha12: str = ""

    @property
    def outcome(self) -> Outcome:
        """What became of the question, in one word: an answer is right when it contains a gold answer."""
        if self.answer is None:
            return "failed"
        if not self.example.answerable:
            return "rightly withheld" if self.answer.abstained else "should be withheld"
        if self.answer.abstained:
            return "withheld"
        if self.scores.contains is None:
            return "unscored"
        return "right" if self.scores.contains else "wrong"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric's value over a group of questions and its 95 % interval ``[low, high]``; ``None`` where undefined."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """The metrics of one kind of question (or ``all``) over ``n`` questions."""

    kind: str
    n: int
    metrics: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Report:
    """A run: one row for each kind, in the order of the gold file, then ``all``; and each question's result.

    ``seed`` and ``resamples`` are those of the intervals.
    """

    rows: tuple[Row, ...]
    results: tuple[Result, ...]
    seed: int
    resamples: int
