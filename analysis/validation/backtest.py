"""How the forecast of the decision day fared against what happened: percentiles and scores.

The forecast is that of a scenario that uses nothing public after its start. What happened, from
`actuals`, is laid beside it afterwards and changes nothing in it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import bdtr

from analysis.arrays import Array
from analysis.model import cost, draws, estimates, inputs, piecewise, power, simulation
from analysis.model import fleet as tranches
from analysis.model.draws import BLOCK_DRAWS, DAYS_PER_MONTH, Draws, resolve
from analysis.model.fleet import Unit
from analysis.scenario import edits
from analysis.scenario.schema import Chip, Scenario
from analysis.validation import actuals
from analysis.validation.actuals import CLAIMED, READINGS, SUPPORTED, UNDISPUTED, Actual

INSIDE = 0.8
"""Share of actuals that should lie between P10 and P90."""


RANKS = (np.arange(2000) + 0.5) / 2000
"""Ranks at which a simple rule is laid out, as if it had been drawn."""


CAPITAL = ("servers", "network_and_storage", "works")


SCORED_IN = {"dates": "months", "GPUs": "GPUs", "power": "MW"}


PERCENT = "% of the actual"
"""Topics without a unit of their own are scored in percent of what happened."""


BOTH = (CLAIMED, SUPPORTED)


@dataclass(frozen=True)
class Forecast:
    """The futures of a scenario that a backtest looks at: its inputs, its tranches by name, the
    stages of its sites, and what each option yields with cash that is not discounted."""

    scenario: Scenario
    futures: Draws
    units: dict[str, Unit]
    stages: dict[str, power.Stages]
    scalars: dict[str, dict[str, Array]]
    parts_usd: dict[str, dict[str, Array]]


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


def forecast(decision: Scenario, options: list[str], number: int, seed: int) -> Forecast:
    """The first futures of a scenario, as far as an actual may be laid beside them; what options
    yield only for those that are named.
    """
    futures = draws.block(decision, seed, 0, number)
    fleets = tranches.fleets(decision, futures)
    free = edits.with_choice(decision, "discount_rate_per_year", 0.0)
    asked = edits.with_options(free, options)
    found = simulation.at(asked, futures) if options else None
    return Forecast(
        decision,
        futures,
        {unit.name: unit for fleet in fleets.values() for unit in fleet.units},
        {site: one for fleet in fleets.values() for site, one in fleet.stages.items()},
        found.scalars if found else {},
        found.parts_usd if found else {},
    )


def predicted(known: Forecast, measure: str, of: str, month: float) -> Array | None:
    """What each future holds for a measure of something at a month before the horizon, (draws,);
    None where the scenario does not have it, or states one value for an input.
    """
    rules: dict[str, Callable[[Forecast, str, float], Array | None]] = {
        "input": _input,
        "first_gpus": _first_gpus,
        "stage_date": _stage_date,
        "stage_mw": _stage_mw,
        "site_mw": _site_mw,
        "energised_gpus": _energised,
        "market_rent": _market_rent,
        "server_price": _server_price,
        "used_price": _used_price,
        "capital": _capital,
    }
    if measure in rules:
        return rules[measure](known, of, month)
    return known.scalars[of][f"{measure}_months"] if of in known.scalars else None


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


def coverage(rows: pd.DataFrame) -> pd.DataFrame:
    """How many actuals lie between P10 and P90, with what was disputed as claimed and as
    supported: columns reading, number, inside, of those that are no reference class `seen_number`
    and `seen_inside`, expected, and the central 90 % of a binomial distribution (least, most),
    which holds for actuals that are independent of each other.
    """
    found = []
    for reading in BOTH:
        mine = _as_read(rows, reading)
        number, chances = len(mine), bdtr(np.arange(len(mine) + 1), len(mine), INSIDE)
        row: dict[str, object] = {"reading": reading, "number": number}
        row |= {"inside": int(mine["inside"].sum())}
        seen = mine[~mine["reference_class"]]
        row |= {"seen_number": len(seen), "seen_inside": int(seen["inside"].sum())}
        row |= {"expected": INSIDE * number}
        row |= {"least": int((chances < 0.05).sum()), "most": int((chances < 0.95).sum())}
        found.append(row)
    return pd.DataFrame(found)


def scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean score of the forecast and of the simple rule by topic and reading, in the unit
    `scored_in`, lower being better; `skill`, 1 less their ratio (None where the reference was
    exact); in how many actuals the forecast was `nearer`, and in how many it was `farther`."""
    found = []
    for reading in BOTH:
        for topic, mine in _as_read(rows, reading).groupby("topic", sort=False):
            mean, naive = mine["crps"].mean(), mine["naive_crps"].mean()
            row: dict[str, object] = {"topic": topic, "reading": reading, "number": len(mine)}
            row |= {"scored_in": mine["scored_in"].iloc[0], "crps": mean, "naive_crps": naive}
            row |= {"skill": 1 - mean / naive if naive > 0 else None}
            row |= {"nearer": int((mine["crps"] < mine["naive_crps"]).sum())}
            found.append(row | {"farther": int((mine["crps"] > mine["naive_crps"]).sum())})
    return pd.DataFrame(found)


def most_wrong(rows: pd.DataFrame, number: int) -> pd.DataFrame:
    """The actuals outside of P10 to P90, those first whose percentile is farthest from the middle
    (of equals, those that lie farthest outside)."""
    outside = rows[~rows["inside"]]
    farthest = outside.assign(off=(outside["pit"] - 0.5).abs().round(9))
    order = farthest.sort_values(["off", "miss"], ascending=False, kind="stable")
    return order.drop(columns="off").head(number).reset_index(drop=True)


def crps(values: Array, actual: float) -> float:
    """The continuous ranked probability score of some draws, in their unit, 0 being exact: mean
    distance to the actual less half the mean distance between two draws (Gneiting and Raftery
    2007, Journal of the American Statistical Association 102(477), equation 21).
    """
    ordered, n = np.sort(values), len(values)
    between = 2 * np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered) / n**2
    return float(np.mean(np.abs(ordered - actual)) - between / 2)


def percentile(values: Array, actual: float) -> float:
    """The share of draws below the actual, ties by half; infinite draws lie above it."""
    return float(np.mean(values < actual) + 0.5 * np.mean(values == actual))


def triangle(low: float, mode: float, high: float) -> Array:
    """A triangular distribution as evenly ranked values, (ranks,); a point if its ends meet."""
    width = high - low
    if width == 0:
        return np.full(len(RANKS), low)
    below = low + np.sqrt(RANKS * width * (mode - low))
    above = high - np.sqrt((1 - RANKS) * width * (high - mode))
    return np.where(width * RANKS < mode - low, below, above)


def _scored(known: Forecast, one: Actual, values: Array) -> dict[str, object]:
    """One row of a backtest."""
    horizon = known.scenario.choices.horizon_months.value
    amounts = [one.value, *one.ends, *one.naive]
    if one.is_date:
        amounts = [actuals.months(known.scenario, x) for x in amounts]
        values = np.where(values > horizon, np.inf, values)
    actual, low, high, *naive = amounts
    row = _named(one) | {"actual": actual, "low": low, "high": high}
    row |= {"pit": percentile(values, actual), "pit_low": float(np.mean(values < low))}
    row |= {"pit_high": float(np.mean(values <= high))} | _against_ends(values, actual)
    # A day beyond the horizon is no number: it counts as the horizon in a score.
    most = horizon if one.is_date else math.inf
    unit = SCORED_IN.get(one.topic, PERCENT)
    scale = 100 / abs(actual) if unit == PERCENT and actual else 1.0
    for name, drawn in (("crps", values), ("naive_crps", triangle(*naive))):
        row[name] = scale * crps(np.minimum(drawn, most), min(actual, most))
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


def _as_read(rows: pd.DataFrame, reading: str) -> pd.DataFrame:
    """The actuals nobody disputes, and of the disputed ones a single reading."""
    assert reading in READINGS
    return rows[rows["reading"].isin((UNDISPUTED, reading))]


def _month(decision: Scenario, one: Actual) -> float:
    return 0.0 if one.at_day is None else actuals.months(decision, one.at_day.toordinal())


def _quantiles(values: Array) -> dict[str, float]:
    """P10, P50 and P90; infinite beyond the horizon."""
    found = estimates.quantiles(values).items()
    return {name: math.inf if one.value is None else one.value for name, one in found}


def _input(known: Forecast, of: str, month: float) -> Array | None:
    one = known.scenario.assumptions.get(of)
    return known.futures[of] if one is not None and one.varies else None


def _first_gpus(known: Forecast, of: str, month: float) -> Array | None:
    return known.units[of].arrived.first if of in known.units else None


def _stage(known: Forecast, of: str) -> tuple[power.Stages, int] | None:
    site, _, name = of.partition(".")
    stages = known.stages.get(site)
    return (
        None if stages is None or name not in stages.names else (stages, stages.names.index(name))
    )


def _stage_date(known: Forecast, of: str, month: float) -> Array | None:
    found = _stage(known, of)
    return None if found is None else found[0].start[:, found[1]]


def _stage_mw(known: Forecast, of: str, month: float) -> Array | None:
    found = _stage(known, of)
    return None if found is None else _mw(found[0], month)[:, found[1]]


def _site_mw(known: Forecast, of: str, month: float) -> Array | None:
    return _mw(known.stages[of], month).sum(axis=1) if of in known.stages else None


def _mw(stages: power.Stages, month: float) -> Array:
    """MW x availability of each stage that is there at a time, (draws, stages)."""
    there = (stages.start <= month) & (month < stages.end)
    return np.where(there, stages.mw, 0.0)


def _energised(known: Forecast, of: str, month: float) -> Array | None:
    return piecewise.value_at(known.units[of].energised, month) if of in known.units else None


def _market_rent(known: Forecast, of: str, month: float) -> Array | None:
    chip = known.scenario.chips.get(of)
    if chip is None or chip.market_rent_usd_per_gpu_hour is None:
        return None
    return resolve(chip.market_rent_usd_per_gpu_hour, known.futures) * _index(known, chip, month)


def _server_price(known: Forecast, of: str, month: float) -> Array | None:
    chip = known.scenario.chips.get(of)
    if chip is None or chip.node_usd is None:
        return None
    return resolve(chip.node_usd, known.futures) * _index(known, chip, month)


def _used_price(known: Forecast, of: str, month: float) -> Array | None:
    new = _server_price(known, of, month)
    if new is None or known.scenario.chips[of].resale_share is None:
        return None
    share = resolve(known.scenario.chips[of].resale_share or 0.0, known.futures)
    return new / inputs.chip(known.scenario, of, known.futures).gpus_per_node * share


def _index(known: Forecast, chip: Chip, month: float) -> Array:
    fall, since = (
        resolve(x, known.futures) for x in (chip.price_fall_per_year, chip.falls_from_month)
    )
    return cost.price_index(fall, since, np.array(month))


def _capital(known: Forecast, of: str, month: float) -> Array | None:
    if of not in known.parts_usd:
        return None
    return np.sum([known.parts_usd[of][part] for part in CAPITAL], axis=0)
