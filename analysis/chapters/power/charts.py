"""The power of each site against what its GPUs need."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.chapters.power import titles
from analysis.chapters.schedule.charts import SPAN, timeline, when
from analysis.chapters.shared.style import (
    HEIGHT,
    INK,
    WIDTH,
    Look,
    day,
    dressed,
    legible,
    option_rows,
    tips,
)
from analysis.decision.wording import figure
from analysis.scenario.schema import SUPPLIER

STAGE_COLOURS = ("#eef2f6", "#d5dde6", "#aebccb", "#f6c98b", "#e9a35b", "#cdb4db")
"""Light tones, so that the need is legible in front of them."""


SUPPLIED = "#7f8c9b"
"""The tone of energy that a supplier buys; a stage's own tone tells it apart."""


NEEDED = "#b45309"


CARRIED = "MW at the site"


def site_power(frame: pd.DataFrame, wanted: pd.DataFrame, look: Look) -> Any:
    """Mean MW of each power stage, stacked, against what the installed GPUs need; site by site."""
    sites = list(dict.fromkeys(frame["site"]))
    note = "Areas: mean MW that is there. Line: need of the installed GPUs, P50; thin: P10, P90."
    never = {site: titles.never_carried(wanted, site) for site in sites}
    panels = [_one_site(frame, site, look) for site in sites]
    if len(sites) == 1:
        note = f"{note} {never[sites[0]]}".strip()
    else:
        heads = [
            alt.TitleParams(titles.power_of(frame, site), subtitle=never[site], anchor="start")
            for site in sites
        ]
        panels = [p.properties(title=h, height=170) for p, h in zip(panels, heads, strict=True)]
    own = frame.loc[frame["kind"] == "stage", "stage"].nunique() > len(STAGE_COLOURS)
    scale: Any = "independent" if own else "shared"
    return dressed(alt.vconcat(*panels).resolve_scale(color=scale), titles.power(frame), note)


def _one_site(frame: pd.DataFrame, site: str, look: Look) -> alt.LayerChart:
    here = frame[frame["site"] == site]
    stages, need = here[here["kind"] == "stage"], here[here["kind"] == "need"]
    colour = look.colour(here["option"].iloc[0])
    x = day("day", "Month")
    all_stages = list(dict.fromkeys(frame.loc[frame["kind"] == "stage", "stage"]))
    few = len(all_stages) <= len(STAGE_COLOURS)
    order = all_stages if few else list(dict.fromkeys(stages["stage"]))
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
            tooltip=tips(stages, "stage", "day", "mw"),
        )
    )
    ends = alt.Chart(need).mark_line(color=colour, strokeWidth=1, strokeDash=[4, 3]).encode(x=x)
    line = (
        alt.Chart(need)
        .mark_line(color=colour, strokeWidth=2.5)
        .encode(x=x, y="p50:Q", tooltip=tips(need, "day", "p10", "p50", "p90"))
    )
    label = (
        alt.Chart(need.iloc[[-1]])
        .mark_text(
            text="need of the GPUs (P50)",
            align="right",
            dy=-8,
            color=legible(colour),
            fontWeight="bold",
        )
        .encode(x=x, y="p50:Q")
    )
    both = ends.encode(alt.Y("p10:Q", title=CARRIED)) + ends.encode(alt.Y("p90:Q", title=CARRIED))
    return (area + both + line + label).properties(width=WIDTH, height=HEIGHT)


def stages(frame: pd.DataFrame) -> alt.FacetChart:
    """When each power stage comes: P10 to P90 and P50, with its MW, site by site."""
    words = [
        f"{figure(mw)} MW; {when(mid, within)}"
        for mw, mid, within in zip(frame["mw_p50"], frame["p50_day"], frame["within"], strict=True)
    ]
    return dressed(
        timeline(frame.assign(words=words), "site", "stage", alt.value("#4b5563")),
        titles.stages(frame),
        "Bar: P10 to P90; tick and month: P50; triangle: never within the horizon in the share "
        "named; MW at P50.",
    )


def carried_band(here: pd.DataFrame) -> alt.LayerChart:
    """MW by month: P50 and P10 to P90."""
    base = alt.Chart(here[["day", "p10", "p50", "p90"]]).encode(x=day("day", "Month"))
    band = base.mark_area(opacity=0.25, color=INK).encode(
        y=alt.Y("p10:Q", title=CARRIED), y2="p90:Q"
    )
    line = base.mark_line(color=INK, strokeWidth=2)
    return band + line.encode(y="p50:Q", tooltip=tips(here, "day", "p10", "p50", "p90"))


def emissions(frame: pd.DataFrame, totals: pd.DataFrame, look: Look) -> alt.LayerChart:
    """Mean tCO2 over the horizon by source, stacked, with P10 to P90 of the total, by option."""
    size, unit = titles.tonnes_unit(totals["tco2_p90"])
    sums = frame.groupby(["option", "source"], sort=False, as_index=False)["tco2"].sum()
    y = option_rows(look)
    x = alt.X("amount:Q", title=f"{unit} tCO2 over the horizon", axis=alt.Axis(tickCount=6))
    data = _placed(sums.assign(amount=sums["tco2"] / size))
    bars = (
        alt.Chart(data)
        .mark_bar(stroke="#9ca3af", strokeWidth=0.5)
        .encode(
            y=y,
            x=x,
            color=_sources(frame),
            order=alt.Order("place:Q"),
            tooltip=[*tips(data, "option"), alt.Tooltip("source:N"), *tips(data, "amount")],
        )
    )
    marks = alt.Chart(_totals(totals, size)).encode(y=y)
    rule = marks.mark_rule(color="black", strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    dot = marks.mark_point(color="black", filled=True, size=60).encode(x="mid:Q")
    label = marks.mark_text(align="left", fontSize=11, color=INK).encode(
        x=alt.value(SPAN + 8), text="words:N"
    )
    return dressed(
        (bars + rule + dot + label).properties(width=SPAN, height=46 * len(totals)),
        titles.emissions(totals, look.pair),
        "Bars: means; black: P50 and P10 to P90 of the total; at the right: tCO2 per useful "
        "PFLOP-day.",
    )


def _totals(totals: pd.DataFrame, size: float) -> pd.DataFrame:
    """The ends of the total of each option, and what it emits per useful compute, in words."""
    words = [
        "no useful compute" if pd.isna(x) else f"{figure(x, digits=2)} tCO2 per PFLOP-day"
        for x in totals["tco2_per_pflop_day"]
    ]
    ends = {"low": "tco2_p10", "mid": "tco2_p50", "high": "tco2_p90"}
    amounts = {name: totals[column] / size for name, column in ends.items()}
    return totals[["option"]].assign(words=words, **amounts)


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with the place of each source in its stack, and without what is not drawn."""
    names = _names(frame)
    found = frame.assign(place=frame["source"].map(names.index))
    return found.drop(columns=["tco2", "mwh", "site"], errors="ignore")


def _names(frame: pd.DataFrame) -> list[str]:
    """The sources, the supplier last."""
    names = list(dict.fromkeys(frame["source"]))
    return sorted(names, key=lambda name: name == SUPPLIER)


def _sources(frame: pd.DataFrame) -> alt.Color:
    """One tone per source: those of the stages, and that of the supplier."""
    names = _names(frame)
    shades = [STAGE_COLOURS[i % len(STAGE_COLOURS)] for i in range(len(names))]
    shades[-1] = SUPPLIED if names[-1] == SUPPLIER else shades[-1]
    scale = alt.Scale(domain=names, range=shades)
    return alt.Color("source:N", title="Source", scale=scale, legend=alt.Legend(columns=3))


def published_power(frame: pd.DataFrame, carried: pd.DataFrame, as_of: str, start: str) -> Any:
    """Published MW over the MW assumed: filled if public by the as-of day, else hollow."""
    line = alt.Chart(pd.DataFrame({"day": [as_of]})).encode(x=day("day", "Month"))
    shape = alt.Shape("kind:N", title="Figure", legend=alt.Legend(symbolStrokeColor=INK))
    points = alt.Chart(frame).encode(
        x=day("day", "Month"), y="mw:Q", shape=shape, tooltip=tips(frame, "day", "mw")
    )
    known = points.transform_filter("datum.known").mark_point(filled=True, size=80, color=NEEDED)
    later = points.transform_filter("!datum.known").mark_point(size=60, color=NEEDED)
    layers: Any = carried_band(carried[carried["site"].isin(frame["site"])]) + known + later
    if as_of <= carried["day"].max():
        layers += line.mark_rule(color=INK, strokeDash=[4, 3])
    return dressed(
        layers.properties(width=WIDTH - 60, height=HEIGHT - 40),
        titles.published(frame, carried, start),
        "Filled: public by the as-of day (dashed); hollow: later, not used. Band: MW assumed.",
    )
