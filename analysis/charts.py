"""One function per picture: a table in, an Altair chart out, titled with what it says."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis.tables import NEVER
from analysis.wording import figure, percent, usd

GREY = "#6b7280"
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5195", "#8C6D31")
"""Okabe and Ito's colours, told apart by the colour-blind; grey is for the baseline."""

WIDTH = 640
HEIGHT = 300
INK = "#1f2937"
MILLION = 1e6


def palette(options: list[str], baseline: str | None = None) -> alt.Scale:
    """One colour per option title, the same in every chart of a report."""
    others = [option for option in options if option != baseline]
    colour = {option: COLOURS[i % len(COLOURS)] for i, option in enumerate(others)}
    return alt.Scale(domain=options, range=[colour.get(option, GREY) for option in options])


def gpus_training(frame: pd.DataFrame, colours: alt.Scale) -> alt.FacetChart:
    """GPUs that the run uses over time, P10 to P90 and P50, one panel per option."""
    base = alt.Chart(frame).encode(x=_day("day", "Month"))
    colour = alt.Color("option:N", scale=colours, legend=None)
    band = base.mark_area(opacity=0.3).encode(
        y=alt.Y("p10_gpus:Q", title="GPUs in the run"), y2="p90_gpus:Q", color=colour
    )
    line = base.mark_line(strokeWidth=2).encode(
        y="p50_gpus:Q", color=colour, tooltip=_tips("option", "day", "p10_gpus", "p50_gpus", "p90_gpus")
    )
    end = frame.loc[frame["month"] == frame["month"].max()].set_index("option")["p50_gpus"]
    most = end.idxmax()
    claim = f"{most} trains on the most GPUs at the end: {figure(end[most], digits=2)} at P50"
    if (end == end.max()).sum() > 1:
        claim = f"At most {figure(end.max(), digits=2)} GPUs train at the end, at P50"
    panels = (
        (band + line)
        .properties(width=190, height=130)
        .facet(facet=alt.Facet("option:N", title=None, sort=list(colours.domain)), columns=3)
    )
    return _dressed(panels, claim, "Band: P10 to P90 of the futures; line: P50.")


def site_power(frame: pd.DataFrame, site: str) -> alt.LayerChart:
    """Mean MW of each power stage, stacked, against what the installed GPUs need."""
    here = frame[frame["site"] == site]
    stages, need = here[here["kind"] == "stage"], here[here["kind"] == "need"]
    x = _day("day", "Month")
    order = list(dict.fromkeys(stages["stage"]))
    greys = alt.Scale(domain=order, range=["#94a3b8", "#64748b", "#334155", "#d6a35c", "#b45309"][: len(order)])
    area = alt.Chart(stages).mark_area().encode(
        x=x,
        y=alt.Y("mw:Q", stack="zero", title="MW at the site"),
        color=alt.Color("stage:N", scale=greys, sort=order, title="Power stage (mean)"),
        order=alt.Order("rank:Q"),
        tooltip=_tips("stage", "day", "mw"),
    ).transform_calculate(rank="indexof(" + str(order) + ", datum.stage)")
    band = alt.Chart(need).mark_area(opacity=0.25, color=COLOURS[1]).encode(x=x, y="p10:Q", y2="p90:Q")
    line = alt.Chart(need).mark_line(color=COLOURS[1], strokeWidth=2.5).encode(
        x=x, y="p50:Q", tooltip=_tips("day", "p10", "p50", "p90")
    )
    label = alt.Chart(need.iloc[[-1]]).mark_text(
        text="need of the GPUs (P50)", align="right", dy=-8, color=COLOURS[1], fontWeight="bold"
    ).encode(x=x, y="p50:Q")
    return _dressed(
        (area + band + line + label).properties(width=WIDTH, height=HEIGHT),
        _power_claim(stages, need, site),
        "Areas: mean MW that is there; blue: peak MW that the installed GPUs need, P10 to P90.",
    )


def target_dates(frame: pd.DataFrame, colours: alt.Scale) -> alt.VConcatChart:
    """When the target is reached: share of futures by three months, and of those that never do."""
    reached, never = frame[frame["day"] != NEVER], frame[frame["day"] == NEVER]
    colour = alt.Color("option:N", scale=colours, legend=None)
    row = alt.Row(
        "option:N", title=None, sort=list(colours.domain),
        header=alt.Header(labelAngle=0, labelAlign="left", labelLimit=130),
    )
    dates = alt.Chart(reached).mark_bar().encode(
        x=alt.X("day:T", scale=alt.Scale(type="utc"), title="Month in which the target is reached",
                axis=alt.Axis(format="%b %Y", labelAngle=0)),
        x2="until:T",
        y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=2)),
        color=colour,
        tooltip=_tips("option", "day", "share"),
    ).properties(width=WIDTH - 250, height=46)
    missed = alt.Chart(never).encode(
        y=alt.Y("option:N", title=None, sort=list(colours.domain), axis=alt.Axis(labelLimit=140)),
        x=alt.X("share:Q", title="Share of futures: " + NEVER, axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1])),
    )
    bars = missed.mark_bar().encode(color=colour, tooltip=_tips("option", "share"))
    text = missed.mark_text(align="left", dx=4, color=INK).encode(
        text=alt.Text("share:Q", format=".0%")
    )
    picture = alt.vconcat(
        dates.facet(row=row, spacing=6), (bars + text).properties(width=WIDTH - 250)
    )
    worst = never.loc[never["share"].idxmax()]
    claim = "Every option reaches the target within the horizon in every future"
    if worst["share"] > 0:
        claim = f"{worst['option']} misses the target most often: in {percent(worst['share'])} of futures"
    return _dressed(picture, claim, "Share of futures by three months.")


def cumulative_cash(frame: pd.DataFrame, colours: alt.Scale) -> alt.FacetChart:
    """Cash spent over time, P10 to P90 and P50 in billion USD, against the funds if they are stated."""
    data = frame.assign(
        **{f"{q}_busd": frame[f"{q}_usd"] / 1e9 for q in ("p10", "p50", "p90")},
        funding_busd=frame["funding_usd"] / 1e9 if "funding_usd" in frame else np.nan,
    ).drop(columns=[c for c in frame if c.endswith("_usd")])
    base = alt.Chart(data).encode(x=_day("day", "Month"))
    colour = alt.Color("option:N", scale=colours, legend=None)
    layers: Any = base.mark_area(opacity=0.3).encode(
        y=alt.Y("p10_busd:Q", title="Cash spent, billion USD"), y2="p90_busd:Q", color=colour
    ) + base.mark_line(strokeWidth=2).encode(
        y="p50_busd:Q", color=colour, tooltip=_tips("option", "day", "p10_busd", "p50_busd", "p90_busd")
    )
    note = "Band: P10 to P90; line: P50."
    claim = "Cash spent by each option"
    if "funding_usd" in frame:
        layers += base.mark_line(strokeDash=[5, 4], color=INK, strokeWidth=1).encode(y="funding_busd:Q")
        note += f" Dashed: the funds, {usd(float(frame['funding_usd'].iloc[0]))}."
        claim = _funds_claim(frame)
    panels = layers.properties(width=190, height=130).facet(
        facet=alt.Facet("option:N", title=None, sort=list(colours.domain)), columns=3
    )
    return _dressed(panels, claim, note)


def present_cost_parts(frame: pd.DataFrame, colours: alt.Scale) -> alt.LayerChart:
    """Mean present cost by part, stacked, with the total and its P10 to P90, in billion USD."""
    data = frame.assign(busd=frame["usd"] / 1e9)
    total = frame.drop_duplicates("option").assign(
        total_busd=lambda f: f["total_usd"] / 1e9,
        low=lambda f: f["total_p10"] / 1e9,
        high=lambda f: f["total_p90"] / 1e9,
    )
    order = list(dict.fromkeys(frame["part"]))
    y = alt.Y("option:N", title=None, sort=list(colours.domain), axis=alt.Axis(labelLimit=160))
    bars = alt.Chart(data[["option", "part", "busd"]]).mark_bar().encode(
        y=y,
        x=alt.X("busd:Q", title="Present cost, billion USD (left of zero: a receipt)"),
        color=alt.Color("part:N", sort=order, title="Part", scale=alt.Scale(scheme="tableau20")),
        tooltip=_tips("option", "part", "busd"),
    )
    marks = alt.Chart(total[["option", "total_busd", "low", "high"]]).encode(y=y)
    rule = marks.mark_rule(color="black", strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    dot = marks.mark_point(color="black", filled=True, size=60).encode(
        x="total_busd:Q", tooltip=_tips("option", "total_busd", "low", "high")
    )
    cheapest = total.loc[total["total_busd"].idxmin()]
    return _dressed(
        (bars + rule + dot).properties(width=WIDTH - 60, height=46 * len(total)),
        f"{cheapest['option']} costs least on the mean: {usd(cheapest['total_usd'])}",
        "Black: mean total with P10 to P90. An option that delivers less, or later, is not thereby cheaper.",
    )


def present_cost_by_rate(frame: pd.DataFrame, colours: alt.Scale) -> alt.FacetChart:
    """Present cost at each discount rate side by side: P10 to P90 and P50, billion USD."""
    data = frame.assign(
        rate=frame["discount_rate_per_year"].map(lambda r: f"{r:.0%} a year"),
        **{q: frame[q] / 1e9 for q in ("p10", "p50", "p90")},
    )
    picture = _ranges(data, colours, "Present cost, billion USD").properties(
        width=185, height=26 * data["option"].nunique()
    )
    best = data.loc[data.groupby("discount_rate_per_year")["p50"].idxmin(), "option"]
    claim = f"{best.iloc[0]} has the lowest median present cost at every rate"
    if best.nunique() > 1:
        claim = "Which option has the lowest median present cost depends on the discount rate"
    panels = picture.facet(column=alt.Column("rate:N", title=None, sort=list(dict.fromkeys(data["rate"]))))
    return _dressed(panels, claim, "Dot: P50; line: P10 to P90.")


def compute_per_usd(frame: pd.DataFrame, colours: alt.Scale) -> alt.LayerChart:
    """Useful PFLOP-days per million USD: P10 to P90 and P50 by option."""
    picture = _ranges(frame, colours, "Useful PFLOP-days per million USD (more is better)")
    best = frame.loc[frame["p50"].idxmax()]
    claim = f"{best['option']} gives the most useful compute per dollar"
    if best["p50"] <= 0:
        claim = "At P50 no option gives useful compute"
    return _dressed(
        picture.properties(width=WIDTH - 60, height=40 * len(frame)),
        claim,
        "Dot: P50; line: P10 to P90. Both cost and compute are discounted.",
    )


def rental_prices(
    frame: pd.DataFrame, band: tuple[float, float, float], implied: pd.DataFrame, as_of: str
) -> alt.LayerChart:
    """Published H100 prices by date and contract, the range assumed for the rental (P10, P50, P90),
    and the prices that a stated deal value would imply (columns years, usd_per_gpu_hour)."""
    low, mid, high = band
    x = alt.X("date:T", scale=alt.Scale(type="utc"), title="Day of the price", axis=alt.Axis(format="%b %Y", labelAngle=0))
    y = alt.Y("usd_per_gpu_hour:Q", title="USD per GPU-hour", scale=alt.Scale(zero=True))
    ends = pd.DataFrame({"from": [frame["date"].min()], "until": [as_of], "low": [low], "high": [high], "mid": [mid]})
    area = alt.Chart(ends).mark_rect(opacity=0.18, color=COLOURS[0]).encode(
        x=alt.X("from:T", scale=alt.Scale(type="utc")), x2="until:T", y="low:Q", y2="high:Q"
    )
    middle = alt.Chart(ends).mark_rule(color=COLOURS[0], strokeWidth=2).encode(x="from:T", x2="until:T", y="mid:Q")
    shapes = alt.Scale(
        domain=["on-demand", "1-year", "3-year", "index"],
        range=["circle", "square", "triangle-up", "diamond"],
    )
    dots = alt.Chart(frame).mark_point(size=70, filled=True, color=INK, opacity=0.75).encode(
        x=x, y=y,
        shape=alt.Shape("contract:N", scale=shapes, title="Contract"),
        tooltip=_tips("date", "vendor", "chip", "contract", "usd_per_gpu_hour"),
    )
    layers: Any = area + middle + dots
    if len(implied):
        labelled = implied.assign(date=as_of, label=implied["years"].map(lambda n: f"{n:g} years"))
        deal = alt.Chart(labelled).encode(x=x, y="usd_per_gpu_hour:Q")
        layers += deal.mark_tick(color=COLOURS[0], thickness=3, size=18, orient="horizontal")
        layers += deal.mark_text(align="right", dx=-12, color=COLOURS[0]).encode(text="label:N")
    inside = float(((frame["usd_per_gpu_hour"] >= low) & (frame["usd_per_gpu_hour"] <= high)).mean())
    return _dressed(
        layers.properties(width=WIDTH, height=HEIGHT),
        f"{percent(inside)} of the {len(frame)} prices public by then lie within the range assumed",
        f"Shaded: P10 to P90 assumed, {low:g} to {high:g} USD; line: P50, {mid:g} USD."
        + (" Ticks: what the deal's value would mean over so many years." if len(implied) else ""),
    )


def one_at_a_time(frame: pd.DataFrame, what: str, titles: tuple[str, str], rows: int = 12) -> alt.LayerChart:
    """How far each assumption, moved from low to high, moves the difference of a pair (a less b):
    `what` is cost_usd or months. Events are drawn like ranges: not happening, happening."""
    unit, scale = ("billion USD", 1e9) if what == "cost_usd" else ("months", 1.0)
    top = frame.sort_values(f"{what}_swing", ascending=False, kind="stable").head(rows)
    top = top[top[f"{what}_swing"] > 0]
    mid = float(frame[f"{what}_mid"].iloc[0]) / scale
    long = pd.concat(
        [
            pd.DataFrame(
                {"label": top["label"], "end": end, "at": top[f"{what}_{end}"] / scale, "mid": mid,
                 "value": [f"{x:g} {u}" for x, u in zip(top[end], top["unit"], strict=True)]}
            )
            for end in ("low", "high")
        ]
    )
    y = alt.Y("label:N", sort=list(top["label"]), title=None, axis=alt.Axis(labelLimit=260))
    bars = alt.Chart(long).mark_bar(height=14).encode(
        y=y,
        x=alt.X("at:Q", title=f"{titles[0]} less {titles[1]}, {unit}"),
        x2="mid:Q",
        color=alt.Color("end:N", title="Input at its", sort=["low", "high"],
                        scale=alt.Scale(domain=["low", "high"], range=["#94a3b8", "#334155"])),
        tooltip=_tips("label", "end", "value", "at"),
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="zero:Q")
    claim = "No input moves this difference"
    if len(top):
        flips = int(frame["flips_cheaper" if what == "cost_usd" else "flips_earlier"].sum())
        word = "which is cheaper" if what == "cost_usd" else "which is earlier"
        claim = f"{top['label'].iloc[0]} moves it most; {flips} inputs alone can turn {word}"
    return _dressed(
        (bars + zero).properties(width=WIDTH - 220, height=24 * max(len(top), 1)),
        claim,
        f"Bars start at the mid case, {figure(mid)} {unit}; left of zero the first is "
        + ("cheaper." if what == "cost_usd" else "earlier."),
    )


def _ranges(frame: pd.DataFrame, colours: alt.Scale, title: str) -> alt.LayerChart:
    base = alt.Chart(frame).encode(
        y=alt.Y("option:N", title=None, sort=list(colours.domain), axis=alt.Axis(labelLimit=160)),
        color=alt.Color("option:N", scale=colours, legend=None),
    )
    rule = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("p10:Q", title=title, scale=alt.Scale(zero=True)), x2="p90:Q"
    )
    dot = base.mark_point(filled=True, size=80).encode(x="p50:Q", tooltip=_tips("option", "p10", "p50", "p90"))
    return rule + dot


def _power_claim(stages: pd.DataFrame, need: pd.DataFrame, site: str) -> str:
    supply = stages.groupby("month")["mw"].sum()
    short = supply < need.set_index("month")["p50"]
    if not short.any():
        return f"{site}: mean power covers what the GPUs need in every month"
    first, last = short[short].index.min(), short[short].index.max()
    span = f"in month {first}" if first == last else f"between months {first} and {last}"
    return f"{site}: power, not servers, sets the pace: mean supply is below the median need {span}"


def _funds_claim(frame: pd.DataFrame) -> str:
    over = frame[frame["p50_usd"] > frame["funding_usd"]]
    if over.empty:
        return "At P50 no option spends more than the funds within the horizon"
    first = over.sort_values("month", kind="stable").iloc[0]
    return f"{first['option']} is the first to outspend the funds: at P50 in month {first['month']}"


def _day(field: str, title: str) -> alt.X:
    axis = alt.Axis(format="%Y", tickCount=5, labelAngle=0)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"), title=title, axis=axis)


def _tips(*fields: str) -> list[alt.Tooltip]:
    found = []
    for field in fields:
        numeric = field not in ("option", "day", "stage", "part", "label", "end", "value", "vendor", "chip", "contract", "date")
        found.append(alt.Tooltip(f"{field}:{'Q' if numeric else 'N'}", format=".4~g" if numeric else ""))
    return found


def _dressed(chart: Any, claim: str, note: str) -> Any:
    """Title, note and alt text, and the house style."""
    return (
        chart.properties(
            title=alt.TitleParams(claim, subtitle=note, anchor="start"),
            description=f"{claim}. {note}",
        )
        .configure_view(stroke=None)
        .configure_axis(gridColor="#e5e7eb", domainColor="#9ca3af", labelColor=INK, titleColor=INK,
                        titleFontWeight="normal", labelFontSize=11, titleFontSize=12)
        .configure_title(fontSize=15, subtitleFontSize=12, subtitleColor="#4b5563", color=INK, offset=12)
        .configure_header(labelFontSize=12, labelFontWeight="bold", labelColor=INK)
        .configure_legend(labelFontSize=11, titleFontSize=11, orient="bottom", columns=5)
    )
