"""The power of each site against what its GPUs need."""

from typing import Any

import altair as alt
import pandas as pd

from analysis import claims
from analysis.charts.style import HEIGHT, WIDTH, Look, day, dressed, tips

STAGE_COLOURS = ("#eef2f6", "#d5dde6", "#aebccb", "#f6c98b", "#e9a35b", "#cdb4db")
"""Light tones, so that the need is legible in front of them."""


def site_power(frame: pd.DataFrame, look: Look) -> Any:
    """Mean MW of each power stage, stacked, against what the installed GPUs need; site by site."""
    sites = list(dict.fromkeys(frame["site"]))
    return dressed(
        alt.vconcat(*(_one_site(frame, site, look) for site in sites)).resolve_scale(
            color="independent"
        ),
        "; ".join(claims.power(frame[frame["site"] == site], site) for site in sites),
        "Areas: mean MW that is there; line and band: peak MW that the installed GPUs need, "
        "P50 and P10 to P90.",
    )


def _one_site(frame: pd.DataFrame, site: str, look: Look) -> alt.LayerChart:
    here = frame[frame["site"] == site]
    stages, need = here[here["kind"] == "stage"], here[here["kind"] == "need"]
    colour = look.colour(here["option"].iloc[0])
    x = day("day", "Month")
    order = list(dict.fromkeys(stages["stage"]))
    shades = [STAGE_COLOURS[i % len(STAGE_COLOURS)] for i in range(len(order))]
    greys = alt.Scale(domain=order, range=shades)
    area = (
        alt.Chart(stages.assign(rank=stages["stage"].map(order.index)))
        .mark_area()
        .encode(
            x=x,
            y=alt.Y("mw:Q", stack="zero", title="MW at the site"),
            color=alt.Color("stage:N", scale=greys, sort=order, title="Power stage (mean)"),
            order=alt.Order("rank:Q"),
            tooltip=tips("stage", "day", "mw"),
        )
    )
    band = alt.Chart(need).mark_area(opacity=0.25, color=colour).encode(x=x, y="p10:Q", y2="p90:Q")
    line = (
        alt.Chart(need)
        .mark_line(color=colour, strokeWidth=2.5)
        .encode(x=x, y="p50:Q", tooltip=tips("day", "p10", "p50", "p90"))
    )
    label = (
        alt.Chart(need.iloc[[-1]])
        .mark_text(
            text="need of the GPUs (P50)", align="right", dy=-8, color=colour, fontWeight="bold"
        )
        .encode(x=x, y="p50:Q")
    )
    return (area + band + line + label).properties(width=WIDTH, height=HEIGHT)
