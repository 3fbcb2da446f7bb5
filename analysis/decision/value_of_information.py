"""What it would be worth to know more before signing, and what a choice costs in hindsight."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import Array
from analysis.decision import ranking, value_of_time
from analysis.decision.once import once
from analysis.model import comparison, draws, estimates
from analysis.model.draws import BLOCK_DRAWS
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result
from analysis.scenario.schema import Assumption

MOST_DRAWS = 5 * BLOCK_DRAWS
"""The worth of single inputs is found from the first so many futures, so that memory is bounded."""

Bins = NDArray[np.intp]


def regret(payoffs: Array) -> Array:
    """What each option brings less than the best one of the same future, (draws, options)."""
    found: Array = payoffs.max(axis=1, keepdims=True) - payoffs
    return found


def best(payoffs: Array, weights: Array | None = None) -> int:
    """The option with the most mean payoff, by its column; the first of equals."""
    return int(np.argmax(np.average(payoffs, axis=0, weights=weights)))


def perfect(payoffs: Array, weights: Array | None = None) -> float:
    """Expected value of perfect information (EVPI): the mean of the best payoff of each future less
    the best mean payoff, for payoffs (draws, options) and the futures' weights. It is the expected
    regret of the best option.
    """
    mine = regret(payoffs)[:, best(payoffs, weights)]
    return float(np.average(mine, weights=weights))


def partial(payoffs: Array, bins: Bins) -> Estimate:
    """Expected value of partial perfect information (EVPPI): what it is worth to know in which bin
    a future lies, for payoffs (draws, options) and each draw's bin, 0, 1, ...

    In each bin the option of most mean payoff, if it is ahead by over two standard errors, is
    chosen on one half of the draws and valued on the other, then the other way round, so that
    chance is not taken for knowledge. The gain of a draw is that over the option that is best
    without knowing; so the worth is never over `perfect`.
    """
    stay = best(payoffs)
    odd = np.arange(len(payoffs)) % 2 == 1
    chosen = np.empty(len(payoffs), dtype=np.intp)
    for half in (odd, ~odd):
        chosen[~half] = _best_by_bin(payoffs[half], bins[half], int(bins.max()) + 1, stay)[
            bins[~half]
        ]
    gain = np.take_along_axis(payoffs, chosen[:, None], 1)[:, 0] - payoffs[:, stay]
    return estimates.mean(gain)


def bins(values: Array, one: Assumption) -> Bins:
    """The bin of each value of an assumption, (draws,): one for each value of a list or an event;
    for a range as many of equal size as the cube root of the number of draws."""
    if one.values is not None or one.probability is not None:
        return np.unique(values, return_inverse=True)[1]
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return ranks * round(len(values) ** (1 / 3)) // len(values)


def payoffs_usd(result: Result, month_usd: float) -> Array:
    """Minus the burden of each ranked option in USD, (draws, ranked options)."""
    options = comparison.ranked(result)
    burdens = [value_of_time.burden_usd(result, option, month_usd) for option in options]
    return -np.stack(burdens, axis=1) if burdens else np.empty((result.draws, 0))


def months_asked(result: Result) -> list[float]:
    """The values of a month at which knowledge is priced, in USD: the stated one, else 0 and each
    at which first place changes; none where no option is ranked."""
    stated = result.scenario.value.month_usd
    if stated is not None and comparison.ranked(result):
        return [stated.value]
    return [place.from_usd for place in ranking.first_places(result)]


def everything(result: Result, month_usd: float) -> Estimate:
    """What it is worth, in USD, to know all of a future before choosing among the ranked options:
    the mean regret of the one that is best without knowing; 0 with one option, None with none."""
    payoffs = payoffs_usd(result, month_usd)
    if not payoffs.shape[1]:
        return Estimate(None, None)
    return estimates.mean(regret(payoffs)[:, best(payoffs)])


@once
def learnt(result: Result, month_usd: float) -> pd.DataFrame:
    """What it is worth, in USD, to learn one input before choosing among the ranked options where a
    month is worth so much: one row per assumption that varies, in the order of the scenario; none
    where no option is ranked.

    Columns assumption, label, worth_usd, se_usd; all 0 with one option. Needs a result of
    `simulation.simulate`, whose futures it draws again. An input that others are tied to stands for
    what it says of them too.
    """
    payoffs, rows = payoffs_usd(result, month_usd)[:MOST_DRAWS], []
    for name, values in _futures(result).items() if payoffs.shape[1] else ():
        one = result.scenario.assumptions[name]
        worth = partial(payoffs, bins(values, one))
        row = {"assumption": name, "label": one.label}
        rows.append(row | {"worth_usd": worth.value, "se_usd": worth.se})
    return pd.DataFrame(rows, columns=["assumption", "label", "worth_usd", "se_usd"])


@once
def _futures(result: Result) -> dict[str, Array]:
    """The values of the assumptions that vary in the first draws of a run, each (draws,)."""
    number = min(result.draws, MOST_DRAWS)
    names = [name for name, one in result.scenario.assumptions.items() if one.varies]
    sizes = [min(BLOCK_DRAWS, number - start) for start in range(0, number, BLOCK_DRAWS)]
    blocks = [draws.block(result.scenario, result.seed, i, size) for i, size in enumerate(sizes)]
    return {name: np.concatenate([one[name] for one in blocks]) for name in names}


def _best_by_bin(payoffs: Array, bins: Bins, number: int, stay: int) -> Bins:
    """The option of most payoff in each bin; the one that is best without knowing where no other
    is told to beat it (by two standard errors), or where a bin is empty."""
    ahead = payoffs - payoffs[:, [stay]]
    count = np.maximum(np.bincount(bins, minlength=number), 1)[:, None]
    mean, square = (
        np.stack([np.bincount(bins, column, number) for column in values.T], axis=1) / count
        for values in (ahead, ahead**2)
    )
    told = mean - estimates.TELLING * np.sqrt(np.maximum(square - mean**2, 0) / count)
    most = told.argmax(axis=1)
    return np.where(told.max(axis=1) > 0, most, stay)
