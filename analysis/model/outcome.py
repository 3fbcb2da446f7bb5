"""What one option yields in each draw: dates, power, compute, cost."""

from dataclasses import dataclass, field

import numpy as np

from analysis.arrays import Array
from analysis.evidence import ledger
from analysis.model import cost, finance, inputs, piecewise, power, training
from analysis.model.draws import HOURS_PER_MONTH, Draws
from analysis.model.fleet import (
    Fleet,
    Known,
    Rented,
    Unit,
    available,
    by_fabric,
    fleet,
    load_mw,
)
from analysis.model.inputs import Inputs
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
class Training:
    """When the run of an option starts and moves to a larger fabric, (draws,) each, and its useful
    FLOP and GPUs by time."""

    start: Array
    moved: Array
    flop: Compute
    gpus: Path


def outcomes(scenario: Scenario, draws: Draws) -> dict[str, Outcome]:
    """Everything that each option yields, in each draw; what options share is found once."""
    resolved, known = inputs.resolved(scenario, draws), Known()
    return {option: _outcome(resolved, option, known) for option in scenario.options}


def _outcome(resolved: Inputs, option: str, known: Known) -> Outcome:
    mine = fleet(resolved, option, known)
    found = Outcome()
    flop = _train(resolved, mine.units, found, known)
    bought = _energy(resolved, mine, found, known)
    _power_and_emissions(resolved, mine.units, bought, found)
    bill = _bill(resolved, mine, bought)
    _account(resolved.scenario, bill, found, resolved.horizon)
    _quantities(resolved.scenario, mine.units, flop, found, resolved.horizon)
    return found


def _train(resolved: Inputs, units: list[Unit], found: Outcome, known: Known) -> Array:
    """Adds the dates of the run and the GPUs it uses; returns useful FLOP by month."""
    names = ("first_training_months", "full_capacity_months", "target_months")
    groups = by_fabric(units)
    if not groups:
        never = np.full(resolved.draws, np.inf)
        found.scalars |= dict.fromkeys((*names, "move_months"), never)
        found.monthly["training_gpus"] = np.zeros((resolved.draws, resolved.horizon))
        found.monthly["trained_flop"] = np.zeros((resolved.draws, resolved.horizon))
        return found.monthly["training_gpus"]
    trained = trained_by(resolved, units, known)
    found.scalars["move_months"] = trained.moved
    target = training.reached(trained.flop, resolved.run.target_flop)
    dates = (trained.start, _full_capacity(groups), target)
    found.scalars |= dict(zip(names, dates, strict=True))
    found.monthly["training_gpus"] = piecewise.by_month(trained.gpus)
    by_month = training.useful_flop_by_month(trained.flop)
    found.monthly["trained_flop"] = np.cumsum(by_month, axis=1)
    return by_month


def trained_by(resolved: Inputs, units: list[Unit], known: Known) -> Training:
    """The run of an option with these tranches, of which some are for it."""
    run = resolved.run
    if "best_s" not in known:
        known["best_s"] = training.best_mean_time_s(run.checkpoint_write_s, run.restart_s)
    groups, fabrics = by_fabric(units), []
    for name, gpus in available(units).items():
        chip = groups[name][0].tranche.chip
        most = training.most_useful_gpus(
            chip.gpus_per_node, run.failures_per_1000_node_days, known["best_s"]
        )
        used = piecewise.at_most(gpus, most)
        fabrics.append(Fabric(gpus, used, chip.peak_flop_per_s, chip.gpus_per_node))
    start, first = training.first_training(fabrics, run.start_gpus)
    when = training.periods(fabrics, start, first)
    flop, used = training.compute(fabrics, when, run)
    return Training(start, np.minimum.reduce([until for _, until in when]), flop, used)


def _full_capacity(groups: dict[str, list[Unit]]) -> Array:
    """The month in which all GPUs of the fabric with most peak FLOP/s are energised, (draws,)."""
    dates, sizes = [], []
    for group in groups.values():
        gpus = np.sum([u.arrived.gpus for u in group], axis=0)
        energised = piecewise.total([u.energised for u in group])
        dates.append(piecewise.first_time_at_least(energised, gpus))
        sizes.append(gpus * group[0].tranche.chip.peak_flop_per_s)
    size = np.stack(sizes)
    largest = np.argmax(
        size >= size.max(axis=0) * (1 - 1e-9), axis=0
    )  # a tie: the one listed first
    return np.take_along_axis(np.stack(dates), largest[None], 0)[0]


def _energy(resolved: Inputs, mine: Fleet, found: Outcome, known: Known) -> dict[str, power.Energy]:
    """The energy of owned sites; adds what their GPUs need and what their stages carry, in MW."""
    bought = {}
    for site, carried in mine.stages.items():
        units = mine.owned_at(site)
        key = ("energy", *(u.name for u in units))
        if key not in known:
            known[key] = power.energy(load_mw(units, resolved.run.use_share), carried)
        bought[site] = known[key]
        needed = [u.installed * (u.tranche.facility_kw / 1000)[:, None] for u in units]
        found.monthly[f"needed_mw:{site}"] = np.sum(needed, axis=0)
        for i, stage in enumerate(carried.names):
            there = cost.share_of_months(carried.start[:, i], carried.end[:, i], resolved.horizon)
            found.sums[f"stage_mw:{site}:{stage}"] = carried.mw[:, i] @ there
    return bought


def _power_and_emissions(
    resolved: Inputs, units: list[Unit], bought: dict[str, power.Energy], found: Outcome
) -> None:
    """Adds peak MW, MWh and tCO2 of all tranches over the horizon."""
    mwh = sum((one.mwh.sum(axis=1) for one in bought.values()), np.zeros(resolved.draws))
    tonnes = sum((one.tco2.sum(axis=1) for one in bought.values()), np.zeros(resolved.draws))
    for unit in units:
        if isinstance(unit, Rented):
            tranche = unit.tranche
            hours = unit.gpus.sum(axis=1) * HOURS_PER_MONTH * resolved.run.use_share
            drawn = hours * tranche.facility_kw * tranche.chip.load_share / 1000
            mwh, tonnes = mwh + drawn, tonnes + drawn * tranche.site.tco2_per_mwh
    drawn_mw = [piecewise.scaled(u.energised, u.tranche.facility_kw / 1000) for u in units]
    found.scalars |= {
        "peak_mw": piecewise.largest(piecewise.total(drawn_mw)),
        "energy_mwh": mwh,
        "emissions_tco2": tonnes,
    }


def _bill(resolved: Inputs, mine: Fleet, bought: dict[str, power.Energy]) -> cost.Bill:
    """All cash of an option, by part and month."""
    bill, use_share = cost.Bill(resolved.draws, resolved.horizon), resolved.run.use_share
    for rental in mine.rented:
        cost.rented(bill, rental, use_share)
    for unit in mine.owned:
        cost.owned(bill, unit)
    for let in mine.units:
        if let.tranche.use == "sublet":
            cost.sublet(bill, let, use_share)
    for site, energy in bought.items():
        orders = [cost.ordered_month(unit) for unit in mine.owned_at(site)]
        bill.expense("energy", energy.usd)
        cost.site_costs(bill, resolved.sites[site], np.minimum.reduce(orders))
    finance.add(bill, resolved.scenario.choices)
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
        h100_hours += mine * (unit.tranche.chip.peak_flop_per_s / reference)
    for name, by_month in (
        ("gpu_hours", hours),
        ("h100_hours", h100_hours),
        ("pflop_days", flop / training.FLOP_PER_PFLOP_DAY),
    ):
        found.scalars[name] = by_month.sum(axis=1)
        found.scalars[f"discounted_{name}"] = cost.present_usd(by_month, factors)
