"""Whether ranges hold the evidence, and how long their tails are."""

import pandas as pd


def evidence_ranges(frame: pd.DataFrame) -> str:
    """In how many of the ranges all, some and none of the numbers lie within P10 to P90."""
    every = int((frame["inside"] == frame["numbers"]).sum())
    none = int((frame["inside"] == 0).sum())
    return (
        f"In {every} of {len(frame)} ranges all cited numbers lie within P10 to P90, "
        f"in {len(frame) - every - none} some, in {none} none"
    )
