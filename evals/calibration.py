"""What confidence is worth, over many questions. Ignorant of what a question or a right answer is.

``confidence`` and ``risk`` are arrays of the same length n, shape (n,): what was claimed, and the loss, in [0, 1].
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


def risk_coverage(confidence: Floats, risk: Floats) -> tuple[Floats, Floats]:
    """The risk-coverage curve: coverages k / n and the selective risk at each, shapes (n,), lower risk is better.

    Formula: selective risk at k / n = mean risk of the k most confident. Of equal confidences each takes their mean
    risk, which is the expectation over random orders, so that the curve does not depend on the order of the questions.
    Only the order of ``confidence`` matters. Source: El-Yaniv & Wiener 2010; Geifman & El-Yaniv 2017.
    """
    _levels, level_of, sizes = np.unique(-confidence, return_inverse=True, return_counts=True)
    level_risk = np.bincount(level_of, weights=risk, minlength=len(sizes)) / sizes
    counts = np.arange(1, len(risk) + 1, dtype=np.float64)
    return counts / len(risk), np.cumsum(np.repeat(level_risk, sizes)) / counts


def aurc(confidence: Floats, risk: Floats) -> float:
    """The area under the risk-coverage curve, in [0, 1], lower is better; NaN if n = 0.

    Formula: (1/n) × sum over k of the selective risk at k / n; ties as in ``risk_coverage``.
    Source: Geifman & El-Yaniv 2017; Geifman, Uziel & El-Yaniv 2019, equation 1.
    """
    return float(risk_coverage(confidence, risk)[1].mean()) if len(risk) else float("nan")


def expected_calibration_error(confidence: Floats, risk: Floats, bins: int = 10) -> float:
    """How far confidence is from the share that is right, in [0, 1], lower is better; NaN if n = 0.

    Formula: sum over bins of (size / n) × |mean confidence − mean (1 − risk)|, over ``bins`` bins of equal width,
    (0, 0.1], … (0.9, 1], the first one with 0. Source: Naeini, Cooper & Hauskrecht 2015.
    """
    if not len(risk):
        return float("nan")
    inner_edges = np.linspace(0, 1, bins + 1)[1:-1]
    gaps = np.bincount(np.searchsorted(inner_edges, confidence, side="left"), weights=confidence - (1 - risk))
    return float(np.abs(gaps).sum() / len(risk))
