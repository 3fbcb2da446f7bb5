"""Pictures that a scenario may have no use for, and the line that then says so."""

from typing import Any

from analysis import charts, comparison, tables
from analysis.comparison import Result
from analysis.inputs import Scenario
from analysis.pages.markup import Html


def power(result: Result, look: charts.Look) -> Any:
    """The picture of each site's power, or one line where no option owns GPUs."""
    frame = tables.site_power(result)
    if frame.empty:
        return Html("<p>No option owns GPUs, so no site's power limits any.</p>")
    return charts.site_power(frame, look)


def rental_prices(scenario: Scenario, look: charts.Look) -> Any:
    """The evidence behind the price of the first rental of the question's options that has any."""
    found = tables.rental_assumption(scenario)
    if found is None:
        return Html("<p>No option rents a chip for which dated prices are on record.</p>")
    tranche, band = found
    frame = tables.rental_prices(scenario)
    implied = tables.implied_prices(scenario, tranche)
    asked = [scenario.options[name] for name in comparison.pair(scenario) or scenario.options]
    rents = next(option.title for option in asked if tranche in option.tranches)
    as_of = scenario.as_of.isoformat()
    return charts.rental_prices(frame, band, implied, as_of, look.colour(rents))
