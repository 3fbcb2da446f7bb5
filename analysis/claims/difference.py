"""Which changed input moved the answer most."""

import pandas as pd


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
