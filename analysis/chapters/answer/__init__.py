"""The question and the answer in three sentences."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.answer import charts, tables
from analysis.chapters.assumptions import CHOICE_WORDS
from analysis.chapters.cost import cash_sentence
from analysis.chapters.shared.exhibit import Columns, Exhibit, Row, line, paragraph, picture, table
from analysis.chapters.shared.markup import safe
from analysis.chapters.shared.rows import title
from analysis.chapters.shared.style import look
from analysis.chapters.shared.words import only_one, percent_of
from analysis.decision import answer, one_way, verdict
from analysis.decision.wording import percent, stated, usd
from analysis.model import comparison, estimates
from analysis.model.estimates import Estimate
from analysis.model.simulation import Result


def answers(headline: dict[str, Any]) -> Exhibit:
    """The question, the day it was asked and the answer in three sentences; below, which other
    options are cheaper, whether the funds last, and the scenario's note.
    """
    scenario, run = headline["scenario"], headline["run"]
    asked = scenario["question"] or scenario["title"]
    head = (
        f"<p><strong>{safe(asked)}</strong> Decided on {scenario['start']}, on what was public by "
        f"{scenario['as_of']}; {run['draws']:,} futures.</p>"
    )
    body = "".join(f"<li>{safe(sentence)}</li>" for sentence in answer.sentences(headline))
    funds = [cash_sentence(headline)] if "funding_usd" in headline["choices"] else []
    below = (answer.others(headline), *funds, scenario["note"])
    return Exhibit(f"{head}<ol>{body}</ol>{''.join(paragraph(words) for words in below if words)}")


def where_both_reach(result: Result) -> Exhibit:
    """Which option of the pair is cheaper in the futures in which both reach the target: one that
    never comes costs nothing, which the mean of all futures counts too. Empty where both always
    reach it, or where one never does.
    """
    asked = comparison.pair(result.scenario)
    if asked is None:
        return Exhibit("")
    dates = [result.scalars[option]["target_months"] for option in asked]
    both = np.isfinite(dates).all(axis=0)
    if both.all() or not both.any():
        return Exhibit("")
    gap = estimates.mean(comparison.cost_difference_usd(result, *asked)[both])
    cheaper = "the mean difference in cost cannot be told from zero"
    if verdict.lower(gap, asked) is not None:
        cheaper = f"{_cheaper(gap, *(title(result, option) for option in asked))} on the mean"
    share = percent(float(both.mean()))
    return line(
        f"Where both reach the target, in {share} of futures, {cheaper}; what never comes costs "
        "nothing, and the mean of all futures counts that too."
    )


def changes(result: Result) -> Exhibit:
    """The answer at mid values beside that on the mean, and under each other value of a choice."""
    asked = comparison.pair(result.scenario)
    if asked is None:
        return line(only_one("there is no choice to turn"))
    a, b = (title(result, option) for option in asked)
    columns: Columns = {
        "Choice": lambda row: CHOICE_WORDS[row["choice"]],
        "Value": lambda row: stated(row["value"]) + (" (as set)" if row["as_set"] else ""),
        f"{a} meets the need": percent_of("a_meets"),
        f"{b} meets the need": percent_of("b_meets"),
        f"{b} is earlier": percent_of("b_earlier"),
        f"Mean cost, {a} less {b}": lambda row: usd(row["cost_usd"]),
        "Break-even value of a month": lambda row: _break_even(row, a, b),
    }
    frame = one_way.swept(result.scenario, result.seed)
    few = f"Below, {one_way.SWEEP_DRAWS:,} futures for each other value of a choice."
    shown = "" if frame.empty else f"{paragraph(few)}{table(frame, columns).html}"
    return Exhibit(f"{paragraph(_at_mid(result, asked))}{shown}", frame)


def _at_mid(result: Result, asked: tuple[str, str]) -> str:
    """Which is cheaper with all inputs at mid, from where they are moved, and on the mean."""
    moved = one_way.one_at_a_time(result.scenario)
    at_mid = 0.0 if moved.empty else float(moved["cost_usd_mid"].iloc[0])
    mean = estimates.mean(comparison.cost_difference_usd(result, *asked))
    a, b = (title(result, option) for option in asked)
    return (
        f"With every input at its mid value {_cheaper(Estimate(at_mid, None), a, b)}; on the mean "
        f"of all futures {_cheaper(mean, a, b)}."
    )


def _cheaper(difference: Estimate, a: str, b: str) -> str:
    """Which of two options is cheaper, and by how much."""
    amount = difference.value or 0.0
    if amount == 0:
        return "both cost the same"
    return f"{a if amount < 0 else b} is cheaper by {usd(abs(amount), difference.se)}"


def _break_even(row: Row, a: str, b: str) -> str:
    """The value of a month at which the choice turns, or which option is better at every value."""
    if better := {row["a"]: a, row["b"]: b}.get(row["better"]):
        return f"none: {better} is better at every value"
    worth = row["break_even_month_usd"]
    return "-" if pd.isna(worth) else usd(worth)


def live(result: Result) -> Exhibit:
    """The choice under sliders, on the first futures of a run; or one line where the two options of
    the question have nothing that the sliders could move.
    """
    number = min(result.draws, tables.LIVE_DRAWS)
    words = (
        "Neither of the two options rents GPUs for a run that the other could come later than, "
        "so there is no price and no delay to move."
    )
    if comparison.pair(result.scenario) is None:
        words = only_one("there is no choice to move")
    grid = tables.live_grid(result.scenario, number, result.seed)
    return picture(grid, charts.live, look(result.scenario), number, nothing=words)
