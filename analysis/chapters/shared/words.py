"""Months and lists in words."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

from analysis.decision import wording
from analysis.decision.wording import figure, percent, stated
from analysis.scenario.schema import Assumption


def short_month(day: str) -> str:
    """A day as its month in three letters and its year."""
    return wording.short_month(date.fromisoformat(day))


def month(day: str) -> str:
    """A day as its month and year."""
    return f"{date.fromisoformat(day):%B %Y}"


def listed(words: list[str]) -> str:
    """Words with commas and a last `and`."""
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
    )


SHORT = 5
"""Words that names may take of a title."""


def few(names: list[str]) -> str:
    """Some options in a title: by name where that is short, else by number."""
    short = len(listed(names).split()) <= SHORT or len(names) == 1
    return listed(names) if short else f"{len(names)} options"


def only_one(so: str = "there is nothing to compare it with") -> str:
    """That there is only one option, and what follows from it."""
    return f"There is only one option, so {so}."


ONLY_ONE = only_one()
WITHOUT_RUN = "No run is asked for: the need is a service."
WITHOUT_SERVICE = "No service is asked for: the need is a run."
BEYOND = "beyond the horizon"
BELOW = " (below the line)"
"""Behind the title of an option that is not ranked."""


def usd_size(headline: dict[str, Any]) -> tuple[str, float]:
    """The unit of money that suits the largest present cost, in words and in USD."""
    costs = [found["present_cost_usd"]["p90"]["value"] for found in headline["options"].values()]
    return ("billion USD", 1e9) if max(costs) >= 1e9 else ("million USD", 1e6)


def spread(found: dict[str, Any], size: float = 1, middle: str = "p50") -> str:
    """P50 or mean (P10 to P90) of an amount of the headline, in units of `size`."""
    low, mid, high = (found[q]["value"] for q in ("p10", middle, "p90"))
    words = [BEYOND if x is None else figure(x / size, digits=3) for x in (mid, low, high)]
    return BEYOND if low is None else f"{words[0]} ({words[1]} to {words[2]})"


def spread_of_dates(row: Any, prefix: str = "") -> str:
    """P50 (P10 to P90) of a date, one month where all lie in it; where P10 lies beyond the horizon,
    how often it comes at all."""
    low, mid, high = (month_or_beyond(row[f"{prefix}{q}_day"]) for q in ("p10", "p50", "p90"))
    share = row[f"{prefix}within"]
    if share == 0:
        return "never within the horizon"
    if low == BEYOND:
        return f"in {percent(share)} of futures"
    return wording.spread(low, mid, high)


def in_words(one: Assumption) -> str:
    """An assumption as text: P10 / P50 / P90, values with their probabilities, or one value."""
    if one.values is not None and one.probabilities is not None:
        pairs = zip(one.values, one.probabilities, strict=True)
        return ", ".join(f"{stated(x)} ({percent(p)})" for x, p in pairs)
    if one.probability is not None:
        return f"happens with {percent(one.probability)}"
    ends = [x for x in (one.low, one.mid, one.high, one.value) if x is not None]
    sizes = [(size, f" {word}") for size, word in wording.LARGE if size <= max(ends) >= 1e6]
    size, word = sizes[0] if sizes and one.unit == "USD" else (1, "")
    return " / ".join(stated(x / size) for x in ends) + word


def percent_of(column: str) -> Callable[[dict[str, Any]], str]:
    """The cell that shows a share of a row in percent."""
    return lambda row: percent(row[column])


def spread_of(
    prefix: str, size: float = 1, say: Callable[[float], str] = figure, missing: str = "-"
) -> Callable[[dict[str, Any]], str]:
    """The cell that shows P50 (P10 to P90) of an amount of a row in units of `size`, or the one
    value where it does not vary."""

    def cell(row: dict[str, Any]) -> str:
        values = [row[f"{prefix}{q}"] for q in ("p10", "p50", "p90")]
        low, mid, high = (missing if pd.isna(x) else say(x / size) for x in values)
        return wording.spread(low, mid, high)

    return cell


def month_or_beyond(day: str | None) -> str:
    """A day as its month and year in short, or that it lies beyond the horizon."""
    return short_month(day) if isinstance(day, str) else BEYOND


def month_of(column: str) -> Callable[[dict[str, Any]], str]:
    """The cell that shows a day of a row as its month, or that it lies beyond the horizon."""
    return lambda row: month_or_beyond(row[column])


def agree(names: list[str], one: str, several: str) -> str:
    """The verb that goes with so many names."""
    return one if len(names) == 1 else several


def figure_of(column: str, digits: int = 3) -> Callable[[dict[str, Any]], str]:
    """The cell that shows a number of a row to so many digits, or a dash where there is none."""
    return lambda row: "-" if pd.isna(row[column]) else figure(row[column], digits=digits)
