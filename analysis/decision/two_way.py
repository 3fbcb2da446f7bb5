"""Which of the two options of the question is better over two quantities at once, as a map on the
mean of the same futures: price and delay, value of a month and discount rate, MFU and delay, resale
and horizon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import Array
from analysis.decision import levers, value_of_time
from analysis.decision.levers import Moved
from analysis.model import (
    comparison,
    draws,
    estimates,
    fleet,
    inputs,
    outcome,
    simulation,
    training,
)
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

FUTURES = 1024
"""Futures that are run again at each step of a map."""

MFU_RATIOS = np.linspace(0.6, 1.2, levers.STEPS)
RESALE_SHARES = np.linspace(0.0, 1.2, levers.STEPS)
LEAST_TOP_RATE = 0.4
LEAST_TOP_USD = 1e6
RATES = 41
"""How far the maps reach beside the levers."""

Scalars = dict[str, Array]
"""What an option comes to, by name, each (draws,)."""


@dataclass(frozen=True)
class Map:
    """Two quantities, x (columns,) and y (rows,), and the mean of the first option of the question
    less the second by row and column: where it is negative the first is better. `plain` is what the
    picture is about, `worth` the same with months at their value in USD (None without one).
    """

    x: Array
    y: Array
    plain: Array
    worth: Array | None = None


def price_and_delay(result: Result, month_usd: float, number: int = FUTURES) -> Map | None:
    """Mean cost in USD by price of the rental (x, USD per GPU-hour) and by how many months later
    than at its mid the other option comes (y), both held in all futures; None without a rental.

    The cost of a rental is a straight line in its price, so two prices are enough.
    """
    scenario, moved, futures = (
        result.scenario,
        levers.moves(result.scenario),
        _futures(result, number),
    )
    if moved is None:
        return None
    prices = np.array(levers.price_steps(scenario, moved.rental)[0])
    delays = levers.delay_steps(scenario, moved)
    ends = [
        _run(
            edits.with_tranche(scenario, moved.rental, usd_per_gpu_hour=price), moved.rents, futures
        )
        for price in (prices[0], prices[-1])
    ]
    late = [_run(_late(scenario, moved, delay), moved.delayed, futures) for delay in delays]
    means = np.array(
        [
            [
                _means(result, scenario, {moved.rents: rented, moved.delayed: other})
                for rented in ends
            ]
            for other in late
        ]
    )
    share = (prices - prices[0]) / (prices[-1] - prices[0])
    cost, months = (_straight(means[:, :, i], share) for i in (0, 1))
    return Map(prices, delays, cost, _worth(cost, months, month_usd))


def worth_and_rate(result: Result, month_usd: float) -> Map | None:
    """Mean present cost in USD, months at the value of a month included, by discount rate (x, per
    year) and value of a month (y, USD, to three times the larger of that given and that at which
    the two are even); None with one option."""
    pair = comparison.pair(result.scenario)
    if pair is None:
        return None
    choice = result.scenario.choices.discount_rate_per_year
    rates = np.linspace(0, max(LEAST_TOP_RATE, 1.25 * max(choice.value, *choice.swept, 0)), RATES)
    gap = comparison.mean_gap_usd(result, *pair, rates)
    months = float(comparison.months_difference(result, *pair).mean())
    even = value_of_time.break_even_usd(result, *pair).value or 0.0
    values = np.linspace(0, 3 * max(even, month_usd) or LEAST_TOP_USD, levers.STEPS)
    return Map(rates, values, gap[None, :] + values[:, None] * months)


def mfu_and_delay(result: Result, month_usd: float, number: int = FUTURES) -> Map | None:
    """Mean months to the target by the MFU of the option that owns over that of the one that rents
    (x) and by how many months later than at its mid it comes (y), both held in all futures; None
    unless just one of the two owns. `worth` is the mean cost in USD, the value of months included.

    MFU multiplies the useful FLOP of a run: more of it acts like a smaller target. It moves no
    cost.
    """
    scenario, moved, futures = (
        result.scenario,
        levers.owner(result.scenario),
        _futures(result, number),
    )
    if moved is None:
        return None
    delays, means = levers.delay_steps(scenario, moved), []
    for delay in delays:
        there = _late(scenario, moved, delay)
        late = _run(there, moved.delayed, futures)
        dates = _dates(there, moved.delayed, futures, MFU_RATIOS)
        runs = [{moved.delayed: late | {"target_months": months}} for months in dates]
        means.append([_means(result, scenario, run) for run in runs])
    cost, months = np.array(means).transpose(2, 0, 1)
    return Map(MFU_RATIOS, delays, months, _worth(cost, months, month_usd))


def resale_and_horizon(result: Result, month_usd: float, number: int = FUTURES) -> Map | None:
    """Mean cost in USD by resale share of owned GPUs (x, of the market price path) and horizon (y,
    months), both held in all futures; None where neither option owns.

    The end value is a straight line in the resale share, so two shares are enough.
    """
    scenario, futures = result.scenario, _futures(result, number)
    pair = comparison.pair(scenario) or ()
    owners = [option for option in pair if levers.owns(scenario, option)]
    if not owners:
        return None
    horizons, means = levers.horizon_steps(scenario), []
    for months in horizons:
        until = edits.with_choice(scenario, "horizon_months", months)
        nothing, all_of_it = (_resold(until, share) for share in (0.0, 1.0))
        kept = {option: _run(nothing, option, futures) for option in pair}
        sold = kept | {option: _run(all_of_it, option, futures) for option in owners}
        means.append([_means(result, until, run) for run in (kept, sold)])
    cost, months = (_straight(np.array(means)[:, :, i], RESALE_SHARES) for i in (0, 1))
    return Map(RESALE_SHARES, horizons, cost, _worth(cost, months, month_usd))


def read(found: Map, x: Array, y: Array) -> Array:
    """The plain mean at some points, straight between the steps, (points,); beyond the edges that
    at the edge."""
    from scipy.interpolate import RegularGridInterpolator  # half a second, for those that read

    inside = [np.clip(at, steps[0], steps[-1]) for steps, at in ((found.y, y), (found.x, x))]
    between: Array = RegularGridInterpolator((found.y, found.x), found.plain)(np.stack(inside, 1))
    return between


def _futures(result: Result, number: int) -> dict[str, Array]:
    size = min(number, result.draws, draws.BLOCK_DRAWS)
    return draws.block(result.scenario, result.seed, 0, size)


def _run(scenario: Scenario, option: str, futures: Mapping[str, Array]) -> Scalars:
    """The scalars of one option alone: it meets the same futures as any other."""
    alone = edits.with_options(scenario, [option])
    return simulation.at(alone, dict(futures)).scalars[option]


def _means(result: Result, scenario: Scenario, runs: Mapping[str, Scalars]) -> tuple[float, float]:
    """Mean cost in USD and mean months of the pair, a less b, with some options run again in the
    first futures of a result, whose mean over all futures helps to place theirs."""
    pair = comparison.pair(result.scenario) or ("", "")
    size = len(next(iter(runs.values()))["present_cost_usd"])
    then = {o: {name: v[:size] for name, v in result.scalars[o].items()} for o in pair}
    there = replace(result, scenario=scenario, draws=size, scalars=then | dict(runs))
    means = []
    for differ in (comparison.cost_difference_usd, comparison.months_difference):
        now, whole = differ(there, *pair), differ(result, *pair)
        means.append(estimates.regressed(now, whole[:size], whole).value or 0.0)
    return means[0], means[1]


def _dates(
    scenario: Scenario, option: str, futures: Mapping[str, Array], ratios: Array
) -> list[Array]:
    """The month in which an option reaches the target at so many times its MFU, each (draws,)."""
    resolved = inputs.resolved(scenario, futures)
    flop = outcome.trained_by(resolved, fleet.option_fleet(resolved, option, {}).units, {}).flop
    return [training.reached(flop, resolved.run.target_flop / ratio) for ratio in ratios]


def _straight(ends: Array, share: Array) -> Array:
    """Values on the straight line from the first to the second of two ends, (rows, 2) -> (rows,
    columns)."""
    return ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * share


def _worth(cost: Array, months: Array, month_usd: float) -> Array | None:
    return cost + month_usd * months if month_usd > 0 else None


def _late(scenario: Scenario, moved: Moved, months: float) -> Scenario:
    """All own tranches of the delayed option come so many months after their mid, whatever was
    drawn; the power of their sites comes as drawn."""
    for name in levers.own_run(scenario, moved.delayed, moved.rents):
        first = max(levers.mid_months(scenario, name) + float(months), 0.0)
        scenario = edits.with_tranche(scenario, name, milestones={"first_gpus": first})
    return scenario


def _resold(scenario: Scenario, share: float) -> Scenario:
    """The scenario in which owned GPUs keep so much of the market price path."""
    for chip in levers.owned_chips(scenario):
        scenario = edits.with_value(scenario, ("chips", chip, "resale_share"), share)
    return scenario
