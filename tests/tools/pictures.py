"""Every picture of the package by name, as a notebook would draw it of a result: what the laws of
all charts are tested on."""

from collections.abc import Callable
from typing import Any

from analysis.chapters import (
    answer,
    assumptions,
    checks,
    comparison,
    cost,
    evidence,
    hindsight,
    power,
    schedule,
    sensitivity,
    training,
    value,
)
from analysis.decision import attribution
from analysis.model.comparison import pair
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario
from analysis.validation import backtest

Draw = Callable[[Result], Any]


def _past(result: Result) -> backtest.Backtest:
    return backtest.backtest(result.scenario, result.draws, result.seed)


def _scenario(result: Result) -> Scenario:
    return result.scenario


def _waterfall(result: Result) -> Any:
    """The walk from the scenario to one whose horizon and use are shorter."""
    scenario = result.scenario
    need = scenario.need.model_copy(update={"use_share": 0.5})
    sooner = scenario.choices.horizon_months.model_copy(update={"value": 24.0})
    choices = scenario.choices.model_copy(update={"horizon_months": sooner})
    later = scenario.model_copy(update={"need": need, "choices": choices})
    asked = pair(scenario) or ("", "")
    steps = attribution.waterfall(scenario, later, asked, 100, result.seed)
    frame = checks.tables.waterfall(*steps, ("Before", "After"))
    return checks.charts.waterfall(frame, checks.style.look(scenario), 100)


def _explained(measure: str) -> Draw:
    """The shares of the variance of a measure, from as many futures as the result has."""
    shares = sensitivity.tables.explained
    return lambda r: sensitivity.explained(shares(r.scenario, r.seed, r.draws), measure).shown


def _tornado(measure: str) -> Draw:
    return lambda r: sensitivity.tornado(r.scenario, measure).shown


def _exhibits(chapter: Any, names: str, of: Callable[[Result], Any] = lambda r: r) -> dict:
    """The pictures of a chapter's exhibits by name, of a result or of what they take of it."""
    return {name: _drawn(getattr(chapter, name), of) for name in names.split()}


def _drawn(exhibit: Callable[[Any], Any], of: Callable[[Result], Any]) -> Draw:
    return lambda r: exhibit(of(r)).shown


PICTURES: dict[str, Draw] = {
    **_exhibits(
        evidence,
        "ledger_timeline cited_kinds price_history purchase_prices rental_prices spreads",
        _scenario,
    ),
    **_exhibits(assumptions, "bases evidence_ranges", _scenario),
    **_exhibits(assumptions, "shapes"),
    **_exhibits(schedule, "phases ramps meeting"),
    **_exhibits(
        power,
        "site_power stage_dates firm_power idle_gpus energy_by_source emissions published_power",
    ),
    **_exhibits(
        training,
        "gpus_training target_dates compute_per_usd progress goodput useful_gpus useful_shares",
    ),
    **_exhibits(
        cost,
        "cumulative_cash present_cost_parts present_cost_by_rate cost_steps cash_by_year "
        "unit_costs end_values price_paths",
    ),
    **_exhibits(cost, "deal", _scenario),
    **_exhibits(comparison, "cost_and_date differences quadrants winners month_values"),
    "cost_and_date_at_a_value": lambda r: comparison.cost_and_date(r, 1e8).shown,
    **_exhibits(sensitivity, "flip_price flip_worth flip_mfu flip_resale"),
    **_exhibits(sensitivity, "one_at_a_time", _scenario),
    "tornado_cost": _tornado("cost_usd"),
    "tornado_months": _tornado("months"),
    "tornado_unit_cost": _tornado("usd_per_pflop_day"),
    "explained_cost": _explained("cost_usd"),
    "explained_need": _explained("meets"),
    **_exhibits(value, "value_of_time burden_regret information information_of_pair gate_value"),
    "weights": lambda r: value.weighted_scores(r, r.seed).shown,
    **_exhibits(checks, "near_printed", lambda r: checks.tables.published_figures()),
    "waterfall": _waterfall,
    **_exhibits(
        hindsight,
        "forecast_percentiles gpus_against_forecast power_against_forecast price_against_forecast",
        _past,
    ),
    **_exhibits(answer, "live"),
}
