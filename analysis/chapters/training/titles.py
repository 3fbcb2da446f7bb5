"""Who trains first, what stops cost, and by when half of the futures reach the target."""

import numpy as np
import pandas as pd

from analysis.chapters.shared.words import agree, few, listed, month
from analysis.decision.wording import percent


def training(frame: pd.DataFrame) -> str:
    """Who trains first at P50, and who never does."""
    running = frame[frame["p50_gpus"] > 0]
    since = running.groupby("option", sort=False)["month"].min()
    if len(since) == 1 and frame["option"].nunique() == 1:
        return f"{since.index[0]} trains from month {since.min()} at P50"
    if since.empty:
        return "At P50 no option ever has the GPUs to start the run"
    if since.nunique() == 1 and len(since) == frame["option"].nunique():
        most = f"{running['p50_gpus'].max():,.0f}"
        return f"At P50 every option trains from month {since.min()}, with {most} GPUs at most"
    first = list(since.index[since == since.min()])
    train = agree(first, "trains", "train")
    claim = f"{few(first)} {train} first: at P50 from month {since.min()}"
    return claim + _never(frame, since)


def target(never: pd.DataFrame) -> str:
    """By when half of the futures of the fastest option have reached the target."""
    half = never.dropna(subset=["p50_day"]).set_index("option")["p50_day"]
    if half.empty:
        best = never.iloc[int(never["share"].argmin())]
        missed = f"{best['option']} misses it in {percent(best['share'])}"
        return f"No option reaches the target in half of the futures; {missed}"
    first = [option for option in half.index if half[option] == half.min()]
    reach = agree(first, "reaches", "reach")
    return f"{few(first)} {reach} the target by {month(half.min())} at P50"


def goodput(sizes: pd.DataFrame) -> str:
    """Goodput at P50 in the smallest and the largest fabric of the options."""
    small, large = (sizes.iloc[int(find(sizes["p50"]))] for find in (np.argmin, np.argmax))
    claim = f"With {small['p50']:,.0f} GPUs {percent(small['goodput'])} of a run's time is progress"
    if large["p50"] > small["p50"]:
        claim += f", with {large['p50']:,.0f} GPUs {percent(large['goodput'])}"
    return f"{claim}, at P50"


def _never(frame: pd.DataFrame, since: pd.Series) -> str:
    """Which options never do what others do since some day."""
    never = [option for option in dict.fromkeys(frame["option"]) if option not in since.index]
    return f"; {listed(never)} never" if never else ""
