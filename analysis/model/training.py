"""The run: goodput, useful FLOP, and the day the target is reached."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array, Index
from analysis.model import knots, piecewise
from analysis.model.draws import HOURS_PER_MONTH
from analysis.model.piecewise import Path
from analysis.model.records import Run

SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600


SECONDS_PER_DAY = 86400.0


FLOP_PER_PFLOP_DAY = 1e15 * SECONDS_PER_DAY


PARTS = 4
"""Equal parts into which each linear piece of GPUs is cut, so that a parabola fits its rate."""


def mean_time_to_stop_s(
    gpus: Array, gpus_per_node: float, failures_per_1000_node_days: Array
) -> Array:
    """Mean time between stops of a job, in seconds: 1 / (nodes x failures per node-day)."""
    nodes = np.asarray(gpus) / gpus_per_node
    return SECONDS_PER_DAY * 1000 / np.maximum(nodes * failures_per_1000_node_days, 1e-24)


def goodput_share(mean_time_s: Array, write_s: Array, restart_s: Array) -> Array:
    """Share of the time that becomes progress, at the best checkpoint interval; shape as broadcast.

    Daly (2006), "A higher order estimate of the optimum checkpoint interval", equations 20 and 37:
    tau = sqrt(2 d M) (1 + sqrt(d / 2 M) / 3 + (d / 2 M) / 9) - d while d < 2 M, else M; goodput is
    tau / (M e^(R/M) (e^((tau + d) / M) - 1)).
    """
    ratio = write_s / (2 * mean_time_s)
    root = np.sqrt(ratio)
    tau = np.where(
        ratio < 1, 2 * mean_time_s * root * (1 + root / 3 + ratio / 9) - write_s, mean_time_s
    )
    with np.errstate(over="ignore"):
        lost = np.exp(restart_s / mean_time_s) * np.expm1((tau + write_s) / mean_time_s)
    return tau / (mean_time_s * lost)


def best_mean_time_s(write_s: Array, restart_s: Array) -> Array:
    """The mean time between stops at which GPUs x goodput is largest, in seconds, (draws,).

    GPUs are proportional to 1 / M, so this is where goodput / M has its one maximum. With
    s = sqrt(d / 2 M) and y = (tau + d) / M = 2 s (1 + s / 3 + s^2 / 9), the logarithm of it is
    ln(y - 2 s^2) + 2 ln s - 2 s^2 R / d - ln(e^y - 1); its slope changes sign once in 0 < s < 1.
    """

    def rises(s: Array) -> NDArray[np.bool_]:
        y, rise = 2 * s * (1 + s / 3 + s**2 / 9), 2 + 4 * s / 3 + 2 * s**2 / 3
        slope = (rise - 4 * s) / (y - 2 * s**2) + 2 / s - 4 * s * restart_s / write_s
        return slope > rise / -np.expm1(-y)

    return write_s / (2 * _where_it_ends(rises, len(write_s), steps=60) ** 2)


def most_useful_gpus(
    gpus_per_node: float, failures_per_1000_node_days: Array, best_s: Array
) -> Array:
    """The number of GPUs with the most useful compute; more would stop too often, (draws,)."""
    per_gpu = np.maximum(failures_per_1000_node_days, 1e-12) / gpus_per_node
    return SECONDS_PER_DAY * 1000 / (per_gpu * best_s)


@dataclass(frozen=True)
class Fabric:
    """One set of GPUs that a single run can span: those available, and those worth using; the
    availability of its site (None: 1 throughout)."""

    available: Path
    used: Path
    availability: Path | None
    peak_flop_per_s: float
    gpus_per_node: float


def first_training(fabrics: list[Fabric], start_gpus: Array) -> tuple[Array, Index]:
    """The month in which `start_gpus` are first available, and that fabric, (draws,)."""
    dates = np.stack(
        [piecewise.first_time_at_least(f.available, start_gpus) for f in fabrics], axis=1
    )
    first = np.argmin(dates, axis=1)
    return np.take_along_axis(dates, first[:, None], 1)[:, 0], first


def periods(fabrics: list[Fabric], start: Array, first: Index) -> list[tuple[Array, Array]]:
    """(from, until) month of the run on each fabric: it moves once, to a larger one, when that is
    faster.
    """
    never = np.full_like(start, np.inf)
    moves = np.stack(
        [
            np.stack([_faster(f, g, start) if f is not g else never for g in fabrics], 1)
            for f in fabrics
        ],
        1,
    )
    mine = np.take_along_axis(moves, first[:, None, None], 1)[:, 0]
    target = np.argmin(mine, axis=1)
    moved = np.take_along_axis(mine, target[:, None], 1)[:, 0]
    found = []
    for i in range(len(fabrics)):
        begins = np.where(first == i, start, np.where((target == i) & (first != i), moved, np.inf))
        found.append((begins, np.where(first == i, moved, np.inf)))
    return found


def _faster(current: Fabric, other: Fabric, since: Array) -> Array:
    """When the other fabric first uses more peak FLOP/s than the current one, by a hair of 1e-9;
    never if it is not ahead by as much at the horizon.
    """
    ahead = piecewise.total(
        [
            piecewise.scaled(other.used, np.full(len(since), other.peak_flop_per_s)),
            piecewise.scaled(current.used, np.full(len(since), -current.peak_flop_per_s)),
        ]
    )
    hair = np.full(len(since), max(1e-9 * current.peak_flop_per_s, 1.0))
    larger = piecewise.at_horizon(ahead) >= hair
    return np.where(larger, piecewise.first_time_at_least(ahead, hair, since), np.inf)


@dataclass(frozen=True)
class Compute:
    """Useful FLOP of a run: the rate in FLOP per month at the left end, the middle and the right
    end of each piece, (pieces, draws); between them the rate is the parabola through the three.
    """

    times: Array
    left: Array
    middle: Array
    right: Array

    def cumulative(self) -> Array:
        """Useful FLOP up to the end of each piece (Simpson), (pieces, draws)."""
        mean = (self.left + 4 * self.middle + self.right) / 6
        return knots.running_sum((self.times[1:] - self.times[:-1]) * mean)

    def at(self, positions: Index) -> list[Array]:
        """Of the pieces at some positions: start, length, useful FLOP before, and the rate at left
        end, middle and right end."""
        sums = self.cumulative()
        before = np.concatenate([np.zeros_like(sums[:1]), sums[:-1]])
        length = self.times[1:] - self.times[:-1]
        pieces = (self.times, length, before, self.left, self.middle, self.right)
        return [knots.picked(one, positions) for one in pieces]


def compute(
    fabrics: list[Fabric], when: list[tuple[Array, Array]], run: Run
) -> tuple[Compute, Path]:
    """The useful FLOP of the run, and the GPUs it uses."""
    windows = [piecewise.window(f.used, *period) for f, period in zip(fabrics, when, strict=True)]
    used = piecewise.aligned(windows)
    shares = {
        i: _share_while_used(used[i], f.availability)
        for i, f in enumerate(fabrics)
        if f.availability is not None
    }
    parts = piecewise.whole([*used, *shares.values()])
    found = dict(zip(shares, parts[len(used) :], strict=True))
    gpus = piecewise.total(parts[: len(used)])
    rates = [_rates(parts[i], f, found.get(i), run) for i, f in enumerate(fabrics)]
    return Compute(knots.cut(gpus.times, PARTS), *np.sum(rates, axis=0)), gpus


def _share_while_used(used: Path, availability: Path) -> Path:
    """The availability of a site while the run uses GPUs there, else 0."""
    on = ((used.left > 0) | (used.right > 0)).astype(float)
    return piecewise.product(Path(used.times, on, on), availability)


def reached(flop: Compute, target_flop: Array) -> Array:
    """The month in which the useful FLOP reach the target, infinite if not by the horizon,
    (draws,). Within its piece the date solves the cumulated parabola.
    """
    sums = flop.cumulative()
    piece = np.minimum((sums < target_flop).sum(axis=0), len(sums) - 1)
    start, length, before, left, middle, right = flop.at(knots.positions(piece))

    def short(share: Array) -> NDArray[np.bool_]:
        done = before + length * _parabola_integral(left, middle, right, share)
        return done < target_flop

    share = _where_it_ends(short, len(start), steps=50)
    return np.where(sums[-1] >= target_flop, start + length * share, np.inf)


def useful_flop_by_month(flop: Compute) -> Array:
    """Useful FLOP of each month, (draws, months)."""
    piece = knots.at_month_ends(flop.times)
    start, length, before, left, middle, right = flop.at(piece)
    share = (np.arange(start.shape[1]) - start) / np.where(length > 0, length, 1)
    return np.diff(before + length * _parabola_integral(left, middle, right, share), axis=1)


def _where_it_ends(holds: Callable[[Array], NDArray[np.bool_]], draws: int, steps: int) -> Array:
    """The share from 0 to 1 up to which something holds, from above, by so many bisections,
    (draws,).

    `scipy.optimize.elementwise.find_root` gives the same to 14 digits. It stays out because its
    import takes half a second of every process, and its calls on a block of draws no less time.
    """
    low, high = np.zeros(draws), np.ones(draws)
    for _ in range(steps):
        share = (low + high) / 2
        there = holds(share)
        low, high = np.where(there, share, low), np.where(there, high, share)
    return high


def _rates(gpus: Path, fabric: Fabric, availability: Path | None, run: Run) -> Array:
    """Useful FLOP per month at the left end, middle and right end of each part of each piece,
    (3, pieces x PARTS, draws). Where the GPUs are level one rate serves the whole piece.
    """
    pieces, draws = gpus.left.shape
    found = np.zeros((pieces, 2 * PARTS + 1, draws))
    level = np.nonzero((gpus.left > 0) & (gpus.left == gpus.right))
    rate = _useful_flop_per_month(gpus.left[level], fabric, run.at(level[1]))
    found[level[0], :, level[1]] = rate[:, None]
    ramps = np.nonzero(gpus.left != gpus.right)
    start, end = gpus.left[ramps][:, None], gpus.right[ramps][:, None]
    counts = start + (end - start) * np.arange(2 * PARTS + 1) / (2 * PARTS)
    found[ramps[0], :, ramps[1]] = _useful_flop_per_month(
        counts, fabric, run.at(np.s_[ramps[1], None])
    )
    if availability is not None:
        found *= availability.left[:, None]
    ends = (found[:, 0:-1:2], found[:, 1::2], found[:, 2::2])
    return np.stack([one.reshape(-1, draws) for one in ends])


def _useful_flop_per_month(gpus: Array, fabric: Fabric, run: Run) -> Array:
    """GPUs x peak x MFU x goodput x use share x seconds of a month, shape of `gpus`."""
    failures = run.failures_per_1000_node_days
    stop = mean_time_to_stop_s(np.maximum(gpus, 1e-9), fabric.gpus_per_node, failures)
    good = goodput_share(stop, run.checkpoint_write_s, run.restart_s)
    per_gpu = fabric.peak_flop_per_s * run.mfu_share * run.use_share * SECONDS_PER_MONTH
    return gpus * good * per_gpu


def _parabola_integral(left: Array, middle: Array, right: Array, share: Array) -> Array:
    """Integral from 0 to `share` of the parabola through left, middle, right at 0, 1/2, 1."""
    slope, bend = -3 * left + 4 * middle - right, 2 * left - 4 * middle + 2 * right
    return share * (left + share * (slope / 2 + share * bend / 3))
