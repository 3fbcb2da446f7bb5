"""What one option yields in each draw: dates, power, compute, cost, and what of it is compared."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model import (
    cost,
    delivery,
    inputs,
    limits,
    piecewise,
    power,
    service,
    training,
    yields,
)
from analysis.model.draws import HOURS_PER_MONTH, Draws
from analysis.model.fleet import Fleet, Known, load_mw
from analysis.model.inputs import Inputs
from analysis.model.yields import Yield
from analysis.scenario.schema import Choices, Scenario

CENT = 0.01
"""Sums of payments, in USD, that differ by no more are the same."""


@dataclass(frozen=True)
class Outcome:
    """What one option yields.

    Per draw, (draws,): `scalars`, its dates and quantities by name; `parts_usd`, the present value
    of each part of cost; `cash_by_year_usd`, by year from 1 on; `present_cost_at_usd` and
    `compared_cost_at_usd`, by discount rate; `delivered_usd` and `delivered_short_hours`, cost and
    discounted hours short had failed events happened, by the number of their set. By month too,
    (draws, months): `monthly`, by name; `needed_mw`, what its own GPUs need at peak, by site. Sums
    over the draws, (months,): `sums`, by name, some of them of the months after the horizon;
    `stage_mw`, what a stage carries, by site and stage.
    """

    scalars: dict[str, Array]
    parts_usd: dict[str, Array]
    cash_by_year_usd: dict[int, Array]
    present_cost_at_usd: dict[float, Array]
    compared_cost_at_usd: dict[float, Array]
    delivered_usd: dict[int, Array]
    delivered_short_hours: dict[int, Array]
    monthly: dict[str, Array]
    needed_mw: dict[str, Array]
    sums: dict[str, Array]
    stage_mw: dict[tuple[str, str], Array]


def outcomes(
    scenario: Scenario, draws: Draws, begun_at: Mapping[str, float] | None = None
) -> dict[str, Outcome]:
    """Everything that each option yields, in each draw; what options share is found once. Some
    tranches may be decided on in a later month."""
    resolved, known = inputs.resolved(scenario, draws, begun_at), Known()
    return {option: _outcome(resolved, option, known) for option in scenario.options}


def _outcome(resolved: Inputs, option: str, known: Known) -> Outcome:
    choices, found = resolved.scenario.choices, yields.carried_out(resolved, option, known)
    rate, bill = choices.discount_rate_per_year, found.bill
    compared = delivery.compared(resolved, option, found)
    cash, parts = found.cash, _parts_usd(bill, rate.value)
    spent = np.cumsum(cash, axis=1)
    counts, amounts = compared.counted, _power_and_emissions(resolved, found)
    return Outcome(
        scalars={
            **found.trained.dates,
            **amounts,
            **limits.broken(resolved.scenario.limits, amounts, cash),
            "present_cost_usd": np.sum(list(parts.values()), axis=0),
            "end_value_usd": bill.end_value_usd(rate.value),
            **_deepest_cash(spent, choices),
            **_quantities(resolved, found),
            **_service(resolved, found),
            "compared_cost_usd": counts.usd(rate.value),
            "compared_months": counts.months,
            "left_usd": counts.left,
            "runs_on_usd": bill.end_value_usd(rate.value) - bill.end_value,
        },
        parts_usd=parts,
        cash_by_year_usd=_cash_by_year_usd(cash),
        present_cost_at_usd={r: _present_cost_usd(found, r) for r in rate.swept},
        compared_cost_at_usd={r: counts.usd(r) for r in rate.swept},
        delivered_usd=compared.delivered_usd,
        delivered_short_hours=compared.delivered_short_hours,
        monthly={
            "training_gpus": found.trained.gpus,
            "spent_usd": spent,
        },
        needed_mw=_needed_mw(found.fleet),
        sums={
            "cash_usd": cash.sum(axis=0),
            "compared_usd": np.concatenate([counts.cash.sum(axis=0), counts.beyond.sum(axis=0)]),
        },
        stage_mw=_stage_mw(found.fleet, resolved.horizon),
    )


def _needed_mw(fleet: Fleet) -> dict[str, Array]:
    """The MW that the GPUs of each site with stages need at peak, by month, (draws, months)."""
    return {
        site: np.sum(
            [unit.installed * (unit.tranche.facility_kw / 1000)[:, None] for unit in units], axis=0
        )
        for site, units in fleet.at().items()
        if site in fleet.stages
    }


def _stage_mw(fleet: Fleet, horizon: int) -> dict[tuple[str, str], Array]:
    """The MW that each stage of each site carries by month, summed over the draws, (months,)."""
    return {
        (site, stage): carried.mw[:, i]
        @ cost.share_of_months(carried.start[:, i], carried.end[:, i], horizon)
        for site, carried in fleet.stages.items()
        for i, stage in enumerate(carried.names)
    }


def _power_and_emissions(resolved: Inputs, found: Yield) -> dict[str, Array]:
    """Peak MW of all tranches; MWh and tCO2 of them and of hours bought, and GPU-months without
    power, over the horizon."""
    fleet, none = found.fleet, np.zeros(resolved.draws)
    mwh = sum((energy.mwh.sum(axis=1) for energy in found.energy.values()), none)
    tonnes = sum((energy.tco2.sum(axis=1) for energy in found.energy.values()), none)
    for site, rentals in fleet.rented_at().items():
        load = load_mw(rentals, resolved.use_share, fleet.stages.get(site))
        drawn = piecewise.integral(load) * HOURS_PER_MONTH
        mwh, tonnes = mwh + drawn, tonnes + drawn * resolved.sites[site].tco2_per_mwh
    bought_mwh, bought_tonnes = service.market_energy(resolved, found.served.bought)
    return {
        "peak_mw": peak_mw(fleet),
        "energy_mwh": mwh + bought_mwh,
        "emissions_tco2": tonnes + bought_tonnes,
        "dark_gpu_months": sum((unit.dark.sum(axis=1) for unit in fleet.units), none),
    }


def peak_mw(fleet: Fleet) -> Array:
    """The most MW at peak of all sites together at any time, at none more than its stages have."""
    drawn = []
    for site, units in fleet.at().items():
        mw = [piecewise.scaled(u.power.energised, u.tranche.facility_kw / 1000) for u in units]
        here, carried = piecewise.total(mw), fleet.stages.get(site)
        drawn.append(here if carried is None else power.drawn_mw(here, carried))
    return piecewise.largest(piecewise.total(drawn))


def _service(resolved: Inputs, found: Yield) -> dict[str, Array]:
    """The share that is served, and the used H100-hours wanted, short and to spare, plain and
    discounted."""
    served = found.served
    rate = resolved.scenario.choices.discount_rate_per_year.value
    factors = cost.mid_month_factors(rate, resolved.horizon)
    by_month = {"short": served.short, "surplus": served.surplus}
    price = 0.0 if resolved.service is None else resolved.service.surplus_usd_per_h100_hour
    discounted = {name: cost.present_usd(hours, factors) for name, hours in by_month.items()}
    return {
        "served_share": served.share,
        "wanted_h100_hours": served.wanted.sum(axis=1),
        **{f"{name}_h100_hours": hours.sum(axis=1) for name, hours in by_month.items()},
        **{f"discounted_{name}_h100_hours": hours for name, hours in discounted.items()},
        "surplus_usd": price * discounted["surplus"],
    }


def _parts_usd(bill: cost.Bill, rate_per_year: float) -> dict[str, Array]:
    """The present value of each part of cost, which add up to present cost, (draws,)."""
    factors = cost.mid_month_factors(rate_per_year, bill.horizon)
    parts = {part: np.zeros(bill.shape[0]) for part in cost.PARTS}
    parts |= {part: cost.present_usd(usd, factors) for part, usd in bill.parts.items()}
    return parts | {cost.END_VALUE: _end_usd(bill, rate_per_year)}


def _present_cost_usd(found: Yield, rate_per_year: float) -> Array:
    """All cash, discounted, less what is left at the horizon, (draws,)."""
    factors = cost.mid_month_factors(rate_per_year, found.bill.horizon)
    return cost.present_usd(found.cash, factors) + _end_usd(found.bill, rate_per_year)


def _end_usd(bill: cost.Bill, rate_per_year: float) -> Array:
    """Minus what is left at the horizon, discounted, (draws,)."""
    at_end = cost.discount_factor(rate_per_year, np.array(bill.horizon))
    return -bill.end_value_usd(rate_per_year) * at_end


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


def _quantities(resolved: Inputs, found: Yield) -> dict[str, Array]:
    """What was delivered, plain and discounted: GPU-hours and H100-hours of what is not let to
    others and of what is bought on the market, useful PFLOP-days."""
    rate = resolved.scenario.choices.discount_rate_per_year.value
    factors = cost.mid_month_factors(rate, resolved.horizon)
    hours, h100_hours = found.served.bought.copy(), found.served.bought.copy()
    for unit in found.fleet.units:
        if unit.tranche.use != "sublet":
            delivered = unit.gpus * HOURS_PER_MONTH
            hours += delivered
            h100_hours += delivered * unit.tranche.chip.peak_in_h100
    pflop_days = found.trained.flop / training.FLOP_PER_PFLOP_DAY
    by_month = {"gpu_hours": hours, "h100_hours": h100_hours, "pflop_days": pflop_days}
    return {name: amount.sum(axis=1) for name, amount in by_month.items()} | {
        f"discounted_{name}": cost.present_usd(amount, factors) for name, amount in by_month.items()
    }
