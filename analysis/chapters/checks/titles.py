"""How near the model comes to what others have printed, and how exactly its identities hold."""

import pandas as pd

from analysis.chapters.shared.words import listed
from analysis.decision.wording import figure

EXACT = 1e-9
"""A smaller deviation is rounding."""


def published_figures(frame: pd.DataFrame) -> str:
    """How many of the figures come within their tolerance; those that do not are named."""
    near, all_of = int(frame["near"].sum()), len(frame)
    if near == all_of:
        return f"All {all_of} figures come as near to those of others as their tolerance asks"
    missed = frame.loc[~frame["near"], "quantity"]
    named = listed(list(missed)) if len(missed) <= 3 else f"{len(missed)} figures"
    return f"{near} of {all_of} figures come near enough to those of others; not {named}"


def identities(frame: pd.DataFrame) -> str:
    """Whether every identity holds to rounding; else which deviates most."""
    worst = frame.iloc[int(frame["deviation"].argmax())]
    compared = f"{int(frame['compared'].sum()):,} numbers compared"
    if worst["deviation"] == 0:
        return f"Every identity holds exactly: {compared}."
    if worst["deviation"] < EXACT:
        return f"Every identity holds but for rounding: {compared}, none apart by 1 in 10^9."
    return (
        f"An identity fails: \u201c{worst['identity']}\u201d is off by up to "
        f"{figure(100 * worst['deviation'])} %."
    )


def waterfall(frame: pd.DataFrame) -> str:
    """Which change moved the pair's difference in cost most, and which that in time."""
    cost, months = (_largest(frame, measure) for measure in ("cost_usd", "months"))
    if cost is None and months is None:
        return "No changed input moves the pair"
    if cost is None:
        return f"{months}: moved the time most; nothing moved the cost"
    if months is None:
        return f"{cost}: moved the cost most; nothing moved the time"
    if cost == months:
        return f"{cost}: moved the difference most, in cost and in time"
    return f"{cost}: moved the cost most; {months}: the time"


def _largest(frame: pd.DataFrame, measure: str) -> str | None:
    """The label of the largest step of a measure; None if nothing moved it."""
    steps = frame[(frame["measure"] == measure) & (frame["kind"] == "step")]
    if steps.empty:
        return None
    return str(steps["label"].iloc[int(steps["moved"].abs().argmax())])
