"""Cash over time; present cost by part, step by step, and by discount rate."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.chapters.cost import titles
from analysis.chapters.cost.tables import AFTER
from analysis.chapters.shared.style import (
    INK,
    WIDTH,
    Look,
    band,
    day,
    dressed,
    in_units,
    money,
    option_rows,
    panels,
    ranges,
    tips,
)
from analysis.decision.wording import figure, usd
from analysis.model.cost import PARTS

PART_ORDER = tuple(part.replace("_", " ") for part in (*PARTS, AFTER))


PART_COLOURS = (
    *("#4c78a8", "#9ecae9", "#f58518", "#ffbf79", "#54a24b", "#88d27a", "#b79a20", "#f2cf5b"),
    *("#439894", "#83bcb6", "#d67195", "#d4a6c8", "#b279a2", "#e45756", "#ff9d98", "#79706e"),
    "#bab0ac",
)


DARK_PARTS = ("rent", "end value")
"""Parts in dark colours: their words are white."""


def cumulative_cash(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """Cash spent over time, P10 to P90 and P50 in billion USD, against the funds if they are
    stated.
    """
    size, unit = money(frame["p90_usd"])
    data = frame.assign(
        **{f"{q}_paid": frame[f"{q}_usd"] / size for q in ("p10", "p50", "p90")},
        funding_paid=frame["funding_usd"] / size if "funding_usd" in frame else np.nan,
    ).drop(columns=[c for c in frame if str(c).endswith("_usd")])
    layers = band(data, look, f"Cash spent, {unit}", "_paid")
    note, claim = "Band: P10 to P90; line: P50.", "Cash spent by each option"
    if "funding_usd" in frame:
        dashes = alt.Chart(data).mark_line(strokeDash=[5, 4], color=INK, strokeWidth=1)
        layers += dashes.encode(x=day("day", "Month"), y="funding_paid:Q")
        note += f" Dashed: the funds, {usd(float(frame['funding_usd'].iloc[0]))}."
        claim = titles.funds(frame)
    return dressed(panels(layers, look, 190, 130), claim, note)


def present_cost_parts(frame: pd.DataFrame, look: Look) -> Any:
    """Mean present cost by part, stacked, with the total and its P10 to P90, in billion USD; large
    parts carry their name and amount."""
    size, unit = money(frame["total_p90"])
    data = _stacked(frame, size)
    total = frame.drop_duplicates("option").assign(
        total_paid=lambda f: f["total_usd"] / size,
        low=lambda f: f["total_p10"] / size,
        high=lambda f: f["total_p90"] / size,
    )
    order = [part for part in PART_ORDER if part in set(frame["part"])]
    y = option_rows(look)
    base = alt.Chart(data).encode(y=y)
    bars = base.mark_bar().encode(
        x=alt.X("from:Q", title=f"Present cost, {unit} (left of zero: a receipt)"),
        x2="until:Q",
        color=alt.Color(
            "part:N",
            title="Part",
            scale=alt.Scale(domain=order, range=[PART_COLOURS[PART_ORDER.index(p)] for p in order]),
        ),
        tooltip=tips(data, "option", "part", "paid"),
    )
    # beside the bar's middle, where the line of the total runs
    names, amounts = (
        base.mark_text(fontSize=10, dy=dy).encode(
            x="middle:Q", text=f"{words}:N", color=alt.Color("shade:N", scale=None)
        )
        for words, dy in (("label", -8), ("amount", 9))
    )
    marks = alt.Chart(total[["option", "total_paid", "low", "high"]]).encode(y=y)
    rule = marks.mark_rule(color="black", strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    dot = marks.mark_point(color="black", filled=True, size=60).encode(
        x="total_paid:Q", tooltip=tips(total, "option", "total_paid", "low", "high")
    )
    return dressed(
        (bars + names + amounts + rule + dot).properties(width=WIDTH - 60, height=50 * len(total)),
        titles.parts(frame, look.pair),
        "Black: mean total with P10 to P90. To deliver less, or later, is not to be cheaper.",
    )


def _stacked(frame: pd.DataFrame, size: float) -> pd.DataFrame:
    """Where each part's bar starts and ends, receipts to the left of zero, and its words where they
    have room."""
    rows: list[dict[str, Any]] = []
    ends: dict[tuple[str, bool], float] = {}
    ordered = frame.assign(rank=frame["part"].map(PART_ORDER.index)).sort_values("rank")
    for _, row in ordered.iterrows():
        side = (row["option"], row["usd"] < 0)
        start, paid = ends.get(side, 0.0), row["usd"] / size
        ends[side] = start + paid
        shade = "white" if row["part"] in DARK_PARTS else INK
        row_ = {"option": row["option"], "part": row["part"], "paid": paid, "shade": shade}
        rows.append(row_ | {"from": start, "until": start + paid, "middle": start + paid / 2})
    made = pd.DataFrame(rows)
    widest = max(made[["from", "until"]].max().max(), frame["total_p90"].max() / size)
    room = made["paid"].abs() / (widest - min(made["until"].min(), 0.0)) * (WIDTH - 60)
    label, amount = made["part"], made["paid"].map(lambda paid: figure(paid, digits=3))
    fits = room > 6.0 * np.maximum(label.str.len(), amount.str.len())
    return made.assign(label=label.where(fits, ""), amount=amount.where(fits, ""))


def cost_steps(frame: pd.DataFrame, look: Look) -> alt.LayerChart:
    """From the mean compared cost of the first option of the question to that of the second, by
    part."""
    size, unit = money(frame["end_usd"])
    option = frame["kind"] == "option"
    words = [
        figure(usd / size) if whole else f"{'+' if usd > 0 else '−'}{figure(abs(usd) / size)}"
        for usd, whole in zip(frame["usd"], option, strict=True)
    ]
    shades = [
        look.colour(label) if whole else "#94a3b8" if usd < 0 else "#334155"
        for label, usd, whole in zip(frame["label"], frame["usd"], option, strict=True)
    ]
    ends = frame[["start_usd", "end_usd"]] / size
    data = pd.DataFrame({"rank": range(len(frame)), "label": frame["label"], "amount": words})
    data = data.assign(**{"from": ends["start_usd"], "until": ends["end_usd"]}, shade=shades)
    data = data.assign(right=ends.max(axis=1))
    names = f"{data['label'].tolist()!r}[datum.value]"
    axis = alt.Axis(labelExpr=names, labelLimit=170, ticks=False)
    base = alt.Chart(data).encode(y=alt.Y("rank:O", title=None, axis=axis))
    bars = base.mark_bar(height=16).encode(
        x=alt.X("from:Q", title=f"Compared cost, {unit}"),
        x2="until:Q",
        color=alt.Color("shade:N", scale=None),
        tooltip=tips(data, "label", "amount"),
    )
    text = base.mark_text(align="left", dx=5, color=INK).encode(x="right:Q", text="amount:N")
    return dressed(
        (bars + text).properties(width=WIDTH - 150, height=24 * len(data)),
        titles.steps(frame),
        "Means of the same futures. Light: the second option pays less for it; dark: more.",
    )


def cost_by_rate(frame: pd.DataFrame, look: Look) -> Any:
    """Compared cost at each discount rate side by side: P10 to P90 and P50, billion USD."""
    size, unit = money(frame["p90"])
    rates = frame["discount_rate_per_year"].map(lambda r: f"{100 * r:g} % a year")
    data = in_units(frame, size).assign(rate=rates)
    picture = ranges(data, look, f"Compared cost, {unit}").properties(
        width=185, height=26 * data["option"].nunique()
    )
    rate = alt.Column("rate:N", title=None, sort=list(dict.fromkeys(rates)))
    return dressed(
        picture.facet(column=rate), titles.rates(frame, look.pair), "Dot: P50; line: P10 to P90."
    )
