"""Who is ranked, who is first, and from which value of a month or of an hour that is short."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from analysis.model import comparison, estimates, inputs, service, simulation
from analysis.model.estimates import TELLING
from analysis.model.fleet import Known
from analysis.model.simulation import Result
from analysis.scenario import edits
from analysis.scenario.schema import Need

GRID = 64
"""Even steps from nothing to four times the stated price of an hour that is short."""

TIMES = 4.0
HALVINGS = 50


@dataclass(frozen=True)
class Place:
    """An option that is first from a value on, in USD, until the next place."""

    from_usd: float
    option: str


def first_places(result: Result, without: str | None = None) -> list[Place]:
    """Who of the ranked is first at each value of a month, from 0 on, at the stated price of an
    hour that is short; one option may be left out. Empty if none is ranked."""
    names = [o for o in comparison.ranked(result) if o != without]
    usd = [float(comparison.compared_usd(result, o).mean()) for o in names]
    months = [float(comparison.compared_months(result, o).mean()) for o in names]
    return [Place(value, names[i]) for value, i in lowest_lines(usd, months)]


def lowest_lines(usd: list[float], months: list[float]) -> list[tuple[float, int]]:
    """Which of some lines usd + v x months is lowest, from v = 0 on: (v, line) at each change; of
    equals (a near-tie counts as one) the one of fewer months, then the first."""
    if not usd:
        return []
    most = min(usd) + comparison.TIE * abs(min(usd))
    now = min((i for i in range(len(usd)) if usd[i] <= most), key=lambda i: months[i])
    found = [(0.0, now)]
    while True:
        turns = [
            ((usd[i] - usd[now]) / (months[now] - months[i]), months[i], i)
            for i in range(len(usd))
            if months[i] < months[now] * (1 - comparison.TIE)
        ]
        if not turns:
            return found
        value, _, now = min(turns)
        found.append((value, now))


def first_by_short_hour(result: Result) -> list[Place]:
    """Who of the ranked is first where a month is worth nothing, at each price of an hour that is
    short from 0 to four times the stated one."""
    names = comparison.ranked(result)
    most = TIMES * comparison.short_hour_usd(result.scenario)
    if not names:
        return []

    def first(price: float) -> str:
        return min(names, key=lambda o: float(comparison.compared_usd(result, o, price).mean()))

    found, grid = [Place(0.0, first(0.0))], np.linspace(0, most, GRID + 1)
    for low, high in pairwise(grid.tolist()):
        if most and (last := first(high)) != found[-1].option:
            found.append(Place(_turn(low, high, _is_first(first, last)), last))
    return found


def _is_first(first: Callable[[float], str], option: str) -> Callable[[float], bool]:
    """Whether an option is first at a price."""
    return lambda price: first(price) == option


def _turn(low: float, high: float, there: Callable[[float], bool]) -> float:
    """The value between two from which on something holds."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if there(middle) else (middle, high)
    return high


def near_by_chance(result: Result) -> dict[str, list[Place]]:
    """The options whose share lies within two standard errors of the line, each with who is first
    without it."""
    found = {}
    for option in result.options:
        met = estimates.probability(comparison.meets(result, option))
        if abs((met.value or 0.0) - comparison.LINE) <= TELLING * (met.se or 0.0):
            found[option] = first_places(result, without=option)
    return found


@dataclass(frozen=True)
class OtherNeed:
    """A choice of the need at another value, at which others are ranked, and who is first then."""

    choice: str
    value: float
    ranked: list[str]
    places: list[Place]


def other_needs(result: Result) -> list[OtherNeed]:
    """The swept values of what the need asks at which an option crosses the line."""
    found = []
    for name, value in _swept(result.scenario.need):
        there = _asked(result, name, value)
        names = comparison.ranked(there)
        if names != comparison.ranked(result):
            there = there if name != "from_months" else _served_from(result, value)
            found.append(OtherNeed(name, value, names, first_places(there)))
    return found


def _swept(need: Need) -> list[tuple[str, float]]:
    """What the need asks, at each other value."""
    asked = [("by_months", need.by_months)]
    if need.service is not None:
        asked += [(name, getattr(need.service, name)) for name in ("served_share", "from_months")]
    return [
        (name, value)
        for name, choice in asked
        if choice is not None
        for value in sorted({*choice.swept} - {choice.value})
    ]


def _asked(result: Result, name: str, value: float) -> Result:
    """The result as if the need asked for another value: costs and dates are the same, but where
    the service begins otherwise, of which the first futures show what is served (all of it where
    there are limits, which hours bought may break)."""
    scenario = edits.with_choice(result.scenario, name, value)
    if name != "from_months":
        return replace(result, scenario=scenario)
    if scenario.limits is not None:
        return _served_from(result, value)
    resolved, known = inputs.resolved(scenario, result.first_futures), Known()
    scalars = {
        option: {
            "target_months": result.scalars[option]["target_months"][: resolved.draws],
            "served_share": service.served(resolved, fleet.units, known).share,
        }
        for option, fleet in result.fleets.items()
    }
    return replace(result, scenario=scenario, draws=resolved.draws, scalars=scalars)


def _served_from(result: Result, value: float) -> Result:
    """The first futures again, with a service that begins in another month."""
    scenario = edits.with_choice(result.scenario, "from_months", value)
    return simulation.at(scenario, result.first_futures)
