"""Cash over time; present cost by part and by discount rate."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis import claims
from analysis.charts.style import INK, WIDTH, Look, day, dressed, money, ranges, tips
from analysis.cost import PARTS
from analysis.wording import usd

PART_ORDER = tuple(part.replace("_", " ") for part in PARTS)

PART_COLOURS = (
    "#4c78a8",
    "#9ecae9",
    "#f58518",
    "#ffbf79",
    "#54a24b",
    "#88d27a",
    "#b79a20",
    "#f2cf5b",
    "#439894",
    "#83bcb6",
    "#e45756",
    "#ff9d98",
    "#79706e",
)


def cumulative_cash(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """Cash spent over time, P10 to P90 and P50 in billion USD, against the funds if they are
    stated.
    """
    size, unit = money(frame["p90_usd"])
    data = frame.assign(
        **{f"{q}_paid": frame[f"{q}_usd"] / size for q in ("p10", "p50", "p90")},
        funding_paid=frame["funding_usd"] / size if "funding_usd" in frame else np.nan,
    ).drop(columns=[c for c in frame if str(c).endswith("_usd")])
    base = alt.Chart(data).encode(x=day("day", "Month"))
    colour = alt.Color("option:N", scale=look.colours, legend=None)
    layers: Any = base.mark_area(opacity=0.3).encode(
        y=alt.Y("p10_paid:Q", title=f"Cash spent, {unit}"), y2="p90_paid:Q", color=colour
    ) + base.mark_line(strokeWidth=2).encode(
        y="p50_paid:Q",
        color=colour,
        tooltip=tips("option", "day", "p10_paid", "p50_paid", "p90_paid"),
    )
    note = "Band: P10 to P90; line: P50."
    claim = "Cash spent by each option"
    if "funding_usd" in frame:
        layers += base.mark_line(strokeDash=[5, 4], color=INK, strokeWidth=1).encode(
            y="funding_paid:Q"
        )
        note += f" Dashed: the funds, {usd(float(frame['funding_usd'].iloc[0]))}."
        claim = claims.funds(frame)
    panels = layers.properties(width=190, height=130).facet(
        facet=alt.Facet("option:N", title=None, sort=look.options), columns=3
    )
    return dressed(panels, claim, note)


def present_cost_parts(frame: pd.DataFrame, look: Look) -> alt.LayerChart:
    """Mean present cost by part, stacked, with the total and its P10 to P90, in billion USD."""
    size, unit = money(frame["total_p90"])
    data = frame.assign(paid=frame["usd"] / size, rank=frame["part"].map(PART_ORDER.index))
    total = frame.drop_duplicates("option").assign(
        total_paid=lambda f: f["total_usd"] / size,
        low=lambda f: f["total_p10"] / size,
        high=lambda f: f["total_p90"] / size,
    )
    order = [part for part in PART_ORDER if part in set(frame["part"])]
    y = alt.Y("option:N", title=None, sort=look.options, axis=alt.Axis(labelLimit=160))
    bars = (
        alt.Chart(data[["option", "part", "paid", "rank"]])
        .mark_bar()
        .encode(
            y=y,
            x=alt.X("paid:Q", title=f"Present cost, {unit} (left of zero: a receipt)"),
            color=alt.Color(
                "part:N",
                title="Part",
                scale=alt.Scale(
                    domain=order, range=[PART_COLOURS[PART_ORDER.index(p)] for p in order]
                ),
            ),
            order=alt.Order("rank:Q"),
            tooltip=tips("option", "part", "paid"),
        )
    )
    marks = alt.Chart(total[["option", "total_paid", "low", "high"]]).encode(y=y)
    rule = marks.mark_rule(color="black", strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    dot = marks.mark_point(color="black", filled=True, size=60).encode(
        x="total_paid:Q", tooltip=tips("option", "total_paid", "low", "high")
    )
    return dressed(
        (bars + rule + dot).properties(width=WIDTH - 60, height=46 * len(total)),
        claims.parts(frame, look.pair),
        "Black: mean total with P10 to P90. To deliver less, or later, is not to be cheaper.",
    )


def present_cost_by_rate(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """Present cost at each discount rate side by side: P10 to P90 and P50, billion USD."""
    size, unit = money(frame["p90"])
    data = frame.assign(
        rate=frame["discount_rate_per_year"].map(lambda r: f"{100 * r:g} % a year"),
        **{q: frame[q] / size for q in ("p10", "p50", "p90")},
    )
    picture = ranges(data, look, f"Present cost, {unit}").properties(
        width=185, height=26 * data["option"].nunique()
    )
    panels = picture.facet(
        column=alt.Column("rate:N", title=None, sort=list(dict.fromkeys(data["rate"])))
    )
    return dressed(panels, claims.rates(frame, look.pair), "Dot: P50; line: P10 to P90.")
