"""Two answers side by side: what moved, by how much, and whether that can be told from zero."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.decision import attribution, value_of_time
from analysis.decision import headline as headlines
from analysis.decision.attribution import Change, Step
from analysis.model import comparison, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario

SCHEMA = "rent-or-build/difference"
VERSION = 2
Pair = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """A headline as plain data, and the run behind it where there is one."""

    name: str
    headline: dict[str, Any]
    result: Result | None


@dataclass(frozen=True)
class Row:
    """One quantity of one option, or of the pair (a less b): before, after, and what it moved by
    with the standard error of that. None where it is not within the horizon, or where there is
    none of it."""

    subject: str
    quantity: str
    unit: str
    before: float | None
    after: float | None
    moved: Estimate


@dataclass(frozen=True)
class Difference:
    """What moved between two answers: the rows; the options that only one of them has; the pair
    that both have; and, of two scenarios, the steps from the one to the other, which add up to what
    the pair moved by, from `start` to `end` (cost in USD, months)."""

    before: Answer
    after: Answer
    rows: list[Row]
    only_before: list[str]
    only_after: list[str]
    pair: Pair | None
    steps: list[Step] | None = None
    start: tuple[Estimate, Estimate] | None = None
    end: tuple[Estimate, Estimate] | None = None


def answered(name: str, scenario: Scenario, number: int, seed: int) -> Answer:
    """The answer of a scenario."""
    result = simulation.simulate(scenario, number, seed)
    return Answer(name, headlines.headline(result, name), result)


def difference(
    before: Answer, after: Answer, progress: simulation.Progress | None = None
) -> Difference:
    """What both answers have, side by side, and of two scenarios the steps from the one to the
    other; `progress` is told how many of the runs that they take are done."""
    found, first, last = side_by_side(before, after), before.result, after.result
    if not (found.pair and first and last and _paired(before, after)):
        return found
    run = first.draws, first.seed
    ends = first.scenario, last.scenario
    steps, start, end = attribution.waterfall(*ends, found.pair, *run, progress)
    return replace(found, steps=steps, start=start, end=end)


def side_by_side(before: Answer, after: Answer) -> Difference:
    """What both answers have, without the steps. Runs of the same draws and seed are compared draw
    by draw, others as if their draws had nothing in common."""
    one, other = (list(answer.headline["options"]) for answer in (before, after))
    pair = common_pair(before.headline, after.headline)
    rows = [row for name in one if name in other for row in _option_rows(before, after, name)]
    rows += _pair_rows(before, after, pair) if pair else []
    only = [name for name in one if name not in other], [name for name in other if name not in one]
    return Difference(before, after, rows, *only, pair)


def common_pair(before: dict[str, Any], after: dict[str, Any]) -> Pair | None:
    """The pair of the question of the first answer if the other has both options, else that of
    the other if the first has them; None without one."""
    for one, other in ((before, after), (after, before)):
        asked = one["comparison"]["pair"]
        if asked and set(asked) <= set(other["options"]):
            return asked[0], asked[1]
    return None


def moving(steps: list[Step]) -> list[Step]:
    """The steps that moved cost or months at all, in their order."""
    return [one for one in steps if one.cost_usd.value or one.months.value]


def still(steps: list[Step]) -> list[Change]:
    """The changes that moved neither cost nor months in any draw."""
    return [c for one in steps if one not in moving(steps) for c in one.changes]


Values = Array | NDArray[np.bool_]

OPTION: dict[str, tuple[str, tuple[str, ...], Callable[[Result, str], Values] | None]] = {
    "meets_need": ("share", ("meets_need",), comparison.meets),
    "reaches_target": (
        "share",
        ("target_months", "within_horizon"),
        lambda r, o: np.isfinite(r.scalars[o]["target_months"]),
    ),
    "first_training_p50": ("months", ("first_training_months", "p50"), None),
    "full_capacity_p50": ("months", ("full_capacity_months", "p50"), None),
    "target_p50": ("months", ("target_months", "p50"), None),
    "compared_cost_mean": ("USD", ("compared_cost_usd", "mean"), comparison.compared_usd),
    "served_share_mean": (
        "share",
        ("served_share", "mean"),
        lambda r, o: r.scalars[o]["served_share"],
    ),
    "h100_hours_mean": ("hours", ("h100_hours", "mean"), lambda r, o: r.scalars[o]["h100_hours"]),
    "present_cost_mean": (
        "USD",
        ("present_cost_usd", "mean"),
        lambda r, o: r.scalars[o]["present_cost_usd"],
    ),
    "present_cost_p50": ("USD", ("present_cost_usd", "p50"), None),
}
"""The quantities of an option: unit, where the headline holds it, and its value per draw if it is
a mean or a probability."""

PAIR: dict[str, tuple[str, tuple[str, ...], Callable[[Result, Pair], Values]]] = {
    "cost_difference_mean": (
        "USD",
        ("cost_difference_usd", "mean"),
        lambda r, p: comparison.cost_difference_usd(r, *p),
    ),
    "months_difference_mean": (
        "months",
        ("months_difference", "mean"),
        lambda r, p: comparison.months_difference(r, *p),
    ),
    "a_earlier": ("share", ("a_earlier",), lambda r, p: comparison.months_difference(r, *p) < 0),
    "b_earlier": ("share", ("b_earlier",), lambda r, p: comparison.months_difference(r, *p) > 0),
    "a_cheaper": ("share", ("a_cheaper",), lambda r, p: comparison.cost_difference_usd(r, *p) < 0),
    "b_cheaper": ("share", ("b_cheaper",), lambda r, p: comparison.cost_difference_usd(r, *p) > 0),
    "present_cost_difference_mean": (
        "USD",
        ("present_cost_difference_usd", "mean"),
        lambda r, p: comparison.scalar_difference(r, *p, "present_cost_usd"),
    ),
    "h100_hours_difference_mean": (
        "hours",
        ("h100_hours_difference", "mean"),
        lambda r, p: comparison.scalar_difference(r, *p, "h100_hours"),
    ),
    "break_even_month": ("USD", ("break_even_month_usd",), lambda r, p: _break_even_error(r, *p)),
}
"""The quantities of the pair, likewise."""

OF_THE_RUN = {"reaches_target", "first_training_p50", "full_capacity_p50", "target_p50"}
OF_THE_RUN |= {"months_difference_mean", "a_earlier", "b_earlier", "break_even_month"}
OF_THE_SERVICE = {"served_share_mean"}
"""The quantities that only a run, or only a service, has."""

Rule = TypeVar("Rule")


def _asked(before: Answer, after: Answer, all_of: dict[str, Rule]) -> list[tuple[str, Rule]]:
    """The quantities of both answers; those of a run, or of a service, if both have one."""
    missing: set[str] = set()
    for names, choice in ((OF_THE_RUN, "by_months"), (OF_THE_SERVICE, "served_share")):
        if not all(choice in one.headline["choices"] for one in (before, after)):
            missing |= names
    return [(name, rule) for name, rule in all_of.items() if name not in missing]


def _option_rows(before: Answer, after: Answer, option: str) -> list[Row]:
    found = []
    for quantity, (unit, place, rule) in _asked(before, after, OPTION):
        ends = [_at(one.headline["options"][option], place) for one in (before, after)]
        values = [
            rule(one.result, option) if rule and one.result else None for one in (before, after)
        ]
        found.append(_row(before, after, option, quantity, unit, ends, values))
    return found


def _pair_rows(before: Answer, after: Answer, pair: Pair) -> list[Row]:
    tables = [pair_of(one.headline, pair) for one in (before, after)]
    found = []
    for quantity, (unit, place, rule) in _asked(before, after, PAIR):
        ends = [_at(table, place) for table in tables]
        values = [rule(one.result, pair) if one.result else None for one in (before, after)]
        found.append(_row(before, after, "", quantity, unit, ends, values))
    rates = [Estimate(table["flip_rate_per_year"], None) for table in tables]
    return [*found, _row(before, after, "", "flip_rate", "share per year", rates, [None, None])]


def _row(
    before: Answer,
    after: Answer,
    subject: str,
    quantity: str,
    unit: str,
    ends: list[Estimate],
    values: list[Values | None],
) -> Row:
    """What moved; its error is that of the differences draw by draw where both are runs on the same
    draws, else that of two estimates apart."""
    one, other = ends
    moved = Estimate(None, None)
    if one.value is not None and other.value is not None:
        error = None
        if one.se is not None and other.se is not None:
            error = math.hypot(one.se, other.se)
        if values[0] is not None and values[1] is not None and _paired(before, after):
            error = estimates.mean(values[1].astype(float) - values[0]).se
        moved = Estimate(other.value - one.value, error)
    return Row(subject, quantity, unit, one.value, other.value, moved)


def _paired(before: Answer, after: Answer) -> bool:
    """Whether both are runs at hand on the same draws."""
    one, other = before.result, after.result
    if one is None or other is None:
        return False
    return (one.draws, one.seed) == (other.draws, other.seed)


def _at(found: Any, place: tuple[str, ...]) -> Estimate:
    for name in place:
        found = found[name]
    return Estimate(found["value"], found["se"])


DIFFERENCES = [f"{what}_difference_usd" for what in ("cost", "present_cost")]
DIFFERENCES += ["h100_hours_difference", "months_difference"]
"""The differences of a pair that a headline holds and that are shown."""


def pair_of(found: dict[str, Any], pair: Pair) -> dict[str, Any]:
    """A headline's figures of a pair, as a less b whichever way round it holds them."""
    tables = found["comparison"]["pairs"]
    table: dict[str, Any] = next(one for one in tables if {one["a"], one["b"]} == set(pair))
    if table["a"] == pair[0]:
        return table
    turned = {what: _minus(table[what]) for what in DIFFERENCES}
    for what in ("earlier", "cheaper"):
        turned |= {f"a_{what}": table[f"b_{what}"], f"b_{what}": table[f"a_{what}"]}
    return table | turned | {"a": pair[0], "b": pair[1]}


def _minus(amount: dict[str, Any]) -> dict[str, Any]:
    mean = amount["mean"]
    return {"mean": {"value": -mean["value"] + 0.0, "se": mean["se"]}}


def _break_even_error(result: Result, a: str, b: str) -> Array:
    """Per draw, what it adds to the break-even value of a month: their spread is its error (delta
    method); zero where there is no such value."""
    worth = value_of_time.break_even_usd(result, a, b).value
    cost = comparison.cost_difference_usd(result, a, b)
    later = comparison.months_difference(result, b, a)
    return np.zeros_like(cost) if worth is None else (cost - worth * later) / later.mean()
