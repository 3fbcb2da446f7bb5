"""A scenario changed in one thing: what a study of the same decision holds different."""

from __future__ import annotations

from collections.abc import Collection

from analysis.scenario.schema import Scenario


def with_options(scenario: Scenario, names: Collection[str]) -> Scenario:
    """The scenario with only these options; its pair and its baseline only if they are kept."""
    kept = {name: one for name, one in scenario.options.items() if name in names}
    asked = scenario.compare if set(scenario.compare or ()) <= set(kept) else None
    baseline = scenario.baseline if scenario.baseline in kept else None
    return scenario.model_copy(update={"options": kept, "compare": asked, "baseline": baseline})
