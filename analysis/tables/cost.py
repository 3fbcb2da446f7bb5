"""Cash over time; present cost by part and by discount rate."""

import pandas as pd

from analysis import cost
from analysis.comparison import Result
from analysis.tables.common import bands, three, title


def cumulative_cash(result: Result) -> pd.DataFrame:
    """Cash spent by the end of each month, by option: p10, p50, p90 in USD; `funding_usd` if
    stated.
    """
    frame = bands(result, "spent_usd", "usd")
    funding = result.scenario.choices.funding_usd
    return frame if funding is None else frame.assign(funding_usd=funding.value)


def present_cost_parts(result: Result) -> pd.DataFrame:
    """Mean present cost by option and part in USD (parts that are zero everywhere left out), with
    the p10, p50 and p90 of the option's total beside each.
    """
    rows = []
    for option in result.options:
        scalars = result.scalars[option]
        total = three(scalars["present_cost_usd"], "total_")
        for part in cost.PARTS:
            usd = float(scalars[f"part:{part}"].mean())
            if usd:
                row = {"option": title(result, option), "part": part.replace("_", " "), "usd": usd}
                rows.append(row | {"total_usd": float(scalars["present_cost_usd"].mean())} | total)
    return pd.DataFrame(rows)


def present_cost_by_rate(result: Result) -> pd.DataFrame:
    """Present cost in USD by option and discount rate: p10, p50, p90."""
    rows = []
    for option in result.options:
        for rate in result.scenario.choices.discount_rate_per_year.swept:
            values = result.scalars[option][f"present_cost_at:{rate:g}"]
            row = {"option": title(result, option), "discount_rate_per_year": rate}
            rows.append(row | three(values))
    return pd.DataFrame(rows)
