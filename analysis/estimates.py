"""Probabilities, quantiles and means over draws, each with its Monte Carlo standard error."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.paths import Array

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


@dataclass(frozen=True)
class Estimate:
    """A value and its standard error; None where the value falls on "not within the horizon"."""

    value: float | None
    se: float | None


def probability(events: Array | NDArray[np.bool_]) -> Estimate:
    """The mean of shares in [0, 1] (an event per draw, or a shared win), (draws,) -> one number."""
    shares = np.asarray(events, dtype=np.float64)
    p = float(shares.mean())
    spread = shares.var() if np.any((shares > 0) & (shares < 1)) else p * (1 - p)
    return Estimate(p, math.sqrt(float(spread) / len(shares)))


def mean(values: Array) -> Estimate:
    """The mean, with s / sqrt(n)."""
    error = values.std(ddof=1) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Estimate(float(values.mean()), float(error))


def ratio_of_means(above: Array, below: Array) -> Estimate:
    """mean(above) / mean(below), with its error by the delta method; None if nothing is below."""
    bottom = float(below.mean())
    if bottom <= 0:
        return Estimate(None, None)
    value = float(above.mean()) / bottom
    rest = above - value * below
    error = rest.std(ddof=1) / math.sqrt(len(rest)) / bottom if len(rest) > 1 else 0.0
    return Estimate(value, float(error))


def quantiles(values: Array) -> dict[str, Estimate]:
    """P10, P50 and P90 over all draws, infinity sorted last.

    A quantile is the value at position ceil(p n); its error is half the distance between the values
    at p plus and minus sqrt(p (1 - p) / n). One that falls on infinity is None.
    """
    ordered = np.sort(values)
    return {name: _quantile(ordered, p) for name, p in QUANTILES.items()}


def _quantile(ordered: Array, p: float) -> Estimate:
    n = len(ordered)
    value = _at(ordered, p)
    if not math.isfinite(value):
        return Estimate(None, None)
    error = math.sqrt(p * (1 - p) / n)
    low, high = _at(ordered, p - error), _at(ordered, p + error)
    return Estimate(value, (high - low) / 2 if math.isfinite(high) else None)


def _at(ordered: Array, p: float) -> float:
    # The small allowance keeps 0.1 x 1000 from becoming position 101.
    position = math.ceil(p * len(ordered) - 1e-9)
    return float(ordered[min(max(position, 1), len(ordered)) - 1])
