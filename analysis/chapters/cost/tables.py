"""Cash over time, present cost by part and by rate, unit costs, market prices."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import (
    bands,
    compared_parts,
    day,
    quantile_rows,
    three,
    title,
)
from analysis.decision import headline
from analysis.model import comparison, cost, estimates, inputs
from analysis.model.records import REFERENCE_CHIP
from analysis.model.simulation import Result
from analysis.scenario import naming
from analysis.scenario.schema import Scenario

ROUNDING = 1e-12
"""A step that is no larger, as a share of the cost, is the rounding of two equal parts."""


def cumulative_cash(result: Result) -> pd.DataFrame:
    """Cash spent by the end of each month, by option: p10, p50, p90 in USD; `funding_usd` if
    stated.
    """
    frame = bands(result, "spent_usd", "usd")
    funding = result.scenario.choices.funding_usd
    return frame if funding is None else frame.assign(funding_usd=funding.value)


AFTER = "contracts_after_the_horizon"
"""What contracts still cost after the horizon less what their hours then bring: a part of the end
value that is shown for itself."""


def parts_usd(result: Result, option: str) -> dict[str, Array]:
    """The parts of present cost, (draws,) each, what runs on after the horizon apart from what is
    left then; they add up to it."""
    choices, parts = result.scenario.choices, dict(result.parts_usd[option])
    rate, horizon = choices.discount_rate_per_year.value, choices.horizon_months.value
    after = -result.scalars[option]["runs_on_usd"] * cost.discount_factor(rate, np.array(horizon))
    parts[cost.END_VALUE] = parts[cost.END_VALUE] - after
    return parts | {AFTER: after}


def present_cost_parts(result: Result) -> pd.DataFrame:
    """Mean present cost by option and part in USD (parts that are zero everywhere left out), with
    the p10, p50 and p90 of the option's total beside each.
    """
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        total = three(scalars["present_cost_usd"], "total_")
        for part, values in parts_usd(result, option).items():
            usd = float(values.mean())
            if usd:
                row = {"option": title(result, option), "part": part.replace("_", " "), "usd": usd}
                rows.append(row | {"total_usd": float(scalars["present_cost_usd"].mean())} | total)
    return pd.DataFrame(rows)


def cost_steps(result: Result) -> pd.DataFrame:
    """From the mean compared cost of the first option of the question to that of the second, part
    by part: `kind` (option or part), `label`, `usd` (of the option, or second less first), and
    where its bar starts and ends, in USD. The parts add up. No rows if there is no pair."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return pd.DataFrame()
    start, end = (float(comparison.compared_usd(result, o).mean()) for o in asked)
    first, second = (parts_usd(result, o) | compared_parts(result, o) for o in asked)
    at, rows = start, [_whole(title(result, asked[0]), start)]
    for part in first:
        usd = float(np.mean(second[part] - first[part]))
        if abs(usd) > ROUNDING * abs(start):
            ends = {"start_usd": at, "end_usd": at + usd}
            rows.append({"kind": "part", "label": part.replace("_", " "), "usd": usd} | ends)
            at += usd
    rows.append(_whole(title(result, asked[1]), end))
    return pd.DataFrame(rows)


def _whole(label: str, usd: float) -> dict[str, Any]:
    return {"kind": "option", "label": label, "usd": usd, "start_usd": 0.0, "end_usd": usd}


def cost_by_rate(result: Result) -> pd.DataFrame:
    """Compared cost in USD by option and discount rate: p10, p50, p90 and the mean."""
    rows = []
    for option in result.options:
        for rate, values in result.compared_cost_at_usd[option].items():
            row = {"option": title(result, option), "discount_rate_per_year": rate}
            rows.append(row | three(values) | {"mean": float(values.mean())})
    return pd.DataFrame(rows)


def unit_costs(result: Result) -> pd.DataFrame:
    """USD per energised GPU-hour, per H100-equivalent hour and per useful PFLOP-day by option: p10,
    p50, p90 and the ratio of means (None where there is nothing to divide by), and whether the
    option is `ranked`."""
    ranked, rows = comparison.ranked(result), []
    for measure, quantity in headline.UNIT_COSTS.items():
        for option in result.options:
            scalars = result.scalars[option]
            means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
            row: dict[str, Any] = {"measure": measure, "option": title(result, option)}
            row |= {"ratio_of_means": means.value, "ranked": option in ranked}
            rows.append(row | three(comparison.ratio(result, option, quantity)))
    return pd.DataFrame(rows)


SHOWN = 3
"""Single futures that are drawn beside the range of a price."""


def price_paths(result: Result, price: str) -> pd.DataFrame:
    """The market price of an hour ("rent") or of a machine ("node") of each `chip` (its title) of
    the options over its price today, month by month: p10, p50, p90 over the first futures, and the
    first few of them (`future_1` and so on)."""
    futures, rows, chips = result.first_futures, [], naming.chip_titles(result.scenario)
    horizon = round(result.scenario.choices.horizon_months.value)
    months = np.arange(horizon + 1.0)
    for name in _priced(result.scenario, price):
        path = getattr(inputs.chip(result.scenario, name, futures), f"{price}_path")
        index = path.index(months)
        few = [{f"future_{i + 1}": x for i, x in enumerate(at)} for at in index[:SHOWN].T.tolist()]
        for month, single, low, mid, high in zip(months, few, *quantile_rows(index), strict=True):
            row = {"chip": chips[name], "month": int(month), "day": day(result, month)}
            rows.append(row | {"p10": low, "p50": mid, "p90": high} | single)
    return pd.DataFrame(rows)


PRICE = {"rent": "market_rent_usd_per_gpu_hour", "node": "node_usd"}


def _priced(scenario: Scenario, price: str) -> list[str]:
    """The chips of the options, and that of the market, which have a price."""
    used = [scenario.tranches[t].chip for o in scenario.options.values() for t in o.tranches]
    service = scenario.need.service
    bought = [REFERENCE_CHIP] * (service is not None and service.market_gpus is not None)
    names = dict.fromkeys([*used, *bought])
    return [name for name in names if getattr(scenario.chips[name], PRICE[price]) is not None]
