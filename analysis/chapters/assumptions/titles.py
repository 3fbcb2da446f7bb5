"""Whether ranges hold the evidence, and how long their tails are."""

import pandas as pd

from analysis.decision.wording import figure


def evidence_ranges(frame: pd.DataFrame) -> str:
    """In how many of the ranges all, some and none of the numbers lie within P10 to P90."""
    every = int((frame["inside"] == frame["numbers"]).sum())
    none = int((frame["inside"] == 0).sum())
    return (
        f"In {every} of {len(frame)} ranges all cited numbers lie within P10 to P90, "
        f"in {len(frame) - every - none} some, in {none} none"
    )


def shapes(frame: pd.DataFrame) -> str:
    """Which of the inputs has the longest tail above its median, and how long."""
    ends = frame[frame["p50"] > 0].drop_duplicates("label")
    if ends.empty:
        return "How the ranges come out in the futures, P1 to P99"
    ratio = ends["p99"] / ends["p50"]
    top = ends.iloc[int(ratio.argmax())]
    return f"Longest tail: {top['label']}, P99 is {figure(float(ratio.max()), digits=2)} times P50"
