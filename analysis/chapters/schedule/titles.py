"""Who starts first, where GPUs wait for power, who meets the need by its date."""

import pandas as pd

from analysis.chapters.shared.words import listed, short_month
from analysis.decision.wording import figure, percent


def starts(frame: pd.DataFrame) -> str:
    """Who starts training first at P50, and by how many months before the next option."""
    begun = frame[(frame["phase"] == "Training starts") & frame["p50"].notna()]
    if begun.empty:
        return "At P50 no option starts training within the horizon"
    p50 = begun.set_index("option")["p50"].astype(float)
    first = list(p50.index[p50 == p50.min()])
    train = "trains" if len(first) == 1 else "train"
    day = begun.sort_values("p50", kind="stable")["p50_day"].iloc[0]
    if frame["option"].nunique() == 1:
        return f"{first[0]} starts training in {short_month(day)} (P50)"
    claim = f"{listed(first)} {train} first (P50 {short_month(day)})"
    later = p50[p50 > p50.min()]
    if later.empty:
        return claim
    ahead = figure(float(later.min() - p50.min()), digits=2)
    return f"{claim}, {ahead} months before {later.idxmin()}"


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


def met(frame: pd.DataFrame, pair: tuple[str, str] | None) -> str:
    """The share of futures in which the options of the question meet the need by its date."""
    last = frame.groupby("option", sort=False).tail(1).set_index("option")["meets_need"]
    shown = [f"{option} in {percent(last[option])}" for option in pair or list(last.index)[:1]]
    by = short_month(str(frame["need_day"].iloc[0]))
    return f"Target reached by {by}: {', '.join(shown)} of futures"
