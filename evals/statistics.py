"""Confidence intervals. Ignorant of what is measured."""

from collections.abc import Callable

import numpy as np

from evals.calibration import Floats

RESAMPLES = 2000  # Efron & Tibshirani 1993, section 13.3: 1,000 or more for percentile intervals
LEVEL = 0.95


def bootstrap(
    rows: Floats, statistic: Callable[[Floats], Floats], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[Floats, Floats, Floats]:
    """The statistics of a sample and their 95 % percentile bootstrap intervals: value, low, high, shapes (m,).

    ``rows`` has shape (n, c), one row a question, n ≥ 1; ``statistic`` turns such an array into m numbers. Questions
    are drawn with replacement, all columns of one together. Draws in which a number is NaN (undefined) are left out of
    its interval; it is NaN only if the number is NaN in the sample. The same seed gives the same intervals.

    A sample in which every question scores the same has an interval of no width, and a statistic that is biased in
    small samples (the calibration error) has an interval that leans the same way: read both with n in mind.
    Source: Efron 1979; percentile method, Efron & Tibshirani 1993, chapter 13.
    """
    rng = np.random.default_rng(seed)
    value = statistic(rows)
    draws = np.stack([statistic(rows[rng.integers(len(rows), size=len(rows))]) for _ in range(resamples)])
    low, high = np.full_like(value, np.nan), np.full_like(value, np.nan)
    tail = (1 - LEVEL) / 2
    for column in np.flatnonzero(~np.isnan(value)):
        defined = draws[~np.isnan(draws[:, column]), column]
        low[column], high[column] = np.quantile(defined, (tail, 1 - tail))
    return value, low, high


def defined_means(rows: Floats) -> Floats:
    """The mean of each column over its rows that are not NaN, shape (c,); NaN where there is none."""
    counts = (~np.isnan(rows)).sum(axis=0)
    means = np.full(rows.shape[1], np.nan)
    np.divide(np.nansum(rows, axis=0), counts, out=means, where=counts > 0)
    return means


def paired_bootstrap(
    first: Floats,
    second: Floats,
    statistic: Callable[[Floats], Floats],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[Floats, Floats, Floats]:
    """How far ``second`` is from ``first`` on the same questions: value, low, high, shapes (m,), as ``bootstrap``.

    The value is ``statistic(second) − statistic(first)``, NaN where either is undefined; [low, high] is its 95 %
    percentile interval. Row i of both arrays, shapes (n, c), is the same question, n ≥ 1, and is drawn with its pair:
    what makes a question hard for both is no difference. Two equal arrays differ by 0 in [0, 0].
    Source: Efron & Tibshirani 1993; for question answering, Berg-Kirkpatrick, Burkett & Klein 2012.
    """
    columns = first.shape[1]

    def difference(rows: Floats) -> Floats:
        return statistic(rows[:, columns:]) - statistic(rows[:, :columns])

    return bootstrap(np.hstack([first, second]), difference, seed=seed, resamples=resamples)
