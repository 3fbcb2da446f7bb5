"""When GPUs arrive, and when they leave: what is installed at each time."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import piecewise
from analysis.model.piecewise import Path
from analysis.model.records import RentedTranche, Tranche


@dataclass(frozen=True)
class Arrival:
    """When one tranche arrives and how many GPUs come, each (draws,); months, infinite if never."""

    first: Array
    last: Array
    gpus: Array
    installed: Path


def arrival(tranche: Tranche, horizon: float) -> Arrival:
    """First GPUs as planned, then a linear ramp; never if its event fails.

    `installed` knows nothing yet of the end of a rental.
    """
    first = np.where(tranche.comes, tranche.planned, np.inf)
    months, gpus = tranche.ramp_months, tranche.gpus
    return Arrival(first, first + months, gpus, piecewise.ramp(first, months, gpus, horizon))


@dataclass(frozen=True)
class Term:
    """The rental of one tranche, each (draws,): months of its term, first delivery, the day it is
    left, the day until which it is renewed; infinite where that never comes. `last` is the day on
    which its last term begins: that of the first delivery, if it is not signed again."""

    months: Array
    first: Array
    left: Array
    renewed_until: Array
    last: Array

    @property
    def end(self) -> Array:
        """The end of the term."""
        return self.first + self.months

    @property
    def until(self) -> Array:
        """The end of what the contract delivers: the term's end or the day it is left."""
        return np.minimum(self.end, self.left)

    @property
    def runs_until(self) -> Array:
        """The end of the last term."""
        return self.last + self.months

    @property
    def gone(self) -> Array:
        """The day from which on no GPU is there: the end of the term and of all renewals, or the
        day it is left."""
        return np.minimum(np.maximum(self.end, self.renewed_until), self.left)

    @property
    def months_given_up(self) -> Array:
        """Months of the term that are left unused on leaving early, else 0."""
        leaves = np.isfinite(self.left)
        used = np.subtract(self.left, self.first, out=np.zeros_like(self.left), where=leaves)
        return np.where(leaves, np.maximum(self.months - used, 0), 0.0)


def term(tranche: RentedTranche, arrived: Arrival, moved_off: Array | None) -> Term:
    """The term runs from first delivery. What is rented until the run has moved off it
    (`moved_off`: month per draw, None while that is not known) is renewed until then; where an exit
    fee is stated it is left then, but not before it arrives, if that is within the horizon.
    """
    never = np.full_like(tranche.term_months, np.inf)
    renewed_until, left, horizon = never, never, arrived.installed.times[-1, 0]
    last = arrived.first
    if tranche.at_end == "reserve":
        last = _last_begun(arrived.first, tranche.term_months, horizon)
    if tranche.at_end == "stop":
        renewed_until = -never
    elif tranche.at_end == "until_moved" and moved_off is not None:
        renewed_until = moved_off
        if tranche.exit_fee_months is not None:
            day = np.maximum(moved_off, arrived.first)
            left = np.where(day < horizon, day, never)
    return Term(tranche.term_months, arrived.first, left, renewed_until, last)


def _last_begun(first: Array, months: Array, horizon: float) -> Array:
    """Of terms one after the other the day on which the last begins that begins before the horizon,
    by more than 10^-9 of a term; the first one where that is later."""
    over = np.ceil((horizon - first) / months - 1e-9) - 1
    return first + np.maximum(over, 0) * months


def months_beyond(contract: Term, horizon: int) -> int:
    """The whole months after the horizon in which a contract still delivers in some draw."""
    stays = ~np.isfinite(contract.left) & np.isfinite(contract.end)
    ends = np.where(stays, contract.runs_until, 0)
    return max(int(np.ceil(ends.max(initial=0.0))) - horizon, 0)


def delivered_beyond(tranche: RentedTranche, contract: Term, horizon: int, months: int) -> Array:
    """GPUs that the contract delivers in each of some months after the horizon, on average,
    (draws, months); none where it was left."""
    stays = np.isfinite(contract.first) & ~np.isfinite(contract.left)
    first = np.where(stays, contract.first, np.inf)[:, None]
    edges = np.minimum(horizon + np.arange(months + 1.0), contract.runs_until[:, None])
    since = np.maximum(edges - np.where(np.isfinite(first), first, edges), 0)
    ramp = np.broadcast_to(tranche.ramp_months[:, None], since.shape)
    risen = np.divide(since**2, 2 * ramp, out=np.zeros_like(since), where=ramp > 0)
    share = np.where(since < ramp, risen, since - ramp / 2)
    return tranche.gpus[:, None] * np.diff(share, axis=1)
