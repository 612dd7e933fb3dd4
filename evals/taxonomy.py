"""Why a question went wrong, decided by rule from its result alone. Ignorant of the engine and of files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.types import Given, Result

ErrorClass = Literal[
    "failed",
    "wrong source",
    "abstention: answered",
    "retrieval: article",
    "retrieval: passage",
    "abstention: withheld",
    "reading",
    "citation",
    "one side",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """A class of error, in words for a reader of a report, and whether it may be a result's class."""

    says: str
    holds: Callable[[Result], bool]


def error_class(result: Result) -> ErrorClass | None:
    """The class of what went wrong: the first of ``RULES`` that holds, so that there is one at most.

    ``None`` where the answer is right, rightly withheld, or could not be scored (the outcome "unscored").
    """
    return next((name for name, rule in RULES.items() if rule.holds(result)), None)


def _shown(result: Result) -> Given | None:
    """The answer, if one was given."""
    return None if result.answer is None or result.answer.abstained else result.answer


def _missed(result: Result) -> bool:
    """Whether the articles answer and the answer did not."""
    return result.outcome in ("wrong", "withheld")


def _retrieved(result: Result) -> bool:
    """Whether the evidence was among the passages; without evidence in the gold file, whether there was any passage."""
    if result.scores.hit_20 is None:
        return result.answer is not None and bool(result.answer.passages)
    return bool(result.scores.hit_20 or result.scores.covered_5)


def _article_found(result: Result) -> bool:
    sources = {piece.source for piece in result.example.evidence}
    return result.answer is not None and any(passage.article_id in sources for passage in result.answer.passages)


def _in_hand(result: Result) -> bool:
    """Whether a nearest sentence that was pointed at answers; also where the result does not say (format 1)."""
    citations = result.answer.citations if result.answer else ()
    told = [one for one in citations if one.on_evidence is not None or one.holds_gold is not None]
    return any(one.on_evidence or one.holds_gold for one in told) or (bool(citations) and not told)


def _ill_cited(result: Result) -> bool:
    return result.outcome == "right" and (result.scores.cite_exact == 0 or result.scores.cite_precision == 0)


RULES: Mapping[ErrorClass, Rule] = {
    "failed": Rule(
        "The engine gave no answer, but an error.",
        lambda one: one.answer is None,
    ),
    "wrong source": Rule(
        "The answer, or one of its findings, is known to the gold file to be false.",
        lambda one: _shown(one) is not None and one.scores.none_wrong == 0,
    ),
    "abstention: answered": Rule(
        "The articles do not answer the question, and it was answered all the same.",
        lambda one: _shown(one) is not None and not one.example.answerable,
    ),
    "retrieval: article": Rule(
        "Wrong or withheld, and none of the passages is of an article with gold evidence.",
        lambda one: _missed(one) and not _retrieved(one) and not _article_found(one),
    ),
    "retrieval: passage": Rule(
        "Wrong or withheld, and the passages are of the right article, but not those with the gold evidence.",
        lambda one: _missed(one) and not _retrieved(one),
    ),
    "abstention: withheld": Rule(
        "Withheld, though one of the nearest sentences, which it points at, holds a gold answer or the evidence.",
        lambda one: one.outcome == "withheld" and _in_hand(one),
    ),
    "reading": Rule(
        "Wrong or withheld, though the evidence was among the passages: another answer was read there, or none.",
        _missed,
    ),
    "citation": Rule(
        "The answer is right, but no citation is on the gold evidence, or a quote or a marker is not exact.",
        _ill_cited,
    ),
    "one side": Rule(
        "The answer is right by one side of a conflict and cites it, but does not show every side.",
        lambda one: one.outcome == "right" and one.scores.all_sides == 0,
    ),
}
"""The rules, in the order in which they are tried.

Passages are the 20 best. The evidence is among them when one of the 20 holds a gold quote whole, or the five best hold
one together.
"""


def worst_first(results: Sequence[Result]) -> list[Result]:
    """The results in the order in which they deserve a look.

    Failures; wrong answers that were shown, the surest first; what was withheld, the surest first; right answers that
    cite badly or show one side; what could not be scored; then what is right, the least sure first. Ties keep their
    order.
    """
    return sorted(results, key=_badness)


def _badness(result: Result) -> tuple[int, float]:
    confidence = result.answer.confidence if result.answer else 0.0
    error = error_class(result)
    if error == "failed":
        return 0, 0.0
    if error in ("citation", "one side"):
        return 3, -confidence
    if error is not None:
        return (1 if _shown(result) else 2), -confidence
    return (4, 0.0) if result.outcome == "unscored" else (5, confidence)
