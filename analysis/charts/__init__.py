"""One function per picture: a table in, an Altair chart out, titled with what it says."""

from analysis.charts.checks import published_figures
from analysis.charts.comparison import cost_and_date, month_values
from analysis.charts.cost import (
    cash_by_year,
    cost_steps,
    cumulative_cash,
    present_cost_by_rate,
    present_cost_parts,
)
from analysis.charts.difference import waterfall
from analysis.charts.drivers import explained, one_at_a_time, tornado
from analysis.charts.evidence import cited_kinds, ledger_timeline, spreads
from analysis.charts.fabrics import goodput, useful_gpus, useful_shares
from analysis.charts.flips import flips
from analysis.charts.futures import differences, quadrants, winners
from analysis.charts.hindsight import forecast_band, forecast_percentiles
from analysis.charts.inputs import bases, evidence_ranges, shapes
from analysis.charts.live import live
from analysis.charts.power import (
    emissions,
    energy,
    firm_power,
    idle_gpus,
    published_power,
    site_power,
    stages,
)
from analysis.charts.prices import price_history, purchase_prices, rental_prices
from analysis.charts.schedule import meeting, phases, ramps
from analysis.charts.staged import gate_value, weights
from analysis.charts.style import COLOURS, GREY, Look, look
from analysis.charts.training import compute_per_usd, gpus_training, progress, target_dates
from analysis.charts.units import deal, end_values, price_paths, unit_costs
from analysis.charts.value import burden_regret, learnt, time_value

__all__ = [
    "COLOURS",
    "GREY",
    "Look",
    "bases",
    "burden_regret",
    "cash_by_year",
    "cited_kinds",
    "compute_per_usd",
    "cost_and_date",
    "cost_steps",
    "cumulative_cash",
    "deal",
    "differences",
    "emissions",
    "end_values",
    "energy",
    "evidence_ranges",
    "explained",
    "firm_power",
    "flips",
    "forecast_band",
    "forecast_percentiles",
    "gate_value",
    "goodput",
    "gpus_training",
    "idle_gpus",
    "learnt",
    "ledger_timeline",
    "live",
    "look",
    "meeting",
    "month_values",
    "one_at_a_time",
    "phases",
    "present_cost_by_rate",
    "present_cost_parts",
    "price_history",
    "price_paths",
    "progress",
    "published_figures",
    "published_power",
    "purchase_prices",
    "quadrants",
    "ramps",
    "rental_prices",
    "shapes",
    "site_power",
    "spreads",
    "stages",
    "target_dates",
    "time_value",
    "tornado",
    "unit_costs",
    "useful_gpus",
    "useful_shares",
    "waterfall",
    "weights",
    "winners",
]
