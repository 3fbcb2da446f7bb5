"""The pages of a batch: the index with its table and pictures, and what is said of a failed run."""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.shared import drawing
from analysis.decision.wording import LARGE, figure, percent
from analysis.evidence.ledger import DATA
from analysis.report import html
from analysis.report.batch import charts
from analysis.report.batch.order import Order, Outcome
from analysis.report.batch.plan import Run
from analysis.scenario.varied import in_words

ANSI = re.compile(r"\x1b\[[0-9;]*m")
"""The colours in what Python says of an error in a notebook."""

Row = dict[Any, Any]
Cell = tuple[str, float | str]
"""What a cell shows, and what it is sorted by."""

NOTHING: Cell = ("–", "")
"""What stands where a scenario has no such number; it is sorted to the end."""


def index(frame: pd.DataFrame, colours: alt.Scale, order: Order) -> str:
    """The index page of the runs in a frame with the columns of `index.Row`."""
    size, unit = _money(frame)
    columns = _columns(size, unit)
    chart = charts.small_multiples(frame, colours, size, unit)
    states = [f"{count} {state}" for state, count in frame["state"].value_counts().items()]
    return html.framed(
        "batch.html.j2",
        html.part("batch.js"),
        html.part("batch.css"),
        charts=chart is not None,
        title=f"{len(frame):,} scenarios compared",
        states=", ".join(states),
        order=order,
        heads=list(columns),
        rows=[
            {**row, "cells": {head: cell(row) for head, cell in columns.items()}}
            for row in frame.to_dict("records")
        ],
        drawing=None if chart is None else drawing.shown(chart.to_dict()),
    )


def failure(run: Run, how: Outcome) -> str:
    """The page of a run that failed: why, the cell, and all that Python said."""
    return html.framed(
        "failed.html.j2",
        title=f"{run.slug}: failed",
        run=run,
        changes=in_words(run.changes),
        how=how,
        trace=_without_places(ANSI.sub("", how.trace)),
    )


def _without_places(words: str) -> str:
    """What Python said, without the folders of this machine."""
    for place in (DATA.parent, sys.prefix, sys.base_prefix, Path.home()):
        words = words.replace(str(place), "...")
    return words


def _money(frame: pd.DataFrame) -> tuple[float, str]:
    """The unit of money in which the least cost of all is at least one."""
    costs = pd.concat([frame["a_usd"], frame["b_usd"]]).abs()
    least = costs[costs > 0].min()
    fitting = [(size, word) for size, word in LARGE[1:] if size <= least]
    size, word = fitting[0] if fitting else LARGE[-1]
    return size, f"{word} USD"


def _text(column: str) -> Callable[[Row], Cell]:
    return lambda row: (row[column], row[column].casefold())


def _verdict(row: Row) -> Cell:
    """The verdict; of a run that failed, why."""
    words = row["verdict"] or row["reason"]
    return words, words.casefold()


def _share(column: str) -> Callable[[Row], Cell]:
    """A share in percent; where there is none, a dash that is sorted to the end."""
    return lambda row: NOTHING if pd.isna(row[column]) else (percent(row[column]), row[column])


def _spread(name: str, say: Callable[[float], str], unit: str = "") -> Callable[[Row], Cell]:
    """A mean and the range in which 8 of 10 futures lie."""

    def cell(row: Row) -> Cell:
        mean, low, high = (row[f"{name}{q}{unit}"] for q in ("", "_p10", "_p90"))
        return NOTHING if pd.isna(mean) else (f"{say(mean)} ({say(low)} to {say(high)})", mean)

    return cell


def _columns(size: float, unit: str) -> dict[str, Callable[[Row], Cell]]:
    """The columns of the table by their heads, money in a unit of so many USD."""

    def money(usd: float) -> str:
        return figure(usd / size)

    def months(number: float) -> str:
        return f"{round(number, 1) + 0.0:.1f}"

    return {
        "Scenario": _text("scenario"),
        "State": _text("state"),
        "Verdict": _verdict,
        "First option": _text("a"),
        "Second option": _text("b"),
        f"Compared cost of the first, {unit}": _spread("a", money, "_usd"),
        f"Compared cost of the second, {unit}": _spread("b", money, "_usd"),
        f"First less second, {unit}": _spread("difference", money, "_usd"),
        "First costs less, of futures": _share("a_cheaper"),
        "First is earlier, months": _spread("months_earlier", months),
        "First meets need, of futures": _share("a_meets"),
        "Second meets need, of futures": _share("b_meets"),
        "First place of all options": _text("first"),
    }
