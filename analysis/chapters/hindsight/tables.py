"""What happened beside what was forecast, for charts and pages."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.validation import backtest, scores
from analysis.validation.actuals import BY_DAY, CLAIMED, SUPPORTED, UNDISPUTED
from analysis.validation.backtest import Backtest

SEEN, ELSEWHERE = "seen itself", "reference class"


def scored(past: Backtest, of: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    """What a table of the rows of a backtest holds; nothing where it has no rows."""
    return past.rows if past.rows.empty else of(past.rows)


def forecast_percentiles(past: Backtest) -> pd.DataFrame:
    """Each actual and its percentile in the forecast, 0 to 100: columns label, topic, reading,
    seen, percentile, low, high, inside. `low` and `high` are the lowest and the highest that its
    ends and the futures equal to it leave open. Where it is P10 or P90 itself because many futures
    equal it, the percentile is the nearest one from 10 to 90."""
    return scored(past, _percentiles)


def _percentiles(rows: pd.DataFrame) -> pd.DataFrame:
    middle = 100 * rows["pit"]
    return rows[["label", "topic", "reading", "inside"]].assign(
        seen=np.where(rows["reference_class"], ELSEWHERE, SEEN),
        percentile=middle.clip(10, 90).where(rows["inside"], middle),
        low=100 * rows["pit_low"],
        high=100 * rows["pit_high"],
    )


def scores_by_topic(rows: pd.DataFrame) -> pd.DataFrame:
    """The scores of `scores.scores`, topic by topic; one row where nothing of a topic is disputed,
    else one per reading."""
    found, order = scores.scores(rows), list(rows["topic"].unique())
    disputed = found["topic"].isin(rows.loc[rows["reading"] != UNDISPUTED, "topic"])
    once = found.assign(reading=found["reading"].where(disputed, UNDISPUTED))
    once = once.drop_duplicates(["topic", "reading"])
    return once.sort_values("topic", key=lambda topic: topic.map(order.index), kind="stable")


def forecast_by_day(past: Backtest, measure: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The forecast of a measure over time (day, p10, p50, p90) and the actuals laid beside it (day,
    value, low, high, reading, the p50 of that day, and where it lies: `inside`, `above` or
    `below`); of the first thing that the measure is asked of, and two empty tables where it is
    asked of nothing.
    """
    assert measure in BY_DAY
    if past.rows.empty or measure not in set(past.rows["measure"]):
        return pd.DataFrame(), pd.DataFrame()
    mine = past.rows[past.rows["measure"] == measure]
    of = str(mine["of"].iloc[0])
    mine = mine[mine["of"] == of]
    above = np.where(mine["actual"] > mine["p50"], "above", "below")
    lies = np.where(mine["inside"], "inside", above)
    seen = mine.rename(columns={"at_day": "day", "actual": "value"}).assign(lies=lies)
    columns = ["day", "value", "low", "high", "reading", "lies", "p50"]
    return backtest.by_day(past, measure, of), seen[columns].reset_index(drop=True)


def forecast_steps(seen: pd.DataFrame) -> pd.DataFrame:
    """The actuals of `forecast_by_day` as two readings in the order of their days; those that
    nobody disputes stand in both. Empty where nothing is disputed."""
    if set(seen["reading"]) == {UNDISPUTED}:
        return seen.head(0)
    readings = [
        seen[seen["reading"].isin((UNDISPUTED, reading))].assign(reading=reading)
        for reading in (CLAIMED, SUPPORTED)
    ]
    return pd.concat(readings).sort_values("day", kind="stable").reset_index(drop=True)
