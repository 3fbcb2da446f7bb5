"""Which option costs least, is earliest, is best at a value of a month, in how many futures."""

import pandas as pd

from analysis.chapters.shared.words import agree, few, listed
from analysis.decision.wording import percent, usd


def cost_and_date(frame: pd.DataFrame, month_usd: float | None = None) -> str:
    """Which option costs least and which is earliest on the mean; or, where a month has a value,
    which is best at that value; of the options that are ranked."""
    able = frame[frame["ranked"]]
    if len(frame) == 1:
        return f"{frame['option'].iloc[0]}: when it reaches the target, and what it costs"
    if able.empty:
        return "No option meets the need in at least half of the futures, so none is best"
    if len(able) == 1:
        return f"Only {able['option'].iloc[0]} meets the need in at least half of the futures"
    if month_usd is not None:
        best = at_best(able, able["mean_usd"] + month_usd * able["mean_months"])
        return f"At {usd(month_usd)} a month {listed(best)} {_is(best)} best on the mean"
    cheap, early = (at_best(able, able[c]) for c in ("mean_usd", "mean_months"))
    start = "" if len(able) == len(frame) else "Of those that are ranked, "
    least = f"{start}{few(cheap)} {agree(cheap, 'costs', 'cost')} least"
    if cheap == early:
        return f"{least} and {_is(cheap)} earliest"
    return f"{least}, {few(early)} {_is(early)} earliest"


def costs(frame: pd.DataFrame) -> str:
    """Which option costs least on the mean, of those that are ranked."""
    able = frame[frame["ranked"]]
    if able.empty:
        return "No option meets the need in at least half of the futures, so none is best"
    best = at_best(able, able["mean_usd"])
    return f"{few(best)} {agree(best, 'costs', 'cost')} least on the mean"


def differences(frame: pd.DataFrame, pair: tuple[str, str]) -> str:
    """Which option of the pair more often has the lower compared cost, and which is more often
    earlier where there is a run."""
    cheap, cost = _oftener(frame, "cost_usd", pair)
    early, time = _oftener(frame, "months", pair)
    less = f"{cheap} has the lower compared cost in {percent(cost)} of futures"
    less = "The compared costs are equal in all futures" if cost == 0 else less
    if not (frame["what"] == "months").any():
        return less
    if time == 0:
        return f"{less}; neither is ever earlier"
    if cheap == early and cost > 0:
        return f"{less} and is earlier in {percent(time)}"
    return f"{less}; {early} is earlier in {percent(time)}"


def _oftener(frame: pd.DataFrame, what: str, pair: tuple[str, str]) -> tuple[str, float]:
    """The option of the pair that is lower more often (the first if tied), and how often."""
    shares = frame[frame["what"] == what].groupby("lower")["share"].sum()
    one, other = (float(shares.get(option, 0.0)) for option in pair)
    return (pair[0], one) if one >= other else (pair[1], other)


def at_best(frame: pd.DataFrame, measure: pd.Series) -> list[str]:
    """The options whose measure is lowest, to within one part in 10^9."""
    lowest = float(measure.min())
    return list(frame.loc[measure <= lowest + 1e-9 * abs(lowest), "option"])


def _is(names: list[str]) -> str:
    return agree(names, "is", "are")
