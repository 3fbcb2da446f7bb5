"""What the sliders move: the price of a rental, and a delay of the option beside it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.style import priced
from analysis.decision.levers import Moved, moves, own_run, price_steps, priced_by
from analysis.decision.once import once
from analysis.model import comparison, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

LIVE_DRAWS = 2048
"""The grid is of the first so many futures of a run, so that it costs a second."""


DELAY_MONTHS = range(0, 25, 3)


@once
def live_of(result: Result) -> pd.DataFrame:
    """`live_grid` on the first futures of a run."""
    return live_grid(result.scenario, min(result.draws, LIVE_DRAWS), result.seed)


def live_grid(scenario: Scenario, number: int, seed: int) -> pd.DataFrame:
    """The pair (a, b) of the question by price of a rental (or value of its contract) and months of
    delay of the other option; one row per price and delay, empty where nothing can be moved so.

    `rental` (a title) is the largest rental for the run that one of the two has alone; `rents` has
    it, `delayed` is the other: all its own tranches for the run come so many months later than
    assumed, the power of their sites does not. Columns: a, b, rents, delayed (titles), rental,
    price in units of `unit`, priced (what it is), delay_months (less than the horizon), as_set (the
    mid price, no delay); of a less b the means of what is compared, cost_usd and months, and
    cost_variance, months_variance and covariance of those means; for each of a and b the shares of
    futures _cheaper, _earlier, _meets.
    """
    moved, asked = moves(scenario), comparison.pair(scenario)
    if moved is None or asked is None:
        return pd.DataFrame(columns=["price"])
    rental, rents, delayed = moved
    prices, mid = price_steps(scenario, rental)
    field = priced_by(scenario, rental)
    what, unit, size = priced(field, max(prices))
    said: dict[str, Any] = {"priced": what, "unit": unit}
    changed = {x: edits.with_tranche(scenario, rental, **{field: x}) for x in prices}
    at_price = {x: _run(there, rents, number, seed) for x, there in changed.items()}
    rows = []
    for months in (n for n in DELAY_MONTHS if n < scenario.choices.horizon_months.value):
        later = _run(_later(scenario, delayed, rents, months), delayed, number, seed)
        for price, run in at_price.items():
            both = replace(run, scenario=scenario, scalars=run.scalars | later.scalars)
            row = said | {"price": round(price / size, 9), "delay_months": months}
            row |= {"as_set": price == mid and months == 0}
            rows.append(_titles(scenario, moved, asked) | row | _compared(both, *asked))
    return pd.DataFrame(rows)


def _titles(scenario: Scenario, moved: Moved, pair: tuple[str, str]) -> dict[str, str]:
    rental, rents, delayed = moved
    options = dict(zip(("a", "b", "rents", "delayed"), (*pair, rents, delayed), strict=True))
    titles = {key: scenario.options[name].title for key, name in options.items()}
    return titles | {"rental": scenario.tranches[rental].title}


def _later(scenario: Scenario, option: str, other: str, months: int) -> Scenario:
    for name in own_run(scenario, option, other):
        scenario = edits.with_delay(scenario, name, months)
    return scenario


def _run(scenario: Scenario, option: str, number: int, seed: int) -> Result:
    """One option alone: it meets the same futures as any other."""
    return simulation.simulate(edits.with_options(scenario, [option]), number, seed)


def _compared(both: Result, a: str, b: str) -> dict[str, Any]:
    cost = comparison.cost_difference_usd(both, a, b)
    months = comparison.months_difference(both, a, b)
    (cost_variance, covariance), (_, months_variance) = _spread(cost, months)
    row = {"cost_usd": cost.mean(), "months": months.mean()}
    row |= {"cost_variance": cost_variance, "months_variance": months_variance}
    row |= {"covariance": covariance}
    sides = (("a", a, -1), ("b", b, 1))
    row |= {f"{key}_cheaper": (sign * cost > 0).mean() for key, _, sign in sides}
    row |= {f"{key}_earlier": (sign * months > 0).mean() for key, _, sign in sides}
    row |= {f"{key}_meets": comparison.meets(both, option).mean() for key, option, _ in sides}
    return row


def _spread(cost: Array, months: Array) -> Array:
    """Variances and covariance of the two means, (2, 2); zero for a single future."""
    return np.cov(cost, months) / len(cost) if len(cost) > 1 else np.zeros((2, 2))
