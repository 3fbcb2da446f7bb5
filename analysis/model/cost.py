"""What it costs: cash by month and part, present cost, and what is left at the horizon.

Nominal USD; a payment is positive, a receipt negative. Cash of month t counts as paid in its
middle.
"""

import numpy as np

from analysis.arrays import Array
from analysis.model import piecewise
from analysis.model.draws import HOURS_PER_MONTH, MONTHS_PER_YEAR
from analysis.model.fleet import Rented, Unit
from analysis.model.records import Chip, Cost, Site

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
    "further",
    "market",
    "sublease",
    "income_tax",
    "debt",
    END_VALUE,
)
"""The parts of cost, in the order in which they are shown; `sublease` is a receipt by month,
`end_value` one at the horizon.
"""


class Bill:
    """Cash by part, each (draws, months), and what is left at the horizon.

    `deductible` is expense by month for income tax, `capital` the capital spending by month, `book`
    what the tax books carry at the horizon besides capital (prepaid rent). Contracts run on after
    the horizon: `beyond` are their payments less receipts by month from then on, (draws, months
    beyond). `end_value` is what is left at the horizon besides, (draws,).
    """

    def __init__(self, draws: int, months: int, beyond: int = 0) -> None:
        self.shape, self.horizon = (draws, months), months
        self.parts: dict[str, Array] = {}
        self.deductible = np.zeros(self.shape)
        self.capital = np.zeros(self.shape)
        self.beyond = np.zeros((draws, beyond))
        self.end_value = np.zeros(draws)
        self.book = np.zeros(draws)

    @property
    def months(self) -> int:
        """The months to the horizon and those beyond it."""
        return self.horizon + self.beyond.shape[1]

    def pay(self, part: str, usd: Array) -> None:
        """Adds a payment by month to a part; of months beyond the horizon too, if it has them."""
        within = usd[:, : self.horizon]
        self.parts[part] = self.parts[part] + within if part in self.parts else within
        if usd.shape[1] > self.horizon:
            self.beyond = self.beyond + usd[:, self.horizon :]

    def expense(self, part: str, usd: Array) -> None:
        """Adds a payment by month that is deductible when paid."""
        self.pay(part, usd)
        self.deductible += usd[:, : self.horizon]

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

    def end_value_usd(self, rate_per_year: float) -> Array:
        """What is left at the horizon, and what contracts still bring or cost, (draws,)."""
        factors = mid_month_factors(rate_per_year, self.beyond.shape[1])
        return self.end_value - present_usd(self.beyond, factors)


def discount_factor(rate_per_year: float, months: Array) -> Array:
    """(1 + r)^-(months / 12), shape of `months`."""
    return (1 + rate_per_year) ** (-np.asarray(months, dtype=float) / MONTHS_PER_YEAR)


def mid_month_factors(rate_per_year: float, months: int) -> Array:
    """The discount factors of months 0, 1, ...: (1 + r)^-((t + 0.5) / 12), (months,)."""
    return discount_factor(rate_per_year, np.arange(float(months)) + 0.5)


def present_usd(cash_usd: Array, factors: Array) -> Array:
    """Present value of cash along the last axis under the given discount factors."""
    return np.asarray(cash_usd) @ factors


def sublet(bill: Bill, unit: Unit, use_share: Array) -> None:
    """Adds what a tranche that is let to others brings: a share of the market rent of each month,
    for the hours that are used. It lowers the expense that is deductible."""
    market = market_rent(unit.tranche.chip, bill.horizon)
    share = unit.tranche.sublet_price_share * use_share
    bill.expense("sublease", -share[:, None] * market * unit.gpus * HOURS_PER_MONTH)


def site_costs(bill: Bill, site: Site, since: Array) -> None:
    """Adds what a site costs whatever its size, from the first order or delivery on."""
    staff = site.staff_usd_per_year / MONTHS_PER_YEAR
    if staff.any():
        bill.expense("staff", staff[:, None] * share_of_months(since, np.inf, bill.horizon))
    if site.works_usd.any():
        works(bill, site, paid_in(site.works_usd, since, bill.horizon))


def works(bill: Bill, site: Site, usd: Array) -> None:
    """Adds works paid at a site by month, and what they resell for at the horizon."""
    bill.invest("works", usd)
    if site.works_resale_share.any():
        bill.end_value = bill.end_value + site.works_resale_share * usd.sum(axis=1)


def further(bill: Bill, unit: Unit) -> None:
    """Adds the further lines of cost of a tranche that comes and has a GPU, from its first GPUs
    until the last are gone."""
    arrived = unit.arrived
    first = np.where(arrived.gpus > 0, arrived.first, np.inf)
    gone = unit.contract.gone if isinstance(unit, Rented) else np.full_like(first, np.inf)
    there = share_of_months(first, gone, bill.horizon)
    for line in unit.tranche.costs:
        it_kw = arrived.gpus * unit.tranche.chip.it_kw_per_gpu
        by_month = line.usd_per_year / MONTHS_PER_YEAR + line.usd_per_kw_month * it_kw
        bill.expense("further", by_month[:, None] * there + _paid_once(line, first, gone, bill))
        if line.usd_per_gpu_year.any():
            installed = piecewise.window(arrived.installed, first, gone)
            gpu_months = piecewise.by_month(installed) / MONTHS_PER_YEAR
            bill.expense("further", line.usd_per_gpu_year[:, None] * gpu_months)


def _paid_once(line: Cost, first: Array, gone: Array, bill: Bill) -> Array:
    """What a line pays at the first GPUs, and again after each life that ends, by more than 10^-9
    of a month, before they are gone, (draws, months); nothing for GPUs that are gone at once."""
    life = np.inf if line.life_months is None else line.life_months
    usd, day, times = np.zeros(bill.shape), first, 0
    until = np.minimum(gone, bill.horizon) - 1e-9
    while line.once_usd.any() and (day < until).any():
        due = np.where(day < until, day, np.inf)
        usd, times = usd + paid_in(line.once_usd, due, bill.horizon), times + 1
        day = first + times * life
    return usd


def works_usd(unit: Unit, gpus: Array) -> Array:
    """The works per MW of a tranche of so many GPUs, in USD, (draws,)."""
    it_mw = gpus * unit.tranche.chip.it_kw_per_gpu / 1000
    return unit.tranche.site.works_usd_per_mw * it_mw


def lease(bill: Bill, unit: Unit, gpus: Array) -> None:
    """Adds the lease of a tranche of so many GPUs, by IT kW from the first one on."""
    it_kw = gpus * unit.tranche.chip.it_kw_per_gpu
    usd = unit.tranche.site.lease_usd_per_kw_month * it_kw
    if usd.any():
        months = share_of_months(unit.arrived.first, np.inf, bill.horizon)
        bill.expense("site_lease", usd[:, None] * months)


def market_rent(chip: Chip, months: int) -> Array:
    """USD per GPU-hour on the market in the middle of each month, (draws, months)."""
    return chip.market_rent_usd_per_gpu_hour[:, None] * chip.rent_path.mid_months(months)


def at_month(month: Array, months: int) -> Array:
    """1 in the month that holds a date, else 0; all 0 at or beyond the last, (draws, months)."""
    whole = np.floor(np.where(np.isfinite(month), month, months))
    return (np.arange(months)[None, :] == whole[:, None]).astype(float)


def paid_in(usd: Array, month: Array, months: int) -> Array:
    """A sum paid in the month that holds a date; nothing at or beyond the last, (draws, months)."""
    paid, rows = np.zeros((len(usd), months)), np.nonzero((month >= 0) & (month < months))[0]
    paid[rows, np.floor(month[rows]).astype(np.intp)] = usd[rows]
    return paid


def share_of_months(start: Array, end: Array | float, horizon: int) -> Array:
    """The share of each month that lies between two dates, (draws, months)."""
    first = np.arange(horizon)[None, :]
    until = np.minimum(np.broadcast_to(end, start.shape)[:, None], first + 1)
    return np.clip(until - np.maximum(start[:, None], first), 0, 1)


def evenly(start: Array, end: Array, horizon: int) -> Array:
    """Shares by month of a sum paid evenly between two dates, at once if they coincide."""
    finite = np.isfinite(start) & np.isfinite(end)
    length = np.where(finite, np.where(finite, end, 0) - np.where(finite, start, 0), 0)
    spread = share_of_months(np.where(finite, start, np.inf), end, horizon)
    return np.where(
        (length > 1e-9)[:, None],
        spread / np.maximum(length, 1e-9)[:, None],
        at_month(start, horizon),
    )
