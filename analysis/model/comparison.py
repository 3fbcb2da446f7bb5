"""The options on the same draws: the only place where they meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario

TIE = 1e-9

LINE = 0.5
"""An option that meets the need in so many of the draws, or more, is ranked."""


def pair(scenario: Scenario) -> tuple[str, str] | None:
    """The two options that the question is about: those named, else the first two that are not the
    baseline, else the first two; None if there is only one."""
    if scenario.compare is not None:
        return scenario.compare[0], scenario.compare[1]
    names = [name for name in scenario.options if name != scenario.baseline]
    names = names if len(names) > 1 else list(scenario.options)
    return (names[0], names[1]) if len(names) > 1 else None


def pairs(result: Result) -> list[tuple[str, str]]:
    """All pairs of options, the pair of the question first."""
    asked = pair(result.scenario)
    others = [
        one for one in combinations(result.options, 2) if asked is None or set(one) != set(asked)
    ]
    return others if asked is None else [asked, *others]


def meets(result: Result, option: str) -> NDArray[np.bool_]:
    """Whether the option meets the need, per draw: its target in time, its share of the service
    served, no limit broken."""
    need, scalars = result.scenario.need, result.scalars[option]
    found = np.ones(result.draws, dtype=bool)
    if need.by_months is not None:
        found &= scalars["target_months"] <= need.by_months.value
    if need.service is not None:
        found &= scalars["served_share"] >= need.service.served_share.value
    for broken in breaks(result, option).values():
        found &= broken == 0
    return found


def breaks(result: Result, option: str) -> dict[str, Array]:
    """1 where the option breaks a limit that is stated, else 0, by the limit, (draws,)."""
    limits = result.scenario.limits
    stated = {} if limits is None else limits.stated
    return {name: result.scalars[option][f"breaks_{name}"] for name in stated}


def ranked(result: Result) -> list[str]:
    """The options that meet the need in at least half of the draws, in the order of the scenario;
    the others stand below a line and are never named best."""
    return [o for o in result.options if meets(result, o).mean() >= LINE]


def short_hour_usd(scenario: Scenario) -> float:
    """What an hour of the service that is short is counted at: as stated; 0 without a service."""
    service = scenario.need.service
    return 0.0 if service is None else service.short_hour_usd.value


def compared_usd(result: Result, option: str, short_hour_usd: float | None = None) -> Array:
    """Compared cost, (draws,), at a price of an hour that is short, by default the stated one: the
    largest of the option's own and of what the draw gives with failed events happening."""
    if short_hour_usd is None:
        return result.scalars[option]["compared_cost_usd"]
    scalars = result.scalars[option]
    own = scalars["present_cost_usd"] - scalars["surplus_usd"]
    found = own + short_hour_usd * scalars["discounted_short_h100_hours"]
    for number, usd in result.delivered_usd[option].items():
        hours = result.delivered_short_hours[option][number]
        found = np.maximum(found, usd + short_hour_usd * hours)
    return found


def not_delivered_usd(result: Result, option: str, short_hour_usd: float) -> Array:
    """What an option's compared cost is raised by where events of its own fail, (draws,)."""
    scalars = result.scalars[option]
    short = short_hour_usd * scalars["discounted_short_h100_hours"]
    own = scalars["present_cost_usd"] - scalars["surplus_usd"] + short
    return compared_usd(result, option, short_hour_usd) - own


def compared_months(result: Result, option: str) -> Array:
    """Months to the target, at most the horizon, per draw; where events of the option failed, the
    most of what the draw gives with any of them happening."""
    return result.scalars[option]["compared_months"]


def cost_difference_usd(result: Result, a: str, b: str) -> Array:
    """Compared cost of a less that of b on the same draws, (draws,); a near-tie counts as one."""
    return difference(compared_usd(result, a), compared_usd(result, b))


def scalar_difference(result: Result, a: str, b: str, name: str) -> Array:
    """A quantity of a less that of b on the same draws, (draws,); a near-tie counts as one."""
    return difference(result.scalars[a][name], result.scalars[b][name])


def h100_hour_difference_usd(result: Result, a: str, b: str) -> Array:
    """USD per H100-hour of a less those of b, levelised, on the same draws, (draws,); 0 where one
    delivers none, and a near-tie counts as one."""
    one, other = (ratio(result, o, "discounted_h100_hours") for o in (a, b))
    both = np.isfinite(one) & np.isfinite(other)
    return difference(np.where(both, one, 0.0), np.where(both, other, 0.0))


def months_difference(result: Result, a: str, b: str) -> Array:
    """Compared months of a less those of b, (draws,)."""
    return difference(compared_months(result, a), compared_months(result, b))


def difference(one: Array, other: Array) -> Array:
    """One less the other, and exactly 0 within one part in 10^9, where only rounding differs."""
    difference = one - other
    return np.where(np.abs(difference) <= TIE * np.maximum(abs(one), abs(other)), 0, difference)


def usd_per_pflop_day(result: Result, option: str) -> Array:
    """Levelised USD per useful PFLOP-day, per draw; infinite where there is no useful compute."""
    return ratio(result, option, "discounted_pflop_days")


def ratio(result: Result, option: str, quantity: str) -> Array:
    """Present cost over a discounted quantity, per draw; infinite where there is none of it."""
    amount = result.scalars[option][quantity]
    usd = result.scalars[option]["present_cost_usd"]
    return np.divide(usd, amount, out=np.full_like(usd, np.inf), where=amount > 0)


@dataclass(frozen=True)
class Winners:
    """Each option's share of each draw in being best, and 1 in the draws in which none that is
    ranked meets the need, (draws,) each; apart, since a reader may give an option any name. A draw
    sums to 1."""

    options: dict[str, Array]
    none: Array


def winners(result: Result, measure: Callable[[Result, str], Array]) -> Winners:
    """Each option's share of each draw in being lowest by a measure among the ranked that meet the
    need; ties share."""
    able = {o: meets(result, o) for o in ranked(result)}
    if not able:
        return Winners({o: np.zeros(result.draws) for o in result.options}, np.ones(result.draws))
    values = np.stack([np.where(able[o], measure(result, o), np.inf) for o in able], axis=1)
    best = values.min(axis=1, keepdims=True)
    near = values <= best + TIE * np.abs(np.where(np.isfinite(best), best, 0))
    wins = dict(zip(able, (near & np.stack(list(able.values()), axis=1)).T, strict=True))
    count = np.sum(list(wins.values()), axis=0)
    none = np.zeros(result.draws)
    found = {o: wins.get(o, none) / np.maximum(count, 1) for o in result.options}
    return Winners(found, (count == 0).astype(float))


def first_to_target(result: Result) -> Winners:
    """Shares of each draw in being first to the target."""
    return winners(result, lambda r, o: r.scalars[o]["target_months"])


def lowest_compared_cost(result: Result) -> Winners:
    """Shares of each draw in having the lowest compared cost."""
    return winners(result, compared_usd)


def lowest_usd_per_pflop_day(result: Result) -> Winners:
    """Shares of each draw in having the lowest USD per useful PFLOP-day."""
    return winners(result, usd_per_pflop_day)


def better_at_every_value(result: Result, a: str, b: str) -> str | None:
    """The option of a pair that is, on the mean, no dearer and no later than the other (and not
    equal in both), or None.
    """
    dearer = float(np.mean(cost_difference_usd(result, a, b)))
    slower = float(np.mean(months_difference(result, a, b)))
    if dearer == 0 and slower == 0:
        return None
    if dearer <= 0 and slower <= 0:
        return a
    return b if dearer >= 0 and slower >= 0 else None


def mean_gap_usd(result: Result, a: str, b: str, rates: Array) -> Array:
    """Mean compared cost of a less that of b at each of some discount rates per year, (rates,), an
    hour that is short being counted at the same price; a near-tie counts as one."""
    horizon = round(result.scenario.choices.horizon_months.value)
    paid = [_mean_compared_usd(result, o, rates) for o in (a, b)]
    left = np.mean(result.scalars[a]["left_usd"] - result.scalars[b]["left_usd"])
    gap = paid[0] - paid[1] - left * (1 + rates) ** (-horizon / 12)
    return np.where(np.abs(gap) <= TIE * np.abs(gap).max(), 0, gap)


def _mean_compared_usd(result: Result, option: str, rates: Array) -> Array:
    """The mean of what is compared of an option by month, at each discount rate, (rates,)."""
    by_month = result.means[option]["compared_usd"]
    months = np.arange(len(by_month))[:, None] + 0.5
    return np.asarray(by_month @ (1 + rates) ** (-months / 12))


def flip_rate_per_year(result: Result, a: str, b: str) -> float | None:
    """The discount rate at which the mean compared costs of two options are equal, between 0 and 1;
    the lowest such rate, or None."""
    rates = np.linspace(0, 1, 1001)
    gap = mean_gap_usd(result, a, b, rates)
    turns = np.nonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) <= 0)[0]
    if not len(turns) or not gap.any():
        return None
    i = turns[0]
    if gap[i] == gap[i + 1]:
        return float(rates[i])
    return float(rates[i] + (rates[i + 1] - rates[i]) * gap[i] / (gap[i] - gap[i + 1]))
