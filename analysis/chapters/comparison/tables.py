"""The options against each other on the same futures: cost and date, differences, regret, value."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import three, title
from analysis.decision import headline
from analysis.model import comparison, estimates
from analysis.model.comparison import TIE, Winners
from analysis.model.simulation import Result
from analysis.scenario.schema import NO_OPTION

MEASURES: dict[str, Callable[[Result], Winners]] = {
    "First to the target": comparison.first_to_target,
    "Lowest present cost": comparison.lowest_present_cost,
    "Lowest USD per useful PFLOP-day": comparison.lowest_usd_per_pflop_day,
}


BINS = 36


SIDES = ("a", "equal", "b")


def cost_and_date(result: Result) -> pd.DataFrame:
    """One row per option: mean, p10, p50 and p90 of the present cost in USD and of the months to
    the target, a target not reached counted as the horizon; the share of futures that miss it;
    `likely` as `comparison.likely`.
    """
    horizon = float(result.scenario.choices.horizon_months.value)
    likely = comparison.likely(result)
    rows = []
    for option in result.options:
        cost = result.scalars[option]["present_cost_usd"]
        months = comparison.capped_months(result, option)
        missed = float(np.mean(~np.isfinite(result.scalars[option]["target_months"])))
        means = {"mean_usd": float(cost.mean()), "mean_months": float(months.mean())}
        ends = {f"{q}_usd": x for q, x in three(cost).items()}
        ends |= {f"{q}_months": x for q, x in three(months).items()}
        row = {"option": title(result, option), "horizon_months": horizon, "missed": missed}
        row["likely"] = option in likely
        rows.append(row | means | ends)
    return pd.DataFrame(rows)


def differences(result: Result) -> pd.DataFrame:
    """How often the first option of the question less the second falls into each range of cost
    (`what` cost_usd) and of months, on the same futures, with p10, p50 and p90 of all.

    Columns what, lower (the option that is cheaper or earlier there, "" where they are equal), low,
    high, share, p10, p50, p90. A range ends at zero; the outermost hold all beyond. Empty with one
    option.
    """
    asked = comparison.pair(result.scenario)
    if asked is None:
        return pd.DataFrame(columns=["what"])
    titles = [title(result, option) for option in asked]
    cost, months = (
        find(result, *asked)
        for find in (comparison.cost_difference_usd, comparison.months_difference)
    )
    rows = _binned(cost, "cost_usd", titles) + _binned(months, "months", titles)
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
    """Share of futures in which each option is best by each measure among those that meet the need,
    and in which none meets it, with standard errors; each measure adds up to 1.
    """
    rows = []
    for measure, rule in MEASURES.items():
        won = rule(result)
        named = [(title(result, option), wins) for option, wins in won.options.items()]
        for name, wins in (*named, (NO_OPTION, won.none)):
            share = estimates.probability(wins)
            rows.append({"measure": measure, "option": name, "share": share.value, "se": share.se})
    return pd.DataFrame(rows)


def regret(result: Result) -> pd.DataFrame:
    """By option, present cost in USD above the cheapest that meets the need, over the futures in
    which the option meets it: mean, se, p50, p90 (None if there are none), the share of them.
    """
    rows = []
    for option in result.options:
        values = comparison.regret_usd(result, option)
        row: dict[str, Any] = {"option": title(result, option), "in_draws": len(values)}
        row["in_draws"] = len(values) / result.draws
        if len(values):
            mean, q = estimates.mean(values), estimates.quantiles(values)
            row |= {"mean_usd": mean.value, "se_usd": mean.se}
            row |= {"p50_usd": q["p50"].value, "p90_usd": q["p90"].value}
        rows.append(row)
    columns = ["option", "in_draws", "mean_usd", "se_usd", "p50_usd", "p90_usd"]
    return pd.DataFrame(rows, columns=columns)


def month_values(result: Result) -> pd.DataFrame:
    """Mean burden of each option (present cost + value of a month x months to the target) in USD,
    at the values of a month at which the best option changes and at the ends of the range shown; of
    the options that are likely to reach the target (`comparison.likely`).

    Columns option, month_usd, burden_usd, best (whether it is lowest there), turns (whether the
    best changes there). The range goes from 0 to three times the last change.
    """
    frame = cost_and_date(result)
    frame = frame[frame["likely"]]
    cost, months = frame["mean_usd"].to_numpy(), frame["mean_months"].to_numpy()
    flips = _turns(cost, months)
    last = 3 * flips[-1] if flips else 2 * float(np.abs(cost).max() / max(months.max(), 1.0))
    rows = []
    for value in dict.fromkeys([0.0, *flips, last]):
        burden = cost + value * months
        best = burden <= burden.min() + TIE * abs(burden.min())
        for option, usd, lowest in zip(frame["option"], burden, best, strict=True):
            row = {"option": option, "month_usd": value, "burden_usd": float(usd)}
            rows.append(row | {"best": bool(lowest), "turns": value in flips})
    return pd.DataFrame(rows)


def _turns(cost: Array, months: Array) -> list[float]:
    """The values of a month, above 0 and rising, at which the option of least burden changes."""
    turns, value = [], 0.0
    best = int(np.lexsort((months, cost))[0])
    while (earlier := np.flatnonzero(months < months[best] * (1 - TIE))).size:
        dearer = cost[earlier] - cost[best]
        dearer = np.where(dearer <= TIE * abs(cost[best]), 0.0, dearer)
        worth = dearer / (months[best] - months[earlier])
        value = max(float(worth.min()), value)
        same = earlier[worth <= worth.min() + TIE * abs(worth.min())]
        best = int(same[months[same].argmin()])
        if value > 0:
            turns.append(value)
    return list(dict.fromkeys(turns))


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
        }
        for name in ("first_training_months", "full_capacity_months", "target_months"):
            row |= {f"{name}_{q}": x for q, x in three(scalars[name]).items()}
        for name in ("present_cost_usd", "peak_mw", "energy_mwh", "emissions_tco2", "pflop_days"):
            row |= {f"{name}_{q}": x for q, x in three(scalars[name]).items()}
        for name, quantity in headline.UNIT_COSTS.items():
            means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
            row[name] = means.value
        rows.append(row)
    return pd.DataFrame(rows)
