"""The frames that a report exports as CSV, by name."""

from collections.abc import Callable

import pandas as pd

from analysis.chapters.answer.tables import live_of
from analysis.chapters.assumptions.tables import assumptions, choices
from analysis.chapters.comparison.tables import overview
from analysis.chapters.cost.tables import cost_by_rate, cumulative_cash, present_cost_parts
from analysis.chapters.evidence.price_tables import rental_prices
from analysis.chapters.evidence.tables import sources
from analysis.chapters.power.tables import site_power
from analysis.chapters.training.tables import compute_per_usd, gpus_training, target_dates
from analysis.decision import one_way
from analysis.model.simulation import Result

OF_A_RUN = ("gpus_training", "target_dates", "compute_per_usd")


BESIDE_A_RUN = ("one_at_a_time", "live_grid", "rental_prices", "sources")
"""Tables that follow from no run: for some the model is run again, some are evidence alone."""


def every(result: Result, beside: bool = True) -> dict[str, pd.DataFrame]:
    """All tables that a report shows, by name; one that has no rows is left out, and one of a run
    where none is asked for. Without what is `beside` a run, those that follow from it alone."""
    made: dict[str, Callable[[Result], pd.DataFrame]] = {
        "gpus_training": gpus_training,
        "site_power": site_power,
        "target_dates": target_dates,
        "cumulative_cash": cumulative_cash,
        "present_cost_parts": present_cost_parts,
        "cost_by_rate": cost_by_rate,
        "compute_per_usd": compute_per_usd,
        "rental_prices": lambda r: rental_prices(r.scenario),
        "overview": overview,
        "assumptions": lambda r: assumptions(r.scenario),
        "choices": lambda r: choices(r.scenario),
        "sources": lambda r: sources(r.scenario),
        "one_at_a_time": lambda r: one_way.one_at_a_time(r.scenario),
        "live_grid": live_of,
    }
    without = (
        *(OF_A_RUN if result.scenario.run is None else ()),
        *(() if beside else BESIDE_A_RUN),
    )
    found = {name: make(result) for name, make in made.items() if name not in without}
    return {name: frame for name, frame in found.items() if len(frame)}
