"""How good a forecast was: how many actuals lie within its range, how far off it was, and how a
simple rule would have done; each with an interval.
"""

import math

import numpy as np
import pandas as pd
from scipy.special import bdtr, betaincinv

from analysis.arrays import Array
from analysis.model import draws
from analysis.validation.actuals import CLAIMED, READINGS, SUPPORTED, UNDISPUTED

INSIDE = 0.8
"""Share of actuals that should lie between P10 and P90."""

RANKS = (np.arange(2000) + 0.5) / 2000
"""Ranks at which a simple rule is laid out, as if it had been drawn."""

BOTH = (CLAIMED, SUPPORTED)
"""What was disputed is read once as claimed and once as supported."""


SURE = 0.9
"""How sure an interval is: what lies outside of it has a chance of 5 % on either side."""

OTHER = 0.9
"""Another share inside, from which so many actuals may be able to tell `INSIDE`, or not."""

RESAMPLED = 4000
"""How often the quantities of a topic are drawn again for an interval."""

ENDS = ("crps_low", "crps_high", "skill_low", "skill_high")

FEWEST = 3
"""With fewer quantities in a topic its scores have no interval."""


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """How many actuals lie between P10 and P90, with what was disputed as claimed and as
    supported: columns reading, number, inside, the interval of that share (low, high), of those
    that are no reference class `seen_number` and `seen_inside`, expected, and the central 90 % of a
    binomial distribution (least, most); `quantities`: how many things they are readings of.
    Intervals hold for actuals that are independent of each other.
    """
    found = []
    for reading in BOTH:
        mine = _as_read(rows, reading)
        number, inside = len(mine), int(mine["inside"].sum())
        chances = bdtr(np.arange(number + 1), number, INSIDE)
        low, high = share_interval(inside, number)
        row: dict[str, object] = {"reading": reading, "number": number, "inside": inside}
        row |= {"low": low, "high": high, "quantities": len(mine.groupby(["measure", "of"]))}
        seen = mine[~mine["reference_class"]]
        row |= {"seen_number": len(seen), "seen_inside": int(seen["inside"].sum())}
        row |= {"expected": INSIDE * number}
        row |= {"least": int((chances < 0.05).sum()), "most": int((chances < 0.95).sum())}
        found.append(row)
    return pd.DataFrame(found)


def share_interval(inside: int, number: int) -> tuple[float, float]:
    """The exact interval of a share, of so many inside among a number (Clopper and Pearson 1934,
    Biometrika 26(4)): at either end what was seen, or more of it, has a chance of 5 %."""
    tail, outside = (1 - SURE) / 2, number - inside
    low = float(betaincinv(inside, outside + 1, tail)) if inside else 0.0
    return low, float(betaincinv(inside + 1, outside, 1 - tail)) if outside else 1.0


def power(number: int) -> float:
    """How likely so many independent actuals are to tell ranges that hold 80 % from ranges that
    hold 90 %: the chance, if 80 % is true, of a number inside that is refused if 90 % is, by the
    exact binomial test on one side at 5 %."""
    inside = np.arange(number + 1)
    refused = int((bdtr(inside, number, OTHER) <= 0.05).sum())
    return float(bdtr(refused - 1, number, INSIDE)) if refused else 0.0


def scores(rows: pd.DataFrame) -> pd.DataFrame:
    """How the forecast and the simple rule did by topic and reading, what nobody disputes in a
    topic alone being there in each: columns topic, reading, number; `inside`, with the interval of
    its share (inside_low, inside_high); the mean scores crps and naive_crps in the unit
    `scored_in`, lower being better; `skill`, 1 less their ratio (None where the rule was exact);
    the intervals of crps and skill (crps_low and so on, NaN with too few quantities); in how many
    actuals the forecast was `nearer`, and in how many it was `farther`."""
    return pd.DataFrame(
        [
            {"topic": topic, "reading": reading} | _scored(mine, str(topic))
            for reading in BOTH
            for topic, mine in _as_read(rows, reading).groupby("topic", sort=False)
        ]
    )


def _scored(mine: pd.DataFrame, name: str) -> dict[str, object]:
    """One row of `scores`."""
    number, inside = len(mine), int(mine["inside"].sum())
    crps, naive = mine["crps"].mean(), mine["naive_crps"].mean()
    row: dict[str, object] = {"number": number, "inside": inside}
    row |= zip(("inside_low", "inside_high"), share_interval(inside, number), strict=True)
    row |= {"scored_in": mine["scored_in"].iloc[0], "crps": crps, "naive_crps": naive}
    row |= {"skill": 1 - crps / naive if naive > 0 else None}
    row |= _intervals(mine, name)
    row |= {"nearer": int((mine["crps"] < mine["naive_crps"]).sum())}
    return row | {"farther": int((mine["crps"] > mine["naive_crps"]).sum())}


def _intervals(mine: pd.DataFrame, name: str) -> dict[str, float]:
    """The intervals of a mean score and of the skill: the middle 90 % of what is found when the
    quantities are drawn again with replacement, each with all its readings, since the days of one
    path go together."""
    by_quantity = mine.assign(number=1.0).groupby(["measure", "of"])
    sums = by_quantity[["crps", "naive_crps", "number"]].sum().to_numpy()
    found = dict.fromkeys(ENDS, math.nan)
    if len(sums) >= FEWEST:
        stream, size = draws.stream(1, f"bootstrap:{name}", 0), len(sums)
        again = stream.multinomial(size, np.full(size, 1 / size), RESAMPLED)
        crps, naive, number = (again @ sums).T
        found |= _ends("crps", crps / number)
        found |= _ends("skill", 1 - crps / naive) if naive.min() > 0 else {}
    return found


def _ends(name: str, values: Array) -> dict[str, float]:
    low, high = np.quantile(values, [(1 - SURE) / 2, (1 + SURE) / 2])
    return {f"{name}_low": float(low), f"{name}_high": float(high)}


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
