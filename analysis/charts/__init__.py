"""One function per picture: a table in, an Altair chart out, titled with what it says."""

from analysis.charts.comparison import cost_and_date, month_values
from analysis.charts.cost import (
    cash_by_year,
    cost_steps,
    cumulative_cash,
    present_cost_by_rate,
    present_cost_parts,
)
from analysis.charts.drivers import one_at_a_time
from analysis.charts.evidence import cited_kinds, ledger_timeline, spreads
from analysis.charts.fabrics import goodput, useful_gpus, useful_shares
from analysis.charts.futures import differences, quadrants, winners
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
from analysis.charts.style import COLOURS, GREY, Look, look
from analysis.charts.training import compute_per_usd, gpus_training, progress, target_dates
from analysis.charts.units import deal, end_values, price_paths, unit_costs

__all__ = [
    "COLOURS",
    "GREY",
    "Look",
    "bases",
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
    "firm_power",
    "goodput",
    "gpus_training",
    "idle_gpus",
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
    "unit_costs",
    "useful_gpus",
    "useful_shares",
    "winners",
]
