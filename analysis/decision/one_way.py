"""What moves the answer: one assumption at a time, one choice at a time."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.decision import value_of_time
from analysis.model import comparison, draws, simulation
from analysis.model.simulation import Result
from analysis.scenario import edits, references
from analysis.scenario.schema import Scenario

SWEEP_DRAWS = 4096

ENDS = ["assumption", "label", "unit", "low", "high"]

ENDS += ["at_mid", "at_low", "at_high", "missed_mid", "missed_low", "missed_high", "swing", "turns"]
"""The columns that say where one assumption takes a number."""

COUNTED = ["at_mid", "at_low", "at_high", "swing"]

MEASURES = ("cost_usd", "months", "usd_per_pflop_day")
"""What is measured: present cost in USD, months to the target, USD per useful PFLOP-day."""


def headlines(scenario: Scenario) -> list[tuple[str, tuple[str, ...]]]:
    """(measure, options) of every headline number: cost and months of the pair of the question, the
    first less the second, then all measures of each of the two; of the only one without a pair."""
    asked = comparison.pair(scenario)
    both = [(measure, asked) for measure in MEASURES[:2]] if asked else []
    each = asked or tuple(scenario.options)
    return [*both, *((measure, (option,)) for option in each for measure in MEASURES)]


def tornado(scenario: Scenario) -> pd.DataFrame:
    """Every headline number with one assumption at its low and its high end, the others at mid; one
    row per headline and assumption that varies.

    Columns: measure, a and b (names; b is empty where the number is of one option), assumption,
    label, unit, low, high, the number `at_mid`, `at_low` and `at_high`, `missed_mid`, `missed_low`
    and `missed_high`, swing, and `turns`: whether an end misses what mid does not, or the reverse.
    A target that is not within the horizon counts as the horizon and is missed; so does a cost per
    PFLOP-day without any compute, which is NaN.
    """
    todo = headlines(scenario)
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

    Row 0 is all mid; rows 1 + 2 i and 2 + 2 i are assumption i, low and high.
    """
    names, futures = draws.one_at_a_time(scenario)
    return names, simulation.at(scenario, futures)


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
    cost, months = (_ends(scenario, names, _number(result, one, asked)) for one in MEASURES[:2])
    found = cost[ENDS[:5]].copy()
    for measure, one, kept in (("cost_usd", cost, COUNTED), ("months", months, ENDS[5:-1])):
        for column in kept:
            found[f"{measure}_{column.removeprefix('at_')}"] = one[column]
    found["flips_cheaper"], found["flips_earlier"] = _flips(cost), _flips(months)
    return found


def swept(scenario: Scenario, seed: int) -> pd.DataFrame:
    """The pair of the question under each other value of each choice, one at a time.

    Columns: choice, value, as_set (whether it is the scenario's own), a and b (names), a_meets,
    b_meets, b_earlier (probabilities), cost_usd and months (mean of a less b), break_even_month_usd
    (None if one option is better at every value) and better.
    """
    asked = comparison.pair(scenario)
    if asked is None:
        return pd.DataFrame()
    rows = []
    for name, choice in references.choices(scenario).items():
        for value in sorted({*choice.swept, choice.value} if choice.swept else set()):
            changed = edits.with_options(edits.with_choice(scenario, name, value), asked)
            rows.append(_swept_row(changed, asked, name, value, value == choice.value, seed))
    return pd.DataFrame(rows)


def _swept_row(
    scenario: Scenario,
    asked: tuple[str, str],
    name: str,
    value: float,
    as_set: bool,
    seed: int,
) -> dict[str, object]:
    a, b = asked
    result = simulation.simulate(scenario, SWEEP_DRAWS, seed)
    months = comparison.months_difference(result, a, b)
    return {
        "choice": name,
        "value": value,
        "as_set": as_set,
        "a": a,
        "b": b,
        "a_meets": comparison.meets(result, a).mean(),
        "b_meets": comparison.meets(result, b).mean(),
        "b_earlier": (months > 0).mean(),
        "cost_usd": comparison.cost_difference_usd(result, a, b).mean(),
        "months": months.mean(),
        "break_even_month_usd": value_of_time.break_even_usd(result, a, b).value,
        "better": comparison.better_at_every_value(result, a, b),
    }


def _number(
    result: Result, measure: str, options: tuple[str, ...]
) -> tuple[Array, NDArray[np.bool_]]:
    """A headline number per future, and whether what it measures is not there."""
    if measure == "usd_per_pflop_day":
        usd = comparison.usd_per_pflop_day(result, options[0])
        return np.where(np.isfinite(usd), usd, np.nan), ~np.isfinite(usd)
    values = [
        comparison.capped_months(result, o)
        if measure == "months"
        else result.scalars[o]["present_cost_usd"]
        for o in options
    ]
    missed = [~np.isfinite(result.scalars[o]["target_months"]) for o in options]
    number = values[0] if len(values) == 1 else comparison.difference(values[0], values[1])
    return number, np.any(missed, axis=0) & (measure == "months")


def _ends(
    scenario: Scenario, names: list[str], number: tuple[Array, NDArray[np.bool_]]
) -> pd.DataFrame:
    """One row per assumption: its ends, what the number is there and at mid, and what is missed."""
    (values, missed), rows = number, []
    for i, name in enumerate(names):
        one = scenario.assumptions[name]
        at, never = (list(x[[0, 1 + 2 * i, 2 + 2 * i]]) for x in (values, missed))
        swing, turns = abs(float(comparison.difference(at[2], at[1]))), len(set(never)) > 1
        rows.append([name, one.label, one.unit, *draws.ends(one), *at, *never, swing, turns])
    types = {"swing": float, "turns": bool, **dict.fromkeys(ENDS[3:8], float)}
    return pd.DataFrame(rows, columns=ENDS).astype(types)


def _flips(found: pd.DataFrame) -> pd.Series:
    """Whether the sign at one end is opposite to that at mid."""
    sign = {at: np.sign(found[at].to_numpy()) for at in COUNTED[:3]}
    low, high = (sign[end] * sign["at_mid"] < 0 for end in ("at_low", "at_high"))
    return pd.Series(low | high, index=found.index)
