"""What stops take of a run by its size."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.chapters.shared.style import INK, WIDTH, Look, dressed, legible, tips
from analysis.chapters.shared.words import few
from analysis.chapters.training import titles

PROGRESS = "Share of time that is progress"


def goodput(curve: pd.DataFrame, sizes: pd.DataFrame, look: Look) -> alt.VConcatChart:
    """Goodput against the number of GPUs in one run, P10 to P90 and P50, one picture below the
    other for each chip, with the options' fabrics."""
    pictures = [
        _goodput_of_chip(curve[curve["chip"] == chip], sizes[sizes["chip"] == chip], look)
        for chip in dict.fromkeys(curve["chip"])
    ]
    return dressed(
        alt.vconcat(*pictures),
        titles.goodput(sizes),
        "Band: P10 to P90; line: P50. Marked: the GPUs that one run spans in each option, at P50.",
    )


def _goodput_of_chip(curve: pd.DataFrame, sizes: pd.DataFrame, look: Look) -> alt.LayerChart:
    """The words of the marks stand in the corner under the curve, those of the largest lowest."""
    middle = np.sqrt(curve["gpus"].min() * curve["gpus"].max())
    marks = _fabric_marks(sizes, look).assign(
        words=lambda f: 0.05 + 0.09 * (len(f) - 1 - f["rank"]), left=lambda f: f["gpus"] > middle
    )
    x = alt.X(
        "gpus:Q",
        title=f"GPUs in one run: {curve['name'].iloc[0]}",
        scale=alt.Scale(nice=False, type="log"),
        axis=alt.Axis(format="~s", tickCount=5),
    )
    y = alt.Y(
        "p50:Q",
        title=PROGRESS,
        axis=alt.Axis(format="%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    base = alt.Chart(curve).encode(x=x)
    band = base.mark_area(opacity=0.2, color=INK).encode(y="p10:Q", y2="p90:Q")
    line = base.mark_line(strokeWidth=2, color=INK)
    line = line.encode(y=y, tooltip=tips(curve, "gpus", "p10", "p50", "p90"))
    return (band + line + _fabrics(marks, x)).properties(width=WIDTH - 80, height=210)


def _fabric_marks(sizes: pd.DataFrame, look: Look) -> pd.DataFrame:
    """One row per size of a fabric, small to large: who has it, and in whose colour (dark if
    several)."""
    rows = []
    for rank, (gpus, mine) in enumerate(sizes[sizes["p50"] > 0].groupby("p50")):
        names = list(dict.fromkeys(mine["option"]))
        row = {"gpus": gpus, "goodput": mine["goodput"].iloc[0], "rank": rank}
        row["label"] = f"{gpus:,.0f}: {few(names)}"
        rows.append(row | {"colour": legible(look.colour(names[0])) if len(names) == 1 else INK})
    return pd.DataFrame(rows, columns=["gpus", "goodput", "rank", "label", "colour"])


def _fabrics(marks: pd.DataFrame, x: alt.X) -> alt.LayerChart:
    """A point on the curve, tied to words at the height `words`, on the side that has room: left of
    it where `left` is true."""
    height = alt.Y("words:Q", title=PROGRESS)
    colour = alt.Color("colour:N", scale=None)
    base = alt.Chart(marks).encode(x=x, color=colour)
    layers: Any = base.mark_rule(strokeDash=[2, 2]).encode(y=height, y2="goodput:Q")
    point = base.mark_point(filled=True, size=70, opacity=1)
    layers += point.encode(y=alt.Y("goodput:Q", title=PROGRESS))
    words = (alt.Chart(marks[marks["left"] == left]) for left in (True, False))
    here = [one.encode(x=x, y=height, color=colour, text="label:N") for one in words]
    layers += here[0].mark_text(align="right", dx=-5, fontSize=11)
    layers += here[1].mark_text(align="left", dx=5, fontSize=11)
    return layers
