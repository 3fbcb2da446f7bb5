"""Our figures over those that others have printed."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.chapters.checks import titles
from analysis.chapters.shared.style import GREY, INK, WIDTH, Look, dressed, tips

STANDINGS = ["published", "worked example"]


KINDS = alt.Scale(domain=STANDINGS, range=["#0072B2", "#D55E00"])


SHAPES = alt.Scale(domain=STANDINGS, range=["circle", "diamond"])


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
    equal = alt.Chart(pd.DataFrame({"x": [1.0]})).mark_rule(color=GREY).encode(x="x:Q")
    dots = base.mark_point(filled=True, size=55, opacity=0.85, stroke=INK, strokeWidth=0.4).encode(
        x="ratio:Q",
        color=alt.Color("standing:N", scale=KINDS, title=None),
        shape=alt.Shape("standing:N", scale=SHAPES, title=None),
        tooltip=["case:N", "quantity:N", alt.Tooltip("ratio:Q", format=".4f")],
    )
    left = len(frame) - len(shown)
    return dressed(
        (bars + equal + dots).properties(width=WIDTH - 230, height=19 * shown["case"].nunique()),
        titles.published_figures(frame),
        "Grey: what counts as near enough, one bar per figure. Not drawn, as there is no ratio: "
        f"{left} figures.",
    )


def waterfall(frame: pd.DataFrame, look: Look, number: int) -> Any:
    """What each changed input moved the pair by, in present cost and in months, from one answer to
    the other, on so many futures: bars that join, first the largest."""
    one, other = look.pair or (look.options[0], look.options[-1])
    panels = [_walk(frame, measure, (one, other), look) for measure in ("cost_usd", "months")]
    return dressed(
        alt.vconcat(*panels).resolve_scale(y="independent", x="independent"),
        titles.waterfall(frame),
        f"Grey: {one} less {other} before and after, mean of {number:,} futures. Between: each "
        "changed input, in the colour of the option that it favours; the mean of two orders, so "
        "that all add up but for rounding.",
    )


def _walk(frame: pd.DataFrame, measure: str, pair: tuple[str, str], look: Look) -> alt.LayerChart:
    """One measure: the two ends, the steps between, and the amounts beside the bars."""
    favours = [look.colour(option) for option in pair]
    mine = frame[frame["measure"] == measure].reset_index(drop=True)
    size, decimals, unit = _unit(mine, measure)
    first, last, moved = (mine[column] / size for column in ("first", "last", "moved"))
    steps = mine["kind"] == "step"
    data = mine[["label"]].assign(
        first=first,
        last=last,
        right=np.maximum(first, last),
        moved=moved,
        colour=np.where(steps, np.where(moved > 0, favours[1], favours[0]), GREY),
        told=[_told(*row, decimals) for row in zip(steps, moved, strict=True)],
        value=mine["changed"],
    )
    axis = alt.Axis(labelLimit=280, ticks=False)
    y = alt.Y("label:N", sort=list(data["label"]), title=None, axis=axis)
    base = alt.Chart(data)
    bars = base.mark_bar(height=13).encode(
        y,
        alt.X("first:Q", title=f"{pair[0]} less {pair[1]}, {unit}"),
        alt.X2("last:Q"),
        alt.Color("colour:N", scale=None),
        tooltip=tips(data, "label", "value", "moved"),
    )
    words = base.mark_text(align="left", dx=4, color=INK, fontSize=11).encode(
        y, alt.X("right:Q"), alt.Text("told:N")
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK)
    return (bars + words + zero.encode(x="zero:Q")).properties(
        width=WIDTH - 300, height=20 * len(data)
    )


def _unit(mine: pd.DataFrame, measure: str) -> tuple[float, int, str]:
    """The size of one unit of a measure, the decimals that all its amounts have, and its name."""
    if measure != "cost_usd":
        return 1.0, 2, "months to the target"
    large = float(mine[["first", "last"]].abs().to_numpy().max()) >= 1e6
    return (1e6, 0, "present cost, million USD") if large else (1.0, 0, "present cost, USD")


def _told(step: bool, moved: float, decimals: int) -> str:
    """An amount as it stands beside its bar: a step with its sign, or that it is under the last
    digit."""
    if not step:
        return f"{moved:,.{decimals}f}"
    if round(moved, decimals) == 0:
        return f"under {10**-decimals:g}"
    return f"{moved:+,.{decimals}f}"
