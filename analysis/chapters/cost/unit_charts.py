"""What a unit costs, what is left at the horizon, market prices, and the value of a deal."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.cost import titles
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
    """What is left at the horizon: P10 to P90 and P50 by option, P50 in words."""
    size, unit = money(frame[["p10", "p90"]].abs().max(axis=1))
    data = in_units(frame, size)
    data = data.assign(label=data["p50"].map(figure))
    picture = ranges(data, look, f"End value at the horizon, {unit} (left of zero: a liability)")
    rows = alt.Y("option:N", sort=look.options, title=None)
    words = alt.Chart(data).mark_text(align="left", dx=6, color=INK)
    text = words.encode(y=rows, x="p90:Q", text="label:N")
    return dressed(
        (picture + text).properties(width=WIDTH - 100, height=36 * len(frame)),
        titles.ends(frame, look.pair),
        "Dot and number: P50; line: P10 to P90. In USD of that day, not discounted.",
    )


def price_paths(frame: pd.DataFrame) -> alt.FacetChart:
    """The market price of each chip over its price today, P10 to P90 and P50, one panel each."""
    last = frame["month"].max()
    words = [
        percent(x) if m == last else "" for x, m in zip(frame["p50"], frame["month"], strict=True)
    ]
    data = frame.assign(label=words, name=frame["chip"].str.upper())
    top = max(1.0, 1.02 * frame["p90"].max())
    base = alt.Chart(data).encode(x=day("day", "Month"))
    scale, axis = alt.Scale(domain=[0, top], nice=False), alt.Axis(format="%")
    y = alt.Y("p10:Q", title="Share of the price today", axis=axis, scale=scale)
    band = base.mark_area(opacity=0.25, color=INK).encode(y=y, y2="p90:Q")
    line = base.mark_line(strokeWidth=2, color=INK).encode(
        y="p50:Q", tooltip=tips(data, "chip", "day", "p10", "p50", "p90")
    )
    text = base.mark_text(align="left", dx=4, color=INK).encode(y="p50:Q", text="label:N")
    chip = alt.Facet("name:N", title=None, sort=list(dict.fromkeys(data["name"])))
    panel = (band + line + text).properties(width=245, height=170)
    return dressed(
        panel.facet(facet=chip, columns=2, spacing=45),
        titles.prices(frame),
        "Band: P10 to P90; line: P50. One path serves purchases, renewals and both end values.",
    )


def deal(frame: pd.DataFrame, stated: dict[str, Any], look: Look) -> alt.LayerChart:
    """The price per GPU-hour that a deal's value means over each number of months, with the terms
    that it may have and the range of the price assumed."""
    low, mid, high = stated["price"]
    colour = look.colour(stated["option"])
    x = alt.X("months:Q", title="Months of the term", scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("usd_per_gpu_hour:Q", title="USD per GPU-hour", scale=alt.Scale(zero=True))
    curve, terms = frame[~frame["term"]], frame[frame["term"]]
    edges = {"low": [low], "mid": [mid], "high": [high], "label": ["assumed, P50"]}
    span = {"months": [curve["months"].min()], "until": [curve["months"].max()]}
    there = alt.Chart(pd.DataFrame(span | edges)).encode(x=x, x2="until:Q")
    band = there.mark_rect(opacity=0.18, color=colour).encode(y="low:Q", y2="high:Q")
    median = there.mark_rule(color=colour, strokeDash=[5, 4]).encode(y="mid:Q")
    line = alt.Chart(curve).mark_line(color=INK, strokeWidth=2).encode(x=x, y=y)
    words = [
        f"{months:g} months: {price:.2f} USD"
        for months, price in zip(terms["months"], terms["usd_per_gpu_hour"], strict=True)
    ]
    points = alt.Chart(terms.assign(label=words)).encode(x=x, y=y)
    dots = points.mark_point(filled=True, size=80, color=INK, opacity=1)
    text = points.mark_text(align="left", dx=8, dy=-8, color=INK).encode(text="label:N")
    name = alt.Chart(pd.DataFrame(span | edges)).mark_text(align="left", dx=4, dy=-6, color=colour)
    layers: Any = band + median + line + dots + text + name.encode(x=x, y="mid:Q", text="label:N")
    return dressed(
        layers.properties(width=WIDTH - 40, height=260),
        titles.deal(stated),
        f"Line: {usd(stated['usd'])} in full, all hours paid. Dots: terms it may have. "
        "Shaded: the price assumed, P10 to P90.",
    )
