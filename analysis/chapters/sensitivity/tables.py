"""What moves the headlines: an input at a time, and the share of the variance each explains."""

import pandas as pd

from analysis.decision import one_way, sobol
from analysis.scenario.schema import Scenario

SHOWN = 12
"""The inputs that a picture has room for."""


def tornado(scenario: Scenario, measure: str) -> pd.DataFrame:
    """What moves one measure (cost_usd, months or usd_per_pflop_day) of each option of the question
    alone: the rows of `sensitivity.tornado` that move it, by option (its title), most first; first
    of all the ends that miss what mid does not. At most 12 inputs each.
    """
    found = one_way.tornado(scenario)
    found = found[(found["measure"] == measure) & (found["b"] == "")]
    moving = found[found["turns"] | (found["swing"] > 0)]
    ordered = moving.sort_values(["turns", "swing"], ascending=False, kind="stable")
    parts = []
    for name in dict.fromkeys(found["a"]):
        top = ordered[ordered["a"] == name].head(SHOWN)
        parts.append(top.assign(option=scenario.options[name].title))
    return pd.concat(parts, ignore_index=True) if parts else found.assign(option="")


def explained(scenario: Scenario, seed: int, size: int = sobol.SIZE) -> pd.DataFrame:
    """The first-order and total indices of `indices.indices` in words, headline by headline, the
    largest total first.

    Columns: measure; a and b (titles; b is empty where the headline is of one option); label (of
    the inputs that count as one, with semicolons), inputs (how many), tied_by (their causes); first
    and total, each with `_low` and `_high`, and `together`; differs; unexplained.
    """
    found = sobol.indices(scenario, size, seed)
    titles = {name: one.title for name, one in scenario.options.items()} | {"": ""}
    labels = [
        "; ".join(scenario.assumptions[name].label for name in group) for group in found["members"]
    ]
    shown = found.assign(
        a=found["a"].map(titles),
        b=found["b"].map(titles),
        label=labels,
        inputs=found["members"].map(len),
        tied_by=[_causes(scenario, group) for group in found["members"]],
    )
    parts = [
        rows.sort_values("total", ascending=False, kind="stable")
        for _, rows in shown.drop(columns="members").groupby(["measure", "a", "b"], sort=False)
    ]
    return pd.concat(parts, ignore_index=True)


def of_headline(frame: pd.DataFrame, measure: str) -> list[pd.DataFrame]:
    """The rows of one measure of `explained`, apart for each option or difference."""
    rows = frame[frame["measure"] == measure]
    return [one for _, one in rows.groupby(["a", "b"], sort=False)]


def _causes(scenario: Scenario, group: list[str]) -> str:
    """The causes that tie the inputs of a group, with semicolons."""
    return "; ".join(
        cause.title
        for cause in scenario.causes.values()
        if len(group) > 1 and set(cause.loadings) & set(group)
    )
