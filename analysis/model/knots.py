"""The knots of piecewise functions, (knots, draws), and pieces between them, (pieces, draws)."""

import itertools
from typing import TypeVar

import numpy as np

from analysis.arrays import Array, Index

Rows = TypeVar("Rows", Array, Index)


def cut(times: Array, parts: int) -> Array:
    """The times with each piece cut into equal parts, (pieces x parts + 1, draws)."""
    shares = (np.arange(parts) / parts)[:, None]
    starts = times[:-1, None] + (times[1:] - times[:-1])[:, None] * shares
    return np.concatenate([starts.reshape(-1, times.shape[1]), times[-1:]])


def running_sum(values: Rows) -> Rows:
    """The sum of each row and all before it, (rows, draws)."""
    found = values.copy()
    for before, row in itertools.pairwise(found):
        row += before
    return found


def at_month_ends(times: Array) -> Index:
    """Where the piece that holds the end of each month stands among all (pieces, draws), from month
    0 on, (draws, months + 1)."""
    whole = np.ceil(times)
    whole[-1] += 1
    counts = (whole[1:] - whole[:-1]).astype(np.intp)
    pieces = np.arange(counts.size).reshape(counts.shape)
    return np.repeat(pieces.T.ravel(), counts.T.ravel()).reshape(times.shape[1], -1)


def positions(piece: Index) -> Index:
    """Where a piece of each draw stands among all (pieces, draws)."""
    draws = piece.shape[-1]
    return piece * np.intp(draws) + np.arange(draws)


def picked(values: Array, positions: Index) -> Array:
    """The values, (pieces, draws), at some positions among all of them."""
    return values.ravel().take(positions)


def in_order(times: Array) -> Array:
    """The times in their order, (times, draws)."""
    return np.ascontiguousarray(np.sort(times.T, axis=1).T)


def middles(times: Array) -> Array:
    """The middle of each piece, (pieces, draws)."""
    return (times[:-1] + times[1:]) / 2


def within(horizon: float, *inner: Array) -> Array:
    """Month 0, some times of each draw and the horizon, none outside the two, (knots, draws)."""
    edges = [np.zeros_like(inner[0]), *inner, np.full_like(inner[0], horizon)]
    return np.clip(np.stack(edges), 0, horizon)
