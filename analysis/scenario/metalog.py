"""The distribution of a range: a metalog through its P10, P50 and P90, within its bounds.

Keelin (2016), "The Metalog Distributions", Decision Analysis 13(4): the symmetric-percentile-
triplet form. Its quantile function is closed: unbounded as it stands, bounded below or above
through a logarithm, bounded on both sides through log-odds.

It is written out here because SciPy has no metalog, and three terms in closed form are shorter than
what a package that fits one would ask for.
"""

import numpy as np

from analysis.arrays import Array

LOG_ODDS_P90 = float(np.log(9.0))
"""ln(0.9 / 0.1), the log-odds of P90."""

Bounds = tuple[float | None, float | None]


def metalog(triplet: tuple[float, float, float], bounds: Bounds, rank: Array) -> Array:
    """Values at each rank in (0, 1) of the distribution with these P10, P50, P90 and bounds."""
    low, mid, high = (_stretch(x, bounds) for x in triplet)
    width, odds = high - low, np.log(rank / (1 - rank))
    skew = 1 - 2 * (mid - low) / width
    stretched = mid + width / (2 * LOG_ODDS_P90) * odds * (1 + 2.5 * skew * (rank - 0.5))
    return _shrink(stretched, bounds)


def feasible_mid(low: float, high: float, bounds: Bounds) -> tuple[float, float]:
    """The P50s, lowest and highest, for which a metalog with these P10, P90 and bounds exists.

    Keelin's condition at P10 and P90: the mid leaves at least (1 - 1.66711 x 0.4) / 2 = 0.166578 of
    the stretched width on either side.
    """
    share = (1 - 1.66711 * 0.4) / 2
    start, end = _stretch(low, bounds), _stretch(high, bounds)
    edges = np.array([start + share * (end - start), end - share * (end - start)])
    first, last = _shrink(edges, bounds)
    return float(first), float(last)


def _stretch(x: float, bounds: Bounds) -> float:
    lowest, highest = bounds
    if lowest is not None and highest is not None:
        return float(np.log((x - lowest) / (highest - x)))
    if lowest is not None:
        return float(np.log(x - lowest))
    if highest is not None:
        return float(-np.log(highest - x))
    return x


def _shrink(x: Array, bounds: Bounds) -> Array:
    lowest, highest = bounds
    if lowest is not None and highest is not None:
        return lowest + (highest - lowest) / (1 + np.exp(-x))
    if lowest is not None:
        return lowest + np.exp(x)
    if highest is not None:
        return highest - np.exp(-x)
    return x
