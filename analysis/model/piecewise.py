"""Piecewise linear functions of time, one per draw: ramps, steps, their sums, minima and integrals.

Time runs in months from the day of decision to the horizon. A `Path` holds `pieces` neighbouring
pieces per draw; a piece is linear, and the function may jump from one piece to the next. Everything
here is exact: nothing is read off a monthly grid.

They are our own because the knots differ from draw to draw: the piecewise polynomials of SciPy have
one set of knots for all, and no minimum of two.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Array


@dataclass(frozen=True)
class Path:
    """`times` is (draws, pieces + 1), ascending from 0 to the horizon; `left` and `right` are the
    values at both ends of each piece, (draws, pieces)."""

    times: Array
    left: Array
    right: Array

    @property
    def lengths(self) -> Array:
        """Months that each piece lasts, (draws, pieces); zero where knots coincide."""
        return np.diff(self.times, axis=1)


def ramp(start: Array, months: Array, height: Array, horizon: float) -> Path:
    """Zero until `start`, then linear to `height` within `months`, then level.

    A start beyond the horizon (or infinite) never comes; a ramp of zero months is a step.
    """
    knots = _knots(horizon, start, start + months)
    begins = np.where(np.isfinite(start), start, horizon + 1)[:, None]
    share = np.clip((knots - begins) / np.maximum(months, 1e-12)[:, None], 0, 1)
    left, right = share[:, :-1] * height[:, None], share[:, 1:] * height[:, None]
    after = knots[:, :-1] >= (start + months)[:, None]
    before = knots[:, 1:] <= start[:, None]
    left = np.where(after, height[:, None], left)
    return Path(knots, np.where(before, 0.0, left), np.where(before, 0.0, right))


def step(start: Array, end: Array, height: Array, horizon: float) -> Path:
    """`height` from `start` until `end`, zero elsewhere; zero everywhere if `end` <= `start`."""
    knots = _knots(horizon, start, np.maximum(start, end))
    level = np.zeros((len(knots), 3))
    level[:, 1] = height
    return Path(knots, level, level)


def scaled(path: Path, factor: Array) -> Path:
    """The path times one factor per draw."""
    return Path(path.times, path.left * factor[:, None], path.right * factor[:, None])


def total(paths: list[Path]) -> Path:
    """The sum of several paths."""
    first, *others = aligned(paths)
    return Path(
        first.times,
        sum((p.left for p in others), first.left),
        sum((p.right for p in others), first.right),
    )


def less(path: Path, others: list[Path]) -> Path:
    """A path less others."""
    minus = -np.ones(len(path.times))
    return total([path, *(scaled(other, minus) for other in others)])


def product(path: Path, steps: Path) -> Path:
    """A path times one that is level but for jumps, at times of the first alone."""
    level = _on(steps, path.times).left
    return Path(path.times, path.left * level, path.right * level)


def not_negative(path: Path) -> Path:
    """The path, nowhere below zero; pieces are split where it crosses zero."""
    zero, minus = np.zeros(len(path.left)), -np.ones(len(path.left))
    return scaled(at_most(scaled(path, minus), zero), minus)


def minimum(one: Path, other: Path) -> Path:
    """The smaller of two paths at each time; pieces are split where the two cross."""
    one, other = aligned([one, other])
    gap_left, gap_right = one.left - other.left, one.right - other.right
    crosses = gap_left * gap_right < 0
    share = np.where(crosses, gap_left / np.where(crosses, gap_left - gap_right, 1), 0.0)
    left, right = np.minimum(one.left, other.left), np.minimum(one.right, other.right)
    there = np.where(crosses, one.left + share * (one.right - one.left), left)
    start = one.times[:, :-1]
    knots = _interleaved(start, start + share * one.lengths)
    times = np.concatenate([knots, one.times[:, -1:]], axis=1)
    return _compressed(Path(times, _interleaved(left, there), _interleaved(there, right)))


def at_most(path: Path, cap: Array) -> Path:
    """The path, nowhere above one cap per draw."""
    flat = np.broadcast_to(cap[:, None], path.left.shape)
    return minimum(path, Path(path.times, flat, flat))


def window(path: Path, start: Array, end: Array) -> Path:
    """The path from `start` until `end` and zero elsewhere."""
    horizon = float(path.times[0, -1])
    cut = _split_at(path, np.clip(np.stack([start, end], axis=1), 0, horizon))
    middle = (cut.times[:, :-1] + cut.times[:, 1:]) / 2
    inside = (middle >= start[:, None]) & (middle < end[:, None])
    return Path(cut.times, cut.left * inside, cut.right * inside)


def first_time_at_least(path: Path, threshold: Array, since: Array | None = None) -> Array:
    """The first time, in months and not before `since`, at which the path is at or above the
    threshold, less a hair of 1e-9 (relative), so that a sum of parts that should just reach a
    number does; infinite if it never is. Shape (draws,)."""
    wanted = (threshold - 1e-9 * np.abs(threshold))[:, None]
    if since is not None:
        path = _split_at(path, np.clip(since, 0, path.times[0, -1])[:, None])
    start, length = path.times[:, :-1], path.lengths
    slope = (path.right - path.left) / np.where(length > 0, length, 1)
    wait = np.where(
        path.left >= wanted, 0.0, (wanted - path.left) / np.where(slope > 0, slope, np.nan)
    )
    reached = (length > 0) & ((path.left >= wanted) | (path.right >= wanted))
    if since is not None:
        reached &= start >= since[:, None] - 1e-12
    return np.where(reached, start + np.nan_to_num(wait), np.inf).min(axis=1)


def integral(path: Path) -> Array:
    """The integral to the horizon, (draws,)."""
    return np.asarray((path.lengths * (path.left + path.right) / 2).sum(axis=1))


def largest(path: Path) -> Array:
    """The largest value that the path takes over any time, (draws,)."""
    lasting = path.lengths > 0
    return np.where(lasting, np.maximum(path.left, path.right), -np.inf).max(axis=1)


def value_at(path: Path, month: float) -> Array:
    """The value at a time before the horizon, (draws,); where the path jumps then, that after."""
    piece = (path.times[:, :-1] <= month).sum(axis=1) - 1
    times, left, right, length = (
        np.take_along_axis(x, piece[:, None], 1)[:, 0]
        for x in (path.times, path.left, path.right, path.lengths)
    )
    share = (month - times) / np.where(length > 0, length, 1)
    values: Array = left + (right - left) * share
    return values


def at_horizon(path: Path) -> Array:
    """The value just before the horizon, (draws,)."""
    last = (path.times[:, :-1] < path.times[:, -1:]).sum(axis=1) - 1
    return np.take_along_axis(path.right, last[:, None], 1)[:, 0]


def whole(together: list[Path]) -> list[Path]:
    """The same paths, all on the same times, without the knots at which none of them jumps or
    bends: a piece is as long as all of them are straight, to one part in 10^12 of their largest."""
    tidy = [_compressed(path) for path in together]
    lasting = tidy[0].lengths > 0
    begins = _bends(tidy) & lasting
    order = np.argsort(~begins, axis=1, kind="stable")[:, : int(begins.sum(axis=1).max())]
    used = np.take_along_axis(begins, order, 1)
    end = lasting.sum(axis=1)[:, None]
    last = np.concatenate([np.where(used[:, 1:], order[:, 1:], end), end], axis=1) - 1
    horizon = tidy[0].times[:, -1:]
    starts = np.where(used, np.take_along_axis(tidy[0].times, order, 1), horizon)
    times, take = np.concatenate([starts, horizon], axis=1), np.take_along_axis
    return [Path(times, take(path.left, order, 1), take(path.right, last, 1)) for path in tidy]


def _bends(together: list[Path]) -> NDArray[np.bool_]:
    """Whether a piece goes on otherwise than the line that began with the last piece that did, for
    any of the paths, (draws, pieces); the first one does.

    The line is followed from its beginning, so that a bend is not lost in a very short piece.
    """
    times = together[0].times
    found = np.ones((len(times), times.shape[1] - 1), dtype=bool)
    since, values = times[:, 0], [path.left[:, 0] for path in together]
    rooms = [1e-12 * np.maximum(abs(p.left), abs(p.right)).max(axis=1) for p in together]
    for k in range(1, found.shape[1]):
        long = times[:, k + 1] - since
        share = (times[:, k] - since) / np.where(long > 0, long, 1)
        new = np.zeros(len(times), dtype=bool)
        for path, value, room in zip(together, values, rooms, strict=True):
            before, here, end = path.right[:, k - 1], path.left[:, k], path.right[:, k]
            straight = value + (end - value) * share
            new |= (abs(before - here) > room) | (abs(straight - here) > room)
        found[:, k] = new
        since = np.where(new, times[:, k], since)
        values = [np.where(new, p.left[:, k], v) for p, v in zip(together, values, strict=True)]
    return found


def times(horizon: float, knots: Array) -> Array:
    """The times of pieces that begin at some knots, (draws, knots), without those of no length."""
    every = np.sort(_knots(horizon, *knots.T), axis=1)
    return _compressed(Path(every, every[:, :-1], every[:, :-1])).times


def cut(times: Array, parts: int) -> Array:
    """The times with each piece cut into equal parts, (draws, pieces x parts + 1)."""
    lengths = np.diff(times, axis=1)[:, :, None]
    starts = times[:, :-1, None] + lengths * np.arange(parts) / parts
    return np.concatenate([starts.reshape(len(times), -1), times[:, -1:]], axis=1)


def by_month(path: Path) -> Array:
    """The average over each month, exactly, (draws, months)."""
    level, slope = _lines(path)
    areas = path.lengths * (path.left + path.right) / 2
    before = np.cumsum(areas, axis=1) - areas
    start = path.times[:, :-1]
    constant, level, slope = at_month_ends(
        path.times, before - (level + slope / 2 * start) * start, level, slope / 2
    )
    grid = np.arange(constant.shape[1])
    return np.diff(constant + (level + slope * grid) * grid, axis=1)


def at_month_ends(times: Array, *values: Array) -> list[Array]:
    """For values per piece: those of the piece that holds the end of each month, from month 0 on,
    (draws, months + 1) each."""
    whole = np.ceil(times)
    whole[:, -1] += 1
    counts = np.diff(whole, axis=1).astype(np.intp).ravel()
    return [np.repeat(one.ravel(), counts).reshape(len(times), -1) for one in values]


def _knots(horizon: float, *inner: Array) -> Array:
    edges = [np.zeros_like(inner[0]), *inner, np.full_like(inner[0], horizon)]
    return np.clip(np.stack(edges, axis=1), 0, horizon)


def _lines(path: Path) -> tuple[Array, Array]:
    """Each piece as a line: its value continued to month 0, and its slope per month."""
    length = path.lengths
    slope = (path.right - path.left) / np.where(length > 0, length, 1)
    return path.left - slope * path.times[:, :-1], slope


def _on(path: Path, times: Array) -> Path:
    """The same path, written on finer times."""
    middle = (times[:, :-1] + times[:, 1:]) / 2
    piece = np.zeros(middle.shape, dtype=np.intp)
    for knot in range(1, path.times.shape[1] - 1):
        piece += path.times[:, knot, None] <= middle
    slopes = (path.right - path.left) / np.where(path.lengths > 0, path.lengths, 1)
    start, left, slope = (
        np.take_along_axis(one, piece, 1) for one in (path.times[:, :-1], path.left, slopes)
    )
    # from the piece's own start: a steep line continued to month 0 would lose digits
    return Path(
        times, left + slope * (times[:, :-1] - start), left + slope * (times[:, 1:] - start)
    )


def _interleaved(one: Array, other: Array) -> Array:
    return np.stack([one, other], axis=2).reshape(len(one), -1)


def aligned(paths: list[Path]) -> list[Path]:
    """The same paths on the union of their times."""
    if all(path.times is paths[0].times for path in paths):
        return paths
    times = np.sort(
        np.concatenate([paths[0].times, *(p.times[:, 1:-1] for p in paths[1:])], axis=1), axis=1
    )
    return [_on(path, times) for path in paths]


def _split_at(path: Path, months: Array) -> Path:
    return _on(path, np.sort(np.concatenate([path.times, months], axis=1), axis=1))


def _compressed(path: Path) -> Path:
    """The same path without pieces of no length, as far as the fullest draw allows."""
    empty = path.lengths <= 0
    kept = max(1, path.left.shape[1] - int(empty.sum(axis=1).min()))
    order = np.argsort(empty, axis=1, kind="stable")[:, :kept]
    starts = np.take_along_axis(path.times[:, :-1], order, 1)
    unused = np.take_along_axis(empty, order, 1)
    horizon = path.times[:, -1:]
    starts = np.where(unused, horizon, starts)
    return Path(
        np.concatenate([starts, horizon], axis=1),
        np.take_along_axis(path.left, order, 1),
        np.take_along_axis(path.right, order, 1),
    )
