"""When GPUs come, are energised and train; when the need is met."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.schedule import titles
from analysis.chapters.shared.style import (
    INK,
    Look,
    at,
    band,
    by_option,
    day,
    dressed,
    panels,
)
from analysis.chapters.shared.words import short_month
from analysis.decision.wording import percent

SPAN = 350
"""Width of the bars of a timeline; beside them are the names of its rows, and words."""

ROW = 17
"""Height of one row of a timeline."""


def phases(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """The way of each option to the target: bars from P10 to P90, a tick at P50, the need."""
    months = zip(frame["p50_day"], frame["within"], strict=True)
    words = [when(mid, within) for mid, within in months]
    return dressed(
        timeline(frame.assign(words=words), "option", "phase", by_option(look)),
        titles.phases(frame),
        "Bar: P10 to P90; tick and month: P50; triangle: beyond the horizon in the share named"
        + ("; dashed: the need." if "need_day" in frame else "."),
    )


def timeline(frame: pd.DataFrame, group: str, row: str, colour: Any) -> alt.FacetChart:
    """Bars of dates, one panel per `group` and one line per `row`, with `words` beside each; a
    dashed line at `need_day` where the table has one.

    A bar whose P90 lies beyond the horizon ends there in a triangle.
    """
    drawn = _drawn(frame, group, row)
    base = alt.Chart(drawn).encode(
        y=alt.Y(f"{row}:N", title=None, sort=None, axis=alt.Axis(labelLimit=150, ticks=False))
    )
    x, groups = day("start_day", "Month"), list(dict.fromkeys(frame[group]))
    # the end of a bar would be read out as the local day of whoever looks: told in our own words
    layers: Any = base.mark_rule(color="#e5e7eb", aria=False).encode(x=x, x2="end_day:T")
    layers += base.mark_bar(height=8, opacity=0.5).encode(
        x=at("p10_day"), x2="until:T", color=colour, description="told:N"
    )
    layers += base.mark_tick(thickness=3, size=13).encode(x=at("p50_day"), color=colour)
    layers += base.mark_point(shape="triangle-right", filled=True, opacity=1, size=50).encode(
        x=at("beyond"), color=colour
    )
    layers += base.mark_text(align="left", color=INK, fontSize=11).encode(
        x=alt.value(SPAN + 10), text="words:N"
    )
    if "need_day" in frame:
        layers += _need(drawn)
    head = alt.Header(labelAnchor="start", labelAlign="right", labelPadding=4)
    return (
        layers.properties(width=SPAN, height=alt.Step(ROW))
        .facet(facet=alt.Facet(f"{group}:N", title=None, sort=groups, header=head), columns=1)
        .properties(spacing=2)
        .resolve_scale(y="independent")
    )


def _drawn(frame: pd.DataFrame, group: str, row: str) -> pd.DataFrame:
    """The columns that a timeline draws: where a bar ends, where its triangle stands."""
    bars = frame[[group, row, "words", "start_day", "end_day", "p10_day", "p50_day"]].copy()
    bars["until"] = frame["p90_day"].where(frame["p90_day"].notna(), frame["end_day"])
    bars["told"] = bars[row] + ": " + bars["p10_day"].fillna("never") + " to " + bars["until"]
    bars["beyond"] = frame["end_day"].where(frame["within"] < 1, None)
    if "need_day" in frame:
        bars["need_day"] = frame["need_day"]
        bars["need_words"] = [_need_words(frame)] + [""] * (len(frame) - 1)
    return bars


def when(p50_day: str | None, within: float) -> str:
    """The month at P50, and the share of futures in which a date lies beyond the horizon."""
    if within == 0:
        return "not within the horizon"
    if not isinstance(p50_day, str):
        return f"only in {percent(within)}"
    return short_month(p50_day) + (f", not in {percent(1 - within)}" if within < 1 else "")


def ramps(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """GPUs installed (dashed, P50) and energised (P50 and P10 to P90), one panel per option."""
    wide = frame[frame["kind"] == "energised"].copy()
    wide["installed"] = frame.loc[frame["kind"] == "installed", "p50"].to_numpy()
    wide = wide.drop(columns=["kind"])
    dashes = alt.Chart(wide).mark_line(strokeWidth=1.5, strokeDash=[5, 3], color=INK)
    installed = dashes.encode(x=day("day", "Month"), y="installed:Q")
    energised = band(wide, look, "GPUs", more=("installed",))
    return dressed(
        panels(energised + installed, look, 180, 120),
        titles.waiting(frame),
        "Line and band: GPUs energised, P50 and P10 to P90; dashed: GPUs installed, P50.",
    )


def served(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """H100 served by the option's own GPUs, P10 to P90 and P50, and those wanted (dashed), one
    panel per option."""
    dashes = alt.Chart(frame[["option", "day", "wanted"]]).mark_line(
        interpolate="step", strokeDash=[5, 3], color=INK, strokeWidth=1.5
    )
    wanted = dashes.encode(x=day("day", "Month"), y="wanted:Q")
    data = frame.drop(columns=["served_share"])
    own = band(data, look, "GPUs (H100 by peak)", more=("wanted",))
    return dressed(
        panels(own + wanted, look, 180, 120),
        titles.served(frame, look.pair),
        "Line and band: served by the option's own GPUs, P50 and P10 to P90; dashed: wanted, P50.",
    )


def _need(frame: pd.DataFrame) -> Any:
    """The date by which the need is to be met, with its label where `need_words` says it."""
    base = alt.Chart(frame).encode(x=day("need_day", "Month"))
    words = base.transform_filter("datum.need_words != ''").mark_text(color=INK, fontSize=11)
    return base.mark_rule(color=INK, strokeDash=[4, 3]) + words.encode(
        y=alt.value(-7), text="need_words:N"
    )


def _need_words(frame: pd.DataFrame) -> str:
    return f"need: {short_month(frame['need_day'].iloc[0])}"
