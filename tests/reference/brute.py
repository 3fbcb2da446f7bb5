"""A slow second implementation of 0-method.ipynb, kept free of the package on purpose.

One draw and one option at a time. Time is cut into 32 steps a month; whatever varies is evaluated
at the middle of a step and held over it. Dates that are found on this grid (first training, full
capacity) are ends of steps, half a step to one and a half late; dates that inputs give (arrivals,
orders, ends of terms) are exact.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS = 32  # per month
HOURS = 730.0  # per month
SECONDS = 2_628_000.0  # per month
PFLOP_DAY = 8.64e19
SLACK = 1e-9
MACRS = (0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
CHIPS = Path(__file__).parents[2] / "data" / "chips.csv"

Series = NDArray[np.float64]
Draw = dict[str, float]
Words = dict[str, Any]


# Draws


def metalog(
    low: float, mid: float, high: float, minimum: float | None, maximum: float | None, rank: float
) -> float:
    """Value at a rank between 0 and 1 of the range P10/P50/P90 with these bounds."""
    ends = [_stretch(x, minimum, maximum) for x in (low, mid, high)]
    width = ends[2] - ends[0]
    r = (ends[1] - ends[0]) / width
    if not 0.166578 < r < 0.833422:
        raise ValueError(f"no metalog goes through {low}, {mid}, {high}")
    odds = math.log(rank / (1 - rank))
    bend = 1 + 2.5 * (1 - 2 * r) * (rank - 0.5)
    return _unstretch(ends[1] + width / (2 * math.log(9)) * odds * bend, minimum, maximum)


def _stretch(x: float, minimum: float | None, maximum: float | None) -> float:
    """Value on the scale that runs from minus to plus infinity."""
    if minimum is not None and maximum is not None:
        return math.log((x - minimum) / (maximum - x))
    if minimum is not None:
        return math.log(x - minimum)
    return x if maximum is None else -math.log(maximum - x)


def _unstretch(s: float, minimum: float | None, maximum: float | None) -> float:
    """Value on its own scale, from the stretched one."""
    if minimum is not None and maximum is not None:
        share = 1 / (1 + math.exp(-s)) if s > 0 else math.exp(s) / (1 + math.exp(s))
        return minimum + (maximum - minimum) * share
    if minimum is not None:
        return minimum + math.exp(s)
    return s if maximum is None else maximum - math.exp(-s)


def number(words: Any, draw: Draw) -> float:
    """Value of an input: a number, a name, or the sum of a list of these."""
    if isinstance(words, list | tuple):
        return sum(number(one, draw) for one in words)
    return draw[words] if isinstance(words, str) else float(words)


def number_or_zero(words: Any, draw: Draw) -> float:
    """Value of an input that may be left out; 0 where it is."""
    return 0.0 if words is None else number(words, draw)


def fails(words: Words, draw: Draw) -> bool:
    """Whether a tranche or stage hangs on an event that does not happen."""
    return words["only_if"] is not None and draw[words["only_if"]] < 0.5


# Time


def middles(months: int) -> Series:
    """Month at the middle of each step."""
    return (np.arange(months * STEPS) + 0.5) / STEPS


def added(several: list[Series]) -> Series:
    """Sum of several series, step by step or month by month; zero where there is none."""
    return np.asarray(sum(several, np.zeros(1)))


def monthly(series: Series) -> Series:
    """Mean of each month of a series of steps."""
    return series.reshape(-1, STEPS).mean(axis=1)


def first_step(holds: NDArray[np.bool_]) -> int | None:
    """First step in which a condition holds, or None."""
    return int(np.argmax(holds)) if holds.any() else None


def end_of(step: int | None) -> float:
    """Month at the end of a step; infinite without one."""
    return math.inf if step is None else (step + 1) / STEPS


def reaches(series: Series, level: float) -> NDArray[np.bool_]:
    """Whether each step is at or above a level, less one part in 10⁹ of it."""
    return series >= level - SLACK * abs(level)


def paid_at(amount: float, date: float, months: int) -> Series:
    """Payment of each month, in USD, of an amount that is due at a date."""
    series = np.zeros(months)
    if date < months:
        series[int(date)] = amount
    return series


def overlaps(first: float, last: float, months: int) -> Series:
    """Share of each month that lies between two dates."""
    starts = np.arange(months)
    return np.clip(np.minimum(starts + 1, last) - np.maximum(starts, first), 0.0, None)


def paid_over(amount: float, first: float, last: float, months: int) -> Series:
    """Payment of each month, in USD, of an amount spread evenly between two dates."""
    if first == last:
        return paid_at(amount, first, months)
    return amount * overlaps(first, last, months) / (last - first)


# Chips, tranches and their schedule


@dataclass
class Chip:
    """A chip in one draw: TFLOP/s, kW, USD and shares."""

    peak: float
    node: float
    kw: float
    load_share: float
    gpu_usd: float | None
    rent: float | None
    resale: float | None
    fall: float
    falls_from: float

    def market(self, t: float | Series) -> Any:
        """Market price at month t over that of today."""
        return (1 - self.fall) ** (np.maximum(t - self.falls_from, 0) / 12)


@dataclass
class Tranche:
    """A tranche in one draw: GPUs, months, and the GPUs energised in each step."""

    name: str
    words: Words
    chip: Chip
    pue: float
    gpus: float
    arrival: float
    ramp: float
    term: float  # months; 0 if owned
    order: float  # date of the order; infinite if rented or never ordered
    left: float = math.inf
    energised: Series = field(default_factory=lambda: np.zeros(0))

    @property
    def rented(self) -> bool:
        """Whether it is rented."""
        return bool(self.words["kind"] == "rent")

    @property
    def site(self) -> str:
        """Name of its site."""
        return str(self.words["site"])

    @property
    def kw(self) -> float:
        """Peak kW of one GPU at the meter."""
        return self.chip.kw * self.pue

    @property
    def market_rent(self) -> float:
        """Market price of a GPU-hour today; every rented tranche has one."""
        assert self.chip.rent is not None
        return self.chip.rent

    @property
    def new_and_resale(self) -> tuple[float, float]:
        """Price of a GPU today and its resale share; every owned tranche has them."""
        assert self.chip.gpu_usd is not None
        assert self.chip.resale is not None
        return self.chip.gpu_usd, self.chip.resale

    @property
    def end(self) -> float:
        """Month in which its term ends."""
        return self.arrival + self.term

    def installed(self, t: Series) -> Series:
        """GPUs that have arrived by each time t."""
        if math.isinf(self.arrival):
            return np.zeros_like(t)
        if self.ramp == 0:
            return np.where(t >= self.arrival, self.gpus, 0.0)
        return self.gpus * np.clip((t - self.arrival) / self.ramp, 0.0, 1.0)

    def delivered(self, t: Series) -> Series:
        """GPUs that are there at each time t."""
        gone = self.left
        if self.rented and self.words["at_end"] == "stop":
            gone = min(gone, self.end)
        return np.where(t < gone, self.installed(t), 0.0)


@cache
def chip_table() -> dict[str, dict[str, str]]:
    """Rows of the table of chips, by name."""
    with CHIPS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def make_chip(scenario: Words, name: str, draw: Draw) -> Chip:
    """Chip of that name in this draw; what the scenario leaves out comes from the table."""
    words, row = scenario["chips"][name], chip_table().get(name, {})

    def own_or_table(key: str) -> float:
        return float(row[key]) if words[key] is None else number(words[key], draw)

    def if_given(key: str) -> float | None:
        return None if words[key] is None else number(words[key], draw)

    node, node_usd = own_or_table("gpus_per_node"), if_given("node_usd")
    return Chip(
        peak=own_or_table("peak_bf16_dense_tflops"),
        node=node,
        kw=own_or_table("it_kw_per_gpu"),
        load_share=number(words["load_share"], draw),
        gpu_usd=None if node_usd is None else node_usd / node,
        rent=if_given("market_rent_usd_per_gpu_hour"),
        resale=if_given("resale_share"),
        fall=number(words["price_fall_per_year"], draw),
        falls_from=number(words["falls_from_month"], draw),
    )


def make_tranche(scenario: Words, name: str, draw: Draw) -> Tranche:
    """Tranche of that name in this draw, as planned: not yet left, no GPU energised."""
    words = scenario["tranches"][name]
    arrival = max(number(one, draw) for one in words["milestones"].values())
    if fails(words, draw):
        arrival = math.inf
    rented = words["kind"] == "rent"
    order = math.inf
    if not rented and arrival < math.inf:
        order = min(number(words["ordered_month"], draw), arrival)
    return Tranche(
        name=name,
        words=words,
        chip=make_chip(scenario, words["chip"], draw),
        pue=number(scenario["sites"][words["site"]]["pue"], draw),
        gpus=number(words["gpus"], draw),
        arrival=arrival,
        ramp=number(words["ramp_months"], draw),
        term=number(words["term_months"], draw) if rented else 0.0,
        order=order,
    )


def fabrics(tranches: list[Tranche]) -> dict[str, list[Tranche]]:
    """Tranches of the run, by fabric, in the order in which the option lists them."""
    groups: dict[str, list[Tranche]] = {}
    for one in tranches:
        if one.words["use"] == "run":
            groups.setdefault(one.words["fabric"] or one.name, []).append(one)
    return groups


def available(group: list[Tranche], counted: list[Tranche], draw: Draw) -> Series:
    """GPUs of a fabric in each step, counting only some of its tranches."""
    words = group[0].words["fabric_gpus"]  # the same for all tranches of a fabric
    limit = math.inf if words is None else number(words, draw)
    return np.minimum(added([one.energised for one in counted]), limit)


def leave(tranches: list[Tranche], start_gpus: float, t: Series, draw: Draw) -> None:
    """Set the month in which each tranche is left, and end its GPUs there.

    The month is the start of the step: no GPU is there at the middle of that step. It may lie after
    the end of the term; what is renewed is then renewed until it.
    """
    for one in tranches:
        if one.words.get("leave_when_trains") is None:
            continue
        for group in fabrics(tranches).values():
            if one.words["leave_when_trains"] not in [other.name for other in group]:
                continue
            stay = [other for other in group if other.words.get("leave_when_trains") is None]
            enough = reaches(available(group, stay, draw), start_gpus) if stay else t < 0
            step = first_step(enough)
            x = math.inf if step is None else max(step / STEPS, one.arrival)
            if x < len(t) / STEPS:
                one.left = x
    for one in tranches:
        if one.rented:
            one.energised = one.delivered(t)


# Power


def replaced_by(stages: dict[str, Words], name: str) -> set[str]:
    """Names of the stages that replace a stage, or one that replaces it, in turn."""
    found: set[str] = set()
    new = {name}
    while new:
        new = {key for key, stage in stages.items() if stage["replaces"] in new} - found
        found |= new
    return found


def stage_mw(stages: dict[str, Words], name: str, t: Series, draw: Draw) -> Series:
    """MW that a stage carries in each step, availability taken off."""

    def comes(key: str) -> float:
        words = stages[key]
        return math.inf if fails(words, draw) else number(words["from_months"], draw)

    words = stages[name]
    ends = [comes(key) for key in replaced_by(stages, name)]
    if words["until_months"] is not None:
        ends.append(number(words["until_months"], draw))
    mw = number(words["mw"], draw) * number(words["availability_share"], draw)
    return np.where((t >= comes(name)) & (t < min(ends, default=math.inf)), mw, 0.0)


def energise(scenario: Words, tranches: list[Tranche], t: Series, draw: Draw) -> None:
    """Set the GPUs that each tranche has energised in each step.

    Rented ones stand at a supplier's site, which has no stages and limits nothing.
    """
    left: dict[str, Series] = {}
    for one in tranches:
        one.energised = one.delivered(t)
        if one.rented:
            continue
        stages = scenario["sites"][one.site]["stages"]
        if one.site not in left:
            left[one.site] = added([stage_mw(stages, key, t, draw) for key in stages])
        one.energised = np.minimum(one.energised, left[one.site] * 1000 / one.kw)
        left[one.site] = left[one.site] - one.energised * one.kw / 1000


def loads(tranches: list[Tranche], use_share: float) -> Series:
    """Average MW that these tranches draw in each step."""
    return added(
        [one.energised * use_share * one.chip.load_share * one.kw / 1000 for one in tranches]
    )


def sources(stages: dict[str, Words], t: Series, draw: Draw) -> list[tuple[float, float, Series]]:
    """USD per MWh, tCO₂ per MWh and MW in each step of each source of a site, cheapest first."""
    merged: dict[str, tuple[float, float, Series]] = {}
    for name, words in stages.items():
        key = repr((words["usd_per_mwh"], words["tco2_per_mwh"]))
        usd, tonnes = number(words["usd_per_mwh"], draw), number(words["tco2_per_mwh"], draw)
        before = merged[key][2] if key in merged else np.zeros_like(t)
        merged[key] = usd, tonnes, before + stage_mw(stages, name, t, draw)
    return sorted(merged.values(), key=lambda source: source[0])


def energy(
    scenario: Words, tranches: list[Tranche], use_share: float, t: Series, draw: Draw
) -> tuple[Series, Series, Series]:
    """MWh, tCO₂ and USD of each month, the last without what is in the rent."""
    mwh, tonnes, usd = np.zeros_like(t), np.zeros_like(t), np.zeros_like(t)
    for name in {one.site for one in tranches}:
        site = scenario["sites"][name]
        load = loads([one for one in tranches if one.site == name], use_share)
        if not site["stages"]:
            mwh += load
            tonnes += load * number_or_zero(site["tco2_per_mwh"], draw)
        for price, rate, mw in sources(site["stages"], t, draw):
            drawn = np.minimum(load, mw)
            mwh += drawn
            tonnes += drawn * rate
            usd += drawn * price
            load = load - drawn
    return monthly(mwh) * HOURS, monthly(tonnes) * HOURS, monthly(usd) * HOURS


# Training


@dataclass
class Run:
    """How well a run uses its GPUs in one draw: shares, seconds, stops per 1,000 node-days."""

    mfu: float
    failures: float
    write: float
    restart: float


def interval(d: float, M: float) -> float:
    """Seconds between checkpoints (Daly 2006)."""
    if d >= 2 * M:
        return M
    half = d / (2 * M)
    return math.sqrt(2 * d * M) * (1 + math.sqrt(half) / 3 + half / 9) - d


def goodput(run: Run, M: float) -> float:
    """Share of time that is useful at a mean time of M seconds between stops."""
    if math.isinf(M):
        return 1.0
    tau, d, R = interval(run.write, M), run.write, run.restart
    if (tau + d + R) / M > 700:
        return 0.0
    return tau / (M * math.exp(R / M) * math.expm1((tau + d) / M))


def mean_time(run: Run, gpus: float, node: float) -> float:
    """Seconds between stops of a run on that many GPUs."""
    if run.failures == 0 or gpus == 0:
        return math.inf
    return 86_400 * 1000 / (gpus / node * run.failures)


def best_gpus(run: Run, node: float) -> float:
    """GPUs beyond which more of them would give less."""
    if run.failures == 0:
        return math.inf
    scale = run.write + run.restart
    tries = [scale * 10 ** (power / 50) for power in range(-150, 151)]
    gains = [goodput(run, M) / M for M in tries]
    best = max(range(1, len(tries) - 1), key=lambda i: gains[i])
    low, high = tries[best - 1], tries[best + 1]
    for _ in range(80):
        a, b = low + (high - low) / 3, high - (high - low) / 3
        if goodput(run, a) / a < goodput(run, b) / b:
            low = a
        else:
            high = b
    return node * 86_400 * 1000 / (run.failures * (low + high) / 2)


def train(
    groups: list[list[Tranche]], run: Run, start_gpus: float, use_share: float, draw: Draw
) -> tuple[int | None, Series]:
    """First step of training, and useful FLOP of each step."""
    stocks = [available(group, group, draw) for group in groups]
    peaks = [group[0].chip.peak for group in groups]
    nodes = [group[0].chip.node for group in groups]
    flop = np.zeros(len(groups[0][0].energised)) if groups else np.zeros(0)
    starts = [first_step(reaches(stock, start_gpus)) for stock in stocks]
    started = [step for step in starts if step is not None]
    if not started:
        return None, flop
    used = [np.minimum(s, best_gpus(run, node)) for s, node in zip(stocks, nodes, strict=True)]
    start, on, moved = min(started), starts.index(min(started)), False
    for step in range(start, len(flop)):
        if not moved:
            own = used[on][step] * peaks[on]
            more = [
                used[i][step] * peaks[i] > own + SLACK * peaks[on]
                and used[i][-1] * peaks[i] > used[on][-1] * peaks[on]
                for i in range(len(groups))
            ]
            if any(more):
                on, moved = more.index(True), True
        gpus = float(used[on][step])
        share = goodput(run, mean_time(run, gpus, nodes[on]))
        flop[step] = gpus * peaks[on] * 1e12 * run.mfu * share * use_share * SECONDS / STEPS
    return start, flop


def target_date(flop: Series, target: float) -> float:
    """Month in which the FLOP reach the target, by interpolation within the step."""
    total = np.cumsum(flop)
    step = first_step(reaches(total, target))
    if step is None:
        return math.inf
    share = (target - (total[step] - flop[step])) / flop[step] if flop[step] > 0 else 0.0
    return float((step + min(max(share, 0.0), 1.0)) / STEPS)


def full_capacity(groups: list[list[Tranche]]) -> float:
    """Month from which all planned GPUs of the largest fabric are energised."""
    if not groups:
        return math.inf
    sizes = [sum(one.gpus for one in group) * group[0].chip.peak for group in groups]
    group = groups[sizes.index(max(sizes))]
    energised = added([one.energised for one in group])
    return end_of(first_step(reaches(energised, sum(one.gpus for one in group))))


# Cost


@dataclass
class Ledger:
    """Payments of each month by part, what tax and debt need of them, and the end value; USD."""

    months: int
    parts: dict[str, Series]
    rent_expense: Series
    end_value: float = 0.0
    prepayment_left: float = 0.0

    def add(self, part: str, payments: Series | float) -> None:
        """Add the payments of each month to a part."""
        self.parts[part] = self.parts[part] + payments


MONTHLY_PARTS = (
    *("rent", "exit_fee", "servers", "network_and_storage", "works", "site_lease", "energy"),
    *("staff", "maintenance", "insurance_and_tax", "income_tax", "debt"),
)
CAPITAL = ("servers", "network_and_storage", "works")
EXPENSES = ("exit_fee", "site_lease", "energy", "staff", "maintenance", "insurance_and_tax")


def pay_rental(book: Ledger, one: Tranche, use_share: float, t: Series, draw: Draw) -> None:
    """Enter a rented tranche: rent, prepayment and its credit, exit fee, end value."""
    if math.isinf(one.arrival):
        return
    words, T = one.words, book.months
    price = number(words["usd_per_gpu_hour"], draw)
    pledged = number(words["take_or_pay_share"], draw)
    q = max(use_share, pledged)

    in_term = HOURS * monthly(np.where(t < one.end, one.energised, 0.0))
    renewed = HOURS * monthly(np.where(t < one.end, 0.0, one.energised))
    rent = price * q * in_term
    if renewed.any():
        rent = rent + one.market_rent * one.chip.market(np.arange(float(T)) + 0.5) * q * renewed
    book.add("rent", rent)
    book.rent_expense = book.rent_expense + rent

    value = price * pledged * one.gpus * HOURS * one.term
    prepaid = number(words["prepayment_share"], draw) * value
    signed = min(number(words["signed_month"], draw), one.arrival)
    if prepaid > 0:
        last = min(one.left, one.end)
        credited = prepaid * (last - one.arrival) / one.term
        book.add("rent", paid_at(prepaid, signed, T))
        book.add("rent", -paid_over(credited, one.arrival, last, T))
        if one.left < one.end:
            book.add("rent", paid_at(credited - prepaid, one.left, T))

    if one.left < one.end:
        fee = min(number_or_zero(words["exit_fee_months"], draw), one.end - one.left)
        book.add("exit_fee", paid_at(fee * one.gpus * price * q * HOURS, one.left, T))
    elif math.isinf(one.left) and signed < T < one.end:
        months = min(one.end - T, one.term)
        gain = one.market_rent * one.chip.market(T) - price
        rest = prepaid * months / one.term if prepaid > 0 else 0.0
        book.end_value += one.gpus * months * HOURS * q * gain + rest
        book.prepayment_left += rest


def pay_owned(book: Ledger, scenario: Words, one: Tranche, t: Series, draw: Draw) -> None:
    """Enter an owned tranche: cluster, works, lease, upkeep, insurance and tax, end value."""
    if math.isinf(one.arrival):
        return
    words, site, T = one.words, scenario["sites"][one.site], book.months
    new, resale = one.new_and_resale
    gpu = new * one.chip.market(one.order)
    extra = number(words["network_share"], draw) + number(words["storage_share"], draw)
    cluster = gpu / (1 - extra)
    deposit = number(words["deposit_share"], draw)
    last = one.arrival + one.ramp

    for part, usd in (("servers", gpu), ("network_and_storage", cluster - gpu)):
        book.add(part, paid_at(deposit * usd * one.gpus, one.order, T))
        book.add(part, paid_over((1 - deposit) * usd * one.gpus, one.arrival, last, T))

    works = number_or_zero(site["works_usd_per_mw"], draw) * one.chip.kw / 1000
    book.add("works", paid_over(works * one.gpus, one.order, last, T))
    lease = number_or_zero(site["lease_usd_per_kw_month"], draw) * one.gpus * one.chip.kw
    book.add("site_lease", lease * overlaps(one.arrival, math.inf, T))

    installed = monthly(one.installed(t))
    upkeep = number(words["maintenance_share_per_year"], draw)
    insured = number(words["insurance_and_tax_share_per_year"], draw)
    book.add("maintenance", upkeep / 12 * cluster * installed)
    book.add("insurance_and_tax", insured / 12 * (cluster + works) * installed)

    at_end = float(one.installed(np.array([float(T)]))[0]) if one.arrival < T else 0.0
    book.end_value += at_end * new * one.chip.market(T) * resale
    if one.order < T:
        book.end_value += deposit * cluster * (one.gpus - at_end)


def pay_sites(book: Ledger, scenario: Words, tranches: list[Tranche], draw: Draw) -> None:
    """Enter what a site costs once, from its earliest order on: fixed works and staff."""
    owned = [one for one in tranches if not one.rented and one.gpus > 0]
    for name in {one.site for one in owned}:
        site = scenario["sites"][name]
        order = min(one.order for one in owned if one.site == name)
        book.add("works", paid_at(number_or_zero(site["works_usd"], draw), order, book.months))
        staff = number_or_zero(site["staff_usd_per_year"], draw) / 12
        book.add("staff", staff * overlaps(order, math.inf, book.months))


def lend(book: Ledger, share: float, rate: float, months: int) -> tuple[Series, float]:
    """Interest of each month and what is owed at T, USD; enters loans and payments.

    The first payment falls in the month after the loan; what is owed at T is what the payment of
    the last month leaves.
    """
    interest, owed_at_end = np.zeros(book.months), 0.0
    monthly_rate = rate / 12
    loans = share * added([book.parts[part] for part in CAPITAL])
    for month, loan in enumerate(loans):
        if loan == 0:
            continue
        book.add("debt", paid_at(-loan, month, book.months))
        level = loan / months
        if monthly_rate > 0:
            level = loan * monthly_rate / (1 - (1 + monthly_rate) ** -months)
        owed = loan
        for later in range(month + 1, min(month + months, book.months - 1) + 1):
            charge = owed * monthly_rate
            interest[later] += charge
            book.parts["debt"][later] += level
            owed += charge - level
        owed_at_end += owed
    return interest, owed_at_end


def depreciation(capital: Series) -> Series:
    """Depreciation of each month, USD: MACRS 5-year on the capital spending of each year."""
    months = len(capital)
    series = np.zeros(months)
    for month in range(months):
        year = month // 12
        for age, share in enumerate(MACRS[: year + 1]):
            first = 12 * (year - age)
            series[month] += share / 12 * capital[first : first + 12].sum()
    return series


def settle(book: Ledger, scenario: Words) -> None:
    """Enter debt and income tax, and take what they claim at T off the end value."""
    choices = {key: words["value"] for key, words in scenario["choices"].items() if words}
    share, debt_rate = choices["debt_share"], choices["debt_rate_per_year"]
    interest, owed = lend(book, share, debt_rate, round(choices["debt_months"]))
    tax = choices["tax_rate_share"]
    capital = added([book.parts[part] for part in CAPITAL])
    written_off = depreciation(capital)
    expenses = book.rent_expense + added([book.parts[part] for part in EXPENSES])
    book.add("income_tax", -tax * (expenses + written_off + interest))
    book_value = float(capital.sum() - written_off.sum()) + book.prepayment_left
    book.end_value -= tax * (book.end_value - book_value) + owed


# Outcome


def outcome(scenario: Words, option: str, draw: Draw) -> dict[str, float]:
    """Dates, power, cost by part, cash and quantities of an option in one draw."""
    T = round(scenario["choices"]["horizon_months"]["value"])
    t = middles(T)
    use_share = number(scenario["need"]["use_share"], draw)
    start_gpus = scenario["need"]["start_gpus"]["value"]
    names = scenario["options"][option]["tranches"]
    tranches = [make_tranche(scenario, name, draw) for name in names]
    energise(scenario, tranches, t, draw)
    leave(tranches, start_gpus, t, draw)

    groups = list(fabrics(tranches).values())
    words = scenario["run"]
    run = Run(
        mfu=number(words["mfu_share"], draw),
        failures=number(words["failures_per_1000_node_days"], draw),
        write=number(words["checkpoint_write_s"], draw),
        restart=number(words["restart_s"], draw),
    )
    start, flop = train(groups, run, start_gpus, use_share, draw)
    flop = flop if len(flop) else np.zeros_like(t)
    mwh, tonnes, energy_usd = energy(scenario, tranches, use_share, t, draw)

    book = Ledger(T, {part: np.zeros(T) for part in MONTHLY_PARTS}, np.zeros(T))
    for one in tranches:
        if one.rented:
            pay_rental(book, one, use_share, t, draw)
        else:
            pay_owned(book, scenario, one, t, draw)
    pay_sites(book, scenario, tranches, draw)
    book.add("energy", energy_usd)
    settle(book, scenario)

    mw = added([one.energised * one.kw / 1000 for one in tranches])
    h100 = float(chip_table()["h100"]["peak_bf16_dense_tflops"])
    return {
        "first_training_months": end_of(start),
        "full_capacity_months": full_capacity(groups),
        "target_months": target_date(flop, number(scenario["need"]["target_flop"], draw)),
        "peak_mw": float(mw.max()),
        "energy_mwh": float(mwh.sum()),
        "emissions_tco2": float(tonnes.sum()),
        **money(book, scenario["choices"]["discount_rate_per_year"]["value"]),
        **quantities(tranches, flop, h100, scenario["choices"]["discount_rate_per_year"]["value"]),
    }


def money(book: Ledger, rate: float) -> dict[str, float]:
    """Present cost and its parts, end value, cash of each year and the deepest cash, in USD."""
    factors = discount_factors(book.months, rate)
    parts = {f"part:{name}": float(factors @ series) for name, series in book.parts.items()}
    parts["part:end_value"] = -float(book.end_value) * (1 + rate) ** (-book.months / 12)
    cash = added(list(book.parts.values()))
    deepest = int(np.argmax(np.cumsum(cash)))
    years = range((book.months + 11) // 12)
    return {
        "present_cost_usd": sum(parts.values()),
        **parts,
        "end_value_usd": float(book.end_value),
        **{f"cash_year_{y + 1}_usd": float(cash[12 * y : 12 * y + 12].sum()) for y in years},
        "deepest_cash_usd": float(np.cumsum(cash)[deepest]),
        "deepest_cash_month": float(deepest),
    }


def discount_factors(months: int, rate: float) -> Series:
    """Discount factor of each month, at its middle."""
    return (1 + rate) ** (-(np.arange(months) + 0.5) / 12)


def quantities(tranches: list[Tranche], flop: Series, h100: float, rate: float) -> dict[str, float]:
    """GPU-hours, H100-equivalent hours and useful PFLOP-days, plain and discounted."""
    hours = HOURS * monthly(added([one.energised for one in tranches]))
    equal = HOURS * monthly(added([one.energised * one.chip.peak / h100 for one in tranches]))
    pflop_days = monthly(flop) * STEPS / PFLOP_DAY
    factors = discount_factors(len(hours), rate)
    found: dict[str, float] = {}
    series = {"gpu_hours": hours, "h100_hours": equal, "pflop_days": pflop_days}
    for name, one in series.items():
        found[name] = float(one.sum())
        found[f"discounted_{name}"] = float(factors @ one)
    return found
