"""Decisions on rent or own that others published, and what the model says of each: `own` is what is
bought, every other option a rental. The name of a figure says which of our measures it is.
"""

from functools import cache

from analysis.decision import mid_case
from analysis.model.draws import HOURS_PER_MONTH, resolve
from analysis.validation import published
from analysis.validation.worked_examples import Figures

BOUGHT = ("servers", "network_and_storage", "works")


def ours(name: str) -> Figures:
    """Our number for each figure of a decision, by the figure's name."""
    found = _measures(name)
    return {figure: found[figure] for figure in published.case(name)["figures"]}


def cheapest(name: str) -> str:
    """The title of the option of a decision that costs least by our reckoning."""
    outputs = _outputs(name)
    option = min(outputs, key=lambda option: outputs[option]["present_cost_usd"])
    return published.decision(name).options[option].title


def _measures(name: str) -> Figures:
    """Of each option its cost, what owning saves against it, and when both have cost the same if
    hours go on being used alike: what is bought, over rent less what owning costs beside it.
    Each whole, by month, by year and by hour used."""
    scenario, outputs = published.decision(name), _outputs(name)
    own, share = outputs["own"], float(resolve(scenario.need.use_share, {})[0])
    months, hours = scenario.choices.horizon_months.value, own["gpu_hours"] * share
    own_usd, bought = own["present_cost_usd"], sum(own[f"present_{part}_usd"] for part in BOUGHT)
    found = {"used_hours": hours, "own_energy_usd": own["present_energy_usd"]}
    for option, one in outputs.items():
        usd = one["present_cost_usd"]
        equal = months * bought / (usd - (own_usd - bought))
        found |= {f"{option}_usd": usd, f"{option}_less_own_usd": usd - own_usd}
        found |= {f"{option}_over_own": usd / own_usd, f"own_over_{option}": own_usd / usd}
        found[f"{option}_equal_after_months"] = equal
        found[f"{option}_equal_after_hours"] = equal * HOURS_PER_MONTH * share
    by = {"": 1.0, "_per_month": months, "_per_year": months / 12, "_per_used_hour": hours}
    return {f"{key}{word}": one / over for key, one in found.items() for word, over in by.items()}


@cache
def _outputs(name: str) -> dict[str, Figures]:
    """All outputs of each option of a decision."""
    found: dict[str, Figures] = mid_case.evaluation(published.decision(name), name)["options"]
    return found
