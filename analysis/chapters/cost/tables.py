"""Cash over time, present cost by part and by rate, unit costs, end values, what a budget buys."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.shared.rows import bands, day, quantile_rows, three, title
from analysis.chapters.training.tables import target_pflop_days
from analysis.decision import headline
from analysis.evidence import ledger as ledgers
from analysis.model import comparison, cost, draws, estimates
from analysis.model.draws import HOURS_PER_MONTH, resolve
from analysis.model.simulation import Result
from analysis.scenario.schema import RentedTranche, Scenario

CURVE_POINTS = 60


def cumulative_cash(result: Result) -> pd.DataFrame:
    """Cash spent by the end of each month, by option: p10, p50, p90 in USD; `funding_usd` if
    stated.
    """
    frame = bands(result, "spent_usd", "usd")
    funding = result.scenario.choices.funding_usd
    return frame if funding is None else frame.assign(funding_usd=funding.value)


def cash_by_year(result: Result) -> pd.DataFrame:
    """Cash paid in each year of the horizon, by option: p10, p50, p90 in USD."""
    rows = []
    for option in result.options:
        for year, usd in result.cash_by_year_usd[option].items():
            rows.append({"option": title(result, option), "year": year} | three(usd))
    return pd.DataFrame(rows)


def present_cost_parts(result: Result) -> pd.DataFrame:
    """Mean present cost by option and part in USD (parts that are zero everywhere left out), with
    the p10, p50 and p90 of the option's total beside each.
    """
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        total = three(scalars["present_cost_usd"], "total_")
        for part, values in result.parts_usd[option].items():
            usd = float(values.mean())
            if usd:
                row = {"option": title(result, option), "part": part.replace("_", " "), "usd": usd}
                rows.append(row | {"total_usd": float(scalars["present_cost_usd"].mean())} | total)
    return pd.DataFrame(rows)


def cost_steps(result: Result) -> pd.DataFrame:
    """From the mean present cost of the first option of the question to that of the second, part by
    part: `kind` (option or part), `label`, `usd` (of the option, or second less first), and where
    its bar starts and ends, in USD. The parts add up. No rows if there is no pair."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return pd.DataFrame()
    start, end = (float(result.scalars[o]["present_cost_usd"].mean()) for o in asked)
    first, second = (result.parts_usd[option] for option in asked)
    at, rows = start, [_whole(title(result, asked[0]), start)]
    for part in cost.PARTS:
        usd = float(np.mean(second[part] - first[part]))
        if usd:
            ends = {"start_usd": at, "end_usd": at + usd}
            rows.append({"kind": "part", "label": part.replace("_", " "), "usd": usd} | ends)
            at += usd
    rows.append(_whole(title(result, asked[1]), end))
    return pd.DataFrame(rows)


def _whole(label: str, usd: float) -> dict[str, Any]:
    return {"kind": "option", "label": label, "usd": usd, "start_usd": 0.0, "end_usd": usd}


def present_cost_by_rate(result: Result) -> pd.DataFrame:
    """Present cost in USD by option and discount rate: p10, p50, p90."""
    rows = []
    for option in result.options:
        for rate, values in result.present_cost_at_usd[option].items():
            row = {"option": title(result, option), "discount_rate_per_year": rate}
            rows.append(row | three(values))
    return pd.DataFrame(rows)


def unit_costs(result: Result) -> pd.DataFrame:
    """USD per energised GPU-hour, per H100-equivalent hour and per useful PFLOP-day by option: p10,
    p50, p90 and the ratio of means; None where there is nothing to divide by."""
    rows = []
    for measure, quantity in headline.UNIT_COSTS.items():
        for option in result.options:
            scalars = result.scalars[option]
            means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
            row: dict[str, Any] = {"measure": measure, "option": title(result, option)}
            row["ratio_of_means"] = means.value
            rows.append(row | three(comparison.ratio(result, option, quantity)))
    return pd.DataFrame(rows)


def end_values(result: Result) -> pd.DataFrame:
    """What is left at the horizon, by option: p10, p50, p90 in USD of that day, a liability below
    zero."""
    return pd.DataFrame(
        [
            {"option": title(result, option)} | three(result.scalars[option]["end_value_usd"])
            for option in result.options
        ]
    )


def price_paths(result: Result) -> pd.DataFrame:
    """The market price of each chip of the options over its price today, month by month: p10, p50,
    p90 over the first block of draws."""
    scenario, futures = result.scenario, result.first_futures
    used = [scenario.tranches[t].chip for o in scenario.options.values() for t in o.tranches]
    months = np.arange(len(result.means[result.options[0]]["cash_usd"]) + 1.0)
    rows = []
    for name in dict.fromkeys(used):
        chip = scenario.chips[name]
        fall, since = (
            resolve(x, futures) for x in (chip.price_fall_per_year, chip.falls_from_month)
        )
        path = cost.price_index(fall[:, None], since[:, None], months[None, :])
        for month, low, mid, high in zip(months, *quantile_rows(path), strict=True):
            row = {"chip": name, "month": int(month), "day": day(result, month)}
            rows.append(row | {"p10": low, "p50": mid, "p90": high})
    return pd.DataFrame(rows)


def budget_usd(result: Result) -> float:
    """A round budget: the P50 present cost of the dearer option of the question (of all, if there
    is no pair), to one significant digit; no less than 0."""
    asked = comparison.pair(result.scenario) or result.options
    costs = [three(result.scalars[option]["present_cost_usd"])["p50"] or 0.0 for option in asked]
    return float(f"{max(*costs, 0.0):.1g}")


def budget_buys(result: Result) -> pd.DataFrame:
    """What the round budget of `budget_usd` buys of each option at its own cost per unit: million
    `gpu_hours`, million useful `pflop_days` and median `targets`, each p10, p50, p90 and the ratio
    of means (`_mean`). None where the option costs nothing."""
    budget, target = budget_usd(result), target_pflop_days(result)["target_p50"]
    kinds = (("gpu_hours", "gpu_hours", 1e6), ("pflop_days", "pflop_days", 1e6))
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        usd = scalars["present_cost_usd"]
        row: dict[str, Any] = {"option": title(result, option)}
        for name, quantity, size in (*kinds, ("targets", "pflop_days", target)):
            amount = scalars[f"discounted_{quantity}"] * (budget / size)
            bought = np.divide(amount, usd, out=np.full_like(usd, np.inf), where=usd > 0)
            means = estimates.ratio_of_means(amount, usd)
            row |= three(bought, f"{name}_") | {f"{name}_mean": means.value}
        rows.append(row)
    return pd.DataFrame(rows)


def deal(scenario: Scenario) -> dict[str, Any] | None:
    """The rental of the question's options whose price rests on a stated value of a deal: `usd` of
    the deal, `gpus`, the `terms` it may have in months, the `price` assumed (P10, P50, P90) in USD
    per GPU-hour and the `option` that rents, by title. None if no value is on record (or the price
    may be nothing)."""
    asked = comparison.pair(scenario) or tuple(scenario.options)
    futures, ledger = draws.mid(scenario), ledgers.ledger()
    for option in asked:
        for name in scenario.options[option].tranches:
            tranche = scenario.tranches[name]
            if isinstance(tranche, RentedTranche):
                price = scenario.assumptions.get(str(tranche.usd_per_gpu_hour))
                facts = [ledger.facts[key] for key in price.basis] if price else []
                values = [float(f.value) for f in facts if f.unit == "USD billion" and f.value]
                gpus = float(resolve(tranche.gpus, futures)[0])
                low, high = draws.ends(price) if price else (0.0, 0.0)
                if price and values and gpus and low > 0:
                    return {
                        "usd": values[0] * 1e9,
                        "gpus": gpus,
                        "terms": _terms(scenario, tranche),
                        "price": (low, draws.mid_value(price), high),
                        "option": scenario.options[option].title,
                    }
    return None


def _terms(scenario: Scenario, tranche: RentedTranche) -> list[float]:
    """The terms that a rental may have, in months: each of a list, or low, mid and high."""
    term = scenario.assumptions.get(str(tranche.term_months))
    mid = float(resolve(tranche.term_months, draws.mid(scenario))[0])
    terms = [mid] if term is None else term.values or [mid, *draws.ends(term)]
    return sorted({months for months in terms if months > 0})


def deal_prices(stated: dict[str, Any]) -> pd.DataFrame:
    """USD per GPU-hour that a `deal` means over each number of months, all its hours paid: the
    curve, and with `term` true the terms that it may have."""
    terms = stated["terms"]
    ends = [stated["usd"] / (stated["gpus"] * HOURS_PER_MONTH * price) for price in stated["price"]]
    low, high = min([*terms, *ends]), max([*terms, *ends])
    curve = np.geomspace(low / 1.3, high * 1.3, CURVE_POINTS)
    rows = [(months, False) for months in curve.tolist()] + [(months, True) for months in terms]
    frame = pd.DataFrame(rows, columns=["months", "term"])
    hours = stated["gpus"] * HOURS_PER_MONTH * frame["months"]
    return frame.assign(usd_per_gpu_hour=stated["usd"] / hours)
