"""What the value of time makes of the choice, which choice is regretted least, what to learn."""

import pandas as pd

from analysis.chapters.shared.words import listed
from analysis.decision import verdict
from analysis.decision.wording import figure, percent, usd
from analysis.model import estimates
from analysis.model.estimates import Estimate

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


APART = "are not told apart"


def time_value(worth: pd.DataFrame) -> str:
    """What the value of a month, and then that of the race, makes of the two options."""
    month, race = (worth[worth["form"] == form].iloc[0] for form in ("month", "race"))
    cheap, early = sides(month)
    if sides(race) != (cheap, early):
        return f"{by_value(month)}. {by_value(race)}"
    if cheap is None or early is None:
        return by_value(month)
    if cheap == early:
        other = month["b"] if cheap == month["a"] else month["a"]
        return f"On the mean {cheap} is better than {other} whatever time is worth"
    return (
        f"On the mean {early} is better than {cheap} where a month is worth over "
        f"{usd(month['flip_usd'], month['flip_se'])}, or being there by month "
        f"{figure(race['by_months'])} over {usd(race['flip_usd'], race['flip_se'])}"
    )


def turns(row: pd.Series) -> bool:
    """Whether some value of time turns the choice: one option is seen to be cheaper, and the other
    to gain more."""
    cheap, early = sides(row)
    return cheap is not None and early is not None and cheap != early


def by_value(row: pd.Series) -> str:
    """From which value of a month, or of the race, on which option is better on the mean."""
    cheap, early = sides(row)
    race = row["form"] == "race"
    what = f"being there by month {figure(row['by_months'])}" if race else "a month"
    time = "in what they win of the prize" if race else "in time"
    if cheap is None and early is None:
        return f"On the mean the two are told apart neither in cost nor {time}"
    if early is None:
        return f"On the mean {cheap} is cheaper, and the two {APART} {time}"
    if cheap is None:
        word = "wins more of the prize" if race else "is earlier"
        return f"On the mean {early} {word}, and the two {APART} in cost"
    if cheap == early:
        return f"On the mean {cheap} is better whatever {what} is worth"
    flip = usd(row["flip_usd"], row["flip_se"])
    return f"On the mean {early} is better where {what} is worth over {flip}"


def sides(row: pd.Series) -> tuple[str | None, str | None]:
    """The option of the pair that is cheaper, and the one that gains more time or prize, each on
    the mean; None where that is not told from zero."""
    cost, loss = Estimate(row["cost_usd"], row["cost_se"]), Estimate(-row["gain"], row["gain_se"])
    pair = (row["a"], row["b"])
    return verdict.lower(cost, pair), verdict.lower(loss, pair)


def better_at(row: pd.Series) -> str:
    """Which option is better on the mean at one value of time, by how much and how often."""
    where = "Where time is worth nothing"
    if row["form"] == "month":
        where = f"At {usd(row['usd'])} for a month"
    if row["form"] == "race":
        where = f"At {usd(row['usd'])} for being there by month {figure(row['by_months'])}"
    ahead = Estimate(row["better_usd"], row["better_se"])
    if not estimates.told(ahead):
        return f"{where} {row['a']} and {row['b']} {APART} on the mean"
    side = "a" if row["better_usd"] > 0 else "b"
    gap, share = usd(abs(row["better_usd"]), row["better_se"]), percent(row[f"{side}_better"])
    word = "and" if row[f"{side}_better"] >= 0.5 else "but only"
    return f"{where} {row[side]} is better by {gap} on the mean, {word} in {share} of futures"


def burden_regret(frame: pd.DataFrame) -> str:
    """Which option has the least expected regret where a month has its value, and how much."""
    here = frame[frame["asked"] == "worth"]
    least = here[here["least"]]
    if len(here) == 1:
        only = here["option"].iloc[0]
        return f"At {_month(here)} {only} is the only option to choose: nothing to regret"
    names = listed(list(least["option"]))
    verb = "has" if len(least) == 1 else "have"
    amount = usd(float(least["mean_usd"].iloc[0]), float(least["se_usd"].iloc[0]))
    among = _among(list(here["option"]))
    return f"{among}, at {_month(here)}, {names} {verb} least expected regret: {amount}"


def _among(options: list[str]) -> str:
    """The options that are compared: two by name, more by number."""
    return (
        f"Between {listed(options)}"
        if len(options) == 2
        else f"Of the {len(options)} options compared"
    )


def _month(here: pd.DataFrame) -> str:
    return f"{usd(float(here['month_usd'].iloc[0]))} a month"


def learnt(frame: pd.DataFrame, considered: list[str]) -> str:
    """The input that it is worth most to learn before choosing between some options (titles) where
    a month has its value, and how much."""
    here = frame[frame["asked"] == "worth"]
    start = f"{_among(considered)}, at {_month(here)},"
    single = here[here["assumption"] != ""]
    told = single[single["told"]]
    if told.empty:
        return f"{start} no single input is told to be worth learning before signing"
    first = told.iloc[0]
    amount = usd(float(first["worth_usd"]), float(first["se_usd"]))
    return f"{start} it is worth at most {amount} to learn one input: {first['label']}"


def chosen(row: pd.Series) -> str:
    """What the value of a month, or of the race, says of having chosen one and not the other."""
    if not turns(row):
        return by_value(row)
    cheap, early = sides(row)
    flip = usd(row["flip_usd"], row["flip_se"])
    if row["form"] == "race":
        what = f"being there by month {figure(row['by_months'])} is worth more than {flip}"
    else:
        what = f"a month is worth more than {flip}"
    return f"Choosing {early} over {cheap} is right on the mean if {what}"
