"""The package and the second implementation on the same random scenario: where they differ."""

import math
from typing import Any

import numpy as np

from analysis.evidence import ledger
from analysis.model import comparison, simulation
from analysis.model.simulation import Result
from analysis.scenario import consistency
from analysis.scenario.schema import Scenario
from second import model, scenarios

FUTURES = 2
OURS_ALONE = ("left_usd", "runs_on_usd", "surplus_usd")
"""What the package keeps on the way to a quantity of the text."""

CENT, MONTHS, SHARE, LEAST = 0.01, 1e-6, 1e-8, 1e-6
"""By how much amounts of money (USD), dates (months) and other quantities (relative, or a millionth
of a unit) may differ. What a tranche adds at a site is a difference of sums: few GPUs beside many
others lose digits."""


def read(tables: scenarios.Words) -> Scenario:
    """The scenario of plain tables, checked like one from a file."""
    scenario = Scenario.model_validate(tables)
    consistency.check(scenario, ledger.ledger())
    return scenario


def random(number: int) -> list[str]:
    """What differs in the random scenario of a number, in each of its futures."""
    tables, dice = scenarios.scenario(number)
    futures = scenarios.futures(dice, FUTURES)
    futures[""] = [1.0] * FUTURES
    found = differences(read(tables), {k: np.array(x) for k, x in futures.items()})
    return [f"scenario {number}, {one}" for one in found]


def differences(scenario: Scenario, futures: dict[str, Any]) -> list[str]:
    """Every output of every option and future in which the two differ by more than they may."""
    result = simulation.at(scenario, futures)
    words = scenario.model_dump(mode="json")
    number = len(next(iter(futures.values())))
    found = []
    for option in result.options:
        for i in range(number):
            future = {name: float(values[i]) for name, values in futures.items()}
            theirs = model.outcome(words, option, future)
            found += [
                f"option {option}, future {i}: {one}" for one in _apart(result, option, i, theirs)
            ]
    return found


def _apart(result: Result, option: str, i: int, theirs: dict[str, float]) -> list[str]:
    ours = {
        name: float(values[i])
        for name, values in result.scalars[option].items()
        if name not in OURS_ALONE
    }
    stated = comparison.short_hour_usd(result.scenario)
    for times in (0, 4):
        usd = comparison.compared_usd(result, option, times * stated)
        ours[f"compared_cost_at_{times}_usd"] = float(usd[i])
    ours |= {f"part:{part}": float(usd[i]) for part, usd in result.parts_usd[option].items()}
    years = result.cash_by_year_usd[option].items()
    ours |= {f"cash_year_{year}_usd": float(usd[i]) for year, usd in years}
    missing = [f"{name}: only one has it" for name in sorted(set(ours) ^ set(theirs))]
    return missing + [
        f"{name}: {ours[name]!r} and {theirs[name]!r}"
        for name in sorted(set(ours) & set(theirs))
        if not close(name, ours[name], theirs[name])
    ]


def close(name: str, one: float, other: float) -> bool:
    """Whether two numbers agree as closely as a quantity of this name must."""
    if math.isnan(one) or math.isnan(other) or math.isinf(one) or math.isinf(other):
        return one == other
    if name.endswith("_usd") or name.startswith("part:"):
        return abs(one - other) <= CENT
    if name.endswith(("_months", "_month")):
        return abs(one - other) <= MONTHS
    return abs(one - other) <= max(SHARE * max(abs(one), abs(other)), LEAST)
