"""The answer in a few sentences: when, how much, and what decides. Every number is a value of the
headline, and no sentence claims what the numbers do not show."""

from typing import Any

from analysis.decision import claims, limit_words, wording
from analysis.decision.wording import figure, percent, usd, usd_range


def sentences(headline: dict[str, Any]) -> list[str]:
    """The answer on the pair of the question (or one option alone), as plain text: which of the two
    stands below the line, if one does, then when, how much, and what decides."""
    if headline["comparison"]["pair"] is None:
        return _alone(headline)
    said = [below(headline), when(headline), how_much(headline), what_decides(headline)]
    return [one for one in said if one]


def below(headline: dict[str, Any]) -> str:
    """Which of the two is not likely to meet the need; empty if both are."""
    pair = _pair(headline)
    low = [pair[side] for side in ("a", "b") if not headline["options"][pair[side]]["ranked"]]
    if not low:
        return ""
    shares = " and ".join(
        f"{title(headline, o)} meets the need in {percent(meets(headline, o))} of futures"
        + _broken(headline, o)
        for o in low
    )
    word = "it is" if len(low) == 1 else "both are"
    return f"{shares}: {word} not likely to do what is asked, and ranked with none."


def _broken(headline: dict[str, Any], option: str) -> str:
    """The limits that an option breaks, in brackets; empty if it breaks none."""
    over = limit_words.broken(headline, option)
    return f" ({over})" if over else ""


def when(headline: dict[str, Any]) -> str:
    """Who reaches the target first, how surely and by how much, and whether that meets the need."""
    if "by_months" not in headline["choices"]:
        return served(headline)
    pair, first, second = _ordered(headline)
    one, other = title(headline, first), title(headline, second)
    if _neither(headline):
        return (
            f"Neither {title(headline, pair['a'])} nor {title(headline, pair['b'])} reaches the "
            f"training target within {_horizon(headline)} months in any future."
        )
    met = (
        f"{one} meets the need in {percent(meets(headline, first))} of futures, {other} in "
        f"{percent(meets(headline, second))}"
    )
    if meets(headline, first) < 0.5 and meets(headline, second) < 0.5:
        met = f"neither is likely to meet the need: {met}"
    ahead, behind = _shares(headline, "earlier", first, second)
    if ahead == behind == 0:
        return f"{one} and {other} reach the training target equally early; {met}."
    if ahead <= 0.5:
        return (
            f"{one} reaches the training target before {other} in {percent(ahead)} of futures and "
            f"after it in {percent(behind)}; {met}."
        )
    return (
        f"{one} reaches the training target before {other} in {percent(ahead)} of futures, "
        f"{_gap(headline, first)}; {met}."
    )


def served(headline: dict[str, Any]) -> str:
    """How much of the service each of the two serves, and how often that is enough."""
    pair = _pair(headline)
    words = []
    for option in (pair["a"], pair["b"]):
        share = headline["options"][option]["served_share"]["mean"]["value"]
        often = percent(meets(headline, option))
        words.append(
            f"{title(headline, option)} serves {percent(share)} of the hours wanted on the mean, "
            f"and enough in {often} of futures"
        )
    return "; ".join(words) + "."


def how_much(headline: dict[str, Any]) -> str:
    """What each costs for the same service in present value, and which is cheaper on the same
    futures; without a service, with the hours that each delivers."""
    pair = _pair(headline)
    both = (pair["a"], pair["b"])
    costs = " and ".join(f"{title(headline, o)} {_compared(headline, o)}" for o in both)
    gap = pair["cost_difference_usd"]["mean"]
    start = f"Over {_horizon(headline)} months, in present value{_same(headline)}, {costs}"
    if gap["value"] == 0 and pair["a_cheaper"]["value"] == pair["b_cheaper"]["value"]:
        return f"{start}: they cost the same{_hours(headline, both)}."
    cheap = _lower(pair, gap)
    if cheap is None:
        return f"{start}: the mean difference cannot be told from zero{_hours(headline, both)}."
    share = pair["a_cheaper" if cheap == pair["a"] else "b_cheaper"]["value"]
    futures = "and in" if share >= 0.5 else "but in only"
    return (
        f"{start}: {title(headline, cheap)} is cheaper by {usd(abs(gap['value']), gap['se'])} on "
        f"the mean, {futures} {percent(share)} of futures{_hours(headline, both)}."
    )


def _same(headline: dict[str, Any]) -> str:
    """For the same service, and at what an hour that is short counts; nothing without a service."""
    price = headline["choices"].get("short_hour_usd")
    if price is None:
        return ""
    return f" and for the same service (an H100-hour that is short counts {usd(price)})"


def _hours(headline: dict[str, Any], options: tuple[str, str]) -> str:
    """Without a service: for how many hours each does so."""
    if "short_hour_usd" in headline["choices"]:
        return ""
    hours = [headline["options"][o]["h100_hours"]["mean"] for o in options]
    said = [f"{figure(h['value'] / 1e6, h['se'] / 1e6)} million" for h in hours]
    titles = [title(headline, o) for o in options]
    return f"; {titles[0]} delivers {said[0]} H100-hours on the mean and {titles[1]} {said[1]}"


def what_decides(headline: dict[str, Any]) -> str:
    """Whether one is better whatever a month is worth, or the value of a month that decides."""
    pair, cheaper = _pair(headline), _cheaper(headline)
    cost, months = pair["cost_difference_usd"]["mean"], pair["months_difference"]["mean"]
    cheap, early = _lower(pair, cost), _lower(pair, months)
    if "by_months" not in headline["choices"] or _neither(headline):
        return _cost_decides(headline, cheap)
    if cheap is None and early is None:
        return "On the mean the two cannot be told apart, neither in cost nor in time."
    if cheap is None or early is None:
        return _one_sided(headline, pair, cheap, early)
    if cheap == early:
        return (
            f"On the mean {title(headline, cheap)} is {cheaper} and earlier, so it is the better "
            "of the two whatever a month is worth."
        )
    worth = wording.estimate(pair["break_even_month_usd"])
    return (
        f"{title(headline, early)} is earlier and {title(headline, cheap)} is {cheaper}, so "
        f"{title(headline, early)} is the better one where a month is worth more than "
        f"{usd(worth.value or 0.0, worth.se)}{_capped(headline, ' (', ')')}."
    )


def _cheaper(headline: dict[str, Any]) -> str:
    """The word for a lower cost: of the same service, or of whatever is delivered."""
    return "cheaper" if "short_hour_usd" in headline["choices"] else "lower in present cost"


def _one_sided(
    headline: dict[str, Any], pair: dict[str, Any], cheap: str | None, early: str | None
) -> str:
    """One difference is seen and the other is not: it is exactly none, or it is not known."""
    best, cheaper = cheap or early, _cheaper(headline)
    other = title(headline, pair["b"] if best == pair["a"] else pair["a"])
    word, what, unseen = (
        (cheaper, "time", pair["months_difference"]["mean"])
        if early is None
        else ("earlier", "cost", pair["cost_difference_usd"]["mean"])
    )
    if unseen["value"] != 0:
        return (
            f"On the mean {title(headline, best)} is {word} and the two cannot be told apart in "
            f"{what}, so nothing here speaks for {other}."
        )
    claim = f"{cheaper} and about as early" if early is None else "earlier at about the same cost"
    return (
        f"On the mean {title(headline, best)} is {claim}, so it is the better of the two whatever "
        "a month is worth."
    )


def _cost_decides(headline: dict[str, Any], cheap: str | None) -> str:
    words = "No date is asked for"
    if "by_months" in headline["choices"]:
        words = f"Neither reaches the training target within {_horizon(headline)} months"
    if cheap is None:
        return f"{words}, and their costs cannot be told apart."
    return f"{words}, so cost decides: {title(headline, cheap)} is {_cheaper(headline)}."


def _gap(headline: dict[str, Any], first: str) -> str:
    """By how many months the first is earlier: P50 with P10 to P90, and how a miss was counted."""
    pair = _pair(headline)
    gap = pair["months_difference"]
    sign = -1 if first == pair["a"] else 1
    low, mid, high = sorted(sign * gap[q]["value"] for q in ("p10", "p50", "p90"))
    word = "month" if mid == 1 else "months"
    shown = f"{_tenths(mid, gap['p50']['se'])} {word}"
    ends = f"{figure(low, 0.1)} to {figure(high, 0.1)}"
    return f"{shown} earlier at P50 (P10 to P90: {ends}{_capped(headline, '; ', '')})"


def _tenths(value: float, se: float | None) -> str:
    return "under 0.1" if 0 < abs(value) < 0.05 else figure(value, max(se or 0, 0.1))


def _capped(headline: dict[str, Any], before: str, after: str) -> str:
    """How targets that are not reached were counted, if there are any."""
    share = _pair(headline)["capped"]["value"]
    if share == 0:
        return ""
    horizon, futures = _horizon(headline), percent(share)
    return f"{before}where one misses it, month {horizon} counts, in {futures} of futures{after}"


def _pair(headline: dict[str, Any]) -> dict[str, Any]:
    """The figures of the pair of the question, which stand first."""
    pair: dict[str, Any] = headline["comparison"]["pairs"][0]
    return pair


def _horizon(headline: dict[str, Any]) -> str:
    return figure(headline["choices"]["horizon_months"])


def _neither(headline: dict[str, Any]) -> bool:
    """Whether no future has either option of the pair at the target within the horizon."""
    options = [headline["options"][_pair(headline)[side]] for side in ("a", "b")]
    return all(option["target_months"]["within_horizon"]["value"] == 0 for option in options)


def _alone(headline: dict[str, Any]) -> list[str]:
    [(name, option)] = headline["options"].items()
    start = f"Over {_horizon(headline)} months, in present value{_same(headline)}, it"
    cost = [f"{start} {_compared(headline, name)}."]
    if "by_months" not in headline["choices"]:
        share = percent(option["served_share"]["mean"]["value"])
        enough = percent(meets(headline, name))
        return [
            f"{option['title']} serves {share} of the hours wanted on the mean, and enough in "
            f"{enough} of futures.",
            *cost,
        ]
    reached = percent(option["target_months"]["within_horizon"]["value"])
    unit_cost = option["usd_per_pflop_day"]["ratio_of_means"]["value"]
    unit = (
        "has no useful compute"
        if unit_cost is None
        else f"costs {usd(unit_cost)} per useful PFLOP-day"
    )
    return [
        f"{option['title']} reaches the training target within the horizon in {reached} of "
        f"futures, and meets the need in {percent(meets(headline, name))}.",
        *cost,
        f"It {unit}.",
    ]


def _ordered(headline: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
    """The pair of the question, and its options with the one that is more often earlier first."""
    pair = _pair(headline)
    a, b = pair["a"], pair["b"]
    swap = pair["b_earlier"]["value"] > pair["a_earlier"]["value"]
    return (pair, b, a) if swap else (pair, a, b)


def _shares(headline: dict[str, Any], what: str, first: str, second: str) -> tuple[float, float]:
    pair = _pair(headline)
    share = {pair[side]: pair[f"{side}_{what}"]["value"] for side in ("a", "b")}
    return share[first], share[second]


def _lower(pair: dict[str, Any], difference: dict[str, float]) -> str | None:
    """The option with the lower mean, or None where the difference cannot be told from zero."""
    return claims.lower(wording.estimate(difference), (str(pair["a"]), str(pair["b"])))


def _compared(headline: dict[str, Any], option: str) -> str:
    cost = headline["options"][option]["compared_cost_usd"]
    low, mid, high = (wording.estimate(cost[q]) for q in ("p10", "p50", "p90"))
    within = usd_range(low, high, mid.value or 0.0)
    return f"costs {usd(mid.value or 0.0, mid.se)} at P50 (P10 to P90: {within})"


def meets(headline: dict[str, Any], option: str) -> float:
    """How often an option meets the need."""
    return float(headline["options"][option]["meets_need"]["value"])


def title(headline: dict[str, Any], option: str | None) -> str:
    """The title of an option."""
    return str(headline["options"][option]["title"])
