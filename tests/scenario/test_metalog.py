"""The distribution of a range, by hand. At rank 0.75 the log-odds are ln 3, half of ln 9."""

import numpy as np
import pytest

from analysis.scenario.metalog import feasible_mid, metalog

FREE = (None, None)


def at(rank: float, triplet: tuple[float, float, float], bounds=FREE) -> float:
    return float(metalog(triplet, bounds, np.array([rank]))[0])


def test_a_symmetric_range_of_10_20_30_has_its_third_quartile_at_25():
    # 20 + (30 - 10) / (2 ln 9) x ln 3 = 20 + 20 / 4.
    assert at(0.75, (10, 20, 30)) == pytest.approx(25, rel=1e-14)


def test_a_skewed_range_of_0_10_40_has_its_third_quartile_at_23_125():
    # r = 10 / 40; 10 + 40 / 4 x (1 + 2.5 x (1 - 0.5) x 0.25) = 10 + 10 x 1.3125.
    assert at(0.75, (0, 10, 40)) == pytest.approx(23.125, rel=1e-14)


def test_a_range_of_1_10_100_above_zero_has_its_third_quartile_at_31_6():
    # In logarithms it is symmetric: 10 x 100^(1/4) = 31.6228.
    assert at(0.75, (1, 10, 100), (0, None)) == pytest.approx(10 * 100**0.25, rel=1e-12)


def test_a_range_below_zero_mirrors_the_one_above_it():
    # -ln(0 - x) of -100, -10, -1 is symmetric: the first quartile is -31.6228.
    assert at(0.25, (-100, -10, -1), (None, 0)) == pytest.approx(-10 * 100**0.25, rel=1e-12)


@pytest.mark.parametrize("rank", [0.001, 0.25, 0.75, 0.999])
def test_a_range_of_a_tenth_a_half_and_nine_tenths_within_0_and_1_is_the_rank_itself(rank):
    # Log-odds of the value = 0 + 2 ln 9 / (2 ln 9) x log-odds of the rank.
    assert at(rank, (0.1, 0.5, 0.9), (0, 1)) == pytest.approx(rank, rel=1e-12)


def test_bounds_hold_at_the_rarest_ranks_that_are_drawn():
    found = metalog((0.2, 0.9, 0.95), (0.1, 1.0), np.array([1e-15, 1 - 1e-15]))
    assert 0.1 <= found[0] < found[1] <= 1.0


def test_the_mid_of_0_to_100_may_lie_from_16_6578_to_83_3422():
    assert feasible_mid(0, 100, FREE) == pytest.approx((16.6578, 83.3422), abs=1e-9)


def test_the_mid_of_1_to_100_above_zero_may_lie_from_2_15_to_46_4():
    # 100^0.166578 = 2.15355 and 100 / 2.15355 = 46.4350.
    assert feasible_mid(1, 100, (0, None)) == pytest.approx((2.15355, 46.4350), rel=1e-5)


def test_the_mid_of_a_tenth_to_nine_tenths_within_0_and_1_may_lie_from_0_188_to_0_812():
    # Log-odds (2 x 0.166578 - 1) ln 9 = -1.465206; 1 / (1 + e^1.465206) = 0.187672.
    assert feasible_mid(0.1, 0.9, (0, 1)) == pytest.approx((0.187672, 0.812328), rel=1e-5)


def test_a_mid_inside_the_feasible_range_rises_with_the_rank_and_one_outside_falls_somewhere():
    ranks = np.linspace(0.001, 0.999, 999)
    assert np.all(np.diff(metalog((0, 16.7, 100), FREE, ranks)) > 0)
    assert np.any(np.diff(metalog((0, 12.0, 100), FREE, ranks)) < 0)
