"""Results summed up: one row of metrics for each kind of question. Ignorant of engines, files and printing."""

from collections.abc import Sequence
from dataclasses import astuple

import numpy as np

from evals.calibration import Floats, aurc, expected_calibration_error
from evals.metrics import RIGHT
from evals.statistics import RESAMPLES, bootstrap, defined_means
from evals.types import SCORE_NAMES, Estimate, Report, Result, Row

METRIC_NAMES = (*SCORE_NAMES, "aurc", "ece", "seconds_p50", "seconds_p95")
"""The metrics of a row. The scores' means, then the area under the risk-coverage curve, the expected calibration error
(both: lower is better), and the median and 95th percentile of the seconds a question took."""

_CONTAINS = SCORE_NAMES.index("contains")


def summed(results: Sequence[Result], *, seed: int = 0, resamples: int = RESAMPLES) -> Report:
    """The report of at least one result. ``seed`` and ``resamples`` are the bootstrap's."""
    rows = tuple(_row(kind, group, seed, resamples) for kind, group in by_kind(results).items())
    return Report(rows, tuple(results), seed, resamples)


def by_kind(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The results of each kind, in the order in which the kinds first come, then of ``all``."""
    kinds = dict.fromkeys(one.example.kind for one in results)
    return {kind: [one for one in results if one.example.kind == kind] for kind in kinds} | {"all": list(results)}


def _row(kind: str, group: Sequence[Result], seed: int, resamples: int) -> Row:
    values, lows, highs = bootstrap(table(group), statistics, seed=seed, resamples=resamples)
    estimates = (
        Estimate(*(None if np.isnan(number) else float(number) for number in numbers))
        for numbers in zip(values, lows, highs, strict=True)
    )
    return Row(kind, len(group), dict(zip(METRIC_NAMES, estimates, strict=True)))


def table(group: Sequence[Result]) -> Floats:
    """One row a question, shape (n, scores + 3): the scores (NaN for None), then confidence, risk and seconds.

    A withheld answer was not seen: it stands below every given one (confidence −1) with risk 1, which is exact for an
    unanswerable question and the worst case for another, so that an engine gains nothing by withholding.
    """
    rows = []
    for one in group:
        confidence = -1.0 if one.answer is None or one.answer.abstained else one.answer.confidence
        rows.append([*astuple(one.scores), confidence, _risk(one, withheld=confidence < 0), one.seconds])
    return np.array(rows, dtype=np.float64)


def _risk(one: Result, *, withheld: bool) -> float:
    """1 where the short answer is wrong, 0 where it is right, NaN where nothing says which.

    It is what ``Answer.confidence`` speaks of, so the short answer and not the whole text, which may tell other claims
    beside. An unanswerable question has none that is right.
    """
    if not one.example.answerable:
        return 1.0
    if one.scores.contains is None or one.scores.f1 is None:
        return float("nan")
    return float(withheld or one.scores.f1 < RIGHT)


def statistics(rows: Floats) -> Floats:
    """The metrics of ``METRIC_NAMES``, in that order, of rows as ``table`` makes them; NaN where undefined."""
    scores, (confidence, risk, seconds) = rows[:, :-3], rows[:, -3:].T
    scored = ~np.isnan(risk)
    given = scored & (confidence >= 0)
    # Where nothing is answerable the curve is 1 throughout and says nothing.
    curve = aurc(confidence[scored], risk[scored]) if not np.isnan(scores[:, _CONTAINS]).all() else float("nan")
    error = expected_calibration_error(confidence[given], risk[given])
    return np.array([*defined_means(scores), curve, error, *np.quantile(seconds, (0.5, 0.95))])
