"""What the futures of a scenario hold for a measure at a month: the forecast that an actual is laid
beside.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import draws, inputs, piecewise, power, run, simulation
from analysis.model.draws import Draws
from analysis.model.fleet import Known, Unit
from analysis.model.records import Chip, RentedTranche
from analysis.scenario import edits
from analysis.scenario.schema import Scenario

CAPITAL = ("servers", "network_and_storage", "works")


@dataclass(frozen=True)
class Forecast:
    """The futures of a scenario that a backtest looks at: its inputs, its tranches by name, the
    stages of its sites, and what each option yields with cash that is not discounted."""

    scenario: Scenario
    futures: Draws
    units: dict[str, Unit]
    stages: dict[str, power.Stages]
    scalars: dict[str, dict[str, Array]]
    parts_usd: dict[str, dict[str, Array]]


def forecast(decision: Scenario, options: list[str], number: int, seed: int) -> Forecast:
    """The first futures of a scenario, as far as an actual may be laid beside them; what options
    yield only for those that are named.
    """
    futures = draws.block(decision, seed, 0, number)
    fleets = run.fleets(decision, futures).values()
    free = edits.with_choice(decision, "discount_rate_per_year", 0.0)
    asked = edits.with_options(free, options)
    yielded = simulation.at(asked, futures) if options else None
    return Forecast(
        decision,
        futures,
        {unit.name: unit for tranches in fleets for unit in tranches.units},
        {site: stages for tranches in fleets for site, stages in tranches.stages.items()},
        yielded.scalars if yielded else {},
        yielded.parts_usd if yielded else {},
    )


def predicted(known: Forecast, measure: str, of: str, month: float) -> Array | None:
    """What each future holds for a measure of something at a month before the horizon, (draws,);
    None where the scenario does not have it, wants no run, or states one value for an input.
    """
    if measure in RULES:
        return RULES[measure](known, of, month)
    if known.scenario.run is None or of not in known.scalars:
        return None
    return known.scalars[of][f"{measure}_months"]


def training_months(decision: Scenario, option: str, futures: Draws) -> Array:
    """The month from which the run of an option is on its own machine, (draws,): by which it has
    moved off what is rented only until then, else its start; infinite without a run."""
    fleet, found = run.option_run(inputs.resolved(decision, futures), option, Known())
    if found is None:
        return np.full(len(next(iter(futures.values()))), np.inf)
    interim = [
        found.moved_off[unit.tranche.fabric]
        for unit in fleet.units
        if isinstance(unit.tranche, RentedTranche) and unit.tranche.at_end == "until_moved"
    ]
    return np.maximum.reduce([found.start, *interim])


def _first_training(known: Forecast, of: str, month: float) -> Array | None:
    if known.scenario.run is None or of not in known.scenario.options:
        return None
    return training_months(known.scenario, of, known.futures)


def _input(known: Forecast, of: str, month: float) -> Array | None:
    assumption = known.scenario.assumptions.get(of)
    return known.futures[of] if assumption is not None and assumption.varies else None


def _first_gpus(known: Forecast, of: str, month: float) -> Array | None:
    return known.units[of].arrived.first if of in known.units else None


def _energised(known: Forecast, of: str, month: float) -> Array | None:
    return piecewise.value_at(known.units[of].power.energised, month) if of in known.units else None


def _stage_date(known: Forecast, of: str, month: float) -> Array | None:
    return _of_stage(known, of, lambda stages: stages.start)


def _stage_mw(known: Forecast, of: str, month: float) -> Array | None:
    return _of_stage(known, of, lambda stages: _mw(stages, month))


def _of_stage(known: Forecast, of: str, by_stage: Callable[[power.Stages], Array]) -> Array | None:
    """The column of one stage, `site.stage`, of what is (draws, stages)."""
    site, _, stage = of.partition(".")
    stages = known.stages.get(site)
    if stages is None or stage not in stages.names:
        return None
    return by_stage(stages)[:, stages.names.index(stage)]


def _site_mw(known: Forecast, of: str, month: float) -> Array | None:
    return _mw(known.stages[of], month).sum(axis=1) if of in known.stages else None


def _mw(stages: power.Stages, month: float) -> Array:
    """MW of each stage that is there at a time, (draws, stages)."""
    there = (stages.start <= month) & (month < stages.end)
    return np.where(there, stages.mw, 0.0)


def _market_rent(known: Forecast, of: str, month: float) -> Array | None:
    chip = _chip(known, of, "market_rent_usd_per_gpu_hour")
    if chip is None:
        return None
    return chip.market_rent_usd_per_gpu_hour * chip.rent_path.index_at(month)


def _server_price(known: Forecast, of: str, month: float) -> Array | None:
    chip = _chip(known, of, "node_usd")
    return None if chip is None else chip.node_usd * chip.node_path.index_at(month)


def _used_price(known: Forecast, of: str, month: float) -> Array | None:
    new, chip = _server_price(known, of, month), _chip(known, of, "resale_share")
    if new is None or chip is None:
        return None
    return new / chip.gpus_per_node * chip.resale_share


def _chip(known: Forecast, of: str, stated: str) -> Chip | None:
    """A chip of which the scenario states a price or a share."""
    if getattr(known.scenario.chips.get(of), stated, None) is None:
        return None
    return inputs.chip(known.scenario, of, known.futures)


def _capital(known: Forecast, of: str, month: float) -> Array | None:
    if of not in known.parts_usd:
        return None
    return np.sum([known.parts_usd[of][part] for part in CAPITAL], axis=0)


RULES: dict[str, Callable[[Forecast, str, float], Array | None]] = {
    "input": _input,
    "first_gpus": _first_gpus,
    "first_training": _first_training,
    "stage_date": _stage_date,
    "stage_mw": _stage_mw,
    "site_mw": _site_mw,
    "energised_gpus": _energised,
    "market_rent": _market_rent,
    "server_price": _server_price,
    "used_price": _used_price,
    "capital": _capital,
}
"""How a measure is found; the other dates of an option are found by their names."""
