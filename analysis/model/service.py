"""What an option serves of the service that is wanted: hours short, bought, and to spare."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.arrays import Array
from analysis.model import cost, piecewise
from analysis.model.cost import Bill
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.fleet import Known, Unit
from analysis.model.inputs import Inputs
from analysis.model.piecewise import Path
from analysis.model.records import Service


@dataclass(frozen=True)
class Served:
    """Used H100-hours of the service by month, (draws, months): those wanted, those that the
    option's own GPUs leave short, those bought on the market, those to spare."""

    wanted: Array
    unserved: Array
    bought: Array
    surplus: Array

    @cached_property
    def short(self) -> Array:
        """What is neither served nor bought, (draws, months)."""
        return self.unserved - self.bought

    @property
    def share(self) -> Array:
        """The share of what is wanted that the option's own GPUs serve; 1 where nothing is wanted,
        (draws,)."""
        wanted, unserved = self.wanted.sum(axis=1), self.unserved.sum(axis=1)
        return 1 - np.divide(unserved, wanted, out=np.zeros_like(wanted), where=wanted > 0)


def served(resolved: Inputs, units: list[Unit], known: Known) -> Served:
    """What an option serves, path against path; nothing is wanted without a service."""
    service, horizon = resolved.service, resolved.horizon
    none = np.zeros((resolved.draws, horizon))
    if service is None:
        return Served(none, none, none, none)
    hours = HOURS_PER_MONTH * resolved.use_share[:, None]
    if "wanted" not in known:  # the same for all options
        path = h100_wanted(service, horizon)
        known["wanted"] = (path, piecewise.by_month(path) * hours)
    wanted, wanted_hours = known["wanted"]
    there = h100_gpus([unit for unit in units if unit.tranche.use != "sublet"])
    short = piecewise.not_negative(piecewise.less(wanted, there))
    bought = none
    if service.market_gpus is not None:
        bought = piecewise.by_month(piecewise.at_most(short, service.market_gpus)) * hours
    other = h100_gpus([unit for unit in units if unit.tranche.use == "other"])
    surplus = _surplus(service, wanted, there, other) * hours if other else none
    return Served(wanted_hours, piecewise.by_month(short) * hours, bought, surplus)


def h100_wanted(service: Service, horizon: int) -> Path:
    """H100 wanted by time."""
    return piecewise.total([piecewise.step(*step, horizon) for step in service.steps])


def h100_gpus(units: list[Unit]) -> list[Path]:
    """The GPUs of some tranches that serve, in H100 by peak."""
    return [
        piecewise.scaled(u.power.served, np.full(len(u.gpus), u.tranche.chip.peak_in_h100))
        for u in units
    ]


def buy(bill: Bill, resolved: Inputs, bought: Array) -> None:
    """Adds the used H100-hours bought on the market, (draws, months), at its price."""
    if resolved.service is not None and resolved.service.market is not None:
        chip, _ = resolved.service.market
        bill.expense("market", cost.market_rent(chip, bill.horizon) * bought)


def market_energy(resolved: Inputs, bought: Array) -> tuple[Array, Array]:
    """MWh and tCO2 of the hours bought on the market, (draws,) each."""
    if resolved.service is None or resolved.service.market is None:
        return np.zeros(resolved.draws), np.zeros(resolved.draws)
    chip, site = resolved.service.market
    mwh = bought.sum(axis=1) * chip.it_kw_per_gpu * site.pue * chip.load_share / 1000
    return mwh, mwh * site.tco2_per_mwh


def _surplus(service: Service, wanted: Path, there: list[Path], other: list[Path]) -> Array:
    """GPUs of other work beyond what is wanted, while the service lasts, by month, in H100."""
    beyond = piecewise.not_negative(piecewise.less(piecewise.total(there), [wanted]))
    to_spare = piecewise.minimum(beyond, piecewise.total(other))
    return piecewise.by_month(piecewise.window(to_spare, service.from_months, service.until_months))
