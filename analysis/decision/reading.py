"""What sentences read off a headline: who is ranked, and how two options differ."""

from dataclasses import dataclass
from typing import Any

from analysis.decision import wording
from analysis.model.estimates import Estimate

Headline = dict[str, Any]


@dataclass(frozen=True)
class Gap:
    """How an option differs from another on the same futures: what it costs more and how many
    months it is later on the mean, P10 and P90 of the months, and in how many futures it is lower
    or higher."""

    cost_usd: Estimate
    months: Estimate
    months_p10: float
    months_p90: float
    cheaper: float
    dearer: float
    earlier: float
    later: float
    capped: float


def gap(headline: Headline, option: str, other: str) -> Gap:
    """How an option differs from another on the same futures."""
    pair = pair_of(headline, option, other)
    mine, theirs, sign = ("a", "b", 1) if pair["a"] == option else ("b", "a", -1)
    low, high = sorted(sign * pair["months_difference"][q]["value"] for q in ("p10", "p90"))
    return Gap(
        _signed(sign, pair["cost_difference_usd"]["mean"]),
        _signed(sign, pair["months_difference"]["mean"]),
        low,
        high,
        cheaper=pair[f"{mine}_cheaper"]["value"],
        dearer=pair[f"{theirs}_cheaper"]["value"],
        earlier=pair[f"{mine}_earlier"]["value"],
        later=pair[f"{theirs}_earlier"]["value"],
        capped=pair["capped"]["value"],
    )


def _signed(sign: int, one: dict[str, float]) -> Estimate:
    found = wording.estimate(one)
    return Estimate(sign * (found.value or 0.0), found.se)


def pair_of(headline: Headline, option: str, other: str) -> dict[str, Any]:
    """The figures of two options, in the order in which the headline has them."""
    pairs: list[dict[str, Any]] = headline["comparison"]["pairs"]
    return next(pair for pair in pairs if {pair["a"], pair["b"]} == {option, other})


def dated(headline: Headline) -> bool:
    """Whether a run is asked for, so that options have a date."""
    return "by_months" in headline["choices"]


def serves(headline: Headline) -> bool:
    """Whether a service is asked for, so that costs are those of the same service."""
    return "short_hour_usd" in headline["choices"]


def stated_month(headline: Headline) -> float | None:
    """What a month is worth, where the scenario states it."""
    month: float | None = headline["comparison"].get("month_usd")
    return month


def neither(headline: Headline, *options: str) -> bool:
    """Whether no future has any of some options at the target within the horizon."""
    reached = [headline["options"][option]["target_months"]["within_horizon"] for option in options]
    return all(share["value"] == 0 for share in reached)


def outspent(headline: Headline, option: str) -> float:
    """In how many futures an option outspends the funds; 0 where none are stated."""
    found = headline["options"][option].get("funds_last_months")
    return float(found["within_horizon"]["value"]) if found else 0.0


def ranked(headline: Headline, option: str) -> bool:
    """Whether an option is likely to meet the need."""
    return bool(headline["options"][option]["ranked"])


def meets(headline: Headline, option: str) -> float:
    """How often an option meets the need."""
    return float(headline["options"][option]["meets_need"]["value"])


def title(headline: Headline, option: str | None) -> str:
    """The title of an option."""
    return str(headline["options"][option]["title"])
