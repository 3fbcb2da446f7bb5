"""What the dearer start of one option returns against another, as a lender would ask: the internal
rate of return, and when what is paid more has come back."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import cost
from analysis.model.simulation import Result

LOWEST_RATE, HIGHEST_RATE = -0.5, 10.0
"""Between which yearly rates a return is looked for."""

STEPS = 2000


@dataclass(frozen=True)
class Returns:
    """Returns of the second of a pair against the first, from means over the futures.

    `flows_usd` is what the second pays less by month, (months,), `end_usd` what is left of it more
    at the horizon. `turns` is how often the discounted sum changes its sign over the rates;
    `rate_per_year` the rate at which it is 0, None unless it turns once; `gains_below` whether the
    second costs less below that rate (at every one, if the sum never turns). Paybacks are in
    months, None where nothing more is paid first, or not all of it comes back.
    """

    flows_usd: Array
    end_usd: float
    turns: int
    rate_per_year: float | None
    gains_below: bool
    payback_months: int | None
    discounted_payback_months: int | None


def returns(result: Result, a: str, b: str) -> Returns:
    """The returns of b against a."""
    flows = result.means[a]["cash_usd"] - result.means[b]["cash_usd"]
    left = [float(result.scalars[option]["end_value_usd"].mean()) for option in (a, b)]
    end = left[1] - left[0]
    factors = cost.mid_month_factors(
        result.scenario.choices.discount_rate_per_year.value, len(flows)
    )
    turns, rate, gains = internal_rate(flows, end)
    return Returns(
        flows, end, turns, rate, gains, payback_months(flows), payback_months(flows * factors)
    )


def present_usd(flows_usd: Array, end_usd: float, rates_per_year: Array) -> Array:
    """The flows of months, in the middle of each, and that of the horizon, discounted at each of
    some rates, (rates,)."""
    months = np.append(np.arange(len(flows_usd)) + 0.5, len(flows_usd))
    factors = (1 + np.asarray(rates_per_year))[..., None] ** (-months / 12)
    return np.asarray(factors @ np.append(flows_usd, end_usd))


def internal_rate(flows_usd: Array, end_usd: float) -> tuple[int, float | None, bool]:
    """How often the discounted sum of the flows changes its sign over the rates, the rate at which
    it is 0 if it does so once, and whether it is positive at the lowest rate at which it is not 0.
    """
    from scipy.optimize import brentq  # half a second, for the one page that asks

    rates = np.geomspace(1 + LOWEST_RATE, 1 + HIGHEST_RATE, STEPS) - 1
    sums = present_usd(flows_usd, end_usd, rates)
    rates, sums = rates[sums != 0], sums[sums != 0]
    turns = np.nonzero(np.sign(sums[:-1]) != np.sign(sums[1:]))[0]
    gains = bool(len(sums) and sums[0] > 0)
    if len(turns) != 1:
        return len(turns), None, gains
    low, high = rates[turns[0]], rates[turns[0] + 1]
    rate = brentq(lambda rate: present_usd(flows_usd, end_usd, rate), low, high)
    return 1, float(rate), gains


def payback_months(flows_usd: Array) -> int | None:
    """The end of the first month by which the sum of the flows so far, having been negative, is no
    longer so; None if it never was, or stays so."""
    so_far = np.cumsum(flows_usd)
    was_negative = np.concatenate([[False], np.logical_or.accumulate(so_far < 0)[:-1]])
    back = np.nonzero(was_negative & (so_far >= 0))[0]
    return int(back[0]) + 1 if len(back) else None
