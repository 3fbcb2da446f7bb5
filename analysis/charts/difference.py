"""The walk from one answer to another, one changed input at a time."""

from typing import Any

import altair as alt
import pandas as pd

from analysis import claims
from analysis.charts.style import GREY, INK, WIDTH, Look, dressed, money, tips
from analysis.wording import figure


def waterfall(frame: pd.DataFrame, look: Look) -> Any:
    """What each changed input moved the pair by, in present cost and in months, from one answer to
    the other: bars that join, first the largest."""
    one, other = look.pair or (look.options[0], look.options[-1])
    panels = [_walk(frame, measure, (one, other), look) for measure in ("cost_usd", "months")]
    return dressed(
        alt.vconcat(*panels).resolve_scale(y="independent", x="independent"),
        claims.waterfall(frame),
        f"Grey: {one} less {other} before and after, on the mean. Between: each changed input, in "
        "the colour of the option that it favours; the mean of two orders, so that all add up.",
    )


def _walk(frame: pd.DataFrame, measure: str, pair: tuple[str, str], look: Look) -> alt.LayerChart:
    """One measure: the two ends, the steps between, and the amounts beside the bars."""
    favours = {True: look.colour(pair[1]), False: look.colour(pair[0])}
    mine = frame[frame["measure"] == measure].reset_index(drop=True)
    size, unit = (1.0, "months to the target")
    if measure == "cost_usd":
        size, words = money(mine[["first", "last"]].abs().max(axis=1))
        unit = f"present cost, {words}"
    data = pd.DataFrame(
        {
            "label": mine["label"],
            "first": mine["first"] / size,
            "last": mine["last"] / size,
            "right": mine[["first", "last"]].max(axis=1) / size,
            "moved": mine["moved"] / size,
            "colour": [
                GREY if kind != "step" else favours[moved > 0]
                for kind, moved in zip(mine["kind"], mine["moved"], strict=True)
            ],
            "told": [
                _told(kind, moved / size)
                for kind, moved in zip(mine["kind"], mine["moved"], strict=True)
            ],
            "value": mine["changed"],
        }
    )
    axis = alt.Axis(labelLimit=280, ticks=False)
    y = alt.Y("label:N", sort=list(data["label"]), title=None, axis=axis)
    base = alt.Chart(data)
    bars = base.mark_bar(height=13).encode(
        y,
        alt.X("first:Q", title=f"{pair[0]} less {pair[1]}, {unit}"),
        alt.X2("last:Q"),
        alt.Color("colour:N", scale=None),
        tooltip=tips("label", "value", "moved"),
    )
    words = base.mark_text(align="left", dx=4, color=INK, fontSize=11).encode(
        y, alt.X("right:Q"), alt.Text("told:N")
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK)
    return (bars + words + zero.encode(x="zero:Q")).properties(
        width=WIDTH - 300, height=20 * len(data)
    )


def _told(kind: str, moved: float) -> str:
    """An amount as it stands beside its bar: a step with its sign."""
    if kind != "step":
        return figure(moved)
    return f"{'+' if moved > 0 else ''}{figure(moved, digits=2)}"
