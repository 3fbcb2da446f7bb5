"""The headline: everything that comes out of a run, as plain data for people and programs."""

import json
import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from analysis.arrays import Array
from analysis.decision import ranking, value_of_time
from analysis.decision.headline_schema import SCHEMA, VERSION, Headline
from analysis.decision.once import once
from analysis.model import comparison, estimates
from analysis.model.comparison import Winners
from analysis.model.draws import DAYS_PER_MONTH
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario import references
from analysis.scenario.schema import Scenario

DIGITS = 9

AMOUNTS = (
    "compared_cost_usd",
    "compared_months",
    "served_share",
    "short_h100_hours",
    "surplus_h100_hours",
    "present_cost_usd",
    "end_value_usd",
    "deepest_cash_usd",
    "deepest_cash_month",
    "peak_mw",
    "energy_mwh",
    "emissions_tco2",
    "gpu_hours",
    "h100_hours",
    "pflop_days",
)

DATES = ("first_training_months", "full_capacity_months", "target_months")

UNIT_COSTS = {
    "usd_per_gpu_hour": "discounted_gpu_hours",
    "usd_per_h100_hour": "discounted_h100_hours",
    "usd_per_pflop_day": "discounted_pflop_days",
}


@once
def headline(result: Result, slug: str) -> dict[str, Any]:
    """All outputs of a run: P10/P50/P90, means, probabilities, each with its standard error, as
    `headline_schema.Headline` has them."""
    scenario = result.scenario
    found = _plain(
        {
            "schema": SCHEMA,
            "version": VERSION,
            "scenario": {
                "slug": slug,
                "title": scenario.title,
                "question": scenario.question,
                "note": scenario.note,
                "start": scenario.start.isoformat(),
                "as_of": scenario.as_of.isoformat(),
            },
            "run": {"draws": result.draws, "seed": result.seed},
            "choices": {name: one.value for name, one in references.choices(scenario).items()},
            "defaults_used": references.defaults_used(scenario),
            **({} if scenario.limits is None else {"limits": scenario.limits.stated}),
            "options": {option: _option(result, option) for option in result.options},
            "comparison": _comparison(result),
        }
    )
    return Headline.model_validate(found).plain()


def text(found: dict[str, Any]) -> str:
    """The headline as JSON text, the same bytes for the same numbers."""
    return json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def day_of(scenario: Scenario, months: float) -> date:
    """The calendar day of month t: start + t x 365 / 12 days, rounded down."""
    return scenario.start + timedelta(days=math.floor(months * DAYS_PER_MONTH + 1e-9))


def rounded(value: float) -> float:
    """A number to 9 significant digits, as every output carries it."""
    return float(f"{value:.{DIGITS}g}") + 0.0  # no minus zero


def _option(result: Result, option: str) -> dict[str, Any]:
    scenario, scalars = result.scenario, result.scalars[option]
    found: dict[str, Any] = {
        "title": scenario.options[option].title,
        "meets_need": estimates.probability(comparison.meets(result, option)),
        "ranked": option in comparison.ranked(result),
    }
    for name in DATES:
        found[name] = _date(scenario, scalars[name])
    for name in AMOUNTS:
        found[name] = _amount(scalars[name])
    price = comparison.short_hour_usd(scenario)
    found["not_delivered_usd"] = _amount(comparison.not_delivered_usd(result, option, price))
    found["parts_usd"] = {part: _amount(usd) for part, usd in result.parts_usd[option].items()}
    found["present_cost_at_rate_usd"] = {
        f"{rate:g}": _amount(usd) for rate, usd in result.present_cost_at_usd[option].items()
    }
    found["cash_by_year_usd"] = [_amount(usd) for usd in result.cash_by_year_usd[option].values()]
    if scenario.choices.funding_usd is not None:
        found["funds_last_months"] = _date(scenario, scalars["funds_last_months"])
    if broken := comparison.breaks(result, option):
        found["breaks"] = {name: estimates.probability(one) for name, one in broken.items()}
    for name, quantity in UNIT_COSTS.items():
        per_draw = comparison.ratio(result, option, quantity)
        means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
        found[name] = {"ratio_of_means": means, **estimates.quantiles(per_draw)}
    return found


def _amount(values: Array) -> dict[str, Any]:
    return {"mean": estimates.mean(values), **estimates.quantiles(values)}


def _date(scenario: Scenario, months: Array) -> dict[str, Any]:
    """Quantiles in months and as days, and the probability that it happens within the horizon."""
    found = estimates.quantiles(months)
    days = {
        f"{name}_day": None if one.value is None else day_of(scenario, one.value).isoformat()
        for name, one in found.items()
    }
    return {"within_horizon": estimates.probability(np.isfinite(months)), **found, **days}


def _comparison(result: Result) -> dict[str, Any]:
    shares: dict[str, Callable[[Result], Winners]] = {
        "first_to_target": comparison.first_to_target,
        "lowest_compared_cost": comparison.lowest_compared_cost,
        "lowest_usd_per_pflop_day": comparison.lowest_usd_per_pflop_day,
    }
    found: dict[str, Any] = {name: _shares(rule(result)) for name, rule in shares.items()}
    found["ranked"] = comparison.ranked(result)
    month = result.scenario.value.month_usd
    found["month_usd"] = None if month is None else month.value
    found["first_by_month"] = _places(ranking.first_places(result))
    found["first_by_short_hour"] = _places(ranking.first_by_short_hour(result))
    near = ranking.near_by_chance(result)
    found["near_by_chance"] = {option: _places(places) for option, places in near.items()}
    found["other_needs"] = [
        {
            "choice": other.choice,
            "value": other.value,
            "ranked": other.ranked,
            "first_by_month": _places(other.places),
        }
        for other in ranking.other_needs(result)
    ]
    found["regret"] = [_regret(result, v) for v in value_of_time.asked_usd(result, "month")]
    found["pair"] = comparison.pair(result.scenario)
    found["pairs"] = [_pair(result, a, b) for a, b in comparison.pairs(result)]
    return found


def _places(places: list[ranking.Place]) -> list[dict[str, Any]]:
    """Who is first from which value on."""
    return [{"from_usd": place.from_usd, "option": place.option} for place in places]


def _shares(won: Winners) -> dict[str, Any]:
    """How often each option is best, and how often none meets the need."""
    options = {option: estimates.probability(one) for option, one in won.options.items()}
    return {"options": options, "none": estimates.probability(won.none)}


def _regret(result: Result, month_usd: float) -> dict[str, Any]:
    """The mean regret of each ranked option at a value of a month."""
    regret = value_of_time.regret_usd(result, month_usd)
    return {
        "month_usd": month_usd,
        "options": {option: estimates.mean(usd) for option, usd in regret.items()},
    }


def _pair(result: Result, a: str, b: str) -> dict[str, Any]:
    """Differences a - b on the same draws."""
    cost_usd = comparison.cost_difference_usd(result, a, b)
    months = comparison.months_difference(result, a, b)
    horizon = result.scenario.choices.horizon_months.value
    latest = np.maximum(*(comparison.compared_months(result, o) for o in (a, b)))
    beside = {
        "present_cost": comparison.scalar_difference(result, a, b, "present_cost_usd"),
        "h100_hours": comparison.scalar_difference(result, a, b, "h100_hours"),
        "usd_per_h100_hour": comparison.h100_hour_difference_usd(result, a, b),
    }
    both = {"a": a, "b": b}
    return both | {
        "cost_difference_usd": _amount(cost_usd),
        "present_cost_difference_usd": _amount(beside["present_cost"]),
        "h100_hours_difference": _amount(beside["h100_hours"]),
        "usd_per_h100_hour_difference": _amount(beside["usd_per_h100_hour"]),
        "months_difference": _amount(months),
        "a_earlier": estimates.probability(months < 0),
        "b_earlier": estimates.probability(months > 0),
        "a_cheaper": estimates.probability(cost_usd < 0),
        "b_cheaper": estimates.probability(cost_usd > 0),
        "lower": {name: _sides(values) for name, values in beside.items()},
        "capped": estimates.probability(latest >= horizon),
        "break_even_month_usd": value_of_time.break_even_usd(result, a, b),
        "better_at_every_value": comparison.better_at_every_value(result, a, b),
        "flip_rate_per_year": comparison.flip_rate_per_year(result, a, b),
    }


def _sides(difference: Array) -> dict[str, Estimate]:
    """In how many futures the first and the second is lower."""
    return {"a": estimates.probability(difference < 0), "b": estimates.probability(difference > 0)}


def _plain(found: Any) -> Any:
    """Estimates as tables, numbers to 9 significant digits."""
    if isinstance(found, Estimate):
        return {"value": _plain(found.value), "se": _plain(found.se)}
    if isinstance(found, dict):
        return {str(key): _plain(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [_plain(one) for one in found]
    return rounded(found) if isinstance(found, float) else found
