"""The register of risks: what may go wrong, through which inputs, and what is done about it."""

import pandas as pd

from analysis import comparison, tables
from analysis.inputs import Scenario
from analysis.pages.markup import Html, safe, table
from analysis.wording import figure, usd

NAMED = 8
"""Inputs without a risk that are named; of the others the number is given."""


def risks(scenario: Scenario) -> Html:
    """Every risk with the inputs through which it acts, how far each of these alone moves the
    difference of the pair, and what is done about it; below, the inputs that no risk names."""
    if not scenario.risks:
        return Html("<p>The scenario states no register of risks.</p>")
    frame, alone = tables.risks(scenario), comparison.pair(scenario) is None
    rows = []
    for _, group in frame.groupby("risk", sort=False):
        for i, (_, row) in enumerate(group.iterrows()):
            risk, answer = (row["title"], row["answer"]) if i == 0 else ("", "")
            moved = "-" if alone else _moved(row)
            rows.append([risk, row["label"], _range(row), moved, answer])
    heads = ["Risk", "Acts through", "P10 / P50 / P90", "Alone moves the pair by", "What is done"]
    words = "".join(f"<p>{safe(one)}</p>" for one in _sentences(scenario, frame))
    return Html(table(heads, rows).data + words)


def _range(row: pd.Series) -> str:
    unit = "" if row["unit"] in ("event", "share") else f" {row['unit']}"
    return f"{row['range']}{unit}"


def _moved(row: pd.Series) -> str:
    """How far one input moves the pair, in cost and in months."""
    found = []
    if row["cost_usd"]:
        found.append(usd(row["cost_usd"]))
    if row["months"]:
        found.append(f"{figure(row['months'], digits=2)} months")
    return ", ".join(found) or "nothing"


def _sentences(scenario: Scenario, frame: pd.DataFrame) -> list[str]:
    if comparison.pair(scenario) is None:
        return ["There is only one option, so no risk moves a difference."]
    return [_most(frame), _left(tables.without_a_risk(scenario))]


def _most(frame: pd.DataFrame) -> str:
    first = frame.iloc[int(frame["weight"].argmax())]
    if first["weight"] == 0:
        return "No input of the register moves the difference of the two options."
    return (
        f"Of the register, {first['label']} moves the difference of the two options most: by "
        f"{_moved(first).replace(', ', ' and ')}. Months are counted to the horizon at most."
    )


def _left(labels: list[str]) -> str:
    if not labels:
        return "Every input that moves the difference of the two options stands in a risk."
    named, more = labels[:NAMED], len(labels) - NAMED
    rest = f"; and {more} that move it less" if more > 0 else ""
    return (
        f"Inputs that move the difference and stand in no risk: {len(labels)}; "
        f"{'the most moving are ' if more > 0 else ''}{'; '.join(named)}{rest}."
    )
