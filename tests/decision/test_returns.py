"""Returns by hand, and what holds of every one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import builders, hand
from tools.hand import scenario

from analysis.decision import returns
from analysis.model import comparison


def in_months(*flows: tuple[float, float]) -> np.ndarray:
    """Flows as (month, USD), in 36 months."""
    found = np.zeros(36)
    for month, usd in flows:
        found[int(month)] = usd
    return found


def test_100_that_bring_60_after_one_year_and_60_after_two_return_13_07_percent():
    # 100 = 60 / x + 60 / x^2: x = 0.3 + root of 0.69 = 1.130662
    flows = in_months((0, -100), (12, 60), (24, 60))
    turns, rate, gains = returns.internal_rate(flows, 0)
    assert (turns, rate, gains) == (1, pytest.approx(0.130662, abs=1e-6), True)


def test_what_is_left_at_the_horizon_counts_there():
    # 100 in the middle of month 0 and 150 at month 36: 35.5 months; 1.5^(12 / 35.5)
    rate = returns.internal_rate(in_months((0, -100)), 150)[1]
    assert rate == pytest.approx(1.5 ** (12 / 35.5) - 1)


def test_what_is_borrowed_gains_above_the_rate_and_not_below_it():
    flows = in_months((0, 100), (12, -60), (24, -60))
    turns, rate, gains = returns.internal_rate(flows, 0)
    assert (turns, rate, gains) == (1, pytest.approx(0.130662, abs=1e-6), False)


def test_flows_that_turn_twice_have_no_return():
    # -100 + 230 / x - 132 / x^2 is 0 at x = 1.1 and at 1.2
    flows = in_months((0, -100), (12, 230), (24, -132))
    assert returns.internal_rate(flows, 0)[:2] == (2, None)


@pytest.mark.parametrize(("usd", "gains"), [(5, True), (-5, False), (0, False)])
def test_flows_of_one_sign_have_no_return(usd, gains):
    assert returns.internal_rate(in_months((3, usd)), 0) == (0, None, gains)


@pytest.mark.parametrize(
    ("flows", "months"),
    [
        ([-100, 60, 60, 60], 3),  # -100, -40, 20
        ([-100, 60, 40, 0], 3),  # 0 is no longer negative
        ([50, -100, 30, 20], 4),  # 50, -50, -20, 0
        ([-100, 60, 60, -90], 3),  # that it is negative again later does not count
        ([-100, 60, 30, 9], None),
        ([10, 20, -5, 1], None),  # 10, 30, 25, 26: nothing is ever out
        ([0, 0, 0, 0], None),
    ],
)
def test_payback_is_the_end_of_the_month_by_which_what_was_out_is_back(flows, months):
    assert returns.payback_months(np.array(flows, dtype=float)) == months


def test_the_flow_of_a_month_is_what_the_second_pays_less(tmp_path):
    # at 21 % a year half a year divides by 1.1; the second pays 100 more at once and 60 less a
    # year and two years later, and 30 of it are left more
    first, second = np.zeros(36), in_months((0, 100), (12, -60), (24, -60))
    case = scenario(tmp_path, "choices.discount_rate_per_year = { value = 0.21 }")
    found = returns.returns(
        hand.result(
            case,
            rented={"present_cost_usd": [0], "end_value_usd": [10], "cash_usd": first},
            built={"present_cost_usd": [0], "end_value_usd": [40], "cash_usd": second},
        ),
        "rented",
        "built",
    )
    assert found.end_usd == 30
    assert found.payback_months == 25
    # 60 / 1.21 + 60 / 1.4641 = 90.6 of 100
    assert found.discounted_payback_months is None
    # 100 = 60 / 1.21^1 + ... has its root below 21 %; with 30 at month 36 above 13.07 %
    assert found.rate_per_year is not None
    assert 0.1307 < found.rate_per_year < 0.4


def test_the_other_way_round_the_rate_is_the_same_and_the_gain_turns():
    result = builders.simulated("own-case", 200, 2)
    a, b = comparison.pair(result.scenario)
    one, other = returns.returns(result, a, b), returns.returns(result, b, a)
    assert one.rate_per_year is not None
    assert one.rate_per_year == pytest.approx(other.rate_per_year)
    assert one.gains_below is not other.gains_below


amounts = st.floats(-1e9, 1e9).map(lambda x: round(x, 2))


@given(st.lists(amounts, min_size=1, max_size=60), amounts)
def test_the_discounted_flows_sum_to_nothing_at_the_rate_of_return(
    flows: list[float], end: float
) -> None:
    months = np.array(flows)
    turns, rate, gains = returns.internal_rate(months, end)
    if rate is not None:
        size = np.abs(months).sum() + abs(end)
        assert abs(returns.present_usd(months, end, rate)) <= 1e-6 * size
        below = returns.present_usd(months, end, max(rate - 0.01, returns.LOWEST_RATE))
        assert gains == (below > 0) or abs(below) < 1e-6 * size
    assert (rate is None) == (turns != 1)
