"""What the first GPUs wait for, when the run moves, what is served, when rentals end."""

from functools import partial
from typing import Any

import pandas as pd

from analysis.chapters.schedule import charts, tables
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
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import (
    BEYOND,
    WITHOUT_SERVICE,
    listed,
    month_of,
    percent_of,
    spread_of_dates,
)
from analysis.decision.reading import dated, serves
from analysis.decision.wording import figure, percent
from analysis.model.simulation import Result

two_digits = partial(figure, digits=2)


def finding(headline: dict[str, Any]) -> Exhibit:
    """When the two of the question reach the target, and how much of the service they serve."""
    run = findings.target(headline) if dated(headline) else ""
    return answered(run, findings.served(headline) if serves(headline) else "")


def phases(result: Result) -> Exhibit:
    """The picture of the way of each option to the target."""
    return picture(tables.phases(result), charts.phases, look(result.scenario))


def milestones(result: Result) -> Exhibit:
    """Each milestone of each tranche with its dates and how often it comes last, and one sentence
    on what the first GPUs wait for."""
    columns: Columns = {
        "Tranche": "once",
        "Milestone": "milestone",
        "P10": month_of("p10_day"),
        "P50": month_of("p50_day"),
        "P90": month_of("p90_day"),
        "Within the horizon": percent_of("within"),
        "Comes last": lambda row: "" if pd.isna(row["last_share"]) else percent(row["last_share"]),
        "Only if": "event",
    }
    frame = tables.milestones(result)
    once = frame["tranche"].where(~frame["key"].duplicated(), "")
    return table(frame.assign(once=once), columns, _milestones_sentence)


def ramps(result: Result) -> Exhibit:
    """The picture of GPUs installed and energised."""
    return picture(tables.ramps(result), charts.ramps, look(result.scenario))


@of_a_run
def moves(result: Result) -> Exhibit:
    """Per option: when the run starts, when it moves to a larger fabric, how often power makes the
    target late and by how much; with one sentence."""
    columns: Columns = {
        "Option": "option",
        "The run starts": partial(spread_of_dates, prefix="start_"),
        "It moves to a larger fabric": partial(spread_of_dates, prefix="move_"),
        "Power makes the target late": _late,
        "then by months, P50 (P90)": _wait,
    }
    return table(tables.moves(result), columns, _moves_sentence)


def served(result: Result) -> Exhibit:
    """The picture of what is wanted of the service and what each option serves, over time."""
    frame = tables.served(result)
    return picture(frame, charts.served, look(result.scenario), nothing=WITHOUT_SERVICE)


def _milestones_sentence(frame: pd.DataFrame) -> str:
    """What the first GPUs wait for most often, of each tranche with more than one milestone."""
    words = []
    for _, mine in frame.dropna(subset=["last_share"]).groupby("key", sort=False):
        most = max(rows_of(mine), key=lambda row: float(row["last_share"]))
        if len(mine) > 1:
            words.append(f"{most['tranche']}: {most['milestone']} ({percent(most['last_share'])})")
    if not words:
        return "Each tranche has one milestone, so its first GPUs wait for nothing else."
    return f"What the first GPUs wait for most often: {'; '.join(words)}."


def _moves_sentence(frame: pd.DataFrame) -> str:
    """In how many futures the options that own GPUs reach the target later for want of power."""
    owning = frame[frame["owns"]]
    if owning.empty:
        return "No option owns GPUs, so no run waits for the power of a site."
    late = owning[owning["late_share"] > 0]
    if late.empty:
        return "In no future would more power bring the target forward."
    words = [f"{row['option']} in {percent(row['late_share'])}" for row in rows_of(late)]
    return (
        "With power for every owned GPU from the day on which it is installed the target would "
        f"come earlier: {listed(words)} of futures."
    )


def _late(row: Row) -> str:
    """In how many futures power makes the target late; only of an option that owns GPUs."""
    return percent(row["late_share"]) if row["owns"] else "-"


def _wait(row: Row) -> str:
    """Months by which power makes the target late, where it does."""
    if row["late_share"] == 0:
        return "-"
    waits = [row["wait_p50"], row["wait_p90"]]
    words = [BEYOND if pd.isna(months) else two_digits(months) for months in waits]
    return f"{words[0]} ({words[1]})"
