"""Every picture of the package by name, as a notebook would draw it of a result: what the laws of
all charts are tested on."""

from collections.abc import Callable
from typing import Any

from analysis.chapters import (
    answer,
    assumptions,
    checks,
    cost,
    evidence,
    hindsight,
    power,
    schedule,
    sensitivity,
    training,
    value,
)
from analysis.chapters import comparison as comparison_chapter
from analysis.chapters.shared import style
from analysis.decision import attribution
from analysis.model import comparison
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario
from analysis.validation import backtest


def _past(result: Result) -> backtest.Backtest:
    return backtest.backtest(result.scenario, result.draws, result.seed)


def _walked(scenario: Scenario, seed: int) -> Any:
    """The walk from the scenario to one whose horizon and use are shorter."""
    need = scenario.need.model_copy(update={"use_share": 0.5})
    sooner = scenario.choices.horizon_months.model_copy(update={"value": 24.0})
    choices = scenario.choices.model_copy(update={"horizon_months": sooner})
    later = scenario.model_copy(update={"need": need, "choices": choices})
    asked = comparison.pair(scenario) or ("", "")
    return attribution.waterfall(scenario, later, asked, 100, seed)


TABLED = """
    cost_and_date winners
"""
"""Drawn of the table of the same name."""

PAGED = """
    differences quadrants month_values live
    value_of_time burden_regret information
    information_of_pair gate_value flip_price flip_worth flip_mfu flip_resale
"""
"""Drawn by the page's function of the same name."""


CHAPTERS = [assumptions, evidence, schedule, power, training, cost, comparison_chapter]
CHAPTERS += [sensitivity, value, checks, hindsight, answer]


def _held(kind: str, name: str) -> Any:
    """What a chapter holds of a name in a module of a kind, or itself where there is no kind."""
    rooms = [
        one
        for chapter in CHAPTERS
        for one in (
            [getattr(chapter, m) for m in dir(chapter) if m.endswith(kind)] if kind else [chapter]
        )
    ]
    return next(getattr(one, name) for one in rooms if callable(getattr(one, name, None)))


def _tabled(name: str) -> Callable[[Result, style.Look], Any]:
    return lambda r, look: _held("charts", name)(_held("tables", name)(r), look)


def exhibits(
    chapter: Any, names: str, of: Callable[[Result], Any] = lambda r: r
) -> dict[str, Callable[[Result, style.Look], Any]]:
    """The pictures of a chapter's exhibits by name, of a result or of what they take of it."""
    return {name: _drawn(getattr(chapter, name), of) for name in names.split()}


def _drawn(
    exhibit: Callable[[Any], Any], of: Callable[[Result], Any]
) -> Callable[[Result, style.Look], Any]:
    return lambda r, look: exhibit(of(r)).shown


def _scenario(result: Result) -> Scenario:
    return result.scenario


POWER = exhibits(
    power,
    """site_power stage_dates firm_power idle_gpus energy_by_source emissions published_power""",
)

EVIDENCE = exhibits(
    evidence,
    """ledger_timeline cited_kinds price_history purchase_prices rental_prices spreads""",
    _scenario,
)

ASSUMPTIONS = {
    **exhibits(assumptions, "bases evidence_ranges", _scenario),
    **exhibits(assumptions, "shapes"),
}


SCHEDULE = exhibits(schedule, "phases ramps meeting")


def _explained(measure: str) -> Callable[[Result, style.Look], Any]:
    """The shares of the variance of a measure, from as many futures as the result has."""
    shares = sensitivity.tables.explained
    return lambda r, look: sensitivity.explained(shares(r.scenario, r.seed, r.draws), measure).shown


SENSITIVITY = exhibits(sensitivity, "flip_price flip_worth flip_mfu flip_resale") | {
    "one_at_a_time": lambda r, look: sensitivity.one_at_a_time(r.scenario).shown,
    "tornado_cost": lambda r, look: sensitivity.tornado(r.scenario, "cost_usd").shown,
    "tornado_months": lambda r, look: sensitivity.tornado(r.scenario, "months").shown,
    "tornado_unit_cost": lambda r, look: sensitivity.tornado(r.scenario, "usd_per_pflop_day").shown,
    "explained_cost": _explained("cost_usd"),
    "explained_need": _explained("meets"),
}


HINDSIGHT = exhibits(
    hindsight,
    "forecast_percentiles gpus_against_forecast power_against_forecast price_against_forecast",
    _past,
)

CHECKS = exhibits(checks, "near_printed", lambda r: checks.tables.published_figures())
VALUE = exhibits(
    value, "value_of_time burden_regret information information_of_pair gate_value"
) | {"weights": lambda r, look: value.weighted_scores(r, r.seed).shown}

TRAINING = exhibits(
    training,
    "gpus_training target_dates compute_per_usd progress goodput useful_gpus useful_shares",
)

COST = exhibits(
    cost,
    """cumulative_cash present_cost_parts present_cost_by_rate cost_steps cash_by_year unit_costs
    end_values price_paths""",
)

PICTURES: dict[str, Callable[[Result, style.Look], Any]] = {
    **{name: _tabled(name) for name in TABLED.split()},
    **{name: _held("", name) for name in PAGED.split()},
    **POWER,
    **EVIDENCE,
    **ASSUMPTIONS,
    **SCHEDULE,
    **SENSITIVITY,
    **CHECKS,
    **HINDSIGHT,
    **VALUE,
    **TRAINING,
    **COST,
    "cost_and_date_at_a_value": lambda r, look: comparison_chapter.charts.cost_and_date(
        comparison_chapter.tables.cost_and_date(r), look, 1e8
    ),
    "waterfall": lambda r, look: checks.charts.waterfall(
        checks.tables.waterfall(*_walked(r.scenario, r.seed), ("Before", "After")), look, 100
    ),
    "deal": lambda r, look: cost.deal(r.scenario, look),
}
