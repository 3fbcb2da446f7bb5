"""One function per picture: a table in, an Altair chart out, titled with what it says."""

from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from analysis import claims
from analysis.comparison import pair
from analysis.cost import PARTS
from analysis.inputs import Scenario
from analysis.tables import NEVER
from analysis.wording import percent, usd

GREY = "#6b7280"
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5195", "#8C6D31")
"""Okabe and Ito's colours, told apart by the colour-blind; grey is for the baseline."""

STAGE_COLOURS = ("#eef2f6", "#d5dde6", "#aebccb", "#f6c98b", "#e9a35b", "#cdb4db")
"""Light tones, so that the need is legible in front of them."""

PART_ORDER = tuple(part.replace("_", " ") for part in PARTS)
PART_COLOURS = (
    "#4c78a8",
    "#9ecae9",
    "#f58518",
    "#ffbf79",
    "#54a24b",
    "#88d27a",
    "#b79a20",
    "#f2cf5b",
    "#439894",
    "#83bcb6",
    "#e45756",
    "#ff9d98",
    "#79706e",
)

WIDTH = 640
HEIGHT = 300
INK = "#1f2937"
MILLION = 1e6


@dataclass(frozen=True)
class Look:
    """What all charts of a report share: the options' titles in order, one colour each, and the two
    of the question (None if there is only one)."""

    options: list[str]
    colours: alt.Scale
    pair: tuple[str, str] | None

    def colour(self, option: str) -> str:
        """The colour of an option, by its title."""
        return str(self.colours["range"][self.options.index(option)])


def look(scenario: Scenario) -> Look:
    """The look of a scenario: grey for its baseline, a colour for each other option."""
    titles = {name: one.title for name, one in scenario.options.items()}
    others = [name for name in titles if name != scenario.baseline]
    colour = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(others)}
    shades = [colour.get(name, GREY) for name in titles]
    asked = pair(scenario)
    return Look(
        list(titles.values()),
        alt.Scale(domain=list(titles.values()), range=shades),
        None if asked is None else (titles[asked[0]], titles[asked[1]]),
    )


def gpus_training(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """GPUs that the run uses over time, P10 to P90 and P50, one panel per option."""
    base = alt.Chart(frame).encode(x=_day("day", "Month"))
    colour = alt.Color("option:N", scale=look.colours, legend=None)
    band = base.mark_area(opacity=0.3).encode(
        y=alt.Y("p10_gpus:Q", title="GPUs in the run"), y2="p90_gpus:Q", color=colour
    )
    line = base.mark_line(strokeWidth=2).encode(
        y="p50_gpus:Q",
        color=colour,
        tooltip=_tips("option", "day", "p10_gpus", "p50_gpus", "p90_gpus"),
    )
    panels = (
        (band + line)
        .properties(width=190, height=130)
        .facet(facet=alt.Facet("option:N", title=None, sort=look.options), columns=3)
    )
    return _dressed(panels, claims.training(frame), "Band: P10 to P90 of the futures; line: P50.")


def site_power(frame: pd.DataFrame, look: Look) -> Any:
    """Mean MW of each power stage, stacked, against what the installed GPUs need; site by site."""
    sites = list(dict.fromkeys(frame["site"]))
    return _dressed(
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
    x = _day("day", "Month")
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
            tooltip=_tips("stage", "day", "mw"),
        )
    )
    band = alt.Chart(need).mark_area(opacity=0.25, color=colour).encode(x=x, y="p10:Q", y2="p90:Q")
    line = (
        alt.Chart(need)
        .mark_line(color=colour, strokeWidth=2.5)
        .encode(x=x, y="p50:Q", tooltip=_tips("day", "p10", "p50", "p90"))
    )
    label = (
        alt.Chart(need.iloc[[-1]])
        .mark_text(
            text="need of the GPUs (P50)", align="right", dy=-8, color=colour, fontWeight="bold"
        )
        .encode(x=x, y="p50:Q")
    )
    return (area + band + line + label).properties(width=WIDTH, height=HEIGHT)


def target_dates(frame: pd.DataFrame, look: Look) -> alt.VConcatChart:
    """When the target is reached: share of futures by three months, and of those that never do."""
    reached, never = frame[frame["day"] != NEVER], frame[frame["day"] == NEVER]
    colour = alt.Color("option:N", scale=look.colours, legend=None)
    row = alt.Row(
        "option:N",
        title=None,
        sort=look.options,
        header=alt.Header(labelAngle=0, labelAlign="left", labelLimit=130),
    )
    dates = (
        alt.Chart(reached.assign(none=0.0))
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X(
                "day:T",
                scale=alt.Scale(type="utc"),
                title="Month in which the target is reached",
                axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=5),
            ),
            x2="until:T",
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=2)),
            y2="none:Q",
            color=colour,
            tooltip=_tips("option", "day", "share"),
        )
        .properties(width=WIDTH - 250, height=46)
    )
    missed = alt.Chart(never).encode(
        y=alt.Y("option:N", title=None, sort=look.options, axis=alt.Axis(labelLimit=140)),
        x=alt.X(
            "share:Q",
            title="Share of futures: " + NEVER,
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
    )
    bars = missed.mark_bar().encode(color=colour, tooltip=_tips("option", "share"))
    text = missed.mark_text(align="left", dx=4, color=INK).encode(
        text=alt.Text("share:Q", format=".0%")
    )
    picture = alt.vconcat(
        dates.facet(row=row, spacing=6), (bars + text).properties(width=WIDTH - 250)
    )
    return _dressed(picture, claims.target(reached, never), "Share of futures by three months.")


def cumulative_cash(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """Cash spent over time, P10 to P90 and P50 in billion USD, against the funds if they are
    stated.
    """
    size, unit = _money(frame["p90_usd"])
    data = frame.assign(
        **{f"{q}_paid": frame[f"{q}_usd"] / size for q in ("p10", "p50", "p90")},
        funding_paid=frame["funding_usd"] / size if "funding_usd" in frame else np.nan,
    ).drop(columns=[c for c in frame if str(c).endswith("_usd")])
    base = alt.Chart(data).encode(x=_day("day", "Month"))
    colour = alt.Color("option:N", scale=look.colours, legend=None)
    layers: Any = base.mark_area(opacity=0.3).encode(
        y=alt.Y("p10_paid:Q", title=f"Cash spent, {unit}"), y2="p90_paid:Q", color=colour
    ) + base.mark_line(strokeWidth=2).encode(
        y="p50_paid:Q",
        color=colour,
        tooltip=_tips("option", "day", "p10_paid", "p50_paid", "p90_paid"),
    )
    note = "Band: P10 to P90; line: P50."
    claim = "Cash spent by each option"
    if "funding_usd" in frame:
        layers += base.mark_line(strokeDash=[5, 4], color=INK, strokeWidth=1).encode(
            y="funding_paid:Q"
        )
        note += f" Dashed: the funds, {usd(float(frame['funding_usd'].iloc[0]))}."
        claim = claims.funds(frame)
    panels = layers.properties(width=190, height=130).facet(
        facet=alt.Facet("option:N", title=None, sort=look.options), columns=3
    )
    return _dressed(panels, claim, note)


def present_cost_parts(frame: pd.DataFrame, look: Look) -> alt.LayerChart:
    """Mean present cost by part, stacked, with the total and its P10 to P90, in billion USD."""
    size, unit = _money(frame["total_p90"])
    data = frame.assign(paid=frame["usd"] / size, rank=frame["part"].map(PART_ORDER.index))
    total = frame.drop_duplicates("option").assign(
        total_paid=lambda f: f["total_usd"] / size,
        low=lambda f: f["total_p10"] / size,
        high=lambda f: f["total_p90"] / size,
    )
    order = [part for part in PART_ORDER if part in set(frame["part"])]
    y = alt.Y("option:N", title=None, sort=look.options, axis=alt.Axis(labelLimit=160))
    bars = (
        alt.Chart(data[["option", "part", "paid", "rank"]])
        .mark_bar()
        .encode(
            y=y,
            x=alt.X("paid:Q", title=f"Present cost, {unit} (left of zero: a receipt)"),
            color=alt.Color(
                "part:N",
                title="Part",
                scale=alt.Scale(
                    domain=order, range=[PART_COLOURS[PART_ORDER.index(p)] for p in order]
                ),
            ),
            order=alt.Order("rank:Q"),
            tooltip=_tips("option", "part", "paid"),
        )
    )
    marks = alt.Chart(total[["option", "total_paid", "low", "high"]]).encode(y=y)
    rule = marks.mark_rule(color="black", strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    dot = marks.mark_point(color="black", filled=True, size=60).encode(
        x="total_paid:Q", tooltip=_tips("option", "total_paid", "low", "high")
    )
    return _dressed(
        (bars + rule + dot).properties(width=WIDTH - 60, height=46 * len(total)),
        claims.parts(frame, look.pair),
        "Black: mean total with P10 to P90. To deliver less, or later, is not to be cheaper.",
    )


def present_cost_by_rate(frame: pd.DataFrame, look: Look) -> alt.FacetChart:
    """Present cost at each discount rate side by side: P10 to P90 and P50, billion USD."""
    size, unit = _money(frame["p90"])
    data = frame.assign(
        rate=frame["discount_rate_per_year"].map(lambda r: f"{100 * r:g} % a year"),
        **{q: frame[q] / size for q in ("p10", "p50", "p90")},
    )
    picture = _ranges(data, look, f"Present cost, {unit}").properties(
        width=185, height=26 * data["option"].nunique()
    )
    panels = picture.facet(
        column=alt.Column("rate:N", title=None, sort=list(dict.fromkeys(data["rate"])))
    )
    return _dressed(panels, claims.rates(frame, look.pair), "Dot: P50; line: P10 to P90.")


def compute_per_usd(frame: pd.DataFrame, look: Look) -> alt.LayerChart:
    """Useful PFLOP-days per million USD: P10 to P90 and P50 by option."""
    picture = _ranges(frame, look, "Useful PFLOP-days per million USD (more is better)")
    best = frame.iloc[int(frame["p50"].argmax())]
    claim = f"{best['option']} gives the most useful compute per dollar"
    if best["p50"] <= 0:
        claim = "At P50 no option gives useful compute"
    return _dressed(
        picture.properties(width=WIDTH - 60, height=40 * len(frame)),
        claim,
        "Dot: P50; line: P10 to P90. Both cost and compute are discounted.",
    )


def rental_prices(
    frame: pd.DataFrame,
    band: tuple[float, float, float],
    implied: pd.DataFrame,
    as_of: str,
    colour: str,
) -> alt.LayerChart:
    """Published H100 prices by date and contract, the range assumed for the rental (P10, P50, P90),
    and the prices that a stated deal value would imply (columns years, usd_per_gpu_hour), in the
    colour of the option that rents."""
    low, mid, high = band
    x = alt.X(
        "date:T",
        scale=alt.Scale(type="utc"),
        title="Day of the price",
        axis=alt.Axis(format="%b %Y", labelAngle=0, tickCount=5),
    )
    y = alt.Y("usd_per_gpu_hour:Q", title="USD per GPU-hour", scale=alt.Scale(zero=True))
    ends = pd.DataFrame(
        {
            "from": [frame["date"].min()],
            "until": [as_of],
            "low": [low],
            "high": [high],
            "mid": [mid],
        }
    )
    area = (
        alt.Chart(ends)
        .mark_rect(opacity=0.18, color=colour)
        .encode(
            x=alt.X("from:T", scale=alt.Scale(type="utc")), x2="until:T", y="low:Q", y2="high:Q"
        )
    )
    middle = (
        alt.Chart(ends)
        .mark_rule(color=colour, strokeWidth=2)
        .encode(x="from:T", x2="until:T", y="mid:Q")
    )
    shapes = alt.Scale(
        domain=["on-demand", "1-year", "3-year", "index"],
        range=["circle", "square", "triangle-up", "diamond"],
    )
    dots = (
        alt.Chart(frame)
        .mark_point(size=70, filled=True, color=INK, opacity=0.75)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("contract:N", scale=shapes, title="Contract"),
            tooltip=_tips("date", "vendor", "chip", "contract", "usd_per_gpu_hour"),
        )
    )
    named = frame[(frame["contract"] != "on-demand") | (frame["usd_per_gpu_hour"] > 7)]
    words = named["vendor"] + " " + named["contract"]
    texts = (
        alt.Chart(named.assign(words=words))
        .mark_text(align="left", dx=8, fontSize=10, color=INK)
        .encode(x=x, y=y, text="words:N")
    )
    layers: Any = area + middle + dots + texts
    if len(implied):
        labelled = implied.assign(date=as_of, label=implied["years"].map(lambda n: f"{n:g} years"))
        deal = alt.Chart(labelled).encode(x=x, y="usd_per_gpu_hour:Q")
        layers += deal.mark_tick(color=colour, thickness=3, size=18, orient="horizontal")
        layers += deal.mark_text(align="right", dx=-12, dy=-7, color=colour).encode(text="label:N")
    inside = float(
        ((frame["usd_per_gpu_hour"] >= low) & (frame["usd_per_gpu_hour"] <= high)).mean()
    )
    return _dressed(
        layers.properties(width=WIDTH, height=HEIGHT),
        f"{percent(inside)} of the {len(frame)} prices public by then lie within the range assumed",
        f"Shaded: P10 to P90 assumed, {low:g} to {high:g} USD; line: P50, {mid:g} USD."
        + (" Ticks: what the deal's value would mean over so many years." if len(implied) else ""),
    )


def one_at_a_time(frame: pd.DataFrame, look: Look, rows: int = 12) -> Any:
    """How far each input, moved from low to high alone, moves the difference of the pair in present
    cost and in months to the target; the inputs that move it most."""
    if look.pair is None or frame.empty:
        return _dressed(_nothing(), "There is only one option, so nothing to compare", "")
    panels = [_moved(frame, look.pair, what, rows) for what in ("cost_usd", "months")]
    return _dressed(
        alt.vconcat(*panels).resolve_scale(y="independent", x="independent"),
        claims.moved(frame),
        f"Bars start at the mid case. Left of zero {look.pair[0]} is cheaper, or earlier. "
        "An event is drawn like a range: not happening, happening.",
    )


def _moved(frame: pd.DataFrame, pair: tuple[str, str], what: str, rows: int) -> alt.LayerChart:
    scale, unit = (1.0, "months")
    if what == "cost_usd":
        scale, money = _money(frame[["cost_usd_low", "cost_usd_high"]].abs().max(axis=1))
        unit = f"present cost, {money}"
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
            tooltip=_tips("label", "end", "value", "at"),
        )
    )
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeDash=[4, 3])
    return (bars + zero.encode(x="zero:Q")).properties(
        width=WIDTH - 240, height=22 * max(len(top), 1)
    )


def _money(amounts: pd.Series) -> tuple[float, str]:
    """The unit of money that suits the largest amount: its size in USD, and its name."""
    return (1e9, "billion USD") if float(amounts.abs().max()) >= 1e9 else (1e6, "million USD")


def _nothing() -> alt.Chart:
    return alt.Chart(pd.DataFrame({"x": [0]})).mark_point(opacity=0)


def _ranges(frame: pd.DataFrame, look: Look, title: str) -> alt.LayerChart:
    base = alt.Chart(frame).encode(
        y=alt.Y("option:N", title=None, sort=look.options, axis=alt.Axis(labelLimit=160)),
        color=alt.Color("option:N", scale=look.colours, legend=None),
    )
    rule = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("p10:Q", title=title, scale=alt.Scale(zero=True)), x2="p90:Q"
    )
    dot = base.mark_point(filled=True, size=80).encode(
        x="p50:Q", tooltip=_tips("option", "p10", "p50", "p90")
    )
    return rule + dot


def _day(field: str, title: str) -> alt.X:
    axis = alt.Axis(format="%Y", tickCount=5, labelAngle=0)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"), title=title, axis=axis)


def _tips(*fields: str) -> list[alt.Tooltip]:
    found = []
    for field in fields:
        numeric = field not in (
            "option",
            "day",
            "stage",
            "part",
            "label",
            "end",
            "value",
            "vendor",
            "chip",
            "contract",
            "date",
        )
        found.append(
            alt.Tooltip(f"{field}:{'Q' if numeric else 'N'}", format=".4~g" if numeric else "")
        )
    return found


def _dressed(chart: Any, claim: str, note: str) -> Any:
    """Title, note and alt text, and the house style."""
    return (
        chart.properties(
            title=alt.TitleParams(claim, subtitle=note, anchor="start"),
            description=f"{claim}. {note}",
        )
        .configure(background="white")  # legible in print and on a dark page
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#e5e7eb",
            domainColor="#9ca3af",
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            labelFontSize=11,
            titleFontSize=12,
        )
        .configure_title(
            fontSize=15, subtitleFontSize=12, subtitleColor="#4b5563", color=INK, offset=12
        )
        .configure_header(labelFontSize=12, labelFontWeight="bold", labelColor=INK)
        .configure_legend(labelFontSize=11, titleFontSize=11, orient="bottom", columns=5)
    )
