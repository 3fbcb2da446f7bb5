"""The pages of a batch: the index with its table and pictures, and what is said of a failed run."""

import re
from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.shared import drawing
from analysis.decision.wording import percent, usd
from analysis.report import html
from analysis.report.batch import charts
from analysis.report.batch.order import Order, Outcome
from analysis.report.batch.plan import Run

ANSI = re.compile(r"\x1b\[[0-9;]*m")
"""The colours in what Python says of an error in a notebook."""

Cell = tuple[str, float | str]
"""What a cell shows, and what it is sorted by."""


def index(frame: pd.DataFrame, colours: alt.Scale, order: Order) -> str:
    """The index page of the runs in a frame with the columns of `index.Row`."""
    chart = charts.small_multiples(frame, colours)
    counts = frame["state"].value_counts()
    states = ", ".join(f"{counts[state]} {state}" for state in counts.index)
    return html.framed(
        "batch.html.j2",
        html.part("batch.js"),
        charts=chart is not None,
        title=f"{len(frame)} scenarios compared",
        states=states,
        order=order,
        heads=list(COLUMNS),
        rows=[_cells(row) for row in frame.to_dict("records")],
        drawing=None if chart is None else drawing.shown(chart.to_dict()),
    )


def failure(run: Run, how: Outcome) -> str:
    """The page of a run that failed: why, the cell, and all that Python said."""
    changes = [f"{key} = {value}" for key, value in run.changes]
    return html.framed(
        "failed.html.j2",
        title=f"{run.slug}: failed",
        run=run,
        changes=changes,
        how=how,
        trace=ANSI.sub("", how.trace),
    )


def _cells(row: dict[Any, Any]) -> dict[str, Any]:
    """A row as the template shows it."""
    return {**row, "cells": {head: cell(row) for head, cell in COLUMNS.items()}}


def _text(column: str) -> Callable[[dict[str, Any]], Cell]:
    return lambda row: (row[column], row[column].casefold())


def _number(column: str, say: Callable[[float], str]) -> Callable[[dict[str, Any]], Cell]:
    """A number in words; where there is none, a dash that is sorted to the end."""
    return lambda row: ("–", "") if pd.isna(row[column]) else (say(row[column]), row[column])


def _spread(name: str, say: Callable[[float], str], unit: str = "") -> Callable[..., Cell]:
    """A mean and the range in which 8 of 10 futures lie."""

    def cell(row: dict[str, Any]) -> Cell:
        mean, low, high = (row[f"{name}{q}{unit}"] for q in ("", "_p10", "_p90"))
        if pd.isna(mean):
            return "–", ""
        return f"{say(mean)} ({say(low)} to {say(high)})", mean

    return cell


def _months(months: float) -> str:
    return f"{round(months, 1) + 0.0:.1f}"


COLUMNS: dict[str, Callable[[dict[str, Any]], Cell]] = {
    "Scenario": _text("scenario"),
    "State": _text("state"),
    "Verdict": _text("verdict"),
    "First option": _text("a"),
    "Second option": _text("b"),
    "Compared cost, first": _spread("a", usd, "_usd"),
    "Compared cost, second": _spread("b", usd, "_usd"),
    "Difference, first less second": _spread("difference", usd, "_usd"),
    "First costs less": _number("a_cheaper", percent),
    "Months earlier, first": _spread("months_earlier", _months),
    "First meets need": _number("a_meets", percent),
    "Second meets need": _number("b_meets", percent),
    "First place of all": _text("first"),
}
"""The columns of the table on the page, by their heads."""
