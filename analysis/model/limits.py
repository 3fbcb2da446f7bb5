"""Which limits an option breaks: peak power, emissions, the cash of a year."""

import numpy as np

from analysis.arrays import Array
from analysis.scenario.beside import Limits

SLACK = 1e-9
"""A limit is broken by more than this share of it, which is no more than rounding."""


def broken(limits: Limits | None, scalars: dict[str, Array], cash_usd: Array) -> dict[str, Array]:
    """1 where a limit that is stated is broken, else 0, by `breaks_` and its name, (draws,)."""
    if limits is None:
        return {}
    starts = range(0, cash_usd.shape[1], 12)
    years = [cash_usd[:, start : start + 12].sum(axis=1) for start in starts]
    reached = scalars | {"usd_per_year": np.maximum.reduce(years)}
    return {
        f"breaks_{name}": (reached[name] > limit * (1 + SLACK)).astype(float)
        for name, limit in limits.stated.items()
    }
