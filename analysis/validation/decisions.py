"""Decisions on rent or own that others published, and what the model says of each: `own` is what is
bought, every other option a rental. The name of a figure says which of our measures it is.
"""

import numpy as np

from analysis.decision import mid_case
from analysis.model import finance
from analysis.model.draws import HOURS_PER_MONTH, MONTHS_PER_YEAR, resolve
from analysis.scenario import edits
from analysis.scenario.schema import Scenario
from analysis.validation import published
from analysis.validation.worked_examples import Figures

BOUGHT = ("servers", "network_and_storage", "works")


def ours(name: str) -> Figures:
    """Our number for each figure of a decision, by the figure's name."""
    scenario = published.decision(name)
    found = _compared(scenario) | _by_month(scenario)
    return {figure: found[figure] for figure in published.case(name)["figures"]}


def cheapest(name: str) -> str:
    """The title of the option that costs least by our reckoning; empty if there is but one."""
    outputs = _outputs(published.decision(name)).values()
    least = min(outputs, key=lambda one: one["present_cost_usd"])
    return str(least["title"]) if len(outputs) > 1 else ""


def _compared(scenario: Scenario) -> Figures:
    """Of each option its cost, what owning saves against it, and when both have cost the same if
    hours go on being used alike: what is bought, over rent less what owning costs beside it.
    Each whole, by month, by year and by hour used."""
    outputs = _outputs(scenario)
    own, share = outputs["own"], float(resolve(scenario.need.use_share, {})[0])
    months, hours = scenario.choices.horizon_months.value, own["gpu_hours"] * share
    own_usd, bought = own["present_cost_usd"], sum(own[f"present_{part}_usd"] for part in BOUGHT)
    found = {"used_hours": hours}
    for option, one in outputs.items():
        usd = one["present_cost_usd"]
        equal = months * bought / (usd - (own_usd - bought))
        found |= {f"{option}_usd": usd, f"{option}_less_own_usd": usd - own_usd}
        found |= {f"{option}_over_own": usd / own_usd, f"own_over_{option}": own_usd / usd}
        found[f"{option}_equal_after_months"] = equal
        found[f"{option}_equal_after_hours"] = equal * HOURS_PER_MONTH * share
    by = {"": 1.0, "_per_month": months, "_per_year": months / 12, "_per_used_hour": hours}
    return {f"{key}{word}": one / x for key, one in found.items() for word, x in by.items()}


def _by_month(scenario: Scenario) -> Figures:
    """What each part of owning comes to a month, undiscounted: energy, and what is bought in level
    payments over its life."""
    own = _outputs(edits.with_choice(scenario, "discount_rate_per_year", 0.0))["own"]
    rate = scenario.choices.discount_rate_per_year.value / MONTHS_PER_YEAR
    months = scenario.choices.horizon_months.value
    found = {"own_energy_by_month_usd": own["present_energy_usd"] / months}
    for part in BOUGHT if scenario.lives else ():
        life = getattr(scenario.lives, f"{part}_months")
        usd = np.array(own[f"present_{part}_usd"])
        found[f"own_{part}_by_month_usd"] = float(finance.annuity_usd(usd, rate, life))
    return found


def _outputs(scenario: Scenario) -> dict[str, Figures]:
    """All outputs of each option of a decision."""
    found: dict[str, Figures] = mid_case.evaluation(scenario, scenario.title)["options"]
    return found
