"""What a unit costs, what is left at the horizon, market prices, and the value of a deal."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.cost import titles
from analysis.chapters.cost.tables import LEFT
from analysis.chapters.shared.exhibit import Row
from analysis.chapters.shared.rows import rows_of
from analysis.chapters.shared.style import (
    INK,
    WIDTH,
    Look,
    by_option,
    day,
    dressed,
    in_units,
    money,
    ranges,
    tips,
)
from analysis.decision.wording import figure, percent, usd

UNIT_WORDS = {
    "usd_per_gpu_hour": "USD per GPU-hour",
    "usd_per_h100_hour": "USD per H100-hour (by peak)",
    "usd_per_pflop_day": "USD per useful PFLOP-day",
}


def unit_costs(frame: pd.DataFrame, look: Look) -> alt.HConcatChart:
    """USD per energised GPU-hour, per H100-equivalent hour and per useful PFLOP-day: P10 to P90,
    P50 and in words the ratio of means, by option."""
    panels = [
        _unit_cost(frame[frame["measure"] == measure], look, words, i == 0)
        for i, (measure, words) in enumerate(UNIT_WORDS.items())
    ]
    return dressed(
        alt.hconcat(*panels, spacing=14),
        titles.units(frame),
        "Dot: P50; line: P10 to P90; number: ratio of means. Cost and quantity are discounted.",
    )


def _unit_cost(frame: pd.DataFrame, look: Look, title: str, named: bool) -> alt.LayerChart:
    """A range that does not end within reach (no quantity in some futures) is left out."""
    means = frame["ratio_of_means"]
    data = frame.assign(label=["none" if pd.isna(x) else figure(x) for x in means])
    data = data.assign(at=data["p90"].fillna(means).fillna(0.0).astype(float))
    axis = alt.Axis(labelLimit=130) if named else None
    y = alt.Y("option:N", title=None, sort=look.options, axis=axis)
    x = alt.X("at:Q", title=title, axis=alt.Axis(tickCount=4), scale=alt.Scale(zero=True))
    whole = alt.Chart(data.dropna(subset=["p10", "p50", "p90"])).encode(y=y, color=by_option(look))
    rule = whole.mark_rule(strokeWidth=3).encode(x="p10:Q", x2="p90:Q")
    dot = whole.mark_point(filled=True, size=70).encode(
        x="p50:Q", tooltip=tips(data, "option", "p10", "p50", "p90")
    )
    text = alt.Chart(data).mark_text(align="left", dx=5, color=INK).encode(y=y, x=x, text="label:N")
    return (text + rule + dot).properties(width=150, height=34 * len(data))


def end_values(frame: pd.DataFrame, look: Look) -> alt.LayerChart:
    """What is left at the horizon: P10 to P90 and P50 by option; the means of what it is made of in
    words."""
    size, unit = money(frame[["p10", "p90"]].abs().max(axis=1))
    data = in_units(frame, size)
    data = data.assign(label=[_made_of(row, size) for row in rows_of(frame)])
    picture = ranges(data, look, f"End value at the horizon, {unit} (left of zero: a liability)")
    rows = alt.Y("option:N", sort=look.options, title=None)
    words = alt.Chart(data).mark_text(align="left", dx=6, color=INK)
    text = words.encode(y=rows, x="p90:Q", text="label:N")
    return dressed(
        (picture + text).properties(width=WIDTH - 100, height=36 * len(frame)),
        titles.ends(frame, look.pair),
        "Dot: P50; line: P10 to P90; in words: means. In USD of that day, not discounted.",
    )


def _made_of(row: Row, size: float) -> str:
    """The parts of an end value that are not nothing, in words."""
    parts = [f"{figure(row[name] / size)} {name}" for name in LEFT if row[name]]
    return ", ".join(parts) or "nothing"


def price_paths(frame: pd.DataFrame, what: str) -> alt.FacetChart:
    """The market price of an hour or a machine of each chip over its price today, P10 to P90 and
    P50, and single futures, one panel each."""
    last = frame["month"].max()
    words = [
        percent(x) if m == last else "" for x, m in zip(frame["p50"], frame["month"], strict=True)
    ]
    data = frame.assign(label=words)
    single = [name for name in frame if str(name).startswith("future_")]
    top = max(1.0, 1.02 * frame[["p90", *single]].max().max())
    base = alt.Chart(data).encode(x=day("day", "Month"))
    scale, axis = alt.Scale(domain=[0, top], nice=False), alt.Axis(format="%")
    y = alt.Y("p10:Q", title="Share of the price today", axis=axis, scale=scale)
    layers: Any = base.mark_area(opacity=0.25, color=INK).encode(y=y, y2="p90:Q")
    for name in single:
        layers += base.mark_line(strokeWidth=1, color="#b45309").encode(y=f"{name}:Q")
    layers += base.mark_line(strokeWidth=2, color=INK).encode(
        y="p50:Q", tooltip=tips(data, "chip", "day", "p10", "p50", "p90")
    )
    layers += base.mark_text(align="left", dx=4, color=INK).encode(y="p50:Q", text="label:N")
    chip = alt.Facet("chip:N", title=None, sort=list(dict.fromkeys(data["chip"])))
    panel = layers.properties(width=245, height=170)
    return dressed(
        panel.facet(facet=chip, columns=2, spacing=45),
        titles.prices(frame, what),
        f"Band: P10 to P90; thick: P50; thin: the first {len(single)} futures, year by year.",
    )


def deal(frame: pd.DataFrame, stated: dict[str, Any], look: Look) -> alt.LayerChart:
    """The price per GPU-hour that the value of a contract means over each number of months, with
    the terms that it may have."""
    colour = look.colour(stated["option"])
    x = alt.X("months:Q", title="Months of the term", scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("usd_per_gpu_hour:Q", title="USD per GPU-hour", scale=alt.Scale(zero=True))
    curve, terms = (frame[frame["term"] == kind].drop(columns="term") for kind in (False, True))
    base = alt.Chart(curve).encode(x=x)
    band = base.mark_area(opacity=0.18, color=colour).encode(y="low:Q", y2="high:Q")
    line = base.mark_line(color=INK, strokeWidth=2).encode(y=y)
    words = [
        f"{months:g} months: {price:.2f} USD"
        for months, price in zip(terms["months"], terms["usd_per_gpu_hour"], strict=True)
    ]
    points = alt.Chart(terms.assign(label=words)).encode(x=x, y=y)
    dots = points.mark_point(filled=True, size=80, color=INK, opacity=1)
    text = points.mark_text(align="left", dx=8, dy=-8, color=INK).encode(text="label:N")
    layers: Any = band + line + dots + text
    low, mid, high = stated["usd"]
    note = f"Line: {usd(mid)} for the hours that are paid, used or not. Dots: terms it may have."
    if low < high:
        note += f" Shaded: {usd(low)} to {usd(high)}, P10 to P90."
    return dressed(layers.properties(width=WIDTH - 40, height=260), titles.deal(stated), note)
