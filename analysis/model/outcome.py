"""What one option yields in each draw: dates, power, compute, cost."""

from dataclasses import dataclass

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
    load_mw,
    option_fleet,
)
from analysis.model.inputs import Inputs
from analysis.model.piecewise import Path
from analysis.model.training import Compute, Fabric
from analysis.scenario.schema import Choices, Scenario

REFERENCE_CHIP = "h100"


CENT = 0.01
"""Sums of payments, in USD, that differ by no more are the same."""


@dataclass(frozen=True)
class Outcome:
    """What one option yields.

    Per draw, (draws,): `scalars`, its dates and quantities by name; `parts_usd`, the present value
    of each part of cost; `cash_by_year_usd`, by year from 1 on; `present_cost_at_usd`, by discount
    rate. By month too, (draws, months): `monthly`, by name; `needed_mw`, what its own GPUs need at
    peak, by site. Sums over the draws, (months,): `sums`, by name; `stage_mw`, what a stage
    carries, by site and stage.
    """

    scalars: dict[str, Array]
    parts_usd: dict[str, Array]
    cash_by_year_usd: dict[int, Array]
    present_cost_at_usd: dict[float, Array]
    monthly: dict[str, Array]
    needed_mw: dict[str, Array]
    sums: dict[str, Array]
    stage_mw: dict[tuple[str, str], Array]


@dataclass(frozen=True)
class Trained:
    """What the run of an option comes to: its dates in months by name, (draws,) each, and the GPUs
    that it uses and its useful FLOP by month, (draws, months)."""

    dates: dict[str, Array]
    gpus: Array
    flop: Array


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
    choices, fleet = resolved.scenario.choices, option_fleet(resolved, option, known)
    trained = _train(resolved, fleet.units, known)
    bought = _energy(resolved, fleet, known)
    bill = _bill(resolved, fleet, bought)
    cash = bill.cash_usd()
    spent = np.cumsum(cash, axis=1)
    parts = _parts_usd(bill, choices.discount_rate_per_year.value)
    return Outcome(
        scalars={
            **trained.dates,
            **_power_and_emissions(resolved, fleet.units, bought),
            "present_cost_usd": np.sum(list(parts.values()), axis=0),
            "end_value_usd": bill.end_value,
            **_deepest_cash(spent, choices),
            **_quantities(resolved, fleet.units, trained.flop),
        },
        parts_usd=parts,
        cash_by_year_usd=_cash_by_year_usd(cash),
        present_cost_at_usd={
            rate: _present_cost_usd(bill, cash, rate)
            for rate in choices.discount_rate_per_year.swept
        },
        monthly={
            "training_gpus": trained.gpus,
            "trained_flop": np.cumsum(trained.flop, axis=1),
            "spent_usd": spent,
        },
        needed_mw=_needed_mw(fleet),
        sums={"cash_usd": cash.sum(axis=0)},
        stage_mw=_stage_mw(fleet, resolved.horizon),
    )


def _train(resolved: Inputs, units: list[Unit], known: Known) -> Trained:
    """The run of an option, and what it comes to; an option without GPUs for it never starts."""
    groups = by_fabric(units)
    if groups:
        run = trained_by(resolved, units, known)
        target = training.reached(run.flop, resolved.run.target_flop)
        dates = (run.start, _full_capacity(groups), target, run.moved)
        gpus, flop = piecewise.by_month(run.gpus), training.useful_flop_by_month(run.flop)
    else:
        dates = (np.full(resolved.draws, np.inf),) * 4
        gpus = flop = np.zeros((resolved.draws, resolved.horizon))
    names = ("first_training_months", "full_capacity_months", "target_months", "move_months")
    return Trained(dict(zip(names, dates, strict=True)), gpus, flop)


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


def _energy(resolved: Inputs, fleet: Fleet, known: Known) -> dict[str, power.Energy]:
    """The energy that the owned GPUs of each site draw."""
    bought = {}
    for site, carried in fleet.stages.items():
        units = fleet.owned_at(site)
        key = ("energy", *(unit.name for unit in units))
        if key not in known:
            known[key] = power.energy(load_mw(units, resolved.run.use_share), carried)
        bought[site] = known[key]
    return bought


def _needed_mw(fleet: Fleet) -> dict[str, Array]:
    """The MW that the installed GPUs of each site need at peak, by month, (draws, months)."""
    return {
        site: np.sum(
            [unit.installed * (unit.tranche.facility_kw / 1000)[:, None] for unit in units], axis=0
        )
        for site, units in ((site, fleet.owned_at(site)) for site in fleet.stages)
    }


def _stage_mw(fleet: Fleet, horizon: int) -> dict[tuple[str, str], Array]:
    """The MW that each stage of each site carries by month, summed over the draws, (months,)."""
    return {
        (site, stage): carried.mw[:, i]
        @ cost.share_of_months(carried.start[:, i], carried.end[:, i], horizon)
        for site, carried in fleet.stages.items()
        for i, stage in enumerate(carried.names)
    }


def _power_and_emissions(
    resolved: Inputs, units: list[Unit], bought: dict[str, power.Energy]
) -> dict[str, Array]:
    """Peak MW, MWh and tCO2 of all tranches over the horizon."""
    mwh = sum((energy.mwh.sum(axis=1) for energy in bought.values()), np.zeros(resolved.draws))
    tonnes = sum((energy.tco2.sum(axis=1) for energy in bought.values()), np.zeros(resolved.draws))
    for unit in units:
        if isinstance(unit, Rented):
            tranche = unit.tranche
            hours = unit.gpus.sum(axis=1) * HOURS_PER_MONTH * resolved.run.use_share
            drawn = hours * tranche.facility_kw * tranche.chip.load_share / 1000
            mwh, tonnes = mwh + drawn, tonnes + drawn * tranche.site.tco2_per_mwh
    peaks = [piecewise.scaled(u.energised, u.tranche.facility_kw / 1000) for u in units]
    peak = piecewise.largest(piecewise.total(peaks))
    return {"peak_mw": peak, "energy_mwh": mwh, "emissions_tco2": tonnes}


def _bill(resolved: Inputs, fleet: Fleet, bought: dict[str, power.Energy]) -> cost.Bill:
    """All cash of an option, by part and month."""
    bill, use_share = cost.Bill(resolved.draws, resolved.horizon), resolved.run.use_share
    for rental in fleet.rented:
        cost.rented(bill, rental, use_share)
    for unit in fleet.owned:
        cost.owned(bill, unit)
    for let in fleet.units:
        if let.tranche.use == "sublet":
            cost.sublet(bill, let, use_share)
    for site, energy in bought.items():
        orders = [cost.ordered_month(unit) for unit in fleet.owned_at(site)]
        bill.expense("energy", energy.usd)
        cost.site_costs(bill, resolved.sites[site], np.minimum.reduce(orders))
    finance.add(bill, resolved.scenario.choices)
    return bill


def _parts_usd(bill: cost.Bill, rate_per_year: float) -> dict[str, Array]:
    """The present value of each part of cost, which add up to present cost, (draws,)."""
    factors = cost.mid_month_factors(rate_per_year, bill.horizon)
    end = -bill.end_value * cost.discount_factor(rate_per_year, np.array(bill.horizon))
    return {
        part: end if part == cost.END_VALUE else cost.present_usd(bill.part_usd(part), factors)
        for part in cost.PARTS
    }


def _present_cost_usd(bill: cost.Bill, cash_usd: Array, rate_per_year: float) -> Array:
    """All cash, discounted, less what is left at the horizon, (draws,)."""
    factors = cost.mid_month_factors(rate_per_year, bill.horizon)
    end = bill.end_value * cost.discount_factor(rate_per_year, np.array(bill.horizon))
    return cost.present_usd(cash_usd, factors) - end


def _cash_by_year_usd(cash_usd: Array) -> dict[int, Array]:
    """The cash of year 1, 2 and so on; the last may be shorter, (draws,)."""
    starts = range(0, cash_usd.shape[1], 12)
    return {1 + start // 12: cash_usd[:, start : start + 12].sum(axis=1) for start in starts}


def _deepest_cash(spent_usd: Array, choices: Choices) -> dict[str, Array]:
    """The most that is spent by the end of a month and the first month in which it is, to a cent;
    with funds, the month in which they are used up."""
    deepest = spent_usd.max(axis=1)
    month = (spent_usd >= deepest[:, None] - CENT).argmax(axis=1).astype(float)
    found = {"deepest_cash_usd": deepest, "deepest_cash_month": month}
    if choices.funding_usd is not None:
        over = spent_usd > choices.funding_usd.value
        last = np.where(over.any(axis=1), over.argmax(axis=1), np.inf)
        found["funds_last_months"] = last
    return found


def _quantities(resolved: Inputs, units: list[Unit], flop: Array) -> dict[str, Array]:
    """What was delivered, plain and discounted: GPU-hours and H100-hours of what is not let to
    others, useful PFLOP-days."""
    reference = float(ledger.chips()[REFERENCE_CHIP]["peak_bf16_dense_tflops"]) * 1e12
    rate = resolved.scenario.choices.discount_rate_per_year.value
    factors = cost.mid_month_factors(rate, resolved.horizon)
    hours, h100_hours = np.zeros_like(flop), np.zeros_like(flop)
    for unit in units:
        if unit.tranche.use != "sublet":
            delivered = unit.gpus * HOURS_PER_MONTH
            hours += delivered
            h100_hours += delivered * (unit.tranche.chip.peak_flop_per_s / reference)
    pflop_days = flop / training.FLOP_PER_PFLOP_DAY
    by_month = {"gpu_hours": hours, "h100_hours": h100_hours, "pflop_days": pflop_days}
    return {name: amount.sum(axis=1) for name, amount in by_month.items()} | {
        f"discounted_{name}": cost.present_usd(amount, factors) for name, amount in by_month.items()
    }
