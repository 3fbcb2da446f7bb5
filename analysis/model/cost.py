"""What it costs: cash by month and part, present cost, and what is left at the horizon.

Nominal USD; a payment is positive, a receipt negative. Cash of month t counts as paid in its
middle.
"""

import numpy as np

from analysis.arrays import Array
from analysis.model.draws import HOURS_PER_MONTH, MONTHS_PER_YEAR, Draws, resolve
from analysis.model.schedule import Arrival, Term
from analysis.scenario.schema import Chip, OwnedTranche, RentedTranche, Site, Tranche

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
    "end_value",
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
        self.shape = (draws, months)
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


def rented(
    bill: Bill,
    tranche: RentedTranche,
    chip: Chip,
    arrived: Arrival,
    contract: Term,
    gpus: tuple[Array, Array],
    use_share: Array,
    draws: Draws,
) -> None:
    """Adds one rented tranche to a bill: rent net of the credited prepayment, exit fee, end value.

    `gpus` are the GPUs delivered by month under the contract and after it, (draws, months) each.
    """
    horizon = gpus[0].shape[1]
    price = resolve(tranche.usd_per_gpu_hour, draws)
    paid_share = np.maximum(use_share, resolve(tranche.take_or_pay_share, draws))
    inside, after = (one * HOURS_PER_MONTH for one in gpus)
    market = _market_rent(chip, np.arange(float(horizon))[None, :] + 0.5, draws)
    bill.expense("rent", (price * paid_share)[:, None] * inside)
    bill.expense("rent", market * paid_share[:, None] * after)
    _prepaid(bill, tranche, arrived, contract, price, horizon, draws)
    _left_early(bill, tranche, arrived, contract, price * paid_share, horizon, draws)
    months = np.where(
        signed_month(tranche, arrived, draws) < horizon, contract.months_beyond(horizon), 0
    )
    hours = arrived.gpus * months * HOURS_PER_MONTH * paid_share
    then = _market_rent(chip, np.array([[float(horizon)]]), draws)[:, 0]
    bill.end_value = bill.end_value + hours * (then - price)


def owned(
    bill: Bill,
    tranche: OwnedTranche,
    chip: Chip,
    site: Site,
    gpus_per_node: float,
    it_kw: Array,
    arrived: Arrival,
    installed: Array,
    draws: Draws,
) -> None:
    """Adds one owned tranche to a bill: servers, network, works or lease, upkeep, end value.

    `installed` is the average number of GPUs installed by month, (draws, months).
    """
    horizon = installed.shape[1]
    ordered = ordered_month(tranche, arrived, draws)
    gpus = np.where(np.isfinite(ordered), arrived.gpus, 0.0)
    fall, since = resolve(chip.price_fall_per_year, draws), resolve(chip.falls_from_month, draws)
    today = resolve(chip.node_usd or 0.0, draws) / gpus_per_node
    server = today * price_index(fall, since, np.where(np.isfinite(ordered), ordered, 0))
    network, storage = resolve(tranche.network_share, draws), resolve(tranche.storage_share, draws)
    cluster = server / (1 - network - storage)
    deposit = resolve(tranche.deposit_share, draws)
    new_gpus = gpus[:, None] * _evenly(arrived.first, arrived.last, horizon)
    at_order = _at_month(ordered, horizon)
    for part, usd in (("servers", server), ("network_and_storage", cluster - server)):
        bill.invest(part, (usd * deposit * gpus)[:, None] * at_order)
        bill.invest(part, (usd * (1 - deposit))[:, None] * new_gpus)
    it_mw = gpus * it_kw / 1000
    works = resolve(site.works_usd_per_mw or 0.0, draws) * it_mw
    bill.invest("works", works[:, None] * _evenly(ordered, arrived.last, horizon))
    lease = resolve(site.lease_usd_per_kw_month or 0.0, draws) * it_mw * 1000
    bill.expense("site_lease", lease[:, None] * share_of_months(arrived.first, np.inf, horizon))
    upkeep = resolve(tranche.maintenance_share_per_year, draws) * cluster / MONTHS_PER_YEAR
    bill.expense("maintenance", upkeep[:, None] * installed)
    insured = cluster + works / np.maximum(gpus, 1e-9)
    levy = resolve(tranche.insurance_and_tax_share_per_year, draws) * insured / MONTHS_PER_YEAR
    bill.expense("insurance_and_tax", levy[:, None] * installed)
    there = new_gpus.sum(axis=1)
    resale = resolve(chip.resale_share or 0.0, draws) * price_index(
        fall, since, np.array(float(horizon))
    )
    waiting = np.where(ordered < horizon, gpus - there, 0.0) * cluster * deposit
    bill.end_value = bill.end_value + there * today * resale + waiting


def sublet(
    bill: Bill, tranche: Tranche, chip: Chip, gpus: Array, use_share: Array, draws: Draws
) -> None:
    """Adds what a tranche that is let to others brings: a share of the market rent of each month,
    for the hours that are used. It lowers the expense that is deductible.

    `gpus` are its energised GPUs by month, (draws, months).
    """
    market = _market_rent(chip, np.arange(float(gpus.shape[1]))[None, :] + 0.5, draws)
    share = resolve(tranche.sublet_price_share or 0.0, draws) * use_share
    bill.expense("sublease", -share[:, None] * market * gpus * HOURS_PER_MONTH)


def signed_month(tranche: RentedTranche, arrived: Arrival, draws: Draws) -> Array:
    """When a rental is signed, no later than its first delivery; infinite if it never comes,
    (draws,).
    """
    signed = np.minimum(resolve(tranche.signed_month, draws), arrived.first)
    return np.where(np.isfinite(arrived.first), signed, np.inf)


def ordered_month(tranche: OwnedTranche, arrived: Arrival, draws: Draws) -> Array:
    """When a tranche is ordered, at the latest on arrival; infinite if no GPU comes, (draws,)."""
    ordered = np.minimum(resolve(tranche.ordered_month, draws), arrived.first)
    return np.where(np.isfinite(arrived.first) & (arrived.gpus > 0), ordered, np.inf)


def site_costs(bill: Bill, site: Site, since: Array, draws: Draws) -> None:
    """Adds what a site costs whatever its size, from the first order on."""
    horizon = bill.shape[1]
    staff = resolve(site.staff_usd_per_year or 0.0, draws) / MONTHS_PER_YEAR
    bill.expense("staff", staff[:, None] * share_of_months(since, np.inf, horizon))
    works = resolve(site.works_usd or 0.0, draws)
    bill.invest("works", works[:, None] * _at_month(since, horizon))


def _market_rent(chip: Chip, months: Array, draws: Draws) -> Array:
    """USD per GPU-hour on the market at given months, (draws, months)."""
    today = resolve(chip.market_rent_usd_per_gpu_hour or 0.0, draws)[:, None]
    fall = resolve(chip.price_fall_per_year, draws)[:, None]
    return today * price_index(fall, resolve(chip.falls_from_month, draws)[:, None], months)


def _prepaid(
    bill: Bill,
    tranche: RentedTranche,
    arrived: Arrival,
    contract: Term,
    price: Array,
    horizon: int,
    draws: Draws,
) -> None:
    """A share of the contract's value at signing, credited evenly over the term; what is not yet
    credited comes back on leaving, or is worth its face at the horizon. Nothing if it never
    comes."""
    comes = np.isfinite(contract.first)
    promised = resolve(tranche.take_or_pay_share, draws) * price * arrived.gpus * HOURS_PER_MONTH
    rate = np.where(comes, resolve(tranche.prepayment_share, draws) * promised, 0.0)
    paid = rate * contract.months
    signed = signed_month(tranche, arrived, draws)
    credit = rate[:, None] * share_of_months(contract.first, contract.until, horizon)
    back = (rate * contract.months_given_up)[:, None] * _at_month(contract.left, horizon)
    bill.pay("rent", paid[:, None] * _at_month(signed, horizon) - credit - back)
    uncredited = np.where(signed < horizon, rate * contract.months_beyond(horizon), 0)
    bill.end_value = bill.end_value + uncredited
    bill.book = bill.book + uncredited


def _left_early(
    bill: Bill,
    tranche: RentedTranche,
    arrived: Arrival,
    contract: Term,
    usd_per_hour: Array,
    horizon: int,
    draws: Draws,
) -> None:
    """A fee of so many months of rent on leaving, never more than what is left of the term."""
    if tranche.exit_fee_months is None:
        return
    months = np.minimum(resolve(tranche.exit_fee_months, draws), contract.months_given_up)
    fee = months * arrived.gpus * usd_per_hour * HOURS_PER_MONTH
    bill.expense("exit_fee", fee[:, None] * _at_month(contract.left, horizon))


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
