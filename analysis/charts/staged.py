"""What a later look finds, and the options scored by the weights of the reader."""

from typing import Any

import altair as alt
import pandas as pd

from analysis import claims
from analysis.charts.style import HEIGHT, INK, WIDTH, Look, dressed, money, tips
from analysis.wording import figure, percent

SEEN = {"first_training": "it trains by then", "full_capacity": "it is whole by then"}

CRITERIA = ("#9ecae9", "#f2cf5b", "#88d27a", "#d8b5d3", "#ffbf79", "#bab0ac", "#83bcb6", "#ff9d98")
"""One colour per criterion, none of them an option's."""


def gate_value(frame: pd.DataFrame, look: Look) -> Any:
    """What switching costs over going on, by the month of the look and by what is seen: mean and
    P10 to P90, in billion USD; below zero it pays to switch."""
    data = frame[frame["share"] > 0]
    size, unit = money(data[["mean_usd", "p10_usd", "p90_usd"]].abs().max(axis=1))
    data = data[["month", "there"]].assign(
        said=[percent(x) for x in data["share"]],
        **{name: data[f"{name}_usd"] / size for name in ("mean", "p10", "p90")},
    )
    base = alt.Chart(data).encode(
        x=alt.X(
            "month:O",
            title="Months to the look",
            axis=alt.Axis(labelAngle=0, format=".4~g"),
            scale=alt.Scale(paddingInner=0.4),
        ),
        xOffset=alt.XOffset("there:O", sort=[True, False]),
    )
    y = alt.Y("mean:Q", title=f"Switching less going on, {unit}")
    rule = base.mark_rule(color=INK, strokeWidth=1.5).encode(alt.Y("p10:Q"), alt.Y2("p90:Q"))
    shade = alt.condition("datum.there", alt.value(INK), alt.value("white"))
    dot = base.mark_point(size=110, stroke=INK, strokeWidth=2, opacity=1).encode(
        y, fill=shade, tooltip=tips("month", "mean", "p10", "p90")
    )
    words = base.mark_text(dy=-8, fontSize=11, color=INK).encode(alt.Y("p90:Q"), text="said:N")
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=INK, strokeDash=[5, 4])
    return dressed(
        alt.layer(zero.encode(alt.Y("at:Q")), rule, dot, words, width=WIDTH - 60, height=HEIGHT),
        claims.gate(frame),
        f"Dot: mean, filled where {SEEN[frame['seen'].iloc[0]]}, in the share of futures named; "
        "hollow where not. Line: P10 to P90. Below the dashed line it pays to switch.",
    )


def weights(frame: pd.DataFrame, look: Look) -> Any:
    """The weighted score of each option, criterion by criterion, with its P10 to P90 over random
    weights."""
    order = list(dict.fromkeys(frame["option"]))
    data = frame[["option", "criterion", "points", "score", "weight"]].assign(
        until=frame.groupby("option", sort=False)["points"].cumsum()
    )
    data = data.assign(start=data["until"] - data["points"])
    said = data["points"].map(lambda x: figure(x, digits=2))
    data = data.assign(middle=data[["start", "until"]].mean(axis=1), said=said)
    data.loc[data["points"] < 4, "said"] = ""
    names = list(dict.fromkeys(frame["criterion"]))
    shades = [CRITERIA[i % len(CRITERIA)] for i in range(len(names))]
    y = alt.Y("option:N", title=None, sort=order, axis=alt.Axis(labelLimit=160))
    base = alt.Chart(data).encode(y=y)
    bars = base.mark_bar(height=22).encode(
        x=alt.X(
            "start:Q", title="Weighted score, a share of 100", scale=alt.Scale(domain=[0, 100])
        ),
        x2="until:Q",
        color=alt.Color(
            "criterion:N",
            title="Criterion",
            sort=names,
            scale=alt.Scale(domain=names, range=shades),
        ),
        tooltip=tips("option", "score", "weight", "points"),
    )
    amounts = base.mark_text(fontSize=10, color=INK, dy=0).encode(x="middle:Q", text="said:N")
    whole = frame.drop_duplicates("option")[["option", "total", "low", "high", "first"]]
    whole = whole.assign(told=[figure(total, digits=2) for total in whole["total"]])
    marks = alt.Chart(whole).encode(y=y)
    rule = marks.mark_rule(color="black", strokeWidth=1.5, yOffset=16).encode(
        x="low:Q", x2="high:Q"
    )
    words = marks.mark_text(align="left", dx=6, fontWeight="bold", color=INK).encode(
        x="total:Q", text="told:N"
    )
    return dressed(
        (bars + amounts + rule + words).properties(width=WIDTH - 160, height=46 * len(order)),
        claims.weighted(frame),
        "Bar: score times weight. Black: P10 to P90 over random weights. Kept apart from cost.",
    )
