"""Which option is cheapest, earliest, best at a value of a month, and in how many futures."""

import pandas as pd

from analysis.chapters.comparison.tables import MEASURES
from analysis.chapters.shared.words import agree, listed
from analysis.decision.wording import percent, usd
from analysis.scenario.schema import NO_OPTION


def cost_and_date(frame: pd.DataFrame, month_usd: float | None = None) -> str:
    """Which option is cheapest and which earliest on the mean; or, where a month has a value, which
    is best at that value; of the options that are likely to reach the target.
    """
    if len(frame) == 1:
        return f"{frame['option'].iloc[0]}: when it reaches the target, and what it costs"
    if month_usd is not None:
        able = frame[frame["likely"]]
        best = at_best(able, able["mean_usd"] + month_usd * able["mean_months"])
        return f"At {usd(month_usd)} a month {listed(best)} {_is(best)} best on the mean"
    able = frame[frame["likely"]]
    cheap, early = (at_best(able, able[c]) for c in ("mean_usd", "mean_months"))
    if bool((frame["missed"] == 1).all()):
        return f"No option reaches the target; on the mean {listed(cheap)} {_is(cheap)} cheapest"
    if len(able) == 1:
        return f"Only {cheap[0]} reaches the target in at least half of the futures"
    start = "On the mean" if len(able) == len(frame) else "Of those likely to reach the target,"
    if cheap == early:
        return f"{start} {listed(cheap)} {_is(cheap)} both cheapest and earliest"
    return f"{start} {listed(cheap)} {_is(cheap)} cheapest, {listed(early)} {_is(early)} earliest"


def differences(frame: pd.DataFrame, pair: tuple[str, str]) -> str:
    """Which option of the pair is more often cheaper and which more often earlier."""
    (cheap, cost), (early, time) = (_oftener(frame, what, pair) for what in ("cost_usd", "months"))
    if cost == 0 and time == 0:
        return f"Neither {pair[0]} nor {pair[1]} is ever cheaper or earlier"
    if time == 0:
        return f"{cheap} is cheaper in {percent(cost)} of futures; neither is ever earlier"
    if cost == 0:
        return f"{early} is earlier in {percent(time)} of futures; neither is ever cheaper"
    if cheap == early:
        return f"{cheap} is cheaper in {percent(cost)} of futures and earlier in {percent(time)}"
    return f"{cheap} is cheaper in {percent(cost)} of futures, {early} earlier in {percent(time)}"


def _oftener(frame: pd.DataFrame, what: str, pair: tuple[str, str]) -> tuple[str, float]:
    """The option of the pair that is lower more often (the first if tied), and how often."""
    shares = frame[frame["what"] == what].groupby("lower")["share"].sum()
    one, other = (float(shares.get(option, 0.0)) for option in pair)
    return (pair[0], one) if one >= other else (pair[1], other)


def quadrants(frame: pd.DataFrame, pair: tuple[str, str]) -> str:
    """In how many futures each option of the pair is both cheaper and earlier."""
    share = frame.set_index(["cheaper", "earlier"])["share"]
    one, other = (percent(float(share[side, side])) for side in ("a", "b"))
    return f"Cheaper and earlier: {pair[0]} in {one} of futures, {pair[1]} in {other}"


def winners(frame: pd.DataFrame) -> str:
    """Which option is most often first and which most often cheapest, if any meets the need."""
    able = frame[frame["option"] != NO_OPTION]
    words = []
    for word, measure in zip(("first", "cheapest"), list(MEASURES)[:2], strict=True):
        here = able[able["measure"] == measure]
        most = float(here["share"].max())
        if most == 0:
            return "In no future does any option meet the need"
        names = list(here.loc[here["share"] == most, "option"])
        each = " each" if len(names) > 1 else ""
        words.append(f"{word}: {listed(names)} ({percent(most)}{each})")
    return f"Most often {words[0]}; {words[1]}"


def month_values(frame: pd.DataFrame) -> str:
    """Which option is best on the mean where a month is worth nothing, and from where on which."""
    if frame["option"].nunique() == 1:
        return f"Only {frame['option'].iloc[0]} is likely to reach the target: no value turns that"
    best = frame[frame["best"]].groupby("month_usd")["option"].agg(list)
    start, end = best.iloc[0], best.iloc[-1]
    turns = frame.loc[frame["turns"], "month_usd"]
    if turns.empty:
        return f"On the mean {listed(end)} {_is(end)} best whatever a month is worth"
    return (
        f"{listed(start)} {_is(start)} best where a month is worth nothing, "
        f"{listed(end)} from {usd(float(turns.max()))} on"
    )


def at_best(frame: pd.DataFrame, measure: pd.Series) -> list[str]:
    """The options whose measure is lowest, to within one part in 10^9."""
    lowest = float(measure.min())
    return list(frame.loc[measure <= lowest + 1e-9 * abs(lowest), "option"])


def _is(names: list[str]) -> str:
    return agree(names, "is", "are")
