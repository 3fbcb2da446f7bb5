"""Which of two is lower, and whether that is told from zero."""

from typing import TypeVar

from analysis.model import estimates
from analysis.model.estimates import Estimate

Name = TypeVar("Name")


def lower(difference: Estimate, pair: tuple[Name, Name]) -> Name | None:
    """The one of a pair that is lower by an estimate of the first less the second; None where that
    is not told from zero."""
    if not estimates.told(difference) or difference.value is None:
        return None
    return pair[0] if difference.value < 0 else pair[1]
