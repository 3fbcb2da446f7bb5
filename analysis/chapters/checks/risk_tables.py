"""The risks of a scenario, the inputs through which they act, and how far these move the pair."""

import pandas as pd

from analysis.chapters.shared.words import in_words
from analysis.decision import one_way
from analysis.model import comparison
from analysis.scenario import references
from analysis.scenario.schema import Scenario

COLUMNS = ("risk", "title", "answer", "assumption", "label", "unit", "range")


NOTHING = {"cost_usd": 0.0, "months": 0.0, "weight": 0.0}
"""How far an input moves the pair that does not move it."""


def risks(scenario: Scenario) -> pd.DataFrame:
    """The register, one row per risk and input: columns risk (its name), title, answer, assumption,
    label, unit, range, cost_usd and months (how far the input alone, from its low to its high end,
    moves the difference of the pair; 0 if it does not), weight (the larger of the two, each over
    the largest such move of any input). The risk that moves the pair most comes first.
    """
    moved = moves(scenario).set_index("assumption")
    rows = []
    for name, risk in scenario.risks.items():
        for key in risk.inputs:
            used = scenario.assumptions[key]
            about = (name, risk.title, risk.answer, key, used.label, used.unit, in_words(used))
            how_far = moved.loc[key] if key in moved.index else NOTHING
            rows.append((*about, *(how_far[column] for column in NOTHING)))
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *NOTHING])
    most = frame.groupby("risk")["weight"].transform("max")
    return frame.loc[most.sort_values(ascending=False, kind="stable").index]


def moves(scenario: Scenario) -> pd.DataFrame:
    """How far each input that is used moves the difference of the pair on its own: columns
    assumption, cost_usd, months, weight as in `risks`; only those that move it, most first."""
    moved = one_way.one_at_a_time(scenario)
    if moved.empty:
        return pd.DataFrame(columns=["assumption", *NOTHING])
    swings = moved[["cost_usd_swing", "months_swing"]]
    swings = swings.where(swings > comparison.TIE * swings.max(), 0.0)  # the rest is rounding
    weight = (swings / swings.max().replace(0, 1)).max(axis=1)
    frame = pd.DataFrame({"assumption": moved["assumption"], "cost_usd": swings["cost_usd_swing"]})
    frame = frame.assign(months=swings["months_swing"], weight=weight)
    used = references.used_assumptions(scenario)
    frame = frame[(frame["weight"] > 0) & frame["assumption"].isin(list(used))]
    return frame.sort_values("weight", ascending=False, kind="stable").reset_index(drop=True)


def without_a_risk(scenario: Scenario) -> list[str]:
    """The labels of the inputs that move the pair and stand in no risk, the most moving first."""
    there = {name for risk in scenario.risks.values() for name in risk.inputs}
    names = [name for name in moves(scenario)["assumption"] if name not in there]
    return [scenario.assumptions[name].label for name in names]
