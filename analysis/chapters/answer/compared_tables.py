"""What is compared, part by part, and how the figures of one difference hang together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.chapters.answer.tables import LIVE_DRAWS
from analysis.chapters.shared.rows import compared_parts, title
from analysis.model import comparison, estimates, simulation
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario.schema import Scenario


def compared(result: Result) -> pd.DataFrame:
    """One row per option, those that are ranked first: the mean compared cost in USD with its error
    (`compared_usd`, `compared_se`) and its parts in USD by name; `meets` and its error; how
    often all GPUs are `powered` within the horizon, and how often `funds_end_first` (None without
    funds); mean H100-hours delivered, discounted too, and USD for each, levelised (None where there
    are none)."""
    ranked = comparison.ranked(result)
    order = sorted(result.options, key=lambda option: option not in ranked)
    return pd.DataFrame([_compared(result, o) | {"ranked": o in ranked} for o in order])


def _compared(result: Result, option: str) -> dict[str, object]:
    scalars = result.scalars[option]
    parts = {"present cost": scalars["present_cost_usd"], **compared_parts(result, option)}
    whole = estimates.mean(comparison.compared_usd(result, option))
    meets = estimates.probability(comparison.meets(result, option))
    unit = estimates.ratio_of_means(scalars["present_cost_usd"], scalars["discounted_h100_hours"])
    hours = estimates.mean(scalars["h100_hours"])
    found: dict[str, object] = {"option": title(result, option)}
    found |= {"meets": meets.value, "meets_se": meets.se}
    found |= {name: float(values.mean()) for name, values in parts.items()}
    found |= {"compared_usd": whole.value, "compared_se": whole.se}
    found |= {"h100_hours": hours.value, "h100_hours_se": hours.se}
    discounted = estimates.mean(scalars["discounted_h100_hours"])
    found |= {"discounted_hours": discounted.value, "discounted_hours_se": discounted.se}
    found |= _powered(result, option)
    return found | {"usd_per_h100_hour": unit.value, "usd_per_h100_hour_se": unit.se}


def _powered(result: Result, option: str) -> dict[str, float | None]:
    """Where there is a run: how often all its GPUs are powered, and how often funds end first."""
    scalars, funds = result.scalars[option], result.scenario.choices.funding_usd
    if result.scenario.run is None:
        return {"powered": None, "funds_end_first": None}
    when = scalars["full_capacity_months"]
    first = None if funds is None else float((scalars["funds_last_months"] < when).mean())
    return {"powered": float(np.isfinite(when).mean()), "funds_end_first": first}


@dataclass(frozen=True)
class Figure:
    """A figure of the difference of the pair, a less b, in USD, and why it is not the first."""

    name: str
    usd: Estimate
    why: str


def reconciled(result: Result, a: str, b: str) -> list[Figure]:
    """The mean difference of compared cost, which is the answer's, then every other figure of it
    that is shown somewhere, each with why it differs."""
    usd = comparison.cost_difference_usd(result, a, b)
    costs = [comparison.compared_usd(result, option) for option in (a, b)]
    p50s = [estimates.quantiles(cost)["p50"].value or 0.0 for cost in costs]
    return [
        Figure("Compared cost, mean of all futures", estimates.mean(usd), "the answer"),
        Figure(
            "Compared cost, P50 of the differences",
            estimates.quantiles(usd)["p50"],
            "half of the futures lie above it and half below, however far",
        ),
        Figure(
            "Compared cost, P50 of the one less P50 of the other",
            Estimate(p50s[0] - p50s[1], None),
            "the two middles are those of different futures",
        ),
        *_both_reach(result, a, b, usd),
        Figure(
            "Compared cost, every input at its mid",
            Estimate(_at_mid(result.scenario, a, b), None),
            "one future: each range at its P50, each list and event at what is most probable",
        ),
        *_present(result, a, b, usd),
        *_of_fewer(usd),
    ]


def _both_reach(result: Result, a: str, b: str, usd: Array) -> list[Figure]:
    """The mean over the futures in which both reach the target, where those are some and not
    all."""
    if result.scenario.run is None:
        return []
    both = np.isfinite([result.scalars[o]["target_months"] for o in (a, b)]).all(axis=0)
    if both.all() or not both.any():
        return []
    return [
        Figure(
            f"Compared cost, mean where both reach the target ({both.sum():,} futures)",
            estimates.mean(usd[both]),
            "the futures in which one never does are left out",
        )
    ]


def _at_mid(scenario: Scenario, a: str, b: str) -> float:
    return float(comparison.cost_difference_usd(simulation.evaluate(scenario), a, b)[0])


def _present(result: Result, a: str, b: str, usd: Array) -> list[Figure]:
    """The mean of present cost alone, where compared cost is more than that."""
    alone = comparison.scalar_difference(result, a, b, "present_cost_usd")
    why = "neither short hours, nor surplus, nor what is not delivered count"
    figure = Figure("Present cost, mean of all futures", estimates.mean(alone), why)
    return [] if np.allclose(alone, usd) else [figure]


def _of_fewer(usd: Array) -> list[Figure]:
    """The mean of the first futures, of which the sliders are, where the run has more."""
    first = Figure(
        f"Compared cost, mean of the first {LIVE_DRAWS:,} futures",
        estimates.mean(usd[:LIVE_DRAWS]),
        "the sliders have no more: an error of sampling",
    )
    return [first] if len(usd) > LIVE_DRAWS else []
