"""Small multiples of a batch: what the two options of each scenario cost, and how they differ."""

import os
from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.shared import style

MOST_ROWS = 60
"""Beyond so many scenarios a picture shows some, evenly spread over the list."""

PANEL = 195
STEP = 18


def small_multiples(frame: pd.DataFrame, colours: alt.Scale, size: float, unit: str) -> Any:
    """A row per scenario, a panel per measure, one colour per option; None without any pair. The
    frame has the columns of `index.Row`; money is drawn in a unit of `size` USD."""
    paired = frame[frame["b"] != ""]
    if paired.empty:
        return None
    each = -(-len(paired) // MOST_ROWS)
    shown = _labelled(paired.iloc[::each])
    rows = alt.Scale(domain=list(shown["scenario"]))
    frames = {
        f"Compared cost, {unit}": _costs(shown, size),
        f"First less second, {unit}": _ahead(shown, "difference", "_usd", size, -1),
        "First is earlier, months": _ahead(shown, "months_earlier"),
        "First costs less, % of futures": _shares(shown),
    }
    told = {measure: frame for measure, frame in frames.items() if len(frame)}
    panels = [
        _panel(frame, measure, colours, rows, not at)
        for at, (measure, frame) in enumerate(told.items())
    ]
    note = (
        "Dot: mean; line: 8 of 10 futures. What tells the first option from the second "
        "has the colour of the one for which it speaks."
    )
    if each > 1:
        note += f" One in {each} of {len(paired):,} scenarios is drawn; the table has all."
    return style.dressed(
        alt.hconcat(*panels, spacing=12).resolve_scale(color="independent"),
        _claim(paired),
        note,
        960,
    )


def _labelled(shown: pd.DataFrame) -> pd.DataFrame:
    """The rows by what tells them apart: without the words with which all their names begin."""
    names = list(shown["scenario"])
    shared = os.path.commonpath([name.replace("-", "/") for name in names]).replace("/", "-")
    return shown.assign(scenario=[name.removeprefix(f"{shared}-") for name in names])


def _claim(paired: pd.DataFrame) -> str:
    """Which option costs less on average, and in how many scenarios, where all are of one pair."""
    number, less = len(paired), int((paired["difference_usd"] < 0).sum())
    pairs = paired[["a", "b"]].drop_duplicates()
    if len(pairs) > 1:
        return f"What the two options of each of {number:,} scenarios cost, and how they differ"
    [[a, b]] = pairs.to_numpy()
    who, often = (a, less) if 2 * less >= number else (b, number - less)
    counted = "all" if often == number else f"{often:,} of"
    return f"{who} costs less on average in {counted} {number:,} scenarios"


def _costs(shown: pd.DataFrame, size: float) -> pd.DataFrame:
    """Two rows per scenario: what each option costs."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "scenario": shown["scenario"],
                    "option": shown[side],
                    "mean": shown[f"{side}_usd"] / size,
                    "low": shown[f"{side}_p10_usd"] / size,
                    "high": shown[f"{side}_p90_usd"] / size,
                }
            )
            for side in ("a", "b")
        ]
    )


def _ahead(
    shown: pd.DataFrame, name: str, unit: str = "", size: float = 1, better: int = 1
) -> pd.DataFrame:
    """A difference of each scenario, under the name of the option for which it speaks: the first
    where it has the sign that is `better` for it."""
    mean = shown[f"{name}{unit}"]
    return pd.DataFrame(
        {
            "scenario": shown["scenario"],
            "option": shown["a"].where(mean * better > 0, shown["b"]),
            "mean": mean / size,
            "low": shown[f"{name}_p10{unit}"] / size,
            "high": shown[f"{name}_p90{unit}"] / size,
        }
    ).dropna()


def _shares(shown: pd.DataFrame) -> pd.DataFrame:
    """In how many futures the first option costs less, in percent; without a range."""
    share = 100 * shown["a_cheaper"]
    option = shown["a"].where(share > 50, shown["b"])
    columns = {"mean": share, "low": share, "high": share}
    return pd.DataFrame({"scenario": shown["scenario"], "option": option, **columns})


def _panel(
    frame: pd.DataFrame, measure: str, colours: alt.Scale, rows: alt.Scale, labels: bool
) -> Any:
    """A line from P10 to P90 and a dot at the mean, a row per scenario."""
    axis = alt.Axis(labels=labels, ticks=labels, labelLimit=260)
    used = [name for name in colours["domain"] if name in set(frame["option"])]
    legend = alt.Legend(title=None, columns=2, values=used, labelLimit=460) if labels else None
    base = alt.Chart(frame).encode(
        y=alt.Y("scenario:N", title=None, sort=None, scale=rows, axis=axis),
        color=alt.Color("option:N", scale=colours, legend=legend),
    )
    rule = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
        x=alt.X("low:Q", title=measure), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=50, opacity=1).encode(
        x="mean:Q", tooltip=style.tips(frame, "scenario", "option", "low", "mean", "high")
    )
    return (rule + dot).properties(width=PANEL, height=alt.Step(STEP))
