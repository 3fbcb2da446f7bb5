"""What moved between two scenarios, one changed input at a time."""

from typing import Any

from analysis import changes, charts, comparison, tables
from analysis.inputs import Scenario
from analysis.pages.markup import Html

DRAWS = 1024
"""So few futures tell what an input moved, because it is changed on the same ones."""


def waterfall(before: Scenario, after: Scenario, seed: int) -> Any:
    """Which changed input moved the pair of the question from one scenario to another; or one line
    where they have no pair in common or nothing that moved it."""
    pair = _pair(before, after)
    if pair is None:
        return Html("<p>No pair of options is in both, so there is no difference to follow.</p>")
    steps, start, end = changes.waterfall(before, after, pair, DRAWS, seed)
    if not any(one.cost_usd.value or one.months.value for one in steps):
        return Html("<p>No changed input moves the two options of the question.</p>")
    look = charts.look(comparison.with_options(after, pair).model_copy(update={"compare": [*pair]}))
    frame = tables.waterfall(steps, start, end, _names(before, after))
    return charts.waterfall(frame, look, DRAWS)


def _pair(before: Scenario, after: Scenario) -> tuple[str, str] | None:
    """The pair of the one if the other has both options, else that of the other."""
    for one, other in ((before, after), (after, before)):
        asked = comparison.pair(one)
        if asked and set(asked) <= set(other.options):
            return asked
    return None


def _names(before: Scenario, after: Scenario) -> tuple[str, str]:
    """What the two ends are called: their days of knowledge, or before and after."""
    if before.as_of == after.as_of:
        return "Before", "After"
    return f"As known on {before.as_of}", f"As known on {after.as_of}"
