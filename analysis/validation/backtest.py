"""How the forecast of the decision day fared against what happened: percentiles and scores.

The forecast is that of a scenario that uses nothing public after its start. What happened, from
`actuals`, is laid beside it afterwards and changes nothing in it.
"""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.model import estimates
from analysis.model.draws import BLOCK_DRAWS, DAYS_PER_MONTH
from analysis.scenario import load
from analysis.scenario.schema import Scenario
from analysis.validation import actuals, scores
from analysis.validation.actuals import Actual
from analysis.validation.forecasts import Forecast, forecast, predicted

SCORED_IN = {"dates": "months", "GPUs": "GPUs", "power": "MW"}
PERCENT = "% of the actual"
"""Topics without a unit of their own are scored in percent of what happened."""


@dataclass(frozen=True)
class Backtest:
    """A scenario, its forecast (None where there is nothing to score) and a table of the actuals
    that it forecast: one row each, as `backtest` describes."""

    scenario: Scenario
    forecast: Forecast | None
    rows: pd.DataFrame

    @property
    def looks_back(self) -> bool:
        """Whether the scenario itself uses what came later, so that it cannot be tested with it."""
        return self.scenario.as_of > self.scenario.start


def backtest(decision: Scenario, number: int, seed: int) -> Backtest:
    """The forecast of a scenario against the actuals of its decision, in the first futures of a
    run (at most one block); no rows where it looks back itself or nothing is on record.

    Columns: id, topic, label, measure, of, unit, reading, reference_class, at_day, public_on,
    evidence (ids, apart by blanks), naive_rule, note, why; `actual`, `low`, `high` (its ends) and
    p10, p50, p90 of the forecast in the unit of the actual, of a date in months from the start
    (infinite beyond the horizon); `pit`: the share of futures below the
    actual, ties by half; `pit_low`, `pit_high`: the share below its low end, and that at or below
    its high end; `inside` P10 to P90; `crps` and `naive_crps`, in
    `scored_in`; `miss`: how far the actual lies outside of P10 to P90, in widths of it.
    """
    found = actuals.of(decision)
    if not found or decision.as_of > decision.start:
        return Backtest(decision, None, pd.DataFrame())
    return _against(decision, found, number, seed)


def of_decision_day(later: Scenario, number: int, seed: int) -> Backtest | None:
    """The backtest of the shipped decision that a scenario looks back at, against what was public
    by its as-of day; None for a scenario that does not look back."""
    found = tuple(one for one in actuals.of(later) if one.public_on <= later.as_of)
    if later.as_of <= later.start or not found:
        return None
    return _against(load.read(load.find(found[0].scenario)), found, number, seed)


def _against(decision: Scenario, found: tuple[Actual, ...], number: int, seed: int) -> Backtest:
    asked = [name for name in decision.options if name in {one.of for one in found}]
    known = forecast(decision, asked, min(number, BLOCK_DRAWS), seed)
    horizon = decision.choices.horizon_months.value
    asked_of = [one for one in found if _month(decision, one) < horizon]
    rows = [
        _scored(known, one, values)
        for one in asked_of
        if (values := predicted(known, one.measure, one.of, _month(decision, one))) is not None
    ]
    return Backtest(decision, known, pd.DataFrame(rows))


def by_day(found: Backtest, measure: str, of: str) -> pd.DataFrame:
    """The forecast of a measure from the start to past its last actual: day, p10, p50, p90."""
    assert found.forecast is not None
    mine = found.rows[(found.rows["measure"] == measure) & (found.rows["of"] == of)]
    start, horizon = found.scenario.start, found.scenario.choices.horizon_months.value
    last = max((date.fromisoformat(day) - start).days for day in mine["at_day"]) / DAYS_PER_MONTH
    rows = []
    for month in np.linspace(0, min(1.15 * last, horizon - 1e-6), 60):
        values = predicted(found.forecast, measure, of, float(month))
        assert values is not None
        day = date.fromordinal(start.toordinal() + round(month * DAYS_PER_MONTH))
        row: dict[str, object] = {"day": day.isoformat()}
        rows.append(row | _quantiles(values))
    return pd.DataFrame(rows)


def _scored(known: Forecast, one: Actual, values: Array) -> dict[str, object]:
    """One row of a backtest."""
    horizon = known.scenario.choices.horizon_months.value
    amounts = [one.value, *one.ends, *one.naive]
    if one.is_date:
        amounts = [actuals.months(known.scenario, x) for x in amounts]
        values = np.where(values > horizon, np.inf, values)
    actual, low, high, *naive = amounts
    row = _named(one) | {"actual": actual, "low": low, "high": high}
    row |= {"pit": scores.percentile(values, actual), "pit_low": float(np.mean(values < low))}
    row |= {"pit_high": float(np.mean(values <= high))} | _against_ends(values, actual)
    # A day beyond the horizon is no number: it counts as the horizon in a score.
    most = horizon if one.is_date else math.inf
    unit = SCORED_IN.get(one.topic, PERCENT)
    scale = 100 / abs(actual) if unit == PERCENT and actual else 1.0
    for name, drawn in (("crps", values), ("naive_crps", scores.triangle(*naive))):
        row[name] = scale * scores.crps(np.minimum(drawn, most), min(actual, most))
    return row | {"scored_in": unit}


def _named(one: Actual) -> dict[str, object]:
    """What a row says of its actual besides the numbers."""
    plain = ("id", "topic", "label", "measure", "of", "unit", "reading", "reference_class")
    words = ("naive_rule", "note", "why")
    days = {"at_day": one.at_day.isoformat() if one.at_day else ""}
    days |= {"public_on": one.public, "evidence": " ".join(one.evidence)}
    return {name: getattr(one, name) for name in (*plain, *words)} | days


def _against_ends(values: Array, actual: float) -> dict[str, object]:
    """P10, P50, P90, whether an actual lies between the ends, and how far outside, in widths."""
    found = _quantiles(values)
    low, high = found["p10"], found["p90"]
    inside, width = low <= actual <= high, high - low
    outside = 0.0 if inside else max(low - actual, actual - high)
    miss = outside / width if width > 0 else math.inf
    return {**found, "inside": inside, "miss": 0.0 if inside else miss}


def _month(decision: Scenario, one: Actual) -> float:
    return 0.0 if one.at_day is None else actuals.months(decision, one.at_day.toordinal())


def _quantiles(values: Array) -> dict[str, float]:
    """P10, P50 and P90; infinite beyond the horizon."""
    found = estimates.quantiles(values).items()
    return {name: math.inf if one.value is None else one.value for name, one in found}
