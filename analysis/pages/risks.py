"""The register of risks: what may go wrong, through which inputs, and what is done about it."""

import pandas as pd

from analysis import comparison, tables
from analysis.claims.words import listed
from analysis.inputs import Scenario
from analysis.pages.markup import Html, safe, table
from analysis.wording import figure, usd

NAMED = 8
"""Inputs without a risk that are named; of the others the number is given."""

ALONE_MOVES = "Alone, P10 to P90, moves the difference by"


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
    heads = ["Risk", "Acts through", "P10 / P50 / P90", ALONE_MOVES, "What is done"]
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
    """Which inputs move the difference most in cost, and which in time."""
    cost, months = float(frame["cost_usd"].max()), float(frame["months"].max())
    if cost == months == 0:
        return "No input of the register moves the difference of the two options."
    in_cost, in_time = _most_in(frame, "cost_usd"), _most_in(frame, "months")
    start = "Of the register, the difference of the two options is moved most"
    end = "Months are counted to the horizon at most."
    amount, time = usd(cost), f"{figure(months, digits=2)} months"
    if in_cost == in_time and cost and months:
        return f"{start}, in cost and in time, by {in_cost}: {amount} and {time}. {end}"
    by_cost = f"in cost by {in_cost} ({amount})" if cost else "in cost by none"
    by_time = f"in time by {in_time} ({time})" if months else "in time by none"
    return f"{start} {by_cost}, {by_time}. {end}"


def _most_in(frame: pd.DataFrame, column: str) -> str:
    """The inputs that move most by one measure."""
    most = frame[frame[column] >= frame[column].max() * (1 - comparison.TIE)]
    return listed(list(dict.fromkeys(most["label"])))


def _left(labels: list[str]) -> str:
    if not labels:
        return "Every input that moves the difference of the two options stands in a risk."
    named, more = labels[:NAMED], len(labels) - NAMED
    rest = f"; and {more} that move it less" if more > 0 else ""
    return (
        f"Inputs that move the difference and stand in no risk: {len(labels)}; "
        f"{'the most moving are ' if more > 0 else ''}{'; '.join(named)}{rest}."
    )
