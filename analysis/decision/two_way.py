"""Which option is better over two quantities at once, on the mean of the same futures: of all that
are ranked by the value of a month and the price of an hour short; of the two of the question by
price and delay, value of a month and discount rate, MFU and delay, resale and horizon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.decision import levers, ranking, value_of_time
from analysis.decision.levers import Moved
from analysis.model import comparison, delivery, draws, estimates, inputs, run, simulation, training
from analysis.model.fleet import Known
from analysis.model.inputs import Inputs
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
PLACES = 65
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
    met: Array | None = None
    """By row, the share of futures in which the option that is later meets the need."""


@dataclass(frozen=True)
class Places:
    """Which of the ranked `options` is first, as a number in that list, by the value of a month
    (rows, USD) and the price of an hour of the service that is short (columns, USD)."""

    month_usd: Array
    short_hour_usd: Array
    options: list[str]
    first: NDArray[np.int_]


def first_places(result: Result) -> Places | None:
    """First place by mean compared cost and the value of mean compared months, for hours that are
    short from nothing to four times their stated price, and months to half as much again as where
    first place last changes or the scenario states; None if no option is ranked. Without a service
    there is one column, without a run one row."""
    options = comparison.ranked(result)
    if not options:
        return None
    most = ranking.TIMES * comparison.short_hour_usd(result.scenario)
    hours = np.linspace(0, most, PLACES) if most else np.zeros(1)
    usd = np.array([[comparison.compared_usd(result, o, w).mean() for w in hours] for o in options])
    months = np.array([comparison.compared_months(result, o).mean() for o in options])
    values = np.linspace(0, _top_month_usd(result, usd, months), PLACES)
    values = values if result.scenario.need.by_months is not None else np.zeros(1)
    first = np.zeros((len(values), len(hours)), dtype=int)
    for column, costs in enumerate(usd.T):
        lines = ranking.lowest_lines(costs.tolist(), months.tolist())
        rows = np.searchsorted([value for value, _ in lines], values, side="right") - 1
        first[:, column] = np.array([line for _, line in lines])[rows]
    return Places(values, hours, options, first)


def _top_month_usd(result: Result, usd: Array, months: Array) -> float:
    """Up to which value of a month first place is shown."""
    stated = value_of_time.month_usd(result)
    turns = [ranking.lowest_lines(costs.tolist(), months.tolist())[-1][0] for costs in usd.T]
    return 1.5 * max(stated, *turns) or LEAST_TOP_USD


def price_and_delay(result: Result, month_usd: float, number: int = FUTURES) -> Map | None:
    """Mean cost in USD by price of the rental (x, USD per GPU-hour, or the value of its contract in
    USD: `levers.priced_by`) and by how many months later than at its mid the other option comes
    (y), both held in all futures; None without a rental, and where no run is asked for and every
    month of delay costs less than the hours it leaves short.

    The cost of a rental is a straight line in its price, so two prices are enough.
    """
    scenario = result.scenario
    moved, futures = levers.moves(scenario), _futures(result, number)
    if moved is None:
        return None
    prices = np.array(levers.price_steps(scenario, moved.rental)[0])
    delays, field = levers.delay_steps(scenario, moved), levers.priced_by(scenario, moved.rental)
    at_ends = [
        edits.with_tranche(scenario, moved.rental, **{field: price}) for price in prices[[0, -1]]
    ]
    share = (prices - prices[0]) / (prices[-1] - prices[0])
    rented = _between([_run(one, moved.rents, futures) for one in at_ends], moved.rents, share)
    late = [_run(_late(scenario, moved, delay), moved.delayed, futures) for delay in delays]
    costs = [comparison.compared_usd(one, moved.delayed).mean() for one in late]
    if scenario.need.by_months is None and (np.diff(costs) < 0).all():
        return None
    means = [
        [
            _means(
                result, scenario, {moved.rents: one, moved.delayed: other.scalars[moved.delayed]}
            )
            for one in rented
        ]
        for other in late
    ]
    cost, months = np.array(means).transpose(2, 0, 1)
    return Map(prices, delays, cost, _worth(cost, months, month_usd), _met(late, moved))


def _met(late: list[Result], moved: Moved) -> Array:
    """In what share of the futures the delayed option meets the need at each step, (rows,)."""
    return np.array([comparison.meets(one, moved.delayed).mean() for one in late])


def worth_and_rate(result: Result, month_usd: float) -> Map | None:
    """Mean compared cost in USD, months at the value of a month included, by discount rate (x, per
    year) and value of a month (y, USD, to half as much again as the largest given or at which the
    two are even at any of the rates); None with one option, or without a run."""
    pair = comparison.pair(result.scenario)
    if pair is None or result.scenario.need.by_months is None:
        return None
    choice = result.scenario.choices.discount_rate_per_year
    rates = np.linspace(0, max(LEAST_TOP_RATE, 1.25 * max(choice.value, *choice.swept, 0)), RATES)
    gap = comparison.mean_gap_usd(result, *pair, rates)
    months = float(comparison.months_difference(result, *pair).mean())
    even = -gap / months if months else np.zeros(1)
    values = np.linspace(0, 1.5 * max(even.max(), month_usd) or LEAST_TOP_USD, levers.STEPS)
    return Map(rates, values, gap[None, :] + values[:, None] * months)


def mfu_and_delay(result: Result, month_usd: float, number: int = FUTURES) -> Map | None:
    """Mean months to the target by the MFU of the option that owns over that of the one that rents
    (x) and by how many months later than at its mid it comes (y), both held in all futures; None
    unless just one of the two owns, and without a run. `worth` is the mean cost in USD, the value
    of months included.

    MFU multiplies the useful FLOP of a run: more of it acts like a smaller target. It moves no
    cost.
    """
    scenario = result.scenario
    moved, futures = levers.owner(scenario), _futures(result, number)
    if moved is None or scenario.need.by_months is None:
        return None
    delays, means, runs_late = levers.delay_steps(scenario, moved), [], []
    for delay in delays:
        there = _late(scenario, moved, delay)
        runs_late.append(_run(there, moved.delayed, futures))
        late = runs_late[-1].scalars[moved.delayed]
        dates = _compared_months(inputs.resolved(there, futures), moved.delayed, MFU_RATIOS)
        runs = [{moved.delayed: late | {"compared_months": months}} for months in dates]
        means.append([_means(result, scenario, run) for run in runs])
    cost, months = np.array(means).transpose(2, 0, 1)
    worth, met = _worth(cost, months, month_usd), _met(runs_late, moved)
    return Map(MFU_RATIOS, delays, months, worth, met)


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
        ends = [_resold(until, share) for share in RESALE_SHARES[[0, -1]]]
        share = (RESALE_SHARES - RESALE_SHARES[0]) / np.ptp(RESALE_SHARES)
        kept = {o: [_run(ends[0], o, futures).scalars[o]] * len(share) for o in pair}
        for option in owners:
            kept[option] = _between([_run(end, option, futures) for end in ends], option, share)
        runs = [dict(zip(kept, both, strict=True)) for both in zip(*kept.values(), strict=True)]
        means.append([_means(result, until, one) for one in runs])
    cost, later = np.array(means).transpose(2, 0, 1)
    return Map(RESALE_SHARES, horizons, cost, _worth(cost, later, month_usd))


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


def _run(scenario: Scenario, option: str, futures: Mapping[str, Array]) -> Result:
    """One option alone: it meets the same futures as any other."""
    return simulation.at(edits.with_options(scenario, [option]), futures)


def _means(result: Result, scenario: Scenario, runs: Mapping[str, Scalars]) -> tuple[float, float]:
    """Mean cost in USD and mean months of the pair, a less b, with some options run again in the
    first futures of a result, whose mean over all futures helps to place theirs."""
    pair = comparison.pair(result.scenario) or ("", "")
    size = len(next(iter(runs.values()))["compared_cost_usd"])
    then = {o: {name: v[:size] for name, v in result.scalars[o].items()} for o in pair}
    there = replace(result, scenario=scenario, draws=size, scalars=then | dict(runs))
    means = []
    for differ in (comparison.cost_difference_usd, comparison.months_difference):
        now, whole = differ(there, *pair), differ(result, *pair)
        means.append(estimates.regressed(now, whole[:size], whole).value or 0.0)
    return means[0], means[1]


def _compared_months(resolved: Inputs, option: str, ratios: Array) -> list[Array]:
    """The compared months of an option at so many times its MFU, each (draws,)."""
    months = _months(resolved, option, ratios)
    for events, failed in delivery.failed_sets(resolved, option):
        rows = np.nonzero(failed)[0]
        happening = delivery.happening(resolved, [events], [rows])
        if happening is not None:
            for found, other in zip(months, _months(happening, option, ratios), strict=True):
                found[rows] = np.maximum(found[rows], other)
    return months


def _months(resolved: Inputs, option: str, ratios: Array) -> list[Array]:
    """The months in which an option reaches the target at so many times its MFU, at most the
    horizon, each (draws,)."""
    _, training_of = run.option_run(resolved, option, Known())
    if resolved.run is None or training_of is None:
        return [np.full(resolved.draws, float(resolved.horizon)) for _ in ratios]
    targets = [resolved.run.target_flop / ratio for ratio in ratios]
    dates = [training.reached(training_of.flop, target) for target in targets]
    return [np.minimum(months, resolved.horizon) for months in dates]


def _between(ends: list[Result], option: str, share: Array) -> list[Scalars]:
    """What is compared of an option at each share of the way between two ends, where its cost, and
    what it would be with failed events happening, are straight lines; months are those of both."""
    first, last = (_candidates_usd(end, option) for end in ends)
    scalars = ends[0].scalars[option]
    costs = [np.max(first + (last - first) * one, axis=0) for one in share]
    return [scalars | {"compared_cost_usd": usd} for usd in costs]


def _candidates_usd(result: Result, option: str) -> Array:
    """The cost of an option as it is, and with each set of failed events happening, of which the
    largest is compared, (1 + sets, draws)."""
    price, scalars = comparison.short_hour_usd(result.scenario), result.scalars[option]
    own = scalars["present_cost_usd"] - scalars["surplus_usd"]
    found = [own + price * scalars["discounted_short_h100_hours"]]
    for number, usd in result.delivered_usd[option].items():
        found.append(usd + price * result.delivered_short_hours[option][number])
    return np.stack(found)


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
