"""The run: what the target asks, what stops cost, the day it is reached, one fabric or several."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.shared.exhibit import Columns, Exhibit, Row, of_a_run, picture, table
from analysis.chapters.shared.rows import rows_of, title
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import listed, month_of, percent_of, spread_of
from analysis.chapters.training import charts, fabric_charts, fabric_tables, tables
from analysis.decision.wording import figure, percent
from analysis.model import comparison, estimates
from analysis.model.simulation import Result

NO_GPUS = "No option has GPUs for the run, so there is nothing to train on."


@of_a_run
def gpus_training(result: Result) -> Exhibit:
    """The picture of the GPUs that the run uses over time."""
    seen = (tables.by_peak(result.scenario), look(result.scenario))
    return picture(tables.gpus_training(result), charts.gpus_training, *seen)


@of_a_run
def goodput(result: Result) -> Exhibit:
    """The picture of goodput by number of GPUs."""
    return _by_gpus(result, fabric_charts.goodput)


@of_a_run
def useful_gpus(result: Result) -> Exhibit:
    """The picture of the most useful number of GPUs."""
    return _by_gpus(result, fabric_charts.useful_gpus)


def _by_gpus(result: Result, draw: Callable[..., Any]) -> Exhibit:
    frame, sizes = fabric_tables.goodput_by_gpus(result), fabric_tables.fabric_sizes(result)
    return picture(frame, draw, sizes, look(result.scenario), nothing=NO_GPUS)


@of_a_run
def useful_shares(result: Result) -> Exhibit:
    """The picture from peak to useful."""
    frame = fabric_tables.useful_shares(result)
    return picture(frame, fabric_charts.useful_shares, look(result.scenario), nothing=NO_GPUS)


@of_a_run
def progress(result: Result) -> Exhibit:
    """The picture of useful compute so far against the target."""
    return picture(tables.progress(result), charts.progress, look(result.scenario))


@of_a_run
def target_dates(result: Result) -> Exhibit:
    """The picture of when the target is reached, and how often it is not."""
    return picture(tables.target_dates(result), charts.target_dates, look(result.scenario))


@of_a_run
def compute_per_usd(result: Result) -> Exhibit:
    """The picture of useful compute per dollar."""
    return picture(tables.compute_per_usd(result), charts.compute_per_usd, look(result.scenario))


@of_a_run
def target_asks(result: Result) -> Exhibit:
    """What the target takes each option with all its GPUs in the run; one sentence for the options
    of the question."""

    def sentence(frame: pd.DataFrame) -> str:
        target = tables.target_pflop_days(result)["target_p50"] / 1e6
        asked = [title(result, o) for o in comparison.pair(result.scenario) or result.options]
        known = frame[frame["option"].isin(asked)].dropna(subset=["days_p50"])
        words = [f"{row['option']} {figure(row['days_p50'])} days" for row in rows_of(known)]
        said = f"At P50 the target is {figure(target)} million useful PFLOP-days"
        return (
            f"{said}; with all GPUs in the run it takes {listed(words)}." if words else f"{said}."
        )

    columns: Columns = {
        "": "option",
        "GPUs in the run": spread_of("gpus_", say=_whole),
        "Days to the target": spread_of("days_", say=_whole),
        "Million GPU-days": spread_of("million_gpu_days_", say=_whole),
    }
    return table(fabric_tables.target_asks(result), columns, sentence, nothing=NO_GPUS)


@of_a_run
def target_days(result: Result) -> Exhibit:
    """The day each option reaches the target, P10, P50 and P90, and how often it does not; one
    sentence for the options of the question."""
    columns: Columns = {
        "Target reached": "option",
        "P10": month_of("p10_day"),
        "P50": month_of("p50_day"),
        "P90": month_of("p90_day"),
        "Not within the horizon": percent_of("missed"),
    }
    return table(tables.target_days(result), columns, lambda frame: _target_sentence(result, frame))


def _target_sentence(result: Result, frame: pd.DataFrame) -> str:
    """Which of the question's options is earlier, and by how much on the mean."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        [row] = rows_of(frame)
        return f"{row['option']} reaches the target in {percent(row['within'])} of futures."
    mean = estimates.mean(comparison.months_difference(result, *asked))
    a, b = (title(result, option) for option in asked)
    horizon = round(result.scenario.choices.horizon_months.value)
    counted = f"a target never reached counted at the horizon of {horizon} months"
    if any(result.delivered_usd[option] for option in asked):
        counted += "; where a delivery fails the later counts, with it or without"
    if not mean.value:
        return f"{a} and {b} reach the target at the same time on the mean, {counted}."
    early, late = (b, a) if mean.value > 0 else (a, b)
    months = figure(abs(mean.value), mean.se)
    return f"{early} is earlier than {late} by {months} months on the mean, {counted}."


@of_a_run
def fabrics(result: Result) -> Exhibit:
    """How many GPUs of each option one run can span, whether the run moves, and what fabrics
    without limits would gain; one sentence."""
    columns: Columns = {
        "": "option",
        "Fabrics": "fabrics",
        "GPUs planned for the run": spread_of("planned_", say=_whole),
        "GPUs that one run spans": spread_of("spans_", say=_whole),
        "The run moves": percent_of("moves"),
        "Months gained without limits (mean)": _months_gained,
        "Useful compute gained": _compute_gained,
    }
    return table(fabric_tables.fabric_limits(result), columns, _fabric_sentence, nothing=NO_GPUS)


def _months_gained(row: Row) -> str:
    return f"{figure(row['months_gained'], digits=2)} months" if row["limited"] else "no limit"


def _compute_gained(row: Row) -> str:
    if not row["limited"]:
        return "no limit"
    more = row["more_compute"]
    return "no useful compute as it is" if np.isnan(more) else f"{100 * more:.0f} %"


def _fabric_sentence(frame: pd.DataFrame) -> str:
    """Whom the limit of a fabric delays most."""
    limited = frame[frame["limited"]]
    if limited.empty:
        return "No option has a fabric with a limit."
    worst = limited["months_gained"].max()
    if worst <= 0:
        return "Fabrics without limits would bring no option to the target earlier."
    names = list(limited.loc[limited["months_gained"] == worst, "option"])
    return (
        f"The limit of its fabric delays {listed(names)} most: by "
        f"{figure(worst, digits=2)} months to the target on the mean, over the same futures."
    )


def _whole(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else figure(value)
