"""The question and the answer in three sentences."""

from typing import Any

import numpy as np

from analysis import answer, comparison, estimates
from analysis.comparison import Result
from analysis.pages.cost import cash_sentence
from analysis.pages.markup import Html, safe
from analysis.wording import percent, usd


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
    cheap = result.scenario.options[asked[0] if (gap.value or 0.0) < 0 else asked[1]].title
    found = "the mean difference in cost cannot be told from zero"
    if estimates.told(gap):
        found = f"{cheap} is cheaper by {usd(abs(gap.value or 0.0), gap.se)} on the mean"
    share = percent(float(both.mean()))
    said = f"Where both reach the target, in {share} of futures, {found}; what never comes costs"
    return Html(f"<p>{safe(said)} nothing, and the mean of all futures counts that too.</p>")
