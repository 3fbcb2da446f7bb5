"""Who is there first, where GPUs wait for power, who is in time, what share is served."""

import pandas as pd

from analysis.chapters.shared.words import listed, short_month
from analysis.decision.wording import figure, percent


def phases(frame: pd.DataFrame) -> str:
    """Who reaches the last phase that is told first at P50, and how long before the next option."""
    last = frame["phase"].iloc[-1]
    does = "reach the target" if last == "Target reached" else "have all GPUs"
    there = frame[(frame["phase"] == last) & frame["p50"].notna()]
    if there.empty:
        return f"At P50 no option {_singular(does)} within the horizon"
    p50 = there.set_index("option")["p50"].astype(float)
    first = list(p50.index[p50 == p50.min()])
    day = short_month(there.sort_values("p50", kind="stable")["p50_day"].iloc[0])
    words = does if len(first) > 1 else _singular(does)
    if frame["option"].nunique() == 1:
        return f"{first[0]} {words} in {day} (P50)"
    claim = f"{listed(first)} {words} first (P50 {day})"
    later = p50[p50 > p50.min()]
    if later.empty:
        return claim
    ahead = figure(float(later.min() - p50.min()), digits=2)
    return f"{claim}, {ahead} months before {later.idxmin()}"


def _singular(words: str) -> str:
    return words.replace("reach ", "reaches ").replace("have ", "has ")


def waiting(frame: pd.DataFrame) -> str:
    """The most GPUs that wait for power at P50, and whose they are."""
    idle = frame[(frame["kind"] == "waiting") & (frame["p50"] > 0)]
    if idle.empty:
        return "At P50 no installed GPU waits for power in any month"
    most = idle.iloc[int(idle["p50"].argmax())]
    alike = idle[(idle["p50"] == most["p50"]) & (idle["month"] == most["month"])]
    gpus = figure(float(most["p50"]), digits=2)
    most_of = f"at P50 up to {gpus} GPUs wait for power (month {most['month']})"
    return f"{listed(list(alike['option']))}: {most_of}"


def served(frame: pd.DataFrame, pair: tuple[str, str] | None) -> str:
    """The share of the wanted hours that the options of the question serve on the mean."""
    shares = frame.groupby("option", sort=False)["served_share"].first()
    shown = [f"{option} {percent(shares[option])}" for option in pair or list(shares.index)[:1]]
    return f"Served of the hours wanted, on the mean: {', '.join(shown)}"
