"""What a choice costs in hindsight, and what to learn before it."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.shared.style import INK, WIDTH, Look, by_option, dressed, money, tips
from analysis.chapters.shared.words import listed
from analysis.chapters.value import titles
from analysis.decision.wording import usd

LABELS = 250
MOST_INPUTS = 12


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
