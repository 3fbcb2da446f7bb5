"""Who is ranked, who is first, and from which value of a month or of an hour that is short."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.model import comparison, estimates, inputs, service
from analysis.model.estimates import TELLING
from analysis.model.fleet import Known
from analysis.model.simulation import Result
from analysis.scenario import edits

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


def near_the_line(result: Result) -> dict[str, list[str]]:
    """The options that stand near the line, each with why: its share lies within two standard
    errors of it, or a choice of the need at a value that is swept moves the option across it."""
    found: dict[str, list[str]] = {}
    for option in result.options:
        met = estimates.probability(comparison.meets(result, option))
        if abs((met.value or 0.0) - comparison.LINE) <= TELLING * (met.se or 0.0):
            found.setdefault(option, []).append("chance")
    shares = {option: comparison.meets(result, option).mean() for option in result.options}
    for name, value, swept in _swept_shares(result):
        for option, share in swept.items():
            if (share >= comparison.LINE) != (shares[option] >= comparison.LINE):
                found.setdefault(option, []).append(f"{name} {value:g}")
    return found


def _swept_shares(result: Result) -> list[tuple[str, float, dict[str, float]]]:
    """How often each option meets the need at each other value of what the need asks."""
    need, rows = result.scenario.need, []
    for name, choice in (
        ("by_months", need.by_months),
        ("served_share", need.service.served_share if need.service else None),
        ("from_months", need.service.from_months if need.service else None),
    ):
        for value in [] if choice is None else sorted({*choice.swept} - {choice.value}):
            rows.append((name, value, _shares_at(result, name, value)))
    return rows


def _shares_at(result: Result, name: str, value: float) -> dict[str, float]:
    """How often each option meets the need where one choice of it has another value; when the
    service begins is looked at in the first futures."""
    scenario = edits.with_choice(result.scenario, name, value)
    need, shares = scenario.need, {o: x["served_share"] for o, x in result.scalars.items()}
    if name == "from_months":
        resolved, known = inputs.resolved(scenario, result.first_futures), Known()
        shares = {
            option: service.served(resolved, fleet.units, known).share
            for option, fleet in result.fleets.items()
        }
    found = {}
    for option, share in shares.items():
        met = np.ones(len(share), dtype=bool)
        if need.by_months is not None:
            met &= result.scalars[option]["target_months"][: len(share)] <= need.by_months.value
        if need.service is not None:
            met &= share >= need.service.served_share.value
        found[option] = float(met.mean())
    return found
