"""What runs on when a service ends; which option is first, and at which prices a rental is the
cheaper one of the two."""

import pandas as pd

from analysis.chapters.shared.words import listed
from analysis.decision.wording import stated, usd
from analysis.model.estimates import TELLING


def runs_on(choices: dict[str, float]) -> str:
    """That nothing is given back because the service ends, where it ends before the horizon."""
    horizon = choices["horizon_months"]
    end = choices.get("until_months", horizon)
    if end >= horizon:
        return ""
    return (
        f"The service ends in month {stated(end)}. What is rented or owned then is kept and paid "
        f"all the same, to month {stated(horizon)} or the end of its term."
    )


def first_places(order: pd.DataFrame) -> str:
    """Who is first at the stated price of an hour that is short where a month is worth most."""
    turns = order.drop_duplicates("first")
    *_, (first, since) = zip(turns["first"], turns["month_usd"], strict=True)
    if len(turns) == 1:
        return f"{first} is first whatever a month is worth"
    return f"{first} is first where a month is worth over {usd(since)}"


def places_below(order: pd.DataFrame, shown: list[str]) -> str:
    """Who is first where a month is worth less, and who else of those shown at another price of an
    hour."""
    turns = order.drop_duplicates("first")
    names, ends = list(turns["first"]), [usd(x) for x in turns["month_usd"][1:]]
    below = listed([f"{name} to {end}" for name, end in zip(names[:-1], ends, strict=True)])
    others = listed([option for option in shown if option not in names])
    words = [f"First below that: {below}."] * bool(below)
    words += [f"At another price of an hour also {others}."] * bool(others)
    return " ".join(["At the stated price of an hour (dashed).", *words])


def live(frame: pd.DataFrame) -> str:
    """At which prices the option that rents costs less and more on the mean, without delay, where
    that is clear."""
    here = frame[frame["delay_months"] == 0].sort_values("price")
    clear = here["cost_usd"].abs() > TELLING * here["cost_variance"] ** 0.5
    prices, rents = list(here["price"]), here["rents"].iloc[0]
    dearer = (here["cost_usd"] > 0) == (here["rents"] == here["a"])
    words = [
        f"{word} {_where(list(here.loc[clear & turned, 'price']), prices)}"
        for word, turned in (("less", ~dearer), ("more", dearer))
        if (clear & turned).any()
    ]
    words = words or [f"neither clearly less nor more {_range(prices)}"]
    return f"{rents} costs {', '.join(words)} {frame['unit'].iloc[0]}"


def _where(mine: list[float], prices: list[float]) -> str:
    """Some of the prices in words."""
    if mine == prices:
        return _range(prices)
    if mine == prices[: len(mine)]:
        return f"up to {mine[-1]:.3g}"
    if mine == prices[-len(mine) :]:
        return f"from {mine[0]:.3g}"
    return f"at {listed([f'{x:.3g}' for x in mine])}"


def _range(prices: list[float]) -> str:
    return f"at {prices[0]:.3g} to {prices[-1]:.3g}"
