"""Which input moves the difference most."""

import pandas as pd


def moved(frame: pd.DataFrame) -> str:
    """Which input moves the difference in cost most, and which that in time."""
    tops = []
    for what in ("cost_usd", "months"):
        top = frame.iloc[int(frame[f"{what}_swing"].argmax())]
        tops.append(top["label"] if top[f"{what}_swing"] > 0 else "no input")
    if tops[0] == tops[1]:
        return f"{tops[0]}: moves the difference most, in cost and in time"
    return f"{tops[0]}: moves the cost most; {tops[1]}: the time"
