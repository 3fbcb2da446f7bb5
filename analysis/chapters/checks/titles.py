"""How near the model comes to what others have printed, and how exactly its identities hold."""

import math

import pandas as pd

from analysis.chapters.shared.exhibit import Row
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.words import listed
from analysis.decision.wording import figure, usd
from analysis.model.estimates import Estimate

EXACT = 1e-9
"""A smaller deviation is rounding."""


EXACT_PERCENT = 1e-6
"""So little room is only that of rounding in a computer."""

LEAST_MONTHS = 0.01

Ends = tuple[Estimate, Estimate]
"""Cost in USD and months of one option less another."""


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


def theirs(row: Row) -> str:
    """The printed figure, or the ends that were printed."""
    if not math.isnan(row["theirs"]):
        return number(row["theirs"], row["unit"])
    ends = [number(x, row["unit"]) for x in (row["low"], row["high"]) if math.isfinite(x)]
    if len(ends) == 2:
        return " to ".join(ends)
    return f"at least {ends[0]}" if math.isfinite(row["low"]) else f"at most {ends[0]}"


def number(value: float, unit: str) -> str:
    """A figure with its unit, to four digits; a share is a bare number."""
    if unit == "USD" and abs(value) >= 1e5:
        return usd(value)
    short = f"{value + 0.0:.4g}" if not 1e3 <= abs(value) < 1e7 else figure(value, digits=4)
    return short if unit.startswith("share") else f"{short} {unit}"


def apart(row: Row) -> str:
    """How far ours lies from theirs, in percent; in the unit where theirs is 0."""
    if math.isnan(row["theirs"]):
        return "within" if row["near"] else "outside"
    if math.isnan(row["ratio"]):
        return f"{row['ours']:+.4f}"
    share = 100 * (row["ratio"] - 1)
    return f"{share:+.2f} %" if abs(share) >= 0.005 else "under 0.01 %"


def room(row: Row) -> str:
    """How far apart ours and theirs may be."""
    if math.isnan(row["theirs"]):
        return "-"
    allowed = row["high"] - row["theirs"]
    if math.isnan(row["ratio"]):
        return f"± {allowed:.2g}"
    share = 100 * allowed / abs(row["theirs"])
    return "exact" if share < EXACT_PERCENT else f"± {share:.2g} %"


def furthest(frame: pd.DataFrame) -> str:
    """How many figures are near enough, and which is furthest apart."""
    known = frame.dropna(subset=["ratio"])
    if known.empty:
        return "None of them has a figure to divide by."
    row = rows_of(known)[int((known["ratio"] - 1).abs().argmax())]
    return (
        f"Of {len(frame)} figures {int(frame['near'].sum())} are near enough; furthest apart is "
        f"\u201c{row['quantity']}\u201d ({row['case']}), by {apart(row)}."
    )


def decisions(frame: pd.DataFrame) -> str:
    """In how many decisions the same option is cheaper, and how many figures are near enough."""
    compared = frame[frame["verdict"] != ""].drop_duplicates("case")
    same = int((compared["verdict"] == compared["ours_cheaper"]).sum())
    return (
        f"In {same} of {len(compared)} comparisons the same option is cheaper by them and by us. "
        f"Of {len(frame)} figures {int(frame['near'].sum())} are near enough; beside each of the "
        "others stands why it is not."
    )


def deviation(share: float) -> str:
    """A deviation in percent, or that it is only rounding."""
    if share == 0:
        return "none"
    return "rounding, under 1 in 10^9" if share < EXACT else f"{figure(100 * share)} %"


def moved_usd(usd_moved: float) -> str:
    """What a step moved the cost by, with its sign; a dash where it did not."""
    return f"{'+' if usd_moved > 0 else ''}{usd(usd_moved)}" if usd_moved else "-"


def moved_months(months: float) -> str:
    """What a step moved the time by, with its sign; a dash where it did not."""
    if months and abs(months) < LEAST_MONTHS:
        return f"under {LEAST_MONTHS}"
    return f"{months:+.2f}" if months else "-"


def walk(start: Ends, end: Ends) -> str:
    """Cost and months of the pair, before and after."""
    cost, months = zip(start, end, strict=True)
    said = [usd(one.value or 0.0, one.se) for one in cost]
    late = [figure(one.value or 0.0, one.se) for one in months]
    return f"cost {said[0]} to {said[1]}, months {late[0]} to {late[1]}"
