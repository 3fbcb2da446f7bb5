"""What happened against what was forecast: percentiles, and bands over time."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.hindsight import titles
from analysis.chapters.hindsight.tables import ELSEWHERE, SEEN, forecast_steps
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
    x = alt.X(
        "percentile:Q",
        title="Share of futures below what happened, in %",
        axis=alt.Axis(values=[0, 10, 30, 50, 70, 90, 100]),
        scale=alt.Scale(domain=[-2, 102], nice=False),
    )
    shades = alt.Scale(domain=[SEEN, ELSEWHERE], range=[INK, BROWN])
    held = alt.Chart(pd.DataFrame({"from": [10], "to": [90]}))
    band = held.mark_rect(color="#e8edf3").encode(x=alt.X("from:Q"), x2="to:Q")
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", title=None, sort=labels, axis=axis),
        color=alt.Color("seen:N", title=None, scale=shades),
    )
    ends = base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(x="low:Q", x2="high:Q")
    told = [alt.Tooltip("label:N", title="actual"), alt.Tooltip("reading:N")]
    dots = base.mark_point(filled=True, size=60, opacity=0.9).encode(
        x=x, shape=_shape(frame), tooltip=[*told, alt.Tooltip("percentile:Q", format=".0f")]
    )
    return dressed(
        (band + ends + dots).properties(width=STRIP, height=ROW * len(labels)),
        titles.forecast_coverage(covered),
        "Shaded: P10 to P90 of the forecast. Line: the ends of an actual that is known as a range, "
        "and futures that are equal to it. Brown: seen elsewhere, a reference class.",
    )


def forecast_band(
    seen: pd.DataFrame, band: pd.DataFrame, words: tuple[str, str], colour: str
) -> alt.LayerChart:
    """The actuals over a forecast over time, P50 and P10 to P90, as `forecast_by_day` gives both.
    `words` are what is measured and the title of its axis; where some actuals are disputed, steps
    join those of a reading."""
    what, title = words
    axis = alt.Axis(format="%b %Y", labelAngle=0, labelOverlap=True, tickCount=7)
    x = alt.X("day:T", title="Month", scale=alt.Scale(type="utc"), axis=axis)
    base = alt.Chart(band).encode(x=x)
    shaded = base.mark_area(opacity=0.25, color=colour).encode(
        y=alt.Y("p10:Q", title=title), y2="p90:Q"
    )
    middle = base.mark_line(strokeWidth=2, color=colour).encode(y="p50:Q")
    steps, ranged = forecast_steps(seen), seen[seen["low"] < seen["high"]]
    layers: Any = shaded + middle
    for marks in (*_steps(steps, x), *_ends(ranged, x), *_points(seen, x)):
        layers += marks
    return dressed(
        layers.properties(width=WIDTH - 40, height=280),
        titles.forecast_band(seen, what),
        "Line and band: the forecast, P50 and P10 to P90. Black: what happened, published later "
        "and not used"
        + ("; dashed as claimed, solid as supported." if len(steps) else ".")
        + (" Thin bar: the ends of what is known as a range." if len(ranged) else ""),
    )


def _steps(steps: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """One line of steps per reading, dashed as claimed."""
    dashes = alt.Scale(domain=list(READINGS[:2]), range=[[5, 4], [1, 0]])
    dash = alt.StrokeDash("reading:N", scale=dashes, legend=None)
    line = alt.Chart(steps).mark_line(color=INK, strokeWidth=1.5, interpolate="step-after")
    return [line.encode(x=x, y="value:Q", strokeDash=dash)] if len(steps) else []


def _points(seen: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """The actuals as points, each number once, on the far side of the P50."""
    again = seen["value"].duplicated()
    words = ["" if said else figure(v) for said, v in zip(again, seen["value"], strict=True)]
    named = seen.drop(columns="p50").assign(label=words, under=seen["value"] < seen["p50"])
    base = alt.Chart(named).encode(x=x, y="value:Q")
    dots = base.mark_point(filled=True, size=80, color=INK, opacity=1).encode(shape=_shape(seen))
    texts = [
        base.transform_filter(f"datum.under == {under}")
        .mark_text(align="left", dx=8, dy=dy, color=INK)
        .encode(text="label:N")
        for under, dy in (("true", 10), ("false", -9))
    ]
    return [dots, *texts]


def _ends(ranged: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """The ends of actuals that are known as a range: a thin bar with end ticks, left of the point
    so that it is no step of a line."""
    base = alt.Chart(ranged[["day", "low", "high"]]).encode(x=x)
    thin: dict[str, Any] = {"color": INK, "xOffset": -BESIDE}
    bar = base.mark_rule(strokeWidth=0.8, **thin).encode(y="low:Q", y2="high:Q")
    tick = base.mark_tick(thickness=0.8, size=7, orient="horizontal", **thin)
    return [bar, tick.encode(y="low:Q"), tick.encode(y="high:Q")] if len(ranged) else []


def _shape(frame: pd.DataFrame) -> alt.Shape:
    """One shape per reading that a table has; no legend where there is only one."""
    there = [reading for reading in SHAPES if reading in set(frame["reading"])]
    scale = alt.Scale(domain=there, range=[SHAPES[reading] for reading in there])
    shape = alt.Shape("reading:N", title=None, scale=scale)
    return shape if len(there) > 1 else shape.legend(None)
