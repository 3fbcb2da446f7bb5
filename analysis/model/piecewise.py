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

from analysis.arrays import Array, Index
from analysis.model import knots


@dataclass(frozen=True)
class Path:
    """`times` is (pieces + 1, draws), ascending from 0 to the horizon; `left` and `right` are the
    values at both ends of each piece, (pieces, draws). Draws come last, so that what is done to a
    piece of all draws runs along memory."""

    times: Array
    left: Array
    right: Array

    @property
    def lengths(self) -> Array:
        """Months that each piece lasts, (pieces, draws); zero where knots coincide."""
        return self.times[1:] - self.times[:-1]

    @property
    def slopes(self) -> Array:
        """Change per month of each piece, (pieces, draws); 0 where it has no length."""
        length = self.lengths
        return (self.right - self.left) / np.where(length > 0, length, 1)


def ramp(start: Array, months: Array, height: Array, horizon: float) -> Path:
    """Zero until `start`, then linear to `height` within `months`, then level.

    A start beyond the horizon (or infinite) never comes; a ramp of zero months is a step.
    """
    times = knots.within(horizon, start, start + months)
    begins = np.where(np.isfinite(start), start, horizon + 1)
    share = np.clip((times - begins) / np.maximum(months, 1e-12), 0, 1)
    after, before = times[:-1] >= start + months, times[1:] <= start
    left = np.where(after, height, share[:-1] * height)
    right = share[1:] * height
    return Path(times, np.where(before, 0.0, left), np.where(before, 0.0, right))


def step(start: Array, end: Array, height: Array, horizon: float) -> Path:
    """`height` from `start` until `end`, zero elsewhere; zero everywhere if `end` <= `start`."""
    times = knots.within(horizon, start, np.maximum(start, end))
    level = np.zeros((3, len(start)))
    level[1] = height
    return Path(times, level, level)


def scaled(path: Path, factor: Array) -> Path:
    """The path times one factor per draw."""
    return Path(path.times, path.left * factor, path.right * factor)


def total(paths: list[Path]) -> Path:
    """The sum of several paths."""
    first, *others = aligned(paths)
    left, right = (p.left for p in others), (p.right for p in others)
    return Path(first.times, sum(left, first.left), sum(right, first.right))


def less(path: Path, others: list[Path]) -> Path:
    """A path less others."""
    return total([path, *(_negated(other) for other in others)])


def product(path: Path, steps: Path) -> Path:
    """A path times one that is level but for jumps, at times of the first alone."""
    level = knots.picked(steps.left, _piece_at(steps, knots.middles(path.times)))
    return Path(path.times, path.left * level, path.right * level)


def not_negative(path: Path) -> Path:
    """The path, nowhere below zero; pieces are split where it crosses zero."""
    return _negated(minimum(_negated(path), _level(path, 0.0)))


def minimum(one: Path, other: Path) -> Path:
    """The smaller of two paths at each time; pieces are split where the two cross."""
    one, other = aligned([one, other])
    gap_left, gap_right = one.left - other.left, one.right - other.right
    low = Path(one.times, np.minimum(one.left, other.left), np.minimum(one.right, other.right))
    crosses = gap_left * gap_right < 0
    split = [bool(piece.any()) for piece in crosses]
    if not any(split):
        return _compressed(low)
    share = np.where(crosses, gap_left / np.where(crosses, gap_left - gap_right, 1), 0.0)
    return _compressed(_split(low, one, share, crosses, split))


def _split(
    low: Path, one: Path, share: Array, crosses: NDArray[np.bool_], split: list[bool]
) -> Path:
    """The smaller of two paths, with a knot in the pieces that are split in some draw: after a
    share of them where the two cross, else at their start."""
    cuts = one.times[:-1] + share * one.lengths
    values = np.where(crosses, one.left + share * (one.right - one.left), low.left)
    times, left, right = [], [], []
    for k, cut in enumerate(split):
        times += [low.times[k], cuts[k]] if cut else [low.times[k]]
        left += [low.left[k], values[k]] if cut else [low.left[k]]
        right += [values[k], low.right[k]] if cut else [low.right[k]]
    return Path(np.stack([*times, low.times[-1]]), np.stack(left), np.stack(right))


def at_most(path: Path, cap: Array) -> Path:
    """The path, nowhere above one cap per draw."""
    return minimum(path, _level(path, cap))


def _negated(path: Path) -> Path:
    return Path(path.times, -path.left, -path.right)


def _level(path: Path, value: Array | float) -> Path:
    """A value per draw throughout, on the times of a path."""
    flat = np.broadcast_to(value, path.left.shape)
    return Path(path.times, flat, flat)


def window(path: Path, start: Array, end: Array) -> Path:
    """The path from `start` until `end` and zero elsewhere."""
    horizon = float(path.times[-1, 0])
    cut = _split_at(path, np.clip(np.stack([start, end]), 0, horizon))
    middle = knots.middles(cut.times)
    inside = (middle >= start) & (middle < end)
    return Path(cut.times, cut.left * inside, cut.right * inside)


def first_time_at_least(path: Path, threshold: Array, since: Array | None = None) -> Array:
    """The first time, in months and not before `since`, at which the path is at or above the
    threshold, less a hair of 1e-9 (relative), so that a sum of parts that should just reach a
    number does; infinite if it never is. Shape (draws,)."""
    wanted = threshold - 1e-9 * np.abs(threshold)
    if since is not None:
        path = _split_at(path, np.clip(since, 0, path.times[-1, 0])[None])
    start, slope, short = path.times[:-1], path.slopes, wanted - path.left
    wait = np.where(short > 0, short / np.where(slope > 0, slope, 1), 0.0)
    reached = (path.lengths > 0) & ((short <= 0) | (path.right >= wanted))
    if since is not None:
        reached &= start >= since - 1e-12
    return np.where(reached, start + wait, np.inf).min(axis=0)


def integral(path: Path) -> Array:
    """The integral to the horizon, (draws,)."""
    return np.asarray((path.lengths * (path.left + path.right) / 2).sum(axis=0))


def largest(path: Path) -> Array:
    """The largest value that the path takes over any time, (draws,)."""
    highest = np.maximum(path.left, path.right)
    return np.where(path.lengths > 0, highest, -np.inf).max(axis=0)


def value_at(path: Path, month: float) -> Array:
    """The value at a time before the horizon, (draws,); where the path jumps then, that after."""
    piece = knots.positions((path.times[:-1] <= month).sum(axis=0) - 1)
    values = (knots.picked(one, piece) for one in (path.times, path.left, path.slopes))
    start, left, slope = values
    return left + slope * (month - start)


def at_horizon(path: Path) -> Array:
    """The value just before the horizon, (draws,)."""
    last = (path.times[:-1] < path.times[-1]).sum(axis=0) - 1
    return knots.picked(path.right, knots.positions(last))


def whole(together: list[Path]) -> list[Path]:
    """The same paths, all on the same times, without the knots at which none of them jumps or
    bends: a piece is as long as all of them are straight, to one part in 10^12 of their largest."""
    tidy = [_packed(path) for path in together]
    lasting = tidy[0].lengths > 0
    begins = _bends(tidy) & lasting
    order = np.argsort(~begins, axis=0, kind="stable")[: int(begins.sum(axis=0).max())]
    used = np.take_along_axis(begins, order, 0)
    end = lasting.sum(axis=0)[None]
    last = np.concatenate([np.where(used[1:], order[1:], end), end]) - 1
    horizon, order, last = tidy[0].times[-1:], knots.positions(order), knots.positions(last)
    starts = np.where(used, knots.picked(tidy[0].times, order), horizon)
    times = np.concatenate([starts, horizon])
    picked = knots.picked
    return [Path(times, picked(path.left, order), picked(path.right, last)) for path in tidy]


def _bends(together: list[Path]) -> NDArray[np.bool_]:
    """Whether a piece goes on otherwise than the line that began with the last piece that did, for
    any of the paths, (pieces, draws); the first one does.

    The line is followed from its beginning, so that a bend is not lost in a very short piece.
    """
    times = together[0].times
    found = np.ones((len(times) - 1, times.shape[1]), dtype=bool)
    since, values = times[0], [path.left[0] for path in together]
    rooms = [1e-12 * np.maximum(abs(p.left), abs(p.right)).max(axis=0) for p in together]
    for k in range(1, len(found)):
        long = times[k + 1] - since
        share = (times[k] - since) / np.where(long > 0, long, 1)
        new = np.zeros(times.shape[1], dtype=bool)
        for path, value, room in zip(together, values, rooms, strict=True):
            before, here, end = path.right[k - 1], path.left[k], path.right[k]
            straight = value + (end - value) * share
            new |= (abs(before - here) > room) | (abs(straight - here) > room)
        found[k] = new
        since = np.where(new, times[k], since)
        values = [np.where(new, p.left[k], v) for p, v in zip(together, values, strict=True)]
    return found


def times(horizon: float, begins: Array) -> Array:
    """The times of pieces that begin at some times, (times, draws), without those of no length."""
    every = knots.in_order(knots.within(horizon, *begins))
    return _compressed(Path(every, every[:-1], every[:-1])).times


def by_month(path: Path) -> Array:
    """The average over each month, exactly, (draws, months)."""
    areas, bend = path.lengths * (path.left + path.right) / 2, path.slopes / 2
    piece = knots.at_month_ends(path.times)
    found = np.arange(piece.shape[1]) - knots.picked(path.times, piece)
    until = found * knots.picked(bend, piece)
    until += knots.picked(path.left, piece)
    until *= found
    until += knots.picked(knots.running_sum(areas) - areas, piece)
    return until[:, 1:] - until[:, :-1]


def _piece_at(path: Path, times: Array) -> Index:
    """Where the piece of a path that holds each time stands among all (pieces, draws)."""
    piece = np.zeros(times.shape, dtype=np.int8 if len(path.left) < 128 else np.intp)
    for knot in path.times[1:-1]:
        piece += (knot <= times).view(np.int8)
    return knots.positions(piece)


def _on(path: Path, times: Array) -> Path:
    """The same path, written on finer times."""
    piece = _piece_at(path, knots.middles(times))
    start, left, slope = (knots.picked(one, piece) for one in (path.times, path.left, path.slopes))
    # from the piece's own start: a steep line continued to month 0 would lose digits
    return Path(times, left + slope * (times[:-1] - start), left + slope * (times[1:] - start))


def aligned(paths: list[Path]) -> list[Path]:
    """The same paths on the union of their times."""
    if all(path.times is paths[0].times for path in paths):
        return paths
    times = knots.in_order(np.concatenate([paths[0].times, *(p.times[1:-1] for p in paths[1:])]))
    return [_on(path, times) for path in paths]


def _split_at(path: Path, months: Array) -> Path:
    return _on(path, knots.in_order(np.concatenate([path.times, months])))


def _compressed(path: Path) -> Path:
    """The same path, without pieces of no length where that saves one in every draw."""
    lasting = (path.lengths > 0).sum(axis=0)
    return path if lasting.max() == len(path.left) else _packed(path)


def _packed(path: Path) -> Path:
    """The same path, its pieces of no length last in each draw and as few as the fullest allows."""
    lasting = path.lengths > 0
    row = knots.running_sum(lasting.astype(np.intp)) - 1
    piece = np.flatnonzero(lasting)
    place, shape = knots.positions(row).ravel()[piece], (int(row[-1].max()) + 1, row.shape[1])
    starts, left, right = np.empty(shape), np.zeros(shape), np.zeros(shape)
    starts[:] = path.times[-1]
    for found, values in ((starts, path.times), (left, path.left), (right, path.right)):
        found.ravel()[place] = knots.picked(values, piece)
    return Path(np.concatenate([starts, path.times[-1:]]), left, right)
