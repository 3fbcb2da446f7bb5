"""One function per picture: a table in, an Altair chart out, titled with what it says."""

from analysis.charts.cost import cumulative_cash, present_cost_by_rate, present_cost_parts
from analysis.charts.drivers import one_at_a_time
from analysis.charts.evidence import rental_prices
from analysis.charts.power import site_power
from analysis.charts.style import COLOURS, GREY, Look, look
from analysis.charts.training import compute_per_usd, gpus_training, target_dates

__all__ = [
    "COLOURS",
    "GREY",
    "Look",
    "compute_per_usd",
    "cumulative_cash",
    "gpus_training",
    "look",
    "one_at_a_time",
    "present_cost_by_rate",
    "present_cost_parts",
    "rental_prices",
    "site_power",
    "target_dates",
]
