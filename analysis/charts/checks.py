"""Our figures over those that others have printed."""

import altair as alt
import pandas as pd

from analysis import claims
from analysis.charts.style import GREY, INK, WIDTH, dressed

KINDS = alt.Scale(domain=["published", "worked example"], range=["#0072B2", "#D55E00"])
SHAPES = alt.Scale(domain=["published", "worked example"], range=["circle", "diamond"])


def published_figures(frame: pd.DataFrame) -> alt.LayerChart:
    """One row per case: a dot for each figure, ours over theirs, over bars of what is near enough;
    figures of which only an end was printed, or that are 0, are not drawn."""
    shown = frame.dropna(subset=["ratio"])
    columns = ["case", "quantity", "standing", "ratio", "ratio_low", "ratio_high"]
    shown = shown.sort_values("ratio_high", ascending=False)[columns]
    ends = (shown["ratio_low"].min() * 0.96, shown["ratio_high"].max() * 1.04)
    ticks = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5]
    axis = alt.Axis(values=ticks, format=".2~f", grid=True)
    scale = alt.Scale(type="log", domain=ends, nice=False)
    order = alt.Y("case:N", sort=list(dict.fromkeys(shown["case"])), title=None)
    base = alt.Chart(shown).encode(y=order.axis(labelLimit=230))
    bars = base.mark_bar(height=8, color=GREY, opacity=0.25).encode(
        x=alt.X("ratio_low:Q", scale=scale, axis=axis, title="Our figure as a share of theirs"),
        x2="ratio_high:Q",
    )
    one = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(color=GREY).encode(x="x:Q")
    dots = base.mark_point(filled=True, size=55, opacity=0.85, stroke=INK, strokeWidth=0.4).encode(
        x="ratio:Q",
        color=alt.Color("standing:N", scale=KINDS, title=None),
        shape=alt.Shape("standing:N", scale=SHAPES, title=None),
        tooltip=["case:N", "quantity:N", alt.Tooltip("ratio:Q", format=".4f")],
    )
    left = len(frame) - len(shown)
    return dressed(
        (bars + one + dots).properties(width=WIDTH - 230, height=19 * shown["case"].nunique()),
        claims.published_figures(frame),
        "Grey: what counts as near enough, one bar per figure. Not drawn, as there is no ratio: "
        f"{left} figures.",
    )
