"""What the futures of a scenario hold for a measure at a month: the forecast that an actual is laid
beside.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import cost, draws, fleet, inputs, piecewise, power, simulation
from analysis.model.draws import Draws, resolve
from analysis.model.fleet import Unit
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
    fleets = fleet.fleets(decision, futures).values()
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
    None where the scenario does not have it, or states one value for an input.
    """
    if measure in RULES:
        return RULES[measure](known, of, month)
    return known.scalars[of][f"{measure}_months"] if of in known.scalars else None


def _input(known: Forecast, of: str, month: float) -> Array | None:
    assumption = known.scenario.assumptions.get(of)
    return known.futures[of] if assumption is not None and assumption.varies else None


def _first_gpus(known: Forecast, of: str, month: float) -> Array | None:
    return known.units[of].arrived.first if of in known.units else None


def _energised(known: Forecast, of: str, month: float) -> Array | None:
    return piecewise.value_at(known.units[of].energised, month) if of in known.units else None


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
    """MW x availability of each stage that is there at a time, (draws, stages)."""
    there = (stages.start <= month) & (month < stages.end)
    return np.where(there, stages.mw, 0.0)


def _market_rent(known: Forecast, of: str, month: float) -> Array | None:
    return _on_the_market(known, of, "market_rent_usd_per_gpu_hour", month)


def _server_price(known: Forecast, of: str, month: float) -> Array | None:
    return _on_the_market(known, of, "node_usd", month)


def _used_price(known: Forecast, of: str, month: float) -> Array | None:
    new = _server_price(known, of, month)
    if new is None or known.scenario.chips[of].resale_share is None:
        return None
    share = resolve(known.scenario.chips[of].resale_share or 0.0, known.futures)
    return new / inputs.chip(known.scenario, of, known.futures).gpus_per_node * share


def _on_the_market(known: Forecast, of: str, field: str, month: float) -> Array | None:
    """A price of a chip, along the market's path."""
    chip = known.scenario.chips.get(of)
    price = getattr(chip, field, None)
    if chip is None or price is None:
        return None
    terms = (price, chip.price_fall_per_year, chip.falls_from_month)
    today, fall, since = (resolve(term, known.futures) for term in terms)
    return today * cost.price_index(fall, since, np.array(month))


def _capital(known: Forecast, of: str, month: float) -> Array | None:
    if of not in known.parts_usd:
        return None
    return np.sum([known.parts_usd[of][part] for part in CAPITAL], axis=0)


RULES: dict[str, Callable[[Forecast, str, float], Array | None]] = {
    "input": _input,
    "first_gpus": _first_gpus,
    "stage_date": _stage_date,
    "stage_mw": _stage_mw,
    "site_mw": _site_mw,
    "energised_gpus": _energised,
    "market_rent": _market_rent,
    "server_price": _server_price,
    "used_price": _used_price,
    "capital": _capital,
}
"""How a measure is found; the dates of an option are found by their names."""
