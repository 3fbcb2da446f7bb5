"""First place of the ranked over what a month and an hour that is short are worth."""

from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.chapters.shared.rows import title
from analysis.decision import ranking, value_of_time
from analysis.model import comparison, estimates
from analysis.model.simulation import Result

COLUMNS = 80
"""The map is drawn in so many columns, each at the price of an hour in its middle."""

ROOM = 1.5
"""It reaches so far beyond the last value of a month at which first place changes."""

LEAST_MUSD = 100.0
"""And this far where first place never changes with it."""


def first_places(result: Result) -> pd.DataFrame:
    """Who of the ranked is first, as rectangles: `w` to `w2` in USD an H100-hour that is short, `v`
    to `v2` in million USD a month, option (title). Empty without a run, without a service whose
    short hours count, or with fewer than two options ranked."""
    need, names = result.scenario.need, comparison.ranked(result)
    most = ranking.TIMES * comparison.short_hour_usd(result.scenario)
    if need.by_months is None or not most or len(names) < 2:
        return pd.DataFrame(columns=["option"])
    months = [float(comparison.compared_months(result, o).mean()) for o in names]
    edges = np.linspace(0, most, COLUMNS + 1).tolist()
    columns = [
        ranking.lowest_lines([_mean_usd(result, o, (w + w2) / 2) for o in names], months)
        for w, w2 in pairwise(edges)
    ]
    top = ROOM * max(lines[-1][0] for lines in columns) / 1e6 or LEAST_MUSD
    rows = []
    for (w, w2), lines in zip(pairwise(edges), columns, strict=True):
        ends = [*(value / 1e6 for value, _ in lines[1:]), top]
        for (value, i), end in zip(lines, ends, strict=True):
            row = {"w": w, "w2": w2, "v": value / 1e6, "v2": end}
            rows.append(row | {"option": title(result, names[i])})
    return pd.DataFrame(rows)


def _mean_usd(result: Result, option: str, short_hour_usd: float) -> float:
    return float(comparison.compared_usd(result, option, short_hour_usd).mean())


def order(result: Result) -> pd.DataFrame:
    """The first and the second of the ranked where a month is worth nothing, at the stated value
    and at each at which first place changes: month_usd, first, second (titles, None if only one is
    ranked), and the mean by which the second is behind, `behind_usd` and `behind_se`."""
    names = comparison.ranked(result)
    turns = [place.from_usd for place in ranking.first_places(result)]
    rows = []
    for value in sorted({*turns, value_of_time.month_usd(result)} if names else ()):
        burdens = {o: value_of_time.burden_usd(result, o, value) for o in names}
        first, *others = sorted(names, key=lambda o: float(burdens[o].mean()))
        row = {"month_usd": value, "first": title(result, first), "second": None}
        row |= {"behind_usd": None, "behind_se": None}
        if others:
            behind = estimates.mean(comparison.difference(burdens[others[0]], burdens[first]))
            row |= {"second": title(result, others[0])}
            row |= {"behind_usd": behind.value, "behind_se": behind.se}
        rows.append(row)
    return pd.DataFrame(rows, columns=["month_usd", "first", "second", "behind_usd", "behind_se"])
