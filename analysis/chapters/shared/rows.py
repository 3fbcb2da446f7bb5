"""What the tables share: quantiles in rows, the title of an option, the day of a month."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.decision import headline
from analysis.evidence.ledger import Fact
from analysis.model import comparison, estimates
from analysis.model.fleet import Unit
from analysis.model.simulation import Result
from analysis.scenario.naming import told_apart
from analysis.scenario.schema import Site


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each by column."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


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


def tranche_title(result: Result, unit: Unit) -> str:
    """The title of a tranche; of one that a fallback brings, with the option whose fallback it
    is."""
    _, _, option = unit.name.partition(" of ")
    title_ = unit.tranche.title
    return f"{title_}, as the fallback of {title(result, option)}" if option else title_


def compared_parts(result: Result, option: str) -> dict[str, Array]:
    """What compared cost adds to present cost, in present USD, (draws,) each: hours short at their
    price, surplus as a receipt, and what events that failed are counted at."""
    price, scalars = comparison.short_hour_usd(result.scenario), result.scalars[option]
    return {
        "hours short": price * scalars["discounted_short_h100_hours"],
        "surplus": -scalars["surplus_usd"],
        "not delivered": comparison.not_delivered_usd(result, option, price),
    }


def day(result: Result, months: float) -> str:
    """The calendar day of month t, as text."""
    return headline.day_of(result.scenario, months).isoformat()


def numbers_of(fact: Fact) -> list[float]:
    """The numbers that a fact states: its value, and its ends where it gives any, the lowest first;
    none for a day or a text.
    """
    cells = (fact.at_least, fact.value, fact.at_most)
    return [float(cell) for cell in cells if cell and fact.type == "number"]


def site_titles(result: Result) -> dict[str, str]:
    """Site -> its title, told apart from the others."""
    return told_apart({key: site.title for key, site in result.scenario.sites.items()})


def stage_titles(site: Site) -> dict[str, str]:
    """Stage -> its title, told apart from the others of the site."""
    return told_apart({key: stage.title for key, stage in site.stages.items()})


def dated(result: Result, months: Array, prefix: str = "") -> dict[str, Any]:
    """P10, P50 and P90 of a date in months and as days, None beyond the horizon, and `within`, the
    share of futures in which it comes within the horizon."""
    horizon = result.scenario.choices.horizon_months.value
    known = np.where(months <= horizon, months, np.inf)
    found: dict[str, Any] = dict(three(known))
    days = {f"{q}_day": None if x is None else day(result, x) for q, x in found.items()}
    found |= days | {"within": float(np.isfinite(known).mean())}
    return {f"{prefix}{name}": value for name, value in found.items()}


def axis(result: Result) -> dict[str, str]:
    """The first and the last day that a timeline shows: that of the decision and the horizon."""
    horizon = result.scenario.choices.horizon_months.value
    return {"start_day": day(result, 0), "end_day": day(result, horizon)}


def monthly(result: Result, amounts: Array, **labels: str) -> list[dict[str, Any]]:
    """P10, P50 and P90 of an amount by month, (draws, months), as rows with some labels."""
    low, mid, high = quantile_rows(amounts)
    return [
        labels | {"month": i, "day": day(result, i + 0.5), "p10": a, "p50": b, "p90": c}
        for i, (a, b, c) in enumerate(zip(low, mid, high, strict=True))
    ]
