"""Who trains first, and by when half of the futures reach the target."""

import pandas as pd

from analysis.claims.words import listed, month
from analysis.wording import percent


def training(frame: pd.DataFrame) -> str:
    """Who trains first at P50, and who never does."""
    running = frame[frame["p50_gpus"] > 0]
    since = running.groupby("option", sort=False)["month"].min()
    if since.empty:
        return "At P50 no option ever has the GPUs to start the run"
    first = since[since == since.min()].index
    claim = f"{listed(list(first))} trains first: at P50 from month {since.min()}"
    if len(first) > 1:
        claim = f"{listed(list(first))} train first: at P50 from month {since.min()}"
    never = [option for option in dict.fromkeys(frame["option"]) if option not in since.index]
    return f"{claim}; {listed(never)} never" if never else claim


def target(reached: pd.DataFrame, never: pd.DataFrame) -> str:
    """By when half of the futures of the fastest option have reached the target."""
    sums = reached.assign(total=reached.groupby("option", sort=False)["share"].cumsum())
    half = sums[sums["total"] >= 0.5].groupby("option", sort=False)["until"].min()
    if half.empty:
        best = never.iloc[int(never["share"].argmin())]
        missed = f"{best['option']} misses it in {percent(best['share'])}"
        return f"No option reaches the target in half of the futures; {missed}"
    first = [option for option in half.index if half[option] == half.min()]
    return f"Half of the futures of {listed(first)} reach the target by {month(half.min())}"
