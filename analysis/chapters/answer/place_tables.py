"""First place of the ranked over what a month and an hour that is short are worth."""

from itertools import groupby

import pandas as pd

from analysis.arrays import Array
from analysis.chapters.shared.rows import title
from analysis.decision import ranking, two_way, value_of_time
from analysis.model import comparison, estimates
from analysis.model.simulation import Result


def first_places(result: Result) -> pd.DataFrame:
    """Who of the ranked is first, as rectangles: `w` to `w2` in USD an H100-hour that is short, `v`
    to `v2` in million USD a month, option (title). Empty without a run, without a service whose
    short hours count, or with fewer than two options ranked."""
    found = two_way.first_places(result)
    if found is None or len(found.options) < 2 or 1 in found.first.shape:
        return pd.DataFrame(columns=["option"])
    across, upwards = _edges(found.short_hour_usd), _edges(found.month_usd / 1e6)
    rows = []
    for column, first in enumerate(found.first.T.tolist()):
        start = 0
        for number, run in groupby(first):
            end = start + len(list(run))
            row = {"w": across[column], "w2": across[column + 1]}
            row |= {"v": upwards[start], "v2": upwards[end]}
            rows.append(row | {"option": title(result, found.options[number])})
            start = end
    return pd.DataFrame(rows)


def _edges(steps: Array) -> list[float]:
    """Where the cells around some steps begin and end."""
    middles = (steps[1:] + steps[:-1]) / 2
    return [float(steps[0]), *middles.tolist(), float(steps[-1])]


def order(result: Result) -> pd.DataFrame:
    """The first and the second of the ranked where a month is worth nothing, at the stated value
    and at each at which first place changes: month_usd, first, second (titles, None if only one is
    ranked), and the mean by which the second is behind, `behind_usd` and `behind_se`."""
    names, places = comparison.ranked(result), ranking.first_places(result)
    rows = []
    asked = {place.from_usd for place in places} | {value_of_time.month_usd(result)}
    for value in sorted(asked) if names else ():
        burdens = {o: value_of_time.burden_usd(result, o, value) for o in names}
        first = [place.option for place in places if place.from_usd <= value][-1]
        others = sorted(set(names) - {first}, key=lambda o: float(burdens[o].mean()))
        row = {"month_usd": value, "first": title(result, first), "second": None}
        row |= {"behind_usd": None, "behind_se": None}
        if others:
            behind = estimates.mean(comparison.difference(burdens[others[0]], burdens[first]))
            row |= {"second": title(result, others[0])}
            row |= {"behind_usd": behind.value, "behind_se": behind.se}
        rows.append(row)
    return pd.DataFrame(rows, columns=["month_usd", "first", "second", "behind_usd", "behind_se"])
