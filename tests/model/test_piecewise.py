"""Piecewise linear paths, by hand: their monthly means, crossings, windows and dates."""

import numpy as np
import pytest
from tools.hand import path_values

from analysis.model import knots, piecewise
from analysis.model.piecewise import Path


def ramp(start: float, months: float, height: float, horizon: float = 12) -> Path:
    return piecewise.ramp(np.array([start]), np.array([months]), np.array([height]), horizon)


def step(start: float, end: float, height: float, horizon: float = 12) -> Path:
    return piecewise.step(np.array([start]), np.array([end]), np.array([height]), horizon)


def level(height: float, horizon: float = 12) -> Path:
    return piecewise.step(np.array([0.0]), np.array([np.inf]), np.array([height]), horizon)


def months(path: Path) -> list[float]:
    return piecewise.by_month(path)[0].round(9).tolist()


def when(path: Path, height: float, since: float | None = None) -> float:
    start = None if since is None else np.array([since])
    return float(piecewise.first_time_at_least(path, np.array([height]), start)[0])


def test_a_ramp_to_100_over_four_months_from_month_2_has_months_of_12_5_37_5_62_5_87_5():
    assert months(ramp(2, 4, 100, 8)) == [0, 0, 12.5, 37.5, 62.5, 87.5, 100, 100]


def test_a_ramp_that_starts_mid_month_has_an_eighth_of_a_months_rise_in_that_month():
    # 25 a month from 3.5: month 3 holds a triangle of 0.5 x 12.5 / 2 = 3.125; month 4 the mean of
    # 12.5 and 37.5; month 7 half a month from 87.5 to 100 and half at 100: 96.875.
    assert months(ramp(3.5, 4, 100, 9))[3:] == [3.125, 25, 50, 75, 96.875, 100]


def test_a_ramp_of_no_months_is_a_step():
    assert months(ramp(1.25, 0, 80, 3)) == [0, 60, 80]


def test_a_ramp_that_is_not_done_by_the_horizon_is_cut_there():
    # 10 a month from month 1; the horizon is month 3.
    assert months(ramp(1, 10, 100, 3)) == [0, 5, 15]


@pytest.mark.parametrize("start", [12.0, 40.0, np.inf])
def test_a_ramp_that_starts_at_the_horizon_or_later_never_comes(start):
    assert months(ramp(start, 3, 100)) == [0] * 12


def test_a_step_from_1_5_to_2_75_fills_half_of_one_month_and_three_quarters_of_the_next():
    assert months(step(1.5, 2.75, 40, 4)) == [0, 20, 30, 0]


def test_a_step_that_ends_before_it_starts_is_nowhere():
    assert months(step(5, 4, 40)) == [0] * 12


def test_two_paths_add_up_at_every_time():
    both = piecewise.total([step(1, 3, 40, 4), ramp(0, 4, 100, 4)])
    # 12.5, 37.5, 62.5, 87.5 and 40 in months 1 and 2.
    assert months(both) == [12.5, 77.5, 102.5, 87.5]


def test_the_smaller_of_a_ramp_and_a_level_turns_where_they_cross():
    # 10 a month against 55: they cross at 5.5, so month 5 holds 52.5 for half and 55 for half.
    low = piecewise.minimum(ramp(0, 10, 100), level(55))
    assert months(low)[4:7] == [45, 53.75, 55]
    assert path_values(low, [5.25, 5.5, 9]) == [52.5, 55, 55]


def test_a_path_at_most_30_is_cut_there():
    assert months(piecewise.at_most(ramp(0, 4, 100, 4), np.array([30.0])))[1:] == [29.5, 30, 30]


def test_a_path_times_minus_2_is_its_mirror_twice_as_high():
    assert months(piecewise.scaled(ramp(0, 2, 10, 3), np.array([-2.0]))) == [-5, -15, -20]


def test_a_window_keeps_a_path_between_two_times_and_drops_the_rest():
    # A ramp of 10 a month, kept from 2.5 to 4: half of month 2 at 27.5, all of month 3.
    assert months(piecewise.window(ramp(0, 10, 100), np.array([2.5]), np.array([4.0])))[:5] == [
        0,
        0,
        13.75,
        35,
        0,
    ]


def test_a_window_that_never_opens_keeps_nothing():
    assert months(piecewise.window(level(7), np.array([np.inf]), np.array([np.inf]))) == [0] * 12


def test_a_ramp_of_10_a_month_from_month_2_reaches_55_at_7_5():
    assert when(ramp(2, 10, 100), 55) == pytest.approx(7.5, rel=1e-8)


def test_a_step_reaches_its_height_the_moment_it_comes():
    assert when(step(3.25, 9, 40), 40) == 3.25


def test_a_height_that_is_not_reached_within_the_horizon_has_no_date():
    assert when(ramp(2, 10, 100, 6), 55) == np.inf


def test_a_path_that_is_high_only_before_a_time_is_not_reached_since_then():
    early = step(1, 3, 40)
    assert when(early, 40, since=2.5) == 2.5
    assert when(early, 40, since=3.5) == np.inf


def test_parts_that_should_just_add_up_to_a_height_reach_it():
    # In floating point 0.7 + 0.2 + 0.1 is 0.9999999999999999.
    parts = [step(i, 99, height) for i, height in enumerate((0.7, 0.2, 0.1))]
    assert when(piecewise.total(parts), 1) == 2


def test_a_shortfall_of_a_millionth_is_not_forgiven():
    assert when(level(100 * (1 - 1e-6)), 100) == np.inf


def test_the_largest_value_counts_only_where_it_lasts():
    # The step of no length at month 5 is nowhere; the ramp is cut at 3 months of 10.
    assert piecewise.largest(piecewise.total([step(5, 5, 900), ramp(9, 10, 100)]))[
        0
    ] == pytest.approx(30)


def test_each_future_has_its_own_knots():
    both = piecewise.ramp(np.array([0.0, 2.0]), np.array([2.0, 0.0]), np.array([10.0, 6.0]), 3)
    assert piecewise.by_month(both).round(9).tolist() == [[2.5, 7.5, 10], [0, 0, 6]]


def test_the_end_of_each_month_belongs_to_the_piece_that_begins_there():
    times = np.array([[0.0, 1.5, 2.0, 3.0]])
    found = knots.at_month_ends(times.T)
    # Month ends 0, 1, 2, 3: pieces 0, 0, then 2 from month 2 on, to the horizon.
    assert found.tolist() == [[0, 0, 2, 2]]


def joined(*parts: Path) -> list[Path]:
    return piecewise.whole(piecewise.aligned(list(parts)))


def test_a_knot_at_which_no_path_bends_or_jumps_is_left_out():
    # 0 to 100 in months 2 to 6; the other is level, and its step from month 3 to 5 has no height.
    ramped, still = joined(ramp(2, 4, 100), step(3, 5, 0))
    assert ramped.times.T.tolist() == still.times.T.tolist() == [[0, 2, 6, 12]]
    assert (ramped.left.T.tolist(), ramped.right.T.tolist()) == ([[0, 0, 100]], [[0, 100, 100]])
    assert still.right.T.tolist() == [[0, 0, 0]]


def test_a_knot_at_which_only_one_of_several_paths_bends_stays_for_all():
    ramped, stepped = joined(ramp(2, 4, 100), step(3, 5, 10))
    assert ramped.times.T.tolist() == [[0, 2, 3, 5, 6, 12]]
    assert months(piecewise.total([ramped, stepped]))[2:6] == [12.5, 47.5, 72.5, 87.5]


def test_a_bend_is_not_lost_in_a_piece_of_a_trillionth_of_a_month():
    cut = Path(
        *(np.array([x]).T for x in ([0, 2, 2 + 1e-12, 6, 12], [0, 0, 0, 100], [0, 0, 100, 100]))
    )
    [found] = piecewise.whole([cut])
    assert when(found, 50) == pytest.approx(4)


def test_draws_with_fewer_pieces_than_others_end_in_pieces_of_no_length():
    both = piecewise.ramp(np.array([2.0, 0.0]), np.array([4.0, 0.0]), np.array([100.0, 50.0]), 12)
    [found] = piecewise.whole([both])
    assert found.times.T.tolist() == [[0, 2, 6, 12], [0, 12, 12, 12]]
    assert piecewise.by_month(found)[1].tolist() == [50] * 12


def test_a_steep_ramp_keeps_its_digits_far_from_month_0():
    # 1e5 within a thousandth of a month, 200 months on: split there, its end is still 1e5.
    steep = piecewise.ramp(np.array([200.0]), np.array([0.001]), np.array([1e5]), 240)
    split = piecewise.total([steep, step(200.0005, 240, 0, 240)])
    assert piecewise.largest(split)[0] == pytest.approx(1e5, rel=1e-15)
    middle = split.right[:, 0][np.argmin(abs(split.times[1:, 0] - 200.0005))]
    assert middle == pytest.approx(5e4, rel=1e-9)
