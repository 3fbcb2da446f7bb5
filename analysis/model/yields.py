"""An option carried out in some draws: its fleet, its run, its energy, its service, its bill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array, Index
from analysis.model import cost, finance, own, power, rent, run, service
from analysis.model.cost import Bill
from analysis.model.fleet import Fleet, Known, load_mw
from analysis.model.inputs import Inputs
from analysis.model.run import Trained
from analysis.model.service import Served


@dataclass(frozen=True)
class Yield:
    """What an option comes to in each draw: its tranches, its run, the energy of its sites, what of
    the service it serves, its bill, and all payments by month, (draws, months)."""

    fleet: Fleet
    trained: Trained
    energy: dict[str, power.Energy]
    served: Served
    bill: Bill
    cash: Array


def carried_out(resolved: Inputs, option: str, known: Known) -> Yield:
    """An option in each draw; what is known from another on the same draws is taken over."""
    fleet, training = run.option_run(resolved, option, known)
    trained = run.trained(resolved, fleet, training)
    energy, served = _energy(resolved, fleet, known), service.served(resolved, fleet.units, known)
    bill = _bill(resolved, fleet, energy, served)
    return Yield(fleet, trained, energy, served, bill, bill.cash_usd())


@dataclass(frozen=True)
class Counted:
    """What is compared of an option, by month: cash, with hours that are short at their price and
    less those to spare, (draws, months); payments after the horizon, (draws, months beyond); what
    is left at the horizon besides, and months to the target, at most the horizon, (draws,)."""

    cash: Array
    beyond: Array
    left: Array
    months: Array

    def of(self, draws: Index | slice) -> Counted:
        """The same of some of the draws."""
        return Counted(*(values[draws] for values in vars(self).values()))

    def usd(self, rate_per_year: float) -> Array:
        """The cost at a discount rate, in present USD, (draws,)."""
        horizon = self.cash.shape[1]
        factors = cost.mid_month_factors(rate_per_year, horizon + self.beyond.shape[1])
        at_end = cost.discount_factor(rate_per_year, np.array(horizon))
        paid = self.cash @ factors[:horizon] + self.beyond @ factors[horizon:]
        return np.asarray(paid - self.left * at_end)


def counted(resolved: Inputs, found: Yield, short_hour_usd: float) -> Counted:
    """What is compared of an option as it is, at a price of an hour that is short."""
    served, bill, cash = found.served, found.bill, found.cash
    if resolved.service is not None:
        price = resolved.service.surplus_usd_per_h100_hour[:, None]
        if short_hour_usd:
            cash = cash + short_hour_usd * served.short
        if price.any():
            cash = cash - price * served.surplus
    months = np.minimum(found.trained.dates["target_months"], resolved.horizon)
    return Counted(cash, bill.beyond, bill.end_value, months)


def short_hour_usd(resolved: Inputs) -> float:
    """What an hour that is short is counted at; 0 without a service."""
    stated = resolved.scenario.need.service
    return 0.0 if stated is None else stated.short_hour_usd.value


def _energy(resolved: Inputs, fleet: Fleet, known: Known) -> dict[str, power.Energy]:
    """The energy that the owned GPUs of each site draw."""
    bought = {}
    for site, carried in fleet.stages.items():
        units = fleet.owned_at(site)
        key = ("energy", *(unit.name for unit in units))
        if units and key not in known:
            known[key] = power.energy(load_mw(units, resolved.use_share, carried), carried)
        if units:
            bought[site] = known[key]
    return bought


def _bill(resolved: Inputs, fleet: Fleet, energy: dict[str, power.Energy], served: Served) -> Bill:
    """All cash of an option, by part and month, and what is left."""
    use_share, horizon = resolved.use_share, resolved.horizon
    beyond = max((rent.months_beyond(rental, horizon) for rental in fleet.rented), default=0)
    bill = Bill(resolved.draws, horizon, beyond)
    for rental in fleet.rented:
        rent.rented(bill, rental, use_share)
    for rentals in fleet.rented_at().values():
        rent.site(bill, rentals)
    for unit in fleet.owned:
        own.owned(bill, unit)
    for one in fleet.units:
        if one.tranche.use == "sublet":
            cost.sublet(bill, one, use_share)
        if one.tranche.costs:
            cost.further(bill, one)
    for site, drawn in energy.items():
        orders = [own.ordered_month(unit) for unit in fleet.owned_at(site)]
        bill.expense("energy", drawn.usd)
        cost.site_costs(bill, resolved.sites[site], np.minimum.reduce(orders))
    service.buy(bill, resolved, served.bought)
    finance.add(bill, resolved.scenario.choices)
    return bill
