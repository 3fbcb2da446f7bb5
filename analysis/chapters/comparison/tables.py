"""The options against each other on the same futures: cost and date, and how two differ."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import three, title
from analysis.decision import headline
from analysis.model import comparison, estimates
from analysis.model.simulation import Result

BINS = 36
DATES = ("first_training_months", "full_capacity_months", "target_months")
AMOUNTS = ["compared_cost_usd", "present_cost_usd", "h100_hours", "peak_mw", "energy_mwh"]
AMOUNTS += ["emissions_tco2", "pflop_days"]
"""What the overview holds of each option beside its cost per unit."""


def cost_and_date(result: Result) -> pd.DataFrame:
    """One row per option: mean, p10, p50 and p90 of the compared cost in USD and of the compared
    months; the share of futures that miss the target; whether the option is `ranked`.
    """
    horizon = float(result.scenario.choices.horizon_months.value)
    ranked = comparison.ranked(result)
    rows = []
    for option in result.options:
        cost = comparison.compared_usd(result, option)
        months = comparison.compared_months(result, option)
        missed = float(np.mean(~np.isfinite(result.scalars[option]["target_months"])))
        means = {"mean_usd": float(cost.mean()), "mean_months": float(months.mean())}
        ends = {f"{q}_usd": x for q, x in three(cost).items()}
        ends |= {f"{q}_months": x for q, x in three(months).items()}
        row = {"option": title(result, option), "horizon_months": horizon, "missed": missed}
        row["ranked"] = option in ranked
        rows.append(row | means | ends)
    return pd.DataFrame(rows)


def differences(result: Result) -> pd.DataFrame:
    """How often the first option of the question less the second falls into each range of compared
    cost (`what` cost_usd) and, with a run, of months, on the same futures, with p10, p50 and p90.

    Columns what, lower (the option of less cost, or earlier, there; "" where they are equal), low,
    high, share, p10, p50, p90. A range ends at zero; the outermost hold all beyond. Empty with one
    option.
    """
    asked = comparison.pair(result.scenario)
    if asked is None:
        return pd.DataFrame(columns=["what"])
    titles = [title(result, option) for option in asked]
    rows = _binned(comparison.cost_difference_usd(result, *asked), "cost_usd", titles)
    if result.scenario.run is not None:
        rows += _binned(comparison.months_difference(result, *asked), "months", titles)
    return pd.DataFrame(rows)


def _binned(values: Array, what: str, titles: list[str]) -> list[dict[str, Any]]:
    """The share of some draws in each range of equal width, and of exact ties."""
    low, high = (float(x) for x in np.quantile(values, [0.005, 0.995]))
    width = _round_width((max(high, 0.0) - min(low, 0.0)) / BINS)
    first, last = np.floor(min(low, 0) / width), max(np.ceil(max(high, 0) / width), 1)
    index = np.clip(np.floor(values / width), first, last - 1)
    ends = three(values)
    rows = []
    if (tied := float(np.mean(values == 0))) > 0:
        tie = {"what": what, "lower": "", "low": 0.0, "high": 0.0, "share": tied}
        rows.append(tie | ends)
    for number in np.arange(first, last):
        share = float(np.mean((index == number) & (values != 0)))
        row = {"what": what, "lower": titles[0] if number < 0 else titles[1], "share": share}
        rows.append(row | {"low": number * width, "high": (number + 1) * width} | ends)
    return rows


def _round_width(width: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten; 1 for no width."""
    if width <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= width))


def overview(result: Result) -> pd.DataFrame:
    """One row per option: the headline numbers, plain."""
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        row: dict[str, Any] = {
            "option": title(result, option),
            "meets_need": float(comparison.meets(result, option).mean()),
            "ranked": option in comparison.ranked(result),
        }
        for name in (*DATES, *AMOUNTS):
            row |= {f"{name}_{q}": x for q, x in three(scalars[name]).items()}
        for name, quantity in headline.UNIT_COSTS.items():
            means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
            row[name] = means.value
        rows.append(row)
    return pd.DataFrame(rows)
