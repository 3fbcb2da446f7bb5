"""The answer in three sentences: when, how much, and what decides. Every number is a value of the
headline, and no sentence claims what the numbers do not show."""

import math
from typing import Any

from analysis import wording
from analysis.wording import figure, percent, usd, usd_range

TELLING = 2.0
"""A difference counts as seen if it is over so many standard errors."""


def sentences(headline: dict[str, Any]) -> list[str]:
    """Three sentences on the pair of the question (or one option alone), as plain text."""
    if headline["comparison"]["pair"] is None:
        return _alone(headline)
    return [when(headline), how_much(headline), what_decides(headline)]


def when(headline: dict[str, Any]) -> str:
    """Who reaches the target first, how surely and by how much, and whether that meets the need."""
    pair, first, second = _ordered(headline)
    ahead, behind = _shares(headline, "earlier", first, second)
    met = (
        f"{_title(headline, first)} is there within {_by(headline)} months in "
        f"{percent(_meets(headline, first))} of futures, {_title(headline, second)} in "
        f"{percent(_meets(headline, second))}"
    )
    if _meets(headline, first) < 0.5 and _meets(headline, second) < 0.5:
        met = f"neither is likely to meet the need: {met}"
    if ahead == behind:
        return f"{_both(headline, first, second)} reach the training target equally early; {met}."
    if ahead <= 0.5:
        claim = (
            f"{_title(headline, first)} reaches the training target before "
            f"{_title(headline, second)} in {percent(ahead)} of futures and after it in "
            f"{percent(behind)}"
        )
        return f"{claim}; {met}."
    gap = pair["months_difference"]
    sign = -1 if first == pair["a"] else 1
    low, mid, high = sorted(sign * gap[q]["value"] for q in ("p10", "p50", "p90"))
    return (
        f"{_title(headline, first)} reaches the training target before "
        f"{_title(headline, second)} in {percent(ahead)} of futures, by "
        f"{figure(mid, max(gap['p50']['se'], 0.1))} months (P10 to P90: {figure(low, 0.1)} to "
        f"{figure(high, 0.1)}); {met}."
    )


def how_much(headline: dict[str, Any]) -> str:
    """What each costs in present value, and which is cheaper on the same futures."""
    pair = headline["comparison"]["pairs"][0]
    horizon = figure(headline["choices"]["horizon_months"])
    costs = " and ".join(
        f"{_title(headline, o)} {_present(headline, o)}" for o in (pair["a"], pair["b"])
    )
    gap = pair["cost_difference_usd"]["mean"]
    start = f"Over {horizon} months, in present value, {costs}"
    if gap["value"] == 0 and pair["a_cheaper"]["value"] == pair["b_cheaper"]["value"]:
        return f"{start}: they cost the same."
    if not _seen(gap):
        return f"{start}: the mean difference cannot be told from zero."
    cheap = pair["a"] if gap["value"] < 0 else pair["b"]
    share = pair[f"{'a' if cheap == pair['a'] else 'b'}_cheaper"]["value"]
    return (
        f"{start}: {_title(headline, cheap)} is cheaper by "
        f"{usd(abs(gap['value']), gap['se'])} on the "
        f"mean, and in {percent(share)} of futures."
    )


def what_decides(headline: dict[str, Any]) -> str:
    """Whether one is better whatever a month is worth, or the value of a month that decides."""
    pair = headline["comparison"]["pairs"][0]
    cost, months = pair["cost_difference_usd"]["mean"], pair["months_difference"]["mean"]
    cheap = _lower(pair, cost)
    early = _lower(pair, months)
    capped = ""
    if pair["capped"]["value"] > 0:
        capped = (
            f" (a target not reached counts as month "
            f"{figure(headline['choices']['horizon_months'])}, "
            f"in {percent(pair['capped']['value'])} of futures)"
        )
    if cheap is None and early is None:
        return "On the mean the two cannot be told apart, neither in cost nor in time."
    if cheap is None or early is None or cheap == early:
        best = cheap or early
        claim = "cheaper and earlier"
        if cheap is None:
            claim = "earlier at about the same cost"
        elif early is None:
            claim = "cheaper and about as early"
        return (
            f"On the mean {_title(headline, best)} is {claim}{capped}, so it is the "
            f"better of the two "
            "whatever a month is worth."
        )
    worth = wording.estimate(pair["break_even_month_usd"])
    return (
        f"{_title(headline, early)} is earlier and {_title(headline, cheap)} is cheaper, so "
        f"{_title(headline, early)} is the better one where a month is worth more than "
        f"{usd(worth.value or 0.0, worth.se)}{capped}."
    )


def _alone(headline: dict[str, Any]) -> list[str]:
    name = next(iter(headline["options"]))
    found = headline["options"][name]
    target = found["target_months"]
    reached = percent(target["within_horizon"]["value"])
    cost = found["usd_per_pflop_day"]["ratio_of_means"]["value"]
    unit = "has no useful compute" if cost is None else f"costs {usd(cost)} per useful PFLOP-day"
    return [
        f"{found['title']} reaches the training target within the horizon in "
        f"{reached} of futures, and "
        f"within {_by(headline)} months in {percent(_meets(headline, name))}.",
        f"Over {figure(headline['choices']['horizon_months'])} months, in present value, it "
        f"{_present(headline, name)}.",
        f"It {unit}.",
    ]


def _ordered(headline: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
    """The pair of the question, and its options with the one that is more often earlier first."""
    pair = headline["comparison"]["pairs"][0]
    a, b = pair["a"], pair["b"]
    swap = pair["b_earlier"]["value"] > pair["a_earlier"]["value"]
    return (pair, b, a) if swap else (pair, a, b)


def _shares(headline: dict[str, Any], what: str, first: str, second: str) -> tuple[float, float]:
    pair = headline["comparison"]["pairs"][0]
    share = {pair["a"]: pair[f"a_{what}"]["value"], pair["b"]: pair[f"b_{what}"]["value"]}
    return share[first], share[second]


def _lower(pair: dict[str, Any], difference: dict[str, float]) -> str | None:
    """The option with the lower mean, or None where the difference cannot be told from zero."""
    if not _seen(difference):
        return None
    return str(pair["a"] if difference["value"] < 0 else pair["b"])


def _seen(difference: dict[str, float]) -> bool:
    value, se = difference["value"], difference["se"]
    return value != 0 and math.fabs(value) > TELLING * se


def _present(headline: dict[str, Any], option: str) -> str:
    cost = headline["options"][option]["present_cost_usd"]
    within = usd_range(cost["p10"]["value"], cost["p90"]["value"])
    return f"costs {usd(cost['p50']['value'], cost['p50']['se'])} (P10 to P90: {within})"


def _meets(headline: dict[str, Any], option: str) -> float:
    return float(headline["options"][option]["meets_need"]["value"])


def _title(headline: dict[str, Any], option: str | None) -> str:
    return str(headline["options"][option]["title"])


def _both(headline: dict[str, Any], first: str, second: str) -> str:
    return f"{_title(headline, first)} and {_title(headline, second)}"


def _by(headline: dict[str, Any]) -> str:
    return figure(headline["choices"]["by_months"])
