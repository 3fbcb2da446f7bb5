"""Published prices against the range that is assumed."""

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.style import HEIGHT, INK, WIDTH, dressed, tips
from analysis.wording import percent


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
            tooltip=tips("date", "vendor", "chip", "contract", "usd_per_gpu_hour"),
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
    return dressed(
        layers.properties(width=WIDTH, height=HEIGHT),
        f"{percent(inside)} of the {len(frame)} prices public by then lie within the range assumed",
        f"Shaded: P10 to P90 assumed, {low:g} to {high:g} USD; line: P50, {mid:g} USD."
        + (" Ticks: what the deal's value would mean over so many years." if len(implied) else ""),
    )
