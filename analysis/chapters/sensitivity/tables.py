"""What moves the headlines: an input at a time, and the share of the variance each explains."""

import pandas as pd

from analysis.decision import one_way, sobol
from analysis.scenario.schema import Scenario

SHOWN = 12
"""The inputs that a picture has room for."""


def explained(scenario: Scenario, seed: int, size: int = sobol.SIZE) -> pd.DataFrame:
    """The first-order and total indices of `indices.indices` in words, headline by headline, the
    largest total first.

    Columns: measure; a and b (titles; b is empty where the headline is of one option); label (of
    the inputs that count as one, with semicolons), inputs (how many); first and total, each with
    `_low` and `_high`, and `together`; differs; unexplained.
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
