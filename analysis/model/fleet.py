"""The GPUs of an option in each draw: when they arrive, what power leaves of them, until when they
are rented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from analysis.arrays import Array
from analysis.model import piecewise, power, schedule
from analysis.model.inputs import Inputs
from analysis.model.piecewise import Path
from analysis.model.records import OwnedTranche, RentedTranche, Tranche
from analysis.model.schedule import Arrival, Term

Known = dict[object, Any]
"""What was found for one option and holds for another on the same draws."""


@dataclass(frozen=True)
class Owned:
    """An owned tranche: GPUs energised by time, and energised and installed by month."""

    tranche: OwnedTranche
    arrived: Arrival
    energised: Path
    gpus: Array
    installed: Array

    @property
    def name(self) -> str:
        """The name of the tranche."""
        return self.tranche.name


@dataclass(frozen=True)
class Rented:
    """A rented tranche: GPUs delivered by time, and by month under the contract and after it."""

    tranche: RentedTranche
    arrived: Arrival
    energised: Path
    gpus: Array
    under_contract: Array
    renewed: Array
    contract: Term

    @property
    def name(self) -> str:
        """The name of the tranche."""
        return self.tranche.name


Unit = Owned | Rented


@dataclass(frozen=True)
class Fleet:
    """The tranches of one option in each draw, in its order and by kind, and the power stages of
    the sites where it owns GPUs, by site."""

    units: list[Unit]
    owned: list[Owned]
    rented: list[Rented]
    stages: dict[str, power.Stages]

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
        units = [until.get(unit.name, unit) for unit in self.units]
        return replace(self, units=units, rented=[until.get(u.name, u) for u in self.rented])


def option_fleet(resolved: Inputs, option: str, known: Known) -> Fleet:
    """The tranches of one option; what is known from another on the same draws is taken over. What
    is rented until the run has moved off it is renewed throughout."""
    tranches, horizon = resolved.of_option(option), resolved.horizon
    owned, stages = _owned(tranches, horizon, known)
    rented = []
    for tranche in tranches:
        if isinstance(tranche, RentedTranche):
            if tranche.name not in known:
                known[tranche.name] = rental(tranche, horizon)
            rented.append(known[tranche.name])
    units: list[Unit] = [*owned, *rented]
    order = [tranche.name for tranche in tranches]
    units.sort(key=lambda unit: order.index(unit.name))
    return Fleet(units, owned, rented, stages)


def load_mw(units: list[Owned], use_share: Array) -> Path:
    """The average load of a site's GPUs: energised x use share x load share x kW x PUE."""
    loads = []
    for unit in units:
        share = use_share * unit.tranche.chip.load_share
        loads.append(piecewise.scaled(unit.energised, share * unit.tranche.facility_kw / 1000))
    return piecewise.total(loads)


def available(units: list[Unit]) -> dict[str, Path]:
    """GPUs available to one run, by fabric: those energised, at most what the fabric can hold."""
    found = {}
    for name, group in by_fabric(units).items():
        gpus, holds = piecewise.total([u.energised for u in group]), group[0].tranche.fabric_gpus
        found[name] = gpus if holds is None else piecewise.at_most(gpus, holds)
    return found


def by_fabric(units: list[Unit]) -> dict[str, list[Unit]]:
    """The tranches of the run, by the fabric that they form."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.tranche.use == "run":
            groups.setdefault(unit.tranche.fabric, []).append(unit)
    return groups


def _owned(
    tranches: list[Tranche], horizon: int, known: Known
) -> tuple[list[Owned], dict[str, power.Stages]]:
    """The owned tranches, limited to the power of their sites, and the stages by site."""
    by_site: dict[str, list[OwnedTranche]] = {}
    for tranche in tranches:
        if isinstance(tranche, OwnedTranche):
            by_site.setdefault(tranche.site.name, []).append(tranche)
    owned, stages = [], {}
    for site, there in by_site.items():
        key = ("owned", *(tranche.name for tranche in there))
        if key not in known:
            known[key] = _at_site(there, horizon)
        units, stages[site] = known[key]
        owned += units
    return owned, stages


def _at_site(tranches: list[OwnedTranche], horizon: int) -> tuple[list[Owned], power.Stages]:
    """The owned tranches of one site, served from its stages in the order of the option."""
    stages = power.stages(tranches[0].site)
    arrivals = [schedule.arrival(tranche, horizon) for tranche in tranches]
    served = power.energised(
        [arrived.installed for arrived in arrivals],
        [tranche.facility_kw for tranche in tranches],
        power.supply_mw(stages, horizon),
    )
    return [
        Owned(
            tranche,
            arrived,
            energised,
            piecewise.by_month(energised),
            piecewise.by_month(arrived.installed),
        )
        for tranche, arrived, energised in zip(tranches, arrivals, served, strict=True)
    ], stages


def rental(tranche: RentedTranche, horizon: int) -> Rented:
    """A rented tranche; one that is left when the run has moved off it is renewed throughout."""
    arrived = schedule.arrival(tranche, horizon)
    contract = schedule.term(tranche, arrived, None)
    inside = piecewise.by_month(schedule.delivered(arrived, contract))
    energised = schedule.rented(arrived, contract)
    gpus = piecewise.by_month(energised)
    return Rented(tranche, arrived, energised, gpus, inside, gpus - inside, contract)


def moved_off(unit: Rented, months: Array) -> Rented:
    """A rented tranche until the run has moved off it, in the month of each draw."""
    contract = schedule.term(unit.tranche, unit.arrived, months)
    energised, inside = schedule.rented(unit.arrived, contract), unit.under_contract
    if unit.tranche.exit_fee_months is not None:
        inside = piecewise.by_month(schedule.delivered(unit.arrived, contract))
    gpus = piecewise.by_month(energised)
    return Rented(unit.tranche, unit.arrived, energised, gpus, inside, gpus - inside, contract)
