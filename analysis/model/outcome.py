"""What one option yields in each draw: dates, power, compute, cost."""

from dataclasses import dataclass, field

import numpy as np

from analysis.arrays import Array
from analysis.evidence import ledger
from analysis.model import cost, finance, piecewise, power, training
from analysis.model.draws import HOURS_PER_MONTH, Draws, resolve
from analysis.model.fleet import (
    Known,
    Owned,
    Rented,
    Unit,
    available,
    by_fabric,
    chip_constants,
    fleet,
    load_mw,
    start_gpus,
)
from analysis.model.piecewise import Path
from analysis.model.training import Compute, Fabric
from analysis.scenario.schema import Scenario

REFERENCE_CHIP = "h100"


CENT = 0.01
"""Sums of payments, in USD, that differ by no more are the same."""


@dataclass
class Outcome:
    """Per draw: `scalars` by name, (draws,); by month: `monthly` by name, (draws, months), and sums
    over the draws: `sums` by name, (months,)."""

    scalars: dict[str, Array] = field(default_factory=dict)
    monthly: dict[str, Array] = field(default_factory=dict)
    sums: dict[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """When the run of an option starts and moves to a larger fabric, (draws,) each, and its useful
    FLOP and GPUs by time."""

    start: Array
    moved: Array
    flop: Compute
    gpus: Path


def outcomes(scenario: Scenario, draws: Draws) -> dict[str, Outcome]:
    """Everything that each option yields, in each draw; what options share is found once."""
    known: Known = {}
    return {option: _outcome(scenario, option, draws, known) for option in scenario.options}


def _outcome(scenario: Scenario, option: str, draws: Draws, known: Known) -> Outcome:
    horizon = round(scenario.choices.horizon_months.value)
    mine = fleet(scenario, option, draws, known)
    found = Outcome()
    flop = _train(scenario, mine.units, found, draws, horizon, known)
    bought = _energy(scenario, mine.owned, mine.stages, found, draws, known)
    _power_and_emissions(scenario, mine.units, bought, found, draws)
    bill = _bill(scenario, mine.owned, mine.rented, bought, draws, horizon)
    _account(scenario, bill, found, horizon)
    _quantities(scenario, mine.units, flop, found, horizon)
    return found


def _train(
    scenario: Scenario,
    units: list[Unit],
    found: Outcome,
    draws: Draws,
    horizon: int,
    known: Known,
) -> Array:
    """Adds the dates of the run and the GPUs it uses; returns useful FLOP by month."""
    groups, reach = by_fabric(units), available(units, draws)
    size = len(units[0].facility_kw)
    names = ("first_training_months", "full_capacity_months", "target_months")
    if not groups:
        found.scalars |= dict.fromkeys((*names, "move_months"), np.full(size, np.inf))
        found.monthly["training_gpus"] = np.zeros((size, horizon))
        found.monthly["trained_flop"] = np.zeros((size, horizon))
        return found.monthly["training_gpus"]
    mine = run(scenario, groups, reach, draws, known)
    found.scalars["move_months"] = mine.moved
    target = training.reached(mine.flop, resolve(scenario.need.target_flop, draws))
    dates = (mine.start, _full_capacity(scenario, groups), target)
    found.scalars |= dict(zip(names, dates, strict=True))
    found.monthly["training_gpus"] = piecewise.by_month(mine.gpus)
    by_month = training.useful_flop_by_month(mine.flop)
    found.monthly["trained_flop"] = np.cumsum(by_month, axis=1)
    return by_month


def run(
    scenario: Scenario,
    groups: dict[str, list[Unit]],
    reach: dict[str, Path],
    draws: Draws,
    known: Known,
) -> Run:
    """The run of an option whose tranches for it form these fabrics, with the GPUs in reach."""
    inputs = training.run_inputs(scenario.run, scenario.need.use_share, draws)
    if "best_s" not in known:
        known["best_s"] = training.best_mean_time_s(
            inputs["checkpoint_write_s"], inputs["restart_s"]
        )
    fabrics = []
    for name, group in groups.items():
        peak, per_node = chip_constants(scenario, group[0].tranche.chip)
        most = training.most_useful_gpus(
            per_node, inputs["failures_per_1000_node_days"], known["best_s"]
        )
        used = piecewise.at_most(reach[name], most)
        fabrics.append(Fabric(reach[name], used, peak, per_node))
    start, first = training.first_training(fabrics, start_gpus(scenario, fabrics[0].used))
    when = training.periods(fabrics, start, first)
    flop, gpus = training.compute(fabrics, when, inputs)
    return Run(start, np.minimum.reduce([until for _, until in when]), flop, gpus)


def _full_capacity(scenario: Scenario, groups: dict[str, list[Unit]]) -> Array:
    """The month in which all GPUs of the fabric with most peak FLOP/s are energised, (draws,)."""
    dates, sizes = [], []
    for group in groups.values():
        gpus = np.sum([u.arrived.gpus for u in group], axis=0)
        dates.append(
            piecewise.first_time_at_least(piecewise.total([u.energised for u in group]), gpus)
        )
        sizes.append(gpus * chip_constants(scenario, group[0].tranche.chip)[0])
    size = np.stack(sizes)
    largest = np.argmax(
        size >= size.max(axis=0) * (1 - 1e-9), axis=0
    )  # a tie: the one listed first
    return np.take_along_axis(np.stack(dates), largest[None], 0)[0]


def _energy(
    scenario: Scenario,
    owned: list[Owned],
    stages: dict[str, power.Stages],
    found: Outcome,
    draws: Draws,
    known: Known,
) -> dict[str, power.Energy]:
    """The energy of owned sites; adds what their GPUs need and what their stages carry, in MW."""
    bought = {}
    for site, carried in stages.items():
        mine = [u for u in owned if u.tranche.site == site]
        key = ("energy", *(u.name for u in mine))
        if key not in known:
            known[key] = power.energy(load_mw(scenario, mine, draws), carried)
        bought[site] = known[key]
        needed = [u.installed * (u.facility_kw / 1000)[:, None] for u in mine]
        found.monthly[f"needed_mw:{site}"] = np.sum(needed, axis=0)
        for i, stage in enumerate(carried.names):
            there = cost.share_of_months(carried.start[:, i], carried.end[:, i], needed[0].shape[1])
            found.sums[f"stage_mw:{site}:{stage}"] = carried.mw[:, i] @ there
    return bought


def _power_and_emissions(
    scenario: Scenario,
    units: list[Unit],
    bought: dict[str, power.Energy],
    found: Outcome,
    draws: Draws,
) -> None:
    """Adds peak MW, MWh and tCO2 of all tranches over the horizon."""
    use = resolve(scenario.need.use_share, draws)
    mwh = sum((one.mwh.sum(axis=1) for one in bought.values()), np.zeros(len(use)))
    tonnes = sum((one.tco2.sum(axis=1) for one in bought.values()), np.zeros(len(use)))
    for unit in units:
        if isinstance(unit, Rented):
            load = resolve(scenario.chips[unit.tranche.chip].load_share, draws)
            hours = unit.gpus.sum(axis=1) * HOURS_PER_MONTH * use
            drawn = hours * unit.facility_kw * load / 1000
            rate = resolve(scenario.sites[unit.tranche.site].tco2_per_mwh or 0.0, draws)
            mwh, tonnes = mwh + drawn, tonnes + drawn * rate
    peak = piecewise.total([piecewise.scaled(u.energised, u.facility_kw / 1000) for u in units])
    found.scalars |= {
        "peak_mw": piecewise.largest(peak),
        "energy_mwh": mwh,
        "emissions_tco2": tonnes,
    }


def _bill(
    scenario: Scenario,
    owned: list[Owned],
    rented: list[Rented],
    bought: dict[str, power.Energy],
    draws: Draws,
    horizon: int,
) -> cost.Bill:
    """All cash of an option, by part and month."""
    size = len(resolve(scenario.need.use_share, draws))
    bill = cost.Bill(size, horizon)
    use = resolve(scenario.need.use_share, draws)
    for one in rented:
        chip, gpus = scenario.chips[one.tranche.chip], (one.under_contract, one.renewed)
        cost.rented(bill, one.tranche, chip, one.arrived, one.contract, gpus, use, draws)
    for unit in owned:
        t = unit.tranche
        chip, site = scenario.chips[t.chip], scenario.sites[t.site]
        _, per_node = chip_constants(scenario, t.chip)
        cost.owned(bill, t, chip, site, per_node, unit.it_kw, unit.arrived, unit.installed, draws)
    units: list[Unit] = [*rented, *owned]
    for let in (one for one in units if one.tranche.use == "sublet"):
        cost.sublet(bill, let.tranche, scenario.chips[let.tranche.chip], let.gpus, use, draws)
    for name, energy in bought.items():
        mine = [u for u in owned if u.tranche.site == name]
        orders = [cost.ordered_month(u.tranche, u.arrived, draws) for u in mine]
        bill.expense("energy", energy.usd)
        cost.site_costs(bill, scenario.sites[name], np.minimum.reduce(orders), draws)
    finance.add(bill, scenario.choices)
    return bill


def _account(scenario: Scenario, bill: cost.Bill, found: Outcome, horizon: int) -> None:
    """Adds present cost and its parts, cash by year and the deepest cash need."""
    choice = scenario.choices.discount_rate_per_year
    factors = cost.mid_month_factors(choice.value, horizon)
    cash = bill.cash_usd()
    for part in cost.PARTS[:-1]:
        found.scalars[f"part:{part}"] = cost.present_usd(bill.part_usd(part), factors)
    at_horizon = cost.discount_factor(choice.value, np.array(horizon))
    found.scalars["part:end_value"] = -bill.end_value * at_horizon
    parts = [found.scalars[f"part:{part}"] for part in cost.PARTS]
    found.scalars["present_cost_usd"] = np.sum(parts, axis=0)
    found.scalars["end_value_usd"] = bill.end_value
    for rate in choice.swept:
        late = bill.end_value * cost.discount_factor(rate, np.array(horizon))
        found.scalars[f"present_cost_at:{rate:g}"] = (
            cost.present_usd(cash, cost.mid_month_factors(rate, horizon)) - late
        )
    for year in range(1, -(-horizon // 12) + 1):
        found.scalars[f"cash_year_{year}_usd"] = cash[:, 12 * year - 12 : 12 * year].sum(axis=1)
    spent = np.cumsum(cash, axis=1)
    found.monthly["spent_usd"] = spent
    found.sums["cash_usd"] = cash.sum(axis=0)
    found.scalars["deepest_cash_usd"] = spent.max(axis=1)
    deepest = spent >= spent.max(axis=1, keepdims=True) - CENT
    found.scalars["deepest_cash_month"] = deepest.argmax(axis=1).astype(float)
    if scenario.choices.funding_usd is not None:
        over = spent > scenario.choices.funding_usd.value
        found.scalars["funds_last_months"] = np.where(over.any(axis=1), over.argmax(axis=1), np.inf)


def _quantities(
    scenario: Scenario, units: list[Unit], flop: Array, found: Outcome, horizon: int
) -> None:
    """Adds what was delivered, plain and discounted: GPU-hours and H100-hours of what is not let to
    others, useful PFLOP-days."""
    reference = float(ledger.chips()[REFERENCE_CHIP]["peak_bf16_dense_tflops"]) * 1e12
    factors = cost.mid_month_factors(scenario.choices.discount_rate_per_year.value, horizon)
    hours, h100_hours = np.zeros_like(flop), np.zeros_like(flop)
    for unit in (one for one in units if one.tranche.use != "sublet"):
        mine = unit.gpus * HOURS_PER_MONTH
        hours += mine
        h100_hours += mine * (chip_constants(scenario, unit.tranche.chip)[0] / reference)
    for name, by_month in (
        ("gpu_hours", hours),
        ("h100_hours", h100_hours),
        ("pflop_days", flop / training.FLOP_PER_PFLOP_DAY),
    ):
        found.scalars[name] = by_month.sum(axis=1)
        found.scalars[f"discounted_{name}"] = cost.present_usd(by_month, factors)
