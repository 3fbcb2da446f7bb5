"""What the tables share: quantiles in rows, the title of an option, the day of a month."""

import numpy as np
import pandas as pd

from analysis import estimates, headline
from analysis.comparison import Result
from analysis.paths import Array

NEVER = "not within the horizon"


def bands(result: Result, series: str, what: str) -> pd.DataFrame:
    """A monthly series by option and month: p10, p50, p90 over the band draws."""
    rows = []
    for option in result.options:
        low, mid, high = quantile_rows(result.bands[option][series])
        for month, (a, b, c) in enumerate(zip(low, mid, high, strict=True)):
            row = {
                "option": title(result, option),
                "month": month,
                "day": day(result, month + 0.5),
            }
            rows.append(row | {f"p10_{what}": a, f"p50_{what}": b, f"p90_{what}": c})
    return pd.DataFrame(rows)


def quantile_rows(values: Array) -> list[list[float]]:
    """P10, P50 and P90 of each column, (draws, months) -> three lists."""
    ordered = np.sort(values, axis=0)
    positions = [max(int(np.ceil(p * len(ordered) - 1e-9)), 1) - 1 for p in (0.1, 0.5, 0.9)]
    return [ordered[i].tolist() for i in positions]


def three(values: Array, prefix: str = "") -> dict[str, float | None]:
    """P10, P50 and P90 of some draws as cells of a row; None beyond the horizon."""
    return {f"{prefix}{name}": one.value for name, one in estimates.quantiles(values).items()}


def title(result: Result, option: str) -> str:
    """The title of an option."""
    return result.scenario.options[option].title


def day(result: Result, months: float) -> str:
    """The calendar day of month t, as text."""
    return headline.day_of(result.scenario, months).isoformat()
