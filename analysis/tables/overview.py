"""One row per option, and all tables of a report."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis import comparison, estimates, headline, sensitivity
from analysis.comparison import Result
from analysis.tables.common import three, title
from analysis.tables.cost import cumulative_cash, present_cost_by_rate, present_cost_parts
from analysis.tables.evidence import sources
from analysis.tables.inputs import assumptions, choices
from analysis.tables.live import LIVE_DRAWS, live_grid
from analysis.tables.power import site_power
from analysis.tables.prices import rental_prices
from analysis.tables.training import compute_per_usd, gpus_training, target_dates


def every(result: Result) -> dict[str, pd.DataFrame]:
    """All tables that a report shows, by name; a table that has no rows is left out."""
    made: dict[str, Callable[[Result], pd.DataFrame]] = {
        "gpus_training": gpus_training,
        "site_power": site_power,
        "target_dates": target_dates,
        "cumulative_cash": cumulative_cash,
        "present_cost_parts": present_cost_parts,
        "present_cost_by_rate": present_cost_by_rate,
        "compute_per_usd": compute_per_usd,
        "rental_prices": lambda r: rental_prices(r.scenario),
        "overview": overview,
        "assumptions": lambda r: assumptions(r.scenario),
        "choices": lambda r: choices(r.scenario),
        "sources": lambda r: sources(r.scenario),
        "one_at_a_time": lambda r: sensitivity.one_at_a_time(r.scenario),
        "live_grid": lambda r: live_grid(r.scenario, min(r.draws, LIVE_DRAWS), r.seed),
    }
    found = {name: make(result) for name, make in made.items()}
    return {name: frame for name, frame in found.items() if len(frame)}


def overview(result: Result) -> pd.DataFrame:
    """One row per option: the headline numbers, plain."""
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        row: dict[str, Any] = {
            "option": title(result, option),
            "meets_need": float(comparison.meets(result, option).mean()),
        }
        for name in ("first_training_months", "full_capacity_months", "target_months"):
            row |= {f"{name}_{q}": x for q, x in three(scalars[name]).items()}
        for name in ("present_cost_usd", "peak_mw", "energy_mwh", "emissions_tco2", "pflop_days"):
            row |= {f"{name}_{q}": x for q, x in three(scalars[name]).items()}
        for name, quantity in headline.UNIT_COSTS.items():
            means = estimates.ratio_of_means(scalars["present_cost_usd"], scalars[quantity])
            row[name] = means.value
        rows.append(row)
    return pd.DataFrame(rows)
