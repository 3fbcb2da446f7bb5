"""Market prices over time: the index of a chip's hours, and of its machines."""

from dataclasses import dataclass, field
from functools import cached_property

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
    _found: dict[str, Array] = field(default_factory=dict, compare=False, repr=False)

    def index(self, months: Array) -> Array:
        """The price at some months over that of today, (months,) -> (draws, months)."""
        years = np.minimum(months // MONTHS_PER_YEAR, YEARS).astype(np.intp)
        since, part = self.since[:, None], months / MONTHS_PER_YEAR - years
        fallen = self._before[:, years] + self._logs[:, years] * part
        return np.exp(np.where(months > since, fallen - self._fallen(since), 0.0))

    def mid_months(self, months: int) -> Array:
        """The price in the middle of each month over that of today, (draws, months); what is found
        for one tranche holds for all of the chip."""
        if self._found.get("months", np.empty((0, 0))).shape[1] < months:
            self._found["months"] = self.index(np.arange(float(months)) + 0.5)
        return self._found["months"][:, :months]

    def index_at(self, month: Array | float) -> Array:
        """The price at one month of each draw over that of today, (draws,)."""
        return self.index_on(np.broadcast_to(month, self.since.shape)[:, None])[:, 0]

    def index_on(self, months: Array) -> Array:
        """The price at some months of each draw over that of today, (draws, n)."""
        since = self.since[:, None]
        return np.exp(self._fallen(np.maximum(months, since)) - self._fallen(since))

    @cached_property
    def _logs(self) -> Array:
        """The logarithm of what a year leaves of a price, (draws, 7)."""
        return np.log1p(-self.falls)

    @cached_property
    def _before(self) -> Array:
        """The logarithm of what the years before each one leave, (draws, 7)."""
        return np.cumsum(np.pad(self._logs[:, :-1], ((0, 0), (1, 0))), axis=1)

    def _fallen(self, months: Array) -> Array:
        """The logarithm of what is left of a price at some months of each draw, (draws, n)."""
        years = np.minimum(months // MONTHS_PER_YEAR, YEARS).astype(np.intp)
        part = months / MONTHS_PER_YEAR - years
        logs = np.take_along_axis(self._logs, years, 1)
        return np.take_along_axis(self._before, years, 1) + logs * part


def path(mean: Array, swing: Array, z: list[Array], since: Array) -> PricePath:
    """The price with a mean fall a year, and in years 1 to 6 a swing about it times a standard
    normal; a fall is at most 0.9, each (draws,)."""
    falls = [np.minimum(mean + swing * one, MOST_FALL) for one in z]
    return PricePath(np.stack([*falls, mean], axis=1), since)
