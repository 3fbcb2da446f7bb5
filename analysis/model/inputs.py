"""The inputs of a scenario in each draw: its tables again, field by field under the same names,
with every number and every name of an assumption resolved to values, (draws,).

This is done once for a block of draws, so that a formula reads `price * share`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from analysis.arrays import Array
from analysis.evidence import ledger
from analysis.model import prices
from analysis.model.draws import HOURS_PER_MONTH, Draws, price_name, resolve
from analysis.model.prices import YEARS, PricePath
from analysis.model.records import (
    REFERENCE_CHIP,
    Chip,
    Cost,
    Event,
    OwnedTranche,
    Record,
    RentedTranche,
    Run,
    Service,
    Site,
    Stage,
    Tranche,
)
from analysis.scenario import schema
from analysis.scenario.schema import Scenario
from analysis.scenario.tables import Table
from analysis.scenario.units import Input


@dataclass(frozen=True)
class Inputs:
    """The tables of a scenario in some draws."""

    scenario: Scenario
    futures: Draws
    use_share: Array
    run: Run | None
    service: Service | None
    sites: Mapping[str, Site]
    tranches: Mapping[str, Tranche]
    begun_at: Mapping[str, float]

    @property
    def draws(self) -> int:
        """The number of draws."""
        return len(self.use_share)

    @property
    def horizon(self) -> int:
        """The horizon in months."""
        return round(self.scenario.choices.horizon_months.value)

    def happens(self, event: str) -> Event:
        """Whether an event happens, (draws,)."""
        return _happens(event, self.futures)

    def of_option(self, option: str) -> list[Tranche]:
        """The tranches of an option, in its order, and after them those of its fallback."""
        table = self.scenario.options[option]
        own = [self.tranches[name] for name in table.tranches]
        return own if table.instead is None else [*own, *self._fallback(option, table.instead)]

    def _fallback(self, option: str, instead: schema.Instead) -> list[Tranche]:
        """The tranches that take the place of what fails; elsewhere they are not even planned."""
        fails = ~_happens(instead.event, self.futures)
        month = resolve(instead.known_month, self.futures)
        own, other = (self.scenario.options[name].tranches for name in (option, instead.option))
        brought = [self.tranches[name] for name in other if name not in own]
        return [
            replace(
                begun(tranche, np.where(fails, month, np.inf)),
                name=f"{tranche.name} of {option}",
                gpus=np.where(fails, tranche.gpus, 0.0),
                comes=tranche.comes & fails,
            )
            for tranche in brought
        ]


def begun(tranche: Tranche, month: Array) -> Tranche:
    """A tranche that is decided on so many months later than the scenario says: planned, ordered
    and, where it fails, known to fail by so much later."""
    later: dict[str, Any] = {"planned": tranche.planned + month, "begins": tranche.begins + month}
    dated = "known_month" if isinstance(tranche, RentedTranche) else "ordered_month"
    return replace(tranche, **later, **{dated: getattr(tranche, dated) + month})


def resolved(
    scenario: Scenario, draws: Draws, begun_at: Mapping[str, float] | None = None
) -> Inputs:
    """Every input of a scenario in each draw; `begun_at` are tranches that are decided on in a
    later month."""
    chips = {name: chip(scenario, name, draws) for name in scenario.chips}
    sites = {name: _site(name, table, draws) for name, table in scenario.sites.items()}
    tranches = {
        name: _tranche(scenario, name, chips[table.chip], sites[table.site], draws)
        for name, table in scenario.tranches.items()
    }
    for name, month in (begun_at or {}).items():
        tranches[name] = begun(tranches[name], resolve(month, draws))
    return Inputs(
        scenario,
        draws,
        resolve(scenario.need.use_share, draws),
        run(scenario, draws),
        _service(scenario, chips, sites, draws),
        sites,
        tranches,
        begun_at or {},
    )


def run(scenario: Scenario, draws: Draws) -> Run | None:
    """The run of a scenario in each draw, if it needs one."""
    need = scenario.need
    if scenario.run is None or need.target_flop is None or need.start_gpus is None:
        return None
    return _record(
        Run,
        scenario.run,
        draws,
        target_flop=resolve(need.target_flop, draws),
        start_gpus=resolve(need.start_gpus.value, draws),
        use_share=resolve(need.use_share, draws),
    )


def _service(
    scenario: Scenario, chips: Mapping[str, Chip], sites: Mapping[str, Site], draws: Draws
) -> Service | None:
    """The service of a scenario in each draw, if it needs one; it ends at the horizon at the
    latest."""
    table = scenario.need.service
    if table is None:
        return None
    horizon = scenario.choices.horizon_months.value
    until = horizon if table.until_months is None else min(table.until_months.value, horizon)
    wanted = [(step.from_months, step.h100_gpus) for step in table.steps]
    if table.h100_gpus is not None:
        wanted = [(0.0 if table.from_months is None else table.from_months.value, table.h100_gpus)]
    ends = [*(month for month, _ in wanted[1:]), until]
    return Service(
        steps=[
            (resolve(month, draws), resolve(min(end, until), draws), resolve(gpus, draws))
            for (month, gpus), end in zip(wanted, ends, strict=True)
        ],
        from_months=resolve(wanted[0][0], draws),
        until_months=resolve(until, draws),
        surplus_usd_per_h100_hour=resolve(table.surplus_usd_per_h100_hour or 0.0, draws),
        market_gpus=None if table.market_gpus is None else resolve(table.market_gpus, draws),
        market=None
        if table.market_site is None
        else (chips[REFERENCE_CHIP], sites[table.market_site]),
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
        rent_1_year_ratio=_or_one(table.rent_1_year_ratio, draws),
        rent_3_year_ratio=_or_one(table.rent_3_year_ratio, draws),
        rent_path=_price_path(name, table, "rent", draws),
        node_path=_price_path(name, table, "node", draws),
    )


def _price_path(chip: str, table: schema.Chip, price: str, draws: Draws) -> PricePath:
    """The price path of a chip's hours or machines; a year whose normal is not drawn has 0."""
    own, swing = (getattr(table, f"{price}_fall_{what}") for what in ("per_year", "swing"))
    mean = resolve(table.price_fall_per_year or 0.0 if own is None else own, draws)
    names = (price_name(f"{chip}:{price}", year) for year in range(1, YEARS + 1))
    z = [draws.get(name, np.zeros_like(mean)) for name in names]
    since = resolve(table.falls_from_month, draws)
    return prices.path(mean, resolve(swing or 0.0, draws), z, since)


def _site(name: str, table: schema.Site, draws: Draws) -> Site:
    stages = {
        key: _record(
            Stage,
            stage,
            draws,
            mw=_facility_mw(stage, table.pue, draws),
            comes=_happens(stage.only_if, draws),
            source=(stage.usd_per_mwh, stage.tco2_per_mwh),
        )
        for key, stage in table.stages.items()
    }
    caps = ("cap_share", "capped_speed_share")
    given = {cap: _or_one(getattr(table, cap), draws) for cap in caps}
    return _record(Site, table, draws, name=name, stages=stages, **given)


def _facility_mw(stage: schema.Stage, pue: Input, draws: Draws) -> Array:
    """MW of the facility: as booked, or what is booked for IT by the PUE, (draws,)."""
    if stage.it_mw is None:
        return resolve(stage.mw or 0.0, draws)
    return resolve(stage.it_mw, draws) * resolve(pue, draws)


def _tranche(scenario: Scenario, name: str, chip: Chip, site: Site, draws: Draws) -> Tranche:
    table, given = scenario.tranches[name], {}
    if isinstance(table, schema.RentedTranche):
        given = {"usd_per_gpu_hour": contract_price_usd(table, chip, draws)}
        given["reserved_share"] = _or_one(table.reserved_share, draws)
    lines = [line for line in scenario.costs.values() if name in line.tranches]
    return _record(
        RentedTranche if given else OwnedTranche,
        table,
        draws,
        name=name,
        chip=chip,
        site=site,
        fabric=table.fabric or name,
        planned=np.maximum.reduce([resolve(x, draws) for x in table.milestones.values()]),
        comes=_happens(table.only_if, draws),
        begins=resolve(0.0, draws),
        costs=[_record(Cost, line, draws) for line in lines],
        **given,
    )


def contract_price_usd(table: schema.RentedTranche, chip: Chip, draws: Draws) -> Array:
    """USD per GPU-hour under contract: stated, or what the value of the contract comes to for each
    hour that is paid whether used or not, or what its term costs on the market, (draws,)."""
    if table.usd_per_gpu_hour is not None:
        return resolve(table.usd_per_gpu_hour, draws)
    months = resolve(table.term_months, draws)
    if table.contract_usd is None:
        return chip.market_rent_usd_per_gpu_hour * chip.contract_ratio(months)
    share, gpus = (resolve(one, draws) for one in (table.take_or_pay_share, table.gpus))
    gpus = gpus * _or_one(table.reserved_share, draws)
    return resolve(table.contract_usd, draws) / (share * gpus * months * HOURS_PER_MONTH)


def _or_one(value: Input | None, draws: Draws) -> Array:
    """An input that is 1 where it is left out, (draws,)."""
    return resolve(1.0 if value is None else value, draws)


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
