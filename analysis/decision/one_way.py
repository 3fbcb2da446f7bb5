"""What moves the answer: one assumption at a time, one choice at a time."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.model import comparison, draws, estimates, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits, references
from analysis.scenario.schema import Scenario

SWEEP_DRAWS = draws.BLOCK_DRAWS
"""Futures that are run again for another value of a choice, at most."""

ONLY_COMPARED = ("by_months", "served_share", "short_hour_usd", "funding_usd")
"""Choices by which options are compared and which no option is run on."""

PRICES = "price:paths"
"""What stands for all normals of the price paths together; no assumption can bear that name."""

PRICE_ENDS = (-1.2816, 1.2816)
"""Their P10 (prices fall less, or rise) and P90 (they fall more), in standard deviations."""

ENDS = ["assumption", "label", "unit", "low", "high"]

ENDS += ["at_mid", "at_low", "at_high", "missed_mid", "missed_low", "missed_high", "swing"]
"""The columns that say where one assumption takes a number."""

COUNTED = ["at_mid", "at_low", "at_high", "swing"]

MEASURES = ("cost_usd", "months")
"""What is measured: compared cost in USD and, with a run, compared months."""

SERVED = "served_share"
"""The share of the service that is served: no headline, but what meeting the need hangs on too."""

Headline = tuple[str, tuple[str, ...]]
"""A measure, and the option that it is of, or the two of which it is the difference."""


def tornado(scenario: Scenario, todo: list[Headline]) -> pd.DataFrame:
    """Each headline number to do with one assumption at its low and its high end, the others at
    mid; one row per headline and assumption that varies, and one, `PRICES`, for all years
    of the price paths together, if one swings.

    Columns: measure, a and b (names; b is empty where the number is of one option), assumption,
    label, unit, low, high, the number `at_mid`, `at_low` and `at_high`, `missed_mid`, `missed_low`
    and `missed_high`, and swing.
    A target that is not within the horizon counts as the horizon and is missed.
    """
    options = {name for _, names in todo for name in names}
    names, result = moved(edits.with_options(scenario, options))
    parts = []
    for measure, (a, *b) in todo:
        part = _ends(scenario, names, _number(result, measure, (a, *b)))
        part.insert(0, "measure", measure)
        parts.append(part.assign(a=a, b=b[0] if b else ""))
    return pd.concat(parts, ignore_index=True)


def moved(scenario: Scenario) -> tuple[list[str], Result]:
    """All options in futures where one assumption goes to its low or high end, the others at mid.

    Row 0 is all mid; rows 1 + 2 i and 2 + 2 i are assumption i, low and high. The last name is
    `PRICES` if a price path swings.
    """
    names, futures = draws.one_at_a_time(scenario)
    if normals := draws.price_names(scenario):
        futures = {name: np.append(values, values[[0, 0]]) for name, values in futures.items()}
        moved = np.zeros(3 + 2 * len(names))
        moved[-2:] = PRICE_ENDS
        names, futures = [*names, PRICES], futures | dict.fromkeys(normals, moved)
    return names, simulation.at(scenario, futures)


def described(scenario: Scenario, name: str) -> tuple[str, str, float, float]:
    """What a name of `moved` is called, its unit, and its low and high end."""
    if name == PRICES:
        unit = "standard deviations of a year's fall"
        return "Years of falling or rising prices", unit, *PRICE_ENDS
    one = scenario.assumptions[name]
    return one.label, one.unit, *draws.ends(one)


def one_at_a_time(scenario: Scenario) -> pd.DataFrame:
    """For the pair (a, b) of the question: cost and months of a less b, with one assumption at its
    low and its high end; one row per assumption that varies, in the order of the scenario.

    Columns: assumption, label, unit, low, high, and for each of cost_usd and months the values at
    mid, low and high, the swing, and whether a target that is not within the horizon is counted as
    the horizon there (`months_missed_low`, ...); `flips_cheaper` and `flips_earlier` say whether
    one end turns the sign that the difference has at mid. Empty with fewer than two options.
    """
    asked = comparison.pair(scenario)
    if asked is None:
        return pd.DataFrame(columns=["assumption"])
    names, result = moved(edits.with_options(scenario, asked))
    cost, months = (_ends(scenario, names, _number(result, one, asked)) for one in MEASURES)
    found = cost[ENDS[:5]].copy()
    for measure, one, kept in (("cost_usd", cost, COUNTED), ("months", months, ENDS[5:])):
        for column in kept:
            found[f"{measure}_{column.removeprefix('at_')}"] = one[column]
    found["flips_cheaper"], found["flips_earlier"] = _flips(cost), _flips(months)
    return found


@dataclass(frozen=True)
class _Compared:
    """What is compared of an option in some draws: cost in USD, months, meeting the need (1 or 0),
    (draws,) each."""

    usd: Array
    months: Array
    meets: Array


def swept(result: Result) -> pd.DataFrame:
    """All options under each value of each choice that is swept, one choice at a time: one row per
    choice, value and option.

    Columns: choice, value, as_set (whether it is the scenario's own); of the option `option` (its
    name), `meets` (share of the futures), `ranked` (whether that is at least half of them),
    `option_cost_usd` and `option_months` (mean compared cost and months); and of the pair of the
    question, the same in all rows of a value, a and b (names), `cost_usd` and `months` (of a less
    b),
    `b_earlier` (a share) and `break_even_month_usd` (None if one is better at every value, or
    without a pair). What is as set is the result itself; another value of a choice that options are
    run on is run in the first `SWEEP_DRAWS` futures, whose means all futures help to place, so that
    all rows are means over the same futures.
    """
    scenario, rows = result.scenario, []
    for name, choice in references.choices(scenario).items():
        for value in sorted({*choice.swept, choice.value} if choice.swept else set()):
            about = {"choice": name, "value": value, "as_set": value == choice.value}
            changed = result if value == choice.value else _changed(result, name, value)
            rows += [about | row for row in _swept_rows(result, changed)]
    return pd.DataFrame(rows)


def _changed(result: Result, name: str, value: float) -> Result:
    """A result in which a choice has another value: compared anew, or run again."""
    scenario = edits.with_choice(result.scenario, name, value)
    if name not in ONLY_COMPARED:
        futures = draws.block(result.scenario, result.seed, 0, min(result.draws, SWEEP_DRAWS))
        return simulation.at(scenario, futures)
    price = comparison.short_hour_usd(scenario)
    scalars = {
        option: found | {"compared_cost_usd": comparison.compared_usd(result, option, price)}
        for option, found in result.scalars.items()
    }
    return replace(result, scenario=scenario, scalars=scalars)


def _swept_rows(whole: Result, changed: Result) -> list[dict[str, object]]:
    """One row per option of a result with a choice changed, beside the whole one."""
    then, now = ({o: _compared(r, o) for o in r.options} for r in (whole, changed))
    asked = _asked(whole, then, now)
    rows = []
    for option in whole.options:
        usd, months, meets = (
            _mean(getattr(now[option], what), getattr(then[option], what))
            for what in ("usd", "months", "meets")
        )
        row = {"option": option, "meets": meets, "ranked": meets >= comparison.LINE}
        rows.append(row | {"option_cost_usd": usd, "option_months": months} | asked)
    return rows


def _compared(result: Result, option: str) -> _Compared:
    met = comparison.meets(result, option).astype(float)
    usd, months = (f(result, option) for f in (comparison.compared_usd, comparison.compared_months))
    return _Compared(usd, months, met)


def _asked(
    whole: Result, then: dict[str, _Compared], now: dict[str, _Compared]
) -> dict[str, object]:
    """The pair of the question: means of the first less the second, and where they are even."""
    pair = comparison.pair(whole.scenario)
    if pair is None:
        columns = ("a", "b", "cost_usd", "months", "b_earlier", "break_even_month_usd")
        return dict.fromkeys(columns)
    cost, months = (
        [comparison.difference(getattr(r[pair[0]], k), getattr(r[pair[1]], k)) for r in (now, then)]
        for k in ("usd", "months")
    )
    usd, later = _mean(*cost), _mean(*months)
    even = -usd / later if usd * later < 0 else None
    earlier = _mean(*((m > 0).astype(float) for m in months))
    row = {"a": pair[0], "b": pair[1], "cost_usd": usd, "months": later, "b_earlier": earlier}
    return row | {"break_even_month_usd": even}


def _mean(now: Array, whole: Array) -> float:
    """The mean over all futures of what was run in the first of them, or in all."""
    if len(now) == len(whole):
        return float(now.mean())
    return estimates.regressed(now, whole[: len(now)], whole).value or 0.0


def _number(
    result: Result, measure: str, options: tuple[str, ...]
) -> tuple[Array, NDArray[np.bool_]]:
    """A headline number per future, and whether what it measures is not there."""
    column = {"cost_usd": "compared_cost_usd", "months": "compared_months"}.get(measure, measure)
    values = [result.scalars[option][column] for option in options]
    missed = [~np.isfinite(result.scalars[o]["target_months"]) for o in options]
    number = values[0] if len(values) == 1 else comparison.difference(values[0], values[1])
    needed = measure == "months" and result.scenario.need.by_months is not None
    return number, np.any(missed, axis=0) & needed


def _ends(
    scenario: Scenario, names: list[str], number: tuple[Array, NDArray[np.bool_]]
) -> pd.DataFrame:
    """One row per assumption: its ends, what the number is there and at mid, and what is missed."""
    (values, missed), rows = number, []
    for i, name in enumerate(names):
        at, never = (list(x[[0, 1 + 2 * i, 2 + 2 * i]]) for x in (values, missed))
        swing = abs(float(comparison.difference(at[2], at[1])))
        rows.append([name, *described(scenario, name), *at, *never, swing])
    types = {"swing": float, **dict.fromkeys(ENDS[3:8], float)}
    return pd.DataFrame(rows, columns=ENDS).astype(types)


def _flips(found: pd.DataFrame) -> pd.Series:
    """Whether the sign at one end is opposite to that at mid."""
    sign = {at: np.sign(found[at].to_numpy()) for at in COUNTED[:3]}
    low, high = (sign[end] * sign["at_mid"] < 0 for end in ("at_low", "at_high"))
    return pd.Series(low | high, index=found.index)
