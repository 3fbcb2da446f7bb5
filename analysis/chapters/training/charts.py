"""GPUs of the run and the day of the target."""

import altair as alt
import pandas as pd

from analysis.chapters.shared.rows import NEVER
from analysis.chapters.shared.style import (
    INK,
    WIDTH,
    Look,
    band,
    by_option,
    dressed,
    option_rows,
    panels,
    tips,
)
from analysis.chapters.training import titles
from analysis.decision.wording import percent


def gpus_training(frame: pd.DataFrame, by_peak: str, look: Look) -> alt.FacetChart:
    """GPUs that the run uses over time, P10 to P90 and P50, one panel per option; the note says
    what they count `by_peak`."""
    picture = panels(band(frame, look, "GPUs, of any chip", "_gpus"), look, 190, 130)
    note = f"GPUs in the run. Band: P10 to P90 of the futures; line: P50.{by_peak}"
    return dressed(picture, titles.training(frame), note)


def target_dates(frame: pd.DataFrame, look: Look) -> alt.VConcatChart:
    """When the target is reached: share of futures by three months, and of those that never do."""
    reached, never = frame[frame["day"] != NEVER], frame[frame["day"] == NEVER]
    picture = alt.vconcat(_dates(reached, look), _missed(never, look))
    return dressed(picture, titles.target(never), "Share of futures by three months.")


def _dates(reached: pd.DataFrame, look: Look) -> alt.FacetChart:
    """Bars of three months, one row per option."""
    header = alt.Header(labelAngle=0, labelAlign="left", labelLimit=130)
    row = alt.Row("option:N", title=None, sort=look.options, header=header)
    x = alt.X(
        "day:T",
        scale=alt.Scale(type="utc"),
        title="Month in which the target is reached",
        axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=5),
    )
    shares = [percent(share) for share in reached["share"]]
    told = reached["option"] + ": " + shares + " from " + reached["day"] + " to " + reached["until"]
    bars = (
        alt.Chart(reached.assign(none=0.0, told=told))
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=x,
            x2="until:T",
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=2)),
            y2="none:Q",
            color=by_option(look),
            tooltip=tips(reached, "option", "day", "share"),
            description="told:N",  # the end would be read out as a local day
        )
    )
    return bars.properties(width=WIDTH - 250, height=46).facet(row=row, spacing=6)


def _missed(never: pd.DataFrame, look: Look) -> alt.LayerChart:
    """The share of futures that do not reach the target, by option."""
    base = alt.Chart(never).encode(
        y=option_rows(look, 140),
        x=alt.X(
            "share:Q",
            title="Share of futures: " + NEVER,
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
    )
    bars = base.mark_bar().encode(color=by_option(look), tooltip=tips(never, "option", "share"))
    text = base.mark_text(align="left", dx=4, color=INK)
    return (bars + text.encode(text=alt.Text("share:Q", format=".0%"))).properties(
        width=WIDTH - 250
    )
