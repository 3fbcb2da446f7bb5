"""What moves the difference of the two options of the question."""

from typing import Any

import altair as alt
import pandas as pd

from analysis import claims
from analysis.charts.style import INK, WIDTH, Look, dressed, money, nothing, tips


def one_at_a_time(frame: pd.DataFrame, look: Look, rows: int = 12) -> Any:
    """How far each input, moved from low to high alone, moves the difference of the pair in present
    cost and in months to the target; the inputs that move it most."""
    if look.pair is None or frame.empty:
        return dressed(nothing(), "There is only one option, so nothing to compare", "")
    panels = [_moved(frame, look.pair, what, rows) for what in ("cost_usd", "months")]
    return dressed(
        alt.vconcat(*panels).resolve_scale(y="independent", x="independent"),
        claims.moved(frame),
        f"Bars start at the mid case. Left of zero {look.pair[0]} is cheaper, or earlier. "
        "An event is drawn like a range: not happening, happening.",
    )


def _moved(frame: pd.DataFrame, pair: tuple[str, str], what: str, rows: int) -> alt.LayerChart:
    scale, unit = (1.0, "months")
    if what == "cost_usd":
        scale, words = money(frame[["cost_usd_low", "cost_usd_high"]].abs().max(axis=1))
        unit = f"present cost, {words}"
    top = frame.sort_values(f"{what}_swing", ascending=False, kind="stable").head(rows)
    top = top[top[f"{what}_swing"] > 0]
    ends = [
        pd.DataFrame(
            {
                "label": top["label"],
                "end": end,
                "at": top[f"{what}_{end}"] / scale,
                "mid": top[f"{what}_mid"] / scale,
                "value": [f"{x:g} {u}" for x, u in zip(top[end], top["unit"], strict=True)],
            }
        )
        for end in ("low", "high")
    ]
    shades = alt.Scale(domain=["low", "high"], range=["#94a3b8", "#334155"])
    bars = (
        alt.Chart(pd.concat(ends))
        .mark_bar(height=14)
        .encode(
            y=alt.Y("label:N", sort=list(top["label"]), title=None, axis=alt.Axis(labelLimit=260)),
            x=alt.X("at:Q", title=f"{pair[0]} less {pair[1]}, {unit}"),
            x2="mid:Q",
            color=alt.Color("end:N", title="Input at its", sort=["low", "high"], scale=shades),
            tooltip=tips("label", "end", "value", "at"),
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeDash=[4, 3])
    return (bars + zero.encode(x="zero:Q")).properties(
        width=WIDTH - 240, height=22 * max(len(top), 1)
    )
