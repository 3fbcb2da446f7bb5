"""What assumptions rest on, whether their ranges hold the evidence, how long their tails are."""

import pandas as pd

from analysis.chapters.assumptions.tables import BASES
from analysis.chapters.shared.words import listed
from analysis.decision.wording import figure


def bases(frame: pd.DataFrame) -> str:
    """How many assumptions rest on facts, on the reader's quotes and on judgement alone."""
    sums = frame.groupby("basis")["inputs"].sum()
    facts = sum(sums.get(basis, 0) for basis in BASES[:2])
    words = [f"{facts} rest on facts"]
    if BASES[2] in sums:
        words.append(f"{sums[BASES[2]]} on the reader's quotes")
    words.append(f"{sums.get(BASES[3], 0)} on judgement alone")
    return f"Of {sums.sum()} assumptions, {listed(words)}"


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
