"""When GPUs arrive, and when they leave: what is installed at each time."""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import piecewise
from analysis.model.inputs import RentedTranche, Tranche
from analysis.model.piecewise import Path


@dataclass(frozen=True)
class Arrival:
    """When one tranche arrives and how many GPUs come, each (draws,); months, infinite if never."""

    first: Array
    last: Array
    gpus: Array
    installed: Path


def arrival(tranche: Tranche, horizon: float) -> Arrival:
    """First GPUs when the last milestone is done, then a linear ramp; never if its event fails.

    `installed` knows nothing yet of the end of a rental.
    """
    done = np.maximum.reduce(list(tranche.milestones.values()))
    first = np.where(tranche.comes, done, np.inf)
    months, gpus = tranche.ramp_months, tranche.gpus
    return Arrival(first, first + months, gpus, piecewise.ramp(first, months, gpus, horizon))


@dataclass(frozen=True)
class Term:
    """The rental of one tranche, each (draws,): months of its term, first delivery, the day it is
    left; infinite where that never comes."""

    months: Array
    first: Array
    left: Array

    @property
    def end(self) -> Array:
        """The end of the term."""
        return self.first + self.months

    @property
    def until(self) -> Array:
        """The end of what the contract delivers: the term's end or the day it is left."""
        return np.minimum(self.end, self.left)

    @property
    def months_given_up(self) -> Array:
        """Months of the term that are left unused on leaving early, else 0."""
        leaves = np.isfinite(self.left)
        used = np.subtract(self.left, self.first, out=np.zeros_like(self.left), where=leaves)
        return np.where(leaves, np.maximum(self.months - used, 0), 0.0)

    def months_beyond(self, horizon: float) -> Array:
        """Months of the term that lie beyond the horizon; 0 if left before or never delivered."""
        stays = np.isfinite(self.first) & ~np.isfinite(self.left)
        return np.where(stays, np.clip(self.end - horizon, 0, self.months), 0.0)


def term(tranche: RentedTranche, arrived: Arrival, trains: Array | None) -> Term:
    """The term runs from first delivery. The rental is left when the named tranche's fabric trains,
    but not before it arrives, if that is within the horizon (`trains`: month per draw, or None
    where it is not left).
    """
    never = np.full_like(tranche.term_months, np.inf)
    left = never if trains is None else np.maximum(trains, arrived.first)
    horizon = arrived.installed.times[0, -1]
    return Term(tranche.term_months, arrived.first, np.where(left < horizon, left, never))


def delivered(tranche: RentedTranche, arrived: Arrival, contract: Term) -> tuple[Path, Path]:
    """GPUs that the contract delivers, and GPUs renewed by the month after its end."""
    inside = piecewise.window(arrived.installed, contract.first, contract.until)
    start = contract.end if tranche.at_end == "renew" else np.full_like(contract.end, np.inf)
    return inside, piecewise.window(arrived.installed, start, contract.left)
