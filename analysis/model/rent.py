"""What a rented tranche costs: rent under contract and by the hour, prepayment and credit, leaving
early, what runs on after the horizon, and the supplier's site."""

import numpy as np

from analysis.arrays import Array
from analysis.model import cost, schedule
from analysis.model.cost import Bill, paid_in, share_of_months
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.fleet import Rented
from analysis.model.piecewise import Path


def rented(bill: Bill, rental: Rented, use_share: Array) -> None:
    """Adds one rented tranche to a bill: rent under contract, renewed and by the hour, prepayment
    and credit, the fee for leaving, and what the contract still pays and brings after the horizon.
    """
    tranche, horizon = rental.tranche, bill.horizon
    reserved = tranche.reserved_share
    paid_share = reserved * np.maximum(use_share, tranche.take_or_pay_share)
    market = cost.market_rent(tranche.chip, bill.months)
    if tranche.at_end == "reserve":
        bill.expense("rent", paid_share[:, None] * _terms_usd(rental, horizon))
    else:
        paid_hours = paid_share * HOURS_PER_MONTH
        usd = (tranche.usd_per_gpu_hour * paid_hours)[:, None] * rental.under_contract
        if tranche.at_end != "stop":
            usd += paid_hours[:, None] * market[:, :horizon] * rental.renewed
        bill.expense("rent", usd)
    if (reserved < 1).any():
        used = ((1 - reserved) * use_share)[:, None] * rental.gpus * HOURS_PER_MONTH
        bill.expense("rent", market[:, :horizon] * used)
    if tranche.prepayment_share.any():
        _prepaid(bill, rental)
    _left_early(bill, rental, tranche.usd_per_gpu_hour * paid_share)
    let = market[:, horizon:] * (reserved * use_share * tranche.sublet_price_share)[:, None]
    _runs_on(bill, rental, paid_share, let)


def term_prices(rental: Rented, begins: Array) -> Array:
    """USD per GPU-hour of the terms that begin on some days, (draws, n): the first at the price of
    the tranche, a later one at what such a contract costs on the market of its day."""
    tranche, chip = rental.tranche, rental.tranche.chip
    again = np.isfinite(begins) & (begins > rental.contract.first[:, None])
    price = chip.market_rent_usd_per_gpu_hour * chip.contract_ratio(tranche.term_months)
    market = price[:, None] * chip.rent_path.index_on(np.where(again, begins, 0.0))
    return np.where(again, market, tranche.usd_per_gpu_hour[:, None])


def months_beyond(rental: Rented, horizon: int) -> int:
    """The whole months after the horizon in which something of a contract is still delivered or
    paid in some draw."""
    days = np.where(rental.tranche.comes, prepaid_on(rental), rental.tranche.known_month)
    last = np.max(days, where=np.isfinite(days), initial=0.0)
    paid = int(np.floor(last)) + 1 - horizon
    return max(schedule.months_beyond(rental.contract, horizon), paid, 0)


def prepaid_on(rental: Rented) -> Array:
    """The month in which a prepayment is due: so long before the first delivery that is planned,
    but not before the tranche is decided on, (draws,)."""
    tranche = rental.tranche
    return np.maximum(tranche.planned - tranche.prepaid_months_before, tranche.begins)


def prepayment_usd(rental: Rented) -> Array:
    """The share of the contract's value that is paid ahead, (draws,)."""
    tranche = rental.tranche
    hours = tranche.reserved_share * tranche.gpus * HOURS_PER_MONTH * tranche.term_months
    value = tranche.take_or_pay_share * tranche.usd_per_gpu_hour * hours
    return tranche.prepayment_share * value


def site(bill: Bill, rentals: list[Rented]) -> None:
    """Adds what a supplier's site costs who rents there: works on delivery, staff and lease from
    then on. What never comes, or holds no GPU, costs nothing."""
    firsts = []
    for rental in rentals:
        first = np.where(rental.arrived.gpus > 0, rental.arrived.first, np.inf)
        gpus = np.where(np.isfinite(first), rental.arrived.gpus, 0.0)
        works = cost.works_usd(rental, gpus)
        if works.any():
            cost.works(bill, rental.tranche.site, paid_in(works, first, bill.horizon))
        cost.lease(bill, rental, gpus)
        firsts.append(first)
    cost.site_costs(bill, rentals[0].tranche.site, np.minimum.reduce(firsts))


def _terms_usd(rental: Rented, horizon: int) -> Array:
    """Price x delivered GPU-hours of a rental that is signed again, (draws, months). A term lasts a
    month or more, so that at most one ends within a month: its hours are cut there."""
    first, length = rental.contract.first[:, None], rental.tranche.term_months[:, None]
    months = np.broadcast_to(np.arange(float(horizon)), rental.gpus.shape)
    number = np.maximum(np.floor((months - first) / length), 0)
    begins, ends = first + number * length, first + (number + 1) * length
    cut = np.clip(ends, months, months + 1)
    before = _gpu_months_until(rental.power.delivered, cut) - _gpu_months_until(
        rental.power.delivered, months
    )
    after = rental.gpus - before
    usd = term_prices(rental, begins) * before + term_prices(rental, ends) * after
    return usd * HOURS_PER_MONTH


def _gpu_months_until(path: Path, months: Array) -> Array:
    """GPU-months from month 0 to some times of each draw, exactly, (draws, n)."""
    found = np.zeros(months.shape)
    pieces = (path.times[:-1], path.lengths, path.left, path.slopes)
    for start, length, left, slope in zip(*(one[:, :, None] for one in pieces), strict=True):
        since = np.clip(months - start, 0, length)
        found += (left + slope * since / 2) * since
    return found


def _prepaid(bill: Bill, rental: Rented) -> None:
    """The prepayment, credited evenly over the term; what is not yet credited comes back on
    leaving. Where the rental never comes it is paid if that is due before this is known, and a
    share of it comes back then."""
    tranche, contract, months = rental.tranche, rental.contract, bill.months
    usd, due = prepayment_usd(rental), prepaid_on(rental)
    fails = ~np.isfinite(contract.first)
    paid = np.where(fails & (due >= tranche.known_month), 0.0, usd)
    returned = np.where(fails, paid * tranche.refund_share, 0.0)
    rate = np.where(fails | (contract.months <= 0), 0.0, paid) / np.maximum(contract.months, 1e-9)
    cash = paid_in(paid, due, months)
    cash -= rate[:, None] * share_of_months(contract.first, contract.until, months)
    cash -= paid_in(rate * contract.months_given_up, contract.left, months)
    cash -= paid_in(returned, tranche.known_month, months)
    bill.pay("rent", cash)
    lost = np.where(fails, paid, 0.0) - returned
    lost = paid_in(lost, tranche.known_month, bill.horizon)
    bill.deductible += lost
    bill.book = bill.book + (cash[:, : bill.horizon] - lost).sum(axis=1)


def _left_early(bill: Bill, rental: Rented, usd_per_hour: Array) -> None:
    """A fee of so many months of rent on leaving, never more than what is left of the term."""
    contract, fee_months = rental.contract, rental.tranche.exit_fee_months
    if fee_months is not None:
        months = np.minimum(fee_months, contract.months_given_up)
        fee = months * rental.arrived.gpus * usd_per_hour * HOURS_PER_MONTH
        bill.expense("exit_fee", paid_in(fee, contract.left, bill.horizon))


def _runs_on(bill: Bill, rental: Rented, paid_share: Array, let_usd_per_hour: Array) -> None:
    """After the horizon the last term is paid, and its hours are let at a share of the market."""
    months = bill.months - bill.horizon
    if not months:
        return
    gpus = schedule.delivered_beyond(rental.beyond, rental.contract, bill.horizon, months)
    price = term_prices(rental, rental.contract.last[:, None])
    paid = price * paid_share[:, None] - let_usd_per_hour
    bill.beyond = bill.beyond + paid * gpus * HOURS_PER_MONTH
