"""The whole model a second time, written from the text of the method alone.

It is read beside the text: one function per paragraph, in the order of the text. One option, one
future, plain numbers. Nothing here looks at the package; the package is tested against this.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path as File
from typing import Any

HOURS = 730.0  # of a month
SECONDS = 2_628_000.0  # of a month
DAY_SECONDS = 86_400.0
PFLOP_DAY = 8.64e19  # FLOP
SWUNG_YEARS = 6  # the years of a price path that have a fall of their own
STEEPEST_FALL = 0.9  # of a price in such a year
CLOSE = 1e-9  # dates: a number counts as reached one part in 10⁹ below it
MACRS = (0.20, 0.32, 0.192, 0.1152, 0.1152, 0.0576)
CHIPS = File(__file__).resolve().parents[2] / "data" / "chips.csv"

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
    "sublease",
    "market",
    "income_tax",
    "debt",
)
CAPITAL = ("servers", "network_and_storage", "works")
EXPENSES = (
    "exit_fee",
    "site_lease",
    "energy",
    "staff",
    "maintenance",
    "insurance_and_tax",
    "further",
    "sublease",
    "market",
)

Segment = tuple[float, float, float, float]
"""From, until, the value just after from, the value just before until."""
Path = list[Segment]
"""Segments that follow each other from 0 to the horizon; at a jump the later value holds."""
Months = list[float]
"""One amount for each month of the horizon."""
Key = tuple[str, str]
"""What tells a fabric from others: a name that is shared, or that of its only tranche."""


# --- Time ----------------------------------------------------------------------------------------


def line(points: Iterable[Segment], horizon: float) -> Path:
    """The path through these segments, in order of time; zero where there are none."""
    path: Path = []
    now = 0.0
    for begin, end, first, last in points:
        t0, t1 = max(begin, now), min(end, horizon)
        if t1 <= t0:
            continue
        if t0 > now:
            path.append((now, t0, 0.0, 0.0))
        slope = 0.0 if first == last else (last - first) / (end - begin)
        v0 = first if t0 == begin else first + slope * (t0 - begin)
        v1 = last if t1 == end else first + slope * (t1 - begin)
        path.append((t0, t1, v0, v1))
        now = t1
    if now < horizon:
        path.append((now, horizon, 0.0, 0.0))
    return path


def together(*paths: Path) -> Iterator[tuple[float, float, list[tuple[float, float]]]]:
    """Paths between their common knots: from, until, and the two ends of each."""
    places = [0] * len(paths)
    now = 0.0
    while all(i < len(p) for i, p in zip(places, paths, strict=True)):
        pieces = [p[i] for i, p in zip(places, paths, strict=True)]
        then = min(b for _, b, _, _ in pieces)
        if then > now:
            yield (
                now,
                then,
                [
                    (
                        u0 if now == a else u0 + (u1 - u0) * ((now - a) / (b - a)),
                        u1 if then == b else u0 + (u1 - u0) * ((then - a) / (b - a)),
                    )
                    for a, b, u0, u1 in pieces
                ],
            )
        now = then
        places = [i + (b == then) for i, (_, b, _, _) in zip(places, pieces, strict=True)]


def overlay(p: Path, q: Path) -> Iterator[tuple[float, float, float, float, float, float]]:
    """Both paths between their common knots: from, until, ends of the first, of the second."""
    for a, b, ((u0, u1), (w0, w1)) in together(p, q):
        yield a, b, u0, u1, w0, w1


def plus(p: Path, q: Path, factor: float = 1.0) -> Path:
    """The first path and a multiple of the second."""
    return [(a, b, u0 + factor * w0, u1 + factor * w1) for a, b, u0, u1, w0, w1 in overlay(p, q)]


def times(p: Path, factor: float) -> Path:
    """The multiple of a path."""
    return [(a, b, factor * u0, factor * u1) for a, b, u0, u1 in p]


def weighted(p: Path, steps: Path) -> Path:
    """A path times another one that only has steps."""
    return [(a, b, u0 * w, u1 * w) for a, b, u0, u1, w, _ in overlay(p, steps)]


def level(value: float, horizon: float) -> Path:
    """The path that never changes."""
    return [(0.0, horizon, value, value)]


def least(p: Path, q: Path) -> Path:
    """The smaller of two paths, cut where they cross."""
    out: Path = []
    for a, b, u0, u1, w0, w1 in overlay(p, q):
        d0, d1 = u0 - w0, u1 - w1
        if (d0 < 0 < d1) or (d1 < 0 < d0):
            cross = a + (b - a) * (d0 / (d0 - d1))
            value = w0 + (w1 - w0) * (d0 / (d0 - d1))
            if a < cross < b:
                out.append((a, cross, min(u0, w0), value))
                out.append((cross, b, value, min(u1, w1)))
                continue
        out.append((a, b, min(u0, w0), min(u1, w1)))
    return out


def rest(p: Path, q: Path) -> Path:
    """What is left of the first path after the second, which is never larger; never below 0."""
    return [(a, b, max(u0, 0.0), max(u1, 0.0)) for a, b, u0, u1 in plus(p, q, -1.0)]


def total(paths: Iterable[Path], horizon: float) -> Path:
    """The sum of paths."""
    out: Path = [(0.0, horizon, 0.0, 0.0)]
    for p in paths:
        out = plus(out, p)
    return out


def part_of(p: Path, begin: float, end: float) -> Path:
    """The path between two dates, zero elsewhere."""
    horizon = p[-1][1]
    return [
        (a, b, u0, u1) if w0 else (a, b, 0.0, 0.0)
        for a, b, u0, u1, w0, _ in overlay(p, line([(begin, end, 1.0, 1.0)], horizon))
    ]


def monthly(p: Path, months: int) -> Months:
    """The integral of a path over each month."""
    out = [0.0] * months
    for a, b, u0, u1 in p:
        if u0 == 0.0 and u1 == 0.0:
            continue
        slope = (u1 - u0) / (b - a)
        for m in range(int(a), min(math.ceil(b), months)):
            t0, t1 = max(a, float(m)), min(b, m + 1.0)
            out[m] += (t1 - t0) * (u0 + slope * (0.5 * (t0 - a) + 0.5 * (t1 - a)))
    return out


def first_time(p: Path, number: float, begin: float = 0.0) -> float:
    """The first time, from a date on, at which a path is at or above a number; else infinite."""
    enough = number * (1.0 - CLOSE)
    for a, b, u0, u1 in p:
        if b <= begin:
            continue
        t0 = max(a, begin)
        now = u0 if t0 == a else u0 + (u1 - u0) * ((t0 - a) / (b - a))
        if now >= enough:
            return t0
        if u1 >= enough:
            return max(t0, a + (b - a) * ((enough - u0) / (u1 - u0)))
    return math.inf


def at_horizon(p: Path) -> float:
    """The value that a path has reached when the horizon comes."""
    return p[-1][3]


def beyond(p: Path, q: Path) -> Path:
    """By how much the first path is above the second; 0 where it is not."""
    return rest(p, least(p, q))


def amount(given: Any, future: dict[str, float]) -> float:
    """An input: a number, the name of an assumption, a list of these to be added; else zero."""
    if given is None:
        return 0.0
    if isinstance(given, str):
        return float(future[given])
    if isinstance(given, list):
        return math.fsum(amount(one, future) for one in given)
    if isinstance(given, dict):
        return float(given["value"])
    return float(given)


# --- 1. Draws and prices -------------------------------------------------------------------------


def metalog(
    low: float, mid: float, high: float, minimum: float | None, maximum: float | None, rank: float
) -> float:
    """The value of a range at a rank: the symmetric-percentile-triplet metalog of Keelin."""

    def s(x: float) -> float:
        if minimum is not None and maximum is not None:
            return math.log((x - minimum) / (maximum - x))
        if minimum is not None:
            return math.log(x - minimum)
        if maximum is not None:
            return -math.log(maximum - x)
        return x

    W = s(high) - s(low)
    r = (s(mid) - s(low)) / W
    if not 0.166578 < r < 0.833422:
        raise ValueError(f"no metalog has P10, P50, P90 = {low}, {mid}, {high} in these bounds")
    odds = math.log(rank / (1.0 - rank))
    y = s(mid) + W / (2.0 * math.log(9.0)) * odds * (1.0 + 2.5 * (1.0 - 2.0 * r) * (rank - 0.5))
    if minimum is not None and maximum is not None:
        if y > 0:
            return maximum - (maximum - minimum) * (math.exp(-y) / (1.0 + math.exp(-y)))
        return minimum + (maximum - minimum) * (math.exp(y) / (1.0 + math.exp(y)))
    if minimum is not None:
        return minimum + math.exp(y)
    if maximum is not None:
        return maximum - math.exp(-y)
    return y


@dataclass
class Index:
    """A market price path: of an hour, or of a machine."""

    falls: list[float]  # of the first years
    later: float  # the fall of each year after those
    falls_from: float

    def at(self, t: float) -> float:
        """The index I(t): the product over the years that lie between the first fall and t."""
        index, year, now = 1.0, int(self.falls_from // 12.0), self.falls_from
        while now < t:
            then = min(12.0 * (year + 1), t)
            fall = self.falls[year] if year < len(self.falls) else self.later
            index *= (1.0 - fall) ** ((then - now) / 12.0)
            year, now = year + 1, then
        return index


def index_of(case: Case, name: str, kind: str) -> Index:
    """The price path of a chip, of hours (`rent`) or of machines (`node`)."""
    words = case.scenario["chips"].get(name, {})
    fall = words.get(f"{kind}_fall_per_year")
    mean = case.get(words.get("price_fall_per_year") if fall is None else fall)
    swing = case.get(words.get(f"{kind}_fall_swing"))
    z = [case.future.get(f"price:{name}:{kind}:{k + 1}", 0.0) for k in range(SWUNG_YEARS)]
    return Index(
        falls=[min(STEEPEST_FALL, mean + swing * one) for one in z],
        later=mean,
        falls_from=case.get(words.get("falls_from_month")),
    )


# --- What a scenario says in one future ----------------------------------------------------------


@dataclass
class Chip:
    """A chip, with the numbers of this future."""

    peak: float
    gpus_per_node: float
    kw: float
    load_share: float
    node_usd: float
    market_rent: float
    year_ratio: float  # a contract of a year over the market, per hour
    three_year_ratio: float
    hours: Index
    machines: Index
    resale_share: float

    def rent_at(self, month: float) -> float:
        """The market rent of an hour, in the middle of a month."""
        return self.market_rent * self.hours.at(month + 0.5)

    def contract_ratio(self, months: float) -> float:
        """What a contract of so many months costs per hour over an hour on the market."""
        if months <= 12.0:
            return 1.0 + (self.year_ratio - 1.0) * months / 12.0
        if months <= 36.0:
            return self.year_ratio + (self.three_year_ratio - self.year_ratio) * (
                (months - 12.0) / 24.0
            )
        return self.three_year_ratio


@dataclass
class Tranche:
    """A tranche, with the numbers of this future."""

    name: str
    data: dict[str, Any]
    chip: Chip
    site: str
    pue: float
    gpus: float
    begins: float  # 0, or the month in which a fallback begins
    planned: float
    arrives: float
    ramp: float
    ordered: float
    there: Path  # GPUs installed; of a rental of its term and its renewals
    energised: Path
    working: Path  # what the energised ones are worth at full speed
    limit: Limit | None = None  # of its site, if that has stages
    term: float = math.inf
    moved_off: float = math.inf
    left: float = math.inf

    @property
    def rented(self) -> bool:
        """Whether it is rented, not owned."""
        return bool(self.data["kind"] == "rent")

    @property
    def fabric(self) -> Key:
        """Its fabric: one that it shares, or its own."""
        shared = self.data["fabric"]
        return ("shared", shared) if shared is not None else ("own", self.name)

    @property
    def term_ends(self) -> float:
        """The end of the term of a rental."""
        return self.arrives + self.term

    @property
    def ends(self) -> float:
        """When delivery ends: of a rental that is left, stopped, or no longer renewed."""
        if not self.rented or self.data["at_end"] in ("renew", "reserve"):
            return math.inf
        if self.data["at_end"] == "stop":
            return self.term_ends
        return self.left if self.left < math.inf else max(self.term_ends, self.moved_off)

    @property
    def hours(self) -> Path:
        """GPUs whose hours count: energised, for the share of the time that its site has power."""
        return self.energised if self.limit is None else weighted(self.energised, self.limit.open)

    @property
    def useful(self) -> Path:
        """The same of working GPUs."""
        return self.working if self.limit is None else weighted(self.working, self.limit.open)

    @property
    def comes(self) -> bool:
        """Whether any GPU of it ever comes."""
        return math.isfinite(self.arrives) and self.gpus > 0

    @property
    def peak_kw_per_gpu(self) -> float:
        """What a GPU draws at peak, with cooling."""
        return self.chip.kw * self.pue


@dataclass
class Case:
    """One scenario in one future."""

    scenario: dict[str, Any]
    future: dict[str, float]
    months: int
    rate: float  # of discount, a year
    use_share: float
    start_gpus: float

    def discount(self, months: float) -> float:
        """The discount factor over so many months."""
        return float((1.0 + self.rate) ** (-months / 12.0))

    def get(self, given: Any) -> float:
        """An input in this future."""
        return amount(given, self.future)

    def happens(self, event: str | None) -> bool:
        """Whether an event happens; what hangs on none always does."""
        return event is None or self.future[event] >= 0.5


@lru_cache(maxsize=1)
def chip_table() -> dict[str, dict[str, str]]:
    """The table of chips, by name."""
    with CHIPS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def chip_of(case: Case, name: str) -> Chip:
    """A chip of the scenario; what is left out comes from the table of chips."""
    data = case.scenario["chips"].get(name, {})
    table = chip_table().get(name, {})

    def fact(key: str) -> float:
        given = data.get(key)
        return float(table[key]) if given is None else case.get(given)

    def ratio(key: str) -> float:
        given = data.get(key)
        return 1.0 if given is None else case.get(given)

    return Chip(
        peak=fact("peak_bf16_dense_tflops") * 1e12,
        gpus_per_node=fact("gpus_per_node"),
        kw=fact("it_kw_per_gpu"),
        load_share=case.get(data.get("load_share")),
        node_usd=case.get(data.get("node_usd")),
        market_rent=case.get(data.get("market_rent_usd_per_gpu_hour")),
        year_ratio=ratio("rent_1_year_ratio"),
        three_year_ratio=ratio("rent_3_year_ratio"),
        hours=index_of(case, name, "rent"),
        machines=index_of(case, name, "node"),
        resale_share=case.get(data.get("resale_share")),
    )


def h100_peak() -> float:
    """FLOP/s of an H100 in the table of chips."""
    return float(chip_table()["h100"]["peak_bf16_dense_tflops"]) * 1e12


# --- 2. Schedule ---------------------------------------------------------------------------------


def arrive(case: Case, name: str, begins: float = 0.0) -> Tranche:
    """A tranche and the date of its first GPUs: the latest milestone, or never."""
    data = case.scenario["tranches"][name]
    planned = begins + max(case.get(date) for date in data["milestones"].values())
    arrives = planned if case.happens(data["only_if"]) else math.inf
    rented = data["kind"] == "rent"
    return Tranche(
        name=name,
        data=data,
        chip=chip_of(case, data["chip"]),
        site=data["site"],
        pue=case.get(case.scenario["sites"][data["site"]]["pue"]),
        gpus=case.get(data["gpus"]),
        begins=begins,
        planned=planned,
        arrives=arrives,
        ramp=case.get(data["ramp_months"]),
        ordered=math.inf if rented else min(begins + case.get(data["ordered_month"]), arrives),
        there=[],
        energised=[],
        working=[],
        term=case.get(data["term_months"]) if rented else math.inf,
    )


def installed(t: Tranche, end: float, horizon: float) -> Path:
    """Installed GPUs: a ramp or a step from the first GPUs on, until an end."""
    a, N = t.arrives, t.gpus
    if not math.isfinite(a):
        return line([], horizon)
    full = a + t.ramp
    if full <= a:
        return line([(a, end, N, N)], horizon)
    reached = N if end >= full else N * ((end - a) / t.ramp)
    return line([(a, min(full, end), 0.0, reached), (full, end, N, N)], horizon)


def gpus_there(t: Tranche, horizon: float) -> Path:
    """GPUs that stand at the site: those installed, of a rental those within its term and its
    renewals; one that may be left or moved off stands as if it were renewed until the horizon."""
    stops = t.rented and t.data["at_end"] == "stop"
    return installed(t, t.term_ends if stops else math.inf, horizon)


def move_off(case: Case, tranches: list[Tranche], run: Run) -> None:
    """From when on the run stays on other fabrics than that of a tranche, which then delivers only
    within its own dates."""
    for t in tranches:
        if not t.rented or t.data["at_end"] != "until_moved":
            continue
        if run.on == t.fabric:
            t.moved_off = run.move
        elif run.then != t.fabric:
            t.moved_off = run.start
        if t.data["exit_fee_months"] is not None:
            day = max(t.moved_off, t.arrives)
            t.left = day if day < case.months else math.inf
        t.energised = part_of(t.energised, 0.0, t.ends)
        t.working = part_of(t.working, 0.0, t.ends)


def brought(case: Case, option: str) -> list[str]:
    """The tranches that the fallback of an option brings in this future."""
    words = case.scenario["options"][option]
    instead = words["instead"]
    if instead is None or case.happens(instead["event"]):
        return []
    other = case.scenario["options"][instead["option"]]["tranches"]
    return [name for name in other if name not in words["tranches"]]


def tranches_of(case: Case, option: str) -> list[Tranche]:
    """The tranches of an option, then those of its fallback, which begin anew."""
    words = case.scenario["options"][option]
    own_ones = [arrive(case, name) for name in words["tranches"]]
    names = brought(case, option)
    if not names:
        return own_ones
    known = case.get(words["instead"]["known_month"])
    return own_ones + [arrive(case, name, known) for name in names]


# --- 3. Power ------------------------------------------------------------------------------------


def stage_paths(case: Case, site: dict[str, Any]) -> dict[str, Path]:
    """MW of each stage of a site, from when it comes until it ends."""
    stages: dict[str, dict[str, Any]] = site["stages"]
    comes = {
        name: case.get(stage["from_months"]) if case.happens(stage["only_if"]) else math.inf
        for name, stage in stages.items()
    }
    out: dict[str, Path] = {}
    for name, stage in stages.items():
        until = stage["until_months"]
        end = math.inf if until is None else case.get(until)
        ended_by = {name}
        while True:
            more = {n for n, other in stages.items() if other["replaces"] in ended_by} - ended_by
            if not more:
                break
            ended_by |= more
        end = min([end, *(comes[n] for n in ended_by - {name})])
        it_mw = case.get(stage["it_mw"] or 0.0) * case.get(site["pue"])
        mw = it_mw if stage["mw"] is None else case.get(stage["mw"])
        on = [(comes[name], end, mw, mw)] if comes[name] < end else []
        out[name] = line(on, float(case.months))
    return out


@dataclass
class Limit:
    """What a site with stages can carry, and how far its GPUs may be capped."""

    stages: dict[str, Path]  # MW
    available: dict[str, float]  # share of the time
    mw: Path  # of all stages
    open: Path  # the mean availability of the stages that are there, by MW
    cap: float
    speed: float

    def carried(self, need: float, mw: float) -> float:
        """MW of GPUs that can be energised, of those that are needed at peak."""
        return min(need, mw / self.cap)

    def worth(self, need: float, mw: float) -> float:
        """What these are worth, in MW at full speed."""
        c, s = self.cap, self.speed
        if c == 1:
            return min(need, mw)
        return min(need, s * need + (1 - s) * (mw - c * need) / (1 - c), s * mw / c)


def limit_of(case: Case, name: str) -> Limit | None:
    """What a site can carry; nothing limits one without stages."""
    site, T = case.scenario["sites"][name], float(case.months)
    if not site["stages"]:
        return None

    def share(key: str) -> float:
        given = site.get(key)
        return 1.0 if given is None else case.get(given)

    stages = stage_paths(case, site)
    available = {n: case.get(one["availability_share"]) for n, one in site["stages"].items()}
    mw = total(stages.values(), T)
    able = total((times(path, available[n]) for n, path in stages.items()), T)
    return Limit(
        stages=stages,
        available=available,
        mw=mw,
        open=[
            (a, b, w0 / u0, w0 / u0) if u0 > 0 else (a, b, 1.0, 1.0)
            for a, b, u0, _, w0, _ in overlay(mw, able)
        ],
        cap=share("cap_share"),
        speed=share("capped_speed_share"),
    )


def power(case: Case, tranches: list[Tranche]) -> None:
    """Energised and working GPUs: each tranche has what it adds to those before it at its site."""
    limits = {name: limit_of(case, name) for name in {t.site for t in tranches}}
    before = {name: line([], float(case.months)) for name in limits}
    for t in tranches:
        t.limit = limits[t.site]
        if t.limit is None:
            t.energised = t.working = t.there
            continue
        t.energised, t.working = powered(t, before[t.site], t.limit)
        before[t.site] = plus(before[t.site], times(t.there, t.peak_kw_per_gpu / 1000.0))


def powered(t: Tranche, before: Path, limit: Limit) -> tuple[Path, Path]:
    """Energised and working GPUs of a tranche, behind those that need so many MW before it."""
    kw = t.peak_kw_per_gpu

    def added(law: Callable[[float, float], float], gpus: float, n: float, mw: float) -> float:
        with_it = n + gpus * kw / 1000.0
        if law(with_it, mw) == with_it:
            return gpus  # nothing is short
        return (law(with_it, mw) - law(n, mw)) * 1000.0 / kw

    energised: Path = []
    working: Path = []
    for a, b, ((g0, g1), (n0, n1), (mw, _)) in together(t.there, before, limit.mw):
        cuts = {a, b}
        for u0, u1 in ((n0, n1), (n0 + g0 * kw / 1000.0, n1 + g1 * kw / 1000.0)):
            for bend in (mw, mw / limit.cap):
                if (u0 < bend < u1) or (u1 < bend < u0):
                    cuts.add(min(b, a + (b - a) * ((bend - u0) / (u1 - u0))))
        knots = sorted(cuts)
        for t0, t1 in pairwise(knots):
            x0, x1 = (t0 - a) / (b - a), (t1 - a) / (b - a)
            ends = [
                (g0 + (g1 - g0) * x if x < 1 else g1, n0 + (n1 - n0) * x if x < 1 else n1)
                for x in (x0, x1)
            ]
            energised.append((t0, t1, *(added(limit.carried, g, n, mw) for g, n in ends)))
            working.append((t0, t1, *(added(limit.worth, g, n, mw) for g, n in ends)))
    return energised, working


def need_mw(case: Case, tranches: list[Tranche], per_gpu: Callable[[Tranche], float]) -> Path:
    """MW that the energised GPUs of one site take at so many kW each, no more than its stages."""
    path = total((times(t.energised, per_gpu(t) / 1000.0) for t in tranches), float(case.months))
    limit = tranches[0].limit
    return path if limit is None else least(path, limit.mw)


def by_site(tranches: list[Tranche]) -> dict[str, list[Tranche]]:
    """The tranches of each site."""
    out: dict[str, list[Tranche]] = {}
    for t in tranches:
        out.setdefault(t.site, []).append(t)
    return out


def peak_mw(case: Case, tranches: list[Tranche]) -> float:
    """The largest value over time of what all sites draw at peak."""
    draws = (
        need_mw(case, group, lambda t: t.peak_kw_per_gpu) for group in by_site(tranches).values()
    )
    return max(max(u0, u1) for _, _, u0, u1 in total(draws, float(case.months)))


def dark_gpu_months(case: Case, tranches: list[Tranche]) -> float:
    """The integral of GPUs that are there and have no power, before any rental is left."""
    return math.fsum(
        gpus for t in tranches for gpus in monthly(rest(t.there, t.energised), case.months)
    )


@dataclass
class Energy:
    """MWh and tCO2 of all GPUs, and what owned ones pay for it."""

    mwh: Months
    tco2: Months
    usd: Months

    def add(self, mw: Path, tco2_per_mwh: float, usd_per_mwh: float = 0.0) -> None:
        """What is drawn over time, at what it emits and costs."""
        for m, mean in enumerate(monthly(mw, len(self.mwh))):
            mwh = mean * HOURS
            self.mwh[m] += mwh
            self.tco2[m] += mwh * tco2_per_mwh
            self.usd[m] += mwh * usd_per_mwh


def energy(case: Case, tranches: list[Tranche]) -> Energy:
    """Energy of owned GPUs from the stages in order of price, of rented ones as the site emits."""
    out = Energy([0.0] * case.months, [0.0] * case.months, [0.0] * case.months)
    for name, group in by_site(tranches).items():
        site, limit = case.scenario["sites"][name], group[0].limit
        load = need_mw(case, group, lambda t: t.chip.load_share * t.peak_kw_per_gpu)
        load = times(load if limit is None else weighted(load, limit.open), case.use_share)
        if group[0].rented:
            out.add(load, case.get(site["tco2_per_mwh"]))
            continue
        assert limit is not None
        sources: list[tuple[Any, Any, Path]] = []
        for stage_name, stage in site["stages"].items():
            price, rate = stage["usd_per_mwh"], stage["tco2_per_mwh"]
            mw = times(limit.stages[stage_name], limit.available[stage_name])
            same = [i for i, s in enumerate(sources) if s[0] == price and s[1] == rate]
            if same:
                sources[same[0]] = (price, rate, plus(sources[same[0]][2], mw))
            else:
                sources.append((price, rate, mw))
        for price, rate, mw in sorted(sources, key=lambda source: case.get(source[0])):
            drawn = least(load, mw)
            load = rest(load, drawn)
            out.add(drawn, case.get(rate), case.get(price))
    return out


def energy_of_market(case: Case, bought: Path, out: Energy) -> None:
    """Energy of the hours bought on the market: those of an H100 at the site of the market."""
    service = case.scenario["need"]["service"]
    site = case.scenario["sites"][service["market_site"]]
    chip = chip_of(case, "h100")
    kw = case.use_share * chip.load_share * chip.kw * case.get(site["pue"])
    out.add(times(bought, kw / 1000.0), case.get(site["tco2_per_mwh"]))


# --- 4. Training ---------------------------------------------------------------------------------


@dataclass
class Fabric:
    """Tranches of one chip that one run can use together."""

    chip: Chip
    planned: float
    energised: Path
    available: Path
    used: Path
    open: Path  # availability of its site


def available(case: Case, members: list[Tranche]) -> Path:
    """GPUs available in a fabric: what is at work, or what one fabric can hold."""
    path = total((t.working for t in members), float(case.months))
    holds = [t.data["fabric_gpus"] for t in members if t.data["fabric_gpus"] is not None]
    if holds:
        limit = min(case.get(gpus) for gpus in holds)
        path = least(path, level(limit, float(case.months)))
    return path


@dataclass
class Stops:
    """What stops a run: failures per 1,000 node-days, write time and restart time."""

    failures: float
    write: float
    restart: float

    def goodput(self, n: float, gpus_per_node: float) -> float:
        """The share of time that is not lost (Daly 2006)."""
        if n <= 0 or self.failures <= 0:
            return 1.0
        M = DAY_SECONDS * 1000.0 / (n / gpus_per_node * self.failures)
        d, R = self.write, self.restart
        if d <= 0:
            return math.exp(-R / M)
        if d < 2 * M:
            ratio = d / (2 * M)
            tau = math.sqrt(2 * d * M) * (1 + math.sqrt(ratio) / 3 + ratio / 9) - d
        else:
            tau = M
        return tau / M * math.exp(-R / M) / math.expm1((tau + d) / M)

    def most_gpus(self, gpus_per_node: float) -> float:
        """The number of GPUs beyond which more would give less."""
        M = best_mean_time(self.write, self.restart)
        if self.failures <= 0 or M <= 0:
            return math.inf
        return gpus_per_node * DAY_SECONDS * 1000.0 / (self.failures * M)


@lru_cache(maxsize=256)
def best_mean_time(d: float, R: float) -> float:
    """The mean time between stops at which goodput/M is largest: where its slope is zero."""
    if d <= 0:
        return max(R, 0.0)

    def slope(M: float) -> float:
        root = math.sqrt(2 * d * M)
        tau = root + d / 3 + root * d / (18 * M) - d
        rise = root / (2 * M) - root * d / (36 * M * M)
        y = (tau + d) / M
        return rise / tau - 2 / M + R / (M * M) + (y - rise) / M / -math.expm1(-y)

    low, high = 0.5 * d, 4 * (d + R)
    while slope(high) > 0:
        high *= 2
    while True:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            return middle
        if slope(middle) > 0:
            low = middle
        else:
            high = middle


def stops_of(case: Case) -> Stops:
    """What stops the run of the scenario; nothing where it has none."""
    words = case.scenario["run"]
    if words is None:
        return Stops(0.0, 0.0, 0.0)
    return Stops(
        failures=case.get(words["failures_per_1000_node_days"]),
        write=case.get(words["checkpoint_write_s"]),
        restart=case.get(words["restart_s"]),
    )


def fabrics_of(case: Case, tranches: list[Tranche], stops: Stops) -> dict[Key, Fabric]:
    """The fabrics of an option, in the order in which it lists them."""
    members: dict[Key, list[Tranche]] = {}
    for t in tranches:
        if t.data["use"] == "run":
            members.setdefault(t.fabric, []).append(t)
    out = {}
    for key, group in members.items():
        chip = group[0].chip
        path = available(case, group)
        most = stops.most_gpus(chip.gpus_per_node)
        used = path
        if math.isfinite(most):
            used = least(path, level(most, float(case.months)))
        out[key] = Fabric(
            chip=chip,
            planned=math.fsum(t.gpus for t in group),
            energised=total((t.energised for t in group), float(case.months)),
            available=path,
            used=used,
            open=level(1.0, float(case.months)) if group[0].limit is None else group[0].limit.open,
        )
    return out


@dataclass
class Run:
    """When the run starts and moves, and the fabric it is on before and after."""

    start: float = math.inf
    move: float = math.inf
    on: Key | None = None
    then: Key | None = None


def run_of(case: Case, fabrics: dict[Key, Fabric]) -> Run:
    """Start and move."""
    run = Run()
    for key, fabric in fabrics.items():
        date = first_time(fabric.available, case.start_gpus)
        if date < run.start:
            run.start, run.on = date, key
    if run.on is None:
        return run
    on = fabrics[run.on]
    for key, fabric in fabrics.items():
        if key == run.on:
            continue
        # How many GPUs of its own fabric the other one is ahead.
        ahead = plus(times(fabric.used, fabric.chip.peak / on.chip.peak), on.used, -1.0)
        if at_horizon(ahead) < CLOSE:
            continue
        date = first_time(ahead, CLOSE, run.start)
        if date < run.move:
            run.move, run.then = date, key
    return run


def whole_pieces(fabric: Fabric, begin: float, end: float) -> list[tuple[Segment, float]]:
    """Used GPUs between two dates, and their availability: segments that go on in one line with the
    same availability are one."""
    out: list[tuple[Segment, float]] = []
    for a, b, u0, u1, share, _ in overlay(fabric.used, fabric.open):
        if b <= begin or a >= end:
            continue
        t0, t1 = max(a, begin), min(b, end)
        n0 = u0 if t0 == a else u0 + (u1 - u0) * ((t0 - a) / (b - a))
        n1 = u1 if t1 == b else u0 + (u1 - u0) * ((t1 - a) / (b - a))
        if out:
            (a_, b_, w0, w1), share_ = out[-1]
            size = max(abs(w0), abs(w1), abs(n0), abs(n1)) * 1e-11
            meant = w0 + (n1 - w0) * ((b_ - a_) / (t1 - a_))
            same = abs(share - share_) <= 1e-12
            if same and abs(w1 - n0) <= size and abs(meant - n0) <= size:
                out[-1] = (a_, t1, w0, n1), share_
                continue
        out.append(((t0, t1, n0, n1), share))
    return out


@dataclass
class Parabola:
    """The rate over a stretch of time: the parabola through its ends and its middle."""

    begin: float
    end: float
    first: float
    middle: float
    last: float

    def integral(self, t: float) -> float:
        """From its begin to a time."""
        x = (t - self.begin) / (self.end - self.begin)
        square = 2 * self.first - 4 * self.middle + 2 * self.last
        linear = 4 * self.middle - 3 * self.first - self.last
        return (self.end - self.begin) * x * (self.first + x * (linear / 2 + x * square / 3))


def useful_flop(case: Case, fabrics: dict[Key, Fabric], run: Run, stops: Stops) -> list[Parabola]:
    """The rate of useful FLOP per month, each linear piece of used GPUs cut into four."""
    out: list[Parabola] = []
    for key, begin, end in (
        (run.on, run.start, min(run.move, float(case.months))),
        (run.then, run.move, float(case.months)),
    ):
        if key is None or begin >= end:
            continue
        fabric = fabrics[key]
        mfu = case.get(case.scenario["run"]["mfu_share"])
        unit = fabric.chip.peak * mfu * case.use_share * SECONDS

        def rate(n: float, fabric: Fabric = fabric, unit: float = unit) -> float:
            return n * unit * stops.goodput(n, fabric.chip.gpus_per_node)

        for (a, b, n0, n1), share in whole_pieces(fabric, begin, end):
            if n0 == n1:
                flat = rate(n0) * share
                out.append(Parabola(a, b, flat, flat, flat))
                continue
            rates = [rate(n0 + (n1 - n0) * (k / 8)) * share for k in range(9)]
            knots = [a, a + (b - a) * 0.25, a + (b - a) * 0.5, a + (b - a) * 0.75, b]
            for k in range(4):
                if knots[k] < knots[k + 1]:
                    ends = rates[2 * k : 2 * k + 3]
                    out.append(Parabola(knots[k], knots[k + 1], *ends))
    return out


def flop_by_month(case: Case, rates: list[Parabola]) -> Months:
    """Useful FLOP of each month."""
    out = [0.0] * case.months
    for one in rates:
        before = 0.0
        for m in range(int(one.begin), min(math.ceil(one.end), case.months)):
            now = one.integral(min(one.end, m + 1.0))
            out[m] += now - before
            before = now
    return out


def target_date(rates: list[Parabola], target: float) -> float:
    """The time at which the integral of useful FLOP reaches the target."""
    done = 0.0
    for one in rates:
        more = one.integral(one.end)
        if done + more < target:
            done += more
            continue
        low, high = one.begin, one.end
        while True:
            middle = 0.5 * (low + high)
            if not low < middle < high:
                return high
            if done + one.integral(middle) >= target:
                high = middle
            else:
                low = middle
    return math.inf


def full_capacity(fabrics: list[Fabric]) -> float:
    """When all planned GPUs of the fabric with the most peak FLOP/s are energised."""
    if not fabrics:
        return math.inf
    largest = fabrics[0]
    for fabric in fabrics[1:]:
        if fabric.planned * fabric.chip.peak > largest.planned * largest.chip.peak * (1.0 + CLOSE):
            largest = fabric
    return first_time(largest.energised, largest.planned)


# --- 5. Cost -------------------------------------------------------------------------------------


def pay_at(row: Months, date: float, usd: float) -> None:
    """A payment at a date: in the month that holds it."""
    if 0 <= date < len(row):
        row[int(date)] += usd


def pay_evenly(row: Months, begin: float, end: float, usd: float) -> None:
    """A payment spread evenly between two dates: shared among months by their overlap."""
    if end <= begin:
        pay_at(row, begin, usd)
        return
    for m in range(max(0, math.floor(begin)), min(math.ceil(end), len(row))):
        row[m] += usd * ((min(end, m + 1.0) - max(begin, float(m))) / (end - begin))


@dataclass
class Books:
    """Payments of each month by part, and what is left of them at the horizon."""

    parts: dict[str, Months]
    rent_expenses: Months  # rent when delivered, and what failed rentals keep of prepayments
    works: dict[str, Months]  # of each site
    end_value: float = 0.0
    prepaid: float = 0.0  # paid before the horizon, and by then not credited, back or lost

    def pay_works(self, site: str, begin: float, end: float, usd: float) -> None:
        """Works of a site, paid evenly between two dates."""
        row = self.works.setdefault(site, [0.0] * len(self.parts["works"]))
        pay_evenly(row, begin, end, usd)
        pay_evenly(self.parts["works"], begin, end, usd)


@dataclass
class Terms:
    """What the contract of a rental says of money."""

    price: float  # per GPU-hour
    reserved: float  # the share of GPUs that is under contract
    paid_share: float  # of their hours delivered: the share used, or at least take-or-pay
    prepaid: float
    paid_on: float
    known: float  # when it is known that it does not come
    refund_share: float


def terms_of(case: Case, t: Tranche) -> Terms:
    """The price of an hour (stated, from the value of the contract, or that of the market for such
    a term) and the prepayment."""
    take_or_pay = case.get(t.data["take_or_pay_share"])
    given = t.data.get("reserved_share")
    reserved = 1.0 if given is None else case.get(given)
    hours = take_or_pay * reserved * t.gpus * HOURS * t.term
    if t.data["contract_usd"] is not None:
        price = case.get(t.data["contract_usd"]) / hours
    elif t.data["usd_per_gpu_hour"] is not None:
        price = case.get(t.data["usd_per_gpu_hour"])
    else:
        price = t.chip.market_rent * t.chip.contract_ratio(t.term)
    return Terms(
        price=price,
        reserved=reserved,
        paid_share=max(case.use_share, take_or_pay),
        prepaid=case.get(t.data["prepayment_share"]) * price * hours,
        paid_on=max(t.planned - case.get(t.data["prepaid_months_before"]), t.begins),
        known=t.begins + case.get(t.data["known_month"]),
        refund_share=case.get(t.data["refund_share"]),
    )


def begins_again(first: float, again: int, months: float, end: float) -> bool:
    """Whether a term or a life begins once more before an end: one of which no more than a part in
    10⁹ lies before it does not."""
    return months > 0 and (end - first) / months - again > CLOSE


def signed_again(t: Tranche, terms: Terms, horizon: float) -> list[tuple[float, float, float]]:
    """The terms of a rental that begin before the horizon, the first one in any case: from, until,
    price per GPU-hour."""
    out = [(t.arrives, t.term_ends, terms.price)]
    if t.data["at_end"] == "reserve":
        j = 1
        while begins_again(t.arrives, j, t.term, horizon):
            begin = t.arrives + j * t.term
            market = t.chip.market_rent * t.chip.hours.at(begin)
            price = market * t.chip.contract_ratio(t.term)
            out.append((begin, t.arrives + (j + 1) * t.term, price))
            j += 1
    return out


def rent(case: Case, t: Tranche, tranches: list[Tranche], books: Books) -> None:
    """What a rental costs, and its end value; it stands among other tranches."""
    if t.gpus <= 0:
        return
    terms, T = terms_of(case, t), case.months
    row = prepayment(t, terms, T) if t.comes else failed_prepayment(terms, T, books)
    for m, usd in enumerate(row[:T]):
        books.parts["rent"][m] += usd
    books.prepaid += math.fsum(row[:T])
    if t.comes:
        rent_delivered(case, t, terms, books)
        leaving(case, t, terms, books)
        works_and_lease(case, t, books, t.arrives, t.arrives)
    if t.left == math.inf:
        books.end_value -= math.fsum(usd * case.discount(m + 0.5) for m, usd in enumerate(row[T:]))
        books.end_value += runs_on(case, t, terms, tranches) if t.comes else 0.0


def rent_delivered(case: Case, t: Tranche, terms: Terms, books: Books) -> None:
    """What is paid for what is delivered: of what is under contract the price of each term, then
    that of the market; of the rest that of the market for what is used."""
    usd = [0.0] * case.months
    under_contract = terms.paid_share * terms.reserved * HOURS
    contracts = signed_again(t, terms, float(case.months))
    for begin, end, price in contracts:
        for m, gpus in enumerate(monthly(part_of(t.hours, begin, end), case.months)):
            usd[m] += price * under_contract * gpus
    for m, gpus in enumerate(monthly(part_of(t.hours, contracts[-1][1], math.inf), case.months)):
        usd[m] += t.chip.rent_at(m) * under_contract * gpus
    by_the_hour = case.use_share * (1.0 - terms.reserved) * HOURS
    for m, gpus in enumerate(monthly(t.hours, case.months)):
        usd[m] += t.chip.rent_at(m) * by_the_hour * gpus
    for m in range(case.months):
        books.parts["rent"][m] += usd[m]
        books.rent_expenses[m] += usd[m]


def credit_to_go(t: Tranche, terms: Terms) -> float:
    """The credit of a prepayment that is not yet used when a rental is left."""
    if t.left >= t.term_ends:
        return 0.0
    return terms.prepaid * ((t.term_ends - t.left) / t.term)


def prepayment(t: Tranche, terms: Terms, months: int) -> Months:
    """The prepayment of a rental that comes, its credits, and what comes back of it: also in the
    months after the horizon."""
    row = [0.0] * max(months, math.ceil(t.term_ends) + 1)
    pay_at(row, terms.paid_on, terms.prepaid)
    back = credit_to_go(t, terms)
    if t.left < math.inf:
        pay_at(row, t.left, -back)
    until = min(t.left, t.term_ends)
    if until > t.arrives:
        pay_evenly(row, t.arrives, until, back - terms.prepaid)
    return row


def failed_prepayment(terms: Terms, months: int, books: Books) -> Months:
    """The prepayment of a rental that never comes, if it was paid before that was known, and what
    comes back of it; the rest is lost."""
    row = [0.0] * max(months, math.ceil(terms.known) + 1)
    if terms.paid_on < terms.known:
        pay_at(row, terms.paid_on, terms.prepaid)
        pay_at(row, terms.known, -terms.refund_share * terms.prepaid)
        lost = (1.0 - terms.refund_share) * terms.prepaid
        pay_at(books.rent_expenses, terms.known, lost)
        books.prepaid -= lost if terms.known < months else 0.0
    return row


def leaving(case: Case, t: Tranche, terms: Terms, books: Books) -> None:
    """The fee of a rental that is left within its term."""
    if t.left < t.term_ends:
        months = min(case.get(t.data["exit_fee_months"]), t.term_ends - t.left)
        usd = months * terms.reserved * t.gpus * terms.price * terms.paid_share * HOURS
        pay_at(books.parts["exit_fee"], t.left, usd)


def works_and_lease(case: Case, t: Tranche, books: Books, begin: float, end: float) -> float:
    """Works of a tranche, paid evenly between two dates, and lease of its place from its first
    GPUs on; the works per GPU."""
    site, T = case.scenario["sites"][t.site], float(case.months)
    works = case.get(site["works_usd_per_mw"]) * t.chip.kw / 1000.0
    books.pay_works(t.site, begin, end, works * t.gpus)
    if t.arrives < T:
        lease = case.get(site["lease_usd_per_kw_month"]) * t.gpus * t.chip.kw
        pay_evenly(books.parts["site_lease"], t.arrives, T, lease * (T - t.arrives))
    return works


def sites_once(case: Case, tranches: list[Tranche], books: Books) -> None:
    """What a site costs once: fixed works and staff, from the earliest order on; of rented GPUs
    from the earliest delivery on."""
    first: dict[str, float] = {}
    for t in tranches:
        if t.comes:
            date = t.arrives if t.rented else t.ordered
            first[t.site] = min(date, first.get(t.site, math.inf))
    T = float(case.months)
    for name, date in first.items():
        site = case.scenario["sites"][name]
        books.pay_works(name, date, date, case.get(site["works_usd"]))
        if date < T:
            yearly = case.get(site["staff_usd_per_year"])
            pay_evenly(books.parts["staff"], date, T, yearly / 12.0 * (T - date))


def works_resold(case: Case, books: Books) -> None:
    """What the works of sites that say so are worth in the end: a share of what was paid."""
    for name, row in books.works.items():
        share = case.get(case.scenario["sites"][name].get("works_resale_share"))
        books.end_value += share * math.fsum(row)


def further(case: Case, tranches: list[Tranche], books: Books) -> None:
    """The lines of further costs, of each tranche that they name and that comes."""
    T, row = float(case.months), books.parts["further"]
    for words in case.scenario.get("costs", {}).values():
        for t in tranches:
            if t.name not in words["tranches"] or not t.comes:
                continue
            a, until = t.arrives, min(t.ends, T)
            once, life = case.get(words["once_usd"]), words["life_months"]
            again = 0
            while begins_again(a, again, case.get(life), until) if again else a < until:
                pay_at(row, a + again * case.get(life), once)
                again += 1
            yearly = case.get(words["usd_per_year"])
            monthly_usd = yearly / 12.0 + case.get(words["usd_per_kw_month"]) * t.gpus * t.chip.kw
            if a < until:
                pay_evenly(row, a, until, monthly_usd * (until - a))
            per_gpu = case.get(words["usd_per_gpu_year"]) / 12.0
            for m, gpus in enumerate(monthly(part_of(t.there, a, until), case.months)):
                row[m] += per_gpu * gpus


def power_left(case: Case, t: Tranche, tranches: list[Tranche]) -> tuple[float, float]:
    """GPUs of a rental for which its site has power just before the horizon, and how much of the
    time it has it."""
    if t.limit is None:
        return math.inf, 1.0
    before = tranches[: tranches.index(t)]
    need = math.fsum(
        at_horizon(one.there) * one.peak_kw_per_gpu / 1000.0 for one in before if one.site == t.site
    )
    left = max(at_horizon(t.limit.mw) / t.limit.cap - need, 0.0)
    return left * 1000.0 / t.peak_kw_per_gpu, at_horizon(t.limit.open)


def runs_on(case: Case, t: Tranche, terms: Terms, tranches: list[Tranche]) -> float:
    """What the hours delivered after the horizon, within the last term, bring less what they
    cost."""
    T = case.months
    _, end, price = signed_again(t, terms, float(T))[-1]
    if end <= T:
        return 0.0
    until = math.ceil(end)
    most, open_share = power_left(case, t, tranches)
    gpus = part_of(installed(t, end, float(until)), float(T), end)
    if most < math.inf:
        gpus = least(gpus, level(most, float(until)))
    within = monthly(gpus, until)
    let = case.get(t.data["sublet_price_share"]) * case.use_share
    cost = price * terms.paid_share
    return math.fsum(
        within[m]
        * open_share
        * terms.reserved
        * HOURS
        * (t.chip.rent_at(m) * let - cost)
        * case.discount(m + 0.5 - T)
        for m in range(T, until)
    )


def own(case: Case, t: Tranche, books: Books) -> None:
    """What an owned tranche costs, and its end value."""
    if not t.comes:
        return
    parts, T = books.parts, float(case.months)
    o, a, last, N = t.ordered, t.arrives, t.arrives + t.ramp, t.gpus
    s = t.chip.node_usd / t.chip.gpus_per_node
    besides = case.get(t.data["network_share"]) + case.get(t.data["storage_share"])
    server = s * t.chip.machines.at(o)
    c = server / (1.0 - besides)
    deposit = case.get(t.data["deposit_share"])
    for name, per_gpu in (("servers", server), ("network_and_storage", c * besides)):
        pay_at(parts[name], o, deposit * per_gpu * N)
        pay_evenly(parts[name], a, last, (1.0 - deposit) * per_gpu * N)
    works = works_and_lease(case, t, books, o, last)
    upkeep = case.get(t.data["maintenance_share_per_year"]) * c / 12.0
    cover = case.get(t.data["insurance_and_tax_share_per_year"]) * (c + works) / 12.0
    for m, gpus in enumerate(monthly(t.there, case.months)):
        parts["maintenance"][m] += upkeep * gpus
        parts["insurance_and_tax"][m] += cover * gpus
    there = at_horizon(t.there)
    resold = s * t.chip.machines.at(T) / (1.0 - besides) * t.chip.resale_share
    books.end_value += there * resold
    if o < T:
        books.end_value += deposit * c * (N - there)


def sublease(case: Case, t: Tranche, books: Books) -> None:
    """What a tranche that is let to others brings: a receipt."""
    share = case.get(t.data["sublet_price_share"])
    for m, gpus in enumerate(monthly(t.hours, case.months)):
        usd = share * t.chip.rent_at(m) * case.use_share * gpus * HOURS
        books.parts["sublease"][m] -= usd


def debt_and_tax(case: Case, books: Books) -> float:
    """Debt and income tax of each month; the end value after both."""
    interest, owed_at_end = debt(case, books)
    return books.end_value - income_tax(case, books, interest) - owed_at_end


def spent(case: Case, books: Books, names: Iterable[str]) -> Months:
    """What is spent each month on some parts."""
    rows = [books.parts[name] for name in names]
    return [math.fsum(row[m] for row in rows) for m in range(case.months)]


def debt(case: Case, books: Books) -> tuple[Months, float]:
    """Interest of each month, and what is owed at the horizon."""
    T, choices = case.months, case.scenario["choices"]
    share = case.get(choices["debt_share"])
    i = case.get(choices["debt_rate_per_year"]) / 12.0
    n = round(case.get(choices["debt_months"]))
    interest = [0.0] * T
    if share <= 0:
        return interest, 0.0
    level_share = 1.0 / n if i == 0 else i / -math.expm1(-n * math.log1p(i))
    balance = 0.0  # of all loans, before the payment of the month
    payments = [0.0] * T
    for m, usd in enumerate(spent(case, books, CAPITAL)):
        borrowed = share * usd
        interest[m] = i * balance
        balance += interest[m] - payments[m] + borrowed
        for k in range(m + 1, min(m + n, T - 1) + 1):
            payments[k] += borrowed * level_share
        books.parts["debt"][m] += payments[m] - borrowed
    return interest, balance


def written_off(capital: Months, shares: Iterable[float], bonus: float) -> Months:
    """Depreciation of each month: a bonus in the month of the spending, and of the rest so large a
    share in the year of the spending and in each that follows."""
    out = [bonus * usd for usd in capital]
    shares = list(shares)
    for m, usd in enumerate(capital):
        for k, share in enumerate(shares):
            year = m // 12 + k
            for month in range(12 * year, min(12 * year + 12, len(capital))):
                out[month] += (1.0 - bonus) * usd * share / 12.0
    return out


def depreciation(case: Case, books: Books) -> Months:
    """Depreciation of each month, of works and of all other capital spending."""
    choices = case.scenario["choices"]
    bonus = case.get(choices.get("bonus_share"))
    rest_of_it = spent(case, books, [name for name in CAPITAL if name != "works"])
    works = books.parts["works"]
    shares: Iterable[float] = MACRS
    if choices.get("write_off_years") is not None:
        years = round(case.get(choices["write_off_years"]))
        shares = [1.0 / years] * years
    of_rest = written_off(rest_of_it, shares, bonus)
    if choices.get("works_years") is not None:
        years = round(case.get(choices["works_years"]))
        of_works = written_off(works, [1.0 / years] * years, 0.0)
    else:
        of_works = written_off(works, shares, bonus)
    return [one + other for one, other in zip(of_rest, of_works, strict=True)]


def income_tax(case: Case, books: Books, interest: Months) -> float:
    """What is saved each month; what is due at the horizon."""
    T, choices = case.months, case.scenario["choices"]
    rate = case.get(choices["tax_rate_share"])
    if rate == 0:
        return 0.0
    lost_value = depreciation(case, books)
    expenses = spent(case, books, EXPENSES)
    base = [books.rent_expenses[m] + expenses[m] + lost_value[m] + interest[m] for m in range(T)]
    undepreciated = math.fsum(spent(case, books, CAPITAL)) - math.fsum(lost_value)
    gain = books.end_value - (undepreciated + books.prepaid)
    profit = choices.get("profit_usd_per_year")
    if profit is None:
        for m in range(T):
            books.parts["income_tax"][m] -= rate * base[m]
        return rate * gain
    carried = 0.0
    for first in range(0, T, 12):
        months = min(12, T - first)
        there_is = carried + math.fsum(base[first : first + months])
        used = min(there_is, case.get(profit) * months / 12.0)
        carried = there_is - used
        for m in range(first, first + months):
            books.parts["income_tax"][m] -= rate * used / months
    return max(0.0, rate * (gain - carried))


def cash_need(case: Case, cash: Months) -> dict[str, float]:
    """The largest cumulative sum of payments, its month, and how long the funds last."""
    funding = case.scenario["choices"].get("funding_usd")
    funds = math.inf if funding is None else case.get(funding)
    sums = [math.fsum(cash[: m + 1]) for m in range(case.months)]
    deepest = max(sums)
    month = next(m for m, usd in enumerate(sums) if usd >= deepest - 0.01)
    lasts = next((float(m) for m, usd in enumerate(sums) if usd > funds), math.inf)
    out = {"deepest_cash_usd": deepest, "deepest_cash_month": float(month)}
    return out if funding is None else {**out, "funds_last_months": lasts}


# --- 6. The service, and what is compared --------------------------------------------------------


@dataclass
class Service:
    """What is wanted over time and not served, bought or left over, in H100 by peak."""

    wanted: Path
    short: Path  # before the market
    bought: Path
    surplus: Path


def wanted(case: Case, service: dict[str, Any]) -> Path:
    """What is wanted: so many H100, or steps of which each holds until the next."""
    steps = service["steps"] or [service]
    begins = [case.get(step["from_months"]) for step in steps]
    until = service["until_months"]
    last = float(case.months) if until is None else case.get(until)
    gpus = [case.get(step["h100_gpus"]) for step in steps]
    ends = [*begins[1:], last]
    return line(zip(begins, ends, gpus, gpus, strict=True), float(case.months))


def wanted_between(case: Case, service: dict[str, Any]) -> tuple[float, float]:
    """Between which dates anything is wanted."""
    first, until = (service["steps"] or [service])[0], service["until_months"]
    last = float(case.months) if until is None else case.get(until)
    return case.get(first["from_months"]), last


def served(case: Case, tranches: list[Tranche]) -> Path:
    """What tranches that are not sublet serve, in H100 by peak."""
    serving = [t for t in tranches if t.data["use"] != "sublet"]
    return total((times(t.useful, t.chip.peak / h100_peak()) for t in serving), float(case.months))


def service_of(case: Case, tranches: list[Tranche]) -> Service:
    """What is short, bought on the market and left over."""
    words, none = case.scenario["need"]["service"], line([], float(case.months))
    if words is None:
        return Service(none, none, none, none)
    want, have = wanted(case, words), served(case, tranches)
    short, bought = beyond(want, have), none
    if words["market_gpus"] is not None:
        most = case.get(words["market_gpus"])
        bought = least(short, level(most, float(case.months)))
    others = served(case, [t for t in tranches if t.data["use"] == "other"])
    left_over = least(beyond(have, want), others)
    return Service(want, short, bought, part_of(left_over, *wanted_between(case, words)))


def used_hours(case: Case, p: Path) -> Months:
    """Hours of the service: those used."""
    return [gpus * HOURS * case.use_share for gpus in monthly(p, case.months)]


def served_share(case: Case, service: Service) -> float:
    """The share of the hours wanted that is served, the market not counted."""
    all_wanted = math.fsum(used_hours(case, service.wanted))
    if all_wanted <= 0:
        return 1.0
    return 1.0 - math.fsum(used_hours(case, service.short)) / all_wanted


def market(case: Case, service: Service, books: Books, used: Energy) -> None:
    """Hours bought: what they cost, and their energy."""
    words = case.scenario["need"]["service"]
    if words is None or words["market_gpus"] is None:
        return
    chip = chip_of(case, "h100")
    for m, hours in enumerate(used_hours(case, service.bought)):
        books.parts["market"][m] += hours * chip.rent_at(m)
    energy_of_market(case, service.bought, used)


def failed_events(case: Case, option: str) -> list[str]:
    """The failed events of an option's own tranches, and of those that its fallback brings."""
    names = [*case.scenario["options"][option]["tranches"], *brought(case, option)]
    events = {case.scenario["tranches"][name]["only_if"] for name in names}
    return sorted(event for event in events if not case.happens(event))


def sets_of(events: list[str]) -> Iterator[tuple[str, ...]]:
    """Any set of these: none of them, one, several or all."""
    for size in range(len(events) + 1):
        yield from combinations(events, size)


def compared_cost(case: Case, found: dict[str, float], w: float) -> float:
    """What an option is compared by, before what is not delivered."""
    service = case.scenario["need"]["service"]
    surplus_usd = 0.0 if service is None else case.get(service["surplus_usd_per_h100_hour"])
    return (
        found["present_cost_usd"]
        + w * found["discounted_short_h100_hours"]
        - surplus_usd * found["discounted_surplus_h100_hours"]
    )


def compared(case: Case, sets: list[dict[str, float]]) -> dict[str, float]:
    """The largest compared cost and months of any set of failed events happening."""
    service = case.scenario["need"]["service"]
    w = 0.0 if service is None else case.get(service["short_hour_usd"])
    return {
        "compared_cost_usd": max(compared_cost(case, found, w) for found in sets),
        "compared_cost_at_0_usd": max(compared_cost(case, found, 0.0) for found in sets),
        "compared_cost_at_4_usd": max(compared_cost(case, found, 4.0 * w) for found in sets),
        "compared_months": max(min(found["target_months"], float(case.months)) for found in sets),
    }


# --- One option in one future --------------------------------------------------------------------


def outcome(scenario: dict[str, Any], option: str, future: dict[str, float]) -> dict[str, float]:
    """What an option yields in one future, and what it is compared by."""
    case = case_of(scenario, future)
    sets = [
        as_drawn(case_of(scenario, future | dict.fromkeys(events, 1.0)), option)
        for events in sets_of(failed_events(case, option))
    ]
    return {**sets[0], **compared(case, sets)}


def case_of(scenario: dict[str, Any], future: dict[str, float]) -> Case:
    """A scenario in a future."""
    need, choices = scenario["need"], scenario["choices"]
    return Case(
        scenario=scenario,
        future=future,
        months=round(amount(choices["horizon_months"], future)),
        rate=amount(choices["discount_rate_per_year"], future),
        use_share=amount(need["use_share"], future),
        start_gpus=amount(need["start_gpus"], future),
    )


@dataclass
class Training:
    """What the run does."""

    fabrics: list[Fabric]
    run: Run
    rates: list[Parabola]
    dark_gpu_months: float


def deliver(case: Case, tranches: list[Tranche]) -> Training:
    """What is there and energised, and what the run makes of it; rentals that the run has moved
    off end once its start and its move are known."""
    for t in tranches:
        t.there = gpus_there(t, float(case.months))
    power(case, tranches)
    dark = dark_gpu_months(case, tranches)
    stops = stops_of(case)
    run = run_of(case, fabrics_of(case, tranches, stops))
    move_off(case, tranches, run)
    fabrics = fabrics_of(case, tranches, stops)
    rates = useful_flop(case, fabrics, run, stops)
    return Training(list(fabrics.values()), run, rates, dark)


def keep_books(case: Case, tranches: list[Tranche], service: Service, used: Energy) -> Books:
    """All payments but debt and tax, and the end value before both."""
    books = Books({name: [0.0] * case.months for name in PARTS}, [0.0] * case.months, {})
    for t in tranches:
        if t.rented:
            rent(case, t, tranches, books)
        else:
            own(case, t, books)
        if t.data["use"] == "sublet":
            sublease(case, t, books)
    sites_once(case, tranches, books)
    works_resold(case, books)
    further(case, tranches, books)
    market(case, service, books, used)
    books.parts["energy"] = used.usd
    return books


def as_drawn(case: Case, option: str) -> dict[str, float]:
    """What an option yields in a future, its fallback included where that acts."""
    tranches = tranches_of(case, option)
    training = deliver(case, tranches)
    service = service_of(case, tranches)
    used = energy(case, tranches)
    books = keep_books(case, tranches, service, used)
    end_value = debt_and_tax(case, books)
    target = case.get(case.scenario["need"]["target_flop"])
    found = {
        "first_training_months": training.run.start,
        "full_capacity_months": full_capacity(training.fabrics),
        "target_months": target_date(training.rates, target),
        "move_months": training.run.move,
        **cash(case, books, end_value),
        "peak_mw": peak_mw(case, tranches),
        "energy_mwh": math.fsum(used.mwh),
        "emissions_tco2": math.fsum(used.tco2),
        "dark_gpu_months": training.dark_gpu_months,
        **quantities(case, tranches, service, training.rates),
        **service_hours(case, service),
    }
    return found | broken(case, found)


def broken(case: Case, found: dict[str, float]) -> dict[str, float]:
    """Which of the limits that are stated an option breaks: 1 or 0."""
    years = range(1, -(-case.months // 12) + 1)
    most = {
        "peak_mw": found["peak_mw"],
        "emissions_tco2": found["emissions_tco2"],
        "usd_per_year": max(found[f"cash_year_{year}_usd"] for year in years),
    }
    limits = case.scenario.get("limits") or {}
    return {
        f"breaks_{name}": float(value > limits[name] * (1.0 + CLOSE))
        for name, value in most.items()
        if limits.get(name) is not None
    }


def discounted(case: Case, row: Months) -> float:
    """The present value of what falls in each month."""
    return math.fsum(x * case.discount(m + 0.5) for m, x in enumerate(row))


def cash(case: Case, books: Books, end_value: float) -> dict[str, float]:
    """Present cost and its parts, the cash of each year, and the need of cash."""
    months = case.months
    parts = {f"part:{name}": discounted(case, row) for name, row in books.parts.items()}
    parts["part:end_value"] = -end_value * case.discount(months)
    paid = [math.fsum(row[m] for row in books.parts.values()) for m in range(months)]
    years = {
        f"cash_year_{y + 1}_usd": math.fsum(paid[12 * y : 12 * y + 12])
        for y in range(-(-months // 12))
    }
    return {
        "present_cost_usd": math.fsum(parts.values()),
        **parts,
        "end_value_usd": end_value,
        **years,
        **cash_need(case, paid),
    }


def quantities(
    case: Case, tranches: list[Tranche], service: Service, rates: list[Parabola]
) -> dict[str, float]:
    """Hours of GPUs and of H100, and PFLOP-days, as they are and discounted."""
    bought = used_hours(case, service.bought)
    rows = {
        "gpu_hours": bought,
        "h100_hours": bought.copy(),
        "pflop_days": [flop / PFLOP_DAY for flop in flop_by_month(case, rates)],
    }
    for t in tranches:
        if t.data["use"] != "sublet":
            for m, gpus in enumerate(monthly(t.hours, case.months)):
                rows["gpu_hours"][m] += gpus * HOURS
                rows["h100_hours"][m] += gpus * HOURS * (t.chip.peak / h100_peak())
    now = {name: math.fsum(row) for name, row in rows.items()}
    return now | {f"discounted_{name}": discounted(case, row) for name, row in rows.items()}


def service_hours(case: Case, service: Service) -> dict[str, float]:
    """The share served, and hours wanted, short after the market, and left over."""
    short = used_hours(case, rest(service.short, service.bought))
    surplus = used_hours(case, service.surplus)
    return {
        "served_share": served_share(case, service),
        "wanted_h100_hours": math.fsum(used_hours(case, service.wanted)),
        "short_h100_hours": math.fsum(short),
        "surplus_h100_hours": math.fsum(surplus),
        "discounted_short_h100_hours": discounted(case, short),
        "discounted_surplus_h100_hours": discounted(case, surplus),
    }
