"""Which of the two options of the question is better over two quantities at once, on the mean of
the same futures: price and delay, value of a month and discount rate, MFU and delay, resale and
horizon.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
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
from analysis.model.draws import resolve
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.references import terms
from analysis.scenario.schema import OwnedTranche, RentedTranche, Scenario, Tranche
from analysis.scenario.units import Input

FUTURES = 1024
"""Futures that are run again at each step of a surface."""


STEPS = 9


PRICES = 8


LATEST_DELAY_MONTHS = 24.0


MFU_RATIOS = np.linspace(0.6, 1.2, STEPS)


RESALE_SHARES = np.linspace(0.0, 1.2, STEPS)


HORIZONS_MONTHS = (24.0, 72.0)


HORIZONS = 7


LEAST_TOP_RATE = 0.4


LEAST_TOP_USD = 1e6


RATES = 41
"""How far the surfaces reach."""


Moved = tuple[str, str, str]
"""The rental whose price moves, its option, and the option that is delayed, by name."""


@dataclass(frozen=True)
class Surface:
    """Two quantities, x (columns,) and y (rows,), and the mean of the first option of the question
    less the second by row and column: where it is negative the first is better. `plain` is what the
    picture is about, `worth` the same with months at their value in USD (None without one).
    """

    x: Array
    y: Array
    plain: Array
    worth: Array | None = None


def price_and_delay(result: Result, month_usd: float, number: int = FUTURES) -> Surface | None:
    """Mean cost in USD by price of the rental (x, USD per GPU-hour) and by how many months later
    than at its mid the other option comes (y), both held in all futures; None without a rental.

    The cost of a rental is a straight line in its price, so two prices are enough.
    """
    scenario, moved, futures = result.scenario, moves(result.scenario), _futures(result, number)
    if moved is None:
        return None
    rental, rents, delayed = moved
    prices, delays = np.array(price_steps(scenario, rental)[0]), delay_steps(scenario, moved)
    priced = [edits.with_tranche(scenario, rental, usd_per_gpu_hour=prices[i]) for i in (0, -1)]
    ends = [_run(one, rents, futures) for one in priced]
    late = [_run(_late(scenario, moved, delay), delayed, futures) for delay in delays]
    means = np.array(
        [[_means(result, scenario, {rents: a, delayed: b}) for a in ends] for b in late]
    )
    share = (prices - prices[0]) / (prices[-1] - prices[0])
    cost, months = (_straight(means[:, :, i], share) for i in (0, 1))
    return Surface(prices, delays, cost, _worth(cost, months, month_usd))


def worth_and_rate(result: Result, month_usd: float) -> Surface | None:
    """Mean present cost in USD, months at the value of a month included, by discount rate (x, per
    year) and value of a month (y, USD, to three times the larger of that given and that at which
    the two are even); None with one option."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return None
    choice = result.scenario.choices.discount_rate_per_year
    rates = np.linspace(0, max(LEAST_TOP_RATE, 1.25 * max(choice.value, *choice.swept, 0)), RATES)
    gap = comparison.mean_gap_usd(result, *asked, rates)
    months = float(comparison.months_difference(result, *asked).mean())
    even = comparison.break_even_month_usd(result, *asked) or 0.0
    values = np.linspace(0, 3 * max(even, month_usd) or LEAST_TOP_USD, STEPS)
    return Surface(rates, values, gap[None, :] + values[:, None] * months)


def mfu_and_delay(result: Result, month_usd: float, number: int = FUTURES) -> Surface | None:
    """Mean months to the target by the MFU of the option that owns over that of the one that rents
    (x) and by how many months later than at its mid it comes (y), both held in all futures; None
    unless just one of the two owns. `worth` is the mean cost in USD, the value of months included.

    MFU multiplies the useful FLOP of a run: more of it acts like a smaller target. It moves no
    cost.
    """
    scenario, moved, futures = result.scenario, owner(result.scenario), _futures(result, number)
    if moved is None:
        return None
    delays = delay_steps(scenario, moved)
    means = []
    for delay in delays:
        there = _late(scenario, moved, delay)
        late = _run(there, moved[2], futures)
        dates = _dates(there, moved[2], futures, MFU_RATIOS)
        each = [{moved[2]: late | {"target_months": one}} for one in dates]
        means.append([_means(result, scenario, one) for one in each])
    cost, months = np.array(means).transpose(2, 0, 1)
    return Surface(MFU_RATIOS, delays, months, _worth(cost, months, month_usd))


def resale_and_horizon(result: Result, month_usd: float, number: int = FUTURES) -> Surface | None:
    """Mean cost in USD by resale share of owned GPUs (x, of the market price path) and horizon (y,
    months), both held in all futures; None where neither option owns.

    The end value is a straight line in the resale share, so two shares are enough.
    """
    scenario, futures = result.scenario, _futures(result, number)
    asked = comparison.pair(scenario)
    if asked is None or not any(owns(scenario, option) for option in asked):
        return None
    horizons = horizon_steps(scenario)
    means = []
    for months in horizons:
        until = edits.with_choice(scenario, "horizon_months", months)
        ends = [_resold(until, share) for share in (0.0, 1.0)]
        same = {o: _run(ends[0], o, futures) for o in asked}
        sold = same | {o: _run(ends[1], o, futures) for o in asked if owns(scenario, o)}
        means.append([_means(result, ends[0], one) for one in (same, sold)])
    cost, months = (_straight(np.array(means)[:, :, i], RESALE_SHARES) for i in (0, 1))
    return Surface(RESALE_SHARES, horizons, cost, _worth(cost, months, month_usd))


def read(found: Surface, x: Array, y: Array) -> Array:
    """The plain mean at some points, straight between the steps, (points,); beyond the edges that
    at the edge."""
    (j, u), (i, v) = _between(found.x, x), _between(found.y, y)
    z = found.plain
    lower = z[i, j] * (1 - u) + z[i, j + 1] * u
    upper = z[i + 1, j] * (1 - u) + z[i + 1, j + 1] * u
    between: Array = lower * (1 - v) + upper * v
    return between


def moves(scenario: Scenario) -> Moved | None:
    """What moves in price and date: of the second option of the question if it rents for the run
    what the first does not, else of the first; None without such a rental or anything to delay.
    """
    asked = comparison.pair(scenario)
    if asked is None:
        return None
    futures = draws.mid(scenario)
    for rents, other in (asked[::-1], asked):
        mine = own_run(scenario, rents, other)
        rentals = {n: t for n, t in mine.items() if isinstance(t, RentedTranche)}
        if rentals and own_run(scenario, other, rents):
            size = {name: resolve(t.gpus, futures)[0] for name, t in rentals.items()}
            return max(rentals, key=lambda name: size[name]), rents, other
    return None


def owner(scenario: Scenario) -> Moved | None:
    """Of the two options of the question the one that owns where the other does not (last), beside
    the other; None without such a pair, or if either has nothing of its own for the run."""
    asked = comparison.pair(scenario)
    if asked is None:
        return None
    mine = [option for option in asked if owns(scenario, option)]
    other = [option for option in asked if option not in mine]
    if len(mine) != 1 or not own_run(scenario, mine[0], other[0]):
        return None
    return ("", other[0], mine[0]) if own_run(scenario, other[0], mine[0]) else None


def own_run(scenario: Scenario, option: str, other: str) -> dict[str, Tranche]:
    """The tranches for the run that an option has and the other has not."""
    names = scenario.options[option].tranches
    mine = {name: scenario.tranches[name] for name in names}
    shared = scenario.options[other].tranches
    return {name: t for name, t in mine.items() if t.use == "run" and name not in shared}


def owns(scenario: Scenario, option: str) -> bool:
    """Whether an option has a tranche of its own GPUs."""
    names = scenario.options[option].tranches
    return any(isinstance(scenario.tranches[name], OwnedTranche) for name in names)


def price_steps(scenario: Scenario, rental: str) -> tuple[list[float], float]:
    """Prices in even steps around the mid one, from well below P10 to well above P90; the mid."""
    low, mid, high = ends_of(scenario, _rental(scenario, rental).usd_per_gpu_hour)
    least, most = 0.6 * low, 1.4 * high or 1.0
    step = _round_number((most - least) / PRICES)
    first, last = math.ceil((least - mid) / step - 1e-9), math.floor((most - mid) / step + 1e-9)
    return [round(mid + n * step, 9) for n in range(first, last + 1)], round(mid, 9)


def delay_steps(scenario: Scenario, moved: Moved) -> Array:
    """Months later than at mid, (rows,): from there on the first day to two years late, or to the
    horizon."""
    first = min(mid_months(scenario, name) for name in own_run(scenario, moved[2], moved[1]))
    most = min(LATEST_DELAY_MONTHS, scenario.choices.horizon_months.value - 1)
    return np.linspace(-first, max(most, 0), STEPS)


def horizon_steps(scenario: Scenario) -> Array:
    """Horizons in whole months, (rows,), that of the scenario within them."""
    ends = (*HORIZONS_MONTHS, scenario.choices.horizon_months.value)
    return np.linspace(min(ends), max(ends), HORIZONS).round()


def mid_months(scenario: Scenario, tranche: str) -> float:
    """The month of the first GPUs of a tranche with every assumption at its mid."""
    return float(_first_months(scenario, tranche, draws.mid(scenario))[0])


def drawn_price(scenario: Scenario, rental: str, futures: Mapping[str, Array]) -> Array:
    """The price of a rental in some futures, USD per GPU-hour, (draws,)."""
    return resolve(_rental(scenario, rental).usd_per_gpu_hour, futures)


def drawn_delay(scenario: Scenario, moved: Moved, futures: Mapping[str, Array]) -> Array:
    """How many months later than at its mid the largest own tranche of the delayed option comes in
    some futures, (draws,)."""
    mine = own_run(scenario, moved[2], moved[1])
    mids = draws.mid(scenario)
    largest = max(mine, key=lambda name: float(resolve(mine[name].gpus, mids)[0]))
    return _first_months(scenario, largest, futures) - mid_months(scenario, largest)


def drawn_resale(scenario: Scenario, futures: Mapping[str, Array]) -> Array | None:
    """The resale share of the GPUs that the options of the question own, in some futures, (draws,);
    None where neither owns."""
    chips = _owned_chips(scenario)
    return resolve(scenario.chips[chips[0]].resale_share or 0.0, futures) if chips else None


def ends_of(scenario: Scenario, value: Input) -> tuple[float, float, float]:
    """The low end, the mid and the high end of an input."""
    found = []
    for term in terms(value):
        if isinstance(term, str):
            one = scenario.assumptions[term]
            low, high = draws.ends(one)
            found.append((low, draws.mid_value(one), high))
        else:
            found.append((term, term, term))
    low, mid, high = (sum(x) for x in zip(*found, strict=True))
    return low, mid, high


def _futures(result: Result, number: int) -> dict[str, Array]:
    size = min(number, result.draws, draws.BLOCK_DRAWS)
    return draws.block(result.scenario, result.seed, 0, size)


def _run(scenario: Scenario, option: str, futures: Mapping[str, Array]) -> dict[str, Array]:
    """The scalars of one option alone: it meets the same futures as any other."""
    alone = edits.with_options(scenario, [option])
    return simulation.at(alone, dict(futures)).scalars[option]


def _means(
    result: Result, scenario: Scenario, found: Mapping[str, dict[str, Array]]
) -> tuple[float, float]:
    """Mean cost in USD and mean months of the pair, a less b, with some options run again in the
    first futures of a result, whose mean over all futures helps to place theirs."""
    a, b = comparison.pair(result.scenario) or ("", "")
    size = len(next(iter(found.values()))["present_cost_usd"])
    then = {o: {k: v[:size] for k, v in result.scalars[o].items()} for o in (a, b)}
    there = replace(result, scenario=scenario, draws=size, scalars=then | dict(found))
    means = []
    for find in (comparison.cost_difference_usd, comparison.months_difference):
        now, whole = find(there, a, b), find(result, a, b)
        means.append(estimates.regressed(now, whole[:size], whole).value or 0.0)
    return means[0], means[1]


def _dates(
    scenario: Scenario, option: str, futures: Mapping[str, Array], ratios: Array
) -> list[Array]:
    """The month in which an option reaches the target at so many times its MFU, each (draws,)."""
    resolved = inputs.resolved(scenario, futures)
    flop = outcome.trained_by(resolved, fleet.fleet(resolved, option, {}).units, {}).flop
    return [training.reached(flop, resolved.run.target_flop / ratio) for ratio in ratios]


def _between(steps: Array, at: Array) -> tuple[NDArray[np.intp], Array]:
    """The step below each value, and how far it lies on the way to the next, (points,) each."""
    inside = np.clip(at, steps[0], steps[-1])
    i = np.clip(np.searchsorted(steps, inside, side="right") - 1, 0, len(steps) - 2)
    return i, (inside - steps[i]) / (steps[i + 1] - steps[i])


def _straight(ends: Array, share: Array) -> Array:
    """Values on the straight line from the first to the second of two ends, (rows, 2) -> (rows,
    columns)."""
    return ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * share


def _worth(cost: Array, months: Array, month_usd: float) -> Array | None:
    return cost + month_usd * months if month_usd > 0 else None


def _rental(scenario: Scenario, name: str) -> RentedTranche:
    tranche = scenario.tranches[name]
    assert isinstance(tranche, RentedTranche)
    return tranche


def _first_months(scenario: Scenario, tranche: str, futures: Mapping[str, Array]) -> Array:
    """When the last milestone of a tranche is done, (draws,)."""
    stages = scenario.tranches[tranche].milestones.values()
    return np.maximum.reduce([resolve(one, futures) for one in stages])


def _late(scenario: Scenario, moved: Moved, months: float) -> Scenario:
    """All own tranches of the delayed option come so many months after their mid, whatever was
    drawn; the power of their sites comes as drawn."""
    for name in own_run(scenario, moved[2], moved[1]):
        first = max(mid_months(scenario, name) + float(months), 0.0)
        scenario = edits.with_tranche(scenario, name, milestones={"first_gpus": first})
    return scenario


def _resold(scenario: Scenario, share: float) -> Scenario:
    """The scenario in which owned GPUs keep so much of the market price path."""
    for chip in _owned_chips(scenario):
        scenario = edits.with_value(scenario, ("chips", chip, "resale_share"), share)
    return scenario


def _owned_chips(scenario: Scenario) -> list[str]:
    """The chips of the GPUs that the options of the question own, each once."""
    names = [n for o in comparison.pair(scenario) or () for n in scenario.options[o].tranches]
    owned = [scenario.tranches[n] for n in names]
    return list(dict.fromkeys(t.chip for t in owned if isinstance(t, OwnedTranche)))


def _round_number(size: float) -> float:
    """The nearest of 1, 2, 2.5 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(size))
    return power * min((1, 2, 2.5, 5, 10), key=lambda x: abs(math.log(size / power / x)))
