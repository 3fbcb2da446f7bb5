"""What the value of time makes of the choice, what a choice costs in hindsight, what to learn."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.shared.style import (
    GREY,
    INK,
    WIDTH,
    Look,
    by_option,
    dressed,
    money,
    tips,
)
from analysis.chapters.shared.words import listed
from analysis.chapters.value import titles
from analysis.decision.wording import figure, usd

TALL, WIDE = 240, (WIDTH - 150) // 2
LABELS = 250
MOST_INPUTS = 12


def time_value(curves: pd.DataFrame, worth: pd.DataFrame, look: Look) -> Any:
    """How much better one option of the question is than the other, over the value of a month and
    over that of the race: the mean with P10 to P90, where it turns, and the values asked about."""
    forms, (_, b) = list(dict.fromkeys(curves["form"])), look.pair or ("", "")
    wide = WIDE if len(forms) > 1 else WIDTH - 60
    panels = [
        _curve(curves[curves["form"] == form], worth[worth["form"] == form], look, wide)
        for form in forms
    ]
    even = " Circle: equal on the mean." if worth.apply(titles.turns, axis=1).any() else ""
    mark = "stated" if worth["stated"].all() else "stated, or where first place of all changes"
    return dressed(
        alt.hconcat(*panels, spacing=24),
        titles.time_value(worth),
        f"Line: mean; band: P10 to P90. Below zero {b} is better.{even} Dotted: values as {mark}.",
    )


def _curve(here: pd.DataFrame, worth: pd.DataFrame, look: Look, wide: int) -> Any:
    """The panel of one form of value: the left end is cost alone."""
    a, _ = look.pair or ("", "")
    columns = ["p10_usd", "mean_usd", "p90_usd"]
    (x_size, x_unit), (size, unit) = money(here["usd"]), money(here[columns].abs().max(axis=1))
    ends = {q: here[f"{q}_usd"] / size for q in ("p10", "mean", "p90")}
    data = pd.DataFrame({"worth": here["usd"] / x_size, "zero": 0.0} | ends)
    drawn = data[["zero", *ends]].to_numpy()
    low, high = float(drawn.min()), float(drawn.max())
    room = (high - low) or 1.0
    scale = alt.Scale(domain=[low - 0.16 * room, high + 0.3 * room], nice=False, zero=False)
    y = alt.Y("mean:Q", title=f"{a} better by, {unit}", scale=scale)
    what = "Value of a month"
    if worth["form"].iloc[0] == "race":
        what = f"Prize for month {figure(worth['by_months'].iloc[0])}"
    axis = alt.Axis(tickCount=5)
    x = alt.X("worth:Q", title=f"{what}, {x_unit}", axis=axis, scale=alt.Scale(nice=False))
    base = alt.Chart(data)
    return alt.layer(
        base.mark_area(opacity=0.25, color=GREY).encode(x, alt.Y("p10:Q"), alt.Y2("p90:Q")),
        base.mark_line(color=GREY, strokeDash=[4, 3], strokeWidth=1).encode(x, alt.Y("zero:Q")),
        base.mark_line(color=INK, strokeWidth=2).encode(x, y, tooltip=tips(data, "worth", "mean")),
        *_marks(worth, x_size, low - 0.05 * room, high + 0.12 * room),
        width=wide,
        height=TALL,
    )


def _marks(worth: pd.DataFrame, size: float, foot: float, top: float) -> list[alt.Chart]:
    """A dotted line at each value above 0 that is asked about, which ends short of the words above
    and below, and a circle where the two are equal."""
    asked = pd.DataFrame({"worth": worth["usd"] / size, "foot": foot, "top": top})
    asked = asked[asked["worth"] > 0].assign(told=lambda drawn: drawn["worth"].map(figure))
    base = alt.Chart(asked)
    x = alt.X("worth:Q")
    layers = [
        base.mark_rule(color=INK, strokeDash=[2, 2]).encode(x, alt.Y("foot:Q"), alt.Y2("top:Q")),
        base.mark_text(align="left", dx=4, color=INK).encode(x, alt.Y("top:Q"), alt.Text("told:N")),
    ]
    row = worth.iloc[0]
    if titles.turns(row):
        flip = row["flip_usd"] / size
        told = figure(flip, row["flip_se"] / size)
        even = alt.Chart(pd.DataFrame({"worth": [flip], "zero": [0.0], "told": [told]}))
        even = even.encode(x, alt.Y("zero:Q"))
        circle = even.mark_point(color=INK, size=120, strokeWidth=2)
        words = even.mark_text(align="left", dx=9, dy=12, fontWeight="bold", color=INK)
        layers += [
            circle.encode(tooltip=tips(even.data, "worth")),
            words.encode(alt.Text("told:N")),
        ]
    return layers


def burden_regret(frame: pd.DataFrame, look: Look) -> Any:
    """What each option costs over the best one of the same future, months included, at each value
    of a month: the mean with P10 to P90."""
    size, unit = money(frame["p90_usd"])
    data = frame[["month_usd", "option"]].assign(
        middle=frame["mean_usd"] / size, low=frame["p10_usd"] / size, high=frame["p90_usd"] / size
    )
    order = [o for o in look.options if o in set(data["option"])]
    return dressed(
        _panels(data, "option", order, by_option(look), f"Regret, {unit}", 34),
        titles.burden_regret(frame),
        "Dot: mean; line: P10 to P90 of the futures. The least mean is what it is worth to know "
        "everything.",
    )


def learnt(frame: pd.DataFrame, considered: list[str]) -> Any:
    """What it is worth to learn one input, or everything, before choosing between some options, at
    each value of a month: two standard errors either way."""
    size, unit = money(frame["worth_usd"])
    shown = _most_worth(frame)
    worth, error = shown["worth_usd"], 2 * shown["se_usd"]
    data = shown[["month_usd", "label"]].assign(
        middle=worth / size,
        low=(worth - error).clip(lower=0) / size,
        high=(worth + error) / size,
        shade=[INK if told else "#9ca3af" for told in shown["told"]],
    )
    order, shade = list(dict.fromkeys(data["label"])), alt.Color("shade:N", scale=None)
    return dressed(
        _panels(data, "label", order, shade, f"Worth, {unit}", 22),
        titles.learnt(frame),
        "Dot: worth; line: two standard errors; grey: not told from zero."
        f"{titles.most_worth(frame)} To choose between {listed(considered)}.{_left_out(frame)}",
    )


def _most_worth(frame: pd.DataFrame) -> pd.DataFrame:
    """Everything, and the inputs that are told at some value of a month; the first of them."""
    told = frame.loc[frame["told"] & (frame["assumption"] != ""), "assumption"]
    shown = ["", *dict.fromkeys(told)][: MOST_INPUTS + 1]
    return frame[frame["assumption"].isin(shown)].assign(
        worth_usd=lambda drawn: drawn["worth_usd"].clip(lower=0)
    )


def _left_out(frame: pd.DataFrame) -> str:
    """How many inputs are told at some value of a month and not drawn."""
    more = frame.loc[frame["told"] & (frame["assumption"] != ""), "assumption"].nunique()
    return f" Not drawn: {more - MOST_INPUTS} of less worth." if more > MOST_INPUTS else ""


def _panels(
    data: pd.DataFrame, rows: str, order: list[str], colour: alt.Color, title: str, high: int
) -> alt.HConcatChart:
    """A panel for each value of a month; its rows, so many pixels high, are named in the first:
    a line from `low` to `high` and a dot in the `middle`."""
    values, panels = list(dict.fromkeys(data["month_usd"])), []
    size = {"width": (WIDTH - LABELS - 40) // len(values), "height": high * data[rows].nunique()}
    for i, value in enumerate(values):
        here = data[data["month_usd"] == value]
        axis = alt.Axis(labels=i == 0, ticks=i == 0, labelLimit=LABELS)
        y = alt.Y(f"{rows}:N", title=None, sort=order, axis=axis)
        base = alt.Chart(here).encode(y, color=colour)
        rule = base.mark_rule(strokeWidth=3).encode(alt.X("low:Q"), alt.X2("high:Q"))
        dot = base.mark_circle(size=80, opacity=1).encode(
            alt.X("middle:Q", title=title, axis=alt.Axis(tickCount=3)),
            tooltip=tips(here, rows, "low", "middle", "high"),
        )
        words = ["A month is", "worth " + (usd(value) if value else "nothing")]
        head = alt.TitleParams(words, fontSize=12, offset=4)
        panels.append((rule + dot).properties(title=head, **size))
    return alt.hconcat(*panels, spacing=14)
