"""What time is worth: a month of delay, or a prize for being there by a date; kept out of cost."""

import math

import numpy as np

from analysis.arrays import Array
from analysis.decision import ranking
from analysis.model import comparison, estimates
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result

FORMS = ("month", "race")
"""How time may be worth something: so much a month, or a prize for being there by a date."""


def burden_usd(result: Result, option: str, month_usd: float) -> Array:
    """Compared cost and the compared months at their value, in USD, (draws,)."""
    months = comparison.compared_months(result, option)
    return comparison.compared_usd(result, option) + month_usd * months


def regret_usd(result: Result, month_usd: float) -> dict[str, Array]:
    """What the burden of each ranked option is above the lowest of the ranked in the same draw, in
    USD, (draws,) by option, where a month is worth so much."""
    burdens = {o: burden_usd(result, o, month_usd) for o in comparison.ranked(result)}
    lowest = np.min(list(burdens.values()), axis=0) if burdens else 0.0
    return {option: usd - lowest for option, usd in burdens.items()}


def month_usd(result: Result) -> float:
    """The value of a month that the scenario states, in USD; 0 if it states none."""
    stated = result.scenario.value.month_usd
    return 0.0 if stated is None else stated.value


def asked_usd(result: Result, form: str) -> list[float]:
    """The values of a month, or of the race, that are asked about, in USD: that of the scenario and
    those it sweeps, rising; without one, of a month 0 and each at which first place changes."""
    given = result.scenario.value
    stated = given.month_usd if form == "month" else given.race_usd
    if stated is not None:
        return sorted({stated.value, *stated.swept})
    return [place.from_usd for place in ranking.first_places(result)] if form == "month" else []


def race_months(result: Result) -> float:
    """The month by which the whole prize is won: as the scenario states, else that of the need."""
    stated = result.scenario.value.race_months or result.scenario.need.by_months
    return math.inf if stated is None else stated.value


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
