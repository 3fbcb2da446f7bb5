"""The inputs of a scenario in each draw: its tables again, field by field under the same names,
with every number and every name of an assumption resolved to values, (draws,).

This is done once for a block of draws, so that a formula reads `price * share`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.evidence import ledger
from analysis.model.draws import Draws, resolve
from analysis.scenario import schema
from analysis.scenario.schema import Scenario, Table

Event = NDArray[np.bool_]


@dataclass(frozen=True)
class Record:
    """A table of a scenario in each draw; the unit of a field is in its name."""


@dataclass(frozen=True)
class Run(Record):
    """What the run needs, and how well it uses its GPUs."""

    target_flop: Array
    start_gpus: Array
    use_share: Array
    mfu_share: Array
    failures_per_1000_node_days: Array
    checkpoint_write_s: Array
    restart_s: Array

    def at(self, index: Any) -> Self:
        """The run with the same NumPy index into each of its values."""
        return type(self)(*(getattr(self, field.name)[index] for field in fields(self)))


@dataclass(frozen=True)
class Chip(Record):
    """A chip; what its scenario leaves out comes from the table of chips."""

    peak_flop_per_s: float
    gpus_per_node: float
    it_kw_per_gpu: Array
    load_share: Array
    node_usd: Array
    market_rent_usd_per_gpu_hour: Array
    price_fall_per_year: Array
    falls_from_month: Array
    resale_share: Array


@dataclass(frozen=True)
class Stage(Record):
    """Power that a site has from a date on, where its event happens; `source` is equal for stages
    whose price and emission rate are the same inputs."""

    comes: Event
    source: object
    mw: Array
    from_months: Array
    until_months: Array | None
    availability_share: Array
    usd_per_mwh: Array
    tco2_per_mwh: Array
    replaces: str | None


@dataclass(frozen=True)
class Site(Record):
    """Where power comes from, and what it costs to be there."""

    name: str
    pue: Array
    stages: Mapping[str, Stage]
    tco2_per_mwh: Array
    staff_usd_per_year: Array
    works_usd: Array
    works_usd_per_mw: Array
    lease_usd_per_kw_month: Array


@dataclass(frozen=True)
class Tranche(Record):
    """Identical GPUs that arrive together, where their event happens; `fabric` is that of the
    tranche alone where it shares none, `fabric_gpus` None where it holds any number."""

    name: str
    title: str
    chip: Chip
    site: Site
    use: str
    gpus: Array
    sublet_price_share: Array
    fabric: str
    fabric_gpus: Array | None
    milestones: Mapping[str, Array]
    ramp_months: Array
    comes: Event

    @property
    def facility_kw(self) -> Array:
        """Facility kW (IT x PUE) per GPU at peak, (draws,)."""
        return self.chip.it_kw_per_gpu * self.site.pue


@dataclass(frozen=True)
class RentedTranche(Tranche):
    """GPUs that are rented."""

    usd_per_gpu_hour: Array
    term_months: Array
    take_or_pay_share: Array
    prepayment_share: Array
    signed_month: Array
    at_end: str
    leave_when_trains: str | None
    exit_fee_months: Array | None


@dataclass(frozen=True)
class OwnedTranche(Tranche):
    """GPUs that are owned."""

    ordered_month: Array
    deposit_share: Array
    network_share: Array
    storage_share: Array
    maintenance_share_per_year: Array
    insurance_and_tax_share_per_year: Array


@dataclass(frozen=True)
class Inputs:
    """The tables of a scenario in some draws."""

    scenario: Scenario
    run: Run
    sites: Mapping[str, Site]
    tranches: Mapping[str, Tranche]

    @property
    def draws(self) -> int:
        """The number of draws."""
        return len(self.run.use_share)

    @property
    def horizon(self) -> int:
        """The horizon in months."""
        return round(self.scenario.choices.horizon_months.value)

    def of_option(self, option: str) -> list[Tranche]:
        """The tranches of an option, in its order."""
        return [self.tranches[name] for name in self.scenario.options[option].tranches]


def resolved(scenario: Scenario, draws: Draws) -> Inputs:
    """Every input of a scenario in each draw."""
    chips = {name: chip(scenario, name, draws) for name in scenario.chips}
    sites = {name: _site(name, table, draws) for name, table in scenario.sites.items()}
    tranches = {
        name: _tranche(name, table, chips[table.chip], sites[table.site], draws)
        for name, table in scenario.tranches.items()
    }
    return Inputs(scenario, run(scenario, draws), sites, tranches)


def run(scenario: Scenario, draws: Draws) -> Run:
    """The run of a scenario in each draw."""
    need = scenario.need
    return _record(
        Run,
        scenario.run,
        draws,
        target_flop=resolve(need.target_flop, draws),
        start_gpus=resolve(need.start_gpus.value, draws),
        use_share=resolve(need.use_share, draws),
    )


def chip(scenario: Scenario, name: str, draws: Draws) -> Chip:
    """A chip of a scenario in each draw."""
    table, row = scenario.chips[name], ledger.chips().get(name, {})
    it_kw = float(row["it_kw_per_gpu"]) if table.it_kw_per_gpu is None else table.it_kw_per_gpu
    return _record(
        Chip,
        table,
        draws,
        peak_flop_per_s=1e12
        * (table.peak_bf16_dense_tflops or float(row["peak_bf16_dense_tflops"])),
        gpus_per_node=float(table.gpus_per_node or row["gpus_per_node"]),
        it_kw_per_gpu=resolve(it_kw, draws),
    )


def _site(name: str, table: schema.Site, draws: Draws) -> Site:
    stages = {
        key: _record(
            Stage,
            stage,
            draws,
            comes=_happens(stage.only_if, draws),
            source=(stage.usd_per_mwh, stage.tco2_per_mwh),
        )
        for key, stage in table.stages.items()
    }
    return _record(Site, table, draws, name=name, stages=stages)


def _tranche(name: str, table: schema.Tranche, chip: Chip, site: Site, draws: Draws) -> Tranche:
    rented = isinstance(table, schema.RentedTranche)
    return _record(
        RentedTranche if rented else OwnedTranche,
        table,
        draws,
        name=name,
        chip=chip,
        site=site,
        fabric=table.fabric or name,
        milestones={key: resolve(months, draws) for key, months in table.milestones.items()},
        comes=_happens(table.only_if, draws),
    )


R = TypeVar("R", bound=Record)


def _record(kind: type[R], table: Table, draws: Draws, **given: Any) -> R:
    """A table in each draw, with some fields given: those of the record that are arrays are
    resolved, an amount that is left out being 0; all else is taken over."""
    found = dict(given)
    for field in fields(kind):
        if field.name not in given:
            value = getattr(table, field.name)
            if field.type == Array or (field.type == Array | None and value is not None):
                value = resolve(0.0 if value is None else value, draws)
            found[field.name] = value
    return kind(**found)


def _happens(event: str | None, draws: Draws) -> Event:
    """Whether an event happens in each draw; always without one, (draws,)."""
    return resolve(1.0 if event is None else event, draws) > 0.5
