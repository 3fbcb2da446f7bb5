"""What a later look and the weights of the reader say."""

import pandas as pd

from analysis.claims.words import listed
from analysis.wording import figure, percent, usd

WORTH, NOTHING, UNSURE = "worth", "nothing", "unsure"


def look_is(rows: pd.DataFrame) -> str:
    """Whether a look (the rows of one month) is worth something, nothing, or cannot be told."""
    one = rows.iloc[0]
    if one["gain_usd"] > 2 * one["se_usd"]:
        return WORTH
    # a plan that is the better option at once in every future gains exactly 0
    by_chance = one["se_usd"] > 0 and one["gain_usd"] > -2 * one["se_usd"]
    return UNSURE if by_chance else NOTHING


def gate(frame: pd.DataFrame) -> str:
    """What the best look of a gate is worth, if anything that can be told from zero."""
    found = [(look_is(rows), rows.iloc[0]) for _, rows in frame.groupby("month")]
    option, other = frame["option"].iloc[0], frame["other"].iloc[0]
    able = [row for word, row in found if word == WORTH]
    if able:
        best = max(able, key=lambda row: float(row["gain_usd"]))
        worth = usd(best["gain_usd"], best["se_usd"])
        return f"A look at {option} is worth most in month {figure(best['month'])}: {worth}"
    if UNSURE in [word for word, _ in found]:
        return f"What a look at {option} is worth cannot be told from zero"
    if frame["best_now"].iloc[0] == other:
        return f"No look at {option} does better on the mean than {other} at once"
    return f"Whatever is seen of {option}, going on is no worse on the mean than {other}"


def weighted(frame: pd.DataFrame) -> str:
    """Which option scores highest by the stated weights, and under how many others."""
    first = frame[frame["rank"] == 1].drop_duplicates("option")
    if frame["option"].nunique() == 1:
        return f"Only {first['option'].iloc[0]} is scored besides money and time"
    names, total = list(first["option"]), figure(float(first["total"].iloc[0]), digits=2)
    if len(names) > 1:
        return f"{listed(names)} score highest besides money and time, {total} of 100 each"
    share = percent(float(first["first"].iloc[0]))
    return (
        f"Besides money and time {names[0]} scores highest, {total} of 100, "
        f"and is first under {share} of random weights"
    )
