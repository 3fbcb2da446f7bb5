"""The GPUs of an option in each draw: when they arrive, what power leaves of them, until when they
are rented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from analysis.arrays import Array
from analysis.model import piecewise, power, schedule
from analysis.model.inputs import Inputs
from analysis.model.piecewise import Path
from analysis.model.power import Powered, Stages
from analysis.model.records import OwnedTranche, RentedTranche, Tranche
from analysis.model.schedule import Arrival, Term

Known = dict[object, Any]
"""What was found for one option and holds for another on the same draws."""


@dataclass(frozen=True)
class _Unit:
    """A tranche and what power allows of it; by month, (draws, months), the GPUs that are there and
    those of them that are dark, of a rental as if it were kept, and those that it delivers
    (energised x availability)."""

    arrived: Arrival
    power: Powered
    installed: Array
    dark: Array
    gpus: Array


@dataclass(frozen=True)
class Owned(_Unit):
    """An owned tranche."""

    tranche: OwnedTranche

    @property
    def name(self) -> str:
        """The name of the tranche."""
        return self.tranche.name


@dataclass(frozen=True)
class Rented(_Unit):
    """A rented tranche, with what it delivers by month under the contract; `beyond` is the tranche
    as the power that is left at the horizon lets it deliver afterwards."""

    tranche: RentedTranche
    under_contract: Array
    contract: Term
    beyond: RentedTranche

    @property
    def name(self) -> str:
        """The name of the tranche."""
        return self.tranche.name

    @property
    def renewed(self) -> Array:
        """What it delivers by month after the term, (draws, months)."""
        return self.gpus - self.under_contract


Unit = Owned | Rented

T = TypeVar("T")


@dataclass(frozen=True)
class Fleet:
    """The tranches of one option in each draw, in its order, and the power stages of the sites
    that have any, by site."""

    units: list[Unit]
    stages: dict[str, Stages]

    @property
    def owned(self) -> list[Owned]:
        """The owned tranches."""
        return [unit for unit in self.units if isinstance(unit, Owned)]

    @property
    def rented(self) -> list[Rented]:
        """The rented tranches."""
        return [unit for unit in self.units if isinstance(unit, Rented)]

    def at(self) -> dict[str, list[Unit]]:
        """The tranches, by site."""
        return _by_site(self.units, lambda unit: unit.tranche)

    def owned_at(self, site: str) -> list[Owned]:
        """The owned tranches of a site."""
        return [unit for unit in self.owned if unit.tranche.site.name == site]

    def rented_at(self) -> dict[str, list[Rented]]:
        """The rented tranches, by site."""
        found: dict[str, list[Rented]] = {}
        for unit in self.rented:
            found.setdefault(unit.tranche.site.name, []).append(unit)
        return found

    def moved_off(self, months: Mapping[str, Array]) -> Fleet:
        """The same tranches, those that are rented until the run has moved off them until then;
        `months` are by fabric, (draws,)."""
        until = {
            unit.name: moved_off(unit, months[unit.tranche.fabric])
            for unit in self.rented
            if unit.tranche.at_end == "until_moved"
        }
        return replace(self, units=[until.get(unit.name, unit) for unit in self.units])


def option_fleet(resolved: Inputs, option: str, known: Known) -> Fleet:
    """The tranches of one option; what is known from another on the same draws is taken over. What
    is rented until the run has moved off it is renewed throughout."""
    tranches, horizon = resolved.of_option(option), resolved.horizon
    units: dict[str, Unit] = {}
    stages = {}
    for site, there in _by_site(tranches, lambda tranche: tranche).items():
        key = ("at", *(tranche.name for tranche in there))
        if key not in known:
            known[key] = _at_site(there, horizon)
        found, carried = known[key]
        units |= {unit.name: unit for unit in found}
        if carried is not None:
            stages[site] = carried
    return Fleet([units[tranche.name] for tranche in tranches], stages)


def load_mw(units: Sequence[Unit], use_share: Array, carried: Stages | None) -> Path:
    """The average load of a site's GPUs: energised x load share x kW x PUE, of which its power
    stages, if it has any, limit what is drawn, x use share x availability."""
    drawn = [
        piecewise.scaled(
            u.power.energised, u.tranche.facility_kw * u.tranche.chip.load_share / 1000
        )
        for u in units
    ]
    full_mw = piecewise.total(drawn)
    if carried is None:
        return piecewise.scaled(full_mw, use_share)
    return power.load_mw(full_mw, use_share, carried)


def available(units: list[Unit]) -> dict[str, Path]:
    """GPUs available to one run, by fabric: those working, at most what the fabric can hold."""
    found = {}
    for name, group in by_fabric(units).items():
        gpus, holds = (
            piecewise.total([u.power.working for u in group]),
            group[0].tranche.fabric_gpus,
        )
        found[name] = gpus if holds is None else piecewise.at_most(gpus, holds)
    return found


def by_fabric(units: list[Unit]) -> dict[str, list[Unit]]:
    """The tranches of the run, by the fabric that they form."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.tranche.use == "run":
            groups.setdefault(unit.tranche.fabric, []).append(unit)
    return groups


def _by_site(found: Iterable[T], tranche: Callable[[T], Tranche]) -> dict[str, list[T]]:
    """Tranches by site, in their order."""
    sites: dict[str, list[T]] = {}
    for one in found:
        sites.setdefault(tranche(one).site.name, []).append(one)
    return sites


def _at_site(tranches: list[Tranche], horizon: int) -> tuple[list[Unit], Stages | None]:
    """The tranches of one site, limited to its power in the order of the option, and its stages if
    it has any; rentals that may be left are kept."""
    if not tranches[0].site.stages:
        return [rental(one, horizon) for one in tranches if isinstance(one, RentedTranche)], None
    stages = power.stages(tranches[0].site, horizon)
    arrivals = [schedule.arrival(tranche, horizon) for tranche in tranches]
    there = [_there(*one) for one in zip(tranches, arrivals, strict=True)]
    kw = [tranche.facility_kw for tranche in tranches]
    units: list[Unit] = []
    for tranche, arrived, gpus, powered, left in zip(
        tranches,
        arrivals,
        there,
        power.powered(there, kw, stages),
        power.left_gpus(there, kw, stages),
        strict=True,
    ):
        installed = piecewise.by_month(gpus)
        dark = installed - piecewise.by_month(powered.energised)
        dark = np.where(dark > 1e-9 * installed, dark, 0.0)  # no trace of rounding
        if isinstance(tranche, RentedTranche):
            kept = _kept(tranche, arrived, powered, _beyond(tranche, left, stages))
            units.append(replace(kept, installed=installed, dark=dark))
        elif isinstance(tranche, OwnedTranche):
            delivered = piecewise.by_month(powered.delivered)
            units.append(Owned(arrived, powered, installed, dark, delivered, tranche))
    return units, stages


def _there(tranche: Tranche, arrived: Arrival) -> Path:
    """GPUs installed; of a rental those within its term and its renewals, as if it were kept."""
    if not isinstance(tranche, RentedTranche):
        return arrived.installed
    contract = schedule.term(tranche, arrived, None)
    if np.isinf(contract.gone).all():
        return arrived.installed
    return piecewise.window(arrived.installed, contract.first, contract.gone)


def _beyond(tranche: RentedTranche, left: Array, stages: Stages) -> RentedTranche:
    """A rental as the power that is left at the horizon lets it deliver: so many GPUs, sooner all
    there, x availability."""
    gpus = np.minimum(tranche.gpus, left)
    share = np.divide(gpus, tranche.gpus, out=np.ones_like(gpus), where=tranche.gpus > 0)
    if stages.availability is not None:
        gpus = gpus * piecewise.at_horizon(stages.availability)
    return replace(tranche, gpus=gpus, ramp_months=tranche.ramp_months * share)


def rental(tranche: RentedTranche, horizon: int) -> Rented:
    """A tranche that is rented at a supplier's site; one that may be left is kept."""
    arrived = schedule.arrival(tranche, horizon)
    there = _there(tranche, arrived)
    return _kept(tranche, arrived, Powered(there, there, None), tranche)


def _kept(
    tranche: RentedTranche, arrived: Arrival, powered: Powered, beyond: RentedTranche
) -> Rented:
    """A rented tranche that is not left, and renewed throughout if it is until the run moves; none
    of its GPUs is dark."""
    contract = schedule.term(tranche, arrived, None)
    gpus, inside = piecewise.by_month(powered.delivered), _under_contract(powered, contract)
    months = (gpus, np.zeros_like(gpus), gpus)
    return Rented(arrived, powered, *months, tranche, inside, contract, beyond)


def _under_contract(powered: Powered, contract: Term) -> Array:
    """GPUs that the contract delivers, by month."""
    return piecewise.by_month(piecewise.window(powered.delivered, contract.first, contract.until))


def moved_off(unit: Rented, months: Array) -> Rented:
    """A rented tranche until the run has moved off it, in the month of each draw."""
    contract = schedule.term(unit.tranche, unit.arrived, months)
    powered, inside = unit.power.within(contract.first, contract.gone), unit.under_contract
    if unit.tranche.exit_fee_months is not None:
        inside = _under_contract(powered, contract)
    gpus = piecewise.by_month(powered.delivered)
    return replace(unit, power=powered, gpus=gpus, under_contract=inside, contract=contract)
