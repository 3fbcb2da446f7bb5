"""The answer in three sentences: when, how much, and what decides. Every number is a value of the
headline, and no sentence claims what the numbers do not show."""

from typing import Any

from analysis.decision import verdict, wording
from analysis.decision.wording import figure, percent, usd, usd_range


def sentences(headline: dict[str, Any]) -> list[str]:
    """Three sentences on the pair of the question (or one option alone), as plain text."""
    if headline["comparison"]["pair"] is None:
        return _alone(headline)
    return [when(headline), how_much(headline), what_decides(headline)]


def others(headline: dict[str, Any]) -> str:
    """Which options beside the pair cost less, on the mean, than the cheaper one of the pair, and
    how often they meet the need; of those that reach the target in at least half of the futures.
    Empty if there are no others."""
    asked = headline["comparison"]["pair"]
    beside = [name for name in headline["options"] if asked and name not in asked]
    if not beside:
        return ""
    cheap = min(asked, key=lambda o: headline["options"][o]["present_cost_usd"]["mean"]["value"])
    title, words = _title(headline, cheap), []
    for name in beside:
        less = _less(headline, name, cheap)
        reached = headline["options"][name]["target_months"]["within_horizon"]["value"]
        if less is not None and reached >= 0.5:
            meets = percent(_meets(headline, name))
            words.append(f"{_title(headline, name)} by {less}, meeting the need in {meets}")
    if not words:
        return (
            f"Of the other options none that is likely to reach the target is cheaper than {title}."
        )
    return f"Beside the two, cheaper than {title} on the mean: {'; '.join(words)} of futures."


def _less(headline: dict[str, Any], name: str, other: str) -> str | None:
    """By how much one option costs less than another on the mean; None if that is not seen."""
    pair = next(p for p in headline["comparison"]["pairs"] if {p["a"], p["b"]} == {name, other})
    gap = pair["cost_difference_usd"]["mean"]
    return usd(abs(gap["value"]), gap["se"]) if _lower(pair, gap) == name else None


def when(headline: dict[str, Any]) -> str:
    """Who reaches the target first, how surely and by how much, and whether that meets the need."""
    pair, first, second = _ordered(headline)
    one, other = _title(headline, first), _title(headline, second)
    if _neither(headline):
        return (
            f"Neither {_title(headline, pair['a'])} nor {_title(headline, pair['b'])} reaches the "
            f"training target within {_horizon(headline)} months in any future."
        )
    met = (
        f"{one} is there within {_by(headline)} months in {percent(_meets(headline, first))} of "
        f"futures, {other} in {percent(_meets(headline, second))}"
    )
    if _meets(headline, first) < 0.5 and _meets(headline, second) < 0.5:
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


def how_much(headline: dict[str, Any]) -> str:
    """What each costs in present value, and which is cheaper on the same futures."""
    pair = _pair(headline)
    both = (pair["a"], pair["b"])
    costs = " and ".join(f"{_title(headline, o)} {_present(headline, o)}" for o in both)
    gap = pair["cost_difference_usd"]["mean"]
    start = f"Over {_horizon(headline)} months, in present value, {costs}"
    if gap["value"] == 0 and pair["a_cheaper"]["value"] == pair["b_cheaper"]["value"]:
        return f"{start}: they cost the same."
    cheap = _lower(pair, gap)
    if cheap is None:
        return f"{start}: the mean difference cannot be told from zero."
    share = pair["a_cheaper" if cheap == pair["a"] else "b_cheaper"]["value"]
    futures = "and in" if share >= 0.5 else "but in only"
    return (
        f"{start}: {_title(headline, cheap)} is cheaper by {usd(abs(gap['value']), gap['se'])} on "
        f"the mean, {futures} {percent(share)} of futures."
    )


def what_decides(headline: dict[str, Any]) -> str:
    """Whether one is better whatever a month is worth, or the value of a month that decides."""
    pair = _pair(headline)
    cost, months = pair["cost_difference_usd"]["mean"], pair["months_difference"]["mean"]
    cheap, early = _lower(pair, cost), _lower(pair, months)
    if _neither(headline):
        return _cost_decides(headline, cheap)
    if cheap is None and early is None:
        return "On the mean the two cannot be told apart, neither in cost nor in time."
    if cheap is None or early is None:
        return _one_sided(headline, pair, cheap, early)
    if cheap == early:
        return (
            f"On the mean {_title(headline, cheap)} is cheaper and earlier, so it is the better of "
            "the two whatever a month is worth."
        )
    worth = wording.estimate(pair["break_even_month_usd"])
    return (
        f"{_title(headline, early)} is earlier and {_title(headline, cheap)} is cheaper, so "
        f"{_title(headline, early)} is the better one where a month is worth more than "
        f"{usd(worth.value or 0.0, worth.se)}{_capped(headline, ' (', ')')}."
    )


def _one_sided(
    headline: dict[str, Any], pair: dict[str, Any], cheap: str | None, early: str | None
) -> str:
    """One difference is seen and the other is not: it is exactly none, or it is not known."""
    best = cheap or early
    other = _title(headline, pair["b"] if best == pair["a"] else pair["a"])
    word, what, unseen = (
        ("cheaper", "time", pair["months_difference"]["mean"])
        if early is None
        else ("earlier", "cost", pair["cost_difference_usd"]["mean"])
    )
    if unseen["value"] != 0:
        return (
            f"On the mean {_title(headline, best)} is {word} and the two cannot be told apart in "
            f"{what}, so nothing here speaks for {other}."
        )
    claim = "cheaper and about as early" if early is None else "earlier at about the same cost"
    return (
        f"On the mean {_title(headline, best)} is {claim}, so it is the better of the two whatever "
        "a month is worth."
    )


def _cost_decides(headline: dict[str, Any], cheap: str | None) -> str:
    words = f"Neither reaches the training target within {_horizon(headline)} months"
    if cheap is None:
        return f"{words}, and their costs cannot be told apart."
    return f"{words}, so cost decides: {_title(headline, cheap)} is cheaper."


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
    reached = percent(option["target_months"]["within_horizon"]["value"])
    cost = option["usd_per_pflop_day"]["ratio_of_means"]["value"]
    unit = "has no useful compute" if cost is None else f"costs {usd(cost)} per useful PFLOP-day"
    return [
        f"{option['title']} reaches the training target within the horizon in "
        f"{reached} of futures, and "
        f"within {_by(headline)} months in {percent(_meets(headline, name))}.",
        f"Over {figure(headline['choices']['horizon_months'])} months, in present value, it "
        f"{_present(headline, name)}.",
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
    return verdict.lower(wording.estimate(difference), (str(pair["a"]), str(pair["b"])))


def _present(headline: dict[str, Any], option: str) -> str:
    cost = headline["options"][option]["present_cost_usd"]
    within = usd_range(wording.estimate(cost["p10"]), wording.estimate(cost["p90"]))
    return f"costs {usd(cost['p50']['value'], cost['p50']['se'])} at P50 (P10 to P90: {within})"


def _meets(headline: dict[str, Any], option: str) -> float:
    return float(headline["options"][option]["meets_need"]["value"])


def _title(headline: dict[str, Any], option: str | None) -> str:
    return str(headline["options"][option]["title"])


def _by(headline: dict[str, Any]) -> str:
    return figure(headline["choices"]["by_months"])
