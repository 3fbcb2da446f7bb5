"""What a unit costs, and market prices."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.cost import titles
from analysis.chapters.shared.style import (
    INK,
    Look,
    by_option,
    day,
    dressed,
    tips,
)
from analysis.decision.wording import figure, percent

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
