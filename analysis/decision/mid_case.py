"""One future, every assumption at its mid value: all outputs, to be checked by hand."""

import math
from typing import Any

from analysis.decision.headline import AMOUNTS, DATES, UNIT_COSTS, rounded
from analysis.model import comparison, simulation
from analysis.scenario import references
from analysis.scenario.schema import Scenario

SCHEMA = "rent-or-build/evaluation"
VERSION = 2
OF_THE_SERVICE = ("served_share", "short_h100_hours", "surplus_h100_hours")


def evaluation(scenario: Scenario, slug: str) -> dict[str, Any]:
    """All outputs of each option as plain numbers; None for a date beyond the horizon, and for a
    unit cost with nothing under it. What only a run, or a service, has is left
    out where there is none.
    """
    result, price = simulation.evaluate(scenario), comparison.short_hour_usd(scenario)
    options: dict[str, Any] = {}
    for option in result.options:
        scalars = {name: float(values[0]) for name, values in result.scalars[option].items()}
        found: dict[str, Any] = {
            "title": scenario.options[option].title,
            "meets_need": bool(comparison.meets(result, option)[0]),
        }
        broken = comparison.breaks(result, option)
        found |= {f"breaks_{name}": bool(one[0]) for name, one in broken.items()}
        found |= {name: scalars[name] for name in _asked(scenario)}
        found["not_delivered_usd"] = float(comparison.not_delivered_usd(result, option, price)[0])
        for part, usd in result.parts_usd[option].items():
            found[f"present_{part}_usd"] = float(usd[0])
        for year, usd in result.cash_by_year_usd[option].items():
            found[f"cash_year_{year}_usd"] = float(usd[0])
        for name, quantity in UNIT_COSTS.items():
            found[name] = float(comparison.ratio(result, option, quantity)[0])
        options[option] = {name: _plain(value) for name, value in found.items()}
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "scenario": slug,
        "choices": {name: one.value for name, one in references.choices(scenario).items()},
        "options": options,
    }


def _asked(scenario: Scenario) -> list[str]:
    """The dates and amounts of a scenario; without a run, or a service, not those of it."""
    names = [*DATES, *AMOUNTS]
    if scenario.need.by_months is None:
        names = [name for name in names if not name.endswith("_months")]
    if scenario.need.service is None:
        names = [name for name in names if name not in OF_THE_SERVICE]
    return names


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return rounded(value) if math.isfinite(value) else None
    return value
