"""A reader's own case: what is asked, what is the reader's own, what to ask others first."""

from typing import Any

import pandas as pd

from analysis.chapters.assumptions import tables as assumptions_tables
from analysis.chapters.assumptions.tables import BASES
from analysis.chapters.own_case import tables
from analysis.chapters.shared.exhibit import Columns, Exhibit, answered, line, table
from analysis.chapters.shared.need import asked
from analysis.chapters.shared.words import only_one
from analysis.decision.verdict import verdict
from analysis.decision.wording import figure, usd
from analysis.scenario.schema import Scenario

CALLS = 10
"""Inputs that are named as worth a call."""

CALLS_ORDER = (
    "In the order of the larger of two shares: of the largest move in cost, and of the largest in "
    "months, that any input makes when it goes alone from its low to its high end."
)


def finding(headline: dict[str, Any], scenario: Scenario) -> Exhibit:
    """The question of the case and its verdict, and what to ask about first."""
    moving = assumptions_tables.moving(scenario)
    call = "" if moving.empty else f"Moves it most, alone: {moving['label'].iloc[0]}."
    asked = scenario.question or f"{scenario.title}:"
    return answered(asked, verdict(headline).decides, call)


def need(scenario: Scenario) -> Exhibit:
    """The options with the GPUs that each rents or owns at mid, and what each must deliver."""
    columns: Columns = {
        "Option": "option",
        "What it is": "description",
        "Rented GPUs": "rented",
        "Owned GPUs": "owned",
    }
    words = f"What each option must deliver: {' '.join(asked(scenario))}"
    return table(tables.need(scenario), columns, lambda _: words)


def own_inputs(scenario: Scenario) -> Exhibit:
    """The inputs that the scenario states itself, beside the default that each replaces, and what
    each rests on; below, how many there are of each kind.
    """
    columns: Columns = {
        "Input": "label",
        "Stated here": "range",
        "Unit": "unit",
        "Sourced default": "default",
        "Rests on": "basis",
        "From whom, or why": "reason",
    }
    frame = tables.origins(scenario)
    own = frame[frame["origin"] != tables.TAKEN_OVER].replace("", "-")
    words = _own_sentence(frame)
    return table(own, columns, lambda _: words, nothing=words)


def _own_sentence(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "Nothing is assumed here: every input is a fixed number of the scenario."
    kinds = (tables.OWN, tables.CHANGED, tables.TAKEN_OVER)
    own, changed, taken = (int((frame["origin"] == kind).sum()) for kind in kinds)
    quotes = int(((frame["origin"] != tables.TAKEN_OVER) & (frame["basis"] == BASES[2])).sum())
    return (
        f"Of {len(frame)} inputs that are used, this scenario states {own} for which there is no "
        f"default and {changed} in place of one, {quotes or 'none'} of these as a quote; {taken} "
        "are taken over."
    )


def phone_calls(scenario: Scenario) -> Exhibit:
    """The inputs that move the difference of the two options most, with what each rests on; below,
    which of them is worth the first call.
    """
    if len(scenario.options) == 1:
        return line(only_one("no input moves a difference"))
    columns: Columns = {
        "Input": "label",
        "Range": "range",
        "Unit": "unit",
        "Rests on": "basis",
        "Moves cost by": lambda row: usd(row["cost_usd_swing"]),
        "Months by": lambda row: figure(row["months_swing"]),
        "Turns it alone": lambda row: "yes" if row["turns"] else "no",
    }
    nothing = "No input that varies moves the difference of the two options."
    frame = assumptions_tables.moving(scenario).head(CALLS)
    return table(frame, columns, _calls_sentence, nothing=nothing)


def _calls_sentence(frame: pd.DataFrame) -> str:
    not_quoted = frame[frame["basis"] != BASES[2]]
    quotes = len(frame) - len(not_quoted)
    if not_quoted.empty:
        return f"{CALLS_ORDER} Every one of these is a quote already."
    first = not_quoted.iloc[0]
    return (
        f"{CALLS_ORDER} Of these {len(frame)}, {quotes or 'none'} "
        f"{'is' if quotes == 1 else 'are'} a quote; the first that is not: {first['label']} "
        f"({first['basis']})."
    )


def taken_over(scenario: Scenario) -> Exhibit:
    """The inputs that are left at their sourced default, and how many of them rest on what."""
    columns: Columns = {"Input": "label", "Range": "range", "Unit": "unit", "Rests on": "basis"}
    frame = tables.origins(scenario)
    left = frame[frame["origin"] == tables.TAKEN_OVER]
    alone = int((left["basis"] == BASES[3]).sum())
    words = (
        f"{len(left)} of {len(frame)} inputs are left at their default; {alone or 'none'} of these "
        f"{'rests' if alone == 1 else 'rest'} on judgement alone."
    )
    nothing = "No input is left at its sourced default."
    return table(left, columns, lambda _: words, nothing=nothing)
