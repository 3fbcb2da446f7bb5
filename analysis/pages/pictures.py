"""Pictures that a scenario may have no use for, and the line that then says so."""

from typing import Any

from analysis import charts, comparison, tables
from analysis.comparison import Result
from analysis.inputs import Scenario
from analysis.pages.markup import Html


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


def live(result: Result, look: charts.Look) -> Any:
    """The choice under sliders, on the first futures of a run; or one line where the two options of
    the question have nothing that the sliders could move.
    """
    number = min(result.draws, tables.LIVE_DRAWS)
    grid = tables.live_grid(result.scenario, number, result.seed)
    if len(grid):
        return charts.live(grid, look, number)
    if look.pair is None:
        return Html("<p>There is only one option, so there is no choice to move.</p>")
    return Html(
        "<p>Neither of the two options rents GPUs for a run that the other could come later than, "
        "so there is no price and no delay to move.</p>"
    )
