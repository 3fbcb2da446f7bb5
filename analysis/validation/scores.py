"""How good a forecast was: how many actuals lie within its range, how far off it was, and how a
simple rule would have done.
"""

import numpy as np
import pandas as pd
from scipy.special import bdtr

from analysis.arrays import Array
from analysis.validation.actuals import CLAIMED, READINGS, SUPPORTED, UNDISPUTED

INSIDE = 0.8
"""Share of actuals that should lie between P10 and P90."""

RANKS = (np.arange(2000) + 0.5) / 2000
"""Ranks at which a simple rule is laid out, as if it had been drawn."""

BOTH = (CLAIMED, SUPPORTED)
"""What was disputed is read once as claimed and once as supported."""


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """How many actuals lie between P10 and P90, with what was disputed as claimed and as
    supported: columns reading, number, inside, of those that are no reference class `seen_number`
    and `seen_inside`, expected, and the central 90 % of a binomial distribution (least, most),
    which holds for actuals that are independent of each other.
    """
    found = []
    for reading in BOTH:
        mine = _as_read(rows, reading)
        number, chances = len(mine), bdtr(np.arange(len(mine) + 1), len(mine), INSIDE)
        row: dict[str, object] = {"reading": reading, "number": number}
        row |= {"inside": int(mine["inside"].sum())}
        seen = mine[~mine["reference_class"]]
        row |= {"seen_number": len(seen), "seen_inside": int(seen["inside"].sum())}
        row |= {"expected": INSIDE * number}
        row |= {"least": int((chances < 0.05).sum()), "most": int((chances < 0.95).sum())}
        found.append(row)
    return pd.DataFrame(found)


def scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean score of the forecast and of the simple rule by topic and reading, in the unit
    `scored_in`, lower being better; `skill`, 1 less their ratio (None where the reference was
    exact); in how many actuals the forecast was `nearer`, and in how many it was `farther`."""
    found = []
    for reading in BOTH:
        for topic, mine in _as_read(rows, reading).groupby("topic", sort=False):
            mean, naive = mine["crps"].mean(), mine["naive_crps"].mean()
            row: dict[str, object] = {"topic": topic, "reading": reading, "number": len(mine)}
            row |= {"scored_in": mine["scored_in"].iloc[0], "crps": mean, "naive_crps": naive}
            row |= {"skill": 1 - mean / naive if naive > 0 else None}
            row |= {"nearer": int((mine["crps"] < mine["naive_crps"]).sum())}
            found.append(row | {"farther": int((mine["crps"] > mine["naive_crps"]).sum())})
    return pd.DataFrame(found)


def most_wrong(rows: pd.DataFrame, number: int) -> pd.DataFrame:
    """The actuals outside of P10 to P90, those first whose percentile is farthest from the middle
    (of equals, those that lie farthest outside)."""
    outside = rows[~rows["inside"]]
    farthest = outside.assign(off=(outside["pit"] - 0.5).abs().round(9))
    order = farthest.sort_values(["off", "miss"], ascending=False, kind="stable")
    return order.drop(columns="off").head(number).reset_index(drop=True)


def crps(values: Array, actual: float) -> float:
    """The continuous ranked probability score of some draws, in their unit, 0 being exact: mean
    distance to the actual less half the mean distance between two draws (Gneiting and Raftery
    2007, Journal of the American Statistical Association 102(477), equation 21).
    """
    ordered, n = np.sort(values), len(values)
    between = 2 * np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered) / n**2
    return float(np.mean(np.abs(ordered - actual)) - between / 2)


def percentile(values: Array, actual: float) -> float:
    """The share of draws below the actual, ties by half; infinite draws lie above it."""
    return float(np.mean(values < actual) + 0.5 * np.mean(values == actual))


def triangle(low: float, mode: float, high: float) -> Array:
    """A triangular distribution as evenly ranked values, (ranks,); a point if its ends meet."""
    width = high - low
    if width == 0:
        return np.full(len(RANKS), low)
    below = low + np.sqrt(RANKS * width * (mode - low))
    above = high - np.sqrt((1 - RANKS) * width * (high - mode))
    return np.where(width * RANKS < mode - low, below, above)


def _as_read(rows: pd.DataFrame, reading: str) -> pd.DataFrame:
    """The actuals nobody disputes, and of the disputed ones a single reading."""
    assert reading in READINGS
    return rows[rows["reading"].isin((UNDISPUTED, reading))]
