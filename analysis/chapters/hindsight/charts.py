"""What happened against what was forecast: percentiles, and bands over time."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.hindsight import titles
from analysis.chapters.hindsight.tables import ELSEWHERE, SEEN
from analysis.chapters.shared.style import INK, WIDTH, dressed
from analysis.decision.wording import figure
from analysis.validation.actuals import READINGS

STRIP = 330
"""Width of the strip of percentiles; beside it are the names of the actuals."""


ROW = 16


BESIDE = 9
"""Pixels between a point and the bar of its ends."""


BROWN = "#b45309"


SHAPES = dict(zip(READINGS, ("triangle-up", "circle", "diamond"), strict=True))


def forecast_percentiles(frame: pd.DataFrame, covered: pd.DataFrame) -> alt.LayerChart:
    """The percentile of each actual in the forecast, with all that it may be, one line per label;
    P10 to P90 shaded. `covered` as `scores.coverage` gives it."""
    labels = list(dict.fromkeys(frame["label"]))
    axis = alt.Axis(labelLimit=WIDTH - STRIP - 20, ticks=False)
    y = alt.Y("label:N", title=None, sort=labels, axis=axis)
    title, ticks = "Share of futures below what happened, in %", [0, 10, 30, 50, 70, 90, 100]
    x = alt.X(
        "percentile:Q",
        title=title,
        axis=alt.Axis(values=ticks),
        scale=alt.Scale(domain=[-2, 102], nice=False),
    )
    shades = alt.Scale(domain=[SEEN, ELSEWHERE], range=[INK, BROWN])
    colour = alt.Color("seen:N", title=None, scale=shades)
    held = alt.Chart(pd.DataFrame({"from": [10], "to": [90]}))
    band = held.mark_rect(color="#e8edf3").encode(x=alt.X("from:Q"), x2="to:Q")
    base = alt.Chart(frame).encode(y=y, color=colour)
    ends = base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x="low:Q", x2="high:Q")
    dots = base.mark_point(filled=True, size=60, opacity=0.9).encode(
        x=x,
        shape=_shape(frame),
        tooltip=[
            alt.Tooltip("label:N", title="actual"),
            alt.Tooltip("reading:N"),
            alt.Tooltip("percentile:Q", format=".0f"),
        ],
    )
    return dressed(
        (band + ends + dots).properties(width=STRIP, height=ROW * len(labels)),
        titles.forecast_coverage(covered),
        "Shaded: P10 to P90 of the forecast. Line: the ends of an actual that is known as a range, "
        "and futures that are equal to it. Brown: seen elsewhere, a reference class.",
    )


def forecast_band(
    band: pd.DataFrame, seen: pd.DataFrame, steps: pd.DataFrame, words: tuple[str, str], colour: str
) -> alt.LayerChart:
    """A forecast over time, P50 and P10 to P90, with the actuals laid over it. `words` are what is
    measured and the title of its axis; `steps` join the actuals of a reading where some are
    disputed."""
    what, title = words
    x = alt.X(
        "day:T",
        title="Month",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%b %Y", labelAngle=0, labelOverlap=True, tickCount=7),
    )
    base = alt.Chart(band).encode(x=x)
    shaded = base.mark_area(opacity=0.25, color=colour).encode(
        y=alt.Y("p10:Q", title=title), y2="p90:Q"
    )
    layers: Any = shaded + base.mark_line(strokeWidth=2, color=colour).encode(y="p50:Q")
    if len(steps):
        dashes = alt.Scale(domain=list(READINGS[:2]), range=[[5, 4], [1, 0]])
        dash = alt.StrokeDash("reading:N", scale=dashes, legend=None)
        line = alt.Chart(steps).mark_line(color=INK, strokeWidth=1.5, interpolate="step-after")
        layers += line.encode(x=x, y="value:Q", strokeDash=dash)
    for marks in _points(seen, x):
        layers += marks
    return dressed(
        layers.properties(width=WIDTH - 40, height=280),
        titles.forecast_band(seen, what),
        "Line and band: the forecast, P50 and P10 to P90. Black: what happened, published later "
        "and not used"
        + ("; dashed as claimed, solid as supported." if len(steps) else ".")
        + (" Thin bar: the ends of what is known as a range." if _ranged(seen) else ""),
    )


def _ranged(seen: pd.DataFrame) -> bool:
    return bool((seen["low"] < seen["high"]).any())


def _points(seen: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """The actuals as points, each with its number on the far side of the P50."""
    words = [figure(v) for v in seen["value"]]
    named = seen.drop(columns="p50").assign(label=words, under=seen["value"] < seen["p50"])
    base = alt.Chart(named).encode(x=x)
    dots = base.mark_point(filled=True, size=80, color=INK, opacity=1).encode(
        y="value:Q", shape=_shape(seen)
    )
    texts = [
        base.transform_filter(f"datum.under == {under}")
        .mark_text(align="left", dx=8, dy=dy, color=INK)
        .encode(y="value:Q", text="label:N")
        for under, dy in (("true", 10), ("false", -9))
    ]
    return [*_ends(named[named["low"] < named["high"]], x), dots, *texts]


def _ends(known: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """The ends of actuals that are known as a range: a thin bar with end ticks, left of the point
    so that it is no step of a line."""
    base = alt.Chart(known[["day", "low", "high"]]).encode(x=x)
    bar = base.mark_rule(color=INK, strokeWidth=0.8, xOffset=-BESIDE).encode(y="low:Q", y2="high:Q")
    ticks = [
        base.mark_tick(
            color=INK, thickness=0.8, size=7, orient="horizontal", xOffset=-BESIDE
        ).encode(y=f"{end}:Q")
        for end in ("low", "high")
    ]
    return [bar, *ticks] if len(known) else []


def _shape(frame: pd.DataFrame) -> alt.Shape:
    """One shape per reading that a table has; no legend where there is only one."""
    there = [one for one in SHAPES if one in set(frame["reading"])]
    scale = alt.Scale(domain=there, range=[SHAPES[one] for one in there])
    shape = alt.Shape("reading:N", title=None, scale=scale)
    return shape if len(there) > 1 else shape.legend(None)
