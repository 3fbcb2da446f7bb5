"""What time is worth: a month of delay, or a prize for being there by a date; kept out of cost."""

import math

import numpy as np

from analysis.arrays import Array
from analysis.model import comparison, estimates
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result

FORMS = ("month", "race")
"""How time may be worth something: so much a month, or a prize for being there by a date."""


def burden_usd(result: Result, option: str, month_usd: float) -> Array:
    """Present cost and the months to the target at their value, in USD, (draws,); a target that is
    not reached counts as the horizon."""
    months = comparison.capped_months(result, option)
    return result.scalars[option]["present_cost_usd"] + month_usd * months


def month_usd(result: Result) -> tuple[float, bool]:
    """The value of a month in USD, and whether the scenario states it; else what a month of the
    cheapest likely option costs: its mean present cost over the horizon, and no less than 0."""
    stated = result.scenario.value.month_usd
    return (default_usd(result, "month"), False) if stated is None else (stated.value, True)


def asked_usd(result: Result, form: str) -> list[float]:
    """The values of a month, or of the race, that are asked about, in USD: that of the scenario and
    those it sweeps, rising; else the default alone."""
    given = result.scenario.value
    stated = given.month_usd if form == "month" else given.race_usd
    if stated is None:
        return [default_usd(result, form)]
    return sorted({stated.value, *stated.swept})


def default_usd(result: Result, form: str) -> float:
    """What stands in for a value that is not stated, in USD: the mean present cost of the cheapest
    likely option for the race, and a month's share of it over the horizon for a month."""
    usd = float(result.scalars[cheapest(result)]["present_cost_usd"].mean())
    months = float(result.scenario.choices.horizon_months.value) if form == "month" else 1.0
    return max(usd, 0.0) / months


def cheapest(result: Result) -> str:
    """The option of least mean present cost among those that are likely to reach the target."""
    likely = comparison.likely(result)
    return min(likely, key=lambda o: float(result.scalars[o]["present_cost_usd"].mean()))


def race_months(result: Result) -> float:
    """The month by which the whole prize is won: as the scenario states, else that of the need."""
    stated = result.scenario.value.race_months
    return float((stated or result.scenario.need.by_months).value)


def prize_share(result: Result, option: str) -> Array:
    """The share of the prize that an option wins, (draws,): all of it by the month of the race, the
    second share later within the horizon, nothing if the target is not reached."""
    target = result.scalars[option]["target_months"]
    late = np.where(np.isfinite(target), result.scenario.value.second_share.value, 0.0)
    return np.where(target <= race_months(result), 1.0, late)


def gained(result: Result, a: str, b: str, form: str) -> Array:
    """What a gains over b per USD that time is worth, (draws,): months that it is there earlier, or
    the share of the prize that it wins more."""
    if form == "month":
        return comparison.months_difference(result, b, a)
    return prize_share(result, a) - prize_share(result, b)


def advantage_usd(result: Result, a: str, b: str, form: str, usd: float) -> Array:
    """How much better a is than b where a month, or the race, is worth so much: USD, (draws,)."""
    return usd * gained(result, a, b, form) - comparison.cost_difference_usd(result, a, b)


def break_even_usd(result: Result, a: str, b: str) -> Estimate:
    """The value of a month at which two options are equal on the mean, in USD; None where one is no
    dearer and no later, so better at every value."""
    return flip_usd(result, a, b, "month")


def flip_usd(result: Result, a: str, b: str, form: str) -> Estimate:
    """The value of a month, or of the race, at which two options are equal on the mean, in USD:
    mean cost difference over mean gain, with its error by the delta method. None where no value
    above 0 makes them equal."""
    dearer = comparison.cost_difference_usd(result, a, b)
    gain = gained(result, a, b, form)
    sign = math.copysign(1.0, float(gain.mean()))
    if float(dearer.mean()) * sign <= 0:
        return Estimate(None, None)
    return estimates.ratio_of_means(sign * dearer, sign * gain)
