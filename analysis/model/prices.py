"""Market prices over time: the index of a chip's hours, and of its machines."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.arrays import Array

MONTHS_PER_YEAR = 12.0

YEARS = 6
"""Years whose fall may differ from the mean; from the next on it is the mean."""

MOST_FALL = 0.9
"""The most that a price falls in a year."""


@dataclass(frozen=True)
class PricePath:
    """A market price: 1 until `since` (months, (draws,)), then falling each year by a share of its
    own; `falls` are those of years 1 to 6 and of each later one, (draws, 7)."""

    falls: Array
    since: Array

    def index(self, months: Array) -> Array:
        """The price at some months over that of today, (months,) -> (draws, months)."""
        return np.exp(self._fallen(np.asarray(months)[None, :]) - self._fallen_before[:, None])

    def index_at(self, month: Array | float) -> Array:
        """The price at one month of each draw over that of today, (draws,)."""
        months = np.broadcast_to(month, self.since.shape)[:, None]
        return np.exp(self._fallen(months)[:, 0] - self._fallen_before)

    @property
    def _fallen_before(self) -> Array:
        return _log_fallen(self.falls, self.since[:, None])[:, 0]

    def _fallen(self, months: Array) -> Array:
        return _log_fallen(self.falls, np.maximum(months, self.since[:, None]))


def path(mean: Array, swing: Array, z: list[Array], since: Array) -> PricePath:
    """The price with a mean fall a year, and in years 1 to 6 a swing about it times a standard
    normal; a fall is at most 0.9, each (draws,)."""
    falls = [np.minimum(mean + swing * one, MOST_FALL) for one in z]
    return PricePath(np.stack([*falls, mean], axis=1), since)


def _log_fallen(falls: Array, months: Array) -> Array:
    """The logarithm of what is left of a price at each month, (draws, months): the sum over the
    years of the part of each that has passed times ln(1 - fall)."""
    rates: Any = np.log1p(-falls)
    done = np.cumsum(np.pad(rates[:, :-1], ((0, 0), (1, 0))), axis=1)
    years = np.minimum(months // MONTHS_PER_YEAR, YEARS).astype(np.intp)
    return np.take_along_axis(done, years, 1) + np.take_along_axis(rates, years, 1) * (
        months / MONTHS_PER_YEAR - years
    )
