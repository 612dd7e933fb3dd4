"""How much each span counts: the reader's shares, tempered, beside what search and the calendar say of its passage.

Knows nothing of what spans say, nor of whether they agree.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.types import Span
from vectorstore.types import Hit

# The measures of a span and their weights, fitted by evals/bench/calibrate.py (evals/LOG.md).
WEIGHTS: dict[str, float] = {
    "reader": 0.428,  # log of its share of all that was read: below 1, a sure passage outvotes several others less
    "search": 0.427,  # s / (1 - s), s the score of its passage in the search: the sum that search fused
    "week": 1.054,  # its article is of the week before the question was asked
    "month": 0.445,  # the same of the month; both 0 where either day is unknown
}
NONE = 0.489  # the weight of "no answer anywhere", beside its tempered share
LEAST = 1e-12  # shares are held away from 0, scores of the search from 1
AHEAD, WEEK, MONTH = -3, 8, 31  # days; articles are dated by their last update


def weigh(spans: Sequence[Span], hits: Sequence[Hit], asked: date | None = None) -> list[Span]:
    """The spans with new shares as their ``score``, in [0, 1], best first; "no answer anywhere" takes the rest of 1.

    ``hits`` are those that were read for the spans; ``asked`` is the day of the question, ``None`` if it says nothing.
    """
    if not spans:
        return []
    weights = [sum(WEIGHTS[name] * value for name, value in row.items()) for row in measures(spans, hits, asked)]
    none = WEIGHTS["reader"] * math.log(unread(spans)) + NONE
    most = max(none, *weights)
    whole = math.exp(none - most) + sum(math.exp(weight - most) for weight in weights)
    weighed = [
        replace(span, score=math.exp(weight - most) / whole) for span, weight in zip(spans, weights, strict=True)
    ]
    return sorted(weighed, key=lambda span: -span.score)


def measures(spans: Sequence[Span], hits: Sequence[Hit], asked: date | None) -> list[dict[str, float]]:
    """What is known of each span, by the names of ``WEIGHTS``."""
    hit_of = {hit.passage: hit for hit in hits}
    return [_measures(span, hit_of[span.passage], asked) for span in spans]


def unread(spans: Sequence[Span]) -> float:
    """The share that the reader gives to no span, at least ``LEAST``."""
    return max(LEAST, 1 - sum(span.score for span in spans))


def _measures(span: Span, hit: Hit, asked: date | None) -> dict[str, float]:
    score = min(hit.score, 1 - LEAST)
    age = (asked - date.fromisoformat(hit.article.published)).days if asked and hit.article.published else None
    return {
        "reader": math.log(max(span.score, LEAST)),
        "search": score / (1 - score),
        "week": float(age is not None and AHEAD <= age <= WEEK),
        "month": float(age is not None and AHEAD <= age <= MONTH),
    }
