"""Every picture of the package by name, as a notebook would draw it of a result: what the laws of
all charts are tested on."""

from collections.abc import Callable
from typing import Any

from analysis import changes, charts, comparison, hindsight, pages, sensitivity, tables
from analysis.comparison import Result
from analysis.inputs import Scenario


def _past(result: Result) -> hindsight.Backtest:
    return hindsight.backtest(result.scenario, result.draws, result.seed)


def _walked(scenario: Scenario, seed: int) -> Any:
    """The walk from the scenario to one whose horizon and use are shorter."""
    need = scenario.need.model_copy(update={"use_share": 0.5})
    sooner = scenario.choices.horizon_months.model_copy(update={"value": 24.0})
    choices = scenario.choices.model_copy(update={"horizon_months": sooner})
    later = scenario.model_copy(update={"need": need, "choices": choices})
    asked = comparison.pair(scenario) or ("", "")
    return changes.waterfall(scenario, later, asked, 100, seed)


TABLED = """
    gpus_training target_dates cumulative_cash present_cost_parts present_cost_by_rate
    compute_per_usd cost_and_date winners phases ramps meeting progress cash_by_year unit_costs
    end_values price_paths
"""
"""Drawn of the table of the same name."""

PAGED = """
    differences quadrants month_values live stage_dates firm_power idle_gpus published_power
    goodput useful_gpus useful_shares cost_steps value_of_time burden_regret information
    information_of_pair gate_value flip_price flip_worth flip_mfu flip_resale
"""
"""Drawn by the page's function of the same name."""


def _tabled(name: str) -> Callable[[Result, charts.Look], Any]:
    return lambda r, look: getattr(charts, name)(getattr(tables, name)(r), look)


PICTURES: dict[str, Callable[[Result, charts.Look], Any]] = {
    **{name: _tabled(name) for name in TABLED.split()},
    **{name: getattr(pages, name) for name in PAGED.split()},
    "site_power": pages.power,
    "cost_and_date_at_a_value": lambda r, look: charts.cost_and_date(
        tables.cost_and_date(r), look, 1e8
    ),
    "rental_prices": lambda r, look: pages.rental_prices(r.scenario, look),
    "one_at_a_time": lambda r, look: charts.one_at_a_time(
        sensitivity.one_at_a_time(r.scenario), look
    ),
    "tornado_cost": lambda r, look: pages.tornado(r.scenario, "cost_usd"),
    "tornado_months": lambda r, look: pages.tornado(r.scenario, "months"),
    "tornado_unit_cost": lambda r, look: pages.tornado(r.scenario, "usd_per_pflop_day"),
    "explained_cost": lambda r, look: pages.explained(
        tables.explained(r.scenario, r.seed, r.draws), "cost_usd"
    ),
    "explained_need": lambda r, look: pages.explained(
        tables.explained(r.scenario, r.seed, r.draws), "meets"
    ),
    "waterfall": lambda r, look: charts.waterfall(
        tables.waterfall(*_walked(r.scenario, r.seed), ("Before", "After")), look, 100
    ),
    "ledger_timeline": lambda r, look: charts.ledger_timeline(
        tables.ledger_timeline(r.scenario), r.scenario.as_of.isoformat()
    ),
    "cited_kinds": lambda r, look: pages.cited_kinds(r.scenario),
    "spreads": lambda r, look: pages.spreads(r.scenario),
    "price_history": lambda r, look: pages.price_history(r.scenario),
    "purchase_prices": lambda r, look: pages.purchase_prices(r.scenario, look),
    "bases": lambda r, look: pages.bases(r.scenario),
    "evidence_ranges": lambda r, look: pages.evidence_ranges(r.scenario),
    "shapes": lambda r, look: pages.shapes(r.scenario, r.draws, r.seed),
    "energy": lambda r, look: charts.energy(tables.energy_by_source(r), look),
    "emissions": lambda r, look: charts.emissions(
        tables.energy_by_source(r), tables.energy_totals(r), look
    ),
    "published_figures": lambda r, look: charts.published_figures(tables.published_figures()),
    "deal": lambda r, look: pages.deal(r.scenario, look),
    "weights": lambda r, look: pages.weighted_scores(r, look, r.seed),
    "forecast_percentiles": lambda r, look: pages.forecast_percentiles(_past(r)),
    "gpus_against_forecast": lambda r, look: pages.gpus_against_forecast(_past(r), look),
    "power_against_forecast": lambda r, look: pages.power_against_forecast(_past(r), look),
    "price_against_forecast": lambda r, look: pages.price_against_forecast(_past(r), look),
}
