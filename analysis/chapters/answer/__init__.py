"""The question and the answer in three sentences."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.chapters.answer import charts, tables
from analysis.chapters.answer import titles as titles
from analysis.chapters.assumptions import CHOICE_WORDS
from analysis.chapters.cost import cash_sentence
from analysis.chapters.shared import style
from analysis.chapters.shared.markup import Html, safe, table
from analysis.chapters.shared.words import only_one
from analysis.decision import answer, one_way, verdict
from analysis.decision.wording import percent, stated, usd
from analysis.model import comparison, estimates
from analysis.model.simulation import Result


def answers(headline: dict[str, Any]) -> Html:
    """The question, the day it was asked and the answer in three sentences; below, which other
    options are cheaper, whether the funds last, and the scenario's note.
    """
    scenario, run = headline["scenario"], headline["run"]
    asked = scenario["question"] or scenario["title"]
    head = (
        f"<p><strong>{safe(asked)}</strong> Decided on {scenario['start']}, on what was public by "
        f"{scenario['as_of']}; {run['draws']:,} futures.</p>"
    )
    body = "".join(f"<li>{safe(one)}</li>" for one in answer.sentences(headline))
    funds = [cash_sentence(headline)] if "funding_usd" in headline["choices"] else []
    said = (answer.others(headline), *funds, scenario["note"])
    below = "".join(f"<p>{safe(one)}</p>" for one in said if one)
    return Html(f"{head}<ol>{body}</ol>{below}")


def where_both_reach(result: Result) -> Html:
    """Which option of the pair is cheaper in the futures in which both reach the target: one that
    never comes costs nothing, which the mean of all futures counts too. Empty where both always
    reach it, or where one never does.
    """
    asked = comparison.pair(result.scenario)
    if asked is None:
        return Html("")
    dates = [result.scalars[option]["target_months"] for option in asked]
    both = np.isfinite(dates).all(axis=0)
    if both.all() or not both.any():
        return Html("")
    gap = estimates.mean(comparison.cost_difference_usd(result, *asked)[both])
    cheap = verdict.lower(gap, asked)
    found = "the mean difference in cost cannot be told from zero"
    if cheap is not None:
        amount = usd(abs(gap.value or 0.0), gap.se)
        found = f"{result.scenario.options[cheap].title} is cheaper by {amount} on the mean"
    share = percent(float(both.mean()))
    said = f"Where both reach the target, in {share} of futures, {found}; what never comes costs"
    return Html(f"<p>{safe(said)} nothing, and the mean of all futures counts that too.</p>")


def changes(result: Result, headline: dict[str, Any], seed: int) -> Html:
    """The answer at mid values beside that on the mean, and under each other value of a choice."""
    pair = headline["comparison"]["pairs"][0] if headline["comparison"]["pair"] else None
    if pair is None:
        return Html(f"<p>{only_one('there is no choice to turn')}</p>")
    a, b = (headline["options"][pair[one]]["title"] for one in ("a", "b"))
    moved = one_way.one_at_a_time(result.scenario)
    said = _mid_sentence(moved, pair, a, b)
    swept = one_way.swept(result.scenario, seed)
    rows = [_swept_cells(row, a, b) for _, row in swept.iterrows()]
    heads = [
        "Choice",
        "Value",
        f"{a} meets the need",
        f"{b} meets the need",
        f"{b} is earlier",
        f"Mean cost, {a} less {b}",
        "Break-even value of a month",
    ]
    few = f"Below, {one_way.SWEEP_DRAWS:,} futures for each other value of a choice."
    shown = f"<p>{few}</p>{table(heads, rows).data}" if rows else ""
    return Html(f"<p>{safe(said)}</p>{shown}")


def _mid_sentence(moved: pd.DataFrame, pair: dict[str, Any], a: str, b: str) -> str:
    """Which is cheaper with all inputs at mid, from where they are moved, and on the mean."""
    mean = pair["cost_difference_usd"]["mean"]
    at_mid = 0.0 if moved.empty else float(moved["cost_usd_mid"].iloc[0])
    return (
        f"With every input at its mid value {_cheaper(at_mid, None, a, b)}; on the mean of all "
        f"futures {_cheaper(mean['value'], mean['se'], a, b)}."
    )


def _cheaper(difference: float, se: float | None, a: str, b: str) -> str:
    if difference == 0:
        return "both cost the same"
    return f"{a if difference < 0 else b} is cheaper by {usd(abs(difference), se)}"


def _swept_cells(row: pd.Series, a: str, b: str) -> list[str]:
    worth = row["break_even_month_usd"]
    better = {row["a"]: a, row["b"]: b}.get(row["better"])
    month = (
        f"none: {better} is better at every value"
        if better
        else "-"
        if pd.isna(worth)
        else usd(worth)
    )
    value = stated(row["value"]) + (" (as set)" if row["as_set"] else "")
    return [
        CHOICE_WORDS[row["choice"]],
        value,
        *(percent(row[key]) for key in ("a_meets", "b_meets", "b_earlier")),
        usd(row["cost_usd"]),
        month,
    ]


def live(result: Result, look: style.Look) -> Any:
    """The choice under sliders, on the first futures of a run; or one line where the two options of
    the question have nothing that the sliders could move.
    """
    number = min(result.draws, tables.LIVE_DRAWS)
    grid = tables.live_grid(result.scenario, number, result.seed)
    if len(grid):
        return charts.live(grid, look, number)
    if look.pair is None:
        return Html(f"<p>{only_one('there is no choice to move')}</p>")
    return Html(
        "<p>Neither of the two options rents GPUs for a run that the other could come later than, "
        "so there is no price and no delay to move.</p>"
    )
