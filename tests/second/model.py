"""The whole model a second time, written from the text of the method alone.

It is read beside the text: one function per paragraph, in the order of the text. One option, one
future, plain numbers. Nothing here looks at the package; the package is tested against this.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as File
from typing import Any

HOURS = 730.0  # of a month
SECONDS = 2_628_000.0  # of a month
DAY_SECONDS = 86_400.0
PFLOP_DAY = 8.64e19  # FLOP
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
    "sublease",
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
    "sublease",
)

Segment = tuple[float, float, float, float]
"""From, until, the value just after from, the value just before until."""
Path = list[Segment]
"""Segments that follow each other from 0 to the horizon; at a jump the later value holds."""
Months = list[float]
"""One amount for each month of the horizon."""


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


def overlay(p: Path, q: Path) -> Iterator[tuple[float, float, float, float, float, float]]:
    """Both paths between their common knots: from, until, ends of the first, of the second."""
    i = j = 0
    now = 0.0
    while i < len(p) and j < len(q):
        a0, a1, u0, u1 = p[i]
        b0, b1, w0, w1 = q[j]
        then = min(a1, b1)
        if then > now:
            yield (
                now,
                then,
                u0 if now == a0 else u0 + (u1 - u0) * ((now - a0) / (a1 - a0)),
                u1 if then == a1 else u0 + (u1 - u0) * ((then - a0) / (a1 - a0)),
                w0 if now == b0 else w0 + (w1 - w0) * ((now - b0) / (b1 - b0)),
                w1 if then == b1 else w0 + (w1 - w0) * ((then - b0) / (b1 - b0)),
            )
        now = then
        i += a1 == then
        j += b1 == then


def plus(p: Path, q: Path, factor: float = 1.0) -> Path:
    """The first path and a multiple of the second."""
    return [(a, b, u0 + factor * w0, u1 + factor * w1) for a, b, u0, u1, w0, w1 in overlay(p, q)]


def times(p: Path, factor: float) -> Path:
    """The multiple of a path."""
    return [(a, b, factor * u0, factor * u1) for a, b, u0, u1 in p]


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


# --- 1. Draws ------------------------------------------------------------------------------------


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
    fall: float
    falls_from: float
    resale_share: float

    def price_path(self, t: float) -> float:
        """The market price path I(t): one for purchases, renewals and both end values."""
        return float((1.0 - self.fall) ** (max(t - self.falls_from, 0.0) / 12.0))


@dataclass
class Tranche:
    """A tranche, with the numbers of this future."""

    name: str
    data: dict[str, Any]
    chip: Chip
    site: str
    pue: float
    gpus: float
    arrives: float
    ramp: float
    installed: Path
    energised: Path
    term: float = math.inf
    left: float = math.inf

    @property
    def rented(self) -> bool:
        """Whether it is rented, not owned."""
        return bool(self.data["kind"] == "rent")

    @property
    def fabric(self) -> tuple[str, str]:
        """Its fabric: one that it shares, or its own."""
        shared = self.data["fabric"]
        return ("shared", shared) if shared is not None else ("own", self.name)

    @property
    def term_ends(self) -> float:
        """The end of the term of a rental."""
        return self.arrives + self.term

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
    use_share: float
    start_gpus: float

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

    return Chip(
        peak=fact("peak_bf16_dense_tflops") * 1e12,
        gpus_per_node=fact("gpus_per_node"),
        kw=fact("it_kw_per_gpu"),
        load_share=case.get(data.get("load_share")),
        node_usd=case.get(data.get("node_usd")),
        market_rent=case.get(data.get("market_rent_usd_per_gpu_hour")),
        fall=case.get(data.get("price_fall_per_year")),
        falls_from=case.get(data.get("falls_from_month")),
        resale_share=case.get(data.get("resale_share")),
    )


# --- 2. Schedule ---------------------------------------------------------------------------------


def arrive(case: Case, name: str, chips: dict[str, Chip]) -> Tranche:
    """A tranche and the date of its first GPUs: the latest milestone, or never."""
    data = case.scenario["tranches"][name]
    if data["chip"] not in chips:
        chips[data["chip"]] = chip_of(case, data["chip"])
    arrives = max(case.get(date) for date in data["milestones"].values())
    return Tranche(
        name=name,
        data=data,
        chip=chips[data["chip"]],
        site=data["site"],
        pue=case.get(case.scenario["sites"][data["site"]]["pue"]),
        gpus=case.get(data["gpus"]),
        arrives=arrives if case.happens(data["only_if"]) else math.inf,
        ramp=case.get(data["ramp_months"]),
        installed=[],
        energised=[],
        term=case.get(data["term_months"]) if data["kind"] == "rent" else math.inf,
    )


def install(case: Case, tranche: Tranche) -> None:
    """Installed GPUs: a ramp or a step from the first GPUs on, until a rental ends or is left."""
    a, N = tranche.arrives, tranche.gpus
    end = math.inf
    if tranche.rented:
        end = tranche.left
        if tranche.data["at_end"] == "stop":
            end = min(end, tranche.term_ends)
    horizon = float(case.months)
    if not math.isfinite(a):
        tranche.installed = line([], horizon)
        return
    full = a + tranche.ramp
    if full <= a:
        tranche.installed = line([(a, end, N, N)], horizon)
        return
    reached = N if end >= full else N * ((end - a) / tranche.ramp)
    tranche.installed = line([(a, min(full, end), 0.0, reached), (full, end, N, N)], horizon)


def leave(case: Case, tranches: list[Tranche]) -> None:
    """The day on which rentals are left: when the fabric of the named tranche first trains."""
    staying = [t for t in tranches if t.data.get("leave_when_trains") is None]
    for tranche in tranches:
        named = tranche.data.get("leave_when_trains")
        if named is None:
            continue
        of_named = next((t.fabric for t in tranches if t.name == named), None)
        date = math.inf
        members = [t for t in staying if t.data["use"] == "run" and t.fabric == of_named]
        if members:
            date = first_time(available(case, members), case.start_gpus)
        day = max(date, tranche.arrives)
        tranche.left = day if day < case.months else math.inf
        install(case, tranche)
        tranche.energised = tranche.installed


# --- 3. Power ------------------------------------------------------------------------------------


def stage_paths(case: Case, site: dict[str, Any]) -> dict[str, Path]:
    """MW × availability of each stage of a site, from when it comes until it ends."""
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
        mw = case.get(stage["mw"]) * case.get(stage["availability_share"])
        on = [(comes[name], end, mw, mw)] if comes[name] < end else []
        out[name] = line(on, float(case.months))
    return out


def energise(case: Case, tranches: list[Tranche], stages: dict[str, dict[str, Path]]) -> None:
    """Energised GPUs: of owned tranches what the site carries, of rented ones all."""
    left: dict[str, Path] = {}
    for tranche in tranches:
        if tranche.rented:
            tranche.energised = tranche.installed
            continue
        if tranche.site not in left:
            left[tranche.site] = total(stages[tranche.site].values(), float(case.months))
        mw = left[tranche.site]
        kw = tranche.peak_kw_per_gpu
        tranche.energised = least(tranche.installed, times(mw, 1000.0 / kw))
        left[tranche.site] = rest(mw, times(tranche.energised, kw / 1000.0))


def peak_mw(case: Case, tranches: list[Tranche]) -> float:
    """The largest value over time of what all tranches draw at peak."""
    draws = (times(t.energised, t.peak_kw_per_gpu / 1000.0) for t in tranches)
    return max(max(u0, u1) for _, _, u0, u1 in total(draws, float(case.months)))


@dataclass
class Energy:
    """MWh and tCO2 of all tranches, and what owned ones pay for it."""

    mwh: Months
    tco2: Months
    usd: Months


def energy(case: Case, tranches: list[Tranche], stages: dict[str, dict[str, Path]]) -> Energy:
    """Energy of owned tranches from the stages in order of price, and of rented ones."""
    out = Energy([0.0] * case.months, [0.0] * case.months, [0.0] * case.months)

    def add(mw: Path, tco2_per_mwh: float, usd_per_mwh: float) -> None:
        for m, mean in enumerate(monthly(mw, case.months)):
            mwh = mean * HOURS
            out.mwh[m] += mwh
            out.tco2[m] += mwh * tco2_per_mwh
            out.usd[m] += mwh * usd_per_mwh

    loads: dict[str, Path] = {}
    for t in tranches:
        mw_per_gpu = case.use_share * t.chip.load_share * t.peak_kw_per_gpu / 1000.0
        load = times(t.energised, mw_per_gpu)
        if t.rented:
            add(load, case.get(case.scenario["sites"][t.site]["tco2_per_mwh"]), 0.0)
        else:
            loads[t.site] = plus(loads[t.site], load) if t.site in loads else load
    for site, load in loads.items():
        sources: list[tuple[Any, Any, Path]] = []
        for name, stage in case.scenario["sites"][site]["stages"].items():
            price, rate = stage["usd_per_mwh"], stage["tco2_per_mwh"]
            same = [i for i, s in enumerate(sources) if s[0] == price and s[1] == rate]
            if same:
                sources[same[0]] = (price, rate, plus(sources[same[0]][2], stages[site][name]))
            else:
                sources.append((price, rate, stages[site][name]))
        for price, rate, mw in sorted(sources, key=lambda source: case.get(source[0])):
            drawn = least(load, mw)
            load = rest(load, drawn)
            add(drawn, case.get(rate), case.get(price))
    return out


# --- 4. Training ---------------------------------------------------------------------------------


@dataclass
class Fabric:
    """Tranches of one chip that one run can use together."""

    chip: Chip
    planned: float
    energised: Path
    available: Path
    used: Path


def available(case: Case, members: list[Tranche]) -> Path:
    """GPUs available in a fabric: what is energised, or what one fabric can hold."""
    if not members:
        return line([], float(case.months))
    path = total((t.energised for t in members), float(case.months))
    holds = [t.data["fabric_gpus"] for t in members if t.data["fabric_gpus"] is not None]
    if holds:
        limit = min(case.get(gpus) for gpus in holds)
        path = least(path, [(0.0, float(case.months), limit, limit)])
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


def fabrics_of(case: Case, tranches: list[Tranche], stops: Stops) -> list[Fabric]:
    """The fabrics of an option, in the order in which it lists them."""
    members: dict[tuple[str, str], list[Tranche]] = {}
    for t in tranches:
        if t.data["use"] == "run":
            members.setdefault(t.fabric, []).append(t)
    out = []
    for group in members.values():
        chip = group[0].chip
        path = available(case, group)
        most = stops.most_gpus(chip.gpus_per_node)
        used = path
        if math.isfinite(most):
            used = least(path, [(0.0, float(case.months), most, most)])
        out.append(
            Fabric(
                chip=chip,
                planned=math.fsum(t.gpus for t in group),
                energised=total((t.energised for t in group), float(case.months)),
                available=path,
                used=used,
            )
        )
    return out


@dataclass
class Run:
    """When the run starts and moves, and the fabric it is on before and after."""

    start: float
    move: float
    on: Fabric | None
    then: Fabric | None


def run_of(case: Case, fabrics: list[Fabric]) -> Run:
    """Start and move."""
    start, on = math.inf, None
    for fabric in fabrics:
        date = first_time(fabric.available, case.start_gpus)
        if date < start:
            start, on = date, fabric
    if on is None:
        return Run(math.inf, math.inf, None, None)
    move, then = math.inf, None
    for fabric in fabrics:
        if fabric is on:
            continue
        # How many GPUs of its own fabric the other one is ahead.
        ahead = plus(times(fabric.used, fabric.chip.peak / on.chip.peak), on.used, -1.0)
        if at_horizon(ahead) < CLOSE:
            continue
        date = first_time(ahead, CLOSE, start)
        if date < move:
            move, then = date, fabric
    return Run(start, move, on, then)


def whole_pieces(p: Path) -> Path:
    """The path with the fewest segments: those that go on in one line are one."""
    out: Path = []
    for a, b, u0, u1 in p:
        if out:
            a_, b_, w0, w1 = out[-1]
            size = max(abs(w0), abs(w1), abs(u0), abs(u1)) * 1e-12
            meant = w0 + (u1 - w0) * ((b_ - a_) / (b - a_))
            if b_ == a and abs(w1 - u0) <= size and abs(meant - u0) <= size:
                out[-1] = (a_, b, w0, u1)
                continue
        out.append((a, b, u0, u1))
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


def useful_flop(case: Case, run: Run, stops: Stops) -> list[Parabola]:
    """The rate of useful FLOP per month, each linear piece of used GPUs cut into four."""
    mfu = case.get(case.scenario["run"]["mfu_share"])
    out: list[Parabola] = []
    for fabric, begin, end in (
        (run.on, run.start, min(run.move, float(case.months))),
        (run.then, run.move, float(case.months)),
    ):
        if fabric is None or begin >= end:
            continue
        unit = fabric.chip.peak * mfu * case.use_share * SECONDS

        def rate(n: float, fabric: Fabric = fabric, unit: float = unit) -> float:
            return n * unit * stops.goodput(n, fabric.chip.gpus_per_node)

        inside = [
            (
                max(a, begin),
                min(b, end),
                u0 if a >= begin else u0 + (u1 - u0) * ((begin - a) / (b - a)),
                u1 if b <= end else u0 + (u1 - u0) * ((end - a) / (b - a)),
            )
            for a, b, u0, u1 in fabric.used
            if b > begin and a < end
        ]
        for a, b, n0, n1 in whole_pieces(inside):
            if n0 == n1:
                flat = rate(n0)
                out.append(Parabola(a, b, flat, flat, flat))
                continue
            rates = [rate(n0 + (n1 - n0) * (k / 8)) for k in range(9)]
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
    rent_delivered: Months
    end_value: float = 0.0
    uncredited: float = 0.0


def rent(case: Case, t: Tranche, books: Books) -> None:
    """What a rental costs, and its end value."""
    if not math.isfinite(t.arrives):
        return
    T = float(case.months)
    row = books.parts["rent"]
    p = case.get(t.data["usd_per_gpu_hour"])
    pay_share = case.get(t.data["take_or_pay_share"])
    q = max(case.use_share, pay_share)
    in_term = monthly(part_of(t.installed, t.arrives, t.term_ends), case.months)
    renewed = monthly(part_of(t.installed, t.term_ends, math.inf), case.months)
    for m in range(case.months):
        market = t.chip.market_rent * t.chip.price_path(m + 0.5)
        usd = q * HOURS * (p * in_term[m] + market * renewed[m])
        row[m] += usd
        books.rent_delivered[m] += usd

    prepaid = case.get(t.data["prepayment_share"]) * p * pay_share * t.gpus * HOURS * t.term
    signed = min(case.get(t.data["signed_month"]), t.arrives)
    pay_at(row, signed, prepaid)
    to_go = max(t.term_ends - t.left, 0.0) if t.left < math.inf else 0.0
    if to_go > 0:
        months = min(case.get(t.data["exit_fee_months"]), to_go)
        pay_at(books.parts["exit_fee"], t.left, months * t.gpus * p * q * HOURS)
        back = prepaid * (to_go / t.term)
        pay_at(row, t.left, -back)
        if t.left > t.arrives:
            pay_evenly(row, t.arrives, t.left, back - prepaid)
        return
    pay_evenly(row, t.arrives, t.term_ends, -prepaid)
    if signed < T and t.term_ends > T and t.left == math.inf:
        m_left = min(t.term_ends - T, t.term)
        market = t.chip.market_rent * t.chip.price_path(T)
        uncredited = prepaid * (m_left / t.term) if t.term > 0 else 0.0
        books.end_value += t.gpus * m_left * HOURS * q * (market - p) + uncredited
        books.uncredited += uncredited


def ordered(case: Case, t: Tranche) -> float:
    """The date of an order: no later than the first GPUs."""
    return min(case.get(t.data["ordered_month"]), t.arrives)


def own(case: Case, t: Tranche, books: Books) -> None:
    """What an owned tranche costs, and its end value."""
    if not t.comes:
        return
    T = float(case.months)
    parts, site = books.parts, case.scenario["sites"][t.site]
    a, last, N = t.arrives, t.arrives + t.ramp, t.gpus
    o = ordered(case, t)
    s = t.chip.node_usd / t.chip.gpus_per_node
    besides = case.get(t.data["network_share"]) + case.get(t.data["storage_share"])
    server = s * t.chip.price_path(o)
    c = server / (1.0 - besides)
    deposit = case.get(t.data["deposit_share"])
    for name, per_gpu in (("servers", server), ("network_and_storage", c * besides)):
        pay_at(parts[name], o, deposit * per_gpu * N)
        pay_evenly(parts[name], a, last, (1.0 - deposit) * per_gpu * N)
    works = case.get(site["works_usd_per_mw"]) * t.chip.kw / 1000.0
    pay_evenly(parts["works"], o, last, works * N)
    if a < T:
        a0 = max(a, 0.0)
        lease = case.get(site["lease_usd_per_kw_month"]) * N * t.chip.kw
        pay_evenly(parts["site_lease"], a0, T, lease * (T - a0))
    upkeep = case.get(t.data["maintenance_share_per_year"]) * c / 12.0
    cover = case.get(t.data["insurance_and_tax_share_per_year"]) * (c + works) / 12.0
    for m, gpus in enumerate(monthly(t.installed, case.months)):
        parts["maintenance"][m] += upkeep * gpus
        parts["insurance_and_tax"][m] += cover * gpus
    there = at_horizon(t.installed)
    books.end_value += there * s * t.chip.price_path(T) * t.chip.resale_share
    if o < T:
        books.end_value += deposit * c * (N - there)


def own_sites(case: Case, tranches: list[Tranche], books: Books) -> None:
    """What a site costs once, from the earliest order on: fixed works and staff."""
    first: dict[str, float] = {}
    for t in tranches:
        if not t.rented and t.comes:
            first[t.site] = min(ordered(case, t), first.get(t.site, math.inf))
    T = float(case.months)
    for name, date in first.items():
        site = case.scenario["sites"][name]
        pay_at(books.parts["works"], date, case.get(site["works_usd"]))
        if date < T:
            d0 = max(date, 0.0)
            yearly = case.get(site["staff_usd_per_year"])
            pay_evenly(books.parts["staff"], d0, T, yearly / 12.0 * (T - d0))


def sublease(case: Case, t: Tranche, books: Books) -> None:
    """What a tranche that is let to others brings: a receipt."""
    share = case.get(t.data["sublet_price_share"])
    for m, gpus in enumerate(monthly(t.energised, case.months)):
        market = t.chip.market_rent * t.chip.price_path(m + 0.5)
        books.parts["sublease"][m] -= share * market * case.use_share * gpus * HOURS


def debt_and_tax(case: Case, books: Books) -> float:
    """Debt and income tax of each month; the end value after both."""
    T, parts, choices = case.months, books.parts, case.scenario["choices"]
    capital = [math.fsum(parts[name][m] for name in CAPITAL) for m in range(T)]

    share = case.get(choices["debt_share"])
    i = case.get(choices["debt_rate_per_year"]) / 12.0
    n = round(case.get(choices["debt_months"]))
    interest = [0.0] * T
    owed_at_end = 0.0
    if share > 0:
        level = 1.0 / n if i == 0 else i / -math.expm1(-n * math.log1p(i))
        balance = 0.0  # of all loans, before the payment of the month
        payments = [0.0] * T
        for m, spent in enumerate(capital):
            borrowed = share * spent
            interest[m] = i * balance
            balance += interest[m] - payments[m] + borrowed
            for k in range(m + 1, min(m + n, T - 1) + 1):
                payments[k] += borrowed * level
            parts["debt"][m] += payments[m] - borrowed
        owed_at_end = balance

    rate = case.get(choices["tax_rate_share"])
    end_value = books.end_value
    if rate != 0:
        years = -(-T // 12)
        spent_in = [math.fsum(capital[12 * y : 12 * y + 12]) for y in range(years)]
        depreciation = [
            math.fsum(
                spent_in[y] * MACRS[m // 12 - y] / 12.0
                for y in range(m // 12 + 1)
                if m // 12 - y < len(MACRS)
            )
            for m in range(T)
        ]
        for m in range(T):
            expenses = books.rent_delivered[m] + math.fsum(parts[name][m] for name in EXPENSES)
            parts["income_tax"][m] -= rate * (expenses + depreciation[m] + interest[m])
        book = math.fsum(capital) - math.fsum(depreciation) + books.uncredited
        end_value -= rate * (end_value - book)
    return end_value - owed_at_end


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


# --- One option in one future --------------------------------------------------------------------


def outcome(scenario: dict[str, Any], option: str, future: dict[str, float]) -> dict[str, float]:
    """What an option yields in one future."""
    need, choices = scenario["need"], scenario["choices"]
    months = round(amount(choices["horizon_months"], future))
    case = Case(
        scenario=scenario,
        future=future,
        months=months,
        use_share=amount(need["use_share"], future),
        start_gpus=amount(need["start_gpus"], future),
    )
    chips: dict[str, Chip] = {}
    tranches = [arrive(case, name, chips) for name in scenario["options"][option]["tranches"]]
    owned_sites = {t.site for t in tranches if not t.rented}
    stages = {name: stage_paths(case, scenario["sites"][name]) for name in owned_sites}
    for t in tranches:
        install(case, t)
    energise(case, tranches, stages)
    leave(case, tranches)

    run_words = scenario["run"]
    stops = Stops(
        failures=case.get(run_words["failures_per_1000_node_days"]),
        write=case.get(run_words["checkpoint_write_s"]),
        restart=case.get(run_words["restart_s"]),
    )
    fabrics = fabrics_of(case, tranches, stops)
    run = run_of(case, fabrics)
    rates = useful_flop(case, run, stops)
    flop = flop_by_month(case, rates)

    books = Books({name: [0.0] * months for name in PARTS}, [0.0] * months)
    used_energy = energy(case, tranches, stages)
    books.parts["energy"] = used_energy.usd
    for t in tranches:
        if t.rented:
            rent(case, t, books)
        else:
            own(case, t, books)
        if t.data["use"] == "sublet":
            sublease(case, t, books)
    own_sites(case, tranches, books)
    end_value = debt_and_tax(case, books)

    r = case.get(choices["discount_rate_per_year"])
    factors = [(1.0 + r) ** (-(m + 0.5) / 12.0) for m in range(months)]

    def discounted(row: Months) -> float:
        return math.fsum(x * factor for x, factor in zip(row, factors, strict=True))

    parts = {f"part:{name}": discounted(row) for name, row in books.parts.items()}
    parts["part:end_value"] = -end_value * (1.0 + r) ** (-months / 12.0)
    cash = [math.fsum(row[m] for row in books.parts.values()) for m in range(months)]

    gpu_hours = [0.0] * months
    h100_hours = [0.0] * months
    h100 = float(chip_table()["h100"]["peak_bf16_dense_tflops"]) * 1e12
    for t in tranches:
        if t.data["use"] != "sublet":
            for m, gpus in enumerate(monthly(t.energised, months)):
                gpu_hours[m] += gpus * HOURS
                h100_hours[m] += gpus * HOURS * (t.chip.peak / h100)
    pflop_days = [x / PFLOP_DAY for x in flop]

    return {
        "first_training_months": run.start,
        "full_capacity_months": full_capacity(fabrics),
        "target_months": target_date(rates, case.get(need["target_flop"])),
        "move_months": run.move,
        "present_cost_usd": math.fsum(parts.values()),
        **parts,
        "end_value_usd": end_value,
        **{
            f"cash_year_{y + 1}_usd": math.fsum(cash[12 * y : 12 * y + 12])
            for y in range(-(-months // 12))
        },
        **cash_need(case, cash),
        "peak_mw": peak_mw(case, tranches),
        "energy_mwh": math.fsum(used_energy.mwh),
        "emissions_tco2": math.fsum(used_energy.tco2),
        "gpu_hours": math.fsum(gpu_hours),
        "h100_hours": math.fsum(h100_hours),
        "pflop_days": math.fsum(pflop_days),
        "discounted_gpu_hours": discounted(gpu_hours),
        "discounted_h100_hours": discounted(h100_hours),
        "discounted_pflop_days": discounted(pflop_days),
    }
