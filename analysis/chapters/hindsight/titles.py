"""How a forecast fared: how many actuals it held, and where it was nearer than a simple rule."""

from typing import Any

import pandas as pd

from analysis.chapters.shared.words import listed
from analysis.decision.wording import figure
from analysis.validation import scores
from analysis.validation.actuals import CLAIMED, SUPPORTED, UNDISPUTED


def forecast_coverage(frame: pd.DataFrame) -> str:
    """How many actuals lie between P10 and P90, by reading, and how many should."""
    claimed, supported = (
        f"{row['inside']} of {row['number']}"
        for reading in (CLAIMED, SUPPORTED)
        for _, row in frame[frame["reading"] == reading].iterrows()
    )
    lie = f"{claimed} actuals lie between P10 and P90"
    if claimed != supported:
        lie += f" as claimed, {supported} as supported"
    return f"{lie}; 80 % of them should"


def forecast_band(seen: pd.DataFrame, what: str) -> str:
    """How many of some actuals of one measure lie between P10 and P90, above it and below it."""
    claimed, supported = (
        _counted(seen.loc[seen["reading"].isin((reading, UNDISPUTED)), "lies"])
        for reading in (CLAIMED, SUPPORTED)
    )
    if claimed == supported:
        return f"{what}: {claimed}"
    return f"{what}: {claimed}, as claimed; {supported}, as supported"


def _counted(lies: pd.Series) -> str:
    counts = lies.value_counts()
    number = int(counts.sum())
    words = [f"{counts.get('inside', 0)} of {number} actuals between P10 and P90"]
    words += [f"{counts[side]} {side}" for side in ("above", "below") if counts.get(side, 0)]
    return ", ".join(words)


def forecast_scores(frame: pd.DataFrame) -> str:
    """In how many actuals the forecast was nearer than the simple rule, and in which topics
    it was better and worse on the mean, with what was disputed as supported."""
    nearer = [
        f"{mine['nearer'].sum()} of {mine['number'].sum()} actuals {reading}"
        for reading in (CLAIMED, SUPPORTED)
        for mine in [frame[frame["reading"] == reading]]
    ]
    mine = frame[frame["reading"] == SUPPORTED]
    gap = mine["naive_crps"] - mine["crps"]
    better, worse = (list(mine.loc[side, "topic"]) for side in (gap > 0, gap < 0))
    words = f"The forecast was nearer than the simple rule in {listed(nearer)}"
    if better:
        words += f"; as supported it is better on the mean for {listed(better)}"
    if worse:
        words += f"{',' if better else '; as supported it is'} worse for {listed(worse)}"
    return words


def dates_against_rule(frame: pd.DataFrame) -> str:
    """Whether the dates of a forecast were better or worse than the simple rule on the mean, with
    the interval of its skill, by reading; nothing where it has no dates or the rule was exact."""
    dates = frame[(frame["topic"] == "dates") & frame["skill"].notna()]
    if dates.empty:
        return ""
    each = [
        f"{_side(row)} {row['reading']} (skill {interval(row, 'skill')})"
        for _, row in dates.iterrows()
    ]
    start = (
        f"The decision day forecast {dates['number'].max()} dates. Against a simple rule they were "
    )
    words = start + ". They were ".join(each)
    if dates["skill_low"].isna().any():
        return f"{words}. So few give no interval."
    open_ = (dates["skill_low"] < 0) & (dates["skill_high"] > 0)
    untold = " So few do not tell which is better." if open_.all() else ""
    return f"{words}. In brackets are 90 % intervals.{untold}"


def _side(row: pd.Series) -> str:
    if row["skill"] == 0:
        return "as good"
    return "better" if row["skill"] > 0 else "worse"


def interval(row: Any, name: str) -> str:
    """An amount of a row with its 90 % interval, where it has one; a dash where it is none."""
    low, high = (row[f"{name}_{end}"] for end in ("low", "high"))
    shown = [figure(float(x), digits=2) for x in (row[name], low, high) if not pd.isna(x)]
    return f"{shown[0]} ({shown[1]} to {shown[2]})" if len(shown) == 3 else "".join(shown) or "-"


def coverage_tells(frame: pd.DataFrame) -> str:
    """What a count of so many actuals can show at all."""
    number, quantities = (int(frame[column].max()) for column in ("number", "quantities"))
    chances = [f"{n} with {figure(scores.power(n), digits=2)}" for n in (20, 100)]
    return (
        f"The {number} actuals are readings of {quantities} quantities. So many independent ones "
        f"tell ranges that hold 80 % from ranges that hold 90 % with a power of "
        f"{figure(scores.power(quantities), digits=2)} ({' and '.join(chances)}; exact binomial "
        "test on one side at 5 %)."
    )


def coverage_is_usual(frame: pd.DataFrame) -> str:
    """Whether the numbers inside are usual, and what the usual range leaves out."""
    as_claimed, as_supported = (_against_usual(row) for _, row in frame.iterrows())
    each = f"{as_claimed} for ranges that are right"
    if as_claimed != as_supported:
        each = f"as claimed, {each}; as supported, {as_supported}"
    return (
        f"{each[0].upper()}{each[1:]}. The usual range is the middle 90 % of a binomial "
        "distribution; it takes the actuals for independent, which they are not: one cause, such "
        "as power that came early, moves several of them, so the true range is wider."
    )


def _against_usual(row: pd.Series) -> str:
    if row["least"] <= row["inside"] <= row["most"]:
        return "as many lie inside as is usual"
    fewer = row["inside"] < row["least"]
    return f"{'fewer' if fewer else 'more'} lie inside than is usual"


def most_wrong(rows: pd.DataFrame) -> str:
    """On which side of the forecast the actuals that it missed lie."""
    outside = rows[~rows["inside"]]
    dates = outside[outside["topic"] == "dates"]
    words = f"{len(outside)} of {len(rows)} readings lie outside of P10 to P90"
    if dates.empty:
        return f"{words}, no date among them."
    early = int((dates["pit"] < 0.5).sum())
    return f"{words}; {early} of the {len(dates)} dates among them came earlier than P10."
