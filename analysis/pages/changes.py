"""What other choices than those set would do to the answer."""

from typing import Any

import pandas as pd

from analysis import sensitivity
from analysis.comparison import Result
from analysis.pages.inputs import CHOICE_WORDS
from analysis.pages.markup import Html, safe, table
from analysis.wording import percent, stated, usd


def changes(result: Result, headline: dict[str, Any], seed: int) -> Html:
    """The answer at mid values beside that on the mean, and under each other value of a choice."""
    pair = headline["comparison"]["pairs"][0] if headline["comparison"]["pair"] else None
    if pair is None:
        return Html("<p>There is only one option, so there is no choice to turn.</p>")
    a, b = (headline["options"][pair[one]]["title"] for one in ("a", "b"))
    moved = sensitivity.one_at_a_time(result.scenario)
    said = _mid_sentence(moved, pair, a, b)
    swept = sensitivity.swept(result.scenario, seed)
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
    few = f"Below, {sensitivity.SWEEP_DRAWS:,} futures for each other value of a choice."
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
