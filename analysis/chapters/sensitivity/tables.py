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
    ends = one_way.tornado(scenario)
    ends = ends[(ends["measure"] == measure) & (ends["b"] == "")]
    moving = ends[ends["turns"] | (ends["swing"] > 0)]
    ordered = moving.sort_values(["turns", "swing"], ascending=False, kind="stable")
    parts = []
    for name in dict.fromkeys(ends["a"]):
        top = ordered[ordered["a"] == name].head(SHOWN)
        parts.append(top.assign(option=scenario.options[name].title))
    return pd.concat(parts, ignore_index=True) if parts else ends.assign(option="")


def explained(scenario: Scenario, seed: int, size: int = sobol.SIZE) -> pd.DataFrame:
    """The first-order and total indices of `indices.indices` in words, headline by headline, the
    largest total first.

    Columns: measure; a and b (titles; b is empty where the headline is of one option); label (of
    the inputs that count as one, with semicolons), inputs (how many), tied_by (their causes); first
    and total, each with `_low` and `_high`, and `together`; differs; unexplained.
    """
    indices = sobol.indices(scenario, size, seed)
    titles = {name: option.title for name, option in scenario.options.items()} | {"": ""}
    groups = indices["members"]
    shown = indices.assign(
        a=indices["a"].map(titles),
        b=indices["b"].map(titles),
        label=[
            "; ".join(one_way.described(scenario, name)[0] for name in group) for group in groups
        ],
        inputs=groups.map(len),
        tied_by=[_causes(scenario, group) for group in groups],
    )
    parts = [
        rows.sort_values("total", ascending=False, kind="stable")
        for _, rows in shown.drop(columns="members").groupby(["measure", "a", "b"], sort=False)
    ]
    return pd.concat(parts, ignore_index=True)


def headlines(shares: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of `explained` apart for each headline, those of one measure one after the other."""
    return [
        panel
        for _, of_measure in shares.groupby("measure", sort=False)
        for _, panel in of_measure.groupby(["a", "b"], sort=False)
    ]


def _label(scenario: Scenario, name: str) -> str:
    return one_way.described(scenario, name)[0]


def _causes(scenario: Scenario, group: list[str]) -> str:
    """The causes that tie the inputs of a group, with semicolons."""
    return "; ".join(
        cause.title
        for cause in scenario.causes.values()
        if len(group) > 1 and set(cause.loadings) & set(group)
    )
