"""Risk-coverage, calibration and intervals, computed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.calibration import aurc, expected_calibration_error, risk_coverage
from evals.statistics import bootstrap, defined_means

PAIRS = st.lists(
    st.tuples(st.sampled_from([0, 0.1, 0.25, 0.5, 0.7, 0.9, 1]), st.sampled_from([0, 0.5, 1])), min_size=1, max_size=40
)


def arrays(pairs):
    confidence, risk = np.array(pairs, dtype=float).T
    return confidence, risk


def test_risk_coverage():
    """Sorted by confidence the risks are 0, 1, 0, 1: selective risks 0, 1/2, 1/3, 2/4."""
    coverage, selective = risk_coverage(np.array([0.2, 0.9, 0.5, 0.7]), np.array([1.0, 0, 0, 1]))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert selective == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert aurc(np.array([0.2, 0.9, 0.5, 0.7]), np.array([1.0, 0, 0, 1])) == pytest.approx((1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_ties_share_their_risk():
    """Two tied questions of risks 1 and 0 count 1/2 each: selective risks 0, 1/4, 1/3, whatever their order."""
    for risk in ([0.0, 1, 0], [0.0, 0, 1]):
        _coverage, selective = risk_coverage(np.array([0.9, 0.5, 0.5]), np.array(risk))
        assert selective == pytest.approx([0, 1 / 4, 1 / 3])


def test_nothing_to_measure():
    """Without questions both are undefined, not 0."""
    assert np.isnan(aurc(np.array([]), np.array([])))
    assert np.isnan(expected_calibration_error(np.array([]), np.array([])))


@given(PAIRS, st.randoms())
def test_aurc_bounds(pairs, random):
    """AURC is in [0, 1], at least that of the best order and at most the worst's, and order of input is nothing."""
    confidence, risk = arrays(pairs)
    area = aurc(confidence, risk)
    assert -1e-12 <= aurc(-risk, risk) - 1e-12 <= area <= aurc(risk, risk) + 1e-12 <= 1 + 1e-9
    random.shuffle(pairs)
    assert aurc(*arrays(pairs)) == pytest.approx(area)
    assert aurc(np.full(len(risk), 0.5), risk) == pytest.approx(risk.mean())  # no information: the mean risk
    assert aurc(confidence**3, risk) == pytest.approx(area)  # only the order of confidence matters


@given(PAIRS)
def test_aurc_of_ties_is_the_mean_over_orders(pairs):
    """Breaking a tie between the first two either way and averaging gives the tied value."""
    confidence, risk = arrays([(0.5, 0.0), (0.5, 1.0), *((0.9 * c / 2, r) for c, r in pairs)])
    up, down = confidence.copy(), confidence.copy()
    up[0], down[0] = 0.6, 0.49
    assert aurc(confidence, risk) == pytest.approx((aurc(up, risk) + aurc(down, risk)) / 2)


def test_expected_calibration_error():
    """Two bins: three at 0.95 of which two are right, one at 0.15 that is right.

    (3/4) × |0.95 − 2/3| + (1/4) × |0.15 − 1|.
    """
    error = expected_calibration_error(np.array([0.95, 0.95, 0.95, 0.15]), np.array([0.0, 0, 1, 0]))
    assert error == pytest.approx(3 / 4 * (0.95 - 2 / 3) + 1 / 4 * 0.85)


def test_bins_end_on_their_right():
    """0.3 and 0.25 share a bin, so that an over- and an under-confident one cancel; 0.3 and 0.31 do not."""
    assert expected_calibration_error(np.array([0.3, 0.25]), np.array([1.0, 0])) == pytest.approx(abs(0.275 - 0.5))
    assert expected_calibration_error(np.array([0.3, 0.31]), np.array([1.0, 0])) == pytest.approx((0.3 + 0.69) / 2)
    assert expected_calibration_error(np.array([0.0, 1.0]), np.array([1.0, 0])) == 0


@given(PAIRS, st.integers(1, 20))
def test_calibration_bounds(pairs, bins):
    """ECE is in [0, 1], and at least the gap of the means, which one bin has."""
    confidence, risk = arrays(pairs)
    one_bin = expected_calibration_error(confidence, risk, bins=1)
    assert one_bin == pytest.approx(abs(confidence.mean() - (1 - risk.mean())))
    assert one_bin - 1e-12 <= expected_calibration_error(confidence, risk, bins) <= 1 + 1e-12


def test_means_leave_out_what_is_undefined():
    """The mean of a column is over its numbers; a column without one has none."""
    means = defined_means(np.array([[1.0, np.nan, np.nan], [0.0, 0.5, np.nan]]))
    assert means[:2].tolist() == [0.5, 0.5]
    assert np.isnan(means[2])


def test_bootstrap_interval_of_a_mean():
    """For 100 coin flips, 60 heads, the interval is about 0.6 ± 1.96 × sqrt(0.24 / 100), and the seed decides it."""
    rows = np.array([[1.0]] * 60 + [[0.0]] * 40)
    value, low, high = bootstrap(rows, defined_means)
    assert value[0] == 0.6
    assert (low[0], high[0]) == pytest.approx((0.6 - 0.096, 0.6 + 0.096), abs=0.02)
    assert bootstrap(rows, defined_means) == (value, low, high)
    few = np.arange(7.0)[:, None]
    assert bootstrap(few, defined_means, seed=1) != bootstrap(few, defined_means, seed=2)


def test_bootstrap_draws_whole_rows():
    """Columns of a question stay together: the difference of equal columns is 0 in every draw."""
    rows = np.array([[0.0, 0.0], [1.0, 1.0], [3.0, 3.0]])
    _value, low, high = bootstrap(rows, lambda drawn: np.array([drawn[:, 0].mean() - drawn[:, 1].mean()]))
    assert (low[0], high[0]) == (0, 0)


def test_bootstrap_of_what_is_sometimes_undefined():
    """Draws without the number are left out of its interval; a number undefined in the sample has none."""
    rows = np.array([[1.0, np.nan], [np.nan, np.nan]])
    value, low, high = bootstrap(rows, defined_means)
    assert (value[0], low[0], high[0]) == (1, 1, 1)
    assert np.isnan([value[1], low[1], high[1]]).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_bootstrap_bounds(numbers):
    """The interval is inside the range of the data and in order."""
    _value, low, high = bootstrap(np.array(numbers)[:, None], defined_means, resamples=50)
    assert min(numbers) - 1e-12 <= low[0] <= high[0] <= max(numbers) + 1e-12
