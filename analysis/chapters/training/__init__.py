"""The run: what stops cost, its GPUs, the day it reaches the target, one fabric or several."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.shared import findings
from analysis.chapters.shared.exhibit import (
    Columns,
    Exhibit,
    Row,
    answered,
    of_a_run,
    picture,
    table,
)
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import WITHOUT_RUN, listed, percent_of, spread_of
from analysis.chapters.training import charts, fabric_charts, fabric_tables, tables, titles
from analysis.decision.reading import dated
from analysis.decision.verdict import time_words
from analysis.decision.wording import figure
from analysis.model.simulation import Result

NO_GPUS = "No option has GPUs for the run, so there is nothing to train on."


def finding(result: Result, headline: dict[str, Any]) -> Exhibit:
    """Which of the two of the question is at the target first, and what stops take from a run."""
    if not dated(headline):
        return answered(WITHOUT_RUN)
    sizes = fabric_tables.fabric_sizes(result)
    stops = "" if sizes.empty else f"{titles.goodput(sizes)}."
    return answered(findings.differ(headline, time_words) or findings.target(headline), stops)


@of_a_run
def gpus_training(result: Result) -> Exhibit:
    """The picture of the GPUs that the run uses over time."""
    seen = (tables.by_peak(result.scenario), look(result.scenario))
    return picture(tables.gpus_training(result), charts.gpus_training, *seen)


@of_a_run
def goodput(result: Result) -> Exhibit:
    """The picture of goodput by number of GPUs."""
    frame, sizes = fabric_tables.goodput_by_gpus(result), fabric_tables.fabric_sizes(result)
    seen = look(result.scenario)
    return picture(frame, fabric_charts.goodput, sizes, seen, nothing=NO_GPUS)


@of_a_run
def target_dates(result: Result) -> Exhibit:
    """The picture of when the target is reached, and how often it is not."""
    return picture(tables.target_dates(result), charts.target_dates, look(result.scenario))


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
        "Months gained without limits (mean)": lambda row: (
            f"{figure(row['months_gained'], digits=2)} months" if row["limited"] else "no limit"
        ),
        "Useful compute gained": _compute_gained,
    }
    return table(fabric_tables.fabric_limits(result), columns, _fabric_sentence, nothing=NO_GPUS)


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
