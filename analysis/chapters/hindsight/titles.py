"""How a forecast fared: how many actuals it held, and where it was nearer than a simple rule."""

import pandas as pd

from analysis.chapters.shared.words import listed
from analysis.validation.actuals import CLAIMED, SUPPORTED


def forecast_coverage(frame: pd.DataFrame) -> str:
    """How many actuals lie between P10 and P90, by reading, and how many should."""
    one, other = (frame[frame["reading"] == r].iloc[0] for r in (CLAIMED, SUPPORTED))
    if (one["number"], one["inside"]) == (other["number"], other["inside"]):
        lie = f"{one['inside']} of {one['number']} actuals lie between P10 and P90"
    else:
        lie = (
            f"{one['inside']} of {one['number']} actuals lie between P10 and P90 as claimed, "
            f"{other['inside']} of {other['number']} as supported"
        )
    return f"{lie}; 80 % of them should"


def forecast_band(seen: pd.DataFrame, what: str) -> str:
    """How many of some actuals of one measure lie between P10 and P90, above it and below it."""
    readings = {
        reading: seen[seen["reading"].isin((reading, "undisputed"))]["lies"].value_counts()
        for reading in (CLAIMED, SUPPORTED)
    }
    said = {reading: _counted(counts) for reading, counts in readings.items()}
    if said[CLAIMED] == said[SUPPORTED]:
        return f"{what}: {said[CLAIMED]}"
    return f"{what}: {said[CLAIMED]}, as claimed; {said[SUPPORTED]}, as supported"


def _counted(counts: pd.Series) -> str:
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
