"""What the answer claims of the pair of the question, and the margin by which it holds.

A claim is that the mean of a margin over the futures is not zero, and on which side it lies.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from analysis.arrays import Array
from analysis.model import comparison, estimates
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result

Name = TypeVar("Name")

CHEAPER, EARLIER, MEETS = "cheaper", "earlier", "meets"


@dataclass(frozen=True)
class Claim:
    """One claim on the pair (a, b): which is cheaper, which is earlier, or whether one `option`
    meets the need in at least half of the futures. `told` if the margin, the mean of compared cost
    or months of a less b or of meeting it less one half, lies beyond two of its standard errors.
    """

    kind: str
    option: str
    margin: Estimate
    told: bool


def claims(result: Result) -> list[Claim]:
    """The claims on the pair of the question; none with one option, none on time without a run."""
    pair = comparison.pair(result.scenario)
    if pair is None:
        return []
    kinds = (CHEAPER, EARLIER) if result.scenario.need.by_months is not None else (CHEAPER,)
    better = [
        Claim(kind, lower(mean, pair) or "", mean, estimates.told(mean))
        for kind in kinds
        for mean in [estimates.mean(margin(result, pair, kind))]
    ]
    met = [
        Claim(MEETS, option, mean, estimates.told(mean))
        for option in pair
        for mean in [estimates.mean(margin(result, pair, MEETS, option))]
    ]
    return better + met


def margin(result: Result, pair: tuple[str, str], kind: str, option: str = "") -> Array:
    """What a claim is about in each future, (draws,): USD or months of a less b, or one half where
    the option meets the need and minus one half where it does not."""
    if kind == CHEAPER:
        return comparison.cost_difference_usd(result, *pair)
    if kind == EARLIER:
        return comparison.months_difference(result, *pair)
    return np.where(comparison.meets(result, option), 0.5, -0.5)


def lower(difference: Estimate, pair: tuple[Name, Name]) -> Name | None:
    """The one of a pair that is lower by an estimate of the first less the second; None where that
    is not told from zero."""
    if not estimates.told(difference) or difference.value is None:
        return None
    return pair[0] if difference.value < 0 else pair[1]
