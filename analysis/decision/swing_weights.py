"""What is besides money and time: options scored on the criteria of the reader, by swing weights.

Kept apart from cost: no score is turned into USD, and no USD into a score.
"""

import hashlib

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.model import comparison
from analysis.model.simulation import Result
from analysis.scenario.beside import Criterion

RANDOM_WEIGHTS = 10_000
BEST = 100.0


def scored(result: Result) -> list[str]:
    """The options that are ranked and that every criterion has a score of, in the order of the
    scenario: what cannot do the work is not weighed."""
    given = [one.scores for one in result.scenario.criteria.values() if one.scores]
    return [o for o in comparison.ranked(result) if all(o in scores for scores in given)]


def scores(result: Result) -> pd.DataFrame:
    """The scores of the options scored, from 0 (the worst of them) to 100 (the best of them): a row
    per option, a column per criterion, both by name. Without criteria or options it is empty."""
    names = scored(result)
    columns = {
        key: _scores(result, one, names) for key, one in result.scenario.criteria.items() if names
    }
    return pd.DataFrame(columns, index=names if columns else [])


def _scores(result: Result, one: Criterion, names: list[str]) -> list[float]:
    """By those given, or by the mean of an amount of which less is better: the best scores 100, the
    worst 0, and those between by their distance; 100 for all if they are equal."""
    if one.less_of is None:
        good = np.array([one.scores[name] for name in names])
    else:
        good = -np.array([float(result.scalars[name][one.less_of].mean()) for name in names])
    worst, best = float(good.min()), float(good.max())
    if best - worst <= comparison.TIE * max(abs(worst), abs(best)):
        return [BEST] * len(names)
    return [float(x) for x in BEST * (good - worst) / (best - worst)]


def shares(result: Result) -> dict[str, float]:
    """The weight of each criterion as a share of all, by name; they add up to 1."""
    given = {key: one.swing_weight for key, one in result.scenario.criteria.items()}
    return {key: weight / sum(given.values()) for key, weight in given.items()}


def ranked(total: Array) -> Array:
    """The rank of each total, 1 for the highest; ties share the better rank."""
    near = comparison.TIE * np.abs(total).max(initial=0.0)
    return np.array([1 + int((total > one + near).sum()) for one in total])


def random_totals(scores: Array, size: int, seed: int) -> Array:
    """The weighted score of each option under `size` random weights, (size, options).

    `scores` are (options, criteria). The weights are even over all that add up to 1: Dirichlet with
    every parameter 1, which are standard exponentials over their sum.
    """
    key = int.from_bytes(hashlib.sha256(b"weights").digest()[:16], "big")
    stream = np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, key])))
    raw = stream.standard_exponential((size, scores.shape[1]))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True) @ scores.T)


def first_shares(totals: Array) -> Array:
    """The share of the rows of `totals`, (rows, options), in which each option is highest,
    (options,); ties share."""
    best = totals.max(axis=1, keepdims=True)
    wins = totals >= best - comparison.TIE * np.abs(best)
    return np.asarray((wins / wins.sum(axis=1, keepdims=True)).mean(axis=0))
