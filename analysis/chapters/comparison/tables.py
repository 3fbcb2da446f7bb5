"""The options against each other on the same futures: cost and date, differences, who wins."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import three, title
from analysis.decision import headline, ranking
from analysis.model import comparison, estimates
from analysis.model.comparison import TIE, Winners
from analysis.model.simulation import Result
from analysis.scenario.schema import NO_OPTION

FIRST, LOWEST = "First to the target", "Lowest compared cost"

MEASURES: dict[str, Callable[[Result], Winners]] = {
    FIRST: comparison.first_to_target,
    LOWEST: comparison.lowest_compared_cost,
    "Lowest USD per useful PFLOP-day": comparison.lowest_usd_per_pflop_day,
}


BINS = 36

AMOUNTS = ["compared_cost_usd", "present_cost_usd", "h100_hours", "peak_mw", "energy_mwh"]
AMOUNTS += ["emissions_tco2", "pflop_days"]
"""What the overview holds of each option beside its dates and its cost per unit."""


SIDES = ("a", "equal", "b")


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


def quadrants(result: Result) -> pd.DataFrame:
    """Share of futures by which option of the question is cheaper and which earlier: one row for
    each of nine cells, columns cheaper and earlier (a, equal, b), share and its standard error.
    Empty with one option.
    """
    asked = comparison.pair(result.scenario)
    if asked is None:
        return pd.DataFrame(columns=["cheaper"])
    cost, months = (
        np.sign(find(result, *asked))
        for find in (comparison.cost_difference_usd, comparison.months_difference)
    )
    rows = []
    for cheaper, c in zip(SIDES, (-1, 0, 1), strict=True):
        for earlier, m in zip(SIDES, (-1, 0, 1), strict=True):
            share = estimates.probability((cost == c) & (months == m))
            row = {"cheaper": cheaper, "earlier": earlier}
            rows.append(row | {"share": share.value, "se": share.se})
    return pd.DataFrame(rows)


def winners(result: Result) -> pd.DataFrame:
    """Share of futures in which each option is best by each measure among the ranked that meet the
    need, and in which none of them meets it, with standard errors; each measure adds up to 1.
    Without a run cost is the only measure.
    """
    rows = []
    for measure in MEASURES if result.scenario.run is not None else (LOWEST,):
        rule = MEASURES[measure]
        won = rule(result)
        named = [(title(result, option), wins) for option, wins in won.options.items()]
        for name, wins in (*named, (NO_OPTION, won.none)):
            share = estimates.probability(wins)
            rows.append({"measure": measure, "option": name, "share": share.value, "se": share.se})
    return pd.DataFrame(rows)


def month_values(result: Result) -> pd.DataFrame:
    """Mean burden of each ranked option (compared cost + value of a month x compared months) in
    USD, at the values of a month at which first place changes and at the ends of the range shown.

    Columns option, month_usd, burden_usd, best (whether it is lowest there), turns (whether first
    place changes there). The range goes from 0 to three times the last change.
    """
    frame = cost_and_date(result)
    frame = frame[frame["ranked"]]
    cost, months = frame["mean_usd"].to_numpy(), frame["mean_months"].to_numpy()
    flips = [place.from_usd for place in ranking.first_places(result) if place.from_usd > 0]
    last = 3 * flips[-1] if flips else 2 * float(max(abs(cost), default=0) / max([*months, 1.0]))
    rows = []
    for value in dict.fromkeys([0.0, *flips, last]) if len(cost) else ():
        burden = cost + value * months
        best = burden <= burden.min() + TIE * abs(burden.min())
        for option, usd, lowest in zip(frame["option"], burden, best, strict=True):
            row = {"option": option, "month_usd": value, "burden_usd": float(usd)}
            rows.append(row | {"best": bool(lowest), "turns": value in flips})
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
        for name in ("first_training_months", "full_capacity_months", "target_months"):
            row |= {f"{name}_{q}": x for q, x in three(scalars[name]).items()}
        for name in (
            "compared_cost_usd",
            "present_cost_usd",
            "h100_hours",
            "peak_mw",
            "energy_mwh",
            "emissions_tco2",
            "pflop_days",
        ):
            row |= {f"{name}_{q}": x for q, x in three(scalars[name]).items()}
        for name, quantity in headline.UNIT_COSTS.items():
            means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
            row[name] = means.value
        rows.append(row)
    return pd.DataFrame(rows)
