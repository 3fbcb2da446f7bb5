"""The question and the answer in three sentences."""

from typing import Any

from analysis import answer
from analysis.pages.cost import cash_sentence
from analysis.pages.markup import Html, safe


def answers(headline: dict[str, Any]) -> Html:
    """The question, the day it was asked and the answer in three sentences; below, whether the
    funds last and the scenario's note.
    """
    scenario, run = headline["scenario"], headline["run"]
    asked = scenario["question"] or scenario["title"]
    head = (
        f"<p><strong>{safe(asked)}</strong> Decided on {scenario['start']}, on what was public by "
        f"{scenario['as_of']}; {run['draws']:,} futures.</p>"
    )
    body = "".join(f"<li>{safe(one)}</li>" for one in answer.sentences(headline))
    funds = [cash_sentence(headline)] if "funding_usd" in headline["choices"] else []
    below = "".join(f"<p>{safe(one)}</p>" for one in (*funds, scenario["note"]) if one)
    return Html(f"{head}<ol>{body}</ol>{below}")
