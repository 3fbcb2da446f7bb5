"""Probabilities, quantiles and means over draws, each with its Monte Carlo standard error."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


TELLING = 2.0
"""A figure counts as told from zero if it is over so many standard errors."""


@dataclass(frozen=True)
class Estimate:
    """A value and its standard error; None where the value falls on "not within the horizon"."""

    value: float | None
    se: float | None


def told(one: Estimate) -> bool:
    """Whether a figure is told from zero: it is not zero, and over two standard errors from it."""
    return one.value is not None and abs(one.value) > TELLING * (one.se or 0.0)


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


def regressed(now: Array, then: Array, whole: Array) -> Estimate:
    """The mean over all draws of what only the first ones say: `now` (first draws,), with `then`,
    the same draws of `whole` (draws,), that goes along with it.

    The regression estimator: the mean of `now`, and the slope of `now` on `then` times how far the
    mean of `whole` lies from that of `then`. Where `now` does not go along with it that is the
    plain mean.
    """
    spread = float(np.var(then))
    slope = float(np.mean((now - now.mean()) * (then - then.mean()))) / spread if spread else 0.0
    beyond = slope * (1 - len(now) / len(whole))
    value = float(now.mean() + slope * (whole.mean() - then.mean()))
    first, rest = mean(now - beyond * then), whole[len(now) :]
    others = mean(rest).se or 0.0 if len(rest) else 0.0
    return Estimate(value, math.hypot(first.se or 0.0, beyond * others))


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
