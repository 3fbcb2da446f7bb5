"""The GPUs of an option in each draw: when they arrive, what power leaves of them, until when they
are rented."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.arrays import Array
from analysis.evidence import ledger
from analysis.model import piecewise, power, schedule
from analysis.model.draws import Draws, resolve
from analysis.model.piecewise import Path
from analysis.model.schedule import Arrival, Term
from analysis.scenario.schema import OwnedTranche, RentedTranche, Scenario, Tranche

Known = dict[object, Any]
"""What was found for one option and holds for another on the same draws."""


@dataclass(frozen=True)
class Owned:
    """An owned tranche: GPUs energised by time, and energised and installed by month."""

    name: str
    tranche: OwnedTranche
    arrived: Arrival
    it_kw: Array
    facility_kw: Array
    energised: Path
    gpus: Array
    installed: Array


@dataclass(frozen=True)
class Rented:
    """A rented tranche: GPUs delivered by time, and by month under the contract and after it."""

    name: str
    tranche: RentedTranche
    arrived: Arrival
    it_kw: Array
    facility_kw: Array
    energised: Path
    gpus: Array
    under_contract: Array
    renewed: Array
    contract: Term


Unit = Owned | Rented


@dataclass(frozen=True)
class Fleet:
    """The tranches of one option in each draw, in its order and by kind, and the power stages of
    the sites where it owns GPUs, by site."""

    units: list[Unit]
    owned: list[Owned]
    rented: list[Rented]
    stages: dict[str, power.Stages]


def fleets(scenario: Scenario, draws: Draws) -> dict[str, Fleet]:
    """The tranches of each option in each draw: when they come, are energised and leave."""
    known: Known = {}
    return {option: fleet(scenario, option, draws, known) for option in scenario.options}


def fleet(scenario: Scenario, option: str, draws: Draws, known: Known) -> Fleet:
    """The tranches of one option; what is known from another on the same draws is taken over."""
    horizon = round(scenario.choices.horizon_months.value)
    owned, stages = _owned(scenario, option, draws, horizon, known)
    rented = _rented(scenario, option, owned, draws, horizon, known)
    names = scenario.options[option].tranches
    units: list[Unit] = [*owned, *rented]
    units.sort(key=lambda unit: names.index(unit.name))
    return Fleet(units, owned, rented, stages)


def chip_constants(scenario: Scenario, chip: str) -> tuple[float, float]:
    """Peak BF16 dense FLOP/s of one GPU and GPUs per node of a chip."""
    table, row = scenario.chips[chip], ledger.chips().get(chip, {})
    peak = table.peak_bf16_dense_tflops or float(row["peak_bf16_dense_tflops"])
    return peak * 1e12, float(table.gpus_per_node or row["gpus_per_node"])


def it_kw_per_gpu(scenario: Scenario, chip: str, draws: Draws) -> Array:
    """All-in IT kW per GPU at peak, (draws,)."""
    given = scenario.chips[chip].it_kw_per_gpu
    if given is None:
        given = float(ledger.chips()[chip]["it_kw_per_gpu"])
    return resolve(given, draws)


def _kw(scenario: Scenario, tranche: Tranche, draws: Draws) -> tuple[Array, Array]:
    """IT kW and facility kW (IT x PUE) per GPU at peak, (draws,) each."""
    it_kw = it_kw_per_gpu(scenario, tranche.chip, draws)
    return it_kw, it_kw * resolve(scenario.sites[tranche.site].pue, draws)


def load_mw(scenario: Scenario, units: list[Owned], draws: Draws) -> Path:
    """The average load of a site's GPUs: energised x use share x load share x kW x PUE."""
    use = resolve(scenario.need.use_share, draws)
    loads = []
    for unit in units:
        share = use * resolve(scenario.chips[unit.tranche.chip].load_share, draws)
        loads.append(piecewise.scaled(unit.energised, share * unit.facility_kw / 1000))
    return piecewise.total(loads)


def available(units: list[Unit], draws: Draws) -> dict[str, Path]:
    """GPUs available to one run, by fabric: those energised, at most what the fabric can hold."""
    found = {}
    for name, group in by_fabric(units).items():
        gpus = piecewise.total([u.energised for u in group])
        holds = group[0].tranche.fabric_gpus
        found[name] = gpus if holds is None else piecewise.at_most(gpus, resolve(holds, draws))
    return found


def by_fabric(units: list[Unit]) -> dict[str, list[Unit]]:
    """The tranches of the run, by the fabric that they form."""
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.tranche.use == "run":
            groups.setdefault(unit.tranche.fabric or unit.name, []).append(unit)
    return groups


def start_gpus(scenario: Scenario, path: Path) -> Array:
    """The GPUs that a run waits for, once per draw of a path, (draws,)."""
    return np.full(len(path.times), scenario.need.start_gpus.value)


def _owned(
    scenario: Scenario, option: str, draws: Draws, horizon: int, known: Known
) -> tuple[list[Owned], dict[str, power.Stages]]:
    """The owned tranches, limited to the power of their sites, and the stages by site."""
    by_site: dict[str, list[str]] = {}
    for name in scenario.options[option].tranches:
        if isinstance(scenario.tranches[name], OwnedTranche):
            by_site.setdefault(scenario.tranches[name].site, []).append(name)
    found, stages = [], {}
    for site, names in by_site.items():
        key = ("owned", *names)
        if key not in known:
            known[key] = _at_site(scenario, site, names, draws, horizon)
        mine, stages[site] = known[key]
        found += mine
    return found, stages


def _at_site(
    scenario: Scenario, site: str, names: list[str], draws: Draws, horizon: int
) -> tuple[list[Owned], power.Stages]:
    """The owned tranches of one site, served from its stages in the order of the option."""
    stages = power.stages(scenario.sites[site], draws)
    tranches = [t for t in map(scenario.tranches.get, names) if isinstance(t, OwnedTranche)]
    arrivals = [schedule.arrival(t, draws, horizon) for t in tranches]
    kw = [_kw(scenario, t, draws) for t in tranches]
    served = power.energised(
        [arrived.installed for arrived in arrivals],
        [facility for _, facility in kw],
        power.supply_mw(stages, horizon),
    )
    found = []
    for name, t, arrived, (it_kw, facility), path in zip(
        names, tranches, arrivals, kw, served, strict=True
    ):
        gpus, installed = piecewise.by_month(path), piecewise.by_month(arrived.installed)
        found.append(Owned(name, t, arrived, it_kw, facility, path, gpus, installed))
    return found, stages


def _rented(
    scenario: Scenario, option: str, owned: list[Owned], draws: Draws, horizon: int, known: Known
) -> list[Rented]:
    """The rented tranches, each until its term ends or it is left for a fabric that trains."""
    tranches = {name: scenario.tranches[name] for name in scenario.options[option].tranches}
    rentals = {name: t for name, t in tranches.items() if isinstance(t, RentedTranche)}
    staying: list[Rented] = []
    for name, t in rentals.items():
        if t.leave_when_trains is None:
            if name not in known:
                known[name] = _rental(scenario, name, t, None, draws, horizon)
            staying.append(known[name])
    leaving = []
    for name, t in rentals.items():
        if t.leave_when_trains is not None:
            trains = _trains(scenario, [*owned, *staying], t.leave_when_trains, draws)
            leaving.append(_rental(scenario, name, t, trains, draws, horizon))
    return [*staying, *leaving]


def _rental(
    scenario: Scenario,
    name: str,
    tranche: RentedTranche,
    trains: Array | None,
    draws: Draws,
    horizon: int,
) -> Rented:
    arrived = schedule.arrival(tranche, draws, horizon)
    contract = schedule.term(tranche, arrived, trains, draws)
    parts = schedule.delivered(tranche, arrived, contract)
    inside, after = (piecewise.by_month(one) for one in parts)
    it_kw, facility = _kw(scenario, tranche, draws)
    path = piecewise.total(list(parts))
    return Rented(
        name, tranche, arrived, it_kw, facility, path, inside + after, inside, after, contract
    )


def _trains(scenario: Scenario, units: list[Unit], name: str, draws: Draws) -> Array:
    """When the fabric of a tranche has the GPUs to start a run, (draws,)."""
    wanted = scenario.tranches[name].fabric or name
    fabrics = available(units, draws)
    return piecewise.first_time_at_least(fabrics[wanted], start_gpus(scenario, fabrics[wanted]))
