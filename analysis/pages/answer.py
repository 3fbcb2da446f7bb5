"""The question and the answer in three sentences."""

from typing import Any

from analysis import answer
from analysis.pages.markup import Html, safe


def answers(headline: dict[str, Any]) -> Html:
    """The question, the day it was asked and the answer in three sentences, with the scenario's
    note.
    """
    scenario, run = headline["scenario"], headline["run"]
    asked = scenario["question"] or scenario["title"]
    head = (
        f"<p><strong>{safe(asked)}</strong> Decided on {scenario['start']}, on what was public by "
        f"{scenario['as_of']}; {run['draws']:,} futures.</p>"
    )
    body = "".join(f"<li>{safe(one)}</li>" for one in answer.sentences(headline))
    note = f"<p>{safe(scenario['note'])}</p>" if scenario["note"] else ""
    return Html(f"{head}<ol>{body}</ol>{note}")
