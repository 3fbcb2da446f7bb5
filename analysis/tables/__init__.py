"""The tables behind the charts and the report: tidy frames made from a result."""

from analysis.tables.common import NEVER
from analysis.tables.cost import cumulative_cash, present_cost_by_rate, present_cost_parts
from analysis.tables.evidence import implied_prices, rental_assumption, rental_prices, sources
from analysis.tables.inputs import assumptions, choices
from analysis.tables.overview import every, overview
from analysis.tables.power import site_power
from analysis.tables.training import BIN_MONTHS, compute_per_usd, gpus_training, target_dates

__all__ = [
    "BIN_MONTHS",
    "NEVER",
    "assumptions",
    "choices",
    "compute_per_usd",
    "cumulative_cash",
    "every",
    "gpus_training",
    "implied_prices",
    "overview",
    "present_cost_by_rate",
    "present_cost_parts",
    "rental_assumption",
    "rental_prices",
    "site_power",
    "sources",
    "target_dates",
]
