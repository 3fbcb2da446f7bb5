"""Which option is better over two quantities at once, on the mean of the same futures: of all that
are ranked by the value of a month and the price of an hour short; of the two of the question by
the price of the rental and the delay of the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.decision import levers, ranking, value_of_time
from analysis.decision.levers import Moved
from analysis.model import comparison, draws, estimates, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

FUTURES = 1024
"""Futures that are run again at each step of a map."""

LEAST_TOP_USD = 1e6
PLACES = 65
"""How far the map of first places reaches, and in how many steps."""

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
    worth: Array | None
    met: Array
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
    met = np.array([comparison.meets(one, moved.delayed).mean() for one in late])
    if scenario.need.by_months is None and (np.diff(costs) < 0).all():
        return None
    owned = [one.scalars[moved.delayed] for one in late]
    means = [
        [_means(result, {moved.rents: one, moved.delayed: other}) for one in rented]
        for other in owned
    ]
    cost, months = np.array(means).transpose(2, 0, 1)
    worth = cost + month_usd * months if month_usd > 0 else None
    return Map(prices, delays, cost, worth, met)


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


def _means(result: Result, runs: dict[str, Scalars]) -> tuple[float, float]:
    """Mean cost in USD and mean months of the pair, a less b, run again in the first futures of a
    result, whose mean over all futures helps to place theirs."""
    pair = comparison.pair(result.scenario) or ("", "")
    size = len(runs[pair[0]]["compared_cost_usd"])
    there = replace(result, draws=size, scalars=runs)
    means = []
    for differ in (comparison.cost_difference_usd, comparison.months_difference):
        now, whole = differ(there, *pair), differ(result, *pair)
        means.append(estimates.regressed(now, whole[:size], whole).value or 0.0)
    return means[0], means[1]


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


def _late(scenario: Scenario, moved: Moved, months: float) -> Scenario:
    """All own tranches of the delayed option come so many months after their mid, whatever was
    drawn; the power of their sites comes as drawn."""
    for name in levers.own_run(scenario, moved.delayed, moved.rents):
        first = max(levers.mid_months(scenario, name) + float(months), 0.0)
        scenario = edits.with_tranche(scenario, name, milestones={"first_gpus": first})
    return scenario
