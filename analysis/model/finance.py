"""Debt, income tax, and whether to rent or buy after tax: switches that are off by default."""

import numpy as np

from analysis.arrays import Array
from analysis.model.cost import Bill, discount_factor
from analysis.model.draws import MONTHS_PER_YEAR
from analysis.scenario.schema import Choices

MACRS_5_YEAR = (0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
"""Yearly depreciation shares, half-year convention: IRS Publication 946, table A-1, 5-year
property.
"""


def add(bill: Bill, choices: Choices) -> None:
    """Adds debt and income tax, where the scenario switches them on."""
    interest, assets = np.zeros(bill.shape), bill.end_value
    if choices.debt_share.value > 0:
        months = round(choices.debt_months.value)
        rate = choices.debt_rate_per_year.value
        interest = borrow(bill, choices.debt_share.value, rate, months)
    if choices.tax_rate_share.value > 0:
        income_tax(bill, choices, interest, assets)


def income_tax(bill: Bill, choices: Choices, interest_usd: Array, assets_usd: Array) -> None:
    """Adds income tax saved on expenses, depreciation and interest, and due on the gain at the
    horizon: what is left (`assets_usd`, before debt) less its book value, and on what contracts
    bring or cost after it.

    The owner has other income: always enough, or so much a year. Then what a year cannot use is
    carried on, at the horizon against the gain, on which no less than nothing is due.
    """
    rate_share, profit = choices.tax_rate_share.value, choices.profit_usd_per_year
    written_off = depreciation_usd(bill.capital, bill.part_usd("works"), choices)
    base = bill.deductible + written_off + interest_usd
    book = bill.book + bill.capital.sum(axis=1) - written_off.sum(axis=1)
    if profit is None:
        bill.pay("income_tax", -rate_share * base)
        bill.end_value = bill.end_value - rate_share * (assets_usd - book)
        bill.beyond = bill.beyond * (1 - rate_share)
        return
    used, carried = used_usd(base, profit.value)
    bill.pay("income_tax", -rate_share * used)
    runs_on = bill.end_value_usd(choices.discount_rate_per_year.value) - bill.end_value
    gain = assets_usd + runs_on - book - carried
    bill.end_value = bill.end_value - rate_share * np.maximum(gain, 0.0)


def used_usd(base_usd: Array, profit_usd_per_year: float) -> tuple[Array, Array]:
    """What of the base is used by month, (draws, months): in each year at most the profit, evenly;
    and what is still carried at the end, (draws,)."""
    used, carried = np.zeros_like(base_usd), np.zeros(len(base_usd))
    for start in range(0, base_usd.shape[1], 12):
        year = base_usd[:, start : start + 12]
        months = year.shape[1]
        waiting = carried + year.sum(axis=1)
        now = np.minimum(waiting, profit_usd_per_year * months / MONTHS_PER_YEAR)
        used[:, start : start + months] = (now / months)[:, None]
        carried = waiting - now
    return used, carried


def depreciation_usd(capital_usd: Array, works_usd: Array, choices: Choices) -> Array:
    """Write-offs by month, (draws, months), of capital spending of which so much is for works: a
    bonus at once, of the rest a share a year; works by themselves where they have years."""
    bonus, years = choices.bonus_share.value, choices.write_off_years
    shares = MACRS_5_YEAR if years is None else _straight(years.value)
    if choices.works_years is None:
        return bonus * capital_usd + _written_off((1 - bonus) * capital_usd, shares)
    rest = capital_usd - works_usd
    works = _written_off(works_usd, _straight(choices.works_years.value))
    return bonus * rest + _written_off((1 - bonus) * rest, shares) + works


def _straight(years: float) -> tuple[float, ...]:
    """The same share in each of so many years."""
    return (1 / years,) * round(years)


def _written_off(spent_usd: Array, shares: tuple[float, ...]) -> Array:
    """Write-offs of what is spent by month, a share in each tax year of 12 months from that of the
    spending on, evenly within it, (draws, months)."""
    found = np.zeros_like(spent_usd)
    for start in range(0, spent_usd.shape[1], 12):
        spent = spent_usd[:, start : start + 12].sum(axis=1)
        for year, share in enumerate(shares):
            found[:, start + 12 * year : start + 12 * year + 12] += (spent * share / 12)[:, None]
    return found


def borrow(bill: Bill, share: float, rate_per_year: float, months: int) -> Array:
    """Adds debt on a share of capital spending, repaid in level monthly payments from the month
    after; what is still owed at the horizon lowers the end value. Returns interest by month."""
    drawn = share * bill.capital
    payment = annuity_usd(drawn, rate_per_year / MONTHS_PER_YEAR, months)
    due = np.cumsum(np.pad(payment, ((0, 0), (1, 0)))[:, :-1], axis=1)
    due -= np.cumsum(np.pad(payment, ((0, 0), (months + 1, 0)))[:, : payment.shape[1]], axis=1)
    owed, interest = np.zeros(len(drawn)), np.zeros_like(drawn)
    for t in range(drawn.shape[1]):
        interest[:, t] = owed * rate_per_year / MONTHS_PER_YEAR
        owed = owed + interest[:, t] - due[:, t] + drawn[:, t]
    bill.pay("debt", due - drawn)
    bill.end_value = bill.end_value - owed
    return interest


def annuity_usd(principal_usd: Array, rate: float, periods: float) -> Array:
    """The level payment per period that repays a principal; shape of the principal.

    The usual annuity, with its limit `principal / periods` at a zero rate.
    """
    share = 1 / periods if rate == 0 else rate / -np.expm1(-periods * np.log1p(rate))
    return np.asarray(principal_usd) * share


def lease_advantage_usd(
    price_usd: float,
    rent_usd_per_year: float,
    years: int,
    rate_after_tax: float,
    tax_rate_share: float,
) -> float:
    """Present value of renting an asset less that of buying it: rent in arrears, straight-line
    write-off to zero, both after tax. Ross, Westerfield and Jaffe, Corporate Finance, on
    leasing."""
    yearly = -rent_usd_per_year * (1 - tax_rate_share) - tax_rate_share * price_usd / years
    factors = discount_factor(rate_after_tax, np.arange(1.0, years + 1) * MONTHS_PER_YEAR)
    return float(price_usd + yearly * factors.sum())
