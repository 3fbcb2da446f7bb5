"""Cost against date, and what the value of a month makes of it."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.chapters.comparison import titles
from analysis.chapters.shared import labels
from analysis.chapters.shared.style import (
    INK,
    INKED,
    Look,
    by_option,
    dressed,
    inked,
    money,
    option_rows,
    tips,
)
from analysis.decision.wording import figure, percent

WIDE, TALL = 470, 260
"""So wide that a list has room beside the picture."""

PALE = 0.5
"""How strongly an option is drawn that is not ranked."""

Spans = tuple[list[float], list[float]]


def cost_and_date(frame: pd.DataFrame, look: Look, month_usd: float | None = None) -> Any:
    """Compared cost over months to the target: each option's mean with P10 to P90 both ways, pale
    where it is not ranked; where a month has a value, the line on which every point is worth as
    much as the best option.
    """
    size, unit = money(frame["p90_usd"])
    data = frame.assign(**{f"{q}_cost": frame[f"{q}_usd"] / size for q in ("mean", "p10", "p90")})
    data = data.drop(columns=["mean_usd", "p10_usd", "p50_usd", "p90_usd"])
    spans = _span(data, "months"), _span(data, "cost")
    able = month_usd is not None and bool(frame["ranked"].any())
    line = _equal_value(data, (month_usd or 0.0) / size, spans[0]) if able else None
    layers = _means_and_ranges(_labelled(data, *spans, line), spans, unit, look)
    if line is not None:
        dashes = alt.Chart(line).mark_line(color=INK, strokeDash=[5, 4], strokeWidth=1, clip=True)
        layers.insert(0, dashes.encode(alt.X("months:Q"), alt.Y("cost:Q")))
    picture = alt.layer(*layers, width=WIDE, height=TALL).resolve_scale(color="independent")
    note = _cost_and_date_note(frame, month_usd)
    return dressed(picture, titles.cost_and_date(frame, month_usd), note, WIDE)


def costs(frame: pd.DataFrame, look: Look) -> Any:
    """Compared cost of each option, P10 to P90 and its mean, where nothing has a date."""
    size, unit = money(frame["p90_usd"])
    data = frame[["option"]].assign(**{q: frame[f"{q}_usd"] / size for q in ("p10", "mean", "p90")})
    data["words"] = [figure(mean) for mean in data["mean"]]
    base = alt.Chart(data).encode(y=option_rows(look), color=by_option(look))
    x = alt.X("p10:Q", title=f"Compared cost, {unit}", axis=alt.Axis(tickCount=6))
    rule = base.mark_rule(strokeWidth=4).encode(x.scale(zero=True), alt.X2("p90:Q"))
    dot = base.mark_circle(size=150, opacity=1)
    dot = dot.encode(x="mean:Q", tooltip=tips(data, "option", "p10", "mean", "p90"))
    words = alt.Chart(inked(data, look)).mark_text(dy=-14, fontWeight="bold", fontSize=13)
    words = words.encode(x="mean:Q", y=option_rows(look), text="words:N", color=INKED)
    picture = (rule + dot + words).properties(width=WIDE - 100, height=58 * len(data))
    picture = picture.resolve_scale(color="independent")
    return dressed(picture, titles.costs(frame), "Dot: mean; lines: P10 to P90.", WIDE)


def _means_and_ranges(data: pd.DataFrame, spans: Spans, unit: str, look: Look) -> list[alt.Chart]:
    """The lines from P10 to P90, the dots and their labels."""
    x = _axis("x", "mean_months", "Months from the decision to the target", spans[0])
    y = _axis("y", "mean_cost", f"Compared cost, {unit}", spans[1])
    shade = alt.Opacity("shade:Q", scale=None)
    data = data.assign(shade=[1.0 if ranked else PALE for ranked in data["ranked"]])
    base, colour = alt.Chart(data).encode(shade), by_option(look)
    ends = ("mean_months", "p10_months", "p90_months", "mean_cost", "p10_cost", "p90_cost")
    said = tips(data, "option", *ends, "missed")
    rule = base.mark_rule(strokeWidth=2)
    words = alt.Chart(inked(data, look)).mark_text(
        align="left", baseline="top", fontWeight="bold", lineBreak="\n"
    )
    place = alt.X("label_months:Q"), alt.Y("label_cost:Q")
    return [
        rule.encode(alt.X("p10_months:Q"), alt.X2("p90_months:Q"), y, colour),
        rule.encode(x, alt.Y("p10_cost:Q"), alt.Y2("p90_cost:Q"), colour),
        base.mark_circle(size=110).encode(x, y, colour, tooltip=said),
        words.encode(*place, alt.Text("label:N"), INKED),
    ]


def _equal_value(data: pd.DataFrame, slope: float, span: list[float]) -> pd.DataFrame:
    """The line through the best option along which a month later must be paid for: its two ends."""
    able = data[data["ranked"]]
    best = able.iloc[int((able["mean_cost"] + slope * able["mean_months"]).argmin())]
    ends = pd.DataFrame({"months": span})
    return ends.assign(cost=best["mean_cost"] - slope * (ends["months"] - best["mean_months"]))


def _cost_and_date_note(frame: pd.DataFrame, month_usd: float | None) -> str:
    note = "Dot: mean; lines: P10 to P90."
    if not frame["ranked"].all():
        note += " Pale: below the line, not ranked."
    if (frame["missed"] > 0).any():
        horizon = figure(frame["horizon_months"].iloc[0])
        note += f" A target that is missed counts as month {horizon}."
    if month_usd is not None and frame["ranked"].any():
        of = "" if frame["ranked"].all() else " of those that are ranked"
        note += f" Dashed: worth as much as the best{of}."
    return note


SEEN_SHARE = 0.05
"""Targets that are missed in fewer futures than this stand in no label, so that there is room."""


def _words(option: str, missed: float) -> str:
    """An option's label; a second line says in how many futures it misses the target."""
    if missed < SEEN_SHARE:
        return option
    return f"{option}\nnever there" if missed == 1 else f"{option}\nmissed in {percent(missed)}"


def _axis(channel: str, field: str, title: str, span: list[float]) -> Any:
    kind = alt.X if channel == "x" else alt.Y
    scale = alt.Scale(domain=span, nice=False, zero=False)
    return kind(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=8))


def _span(data: pd.DataFrame, what: str) -> list[float]:
    """The ends of an axis, a tenth wider than what is drawn."""
    drawn = data[[f"{q}_{what}" for q in ("p10", "mean", "p90")]].to_numpy()
    least, most = float(drawn.min()), float(drawn.max())
    room = 0.1 * (most - least) or max(0.1 * abs(most), 1.0)
    return [least - room, most + room]


def _labelled(
    data: pd.DataFrame, months: list[float], cost: list[float], line: pd.DataFrame | None
) -> pd.DataFrame:
    """The frame with a label for each option and its place, in months and money, clear of the
    options' marks and of the line."""
    across, up = WIDE / (months[1] - months[0]), TALL / (cost[1] - cost[0])
    x = (data[["p10_months", "mean_months", "p90_months"]].to_numpy() - months[0]) * across
    y = (data[["p10_cost", "mean_cost", "p90_cost"]].to_numpy() - cost[0]) * up
    taken = [box for one in zip(x.tolist(), y.tolist(), strict=True) for box in _marks(*one)]
    if line is not None:
        ends = zip(
            (line["months"] - months[0]) * across, (line["cost"] - cost[0]) * up, strict=True
        )
        taken += _along(*ends)
    words = [_words(*one) for one in zip(data["option"], data["missed"], strict=True)]
    dots = list(zip(x[:, 1].tolist(), y[:, 1].tolist(), strict=True))
    boxes = labels.places(dots, words, taken, (WIDE, TALL))
    return data.assign(
        label=words,
        label_months=[box[0] / across + months[0] for box in boxes],
        label_cost=[box[3] / up + cost[0] for box in boxes],
    )


def _marks(x: list[float], y: list[float]) -> list[labels.Box]:
    """The boxes in pixels that an option's two lines and its dot take up, from P10, mean, P90."""
    return [
        (x[0], y[1] - 2, x[2], y[1] + 2),
        (x[1] - 2, y[0], x[1] + 2, y[2]),
        (x[1] - 7, y[1] - 7, x[1] + 7, y[1] + 7),
    ]


def _along(start: labels.Point, end: labels.Point) -> list[labels.Box]:
    """Small boxes in pixels along a line."""
    steps = np.linspace(start, end, 120).tolist()
    return [(x - 3, y - 3, x + 3, y + 3) for x, y in steps]
