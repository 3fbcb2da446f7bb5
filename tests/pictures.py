"""Every picture of the package by name, as a notebook would draw it of a result: what the laws of
all charts are tested on."""

from collections.abc import Callable
from typing import Any

from analysis import charts, pages, sensitivity, tables
from analysis.comparison import Result

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
    "rental_prices": lambda r, look: pages.rental_prices(r.scenario, look),
    "one_at_a_time": lambda r, look: charts.one_at_a_time(
        sensitivity.one_at_a_time(r.scenario), look
    ),
}
