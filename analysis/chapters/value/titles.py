"""What the value of time makes of the choice, which choice is regretted least, what to learn."""

from typing import Any

import pandas as pd

from analysis.chapters.shared.words import listed
from analysis.decision import claims
from analysis.decision.wording import figure, usd
from analysis.model.estimates import Estimate

WORTH, NOTHING, UNSURE = "worth", "nothing", "unsure"
APART = "are not told apart"

SEEN = {
    "first_training": ("trains", "does not train yet"),
    "move": ("has moved its run", "has not moved its run yet"),
    "full_capacity": ("is whole", "is not whole yet"),
}


def look_is(row: Any) -> str:
    """Whether a look is worth something, nothing, or cannot be told."""
    if row["gain_usd"] > 2 * row["se_usd"]:
        return WORTH
    # a plan that is the better option at once in every future gains exactly 0
    by_chance = row["se_usd"] > 0 and row["gain_usd"] > -2 * row["se_usd"]
    return UNSURE if by_chance else NOTHING


def look_worth(row: Any) -> str:
    """What a look is worth, in a cell."""
    words = {NOTHING: "nothing", UNSURE: "not told from zero"}
    return words.get(look_is(row)) or usd(row["gain_usd"], row["se_usd"])


def own_look(row: Any) -> str:
    """What the look at the gate's own month is worth."""
    worth = {NOTHING: "nothing", UNSURE: "an amount"}.get(look_is(row))
    if worth is None:
        error = usd(row["se_usd"], row["se_usd"])
        worth = f"{usd(row['gain_usd'], row['se_usd'])} (± {error})"
    start = f"To be able to look in month {figure(row['month'])} is worth {worth}"
    end = ", that cannot be told from zero." if look_is(row) == UNSURE else "."
    return f"{start} over the better of the two at once, {row['best_now']}{end}"


def seen(row: Any) -> str:
    """What is seen of an option in the month of a look."""
    return f"{row['option']} {SEEN[row['seen']][0 if row['there'] else 1]}"


def nearest(frame: pd.DataFrame) -> str:
    """Where no look makes one switch: which comes nearest, and how far off it is."""
    likely = frame[frame["share"] > 0]
    if likely["switches"].any():
        return ""
    dearer = likely["switch_usd"] - likely["go_on_usd"]
    row = likely.iloc[int(dearer.argmin())]
    return (
        " Nothing that is seen makes one switch. Nearest to it is month "
        f"{figure(row['month'])} where {seen(row)}: to switch is {usd(dearer.min())} dearer "
        "there on the mean."
    )


def time_value(worth: pd.DataFrame) -> str:
    """What the value of a month, and then that of the race if there is one, makes of the two."""
    month, *race = (rows.iloc[0] for _, rows in worth.groupby("form", sort=False))
    if not race:
        return by_value(month)
    cheap, early = sides(month)
    if sides(race[0]) != (cheap, early):
        return f"{by_value(month)}. {by_value(race[0])}"
    if cheap is None or early is None:
        return by_value(month)
    if cheap == early:
        other = month["b"] if cheap == month["a"] else month["a"]
        return f"On the mean {cheap} is better than {other} whatever time is worth"
    return (
        f"On the mean {early} is better than {cheap} where {_what(month)} is worth over "
        f"{_flip(month)}, or {_what(race[0])} over {_flip(race[0])}"
    )


def worth_of_time(row: Any) -> str:
    """A value of a month, or a prize for winning the race, in words."""
    if row["form"] == "race":
        return f"{usd(row['usd'])} for {_what(row)}"
    return f"{usd(row['usd'])} a month" if row["usd"] else "nothing"


def by_value(row: Any) -> str:
    """From which value of a month, or of the race, on which option is better on the mean."""
    cheap, early = sides(row)
    race = row["form"] == "race"
    time = "in what they win of the prize" if race else "in time"
    if cheap is None and early is None:
        return f"On the mean the two are told apart neither in cost nor {time}"
    if early is None:
        return f"On the mean {cheap} costs less, and the two {APART} {time}"
    if cheap is None:
        word = "wins more of the prize" if race else "is earlier"
        return f"On the mean {early} {word}, and the two {APART} in cost"
    if cheap == early:
        return f"On the mean {cheap} is better whatever {_what(row)} is worth"
    return f"On the mean {early} is better where {_what(row)} is worth over {_flip(row)}"


def _what(row: Any) -> str:
    """What has a value: a month, or to win the race."""
    if row["form"] == "race":
        return f"being there by month {figure(row['by_months'])}"
    return "a month"


def _flip(row: Any) -> str:
    return usd(row["flip_usd"], row["flip_se"])


def sides(row: Any) -> tuple[str | None, str | None]:
    """The option of the pair that is cheaper, and the one that gains more time or prize, each on
    the mean; None where that is not told from zero."""
    cost, loss = Estimate(row["cost_usd"], row["cost_se"]), Estimate(-row["gain"], row["gain_se"])
    pair = (row["a"], row["b"])
    return claims.lower(cost, pair), claims.lower(loss, pair)


def burden_regret(frame: pd.DataFrame) -> str:
    """Which option has the least expected regret at each value of a month."""
    words = []
    for value in dict.fromkeys(frame["month_usd"]):
        least = frame[(frame["month_usd"] == value) & frame["least"]]
        words.append(f"{listed(list(least['option']))} {_month(value)}")
    return f"Least regret: {'; '.join(words)}"


def _month(value: float) -> str:
    return f"at {usd(value)} a month" if value else "where a month is worth nothing"


def learnt(frame: pd.DataFrame) -> str:
    """How much it is worth to learn one input before choosing, at any value of a month asked
    about."""
    first = _most_worth(frame)
    if first is None:
        return "No single input is told to be worth learning before signing"
    amount = usd(float(first["worth_usd"]), float(first["se_usd"]))
    return f"To learn one input before signing is worth at most {amount}"


def most_worth(frame: pd.DataFrame) -> str:
    """Which input that is, and at which value of a month; nothing where none is told."""
    first = _most_worth(frame)
    where = "" if first is None else _month(float(first["month_usd"]))
    return "" if first is None else f" Most worth is {first['label']}, {where}."


def _most_worth(frame: pd.DataFrame) -> Any:
    told = frame[frame["told"] & (frame["assumption"] != "")]
    return None if told.empty else told.iloc[int(told["worth_usd"].argmax())]
