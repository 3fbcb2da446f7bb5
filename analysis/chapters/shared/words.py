"""Months and lists in words."""

from collections.abc import Callable
from datetime import date
from typing import Any

from analysis.decision.wording import figure, percent, stated
from analysis.scenario.schema import Assumption


def short_month(day: str) -> str:
    """A day as its month in three letters and its year."""
    return f"{date.fromisoformat(day):%b %Y}"


def month(day: str) -> str:
    """A day as its month and year."""
    return f"{date.fromisoformat(day):%B %Y}"


def listed(words: list[str]) -> str:
    """Words with commas and a last `and`."""
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
    )


ALONE = "<p>There is only one option, so there is nothing to compare it with.</p>"

BEYOND = "beyond the horizon"


def usd_size(headline: dict[str, Any]) -> tuple[str, float]:
    """The unit of money that suits the largest present cost, in words and in USD."""
    costs = [found["present_cost_usd"]["p90"]["value"] for found in headline["options"].values()]
    return ("billion USD", 1e9) if max(costs) >= 1e9 else ("million USD", 1e6)


def _days(found: dict[str, Any]) -> str:
    mid, low, high = (_month(found[f"{q}_day"]) for q in ("p50", "p10", "p90"))
    share = found["within_horizon"]["value"]
    if low == BEYOND:
        return "never" if share == 0 else f"within the horizon in {percent(share)} of futures"
    return f"{mid} ({low} to {high})"


def _month(day: str | None) -> str:
    return BEYOND if day is None else f"{date.fromisoformat(day):%b %Y}"


def spread(found: dict[str, Any], size: float = 1) -> str:
    """P50 (P10 to P90) of an amount of the headline, in units of `size`."""
    low, mid, high = (found[q]["value"] for q in ("p10", "p50", "p90"))
    words = [BEYOND if x is None else figure(x / size, digits=3) for x in (mid, low, high)]
    return BEYOND if low is None else f"{words[0]} ({words[1]} to {words[2]})"


def dates(row: Any, prefix: str = "") -> list[str]:
    """P10, P50 and P90 of a date as months of the calendar, and the share within the horizon."""
    days = (row[f"{prefix}{q}_day"] for q in ("p10", "p50", "p90"))
    words = [short_month(x) if isinstance(x, str) else BEYOND for x in days]
    return [*words, percent(row[f"{prefix}within"])]


def spread_of_dates(row: Any, prefix: str = "") -> str:
    """P50 (P10 to P90) of a date, one month where all lie in it; where P10 lies beyond the horizon,
    how often it comes at all."""
    low, mid, high, share = dates(row, prefix)
    if row[f"{prefix}within"] == 0:
        return "never within the horizon"
    if low == BEYOND:
        return f"in {share} of futures"
    return mid if low == high else f"{mid} ({low} to {high})"


def in_words(one: Assumption) -> str:
    """An assumption as text: P10 / P50 / P90, values with their probabilities, or one value."""
    if one.values is not None and one.probabilities is not None:
        pairs = zip(one.values, one.probabilities, strict=True)
        return ", ".join(f"{stated(x)} ({percent(p)})" for x, p in pairs)
    if one.probability is not None:
        return f"happens with {percent(one.probability)}"
    if one.value is not None:
        return stated(one.value)
    return " / ".join(stated(x) for x in (one.low, one.mid, one.high) if x is not None)


def percent_of(column: str) -> Callable[[dict[str, Any]], str]:
    """The cell that shows a share of a row in percent."""
    return lambda row: percent(row[column])


def spread_of(prefix: str, size: float = 1) -> Callable[[dict[str, Any]], str]:
    """The cell that shows P50 (P10 to P90) of an amount of a row in units of `size`, or the one
    value where it does not vary."""

    def cell(row: dict[str, Any]) -> str:
        low, mid, high = (figure(row[f"{prefix}{q}"] / size) for q in ("p10", "p50", "p90"))
        return mid if low == high else f"{mid} ({low} to {high})"

    return cell
