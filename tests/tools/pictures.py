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


PICTURES: dict[str, Callable[[Result, charts.Look], Any]] = {
    "gpus_training": lambda r, look: charts.gpus_training(tables.gpus_training(r), look),
    "site_power": pages.power,
    "target_dates": lambda r, look: charts.target_dates(tables.target_dates(r), look),
    "cumulative_cash": lambda r, look: charts.cumulative_cash(tables.cumulative_cash(r), look),
    "present_cost_parts": lambda r, look: charts.present_cost_parts(
        tables.present_cost_parts(r), look
    ),
    "present_cost_by_rate": lambda r, look: charts.present_cost_by_rate(
        tables.present_cost_by_rate(r), look
    ),
    "compute_per_usd": lambda r, look: charts.compute_per_usd(tables.compute_per_usd(r), look),
    "cost_and_date": lambda r, look: charts.cost_and_date(tables.cost_and_date(r), look),
    "cost_and_date_at_a_value": lambda r, look: charts.cost_and_date(
        tables.cost_and_date(r), look, 1e8
    ),
    "differences": pages.differences,
    "quadrants": pages.quadrants,
    "winners": lambda r, look: charts.winners(tables.winners(r), look),
    "month_values": pages.month_values,
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
    "live": pages.live,
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
    "phases": lambda r, look: charts.phases(tables.phases(r), look),
    "ramps": lambda r, look: charts.ramps(tables.ramps(r), look),
    "meeting": lambda r, look: charts.meeting(tables.meeting(r), look),
    "stage_dates": pages.stage_dates,
    "firm_power": pages.firm_power,
    "idle_gpus": pages.idle_gpus,
    "energy": lambda r, look: charts.energy(tables.energy_by_source(r), look),
    "emissions": lambda r, look: charts.emissions(
        tables.energy_by_source(r), tables.energy_totals(r), look
    ),
    "published_power": pages.published_power,
    "published_figures": lambda r, look: charts.published_figures(tables.published_figures()),
    "goodput": pages.goodput,
    "useful_gpus": pages.useful_gpus,
    "useful_shares": pages.useful_shares,
    "progress": lambda r, look: charts.progress(tables.progress(r), look),
    "cost_steps": pages.cost_steps,
    "cash_by_year": lambda r, look: charts.cash_by_year(tables.cash_by_year(r), look),
    "unit_costs": lambda r, look: charts.unit_costs(tables.unit_costs(r), look),
    "end_values": lambda r, look: charts.end_values(tables.end_values(r), look),
    "price_paths": lambda r, look: charts.price_paths(tables.price_paths(r), look),
    "deal": lambda r, look: pages.deal(r.scenario, look),
    "value_of_time": pages.value_of_time,
    "burden_regret": pages.burden_regret,
    "information": pages.information,
    "information_of_pair": pages.information_of_pair,
    "gate_value": pages.gate_value,
    "weights": lambda r, look: pages.weighted_scores(r, look, r.seed),
    "forecast_percentiles": lambda r, look: pages.forecast_percentiles(_past(r)),
    "gpus_against_forecast": lambda r, look: pages.gpus_against_forecast(_past(r), look),
    "power_against_forecast": lambda r, look: pages.power_against_forecast(_past(r), look),
    "price_against_forecast": lambda r, look: pages.price_against_forecast(_past(r), look),
    "flip_price": pages.flip_price,
    "flip_worth": pages.flip_worth,
    "flip_mfu": pages.flip_mfu,
    "flip_resale": pages.flip_resale,
}
