"""What moves the answer: one assumption at a time, one choice at a time."""

import numpy as np
import pandas as pd

from analysis import comparison, draws, uses
from analysis.comparison import Result
from analysis.inputs import Choice, Scenario
from analysis.paths import Array

SWEEP_DRAWS = 4096


def moved(scenario: Scenario) -> tuple[list[str], Result]:
    """All options in futures where one assumption goes to its low or high end, the others at mid.

    Row 0 is all mid; rows 1 + 2 i and 2 + 2 i are assumption i, low and high.
    """
    names, futures = draws.one_at_a_time(scenario)
    return names, comparison.at(scenario, futures)


def one_at_a_time(scenario: Scenario) -> pd.DataFrame:
    """For the pair (a, b) of the question: cost and months of a less b, with one assumption at its
    low and its high end; one row per assumption that varies, in the order of the scenario.

    Columns: assumption, label, unit, low, high, and for each of cost_usd and months the values at
    mid, low and high and the swing; `flips_cheaper` and `flips_earlier` say whether one end
    turns the sign that the difference has at mid. Empty with fewer than two options.
    """
    asked = comparison.pair(scenario)
    names, result = moved(scenario)
    if asked is None:
        return pd.DataFrame(columns=["assumption"])
    a, b = asked
    cost = comparison.cost_difference_usd(result, a, b)
    months = comparison.months_difference(result, a, b)
    rows = []
    for i, name in enumerate(names):
        one = scenario.assumptions[name]
        low, high = draws.ends(one)
        row = {"assumption": name, "label": one.label, "unit": one.unit, "low": low, "high": high}
        for what, values in (("cost_usd", cost), ("months", months)):
            at = values[[0, 1 + 2 * i, 2 + 2 * i]]
            row |= {f"{what}_{end}": x for end, x in zip(("mid", "low", "high"), at, strict=True)}
            row[f"{what}_swing"] = abs(at[2] - at[1])
        row["flips_cheaper"] = _flips(cost, i)
        row["flips_earlier"] = _flips(months, i)
        rows.append(row)
    return pd.DataFrame(rows)


def most_moving(frame: pd.DataFrame, count: int = 10) -> pd.DataFrame:
    """The rows of `one_at_a_time` that move the pair most, at most `count`, most first, and their
    `share`: the larger of a row's two swings, each over the largest of its kind (cost, months).

    Tied rows keep their order; what moves neither cost nor months is left out.
    """
    if frame.empty:
        return frame
    swings = frame[["cost_usd_swing", "months_swing"]]
    share = (swings / swings.max().replace(0, 1)).max(axis=1)
    ranked = frame.assign(share=share).sort_values("share", ascending=False, kind="stable")
    return ranked[ranked["share"] > 0].head(count)


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
    for name, choice in uses.choices(scenario).items():
        for value in sorted({*choice.swept, choice.value} if choice.swept else set()):
            changed = comparison.with_options(_with_choice(scenario, name, value), asked)
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
    result = comparison.simulate(scenario, SWEEP_DRAWS, seed)
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
        "break_even_month_usd": comparison.break_even_month_usd(result, a, b),
        "better": comparison.better_at_every_value(result, a, b),
    }


def _flips(difference: Array, i: int) -> bool:
    """Whether the sign of a difference at one end is opposite to that at mid."""
    ends = difference[[1 + 2 * i, 2 + 2 * i]]
    return bool(np.any(np.sign(ends) * np.sign(difference[0]) < 0))


def _with_choice(scenario: Scenario, name: str, value: float) -> Scenario:
    table = "need" if name in type(scenario.need).model_fields else "choices"
    old: Choice = getattr(getattr(scenario, table), name)
    new = old.model_copy(update={"value": value, "swept": []})
    changed = getattr(scenario, table).model_copy(update={name: new})
    return scenario.model_copy(update={table: changed})
