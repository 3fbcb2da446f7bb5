"""Probabilities, quantiles and means with their standard errors, by hand."""

import math

import numpy as np
import pytest

from analysis.model import estimates
from analysis.model.estimates import Estimate


def three(values) -> list[float | None]:
    return [one.value for one in estimates.quantiles(np.asarray(values, dtype=float)).values()]


def errors(values) -> list[float | None]:
    return [one.se for one in estimates.quantiles(np.asarray(values, dtype=float)).values()]


def to(n: int) -> np.ndarray:
    return np.arange(1.0, n + 1)


@pytest.mark.parametrize(
    ("n", "positions"),
    [
        (10, [1, 5, 9]),  # 0.1 x 10, 0.5 x 10, 0.9 x 10 exactly
        (11, [2, 6, 10]),  # 1.1, 5.5 and 9.9, each rounded up
        (1000, [100, 500, 900]),  # 0.1 x 1000 is 100.00000000000001 in floating point
        (1, [1, 1, 1]),
    ],
)
def test_a_quantile_is_the_value_at_position_p_n_rounded_up(n, positions):
    assert three(to(n)[::-1]) == positions


def test_a_quantile_that_falls_on_never_is_none_and_has_no_error():
    # 8 of 20 never: P10 and P50 are the 2nd and 10th of 12, P90 falls on never.
    found = estimates.quantiles(np.array([*range(12), *[math.inf] * 8]))
    assert [found[p].value for p in ("p10", "p50")] == [1, 9]
    assert found["p90"] == Estimate(None, None)


def test_the_error_of_a_quantile_is_half_the_distance_between_its_neighbours():
    # n = 100: at P50 0.5 +- 0.05 are the 45th and 55th: 5; at P10 0.1 +- 0.03 the 7th and 13th: 3.
    assert errors(to(100)) == [3, 5, 3]


def test_a_quantile_whose_upper_neighbour_is_never_has_no_error():
    # n = 100, 46 of them never: the 50th is there, the 55th is not.
    values = np.where(to(100) <= 54, to(100), math.inf)
    found = estimates.quantiles(values)["p50"]
    assert (found.value, found.se) == (50, None)


def test_an_event_in_20_of_100_draws_has_a_probability_of_0_2_with_an_error_of_0_04():
    # sqrt(0.2 x 0.8 / 100).
    found = estimates.probability(np.array([1.0] * 20 + [0.0] * 80))
    assert (found.value, found.se) == pytest.approx((0.2, 0.04))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_event_that_always_or_never_happens_has_no_error(value):
    assert estimates.probability(np.full(50, value)) == Estimate(value, 0)


def test_draws_that_are_always_shared_half_and_half_have_a_probability_of_one_half_surely():
    assert estimates.probability(np.full(50, 0.5)) == Estimate(0.5, 0)


def test_shared_draws_have_the_error_of_their_spread():
    # Mean (1 + 0.5 + 0.5 + 0) / 4 = 0.5; variance (0.25 + 0.25) / 4 = 0.125; sqrt(0.125 / 4).
    found = estimates.probability(np.array([1, 0.5, 0.5, 0]))
    assert (found.value, found.se) == pytest.approx((0.5, math.sqrt(0.125 / 4)))


def test_the_mean_of_2_4_6_and_8_is_5_with_an_error_of_1_29():
    # s^2 = (9 + 1 + 1 + 9) / 3; s / sqrt(4) = 1.290994.
    found = estimates.mean(np.array([2.0, 4, 6, 8]))
    assert (found.value, found.se) == pytest.approx((5, 1.290994), abs=1e-6)


def test_one_draw_has_a_mean_without_error():
    assert estimates.mean(np.array([7.0])) == Estimate(7, 0)


def test_the_ratio_of_means_is_no_mean_of_ratios():
    # (10 + 20) / (1 + 4) = 6, where the mean of 10 / 1 and 20 / 4 would be 7.5.
    found = estimates.ratio_of_means(np.array([10.0, 20]), np.array([1.0, 4]))
    assert found.value == pytest.approx(6)
    # Rests 10 - 6 and 20 - 24: +-4, s = sqrt(32); s / sqrt(2) / 2.5 = 1.6.
    assert found.se == pytest.approx(1.6)


def test_a_ratio_that_is_the_same_in_every_draw_has_no_error():
    below = np.array([1.0, 2, 5])
    found = estimates.ratio_of_means(3 * below, below)
    assert (found.value, found.se) == pytest.approx((3, 0))


def test_a_ratio_with_nothing_below_is_none():
    assert estimates.ratio_of_means(np.ones(3), np.zeros(3)) == Estimate(None, None)
