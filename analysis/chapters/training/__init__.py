"""The run: what the target asks, what stops cost, the day it is reached, one fabric or several."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import BEYOND
from analysis.chapters.training import charts as charts
from analysis.chapters.training import fabric_charts, fabric_tables, tables
from analysis.chapters.training import titles as titles
from analysis.decision import headline
from analysis.decision.wording import figure, percent
from analysis.model import comparison, estimates
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result

NO_RUN = Html("<p>No option has GPUs for the run, so there is nothing to train on.</p>")


def goodput(result: Result, look: style.Look) -> Any:
    """The picture of goodput by number of GPUs, or one line where no option has a run."""
    sizes = fabric_tables.fabric_sizes(result)
    return (
        NO_RUN
        if sizes.empty
        else fabric_charts.goodput(fabric_tables.goodput_by_gpus(result), sizes, look)
    )


def useful_gpus(result: Result, look: style.Look) -> Any:
    """The picture of the most useful number of GPUs, or one line where no option has a run."""
    sizes = fabric_tables.fabric_sizes(result)
    if sizes.empty:
        return NO_RUN
    return fabric_charts.useful_gpus(fabric_tables.goodput_by_gpus(result), sizes, look)


def useful_shares(result: Result, look: style.Look) -> Any:
    """The picture from peak to useful, or one line where no option has a run."""
    frame = fabric_tables.useful_shares(result)
    return NO_RUN if frame.empty else fabric_charts.useful_shares(frame, look)


def target_asks(result: Result) -> Html:
    """What the target takes each option with all its GPUs in the run; one sentence for the options
    of the question."""
    frame = fabric_tables.target_asks(result)
    if frame.empty:
        return NO_RUN
    parts = ("gpus", "days", "million_gpu_days")
    rows = [[row["option"], *(_spread(row, part) for part in parts)] for _, row in frame.iterrows()]
    heads = ["", "GPUs in the run", "Days to the target", "Million GPU-days"]
    target = tables.target_pflop_days(result)["target_p50"] / 1e6
    asked = frame[frame["option"].isin(_asked(result))]
    words = [
        f"{row['option']} {figure(row['days_p50'])} days"
        for _, row in asked.iterrows()
        if not pd.isna(row["days_p50"])
    ]
    said = f"At P50 the target is {figure(target)} million useful PFLOP-days"
    said += f"; with all GPUs in the run it takes {' and '.join(words)}." if words else "."
    return Html(table(heads, rows).data + f"<p>{safe(said)}</p>")


def target_days(result: Result) -> Html:
    """The day each option reaches the target, P10, P50 and P90, and how often it does not; one
    sentence for the options of the question."""
    rows = []
    for option in result.options:
        months = result.scalars[option]["target_months"]
        found = estimates.quantiles(months)
        missed = percent(float((months == float("inf")).mean()))
        rows.append([_title(result, option), *(_day(result, x) for x in found.values()), missed])
    heads = ["Target reached", "P10", "P50", "P90", "Not within the horizon"]
    return Html(table(heads, rows).data + f"<p>{safe(_target_sentence(result))}</p>")


def _target_sentence(result: Result) -> str:
    """Which of the question's options is earlier, and by how much on the mean."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        [option] = result.options
        reached = float((result.scalars[option]["target_months"] < float("inf")).mean())
        return f"{_title(result, option)} reaches the target in {percent(reached)} of futures."
    mean = estimates.mean(comparison.months_difference(result, *asked))
    a, b = (_title(result, option) for option in asked)
    horizon = f"a target never reached counted at the horizon of {_horizon(result)} months"
    if not mean.value:
        return f"{a} and {b} reach the target at the same time on the mean, {horizon}."
    early, late = (b, a) if mean.value > 0 else (a, b)
    months = figure(abs(mean.value), mean.se)
    return f"{early} is earlier than {late} by {months} months on the mean, {horizon}."


def fabrics(result: Result) -> Html:
    """How many GPUs of each option one run can span, whether the run moves, and what fabrics
    without limits would gain; one sentence."""
    frame = fabric_tables.fabric_limits(result)
    if frame.empty:
        return NO_RUN
    rows = [
        [
            row["option"],
            str(row["fabrics"]),
            _spread(row, "planned"),
            _spread(row, "spans"),
            percent(row["moves"]),
            *_gains(row),
        ]
        for _, row in frame.iterrows()
    ]
    heads = ["", "Fabrics", "GPUs planned for the run", "GPUs that one run spans", "The run moves"]
    heads += ["Months gained without limits (mean)", "Useful compute gained"]
    return Html(table(heads, rows).data + f"<p>{safe(_fabric_sentence(frame))}</p>")


def _gains(row: Any) -> list[str]:
    """Months and useful compute gained without limits, in words."""
    if not row["limited"]:
        return ["no limit", "no limit"]
    more = f"{100 * row['more_compute']:.0f} %"
    more = "no useful compute as it is" if np.isnan(row["more_compute"]) else more
    return [f"{figure(row['months_gained'], digits=2)} months", more]


def _fabric_sentence(frame: pd.DataFrame) -> str:
    """Whom the limit of a fabric delays most."""
    limited = frame[frame["limited"]]
    if limited.empty:
        return "No option has a fabric with a limit."
    worst = limited["months_gained"].max()
    if worst <= 0:
        return "Fabrics without limits would bring no option to the target earlier."
    names = limited.loc[limited["months_gained"] == worst, "option"]
    return (
        f"The limit of its fabric delays {' and '.join(names)} most: by "
        f"{figure(worst, digits=2)} months to the target on the mean, over "
        f"the same futures."
    )


def _asked(result: Result) -> list[str]:
    return [_title(result, o) for o in comparison.pair(result.scenario) or result.options]


def _title(result: Result, option: str) -> str:
    return result.scenario.options[option].title


def _horizon(result: Result) -> int:
    return round(result.scenario.choices.horizon_months.value)


def _day(result: Result, months: Estimate) -> str:
    if months.value is None:
        return BEYOND
    day: date = headline.day_of(result.scenario, months.value)
    return f"{day:%b %Y}"


def _spread(row: Any, name: str) -> str:
    """P50 (P10 to P90) of the columns of a row; the one number where they are equal."""
    low, mid, high = (row[f"{name}_{q}"] for q in ("p10", "p50", "p90"))
    words = [_whole(x) for x in (mid, low, high)]
    return words[0] if len(set(words)) == 1 else f"{words[0]} ({words[1]} to {words[2]})"


def _whole(value: float | None) -> str:
    if value is None or pd.isna(value):
        return "-"
    return f"{value:,.0f}" if value >= 100 else figure(value)
