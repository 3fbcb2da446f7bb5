"""What it costs: cash by month and part, present cost, and what is left at the horizon.

Nominal USD; a payment is positive, a receipt negative. Cash of month t counts as paid in its
middle.
"""

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.model.draws import HOURS_PER_MONTH, MONTHS_PER_YEAR
from analysis.model.fleet import Owned, Rented, Unit
from analysis.model.inputs import Chip, Site

END_VALUE = "end_value"
PARTS = (
    "rent",
    "exit_fee",
    "servers",
    "network_and_storage",
    "works",
    "site_lease",
    "energy",
    "staff",
    "maintenance",
    "insurance_and_tax",
    "sublease",
    "income_tax",
    "debt",
    END_VALUE,
)
"""The parts of cost, in the order in which they are shown; `sublease` is a receipt by month,
`end_value` one at the horizon.
"""


class Bill:
    """Cash by part, each (draws, months), and what is left at the horizon, each (draws,).

    `deductible` is expense by month for income tax, `capital` the capital spending by month, `book`
    what the tax books carry at the horizon besides capital (prepaid rent).
    """

    def __init__(self, draws: int, months: int) -> None:
        self.shape, self.horizon = (draws, months), months
        self.parts: dict[str, Array] = {}
        self.deductible = np.zeros(self.shape)
        self.capital = np.zeros(self.shape)
        self.end_value = np.zeros(draws)
        self.book = np.zeros(draws)

    def pay(self, part: str, usd: Array) -> None:
        """Adds a payment by month to a part."""
        self.parts[part] = self.parts[part] + usd if part in self.parts else usd

    def expense(self, part: str, usd: Array) -> None:
        """Adds a payment by month that is deductible when paid."""
        self.pay(part, usd)
        self.deductible += usd

    def invest(self, part: str, usd: Array) -> None:
        """Adds capital spending by month."""
        self.pay(part, usd)
        self.capital += usd

    def part_usd(self, part: str) -> Array:
        """The payments of one part by month, (draws, months)."""
        return self.parts.get(part, np.zeros(self.shape))

    def cash_usd(self) -> Array:
        """All payments by month, (draws, months)."""
        return sum(self.parts.values(), np.zeros(self.shape))


def discount_factor(rate_per_year: float, months: Array) -> Array:
    """(1 + r)^-(months / 12), shape of `months`."""
    return (1 + rate_per_year) ** (-np.asarray(months, dtype=float) / MONTHS_PER_YEAR)


def mid_month_factors(rate_per_year: float, months: int) -> Array:
    """The discount factors of months 0, 1, ...: (1 + r)^-((t + 0.5) / 12), (months,)."""
    return discount_factor(rate_per_year, np.arange(float(months)) + 0.5)


def present_usd(cash_usd: Array, factors: Array) -> Array:
    """Present value of cash along the last axis under the given discount factors."""
    return np.asarray(cash_usd) @ factors


def price_index(fall_per_year: Array, falls_from_month: Array, months: Array) -> Array:
    """The price path of a chip, 1 until it starts to fall: (1 - fall)^(months since / 12)."""
    since = np.maximum(months - falls_from_month, 0)
    return (1 - fall_per_year) ** (since / MONTHS_PER_YEAR)


def rented(bill: Bill, rental: Rented, use_share: Array) -> None:
    """Adds one rented tranche to a bill: rent net of the credited prepayment, exit fee, end value.

    What is beyond the horizon of a contract is worth the market price less its own, an hour.
    """
    tranche, horizon = rental.tranche, bill.horizon
    price = tranche.usd_per_gpu_hour
    paid_share = np.maximum(use_share, tranche.take_or_pay_share)
    market = market_rent(tranche.chip, np.arange(float(horizon)) + 0.5)
    inside, after = rental.under_contract * HOURS_PER_MONTH, rental.renewed * HOURS_PER_MONTH
    bill.expense("rent", (price * paid_share)[:, None] * inside)
    bill.expense("rent", market * paid_share[:, None] * after)
    _prepaid(bill, rental)
    _left_early(bill, rental, price * paid_share)
    months = np.where(signed_month(rental) < horizon, rental.contract.months_beyond(horizon), 0)
    hours = rental.arrived.gpus * months * HOURS_PER_MONTH * paid_share
    then = market_rent(tranche.chip, np.array([float(horizon)]))[:, 0]
    bill.end_value = bill.end_value + hours * (then - price)


@dataclass(frozen=True)
class Purchase:
    """What an owned tranche is bought for: when it is ordered, how many GPUs (0 where none comes),
    those that come by month, and USD per GPU for the server and for the whole cluster."""

    ordered: Array
    gpus: Array
    new_gpus: Array
    server_usd: Array
    cluster_usd: Array


def owned(bill: Bill, unit: Owned) -> None:
    """Adds one owned tranche to a bill: servers, network, works or lease, upkeep, end value."""
    bought = purchase(unit, bill.horizon)
    _pay_for_servers(bill, unit, bought)
    works_usd = _pay_for_place(bill, unit, bought)
    _keep_up(bill, unit, bought, works_usd)
    bill.end_value = bill.end_value + _left_usd(unit, bought, bill.horizon)


def purchase(unit: Owned, horizon: int) -> Purchase:
    """An owned tranche at the prices of the month in which it is ordered."""
    tranche, arrived, ordered = unit.tranche, unit.arrived, ordered_month(unit)
    comes = np.isfinite(ordered)
    gpus = np.where(comes, arrived.gpus, 0.0)
    new_gpus = gpus[:, None] * _evenly(arrived.first, arrived.last, horizon)
    server = server_usd(tranche.chip) * chip_price_index(tranche.chip, np.where(comes, ordered, 0))
    cluster = server / (1 - tranche.network_share - tranche.storage_share)
    return Purchase(ordered, gpus, new_gpus, server, cluster)


def _pay_for_servers(bill: Bill, unit: Owned, bought: Purchase) -> None:
    """A deposit at the order and the rest as GPUs come, for servers and for what connects them."""
    deposit, at_order = unit.tranche.deposit_share, _at_month(bought.ordered, bill.horizon)
    others = bought.cluster_usd - bought.server_usd
    for part, usd in (("servers", bought.server_usd), ("network_and_storage", others)):
        bill.invest(part, (usd * deposit * bought.gpus)[:, None] * at_order)
        bill.invest(part, (usd * (1 - deposit))[:, None] * bought.new_gpus)


def _pay_for_place(bill: Bill, unit: Owned, bought: Purchase) -> Array:
    """Works evenly from the order to the last GPU, and the lease from the first one on; returns
    the USD of the works, (draws,)."""
    site, arrived, horizon = unit.tranche.site, unit.arrived, bill.horizon
    it_mw = bought.gpus * unit.tranche.chip.it_kw_per_gpu / 1000
    works = site.works_usd_per_mw * it_mw
    bill.invest("works", works[:, None] * _evenly(bought.ordered, arrived.last, horizon))
    lease = site.lease_usd_per_kw_month * it_mw * 1000
    bill.expense("site_lease", lease[:, None] * share_of_months(arrived.first, np.inf, horizon))
    return works


def _keep_up(bill: Bill, unit: Owned, bought: Purchase, works_usd: Array) -> None:
    """Maintenance of the cluster; insurance and property tax on it and on the works."""
    tranche = unit.tranche
    upkeep = tranche.maintenance_share_per_year * bought.cluster_usd / MONTHS_PER_YEAR
    bill.expense("maintenance", upkeep[:, None] * unit.installed)
    insured = bought.cluster_usd + works_usd / np.maximum(bought.gpus, 1e-9)
    levy = tranche.insurance_and_tax_share_per_year * insured / MONTHS_PER_YEAR
    bill.expense("insurance_and_tax", levy[:, None] * unit.installed)


def _left_usd(unit: Owned, bought: Purchase, horizon: int) -> Array:
    """What GPUs resell for at the horizon, and the deposits on those still to come, (draws,)."""
    chip, there = unit.tranche.chip, bought.new_gpus.sum(axis=1)
    resale_share = chip.resale_share * chip_price_index(chip, float(horizon))
    waiting = np.where(bought.ordered < horizon, bought.gpus - there, 0.0)
    deposits = waiting * bought.cluster_usd * unit.tranche.deposit_share
    return there * server_usd(chip) * resale_share + deposits


def sublet(bill: Bill, unit: Unit, use_share: Array) -> None:
    """Adds what a tranche that is let to others brings: a share of the market rent of each month,
    for the hours that are used. It lowers the expense that is deductible."""
    market = market_rent(unit.tranche.chip, np.arange(float(bill.horizon)) + 0.5)
    share = unit.tranche.sublet_price_share * use_share
    bill.expense("sublease", -share[:, None] * market * unit.gpus * HOURS_PER_MONTH)


def site_costs(bill: Bill, site: Site, since: Array) -> None:
    """Adds what a site costs whatever its size, from the first order on."""
    staff = site.staff_usd_per_year / MONTHS_PER_YEAR
    bill.expense("staff", staff[:, None] * share_of_months(since, np.inf, bill.horizon))
    bill.invest("works", site.works_usd[:, None] * _at_month(since, bill.horizon))


def signed_month(rental: Rented) -> Array:
    """When a rental is signed, no later than its first delivery; infinite if it never comes,
    (draws,).
    """
    first = rental.arrived.first
    return np.where(np.isfinite(first), np.minimum(rental.tranche.signed_month, first), np.inf)


def ordered_month(unit: Owned) -> Array:
    """When a tranche is ordered, at the latest on arrival; infinite if no GPU comes, (draws,)."""
    first = unit.arrived.first
    ordered = np.minimum(unit.tranche.ordered_month, first)
    return np.where(np.isfinite(first) & (unit.arrived.gpus > 0), ordered, np.inf)


def server_usd(chip: Chip) -> Array:
    """USD of a server today, per GPU, (draws,)."""
    return chip.node_usd / chip.gpus_per_node


def chip_price_index(chip: Chip, months: Array | float) -> Array:
    """The price of a chip at a month of each draw over its price today, (draws,)."""
    return price_index(chip.price_fall_per_year, chip.falls_from_month, np.asarray(months))


def market_rent(chip: Chip, months: Array) -> Array:
    """USD per GPU-hour on the market at given months, (months,) -> (draws, months)."""
    fall, since = chip.price_fall_per_year[:, None], chip.falls_from_month[:, None]
    return chip.market_rent_usd_per_gpu_hour[:, None] * price_index(fall, since, months[None, :])


def _prepaid(bill: Bill, rental: Rented) -> None:
    """A share of the contract's value at signing, credited evenly over the term; what is not yet
    credited comes back on leaving, or is worth its face at the horizon. Nothing if it never
    comes."""
    tranche, contract, horizon = rental.tranche, rental.contract, bill.horizon
    paid_share, price = tranche.take_or_pay_share, tranche.usd_per_gpu_hour
    promised = paid_share * price * rental.arrived.gpus * HOURS_PER_MONTH
    rate = np.where(np.isfinite(contract.first), tranche.prepayment_share * promised, 0.0)
    signed = signed_month(rental)
    paid = (rate * contract.months)[:, None] * _at_month(signed, horizon)
    credit = rate[:, None] * share_of_months(contract.first, contract.until, horizon)
    back = (rate * contract.months_given_up)[:, None] * _at_month(contract.left, horizon)
    bill.pay("rent", paid - credit - back)
    uncredited = np.where(signed < horizon, rate * contract.months_beyond(horizon), 0)
    bill.end_value = bill.end_value + uncredited
    bill.book = bill.book + uncredited


def _left_early(bill: Bill, rental: Rented, usd_per_hour: Array) -> None:
    """A fee of so many months of rent on leaving, never more than what is left of the term."""
    contract, fee_months = rental.contract, rental.tranche.exit_fee_months
    if fee_months is not None:
        months = np.minimum(fee_months, contract.months_given_up)
        fee = months * rental.arrived.gpus * usd_per_hour * HOURS_PER_MONTH
        bill.expense("exit_fee", fee[:, None] * _at_month(contract.left, bill.horizon))


def _at_month(month: Array, horizon: int) -> Array:
    """1 in the month that holds a date, else 0; all 0 at or beyond the horizon, (draws, months)."""
    whole = np.floor(np.where(np.isfinite(month), month, horizon))
    return (np.arange(horizon)[None, :] == whole[:, None]).astype(float)


def share_of_months(start: Array, end: Array | float, horizon: int) -> Array:
    """The share of each month that lies between two dates, (draws, months)."""
    first = np.arange(horizon)[None, :]
    until = np.minimum(np.broadcast_to(end, start.shape)[:, None], first + 1)
    return np.clip(until - np.maximum(start[:, None], first), 0, 1)


def _evenly(start: Array, end: Array, horizon: int) -> Array:
    """Shares by month of a sum paid evenly between two dates, at once if they coincide."""
    finite = np.isfinite(start) & np.isfinite(end)
    length = np.where(finite, np.where(finite, end, 0) - np.where(finite, start, 0), 0)
    spread = share_of_months(np.where(finite, start, np.inf), end, horizon)
    return np.where(
        (length > 1e-9)[:, None],
        spread / np.maximum(length, 1e-9)[:, None],
        _at_month(start, horizon),
    )
